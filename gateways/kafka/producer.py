"""The relay's connection to Kafka, on aiokafka: idempotent, every message acknowledged by all replicas in sync.

A producer is good until its first trouble: aiokafka's idempotent producer can stick after an outage of the broker
(aio-libs/aiokafka issue 1017), so that it is thrown away whole, and never waited for without an end.
"""

from __future__ import annotations

import asyncio
import ssl
from collections.abc import Sequence
from contextlib import suppress
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from aiokafka import AIOKafkaProducer
from aiokafka.admin import AIOKafkaAdminClient, NewTopic
from aiokafka.errors import KafkaError, TopicAlreadyExistsError, for_code

from services.relay.cloud_events import EDITIONS_TOPIC, FACTS_TOPIC, MEDIA_TYPE, Message
from services.relay.relay import BrokerTrouble
from services.settings import Settings, SettingsFault

CLOSE_SECONDS_MAX = 5.0
LINGER_MILLISECONDS = 5
BATCH_BYTES_MAX = 256 * 1024
CLIENT_ID = "hangfeng-relay"
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
    return KafkaSettings(
        servers=settings.kafka,
        security=_security(settings),
        partitions=settings.kafka_partitions_count,
        replication=settings.kafka_replicas_count,
        delivery_seconds=settings.kafka_delivery_seconds,
    )


class KafkaPublisher:
    """One producer and its life."""

    def __init__(self, settings: KafkaSettings) -> None:
        self._settings = settings
        self._producer: AIOKafkaProducer | None = None

    async def open(self) -> str:
        """Connect, make the topics that are missing, and return the cluster's id. Raises ``BrokerTrouble``."""
        cluster: str = await self._bounded(self._prepare())
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
        await self._bounded(self._producer.start())
        return cluster

    async def send(self, messages: Sequence[Message], /) -> None:
        """Send messages in order and return once all are acknowledged. Raises ``BrokerTrouble``."""
        await self._bounded(self._sent(messages))

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

    async def _prepare(self) -> str:
        admin = AIOKafkaAdminClient(
            bootstrap_servers=self._settings.servers, client_id=CLIENT_ID, **self._settings.security
        )
        try:
            await admin.start()
            standing = set(await admin.list_topics())
            missing = [
                NewTopic(name, self._settings.partitions, self._settings.replication)
                for name in (FACTS_TOPIC, EDITIONS_TOPIC)
                if name not in standing
            ]
            if missing:
                made = await admin.create_topics(missing)
                for _, code, *_rest in made.topic_errors:
                    if code not in {0, _EXISTS}:
                        raise for_code(code)
            return str((await admin.describe_cluster())["cluster_id"])
        finally:
            await admin.close()

    async def _bounded(self, work: Any) -> Any:  # noqa: ANN401 - whatever the work gives
        try:
            return await asyncio.wait_for(work, self._settings.delivery_seconds)
        except TimeoutError:
            seconds = self._settings.delivery_seconds
            raise BrokerTrouble(f"{seconds:g} 秒内无确认 no acknowledgement within {seconds:g} s") from None
        except (KafkaError, OSError) as error:
            raise BrokerTrouble(f"{type(error).__name__}: {error}") from error


def _seen(future: asyncio.Future[Any]) -> None:
    if not future.cancelled():
        future.exception()


def _security(settings: Settings) -> dict[str, Any]:
    protocol = settings.kafka_security_protocol
    given: dict[str, Any] = {"security_protocol": protocol}
    if protocol.endswith("SSL"):
        given["ssl_context"] = _tls(settings)
    if protocol.startswith("SASL"):
        if settings.kafka_username is None or settings.kafka_password is None:
            raise SettingsFault(
                "kafka_username",
                f"{protocol} 需要用户名和密码（kafka_username、kafka_password）",
                f"{protocol} needs a user name and a password (kafka_username, kafka_password)",
            )
        given |= {
            "sasl_mechanism": settings.kafka_sasl_mechanism,
            "sasl_plain_username": settings.kafka_username,
            "sasl_plain_password": settings.kafka_password.get_secret_value(),
        }
    return given


def _tls(settings: Settings) -> ssl.SSLContext:
    try:
        context = ssl.create_default_context(cafile=_text(settings.kafka_ca_file))
        if settings.kafka_certificate_file is not None:
            context.load_cert_chain(str(settings.kafka_certificate_file), _text(settings.kafka_key_file))
    except (OSError, ssl.SSLError) as error:
        raise SettingsFault(
            "kafka_ca_file", f"TLS 证书文件无法使用（{error}）", f"a TLS file cannot be used ({error})"
        ) from error
    return context


def _text(path: Path | None) -> str | None:
    return None if path is None else str(path)
