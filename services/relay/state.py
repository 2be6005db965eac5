"""How the relay does: whether it is at work, how far it has come, how long the oldest fact waits, what went wrong."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

from services.log.port import Log
from services.relay.store import RelayStore

LATE_SECONDS = 60.0
"""After how many seconds without a sign of life, besides what a try may take, the relay is said to stand still."""


class RelayStatus(StrEnum):
    """Whether the relay is at work; ``late`` where its process seems to have ended, ``never`` where none ever was."""

    RELAYING = "relaying"
    LATE = "late"
    FAILING = "failing"
    NEVER = "never"


@dataclass(frozen=True, slots=True)
class RelayState:
    """How the relay does.

    ``lag_events`` and ``lag_seconds`` are what it has not yet brought: how many events, and how long ago the oldest of
    them was recorded (0 where nothing waits). ``failing`` says that the last try went wrong; ``fault`` is the last one
    that there was, over by now where it does not.
    """

    status: RelayStatus
    position: int
    head: int
    lag_events: int
    lag_seconds: float
    published: int
    withheld_matters: int
    cluster: str | None
    failing: bool
    heartbeat_at: datetime | None
    heartbeat_seconds: float | None
    fault: str | None
    fault_at: datetime | None


def relay_state(log: Log, store: RelayStore, now: datetime, *, quiet_seconds: float) -> RelayState:
    """Return how the relay does; ``quiet_seconds`` is how long it may rightly say nothing."""
    beat, reached, head = store.last_beat(), store.reached(), log.head().position
    waiting = log.read(reached.position, 1, opened=False)
    age = None if beat is None else max((now - beat.at).total_seconds(), 0.0)
    status = RelayStatus.NEVER
    if beat is not None and age is not None:
        late = age > LATE_SECONDS + quiet_seconds
        status = RelayStatus.LATE if late else RelayStatus.FAILING if beat.failing else RelayStatus.RELAYING
    return RelayState(
        status=status,
        position=reached.position,
        head=head,
        lag_events=max(head - reached.position, 0),
        lag_seconds=max((now - waiting[0].recorded_at).total_seconds(), 0.0) if waiting else 0.0,
        published=reached.published,
        withheld_matters=store.withheld_count(),
        cluster=reached.cluster,
        failing=beat is not None and beat.failing,
        heartbeat_at=None if beat is None else beat.at,
        heartbeat_seconds=age,
        fault=None if beat is None else beat.fault,
        fault_at=None if beat is None else beat.fault_at,
    )
