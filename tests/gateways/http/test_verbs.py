"""A case's way through the API, and what every verb answers."""

from datetime import timedelta

import pytest

from domain.complaint.lifecycle import STEPS, Step
from domain.words import Role
from gateways.http.bodies import VERB_BODIES
from gateways.http.routes import ROUTES
from tests.gateways.http.desk import LAMPS, LEAST, ROADS, Desk

R = Role


def test_a_case_goes_from_the_call_to_its_close(desk: Desk) -> None:
    case = desk.delivered()
    said = {"means": "电话", "reached": True, "solved": True, "satisfaction": "satisfied"}
    desk.step(case, "follow-up", R.FOLLOW_UP_OFFICER, said)
    assert desk.step(case, "close", R.FOLLOW_UP_OFFICER, {"ground": "已解决"})["state"] == "closed"
    shown = desk.get(f"/api/v1/complaints/{case}", R.SUPERVISOR).json()
    assert (shown["state"], shown["reply"], shown["legs"][0]["unit"]) == ("closed", "路灯已修好。", ROADS)
    assert shown["answered_at"] == "2026-03-02T09:00:00+08:00"


def test_a_case_that_came_to_the_wrong_unit_goes_back_and_on(desk: Desk) -> None:
    case = desk.call()["id"]
    desk.step(case, "dispatch", R.DISPATCHER, {"unit": LAMPS})
    desk.step(case, "return", R.UNIT_CLERK, {"reason": "不属于我单位"}, unit=LAMPS)
    assert desk.step(case, "approve-return", R.DISPATCHER)["state"] == "registered"
    assert desk.step(case, "dispatch", R.DISPATCHER, {"unit": ROADS})["state"] == "awaiting_signature"
    legs = desk.get(f"/api/v1/complaints/{case}", R.DISPATCHER).json()["legs"]
    assert [(leg["unit"], leg["state"]) for leg in legs] == [(LAMPS, "returned"), (ROADS, "awaiting_signature")]


def test_more_time_is_asked_for_by_the_leader_and_granted_from_above(desk: Desk) -> None:
    case = desk.dispatched()
    before = desk.get(f"/api/v1/complaints/{case}", R.SUPERVISOR).json()["deadline"]["due"]
    desk.step(case, "extend", R.UNIT_LEADER, {"reason": "须开挖路面"})
    granted = desk.step(case, "grant-extension", R.SUPERVISOR)
    assert granted["deadline"] > before


def test_a_step_that_the_state_does_not_have_is_a_conflict(desk: Desk) -> None:
    problem = desk.ask(desk.call()["id"], "approve-reply", R.APPROVER)
    assert (problem.status_code, problem.json()["type"]) == (409, "urn:hangfeng:problem:not-allowed-now")


def test_a_complaint_is_not_answered_without_a_finding(desk: Desk) -> None:
    problem = desk.ask(desk.dispatched(), "reply", R.UNIT_CLERK, {"reply": "已处理。"})
    assert (problem.status_code, problem.json()["type"]) == (409, "urn:hangfeng:problem:finding-required")


def test_a_unit_acts_as_itself_and_on_its_own_cases_only(desk: Desk) -> None:
    case = desk.call()["id"]
    desk.step(case, "dispatch", R.DISPATCHER, {"unit": ROADS})
    assert desk.ask(case, "sign", R.UNIT_CLERK, unit=LAMPS).status_code == 404
    assert desk.step(case, "sign", R.UNIT_CLERK, unit=ROADS)["state"] == "handling"
    entry = desk.get(f"/api/v1/complaints/{case}/history", R.DISPATCHER).json()["items"][-1]
    assert entry["by"] == {"name": "unit_clerk", "role": "unit_clerk", "unit": ROADS}


def test_a_verb_under_one_key_is_done_once(desk: Desk) -> None:
    case = desk.call()["id"]
    key = {"Idempotency-Key": "key-1"}
    path = f"/api/v1/complaints/{case}/urge"
    answers = [desk.send("POST", path, R.SUPERVISOR, json={"note": "请抓紧"}, headers=key) for _ in range(2)]
    assert answers[0].json() == answers[1].json()
    assert desk.send("POST", path, R.SUPERVISOR, json={"note": "再催"}, headers=key).status_code == 409
    assert len(desk.get(f"/api/v1/complaints/{case}/history", R.SUPERVISOR).json()["items"]) == 2


def test_a_time_that_is_given_is_kept_with_the_day_of_the_house(desk: Desk) -> None:
    case = desk.call()["id"]
    desk.clock.pass_(days=1)
    done = desk.step(case, "accept", R.DISPATCHER, {"occurred_at": "2026-03-02T16:30:00Z"})
    assert done["events"][0]["occurred_at"] == "2026-03-03T00:30:00+08:00"


@pytest.mark.parametrize("step", STEPS, ids=lambda step: step.verb)
def test_every_verb_has_its_route_and_its_own_closed_body(step: Step) -> None:
    assert VERB_BODIES[step.verb].model_validate(LEAST[step.verb]).model_fields_set == set(LEAST[step.verb])
    route = next(route for route in ROUTES if route.name == step.verb)
    assert route.path == f"/api/v1/complaints/{{id}}/{step.verb}"
    assert VERB_BODIES[step.verb].model_config["extra"] == "forbid"
    assert "occurred_at" in VERB_BODIES[step.verb].model_fields


def test_an_unknown_case_is_not_found(desk: Desk) -> None:
    nobody = "00000000-0000-5000-8000-000000000000"
    assert desk.ask(nobody, "accept", R.DISPATCHER).status_code == 404
    assert desk.get(f"/api/v1/complaints/{nobody}", R.DISPATCHER).status_code == 404


def test_a_corrected_reply_was_not_given_in_the_future(desk: Desk) -> None:
    case = desk.call()["id"]
    desk.step(case, "answer", R.OPERATOR, {"reply": "已答复"})
    said = {"reply": "更正后的答复", "cause": "日期有误", "answered_on": "2100-01-01T00:00:00+08:00"}
    answer = desk.ask(case, "correct-reply", R.APPROVER, said)
    assert (answer.status_code, answer.json()["field"]) == (422, "answered_on")


@pytest.mark.parametrize(("minutes", "status"), [(10, 200), (16, 422)])
def test_a_unit_does_not_date_its_own_act_back_far(desk: Desk, minutes: int, status: int) -> None:
    case = desk.dispatched()
    desk.clock.pass_(days=1)
    said = {"occurred_at": (desk.clock.now - timedelta(minutes=minutes)).isoformat()}
    answer = desk.ask(case, "contact", R.UNIT_CLERK, {**LEAST["contact"], **said})
    assert answer.status_code == status, answer.text
    assert status == 200 or answer.json()["field"] == "occurred_at"


def test_the_hotline_may_record_what_happened_earlier(desk: Desk) -> None:
    case = desk.dispatched()
    desk.clock.pass_(days=1)
    earlier = (desk.clock.now - timedelta(hours=3)).isoformat()
    assert desk.ask(case, "urge", R.SUPERVISOR, {"occurred_at": earlier}).status_code == 200
