from pathlib import Path

from domain.words import Role
from gateways.http.documents import api_page
from gateways.http.routes import ROUTES
from tests.gateways.http.desk import Desk

ROOT = Path(__file__).resolve().parents[3]


def test_the_page_of_the_api_is_the_table_as_it_stands() -> None:
    assert (ROOT / "docs" / "api.md").read_text("utf-8") == api_page(ROUTES)


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
