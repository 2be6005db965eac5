"""Envelope v1: how a recorded fact becomes the four columns of a stored event, and a fact again.

``state`` is JSON: ``{"v": 1, "at": …, "cause": …, "fact": {…}, "sealed": {…}}``. Personal values are taken out of
``fact`` and sealed under the subject's key, bound to stream, version and topic. Old topics are brought up to date, dict
to dict, by the chain in ``UPCASTERS`` before a class is made of them; what is stored never changes.
"""

from __future__ import annotations

from binascii import a2b_base64, b2a_base64
from collections.abc import Mapping
from datetime import UTC, datetime
from functools import lru_cache
from typing import Any, Protocol
from uuid import UUID

import orjson
from eventsourcing.persistence import JSONTranscoder, Mapper, Notification, StoredEvent

from domain.catalogue import FACTS
from domain.facts import ERASED, Fact, PersonalFact, Recorded, topic_of
from services.log.codec import FactCodec, codec_of, plain
from services.log.port import LogDamaged, Unstorable
from services.log.upcasting import UPCASTERS, Upcaster, Values
from services.vault import KeyUnknown, SealBroken, Sealed

ENVELOPE_VERSION = 1
STATE_BYTES_MAX = 4 * 1024 * 1024
STREAMS_REMEMBERED_MAX = 65_536

HIDDEN = "〔未启封〕"
"""What a personal text reads where the reader did not ask to have it opened."""

_JSON = orjson.OPT_PASSTHROUGH_DATETIME


class Seals(Protocol):
    """What the envelope asks of the vault."""

    def seal(self, subject: str, aad: bytes, plaintext: bytes) -> Sealed:
        """Seal bytes under a subject's key."""

    def open(self, sealed: Sealed, aad: bytes) -> bytes | None:
        """Open sealed bytes, ``None`` once the key is destroyed."""


class ShutSeals:
    """Opens and seals nothing: for whoever follows the log without the keys."""

    def seal(self, subject: str, aad: bytes, plaintext: bytes) -> Sealed:  # noqa: ARG002 - as ``Seals`` has it
        """Refuse: raises ``KeyUnknown``."""
        raise KeyUnknown(0)

    def open(self, sealed: Sealed, aad: bytes) -> bytes | None:  # noqa: ARG002 - as ``Seals`` has it
        """Refuse: raises ``SealBroken``."""
        raise SealBroken(sealed.key)


def stamp(instant: datetime) -> str:
    """Write a recorded time: UTC, microseconds, offset +00:00; such texts sort as their instants do."""
    return instant.astimezone(UTC).isoformat(timespec="microseconds")


def aad_of(originator_id: str, originator_version: int, topic: str) -> bytes:
    """Return what sealed values are bound to, so that they open nowhere else."""
    return f"hangfeng.seal.v1\x00{originator_id}\x00{originator_version}\x00{topic}".encode()


def recorded_at_of(state: bytes) -> datetime:
    """Return when an event was recorded, from its stored state. Raises ``ValueError``."""
    try:
        return datetime.fromisoformat(orjson.loads(state)["at"])
    except (KeyError, TypeError) as error:
        raise ValueError("the state has no time of recording") from error


def key_named_in(state: bytes) -> tuple[str, int] | None:
    """Return the subject and the key id that a stored event names, ``None`` where nothing is sealed."""
    if b'"sealed":' not in state:
        return None
    envelope = orjson.loads(state)
    sealed = envelope.get("sealed")
    return None if sealed is None else (envelope["fact"]["subject"], sealed["key"])


@lru_cache(maxsize=STREAMS_REMEMBERED_MAX)
def stream_of(originator_id: str) -> UUID:
    """Return the stream of an originator id; streams come back often, and making a UUID is slow."""
    return UUID(hex=originator_id)


def topic_for(fact: Fact) -> str:
    """Return the topic a fact is stored under. Raises ``Unstorable`` where its class has none."""
    try:
        return topic_of(fact)
    except KeyError:
        raise Unstorable(f"事实没有主题 / {type(fact).__name__} has no topic") from None


_new = object.__new__
_put_position, _put_stream, _put_version, _put_recorded_at, _put_fact, _put_cause = (
    getattr(Recorded, name).__set__ for name in ("position", "stream", "version", "recorded_at", "fact", "cause")
)


def recorded_of(
    position: int,
    stream: UUID,
    version: int,
    recorded_at: datetime,
    fact: Fact,
    cause: str | None,
) -> Recorded:
    """Return a ``Recorded`` by its slots, in half the time that its constructor takes; a replay makes millions."""
    recorded = _new(Recorded)
    _put_position(recorded, position)
    _put_stream(recorded, stream)
    _put_version(recorded, version)
    _put_recorded_at(recorded, recorded_at)
    _put_fact(recorded, fact)
    _put_cause(recorded, cause)
    return recorded


class RecordMapper(Mapper[UUID]):
    """The library's mapper for our envelope: a table of topics, sealing per subject, upcasting, ``orjson``."""

    def __init__(
        self,
        seals: Seals,
        *,
        topics: Mapping[str, type[Fact]] | None = None,
        upcasters: Mapping[str, Upcaster] | None = None,
    ) -> None:
        super().__init__(transcoder=JSONTranscoder())
        self._seals = seals
        self._topics = FACTS if topics is None else topics
        self._upcasters = UPCASTERS if upcasters is None else upcasters
        self._codecs: dict[str, FactCodec] = {}
        self._last_at = ("", datetime.min.replace(tzinfo=UTC))

    # --- to the store ----------------------------------------------------------------------------------------------

    def to_stored_event(self, domain_event: Any) -> StoredEvent:  # noqa: ANN401  the library has a protocol of its own
        """Return the stored form of a ``Recorded``. Raises ``Unstorable``."""
        recorded: Recorded = domain_event
        state = self.state_of(
            recorded.stream.hex,
            recorded.version,
            recorded.fact,
            stamp(recorded.recorded_at),
            recorded.cause,
        )
        return StoredEvent(recorded.stream, recorded.version, topic_for(recorded.fact), state)

    def state_of(self, originator_id: str, version: int, fact: Fact, at: str, cause: str | None) -> bytes:
        """Return the bytes of ``state`` for a fact at its place. Raises ``Unstorable``."""
        try:
            readable, personal = codec_of(type(fact)).split(fact)
            envelope: Values = {"v": ENVELOPE_VERSION, "at": at, "cause": cause, "fact": readable}
            if personal:
                assert isinstance(fact, PersonalFact), "a class with personal fields has a subject"
                plaintext = orjson.dumps(personal, default=plain, option=_JSON)
                aad = aad_of(originator_id, version, topic_for(fact))
                envelope["sealed"] = _sealed_values(self._seals.seal(fact.subject, aad, plaintext), personal)
            state = orjson.dumps(envelope, default=plain, option=_JSON)
        except (TypeError, SealBroken, KeyUnknown) as error:
            raise Unstorable(f"事实无法存储 / the fact cannot be stored: {error}") from error
        if len(state) > STATE_BYTES_MAX:
            raise Unstorable(f"事实过大 / the fact is {len(state)} bytes, the limit is {STATE_BYTES_MAX}")
        return state

    # --- from the store --------------------------------------------------------------------------------------------

    def to_domain_event(self, stored_event: StoredEvent) -> Any:  # noqa: ANN401  the library has a protocol of its own
        """Return the ``Recorded`` of a stored event. Raises ``LogDamaged``."""
        assert isinstance(stored_event, Notification), "an event is read with its position"
        stream = stored_event.originator_id
        originator_id = stream.hex if isinstance(stream, UUID) else stream
        return self.recorded(
            stored_event.id,
            originator_id,
            stored_event.originator_version,
            stored_event.topic,
            stored_event.state,
        )

    def recorded(
        self,
        position: int,
        originator_id: str,
        version: int,
        topic: str,
        state: bytes,
        *,
        opened: bool = True,
    ) -> Recorded:
        """Return the recorded fact of one row; with ``opened`` false, personal texts read ``HIDDEN``.

        Raises ``LogDamaged`` where the row is not what this house wrote.
        """
        try:
            envelope = orjson.loads(state)
            if envelope["v"] != ENVELOPE_VERSION:
                raise LogDamaged(position, f"envelope version {envelope['v']!r} is unknown")
            values = envelope["fact"]
            sealed = envelope.get("sealed")
            hidden = None
            if sealed is not None:
                hidden = self._open_into(values, sealed, aad_of(originator_id, version, topic), opened=opened)
            while topic in self._upcasters:
                topic, values = self._upcasters[topic](values)
            codec = self._codecs.get(topic) or self._codec(position, topic)
            fact = codec.make(values) if hidden is None else codec.make_hidden(values, hidden)
            at = self._instant(envelope["at"])
            return recorded_of(position, stream_of(originator_id), version, at, fact, envelope["cause"])
        except (ValueError, TypeError, KeyError, AttributeError, SealBroken) as error:
            raise LogDamaged(position, f"{type(error).__name__}: {error}") from error

    def _open_into(self, values: Values, sealed: Values, aad: bytes, *, opened: bool) -> str | None:
        """Put sealed values into their places; return the text that stands there where they cannot be read."""
        if not opened:
            values.update(dict.fromkeys(sealed["fields"], HIDDEN))
            return HIDDEN
        plaintext = self._seals.open(_sealed_from(sealed), aad)
        if plaintext is None:
            values.update(dict.fromkeys(sealed["fields"], ERASED))
            return ERASED
        values.update(orjson.loads(plaintext))
        return None

    def _codec(self, position: int, topic: str) -> FactCodec:
        try:
            fact_class = self._topics[topic]
        except KeyError:
            raise LogDamaged(position, f"topic {topic!r} is unknown to this version of the software") from None
        return self._codecs.setdefault(topic, codec_of(fact_class))

    def _instant(self, text: str) -> datetime:
        last, instant = self._last_at
        if text != last:
            # Events of one transaction share their time, so most reads repeat the one before.
            instant = datetime.fromisoformat(text)
            self._last_at = (text, instant)
        return instant


def _sealed_values(sealed: Sealed, personal: Values) -> Values:
    return {
        "alg": sealed.alg,
        "key": sealed.key,
        "nonce": b2a_base64(sealed.nonce, newline=False).decode("ascii"),
        "ct": b2a_base64(sealed.ct, newline=False).decode("ascii"),
        "fields": list(personal),
    }


def _sealed_from(values: Values) -> Sealed:
    return Sealed(values["alg"], values["key"], a2b_base64(values["nonce"]), a2b_base64(values["ct"]))
