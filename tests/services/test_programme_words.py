"""What is typed for an episode identifies nobody: refused by stretch, masked where asked, let stand by another."""

from __future__ import annotations

from dataclasses import replace
from datetime import date
from typing import Any

import pytest

from domain.facts import Actor, Moment
from domain.programme import commands as c
from domain.programme.events import EpisodeHeld, ItemKind, OnAirUnit, Outcome, Station, StationLevel
from domain.programme.refusals import SaysWhoCalled
from domain.programme.state import Episode
from domain.words import Role
from gateways.app import Hangfeng
from tests.composed import StandingClock
from tests.services.test_programme import PRODUCER, UNIT, promise, promised, seated

SECOND = Actor("编导乙", Role.PRODUCER)
TOLD = "连线张三：停水"
AIRS_ON = date(2026, 3, 2)


def ask(house: Hangfeng, wish: c.EpisodeWish, *, mask: bool = False) -> Episode:
    return house.programme.handle("e1", wish, mask=mask).state


def item(clock: StandingClock, title: str, **said: Any) -> c.AddItem:  # noqa: ANN401 - fields of an item
    return c.AddItem(by=PRODUCER, at=Moment(clock()), kind=ItemKind.CASE, title=title, minutes=3, **said)


def schedule(clock: StandingClock, theme: str, station: str = "市广播电台") -> c.Schedule:
    stations = (Station(station, StationLevel.CITY),)
    at = Moment(clock())
    return c.Schedule(by=PRODUCER, at=at, airs_on=AIRS_ON, airs_at="10:00", minutes=60, stations=stations, theme=theme)


def held(reason: str) -> c.TellBroadcast:
    at = Moment(StandingClock()())
    unit = OnAirUnit(UNIT, "柳明", "副局长", "局长 祝清源", reason)
    told = EpisodeHeld(
        by=PRODUCER,
        occurred=at,
        episode="e1",
        aired_on=AIRS_ON,
        station="台",
        units=(unit,),
        calls_aired=0,
        closed_live=0,
    )
    return c.TellBroadcast(by=PRODUCER, at=at, held=told)


def wishes(clock: StandingClock) -> dict[str, c.EpisodeWish]:
    said: dict[str, Any] = {"by": PRODUCER, "at": Moment(clock())}
    return {
        "theme": schedule(clock, TOLD),
        "stations": schedule(clock, "供水", TOLD),
        "title": item(clock, TOLD),
        "text": promise(clock, TOLD),
        "proof": c.ReportOutcome(**said, commitment=1, outcome=Outcome.KEPT, proof=TOLD),
        "reason": c.WithdrawUnit(**said, unit=UNIT, reason=TOLD),
        "unit": c.Invite(**said, unit=TOLD),
        "post": c.Substitute(**said, unit=UNIT, leader="柳明", post=TOLD, reason="防汛"),
        "units": held(TOLD),
    }


@pytest.mark.parametrize("field", ["theme", "stations", "title", "text", "proof", "reason", "unit", "post", "units"])
def test_whatever_word_tells_who_somebody_is_is_refused_by_field_and_stretch(
    composed: Hangfeng, clock: StandingClock, field: str
) -> None:
    promised(composed, clock)
    before = composed.log.head().position
    with pytest.raises(SaysWhoCalled, match="姓名“张三”") as told:
        ask(composed, wishes(clock)[field])
    assert (told.value.field, composed.log.head().position) == (field, before)


def test_an_episode_is_not_called_by_a_persons_name(composed: Hangfeng, clock: StandingClock) -> None:
    with pytest.raises(SaysWhoCalled, match="期次中"):
        composed.programme.handle("连线张三专场", schedule(clock, "供水"))


def test_words_are_written_masked_where_that_is_asked(composed: Hangfeng, clock: StandingClock) -> None:
    seated(composed, clock)
    state = ask(composed, item(clock, f"{TOLD}，电话 13912345678"), mask=True)
    assert state.items[0].title == "连线张某：停水，电话 〔电话〕"


@pytest.mark.parametrize(
    "text", ["三日内修好临江路路灯", "祝清源局长带队，一周内查完", "热线 12345 十日内答复，押金退 1200 元"]
)
def test_a_promise_stands_word_for_word_and_may_name_who_makes_it(
    composed: Hangfeng, clock: StandingClock, text: str
) -> None:
    seated(composed, clock)
    assert ask(composed, promise(clock, text)).commitments[0].text == text


def test_that_a_person_has_read_it_lets_no_name_through(composed: Hangfeng, clock: StandingClock) -> None:
    seated(composed, clock)
    with pytest.raises(SaysWhoCalled):
        ask(composed, promise(clock, TOLD, as_written=True))


def test_what_was_masked_is_not_as_a_person_has_read_it(composed: Hangfeng, clock: StandingClock) -> None:
    seated(composed, clock)
    facts = composed.programme.handle("e1", promise(clock, TOLD, as_written=True), mask=True).recorded
    assert [getattr(one.fact, "as_written", None) for one in facts] == [False]


def test_a_false_alarm_is_let_stand_by_another_person_and_for_others_alone(
    composed: Hangfeng, clock: StandingClock
) -> None:
    seated(composed, clock)
    ask(composed, c.LetStand(by=SECOND, at=Moment(clock()), said="张三", reason="路名，不是人名"))
    with pytest.raises(SaysWhoCalled):
        ask(composed, promise(clock, TOLD, by=SECOND))
    assert ask(composed, promise(clock, TOLD)).commitments[0].text == TOLD


def test_the_same_stretch_is_let_stand_once(composed: Hangfeng, clock: StandingClock) -> None:
    seated(composed, clock)
    wish = c.LetStand(by=SECOND, at=Moment(clock()), said="张三", reason="路名")
    assert [len(composed.programme.handle("e1", wish).recorded) for _ in range(2)] == [1, 0]


def test_what_stands_already_may_be_said_again_with_another_hour(composed: Hangfeng, clock: StandingClock) -> None:
    seated(composed, clock)
    ask(composed, c.LetStand(by=SECOND, at=Moment(clock()), said="惠企", reason="惠企政策"))
    ask(composed, schedule(clock, "惠企政策兑现"))
    later = replace(schedule(clock, "惠企政策兑现"), by=SECOND, minutes=90)
    assert ask(composed, later).minutes == 90
