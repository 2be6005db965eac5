"""Which complaints somebody is shown (工作清单): filters, what the reader may see, and pages that stay right.

A page ends at a row, not at a number of rows, so that cases that come in meanwhile neither shift nor repeat any.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta, tzinfo
from enum import StrEnum
from uuid import UUID

from domain.complaint.leg import LegState
from domain.figures.measures import HARD_REWORKS_MIN, HARD_TRANSFERS_MIN, CaseMeasure
from domain.words import Channel, ComplaintKind, LegRole, State
from projections.cases import CASE, id_chunks
from projections.port import Connection
from projections.spans import instant_text

PAGE_ITEMS_MAX = 500
"""How many complaints one page holds at the most."""

PAGE_ITEMS_DEFAULT = 50

_NO_DEADLINE = "9"
"""Sorts behind every deadline, which begin with the year."""

_WENT_WRONG = (
    "c.is_open = 1 AND (c.state = 'return_review' OR c.supervision IS NOT NULL OR c.missed <> '[]' "
    "OR c.reworks <> '[]')"
)
"""What a supervisor looks at: disputes, what is supervised, what got a red card, and what is done again."""

_GONE = (LegState.RETURNED, LegState.REDIRECTED)


# A transfer is a lead leg that was returned, or taken to another unit, as the bulletin's section of hard cases counts.
_HARD = (
    f"(json_array_length(c.reworks) >= {HARD_REWORKS_MIN} OR (SELECT COUNT(*) FROM legs h "  # noqa: S608 - our own
    "WHERE h.complaint = c.complaint AND h.to_position IS NULL AND h.returned IS NOT NULL "
    f"AND h.role = '{LegRole.LEAD.value}') >= {HARD_TRANSFERS_MIN})"
)

HARD = "hard"
"""The flag of a hard case (疑难事项): reworked, or passed from unit to unit, again and again."""


class CursorFault(ValueError):
    """A cursor that no page gave out; the message is in Chinese and English."""

    def __init__(self, said: str) -> None:
        super().__init__(f"翻页标记无效：{said!r}；no page gave out the cursor {said!r}")


class Order(StrEnum):
    """In which order complaints are shown: by registration, by the citizen's deadline, or the last changed first.

    While somebody pages by change, a case that changes goes to the front, behind them: they find it on asking again.
    """

    NEWEST = "newest"
    OLDEST = "oldest"
    DEADLINE = "deadline"
    UPDATED = "updated"


class Desk(StrEnum):
    """Whose work a list shows: what waits for this role to act."""

    OPERATOR = "operator"
    DISPATCHER = "dispatcher"
    UNIT = "unit"
    APPROVER = "approver"
    FOLLOW_UP_OFFICER = "follow_up_officer"
    SUPERVISOR = "supervisor"


WAITING_FOR: dict[Desk, frozenset[State]] = {
    Desk.OPERATOR: frozenset({State.REGISTERED}),
    Desk.DISPATCHER: frozenset({State.REGISTERED, State.RETURN_REVIEW, State.REPLIED}),
    Desk.UNIT: frozenset({State.AWAITING_SIGNATURE, State.HANDLING}),
    Desk.APPROVER: frozenset({State.REPLY_REVIEW}),
    Desk.FOLLOW_UP_OFFICER: frozenset({State.REPLIED, State.AWAITING_FOLLOW_UP}),
}
"""The states in which a case waits for a role; the supervisor's are those that went wrong, whatever their state."""


@dataclass(frozen=True, slots=True)
class Sight:
    """What a reader may see: cases of which a leg is with one of ``units`` (``None``: all), and accusations or not."""

    units: frozenset[str] | None = None
    accusations: bool = False


@dataclass(frozen=True, slots=True)
class Wanted:
    """What is asked for; everything that is set must hold.

    ``units`` are the spellings of the unit wanted; ``registered_from`` and ``registered_to`` are days, both inside;
    ``overdue_at`` asks for unanswered cases whose deadline lies before that instant; ``among`` are hits of a search;
    ``desk`` asks for what waits for a role; ``due_from`` and ``due_to`` are days of the citizen's deadline.
    """

    states: frozenset[State] = frozenset()
    kinds: frozenset[ComplaintKind] = frozenset()
    channels: frozenset[Channel] = frozenset()
    units: frozenset[str] = frozenset()
    registered_from: date | None = None
    registered_to: date | None = None
    overdue_at: datetime | None = None
    flag: str | None = None
    contact: str | None = None
    programme_ref: str | None = None
    desk: Desk | None = None
    category: str | None = None
    due_from: date | None = None
    due_to: date | None = None
    among: frozenset[UUID] | None = None


@dataclass(frozen=True, slots=True)
class Asked:
    """A whole question: who may see what, what is wanted, in which order, from which cursor, how many at the most."""

    sight: Sight
    wanted: Wanted = field(default_factory=Wanted)
    order: Order = Order.NEWEST
    cursor: str | None = None
    items_max: int = PAGE_ITEMS_DEFAULT


@dataclass(frozen=True, slots=True)
class Page:
    """Some complaints in order, and where the next page begins; ``None`` at the end."""

    cases: tuple[CaseMeasure, ...]
    next: str | None


def page_of_cases(conn: Connection, asked: Asked, zone: tzinfo) -> Page:
    """Return a page of complaints as they stand now. Raises ``CursorFault``."""
    wanted, order = asked.wanted, asked.order
    limit = max(1, min(asked.items_max, PAGE_ITEMS_MAX))
    if wanted.among is not None and not wanted.among:
        return Page((), None)
    conditions = _Conditions()
    _ask_days(conditions, wanted, zone)
    _ask(conditions, wanted)
    _see(conditions, asked.sight)
    due = f"COALESCE(c.due_at, '{_NO_DEADLINE}')"
    if asked.cursor is not None:
        _go_on(conditions, order, asked.cursor, due)
    by = _BY.get(order) or f"{due}, c.registered_position"
    sql = (
        f"SELECT {', '.join(f'c.{name}' for name in CASE.names)}, c.from_position, {due} "  # noqa: S608 - our own names
        "FROM cases c "
        f"WHERE {conditions.sql} ORDER BY {by} LIMIT ?"
    )
    rows = conn.execute(sql, (*conditions.values, limit + 1)).fetchall()
    shown = [CASE.record(row) for row in rows[:limit]]
    following = None
    if len(rows) > limit:
        last = shown[-1].registered_position
        changed, due_at = rows[limit - 1][-2:]
        following = {
            Order.NEWEST: f"n{last}",
            Order.OLDEST: f"o{last}",
            Order.UPDATED: f"u{changed}",
            Order.DEADLINE: f"d{due_at}@{last}",
        }[order]
    return Page(tuple(shown), following)


_BY = {
    Order.NEWEST: "c.registered_position DESC",
    Order.OLDEST: "c.registered_position",
    Order.UPDATED: "c.from_position DESC",
}
_BEHIND = {
    Order.NEWEST: ("n", "c.registered_position < ?"),
    Order.OLDEST: ("o", "c.registered_position > ?"),
    Order.UPDATED: ("u", "c.from_position < ?"),
}


def hard_among(conn: Connection, complaints: Iterable[UUID]) -> frozenset[UUID]:
    """Return which of these complaints are hard cases as they stand now."""
    found: set[UUID] = set()
    for some in id_chunks(complaints):
        asked = ", ".join("?" for _ in some)
        sql = f"SELECT c.complaint FROM cases c WHERE c.to_position IS NULL AND c.complaint IN ({asked}) AND {_HARD}"  # noqa: S608
        found.update(UUID(row[0]) for row in conn.execute(sql, some))
    return frozenset(found)


class _Conditions:
    """Conditions that must all hold, and their values in order."""

    def __init__(self) -> None:
        self._said = ["c.to_position IS NULL"]
        self.values: list[object] = []

    @property
    def sql(self) -> str:
        return " AND ".join(self._said)

    def add(self, said: str, *values: object) -> None:
        self._said.append(said)
        self.values.extend(values)

    def among(self, column: str, values: Iterable[str]) -> None:
        listed = sorted(str(value) for value in values)
        self.add(f"{column} IN ({', '.join('?' for _ in listed)})", *listed)


def _ask(conditions: _Conditions, wanted: Wanted) -> None:
    for column, values in (("c.state", wanted.states), ("c.kind", wanted.kinds), ("c.channel", wanted.channels)):
        if values:
            conditions.among(column, (value.value for value in values))
    if wanted.units:
        _with_leg(conditions, wanted.units)
    if wanted.flag == HARD:
        conditions.add(_HARD)
    elif wanted.flag is not None:
        conditions.add("c.flags LIKE ? ESCAPE '!'", f'%"{_literally(wanted.flag)}"%')
    if wanted.contact is not None:
        conditions.add("c.contact = ?", wanted.contact)
    if wanted.programme_ref is not None:
        conditions.add("c.programme_ref = ?", wanted.programme_ref)
    _ask_desk(conditions, wanted)
    if wanted.among is not None:
        conditions.among("c.complaint", (complaint.hex for complaint in wanted.among))


def _ask_desk(conditions: _Conditions, wanted: Wanted) -> None:
    if wanted.category is not None:
        conditions.add("c.category = ?", wanted.category)
    if wanted.desk is Desk.SUPERVISOR:
        conditions.add(_WENT_WRONG)
    elif wanted.desk is not None:
        conditions.among("c.state", (state.value for state in WAITING_FOR[wanted.desk]))


def _ask_days(conditions: _Conditions, wanted: Wanted, zone: tzinfo) -> None:
    if wanted.registered_from is not None:
        conditions.add("c.registered_day >= ?", wanted.registered_from.isoformat())
    if wanted.registered_to is not None:
        conditions.add("c.registered_day <= ?", wanted.registered_to.isoformat())
    if wanted.due_from is not None:
        conditions.add("c.due_at >= ?", wanted.due_from.isoformat())
    if wanted.due_to is not None:
        # Texts of instants: whatever begins with the last day sorts before the day that follows.
        conditions.add("c.due_at < ?", (wanted.due_to + timedelta(days=1)).isoformat())
    if wanted.overdue_at is not None:
        conditions.add("c.is_open = 1 AND c.answered IS NULL AND c.due_at < ?", instant_text(wanted.overdue_at, zone))


def _see(conditions: _Conditions, sight: Sight) -> None:
    if not sight.accusations:
        conditions.add("c.kind <> ?", ComplaintKind.ACCUSATION.value)
    if sight.units is not None:
        _with_leg(conditions, sight.units)


def _with_leg(conditions: _Conditions, units: Sequence[str] | frozenset[str]) -> None:
    """A unit has to do with a case while it holds or answered a leg; one that it gave back is no longer its own."""
    spelled = sorted(units)
    asked = ", ".join("?" for _ in spelled)
    conditions.add(
        "EXISTS (SELECT 1 FROM legs l WHERE l.complaint = c.complaint AND l.to_position IS NULL "  # noqa: S608
        f"AND l.unit IN ({asked}) AND l.state NOT IN (?, ?))",
        *spelled,
        *(state.value for state in _GONE),
    )


def _go_on(conditions: _Conditions, order: Order, cursor: str, due: str) -> None:
    """Continue behind the row at which the page before ended."""
    letter, behind = _BEHIND.get(order, ("", ""))
    if letter and cursor.startswith(letter) and _is_number(cursor[1:]):
        conditions.add(behind, int(cursor[1:]))
        return
    at, _, position = cursor[1:].partition("@")
    if order is not Order.DEADLINE or not cursor.startswith("d") or not _is_number(position):
        raise CursorFault(cursor)
    conditions.add(f"({due} > ? OR ({due} = ? AND c.registered_position > ?))", at, at, int(position))


def _is_number(text: str) -> bool:
    return text.isascii() and text.isdigit() and len(text) <= len(str(2**63 - 1)) - 1


def _literally(text: str) -> str:
    return "".join(f"!{character}" if character in "!%_" else character for character in text)
