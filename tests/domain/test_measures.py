"""What is counted of a case must be what the case is, whatever is done with it."""

from random import Random

from hypothesis import given, settings
from hypothesis import strategies as st

from domain.complaint.evolve import fold
from domain.complaint.state import Complaint
from domain.facts import Recorded
from domain.figures.leg_measures import LegMeasure, Legs, measure_legs
from domain.figures.measures import CaseMeasure
from domain.figures.measuring import complaint_fact, measure_case
from tests.projections.facts import as_logged, random_case


def measured(logged: list[Recorded]) -> tuple[CaseMeasure, Legs]:
    case: CaseMeasure | None = None
    legs: Legs = ()
    for recorded in logged:
        fact = complaint_fact(recorded)
        assert fact is not None
        case, legs = measure_case(case, recorded, fact), measure_legs(legs, recorded, fact)
    assert case is not None
    return case, legs


def of_complaint(state: Complaint) -> tuple[object, ...]:
    ended = state.ended
    return (
        state.state, state.open, state.kind, state.category, state.confidential, state.citizen_deadline,
        state.accepted, state.delivered, state.reworks, len(state.legs), state.lead.unit if state.lead else None,
        state.archived, state.publication_withdrawn, state.supervision, ended,
    )  # fmt: skip


def of_measure(case: CaseMeasure) -> tuple[object, ...]:
    last = case.endings[-1] if case.endings else None
    return (
        case.state, case.open, case.kind, case.category, case.confidential, case.deadline,
        case.accepted, case.answered, len(case.reworks), case.legs, case.lead_unit,
        case.archived, case.publication_withdrawn, case.supervision, last.at if last and not last.undone else None,
    )  # fmt: skip


SAME = ("number", "unit", "role", "state", "started", "deadline", "parent", "designated", "sign_deadline",
        "contact_deadline", "signed", "contacted", "submitted", "stopped", "ended")  # fmt: skip


@settings(max_examples=80)
@given(st.randoms(use_true_random=False))
def test_the_measure_of_a_case_is_the_case(rng: Random) -> None:
    facts = random_case(rng)
    state = fold(facts)
    assert state is not None
    case, legs = measured(as_logged(facts))
    assert of_measure(case) == of_complaint(state)
    assert [[getattr(leg, name) for name in SAME] for leg in legs] == [
        [getattr(leg, name) for name in SAME] for leg in state.legs
    ]


@settings(max_examples=30)
@given(st.randoms(use_true_random=False))
def test_a_case_and_its_legs_tell_the_same_of_follow_ups_and_findings(rng: Random) -> None:
    case, legs = measured(as_logged(random_case(rng)))
    of_legs = sorted((leg.number, len(leg.follow_ups), len(leg.findings)) for leg in legs)
    assert of_legs == [(leg.number, _of(leg, case.follow_ups), _of(leg, case.findings)) for leg in legs]


def _of(leg: LegMeasure, acts: tuple[object, ...]) -> int:
    return sum(getattr(act, "leg", None) == leg.number for act in acts)
