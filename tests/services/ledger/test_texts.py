from datetime import date, datetime, time, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from services.ledger.texts import Cell, as_text, clean_line, clean_text, is_inexact_number, trim


@pytest.mark.parametrize(
    ("raw", "clean"),
    [
        ("您好_x000D_\n\t路灯坏了", "您好\n路灯坏了"),
        ("\r\n您好\r\n　　路灯\N{NO-BREAK SPACE}\t坏了 \n", "您好\n路灯 坏了"),
        ("一\n\n\n\n\n二", "一\n\n二"),
        ("一\u200b二\ufeff三\u00ad四\0五", "一二三四五"),
        ("a_x005F_x000D_b", "a_x000D_b"),
        ("_x4E2D_", "_x4E2D_"),
        ("一\u2028二\v三", "一\n二\n三"),
        ("损\udcff坏", "损\N{REPLACEMENT CHARACTER}坏"),
    ],
)
def test_a_text_keeps_its_words_and_lines_and_loses_the_rest(raw: str, clean: str) -> None:
    assert clean_text(raw) == clean


def test_a_title_stands_on_one_line() -> None:
    assert clean_line(" 路灯_x000D_\n  不亮\t") == "路灯 不亮"


def test_a_unit_is_trimmed_of_outer_white_space_only() -> None:
    assert trim("\u3000\N{NO-BREAK SPACE}某市  教育局\t_x000D_\n") == "某市  教育局"


@given(st.text())
def test_cleaning_twice_is_cleaning_once(raw: str) -> None:
    once = clean_text(raw.replace("_x", ""))
    assert clean_text(once) == once


@pytest.mark.parametrize(
    ("cell", "text"),
    [
        (188006.0, "188006"),
        (1.5, "1.5"),
        (True, "TRUE"),
        (datetime.fromisoformat("2019-01-03T09:05:00"), "2019-01-03 09:05:00"),
        (date(2019, 1, 3), "2019-01-03"),
        (time(9, 5), "09:05:00"),
        (timedelta(days=1), "1 day, 0:00:00"),
        (float("inf"), "inf"),
    ],
)
def test_a_cell_reads_as_a_person_sees_it(cell: Cell, text: str) -> None:
    assert as_text(cell) == text


@pytest.mark.parametrize("cell", [1.2345678901234567e17, "1.23457E+17", " 2E+20 "])
def test_a_number_that_a_spreadsheet_cut_is_known(cell: Cell) -> None:
    assert is_inexact_number(cell)


@pytest.mark.parametrize("cell", [188006.0, "202503040000012345", "E+17", "", date(2019, 1, 3)])
def test_a_whole_number_is_not_taken_for_a_cut_one(cell: Cell) -> None:
    assert not is_inexact_number(cell)
