"""How each fact moves a complaint. ``evolve`` judges nothing; ``decide`` does, next door."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING, Any, assert_never

from domain.complaint import events as e
from domain.complaint.clock_names import CITIZEN_CLOCK, card_key, dispute_of_clock, leg_of_clock
from domain.complaint.corrections import after_adding, after_completion, after_finding, after_return
from domain.complaint.leg import Leg, LegState
from domain.complaint.responsibility import Responsibility
from domain.complaint.state import Complaint, Invitation, Said
from domain.words import ComplaintKind, LegRole, Satisfaction, State

if TYPE_CHECKING:
    from collections.abc import Iterable

    from domain.facts import Moment


def fold(facts: Iterable[e.ComplaintFact]) -> Complaint | None:
    """Return the complaint after its facts, or ``None`` where there are none."""
    state: Complaint | None = None
    for fact in facts:
        state = evolve(state, fact)
    return state


def evolve(state: Complaint | None, fact: e.ComplaintFact) -> Complaint:
    """Return the complaint after one more fact.

    Raises ``ValueError`` where a stream does not begin with a registration: then the log is damaged.
    """
    if isinstance(fact, e.ComplaintRegistered):
        return _registered(fact)
    if state is None:
        msg = f"a complaint begins with its registration, not with {type(fact).__name__}"
        raise ValueError(msg)
    return _moved(state, fact)._replace(version=state.version + 1)


def _registered(fact: e.ComplaintRegistered) -> Complaint:
    return Complaint(
        version=1,
        state=State.REGISTERED,
        registered=fact.occurred,
        subject=fact.subject,
        contact=fact.contact,
        matter_no=fact.matter_no,
        evidence_digest=fact.evidence_digest,
        channel=fact.channel,
        kind=fact.kind,
        category=fact.category,
        urgency=fact.urgency,
        complexity=fact.complexity,
        confidential=fact.confidential,
        wanted_unit=fact.wanted_unit,
        programme_ref=fact.programme_ref,
        limit_class=fact.limit_class,
        citizen_deadline=fact.citizen_deadline,
        acceptance_deadline=fact.acceptance_deadline,
        dispatch_deadline=fact.dispatch_deadline,
        imported=fact.ledger is not None,
        officer=fact.by.name,
        responsibility=Responsibility(fact.occurred),
    )


def _moved(state: Complaint, fact: e.ComplaintFact) -> Complaint:  # noqa: C901, PLR0911, PLR0912, PLR0915 - one arm a fact
    match fact:
        case e.ComplaintRegistered():
            return state
        case e.AssignedFromLedger():
            assigned = Leg(
                number=fact.leg,
                unit=fact.unit,
                role=LegRole.LEAD,
                state=LegState.HANDLING,
                started=fact.occurred,
                deadline=fact.deadline,
                original_deadline=fact.deadline,
            )
            given = state.responsibility.sent(fact.unit, fact.occurred)
            return _leg_opened(state, assigned)._replace(state=State.HANDLING, responsibility=given)
        case e.RepliedFromLedger():
            answered = state._replace(delivered=fact.occurred, reply=fact.reply)
            answered = _leg(answered, fact.leg, state=LegState.ANSWERED, stopped=fact.occurred, ended=fact.occurred)
            return _ended(answered, State.CLOSED, fact.occurred)
        case e.RegistrationCorrected():
            return state._replace(
                category=fact.category if fact.category is not None else state.category,
                wanted_unit=fact.wanted_unit if fact.wanted_unit is not None else state.wanted_unit,
                programme_ref=fact.programme_ref if fact.programme_ref is not None else state.programme_ref,
            )
        case e.Reclassified():
            return _reclassified(state, fact)
        case e.Accepted():
            return state._replace(accepted=fact.occurred)
        case e.AcceptanceRefused():
            return _ended(state, State.REFUSED, fact.occurred)
        case e.AnsweredDirectly():
            answered = state._replace(delivered=state.delivered or fact.occurred, reply=fact.reply)
            return _ended(answered, State.CLOSED, fact.occurred)
        case e.HandedToEmergency() | e.Closed():
            return _ended(state, State.CLOSED, fact.occurred)
        case e.TransferredToDiscipline():
            return _ended(state, State.TRANSFERRED, fact.occurred)
        case e.WithdrawnByReporter():
            return _ended(state, State.WITHDRAWN, fact.occurred)
        case e.Merged():
            return state._replace(state=State.MERGED, state_before_merge=state.state, merged_into=fact.into)
        case e.Unmerged():
            before = state.state_before_merge or State.REGISTERED
            return state._replace(state=before, state_before_merge=None, merged_into=None)
        case e.ReplyShared() | e.Urged() | e.ReworkWaived():
            return state
        case e.SharedReplyReceived():
            shared = state._replace(
                state=State.AWAITING_FOLLOW_UP,
                delivered=state.delivered or fact.occurred,
                reply=fact.reply,
                merged_into=None,
                state_before_merge=None,
                followed_up=False,
                follow_up_attempts=0,
                delivered_version=state.version + 1,
                invitations=_replaced(state.invitations),
            )
            return _legs_ended(shared, LegState.REDIRECTED, fact.occurred)
        case e.Dispatched():
            leg = _sent(fact, LegRole.LEAD)._replace(
                contact_deadline=fact.contact_deadline, return_deadline=fact.return_deadline
            )
            given = state.responsibility.sent(fact.unit, fact.occurred)
            return _leg_opened(state, leg)._replace(state=State.AWAITING_SIGNATURE, responsibility=given)
        case e.JurisdictionDesignated():
            redirected = _leg(state, fact.disputed_leg, state=LegState.REDIRECTED, ended=fact.occurred)
            dropped = after_return(state.corrections, fact.disputed_leg, fact.occurred)
            leg = _sent(fact, LegRole.LEAD)._replace(contact_deadline=fact.contact_deadline, designated=True)
            return _leg_opened(redirected, leg)._replace(state=State.AWAITING_SIGNATURE, corrections=dropped)
        case e.CoUnitAdded():
            return _leg_opened(state, _sent(fact, LegRole.CO))
        case e.SubDispatched():
            return _leg_opened(state, _sent(fact, LegRole.SUB)._replace(parent=fact.parent_leg))
        case e.Signed():
            signed = _follow_lead(
                _leg(state, fact.leg, state=LegState.HANDLING, signed=fact.occurred), fact.leg, State.HANDLING
            )
            leg = signed.legs[fact.leg - 1]
            if leg.role is not LegRole.LEAD:
                return signed
            return signed._replace(responsibility=state.responsibility.signed(leg.unit, fact.occurred))
        case e.ReturnRequested():
            asked = _leg(state, fact.leg, state=LegState.RETURN_REVIEW, dispute_deadline=fact.decision_deadline)
            return _follow_lead(asked._replace(disputes=(*state.disputes, fact.leg)), fact.leg, State.RETURN_REVIEW)
        case e.HandoverOwed():
            return state._replace(responsibility=state.responsibility.relieved(fact))
        case e.HandedOver():
            return state._replace(responsibility=state.responsibility.handed_over(fact))
        case e.ReturnApproved():
            returned = _legs_ended(state, LegState.RECALLED, fact.occurred, but=fact.leg)
            returned = _leg(returned, fact.leg, state=LegState.RETURNED, ended=fact.occurred)
            returned = returned._replace(corrections=after_return(state.corrections, fact.leg, fact.occurred))
            return returned._replace(state=State.REGISTERED, extension_leg=None, supplement_open=False)
        case e.ReturnRefused():
            leg = state.legs[fact.leg - 1]
            before_leg = LegState.HANDLING if leg.signed else LegState.AWAITING_SIGNATURE
            return _follow_lead(_leg(state, fact.leg, state=before_leg), fact.leg, State(before_leg.value))
        case e.FirstContactMade():
            return _leg(state, fact.leg, contacted=fact.occurred)
        case e.SupplementRequested():
            return state._replace(supplement_open=True)
        case e.SupplementReceived():
            return state._replace(supplement_open=False)
        case e.ExtensionRequested():
            return state._replace(extension_leg=fact.leg)
        case e.ExtensionGranted():
            extended = _leg(state, fact.leg, deadline=fact.new, extensions=state.legs[fact.leg - 1].extensions + 1)
            return extended._replace(
                extension_leg=None,
                citizen_deadline=fact.citizen_new or state.citizen_deadline,
            )
        case e.ExtensionRefused():
            return state._replace(extension_leg=None)
        case e.FindingRecorded():
            found = state._replace(corrections=after_finding(state.corrections, fact))
            return _leg(found, fact.leg, finding=True)
        case e.MeasureAdded():
            return state._replace(corrections=after_adding(state.corrections, fact))
        case e.MeasureCompleted():
            return state._replace(corrections=after_completion(state.corrections, fact))
        case e.ReplySubmitted():
            return _submitted(state, fact)
        case e.ReplySentBack():
            return _follow_lead(
                _leg(state, fact.leg, state=LegState.HANDLING, submitted=None),
                fact.leg,
                State.HANDLING,
            )
        case e.ReplyApproved():
            leg = state.legs[fact.leg - 1]
            approved = _leg(state, fact.leg, state=LegState.ANSWERED, stopped=leg.submitted, ended=fact.occurred)
            recalled = _legs_ended(approved, LegState.RECALLED, fact.occurred)
            return recalled._replace(state=State.REPLIED, extension_leg=None, supplement_open=False)
        case e.ReplyDelivered():
            return state._replace(
                state=State.AWAITING_FOLLOW_UP,
                delivered=state.delivered or fact.occurred,
                followed_up=False,
                follow_up_attempts=0,
                delivered_version=state.version + 1,
                invitations=_replaced(state.invitations),
            )
        case e.Suspended():
            return state._replace(suspended=fact.ground)
        case e.Resumed():
            return state._replace(suspended=None)
        case e.TerminationRequested():
            return state._replace(termination_ground=fact.ground)
        case e.Terminated():
            return _ended(state._replace(termination_ground=None), State.TERMINATED, fact.occurred)
        case e.TerminationRefused():
            return state._replace(termination_ground=None)
        case e.FollowUpAttempted():
            return state._replace(follow_up_attempts=state.follow_up_attempts + 1)
        case e.FollowUpCompleted():
            gave_cause = fact.satisfaction is Satisfaction.DISSATISFIED and fact.cause is not None
            said = Said(state.version + 1, gave_cause=gave_cause)
            return state._replace(followed_up=True, said=(*state.said, said))
        case e.RatingInvited():
            invited = Invitation(fact.token, fact.occurred, fact.expires_at)
            return state._replace(invitations=(*_replaced(state.invitations), invited))
        case e.RatingReceived():
            return state._replace(
                said=tuple(replace(one, rated=True) if one.version == fact.follow_up else one for one in state.said),
                invitations=tuple(
                    replace(one, used=True) if one.token == fact.token else one for one in state.invitations
                ),
            )
        case e.RatingInvalidated():
            kept = tuple(replace(one, invalidated=True) if one.version == fact.follow_up else one for one in state.said)
            counts = any(one.version > state.delivered_version and not one.invalidated for one in kept)
            return state._replace(said=kept, followed_up=state.followed_up and counts)
        case e.ReworkOrdered():
            return state._replace(state=State.REGISTERED, reworks=fact.number, followed_up=False)
        case e.Reopened():
            return state._replace(state=State.REGISTERED, ended=None, archived=False, followed_up=False)
        case e.Archived():
            return state._replace(archived=True)
        case e.ReplyCorrected():
            return state._replace(reply=fact.reply, delivered=fact.answered_on or state.delivered)
        case e.PublicationWithdrawn():
            return state._replace(publication_withdrawn=True)
        case e.Supervised():
            return state._replace(supervision=fact.level)
        case e.DeadlineWarned():
            return state._replace(cards=state.cards | {card_key("yellow", fact.clock, fact.deadline)})
        case e.DeadlineMissed():
            return state._replace(cards=state.cards | {card_key("red", fact.clock, fact.deadline)})
        case e.DeadlineRecomputed():
            return _recomputed(state, fact)
        case e.IncompleteReplyFromLedger():
            return state
        case _:
            assert_never(fact)


def _replaced(invitations: tuple[Invitation, ...]) -> tuple[Invitation, ...]:
    """An invitation works until the next one, or until the case is answered anew."""
    return tuple(one if one.used else replace(one, replaced=True) for one in invitations)


def _sent(fact: e.Dispatched | e.JurisdictionDesignated | e.CoUnitAdded | e.SubDispatched, role: LegRole) -> Leg:
    """A leg as it is sent out, with the promises that every leg has."""
    return Leg(
        number=fact.leg,
        unit=fact.unit,
        role=role,
        state=LegState.AWAITING_SIGNATURE,
        started=fact.occurred,
        deadline=fact.deadline,
        original_deadline=fact.deadline,
        sign_deadline=fact.sign_deadline,
    )


def _leg_opened(state: Complaint, leg: Leg) -> Complaint:
    return state._replace(legs=(*state.legs, leg))


def _leg(case: Complaint, number: int, /, **changes: Any) -> Complaint:  # noqa: ANN401 - any field of a leg
    return case._replace(legs=tuple(leg._replace(**changes) if leg.number == number else leg for leg in case.legs))


def _legs_ended(state: Complaint, how: LegState, when: Moment, *, but: int | None = None) -> Complaint:
    legs = tuple(leg._replace(state=how, ended=when) if leg.open and leg.number != but else leg for leg in state.legs)
    return state._replace(legs=legs)


def _ended(state: Complaint, how: State, when: Moment) -> Complaint:
    ended = _legs_ended(state, LegState.RECALLED, when)
    return ended._replace(state=how, ended=when, suspended=None, extension_leg=None, supplement_open=False)


def _follow_lead(state: Complaint, leg: int, shown: State) -> Complaint:
    """The complaint shows its lead leg's state; other legs move alone."""
    lead = state.lead
    return state._replace(state=shown) if lead is not None and lead.number == leg else state


def _reclassified(state: Complaint, fact: e.Reclassified) -> Complaint:
    if fact.new is not ComplaintKind.ACCUSATION:
        return state._replace(kind=fact.new)
    # An accusation leaves every unit's hands at once: whoever held it may be the one accused.
    recalled = _legs_ended(state, LegState.RECALLED, fact.occurred)
    return recalled._replace(
        kind=fact.new,
        confidential=True,
        state=State.REGISTERED,
        extension_leg=None,
        termination_ground=None,
        supplement_open=False,
        suspended=None,
    )


def _submitted(state: Complaint, fact: e.ReplySubmitted) -> Complaint:
    lead = state.lead
    if lead is None or lead.number != fact.leg:
        # A co-unit answers to the lead unit, not to the person: its clock stops, the case does not move.
        return _leg(
            state,
            fact.leg,
            state=LegState.ANSWERED,
            submitted=fact.occurred,
            stopped=fact.occurred,
            ended=fact.occurred,
        )
    submitted = _leg(state, fact.leg, state=LegState.REPLY_REVIEW, submitted=fact.occurred)
    return submitted._replace(state=State.REPLY_REVIEW, reply=fact.reply)


def _recomputed(state: Complaint, fact: e.DeadlineRecomputed) -> Complaint:
    if fact.clock == CITIZEN_CLOCK:
        return state._replace(citizen_deadline=fact.new)
    dispute = dispute_of_clock(fact.clock)
    if dispute is not None:
        return _leg(state, state.disputes[dispute - 1], dispute_deadline=fact.new)
    leg = leg_of_clock(fact.clock)
    assert leg is not None, f"a complaint has no clock {fact.clock!r}"
    return _leg(state, leg, deadline=fact.new)
