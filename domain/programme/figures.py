"""The figures of the programme (节目指标): 一把手上线率 and 承诺兑现率, each a definition with its sets, as all others.

A unit's seat in a broadcast is counted once. A promise is due in a quarter as a matter is: its deadline in force passed
in it, or it was carried in overdue.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from fractions import Fraction
from typing import TYPE_CHECKING

from domain.figures.figure import Cause, Figure, Rounding, rate
from domain.programme.commitments import KEPT, Asked, Standing, deadline_in_force, settlement, standing

if TYPE_CHECKING:
    from domain.figures.window import Window
    from domain.programme.events import OnAirUnit
    from domain.programme.state import Commitment
    from domain.timekeeping.deadlines import Deadline

EDITION = "2026-1"
"""The edition of the two definitions here; it changes whenever one of them does."""

HEAD_UNKNOWN = Cause(
    "head_unknown",
    "播出记录未注明上线领导是否一把手",
    "the broadcast does not say whether the leader was the unit's head",
)
NO_COMMITMENTS = Cause("no_commitments", "本期没有到期的现场承诺", "no promise made on air fell due in the period")
NO_EPISODES = Cause("no_episodes", "本期没有节目记录", "no episode is recorded in the period")


@dataclass(frozen=True, slots=True)
class ProgrammeDefinition:
    """A figure of the programme: its key and name, what is counted of what, and what is left out."""

    key: str
    name_zh: str
    name_en: str
    numerator_zh: str
    numerator_en: str
    denominator_zh: str
    denominator_en: str


LEADER_ATTENDANCE = ProgrammeDefinition(
    "leader_attendance",
    "一把手上线率",
    "Heads on air in person",
    "上线单位席次中由一把手本人上线的",
    "seats of units on air that the unit's head took in person",
    "本期播出各期的上线单位席次；未注明是否一把手的不计，另列",
    "seats of units in the period's broadcasts; those not said to be the head's or not are left out and counted apart",
)
COMMITMENTS_KEPT = ProgrammeDefinition(
    "commitments_kept",
    "承诺兑现率",
    "Promises kept in time",
    "应兑现的承诺中经核验按期兑现的",
    "of the promises due, those checked as kept by their deadline",
    "本期到期的现场承诺（按延期后的期限），加上期结转的逾期承诺",
    "promises whose deadline in force passed in the period, and those carried in overdue",
)
COMMITMENTS_KEPT_ORIGINAL = ProgrammeDefinition(
    "commitments_kept_original",
    "承诺兑现率（按原期限）",
    "Promises kept by their first deadline",
    "按首次承诺的期限按期兑现的",
    "of the promises due, those checked as kept by their first deadline",
    "按首次承诺的期限计的应兑现承诺",
    "promises due by their first deadline",
)
DEFINITIONS = (LEADER_ATTENDANCE, COMMITMENTS_KEPT, COMMITMENTS_KEPT_ORIGINAL)


def asked_by(window: Window) -> Asked:
    """Return the asking as of a window's instant."""
    return Asked(window.happened, window.expired)


def attendance(seats: Iterable[OnAirUnit], rounding: Rounding) -> Figure:
    """Return 一把手上线率 over seats; those of which it is not known are left out and counted."""
    held = tuple(seats)
    known = [one for one in held if one.head is not None]
    return rate(
        LEADER_ATTENDANCE.key,
        Fraction(sum(one.head is True for one in known)),
        len(known),
        rounding=rounding,
        cause=HEAD_UNKNOWN if held and not known else None if held else NO_EPISODES,
        left_out=len(held) - len(known),
    )


def due(promise: Commitment, window: Window) -> bool:
    """Say whether a promise is due in the window's period by its deadline in force (应兑现)."""
    return _due(promise, window, deadline_in_force(promise, asked_by(window)))


def due_originally(promise: Commitment, window: Window) -> bool:
    """Say whether a promise is due in the window's period by its first deadline."""
    return _due(promise, window, promise.promises[0].deadline)


def _due(promise: Commitment, window: Window, deadline: Deadline) -> bool:
    if not window.happened(promise.made) or not window.expired(deadline):
        return False
    day = window.due_day(deadline)
    if day >= window.first_day:
        return day <= window.last_day
    settled = settlement(promise, asked_by(window))
    return settled is None or not window.before(settled.checked)


def kept_in_time(promise: Commitment, window: Window) -> bool:
    """Say whether a promise was kept by its deadline in force, as checked by then (按期兑现)."""
    return standing(promise, asked_by(window)) is Standing.KEPT


def kept_originally(promise: Commitment, window: Window) -> bool:
    """Say whether a promise was kept by its first deadline, as checked by then."""
    settled = settlement(promise, asked_by(window))
    if settled is None or standing(promise, asked_by(window)) not in KEPT:
        return False
    return not promise.promises[0].deadline.missed_at(settled.at)


Holds = Callable[["Commitment", "Window"], bool]


def promises_rate(
    definition: ProgrammeDefinition, promises: Sequence[Commitment], window: Window
) -> tuple[Figure, tuple[Commitment, ...], tuple[Commitment, ...]]:
    """Return a rate of promises, with those of its numerator and of its denominator."""
    original = definition is COMMITMENTS_KEPT_ORIGINAL
    belongs: Holds = due_originally if original else due
    counts: Holds = kept_originally if original else kept_in_time
    below = tuple(one for one in promises if belongs(one, window))
    above = tuple(one for one in below if counts(one, window))
    figure = rate(
        definition.key,
        Fraction(len(above)),
        len(below),
        rounding=window.settings.rounding,
        cause=NO_COMMITMENTS,
    )
    return figure, above, below
