import pytest

from domain.words import Role
from tests.gateways.http.desk import CALL, Desk

CALLS = "/api/v1/hotline/calls"


def test_a_call_is_registered_with_receipt_query_code_and_deadline(desk: Desk) -> None:
    answer = desk.send("POST", CALLS, Role.OPERATOR, json=CALL)
    receipt = answer.json()
    assert answer.status_code == 201
    assert receipt["receipt_no"].startswith("20260302-")
    assert len(receipt["query_code"]) == 10
    assert receipt["registered_at"] == "2026-03-02T09:00:00+08:00"
    assert receipt["deadline"] == "2026-03-09T23:59:59+08:00"


def test_the_same_call_again_gives_the_same_receipt(desk: Desk) -> None:
    first = desk.send("POST", CALLS, Role.OPERATOR, json=CALL)
    desk.clock.pass_(minutes=5)
    again = desk.send("POST", CALLS, Role.OPERATOR, json=dict(reversed(CALL.items())))
    assert (first.status_code, again.status_code) == (201, 200)
    assert first.json() == again.json()


def test_the_same_call_with_another_body_is_a_conflict(desk: Desk) -> None:
    desk.call()
    answer = desk.send("POST", CALLS, Role.OPERATOR, json={**CALL, "text": "另一件事"})
    assert (answer.status_code, answer.json()["type"]) == (409, "urn:hangfeng:problem:key-used-for-another")


def test_one_call_may_carry_several_matters(desk: Desk) -> None:
    assert desk.call()["id"] != desk.call(matter_no=2, text="另一件事")["id"]


def test_a_call_that_happened_earlier_keeps_its_time(desk: Desk) -> None:
    receipt = desk.call(occurred_at="2026-03-02T00:30:00Z")
    assert receipt["registered_at"] == "2026-03-02T08:30:00+08:00"


def test_a_call_from_the_future_is_refused_by_its_field(desk: Desk) -> None:
    answer = desk.send("POST", CALLS, Role.OPERATOR, json={**CALL, "occurred_at": "2026-03-03T00:00:00+08:00"})
    assert (answer.status_code, answer.json()["field"]) == (422, "occurred_at")


@pytest.mark.parametrize("told", ["0001-01-01T00:00:00Z", "0001-01-01T00:00:00+14:00", "9999-12-31T23:59:59-12:00"])
def test_a_time_at_the_edge_of_the_calendar_is_refused_by_its_field(desk: Desk, told: str) -> None:
    answer = desk.send("POST", CALLS, Role.OPERATOR, json={**CALL, "occurred_at": told})
    assert (answer.status_code, answer.json()["field"]) == (422, "occurred_at")


def test_a_number_among_readable_words_is_refused_by_its_field(desk: Desk) -> None:
    answer = desk.send("POST", CALLS, Role.OPERATOR, json={**CALL, "category": "电话 13800000000"})
    assert (answer.status_code, answer.json()["field"]) == (422, "category")


def test_nothing_that_was_said_stands_readable_in_the_log(desk: Desk) -> None:
    desk.call()
    stored = b"".join(event.state for event in desk.house.log.read_raw(0, 1_000))
    assert b"13800000000" not in stored
    assert "解放路".encode() not in stored
