"""Counts wrong guesses by where they come from, for a while, and says when there were too many."""

from __future__ import annotations

import hashlib
import secrets
from collections import OrderedDict
from collections.abc import Callable
from datetime import datetime

from starlette.requests import Request

SENDERS_MAX = 65_536
"""How many senders are remembered at once; the one heard of longest ago is forgotten first."""

# Addresses are kept as keyed digests that die with the process: the count needs no more.
_KEY = secrets.token_bytes(32)


class Guesses:
    """Wrong guesses by sender; ``guesses_max`` of them within ``window_seconds`` are let pass."""

    def __init__(self, guesses_max: int, window_seconds: int, clock: Callable[[], datetime]) -> None:
        self.window_seconds = window_seconds
        self._guesses_max = guesses_max
        self._clock = clock
        self._failures: OrderedDict[str, list[float]] = OrderedDict()

    def allowed(self, sender: str) -> bool:
        """Say whether a sender may guess once more."""
        return len(self._recent(sender)) < self._guesses_max

    def failed(self, sender: str) -> None:
        """Count a wrong guess."""
        self._failures[sender] = [*self._recent(sender), self._clock().timestamp()]
        self._failures.move_to_end(sender)
        while len(self._failures) > SENDERS_MAX:
            self._failures.popitem(last=False)

    def _recent(self, sender: str) -> list[float]:
        since = self._clock().timestamp() - self.window_seconds
        return [at for at in self._failures.get(sender, ()) if at > since]


def caller_key(request: Request) -> str:
    """Return a keyed digest of the address that a request came from."""
    address = request.client.host if request.client else ""
    return hashlib.blake2b(address.encode(), key=_KEY, digest_size=16).hexdigest()
