"""The score ledger as it is read (考核台账): one row for each state of knowledge of an entry, as in ``cases``."""

from __future__ import annotations

from collections.abc import Sequence
from uuid import UUID

from domain.facts import Recorded
from domain.scores.ledger import SCORE_FACTS, CauseKey, EntryState, ScoreEntry, ScoreFact, entry_after
from projections.columns import Columns
from projections.port import Connection

ENTRY = Columns(ScoreEntry)
"""The columns that hold a ``ScoreEntry``."""

_ALL = (*ENTRY.names, "from_position", "to_position")
_INSERT = f"INSERT INTO scores ({', '.join(_ALL)}) VALUES ({', '.join('?' for _ in _ALL)})"  # noqa: S608 - our own names
_SELECT = f"SELECT {', '.join(f's.{name}' for name in ENTRY.names)} FROM scores s"  # noqa: S608 - our own names
_HELD_AT = "s.from_position <= ? AND (s.to_position IS NULL OR s.to_position > ?)"

_Key = tuple[UUID, int]


class ScoresProjection:
    """Keeps the table ``scores``."""

    name = "scores"
    version = 1
    tables = ("scores",)
    reads_personal = False

    def create(self, conn: Connection) -> None:
        """Make the table and its indexes."""
        conn.execute(
            f"""
            CREATE TABLE IF NOT EXISTS scores (
                {ENTRY.ddl},
                from_position INTEGER NOT NULL,
                to_position INTEGER,
                PRIMARY KEY (position, from_position)
            )
            """,
        )
        conn.execute("CREATE INDEX IF NOT EXISTS scores_by_quarter ON scores (quarter, position)")
        conn.execute("CREATE INDEX IF NOT EXISTS scores_by_stream ON scores (stream, entry) WHERE to_position IS NULL")

    def drop(self, conn: Connection) -> None:
        """Remove the table."""
        conn.execute("DROP TABLE IF EXISTS scores")

    def apply(self, conn: Connection, batch: Sequence[Recorded]) -> None:
        """Write down what each fact makes of its entry, and until when what it was before held."""
        for recorded in batch:
            fact = recorded.fact
            if isinstance(fact, SCORE_FACTS):
                self._write(conn, recorded, fact)

    def _write(self, conn: Connection, recorded: Recorded, fact: ScoreFact) -> None:
        before = _now(conn, recorded.stream, fact.entry)
        after = entry_after(before, recorded, fact)
        if before is not None:
            conn.execute(
                "UPDATE scores SET to_position = ? WHERE position = ? AND to_position IS NULL",
                (recorded.position, before.position),
            )
        conn.execute(_INSERT, (*ENTRY.row(after), recorded.position, None))


def entries_at(
    conn: Connection,
    position: int,
    *,
    quarter: str | None = None,
    units: frozenset[str] | None = None,
    states: frozenset[EntryState] = frozenset(),
    before: int | None = None,
    limit: int | None = None,
) -> list[ScoreEntry]:
    """Return the entries as known at a position, the newest first.

    Narrowed to a quarter, to units by the spellings they were entered under, to states, and to those before a position.
    """
    where = [_HELD_AT]
    given: list[str | int] = [position, position]
    if quarter is not None:
        where.append("s.quarter = ?")
        given.append(quarter)
    if units is not None:
        where.append(f"s.unit IN ({', '.join('?' for _ in units)})")
        given.extend(sorted(units))
    if states:
        where.append(f"s.state IN ({', '.join('?' for _ in states)})")
        given.extend(sorted(states))
    if before is not None:
        where.append("s.position < ?")
        given.append(before)
    sql = f"{_SELECT} WHERE {' AND '.join(where)} ORDER BY s.position DESC"
    if limit is not None:
        sql += " LIMIT ?"
        given.append(limit)
    return [ENTRY.record(row) for row in conn.execute(sql, given)]


def entries_under(conn: Connection, edition: str, position: int) -> list[ScoreEntry]:
    """Return the entries that were made under an edition, as known at a position, in order of their making."""
    sql = f"{_SELECT} WHERE {_HELD_AT} AND s.edition = ? ORDER BY s.position"
    return [ENTRY.record(row) for row in conn.execute(sql, (position, position, edition))]


def entered_causes(conn: Connection, quarter: str, position: int) -> dict[CauseKey, list[ScoreEntry]]:
    """Return the entries of a quarter that keep their causes from being entered again, by cause."""
    found: dict[CauseKey, list[ScoreEntry]] = {}
    for entry in entries_at(conn, position, quarter=quarter):
        if entry.blocks:
            key = CauseKey(entry.item, entry.complaint, entry.leg, entry.cause_position)
            found.setdefault(key, []).append(entry)
    return found


def _now(conn: Connection, stream: UUID, number: int) -> ScoreEntry | None:
    sql = f"{_SELECT} WHERE s.to_position IS NULL AND s.stream = ? AND s.entry = ?"
    row = conn.execute(sql, (stream.hex, number)).fetchone()
    return None if row is None else ENTRY.record(row)
