from datetime import date, timedelta
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from domain.timekeeping.deadlines import working_days_between
from domain.timekeeping.working_calendar import CalendarFault, DayKind, ExceptionalDay, WorkingCalendar, WorkingYear
from services.editions import load_calendar, shipped_calendar_years

CALENDAR = WorkingCalendar(tuple(shipped_calendar_years()))
WORKING_DAYS = dict(
    zip(range(2015, 2027), (249, 250, 249, 250, 250, 249, 250, 249, 249, 251, 248, 248), strict=True),
)
published_days = st.dates(date(2004, 1, 1), date(2026, 12, 31))
any_days = st.dates(date(1999, 1, 1), date(2035, 12, 31))


@pytest.mark.parametrize(("year", "working"), WORKING_DAYS.items())
def test_each_year_has_as_many_working_days_as_the_state_council_gave_it(year: int, working: int) -> None:
    assert working_days_between(date(year - 1, 12, 31), date(year, 12, 31), CALENDAR) == working


@pytest.mark.parametrize("year", range(2015, 2027))
def test_the_shipped_calendar_agrees_with_the_notices_day_by_day(year: int, shared: Path) -> None:
    notice = WorkingCalendar()
    for path in sorted((shared / "data" / "holidays").glob("*.json")):
        notice = notice.with_year(load_calendar(path))
    days = [date(year, 1, 1) + timedelta(days=n) for n in range(365 + (year % 4 == 0))]
    assert [day for day in days if CALENDAR.is_working(day) is not notice.is_working(day)] == []
    assert days[-1] == date(year, 12, 31)


@pytest.mark.parametrize(
    ("weekday", "day", "kind", "chinese"),
    [
        ("Wed", "2023-07-05", DayKind.WEEKDAY, "工作日"),
        ("Sat", "2023-07-08", DayKind.WEEKEND, "周末"),
        ("Mon", "2023-10-02", DayKind.HOLIDAY, "国庆节放假"),
        ("Sat", "2023-10-07", DayKind.MAKE_UP, "国庆节调休上班"),
        ("Sun", "2024-02-18", DayKind.MAKE_UP, "春节调休上班"),
        ("Sun", "2026-01-04", DayKind.MAKE_UP, "元旦调休上班"),
        ("Fri", "2027-01-01", DayKind.UNPUBLISHED, "日历未公布"),
        ("Wed", "2003-12-31", DayKind.UNPUBLISHED, "日历未公布"),
    ],
)
def test_a_day_says_why_it_counts_or_not(weekday: str, day: str, kind: DayKind, chinese: str) -> None:
    when = date.fromisoformat(day)
    described = CALENDAR.describe(when)
    assert (f"{when:%a}", described.kind, described.chinese) == (weekday, kind, chinese)
    assert str(described).startswith(chinese)


def test_a_description_reads_in_english_too() -> None:
    assert CALENDAR.describe(date(2023, 10, 2)).english == "holiday (国庆节)"
    assert CALENDAR.describe(date(2027, 1, 1)).english == "calendar not published"


@given(published_days, published_days)
def test_counting_by_sums_is_counting_day_by_day(a: date, b: date) -> None:
    start, end = min(a, b), min(max(a, b), min(a, b) + timedelta(days=400))
    days = [start + timedelta(days=n) for n in range(1, (end - start).days + 1)]
    counted = sum(CALENDAR.is_working(day) is True for day in days)
    assert working_days_between(start, end, CALENDAR) == counted
    assert working_days_between(end, start, CALENDAR) == -counted


@given(any_days, any_days)
def test_a_count_that_touches_an_unpublished_year_is_unknown(a: date, b: date) -> None:
    start, end = min(a, b), max(a, b)
    known = start == end or (start >= date(2003, 12, 31) and end <= date(2026, 12, 31))
    assert (working_days_between(start, end, CALENDAR) is not None) is known


@given(any_days, st.integers(0, 400))
def test_the_day_reached_is_the_first_on_which_so_many_days_could_have_been_worked(start: date, count: int) -> None:
    reached = CALENDAR.reach(start, count)
    assert sum(CALENDAR.tally(start, reached)) == count
    if count:
        assert CALENDAR.is_working(reached) is not False
        assert sum(CALENDAR.tally(start, reached - timedelta(days=1))) == count - 1


def test_a_gap_between_published_years_is_unknown() -> None:
    gapped = WorkingCalendar(tuple(year for year in shipped_calendar_years() if year.year in {2024, 2026}))
    assert gapped.is_working(date(2025, 3, 3)) is None
    assert gapped.published_years() == (2024, 2026)
    assert working_days_between(date(2024, 12, 1), date(2026, 1, 31), gapped) is None


def test_an_empty_calendar_knows_nothing_and_still_reaches() -> None:
    assert WorkingCalendar().is_working(date(2026, 3, 2)) is None
    assert WorkingCalendar().reach(date(2026, 3, 2), 5) == date(2026, 3, 7)
    assert WorkingCalendar().edition_of(2026) is None


def test_a_corrected_edition_supersedes_and_the_older_one_can_be_gone_back_to() -> None:
    extra = ExceptionalDay(date(2026, 3, 6), working=False, name="临时放假")
    held = CALENDAR.year(2026)
    assert held is not None
    corrected = WorkingYear(2026, "2026-2", tuple(sorted((*held.exceptions, extra), key=lambda day: day.date)))
    calendar = CALENDAR.with_year(corrected)
    assert (CALENDAR.is_working(date(2026, 3, 6)), calendar.is_working(date(2026, 3, 6))) == (True, False)
    assert calendar.edition_of(2026) == "2026-2"
    assert calendar.as_counted("2026-1").is_working(date(2026, 3, 6)) is True
    assert calendar.with_year(corrected) is calendar
    assert calendar.with_year(held).edition_of(2026) == "2026-1"


def test_a_neighbours_arrangement_has_the_last_word_on_a_december_day_and_is_named() -> None:
    spill = WorkingYear(2027, "2027-1", (ExceptionalDay(date(2026, 12, 31), working=False, name="元旦"),))
    calendar = CALENDAR.with_year(spill)
    assert calendar.describe(date(2026, 12, 31)).chinese == "元旦放假"
    assert calendar.editions_between(date(2026, 12, 30), date(2026, 12, 31)) == "2026-1+2027-1"
    assert calendar.editions_between(date(2026, 12, 29), date(2026, 12, 30)) == "2026-1"


def test_the_years_touched_are_named_and_an_unpublished_one_is_marked() -> None:
    assert CALENDAR.editions_between(date(2025, 12, 30), date(2026, 1, 2)) == "2025-1+2026-1"
    assert CALENDAR.editions_between(date(2026, 12, 30), date(2027, 1, 2)) == "2026-1+2027?"
    assert CALENDAR.editions_between(date(2026, 12, 30), date(2026, 12, 29)) == ""


@pytest.mark.parametrize(
    ("edition", "days"),
    [
        ("v1", ()),
        ("2026+1", ()),
        ("2026-1?", ()),
        ("2026-1", ("2026-05-01", "2026-05-01")),
        ("2026-1", ("2026-05-02", "2026-05-01")),
        ("2026-1", ("2024-05-01",)),
    ],
)
def test_an_edition_that_contradicts_itself_is_refused(edition: str, days: tuple[str, ...]) -> None:
    exceptions = tuple(ExceptionalDay(date.fromisoformat(day), working=False, name="劳动节") for day in days)
    with pytest.raises(CalendarFault):
        WorkingYear(2026, edition, exceptions)


def test_one_id_never_stands_for_two_arrangements() -> None:
    with pytest.raises(CalendarFault, match="2026-1"):
        CALENDAR.with_year(WorkingYear(2026, "2026-1", ()))
