"""Editions on a real broker, one that asks for a password: digest and signature hold for who knows only the message."""

import json
import os
import signal
import subprocess
import sys
import time
from base64 import b64decode
from collections.abc import Iterator
from hashlib import sha256
from pathlib import Path
from typing import Any

import jsonschema_rs
import pytest
from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PublicKey
from cryptography.hazmat.primitives.serialization import load_pem_public_key

from domain.bulletin.events import Place
from domain.facts import Moment
from gateways.app import compose, open_new, system_clock
from services.relay.asyncapi import data_schemas
from services.relay.cloud_events import EDITIONS_TOPIC
from services.settings import Settings
from tests.composed import APPROVER
from tests.kafka.broker import Broker, Listener, running
from tests.kafka.reading import everything_in
from tests.services.publication.book import PRODUCER, Q1, WITHOUT

pytestmark = [pytest.mark.kafka, pytest.mark.slow]

USER, PASSWORD = "relay", "a-password-of-the-test"
SECONDS_MAX = 90.0


@pytest.fixture(scope="module")
def guarded(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Broker]:
    """A broker that lets nobody in without a password."""
    listeners = {"CLIENTS": Listener("SASL_PLAINTEXT")}
    with running(tmp_path_factory.mktemp("kafka"), (USER, PASSWORD), listeners) as broker:
        yield broker


def environment(broker: Broker, mechanism: str, password: str = PASSWORD) -> dict[str, str]:
    return os.environ | {
        "HANGFENG_KAFKA": broker.address,
        "HANGFENG_KAFKA_SECURITY_PROTOCOL": "SASL_PLAINTEXT",
        "HANGFENG_KAFKA_SASL_MECHANISM": mechanism,
        "HANGFENG_KAFKA_USERNAME": USER,
        "HANGFENG_KAFKA_PASSWORD": password,
        "HANGFENG_KAFKA_DELIVERY_SECONDS": "20",
    }


def command(data: Path, *arguments: str) -> list[str]:
    return [sys.executable, "-m", "gateways.cli", "--data", str(data), "relay", *arguments]


def relayed(data: Path, given: dict[str, str], *arguments: str) -> subprocess.CompletedProcess[str]:
    asked = command(data, *arguments)
    return subprocess.run(asked, env=given, capture_output=True, text=True, check=False, timeout=SECONDS_MAX)


def published_and_corrected(data: Path) -> tuple[bytes, bytes]:
    """An edition of the first quarter and its erratum, in their canonical bytes."""
    settings = Settings(data=data)
    open_new(settings)
    with compose(settings) as house:
        at = Moment(system_clock().astimezone(house.instance.zone))
        book = house.publication
        book.freeze(Q1, PRODUCER, at)
        book.approve(Q1, APPROVER, at, without_proof=WITHOUT)
        book.publish(Q1, APPROVER, at)
        first = book.show(Q1).content
        book.words(Q1, PRODUCER, at, section=10, place=Place.REQUIREMENT, zh="三件超时事项限期说明。")
        book.correct(Q1, APPROVER, at, "漏载工作要求")
        return first, book.show(Q1).content


def holds(data: dict[str, Any], content: bytes) -> None:
    assert data["digest"] == sha256(content).hexdigest()
    key = load_pem_public_key(data["public_key"].encode())
    assert isinstance(key, Ed25519PublicKey)
    key.verify(b64decode(data["signature"]), content)
    with pytest.raises(InvalidSignature):
        key.verify(b64decode(data["signature"]), content[:-1] + b" ")


async def test_an_edition_and_its_erratum_are_in_kafka_with_digest_and_signature_and_come_again_alike(
    guarded: Broker, tmp_path: Path
) -> None:
    contents = published_and_corrected(tmp_path / "data")
    done = relayed(tmp_path / "data", environment(guarded, "SCRAM-SHA-512"), "--once", "--json")
    assert done.returncode == 0, done.stderr
    assert json.loads(done.stdout)["sent"] == 2
    again = relayed(tmp_path / "data", environment(guarded, "PLAIN"), "--once", "--from", "1")
    assert (again.returncode, "2 messages sent" in again.stderr) == (0, True), again.stderr
    login = {"sasl_mechanism": "PLAIN", "sasl_plain_username": USER, "sasl_plain_password": PASSWORD}
    found = await everything_in(guarded, EDITIONS_TOPIC, security_protocol="SASL_PLAINTEXT", **login)
    assert [key for key, _ in found] == [b"2026Q1"] * 4
    assert found[:2] == found[2:], "what comes again is the same, byte for byte"
    events = [json.loads(value) for _, value in found[:2]]
    assert [event["type"].split(".")[2] for event in events] == ["published", "corrected"]
    for event, content in zip(events, contents, strict=True):
        jsonschema_rs.validator_for(data_schemas()[event["type"]]).validate(event)
        holds(event["data"], content)
    assert events[1]["data"]["changed_cells"] == [{"id": "words.w1", "new": "三件超时事项限期说明。", "old": "（无）"}]


def test_a_wrong_password_is_a_fault_that_is_told_and_nothing_is_sent(guarded: Broker, tmp_path: Path) -> None:
    open_new(Settings(data=tmp_path / "data"))
    done = relayed(tmp_path / "data", environment(guarded, "PLAIN", "not-the-password"), "--once")
    assert done.returncode == 1
    assert "不接受用户名或密码" in done.stderr
    assert "HANGFENG_KAFKA_PASSWORD" in done.stderr
    assert PASSWORD not in done.stderr
    assert "not-the-password" not in done.stderr


def test_a_second_relay_waits_and_takes_the_place_of_one_that_is_killed(guarded: Broker, tmp_path: Path) -> None:
    data, given = tmp_path / "data", environment(guarded, "PLAIN")
    open_new(Settings(data=data))
    first = subprocess.Popen(command(data), env=given, stderr=subprocess.PIPE, text=True)
    second: subprocess.Popen[str] | None = None
    try:
        assert first.stderr is not None
        assert "relaying" in next(line for line in first.stderr if "relaying" in line)
        second = subprocess.Popen(command(data), env=given, stderr=subprocess.PIPE, text=True)
        assert second.stderr is not None
        assert "another relay leads" in next(line for line in second.stderr if "relay" in line)
        refused = relayed(data, given, "--once")
        assert (refused.returncode, "another relay is at work" in refused.stderr) == (1, True)
        first.send_signal(signal.SIGKILL)
        assert "relaying" in next(line for line in second.stderr if "relaying" in line)
        until = time.monotonic() + SECONDS_MAX
        while relayed(data, given, "status", "--check").returncode:
            assert time.monotonic() < until, "the second relay gives no sign of life"
        second.send_signal(signal.SIGTERM)
        assert second.wait(timeout=30) == 0
    finally:
        for one in (first, second):
            if one is not None:
                with one:
                    one.kill()
