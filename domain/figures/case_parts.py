"""What one case adds to every figure, without a table: the numbers that sums over cases are made of (分件贡献).

The table by unit asks each set of every row at once; whoever asks about one case, or about the few that changed, asks
here. Both give the same numbers: those of a table are the sums of those of its cases.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from fractions import Fraction
from typing import Generic, NamedTuple
from uuid import UUID

from domain.figures.case_sets import answered, out_of_order, response_days
from domain.figures.indicators import (
    COUNTS,
    DEFINITIONS,
    LEGS_ONLY_WITHIN,
    ONLY_WITHIN,
    CountDefinition,
    Definition,
    Sets,
)
from domain.figures.leg_measures import LegMeasure
from domain.figures.leg_sets import leg_out_of_order
from domain.figures.measures import CaseMeasure
from domain.figures.rows import Counted, LegRow, Predicate
from domain.figures.sources import Needs
from domain.figures.unit_table import DIRECT, NO_UNIT, SHARED_MAX, answering, working_days
from domain.figures.window import Window

CITY = "全市"
"""Under which name the city's figures stand."""

PART_OF_COUNT = "count"


class Part(NamedTuple):
    """A number that is explained: the row of the table, the figure's key, and which part of the figure.

    A count has one part, a rate its numerator and denominator, times their sum and ``n``.
    """

    row: str
    key: str
    part: str


Number = int | Fraction
Parts = Mapping[Part, Number]
Known = Mapping[UUID, CaseMeasure]


class CaseParts:
    """Looks at one case after another through one window; a number that is nought is left out.

    ``known`` holds the cases that shared replies came from, among any others.
    """

    def __init__(self, window: Window, known: Known) -> None:
        self._window = window
        self._known = known
        self._leaving_out = any(not one.figures for one in window.settings.exclusions)
        self._of_case = _Sets(
            window,
            [(d, d.cases) for d in COUNTS if d.cases is not None],
            [(d, d.cases) for d in DEFINITIONS if d.cases is not None],
            ONLY_WITHIN,
            out_of_order,
        )
        self._of_leg = _Sets(
            window,
            [(d, d.legs) for d in COUNTS],
            [(d, d.legs) for d in DEFINITIONS],
            LEGS_ONLY_WITHIN,
            leg_out_of_order,
        )
        self._legs_of_city = frozenset(
            [d.key for d in COUNTS if d.cases is None] + [d.key for d in DEFINITIONS if d.cases is None]
        )
        self._named: dict[tuple[str, str, str], Part] = {}

    def of(self, case: CaseMeasure, legs: Iterable[LegMeasure]) -> dict[Part, Number]:
        """Return what a case and its legs add to each number."""
        window = self._window
        if self._leaving_out and window.settings.leaves_out(case):
            return {}
        found: dict[Part, Number] = {}
        self._add(found, CITY, self._of_case.of(case, case))
        for leg in legs:
            row = LegRow(leg, case)
            numbers = self._of_leg.of(row, case)
            if not numbers:
                continue
            unit = window.unit(leg.unit, leg.started)
            self._add(found, unit if unit is not None else NO_UNIT, numbers)
            self._add(found, CITY, [one for one in numbers if one[0] in self._legs_of_city])
        if answered(case, window):
            numbers = self._answer(case)
            direct, unit = answering(case, self._origins(case), window)
            for name in (CITY, DIRECT if direct else unit if unit is not None else NO_UNIT):
                self._add(found, name, numbers)
        return {part: number for part, number in found.items() if number}

    def _answer(self, case: CaseMeasure) -> list[_Numbered]:
        numbers: list[_Numbered] = [("answered", PART_OF_COUNT, 1)]
        took = response_days(case, self._window)
        if took is None:
            return numbers
        numbers += (("response_days", "sum", took), ("response_days", "n", 1))
        worked = working_days(case, self._window)
        if worked is not None:
            numbers += (("response_working_days", "sum", worked), ("response_working_days", "n", 1))
        return numbers

    def _origins(self, case: CaseMeasure) -> Known:
        """Return the cases that a shared reply came from, and the case itself as it is asked about."""
        found = {case.complaint: case}
        source = case
        for _ in range(SHARED_MAX):
            origin = self._known.get(source.answered_from) if source.answered_from is not None else None
            if origin is None:
                break
            source = found.setdefault(origin.complaint, origin)
        return found

    def _add(self, found: dict[Part, Number], row: str, numbers: Sequence[_Numbered]) -> None:
        for key, kind, number in numbers:
            name = (row, key, kind)
            part = self._named.get(name)
            if part is None:
                part = self._named[name] = Part(row, key, kind)
            found[part] = found.get(part, 0) + number


_Numbered = tuple[str, str, Number]
_Group = tuple[Needs, list[tuple[CountDefinition, Predicate[Counted]]], list[tuple[Definition, Sets[Counted]]]]


class _Sets(Generic[Counted]):
    """The sets of every count and rate over one kind of row, by what they need of a row's source."""

    def __init__(
        self,
        window: Window,
        counts: Sequence[tuple[CountDefinition, Predicate[Counted]]],
        rates: Sequence[tuple[Definition, Sets[Counted]]],
        within: Mapping[Predicate[Counted], Predicate[Counted]],
        disordered: Predicate[Counted],
    ) -> None:
        self._window = window
        self._within: Mapping[Predicate[Counted], Predicate[Counted]] = within
        self._disordered: Predicate[Counted] = disordered
        needs = dict.fromkeys([count.needs for count, _ in counts] + [rate.needs for rate, _ in rates])
        self._groups: list[_Group[Counted]] = [
            (need, [one for one in counts if one[0].needs == need], [one for one in rates if one[0].needs == need])
            for need in needs
        ]
        keys = [count.key for count, _ in counts] + [rate.key for rate, _ in rates]
        self._of_source: dict[tuple[str, str, bool], list[_Group[Counted]]] = {}
        self._excluding = {key: held for key in keys if (held := window.settings.excluding(key))}

    def of(self, row: Counted, case: CaseMeasure) -> list[_Numbered]:
        """Return the numbers that one row adds."""
        window = self._window
        inside: dict[Predicate[Counted], bool] = {}
        found: list[_Numbered] = []
        for needs, counts, rates in self._supported(case):
            if needs.in_order and self._disordered(row, window):
                continue
            for count, predicate in counts:
                if self._holds(predicate, row, inside) and self._keeps(count.key, case):
                    found.append((count.key, PART_OF_COUNT, 1))
            for rate, sets in rates:
                below = self._holds(sets.denominator, row, inside)
                if not (below or rate.acts) or not self._keeps(rate.key, case):
                    continue
                if below:
                    found.append((rate.key, "denominator", 1))
                if self._holds(sets.numerator, row, inside):
                    number = sets.weight(row, window) if sets.weight is not None else 1
                    found.append((rate.key, "numerator", number))
        return found

    def _supported(self, case: CaseMeasure) -> list[_Group[Counted]]:
        """Return the sets that a case's source supports; cases of one run and one sort of limit share the answer."""
        if case.run is None:
            return self._groups
        deadline = case.deadline
        key = (case.run, case.source, deadline is not None and deadline.from_registration)
        held = self._of_source.get(key)
        if held is None:
            lacks = self._window.sources.lacks
            held = self._of_source[key] = [group for group in self._groups if lacks(case, group[0]) is None]
        return held

    def _holds(self, predicate: Predicate[Counted], row: Counted, inside: dict[Predicate[Counted], bool]) -> bool:
        held = inside.get(predicate)
        if held is None:
            around = self._within.get(predicate)
            near = around is None or self._holds(around, row, inside)
            held = inside[predicate] = near and predicate(row, self._window)
        return held

    def _keeps(self, key: str, case: CaseMeasure) -> bool:
        excluding = self._excluding.get(key)
        return excluding is None or not any(one.holds(case) for one in excluding)
