"""What was substantiated and is not yet corrected (属实未纠): one line a measure, the longest overdue first."""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta, tzinfo
from uuid import UUID

from domain.complaint.corrections import Correction, days_overdue
from domain.facts import Moment
from domain.figures.leg_measures import LegMeasure
from domain.figures.measures import CaseMeasure
from domain.units import UnitRegistry
from domain.words import State
from projections.owing import cases_owing
from projections.port import Connection
from projections.work_lists import CursorFault
from services.work_lists import receipt_of

_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
_CURSOR = re.compile(r"m(\d{4}-\d\d-\d\d)@(-?\d{1,18})@([A-Za-z0-9-]{1,40})@(\d{1,9})@(\d{1,9})")

_Key = tuple[str, int, str, int, int]


@dataclass(frozen=True, slots=True)
class Uncorrected:
    """One measure that is owed.

    ``code`` is ``None`` where the finding named no measure; ``days_overdue`` is ``None`` where no due day was given,
    and 0 up to the due day itself. ``number`` is which of the case's measures it is, from 0.
    """

    id: UUID
    receipt_no: str
    leg: int
    unit: str | None
    state: State
    conduct_code: str | None
    found_at: Moment
    code: str | None
    due: date | None
    days_overdue: int | None
    number: int = 0

    @property
    def cursor(self) -> str:
        """What a page that ends at this line gives out, for the next to begin behind it."""
        return "m" + "@".join(map(str, _key(self)))

    @property
    def past_due(self) -> bool:
        """Whether its due day lies behind."""
        return bool(self.days_overdue)


def uncorrected(
    conn: Connection,
    zone: tzinfo,
    today: date,
    registry: UnitRegistry,
    spellings: frozenset[str] | None = None,
    *,
    past_due: bool = False,
) -> tuple[Uncorrected, ...]:
    """Return what is owed on ``today``: by the units that ``spellings`` name (``None``: by all), else only past due."""
    lines = [
        _line(case, leg, one, number, zone, today, registry)
        for case, leg in cases_owing(conn)
        if spellings is None or leg.unit in spellings
        for number, one in enumerate(case.corrections)
        if one.owed and one.leg == leg.number
    ]
    return longest_overdue_first(line for line in lines if line.past_due or not past_due)


def longest_overdue_first(lines: Iterable[Uncorrected]) -> tuple[Uncorrected, ...]:
    """Return lines as they are read: the longest overdue, then the next due, then those without a due day by age."""
    return tuple(sorted(lines, key=_key))


def behind(lines: Iterable[Uncorrected], cursor: str | None) -> tuple[Uncorrected, ...]:
    """Return the lines behind the one at which a page ended, whatever came or went since. Raises ``CursorFault``."""
    if cursor is None:
        return tuple(lines)
    found = _CURSOR.fullmatch(cursor)
    if found is None:
        raise CursorFault(cursor)
    last = (found[1], int(found[2]), found[3], int(found[4]), int(found[5]))
    return tuple(line for line in lines if _key(line) > last)


def _key(line: Uncorrected) -> _Key:
    since = (line.found_at.at - _EPOCH) // timedelta(microseconds=1)
    return (line.due or date.max).isoformat(), since, line.receipt_no, line.leg, line.number


def _line(
    case: CaseMeasure,
    leg: LegMeasure,
    correction: Correction,
    number: int,
    zone: tzinfo,
    today: date,
    registry: UnitRegistry,
) -> Uncorrected:
    found = [made for made in case.findings if made.leg == leg.number]
    return Uncorrected(
        id=case.complaint,
        receipt_no=receipt_of(case, zone),
        leg=leg.number,
        unit=registry.resolve(leg.unit, today) if leg.unit is not None else None,
        state=case.state,
        conduct_code=found[-1].conduct_code if found else None,
        found_at=correction.since,
        code=correction.code,
        due=correction.due,
        days_overdue=days_overdue(correction, today),
        number=number,
    )
