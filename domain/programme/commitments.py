"""How a promise made on air stands (承诺兑现), as of any moment: by what had been reported and checked until then."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from enum import StrEnum
from typing import TYPE_CHECKING

from domain.programme.events import Outcome

if TYPE_CHECKING:
    from datetime import datetime

    from domain.facts import Moment
    from domain.programme.state import Commitment, Report
    from domain.timekeeping.deadlines import Deadline


class Standing(StrEnum):
    """How a promise stands: ``kept_late`` is one kept after its deadline, ``awaiting_check`` one that was reported."""

    OPEN = "open"
    AWAITING_CHECK = "awaiting_check"
    OVERDUE = "overdue"
    KEPT = "kept"
    KEPT_LATE = "kept_late"
    BROKEN = "broken"


STANDING_CHINESE: Mapping[Standing, str] = {
    Standing.OPEN: "履行中",
    Standing.AWAITING_CHECK: "待核验",
    Standing.OVERDUE: "逾期未兑现",
    Standing.KEPT: "已兑现",
    Standing.KEPT_LATE: "逾期兑现",
    Standing.BROKEN: "未兑现",
}

STILL_OPEN = frozenset({Standing.OPEN, Standing.AWAITING_CHECK, Standing.OVERDUE})
KEPT = frozenset({Standing.KEPT, Standing.KEPT_LATE})


@dataclass(frozen=True, slots=True)
class Asked:
    """As of when it is asked: what had happened, and which deadlines had passed."""

    happened: Callable[[Moment | None], bool]
    expired: Callable[[Deadline], bool]


def as_of_now(now: datetime) -> Asked:
    """Return the asking as of now: all that is on record happened."""
    return Asked(lambda moment: moment is not None, lambda deadline: deadline.due < now)


def settlement(promise: Commitment, asked: Asked) -> Report | None:
    """Return the report by which the promise counted as kept or broken, ``None`` where it was open."""
    return next(
        (
            one
            for one in reversed(promise.reports)
            if one.upheld and asked.happened(one.checked) and one.outcome is not Outcome.POSTPONED
        ),
        None,
    )


def deadline_in_force(promise: Commitment, asked: Asked) -> Deadline:
    """Return the deadline that stood: the last that had been given."""
    given = [one.deadline for one in promise.promises if asked.happened(one.since)]
    return given[-1] if given else promise.promises[0].deadline


def standing(promise: Commitment, asked: Asked) -> Standing:
    """Return how a promise stood."""
    settled = settlement(promise, asked)
    deadline = deadline_in_force(promise, asked)
    if settled is not None:
        if settled.outcome is Outcome.BROKEN:
            return Standing.BROKEN
        return Standing.KEPT_LATE if deadline.missed_at(settled.at) else Standing.KEPT
    waits = any(asked.happened(one.at) and not asked.happened(one.checked) for one in promise.reports)
    if waits:
        return Standing.AWAITING_CHECK
    return Standing.OVERDUE if asked.expired(deadline) else Standing.OPEN
