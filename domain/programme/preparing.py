"""Before an episode airs (筹备): who comes and for whom they stand in, and the run-down item by item."""

from __future__ import annotations

from typing import TYPE_CHECKING, assert_never

from domain.programme import commands as c
from domain.programme import events as e
from domain.programme import refusals as r
from domain.programme.guards import hold_to_sentence
from domain.programme.state import Episode, Seat, SeatStatus
from domain.wording import hold_to_code

if TYPE_CHECKING:
    pass

ITEMS_MAX = 60
"""How many items a run-down has at the most; numbers of items that were taken out do not count."""

EPISODE_MINUTES_MAX = 480

Facts = tuple[e.EpisodeFact, ...]


# --- who comes ------------------------------------------------------------------------------------------------------


def seats(state: Episode, command: c.Invite | c.Confirm | c.WithdrawUnit | c.Substitute) -> Facts:
    """Return what follows from a wish about who comes."""
    hold_to_code("unit", command.unit)
    seat = state.seat(command.unit)
    there = seat is not None and seat.status is not SeatStatus.WITHDRAWN
    said = {"by": command.by, "occurred": command.at, "episode": state.episode, "unit": command.unit}
    match command:
        case c.Invite():
            if there:
                raise r.UnitInvitedAlready(unit=command.unit)
            return (e.UnitInvited(**said),)  # type: ignore[arg-type]
        case c.Confirm():
            _person(command.leader, command.post)
            if not there:
                raise r.UnitNotInvited(unit=command.unit)
            return _if_new(
                seat,
                Seat(command.unit, SeatStatus.CONFIRMED, command.leader, command.post, command.head),
                e.UnitConfirmed(**said, leader=command.leader, post=command.post, head=command.head),  # type: ignore[arg-type]
            )
        case c.WithdrawUnit():
            hold_to_sentence("reason", command.reason)
            if not there:
                raise r.UnitNotInvited(unit=command.unit)
            return (e.UnitWithdrawn(**said, reason=command.reason),)  # type: ignore[arg-type]
        case c.Substitute():
            _person(command.leader, command.post)
            hold_to_code("reason", command.reason)
            if seat is None or seat.status is not SeatStatus.CONFIRMED or seat.leader is None:
                raise r.UnitNotOnAir(unit=command.unit)
            # Whoever stands in for a stand-in still stands in for the one who was to come first.
            first = seat.substitutes_for or f"{seat.post} {seat.leader}" if seat.post else seat.leader
            return (
                e.LeaderSubstituted(
                    **said,  # type: ignore[arg-type]
                    leader=command.leader,
                    post=command.post,
                    substitutes_for=first,
                    reason=command.reason,
                ),
            )
        case _:
            assert_never(command)


def _if_new(before: Seat | None, after: Seat, fact: e.EpisodeFact) -> Facts:
    return () if before == after else (fact,)


def _person(leader: str, post: str) -> None:
    hold_to_code("leader", leader)
    hold_to_code("post", post)


# --- the run-down ---------------------------------------------------------------------------------------------------


def run_down(state: Episode, command: c.AddItem | c.MoveItem | c.ChangeItem | c.RemoveItem) -> Facts:
    """Return what follows from a wish about an item of the run-down."""
    by, at, episode = command.by, command.at, state.episode
    if isinstance(command, c.AddItem):
        return _add_item(state, command)
    item = state.item(command.item)
    if item is None:
        raise r.NoSuchItem(item=command.item)
    match command:
        case c.MoveItem():
            if not 1 <= command.place <= len(state.items):
                raise r.NoSuchPlace(places=len(state.items))
            if state.items[command.place - 1] is item:
                return ()
            return (e.ItemMoved(by=by, occurred=at, episode=episode, item=item.number, place=command.place),)
        case c.ChangeItem():
            title, minutes = command.title or item.title, command.minutes or item.minutes
            _item_said(title, minutes)
            if (title, minutes) == (item.title, item.minutes):
                return ()
            return (e.ItemChanged(by=by, occurred=at, episode=episode, item=item.number, title=title, minutes=minutes),)
        case c.RemoveItem():
            return (e.ItemRemoved(by=by, occurred=at, episode=episode, item=item.number),)
        case _:
            assert_never(command)


def _add_item(state: Episode, command: c.AddItem) -> Facts:
    _item_said(command.title, command.minutes)
    hold_to_code("unit", command.unit)
    places = len(state.items) + 1
    if places > ITEMS_MAX:
        raise r.RunDownFull(items_max=ITEMS_MAX)
    place = command.place if command.place is not None else places
    if not 1 <= place <= places:
        raise r.NoSuchPlace(places=places)
    return (
        e.ItemAdded(
            by=command.by,
            occurred=command.at,
            episode=state.episode,
            item=state.items_count + 1,
            kind=command.kind,
            title=command.title,
            minutes=command.minutes,
            place=place,
            unit=command.unit,
            complaint=command.complaint,
        ),
    )


def _item_said(title: str, minutes: int) -> None:
    hold_to_code("title", title)
    if not 1 <= minutes <= EPISODE_MINUTES_MAX:
        raise r.BadAirTime(field="minutes", minutes_max=EPISODE_MINUTES_MAX)
