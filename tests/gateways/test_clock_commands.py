"""The clock from the command line: cards raised once, a case explained, and what is due."""

import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from click.testing import CliRunner, Result

from domain.complaint import commands as c
from domain.facts import Moment
from gateways.app import compose
from gateways.cli import main
from gateways.commandline.session import Session
from services.settings import Settings
from tests.composed import DISPATCHER, StandingClock, call

Run = Callable[..., Result]


@pytest.fixture
def clock() -> StandingClock:
    return StandingClock()


@pytest.fixture
def run(tmp_path: Path, clock: StandingClock, monkeypatch: pytest.MonkeyPatch) -> Run:
    monkeypatch.chdir(tmp_path)

    def call_main(*arguments: object) -> Result:
        return CliRunner().invoke(main, ["--data", "data", *map(str, arguments)], obj=Session(clock=clock))

    assert call_main("init").exit_code == 0
    return call_main


def document(result: Result) -> Any:  # noqa: ANN401
    assert result.exit_code == 0, result.stderr
    return json.loads(result.stdout)


def test_one_run_raises_what_is_due_and_the_next_nothing(run: Run, clock: StandingClock) -> None:
    with compose(Settings(data=Path("data")), clock) as house:
        for number in range(3):
            house.casework.register(call(house, f"call-{number}"))
    clock.pass_(days=30)
    assert [document(run("clock", "run", "--once", "--json")) for _ in range(2)] == [{"raised": 3}, {"raised": 0}]
    assert "0 cards" in run("clock", "run", "--once").stderr


def test_an_id_is_explained_with_or_without_the_word_show(run: Run, clock: StandingClock) -> None:
    with compose(Settings(data=Path("data")), clock) as house:
        receipt = house.casework.register(call(house)).receipt_no
    shown = document(run("clock", receipt, "--json"))
    assert shown == document(run("clock", "show", receipt, "--json")) == document(run("clock", "--json", receipt))
    assert "run" in run("clock", "--help").stdout


def test_a_clock_is_explained_in_words_with_its_editions_and_how_it_stands(run: Run, clock: StandingClock) -> None:
    with compose(Settings(data=Path("data")), clock) as house:
        receipt = house.casework.register(call(house)).receipt_no
    said = run("clock", receipt).stdout
    assert "【诉求人时限 citizen】" in said
    assert "个工作日" in said
    assert "规则 rules 2026-2" in said
    assert "仍在计时" in said
    assert "已超期" not in said
    assert "hotline" not in said
    clock.pass_(days=30)
    assert "已超期 late" in run("clock", receipt).stdout


def test_what_falls_due_and_what_is_overdue_is_listed_by_unit(run: Run, clock: StandingClock) -> None:
    with compose(Settings(data=Path("data")), clock) as house:
        case = house.casework.register(call(house))
        house.casework.handle(case.id, c.Dispatch(by=DISPATCHER, at=Moment(clock()), unit="城管局"))
    listed = document(run("complaints", "due", "--within", "week", "--unit", "城管局", "--json"))
    assert [(one["unit"], one["today"], one["week"]) for one in listed["units"]] == [("城管局", 0, 1)]
    assert [one["clock"] for one in listed["items"]] == ["leg 1"]
    assert case.receipt_no in run("complaints", "due", "--within", "week").stdout
    assert document(run("complaints", "overdue", "--json"))["items"] == []
    clock.pass_(days=5)
    assert run("clock", "run", "--once").exit_code == 0
    late = document(run("complaints", "overdue", "--json"))["items"]
    assert [(one["clock"], one["days_late"], one["holder"]) for one in late] == [
        ("citizen", 2, "城管局"),
        ("leg 1", 2, "城管局"),
    ]
    assert "城管局" in run("complaints", "overdue", "--unit", "城管局").stdout
    assert "--cursor" in run("complaints", "overdue", "--limit", "1").stderr


def test_a_list_with_nothing_on_it_says_so_and_an_unknown_unit_is_named(run: Run) -> None:
    assert "nothing falls due" in run("complaints", "due", "--within", "week").stderr
    assert run("complaints", "due").stdout == ""
    assert "（没有） / none" in run("complaints", "list").stderr
    assert run("units", "place", "城管局", "--group", "市直部门").exit_code == 0
    for listing in ("list", "due", "overdue", "uncorrected"):
        refused = run("complaints", listing, "--unit", "城管居")
        assert (refused.exit_code, "城管局" in refused.stderr) == (1, True), listing
        assert run("complaints", listing, "--unit", "城管局").exit_code == 0


def test_figures_of_a_period_that_has_not_begun_are_refused(run: Run) -> None:
    for command in ("units", "ranking", "held"):
        refused = run("stats", command, "--quarter", "2031Q2")
        assert (refused.exit_code, "--quarter" in refused.stderr) == (2, True), command
        assert "has not begun" in refused.stderr


def test_rules_are_shown_in_words_with_the_grounds_that_they_know(run: Run) -> None:
    said = run("rules", "show").stdout
    assert "5 个工作日 working_days" in said
    assert "中止 suspend" in said
    assert "终止 terminate" in said


def test_a_ranking_names_the_figure_in_words(run: Run) -> None:
    assert "按时答复率 on_time" in run("stats", "ranking", "--quarter", "2026Q1").stdout
