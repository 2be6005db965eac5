"""Invitations to rate that work once, the page behind them, the call list, and what is done about stuffing."""

import asyncio
from typing import Any

import httpx
import pytest

from domain.words import Role
from tests.composed import StandingClock
from tests.gateways.http.desk import ROADS, Desk

OFFICER = Role.FOLLOW_UP_OFFICER
PROBLEM = "urn:hangfeng:problem"
GOOD = {"solved": True, "satisfaction": "satisfied"}
BAD = {"solved": False, "satisfaction": "dissatisfied", "cause": "事项未解决"}


def invited(desk: Desk, case: str) -> str:
    return str(desk.invitation(case)["token"])


def rated(desk: Desk, token: str, said: dict[str, Any] | None = None, **more: Any) -> httpx.Response:  # noqa: ANN401
    return desk.send("POST", "/api/v1/ratings", json={"token": token, **(said or GOOD)}, **more)


def calls(desk: Desk, query: str = "") -> dict[str, Any]:
    answer = desk.get(f"/api/v1/follow-ups?{query}", OFFICER)
    assert answer.status_code == 200, answer.text
    return answer.json()  # type: ignore[no-any-return]


def satisfied(desk: Desk) -> tuple[int, int, str]:
    total = desk.get("/api/v1/stats/units?quarter=2026Q1", Role.SUPERVISOR).json()["total"]
    return total["satisfied"]["numerator"], total["satisfied"]["denominator"], total["reached"]["rate"]


# --- the call list ----------------------------------------------------------------------------------------------


def test_the_longest_waiting_is_called_first_and_leaves_the_list_once_reached(desk: Desk, clock: StandingClock) -> None:
    first, second = desk.delivered(), None
    clock.pass_(hours=1)
    second = desk.delivered(call_id="call-2")
    assert [item["id"] for item in calls(desk)["items"]] == [first, second]
    desk.step(first, "follow-up", OFFICER, {"means": "电话", "reached": True, **GOOD})
    assert [item["id"] for item in calls(desk)["items"]] == [second]
    assert [item["id"] for item in calls(desk, "stage=decide")["items"]] == [first]


def test_after_enough_attempts_that_reached_nobody_the_list_says_that_the_case_may_be_closed(desk: Desk) -> None:
    case = desk.delivered()
    said = []
    for _ in range(3):
        desk.step(case, "follow-up", OFFICER, {"means": "电话", "reached": False, "outcome": "无人接听"})
        (item,) = calls(desk)["items"]
        said.append((item["attempts"], item["may_close_unreached"], item["last_outcome"]))
    assert said == [(1, False, "无人接听"), (2, False, "无人接听"), (3, True, "无人接听")]


def test_attempts_count_anew_after_rework(desk: Desk) -> None:
    case = desk.delivered()
    desk.step(case, "follow-up", OFFICER, {"means": "电话", "reached": False, "outcome": "无人接听"})
    desk.step(case, "follow-up", OFFICER, {"means": "电话", "reached": True, **BAD})
    desk.step(case, "rework", OFFICER, {"reason": "未修"})
    assert calls(desk)["items"] == []
    again(desk, case)
    (item,) = calls(desk)["items"]
    assert (item["attempts"], item["reworks"], item["satisfaction"]) == (0, 1, None)


def again(desk: Desk, case: str) -> None:
    desk.step(case, "dispatch", Role.DISPATCHER, {"unit": ROADS})
    desk.step(case, "sign", Role.UNIT_CLERK)
    desk.step(case, "record-finding", Role.UNIT_CLERK, {"result": "substantiated", "evidence": "复查"})
    desk.step(case, "reply", Role.UNIT_CLERK, {"reply": "这次修好了。"})
    desk.step(case, "approve-reply", Role.APPROVER)
    desk.step(case, "deliver", OFFICER, {"evidence": "电话告知"})


def test_pages_of_the_list_stay_right_while_cases_come_and_go(desk: Desk, clock: StandingClock) -> None:
    cases = []
    for number in range(4):
        cases.append(desk.delivered(call_id=f"call-{number}"))
        clock.pass_(minutes=1)
    page = calls(desk, "limit=2")
    desk.step(cases[0], "follow-up", OFFICER, {"means": "电话", "reached": True, **GOOD})
    late = desk.delivered(call_id="late")
    rest = calls(desk, f"limit=5&cursor={page['next']}")
    assert [item["id"] for item in page["items"] + rest["items"]] == [*cases, late]
    assert rest["next"] is None
    assert desk.get("/api/v1/follow-ups?cursor=f1", OFFICER).status_code == 422


@pytest.mark.parametrize("role", [Role.UNIT_CLERK, Role.UNIT_LEADER, Role.OPERATOR, Role.PRODUCER])
def test_the_handling_unit_never_sees_the_list(desk: Desk, role: Role) -> None:
    desk.delivered()
    assert desk.get("/api/v1/follow-ups", role).status_code == 403


def test_an_officer_of_the_handling_unit_does_not_find_its_cases(desk: Desk) -> None:
    desk.delivered()
    seen = desk.get("/api/v1/follow-ups", OFFICER, unit=ROADS)
    assert (seen.status_code, seen.json()["items"]) == (200, [])


# --- an invitation works once ---------------------------------------------------------------------------------------


def test_a_rating_becomes_the_follow_up_and_its_token_works_no_more(desk: Desk) -> None:
    case = desk.delivered()
    token = invited(desk, case)
    taken = rated(desk, token, BAD)
    assert (taken.status_code, taken.json()["satisfaction"]) == (201, "dissatisfied")
    (item,) = calls(desk, "stage=decide")["items"]
    assert (item["id"], item["solved"], item["cause"]) == (case, False, "事项未解决")
    used = rated(desk, token)
    assert (used.status_code, used.json()["type"]) == (409, "urn:hangfeng:problem:rating-token-used")
    desk.step(case, "rework", OFFICER, {"reason": "诉求人不满意"})


def test_of_two_requests_at_once_one_rates(desk: Desk) -> None:
    token = invited(desk, desk.delivered())

    async def both() -> list[httpx.Response]:
        sends = (desk.client.post("/api/v1/ratings", json={"token": token, **GOOD}) for _ in range(2))
        return list(await asyncio.gather(*sends))

    assert sorted(answer.status_code for answer in desk.runner.run(both())) == [201, 409]
    assert satisfied(desk)[:2] == (1, 1)


def test_the_same_request_again_gives_the_same_token_and_the_same_rating(desk: Desk) -> None:
    case = desk.delivered()
    key = {"Authorization": f"Bearer {desk.token(OFFICER)}", "Idempotency-Key": "k1"}
    path = f"/api/v1/complaints/{case}/invite-rating"
    first, second = (desk.send("POST", path, headers=key, json={}).json() for _ in range(2))
    assert first == second
    answers = [rated(desk, first["token"], headers={"Idempotency-Key": "k2"}) for _ in range(2)]
    assert [answer.status_code for answer in answers] == [201, 201]
    assert satisfied(desk)[:2] == (1, 1)


def test_a_later_invitation_takes_the_place_of_the_one_before(desk: Desk) -> None:
    case = desk.delivered()
    early, late = invited(desk, case), invited(desk, case)
    assert rated(desk, early).json()["type"] == "urn:hangfeng:problem:rating-token-replaced"
    assert rated(desk, late.lower().replace("-", " ")).status_code == 201


def test_an_invitation_runs_out(desk: Desk, clock: StandingClock) -> None:
    token = invited(desk, desk.delivered())
    clock.pass_(days=desk.house.settings.rating_days)
    assert rated(desk, token).json()["type"] == "urn:hangfeng:problem:rating-token-expired"


def test_what_is_no_token_is_not_found_and_guessing_is_soon_refused(desk: Desk) -> None:
    token = invited(desk, desk.delivered())
    wrong = token[:-1] + ("0" if token[-1] != "0" else "1")
    answers = [rated(desk, guess).status_code for guess in ("x", "0-" + "0" * 16, wrong, "1" * 60)]
    assert answers == [404] * 4
    assert [desk.get(f"/rate/{wrong}").status_code for _ in range(7)] == [404] * 6 + [429]


def test_nobody_is_invited_before_the_answer_was_given_nor_after_the_case_is_closed(desk: Desk) -> None:
    waiting = desk.dispatched(call_id="open")
    assert desk.ask(waiting, "invite-rating", OFFICER).status_code == 409
    case = desk.delivered()
    token = invited(desk, case)
    for attempt in range(3):
        refused = desk.ask(case, "close", OFFICER, {"ground": "无法联系"}).json()
        assert (refused["type"], f"现有 {attempt} 次" in refused["detail"]) == (f"{PROBLEM}:not-followed-up", True)
        desk.step(case, "follow-up", OFFICER, {"means": "电话", "reached": False, "outcome": "无人接听"})
    desk.step(case, "close", OFFICER, {"ground": "无法联系"})
    assert rated(desk, token).json()["type"] == "urn:hangfeng:problem:not-allowed-now"
    assert desk.get(f"/rate/{token}").status_code == 409


def test_the_log_holds_no_token(desk: Desk) -> None:
    case = desk.delivered()
    token = invited(desk, case)
    rated(desk, token)
    said = desk.get(f"/api/v1/complaints/{case}/history", Role.AUDITOR).text
    assert "complaint.rating_received.v1" in said
    assert token not in said
    assert token.split("-")[1] not in said


# --- the page -------------------------------------------------------------------------------------------------------


def test_the_page_works_without_a_script(desk: Desk) -> None:
    token = invited(desk, desk.delivered())
    form = desk.get(f"/rate/{token}")
    assert (form.status_code, "<script" in form.text, "路灯不亮" in form.text) == (200, False, False)
    assert "httponly" in form.headers["set-cookie"].lower()
    sent = desk.send("POST", f"/rate/{token}", data={"solved": "true", "satisfaction": "fairly_satisfied"})
    assert (sent.status_code, "已收到您的评议" in sent.text) == (201, True)
    assert "已使用" in desk.get(f"/rate/{token}").text


def test_a_form_that_lacks_a_choice_comes_back_with_what_was_chosen(desk: Desk) -> None:
    token = invited(desk, desk.delivered())
    back = desk.send("POST", f"/rate/{token}", data={"solved": "false", "remark": "还是<b>不亮"})
    assert back.status_code == 422
    assert "还是&lt;b&gt;不亮" in back.text
    assert 'value="false" required checked' in back.text
    assert desk.send("POST", f"/rate/{token}", data={**GOOD, "solved": "true"}).status_code == 201


# --- signs and invalidation -------------------------------------------------------------------------------------------


def five_ratings(desk: Desk, clock: StandingClock) -> list[str]:
    cases = [desk.delivered(call_id=f"call-{n}", caller_number=f"1380000000{n}") for n in range(5)]
    tokens = [invited(desk, case) for case in cases]
    clock.pass_(minutes=30)
    assert [rated(desk, token).status_code for token in tokens] == [201] * 5
    return cases


def report(desk: Desk, query: str = "suspicious=true", role: Role = Role.SUPERVISOR) -> dict[str, Any]:
    answer = desk.get(f"/api/v1/ratings?{query}", role)
    assert answer.status_code == 200, answer.text
    return answer.json()  # type: ignore[no-any-return]


def test_a_burst_and_a_shared_address_stand_in_the_report(desk: Desk, clock: StandingClock) -> None:
    five_ratings(desk, clock)
    said = report(desk)
    assert (said["ratings"], said["suspicious"], said["invalidated"]) == (5, 5, 0)
    assert {tuple(item["signs"]) for item in said["items"]} == {("burst", "same_address")}
    assert {item["unit"] for item in said["items"]} == {ROADS}


def test_a_rating_seconds_after_its_invitation_is_a_sign_and_a_slow_one_is_none(
    desk: Desk, clock: StandingClock
) -> None:
    rated(desk, invited(desk, desk.delivered()))
    token = invited(desk, desk.delivered(call_id="call-2", caller_number="13900000000"))
    clock.pass_(minutes=30)
    rated(desk, token)
    (item,) = report(desk)["items"]
    assert (item["signs"], item["signs_zh"]) == (["too_fast"], ["邀请后数秒内评议"])
    assert len(report(desk, "")["items"]) == 2


def test_figures_leave_an_invalidated_rating_out_and_what_was_known_before_stands(
    desk: Desk, clock: StandingClock
) -> None:
    cases = five_ratings(desk, clock)
    assert satisfied(desk) == (5, 5, "100.00%")
    before = clock.now
    clock.pass_(days=1)
    desk.step(cases[0], "invalidate-rating", Role.SUPERVISOR, {"reason": "同一设备集中评议"})
    total = desk.get("/api/v1/stats/units?quarter=2026Q1", Role.SUPERVISOR).json()["total"]
    assert (total["satisfied"]["denominator"], total["followed_up"], total["ratings_invalidated"]) == (4, 4, 1)
    known = {"quarter": "2026Q1", "known_at": before.isoformat()}
    then = desk.send("GET", "/api/v1/stats/units", Role.SUPERVISOR, params=known).json()["total"]
    assert (then["satisfied"]["denominator"], then["ratings_invalidated"]) == (5, 0)
    assert report(desk)["invalidated"] == 1
    assert cases[0] in {item["id"] for item in calls(desk)["items"]}


def test_a_rating_is_invalidated_once_and_by_a_supervisor_alone(desk: Desk) -> None:
    case = desk.delivered()
    rated(desk, invited(desk, case))
    reason = {"reason": "授意评议"}
    assert desk.ask(case, "invalidate-rating", OFFICER, reason).status_code == 403
    assert desk.ask(case, "invalidate-rating", Role.SUPERVISOR, {**reason, "follow_up": 1}).status_code == 409
    desk.step(case, "invalidate-rating", Role.SUPERVISOR, reason)
    again_ = desk.ask(case, "invalidate-rating", Role.SUPERVISOR, reason)
    assert again_.json()["type"] == "urn:hangfeng:problem:no-such-rating"


def test_first_and_final_word_are_told_apart(desk: Desk) -> None:
    case = desk.delivered()
    rated(desk, invited(desk, case), BAD)
    desk.step(case, "rework", OFFICER, {"reason": "未修"})
    again(desk, case)
    rated(desk, invited(desk, case))
    total = desk.get("/api/v1/stats/units?quarter=2026Q1", Role.SUPERVISOR).json()["total"]
    assert (total["satisfied_first"]["rate"], total["satisfied"]["rate"]) == ("0.00%", "100.00%")
