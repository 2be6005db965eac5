"""One dispatch to one unit (承办环节): its own state, clock and promise."""

from __future__ import annotations

from enum import StrEnum
from typing import TYPE_CHECKING, NamedTuple

from domain.words import LegRole

if TYPE_CHECKING:
    from domain.facts import Moment
    from domain.timekeeping.deadlines import Deadline


class LegState(StrEnum):
    """Where a leg stands; the last four are ends."""

    AWAITING_SIGNATURE = "awaiting_signature"
    HANDLING = "handling"
    RETURN_REVIEW = "return_review"
    REPLY_REVIEW = "reply_review"
    ANSWERED = "answered"
    RETURNED = "returned"
    REDIRECTED = "redirected"
    RECALLED = "recalled"


LEG_CHINESE = {
    LegState.AWAITING_SIGNATURE: "待签收",
    LegState.HANDLING: "办理中",
    LegState.RETURN_REVIEW: "退单审核",
    LegState.REPLY_REVIEW: "答复审核",
    LegState.ANSWERED: "已答复",
    LegState.RETURNED: "已退单",
    LegState.REDIRECTED: "已改派",
    LegState.RECALLED: "已收回",
}

OPEN_LEG_STATES = frozenset(
    {LegState.AWAITING_SIGNATURE, LegState.HANDLING, LegState.RETURN_REVIEW, LegState.REPLY_REVIEW},
)


class Leg(NamedTuple):
    """A unit's share of a case; a named tuple for the same reason as the case itself.

    ``dispute_deadline`` is by when the office owes its decision on the return that was last asked for.
    The unit clock runs from ``started`` to ``stopped``: the submission of the reply that was later approved.
    ``unit`` is ``None`` only where an imported ledger names none.
    """

    number: int
    unit: str | None
    role: LegRole
    state: LegState
    started: Moment
    deadline: Deadline | None
    original_deadline: Deadline | None
    sign_deadline: Deadline | None = None
    contact_deadline: Deadline | None = None
    return_deadline: Deadline | None = None
    dispute_deadline: Deadline | None = None
    parent: int | None = None
    designated: bool = False
    signed: Moment | None = None
    contacted: Moment | None = None
    submitted: Moment | None = None
    stopped: Moment | None = None
    ended: Moment | None = None
    extensions: int = 0
    finding: bool = False

    @property
    def open(self) -> bool:
        """Whether the unit's clock still runs."""
        return self.state in OPEN_LEG_STATES
