"""A file of views: read models and, in the same transaction, the position each has reached.

Views can be rebuilt from the log at any time, so a commit here does not wait for the disk; but a row and its view's
position are never apart.
"""

from __future__ import annotations

import sqlite3
from collections import deque
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from threading import RLock

from projections.port import Connection, Projection
from services.sqlite_file import open_sqlite

BUSY_TIMEOUT_SECONDS = 30.0
READERS_KEPT_MAX = 16


class ViewStore:
    """One SQLite file of views; any number of readers, one writer at a time, several processes allowed."""

    def __init__(self, path: Path, *, busy_timeout_seconds: float = BUSY_TIMEOUT_SECONDS) -> None:
        """Open the file at ``path``, making it where there is none."""
        self._path = path
        self._busy_timeout_seconds = busy_timeout_seconds
        self._lock = RLock()
        self._writer = self._connect()
        self._readers: deque[sqlite3.Connection] = deque()
        self._closed = False
        with self.writing() as conn:
            conn.execute(
                "CREATE TABLE IF NOT EXISTS view_positions "
                "(name TEXT PRIMARY KEY, version INTEGER NOT NULL, position INTEGER NOT NULL)",
            )
            conn.execute(
                "CREATE TABLE IF NOT EXISTS view_stops "
                "(name TEXT PRIMARY KEY, position INTEGER NOT NULL, fault TEXT NOT NULL)",
            )

    @property
    def path(self) -> Path:
        """The file."""
        return self._path

    @contextmanager
    def reading(self) -> Iterator[Connection]:
        """Give a connection on which every statement sees the same moment of the views, and none can write."""
        try:
            conn = self._readers.pop()
        except IndexError:
            conn = self._connect()
            conn.execute("PRAGMA query_only = ON")
        try:
            conn.execute("BEGIN")
            yield conn
        finally:
            conn.rollback()
            if self._closed or len(self._readers) >= READERS_KEPT_MAX:
                conn.close()
            else:
                self._readers.append(conn)

    @contextmanager
    def writing(self) -> Iterator[Connection]:
        """Give the writing connection inside a transaction that is committed at the end, or undone on an error."""
        with self._lock:
            self._writer.execute("BEGIN IMMEDIATE")
            try:
                yield self._writer
            except BaseException:
                self._writer.rollback()
                raise
            self._writer.commit()

    def positions(self) -> dict[str, int]:
        """Return the position that each view has reached."""
        with self.reading() as conn:
            return positions_on(conn)

    def stops(self) -> dict[str, tuple[int, str]]:
        """Return the views that whoever follows the log had to stop: the position and the kind of the fault."""
        with self.reading() as conn:
            # A view that has come further since, by whoever's hand, does not stand still.
            rows = conn.execute(
                "SELECT name, stopped.position, fault FROM view_stops AS stopped JOIN view_positions AS reached "
                "USING (name) WHERE reached.position < stopped.position",
            )
            return {name: (position, fault) for name, position, fault in rows}

    def close(self) -> None:
        """Give up the connections."""
        with self._lock:
            self._closed = True
            while self._readers:
                self._readers.pop().close()
            self._writer.close()

    def _connect(self) -> sqlite3.Connection:
        conn = open_sqlite(self._path, "NORMAL", busy_timeout_seconds=self._busy_timeout_seconds)
        # What an erasure takes out of a view must not linger in free pages.
        conn.execute("PRAGMA secure_delete = ON")
        return conn


def positions_on(conn: Connection) -> dict[str, int]:
    """Return the position that each view has reached, as this transaction sees it."""
    return dict(conn.execute("SELECT name, position FROM view_positions"))


def note_position(conn: Connection, projection: Projection, position: int) -> None:
    """Write down how far a view has come."""
    conn.execute(
        "INSERT INTO view_positions VALUES (?, ?, ?) "
        "ON CONFLICT (name) DO UPDATE SET version = excluded.version, position = excluded.position",
        (projection.name, projection.version, position),
    )


def note_stop(conn: Connection, name: str, position: int, fault: str) -> None:
    """Write down, for other processes, that a view cannot apply the fact at this position."""
    conn.execute("INSERT OR REPLACE INTO view_stops VALUES (?, ?, ?)", (name, position, fault))


def forget_stop(conn: Connection, name: str) -> None:
    """Strike out that a view stopped: it is tried again."""
    conn.execute("DELETE FROM view_stops WHERE name = ?", (name,))


def begin_anew(conn: Connection, projection: Projection) -> None:
    """Drop a view's tables, make them empty, and set its position to 0."""
    projection.drop(conn)
    projection.create(conn)
    note_position(conn, projection, 0)


def prepare(conn: Connection, projection: Projection) -> None:
    """Make a view's tables where they are missing, and begin anew where they are of another version."""
    row = conn.execute("SELECT version FROM view_positions WHERE name = ?", (projection.name,)).fetchone()
    if row is None or row[0] != projection.version:
        begin_anew(conn, projection)
