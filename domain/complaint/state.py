"""A complaint as it stands: what is known of one matter after some of its facts. ``evolve``, next door, moves it."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, NamedTuple

from domain.complaint.corrections import Correction
from domain.complaint.leg import Leg, LegState
from domain.complaint.responsibility import Responsibility
from domain.timekeeping.rules import Traits
from domain.words import (
    OPEN_STATES,
    Channel,
    ComplaintKind,
    Complexity,
    LegRole,
    State,
    SupervisionLevel,
    Urgency,
)

if TYPE_CHECKING:
    from datetime import datetime
    from uuid import UUID

    from domain.facts import Moment
    from domain.timekeeping.deadlines import Deadline


@dataclass(frozen=True, slots=True)
class Invitation:
    """An invitation to rate: the digest of its token, when it was made, until when it works, and what became of it."""

    token: str
    at: Moment
    expires_at: datetime
    used: bool = False
    replaced: bool = False


@dataclass(frozen=True, slots=True)
class Said:
    """What the person said at a follow-up: its version in the stream, whether they rated themselves, if it counts.

    ``gave_cause`` says that they were not content and said why, which is cause for rework.
    """

    version: int
    rated: bool = False
    invalidated: bool = False
    gave_cause: bool = False


class Complaint(NamedTuple):
    """What is known of one matter after some of its facts; ``version`` counts them.

    ``officer`` registered it. ``disputes`` are the legs whose return was asked for, one after another. A named tuple,
    because a copy of it with one change takes an eighth of the time that a dataclass of so many fields needs.
    """

    version: int
    state: State
    registered: Moment
    subject: str
    contact: str
    matter_no: int
    evidence_digest: str
    channel: Channel
    kind: ComplaintKind
    category: str | None
    urgency: Urgency
    complexity: Complexity
    confidential: bool
    wanted_unit: str | None
    programme_ref: str | None
    limit_class: str | None
    citizen_deadline: Deadline | None
    acceptance_deadline: Deadline | None
    dispatch_deadline: Deadline | None
    imported: bool
    officer: str
    responsibility: Responsibility
    legs: tuple[Leg, ...] = ()
    accepted: Moment | None = None
    delivered: Moment | None = None
    reply: str | None = None
    reworks: int = 0
    follow_up_attempts: int = 0
    followed_up: bool = False
    delivered_version: int = 0
    said: tuple[Said, ...] = ()
    invitations: tuple[Invitation, ...] = ()
    extension_leg: int | None = None
    termination_ground: str | None = None
    supplement_open: bool = False
    suspended: str | None = None
    merged_into: UUID | None = None
    state_before_merge: State | None = None
    ended: Moment | None = None
    archived: bool = False
    publication_withdrawn: bool = False
    supervision: SupervisionLevel | None = None
    cards: frozenset[str] = frozenset()
    corrections: tuple[Correction, ...] = ()
    disputes: tuple[int, ...] = ()

    @property
    def open(self) -> bool:
        """Whether someone still owes the person something; a merged case is open until its reply is shared."""
        return self.state in OPEN_STATES or self.state is State.MERGED

    @property
    def lead(self) -> Leg | None:
        """The lead leg in force: the last one that was opened as such."""
        return next((leg for leg in reversed(self.legs) if leg.role is LegRole.LEAD), None)

    @property
    def disputed(self) -> Leg | None:
        """The leg whose return is waiting for a decision."""
        return next((leg for leg in self.legs if leg.state is LegState.RETURN_REVIEW), None)

    def leg_of_dispute(self, number: int) -> Leg | None:
        """Return the leg that was disputed as the ``number``-th, counted from 1."""
        return self.leg(self.disputes[number - 1]) if 1 <= number <= len(self.disputes) else None

    @property
    def word(self) -> Said | None:
        """What the person last said of the answer in force, where it counts."""
        said = (one for one in reversed(self.said) if one.version > self.delivered_version and not one.invalidated)
        return next(said, None)

    def leg(self, number: int) -> Leg | None:
        """Return the leg with that number, which counts from 1."""
        return self.legs[number - 1] if 1 <= number <= len(self.legs) else None

    def traits(self, unit: str | None = None) -> Traits:
        """What the rules look at to choose a limit for this case."""
        return Traits(
            channel=self.channel,
            kind=self.kind,
            urgency=self.urgency,
            complexity=self.complexity,
            programme=self.programme_ref is not None,
            category=self.category,
            unit=unit,
            supervised=self.supervision is not None,
            rework=self.reworks > 0,
            limit_class=self.limit_class,
        )
