"""What the relay remembers: how far it has come, which matters are withheld, and its heartbeat. One small file.

Positions are on disk before anything goes on; a relay that is killed goes on from the last one that was acknowledged.
"""

from __future__ import annotations

import fcntl
import os
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from time import monotonic, sleep
from typing import IO

from services.sqlite_file import SqliteFile

RELAY_FILE = "relay.db"
LOCK_FILE = "relay.lock"
FAULT_CHARACTERS_MAX = 1_000
BUSY_TIMEOUT_SECONDS = 10
LOCK_POLL_SECONDS = 0.2

_TABLES = """
CREATE TABLE IF NOT EXISTS relay (
    one INTEGER PRIMARY KEY CHECK (one = 1), position INTEGER NOT NULL, leaf BLOB, published INTEGER NOT NULL,
    cluster TEXT, scouted INTEGER NOT NULL);
INSERT OR IGNORE INTO relay VALUES (1, 0, NULL, 0, NULL, 0);
CREATE TABLE IF NOT EXISTS withheld (stream TEXT PRIMARY KEY, position INTEGER NOT NULL) WITHOUT ROWID;
CREATE TABLE IF NOT EXISTS beat (
    one INTEGER PRIMARY KEY CHECK (one = 1), at TEXT NOT NULL, process INTEGER NOT NULL, failing INTEGER NOT NULL,
    fault TEXT, fault_at TEXT);
"""


class RelayLed(Exception):
    """Another relay leads; there is one leader, and it goes on."""

    def __init__(self) -> None:
        super().__init__(
            "另一转发进程正在运行，请先结束它 / another relay is at work on this data directory: end it first",
        )


@dataclass(frozen=True, slots=True)
class Reached:
    """How far the relay has come.

    ``position`` is the last that was acknowledged, ``leaf`` the hash that stands there in the log; ``published`` counts
    acknowledged messages, ``cluster`` is the Kafka cluster that acknowledged them, ``scouted`` the position up to which
    withheld matters were looked for.
    """

    position: int
    leaf: bytes | None
    published: int
    cluster: str | None
    scouted: int


@dataclass(frozen=True, slots=True)
class RelayBeat:
    """A relay's last sign of life, and its last fault, where there ever was one; ``failing`` says that it stands."""

    at: datetime
    process: int
    failing: bool
    fault: str | None
    fault_at: datetime | None


class RelayStore(SqliteFile):
    """The relay's file; any process may read how things stand, only the leader writes."""

    def __init__(self, folder: Path, file: str = RELAY_FILE) -> None:
        """Open the file in the data directory, making it where there is none."""
        super().__init__(folder / file, _TABLES, busy_timeout_seconds=BUSY_TIMEOUT_SECONDS)

    def reached(self) -> Reached:
        """Return how far the relay has come."""
        with self._turn:
            row = self._conn.execute("SELECT position, leaf, published, cluster, scouted FROM relay").fetchone()
        return Reached(*row)

    def acknowledge(self, position: int, leaf: bytes | None, published: int) -> None:
        """Write down that everything up to a position was acknowledged, ``published`` messages among it."""
        self._write(
            "UPDATE relay SET position = ?, leaf = ?, published = published + ?",
            (position, leaf, published),
        )

    def bind(self, cluster: str) -> None:
        """Write down which cluster acknowledges."""
        self._write("UPDATE relay SET cluster = ?", (cluster,))

    def begin_after(self, position: int, leaf: bytes | None) -> None:
        """Go on after a position, wherever the relay stood, on whichever cluster answers."""
        self._write("UPDATE relay SET position = ?, leaf = ?, cluster = NULL", (position, leaf))

    def withhold(self, streams: Iterable[tuple[str, int]], scouted: int) -> None:
        """Write down matters that are told about no more from a position on; the first position holds."""
        with self._transaction() as conn:
            conn.executemany("INSERT OR IGNORE INTO withheld VALUES (?, ?)", streams)
            conn.execute("UPDATE relay SET scouted = ?", (scouted,))

    def withheld(self, streams: Iterable[str]) -> dict[str, int]:
        """Return from which position on nothing is told of these matters, for those of which that is so."""
        found: dict[str, int] = {}
        with self._turn:
            for stream in set(streams):
                row = self._conn.execute("SELECT position FROM withheld WHERE stream = ?", (stream,)).fetchone()
                if row is not None:
                    found[stream] = row[0]
        return found

    def withheld_count(self) -> int:
        """Return how many matters are withheld."""
        with self._turn:
            return int(self._conn.execute("SELECT count(*) FROM withheld").fetchone()[0])

    def beat(self, at: datetime, fault: BaseException | None = None) -> None:
        """Give a sign of life, with what went wrong where something did."""
        said = None if fault is None else _said(fault)[:FAULT_CHARACTERS_MAX]
        self._write(
            "INSERT INTO beat VALUES (1, ?, ?, ?, ?, ?) ON CONFLICT (one) DO UPDATE SET at = excluded.at,"
            " process = excluded.process, failing = excluded.failing, fault = coalesce(excluded.fault, fault),"
            " fault_at = coalesce(excluded.fault_at, fault_at)",
            (at.isoformat(), os.getpid(), said is not None, said, at.isoformat() if said else None),
        )

    def alive(self, at: datetime) -> None:
        """Give a sign of life beside which a fault goes on to stand, where one does."""
        self._write("UPDATE beat SET at = ?, process = ?", (at.isoformat(), os.getpid()))

    def last_beat(self) -> RelayBeat | None:
        """Return the last sign of life, ``None`` where no relay ever ran."""
        with self._turn:
            row = self._conn.execute("SELECT at, process, failing, fault, fault_at FROM beat").fetchone()
        if row is None:
            return None
        fault_at = None if row[4] is None else datetime.fromisoformat(row[4])
        return RelayBeat(datetime.fromisoformat(row[0]), row[1], bool(row[2]), row[3], fault_at)


def _said(fault: BaseException) -> str:
    """What is said in Chinese and English is said for people; the name of its class would only stand in their way."""
    return str(fault) if " / " in str(fault) else f"{type(fault).__name__}: {fault}"


class Leadership:
    """The one leader's claim on a data directory, which ends with its process, however that ends."""

    def __init__(self, folder: Path, file: str = LOCK_FILE) -> None:
        self._path = folder / file
        self._file: IO[bytes] | None = None

    def claim(self) -> None:
        """Become the leader. Raises ``RelayLed`` where another is."""
        file = self._path.open("ab")
        try:
            fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            file.close()
            raise RelayLed from None
        self._file = file

    def wait(self, *, seconds_max: float) -> bool:
        """Become the leader as soon as there is none; say whether that came to pass in so many seconds."""
        until = monotonic() + seconds_max
        while True:
            try:
                self.claim()
            except RelayLed:
                if monotonic() >= until:
                    return False
                sleep(LOCK_POLL_SECONDS)
            else:
                return True

    def resign(self) -> None:
        """Let another lead."""
        if self._file is not None:
            self._file.close()
            self._file = None
