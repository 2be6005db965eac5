"""Nothing that is withheld can be worked out: held against every table that agrees with what is printed."""

from __future__ import annotations

from itertools import product

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from domain.figures.suppression import Cell, CrossTable, bounds, column, suppress

THRESHOLD = 3


def _agreeing(table: CrossTable, hidden: frozenset[Cell]) -> list[dict[Cell, int]]:
    """Every way to fill the withheld cells so that each printed total holds, by trying them all."""
    cells = sorted(hidden)
    most = {cell: sum(table.counts[cell[0]]) + sum(row[cell[1]] for row in table.counts) for cell in cells}
    return [
        dict(zip(cells, values, strict=True))
        for values in product(*(range(most[cell] + 1) for cell in cells))
        if _holds(table, dict(zip(cells, values, strict=True)))
    ]


def _holds(table: CrossTable, tried: dict[Cell, int]) -> bool:
    rows, columns = range(len(table.counts)), range(len(table.counts[0]))
    now = {cell: tried.get(cell, table.count(cell)) for cell in table.cells()}
    by_row = all(sum(now[row, place] for place in columns) == sum(table.counts[row]) for row in rows)
    by_column = all(
        sum(now[row, place] for row in rows) == sum(line[place] for line in table.counts) for place in columns
    )
    return (by_row or not table.row_totals) and (by_column or not table.column_totals)


@given(st.lists(st.lists(st.integers(0, 6), min_size=2, max_size=2), min_size=2, max_size=3))
@settings(max_examples=60, deadline=None)
def test_no_arithmetic_over_the_printed_cells_narrows_a_withheld_one(counts: list[list[int]]) -> None:
    table = CrossTable(tuple(map(tuple, counts)))
    withheld = suppress(table, THRESHOLD)
    if withheld.table or len(withheld.cells) > 4:
        return
    agreeing = _agreeing(table, withheld.cells)
    for cell in withheld.primary:
        values = {tried[cell] for tried in agreeing}
        assert max(values) - min(values) >= THRESHOLD


@given(
    st.lists(st.lists(st.integers(0, 5), min_size=2, max_size=2), min_size=2, max_size=2), st.sets(st.integers(0, 3))
)
@settings(max_examples=60, deadline=None)
def test_the_bounds_are_those_that_trying_everything_gives(counts: list[list[int]], chosen: set[int]) -> None:
    table = CrossTable(tuple(map(tuple, counts)))
    hidden = frozenset(cell for number, cell in enumerate(table.cells()) if number in chosen)
    agreeing = _agreeing(table, hidden)
    for cell in hidden:
        values = [tried[cell] for tried in agreeing]
        assert bounds(table, hidden, cell) == (min(values), max(values))


@given(
    st.lists(st.lists(st.integers(0, 400), min_size=3, max_size=3), min_size=2, max_size=7),
    st.booleans(),
    st.booleans(),
    st.integers(2, 5),
)
@settings(max_examples=80, deadline=None)
def test_a_table_of_any_size_is_protected_or_not_printed(
    counts: list[list[int]], rows: bool, columns: bool, threshold: int
) -> None:
    table = CrossTable(tuple(map(tuple, counts)), row_totals=rows, column_totals=columns)
    withheld = suppress(table, threshold)
    assert withheld.primary == {cell for cell in table.cells() if 0 < table.count(cell) < threshold}
    for cell in withheld.primary if not withheld.table else ():
        least, most = bounds(table, withheld.cells, cell)
        assert most is None or most - least >= threshold


@pytest.mark.parametrize(
    ("counts", "withheld"),
    [
        ([10, 7, 12], set()),
        ([10, 2, 12], {1, 0}),
        ([10, 1, 2, 12], {1, 2}),
        ([10, 0, 12], set()),
        ([4, 1, 9], {1, 0}),
    ],
)
def test_a_list_with_its_total_withholds_the_small_and_the_next_to_it(counts: list[int], withheld: set[int]) -> None:
    assert {row for row, _ in column(counts, THRESHOLD).cells} == withheld


def test_without_totals_only_the_small_cells_are_withheld() -> None:
    table = CrossTable(((1, 9), (8, 7)), row_totals=False, column_totals=False)
    assert suppress(table, THRESHOLD).cells == {(0, 0)}


def test_a_list_of_one_cannot_be_protected_under_its_total() -> None:
    assert column([2], THRESHOLD).table
