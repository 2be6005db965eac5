"""Deadlines (时限): reckoned from a start, a limit and a calendar, and explained day by day.

Counting starts the day after the start; the last day counts (次日起算, 末日计入). A deadline in days is the end of
that day on the instance's clock, and lateness is judged by date: day 60 is on time, day 61 late.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta, tzinfo
from enum import StrEnum
from typing import NamedTuple

from domain.facts import Moment
from domain.timekeeping.office_hours import OfficeHours, at_clock, since_midnight, working_minutes_between
from domain.timekeeping.working_calendar import EDITION_JOIN, WorkingCalendar
from domain.words import Precision

__all__ = [
    "DayLine",
    "Deadline",
    "Limit",
    "LimitFault",
    "LimitUnit",
    "Reckoned",
    "explain",
    "reckon",
    "warning_instant",
    "working_days_between",
    "working_minutes_between",
]

HOUR_MINUTES = 60
WHOLE_PERCENT = 100
LIMIT_DAYS_MAX = 3660
"""No limit runs longer than about ten years; a larger number is a slip of the pen."""

_DAY_END = time(23, 59, 59)
_DAY = Precision.DAY
_ONE_DAY = timedelta(days=1)
_ONE_SECOND = timedelta(seconds=1)
_ONE_MINUTE = timedelta(minutes=1)


class LimitFault(ValueError):
    """A limit below zero, or beyond ten years; the message is in Chinese and English."""


class LimitUnit(StrEnum):
    """What a limit is measured in."""

    WORKING_DAYS = "working_days"
    CALENDAR_DAYS = "calendar_days"
    WORKING_HOURS = "working_hours"
    ELAPSED_HOURS = "elapsed_hours"
    WORKING_MINUTES = "working_minutes"
    ELAPSED_MINUTES = "elapsed_minutes"

    @property
    def in_days(self) -> bool:
        """Whether a deadline of this unit is the end of a day."""
        return self in _DAY_UNITS

    @property
    def needs_calendar(self) -> bool:
        """Whether only working days or working time count."""
        return self in _WORKING_UNITS


_DAY_UNITS = frozenset({LimitUnit.WORKING_DAYS, LimitUnit.CALENDAR_DAYS})
_WORKING_UNITS = frozenset({LimitUnit.WORKING_DAYS, LimitUnit.WORKING_HOURS, LimitUnit.WORKING_MINUTES})
_HOUR_UNITS = frozenset({LimitUnit.WORKING_HOURS, LimitUnit.ELAPSED_HOURS})


@dataclass(frozen=True, slots=True)
class Limit:
    """How much time is given: a number of some unit; 0 days means by the end of the same day. Raises ``LimitFault``."""

    value: int
    unit: LimitUnit

    def __post_init__(self) -> None:
        if self.value < 0 or (self.value if self.unit.in_days else self.minutes / (24 * HOUR_MINUTES)) > LIMIT_DAYS_MAX:
            msg = (
                f"时限 {self.value} {self.unit} 超出范围，须在 0 与 {LIMIT_DAYS_MAX} 天之间；"
                f"a limit lies between 0 and {LIMIT_DAYS_MAX} days, this is {self.value} {self.unit}"
            )
            raise LimitFault(msg)

    @property
    def minutes(self) -> int:
        """The limit in minutes; only for limits in hours or minutes."""
        return self.value * HOUR_MINUTES if self.unit in _HOUR_UNITS else self.value


@dataclass(frozen=True, slots=True)
class Deadline:
    """A promise as it was frozen: when a thing is due, and the limit, rule and calendar editions that say so.

    ``due`` is the last instant on time; for a limit in days the end of that day (23:59:59) on the instance's clock.
    ``clause`` names the rule. ``calendar_edition`` names the editions of the years touched, as ``2025-1+2026-1``, with
    ``2027?`` for a year that had none; empty where the limit needs no calendar. ``provisional`` says that such a
    year was touched: ``due`` is then the earliest date that it can become. ``from_registration`` says that the limit
    should count from acceptance, which is not recorded yet.
    """

    due: datetime
    limit: Limit
    started_at: datetime
    clause: str
    rule_edition: str
    calendar_edition: str
    provisional: bool
    from_registration: bool = False

    def missed_at(self, moment: Moment) -> bool:
        """Say whether an act at this moment is late.

        An act of which only the day is known is late only where the whole day lies after the deadline.
        """
        if moment.precision is _DAY:
            return moment.at.date() > self.due.date()
        if self.limit.unit.in_days:
            # By date, whatever offsets the two instants were stored with: the whole last second is on time.
            return moment.at >= self.due + _ONE_SECOND
        return moment.at > self.due


class Reckoned(NamedTuple):
    """What reckoning gives: when it is due, whether a year was unpublished, and the editions of the years touched."""

    due: datetime
    provisional: bool
    calendar_edition: str


@dataclass(frozen=True, slots=True)
class DayLine:
    """One day of an explanation: whether it counted, why in Chinese and English, and its minutes for limits in time."""

    date: date
    counted: bool
    why: str
    minutes: int = 0


def start_instant(started: Moment, limit: Limit, zone: tzinfo) -> datetime:
    """Return the instant that a limit counts from, on the clock of ``zone``.

    A start of which only the day is known stands for its midnight; a limit in hours or minutes then counts from the
    end of that day, since no hour may be charged that is not proved.
    """
    if started.precision is Precision.INSTANT:
        return started.at.astimezone(zone)
    midnight = datetime.combine(started.at.date(), time(), tzinfo=zone)
    return midnight if limit.unit.in_days else midnight + _ONE_DAY


def reckon(started: Moment, limit: Limit, calendar: WorkingCalendar, hours: OfficeHours, zone: tzinfo) -> Reckoned:
    """Reckon when a limit ends on the clock of ``zone``.

    A day of an unpublished year counts as if people could work on it, which gives the earliest possible deadline,
    and the result is provisional. It never refuses.
    """
    begin = start_instant(started, limit, zone)
    if limit.unit in {LimitUnit.ELAPSED_HOURS, LimitUnit.ELAPSED_MINUTES}:
        due = (begin.astimezone(UTC) + timedelta(minutes=limit.minutes)).astimezone(zone)
        return Reckoned(due, provisional=False, calendar_edition="")
    day = begin.date()
    if limit.unit is LimitUnit.CALENDAR_DAYS:
        return Reckoned(_end_of(day + timedelta(days=limit.value), zone), provisional=False, calendar_edition="")
    if limit.unit is LimitUnit.WORKING_DAYS:
        last = calendar.reach(day, limit.value)
        first = day + _ONE_DAY
        due = _end_of(last, zone)
    else:
        due = _after_working_time(begin, limit, calendar, hours, zone)
        first, last = day, max(day, (due - timedelta(microseconds=1)).date())
    provisional = calendar.tally(first - _ONE_DAY, last)[1] > 0 if last >= first else False
    return Reckoned(due, provisional, calendar.editions_between(first, last))


def _end_of(day: date, zone: tzinfo) -> datetime:
    return datetime.combine(day, _DAY_END, tzinfo=zone)


def _after_working_time(
    begin: datetime, limit: Limit, calendar: WorkingCalendar, hours: OfficeHours, zone: tzinfo
) -> datetime:
    left = limit.minutes * _ONE_MINUTE
    if not left:
        return begin
    whole_day = hours.minutes_a_day * _ONE_MINUTE
    if calendar.is_working(begin.date()) is not False:
        done = hours.worked_by(since_midnight(begin))
        if left <= whole_day - done:
            return at_clock(begin.date(), hours.clock_when(done + left), zone)
        left -= whole_day - done
    days = -(-left // whole_day)
    last = calendar.reach(begin.date(), days)
    return at_clock(last, hours.clock_when(left - (days - 1) * whole_day), zone)


def calendar_counted_on(deadline: Deadline, calendar: WorkingCalendar) -> WorkingCalendar:
    """Return the calendar as it stood when the deadline was reckoned, so that a superseded one is explained too."""
    if not deadline.calendar_edition:
        return calendar
    start, due = deadline.started_at.date(), deadline.due.date()
    named = set(deadline.calendar_edition.split(EDITION_JOIN))
    # The start day decides nothing for limits in days, so either span may be the one that was frozen.
    spans = (calendar.editions_between(first, due) for first in (start, start + _ONE_DAY))
    if any(set(span.split(EDITION_JOIN)) == named for span in spans):
        return calendar
    return calendar.as_counted(deadline.calendar_edition)


def warning_instant(
    deadline: Deadline, calendar: WorkingCalendar, hours: OfficeHours, zone: tzinfo, share_percent: int
) -> datetime:
    """Return when a share of the limit is used up: for limits in days the end of the last whole day of that share."""
    limit = deadline.limit
    if not limit.value:
        span = deadline.due - deadline.started_at
        return deadline.started_at + span * share_percent / WHOLE_PERCENT
    if limit.unit.in_days:
        part = Limit(limit.value * share_percent // WHOLE_PERCENT, limit.unit)
    else:
        unit = LimitUnit.WORKING_MINUTES if limit.unit.needs_calendar else LimitUnit.ELAPSED_MINUTES
        part = Limit(limit.minutes * share_percent // WHOLE_PERCENT, unit)
    return reckon(Moment(deadline.started_at), part, calendar_counted_on(deadline, calendar), hours, zone).due


def explain(
    deadline: Deadline,
    calendar: WorkingCalendar,
    until: datetime | None = None,
    *,
    hours: OfficeHours | None = None,
) -> tuple[DayLine, ...]:
    """List each day from the start to the deadline with its reason; the counted days or minutes add up to the limit.

    With ``until`` the list ends on that day instead; days after the deadline are listed as overdue and never counted.
    A limit in working hours or minutes needs the office hours of its rule edition. Raises ``LimitFault`` without them.
    """
    zone = deadline.due.tzinfo
    start = deadline.started_at.astimezone(zone)
    due_day = deadline.due.date()
    last = until.astimezone(zone).date() if until else due_day
    then = calendar_counted_on(deadline, calendar)
    if deadline.limit.unit.in_days:
        lines = _day_lines(deadline.limit.unit, start.date(), min(last, due_day), then)
    else:
        lines = _time_lines(deadline, start, min(last, due_day), then, hours)
    overdue = (
        DayLine(day, counted=False, why=f"逾期 overdue（{calendar.describe(day)}）")
        for day in _days(due_day + _ONE_DAY, last)
    )
    return (*lines, *overdue)


def _days(first: date, last: date) -> Iterator[date]:
    return (date.fromordinal(ordinal) for ordinal in range(first.toordinal(), last.toordinal() + 1))


def _day_lines(unit: LimitUnit, start: date, last: date, calendar: WorkingCalendar) -> Iterator[DayLine]:
    if start <= last:
        yield DayLine(start, counted=False, why="起始日不计 start day, left out")
    for day in _days(start + _ONE_DAY, last):
        if unit is LimitUnit.CALENDAR_DAYS:
            yield DayLine(day, counted=True, why="自然日 calendar day")
        else:
            yield DayLine(day, counted=calendar.is_working(day) is not False, why=str(calendar.describe(day)))


def _time_lines(
    deadline: Deadline, start: datetime, last: date, calendar: WorkingCalendar, hours: OfficeHours | None
) -> Iterator[DayLine]:
    working = deadline.limit.unit.needs_calendar
    if working and hours is None:
        msg = "解释工作时限需要办公时间；a limit in working time is explained with the office hours of its rule edition"
        raise LimitFault(msg)
    for day in _days(start.date(), last):
        opens = since_midnight(start) if day == start.date() else timedelta()
        closes = since_midnight(deadline.due) if day == deadline.due.date() else _ONE_DAY
        why = str(calendar.describe(day)) if working else "连续计时 elapsed time"
        if working and hours is not None:
            opens, closes = hours.worked_by(opens), hours.worked_by(closes)
        minutes = closes // _ONE_MINUTE - opens // _ONE_MINUTE
        if working and calendar.is_working(day) is False:
            minutes = 0
        elif not minutes:
            why += "，办公时间外 outside the counted hours"
        yield DayLine(day, minutes > 0, why, minutes)


def working_days_between(start: date, end: date, calendar: WorkingCalendar) -> int | None:
    """Count working days with the start day left out and the end day taken in; ``None`` where a year is unpublished.

    An end before its start gives the negative of the reverse. Constant time.
    """
    working, unknown = calendar.tally(min(start, end), max(start, end))
    if unknown:
        return None
    return working if start <= end else -working
