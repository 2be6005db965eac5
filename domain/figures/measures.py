"""What figures and work lists know of a complaint, and nothing personal (指标底数); ``measuring`` folds it from facts.

Moments are kept as they occurred, with every earlier promise, answer and ending, so that one measure can be asked as
of any day. ``domain.complaint.evolve`` moves the case itself; here stands what is counted of it.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import NamedTuple
from uuid import UUID

from domain.complaint.corrections import Correction
from domain.complaint.responsibility import Responsibility
from domain.facts import Moment
from domain.timekeeping.deadlines import Deadline
from domain.words import (
    OPEN_STATES,
    Channel,
    ComplaintKind,
    Complexity,
    Finding,
    Satisfaction,
    State,
    SupervisionLevel,
    Urgency,
)

HARD_REWORKS_MIN = 3
HARD_TRANSFERS_MIN = 3
"""From so many reworks, or so many transfers from unit to unit, a matter is a hard case (疑难事项)."""


@dataclass(frozen=True, slots=True)
class Promise:
    """A deadline and when it was given; a later promise follows an earlier one and never rewrites it."""

    since: Moment
    deadline: Deadline


@dataclass(frozen=True, slots=True)
class Ending:
    """How and when a case ended, on what ground; ``undone`` when it was reopened."""

    how: State
    at: Moment
    ground: str | None = None
    undone: Moment | None = None


@dataclass(frozen=True, slots=True)
class FindingMade:
    """What one enquiry found on a leg (核实): under which conduct code, and how many measures followed (查纠).

    ``added`` are when measures were set after it.
    """

    at: Moment
    leg: int
    result: Finding
    conduct_code: str | None
    measures: int
    added: tuple[Moment, ...] = ()


@dataclass(frozen=True, slots=True)
class Dispute:
    """A return that was asked for (退单争议): by when the office owed its decision, and when the dispute ended."""

    number: int
    leg: int
    unit: str | None
    asked: Moment
    deadline: Deadline | None
    ended: Moment | None = None


@dataclass(frozen=True, slots=True)
class RatedBy:
    """How a person's own rating came (自主评议): when they were invited, and keyed digests of where it came from."""

    invited: Moment
    address: str | None = None
    device: str | None = None


@dataclass(frozen=True, slots=True)
class FollowUp:
    """One call back (回访) after the answer of a leg; not reached where ``satisfaction`` is ``None``.

    ``version`` is that of its fact in the case's stream. ``rating`` says how it came where it was the person's own
    rating; ``invalidated`` when it was declared to count no more, and ``reason`` why.
    """

    at: Moment
    leg: int | None
    satisfaction: Satisfaction | None = None
    solved: bool | None = None
    cause: str | None = None
    version: int = 0
    means: str | None = None
    outcome: str | None = None
    rating: RatedBy | None = None
    invalidated: Moment | None = None
    reason: str | None = None

    @property
    def reached(self) -> bool:
        """Whether the person was reached, and what they said counts."""
        return self.satisfaction is not None and self.invalidated is None


@dataclass(frozen=True, slots=True)
class Merging:
    """The case was merged into another (并单); ``undone`` when it was unmerged."""

    into: UUID
    at: Moment
    undone: Moment | None = None


@dataclass(frozen=True, slots=True)
class Suspension:
    """Handling stood still on a whitelisted ground (中止), until it was resumed."""

    ground: str
    at: Moment
    until: Moment | None = None


class CaseMeasure(NamedTuple):
    """One complaint, as figures and work lists see it after some of its facts.

    ``recorded`` and ``registered_position`` are those of the registration and make the receipt number. ``answered`` is
    the first substantive reply that reached the person, as last corrected; ``answered_leg`` is ``None`` where the
    hotline itself answered or where the reply of the case ``answered_from`` was shared. ``promises`` are the citizen's.
    ``responsibility`` says who received the case first, ``disputes`` what returns were asked for.
    ``run`` is the import run of a ledger's row. ``delivered`` is when the last answer was given; of the follow-ups the
    first ``follow_ups_before`` are about earlier ones. ``rating_until`` ends an invitation to rate that is not used.
    """

    complaint: UUID
    subject: str
    contact: str
    matter_no: int
    registered: Moment
    registered_position: int
    recorded: datetime
    channel: Channel
    source: str
    kind: ComplaintKind
    category: str | None
    urgency: Urgency
    complexity: Complexity
    confidential: bool
    wanted_unit: str | None
    programme_ref: str | None
    run: str | None
    flags: tuple[str, ...]
    state: State
    promises: tuple[Promise, ...]
    responsibility: Responsibility
    acceptance_deadline: Deadline | None = None
    dispatch_deadline: Deadline | None = None
    state_before_merge: State | None = None
    legs: int = 0
    lead_leg: int | None = None
    lead_unit: str | None = None
    lead_signed: bool = False
    dispatched: Moment | None = None
    accepted: Moment | None = None
    answered: Moment | None = None
    answered_position: int | None = None
    answered_leg: int | None = None
    answered_unit: str | None = None
    answered_from: UUID | None = None
    answer_corrections: int = 0
    endings: tuple[Ending, ...] = ()
    findings: tuple[FindingMade, ...] = ()
    follow_ups: tuple[FollowUp, ...] = ()
    reworks: tuple[Moment, ...] = ()
    extensions: tuple[Moment, ...] = ()
    returns: tuple[Moment, ...] = ()
    merges: tuple[Merging, ...] = ()
    suspensions: tuple[Suspension, ...] = ()
    urged: tuple[Moment, ...] = ()
    warned: tuple[Moment, ...] = ()
    missed: tuple[Moment, ...] = ()
    supervision: SupervisionLevel | None = None
    supervised: Moment | None = None
    archived: bool = False
    publication_withdrawn: bool = False
    delivered: Moment | None = None
    follow_ups_before: int = 0
    rating_until: Moment | None = None
    corrections: tuple[Correction, ...] = ()
    disputes: tuple[Dispute, ...] = ()

    @property
    def dispute(self) -> Dispute | None:
        """The dispute that waits for a decision; that of a merged case waits with it."""
        return self.disputes[-1] if self.disputes and self.state is State.RETURN_REVIEW else None

    @property
    def open(self) -> bool:
        """Whether someone still owes the person something; a merged case is open until its reply is shared."""
        return self.state in OPEN_STATES or self.state is State.MERGED

    @property
    def tried(self) -> tuple[FollowUp, ...]:
        """The follow-ups about the last answer."""
        return self.follow_ups[self.follow_ups_before :]

    @property
    def imported(self) -> bool:
        """Whether the case was taken over from a ledger."""
        return self.run is not None

    @property
    def deadline(self) -> Deadline | None:
        """The citizen's deadline in force."""
        return self.promises[-1].deadline if self.promises else None
