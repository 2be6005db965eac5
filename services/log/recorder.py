"""The library's application, recorder and connections, bent to our log on SQLite.

What differs from the stock: a write takes the write lock at once (``BEGIN IMMEDIATE``); every connection is durable
(WAL, ``synchronous=FULL``); a position is the table's own key, so no vacuum renumbers it; an insert grows the tree in
the same transaction; and what is read carries its position.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from types import TracebackType
from typing import Any, Literal
from uuid import UUID

from eventsourcing.application import Application
from eventsourcing.persistence import InfrastructureFactory, Notification, StoredEvent
from eventsourcing.sqlite import (
    SQLiteApplicationRecorder,
    SQLiteConnection,
    SQLiteConnectionPool,
    SQLiteCursor,
    SQLiteDatastore,
    SQLiteFactory,
    SQLiteTransaction,
)
from eventsourcing.utils import Environment, EnvType

from services.log.envelope import RecordMapper, recorded_at_of, stamp
from services.log.port import LogDamaged
from services.log.tree import Frontier, leaf_of
from services.sqlite_file import open_sqlite

CACHE_KIB = 32_768
WAL_PAGES_MAX = 4_000
CONNECTIONS_KEPT = 8
CONNECTIONS_MORE_MAX = 56

_TABLES = (
    """CREATE TABLE IF NOT EXISTS stored_events (
        position INTEGER PRIMARY KEY AUTOINCREMENT, originator_id TEXT NOT NULL, originator_version INTEGER NOT NULL,
        topic TEXT NOT NULL, state BLOB NOT NULL, UNIQUE (originator_id, originator_version))""",
    "CREATE TABLE IF NOT EXISTS log_leaves (position INTEGER PRIMARY KEY, leaf BLOB NOT NULL)",
    """CREATE TABLE IF NOT EXISTS log_frontier (
        one INTEGER PRIMARY KEY CHECK (one = 1), size INTEGER NOT NULL, hashes BLOB NOT NULL, recorded_at TEXT)""",
    "INSERT OR IGNORE INTO log_frontier VALUES (1, 0, x'', NULL)",
)
COLUMNS = "position, originator_id, originator_version, topic, state"


class DurableTransaction(SQLiteTransaction):
    """A transaction that, to write, takes the write lock before it reads what it will decide by."""

    def __enter__(self) -> SQLiteCursor:
        cursor = self.connection.cursor()
        cursor.execute("BEGIN IMMEDIATE" if self.commit else "BEGIN")
        return cursor

    def __exit__(
        self,
        exc_type: type[BaseException] | None,
        exc_val: BaseException | None,
        exc_tb: TracebackType | None,
    ) -> None:
        try:
            super().__exit__(exc_type, exc_val, exc_tb)
        except BaseException:
            # A commit that failed may leave the transaction open, and the connection goes back to the pool.
            self.connection.rollback()
            raise


class DurableConnection(SQLiteConnection):
    """A connection whose transactions are durable ones."""

    @contextmanager
    def transaction(self, *, commit: bool) -> Iterator[SQLiteCursor]:
        """Open a transaction, for writing where it is to be committed."""
        with DurableTransaction(self, commit=commit) as cursor, cursor:
            yield cursor


class DurableConnectionPool(SQLiteConnectionPool):
    """Connections in write-ahead mode that wait for the disk at each commit."""

    def _create_connection(self) -> SQLiteConnection:
        conn = open_sqlite(Path(self.db_name), "FULL", busy_timeout_seconds=self.lock_timeout or 0)
        conn.execute(f"PRAGMA cache_size = -{CACHE_KIB}")
        conn.execute(f"PRAGMA wal_autocheckpoint = {WAL_PAGES_MAX}")
        return DurableConnection(conn, max_age=self.max_age)


class LogDatastore(SQLiteDatastore):
    """The file of the log and its connections; several threads and processes may hold it open."""

    def __init__(self, path: Path, *, busy_timeout_seconds: int) -> None:
        super().__init__(str(path))
        self.pool = DurableConnectionPool(
            db_name=str(path),
            lock_timeout=busy_timeout_seconds,
            pool_size=CONNECTIONS_KEPT,
            max_overflow=CONNECTIONS_MORE_MAX,
            pool_timeout=busy_timeout_seconds,
        )


class LogRecorder(SQLiteApplicationRecorder):
    """Inserts events with their leaves and the frontier in one transaction, and reads them with their positions."""

    def __init__(self, datastore: SQLiteDatastore) -> None:
        super().__init__(datastore)
        self.insert_events_statement = f"INSERT INTO stored_events ({COLUMNS}) VALUES (?, ?, ?, ?, ?)"  # noqa: S608
        self.select_max_notification_id_statement = "SELECT coalesce(max(position), 0) FROM stored_events"

    def construct_create_table_statements(self) -> list[str]:
        """Return the statements that make the log's tables."""
        return list(_TABLES)

    def create_table(self) -> None:
        """Make the tables where they do not stand; opening a log that stands takes no write lock."""
        with self.datastore.transaction(commit=False) as cursor:
            cursor.execute("SELECT count(*) FROM sqlite_master WHERE name IN ('stored_events', 'log_frontier')")
            stands = cursor.fetchone()[0] == len(("stored_events", "log_frontier"))
        if not stands:
            super().create_table()

    def read_frontier(self, c: SQLiteCursor) -> tuple[Frontier, str | None]:
        """Return the frontier and the time of the last event. Raises ``LogDamaged``."""
        c.execute("SELECT size, hashes, recorded_at FROM log_frontier WHERE one = 1")
        row = c.fetchone()
        if row is None:
            raise LogDamaged(1, "the frontier of the tree is missing")
        try:
            return Frontier.unpacked(row[0], row[1]), row[2]
        except (ValueError, TypeError) as error:
            raise LogDamaged(1, f"the frontier of the tree cannot be read: {error}") from error

    def _insert_events(
        self,
        c: SQLiteCursor,
        stored_events: Sequence[StoredEvent],
        *,
        frontier: Frontier | None = None,
        **_: object,
    ) -> Sequence[int] | None:
        """Insert events after the last position, grow ``frontier`` (read here where none is given) and store it."""
        if not stored_events:
            return []
        if frontier is None:
            frontier, _last = self.read_frontier(c)
        first = frontier.size + 1
        positions = range(first, first + len(stored_events))
        rows: list[tuple[int, str, int, str, bytes]] = []
        leaves: list[tuple[int, bytes]] = []
        for position, event in zip(positions, stored_events, strict=True):
            stream = event.originator_id
            originator_id = stream.hex if isinstance(stream, UUID) else stream
            leaf = leaf_of(originator_id, event.originator_version, event.topic, event.state)
            frontier.append(leaf)
            rows.append((position, originator_id, event.originator_version, event.topic, event.state))
            leaves.append((position, leaf))
        c.executemany(self.insert_events_statement, rows)
        c.executemany("INSERT INTO log_leaves VALUES (?, ?)", leaves)
        c.execute(
            "UPDATE log_frontier SET size = ?, hashes = ?, recorded_at = ? WHERE one = 1",
            (frontier.size, frontier.packed(), stamp(recorded_at_of(stored_events[-1].state))),
        )
        return positions

    def select_rows(
        self,
        after: int,
        limit: int,
        to: int | None,
    ) -> list[tuple[int, str, int, str, bytes]]:
        """Return rows with ``after < position <= to`` as tuples."""
        statement = (
            f"SELECT {COLUMNS} FROM stored_events WHERE position > ? AND position <= ? ORDER BY position LIMIT ?"  # noqa: S608
        )
        with self.datastore.transaction(commit=False) as c:
            c.execute(statement, (after, (1 << 62) if to is None else to, limit))
            rows: list[tuple[int, str, int, str, bytes]] = c.fetchall()
            return rows

    def select_streams(
        self, originator_ids: Sequence[str], after: int, to: int | None
    ) -> list[tuple[int, str, int, str, bytes]]:
        """Return the rows of some streams with ``after < position <= to``, each stream's in order."""
        statement = (
            f"SELECT {COLUMNS} FROM stored_events "  # noqa: S608  question marks only
            f"WHERE originator_id IN ({', '.join('?' * len(originator_ids))}) AND position > ? AND position <= ? "
            "ORDER BY originator_id, originator_version"
        )
        with self.datastore.transaction(commit=False) as c:
            c.execute(statement, (*originator_ids, after, (1 << 62) if to is None else to))
            rows: list[tuple[int, str, int, str, bytes]] = c.fetchall()
            return rows

    def select_events(
        self,
        originator_id: UUID | str,
        *,
        gt: int | None = None,
        lte: int | None = None,
        desc: bool = False,
        limit: int | None = None,
    ) -> Sequence[Notification]:
        """Return the events of one stream, each with its position."""
        order: Literal["ASC", "DESC"] = "DESC" if desc else "ASC"
        statement = (
            f"SELECT {COLUMNS} FROM stored_events WHERE originator_id = ? AND originator_version > ? "  # noqa: S608
            f"AND originator_version <= ? ORDER BY originator_version {order} LIMIT ?"
        )
        who = originator_id.hex if isinstance(originator_id, UUID) else originator_id
        bounds = (0 if gt is None else gt, (1 << 62) if lte is None else lte, -1 if limit is None else limit)
        with self.datastore.transaction(commit=False) as c:
            c.execute(statement, (who, *bounds))
            return [_notification(row) for row in c.fetchall()]

    def select_notifications(
        self,
        start: int | None,
        limit: int,
        stop: int | None = None,
        topics: Sequence[str] = (),
        *,
        inclusive_of_start: bool = True,
    ) -> Sequence[Notification]:
        """Return events in the order of positions, as the library's own readers ask for them."""
        after = 0 if start is None else start - inclusive_of_start
        rows = self.select_rows(after, limit if not topics else -1, stop)
        wanted = [row for row in rows if not topics or row[3] in topics]
        return [_notification(row) for row in wanted[:limit]]


def _notification(row: tuple[int, str, int, str, bytes]) -> Notification:
    return Notification(row[1], row[2], row[3], row[4], id=row[0])


class LogFactory(SQLiteFactory):
    """Makes the recorder of one file."""

    application_recorder_class: type[SQLiteApplicationRecorder] = LogRecorder

    def __init__(self, env: Environment, datastore: LogDatastore) -> None:
        super().__init__(env)
        self.datastore = datastore


class HotlineLog(Application[UUID]):
    """The library's application over our file and our envelope; nothing in it is configured by environment."""

    name = "hotline"
    log_section_size = 1_000

    def __init__(self, path: Path, mapper: RecordMapper, *, busy_timeout_seconds: int) -> None:
        self._path = path
        self._record_mapper = mapper
        self._busy_timeout_seconds = busy_timeout_seconds
        super().__init__()

    def construct_env(self, name: str, env: EnvType | None = None) -> Environment:
        """Return an environment that names the file and nothing else."""
        return Environment(name, {SQLiteFactory.SQLITE_DBNAME: str(self._path), **(env or {})})

    def construct_factory(self, env: Environment) -> InfrastructureFactory[Any]:
        """Return the factory of this file."""
        return LogFactory(env, LogDatastore(self._path, busy_timeout_seconds=self._busy_timeout_seconds))

    def construct_mapper(self) -> RecordMapper:
        """Return the mapper of our envelope."""
        return self._record_mapper

    @property
    def log_recorder(self) -> LogRecorder:
        """The recorder, by its own type."""
        assert isinstance(self.recorder, LogRecorder)
        return self.recorder
