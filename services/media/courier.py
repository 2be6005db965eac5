"""The courier: public facts, published editions and exposures to the outlets that want them, as signed webhooks.

Signed as Standard Webhooks are: HMAC-SHA256 over id, time and body. The id is the instance's name and the position in
the log, the same at every try, so an outlet drops what comes twice.
"""

from __future__ import annotations

import asyncio
import hmac
from base64 import b64encode
from collections.abc import Callable, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from datetime import datetime, timedelta
from hashlib import sha256
from threading import Thread
from time import monotonic
from typing import Protocol, cast
from uuid import UUID

import httpx
import orjson
from cryptography.exceptions import InvalidTag

from domain.facts import Recorded
from domain.partners import outlets as p
from domain.partners.exposures import (
    EXPOSURES_STREAM,
    ExposureFact,
    ExposurePublished,
    ExposureWithdrawn,
    exposures_after,
)
from domain.partners.refusals import WebhookRefused
from domain.public_facts import PUBLIC_FACTS, Withheld
from services.log.port import Log
from services.media.addresses import AddressRules, Resolve, destination, resolve
from services.media.deliveries import Delivery, DeliveryBook, DeliveryState
from services.media.exposures import public_now
from services.media.partners import EXPOSURE
from services.media.withdrawals import exposed_matters, identity_of, offered_before, withdrawals_of
from services.relay.cloud_events import (
    EDITION_CORRECTED,
    EDITIONS_TOPIC,
    FACTS_TOPIC,
    MEDIA_TYPE,
    Message,
    message_of,
    type_of,
)
from services.relay.feed import PublicFeed
from services.relay.store import RelayStore

EXPOSURES_TOPIC = "hangfeng.exposures.v1"
OFFERS_TOPIC = "hangfeng.offers.v1"
EXPOSURE_PUBLISHED = "hangfeng.exposure.published.v1"
EXPOSURE_WITHDRAWN = "hangfeng.exposure.withdrawn.v1"
MATERIAL_OFFERED = "hangfeng.partner.material_offered.v1"
LOCK_FILE = "webhooks.lock"
BATCH_FACTS = 500
DELIVERIES_A_ROUND_MAX = 100
"""How many deliveries one outlet gets before the log is looked at again."""

OUTLET_SECONDS_A_ROUND_MAX = 30.0
"""How long one outlet may take up a round, so that a slow one keeps the others waiting no longer than this."""

OUTLETS_AT_ONCE_MAX = 8
_GONE = 410
_OK, _REDIRECT = 200, 300

_MATERIAL_OF = {
    FACTS_TOPIC: p.Material.FACTS,
    EDITIONS_TOPIC: p.Material.EDITIONS,
    EXPOSURES_TOPIC: p.Material.EXPOSURES,
}
_WITHHELD = type_of(Withheld).encode()
_RETRACTIONS = frozenset({type_of(Withheld), EXPOSURE_WITHDRAWN, EDITION_CORRECTED})
"""What takes back or corrects something: whoever holds that something must hear of it, and at once."""

assert Withheld in PUBLIC_FACTS


@dataclass(frozen=True, slots=True)
class CourierSettings:
    """How long an outlet may take, how often a delivery is tried, and how long the pauses between are."""

    timeout_seconds: float
    attempts_max: int
    retry_first_seconds: float
    retry_seconds_max: float
    addresses: AddressRules


@dataclass(frozen=True, slots=True)
class Answer:
    """What an outlet answered, or why it could not be asked."""

    status: int | None
    error: str | None = None

    @property
    def taken(self) -> bool:
        """Whether the outlet took it."""
        return self.status is not None and _OK <= self.status < _REDIRECT


class Post(Protocol):
    """Sends a delivery and returns what was answered."""

    def __call__(self, url: str, headers: dict[str, str], body: bytes, /) -> Answer:
        """Send."""


def signature(secrets: Sequence[bytes], identity: str, timestamp: int, body: bytes) -> str:
    """Return the ``webhook-signature`` of a delivery: one ``v1,`` and base64 a secret, parted by spaces."""
    signed = f"{identity}.{timestamp}.".encode() + body
    return " ".join("v1," + b64encode(hmac.digest(secret, signed, sha256)).decode("ascii") for secret in secrets)


class HttpPost:
    """Sends over HTTP: to the address that was judged, under the name that was asked for, following no redirect.

    One try lasts no longer than its whole time, however slowly an outlet drips its answer.
    """

    def __init__(self, settings: CourierSettings, ask: Resolve = resolve) -> None:
        self._settings = settings
        self._ask = ask
        self._tls = httpx.create_ssl_context(trust_env=False)
        # One a name, never one for all: connections are kept by address, and a name must not go over the connection
        # that was made, and whose certificate was checked, for another name at the same address.
        self._clients: dict[str, httpx.AsyncClient] = {}
        self._loop = asyncio.new_event_loop()
        self._thread = Thread(target=self._loop.run_forever, name="webhook-post", daemon=True)
        self._thread.start()

    def __call__(self, url: str, headers: dict[str, str], body: bytes, /) -> Answer:
        """Send; the answer's body is not read."""
        return asyncio.run_coroutine_threadsafe(self._bounded(url, headers, body), self._loop).result()

    def close(self) -> None:
        """Let go of the connections."""
        asyncio.run_coroutine_threadsafe(self._let_go(), self._loop).result()
        self._loop.call_soon_threadsafe(self._loop.stop)
        self._thread.join()
        self._loop.close()

    async def _bounded(self, url: str, headers: dict[str, str], body: bytes) -> Answer:
        seconds = self._settings.timeout_seconds
        try:
            async with asyncio.timeout(seconds):
                return await self._send(url, headers, body)
        except TimeoutError:
            return Answer(None, f"{seconds:g} 秒内无应答 / no answer within {seconds:g} s")
        except (httpx.HTTPError, httpx.InvalidURL, WebhookRefused, OSError, UnicodeError) as error:
            return Answer(None, f"{type(error).__name__}: {error}")

    async def _send(self, url: str, headers: dict[str, str], body: bytes) -> Answer:
        to = await asyncio.to_thread(destination, url, self._settings.addresses, self._ask)
        named = {**headers, "host": to.header}
        extensions = {"sni_hostname": to.host}
        client = self._client(to.header)
        async with client.stream("POST", to.url, headers=named, content=body, extensions=extensions) as answer:
            return Answer(answer.status_code)

    def _client(self, name: str) -> httpx.AsyncClient:
        held = self._clients.get(name)
        if held is None:
            # No proxy and no netrc of the environment: they would send it elsewhere than where it was judged to go.
            seconds = self._settings.timeout_seconds
            held = httpx.AsyncClient(timeout=seconds, follow_redirects=False, trust_env=False, verify=self._tls)
            self._clients[name] = held
        return held

    async def _let_go(self) -> None:
        for client in self._clients.values():
            await client.aclose()


@dataclass(frozen=True, slots=True)
class Round:
    """What one round came to: deliveries that were found to be owed, made, put off, given up, dropped."""

    owed: int = 0
    delivered: int = 0
    put_off: int = 0
    dead: int = 0
    dropped: int = 0

    @property
    def idle(self) -> bool:
        """Whether nothing was done at all."""
        return self == Round()


class Courier:
    """Finds what is owed to whom, and delivers what is due."""

    def __init__(
        self,
        log: Log,
        store: RelayStore,
        book: DeliveryBook,
        settings: CourierSettings,
        clock: Callable[[], datetime],
        post: Post,
    ) -> None:
        self._log = log
        self._store = store
        self._book = book
        self._settings = settings
        self._clock = clock
        self._post = post
        self._feed = PublicFeed(log, store, self._more)

    def round(self) -> Round:
        """Look at the log, and deliver what is due now. Raises ``RelayAhead`` and ``LogDamaged``."""
        try:
            return self._round()
        except Exception as fault:
            self._store.beat(self._clock(), fault)
            raise

    def begin_at(self, first: int) -> None:
        """Look at the log anew from a position; what was owed once is not owed again. Raises ``PositionBeyond``."""
        self._feed.begin_at(first)

    def _round(self) -> Round:
        owed = self._collect()
        outlets = {one.code: one for one in self._partners().active() if one.profile.webhook is not None}
        due = [outlets[code] for code in self._book.owed_to() if code in outlets]
        with ThreadPoolExecutor(max_workers=OUTLETS_AT_ONCE_MAX) as pool:
            done = [state for states in pool.map(self._to_outlet, due) for state in states]
        self._store.beat(self._clock())
        return Round(
            owed=owed,
            delivered=done.count(DeliveryState.DELIVERED),
            put_off=done.count(DeliveryState.WAITING),
            dead=done.count(DeliveryState.DEAD),
            dropped=done.count(DeliveryState.DROPPED),
        )

    # --- what is owed ----------------------------------------------------------------------------------------------

    def _collect(self) -> int:
        reached = self._feed.check()
        position, owed = reached.position, 0
        while True:
            batch = self._feed.next(position, BATCH_FACTS)
            if batch.position == position:
                return owed
            partners = self._partners()
            for message in batch.messages:
                owed += self._owe(message, partners)
                owed += sum(self._owe(one, partners) for one in self._taken_back(message))
            position = batch.position
            self._store.acknowledge(position, batch.leaf, len(batch.messages))

    def _owe(self, message: Message, partners: p.Partners) -> int:
        material = _MATERIAL_OF.get(message.topic)
        event = orjson.loads(message.value)
        retracts = event["type"] in _RETRACTIONS
        # Whoever was offered what is taken back may hold it, by whichever way it came.
        withdraws = event["type"] == EXPOSURE_WITHDRAWN
        offered = offered_before(self._log, message.key, message.position) if withdraws else ()
        identity = identity_of(event["source"], event["id"])
        count = 0
        for outlet in partners.outlets.values():
            profile = outlet.profile
            # Who holds what is taken back is told so without delay: suspended, it hears of it first when it is resumed.
            held = retracts and self._book.holds(outlet.code, message.topic, message.key)
            if held or outlet.code in offered:
                count += self._book.owe(outlet.code, identity, message, message.at)
                continue
            wanted = material in profile.wants if material is not None else message.key == outlet.code
            # What was public before an outlet became a partner is offered to it by a person, not by the courier.
            if not wanted or profile.webhook is None or outlet.suspended or message.at < outlet.registered.at:
                continue
            own = profile.embargo_minutes if material is not None else None
            until = message.at + timedelta(minutes=own or 0)
            if own is None:
                until = datetime.fromisoformat(event["data"]["embargo_until"])
            count += self._book.owe(outlet.code, identity, message, until, own)
        return count

    def _taken_back(self, message: Message) -> tuple[Message, ...]:
        """Return what is told of exposures whose matter left publication, where this message says that one has."""
        if message.topic != FACTS_TOPIC or _WITHHELD not in message.value:
            return ()
        if UUID(message.key) not in exposed_matters(self._log):
            return ()
        event = orjson.loads(message.value)
        return tuple(
            Message(
                message.position,
                message.at,
                EXPOSURES_TOPIC,
                one.batch,
                orjson.dumps(
                    {
                        **event,
                        "id": one.event,
                        "type": EXPOSURE_WITHDRAWN,
                        "subject": one.batch,
                        "partitionkey": one.batch,
                        "data": one.data,
                    }
                ),
            )
            for one in withdrawals_of(self._log)
            if one.matter is not None and one.position == message.position
        )

    def _more(self, recorded: Recorded, source: str) -> Message | None:
        """Return the message of an exposure or an offer, ``None`` where there is nothing to tell."""
        fact = recorded.fact
        if isinstance(fact, p.MaterialOffered):
            data = {
                "offer": fact.offer,
                "material": fact.material,
                "digest": fact.digest,
                "embargo_until": fact.embargo_until,
                "path": _path(fact.material),
            }
            return message_of(recorded, OFFERS_TOPIC, MATERIAL_OFFERED, fact.partner, source, data)
        if isinstance(fact, ExposureWithdrawn):
            told = next((one for one in withdrawals_of(self._log) if one.event == str(recorded.position)), None)
            if told is None:
                return None
            return message_of(recorded, EXPOSURES_TOPIC, EXPOSURE_WITHDRAWN, told.batch, source, told.data)
        if not isinstance(fact, ExposurePublished):
            return None
        facts = self._log.read_stream(EXPOSURES_STREAM)
        then = exposures_after(cast("ExposureFact", one.fact) for one in facts if one.position <= recorded.position)
        held = then[fact.batch]
        if held.scope.value != "public":
            return None
        data = {
            "batch": held.batch,
            "title": held.title,
            "digest": held.digest,
            "path": _path(f"exposure:{held.batch}"),
        }
        # Items that were withdrawn since are not told any more, however late this is.
        now = public_now(self._log, exposures_after(cast("ExposureFact", one.fact) for one in facts)[fact.batch])
        if not now.public:
            return None
        items = [{"item": one.number, "unit": one.unit, "words": one.words} for one in now.shown]
        return message_of(recorded, EXPOSURES_TOPIC, EXPOSURE_PUBLISHED, held.batch, source, {**data, "items": items})

    # --- what is delivered -----------------------------------------------------------------------------------------

    def _to_outlet(self, outlet: p.Outlet) -> list[DeliveryState]:
        """Deliver what is due to one outlet, in order, until a try is in vain."""
        done: list[DeliveryState] = []
        # An embargo that was changed holds for what waits, too.
        self._book.embargo(outlet.code, outlet.profile.embargo_minutes)
        until = monotonic() + OUTLET_SECONDS_A_ROUND_MAX
        while len(done) < DELIVERIES_A_ROUND_MAX and monotonic() < until:
            found = self._book.next_for(outlet.code, self._clock(), self._settings.retry_seconds_max)
            if found is None:
                break
            state = self._deliver(outlet, *found)
            done.append(state)
            self._store.beat(self._clock())
            if state is DeliveryState.WAITING:
                break
        return done

    def _deliver(self, outlet: p.Outlet, delivery: Delivery, body: bytes) -> DeliveryState:
        now = self._clock()
        current = self._as_public_now(delivery, body) if _wants(outlet, delivery, body) else None
        if current is None:
            self._book.settle(delivery.number, DeliveryState.DROPPED, None, None, now)
            return DeliveryState.DROPPED
        answer = self._answer(outlet, delivery, current, int(now.timestamp()))
        tried = delivery.attempts + 1
        if answer.taken:
            state = DeliveryState.DELIVERED
        elif answer.status == _GONE or tried >= self._settings.attempts_max:
            state = DeliveryState.DEAD
        else:
            pause = min(self._settings.retry_first_seconds * 2.0**delivery.attempts, self._settings.retry_seconds_max)
            self._book.put_off(delivery.number, answer.status, answer.error, now + timedelta(seconds=pause))
            return DeliveryState.WAITING
        self._book.settle(delivery.number, state, answer.status, answer.error, now)
        return state

    def _answer(self, outlet: p.Outlet, delivery: Delivery, body: bytes, timestamp: int) -> Answer:
        try:
            secrets = self._book.secrets(outlet.code)
        except InvalidTag:
            return Answer(None, "签名密钥无法打开，请执行 partners secret / its secret cannot be opened: renew it")
        if not secrets:
            return Answer(None, "没有签名密钥，请执行 partners secret / no secret: hangfeng partners secret")
        headers = {
            "content-type": MEDIA_TYPE,
            "user-agent": "hangfeng",
            "webhook-id": delivery.message,
            "webhook-timestamp": str(timestamp),
            "webhook-signature": signature(secrets, delivery.message, timestamp, body),
        }
        return self._post(str(outlet.profile.webhook), headers, body)

    def _as_public_now(self, delivery: Delivery, body: bytes) -> bytes | None:
        """Return what of a delivery is public still: all, an exposure without what was withdrawn since, or nothing."""
        if delivery.topic == FACTS_TOPIC:
            stream = delivery.subject.replace("-", "")
            ended = stream in self._store.withheld([stream]) and _WITHHELD not in body
            return None if ended else body
        if delivery.topic == OFFERS_TOPIC:
            return body if self._stands(orjson.loads(body)["data"]["material"]) else None
        if delivery.topic != EXPOSURES_TOPIC or EXPOSURE_PUBLISHED.encode() not in body:
            return body
        facts = (cast("ExposureFact", one.fact) for one in self._log.read_stream(EXPOSURES_STREAM))
        held = exposures_after(facts)[delivery.subject]
        if not held.public:
            return None
        event = orjson.loads(body)
        shown = {one.number for one in public_now(self._log, held).shown}
        items = [item for item in event["data"]["items"] if item["item"] in shown]
        if len(items) == len(event["data"]["items"]):
            return body
        return orjson.dumps({**event, "data": {**event["data"], "items": items}})

    def _stands(self, material: str) -> bool:
        """Say whether what was offered is public still; an edition always is."""
        if not material.startswith(EXPOSURE):
            return True
        facts = (cast("ExposureFact", one.fact) for one in self._log.read_stream(EXPOSURES_STREAM))
        return exposures_after(facts)[material.removeprefix(EXPOSURE)].public

    def _partners(self) -> p.Partners:
        return p.partners_after(cast("p.PartnerFact", one.fact) for one in self._log.read_stream(p.PARTNERS_STREAM))


def _wants(outlet: p.Outlet, delivery: Delivery, body: bytes) -> bool:
    """Say whether an outlet wants what waits for it, still; what takes something back is no matter of wanting."""
    material = _MATERIAL_OF.get(delivery.topic)
    if material is None or material in outlet.profile.wants:
        return True
    return orjson.loads(body)["type"] in _RETRACTIONS


def _path(material: str) -> str:
    kind, _, name = material.partition(":")
    if kind == "exposure":
        return f"/api/v1/exposures/{name}"
    period, _, edition = name.partition("/")
    return f"/api/v1/bulletins/{period}?edition={edition or 1}"
