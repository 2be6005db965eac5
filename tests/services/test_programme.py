"""The programme as it is kept: the clock raises one red card a promise, and views and log agree."""

from __future__ import annotations

from datetime import date

from domain.facts import Actor, Moment
from domain.identity import episode_stream
from domain.programme import commands as c
from domain.programme.events import CommitmentMissed, Station, StationLevel
from domain.words import Role
from gateways.app import Hangfeng
from projections.programme import episode_at, programme_at
from services.deadline_watch import DeadlineWatch
from tests.composed import StandingClock

PRODUCER = Actor("编导甲", Role.PRODUCER)


UNIT = "市水务局"


def seated(house: Hangfeng, clock: StandingClock) -> None:
    at, unit = Moment(clock()), UNIT
    stations = (Station("市广播电台", StationLevel.CITY),)
    for wish in (
        c.Schedule(by=PRODUCER, at=at, airs_on=date(2026, 3, 2), airs_at="09:00", minutes=60, stations=stations),
        c.Invite(by=PRODUCER, at=at, unit=unit),
        c.Confirm(by=PRODUCER, at=at, unit=unit, leader="祝清源", post="局长", head=True),
    ):
        house.programme.handle("e1", wish)


def promise(clock: StandingClock, text: str, *, by: Actor = PRODUCER, as_written: bool = False) -> c.MakeCommitment:
    at = Moment(clock())
    return c.MakeCommitment(by=by, at=at, text=text, unit=UNIT, working_days=3, as_written=as_written)


def promised(house: Hangfeng, clock: StandingClock) -> None:
    seated(house, clock)
    house.programme.handle("e1", promise(clock, "换完老旧水表"))


def watch(house: Hangfeng, clock: StandingClock) -> DeadlineWatch:
    return DeadlineWatch(house.views, house.casework, house.instance, clock, programme=house.programme)


def cards(house: Hangfeng) -> int:
    return sum(isinstance(one.fact, CommitmentMissed) for one in house.log.read_stream(episode_stream("e1")))


def test_a_missed_promise_has_one_red_card_however_often_and_by_whomever_it_is_looked_at(
    composed: Hangfeng, clock: StandingClock
) -> None:
    promised(composed, clock)
    seen = []
    for days in (3, 1, 1):
        clock.pass_(days=days)
        composed.catch_up()
        # Two clocks, and the second with views that do not know yet of the first one's card.
        seen.append(sum(watch(composed, clock).check() for _ in range(2)))
    assert (seen, cards(composed)) == ([0, 1, 0], 1)


def test_the_view_holds_what_the_log_tells_at_each_position(composed: Hangfeng, clock: StandingClock) -> None:
    promised(composed, clock)
    composed.catch_up()
    first = composed.log.read_stream(episode_stream("e1"))[0].position
    with composed.views.reading() as views:
        assert episode_at(views, "e1") == composed.programme.load("e1")
        assert [len(one.commitments) for one in programme_at(views, first)] == [0]
