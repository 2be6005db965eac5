"""Signs of pressure or stuffing in ratings (刷评、授意评议): what a supervisor should look at, no verdict."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum
from typing import NamedTuple
from uuid import UUID

from domain.words import Satisfaction


class Sign(StrEnum):
    """What about a rating is odd."""

    BURST = "burst"
    SAME_DEVICE = "same_device"
    SAME_ADDRESS = "same_address"
    TOO_FAST = "too_fast"


SIGN_CHINESE: dict[Sign, str] = {
    Sign.BURST: "同一单位短时间内集中评议",
    Sign.SAME_DEVICE: "同一设备代多人评议",
    Sign.SAME_ADDRESS: "同一网络地址代多人评议",
    Sign.TOO_FAST: "邀请后数秒内评议",
}


@dataclass(frozen=True, slots=True)
class Thresholds:
    """What is still no sign: ratings of a unit within minutes, people from one sender; and seconds that are too few."""

    burst_max: int = 4
    burst_minutes: int = 10
    device_people_max: int = 1
    address_people_max: int = 4
    fast_seconds: int = 10


class Rating(NamedTuple):
    """One person's own rating; ``follow_up`` is its version in the case's stream, ``unit`` whose answer it rates."""

    complaint: UUID
    follow_up: int
    subject: str
    unit: str | None
    invited: datetime
    rated: datetime
    satisfaction: Satisfaction
    solved: bool
    address: str | None = None
    device: str | None = None
    invalidated: datetime | None = None
    reason: str | None = None


def signs_of(ratings: Sequence[Rating], thresholds: Thresholds) -> tuple[tuple[Sign, ...], ...]:
    """Return the signs of each rating, in the order of the ratings; all of them are looked at together."""
    found: list[set[Sign]] = [set() for _ in ratings]
    for at in _bursts(ratings, thresholds):
        found[at].add(Sign.BURST)
    for at in _shared(ratings, lambda rating: rating.device, thresholds.device_people_max):
        found[at].add(Sign.SAME_DEVICE)
    for at in _shared(ratings, lambda rating: rating.address, thresholds.address_people_max):
        found[at].add(Sign.SAME_ADDRESS)
    fast = timedelta(seconds=thresholds.fast_seconds)
    for at, rating in enumerate(ratings):
        if rating.rated - rating.invited < fast:
            found[at].add(Sign.TOO_FAST)
    return tuple(tuple(sign for sign in Sign if sign in signs) for signs in found)


def _bursts(ratings: Sequence[Rating], thresholds: Thresholds) -> Iterable[int]:
    """Give the ratings that lie within a window of time in which a unit had too many."""
    window = timedelta(minutes=thresholds.burst_minutes)
    by_unit: dict[str | None, list[int]] = defaultdict(list)
    for at in sorted(range(len(ratings)), key=lambda at: ratings[at].rated):
        by_unit[ratings[at].unit].append(at)
    for unit, places in by_unit.items():
        first = 0
        for last, at in enumerate(places):
            while ratings[at].rated - ratings[places[first]].rated > window:
                first += 1
            if unit is not None and last - first + 1 > thresholds.burst_max:
                yield from places[first : last + 1]


def _shared(ratings: Sequence[Rating], sender: Callable[[Rating], str | None], people_max: int) -> Iterable[int]:
    """Give the ratings from a sender who rated for too many people."""
    people: dict[str, set[str]] = defaultdict(set)
    for rating in ratings:
        if (who := sender(rating)) is not None:
            people[who].add(rating.subject)
    for at, rating in enumerate(ratings):
        if (who := sender(rating)) is not None and len(people[who]) > people_max:
            yield at
