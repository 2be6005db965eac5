"""The clock raises each card once, across restarts, processes and deaths, and leaves a beat."""

import signal
import subprocess
import sys
import time
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime, timedelta
from pathlib import Path
from random import Random
from threading import Barrier
from uuid import UUID

import pytest

from domain.complaint import commands as c
from domain.complaint.events import DeadlineMissed, DeadlineWarned
from domain.facts import Moment
from gateways.app import Hangfeng, compose, open_new
from services.deadline_watch import DeadlineWatch
from services.opening import HEARTBEAT_FILE
from services.settings import Settings
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


# --- exactly once, across processes and deaths ----------------------------------------------------------------------


def overdue(house: Hangfeng, count: int, at: datetime) -> list[UUID]:
    """Cases of which the citizen's clock and their unit's have both run out."""
    cases = [house.casework.register(call(house, f"call-{number}", at=at)).id for number in range(count)]
    for complaint in cases:
        house.casework.handle(complaint, c.Dispatch(by=DISPATCHER, at=Moment(at), unit="城管局"))
    house.catch_up()
    return cases


def test_two_watches_at_once_raise_each_card_once(composed: Hangfeng, clock: StandingClock) -> None:
    cases = overdue(composed, 25, clock())
    clock.pass_(days=30)
    with compose(composed.settings, clock) as other, ThreadPoolExecutor(2) as threads:
        together = Barrier(2)

        def check(house: Hangfeng) -> int:
            together.wait()
            return house.watch.check()

        raised = sum(threads.map(check, (composed, other)))
    assert [sorted(cards(composed, complaint)) for complaint in cases] == [["red citizen", "red leg 1"]] * 25
    assert raised == 50


def test_a_clock_that_is_killed_at_any_point_loses_no_card_and_repeats_none(tmp_path: Path) -> None:
    settings = Settings(data=tmp_path / "data")
    open_new(settings)
    with compose(settings) as house:
        cases = overdue(house, 25, datetime.now(UTC) - timedelta(days=60))
        start, rng = house.log.head().position, Random(20260302)
        for target in sorted(rng.sample(range(1, 50), 4)):
            _killed_at(settings.data, house, start + target)
        assert start < house.log.head().position
        _run_once(settings.data)
        _run_once(settings.data)
        assert [sorted(cards(house, complaint)) for complaint in cases] == [["red citizen", "red leg 1"]] * 25
        assert house.log.head().position == start + 50
        assert house.heartbeat.beats(datetime.now(UTC))


def _clock_command(data: Path, *more: str) -> list[str]:
    return [sys.executable, "-m", "gateways.cli", "--data", str(data), "clock", "run", *more]


def _killed_at(data: Path, house: Hangfeng, position: int) -> None:
    """Run a clock and kill it as soon as the log has come to a position, wherever it is then."""
    running = subprocess.Popen(_clock_command(data), stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
    while running.poll() is None and house.log.head().position < position:
        time.sleep(0.001)
    running.kill()
    assert running.wait() == -signal.SIGKILL


def _run_once(data: Path) -> None:
    subprocess.run(_clock_command(data, "--once"), check=True, capture_output=True)


# --- the heartbeat --------------------------------------------------------------------------------------------------


def test_each_look_leaves_a_beat_and_a_fault_stays_on_record(
    composed: Hangfeng, clock: StandingClock, monkeypatch: pytest.MonkeyPatch
) -> None:
    assert composed.heartbeat.last() is None
    monkeypatch.setattr(composed.watch, "check", lambda: _fail("磁盘已满"))
    with pytest.raises(RuntimeError):
        composed.watch.look()
    monkeypatch.undo()
    assert not composed.heartbeat.beats(clock())
    clock.pass_(minutes=1)
    composed.watch.look()
    last = composed.heartbeat.last()
    assert last is not None
    assert (last.at, last.failing, last.fault) == (clock(), False, "RuntimeError: 磁盘已满")
    assert last.fault_at == clock() - timedelta(minutes=1)


def test_a_clock_that_stands_still_beats_no_more(composed: Hangfeng, clock: StandingClock) -> None:
    composed.watch.look()
    assert composed.heartbeat.beats(clock())
    clock.pass_(seconds=composed.heartbeat.late_seconds + 1)
    assert not composed.heartbeat.beats(clock())


@pytest.mark.parametrize("held", [b"", b"{}", b"null", b'{"at": "gestern"}'])
def test_what_is_no_beat_is_as_none(composed: Hangfeng, clock: StandingClock, held: bytes) -> None:
    (composed.settings.data / HEARTBEAT_FILE).write_bytes(held)
    assert composed.heartbeat.last() is None
    composed.watch.look()
    assert composed.heartbeat.beats(clock())


def _fail(said: str) -> int:
    raise RuntimeError(said)
