"""Where a webhook may go: over TLS, to an address of the public internet, unless the settings say otherwise.

A name is resolved once, every address that it has is judged, and the connection then goes to the address that was
judged: a name that points elsewhere a moment later (DNS rebinding) leads nowhere.
"""

from __future__ import annotations

import socket
from collections.abc import Callable
from dataclasses import dataclass
from ipaddress import IPv4Address, IPv6Address, ip_address, ip_network
from urllib.parse import SplitResult, urlsplit

from domain.partners.refusals import WebhookRefused

URL_CHARACTERS_MAX = 2_000
HTTPS_PORT = 443
HTTP_PORT = 80

Resolve = Callable[[str, int], list[str]]
"""Gives every address that a host name has; raises ``OSError``."""


@dataclass(frozen=True, slots=True)
class AddressRules:
    """What is let through: plain HTTP, and addresses that are not of the public internet."""

    http_allowed: bool = False
    private_allowed: bool = False


@dataclass(frozen=True, slots=True)
class Destination:
    """Where to connect to, and what to call it: ``url`` holds the judged address, ``host`` the name in it."""

    url: str
    host: str
    header: str


def resolve(host: str, port: int) -> list[str]:
    """Return every address of a host, as the system knows it. Raises ``OSError``."""
    found = socket.getaddrinfo(host, port, type=socket.SOCK_STREAM)
    return list(dict.fromkeys(str(one[4][0]) for one in found))


def hold_url(url: str, rules: AddressRules) -> SplitResult:
    """Hold a webhook's address to its form, without asking any name server. Raises ``WebhookRefused``."""
    try:
        parts = urlsplit(url)
        port = parts.port
    except ValueError:
        raise WebhookRefused(why_zh="不是网址", why_en="it is no URL") from None
    allowed = {"https", "http"} if rules.http_allowed else {"https"}
    if parts.scheme not in allowed or not parts.hostname or port == 0 or len(url) > URL_CHARACTERS_MAX:
        raise WebhookRefused(why_zh="须为 https:// 网址", why_en="it must be an https:// URL")
    if parts.username is not None or parts.fragment:
        raise WebhookRefused(why_zh="网址不得含用户名或片段", why_en="it must hold no user name and no fragment")
    literal = _literal(parts.hostname)
    if literal is not None:
        _judge(literal, rules)
    return parts


def destination(url: str, rules: AddressRules, ask: Resolve = resolve) -> Destination:
    """Return where to connect to. Raises ``WebhookRefused``, and ``OSError`` where the name has no address."""
    parts = hold_url(url, rules)
    host = str(parts.hostname)
    port = parts.port or (HTTPS_PORT if parts.scheme == "https" else HTTP_PORT)
    addresses = [ip_address(one.partition("%")[0]) for one in ask(host, port)]
    if not addresses:
        raise OSError(f"{host} has no address")
    # One address inside is enough to refuse: whoever owns the name chooses which one is taken.
    for one in addresses:
        _judge(one, rules)
    first = addresses[0]
    shown = f"[{first}]" if isinstance(first, IPv6Address) else str(first)
    return Destination(parts._replace(netloc=f"{shown}:{port}").geturl(), host, parts.netloc)


def _literal(host: str) -> IPv4Address | IPv6Address | None:
    try:
        return ip_address(host)
    except ValueError:
        return None


def _judge(address: IPv4Address | IPv6Address, rules: AddressRules) -> None:
    inner = address.ipv4_mapped if isinstance(address, IPv6Address) else None
    judged = inner or address
    if rules.private_allowed:
        return
    if not judged.is_global or judged.is_multicast or _carries_v4(judged):
        raise WebhookRefused(why_zh=f"{address} 不是公网地址", why_en=f"{address} is no address of the public internet")


def _carries_v4(address: IPv4Address | IPv6Address) -> bool:
    """Say whether an IPv6 address only wraps an IPv4 one (6to4, Teredo, NAT64), which may be any."""
    if not isinstance(address, IPv6Address):
        return False
    return address.sixtofour is not None or address.teredo is not None or address in _NAT64


_NAT64 = ip_network("64:ff9b::/96")
