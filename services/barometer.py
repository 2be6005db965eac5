"""The barometer of a quarter (晴雨表): three quarters' figures side by side, as known at one position."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace
from datetime import datetime
from enum import StrEnum
from typing import Any

from domain.figures.barometer import Change, QuarterVolumes, Reading, change, readings, volumes
from domain.figures.barometer import Volume as Counted
from domain.figures.case_sets import answered, registered
from domain.figures.figure import NONE, Cause
from domain.figures.indicators import EDITION
from domain.figures.leg_sets import leg_registered
from domain.figures.measures import CaseMeasure
from domain.figures.rows import LegRow
from domain.figures.sources import PARTLY_COVERED, Needs
from domain.figures.suppression import column
from domain.figures.unit_table import DIRECT, NO_UNIT, answering
from domain.periods import Quarter
from domain.words import CHINESE, ComplaintKind
from services.statistics import QuarterRows, Statistics

NO_CATEGORY = "未分类"
"""What stands where a case has no category."""

WITHHELD = Cause("withheld", "件数过少，隐去", "withheld: so few could single somebody out")

_Counted = Iterator[tuple[str, Cause | None]]


class Grouping(StrEnum):
    """By what the barometer groups cases."""

    CATEGORY = "category"
    UNIT = "unit"
    KIND = "kind"
    CHANNEL = "channel"


class Volume(StrEnum):
    """What the barometer counts: registrations, or answers where a source knows of answered cases only."""

    REGISTERED = "registered"
    ANSWERED = "answered"


@dataclass(frozen=True, slots=True)
class Barometer:
    """A quarter beside the quarter before and the same quarter a year before; ``total`` is over all groups."""

    quarter: Quarter
    position: int
    by: Grouping
    counted: Volume
    total: Reading
    lines: tuple[Reading, ...]
    definitions: str = EDITION

    def json(self) -> dict[str, Any]:
        """Return plain values for JSON; what cannot be given is "—"."""
        return {
            "quarter": str(self.quarter),
            "quarter_before": str(self.quarter.previous()),
            "year_before": str(self.quarter.year_before()),
            "position": self.position,
            "definitions": self.definitions,
            "by": self.by.value,
            "counted": self.counted.value,
            "total": _line(self.total),
            "lines": [_line(line) for line in self.lines],
        }


def barometer(
    statistics: Statistics,
    quarter: Quarter,
    by: Grouping,
    counted: Volume = Volume.REGISTERED,
    *,
    known_at: datetime | None = None,
    position: int | None = None,
) -> Barometer:
    """Return the barometer of a quarter; ``known_at``, ``position`` and errors as for ``Statistics.rows``."""
    rows = statistics.rows(quarter, known_at=known_at, position=position)
    three = [
        _volumes(each, by, counted)
        for each in (
            rows,
            statistics.rows(quarter.previous(), position=rows.position),
            statistics.rows(quarter.year_before(), position=rows.position),
        )
    ]
    now, quarter_before, year_before = three
    rounding = rows.window.settings.rounding
    total = Reading(
        "合计",
        now.total,
        change(now.total, quarter_before.total, rounding),
        change(now.total, year_before.total, rounding),
    )
    lines = readings(now, quarter_before, year_before, rounding)
    definitions = rows.window.settings.edition or EDITION
    return Barometer(quarter, rows.position, by, counted, total, lines, definitions)


def withheld(made: Barometer, below: int) -> Barometer:
    """Return a barometer by topic without the counts under ``below``, and without what they could be worked out from.

    By unit, kind or channel nothing is withheld: that is how the work was done, not what somebody wrote about. Where a
    quarter's counts cannot be protected under their total, no topic is named at all.
    """
    if made.by is not Grouping.CATEGORY:
        return made
    columns = [
        column([counted(line) or 0 for line in made.lines], below)
        for counted in (_now, _quarter_before_that, _year_before_that)
    ]
    if any(each.table for each in columns):
        return replace(made, lines=())
    now, quarter_before, year_before = ({row for row, _ in each.cells} for each in columns)
    lines = tuple(
        Reading(
            line.group,
            Counted(None, WITHHELD) if row in now else line.now,
            _withheld_change(line.quarter_before, now=row in now, base=row in quarter_before),
            _withheld_change(line.year_before, now=row in now, base=row in year_before),
        )
        for row, line in enumerate(made.lines)
    )
    return replace(made, lines=lines)


def _now(line: Reading) -> int | None:
    return line.now.value


def _quarter_before_that(line: Reading) -> int | None:
    return line.quarter_before.base


def _year_before_that(line: Reading) -> int | None:
    return line.year_before.base


def _withheld_change(made: Change, *, now: bool, base: bool) -> Change:
    if not now and not base:
        return made
    return Change(None if base else made.base, None, NONE, WITHHELD)


def _volumes(rows: QuarterRows, by: Grouping, counted: Volume) -> QuarterVolumes:
    if counted is Volume.ANSWERED:
        found = volumes(_answers(rows, by))
    else:
        found = volumes(_legs(rows) if by is Grouping.UNIT else _registrations(rows, _GROUP_OF[by]))
    partial = rows.window.sources.partly_covering(rows.window.quarter)
    return replace(found, partly=PARTLY_COVERED) if partial else found


def _registrations(rows: QuarterRows, group: Callable[[CaseMeasure], str]) -> _Counted:
    needs = Needs(every_case=True)
    for case in rows.cases:
        if registered(case, rows.window):
            yield group(case), rows.window.sources.lacks(case, needs)


def _legs(rows: QuarterRows) -> _Counted:
    needs = Needs(every_case=True)
    for row in rows.leg_rows():
        if leg_registered(row, rows.window):
            yield _unit(row, rows), rows.window.sources.lacks(row.case, needs)


def _answers(rows: QuarterRows, by: Grouping) -> _Counted:
    known = {**rows.shared, **{case.complaint: case for case in rows.cases}}
    for case in rows.cases:
        if not answered(case, rows.window):
            continue
        if by is Grouping.UNIT:
            direct, unit = answering(case, known, rows.window)
            yield DIRECT if direct else unit or NO_UNIT, None
        else:
            yield _GROUP_OF[by](case), None


def _unit(row: LegRow, rows: QuarterRows) -> str:
    return rows.window.unit(row.leg.unit, row.leg.started) or NO_UNIT


def _is_accusation(case: CaseMeasure) -> bool:
    return case.kind is ComplaintKind.ACCUSATION


_GROUP_OF: dict[Grouping, Callable[[CaseMeasure], str]] = {
    # Of an accusation its number may be known and never what it is about: its topic could name the accused.
    Grouping.CATEGORY: lambda case: CHINESE[case.kind] if _is_accusation(case) else case.category or NO_CATEGORY,
    Grouping.KIND: lambda case: CHINESE[case.kind],
    Grouping.CHANNEL: lambda case: CHINESE[case.channel],
}


def _line(reading: Reading) -> dict[str, Any]:
    return {
        "group": reading.group,
        "now": reading.now.value if reading.now.value is not None else NONE,
        "cause": reading.now.cause.code if reading.now.cause is not None else None,
        "quarter_before": _compared(reading.quarter_before),
        "year_before": _compared(reading.year_before),
    }


def _compared(made: Change) -> dict[str, Any]:
    return {
        "base": made.base if made.base is not None else NONE,
        "difference": made.difference if made.difference is not None else NONE,
        "rate": made.rate,
        "cause": made.cause.code if made.cause is not None else None,
    }
