"""The person is asked whether they were helped (回访, 评议): never by a unit that handled the case."""

from __future__ import annotations

from domain import refusals as r
from domain.complaint import commands as c
from domain.complaint import events as e
from domain.complaint.state import Complaint, Invitation
from domain.facts import Moment
from domain.wording import hold_to_code
from domain.words import Satisfaction

RATING_MEANS = "网页评议"
"""The means of a follow-up that is the person's own rating."""


def follow_up(state: Complaint, command: c.RecordFollowUp) -> e.FollowUpAttempted | e.FollowUpCompleted:
    """Record a call back: not reached with its outcome, or reached with what the person said."""
    hold_to_code("means", command.means)
    hold_to_code("outcome", command.outcome)
    hold_to_code("cause", command.cause)
    _not_handling(state, command)
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


def invite(state: Complaint, command: c.InviteRating) -> e.RatingInvited:
    """Invite the person to rate the answer themselves."""
    hold_to_code("means", command.means)
    _not_handling(state, command)
    if any(one.token == command.token for one in state.invitations):
        raise r.ChangedMeanwhile
    return e.RatingInvited(
        by=command.by,
        occurred=command.at,
        token=command.token,
        means=command.means,
        expires_at=command.expires_at,
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


def rate(state: Complaint, command: c.RateAnswer) -> tuple[e.ComplaintFact, ...]:
    """Take the person's own rating: a follow-up like any other, and the invitation that it uses up."""
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


def invalidate(state: Complaint, command: c.InvalidateRating) -> e.RatingInvalidated:
    """Let a follow-up count no more: the one that is named, else the last of the person's own ratings that counts."""
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


def _not_handling(state: Complaint, command: c.RecordFollowUp | c.InviteRating) -> None:
    if command.by.unit is not None and any(leg.unit == command.by.unit for leg in state.legs):
        raise r.HandlingUnitMayNotFollowUp
