"""The access log: a line for each request, on standard output.

It names route, role, status and time taken: no path as it was sent, no query, no address, so that nothing personal can
reach it. On a terminal a line is made to be read; elsewhere it is JSON, and lines are written some at a time, since a
write for each would cost as much as the rest of its making. What is not yet written when the server is killed is lost,
at most ``FLUSH_SECONDS`` of it; the log of facts is another matter.
"""

from __future__ import annotations

import asyncio
import sys
from typing import TYPE_CHECKING, BinaryIO

import orjson
import structlog

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping
    from datetime import datetime

FLUSH_SECONDS = 0.25
LINES_MAX = 512
"""How many lines wait to be written at the most."""


class AccessLog:
    """Writes lines to ``out``, standard output where none is given; ``clock`` gives their time."""

    def __init__(self, clock: Callable[[], datetime], out: BinaryIO | None = None) -> None:
        self._clock = clock
        self._out = out
        self._readable = out is None and sys.stdout.isatty()
        self._structlog = structlog.stdlib.get_logger("hangfeng.access")
        self._lines: list[bytes] = []

    def note(self, line: Mapping[str, object]) -> None:
        """Write one line, soon."""
        if self._readable:
            self._structlog.info("request", **line)
            return
        lines = self._lines
        if not lines:
            asyncio.get_running_loop().call_later(FLUSH_SECONDS, self.flush)
        lines.append(orjson.dumps({"at": self._clock(), **line}, option=orjson.OPT_APPEND_NEWLINE))
        if len(lines) >= LINES_MAX:
            self.flush()

    def flush(self) -> None:
        """Write what waits."""
        lines, self._lines = self._lines, []
        if lines:
            out = sys.stdout.buffer if self._out is None else self._out
            out.write(b"".join(lines))
            out.flush()
