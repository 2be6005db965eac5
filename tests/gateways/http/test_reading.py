"""Work lists, one case, its history and clocks, as each role sees them."""

from domain.words import Role
from tests.gateways.http.desk import CALL, LAMPS, ROADS, Desk

R = Role


def test_a_case_is_in_the_list_as_soon_as_it_is_registered(desk: Desk) -> None:
    receipt = desk.call(unit=ROADS)
    (item,) = desk.listed(R.OPERATOR)
    assert {name: item[name] for name in ("id", "receipt_no", "title", "state", "deadline")} == {
        "id": receipt["id"],
        "receipt_no": receipt["receipt_no"],
        "title": "路灯不亮",
        "state": "registered",
        "deadline": receipt["deadline"],
    }


def test_the_list_is_narrowed_by_what_is_asked(desk: Desk) -> None:
    first = desk.dispatched()
    second = desk.call(call_id="call-2", kind="enquiry", title="公交线路", text="二十路末班车几点")["id"]
    asked = {
        "state=handling": [first],
        "kind=enquiry": [second],
        f"unit={ROADS}": [first],
        "q=末班车": [second],
        "registered_from=2026-03-03": [],
        "channel=hotline&order=deadline": [second, first],
        "state=handling&state=registered": [second, first],
    }
    assert {query: [item["id"] for item in desk.listed(R.DISPATCHER, query)] for query in asked} == asked


def test_pages_follow_one_another_and_end(desk: Desk) -> None:
    ids = [desk.call(call_id=f"call-{n}")["id"] for n in range(5)]
    seen: list[str] = []
    page = desk.get("/api/v1/complaints?limit=2", R.OPERATOR).json()
    while page["next"] is not None:
        seen += [item["id"] for item in page["items"]]
        page = desk.get(f"/api/v1/complaints?limit=2&cursor={page['next']}", R.OPERATOR).json()
    assert [*seen, page["items"][0]["id"]] == list(reversed(ids))


def test_a_cursor_that_no_page_gave_out_and_an_unknown_filter_are_refused(desk: Desk) -> None:
    for query in ("cursor=x", "colour=red", "limit=0", "state=lost"):
        assert desk.get(f"/api/v1/complaints?{query}", R.OPERATOR).status_code == 422


def test_overdue_cases_are_found_as_such(desk: Desk) -> None:
    case = desk.call()["id"]
    assert desk.listed(R.SUPERVISOR, "overdue=true") == []
    desk.clock.pass_(days=10)
    (item,) = desk.listed(R.SUPERVISOR, "overdue=true")
    assert (item["id"], "overdue" in item["flags"]) == (case, True)


def test_a_unit_lists_and_sees_its_own_cases_only(desk: Desk) -> None:
    case = desk.dispatched()
    desk.call(call_id="call-2")
    assert [item["id"] for item in desk.listed(R.UNIT_CLERK)] == [case]
    assert desk.listed(R.UNIT_CLERK, unit=LAMPS) == []
    assert desk.get(f"/api/v1/complaints/{case}", R.UNIT_CLERK, unit=LAMPS).status_code == 404


def test_a_unit_sees_its_own_leg_and_nothing_of_another_units(desk: Desk) -> None:
    case = desk.dispatched()
    desk.step(case, "add-co-unit", R.DISPATCHER, {"unit": LAMPS})
    for path in ("", "/history", "/clock"):
        shown = desk.get(f"/api/v1/complaints/{case}{path}", R.UNIT_CLERK, unit=LAMPS)
        assert shown.status_code == 200
        assert ROADS not in shown.text
    clocks = desk.get(f"/api/v1/complaints/{case}/clock", R.UNIT_CLERK, unit=LAMPS).json()["clocks"]
    assert [clock["name"] for clock in clocks] == ["citizen", "leg 2"]


def test_a_co_unit_sees_neither_the_lead_units_requests_nor_its_answer_before_delivery(desk: Desk) -> None:
    case = desk.dispatched()
    desk.step(case, "add-co-unit", R.DISPATCHER, {"unit": LAMPS})
    desk.step(case, "terminate", R.UNIT_LEADER, {"ground": "settled", "reason": "同一事项"})
    desk.step(case, "refuse-termination", R.APPROVER, {"reason": "请继续办理"})
    desk.step(case, "record-finding", R.UNIT_CLERK, {"result": "not", "evidence": "现场查看"})
    desk.step(case, "reply", R.UNIT_CLERK, {"reply": "路灯已修好。"})
    for path in ("", "/history"):
        shown = desk.get(f"/api/v1/complaints/{case}{path}", R.UNIT_CLERK, unit=LAMPS).text
        assert not any(word in shown for word in (ROADS, "同一事项", "现场查看", "路灯已修好。"))


def test_a_lead_unit_sees_to_whom_it_sent_the_case_on(desk: Desk) -> None:
    case = desk.dispatched()
    desk.step(case, "sub-dispatch", R.UNIT_CLERK, {"unit": LAMPS})
    entry = desk.get(f"/api/v1/complaints/{case}/history", R.UNIT_CLERK).json()["items"][-1]
    assert (entry["event"], entry["data"]["unit"]) == ("complaint.sub_dispatched.v1", LAMPS)


def test_an_auditor_reads_what_was_said_and_not_who_said_it(desk: Desk) -> None:
    case = desk.dispatched()
    shown = desk.get(f"/api/v1/complaints/{case}", R.AUDITOR).json()
    history = desk.get(f"/api/v1/complaints/{case}/history", R.AUDITOR)
    assert (shown["text"], shown["reporter_name"], shown["reporter_number"]) == (CALL["text"], None, None)
    assert shown["sealed"] == ["reporter_name", "reporter_number"]
    assert "张三" not in history.text
    assert history.json()["items"][0]["sealed"] == ["reporter_name", "reporter_number", "source_id"]


def test_a_producer_and_a_screener_see_no_case_at_all(desk: Desk) -> None:
    case = desk.call()["id"]
    for role in (R.PRODUCER, R.SCREENER):
        assert desk.get("/api/v1/complaints", role).status_code == 403
        assert desk.get(f"/api/v1/complaints/{case}", role).status_code == 403


def test_every_reading_of_sealed_text_is_on_record(desk: Desk) -> None:
    case = desk.call()["id"]
    desk.get(f"/api/v1/complaints/{case}", R.OPERATOR)
    desk.get(f"/api/v1/complaints/{case}/history", R.SUPERVISOR)
    reads = [(read.by.role, read.what) for read in desk.house.access.reads()]
    assert reads == [(R.SUPERVISOR, "history"), (R.OPERATOR, "text")]


def test_the_clock_explains_the_deadline_day_by_day(desk: Desk) -> None:
    case = desk.call()["id"]
    clocks = desk.get(f"/api/v1/complaints/{case}/clock", R.OPERATOR).json()
    citizen = clocks["clocks"][0]
    assert citizen["limit"] == {"value": 5, "unit": "working_days"}
    assert sum(day["counted"] for day in citizen["days"]) == citizen["counted_days"] == 5
    assert (citizen["days"][-1]["date"], citizen["deadline"]) == ("2026-03-09", "2026-03-09T23:59:59+08:00")


def test_a_correction_shows_in_its_place(desk: Desk) -> None:
    case = desk.call()["id"]
    desk.step(case, "correct", R.OPERATOR, {"reason": "听错", "title": "路灯常亮", "reporter_name": "张山"})
    shown = desk.get(f"/api/v1/complaints/{case}", R.OPERATOR).json()
    assert (shown["title"], shown["reporter_name"], shown["text"]) == ("路灯常亮", "张山", CALL["text"])


def test_figures_by_unit_come_over_the_api(desk: Desk) -> None:
    desk.delivered()
    figures = desk.get("/api/v1/stats/units?quarter=2026Q1", R.SUPERVISOR).json()
    before = desk.get("/api/v1/stats/units?quarter=2026Q1&known_at=2026-03-01T00:00:00Z", R.SUPERVISOR).json()
    assert (figures["total"]["answered"], [unit["unit"] for unit in figures["units"]]) == (1, [ROADS])
    assert before["total"]["answered"] == 0


def test_figures_of_no_quarter_and_of_the_future_are_refused(desk: Desk) -> None:
    for query in (
        "quarter=2026Q5",
        "quarter=2026Q1&known_at=2027-01-01T00:00:00Z",
        "quarter=2026Q1&as_of=yesterday",
        "quarter=2026Q1&as_of=0001-01-01T00:00:00%2B14:00",
    ):
        assert desk.get(f"/api/v1/stats/units?{query}", R.SUPERVISOR).status_code == 422
