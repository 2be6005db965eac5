from __future__ import annotations

import os
import random
import signal
import sqlite3
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import pytest

from services.audit import Verified, verify
from services.log.port import Appended, Conflict, LogBusy, LogClosed, LogDamaged, LogFailed
from services.log.recorder import DurableConnection
from services.log.sqlite_log import SqliteLog
from services.log.subjects import learn_subjects
from services.log.writer import GroupCommitWriter
from services.sqlite_file import open_sqlite
from tests.conftest import ROOT
from tests.services.log.cases import NARRATIVE, NUMBER, House, intake, stream
from tests.services.log.contract import LogContract


class TestSqliteLog(LogContract):
    """The contract, on SQLite."""


@contextmanager
def statements(monkeypatch: pytest.MonkeyPatch) -> Iterator[list[str]]:
    """The statements of every connection that is opened from here on."""
    seen: list[str] = []
    connect = sqlite3.connect

    def traced(*args: Any, **kwargs: Any) -> sqlite3.Connection:  # noqa: ANN401  whatever sqlite3 takes
        conn: sqlite3.Connection = connect(*args, **kwargs)
        conn.set_trace_callback(seen.append)
        return conn

    with monkeypatch.context() as patch:
        patch.setattr(sqlite3, "connect", traced)
        yield seen


def test_64_that_wait_with_one_conflict_cost_one_commit(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    with statements(monkeypatch) as seen:
        house = House(tmp_path)
        house.log.append([intake(7)])
        house.vault.lay_in_spare_keys()
        writer = GroupCommitWriter(house.log)
        with house.log._appending:
            first = writer.submit(intake(100))
            while writer.waiting():
                time.sleep(0.001)
            waiting = [writer.submit(intake(number)) for number in range(64)]
            seen.clear()
        outcomes = [future.result() for future in waiting]
        writer.close()
        house.close()
    assert isinstance(first.result(), Appended)
    assert sum(isinstance(outcome, Appended) for outcome in outcomes) == 63
    # One commit of the request that went ahead, one of the 64; the last two are the vault's, at its close.
    assert seen[: _last_insert(seen)].count("BEGIN IMMEDIATE") == 2


def _last_insert(seen: list[str]) -> int:
    return max(nth for nth, statement in enumerate(seen) if statement.startswith("INSERT INTO stored_events"))


@pytest.mark.parametrize(("pragma", "value"), [("synchronous", 2), ("journal_mode", "wal")])
def test_every_connection_waits_for_the_disk(log: SqliteLog, pragma: str, value: object) -> None:
    with log._recorder.datastore.get_connection(commit=True) as conn, conn.cursor() as cursor:
        assert cursor.execute(f"PRAGMA {pragma}").fetchone() == (value,)


def test_vacuum_renumbers_no_position(house: House) -> None:
    house.log.append([intake(number) for number in range(9)])
    before = house.log.read_raw(0, 9)
    with house.tampering() as conn:
        conn.execute("VACUUM")
    assert house.log.read_raw(0, 9) == before


def test_a_commit_that_failed_but_stands_is_no_failure(house: House, monkeypatch: pytest.MonkeyPatch) -> None:
    commit = DurableConnection.commit

    def commit_and_fail(self: DurableConnection) -> None:
        commit(self)
        raise sqlite3.OperationalError("the answer was lost")

    with monkeypatch.context() as patch:
        patch.setattr(DurableConnection, "commit", commit_and_fail)
        (outcome,) = house.log.append([intake(1)])
    assert isinstance(outcome, Appended)
    assert outcome.recorded == house.log.read_stream(stream(1))


def test_a_retry_after_an_unknown_commit_meets_its_own_events(house: House, monkeypatch: pytest.MonkeyPatch) -> None:
    commit = DurableConnection.commit

    def commit_and_fail(self: DurableConnection) -> None:
        commit(self)
        raise sqlite3.OperationalError("the answer was lost")

    def cannot_look(*_: object) -> bool:
        raise LogFailed("nor can it be asked for")

    with monkeypatch.context() as patch:
        patch.setattr(DurableConnection, "commit", commit_and_fail)
        patch.setattr(SqliteLog, "_stands", cannot_look)
        with pytest.raises(LogFailed):
            house.log.append([intake(1)])
    other, mine = house.log.append([intake(2), intake(1)])
    assert isinstance(other, Appended)
    assert isinstance(mine, Appended)
    assert mine.recorded == house.log.read_stream(stream(1))
    assert house.log.head().position == 2
    assert house.log.append([intake(1)]) == [Conflict(stream(1), 0, 1)]


def test_a_commit_that_failed_leaves_nothing(house: House, monkeypatch: pytest.MonkeyPatch) -> None:
    def fail(self: DurableConnection) -> None:
        raise sqlite3.OperationalError("disk full")

    with monkeypatch.context() as patch:
        patch.setattr(DurableConnection, "commit", fail)
        with pytest.raises(LogFailed, match="disk full"):
            house.log.append([intake(1)])
    assert house.log.head().position == 0
    assert isinstance(house.log.append([intake(1)])[0], Appended)


def test_a_log_that_another_holds_too_long_is_busy(tmp_path: Path) -> None:
    house = House(tmp_path)
    impatient = SqliteLog(tmp_path / "log.db", house.vault, house.clock, busy_timeout_seconds=0)
    with house.tampering() as conn:
        conn.execute("BEGIN IMMEDIATE")
        with pytest.raises(LogBusy):
            impatient.append([intake(1)])
    impatient.close()
    house.close()


def test_a_closed_log_says_so(tmp_path: Path) -> None:
    house = House(tmp_path)
    house.close()
    with pytest.raises(LogClosed):
        house.log.append([intake(1)])
    with pytest.raises(LogClosed):
        house.log.read(0, 1)


@pytest.mark.parametrize(
    ("column", "value"),
    [
        ("state", b"{}"),
        ("state", b"\xff"),
        ("topic", "complaint.unheard_of.v1"),
        ("originator_id", "not a stream"),
    ],
)
def test_what_cannot_be_read_is_damage_at_its_position(house: House, column: str, value: object) -> None:
    house.log.append([intake(number) for number in range(3)])
    with house.tampering() as conn:
        conn.execute(f"UPDATE stored_events SET {column} = ? WHERE position = 2", (value,))
    with pytest.raises(LogDamaged) as damage:
        house.log.read(0, 3)
    assert damage.value.position == 2


def test_a_name_that_is_no_text_is_damage_at_its_position(house: House) -> None:
    house.log.append([intake(number) for number in range(3)])
    with house.tampering() as conn:
        conn.execute("UPDATE stored_events SET topic = CAST(x'ff' AS TEXT) WHERE position = 2")
    with pytest.raises(LogDamaged) as damage:
        house.log.read(0, 3)
    assert damage.value.position == 2


def test_a_log_cut_short_takes_no_more(house: House) -> None:
    house.log.append([intake(number) for number in range(3)])
    with house.tampering() as conn:
        conn.execute("DELETE FROM stored_events WHERE position = 3")
    with pytest.raises(LogDamaged) as damage:
        house.log.append([intake(9)])
    assert damage.value.position == 3


def test_the_library_reads_the_log_by_its_own_ways(house: House) -> None:
    house.log.append([intake(1), intake(2)])
    application = house.log._application
    section = application.notification_log.select(start=1, limit=10)
    assert [(one.id, one.topic) for one in section] == [(1, "complaint.registered.v1"), (2, "complaint.registered.v1")]
    assert application.recorder.max_notification_id() == 2
    assert [one.fact for one in application.events.get(stream(2))] == [intake(2).facts[0]]  # type: ignore[attr-defined]


def test_no_file_of_the_folder_holds_a_personal_word(house: House) -> None:
    house.log.append([intake(number) for number in range(50)])
    written = b"".join(path.read_bytes() for path in house.folder.iterdir() if path.is_file())
    assert len(written) > 10_000
    for word in (NARRATIVE, NUMBER, "噪声"):
        assert word.encode() not in written
        assert word.encode("utf-16-le") not in written


def _start(folder: Path, master: bytes, writer: int, count: int) -> subprocess.Popen[str]:
    return subprocess.Popen(
        [
            sys.executable,
            "-m",
            "tests.services.log.appending_process",
            str(folder),
            master.hex(),
            str(writer),
            str(count),
        ],
        cwd=ROOT,
        stdout=subprocess.PIPE,
        text=True,
        env={**os.environ, "PYTHONPATH": str(ROOT)},
    )


def _acknowledged(process: subprocess.Popen[str]) -> set[int]:
    out, _ = process.communicate(timeout=120)
    return {int(line[:-1]) for line in out.splitlines() if line.endswith(".")}


def test_processes_that_append_at_once_lose_nothing(house: House) -> None:
    processes = [_start(house.folder, house.master, writer, 150) for writer in (1, 2)]
    mine = [house.log.append([intake(number)])[0] for number in range(150)]
    acknowledged = [_acknowledged(process) for process in processes]
    assert all(isinstance(outcome, Appended) for outcome in mine)
    assert [len(numbers) for numbers in acknowledged] == [150, 150]
    assert len(house.log.read(0, 1_000)) == 450
    assert isinstance(verify(house.log), Verified)


def test_processes_that_open_a_new_folder_at_once_all_can(tmp_path: Path) -> None:
    processes = [_start(tmp_path, b"m" * 32, writer, 5) for writer in range(4)]
    assert [len(_acknowledged(process)) for process in processes] == [5, 5, 5, 5]


@pytest.mark.parametrize("seed", range(3))
def test_kill_9_loses_nothing_acknowledged_and_leaves_the_tree_right(house: House, seed: int) -> None:
    process = _start(house.folder, house.master, 1, 1_000_000)
    assert process.stdout is not None
    process.stdout.readline()
    time.sleep(random.Random(seed).uniform(0.05, 0.4))
    process.send_signal(signal.SIGKILL)
    acknowledged = _acknowledged(process)
    house.close()
    house.reopen()
    stored = {one.fact.contact for one in house.log.read(0, 10_000)}  # type: ignore[attr-defined]
    assert {f"contact-{number}" for number in acknowledged} <= stored
    assert isinstance(verify(house.log), Verified)
    assert isinstance(house.log.append([intake(1)])[0], Appended)


def test_an_append_of_nothing_writes_nothing(log: SqliteLog) -> None:
    assert log.append([]) == []
    assert log.head().position == 0


def test_a_leaf_that_is_missing_is_damage_and_not_skipped(house: House) -> None:
    house.log.append([intake(number) for number in range(3)])
    with house.tampering() as conn:
        conn.execute("DELETE FROM log_leaves WHERE position = 2")
    with pytest.raises(LogDamaged) as damage:
        house.log.leaves(0, 3)
    assert damage.value.position == 2


@pytest.mark.parametrize("change", ["DELETE FROM stored_events", "UPDATE stored_events SET state = x'7b7d'"])
def test_a_time_that_cannot_be_found_is_damage(house: House, change: str) -> None:
    house.log.append([intake(number) for number in range(3)])
    with house.tampering() as conn:
        conn.execute(f"{change} WHERE position = 2")
    with pytest.raises(LogDamaged) as damage:
        house.log.position_at(house.clock.now)
    assert damage.value.position == 2


def test_a_file_held_by_another_cannot_be_opened_and_says_so(tmp_path: Path) -> None:
    with sqlite3.connect(tmp_path / "log.db", isolation_level=None) as other:
        other.execute("CREATE TABLE t (x)")
        other.execute("BEGIN EXCLUSIVE")
        with pytest.raises(sqlite3.OperationalError, match="locked"):
            open_sqlite(tmp_path / "log.db", "FULL", busy_timeout_seconds=0.05)


@pytest.mark.parametrize(("state", "position"), [(b'{"sealed":', 1), (b'{"sealed":{},"fact":{}}', 1)])
def test_keys_are_not_learnt_from_a_damaged_log(house: House, state: bytes, position: int) -> None:
    house.log.append([intake(number) for number in range(3)])
    with house.tampering() as conn:
        conn.execute("UPDATE stored_events SET state = ? WHERE position = 2", (state,))
    with pytest.raises(LogDamaged) as damage:
        learn_subjects(house.log, house.vault)
    assert damage.value.position == position


def test_keys_are_not_learnt_past_the_end_of_a_log_cut_short(house: House) -> None:
    house.log.append([intake(number) for number in range(3)])
    with house.tampering() as conn:
        conn.execute("DELETE FROM stored_events WHERE position = 3")
    told: list[int] = []
    with pytest.raises(LogDamaged) as damage:
        learn_subjects(house.log, house.vault, progress=told.append)
    assert (damage.value.position, told) == (3, [2])
