"""A load generator: so many connections, each sending its next request when its last was answered.

It speaks just the HTTP/1.1 that our own server answers with (a status line, a Content-Length), on raw asyncio
connections, since a full client would take more of the machine than the server that it measures.
"""

from __future__ import annotations

import asyncio
import os
import statistics
import time
from collections.abc import Callable
from dataclasses import dataclass, field
from http import HTTPStatus
from pathlib import Path
from typing import cast

RECONNECT_SECONDS = 0.05
RESPONSE_HEAD_BYTES_MAX = 64 * 1024
_HEAD_END = b"\r\n\r\n"
_LENGTH = b"content-length:"


class Unexpected(Exception):
    """The server answered something else than what the benchmark asks for."""

    def __init__(self, status: int, body: bytes) -> None:
        text = body[:500].decode("utf-8", "replace")
        super().__init__(f"服务器答复 {status}：{text} / the server answered {status}: {text}")


@dataclass(slots=True)
class Load:
    """What a run came to: durations of the answered requests in seconds, and how often a connection broke."""

    seconds: float = 0.0
    durations: list[float] = field(default_factory=list)
    broken: int = 0

    @property
    def per_s(self) -> float:
        """Answered requests a second."""
        return len(self.durations) / self.seconds if self.seconds else 0.0

    def percentile_ms(self, percent: int) -> float | None:
        """The nearest-rank percentile of the durations in milliseconds, ``None`` where nothing was answered."""
        if not self.durations:
            return None
        ordered = sorted(self.durations)
        rank = max(1, -(-len(ordered) * percent // 100))
        return round(ordered[rank - 1] * 1000, 3)

    @property
    def median_ms(self) -> float | None:
        """The median of the durations in milliseconds."""
        return round(statistics.median(self.durations) * 1000, 3) if self.durations else None


class Receipts:
    """A file of acknowledged receipts: a line is on disk before its connection sends anything more."""

    def __init__(self, path: Path) -> None:
        self._fd = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_APPEND, 0o600)
        self._lines: list[bytes] = []
        self._waiting: list[Callable[[], None]] = []

    def write(self, line: bytes, then: Callable[[], None]) -> None:
        """Write a line and call ``then`` once it is on disk; lines of one turn of the loop share a sync."""
        if not self._lines:
            asyncio.get_running_loop().call_soon(self._sync)
        self._lines.append(line.rstrip(b"\n") + b"\n")
        self._waiting.append(then)

    def _sync(self) -> None:
        lines, waiting = self._lines, self._waiting
        self._lines, self._waiting = [], []
        os.write(self._fd, b"".join(lines))
        os.fdatasync(self._fd)
        for then in waiting:
            then()

    def close(self) -> None:
        """Close the file."""
        os.close(self._fd)


class _Connection(asyncio.Protocol):
    """One connection: sends, waits for the whole answer, notes how long it took, sends again."""

    def __init__(self, run: _Run) -> None:
        self._run = run
        self._transport: asyncio.Transport | None = None
        self._buffer = b""
        self._begun = 0.0

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        # A loop of libuv has transports of its own, which are no subclasses of asyncio's.
        self._transport = cast("asyncio.Transport", transport)
        self._send()

    def _send(self) -> None:
        if self._transport is None or self._transport.is_closing():
            return
        if self._run.over():
            self._transport.close()
            return
        self._begun = time.perf_counter()
        self._transport.write(self._run.next_request())

    def data_received(self, data: bytes) -> None:
        self._buffer = self._buffer + data if self._buffer else data
        end = self._buffer.find(_HEAD_END)
        if end < 0:
            return
        head = self._buffer[:end].lower()
        at = head.find(_LENGTH)
        length = int(head[at + len(_LENGTH) :].split(b"\r\n", 1)[0]) if at >= 0 else 0
        if len(self._buffer) < end + len(_HEAD_END) + length:
            return
        body = self._buffer[end + len(_HEAD_END) : end + len(_HEAD_END) + length]
        status = int(self._buffer[9:12])
        self._buffer = b""
        self._answered(status, body)

    def _answered(self, status: int, body: bytes) -> None:
        run = self._run
        if status not in {HTTPStatus.OK, HTTPStatus.CREATED}:
            run.fail(Unexpected(status, body))
            return
        run.load.durations.append(time.perf_counter() - self._begun)
        if run.receipts is not None:
            run.receipts.write(body, self._send)
        else:
            self._send()

    def connection_lost(self, exc: Exception | None) -> None:  # noqa: ARG002 - the protocol calls it so
        self._transport = None
        if not self._run.over():
            self._run.load.broken += 1
        self._run.gone(broken=not self._run.over())


class _Run:
    def __init__(
        self,
        host: str,
        port: int,
        connections: int,
        seconds: float,
        request: Callable[[], bytes],
        receipts: Receipts | None,
    ) -> None:
        self.load = Load()
        self.next_request = request
        self.receipts = receipts
        self._address = (host, port)
        self._connections = connections
        self._seconds = seconds
        self._ends = 0.0
        self._open = 0
        self._done: asyncio.Future[None] | None = None
        self._tasks: set[asyncio.Task[None]] = set()

    def over(self) -> bool:
        return time.perf_counter() >= self._ends or (self._done is not None and self._done.done())

    def fail(self, error: Exception) -> None:
        assert self._done is not None
        if not self._done.done():
            self._done.set_exception(error)

    def gone(self, *, broken: bool) -> None:
        self._open -= 1
        if broken:
            self._connect_later()
        elif self._open <= 0 and self._done is not None and not self._done.done():
            self._done.set_result(None)

    def _connect_later(self) -> None:
        self._open += 1
        task = asyncio.get_running_loop().create_task(self._connect())
        self._tasks.add(task)
        task.add_done_callback(self._tasks.discard)

    async def _connect(self) -> None:
        loop = asyncio.get_running_loop()
        while not self.over():
            try:
                await loop.create_connection(lambda: _Connection(self), *self._address)
            except OSError:
                await asyncio.sleep(RECONNECT_SECONDS)
            else:
                return
        self.gone(broken=False)

    async def run(self) -> Load:
        self._done = asyncio.get_running_loop().create_future()
        begun = time.perf_counter()
        self._ends = begun + self._seconds
        for _ in range(self._connections):
            self._connect_later()
        await self._done
        self.load.seconds = time.perf_counter() - begun
        return self.load


async def load(
    host: str,
    port: int,
    *,
    connections: int,
    seconds: float,
    request: Callable[[], bytes],
    receipts: Receipts | None = None,
) -> Load:
    """Send requests for so many seconds over so many connections and return what came of it.

    A connection that breaks is made again until the time is over. Raises ``Unexpected`` at the first answer that is
    neither 200 nor 201.
    """
    return await _Run(host, port, connections, seconds, request, receipts).run()


def post(host: str, port: int, path: str, body: bytes, headers: dict[str, str]) -> bytes:
    """Return the bytes of one POST of a JSON body."""
    lines = [
        f"POST {path} HTTP/1.1",
        f"Host: {host}:{port}",
        "Content-Type: application/json",
        f"Content-Length: {len(body)}",
        *(f"{name}: {value}" for name, value in headers.items()),
    ]
    return "\r\n".join(lines).encode() + _HEAD_END + body
