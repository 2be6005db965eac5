from datetime import UTC, date, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from domain.periods import NotAQuarter, Quarter

SHANGHAI = ZoneInfo("Asia/Shanghai")
quarters = st.builds(Quarter, st.integers(2000, 2100), st.integers(1, 4))


@pytest.mark.parametrize("text", ["2023Q3", "2023q3", " 2023-Q3 ", "2023年第三季度", "2023年3季度"])
def test_a_quarter_is_read_however_people_write_it(text: str) -> None:
    assert Quarter.parse(text) == Quarter(2023, 3)


@pytest.mark.parametrize(
    "text", ["", "2023Q0", "2023Q5", "2023Q33", "23Q3", "2023", "2023-07-01", "２０２３Q3", "Q3 2023", "0000Q1"]
)
def test_what_is_no_quarter_is_refused_in_both_languages(text: str) -> None:
    with pytest.raises(NotAQuarter, match=r"不是季度.*is no quarter: write it as 2023Q3"):
        Quarter.parse(text)


@given(quarters)
def test_a_quarter_reads_back_as_it_is_written(quarter: Quarter) -> None:
    assert Quarter.parse(str(quarter)) == quarter
    assert Quarter.parse(quarter.chinese) == quarter


@given(quarters)
def test_quarters_follow_each_other_without_gap(quarter: Quarter) -> None:
    assert quarter.next().first_day == quarter.last_day + timedelta(days=1)
    assert quarter.next().previous() == quarter
    assert quarter.previous() < quarter < quarter.next()
    assert quarter.ends_at(SHANGHAI) + timedelta(microseconds=1) == quarter.next().starts_at(SHANGHAI)


@given(st.dates(date(1990, 1, 1), date(2100, 12, 31)))
def test_every_day_lies_in_just_its_own_quarter(day: date) -> None:
    own = Quarter.of(day)
    assert own.contains(day)
    assert not own.previous().contains(day)
    assert not own.next().contains(day)


@pytest.mark.parametrize(
    ("text", "first", "last"),
    [
        ("2023Q1", date(2023, 1, 1), date(2023, 3, 31)),
        ("2024Q1", date(2024, 1, 1), date(2024, 3, 31)),
        ("2023Q2", date(2023, 4, 1), date(2023, 6, 30)),
        ("2023Q3", date(2023, 7, 1), date(2023, 9, 30)),
        ("2023Q4", date(2023, 10, 1), date(2023, 12, 31)),
    ],
)
def test_a_quarter_runs_from_its_first_to_its_last_day(text: str, first: date, last: date) -> None:
    assert (Quarter.parse(text).first_day, Quarter.parse(text).last_day) == (first, last)


def test_a_quarter_is_set_beside_the_one_before_and_the_year_before() -> None:
    assert str(Quarter(2023, 1).previous()) == "2022Q4"
    assert str(Quarter(2023, 1).year_before()) == "2022Q1"


def test_a_quarter_ends_on_the_clock_of_the_instance() -> None:
    end = Quarter(2023, 3).ends_at(SHANGHAI)
    assert end.astimezone(UTC) == datetime(2023, 9, 30, 15, 59, 59, 999999, tzinfo=UTC)
