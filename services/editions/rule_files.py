"""Rule editions and conduct codes read from TOML; ``rules-2026-1.toml`` beside this file shows every field."""

from __future__ import annotations

import re
from pathlib import Path

from domain.conduct_codes import ConductCode, ConductCodeEdition, ConductCodeFault
from domain.timekeeping.deadlines import Limit, LimitFault, LimitUnit
from domain.timekeeping.office_hours import OfficeHours, OfficeHoursFault, Session
from domain.timekeeping.rules import (
    FOLLOW_UP_ATTEMPTS_UNSAID,
    Conditions,
    Ground,
    LimitRule,
    Purpose,
    RuleEdition,
    RuleFault,
)
from domain.words import Channel, ComplaintKind, Complexity, Urgency
from services.editions.faults import EditionFault
from services.editions.table import Table, read_bytes, read_toml

_SESSION = re.compile(r"(\d{1,2}):(\d{2})-(\d{1,2}):(\d{2})")
_HOUR_MINUTES = 60


def load_rules(source: Path | str | bytes) -> RuleEdition:
    """Read a rule edition from a TOML file or its bytes. Raises ``EditionFault``, ``OSError`` for an unread file."""
    table = read_toml(read_bytes(source))
    try:
        edition = RuleEdition(
            edition=table.text("edition"),
            title=table.text("title"),
            effective_from=table.day("effective_from"),
            hours=_office_hours(table.table("office_hours")),
            warning_share_percent=table.number("warning_share_percent"),
            extensions_max=_counted(table, "extensions_max"),
            limits=tuple(rule for limit in table.tables("limits") for rule in _limit_rules(limit)),
            suspension_grounds=_grounds(table, "suspension_grounds"),
            termination_grounds=_grounds(table, "termination_grounds"),
            follow_up_attempts_min=table.number("follow_up_attempts_min", FOLLOW_UP_ATTEMPTS_UNSAID),
            follow_up_exempt_kinds=table.words("follow_up_exempt_kinds", ComplaintKind),
        )
    except RuleFault as error:
        raise _restated("limits", error) from error
    if not edition.limits:
        table.fault("limits", "没有任何时限，至少写一条 [[limits]]", "has no limit: write at least one [[limits]]")
    table.finish()
    return edition


def load_conduct_codes(source: Path | str | bytes) -> ConductCodeEdition:
    """Read conduct codes from a TOML file or its bytes. Raises ``EditionFault``, ``OSError`` for an unread file."""
    table = read_toml(read_bytes(source))
    codes = tuple(_conduct_code(code) for code in table.tables("codes"))
    if not codes:
        table.fault("codes", "没有任何代码，至少写一条 [[codes]]", "has no code: write at least one [[codes]]")
    try:
        edition = ConductCodeEdition(
            edition=table.text("edition"),
            title=table.text("title"),
            effective_from=table.day("effective_from"),
            codes=codes,
        )
    except ConductCodeFault as error:
        raise _restated("codes", error) from error
    table.finish()
    return edition


def _conduct_code(table: Table) -> ConductCode:
    code = ConductCode(
        code=table.text("code"),
        name=table.text("name"),
        english=table.text("english"),
        covers=table.text("covers", ""),
    )
    table.finish()
    return code


def _grounds(table: Table, key: str) -> tuple[Ground, ...]:
    grounds = []
    for given in table.tables(key):
        grounds.append(Ground(code=given.text("code"), name=given.text("name")))
        given.finish()
    codes = [ground.code for ground in grounds]
    if len(set(codes)) != len(codes):
        table.fault(key, "代码重复", "a code stands twice")
    return tuple(grounds)


def _limit_rules(table: Table) -> tuple[LimitRule, ...]:
    purposes = (table.word("purpose", Purpose),) if table.has("purpose") else table.words("purposes", Purpose)
    if not purposes:
        table.fault("purpose", "缺少用途，请写 purpose 或 purposes", "is missing: write purpose or purposes")
    clause = table.text("clause")
    limit = _limit(table)
    source = table.text("source")
    limit_class = table.text("class")
    when = _conditions(table.table("when"))
    rank = table.number("rank", 0)
    from_acceptance = table.flag("from_acceptance", default=False)
    needs_approval = table.flag("needs_approval", default=False)
    table.finish()
    return tuple(
        LimitRule(clause, purpose, limit, source, limit_class, when, rank, from_acceptance, needs_approval)
        for purpose in purposes
    )


def _limit(table: Table) -> Limit | None:
    if table.has("none"):
        if table.has("value") or table.has("unit"):
            table.fault("none", "不能与 value、unit 并用", "stands alone: leave out value and unit")
        if not table.flag("none"):
            table.fault("none", "只能写 true，否则请写 value 与 unit", "is only ever true; else write value and unit")
        return None
    value, unit = table.number("value"), table.word("unit", LimitUnit)
    try:
        return Limit(value, unit)
    except LimitFault as error:
        raise _restated(table.place("value"), error) from error


def _conditions(table: Table) -> Conditions:
    conditions = Conditions(
        channels=table.words("channels", Channel),
        kinds=table.words("kinds", ComplaintKind),
        urgencies=table.words("urgencies", Urgency),
        complexities=table.words("complexities", Complexity),
        categories=table.texts("categories"),
        units=table.texts("units"),
        programme=table.flag_or_none("programme"),
        supervised=table.flag_or_none("supervised"),
        rework=table.flag_or_none("rework"),
    )
    table.finish()
    return conditions


def _office_hours(table: Table) -> OfficeHours:
    said = table.texts("sessions")
    table.finish()
    try:
        return OfficeHours(tuple(_session(table, text) for text in said))
    except OfficeHoursFault as error:
        raise _restated(table.place("sessions"), error) from error


def _session(table: Table, text: str) -> Session:
    found = _SESSION.fullmatch(text)
    if found is None or int(found[2]) >= _HOUR_MINUTES or int(found[4]) >= _HOUR_MINUTES:
        table.fault("sessions", f"须写作 09:00-12:00，不是 {text}", f"is written 09:00-12:00, not {text}")
    opens_hour, opens_minute, closes_hour, closes_minute = (int(part) for part in found.groups())
    return Session(opens_hour * _HOUR_MINUTES + opens_minute, closes_hour * _HOUR_MINUTES + closes_minute)


def _counted(table: Table, key: str) -> int:
    number = table.number(key)
    if number < 0:
        table.fault(key, "不能小于 0", "must not be below 0")
    return number


def _restated(field: str, error: ValueError) -> EditionFault:
    """Name the field of what the domain refused; its message is ``Chinese；English``."""
    zh, _, en = str(error).partition("；")
    return EditionFault(field, zh, en)
