"""The structure of a run-down (编排结构), which the next episode may take over: its slots without what filled them.

A slot keeps its kind, its length, and a title that is said every week. Whose case it told, which unit or leader it
named, stays with the day on which that was said.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, timedelta
from typing import TYPE_CHECKING

from domain.programme.events import ITEM_CHINESE, ItemKind

if TYPE_CHECKING:
    from domain.programme.events import OnAirUnit
    from domain.programme.state import Episode, Item, Seat

DAYS_BETWEEN_EPISODES = 7
"""How long after the latest episode the next one is proposed: a programme of every week."""


@dataclass(frozen=True, slots=True)
class Slot:
    """A place in a run-down: what kind of item stands there, how it is called every week, and for how long."""

    kind: ItemKind
    title: str
    minutes: int


def structure_of(episode: Episode) -> tuple[Slot, ...]:
    """Return the slots of a run-down in their order; a title that belongs to its day becomes that of its kind."""
    seats: tuple[Seat | OnAirUnit, ...] = (*episode.seats, *episode.on_air)
    of_the_day = episode.names_on_air | {one.unit for one in seats}
    return tuple(
        Slot(one.kind, ITEM_CHINESE[one.kind] if _of_its_day(one, of_the_day) else one.title, one.minutes)
        for one in episode.items
    )


def _of_its_day(item: Item, names: frozenset[str]) -> bool:
    if item.complaint is not None:
        return True
    return any(name in item.title for name in (*names, item.unit) if name)


def next_day(latest: date, today: date) -> date:
    """Return the day of the next episode: a week after the latest, and never in the past but on its day of the week."""
    day = latest + timedelta(days=DAYS_BETWEEN_EPISODES)
    return day if day >= today else today + timedelta(days=(latest - today).days % DAYS_BETWEEN_EPISODES)
