"""Opening an SQLite file in write-ahead mode, from any number of processes at once."""

from __future__ import annotations

import sqlite3
from collections.abc import Iterator
from contextlib import closing, contextmanager
from pathlib import Path
from threading import Lock
from time import monotonic, sleep
from typing import Literal
from urllib.parse import quote

RETRY_SECONDS = 0.01


def open_sqlite(
    path: Path, synchronous: Literal["FULL", "NORMAL"], *, busy_timeout_seconds: float
) -> sqlite3.Connection:
    """Return a connection in autocommit mode for any thread; ``FULL`` waits for the disk at each commit.

    Raises ``sqlite3.OperationalError`` where another process holds the file for longer than the timeout.
    """
    conn = sqlite3.connect(path, timeout=busy_timeout_seconds, isolation_level=None, check_same_thread=False)
    try:
        _to_write_ahead(conn, monotonic() + busy_timeout_seconds)
        conn.execute(f"PRAGMA synchronous = {synchronous}")
    except BaseException:
        conn.close()
        raise
    return conn


class SqliteFile:
    """A file of its own beside the log, which threads use in turns; every commit waits for the disk."""

    def __init__(self, path: Path, tables: str, *, busy_timeout_seconds: float) -> None:
        """Open the file, making it and its ``tables`` where there are none."""
        self._conn = open_sqlite(path, "FULL", busy_timeout_seconds=busy_timeout_seconds)
        self._turn = Lock()
        self._conn.executescript(tables)

    def close(self) -> None:
        """Give the file up."""
        with self._turn:
            self._conn.close()

    def _write(self, statement: str, values: tuple[object, ...]) -> None:
        with self._turn:
            self._conn.execute(statement, values)

    @contextmanager
    def _transaction(self) -> Iterator[sqlite3.Connection]:
        with self._turn:
            self._conn.execute("BEGIN IMMEDIATE")
            try:
                yield self._conn
            except BaseException:
                self._conn.execute("ROLLBACK")
                raise
            self._conn.execute("COMMIT")


def put_away_if_broken(path: Path) -> bool:
    """Remove a file that is no sound database, with what SQLite keeps beside it; only for what can be made anew.

    Returns whether it was removed. Raises ``sqlite3.OperationalError`` where the file is only busy.
    """
    if not path.is_file():
        return False
    try:
        with closing(sqlite3.connect(path)) as conn:
            sound = conn.execute("PRAGMA quick_check(1)").fetchone() == ("ok",)
    except sqlite3.OperationalError:
        raise
    except sqlite3.DatabaseError:
        sound = False
    if not sound:
        for ending in ("", "-wal", "-shm"):
            path.with_name(path.name + ending).unlink(missing_ok=True)
    return not sound


def broken_files(folder: Path) -> list[Path]:
    """Return the databases of a folder that are none or are damaged, by name; one that is only busy is none of them."""
    return [path for path in sorted(folder.glob("*.db")) if not _sound(path)]


def _sound(path: Path) -> bool:
    try:
        with closing(sqlite3.connect(f"file:{quote(str(path))}?mode=ro", uri=True)) as conn:
            return bool(conn.execute("PRAGMA quick_check(1)").fetchone() == ("ok",))
    except sqlite3.OperationalError:
        return True
    except sqlite3.DatabaseError:
        return False


def _to_write_ahead(conn: sqlite3.Connection, deadline: float) -> None:
    # The change to write-ahead mode does not wait as statements do, so that two first openings would collide.
    while True:
        try:
            conn.execute("PRAGMA journal_mode = WAL")
        except sqlite3.OperationalError:
            if monotonic() >= deadline:
                raise
            sleep(RETRY_SECONDS)
        else:
            return
