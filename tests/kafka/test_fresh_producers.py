"""aiokafka's idempotent producer does not outlive trouble (its issue 1017); the relay makes another one each time."""

import asyncio
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime
from pathlib import Path

import pytest
from aiokafka.admin import AIOKafkaAdminClient
from aiokafka.admin.config_resource import ConfigResource, ConfigResourceType

from gateways.app import compose, open_new, public_feed
from gateways.kafka.producer import KafkaPublisher, KafkaSettings, kafka_settings
from services.relay.cloud_events import FACTS_TOPIC, Message
from services.relay.relay import BrokerTrouble, Relay, RelayNews, RelaySettings
from services.settings import Settings
from tests.kafka import matters as m
from tests.kafka.broker import Broker
from tests.kafka.reading import everything_in
from tests.services.relay.test_loop import two_matters

pytestmark = [pytest.mark.kafka, pytest.mark.slow]

NOW = datetime(2026, 4, 1, 9, 0, tzinfo=UTC)
NOTHING_FITS_BYTES = 50
EVERYTHING_FITS_BYTES = 1024 * 1024
SECONDS_MAX = 90.0
PROBE = Message(1, NOW, FACTS_TOPIC, "probe", b"x" * 200)
HOW = RelaySettings(batch_facts_max=10, poll_seconds=0.05, retry_seconds_max=1.0)


@dataclass
class Making:
    """Makes publishers, and remembers them."""

    settings: KafkaSettings
    made: list[KafkaPublisher] = field(default_factory=list)

    def __call__(self) -> KafkaPublisher:
        self.made.append(KafkaPublisher(self.settings))
        return self.made[-1]


@pytest.fixture
def settings(broker: Broker, tmp_path: Path) -> Settings:
    settings = Settings(data=tmp_path / "data", kafka=broker.address, kafka_delivery_seconds=3)
    open_new(settings)
    with compose(settings) as house:
        two_matters(house.log)
    return settings


async def takes_messages_of(bytes_max: int, broker: Broker, make: Making) -> None:
    """Let the topic refuse what is larger, which no client tries again by itself; return once it is so."""
    admin = AIOKafkaAdminClient(bootstrap_servers=broker.address)
    await admin.start()
    try:
        limit = {"max.message.bytes": str(bytes_max)}
        await admin.alter_configs([ConfigResource(ConfigResourceType.TOPIC, FACTS_TOPIC, configs=limit)])
    finally:
        await admin.close()
    # The broker takes a new limit over a moment after it said that it would.
    async with asyncio.timeout(SECONDS_MAX):
        while await _is_taken(make) != (bytes_max > len(PROBE.value)):
            pass


async def _is_taken(make: Making) -> bool:
    async with opened(KafkaPublisher(make.settings)) as publisher:
        try:
            await publisher.send([PROBE])
        except BrokerTrouble:
            return False
        return True


async def matters_in(broker: Broker) -> list[tuple[bytes | None, bytes]]:
    """What the topic holds, probes left out."""
    return [one for one in await everything_in(broker, FACTS_TOPIC) if one[0] != PROBE.key.encode()]


@asynccontextmanager
async def opened(publisher: KafkaPublisher) -> AsyncIterator[KafkaPublisher]:
    await publisher.open(None)
    try:
        yield publisher
    finally:
        await publisher.close()


async def test_a_producer_that_was_refused_once_is_stuck_for_good(broker: Broker, settings: Settings) -> None:
    make = Making(kafka_settings(settings))
    message = Message(1, NOW, FACTS_TOPIC, "matter", b"x" * 200)
    async with opened(make()) as publisher:
        await publisher.send([message])
        await takes_messages_of(NOTHING_FITS_BYTES, broker, make)
        with pytest.raises(BrokerTrouble, match="MessageSizeTooLarge"):
            await publisher.send([message])
        await takes_messages_of(EVERYTHING_FITS_BYTES, broker, make)
        for _ in range(3):
            with pytest.raises(BrokerTrouble, match="OutOfOrderSequenceNumber"):
                await publisher.send([message])
    async with opened(make()) as publisher:
        await publisher.send([message])
    assert len(await matters_in(broker)) == 2


async def test_the_relay_goes_on_with_another_producer_where_one_is_stuck(broker: Broker, settings: Settings) -> None:
    make = Making(kafka_settings(settings))
    async with opened(KafkaPublisher(make.settings)):
        await takes_messages_of(NOTHING_FITS_BYTES, broker, make)

    async def mended(_seconds: float) -> None:
        await takes_messages_of(EVERYTHING_FITS_BYTES, broker, make)

    with public_feed(settings) as (feed, store):
        sent = await Relay(feed, store, make, HOW, lambda: NOW, sleep=mended).run(once=True)
    assert (sent, len(make.made)) == (2 * m.TOLD_OF_PUBLIC, 2)
    assert len(await matters_in(broker)) == 2 * m.TOLD_OF_PUBLIC


async def test_after_an_outage_another_producer_goes_on_and_nothing_is_left_of_the_first(
    broker: Broker, settings: Settings
) -> None:
    make, troubled = Making(kafka_settings(settings)), asyncio.Event()
    with public_feed(settings) as (feed, store):
        news = RelayNews(trouble=lambda _trouble, _seconds: troubled.set())
        relay = Relay(feed, store, make, HOW, lambda: NOW, news=news)
        running = asyncio.create_task(relay.run())
        await _until(lambda: store.reached().position == feed.head())
        await asyncio.to_thread(broker.stop)
        with compose(settings) as house:
            m.append(house.log, 10, [m.public_matter()])
        await asyncio.wait_for(troubled.wait(), SECONDS_MAX)
        await asyncio.to_thread(broker.start)
        await _until(lambda: store.reached().position == feed.head())
        assert len(make.made) > 1
        assert len(_senders()) == 1
        running.cancel()
        await asyncio.gather(running, return_exceptions=True)
        beat = store.last_beat()
        assert beat is not None
        assert "Kafka cannot be used" in str(beat.fault)
    assert _senders() == []
    messages = await everything_in(broker, FACTS_TOPIC)
    assert len(set(messages)) == 3 * m.TOLD_OF_PUBLIC


async def _until(holds: Callable[[], bool]) -> None:
    async with asyncio.timeout(SECONDS_MAX):
        while not holds():  # noqa: ASYNC110 - the relay's file says nothing by itself
            await asyncio.sleep(0.05)


def _senders() -> list[str]:
    """The tasks that send in the background, one for each producer that is alive."""
    names = (getattr(task.get_coro(), "__qualname__", "") for task in asyncio.all_tasks())
    return [name for name in names if "_sender_routine" in name]
