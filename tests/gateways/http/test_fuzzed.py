"""Every operation of the document, called with what the document allows and with what it does not, as everybody."""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

import orjson
import pytest
import schemathesis
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from schemathesis import GenerationMode
from schemathesis.checks import not_a_server_error
from schemathesis.core.result import Ok
from schemathesis.python import asgi
from schemathesis.specs.openapi.checks import (
    content_type_conformance,
    response_schema_conformance,
    status_code_conformance,
)

from domain.words import Role
from gateways.http.caller import CONSOLE_COOKIE
from gateways.http.routes import ROUTES
from gateways.http.server import api_document, application
from tests.composed import StandingClock
from tests.gateways.http.desk import a_desk

CHECKS = [not_a_server_error, status_code_conformance, content_type_conformance, response_schema_conformance]
EXAMPLES_PER_OPERATION = 2

pytestmark = pytest.mark.slow
ROLES: list[Role] = [role for role in Role if role not in {Role.CLOCK, Role.REPORTER}]

SCHEMA = schemathesis.openapi.from_dict(orjson.loads(api_document()))
# It would also try every word of our own source on every field, and for that keep a compiled pattern of 60 MB for each
# text of 20,000 characters of each operation: one process of the suite grew to 5 GB.
SCHEMA.config.analysis.constants.enabled = False
OPERATIONS = {found.ok().label: found.ok() for found in SCHEMA.get_all_operations() if isinstance(found, Ok)}


@dataclass
class Served:
    """The application, a case to speak of, and the headers of everybody who may call, nobody among them."""

    client: Any
    case: str
    tokens: dict[Role, str]

    def callers(self, allowed: list[str]) -> list[dict[str, str]]:
        """Nobody, everybody who may, and one who may not."""
        may = [role for role in self.tokens if role in allowed]
        others = [role for role in self.tokens if role not in allowed][:1]
        secrets = [self.tokens[role] for role in (*may, *others)]
        return [{}, *({"Authorization": f"Bearer {one}", "Cookie": f"{CONSOLE_COOKIE}={one}"} for one in secrets)]


@pytest.fixture(scope="module")
def served(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Served]:
    account = {"wechat_token": "t", "wechat_app_id": "wx1"}
    with a_desk(tmp_path_factory.mktemp("fuzzed") / "data", StandingClock(), **account) as desk:
        tokens = {role: desk.token(role) for role in ROLES}
        SCHEMA.app = application(desk.house)
        with asgi.get_client(SCHEMA.app) as client:
            yield Served(client, desk.dispatched(), tokens)


def test_every_route_of_the_table_is_tried() -> None:
    assert len(OPERATIONS) == len(ROUTES)


@pytest.mark.parametrize("label", OPERATIONS)
def test_no_answer_is_a_fault_or_undocumented(served: Served, label: str) -> None:
    operation = OPERATIONS[label]
    allowed = operation.definition.raw["x-roles"]

    @settings(max_examples=EXAMPLES_PER_OPERATION, suppress_health_check=list(HealthCheck))
    @given(st.one_of(operation.as_strategy(), operation.as_strategy(generation_mode=GenerationMode.NEGATIVE)))
    def asked(case: Any) -> None:  # noqa: ANN401 - as schemathesis makes it
        if "id" in (case.path_parameters or {}):
            case.path_parameters["id"] = served.case
        for headers in served.callers(allowed):
            case.validate_response(case.call(session=served.client, headers=headers), checks=CHECKS)

    asked()
