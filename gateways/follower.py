"""The process beside the server, ``python -m gateways.follower DATA``: it lives until its standard input ends."""

from __future__ import annotations

import os
import signal
import sys
from pathlib import Path
from typing import TYPE_CHECKING

from gateways.app import compose
from services.settings import load_settings

if TYPE_CHECKING:
    from types import FrameType

NICENESS = 5
"""How much less of a processor the follower claims than the server does."""

_HINTS_BYTES = 65_536


def follow(data: Path) -> None:
    """Feed the views and raise the cards of a data directory until standard input ends."""
    os.nice(NICENESS)
    # Ctrl-C reaches the whole group: the server takes it, finishes its requests, and then closes the pipe.
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    signal.signal(signal.SIGTERM, _exit)
    with compose(load_settings(data), serving=True) as house:
        while os.read(sys.stdin.fileno(), _HINTS_BYTES):
            house.runner.wake()


def _exit(_signal: int, _frame: FrameType | None) -> None:
    raise SystemExit(0)


if __name__ == "__main__":
    follow(Path(sys.argv[1]))
