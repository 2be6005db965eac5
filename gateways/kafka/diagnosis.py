"""Why no connection to Kafka comes about, and what to do: aiokafka tells no more than that it could not bootstrap.

One more connection is tried to each server, to the end that its own failure is seen: refused, no such name, a
certificate that is not trusted, TLS where none is spoken or the reverse, a login that is wrong or wanted. No password
goes out on any way but the one that the settings say.
"""

from __future__ import annotations

import asyncio
import socket
import ssl
from collections.abc import AsyncIterator, Iterator
from contextlib import asynccontextmanager, suppress
from dataclasses import dataclass
from typing import Any

from aiokafka.conn import AIOKafkaConnection, collect_hosts
from aiokafka.errors import (
    IllegalSaslStateError,
    KafkaConnectionError,
    KafkaError,
    SaslAuthenticationFailed,
    UnsupportedSaslMechanismError,
)
from aiokafka.protocol.admin import SaslHandShakeRequest
from aiokafka.protocol.metadata import MetadataRequest

from services.settings import PREFIX

SERVERS_TRIED_MAX = 3
"""How many servers are tried, of those that are set and of those that the cluster names."""

SERVER_SECONDS_MAX = 5.0
"""How long one server is tried for each question."""

CLOSE_SECONDS_MAX = 1.0

_PROTOCOL = f"{PREFIX}KAFKA_SECURITY_PROTOCOL"
_MECHANISM = f"{PREFIX}KAFKA_SASL_MECHANISM"
_OTHER_NAME = {62, 64}
"""OpenSSL's codes for a certificate of another host name or address."""

_NOT_NOW = {9, 10}
"""OpenSSL's codes for a certificate that is not yet valid, or no more."""

_FAILURES = (OSError, EOFError, KafkaError)
_CLOSED = (ConnectionError, EOFError, KafkaConnectionError)


@dataclass(frozen=True, slots=True)
class Why:
    """What is the matter, with its remedy."""

    zh: str
    en: str


async def why_no_connection(servers: str, security: dict[str, Any]) -> Why | None:
    """Try the servers once more and say why they cannot be used, ``None`` where they can by now."""
    found: list[Why] = []
    for host, port, _ in collect_hosts(servers, randomize=False)[:SERVERS_TRIED_MAX]:
        named, why = await _tried(host, port, security)
        if why is None:
            return await _why_not_those_named(named, security)
        found.append(Why(f"{host}:{port} {why.zh}", f"{host}:{port}: {why.en}"))
    return Why("；".join(one.zh for one in found), "; ".join(one.en for one in found))


async def _why_not_those_named(named: list[tuple[str, int]], security: dict[str, Any]) -> Why | None:
    """Ask the brokers that the cluster names itself: they may be named as nobody here can reach them."""
    for host, port in named[:SERVERS_TRIED_MAX]:
        _, why = await _tried(host, port, security)
        if why is not None:
            return Why(
                f"集群报出的地址 {host}:{port}（advertised.listeners）{why.zh}",
                f"the cluster names {host}:{port} (advertised.listeners), and that: {why.en}",
            )
    return None


async def _tried(host: str, port: int, security: dict[str, Any]) -> tuple[list[tuple[str, int]], Why | None]:
    """Connect as the relay does; return the brokers that the server names, or why it cannot be used."""
    try:
        async with _connected(host, port, security) as connection:
            answer = await connection.send(MetadataRequest([]))
    except _FAILURES as error:
        return [], await _explained(host, port, security, error)
    return [(one[1], one[2]) for one in answer.brokers], None


@asynccontextmanager
async def _connected(host: str, port: int, security: dict[str, Any]) -> AsyncIterator[AIOKafkaConnection]:
    connection = AIOKafkaConnection(host, port, request_timeout_ms=int(SERVER_SECONDS_MAX * 1000), **security)
    try:
        async with asyncio.timeout(SERVER_SECONDS_MAX):
            await connection.connect()
            yield connection
    finally:
        closed = connection.close()
        # It is closed only once that is told, and never where it was never open.
        if connection._protocol is not None:  # noqa: SLF001 - nothing else says so
            with suppress(TimeoutError):
                await asyncio.wait_for(closed, CLOSE_SECONDS_MAX)


async def _explained(host: str, port: int, security: dict[str, Any], error: BaseException) -> Why:
    if isinstance(error, UnsupportedSaslMechanismError):
        known = await _mechanisms(host, port, security) or "?"
        return Why(
            f"不支持 {security['sasl_mechanism']}，只支持 {known}：请改 {_MECHANISM}",
            f"knows no {security['sasl_mechanism']}, but {known}: set {_MECHANISM} to one of these",
        )
    for one in _with_causes(error):
        if (why := _of_login(one, security) or _of_certificates(one) or _of_network(one)) is not None:
            return why
    tls = security["security_protocol"] in {"SSL", "SASL_SSL"}
    if any(isinstance(one, (ssl.SSLError, *_CLOSED)) for one in _with_causes(error)):
        if tls and await _speaks_plainly(host, port):
            return Why(
                f"不使用 TLS：请设 {_PROTOCOL} 为 PLAINTEXT 或 SASL_PLAINTEXT，或改用其 TLS 端口",
                f"speaks no TLS: set {_PROTOCOL} to PLAINTEXT or SASL_PLAINTEXT, or name its port for TLS",
            )
        if not tls and await _speaks_tls(host, port):
            return Why(
                f"使用 TLS：请设 {_PROTOCOL} 为 SSL 或 SASL_SSL",
                f"speaks TLS: set {_PROTOCOL} to SSL or SASL_SSL",
            )
        if security["security_protocol"] in {"PLAINTEXT", "SSL"} and (asked := await _mechanisms(host, port, security)):
            with_login = "SASL_SSL" if tls else "SASL_PLAINTEXT"
            return Why(
                f"要求登录（{asked}）：请设 {_PROTOCOL}={with_login} 及用户名、密码",
                f"asks for a login ({asked}): set {_PROTOCOL}={with_login}, the user name and the password",
            )
    return Why(f"无法连接（{said_of(error)}）", f"cannot be connected to ({said_of(error)})")


def _of_login(error: BaseException, security: dict[str, Any]) -> Why | None:
    if isinstance(error, SaslAuthenticationFailed):
        return Why(
            f"不接受用户名或密码：请核对 {PREFIX}KAFKA_USERNAME、{PREFIX}KAFKA_PASSWORD、{_MECHANISM}",
            f"does not take the user name or the password: look at {PREFIX}KAFKA_USERNAME, {PREFIX}KAFKA_PASSWORD and "
            f"{_MECHANISM}",
        )
    if isinstance(error, IllegalSaslStateError):
        without = security["security_protocol"].removeprefix("SASL_")
        return Why(
            f"此端口无须登录：请设 {_PROTOCOL}={without}，或改用要求登录的端口",
            f"asks for no login at this port: set {_PROTOCOL}={without}, or name its port for logins",
        )
    return None


def _of_certificates(error: BaseException) -> Why | None:
    if isinstance(error, ssl.SSLCertVerificationError):
        said = error.verify_message
        if error.verify_code in _OTHER_NAME:
            return Why(
                f"的证书属于其他名称（{said}）：请在 {PREFIX}KAFKA 中使用证书所列的名称",
                f"its certificate is of another name ({said}): write the name that stands in it into {PREFIX}KAFKA",
            )
        if error.verify_code in _NOT_NOW:
            return Why(
                f"的证书不在有效期内（{said}）：请在 Kafka 一侧换新，或核对本机时钟",
                f"its certificate is not valid at this time ({said}): renew it at Kafka's side, or look at this clock",
            )
        return Why(
            f"的证书不可信（{said}）：请将签发它的 CA 证书设为 {PREFIX}KAFKA_CA_FILE",
            f"its certificate is not trusted ({said}): set {PREFIX}KAFKA_CA_FILE to the certificate of the CA that "
            f"signed it",
        )
    if isinstance(error, ssl.SSLError) and _is_alert(error):
        return Why(
            f"拒绝 TLS 连接（{error.reason}）：多因要求由其信任的 CA 签发的客户端证书，"
            f"请设 {PREFIX}KAFKA_CERTIFICATE_FILE 与 {PREFIX}KAFKA_KEY_FILE",
            f"refuses TLS ({error.reason}), most often since it asks for a client's certificate that a CA it trusts "
            f"signed: set {PREFIX}KAFKA_CERTIFICATE_FILE and {PREFIX}KAFKA_KEY_FILE",
        )
    return None


def _is_alert(error: ssl.SSLError) -> bool:
    """Whether the other side speaks TLS, and says by it that it does not want us."""
    return "ALERT" in (error.reason or "")


def _of_network(error: BaseException) -> Why | None:
    if isinstance(error, TimeoutError):
        return Why(
            "没有应答：请核对地址、端口与防火墙",
            "gives no answer: look at the address, the port and the firewall",
        )
    if isinstance(error, socket.gaierror):
        return Why(f"名称无法解析：请核对 {PREFIX}KAFKA", f"there is no such name: look at {PREFIX}KAFKA")
    if isinstance(error, ConnectionRefusedError) or "Connect call failed" in str(error):
        return Why(
            "拒绝连接：Kafka 未运行，或地址、端口有误",
            "refuses connections: Kafka does not run there, or the address or port is wrong",
        )
    return None


async def _speaks_plainly(host: str, port: int) -> bool:
    try:
        async with _connected(host, port, {"security_protocol": "PLAINTEXT"}):
            return True
    except _FAILURES:
        return False


async def _speaks_tls(host: str, port: int) -> bool:
    # Nothing is told over this connection: it asks only whether TLS is answered, whoever answers.
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_CLIENT)
    context.check_hostname = False
    context.verify_mode = ssl.CERT_NONE
    try:
        async with asyncio.timeout(SERVER_SECONDS_MAX):
            _, writer = await asyncio.open_connection(host, port, ssl=context)
    except ssl.SSLError as error:
        return _is_alert(error)
    except _FAILURES:
        return False
    writer.transport.abort()
    with suppress(OSError):
        await writer.wait_closed()
    return True


async def _mechanisms(host: str, port: int, security: dict[str, Any]) -> str | None:
    """Return the ways to log in that a server knows, ``None`` where it asks for no login."""
    without = security | {"security_protocol": security["security_protocol"].removeprefix("SASL_")}
    try:
        async with _connected(host, port, without) as connection:
            answer = await connection.send(SaslHandShakeRequest("NONE"))
    except _FAILURES:
        return None
    return ", ".join(answer.enabled_mechanisms) or None


def _with_causes(error: BaseException) -> Iterator[BaseException]:
    seen: BaseException | None = error
    while seen is not None:
        yield seen
        seen = seen.__cause__


def said_of(error: BaseException) -> str:
    """Return an error's kind and text; aiokafka's texts begin with their kind already."""
    kind, text = type(error).__name__, str(error)
    return text if text.startswith(kind) else f"{kind}: {text}"
