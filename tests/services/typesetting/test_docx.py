"""The DOCX, read by another library, and turned to PDF by another program."""

from __future__ import annotations

import io
import re
import shutil
import subprocess
from datetime import date
from pathlib import Path
from zipfile import ZipFile

import orjson
import pytest
from docx import Document
from docx.document import Document as Read
from docx.oxml.ns import qn
from docx.shared import Length

from services.typesetting.paper import Body, Heading, Line, PageBreak, Paper
from services.typesetting.pdf import pdf_of
from services.typesetting.typefaces import found_typefaces
from services.typesetting.word import docx_of
from tests.services.typesetting.sample import MM, SENTENCE, WIDE, Page, a_paper, measured

FIGURE = re.compile(r"\d+\.\d\d%")
FOLIO = re.compile(r"—\d+—")


@pytest.fixture(scope="module")
def content() -> bytes:
    return docx_of(a_paper())


@pytest.fixture(scope="module")
def read(content: bytes) -> Read:
    return Document(io.BytesIO(content))


@pytest.fixture(scope="module")
def printed(content: bytes, tmp_path_factory: pytest.TempPathFactory) -> list[Page]:
    """The pages as LibreOffice prints them."""
    return measured(turned_to_pdf(content, tmp_path_factory.mktemp("office")))


def turned_to_pdf(content: bytes, folder: Path, *, blank_pages: bool = False) -> bytes:
    """What LibreOffice prints; with ``blank_pages`` those that it puts in before an even page too."""
    options = {"IsSkipEmptyPages": {"type": "boolean", "value": str(not blank_pages).lower()}}
    program = shutil.which("soffice")
    if program is None:
        pytest.skip("LibreOffice (libreoffice-writer-nogui) is not installed")
    (folder / "paper.docx").write_bytes(content)
    subprocess.run(
        [
            program,
            f"-env:UserInstallation={(folder / 'profile').as_uri()}",
            "--headless",
            "--convert-to",
            f"pdf:writer_pdf_Export:{orjson.dumps(options).decode()}",
            "--outdir",
            folder,
            folder / "paper.docx",
        ],
        check=True,
        timeout=180,
        capture_output=True,
    )
    return (folder / "paper.pdf").read_bytes()


def words_of(pages: list[Page]) -> str:
    """What stands upright on the pages, without white space and page numbers."""
    text = "".join(glyph.text for page in pages for glyph in page.glyphs if glyph.upright)
    return FOLIO.sub("", re.sub(r"\s", "", text))


def in_mm(*lengths: Length | None) -> list[int]:
    return [round(length.mm) for length in lengths if length is not None]


def test_sections_have_the_measures_of_the_standard(read: Read) -> None:
    upright, turned = read.sections[0], read.sections[1]
    margins = (upright.top_margin, upright.right_margin, upright.bottom_margin, upright.left_margin)
    assert in_mm(upright.page_width, upright.page_height) == [210, 297]
    assert in_mm(*margins) == [37, 26, 35, 28]
    assert in_mm(turned.page_width, turned.page_height) == [297, 210]


def test_the_document_grid_is_22_by_28(read: Read) -> None:
    grid = read.sections[0]._sectPr.find(qn("w:docGrid"))
    pitch = int(grid.get(qn("w:linePitch")))
    character = 16 + int(grid.get(qn("w:charSpace"))) / 4096
    assert grid.get(qn("w:type")) == "linesAndChars"
    assert int(225 * MM * 20 / pitch) == 22
    assert 156 * MM / character == pytest.approx(28, abs=0.01)


def test_styles_name_the_official_typefaces(read: Read) -> None:
    named = {}
    for style in ("Normal", "Title", "heading 1", "heading 2", "footer"):
        fonts = read.styles[style].element.rPr.find(qn("w:rFonts"))
        named[style] = fonts.get(qn("w:eastAsia"))
    assert named == {
        "Normal": "仿宋_GB2312",
        "Title": "方正小标宋简体",
        "heading 1": "黑体",
        "heading 2": "楷体_GB2312",
        "footer": "宋体",
    }


def test_every_official_typeface_names_what_may_stand_for_it(content: bytes) -> None:
    with ZipFile(io.BytesIO(content)) as file:
        table = file.read("word/fontTable.xml").decode()
    assert len(re.findall("<w:altName w:val=", table)) == 5
    assert "Noto Serif CJK SC" in table


def test_headings_are_styles_and_the_number_is_a_field(read: Read) -> None:
    assert [p.text for p in read.paragraphs if p.style is not None and p.style.style_id == "Heading1"] == [
        "一、总体情况"
    ]
    odd, even = read.sections[0].footer, read.sections[0].even_page_footer
    assert [p.text.replace(" ", "") for p in (odd.paragraphs[0], even.paragraphs[0])] == ["—1—", "—1—"]
    assert all(" PAGE " in part._element.xml for part in (odd, even))


def test_rows_stay_whole_and_heads_are_repeated(read: Read) -> None:
    rows = read.tables[1].rows
    assert all(row._tr.trPr.find(qn("w:cantSplit")) is not None for row in rows)
    repeated = [row._tr.trPr.find(qn("w:tblHeader")) is not None for row in rows]
    assert repeated[:3] == [True, True, False]


def test_each_figure_stands_in_its_cell(read: Read) -> None:
    found = [[cell.text for cell in row.cells] for row in read.tables[1].rows[2:]]
    assert found == [[row.head, *(cell.text for cell in row.cells)] for row in WIDE.lines]


def test_the_same_paper_has_the_same_bytes(content: bytes) -> None:
    assert docx_of(a_paper()) == content
    with ZipFile(io.BytesIO(content)) as file:
        assert {entry.date_time[:3] for entry in file.infolist()} == {(2026, 4, 1)}
        assert b"2026-04-01T00:00:00Z" in file.read("docProps/core.xml")


def test_a_sign_that_xml_forbids_does_not_spoil_the_file() -> None:
    paper = Paper("题<&>", "某办", date(2026, 1, 1), (Body("甲\x0b乙 <w:p/> & “丙”"), PageBreak(), Body("丁")))
    texts = [paragraph.text for paragraph in Document(io.BytesIO(docx_of(paper))).paragraphs]
    assert "甲 乙 <w:p/> & “丙”" in texts


def test_an_office_prints_22_lines_of_28_characters(printed: list[Page]) -> None:
    *body, folio = printed[1].lines()
    assert [len(line) for line in body] == [28] * 22
    assert "".join(glyph.text for glyph in folio).replace(" ", "") == "—2—"


def test_an_office_prints_the_same_pages(printed: list[Page]) -> None:
    pages = measured(pdf_of(a_paper(), found_typefaces()))
    assert abs(len(pages) - len(printed)) <= 1
    assert {(round(p.width / MM), round(p.height / MM)) for p in printed} == {(210, 297), (297, 210)}
    first = next(line for line in printed[0].lines() if len(line) == 28)
    assert first[0].left / MM == pytest.approx(28, abs=0.3)
    assert first[-1].right / MM == pytest.approx(28 + 156, abs=0.7)


def test_an_office_prints_the_same_words(printed: list[Page]) -> None:
    ours, theirs = (words_of(pages) for pages in (measured(pdf_of(a_paper(), found_typefaces())), printed))
    assert FIGURE.findall(ours) == FIGURE.findall(theirs)
    assert ours.count(SENTENCE) == theirs.count(SENTENCE) == 55
    for block in a_paper().blocks:
        if isinstance(block, Heading | Line):
            assert block.text in ours
            assert block.text in theirs
