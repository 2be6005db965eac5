"""The working calendar (工作日历): which days the State Council made working days, in dated editions a year.

A year that nobody published is unknown, and unknown is neither working nor free: ``is_working`` answers ``None`` for
it. Counting over known years takes constant time, since figures over a million cases ask for it.
"""

from __future__ import annotations

from bisect import bisect_left
from dataclasses import dataclass, field
from datetime import date, timedelta
from enum import StrEnum
from itertools import accumulate, pairwise

SATURDAY = 5
"""The first weekday number of the weekend, as ``date.weekday`` counts."""

EDITION_JOIN = "+"
"""What stands between the editions of several years in one text."""

UNPUBLISHED_MARK = "?"
"""What follows a year that had no edition when it was counted, as in ``2026-1+2027?``."""


class CalendarFault(ValueError):
    """A calendar edition that contradicts itself or another edition; the message is in Chinese and English."""


class DayKind(StrEnum):
    """What sort of day the calendar says it is."""

    WEEKDAY = "weekday"
    WEEKEND = "weekend"
    HOLIDAY = "holiday"
    MAKE_UP = "make_up"
    UNPUBLISHED = "unpublished"


_CHINESE: dict[DayKind, str] = {
    DayKind.WEEKDAY: "工作日",
    DayKind.WEEKEND: "周末",
    DayKind.HOLIDAY: "放假",
    DayKind.MAKE_UP: "调休上班",
    DayKind.UNPUBLISHED: "日历未公布",
}

_ENGLISH: dict[DayKind, str] = {
    DayKind.WEEKDAY: "weekday",
    DayKind.WEEKEND: "weekend",
    DayKind.HOLIDAY: "holiday",
    DayKind.MAKE_UP: "make-up working day",
    DayKind.UNPUBLISHED: "calendar not published",
}


@dataclass(frozen=True, slots=True)
class DayDescription:
    """Why a day counts or does not: its kind, and the holiday's name where one is behind it."""

    kind: DayKind
    name: str = ""

    @property
    def chinese(self) -> str:
        """The reason in Chinese, such as 国庆节放假."""
        return self.name + _CHINESE[self.kind]

    @property
    def english(self) -> str:
        """The reason in English; a holiday keeps its Chinese name."""
        return f"{_ENGLISH[self.kind]} ({self.name})" if self.name else _ENGLISH[self.kind]

    def __str__(self) -> str:
        """Both languages, as explanations print it."""
        return f"{self.chinese} {_ENGLISH[self.kind]}"


@dataclass(frozen=True, slots=True)
class ExceptionalDay:
    """One line of an arrangement: a date, whether people work on it, and the holiday it belongs to."""

    date: date
    working: bool
    name: str


@dataclass(frozen=True, slots=True)
class WorkingYear:
    """One published edition of one year's arrangement (国务院办公厅节假日安排).

    ``edition`` is the year itself or begins with the year and a hyphen (``2025-1``), so that editions of different
    years never share a name. ``exceptions`` holds every named day once, in order of date; it may name days of the
    neighbouring years, since New Year's arrangement sometimes moves a December day. Raises ``CalendarFault``.
    """

    year: int
    edition: str
    exceptions: tuple[ExceptionalDay, ...]
    source: str = ""

    def __post_init__(self) -> None:
        if self.edition != str(self.year) and not self.edition.startswith(f"{self.year}-"):
            msg = f"日历版本号须以年份开头：{self.edition!r}；a calendar edition's id is like {self.year}-1"
            raise CalendarFault(msg)
        if EDITION_JOIN in self.edition or UNPUBLISHED_MARK in self.edition:
            msg = f"日历版本号不得含 + 或 ?：{self.edition!r}；a calendar edition's id holds neither + nor ?"
            raise CalendarFault(msg)
        dates = [day.date for day in self.exceptions]
        if any(later <= earlier for earlier, later in pairwise(dates)):
            msg = f"{self.year} 年日历的日期须递增且不重复；dates of {self.edition} must increase without repeats"
            raise CalendarFault(msg)
        if any(abs(day.year - self.year) > 1 for day in dates):
            msg = f"{self.year} 年日历含有其他年份的日期；calendar {self.edition} names a day more than a year away"
            raise CalendarFault(msg)


@dataclass(frozen=True, slots=True)
class _Table:
    """Day-by-day answers from the first to the last published year, with running counts.

    ``working[i]`` and ``unknown[i]`` count the working and the unpublished days among the first ``i`` days from
    ``base`` (a proleptic ordinal); ``possible`` is their sum. ``spilled`` gives, by year, the days outside that year
    which its edition names.
    """

    base: int
    states: tuple[bool | None, ...]
    working: tuple[int, ...]
    unknown: tuple[int, ...]
    possible: tuple[int, ...]
    named: dict[int, ExceptionalDay]
    in_force: dict[int, WorkingYear]
    spilled: dict[int, tuple[date, ...]]


def _tabulate(years: tuple[WorkingYear, ...]) -> _Table:
    in_force = {year.year: year for year in years}
    named: dict[int, ExceptionalDay] = {}
    # A later year's arrangement was published later, so it has the last word on a December day that both name.
    for number in sorted(in_force):
        named.update({day.date.toordinal(): day for day in in_force[number].exceptions})
    if not in_force:
        return _Table(1, (), (0,), (0,), (0,), named, in_force, {})
    base = date(min(in_force), 1, 1).toordinal()
    end = date(max(in_force), 12, 31).toordinal()
    states: list[bool | None] = []
    for ordinal in range(base, end + 1):
        day = date.fromordinal(ordinal)
        if day.year not in in_force:
            states.append(None)
        elif ordinal in named:
            states.append(named[ordinal].working)
        else:
            states.append(day.weekday() < SATURDAY)
    working = tuple(accumulate((int(state is True) for state in states), initial=0))
    unknown = tuple(accumulate((int(state is None) for state in states), initial=0))
    possible = tuple(w + u for w, u in zip(working, unknown, strict=True))
    outside = {
        number: tuple(day.date for day in year.exceptions if day.date.year != number)
        for number, year in in_force.items()
    }
    spilled = {number: days for number, days in outside.items() if days}
    return _Table(base, tuple(states), working, unknown, possible, named, in_force, spilled)


@dataclass(frozen=True, slots=True)
class WorkingCalendar:
    """Every published edition, in order of publication; the newest edition of a year is in force.

    Superseded and ``withdrawn`` editions stay, so that a deadline counted on one can still be explained; a withdrawn
    one is never in force. Raises ``CalendarFault`` where one edition id stands for two different arrangements.
    """

    years: tuple[WorkingYear, ...] = ()
    withdrawn: frozenset[str] = frozenset()
    _table: _Table = field(init=False, repr=False, compare=False)

    def __post_init__(self) -> None:
        seen: dict[str, WorkingYear] = {}
        for year in self.years:
            if seen.setdefault(year.edition, year) != year:
                msg = (
                    f"日历版本 {year.edition} 已存在且内容不同，请换一个版本号；"
                    f"calendar edition {year.edition} already exists with other days: give the new one another id"
                )
                raise CalendarFault(msg)
        in_force = tuple(year for year in self.years if year.edition not in self.withdrawn)
        object.__setattr__(self, "_table", _tabulate(in_force))

    def with_year(self, year: WorkingYear) -> WorkingCalendar:
        """Return the calendar in which this edition is in force for its year; publishing the same one again is idle."""
        if self._table.in_force.get(year.year) == year:
            return self
        return WorkingCalendar((*(held for held in self.years if held != year), year), self.withdrawn)

    def edition_of(self, year: int) -> str | None:
        """Return the id of the edition in force for a year, ``None`` where the year is unpublished."""
        held = self._table.in_force.get(year)
        return held.edition if held else None

    def year(self, year: int) -> WorkingYear | None:
        """Return the edition in force for a year, ``None`` where the year is unpublished."""
        return self._table.in_force.get(year)

    def published_years(self) -> tuple[int, ...]:
        """Return the years that have an edition, in order."""
        return tuple(sorted(self._table.in_force))

    def is_working(self, day: date) -> bool | None:
        """Say whether people work on a day; ``None`` where its year is unpublished."""
        index = day.toordinal() - self._table.base
        return self._table.states[index] if 0 <= index < len(self._table.states) else None

    def describe(self, day: date) -> DayDescription:
        """Say why a day counts or does not."""
        working = self.is_working(day)
        if working is None:
            return DayDescription(DayKind.UNPUBLISHED)
        named = self._table.named.get(day.toordinal())
        weekend = day.weekday() >= SATURDAY
        if working:
            return DayDescription(DayKind.MAKE_UP, named.name) if named and weekend else DayDescription(DayKind.WEEKDAY)
        return DayDescription(DayKind.HOLIDAY, named.name) if named else DayDescription(DayKind.WEEKEND)

    def tally(self, start: date, end: date) -> tuple[int, int]:
        """Count the working and the unpublished days after ``start`` up to and including ``end`` (not before it)."""
        table = self._table
        size = len(table.states)
        raw_first = start.toordinal() + 1 - table.base
        raw_last = end.toordinal() + 1 - table.base
        first = min(max(raw_first, 0), size)
        last = min(max(raw_last, 0), size)
        outside = (raw_last - raw_first) - (last - first)
        return table.working[last] - table.working[first], table.unknown[last] - table.unknown[first] + outside

    def reach(self, start: date, count: int) -> date:
        """Return the ``count``-th day after ``start`` that is, or on an unpublished year could be, a working day.

        Taking every unpublished day as possible gives the earliest date that the limit can end on, so that nobody is
        told of more time than the arrangement may leave. ``count`` 0 gives ``start``.
        """
        table = self._table
        size = len(table.states)
        begin = start.toordinal()
        lead = max(table.base - 1 - begin, 0)
        if count <= lead or begin - table.base + 1 > size:
            return start + timedelta(days=count)
        index = max(begin - table.base + 1, 0)
        wanted = table.possible[index] + count - lead
        beyond = wanted - table.possible[size]
        if beyond > 0:
            return date.fromordinal(table.base + size - 1 + beyond)
        return date.fromordinal(table.base + bisect_left(table.possible, wanted, lo=index) - 1)

    def editions_between(self, first: date, last: date) -> str:
        """Name the editions that decide the days from ``first`` to ``last``, as ``2025-1+2026-1``.

        A year without an edition stands as ``2027?``. Where a neighbouring year's arrangement names one of the days,
        its edition is named too. Empty where ``last`` is before ``first``.
        """
        if last < first:
            return ""
        years = set(range(first.year, last.year + 1))
        for neighbour in (first.year - 1, last.year + 1):
            spilled = self._table.spilled.get(neighbour, ())
            # Days are in order: most spans lie clear of all of them, and every deadline asks.
            if spilled and spilled[0] <= last and first <= spilled[-1]:
                years.update({neighbour} if any(first <= day <= last for day in spilled) else ())
        return EDITION_JOIN.join(self.edition_of(year) or f"{year}{UNPUBLISHED_MARK}" for year in sorted(years))

    def as_counted(self, editions: str) -> WorkingCalendar:
        """Return the calendar that holds just the editions named in a text of ``editions_between``.

        An edition that this calendar never held is left out, and its days are then unknown.
        """
        wanted = set(editions.split(EDITION_JOIN))
        return WorkingCalendar(tuple(held for held in self.years if held.edition in wanted))
