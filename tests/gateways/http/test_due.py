"""What falls due by unit, the overdue register, and hard cases: everybody their own, the hotline all."""

from datetime import datetime
from typing import Any

import pytest

from domain.words import Role
from tests.composed import SHANGHAI
from tests.gateways.http.desk import LAMPS, ROADS, Desk


def due(desk: Desk, within: str = "today", role: Role = Role.SUPERVISOR, unit: str | None = None) -> dict[str, Any]:
    answer = desk.get(f"/api/v1/due?within={within}", role, unit=unit)
    assert answer.status_code == 200, answer.text
    found: dict[str, Any] = answer.json()
    return found


def overdue(desk: Desk, role: Role = Role.SUPERVISOR, unit: str | None = None) -> list[dict[str, Any]]:
    desk.house.catch_up()
    desk.house.watch.look()
    answer = desk.get("/api/v1/overdue", role, unit=unit)
    assert answer.status_code == 200, answer.text
    found: list[dict[str, Any]] = answer.json()["items"]
    return found


def at(desk: Desk, written: str) -> None:
    desk.clock.now = datetime.fromisoformat(written).replace(tzinfo=SHANGHAI)


@pytest.fixture
def enquiry(desk: Desk) -> str:
    """Registered and dispatched on Monday 2026-03-02, three working days: due on Thursday."""
    return desk.dispatched(ROADS, kind="enquiry")


@pytest.mark.parametrize(
    ("day", "counts"),
    [
        ("2026-03-02T10:00", (0, 0, 1)),
        ("2026-03-04T10:00", (0, 1, 1)),
        ("2026-03-05T10:00", (1, 0, 1)),
        ("2026-03-06T10:00", (0, 0, 0)),
    ],
)
def test_what_falls_due_is_counted_by_unit(desk: Desk, enquiry: str, day: str, counts: tuple[int, ...]) -> None:
    at(desk, day)
    found = {one["unit"]: (one["today"], one["tomorrow"], one["week"]) for one in due(desk)["units"]}
    assert found == ({None: counts, ROADS: counts} if any(counts) else {})


def test_each_clock_is_listed_with_its_case(desk: Desk, enquiry: str) -> None:
    at(desk, "2026-03-04T10:00")
    items = due(desk, "tomorrow")["items"]
    assert [(one["id"], one["clock"], one["unit"]) for one in items] == [
        (enquiry, "citizen", None),
        (enquiry, "leg 1", ROADS),
    ]
    assert {one["deadline"] for one in items} == {"2026-03-05T23:59:59+08:00"}
    assert due(desk, "today")["items"] == []


def test_a_deadline_into_a_year_without_a_calendar_is_marked(desk: Desk) -> None:
    at(desk, "2026-12-30T09:00")
    case = desk.dispatched(ROADS, kind="enquiry")
    found = due(desk, "week")
    assert [(one["id"], one["provisional"]) for one in found["items"]] == [(case, True)] * 2
    assert {one["unit"]: one["provisional"] for one in found["units"]} == {None: 1, ROADS: 1}


@pytest.mark.parametrize("role", [Role.UNIT_CLERK, Role.UNIT_LEADER])
def test_a_unit_sees_its_own_clocks_only(desk: Desk, enquiry: str, role: Role) -> None:
    desk.dispatched(LAMPS, call_id="other", kind="enquiry")
    own = due(desk, "week", role, ROADS)
    assert [one["unit"] for one in own["units"]] == [ROADS]
    assert [(one["id"], one["clock"]) for one in own["items"]] == [(enquiry, "leg 1")]
    asked = desk.get(f"/api/v1/due?within=week&unit={LAMPS}", role, unit=ROADS).json()
    assert (asked["units"], asked["items"]) == ([], [])


def test_a_red_card_enters_the_register_with_days_late_and_who_holds_the_case(desk: Desk, enquiry: str) -> None:
    assert overdue(desk) == []
    at(desk, "2026-03-09T10:00")
    lines = overdue(desk)
    # Late since Thursday: four days, of which Friday and Monday were worked.
    assert [(one["clock"], one["days_late"], one["working_days_late"]) for one in lines] == [
        ("citizen", 4, 2),
        ("leg 1", 4, 2),
    ]
    assert {one["holder"] for one in lines} == {ROADS}
    desk.step(enquiry, "reply", Role.UNIT_CLERK, {"reply": "路灯已修好。"}, unit=ROADS)
    assert {one["holder"] for one in overdue(desk)} == {"review"}


def test_a_case_that_was_answered_late_leaves_the_register(desk: Desk, enquiry: str) -> None:
    at(desk, "2026-03-09T10:00")
    assert len(overdue(desk)) == 2
    desk.step(enquiry, "reply", Role.UNIT_CLERK, {"reply": "路灯已修好。"}, unit=ROADS)
    desk.step(enquiry, "approve-reply", Role.APPROVER)
    assert [one["clock"] for one in overdue(desk)] == ["citizen"]
    desk.step(enquiry, "deliver", Role.FOLLOW_UP_OFFICER, {"evidence": "电话告知"})
    assert overdue(desk) == []


def test_a_unit_reads_its_own_lines_of_the_register(desk: Desk, enquiry: str) -> None:
    desk.dispatched(LAMPS, call_id="other", kind="enquiry")
    at(desk, "2026-03-09T10:00")
    assert len(overdue(desk)) == 4
    assert [(one["id"], one["clock"]) for one in overdue(desk, Role.UNIT_CLERK, ROADS)] == [(enquiry, "leg 1")]


def test_three_transfers_make_a_hard_case(desk: Desk) -> None:
    case = str(desk.call()["id"])
    for number in range(3):
        assert desk.listed(Role.DISPATCHER, "flag=hard") == [], number
        desk.step(case, "dispatch", Role.DISPATCHER, {"unit": ROADS})
        desk.step(case, "return", Role.UNIT_CLERK, {"reason": "不属本单位"}, unit=ROADS)
        desk.step(case, "approve-return", Role.DISPATCHER)
    [found] = desk.listed(Role.DISPATCHER, "flag=hard")
    assert found["id"] == case
    assert "hard" in found["flags"]


def test_three_reworks_make_a_hard_case(desk: Desk) -> None:
    case, other = desk.delivered(), desk.delivered(call_id="other")
    dissatisfied = {"means": "电话", "reached": True, "solved": False, "satisfaction": "dissatisfied", "cause": "未修"}
    for number in range(3):
        desk.step(case, "follow-up", Role.FOLLOW_UP_OFFICER, dissatisfied)
        desk.step(case, "rework", Role.FOLLOW_UP_OFFICER, {"reason": "仍未解决"})
        assert [one["id"] for one in desk.listed(Role.SUPERVISOR, "flag=hard")] == [case] * (number == 2)
        desk.step(case, "dispatch", Role.DISPATCHER, {"unit": ROADS})
        desk.step(case, "sign", Role.UNIT_CLERK, unit=ROADS)
        desk.step(case, "record-finding", Role.UNIT_CLERK, {"result": "not", "evidence": "现场查看"}, unit=ROADS)
        desk.step(case, "reply", Role.UNIT_CLERK, {"reply": "已再次修好。"}, unit=ROADS)
        desk.step(case, "approve-reply", Role.APPROVER)
        desk.step(case, "deliver", Role.FOLLOW_UP_OFFICER, {"evidence": "电话告知"})
    flags = {one["id"]: "hard" in one["flags"] for one in desk.listed(Role.SUPERVISOR)}
    assert flags == {case: True, other: False}


@pytest.fixture
def disputed(desk: Desk) -> str:
    """Asked to be returned on Monday 2026-03-02: the office decides by the end of Tuesday."""
    case = desk.dispatched(ROADS, call_id="disputed")
    desk.step(case, "return", Role.UNIT_CLERK, {"reason": "该路段不在管养范围"}, unit=ROADS)
    return case


def test_a_dispute_falls_due_for_the_office_and_is_overdue_once_it_is_missed(desk: Desk, disputed: str) -> None:
    at(desk, "2026-03-03T10:00")
    assert [(one["id"], one["clock"], one["unit"]) for one in due(desk)["items"]] == [(disputed, "dispute 1", None)]
    assert overdue(desk) == []
    at(desk, "2026-03-04T00:00")
    assert [(one["clock"], one["days_late"], one["holder"]) for one in overdue(desk)] == [("dispute 1", 1, "dispute")]
    desk.step(disputed, "refuse-return", Role.DISPATCHER, {"reason": "职责清单列明"})
    assert overdue(desk) == []


def test_a_unit_reads_its_own_dispute_day_by_day_and_no_other_s(desk: Desk, disputed: str) -> None:
    at(desk, "2026-03-03T10:00")
    desk.step(disputed, "approve-return", Role.DISPATCHER)
    desk.step(disputed, "dispatch", Role.DISPATCHER, {"unit": LAMPS})
    path = f"/api/v1/complaints/{disputed}/clock"
    clocks = {one["name"]: one for one in desk.get(path, Role.UNIT_CLERK, unit=ROADS).json()["clocks"]}
    dispute = clocks["dispute 1"]
    assert (dispute["holder"], dispute["limit"]) == ("dispute", {"value": 1, "unit": "working_days"})
    assert [(day["date"], day["counted"]) for day in dispute["days"]] == [("2026-03-02", False), ("2026-03-03", True)]
    others = desk.get(path, Role.UNIT_CLERK, unit=LAMPS).json()["clocks"]
    assert [one["name"] for one in others] == ["citizen", "leg 2"]


def test_a_page_of_the_register_goes_on_behind_a_dispute(desk: Desk, disputed: str) -> None:
    at(desk, "2026-03-30T10:00")
    everything = [(one["id"], one["clock"]) for one in overdue(desk)]
    assert [clock for _, clock in everything] == ["dispute 1", "citizen", "leg 1"]
    read: list[tuple[str, str]] = []
    cursor: str | None = ""
    while cursor is not None:
        found = desk.get(f"/api/v1/overdue?limit=1{cursor and '&cursor=' + cursor}", Role.SUPERVISOR).json()
        read += [(one["id"], one["clock"]) for one in found["items"]]
        cursor = found["next"]
    assert read == everything
