"""What follows from a wish: ``decide(state, command, rules)`` gives the facts, or refuses by the name of a rule.

Pure: the same state, command and rules always give the same facts. Who may ask at all is the business of the roles;
what is asked of a case in the wrong state is refused by the table of steps.
"""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING, assert_never

from domain import refusals as r
from domain.complaint import commands as c
from domain.complaint import events as e
from domain.complaint.corrections import meant
from domain.complaint.leg import LEG_CHINESE, Leg, LegState
from domain.complaint.lifecycle import STEP_OF
from domain.complaint.state import DISPUTE_CLOCK, Complaint, ComplaintFact, Invitation, card_key
from domain.timekeeping.rules import EXTENSION_SUFFIX, Ground, Purpose, Rulebook
from domain.wording import hold_to_code, hold_to_order, hold_to_text
from domain.words import CHINESE, ComplaintKind, LegRole, Role, Satisfaction, State

if TYPE_CHECKING:
    from domain.facts import Moment
    from domain.timekeeping.deadlines import Deadline

RATING_MEANS = "网页评议"
"""The means of a follow-up that is the person's own rating."""

EMERGENCY_SERVICES = frozenset({"110", "119", "120", "122"})

_NEEDS_FINDING = frozenset({ComplaintKind.COMPLAINT, ComplaintKind.REPORT})

# What may still be said of an accusation: none of these shows it to a unit or answers it.
_ALLOWED_ON_ACCUSATION: tuple[type[c.Command], ...] = (
    c.Accept,
    c.TransferToDiscipline,
    c.CorrectRegistration,
    c.Reclassify,
    c.Withdraw,
    c.WithdrawPublication,
    c.Archive,
    c.Urge,
    c.CheckDeadlines,
    c.RecomputeDeadline,
)

# A suspended case is handled no further until it is resumed.
_STOPPED_BY_SUSPENSION: tuple[type[c.Command], ...] = (
    c.SubmitReply,
    c.RequestReturn,
    c.RequestExtension,
    c.SubDispatch,
)

ComplaintCommand = (
    c.CorrectRegistration
    | c.Reclassify
    | c.Accept
    | c.Refuse
    | c.Answer
    | c.HandToEmergency
    | c.TransferToDiscipline
    | c.Withdraw
    | c.Merge
    | c.Unmerge
    | c.ShareReply
    | c.ReceiveSharedReply
    | c.Dispatch
    | c.Sign
    | c.RequestReturn
    | c.ApproveReturn
    | c.RefuseReturn
    | c.Designate
    | c.HandOver
    | c.MakeFirstContact
    | c.AddCoUnit
    | c.SubDispatch
    | c.RequestSupplement
    | c.ReceiveSupplement
    | c.RequestExtension
    | c.GrantExtension
    | c.RefuseExtension
    | c.RecordFinding
    | c.AddMeasure
    | c.CompleteMeasure
    | c.SubmitReply
    | c.ApproveReply
    | c.SendBack
    | c.DeliverReply
    | c.RecordFollowUp
    | c.InviteRating
    | c.RateAnswer
    | c.InvalidateRating
    | c.OrderRework
    | c.Close
    | c.Suspend
    | c.Resume
    | c.RequestTermination
    | c.GrantTermination
    | c.RefuseTermination
    | c.Reopen
    | c.Archive
    | c.CorrectReply
    | c.WithdrawPublication
    | c.Urge
    | c.Supervise
    | c.CheckDeadlines
    | c.RecomputeDeadline
)
"""Every wish about a complaint that stands."""


def decide(  # noqa: C901, PLR0911, PLR0912, PLR0915 - one arm a verb
    state: Complaint | None,
    command: ComplaintCommand,
    rules: Rulebook,
) -> tuple[ComplaintFact, ...]:
    """Return the facts that follow from a command on a complaint.

    Raises a ``Refusal`` that names the rule; returns nothing only where the clock finds no card to raise.
    """
    if state is None:
        raise r.NoSuchComplaint
    _guard(state, command)
    who, when = command.by, command.at
    match command:
        case c.CorrectRegistration():
            return (_correction(state, command),)
        case c.Reclassify():
            return _reclassification(state, command, rules)
        case c.Accept():
            return _acceptance(state, command, rules)
        case c.Refuse():
            hold_to_text("reason", command.reason)
            hold_to_code("proper_route", command.proper_route)
            return (
                e.AcceptanceRefused(
                    by=who,
                    occurred=when,
                    subject=state.subject,
                    proper_route=command.proper_route,
                    reason=command.reason,
                ),
            )
        case c.Answer():
            hold_to_text("reply", command.reply)
            return (
                e.AnsweredDirectly(
                    by=who,
                    occurred=when,
                    subject=state.subject,
                    channel=command.channel or state.channel,
                    reply=command.reply,
                ),
            )
        case c.HandToEmergency():
            if command.service not in EMERGENCY_SERVICES:
                raise r.UnknownEmergencyService
            return (e.HandedToEmergency(by=who, occurred=when, service=command.service),)
        case c.TransferToDiscipline():
            hold_to_code("organ", command.organ)
            if command.organ in command.barred or command.organ == state.wanted_unit:
                raise r.OrganIsAccused(organ=command.organ)
            return (e.TransferredToDiscipline(by=who, occurred=when, organ=command.organ),)
        case c.Withdraw():
            hold_to_text("reason", command.reason)
            return (e.WithdrawnByReporter(by=who, occurred=when, subject=state.subject, reason=command.reason),)
        case c.Merge():
            return (e.Merged(by=who, occurred=when, into=command.into),)
        case c.Unmerge():
            hold_to_text("reason", command.reason)
            if state.merged_into is None:
                raise r.NothingRequested(verb="撤销并单", verb_value="unmerge")
            return (
                e.Unmerged(
                    by=who,
                    occurred=when,
                    subject=state.subject,
                    out_of=state.merged_into,
                    reason=command.reason,
                ),
            )
        case c.ShareReply():
            if state.reply is None or state.delivered is None:
                raise r.NoReplyYet
            return (e.ReplyShared(by=who, occurred=when, to=command.to),)
        case c.ReceiveSharedReply():
            if state.merged_into != command.out_of:
                raise r.TargetNotOpen
            return (
                e.SharedReplyReceived(
                    by=who,
                    occurred=when,
                    subject=state.subject,
                    out_of=command.out_of,
                    channel=command.channel,
                    evidence=command.evidence,
                    reply=command.reply,
                ),
            )
        case c.Dispatch():
            return (_dispatch(state, command, rules),)
        case c.Sign():
            leg = _leg(state, command, command.leg, LegState.AWAITING_SIGNATURE)
            return (e.Signed(by=who, occurred=when, leg=leg.number),)
        case c.RequestReturn():
            return (_return(state, command, rules),)
        case c.ApproveReturn():
            approved = e.ReturnApproved(by=who, occurred=when, leg=_disputed(state).number)
            return (approved, *_handover_owed(state, command, rules))
        case c.RefuseReturn():
            hold_to_text("reason", command.reason)
            disputed = _disputed(state)
            return (
                e.ReturnRefused(
                    by=who,
                    occurred=when,
                    subject=state.subject,
                    leg=disputed.number,
                    reason=command.reason,
                ),
            )
        case c.Designate():
            return _designation(state, command, rules)
        case c.HandOver():
            return (_handover(state, command),)
        case c.MakeFirstContact():
            hold_to_code("means", command.means)
            leg = _leg(state, command, command.leg, LegState.HANDLING)
            if leg.contacted is not None:
                raise r.AlreadyContacted
            return (e.FirstContactMade(by=who, occurred=when, leg=leg.number, means=command.means),)
        case c.AddCoUnit():
            _not_held(state, command.unit)
            unit_deadline, sign = _promise(state, command.unit, command.at, rules)
            return (
                e.CoUnitAdded(
                    by=who,
                    occurred=when,
                    leg=len(state.legs) + 1,
                    unit=command.unit,
                    deadline=unit_deadline,
                    sign_deadline=sign,
                ),
            )
        case c.SubDispatch():
            parent = _lead_leg(state, command, command.leg, LegState.HANDLING)
            _not_held(state, command.unit)
            unit_deadline, sign = _promise(state, command.unit, command.at, rules)
            return (
                e.SubDispatched(
                    by=who,
                    occurred=when,
                    leg=len(state.legs) + 1,
                    parent_leg=parent.number,
                    unit=command.unit,
                    deadline=unit_deadline,
                    sign_deadline=sign,
                ),
            )
        case c.RequestSupplement():
            hold_to_text("question", command.question)
            leg = _leg(state, command, command.leg, LegState.HANDLING)
            return (
                e.SupplementRequested(
                    by=who,
                    occurred=when,
                    subject=state.subject,
                    leg=leg.number,
                    question=command.question,
                ),
            )
        case c.ReceiveSupplement():
            if not state.supplement_open:
                raise r.NoSupplementOpen
            hold_to_text("text", command.text)
            lead = _lead(state)
            return (
                e.SupplementReceived(
                    by=who,
                    occurred=when,
                    subject=state.subject,
                    leg=lead.number,
                    attachments=command.attachments,
                    text=command.text,
                ),
            )
        case c.RequestExtension():
            return (_extension_request(state, command, rules),)
        case c.GrantExtension():
            return (_extension(state, command, rules),)
        case c.RefuseExtension():
            hold_to_text("reason", command.reason)
            if state.extension_leg is None:
                raise r.NothingRequested(verb="不同意延期", verb_value="refuse-extension")
            return (
                e.ExtensionRefused(
                    by=who,
                    occurred=when,
                    subject=state.subject,
                    leg=state.extension_leg,
                    reason=command.reason,
                ),
            )
        case c.RecordFinding():
            hold_to_text("evidence", command.evidence)
            hold_to_code("conduct_code", command.conduct_code)
            for measure in command.measures:
                hold_to_code("measures", measure.code)
            leg = _leg(state, command, command.leg, LegState.HANDLING)
            return (
                e.FindingRecorded(
                    by=who,
                    occurred=when,
                    subject=state.subject,
                    leg=leg.number,
                    result=command.result,
                    conduct_code=_conduct_code(command, rules),
                    measures=command.measures,
                    evidence=command.evidence,
                ),
            )
        case c.AddMeasure():
            return (_measure(state, command),)
        case c.CompleteMeasure():
            return (_completion(state, command),)
        case c.SubmitReply():
            return (_reply(state, command),)
        case c.ApproveReply():
            return (e.ReplyApproved(by=who, occurred=when, leg=_lead(state).number),)
        case c.SendBack():
            hold_to_text("reason", command.reason)
            lead = _lead(state)
            return (
                e.ReplySentBack(
                    by=who,
                    occurred=when,
                    subject=state.subject,
                    leg=lead.number,
                    reason=command.reason,
                ),
            )
        case c.DeliverReply():
            hold_to_text("evidence", command.evidence)
            return (
                e.ReplyDelivered(
                    by=who,
                    occurred=when,
                    subject=state.subject,
                    channel=command.channel or state.channel,
                    evidence=command.evidence,
                ),
            )
        case c.RecordFollowUp():
            return (_follow_up(state, command),)
        case c.InviteRating():
            return (_invitation(state, command),)
        case c.RateAnswer():
            return _rating(state, command)
        case c.InvalidateRating():
            return (_invalidation(state, command),)
        case c.OrderRework():
            hold_to_text("reason", command.reason)
            if not state.followed_up:
                raise r.NoCauseForRework
            return (
                e.ReworkOrdered(
                    by=who,
                    occurred=when,
                    subject=state.subject,
                    number=state.reworks + 1,
                    reason=command.reason,
                ),
            )
        case c.Close():
            return _closing(state, command, rules)
        case c.Suspend():
            if state.suspended is not None:
                raise r.AlreadySuspended
            _listed(command.ground, rules.edition_on(when.day).suspension_grounds)
            return (e.Suspended(by=who, occurred=when, ground=command.ground),)
        case c.Resume():
            if state.suspended is None:
                raise r.NotSuspended
            return (e.Resumed(by=who, occurred=when),)
        case c.RequestTermination():
            hold_to_text("reason", command.reason)
            _lead_leg(state, command, command.leg, LegState.HANDLING)
            _listed(command.ground, rules.edition_on(when.day).termination_grounds)
            return (
                e.TerminationRequested(
                    by=who,
                    occurred=when,
                    subject=state.subject,
                    ground=command.ground,
                    reason=command.reason,
                ),
            )
        case c.GrantTermination():
            if state.termination_ground is None:
                raise r.NothingRequested(verb="同意终止", verb_value="grant-termination")
            return (e.Terminated(by=who, occurred=when, ground=state.termination_ground),)
        case c.RefuseTermination():
            hold_to_text("reason", command.reason)
            if state.termination_ground is None:
                raise r.NothingRequested(verb="不同意终止", verb_value="refuse-termination")
            return (e.TerminationRefused(by=who, occurred=when, subject=state.subject, reason=command.reason),)
        case c.Reopen():
            hold_to_text("reason", command.reason)
            return (e.Reopened(by=who, occurred=when, subject=state.subject, reason=command.reason),)
        case c.Archive():
            if state.archived:
                raise r.ArchivedAlready
            return (e.Archived(by=who, occurred=when),)
        case c.CorrectReply():
            hold_to_text("reply", command.reply)
            hold_to_code("cause", command.cause)
            if state.delivered is None:
                raise r.NoReplyYet
            return (
                e.ReplyCorrected(
                    by=who,
                    occurred=when,
                    subject=state.subject,
                    cause=command.cause,
                    answered_on=command.answered_on,
                    reply=command.reply,
                ),
            )
        case c.WithdrawPublication():
            hold_to_code("cause", command.cause)
            return (e.PublicationWithdrawn(by=who, occurred=when, cause=command.cause),)
        case c.Urge():
            return (e.Urged(by=who, occurred=when, subject=state.subject, note=command.note),)
        case c.Supervise():
            return (e.Supervised(by=who, occurred=when, subject=state.subject, level=command.level, note=command.note),)
        case c.CheckDeadlines():
            return _cards(state, command, rules)
        case c.RecomputeDeadline():
            return _recomputation(state, command)
        case _:
            assert_never(command)


def _guard(state: Complaint, command: ComplaintCommand) -> None:
    step = STEP_OF[type(command)]
    if state.kind is ComplaintKind.ACCUSATION:
        if not isinstance(command, _ALLOWED_ON_ACCUSATION):
            raise r.AccusationGoesToDiscipline(verb=step.zh, verb_value=step.verb)
        if isinstance(command, c.Reclassify) and command.by.role is not Role.CONFIDENTIAL_OFFICER:
            raise r.ConfidentialOfficerOnly
    if state.state not in step.states:
        raise r.NotAllowedNow(
            verb=step.zh,
            verb_value=step.verb,
            state=CHINESE[state.state],
            state_value=state.state.value,
            states="、".join(CHINESE[one] for one in State if one in step.states),
            states_values=", ".join(one.value for one in State if one in step.states),
        )
    if state.suspended is not None and isinstance(command, _STOPPED_BY_SUSPENSION):
        raise r.SuspendedNow(verb=step.zh, verb_value=step.verb)
    if command.at.day < state.registered.day:
        raise r.OutOfOrder(earlier=state.registered.day.isoformat())
    hold_to_order(_step_before(state, command), command.at)


def _step_before(state: Complaint, command: ComplaintCommand) -> Moment | None:
    """The step that an act on the whole case answers to: dated before it, what came late would read as in time."""
    match command:
        case c.ApproveReply() | c.SendBack():
            return state.lead.submitted if state.lead is not None else None
        case c.DeliverReply():
            return state.lead.ended if state.lead is not None else None
        case c.RecordFollowUp() | c.OrderRework() | c.Close():
            return state.delivered
        case c.Reopen():
            return state.ended
        case _:
            return None


def _listed(ground: str, listed: tuple[Ground, ...]) -> None:
    if ground not in {item.code for item in listed}:
        raise r.GroundNotListed(ground=ground, listed="、".join(f"{item.code}（{item.name}）" for item in listed))


def _lead(state: Complaint) -> Leg:
    lead = state.lead
    if lead is None:
        raise r.NoSuchLeg
    return lead


def _disputed(state: Complaint) -> Leg:
    leg = state.disputed
    if leg is None:
        raise r.NoSuchLeg
    return leg


def _leg(state: Complaint, command: ComplaintCommand, number: int | None, *ready: LegState) -> Leg:
    """The leg that is meant, which must be the actor's own where the actor acts for a unit, and must be ready."""
    unit = command.by.unit
    if number is not None:
        leg = state.leg(number)
    elif unit is not None:
        mine = [leg for leg in state.legs if leg.unit == unit and leg.open]
        leg = mine[-1] if mine else None
    else:
        leg = state.lead
    if leg is None:
        raise r.NoSuchLeg
    if unit is not None and leg.unit != unit:
        raise r.NotYourLeg
    if leg.state not in ready:
        raise r.LegNotReady(
            leg_state=LEG_CHINESE[leg.state],
            leg_value=leg.state.value,
            verb=STEP_OF[type(command)].zh,
            verb_value=STEP_OF[type(command)].verb,
        )
    # Nothing is done on a leg before the unit had it; a first call may come before the signature.
    hold_to_order(leg.started, command.at)
    return leg


def _lead_leg(state: Complaint, command: ComplaintCommand, number: int | None, *ready: LegState) -> Leg:
    leg = _leg(state, command, number, *ready)
    if leg.role is not LegRole.LEAD:
        raise r.LeadLegOnly(verb=STEP_OF[type(command)].zh, verb_value=STEP_OF[type(command)].verb)
    return leg


def _not_held(state: Complaint, unit: str) -> None:
    hold_to_code("unit", unit)
    if any(leg.open and leg.unit == unit for leg in state.legs):
        raise r.UnitAlreadyHolds(unit=unit)


def _promise(state: Complaint, unit: str, at: Moment, rules: Rulebook) -> tuple[Deadline, Deadline | None]:
    traits = state.traits(unit)
    deadline = rules.deadline(Purpose.UNIT, at, traits, accepted=state.accepted)
    if deadline is None:
        raise r.NoUnitLimit
    return deadline, rules.deadline(Purpose.SIGN, at, traits)


def _correction(state: Complaint, command: c.CorrectRegistration) -> e.RegistrationCorrected:
    hold_to_text("reason", command.reason)
    changes = (
        command.title,
        command.text,
        command.category,
        command.wanted_unit,
        command.programme_ref,
        command.reporter_name,
        command.reporter_number,
        command.reporter_address,
    )
    if all(change is None for change in changes):
        raise r.CorrectsNothing
    hold_to_code("category", command.category)
    hold_to_code("unit", command.wanted_unit)
    hold_to_code("programme_ref", command.programme_ref)
    return e.RegistrationCorrected(
        by=command.by,
        occurred=command.at,
        subject=state.subject,
        reason=command.reason,
        title=command.title,
        text=command.text,
        category=command.category,
        wanted_unit=command.wanted_unit,
        programme_ref=command.programme_ref,
        reporter_name=command.reporter_name,
        reporter_number=command.reporter_number,
        reporter_address=command.reporter_address,
    )


def _reclassification(state: Complaint, command: c.Reclassify, rules: Rulebook) -> tuple[ComplaintFact, ...]:
    hold_to_code("cause", command.cause)
    if command.kind is state.kind:
        raise r.SameKind
    changed = e.Reclassified(
        by=command.by,
        occurred=command.at,
        old=state.kind,
        new=command.kind,
        cause=command.cause,
    )
    cause = f"reclassified:{state.kind}:{command.kind}"
    facts: list[ComplaintFact] = [changed]
    traits = replace(state.traits(), kind=command.kind)
    new = rules.deadline(Purpose.CITIZEN, state.registered, traits, accepted=state.accepted)
    old = state.citizen_deadline
    steps = _extended_alike(new, old, sum(leg.extensions for leg in state.legs), rules)
    if steps[-1] != old:
        facts.extend(_recomputed_in_steps(command, "citizen", old, steps, cause))
    if command.kind is not ComplaintKind.ACCUSATION:
        for leg in state.legs:
            if not leg.open:
                continue
            leg_traits = replace(state.traits(leg.unit), kind=command.kind)
            leg_new = rules.deadline(Purpose.UNIT, leg.started, leg_traits, accepted=state.accepted)
            leg_steps = _extended_alike(leg_new, leg.deadline, leg.extensions, rules)
            if leg_new is not None and leg_steps[-1] != leg.deadline:
                facts.extend(_recomputed_in_steps(command, f"leg {leg.number}", leg.deadline, leg_steps, cause))
    return tuple(facts)


def _extended_alike(
    new: Deadline | None, old: Deadline | None, extensions: int, rules: Rulebook
) -> tuple[Deadline | None, ...]:
    """Return a new deadline and its extensions, so that time that was granted is not taken back."""
    if new is None or old is None or not old.clause.endswith(EXTENSION_SUFFIX):
        return (new,)
    steps = [new]
    for _ in range(extensions):
        steps.append(rules.extend(steps[-1], old.limit))
    return tuple(steps)


def _recomputed_in_steps(
    command: ComplaintCommand,
    clock: str,
    old: Deadline | None,
    steps: tuple[Deadline | None, ...],
    cause: str,
) -> tuple[e.DeadlineRecomputed, ...]:
    """Return one fact a step: an extended deadline follows what it extends, so that both can be explained."""
    before = (old, *steps[:-1])
    return tuple(_recomputed(command, clock, was, new, cause) for was, new in zip(before, steps, strict=True))


def _acceptance(state: Complaint, command: c.Accept, rules: Rulebook) -> tuple[ComplaintFact, ...]:
    if state.accepted is not None:
        raise r.AlreadyAccepted
    accepted = e.Accepted(by=command.by, occurred=command.at)
    old = state.citizen_deadline
    if old is None or not old.from_registration:
        return (accepted,)
    new = rules.deadline(Purpose.CITIZEN, state.registered, state.traits(), accepted=command.at)
    return (accepted, _recomputed(command, "citizen", old, new, "counted-from-acceptance"))


def _recomputed(
    command: ComplaintCommand,
    clock: str,
    old: Deadline | None,
    new: Deadline | None,
    cause: str,
) -> e.DeadlineRecomputed:
    return e.DeadlineRecomputed(by=command.by, occurred=command.at, clock=clock, old=old, new=new, cause=cause)


def _dispatch(state: Complaint, command: c.Dispatch, rules: Rulebook) -> e.Dispatched:
    _not_held(state, command.unit)
    deadline, sign = _promise(state, command.unit, command.at, rules)
    traits = state.traits(command.unit)
    return e.Dispatched(
        by=command.by,
        occurred=command.at,
        subject=state.subject,
        leg=len(state.legs) + 1,
        unit=command.unit,
        deadline=deadline,
        sign_deadline=sign,
        contact_deadline=rules.deadline(Purpose.FIRST_CONTACT, command.at, traits),
        return_deadline=rules.deadline(Purpose.RETURN, command.at, traits),
        note=command.note,
    )


def _return(state: Complaint, command: c.RequestReturn, rules: Rulebook) -> e.ReturnRequested:
    hold_to_text("reason", command.reason)
    leg = _lead_leg(state, command, command.leg, LegState.AWAITING_SIGNATURE, LegState.HANDLING)
    if leg.designated:
        raise r.DesignatedMayNotReturn
    if leg.return_deadline is not None and leg.return_deadline.missed_at(command.at):
        raise r.ReturnTooLate(due=leg.return_deadline.due.isoformat(timespec="minutes"))
    return e.ReturnRequested(
        by=command.by,
        occurred=command.at,
        subject=state.subject,
        leg=leg.number,
        decision_deadline=rules.deadline(dispute_purpose(state, leg.number), command.at, state.traits(leg.unit)),
        reason=command.reason,
    )


def dispute_purpose(state: Complaint, leg: int) -> Purpose:
    """Return what limit the decision on a leg's return has: where another was relieved before, units dispute it."""
    relieved = {LegState.RETURNED, LegState.REDIRECTED}
    another = any(one.state in relieved and one.number < leg for one in state.legs)
    return Purpose.DESIGNATION if another else Purpose.RETURN_DECISION


def _designation(state: Complaint, command: c.Designate, rules: Rulebook) -> tuple[ComplaintFact, ...]:
    disputed = _disputed(state)
    hold_to_code("unit", command.unit)
    if any(leg.open and leg.unit == command.unit and leg is not disputed for leg in state.legs):
        raise r.UnitAlreadyHolds(unit=command.unit)
    deadline, sign = _promise(state, command.unit, command.at, rules)
    designated = e.JurisdictionDesignated(
        by=command.by,
        occurred=command.at,
        disputed_leg=disputed.number,
        leg=len(state.legs) + 1,
        unit=command.unit,
        deadline=deadline,
        sign_deadline=sign,
        contact_deadline=rules.deadline(Purpose.FIRST_CONTACT, command.at, state.traits(command.unit)),
    )
    if command.unit == state.responsibility.answers:
        return (designated,)
    return (designated, *_handover_owed(state, command, rules))


def _handover_owed(
    state: Complaint, command: c.ApproveReturn | c.Designate, rules: Rulebook
) -> tuple[e.HandoverOwed, ...]:
    """Return the hand-over that the case's leaving a unit leads to: owed by who answers for it, once for a leg."""
    unit = state.responsibility.answers
    leg = next((leg for leg in reversed(state.legs) if leg.role is LegRole.LEAD and leg.unit == unit), None)
    if unit is None or leg is None or any(one.leg == leg.number for one in state.responsibility.handovers):
        return ()
    deadline = rules.deadline(Purpose.HANDOVER, command.at, state.traits(unit))
    if deadline is None:
        return ()
    return (e.HandoverOwed(by=command.by, occurred=command.at, leg=leg.number, unit=unit, deadline=deadline),)


def _handover(state: Complaint, command: c.HandOver) -> e.HandedOver:
    hold_to_code("means", command.means)
    hold_to_text("note", command.note)
    owed = state.responsibility.owed_by(command.by.unit, command.leg)
    if owed is None:
        raise r.NoHandoverOwed
    return e.HandedOver(
        by=command.by,
        occurred=command.at,
        subject=state.subject,
        leg=owed.leg,
        means=command.means,
        note=command.note,
    )


def _extension_request(state: Complaint, command: c.RequestExtension, rules: Rulebook) -> e.ExtensionRequested:
    hold_to_text("reason", command.reason)
    leg = _lead_leg(state, command, command.leg, LegState.HANDLING)
    if state.extension_leg is not None:
        raise r.ExtensionPending
    extensions_max = rules.edition_on(command.at.day).extensions_max
    if leg.extensions >= extensions_max:
        raise r.ExtendedOftenEnough(extensions_max=extensions_max)
    if leg.deadline is not None and leg.deadline.missed_at(command.at):
        raise r.ExtensionTooLate(due=leg.deadline.due.isoformat(timespec="minutes"))
    return e.ExtensionRequested(
        by=command.by,
        occurred=command.at,
        subject=state.subject,
        leg=leg.number,
        reason=command.reason,
    )


def _extension(state: Complaint, command: c.GrantExtension, rules: Rulebook) -> e.ExtensionGranted:
    leg = state.leg(state.extension_leg) if state.extension_leg is not None else None
    if leg is None or leg.deadline is None:
        raise r.NothingRequested(verb="同意延期", verb_value="grant-extension")
    rule = rules.rule_for(Purpose.EXTENSION, command.at, state.traits(leg.unit))
    if rule is None or rule.limit is None:
        raise r.NoUnitLimit
    limit = rule.limit
    citizen = state.citizen_deadline
    return e.ExtensionGranted(
        by=command.by,
        occurred=command.at,
        leg=leg.number,
        old=leg.deadline,
        new=rules.extend(leg.deadline, limit),
        citizen_old=citizen,
        citizen_new=rules.extend(citizen, limit) if citizen is not None else None,
    )


def _conduct_code(command: c.RecordFinding, rules: Rulebook) -> str | None:
    """Return the code that a finding names, by code or by name; any short word where no edition was ever adopted."""
    edition = rules.conduct_codes_on(command.at.day)
    if command.conduct_code is None or edition is None:
        return command.conduct_code
    found = edition.find(command.conduct_code.strip())
    if found is None:
        known = "、".join(f"{one.code}（{one.name}）" for one in edition.codes)
        raise r.UnknownConductCode(code=command.conduct_code, edition=edition.edition, known=known)
    return found.code


def _measure(state: Complaint, command: c.AddMeasure) -> e.MeasureAdded:
    hold_to_code("code", command.code)
    if command.due < command.at.day:
        raise r.DueBeforeItIsSet(due=command.due.isoformat(), set_on=command.at.day.isoformat())
    unit = command.by.unit
    if command.leg is not None:
        leg = state.leg(command.leg)
        if leg is None:
            raise r.NoSuchLeg
        if unit is not None and leg.unit != unit:
            raise r.NotYourLeg
    mine = {leg.number for leg in state.legs if unit is None or leg.unit == unit}
    proved = [one for one in state.corrections if one.dropped is None and one.leg in mine]
    on = next((one.leg for one in reversed(proved) if command.leg in {None, one.leg}), None)
    if on is None:
        raise r.NothingSubstantiated
    if any(one.owed and one.leg == on and one.code == command.code for one in proved):
        raise r.MeasureOwedAlready(measure=command.code)
    return e.MeasureAdded(by=command.by, occurred=command.at, leg=on, code=command.code, due=command.due)


def _closing(state: Complaint, command: c.Close, rules: Rulebook) -> tuple[ComplaintFact, ...]:
    hold_to_code("ground", command.ground)
    edition = rules.edition_of_case(state.citizen_deadline, state.registered)
    exempt = state.kind in edition.follow_up_exempt_kinds
    if not (state.followed_up or exempt or state.follow_up_attempts >= edition.follow_up_attempts_min):
        raise r.NotFollowedUp(
            edition=edition.edition, attempts_min=edition.follow_up_attempts_min, attempts=state.follow_up_attempts
        )
    closed = e.Closed(by=command.by, occurred=command.at, ground=command.ground)
    word = state.word
    if word is None or not word.gave_cause:
        return (closed,)
    if command.no_rework_reason is None:
        raise r.ReworkFirst
    hold_to_text("no_rework_reason", command.no_rework_reason)
    waived = e.ReworkWaived(by=command.by, occurred=command.at, subject=state.subject, reason=command.no_rework_reason)
    return waived, closed


def _completion(state: Complaint, command: c.CompleteMeasure) -> e.MeasureCompleted:
    hold_to_code("code", command.code)
    hold_to_text("evidence", command.evidence)
    unit = command.by.unit
    if command.leg is not None:
        leg = state.leg(command.leg)
        if leg is None:
            raise r.NoSuchLeg
        if unit is not None and leg.unit != unit:
            raise r.NotYourLeg
    mine = {leg.number for leg in state.legs if unit is None or leg.unit == unit}
    owed = [one for one in state.corrections if one.owed and one.leg in mine and command.leg in {None, one.leg}]
    done = next((one for one in reversed(owed) if meant(one, command.code)), None)
    if done is None:
        listed = "、".join(one.code for one in owed if one.code is not None)
        raise r.NoSuchMeasure(measure=command.code, listed=listed or "—")
    return e.MeasureCompleted(
        by=command.by,
        occurred=command.at,
        subject=state.subject,
        leg=done.leg,
        code=command.code,
        evidence=command.evidence,
    )


def _reply(state: Complaint, command: c.SubmitReply) -> e.ReplySubmitted:
    hold_to_text("reply", command.reply)
    leg = _leg(state, command, command.leg, LegState.HANDLING)
    hold_to_order(leg.signed, command.at)
    if leg.role is LegRole.LEAD and state.kind in _NEEDS_FINDING and not leg.finding:
        raise r.FindingRequired
    return e.ReplySubmitted(
        by=command.by,
        occurred=command.at,
        subject=state.subject,
        leg=leg.number,
        reply=command.reply,
        internal_note=command.internal_note,
    )


def _follow_up(
    state: Complaint,
    command: c.RecordFollowUp,
) -> e.FollowUpAttempted | e.FollowUpCompleted:
    hold_to_code("means", command.means)
    hold_to_code("outcome", command.outcome)
    hold_to_code("cause", command.cause)
    if command.by.unit is not None and any(leg.unit == command.by.unit for leg in state.legs):
        raise r.HandlingUnitMayNotFollowUp
    if not command.reached:
        if not command.outcome:
            raise r.FollowUpIncomplete(field="outcome")
        return e.FollowUpAttempted(
            by=command.by,
            occurred=command.at,
            means=command.means,
            outcome=command.outcome,
        )
    if command.solved is None or command.satisfaction is None:
        raise r.FollowUpIncomplete(field="solved" if command.solved is None else "satisfaction")
    if command.satisfaction is Satisfaction.DISSATISFIED and not command.cause:
        raise r.FollowUpIncomplete(field="cause")
    return e.FollowUpCompleted(
        by=command.by,
        occurred=command.at,
        subject=state.subject,
        means=command.means,
        solved=command.solved,
        satisfaction=command.satisfaction,
        cause=command.cause,
        remark=command.remark,
    )


def invited(state: Complaint, token: str, at: Moment) -> Invitation:
    """Return the invitation that a token's digest names, if it still works.

    Raises ``RatingTokenUnknown``, ``RatingTokenUsed``, ``RatingTokenReplaced``, ``RatingTokenExpired``.
    """
    found = next((one for one in state.invitations if one.token == token), None)
    if found is None:
        raise r.RatingTokenUnknown
    if found.used:
        raise r.RatingTokenUsed
    if found.replaced:
        raise r.RatingTokenReplaced
    if at.at >= found.expires_at:
        raise r.RatingTokenExpired(expired=found.expires_at.isoformat(timespec="minutes"))
    return found


def _invitation(state: Complaint, command: c.InviteRating) -> e.RatingInvited:
    hold_to_code("means", command.means)
    if command.by.unit is not None and any(leg.unit == command.by.unit for leg in state.legs):
        raise r.HandlingUnitMayNotFollowUp
    if any(one.token == command.token for one in state.invitations):
        raise r.ChangedMeanwhile
    return e.RatingInvited(
        by=command.by,
        occurred=command.at,
        token=command.token,
        means=command.means,
        expires_at=command.expires_at,
    )


def _rating(state: Complaint, command: c.RateAnswer) -> tuple[ComplaintFact, ...]:
    invitation = invited(state, command.token, command.at)
    hold_to_code("cause", command.cause)
    said = e.FollowUpCompleted(
        by=command.by,
        occurred=command.at,
        subject=state.subject,
        means=RATING_MEANS,
        solved=command.solved,
        satisfaction=command.satisfaction,
        cause=command.cause,
        remark=command.remark,
    )
    received = e.RatingReceived(
        by=command.by,
        occurred=command.at,
        follow_up=state.version + 1,
        token=command.token,
        invited_at=invitation.at.at,
        address=command.address,
        device=command.device,
    )
    return said, received


def _invalidation(state: Complaint, command: c.InvalidateRating) -> e.RatingInvalidated:
    hold_to_code("reason", command.reason)
    standing = [one for one in state.said if not one.invalidated]
    if command.follow_up is None:
        meant = [one for one in standing if one.rated]
    else:
        meant = [one for one in standing if one.version == command.follow_up]
    if not meant:
        raise r.NoSuchRating
    return e.RatingInvalidated(
        by=command.by,
        occurred=command.at,
        follow_up=meant[-1].version,
        reason=command.reason,
    )


def running_clocks(state: Complaint) -> tuple[tuple[str, Deadline], ...]:
    """Return the clocks that run and have a limit, by name: the citizen's, the open legs' and an open dispute's."""
    clocks: list[tuple[str, Deadline]] = []
    if state.open and state.delivered is None and state.citizen_deadline is not None:
        clocks.append(("citizen", state.citizen_deadline))
    if state.state is not State.MERGED:
        clocks.extend(
            (f"leg {leg.number}", leg.deadline) for leg in state.legs if leg.open and leg.deadline is not None
        )
        disputed = state.disputed
        if disputed is not None and disputed.dispute_deadline is not None:
            clocks.append((f"{DISPUTE_CLOCK}{len(state.disputes)}", disputed.dispute_deadline))
    return tuple(clocks)


def _cards(state: Complaint, command: c.CheckDeadlines, rules: Rulebook) -> tuple[ComplaintFact, ...]:
    facts: list[ComplaintFact] = []
    for clock, deadline in running_clocks(state):
        if deadline.missed_at(command.at):
            if card_key("red", clock, deadline) not in state.cards:
                facts.append(
                    e.DeadlineMissed(by=command.by, occurred=command.at, clock=clock, deadline=deadline),
                )
        elif command.at.at >= rules.warning_at(deadline) and card_key("yellow", clock, deadline) not in state.cards:
            facts.append(e.DeadlineWarned(by=command.by, occurred=command.at, clock=clock, deadline=deadline))
    return tuple(facts)


def _recomputation(state: Complaint, command: c.RecomputeDeadline) -> tuple[ComplaintFact, ...]:
    hold_to_text("cause", command.cause)
    if command.clock == "citizen":
        old = state.citizen_deadline
    elif command.clock.startswith(DISPUTE_CLOCK):
        disputed = state.leg_of_dispute(int(command.clock.removeprefix(DISPUTE_CLOCK) or 0))
        if disputed is None:
            raise r.NoSuchLeg
        old = disputed.dispute_deadline
    else:
        leg = state.leg(int(command.clock.removeprefix("leg ") or 0))
        if leg is None:
            raise r.NoSuchLeg
        old = leg.deadline
    if old == command.deadline or (command.old is not None and command.old != old):
        return ()
    return _recomputed_in_steps(command, command.clock, old, (*command.below, command.deadline), command.cause)
