"""Replay: every view built again from the log in a scratch place, and compared with the live one row by row."""

from __future__ import annotations

import os
import shutil
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from itertools import zip_longest
from pathlib import Path
from tempfile import TemporaryDirectory

from projections.port import Connection, Projection
from services.log.port import Log
from services.log.runner import Home, Runner
from services.log.views import ViewStore, positions_on

Progress = Callable[[int], None]

_SCRATCH = "scratch-"


@contextmanager
def scratch_folder(data: Path) -> Iterator[Path]:
    """Give a folder of this process alone; what a killed replay left behind, readable text among it, goes first."""
    for left in data.glob(f"{_SCRATCH}*"):
        process = left.name.removeprefix(_SCRATCH).partition("-")[0]
        if process.isdecimal() and not _runs(int(process)):
            shutil.rmtree(left, ignore_errors=True)
    with TemporaryDirectory(dir=data, prefix=f"{_SCRATCH}{os.getpid()}-") as folder:
        yield Path(folder)


def _runs(process: int) -> bool:
    try:
        os.kill(process, 0)
    except ProcessLookupError:
        return False
    except PermissionError:
        return True
    return True


@dataclass(frozen=True, slots=True)
class ViewReplayed:
    """A view built again: at which position, how many rows, and the first difference from the live one.

    ``difference`` is ``None`` where they are the same; ``compared`` is false where the live view was not looked at.
    """

    name: str
    position: int
    rows: int
    compared: bool
    difference: str | None


def replay_and_compare(log: Log, homes: Sequence[Home], data: Path, progress: Progress) -> list[ViewReplayed]:
    """Build every view again up to where the live one stands, and compare them; raises as ``Runner.catch_up`` does.

    ``data`` is the directory for the scratch files. The live views are read at one moment each, so that a server may
    go on serving beside it.
    """
    replayed: list[ViewReplayed] = []
    for home in homes:
        with scratch_folder(data) as folder, home.store.reading() as live:
            for position, projections in _by_position(live, home.projections).items():
                again = ViewStore(folder / f"{position}.db")
                try:
                    Runner(log, [Home(again, projections)]).catch_up(position, progress)
                    with again.reading() as built:
                        replayed += [_replayed(built, live, projection, position) for projection in projections]
                finally:
                    again.close()
    return replayed


def replay_into(log: Log, homes: Sequence[Home], to: int, progress: Progress) -> list[ViewReplayed]:
    """Build every view as it stood at a position, into the files of ``homes``, and count its rows."""
    Runner(log, homes).catch_up(to, progress)
    replayed: list[ViewReplayed] = []
    for home in homes:
        with home.store.reading() as built:
            for projection in home.projections:
                rows = sum(_count(built, table) for table in projection.tables)
                replayed.append(ViewReplayed(projection.name, to, rows, compared=False, difference=None))
    return replayed


def _by_position(live: Connection, projections: Sequence[Projection]) -> dict[int, tuple[Projection, ...]]:
    """Group views by where they stand; those that stand at one position are built by reading the log once."""
    positions = positions_on(live)
    grouped: dict[int, tuple[Projection, ...]] = {}
    for projection in projections:
        position = positions.get(projection.name, 0)
        grouped[position] = (*grouped.get(position, ()), projection)
    return grouped


def _replayed(built: Connection, live: Connection, projection: Projection, position: int) -> ViewReplayed:
    rows, difference = _compared(built, live, projection)
    return ViewReplayed(projection.name, position, rows, compared=True, difference=difference)


def _compared(built: Connection, live: Connection, projection: Projection) -> tuple[int, str | None]:
    rows, difference = 0, None
    for table in sorted(projection.tables):
        ours, theirs = (_rows(conn, table) for conn in (built, live))
        for at, (again, standing) in enumerate(zip_longest(ours, theirs), start=1):
            rows += again is not None
            if again != standing and difference is None:
                which = "多出 extra" if again is None else "缺少 missing" if standing is None else "不同 different"
                difference = f"{table} 第 {at} 行 row {at}: {which}"
    return rows, difference


def _rows(conn: Connection, table: str) -> Sequence[tuple[object, ...]]:
    columns = [row[1] for row in conn.execute(f"PRAGMA table_info({table})")]
    order = ", ".join(str(at + 1) for at in range(len(columns)))
    # The names are those of our own projections, never of a request.
    return conn.execute(f"SELECT * FROM {table} ORDER BY {order}")  # type: ignore[return-value]  # noqa: S608


def _count(conn: Connection, table: str) -> int:
    return int(conn.execute(f"SELECT count(*) FROM {table}").fetchone()[0])  # noqa: S608 - as above
