"""The clock's heartbeat (时钟心跳): when the clock last looked at the deadlines, and what went wrong the last time.

It is a small file beside the log, since whoever asks (the server) and whoever beats (the process beside it, or a
command) are different processes, and since it must be written also while every store is locked. Any number of clocks
beat into the same file; a fault stays on record until the next one.
"""

from __future__ import annotations

import os
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path

import orjson

LATE_CHECKS_MAX = 3
"""How many checks may be missing before the clock is said to stand still."""

LATE_GRACE_SECONDS = 60.0
"""How long a check itself may take."""

FAULT_CHARACTERS_MAX = 200
BEAT_BYTES = 2048
FILE_MODE = 0o600


@dataclass(frozen=True, slots=True)
class Beat:
    """A clock's last look: when, which process, and the last fault, where there ever was one.

    ``raised`` is how many cards that look raised; ``failing`` says that the look itself went wrong.
    """

    at: datetime
    process: int
    raised: int
    failing: bool
    fault: str | None = None
    fault_at: datetime | None = None

    def age_seconds(self, now: datetime) -> float:
        """Return how long ago that was, never below 0."""
        return max((now - self.at).total_seconds(), 0.0)


class Heartbeat:
    """The file in which clocks beat."""

    def __init__(self, path: Path, *, check_seconds: float) -> None:
        """Name the file, and after how many seconds a clock looks again."""
        self._path = path
        self._check_seconds = check_seconds

    @property
    def late_seconds(self) -> float:
        """After how many seconds without a beat the clock is said to stand still."""
        return LATE_CHECKS_MAX * self._check_seconds + LATE_GRACE_SECONDS

    def beat(self, at: datetime, raised: int = 0, fault: BaseException | None = None) -> None:
        """Write down a look at the deadlines; whoever reads sees the whole of one beat. Raises ``OSError``."""
        before = self.last()
        beat = Beat(
            at=at,
            process=os.getpid(),
            raised=raised,
            failing=fault is not None,
            fault=_said(fault) if fault is not None else before.fault if before is not None else None,
            fault_at=at if fault is not None else before.fault_at if before is not None else None,
        )
        # One write of always the same length, so that no reader and no kill ever sees half a beat.
        file = os.open(self._path, os.O_WRONLY | os.O_CREAT, FILE_MODE)
        try:
            os.pwrite(file, orjson.dumps(beat).ljust(BEAT_BYTES), 0)
        finally:
            os.close(file)

    def last(self) -> Beat | None:
        """Return the last beat, ``None`` where no clock ever looked or what stands there is no beat."""
        try:
            held = orjson.loads(self._path.read_bytes())
            return Beat(
                at=datetime.fromisoformat(held["at"]),
                process=int(held["process"]),
                raised=int(held["raised"]),
                failing=bool(held["failing"]),
                fault=held["fault"],
                fault_at=datetime.fromisoformat(held["fault_at"]) if held["fault_at"] else None,
            )
        except (FileNotFoundError, ValueError, KeyError, TypeError):
            return None

    def beats(self, now: datetime) -> bool:
        """Say whether a clock looked lately and nothing went wrong."""
        last = self.last()
        return last is not None and not last.failing and last.age_seconds(now) <= self.late_seconds


def _said(fault: BaseException) -> str:
    return f"{type(fault).__name__}: {fault}"[:FAULT_CHARACTERS_MAX]
