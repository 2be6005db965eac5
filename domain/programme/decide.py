"""The rules of the programme: command and episode in, facts out, or a named refusal. Pure, as a complaint's are."""

from __future__ import annotations

import re
from dataclasses import replace
from typing import TYPE_CHECKING, assert_never

from domain.programme import commands as c
from domain.programme import events as e
from domain.programme import preparing, promising
from domain.programme import refusals as r
from domain.programme.guards import hold_to_air_day, hold_to_sentence, not_before, not_cancelled, still_prepared
from domain.programme.preparing import EPISODE_MINUTES_MAX, ITEMS_MAX
from domain.programme.state import CallStatus, Episode, SeatStatus
from domain.programme.structure import next_day
from domain.wording import hold_to_code

if TYPE_CHECKING:
    from domain.timekeeping.rules import Rulebook

STATIONS_MAX = 20
LET_STAND_MAX = 200
_HOUR = re.compile(r"([01]\d|2[0-3]):[0-5]\d")
_BETWEEN_DIGITS = re.compile(r"(?<=\d)[\s\-—–·.]+(?=\d)")

Facts = tuple[e.EpisodeFact, ...]


def decide(state: Episode | None, command: c.EpisodeWish, episode: str, rules: Rulebook) -> Facts:
    """Return what follows from a wish about the episode of this reference; nothing where it stands so already.

    Raises a ``Refusal`` of ``domain.programme.refusals`` or of the wording.
    """
    match command:
        case c.Schedule():
            return _schedule(state, command, episode)
        case c.TellBroadcast():
            return _tell(state, command.held, command)
        case c.TakeOver():
            return _take_over(state, command, episode)
        case _:
            if state is None:
                raise r.NoSuchEpisode(episode=episode)
            return _decided(state, command, rules)


def _decided(  # noqa: PLR0911, C901 - one arm a wish
    state: Episode,
    command: c.EpisodeWish,
    rules: Rulebook,
) -> Facts:
    match command:
        case c.Cancel():
            return _cancel(state, command)
        case c.Invite() | c.Confirm() | c.WithdrawUnit() | c.Substitute():
            still_prepared(state)
            return preparing.seats(state, command)
        case c.AddItem() | c.MoveItem() | c.ChangeItem() | c.RemoveItem():
            still_prepared(state)
            return preparing.run_down(state, command)
        case c.LinkCall() | c.AirCall() | c.CloseCallLive() | c.PassCallOver():
            not_cancelled(state)
            return _calls(state, command)
        case c.MakeCommitment():
            return promising.promise(state, command, rules)
        case c.ReportOutcome():
            return promising.report(state, command, rules)
        case c.CheckOutcome():
            return promising.check(state, command)
        case c.Hold():
            return _hold(state, command)
        case c.CheckCommitments():
            return promising.missed(state, command)
        case c.LetStand():
            return _let_stand(state, command)
        case c.Schedule() | c.TellBroadcast() | c.TakeOver():
            msg = "decided before"
            raise AssertionError(msg)
        case _:
            assert_never(command)


# --- its day and its broadcast ------------------------------------------------------------------------------------


def _schedule(state: Episode | None, command: c.Schedule, episode: str) -> Facts:
    hold_to_code("episode", episode)
    hold_to_code("theme", command.theme)
    if state is not None:
        still_prepared(state)
    if not _HOUR.fullmatch(command.airs_at) or not 1 <= command.minutes <= EPISODE_MINUTES_MAX:
        raise r.BadAirTime(minutes_max=EPISODE_MINUTES_MAX)
    hold_to_air_day(command.airs_on)
    if not 1 <= len(command.stations) <= STATIONS_MAX:
        raise r.NoStation(stations_max=STATIONS_MAX)
    for one in command.stations:
        hold_to_code("stations", one.name)
    wanted = (command.airs_on, command.airs_at, command.minutes, command.stations, command.theme)
    if state is not None and wanted == (state.airs_on, state.airs_at, state.minutes, state.stations, state.theme):
        return ()
    return (
        e.EpisodeScheduled(
            by=command.by,
            occurred=command.at,
            episode=episode,
            airs_on=command.airs_on,
            airs_at=command.airs_at,
            minutes=command.minutes,
            stations=command.stations,
            theme=command.theme,
        ),
    )


def _take_over(state: Episode | None, command: c.TakeOver, episode: str) -> Facts:
    source = command.source
    if not command.slots or source.episode == episode:
        raise r.NothingToTakeOver(source=source.episode)
    standing = state.items if state is not None else ()
    usual = state if state is not None else source
    day = state.airs_on if state is not None else next_day(source.airs_on, command.at.day)
    scheduled = _schedule(
        state,
        c.Schedule(
            by=command.by,
            at=command.at,
            airs_on=command.airs_on or day,
            airs_at=command.airs_at or usual.airs_at or "",
            minutes=command.minutes or usual.minutes or 0,
            stations=command.stations or usual.stations,
            # A theme is one episode's alone.
            theme=command.theme or (state.theme if state is not None else None),
        ),
        episode,
    )
    if standing and not command.append:
        raise r.RunDownBegun(items=len(standing))
    if len(standing) + len(command.slots) > ITEMS_MAX:
        raise r.RunDownFull(items_max=ITEMS_MAX)
    ever = state.items_count if state is not None else 0
    items = (
        e.ItemAdded(
            by=command.by,
            occurred=command.at,
            episode=episode,
            item=ever + number,
            kind=slot.kind,
            title=slot.title,
            minutes=slot.minutes,
            place=len(standing) + number,
        )
        for number, slot in enumerate(command.slots, 1)
    )
    return (*scheduled, *items)


def _cancel(state: Episode, command: c.Cancel) -> Facts:
    still_prepared(state)
    hold_to_sentence("reason", command.reason)
    return (e.EpisodeCancelled(by=command.by, occurred=command.at, episode=state.episode, reason=command.reason),)


def _hold(state: Episode, command: c.Hold) -> Facts:
    not_cancelled(state)
    not_before(state, command.at)
    units = tuple(one.on_air for one in state.seats if one.status is SeatStatus.CONFIRMED)
    if not units and state.broadcast is not None:
        units = state.broadcast.units
    if not units:
        raise r.NobodyOnAir
    aired, closed = _counts(state, command)
    held = e.EpisodeHeld(
        by=command.by,
        occurred=command.at,
        episode=state.episode,
        aired_on=state.airs_on,
        station="、".join(one.name for one in state.stations),
        units=units,
        calls_aired=aired,
        closed_live=closed,
    )
    return () if _stands(state, held) else (held,)


def _counts(state: Episode, command: c.Hold) -> tuple[int, int]:
    given = (command.calls_aired, command.closed_live)
    if any(one.status is not CallStatus.PASSED_OVER for one in state.calls):
        counted = (state.calls_aired, state.calls_closed_live)
        if any(said is not None and said != own for said, own in zip(given, counted, strict=True)):
            raise r.FiguresFollowCalls(aired=counted[0], closed=counted[1])
        return counted
    aired, closed = given
    if aired is None or closed is None or not 0 <= closed <= aired:
        raise r.FiguresMissing
    return aired, closed


def _tell(state: Episode | None, held: e.EpisodeHeld, command: c.TellBroadcast) -> Facts:
    hold_to_code("episode", held.episode)
    if state is not None:
        not_cancelled(state)
        if _stands(state, held):
            return ()
    return (replace(held, by=command.by, occurred=command.at),)


def _stands(state: Episode, held: e.EpisodeHeld) -> bool:
    """Say whether a broadcast is told as it stands, by whomever and whenever."""
    told = state.broadcast
    return told is not None and (told.aired_on, told.station, told.units, told.calls_aired, told.closed_live) == (
        held.aired_on,
        held.station,
        held.units,
        held.calls_aired,
        held.closed_live,
    )


# --- the screener's queue -------------------------------------------------------------------------------------------


def _calls(state: Episode, command: c.LinkCall | c.AirCall | c.CloseCallLive | c.PassCallOver) -> Facts:
    call = state.call(command.complaint)
    status = call.status if call is not None else None
    by, at, episode, complaint = command.by, command.at, state.episode, command.complaint
    match command:
        case c.LinkCall():
            if status not in {None, CallStatus.PASSED_OVER}:
                raise r.CallLinkedAlready
            return (e.CallLinked(by=by, occurred=at, episode=episode, complaint=complaint),)
        case c.AirCall():
            not_before(state, command.at)
            if status is not CallStatus.QUEUED:
                raise r.CallNotQueued
            return (e.CallAired(by=by, occurred=at, episode=episode, complaint=complaint),)
        case c.CloseCallLive():
            not_before(state, command.at)
            if status not in {CallStatus.QUEUED, CallStatus.AIRED}:
                raise r.CallNotQueued
            if not command.closed:
                raise r.CallStillOpen
            return (e.CallClosedLive(by=by, occurred=at, episode=episode, complaint=complaint),)
        case c.PassCallOver():
            hold_to_sentence("reason", command.reason)
            if status is not CallStatus.QUEUED:
                raise r.CallNotQueued
            return (e.CallPassedOver(by=by, occurred=at, episode=episode, complaint=complaint, reason=command.reason),)
        case _:
            assert_never(command)


# --- words that identify nobody -------------------------------------------------------------------------------------


def _let_stand(state: Episode, command: c.LetStand) -> Facts:
    not_cancelled(state)
    for name, value in (("said", command.said), ("reason", command.reason)):
        hold_to_sentence(name, value)
        # A number is a number however it is spaced.
        hold_to_sentence(name, _BETWEEN_DIGITS.sub("", value))
    if any((one.said, one.by) == (command.said, command.by.name) for one in state.let_stand):
        return ()
    if len(state.let_stand) >= LET_STAND_MAX:
        raise r.LetStandOftenEnough(stretches_max=LET_STAND_MAX)
    return (
        e.EpisodeStretchLetStand(
            by=command.by, occurred=command.at, episode=state.episode, said=command.said, reason=command.reason
        ),
    )
