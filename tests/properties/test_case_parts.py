"""What cases add one by one is what the tables say, and what each is told to have changed is what it changed."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import replace
from datetime import datetime, timedelta
from fractions import Fraction
from random import Random
from uuid import UUID

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from domain.facts import Recorded
from domain.figures.case_parts import CITY, PART_OF_COUNT, CaseParts, Part
from domain.figures.case_sets import answered, response_days
from domain.figures.coverage import CasesCovered, Coverage
from domain.figures.definitions import Exclusion
from domain.figures.leg_measures import LegMeasure, Legs, measure_legs
from domain.figures.measures import CaseMeasure
from domain.figures.measuring import complaint_fact, measure_case
from domain.figures.sources import Sources
from domain.figures.unit_table import DIRECT, NO_UNIT, Row, answering, tabulate, working_days
from domain.figures.window import FigureSettings, Window
from domain.periods import Quarter
from domain.words import ComplaintKind
from tests.random_walk import Walk
from tests.scenario import CHINA, rules

QUARTERS = (Quarter(2025, 3), Quarter(2025, 4))
STEPS_A_CASE = 25
WALKS_MAX = 6


def by_table(cases: Sequence[CaseMeasure], legs: Iterable[LegMeasure], window: Window) -> dict[Part, Fraction]:
    """Read every number off the table over these rows, and the times off its answers."""
    kept = [case for case in cases if not window.settings.leaves_out(case)]
    known = {case.complaint: case for case in kept}
    table = tabulate(kept, [leg for leg in legs if leg.complaint in known], window)
    found: dict[Part, Fraction] = defaultdict(Fraction)
    for name, row in ((CITY, table.total), *((row.name, row) for row in table.units)):
        for part, number in of_row(name, row):
            found[part] += number
    for case in kept:
        if answered(case, window):
            direct, unit = answering(case, known, window)
            for name in (CITY, DIRECT if direct else unit or NO_UNIT):
                for part, number in of_times(name, case, window):
                    found[part] += number
    return {part: number for part, number in found.items() if number}


def of_row(name: str, row: Row) -> Iterator[tuple[Part, Fraction]]:
    yield Part(name, "answered", PART_OF_COUNT), Fraction(row.answered.value or 0)
    for key, count in row.counts.items():
        yield Part(name, key, PART_OF_COUNT), Fraction(count.value or 0)
    for key, figure in row.rates.items():
        yield Part(name, key, "numerator"), figure.numerator
        yield Part(name, key, "denominator"), Fraction(figure.denominator)


def of_times(name: str, case: CaseMeasure, window: Window) -> Iterator[tuple[Part, Fraction]]:
    took = response_days(case, window)
    if took is None:
        return
    yield Part(name, "response_days", "sum"), Fraction(took)
    yield Part(name, "response_days", "n"), Fraction(1)
    worked = working_days(case, window)
    if worked is not None:
        yield Part(name, "response_working_days", "sum"), Fraction(worked)
        yield Part(name, "response_working_days", "n"), Fraction(1)


def one_by_one(cases: Iterable[CaseMeasure], legs: Mapping[UUID, Legs], window: Window) -> dict[Part, Fraction]:
    known = {case.complaint: case for case in cases}
    through = CaseParts(window, known)
    found: dict[Part, Fraction] = defaultdict(Fraction)
    for case in known.values():
        for part, number in through.of(case, legs[case.complaint]).items():
            found[part] += number
    return dict(found)


def walked(rng: Random) -> tuple[list[CaseMeasure], dict[UUID, Legs], datetime]:
    """Some cases after random work; every other one stands as if a ledger had told it, some with a shared reply."""
    cases: list[CaseMeasure] = []
    legs: dict[UUID, Legs] = {}
    last = datetime(2025, 7, 1, tzinfo=CHINA)
    for number in range(1, rng.randint(2, WALKS_MAX) + 1):
        walk = Walk(rng)
        walk.begin()
        for _ in range(STEPS_A_CASE):
            walk.step()
        case: CaseMeasure | None = None
        own: Legs = ()
        for version, fact in enumerate(walk.facts, start=1):
            one = Recorded(number * 1000 + version, UUID(int=number), version, fact.occurred.at, fact)
            said = complaint_fact(one)
            assert said is not None
            case, own = measure_case(case, one, said), measure_legs(own, one, said)
        assert case is not None
        if number % 3 == 2 and cases:
            case = case._replace(answered=cases[0].answered, answered_leg=None, answered_from=cases[0].complaint)
        cases.append(case._replace(run=rng.choice((None, None, "run-1", "run-2"))))
        legs[case.complaint] = own
        last = max(last, walk.when.at)
    return cases, legs, last


def windows(rng: Random, last: datetime) -> Iterator[Window]:
    covered = Coverage(
        from_=datetime(2025, 1, 1, tzinfo=CHINA).date(),
        to=datetime(2025, 12, 31, tzinfo=CHINA).date(),
        cases=rng.choice(tuple(CasesCovered)),
        acceptance_dates=rng.random() < 0.5,
        assumed=False,
    )
    half = FigureSettings(fairly_satisfied_weight=Fraction(6, 10))
    for quarter in QUARTERS:
        for as_of in (quarter.ends_at(CHINA), last - timedelta(days=rng.randrange(40))):
            plain = Window(quarter, as_of, CHINA, rules().calendar, settings=half)
            yield plain
            yield replace(plain, sources=Sources({"run-1": covered}))


@settings(max_examples=40, deadline=None)
@given(st.randoms(use_true_random=False))
def test_what_cases_add_one_by_one_is_what_the_table_says(rng: Random) -> None:
    cases, legs, last = walked(rng)
    every = [leg for own in legs.values() for leg in own]
    for window in windows(rng, last):
        assert one_by_one(cases, legs, window) == by_table(cases, every, window)


@pytest.mark.parametrize("figures", [(), ("on_time", "registered", "satisfied")])
def test_what_an_edition_leaves_out_is_left_out_alone_too(figures: tuple[str, ...]) -> None:
    exclusion = Exclusion("咨询不计", kinds=(ComplaintKind.ENQUIRY, ComplaintKind.HELP), figures=figures)
    different = 0
    for seed in range(12):
        cases, legs, last = walked(Random(seed))
        every = [leg for own in legs.values() for leg in own]
        for window in windows(Random(seed), last):
            narrowed = replace(window, settings=FigureSettings(exclusions=(exclusion,)))
            alone = one_by_one(cases, legs, narrowed)
            assert alone == by_table(cases, every, narrowed)
            different += alone != one_by_one(cases, legs, window)
    assert different
