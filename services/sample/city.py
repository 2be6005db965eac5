"""The sample's city (示例城市), read from ``city.toml``: units, districts, people, episodes. Every name is invented."""

from __future__ import annotations

import tomllib
from dataclasses import dataclass
from datetime import date
from functools import cache
from importlib.resources import files
from typing import Any

DISTRICT = "区"
"""In a story, the unit that means the government of whichever district the story happens in."""


@dataclass(frozen=True, slots=True)
class CityUnit:
    """A unit and how it works: shares in percent of late, never answered, slow and disliked answers."""

    key: str
    name: str
    aliases: tuple[str, ...]
    group: str
    superior: str
    windows: tuple[str, ...]
    late: int
    stuck: int
    slow: int
    poor: int


@dataclass(frozen=True, slots=True)
class District:
    """A district with what lies in it; ``weight`` is its share of all cases."""

    name: str
    weight: int
    streets: tuple[str, ...]
    roads: tuple[str, ...]
    estates: tuple[str, ...]
    communities: tuple[str, ...]
    villages: tuple[str, ...]
    schools: tuple[str, ...]
    hospitals: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Guest:
    """A unit in the studio, by its key, with its leader and whom the leader stood in for."""

    unit: str
    leader: str
    post: str
    substitutes_for: str | None = None
    reason: str | None = None


@dataclass(frozen=True, slots=True)
class Programme:
    """An episode as it was planned."""

    ref: str
    on: date
    guests: tuple[Guest, ...]


@dataclass(frozen=True, slots=True)
class Staff:
    """Who works at the hotline and at the station."""

    operators: tuple[str, ...]
    dispatchers: tuple[str, ...]
    followers: tuple[str, ...]
    approvers: tuple[str, ...]
    supervisors: tuple[str, ...]
    confidential: tuple[str, ...]
    producers: tuple[str, ...]
    screeners: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class City:
    """Everything that the sample knows of its city."""

    edition: str
    name: str
    hotline: str
    notice: str
    discipline: str
    top: str
    units: dict[str, CityUnit]
    districts: dict[str, District]
    shops: tuple[str, ...]
    buses: tuple[str, ...]
    staff: Staff
    surnames: str
    men: tuple[str, ...]
    women: tuple[str, ...]
    programmes: tuple[Programme, ...]
    radio: str
    television: str


@cache
def city() -> City:
    """Return the city."""
    raw = tomllib.loads(files(__package__).joinpath("city.toml").read_text("utf-8"))
    units = [_unit(one, raw["top"]) for one in raw["units"]]
    people = raw["people"]
    return City(
        edition=raw["edition"],
        name=raw["name"],
        hotline=raw["hotline"],
        notice=raw["notice"],
        discipline=raw["discipline"],
        top=raw["top"],
        units={unit.key: unit for unit in units},
        districts={one["name"]: District(**_frozen(one)) for one in raw["districts"]},
        shops=tuple(raw["places"]["shops"]),
        buses=tuple(raw["places"]["buses"]),
        staff=Staff(**{field: tuple(people[field]) for field in Staff.__dataclass_fields__}),
        surnames=people["surnames"],
        men=tuple(people["given_male"]),
        women=tuple(people["given_female"]),
        programmes=tuple(
            Programme(one["ref"], one["on"], tuple(Guest(**guest) for guest in one["units"])) for one in raw["episodes"]
        ),
        radio=raw["stations"]["radio"],
        television=raw["stations"]["television"],
    )


def _unit(raw: dict[str, Any], top: str) -> CityUnit:
    fields = _frozen(raw)
    return CityUnit(windows=fields.pop("window"), superior=fields.pop("superior", top), **fields)


def _frozen(raw: dict[str, Any]) -> dict[str, Any]:
    return {name: tuple(value) if isinstance(value, list) else value for name, value in raw.items()}
