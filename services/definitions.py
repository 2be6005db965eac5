"""Editions of the figures' definitions: their effect on past quarters before they are adopted, and their adoption."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any, cast

from domain.editions import DefinitionsAdopted, EditionKind, RulesFact, Standing
from domain.editions import standing as standing_of
from domain.facts import Actor, Moment, Recorded
from domain.figures.definitions import DefinitionFault, FigureEdition, checked
from domain.figures.figure import NONE
from domain.figures.indicators import COUNTS, DEFINITIONS, EDITION
from domain.figures.unit_table import Row
from domain.figures.window import FigureSettings
from domain.identity import RULES_STREAM
from domain.periods import Quarter
from domain.refusals import EditionWithdrawnBefore, NoSuchEdition
from services.log.deciding import Alone, append_decided
from services.log.port import Log
from services.statistics import Statistics, UnitStatistics

QUARTERS_MAX = 40
"""How many past quarters one preview goes back at the most."""

_NAMES = {
    "answered": "答复",
    **{count.key: count.name_zh for count in COUNTS},
    **{rate.key: rate.name_zh for rate in DEFINITIONS},
}


@dataclass(frozen=True, slots=True)
class Effect:
    """One figure that another edition changes: of the city (``unit`` is ``None``) or of a row of the table."""

    row: str
    key: str
    before: str
    after: str

    @property
    def name(self) -> str:
        """The figure's name in Chinese."""
        return _NAMES[self.key]


@dataclass(frozen=True, slots=True)
class QuarterEffect:
    """What another edition changes in one quarter, and how many figures it leaves as they are."""

    quarter: Quarter
    edition: str
    effects: tuple[Effect, ...]
    unchanged: int


def preview(
    now: Statistics, then: Statistics, quarter: Quarter, quarters: int, position: int | None = None
) -> tuple[QuarterEffect, ...]:
    """Compare each of so many quarters up to and with one, as figures stand and as another edition gives them.

    ``then`` is ``now`` with a ``preview``. Raises ``ViewsBehind``.
    """
    found: list[QuarterEffect] = []
    asked = quarter
    for _ in range(min(quarters, QUARTERS_MAX)):
        stands = now.units(asked, position=position)
        found.append(_compared(asked, stands, then.units(asked, position=stands.position)))
        position, asked = stands.position, asked.previous()
    return tuple(reversed(found))


def without(statistics: Statistics, log: Log, edition: str) -> Statistics:
    """Return the same figures as if an edition were withdrawn, for ``preview`` to compare. Raises ``NoSuchEdition``."""
    known = _standing(log).ids(EditionKind.DEFINITIONS)
    if edition not in known:
        raise NoSuchEdition(kind=EditionKind.DEFINITIONS.chinese, edition=edition, known="、".join(known))
    return statistics.without(frozenset({edition}))


def effects_json(edition: str, effects: tuple[QuarterEffect, ...]) -> dict[str, Any]:
    """Return what the withdrawal of an edition changes, as plain values for JSON."""
    return {"edition": edition, "quarters": [_quarter_json(one) for one in effects]}


def _quarter_json(one: QuarterEffect) -> dict[str, Any]:
    return {
        "quarter": str(one.quarter),
        "against": one.edition,
        "unchanged": one.unchanged,
        "changed": [
            {"row": each.row, "key": each.key, "name": each.name, "before": each.before, "after": each.after}
            for each in one.effects
        ],
    }


def settings_of(edition: FigureEdition) -> FigureSettings:
    """Return what a ``Statistics`` is given as ``preview`` for an edition."""
    return FigureSettings.of(edition)


def preview_json(edition: FigureEdition, effects: tuple[QuarterEffect, ...]) -> dict[str, Any]:
    """Return a preview as plain values for JSON."""
    return {
        "edition": edition.edition,
        "title": edition.title,
        "first_quarter": edition.first_quarter,
        "adopted": False,
        "quarters": [{**_quarter_json(one), "governed": edition.governs(one.quarter)} for one in effects],
    }


def adopted_definitions(log: Log) -> tuple[FigureEdition, ...]:
    """Return every edition that was adopted, in order, withdrawn or not."""
    return tuple(_standing(log).definitions)


def withdrawn_definitions(log: Log) -> frozenset[str]:
    """Return the ids of the editions that were withdrawn."""
    return _standing(log).withdrawn_of(EditionKind.DEFINITIONS)


def _standing(log: Log) -> Standing:
    return standing_of(cast("RulesFact", recorded.fact) for recorded in log.read_stream(RULES_STREAM))


def edition_json(edition: FigureEdition) -> dict[str, Any]:
    """Return an edition as plain values for JSON."""
    return {
        "edition": edition.edition,
        "title": edition.title,
        "first_quarter": edition.first_quarter,
        "rounding": edition.rounding,
        "fairly_satisfied_weight": edition.fairly_satisfied_weight,
        "exclusions": [
            {
                "reason": one.reason,
                "kinds": list(one.kinds),
                "channels": list(one.channels),
                "categories": list(one.categories),
                "flags": list(one.flags),
                "figures": list(one.figures),
            }
            for one in edition.exclusions
        ],
    }


def definitions_json(log: Log) -> dict[str, Any]:
    """Return every edition as plain values for JSON."""
    gone = withdrawn_definitions(log)
    editions = [{**edition_json(one), "withdrawn": one.edition in gone} for one in adopted_definitions(log)]
    return {"shipped": EDITION, "editions": editions}


def adopt_definitions(log: Log, edition: FigureEdition, by: Actor, at: Moment) -> bool:
    """Record an edition and say whether it was new; the same one again is idle.

    Raises ``DefinitionFault`` where its id stands for other definitions, ``ChangedMeanwhile`` and ``Unstorable``.
    """
    checked(edition)

    def follows(history: tuple[Recorded, ...]) -> tuple[DefinitionsAdopted, ...]:
        standing = standing_of([cast("RulesFact", one.fact) for one in history])
        if edition.edition in standing.withdrawn_of(EditionKind.DEFINITIONS):
            raise EditionWithdrawnBefore(edition=edition.edition)
        if edition in standing.definitions:
            return ()
        if edition.edition in {EDITION, *(one.edition for one in standing.definitions)}:
            raise DefinitionFault(
                f"口径版本号 {edition.edition} 已用于另一版；the id {edition.edition} stands for other definitions",
            )
        return (DefinitionsAdopted(by=by, occurred=at, edition=edition),)

    return bool(append_decided(log, Alone(log), RULES_STREAM, follows).recorded)


def _compared(quarter: Quarter, stands: UnitStatistics, other: UnitStatistics) -> QuarterEffect:
    before, after = dict(_figures(stands)), dict(_figures(other))
    effects = [
        Effect(row, key, before.get((row, key), NONE), after.get((row, key), NONE))
        for row, key in dict.fromkeys((*before, *after))
        if before.get((row, key)) != after.get((row, key))
    ]
    unchanged = len(before.keys() | after.keys()) - len(effects)
    return QuarterEffect(quarter, stands.table.window.settings.edition or EDITION, tuple(effects), unchanged)


def _figures(statistics: UnitStatistics) -> Iterator[tuple[tuple[str, str], str]]:
    yield from (((CITY, key), said) for key, said in _said(statistics.table.total).items())
    for row in statistics.table.units:
        yield from (((row.name, key), said) for key, said in _said(row).items())


def _said(row: Row) -> Mapping[str, str]:
    counts = {key: NONE if count.value is None else str(count.value) for key, count in row.counts.items()}
    rates = {
        key: f"{figure.rate} ({float(figure.numerator):g}/{figure.denominator})" for key, figure in row.rates.items()
    }
    return {"answered": str(row.answered.value), **counts, **rates}


CITY = "全市"
"""Under which name the city's figures stand in a preview."""
