"""The score ledger (考核台账): entries of points against units, each with its cause, its case and its rule; appeals.

A stream is one cause: an item, a case, a leg, and the event that gives ground for it. What may happen twice under that
name is seen by whoever appends, so the same cause is never entered twice, by however many people at once. Only where
the edition that an entry was made under is withdrawn may the cause be entered anew, under another.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, tzinfo
from enum import StrEnum
from typing import NamedTuple, assert_never, cast
from uuid import NAMESPACE_URL, UUID, uuid5

from domain.facts import Actor, Fact, Moment, Recorded, topic
from domain.identity import position_of_receipt, receipt_no
from domain.scores import refusals as r
from domain.scores.rules import points_text
from domain.timekeeping.deadlines import Deadline
from domain.wording import hold_to_code, hold_to_order

NUMBER_PREFIX = "KF"
"""What an entry's number begins with: 考核扣分."""

NUMBER_DIGITS_MAX = 15


class EntryState(StrEnum):
    """How an entry stands: it counts, is appealed against, was appealed in vain, was reduced, or counts no more."""

    ENTERED = "entered"
    APPEALED = "appealed"
    REJECTED = "rejected"
    REDUCED = "reduced"
    VOIDED = "voided"

    @property
    def chinese(self) -> str:
        """The word for it in Chinese."""
        return _CHINESE[self]


_CHINESE = {
    EntryState.ENTERED: "已登记",
    EntryState.APPEALED: "申诉待决",
    EntryState.REJECTED: "申诉不成立",
    EntryState.REDUCED: "申诉成立，已减",
    EntryState.VOIDED: "已撤销",
}


@dataclass(frozen=True, slots=True)
class CauseKey:
    """What makes a cause one and the same: the item, the case, its leg, and the event that gives ground for it."""

    item: str
    complaint: UUID
    leg: int
    position: int

    @property
    def stream(self) -> UUID:
        """The stream of the cause."""
        return uuid5(NAMESPACE_URL, f"hangfeng:score:{self.item}:{self.complaint.hex}:{self.leg}:{self.position}")

    @property
    def text(self) -> str:
        """How a person names it: ``overdue_reply@1234/1``; the event says which case it is."""
        return f"{self.item}@{self.position}/{self.leg}"


class CauseName(NamedTuple):
    """What the name of a cause says: its item, the position of its event, and the leg."""

    item: str
    position: int
    leg: int


def cause_name(written: str) -> CauseName | None:
    """Read the name of a cause as ``CauseKey.text`` writes it, ``None`` where it has no such form."""
    item, _, rest = written.strip().rpartition("@")
    position, _, leg = rest.partition("/")
    if not item or not (position.isascii() and position.isdigit() and leg.isascii() and leg.isdigit()):
        return None
    if max(len(position), len(leg)) > NUMBER_DIGITS_MAX:
        return None
    return CauseName(item, int(position), int(leg))


# --- facts ------------------------------------------------------------------------------------------------------


@topic("score.entered.v1")
@dataclass(frozen=True, slots=True, kw_only=True)
class ScoreEntered(Fact):
    """A person entered points for a unit (考核登记).

    ``points_tenths`` are frozen, below zero for a deduction. ``cause_position`` is the event that gives ground for it,
    ``evidence`` every event that it rests on; the steps of an item that grows with time are those from ``first_step``
    to ``last_step``. ``by_hand`` says that a person stated the cause and the log did not propose it.
    """

    entry: int
    quarter: str
    unit: str
    complaint: UUID
    receipt_no: str
    leg: int
    item: str
    name: str
    edition: str
    points_tenths: int
    cause: str
    cause_position: int
    cause_at: Moment
    first_step: int
    last_step: int
    evidence: tuple[int, ...]
    by_hand: bool
    appeal_deadline: Deadline


@topic("score.voided.v1")
@dataclass(frozen=True, slots=True, kw_only=True)
class ScoreVoided(Fact):
    """An entry counts no more (撤销考核登记); ``withdrawn_edition`` names the edition that took it along."""

    entry: int
    reason: str
    withdrawn_edition: str | None = None


@topic("score.appealed.v1")
@dataclass(frozen=True, slots=True, kw_only=True)
class ScoreAppealed(Fact):
    """The unit appealed against an entry (考核申诉)."""

    entry: int
    unit: str
    reason: str


@topic("score.appeal_upheld.v1")
@dataclass(frozen=True, slots=True, kw_only=True)
class ScoreAppealUpheld(Fact):
    """An appeal was upheld (申诉成立): ``left_tenths`` is what still counts, 0 where the entry is voided."""

    entry: int
    left_tenths: int
    reason: str


@topic("score.appeal_rejected.v1")
@dataclass(frozen=True, slots=True, kw_only=True)
class ScoreAppealRejected(Fact):
    """An appeal was rejected (申诉不成立): the entry stands as it was made."""

    entry: int
    reason: str


ScoreFact = ScoreEntered | ScoreVoided | ScoreAppealed | ScoreAppealUpheld | ScoreAppealRejected
"""Every fact that the stream of a cause can hold."""

SCORE_FACTS = (ScoreEntered, ScoreVoided, ScoreAppealed, ScoreAppealUpheld, ScoreAppealRejected)


# --- an entry, and how it follows from its facts ----------------------------------------------------------------


class ScoreEntry(NamedTuple):
    """An entry after some of its facts; ``position`` and ``recorded`` are those of its making, and give its number.

    ``left_tenths`` is what an upheld appeal left of it, ``None`` where none was upheld.
    """

    stream: UUID
    entry: int
    position: int
    recorded: datetime
    quarter: str
    unit: str
    complaint: UUID
    receipt_no: str
    leg: int
    item: str
    name: str
    edition: str
    points_tenths: int
    cause: str
    cause_position: int
    cause_at: Moment
    first_step: int
    last_step: int
    evidence: tuple[int, ...]
    by_hand: bool
    appeal_deadline: Deadline
    state: EntryState
    entered: Moment
    entered_by: str
    voided: Moment | None = None
    voided_by: str | None = None
    void_reason: str | None = None
    withdrawn_edition: str | None = None
    appealed: Moment | None = None
    appealed_by: str | None = None
    appeal_reason: str | None = None
    decided: Moment | None = None
    decided_by: str | None = None
    decision_reason: str | None = None
    left_tenths: int | None = None

    @property
    def counting_tenths(self) -> int:
        """What the entry counts as it stands, before any cap."""
        if self.state is EntryState.VOIDED:
            return 0
        return self.points_tenths if self.left_tenths is None else self.left_tenths

    @property
    def blocks(self) -> bool:
        """Whether its cause may not be entered again: always, but where its edition was withdrawn."""
        return self.withdrawn_edition is None

    def as_of(self, instant: datetime) -> ScoreEntry | None:
        """Return the entry as it stood at an instant, ``None`` before it was made."""
        if _later(self.entered, instant):
            return None
        found = self
        if _later(self.decided, instant):
            found = found._replace(decided=None, decided_by=None, decision_reason=None, left_tenths=None)
        if _later(self.appealed, instant):
            found = found._replace(appealed=None, appealed_by=None, appeal_reason=None)
        if _later(self.voided, instant):
            found = found._replace(voided=None, voided_by=None, void_reason=None, withdrawn_edition=None)
        return found._replace(state=_state(found))

    def number(self, zone: tzinfo) -> str:
        """Return the entry's number (考核编号), such as ``KF20260401-0000123-X``."""
        return entry_number(self.recorded, self.position, zone)


def entry_number(recorded: datetime, position: int, zone: tzinfo) -> str:
    """Return the number of an entry that was recorded at an instant and a position."""
    return NUMBER_PREFIX + receipt_no(recorded.astimezone(zone).date(), position)


def position_of_number(written: str) -> int | None:
    """Return the position that an entry's number names, ``None`` where it is no such number."""
    compact = written.strip().upper()
    return position_of_receipt(compact.removeprefix(NUMBER_PREFIX)) if compact.startswith(NUMBER_PREFIX) else None


def entry_after(before: ScoreEntry | None, recorded: Recorded, fact: ScoreFact) -> ScoreEntry:
    """Return an entry after one more of its facts; ``fact`` is the fact of ``recorded``."""
    if isinstance(fact, ScoreEntered):
        return _made(recorded, fact)
    assert before is not None, "an entry begins with its making"
    when, who = fact.occurred, fact.by.name
    match fact:
        case ScoreVoided():
            after = before._replace(
                voided=when, voided_by=who, void_reason=fact.reason, withdrawn_edition=fact.withdrawn_edition
            )
        case ScoreAppealed():
            after = before._replace(appealed=when, appealed_by=who, appeal_reason=fact.reason)
        case ScoreAppealUpheld():
            after = before._replace(
                decided=when, decided_by=who, decision_reason=fact.reason, left_tenths=fact.left_tenths
            )
        case ScoreAppealRejected():
            after = before._replace(decided=when, decided_by=who, decision_reason=fact.reason)
        case _:
            assert_never(fact)
    return after._replace(state=_state(after))


def entries_of(recorded: tuple[Recorded, ...]) -> tuple[ScoreEntry, ...]:
    """Return the entries of one cause's stream, in order."""
    held: dict[int, ScoreEntry] = {}
    for one in recorded:
        fact = cast("ScoreFact", one.fact)
        held[fact.entry] = entry_after(held.get(fact.entry), one, fact)
    return tuple(held[number] for number in sorted(held))


def _made(recorded: Recorded, fact: ScoreEntered) -> ScoreEntry:
    return ScoreEntry(
        stream=recorded.stream,
        entry=fact.entry,
        position=recorded.position,
        recorded=recorded.recorded_at,
        quarter=fact.quarter,
        unit=fact.unit,
        complaint=fact.complaint,
        receipt_no=fact.receipt_no,
        leg=fact.leg,
        item=fact.item,
        name=fact.name,
        edition=fact.edition,
        points_tenths=fact.points_tenths,
        cause=fact.cause,
        cause_position=fact.cause_position,
        cause_at=fact.cause_at,
        first_step=fact.first_step,
        last_step=fact.last_step,
        evidence=fact.evidence,
        by_hand=fact.by_hand,
        appeal_deadline=fact.appeal_deadline,
        state=EntryState.ENTERED,
        entered=fact.occurred,
        entered_by=fact.by.name,
    )


def _state(entry: ScoreEntry) -> EntryState:
    if entry.voided is not None or entry.left_tenths == 0:
        return EntryState.VOIDED
    if entry.decided is not None:
        return EntryState.REJECTED if entry.left_tenths is None else EntryState.REDUCED
    return EntryState.ENTERED if entry.appealed is None else EntryState.APPEALED


def _later(moment: Moment | None, instant: datetime) -> bool:
    return moment is not None and moment.at > instant


# --- what may be asked ------------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True, kw_only=True)
class ScoreWish:
    """A wish about an entry: who has it, and when."""

    by: Actor
    at: Moment


@dataclass(frozen=True, slots=True, kw_only=True)
class EnterScore(ScoreWish):
    """Enter points for a cause (登记); the fields are those of the fact."""

    quarter: str
    unit: str
    key: CauseKey
    receipt_no: str
    name: str
    edition: str
    points_tenths: int
    cause: str
    cause_at: Moment
    first_step: int
    last_step: int
    evidence: tuple[int, ...]
    by_hand: bool
    appeal_deadline: Deadline


@dataclass(frozen=True, slots=True, kw_only=True)
class VoidScore(ScoreWish):
    """Void an entry, with a reason (撤销)."""

    reason: str
    withdrawn_edition: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class AppealScore(ScoreWish):
    """Appeal against an entry for a unit (申诉); ``unit`` is its name as the registry resolves it."""

    unit: str
    reason: str


@dataclass(frozen=True, slots=True, kw_only=True)
class DecideAppeal(ScoreWish):
    """Decide an appeal (决定): ``left_tenths`` is what is to count, ``None`` where the appeal is rejected."""

    left_tenths: int | None
    reason: str


def decide_entry(held: tuple[ScoreEntry, ...], wish: EnterScore, zone: tzinfo) -> tuple[ScoreFact, ...]:
    """Return the entry that a wish makes, nothing where the same person made the very same before.

    ``held`` are the entries of the cause. Raises ``AlreadyScored`` where a step of it was entered; ``NotACodeWord``,
    ``OutOfOrder``.
    """
    hold_to_code("cause", wish.cause)
    hold_to_order(wish.cause_at, wish.at)
    for one in held:
        if one.blocks and one.first_step <= wish.last_step and wish.first_step <= one.last_step:
            same = (one.entered_by, one.quarter, one.first_step, one.last_step, one.edition)
            again = same == (wish.by.name, wish.quarter, wish.first_step, wish.last_step, wish.edition)
            # What was voided is no answer to who enters it again: nothing of it counts.
            if again and one.state is not EntryState.VOIDED:
                return ()
            raise r.AlreadyScored(entry=one.number(zone), by=one.entered_by)
    return (
        ScoreEntered(
            by=wish.by,
            occurred=wish.at,
            entry=len(held) + 1,
            quarter=wish.quarter,
            unit=wish.unit,
            complaint=wish.key.complaint,
            receipt_no=wish.receipt_no,
            leg=wish.key.leg,
            item=wish.key.item,
            name=wish.name,
            edition=wish.edition,
            points_tenths=wish.points_tenths,
            cause=wish.cause,
            cause_position=wish.key.position,
            cause_at=wish.cause_at,
            first_step=wish.first_step,
            last_step=wish.last_step,
            evidence=wish.evidence,
            by_hand=wish.by_hand,
            appeal_deadline=wish.appeal_deadline,
        ),
    )


def decide_score(entry: ScoreEntry, wish: VoidScore | AppealScore | DecideAppeal) -> tuple[ScoreFact, ...]:
    """Return what follows from a wish about an entry that stands.

    Raises ``ScoreVoidedAlready``, ``NotYourScoreEntry``, ``ScoreAppealedAlready``, ``ScoreAppealTooLate``,
    ``NoScoreAppeal``, ``ScoreSecondPerson``, ``ReducedToMore``, ``EmptyText``, ``NotACodeWord``, ``OutOfOrder``.
    """
    hold_to_code("reason", wish.reason)
    hold_to_order(entry.appealed or entry.entered, wish.at)
    if entry.state is EntryState.VOIDED:
        raise r.ScoreVoidedAlready
    match wish:
        case VoidScore():
            return (
                ScoreVoided(
                    by=wish.by,
                    occurred=wish.at,
                    entry=entry.entry,
                    reason=wish.reason,
                    withdrawn_edition=wish.withdrawn_edition,
                ),
            )
        case AppealScore():
            return (_appealed(entry, wish),)
        case DecideAppeal():
            return (_decided(entry, wish),)
        case _:
            assert_never(wish)


def _appealed(entry: ScoreEntry, wish: AppealScore) -> ScoreAppealed:
    if entry.appealed is not None:
        raise r.ScoreAppealedAlready
    deadline = entry.appeal_deadline
    # A year without a calendar gives the earliest possible end, which nobody may be held to.
    if deadline.missed_at(wish.at) and not deadline.provisional:
        raise r.ScoreAppealTooLate(
            due=deadline.due.date().isoformat(), edition=entry.edition, days=deadline.limit.value
        )
    return ScoreAppealed(by=wish.by, occurred=wish.at, entry=entry.entry, unit=wish.unit, reason=wish.reason)


def _decided(entry: ScoreEntry, wish: DecideAppeal) -> ScoreAppealUpheld | ScoreAppealRejected:
    if entry.state is not EntryState.APPEALED:
        raise r.NoScoreAppeal
    if wish.by.name in {entry.entered_by, entry.appealed_by}:
        raise r.ScoreSecondPerson(name=wish.by.name)
    if wish.left_tenths is None:
        return ScoreAppealRejected(by=wish.by, occurred=wish.at, entry=entry.entry, reason=wish.reason)
    less = min(entry.points_tenths, 0) <= wish.left_tenths <= max(entry.points_tenths, 0)
    if not less or wish.left_tenths == entry.points_tenths:
        raise r.ReducedToMore(points=points_text(entry.points_tenths))
    return ScoreAppealUpheld(
        by=wish.by, occurred=wish.at, entry=entry.entry, left_tenths=wish.left_tenths, reason=wish.reason
    )
