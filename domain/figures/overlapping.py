"""What counts printed for overlapping periods give away together (跨期推算): a quarter less two of its months.

A topic's counts in months, quarters and years are sums over the same matters. Where some of them are printed, others
follow by subtraction, and a follower under the threshold could single somebody out as if it were printed itself. This
module says which counts a new edition may print beside all that editions printed before it.

The periods of which something is printed cut the calendar into blocks, such as January, February, and what is left of
the quarter. An attacker knows how many matters each block holds over all topics, and of each topic every printed sum.
Printed periods of one topic contain each other or do not touch, so that each block belongs to one smallest printed
period: subtracting what lies inside leaves one sum for the blocks that a period has to itself. What remains is a table
of topics by blocks with fixed sums along both, and how far an entry may grow or shrink while every sum holds is a
maximum flow: exact, and whole numbers all the way. What is withheld beside a count is a heuristic, as within one table.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass, replace
from typing import Final

from domain.figures.flow import UNBOUNDED, most
from domain.periods import Month, Period

Printed = tuple[Period, str]
"""That an edition printed a topic's count in a period."""

Counts = Callable[[Period], Mapping[str, int]]
"""How many matters of each topic a period holds."""


@dataclass(frozen=True, slots=True)
class Wish:
    """What an edition would print of topics: their counts in its period, and those of some in the period before.

    ``compared`` are the topics whose change is printed, from which the count of the period before follows.
    """

    period: Period
    named: frozenset[str]
    before: Period
    compared: frozenset[str] = frozenset()

    @property
    def printed(self) -> frozenset[Printed]:
        """Every count that follows from the edition alone."""
        return frozenset({(self.period, topic) for topic in self.named}) | {
            (self.before, topic) for topic in self.compared
        }

    def without_change(self, topic: str) -> Wish:
        """Return the wish without a topic's change."""
        return replace(self, compared=self.compared - {topic})

    def without(self, topic: str) -> Wish:
        """Return the wish without a topic, whose matters then stand among all others."""
        return replace(self, named=self.named - {topic}, compared=self.compared - {topic})


def granted(
    wish: Wish, printed: frozenset[Printed], counts: Counts, threshold: int, exempt: frozenset[str] = frozenset()
) -> Wish:
    """Return what of a wish may be printed beside what is ``printed`` already.

    No count of a topic that an edition names, in a block or a printed period, from 1 to ``threshold`` - 1 is narrowed
    to fewer than ``threshold`` + 1 values, or further where that much was given away before. ``exempt`` are topics
    that name nothing, such as matters without one: they are withheld only to protect others.
    """
    years = {wish.period.year, wish.before.year}
    held = frozenset(one for one in printed if one[0].year in years)
    tracked = {topic for _, topic in held} | wish.named
    periods = {period for period, _ in held} | {wish.period, wish.before}
    blocks = _blocks(periods, counts)
    known = _Known(blocks, held, tracked)
    spans = [
        span
        for topic in sorted(tracked - exempt)
        for span in _spans(periods, blocks)
        if 0 < sum(blocks[at].count(topic) for at in span.blocks) < threshold
        for span in (replace(span, topic=topic),)
    ]
    while (span := _narrowed(spans, known, _Known(blocks, held | wish.printed, tracked), threshold)) is not None:
        wish = _less(wish, span, known, held, threshold, counts, exempt)
    return wish


@dataclass(frozen=True, slots=True)
class _Block:
    """A part of the calendar that no printed period cuts, with the matters of each topic in it."""

    months: frozenset[Month]
    counts: Mapping[str, int]

    def count(self, topic: str) -> int:
        return self.counts.get(topic, 0)


@dataclass(frozen=True, slots=True)
class _Span:
    """Some blocks together, of which a topic's count may be worth protecting."""

    blocks: frozenset[int]
    topic: str = ""


def _blocks(periods: Iterable[Period], counts: Counts) -> tuple[_Block, ...]:
    """Return the blocks that periods cut the calendar into; a period is counted only where something is left of it."""
    ordered = sorted(periods, key=lambda period: (period.first_day, -period.last_day.toordinal()))
    found = []
    for period in ordered:
        inside = [one for one in ordered if one != period and _holds(period, one)]
        direct = [one for one in inside if not any(_holds(other, one) for other in inside if other != one)]
        left = _months(period).difference(*map(_months, direct))
        if left:
            taken = [counts(one) for one in direct]
            own = {
                topic: max(0, count - sum(one.get(topic, 0) for one in taken))
                for topic, count in counts(period).items()
            }
            found.append(_Block(frozenset(left), own))
    return tuple(found)


def _spans(periods: Iterable[Period], blocks: tuple[_Block, ...]) -> Iterator[_Span]:
    """Give every block, and every period that is made of several."""
    made = {frozenset({at}) for at in range(len(blocks))}
    for period in periods:
        months = _months(period)
        made.add(frozenset(at for at, block in enumerate(blocks) if block.months <= months))
    yield from (_Span(one) for one in sorted(made, key=sorted) if one)


def _holds(period: Period, other: Period) -> bool:
    return period.contains(other.first_day) and period.contains(other.last_day)


def _months(period: Period) -> frozenset[Month]:
    found, month = [], Month.of(period.first_day)
    while month.first_day <= period.last_day:
        found.append(month)
        month = month.next()
    return frozenset(found)


def _narrowed(spans: Iterable[_Span], known: _Known, then: _Known, threshold: int) -> _Span | None:
    """Return the first count that would be narrowed too far by what is known then."""
    for span in spans:
        room = then.room(span, threshold)
        if room < threshold and room < known.room(span, threshold):
            return span
    return None


def _less(
    wish: Wish,
    span: _Span,
    known: _Known,
    held: frozenset[Printed],
    threshold: int,
    counts: Counts,
    exempt: frozenset[str],
) -> Wish:
    """Return a wish with one thing less: the cheapest that protects a count, else what speaks of its own topic."""
    now, before = counts(wish.period), counts(wish.before)
    changes = sorted(wish.compared, key=lambda topic: (topic in exempt, before.get(topic, 0), topic))
    names = sorted(wish.named, key=lambda topic: (topic in exempt, now.get(topic, 0), topic))
    choices = [wish.without_change(topic) for topic in changes] + [wish.without(topic) for topic in names]
    enough = min(threshold, known.room(span, threshold))
    for choice in choices:
        if _Known(known.blocks, held | choice.printed, known.tracked).room(span, threshold) >= enough:
            return choice
    if span.topic in wish.compared:
        return wish.without_change(span.topic)
    if span.topic in wish.named:
        return wish.without(span.topic)
    return wish.without(names[0]) if names else wish.without_change(changes[0])


# --- how far a count can move ----------------------------------------------------------------------------------------

_Row = tuple[str, Period | None]
"""A topic and the smallest printed period that holds some blocks; none where nothing is printed of them."""

_Node = _Row | int | str
_Arcs = dict[_Node, dict[_Node, int]]

_FREE: Final = "free"
"""What rows without a printed sum are tied to."""
_SPAN: Final = "span"
_OTHERS: Final[_Row] = ("", None)
"""All topics that no edition names, known and unknown ones."""


class _Known:
    """What is known where some counts are printed: the table of topics by blocks, with its fixed sums."""

    def __init__(self, blocks: tuple[_Block, ...], printed: frozenset[Printed], tracked: Iterable[str]) -> None:
        self.blocks = blocks
        self.tracked = frozenset(tracked)
        self._rows: dict[tuple[str, int], _Row] = {}
        self._arcs: _Arcs = {_FREE: {}, _OTHERS: {_FREE: UNBOUNDED}}
        self._arcs[_FREE][_OTHERS] = UNBOUNDED
        of_topic: dict[str, list[tuple[Period, frozenset[Month]]]] = defaultdict(list)
        for period, topic in printed:
            of_topic[topic].append((period, _months(period)))
        for at, block in enumerate(blocks):
            self._arcs[at] = {}
            self._join(_OTHERS, at, sum(count for topic, count in block.counts.items() if topic not in self.tracked))
            for topic in self.tracked:
                holding = [one for one in of_topic[topic] if block.months <= one[1]]
                smallest = min(holding, key=lambda one: len(one[1]))[0] if holding else None
                row = self._rows[topic, at] = (topic, smallest)
                self._join(row, at, block.count(topic))

    def room(self, span: _Span, enough: int) -> int:
        """Return how many values beside its own the topic's count in the span can have, at most ``enough``."""
        rows = {self._rows[span.topic, at] for at in span.blocks}
        loose = [row for row in rows if not self._fixed(row, span)]
        if not loose:
            return 0
        # Printed periods contain each other or do not touch, and so does the span: what is not fixed lies in one row.
        (row,) = loose
        blocks = [at for at in span.blocks if self._rows[span.topic, at] == row]
        down = self._flow(row, blocks, enough, up=False)
        return min(enough, down + self._flow(row, blocks, enough - down, up=True)) if down < enough else enough

    def _fixed(self, row: _Row, span: _Span) -> bool:
        """Say whether a printed sum speaks of blocks of the span alone."""
        return row[1] is not None and all(
            at in span.blocks for (topic, at), own in self._rows.items() if topic == row[0] and own == row
        )

    def _join(self, row: _Row, at: int, count: int) -> None:
        arcs = self._arcs
        if row not in arcs:
            arcs[row] = {}
            if row[1] is None:
                arcs[row][_FREE] = arcs[_FREE][row] = UNBOUNDED
        # Along an arc from a row to a block an entry grows, along its reverse it shrinks, to nothing at most.
        arcs[row][at] = UNBOUNDED
        arcs[at][row] = count

    def _flow(self, row: _Row, blocks: list[int], enough: int, *, up: bool) -> int:
        """Return by how much the row's entries in some blocks grow or shrink together, others making good for it."""
        arcs = {node: dict(to) for node, to in self._arcs.items()}
        arcs[_SPAN] = {}
        for at in blocks:
            count = arcs[at].pop(row)
            del arcs[row][at]
            if up:
                arcs[_SPAN][at] = UNBOUNDED
            else:
                arcs[at][_SPAN] = count
        return most(arcs, _SPAN, row, enough) if up else most(arcs, row, _SPAN, enough)
