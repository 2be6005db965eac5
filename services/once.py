"""A request that carries a key happens once: the log itself remembers it, as the cause of the facts that it led to."""

from __future__ import annotations

from typing import TYPE_CHECKING

from domain.refusals import KeyUsedForAnother

if TYPE_CHECKING:
    from collections.abc import Iterable

    from domain.facts import Recorded


def facts_of_request(history: Iterable[Recorded], cause: str) -> tuple[Recorded, ...]:
    """Return the facts that the same request led to. Raises ``KeyUsedForAnother`` where its key came with another."""
    key = cause.rpartition(":")[0] + ":"
    same_key = tuple(recorded for recorded in history if recorded.cause and recorded.cause.startswith(key))
    if any(recorded.cause != cause for recorded in same_key):
        raise KeyUsedForAnother
    return same_key
