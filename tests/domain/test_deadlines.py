from dataclasses import replace
from datetime import UTC, date, datetime, time, timedelta
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from domain.facts import Moment
from domain.timekeeping.deadlines import (
    LIMIT_DAYS_MAX,
    DayLine,
    Deadline,
    Limit,
    LimitFault,
    LimitUnit,
    explain,
    reckon,
    start_instant,
    working_minutes_between,
)
from domain.timekeeping.office_hours import OfficeHours, OfficeHoursFault, Session
from domain.timekeeping.rules import Purpose, Rulebook, Traits
from domain.timekeeping.working_calendar import DayKind, ExceptionalDay, WorkingYear
from domain.words import Channel, ComplaintKind, Precision
from services.editions import shipped_rulebook

SHANGHAI = ZoneInfo("Asia/Shanghai")
BOOK = shipped_rulebook(SHANGHAI)
HOURS = BOOK.editions[0].hours
CALL = Traits(Channel.HOTLINE, ComplaintKind.HELP)
DAYS_2015_2026 = [date(2015, 1, 1) + timedelta(days=n) for n in range(4383)]

starts = st.builds(
    datetime.combine, st.dates(date(2015, 1, 1), date(2026, 12, 31)), st.times(), tzinfo=st.just(SHANGHAI)
)
limits = st.builds(Limit, st.integers(0, 120), st.sampled_from(LimitUnit))


def on(day: date) -> Moment:
    return Moment(datetime.combine(day, time(), tzinfo=SHANGHAI), Precision.DAY)


def at(text: str) -> datetime:
    return datetime.strptime(text, "%a %Y-%m-%d %H:%M").replace(tzinfo=SHANGHAI)


def frozen(started: Moment, limit: Limit, book: Rulebook = BOOK) -> Deadline:
    due, provisional, named = reckon(started, limit, book.calendar, HOURS, SHANGHAI)
    return Deadline(due, limit, start_instant(started, limit, SHANGHAI), "ordinary", "2026-1", named, provisional)


WORKED_EXAMPLES = [
    ("Mon 2015-02-09", 15, "Thu 2015-03-05"),  # Spring Festival
    ("Sun 2015-02-15", 5, "Fri 2015-02-27"),  # Spring Festival
    ("Tue 2015-02-17", 1, "Wed 2015-02-25"),  # Spring Festival
    ("Tue 2015-09-01", 3, "Mon 2015-09-07"),  # Victory Day
    ("Mon 2015-09-28", 5, "Sat 2015-10-10"),  # National Day
    ("Wed 2015-09-30", 1, "Thu 2015-10-08"),  # National Day
    ("Fri 2016-01-29", 15, "Wed 2016-02-24"),  # Spring Festival
    ("Thu 2016-02-04", 5, "Tue 2016-02-16"),  # Spring Festival
    ("Sat 2016-02-06", 1, "Sun 2016-02-14"),  # Spring Festival
    ("Wed 2016-09-28", 5, "Mon 2016-10-10"),  # National Day
    ("Fri 2016-09-30", 1, "Sat 2016-10-08"),  # National Day
    ("Wed 2017-01-18", 15, "Mon 2017-02-13"),  # Spring Festival
    ("Tue 2017-01-24", 5, "Mon 2017-02-06"),  # Spring Festival
    ("Thu 2017-01-26", 1, "Fri 2017-02-03"),  # Spring Festival
    ("Wed 2017-09-27", 5, "Tue 2017-10-10"),  # National Day
    ("Fri 2017-09-29", 1, "Sat 2017-09-30"),  # National Day
    ("Tue 2018-02-06", 15, "Fri 2018-03-02"),  # Spring Festival
    ("Mon 2018-02-12", 5, "Sat 2018-02-24"),  # Spring Festival
    ("Wed 2018-02-14", 1, "Thu 2018-02-22"),  # Spring Festival
    ("Wed 2018-09-26", 5, "Mon 2018-10-08"),  # National Day
    ("Fri 2018-09-28", 1, "Sat 2018-09-29"),  # National Day
    ("Fri 2018-12-28", 1, "Sat 2018-12-29"),  # New Year's make-up Saturday
    ("Fri 2018-12-28", 2, "Wed 2019-01-02"),  # New Year
    ("Sat 2019-01-26", 15, "Wed 2019-02-20"),  # Spring Festival
    ("Fri 2019-02-01", 5, "Wed 2019-02-13"),  # Spring Festival
    ("Sun 2019-02-03", 1, "Mon 2019-02-11"),  # Spring Festival
    ("Mon 2019-04-29", 3, "Mon 2019-05-06"),  # Labour Day
    ("Sat 2019-09-28", 5, "Thu 2019-10-10"),  # National Day
    ("Mon 2019-09-30", 1, "Tue 2019-10-08"),  # National Day
    ("Wed 2020-01-15", 15, "Wed 2020-02-12"),  # Spring Festival
    ("Tue 2020-01-21", 5, "Wed 2020-02-05"),  # Spring Festival
    ("Wed 2020-01-22", 3, "Tue 2020-02-04"),  # extended Spring Festival
    ("Thu 2020-01-23", 1, "Mon 2020-02-03"),  # Spring Festival
    ("Fri 2020-02-28", 1, "Mon 2020-03-02"),  # leap day
    ("Fri 2020-09-25", 5, "Fri 2020-10-09"),  # Mid-autumn on National Day
    ("Mon 2020-09-28", 5, "Mon 2020-10-12"),  # National Day
    ("Wed 2020-09-30", 1, "Fri 2020-10-09"),  # National Day
    ("Tue 2021-02-02", 15, "Fri 2021-02-26"),  # Spring Festival
    ("Mon 2021-02-08", 5, "Sat 2021-02-20"),  # Spring Festival
    ("Wed 2021-02-10", 1, "Thu 2021-02-18"),  # Spring Festival
    ("Fri 2021-09-17", 1, "Sat 2021-09-18"),  # Mid-autumn
    ("Tue 2021-09-28", 5, "Mon 2021-10-11"),  # National Day
    ("Thu 2021-09-30", 1, "Fri 2021-10-08"),  # National Day
    ("Sat 2022-01-22", 15, "Wed 2022-02-16"),  # Spring Festival
    ("Fri 2022-01-28", 5, "Wed 2022-02-09"),  # Spring Festival
    ("Sun 2022-01-30", 1, "Mon 2022-02-07"),  # Spring Festival
    ("Wed 2022-09-28", 5, "Mon 2022-10-10"),  # National Day
    ("Fri 2022-09-30", 1, "Sat 2022-10-08"),  # National Day
    ("Fri 2022-12-30", 1, "Tue 2023-01-03"),  # New Year
    ("Thu 2023-01-12", 15, "Tue 2023-02-07"),  # Spring Festival
    ("Wed 2023-01-18", 5, "Mon 2023-01-30"),  # Spring Festival
    ("Fri 2023-01-20", 1, "Sat 2023-01-28"),  # Spring Festival
    ("Wed 2023-06-21", 1, "Sun 2023-06-25"),  # Dragon Boat
    ("Wed 2023-06-21", 2, "Mon 2023-06-26"),  # Dragon Boat
    ("Wed 2023-07-05", 0, "Wed 2023-07-05"),  # same day
    ("Wed 2023-07-05", 5, "Wed 2023-07-12"),  # quiet week
    ("Tue 2023-09-26", 5, "Mon 2023-10-09"),  # National Day
    ("Thu 2023-09-28", 1, "Sat 2023-10-07"),  # National Day
    ("Thu 2024-02-01", 15, "Tue 2024-02-27"),  # Spring Festival
    ("Wed 2024-02-07", 5, "Tue 2024-02-20"),  # Spring Festival
    ("Fri 2024-02-09", 1, "Sun 2024-02-18"),  # Spring Festival
    ("Thu 2024-02-29", 1, "Fri 2024-03-01"),  # leap day
    ("Wed 2024-04-03", 2, "Mon 2024-04-08"),  # Tomb-sweeping
    ("Sat 2024-09-28", 5, "Thu 2024-10-10"),  # National Day
    ("Mon 2024-09-30", 1, "Tue 2024-10-08"),  # National Day
    ("Sun 2025-01-19", 15, "Thu 2025-02-13"),  # Spring Festival
    ("Sat 2025-01-25", 5, "Fri 2025-02-07"),  # Spring Festival
    ("Mon 2025-01-27", 1, "Wed 2025-02-05"),  # Spring Festival
    ("Sun 2025-09-28", 5, "Sat 2025-10-11"),  # National Day
    ("Tue 2025-09-30", 1, "Thu 2025-10-09"),  # National Day
    ("Wed 2025-12-31", 1, "Sun 2026-01-04"),  # New Year 2026
    ("Wed 2025-12-31", 3, "Tue 2026-01-06"),  # New Year 2026
    ("Thu 2026-01-01", 1, "Sun 2026-01-04"),  # New Year 2026
    ("Fri 2026-02-06", 15, "Thu 2026-03-05"),  # Spring Festival
    ("Thu 2026-02-12", 5, "Thu 2026-02-26"),  # Spring Festival
    ("Sat 2026-02-14", 1, "Tue 2026-02-24"),  # Spring Festival
    ("Sat 2026-03-07", 1, "Mon 2026-03-09"),  # start on Saturday
    ("Sun 2026-03-08", 5, "Fri 2026-03-13"),  # start on Sunday
    ("Fri 2026-05-08", 1, "Sat 2026-05-09"),  # Labour Day make-up
    ("Mon 2026-09-28", 5, "Sat 2026-10-10"),  # National Day
    ("Wed 2026-09-30", 1, "Thu 2026-10-08"),  # National Day
    ("Thu 2026-12-24", 5, "Thu 2026-12-31"),  # last days
]
"""When it starts, the limit in working days, when it ends: each date with its weekday, as the notices give it."""


@pytest.mark.parametrize(("start", "working_days", "due"), WORKED_EXAMPLES)
def test_a_limit_in_working_days_ends_on_the_day_that_the_state_council_calendar_gives(
    start: str, working_days: int, due: str
) -> None:
    day = date.fromisoformat(start[4:])
    deadline = frozen(on(day), Limit(working_days, LimitUnit.WORKING_DAYS))
    assert f"{day:%a %F}" == start
    assert f"{deadline.due:%a %F %T}" == f"{due} 23:59:59"
    assert not deadline.provisional


def test_the_examples_reach_over_all_years_and_end_on_make_up_weekends_of_both_long_holidays() -> None:
    ends = [(datetime.strptime(due, "%a %Y-%m-%d").date(), due[:3]) for _, _, due in WORKED_EXAMPLES]  # noqa: DTZ007
    assert len(ends) >= 60
    assert {day.year for day, _ in ends} == set(range(2015, 2027))
    assert all(day.strftime("%a") == weekday for day, weekday in ends)
    weekends = [day for day, weekday in ends if weekday in {"Sat", "Sun"}]
    assert {BOOK.calendar.describe(day).kind for day in weekends} == {DayKind.MAKE_UP}
    assert sum(day.month in {9, 10} for day in weekends) >= 5
    assert sum(day.month in {1, 2} for day in weekends) >= 5


@pytest.mark.parametrize(
    ("start", "value", "unit", "due"),
    [
        ("Wed 2023-07-05 09:00", 4, LimitUnit.WORKING_HOURS, "Wed 2023-07-05 14:30"),
        ("Wed 2023-07-05 15:30", 4, LimitUnit.WORKING_HOURS, "Thu 2023-07-06 11:00"),
        ("Wed 2023-07-05 15:30", 2, LimitUnit.WORKING_HOURS, "Wed 2023-07-05 17:30"),
        ("Wed 2023-07-05 12:15", 1, LimitUnit.WORKING_HOURS, "Wed 2023-07-05 14:30"),
        ("Wed 2023-07-05 20:00", 30, LimitUnit.WORKING_MINUTES, "Thu 2023-07-06 09:30"),
        ("Wed 2023-07-05 17:29", 2, LimitUnit.WORKING_MINUTES, "Thu 2023-07-06 09:01"),
        ("Wed 2023-07-05 20:00", 0, LimitUnit.WORKING_MINUTES, "Wed 2023-07-05 20:00"),
        ("Fri 2023-07-07 16:30", 4, LimitUnit.WORKING_HOURS, "Mon 2023-07-10 12:00"),
        ("Sat 2023-07-08 10:00", 4, LimitUnit.WORKING_HOURS, "Mon 2023-07-10 14:30"),
        ("Wed 2023-07-05 09:00", 14, LimitUnit.WORKING_HOURS, "Thu 2023-07-06 17:30"),
        ("Thu 2023-09-28 16:30", 4, LimitUnit.WORKING_HOURS, "Sat 2023-10-07 12:00"),
        ("Wed 2023-07-05 10:00", 24, LimitUnit.ELAPSED_HOURS, "Thu 2023-07-06 10:00"),
        ("Thu 2023-09-28 16:30", 24, LimitUnit.ELAPSED_HOURS, "Fri 2023-09-29 16:30"),
        ("Wed 2023-07-05 23:50", 15, LimitUnit.ELAPSED_MINUTES, "Thu 2023-07-06 00:05"),
    ],
)
def test_a_limit_in_time_runs_in_office_hours_or_without_pause(
    start: str, value: int, unit: LimitUnit, due: str
) -> None:
    assert at(start).strftime("%a") == start[:3]
    assert frozen(Moment(at(start)), Limit(value, unit)).due == at(due)
    assert at(due).strftime("%a") == due[:3]


def test_hours_of_a_start_known_to_the_day_only_count_from_the_end_of_that_day() -> None:
    deadline = frozen(on(date(2023, 7, 5)), Limit(4, LimitUnit.WORKING_HOURS))
    assert (deadline.started_at, deadline.due) == (at("Thu 2023-07-06 00:00"), at("Thu 2023-07-06 14:30"))


@pytest.mark.parametrize("working_days", [0, 1, 3, 5, 15])
def test_counted_days_add_up_to_the_limit_from_every_day_of_twelve_years(working_days: int) -> None:
    limit = Limit(working_days, LimitUnit.WORKING_DAYS)
    sums = {sum(line.counted for line in BOOK.explain(frozen(on(day), limit))) for day in DAYS_2015_2026}
    assert sums == {working_days}


@given(starts, limits)
def test_what_is_explained_adds_up_to_the_limit_whatever_its_unit(start: datetime, limit: Limit) -> None:
    deadline = frozen(Moment(start), limit)
    lines = BOOK.explain(deadline)
    counted = sum(line.counted for line in lines) if limit.unit.in_days else sum(line.minutes for line in lines)
    assert counted == (limit.value if limit.unit.in_days else limit.minutes)
    assert [line.date for line in lines] == sorted({line.date for line in lines})
    assert (lines[0].date, lines[-1].date) == (start.date(), deadline.due.date())


@given(starts, limits, st.integers(0, 60))
def test_more_time_never_ends_earlier(start: datetime, limit: Limit, more: int) -> None:
    longer = Limit(limit.value + more, limit.unit)
    assert frozen(Moment(start), limit).due <= frozen(Moment(start), longer).due


@given(starts, starts, limits)
def test_a_later_start_never_ends_earlier(a: datetime, b: datetime, limit: Limit) -> None:
    assert frozen(Moment(min(a, b)), limit).due <= frozen(Moment(max(a, b)), limit).due


@given(starts, limits)
def test_a_deadline_is_on_time_to_its_last_instant_and_warned_of_before(start: datetime, limit: Limit) -> None:
    deadline = frozen(Moment(start), limit)
    assert not deadline.missed_at(Moment(deadline.due))
    assert deadline.missed_at(Moment(deadline.due + timedelta(seconds=1)))
    assert start <= BOOK.warning_at(deadline) <= deadline.due


def test_day_sixty_is_on_time_and_day_sixty_one_late() -> None:
    deadline = frozen(on(date(2023, 7, 5)), Limit(60, LimitUnit.CALENDAR_DAYS))
    assert f"{deadline.due:%a %F}" == "Sun 2023-09-03"
    assert not deadline.missed_at(on(date(2023, 9, 3)))
    assert deadline.missed_at(on(date(2023, 9, 4)))


@pytest.mark.parametrize(
    ("moment", "late"),
    [
        (datetime(2023, 7, 12, 23, 59, 59, 999999, tzinfo=SHANGHAI), False),
        (datetime(2023, 7, 12, 15, 59, 59, tzinfo=UTC), False),
        (datetime(2023, 7, 12, 16, 0, tzinfo=UTC), True),
        (datetime(2023, 7, 13, 0, 0, tzinfo=SHANGHAI), True),
    ],
)
def test_lateness_is_judged_by_date_on_the_clock_of_the_instance(moment: datetime, late: bool) -> None:
    assert frozen(on(date(2023, 7, 5)), Limit(5, LimitUnit.WORKING_DAYS)).missed_at(Moment(moment)) is late


def test_an_act_known_to_the_day_only_is_late_where_its_whole_day_is() -> None:
    deadline = frozen(Moment(at("Wed 2023-07-05 10:00")), Limit(24, LimitUnit.ELAPSED_HOURS))
    assert not deadline.missed_at(on(date(2023, 7, 6)))
    assert deadline.missed_at(on(date(2023, 7, 7)))


def published_2027() -> WorkingYear:
    days = [date(2027, 1, 1), date(2027, 1, 2), date(2027, 1, 3), date(2027, 10, 1)]
    return WorkingYear(2027, "2027-1", tuple(ExceptionalDay(day, working=False, name="放假") for day in days))


def test_a_deadline_into_an_unpublished_year_is_the_earliest_possible_and_provisional() -> None:
    deadline = frozen(on(date(2026, 12, 29)), Limit(5, LimitUnit.WORKING_DAYS))
    assert f"{deadline.due:%a %F}" == "Sun 2027-01-03"
    assert (deadline.provisional, deadline.calendar_edition) == (True, "2026-1+2027?")
    unknown = [line for line in BOOK.explain(deadline) if "calendar not published" in line.why]
    assert [(f"{line.date:%F}", line.counted) for line in unknown] == [
        ("2027-01-01", True),
        ("2027-01-02", True),
        ("2027-01-03", True),
    ]


@pytest.mark.parametrize(
    ("unit", "before", "after"),
    [
        (LimitUnit.WORKING_DAYS, "Fri 2027-01-01 23:59", "Mon 2027-01-04 23:59"),
        (LimitUnit.WORKING_HOURS, "Fri 2027-01-01 10:00", "Mon 2027-01-04 10:00"),
    ],
)
def test_publishing_the_year_makes_a_provisional_deadline_definite(unit: LimitUnit, before: str, after: str) -> None:
    value = 2 if unit.in_days else 8
    started = "Wed 2026-12-30 09:00" if unit.in_days else "Thu 2026-12-31 09:00"
    provisional = frozen(Moment(at(started)), Limit(value, unit))
    definite = BOOK.with_year(published_2027()).recompute(provisional)
    assert (f"{provisional.due:%a %F %H:%M}", provisional.provisional) == (before, True)
    assert (f"{definite.due:%a %F %H:%M}", definite.provisional) == (after, False)
    assert definite.calendar_edition == "2026-1+2027-1"


def test_a_limit_without_working_time_needs_no_calendar() -> None:
    deadline = frozen(on(date(2026, 12, 1)), Limit(60, LimitUnit.CALENDAR_DAYS))
    assert (deadline.provisional, deadline.calendar_edition) == (False, "")


@given(st.dates(date(2026, 10, 1), date(2028, 3, 1)), st.integers(0, 60), st.sampled_from([1, 3, 7]))
def test_a_provisional_date_is_never_later_than_the_definite_one(day: date, value: int, free_weekday: int) -> None:
    free = (date(2027, 1, 1) + timedelta(days=n) for n in range(365))
    exceptions = (ExceptionalDay(d, working=False, name="放假") for d in free if d.isoweekday() == free_weekday)
    later = BOOK.with_year(WorkingYear(2027, "2027-9", tuple(exceptions)))
    limit = Limit(value, LimitUnit.WORKING_DAYS)
    assert frozen(on(day), limit).due <= frozen(on(day), limit, later).due


def test_a_superseded_deadline_is_still_explained_by_the_calendar_that_it_was_counted_on() -> None:
    provisional = frozen(on(date(2026, 12, 30)), Limit(2, LimitUnit.WORKING_DAYS))
    lines = BOOK.with_year(published_2027()).explain(provisional)
    assert sum(line.counted for line in lines) == 2
    assert lines[-1].why == "日历未公布 calendar not published"


def test_an_explanation_names_the_start_the_holidays_and_the_make_up_days() -> None:
    lines = BOOK.explain(frozen(on(date(2023, 9, 28)), Limit(2, LimitUnit.WORKING_DAYS)))
    assert lines[0] == DayLine(date(2023, 9, 28), counted=False, why="起始日不计 start day, left out")
    assert lines[4] == DayLine(date(2023, 10, 2), counted=False, why="国庆节放假 holiday")
    assert lines[9] == DayLine(date(2023, 10, 7), counted=True, why="国庆节调休上班 make-up working day")
    assert len(lines) == 11


def test_an_explanation_goes_on_past_the_deadline_without_counting_or_stops_before_it() -> None:
    deadline = frozen(on(date(2023, 7, 5)), Limit(2, LimitUnit.WORKING_DAYS))
    late = BOOK.explain(deadline, at("Mon 2023-07-10 09:00"))
    assert [(line.date.day, line.counted) for line in late] == [
        (5, False), (6, True), (7, True), (8, False), (9, False), (10, False),
    ]  # fmt: skip
    assert late[-1].why == "逾期 overdue（工作日 weekday）"
    assert sum(line.counted for line in BOOK.explain(deadline, at("Thu 2023-07-06 09:00"))) == 1
    assert BOOK.explain(deadline, at("Tue 2023-07-04 09:00")) == ()


def test_working_time_is_explained_by_minutes_and_only_with_office_hours() -> None:
    deadline = frozen(Moment(at("Fri 2023-07-07 18:00")), Limit(1, LimitUnit.WORKING_HOURS))
    assert [(line.minutes, line.counted) for line in BOOK.explain(deadline)] == [
        (0, False), (0, False), (0, False), (60, True),
    ]  # fmt: skip
    assert BOOK.explain(deadline)[0].why == "工作日 weekday，办公时间外 outside the counted hours"
    with pytest.raises(LimitFault, match="office hours"):
        explain(deadline, BOOK.calendar)


def test_a_deadline_stored_with_another_offset_is_explained_alike() -> None:
    deadline = BOOK.deadline(Purpose.CITIZEN, Moment(at("Wed 2023-07-05 00:30")), CALL)
    assert deadline is not None
    stored = replace(deadline, due=deadline.due.astimezone(UTC), started_at=deadline.started_at.astimezone(UTC))
    assert BOOK.explain(stored) == BOOK.explain(deadline)


@given(starts, starts, starts)
def test_working_minutes_of_the_parts_add_up_to_the_whole(a: datetime, b: datetime, c: datetime) -> None:
    parts = BOOK.working_minutes(a, b), BOOK.working_minutes(b, c)
    assert None not in parts
    assert sum(part or 0 for part in parts) == BOOK.working_minutes(a, c)


@pytest.mark.parametrize(
    ("start", "end", "minutes"),
    [
        ("Wed 2023-07-05 08:00", "Wed 2023-07-05 18:00", 420),
        ("Wed 2023-07-05 11:30", "Wed 2023-07-05 13:00", 30),
        ("Sat 2023-07-08 09:00", "Sun 2023-07-09 17:00", 0),
        ("Thu 2023-09-28 17:00", "Sat 2023-10-07 09:15", 45),
        ("Thu 2026-12-31 17:00", "Fri 2027-01-01 00:00", 30),
        ("Thu 2026-12-31 17:00", "Fri 2027-01-01 00:01", None),
        ("Fri 2027-01-01 00:00", "Fri 2027-01-01 00:00", 0),
    ],
)
def test_working_minutes_run_in_office_hours_of_working_days_of_published_years(
    start: str, end: str, minutes: int | None
) -> None:
    assert working_minutes_between(at(start), at(end), BOOK.calendar, HOURS) == minutes
    reverse = working_minutes_between(at(end), at(start), BOOK.calendar, HOURS)
    assert reverse == (None if minutes is None else -minutes)


def test_working_minutes_are_read_on_the_clock_that_is_given() -> None:
    start, end = datetime(2023, 7, 5, 1, 0, tzinfo=UTC), datetime(2023, 7, 5, 4, 0, tzinfo=UTC)
    assert working_minutes_between(start, end, BOOK.calendar, HOURS, SHANGHAI) == 180
    assert working_minutes_between(start, end, BOOK.calendar, HOURS) == 0


def test_an_office_open_till_midnight_ends_its_last_limit_at_midnight() -> None:
    night = OfficeHours((Session(1200, 1440),))
    due, provisional, named = reckon(
        Moment(at("Thu 2026-12-31 12:00")), Limit(4, LimitUnit.WORKING_HOURS), BOOK.calendar, night, SHANGHAI
    )
    assert (due, provisional, named) == (at("Fri 2027-01-01 00:00"), False, "2026-1")


@pytest.mark.parametrize(
    "sessions", [(), ((600, 540),), ((540, 540),), ((540, 720), (700, 800)), ((-1, 60),), ((0, 1441),)]
)
def test_office_hours_that_run_backwards_or_overlap_are_refused(sessions: tuple[tuple[int, int], ...]) -> None:
    with pytest.raises(OfficeHoursFault):
        OfficeHours(tuple(Session(*session) for session in sessions))


def test_a_working_day_holds_no_more_than_its_hours() -> None:
    with pytest.raises(OfficeHoursFault):
        HOURS.clock_when(timedelta(hours=8))


@pytest.mark.parametrize(
    ("value", "unit"),
    [
        (-1, LimitUnit.WORKING_DAYS),
        (LIMIT_DAYS_MAX + 1, LimitUnit.CALENDAR_DAYS),
        (LIMIT_DAYS_MAX * 24 + 1, LimitUnit.ELAPSED_HOURS),
    ],
)
def test_a_limit_out_of_all_reason_is_refused(value: int, unit: LimitUnit) -> None:
    with pytest.raises(LimitFault):
        Limit(value, unit)
