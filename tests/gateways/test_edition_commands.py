"""Calendars and rules from the command line: a deadline into 2027, its arrangement, a wrong one and its withdrawal."""

import json
from collections.abc import Callable
from datetime import datetime
from pathlib import Path
from typing import Any

import pytest
from click.testing import CliRunner, Result

from gateways.app import compose
from gateways.cli import main
from gateways.commandline.session import Session
from services.casework import Receipt
from services.settings import Settings
from tests.composed import SHANGHAI, StandingClock, call

Run = Callable[..., Result]

OFF = {"2027-01-01": "元旦", "2027-01-02": "元旦", "2027-01-03": "元旦", "2027-10-01": "国庆节"}
WRONG = OFF | {"2027-01-04": "误录", "2027-01-05": "误录"}


@pytest.fixture
def clock() -> StandingClock:
    """Wednesday, the last day but one of 2026."""
    return StandingClock(datetime(2026, 12, 30, 9, 0, tzinfo=SHANGHAI))


@pytest.fixture
def run(tmp_path: Path, clock: StandingClock, monkeypatch: pytest.MonkeyPatch) -> Run:
    monkeypatch.chdir(tmp_path)

    def call_main(*arguments: object, by: str = "甲") -> Result:
        given = ["--data", "data", "--as", by, *map(str, arguments)]
        return CliRunner().invoke(main, given, obj=Session(clock=clock))

    assert call_main("init").exit_code == 0
    return call_main


@pytest.fixture
def receipt(run: Run, clock: StandingClock) -> Receipt:
    """An enquiry with three working days, of which one lies in 2026."""
    assert run("settings").exit_code == 0
    with compose(Settings(data=Path("data")), clock) as house:
        return house.casework.register(call(house))


def document(result: Result) -> Any:  # noqa: ANN401
    assert result.exit_code == 0, result.stderr
    return json.loads(result.stdout)


def load(run: Run, days: dict[str, str], edition: str, by: str = "甲") -> Result:
    listed = [{"name": name, "date": day, "isOffDay": True} for day, name in sorted(days.items())]
    Path("year.json").write_text(json.dumps({"year": 2027, "edition": edition, "days": listed}), "utf-8")
    return run("calendar", "load", "year.json", by=by)


def citizen(run: Run, receipt: Receipt) -> dict[str, Any]:
    clock: dict[str, Any] = document(run("clock", receipt.receipt_no, "--json"))["clocks"][0]
    return clock


def test_a_deadline_into_2027_is_provisional_and_recomputed_when_the_arrangement_is_loaded(
    run: Run, receipt: Receipt
) -> None:
    before = citizen(run, receipt)
    # Thursday 2026-12-31, then the first two days of 2027, since nobody knows yet that they are free.
    assert (before["provisional"], before["deadline"][:10]) == (True, "2027-01-02")
    assert load(run, OFF, "2027-1").exit_code == 0
    after = citizen(run, receipt)
    # Thursday 2026-12-31, Monday 2027-01-04, Tuesday 2027-01-05.
    assert (after["provisional"], after["deadline"][:10]) == (False, "2027-01-05")
    assert [day["date"] for day in after["days"] if day["counted"]] == ["2026-12-31", "2027-01-04", "2027-01-05"]
    [event] = document(run("calendar", "withdrawal", "2027-1", "--json"))["caused"]
    assert (event["old"][:10], event["new"][:10]) == ("2027-01-02", "2027-01-05")
    assert (event["cause"], event["receipt_no"]) == ("calendar-published:2027-1", receipt.receipt_no)


def test_a_corrected_calendar_recomputes_by_event_and_its_withdrawal_goes_back(run: Run, receipt: Receipt) -> None:
    load(run, OFF, "2027-1")
    load(run, WRONG, "2027-2", by="乙")
    assert citizen(run, receipt)["deadline"][:10] == "2027-01-07"
    assert run("calendar", "withdraw", "2027-2", "--reason", "误录", by="丙").exit_code == 0
    told = document(run("calendar", "confirm-withdrawal", "2027-2", "--json", by="丁"))
    assert [line["cause"] for line in told["caused"]] == ["calendar-published:2027-2"]
    assert [line["cause"] for line in told["followed"]] == ["edition-withdrawn:calendar:2027-2"]
    assert citizen(run, receipt)["deadline"][:10] == "2027-01-05"
    assert "2027-01-07" in run("calendar", "withdrawal", "2027-2").stdout


@pytest.mark.parametrize(
    ("by", "said"), [("甲", "a second person confirms"), ("乙", "a second person confirms"), ("丙", "is withdrawn")]
)
def test_who_adopted_and_who_asked_do_not_confirm(run: Run, by: str, said: str) -> None:
    load(run, OFF, "2027-1", by="甲")
    run("calendar", "withdraw", "2027-1", "--reason", "误录", by="乙")
    done = run("calendar", "confirm-withdrawal", "2027-1", by=by)
    assert said in done.stderr
    assert done.exit_code == (0 if by == "丙" else 1)


@pytest.mark.parametrize(
    "arguments",
    [
        ("rules", "withdraw", "1999-1", "--reason", "误录"),
        ("rules", "withdraw", "2026-1", "--reason", "误录"),
        ("rules", "withdraw", "2026-1", "--conduct-codes", "--reason", "电话 13800000000"),
        ("rules", "confirm-withdrawal", "2026-1"),
        ("calendar", "withdrawal", "2031-1"),
    ],
)
def test_what_cannot_be_withdrawn_is_one_line(run: Run, arguments: tuple[str, ...]) -> None:
    done = run(*arguments)
    assert (done.exit_code, done.stdout, done.stderr.count("\n")) == (1, "", 1)


def test_conduct_codes_are_withdrawn_among_the_rules(run: Run) -> None:
    asked = document(run("rules", "withdraw", "2026-1", "--conduct-codes", "--reason", "误录", "--json", by="乙"))
    assert (asked["kind"], asked["requested_by"], asked["fresh"]) == ("conduct_codes", "乙", True)
    told = document(run("rules", "confirm-withdrawal", "2026-1", "--conduct-codes", "--json", by="丙"))
    assert (told["in_force"], told["caused"], told["withdrawn"]["by"]) == (False, [], "丙")


def test_a_wish_to_withdraw_is_listed_and_taken_back(run: Run) -> None:
    run("calendar", "withdraw", "2026-1", "--reason", "误录", by="乙")
    (pending,) = document(run("rules", "withdrawals", "--pending", "--json"))["items"]
    assert (pending["edition"], pending["pending"]["by"]) == ("2026-1", "乙")
    assert run("calendar", "cancel-withdrawal", "2026-1", "--reason", "核对无误", by="乙").exit_code == 0
    assert document(run("rules", "withdrawals", "--pending", "--json"))["items"] == []
    assert document(run("calendar", "withdrawal", "2026-1", "--json"))["cancelled"]["reason"] == "核对无误"
    refused = run("calendar", "cancel-withdrawal", "2026-1", "--reason", "再取消", by="乙")
    assert refused.exit_code == 1


DEFINITIONS = """
edition = "2026-halved"
title = "基本满意折半"
first_quarter = "2026Q1"
fairly_satisfied_weight = "1/2"
"""


def test_definitions_are_withdrawn_after_a_look_at_what_it_changes(run: Run, receipt: Receipt) -> None:
    Path("halved.toml").write_text(DEFINITIONS, encoding="utf-8")
    assert run("stats", "adopt-definitions", "halved.toml", by="甲").exit_code == 0
    withdraw = ("rules", "withdraw", "2026-halved", "--definitions", "--reason", "误录")
    looked = document(run(*withdraw, "--dry-run", "--quarters", 2, "--json", by="乙"))
    assert (looked["recorded"], len(looked["effects"])) == (False, 2)
    assert document(run("rules", "withdrawals", "--pending", "--json"))["items"] == []
    assert "撤回 without 2026-halved" in run(*withdraw, by="乙").stdout
    assert run("rules", "confirm-withdrawal", "2026-halved", "--definitions", by="丙").exit_code == 0
    (held,) = document(run("stats", "definitions", "--json"))["editions"]
    assert held["withdrawn"]
    again = run("stats", "adopt-definitions", "halved.toml", by="甲")
    assert again.exit_code == 1
