"""An accusation exists for nobody of the accused unit or of a unit above it, on any endpoint."""

import io
import zipfile
from uuid import UUID

import httpx
import pytest

from domain.facts import Actor, Moment
from domain.identity import UNITS_STREAM
from domain.units import UnitAliased, UnitPlaced
from domain.words import Role
from gateways.bulletin_forms import FORMS
from gateways.http.routes import ROUTES
from gateways.http.table import Route
from services.access import UnitNeeded
from services.log.port import Append
from tests.gateways.http.desk import LEAST, ROADS, Desk
from tests.gateways.http.test_bulletins import publish
from tests.gateways.http.test_programme import EPISODE, SCHEDULE
from tests.gateways.http.test_role_matrix import filled

R = Role
ACCUSED, ABOVE, ALIAS = "市征收办", "市建设局", "征收办公室"
MARK = "收受礼金"
CELL = "topics.count.total"
ADMIN = Actor("管理员", R.ADMIN)
READING = [route for route in ROUTES if route.method == "GET" and route.roles is not None]


@pytest.fixture
def case(desk: Desk) -> str:
    at = Moment(desk.clock.now)
    placed = (
        UnitPlaced(by=ADMIN, occurred=at, unit=ABOVE),
        UnitPlaced(by=ADMIN, occurred=at, unit=ROADS),
        UnitPlaced(by=ADMIN, occurred=at, unit=ACCUSED, superior=ABOVE),
        UnitAliased(by=ADMIN, occurred=at, alias=ALIAS, unit=ACCUSED),
    )
    desk.house.writer.append(Append(UNITS_STREAM, 0, placed))
    desk.house.instance.refresh()
    said = {"kind": "accusation", "title": MARK, "text": f"科长{MARK}", "unit": ACCUSED, "programme_ref": EPISODE}
    return str(desk.call(call_id="of-an-official", **said)["id"])


@pytest.fixture
def in_public(desk: Desk, case: str) -> str:
    """The same beside what is drawn of its quarter and its episode: a published edition, an episode with its unit."""
    for verb, said in (("schedule", SCHEDULE), ("invite", {"unit": ACCUSED})):
        done = desk.send("POST", f"/api/v1/episodes/{EPISODE}/{verb}", R.PRODUCER, json=said)
        assert done.status_code == 200, done.text
    publish(desk)
    return case


def holders(desk: Desk, unit: str) -> list[Role]:
    """Every role of which somebody of this unit can hold a token."""
    found = []
    for role in R:
        try:
            desk.house.access.issue(role, "x", unit)
        except UnitNeeded:
            continue
        found.append(role)
    return found


def addresses(case: str, position: int) -> list[tuple[Route, str]]:
    """Every reading address with its places filled; a bulletin in every form that there is, of that quarter."""
    known = {"id": case, "position": str(position), "unit": ACCUSED, "episode": EPISODE, "cell": CELL}
    found = []
    for route in READING:
        forms = FORMS if "{form}" in route.path else ("",)
        found += [(route, filled(route, **known, form=form)) for form in forms]
    return found


def readable(answer: httpx.Response) -> str:
    """What an answer says, what is packed in it (XLSX, DOCX, ZIP) unpacked."""
    if not answer.content.startswith(b"PK"):
        return answer.text
    with zipfile.ZipFile(io.BytesIO(answer.content)) as packed:
        return "".join(packed.read(name).decode(errors="replace") for name in packed.namelist())


@pytest.mark.parametrize("unit", [ACCUSED, ABOVE, ALIAS])
def test_no_token_of_the_accused_side_sees_it_anywhere(desk: Desk, in_public: str, unit: str) -> None:
    position = desk.house.log.read_stream(UUID(in_public))[-1].position
    for role in holders(desk, unit):
        token = desk.token(role, unit)
        for route, path in addresses(in_public, position):
            query = "?quarter=2026Q1" if "/stats/" in route.path or "{unit}" in route.path else ""
            headers = {"Authorization": f"Bearer {token}", "Cookie": f"hangfeng_console={token}"}
            answer = desk.send("GET", path + query, headers=headers)
            assert MARK not in readable(answer), (role, path)
            if "{id}" in route.path or "{position}" in route.path:
                assert answer.status_code in {403, 404}, (role, path)
            else:
                assert in_public not in readable(answer), (role, path)


@pytest.mark.parametrize("unit", [ACCUSED, ABOVE])
def test_no_verb_of_the_accused_side_reaches_it(desk: Desk, case: str, unit: str) -> None:
    head = desk.house.log.head().position
    for role in holders(desk, unit):
        headers = {"Authorization": f"Bearer {desk.token(role, unit)}"}
        for route in (route for route in ROUTES if route.tag.startswith("verbs")):
            answer = desk.send("POST", route.path.format(id=case), headers=headers, json=LEAST[route.name])
            assert answer.status_code in {403, 404}, (role, route.name, answer.text)
    assert desk.house.log.head().position == head


def test_the_desk_that_registered_it_does_not_see_it_either(desk: Desk, case: str) -> None:
    for role in (R.OPERATOR, R.DISPATCHER, R.SUPERVISOR, R.APPROVER, R.ADMIN, R.FOLLOW_UP_OFFICER):
        assert desk.get(f"/api/v1/complaints/{case}", role).status_code == 404
        assert desk.listed(role) == []


def test_the_confidential_officer_reads_and_transfers_it(desk: Desk, case: str) -> None:
    shown = desk.get(f"/api/v1/complaints/{case}", R.CONFIDENTIAL_OFFICER).json()
    assert MARK in shown["text"]
    assert [item["id"] for item in desk.listed(R.CONFIDENTIAL_OFFICER)] == [case]
    for organ in (ACCUSED, ABOVE, ALIAS):
        problem = desk.ask(case, "transfer-to-discipline", R.CONFIDENTIAL_OFFICER, {"organ": organ})
        assert (problem.status_code, problem.json()["type"]) == (422, "urn:hangfeng:problem:organ-is-accused")
    done = desk.step(case, "transfer-to-discipline", R.CONFIDENTIAL_OFFICER, {"organ": "市纪委监委"})
    assert done["state"] == "transferred"


def test_an_auditor_of_no_unit_sees_its_course_and_none_of_its_words(desk: Desk, case: str) -> None:
    shown = desk.get(f"/api/v1/complaints/{case}", R.AUDITOR)
    assert shown.status_code == 200
    assert MARK not in shown.text
    assert (shown.json()["title"], shown.json()["state"]) == (None, "registered")


def test_figures_count_it_and_never_tell_what_it_is_about(desk: Desk, case: str) -> None:
    assert case
    path = "/api/v1/stats/barometer?quarter=2026Q1&by=category"
    reading = desk.get(path, R.SUPERVISOR).json()
    assert [(line["group"], line["now"]) for line in reading["lines"]] == [("检举控告", 1)]
    assert MARK not in desk.get(path, R.PRODUCER).text
