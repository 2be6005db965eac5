"""``units``: the registry of units."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import asdict, dataclass
from datetime import datetime

import click

from domain.periods import NotAQuarter, Quarter
from domain.programme.commitments import STANDING_CHINESE
from domain.units import UnitFact, UnitPlaced, UnitRegistry
from gateways.commandline.session import (
    Refused,
    Session,
    answer_json,
    answer_table,
    json_option,
    pass_session,
    say,
)
from gateways.http.problems import ProblemRaised
from gateways.http.unit_pages import page_of_unit
from gateways.pages.unit_pages import FIGURE_WORDS
from services.unit_page import NO_PROMISES, NOTHING_OF_THE_UNIT, UnitPage
from services.unit_registry import (
    alias_unit,
    record_units,
    reverse_reorganisation,
    spelling_counts,
    suggest,
    withdraw_alias,
)
from services.unit_registry import reorganise as reorganise_unit


@click.group(short_help="单位名录 / the registry of units")
def units() -> None:
    """列出单位与别名，合并写法，登记上级、分组与机构改革。

    List units and aliases, merge spellings, enter superiors, groups and reorganisations.
    """


@units.command("list", short_help="列出 / list units with their spellings")
@json_option
@pass_session
def list_command(session: Session, as_json: bool) -> None:
    """列出全部单位：各种写法、承办件数、上级、分组。

    List every unit with its spellings, legs, superior and group.
    """
    with session.reading() as house:
        registry = house.instance.units
        with house.views.reading() as conn:
            counts = spelling_counts(conn)
    rows = _units(registry, counts)
    if as_json:
        answer_json([asdict(row) for row in rows])
        return
    answer_table(
        ("单位 unit", "件数 legs", "别名 aliases", "上级 superior", "分组 group"),
        [(row.unit, row.legs, "、".join(row.aliases) or None, row.superior, row.group) for row in rows],
    )


@units.command("page", short_help="一单位一页 / a unit on one page")
@click.argument("unit")
@click.option("--quarter", help="季度，如 2026Q1，缺省为本季度 / default: this quarter")
@json_option
@pass_session
def page(session: Session, unit: str, quarter: str | None, as_json: bool) -> None:
    """一单位一页：超时、未办、属实未纠、重办、不满意及原因、现场承诺、对通报的异议。

    A unit on one page: late, undone, uncorrected, done again, not content with the cause, promises, objections.
    """
    try:
        wanted = Quarter.parse(quarter) if quarter is not None else None
    except NotAQuarter as error:
        raise click.BadParameter(str(error), param_hint="--quarter") from None
    with session.reading() as house:
        try:
            found = page_of_unit(house, session.actor, unit, wanted)
        except ProblemRaised:
            raise Refused(f"没有“{unit}”的记录 / nothing is on record of {unit}") from None
    if as_json:
        answer_json(found.json())
        return
    _print_page(found)


def _print_page(found: UnitPage) -> None:
    plain = found.json()
    click.echo(f"{found.unit}  {found.quarter.chinese}")
    for said in found.remarks:
        click.echo(f"※ {said.zh} / {said.en}")
    if found.row is None:
        click.echo(f"{NOTHING_OF_THE_UNIT.zh} / {NOTHING_OF_THE_UNIT.en}")
    else:
        click.echo()
        causes = plain["figures"]["causes"]
        answer_table(
            ("指标 figure", "值", "分子/分母", "缘由 cause"),
            [
                (
                    FIGURE_WORDS[key].zh,
                    value["rate"] if isinstance(value, dict) else value,
                    f"{value['numerator']}/{value['denominator']}" if isinstance(value, dict) else "",
                    causes.get(key, ""),
                )
                for key, value in plain["figures"].items()
                if key in FIGURE_WORDS
            ],
        )
    for title, key, columns in _PARTS:
        lines = plain[key]
        click.echo(f"\n{title}  {len(lines)}")
        if lines:
            answer_table(columns, [tuple(line[column] for column in columns) for line in lines])
    click.echo(f"\n现场承诺 promises  {len(found.promises)}")
    if found.promises:
        lines = [(p.episode, p.promise.text, p.due, STANDING_CHINESE[p.standing], p.days_over) for p in found.promises]
        answer_table(("期次", "承诺 text", "到期 due", "现状", "超期天"), lines)
    else:
        click.echo(f"{NO_PROMISES.zh} / {NO_PROMISES.en}")


_WORK = ("receipt_no", "subject", "started_on", "deadline", "age_days", "days_over")
_SAID = ("receipt_no", "subject", "on", "cause", "reworked")
_PARTS: tuple[tuple[str, str, tuple[str, ...]], ...] = (
    ("超时未办结 overdue", "overdue", _WORK),
    ("未办结 undone", "undone", _WORK),
    ("超时办结 late", "late", (*_WORK, "answered_on")),
    ("属实未纠 uncorrected", "uncorrected", ("receipt_no", "subject", "found_on", "measure", "due", "days_over")),
    (
        "退单与首问移交 passed on",
        "passed",
        ("receipt_no", "subject", "asked_on", "outcome", "handover_due", "handed_over_on", "handover_late"),
    ),
    ("重办 done again", "reworks", _SAID),
    ("不满意 not content", "dissatisfied", _SAID),
    ("异议 objections", "objections", ("number", "cells", "reason", "state")),
)


@units.command(short_help="合并写法 / let a spelling mean a unit")
@click.argument("alias")
@click.argument("unit")
@pass_session
def alias(session: Session, alias: str, unit: str) -> None:
    """此后 ALIAS 即指 UNIT；已往数字随之，已发布通报不变。

    From now on ALIAS means UNIT: past figures follow, published editions do not.
    """
    alias, unit = _named(alias), _named(unit)
    with session.house() as house:
        recorded = alias_unit(house.log, alias, unit, session.actor, session.moment(house))
    _said(recorded, f"“{alias}”即“{unit}”", f"{alias} means {unit}")


@units.command(short_help="撤销别名 / let a spelling stand for itself again")
@click.argument("alias")
@pass_session
def unalias(session: Session, alias: str) -> None:
    """撤销别名，ALIAS 恢复为独立单位；当初随它并入的写法一并回到它名下。

    Let ALIAS stand for itself again, with the spellings that meant it before it became an alias.
    """
    alias = _named(alias)
    with session.house() as house:
        recorded = withdraw_alias(house.log, alias, session.actor, session.moment(house))
    _said(recorded, f"“{alias}”恢复为独立单位", f"{alias} stands for itself")


@units.command(short_help="登记上级与分组 / enter a superior and a group")
@click.argument("unit")
@click.option("--superior", help="上级单位 / the unit above")
@click.option("--group", help="排名分组 / the group it is ranked in")
@pass_session
def place(session: Session, unit: str, superior: str | None, group: str | None) -> None:
    """登记 UNIT 的上级单位与排名分组，取代先前登记。

    Enter the superior and the group of UNIT in place of what was entered before.
    """
    unit = _named(unit)

    def facts(registry: UnitRegistry) -> Sequence[UnitFact]:
        above = registry.resolve(_named(superior)) if superior else None
        if above == unit or (above is not None and unit in registry.above(above)):
            raise Refused(f"“{above}”不能是“{unit}”的上级 / {above} cannot stand above {unit}")
        before = registry.placed.get(unit)
        if before is not None and (before.superior, before.group) == (above, group):
            return ()
        occurred = session.moment(house)
        return (UnitPlaced(by=session.actor, occurred=occurred, unit=unit, superior=above, group=group),)

    with session.house() as house:
        recorded = record_units(house.log, facts)
    _said(bool(recorded), f"已登记“{unit}”", f"{unit} is entered")


@units.command(short_help="登记机构改革 / enter a reorganisation")
@click.argument("old")
@click.argument("new")
@click.option("--from", "effective", required=True, type=click.DateTime(["%Y-%m-%d"]), help="生效日 / first day")
@pass_session
def reorganise(session: Session, old: str, new: str, effective: datetime) -> None:
    """自生效日起 OLD 的工作归 NEW；此前的日子仍归 OLD。

    From a day on the work of OLD is NEW's; earlier days stay OLD's.
    """
    old, new = _named(old), _named(new)
    with session.house() as house:
        recorded = reorganise_unit(house.log, old, new, effective.date(), session.actor, session.moment(house))
    _said(recorded, f"自 {effective:%Y-%m-%d} 起“{old}”归“{new}”", f"{old} is {new} from that day on")


@units.command("reverse-reorganisation", short_help="撤销机构改革 / take a reorganisation back")
@click.argument("old")
@click.argument("new")
@click.option(
    "--from", "effective", required=True, type=click.DateTime(["%Y-%m-%d"]), help="当初的生效日 / its first day"
)
@click.option("--reason", required=True, help="撤销事由，简短 / why, in a few words")
@json_option
@pass_session
def reverse(session: Session, old: str, new: str, effective: datetime, reason: str, as_json: bool) -> None:
    """撤销自生效日起 OLD 归 NEW 的机构改革，记入日志；此后各期数字如同从未改革，已发布通报不变。

    Take back that the work of OLD is NEW's from a day on: figures stand as if it had never been, published editions
    stay as they are.
    """
    old, new, day = _named(old), _named(new), effective.date()
    with session.house() as house:
        (recorded,) = reverse_reorganisation(house.log, old, new, day, reason, session.actor, session.moment(house))
    if as_json:
        answer_json({"old": old, "new": new, "effective_from": day, "position": recorded.position})
        return
    say(f"已撤销自 {day} 起“{old}”归“{new}”的机构改革", f"{old} is {new} no more, as if it had never been")


@units.command("reorganisations", short_help="机构改革 / reorganisations that stand")
@json_option
@pass_session
def reorganisations(session: Session, as_json: bool) -> None:
    """列出现行的机构改革（已撤销的不列），按生效日。

    List the reorganisations that stand, by their first day; those taken back are none of them.
    """
    with session.house() as house:
        held = sorted(house.instance.units.successions, key=lambda one: (one.effective_from, one.old))
    if as_json:
        rows = [
            {"old": one.old, "new": one.new, "effective_from": one.effective_from, "by": one.by.name} for one in held
        ]
        answer_json(rows)
        return
    answer_table(
        ("生效日 from", "原单位 old", "现单位 new", "登记人 by"),
        [(one.effective_from, one.old, one.new, one.by.name) for one in held],
    )


@units.command("suggest", short_help="可能相同的写法 / likely spellings of one unit")
@json_option
@pass_session
def suggest_command(session: Session, as_json: bool) -> None:
    """列出可能是同一单位的写法及件数；是否合并由人决定（hangfeng units alias）。

    List spellings that may mean one unit, with their counts; a person decides (hangfeng units alias).
    """
    with session.reading() as house:
        with house.views.reading() as conn:
            counts = spelling_counts(conn)
        suggestions = suggest(counts, house.instance.units)
    if as_json:
        answer_json([asdict(one) for one in suggestions])
        return
    answer_table(
        ("写法 alias", "件数", "可能即 unit", "件数", "相近 alike", "依据 why"),
        [(one.alias, one.alias_count, one.unit, one.unit_count, one.alike, one.why) for one in suggestions],
    )


@dataclass(frozen=True, slots=True)
class UnitLine:
    """A unit as it is listed."""

    unit: str
    legs: int
    aliases: tuple[str, ...]
    superior: str | None
    group: str | None


def _units(registry: UnitRegistry, counts: dict[str, int]) -> list[UnitLine]:
    names = {registry.resolve(name) or name for name in (*counts, *registry.placed, *registry.aliases.values())}
    lines = []
    for name in names:
        spellings, placed = registry.spellings(name), registry.placed.get(name)
        legs = sum(counts.get(spelling, 0) for spelling in spellings)
        above, group = (placed.superior, placed.group) if placed else (None, None)
        lines.append(UnitLine(name, legs, tuple(sorted(spellings - {name})), above, group))
    return sorted(lines, key=lambda line: (-line.legs, line.unit))


def _named(text: str) -> str:
    """Return a unit's name without outer white space. Raises ``click.BadParameter`` for none."""
    name = text.strip()
    if not name:
        raise click.BadParameter("单位名称不能为空 / a unit has a name")
    return name


def _said(recorded: bool, zh: str, en: str) -> None:
    if recorded:
        say(zh, en)
    else:
        say(f"无须改动：{zh}", f"nothing to change: {en}")
