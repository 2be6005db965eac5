"""What the log knows of the vault: which subject was sealed under which key."""

from __future__ import annotations

from collections.abc import Callable

from services.log.envelope import key_named_in
from services.log.port import Log, LogDamaged
from services.vault import Vault

BATCH_EVENTS_MAX = 2_000


def learn_subjects(log: Log, vault: Vault, progress: Callable[[int], None] | None = None) -> int:
    """Tell the vault every subject and key that the log names and that it has not learnt yet; return how many events.

    Erasure calls this between the fact of erasure and the destruction of keys, so that no key is missed, be it one
    whose owner a crash had the vault forget or one that another process has just used. Raises ``LogDamaged``.
    """
    learned = after = vault.learned()
    end = log.head().position
    while after < end:
        events = log.read_raw(after, BATCH_EVENTS_MAX, end)
        if not events:
            raise LogDamaged(after + 1, "no event stands at this position")
        try:
            named = {key_named_in(event.state) for event in events}
        except (ValueError, KeyError, TypeError) as error:
            raise LogDamaged(after + 1, f"from here on a state cannot be read: {error}") from error
        vault.learn(events[-1].position, sorted(pair for pair in named if pair is not None))
        after = events[-1].position
        if progress is not None:
            progress(after)
    return end - learned
