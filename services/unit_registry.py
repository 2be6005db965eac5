"""The registry of units as it is kept: facts appended to its stream, and spellings that look like one unit."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date
from difflib import SequenceMatcher
from typing import cast

from domain.facts import Actor, Moment, Recorded
from domain.identity import UNITS_STREAM
from domain.refusals import AliasOfItself, NoSuchReorganisation, ReorganisedBack
from domain.units import (
    UnitAliased,
    UnitAliasWithdrawn,
    UnitFact,
    UnitRegistry,
    UnitReorganisationReversed,
    UnitReorganised,
    evolve,
    registry,
)
from domain.wording import hold_to_code, hold_to_text
from projections.port import Connection
from services.log.deciding import Alone, append_decided
from services.log.port import Log

ALIKE_FROM = 0.8
"""From which share of common characters on two spellings are suggested as one unit."""

MISTYPED_FROM = 0.92
"""The same where a character was replaced: most often that makes another unit (体育局, 教育局), seldom a slip."""

COMPARED_SPELLINGS_MAX = 2_000
"""How many spellings are compared with each other at the most, the most frequent first."""

_NOISE = re.compile(r"[\s（）()【】\[\]·,，、。．.\-—_和与及]+")
"""What is left out before two spellings are compared; a conjunction tells no unit from another."""

UnitsToRecord = Sequence[UnitFact] | Callable[[UnitRegistry], Sequence[UnitFact]]


@dataclass(frozen=True, slots=True)
class Suggestion:
    """Two spellings that may mean one unit: the rarer, the more frequent, how alike (0 to 1), and their counts."""

    alias: str
    unit: str
    alike: float
    why: str
    alias_count: int
    unit_count: int


def record_units(log: Log, facts: UnitsToRecord) -> tuple[Recorded, ...]:
    """Append facts to the registry's stream; a function is asked again where others changed the registry meanwhile.

    Raises ``ChangedMeanwhile`` and ``Unstorable``.
    """

    def wanted(standing: tuple[Recorded, ...]) -> Sequence[UnitFact]:
        return facts(registry(cast("UnitFact", one.fact) for one in standing)) if callable(facts) else facts

    return append_decided(log, Alone(log), UNITS_STREAM, wanted).recorded


def alias_unit(log: Log, alias: str, unit: str, by: Actor, at: Moment) -> bool:
    """Let a spelling mean a unit, and say whether that was new.

    Raises ``AliasOfItself``, ``ReorganisedBack`` where reorganisations would then lead in a circle, and as
    ``record_units``.
    """
    alias, unit = _trimmed("alias", alias), _trimmed("unit", unit)

    def facts(units: UnitRegistry) -> Sequence[UnitFact]:
        if alias == unit or units.resolve(unit) == alias:
            raise AliasOfItself(alias=alias, unit=unit)
        if units.aliases.get(alias) == units.resolve(unit):
            return ()
        aliased = UnitAliased(by=by, occurred=at, alias=alias, unit=unit)
        _hold_to_no_circle(evolve(units, aliased))
        return (aliased,)

    return bool(record_units(log, facts))


def withdraw_alias(log: Log, alias: str, by: Actor, at: Moment) -> bool:
    """Let a spelling stand for itself again, with those that meant it, and say whether that was new."""

    def facts(units: UnitRegistry) -> Sequence[UnitFact]:
        return (UnitAliasWithdrawn(by=by, occurred=at, alias=alias),) if alias in units.aliases else ()

    return bool(record_units(log, facts))


def reorganise(log: Log, old: str, new: str, effective_from: date, by: Actor, at: Moment) -> bool:
    """Let a unit's work be another's from a day on, and say whether that was new.

    Raises ``ReorganisedBack``, ``NotACodeWord``, ``EmptyText`` and as ``record_units``.
    """
    old, new = _trimmed("old", old), _trimmed("new", new)

    def facts(units: UnitRegistry) -> Sequence[UnitFact]:
        if (old, new, effective_from) in _reorganisations(units):
            return ()
        if units.leads_back(old, new, effective_from):
            raise ReorganisedBack(old=old, new=new)
        return (UnitReorganised(by=by, occurred=at, old=old, new=new, effective_from=effective_from),)

    return bool(record_units(log, facts))


def reverse_reorganisation(
    log: Log, old: str, new: str, effective_from: date, reason: str, by: Actor, at: Moment
) -> tuple[Recorded, ...]:
    """Take a reorganisation back, so that figures stand as if it had never been.

    Raises ``NoSuchReorganisation``, ``NotACodeWord`` for a reason that is none, and as ``record_units``.
    """
    hold_to_code("reason", reason)

    def facts(units: UnitRegistry) -> Sequence[UnitFact]:
        standing = _reorganisations(units)
        if (old, new, effective_from) not in standing:
            known = "；".join(f"{one}→{other} {day}" for one, other, day in standing) or "—"
            raise NoSuchReorganisation(old=old, new=new, effective_from=effective_from, known=known)
        return (
            UnitReorganisationReversed(
                by=by, occurred=at, old=old, new=new, effective_from=effective_from, reason=reason
            ),
        )

    return record_units(log, facts)


def _trimmed(field: str, name: str) -> str:
    """Return a unit's name as ledgers give it, without white space around it (单位名称去首尾空白)."""
    trimmed = name.strip()
    hold_to_text(field, trimmed)
    hold_to_code(field, trimmed)
    return trimmed


def _hold_to_no_circle(units: UnitRegistry) -> None:
    for one in units.successions:
        if units.resolve(one.old) == units.resolve(one.new):
            continue
        others = replace(units, successions=tuple(other for other in units.successions if other is not one))
        if others.leads_back(one.old, one.new, one.effective_from):
            raise ReorganisedBack(old=one.old, new=one.new)


def _reorganisations(units: UnitRegistry) -> list[tuple[str, str, date]]:
    return [(one.old, one.new, one.effective_from) for one in units.successions]


def suggest(counts: Mapping[str, int], units: UnitRegistry) -> list[Suggestion]:
    """Return pairs of spellings that look like one unit and are not yet known to be, the likeliest first.

    ``counts`` says how many legs stand under each spelling. Two names that differ in a number, a direction or another
    distinguishing word (第一小学, 第二小学) are not suggested.
    """
    ranked = sorted(counts, key=lambda name: (-counts[name], name))[:COMPARED_SPELLINGS_MAX]
    normal = {name: _NOISE.sub("", name).casefold() for name in ranked}
    found: list[Suggestion] = []
    matcher = SequenceMatcher(autojunk=False)
    for at, unit in enumerate(ranked):
        # The matcher prepares its second text once and compares many with it.
        matcher.set_seq2(normal[unit])
        for alias in ranked[at + 1 :]:
            if units.resolve(alias) == units.resolve(unit):
                continue
            judged = _judged(normal[unit], normal[alias], matcher)
            if judged is not None:
                found.append(Suggestion(alias, unit, *judged, counts[alias], counts[unit]))
    return sorted(found, key=lambda one: (-one.alike, -one.unit_count, one.unit, one.alias))


def _judged(unit: str, alias: str, matcher: SequenceMatcher[str]) -> tuple[float, str] | None:
    if unit == alias:
        return 1.0, "标点、空白、大小写、连词不同 punctuation, spaces, case or conjunctions only"
    short, long = sorted((unit, alias), key=len)
    if 2 * len(short) < ALIKE_FROM * (len(short) + len(long)):
        return None
    matcher.set_seq1(alias)
    if matcher.quick_ratio() < ALIKE_FROM or _told_apart(alias, unit, matcher):
        return None
    alike = matcher.ratio()
    replaced = any(tag == "replace" for tag, *_ in matcher.get_opcodes())
    if alike < (MISTYPED_FROM if replaced else ALIKE_FROM):
        return None
    contained = long.startswith(short) or long.endswith(short)
    return round(alike, 3), "一个包含另一个 one contains the other" if contained else "字形相近 alike"


def _told_apart(alias: str, unit: str, matcher: SequenceMatcher[str]) -> bool:
    """Say whether two names differ in what tells units apart: a number, a direction, or the name of a place.

    A place is known by what follows: 定海路街道 and 长海路街道 are two, and so are 市人民政府 and 市黄浦区人民政府.
    What is left out at the beginning is most often the superior's name, and tells nothing.
    """
    for tag, a, b, c, d in matcher.get_opcodes():
        if tag == "equal" or (tag != "replace" and a == 0 and c == 0):
            continue
        if any(char in _DISTINGUISHING for char in alias[a:b] + unit[c:d]):
            return True
        around = alias[a : b + _PLACE_CHARACTERS] + unit[c : d + _PLACE_CHARACTERS]
        if any(char in _PLACE_ENDINGS for char in around):
            return True
    return False


_DISTINGUISHING = frozenset("一二三四五六七八九十0123456789东西南北中上下新老省市")
_PLACE_ENDINGS = frozenset("区县镇乡村街路市省州岛")
_PLACE_CHARACTERS = 2


def spelling_counts(conn: Connection) -> dict[str, int]:
    """Return how many legs stand under each spelling, from the view of legs."""
    sql = "SELECT unit, count(*) FROM legs WHERE to_position IS NULL AND unit IS NOT NULL GROUP BY unit"
    return dict(conn.execute(sql))
