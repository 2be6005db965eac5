"""An episode as it stands after some of its facts: a pure fold, with the positions of what its figures count."""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import date, datetime
from enum import StrEnum
from typing import TYPE_CHECKING, assert_never, cast
from uuid import UUID

from domain.facts import Moment, Recorded
from domain.figures.measures import Promise
from domain.programme import events as e
from domain.programme.events import ItemKind, OnAirUnit, Outcome, Station, StationLevel
from domain.timekeeping.deadlines import Deadline

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

DAY_MINUTES = 24 * 60


class EpisodeStatus(StrEnum):
    """How far an episode has come."""

    SCHEDULED = "scheduled"
    HELD = "held"
    CANCELLED = "cancelled"


class SeatStatus(StrEnum):
    """Whether a unit comes."""

    INVITED = "invited"
    CONFIRMED = "confirmed"
    WITHDRAWN = "withdrawn"


class CallStatus(StrEnum):
    """Where a call stands in the screener's queue; ``aired`` is one that was heard and stays open."""

    QUEUED = "queued"
    AIRED = "aired"
    CLOSED_LIVE = "closed_live"
    PASSED_OVER = "passed_over"


STATUS_CHINESE: Mapping[EpisodeStatus, str] = {
    EpisodeStatus.SCHEDULED: "待播出",
    EpisodeStatus.HELD: "已播出",
    EpisodeStatus.CANCELLED: "已取消",
}
SEAT_CHINESE: Mapping[SeatStatus, str] = {
    SeatStatus.INVITED: "已邀请",
    SeatStatus.CONFIRMED: "已确认",
    SeatStatus.WITHDRAWN: "已退出",
}
CALL_CHINESE: Mapping[CallStatus, str] = {
    CallStatus.QUEUED: "待接入",
    CallStatus.AIRED: "已播出",
    CallStatus.CLOSED_LIVE: "当场办结",
    CallStatus.PASSED_OVER: "未播出",
}


@dataclass(frozen=True, slots=True)
class Seat:
    """A unit that was asked to come: its leader once that is known, and for whom they stand in, where they do."""

    unit: str
    status: SeatStatus
    leader: str | None = None
    post: str | None = None
    head: bool | None = None
    substitutes_for: str | None = None
    reason: str | None = None

    @property
    def on_air(self) -> OnAirUnit:
        """The unit as it sits in the studio; whoever stands in for the head is not the head."""
        return OnAirUnit(self.unit, self.leader, self.post, self.substitutes_for, self.reason, self.head)


@dataclass(frozen=True, slots=True)
class Item:
    """An item of the run-down; its place is where it stands among the others."""

    number: int
    kind: ItemKind
    title: str
    minutes: int
    unit: str | None = None
    complaint: UUID | None = None


@dataclass(frozen=True, slots=True)
class LinkedCall:
    """A call in the screener's queue, and the position of the fact that says where it stands."""

    complaint: UUID
    status: CallStatus
    linked: Moment
    position: int
    reason: str | None = None


@dataclass(frozen=True, slots=True)
class Report:
    """What somebody said became of a promise; ``upheld`` is ``None`` until another person has checked it."""

    number: int
    outcome: Outcome
    proof: str
    by: str
    unit: str | None
    at: Moment
    deadline: Deadline | None
    position: int
    upheld: bool | None = None
    checked: Moment | None = None
    checked_by: str | None = None
    reason: str | None = None
    checked_position: int | None = None


@dataclass(frozen=True, slots=True)
class Commitment:
    """A promise made on air: its deadlines, the first one first, and every report on it.

    ``cards`` are the deadlines that the clock found missed.
    """

    number: int
    text: str
    unit: str
    leader: str
    made: Moment
    position: int
    promises: tuple[Promise, ...]
    complaint: UUID | None = None
    reports: tuple[Report, ...] = ()
    cards: tuple[datetime, ...] = ()

    @property
    def deadline(self) -> Deadline:
        """The deadline in force: the last that was given."""
        return self.promises[-1].deadline

    @property
    def pending(self) -> Report | None:
        """The report that waits for its check."""
        last = self.reports[-1] if self.reports else None
        return last if last is not None and last.upheld is None else None

    @property
    def settled(self) -> Report | None:
        """The report by which the promise counts as kept or broken, ``None`` while it is open."""
        return next(
            (one for one in reversed(self.reports) if one.upheld and one.outcome is not Outcome.POSTPONED), None
        )

    @property
    def next_due(self) -> datetime | None:
        """When the clock has to look at it again: its deadline, unless it is settled or was found missed already."""
        if self.settled is not None or self.pending is not None or self.deadline.due in self.cards:
            return None
        return self.deadline.due


@dataclass(frozen=True, slots=True)
class Allowed:
    """A stretch that identifies nobody though the anonymiser would mask it, and who said so (误报放行)."""

    said: str
    by: str
    reason: str


@dataclass(frozen=True, slots=True)
class Broadcast:
    """What was aired, as it was told last."""

    aired_on: date
    station: str
    units: tuple[OnAirUnit, ...]
    calls_aired: int
    closed_live: int
    at: Moment
    position: int


@dataclass(frozen=True, slots=True)
class Episode:
    """An episode after some of its facts. ``items_count`` is how many items it ever had, so that no number comes twice.

    One that was told only once it had been broadcast has no hour, no length and no run-down.
    """

    episode: str
    version: int
    status: EpisodeStatus
    airs_on: date
    airs_at: str | None
    minutes: int | None
    stations: tuple[Station, ...]
    theme: str | None
    seats: tuple[Seat, ...] = ()
    items: tuple[Item, ...] = ()
    items_count: int = 0
    calls: tuple[LinkedCall, ...] = ()
    commitments: tuple[Commitment, ...] = ()
    broadcast: Broadcast | None = None
    cancelled_because: str | None = None
    let_stand: tuple[Allowed, ...] = ()

    def seat(self, unit: str) -> Seat | None:
        """Return a unit's seat."""
        return next((one for one in self.seats if one.unit == unit), None)

    def item(self, number: int) -> Item | None:
        """Return an item of the run-down."""
        return next((one for one in self.items if one.number == number), None)

    def call(self, complaint: UUID) -> LinkedCall | None:
        """Return a call of the queue."""
        return next((one for one in self.calls if one.complaint == complaint), None)

    def commitment(self, number: int) -> Commitment | None:
        """Return a promise."""
        return next((one for one in self.commitments if one.number == number), None)

    @property
    def on_air(self) -> tuple[OnAirUnit, ...]:
        """The units on air: as they were told after the broadcast, those who confirmed before it."""
        if self.broadcast is not None:
            return self.broadcast.units
        return tuple(one.on_air for one in self.seats if one.status is SeatStatus.CONFIRMED)

    @property
    def names_on_air(self) -> frozenset[str]:
        """The names that may be said since who bears them sits, or was to sit, in the studio."""
        people: tuple[Seat | OnAirUnit, ...] = (*self.seats, *self.on_air)
        stood_in_for = (one.substitutes_for.rpartition(" ")[2] for one in people if one.substitutes_for is not None)
        return frozenset((*(one.leader for one in people if one.leader is not None), *stood_in_for))

    @property
    def planned_minutes(self) -> int:
        """How long the items of the run-down are together."""
        return sum(one.minutes for one in self.items)

    @property
    def calls_aired(self) -> int:
        """How many linked calls were heard."""
        return sum(one.status in {CallStatus.AIRED, CallStatus.CLOSED_LIVE} for one in self.calls)

    @property
    def calls_closed_live(self) -> int:
        """How many linked calls were settled on air."""
        return sum(one.status is CallStatus.CLOSED_LIVE for one in self.calls)

    @property
    def next_due(self) -> datetime | None:
        """When the clock has to look at its promises again."""
        return min((due for one in self.commitments if (due := one.next_due) is not None), default=None)

    def starts(self) -> tuple[str | None, ...]:
        """Return when each item begins, as a time of day; ``None`` where the episode has no hour."""
        if self.airs_at is None:
            return tuple(None for _ in self.items)
        hour, _, minute = self.airs_at.partition(":")
        at = int(hour) * 60 + int(minute)
        found = []
        for one in self.items:
            found.append(f"{at % DAY_MINUTES // 60:02d}:{at % 60:02d}")
            at += one.minutes
        return tuple(found)


def evolve(state: Episode | None, fact: e.EpisodeFact, position: int) -> Episode:
    """Return the episode after one more fact, which stands at a position of the log.

    Raises ``ValueError`` where a stream begins with neither its scheduling nor its broadcast.
    """
    if state is None:
        match fact:
            case e.EpisodeScheduled():
                return _scheduled(fact)
            case e.EpisodeHeld():
                return _told_afterwards(fact, position)
            case _:
                msg = f"an episode begins with its scheduling or its broadcast, not with {type(fact).__name__}"
                raise ValueError(msg)
    return _evolved(replace(state, version=state.version + 1), fact, position)


def _scheduled(fact: e.EpisodeScheduled) -> Episode:
    return Episode(
        episode=fact.episode,
        version=1,
        status=EpisodeStatus.SCHEDULED,
        airs_on=fact.airs_on,
        airs_at=fact.airs_at,
        minutes=fact.minutes,
        stations=fact.stations,
        theme=fact.theme,
    )


def _told_afterwards(fact: e.EpisodeHeld, position: int) -> Episode:
    return Episode(
        episode=fact.episode,
        version=1,
        status=EpisodeStatus.HELD,
        airs_on=fact.aired_on,
        airs_at=None,
        minutes=None,
        stations=(Station(fact.station, StationLevel.CITY),),
        theme=None,
        broadcast=_broadcast(fact, position),
    )


def _broadcast(fact: e.EpisodeHeld, position: int) -> Broadcast:
    return Broadcast(
        fact.aired_on, fact.station, fact.units, fact.calls_aired, fact.closed_live, fact.occurred, position
    )


def _evolved(  # noqa: PLR0911, PLR0912, C901 - one arm a fact
    state: Episode, fact: e.EpisodeFact, position: int
) -> Episode:
    match fact:
        case e.EpisodeScheduled():
            return replace(
                state,
                airs_on=fact.airs_on,
                airs_at=fact.airs_at,
                minutes=fact.minutes,
                stations=fact.stations,
                theme=fact.theme,
            )
        case e.EpisodeHeld():
            told = _broadcast(fact, position)
            return replace(state, status=EpisodeStatus.HELD, airs_on=fact.aired_on, broadcast=told)
        case e.EpisodeCancelled():
            return replace(state, status=EpisodeStatus.CANCELLED, cancelled_because=fact.reason)
        case e.UnitInvited():
            return _seated(state, Seat(fact.unit, SeatStatus.INVITED))
        case e.UnitConfirmed():
            return _seated(state, Seat(fact.unit, SeatStatus.CONFIRMED, fact.leader, fact.post, fact.head))
        case e.UnitWithdrawn():
            return _seated(state, Seat(fact.unit, SeatStatus.WITHDRAWN, reason=fact.reason))
        case e.LeaderSubstituted():
            seat = Seat(
                fact.unit,
                SeatStatus.CONFIRMED,
                fact.leader,
                fact.post,
                head=False,
                substitutes_for=fact.substitutes_for,
                reason=fact.reason,
            )
            return _seated(state, seat)
        case e.ItemAdded():
            item = Item(fact.item, fact.kind, fact.title, fact.minutes, fact.unit, fact.complaint)
            return replace(state, items=_placed(state.items, item, fact.place), items_count=fact.item)
        case e.ItemMoved():
            moved = state.item(fact.item)
            return state if moved is None else replace(state, items=_placed(state.items, moved, fact.place))
        case e.ItemChanged():
            items = tuple(
                replace(one, title=fact.title, minutes=fact.minutes) if one.number == fact.item else one
                for one in state.items
            )
            return replace(state, items=items)
        case e.ItemRemoved():
            return replace(state, items=tuple(one for one in state.items if one.number != fact.item))
        case e.CallLinked():
            others = tuple(one for one in state.calls if one.complaint != fact.complaint)
            call = LinkedCall(fact.complaint, CallStatus.QUEUED, fact.occurred, position)
            return replace(state, calls=(*others, call))
        case e.CallAired():
            return _called(state, fact.complaint, CallStatus.AIRED, position)
        case e.CallClosedLive():
            return _called(state, fact.complaint, CallStatus.CLOSED_LIVE, position)
        case e.CallPassedOver():
            return _called(state, fact.complaint, CallStatus.PASSED_OVER, position, fact.reason)
        case e.CommitmentMade():
            made = Commitment(
                number=fact.commitment,
                text=fact.text,
                unit=fact.unit,
                leader=fact.leader,
                made=fact.occurred,
                position=position,
                promises=(Promise(fact.occurred, fact.deadline),),
                complaint=fact.complaint,
            )
            return replace(state, commitments=(*state.commitments, made))
        case e.OutcomeReported() | e.OutcomeChecked() | e.CommitmentMissed():
            commitments = tuple(
                _after(one, fact, position) if one.number == fact.commitment else one for one in state.commitments
            )
            return replace(state, commitments=commitments)
        case e.EpisodeStretchLetStand():
            allowed = Allowed(fact.said, fact.by.name, fact.reason)
            return replace(state, let_stand=(*state.let_stand, allowed))
        case _:
            assert_never(fact)


def _after(
    promise: Commitment, fact: e.OutcomeReported | e.OutcomeChecked | e.CommitmentMissed, position: int
) -> Commitment:
    match fact:
        case e.OutcomeReported():
            report = Report(
                number=fact.report,
                outcome=fact.outcome,
                proof=fact.proof,
                by=fact.by.name,
                unit=fact.by.unit,
                at=fact.occurred,
                deadline=fact.deadline,
                position=position,
            )
            return replace(promise, reports=(*promise.reports, report))
        case e.OutcomeChecked():
            checked = tuple(
                replace(
                    one,
                    upheld=fact.upheld,
                    checked=fact.occurred,
                    checked_by=fact.by.name,
                    reason=fact.reason,
                    checked_position=position,
                )
                if one.number == fact.report
                else one
                for one in promise.reports
            )
            put_off = next((one.deadline for one in checked if one.number == fact.report and one.upheld), None)
            promises = promise.promises if put_off is None else (*promise.promises, Promise(fact.occurred, put_off))
            return replace(promise, reports=checked, promises=promises)
        case e.CommitmentMissed():
            return replace(promise, cards=(*promise.cards, fact.deadline.due))
        case _:
            assert_never(fact)


def _seated(state: Episode, seat: Seat) -> Episode:
    if state.seat(seat.unit) is None:
        return replace(state, seats=(*state.seats, seat))
    return replace(state, seats=tuple(seat if one.unit == seat.unit else one for one in state.seats))


def _placed(items: tuple[Item, ...], item: Item, place: int) -> tuple[Item, ...]:
    others = [one for one in items if one.number != item.number]
    others.insert(place - 1, item)
    return tuple(others)


def _called(state: Episode, complaint: UUID, status: CallStatus, position: int, reason: str | None = None) -> Episode:
    calls = tuple(
        replace(one, status=status, position=position, reason=reason) if one.complaint == complaint else one
        for one in state.calls
    )
    return replace(state, calls=calls)


def fold(recorded: Iterable[Recorded]) -> Episode | None:
    """Return the episode after these facts of its stream, ``None`` where there are none."""
    state: Episode | None = None
    for one in recorded:
        state = evolve(state, cast("e.EpisodeFact", one.fact), one.position)
    return state
