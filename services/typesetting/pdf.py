"""A paper as PDF/A-2b: typefaces embedded, tagged, the geometry of GB/T 9704-2012, and no time of the run in it."""

from __future__ import annotations

import json
import re
from collections.abc import Iterable, Iterator
from dataclasses import asdict, replace
from datetime import UTC, datetime
from itertools import groupby
from pathlib import Path
from typing import Any, Final
from unicodedata import category

import typst

from services.typesetting import measures
from services.typesetting.columns import CELL_PADDING_PT, UNBROKEN_CHARACTERS_MAX, Fit, em_of, fit_of, label_lines
from services.typesetting.paper import (
    Block,
    Cell,
    Closing,
    Heading,
    Imprint,
    Paper,
    RedHead,
    Row,
    Table,
    chinese_date,
    copied_line,
    printed_line,
)
from services.typesetting.typefaces import Typefaces

PDF_MEDIA: Final = "application/pdf"
TEMPLATE: Final = Path(__file__).with_name("paper.typ")
STANDARD: Final = "a-2b"
"""PDF/A-2b: what is archived can be read without the typefaces of the machine that made it."""

CLOSING_INDENT: Final = 2
"""How many characters a signature, or a date longer than it, stands in from the right (7.3.5)."""

ROWS_KEPT_TOGETHER_MAX: Final = 12
"""A table of up to so many rows is not cut by the end of a page."""

LACKING_TYPE: Final = "〓"
"""What stands for a character that no typeface here has: the geta mark, which every Chinese typeface has."""

UNSHOWN_ATTEMPTS_MAX: Final = 5
"""A paper is set so often at most until no character is left that no typeface has."""

_UNSHOWN: Final = re.compile(r'the text `"(.+?)"` could not be displayed', re.DOTALL)
_ILLEGAL: Final = re.compile(r"\\u00[01][0-9a-f]|[\x7f-\x9f\ud800-\udfff\ufdd0-\ufdef\ufffe\uffff]")
"""Characters that stand for nothing on paper, those of JSON's own escapes included: they become a space, as in DOCX."""

_JOINERS: Final = re.compile("[\u200d\ufe00-\ufe0f\U000e0020-\U000e007f]")
_SIGNS: Final = frozenset({"So", "Sk", "Cf", "Co", "Cn", "Mn", "Me"})
_MARKS: Final = frozenset("①②③④⑤⑥⑦⑧⑨⑩⑪⑫⑬⑭⑮⑯⑰⑱⑲⑳\u200b")
_MAY_BREAK: Final = "\u200b"
_LONG_CODES: Final = re.compile(f"[!-~]{{{UNBROKEN_CHARACTERS_MAX + 1},}}")
_PIECES: Final = re.compile(f"[!-~]{{{UNBROKEN_CHARACTERS_MAX // 2}}}")

_MEASURES: Final = {
    name.lower(): value for name, value in vars(measures).items() if name.isupper() and isinstance(value, int | float)
} | {"cell_padding_pt": CELL_PADDING_PT}


class NotSet(Exception):
    """The setter refused a paper; the message is its own."""


def pdf_of(paper: Paper, typefaces: Typefaces) -> bytes:
    """Return a paper as PDF; the same paper, typefaces and setter give the same bytes. Raises ``NotSet``."""
    folder = [str(typefaces.folder)] if typefaces.folder is not None else []
    midnight = datetime(paper.dated.year, paper.dated.month, paper.dated.day, tzinfo=UTC)
    said = _ILLEGAL.sub(" ", json.dumps(_plain(paper, typefaces), ensure_ascii=False))
    for attempts_left in reversed(range(UNSHOWN_ATTEMPTS_MAX)):
        try:
            content = typst.compile(
                str(TEMPLATE),
                font_paths=folder,
                sys_inputs={"paper": said},
                pdf_standards=[STANDARD],
                timestamp=int(midnight.timestamp()),
            )
        except RuntimeError as error:
            shown = _without_unshown(said, str(error), every=attempts_left <= 1)
            if shown == said or not attempts_left:
                raise NotSet(f"排版失败 / the paper was not set: {error}") from error
            said = shown
        else:
            assert isinstance(content, bytes), "one document, no file: the setter gives its bytes"
            return content
    raise AssertionError("the last attempt gives the paper or says why not")


def _without_unshown(said: str, complaint: str, *, every: bool) -> str:
    """Return the paper with 〓, the sign for type that is lacking, where the setter found no glyph.

    The setter names one place at a time: with ``every`` all signs beyond letters and Chinese give way at once.
    """
    found = _UNSHOWN.search(complaint)
    if found is None:
        return said
    # What joins signs to one picture has nothing left to join, and no glyph of its own.
    said = _JOINERS.sub("", said)
    lacking = set(found[1]) - {LACKING_TYPE}
    if every:
        lacking |= {sign for sign in said if not sign.isascii() and category(sign) in _SIGNS and sign not in _MARKS}
    return "".join(LACKING_TYPE if sign in lacking and not sign.isascii() else sign for sign in said)


def closing_indents(closing: Closing) -> tuple[float, float]:
    """Return how many characters issuer and date stand in from the right.

    The date begins two characters after the issuer does; where it is the longer one, it stands two in and the issuer
    follows it (7.3.5).
    """
    issuer = em_of(closing.issuer)
    dated = em_of(chinese_date(closing.dated)) if closing.dated is not None else 0.0
    if closing.dated is None or issuer >= dated:
        return CLOSING_INDENT, max(issuer - dated, 0.0)
    return CLOSING_INDENT + dated + CLOSING_INDENT - issuer, CLOSING_INDENT


def stays_whole(table: Table) -> bool:
    """Whether no page break cuts a table: a short one moves to the next page instead."""
    return len(table.lines) <= ROWS_KEPT_TOGETHER_MAX


def head_size_pt(head: RedHead) -> float:
    """Return the size at which the issuing body's mark stands on one line."""
    room = measures.HEAD_MARK_WIDTH_MM_MAX * measures.POINTS_A_MILLIMETRE
    return min(measures.HEAD_MARK_PT_MAX, round(room / max(em_of(head.issuer), 1.0), 1))


def parts_of(blocks: Iterable[Block]) -> Iterator[tuple[bool, list[Block]]]:
    """Give the blocks in runs of upright and of turned pages."""
    held: list[Block] = []
    for turned, run in groupby(blocks, lambda block: isinstance(block, Table) and fit_of(block).turned):
        part, held = [*held, *run], []
        # A heading at the end of an upright page goes with the turned table that it heads.
        while not turned and part and isinstance(part[-1], Heading):
            held.insert(0, part.pop())
        if part:
            yield turned, part
    if held:
        yield False, held


def _plain(paper: Paper, typefaces: Typefaces) -> dict[str, Any]:
    parts = list(parts_of(paper.blocks)) or [(False, [])]
    return {
        "title": paper.title,
        "subtitle": paper.subtitle,
        "author": paper.author,
        "subject": paper.subject,
        "keywords": list(paper.keywords),
        "dated": [paper.dated.year, paper.dated.month, paper.dated.day],
        "measures": _MEASURES,
        "faces": {use.value: asdict(face) for use, face in typefaces.chosen},
        "rare": list(typefaces.rare),
        "head": _head(paper.head) if paper.head is not None else None,
        "imprint": _imprint(paper.imprint) if paper.imprint is not None else None,
        "parts": [
            {"turned": turned, "blocks": [_block(block) for block in blocks], "last": at == len(parts)}
            for at, (turned, blocks) in enumerate(parts, start=1)
        ],
    }


def _head(head: RedHead) -> dict[str, Any]:
    return {
        "issuer": head.issuer,
        "number": head.number,
        "marks": list(head.marks),
        "red": measures.RED,
        "size_pt": head_size_pt(head),
        "tracking_pt": 0,
    }


def _imprint(imprint: Imprint) -> dict[str, Any]:
    return {
        "label": measures.IMPRINT_LABEL,
        "copied_to": copied_line(imprint) if imprint.copied_to else "",
        "printed_by": imprint.printed_by,
        "printed": printed_line(imprint),
    }


def _block(block: Block) -> dict[str, Any]:
    kind = {"is": type(block).__name__}
    match block:
        case Table():
            return kind | _table(block)
        case Closing(issuer, dated):
            issuer_indent, dated_indent = closing_indents(block)
            return kind | {
                "issuer": issuer,
                "issuer_indent": issuer_indent,
                "dated": chinese_date(dated) if dated is not None else "",
                "dated_indent": dated_indent,
            }
        case _:
            return kind | asdict(block)


def _table(table: Table) -> dict[str, Any]:
    fit = fit_of(table)
    return {
        **asdict(_breakable(table, fit)),
        "size_pt": fit.size_pt,
        "spans": [
            {
                **asdict(span),
                "labels": [
                    list(label_lines(table.columns[at].label, width, fit.size_pt))
                    for at, width in zip(span.columns, span.widths_pt[1:], strict=True)
                ],
            }
            for span in fit.spans
        ],
        "whole": stays_whole(table),
    }


def _breakable(table: Table, fit: Fit) -> Table:
    """Return a table in which a code that is wider than its column has places where a line may end."""
    room = dict.fromkeys(range(-1, len(table.columns)), 0.0)
    for span in fit.spans:
        room |= dict(zip((-1, *span.columns), span.widths_pt, strict=True))

    def broken(text: str, at: int) -> str:
        def cut(found: re.Match[str]) -> str:
            if em_of(found[0]) * fit.size_pt + 2 * CELL_PADDING_PT <= room[at]:
                return found[0]
            return _PIECES.sub(lambda piece: piece[0] + _MAY_BREAK, found[0])

        return _LONG_CODES.sub(cut, text)

    def row(line: Row) -> Row:
        cells = (Cell(broken(cell.text, at), cell.mark) for at, cell in enumerate(line.cells))
        return Row(broken(line.head, -1), tuple(cells))

    total = row(table.total) if table.total is not None else None
    return replace(table, rows=tuple(row(line) for line in table.rows), total=total)
