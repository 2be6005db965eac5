"""The programme at the door: who prepares it, whose calls and promises, once under a key, and unchanged under a tag."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest

from domain.words import Role
from tests.gateways.http.desk import LAMPS, ROADS, Desk

R = Role
EPISODE = "xf-2026-03"
PATH = f"/api/v1/episodes/{EPISODE}"
SCHEDULE: dict[str, Any] = {
    "airs_on": "2026-03-02",
    "airs_at": "09:00",
    "minutes": 60,
    "stations": [{"name": "市广播电台", "level": "city"}, {"name": "掌上热线", "level": "network"}],
    "theme": "道路照明",
}
LEADER = {"unit": ROADS, "leader": "路行舟", "post": "局长", "head": True}
PROMISE = {"text": "三个工作日内修好路灯", "unit": ROADS, "working_days": 3}


def do(desk: Desk, verb: str, said: dict[str, Any], role: R = R.PRODUCER, **more: Any) -> dict[str, Any]:  # noqa: ANN401
    answer = desk.send("POST", f"{PATH}/{verb}", role, json=said, **more)
    assert answer.status_code == 200, answer.text
    done: dict[str, Any] = answer.json()
    return done


def seated(desk: Desk) -> None:
    do(desk, "schedule", SCHEDULE)
    do(desk, "invite", {"unit": ROADS})
    do(desk, "confirm", LEADER)


def test_an_episode_is_prepared_and_read_whole(desk: Desk) -> None:
    seated(desk)
    do(desk, "add-item", {"kind": "opening", "title": "开场", "minutes": 3})
    do(desk, "add-item", {"kind": "closing", "title": "结束语", "minutes": 2, "place": 1})
    told = desk.get(PATH, R.SCREENER).json()
    assert [(one["title"], one["starts_at"]) for one in told["run_down"]] == [("结束语", "09:00"), ("开场", "09:02")]
    assert [(one["unit"], one["status"]) for one in told["seats"]] == [(ROADS, "confirmed")]


def test_a_call_is_linked_by_its_call_id_and_its_number_is_for_the_screener_of_the_day(desk: Desk) -> None:
    desk.call(call_id="live-1", programme_ref=EPISODE)
    seated(desk)
    do(desk, "link-call", {"call_id": "live-1"}, R.SCREENER)
    (shown,) = desk.get(f"{PATH}/calls", R.SCREENER).json()["items"]
    (hidden,) = desk.get(f"{PATH}/calls", R.PRODUCER).json()["items"]
    assert (shown["caller_number"], hidden["caller_number"], hidden["subject"]) == ("13800000000", None, "市政设施")
    desk.clock.pass_(days=1)
    (later,) = desk.get(f"{PATH}/calls", R.SCREENER).json()["items"]
    assert later["caller_number"] is None


@pytest.mark.parametrize("said", [{"kind": "accusation"}, {"call_id": "unknown"}])
def test_an_accusation_is_answered_as_a_call_that_is_not_there(desk: Desk, said: dict[str, str]) -> None:
    desk.call(**{"call_id": "live-1", **({"kind": said["kind"]} if "kind" in said else {})})
    do(desk, "schedule", SCHEDULE)
    wanted = said.get("call_id", "live-1")
    answer = desk.send("POST", f"{PATH}/link-call", R.PRODUCER, json={"call_id": wanted})
    assert (answer.status_code, answer.json()["type"].rpartition("/")[2].rpartition(":")[2]) == (404, "no-such-call")


def test_a_call_is_closed_live_only_where_its_case_is_closed_and_the_figures_follow(desk: Desk) -> None:
    case = str(desk.call(call_id="live-1", kind="enquiry")["id"])
    seated(desk)
    do(desk, "link-call", {"call_id": "live-1"})
    assert desk.send("POST", f"{PATH}/close-call-live", R.SCREENER, json={"call_id": "live-1"}).status_code == 409
    desk.step(case, "answer", R.OPERATOR, {"reply": "已在节目中答复"})
    do(desk, "close-call-live", {"call_id": "live-1"}, R.SCREENER)
    do(desk, "hold", {})
    (held,) = desk.get("/api/v1/episodes?quarter=2026Q1", R.PRODUCER).json()["items"]
    assert (held["calls_aired"], held["closed_live"], held["station"]) == (1, 1, "市广播电台、掌上热线")
    assert held["units"][0]["head"] is True


def test_a_unit_reports_on_its_own_promise_alone_and_another_person_checks(desk: Desk) -> None:
    seated(desk)
    do(desk, "promise", PROMISE)
    kept = {"commitment": 1, "outcome": "kept", "proof": "维修记录"}
    others = desk.send("POST", f"{PATH}/report-outcome", R.UNIT_LEADER, unit=LAMPS, json=kept)
    assert others.status_code == 404
    do(desk, "report-outcome", kept, R.UNIT_LEADER, unit=ROADS)
    do(desk, "check-outcome", {"commitment": 1, "upheld": True}, R.SUPERVISOR)
    (seen,) = desk.get("/api/v1/commitments", R.UNIT_LEADER, unit=ROADS).json()["items"]
    assert (seen["standing"], seen["reports"][0]["checked_by"]) == ("kept", "supervisor")
    assert desk.get("/api/v1/commitments", R.UNIT_LEADER, unit=LAMPS).json() == {"items": []}


def test_a_unit_does_not_say_that_it_kept_its_promise_long_ago(desk: Desk) -> None:
    seated(desk)
    do(desk, "promise", PROMISE)
    desk.clock.pass_(days=9)
    earlier = (desk.clock.now - timedelta(days=8)).isoformat()
    kept = {"commitment": 1, "outcome": "kept", "proof": "维修记录", "occurred_at": earlier}
    answer = desk.send("POST", f"{PATH}/report-outcome", R.UNIT_LEADER, unit=ROADS, json=kept)
    assert (answer.status_code, answer.json()["field"]) == (422, "occurred_at")


def test_a_telephone_in_a_promise_is_refused_or_masked_where_that_is_asked(desk: Desk) -> None:
    seated(desk)
    said = {**PROMISE, "text": "明天到现场，联系 13912345678"}
    refused = desk.send("POST", f"{PATH}/promise", R.PRODUCER, json=said)
    problem = refused.json()
    assert (refused.status_code, problem["type"], problem["field"]) == (
        422,
        "urn:hangfeng:problem:says-who-called",
        "text",
    )
    assert "电话“13912345678”(9–20)" in problem["detail"]
    do(desk, "promise", {**said, "mask": True})
    (seen,) = desk.get(f"{PATH}/commitments", R.PRODUCER).json()["items"]
    assert seen["text"] == "明天到现场，联系 〔电话〕"


@pytest.mark.parametrize("known_by", ["linked", "item"])
def test_nobody_who_called_is_named_however_rare_the_name_is(desk: Desk, known_by: str) -> None:
    desk.call(call_id="live-1", caller_name="冬天")
    seated(desk)
    call = {"call_id": "live-1"} if known_by == "item" else {}
    if known_by == "linked":
        do(desk, "link-call", {"call_id": "live-1"})
    said = {"kind": "live_call", "title": "高兴来电说路灯", "minutes": 3, **call}
    refused = desk.send("POST", f"{PATH}/add-item", R.PRODUCER, json=said)
    assert (refused.status_code, "姓名“高兴”(0–2)" in refused.json()["detail"]) == (422, True)
    do(desk, "add-item", {**said, "mask": True})
    assert "高兴" not in desk.get(PATH, R.PRODUCER).text


def test_a_broadcast_that_is_told_outright_is_held_to_the_same(desk: Desk) -> None:
    unit = {"unit": ROADS, "leader": "路行舟", "post": "局长", "reason": "接待张三来访"}
    told = {"episode": "e1", "aired_on": "2026-03-02", "station": "市广播电台", "calls_aired": 0, "closed_live": 0}
    said = {**told, "units": [unit]}
    refused = desk.send("POST", "/api/v1/episodes", R.PRODUCER, json=said)
    masked = desk.send("POST", "/api/v1/episodes", R.PRODUCER, json={**said, "mask": True})
    assert (refused.status_code, refused.json()["field"]) == (422, "units")
    assert (masked.status_code, masked.json()["units"][0]["reason"]) == (201, "接待张某来访")


def test_a_false_alarm_is_let_stand_by_another_person_and_told_with_its_reason(desk: Desk) -> None:
    seated(desk)
    said = {"kind": "case", "title": "惠企政策兑现", "minutes": 3}
    assert desk.send("POST", f"{PATH}/add-item", R.PRODUCER, json=said).status_code == 422
    do(desk, "let-stand", {"said": "惠企", "reason": "惠企政策，不是人名"}, R.SUPERVISOR)
    do(desk, "add-item", said)
    told = desk.get(PATH, R.PRODUCER).json()
    assert told["let_stand"] == [{"said": "惠企", "by": "supervisor", "reason": "惠企政策，不是人名"}]


def test_the_same_key_does_nothing_twice_and_another_body_under_it_is_refused(desk: Desk) -> None:
    seated(desk)
    token = {"Authorization": f"Bearer {desk.token(R.PRODUCER)}", "Idempotency-Key": "k1"}
    sent = [desk.send("POST", f"{PATH}/promise", headers=token, json=PROMISE) for _ in range(2)]
    other = desk.send("POST", f"{PATH}/promise", headers=token, json={**PROMISE, "working_days": 4})
    assert sent[0].json()["events"] == sent[1].json()["events"]
    assert other.status_code == 409
    assert len(desk.get(f"{PATH}/commitments", R.PRODUCER).json()["items"]) == 1


def test_what_did_not_change_is_not_sent_again(desk: Desk) -> None:
    seated(desk)
    first = desk.get(PATH, R.PRODUCER)
    again = desk.send("GET", PATH, R.PRODUCER, headers={"If-None-Match": first.headers["etag"]})
    do(desk, "add-item", {"kind": "opening", "title": "开场", "minutes": 3})
    changed = desk.send("GET", PATH, R.PRODUCER, headers={"If-None-Match": first.headers["etag"]})
    assert (again.status_code, again.content, changed.status_code) == (304, b"", 200)


def test_the_next_episode_hears_of_what_was_promised_and_called_in(desk: Desk) -> None:
    desk.call(call_id="live-1")
    seated(desk)
    do(desk, "link-call", {"call_id": "live-1"})
    do(desk, "air-call", {"call_id": "live-1"})
    do(desk, "promise", {**PROMISE, "call_id": "live-1"})
    do(desk, "hold", {})
    following = {**SCHEDULE, "airs_on": "2026-03-16"}
    desk.send("POST", "/api/v1/episodes/xf-2026-04/schedule", R.PRODUCER, json=following)
    echo = desk.get("/api/v1/episodes/xf-2026-04/echo", R.PRODUCER).json()
    assert [one["text"] for one in echo["open"]] == [PROMISE["text"]]
    assert (echo["last_episode"], [one["status"] for one in echo["last_cases"]]) == (EPISODE, ["aired"])


def test_the_list_is_read_page_by_page(desk: Desk) -> None:
    for day in range(1, 6):
        said = {**SCHEDULE, "airs_on": f"2026-04-0{day}"}
        desk.send("POST", f"/api/v1/episodes/e{day}/schedule", R.PRODUCER, json=said)
    first = desk.get("/api/v1/programme?limit=3", R.PRODUCER).json()
    rest = desk.get(f"/api/v1/programme?limit=3&cursor={first['next']}", R.PRODUCER).json()
    assert [one["episode"] for one in (*first["items"], *rest["items"])] == ["e5", "e4", "e3", "e2", "e1"]
    assert rest["next"] is None


def test_the_pack_tells_cases_without_identities_and_never_what_is_confidential(desk: Desk) -> None:
    desk.call(call_id="live-1", text="我叫张三，电话13800000000，解放路路灯不亮", programme_ref=EPISODE)
    desk.call(call_id="live-2", kind="accusation", text="举报某人", programme_ref=EPISODE)
    seated(desk)
    do(desk, "link-call", {"call_id": "live-1"})
    (card,) = desk.get(f"{PATH}/case-cards", R.PRODUCER).json()["items"]
    assert "13800000000" not in str(card)
    assert "张三" not in str(card)
    # A card tells one person's case: where it happened would tell whose it is.
    assert "解放路" not in str(card)
    assert "路灯不亮" in card["text"]


def test_a_brief_without_figures_says_why(desk: Desk) -> None:
    seated(desk)
    (brief,) = desk.get(f"{PATH}/unit-brief", R.SCREENER).json()["items"]
    lines = [brief["achievement"], *brief["problems"], *brief["measures"]]
    assert [line["said"] for line in lines] == ["—"] * 6
    assert all(line["cause"]["zh"] for line in lines)


@pytest.mark.parametrize(
    ("form", "begins"), [("pdf", b"%PDF"), ("docx", b"PK"), ("md", b"# "), ("script", "【".encode())]
)
def test_the_pack_comes_in_every_form(desk: Desk, form: str, begins: bytes) -> None:
    seated(desk)
    do(desk, "promise", PROMISE)
    answer = desk.get(f"{PATH}/pack?format={form}", R.PRODUCER)
    assert (answer.status_code, answer.content[: len(begins)]) == (200, begins)


@pytest.mark.parametrize(
    ("verb", "role", "said"),
    [
        ("reclassify", R.DISPATCHER, {"kind": "accusation", "cause": "反映干部"}),
        ("withdraw-publication", R.SUPERVISOR, {"cause": "本人要求"}),
    ],
)
def test_an_item_whose_case_may_no_longer_be_spoken_of_loses_its_title(
    desk: Desk, verb: str, role: R, said: dict[str, Any]
) -> None:
    case = desk.delivered() if verb == "withdraw-publication" else desk.call()["id"]
    receipt = desk.get(f"/api/v1/complaints/{case}", R.SUPERVISOR).json()["receipt_no"]
    seated(desk)
    do(desk, "add-item", {"kind": "case", "title": "科长收礼", "minutes": 3, "receipt_no": receipt})
    paths = (PATH, f"{PATH}/run-down", f"{PATH}/pack", f"/console/episodes/{EPISODE}")
    cookie = {"Cookie": f"hangfeng_console={desk.token(R.PRODUCER)}"}
    assert all("科长收礼" in desk.send("GET", path, R.PRODUCER, headers=cookie).text for path in paths)
    desk.step(str(case), verb, role, said)
    assert all("科长收礼" not in desk.send("GET", path, R.PRODUCER, headers=cookie).text for path in paths)


def test_the_reporters_own_name_stands_on_no_card_however_rare_it_is(desk: Desk) -> None:
    desk.call(call_id="live-1", programme_ref=EPISODE, caller_name="阿依", text="路灯不亮，阿依家门口黑了三天。")
    seated(desk)
    (card,) = desk.get(f"{PATH}/case-cards", R.PRODUCER).json()["items"]
    assert "黑了三天" in card["text"]
    assert "阿依" not in card["text"]


NEXT = "/api/v1/episodes/xf-2026-04"


def taken_over(desk: Desk, said: dict[str, Any] | None = None) -> list[str]:
    done = desk.send("POST", f"{NEXT}/take-over", R.PRODUCER, json=said or {})
    assert (done.status_code, done.json()["taken_from"]) == (200, EPISODE), done.text
    return [one["title"] for one in desk.get(NEXT, R.PRODUCER).json()["run_down"]]


def test_the_same_run_down_as_last_time_is_one_step(desk: Desk) -> None:
    do(desk, "schedule", SCHEDULE)
    do(desk, "add-item", {"kind": "opening", "title": "欢迎收听", "minutes": 3})
    do(desk, "add-item", {"kind": "live_call", "title": "现场接听", "minutes": 25})
    assert taken_over(desk) == ["欢迎收听", "现场接听"]
    told = desk.get(NEXT, R.PRODUCER).json()
    assert (told["airs_on"], told["airs_at"], told["stations"]) == ("2026-03-09", "09:00", SCHEDULE["stations"])


def test_a_case_that_left_publication_comes_not_back_with_the_run_down(desk: Desk) -> None:
    case = desk.delivered()
    receipt = desk.get(f"/api/v1/complaints/{case}", R.SUPERVISOR).json()["receipt_no"]
    desk.call(call_id="live-1")
    do(desk, "schedule", SCHEDULE)
    do(desk, "link-call", {"call_id": "live-1"})
    do(desk, "add-item", {"kind": "case", "title": "科长收礼", "minutes": 3, "receipt_no": receipt})
    desk.step(case, "withdraw-publication", R.SUPERVISOR, {"cause": "本人要求"})
    assert taken_over(desk) == ["案例"]
    assert (receipt in desk.get(NEXT, R.PRODUCER).text, desk.get(f"{NEXT}/calls", R.PRODUCER).json()["items"]) == (
        False,
        [],
    )


def test_a_title_that_names_who_called_last_time_comes_not_back(desk: Desk) -> None:
    do(desk, "schedule", SCHEDULE)
    do(desk, "add-item", {"kind": "live_call", "title": "冬天来电", "minutes": 3})
    desk.call(call_id="live-1", caller_name="冬天")
    do(desk, "link-call", {"call_id": "live-1"})
    assert taken_over(desk) == ["现场连线"]


def test_there_is_nothing_to_take_over_before_the_first_run_down(desk: Desk) -> None:
    do(desk, "schedule", SCHEDULE)
    none = desk.send("POST", f"{NEXT}/take-over", R.PRODUCER, json={})
    named = desk.send("POST", f"{NEXT}/take-over", R.PRODUCER, json={"from_episode": EPISODE})
    unknown = desk.send("POST", f"{NEXT}/take-over", R.PRODUCER, json={"from_episode": "x"})
    assert [(one.status_code, one.json()["type"].rpartition(":")[2]) for one in (none, named, unknown)] == [
        (409, "no-earlier-episode"),
        (409, "nothing-to-take-over"),
        (404, "no-such-episode"),
    ]


def test_neither_a_later_nor_a_cancelled_episode_is_the_last_one(desk: Desk) -> None:
    do(desk, "schedule", SCHEDULE)
    do(desk, "add-item", {"kind": "opening", "title": "欢迎收听", "minutes": 3})
    for reference, day in (("off", "2026-03-09"), ("later", "2026-04-09")):
        said = {**SCHEDULE, "airs_on": day}
        desk.send("POST", f"/api/v1/episodes/{reference}/schedule", R.PRODUCER, json=said)
        item = {"kind": "opening", "title": reference, "minutes": 3}
        desk.send("POST", f"/api/v1/episodes/{reference}/add-item", R.PRODUCER, json=item)
    desk.send("POST", "/api/v1/episodes/off/cancel", R.PRODUCER, json={"reason": "防汛"})
    assert taken_over(desk, {"airs_on": "2026-03-16"}) == ["欢迎收听"]
