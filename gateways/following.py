"""A process beside the server that follows the log: it feeds the views and raises the cards that fall due.

Folding a fact takes longer than taking a call in, and one interpreter does one thing at a time; so the server leaves it
to a process of its own, of lower priority. A pipe joins the two: each byte says that something was appended, and its
end says that the server is gone, also where it was killed.
"""

from __future__ import annotations

import os
import subprocess
import sys
from contextlib import suppress
from pathlib import Path
from threading import Event, Thread
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from services.log.port import Log

RESTART_SECONDS = 1.0
STOP_SECONDS_MAX = 20.0


class Following:
    """Keeps one follower running over a data directory: started anew when it dies, stopped with the server."""

    def __init__(self, data: Path, log: Log) -> None:
        self._data = data
        self._log = log
        self._ended = Event()
        self._process = self._spawned()
        self._unsubscribe = log.on_append(self._hint)
        self._thread = Thread(target=self._watch, name="follower-watch", daemon=True)
        self._thread.start()

    @property
    def alive(self) -> bool:
        """Whether the follower runs at this moment."""
        return self._process.poll() is None

    @property
    def pid(self) -> int:
        """The follower's process id."""
        return self._process.pid

    def stop(self) -> None:
        """End the follower after the batch under way."""
        self._ended.set()
        self._unsubscribe()
        self._end()
        self._thread.join()
        # The watch may have been about to start another.
        self._end()

    def _end(self) -> None:
        self._release()
        try:
            self._process.wait(STOP_SECONDS_MAX)
        except subprocess.TimeoutExpired:
            self._process.kill()
            self._process.wait()

    def _spawned(self) -> subprocess.Popen[bytes]:
        process = subprocess.Popen(  # noqa: S603 - our own command line
            [sys.executable, "-m", "gateways.follower", str(self._data)],
            stdin=subprocess.PIPE,
            stdout=subprocess.DEVNULL,
        )
        assert process.stdin is not None
        os.set_blocking(process.stdin.fileno(), False)
        return process

    def _hint(self, _position: int) -> None:
        # A pipe that is full holds hints enough, and one that is broken belongs to a follower about to be replaced.
        with suppress(OSError, ValueError):
            assert self._process.stdin is not None
            os.write(self._process.stdin.fileno(), b"\n")

    def _release(self) -> None:
        assert self._process.stdin is not None
        with suppress(OSError):
            self._process.stdin.close()

    def _watch(self) -> None:
        while not self._ended.is_set():
            # Without a timeout: with one it would look twenty times a second.
            self._process.wait()
            if not self._ended.wait(RESTART_SECONDS):
                self._release()
                self._process = self._spawned()
