"""The answer on its way to the person (答复, 审核, 送达, 更正答复)."""

from __future__ import annotations

from domain import refusals as r
from domain.complaint import commands as c
from domain.complaint import events as e
from domain.complaint.leg import LegState
from domain.complaint.state import Complaint
from domain.complaint.verbs.whose_leg import lead, ready_leg
from domain.wording import hold_to_code, hold_to_order, hold_to_text
from domain.words import ComplaintKind, LegRole

_NEEDS_FINDING = frozenset({ComplaintKind.COMPLAINT, ComplaintKind.REPORT})


def submit(state: Complaint, command: c.SubmitReply) -> e.ReplySubmitted:
    """Hand in the answer; a complaint or report is enquired into before the lead unit answers it."""
    hold_to_text("reply", command.reply)
    leg = ready_leg(state, command, command.leg, LegState.HANDLING)
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


def approve(state: Complaint, command: c.ApproveReply) -> e.ReplyApproved:
    """Pass the answer."""
    return e.ReplyApproved(by=command.by, occurred=command.at, leg=lead(state).number)


def send_back(state: Complaint, command: c.SendBack) -> e.ReplySentBack:
    """Send the answer back, with a reason."""
    hold_to_text("reason", command.reason)
    return e.ReplySentBack(
        by=command.by,
        occurred=command.at,
        subject=state.subject,
        leg=lead(state).number,
        reason=command.reason,
    )


def deliver(state: Complaint, command: c.DeliverReply) -> e.ReplyDelivered:
    """Record that the answer reached the person, with evidence."""
    hold_to_text("evidence", command.evidence)
    return e.ReplyDelivered(
        by=command.by,
        occurred=command.at,
        subject=state.subject,
        channel=command.channel or state.channel,
        evidence=command.evidence,
    )


def correct(state: Complaint, command: c.CorrectReply) -> e.ReplyCorrected:
    """Put a reply that was delivered right, with its cause."""
    hold_to_text("reply", command.reply)
    hold_to_code("cause", command.cause)
    if state.delivered is None:
        raise r.NoReplyYet
    return e.ReplyCorrected(
        by=command.by,
        occurred=command.at,
        subject=state.subject,
        cause=command.cause,
        answered_on=command.answered_on,
        reply=command.reply,
    )
