"""Ranking of units by group (分组排名): places with ties, a minimum count, and what a unit left open beside it."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from fractions import Fraction

from domain.figures.figure import EMPTY, NONE, Cause
from domain.figures.indicators import DEFINITIONS
from domain.figures.unit_table import Row, UnitTable

TIMES = {"response_days": "答复用时", "leg_days": "单位用时"}
"""What can be ranked by besides the rates: mean calendar days."""

LESS_IS_BETTER = frozenset({"reworked", "returned", "extended", "repeated", *TIMES})

NO_GROUP = "未分组"

NOT_A_UNIT = Cause("not_a_unit", "未注明单位或热线直办，不参加排名", "no unit is named, or the hotline itself answered")


class NoRankingBy(ValueError):
    """Nothing is ranked by a figure of that name; the message is in Chinese and English."""

    def __init__(self, key: str) -> None:
        known = "、".join(ranking_keys())
        super().__init__(f"不能按“{key}”排名，可用 {known}；nothing is ranked by {key}: {known}")


@dataclass(frozen=True, slots=True)
class Placed:
    """A unit in its group: its figure, how many it was counted over, and its place.

    ``place`` is ``None`` where ``cause`` says why. Equal figures share a place, and the next place is left out;
    ``tied`` says how many share it.
    """

    row: Row
    text: str
    value: Fraction | None
    counted: int
    place: int | None = None
    tied: int = 1
    cause: Cause | None = None


@dataclass(frozen=True, slots=True)
class GroupRanking:
    """A group's units in order of their places; those without a place follow by name."""

    group: str | None
    lines: tuple[Placed, ...]

    @property
    def name(self) -> str:
        """The group's name as tables show it."""
        return self.group if self.group is not None else NO_GROUP


def ranking_keys() -> tuple[str, ...]:
    """Return the keys of the figures that units can be ranked by."""
    return (*(definition.key for definition in DEFINITIONS), *TIMES)


def name_of_figure(key: str) -> str:
    """Return the Chinese name of a figure that units can be ranked by."""
    return TIMES.get(key) or next(one.name_zh for one in DEFINITIONS if one.key == key)


def below(minimum: int) -> Cause:
    """Return the reason why a unit with too few rows has no place."""
    return Cause("below_minimum", f"计数不足 {minimum}，不参加排名", f"counted over fewer than {minimum}: not ranked")


def rank(table: UnitTable, by: str, minimum: int) -> tuple[GroupRanking, ...]:
    """Rank the units of a table within their groups, by group name; those of no group last.

    Figures are compared exactly, not as they are rounded for print. Raises ``NoRankingBy``.
    """
    if by not in ranking_keys():
        raise NoRankingBy(by)
    groups: dict[str | None, list[Placed]] = defaultdict(list)
    for row in table.units:
        group = table.window.registry.group(row.unit) if row.unit is not None else None
        groups[group].append(_judged(row, by, minimum))
    ranked = [GroupRanking(group, _places(lines, by)) for group, lines in groups.items()]
    return tuple(sorted(ranked, key=lambda one: (one.group is None, one.name)))


def places(values: Sequence[Fraction], *, less_is_better: bool) -> list[tuple[int, int]]:
    """Return the place of each value and how many share it; after values that share a place the next is left out."""
    worth = [value if less_is_better else -value for value in values]
    return [(1 + sum(other < own for other in worth), sum(other == own for other in worth)) for own in worth]


def _judged(row: Row, by: str, minimum: int) -> Placed:
    if by in TIMES:
        took = row.response_days if by == "response_days" else row.leg_days
        value = Fraction(took.mean) if took.mean is not None else None
        judged = Placed(row, NONE if took.mean is None else str(took.mean), value, took.n, cause=took.cause)
    else:
        figure = row.rates[by]
        value = Fraction(figure.numerator) / figure.denominator if figure.denominator else None
        judged = Placed(row, figure.rate, value, figure.denominator, cause=figure.cause)
    if row.unit is None:
        return _unplaced(judged, NOT_A_UNIT)
    if judged.value is None:
        return _unplaced(judged, judged.cause or EMPTY)
    return judged if judged.counted >= minimum else _unplaced(judged, below(minimum))


def _unplaced(judged: Placed, cause: Cause) -> Placed:
    return Placed(judged.row, judged.text, None, judged.counted, cause=cause)


def _places(lines: Iterable[Placed], by: str) -> tuple[Placed, ...]:
    held = list(lines)
    ranked = [line for line in held if line.value is not None]
    stood = places([line.value for line in ranked if line.value is not None], less_is_better=by in LESS_IS_BETTER)
    placed = [
        Placed(line.row, line.text, line.value, line.counted, place=place, tied=tied)
        for line, (place, tied) in zip(ranked, stood, strict=True)
    ]
    placed.sort(key=lambda line: (line.place, line.row.name))
    return (*placed, *sorted((line for line in held if line.value is None), key=lambda line: line.row.name))
