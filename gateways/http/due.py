"""What falls due by unit, and the overdue register, for who may see the cases."""

from __future__ import annotations

import asyncio
from datetime import date
from typing import TYPE_CHECKING, Annotated
from uuid import UUID

from fastapi import Query
from pydantic import AwareDatetime, BaseModel, ConfigDict, Field

from domain.facts import Actor
from domain.words import ComplaintKind, State
from gateways.http.caller import Caller, House, today
from gateways.http.lists import Word, follow, pages_of_a_cursor
from projections.due import Running
from services.access import scope_of
from services.due import Overdue, Within, due_list, overdue_register, receipt_of, warned_list

if TYPE_CHECKING:
    from gateways.app import Hangfeng

LINES_DEFAULT = 200
LINES_MAX = 1_000


class OverdueNarrowing(BaseModel):
    """What the register is narrowed to."""

    model_config = ConfigDict(extra="forbid")

    unit: Word | None = Field(default=None, description="承办单位（别名亦可）")


class OverdueAsked(OverdueNarrowing):
    """What the register is narrowed to, and which page of it is wanted."""

    cursor: Word | None = Field(default=None, description="上一页给出的 next")
    limit: int = Field(default=LINES_DEFAULT, ge=1, le=LINES_MAX, description="至多几条")


class DueNarrowing(OverdueNarrowing):
    """What the list is narrowed to, and how far ahead it looks."""

    within: Within = Field(default=Within.TODAY, description="今日、明日或本周 / today, tomorrow or this week")


class DueAsked(DueNarrowing):
    """What the list is narrowed to, how far ahead it looks, and which page of it is wanted."""

    cursor: Word | None = Field(default=None, description="上一页给出的 next")
    limit: int = Field(default=LINES_DEFAULT, ge=1, le=LINES_MAX, description="至多几条")


class DueOfUnit(BaseModel):
    """How many clocks of a unit end today, tomorrow and this week; ``unit`` is ``null`` for the hotline's own.

    ``provisional`` are those of them whose deadline reaches a year without a published calendar.
    """

    unit: str | None
    today: int
    tomorrow: int
    week: int
    provisional: int


class DueClock(BaseModel):
    """A clock that runs; ``clock`` is ``citizen`` or ``leg`` and a number."""

    id: UUID
    receipt_no: str
    kind: ComplaintKind
    state: State
    clock: str
    unit: str | None
    deadline: AwareDatetime
    provisional: bool


class DueDocument(BaseModel):
    """What falls due on the days asked for: ``units`` of all of it, ``items`` a page of it.

    ``next`` is the cursor of the following page; ``left_off`` says that there is one.
    """

    model_config = ConfigDict(populate_by_name=True)

    today: date
    within: Within
    first_day: date
    last_day: date
    units: list[DueOfUnit]
    items: list[DueClock]
    left_off: bool
    next: str | None


class OverdueClock(DueClock):
    """A line of the register: since when, how late, and who holds the case now.

    ``working_days_late`` is ``null`` where a year between has no published calendar. ``holder`` is a unit's name or a
    word such as ``hotline``; a unit's people read the names of no other unit.
    """

    raised_at: AwareDatetime
    days_late: int
    working_days_late: int | None
    holder: str | None


class OverdueDocument(BaseModel):
    """A page of the register on a day, the longest overdue first; ``next`` is the cursor of the following one.

    ``left_off`` says that there is another page.
    """

    today: date
    items: list[OverdueClock]
    left_off: bool
    next: str | None


async def read_due(asked: Annotated[DueAsked, Query()], house: House, caller: Caller) -> DueDocument:
    """Return what falls due, of what the caller may see."""
    return await asyncio.to_thread(due_document, house, caller, asked)


async def read_overdue(asked: Annotated[OverdueAsked, Query()], house: House, caller: Caller) -> OverdueDocument:
    """Return the register of what is overdue, of what the caller may see."""
    return await asyncio.to_thread(overdue_document, house, caller, asked)


def due_document(house: Hangfeng, caller: Actor, asked: DueAsked) -> DueDocument:
    """Return what falls due for a caller; reads the views, so in a thread."""
    spellings = _spellings(house, caller, asked.unit)
    follow(house)
    with pages_of_a_cursor(), house.views.reading() as views:
        found = due_list(views, house.instance, house.clock(), asked.within, spellings, asked.limit, asked.cursor)
    return DueDocument(
        today=found.today,
        within=asked.within,
        first_day=found.days.first,
        last_day=found.days.last,
        units=[
            DueOfUnit(unit=one.unit, today=one.today, tomorrow=one.tomorrow, week=one.week, provisional=one.provisional)
            for one in found.units
        ],
        items=[_clock(house, one) for one in found.items],
        left_off=found.next is not None,
        next=found.next,
    )


def overdue_document(house: Hangfeng, caller: Actor, asked: OverdueAsked) -> OverdueDocument:
    """Return the register for a caller; reads the views and the cases, so in a thread."""
    spellings = _spellings(house, caller, asked.unit)
    scope = scope_of(caller, house.instance.units, today(house))
    own = scope.units if scope is not None else frozenset()
    follow(house)
    with pages_of_a_cursor(), house.views.reading() as views:
        lines, following = overdue_register(
            views, house.instance, house.casework, house.clock(), spellings, asked.limit, asked.cursor
        )
    items = [_line(house, line, own) for line in lines]
    return OverdueDocument(today=today(house), items=items, left_off=following is not None, next=following)


def warned_clocks(
    house: Hangfeng, caller: Actor, unit: str | None, items_max: int, cursor: str | None
) -> tuple[tuple[DueClock, ...], str | None]:
    """Return a page of the clocks that stand warned and the cursor of the next; reads views and cases: in a thread."""
    spellings = _spellings(house, caller, unit)
    follow(house)
    with pages_of_a_cursor(), house.views.reading() as views:
        found, following = warned_list(
            views, house.instance, house.casework, house.clock(), spellings, items_max, cursor
        )
    return tuple(_clock(house, one) for one in found), following


def _spellings(house: Hangfeng, caller: Actor, unit: str | None) -> frozenset[str] | None:
    """Return the spellings of the units whose legs are shown, ``None`` for all and the citizens' clocks too."""
    registry = house.instance.units
    scope = scope_of(caller, registry, today(house))
    own = scope.units if scope is not None else frozenset()
    if unit is None:
        return own
    wanted = registry.spellings(registry.resolve(unit) or unit) | {unit}
    return wanted if own is None else wanted & own


def _clock(house: Hangfeng, one: Running) -> DueClock:
    return DueClock(
        id=one.complaint,
        receipt_no=receipt_of(one, house.instance),
        kind=one.kind,
        state=one.state,
        clock=one.clock,
        unit=one.unit,
        deadline=one.due,
        provisional=one.provisional,
    )


def _line(house: Hangfeng, line: Overdue, own: frozenset[str] | None) -> OverdueClock:
    raised, holder = line.running.raised, line.holder
    assert raised is not None, "a line of the register has its red card"
    # With whom else a case lies is not a unit's matter.
    hidden = holder is not None and own is not None and holder.unit is not None and holder.unit not in own
    return OverdueClock(
        **_clock(house, line.running).model_dump(),
        raised_at=raised.at.astimezone(house.instance.zone),
        days_late=line.days,
        working_days_late=line.working_days,
        holder=None if holder is None else holder.kind.value if hidden else holder.label,
    )
