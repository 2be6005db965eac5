import json
import re
from pathlib import Path

from domain.words import Role
from gateways.http.bodies import VERB_BODIES
from gateways.http.documented_fields import COMMON
from gateways.http.documents import api_page
from gateways.http.routes import ROUTES
from gateways.http.server import api_document
from tests.gateways.http.desk import Desk

_JSON = {"Content-Type": "application/json"}
ROOT = Path(__file__).resolve().parents[3]


def test_the_page_of_the_api_is_the_table_as_it_stands() -> None:
    assert (ROOT / "docs" / "api.md").read_text("utf-8") == api_page(ROUTES, api_document())


def test_the_case_told_on_the_page_can_be_played_as_it_is_told(desk: Desk) -> None:
    page = (ROOT / "docs" / "api.md").read_text("utf-8")
    steps = re.findall(r"^as \$(\w+) (\S+) '(.*)'$", page, re.MULTILINE)
    unit = next(json.loads(said)["unit"] for _, path, said in steps if path.endswith("/dispatch"))
    case, states = "", []
    for role, path, said in steps:
        spoken = next(each for each in Role if each.value.startswith(role.lower()))
        holder = unit if spoken is Role.UNIT_CLERK else None
        answer = desk.send(
            "POST", "/api/v1" + path.replace("$ID", case), spoken, unit=holder, content=said, headers=_JSON
        )
        assert answer.is_success, f"{path}: {answer.text}"
        case = answer.json()["id"]
        states.append(answer.json().get("state"))
    assert states[-1] == "closed"


def test_the_page_tells_every_field_that_a_verb_takes() -> None:
    page = (ROOT / "docs" / "api.md").read_text("utf-8")
    for verb, body in VERB_BODIES.items():
        rows = [line for line in page.splitlines() if line.startswith(f"| `POST /api/v1/complaints/{{id}}/{verb}` |")]
        for name, field in body.model_fields.items():
            if name != COMMON:
                assert f"`{name}`{' ' if field.is_required() else '?'}" in rows[-1]


def test_every_route_stands_once_in_the_table_and_once_in_the_document(desk: Desk) -> None:
    document = desk.get("/openapi.json").json()
    described = {(method.upper(), path) for path, methods in document["paths"].items() for method in methods}
    table = [(route.method, route.path) for route in ROUTES]
    assert len(table) == len(set(table)) == len({route.name for route in ROUTES})
    assert described == set(table)


def test_the_document_says_who_may_call_and_how_each_route_answers(desk: Desk) -> None:
    document = desk.get("/openapi.json").json()
    for route in ROUTES:
        operation = document["paths"][route.path][route.method.lower()]
        assert set(operation["x-roles"]) == set(route.roles or ())
        assert {str(status) for status in route.answers} <= set(operation["responses"])
        assert bool(operation["security"]) is route.secured


def test_every_address_that_a_page_leads_to_is_there(desk: Desk) -> None:
    for path in ("/", "/mailbox", "/mailbox/track", "/docs", "/openapi.json", "/healthz", "/readyz", "/metrics"):
        assert desk.get(path).status_code == 200


def test_readiness_tells_how_far_the_views_have_come(desk: Desk) -> None:
    desk.call()
    desk.listed(Role.OPERATOR)
    ready = desk.get("/readyz").json()
    assert (ready["status"], ready["log_writable"]) == ("ready", True)
    assert {view["lag_events"] for view in ready["views"]} == {0}


def test_metrics_count_answers_by_route_and_name_nobody(desk: Desk) -> None:
    desk.call()
    text = desk.get("/metrics").text
    assert 'hangfeng_http_answers_total{route="register-call",status="201"} 1.0' in text
    assert "call-1" not in text


def test_every_answer_names_its_fields_as_they_are_written(desk: Desk) -> None:
    schemas = desk.get("/openapi.json").json()["components"]["schemas"]
    models = {answer.model for route in ROUTES for answer in route.answers.values() if answer.model is not None}
    for model in models:
        written = {field.serialization_alias or name for name, field in model.model_fields.items()}
        assert set(schemas[model.__name__].get("properties", {})) >= written, model


def test_every_reference_of_the_document_leads_to_a_schema(desk: Desk) -> None:
    text = desk.get("/openapi.json").text
    known = set(desk.get("/openapi.json").json()["components"]["schemas"])
    assert set(re.findall(r'"#/components/schemas/([^"]+)"', text)) <= known
