"""The score ledger over HTTP: who may do what, and that a unit neither sees nor touches another unit's entries."""

from typing import Any

import httpx
import pytest

from domain.facts import Actor, Moment
from domain.words import Role
from services.editions.score_files import shipped_score_rules
from tests.composed import StandingClock
from tests.gateways.http.desk import LAMPS, ROADS, Desk

BASE = "/api/v1/scores"
Q1 = "quarter=2026Q1"


def adopted(desk: Desk) -> None:
    at = Moment(desk.clock().astimezone(desk.house.instance.zone))
    desk.house.adoption.adopt_score_rules(shipped_score_rules(), Actor("管理员", Role.ADMIN), at)


def proposals(desk: Desk) -> list[dict[str, Any]]:
    answer = desk.get(f"{BASE}/proposals?{Q1}", Role.SUPERVISOR)
    assert answer.status_code == 200, answer.text
    return list(answer.json()["items"])


def entered(desk: Desk, cause: str) -> httpx.Response:
    return desk.send("POST", f"{BASE}/entries", Role.SUPERVISOR, json={"quarter": "2026Q1", "proposal": cause})


def ask(desk: Desk, entry: str, verb: str, role: Role, said: dict[str, Any], *, unit: str | None = None) -> Any:  # noqa: ANN401 - a response
    return desk.send("POST", f"{BASE}/entries/{entry}/{verb}", role, unit=unit, json=said)


@pytest.fixture
def entry(desk: Desk, clock: StandingClock) -> str:
    """An entry for the reply that 市道路管理处 owes since 9 March."""
    adopted(desk)
    desk.dispatched()
    clock.pass_(days=20)
    # What is known last is what happened last: another call brings the log to this day.
    desk.call(call_id="call-2")
    cause = next(one["cause"] for one in proposals(desk) if one["item"] == "overdue_reply")
    answer = entered(desk, cause)
    assert answer.status_code == 201, answer.text
    return str(answer.json()["entry"])


def test_a_proposal_names_case_rule_points_and_events(desk: Desk, clock: StandingClock) -> None:
    adopted(desk)
    case = desk.dispatched()
    clock.pass_(days=20)
    desk.call(call_id="call-2")
    one = next(one for one in proposals(desk) if one["item"] == "overdue_reply")
    assert (one["complaint"], one["unit"], one["leg"]) == (case, ROADS, 1)
    assert one["points"] == -(one["steps"][1] - one["steps"][0] + 1)
    assert one["event"] == one["events"][0]


def test_before_the_rules_are_adopted_the_refusal_names_the_command(desk: Desk) -> None:
    answer = desk.get(f"{BASE}/proposals?{Q1}", Role.SUPERVISOR)
    assert answer.status_code == 409
    assert answer.json()["type"] == "urn:hangfeng:problem:no-score-rules"
    assert "hangfeng scores editions load" in answer.json()["detail"]


def test_the_same_entry_again_is_the_same_entry(desk: Desk, entry: str) -> None:
    held = desk.get(f"{BASE}/entries/{entry}", Role.AUDITOR).json()["entry"]
    again = entered(desk, f"{held['item']}@{held['event']}/{held['leg']}")
    assert (again.status_code, again.json()["entry"]) == (200, entry)


def test_an_appeal_is_decided_by_another_and_the_score_follows(desk: Desk, entry: str) -> None:
    before = desk.get(f"{BASE}/units/{ROADS}?{Q1}", Role.UNIT_CLERK).json()["score"]
    assert ask(desk, entry, "appeal", Role.UNIT_CLERK, {"reason": "停电三日"}).json()["state"] == "appealed"
    assert desk.get(f"{BASE}?{Q1}&minimum=0", Role.AUDITOR).json()["groups"][0]["units"][0]["pending"] == 1
    said = {"upheld": True, "points_left": -1, "reason": "部分属实"}
    assert ask(desk, entry, "decide", Role.APPROVER, said).json()["counts"] == -1
    after = desk.get(f"{BASE}/units/{ROADS}?{Q1}", Role.UNIT_CLERK).json()["score"]
    assert before < after == 99
    history = desk.get(f"{BASE}/entries/{entry}", Role.UNIT_LEADER).json()["history"]
    assert [one["event"] for one in history] == ["score.entered.v1", "score.appealed.v1", "score.appeal_upheld.v1"]


def test_a_late_appeal_is_refused_and_names_the_rule(desk: Desk, clock: StandingClock, entry: str) -> None:
    clock.pass_(days=9)
    answer = ask(desk, entry, "appeal", Role.UNIT_LEADER, {"reason": "停电三日"})
    assert (answer.status_code, answer.json()["type"]) == (409, "urn:hangfeng:problem:score-appeal-too-late")
    assert "考核规则 2026-1" in answer.json()["detail"]


def test_a_late_appeal_cannot_be_dated_into_its_limit(desk: Desk, clock: StandingClock, entry: str) -> None:
    early = clock().isoformat()
    clock.pass_(days=30)
    answer = ask(desk, entry, "appeal", Role.UNIT_LEADER, {"reason": "停电三日", "occurred_at": early})
    assert (answer.status_code, answer.json()["field"]) == (422, "occurred_at")


@pytest.mark.parametrize("role", [Role.UNIT_CLERK, Role.UNIT_LEADER])
def test_another_units_entry_does_not_exist(desk: Desk, entry: str, role: Role) -> None:
    assert desk.get(f"{BASE}/entries/{entry}", role, unit=LAMPS).status_code == 404
    assert ask(desk, entry, "appeal", role, {"reason": "代为申诉"}, unit=LAMPS).status_code == 404
    assert desk.get(f"{BASE}/units/{ROADS}?{Q1}", role, unit=LAMPS).status_code == 404
    assert desk.get(f"{BASE}/entries", role, unit=LAMPS).json() == {"items": [], "next": None}
    assert desk.get(f"{BASE}/entries?unit={ROADS}", role, unit=LAMPS).json()["items"] == []
    assert ROADS not in desk.get(f"{BASE}/entries.csv", role, unit=LAMPS).text
    assert desk.get(f"{BASE}?{Q1}", role).status_code == 403
    assert desk.get(f"{BASE}/proposals?{Q1}", role).status_code == 403
    assert ask(desk, entry, "void", role, {"reason": "撤"}).status_code == 403
    assert ask(desk, entry, "decide", role, {"upheld": False, "reason": "否"}).status_code == 403


@pytest.mark.parametrize("role", [Role.UNIT_CLERK, Role.SUPERVISOR, Role.AUDITOR])
def test_a_unit_sees_its_own_and_the_office_sees_all(desk: Desk, entry: str, role: Role) -> None:
    items = desk.get(f"{BASE}/entries?{Q1}", role).json()["items"]
    assert [one["entry"] for one in items] == [entry]
    assert entry in desk.get(f"{BASE}/entries.csv", role).text
    assert desk.get(f"{BASE}/entries.xlsx", role).content[:2] == b"PK"


def test_pages_of_the_ledger_meet_without_gap_or_overlap(desk: Desk, entry: str) -> None:
    held = desk.get(f"{BASE}/entries/{entry}", Role.AUDITOR).json()["entry"]
    ground = {"complaint": held["complaint"], "event": held["event"], "cause": "做法被全省推广"}
    said = {"quarter": "2026Q1", "item": "good_practice", **ground}
    assert desk.send("POST", f"{BASE}/entries", Role.SUPERVISOR, json=said).status_code == 201
    every = [one["entry"] for one in desk.get(f"{BASE}/entries", Role.AUDITOR).json()["items"]]
    seen, cursor, page = [], "", {"next": None}
    for _ in every:
        page = desk.get(f"{BASE}/entries?limit=1{cursor}", Role.AUDITOR).json()
        seen += [one["entry"] for one in page["items"]]
        cursor = f"&cursor={page['next']}"
    assert len(every) == 2
    assert seen == every
    assert page["next"] is None


@pytest.mark.parametrize(
    ("said", "status"),
    [
        ({"quarter": "2026Q1"}, 422),
        ({"quarter": "2026Q1", "proposal": "nonsense"}, 422),
        ({"quarter": "2026Q1", "proposal": "overdue_reply@999999/1"}, 409),
        ({"quarter": "2026Q1", "proposal": f"overdue_reply@{'9' * 30}/1"}, 422),
        ({"quarter": "2026Q1", "item": "unkept_promise"}, 422),
    ],
)
def test_what_names_no_cause_is_refused(desk: Desk, said: dict[str, Any], status: int) -> None:
    adopted(desk)
    assert desk.send("POST", f"{BASE}/entries", Role.SUPERVISOR, json=said).status_code == status


@pytest.mark.parametrize("written", ["KF20260401-0000001-X", "KF", "x", "20260302-0000028-7"])
def test_a_number_that_names_no_entry_is_not_found(desk: Desk, written: str) -> None:
    assert desk.get(f"{BASE}/entries/{written}", Role.AUDITOR).status_code == 404


def test_the_auditors_feed_shows_the_events_of_an_entry(desk: Desk, entry: str) -> None:
    position = desk.get(f"{BASE}/entries/{entry}", Role.AUDITOR).json()["entry"]["position"]
    items = desk.get(f"/api/v1/events?after={position - 1}&limit=1", Role.AUDITOR).json()["items"]
    assert [one["event"] for one in items] == ["score.entered.v1"]


def console(desk: Desk, role: Role, path: str, unit: str | None = None) -> httpx.Response:
    return desk.send("GET", path, headers={"Cookie": f"hangfeng_console={desk.token(role, unit)}"})


def test_the_console_shows_a_unit_its_entries_and_nobody_elses(desk: Desk, entry: str) -> None:
    ask(desk, entry, "appeal", Role.UNIT_LEADER, {"reason": "停电三日"})
    own = console(desk, Role.UNIT_CLERK, "/console/scores?quarter=2026Q1").text
    assert entry in own
    assert "申诉：停电三日" in own
    assert 'href="/console/cards"' in own
    assert entry not in console(desk, Role.UNIT_CLERK, "/console/scores", LAMPS).text
    assert console(desk, Role.OPERATOR, "/console/scores").status_code == 403
    assert "/console/scores" not in console(desk, Role.OPERATOR, "/console").text
    assert console(desk, Role.AUDITOR, "/console/scores?quarter=Q9").status_code == 422


def test_the_units_page_shows_its_score_and_its_entries(desk: Desk, entry: str) -> None:
    page = console(desk, Role.UNIT_LEADER, f"/console/units/{ROADS}?quarter=2026Q1").text
    assert "得分 <b>98</b>" in page
    assert entry in page
    document = desk.get(f"/api/v1/units/{ROADS}/page?quarter=2026Q1", Role.SUPERVISOR).json()
    assert document["score"]["score"] == 98
    assert [one["entry"] for one in document["score"]["entries"]] == [entry]
