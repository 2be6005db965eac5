"""TLS and logins at a real broker: each way in works, and each wrong way says what to set instead."""

import asyncio
import json
import os
import subprocess
import sys
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest

from domain.editions import InstanceOpened
from domain.identity import INSTANCE_STREAM
from gateways.app import compose, open_new
from gateways.kafka.producer import KafkaPublisher, kafka_settings
from services.relay.cloud_events import FACTS_TOPIC, source_of
from services.relay.relay import BrokerTrouble
from services.settings import Settings
from tests.kafka import matters as m
from tests.kafka.broker import Broker, Listener, running
from tests.kafka.certificates import authority
from tests.kafka.reading import everything_in
from tests.services.relay.test_loop import two_matters

pytestmark = [pytest.mark.kafka, pytest.mark.slow]

USER, PASSWORD, KEY_PASSWORD = "relay", "a-password-of-the-test", "a-password-of-the-key"
HERE = "127.0.0.1"
SECONDS_MAX = 90.0
PROTOCOL = "HANGFENG_KAFKA_SECURITY_PROTOCOL"


@dataclass(frozen=True, slots=True)
class Place:
    """A broker with a listener for each way in, and settings in words: whom one trusts, what one shows."""

    broker: Broker
    words: dict[str, dict[str, Any]]

    def settings(self, listener: str, protocol: str, *words: str) -> dict[str, Any]:
        given: dict[str, Any] = {"kafka": self.broker.at(listener), "kafka_security_protocol": protocol}
        for word in words:
            given |= self.words[word]
        return given


@pytest.fixture(scope="module")
def place(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Place]:
    folder = tmp_path_factory.mktemp("kafka")
    ca, other = authority(folder, "ca"), authority(folder, "another-ca")
    store, old = ca.signed(folder, "broker", HERE).both, ca.signed(folder, "old", HERE, days=-1).both
    listeners = {
        "OPEN": Listener(),
        "LOGIN": Listener("SASL_PLAINTEXT"),
        "TLS": Listener("SSL", store),
        "MUTUAL": Listener("SSL", store, ca.file),
        "GUARDED": Listener("SASL_SSL", store),
        "OLD": Listener("SSL", old),
        "ASTRAY": Listener(astray=True),
    }
    client = ca.signed(folder, "client", HERE, password=KEY_PASSWORD)
    stranger = other.signed(folder, "stranger", HERE, password=KEY_PASSWORD)
    login = {"kafka_username": USER, "kafka_password": PASSWORD}
    with running(folder / "broker", (USER, PASSWORD), listeners) as broker:
        words: dict[str, dict[str, Any]] = {
            "ca": {"kafka_ca_file": ca.file},
            "another ca": {"kafka_ca_file": other.file},
            "client": {
                "kafka_certificate_file": client.certificate,
                "kafka_key_file": client.key,
                "kafka_key_password": KEY_PASSWORD,
            },
            "stranger": {
                "kafka_certificate_file": stranger.certificate,
                "kafka_key_file": stranger.key,
                "kafka_key_password": KEY_PASSWORD,
            },
            "SCRAM": {"kafka_sasl_mechanism": "SCRAM-SHA-512", **login},
            "SCRAM of 256": {"kafka_sasl_mechanism": "SCRAM-SHA-256", **login},
            "PLAIN": {"kafka_sasl_mechanism": "PLAIN", **login},
            "another password": {"kafka_username": USER, "kafka_password": "not-the-password"},
            "by another name": {"kafka": broker.at("TLS", "localhost")},
        }
        yield Place(broker, words)


@pytest.mark.parametrize(
    ("listener", "protocol", "words"),
    [
        ("TLS", "SSL", ["ca"]),
        ("MUTUAL", "SSL", ["ca", "client"]),
        ("GUARDED", "SASL_SSL", ["ca", "SCRAM"]),
        ("GUARDED", "SASL_SSL", ["ca", "PLAIN"]),
        ("LOGIN", "SASL_PLAINTEXT", ["SCRAM"]),
    ],
)
async def test_public_facts_reach_the_broker_on_each_way_in(
    place: Place, tmp_path: Path, listener: str, protocol: str, words: list[str]
) -> None:
    settings = Settings(data=tmp_path / "data")
    open_new(settings)
    with compose(settings) as house:
        two_matters(house.log)
        opened = house.log.read_stream(INSTANCE_STREAM)[0].fact
        assert isinstance(opened, InstanceOpened)
    given = {
        f"HANGFENG_{name.upper()}": str(value) for name, value in place.settings(listener, protocol, *words).items()
    }
    done = await asyncio.to_thread(_relayed, settings.data, given)
    assert done.returncode == 0, done.stderr
    assert json.loads(done.stdout)["sent"] == 2 * m.TOLD_OF_PUBLIC
    sources = [json.loads(value)["source"] for _, value in await everything_in(place.broker, FACTS_TOPIC)]
    assert sources.count(source_of(opened.public_key)) == 2 * m.TOLD_OF_PUBLIC
    assert PASSWORD not in done.stderr


def _relayed(data: Path, given: dict[str, str]) -> subprocess.CompletedProcess[str]:
    command = [sys.executable, "-m", "gateways.cli", "--data", str(data), "relay", "--once", "--json"]
    environment = os.environ | given
    return subprocess.run(command, env=environment, capture_output=True, text=True, timeout=SECONDS_MAX, check=False)


@pytest.mark.parametrize(
    ("listener", "protocol", "words", "zh", "en"),
    [
        pytest.param(
            *("TLS", "PLAINTEXT", []),
            f"使用 TLS：请设 {PROTOCOL} 为 SSL 或 SASL_SSL",
            f"speaks TLS: set {PROTOCOL} to SSL or SASL_SSL",
            id="plainly to the port of TLS",
        ),
        pytest.param(
            *("GUARDED", "SASL_PLAINTEXT", ["SCRAM"]),
            f"使用 TLS：请设 {PROTOCOL} 为 SSL 或 SASL_SSL",
            f"speaks TLS: set {PROTOCOL} to SSL or SASL_SSL",
            id="with a login and without TLS to the port of TLS",
        ),
        pytest.param(
            *("OPEN", "SSL", ["ca"]),
            f"不使用 TLS：请设 {PROTOCOL} 为 PLAINTEXT",
            f"speaks no TLS: set {PROTOCOL} to PLAINTEXT",
            id="with TLS to a plain port",
        ),
        pytest.param(
            *("TLS", "SSL", ["another ca"]),
            "证书不可信",
            "not trusted (unable to get local issuer certificate): set HANGFENG_KAFKA_CA_FILE",
            id="to a broker that another CA signed",
        ),
        pytest.param(
            *("TLS", "SSL", []),
            "证书不可信",
            "not trusted (unable to get local issuer certificate): set HANGFENG_KAFKA_CA_FILE",
            id="to a broker of a CA of its own, with the CAs of the system",
        ),
        pytest.param(
            *("OLD", "SSL", ["ca"]),
            "证书不在有效期内",
            "not valid at this time (certificate has expired): renew it",
            id="to a broker whose certificate is over",
        ),
        pytest.param(
            *("TLS", "SSL", ["ca", "by another name"]),
            "证书属于其他名称",
            "write the name that stands in it into HANGFENG_KAFKA",
            id="to a broker by a name that its certificate lacks",
        ),
        pytest.param(
            *("MUTUAL", "SSL", ["ca"]),
            "客户端证书，请设 HANGFENG_KAFKA_CERTIFICATE_FILE",
            "asks for a client's certificate that a CA it trusts signed: set HANGFENG_KAFKA_CERTIFICATE_FILE",
            id="without the client's certificate that is asked for",
        ),
        pytest.param(
            *("MUTUAL", "SSL", ["ca", "stranger"]),
            "客户端证书，请设 HANGFENG_KAFKA_CERTIFICATE_FILE",
            "asks for a client's certificate that a CA it trusts signed: set HANGFENG_KAFKA_CERTIFICATE_FILE",
            id="with a client's certificate that another CA signed",
        ),
        pytest.param(
            *("LOGIN", "PLAINTEXT", []),
            f"要求登录（PLAIN, SCRAM-SHA-512）：请设 {PROTOCOL}=SASL_PLAINTEXT 及用户名、密码",
            f"asks for a login (PLAIN, SCRAM-SHA-512): set {PROTOCOL}=SASL_PLAINTEXT",
            id="without a login to a port of SASL",
        ),
        pytest.param(
            *("GUARDED", "SSL", ["ca"]),
            f"要求登录（PLAIN, SCRAM-SHA-512）：请设 {PROTOCOL}=SASL_SSL 及用户名、密码",
            f"asks for a login (PLAIN, SCRAM-SHA-512): set {PROTOCOL}=SASL_SSL",
            id="without a login to a port of SASL with TLS",
        ),
        pytest.param(
            *("OPEN", "SASL_PLAINTEXT", ["SCRAM"]),
            f"请设 {PROTOCOL}=PLAINTEXT",
            f"asks for no login at this port: set {PROTOCOL}=PLAINTEXT",
            id="with a login to a port that asks for none",
        ),
        pytest.param(
            *("TLS", "SASL_SSL", ["ca", "SCRAM"]),
            f"请设 {PROTOCOL}=SSL",
            f"asks for no login at this port: set {PROTOCOL}=SSL",
            id="with a login to a port of TLS that asks for none",
        ),
        pytest.param(
            *("GUARDED", "SASL_SSL", ["ca", "another password"]),
            "不接受用户名或密码",
            "look at HANGFENG_KAFKA_USERNAME, HANGFENG_KAFKA_PASSWORD and HANGFENG_KAFKA_SASL_MECHANISM",
            id="with a wrong password",
        ),
        pytest.param(
            *("GUARDED", "SASL_SSL", ["ca", "SCRAM of 256"]),
            "不支持 SCRAM-SHA-256，只支持 PLAIN, SCRAM-SHA-512：请改 HANGFENG_KAFKA_SASL_MECHANISM",
            "knows no SCRAM-SHA-256, but PLAIN, SCRAM-SHA-512: set HANGFENG_KAFKA_SASL_MECHANISM",
            id="by a mechanism that the broker lacks",
        ),
        pytest.param(
            *("ASTRAY", "PLAINTEXT", []),
            "（advertised.listeners）拒绝连接",
            "(advertised.listeners), and that: refuses connections",
            id="to a broker that names itself wrongly",
        ),
    ],
)
async def test_a_wrong_way_in_is_refused_and_says_what_to_set(
    place: Place, tmp_path: Path, listener: str, protocol: str, words: list[str], zh: str, en: str
) -> None:
    given = place.settings(listener, protocol, *words)
    said_zh, _, said_en = (await _trouble_of(Settings(data=tmp_path, **given))).partition(" / ")
    assert zh in said_zh
    assert en in said_en
    assert "not-the-password" not in said_zh + said_en


async def test_rights_and_nodes_that_are_wanting_are_named(tmp_path: Path) -> None:
    listeners = {"OPEN": Listener(), "LOGIN": Listener("SASL_PLAINTEXT")}
    with running(tmp_path / "broker", (USER, PASSWORD), listeners, without_rights=True) as broker:
        login: dict[str, Any] = {
            "kafka_security_protocol": "SASL_PLAINTEXT",
            "kafka_username": USER,
            "kafka_password": PASSWORD,
        }
        said = await _trouble_of(Settings(data=tmp_path, kafka=broker.at("LOGIN"), **login))
        assert "无权写入或新建主题 hangfeng.public.v1、hangfeng.bulletins.v1：请在 Kafka 中授予" in said
        assert "grant Write, Create and Describe in Kafka" in said
        said = await _trouble_of(Settings(data=tmp_path, kafka=broker.at("OPEN"), kafka_replicas_count=3))
        assert "节点数不足 3 个副本：请改 HANGFENG_KAFKA_REPLICAS_COUNT" in said
        assert "fewer nodes than 3 replicas: change HANGFENG_KAFKA_REPLICAS_COUNT" in said


async def _trouble_of(settings: Settings) -> str:
    publisher = KafkaPublisher(kafka_settings(settings))
    with pytest.raises(BrokerTrouble) as trouble:
        await publisher.open(None)
    await publisher.close()
    return str(trouble.value)
