from datetime import timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from domain.bulletin.name import BulletinName, NotABulletinName
from domain.periods import Month, NotAPeriod, Period, Quarter, Year, parse_period

periods: st.SearchStrategy[Period] = st.one_of(
    st.builds(Month, st.integers(2000, 2100), st.integers(1, 12)),
    st.builds(Quarter, st.integers(2000, 2100), st.integers(1, 4)),
    st.builds(Year, st.integers(2000, 2100)),
)
names = st.builds(BulletinName, periods, st.none() | st.from_regex(r"[a-z][a-z0-9-]{0,39}", fullmatch=True))


@given(names)
def test_a_name_reads_back_as_it_is_written(name: BulletinName) -> None:
    assert BulletinName.parse(str(name)) == name
    assert parse_period(name.period.chinese) == name.period


@given(periods)
def test_periods_of_a_kind_follow_each_other_without_gap(period: Period) -> None:
    assert period.next().first_day == period.last_day + timedelta(days=1)
    assert period.next().previous() == period
    assert period.year_before().first_day == period.first_day.replace(year=period.year - 1)


@pytest.mark.parametrize(
    "text", ["", "2023Q5", "2023-13", "2023-7", "23", "2023Q3.", "2023Q3.Gas", "2023Q3.9", "gas", "."]
)
def test_what_names_no_bulletin_is_refused_in_both_languages(text: str) -> None:
    with pytest.raises(NotABulletinName, match=r"(?s)不是通报名.*names no bulletin"):
        BulletinName.parse(text)


def test_what_is_no_period_is_refused_in_both_languages() -> None:
    with pytest.raises(NotAPeriod, match=r"不是统计期.*is no period"):
        parse_period("2023W12")


@pytest.mark.parametrize(
    ("name", "number"),
    [
        ("2023Q3", "〔2023〕第3期"),
        ("2023-07", "〔2023〕月报第3期"),
        ("2023", "〔2023〕年报"),
        ("2023.gas", "〔2023〕专报第3期"),
    ],
)
def test_each_sort_of_edition_has_its_own_numbers(name: str, number: str) -> None:
    assert BulletinName.parse(name).number(2) == number


@pytest.mark.parametrize(("text", "governing"), [("2023", "2023Q4"), ("2023-05", "2023Q2"), ("2023Q1", "2023Q1")])
def test_the_definitions_of_a_periods_last_day_govern_it(text: str, governing: str) -> None:
    assert str(parse_period(text).governing_quarter) == governing
