"""What was substantiated and is not yet corrected (属实未纠): one line a measure, the longest overdue first."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, tzinfo
from uuid import UUID

from domain.corrections import Correction, days_overdue
from domain.facts import Moment
from domain.leg_measures import LegMeasure
from domain.measures import CaseMeasure
from domain.units import UnitRegistry
from domain.words import State
from projections.owing import cases_owing
from projections.port import Connection
from services.work_lists import receipt_of


@dataclass(frozen=True, slots=True)
class Uncorrected:
    """One measure that is owed.

    ``code`` is ``None`` where the finding named no measure; ``days_overdue`` is ``None`` where no due day was given,
    and 0 up to the due day itself.
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
        _line(case, leg, one, zone, today, registry)
        for case, leg in cases_owing(conn)
        if spellings is None or leg.unit in spellings
        for one in case.corrections
        if one.owed and one.leg == leg.number
    ]
    return longest_overdue_first(line for line in lines if line.past_due or not past_due)


def longest_overdue_first(lines: Iterable[Uncorrected]) -> tuple[Uncorrected, ...]:
    """Return lines as they are read: the longest overdue, then the next due, then those without a due day by age."""
    return tuple(sorted(lines, key=lambda line: (line.due or date.max, line.found_at.at, line.receipt_no, line.leg)))


def _line(
    case: CaseMeasure, leg: LegMeasure, correction: Correction, zone: tzinfo, today: date, registry: UnitRegistry
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
    )
