"""Held time, ranking, differences and definitions over the API: what they say, and to whom."""

from domain.words import Role
from tests.composed import StandingClock
from tests.gateways.http.desk import ROADS, Desk

R = Role
STATS = "/api/v1/stats"


def test_held_time_adds_up_and_names_the_unit(desk: Desk, clock: StandingClock) -> None:
    desk.dispatched()
    clock.pass_(hours=2)
    desk.call(call_id="call-2")
    found = desk.get(f"{STATS}/held?quarter=2026Q1", R.SUPERVISOR).json()
    assert found["elapsed_minutes"] == sum(one["working_minutes"] for one in found["holders"]) > 0
    assert [unit["unit"] for unit in found["units"]] == [ROADS]
    assert found["cases"] == 1


def test_a_ranking_lists_too_few_with_the_reason_and_ranks_them_where_fewer_are_asked(desk: Desk) -> None:
    desk.delivered()
    asked = f"{STATS}/ranking?quarter=2026Q1&by=response_days"
    (line,) = desk.get(asked, R.SUPERVISOR).json()["groups"][0]["units"]
    (ranked,) = desk.get(f"{asked}&minimum=1", R.SUPERVISOR).json()["groups"][0]["units"]
    assert (line["place"], line["unranked"]["code"]) == (None, "below_minimum")
    assert (ranked["place"], ranked["unranked"], ranked["open"]) == (1, None, 0)


def test_a_difference_is_explained_with_its_events(desk: Desk, clock: StandingClock) -> None:
    then = clock.now.isoformat().replace("+", "%2B")
    clock.pass_(minutes=5)
    case = desk.delivered()
    found = desk.get(f"{STATS}/explain-difference?quarter=2026Q1&known_at={then}&figure=answered", R.AUDITOR).json()
    city = next(one for one in found["differences"] if one["row"] == "全市")
    assert (city["a"], city["b"], city["difference"]) == (0, 1, 1)
    assert [(one["complaint"], one["cause"]) for one in city["reasons"]] == [(case, "reply_added")]
    assert city["reasons"][0]["positions"]


def test_cases_are_not_named_to_a_producer_and_wrong_questions_are_refused_by_their_field(desk: Desk) -> None:
    asked = f"{STATS}/explain-difference?quarter=2026Q1&known_at=2026-03-01T00:00:00Z"
    assert desk.get(asked, R.PRODUCER).status_code == 403
    for query, field in (("&figure=beauty", "figure"), ("&and=2027-01-01T00:00:00Z", "and")):
        answer = desk.get(asked + query, R.SUPERVISOR)
        assert (answer.status_code, answer.json()["field"]) == (422, field)
    wrong = desk.get(f"{STATS}/units?quarter=2026Q1&structure=2026-02-30", R.SUPERVISOR)
    assert (wrong.status_code, wrong.json()["field"]) == (422, "structure")


def test_the_definitions_are_listed(desk: Desk) -> None:
    assert desk.get(f"{STATS}/definitions", R.UNIT_CLERK).json() == {"shipped": "2026-1", "editions": []}
