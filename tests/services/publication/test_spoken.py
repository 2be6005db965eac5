"""Numbers are said as a presenter says them, and are heard as what they are."""

from __future__ import annotations

from datetime import date
from decimal import ROUND_HALF_UP, Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from services.publication import spoken
from tests.services.publication import heard


@pytest.mark.parametrize(
    ("number", "said"),
    [
        (0, "零"),
        (2, "二"),
        (10, "十"),
        (12, "十二"),
        (20, "二十"),
        (105, "一百零五"),
        (110, "一百一十"),
        (200, "二百"),
        (1_005, "一千零五"),
        (1_564, "一千五百六十四"),
        (2_000, "两千"),
        (2_200, "两千二百"),
        (10_500, "一万零五百"),
        (12_000, "一万二千"),
        (20_020, "两万零二十"),
        (1_010_000, "一百零一万"),
        (1_903_971, "一百九十万三千九百七十一"),
        (200_300_000, "两亿零三十万"),
        (2 * 10**12 + 5, "两万亿零五"),
        (-3, "负三"),
    ],
)
def test_whole_numbers(number: int, said: str) -> None:
    assert spoken.cardinal(number) == said


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("29.769", "二十九点八天"),
        ("2.000", "两天"),
        ("1.96", "两天"),
        ("38.5", "三十八点五天"),
        ("0.000", "零天"),
        ("0.25", "零点三天"),
    ],
)
def test_durations_are_said_to_one_decimal_half_up(text: str, said: str) -> None:
    assert spoken.measured(text, "天") == said


@pytest.mark.parametrize(
    ("text", "said"),
    [("83.33", "百分之八十三点三三"), ("100.00", "百分之百"), ("7.50", "百分之七点五"), ("0.00", "百分之零")],
)
def test_rates_are_said_whole(text: str, said: str) -> None:
    assert spoken.percent(text) == said


@pytest.mark.parametrize(
    ("text", "said"), [("+400.00", "上升百分之四百"), ("-12.50", "下降百分之十二点五"), ("0.00", "持平")]
)
def test_changes_say_their_way(text: str, said: str) -> None:
    assert spoken.change(text) == said


@pytest.mark.parametrize(
    ("printed", "said"),
    [
        ("2023年第三季度答复诉求 1564 件；", "二〇二三年第三季度答复诉求一千五百六十四件；"),
        ("截至2023-09-30，共2件", "截至二〇二三年九月三十日，共两件"),
        ("2023Q3", "二〇二三年第三季度"),
        ("〔2023〕第12期", "二〇二三年第十二期"),
        ("31—60 天", "三十一至六十天"),
        ("拨打12345热线", "拨打一二三四五热线"),
        ("比例3:1，占1/3", "比例三比一，占三分之一"),
        ("9:05播出", "九点零五分播出"),
        ("2月2日", "二月二日"),
        ("重办 3 次，1,564 件", "重办三次，一千五百六十四件"),
        ("约33.33%-40%", "约百分之三十三点三三至百分之四十"),
        ("22件", "二十二件"),
    ],
)
def test_figures_inside_a_text(printed: str, said: str) -> None:
    assert spoken.text_aloud(printed) == said


@given(st.integers(min_value=0, max_value=10**12 - 1))
def test_what_is_said_is_heard(number: int) -> None:
    assert heard.whole(spoken.cardinal(number)) == number
    assert heard.figure(spoken.counted(number, "件")) == number


@given(st.decimals(min_value=0, max_value=99_999, places=3))
def test_a_duration_is_heard_as_its_rounding(value: Decimal) -> None:
    assert heard.figure(spoken.measured(str(value), "天")) == value.quantize(Decimal("0.1"), ROUND_HALF_UP)


@given(st.decimals(min_value=0, max_value=100, places=2))
def test_a_rate_is_heard_exactly(value: Decimal) -> None:
    assert heard.figure(spoken.percent(str(value))) == value


@given(st.dates(min_value=date(1980, 1, 1), max_value=date(2100, 1, 1)))
def test_a_date_is_heard(at: date) -> None:
    assert heard.day(spoken.day(at)) == at.isoformat()


@given(st.text(alphabet="0123456789.%-/:年月日件第至 —", max_size=30))
def test_no_digit_is_left_unsaid(text: str) -> None:
    assert not any(character.isdecimal() and character.isascii() for character in spoken.text_aloud(text))


@pytest.mark.parametrize("text", ["第{}中学", "{}.5 厂", "{}%", "{}:1", "{}/0", "-{}%", "{}%-{}%", "{}~3", "{} 件"])
def test_a_number_without_a_name_in_a_text_is_said_digit_by_digit(text: str) -> None:
    said = spoken.text_aloud(text.replace("{}", "9" * 20))
    assert "九" * 20 in said


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("〔2023〕第3期", "二〇二三年第三期"),
        ("〔地点〕旁的垃圾桶", "某地旁的垃圾桶"),
        ("〔地点〕到〔地点2〕，请打〔电话〕", "某地到另一地，请打某个号码"),
        ("〔地址3〕漏水", "另一处漏水"),
    ],
)
def test_what_was_masked_is_said_and_no_mask_is_taken_for_a_year(text: str, said: str) -> None:
    assert spoken.text_aloud(text) == said


@pytest.mark.parametrize(
    ("at", "said"),
    [
        (date(2026, 4, 8), "四月八日"),
        (date(2025, 12, 31), "去年十二月三十一日"),
        (date(2027, 1, 5), "明年一月五日"),
        (date(2024, 2, 29), "二〇二四年二月二十九日"),
    ],
)
def test_a_day_is_said_without_the_year_that_everybody_knows(at: date, said: str) -> None:
    assert spoken.near_day(at, date(2026, 4, 7)) == said
