from __future__ import annotations

from binascii import b2a_base64
from dataclasses import dataclass
from typing import Any
from uuid import UUID

import orjson
import pytest

from domain.facts import ERASED, Fact, PersonalFact, Recorded, personal
from services.log.envelope import RecordMapper, aad_of, key_named_in, recorded_at_of
from services.log.port import LogDamaged, Unstorable
from services.vault import Sealed
from tests.services.log.cases import AT, BY, NARRATIVE, START, registered, signed, stream

WHO = stream(1).hex


class Glass:
    """A vault that one can look through: what is sealed is turned round, until ``broken``."""

    broken = False

    def seal(self, subject: str, aad: bytes, plaintext: bytes) -> Sealed:
        return Sealed("GLASS", 7, subject.encode(), plaintext[::-1])

    def open(self, sealed: Sealed, aad: bytes) -> bytes | None:
        return None if self.broken else sealed.ct[::-1]


@dataclass(frozen=True, slots=True, kw_only=True)
class Answered(PersonalFact):
    """First ``answered.v1`` with ``words`` and ``days``; v2 says ``reply`` and ``minutes``; v3 adds ``means``."""

    minutes: int
    means: str
    reply: str = personal()


def to_v2(values: dict[str, Any]) -> tuple[str, dict[str, Any]]:
    values["reply"] = values.pop("words")
    values["minutes"] = values.pop("days") * 24 * 60
    return "answered.v2", values


def to_v3(values: dict[str, Any]) -> tuple[str, dict[str, Any]]:
    return "answered.v3", {**values, "means": "not recorded"}


V1 = (
    b'{"v":1,"at":"2026-03-02T02:00:00.000000+00:00","cause":null,"fact":{"by":{"name":"n","role":"operator","unit":null},'
    b'"occurred":{"at":"2026-03-02T09:30:00+08:00","precision":"instant"},"subject":"s","days":2},"sealed":{"alg":"GLASS",'
    b'"key":7,"nonce":"","ct":"%s","fields":["words"]}}'
)


@pytest.fixture
def glass() -> Glass:
    return Glass()


@pytest.fixture
def mapper(glass: Glass) -> RecordMapper:
    return RecordMapper(glass, topics={"answered.v3": Answered}, upcasters={"answered.v1": to_v2, "answered.v2": to_v3})


def sealed_v1() -> bytes:
    return V1 % b2a_base64(b'{"words":"repaired"}'[::-1], newline=False)


def test_a_sample_of_v1_reads_as_the_class_of_v3(mapper: RecordMapper) -> None:
    fact = mapper.recorded(1, WHO, 1, "answered.v1", sealed_v1()).fact
    assert isinstance(fact, Answered)
    assert (fact.minutes, fact.means, fact.reply) == (2880, "not recorded", "repaired")


def test_an_erased_sample_of_v1_reads_as_erased_under_its_new_name(mapper: RecordMapper, glass: Glass) -> None:
    glass.broken = True
    fact = mapper.recorded(1, WHO, 1, "answered.v1", sealed_v1()).fact
    assert isinstance(fact, Answered)
    assert (fact.minutes, fact.reply) == (2880, ERASED)


def test_what_is_written_is_the_documented_envelope(glass: Glass) -> None:
    state = RecordMapper(glass).state_of(WHO, 1, registered(), "2026-03-02T02:00:00.000000+00:00", "call 1")
    envelope = orjson.loads(state)
    assert list(envelope) == ["v", "at", "cause", "fact", "sealed"]
    assert list(envelope["sealed"]) == ["alg", "key", "nonce", "ct", "fields"]
    assert envelope["sealed"]["fields"] == ["source_id", "title", "text", "reporter_number"]
    assert not {"text", "title", "reporter_number", "reporter_name"} & set(envelope["fact"])
    assert envelope["fact"]["occurred"] == {"at": "2026-03-02T09:30:00+08:00", "precision": "instant"}


def test_a_fact_without_personal_words_is_not_sealed(glass: Glass) -> None:
    state = RecordMapper(glass).state_of(WHO, 1, signed(), "2026-03-02T02:00:00.000000+00:00", None)
    assert "sealed" not in orjson.loads(state)
    assert key_named_in(state) is None


def test_a_sealed_event_names_its_subject_and_key(glass: Glass) -> None:
    state = RecordMapper(glass).state_of(WHO, 1, registered(5), "2026-03-02T02:00:00.000000+00:00", None)
    assert key_named_in(state) == ("subject-5", 7)


def test_a_narrative_that_speaks_of_sealing_is_not_taken_for_a_seal() -> None:
    assert key_named_in(orjson.dumps({"v": 1, "fact": {"note": 'x"sealed":y'}})) is None
    assert key_named_in(b'{"v":1,"fact":{"sealed":1}}') is None


def test_the_library_maps_to_and_fro(glass: Glass) -> None:
    mapper = RecordMapper(glass)
    recorded = Recorded(0, stream(1), 1, START, registered(), None)
    stored = mapper.to_stored_event(recorded)
    assert (stored.originator_id, stored.originator_version, stored.topic) == (stream(1), 1, "complaint.registered.v1")
    assert mapper.recorded(0, WHO, 1, stored.topic, stored.state) == recorded


def test_seals_are_bound_to_their_place() -> None:
    places = [(WHO, 1, "a.v1"), (WHO, 2, "a.v1"), (UUID(int=2).hex, 1, "a.v1"), (WHO, 1, "b.v1")]
    assert len({aad_of(*place) for place in places}) == 4


@pytest.mark.parametrize(
    ("topic", "state"),
    [
        ("complaint.signed.v1", b""),
        ("complaint.signed.v1", b"[]"),
        ("complaint.signed.v1", b'{"v":2}'),
        ("complaint.signed.v1", b'{"v":1,"at":"x","cause":null,"fact":{}}'),
        ("complaint.unheard_of.v1", b'{"v":1,"at":"2026-03-02","cause":null,"fact":{}}'),
    ],
)
def test_what_nobody_wrote_is_damage(glass: Glass, topic: str, state: bytes) -> None:
    with pytest.raises(LogDamaged) as damage:
        RecordMapper(glass).recorded(12, WHO, 1, topic, state)
    assert damage.value.position == 12


@pytest.mark.parametrize("state", [b"{}", b"[]", b"x", b'{"at":"yesterday"}'])
def test_a_state_without_its_time_says_so(state: bytes) -> None:
    with pytest.raises(ValueError, match=r"."):
        recorded_at_of(state)


def test_a_fact_without_a_topic_cannot_be_stored(glass: Glass) -> None:
    with pytest.raises(Unstorable):
        RecordMapper(glass).to_stored_event(Recorded(0, stream(1), 1, START, Fact(by=BY, occurred=AT), None))


def test_the_narrative_is_not_in_the_state_even_with_a_glass_vault(glass: Glass) -> None:
    assert NARRATIVE.encode() not in RecordMapper(glass).state_of(WHO, 1, registered(), "", None)
