"""An episode of the programme (一期节目): who was on air, and what was said there."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

from domain.facts import Fact, topic


@dataclass(frozen=True, slots=True)
class OnAirUnit:
    """A unit in the studio: its leader and post, and whom they stood in for and why (替代上线), where they did."""

    unit: str
    leader: str | None = None
    post: str | None = None
    substitutes_for: str | None = None
    reason: str | None = None


@topic("episode.held.v2")
@dataclass(frozen=True, slots=True, kw_only=True)
class EpisodeHeld(Fact):
    """An episode was broadcast (节目播出).

    ``episode`` is its reference, as complaints name it in ``programme_ref``; counts are of calls.
    """

    episode: str
    aired_on: date
    station: str
    units: tuple[OnAirUnit, ...]
    calls_aired: int
    closed_live: int
