"""Ranking of units by group for a quarter (分组排名), as known at any position and as of any instant."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from domain.figures.figure import NONE
from domain.figures.indicators import EDITION
from domain.figures.ranking import GroupRanking, Placed, rank
from domain.figures.window import Window, on_clock, structure_text
from domain.periods import Quarter
from services.statistics import Statistics


@dataclass(frozen=True, slots=True)
class Ranking:
    """A quarter's ranking and what it was asked for."""

    window: Window
    position: int
    by: str
    minimum: int
    groups: tuple[GroupRanking, ...]

    def json(self) -> dict[str, Any]:
        """Return plain values for JSON; a unit without a place says why."""
        return {
            "quarter": str(self.window.quarter),
            "position": self.position,
            "definitions": self.window.settings.edition or EDITION,
            "as_of": on_clock(self.window.as_of, self.window.zone).isoformat(),
            "structure": structure_text(self.window.structure),
            "by": self.by,
            "minimum": self.minimum,
            "groups": [
                {"group": group.group, "name": group.name, "units": [_line(line) for line in group.lines]}
                for group in self.groups
            ],
        }


def ranking(
    statistics: Statistics,
    quarter: Quarter,
    by: str,
    minimum: int,
    *,
    as_of: datetime | None = None,
    known_at: datetime | None = None,
) -> Ranking:
    """Return the ranking of a quarter; errors as for ``Statistics.rows``, and ``NoRankingBy``."""
    found = statistics.units(quarter, as_of, known_at)
    return Ranking(found.table.window, found.position, by, minimum, rank(found.table, by, minimum))


def _line(line: Placed) -> dict[str, Any]:
    row, still_open, overdue = line.row, line.row.counts["open"], line.row.counts["overdue_open"]
    return {
        "unit": row.unit,
        "name": row.name,
        "place": line.place,
        "tied": line.tied,
        "figure": line.text,
        "counted": line.counted,
        "answered": row.answered.value,
        "open": still_open.value if still_open.value is not None else NONE,
        "overdue_open": overdue.value if overdue.value is not None else NONE,
        "oldest_open_days": row.oldest_open_days if row.oldest_open_days is not None else NONE,
        "unranked": None if line.cause is None else {"code": line.cause.code, "zh": line.cause.zh, "en": line.cause.en},
    }
