"""Invitations, ratings and their invalidation, told as cases."""

from datetime import timedelta

from domain import refusals as r
from domain.complaint import commands as c
from domain.complaint import events as e
from domain.facts import Actor
from domain.words import Role, Satisfaction
from tests.scenario import (
    CLERK,
    FOLLOW_UP,
    SUPERVISOR,
    WATER,
    Case,
    approved,
    at,
    delivered,
    dispatched,
    given,
    replied,
    signed,
)

PERSON = Actor("诉求人", Role.REPORTER)


def answered() -> Case:
    return given(None, dispatched(), signed(), replied(), approved(), delivered())


def invited(token: str = "t1", by: Actor = FOLLOW_UP, hour: int = 10) -> c.InviteRating:
    when = at(3, hour)
    return c.InviteRating(by=by, at=when, token=token, means="短信", expires_at=when.at + timedelta(days=15))


def rated(token: str = "t1", day: int = 4, said: Satisfaction = Satisfaction.SATISFIED) -> c.RateAnswer:
    good = said is not Satisfaction.DISSATISFIED
    return c.RateAnswer(by=PERSON, at=at(day), token=token, solved=good, satisfaction=said)


def voided(follow_up: int | None = None) -> c.InvalidateRating:
    return c.InvalidateRating(by=SUPERVISOR, at=at(6), reason="授意评议", follow_up=follow_up)


REWORK = c.OrderRework(by=FOLLOW_UP, at=at(5), reason="不满意")
CLOSE = c.Close(by=FOLLOW_UP, at=at(7), ground="已回访")


def test_a_rating_is_a_follow_up_by_the_person() -> None:
    case = answered().when(invited()).then(e.RatingInvited).when(rated()).then(e.FollowUpCompleted, e.RatingReceived)
    said, received = case.facts[-2:]
    assert isinstance(said, e.FollowUpCompleted)
    assert (said.means, said.by.role) == ("网页评议", Role.REPORTER)
    assert isinstance(received, e.RatingReceived)
    assert (received.follow_up, received.token) == (len(case.facts) - 1, "t1")
    case.when(CLOSE).then(e.Closed)


def test_an_invitation_works_once() -> None:
    answered().after(invited(), rated()).when(rated(day=5)).then_refused(r.RatingTokenUsed)


def test_an_invitation_works_until_it_runs_out() -> None:
    case = answered().after(invited())
    case.when(rated(day=17)).then(e.FollowUpCompleted, e.RatingReceived)
    case.when(rated(day=19)).then_refused(r.RatingTokenExpired)


def test_only_a_token_that_was_given_out_rates() -> None:
    answered().when(rated()).then_refused(r.RatingTokenUnknown)


def test_the_last_invitation_is_the_one_that_works() -> None:
    case = answered().after(invited(), invited("t2", hour=11))
    case.when(rated("t1")).then_refused(r.RatingTokenReplaced)
    case.when(rated("t2")).then(e.FollowUpCompleted, e.RatingReceived)


def test_a_dissatisfied_rating_founds_rework_and_an_earlier_link_does_not_rate_the_new_answer() -> None:
    case = answered().after(invited(), invited("t2", hour=11), rated("t2", said=Satisfaction.DISSATISFIED))
    again = (
        case.when(REWORK)
        .then(e.ReworkOrdered)
        .after(dispatched(day=5), signed(day=5), replied(day=6), approved(day=6), delivered(day=7))
    )
    again.when(rated("t1", day=8)).then_refused(r.RatingTokenReplaced)
    again.when(CLOSE).then_refused(r.NotFollowedUp)


def test_the_handling_unit_invites_nobody() -> None:
    theirs = Actor("水务回访", Role.FOLLOW_UP_OFFICER, WATER)
    answered().when(invited(by=theirs)).then_refused(r.HandlingUnitMayNotFollowUp)
    assert CLERK.unit == WATER


def test_nobody_is_invited_before_the_answer_was_given() -> None:
    given(None, dispatched(), signed()).when(invited()).then_refused(r.NotAllowedNow)


def test_a_case_whose_rating_was_invalidated_is_followed_up_again() -> None:
    case = answered().after(invited(), rated()).when(voided()).then(e.RatingInvalidated)
    case.when(CLOSE).then_refused(r.NotFollowedUp)
    case.when(voided()).then_refused(r.NoSuchRating)


def test_what_somebody_else_recorded_is_invalidated_by_its_number_alone() -> None:
    by_phone = c.RecordFollowUp(
        by=FOLLOW_UP, at=at(4), means="电话", reached=True, solved=True, satisfaction=Satisfaction.SATISFIED
    )
    case = answered().after(by_phone)
    case.when(voided()).then_refused(r.NoSuchRating)
    case.when(voided(len(case.facts))).then(e.RatingInvalidated)


def test_a_rating_of_a_closed_case_is_invalidated_too_and_the_case_stays_closed() -> None:
    case = answered().after(invited(), rated(), c.Close(by=FOLLOW_UP, at=at(5), ground="已回访"))
    after = case.when(voided()).then(e.RatingInvalidated)
    assert after.state.state is case.state.state
