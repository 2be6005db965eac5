"""What follows from a wish: ``decide(state, command, rules)`` gives the facts, or refuses by the name of a rule.

Pure: the same state, command and rules always give the same facts. Who may ask at all is the business of the roles;
what is asked of a case in the wrong state is refused by the table of steps. What each verb asks of the case besides
stands in ``verbs``, a file each part of a case's life.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, assert_never

from domain import refusals as r
from domain.complaint import commands as c
from domain.complaint.lifecycle import STEP_OF
from domain.complaint.verbs import (
    admission,
    closing,
    correcting,
    findings,
    follow_ups,
    handling,
    merging,
    new_deadlines,
    passing_round,
    replies,
    supervision,
)
from domain.wording import hold_to_order
from domain.words import CHINESE, ComplaintKind, Role, State

if TYPE_CHECKING:
    from domain.complaint.events import ComplaintFact
    from domain.complaint.state import Complaint
    from domain.facts import Moment
    from domain.timekeeping.rules import Rulebook

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


def decide(  # noqa: C901, PLR0911, PLR0912, PLR0915 - one arm a verb
    state: Complaint | None,
    command: c.ComplaintCommand,
    rules: Rulebook,
) -> tuple[ComplaintFact, ...]:
    """Return the facts that follow from a command on a complaint.

    Raises a ``Refusal`` that names the rule; returns nothing only where the clock finds no card to raise.
    """
    if state is None:
        raise r.NoSuchComplaint
    _guard(state, command)
    match command:
        case c.Accept():
            return admission.accept(state, command, rules)
        case c.Refuse():
            return (admission.refuse(state, command),)
        case c.Answer():
            return (admission.answer(state, command),)
        case c.HandToEmergency():
            return (admission.hand_to_emergency(command),)
        case c.TransferToDiscipline():
            return (admission.transfer_to_discipline(state, command),)
        case c.Withdraw():
            return (admission.withdraw(state, command),)
        case c.CorrectRegistration():
            return (correcting.correct(state, command),)
        case c.Reclassify():
            return correcting.reclassify(state, command, rules)
        case c.Merge():
            return (merging.merge(command),)
        case c.Unmerge():
            return (merging.unmerge(state, command),)
        case c.ShareReply():
            return (merging.share_reply(state, command),)
        case c.ReceiveSharedReply():
            return (merging.receive_shared_reply(state, command),)
        case c.Dispatch():
            return (passing_round.dispatch(state, command, rules),)
        case c.Sign():
            return (passing_round.sign(state, command),)
        case c.RequestReturn():
            return (passing_round.ask_to_return(state, command, rules),)
        case c.ApproveReturn():
            return passing_round.approve_return(state, command, rules)
        case c.RefuseReturn():
            return (passing_round.refuse_return(state, command),)
        case c.Designate():
            return passing_round.designate(state, command, rules)
        case c.HandOver():
            return (passing_round.hand_over(state, command),)
        case c.AddCoUnit():
            return (passing_round.add_co_unit(state, command, rules),)
        case c.SubDispatch():
            return (passing_round.sub_dispatch(state, command, rules),)
        case c.MakeFirstContact():
            return (handling.make_first_contact(state, command),)
        case c.RequestSupplement():
            return (handling.ask_for_supplement(state, command),)
        case c.ReceiveSupplement():
            return (handling.receive_supplement(state, command),)
        case c.RequestExtension():
            return (handling.ask_for_extension(state, command, rules),)
        case c.GrantExtension():
            return (handling.grant_extension(state, command, rules),)
        case c.RefuseExtension():
            return (handling.refuse_extension(state, command),)
        case c.Suspend():
            return (handling.suspend(state, command, rules),)
        case c.Resume():
            return (handling.resume(state, command),)
        case c.RequestTermination():
            return (handling.ask_to_terminate(state, command, rules),)
        case c.GrantTermination():
            return (handling.grant_termination(state, command),)
        case c.RefuseTermination():
            return (handling.refuse_termination(state, command),)
        case c.RecordFinding():
            return (findings.record_finding(state, command, rules),)
        case c.AddMeasure():
            return (findings.add_measure(state, command),)
        case c.CompleteMeasure():
            return (findings.complete_measure(state, command),)
        case c.SubmitReply():
            return (replies.submit(state, command),)
        case c.ApproveReply():
            return (replies.approve(state, command),)
        case c.SendBack():
            return (replies.send_back(state, command),)
        case c.DeliverReply():
            return (replies.deliver(state, command),)
        case c.CorrectReply():
            return (replies.correct(state, command),)
        case c.RecordFollowUp():
            return (follow_ups.follow_up(state, command),)
        case c.InviteRating():
            return (follow_ups.invite(state, command),)
        case c.RateAnswer():
            return follow_ups.rate(state, command)
        case c.InvalidateRating():
            return (follow_ups.invalidate(state, command),)
        case c.OrderRework():
            return (closing.order_rework(state, command),)
        case c.Close():
            return closing.close(state, command, rules)
        case c.Reopen():
            return (closing.reopen(state, command),)
        case c.Archive():
            return (closing.archive(state, command),)
        case c.WithdrawPublication():
            return (closing.withdraw_publication(command),)
        case c.Urge():
            return (supervision.urge(state, command),)
        case c.Supervise():
            return (supervision.supervise(state, command),)
        case c.CheckDeadlines():
            return supervision.raise_cards(state, command, rules)
        case c.RecomputeDeadline():
            return new_deadlines.recompute(state, command)
        case _:
            assert_never(command)


def _guard(state: Complaint, command: c.ComplaintCommand) -> None:
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


def _step_before(state: Complaint, command: c.ComplaintCommand) -> Moment | None:
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
