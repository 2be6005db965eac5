"""The call list, invitations and invalidations from the command line."""

import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from click.testing import CliRunner, Result

from domain.complaint import commands as c
from domain.facts import Moment
from domain.words import Satisfaction
from gateways.app import compose, open_new
from gateways.cli import main
from gateways.commandline.session import Session
from services.ratings import RatingSent
from services.settings import Settings
from tests.composed import APPROVER, DISPATCHER, FOLLOWER, StandingClock, call, clerk

Run = Callable[..., Result]
UNIT = "城管局"


@pytest.fixture
def clock() -> StandingClock:
    return StandingClock()


@pytest.fixture
def case(tmp_path: Path, clock: StandingClock) -> str:
    settings = Settings(data=tmp_path / "data")
    open_new(settings, clock)
    with compose(settings, clock) as house:
        complaint = house.casework.register(call(house)).id
        at = Moment(clock())
        for command in (
            c.Dispatch(by=DISPATCHER, at=at, unit=UNIT),
            c.Sign(by=clerk(UNIT), at=at),
            c.SubmitReply(by=clerk(UNIT), at=at, reply="已修"),
            c.ApproveReply(by=APPROVER, at=at),
            c.DeliverReply(by=FOLLOWER, at=at, evidence="电话告知"),
        ):
            house.casework.handle(complaint, command)
    return str(complaint)


@pytest.fixture
def run(tmp_path: Path, clock: StandingClock, monkeypatch: pytest.MonkeyPatch) -> Run:
    monkeypatch.chdir(tmp_path)
    return lambda *given: CliRunner().invoke(
        main, ["--data", str(tmp_path / "data"), "complaints", *given], obj=Session(clock=clock)
    )


def document(result: Result) -> Any:  # noqa: ANN401 - any JSON
    assert result.exit_code == 0, result.stderr
    return json.loads(result.stdout)


def rate(data: Path, clock: StandingClock, token: str) -> None:
    with compose(Settings(data=data), clock) as house:
        house.ratings.rate(RatingSent(token, solved=True, satisfaction=Satisfaction.SATISFIED), Moment(clock()))


def test_a_case_goes_from_the_call_list_by_a_rating_to_what_is_decided(
    run: Run, case: str, tmp_path: Path, clock: StandingClock
) -> None:
    assert [item["id"] for item in document(run("follow-ups", "--json"))["items"]] == [case]
    token = document(run("invite-rating", case, "--json"))["token"]
    rate(tmp_path / "data", clock, token)
    assert document(run("follow-ups", "--json"))["items"] == []
    (item,) = document(run("follow-ups", "--stage", "decide", "--json"))["items"]
    assert (item["id"], item["satisfaction"]) == (case, "satisfied")


def test_an_odd_rating_is_listed_and_invalidated_once(
    run: Run, case: str, tmp_path: Path, clock: StandingClock
) -> None:
    rate(tmp_path / "data", clock, run("invite-rating", case).stdout.strip().removeprefix("/rate/"))
    (item,) = document(run("ratings", "--suspicious", "--json"))["items"]
    assert (item["signs"], item["unit"]) == (["too_fast"], UNIT)
    assert run("invalidate-rating", case, "--reason", "授意评议").exit_code == 0
    assert document(run("ratings", "--json"))["invalidated"] == 1
    again = run("invalidate-rating", case, "--reason", "授意评议")
    assert (again.exit_code, "no such rating" in again.stderr) == (1, True)


def test_tables_name_what_they_list(run: Run, case: str) -> None:
    listed = run("follow-ups")
    assert (UNIT in listed.stdout, case in listed.stdout) == (True, False)
    assert "0 ratings" in run("ratings").stderr
    assert run("ratings", "--from", "2026-03-03", "--to", "2026-03-02").exit_code == 1
