"""The shapes of the bulletin's charts: lengths and points, without any word or figure of their own.

Every word and figure beside a shape is the text of the edition's own cell, set in HTML, so that it stays legible on a
narrow screen; the shapes are drawn in units of a hundredth of their box.
"""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum

FULL = 100.0
"""The box's length along which values are drawn."""


class ChartForm(StrEnum):
    """How a table is drawn above itself."""

    FIGURES = "figures"
    BARS = "bars"
    SHARES = "shares"
    LINE = "line"
    PARTS = "parts"


@dataclass(frozen=True, slots=True)
class Mark:
    """One value drawn: ``start`` and ``length`` along the box, 0 to 100; an unknown value has no length."""

    start: float
    length: float | None


@dataclass(frozen=True, slots=True)
class Line:
    """A line through values in a box of 100 × 100 with y downward, broken into stretches where one is unknown."""

    stretches: tuple[str, ...]
    dots: tuple[tuple[float, float], ...]


def bar_marks(values: list[float | None]) -> list[Mark]:
    """Return bars from zero, the largest as long as the box; a negative value has no bar."""
    largest = max((value for value in values if value is not None), default=0.0)
    return [Mark(0.0, None if value is None or value < 0 else _share(value, largest)) for value in values]


def share_marks(values: list[float | None]) -> list[Mark]:
    """Return the parts of a whole, laid end to end; an unknown or negative value takes no room."""
    whole = sum(value for value in values if value is not None and value > 0)
    marks: list[Mark] = []
    start = 0.0
    for value in values:
        length = None if value is None or value < 0 else _share(value, whole)
        marks.append(Mark(round(start, 3), length))
        start += length or 0.0
    return marks


def part_marks(values: list[float | None], whole: float | None) -> list[Mark]:
    """Return some parts of a whole that is known by itself, laid end to end; what they leave of it stays empty."""
    marks: list[Mark] = []
    start = 0.0
    for value in values:
        length = None if value is None or value < 0 or not whole else min(_share(value, whole), FULL - start)
        marks.append(Mark(round(start, 3), length))
        start += length or 0.0
    return marks


def line_through(values: list[float | None], apart: frozenset[int] = frozenset()) -> Line:
    """Return a line over equal columns, from zero at the foot to the largest value near the head of the box.

    ``apart`` are places whose values are not to be compared: each is a dot that no line reaches.
    """
    largest = max((value for value in values if value is not None and value > 0), default=0.0)
    column = FULL / max(len(values), 1)
    stretches: list[list[str]] = [[]]
    dots: list[tuple[float, float]] = []
    for index, value in enumerate(values):
        if value is None or value < 0:
            stretches.append([])
            continue
        # A tenth of the box is left free above, so that the highest dot is not cut.
        dot = (round((index + 0.5) * column, 3), round(FULL - 0.9 * _share(value, largest), 3))
        dots.append(dot)
        if index in apart:
            stretches.append([])
            continue
        stretches[-1].append(f"{dot[0]:g},{dot[1]:g}")
    return Line(tuple(" ".join(points) for points in stretches if len(points) > 1), tuple(dots))


def _share(value: float, whole: float) -> float:
    return round(FULL * value / whole, 3) if whole > 0 else 0.0
