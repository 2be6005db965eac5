"""How a table fits its page: the size of its type, whether the page is turned, and the width of every column.

Widths are reckoned from the texts alone, so that PDF and DOCX have the same columns and nothing is cut: a figure or a
code is never broken, words wrap, and a table wider than a turned page is split by columns under a repeated first one.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Final
from unicodedata import east_asian_width

from services.typesetting.measures import AREA_WIDTH_PT, SMALL_PT, SMALLEST_PT, TABLE_PT, TURNED_WIDTH_PT
from services.typesetting.paper import Row, Table

CELL_PADDING_PT: Final = 3.0
"""White space left and right of a cell's text."""

NARROW_EM: Final = 0.56
"""What a Latin letter or digit takes in the widest of the typefaces in use."""

WORDS_EM_COMFORTABLE: Final = 9.0
"""A column of words is not made narrower than so many characters as long as a page leaves another choice."""
WORDS_EM_MIN: Final = 4.0
LABEL_LINES_MAX: Final = 3
"""A label above a column of figures is broken into so many lines at the most."""
UNBROKEN_CHARACTERS_MAX: Final = 20
"""A code of up to so many Latin characters stays on one line; a longer one (a digest) may be broken."""
STRETCH_MAX: Final = 2.6
"""A narrow table is widened so far towards the full width, and then stands in the middle."""

_LATIN_RUNS: Final = re.compile(r"[!-~]+")


@dataclass(frozen=True, slots=True)
class Span:
    """A part of a table between two edges of the page: its columns, and the widths of the row heads and of these."""

    columns: tuple[int, ...]
    widths_pt: tuple[float, ...]


@dataclass(frozen=True, slots=True)
class Fit:
    """How a table is set: its type's size, whether the page is turned, and its spans (one, where it was not split)."""

    size_pt: float
    turned: bool
    spans: tuple[Span, ...]


@dataclass(frozen=True, slots=True)
class _Needs:
    """What a column needs in em: at the least, to be comfortable, and to stand on one line."""

    least: float
    comfortable: float
    full: float


def fit_of(table: Table) -> Fit:
    """Return how a table is set."""
    needs = _needs(table)
    tries: tuple[tuple[float, bool, bool], ...] = (
        (TABLE_PT, False, True),
        (SMALL_PT, False, True),
        (SMALL_PT, True, True),
        (SMALL_PT, False, False),
        (SMALL_PT, True, False),
        (SMALLEST_PT, True, False),
    )
    every = tuple(range(len(table.columns)))
    for size, turned, comfortable in tries:
        if _total(needs, size, comfortable=comfortable) <= _room(turned=turned):
            return Fit(size, turned, (_span(needs, every, size, _room(turned=turned)),))
    room = _room(turned=True)
    return Fit(SMALL_PT, turned=True, spans=tuple(_span(needs, part, SMALL_PT, room) for part in _split(needs, room)))


def em_of(text: str) -> float:
    """Return how wide a text is at the most, in em."""
    return sum(1.0 if east_asian_width(sign) in "WFA" else NARROW_EM for sign in text)


def _room(*, turned: bool) -> float:
    return TURNED_WIDTH_PT if turned else AREA_WIDTH_PT


def _needs(table: Table) -> list[_Needs]:
    heads = [row.head for row in table.lines]
    found = [_words_need([table.head_label, *heads])]
    for at, column in enumerate(table.columns):
        texts = [_text(row, at) for row in table.lines]
        found.append(_words_need([column.label, *texts]) if column.wordy else _figures_need(column.label, texts))
    return found


def _text(row: Row, at: int) -> str:
    cell = row.cells[at]
    return cell.text + cell.mark


def _words_need(texts: Sequence[str]) -> _Needs:
    full = max((em_of(text) for text in texts), default=0.0)
    code = max((em_of(run) for text in texts for run in _codes(text)), default=0.0)
    return _Needs(max(code, min(full, WORDS_EM_MIN)), max(code, min(full, WORDS_EM_COMFORTABLE)), full)


def _figures_need(label: str, texts: Sequence[str]) -> _Needs:
    figures = max((em_of(text) for text in texts), default=0.0)
    labelled = max(-(-em_of(label) // LABEL_LINES_MAX), *(em_of(run) for run in _codes(label)), 2.0)
    return _Needs(max(figures, labelled), max(figures, labelled), max(figures, em_of(label)))


def _codes(text: str) -> Iterator[str]:
    for run in _LATIN_RUNS.findall(text):
        yield run[:UNBROKEN_CHARACTERS_MAX]


def _total(needs: Sequence[_Needs], size: float, *, comfortable: bool) -> float:
    return sum((each.comfortable if comfortable else each.least) * size + 2 * CELL_PADDING_PT for each in needs)


def _span(needs: Sequence[_Needs], columns: tuple[int, ...], size: float, room: float) -> Span:
    """Give each column what it needs, then what is left to those that would still wrap, then to all alike."""
    mine = [needs[0], *(needs[at + 1] for at in columns)]
    widths = [each.least * size + 2 * CELL_PADDING_PT for each in mine]
    wanted = [max(each.full * size + 2 * CELL_PADDING_PT, width) for each, width in zip(mine, widths, strict=True)]
    lacking, left = sum(wanted) - sum(widths), room - sum(widths)
    if lacking > 0 and left > 0:
        share = min(1.0, left / lacking)
        widths = [width + (want - width) * share for width, want in zip(widths, wanted, strict=True)]
    stretch = min(room / sum(widths), STRETCH_MAX)
    return Span(columns, tuple(round(width * max(stretch, 1.0), 2) for width in widths))


def _split(needs: Sequence[_Needs], room: float) -> Iterator[tuple[int, ...]]:
    head = needs[0].least * SMALL_PT + 2 * CELL_PADDING_PT
    part: list[int] = []
    used = head
    for at, each in enumerate(needs[1:]):
        width = each.least * SMALL_PT + 2 * CELL_PADDING_PT
        if part and used + width > room:
            yield tuple(part)
            part, used = [], head
        part.append(at)
        used += width
    yield tuple(part)
