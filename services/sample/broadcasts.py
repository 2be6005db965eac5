"""The sample's programme (示例节目): each episode prepared, aired and followed by the real rules, with its promises."""

from __future__ import annotations

import tomllib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime, time, timedelta
from functools import cache
from importlib.resources import files
from typing import Any, Final
from uuid import UUID

from domain.facts import Actor, Moment
from domain.programme import commands as c
from domain.programme.decide import decide
from domain.programme.events import EpisodeFact, EpisodeHeld, ItemKind, OnAirUnit, Outcome, Station, StationLevel
from domain.programme.state import Episode, evolve
from domain.timekeeping.rules import Rulebook
from domain.words import Role
from services.sample.city import City
from services.sample.timetable import CHINA

_PLANNED_DAYS: Final = 10
_AIRS_AT: Final = time(9)
_MINUTES: Final = 60
_ONE_SECOND: Final = timedelta(seconds=1)
_CLOCK: Final = Actor("系统时钟", Role.CLOCK)


@dataclass(frozen=True, slots=True)
class OnAirCall:
    """A call that was heard on an episode: which case of the sample, when, and whether it was settled at once."""

    episode: str
    case: int
    at: datetime
    live: bool


@dataclass(slots=True)
class _Course:
    """One episode on its way, each wish decided at once by the real rules."""

    episode: str
    rules: Rulebook
    state: Episode | None = None
    facts: list[EpisodeFact] = field(default_factory=list)

    def do(self, *wishes: c.EpisodeWish) -> None:
        for wish in wishes:
            for fact in decide(self.state, wish, self.episode, self.rules):
                self.facts.append(fact)
                self.state = evolve(self.state, fact, len(self.facts))


@cache
def _told() -> dict[str, Any]:
    return tomllib.loads(files(__package__).joinpath("promises.toml").read_text("utf-8"))


def broadcast_facts(
    town: City,
    episodes: Sequence[EpisodeHeld],
    calls: Sequence[OnAirCall],
    ids: Mapping[int, UUID],
    rules: Rulebook,
    until: datetime,
) -> dict[str, tuple[EpisodeFact, ...]]:
    """Return every fact of each episode by its reference, in order of time, up to the sample's last instant.

    ``ids`` gives the complaint of each case by its number.
    """
    made = {held.episode: _aired(town, held, calls, ids, rules, until) for held in episodes}
    coming = _coming(town, rules)
    return {**made, coming.episode: tuple(coming.facts)}


def _aired(
    town: City,
    held: EpisodeHeld,
    calls: Sequence[OnAirCall],
    ids: Mapping[int, UUID],
    rules: Rulebook,
    until: datetime,
) -> tuple[EpisodeFact, ...]:
    course = _Course(held.episode, rules)
    stations = (Station(held.station, StationLevel.CITY), Station(_told()["coming"]["network"], StationLevel.NETWORK))
    _prepare(course, town, held.aired_on, stations, held.units)
    producer = Actor(town.staff.producers[0], Role.PRODUCER)
    screener = Actor(town.staff.screeners[0], Role.SCREENER)
    for call in calls:
        if call.episode == held.episode and call.case in ids:
            complaint, heard = ids[call.case], Moment(call.at)
            course.do(
                c.LinkCall(by=screener, at=heard, complaint=complaint),
                c.CloseCallLive(by=producer, at=Moment(call.at + _ONE_SECOND), complaint=complaint, closed=True)
                if call.live
                else c.AirCall(by=producer, at=Moment(call.at + _ONE_SECOND), complaint=complaint),
            )
    course.do(*_promises(town, held.episode, held.aired_on))
    linked = course.state is not None and bool(course.state.calls)
    aired, closed = (None, None) if linked else (held.calls_aired, held.closed_live)
    course.do(c.Hold(by=producer, at=held.occurred, calls_aired=aired, closed_live=closed))
    course.do(*(wish for wish in _afterwards(town, held.episode) if wish.at.at <= until))
    course.do(*_cards(course, until))
    return tuple(sorted(course.facts, key=lambda fact: fact.occurred.at))


def _prepare(course: _Course, town: City, day: date, stations: tuple[Station, ...], units: Sequence[OnAirUnit]) -> None:
    producer = Actor(town.staff.producers[0], Role.PRODUCER)
    planned = datetime.combine(day - timedelta(days=_PLANNED_DAYS), time(10), tzinfo=CHINA)

    def later(minutes: int) -> Moment:
        return Moment(planned + timedelta(minutes=minutes))

    course.do(
        c.Schedule(
            by=producer,
            at=Moment(planned),
            airs_on=day,
            airs_at=_AIRS_AT.isoformat("minutes"),
            minutes=_MINUTES,
            stations=stations,
        )
    )
    for number, unit in enumerate(units, 1):
        first, leader = _who_was_to_come(unit)
        course.do(
            c.Invite(by=producer, at=later(number), unit=unit.unit),
            c.Confirm(
                by=producer,
                at=later(60 * number),
                unit=unit.unit,
                leader=leader,
                post=first,
                head="副" not in first,
            ),
        )
        if unit.substitutes_for is not None:
            course.do(
                c.Substitute(
                    by=producer,
                    at=later(2000 + number),
                    unit=unit.unit,
                    leader=unit.leader or leader,
                    post=unit.post or first,
                    reason=unit.reason or "另有公务",
                )
            )
    items: list[tuple[ItemKind, str, int, str | None]] = [
        (ItemKind.OPENING, "开场", 3, None),
        (ItemKind.ECHO, "回音壁：上期承诺兑现情况", 8, None),
    ]
    items += [(ItemKind.BRIEF, "单位情况通报", 6, unit.unit) for unit in units]
    items += [(ItemKind.LIVE_CALL, "现场接听", 25, None), (ItemKind.CASE, "典型事项回访", 6, None)]
    items += [(ItemKind.CLOSING, "结束语", 2, None)]
    course.do(
        *(
            c.AddItem(by=producer, at=later(3000 + number), kind=kind, title=title, minutes=minutes, unit=unit)
            for number, (kind, title, minutes, unit) in enumerate(items)
        )
    )


def _who_was_to_come(unit: OnAirUnit) -> tuple[str, str]:
    """Return the post and name of who was to come, of whom a stand-in is said to stand in for."""
    if unit.substitutes_for is not None:
        post, _, name = unit.substitutes_for.partition(" ")
        return post, name
    return unit.post or "", unit.leader or ""


def _promises(town: City, episode: str, day: date) -> list[c.EpisodeWish]:
    producer = Actor(town.staff.producers[0], Role.PRODUCER)
    said = [one for one in _told()["promises"] if one["episode"] == episode and "text" in one]
    return [
        c.MakeCommitment(
            by=producer,
            at=Moment(datetime.combine(day, time(9, 50, number), tzinfo=CHINA)),
            text=one["text"],
            unit=town.units[one["unit"]].name,
            due=one.get("due"),
            working_days=one.get("working_days"),
        )
        for number, one in enumerate(said)
    ]


def _afterwards(town: City, episode: str) -> list[c.EpisodeWish]:
    """Return what was reported of an episode's promises, and each check, in order of time."""
    supervisor = Actor(town.staff.supervisors[0], Role.SUPERVISOR)
    wishes: list[c.EpisodeWish] = []
    number = 0
    for one in _told()["promises"]:
        if one["episode"] != episode:
            continue
        number += "text" in one
        if "outcome" not in one:
            continue
        unit = town.units[one["unit"]].name if "unit" in one else None
        reporter = (
            Actor("承办单位联络员", Role.UNIT_LEADER, unit) if unit else Actor("承办单位联络员", Role.UNIT_LEADER)
        )
        reported = datetime.combine(one["reported"], time(15, 20), tzinfo=CHINA)
        checked = datetime.combine(one["checked"], time(10, 5), tzinfo=CHINA)
        wishes += [
            c.ReportOutcome(
                by=reporter,
                at=Moment(reported),
                commitment=number,
                outcome=Outcome(one["outcome"]),
                proof=one["proof"],
                due=one.get("new_due"),
            ),
            c.CheckOutcome(by=supervisor, at=Moment(checked), commitment=number, upheld=True),
        ]
    return sorted(wishes, key=lambda wish: wish.at.at)


def _cards(course: _Course, until: datetime) -> list[c.EpisodeWish]:
    """Let the clock look at what was missed by the sample's end, the second after it was."""
    state = course.state
    assert state is not None, "the episode was scheduled"
    missed = [one.next_due for one in state.commitments if one.next_due is not None and one.next_due < until]
    return [c.CheckCommitments(by=_CLOCK, at=Moment(due + _ONE_SECOND)) for due in sorted(missed)]


def _coming(town: City, rules: Rulebook) -> _Course:
    told = _told()["coming"]
    course = _Course(told["ref"], rules)
    stations = (
        Station(town.radio, StationLevel.CITY),
        Station(told["county"], StationLevel.COUNTY),
        Station(told["network"], StationLevel.NETWORK),
    )
    units = [OnAirUnit(town.units[one["unit"]].name, one["leader"], one["post"]) for one in told["units"]]
    _prepare(course, town, told["on"], stations, units)
    planned = datetime.combine(told["on"] - timedelta(days=_PLANNED_DAYS), time(15), tzinfo=CHINA)
    course.do(
        c.Schedule(
            by=Actor(town.staff.producers[0], Role.PRODUCER),
            at=Moment(planned + timedelta(days=2)),
            airs_on=told["on"],
            airs_at=told["at"],
            minutes=told["minutes"],
            stations=stations,
            theme=told["theme"],
        )
    )
    return course
