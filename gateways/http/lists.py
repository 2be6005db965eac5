"""Work lists (工作清单): the complaints that a caller may see, narrowed, searched, in pages that stay right."""

from __future__ import annotations

import asyncio
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import date, datetime
from typing import TYPE_CHECKING, Annotated
from uuid import UUID

from fastapi import Query
from pydantic import AwareDatetime, BaseModel, ConfigDict, Field, StringConstraints

from domain.facts import Actor
from domain.words import UNIT_ROLES, Channel, ComplaintKind, Role, State
from gateways.http.caller import Caller, House, today
from gateways.http.problems import fault
from projections.work_lists import PAGE_ITEMS_DEFAULT, PAGE_ITEMS_MAX, Asked, CursorFault, Desk, Order, Sight, Wanted
from services.access import scope_of
from services.work_lists import Listed, ListedPage, list_complaints

if TYPE_CHECKING:
    from gateways.app import Hangfeng

FOLLOW_SECONDS_MAX = 1.0
"""How long a reader waits for the views to have read what the log holds at that moment."""

_FILTER_CHARACTERS_MAX = 200
_DUE_MAX = date(9998, 12, 31)
Word = Annotated[str, StringConstraints(min_length=1, max_length=_FILTER_CHARACTERS_MAX)]


class Narrowing(BaseModel):
    """What a list is narrowed to, and in which order it stands; everything that is given must hold."""

    model_config = ConfigDict(extra="forbid")

    state: list[State] = Field(default_factory=list, max_length=len(State), description="状态，可多个")
    kind: list[ComplaintKind] = Field(default_factory=list, max_length=len(ComplaintKind), description="类别，可多个")
    channel: list[Channel] = Field(default_factory=list, max_length=len(Channel), description="渠道，可多个")
    unit: Word | None = Field(default=None, description="承办单位（别名亦可）")
    registered_from: date | None = Field(default=None, description="登记日期起（含）")
    registered_to: date | None = Field(default=None, description="登记日期止（含）")
    overdue: bool = Field(default=False, description="只看超期未答复")
    flag: Word | None = Field(default=None, description="标记，hard 为疑难事项 / a flag; hard for hard cases")
    category: Word | None = Field(default=None, description="事项分类")
    desk: Desk | None = Field(default=None, description="待某一岗位办理的 / what waits for a role")
    due_from: date | None = Field(default=None, description="期限日起（含）")
    due_to: date | None = Field(default=None, description="期限日止（含）", le=_DUE_MAX)
    programme_ref: Word | None = Field(default=None, description="节目期次")
    q: Word | None = Field(default=None, description="全文检索，或受理编号 / full text, or a receipt number")
    order: Order = Order.NEWEST


class Filters(Narrowing):
    """What a list is narrowed to, and which page of it is wanted."""

    cursor: Word | None = Field(default=None, description="上一页给出的 next")
    limit: int = Field(default=PAGE_ITEMS_DEFAULT, ge=1, le=PAGE_ITEMS_MAX)


class ListItem(BaseModel):
    """One complaint of a list; ``title`` and ``source_id`` are ``null`` where the caller may not read them."""

    id: UUID
    receipt_no: str
    source_id: str | None
    kind: ComplaintKind
    channel: Channel
    state: State
    unit: str | None
    title: str | None
    registered_at: AwareDatetime
    deadline: AwareDatetime | None
    provisional: bool
    answered_at: AwareDatetime | None
    flags: list[str]
    category: str | None
    reworks: int


class ComplaintPage(BaseModel):
    """A page of a list; ``next`` is the cursor of the following one, ``null`` at the end."""

    items: list[ListItem]
    next: str | None


async def list_page(filters: Annotated[Filters, Query()], house: House, caller: Caller) -> ComplaintPage:
    """Return a page of the complaints that the caller may see."""
    return await asyncio.to_thread(complaints_page, house, caller, filters)


def complaints_page(house: Hangfeng, caller: Actor, filters: Filters) -> ComplaintPage:
    """Return a page of the complaints that a caller may see; reads the views, so in a thread."""
    units, day = house.instance.units, today(house)
    scope = scope_of(caller, units, day)
    if scope is None:
        return ComplaintPage(items=[], next=None)
    # Who is bound to a unit finds accusations by their ids only: the list does not know whom each one accuses.
    sight = Sight(units=scope.units, accusations=scope.accusations and not scope.unless)
    now, zone = house.clock(), house.instance.zone
    asked = Asked(sight, _wanted(house, filters, now), filters.order, filters.cursor, filters.limit)
    follow(house)
    with pages_of_a_cursor(), house.views.reading() as views, house.search.reading() as texts:
        page: ListedPage = list_complaints(views, texts, zone, now, asked, filters.q)
    return ComplaintPage(items=[_item(house, caller, scope.units, each) for each in page.items], next=page.next)


def follow(house: Hangfeng) -> None:
    """Wait a moment for the views to have read what the log holds now, so that a caller finds what they just did."""
    house.runner.wait_until(house.log.head().position, FOLLOW_SECONDS_MAX)


@contextmanager
def pages_of_a_cursor() -> Iterator[None]:
    """Answer a cursor that no page gave out as what it is: input that is not right."""
    try:
        yield
    except CursorFault as error:
        raise fault("invalid-input", str(error).replace("；", " / "), field="cursor") from None


def _wanted(house: Hangfeng, filters: Filters, now: datetime) -> Wanted:
    units: frozenset[str] = frozenset()
    if filters.unit is not None:
        name = house.instance.units.resolve(filters.unit) or filters.unit
        units = house.instance.units.spellings(name) | {filters.unit}
    return Wanted(
        states=frozenset(filters.state),
        kinds=frozenset(filters.kind),
        channels=frozenset(filters.channel),
        units=units,
        registered_from=filters.registered_from,
        registered_to=filters.registered_to,
        overdue_at=now if filters.overdue else None,
        flag=filters.flag,
        programme_ref=filters.programme_ref,
        desk=filters.desk,
        category=filters.category,
        due_from=filters.due_from,
        due_to=filters.due_to,
    )


def _item(house: Hangfeng, caller: Actor, own: frozenset[str] | None, listed: Listed) -> ListItem:
    zone = house.instance.zone
    return ListItem(
        id=listed.id,
        receipt_no=listed.receipt_no,
        source_id=listed.source_id if _sees_reporter(caller, listed) else None,
        kind=listed.kind,
        channel=listed.channel,
        state=listed.state,
        # A unit beside the lead unit sees itself: with whom else a case lies is not its matter.
        unit=listed.unit if own is None or listed.unit in own else caller.unit,
        title=listed.title,
        registered_at=listed.registered_at.at.astimezone(zone),
        deadline=listed.deadline.astimezone(zone) if listed.deadline else None,
        provisional=listed.provisional,
        answered_at=listed.answered_at.at.astimezone(zone) if listed.answered_at else None,
        flags=list(listed.flags),
        category=listed.category,
        reworks=listed.reworks,
    )


def reads_source(role: Role) -> bool:
    """Say whether a role may ever read the channel's own id of a contact, which can name the person."""
    return role not in UNIT_ROLES and role is not Role.AUDITOR


def _sees_reporter(caller: Actor, listed: Listed) -> bool:
    if not reads_source(caller.role):
        return False
    return "confidential" not in listed.flags or caller.role is Role.CONFIDENTIAL_OFFICER
