"""Work lists as files (清单导出): CSV and XLSX of what the list shows, row by row, each title shown being on record."""

from __future__ import annotations

import asyncio
import tempfile
from collections.abc import Iterator
from dataclasses import dataclass
from itertools import chain
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, BinaryIO, Final

from fastapi import Query
from starlette.background import BackgroundTask
from starlette.responses import FileResponse, Response, StreamingResponse

from domain.facts import Actor
from domain.words import CHINESE
from gateways.http.caller import Caller, House
from gateways.http.lists import ComplaintPage, Filters, ListItem, Narrowing, complaints_page, reads_source
from projections.work_lists import PAGE_ITEMS_MAX
from services.spreadsheets import CSV_MEDIA, XLSX_MEDIA, Column, Kind, Value, csv_chunks, write_xlsx

if TYPE_CHECKING:
    from gateways.app import Hangfeng

TITLE: Final = "诉求清单"
READ_WHAT: Final = "title (list export)"

_COLUMNS: Final = (
    Column("受理编号", width=22),
    Column("类别"),
    Column("渠道"),
    Column("状态"),
    Column("承办单位", width=26),
    Column("标题", width=40),
    Column("事项分类"),
    Column("登记时间", Kind.INSTANT, 17),
    Column("期限", Kind.INSTANT, 17),
    Column("期限暂定", width=9),
    Column("答复时间", Kind.INSTANT, 17),
    Column("重办次数", Kind.NUMBER, 9),
    Column("标记", width=24),
)
_SOURCE: Final = Column("渠道编号", width=22)


@dataclass(frozen=True, slots=True)
class Sheet:
    """A list as a file shows it: its title, its columns, and its rows as they come."""

    title: str
    columns: tuple[Column, ...]
    rows: Iterator[tuple[Value, ...]]

    def write_xlsx(self, target: BinaryIO) -> int:
        """Write it as XLSX and return how many rows it holds."""
        return write_xlsx(target, self.columns, self.rows, self.title)

    def csv(self) -> Iterator[bytes]:
        """Give it as CSV, a row at a time."""
        return csv_chunks(self.columns, self.rows)


def csv_answer(sheet: Sheet, name: str) -> Response:
    """Answer with a CSV file of that name, sent as its rows come."""
    return StreamingResponse(sheet.csv(), media_type=CSV_MEDIA, headers=_saved_as(name, "csv"))


async def xlsx_answer(sheet: Sheet, name: str) -> Response:
    """Answer with an XLSX file of that name, written to a file that is removed once it is sent."""
    path = await asyncio.to_thread(_xlsx_file, sheet)
    headers = _saved_as(name, "xlsx")
    return FileResponse(path, media_type=XLSX_MEDIA, headers=headers, background=BackgroundTask(path.unlink))


async def export_csv(asked: Annotated[Narrowing, Query()], house: House, caller: Caller) -> Response:
    """Return the caller's list as CSV, a page of it in memory at a time."""
    pages = _pages(house, caller, asked)
    # The first page is read before anything is answered, so that a refusal is still a problem and not a torn file.
    first = await asyncio.to_thread(next, pages)
    rows = _rows(caller, chain((first,), pages))
    return csv_answer(Sheet(TITLE, columns_of(caller), rows), "complaints")


async def export_xlsx(asked: Annotated[Narrowing, Query()], house: House, caller: Caller) -> Response:
    """Return the caller's list as XLSX, written to a file that is removed once it is sent."""
    return await xlsx_answer(complaints_sheet(house, caller, asked), "complaints")


def columns_of(caller: Actor) -> tuple[Column, ...]:
    """Return the columns of a caller's list: the channel's own number only for roles that may ever read one."""
    return (*_COLUMNS, _SOURCE) if reads_source(caller.role) else _COLUMNS


def complaints_sheet(house: Hangfeng, caller: Actor, asked: Narrowing) -> Sheet:
    """Return a caller's whole list, which records each title as it is read out of it."""
    return Sheet(TITLE, columns_of(caller), _rows(caller, _pages(house, caller, asked)))


def _xlsx_file(sheet: Sheet) -> Path:
    with tempfile.NamedTemporaryFile(prefix="hangfeng-", suffix=".xlsx", delete=False) as target:
        path = Path(target.name)
    try:
        with path.open("wb") as target:
            sheet.write_xlsx(target)
    except BaseException:
        path.unlink()
        raise
    return path


def _pages(house: Hangfeng, caller: Actor, asked: Narrowing) -> Iterator[ComplaintPage]:
    cursor: str | None = None
    while True:
        filters = Filters(**asked.model_dump(exclude={"cursor", "limit"}), cursor=cursor, limit=PAGE_ITEMS_MAX)
        page = complaints_page(house, caller, filters)
        house.access.record_reads(caller, [item.id for item in page.items if item.title is not None], READ_WHAT)
        yield page
        cursor = page.next
        if cursor is None:
            return


def _rows(caller: Actor, pages: Iterator[ComplaintPage]) -> Iterator[tuple[Value, ...]]:
    source = reads_source(caller.role)
    for page in pages:
        for item in page.items:
            yield (*_row(item), item.source_id) if source else _row(item)


def _row(item: ListItem) -> tuple[Value, ...]:
    return (
        item.receipt_no,
        CHINESE[item.kind],
        CHINESE[item.channel],
        CHINESE[item.state],
        item.unit,
        item.title,
        item.category,
        item.registered_at,
        item.deadline,
        "暂定" if item.provisional else None,
        item.answered_at,
        item.reworks,
        "、".join(item.flags) or None,
    )


def _saved_as(name: str, ending: str) -> dict[str, str]:
    return {"Content-Disposition": f'attachment; filename="{name}.{ending}"'}
