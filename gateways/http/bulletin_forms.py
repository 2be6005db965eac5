"""Every form of an edition over HTTP: drawn from the canonical JSON that the caller may read, and kept at hand."""

from __future__ import annotations

import asyncio
from collections import OrderedDict
from threading import Lock
from typing import TYPE_CHECKING, Annotated, Final

from fastapi import Path, Query, Request
from starlette.responses import Response

from domain.bulletin.name import BulletinName
from gateways.bulletin_forms import FORMS, Means
from gateways.http.bulletins import (
    CACHED,
    CACHED_PRIVATELY,
    EditionAsked,
    QuarterPath,
    internally_shown,
    shown_to,
)
from gateways.http.caller import Caller, House
from gateways.http.problems import fault
from services.publication.csv_files import NoSuchTable, csv_table

if TYPE_CHECKING:
    from gateways.app import Hangfeng
    from services.publication.publication import Shown

DRAWN_MAX: Final = 32
"""So many drawn forms are kept, the last ones asked for; an edition never changes, so none of them grows old."""

_SHOWN: Final = frozenset({"json", "md", "script", "script-json"})
"""Forms that a browser may show; the others are saved, a page in one file too, whose styles the site's policy bars."""

TABLE_CHARACTERS_MAX: Final = 60


class DrawnForms:
    """Forms that were drawn, by the edition's digest; one is drawn at a time, since PDF takes a whole core."""

    def __init__(self) -> None:
        self._held: OrderedDict[tuple[str, ...], bytes] = OrderedDict()
        self._lock = Lock()

    def drawn(self, house: Hangfeng, shown: Shown, form: str, table: str | None) -> bytes:
        """Return a form of an edition. Raises ``NoSuchTable``."""
        pace = Means.of(house.settings).pace
        key = (shown.digest, form, table or "", str(pace.characters_per_minute), str(pace.units_max))
        with self._lock:
            content = self._held.get(key)
            if content is None:
                content = _drawn(house, shown, form, table)
                self._held[key] = content
            self._held.move_to_end(key)
            while len(self._held) > DRAWN_MAX:
                self._held.popitem(last=False)
            return content


_DRAWN: Final = DrawnForms()


def _drawn(house: Hangfeng, shown: Shown, form: str, table: str | None) -> bytes:
    if form == "json":
        return shown.content
    if table is not None:
        return csv_table(shown.document, table)
    return FORMS[form].draw(shown.document, Means.of(house.settings))


FormPath = Annotated[str, Path(pattern="^[a-z-]{2,20}$", examples=["xlsx"])]
TableAsked = Annotated[
    str | None,
    Query(max_length=TABLE_CHARACTERS_MAX, description="只要这一张表（csv）/ this table alone (csv)"),
]


async def read_form(
    request: Request,
    quarter: QuarterPath,
    form: FormPath,
    house: House,
    caller: Caller,
    edition: EditionAsked = None,
    table: TableAsked = None,
) -> Response:
    """Return an edition in one of its forms; 304 where the caller has it already."""
    _must_be_had(form, table)
    shown = await asyncio.to_thread(shown_to, house, caller, BulletinName.parse(quarter), edition)
    return await _answered(request, house, shown, form, table, _file_name(quarter, edition), CACHED)


async def read_internal_form(
    request: Request,
    quarter: QuarterPath,
    form: FormPath,
    house: House,
    edition: EditionAsked = None,
    table: TableAsked = None,
) -> Response:
    """Return an edition's internal one in any form that the public one has; 304 where the caller has it already."""
    _must_be_had(form, table)
    shown = await asyncio.to_thread(internally_shown, house, BulletinName.parse(quarter), edition)
    name = f"{_file_name(quarter, edition)}-internal"
    return await _answered(request, house, shown, form, table, name, CACHED_PRIVATELY)


def _must_be_had(form: str, table: str | None) -> None:
    if form not in FORMS or (table is not None and form != "csv"):
        raise fault("not-found")


def _file_name(quarter: str, edition: int | None) -> str:
    return f"{quarter}-{edition}" if edition is not None else quarter


async def _answered(
    request: Request, house: Hangfeng, shown: Shown, form: str, table: str | None, name: str, cached: str
) -> Response:
    tag = f'"{shown.digest}-{form}-{table or ""}-{house.settings.script_units_max}"'
    headers = {"ETag": tag, "Cache-Control": cached}
    held = {one.strip().removeprefix("W/") for one in request.headers.get("if-none-match", "").split(",")}
    if tag in held:
        return Response(status_code=304, headers=headers)
    try:
        content = await asyncio.to_thread(_DRAWN.drawn, house, shown, form, table)
    except NoSuchTable:
        raise fault("not-found") from None
    kind = FORMS[form]
    file = f"{name}{'-' + table if table else ''}.{kind.ending}"
    headers["Content-Disposition"] = f'{"inline" if form in _SHOWN else "attachment"}; filename="{file}"'
    return Response(content, media_type=kind.media, headers=headers)
