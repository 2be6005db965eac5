"""The outermost ring: request ids, body limits, security headers, figures of operation, the access log.

Plain ASGI and sparing, since the hot path passes here as well: a call that lets go of the interpreter here, be it for a
random number or a line of a log, waits behind the thread that writes the log of facts.
"""

from __future__ import annotations

import itertools
import re
import secrets
import time
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Final

from starlette.exceptions import HTTPException
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from gateways.http import problems
from gateways.http.access_log import AccessLog
from gateways.http.operations import Meters
from gateways.pages.rendering import CONTENT_SECURITY_POLICY

PROCESS_ID_BYTES: Final = 6

_PROCESS: Final = secrets.token_hex(PROCESS_ID_BYTES)
_NUMBERS: Final = itertools.count(1)
_REQUEST_ID = re.compile(rb"[A-Za-z0-9._-]{1,64}")
_HEADERS: Final = tuple(
    (name.encode(), value.encode())
    for name, value in {
        "content-security-policy": CONTENT_SECURITY_POLICY,
        "x-content-type-options": "nosniff",
        "x-frame-options": "DENY",
        "referrer-policy": "no-referrer",
        "cross-origin-opener-policy": "same-origin",
        "cross-origin-resource-policy": "same-origin",
    }.items()
)
_NO_STORE: Final = (b"cache-control", b"no-store")


@dataclass(frozen=True, slots=True)
class BodyLimits:
    """How many bytes a body may have: usually, and on the paths that take files."""

    usual_bytes_max: int
    by_path: Mapping[str, int]

    def bytes_max(self, path: str) -> int:
        """Return how many bytes a body on this path may have."""
        return self.by_path.get(path, self.usual_bytes_max)


class BodyTooLarge(HTTPException):
    """More bytes came than the route takes; the reader of the body passes it on as 413."""

    def __init__(self, bytes_max: int) -> None:
        super().__init__(413, f"请求内容不得超过 {bytes_max} 字节 / at most {bytes_max} bytes")


class Edge:
    """Wraps the whole application; ``access_log`` is given a line for each request, where there is one."""

    def __init__(self, app: ASGIApp, meters: Meters, bodies: BodyLimits, access_log: AccessLog | None) -> None:
        self._app = app
        self._meters = meters
        self._bodies = bodies
        self._access_log = access_log

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Pass one request on, and account for it."""
        if scope["type"] != "http":
            await self._app(scope, receive, send)
            if self._access_log is not None:
                self._access_log.flush()
            return
        headers = dict(scope["headers"])
        request_id = _request_id(headers.get(b"x-request-id"))
        scope.setdefault("state", {})["request_id"] = request_id
        started = time.perf_counter()
        status = 0

        async def answer(message: Message) -> None:
            nonlocal status
            if message["type"] == "http.response.start":
                status = message["status"]
                message["headers"] = _with_ours(message.get("headers", ()), request_id)
            await send(message)

        bytes_max = self._bodies.bytes_max(scope["path"])
        try:
            if _declared_bytes(headers) > bytes_max:
                refused = problems.fault("body-too-large", BodyTooLarge(bytes_max).detail).problem
                await problems.response(refused, {"Connection": "close"})(scope, receive, answer)
                return
            await self._app(scope, _Counted(receive, bytes_max), answer)
        finally:
            self._account(scope, status, time.perf_counter() - started)

    def _account(self, scope: Scope, status: int, seconds: float) -> None:
        state = scope["state"]
        route: str = state.get("route", "unmatched")
        self._meters.answered(route, status, seconds)
        if self._access_log is not None:
            self._access_log.note(
                {
                    "route": route,
                    "method": scope["method"],
                    "status": status,
                    "role": state.get("role"),
                    "milliseconds": round(seconds * 1000, 3),
                    "request_id": state["request_id"],
                },
            )


class _Counted:
    """Counts the bytes of a body as they come, for a body whose length was not told or was told wrongly."""

    __slots__ = ("_bytes_left", "_bytes_max", "_receive")

    def __init__(self, receive: Receive, bytes_max: int) -> None:
        self._receive = receive
        self._bytes_max = bytes_max
        self._bytes_left = bytes_max

    async def __call__(self) -> Message:
        message = await self._receive()
        if message["type"] == "http.request":
            self._bytes_left -= len(message.get("body", b""))
            if self._bytes_left < 0:
                raise BodyTooLarge(self._bytes_max)
        return message


def _request_id(given: bytes | None) -> str:
    if given is not None and _REQUEST_ID.fullmatch(given):
        return given.decode()
    return f"{_PROCESS}-{next(_NUMBERS):x}"


def _declared_bytes(headers: Mapping[bytes, bytes]) -> int:
    declared = headers.get(b"content-length", b"0")
    return int(declared) if declared.isdigit() else 0


def _with_ours(theirs: Iterable[tuple[bytes, bytes]], request_id: str) -> list[tuple[bytes, bytes]]:
    headers = list(theirs)
    names = {name.lower() for name, _ in headers}
    headers.extend(header for header in (*_HEADERS, _NO_STORE) if header[0] not in names)
    headers.append((b"x-request-id", request_id.encode()))
    return headers
