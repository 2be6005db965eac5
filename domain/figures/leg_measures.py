"""What figures need of one leg (承办环节底数): a pure fold over the facts of its complaint."""

from __future__ import annotations

from typing import Any, NamedTuple, assert_never
from uuid import UUID

from domain.complaint import events as e
from domain.complaint.clock_names import leg_of_clock
from domain.complaint.events import ComplaintFact
from domain.complaint.leg import OPEN_LEG_STATES, LegState
from domain.facts import Moment, Recorded
from domain.figures.measures import FindingMade, FollowUp, Promise
from domain.figures.measuring import findings_after, follow_ups_after, followed_up
from domain.timekeeping.deadlines import Deadline
from domain.words import ComplaintKind, LegRole


class LegMeasure(NamedTuple):
    """One dispatch to one unit, as figures see it.

    The unit clock runs from ``started`` to ``stopped``. ``returned`` is when the return was approved or another unit
    was designated: the leg then leaves its unit's figures. ``ended`` is when the leg ended, in whatever way;
    ``reworked`` when its answer was ordered to be done again. ``closings`` are the days on which the case was closed
    while this leg led it.
    """

    complaint: UUID
    number: int
    unit: str | None
    role: LegRole
    state: LegState
    started: Moment
    started_position: int
    promises: tuple[Promise, ...]
    sign_deadline: Deadline | None = None
    contact_deadline: Deadline | None = None
    parent: int | None = None
    designated: bool = False
    rework: int = 0
    signed: Moment | None = None
    contacted: Moment | None = None
    submitted: Moment | None = None
    stopped: Moment | None = None
    ended: Moment | None = None
    return_asked: Moment | None = None
    returned: Moment | None = None
    sent_back: int = 0
    returns_asked: tuple[Moment, ...] = ()
    returns_refused: tuple[Moment, ...] = ()
    extensions: tuple[Moment, ...] = ()
    findings: tuple[FindingMade, ...] = ()
    follow_ups: tuple[FollowUp, ...] = ()
    reworked: Moment | None = None
    closings: tuple[Moment, ...] = ()

    @property
    def open(self) -> bool:
        """Whether the unit's clock still runs."""
        return self.state in OPEN_LEG_STATES

    @property
    def deadline(self) -> Deadline | None:
        """The unit's deadline in force."""
        return self.promises[-1].deadline if self.promises else None


Legs = tuple[LegMeasure, ...]


def measure_legs(  # noqa: C901, PLR0911, PLR0912 - one arm a fact
    legs: Legs, recorded: Recorded, fact: ComplaintFact
) -> Legs:
    """Return the legs of a complaint after one more of its facts; a leg that it does not touch stays the same object.

    ``fact`` is the fact of ``recorded``; ``legs`` are all legs of its complaint, in order of their numbers.
    """
    when = fact.occurred
    match fact:
        case e.Dispatched():
            return (*legs, _opened(legs, recorded, fact))
        case e.JurisdictionDesignated():
            gone = _leg(legs, fact.disputed_leg, state=LegState.REDIRECTED, ended=when, returned=when)
            return (*gone, _opened(legs, recorded, fact)._replace(designated=True))
        case e.CoUnitAdded() | e.SubDispatched():
            parent = fact.parent_leg if isinstance(fact, e.SubDispatched) else None
            role = LegRole.CO if isinstance(fact, e.CoUnitAdded) else LegRole.SUB
            opened = LegMeasure(
                complaint=recorded.stream,
                number=fact.leg,
                unit=fact.unit,
                role=role,
                state=LegState.AWAITING_SIGNATURE,
                started=when,
                started_position=recorded.position,
                promises=(Promise(when, fact.deadline),),
                sign_deadline=fact.sign_deadline,
                parent=parent,
            )
            return (*legs, opened)
        case e.AssignedFromLedger():
            assigned = LegMeasure(
                complaint=recorded.stream,
                number=fact.leg,
                unit=fact.unit,
                role=LegRole.LEAD,
                state=LegState.HANDLING,
                started=when,
                started_position=recorded.position,
                promises=(Promise(when, fact.deadline),) if fact.deadline is not None else (),
            )
            return (*legs, assigned)
        case e.Signed():
            return _leg(legs, fact.leg, state=LegState.HANDLING, signed=when)
        case e.ReturnRequested():
            times = (*legs[fact.leg - 1].returns_asked, when)
            return _leg(legs, fact.leg, state=LegState.RETURN_REVIEW, return_asked=when, returns_asked=times)
        case e.ReturnApproved():
            recalled = _all_ended(legs, LegState.RECALLED, when, but=fact.leg)
            return _leg(recalled, fact.leg, state=LegState.RETURNED, ended=when, returned=when)
        case e.ReturnRefused():
            before = LegState.HANDLING if legs[fact.leg - 1].signed else LegState.AWAITING_SIGNATURE
            return _leg(legs, fact.leg, state=before, returns_refused=(*legs[fact.leg - 1].returns_refused, when))
        case e.FirstContactMade():
            return _leg(legs, fact.leg, contacted=when)
        case e.ExtensionGranted():
            leg = legs[fact.leg - 1]
            promises = (*leg.promises, Promise(when, fact.new))
            return _leg(legs, fact.leg, promises=promises, extensions=(*leg.extensions, when))
        case e.FindingRecorded():
            found = FindingMade(when, fact.leg, fact.result, fact.conduct_code, len(fact.measures))
            return _leg(legs, fact.leg, findings=(*legs[fact.leg - 1].findings, found))
        case e.MeasureAdded():
            return _leg(legs, fact.leg, findings=findings_after(legs[fact.leg - 1].findings, fact))
        case e.ReplySubmitted():
            return _submitted(legs, fact)
        case e.ReplySentBack():
            sent_back = legs[fact.leg - 1].sent_back + 1
            return _leg(legs, fact.leg, state=LegState.HANDLING, submitted=None, sent_back=sent_back)
        case e.ReplyApproved():
            answered = _leg(legs, fact.leg, state=LegState.ANSWERED, stopped=legs[fact.leg - 1].submitted, ended=when)
            return _all_ended(answered, LegState.RECALLED, when)
        case e.RepliedFromLedger():
            return _leg(legs, fact.leg, state=LegState.ANSWERED, stopped=when, ended=when, closings=(when,))
        case e.SharedReplyReceived():
            return _all_ended(legs, LegState.REDIRECTED, when)
        case e.FollowUpAttempted() | e.FollowUpCompleted():
            return _lead_followed_up(legs, followed_up(lead_number(legs), recorded, fact))
        case e.RatingReceived() | e.RatingInvalidated():
            return _rated(legs, fact)
        case e.ReworkOrdered():
            lead = lead_number(legs)
            return _leg(legs, lead, reworked=when) if lead is not None else legs
        case e.Closed() | e.AnsweredDirectly() | e.HandedToEmergency():
            return _closed(_all_ended(legs, LegState.RECALLED, when), when)
        case e.AcceptanceRefused() | e.TransferredToDiscipline() | e.WithdrawnByReporter() | e.Terminated():
            return _all_ended(legs, LegState.RECALLED, when)
        case e.Reclassified():
            if fact.new is ComplaintKind.ACCUSATION:
                return _all_ended(legs, LegState.RECALLED, when)
            return legs
        case e.DeadlineRecomputed():
            return _recomputed(legs, fact)
        case e.ReplyCorrected():
            return _corrected(legs, fact)
        case (
            e.ComplaintRegistered()
            | e.RegistrationCorrected()
            | e.Accepted()
            | e.Merged()
            | e.Unmerged()
            | e.ReplyShared()
            | e.SupplementRequested()
            | e.SupplementReceived()
            | e.ExtensionRequested()
            | e.ExtensionRefused()
            | e.ReplyDelivered()
            | e.MeasureCompleted()
            | e.HandoverOwed()
            | e.HandedOver()
            | e.ReworkWaived()
            | e.RatingInvited()
            | e.Suspended()
            | e.Resumed()
            | e.TerminationRequested()
            | e.TerminationRefused()
            | e.Reopened()
            | e.Archived()
            | e.PublicationWithdrawn()
            | e.Urged()
            | e.Supervised()
            | e.DeadlineWarned()
            | e.DeadlineMissed()
            | e.IncompleteReplyFromLedger()
        ):
            return legs
        case _:
            assert_never(fact)


def lead_number(legs: Legs) -> int | None:
    """Return the number of the lead leg in force: the last that was opened as such."""
    return next((leg.number for leg in reversed(legs) if leg.role is LegRole.LEAD), None)


def _opened(legs: Legs, recorded: Recorded, fact: e.Dispatched | e.JurisdictionDesignated) -> LegMeasure:
    lead = lead_number(legs)
    last = legs[lead - 1] if lead is not None else None
    reworks = (last.rework + (last.reworked is not None)) if last is not None else 0
    return LegMeasure(
        complaint=recorded.stream,
        number=fact.leg,
        unit=fact.unit,
        role=LegRole.LEAD,
        state=LegState.AWAITING_SIGNATURE,
        started=fact.occurred,
        started_position=recorded.position,
        promises=(Promise(fact.occurred, fact.deadline),),
        sign_deadline=fact.sign_deadline,
        contact_deadline=fact.contact_deadline,
        rework=reworks,
    )


def _leg(legs: Legs, number: int, /, **changes: Any) -> Legs:  # noqa: ANN401 - any field of a leg
    return tuple(leg._replace(**changes) if leg.number == number else leg for leg in legs)


def _all_ended(legs: Legs, how: LegState, when: Moment, *, but: int | None = None) -> Legs:
    if not any(leg.open for leg in legs):
        return legs
    return tuple(leg._replace(state=how, ended=when) if leg.open and leg.number != but else leg for leg in legs)


def _submitted(legs: Legs, fact: e.ReplySubmitted) -> Legs:
    when = fact.occurred
    if fact.leg == lead_number(legs):
        return _leg(legs, fact.leg, state=LegState.REPLY_REVIEW, submitted=when)
    # A co-unit answers to the lead unit: nobody reviews it, so its clock stops at once.
    return _leg(legs, fact.leg, state=LegState.ANSWERED, submitted=when, stopped=when, ended=when)


def _lead_followed_up(legs: Legs, made: FollowUp) -> Legs:
    if made.leg is None:
        return legs
    return _leg(legs, made.leg, follow_ups=(*legs[made.leg - 1].follow_ups, made))


def _rated(legs: Legs, fact: e.RatingReceived | e.RatingInvalidated) -> Legs:
    return tuple(
        leg._replace(follow_ups=follow_ups_after(leg.follow_ups, fact))
        if any(made.version == fact.follow_up for made in leg.follow_ups)
        else leg
        for leg in legs
    )


def _closed(legs: Legs, when: Moment) -> Legs:
    lead = lead_number(legs)
    return _leg(legs, lead, closings=(*legs[lead - 1].closings, when)) if lead is not None else legs


def _recomputed(legs: Legs, fact: e.DeadlineRecomputed) -> Legs:
    number = leg_of_clock(fact.clock)
    if number is None:
        return legs
    if fact.new is None:
        return _leg(legs, number, promises=())
    return _leg(legs, number, promises=(*legs[number - 1].promises, Promise(fact.occurred, fact.new)))


def _corrected(legs: Legs, fact: e.ReplyCorrected) -> Legs:
    """A ledger's leg has no clock of its own but the reply's date, so it follows where that was recorded wrongly."""
    if fact.answered_on is None or len(legs) != 1 or not legs[0].closings or legs[0].submitted is not None:
        return legs
    on = fact.answered_on
    return (legs[0]._replace(stopped=on, ended=on, closings=(on,)),)
