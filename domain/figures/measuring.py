"""How a complaint is measured (指标底数): a pure fold over its facts, beside the one that moves the case itself."""

from __future__ import annotations

from dataclasses import replace
from typing import assert_never, cast, get_args
from uuid import UUID

from domain.complaint import events as e
from domain.complaint.clock_names import CITIZEN_CLOCK, dispute_of_clock
from domain.complaint.corrections import after_adding, after_completion, after_finding, after_return
from domain.complaint.events import ComplaintFact
from domain.complaint.responsibility import Responsibility
from domain.facts import Fact, Moment, Recorded
from domain.figures.measures import (
    CaseMeasure,
    Dispute,
    Ending,
    FindingMade,
    FollowUp,
    Merging,
    Promise,
    RatedBy,
    Suspension,
)
from domain.timekeeping.deadlines import Deadline
from domain.words import (
    ComplaintKind,
    State,
)

COMPLAINT_FACTS: frozenset[type[Fact]] = frozenset(get_args(ComplaintFact))
"""The classes of all facts that a complaint's stream can hold."""

LEDGER_GROUND = "ledger"
"""The ground of an ending that follows from a ledger's reply alone."""


def complaint_fact(recorded: Recorded) -> ComplaintFact | None:
    """Return the fact where it is one of a complaint, ``None`` where it is not."""
    return cast("ComplaintFact", recorded.fact) if type(recorded.fact) in COMPLAINT_FACTS else None


def measure_case(before: CaseMeasure | None, recorded: Recorded, fact: ComplaintFact) -> CaseMeasure:
    """Return the measure after one more fact, the very same object where the fact changes nothing that is counted.

    ``fact`` is the fact of ``recorded``. Raises ``ValueError`` where a stream does not begin with a registration.
    """
    if isinstance(fact, e.ComplaintRegistered):
        return _registered(recorded, fact)
    if before is None:
        msg = f"a complaint begins with its registration, not with {type(fact).__name__}"
        raise ValueError(msg)
    return _measured(before, recorded, fact)


def _registered(recorded: Recorded, fact: e.ComplaintRegistered) -> CaseMeasure:
    deadline = fact.citizen_deadline
    return CaseMeasure(
        complaint=recorded.stream,
        subject=fact.subject,
        contact=fact.contact,
        matter_no=fact.matter_no,
        registered=fact.occurred,
        registered_position=recorded.position,
        recorded=recorded.recorded_at,
        channel=fact.channel,
        source=fact.source,
        kind=fact.kind,
        category=fact.category,
        urgency=fact.urgency,
        complexity=fact.complexity,
        confidential=fact.confidential,
        wanted_unit=fact.wanted_unit,
        programme_ref=fact.programme_ref,
        run=fact.ledger.run if fact.ledger is not None else None,
        flags=fact.flags,
        state=State.REGISTERED,
        promises=(Promise(fact.occurred, deadline),) if deadline is not None else (),
        responsibility=Responsibility(fact.occurred),
        acceptance_deadline=fact.acceptance_deadline,
        dispatch_deadline=fact.dispatch_deadline,
    )


def _measured(  # noqa: C901, PLR0911, PLR0912, PLR0915 - one arm a fact
    case: CaseMeasure, recorded: Recorded, fact: ComplaintFact
) -> CaseMeasure:
    when = fact.occurred
    match fact:
        case e.ComplaintRegistered():
            return case
        case e.RegistrationCorrected():
            return case._replace(
                category=fact.category if fact.category is not None else case.category,
                wanted_unit=fact.wanted_unit if fact.wanted_unit is not None else case.wanted_unit,
                programme_ref=fact.programme_ref if fact.programme_ref is not None else case.programme_ref,
            )
        case e.Reclassified():
            if fact.new is ComplaintKind.ACCUSATION:
                return _settled(case, when)._replace(kind=fact.new, confidential=True, state=State.REGISTERED)
            return case._replace(kind=fact.new)
        case e.Accepted():
            return case._replace(accepted=when)
        case e.AcceptanceRefused():
            return _ended(case, State.REFUSED, when, None)
        case e.AnsweredDirectly():
            return _ended(_answered(case, recorded), State.CLOSED, when, "answered_directly")
        case e.HandedToEmergency():
            return _ended(case, State.CLOSED, when, fact.service)
        case e.TransferredToDiscipline():
            return _ended(case, State.TRANSFERRED, when, fact.organ)
        case e.WithdrawnByReporter():
            return _ended(case, State.WITHDRAWN, when, None)
        case e.Merged():
            return case._replace(
                state=State.MERGED,
                state_before_merge=case.state,
                merges=(*case.merges, Merging(fact.into, when)),
            )
        case e.Unmerged():
            return case._replace(
                state=case.state_before_merge or State.REGISTERED,
                state_before_merge=None,
                merges=(*case.merges[:-1], replace(case.merges[-1], undone=when)),
            )
        case e.SharedReplyReceived():
            shared = _settled(_delivered(_answered(case, recorded, out_of=fact.out_of), when), when)
            return shared._replace(state_before_merge=None)
        case e.Dispatched() | e.JurisdictionDesignated():
            sent = _sent(case._replace(state=State.AWAITING_SIGNATURE), fact.leg, fact.unit, when)
            if isinstance(fact, e.Dispatched):
                return sent._replace(responsibility=case.responsibility.sent(fact.unit, when))
            return _settled(sent, when)._replace(corrections=after_return(case.corrections, fact.disputed_leg, when))
        case e.AssignedFromLedger():
            given = case._replace(state=State.HANDLING, responsibility=case.responsibility.sent(fact.unit, when))
            return _sent(given, fact.leg, fact.unit, when)
        case e.CoUnitAdded() | e.SubDispatched():
            return case._replace(legs=case.legs + 1)
        case e.Signed():
            if fact.leg != case.lead_leg:
                return case
            answers = case.responsibility.signed(case.lead_unit, when)
            return case._replace(lead_signed=True, state=State.HANDLING, responsibility=answers)
        case e.ReturnRequested():
            asked = Dispute(len(case.disputes) + 1, fact.leg, case.lead_unit, when, fact.decision_deadline)
            return _follow_lead(case._replace(disputes=(*case.disputes, asked)), fact.leg, State.RETURN_REVIEW)
        case e.ReturnApproved():
            corrections = after_return(case.corrections, fact.leg, when)
            returned = _settled(case, when)._replace(state=State.REGISTERED, returns=(*case.returns, when))
            return returned._replace(corrections=corrections)
        case e.ReturnRefused():
            before = State.HANDLING if case.lead_signed else State.AWAITING_SIGNATURE
            return _follow_lead(_settled(case, when), fact.leg, before)
        case e.HandoverOwed():
            return case._replace(responsibility=case.responsibility.relieved(fact))
        case e.HandedOver():
            return case._replace(responsibility=case.responsibility.handed_over(fact))
        case e.ExtensionGranted():
            extended = case._replace(extensions=(*case.extensions, when))
            return _promised(extended, when, fact.citizen_new) if fact.citizen_new is not None else extended
        case e.FindingRecorded():
            found = FindingMade(when, fact.leg, fact.result, fact.conduct_code, len(fact.measures))
            corrections = after_finding(case.corrections, fact)
            return case._replace(findings=(*case.findings, found), corrections=corrections)
        case e.MeasureAdded():
            corrections = after_adding(case.corrections, fact)
            return case._replace(findings=findings_after(case.findings, fact), corrections=corrections)
        case e.MeasureCompleted():
            return case._replace(corrections=after_completion(case.corrections, fact))
        case e.ReplySubmitted():
            return _follow_lead(case, fact.leg, State.REPLY_REVIEW)
        case e.ReplySentBack():
            return _follow_lead(case, fact.leg, State.HANDLING)
        case e.ReplyApproved():
            return case._replace(state=State.REPLIED)
        case e.ReplyDelivered():
            return _delivered(_answered(case, recorded, leg=case.lead_leg, unit=case.lead_unit), when)
        case e.RepliedFromLedger():
            replied = _answered(case, recorded, leg=fact.leg, unit=fact.unit)
            return _ended(replied._replace(flags=_joined(case.flags, fact.flags)), State.CLOSED, when, LEDGER_GROUND)
        case e.IncompleteReplyFromLedger():
            return case._replace(flags=_joined(case.flags, (fact.flag,)))
        case e.Suspended():
            return case._replace(suspensions=(*case.suspensions, Suspension(fact.ground, when)))
        case e.Resumed():
            resumed = replace(case.suspensions[-1], until=when)
            return case._replace(suspensions=(*case.suspensions[:-1], resumed))
        case e.Terminated():
            return _ended(case, State.TERMINATED, when, fact.ground)
        case e.FollowUpAttempted() | e.FollowUpCompleted():
            return case._replace(follow_ups=(*case.follow_ups, followed_up(case.lead_leg, recorded, fact)))
        case e.RatingInvited():
            return case._replace(rating_until=Moment(fact.expires_at))
        case e.RatingReceived():
            return case._replace(follow_ups=follow_ups_after(case.follow_ups, fact), rating_until=None)
        case e.RatingInvalidated():
            return case._replace(follow_ups=follow_ups_after(case.follow_ups, fact))
        case e.ReworkOrdered():
            return case._replace(state=State.REGISTERED, reworks=(*case.reworks, when))
        case e.Closed():
            return _ended(case, State.CLOSED, when, fact.ground)
        case e.Reopened():
            reopened = (*case.endings[:-1], replace(case.endings[-1], undone=when))
            return case._replace(state=State.REGISTERED, endings=reopened, archived=False)
        case e.Archived():
            return case._replace(archived=True)
        case e.ReplyCorrected():
            return _corrected(case, recorded, fact)
        case e.PublicationWithdrawn():
            return case._replace(publication_withdrawn=True)
        case e.Urged():
            return case._replace(urged=(*case.urged, when))
        case e.Supervised():
            return case._replace(supervision=fact.level, supervised=case.supervised or when)
        case e.DeadlineWarned():
            return case._replace(warned=(*case.warned, when))
        case e.DeadlineMissed():
            return case._replace(missed=(*case.missed, when))
        case e.DeadlineRecomputed():
            return _recomputed(case, fact)
        case (
            e.ReplyShared()
            | e.ReworkWaived()
            | e.FirstContactMade()
            | e.SupplementRequested()
            | e.SupplementReceived()
            | e.ExtensionRequested()
            | e.ExtensionRefused()
            | e.TerminationRequested()
            | e.TerminationRefused()
        ):
            return case
        case _:
            assert_never(fact)


def followed_up(leg: int | None, recorded: Recorded, fact: e.FollowUpAttempted | e.FollowUpCompleted) -> FollowUp:
    """Return what a follow-up says to figures and lists."""
    if isinstance(fact, e.FollowUpAttempted):
        return FollowUp(fact.occurred, leg, version=recorded.version, means=fact.means, outcome=fact.outcome)
    return FollowUp(
        fact.occurred,
        leg,
        fact.satisfaction,
        fact.solved,
        fact.cause,
        version=recorded.version,
        means=fact.means,
    )


def follow_ups_after(made: tuple[FollowUp, ...], fact: e.RatingReceived | e.RatingInvalidated) -> tuple[FollowUp, ...]:
    """Return follow-ups after one of them turned out to be a person's own rating, or was declared to count no more."""
    if isinstance(fact, e.RatingReceived):
        rating = RatedBy(Moment(fact.invited_at), fact.address, fact.device)
        return tuple(replace(one, rating=rating) if one.version == fact.follow_up else one for one in made)
    at, reason = fact.occurred, fact.reason
    return tuple(replace(one, invalidated=at, reason=reason) if one.version == fact.follow_up else one for one in made)


def _delivered(case: CaseMeasure, when: Moment) -> CaseMeasure:
    """An answer that was given waits for its follow-up; what was said of an earlier one is another round."""
    return case._replace(
        state=State.AWAITING_FOLLOW_UP,
        delivered=when,
        follow_ups_before=len(case.follow_ups),
        rating_until=None,
    )


def findings_after(made: tuple[FindingMade, ...], fact: e.MeasureAdded) -> tuple[FindingMade, ...]:
    """Return findings after a measure was set on the last of them on its leg."""
    last = next((one for one in reversed(made) if one.leg == fact.leg), None)
    return tuple(replace(one, added=(*one.added, fact.occurred)) if one is last else one for one in made)


def _recomputed(case: CaseMeasure, fact: e.DeadlineRecomputed) -> CaseMeasure:
    if fact.clock == CITIZEN_CLOCK:
        return _promised(case, fact.occurred, fact.new)
    number = dispute_of_clock(fact.clock)
    if number is None:
        return case
    again = (replace(one, deadline=fact.new) if one.number == number else one for one in case.disputes)
    return case._replace(disputes=tuple(again))


def _settled(case: CaseMeasure, when: Moment) -> CaseMeasure:
    """An open dispute ends, by a decision or because the case leaves everybody's hands."""
    if not case.disputes or case.disputes[-1].ended is not None:
        return case
    return case._replace(disputes=(*case.disputes[:-1], replace(case.disputes[-1], ended=when)))


def _ended(case: CaseMeasure, how: State, when: Moment, ground: str | None) -> CaseMeasure:
    return _settled(case, when)._replace(state=how, endings=(*case.endings, Ending(how, when, ground)))


def _answered(
    case: CaseMeasure,
    recorded: Recorded,
    *,
    leg: int | None = None,
    unit: str | None = None,
    out_of: UUID | None = None,
) -> CaseMeasure:
    """Only the first reply that reaches the person answers; what follows rework never moves it."""
    if case.answered is not None:
        return case
    return case._replace(
        answered=recorded.fact.occurred,
        answered_position=recorded.position,
        answered_leg=leg,
        answered_unit=unit,
        answered_from=out_of,
    )


def _corrected(case: CaseMeasure, recorded: Recorded, fact: e.ReplyCorrected) -> CaseMeasure:
    counted = case._replace(answer_corrections=case.answer_corrections + 1)
    if fact.answered_on is None:
        return counted
    endings = case.endings
    if endings and endings[-1].ground == LEDGER_GROUND:
        # A ledger's case was closed by its reply, so the day of closing follows the day of the reply.
        endings = (*endings[:-1], replace(endings[-1], at=fact.answered_on))
    return counted._replace(answered=fact.answered_on, answered_position=recorded.position, endings=endings)


def _sent(case: CaseMeasure, leg: int, unit: str | None, when: Moment) -> CaseMeasure:
    return case._replace(
        legs=case.legs + 1,
        lead_leg=leg,
        lead_unit=unit,
        lead_signed=False,
        dispatched=case.dispatched or when,
    )


def _follow_lead(case: CaseMeasure, leg: int, shown: State) -> CaseMeasure:
    return case._replace(state=shown) if case.lead_leg == leg and case.state is not shown else case


def _promised(case: CaseMeasure, when: Moment, deadline: Deadline | None) -> CaseMeasure:
    if deadline is None:
        return case._replace(promises=())
    return case._replace(promises=(*case.promises, Promise(when, deadline)))


def _joined(held: tuple[str, ...], more: tuple[str, ...]) -> tuple[str, ...]:
    return tuple(dict.fromkeys((*held, *more)))
