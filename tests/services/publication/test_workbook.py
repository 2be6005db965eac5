"""The workbook holds numbers that calculate and print as the edition does, and is set up to be printed."""

from __future__ import annotations

import io
from typing import TYPE_CHECKING, Any

import openpyxl
import pytest

from services.publication.csv_files import NoSuchTable, csv_archive, csv_table
from services.publication.workbook import COVER, NOTES, number_of, sheet_names, workbook_form
from tests.services.publication.book import Q1
from tests.services.publication.test_forms import renamed

if TYPE_CHECKING:
    from openpyxl import Workbook

    from services.publication.publication import Publication


@pytest.fixture(scope="module")
def document(frozen: Publication) -> dict[str, Any]:
    return frozen.show(Q1).document


@pytest.fixture(scope="module")
def book(document: dict[str, Any]) -> Workbook:
    return openpyxl.load_workbook(io.BytesIO(workbook_form(document)))


def test_the_cover_says_what_it_is(book: Workbook, document: dict[str, Any]) -> None:
    assert book.sheetnames[0] == COVER
    said = [str(cell.value) for row in book[COVER].iter_rows() for cell in row]
    for needed in ("内部", document["frozen_at"], str(document["position"]), f"SHA-256 {document['annex']['digest']}"):
        assert needed in said


def test_figures_are_numbers_and_rates_are_fractions(document: dict[str, Any]) -> None:
    table = next(one for one in document["sections"][2]["tables"] if one["key"] == "top_topics")
    row = table["rows"][0]
    texts: tuple[dict[str, Any], ...] = (
        {"value": 5, "text": "5"},
        {"value": "41.67", "text": "41.67%"},
        {"value": "+400.00", "text": "+400.00%"},
    )
    cells = [{**cell, **text} for cell, text in zip(row["cells"], texts, strict=True)]
    changed = {
        **document,
        "sections": [{**document["sections"][2], "tables": [{**table, "rows": [{**row, "cells": cells}]}]}],
    }
    sheet = openpyxl.load_workbook(io.BytesIO(workbook_form(changed)))[sheet_names(changed)[3, "top_topics"]]
    count, share, change = sheet["B3"], sheet["C3"], sheet["D3"]
    assert (count.value, count.number_format) == (5, "0")
    assert (share.value, share.number_format) == (0.4167, "0.00%")
    assert (change.value, change.number_format) == (4, "+0.00%;-0.00%;0.00%")


def test_dates_are_dates_and_means_keep_their_decimals(book: Workbook, document: dict[str, Any]) -> None:
    names = sheet_names(document)
    deadline = book[names[5, "overdue"]]["D3"]
    assert deadline.is_date
    assert deadline.value.strftime("%Y-%m-%d") == "2026-02-09"
    mean = book[names[4, "units"]]["L3"]
    assert (mean.value, mean.number_format) == (5.8, "0.000")


def test_every_table_has_its_sheet_with_a_frozen_head_that_prints_again(
    book: Workbook, document: dict[str, Any]
) -> None:
    for name in sheet_names(document).values():
        sheet = book[name]
        assert sheet.freeze_panes == "B3"
        assert sheet.print_title_rows == "$2:$2"
        assert sheet.page_setup.orientation == "landscape"
        assert sheet.sheet_properties.pageSetUpPr.fitToPage
        assert sheet.page_setup.fitToHeight == 0


def test_chinese_fits_its_column(book: Workbook, document: dict[str, Any]) -> None:
    sheet = book[sheet_names(document)[4, "other_units"]]
    longest = max(len(str(sheet.cell(row, 1).value)) for row in range(3, sheet.max_row + 1))
    assert sheet.column_dimensions["A"].width >= 2 * longest


def test_a_cell_without_figure_says_why(book: Workbook, document: dict[str, Any]) -> None:
    cell = book[sheet_names(document)[4, "units"]]["I3"]
    assert cell.value == "—"
    assert cell.comment.text == "没有未办结的"
    assert "没有未办结的" in [row[4].value for row in book[NOTES].iter_rows()]


def test_no_cell_is_a_formula(document: dict[str, Any]) -> None:
    book = openpyxl.load_workbook(io.BytesIO(workbook_form(renamed(document, "=1+1"))))
    assert not [cell for sheet in book for row in sheet.iter_rows() for cell in row if cell.data_type == "f"]


def test_the_same_edition_is_the_same_bytes(document: dict[str, Any]) -> None:
    assert workbook_form(document) == workbook_form(document)
    assert csv_archive(document) == csv_archive(document)


@pytest.mark.parametrize("name", ["=1+1", "＝1+1", " @SUM(A1)"])
def test_a_table_of_its_own_has_no_formula(document: dict[str, Any], name: str) -> None:
    assert f"'{name}" in csv_table(renamed(document, name), "units_episodes").decode("utf-8-sig")


def test_a_table_that_is_not_there_is_refused_by_name(document: dict[str, Any]) -> None:
    with pytest.raises(NoSuchTable, match=r"no_table.*units"):
        csv_table(document, "no_table")


@pytest.mark.parametrize("word", ["007", "12345", "20230101", "1.", "٣٤", "+1", "比上期提高到100%"])
def test_a_word_that_looks_like_a_number_stays_the_word(word: str) -> None:
    assert number_of({"id": "x", "value": word, "text": word}) is None


@pytest.mark.parametrize(("value", "text", "number"), [("7.5", "7.5", 7.5), ("-3.10", "-3.10%", -0.031), (0, "0", 0)])
def test_figures_are_numbers(value: str | int, text: str, number: float) -> None:
    assert number_of({"id": "x", "value": value, "text": text}) == pytest.approx(number)
