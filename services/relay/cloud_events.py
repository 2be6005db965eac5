"""CloudEvents 1.0 in structured JSON: what the relay and the webhooks send, byte for byte the same.

``id`` is the position in the log and ``source`` names the instance, so that the two identify an event for ever; whoever
holds an id drops it when it comes again. ``sequence`` is the position too, written so that texts sort as positions do.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, fields
from datetime import datetime
from hashlib import sha256
from typing import Any, Final

import orjson

from domain.bulletin.events import BulletinCorrected, BulletinPublished
from domain.facts import Recorded
from domain.public_facts import PUBLIC_FACTS, PublicFact

SPEC_VERSION: Final = "1.0"
MEDIA_TYPE: Final = "application/cloudevents+json; charset=UTF-8"
DATA_TYPE: Final = "application/json"

FACTS_TOPIC: Final = "hangfeng.public.v1"
"""The Kafka topic of public facts, keyed by complaint."""

EDITIONS_TOPIC: Final = "hangfeng.bulletins.v1"
"""The Kafka topic of published editions and errata, keyed by the period of the bulletin."""

EDITION_PUBLISHED: Final = "hangfeng.bulletin.published.v1"
EDITION_CORRECTED: Final = "hangfeng.bulletin.corrected.v1"

SEQUENCE_DIGITS: Final = 19
"""Enough for every position there can be: 64 bits."""

CHANGED_CELLS_MAX: Final = 500
"""How many changed cells an erratum names in its event; the edition itself names all."""

_ORIGIN_CHARACTERS: Final = 16


@dataclass(frozen=True, slots=True)
class Message:
    """One event ready to be sent: its position and when it was recorded, its topic, its key, its bytes."""

    position: int
    at: datetime
    topic: str
    key: str
    value: bytes


def source_of(public_key: str) -> str:
    """Return the ``source`` of an instance's events: the digest of its public key is its name for ever."""
    return f"urn:hangfeng:{sha256(public_key.encode('ascii')).hexdigest()[:_ORIGIN_CHARACTERS]}"


def type_of(cls: type[PublicFact]) -> str:
    """Return the CloudEvents type of a public fact."""
    return f"hangfeng.complaint.{PUBLIC_FACTS[cls]}.v1"


def fact_message(recorded: Recorded, told: PublicFact, source: str) -> Message:
    """Return the message of a public fact; its key is the complaint, so that a complaint's facts stay in order."""
    complaint = str(recorded.stream)
    data = {
        "complaint": complaint,
        "version": recorded.version,
        "occurred_at": recorded.fact.occurred.at,
        "precision": recorded.fact.occurred.precision,
        # The list of fields is the class itself; orjson writes nested deadlines as they are.
        **{field.name: getattr(told, field.name) for field in fields(told)},
    }
    return message_of(recorded, FACTS_TOPIC, type_of(type(told)), complaint, source, data)


def edition_message(
    recorded: Recorded, period: str, edition: int, issue: str, source: str, document_no: str | None
) -> Message:
    """Return the message of a published edition or an erratum; its key is the bulletin's period."""
    fact = recorded.fact
    assert isinstance(fact, BulletinPublished | BulletinCorrected)
    data: dict[str, Any] = {
        "bulletin": period,
        "edition": edition,
        "number": issue,
        "document_no": document_no,
        "version": recorded.version,
        "occurred_at": fact.occurred.at,
        "path": f"/api/v1/bulletins/{period}?edition={edition}",
        "digest": fact.digest,
        "signature": fact.signature,
        "algorithm": fact.algorithm,
        "public_key": fact.public_key,
    }
    if isinstance(fact, BulletinCorrected):
        data |= {
            "erratum": fact.erratum,
            "cause": fact.cause,
            "changed_cells_count": len(fact.cells),
            "changed_cells": fact.cells[:CHANGED_CELLS_MAX],
        }
    kind = EDITION_CORRECTED if isinstance(fact, BulletinCorrected) else EDITION_PUBLISHED
    return message_of(recorded, EDITIONS_TOPIC, kind, period, source, data)


def message_of(
    recorded: Recorded, topic: str, kind: str, subject: str, source: str, data: Mapping[str, Any]
) -> Message:
    """Return the message of a recorded fact: its envelope, with what is told of it as ``data``."""
    event = orjson.dumps(
        {
            "specversion": SPEC_VERSION,
            "id": str(recorded.position),
            "source": source,
            "type": kind,
            "subject": subject,
            "time": recorded.recorded_at,
            "datacontenttype": DATA_TYPE,
            "partitionkey": subject,
            "sequence": str(recorded.position).zfill(SEQUENCE_DIGITS),
            "data": data,
        },
    )
    return Message(recorded.position, recorded.recorded_at, topic, subject, event)
