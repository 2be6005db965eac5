import re

import httpx

from domain.words import Role
from tests.gateways.http.desk import LAMPS, Desk

R = Role


def sign_in(desk: Desk, secret: str, *, origin: str | None = None, following: str = "/console") -> httpx.Response:
    headers = {} if origin is None else {"Origin": origin}
    return desk.send("POST", "/console/sign-in", data={"token": secret, "next": following}, headers=headers)


def as_(desk: Desk, role: Role, path: str, unit: str | None = None) -> httpx.Response:
    return desk.send("GET", path, headers={"Cookie": f"hangfeng_console={desk.token(role, unit)}"})


def test_a_token_becomes_a_cookie_that_no_script_and_no_other_site_can_use(desk: Desk) -> None:
    answer = sign_in(desk, desk.token(R.SUPERVISOR))
    cookie = answer.headers["set-cookie"]
    assert (answer.status_code, answer.headers["location"]) == (303, "/console")
    assert {"HttpOnly", "SameSite=strict", "Path=/console"} <= set(cookie.split("; "))


def test_a_wrong_token_is_said_so_and_never_shown(desk: Desk) -> None:
    answer = sign_in(desk, "hf_wrong")
    assert answer.status_code == 401
    assert "set-cookie" not in answer.headers
    assert "hf_wrong" not in answer.text


def test_who_is_not_signed_in_gets_the_form_and_the_way_back(desk: Desk) -> None:
    case = desk.call()["id"]
    answer = desk.get(f"/console/complaints/{case}")
    assert answer.status_code == 401
    assert f'value="/console/complaints/{case}"' in answer.text


def test_nobody_is_sent_out_of_the_console(desk: Desk) -> None:
    for elsewhere in ("https://evil.test/", "//evil.test", "/consoled", "/console/complaints/\r\nX: y"):
        assert sign_in(desk, desk.token(R.ADMIN), following=elsewhere).headers["location"] == "/console"


def test_another_sites_form_signs_nobody_in_or_out(desk: Desk) -> None:
    assert sign_in(desk, desk.token(R.ADMIN), origin="https://evil.test").status_code == 403
    assert desk.send("POST", "/console/sign-out", headers={"Origin": "https://evil.test"}).status_code == 403
    assert sign_in(desk, desk.token(R.ADMIN), origin="http://[").status_code == 403
    assert sign_in(desk, desk.token(R.ADMIN), origin="http://hotline.test").status_code == 303


def test_the_work_list_and_a_case_are_read_in_the_browser(desk: Desk) -> None:
    case = desk.delivered()
    listing = as_(desk, R.SUPERVISOR, "/console?state=awaiting_follow_up")
    assert f"/console/complaints/{case}" in listing.text
    page = as_(desk, R.SUPERVISOR, f"/console/complaints/{case}").text
    assert "路灯已修好。" in page or "路灯不亮" in page
    assert "派单" in page
    assert not re.search("<script|https?://", page)


def test_a_case_is_told_in_words_and_not_by_the_names_of_fields(desk: Desk) -> None:
    case = desk.delivered()
    said = {
        "means": "telephone",
        "reached": True,
        "solved": False,
        "satisfaction": "dissatisfied",
        "cause": "问题未解决",
    }
    desk.step(case, "follow-up", R.FOLLOW_UP_OFFICER, said)
    page = as_(desk, R.SUPERVISOR, f"/console/complaints/{case}").text
    for words in ('<dt>已解决</dt><dd class="prose">否</dd>', "不满意", "<dt>紧急程度</dt>", "<span>热线</span>"):
        assert words in page
    for name in ("reporter_name", "conduct_code", "<span>follow_up</span>", "<dt>satisfaction</dt>"):
        assert name not in page


def test_a_unit_finds_nothing_of_another_unit_in_the_console(desk: Desk) -> None:
    case = desk.dispatched()
    assert case not in as_(desk, R.UNIT_CLERK, "/console", LAMPS).text
    assert as_(desk, R.UNIT_CLERK, f"/console/complaints/{case}", LAMPS).status_code == 404
    assert as_(desk, R.UNIT_CLERK, f"/console/complaints/{case}").status_code == 200


def test_a_filter_of_no_use_and_an_address_of_no_case_are_pages_too(desk: Desk) -> None:
    for path, status in (("/console?state=lost", 422), ("/console/complaints/x", 404)):
        answer = as_(desk, R.SUPERVISOR, path)
        assert (answer.status_code, answer.headers["content-type"]) == (status, "text/html; charset=utf-8")


def test_a_bearer_token_opens_no_console_and_a_cookie_no_api(desk: Desk) -> None:
    assert desk.get("/console", R.ADMIN).status_code == 401
    assert as_(desk, R.ADMIN, "/api/v1/complaints").status_code == 401
