"""Office hours (办公时间) as data, and working time counted inside them."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime, timedelta, tzinfo

from domain.timekeeping.working_calendar import WorkingCalendar

DAY_MINUTES = 24 * 60


class OfficeHoursFault(ValueError):
    """Office hours that overlap, run backwards or are missing; the message is in Chinese and English."""


@dataclass(frozen=True, slots=True)
class Session:
    """One stretch of a working day, in minutes after midnight; the closing minute is not inside."""

    opens_minute: int
    closes_minute: int


@dataclass(frozen=True, slots=True)
class OfficeHours:
    """The sessions of every working day, in order. Raises ``OfficeHoursFault`` for none, or for an overlap."""

    sessions: tuple[Session, ...]

    def __post_init__(self) -> None:
        edges = [minute for s in self.sessions for minute in (s.opens_minute, s.closes_minute)]
        rising = all(later > earlier for earlier, later in zip(edges[::2], edges[1::2], strict=True))
        apart = all(later >= earlier for earlier, later in zip(edges[1::2], edges[2::2], strict=False))
        if not edges or edges[0] < 0 or edges[-1] > DAY_MINUTES or not rising or not apart:
            msg = "办公时间须为一天之内先后不重叠的时段；office hours are stretches of one day, in order and apart"
            raise OfficeHoursFault(msg)

    @property
    def minutes_a_day(self) -> int:
        """Working minutes in one whole working day."""
        return sum(s.closes_minute - s.opens_minute for s in self.sessions)

    def worked_by(self, clock: timedelta) -> timedelta:
        """Return the working time of a working day that lies before a time of day, given as time since midnight."""
        done = timedelta()
        for session in self.sessions:
            opens, closes = timedelta(minutes=session.opens_minute), timedelta(minutes=session.closes_minute)
            done += max(min(clock, closes) - opens, timedelta())
        return done

    def clock_when(self, worked: timedelta) -> timedelta:
        """Return the earliest time of day at which so much of a working day is worked (at most a whole day's time)."""
        left = worked
        for session in self.sessions:
            length = timedelta(minutes=session.closes_minute - session.opens_minute)
            if left <= length:
                return timedelta(minutes=session.opens_minute) + left
            left -= length
        msg = f"a working day holds less than {worked}"
        raise OfficeHoursFault(msg)


def since_midnight(moment: datetime) -> timedelta:
    """Return the wall-clock time of day as time since midnight."""
    return timedelta(
        hours=moment.hour,
        minutes=moment.minute,
        seconds=moment.second,
        microseconds=moment.microsecond,
    )


def at_clock(day: date, clock: timedelta, zone: tzinfo) -> datetime:
    """Return the instant of a wall-clock time on a day; a clock of 24 hours is the next midnight."""
    return (datetime(day.year, day.month, day.day) + clock).replace(tzinfo=zone)  # noqa: DTZ001 the zone follows


def working_minutes_between(
    a: datetime,
    b: datetime,
    calendar: WorkingCalendar,
    hours: OfficeHours,
    zone: tzinfo | None = None,
) -> int | None:
    """Return the whole working minutes from one instant to another, ``None`` where they touch an unpublished year.

    Office hours are read on the clock of ``zone``, by default that of ``a``. Each end is taken down to whole working
    minutes since the beginning of time, so that the spans of one stretch cut in pieces add up to the whole; an end
    before its start gives the negative of the reverse.
    """
    if b < a:
        reverse = working_minutes_between(b, a, calendar, hours, zone or a.tzinfo)
        return None if reverse is None else -reverse
    first, last = a.astimezone(zone or a.tzinfo), b.astimezone(zone or a.tzinfo)
    yesterday = timedelta(days=1)
    # An end on midnight touches nothing of its own day.
    last_touched = last.date() if since_midnight(last) else last.date() - yesterday
    if last_touched >= first.date() and calendar.tally(first.date() - yesterday, last_touched)[1]:
        return None
    days, _ = calendar.tally(first.date() - yesterday, last.date() - yesterday)
    return days * hours.minutes_a_day + _worked_minutes(last, calendar, hours) - _worked_minutes(first, calendar, hours)


def _worked_minutes(moment: datetime, calendar: WorkingCalendar, hours: OfficeHours) -> int:
    if not calendar.is_working(moment.date()):
        return 0
    return hours.worked_by(since_midnight(moment)) // timedelta(minutes=1)
