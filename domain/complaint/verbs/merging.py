"""Cases on one matter are handled as one (并单), apart again, and each person gets the reply (共享答复)."""

from __future__ import annotations

from domain import refusals as r
from domain.complaint import commands as c
from domain.complaint import events as e
from domain.complaint.state import Complaint
from domain.wording import hold_to_text


def merge(command: c.Merge) -> e.Merged:
    """Handle the matter together with another."""
    return e.Merged(by=command.by, occurred=command.at, into=command.into)


def unmerge(state: Complaint, command: c.Unmerge) -> e.Unmerged:
    """Undo the merge, with a reason."""
    hold_to_text("reason", command.reason)
    if state.merged_into is None:
        raise r.NothingRequested(verb="撤销并单", verb_value="unmerge")
    return e.Unmerged(
        by=command.by,
        occurred=command.at,
        subject=state.subject,
        out_of=state.merged_into,
        reason=command.reason,
    )


def share_reply(state: Complaint, command: c.ShareReply) -> e.ReplyShared:
    """Give this case's reply, once it is delivered, to those that were merged into it."""
    if state.reply is None or state.delivered is None:
        raise r.NoReplyYet
    return e.ReplyShared(by=command.by, occurred=command.at, to=command.to)


def receive_shared_reply(state: Complaint, command: c.ReceiveSharedReply) -> e.SharedReplyReceived:
    """Take the reply of the case that this one was merged into, and of no other."""
    if state.merged_into != command.out_of:
        raise r.TargetNotOpen
    return e.SharedReplyReceived(
        by=command.by,
        occurred=command.at,
        subject=state.subject,
        out_of=command.out_of,
        channel=command.channel,
        evidence=command.evidence,
        reply=command.reply,
    )
