"""The relay's loop: read on, send, wait for the acknowledgement, write the position down, and so on.

Nothing is sent that is not durable in the log, and no position is written down before the broker holds everything up to
it. A producer that fails or keeps silent is thrown away, and a new one goes on from the stored position.
"""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Protocol

from services.log.port import LogDamaged
from services.relay.cloud_events import Message
from services.relay.feed import PublicFeed, RelayAhead
from services.relay.store import RelayStore

RETRY_FIRST_SECONDS = 0.5
PAUSE_SECONDS_MAX = 5.0
"""How long a pause lasts at the most without a sign of life."""

RETRY_FACTOR = 2.0
ONCE_ATTEMPTS_MAX = 3
"""How often a single run tries a broker before it gives up."""


class BrokerTrouble(Exception):
    """The broker could not be reached, refused, or kept silent for too long; nothing of the batch is acknowledged."""

    def __init__(self, zh: str, en: str) -> None:
        self.zh, self.en = f"Kafka 不可用：{zh}", f"Kafka cannot be used: {en}"
        super().__init__(f"{self.zh} / {self.en}")


class OtherCluster(Exception):
    """The broker belongs to another cluster than the one that holds what was sent so far."""

    def __init__(self, held: str, found: str) -> None:
        super().__init__(
            f"已转发内容在集群 {held}，当前为 {found}；确认更换请用 --from 指定位置 / "
            f"what was sent so far is in cluster {held}, this is {found}; "
            f"where that is meant, name a position with --from",
        )


class TopicsGone(Exception):
    """The cluster is the same by its id, and what was sent so far is there no more."""

    def __init__(self, cluster: str, topics: Sequence[str]) -> None:
        names = ", ".join(topics)
        super().__init__(
            f"集群 {cluster} 中已无主题 {names}，其数据似已清空；确认重新转发请用 --from 指定位置（全部为 --from 1）/ "
            f"cluster {cluster} holds {names} no more, as where its data were wiped; where that is meant, name a "
            f"position with --from (--from 1 for everything)",
        )


class Publisher(Protocol):
    """A connection to a broker, good until its first trouble."""

    async def open(self, held: str | None, /) -> str:
        """Connect, and return the cluster's id; ``held`` is the one that holds what was sent so far.

        Where nothing was sent so far, the topics that are missing are made. Raises ``BrokerTrouble``, and
        ``TopicsGone`` where topics are missing in the cluster that held them.
        """

    async def send(self, messages: Sequence[Message], /) -> None:
        """Send messages in order and return once all are acknowledged. Raises ``BrokerTrouble``."""

    async def close(self) -> None:
        """Let go of the connection, whatever state it is in, in bounded time."""


@dataclass(frozen=True, slots=True)
class RelaySettings:
    """How many facts go in a batch, how often the log is looked at, how long a retry is put off at the most."""

    batch_facts_max: int
    poll_seconds: float
    retry_seconds_max: float


@dataclass(frozen=True, slots=True)
class RelayNews:
    """Who is told of what happens: how far it has come, each connection, each trouble."""

    progress: Callable[[int], None] = lambda _position: None
    connected: Callable[[str, int], None] = lambda _cluster, _position: None
    """The cluster's id, and the position after which it goes on."""

    trouble: Callable[[BrokerTrouble, float], None] = lambda _trouble, _seconds: None
    """What went wrong, and in how many seconds it is tried again."""


class Relay:
    """Sends the public facts of a log to a broker, in order, from where it stopped."""

    def __init__(
        self,
        feed: PublicFeed,
        store: RelayStore,
        publisher: Callable[[], Publisher],
        settings: RelaySettings,
        clock: Callable[[], datetime],
        *,
        sleep: Callable[[float], Awaitable[None]] = asyncio.sleep,
        news: RelayNews | None = None,
    ) -> None:
        """``publisher`` makes a fresh connection."""
        self._feed = feed
        self._store = store
        self._publisher = publisher
        self._settings = settings
        self._clock = clock
        self._sleep = sleep
        self._news = news or RelayNews()

    async def run(self, *, once: bool = False) -> int:
        """Send until the log's present end (``once``), or for ever; return how many messages were acknowledged.

        Raises ``OtherCluster``, ``TopicsGone``, ``RelayAhead``, ``LogDamaged``, which wait for a person and stand as
        the fault until then; with ``once`` also ``BrokerTrouble``, once it was tried ``ONCE_ATTEMPTS_MAX`` times in
        vain.
        """
        try:
            return await self._run(once=once)
        except (OtherCluster, TopicsGone, RelayAhead, LogDamaged) as fault:
            self._store.beat(self._clock(), fault)
            raise

    async def _run(self, *, once: bool) -> int:
        self._feed.check()
        before = self._store.reached().published
        to = self._feed.head() if once else None
        wait, vain = RETRY_FIRST_SECONDS, 0
        while True:
            began = self._store.reached().position
            try:
                await self._with_one_producer(to)
            except BrokerTrouble as trouble:
                moved = self._store.reached().position > began
                wait, vain = (RETRY_FIRST_SECONDS, 1) if moved else (wait, vain + 1)
                if once and vain >= ONCE_ATTEMPTS_MAX:
                    raise
                self._news.trouble(trouble, wait)
                await self._pause(wait)
                wait = min(wait * RETRY_FACTOR, self._settings.retry_seconds_max)
            else:
                return self._store.reached().published - before

    async def _pause(self, seconds: float) -> None:
        left = seconds
        while left > 0:
            await self._sleep(min(left, PAUSE_SECONDS_MAX))
            left -= PAUSE_SECONDS_MAX
            self._store.alive(self._clock())

    async def _with_one_producer(self, to: int | None) -> None:
        """Send with one connection until the end (where there is one) or the first trouble."""
        publisher = self._publisher()
        try:
            held = self._store.reached().cluster
            cluster = await publisher.open(held)
            if held is None:
                self._store.bind(cluster)
            elif held != cluster:
                raise OtherCluster(held, cluster)
            self._news.connected(cluster, self._store.reached().position)
            while not await self._one_batch(publisher, to):
                pass
        except BrokerTrouble as trouble:
            # Before the connection is let go, which may take its time.
            self._store.beat(self._clock(), trouble)
            raise
        finally:
            await publisher.close()

    async def _one_batch(self, publisher: Publisher, to: int | None) -> bool:
        """Send the next batch, or wait for one; say whether the end is reached."""
        position = self._store.reached().position
        if to is not None and position >= to:
            self._store.beat(self._clock())
            return True
        # Reading and decoding in a thread of their own: the connection's own heartbeats go on meanwhile.
        batch = await asyncio.to_thread(self._feed.next, position, self._settings.batch_facts_max, to)
        if batch.position > position:
            await publisher.send(batch.messages)
            self._store.acknowledge(batch.position, batch.leaf, len(batch.messages))
            self._news.progress(batch.position)
        self._store.beat(self._clock())
        if batch.position == position:
            await self._sleep(self._settings.poll_seconds)
        return False
