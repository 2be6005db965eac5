"""Substantiated but uncorrected (属实未纠): the measures that units owe, for who may see their cases."""

from __future__ import annotations

import asyncio
from datetime import date
from typing import TYPE_CHECKING, Annotated
from uuid import UUID

from fastapi import Query
from pydantic import AwareDatetime, BaseModel, ConfigDict, Field

from domain.facts import Actor
from domain.words import State
from gateways.http.caller import Caller, House, today
from gateways.http.lists import Word, follow, pages_of_a_cursor
from services.access import scope_of
from services.uncorrected import Uncorrected, behind, uncorrected

if TYPE_CHECKING:
    from gateways.app import Hangfeng

LINES_DEFAULT = 500
LINES_MAX = 5_000


class UncorrectedNarrowing(BaseModel):
    """What the list is narrowed to."""

    model_config = ConfigDict(extra="forbid")

    unit: Word | None = Field(default=None, description="承办单位（别名亦可）")
    past_due: bool = Field(default=False, description="只看整改逾期的")


class UncorrectedAsked(UncorrectedNarrowing):
    """What the list is narrowed to, and which page of it is wanted."""

    cursor: Word | None = Field(default=None, description="上一页给出的 next")
    limit: int = Field(default=LINES_DEFAULT, ge=1, le=LINES_MAX, description="至多几条")


class UncorrectedLine(BaseModel):
    """One measure that is owed; ``code`` is ``null`` where the finding named none, ``due`` where no day was given."""

    id: UUID
    receipt_no: str
    leg: int
    unit: str | None
    state: State
    conduct_code: str | None
    found_at: AwareDatetime
    code: str | None
    due: date | None
    days_overdue: int | None


class UncorrectedList(BaseModel):
    """A page of the list on a day, the longest overdue first; the counts are of all of it.

    ``left_off`` says how many more come behind this page, ``next`` is the cursor of the following one.
    """

    today: date
    total: int
    past_due: int
    without_due_day: int
    items: list[UncorrectedLine]
    left_off: int
    next: str | None


async def read_uncorrected(
    asked: Annotated[UncorrectedAsked, Query()], house: House, caller: Caller
) -> UncorrectedList:
    """Return the measures that are owed on cases that the caller may see."""
    return await asyncio.to_thread(uncorrected_list, house, caller, asked)


def uncorrected_list(house: Hangfeng, caller: Actor, asked: UncorrectedAsked) -> UncorrectedList:
    """Return the list for a caller; reads the views, so in a thread."""
    registry, day = house.instance.units, today(house)
    scope = scope_of(caller, registry, day)
    spellings = scope.units if scope is not None else frozenset()
    if asked.unit is not None:
        wanted = registry.spellings(registry.resolve(asked.unit) or asked.unit) | {asked.unit}
        spellings = wanted if spellings is None else wanted & spellings
    follow(house)
    with house.views.reading() as views:
        lines = uncorrected(views, house.instance.zone, day, registry, spellings, past_due=asked.past_due)
    with pages_of_a_cursor():
        waiting = behind(lines, asked.cursor)
    shown = waiting[: asked.limit]
    return UncorrectedList(
        today=day,
        total=len(lines),
        past_due=sum(line.past_due for line in lines),
        without_due_day=sum(line.due is None for line in lines),
        items=[_line(house, line) for line in shown],
        left_off=len(waiting) - len(shown),
        next=shown[-1].cursor if len(waiting) > len(shown) else None,
    )


def _line(house: Hangfeng, line: Uncorrected) -> UncorrectedLine:
    return UncorrectedLine(
        id=line.id,
        receipt_no=line.receipt_no,
        leg=line.leg,
        unit=line.unit,
        state=line.state,
        conduct_code=line.conduct_code,
        found_at=line.found_at.at.astimezone(house.instance.zone),
        code=line.code,
        due=line.due,
        days_overdue=line.days_overdue,
    )
