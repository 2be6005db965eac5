"""The script says what the edition says, nothing of a narrower edition, in sentences that one breath carries."""

from __future__ import annotations

import re
from decimal import Decimal
from typing import TYPE_CHECKING, Any

import pytest

from services.publication import spoken
from services.publication.derived import texts_of
from services.publication.script import SENTENCE_CHARACTERS_MAX, Pace, Script, script_of, spoken_characters
from tests.services.publication.book import PARKS, Q1

if TYPE_CHECKING:
    from services.publication.publication import Publication


@pytest.fixture(scope="module")
def document(frozen: Publication) -> dict[str, Any]:
    return frozen.show(Q1).document


@pytest.fixture(scope="module")
def script(document: dict[str, Any]) -> Script:
    return script_of(document)


def test_every_figure_stands_where_it_is_said_to_stand(script: Script, document: dict[str, Any]) -> None:
    texts = texts_of(document)
    figures = [(line, figure) for line in script.lines for figure in line.figures]
    assert len(figures) > 100
    for line, figure in figures:
        assert line.text[figure.start : figure.start + len(figure.spoken)] == figure.spoken
        if figure.cell in texts:
            assert texts[figure.cell] == figure.printed
        else:
            assert figure.cell.startswith("table ")


def test_no_figure_is_left_in_digits(script: Script) -> None:
    assert not [line.text for line in script.lines if re.search(r"\d", line.text)]


def test_no_spare_parts_are_counted(script: Script) -> None:
    assert "零件" not in script.text()


def test_a_sentence_is_one_breath(script: Script) -> None:
    said = [sentence for line in script.lines if line.figures for sentence in re.split("[。；]", line.text)]
    assert max(spoken_characters(sentence) for sentence in said) <= SENTENCE_CHARACTERS_MAX


def test_nothing_of_a_narrower_edition_is_said(script: Script, document: dict[str, Any]) -> None:
    narrow = [
        cell["id"]
        for section in document["sections"]
        for table in section["tables"]
        if table["scope"] != "public"
        for row in table["rows"]
        for cell in row["cells"]
    ]
    said = {figure.cell for line in script.lines for figure in line.figures}
    assert narrow
    assert not said & set(narrow)


def test_no_receipt_number_is_said(script: Script, document: dict[str, Any]) -> None:
    rows = [row for section in document["sections"] for table in section["tables"] for row in table["rows"]]
    receipts = [row["head"] for row in rows if re.fullmatch(r"\d{8}-\d{7}-[\dX]", row["head"])]
    assert receipts
    for receipt in receipts:
        assert receipt not in script.text()
        assert spoken.text_aloud(receipt) not in script.text()


def test_a_long_list_of_units_says_how_many_are_read(document: dict[str, Any]) -> None:
    text = script_of(document, Pace(units_max=2)).text()
    assert "其他单位本期办理情况，共三个单位，按表中次序播报前两个单位。" in text
    others = text.split("其他单位本期办理情况")[1].split("第五部分")[0]
    assert PARKS not in others


def test_a_draft_says_that_it_must_not_be_aired(script: Script) -> None:
    assert "【草稿，尚未批准，不得播出】" in script.text()


def test_the_time_follows_the_pace(document: dict[str, Any]) -> None:
    slow, fast = script_of(document, Pace(120)), script_of(document, Pace(240))
    assert slow.characters == fast.characters
    assert slow.json()["characters_per_minute"] == 120
    assert abs(slow.minutes - 2 * fast.minutes) <= Decimal("0.2")


def test_what_did_not_change_is_said_to_be_level(document: dict[str, Any]) -> None:
    (table,) = (one for part in document["sections"] for one in part["tables"] if one["key"] == "received_by_channel")
    at = next(place for place, column in enumerate(table["columns"]) if column["key"] == "quarter_on_quarter")
    cell = table["rows"][0]["cells"][at]
    cell.pop("cause", None)
    cell |= {"value": "0.00", "text": "0.00%"}
    text = script_of(document).text()
    assert "环比持平" in text
    assert "环比百分之零" not in text


def test_listeners_hear_why_units_may_add_up_to_more_than_the_city(document: dict[str, Any]) -> None:
    text = script_of(document).text()
    assert text.index("所以各单位合计可以多于全市") < text.index("各单位本期办理情况")
