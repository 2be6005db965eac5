"""The withdrawal of editions at the door: asked for by one, confirmed by another, taken back, and what each led to."""

from dataclasses import replace
from datetime import date

import httpx
import pytest

from domain.facts import Actor, Moment
from domain.figures.definitions import FigureEdition
from domain.figures.figure import Rounding
from domain.timekeeping.deadlines import Limit, LimitUnit
from domain.timekeeping.rules import Purpose
from domain.words import Role
from services.definitions import adopt_definitions
from services.editions import shipped_rules
from tests.gateways.http.desk import Desk

WRONG = replace(
    shipped_rules(),
    edition="2026-wrong",
    effective_from=date(2026, 3, 1),
    limits=tuple(
        replace(rule, limit=Limit(40, LimitUnit.WORKING_DAYS)) if rule.purpose is Purpose.CITIZEN else rule
        for rule in shipped_rules().limits
    ),
)
EDITION = "/api/v1/editions/rules/2026-wrong"
FIGURES = "/api/v1/editions/definitions/halved"


@pytest.fixture
def wrong(desk: Desk) -> str:
    """A case registered under limits that were adopted by mistake."""
    desk.house.adoption.adopt_rules(WRONG, Actor("录入员", Role.ADMIN), Moment(desk.clock()))
    return str(desk.call()["id"])


def step(desk: Desk, what: str, role: Role, path: str = EDITION, **said: str) -> httpx.Response:
    return desk.send("POST", f"{path}/{what}-withdrawal", role, json=said)


def test_two_people_withdraw_and_every_recomputation_is_named(desk: Desk, wrong: str) -> None:
    assert step(desk, "request", Role.SUPERVISOR, reason="误录").json()["fresh"]
    assert step(desk, "confirm", Role.SUPERVISOR).json()["type"] == "urn:hangfeng:problem:second-person-needed"
    assert step(desk, "confirm", Role.APPROVER).json() == {
        "kind": "rules",
        "edition": "2026-wrong",
        "fresh": True,
        "recomputed": 1,
    }
    course = desk.get(EDITION, Role.AUDITOR).json()
    assert not course["in_force"]
    assert [(line["id"], line["clock"]) for line in course["followed"]] == [(wrong, "citizen")]
    assert course["followed"][0]["new"] < course["followed"][0]["old"]
    assert not step(desk, "confirm", Role.APPROVER).json()["fresh"]


def test_a_wish_waits_in_the_list_until_it_is_taken_back(desk: Desk, wrong: str) -> None:
    step(desk, "request", Role.SUPERVISOR, reason="误录")
    pending = "/api/v1/editions?pending=true"
    (item,) = desk.get(pending, Role.OPERATOR).json()["items"]
    assert (item["edition"], item["pending"]["by"], item["in_force"]) == ("2026-wrong", "supervisor", True)
    assert step(desk, "cancel", Role.SUPERVISOR, reason="核对无误").json()["fresh"]
    assert desk.get(pending, Role.OPERATOR).json()["items"] == []
    assert step(desk, "confirm", Role.APPROVER).json()["type"].endswith("withdrawal-not-requested")
    assert desk.get(EDITION, Role.AUDITOR).json()["cancelled"]["reason"] == "核对无误"
    assert step(desk, "request", Role.SUPERVISOR, reason="确系误录").json()["fresh"]


@pytest.mark.parametrize(("role", "status"), [(Role.APPROVER, 403), (Role.ADMIN, 200), (Role.OPERATOR, 403)])
def test_only_who_asked_or_an_administrator_takes_a_wish_back(desk: Desk, wrong: str, role: Role, status: int) -> None:
    step(desk, "request", Role.SUPERVISOR, reason="误录")
    answer = step(desk, "cancel", role, reason="核对无误")
    assert answer.status_code == status
    assert (desk.get(EDITION, Role.ADMIN).json()["cancelled"] is None) == (status != 200)


def test_an_edition_that_is_none_is_refused_by_its_name(desk: Desk) -> None:
    answer = step(desk, "request", Role.ADMIN, "/api/v1/editions/calendar/1999-1", reason="误录")
    assert (answer.status_code, answer.json()["field"]) == (404, "edition")
    assert desk.get("/api/v1/editions/weather/1", Role.ADMIN).status_code == 422


def test_what_withdrawn_definitions_change_is_shown_before_and_holds_after(desk: Desk) -> None:
    halved = FigureEdition("halved", "基本满意折半", "2026Q1", Rounding.CUT, "1/2")
    case = desk.delivered()
    said = {"means": "电话", "reached": True, "solved": True, "satisfaction": "fairly_satisfied"}
    desk.step(case, "follow-up", Role.FOLLOW_UP_OFFICER, said)
    before = desk.get("/api/v1/stats/units?quarter=2026Q1", Role.SUPERVISOR).json()["total"]["satisfied"]
    adopt_definitions(desk.house.log, halved, Actor("录入员", Role.ADMIN), Moment(desk.clock()))
    shown = desk.get(f"{FIGURES}/withdrawal-effect?quarter=2026Q1&quarters=1", Role.APPROVER).json()["quarters"]
    changed = {(one["row"], one["key"]): one for one in shown[0]["changed"]}
    assert changed["全市", "satisfied"]["before"].startswith("50.00%")
    assert desk.get("/api/v1/stats/units?quarter=2026Q1", Role.SUPERVISOR).json()["total"]["satisfied"] != before
    step(desk, "request", Role.SUPERVISOR, FIGURES, reason="误录")
    assert step(desk, "confirm", Role.APPROVER, FIGURES).json()["fresh"]
    assert desk.get("/api/v1/stats/units?quarter=2026Q1", Role.SUPERVISOR).json()["total"]["satisfied"] == before
    listed = desk.get("/api/v1/stats/definitions", Role.AUDITOR).json()["editions"]
    assert [(one["edition"], one["withdrawn"]) for one in listed] == [("halved", True)]
