"""The HTTP application over a composed house: plain routes in front, FastAPI behind, one edge around both."""

from __future__ import annotations

import functools
from collections.abc import Awaitable, Callable
from typing import TYPE_CHECKING, Any, cast

from fastapi import Depends, FastAPI
from fastapi.exceptions import RequestValidationError
from starlette.applications import Starlette
from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import BaseRoute, Mount
from starlette.routing import Route as PlainRoute
from starlette.types import ASGIApp

from domain.refusals import Refusal
from gateways.http import problems
from gateways.http.caller import admit
from gateways.http.edge import Edge
from gateways.http.openapi import document
from gateways.http.operations import Meters
from gateways.http.routes import ROUTES
from gateways.http.table import Route
from services.access import AccessBusy
from services.log.port import LogBusy, LogClosed, Unstorable

if TYPE_CHECKING:
    from gateways.app import Hangfeng

Endpoint = Callable[[Request], Awaitable[Response]]
_FAULT_OF_STATUS = {
    401: "unauthenticated",
    403: "role-not-allowed",
    404: "not-found",
    405: "method-not-allowed",
    413: "body-too-large",
    415: "unsupported-media-type",
}


def application(house: Hangfeng) -> ASGIApp:
    """Return the whole HTTP application of a composed house."""
    meters = Meters()
    api = FastAPI(openapi_url=None, docs_url=None, redoc_url=None, redirect_slashes=False)
    for route in ROUTES:
        api.add_api_route(
            route.path,
            _admitting(route) if route.plain else route.endpoint,
            methods=[route.method],
            name=route.name,
            status_code=min(route.answers),
            dependencies=None if route.plain else [Depends(_gate(route))],
            include_in_schema=route.documented,
            response_model_exclude_none=False,
        )
    front: list[BaseRoute] = [
        PlainRoute(route.path, _admitting(route), methods=[route.method], name=route.name)
        for route in ROUTES
        if route.plain
    ]
    outer = Starlette(routes=[*front, Mount("/", api)])
    for app in (outer, api):
        app.state.house = house
        app.state.meters = meters
        _answer_problems(app)
    outer.state.document = api.state.document = document(api, ROUTES)
    return Edge(outer, meters, {})


def _gate(route: Route) -> Callable[[Request], None]:
    """Return the dependency that lets a caller in by the table's row."""

    def gate(request: Request) -> None:
        admit(request, route)

    return gate


def _admitting(route: Route) -> Endpoint:
    """Return a plain route's handler behind its gate."""
    endpoint = cast("Endpoint", route.endpoint)

    @functools.wraps(endpoint)
    async def admitted(request: Request) -> Response:
        admit(request, route)
        return await endpoint(request)

    # FastAPI reads the signature of a handler; a plain one takes the request and nothing else.
    admitted.__annotations__ = {"request": Request, "return": Response}
    return admitted


def _answer_problems(app: Starlette) -> None:
    def of(make: Callable[[Any], problems.ProblemRaised]) -> Callable[[Request, Exception], Awaitable[Response]]:
        async def answer(request: Request, error: Exception) -> Response:
            raised = make(error)
            problem = raised.problem.model_copy(
                update={"instance": f"urn:hangfeng:request:{request.state.request_id}"},
            )
            return problems.response(problem, raised.headers)

        return answer

    handlers: dict[Any, Callable[[Any], problems.ProblemRaised]] = {
        problems.ProblemRaised: lambda error: error,
        Refusal: lambda error: problems.ProblemRaised(problems.of_refusal(error)),
        RequestValidationError: lambda error: problems.of_validation(error.errors()),
        HTTPException: _of_http,
        Unstorable: lambda error: problems.fault("invalid-input", str(error)),
        LogBusy: lambda error: problems.fault("busy", str(error), headers={"Retry-After": "1"}),
        LogClosed: lambda error: problems.fault("busy", str(error), headers={"Retry-After": "5"}),
        AccessBusy: lambda error: problems.fault("busy", str(error), headers={"Retry-After": "1"}),
        Exception: lambda _: problems.fault("internal-error"),
    }
    for kind, make in handlers.items():
        app.add_exception_handler(kind, of(make))


def _of_http(error: HTTPException) -> problems.ProblemRaised:
    code = _FAULT_OF_STATUS.get(error.status_code, "malformed-body")
    detail = error.detail if error.status_code == 413 else None  # noqa: PLR2004
    return problems.fault(code, detail, headers=error.headers)
