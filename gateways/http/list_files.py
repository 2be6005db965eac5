"""What falls due, is overdue, is uncorrected, and whom to call, as files: CSV and XLSX, every page of each list."""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Iterator
from itertools import chain
from typing import TYPE_CHECKING, Annotated, Any, Final, NamedTuple

from fastapi import Query
from pydantic import BaseModel
from starlette.responses import Response

from domain.facts import Actor
from domain.words import CHINESE
from gateways.http.caller import Caller, House
from gateways.http.due import (
    LINES_MAX,
    DueAsked,
    DueClock,
    DueNarrowing,
    OverdueAsked,
    OverdueClock,
    OverdueNarrowing,
    due_document,
    overdue_document,
)
from gateways.http.exports import READ_WHAT, Sheet, csv_answer, xlsx_answer
from gateways.http.follow_ups import CallFilters, CallItem, CallNarrowing, calls_page
from gateways.http.uncorrected import LINES_MAX as MEASURES_MAX
from gateways.http.uncorrected import UncorrectedAsked, UncorrectedLine, UncorrectedNarrowing, uncorrected_list
from projections.work_lists import PAGE_ITEMS_MAX
from services.spreadsheets import Column, Kind, Value

if TYPE_CHECKING:
    from gateways.app import Hangfeng

HOTLINE: Final = "热线"
_YES: Final = "是"
_NO: Final = "否"

_RECEIPT = Column("受理编号", width=22)
_UNIT = Column("单位", width=26)
_CLOCK: Final = (
    _RECEIPT,
    Column("类别"),
    Column("状态"),
    Column("期限属于", width=12),
    _UNIT,
    Column("期限", Kind.INSTANT, 17),
    Column("期限暂定", width=9),
)
_LATE: Final = (
    Column("红牌时间", Kind.INSTANT, 17),
    Column("超期天数", Kind.NUMBER, 10),
    Column("超期工作日", Kind.NUMBER, 11),
    Column("现在谁手中", width=26),
)
_OWED: Final = (
    _RECEIPT,
    _UNIT,
    Column("状态"),
    Column("行风问题"),
    Column("核实时间", Kind.INSTANT, 17),
    Column("整改措施", width=30),
    Column("整改期限", Kind.DAY, 12),
    Column("逾期天数", Kind.NUMBER, 10),
)
_CALLS: Final = (
    _RECEIPT,
    Column("类别"),
    Column("渠道"),
    _UNIT,
    Column("标题", width=40),
    Column("送达时间", Kind.INSTANT, 17),
    Column("等候天数", Kind.NUMBER, 10),
    Column("未接通次数", Kind.NUMBER, 11),
    Column("上次未接通", Kind.INSTANT, 17),
    Column("上次结果"),
    Column("可按无法联系办结", width=16),
    Column("邀请评议至", Kind.INSTANT, 17),
    Column("重办次数", Kind.NUMBER, 9),
    Column("已解决", width=8),
    Column("满意度", width=10),
    Column("原因", width=24),
)

_Row = tuple[Value, ...]


class _Page(NamedTuple):
    rows: list[_Row]
    next: str | None


class ListFile(NamedTuple):
    """A list that can be had as a file: its name, title and columns, and how a page of it is read."""

    name: str
    title: str
    columns: tuple[Column, ...]
    asked: type[BaseModel]
    page: Callable[[Hangfeng, Actor, Any], _Page]
    items_max: int

    def sheet(self, house: Hangfeng, caller: Actor, asked: BaseModel) -> Sheet:
        """Return every row of a caller's list; the first page is read at once: a fault comes before any byte."""
        pages = self._pages(house, caller, asked)
        first = next(pages)
        return Sheet(self.title, self.columns, chain(first, chain.from_iterable(pages)))

    def _pages(self, house: Hangfeng, caller: Actor, asked: BaseModel) -> Iterator[list[_Row]]:
        cursor: str | None = None
        while True:
            narrowed = asked.model_dump(exclude={"cursor", "limit"})
            found = self.page(house, caller, self.asked(**narrowed, cursor=cursor, limit=self.items_max))
            yield found.rows
            cursor = found.next
            if cursor is None:
                return


def _due(house: Hangfeng, caller: Actor, asked: DueAsked) -> _Page:
    found = due_document(house, caller, asked)
    return _Page([_clock(one) for one in found.items], found.next)


def _overdue(house: Hangfeng, caller: Actor, asked: OverdueAsked) -> _Page:
    found = overdue_document(house, caller, asked)
    return _Page([(*_clock(one), *_late(one)) for one in found.items], found.next)


def _uncorrected(house: Hangfeng, caller: Actor, asked: UncorrectedAsked) -> _Page:
    found = uncorrected_list(house, caller, asked)
    return _Page([_owed(one) for one in found.items], found.next)


def _calls(house: Hangfeng, caller: Actor, asked: CallFilters) -> _Page:
    found = calls_page(house, caller, asked)
    house.access.record_reads(caller, [one.id for one in found.items if one.title is not None], READ_WHAT)
    return _Page([_call(one) for one in found.items], found.next)


DUE: Final = ListFile("due", "到期清单", _CLOCK, DueAsked, _due, LINES_MAX)
OVERDUE: Final = ListFile("overdue", "超期台账", (*_CLOCK, *_LATE), OverdueAsked, _overdue, LINES_MAX)
UNCORRECTED: Final = ListFile("uncorrected", "属实未纠清单", _OWED, UncorrectedAsked, _uncorrected, MEASURES_MAX)
CALLS: Final = ListFile("follow-ups", "回访清单", _CALLS, CallFilters, _calls, PAGE_ITEMS_MAX)


async def due_csv(asked: Annotated[DueNarrowing, Query()], house: House, caller: Caller) -> Response:
    """Return what falls due as CSV."""
    return await _csv(DUE, house, caller, asked)


async def due_xlsx(asked: Annotated[DueNarrowing, Query()], house: House, caller: Caller) -> Response:
    """Return what falls due as XLSX."""
    return await _xlsx(DUE, house, caller, asked)


async def overdue_csv(asked: Annotated[OverdueNarrowing, Query()], house: House, caller: Caller) -> Response:
    """Return the overdue register as CSV."""
    return await _csv(OVERDUE, house, caller, asked)


async def overdue_xlsx(asked: Annotated[OverdueNarrowing, Query()], house: House, caller: Caller) -> Response:
    """Return the overdue register as XLSX."""
    return await _xlsx(OVERDUE, house, caller, asked)


async def uncorrected_csv(asked: Annotated[UncorrectedNarrowing, Query()], house: House, caller: Caller) -> Response:
    """Return what is owed as CSV."""
    return await _csv(UNCORRECTED, house, caller, asked)


async def uncorrected_xlsx(asked: Annotated[UncorrectedNarrowing, Query()], house: House, caller: Caller) -> Response:
    """Return what is owed as XLSX."""
    return await _xlsx(UNCORRECTED, house, caller, asked)


async def calls_csv(asked: Annotated[CallNarrowing, Query()], house: House, caller: Caller) -> Response:
    """Return the call list as CSV."""
    return await _csv(CALLS, house, caller, asked)


async def calls_xlsx(asked: Annotated[CallNarrowing, Query()], house: House, caller: Caller) -> Response:
    """Return the call list as XLSX."""
    return await _xlsx(CALLS, house, caller, asked)


async def _csv(what: ListFile, house: Hangfeng, caller: Actor, asked: BaseModel) -> Response:
    return csv_answer(await asyncio.to_thread(what.sheet, house, caller, asked), what.name)


async def _xlsx(what: ListFile, house: Hangfeng, caller: Actor, asked: BaseModel) -> Response:
    return await xlsx_answer(await asyncio.to_thread(what.sheet, house, caller, asked), what.name)


def _clock(one: DueClock) -> _Row:
    return (
        one.receipt_no,
        CHINESE[one.kind],
        CHINESE[one.state],
        "诉求人" if one.unit is None else "承办单位",
        one.unit or HOTLINE,
        one.deadline,
        "暂定" if one.provisional else None,
    )


def _late(one: OverdueClock) -> _Row:
    return one.raised_at, one.days_late, one.working_days_late, one.holder


def _owed(one: UncorrectedLine) -> _Row:
    return (
        one.receipt_no,
        one.unit,
        CHINESE[one.state],
        one.conduct_code,
        one.found_at,
        one.code or "未定措施",
        one.due,
        one.days_overdue,
    )


def _call(one: CallItem) -> _Row:
    return (
        one.receipt_no,
        CHINESE[one.kind],
        CHINESE[one.channel],
        one.unit,
        one.title,
        one.delivered_at,
        one.waiting_days,
        one.attempts,
        one.last_attempt_at,
        one.last_outcome,
        _YES if one.may_close_unreached else None,
        one.rating_until,
        one.reworks,
        None if one.solved is None else _YES if one.solved else _NO,
        CHINESE[one.satisfaction] if one.satisfaction else None,
        one.cause,
    )
