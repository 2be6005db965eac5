"""The director's page (一单位一页) over HTTP: a unit's own people see their own, the office sees each."""

from __future__ import annotations

import asyncio
from typing import TYPE_CHECKING, Annotated, Any

from fastapi import Path, Query
from pydantic import BaseModel, ConfigDict

from domain.bulletin.name import BulletinName
from domain.facts import Actor
from domain.periods import Quarter
from domain.words import UNIT_ROLES
from gateways.http.caller import Caller, House, today
from gateways.http.lists import follow
from gateways.http.problems import fault
from gateways.http.stats import QUARTER_PATTERN
from projections.programme import programme_at
from services.programme_lists import promise_lines_as_of
from services.publication.tellings import bulletin_at
from services.statistics import Statistics
from services.unit_page import UnitPage, unit_page
from services.unit_registry import spelling_counts

if TYPE_CHECKING:
    from gateways.app import Hangfeng

UNIT_CHARACTERS_MAX = 200

UnitInPath = Annotated[str, Path(max_length=UNIT_CHARACTERS_MAX, description="承办单位，别名亦可")]
QuarterWanted = Annotated[
    str | None, Query(pattern=QUARTER_PATTERN, description="季度，缺省为本季度 / default: this quarter")
]


class UnitPageView(BaseModel):
    """A unit's page, the document of ``hangfeng units page --json``; ``docs/formats.md`` says each of its keys."""

    model_config = ConfigDict(extra="allow")

    unit: str
    quarter: str
    as_of: str
    position: int
    figures: dict[str, Any]
    remarks: list[dict[str, str]]
    overdue: list[dict[str, Any]]
    undone: list[dict[str, Any]]
    late: list[dict[str, Any]]
    uncorrected: list[dict[str, Any]]
    reworks: list[dict[str, Any]]
    dissatisfied: list[dict[str, Any]]
    first_received: int
    passed: list[dict[str, Any]]
    handovers_late: int
    promises: dict[str, Any]
    objections: list[dict[str, Any]]
    score: dict[str, Any] | None


async def read_unit_page(unit: UnitInPath, house: House, caller: Caller, quarter: QuarterWanted = None) -> UnitPageView:
    """Return a unit's page of a quarter."""
    asked = Quarter.parse(quarter) if quarter is not None else None
    found = await asyncio.to_thread(page_of_unit, house, caller, unit, asked)
    return UnitPageView(**found.json())


def page_of_unit(house: Hangfeng, caller: Actor, unit: str, quarter: Quarter | None = None) -> UnitPage:
    """Return a unit's page for a caller; reads the views, so in a thread.

    Raises the problem ``not-found`` where no such unit is known, or where the caller is of another one.
    """
    registry, day = house.instance.units, today(house)
    name = registry.resolve(unit.strip(), day)
    if caller.role in UNIT_ROLES and (caller.unit is None or registry.resolve(caller.unit, day) != name):
        raise fault("not-found")
    wanted = quarter or Quarter.of(day)
    zone = house.instance.zone
    follow(house)
    with house.views.reading() as views:
        known = {registry.resolve(spelling, day) for spelling in spelling_counts(views)}
        if name is None or (name not in known and name not in registry.placed):
            raise fault("not-found")
        as_of = min(house.clock(), wanted.ends_at(zone))
        statistics = Statistics(views, house.log, zone, structure=day)
        rows = statistics.rows(wanted, as_of)
        score = house.scores.table(statistics, wanted, rows=rows).unit(name)
        promises = promise_lines_as_of(programme_at(views, rows.position), rows.window)
    return unit_page(name, rows, bulletin_at(house.log, BulletinName(wanted)), score, promises)
