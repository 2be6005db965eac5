"""The quarterly bulletin (季度通报) over HTTP: its editions as they were signed, what stands behind a cell, the pages.

What is published for everybody is open to everybody; what is published for a limited circle to whoever holds a token;
everything else to those who make and examine it.
"""

from __future__ import annotations

import asyncio
from datetime import datetime
from typing import TYPE_CHECKING, Annotated, Any

from fastapi import Path, Query, Request
from pydantic import AwareDatetime, BaseModel
from starlette.responses import Response

from domain.bulletin.events import Scope
from domain.bulletin.name import BulletinName, NotABulletinName
from domain.bulletin.refusals import NoSuchBulletin, NoSuchCell
from domain.bulletin.state import Bulletin, Status
from domain.facts import Actor
from domain.words import Role
from gateways.http.caller import Caller, House, house_of
from gateways.http.problems import fault
from gateways.http.sites import page, site_of
from gateways.http.table import JSON
from gateways.pages.bulletin_page import render_bulletin
from gateways.pages.public_pages import EditionLink, EditionsPage, HomePage, render_editions, render_home
from gateways.pages.rendering import Words
from services.access import Action, allowed
from services.publication.derived import texts_of
from services.publication.explaining import Explainer
from services.publication.internal_shown import shown_internally
from services.publication.publication import Shown

if TYPE_CHECKING:
    from gateways.app import Hangfeng

EDITIONS_MAX = 1_000
BULLETIN_PATTERN = r"^(19|20)[0-9]{2}(Q[1-4]|-(0[1-9]|1[0-2]))?(\.[a-z][a-z0-9-]{0,39})?$"
"""A quarter, a month or a year, and the series of a special report."""
CELL_CHARACTERS_MAX = 200

CACHED = "no-cache"
"""What an edition's answer says to caches: ask each time whether it is still the one."""

CACHED_PRIVATELY = "private, no-cache"
"""The same of what is not for everybody, which no cache between may keep at all."""

QuarterPath = Annotated[str, Path(pattern=BULLETIN_PATTERN, examples=["2026Q1"])]
EditionAsked = Annotated[
    int | None,
    Query(ge=1, le=EDITIONS_MAX, description="第几版，缺省为最新 / which edition; the last where left out"),
]


class EditionItem(BaseModel):
    """One quarter's bulletin in the list; of an unpublished one there is no number yet."""

    quarter: str
    title: str
    issuer: str
    status: Status
    scope: Scope | None
    number: str | None
    edition: int
    errata: int
    published_at: AwareDatetime | None
    digest: str | None


class BulletinList(BaseModel):
    """The bulletins that the caller may read, the last quarter first."""

    items: list[EditionItem]


async def list_bulletins(house: House, caller: Caller) -> BulletinList:
    """Return the bulletins that the caller may read."""
    return BulletinList(items=await asyncio.to_thread(_items, house, caller))


async def read_bulletin(
    request: Request,
    quarter: QuarterPath,
    house: House,
    caller: Caller,
    edition: EditionAsked = None,
) -> Response:
    """Return an edition's canonical bytes, as they were signed; 304 where the caller has them already."""
    shown = await asyncio.to_thread(shown_to, house, caller, BulletinName.parse(quarter), edition)
    return _cached(request, shown, Response(shown.content, media_type=JSON))


async def read_internal_bulletin(
    request: Request,
    quarter: QuarterPath,
    house: House,
    edition: EditionAsked = None,
) -> Response:
    """Return an edition's internal one as canonical bytes; 304 where the caller has them already."""
    shown = await asyncio.to_thread(internally_shown, house, BulletinName.parse(quarter), edition)
    return _cached(request, shown, Response(shown.content, media_type=JSON), CACHED_PRIVATELY)


async def read_cell(
    quarter: QuarterPath,
    cell: Annotated[str, Path(min_length=1, max_length=CELL_CHARACTERS_MAX)],
    house: House,
    caller: Caller,
    edition: EditionAsked = None,
) -> dict[str, Any]:
    """Return what stands behind a cell: cases and events for the auditor, their number for others."""
    return await asyncio.to_thread(_cell, house, caller, BulletinName.parse(quarter), cell, edition)


async def bulletins_page(request: Request) -> Response:
    """Return the list of bulletins that were published for everybody."""
    house = house_of(request)
    found = await asyncio.to_thread(public_links, house)
    return page(render_editions(EditionsPage(found), site_of(request)))


async def bulletin_page(request: Request) -> Response:
    """Return a bulletin that was published for everybody, as a page."""
    house = house_of(request)
    try:
        name = BulletinName.parse(request.path_params["quarter"])
    except NotABulletinName:
        raise fault("not-found") from None
    shown = await asyncio.to_thread(shown_to, house, None, name, None)
    if _has_it(request, shown):
        return _cached(request, shown, page(""))
    text = await asyncio.to_thread(render_bulletin, shown.document, site=site_of(request))
    return _cached(request, shown, page(text))


async def home_page(request: Request) -> Response:
    """Return the first page, with the newest bulletin that was published for everybody."""
    links = await asyncio.to_thread(public_links, house_of(request))
    return page(render_home(HomePage(links[0] if links else None), site_of(request)))


def public_links(house: Hangfeng) -> tuple[EditionLink, ...]:
    """Return the bulletins that were published for everybody, the last quarter first; reads the log."""
    return tuple(
        EditionLink(
            quarter=item.quarter,
            quarter_words=Words(BulletinName.parse(item.quarter).period.chinese, item.quarter),
            number=item.number,
            title=item.title,
            published_at=item.published_at,
            errata=item.errata,
        )
        for item in _items(house, None)
        if item.number is not None
    )


def _items(house: Hangfeng, caller: Actor | None) -> list[EditionItem]:
    return [_item(house, each) for each in house.publication.bulletins() if _may_read(caller, each)]


def _item(house: Hangfeng, bulletin: Bulletin) -> EditionItem:
    last = bulletin.editions[-1] if bulletin.editions else None
    first: datetime | None = bulletin.editions[0].at.at if bulletin.editions else None
    approval = last.approval if last is not None else bulletin.approval
    return EditionItem(
        quarter=bulletin.quarter,
        title=bulletin.title,
        issuer=bulletin.issuer,
        status=bulletin.status,
        scope=approval.scope if approval is not None else None,
        number=last.issue if last is not None else None,
        edition=len(bulletin.editions),
        errata=len(bulletin.errata),
        published_at=first.astimezone(house.instance.zone) if first is not None else None,
        digest=last.digest if last is not None else None,
    )


def _may_read(caller: Actor | None, bulletin: Bulletin) -> bool:
    """Say whether a caller, or the public where there is none, may read a bulletin as it stands."""
    if caller is not None and allowed(caller.role, Action.READ_UNPUBLISHED_BULLETINS):
        return True
    scopes = {edition.approval.scope for edition in bulletin.editions}
    if caller is None or caller.role is Role.REPORTER:
        return Scope.PUBLIC in scopes
    return bool(scopes & {Scope.PUBLIC, Scope.LIMITED})


def shown_to(house: Hangfeng, caller: Actor | None, name: BulletinName, edition: int | None) -> Shown:
    """Return an edition to a caller, or to the public where there is none. Raises ``NoSuchBulletin``."""
    bulletin = house.publication.bulletin(name)
    # What one may not read is answered as if it were not there.
    if bulletin is None or not _may_read(caller, bulletin):
        raise NoSuchBulletin(quarter=name)
    return house.publication.show(name, edition)


def internally_shown(house: Hangfeng, name: BulletinName, edition: int | None) -> Shown:
    """Return the internal edition behind a published one, or the draft; the route's table lets nobody else in."""
    return shown_internally(house.publication, name, edition, house.instance.zone)


def _cell(house: Hangfeng, caller: Actor, name: BulletinName, cell: str, edition: int | None) -> dict[str, Any]:
    shown = shown_to(house, caller, name, edition)
    # The figures of tables that a published edition leaves out are for those who may read what is not published.
    if not allowed(caller.role, Action.READ_UNPUBLISHED_BULLETINS) and cell not in texts_of(shown.document):
        raise NoSuchCell(field="cell", cell=cell)
    explainer = Explainer(house.publication, house.log, house.views, house.instance.zone)
    found = explainer.explain(name, cell, edition)
    # Behind a count may stand an accusation: whoever belongs to a unit is told how many, and not which.
    return found.auditor_json() if caller.role is Role.AUDITOR and caller.unit is None else found.producer_json()


def _etag(shown: Shown) -> str:
    return f'"{shown.digest}"'


def _has_it(request: Request, shown: Shown) -> bool:
    """Say whether the caller holds this edition already."""
    held = (tag.strip().removeprefix("W/") for tag in request.headers.get("if-none-match", "").split(","))
    return _etag(shown) in held


def _cached(request: Request, shown: Shown, response: Response, cached: str = CACHED) -> Response:
    """Return an answer with the edition's digest as its tag, and its signature; 304 where the caller has it.

    The internal edition of a wider one is not signed: the signature stands over what was published.
    """
    headers = {"ETag": _etag(shown), "Cache-Control": cached}
    if shown.edition is not None and shown.edition.digest == shown.digest:
        headers["X-Bulletin-Signature"] = f"{shown.edition.algorithm} {shown.edition.signature}"
    if _has_it(request, shown):
        return Response(status_code=304, headers=headers)
    response.headers.update(headers)
    return response
