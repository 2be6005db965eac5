"""The relay's connection to Kafka, on aiokafka: idempotent, every message acknowledged by all replicas in sync.

A producer is good until its first trouble, and is thrown away whole. A batch that the broker refuses leaves a gap in
the numbers of aiokafka's idempotent producer, and everything after it is refused as out of order, for good (issue 1017
of aio-libs/aiokafka). While there is no broker it tries again without an end and says nothing: it is never waited for
without a limit.
"""

from __future__ import annotations

import asyncio
import re
from collections.abc import Sequence
from contextlib import suppress
from dataclasses import dataclass, field
from typing import Any

from aiokafka import AIOKafkaProducer
from aiokafka.admin import AIOKafkaAdminClient, NewTopic
from aiokafka.errors import (
    ClusterAuthorizationFailedError,
    InvalidReplicationFactorError,
    KafkaError,
    TopicAlreadyExistsError,
    TopicAuthorizationFailedError,
    for_code,
)

from gateways.kafka.diagnosis import Why, said_of, why_no_connection
from gateways.kafka.security import security
from services.relay.cloud_events import EDITIONS_TOPIC, FACTS_TOPIC, MEDIA_TYPE, Message
from services.relay.relay import BrokerTrouble, TopicsGone
from services.settings import PREFIX, Settings, SettingsFault

CLOSE_SECONDS_MAX = 5.0
LINGER_MILLISECONDS = 5
BATCH_BYTES_MAX = 256 * 1024
PORT_DEFAULT = 9092
PORT_MAX = 65_535
CLIENT_ID = "hangfeng-relay"
_ADDRESS = re.compile(r"(\[[0-9A-Fa-f:.]+\]|[^\s:/\[\]]+)(:(?P<port>[0-9]{1,5}))?")
_HEADERS = [("content-type", MEDIA_TYPE.encode("ascii"))]
_EXISTS = TopicAlreadyExistsError.errno


@dataclass(frozen=True, slots=True)
class KafkaSettings:
    """Where the brokers are, how they are spoken to, and how new topics are made."""

    servers: str
    security: dict[str, Any] = field(repr=False)
    partitions: int
    replication: int
    delivery_seconds: float


def kafka_settings(settings: Settings) -> KafkaSettings:
    """Return what the settings say of Kafka. Raises ``SettingsFault`` where they say nothing or contradict."""
    if settings.kafka is None:
        raise SettingsFault(
            "kafka",
            "未设置 Kafka 服务器，例如 HANGFENG_KAFKA=localhost:9092",
            "no Kafka servers are set, such as HANGFENG_KAFKA=localhost:9092",
        )
    if not all(_is_address(one.strip()) for one in settings.kafka.split(",")):
        raise SettingsFault(
            "kafka",
            "须为 名称:端口，多个以逗号分隔，不带 https:// 之类的前缀",
            "each server is name:port, several with commas, without a prefix such as https://",
        )
    return KafkaSettings(
        servers=settings.kafka,
        security=security(settings),
        partitions=settings.kafka_partitions_count,
        replication=settings.kafka_replicas_count,
        delivery_seconds=settings.kafka_delivery_seconds,
    )


def _is_address(text: str) -> bool:
    found = _ADDRESS.fullmatch(text)
    return found is not None and 0 < int(found["port"] or PORT_DEFAULT) <= PORT_MAX


class KafkaPublisher:
    """One producer and its life."""

    def __init__(self, settings: KafkaSettings) -> None:
        self._settings = settings
        self._producer: AIOKafkaProducer | None = None

    async def open(self, held: str | None, /) -> str:
        """Connect, make the topics that are missing where nothing was sent so far, and return the cluster's id.

        Raises ``BrokerTrouble``, and ``TopicsGone`` where topics are missing in the cluster that held them.
        """
        try:
            return await self._opened(held)
        except (KafkaError, OSError) as error:
            why = await why_no_connection(self._settings.servers, self._settings.security)
            raise self._trouble(error, why) from error

    async def send(self, messages: Sequence[Message], /) -> None:
        """Send messages in order and return once all are acknowledged. Raises ``BrokerTrouble``."""
        try:
            await asyncio.wait_for(self._sent(messages), self._settings.delivery_seconds)
        except (KafkaError, OSError) as error:
            raise self._trouble(error) from error

    async def close(self) -> None:
        """Let go of the producer; one that does not end by itself is ended."""
        producer, self._producer = self._producer, None
        if producer is None:
            return
        try:
            await asyncio.wait_for(producer.stop(), CLOSE_SECONDS_MAX)
        except (TimeoutError, KafkaError, OSError):
            # Its sender would go on trying behind our back, beside the producer that takes its place.
            with suppress(TimeoutError, KafkaError, OSError, asyncio.CancelledError):
                await asyncio.wait_for(producer._sender.close(), CLOSE_SECONDS_MAX)  # noqa: SLF001 - nothing else ends it
            with suppress(TimeoutError, KafkaError, OSError):
                await asyncio.wait_for(producer.client.close(), CLOSE_SECONDS_MAX)

    async def _opened(self, held: str | None) -> str:
        cluster = await asyncio.wait_for(self._prepared(held), self._settings.delivery_seconds)
        self._producer = AIOKafkaProducer(
            bootstrap_servers=self._settings.servers,
            client_id=CLIENT_ID,
            acks="all",
            enable_idempotence=True,
            linger_ms=LINGER_MILLISECONDS,
            max_batch_size=BATCH_BYTES_MAX,
            compression_type="gzip",
            request_timeout_ms=int(self._settings.delivery_seconds * 1000),
            **self._settings.security,
        )
        await asyncio.wait_for(self._producer.start(), self._settings.delivery_seconds)
        return cluster

    async def _sent(self, messages: Sequence[Message]) -> None:
        assert self._producer is not None, "a publisher sends once it is open"
        waiting = []
        try:
            for message in messages:
                sent = await self._producer.send(
                    message.topic, message.value, key=message.key.encode("ascii"), headers=_HEADERS
                )
                waiting.append(sent)
            await asyncio.gather(*waiting)
        finally:
            for one in waiting:
                # A future that fails after its batch was given up is nobody's any more.
                one.add_done_callback(_seen)

    async def _prepared(self, held: str | None) -> str:
        admin = AIOKafkaAdminClient(
            bootstrap_servers=self._settings.servers, client_id=CLIENT_ID, **self._settings.security
        )
        try:
            await admin.start()
            standing = set(await admin.list_topics())
            cluster = str((await admin.describe_cluster())["cluster_id"])
            missing = [name for name in (FACTS_TOPIC, EDITIONS_TOPIC) if name not in standing]
            if missing and held == cluster:
                # Containers of Kafka share one id: it alone does not tell a cluster from the one after it was wiped.
                raise TopicsGone(cluster, missing)
            if missing and held is None:
                await self._make(admin, missing)
            return cluster
        finally:
            await admin.close()

    async def _make(self, admin: AIOKafkaAdminClient, names: Sequence[str]) -> None:
        wanted = [NewTopic(name, self._settings.partitions, self._settings.replication) for name in names]
        made = await admin.create_topics(wanted)
        for _, code, *_rest in made.topic_errors:
            if code not in {0, _EXISTS}:
                raise for_code(code)

    def _trouble(self, error: BaseException, why: Why | None = None) -> BrokerTrouble:
        settings = self._settings
        if isinstance(error, TopicAuthorizationFailedError | ClusterAuthorizationFailedError):
            why = Why(
                f"无权写入或新建主题 {FACTS_TOPIC}、{EDITIONS_TOPIC}：请在 Kafka 中授予 Write、Create、Describe",
                f"no right to write or make the topics {FACTS_TOPIC} and {EDITIONS_TOPIC}: grant Write, Create and "
                f"Describe in Kafka",
            )
        elif isinstance(error, InvalidReplicationFactorError):
            why = Why(
                f"节点数不足 {settings.replication} 个副本：请改 {PREFIX}KAFKA_REPLICAS_COUNT",
                f"it has fewer nodes than {settings.replication} replicas: change {PREFIX}KAFKA_REPLICAS_COUNT",
            )
        elif why is None and isinstance(error, TimeoutError):
            seconds = f"{settings.delivery_seconds:g}"
            why = Why(f"{seconds} 秒内无确认", f"no acknowledgement within {seconds} s")
        elif why is None:
            why = Why(said_of(error), said_of(error))
        return BrokerTrouble(why.zh, why.en)


def _seen(future: asyncio.Future[Any]) -> None:
    if not future.cancelled():
        future.exception()
