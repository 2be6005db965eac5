"""A broker whose data were wiped under the same cluster id: the relay does not go on as if nothing had happened."""

from datetime import UTC, datetime
from pathlib import Path

import pytest
from aiokafka.admin import AIOKafkaAdminClient

from gateways.app import compose, open_new, public_feed
from gateways.kafka.producer import KafkaPublisher, kafka_settings
from services.relay.cloud_events import EDITIONS_TOPIC, FACTS_TOPIC
from services.relay.relay import Relay, RelaySettings, TopicsGone
from services.settings import Settings
from tests.kafka import matters as m
from tests.kafka.broker import Broker
from tests.kafka.reading import everything_in, topics_of
from tests.services.relay.test_loop import two_matters

pytestmark = [pytest.mark.kafka, pytest.mark.slow]

NOW = datetime(2026, 4, 1, 9, 0, tzinfo=UTC)
HOW = RelaySettings(batch_facts_max=100, poll_seconds=0.05, retry_seconds_max=1.0)


async def relay_once(settings: Settings, *, first: int | None = None) -> int:
    kafka = kafka_settings(settings)
    with public_feed(settings) as (feed, store):
        if first is not None:
            feed.begin_at(first)
        return await Relay(feed, store, lambda: KafkaPublisher(kafka), HOW, lambda: NOW).run(once=True)


async def wipe(broker: Broker) -> None:
    admin = AIOKafkaAdminClient(bootstrap_servers=broker.address)
    await admin.start()
    try:
        await admin.delete_topics([FACTS_TOPIC, EDITIONS_TOPIC])
    finally:
        await admin.close()


async def test_topics_that_are_gone_are_made_anew_only_where_a_position_is_named(
    broker: Broker, tmp_path: Path
) -> None:
    settings = Settings(data=tmp_path / "data", kafka=broker.address, kafka_delivery_seconds=15)
    open_new(settings)
    with compose(settings) as house:
        two_matters(house.log)
    assert await relay_once(settings) == 2 * m.TOLD_OF_PUBLIC
    await wipe(broker)
    for _ in range(2):
        with pytest.raises(TopicsGone, match=f"{FACTS_TOPIC}, {EDITIONS_TOPIC}"):
            await relay_once(settings)
    assert await topics_of(broker.address) == set()
    assert await relay_once(settings, first=1) == 2 * m.TOLD_OF_PUBLIC
    assert len(await everything_in(broker, FACTS_TOPIC)) == 2 * m.TOLD_OF_PUBLIC
