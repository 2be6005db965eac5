"""Held time, ranking, differences and definitions from the command line."""

from pathlib import Path

from tests.gateways.test_bulletin_commands import Run, clock, data, document, run
from tests.services.publication.book import WATER

__all__ = ["clock", "data", "run"]

DEFINITIONS = """
edition = "2026-2"
title = "截尾，投诉另计"
first_quarter = "2026Q1"
rounding = "cut"
[[exclusions]]
reason = "求助另计"
kinds = ["help", "complaint", "enquiry"]
figures = ["satisfied"]
"""


def test_held_time_is_printed_and_adds_up(run: Run) -> None:
    found = document(run("stats", "held", "--quarter", "2026Q1", "--json"))
    assert sum(one["working_minutes"] for one in found["holders"]) == found["elapsed_minutes"] > 0
    printed = run("stats", "held", "--quarter", "2026Q1")
    assert printed.exit_code == 0
    assert WATER in printed.stdout


def test_the_ranking_is_printed_with_the_reason_of_those_without_a_place(run: Run) -> None:
    printed = run("stats", "ranking", "--quarter", "2026Q1", "--by", "response_days")
    assert "计数不足 5" in printed.stdout
    (group,) = document(run("stats", "ranking", "--quarter", "2026Q1", "--minimum", "1", "--json"))["groups"]
    assert group["units"][0]["place"] == 1


def test_a_difference_from_the_command_line_adds_up(run: Run) -> None:
    asked = ("stats", "explain-difference", "--quarter", "2026Q1", "--known-at", "2025-01-01")
    found = document(run(*asked, "--json"))["differences"]
    whole = [one for one in found if isinstance(one["difference"], int)]
    assert whole
    assert all(sum(reason["change"] for reason in one["reasons"]) == one["difference"] for one in whole)
    assert run(*asked, "--unit", "全市", "--figure", "answered").stdout.count("答复 reply added") == 3


def test_definitions_are_previewed_then_adopted_then_named_by_the_figures(run: Run, tmp_path: Path) -> None:
    file = tmp_path / "definitions.toml"
    file.write_text(DEFINITIONS, encoding="utf-8")
    preview = run("stats", "preview-definitions", file, "--quarter", "2026Q1", "--quarters", "1", "--json")
    changed = {one["key"] for one in document(preview)["quarters"][0]["changed"]}
    assert changed == {"satisfied"}
    assert document(run("stats", "definitions", "--json"))["editions"] == []
    assert run("stats", "adopt-definitions", file).exit_code == 0
    assert document(run("stats", "units", "--quarter", "2026Q1", "--json"))["definitions"] == "2026-2"
    assert run("stats", "adopt-definitions", file).exit_code == 0


def test_figures_stand_under_the_structure_that_is_asked_for(run: Run) -> None:
    assert document(run("stats", "units", "--quarter", "2026Q1", "--structure", "old", "--json"))["structure"] == "old"
    wrong = run("stats", "units", "--quarter", "2026Q1", "--structure", "never")
    assert wrong.exit_code == 2
    assert "old" in wrong.stderr


def test_a_bulletin_names_the_definitions_it_was_made_by_and_is_rebuilt_by_them(run: Run, tmp_path: Path) -> None:
    file = tmp_path / "definitions.toml"
    file.write_text(DEFINITIONS, encoding="utf-8")
    run("stats", "adopt-definitions", file)
    for step in (("freeze",), ("approve", "--without-proof", "首期"), ("publish",)):
        assert run("bulletin", step[0], "2026Q1", *step[1:]).exit_code == 0
    shown = document(run("bulletin", "show", "2026Q1", "--format", "json"))
    assert shown["definitions"] == "2026-2"
    run("stats", "adopt-definitions", _later(tmp_path))
    assert run("bulletin", "rebuild", "2026Q1").exit_code == 0


def _later(folder: Path) -> Path:
    file = folder / "later.toml"
    file.write_text(DEFINITIONS.replace("2026-2", "2026-3").replace('"cut"', '"half_up"'), encoding="utf-8")
    return file
