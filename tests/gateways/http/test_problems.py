import inspect
from collections.abc import AsyncIterator
from string import Formatter
from typing import Any

import pytest

from domain import refusals
from domain.bulletin import refusals as bulletin_refusals
from domain.partners import refusals as partner_refusals
from domain.programme import refusals as episode_refusals
from domain.refusals import code_of
from domain.scores import refusals as score_refusals
from domain.words import Role
from gateways.http.problems import FAULTS, REFUSALS, of_refusal
from tests.gateways.http.desk import CALL, Desk

ALL = [
    refusal
    for module in (refusals, bulletin_refusals, episode_refusals, partner_refusals, score_refusals)
    for _, refusal in inspect.getmembers(module, inspect.isclass)
    if issubclass(refusal, refusals.Refusal) and refusal is not refusals.Refusal
]


def test_every_refusal_of_the_domain_has_its_status_and_title() -> None:
    assert set(ALL) == set(REFUSALS)


@pytest.mark.parametrize("refusal", ALL)
def test_a_refusal_becomes_a_problem_in_both_languages(refusal: type[refusals.Refusal]) -> None:
    fields = {name for text in (refusal.zh, refusal.en) for _, name, _, _ in Formatter().parse(text) if name}
    words: dict[str, Any] = dict.fromkeys(fields, "x")
    problem = of_refusal(refusal(**words))
    assert problem.status in {403, 404, 409, 422}
    assert problem.type == f"urn:hangfeng:problem:{code_of(refusal)}"
    assert " / " in problem.title
    assert " / " in problem.detail
    assert problem.remedy


def test_the_door_names_no_fault_as_a_refusal_with_another_status() -> None:
    codes = {code_of(refusal): title for refusal, title in REFUSALS.items()}
    assert {code for code in FAULTS if code in codes} <= {"key-used-for-another"}


@pytest.mark.parametrize(("verb", "role"), [("sign", Role.UNIT_CLERK), ("approve-return", Role.DISPATCHER)])
def test_what_is_said_in_english_has_no_chinese_in_it(desk: Desk, verb: str, role: Role) -> None:
    case = desk.dispatched()
    chinese, _, english = desk.ask(case, verb, role).json()["detail"].partition(" / ")
    assert not chinese.isascii()
    assert english.isascii()
    assert verb in english


def test_a_role_that_may_not_is_told_which_roles_may(desk: Desk) -> None:
    problem = desk.ask(str(desk.call()["id"]), "sign", Role.OPERATOR).json()
    assert problem["type"] == "urn:hangfeng:problem:role-not-allowed"
    assert "承办单位经办人、承办单位负责人" in problem["detail"]
    assert "unit_clerk, unit_leader only; your role is operator" in problem["detail"]


def test_a_step_out_of_its_time_is_told_where_it_belongs(desk: Desk) -> None:
    problem = desk.ask(str(desk.call()["id"]), "approve-return", Role.DISPATCHER).json()
    assert "须在：退单审核" in problem["detail"]
    assert "return_review only" in problem["detail"]


def test_a_value_that_is_not_listed_is_answered_with_the_list_in_chinese_too(desk: Desk) -> None:
    case = desk.dispatched()
    problem = desk.ask(case, "record-finding", Role.UNIT_CLERK, {"result": "true", "evidence": "现场"}).json()
    assert problem["field"] == "result"
    assert "不在允许的取值之内：substantiated、partly、not、unverifiable /" in problem["detail"]


@pytest.mark.parametrize("path", ["/nowhere", "/bulletins/x/y", "/api/v2/complaints"])
def test_a_person_at_an_unknown_address_is_shown_a_page(desk: Desk, path: str) -> None:
    browser = {"Accept": "text/html,application/xhtml+xml,application/xml;q=0.9,*/*;q=0.8"}
    shown = desk.send("GET", path, headers=browser)
    assert (shown.status_code, shown.headers["content-type"]) == (404, "text/html; charset=utf-8")
    assert "没有这一内容" in shown.text
    assert "Not found" in shown.text
    for accept in ("*/*", "application/json", "application/json, text/html"):
        told = desk.send("GET", path, headers={"Accept": accept})
        assert told.headers["content-type"] == "application/problem+json", accept


def test_a_method_that_an_address_does_not_take_is_shown_as_a_page_too(desk: Desk) -> None:
    shown = desk.send("DELETE", "/bulletins", headers={"Accept": "text/html"})
    assert (shown.status_code, shown.headers["content-type"]) == (405, "text/html; charset=utf-8")


def test_a_number_out_of_bounds_says_which_bound(desk: Desk) -> None:
    (error,) = desk.get("/api/v1/complaints?limit=9999", Role.DISPATCHER).json()["errors"]
    assert error["detail"].startswith("大于允许的最大值 / ")


def test_an_unknown_field_is_refused_by_its_name(desk: Desk) -> None:
    answer = desk.send("POST", "/api/v1/hotline/calls", Role.OPERATOR, json={**CALL, "tittle": "x"})
    problem = answer.json()
    assert answer.status_code == 422
    assert answer.headers["content-type"] == "application/problem+json"
    assert problem["field"] == "tittle"
    assert problem["type"] == "urn:hangfeng:problem:invalid-input"
    assert problem["instance"] == f"urn:hangfeng:request:{answer.headers['x-request-id']}"


def test_an_unknown_field_of_a_verb_is_refused_by_its_name(desk: Desk) -> None:
    case = desk.call()["id"]
    problem = desk.ask(case, "dispatch", Role.DISPATCHER, {"to": "市道路管理处"}).json()
    assert {error["field"] for error in problem["errors"]} == {"unit", "to"}


def test_what_was_sent_never_comes_back_in_an_error(desk: Desk) -> None:
    answer = desk.send("POST", "/api/v1/hotline/calls", Role.OPERATOR, json={**CALL, "kind": "13912345678"})
    assert "13912345678" not in answer.text


@pytest.mark.parametrize(
    ("method", "path", "status", "code"),
    [
        ("GET", "/api/v1/nothing", 404, "not-found"),
        ("DELETE", "/api/v1/hotline/calls", 405, "method-not-allowed"),
        ("POST", "/api/v1/hotline/calls", 401, "unauthenticated"),
        ("GET", "/api/v1/complaints/00000000-0000-0000-0000-000000000000", 401, "unauthenticated"),
    ],
)
def test_errors_outside_every_handler_are_problems_too(
    desk: Desk, method: str, path: str, status: int, code: str
) -> None:
    answer = desk.send(method, path)
    assert (answer.status_code, answer.json()["type"]) == (status, f"urn:hangfeng:problem:{code}")


def test_a_body_that_is_no_json_is_a_bad_request(desk: Desk) -> None:
    for path in ("/api/v1/hotline/calls", f"/api/v1/complaints/{desk.call()['id']}/accept"):
        json_type = {"Content-Type": "application/json"}
        answer = desk.send("POST", path, Role.DISPATCHER, content=b'{"kind":', headers=json_type)
        assert (answer.status_code, answer.json()["type"]) == (400, "urn:hangfeng:problem:malformed-body")


def test_a_body_beyond_the_limit_is_refused_told_or_untold(desk: Desk) -> None:
    large = b" " * (desk.house.settings.request_body_bytes_max + 1)

    async def untold() -> AsyncIterator[bytes]:
        yield large

    for content in (large, untold()):
        answer = desk.send("POST", "/api/v1/hotline/calls", Role.OPERATOR, content=content)
        assert (answer.status_code, answer.json()["type"]) == (413, "urn:hangfeng:problem:body-too-large")


def test_every_answer_says_how_a_browser_must_treat_it(desk: Desk) -> None:
    for path in ("/", "/healthz", "/api/v1/nothing"):
        headers = desk.get(path).headers
        assert headers["x-content-type-options"] == "nosniff"
        assert headers["referrer-policy"] == "no-referrer"
        assert "script" not in headers["content-security-policy"]
        assert "frame-ancestors 'none'" in headers["content-security-policy"]


def test_a_request_keeps_the_id_that_it_came_with_where_that_is_one(desk: Desk) -> None:
    assert desk.send("GET", "/healthz", headers={"X-Request-Id": "abc-1"}).headers["x-request-id"] == "abc-1"
    assert desk.send("GET", "/healthz", headers={"X-Request-Id": "a b"}).headers["x-request-id"] != "a b"
