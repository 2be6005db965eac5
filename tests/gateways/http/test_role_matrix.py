"""Who may call what: every route of the table with no token, with each role, and with the token of another unit."""

from collections.abc import Iterator

import httpx
import pytest

from domain.words import UNIT_ROLES, Role
from gateways.http.routes import ROUTES
from gateways.http.table import Route
from tests.composed import StandingClock
from tests.gateways.http.desk import CALL, LAMPS, LEAST, ROADS, Desk, a_desk

ROLES: list[Role] = [role for role in Role if role not in {Role.CLOCK, Role.REPORTER}]
SECURED = [route for route in ROUTES if route.roles is not None]
OPEN = [route for route in ROUTES if route.roles is None]


def name(value: Route | Role) -> str:
    return value.name if isinstance(value, Route) else str(value)


@pytest.fixture(scope="module")
def served(tmp_path_factory: pytest.TempPathFactory) -> Iterator[tuple[Desk, str, dict[tuple[Role, str], str]]]:
    with a_desk(tmp_path_factory.mktemp("matrix") / "data", StandingClock()) as desk:
        case = desk.dispatched()
        tokens: dict[tuple[Role, str], str] = {(role, ""): desk.token(role) for role in ROLES}
        tokens |= {(role, LAMPS): desk.token(role, LAMPS) for role in UNIT_ROLES}
        yield desk, case, tokens


Served = tuple[Desk, str, dict[tuple[Role, str], str]]


class Parameters(dict[str, str]):
    """What stands in the places of a path; a place that is not known here holds any word."""

    def __missing__(self, place: str) -> str:
        return "x"


def filled(route: Route, **known: str) -> str:
    """A path of the table with something in each of its places, those of routes to come included."""
    usual = {"position": "1", "reference": "0" * 64, "quarter": "2026Q1", "unit": ROADS, "number": "1", "kind": "rules"}
    return route.path.format_map(Parameters(usual | known))


def knock(served: Served, route: Route, token: str | None) -> httpx.Response:
    desk, case, _ = served
    path = filled(route, id=case)
    headers = {}
    if token is not None and route.cookie:
        headers["Cookie"] = f"hangfeng_console={token}"
    elif token is not None:
        headers["Authorization"] = f"Bearer {token}"
    # A body that no route takes: what is asked here is who gets as far as having it read.
    body = {"no such field": 1} if route.method == "POST" else None
    return desk.send(route.method, path, headers=headers, json=body)


@pytest.mark.parametrize("route", SECURED, ids=name)
def test_without_a_token_only_what_is_public_opens(served: Served, route: Route) -> None:
    status = knock(served, route, None).status_code
    assert (status == 401) is not route.public, status


@pytest.mark.parametrize("route", SECURED, ids=name)
def test_an_unknown_token_opens_nothing(served: Served, route: Route) -> None:
    assert knock(served, route, "hf_unknown").status_code == 401


@pytest.mark.parametrize("route", SECURED, ids=name)
def test_each_role_opens_what_the_table_says_and_nothing_else(served: Served, route: Route) -> None:
    assert route.roles is not None
    answers = {role: knock(served, route, served[2][role, ""]).status_code for role in ROLES}
    assert {role for role, status in answers.items() if status != 403} == route.roles - {Role.REPORTER}
    assert not {401, 500} & set(answers.values())


@pytest.mark.parametrize("role", sorted(UNIT_ROLES), ids=name)
@pytest.mark.parametrize("route", [route for route in SECURED if "{id}" in route.path], ids=name)
def test_another_units_case_does_not_exist(served: Served, route: Route, role: Role) -> None:
    assert route.roles is not None
    desk, case, tokens = served
    if route.method == "POST" and not route.cookie:
        headers = {"Authorization": f"Bearer {tokens[role, LAMPS]}"}
        answer = desk.send("POST", route.path.format(id=case), headers=headers, json=LEAST[route.name])
    else:
        answer = knock(served, route, tokens[role, LAMPS])
    assert answer.status_code == (404 if role in route.roles else 403), answer.text


@pytest.mark.parametrize("route", OPEN, ids=name)
def test_what_is_open_to_everybody_looks_at_no_token(served: Served, route: Route) -> None:
    assert knock(served, route, None).status_code == knock(served, route, "hf_unknown").status_code


def test_a_revoked_and_an_expired_token_open_nothing(desk: Desk) -> None:
    issued = desk.house.access.issue(Role.OPERATOR, "x")
    headers = {"Authorization": f"Bearer {issued.secret}"}
    assert desk.send("POST", "/api/v1/hotline/calls", headers=headers, json=CALL).status_code == 201
    desk.house.access.revoke(issued.info.id)
    assert desk.send("POST", "/api/v1/hotline/calls", headers=headers, json=CALL).status_code == 401
    expired = {"Authorization": f"Bearer {desk.token(Role.OPERATOR)}"}
    desk.clock.pass_(days=desk.house.settings.token_days)
    assert desk.send("POST", "/api/v1/hotline/calls", headers=expired, json=CALL).status_code == 401


@pytest.mark.parametrize("header", ["Basic eDp5", "Bearer", "Bearer ", "hf_x"])
def test_what_is_no_bearer_token_opens_nothing(desk: Desk, header: str) -> None:
    answer = desk.send("GET", "/api/v1/complaints", headers={"Authorization": header})
    assert (answer.status_code, answer.headers["www-authenticate"]) == (401, "Bearer")
