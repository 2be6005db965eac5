"""The relay's loop over a real log, with a broker that fails as a test tells it to."""

import asyncio
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from domain.complaint import events as e
from domain.words import ComplaintKind
from gateways.app import compose, open_new, public_feed
from services.log.sqlite_log import SqliteLog
from services.relay.cloud_events import FACTS_TOPIC, Message
from services.relay.feed import PositionBeyond, RelayAhead
from services.relay.relay import BrokerTrouble, OtherCluster, Relay, RelaySettings, TopicsGone
from services.relay.store import Leadership, RelayLed
from services.settings import Settings
from tests.kafka import matters as m

NOW = datetime(2026, 4, 1, 9, 0, tzinfo=UTC)


@dataclass
class Broker:
    """Holds what was acknowledged; fails at the sends that ``fails`` numbers, after it took ``kept`` messages in."""

    fails: frozenset[int] = frozenset()
    kept: int = 0
    cluster: str = "cluster-1"
    wiped: bool = False
    sends: int = 0
    opened: int = 0
    closed: int = 0
    held: list[Message] = field(default_factory=list)

    async def open(self, held: str | None, /) -> str:
        self.opened += 1
        if self.wiped and held == self.cluster:
            raise TopicsGone(self.cluster, [FACTS_TOPIC])
        return self.cluster

    async def send(self, messages: Sequence[Message], /) -> None:
        self.sends += 1
        if self.sends in self.fails:
            self.held += messages[: self.kept]
            raise BrokerTrouble("已离开", "it went away")
        self.held += messages

    async def close(self) -> None:
        self.closed += 1


@dataclass
class Slept:
    seconds: list[float] = field(default_factory=list)

    async def __call__(self, seconds: float) -> None:
        self.seconds.append(seconds)


@pytest.fixture
def settings(tmp_path: Path) -> Settings:
    settings = Settings(data=tmp_path / "data")
    open_new(settings)
    return settings


def told(settings: Settings, add: Callable[[SqliteLog], object]) -> None:
    with compose(settings) as house:
        add(house.log)


async def relay_once(settings: Settings, broker: Broker, slept: Slept | None = None) -> int:
    with public_feed(settings) as (feed, store):
        how = RelaySettings(batch_facts_max=10, poll_seconds=1, retry_seconds_max=1.5)
        return await Relay(feed, store, lambda: broker, how, lambda: NOW, sleep=slept or Slept()).run(once=True)


def two_matters(log: SqliteLog) -> None:
    m.place_unit(log)
    m.append(log, 0, [m.public_matter(), m.public_matter()])


async def test_every_public_fact_is_sent_once_and_a_second_run_sends_nothing(settings: Settings) -> None:
    told(settings, two_matters)
    broker = Broker()
    assert await relay_once(settings, broker) == 2 * m.TOLD_OF_PUBLIC
    assert await relay_once(settings, broker) == 0
    assert len({message.position for message in broker.held}) == len(broker.held) == 2 * m.TOLD_OF_PUBLIC


async def test_after_trouble_a_fresh_producer_goes_on_from_the_stored_position(settings: Settings) -> None:
    told(settings, two_matters)
    broker, slept = Broker(fails=frozenset({3, 4}), kept=2), Slept()
    await relay_once(settings, broker, slept)
    assert (broker.opened, broker.closed) == (3, 3)
    assert slept.seconds == [0.5, 1.0]
    assert len({message.position for message in broker.held}) == 2 * m.TOLD_OF_PUBLIC
    # Twice a batch was begun and not acknowledged: its first two messages came three times.
    assert len(broker.held) == 2 * m.TOLD_OF_PUBLIC + 4


async def test_the_pause_grows_up_to_its_limit_and_a_single_run_gives_up(settings: Settings) -> None:
    told(settings, two_matters)
    slept = Slept()
    with pytest.raises(BrokerTrouble):
        await relay_once(settings, Broker(fails=frozenset(range(100))), slept)
    assert slept.seconds == [0.5, 1.0]
    with public_feed(settings) as (_, store):
        beat = store.last_beat()
        assert beat is not None
        assert beat.failing
        assert "it went away" in str(beat.fault)


async def test_another_cluster_is_refused_until_a_position_is_named(settings: Settings) -> None:
    told(settings, two_matters)
    await relay_once(settings, Broker())
    with pytest.raises(OtherCluster):
        await relay_once(settings, Broker(cluster="cluster-2"))
    with public_feed(settings) as (feed, _):
        feed.begin_at(1)
    broker = Broker(cluster="cluster-2")
    assert await relay_once(settings, broker) == 2 * m.TOLD_OF_PUBLIC


async def test_a_cluster_that_was_wiped_is_refused_until_a_position_is_named(settings: Settings) -> None:
    told(settings, two_matters)
    await relay_once(settings, Broker(wiped=True))
    with pytest.raises(TopicsGone, match="--from 1 for everything"):
        await relay_once(settings, Broker(wiped=True))
    with public_feed(settings) as (feed, _):
        feed.begin_at(1)
    assert await relay_once(settings, Broker(wiped=True)) == 2 * m.TOLD_OF_PUBLIC


async def test_what_waits_for_a_person_stands_as_the_fault(settings: Settings) -> None:
    told(settings, two_matters)
    await relay_once(settings, Broker())
    with pytest.raises(OtherCluster) as refused:
        await relay_once(settings, Broker(cluster="cluster-2"))
    with public_feed(settings) as (_, store):
        beat = store.last_beat()
    assert beat is not None
    assert (beat.failing, beat.fault) == (True, str(refused.value))


async def test_a_long_pause_gives_signs_of_life_and_leaves_the_fault_standing(settings: Settings) -> None:
    told(settings, two_matters)
    slept, instants = Slept(), iter(NOW + timedelta(seconds=n) for n in range(1_000))
    with public_feed(settings) as (feed, store):
        how = RelaySettings(batch_facts_max=10, poll_seconds=1, retry_seconds_max=60)

        async def sleep(seconds: float) -> None:
            before = store.last_beat()
            await slept(seconds)
            assert before is not None
            assert before.failing
            if len(slept.seconds) == 12:
                raise asyncio.CancelledError

        broker = Broker(fails=frozenset(range(100)))
        with pytest.raises(asyncio.CancelledError):
            await Relay(feed, store, lambda: broker, how, lambda: next(instants), sleep=sleep).run()
        beat = store.last_beat()
    # 0.5, 1, 2 and 4 seconds, then 8 and 16 in parts.
    assert slept.seconds == [0.5, 1.0, 2.0, 4.0, 5.0, 3.0, 5.0, 5.0, 5.0, 1.0, 5.0, 5.0]
    assert beat is not None
    assert beat.fault_at is not None
    assert beat.fault_at < beat.at


async def test_a_log_that_was_restored_to_an_earlier_state_is_noticed(settings: Settings) -> None:
    told(settings, two_matters)
    with public_feed(settings) as (feed, store):
        store.acknowledge(feed.head() + 5, b"x" * 32, 0)
    with pytest.raises(RelayAhead):
        await relay_once(settings, Broker())


async def test_a_position_beyond_the_log_is_refused(settings: Settings) -> None:
    with public_feed(settings) as (feed, _), pytest.raises(PositionBeyond):
        feed.begin_at(feed.head() + 2)


async def test_a_matter_withdrawn_before_it_is_told_is_never_told(settings: Settings) -> None:
    matter = [m.registered(ComplaintKind.HELP), m.filled(e.Accepted), m.filled(e.PublicationWithdrawn)]
    told(settings, lambda log: m.append(log, 0, [[*matter, m.filled(e.Closed)]]))
    broker = Broker()
    assert await relay_once(settings, broker) == 1
    assert b'"hangfeng.complaint.withheld.v1"' in broker.held[0].value


async def test_a_matter_that_becomes_an_accusation_is_said_to_be_withheld_without_a_reason(settings: Settings) -> None:
    begun = [m.registered(ComplaintKind.COMPLAINT), m.filled(e.Accepted)]
    told(settings, lambda log: m.append(log, 0, [begun]))
    broker = Broker()
    await relay_once(settings, broker)
    later = m.filled(e.Reclassified, new=ComplaintKind.ACCUSATION)
    told(settings, lambda log: m.append_to(log, 0, [later, m.filled(e.Closed)]))
    assert await relay_once(settings, broker) == 1
    assert b"accusation" not in broker.held[-1].value


async def test_facts_are_keyed_by_their_matter(settings: Settings) -> None:
    told(settings, two_matters)
    broker = Broker()
    await relay_once(settings, broker)
    assert {(one.topic, one.key) for one in broker.held} == {(FACTS_TOPIC, str(m.stream(n))) for n in (0, 1)}


def test_there_is_one_leader(settings: Settings) -> None:
    first, second = Leadership(settings.data), Leadership(settings.data)
    first.claim()
    with pytest.raises(RelayLed):
        second.claim()
    first.resign()
    second.claim()
    second.resign()
