"""Reads a topic of a real broker whole."""

from aiokafka import AIOKafkaConsumer, TopicPartition
from aiokafka.admin import AIOKafkaAdminClient

from tests.kafka.broker import Broker


async def everything_in(broker: Broker, topic: str, **login: str) -> list[tuple[bytes | None, bytes]]:
    """Key and value of every message of a topic, partition by partition."""
    partitions = await _partitions(broker, topic, login)
    consumer = AIOKafkaConsumer(bootstrap_servers=broker.address, auto_offset_reset="earliest", **login)
    await consumer.start()
    try:
        consumer.assign(partitions)
        ends = await consumer.end_offsets(partitions)
        found: list[tuple[bytes | None, bytes]] = []
        left = {one for one in partitions if ends[one]}
        while left:
            batches = await consumer.getmany(*left, timeout_ms=1_000)
            for messages in batches.values():
                found += [(one.key, one.value) for one in messages]
            left = {one for one in left if await consumer.position(one) < ends[one]}
        return found
    finally:
        await consumer.stop()


async def _partitions(broker: Broker, topic: str, login: dict[str, str]) -> list[TopicPartition]:
    admin = AIOKafkaAdminClient(bootstrap_servers=broker.address, **login)
    await admin.start()
    try:
        described = await admin.describe_topics([topic])
        return [TopicPartition(topic, one["partition"]) for one in described[0]["partitions"]]
    finally:
        await admin.close()


async def topics_of(address: str) -> set[str]:
    """The names of all topics."""
    admin = AIOKafkaAdminClient(bootstrap_servers=address)
    await admin.start()
    try:
        return set(await admin.list_topics())
    finally:
        await admin.close()
