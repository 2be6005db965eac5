"""The document of the API, made of the one table: FastAPI describes what it serves, the table says the rest."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from http import HTTPStatus
from typing import Any, Final

from fastapi.openapi.utils import get_openapi
from pydantic import BaseModel
from pydantic.json_schema import JsonSchemaMode, models_json_schema
from starlette.routing import BaseRoute

from gateways.http.caller import CONSOLE_COOKIE, IDEMPOTENCY_KEY_CHARACTERS_MAX
from gateways.http.problems import FAULTS, MEDIA_TYPE, Problem
from gateways.http.table import HTML, JSON, Asked, Route, Taken
from gateways.http.uploads import FORM_TYPES

_REF: Final = "#/components/schemas/{model}"
_SCHEME: Final = "token"
_COOKIE: Final = "console"
_PATH_NAME: Final = re.compile(r"{(\w+)}")
MULTIPART: Final = "multipart/form-data"
_DESCRIPTION: Final = (
    "行风热线的接口。错误一律为 RFC 9457 的 problem+json，`type` 稳定不变；时间为带时区偏移的 RFC 3339。\n\n"
    "The API of the conduct-of-government hotline. Errors are problem+json with a stable `type`; times are RFC 3339 "
    "with their offset."
)
_KEY_PARAMETER: Final = {
    "name": "Idempotency-Key",
    "in": "header",
    "required": False,
    "schema": {
        "type": "string",
        "minLength": 1,
        "maxLength": IDEMPOTENCY_KEY_CHARACTERS_MAX,
        "pattern": "^[!-~]+$",
    },
    "description": "同一键重复提交只办一次 / the same key again does nothing twice",
}


def document(served: Sequence[BaseRoute], routes: Sequence[Route]) -> dict[str, Any]:
    """Return the OpenAPI document of the whole application, plain routes included."""
    made = get_openapi(
        title="行风 hangfeng",
        version="1",
        summary="政风行风热线 / the conduct-of-government hotline",
        description=_DESCRIPTION,
        routes=served,
    )
    schemas = made.setdefault("components", {}).setdefault("schemas", {})
    schemas.update(_schemas(routes))
    schemas.pop("HTTPValidationError", None)
    schemas.pop("ValidationError", None)
    made["components"]["securitySchemes"] = {
        _COOKIE: {"type": "apiKey", "in": "cookie", "name": CONSOLE_COOKIE},
        _SCHEME: {"type": "http", "scheme": "bearer", "description": "hangfeng tokens issue --role ROLE [--unit UNIT]"},
    }
    for route in routes:
        _complete(made["paths"][route.path][route.method.lower()], route)
    return made


def statuses(route: Route) -> tuple[int, ...]:
    """Return every status that a route may answer with."""
    found = {*route.answers, *route.faults}
    if route.secured:
        found |= {HTTPStatus.UNAUTHORIZED, HTTPStatus.FORBIDDEN}
    if "{" in route.path:
        found |= {HTTPStatus.NOT_FOUND, HTTPStatus.UNPROCESSABLE_ENTITY}
    if route.method == "POST":
        found |= {
            HTTPStatus.BAD_REQUEST,
            HTTPStatus.REQUEST_ENTITY_TOO_LARGE,
            HTTPStatus.UNPROCESSABLE_ENTITY,
            HTTPStatus.SERVICE_UNAVAILABLE,
        }
    return tuple(sorted(int(status) for status in found))


def _complete(operation: dict[str, Any], route: Route) -> None:
    answered = {str(status): _answer(route, status) for status in statuses(route)}
    # FastAPI knows of 422 wherever it reads a parameter; ours has another shape.
    if "422" in operation.get("responses", {}):
        answered.setdefault("422", _problem(HTTPStatus.UNPROCESSABLE_ENTITY))
    operation["responses"] = dict(sorted(answered.items()))
    operation["summary"] = f"{route.zh} / {route.en}"
    operation["tags"] = [route.tag]
    operation["operationId"] = route.name
    operation["x-roles"] = sorted(route.roles) if route.roles is not None else []
    operation["security"] = _security(route)
    if route.takes is not None:
        operation["requestBody"] = _request_body(route.takes)
    described = {parameter["name"] for parameter in operation.get("parameters", [])}
    parameters = [_in_path(name) for name in _PATH_NAME.findall(route.path) if name not in described]
    parameters += [_asked(asked) for asked in route.asked]
    if route.method == "POST" and route.plain and not route.html:
        parameters.append(_KEY_PARAMETER)
    if parameters:
        operation.setdefault("parameters", []).extend(parameters)


def _in_path(name: str) -> dict[str, Any]:
    return {"name": name, "in": "path", "required": True, "schema": {"type": "string"}}


def _asked(asked: Asked) -> dict[str, Any]:
    return {
        "name": asked.name,
        "in": "query",
        "required": False,
        "schema": {"type": "string"},
        "description": asked.zh,
    }


def _security(route: Route) -> list[dict[str, list[str]]]:
    if not route.secured:
        return []
    needed: list[dict[str, list[str]]] = [{_COOKIE if route.cookie else _SCHEME: []}]
    return [*needed, {}] if route.public else needed


def _request_body(takes: Taken) -> dict[str, Any]:
    return {"required": True, "content": {media: {"schema": _body_schema(takes, media)} for media in takes.media}}


def _body_schema(takes: Taken, media: str) -> dict[str, Any]:
    if takes.model is not None and media == JSON:
        return {"$ref": _REF.format(model=takes.model.__name__)}
    if media not in FORM_TYPES:
        return {"type": "string"}
    fields: dict[str, Any] = {name: {"type": "string"} for name in takes.fields}
    required: list[str] = []
    if takes.model is not None:
        made = takes.model.model_json_schema(ref_template=_REF)
        fields, required = made["properties"], made.get("required", [])
    if takes.files is not None and media == MULTIPART:
        fields = {**fields, takes.files: {"type": "array", "items": {"type": "string", "format": "binary"}}}
    return {"type": "object", "properties": fields, "required": required, "additionalProperties": False}


def _answer(route: Route, status: int) -> dict[str, Any]:
    answer = route.answers.get(status)
    if answer is None:
        return _page_problem(HTTPStatus(status)) if route.html else _problem(HTTPStatus(status))
    described: dict[str, Any] = {"description": f"{answer.zh} / {answer.en}"}
    if answer.model is not None:
        described["content"] = {JSON: {"schema": {"$ref": _REF.format(model=answer.model.__name__)}}}
    elif answer.media:
        kind = {} if answer.media == JSON else {"type": "string"}
        described["content"] = {answer.media: {"schema": kind}}
    return described


def _problem(status: HTTPStatus) -> dict[str, Any]:
    titles = sorted({f"{code}（{title.zh}）" for code, title in FAULTS.items() if title.status == status})
    return {
        "description": "；".join(titles) or status.phrase,
        "content": {MEDIA_TYPE: {"schema": {"$ref": _REF.format(model=Problem.__name__)}}},
    }


def _page_problem(status: HTTPStatus) -> dict[str, Any]:
    return {"description": status.phrase, "content": {HTML: {"schema": {"type": "string"}}}}


def _schemas(routes: Sequence[Route]) -> Mapping[str, Any]:
    """Return the schemas of what is taken as it is read, and of what is answered as it is written."""
    taken: list[type[BaseModel]] = [Problem]
    taken += [route.takes.model for route in routes if route.takes is not None and route.takes.model is not None]
    given = [answer.model for route in routes for answer in route.answers.values() if answer.model is not None]
    # A problem leaves out what it does not have, which only the form in which it is read allows.
    modes: list[tuple[type[BaseModel], JsonSchemaMode]] = [(model, "validation") for model in taken]
    modes += [(model, "serialization") for model in given]
    _, definitions = models_json_schema(list(dict.fromkeys(modes)), ref_template=_REF)
    return dict(definitions["$defs"])
