"""The quarterly bulletin over HTTP: signed bytes, tags, scopes, and what stands behind a cell."""

import hashlib
from base64 import b64decode
from typing import Any

import pytest
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PublicKey
from cryptography.hazmat.primitives.serialization import load_pem_public_key

from domain.bulletin.events import Scope
from domain.bulletin.name import BulletinName
from domain.facts import Moment
from domain.words import Role
from services.publication.canonical import read_canonical
from services.publication.derived import texts_of
from tests.composed import APPROVER
from tests.gateways.http.desk import Desk

R = Role
Q = BulletinName.parse("2026Q1")
ONE = "/api/v1/bulletins/2026Q1"


def freeze(desk: Desk) -> None:
    desk.delivered()
    desk.clock.pass_(days=40)
    desk.house.publication.freeze(Q, APPROVER, Moment(desk.clock.now))


def publish(desk: Desk, scope: Scope = Scope.PUBLIC) -> None:
    freeze(desk)
    at = Moment(desk.clock.now)
    desk.house.publication.approve(Q, APPROVER, at, scope=scope, without_proof="试行")
    desk.house.publication.publish(Q, APPROVER, at)


def a_cell(desk: Desk) -> str:
    document: dict[str, Any] = desk.get(ONE, R.APPROVER).json()
    tables = [table for section in document["sections"] for table in section.get("tables", [])]
    cells = [cell for table in tables for row in table["rows"] for cell in row["cells"]]
    return next(str(cell["id"]) for cell in cells if cell["value"] == 1)


def test_an_edition_is_served_as_it_was_signed(desk: Desk) -> None:
    publish(desk)
    answer = desk.get(ONE)
    key = load_pem_public_key(desk.house.keys.public_pem)
    assert isinstance(key, Ed25519PublicKey)
    algorithm, _, signature = answer.headers["x-bulletin-signature"].partition(" ")
    key.verify(b64decode(signature), answer.content)
    assert algorithm == "Ed25519"
    assert answer.headers["etag"] == f'"{hashlib.sha256(answer.content).hexdigest()}"'


def test_who_has_the_edition_already_is_not_sent_it_again(desk: Desk) -> None:
    publish(desk)
    for path in (ONE, "/bulletins/2026Q1"):
        tag = desk.get(path).headers["etag"]
        again = desk.send("GET", path, headers={"If-None-Match": f'"x", W/{tag}'})
        assert (again.status_code, again.content) == (304, b"")


def test_the_public_page_and_the_lists_lead_to_it(desk: Desk) -> None:
    publish(desk)
    page = desk.get("/bulletins/2026Q1")
    assert page.status_code == 200
    assert "<script" not in page.text
    for path in ("/", "/bulletins"):
        assert "/bulletins/2026Q1" in desk.get(path).text
    (item,) = desk.get("/api/v1/bulletins").json()["items"]
    assert (item["quarter"], item["status"], item["edition"]) == ("2026Q1", "published", 1)


@pytest.mark.parametrize(
    ("scope", "readers"),
    [
        (Scope.PUBLIC, {None, R.PRODUCER, R.OPERATOR, R.UNIT_CLERK, R.APPROVER, R.AUDITOR}),
        (Scope.LIMITED, {R.PRODUCER, R.OPERATOR, R.UNIT_CLERK, R.APPROVER, R.AUDITOR}),
        (Scope.INTERNAL, {R.APPROVER, R.AUDITOR}),
    ],
)
def test_an_edition_is_read_by_those_for_whom_it_is(desk: Desk, scope: Scope, readers: set[Role | None]) -> None:
    publish(desk, scope)
    asked = {None, R.PRODUCER, R.OPERATOR, R.UNIT_CLERK, R.APPROVER, R.AUDITOR}
    assert {role for role in asked if desk.get(ONE, role).status_code == 200} == readers
    assert (desk.get("/bulletins/2026Q1").status_code == 200) is (None in readers)


def test_what_is_not_published_is_not_there_for_the_public(desk: Desk) -> None:
    freeze(desk)
    for path in (ONE, "/bulletins/2026Q1"):
        assert desk.get(path).status_code == 404
    assert desk.get("/api/v1/bulletins").json()["items"] == []
    assert desk.get(ONE, R.PRODUCER).status_code == 404
    assert desk.get(ONE, R.SUPERVISOR).json()["status"] == "figures_frozen"


def test_behind_a_cell_stand_events_for_the_auditor_and_a_number_for_the_producer(desk: Desk) -> None:
    publish(desk)
    path = f"{ONE}/cells/{a_cell(desk)}"
    behind = desk.get(path, R.AUDITOR).json()
    counted = desk.get(path, R.PRODUCER).json()
    assert behind["behind"]["numerator"][0]["events"]
    assert counted["rows"] == behind["rows"]
    assert "behind" not in counted


def test_a_cell_that_the_edition_leaves_out_is_not_there_for_the_producer(desk: Desk) -> None:
    case = desk.delivered(call_id="call-2")
    said = {"means": "电话", "reached": True, "solved": False, "satisfaction": "dissatisfied", "cause": "问题未解决"}
    desk.step(case, "follow-up", R.FOLLOW_UP_OFFICER, said)
    publish(desk)
    bulletin = desk.house.publication.bulletin(Q)
    assert bulletin is not None
    assert bulletin.frozen is not None
    frozen = read_canonical((desk.house.settings.data / "editions" / f"{bulletin.frozen.digest}.json").read_bytes())
    left_out = next(cell for cell in texts_of(frozen) if cell not in texts_of(desk.get(ONE).json()))
    found = {role: desk.get(f"{ONE}/cells/{left_out}", role).status_code for role in (R.PRODUCER, R.AUDITOR)}
    assert found == {R.PRODUCER: 404, R.AUDITOR: 200}


def test_no_such_quarter_edition_or_cell_is_not_found(desk: Desk) -> None:
    publish(desk)
    for path in ("/api/v1/bulletins/2025Q1", f"{ONE}?edition=2", f"{ONE}/cells/nothing", "/bulletins/spring"):
        assert desk.get(path, R.AUDITOR).status_code == 404
    assert desk.get("/api/v1/bulletins/spring", R.AUDITOR).status_code == 422
