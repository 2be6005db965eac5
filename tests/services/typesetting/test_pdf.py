"""The PDF, measured from its bytes against GB/T 9704-2012."""

from __future__ import annotations

import io
import subprocess
from datetime import date
from itertools import pairwise
from pathlib import Path

import pdfplumber
import pytest

from services.typesetting.paper import Body, Cell, Column, Paper, Row, Table
from services.typesetting.pdf import pdf_of
from services.typesetting.typefaces import Typefaces, Use, found_typefaces
from tests.services.typesetting.sample import MM, SENTENCE, WIDE, Page, a_paper, measured, mm_of, pictured


@pytest.fixture(scope="module")
def typefaces() -> Typefaces:
    return found_typefaces()


@pytest.fixture(scope="module")
def content(typefaces: Typefaces) -> bytes:
    return pdf_of(a_paper(), typefaces)


@pytest.fixture(scope="module")
def pages(content: bytes) -> list[Page]:
    return measured(content)


def test_every_page_is_a4(pages: list[Page]) -> None:
    sizes = {(round(min(p.width, p.height) / MM), round(max(p.width, p.height) / MM)) for p in pages}
    assert sizes == {(210, 297)}


def test_a_full_page_has_22_lines_of_28_characters(pages: list[Page]) -> None:
    *body, folio = pages[1].lines()
    assert [len(line) for line in body] == [28] * 22
    assert "".join(glyph.text for glyph in folio).replace(" ", "") == "—2—"


def test_lines_fill_the_type_area(pages: list[Page]) -> None:
    *body, _ = pages[1].lines()
    middles = [line[0].middle for line in body]
    pitches = [after - before for before, after in pairwise(middles)]
    assert all(pitch == pytest.approx(225 / 22 * MM, abs=0.1) for pitch in pitches)
    assert middles[0] - pitches[0] / 2 == pytest.approx(37 * MM, abs=1.5)
    assert middles[-1] + pitches[0] / 2 == pytest.approx((37 + 225) * MM, abs=1.5)


@pytest.mark.parametrize(("page", "left"), [(1, 28), (2, 26)])
def test_the_binding_edge_is_left_of_odd_and_right_of_even_pages(pages: list[Page], page: int, left: float) -> None:
    full = [line for line in pages[page - 1].lines() if len(line) == 28]
    assert full[0][0].left / MM == pytest.approx(left, abs=0.2)
    assert full[0][-1].right / MM == pytest.approx(left + 156, abs=0.3)


@pytest.mark.parametrize(("page", "edge"), [(1, 28 + 156), (2, 26)])
def test_the_page_number_stands_one_character_in_from_the_outer_edge(pages: list[Page], page: int, edge: float) -> None:
    folio = pages[page - 1].lines()[-1]
    assert "".join(glyph.text for glyph in folio).replace(" ", "") == f"—{page}—"
    assert {round(glyph.size) for glyph in folio} == {14}
    gap = edge * MM - folio[-1].right if page % 2 else folio[0].left - edge * MM
    assert gap == pytest.approx(14, abs=1)


def test_the_dashes_lie_seven_millimetres_below_the_type_area(content: bytes, tmp_path: Path) -> None:
    picture = pictured(content, tmp_path, 1)
    from_row = round((37 + 225) * 144 / 25.4)
    foot = picture.crop((0, from_row, picture.width, picture.height))
    dash = measured(content)[0].lines()[-1][0]
    column = foot.crop((round(dash.left * 2), 0, round(dash.right * 2), foot.height)).convert("L")
    box = column.point(lambda value: 255 if value < 128 else 0).getbbox()
    assert box is not None
    assert mm_of(box[1]) == pytest.approx(7, abs=0.6)


def test_the_issuing_mark_is_red_and_begins_35_mm_below_the_type_areas_head(content: bytes, tmp_path: Path) -> None:
    picture = pictured(content, tmp_path, 1)
    red, green, _ = picture.split()
    reddish = [r > 180 and g < 90 for r, g in zip(red.tobytes(), green.tobytes(), strict=True)]
    first = reddish.index(True) // picture.width
    assert mm_of(first) == pytest.approx(37 + 35, abs=0.6)


def test_the_red_rule_is_as_long_as_the_type_area_is_wide(content: bytes) -> None:
    with pdfplumber.open(io.BytesIO(content)) as file:
        rules = [line for line in file.pages[0].lines if line["stroking_color"] and line["stroking_color"][0] > 0.8]
    assert [round((rule["x1"] - rule["x0"]) / MM, 1) for rule in rules] == [156.0]


def test_sizes_and_typefaces_follow_the_standard(pages: list[Page], typefaces: Typefaces) -> None:
    looks = {glyph.text: (round(glyph.size), glyph.font) for glyph in pages[0].glyphs if glyph.text in "报一受并"}
    uses = {"报": (22, Use.TITLE), "一": (16, Use.BODY), "并": (16, Use.BODY)}
    for text, (size, use) in uses.items():
        stem = typefaces.of(use).family.replace(" ", "").removesuffix("SC").removesuffix("R")
        assert looks[text][0] == size
        assert stem[:6] in looks[text][1]
    heading = next(line for line in pages[0].lines() if "".join(g.text for g in line).startswith("一、"))
    assert typefaces.of(Use.LEVEL_1).family.replace(" ", "")[:6] in heading[0].font


def test_every_typeface_is_embedded(content: bytes, tmp_path: Path) -> None:
    (tmp_path / "paper.pdf").write_bytes(content)
    said = subprocess.run(
        ["pdffonts", tmp_path / "paper.pdf"], check=True, timeout=60, capture_output=True, text=True
    ).stdout.splitlines()[2:]
    assert len(said) >= 3
    assert all(line.split()[-5:-2] == ["yes", "yes", "yes"] for line in said), said


def test_a_wide_table_is_turned_and_its_head_repeated(pages: list[Page]) -> None:
    turned = [page for page in pages if page.turned]
    assert len(turned) >= 2
    with_rows = [page for page in turned if "住房和城乡建设局" in page.text()]
    assert all("各单位办理情况" in page.text() and "第0项" in page.text() for page in with_rows)


def test_a_turned_pages_number_stands_where_an_upright_page_has_it(pages: list[Page]) -> None:
    for number, page in enumerate(pages, start=1):
        if page.turned:
            folio = [glyph for glyph in page.glyphs if not glyph.upright and glyph.text.strip()]
            assert "".join(glyph.text for glyph in folio) == f"—{number}—"
            assert all(glyph.right < 35 * MM for glyph in folio)
            low = sum(glyph.middle for glyph in folio) / len(folio) > page.height / 2
            assert low == (number % 2 == 1)


def test_nothing_leaves_the_type_area_and_no_figures_touch(pages: list[Page]) -> None:
    for page in pages:
        left, right = (35, 297 - 37) if page.turned else (26, 210 - 26)
        for line in page.lines():
            assert line[0].left >= left * MM - 1
            assert line[-1].right <= right * MM + 1
            assert all(after.left >= before.right - 1 for before, after in pairwise(line))


def test_a_table_wider_than_a_turned_page_is_split_by_columns(typefaces: Typefaces) -> None:
    columns = tuple(Column(f"项{at}") for at in range(60))
    table = Table("很宽", "单位", columns, (Row("甲", tuple(Cell(f"{at}.55%") for at in range(60))),))
    paper = Paper("题", "某办", date(2026, 1, 1), (table,))
    text = "".join(page.text() for page in measured(pdf_of(paper, typefaces)))
    assert all(f"{at}.55%" in text for at in range(60))
    assert "很宽（续）" in text
    assert text.count("甲") == text.count("单位") == 1 + text.count("（续）")


def test_a_long_code_is_broken_inside_its_column(typefaces: Typefaces) -> None:
    table = Table("摘要", "键", (Column("值", wordy=True),) * 3, (Row("甲", (Cell("0123456789abcdef" * 8),) * 3),))
    page = measured(pdf_of(Paper("题", "某办", date(2026, 1, 1), (table,)), typefaces))[0]
    assert max(line[-1].right for line in page.lines()) <= (28 + 156) * MM + 1


def test_the_same_paper_has_the_same_bytes(content: bytes, typefaces: Typefaces) -> None:
    assert pdf_of(a_paper(), typefaces) == content
    assert pdf_of(a_paper(subtitle="另"), typefaces) != content


def test_dates_and_standard_stand_in_the_file(content: bytes) -> None:
    with pdfplumber.open(io.BytesIO(content)) as file:
        assert file.metadata["CreationDate"].startswith("D:20260401")
        assert file.metadata["Title"] == "行风热线季度通报"
    assert b"<pdfaid:part>2</pdfaid:part>" in content
    assert b"<pdfaid:conformance>B</pdfaid:conformance>" in content


def test_words_that_look_like_commands_are_printed_as_they_are(typefaces: Typefaces) -> None:
    said = '#panic("x") $a_b$ *粗* <label> @ref \\ `code`'
    page = measured(pdf_of(Paper("题", "某办", date(2026, 1, 1), (Body(said), WIDE)), typefaces))[0]
    assert said.replace(" ", "") in page.text().replace(" ", "")


def test_a_page_of_words_says_them_all(typefaces: Typefaces) -> None:
    text = "".join(page.text() for page in measured(pdf_of(a_paper(), typefaces)))
    assert text.count(SENTENCE[:2]) >= 50


@pytest.mark.parametrize(
    "said", ["老人👨\u200d👩\u200d👧来电", "甲\x00乙\x01", "甲\ufffe乙", "\U0001fae8\U0001fadf\U0001f6d8和⁂"]
)
def test_a_character_that_no_typeface_has_is_no_reason_to_print_nothing(typefaces: Typefaces, said: str) -> None:
    pages = measured(
        pdf_of(Paper(title="标题", author="市行风办", dated=date(2026, 1, 1), blocks=(Body(said),)), typefaces)
    )
    text = "".join(glyph.text for page in pages for line in page.lines() for glyph in line)
    assert said[0] in text or "〓" in text
    assert "标题" in text
