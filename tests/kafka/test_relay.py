"""20,000 facts, ten kills of the relay, the broker away for a minute: each public fact once, and nothing else."""

import asyncio
import json
import os
import random
import signal
import subprocess
import sys
import time
from collections import defaultdict
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest

from gateways.app import compose, open_new
from services.relay.cloud_events import FACTS_TOPIC
from services.relay.store import RelayStore
from services.settings import Settings
from tests.kafka import matters as m
from tests.kafka.broker import Broker
from tests.kafka.reading import everything_in

pytestmark = [pytest.mark.kafka, pytest.mark.slow]

FACTS = 20_000
KILLS = 10
BROKER_STOP_SECONDS = 60.0
WAIT_SECONDS_MAX = 240.0

Told = tuple[str, int]
"""A fact of a matter: the matter's id and the fact's number in it."""


class Relaying:
    """The relay's own process, which may be killed and begun anew."""

    def __init__(self, data: Path, broker: Broker) -> None:
        self._command = [sys.executable, "-m", "gateways.cli", "--data", str(data), "relay"]
        self._environment = os.environ | {
            "HANGFENG_KAFKA": broker.address,
            "HANGFENG_KAFKA_DELIVERY_SECONDS": "5",
            "HANGFENG_KAFKA_RETRY_SECONDS_MAX": "1",
            "HANGFENG_RELAY_BATCH_FACTS_MAX": "40",
            "HANGFENG_RELAY_POLL_SECONDS": "0.05",
        }
        self._said_file = data / "relay-output.txt"
        self.store = RelayStore(data)
        self.process = self._start()

    def _start(self) -> subprocess.Popen[bytes]:
        with self._said_file.open("ab") as said:
            return subprocess.Popen(self._command, env=self._environment, stdout=said, stderr=said)

    def said(self) -> str:
        return self._said_file.read_text("utf-8")

    def kill(self) -> None:
        self.process.send_signal(signal.SIGKILL)
        self.process.wait()

    def again(self) -> None:
        self.process = self._start()

    def wait_for(self, position: int) -> None:
        until = time.monotonic() + WAIT_SECONDS_MAX
        while self.store.reached().position < position:
            assert self.process.poll() is None, self.said()[-2_000:]
            assert time.monotonic() < until, f"stuck at {self.store.reached()}: {self.said()[-2_000:]}"
            time.sleep(0.002)

    def end(self) -> None:
        self.kill()
        self.store.close()


def without_repeats(messages: list[tuple[bytes | None, bytes]]) -> dict[str, list[dict[str, Any]]]:
    """Each complaint's events in the order of arrival, where whoever reads drops what is not beyond the last."""
    held: dict[str, list[dict[str, Any]]] = defaultdict(list)
    for key, value in messages:
        event = json.loads(value)
        assert key is not None
        assert key.decode() == event["subject"] == event["data"]["complaint"]
        mine = held[event["subject"]]
        if not mine or int(event["id"]) > int(mine[-1]["id"]):
            mine.append(event)
    return held


async def test_ten_kills_and_a_minute_s_outage_lose_nothing_and_tell_nothing_personal(
    broker: Broker, tmp_path: Path, record_property: Callable[[str, object], None]
) -> None:
    settings = Settings(data=tmp_path / "data")
    open_new(settings)
    public, withheld, count = 0, 0, 0
    chance = random.Random(20260401)
    with compose(settings) as house:
        log = house.log
        m.place_unit(log)

        def more(facts: int) -> None:
            nonlocal public, withheld, count
            goal = count + facts
            while count < goal:
                batch = [m.public_matter() for _ in range(20)]
                count += m.append(log, public + withheld, [*batch, *m.withheld_matters()])
                public, withheld = public + 20, withheld + 4

        more(FACTS // 2)
        relay = Relaying(settings.data, broker)
        try:
            for kill in range(KILLS):
                if kill == KILLS // 2:
                    # The process that meets the outage is the one that goes on after it.
                    await _away_for_a_minute(broker, relay, lambda: more(FACTS - count))
                head = log.head().position
                here = relay.store.reached().position
                relay.wait_for(min(head, here + chance.randrange(200, 1_500)))
                # At any point of a batch, not only once its position is written down.
                await asyncio.sleep(chance.random() / 20)
                relay.kill()
                relay.again()
            relay.wait_for(log.head().position)
        finally:
            relay.end()
    assert count >= FACTS
    messages = await everything_in(broker, FACTS_TOPIC)
    held = without_repeats(messages)
    must_be_told = {told for number in _public_numbers(public) for told in _told_of_public(number)}
    of_public = {told for events in held.values() if len(events) > 1 for told in _told(events)}
    record_property("facts", count)
    record_property("messages", len(messages))
    record_property("repeated", len(messages) - sum(map(len, held.values())))
    record_property("lost", len(must_be_told - of_public))
    assert of_public == must_be_told
    _each_once_and_in_order(held, public, withheld)
    everything = b"".join(value for _, value in messages)
    assert m.CANARY.encode() not in everything
    assert m.NUMBER.encode() not in everything
    assert m.SUBJECT.encode() not in everything


async def _away_for_a_minute(broker: Broker, relay: Relaying, meanwhile: Callable[[], None]) -> None:
    """Stop the broker for a whole minute, counted from where it is gone; the hotline works on in the meantime."""
    broker.stop()
    gone = time.monotonic()
    meanwhile()
    before = relay.store.reached().position
    await asyncio.sleep(max(gone + BROKER_STOP_SECONDS - time.monotonic(), 0.0))
    assert relay.process.poll() is None, relay.said()[-2_000:]
    assert relay.store.reached().position == before, "nothing is acknowledged while there is no broker"
    assert "Kafka 不可用" in relay.said()
    assert time.monotonic() - gone >= BROKER_STOP_SECONDS
    broker.start()


def _public_numbers(public: int) -> Iterator[int]:
    """The numbers of the matters that are public: of each 24 the first twenty."""
    return (number for batch in range(public // 20) for number in range(batch * 24, batch * 24 + 20))


def _told_of_public(number: int) -> Iterator[Told]:
    for version, fact in enumerate(m.public_matter(), start=1):
        if type(fact) not in m.INNER:
            yield str(m.stream(number)), version


def _told(events: list[dict[str, Any]]) -> list[Told]:
    return [(event["subject"], event["data"]["version"]) for event in events]


def _each_once_and_in_order(held: dict[str, list[dict[str, Any]]], public: int, withheld: int) -> None:
    ids = [int(event["id"]) for events in held.values() for event in events]
    assert len(ids) == len(set(ids))
    for events in held.values():
        assert _told(events) == sorted(set(_told(events)))
    rest = [events[0] for events in held.values() if len(events) == 1]
    assert len(held) == public + len(rest)
    # Of four withheld matters two had begun in public, and of those it is said once that they are withheld.
    assert len(rest) == withheld // 2
    assert {event["type"] for event in rest} == {"hangfeng.complaint.withheld.v1"}
