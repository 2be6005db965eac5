"""A unit on one page: what it owes, how it did, and never a hundred per cent beside an unspoken list."""

from typing import Any

import pytest

from domain.words import Role
from tests.composed import StandingClock
from tests.gateways.http.desk import LAMPS, ROADS, Desk


def page(desk: Desk, role: Role = Role.SUPERVISOR, query: str = "", *, of: str = ROADS, unit: str | None = None) -> Any:  # noqa: ANN401
    answer = desk.get(f"/api/v1/units/{of}/page?{query}", role, unit=unit)
    assert answer.status_code == 200, answer.text
    return answer.json()


def shown(desk: Desk, role: Role = Role.SUPERVISOR, query: str = "") -> str:
    headers = {"Cookie": f"hangfeng_console={desk.token(role)}"}
    answer = desk.send("GET", f"/console/units/{ROADS}?{query}", headers=headers)
    assert answer.status_code == 200, answer.text
    return answer.text


def asked(desk: Desk, case: str, satisfaction: str, cause: str | None = None) -> None:
    said = {"means": "电话", "reached": True, "solved": cause is None, "satisfaction": satisfaction, "cause": cause}
    desk.step(case, "follow-up", Role.FOLLOW_UP_OFFICER, said)


def test_what_is_undone_stands_oldest_first_with_how_long_it_is_over(desk: Desk, clock: StandingClock) -> None:
    first = desk.dispatched(call_id="a")
    clock.pass_(days=14)
    second = desk.dispatched(call_id="b")
    found = page(desk)
    assert [(line["id"], line["age_days"]) for line in found["undone"]] == [(first, 14), (second, 0)]
    assert [(line["id"], line["days_over"]) for line in found["overdue"]] == [(first, 7)]


def test_a_hundred_per_cent_is_never_left_alone_beside_what_is_undone(desk: Desk) -> None:
    case = desk.delivered()
    asked(desk, case, "satisfied")
    found = page(desk)
    assert found["figures"]["satisfied"]["rate"] == "100.00%"
    assert [line["measure"] for line in found["uncorrected"]] == [None]
    assert "满意率" in found["remarks"][0]["zh"]
    assert "1 项属实未纠" in found["remarks"][0]["zh"]
    desk.step(case, "complete-measure", Role.UNIT_CLERK, {"code": "批评教育", "evidence": "谈话记录"})
    assert page(desk)["remarks"] == []


def test_the_dissatisfied_stand_with_their_cause_and_whether_it_was_done_again(desk: Desk) -> None:
    case = desk.delivered()
    asked(desk, case, "dissatisfied", "问题未解决")
    desk.step(case, "rework", Role.FOLLOW_UP_OFFICER, {"reason": "仍不亮"})
    found = page(desk)
    assert [(line["cause"], line["reworked"]) for line in found["dissatisfied"]] == [("问题未解决", True)]
    assert [line["cause"] for line in found["reworks"]] == ["问题未解决"]


def test_what_was_answered_late_says_by_how_many_days(desk: Desk, clock: StandingClock) -> None:
    case = desk.dispatched(kind="help")
    clock.pass_(days=10)
    desk.step(case, "reply", Role.UNIT_CLERK, {"reply": "路灯已修好。"})
    desk.step(case, "approve-reply", Role.APPROVER)
    assert [(line["id"], line["days_over"]) for line in page(desk)["late"]] == [(case, 3)]


def test_a_unit_s_promises_stand_on_its_page_and_none_is_said_to_be_none(desk: Desk) -> None:
    desk.dispatched()
    assert page(desk)["promises"]["cause"]["code"] == "promises_none"
    said = {"airs_on": "2026-03-02", "stations": [{"name": "市广播电台"}]}
    leader = {"unit": ROADS, "leader": "路行舟", "post": "局长", "head": True}
    promise = {"text": "修好路灯", "unit": ROADS, "working_days": 3}
    for verb, body in (("schedule", said), ("invite", {"unit": ROADS}), ("confirm", leader), ("promise", promise)):
        assert desk.send("POST", f"/api/v1/episodes/e1/{verb}", Role.PRODUCER, json=body).status_code == 200
    assert [line["standing"] for line in page(desk)["promises"]["items"]] == ["open"]
    assert "修好路灯" in shown(desk)


def test_a_past_quarter_shows_what_was_owed_at_its_end(desk: Desk, clock: StandingClock) -> None:
    case = desk.dispatched()
    clock.pass_(days=40)
    desk.step(case, "record-finding", Role.UNIT_CLERK, {"result": "not", "evidence": "现场查看"})
    desk.step(case, "reply", Role.UNIT_CLERK, {"reply": "路灯已修好。"})
    desk.step(case, "approve-reply", Role.APPROVER)
    assert [line["id"] for line in page(desk, query="quarter=2026Q1")["overdue"]] == [case]
    assert page(desk, query="quarter=2026Q2")["overdue"] == []


@pytest.mark.parametrize("role", [Role.UNIT_CLERK, Role.UNIT_LEADER])
def test_a_units_people_see_their_own_page_and_no_other(desk: Desk, role: Role) -> None:
    desk.dispatched()
    desk.dispatched(LAMPS, call_id="other")
    assert page(desk, role, of=LAMPS, unit=LAMPS)["unit"] == LAMPS
    assert desk.get(f"/api/v1/units/{ROADS}/page", role, unit=LAMPS).status_code == 404


def test_a_unit_that_nobody_knows_has_no_page(desk: Desk) -> None:
    assert desk.get("/api/v1/units/无此单位/page", Role.SUPERVISOR).status_code == 404


def test_the_page_can_be_read_and_leads_to_its_cases(desk: Desk, clock: StandingClock) -> None:
    case = desk.dispatched()
    clock.pass_(days=14)
    text = shown(desk)
    assert f"/console/complaints/{case}" in text
    assert "其中超时" in text
    assert "路灯不亮" not in text


def test_a_quarter_that_is_none_is_refused_by_its_field(desk: Desk) -> None:
    headers = {"Cookie": f"hangfeng_console={desk.token(Role.SUPERVISOR)}"}
    assert desk.send("GET", f"/console/units/{ROADS}?quarter=x", headers=headers).status_code == 422


def test_what_a_unit_passed_on_stands_on_its_page_with_the_hand_over_that_it_owes(
    desk: Desk, clock: StandingClock
) -> None:
    case = desk.dispatched()
    desk.step(case, "return", Role.UNIT_CLERK, {"reason": "不在管养范围"})
    assert [(line["outcome"], line["handover_due"]) for line in page(desk)["passed"]] == [("pending", None)]
    desk.step(case, "approve-return", Role.DISPATCHER)
    desk.step(case, "dispatch", Role.DISPATCHER, {"unit": LAMPS})
    seen = desk.get(f"/api/v1/complaints/{case}", Role.SUPERVISOR).json()["first_receiver"]
    assert (seen["unit"], seen["answers"], [one["unit"] for one in seen["handovers"]]) == (ROADS, ROADS, [ROADS])
    clock.pass_(days=3)
    found = page(desk)
    assert (found["first_received"], found["handovers_late"], page(desk, of=LAMPS)["first_received"]) == (1, 1, 0)
    assert "移交逾限" in shown(desk)
    desk.step(case, "hand-over", Role.UNIT_CLERK, {"means": "电话", "note": "已告知转路灯管理所"})
    (line,) = page(desk)["passed"]
    assert (line["outcome"], line["handover_late"], line["handed_over_on"] is None) == ("approved", True, False)


def test_a_unit_does_not_read_which_other_received_the_case_first(desk: Desk) -> None:
    case = desk.dispatched()
    desk.step(case, "return", Role.UNIT_CLERK, {"reason": "不在管养范围"})
    desk.step(case, "approve-return", Role.DISPATCHER)
    desk.step(case, "dispatch", Role.DISPATCHER, {"unit": LAMPS})
    seen = desk.get(f"/api/v1/complaints/{case}", Role.UNIT_CLERK, unit=LAMPS).json()["first_receiver"]
    assert ROADS not in str(seen)
    assert seen["handovers"] == []
