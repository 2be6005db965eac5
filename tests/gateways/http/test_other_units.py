"""A unit can neither see nor touch another unit's leg, at any route of the table: those that come later included."""

from collections.abc import Iterator

import httpx
import pytest

from domain.words import UNIT_ROLES, Role
from gateways.http.routes import ROUTES
from gateways.http.table import Route
from tests.composed import StandingClock
from tests.gateways.http.desk import LAMPS, LEAST, NOBODY, ROADS, Desk, a_desk
from tests.gateways.http.test_role_matrix import filled, name

SECRET = "绝不该让别的单位看见的一句话"
OF_A_CASE = [route for route in ROUTES if "{id}" in route.path and route.roles is not None]
READING = [route for route in ROUTES if route.method == "GET"]
DOING = [route for route in ROUTES if route.method == "POST" and route.roles is not None]
Held = tuple[Desk, dict[str, str], dict[Role, str]]


@pytest.fixture(scope="module")
def held(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Held]:
    """A case of ROADS, late with a red card, with a finding and a measure owed; tokens of LAMPS."""
    with a_desk(tmp_path_factory.mktemp("units") / "data", StandingClock()) as desk:
        called = desk.call(title=SECRET, text=SECRET)
        case = str(called["id"])
        desk.step(case, "dispatch", Role.DISPATCHER, {"unit": ROADS})
        desk.step(case, "sign", Role.UNIT_CLERK, unit=ROADS)
        measure = {"code": "整改甲", "due": "2026-03-03"}
        said = {"result": "substantiated", "evidence": SECRET, "measures": [measure]}
        desk.step(case, "record-finding", Role.UNIT_CLERK, said, unit=ROADS)
        desk.clock.pass_(days=60)
        desk.house.catch_up()
        desk.house.watch.look()
        own = desk.dispatched(LAMPS, call_id="own")
        # So that what is looked for would be found where it is shown.
        assert case in desk.get("/api/v1/overdue", Role.UNIT_CLERK, unit=ROADS).text
        assert own in desk.get("/api/v1/complaints", Role.UNIT_CLERK, unit=LAMPS).text
        marks = {"id": case, "receipt_no": str(called["receipt_no"]), "words": SECRET}
        yield desk, marks, {role: desk.token(role, LAMPS) for role in UNIT_ROLES}


def ask(held: Held, route: Route, role: Role) -> httpx.Response:
    desk, marks, tokens = held
    headers = (
        {"Cookie": f"hangfeng_console={tokens[role]}"} if route.cookie else {"Authorization": f"Bearer {tokens[role]}"}
    )
    body = None
    if route.method == "POST":
        # What a route of a case takes at the least; of a new one that is not listed, nothing.
        body = LEAST.get(route.name, {})
    return desk.send(route.method, filled(route, id=marks["id"], unit=ROADS), headers=headers, json=body)


@pytest.mark.parametrize("role", sorted(UNIT_ROLES), ids=name)
@pytest.mark.parametrize("route", OF_A_CASE, ids=name)
def test_no_route_of_a_case_opens_another_units(held: Held, route: Route, role: Role) -> None:
    answer = ask(held, route, role)
    if route.html:
        assert answer.status_code in {303, 403, 404}
    else:
        assert answer.status_code in {403, 404}, answer.text
        problem = answer.json()
        rule = "no-such-complaint" if answer.status_code == 404 else "role-not-allowed"
        assert problem["type"] == f"urn:hangfeng:problem:{rule}"
        assert " / " in problem["detail"]
        assert answer.status_code == 404 or role in problem["detail"]
    assert SECRET not in answer.text


@pytest.mark.parametrize("role", sorted(UNIT_ROLES), ids=name)
@pytest.mark.parametrize("route", READING, ids=name)
def test_nothing_that_is_read_shows_another_units_case(held: Held, route: Route, role: Role) -> None:
    answer = ask(held, route, role)
    shown = answer.content.decode("utf-8", "replace")
    asked_for = {"id"} if "{id}" in route.path else set()
    for kind, mark in held[1].items():
        assert mark not in shown or kind in asked_for, (kind, route.name)


@pytest.mark.parametrize("route", DOING, ids=name)
def test_nothing_that_is_done_touches_another_units_case(held: Held, route: Route) -> None:
    desk, marks, _ = held
    before = desk.get(f"/api/v1/complaints/{marks['id']}/history", Role.ADMIN).json()
    for role in UNIT_ROLES:
        ask(held, route, role)
    assert desk.get(f"/api/v1/complaints/{marks['id']}/history", Role.ADMIN).json() == before


def test_every_refusal_of_a_role_names_who_may(held: Held) -> None:
    for route in ROUTES:
        if route.roles is None or Role.UNIT_CLERK in route.roles or route.html:
            continue
        problem = ask(held, route, Role.UNIT_CLERK).json()
        assert problem["type"] == "urn:hangfeng:problem:role-not-allowed", route.name
        named = {
            role
            for role in Role
            if role in problem["detail"].partition(" is for ")[2].partition(" only;")[0].split(", ")
        }
        assert named == route.roles - {Role.REPORTER, Role.CLOCK}, route.name


def test_merging_into_another_units_case_is_no_way_round(held: Held) -> None:
    desk, marks, tokens = held
    headers = {"Authorization": f"Bearer {tokens[Role.UNIT_CLERK]}"}
    for body in ({"into": marks["id"]}, {"into": NOBODY}):
        path = f"/api/v1/complaints/{marks['id']}/merge"
        assert desk.send("POST", path, headers=headers, json=body).status_code == 403
