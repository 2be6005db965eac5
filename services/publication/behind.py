"""What stands behind a cell: the cases or legs of its numerator and denominator, and the events of each."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, Final

from domain.facts import Fact, topic_of
from domain.figures.figure import RowId
from services.log.port import Log
from services.publication.document import Cell

ROWS_MAX: Final = 1_000
"""The events of so many rows are looked up at the most; all rows are named."""


@dataclass(frozen=True, slots=True)
class EventBehind:
    """One event: its position and its topic."""

    position: int
    topic: str


@dataclass(frozen=True, slots=True)
class Behind:
    """A cell and what it counts.

    Of a count, the rows counted stand under ``numerator``. ``events`` are those of each row's case up to the edition's
    position, of a leg those that speak of it and those of the whole case; ``positions`` are events that say the value
    outright, such as an episode's.
    """

    cell: Cell
    numerator: tuple[RowId, ...]
    denominator: tuple[RowId, ...]
    events: dict[RowId, tuple[EventBehind, ...]]
    positions: tuple[int, ...]

    def counts_json(self) -> dict[str, Any]:
        """Return how many stand behind the cell, for those who may not see which."""
        return {**self.cell.plain(), "rows": {"numerator": len(self.numerator), "denominator": len(self.denominator)}}

    def json(self) -> dict[str, Any]:
        """Return which cases, legs and events stand behind the cell, for the auditor."""
        return {
            **self.counts_json(),
            "behind": {
                "numerator": [self._row(row) for row in self.numerator],
                "denominator": [self._row(row) for row in self.denominator],
                "positions": list(self.positions),
            },
        }

    def _row(self, row: RowId) -> dict[str, Any]:
        events = self.events.get(row)
        return {
            "complaint": str(row.complaint),
            "leg": row.leg,
            "events": None
            if events is None
            else [{"position": event.position, "topic": event.topic} for event in events],
        }


def behind_of(log: Log, cell: Cell, position: int) -> Behind:
    """Return what stands behind a cell of an edition that was frozen at a position. Raises ``LogDamaged``."""
    rows = dict.fromkeys((*cell.numerator_rows, *cell.denominator_rows))
    events = {row: _events(log, row, position) for row in list(rows)[:ROWS_MAX]}
    return Behind(cell, cell.numerator_rows, cell.denominator_rows, events, cell.positions)


def _events(log: Log, row: RowId, position: int) -> tuple[EventBehind, ...]:
    return tuple(
        EventBehind(recorded.position, topic_of(recorded.fact))
        for recorded in log.read_stream(row.complaint)
        if recorded.position <= position and _speaks_of(recorded.fact, row.leg)
    )


def _speaks_of(fact: Fact, leg: int | None) -> bool:
    named = getattr(fact, "leg", None)
    return leg is None or named is None or named == leg
