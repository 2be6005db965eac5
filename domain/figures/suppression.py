"""Which cells of a cross-table on persons, places or topics are not printed, so that nobody is singled out (隐去).

A count under the threshold is withheld (primary). Where totals are printed it could still be worked out from them, so
further cells are withheld too (complementary) until no arithmetic over what stands in the table narrows a primary cell
down to fewer than ``threshold`` + 1 values.

What an attacker can work out is exact: with the withheld cells as unknowns that are not negative, how far one of them
may grow or shrink while every printed total holds is a maximum flow between its row and its column. Which cells are
withheld beside it is a heuristic: the cheapest single cell or rectangle that protects it, by the sum of what is lost.
Figures of how a unit did its work (办理绩效) are never given to this function.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import product

from domain.figures.flow import UNBOUNDED, most

Cell = tuple[int, int]


@dataclass(frozen=True, slots=True)
class Suppressed:
    """The cells (row, column) that are not printed; ``table`` says that no choice of cells protects this table."""

    primary: frozenset[Cell]
    complementary: frozenset[Cell]
    table: bool = False

    @property
    def cells(self) -> frozenset[Cell]:
        """Return every cell that is not printed."""
        return self.primary | self.complementary


@dataclass(frozen=True, slots=True)
class CrossTable:
    """Counts by row and column, and which of their totals are printed beside them."""

    counts: tuple[tuple[int, ...], ...]
    row_totals: bool = True
    column_totals: bool = True

    def __post_init__(self) -> None:
        """Raise ``ValueError`` where the rows differ in length or a count is negative."""
        if len({len(row) for row in self.counts}) > 1 or any(count < 0 for row in self.counts for count in row):
            raise ValueError("a cross-table has rows of one length and counts from 0")

    def cells(self) -> Iterator[Cell]:
        """Yield every cell, row by row."""
        return product(range(len(self.counts)), range(len(self.counts[0]) if self.counts else 0))

    def count(self, cell: Cell) -> int:
        """Return what stands in a cell."""
        return self.counts[cell[0]][cell[1]]


def suppress(table: CrossTable, threshold: int, exempt: frozenset[Cell] = frozenset()) -> Suppressed:
    """Return which cells of a table must not be printed; a ``threshold`` of 3 withholds 1 and 2, never 0.

    ``exempt`` are cells that single out nobody, such as those of all other topics together: they are withheld only to
    protect others.
    """
    primary = frozenset(cell for cell in table.cells() if 0 < table.count(cell) < threshold) - exempt
    hidden = set(primary)
    for cell in sorted(primary):
        while not _protected(table, hidden, cell, threshold):
            more = _cheapest(table, hidden, cell, threshold)
            if not more:
                return Suppressed(primary, frozenset(table.cells()) - primary, table=True)
            hidden |= more
    return Suppressed(primary, frozenset(hidden) - primary)


def column(counts: Sequence[int], threshold: int, *, total: bool = True) -> Suppressed:
    """Return which counts of a list must not be printed, with ``total`` printed beneath it; cells are (row, 0)."""
    return suppress(CrossTable(tuple((count,) for count in counts), row_totals=False, column_totals=total), threshold)


def bounds(table: CrossTable, hidden: frozenset[Cell] | set[Cell], cell: Cell) -> tuple[int, int | None]:
    """Return the least and the greatest value that a withheld cell can have by all that is printed; ``None``: none."""
    up = _slack(table, hidden, cell, up=True)
    down = min(table.count(cell), _slack(table, hidden, cell, up=False))
    return table.count(cell) - down, None if up >= UNBOUNDED else table.count(cell) + up


def _protected(table: CrossTable, hidden: set[Cell], cell: Cell, threshold: int) -> bool:
    least, most = bounds(table, hidden, cell)
    return most is None or most - least >= threshold


def _cheapest(table: CrossTable, hidden: set[Cell], cell: Cell, threshold: int) -> set[Cell]:
    """Return the cells to withhold beside one: those that protect it at the least loss, else the least loss of all."""
    choices = sorted(
        _choices(table, hidden, cell), key=lambda some: (sum(map(table.count, some)), len(some), sorted(some))
    )
    protecting = (some for some in choices if _protected(table, hidden | some, cell, threshold))
    return next(protecting, choices[0] if choices else set())


def _choices(table: CrossTable, hidden: set[Cell], cell: Cell) -> Iterator[set[Cell]]:
    row, place = cell
    for other in table.cells():
        if other not in hidden and table.count(other):
            yield {other}
        if other[0] != row and other[1] != place:
            rectangle = {(row, other[1]), (other[0], place), other} - hidden
            if rectangle:
                yield rectangle


# --- how far a withheld cell can move --------------------------------------------------------------------------------

_Node = tuple[str, int]
_FREE: _Node = ("free", 0)


def _slack(table: CrossTable, hidden: frozenset[Cell] | set[Cell], cell: Cell, *, up: bool) -> int:
    """Return by how much a cell can grow or shrink while the others make good for it in every printed total."""
    row, place = ("row", cell[0]), ("column", cell[1])
    arcs = _residual(table, hidden - {cell})
    return most(arcs, place, row) if up else most(arcs, row, place)


def _residual(table: CrossTable, hidden: frozenset[Cell] | set[Cell]) -> dict[_Node, dict[_Node, int]]:
    """Return the arcs: along one from a row to a column a cell grows, along its reverse it shrinks, to 0 at most."""
    arcs: dict[_Node, dict[_Node, int]] = {_FREE: {}}
    for number, _ in enumerate(table.counts):
        arcs[("row", number)] = {}
    for number in range(len(table.counts[0]) if table.counts else 0):
        arcs[("column", number)] = {}
    for cell in hidden:
        arcs[("row", cell[0])][("column", cell[1])] = UNBOUNDED
        arcs[("column", cell[1])][("row", cell[0])] = table.count(cell)
    for node in list(arcs):
        unprinted = not (table.row_totals if node[0] == "row" else table.column_totals)
        if node != _FREE and unprinted:
            arcs[node][_FREE] = arcs[_FREE][node] = UNBOUNDED
    return arcs
