"""How the courier does: whether it is at work, how far it has come, what waits and what is dead."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

from services.media.deliveries import DeliveryBook, DeliveryState
from services.relay.store import RelayStore

LATE_SECONDS = 60.0
"""After how many seconds without a sign of life, besides one try's time and one pause, the courier stands still."""


class CourierStatus(StrEnum):
    """Whether the courier is at work; ``never`` where none ever was."""

    DELIVERING = "delivering"
    LATE = "late"
    FAILING = "failing"
    NEVER = "never"


@dataclass(frozen=True, slots=True)
class CourierState:
    """How the courier does; ``lag_events`` are those in which it has not yet looked for what is owed."""

    status: CourierStatus
    position: int
    lag_events: int
    waiting: int
    dead: int
    heartbeat_at: datetime | None
    heartbeat_seconds: float | None
    fault: str | None
    fault_at: datetime | None


def courier_state(
    store: RelayStore, book: DeliveryBook, head: int, now: datetime, *, quiet_seconds: float
) -> CourierState:
    """Return how the courier does; ``quiet_seconds`` is how long it may rightly say nothing."""
    beat, position, counts = store.last_beat(), store.reached().position, book.counts()
    age = None if beat is None else max((now - beat.at).total_seconds(), 0.0)
    status = CourierStatus.NEVER
    if beat is not None and age is not None:
        late = age > LATE_SECONDS + quiet_seconds
        status = CourierStatus.LATE if late else CourierStatus.FAILING if beat.failing else CourierStatus.DELIVERING
    return CourierState(
        status=status,
        position=position,
        lag_events=max(head - position, 0),
        waiting=counts[DeliveryState.WAITING],
        dead=counts[DeliveryState.DEAD],
        heartbeat_at=None if beat is None else beat.at,
        heartbeat_seconds=age,
        fault=None if beat is None else beat.fault,
        fault_at=None if beat is None else beat.fault_at,
    )
