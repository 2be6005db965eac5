"""What falls due (到期): the clocks that run, by when they end and whose they are, and those that got a red card.

A unit's clock is that of its leg; the citizen's clock and a dispute's are the hotline's own: their unit is ``None``.
Accusations have no clock of ours and are in no list.

A page ends at a clock, not at a number of clocks: what comes in or ends meanwhile neither shifts nor repeats any.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass, fields
from datetime import date, datetime, timedelta, tzinfo
from uuid import UUID

from domain.complaint.clock_names import CITIZEN_CLOCK, DISPUTE_CLOCK, LEG_CLOCK, dispute_clock, leg_clock
from domain.facts import Moment
from domain.figures.measures import Dispute, Promise
from domain.timekeeping.deadlines import Deadline
from domain.words import ComplaintKind, State
from projections.columns import NOTHING, moment_of
from projections.port import Connection
from projections.spans import instant_text
from projections.work_lists import CursorFault

# Where a row's last promise says that its deadline is provisional: a record is written as the list of its fields.
_PROVISIONAL = "$[#-1][{}][{}]".format(
    [one.name for one in fields(Promise)].index("deadline"),
    [one.name for one in fields(Deadline)].index("provisional"),
)
_CASES = (
    "SELECT c.complaint, c.registered_position, c.recorded, c.kind, c.state, 0 AS leg, NULL AS unit, c.due_at, "  # noqa: S608
    f"json_extract(c.promises, '{_PROVISIONAL}') AS provisional FROM cases c "
    "WHERE c.to_position IS NULL AND c.is_open = 1 AND c.answered IS NULL AND c.due_at IS NOT NULL AND c.kind <> ?"
)
_DISPUTE_PROVISIONAL = "$[#-1][{}][{}]".format(
    [one.name for one in fields(Dispute)].index("deadline"),
    [one.name for one in fields(Deadline)].index("provisional"),
)
_DISPUTES = (
    "SELECT c.complaint, c.registered_position, c.recorded, c.kind, c.state, -json_array_length(c.disputes) AS leg, "  # noqa: S608
    f"NULL AS unit, c.dispute_due_at AS due_at, json_extract(c.disputes, '{_DISPUTE_PROVISIONAL}') AS provisional "
    "FROM cases c WHERE c.to_position IS NULL AND c.dispute_due_at IS NOT NULL AND c.kind <> ?"
)
_LEGS = (
    "SELECT c.complaint, c.registered_position, c.recorded, c.kind, c.state, l.number AS leg, l.unit, l.due_at, "  # noqa: S608
    f"json_extract(l.promises, '{_PROVISIONAL}') AS provisional FROM legs l "
    "JOIN cases c ON c.complaint = l.complaint AND c.to_position IS NULL AND c.is_open = 1 "
    "WHERE l.to_position IS NULL AND l.is_open = 1 AND l.due_at IS NOT NULL AND c.state <> ? AND c.kind <> ?"
)
_BEHIND = "(running.due_at, running.registered_position, running.leg) > (?, ?, ?)"
_ORDER = "ORDER BY running.due_at, running.registered_position, running.leg LIMIT ?"
_CURSOR = re.compile(r"t(\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d)@(\d{1,18})@(-?\d{1,9})")


@dataclass(frozen=True, slots=True)
class Running:
    """A clock that runs: ``due`` on the instance's clock, ``raised`` its red card.

    ``leg`` is 0 for the citizen's clock, and below 0 for a dispute's: -2 is that of the case's second dispute.
    """

    complaint: UUID
    registered_position: int
    recorded: datetime
    kind: ComplaintKind
    state: State
    leg: int
    unit: str | None
    due: datetime
    provisional: bool
    raised: Moment | None = None

    @property
    def clock(self) -> str:
        """The clock's name, as facts have it."""
        if self.leg < 0:
            return dispute_clock(-self.leg)
        return CITIZEN_CLOCK if self.leg == 0 else leg_clock(self.leg)

    @property
    def cursor(self) -> str:
        """What a page that ends at this clock gives out, for the next to begin behind it."""
        return f"t{self.due.replace(tzinfo=None).isoformat(timespec='seconds')}@{self.registered_position}@{self.leg}"


@dataclass(frozen=True, slots=True)
class DueCount:
    """How many clocks of a unit, in one spelling, end today, tomorrow, and from today to Sunday."""

    unit: str | None
    today: int
    tomorrow: int
    week: int
    provisional: int


@dataclass(frozen=True, slots=True)
class Days:
    """Days from the first to the last, both inside."""

    first: date
    last: date


def this_week(today: date) -> Days:
    """Return the days from today to Sunday."""
    return Days(today, today + timedelta(days=6 - today.weekday()))


def due_counts(conn: Connection, today: date, spellings: frozenset[str] | None) -> list[DueCount]:
    """Count the clocks that end soon, by the spelling of their unit; ``spellings`` narrows to legs of these."""
    tomorrow = today + timedelta(days=1)
    week = this_week(today)
    running, values = _running(spellings)
    ends = {"tomorrow": tomorrow, "after": tomorrow + timedelta(days=1), "monday": week.last + timedelta(days=1)}
    said = {name: day.isoformat() for name, day in ends.items()}
    sql = (
        "SELECT unit, SUM(due_at < ?), SUM(due_at >= ? AND due_at < ?), SUM(due_at < ?), SUM(provisional) "  # noqa: S608
        f"FROM ({running}) WHERE due_at >= ? AND due_at < ? GROUP BY unit"
    )
    asked = (said["tomorrow"], said["tomorrow"], said["after"], said["monday"])
    until = max(said["after"], said["monday"])
    return [DueCount(*row) for row in conn.execute(sql, (*asked, *values, today.isoformat(), until))]


def due_between(
    conn: Connection,
    days: Days,
    spellings: frozenset[str] | None,
    zone: tzinfo,
    items_max: int,
    cursor: str | None = None,
) -> list[Running]:
    """Return the clocks that end on these days, the first to end first, at most ``items_max`` behind a cursor.

    Raises ``CursorFault``.
    """
    running, values = _running(spellings)
    behind, last = _behind(cursor)
    sql = (
        f"SELECT running.*, NULL FROM ({running}) running "  # noqa: S608 - our own names
        f"WHERE running.due_at >= ? AND running.due_at < ? AND {behind} {_ORDER}"
    )
    after = days.last + timedelta(days=1)
    rows = conn.execute(sql, (*values, days.first.isoformat(), after.isoformat(), *last, items_max))
    return [_record(row, zone) for row in rows]


def red_carded(
    conn: Connection, spellings: frozenset[str] | None, zone: tzinfo, items_max: int, cursor: str | None = None
) -> list[Running]:
    """Return the clocks that still run past a deadline for which they got a red card, the longest overdue first.

    A card for a deadline that another followed is none of these. Raises ``CursorFault``.
    """
    running, values = _running(spellings)
    behind, last = _behind(cursor)
    sql = (
        f"SELECT running.*, r.raised FROM ({running}) running JOIN red_cards r "  # noqa: S608 - our own names
        "ON r.complaint = running.complaint AND r.due_at = running.due_at "
        f"AND r.clock = CASE WHEN leg < 0 THEN '{DISPUTE_CLOCK}' || -leg "
        f"WHEN leg = 0 THEN '{CITIZEN_CLOCK}' ELSE '{LEG_CLOCK}' || leg END "
        f"WHERE {behind} {_ORDER}"
    )
    return [_record(row, zone) for row in conn.execute(sql, (*values, *last, items_max))]


def warned_after(
    conn: Connection,
    now: datetime,
    spellings: frozenset[str] | None,
    zone: tzinfo,
    items_max: int,
    cursor: str | None = None,
) -> list[Running]:
    """Return the clocks that end after an instant, of cases that got a yellow card for any clock, the first first.

    Raises ``CursorFault``.
    """
    running, values = _running(spellings)
    behind, last = _behind(cursor)
    sql = (
        f"SELECT running.*, NULL FROM ({running}) running "  # noqa: S608 - our own names
        "JOIN cases w ON w.complaint = running.complaint AND w.to_position IS NULL AND w.warned <> ? "
        f"WHERE running.due_at >= ? AND {behind} {_ORDER}"
    )
    rows = conn.execute(sql, (*values, NOTHING, instant_text(now, zone), *last, items_max))
    return [_record(row, zone) for row in rows]


def _behind(cursor: str | None) -> tuple[str, tuple[str | int, ...]]:
    """Return the condition that goes on behind a cursor, and its values."""
    if cursor is None:
        return "1", ()
    found = _CURSOR.fullmatch(cursor)
    if found is None:
        raise CursorFault(cursor)
    return _BEHIND, (found[1], int(found[2]), int(found[3]))


def _running(spellings: frozenset[str] | None) -> tuple[str, list[str]]:
    """Return the SQL of the clocks that run, and its values in order."""
    accusation = ComplaintKind.ACCUSATION.value
    legs, values = _LEGS, [State.MERGED.value, accusation]
    if spellings is None:
        return f"{_CASES} UNION ALL {_DISPUTES} UNION ALL {legs}", [accusation, accusation, *values]
    named = sorted(spellings)
    return f"{legs} AND l.unit IN ({', '.join('?' for _ in named)})", [*values, *named]


def _record(row: Sequence[str | int | None], zone: tzinfo) -> Running:
    complaint, position, recorded, kind, state, leg, unit, due, provisional, raised = row
    return Running(
        complaint=UUID(str(complaint)),
        registered_position=int(position or 0),
        recorded=datetime.fromisoformat(str(recorded)),
        kind=ComplaintKind(str(kind)),
        state=State(str(state)),
        leg=int(leg or 0),
        unit=str(unit) if unit is not None else None,
        due=datetime.fromisoformat(str(due)).replace(tzinfo=zone),
        provisional=bool(provisional),
        raised=moment_of(str(raised)) if raised is not None else None,
    )
