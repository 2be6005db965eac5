from datetime import datetime
from uuid import UUID

import pytest

from domain import commands as c
from domain.events import DeadlineMissed, DeadlineWarned
from domain.facts import Moment
from gateways.app import Hangfeng
from services.deadline_watch import DeadlineWatch
from tests.composed import DISPATCHER, OPERATOR, SHANGHAI, StandingClock, call

DAYS = ("2026-03-02T09:00", "2026-03-04T23:58", "2026-03-05T23:59", "2026-03-06T00:01")
"""Registered on a Monday, due within three working days, by Thursday: warned as Wednesday ends, missed after."""


@pytest.fixture
def watch(composed: Hangfeng, clock: StandingClock) -> DeadlineWatch:
    return DeadlineWatch(composed.views, composed.casework, composed.instance, clock)


def check(house: Hangfeng, watch: DeadlineWatch) -> int:
    house.catch_up()
    return watch.check()


def cards(house: Hangfeng, complaint: UUID) -> list[str]:
    kinds = {DeadlineWarned: "yellow", DeadlineMissed: "red"}
    facts = (one.fact for one in house.casework.history(complaint))
    return [f"{kinds[type(fact)]} {fact.clock}" for fact in facts if isinstance(fact, DeadlineWarned | DeadlineMissed)]


def test_each_card_is_raised_once_when_it_falls_due(
    composed: Hangfeng,
    clock: StandingClock,
    watch: DeadlineWatch,
) -> None:
    complaint = composed.casework.register(call(composed)).id
    composed.casework.handle(complaint, c.Dispatch(by=DISPATCHER, at=Moment(clock()), unit="城管局"))
    seen = []
    for written in DAYS:
        clock.now = datetime.fromisoformat(written).replace(tzinfo=SHANGHAI)
        seen.append(check(composed, watch) + check(composed, watch))
    assert seen[0] == 0
    assert sorted(cards(composed, complaint)) == ["red citizen", "red leg 1", "yellow citizen", "yellow leg 1"]
    assert sum(seen) == 4


def test_a_watch_that_begins_late_raises_what_was_missed_and_a_second_one_nothing(
    composed: Hangfeng,
    clock: StandingClock,
    watch: DeadlineWatch,
) -> None:
    complaint = composed.casework.register(call(composed)).id
    clock.pass_(days=30)
    assert check(composed, watch) == 1
    assert cards(composed, complaint) == ["red citizen"]
    again = DeadlineWatch(composed.views, composed.casework, composed.instance, clock)
    assert check(composed, again) == 0


def test_a_case_that_ended_in_time_has_no_card(composed: Hangfeng, clock: StandingClock, watch: DeadlineWatch) -> None:
    complaint = composed.casework.register(call(composed)).id
    composed.casework.handle(complaint, c.Answer(by=OPERATOR, at=Moment(clock()), reply="已答"))
    clock.pass_(days=30)
    assert check(composed, watch) == 0
    assert cards(composed, complaint) == []


def test_many_cases_are_looked_at_a_share_at_a_time_the_most_urgent_first(
    composed: Hangfeng,
    clock: StandingClock,
    watch: DeadlineWatch,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr("services.deadline_watch.CASES_PER_CHECK_MAX", 2)
    first = composed.casework.register(call(composed, "first")).id
    clock.pass_(days=10)
    others = [composed.casework.register(call(composed, f"call-{number}")).id for number in range(2)]
    clock.pass_(days=30)
    assert check(composed, watch) == 2
    assert cards(composed, first) == ["red citizen"]
    assert check(composed, watch) == 1
    assert all(cards(composed, other) == ["red citizen"] for other in others)


def test_a_serving_house_watches_by_itself(composed: Hangfeng, clock: StandingClock) -> None:
    complaint = composed.casework.register(call(composed)).id
    composed.catch_up()
    clock.pass_(days=30)
    watch = DeadlineWatch(composed.views, composed.casework, composed.instance, clock, check_seconds=0.01)
    watch.start()
    looked = next((True for _ in range(100_000) if cards(composed, complaint) or watch.fault), False)
    watch.stop()
    assert looked
    assert cards(composed, complaint) == ["red citizen"]
