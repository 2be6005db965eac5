"""The document of what is published is AsyncAPI 3, and every message is as it says; an independent reader agrees."""

import json
from pathlib import Path
from typing import Any

import jsonschema_rs
import pytest
import yaml
from cloudevents.core.bindings.kafka import KafkaMessage, from_structured
from cloudevents.core.formats.json import JSONFormat

from gateways.app import open_new
from services.relay.asyncapi import asyncapi_document, asyncapi_page, data_schemas
from services.relay.cloud_events import MEDIA_TYPE, Message
from services.settings import Settings
from tests.kafka import matters as m
from tests.services.relay.test_loop import Broker, relay_once, told, two_matters

SCHEMA = json.loads((Path(__file__).parent / "asyncapi-3.0.0.json").read_text("utf-8"))
"""The specification's own schema, from the package of the AsyncAPI initiative, without its descriptions."""


@pytest.fixture
async def messages(tmp_path: Path) -> list[Message]:
    settings = Settings(data=tmp_path / "data")
    open_new(settings)
    told(settings, two_matters)
    told(settings, lambda log: m.append(log, 10, m.withheld_matters()))
    broker = Broker()
    await relay_once(settings, broker)
    return broker.held


def test_the_document_is_asyncapi_3() -> None:
    jsonschema_rs.validator_for(SCHEMA).validate(asyncapi_document())


def test_a_document_without_an_address_is_none() -> None:
    broken = asyncapi_document()
    broken["channels"]["facts"]["address"] = 7
    assert not jsonschema_rs.validator_for(SCHEMA).is_valid(broken)


def test_the_page_reads_as_the_document() -> None:
    assert yaml.safe_load(asyncapi_page()) == asyncapi_document()


def test_every_message_is_as_the_document_says(messages: list[Message]) -> None:
    validators = {kind: jsonschema_rs.validator_for(schema) for kind, schema in data_schemas().items()}
    events: list[dict[str, Any]] = [json.loads(message.value) for message in messages]
    for event in events:
        validators[event["type"]].validate(event)
    assert len({event["type"] for event in events}) == len(validators) - 2, "all but the two of bulletins"


def test_the_sdk_of_cloudevents_reads_every_message(messages: list[Message]) -> None:
    for message in messages:
        read = from_structured(
            KafkaMessage({"content-type": MEDIA_TYPE.encode()}, message.key, message.value), JSONFormat()
        )
        assert (read.get_id(), read.get_subject()) == (str(message.position), message.key)
        assert read.get_extension("sequence") == f"{message.position:019}"
