"""Everything that can be asked of a bulletin: one frozen record a wish, with who asks and when."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from domain.bulletin.events import Basis, ChangedCell, Distribution, Place, RetoldErratum, Scope, TopicsTold
from domain.bulletin.name import Subject

if TYPE_CHECKING:
    from datetime import date, datetime
    from uuid import UUID

    from domain.facts import Actor, Moment
    from domain.figures.figure import Rounding
    from domain.timekeeping.deadlines import Deadline


@dataclass(frozen=True, slots=True, kw_only=True)
class Wish:
    """A wish about a bulletin: who has it, and when."""

    by: Actor
    at: Moment


@dataclass(frozen=True, slots=True, kw_only=True)
class Freeze(Wish):
    """Freeze the figures at a position (冻结); a freeze before publication begins proof and approval anew."""

    quarter: str
    title: str
    issuer: str
    position: int
    root: str
    definitions: str
    evaluator: str
    rounding: Rounding
    fairly_satisfied_weight: str
    grades: str
    digest: str
    as_of: datetime
    known_at: datetime
    topics: TopicsTold


@dataclass(frozen=True, slots=True, kw_only=True)
class DraftSpecial(Wish):
    """Begin a special report, or change its subject before its figures are frozen."""

    quarter: str
    title: str
    issuer: str
    subject: Subject


@dataclass(frozen=True, slots=True, kw_only=True)
class GiveWords(Wish):
    """Write a paragraph, typical case or requirement; ``key`` of words that stand replaces them."""

    quarter: str
    title: str
    issuer: str
    section: int
    place: Place
    zh: str
    en: str | None = None
    key: str | None = None
    basis: Basis | None = None
    second: str | None = None
    proposed: bool = False
    """Whether a typical case is to wait for a second person with a token of their own."""
    identifying: tuple[str, ...] = ()
    """What in the words the anonymiser would mask, each with its kind."""


@dataclass(frozen=True, slots=True, kw_only=True)
class NoteConsent(Wish):
    """Note that the person of a complaint agreed to a text, how and when (本人同意)."""

    quarter: str
    title: str
    issuer: str
    complaint: UUID
    zh: str
    how: str
    given_on: date


@dataclass(frozen=True, slots=True, kw_only=True)
class ClearCase(Wish):
    """Let a proposed typical case stand, as the second person (复核通过); ``digest`` is of the text looked at."""

    key: str
    digest: str


@dataclass(frozen=True, slots=True, kw_only=True)
class LetStand(Wish):
    """Let a stretch stand that the anonymiser would mask though it identifies nobody (误报放行)."""

    quarter: str
    title: str
    issuer: str
    said: str
    reason: str


@dataclass(frozen=True, slots=True, kw_only=True)
class WithdrawWords(Wish):
    """Take words out."""

    key: str


@dataclass(frozen=True, slots=True, kw_only=True)
class SendProof(Wish):
    """Show the units their figures; ``deadline`` is the end of the time for objections."""

    units: tuple[str, ...]
    deadline: Deadline | None


@dataclass(frozen=True, slots=True, kw_only=True)
class DisputeFigure(Wish):
    """Object to figures on behalf of a unit; ``own`` are the cells of the unit's own lines."""

    unit: str
    cells: tuple[str, ...]
    own: tuple[str, ...]
    reason: str


@dataclass(frozen=True, slots=True, kw_only=True)
class UpholdDispute(Wish):
    """Decide that an objection is right."""

    dispute: int
    reason: str


@dataclass(frozen=True, slots=True, kw_only=True)
class RejectDispute(Wish):
    """Decide that an objection is not right."""

    dispute: int
    reason: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Approve(Wish):
    """Approve the edition for a scope; records the review too."""

    scope: Scope = Scope.PUBLIC
    document_no: str | None = None
    without_proof: str | None = None
    distribution: Distribution | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Publish(Wish):
    """Publish the approved edition under its number, signed."""

    number: str
    digest: str
    signature: str
    algorithm: str
    public_key: str


@dataclass(frozen=True, slots=True, kw_only=True)
class NoteBroadcast(Wish):
    """Write down that the edition was read out."""

    aired_on: date
    station: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Correct(Wish):
    """Publish a numbered erratum on figures frozen anew; ``edition`` is the one that its author looked at, if said."""

    cause: str
    edition: int | None = None
    frozen: Freeze
    cells: tuple[ChangedCell, ...]
    digest: str
    signature: str
    algorithm: str
    public_key: str
    retold: tuple[RetoldErratum, ...] = ()


BulletinCommand = (
    Freeze
    | DraftSpecial
    | GiveWords
    | NoteConsent
    | ClearCase
    | LetStand
    | WithdrawWords
    | SendProof
    | DisputeFigure
    | UpholdDispute
    | RejectDispute
    | Approve
    | Publish
    | NoteBroadcast
    | Correct
)
"""Every wish about a bulletin."""
