"""The follow-up officer's call list (回访清单): answers given and not yet followed up, the longest waiting first."""

from __future__ import annotations

import asyncio
from typing import TYPE_CHECKING, Annotated
from uuid import UUID

from fastapi import Query
from pydantic import AwareDatetime, BaseModel, ConfigDict, Field, StringConstraints

from domain.facts import Actor
from domain.figures.measures import CaseMeasure
from domain.refusals import NoSuchComplaint
from domain.words import Channel, ComplaintKind, Satisfaction
from gateways.http.caller import Caller, House, see, today
from gateways.http.lists import follow, pages_of_a_cursor
from projections.call_list import CallsAsked, Stage, page_of_calls
from projections.cases import cases_at
from projections.texts import texts_of
from projections.work_lists import PAGE_ITEMS_DEFAULT, PAGE_ITEMS_MAX
from services.access.sight import own_spellings
from services.work_lists import receipt_of

if TYPE_CHECKING:
    from gateways.app import Hangfeng

_CURSOR_CHARACTERS_MAX = 200


class CallNarrowing(BaseModel):
    """Which part of the list is wanted."""

    model_config = ConfigDict(extra="forbid")

    stage: Stage = Field(default=Stage.CALL, description="call 待回访；decide 已回访、待办结或重办")


class CallFilters(CallNarrowing):
    """Which part of the list is wanted, and from where on."""

    cursor: Annotated[str, StringConstraints(min_length=1, max_length=_CURSOR_CHARACTERS_MAX)] | None = Field(
        default=None, description="上一页给出的 next"
    )
    limit: int = Field(default=PAGE_ITEMS_DEFAULT, ge=1, le=PAGE_ITEMS_MAX)


class CallItem(BaseModel):
    """One case to call about, or to decide on.

    ``attempts`` reached nobody, ``last_attempt_at`` and ``last_outcome`` are those of the last. ``may_close_unreached``
    says that there were ``attempts_asked``, as many as the rules ask for that the case is closed by. ``rating_until``
    ends an invitation to rate that is still unused. ``solved``, ``satisfaction`` and ``cause`` are what the person last
    said.
    """

    id: UUID
    receipt_no: str
    kind: ComplaintKind
    channel: Channel
    unit: str | None
    title: str | None
    delivered_at: AwareDatetime
    waiting_days: int = Field(description="送达后的自然日 / calendar days since delivery")
    attempts: int
    attempts_asked: int
    last_attempt_at: AwareDatetime | None
    last_outcome: str | None
    may_close_unreached: bool
    rating_until: AwareDatetime | None
    reworks: int
    solved: bool | None
    satisfaction: Satisfaction | None
    cause: str | None


class CallPage(BaseModel):
    """A page of the list.

    ``attempts_asked`` is how many attempts that reached nobody let a case be closed, by the rules of today.
    """

    items: list[CallItem]
    attempts_asked: int
    next: str | None


async def read_follow_ups(filters: Annotated[CallFilters, Query()], house: House, caller: Caller) -> CallPage:
    """Return a page of the call list."""
    return await asyncio.to_thread(calls_page, house, caller, filters)


def calls_page(house: Hangfeng, caller: Actor, filters: CallFilters) -> CallPage:
    """Return a page of the call list without the caller's own unit's cases; reads the views, so in a thread."""
    unless = frozenset[str]()
    if caller.unit is not None:
        unless = own_spellings(caller.unit, house.instance.units, today(house))
    follow(house)
    with pages_of_a_cursor(), house.views.reading() as views, house.search.reading() as texts:
        page = page_of_calls(views, CallsAsked(filters.stage, unless, filters.cursor, filters.limit))
        titles = {text.complaint: text.title for text in texts_of(texts, (case.complaint for case in page.cases))}
    return CallPage(
        items=[_item(house, case, titles.get(case.complaint)) for case in page.cases],
        attempts_asked=house.instance.rules.edition_on(today(house)).follow_up_attempts_min,
        next=page.next,
    )


def call_of(house: Hangfeng, caller: Actor, case: UUID) -> CallItem:
    """Return one case as the call list has it; reads the log and the views, so in a thread.

    Raises ``NoSuchComplaint`` where the caller may not see it, or no answer to it was ever delivered.
    """
    see(house, caller, case)
    follow(house)
    with house.views.reading() as views, house.search.reading() as texts:
        held = [one for one in cases_at(views, [case], house.log.head().position) if one.delivered is not None]
        titles = {text.complaint: text.title for text in texts_of(texts, [case])}
    if not held:
        raise NoSuchComplaint(field="id")
    return _item(house, held[0], titles.get(case))


def _item(house: Hangfeng, case: CaseMeasure, title: str | None) -> CallItem:
    zone, day = house.instance.zone, today(house)
    unreached = [made for made in case.tried if made.satisfaction is None]
    last = unreached[-1] if unreached else None
    said = next((made for made in reversed(case.tried) if made.reached), None)
    delivered = case.delivered or case.registered
    asked = house.instance.rules.edition_of_case(case.deadline, case.registered).follow_up_attempts_min
    until = case.rating_until.at if case.rating_until is not None else None
    return CallItem(
        id=case.complaint,
        receipt_no=receipt_of(case, zone),
        kind=case.kind,
        channel=case.channel,
        unit=case.lead_unit,
        title=title,
        delivered_at=delivered.at.astimezone(zone),
        waiting_days=(day - delivered.at.astimezone(zone).date()).days,
        attempts=len(unreached),
        attempts_asked=asked,
        last_attempt_at=last.at.at.astimezone(zone) if last else None,
        last_outcome=last.outcome if last else None,
        may_close_unreached=said is None and len(unreached) >= asked,
        rating_until=until.astimezone(zone) if until is not None and until > house.clock() else None,
        reworks=len(case.reworks),
        solved=said.solved if said else None,
        satisfaction=said.satisfaction if said else None,
        cause=said.cause if said else None,
    )
