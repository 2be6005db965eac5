"""Pages and files of what falls due, is overdue, is uncorrected, and whom to call, while cases come and go."""

import csv
import io
from datetime import datetime
from typing import Any

import openpyxl
import pytest

from domain.words import Role
from gateways.http import list_files
from tests.composed import SHANGHAI
from tests.gateways.http.desk import LAMPS, ROADS, Desk

MEASURES = [{"code": f"措施{number}", "due": f"2026-03-{10 - number:02}"} for number in range(4)]
LISTS = ("/api/v1/due?within=week", "/api/v1/overdue?", "/api/v1/uncorrected?", "/api/v1/follow-ups?")
NAMES = ("DUE", "OVERDUE", "UNCORRECTED", "CALLS")


def paged(desk: Desk, path: str, limit: int = 1) -> list[dict[str, Any]]:
    """Every line of a list, a small page at a time."""
    found: list[dict[str, Any]] = []
    cursor = ""
    while True:
        page = desk.get(f"{path}&limit={limit}{cursor}", Role.ADMIN).json()
        found += page["items"]
        if page["next"] is None:
            return found
        cursor = f"&cursor={page['next']}"


def at(desk: Desk, written: str) -> None:
    desk.clock.now = datetime.fromisoformat(written).replace(tzinfo=SHANGHAI)


@pytest.fixture
def busy(desk: Desk) -> Desk:
    """Cases due on Thursday, some late, four measures owed, and two answers to call about."""
    for number in range(3):
        desk.dispatched(ROADS, call_id=f"enquiry {number}", kind="enquiry")
    case = desk.dispatched(call_id="conduct")
    said = {"result": "substantiated", "evidence": "现场查看", "measures": MEASURES}
    desk.step(case, "record-finding", Role.UNIT_CLERK, said)
    for number in range(2):
        desk.delivered(call_id=f"delivered {number}")
    return desk


def late(desk: Desk) -> None:
    at(desk, "2026-03-09T10:00")
    desk.house.catch_up()
    desk.house.watch.look()


@pytest.mark.parametrize("path", LISTS)
@pytest.mark.parametrize("limit", [1, 2, 3])
def test_pages_of_any_size_hold_what_one_page_holds(busy: Desk, path: str, limit: int) -> None:
    if "overdue" in path:
        late(busy)
    whole = busy.get(f"{path}&limit=100", Role.ADMIN).json()
    assert len(whole["items"]) > 1
    assert whole["next"] is None
    assert paged(busy, path, limit) == whole["items"]


def test_what_comes_in_meanwhile_neither_shifts_nor_repeats_a_line(busy: Desk) -> None:
    first = busy.get("/api/v1/due?within=week&limit=2", Role.ADMIN).json()
    busy.dispatched(LAMPS, call_id="meanwhile", kind="enquiry")
    behind = busy.get(f"/api/v1/due?within=week&limit=100&cursor={first['next']}", Role.ADMIN).json()
    seen = [(one["id"], one["clock"]) for one in (*first["items"], *behind["items"])]
    assert len(seen) == len(set(seen))
    assert len(seen) == 8


def test_what_ends_meanwhile_takes_no_other_line_along(busy: Desk) -> None:
    whole = [one["code"] for one in paged(busy, "/api/v1/uncorrected?")]
    first = busy.get("/api/v1/uncorrected?limit=2", Role.ADMIN).json()
    case = first["items"][0]["id"]
    done = {"code": first["items"][1]["code"], "evidence": "整改记录"}
    busy.step(case, "complete-measure", Role.UNIT_CLERK, done)
    behind = busy.get(f"/api/v1/uncorrected?cursor={first['next']}", Role.ADMIN).json()
    assert [one["code"] for one in (*first["items"], *behind["items"])] == whole


def test_the_counts_are_of_the_whole_list_on_every_page(busy: Desk) -> None:
    first = busy.get("/api/v1/uncorrected?limit=1", Role.ADMIN).json()
    second = busy.get(f"/api/v1/uncorrected?limit=1&cursor={first['next']}", Role.ADMIN).json()
    assert first["total"] == second["total"]
    assert first["left_off"] == second["left_off"] + 1 == first["total"] - 1


@pytest.mark.parametrize("path", LISTS)
@pytest.mark.parametrize("cursor", ["n1", "t2026-03-05@1@0", "m2026-03-05@x@y@0@0", "t2026-03-05T23:59:59@1@0'"])
def test_a_cursor_that_no_page_gave_out_is_refused_by_its_name(desk: Desk, path: str, cursor: str) -> None:
    answer = desk.get(f"{path}&cursor={cursor}", Role.ADMIN)
    assert answer.status_code == 422, answer.text
    assert answer.json()["field"] == "cursor"


@pytest.mark.parametrize(("path", "what"), list(zip(LISTS, NAMES, strict=True)))
def test_a_file_holds_every_page_of_its_list(busy: Desk, path: str, what: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(list_files, what, getattr(list_files, what)._replace(items_max=1))
    late(busy)
    name = path.partition("?")[0]
    expected = [one["receipt_no"] for one in paged(busy, f"{name}?")]
    answer = busy.get(f"{name}.csv", Role.ADMIN)
    assert answer.headers["content-disposition"] == f'attachment; filename="{name.rpartition("/")[2]}.csv"'
    rows = list(csv.DictReader(io.StringIO(answer.content.decode("utf-8-sig"))))
    assert [row["受理编号"] for row in rows] == expected
    sheet: Any = openpyxl.load_workbook(io.BytesIO(busy.get(f"{name}.xlsx", Role.ADMIN).content)).active
    assert [row[0].value for row in sheet.iter_rows(min_row=2)] == expected


def test_a_unit_exports_its_own_lines_only(busy: Desk) -> None:
    late(busy)
    for name in ("due", "overdue", "uncorrected"):
        own = busy.get(f"/api/v1/{name}.csv", Role.UNIT_CLERK, unit=LAMPS).content.decode("utf-8-sig")
        assert len(own.splitlines()) == 1, name
    assert busy.get("/api/v1/follow-ups.csv", Role.UNIT_CLERK).status_code == 403


def test_each_title_of_the_call_list_that_goes_into_a_file_is_on_record(busy: Desk) -> None:
    busy.get("/api/v1/follow-ups.csv", Role.FOLLOW_UP_OFFICER)
    found = [read for read in busy.house.access.reads() if read.what == "title (list export)"]
    assert {read.by.role for read in found} == {Role.FOLLOW_UP_OFFICER}
    assert len(found) == 2
