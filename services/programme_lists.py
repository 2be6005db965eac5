"""What the programme's people read: an episode's calls and promises as they stand, and the echo list of the next one.

Nothing here opens a sealed text: a call is told by its receipt number, its subject and its state.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta, tzinfo
from typing import Final
from uuid import UUID

from domain.figures.measures import CaseMeasure
from domain.figures.window import Window
from domain.programme.commitments import KEPT, STILL_OPEN, Asked, Standing, as_of_now, deadline_in_force, standing
from domain.programme.figures import asked_by
from domain.programme.refusals import NoEarlierEpisode
from domain.programme.state import CallStatus, Commitment, Episode, EpisodeStatus, Item, LinkedCall
from domain.words import CHINESE, ComplaintKind, State
from projections.cases import cases_at
from projections.port import Connection
from projections.programme import programme_now
from services.programme import linked_to
from services.work_lists import receipt_of

TAKEN_DOWN: Final = "（不再公开，已撤下）"
"""What stands for the title of a run-down's item whose case became confidential, an accusation, or was taken back."""

SETTLED_DAYS_MAX: Final = 92
"""For how many days a promise that was settled is told again on the echo list: about a quarter."""


@dataclass(frozen=True, slots=True)
class PromiseLine:
    """A promise with how it stands; ``days_over`` is 0 where its deadline has not passed."""

    episode: str
    aired_on: date
    promise: Commitment
    standing: Standing
    due: date
    first_due: date
    days_over: int
    receipt_no: str | None

    @property
    def put_off(self) -> int:
        """How often it was put off."""
        return len(self.promise.promises) - 1


@dataclass(frozen=True, slots=True)
class CallLine:
    """A call of the queue: its receipt number and subject, how it stands on air and as a case."""

    id: UUID
    receipt_no: str
    status: CallStatus
    subject: str
    kind: ComplaintKind
    state: State
    unit: str | None
    reason: str | None


@dataclass(frozen=True, slots=True)
class Echo:
    """What the next episode tells of the ones before (回音壁): promises by how they stand, and the last cases."""

    since: date
    open: tuple[PromiseLine, ...]
    kept: tuple[PromiseLine, ...]
    broken: tuple[PromiseLine, ...]
    last_episode: str | None
    last_cases: tuple[CallLine, ...]


def promise_lines(
    episodes: Iterable[Episode],
    now: datetime,
    zone: tzinfo,
    receipts: Mapping[UUID, str] | None = None,
) -> tuple[PromiseLine, ...]:
    """Return every promise of these episodes as it stands, by episode and number."""
    asked = as_of_now(now)
    today = now.astimezone(zone).date()
    return tuple(
        _line(one, promise, asked, today, zone, receipts or {}) for one in episodes for promise in one.commitments
    )


def promise_lines_as_of(episodes: Iterable[Episode], window: Window) -> tuple[PromiseLine, ...]:
    """Return every promise made by a window's instant, as it stood then, the earliest due first."""
    asked = asked_by(window)
    lines = (
        _line(one, promise, asked, window.today, window.zone, {})
        for one in episodes
        for promise in one.commitments
        if window.happened(promise.made)
    )
    return tuple(sorted(lines, key=lambda line: (line.due, line.episode, line.promise.number)))


def _line(
    episode: Episode,
    promise: Commitment,
    asked: Asked,
    today: date,
    zone: tzinfo,
    receipts: Mapping[UUID, str],
) -> PromiseLine:
    due = deadline_in_force(promise, asked).due.astimezone(zone).date()
    stands = standing(promise, asked)
    return PromiseLine(
        episode=episode.episode,
        aired_on=episode.airs_on,
        promise=promise,
        standing=stands,
        due=due,
        first_due=promise.promises[0].deadline.due.astimezone(zone).date(),
        days_over=max(0, (today - due).days) if stands in STILL_OPEN else 0,
        receipt_no=receipts.get(promise.complaint) if promise.complaint is not None else None,
    )


def call_lines(calls: Sequence[LinkedCall], cases: Mapping[UUID, CaseMeasure], zone: tzinfo) -> tuple[CallLine, ...]:
    """Return the calls of a queue in their order; one that may no longer be spoken of is left out."""
    return tuple(
        CallLine(
            id=one.complaint,
            receipt_no=receipt_of(case, zone),
            status=one.status,
            subject=case.category or CHINESE[case.kind],
            kind=case.kind,
            state=case.state,
            unit=case.lead_unit,
            reason=one.reason,
        )
        for one in calls
        for case in (cases.get(one.complaint),)
        if case is not None and airable(case)
    )


def airable(case: CaseMeasure) -> bool:
    """Say whether a case may be spoken of on air as it stands: no accusation, nothing confidential or withdrawn."""
    return case.kind is not ComplaintKind.ACCUSATION and not case.confidential and not case.publication_withdrawn


def title_of(item: Item, receipts: Mapping[UUID, str]) -> str:
    """Return what an item of the run-down is called; one whose case may no longer be spoken of has lost its title.

    ``receipts`` are those of the cases that may be spoken of.
    """
    return item.title if item.complaint is None or item.complaint in receipts else TAKEN_DOWN


def cases_of(conn: Connection, episodes: Iterable[Episode], position: int) -> dict[UUID, CaseMeasure]:
    """Return the cases that episodes name, by id, as known at a position."""
    wanted: dict[UUID, None] = {}
    for one in episodes:
        wanted |= dict.fromkeys(linked_to(one))
        wanted |= dict.fromkeys(promise.complaint for promise in one.commitments if promise.complaint is not None)
    return {case.complaint: case for case in cases_at(conn, wanted, position)}


def receipts_of(cases: Mapping[UUID, CaseMeasure], zone: tzinfo) -> dict[UUID, str]:
    """Return the receipt numbers of cases that may be spoken of."""
    return {complaint: receipt_of(case, zone) for complaint, case in cases.items() if airable(case)}


def source_for(episodes: Sequence[Episode], episode: str, named: str | None, airs_on: date | None) -> str:
    """Return the episode whose run-down another takes over: the one that is named, else the last before it with one.

    ``episodes`` stand by day. Raises ``NoEarlierEpisode``.
    """
    if named is not None:
        return named
    own = next((one for one in episodes if one.episode == episode), None)
    day = airs_on or (own.airs_on if own is not None else None)
    earlier = [
        one
        for one in episodes
        if one.episode != episode
        and one.status is not EpisodeStatus.CANCELLED
        and one.items
        and (day is None or one.airs_on <= day)
    ]
    if not earlier:
        raise NoEarlierEpisode
    return earlier[-1].episode


def echo_for(
    conn: Connection,
    episode: Episode,
    position: int,
    now: datetime,
    zone: tzinfo,
    units: frozenset[str] | None = None,
) -> Echo:
    """Return the echo list of an episode: what the ones before it left open, kept and broken, and their last cases.

    ``units`` narrows the promises to those of some units. A promise that was settled longer ago than
    ``SETTLED_DAYS_MAX`` before the episode's day is not told again; one that is open always is.
    """
    earlier = [
        one
        for one in programme_now(conn)
        if one.status is not EpisodeStatus.CANCELLED
        and one.episode != episode.episode
        and one.airs_on <= episode.airs_on
    ]
    held = [one for one in earlier if one.status is EpisodeStatus.HELD]
    cases = cases_of(conn, earlier, position)
    since = episode.airs_on - timedelta(days=SETTLED_DAYS_MAX)
    lines = [
        line
        for line in promise_lines(earlier, now, zone, receipts_of(cases, zone))
        if units is None or line.promise.unit in units
    ]

    def told(line: PromiseLine) -> bool:
        settled = line.promise.settled
        return settled is not None and settled.checked is not None and settled.checked.day >= since

    last = held[-1] if held else None
    return Echo(
        since=since,
        open=tuple(
            sorted((one for one in lines if one.standing in STILL_OPEN), key=lambda one: (one.due, one.episode))
        ),
        kept=tuple(one for one in lines if one.standing in KEPT and told(one)),
        broken=tuple(one for one in lines if one.standing is Standing.BROKEN and told(one)),
        last_episode=last.episode if last is not None else None,
        last_cases=call_lines(last.calls, cases, zone) if last is not None else (),
    )
