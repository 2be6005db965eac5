"""The HTTP application over a composed house: plain routes in front, FastAPI behind, one edge around both."""

from __future__ import annotations

import functools
from collections.abc import Awaitable, Callable, Mapping
from http import HTTPStatus
from typing import TYPE_CHECKING, Any, Final, cast

import orjson
from fastapi import Depends, FastAPI
from fastapi.exceptions import RequestValidationError
from fastapi.routing import APIRoute
from starlette.applications import Starlette
from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import BaseRoute, Mount
from starlette.routing import Route as PlainRoute
from starlette.types import ASGIApp, Receive, Scope, Send

from domain.refusals import Refusal
from gateways.http import problems
from gateways.http.access_log import AccessLog
from gateways.http.caller import admit
from gateways.http.console import sign_in_again
from gateways.http.edge import BodyLimits, BodyTooLarge, Edge
from gateways.http.limiter import Guesses
from gateways.http.openapi import document
from gateways.http.operations import Meters
from gateways.http.routes import ROUTES
from gateways.http.sites import page, site_of
from gateways.http.table import Route
from gateways.http.wechat_callback import WECHAT_PATH, account_of
from gateways.pages.rendering import NoticePage, Words, render_notice
from gateways.wechat.protocol import BODY_BYTES_MAX
from services.access import AccessBusy
from services.log.port import LogBusy, LogClosed, LogDamaged, Unstorable
from services.publication.publication import EditionDiffers, OtherEvaluator
from services.statistics import ViewsBehind
from services.vault import VaultBusy

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
    """Return the whole HTTP application of a composed house. Raises ``BadAccount`` for a WeChat account of no use."""
    meters, settings = Meters(), house.settings
    api = FastAPI(openapi_url=None, docs_url=None, redoc_url=None, redirect_slashes=False)
    api.router.routes.extend(_api_routes())
    outer = Starlette(routes=[*_plain_routes(), Mount("/", api)], exception_handlers=_HANDLERS)
    guesses = Guesses(settings.track_guesses_max, settings.track_window_minutes * 60, house.clock)
    wechat = account_of(settings)
    for app in (outer, api):
        app.state.house = house
        app.state.meters = meters
        app.state.guesses = guesses
        app.state.wechat = wechat
        app.state.routes = ROUTES
        app.state.document = api_document
    api.exception_handlers.update(_HANDLERS)
    with_files = settings.request_body_bytes_max + settings.attachments_max * settings.attachment_bytes_max
    larger = {r.path: with_files for r in ROUTES if r.uploads}
    # What the platform delivers is taken in whole: a 413 would lose a text for good, since it comes thrice at the most.
    larger[WECHAT_PATH] = max(settings.request_body_bytes_max, BODY_BYTES_MAX)
    bodies = BodyLimits(settings.request_body_bytes_max, larger)
    access_log = AccessLog(house.clock) if settings.access_log else None
    return Edge(Front(outer), meters, bodies, access_log)


class Front:
    """Answers plain routes of a fixed path by one look at a table; whatever else comes goes to Starlette's router."""

    def __init__(self, outer: Starlette) -> None:
        self._outer = outer
        self._exact = {
            (route.method, route.path): _admitting(route) for route in ROUTES if route.plain and "{" not in route.path
        }

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Answer one request."""
        endpoint = self._exact.get((scope["method"], scope["path"])) if scope["type"] == "http" else None
        if endpoint is None:
            await self._outer(scope, receive, send)
            return
        scope["app"] = self._outer
        request = Request(scope, receive)
        try:
            response = await endpoint(request)
        except Exception as error:
            await (await _answer_problem(request, error))(scope, receive, send)
            if _known(error) is None:
                raise
            return
        await response(scope, receive, send)


def _plain_routes() -> list[BaseRoute]:
    """Return the plain routes, which stand in front of FastAPI; a HEAD is answered as its GET without the body."""
    return [
        PlainRoute(route.path, _admitting(route), methods=[route.method], name=route.name)
        for route in ROUTES
        if route.plain
    ]


@functools.cache
def api_document() -> bytes:
    """Return the OpenAPI document of the application as it is served."""
    return orjson.dumps(document(_api_routes(), ROUTES))


@functools.cache
def _api_routes() -> tuple[BaseRoute, ...]:
    """Return FastAPI's routes, made once a process: they hold no house, but find it in their request."""
    return tuple(
        APIRoute(
            route.path,
            _admitting(route) if route.plain else route.endpoint,
            methods=[route.method],
            name=route.name,
            status_code=min(route.answers),
            dependencies=None if route.plain else [Depends(_gate(route))],
        )
        for route in ROUTES
    )


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


async def _answer_problem(request: Request, error: Exception) -> Response:
    known = _known(error)
    return _answered(request, problems.fault("internal-error") if known is None else known)


def _known(error: Exception) -> problems.ProblemRaised | None:
    """Return the problem that an error is, ``None`` for one that nobody foresaw."""
    make = next((_PROBLEM_OF[kind] for kind in type(error).__mro__ if kind in _PROBLEM_OF), None)
    return None if make is None else make(error)


def _answered(request: Request, raised: problems.ProblemRaised) -> Response:
    problem = raised.problem
    if getattr(request.state, "html", None) or (_matched_nothing(request) and _wants_a_page(request)):
        if problem.status == HTTPStatus.UNAUTHORIZED:
            return sign_in_again(request)
        zh, _, en = problem.detail.partition(" / ")
        shown = NoticePage(Words(*problem.title.split(" / ", 1)), Words(zh, en))
        return page(render_notice(shown, site_of(request)), status=problem.status, headers=raised.headers)
    numbered = problem.model_copy(update={"instance": f"urn:hangfeng:request:{request.state.request_id}"})
    return problems.response(numbered, raised.headers)


def _matched_nothing(request: Request) -> bool:
    """Say whether no route of the table took the request, so that nobody said yet how it is answered."""
    return not hasattr(request.state, "html")


def _wants_a_page(request: Request) -> bool:
    """Say whether a person's browser asks: it takes pages, and does not ask for JSON by name."""
    accepted = request.headers.get("accept", "").lower()
    return "text/html" in accepted and "json" not in accepted


def _of_http(error: HTTPException) -> problems.ProblemRaised:
    code = _FAULT_OF_STATUS.get(error.status_code, "malformed-body")
    detail = error.detail if isinstance(error, BodyTooLarge) else None
    return problems.fault(code, detail, headers=error.headers)


def _busy(seconds: int) -> Callable[[Any], problems.ProblemRaised]:
    def problem(error: Exception) -> problems.ProblemRaised:
        return problems.fault("busy", str(error).replace("；", " / "), headers={"Retry-After": str(seconds)})

    return problem


def _damaged(error: Exception) -> problems.ProblemRaised:
    return problems.fault("damaged", str(error))


_PROBLEM_OF: Mapping[type, Callable[[Any], problems.ProblemRaised]] = {
    problems.ProblemRaised: lambda error: error,
    Refusal: lambda error: problems.ProblemRaised(problems.of_refusal(error)),
    RequestValidationError: lambda error: problems.of_validation(error.errors()),
    HTTPException: _of_http,
    Unstorable: lambda error: problems.fault("invalid-input", str(error)),
    LogBusy: _busy(1),
    AccessBusy: _busy(1),
    VaultBusy: _busy(1),
    ViewsBehind: _busy(1),
    LogClosed: _busy(5),
    EditionDiffers: _damaged,
    OtherEvaluator: _damaged,
    LogDamaged: _damaged,
}
"""What each error that can be foreseen is to the caller."""

_HANDLERS: Final[Mapping[Any, Any]] = dict.fromkeys((*_PROBLEM_OF, Exception), _answer_problem)
