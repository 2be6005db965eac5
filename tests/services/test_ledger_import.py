"""An existing ledger is taken in once, whatever its shape, and nothing of it is invented or passed over in silence."""

import json
import os
import signal
import sqlite3
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import closing
from datetime import UTC, date, datetime
from pathlib import Path

import pytest

from domain.complaint.evolve import fold
from domain.facts import Actor
from domain.figures.coverage import CasesCovered, LedgerImported
from domain.identity import COVERAGE_STREAM
from domain.timekeeping.rules import UnknownLimitClass
from domain.words import Role, State
from gateways.app import Hangfeng, compose, open_new
from services.ledger import NO_MAP, LedgerMap, read_map
from services.ledger_import import ImportReport, LedgerImport
from services.settings import Settings

NOW = datetime(2026, 3, 2, 2, 0, tzinfo=UTC)
ADMIN = Actor("管理员", Role.ADMIN)

HEADINGS = "标题,来信日期,信件内容,回复日期,回复单位,回复内容,编号"
ANSWERED = "路灯不亮,2023-07-03,整条路都黑,2023-07-20,江北区城管局,已修复并加装两盏,1"
OPEN_ROW = "井盖破损,2023-07-04,有人摔倒,,江北区住建局,,2"

ENGLISH = """\
Case No,Subject,Body,Received,Department,Answered,Answer,Status
A-1,Lamp,Dark street,2023-07-03,Roads Dept.,2023-07-20,Repaired,ok
A-2,Drain,Blocked,2023-07-04,Roads Department,2023-07-01,Cleared,ok
A-3,Noise,At night,,Env,2023-07-05,Visited,ok
A-4,Bus,Late,2023-07-06,Transport,,,ok
A-5,Test,Test,2023-07-06,Transport,,,void
"""
ENGLISH_MAP = b"""
[columns]
source_id = "Case No"
title = "Subject"
text = "Body"
registered_at = "Received"
unit = "Department"
replied_at = "Answered"
reply = "Answer"
[skip]
"Status" = "void"
[defaults]
channel = "web_mailbox"
kind = "complaint"
source = "old-system"
[coverage]
from = 2023-07-01
to = 2023-07-31
cases = "all"
acceptance_dates = false
"""


@pytest.fixture
def house(tmp_path: Path) -> Iterator[Hangfeng]:
    settings = Settings(data=tmp_path / "data")
    open_new(settings, lambda: NOW)
    with compose(settings, lambda: NOW) as house:
        yield house


def _ledger(tmp_path: Path, *rows: str, name: str = "ledger.csv") -> Path:
    path = tmp_path / name
    path.write_text("\n".join((HEADINGS, *rows)) + "\n", "utf-8-sig")
    return path


def _run(house: Hangfeng, *paths: Path, ledger_map: LedgerMap = NO_MAP, dry_run: bool = False) -> ImportReport:
    work = LedgerImport(house.log, house.casework, house.instance, house.clock)
    rejects = house.settings.data / "rejects.csv"
    return work.run(paths, ADMIN, rejects=rejects, ledger_map=ledger_map, dry_run=dry_run)


def _counts(report: ImportReport) -> tuple[int, int, int, int]:
    read, accepted, there, rejected = (report.total(n) for n in ("read", "accepted", "already_there", "rejected"))
    assert read == accepted + there + rejected
    return read, accepted, there, rejected


def _states(house: Hangfeng) -> list[State]:
    streams = {recorded.stream for recorded in house.log.read(0, 10_000) if hasattr(recorded.fact, "contact")}
    folded = [fold(recorded.fact for recorded in house.log.read_stream(stream)) for stream in streams]  # type: ignore[misc]
    return sorted(state.state for state in folded if state is not None)


def test_an_answered_row_is_closed_and_an_open_one_is_in_hand(house: Hangfeng, tmp_path: Path) -> None:
    report = _run(house, _ledger(tmp_path, ANSWERED, OPEN_ROW))
    assert _counts(report) == (2, 2, 0, 0)
    assert _states(house) == [State.CLOSED, State.HANDLING]


def test_running_it_again_accepts_nothing_twice_and_appends_nothing(house: Hangfeng, tmp_path: Path) -> None:
    ledger = _ledger(tmp_path, ANSWERED, OPEN_ROW)
    _run(house, ledger)
    before = house.log.head()
    assert _counts(_run(house, ledger)) == (2, 0, 2, 0)
    assert house.log.head() == before


def test_a_later_copy_brings_the_answer_that_was_missing(house: Hangfeng, tmp_path: Path) -> None:
    _run(house, _ledger(tmp_path, OPEN_ROW))
    answered = OPEN_ROW.replace(",,江北区住建局,,", ",2023-07-30,江北区住建局,已更换井盖,")
    report = _run(house, _ledger(tmp_path, answered, name="later.csv"))
    assert report.remarks["answer_added"] == 1
    assert _states(house) == [State.CLOSED]


def test_a_row_that_says_something_else_of_an_answered_case_changes_nothing(house: Hangfeng, tmp_path: Path) -> None:
    _run(house, _ledger(tmp_path, ANSWERED))
    before = house.log.head().position
    report = _run(house, _ledger(tmp_path, ANSWERED.replace("2023-07-20", "2023-07-10"), name="other.csv"))
    assert report.remarks["differs_from_what_stands"] == 1
    kinds = {type(recorded.fact) for recorded in house.log.read(before, 100)}
    assert kinds == {LedgerImported}


def test_a_ledger_with_english_headings_needs_only_its_map(house: Hangfeng, tmp_path: Path) -> None:
    path = tmp_path / "english.csv"
    path.write_text(ENGLISH, "utf-8")
    report = _run(house, path, ledger_map=read_map(ENGLISH_MAP, "map.toml"))
    assert _counts(report) == (4, 3, 0, 1)
    assert report.total("skipped") == 1
    assert report.remarks["reply_before_letter"] == 1
    assert report.rejects[0].field == "registered_at"
    assert report.rejects[0].line == 4


def test_the_file_of_rejects_names_file_line_and_field_and_no_narrative(house: Hangfeng, tmp_path: Path) -> None:
    bad = "不该外泄的标题,很久以前,不该外泄的内容,,,,9"
    _run(house, _ledger(tmp_path, bad, ANSWERED))
    text = (house.settings.data / "rejects.csv").read_text("utf-8-sig")
    assert "ledger.csv,2,registered_at" in text
    assert "不该外泄" not in text


def test_coverage_is_declared_once_and_says_what_was_assumed(house: Hangfeng, tmp_path: Path) -> None:
    _run(house, _ledger(tmp_path, ANSWERED))
    (declared,) = house.log.read_stream(COVERAGE_STREAM)
    assert isinstance(declared.fact, LedgerImported)
    coverage = declared.fact.coverage
    assert coverage is not None
    assert (coverage.from_, coverage.to) == (date(2023, 7, 20), date(2023, 7, 20))
    assert coverage.cases is CasesCovered.ANSWERED
    assert coverage.assumed


def test_a_dry_run_counts_the_same_and_stores_nothing(house: Hangfeng, tmp_path: Path) -> None:
    ledger = _ledger(tmp_path, ANSWERED, ANSWERED, OPEN_ROW)
    before = house.log.head()
    assert _counts(_run(house, ledger, dry_run=True)) == (3, 2, 1, 0)
    assert house.log.head() == before
    assert _counts(_run(house, ledger)) == (3, 2, 1, 0)


def test_a_file_that_cannot_be_read_stops_no_other(house: Hangfeng, tmp_path: Path) -> None:
    broken = tmp_path / "broken.xlsx"
    broken.write_bytes(b"PK\x03\x04 and then nothing")
    report = _run(house, broken, _ledger(tmp_path, ANSWERED))
    assert report.files[0].refused
    assert _counts(report) == (1, 1, 0, 0)


def test_a_file_whose_name_is_in_gb18030_is_taken_in_under_its_name(house: Hangfeng, tmp_path: Path) -> None:
    report = _run(house, _ledger(tmp_path, ANSWERED, name=os.fsdecode("台账.csv".encode("gb18030"))))
    assert (report.files[0].file, _counts(report)) == ("台账.csv", (1, 1, 0, 0))


def test_a_map_that_names_no_limit_class_is_refused_before_anything_is_read(house: Hangfeng, tmp_path: Path) -> None:
    ledger_map = read_map(b'[defaults]\nrules = "no-such-class"\n', "map.toml")
    with pytest.raises(UnknownLimitClass):
        _run(house, _ledger(tmp_path, ANSWERED), ledger_map=ledger_map)


def test_an_import_that_is_killed_goes_on_without_doubles(tmp_path: Path) -> None:
    rows = [f"路灯{n},2023-07-03,整条路都黑{n},2023-07-20,江北区城管局,已修复{n},{n}" for n in range(6_000)]
    ledger, data = _ledger(tmp_path, *rows), tmp_path / "data"
    command = [sys.executable, "-m", "gateways.cli", "--data", str(data)]
    subprocess.run([*command, "init"], check=True, capture_output=True)
    begun = _events(data)
    process = subprocess.Popen([*command, "import", str(ledger)], stdout=subprocess.PIPE, stderr=subprocess.PIPE)
    _wait_for_some_events(data, begun)
    os.kill(process.pid, signal.SIGKILL)
    process.communicate()
    again = subprocess.run([*command, "import", str(ledger), "--json"], check=True, capture_output=True)
    said = json.loads(again.stdout)
    assert said["accepted"] + said["already_there"] == 6_000
    assert said["already_there"] > 0
    third = json.loads(
        subprocess.run([*command, "import", str(ledger), "--json"], check=True, capture_output=True).stdout
    )
    assert (third["accepted"], third["already_there"]) == (0, 6_000)


def _events(data: Path) -> int:
    with closing(sqlite3.connect(f"file:{data / 'log.db'}?mode=ro", uri=True)) as conn:
        return int(conn.execute("SELECT count(*) FROM stored_events").fetchone()[0])


def _wait_for_some_events(data: Path, begun: int) -> None:
    """Wait until the import has committed its first group, however slow the machine is."""
    for _ in range(6_000):
        if _events(data) > begun:
            return
        time.sleep(0.01)
    pytest.fail("the import wrote nothing")


def test_the_published_letters_are_taken_in_whole(house: Hangfeng, shared: Path) -> None:
    files = sorted((shared / "data" / "petition_letters").glob("*.csv"))
    report = _run(house, *files)
    assert _counts(report) == (2_095, 2_033, 48, 14)
    assert {row.file for row in report.rejects} >= {"filelocation.csv", "2023-10-01_empty.csv"}
    assert _counts(_run(house, *files)) == (2_095, 0, 2_081, 14)


def test_no_message_to_the_leaders_is_lost_without_a_reason(house: Hangfeng, shared: Path) -> None:
    report = _run(house, shared / "data" / "leader_messages" / "附件4_答复至2019-06.xlsx")
    read, accepted, there, rejected = _counts(report)
    assert read == 2_310
    assert len(report.rejects) == rejected
    assert accepted + there == read - rejected
