"""The imprint (版记), measured from PDF and from what LibreOffice prints of the DOCX (GB/T 9704-2012, 7.4 and 7.5)."""

from __future__ import annotations

import io
from dataclasses import dataclass
from datetime import date
from typing import TYPE_CHECKING

import pdfplumber
import pytest
from docx import Document

from domain.bulletin.events import COPIED_TO_CHARACTERS_MAX
from services.typesetting.paper import Block, Body, Imprint, Paper
from services.typesetting.pdf import pdf_of
from services.typesetting.typefaces import Typefaces, Use, found_typefaces
from services.typesetting.word import docx_of
from tests.services.typesetting.sample import MM, SENTENCE, WIDE, Glyph, Page, a_paper, measured
from tests.services.typesetting.test_docx import turned_to_pdf

if TYPE_CHECKING:
    from pathlib import Path

COPIES = (
    "市委办公室",
    "市人大常委会办公室",
    "市政协办公室",
    "市纪委监委机关",
    "市广播电视台",
    "各县（市、区）人民政府",
)
IMPRINT = Imprint("某市人民政府办公室", date(2026, 4, 1), COPIES)
ALONE = Imprint("某市人民政府办公室", date(2026, 4, 1))
LEFT, RIGHT, FOOT = 26.0, 26.0 + 156, 37.0 + 225
"""The edges of an even page's type area, in millimetres."""


@dataclass(frozen=True)
class Rule:
    """A rule as the file draws it, in millimetres from the page's upper left corner."""

    left: float
    right: float
    middle: float
    thick: float


def rules_of(content: bytes, page: int = -1) -> list[Rule]:
    """The level rules of a page, from the top; rectangles that a word processor draws for them too."""
    with pdfplumber.open(io.BytesIO(content)) as file:
        drawn = file.pages[page]
        rules = [
            Rule(one["x0"] / MM, one["x1"] / MM, (one["top"] + one["bottom"]) / 2 / MM, one["linewidth"] / MM)
            for one in drawn.lines
        ]
        rules += [
            Rule(one["x0"] / MM, one["x1"] / MM, (one["top"] + one["bottom"]) / 2 / MM, one["height"] / MM)
            for one in drawn.rects
            if one["height"] < MM
        ]
    return sorted(rules, key=lambda rule: rule.middle)


def paper(*blocks: Block, imprint: Imprint | None = IMPRINT) -> Paper:
    return Paper("题", "某办", date(2026, 4, 1), blocks, imprint=imprint)


def said(line: list[Glyph]) -> str:
    return "".join(glyph.text for glyph in line).replace(" ", "")


def folios(pages: list[Page]) -> list[str]:
    """What stands below the type area of each page, its number or nothing."""
    feet = ([glyph for glyph in page.glyphs if glyph.middle > (FOOT + 3) * MM] for page in pages)
    return [said(foot) for foot in feet]


@pytest.fixture(scope="module")
def typefaces() -> Typefaces:
    return found_typefaces()


@pytest.fixture(scope="module")
def content(typefaces: Typefaces) -> bytes:
    return pdf_of(paper(Body(SENTENCE * 24)), typefaces)


@pytest.fixture(scope="module")
def last(content: bytes) -> Page:
    return measured(content)[-1]


def test_its_rules_are_as_long_as_the_type_area_is_wide_thick_at_the_edges_and_thin_between(content: bytes) -> None:
    rules = rules_of(content)
    assert [(round(rule.left, 1), round(rule.right, 1)) for rule in rules] == [(LEFT, RIGHT)] * 3
    assert [round(rule.thick, 2) for rule in rules] == [0.35, 0.25, 0.35]


def test_its_last_rule_lies_where_the_type_area_ends(content: bytes) -> None:
    assert rules_of(content)[-1].middle == pytest.approx(FOOT, abs=0.1)


def test_its_words_are_14_point_in_the_body_s_typeface_one_character_in_from_each_side(
    content: bytes, last: Page, typefaces: Typefaces
) -> None:
    first = rules_of(content)[0].middle * MM
    lines = [line for line in last.lines() if first < line[0].middle < FOOT * MM]
    assert said(lines[0]).startswith("抄送：市委办公室，市人大常委会办公室，")
    assert said(lines[-1]) == "某市人民政府办公室2026年4月1日印发"
    assert {round(glyph.size, 1) for line in lines for glyph in line} == {14.0}
    family = typefaces.of(Use.BODY).family.replace(" ", "").removesuffix("SC")
    assert all(family[:6] in glyph.font for glyph in lines[0])
    assert [line[0].left for line in (lines[0], lines[-1])] == pytest.approx([LEFT * MM + 14] * 2, abs=0.5)
    assert lines[-1][-1].right == pytest.approx(RIGHT * MM - 14, abs=0.5)


def test_a_further_line_of_copies_begins_below_the_first_body_s_name_and_the_last_one_ends_in_a_full_stop(
    last: Page,
) -> None:
    at = next(number for number, line in enumerate(last.lines()) if said(line).startswith("抄送："))
    first, second = last.lines()[at : at + 2]
    assert second[0].left == pytest.approx(first[3].left, abs=0.5)
    assert said(second).endswith("人民政府。")


def test_without_copies_it_has_two_rules_and_one_line(typefaces: Typefaces) -> None:
    content = pdf_of(paper(Body(SENTENCE * 24), imprint=ALONE), typefaces)
    assert [round(rule.thick, 2) for rule in rules_of(content)] == [0.35, 0.35]
    assert "抄送" not in measured(content)[-1].text()


@pytest.mark.parametrize("sentences", [1, 24, 41, 42, 43, 60])
def test_the_last_page_is_an_even_one_whatever_comes_before(typefaces: Typefaces, sentences: int) -> None:
    pages = measured(pdf_of(paper(Body(SENTENCE * sentences)), typefaces))
    assert len(pages) % 2 == 0
    assert ["抄送" in page.text() for page in pages] == [*[False] * (len(pages) - 1), True]
    assert "".join(page.text() for page in pages).count("诉") == SENTENCE.count("诉") * sentences


@pytest.mark.parametrize(
    ("sentences", "numbers"),
    [
        (24, ["—1—", "—2—"]),
        (10, ["—1—", "—2—"]),
        (42, ["—1—", "—2—", "", ""]),
        (60, ["—1—", "—2—", "—3—", "—4—"]),
    ],
    ids=["there is room", "ends on an odd page", "no room on an even page", "ends on a later odd page"],
)
def test_only_after_a_blank_page_does_its_page_bear_no_number(
    typefaces: Typefaces, sentences: int, numbers: list[str]
) -> None:
    assert folios(measured(pdf_of(paper(Body(SENTENCE * sentences)), typefaces))) == numbers


def test_what_stands_above_it_keeps_a_line_s_distance(typefaces: Typefaces) -> None:
    for sentences in range(34, 44):
        content = pdf_of(paper(Body(SENTENCE * sentences)), typefaces)
        page, first = measured(content)[-1], rules_of(content)[0].middle * MM
        above = [line[0].middle for line in page.lines() if line[0].middle < first]
        assert all(first - middle > 28.9 for middle in above[-1:])


def test_as_many_copies_as_an_approval_may_name_stand_on_one_page(typefaces: Typefaces) -> None:
    names = ("各县（市）人民政府" * 50)[: COPIED_TO_CHARACTERS_MAX - 1]
    content = pdf_of(paper(Body("甲"), imprint=Imprint("市" * 60, date(2026, 12, 31), (names,))), typefaces)
    pages = measured(content)
    assert len(pages) == 2
    assert rules_of(content)[0].middle > 37
    assert pages[-1].text().count("各县") >= 50


@pytest.mark.parametrize("before", [10, 35])
def test_it_is_upright_after_a_table_that_is_turned(typefaces: Typefaces, before: int) -> None:
    pages = measured(pdf_of(paper(Body(SENTENCE * before), WIDE), typefaces))
    assert len(pages) % 2 == 0
    assert (pages[-1].turned, "抄送" in pages[-1].text()) == (False, True)
    blank = not pages[-2].glyphs
    assert folios(pages)[-1] == ("" if blank else f"—{len(pages)}—")


def test_a_paper_without_one_is_set_as_it_always_was(typefaces: Typefaces) -> None:
    bare, closed = (measured(pdf_of(a_paper(imprint=one), typefaces)) for one in (None, IMPRINT))
    assert [page.text() for page in closed[: len(bare) - 1]] == [page.text() for page in bare[:-1]]
    assert "抄送" not in "".join(page.text() for page in bare)


@pytest.mark.parametrize("sentences", [10, 24])
def test_an_office_prints_it_at_the_foot_of_an_even_page(sentences: int, tmp_path: Path) -> None:
    content = turned_to_pdf(docx_of(paper(Body(SENTENCE * sentences))), tmp_path, blank_pages=True)
    pages = measured(content)
    rules = [rule for rule in rules_of(content) if rule.right - rule.left > 1]
    assert len(pages) % 2 == 0
    assert max(rule.middle for rule in rules) == pytest.approx(FOOT, abs=0.6)
    left, right = min(rule.left for rule in rules), max(rule.right for rule in rules)
    assert right - left == pytest.approx(RIGHT - LEFT, abs=0.3)
    # This office forgets the mirrored margins of a section that begins on an even page: two millimetres too far right.
    assert left == pytest.approx(LEFT + 2, abs=0.3)
    lines = [said(line) for line in pages[-1].lines()]
    assert lines[0].startswith("抄送：市委办公室，")
    assert lines[-1] == "某市人民政府办公室2026年4月1日印发"
    assert folios(pages)[-1] == ""


def test_the_docx_says_its_rules_in_the_standard_s_widths() -> None:
    foot = Document(io.BytesIO(docx_of(paper(Body("甲"))))).sections[-1].footer
    (table,) = foot.tables
    assert [cell.text for cell in table.rows[0].cells][:1] == [f"抄送：{'，'.join(COPIES)}。"]
    assert [cell.text for cell in table.rows[1].cells] == ["某市人民政府办公室", "2026年4月1日印发"]
    eighths = [int(width) for width in table._tbl.xpath(".//w:tcBorders/*/@w:sz")]
    assert [round(eighth / 8 / MM, 2) for eighth in eighths] == pytest.approx([0.35, 0.25, 0.35, 0.25, 0.35], abs=0.02)
