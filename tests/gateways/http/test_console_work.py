"""The console's desks: whom to call, odd ratings, what falls due and the cards, and the forms that do what verbs do."""

import re
from datetime import datetime
from typing import Any

import httpx
import pytest

from domain.words import Role
from gateways.http import console_work
from tests.composed import SHANGHAI
from tests.gateways.http.desk import LAMPS, ROADS, Desk

R = Role
PAGES = ("/console/follow-ups", "/console/ratings", "/console/due", "/console/cards")


def as_(desk: Desk, role: Role, path: str, unit: str | None = None) -> httpx.Response:
    return desk.send("GET", path, headers={"Cookie": f"hangfeng_console={desk.token(role, unit)}"})


def sent(desk: Desk, role: Role, path: str, origin: str | None = None, **said: Any) -> httpx.Response:  # noqa: ANN401
    headers = {"Cookie": f"hangfeng_console={desk.token(role)}"} | ({} if origin is None else {"Origin": origin})
    return desk.send("POST", path, headers=headers, data=said)


def late(desk: Desk) -> None:
    desk.clock.now = datetime(2026, 3, 9, 10, 0, tzinfo=SHANGHAI)
    desk.house.catch_up()
    desk.house.watch.look()


def calls(desk: Desk, stage: str = "call") -> list[dict[str, Any]]:
    found: list[dict[str, Any]] = desk.get(f"/api/v1/follow-ups?stage={stage}", R.ADMIN).json()["items"]
    return found


def test_an_attempt_that_reached_nobody_is_recorded_by_the_form(desk: Desk) -> None:
    case = desk.delivered()
    assert f'action="/console/follow-ups/{case}"' in as_(desk, R.FOLLOW_UP_OFFICER, "/console/follow-ups").text
    answer = sent(
        desk, R.FOLLOW_UP_OFFICER, f"/console/follow-ups/{case}", reached="false", means="电话", outcome="占线"
    )
    assert answer.status_code == 303
    assert "已记录" in as_(desk, R.FOLLOW_UP_OFFICER, answer.headers["location"]).text
    (item,) = calls(desk)
    assert (item["attempts"], item["last_outcome"]) == (1, "占线")


def test_what_the_person_said_is_recorded_by_the_form(desk: Desk) -> None:
    case = desk.delivered()
    said = {"reached": "true", "means": "电话", "outcome": "占线", "solved": "false", "satisfaction": "dissatisfied"}
    done = sent(desk, R.FOLLOW_UP_OFFICER, f"/console/follow-ups/{case}", **said, cause="事项未解决", remark="灯又灭了")
    assert done.status_code == 303
    (item,) = calls(desk, "decide")
    assert (item["solved"], item["satisfaction"], item["cause"]) == (False, "dissatisfied", "事项未解决")


def test_a_form_that_is_not_whole_comes_back_with_what_was_typed(desk: Desk) -> None:
    case = desk.delivered()
    answer = sent(
        desk, R.FOLLOW_UP_OFFICER, f"/console/follow-ups/{case}", reached="true", means="电话", remark="灯又灭了"
    )
    assert answer.status_code == 422
    assert 'role="alert"' in answer.text
    assert "灯又灭了" in answer.text
    assert calls(desk)[0]["attempts"] == 0


def test_a_form_for_a_case_that_does_not_wait_says_why(desk: Desk) -> None:
    case = desk.delivered()
    said = {"reached": "true", "means": "电话", "solved": "true", "satisfaction": "satisfied"}
    desk.step(case, "withdraw-publication", R.SUPERVISOR, {"cause": "本人要求"})
    sent(desk, R.FOLLOW_UP_OFFICER, f"/console/follow-ups/{case}", **said)
    desk.step(case, "close", R.FOLLOW_UP_OFFICER, {"ground": "已解决"})
    again = sent(desk, R.FOLLOW_UP_OFFICER, f"/console/follow-ups/{case}", **said)
    assert again.status_code == 422
    assert 'role="alert"' in again.text


def test_a_rating_with_a_sign_is_invalidated_by_the_form(desk: Desk) -> None:
    for number in range(2):
        case = desk.delivered(call_id=f"rated {number}", caller_number=f"1380000000{number}")
        token = desk.invitation(case)["token"]
        desk.send("POST", "/api/v1/ratings", json={"token": token, "solved": True, "satisfaction": "satisfied"})
    shown = as_(desk, R.SUPERVISOR, "/console/ratings").text
    assert "邀请后数秒内评议" in shown
    item = desk.get("/api/v1/ratings?suspicious=true", R.SUPERVISOR).json()["items"][0]
    said = {"follow_up": str(item["follow_up"]), "receipt_no": item["receipt_no"], "reason": "核实为代评"}
    done = sent(desk, R.SUPERVISOR, f"/console/ratings/{item['id']}", **said)
    assert done.status_code == 303
    assert desk.get("/api/v1/ratings", R.SUPERVISOR).json()["invalidated"] == 1
    assert "核实为代评" in as_(desk, R.SUPERVISOR, "/console/ratings").text
    refused = sent(desk, R.SUPERVISOR, f"/console/ratings/{item['id']}", **said | {"reason": ""})
    assert refused.status_code == 422


def test_ratings_are_read_page_by_page_and_as_known_then(desk: Desk) -> None:
    instants: list[str] = []
    for number in range(3):
        desk.clock.pass_(minutes=20)
        case = desk.delivered(call_id=f"rated {number}", caller_number=f"1380000000{number}")
        token = desk.invitation(case)["token"]
        desk.send("POST", "/api/v1/ratings", json={"token": token, "solved": True, "satisfaction": "satisfied"})
        instants.append(desk.clock.now.isoformat().replace("+", "%2B"))
    whole = desk.get("/api/v1/ratings", R.SUPERVISOR).json()
    first = desk.get("/api/v1/ratings?limit=2", R.SUPERVISOR).json()
    behind = desk.get(f"/api/v1/ratings?limit=2&cursor={first['next']}", R.SUPERVISOR).json()
    assert first["items"] + behind["items"] == whole["items"]
    assert (first["ratings"], behind["next"]) == (3, None)
    assert desk.get(f"/api/v1/ratings?known_at={instants[0]}", R.SUPERVISOR).json()["ratings"] == 1
    assert desk.get("/api/v1/ratings?cursor=x", R.SUPERVISOR).json()["field"] == "cursor"
    assert desk.get("/api/v1/ratings?known_at=2030-01-01T00:00:00Z", R.SUPERVISOR).json()["field"] == "known_at"


def test_what_falls_due_and_the_cards_are_shown_and_the_holder_urged(desk: Desk) -> None:
    case = desk.dispatched(ROADS, kind="enquiry")
    assert desk.call(call_id="2")["receipt_no"] not in as_(desk, R.SUPERVISOR, "/console/due?within=today").text
    assert ROADS in as_(desk, R.SUPERVISOR, "/console/due?within=week").text
    late(desk)
    shown = as_(desk, R.SUPERVISOR, "/console/cards")
    receipt = desk.get(f"/api/v1/complaints/{case}", R.ADMIN).json()["receipt_no"]
    assert receipt in shown.text
    done = sent(desk, R.SUPERVISOR, f"/console/cards/{case}", receipt_no=receipt, note="请今日答复")
    assert done.headers["location"] == f"/console/cards?done={receipt}"
    events = [one["event"] for one in desk.get(f"/api/v1/complaints/{case}/history", R.ADMIN).json()["items"]]
    assert events[-1] == "complaint.urged.v1"


def test_all_that_stands_warned_has_a_yellow_card_whichever_week_it_ends_in(
    desk: Desk, monkeypatch: pytest.MonkeyPatch
) -> None:
    cases = [desk.dispatched(ROADS, call_id=f"warned {number}") for number in range(2)]
    shown = ""
    for _ in range(60):
        desk.clock.pass_(days=1)
        desk.house.catch_up()
        desk.house.watch.look()
        shown = as_(desk, R.SUPERVISOR, "/console/cards").text
        if "card-yellow" in shown:
            break
    yellow = shown.partition("黄牌：")[2]
    assert all(case in yellow for case in cases)
    fresh = desk.dispatched(ROADS, call_id="fresh")
    assert fresh not in as_(desk, R.SUPERVISOR, "/console/cards").text
    monkeypatch.setattr(console_work, "ITEMS_MAX", 1)
    first = as_(desk, R.SUPERVISOR, "/console/cards").text
    (more,) = re.findall(r'href="(/console/cards[?]warned=[^"]+)"', first)
    second = as_(desk, R.SUPERVISOR, more.replace("&amp;", "&")).text
    assert first.partition("黄牌：")[2].count("card-yellow") == second.count("card-yellow") == 1
    assert first != second


def test_a_unit_is_shown_its_own_cards_only_and_urges_nobody(desk: Desk) -> None:
    case = desk.dispatched(ROADS, kind="enquiry")
    late(desk)
    own = as_(desk, R.UNIT_CLERK, "/console/cards", ROADS).text
    assert case in own
    assert '<form class="stack"' not in own
    assert case not in as_(desk, R.UNIT_CLERK, "/console/cards", LAMPS).text


@pytest.mark.parametrize("path", PAGES)
def test_each_desk_is_reached_from_every_page_of_who_may_open_it(desk: Desk, path: str) -> None:
    assert f'href="{path}"' in as_(desk, R.ADMIN, "/console").text
    page = as_(desk, R.ADMIN, path)
    assert page.status_code == 200
    assert not re.search("<script|https?://", page.text)
    assert 'lang="en"' in page.text
    producer = as_(desk, R.PRODUCER, path)
    assert producer.status_code == 403


@pytest.mark.parametrize("path", ["/console/follow-ups", "/console/ratings", "/console/cards"])
def test_another_sites_form_does_nothing(desk: Desk, path: str) -> None:
    case = desk.delivered()
    before = desk.get(f"/api/v1/complaints/{case}/history", R.ADMIN).json()
    answer = sent(
        desk, R.ADMIN, f"{path}/{case}", "https://evil.test", reached="false", means="电话", reason="x", note="x"
    )
    assert answer.status_code == 403
    assert desk.get(f"/api/v1/complaints/{case}/history", R.ADMIN).json() == before
