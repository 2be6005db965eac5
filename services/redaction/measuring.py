"""How good the anonymiser is: recall and precision for each kind, over passages that the project invents and marks.

Two sets lie in ``passages/``: one that rules were developed on, and one that was written before the first rule and by
which none is ever mended; the figures of the second are the ones to quote. A marked stretch counts as found only where
every character of it is masked, whatever the kind of the mask: nothing is left to read. A mask counts as right where it
touches a marked stretch.
"""

from __future__ import annotations

import math
import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from enum import StrEnum
from pathlib import Path
from typing import Any

from services.redaction.masking import find
from services.redaction.spans import Care, Kind, Places, Span

_PASSAGES = Path(__file__).with_name("passages")
_MARK = re.compile(r"⟦(?P<kind>[a-z]+)\|(?P<text>[^⟧]*)⟧")
_Z_95 = 1.959963984540054


class Split(StrEnum):
    """Which passages: those that rules were developed on, or those that they never saw."""

    DEVELOPED_ON = "developed_on"
    HELD_OUT = "held_out"


@dataclass(frozen=True, slots=True)
class Passage:
    """An invented text, with what in it must be masked; ``line`` is its line in the file."""

    line: int
    text: str
    marked: tuple[Span, ...]


@dataclass(frozen=True, slots=True)
class Share:
    """A share with its Wilson interval at 95 %; ``None`` where there is nothing to count."""

    numerator: int
    denominator: int

    @property
    def value(self) -> float | None:
        """Return the share, 0 to 1."""
        return self.numerator / self.denominator if self.denominator else None

    @property
    def interval(self) -> tuple[float, float] | None:
        """Return the Wilson score interval (E. B. Wilson 1927), 0 to 1."""
        if not self.denominator:
            return None
        count, share, square = self.denominator, self.numerator / self.denominator, _Z_95**2
        middle = (share + square / (2 * count)) / (1 + square / count)
        reach = _Z_95 * math.sqrt(share * (1 - share) / count + square / (4 * count * count)) / (1 + square / count)
        return max(0.0, middle - reach), min(1.0, middle + reach)

    def json(self) -> dict[str, Any]:
        """Return plain values for JSON; what cannot be given is null."""
        interval = self.interval
        return {
            "numerator": self.numerator,
            "denominator": self.denominator,
            "value": None if self.value is None else round(self.value, 4),
            "low": None if interval is None else round(interval[0], 4),
            "high": None if interval is None else round(interval[1], 4),
        }


@dataclass(frozen=True, slots=True)
class Slip:
    """A marked stretch that was left readable (``missed``), or a mask where nothing was marked."""

    line: int
    kind: Kind
    said: str
    missed: bool
    rule: str | None = None

    def json(self) -> dict[str, Any]:
        """Return plain values for JSON."""
        return {"line": self.line, "kind": self.kind.value, "said": self.said, "missed": self.missed, "rule": self.rule}


@dataclass(frozen=True, slots=True)
class Line:
    """Recall and precision of one kind."""

    kind: Kind
    recall: Share
    precision: Share

    def json(self) -> dict[str, Any]:
        """Return plain values for JSON."""
        return {"kind": self.kind.value, "recall": self.recall.json(), "precision": self.precision.json()}


@dataclass(frozen=True, slots=True)
class Measured:
    """What the anonymiser does on one set of passages."""

    split: Split
    places: Places
    care: Care
    passages: int
    lines: tuple[Line, ...]
    recall: Share
    precision: Share
    slips: tuple[Slip, ...]

    def json(self) -> dict[str, Any]:
        """Return plain values for JSON."""
        return {
            "split": self.split.value,
            "places": self.places.value,
            "care": self.care.value,
            "passages": self.passages,
            "recall": self.recall.json(),
            "precision": self.precision.json(),
            "kinds": [line.json() for line in self.lines],
            "slips": [slip.json() for slip in self.slips],
        }


def passages(split: Split) -> tuple[Passage, ...]:
    """Return the marked passages of a set."""
    lines = (_PASSAGES / f"{split.value}.txt").read_text(encoding="utf-8").splitlines()
    return tuple(_passage(number, line) for number, line in enumerate(lines, 1) if line and not line.startswith("#"))


def measure(split: Split, places: Places = Places.STRICT, care: Care = Care.THOROUGH) -> Measured:
    """Mask the passages of a set and count; what only the strict policy masks is counted under it alone."""
    asked = passages(split)
    marked: dict[Kind, list[bool]] = {kind: [] for kind in Kind}
    masked: dict[Kind, list[bool]] = {kind: [] for kind in Kind}
    slips: list[Slip] = []
    for passage in asked:
        found = find(passage.text, places=places, care=care)
        hidden = {at for span in found for at in range(span.start, span.end)}
        for span in passage.marked:
            if span.kind is Kind.PLACE and places is Places.PUBLIC:
                continue
            complete = hidden.issuperset(range(span.start, span.end))
            marked[span.kind].append(complete)
            if not complete:
                slips.append(Slip(passage.line, span.kind, passage.text[span.start : span.end], missed=True))
        for span in found:
            right = any(span.start < other.end and other.start < span.end for other in passage.marked)
            masked[span.kind].append(right)
            if not right:
                said = passage.text[span.start : span.end]
                slips.append(Slip(passage.line, span.kind, said, missed=False, rule=span.rule))
    lines = tuple(Line(kind, _share(marked[kind]), _share(masked[kind])) for kind in Kind)
    return Measured(split, places, care, len(asked), lines, _sum(marked.values()), _sum(masked.values()), tuple(slips))


def _passage(number: int, line: str) -> Passage:
    text: list[str] = []
    spans: list[Span] = []
    at = last = 0
    for match in _MARK.finditer(line):
        before = line[last : match.start()]
        at += len(before)
        said = match.group("text")
        spans.append(Span(at, at + len(said), Kind(match.group("kind")), "marked"))
        text += [before, said]
        at += len(said)
        last = match.end()
    return Passage(number, "".join((*text, line[last:])), tuple(spans))


def _share(outcomes: Iterable[bool]) -> Share:
    told = list(outcomes)
    return Share(sum(told), len(told))


def _sum(outcomes: Iterable[Iterable[bool]]) -> Share:
    return _share(_flat(outcomes))


def _flat(outcomes: Iterable[Iterable[bool]]) -> Iterator[bool]:
    for part in outcomes:
        yield from part
