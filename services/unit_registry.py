"""The registry of units as it is kept: facts appended to its stream, and spellings that look like one unit."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from difflib import SequenceMatcher
from typing import cast

from domain.facts import Recorded
from domain.identity import UNITS_STREAM
from domain.refusals import ChangedMeanwhile
from domain.units import UnitFact, UnitRegistry, registry
from projections.port import Connection
from services.log.port import Append, Appended, Log, Unstorable

ALIKE_FROM = 0.8
"""From which share of common characters on two spellings are suggested as one unit."""

CONTAINED_CHARACTERS_MIN = 3
COMPARED_SPELLINGS_MAX = 2_000
"""How many spellings are compared with each other at the most, the most frequent first."""

_RETRIES_MAX = 8
_NOISE = re.compile(r"[\s（）()【】\[\]·,，、。．.\-—_]+")

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
    for _ in range(_RETRIES_MAX):
        standing = log.read_stream(UNITS_STREAM)
        wanted = facts(registry(cast("UnitFact", one.fact) for one in standing)) if callable(facts) else facts
        if not wanted:
            return ()
        outcome = log.append([Append(UNITS_STREAM, len(standing), tuple(wanted))])[0]
        if isinstance(outcome, Unstorable):
            raise outcome
        if isinstance(outcome, Appended):
            return outcome.recorded
    raise ChangedMeanwhile


def suggest(counts: Mapping[str, int], units: UnitRegistry) -> list[Suggestion]:
    """Return pairs of spellings that look like one unit and are not yet known to be, the likeliest first.

    ``counts`` says how many legs stand under each spelling. Two names that differ in a number, a direction or another
    distinguishing word (第一小学, 第二小学) are not suggested.
    """
    ranked = sorted(counts, key=lambda name: (-counts[name], name))[:COMPARED_SPELLINGS_MAX]
    normal = {name: _NOISE.sub("", name) for name in ranked}
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
        return 1.0, "标点空白不同 punctuation or spaces only"
    if _distinguished(unit, alias):
        return None
    short, long = sorted((unit, alias), key=len)
    if len(short) >= CONTAINED_CHARACTERS_MIN and (long.startswith(short) or long.endswith(short)):
        return round(len(short) / len(long), 3), "一个包含另一个 one contains the other"
    if 2 * len(short) < ALIKE_FROM * (len(short) + len(long)):
        return None
    matcher.set_seq1(alias)
    if matcher.quick_ratio() < ALIKE_FROM:
        return None
    alike = matcher.ratio()
    return (round(alike, 3), "字形相近 alike") if alike >= ALIKE_FROM else None


_DISTINGUISHING = frozenset("一二三四五六七八九十0123456789东西南北中上下新老省市县区镇乡村")


def _distinguished(unit: str, alias: str) -> bool:
    """Say whether names of one length differ in a character that tells units apart, such as 第一小学 and 第二小学."""
    if len(unit) != len(alias):
        return False
    differing: Iterable[str] = (char for pair in zip(unit, alias, strict=True) if pair[0] != pair[1] for char in pair)
    return any(char in _DISTINGUISHING for char in differing)


def spelling_counts(conn: Connection) -> dict[str, int]:
    """Return how many legs stand under each spelling, from the view of legs."""
    sql = "SELECT unit, count(*) FROM legs WHERE to_position IS NULL AND unit IS NOT NULL GROUP BY unit"
    return dict(conn.execute(sql))
