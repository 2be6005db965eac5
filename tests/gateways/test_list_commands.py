"""``complaints list`` as a file, ``complaints uncorrected`` and ``units page`` on the command line."""

import csv
import io
import json
from collections.abc import Callable
from datetime import date, datetime, timedelta
from pathlib import Path

import openpyxl
import pytest
from click.testing import CliRunner, Result

from domain.complaint import commands as c
from domain.complaint.events import Measure
from domain.facts import Moment
from domain.words import ComplaintKind, Finding
from gateways.app import compose
from gateways.cli import main
from gateways.commandline.session import Session
from services.settings import Settings
from tests.composed import DISPATCHER, StandingClock, call, clerk

Run = Callable[..., Result]
UNIT = "市城市管理局"


@pytest.fixture
def run(tmp_path: Path) -> Run:
    """The command line over a house in which a unit owes one measure since a week."""
    data, clock = tmp_path / "data", StandingClock()

    def call_main(*arguments: object) -> Result:
        return CliRunner().invoke(main, ["--data", str(data), *map(str, arguments)], obj=Session(clock=clock))

    assert call_main("init").exit_code == 0
    due = date(2026, 3, 6)
    with compose(Settings(data=data), clock) as house:
        case = house.casework.register(call(house, kind=ComplaintKind.COMPLAINT)).id
        at = Moment(clock())
        for command in (
            c.Dispatch(by=DISPATCHER, at=at, unit=UNIT),
            c.Sign(by=clerk(UNIT), at=at),
            c.RecordFinding(
                by=clerk(UNIT), at=at, result=Finding.PARTLY, evidence="属实", measures=(Measure("退费", due),)
            ),
        ):
            house.casework.handle(case, command)
    clock.now += timedelta(days=11)
    return call_main


def test_who_read_what_is_told_on_the_instances_own_clock(run: Run, tmp_path: Path) -> None:
    run("complaints", "list", "--format", "csv", "--out", tmp_path / "list.csv")
    (read,) = json.loads(run("reads", "--json").stdout)
    assert datetime.fromisoformat(read["at"]) == StandingClock().now + timedelta(days=11)
    assert read["at"].endswith("+08:00")
    assert "+08:00" in run("reads").stdout


def test_what_is_uncorrected_is_listed_with_the_days_it_is_over(run: Run) -> None:
    found = json.loads(run("complaints", "uncorrected", "--past-due", "--unit", UNIT, "--json").stdout)
    assert [(line["code"], line["days_overdue"]) for line in found["items"]] == [("退费", 7)]
    printed = run("complaints", "uncorrected")
    assert "退费" in printed.stdout
    assert "逾期 1 项" in printed.stderr


def test_a_list_goes_to_stdout_as_csv_and_to_a_file_as_a_workbook(run: Run, tmp_path: Path) -> None:
    printed = run("complaints", "list", "--format", "csv", "--desk", "unit")
    rows = list(csv.DictReader(io.StringIO(printed.stdout.removeprefix("\ufeff"))))
    assert [row["承办单位"] for row in rows] == [UNIT]
    out = tmp_path / "list.xlsx"
    assert run("complaints", "list", "--out", out).exit_code == 0
    assert openpyxl.load_workbook(out).active.max_row == 2


def test_a_workbook_needs_a_file(run: Run) -> None:
    refused = run("complaints", "list", "--format", "xlsx")
    assert refused.exit_code == 2
    assert "--out" in refused.stderr


def test_a_units_page_is_printed_with_what_it_owes_and_why_no_promise_stands_there(run: Run) -> None:
    printed = run("units", "page", UNIT, "--quarter", "2026Q1").stdout
    assert "退费" in printed
    assert "没有记录该单位的现场承诺" in printed
    assert json.loads(run("units", "page", UNIT, "--json").stdout)["uncorrected_past_due"] == 1


@pytest.mark.parametrize(("unit", "quarter", "code"), [("无此单位", "2026Q1", 1), (UNIT, "2026Q9", 2)])
def test_a_page_of_no_unit_or_no_quarter_is_refused(run: Run, unit: str, quarter: str, code: int) -> None:
    assert run("units", "page", unit, "--quarter", quarter).exit_code == code


def test_one_case_is_shown_by_its_receipt_number_and_the_look_is_on_record(run: Run) -> None:
    (item,) = json.loads(run("complaints", "list", "--json").stdout)["items"]
    shown = run("complaints", "show", item["receipt_no"])
    assert shown.exit_code == 0, shown.stderr
    assert all(said in shown.stdout for said in (item["receipt_no"], item["id"], UNIT, "办理中"))
    assert json.loads(run("complaints", "show", item["id"], "--json").stdout)["state"] == "handling"
    assert item["id"] in run("reads").stdout
    assert run("complaints", "show", "20260302-0000000-0").exit_code == 2
