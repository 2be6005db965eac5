"""The bulletin and the figures from the command line: exit codes, what is printed, what is written."""

import csv
import io
import json
import shutil
import sqlite3
import subprocess
import sys
from collections.abc import Callable
from hashlib import sha256
from pathlib import Path
from typing import Any

import pytest
from click.testing import CliRunner, Result

from domain.words import Satisfaction
from gateways.app import compose
from gateways.cli import main
from gateways.commandline.session import Session
from services.publication.canonical import read_canonical
from services.publication.document import key_of
from services.settings import Settings
from tests.composed import StandingClock, a_house
from tests.services.publication.book import AFTER_Q1, WATER, Book, on

Run = Callable[..., Result]

PROCESS_SECONDS = 120
CORRECTING = """
import sys
from datetime import datetime
from gateways.cli import main
from gateways.commandline.session import Session
data, now, name = sys.argv[1:]
said = ["--data", data, "--as", name, "bulletin", "correct", "2026Q1", "--cause", "漏一件", "--edition", "1"]
main(said, obj=Session(clock=lambda: datetime.fromisoformat(now)))
"""
"""One person's command in a process of its own, at the hour of the tests."""


def spawned(script: str, *arguments: object) -> subprocess.Popen[str]:
    root = Path(__file__).resolve().parents[2]
    command = [sys.executable, "-c", script, *map(str, arguments)]
    return subprocess.Popen(command, cwd=root, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True)


@pytest.fixture
def clock() -> StandingClock:
    return StandingClock(AFTER_Q1)


@pytest.fixture
def data(tmp_path: Path, clock: StandingClock) -> Path:
    """An instance with three matters of the first quarter of 2026."""
    with a_house(tmp_path / "data", clock) as house:
        book = Book(house, clock)
        for day in (5, 6, 7):
            book.handled(on(1, day), on(1, day + 1), WATER, Satisfaction.SATISFIED)
    return tmp_path / "data"


@pytest.fixture
def run(data: Path, clock: StandingClock, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Run:
    monkeypatch.chdir(tmp_path)

    def call_main(*arguments: object) -> Result:
        return CliRunner().invoke(main, ["--data", str(data), *map(str, arguments)], obj=Session(clock=clock))

    return call_main


@pytest.fixture
def published(run: Run) -> Run:
    for step in (("freeze",), ("approve", "--without-proof", "首期"), ("publish",)):
        done = run("bulletin", step[0], "2026Q1", *step[1:])
        assert done.exit_code == 0, done.stderr
    return run


def document(done: Result) -> Any:  # noqa: ANN401 - whatever JSON holds
    assert done.exit_code == 0, done.stderr
    return json.loads(done.stdout)


def another(data: Path, clock: StandingClock) -> None:
    with compose(Settings(data=data), clock) as house:
        Book(house, clock, calls=900).handled(on(1, 9), on(1, 12), WATER, Satisfaction.DISSATISFIED)


def test_json_is_the_canonical_bytes_and_list_gives_their_digest(published: Run) -> None:
    shown = published("bulletin", "show", "2026Q1", "--format", "json")
    (listed,) = document(published("bulletin", "list", "--json"))
    assert sha256(shown.stdout_bytes).hexdigest() == listed["digest"] == listed["editions"][0]["digest"]
    assert read_canonical(shown.stdout_bytes)["number"] == listed["number"] == "〔2026〕第1期"
    assert published("bulletin", "show", "2026Q1", "--json").stdout_bytes == shown.stdout_bytes


def test_the_whole_life_goes_by_its_commands(run: Run) -> None:
    assert document(run("bulletin", "freeze", "2026Q1", "--json"))["status"] == "figures_frozen"
    assert document(run("bulletin", "proof", "2026Q1", "--json"))["proof"]["units"] == [WATER]
    told = ("--unit", WATER, "--cell", f"units.{key_of(WATER)}.late", "--reason", "漏一件")
    assert document(run("bulletin", "dispute", "2026Q1", *told, "--json"))["disputes"][0]["state"] == "open"
    deciding = ("bulletin", "dispute", "2026Q1", "--reject", 1, "--reason")
    assert "须由另一人裁定" in run(*deciding, "无漏").stderr
    assert "林昌旭" in run("--as", "审批02", *deciding, "经林昌旭核对无漏").stderr
    rejected = run("--as", "审批02", *deciding, "经林昌旭核对无漏", "--mask", "--json")
    assert document(rejected)["disputes"][0]["decision"] == "经林某核对无漏"
    assert document(rejected)["disputes"][0]["state"] == "rejected"
    chosen = ("--without-proof", "单位已书面确认", "--scope", "limited", "--document-no", "云行风〔2026〕2号")
    assert document(run("bulletin", "approve", "2026Q1", *chosen, "--json"))["approval"]["scope"] == "limited"
    assert document(run("bulletin", "publish", "2026Q1", "--json"))["status"] == "published"
    assert document(run("bulletin", "broadcast", "2026Q1", "--station", "广播", "--json"))["status"] == "broadcast"


def test_an_objection_for_a_unit_is_to_its_own_figures(run: Run) -> None:
    run("bulletin", "freeze", "2026Q1")
    run("bulletin", "proof", "2026Q1")
    done = run("bulletin", "dispute", "2026Q1", "--unit", WATER, "--cell", "summary.registered", "--reason", "漏一件")
    assert done.exit_code == 1
    assert f"units.{key_of(WATER)}.…" in done.stderr


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        (("approve", "2026Q1"), "without-proof"),
        (("publish", "2026Q1"), "尚未批准"),
        (("correct", "2026Q1", "--cause", "误"), "尚未发布"),
        (("show", "2027Q1"), "尚无通报"),
        (("rebuild", "2027Q1"), "尚无通报"),
        (("freeze", "2027Q1"), "尚未开始"),
        (("cells", "2026Q1", "nothing"), "没有单元格"),
    ],
)
def test_what_the_rules_refuse_is_exit_1_and_one_line(run: Run, arguments: tuple[str, ...], said: str) -> None:
    run("bulletin", "freeze", "2026Q1")
    done = run("bulletin", *arguments)
    assert done.exit_code == 1
    assert said in done.stderr
    assert done.stdout == ""


@pytest.mark.parametrize(
    "arguments",
    [
        ("show", "2026Q1", "--format", "rtf"),
        ("freeze", "Q1"),
        ("words", "2026Q1"),
        ("dispute", "2026Q1", "--reason", "误"),
    ],
)
def test_wrong_usage_is_exit_2(run: Run, arguments: tuple[str, ...]) -> None:
    assert run("bulletin", *arguments).exit_code == 2


def test_a_form_that_there_is_not_names_those_that_are(run: Run) -> None:
    said = run("bulletin", "show", "2026Q1", "--format", "rtf").stderr
    assert all(form in said for form in ("json", "html", "csv", "md"))


def test_a_published_edition_outlasts_what_comes_later(published: Run, data: Path, clock: StandingClock) -> None:
    before = published("bulletin", "show", "2026Q1", "--format", "json").stdout_bytes
    another(data, clock)
    assert published("bulletin", "show", "2026Q1", "--format", "json").stdout_bytes == before
    assert document(published("bulletin", "rebuild", "2026Q1", "--json"))["equal"]


def test_a_correction_prints_its_cells_and_keeps_the_old_edition(
    published: Run, data: Path, clock: StandingClock
) -> None:
    before = published("bulletin", "show", "2026Q1", "--format", "json").stdout_bytes
    another(data, clock)
    done = published("bulletin", "correct", "2026Q1", "--cause", "漏一件")
    assert done.exit_code == 0
    assert "summary.registered" in done.stdout
    first = published("bulletin", "show", "2026Q1", "--edition", 1, "--format", "json")
    assert first.stdout_bytes == before
    assert document(published("bulletin", "show", "2026Q1", "--json"))["annex"]["errata"][0]["number"] == 1


@pytest.mark.parametrize(
    ("said", "copies"),
    [
        (("--copy-to", "区委办公室", "--copy-to", "区政协办公室"), ["区委办公室", "区政协办公室"]),
        (("--no-copies",), []),
        ((), ["区人大常委会办公室", "区法院"]),
    ],
)
def test_an_approval_names_who_prints_it_and_who_has_copies_or_leaves_it_to_the_settings(
    run: Run, monkeypatch: pytest.MonkeyPatch, said: tuple[str, ...], copies: list[str]
) -> None:
    monkeypatch.setenv("HANGFENG_IMPRINT_COPIED_TO", "区人大常委会办公室、区法院")
    run("bulletin", "freeze", "2026Q1")
    first = ("bulletin", "approve", "2026Q1", "--without-proof", "首期", "--json", "--printed-by", "区政府办公室")
    assert document(run(*first, *said))["approval"]["distribution"] == {
        "printed_by": "区政府办公室",
        "copied_to": copies,
    }


def test_copies_and_no_copies_are_wrong_usage(run: Run) -> None:
    assert run("bulletin", "approve", "2026Q1", "--no-copies", "--copy-to", "区委办公室").exit_code == 2


def test_before_it_is_published_a_correction_says_which_edition_it_corrects_and_what_it_changes(
    published: Run, data: Path, clock: StandingClock
) -> None:
    digest = sha256(published("bulletin", "show", "2026Q1", "--format", "json").stdout_bytes).hexdigest()
    another(data, clock)
    looked_at = published("bulletin", "correct", "2026Q1", "--cause", "漏一件", "--dry-run")
    assert looked_at.exit_code == 0
    assert f"更正第 1 版（SHA-256 {digest}）" in looked_at.stderr
    assert "summary.registered" in looked_at.stdout
    assert document(published("bulletin", "list", "--json"))[0]["errata"] == []
    shown = document(published("bulletin", "correct", "2026Q1", "--cause", "漏一件", "--dry-run", "--json"))
    assert (shown["edition"], shown["digest"], shown["recorded"]) == (1, digest, False)


def test_a_correction_that_names_an_edition_is_refused_once_another_came(
    published: Run, data: Path, clock: StandingClock
) -> None:
    another(data, clock)
    assert published("bulletin", "correct", "2026Q1", "--cause", "漏一件", "--edition", 1).exit_code == 0
    late = published("bulletin", "correct", "2026Q1", "--cause", "又漏一件", "--edition", 1)
    assert (late.exit_code, late.stdout) == (1, "")
    assert "第 1 号勘误" in late.stderr


def test_two_processes_that_correct_the_same_edition_publish_one_erratum(
    published: Run, data: Path, clock: StandingClock
) -> None:
    another(data, clock)
    people = [spawned(CORRECTING, data, clock.now.isoformat(), name) for name in ("主任丁", "副主任辛")]
    ends = [(person.communicate(timeout=PROCESS_SECONDS)[1], person.returncode) for person in people]
    assert sorted(code for _, code in ends) == [0, 1], ends
    assert all("第 1 号勘误" in said for said, code in ends if code), ends
    (bulletin,) = document(published("bulletin", "list", "--json"))
    assert [len(bulletin["editions"]), len(bulletin["errata"])] == [2, 1]


def test_rebuild_is_exit_1_and_names_the_position(published: Run, data: Path) -> None:
    assert published("bulletin", "rebuild", "2026Q1").exit_code == 0
    with sqlite3.connect(data / "log.db") as conn:
        query = "SELECT position, state FROM stored_events WHERE topic = 'complaint.registered.v1' LIMIT 1"
        position, state = conn.execute(query).fetchone()
        changed = state[:-5] + bytes([state[-5] ^ 1]) + state[-4:]
        conn.execute("UPDATE stored_events SET state = ? WHERE position = ?", (changed, position))
    conn.close()
    done = published("bulletin", "rebuild", "2026Q1", "--json")
    assert done.exit_code == 1
    assert json.loads(done.stdout)["damage"]["position"] == position
    assert str(position) in done.stderr


def test_every_form_is_written_to_a_file(published: Run, tmp_path: Path) -> None:
    for form, mark in (("json", '"format"'), ("html", "<html"), ("csv", "受理"), ("md", "## 一、总体情况")):
        target = tmp_path / f"edition.{form}"
        done = published("bulletin", "show", "2026Q1", "--format", form, "--out", target)
        assert (done.exit_code, done.stdout) == (0, "")
        assert mark in target.read_text("utf-8")


def test_a_spreadsheet_reads_the_figures_of_the_edition(published: Run) -> None:
    said = published("bulletin", "show", "2026Q1", "--format", "csv").stdout_bytes.decode("utf-8-sig")
    rows = list(csv.reader(io.StringIO(said)))
    heading = next(row for row in rows if row[:2] == ["", "受理（件）"])
    unit = next(row for row in rows if row and row[0] == WATER)
    assert dict(zip(heading[1:], unit[1:], strict=True))["受理（件）"] == "3"


def test_behind_a_cell_stand_cases_and_their_events(published: Run) -> None:
    behind = document(published("bulletin", "cells", "2026Q1", "summary.registered", "--json"))["behind"]
    assert len(behind["numerator"]) == 3
    assert behind["numerator"][0]["events"][0]["topic"] == "complaint.registered.v1"
    assert "summary.registered = 3" in published("bulletin", "cells", "2026Q1", "summary.registered").stdout


def test_words_are_given_replaced_and_taken_out(run: Run) -> None:
    given = ("--section", 10, "--place", "requirement", "--zh", "限期说明。", "--en", "Explain.")
    assert document(run("bulletin", "words", "2026Q1", *given, "--json"))["words"][0]["key"] == "w1"
    replaced = run("bulletin", "words", "2026Q1", "--key", "w1", "--section", 10, "--zh", "十日内说明。", "--json")
    assert [said["zh"] for said in document(replaced)["words"]] == ["十日内说明。"]
    assert document(run("bulletin", "words", "2026Q1", "--remove", "w1", "--json"))["words"] == []


def test_figures_by_unit_as_known_then_and_as_known_now(run: Run, data: Path, clock: StandingClock) -> None:
    then = clock.now
    clock.pass_(days=1)
    another(data, clock)
    now = document(run("stats", "units", "--quarter", "2026Q1", "--json"))
    known = document(run("stats", "units", "--quarter", "2026Q1", "--known-at", then.isoformat(), "--json"))
    as_of = document(run("stats", "units", "--quarter", "2026Q1", "--as-of", "2026-01-06", "--json"))
    answered = [one["total"]["answered"] for one in (known, now, as_of)]
    assert answered == [3, 4, 1]
    assert (now["quarter"], now["definitions"], now["units"][0]["unit"]) == ("2026Q1", "2026-1", WATER)


def test_the_table_by_unit_says_why_dashes_stand(run: Run) -> None:
    done = run("stats", "units", "--quarter", "2026Q1")
    assert done.exit_code == 0
    assert WATER in done.stdout
    empty = run("stats", "units", "--quarter", "2026Q2")
    assert "没有可计数的事项" in empty.stderr


def test_reading_commands_say_nothing_of_the_moment_they_ran(published: Run, clock: StandingClock) -> None:
    asked = (("bulletin", "list"), ("bulletin", "show", "2026Q1"), ("stats", "units", "--quarter", "2026Q1"))
    before = [published(*one).stdout for one in asked]
    clock.pass_(days=3)
    assert [published(*one).stdout for one in asked] == before


def verified_by_openssl(folder: Path, command: str) -> bool:
    program = shutil.which("openssl")
    if program is None:
        pytest.skip("openssl 3 is not installed (apt-get install openssl)")
    done = subprocess.run([program, *command.split()[1:]], cwd=folder, capture_output=True, check=False)
    return done.returncode == 0


def test_openssl_verifies_the_signature_by_the_printed_command_and_one_changed_byte_fails(
    published: Run, tmp_path: Path
) -> None:
    folder = tmp_path / "sealed"
    command = published("bulletin", "seal", "2026Q1", "--out", folder).stdout.strip()
    assert verified_by_openssl(folder, command)
    edition = folder / "2026Q1-1.json"
    edition.write_bytes(edition.read_bytes().replace(b"2026Q1", b"2026Q2", 1))
    assert not verified_by_openssl(folder, command)


def test_an_unpublished_edition_has_no_seal(run: Run) -> None:
    run("bulletin", "freeze", "2026Q1")
    refused = run("bulletin", "seal", "2026Q1")
    assert refused.exit_code == 1
    assert "not published" in refused.stderr


def test_a_special_report_is_begun_on_the_command_line(run: Run) -> None:
    begun = run("bulletin", "special", "2026-01.water", "--title", "供水专报", "--unit", WATER, "--json")
    assert json.loads(begun.stdout)["title"] == "供水专报"
    assert run("bulletin", "freeze", "2026-01.water").exit_code == 0
    shown = read_canonical(run("bulletin", "show", "2026-01.water", "--format", "json").stdout_bytes)
    assert (shown["quarter"], shown["period"]) == ("2026-01.water", "month")
