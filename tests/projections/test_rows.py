"""The tables of cases and legs: the same however the log is cut, and right as of every position."""

from datetime import timedelta
from random import Random
from uuid import UUID

from hypothesis import given, settings
from hypothesis import strategies as st

from domain.complaint import commands as c
from domain.facts import Recorded
from domain.figures.leg_measures import LegMeasure, Legs, measure_legs
from domain.figures.measures import CaseMeasure
from domain.figures.measuring import complaint_fact, measure_case
from domain.figures.unit_table import tabulate
from domain.figures.window import Window
from domain.periods import Quarter
from domain.words import ComplaintKind, Finding
from projections.cases import CasesProjection, every_case
from projections.legs import LegsProjection, every_leg, rows_between
from tests.projections.facts import as_logged, feed, random_case, rows, views
from tests.scenario import (
    CHINA,
    CLERK,
    WATER,
    Case,
    approved,
    at,
    delivered,
    dispatched,
    registered,
    replied,
    rules,
    signed,
)

QUARTERS = (Quarter(2025, 2), Quarter(2025, 3), Quarter(2025, 4), Quarter(2026, 1))
PROJECTIONS = (CasesProjection(CHINA), LegsProjection(CHINA))

logs = st.builds(
    lambda rng, cases: as_logged(*(random_case(rng) for _ in range(cases))),
    st.randoms(use_true_random=False),
    st.integers(1, 3),
)


def measures(logged: list[Recorded]) -> tuple[list[CaseMeasure], list[LegMeasure]]:
    cases: dict[UUID, CaseMeasure] = {}
    legs: dict[UUID, Legs] = {}
    for recorded in logged:
        fact = complaint_fact(recorded)
        assert fact is not None
        cases[recorded.stream] = measure_case(cases.get(recorded.stream), recorded, fact)
        legs[recorded.stream] = measure_legs(legs.get(recorded.stream, ()), recorded, fact)
    return list(cases.values()), [leg for stream in sorted(legs, key=lambda s: s.hex) for leg in legs[stream]]


@settings(max_examples=25)
@given(logs, st.data())
def test_where_batches_are_cut_changes_no_row(logged: list[Recorded], data: st.DataObject) -> None:
    cuts = data.draw(st.lists(st.integers(0, len(logged)), max_size=8))
    with views(*PROJECTIONS) as whole, views(*PROJECTIONS) as cut:
        feed(whole, PROJECTIONS, logged, ())
        feed(cut, PROJECTIONS, logged, cuts)
        for projection in PROJECTIONS:
            assert rows(cut, projection) == rows(whole, projection)


@settings(max_examples=25)
@given(logs)
def test_the_tables_as_of_any_position_are_the_fold_up_to_it(logged: list[Recorded]) -> None:
    with views(*PROJECTIONS) as conn:
        feed(conn, PROJECTIONS, logged, (len(logged) // 2,))
        for position in range(1, len(logged) + 1):
            cases, legs = measures(logged[:position])
            assert every_case(conn, position) == cases
            assert every_leg(conn, position) == legs


@settings(max_examples=40)
@given(logs, st.sampled_from(QUARTERS), st.integers(0, 120))
def test_a_quarter_needs_no_row_that_its_query_leaves_out(logged: list[Recorded], quarter: Quarter, days: int) -> None:
    as_of = quarter.starts_at(CHINA) + timedelta(days=days)
    window = Window(quarter, as_of, CHINA, rules().calendar)
    last = max(quarter.last_day, window.today)
    with views(*PROJECTIONS) as conn:
        feed(conn, PROJECTIONS, logged, ())
        at = len(logged)
        asked = tabulate(*rows_between(conn, quarter.first_day, last, at), window)
        whole = tabulate(every_case(conn, at), every_leg(conn, at), window)
    assert asked == whole


def test_the_tables_hold_nothing_that_a_person_said() -> None:
    logged = as_logged(random_case(Random(7)))
    with views(*PROJECTIONS) as conn:
        feed(conn, PROJECTIONS, logged, ())
        held = str([rows(conn, projection) for projection in PROJECTIONS])
    assert "小区停水" not in held
    assert "三天没有水" not in held
    assert "管道" not in held


def test_a_measure_past_due_counts_on_a_unit_whose_leg_ended_quarters_before() -> None:
    finding = c.RecordFinding(by=CLERK, at=at(1), result=Finding.SUBSTANTIATED, evidence="现场")
    case = Case(registered(ComplaintKind.COMPLAINT)).after(dispatched(), signed(), finding)
    case = case.after(replied(), approved(), delivered())
    case = case.after(c.AddMeasure(by=CLERK, at=at(5), code="培训", due=at(20).day))
    logged, quarter = as_logged(case.facts), Quarter(2026, 2)
    window = Window(quarter, quarter.ends_at(CHINA), CHINA, rules().calendar)
    with views(*PROJECTIONS) as conn:
        feed(conn, PROJECTIONS, logged, ())
        found = tabulate(*rows_between(conn, quarter.first_day, quarter.last_day, len(logged)), window)
    row = found.unit(WATER)
    assert row is not None
    assert row.counts["measures_past_due"].value == 1
