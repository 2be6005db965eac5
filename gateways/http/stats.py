"""Figures (统计) by quarter and unit, as of any instant and as known at any other."""

from __future__ import annotations

import asyncio
from dataclasses import dataclass
from datetime import date, datetime
from typing import TYPE_CHECKING, Annotated, Any, Literal

from fastapi import Query
from pydantic import BaseModel, ConfigDict

from domain.figures.ranking import ranking_keys
from domain.figures.window import structure_day
from domain.periods import Quarter
from domain.words import Role
from gateways.http.bodies import Instant
from gateways.http.caller import Caller, House
from gateways.http.lists import follow
from gateways.http.problems import fault
from services.barometer import Grouping, Volume, barometer, withheld
from services.definitions import definitions_json
from services.differences import Difference, explain_difference, figure_keys
from services.held_time import held_quarter
from services.ranking import ranking
from services.statistics import Statistics

if TYPE_CHECKING:
    from gateways.app import Hangfeng

QUARTER_PATTERN = r"^(19|20)[0-9]{2}Q[1-4]$"

UNIT_CHARACTERS_MAX = 200

QuarterAsked = Annotated[str, Query(pattern=QUARTER_PATTERN, description="季度，如 2026Q1", examples=["2026Q1"])]
AsOf = Annotated[Instant | None, Query(description="只计此刻以前发生的 / what had happened by then")]
KnownAt = Annotated[Instant | None, Query(description="只计此刻以前已记录的 / what was on record by then")]


StructureAsked = Annotated[
    str | None,
    Query(
        pattern=r"^(old|new|[0-9]{4}-[0-9]{2}-[0-9]{2})$",
        description="机构：改革前 old、改革后 new 或某日 / under the structure before, after, or of a day",
    ),
]


class UnitFigures(BaseModel):
    """The table by unit, the document of ``hangfeng stats units --json``; ``docs/formats.md`` says each of its keys."""

    model_config = ConfigDict(extra="allow")

    quarter: str
    position: int
    definitions: str
    total: dict[str, Any]
    units: list[dict[str, Any]]


async def unit_figures(
    quarter: QuarterAsked,
    house: House,
    as_of: AsOf = None,
    known_at: KnownAt = None,
    structure: StructureAsked = None,
) -> UnitFigures:
    """Return the table by unit."""
    asked, under = Quarter.parse(quarter), _structure(structure)
    return UnitFigures(**await asyncio.to_thread(_units, house, asked, as_of, known_at, under))


class BarometerReading(BaseModel):
    """The barometer of a quarter, by category, unit, kind or channel; ``docs/formats.md`` says each of its keys."""

    model_config = ConfigDict(extra="allow")

    quarter: str
    quarter_before: str
    year_before: str
    position: int
    definitions: str
    by: Grouping
    counted: Volume
    total: dict[str, Any]
    lines: list[dict[str, Any]]


WHOLE_TABLES = frozenset({Role.ADMIN, Role.AUDITOR, Role.SUPERVISOR, Role.APPROVER})
"""Who answers for the work sees tables by topic whole; for everybody else small counts are withheld."""


async def read_barometer(
    quarter: QuarterAsked,
    house: House,
    caller: Caller,
    by: Grouping = Grouping.CATEGORY,
    counted: Volume = Volume.REGISTERED,
    known_at: KnownAt = None,
) -> BarometerReading:
    """Return a quarter beside the quarter before and the same quarter a year before; small counts by topic withheld."""
    asked = Quarter.parse(quarter)
    full = caller.role in WHOLE_TABLES
    return BarometerReading(**await asyncio.to_thread(_barometer, house, asked, by, counted, known_at, full=full))


class HeldTimes(BaseModel):
    """Held time of a quarter by holder and unit; the minutes of the holders add up to ``elapsed_minutes``."""

    model_config = ConfigDict(extra="allow")

    quarter: str
    position: int
    definitions: str
    cases: int
    elapsed_minutes: int
    holders: list[dict[str, Any]]
    dispatching: dict[str, int]
    units: list[dict[str, Any]]


async def held_times(quarter: QuarterAsked, house: House, as_of: AsOf = None, known_at: KnownAt = None) -> HeldTimes:
    """Return who held the cases of a quarter for how long."""
    return HeldTimes(**await asyncio.to_thread(_held, house, Quarter.parse(quarter), as_of, known_at))


def _held(house: Hangfeng, quarter: Quarter, as_of: datetime | None, known_at: datetime | None) -> dict[str, Any]:
    _not_later(house, known_at)
    follow(house)
    with house.views.reading() as views:
        return held_quarter(Statistics(views, house.log, house.instance.zone), quarter, as_of, known_at).json()


def _barometer(
    house: Hangfeng,
    quarter: Quarter,
    by: Grouping,
    counted: Volume,
    known_at: datetime | None,
    *,
    full: bool,
) -> dict[str, Any]:
    _not_later(house, known_at)
    follow(house)
    with house.views.reading() as views:
        statistics = Statistics(views, house.log, house.instance.zone)
        made = barometer(statistics, quarter, by, counted, known_at=known_at)
    return (made if full else withheld(made, house.settings.small_counts_cases_min)).json()


def _not_later(house: Hangfeng, known_at: datetime | None, field: str = "known_at") -> None:
    if known_at is not None and known_at > house.clock():
        raise fault("invalid-input", f"{field} 不能晚于现在 / {field} lies in the future", field=field)


def _structure(text: str | None) -> date | None:
    try:
        return structure_day(text) if text is not None else None
    except ValueError:
        raise fault("invalid-input", f"没有 {text} 这一天 / there is no such day", field="structure") from None


def _units(
    house: Hangfeng,
    quarter: Quarter,
    as_of: datetime | None,
    known_at: datetime | None,
    structure: date | None,
) -> dict[str, Any]:
    _not_later(house, known_at)
    follow(house)
    with house.views.reading() as views:
        statistics = Statistics(views, house.log, house.instance.zone, structure=structure)
        return statistics.units(quarter, as_of, known_at).json()


class UnitRanking(BaseModel):
    """Units ranked in their groups; one without a place says why under ``unranked``."""

    model_config = ConfigDict(extra="allow")

    quarter: str
    position: int
    definitions: str
    by: str
    minimum: int
    groups: list[dict[str, Any]]


async def unit_ranking(
    quarter: QuarterAsked,
    house: House,
    by: Annotated[Literal[ranking_keys()], Query(description="按哪项指标 / by which figure")] = "on_time",  # type: ignore[valid-type]
    minimum: Annotated[int | None, Query(ge=0, le=1_000_000, description="最少计数 / the least count")] = None,
    as_of: AsOf = None,
    known_at: KnownAt = None,
    structure: StructureAsked = None,
) -> UnitRanking:
    """Return the units of a quarter ranked in their groups."""
    asked = Asked(Quarter.parse(quarter), as_of, known_at, _structure(structure))
    least = house.settings.ranking_rows_min if minimum is None else minimum
    return UnitRanking(**await asyncio.to_thread(_ranking, house, asked, by, least))


@dataclass(frozen=True, slots=True)
class Asked:
    """What figures were asked for."""

    quarter: Quarter
    as_of: datetime | None
    known_at: datetime | None
    structure: date | None


def _ranking(house: Hangfeng, asked: Asked, by: str, minimum: int) -> dict[str, Any]:
    _not_later(house, asked.known_at)
    follow(house)
    with house.views.reading() as views:
        statistics = Statistics(views, house.log, house.instance.zone, structure=asked.structure)
        return ranking(statistics, asked.quarter, by, minimum, as_of=asked.as_of, known_at=asked.known_at).json()


class FigureDifferences(BaseModel):
    """Each number that differs, with the reasons whose changes add up to its difference exactly.

    Accusations and confidential cases are named to the auditor alone.
    """

    model_config = ConfigDict(extra="allow")

    quarter: str
    a: dict[str, Any]
    b: dict[str, Any]
    differences: list[dict[str, Any]]


async def figure_differences(
    quarter: QuarterAsked,
    house: House,
    caller: Caller,
    known_at: Annotated[Instant, Query(description="甲：此刻所知 / as known at A")],
    and_: Annotated[Instant | None, Query(alias="and", description="乙：此刻所知 / and at B, else now")] = None,
    as_of: AsOf = None,
    unit: Annotated[str | None, Query(max_length=UNIT_CHARACTERS_MAX, description="一行：单位或全市 / one row")] = None,
    figure: Annotated[list[str] | None, Query(max_length=len(figure_keys()), description="指标 / figures")] = None,
) -> FigureDifferences:
    """Return why a quarter's figures as known at two instants differ."""
    every_case = caller.role is Role.AUDITOR
    asked = Asked(Quarter.parse(quarter), as_of, known_at, None)
    unknown = [key for key in figure or () if key not in figure_keys()]
    if unknown:
        raise fault("invalid-input", f"没有指标 {unknown[0]} / there is no such figure", field="figure")
    found = await asyncio.to_thread(_differences, house, asked, and_, unit, tuple(figure or ()))
    return FigureDifferences(**found.json(every_case=every_case))


def _differences(
    house: Hangfeng, asked: Asked, and_: datetime | None, unit: str | None, keys: tuple[str, ...]
) -> Difference:
    _not_later(house, asked.known_at)
    _not_later(house, and_, "and")
    assert asked.known_at is not None
    follow(house)
    with house.views.reading() as views:
        return explain_difference(
            Statistics(views, house.log, house.instance.zone),
            asked.quarter,
            asked.known_at,
            and_ or house.clock(),
            asked.as_of,
            row=unit,
            keys=keys,
        )


class FigureDefinitions(BaseModel):
    """The edition as shipped, and those that were adopted."""

    shipped: str
    editions: list[dict[str, Any]]


async def figure_definitions(house: House) -> FigureDefinitions:
    """Return the editions of the figures' definitions."""
    return FigureDefinitions(**await asyncio.to_thread(definitions_json, house.log))
