"""What must hold whatever anybody asks of a case, in whatever order."""

from datetime import timedelta
from itertools import pairwise
from random import Random
from typing import get_args

from hypothesis import given, settings
from hypothesis import strategies as st

from domain.complaint import events as e
from domain.complaint.clocks import clocks, held, holder_of, spans
from domain.complaint.commands import ComplaintCommand
from domain.complaint.events import ComplaintFact
from domain.complaint.evolve import fold
from domain.complaint.lifecycle import INNER_STEPS, STEP_OF, STEPS
from domain.complaint.state import Complaint
from domain.refusals import Refusal
from domain.words import ComplaintKind, LegRole, State
from tests.random_walk import Walk
from tests.scenario import rules

STEPS_TO_WALK = 100_000
STEPS_A_CASE = 40

# What may move the citizen's promise: nothing else does, dispatch, return, reassignment and rework least of all.
MOVES_THE_PROMISE = (e.ExtensionGranted, e.DeadlineRecomputed)

# What a case may end with: a reply that reached the person, or a reason that was stated.
ENDS_WITH = (
    e.Closed,
    e.AnsweredDirectly,
    e.HandedToEmergency,
    e.AcceptanceRefused,
    e.TransferredToDiscipline,
    e.WithdrawnByReporter,
    e.Terminated,
)

# Only an import leads here, and it is no step.
FROM_REGISTRATION = {e.ComplaintRegistered, e.AssignedFromLedger, e.RepliedFromLedger, e.IncompleteReplyFromLedger}


def _holds(before: Complaint, command: ComplaintCommand, facts: tuple[ComplaintFact, ...], after: Complaint) -> None:
    step = STEP_OF[type(command)]
    assert after.version == before.version + len(facts)
    assert {type(fact) for fact in facts} <= set(step.facts)
    assert after.state is before.state or after.state in step.to, (step.verb, before.state, after.state)
    assert (holder_of(after) is not None) == after.open
    if not any(isinstance(fact, MOVES_THE_PROMISE) for fact in facts):
        assert after.citizen_deadline == before.citizen_deadline
    if before.open and not after.open:
        assert any(isinstance(fact, ENDS_WITH) for fact in facts)
    if after.kind is ComplaintKind.ACCUSATION:
        assert not any(leg.open for leg in after.legs)
    assert sum(leg.open and leg.role is LegRole.LEAD for leg in after.legs) <= 1
    assert not (after.state is State.HANDLING and not any(leg.open for leg in after.legs))


@settings(max_examples=60)
@given(st.randoms(use_true_random=False))
def test_no_order_of_wishes_breaks_a_rule(rng: Random) -> None:
    walk = Walk(rng)
    walk.begin()
    for _ in range(STEPS_A_CASE):
        before, command, facts = walk.step()
        assert walk.state is not None
        _holds(before, command, facts, walk.state)
    assert fold(walk.facts) == walk.state


@settings(max_examples=40)
@given(st.randoms(use_true_random=False))
def test_held_shares_add_up_and_one_holder_follows_another(rng: Random) -> None:
    walk = Walk(rng)
    walk.begin()
    for _ in range(STEPS_A_CASE):
        walk.step()
    found = spans(walk.facts)
    assert all(one.until is not None and one.until <= two.since for one, two in pairwise(found))
    until = walk.when.at + timedelta(days=3)
    shares = [share.working_minutes for share in held(walk.facts, rules(), until)]
    total = sum(
        (rules().working_minutes(found[0].since, min(span.until or until, until)) or 0)
        - (rules().working_minutes(found[0].since, span.since) or 0)
        for span in found
    )
    assert sum(minutes or 0 for minutes in shares) == total


@settings(max_examples=40)
@given(st.randoms(use_true_random=False))
def test_every_clock_explains_itself_to_the_day(rng: Random) -> None:
    walk = Walk(rng)
    walk.begin()
    for _ in range(STEPS_A_CASE):
        walk.step()
    for clock in clocks(walk.facts, rules()):
        if clock.deadline is not None and clock.deadline.limit.unit.in_days:
            assert clock.counted_days >= clock.deadline.limit.value
            assert clock.days[-1].date >= clock.deadline.due.date()


def test_a_long_walk_takes_every_step_of_the_table() -> None:
    walk = Walk(Random(20250901))
    for number in range(STEPS_TO_WALK):
        if number % STEPS_A_CASE == 0:
            walk.begin()
        before, command, facts = walk.step()
        assert walk.state is not None
        _holds(before, command, facts, walk.state)
    table = {(step.verb, state) for step in (*STEPS, *INNER_STEPS) for state in step.states}
    unwalked = table - walk.taken
    assert unwalked == set()
    assert walk.seen | FROM_REGISTRATION == set(get_args(ComplaintFact))


def test_the_walk_meets_refusals_of_many_names() -> None:
    walk = Walk(Random(7))
    for number in range(STEPS_TO_WALK // 4):
        if number % STEPS_A_CASE == 0:
            walk.begin()
        walk.step()
    known = {cls.__name__ for cls in Refusal.__subclasses__() if cls.__module__ == Refusal.__module__}
    assert len(walk.refused) > len(known) // 2
