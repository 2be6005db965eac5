"""A merge that is undone was never there; what the person was told meanwhile stays told."""

from datetime import timedelta
from random import Random
from uuid import UUID

from hypothesis import given, settings
from hypothesis import strategies as st

from domain.complaint import commands as c
from domain.complaint.commands import ComplaintCommand
from domain.complaint.decide import decide
from domain.complaint.evolve import evolve
from domain.complaint.state import Complaint
from domain.facts import Moment
from domain.refusals import Refusal
from domain.words import Channel, State
from tests.random_walk import Walk
from tests.scenario import DISPATCHER, FOLLOW_UP, rules

STEPS_A_CASE = 30
OTHER = UUID(int=7)


def after(state: Complaint, command: ComplaintCommand) -> Complaint:
    for fact in decide(state, command, rules()):
        state = evolve(state, fact)
    return state


def merged(state: Complaint, at: Moment) -> Complaint | None:
    """The case merged into another, where it may be."""
    try:
        return after(state, c.Merge(by=DISPATCHER, at=at, into=OTHER))
    except Refusal:
        return None


def states(rng: Random) -> list[tuple[Complaint, Moment]]:
    walk = Walk(rng)
    found = [(walk.begin(), walk.when)]
    for _ in range(STEPS_A_CASE):
        walk.step()
        assert walk.state is not None
        if not walk.state.open:
            break
        found.append((walk.state, Moment(walk.when.at + timedelta(minutes=1))))
    return found


@settings(max_examples=60)
@given(st.randoms(use_true_random=False))
def test_a_case_merged_and_unmerged_stands_as_one_never_merged(rng: Random) -> None:
    for state, at in states(rng):
        joined = merged(state, at)
        if joined is not None:
            back = after(joined, c.Unmerge(by=DISPATCHER, at=at, reason="不是同一件"))
            assert back._replace(version=state.version) == state


@settings(max_examples=60)
@given(st.randoms(use_true_random=False))
def test_a_reply_that_came_through_the_merge_stays_with_the_person(rng: Random) -> None:
    for state, at in states(rng):
        joined = merged(state, at)
        if joined is None:
            continue
        told = c.ReceiveSharedReply(
            by=FOLLOW_UP, at=at, out_of=OTHER, reply="已恢复供水", channel=Channel.HOTLINE, evidence="通话 88"
        )
        kept = after(joined, told)
        assert (kept.reply, kept.state, kept.merged_into) == ("已恢复供水", State.AWAITING_FOLLOW_UP, None)
        assert kept.delivered is not None
        assert kept.citizen_deadline == state.citizen_deadline


def test_random_cases_are_merged_often_enough_to_say_anything() -> None:
    rng = Random(7)
    held = [merged(state, at) is not None for _ in range(20) for state, at in states(rng)]
    assert sum(held) > 20
