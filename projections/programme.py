"""The programme as lists and figures ask of it (节目总表): one row for each state of knowledge of an episode.

An episode has few facts, so each row holds all of it as it stood; ``to_position`` is ``NULL`` on the row that holds
now, and the table can be asked as of any position.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, tzinfo
from typing import cast
from uuid import UUID

from domain.facts import Recorded
from domain.programme.events import EpisodeFact, OfEpisode
from domain.programme.state import Episode, evolve
from projections.columns import Columns
from projections.port import Connection
from projections.spans import instant_text

EPISODE = Columns(Episode)
"""The columns that hold an ``Episode``."""

_ALL = (*EPISODE.names, "from_position", "to_position", "next_due")
_INSERT = f"INSERT INTO programme ({', '.join(_ALL)}) VALUES ({', '.join('?' for _ in _ALL)})"  # noqa: S608 - our own names
_SELECT = f"SELECT {', '.join(f'p.{name}' for name in EPISODE.names)} FROM programme p"  # noqa: S608 - our own names
_HELD_AT = "p.from_position <= ? AND (p.to_position IS NULL OR p.to_position > ?)"


class ProgrammeProjection:
    """Keeps the table ``programme``; ``next_due`` is written on the clock of ``zone``."""

    name = "programme"
    version = 2
    tables = ("programme",)
    reads_personal = False

    def __init__(self, zone: tzinfo) -> None:
        self._zone = zone

    def create(self, conn: Connection) -> None:
        """Make the table and its indexes."""
        conn.execute(
            f"""
            CREATE TABLE IF NOT EXISTS programme (
                {EPISODE.ddl},
                from_position INTEGER NOT NULL,
                to_position INTEGER,
                next_due TEXT,
                PRIMARY KEY (episode, from_position)
            )
            """,
        )
        now = "WHERE to_position IS NULL"
        conn.execute(f"CREATE INDEX IF NOT EXISTS programme_by_day ON programme (airs_on, episode) {now}")
        conn.execute(f"CREATE INDEX IF NOT EXISTS programme_by_due ON programme (next_due) {now}")

    def drop(self, conn: Connection) -> None:
        """Remove the table."""
        conn.execute("DROP TABLE IF EXISTS programme")

    def apply(self, conn: Connection, batch: Sequence[Recorded]) -> None:
        """Fold the batch's facts into the rows that hold now."""
        for one in batch:
            if not isinstance(one.fact, OfEpisode):
                continue
            fact = cast("EpisodeFact", one.fact)
            before = episode_at(conn, fact.episode)
            after = evolve(before, fact, one.position)
            conn.execute(
                "UPDATE programme SET to_position = ? WHERE episode = ? AND to_position IS NULL",
                (one.position, fact.episode),
            )
            due = instant_text(after.next_due, self._zone) if after.next_due is not None else None
            conn.execute(_INSERT, (*EPISODE.row(after), one.position, None, due))


def episode_at(conn: Connection, episode: str) -> Episode | None:
    """Return an episode as it stands now."""
    found = list(conn.execute(f"{_SELECT} WHERE p.episode = ? AND p.to_position IS NULL", (episode,)))
    return EPISODE.record(found[0]) if found else None


def programme_at(conn: Connection, position: int) -> list[Episode]:
    """Return every episode as known at a position, by day and reference."""
    rows = conn.execute(f"{_SELECT} WHERE {_HELD_AT} ORDER BY p.airs_on, p.episode", (position, position))
    return [EPISODE.record(row) for row in rows]


def programme_now(conn: Connection) -> list[Episode]:
    """Return every episode as it stands now, by day and reference."""
    rows = conn.execute(f"{_SELECT} WHERE p.to_position IS NULL ORDER BY p.airs_on, p.episode")
    return [EPISODE.record(row) for row in rows]


def programme_page(
    conn: Connection, before: tuple[date, str] | None, limit: int, status: str | None = None
) -> list[Episode]:
    """Return so many episodes as they stand now, the latest first, from behind a day and reference on."""
    sql, asked = f"{_SELECT} WHERE p.to_position IS NULL", list[object]()
    if status is not None:
        sql += " AND p.status = ?"
        asked.append(status)
    if before is not None:
        sql += " AND (p.airs_on, p.episode) < (?, ?)"
        asked += [before[0].isoformat(), before[1]]
    rows = conn.execute(f"{sql} ORDER BY p.airs_on DESC, p.episode DESC LIMIT ?", (*asked, limit))
    return [EPISODE.record(row) for row in rows]


def episodes_with_promises_due(conn: Connection, until: str, episodes_max: int) -> list[str]:
    """Return the episodes with a promise due by a time on the instance's clock, the most urgent first."""
    sql = "SELECT episode FROM programme WHERE to_position IS NULL AND next_due <= ? ORDER BY next_due LIMIT ?"
    return [str(row[0]) for row in conn.execute(sql, (until, episodes_max))]


def episodes_naming(conn: Connection, complaint: UUID) -> list[Episode]:
    """Return the episodes whose queue, run-down or promises name a complaint."""
    return [
        one
        for one in programme_now(conn)
        if one.call(complaint) is not None
        or any(item.complaint == complaint for item in one.items)
        or any(promise.complaint == complaint for promise in one.commitments)
    ]
