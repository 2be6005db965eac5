"""``docs/asyncapi.yaml``: what the relay publishes, an AsyncAPI 3 document drawn from the public facts themselves."""

from __future__ import annotations

import inspect
import json
import typing
from collections.abc import Iterator
from dataclasses import fields
from datetime import datetime
from enum import StrEnum
from types import NoneType
from typing import Any

from domain.public_facts import PUBLIC_FACTS, PublicDeadline, PublicFact, UnitName
from domain.words import Precision
from services.relay.cloud_events import (
    CHANGED_CELLS_MAX,
    DATA_TYPE,
    EDITION_CORRECTED,
    EDITION_PUBLISHED,
    EDITIONS_TOPIC,
    FACTS_TOPIC,
    MEDIA_TYPE,
    SEQUENCE_DIGITS,
    SPEC_VERSION,
    type_of,
)

ASYNCAPI_VERSION = "3.0.0"

Schema = dict[str, Any]

_TEXT: Schema = {"type": "string"}
_COUNT: Schema = {"type": "integer", "minimum": 1}
_INSTANT: Schema = {"type": "string", "format": "date-time"}
_SECURITY: dict[str, Schema] = {
    "scram512": {"type": "scramSha512", "description": "SCRAM-SHA-512"},
    "scram256": {"type": "scramSha256", "description": "SCRAM-SHA-256"},
    "plain": {"type": "plain", "description": "PLAIN"},
    "certificate": {"type": "X509", "description": "客户端证书 the client's certificate"},
}
_DESCRIPTION = f"""公开事实与已发布通报。每条消息是一个 CloudEvents {SPEC_VERSION} 事件（structured JSON）。
Public facts of matters, and published editions. `id` is the position in the log and `source` the instance: whoever
holds an id drops what comes again. Within a matter (the key) events come in the order of their positions; a consumer
that keeps the last position of each key and drops what is not beyond it holds each fact exactly once. After
`hangfeng.complaint.withheld.v1` a consumer deletes what it holds of that matter. No message names a person or holds
free text of a case."""


def asyncapi_document() -> dict[str, Any]:
    """Return the document as plain values."""
    messages = {_name(type_of(cls)): _message(type_of(cls), said_of(cls), _fact_data(cls)) for cls in PUBLIC_FACTS}
    editions = {
        _name(EDITION_PUBLISHED): _message(EDITION_PUBLISHED, "通报已发布 An edition was published.", _edition({})),
        _name(EDITION_CORRECTED): _message(EDITION_CORRECTED, "勘误 A numbered erratum.", _edition(_ERRATUM)),
    }
    return {
        "asyncapi": ASYNCAPI_VERSION,
        "info": {"title": "hangfeng 行风", "version": "1", "description": _DESCRIPTION},
        "defaultContentType": MEDIA_TYPE,
        "servers": {
            "kafka": {
                "host": "kafka:9092",
                "protocol": "kafka",
                "description": "无加密 Without TLS: listeners PLAINTEXT and SASL_PLAINTEXT.",
            },
            "kafkaSecure": {
                "host": "kafka:9093",
                "protocol": "kafka-secure",
                "description": "加密 With TLS: SSL (X509 where it asks for the client's certificate) and SASL_SSL.",
                "security": [{"$ref": f"#/components/securitySchemes/{name}"} for name in _SECURITY],
            },
        },
        "channels": {
            "facts": _channel(FACTS_TOPIC, "公开事实 Public facts, keyed by matter.", messages),
            "editions": _channel(EDITIONS_TOPIC, "已发布通报 Editions and errata, keyed by period.", editions),
        },
        "operations": {
            "tellFacts": {"action": "send", "channel": {"$ref": "#/channels/facts"}},
            "tellEditions": {"action": "send", "channel": {"$ref": "#/channels/editions"}},
        },
        "components": {"messages": messages | editions, "securitySchemes": _SECURITY},
    }


def asyncapi_page() -> str:
    """Return ``docs/asyncapi.yaml``."""
    head = "# Drawn from domain/public_facts.py and services/relay; write it anew with `hangfeng handbook docs`.\n"
    return head + "".join(_yaml(asyncapi_document(), 0))


def data_schemas() -> dict[str, Schema]:
    """Return the schema of each event, by its CloudEvents type."""
    return {message["name"]: message["payload"] for message in asyncapi_document()["components"]["messages"].values()}


def _name(kind: str) -> str:
    return kind.removeprefix("hangfeng.").replace(".", "_")


def said_of(cls: type) -> str:
    """Return the first paragraph of a class's docstring, on one line."""
    return " ".join((inspect.getdoc(cls) or "").split("\n\n")[0].split())


def _channel(address: str, description: str, messages: dict[str, Any]) -> dict[str, Any]:
    refs = {name: {"$ref": f"#/components/messages/{name}"} for name in messages}
    return {"address": address, "description": description, "messages": refs}


def _message(kind: str, said: str, data: Schema) -> dict[str, Any]:
    envelope = {
        "specversion": {"const": SPEC_VERSION},
        "id": {"type": "string", "pattern": "^[1-9][0-9]*$", "description": "日志位置 position in the log"},
        "source": {"type": "string", "pattern": "^urn:hangfeng:[0-9a-f]+$"},
        "type": {"const": kind},
        "subject": _TEXT,
        "time": {**_INSTANT, "description": "入日志时间 when the log recorded it"},
        "datacontenttype": {"const": DATA_TYPE},
        "partitionkey": _TEXT,
        "sequence": {"type": "string", "pattern": f"^[0-9]{{{SEQUENCE_DIGITS}}}$"},
        "data": data,
    }
    return {
        "name": kind,
        "title": kind,
        "summary": said,
        "contentType": MEDIA_TYPE,
        "bindings": {"kafka": {"key": _TEXT, "bindingVersion": "0.5.0"}},
        "payload": _object(envelope),
    }


def _fact_data(cls: type[PublicFact]) -> Schema:
    hints = typing.get_type_hints(cls)
    return _object(
        {
            "complaint": {"type": "string", "format": "uuid"},
            "version": _COUNT,
            "occurred_at": _INSTANT,
            "precision": _schema(Precision),
            **{field.name: _schema(hints[field.name]) for field in fields(cls)},
        },
    )


def _edition(more: dict[str, Schema]) -> Schema:
    return _object(
        {
            "bulletin": {"type": "string", "description": "2026Q1 …"},
            "edition": _COUNT,
            "number": _TEXT,
            "document_no": {"type": ["string", "null"]},
            "version": _COUNT,
            "occurred_at": _INSTANT,
            "path": {"type": "string", "description": "在本系统中的地址 where this system gives the edition"},
            "digest": {"type": "string", "description": "SHA-256 of the canonical JSON, hexadecimal"},
            "signature": {"type": "string", "description": "base64, over the canonical JSON"},
            "algorithm": _TEXT,
            "public_key": {"type": "string", "description": "PEM"},
            **more,
        },
    )


def _schema(hint: Any) -> Schema:  # noqa: ANN401 - a hint may be anything
    options = [option for option in typing.get_args(hint) if option is not NoneType]
    if options:
        return {"oneOf": [_schema(options[0]), {"type": "null"}]}
    if hint is PublicDeadline:
        return _object({"due": _INSTANT, "provisional": {"type": "boolean"}})
    if hint is UnitName:
        return {"type": "string", "description": "名录中的单位 a unit of the registry"}
    if hint is datetime:
        return _INSTANT
    if hint is bool:
        return {"type": "boolean"}
    if hint is int:
        return {"type": "integer"}
    assert issubclass(hint, StrEnum), f"{hint} may not stand in a public fact"
    return {"type": "string", "enum": [word.value for word in hint]}


def _object(properties: dict[str, Schema]) -> Schema:
    return {"type": "object", "required": list(properties), "properties": properties, "additionalProperties": False}


_ERRATUM: dict[str, Schema] = {
    "erratum": _COUNT,
    "cause": _TEXT,
    "changed_cells_count": {"type": "integer", "minimum": 0},
    "changed_cells": {
        "type": "array",
        "maxItems": CHANGED_CELLS_MAX,
        "items": _object({"id": _TEXT, "old": _TEXT, "new": _TEXT}),
    },
}


def _yaml(value: object, depth: int) -> Iterator[str]:
    """Write mappings and lists as YAML blocks; every scalar is JSON, which YAML reads as it is."""
    indent = "  " * depth
    pairs = value.items() if isinstance(value, dict) else ((None, item) for item in typing.cast("list[Any]", value))
    for key, item in pairs:
        head = "-" if key is None else f"{json.dumps(key)}:"
        if isinstance(item, dict | list) and item:
            yield f"{indent}{head}\n"
            yield from _yaml(item, depth + 1)
        else:
            yield f"{indent}{head} {json.dumps(item, ensure_ascii=False)}\n"
