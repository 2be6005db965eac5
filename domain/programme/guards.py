"""What every wish about an episode is held to: its day, its life, and sentences that may be read out."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from domain.programme import refusals as r
from domain.programme.state import Episode, EpisodeStatus
from domain.wording import CODE_DIGITS_MAX, hold_to_text

if TYPE_CHECKING:
    from datetime import date

    from domain.facts import Moment

SAID_CHARACTERS_MAX = 300
"""How long a text may be that is read out or printed as one line: a promise, its proof, a reason."""

_LONG_NUMBER = re.compile(rf"\d{{{CODE_DIGITS_MAX + 1},}}")


def not_cancelled(state: Episode) -> None:
    """Hold an episode to be no called-off one. Raises ``EpisodeCalledOff``."""
    if state.status is EpisodeStatus.CANCELLED:
        raise r.EpisodeCalledOff(episode=state.episode, reason=state.cancelled_because)


def still_prepared(state: Episode) -> None:
    """Hold an episode to lie ahead. Raises ``EpisodeAired`` and ``EpisodeCalledOff``."""
    not_cancelled(state)
    if state.status is EpisodeStatus.HELD:
        raise r.EpisodeAired(episode=state.episode)


def not_before(state: Episode, at: Moment) -> None:
    """Hold an act to the day of the episode or later. Raises ``NotOnAirYet``."""
    if at.day < state.airs_on:
        raise r.NotOnAirYet(episode=state.episode, airs_on=state.airs_on)


def hold_to_sentence(name: str, value: str) -> None:
    """Hold a field to one sentence that may be read out: short, and without a telephone or identity number."""
    hold_to_text(name, value)
    if len(value) > SAID_CHARACTERS_MAX:
        raise r.TooLong(field=name, name=name, characters_max=SAID_CHARACTERS_MAX)
    if _LONG_NUMBER.search(value):
        raise r.TellsWho(field=name, name=name)


AIR_YEARS = (2000, 2199)
"""Days are counted to and from an episode: at the ends of the calendar there would be none to count."""


def hold_to_air_day(day: date) -> None:
    """Hold an episode to air on a day that others can be counted from. Raises ``NoSuchAirDay``."""
    first, last = AIR_YEARS
    if not first <= day.year <= last:
        raise r.NoSuchAirDay(first=first, last=last)
