"""Whom the follow-up officer calls (回访清单): answers given and not yet followed up, the longest waiting first.

A page ends at a case, not at a number of cases: what is answered or followed up meanwhile neither shifts nor repeats.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from enum import StrEnum

from domain.words import ComplaintKind, State
from projections.cases import CASE
from projections.port import Connection
from projections.work_lists import PAGE_ITEMS_DEFAULT, PAGE_ITEMS_MAX, CursorFault, Page

_CURSOR = re.compile(r"f(\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d)@(\d{1,18})")


class Stage(StrEnum):
    """What is to be done: call the person, or decide on what the person said (close it, or have it done again)."""

    CALL = "call"
    DECIDE = "decide"


@dataclass(frozen=True, slots=True)
class CallsAsked:
    """Which page is wanted; ``unless`` are the spellings of units whose own cases are left out."""

    stage: Stage = Stage.CALL
    unless: frozenset[str] = frozenset()
    cursor: str | None = None
    items_max: int = PAGE_ITEMS_DEFAULT


def page_of_calls(conn: Connection, asked: CallsAsked) -> Page:
    """Return a page of the list as it stands now, by the delivery of the last answer. Raises ``CursorFault``."""
    limit = max(1, min(asked.items_max, PAGE_ITEMS_MAX))
    said = ["c.to_position IS NULL", "c.state = ?", "c.kind <> ?", "c.followed_up = ?"]
    values: list[object] = [
        State.AWAITING_FOLLOW_UP.value,
        ComplaintKind.ACCUSATION.value,
        int(asked.stage is Stage.DECIDE),
    ]
    if asked.unless:
        spelled = sorted(asked.unless)
        marks = ", ".join("?" for _ in spelled)
        said.append(
            "NOT EXISTS (SELECT 1 FROM legs l WHERE l.complaint = c.complaint "  # noqa: S608 - our own names
            f"AND l.to_position IS NULL AND l.unit IN ({marks}))",
        )
        values += spelled
    if asked.cursor is not None:
        found = _CURSOR.fullmatch(asked.cursor)
        if found is None:
            raise CursorFault(asked.cursor)
        said.append("(c.delivered_at > ? OR (c.delivered_at = ? AND c.registered_position > ?))")
        values += [found[1], found[1], int(found[2])]
    sql = (
        f"SELECT {', '.join(f'c.{name}' for name in CASE.names)}, c.delivered_at FROM cases c "  # noqa: S608
        f"WHERE {' AND '.join(said)} ORDER BY c.delivered_at, c.registered_position LIMIT ?"
    )
    rows = conn.execute(sql, (*values, limit + 1)).fetchall()
    shown = tuple(CASE.record(row) for row in rows[:limit])
    following = f"f{rows[limit - 1][-1]}@{shown[-1].registered_position}" if len(rows) > limit else None
    return Page(shown, following)
