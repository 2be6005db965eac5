"""The auditor's feed (事件流): every event in the order of positions, what is sealed left sealed."""

from __future__ import annotations

import asyncio
from collections.abc import Iterable
from typing import TYPE_CHECKING, Annotated
from uuid import UUID

from fastapi import Query
from pydantic import BaseModel

from domain.facts import Actor, Recorded
from domain.refusals import NoSuchComplaint
from gateways.http.caller import Caller, House, see
from gateways.http.wire import HistoryEntry, history_entry

if TYPE_CHECKING:
    from gateways.app import Hangfeng

FEED_EVENTS_MAX = 500
FEED_EVENTS_DEFAULT = 100
POSITION_MAX = 2**53
"""No position is larger: beyond it, numbers in JSON are no longer exact."""


class FeedEntry(HistoryEntry):
    """An event with the stream that it belongs to."""

    stream: UUID


class Feed(BaseModel):
    """A stretch of the log; ``next`` is what to ask ``after`` next time, ``head`` where the log ends now."""

    items: list[FeedEntry]
    next: int
    head: int


async def read_events(
    house: House,
    caller: Caller,
    after: Annotated[int, Query(ge=0, le=POSITION_MAX, description="从该位置之后 / after this position")] = 0,
    limit: Annotated[int, Query(ge=1, le=FEED_EVENTS_MAX)] = FEED_EVENTS_DEFAULT,
) -> Feed:
    """Return the events after a position."""
    return await asyncio.to_thread(_feed, house, caller, after, limit)


def _feed(house: Hangfeng, caller: Actor, after: int, limit: int) -> Feed:
    recorded = house.log.read(after, limit)
    shown = recorded if caller.unit is None else list(_seen(house, caller, recorded))
    zone = house.instance.zone
    return Feed(
        items=[FeedEntry(stream=each.stream, **dict(history_entry(each, zone, hidden=None))) for each in shown],
        next=recorded[-1].position if recorded else after,
        head=house.log.head().position,
    )


def _seen(house: Hangfeng, caller: Actor, recorded: Iterable[Recorded]) -> Iterable[Recorded]:
    """Leave out what an auditor who belongs to a unit may not know of: accusations against it or a unit below."""
    known: dict[UUID, bool] = {}
    for each in recorded:
        if each.stream not in known:
            known[each.stream] = shows_stream(house, caller, each.stream)
        if known[each.stream]:
            yield each


def shows_stream(house: Hangfeng, caller: Actor, stream: UUID) -> bool:
    """Say whether a caller may know of a stream; what is no complaint is nobody's secret."""
    if not house.casework.history(stream):
        return True
    try:
        see(house, caller, stream)
    except NoSuchComplaint:
        return False
    return True
