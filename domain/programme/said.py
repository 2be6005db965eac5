"""The free words of a wish about an episode: all that somebody typed and a producer, the studio or an edition may say.

Names that are public by intent are none of them: the leader who sits in the studio, and for whom they stand in.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from typing import TYPE_CHECKING, assert_never

from domain.programme import commands as c

if TYPE_CHECKING:
    from domain.programme.events import EpisodeHeld, OnAirUnit
    from domain.programme.state import Episode, Seat

Put = Callable[[str, str], str]
"""Is given a field and what is said in it, and returns what is to be said in its place."""

Said = tuple[str, str]
"""A field and what is said in it."""


def reworded(wish: c.EpisodeWish, put: Put) -> c.EpisodeWish:  # noqa: PLR0911, PLR0912, C901 - one arm a wish
    """Return a wish with each of its free words as ``put`` gives it."""
    match wish:
        case c.Schedule():
            stations = tuple(replace(one, name=put("stations", one.name)) for one in wish.stations)
            return replace(wish, stations=stations, theme=_or_none("theme", wish.theme, put))
        case c.TakeOver():
            # Titles of slots are looked at apart: one that tells who somebody is becomes that of its kind.
            stations = tuple(replace(one, name=put("stations", one.name)) for one in wish.stations)
            return replace(wish, stations=stations, theme=_or_none("theme", wish.theme, put))
        case c.Cancel() | c.WithdrawUnit() | c.PassCallOver():
            return replace(wish, reason=put("reason", wish.reason))
        case c.Invite():
            return replace(wish, unit=put("unit", wish.unit))
        case c.Confirm():
            return replace(wish, post=put("post", wish.post))
        case c.Substitute():
            return replace(wish, post=put("post", wish.post), reason=put("reason", wish.reason))
        case c.AddItem():
            return replace(wish, title=put("title", wish.title), unit=_or_none("unit", wish.unit, put))
        case c.ChangeItem():
            return replace(wish, title=_or_none("title", wish.title, put))
        case c.MakeCommitment():
            return replace(wish, text=put("text", wish.text))
        case c.ReportOutcome():
            return replace(wish, proof=put("proof", wish.proof))
        case c.CheckOutcome():
            return replace(wish, reason=_or_none("reason", wish.reason, put))
        case c.TellBroadcast():
            return replace(wish, held=_held(wish.held, put))
        case (
            c.MoveItem()
            | c.RemoveItem()
            | c.LinkCall()
            | c.AirCall()
            | c.CloseCallLive()
            # What it says is by its nature what the anonymiser found, and reaches nobody but whoever writes again.
            | c.LetStand()
            | c.Hold()
            | c.CheckCommitments()
        ):
            return wish
        case _:
            assert_never(wish)


def said_in(wish: c.EpisodeWish) -> tuple[Said, ...]:
    """Return the free words of a wish, each with its field."""
    found: list[Said] = []

    def note(field: str, text: str) -> str:
        found.append((field, text))
        return text

    reworded(wish, note)
    return tuple(found)


def standing_words(state: Episode) -> frozenset[str]:
    """Return the words that an episode holds already: said again with a new hour, they do not come in anew."""
    aired = state.broadcast
    said = [state.theme, *(one.name for one in state.stations), *(one.title for one in state.items)]
    said += [word for seat in state.seats for word in (seat.unit, *_of_seat(seat))]
    if aired is not None:
        said += [aired.station, *(word for unit in aired.units for word in (unit.unit, *_of_seat(unit)))]
    return frozenset(one for one in said if one is not None)


def _held(held: EpisodeHeld, put: Put) -> EpisodeHeld:
    units = tuple(
        replace(
            one,
            unit=put("units", one.unit),
            post=_or_none("units", one.post, put),
            reason=_or_none("units", one.reason, put),
        )
        for one in held.units
    )
    return replace(held, station=put("station", held.station), units=units)


def _of_seat(seat: Seat | OnAirUnit) -> tuple[str | None, str | None]:
    return seat.post, seat.reason


def _or_none(field: str, text: str | None, put: Put) -> str | None:
    return None if text is None else put(field, text)
