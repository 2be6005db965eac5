"""The programme's episodes (节目): recorded by the producer, read by quarter."""

from __future__ import annotations

import asyncio
from datetime import date
from typing import TYPE_CHECKING, Annotated

from fastapi import Response
from pydantic import BaseModel
from pydantic import Field as Described

from domain.facts import Actor
from domain.periods import Quarter
from domain.programme.events import EpisodeHeld, OnAirUnit
from domain.programme.guards import hold_to_air_day
from gateways.http.bodies import Body, Code, Instant
from gateways.http.caller import Caller, House, IdempotencyKey, moment
from gateways.http.lists import follow
from gateways.http.stats import QuarterAsked
from projections.episodes import EpisodesProjection, episodes_between
from services.programme import EpisodeRecorded

if TYPE_CHECKING:
    from gateways.app import Hangfeng

UNITS_ON_AIR_MAX = 50
CALLS_MAX = 10_000


class OnAirUnitBody(Body):
    """A unit in the studio (上线单位), its leader, and for whom they stood in and why, where they did."""

    unit: Code
    leader: Code | None = None
    post: Code | None = None
    substitutes_for: Code | None = None
    reason: Code | None = None
    head: bool | None = Described(default=None, description="是否一把手 / whether it is the unit's head")


class EpisodeBody(Body):
    """An episode as it was broadcast; told again with other words it is put right, and the last word holds."""

    episode: Code = Described(description="节目期次，诉求以 programme_ref 指向它", examples=["2026-03-05"])
    aired_on: date
    station: Code
    units: Annotated[list[OnAirUnitBody], Described(min_length=1, max_length=UNITS_ON_AIR_MAX)]
    calls_aired: Annotated[int, Described(ge=0, le=CALLS_MAX)]
    closed_live: Annotated[int, Described(ge=0, le=CALLS_MAX)]
    occurred_at: Instant | None = None
    mask: bool = Described(
        default=False, description="把个人信息脱敏后写入，否则拒收 / write the words masked; else they are refused"
    )


class EpisodeView(BaseModel):
    """An episode as it stands in the log."""

    episode: str
    position: int
    aired_on: date
    station: str
    units: list[OnAirUnitBody]
    calls_aired: int
    closed_live: int


class Episodes(BaseModel):
    """The episodes of a quarter, by day."""

    items: list[EpisodeView]


async def record_episode(
    body: EpisodeBody,
    response: Response,
    house: House,
    caller: Caller,
    key: IdempotencyKey = None,  # noqa: ARG001 - the episode's own reference already makes it once
) -> EpisodeView:
    """Put an episode on record: 201, or 200 where it stood so already."""
    made = await asyncio.to_thread(_record, house, caller, body)
    response.status_code = 201 if made.fresh else 200
    return _view(made.recorded.position, made.recorded.fact)


async def read_episodes(quarter: QuarterAsked, house: House) -> Episodes:
    """Return the episodes of a quarter."""
    return await asyncio.to_thread(_episodes, house, Quarter.parse(quarter))


def _record(house: Hangfeng, caller: Actor, body: EpisodeBody) -> EpisodeRecorded:
    hold_to_air_day(body.aired_on)
    held = EpisodeHeld(
        by=caller,
        occurred=moment(house, body.occurred_at),
        episode=body.episode,
        aired_on=body.aired_on,
        station=body.station,
        units=tuple(OnAirUnit(**unit.model_dump()) for unit in body.units),
        calls_aired=body.calls_aired,
        closed_live=body.closed_live,
    )
    return house.programme.record(held, mask=body.mask)


def _episodes(house: Hangfeng, quarter: Quarter) -> Episodes:
    follow(house)
    with house.views.reading() as views:
        position = house.views.positions()[EpisodesProjection.name]
        found = episodes_between(views, quarter.first_day, quarter.last_day, position)
    return Episodes(items=[_view(each.position, each) for each in found])


def _view(position: int, held: object) -> EpisodeView:
    return EpisodeView.model_validate({"position": position, **_fields_of(held)})


def _fields_of(held: object) -> dict[str, object]:
    names = ("episode", "aired_on", "station", "calls_aired", "closed_live")
    units = [{name: getattr(unit, name) for name in OnAirUnitBody.model_fields} for unit in getattr(held, "units", ())]
    return {**{name: getattr(held, name) for name in names}, "units": units}
