"""What a row of the route table is: the one description that server, OpenAPI, documentation and role matrix share."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from http import HTTPStatus
from typing import Any

from pydantic import BaseModel

from domain.words import Role

JSON = "application/json"
HTML = "text/html"


@dataclass(frozen=True, slots=True)
class Answer:
    """One way in which a route answers well: what it means, its model (``None``: no JSON), and its media type.

    An empty media type is an answer without a body.
    """

    zh: str
    en: str
    model: type[BaseModel] | None = None
    media: str = JSON


@dataclass(frozen=True, slots=True)
class Taken:
    """What a plain route takes in, for the documents: the body's model or a form's fields, its files, its media types.

    ``files`` names the field of a form that carries files.
    """

    model: type[BaseModel] | None = None
    media: tuple[str, ...] = (JSON,)
    fields: tuple[str, ...] = ()
    files: str | None = None


@dataclass(frozen=True, slots=True)
class Asked:
    """A query parameter that a plain route reads itself, for the documents."""

    name: str
    zh: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Route:
    """One route.

    ``roles`` is ``None`` where anybody may call and no token is looked at; where ``Role.REPORTER`` is among them, a
    call without a token acts as the public. ``answers`` are by status; ``faults`` are the statuses of the problems
    that the route may answer besides those that its kind always may. ``plain`` routes stand in front of FastAPI and
    read their request themselves. ``uploads`` says that files come with the body, which may then be as large as the
    settings let files be. ``cookie`` routes are the console's, whose token comes in a cookie.
    ``html`` routes answer with pages, their problems too.
    """

    method: str
    path: str
    name: str
    zh: str
    en: str
    tag: str
    endpoint: Callable[..., Any]
    roles: frozenset[Role] | None
    answers: Mapping[int, Answer]
    faults: tuple[int, ...] = ()
    plain: bool = False
    takes: Taken | None = None
    asked: tuple[Asked, ...] = ()
    uploads: bool = False
    cookie: bool = False
    html: bool = field(init=False)

    def __post_init__(self) -> None:
        pages = any(answer.media == HTML or status == HTTPStatus.SEE_OTHER for status, answer in self.answers.items())
        # Asked at every request, and the same for ever.
        object.__setattr__(self, "html", pages)

    @property
    def public(self) -> bool:
        """Whether a call without a token is let in."""
        return self.roles is None or Role.REPORTER in self.roles

    @property
    def secured(self) -> bool:
        """Whether a token is looked at."""
        return self.roles is not None
