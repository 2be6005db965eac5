"""Lists as files, and what was substantiated and not corrected: for whom, with which columns, and never a formula."""

import csv
import io
from datetime import datetime
from typing import Any

import openpyxl
import pytest

from domain.words import Role
from services.access.store import ReadRecord
from tests.composed import StandingClock
from tests.gateways.http.desk import LAMPS, ROADS, Desk

MEASURES = [{"code": "更换灯具", "due": "2026-03-06"}, {"code": "巡查制度", "due": "2026-03-31"}]


def exported(desk: Desk, role: Role, query: str = "", *, unit: str | None = None) -> list[dict[str, str]]:
    answer = desk.get(f"/api/v1/complaints.csv?{query}", role, unit=unit)
    assert answer.status_code == 200, answer.text
    return list(csv.DictReader(io.StringIO(answer.content.decode("utf-8-sig"))))


def workbook(desk: Desk, role: Role) -> Any:  # noqa: ANN401 - openpyxl has no types
    answer = desk.get("/api/v1/complaints.xlsx", role)
    assert answer.status_code == 200, answer.text
    return openpyxl.load_workbook(io.BytesIO(answer.content)).active


def reads(desk: Desk) -> list[ReadRecord]:
    return [read for read in desk.house.access.reads() if read.what == "title (list export)"]


def found(desk: Desk, result: str = "substantiated", measures: list[dict[str, Any]] | None = None) -> str:
    case = desk.dispatched()
    said = {"result": result, "evidence": "现场查看", "measures": MEASURES if measures is None else measures}
    desk.step(case, "record-finding", Role.UNIT_CLERK, said)
    return case


def uncorrected(desk: Desk, role: Role, query: str = "", *, unit: str | None = None) -> dict[str, Any]:
    answer = desk.get(f"/api/v1/uncorrected?{query}", role, unit=unit)
    assert answer.status_code == 200, answer.text
    body: dict[str, Any] = answer.json()
    return body


def test_a_file_holds_every_case_of_the_list_beyond_one_page(desk: Desk, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("gateways.http.exports.PAGE_ITEMS_MAX", 2)
    for number in range(5):
        desk.call(call_id=f"call-{number}", title=f"第{number}件")
    assert [row["标题"] for row in exported(desk, Role.DISPATCHER, "order=oldest")] == [f"第{n}件" for n in range(5)]


@pytest.mark.parametrize("title", ["=1+1", "+1", "-1", "@SUM(A1)", "\t=1+1", " =1+1", "＝1+1"])
def test_no_title_becomes_a_formula(desk: Desk, title: str) -> None:
    desk.call(title=title)
    assert exported(desk, Role.DISPATCHER)[0]["标题"] == f"'{title}"
    cell = workbook(desk, Role.DISPATCHER)["F2"]
    assert (cell.value, cell.data_type) == (title, "s")


def test_a_workbook_holds_dates_and_numbers_and_not_their_texts(desk: Desk) -> None:
    desk.call()
    sheet = workbook(desk, Role.DISPATCHER)
    row = dict(zip([cell.value for cell in sheet[1]], sheet[2], strict=True))
    assert isinstance(row["登记时间"].value, datetime)
    assert row["期限"].is_date
    assert row["重办次数"].value == 0


def test_a_unit_exports_its_own_cases_without_the_channels_number(desk: Desk) -> None:
    desk.dispatched()
    rows = exported(desk, Role.UNIT_CLERK)
    assert len(rows) == 1
    assert "渠道编号" not in rows[0]
    assert exported(desk, Role.UNIT_CLERK, unit=LAMPS) == []
    assert exported(desk, Role.DISPATCHER)[0]["渠道编号"] == "call-1"


def test_each_title_that_goes_into_a_file_is_on_record(desk: Desk) -> None:
    case = desk.call()["id"]
    exported(desk, Role.DISPATCHER)
    assert [(str(read.complaint), read.by.role) for read in reads(desk)] == [(case, Role.DISPATCHER)]


def test_an_accusation_goes_into_no_file_of_the_office(desk: Desk) -> None:
    desk.call(kind="accusation")
    assert exported(desk, Role.DISPATCHER) == []
    assert exported(desk, Role.AUDITOR)[0]["标题"] == ""


@pytest.mark.parametrize(
    ("waits_for", "count"), [("operator", 1), ("dispatcher", 1), ("unit", 1), ("approver", 0), ("supervisor", 0)]
)
def test_each_desk_is_listed_what_waits_for_it(desk: Desk, waits_for: str, count: int) -> None:
    desk.call(call_id="waiting")
    desk.dispatched(call_id="in hand")
    assert len(desk.listed(Role.ADMIN, f"desk={waits_for}")) == count


def test_the_last_changed_stands_first(desk: Desk) -> None:
    first, second = desk.call(call_id="a")["id"], desk.call(call_id="b")["id"]
    desk.step(first, "dispatch", Role.DISPATCHER, {"unit": ROADS})
    assert [item["id"] for item in desk.listed(Role.ADMIN, "order=updated")] == [first, second]
    assert [item["id"] for item in desk.listed(Role.ADMIN, "order=oldest")] == [first, second]


def test_a_list_is_narrowed_to_days_of_the_deadline(desk: Desk) -> None:
    due = desk.call()["deadline"][:10]
    assert len(desk.listed(Role.ADMIN, f"due_from={due}&due_to={due}")) == 1
    assert desk.listed(Role.ADMIN, f"due_to={due}&due_from=2027-01-01") == []


def test_measures_are_owed_the_longest_overdue_first_until_they_are_proved_done(
    desk: Desk, clock: StandingClock
) -> None:
    case = found(desk)
    clock.pass_(days=10)
    listed = uncorrected(desk, Role.SUPERVISOR)
    assert [(line["code"], line["days_overdue"]) for line in listed["items"]] == [("更换灯具", 6), ("巡查制度", 0)]
    assert (listed["total"], listed["past_due"]) == (2, 1)
    desk.step(case, "complete-measure", Role.UNIT_CLERK, {"code": "更换灯具", "evidence": "更换记录"})
    assert uncorrected(desk, Role.SUPERVISOR, "past_due=true")["items"] == []


def test_a_measure_can_be_reported_done_after_the_answer_was_given(desk: Desk) -> None:
    case = desk.delivered()
    assert uncorrected(desk, Role.SUPERVISOR)["items"][0]["code"] is None
    desk.step(case, "complete-measure", Role.UNIT_LEADER, {"code": "批评教育", "evidence": "谈话记录"})
    assert uncorrected(desk, Role.SUPERVISOR)["total"] == 0


def test_a_unit_is_listed_its_own_measures_only(desk: Desk) -> None:
    found(desk)
    assert uncorrected(desk, Role.UNIT_CLERK)["total"] == 2
    assert uncorrected(desk, Role.UNIT_CLERK, unit=LAMPS)["total"] == 0
    assert uncorrected(desk, Role.UNIT_CLERK, f"unit={ROADS}", unit=LAMPS)["total"] == 0
    assert uncorrected(desk, Role.AUDITOR, f"unit={ROADS}")["total"] == 2


def test_what_is_not_substantiated_is_not_listed(desk: Desk) -> None:
    found(desk, "not")
    assert uncorrected(desk, Role.SUPERVISOR)["total"] == 0
