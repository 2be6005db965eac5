"""How a table fits its page: the size of its type, whether the page is turned, and the width of every column.

Widths are reckoned from the texts alone, so that PDF and DOCX have the same columns and nothing is cut: a figure or a
code is never broken, words wrap, and a table wider than a turned page is split by columns under a repeated first one.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import pairwise
from typing import Final
from unicodedata import east_asian_width

from services.typesetting.measures import AREA_WIDTH_PT, SMALL_PT, SMALLEST_PT, TABLE_PT, TURNED_WIDTH_PT
from services.typesetting.paper import Table

CELL_PADDING_PT: Final = 1.8
"""White space left and right of a cell's text."""

NARROW_EM: Final = 0.58
DIGIT_EM: Final = 0.55
POINT_EM: Final = 0.3
PERCENT_EM: Final = 0.92
"""What Latin letters, digits, points and the sign of per cent take in the widest of the typefaces in use."""
MARK_EM: Final = 0.7
"""What a raised mark takes."""

WORDS_EM_COMFORTABLE: Final = 9.0
"""A column of words is not made narrower than so many characters as long as a page leaves another choice."""
WORDS_EM_MIN: Final = 5.0
LABEL_LINES_MAX: Final = 3
"""A label above a column of figures is broken into so many lines at the most."""
LABEL_PIECE_CHARACTERS: Final = 3
"""A label of so many characters is not broken."""
ROUNDING_EM: Final = 0.02
UNBROKEN_CHARACTERS_MAX: Final = 20
"""A code of up to so many Latin characters stays on one line; a longer one (a digest) may be broken."""
STRETCH_MAX: Final = 2.6
"""A narrow table is widened so far towards the full width, and then stands in the middle."""

_SIGNS_EM: Final = {".": POINT_EM, ",": POINT_EM, "%": PERCENT_EM, "W": 1.0, "M": 0.95, "m": 0.85, "w": 0.8}
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
    wordy: bool


def fit_of(table: Table) -> Fit:
    """Return how a table is set."""
    needs = _needs(table)
    tries: tuple[tuple[float, bool, bool], ...] = (
        (TABLE_PT, False, True),
        (SMALL_PT, False, True),
        (SMALL_PT, False, False),
        (SMALL_PT, True, True),
        (SMALL_PT, True, False),
        (SMALLEST_PT, True, False),
    )
    every = tuple(range(len(table.columns)))
    title_pt = em_of(table.title) * TABLE_PT
    for size, turned, comfortable in tries:
        if _total(needs, size, comfortable=comfortable) <= _room(turned=turned):
            return Fit(size, turned, (_span(needs, every, size, _room(turned=turned), title_pt),))
    room = _room(turned=True)
    spans = (_span(needs, part, SMALL_PT, room, title_pt) for part in _split(needs, room))
    return Fit(SMALL_PT, turned=True, spans=tuple(spans))


def em_of(text: str) -> float:
    """Return how wide a text is at the most, in em."""
    return sum(_em_of(sign) for sign in text)


def _em_of(sign: str) -> float:
    if sign.isascii() and sign.isdigit():
        return DIGIT_EM
    return _SIGNS_EM.get(sign) or (1.0 if east_asian_width(sign) in "WFA" else NARROW_EM)


def _room(*, turned: bool) -> float:
    return TURNED_WIDTH_PT if turned else AREA_WIDTH_PT


def _needs(table: Table) -> list[_Needs]:
    heads = [row.head for row in table.lines]
    found = [_words_need([table.head_label, *heads])]
    for at, column in enumerate(table.columns):
        cells = [row.cells[at] for row in table.lines]
        if column.wordy:
            found.append(_words_need([column.label, *(cell.text for cell in cells)]))
        else:
            figures = max((em_of(cell.text) + MARK_EM * len(cell.mark) for cell in cells), default=0.0)
            found.append(_figures_need(column.label, figures))
    return found


def _words_need(texts: Sequence[str]) -> _Needs:
    full = max((em_of(text) for text in texts), default=0.0)
    code = max((em_of(run) for text in texts for run in _codes(text)), default=0.0)
    least, comfortable = (max(code, min(full, em)) for em in (WORDS_EM_MIN, WORDS_EM_COMFORTABLE))
    return _Needs(least, comfortable, full, wordy=True)


def _figures_need(label: str, figures: float) -> _Needs:
    labelled = min((max(map(em_of, broken)) for broken in _breakings(label)), default=0.0)
    least = max(figures, labelled)
    return _Needs(least, least, max(figures, em_of(label)), wordy=False)


def _codes(text: str) -> Iterator[str]:
    for run in _LATIN_RUNS.findall(text):
        yield run[:UNBROKEN_CHARACTERS_MAX]


def _total(needs: Sequence[_Needs], size: float, *, comfortable: bool) -> float:
    return sum((each.comfortable if comfortable else each.least) * size + 2 * CELL_PADDING_PT for each in needs)


def _span(needs: Sequence[_Needs], columns: tuple[int, ...], size: float, room: float, title_pt: float) -> Span:
    """Give each column what it needs, then what is left to words that would wrap, then to labels, then to all alike."""
    mine = [needs[0], *(needs[at + 1] for at in columns)]
    widths = [each.least for each in mine]
    room_em = (room - 2 * CELL_PADDING_PT * len(mine)) / size
    widths = _widened(widths, [each.comfortable for each in mine], room_em)
    widths = _widened(widths, [each.full if each.wordy else each.comfortable for each in mine], room_em)
    widths = _widened(widths, [each.full for each in mine], room_em)
    widths = [width * size + 2 * CELL_PADDING_PT for width in widths]
    stretch = min(room / sum(widths), max(STRETCH_MAX, title_pt / sum(widths)))
    return Span(columns, tuple(round(width * max(stretch, 1.0), 2) for width in widths))


def _widened(widths: Sequence[float], wanted: Sequence[float], room: float) -> list[float]:
    """Share what room is left among the columns that want more, each in proportion to what it lacks."""
    lacking, left = sum(wanted) - sum(widths), room - sum(widths)
    share = min(1.0, max(left, 0.0) / lacking) if lacking > 0 else 0.0
    return [width + max(want - width, 0.0) * share for width, want in zip(widths, wanted, strict=True)]


def label_lines(label: str, width_pt: float, size_pt: float) -> tuple[str, ...]:
    """Return a label in as few lines as fit its column, broken where a reader would: 超时 | 未办结 | （天）."""
    room = (width_pt - 2 * CELL_PADDING_PT) / size_pt
    for broken in _breakings(label):
        if max(map(em_of, broken)) <= room + ROUNDING_EM:
            return broken
    return (label,)


def _breakings(label: str) -> Iterator[tuple[str, ...]]:
    """Give the ways to break a label, fewer lines first: before its unit, at a space, and into even pieces."""
    yield (label,)
    words = label.replace("（", " （").split()
    if len(words) > 1:
        yield tuple(words)
    for count in range(2, LABEL_LINES_MAX + 1):
        pieces = [piece for word in words for piece in _pieces(word, count)]
        # A single character is never left on a line of its own.
        if len(pieces) <= LABEL_LINES_MAX + 1 and min(map(len, pieces)) > 1:
            yield tuple(pieces)


def _pieces(word: str, count: int) -> list[str]:
    if word.isascii() or word.startswith("（") or len(word) <= LABEL_PIECE_CHARACTERS:
        return [word]
    long = -(-len(word) // count)
    # The longer pieces stand last: 超时未办结 is 超时 | 未办结.
    cuts = [max(len(word) - long * at, 0) for at in range(count, -1, -1)]
    return [word[start:end] for start, end in pairwise(cuts) if start < end]


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
