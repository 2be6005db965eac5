"""The anonymiser on the command line: its measure, a scan that stores nothing, a draft whose reading is recorded."""

from __future__ import annotations

from pathlib import Path

import orjson
import pytest
from click.testing import CliRunner, Result

from gateways.cli import main

LEDGER = (
    "标题,来信日期,信件内容,回复单位\n"
    "漏水,2026-01-05,我叫林昌旭，电话13907395512。,市水务局\n"
    "噪音,2026-01-06,夜间施工。,市城管局\n"
)


@pytest.fixture
def ledger(tmp_path: Path) -> Path:
    path = tmp_path / "ledger.csv"
    path.write_text(LEDGER, encoding="utf-8-sig")
    return path


def run(tmp_path: Path, *words: object) -> Result:
    return CliRunner().invoke(main, ["--data", str(tmp_path / "data"), *map(str, words)])


def test_the_measure_gives_both_sets_with_their_intervals(tmp_path: Path) -> None:
    measured = orjson.loads(run(tmp_path, "redaction", "measure", "--json").stdout)
    assert [each["split"] for each in measured] == ["developed_on", "held_out"]
    assert all(each["recall"]["low"] < each["recall"]["value"] <= each["recall"]["high"] for each in measured)


def test_a_scan_counts_by_kind_and_shows_what_was_drawn_masked(tmp_path: Path, ledger: Path) -> None:
    answer = run(tmp_path, "redaction", "scan", ledger, "--sample", "9")
    assert "我叫林某，电话〔电话〕。" in answer.stdout
    assert "13907395512" not in answer.stdout
    assert sorted(path.name for path in tmp_path.iterdir()) == ["ledger.csv"]


def test_the_same_seed_draws_the_same_texts(tmp_path: Path, ledger: Path) -> None:
    asked = ("redaction", "scan", ledger, "--sample", "2", "--seed", "7", "--json")
    assert run(tmp_path, *asked).stdout == run(tmp_path, *asked).stdout


def test_a_scan_is_of_files_or_of_the_instance(tmp_path: Path) -> None:
    assert run(tmp_path, "redaction", "scan").exit_code == 2


def test_a_scan_of_the_instance_and_a_draft_are_recorded_as_reads(tmp_path: Path, ledger: Path) -> None:
    assert run(tmp_path, "init").exit_code == 0
    assert run(tmp_path, "import", ledger).exit_code == 0
    assert orjson.loads(run(tmp_path, "redaction", "scan", "--instance", "--json").stdout)["kinds"]["phone"] == 1
    read = orjson.loads(run(tmp_path, "reads", "--json").stdout)
    assert [one["what"] for one in read] == ["redaction scan"] * 2
    texts = [
        run(tmp_path, "bulletin", "typical-case", "2026Q1", "--complaint", case).stdout
        for case in {one["complaint"] for one in read}
    ]
    assert any("我叫林某" in text for text in texts)
    assert "typical case 2026Q1" in run(tmp_path, "reads", "--json").stdout
