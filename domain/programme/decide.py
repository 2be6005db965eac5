"""The rules of the programme: command and episode in, facts out, or a named refusal. Pure, as a complaint's are."""

from __future__ import annotations

import re
from dataclasses import replace
from typing import TYPE_CHECKING, assert_never

from domain.programme import commands as c
from domain.programme import events as e
from domain.programme import refusals as r
from domain.programme.state import CallStatus, Commitment, Episode, EpisodeStatus, Seat, SeatStatus
from domain.programme.structure import next_day
from domain.timekeeping.deadlines import Deadline, Limit, LimitUnit, reckon, start_instant
from domain.wording import CODE_DIGITS_MAX, hold_to_code, hold_to_text

if TYPE_CHECKING:
    from datetime import date

    from domain.facts import Moment
    from domain.timekeeping.rules import Rulebook

ITEMS_MAX = 60
"""How many items a run-down has at the most; numbers of items that were taken out do not count."""

STATIONS_MAX = 20
EPISODE_MINUTES_MAX = 480
COMMITMENTS_MAX = 200
LET_STAND_MAX = 200
SAID_CHARACTERS_MAX = 300
"""How long a text may be that is read out or printed as one line: a promise, its proof, a reason."""

WORKING_DAYS_MAX = 366

COMMITMENT_CLAUSE = "on-air-commitment"
"""The clause under which a promise's deadline stands: what was said, and no rule of the office."""

_HOUR = re.compile(r"([01]\d|2[0-3]):[0-5]\d")
_BETWEEN_DIGITS = re.compile(r"(?<=\d)[\s\-—–·.]+(?=\d)")
_LONG_NUMBER = re.compile(rf"\d{{{CODE_DIGITS_MAX + 1},}}")

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
            _still_prepared(state)
            return _seats(state, command)
        case c.AddItem() | c.MoveItem() | c.ChangeItem() | c.RemoveItem():
            _still_prepared(state)
            return _run_down(state, command)
        case c.LinkCall() | c.AirCall() | c.CloseCallLive() | c.PassCallOver():
            _not_cancelled(state)
            return _calls(state, command)
        case c.MakeCommitment():
            return _promise(state, command, rules)
        case c.ReportOutcome():
            return _report(state, command, rules)
        case c.CheckOutcome():
            return _check(state, command)
        case c.Hold():
            return _hold(state, command)
        case c.CheckCommitments():
            return _missed(state, command)
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
        _still_prepared(state)
    if not _HOUR.fullmatch(command.airs_at) or not 1 <= command.minutes <= EPISODE_MINUTES_MAX:
        raise r.BadAirTime(minutes_max=EPISODE_MINUTES_MAX)
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
    _still_prepared(state)
    _said("reason", command.reason)
    return (e.EpisodeCancelled(by=command.by, occurred=command.at, episode=state.episode, reason=command.reason),)


def _hold(state: Episode, command: c.Hold) -> Facts:
    _not_cancelled(state)
    _not_before(state, command.at)
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
        _not_cancelled(state)
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


# --- who comes ------------------------------------------------------------------------------------------------------


def _seats(state: Episode, command: c.Invite | c.Confirm | c.WithdrawUnit | c.Substitute) -> Facts:
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
            _said("reason", command.reason)
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


def _run_down(state: Episode, command: c.AddItem | c.MoveItem | c.ChangeItem | c.RemoveItem) -> Facts:
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
            _not_before(state, command.at)
            if status is not CallStatus.QUEUED:
                raise r.CallNotQueued
            return (e.CallAired(by=by, occurred=at, episode=episode, complaint=complaint),)
        case c.CloseCallLive():
            _not_before(state, command.at)
            if status not in {CallStatus.QUEUED, CallStatus.AIRED}:
                raise r.CallNotQueued
            if not command.closed:
                raise r.CallStillOpen
            return (e.CallClosedLive(by=by, occurred=at, episode=episode, complaint=complaint),)
        case c.PassCallOver():
            _said("reason", command.reason)
            if status is not CallStatus.QUEUED:
                raise r.CallNotQueued
            return (e.CallPassedOver(by=by, occurred=at, episode=episode, complaint=complaint, reason=command.reason),)
        case _:
            assert_never(command)


# --- promises -------------------------------------------------------------------------------------------------------


def _promise(state: Episode, command: c.MakeCommitment, rules: Rulebook) -> Facts:
    _not_cancelled(state)
    _not_before(state, command.at)
    _said("text", command.text)
    hold_to_code("leader", command.leader)
    if len(state.commitments) >= COMMITMENTS_MAX:
        raise r.CommitmentsFull(commitments_max=COMMITMENTS_MAX)
    sitting = next((one for one in state.on_air if one.unit == command.unit), None)
    leader = command.leader or (sitting.leader if sitting is not None else None)
    if sitting is None or leader is None:
        raise r.UnitNotOnAir(unit=command.unit)
    return (
        e.CommitmentMade(
            by=command.by,
            occurred=command.at,
            episode=state.episode,
            commitment=len(state.commitments) + 1,
            text=command.text,
            unit=command.unit,
            leader=leader,
            deadline=_deadline(command.at, command.due, command.working_days, rules),
            complaint=command.complaint,
            as_written=command.as_written,
        ),
    )


def _deadline(made: Moment, due: date | None, working_days: int | None, rules: Rulebook) -> Deadline:
    """Freeze when a promise is due: at the end of a day, or of so many working days, the day it was made left out."""
    day = rules.local_day(made)
    if (due is None) == (working_days is None):
        raise r.NoDueDay
    if due is not None:
        days = (due - day).days
        if not 0 <= days <= WORKING_DAYS_MAX * 10:
            raise r.NoDueDay
        limit = Limit(days, LimitUnit.CALENDAR_DAYS)
    else:
        if not 1 <= (working_days or 0) <= WORKING_DAYS_MAX:
            raise r.NoDueDay(field="working_days")
        limit = Limit(working_days or 0, LimitUnit.WORKING_DAYS)
    edition = rules.edition_on(day)
    reckoned = reckon(made, limit, rules.calendar, edition.hours, rules.zone)
    return Deadline(
        due=reckoned.due,
        limit=limit,
        started_at=start_instant(made, limit, rules.zone),
        clause=COMMITMENT_CLAUSE,
        rule_edition=edition.edition,
        calendar_edition=reckoned.calendar_edition,
        provisional=reckoned.provisional,
    )


def _report(state: Episode, command: c.ReportOutcome, rules: Rulebook) -> Facts:
    promise = _commitment(state, command.commitment)
    _said("proof", command.proof)
    if promise.pending is not None:
        raise r.OutcomeAwaitsCheck(commitment=promise.number)
    standing = promise.settled
    if standing is not None and standing.outcome is command.outcome:
        said = e.OUTCOME_CHINESE[command.outcome]
        raise r.OutcomeStandsAlready(commitment=promise.number, outcome=said, outcome_value=command.outcome.value)
    put_off = command.outcome is e.Outcome.POSTPONED
    deadline = None
    if put_off:
        deadline = _deadline(command.at, command.due, command.working_days, rules)
        if deadline.due <= promise.deadline.due:
            raise r.NoDueDay
    elif command.due is not None or command.working_days is not None:
        raise r.NoDueDay
    return (
        e.OutcomeReported(
            by=command.by,
            occurred=command.at,
            episode=state.episode,
            commitment=promise.number,
            report=len(promise.reports) + 1,
            outcome=command.outcome,
            proof=command.proof,
            deadline=deadline,
            as_written=command.as_written,
        ),
    )


def _check(state: Episode, command: c.CheckOutcome) -> Facts:
    promise = _commitment(state, command.commitment)
    report = promise.pending
    if report is None:
        raise r.NothingToCheck(commitment=promise.number)
    # A unit's word on its own promise is its proof and never its check; one person never does both.
    if command.by.name == report.by or command.by.unit is not None:
        raise r.AnotherPersonChecks
    if command.reason is not None or not command.upheld:
        _said("reason", command.reason or "")
    return (
        e.OutcomeChecked(
            by=command.by,
            occurred=command.at,
            episode=state.episode,
            commitment=promise.number,
            report=report.number,
            upheld=command.upheld,
            reason=command.reason,
        ),
    )


def _missed(state: Episode, command: c.CheckCommitments) -> Facts:
    return tuple(
        e.CommitmentMissed(
            by=command.by,
            occurred=command.at,
            episode=state.episode,
            commitment=one.number,
            deadline=one.deadline,
        )
        for one in state.commitments
        if one.next_due is not None and one.deadline.missed_at(command.at)
    )


def _commitment(state: Episode, number: int) -> Commitment:
    promise = state.commitment(number)
    if promise is None:
        raise r.NoSuchCommitment(commitment=number)
    return promise


def _let_stand(state: Episode, command: c.LetStand) -> Facts:
    _not_cancelled(state)
    for name, value in (("said", command.said), ("reason", command.reason)):
        _said(name, value)
        # A number is a number however it is spaced.
        _said(name, _BETWEEN_DIGITS.sub("", value))
    if any((one.said, one.by) == (command.said, command.by.name) for one in state.let_stand):
        return ()
    if len(state.let_stand) >= LET_STAND_MAX:
        raise r.LetStandOftenEnough(stretches_max=LET_STAND_MAX)
    return (
        e.EpisodeStretchLetStand(
            by=command.by, occurred=command.at, episode=state.episode, said=command.said, reason=command.reason
        ),
    )


# --- guards -----------------------------------------------------------------------------------------------------------


def _not_cancelled(state: Episode) -> None:
    if state.status is EpisodeStatus.CANCELLED:
        raise r.EpisodeCalledOff(episode=state.episode, reason=state.cancelled_because)


def _still_prepared(state: Episode) -> None:
    _not_cancelled(state)
    if state.status is EpisodeStatus.HELD:
        raise r.EpisodeAired(episode=state.episode)


def _not_before(state: Episode, at: Moment) -> None:
    if at.day < state.airs_on:
        raise r.NotOnAirYet(episode=state.episode, airs_on=state.airs_on)


def _said(name: str, value: str) -> None:
    """Hold a field to one sentence that may be read out: short, and without a telephone or identity number."""
    hold_to_text(name, value)
    if len(value) > SAID_CHARACTERS_MAX:
        raise r.TooLong(field=name, name=name, characters_max=SAID_CHARACTERS_MAX)
    if _LONG_NUMBER.search(value):
        raise r.TellsWho(field=name, name=name)
