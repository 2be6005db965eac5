"""How a case comes to rest, and back (重办, 办结, 重新办理, 归档, 撤回公开)."""

from __future__ import annotations

from domain import refusals as r
from domain.complaint import commands as c
from domain.complaint import events as e
from domain.complaint.state import Complaint
from domain.timekeeping.rules import Rulebook
from domain.wording import hold_to_code, hold_to_text


def order_rework(state: Complaint, command: c.OrderRework) -> e.ReworkOrdered:
    """Order the case to be done again, once the person was heard."""
    hold_to_text("reason", command.reason)
    if not state.followed_up:
        raise r.NoCauseForRework
    return e.ReworkOrdered(
        by=command.by,
        occurred=command.at,
        subject=state.subject,
        number=state.reworks + 1,
        reason=command.reason,
    )


def close(state: Complaint, command: c.Close, rules: Rulebook) -> tuple[e.ComplaintFact, ...]:
    """Close the case once the person was heard or called often enough; cause for rework is waived with a reason."""
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


def reopen(state: Complaint, command: c.Reopen) -> e.Reopened:
    """Take a closed case up again, with a reason."""
    hold_to_text("reason", command.reason)
    return e.Reopened(by=command.by, occurred=command.at, subject=state.subject, reason=command.reason)


def archive(state: Complaint, command: c.Archive) -> e.Archived:
    """Put the file away, once."""
    if state.archived:
        raise r.ArchivedAlready
    return e.Archived(by=command.by, occurred=command.at)


def withdraw_publication(command: c.WithdrawPublication) -> e.PublicationWithdrawn:
    """Take the case out of what is shown in public, with its cause."""
    hold_to_code("cause", command.cause)
    return e.PublicationWithdrawn(by=command.by, occurred=command.at, cause=command.cause)
