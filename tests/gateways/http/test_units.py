"""The registry of units at the door: aliases and reorganisations, entered and taken back."""

from typing import Any

import httpx
import pytest

from domain.words import Role
from tests.gateways.http.desk import LAMPS, ROADS, Desk

MOVED: dict[str, Any] = {"old": LAMPS, "new": ROADS, "effective_from": "2026-03-01"}


def post(desk: Desk, path: str, role: Role = Role.ADMIN, **said: Any) -> httpx.Response:  # noqa: ANN401 - fields of a body
    return desk.send("POST", f"/api/v1/units/{path}", role, json=said)


def moves(desk: Desk) -> list[tuple[str, str]]:
    return [(one["old"], one["new"]) for one in desk.get("/api/v1/units", Role.OPERATOR).json()["reorganisations"]]


def test_a_reorganisation_is_entered_once_and_taken_back(desk: Desk) -> None:
    assert post(desk, "reorganisations", **MOVED).json() == {"fresh": True}
    assert post(desk, "reorganisations", **MOVED).json() == {"fresh": False}
    assert moves(desk) == [(LAMPS, ROADS)]
    assert post(desk, "reorganisations/reverse", **MOVED, reason="批复撤销").json() == {"fresh": True}
    assert moves(desk) == []
    again = post(desk, "reorganisations/reverse", **MOVED, reason="批复撤销")
    assert (again.status_code, again.json()["field"]) == (404, "effective_from")


def test_a_case_of_the_old_unit_is_its_own_again_once_the_merger_is_taken_back(desk: Desk) -> None:
    case = desk.dispatched(LAMPS)
    post(desk, "reorganisations", **MOVED)
    assert desk.get(f"/api/v1/complaints/{case}", Role.UNIT_CLERK, unit=ROADS).status_code == 200
    post(desk, "reorganisations/reverse", **MOVED, reason="批复撤销")
    assert desk.get(f"/api/v1/complaints/{case}", Role.UNIT_CLERK, unit=ROADS).status_code == 404
    assert desk.get(f"/api/v1/complaints/{case}", Role.UNIT_CLERK, unit=LAMPS).status_code == 200


def test_a_reorganisation_that_leads_back_is_refused(desk: Desk) -> None:
    post(desk, "reorganisations", **MOVED)
    back = post(desk, "reorganisations", old=ROADS, new=LAMPS, effective_from="2026-03-02")
    assert (back.status_code, back.json()["field"]) == (422, "new")


def test_an_alias_is_entered_and_withdrawn(desk: Desk) -> None:
    assert post(desk, "aliases", alias="路灯所", unit=LAMPS).json() == {"fresh": True}
    (item,) = [one for one in desk.get("/api/v1/units", Role.OPERATOR).json()["units"] if one["unit"] == LAMPS]
    assert item["aliases"] == ["路灯所"]
    assert post(desk, "aliases", alias=LAMPS, unit="路灯所").json()["type"] == "urn:hangfeng:problem:alias-of-itself"
    assert post(desk, "aliases/withdraw", alias="路灯所").json() == {"fresh": True}
    assert post(desk, "aliases/withdraw", alias="路灯所").json() == {"fresh": False}


@pytest.mark.parametrize("path", ["aliases", "aliases/withdraw", "reorganisations", "reorganisations/reverse"])
def test_only_an_administrator_changes_the_registry(desk: Desk, path: str) -> None:
    assert post(desk, path, Role.SUPERVISOR).status_code == 403
    assert "admin" in post(desk, path, Role.SUPERVISOR).json()["detail"]
