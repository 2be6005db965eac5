"""What the settings say of Kafka: contradictions are refused by name before anything is sent; trouble is explained."""

import socket
import ssl
from pathlib import Path
from typing import Any

import pytest

from gateways.bench.intake import free_port
from gateways.kafka import diagnosis
from gateways.kafka.diagnosis import why_no_connection
from gateways.kafka.producer import kafka_settings
from services.settings import HIDDEN, Settings, SettingsFault
from tests.kafka.certificates import Authority, Identity, authority

PLAIN = {"security_protocol": "PLAINTEXT"}


@pytest.fixture
def ca(tmp_path: Path) -> Authority:
    return authority(tmp_path, "ca")


@pytest.fixture
def client(ca: Authority, tmp_path: Path) -> Identity:
    return ca.signed(tmp_path, "client", "127.0.0.1")


def with_kafka(protocol: str, **given: Any) -> Settings:  # noqa: ANN401 - as the settings take them
    values: dict[str, Any] = {"kafka": "kafka:9092", "kafka_security_protocol": protocol, **given}
    return Settings(**values)


def security_of(protocol: str, **given: Any) -> dict[str, Any]:  # noqa: ANN401 - as the settings take them
    return kafka_settings(with_kafka(protocol, **given)).security


def fault_of(protocol: str, **given: Any) -> tuple[str, str]:  # noqa: ANN401 - as the settings take them
    with pytest.raises(SettingsFault) as fault:
        security_of(protocol, **given)
    return fault.value.name, str(fault.value)


@pytest.mark.parametrize(
    ("protocol", "name", "value"),
    [
        ("PLAINTEXT", "kafka_ca_file", "ca.crt"),
        ("PLAINTEXT", "kafka_certificate_file", "client.crt"),
        ("SASL_PLAINTEXT", "kafka_key_file", "client.key"),
        ("SASL_PLAINTEXT", "kafka_key_password", "secret"),
        ("PLAINTEXT", "kafka_sasl_mechanism", "PLAIN"),
        ("PLAINTEXT", "kafka_username", "relay"),
        ("SSL", "kafka_password", "secret"),
    ],
)
def test_what_would_protect_nothing_is_refused(protocol: str, name: str, value: str) -> None:
    named, said = fault_of(protocol, **{name: value})
    assert named == name
    assert f"通信方式为 {protocol} 时不起作用：请设 HANGFENG_KAFKA_SECURITY_PROTOCOL 为" in said
    assert f"it has no effect with {protocol}: set HANGFENG_KAFKA_SECURITY_PROTOCOL to" in said
    assert "secret" not in said


@pytest.mark.parametrize("protocol", ["SASL_PLAINTEXT", "SASL_SSL"])
@pytest.mark.parametrize(
    ("given", "missing"),
    [
        ({}, "kafka_username"),
        ({"kafka_username": "relay"}, "kafka_password"),
        ({"kafka_password": "secret"}, "kafka_username"),
    ],
)
def test_a_login_needs_both_a_name_and_a_password(protocol: str, given: dict[str, str], missing: str) -> None:
    named, said = fault_of(protocol, **given)
    assert (named, f"set HANGFENG_{missing.upper()}" in said) == (missing, True)


@pytest.mark.parametrize(
    "value", ["http://kafka:9092", "kafka:9092,", "kafka:", "kafka:port", "kafka:70000", "kafka:0", "a b", "kafka/9092"]
)
def test_an_address_that_is_none_is_refused(value: str) -> None:
    with pytest.raises(SettingsFault, match=r"名称:端口.*name:port"):
        kafka_settings(Settings(kafka=value))


@pytest.mark.parametrize("value", ["kafka", "kafka:9092", "10.0.0.1:9092, kafka-2.example.cn:9093", "[::1]:9092"])
def test_names_and_addresses_with_and_without_a_port_are_taken(value: str) -> None:
    assert kafka_settings(Settings(kafka=value)).servers == value


def test_the_ca_file_alone_is_trusted_and_the_name_is_compared(ca: Authority) -> None:
    context = security_of("SSL", kafka_ca_file=ca.file)["ssl_context"]
    assert [one["subject"] for one in context.get_ca_certs()] == [((("commonName", "ca"),),)]
    assert (context.verify_mode, context.check_hostname) == (ssl.CERT_REQUIRED, True)
    assert context.minimum_version >= ssl.TLSVersion.TLSv1_2


def test_a_certificate_may_bring_its_key_along_and_a_key_its_password(
    ca: Authority, client: Identity, tmp_path: Path
) -> None:
    locked = ca.signed(tmp_path, "locked", "127.0.0.1", password="secret")
    assert security_of("SSL", kafka_certificate_file=client.both)["ssl_context"]
    files = {"kafka_certificate_file": locked.certificate, "kafka_key_file": locked.key}
    assert security_of("SSL", **files, kafka_key_password="secret")["ssl_context"]
    named, said = fault_of("SSL", **files)
    assert (named, "the client's key is encrypted: set HANGFENG_KAFKA_KEY_PASSWORD" in said) == (
        "kafka_key_password",
        True,
    )
    named, said = fault_of("SSL", **files, kafka_key_password="other")
    assert (named, "the password right" in said, "other" in said) == ("kafka_key_file", True, False)


def test_files_that_are_missing_or_hold_something_else_are_named(
    ca: Authority, client: Identity, tmp_path: Path
) -> None:
    store = tmp_path / "store.jks"
    store.write_bytes(b"\xfe\xed\xfe\xed\x00\x00\x00\x02")
    other = ca.signed(tmp_path, "other", "127.0.0.1")
    key = {"kafka_key_file": client.key}
    faults = [
        ("kafka_ca_file", "cannot be read", fault_of("SSL", kafka_ca_file=tmp_path / "none")),
        ("kafka_ca_file", "no certificate in PEM form", fault_of("SSL", kafka_ca_file=store)),
        ("kafka_certificate_file", "cannot be read", fault_of("SSL", kafka_certificate_file=tmp_path)),
        ("kafka_certificate_file", "in PEM form", fault_of("SSL", kafka_certificate_file=client.certificate)),
        ("kafka_certificate_file", "set HANGFENG_KAFKA_CERTIFICATE_FILE", fault_of("SSL", **key)),
        ("kafka_key_file", "belonging together", fault_of("SSL", kafka_certificate_file=other.certificate, **key)),
    ]
    assert [(name, words in said) for name, words, (_, said) in faults] == [(named, True) for *_, (named, _) in faults]


def test_passwords_are_hidden() -> None:
    settings = with_kafka("SASL_PLAINTEXT", kafka_username="relay", kafka_password="geheim")
    assert "geheim" not in repr(settings) + repr(kafka_settings(settings))
    settings = with_kafka("SSL", kafka_password="geheim", kafka_key_password="geheim")
    shown = {line.name: line.value for line in settings.describe()}
    assert shown["kafka_password"] == shown["kafka_key_password"] == HIDDEN


async def test_a_server_that_refuses_and_a_name_that_nobody_has_are_told(monkeypatch: pytest.MonkeyPatch) -> None:
    port, resolve = free_port(), socket.getaddrinfo

    def nobody_s(host: str, *more: Any, **how: Any) -> Any:  # noqa: ANN401 - as the library's
        if host.endswith(".invalid"):
            raise socket.gaierror(socket.EAI_NONAME, "Name or service not known")
        return resolve(host, *more, **how)

    # Some resolvers are asked in vain for longer than the test would wait.
    monkeypatch.setattr(socket, "getaddrinfo", nobody_s)
    why = await why_no_connection(f"127.0.0.1:{port},no-such-name.invalid:9092", PLAIN)
    assert why is not None
    assert f"127.0.0.1:{port} 拒绝连接" in why.zh
    assert "no-such-name.invalid:9092: there is no such name: look at HANGFENG_KAFKA" in why.en


async def test_a_server_that_keeps_silent_is_told(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(diagnosis, "SERVER_SECONDS_MAX", 0.2)
    # Connections are taken in by the system, and nobody ever answers.
    with socket.create_server(("127.0.0.1", 0)) as silent:
        why = await why_no_connection(f"127.0.0.1:{silent.getsockname()[1]}", PLAIN)
    assert why is not None
    assert "gives no answer: look at the address, the port and the firewall" in why.en
