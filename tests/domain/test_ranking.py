"""Places in a group: ties, a minimum, and nobody hidden."""

from dataclasses import replace
from fractions import Fraction

import pytest

from domain.figures.figure import Count, Times, rate
from domain.figures.ranking import NoRankingBy, Placed, rank
from domain.figures.unit_table import Row, UnitTable
from domain.figures.window import Window
from domain.periods import Quarter
from domain.units import UnitPlaced, registry
from tests.scenario import CHINA, OPERATOR, at, rules

Q3 = Quarter(2025, 3)
GROUPS = {"甲县": "县区", "乙县": "县区", "丙县": "县区", "丁县": "县区", "戊局": "部门"}


def row(unit: str, kept: int, due: int, *, still_open: int = 0) -> Row:
    counts = {"open": Count(still_open), "overdue_open": Count(0)}
    rates = {key: rate(key, Fraction(kept), due) for key in ("on_time", "reworked")}
    return Row(unit, Count(kept), Count(0), {}, Times(0), Times(0), Times(0), counts, rates, 40 if still_open else None)


def table(*rows: Row) -> UnitTable:
    facts = [UnitPlaced(by=OPERATOR, occurred=at(), unit=unit, group=group) for unit, group in GROUPS.items()]
    window = Window(Q3, Q3.ends_at(CHINA), CHINA, rules().calendar, registry=registry(facts))
    return UnitTable(window, rows[0], rows, ())


def places(lines: tuple[Placed, ...]) -> list[tuple[str, int | None, int]]:
    return [(line.row.name, line.place, line.tied) for line in lines]


def test_equal_figures_share_a_place_and_the_next_is_left_out() -> None:
    ranked = rank(table(row("甲县", 9, 10), row("乙县", 18, 20), row("丙县", 5, 10), row("丁县", 10, 10)), "on_time", 5)
    assert places(ranked[0].lines) == [("丁县", 1, 1), ("乙县", 2, 2), ("甲县", 2, 2), ("丙县", 4, 1)]


def test_each_group_is_ranked_by_itself_and_the_ungrouped_stand_last() -> None:
    ranked = rank(table(row("甲县", 9, 10), row("戊局", 1, 10), row("己所", 10, 10)), "on_time", 5)
    assert [(group.name, group.lines[0].place) for group in ranked] == [("县区", 1), ("部门", 1), ("未分组", 1)]


def test_too_few_rows_give_no_place_and_say_why_with_what_is_open_beside() -> None:
    (group,) = rank(table(row("甲县", 9, 10), row("乙县", 4, 4), row("丙县", 0, 0, still_open=7)), "on_time", 5)
    unranked = [(line.row.name, line.cause.code) for line in group.lines if line.cause is not None]
    assert unranked == [("丙县", "nothing_to_count"), ("乙县", "below_minimum")]
    assert group.lines[1].row.counts["open"].value == 7


def test_where_less_is_better_the_least_is_first() -> None:
    (group,) = rank(table(row("甲县", 9, 10), row("乙县", 1, 10)), "reworked", 5)
    assert places(group.lines) == [("乙县", 1, 1), ("甲县", 2, 1)]


def test_figures_are_compared_exactly_and_not_as_printed() -> None:
    (group,) = rank(table(row("甲县", 33333, 100000), row("乙县", 1, 3)), "on_time", 1)
    assert places(group.lines) == [("乙县", 1, 1), ("甲县", 2, 1)]


def test_the_hotline_itself_and_the_unnamed_take_no_place() -> None:
    direct = replace(row("甲县", 9, 10), unit=None, direct=True)
    (group,) = rank(table(direct), "on_time", 1)
    assert [line.cause.code for line in group.lines if line.cause] == ["not_a_unit"]


def test_nothing_is_ranked_by_an_unknown_figure() -> None:
    with pytest.raises(NoRankingBy):
        rank(table(row("甲县", 9, 10)), "beauty", 1)
