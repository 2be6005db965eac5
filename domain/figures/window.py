"""The period that figures are asked for (统计口径): a quarter, seen from an instant, on the instance's clock."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import date, datetime, tzinfo
from fractions import Fraction
from typing import TypeGuard

from domain.facts import Moment
from domain.figures.definitions import Exclusion, FigureEdition
from domain.figures.figure import Rounding
from domain.figures.measures import CaseMeasure, Promise
from domain.figures.sources import Sources
from domain.periods import Period
from domain.timekeeping.deadlines import Deadline, working_days_between
from domain.timekeeping.working_calendar import WorkingCalendar
from domain.units import UnitRegistry
from domain.words import Precision, Satisfaction


@dataclass(frozen=True, slots=True)
class FigureSettings:
    """What is data about the definitions: how percentages are rounded, what 基本满意 weighs, and who is left out.

    ``edition`` is the id of the adopted edition, ``None`` where the definitions stand as they were shipped.
    """

    rounding: Rounding = Rounding.HALF_UP
    fairly_satisfied_weight: Fraction = Fraction(1)
    edition: str | None = None
    exclusions: tuple[Exclusion, ...] = ()

    @classmethod
    def of(cls, edition: FigureEdition) -> FigureSettings:
        """Return what an adopted edition says."""
        return cls(edition.rounding, edition.weight, edition.edition, edition.exclusions)

    def leaves_out(self, case: CaseMeasure) -> bool:
        """Say whether every figure leaves a case out."""
        return any(not one.figures and one.holds(case) for one in self.exclusions)

    def excluding(self, key: str) -> tuple[Exclusion, ...]:
        """Return the exclusions that name a figure by its key."""
        return tuple(one for one in self.exclusions if key in one.figures)

    def weight(self, said: Satisfaction) -> Fraction:
        """Return what one person's word adds to the numerator of 满意率."""
        match said:
            case Satisfaction.SATISFIED:
                return Fraction(1)
            case Satisfaction.FAIRLY_SATISFIED:
                return self.fairly_satisfied_weight
            case Satisfaction.DISSATISFIED:
                return Fraction(0)


OLD, NEW = "old", "new"

_DAY = Precision.DAY
"""Looked up once: the way to a member of an enumeration takes ten times as long as the comparison with it."""


def structure_day(text: str) -> date:
    """Return the day whose structure is meant: before every reorganisation, after every one, or a day itself.

    What was given to a new unit outright stays the new unit's under the old structure too: which of its predecessors
    it would have gone to is not on record. Raises ``ValueError``.
    """
    if text == OLD:
        return date.min
    return date.max if text == NEW else date.fromisoformat(text)


def structure_text(day: date | None) -> str | None:
    """Write the day of a structure as ``structure_day`` reads it."""
    if day is None:
        return None
    return {date.min: OLD, date.max: NEW}.get(day) or day.isoformat()


def on_clock(instant: datetime, zone: tzinfo) -> datetime:
    """Return an instant on a zone's clock; one at the edge of the calendar, which has no such time, as it is."""
    try:
        return instant.astimezone(zone)
    except OverflowError:
        return instant


@dataclass(frozen=True, slots=True)
class Window:
    """A quarter as of an instant: what occurred later is not seen, whatever the log knows of it.

    ``registry``, ``calendar`` and ``sources`` are those of the log's position that is asked.
    """

    quarter: Period
    as_of: datetime
    zone: tzinfo
    calendar: WorkingCalendar
    sources: Sources = field(default_factory=Sources)
    registry: UnitRegistry = field(default_factory=UnitRegistry)
    settings: FigureSettings = field(default_factory=FigureSettings)
    structure: date | None = None
    """Under which day's structure units are named; ``None``: that of the day on which each was given its work."""

    today: date = field(init=False)
    """The day of ``as_of`` on the instance's clock."""
    first_day: date = field(init=False)
    last_day: date = field(init=False)

    def __post_init__(self) -> None:
        # Asked of every row: worked out once.
        object.__setattr__(self, "today", on_clock(self.as_of, self.zone).date())
        object.__setattr__(self, "first_day", self.quarter.first_day)
        object.__setattr__(self, "last_day", self.quarter.last_day)

    def day(self, moment: Moment) -> date:
        """Return the date of a moment on the instance's clock; a date without time of day stands as it is."""
        return moment.at.date() if moment.precision is _DAY else moment.at.astimezone(self.zone).date()

    def happened(self, moment: Moment | None) -> TypeGuard[Moment]:
        """Say whether an act had occurred by ``as_of``."""
        if moment is None:
            return False
        if moment.precision is _DAY:
            return moment.at.date() <= self.today
        return moment.at <= self.as_of

    def within(self, moment: Moment | None) -> TypeGuard[Moment]:
        """Say whether an act occurred in the quarter, and by ``as_of``."""
        if moment is None:
            return False
        at = moment.at
        if moment.precision is _DAY:
            day = at.date()
            return day <= self.today and self.first_day <= day <= self.last_day
        return at <= self.as_of and self.first_day <= at.astimezone(self.zone).date() <= self.last_day

    def before(self, moment: Moment | None) -> TypeGuard[Moment]:
        """Say whether an act occurred before the quarter began, and by ``as_of``."""
        return moment is not None and self.day(moment) < self.first_day and self.happened(moment)

    def due_day(self, deadline: Deadline) -> date:
        """Return the day on which a deadline ends on the instance's clock."""
        return deadline.due.astimezone(self.zone).date()

    def expired(self, deadline: Deadline) -> bool:
        """Say whether a deadline had passed by ``as_of``."""
        return deadline.due < self.as_of

    def fell_due(self, deadline: Deadline) -> bool:
        """Say whether a deadline passed in the quarter, and by ``as_of``."""
        return self.expired(deadline) and self.first_day <= self.due_day(deadline) <= self.last_day

    def in_force(self, promises: tuple[Promise, ...]) -> Deadline | None:
        """Return the deadline that stood at ``as_of``: the last that had been given."""
        for held in reversed(promises):
            if self.happened(held.since):
                return held.deadline
        return None

    def calendar_days(self, start: Moment, end: Moment) -> int:
        """Count calendar days, the start day left out and the end day taken in."""
        return (self.day(end) - self.day(start)).days

    def working_days(self, start: Moment, end: Moment) -> int | None:
        """Count working days in the same way, ``None`` where a year touched is unpublished."""
        return working_days_between(self.day(start), self.day(end), self.calendar)

    def unit(self, spelling: str | None, started: Moment) -> str | None:
        """Return the unit that a spelling means under the structure of the day; blank is ``None``."""
        trimmed = spelling.strip() if spelling is not None else ""
        if not trimmed:
            return None
        return self.registry.resolve(trimmed, self.structure if self.structure is not None else self.day(started))
