"""The hand-written stories (案情) that the sample's cases are told from, read from ``stories-*.toml``."""

from __future__ import annotations

import tomllib
from dataclasses import dataclass
from enum import StrEnum
from functools import cache
from importlib.resources import files
from typing import Any

from domain.words import ComplaintKind

_FILES = ("stories-streets.toml", "stories-homes.toml", "stories-livelihood.toml", "stories-desks.toml")


class Route(StrEnum):
    """Which way a case goes once it is registered."""

    ORDINARY = "ordinary"
    DIRECT = "direct"
    REFUSE = "refuse"
    EMERGENCY = "emergency"
    ACCUSE = "accuse"


@dataclass(frozen=True, slots=True)
class Story:
    """One story, told in parts of which each has several wordings.

    ``what`` and the answers ``check`` and ``fix`` belong together by their place in the list; ``clear`` answers where
    nothing was found. ``units`` are keys of the city's units; empty ``months`` and ``districts`` mean any.
    """

    id: str
    topic: str
    kind: ComplaintKind
    units: tuple[str, ...]
    weight: int
    title: tuple[str, ...]
    what: tuple[str, ...]
    more: tuple[str, ...]
    ask: tuple[str, ...]
    check: tuple[str, ...]
    fix: tuple[str, ...]
    clear: tuple[str, ...] = ()
    route: Route = Route.ORDINARY
    sub: str | None = None
    code: str | None = None
    measures: tuple[str, ...] = ()
    months: tuple[int, ...] = ()
    districts: tuple[str, ...] = ()
    proper_route: str = ""
    service: tuple[str, ...] = ()


@cache
def stories() -> tuple[Story, ...]:
    """Return every story, in the order of the files."""
    told: list[Story] = []
    for name in _FILES:
        raw = tomllib.loads(files(__package__).joinpath(name).read_text("utf-8"))
        for one in raw["stories"]:
            units = one.pop("unit")
            fields: dict[str, Any] = {
                key: tuple(value) if isinstance(value, list) else value for key, value in one.items()
            }
            fields["kind"] = ComplaintKind(fields["kind"])
            fields["route"] = Route(fields.get("route", Route.ORDINARY))
            told.append(Story(units=(units,) if isinstance(units, str) else tuple(units), **fields))
    return tuple(told)
