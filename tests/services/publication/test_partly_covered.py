"""A quarter of which a ledger covers only some days is given as it is, and never held against another."""

import json
from pathlib import Path
from typing import Any

import pytest
from click.testing import CliRunner

from domain.figures.sources import PARTLY_COVERED
from gateways.cli import main

ROWS = ("2023-06-20,2023-06-27", "2023-06-25,2023-06-29", "2023-07-01,2023-07-10", "2023-08-01,2023-09-30")


def run(data: Path, *arguments: str) -> str:
    done = CliRunner().invoke(main, ["--data", str(data), *arguments])
    assert done.exit_code == 0, done.output
    return done.stdout


@pytest.fixture(scope="module")
def edition(tmp_path_factory: pytest.TempPathFactory) -> dict[str, Any]:
    data = tmp_path_factory.mktemp("partly") / "data"
    ledger = data.parent / "ledger.csv"
    lines = [f"第{at}封,路灯不亮请派人来看,市路灯管理所,{dates},已派人修好" for at, dates in enumerate(ROWS)]
    ledger.write_text("\n".join(["标题,信件内容,承办单位,来信日期,答复日期,答复内容", *lines]), "utf-8")
    run(data, "init")
    run(data, "import", str(ledger))
    run(data, "bulletin", "freeze", "2023Q3")
    document: dict[str, Any] = json.loads(run(data, "bulletin", "show", "2023Q3", "--format", "json"))
    return document


def cells(edition: dict[str, Any]) -> dict[str, Any]:
    lines = [
        line
        for section in edition["sections"]
        for table in section["tables"]
        for line in [*table["rows"], *([table["total"]] if table["total"] else [])]
    ]
    return {cell["id"]: cell for line in lines for cell in line["cells"]}


def test_no_growth_is_told_against_half_a_quarter(edition: dict[str, Any]) -> None:
    changes = {name: cell for name, cell in cells(edition).items() if "_on_" in name or ".change." in name}
    assert changes
    assert {cell["text"] for cell in changes.values()} == {"—"}


def test_the_trend_gives_what_is_known_and_marks_it(edition: dict[str, Any]) -> None:
    before, now = (cells(edition)[f"summary.trend.{quarter}.answered"] for quarter in ("2023Q2", "2023Q3"))
    assert (before["value"], before["cause"]["zh"]) == (2, PARTLY_COVERED.zh)
    assert (now["value"], "cause" in now) == (2, False)


def test_topics_that_nobody_wrote_down_make_no_table(edition: dict[str, Any]) -> None:
    (topics,) = (section for section in edition["sections"] if section["key"] == "topics")
    assert [table["key"] for table in topics["tables"]] == ["kinds"]
    assert any("未注明分类" in words["zh"] for words in topics["paragraphs"])


def test_every_definition_is_told_in_english_too(edition: dict[str, Any]) -> None:
    for one in edition["annex"]["definitions"]:
        assert all(one[part]["en"] and "numerator" not in one[part]["en"] for part in ("name", "numerator"))
