"""The facts of an episode of the programme (一期节目): who was to come and came, what was called in and promised there.

One stream an episode, from its scheduling or its broadcast on; what was promised on air stays on it until the promise
was kept or broken. Everything here is meant to be said aloud: nothing of it is sealed, so nothing personal of a caller
may stand in it, and a call is named by its complaint alone.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from enum import StrEnum
from typing import TYPE_CHECKING
from uuid import UUID

from domain.facts import Fact, topic
from domain.timekeeping.deadlines import Deadline

if TYPE_CHECKING:
    from collections.abc import Mapping


class StationLevel(StrEnum):
    """Whose station it is (播出层级): the city's, a county's, or one on the net."""

    CITY = "city"
    COUNTY = "county"
    NETWORK = "network"


class ItemKind(StrEnum):
    """What an item of the run-down is (环节)."""

    OPENING = "opening"
    BRIEF = "brief"
    LIVE_CALL = "live_call"
    CASE = "case"
    ECHO = "echo"
    CLOSING = "closing"


class Outcome(StrEnum):
    """What became of a promise (承诺结果)."""

    KEPT = "kept"
    BROKEN = "broken"
    POSTPONED = "postponed"


LEVEL_CHINESE: Mapping[StationLevel, str] = {
    StationLevel.CITY: "市级",
    StationLevel.COUNTY: "县级",
    StationLevel.NETWORK: "网络",
}
ITEM_CHINESE: Mapping[ItemKind, str] = {
    ItemKind.OPENING: "开场",
    ItemKind.BRIEF: "单位情况",
    ItemKind.LIVE_CALL: "现场连线",
    ItemKind.CASE: "案例",
    ItemKind.ECHO: "回音壁",
    ItemKind.CLOSING: "结束语",
}
OUTCOME_CHINESE: Mapping[Outcome, str] = {
    Outcome.KEPT: "已兑现",
    Outcome.BROKEN: "未兑现",
    Outcome.POSTPONED: "延期",
}


@dataclass(frozen=True, slots=True)
class Station:
    """A station that carries the episode, and of which level it is; one episode can be on several at once."""

    name: str
    level: StationLevel


@dataclass(frozen=True, slots=True)
class OnAirUnit:
    """A unit in the studio: its leader and post, and whom they stood in for and why (替代上线), where they did.

    ``head`` says whether the leader is the unit's head (一把手), ``None`` where that was not told.
    """

    unit: str
    leader: str | None = None
    post: str | None = None
    substitutes_for: str | None = None
    reason: str | None = None
    head: bool | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class OfEpisode(Fact):
    """A fact of an episode; ``episode`` is its reference, as complaints name it in ``programme_ref``."""

    episode: str


@topic("episode.held.v3")
@dataclass(frozen=True, slots=True, kw_only=True)
class EpisodeHeld(OfEpisode):
    """An episode was broadcast (节目播出); told again with other words it is put right, and the last word holds.

    ``episode`` is its reference, as complaints name it in ``programme_ref``; counts are of calls.
    """

    aired_on: date
    station: str
    units: tuple[OnAirUnit, ...]
    calls_aired: int
    closed_live: int


@topic("episode.scheduled.v1")
@dataclass(frozen=True, slots=True, kw_only=True)
class EpisodeScheduled(OfEpisode):
    """An episode was set down for a day and an hour (节目排期); told again before it airs, the last word holds.

    ``airs_at`` is a time of day on the instance's clock, such as ``09:00``; ``minutes`` is how long it is on air.
    """

    airs_on: date
    airs_at: str
    minutes: int
    stations: tuple[Station, ...]
    theme: str | None = None


@topic("episode.cancelled.v1")
@dataclass(frozen=True, slots=True, kw_only=True)
class EpisodeCancelled(OfEpisode):
    """An episode will not be broadcast (节目取消)."""

    reason: str


@topic("episode.unit_invited.v1")
@dataclass(frozen=True, slots=True, kw_only=True)
class UnitInvited(OfEpisode):
    """A unit was asked into the studio (邀请上线)."""

    unit: str


@topic("episode.unit_confirmed.v1")
@dataclass(frozen=True, slots=True, kw_only=True)
class UnitConfirmed(OfEpisode):
    """A unit said who comes (确认上线); ``head`` says whether that is the unit's head (一把手)."""

    unit: str
    leader: str
    post: str
    head: bool


@topic("episode.unit_withdrawn.v1")
@dataclass(frozen=True, slots=True, kw_only=True)
class UnitWithdrawn(OfEpisode):
    """A unit does not come after all (退出上线)."""

    unit: str
    reason: str


@topic("episode.leader_substituted.v1")
@dataclass(frozen=True, slots=True, kw_only=True)
class LeaderSubstituted(OfEpisode):
    """Somebody comes in the place of the leader who was to come, and why (替代上线)."""

    unit: str
    leader: str
    post: str
    substitutes_for: str
    reason: str


@topic("episode.item_added.v1")
@dataclass(frozen=True, slots=True, kw_only=True)
class ItemAdded(OfEpisode):
    """An item was put into the run-down (编排环节) at a place counted from 1."""

    item: int
    kind: ItemKind
    title: str
    minutes: int
    place: int
    unit: str | None = None
    complaint: UUID | None = None


@topic("episode.item_moved.v1")
@dataclass(frozen=True, slots=True, kw_only=True)
class ItemMoved(OfEpisode):
    """An item was moved to another place of the run-down (调整顺序)."""

    item: int
    place: int


@topic("episode.item_changed.v1")
@dataclass(frozen=True, slots=True, kw_only=True)
class ItemChanged(OfEpisode):
    """An item got another title or another length (调整环节)."""

    item: int
    title: str
    minutes: int


@topic("episode.item_removed.v1")
@dataclass(frozen=True, slots=True, kw_only=True)
class ItemRemoved(OfEpisode):
    """An item was taken out of the run-down (删去环节)."""

    item: int


@topic("episode.call_linked.v1")
@dataclass(frozen=True, slots=True, kw_only=True)
class CallLinked(OfEpisode):
    """A call was put into the screener's queue (导播接入): the complaint that it was registered as."""

    complaint: UUID


@topic("episode.call_aired.v1")
@dataclass(frozen=True, slots=True, kw_only=True)
class CallAired(OfEpisode):
    """A call went on air (电话播出)."""

    complaint: UUID


@topic("episode.call_closed_live.v1")
@dataclass(frozen=True, slots=True, kw_only=True)
class CallClosedLive(OfEpisode):
    """What a caller asked was settled on air (当场办结)."""

    complaint: UUID


@topic("episode.call_passed_over.v1")
@dataclass(frozen=True, slots=True, kw_only=True)
class CallPassedOver(OfEpisode):
    """A call does not go on air (未播出)."""

    complaint: UUID
    reason: str


@topic("episode.commitment_made.v1")
@dataclass(frozen=True, slots=True, kw_only=True)
class CommitmentMade(OfEpisode):
    """A leader promised something on air (现场承诺); the deadline is frozen with the promise.

    ``text`` is what was promised, masked where it would identify somebody; ``as_written`` where a person has read that
    nothing in it tells who called.
    """

    commitment: int
    text: str
    unit: str
    leader: str
    deadline: Deadline
    complaint: UUID | None = None
    as_written: bool = False


@topic("episode.outcome_reported.v1")
@dataclass(frozen=True, slots=True, kw_only=True)
class OutcomeReported(OfEpisode):
    """Somebody says what became of a promise, with proof (报告承诺结果); it counts once another person has checked it.

    ``deadline`` is the new one of a promise that is put off; ``proof`` is masked or ``as_written`` as a promise is.
    """

    commitment: int
    report: int
    outcome: Outcome
    proof: str
    deadline: Deadline | None = None
    as_written: bool = False


@topic("episode.outcome_checked.v1")
@dataclass(frozen=True, slots=True, kw_only=True)
class OutcomeChecked(OfEpisode):
    """Another person looked at the proof (核验承诺结果): the report holds, or does not and why."""

    commitment: int
    report: int
    upheld: bool
    reason: str | None = None


@topic("episode.commitment_missed.v1")
@dataclass(frozen=True, slots=True, kw_only=True)
class CommitmentMissed(OfEpisode):
    """A promise was not kept by its deadline (承诺逾期红牌); the clock says so once for each deadline."""

    commitment: int
    deadline: Deadline


@topic("episode.stretch_let_stand.v1")
@dataclass(frozen=True, slots=True, kw_only=True)
class EpisodeStretchLetStand(OfEpisode):
    """A second person found that a stretch that would be masked identifies nobody (误报放行), and said why."""

    said: str
    reason: str


EpisodeFact = (
    EpisodeHeld
    | EpisodeScheduled
    | EpisodeCancelled
    | UnitInvited
    | UnitConfirmed
    | UnitWithdrawn
    | LeaderSubstituted
    | ItemAdded
    | ItemMoved
    | ItemChanged
    | ItemRemoved
    | CallLinked
    | CallAired
    | CallClosedLive
    | CallPassedOver
    | CommitmentMade
    | OutcomeReported
    | OutcomeChecked
    | CommitmentMissed
    | EpisodeStretchLetStand
)
"""Every fact that an episode's stream can hold."""
