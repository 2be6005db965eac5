"""``scores`` on the command line: the whole way from the rules to a decided appeal, and the ledger as a file."""

import csv
import io
import json
from collections.abc import Callable
from datetime import timedelta
from pathlib import Path
from typing import Any

import openpyxl
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
UNIT = "市城市管理局"


@pytest.fixture
def run(tmp_path: Path) -> Run:
    """The command line over a house with adopted score rules, in which a unit never signed for a case of 2 March."""
    data, clock = tmp_path / "data", StandingClock()

    def call_main(*arguments: object, by: str = "管理员") -> Result:
        options = ["--data", str(data), "--as", by]
        return CliRunner().invoke(main, [*options, *map(str, arguments)], obj=Session(clock=clock))

    assert call_main("init").exit_code == 0
    assert call_main("scores", "editions", "load", "--shipped").exit_code == 0
    with compose(Settings(data=data), clock) as house:
        case = house.casework.register(call(house)).id
        house.casework.handle(case, c.Dispatch(by=DISPATCHER, at=Moment(clock()), unit=UNIT))
        clock.now += timedelta(days=11)
        house.casework.register(call(house, "call-2"))
    return call_main


def told(run: Run, *arguments: object, by: str = "管理员") -> Any:  # noqa: ANN401 - a JSON document
    answer = run("scores", *arguments, "--json", by=by)
    assert answer.exit_code == 0, answer.output
    return json.loads(answer.stdout)


def entered(run: Run) -> list[str]:
    return [one["entry"] for one in told(run, "enter", "2026Q1", "--all-of", UNIT)["entered"]]


def test_from_a_proposal_to_a_decided_appeal(run: Run) -> None:
    proposed = told(run, "propose", "2026Q1", "--unit", UNIT)["items"]
    assert [one["item"] for one in proposed] == ["overdue_reply", "late_signature"]
    late, unsigned = entered(run)
    assert told(run, "propose", "2026Q1")["items"] == []
    told(run, "appeal", late, "--unit", UNIT, "--reason", "停电三日")
    same = run("scores", "decide", late, "--reject", "--reason", "自己决定")
    assert (same.exit_code, "须由登记人以外的人决定" in same.stderr) == (1, True)
    told(run, "decide", late, "--uphold", "--left", "-0.5", "--reason", "减半", by="主任")
    told(run, "void", unsigned, "--reason", "登记有误")
    found = told(run, "show", UNIT, "2026Q1")
    assert (found["score"], found["deductions"], [one["state"] for one in found["entries"]]) == (
        99.5,
        -0.5,
        ["reduced", "voided"],
    )


def test_the_table_says_why_a_unit_has_no_place(run: Run) -> None:
    entered(run)
    (line,) = told(run, "table", "2026Q1")["groups"][0]["units"]
    assert (line["place"], line["unranked"]["code"]) == (None, "below_minimum")
    assert told(run, "table", "2026Q1", "--minimum", 0)["groups"][0]["units"][0]["place"] == 1
    assert "计数不足" in run("scores", "table", "2026Q1").stdout


def test_a_quarter_without_work_says_so(run: Run) -> None:
    found = told(run, "show", UNIT, "2025Q1")
    assert (found["score"], found["cause"]["code"]) == ("—", "nothing_to_assess")


def test_the_ledger_goes_to_a_file_with_numbers_as_numbers(run: Run, tmp_path: Path) -> None:
    late, unsigned = entered(run)
    rows = list(csv.reader(io.StringIO(run("scores", "list", "--format", "csv").stdout.lstrip("\ufeff"))))
    assert [row[0] for row in rows] == ["考核编号", unsigned, late]
    out = tmp_path / "scores.xlsx"
    assert run("scores", "list", "--out", out).exit_code == 0
    sheet = openpyxl.load_workbook(out).active
    assert [cell.value for cell in sheet["E"]][1:] == [-0.5, -2]
    assert run("scores", "list", "--format", "xlsx").exit_code == 2


def test_an_edition_is_withdrawn_by_two_and_its_entries_with_it(run: Run) -> None:
    entered(run)
    assert run("scores", "editions", "withdraw", "2026-1", "--reason", "误录", by="甲").exit_code == 0
    assert run("scores", "editions", "confirm-withdrawal", "2026-1", by="甲").exit_code == 1
    confirmed = run("scores", "editions", "confirm-withdrawal", "2026-1", by="乙")
    assert "2 条考核记录随之撤销" in confirmed.stderr
    assert {one["state"] for one in told(run, "list")["items"]} == {"voided"}
    assert told(run, "show", UNIT, "2026Q1")["cause"]["code"] == "no_score_rules"


def test_what_is_asked_wrongly_says_what_is_wanted(run: Run) -> None:
    assert run("scores", "enter", "2026Q1").exit_code == 2
    assert run("scores", "enter", "2026Q1", "--item", "unkept_promise").exit_code == 2
    assert run("scores", "decide", "KF1", "--reject", "--left", "-1", "--reason", "x").exit_code == 2
    assert run("scores", "decide", "KF1", "--uphold", "--left", "0.55", "--reason", "x").exit_code == 2
    unknown = run("scores", "void", "KF1", "--reason", "x")
    assert (unknown.exit_code, "没有这一考核记录" in unknown.stderr) == (1, True)


def test_people_read_it_without_json(run: Run) -> None:
    (late, _) = entered(run)
    for arguments in (("propose", "2026Q1"), ("list",), ("show", late), ("show", UNIT, "2026Q1"), ("editions", "show")):
        answer = run("scores", *arguments)
        assert answer.exit_code == 0, answer.output
    assert "score.entered.v1" in run("scores", "show", late).stdout
