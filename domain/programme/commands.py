"""Everything that can be asked of an episode: one frozen record a verb, with who asks and when it happened."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from datetime import date
    from uuid import UUID

    from domain.facts import Actor, Moment
    from domain.programme.events import EpisodeHeld, ItemKind, Outcome, Station
    from domain.programme.state import Episode
    from domain.programme.structure import Slot


@dataclass(frozen=True, slots=True, kw_only=True)
class EpisodeCommand:
    """A wish about an episode: who has it and when what it speaks of happened."""

    by: Actor
    at: Moment


@dataclass(frozen=True, slots=True, kw_only=True)
class Schedule(EpisodeCommand):
    """Set an episode down for a day and an hour, or put that right (排期)."""

    airs_on: date
    airs_at: str
    minutes: int
    stations: tuple[Station, ...]
    theme: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class TakeOver(EpisodeCommand):
    """Take over the slots of an earlier episode's run-down (沿用编排), and schedule the episode where it is not yet.

    What is not given stays as it was scheduled, else it is as ``source`` was: its hour, length and stations, and a day
    a week later. ``append`` puts the slots behind items that stand already.
    """

    source: Episode
    slots: tuple[Slot, ...]
    airs_on: date | None = None
    airs_at: str | None = None
    minutes: int | None = None
    stations: tuple[Station, ...] = ()
    theme: str | None = None
    append: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class Cancel(EpisodeCommand):
    """Call an episode off (取消)."""

    reason: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Invite(EpisodeCommand):
    """Ask a unit into the studio (邀请)."""

    unit: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Confirm(EpisodeCommand):
    """Say who comes for a unit (确认)."""

    unit: str
    leader: str
    post: str
    head: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class WithdrawUnit(EpisodeCommand):
    """Let a unit go (退出)."""

    unit: str
    reason: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Substitute(EpisodeCommand):
    """Let somebody come in the leader's place (替代上线)."""

    unit: str
    leader: str
    post: str
    reason: str


@dataclass(frozen=True, slots=True, kw_only=True)
class AddItem(EpisodeCommand):
    """Put an item into the run-down, at its end where no place is given (添加环节)."""

    kind: ItemKind
    title: str
    minutes: int
    place: int | None = None
    unit: str | None = None
    complaint: UUID | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class MoveItem(EpisodeCommand):
    """Move an item to a place counted from 1 (调整顺序)."""

    item: int
    place: int


@dataclass(frozen=True, slots=True, kw_only=True)
class ChangeItem(EpisodeCommand):
    """Give an item another title or length (调整环节)."""

    item: int
    title: str | None = None
    minutes: int | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class RemoveItem(EpisodeCommand):
    """Take an item out (删去环节)."""

    item: int


@dataclass(frozen=True, slots=True, kw_only=True)
class LinkCall(EpisodeCommand):
    """Put a registered call into the screener's queue (接入来电)."""

    complaint: UUID


@dataclass(frozen=True, slots=True, kw_only=True)
class AirCall(EpisodeCommand):
    """Say that a call went on air (来电播出)."""

    complaint: UUID


@dataclass(frozen=True, slots=True, kw_only=True)
class CloseCallLive(EpisodeCommand):
    """Say that a call was settled on air (当场办结); ``closed`` is whether the complaint stands closed."""

    complaint: UUID
    closed: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class PassCallOver(EpisodeCommand):
    """Say that a call does not go on air (不播出)."""

    complaint: UUID
    reason: str


@dataclass(frozen=True, slots=True, kw_only=True)
class MakeCommitment(EpisodeCommand):
    """Write down what a leader promised on air (记录承诺): due on a day, or within so many working days.

    ``as_written`` notes that a person has read the text and that nothing in it tells who called.
    """

    text: str
    unit: str
    leader: str | None = None
    due: date | None = None
    working_days: int | None = None
    complaint: UUID | None = None
    as_written: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class ReportOutcome(EpisodeCommand):
    """Say what became of a promise, with proof (报告结果); one that is put off names its new day."""

    commitment: int
    outcome: Outcome
    proof: str
    due: date | None = None
    working_days: int | None = None
    as_written: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class CheckOutcome(EpisodeCommand):
    """Look at the proof of another's report (核验结果)."""

    commitment: int
    upheld: bool
    reason: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class LetStand(EpisodeCommand):
    """Say that a stretch which would be masked identifies nobody, and why (误报放行); it binds whoever else writes."""

    said: str
    reason: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Hold(EpisodeCommand):
    """Say that the episode was broadcast as it was prepared (播出).

    Counts of calls are those of the queue; they are given only where no call is linked.
    """

    calls_aired: int | None = None
    closed_live: int | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class TellBroadcast(EpisodeCommand):
    """Tell a broadcast outright, as it is done for one that was never scheduled, or to put it right (补记)."""

    held: EpisodeHeld


@dataclass(frozen=True, slots=True, kw_only=True)
class CheckCommitments(EpisodeCommand):
    """Let the clock look whether a promise was missed (查承诺)."""


EpisodeWish = (
    Schedule
    | TakeOver
    | Cancel
    | Invite
    | Confirm
    | WithdrawUnit
    | Substitute
    | AddItem
    | MoveItem
    | ChangeItem
    | RemoveItem
    | LinkCall
    | AirCall
    | CloseCallLive
    | PassCallOver
    | MakeCommitment
    | ReportOutcome
    | CheckOutcome
    | LetStand
    | Hold
    | TellBroadcast
    | CheckCommitments
)
"""Every wish about an episode."""
