"""The official form says what the canonical JSON says: PDF and DOCX are read back and held against it."""

from __future__ import annotations

import io
import re
from collections.abc import Iterator
from typing import TYPE_CHECKING, Any

import orjson
import pytest
from docx import Document

from domain.bulletin.events import Scope
from domain.bulletin.name import BulletinName
from domain.bulletin.state import Status
from domain.facts import Moment
from services.ledger_import import LedgerImport
from services.publication.canonical import canonical, digest_of
from services.publication.internal_edition import EVALUATOR
from services.publication.official_form import docx_form, paper_of, pdf_form
from services.typesetting.paper import Remark, Table
from services.typesetting.typefaces import found_typefaces
from tests.composed import APPROVER, OPERATOR, StandingClock, a_house
from tests.services.publication.book import PRODUCER, publication
from tests.services.publication.test_samples import SAMPLES
from tests.services.typesetting.sample import Page, measured

if TYPE_CHECKING:
    from pathlib import Path

Plain = dict[str, Any]

_MARKS = re.compile("[①-⑳]|\\[\\d+\\]$|\u200b")


@pytest.fixture(scope="module")
def sample() -> Plain:
    """The edition of the project's own invented book."""
    document: Plain = orjson.loads((SAMPLES / f"evaluator-{EVALUATOR}.json").read_bytes())
    return document


@pytest.fixture(scope="module")
def letters(shared: Path, tmp_path_factory: pytest.TempPathFactory) -> Plain:
    """The third quarter of 2023 of a real ledger of letters, published for everybody."""
    name, at = BulletinName.parse("2023Q3"), Moment(StandingClock().now)
    with a_house(tmp_path_factory.mktemp("letters") / "data", StandingClock()) as house:
        ledger = LedgerImport(house.log, house.casework, house.instance, house.clock)
        ledger.run(sorted((shared / "data" / "petition_letters").glob("*.csv")), by=OPERATOR, rejects=None)
        book = publication(house)
        book.freeze(name, PRODUCER, at)
        book.approve(name, APPROVER, at, scope=Scope.PUBLIC, without_proof="试印")
        book.publish(name, APPROVER, at)
        return book.show(name).document


@pytest.fixture(params=["sample", "letters"])
def edition(request: pytest.FixtureRequest) -> Plain:
    found: Plain = request.getfixturevalue(request.param)
    return found


def tables_of(document: Plain) -> list[tuple[Plain, Table]]:
    """Each table of an edition beside its table on the paper."""
    plain = [table for section in document["sections"] for table in section["tables"]]
    drawn = [block for block in paper_of(document).blocks if isinstance(block, Table)]
    return list(zip(plain, drawn[: len(plain)], strict=True))


def lines_of(table: Plain) -> list[Plain]:
    return [*table["rows"], *([table["total"]] if table["total"] is not None else [])]


def tokens_of(pages: list[Page]) -> list[str]:
    """What stands apart on the pages, in the order in which the file paints it, without the marks of notes."""
    found: list[str] = []
    for page in pages:
        before = None
        for glyph in page.glyphs:
            near = before is not None and abs(glyph.left - before.right) < 1 and abs(glyph.middle - before.middle) < 5
            if near:
                found[-1] += glyph.text
            else:
                found.append(glyph.text)
            before = glyph
    return [stripped for token in found if (stripped := _MARKS.sub("", token).strip())]


def figure_runs(table: Table) -> Iterator[tuple[str, list[str]]]:
    """The head of each row with the figures that follow it up to the first word."""
    first_word = next((at for at, column in enumerate(table.columns) if column.wordy), len(table.columns))
    for line in table.lines:
        if first_word:
            yield line.head, [cell.text for cell in line.cells[:first_word]]


def test_the_paper_holds_every_figure_or_says_why_a_column_has_none(edition: Plain) -> None:
    for plain, drawn in tables_of(edition):
        if plain["key"] == "headline":
            continue  # its rows stand side by side
        labels = [column.label.partition("（")[0] for column in drawn.columns]
        for line, row in zip(lines_of(plain), drawn.lines, strict=True):
            texts = dict(zip(labels, (cell.text for cell in row.cells), strict=True))
            for column, cell in zip(plain["columns"], line["cells"], strict=True):
                label = column["label"]["zh"].partition("（")[0]
                if label in texts:
                    assert texts[label] == cell["text"]
                else:
                    assert cell["value"] is None
                    assert any(label in note and cell["cause"]["zh"] in note for note in drawn.notes)


def test_every_headline_figure_stands_beside_its_name(edition: Plain) -> None:
    plain, drawn = next(pair for pair in tables_of(edition) if pair[0]["key"] == "headline")
    row_by_row = ["".join([line.head, *(cell.text for cell in line.cells)]) for line in drawn.lines]
    for line in plain["rows"]:
        assert any(line["head"] + line["cells"][0]["text"] in row for row in row_by_row)


def test_every_cell_of_the_docx_is_the_papers(edition: Plain) -> None:
    read = Document(io.BytesIO(docx_form(edition)))
    by_title = {table.rows[0].cells[0].text: table for table in read.tables}
    for _, drawn in tables_of(edition):
        rows = by_title[drawn.title].rows[2:]
        found = [[_MARKS.sub("", cell.text) for cell in row.cells] for row in rows]
        assert found == [[line.head, *(cell.text for cell in line.cells)] for line in drawn.lines]


def test_every_row_of_figures_stands_in_the_pdf_in_its_order(edition: Plain) -> None:
    tokens = tokens_of(measured(pdf_form(edition, found_typefaces())))
    for _, drawn in tables_of(edition):
        for head, figures in figure_runs(drawn):
            starts = (at for at in range(1, len(tokens)) if tokens[at : at + len(figures)] == figures)
            assert any(head.endswith(tokens[at - 1]) for at in starts), (drawn.title, head, figures)


def test_words_of_every_section_stand_in_both_forms(edition: Plain) -> None:
    pdf = "".join(page.text() for page in measured(pdf_form(edition, found_typefaces())))
    docx = "".join(paragraph.text for paragraph in Document(io.BytesIO(docx_form(edition))).paragraphs)
    for section in edition["sections"]:
        for words in [section["title"], *section["paragraphs"]]:
            said = re.sub(r"\s", "", words["zh"])
            assert all(said in re.sub(r"\s|—\d+—", "", re.sub("— \\d+ —", "", text)) for text in (pdf, docx)), said


def test_the_paper_names_the_json_that_is_signed(edition: Plain) -> None:
    digest = digest_of(canonical(edition))
    assert digest in paper_of(edition).subject
    text = "".join(page.text() for page in measured(pdf_form(edition, found_typefaces()))).replace("\u200b", "")
    assert digest in text


@pytest.mark.parametrize(
    ("scope", "marks", "remark"),
    [
        (Scope.PUBLIC, (), "此件公开发布"),
        (Scope.LIMITED, ("有限范围使用",), "此件限有限范围使用，不得公开"),
        (Scope.INTERNAL, ("内部使用",), "此件内部使用，不得外传"),
    ],
)
def test_the_scope_is_marked_at_the_head_and_the_foot(
    sample: Plain, scope: Scope, marks: tuple[str, ...], remark: str
) -> None:
    paper = paper_of(sample | {"scope": scope.value, "status": Status.PUBLISHED.value})
    assert paper.head is not None
    assert paper.head.marks == marks
    assert Remark(remark) in paper.blocks


def test_what_nobody_approved_says_that_it_is_a_draft(sample: Plain) -> None:
    paper = paper_of(sample | {"status": Status.FIGURES_FROZEN.value, "issued_on": None})
    assert paper.head is not None
    assert any(mark.startswith("草稿") for mark in paper.head.marks)


def test_an_erratum_is_an_annex_with_its_cause_and_cells(sample: Plain) -> None:
    erratum = {
        "number": 1,
        "at": "2026-05-01",
        "cause": {"zh": "补录"},
        "cells": [{"id": "units.x.late", "old": "1", "new": "2"}],
    }
    changed = sample | {"edition": 2, "annex": sample["annex"] | {"errata": [erratum]}}
    text = "".join(page.text() for page in measured(pdf_form(changed, found_typefaces())))
    assert all(word in text for word in ("本件为第2版", "勘误1（2026-05-01）", "原因：补录。", "units.x.late"))


def test_the_same_edition_has_the_same_bytes(sample: Plain) -> None:
    typefaces = found_typefaces()
    assert pdf_form(sample, typefaces) == pdf_form(orjson.loads(canonical(sample)), typefaces)
    assert docx_form(sample) == docx_form(orjson.loads(canonical(sample)))
