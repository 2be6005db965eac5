"""Look at a stream, decide, append at the version that was seen; where others appended meanwhile, look again."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Protocol
from uuid import UUID

from domain.facts import Fact, Recorded
from domain.refusals import ChangedMeanwhile
from services.log.port import Append, Appended, Log, Request, Unstorable
from services.log.writer import Settled

CONFLICT_RETRIES_MAX = 8
"""How often it is decided again when others append to the same stream at the same moment."""


class Writer(Protocol):
    """What is asked of the group-commit writer by whoever waits for it; raises ``LogBusy`` and ``Unstorable``."""

    def append(self, request: Request, /) -> Settled:
        """Hand in a request and wait for it."""


@dataclass(frozen=True, slots=True)
class Alone:
    """Appends to a log request by request, for who has no writer: seldom work, such as adopting an edition."""

    log: Log

    def append(self, request: Request, /) -> Settled:
        """Append one request in a transaction of its own. Raises ``Unstorable``."""
        (outcome,) = self.log.append([request])
        if isinstance(outcome, Unstorable):
            raise outcome
        return outcome


@dataclass(frozen=True, slots=True)
class Decided:
    """What stood on a stream when it was decided, and what was appended; nothing where nothing followed."""

    history: tuple[Recorded, ...]
    recorded: tuple[Recorded, ...] = ()

    @property
    def now(self) -> tuple[Recorded, ...]:
        """What stands on the stream after it."""
        return (*self.history, *self.recorded)


def append_decided(
    log: Log,
    writer: Writer,
    stream: UUID,
    decide: Callable[[tuple[Recorded, ...]], Sequence[Fact]],
    *,
    cause: str | None = None,
) -> Decided:
    """Append what a decision on the facts of a stream comes to.

    Raises ``ChangedMeanwhile`` where others keep changing the stream, ``Unstorable``, and what the decision raises.
    """
    for _ in range(CONFLICT_RETRIES_MAX):
        history = log.read_stream(stream)
        facts = tuple(decide(history))
        if not facts:
            return Decided(history)
        settled = writer.append(Append(stream, len(history), facts, cause))
        if isinstance(settled, Appended):
            return Decided(history, settled.recorded)
    raise ChangedMeanwhile
