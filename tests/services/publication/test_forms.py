"""CSV and Markdown say what the edition says, and a name in them is never a formula or a broken table."""

from __future__ import annotations

import csv
import io
from typing import TYPE_CHECKING, Any

import pytest

from services.publication.forms import csv_form, markdown_form
from tests.services.publication.book import Q1, WATER

if TYPE_CHECKING:
    from services.publication.publication import Publication


@pytest.fixture(scope="module")
def document(frozen: Publication) -> dict[str, Any]:
    return frozen.show(Q1).document


def renamed(document: dict[str, Any], name: str) -> dict[str, Any]:
    """The edition with another head in the first row of the table by unit."""
    sections = [dict(section) for section in document["sections"]]
    tables = [dict(table) for table in sections[3]["tables"]]
    tables[0]["rows"] = [{**tables[0]["rows"][0], "head": name}]
    sections[3]["tables"] = tables
    return {**document, "sections": sections}


def test_every_row_of_every_table_stands_in_both_forms(document: dict[str, Any]) -> None:
    lines = list(csv.reader(io.StringIO(csv_form(document).lstrip("\ufeff"))))
    text = markdown_form(document)
    for section in document["sections"]:
        for table in section["tables"]:
            for row in table["rows"]:
                assert [row["head"], *(cell["text"] for cell in row["cells"])] in lines
                assert f"| {row['head']} | {row['cells'][0]['text']}" in text


def test_an_empty_section_says_why_in_the_text(document: dict[str, Any]) -> None:
    assert "本期无内容：本期没有提出工作要求" in markdown_form(document)


def test_words_stand_left_and_figures_right(document: dict[str, Any]) -> None:
    lines = markdown_form(document).splitlines()
    assert lines[lines.index("| | 承办单位 | 事项 | 期限 | 已超（天） |") + 1] == "|---|---|---|---|---:|"
    assert lines[lines.index("| | 件数（件） | 占比 |") + 1] == "|---|---:|---:|"


@pytest.mark.parametrize("name", ["=1+1", "+江北", "-江北", "@SUM(A1)", "\tx"])
def test_a_name_is_never_a_formula(document: dict[str, Any], name: str) -> None:
    assert f"'{name}" in csv_form(renamed(document, name))


def test_a_change_with_its_sign_stays_a_number(document: dict[str, Any]) -> None:
    assert ",+400.00%\r\n" in csv_form(document)


def test_a_name_with_a_bar_or_a_line_break_breaks_no_table(document: dict[str, Any]) -> None:
    assert "| 甲\\|乙 丙 |" in markdown_form(renamed(document, "甲|乙\n丙"))
    assert WATER in markdown_form(document)
