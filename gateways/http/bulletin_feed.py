"""The feed of published editions and errata (Atom, RFC 4287), for readers of news and for other systems."""

from __future__ import annotations

import asyncio
import re
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from hashlib import sha256
from typing import TYPE_CHECKING, Any, Final
from urllib.parse import quote
from uuid import UUID
from xml.etree import ElementTree as ET

from starlette.requests import Request
from starlette.responses import Response

from domain.bulletin.events import Scope
from domain.bulletin.name import BulletinName
from domain.bulletin.state import Bulletin, Edition
from gateways.http.caller import house_of
from gateways.http.table import JSON

if TYPE_CHECKING:
    from gateways.app import Hangfeng

ATOM_MEDIA: Final = "application/atom+xml"
FEED_PATH: Final = "/feed.atom"
ENTRIES_MAX: Final = 100
"""The feed holds the newest so many editions; the list of bulletins has all."""

_ATOM: Final = "http://www.w3.org/2005/Atom"
_GENERATOR: Final = "hangfeng"
# What XML 1.0 cannot hold, should somebody have typed it into a title.
_ILLEGAL: Final = re.compile("[^\t\n\r\u0020-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")


@dataclass(frozen=True, slots=True)
class _Entry:
    """One edition that everybody may read."""

    bulletin: Bulletin
    edition: Edition

    @property
    def at(self) -> datetime:
        return self.edition.at.at


async def feed(request: Request) -> Response:
    """Return the feed; 304 where the caller has it already."""
    house, base = house_of(request), _base(request)
    entries = await asyncio.to_thread(_entries, house)
    tag = _tag(house, base, entries)
    headers = {"ETag": tag, "Cache-Control": "no-cache", "Vary": "Host"}
    held = {one.strip().removeprefix("W/") for one in request.headers.get("if-none-match", "").split(",")}
    if tag in held or "*" in held:
        return Response(status_code=304, headers=headers)
    content = await asyncio.to_thread(_drawn, house, base, entries)
    return Response(content, media_type=ATOM_MEDIA, headers=headers)


def _base(request: Request) -> str:
    """Return the address that links begin with: the one that is set, else the one that was asked."""
    return (house_of(request).settings.public_address or str(request.base_url)).rstrip("/")


def _entries(house: Hangfeng) -> list[_Entry]:
    found = [
        _Entry(bulletin, edition)
        for bulletin in house.publication.bulletins()
        for edition in bulletin.editions
        if edition.approval.scope is Scope.PUBLIC
    ]
    found.sort(key=lambda entry: (entry.at, entry.bulletin.quarter, entry.edition.number), reverse=True)
    return found[:ENTRIES_MAX]


def _tag(house: Hangfeng, base: str, entries: list[_Entry]) -> str:
    """Return the feed's tag, which an edition more or another address changes, and nothing else."""
    parts = [base, house.instance.opened.public_key, *(entry.edition.digest for entry in entries)]
    return f'"{sha256(chr(10).join(parts).encode()).hexdigest()}"'


def _drawn(house: Hangfeng, base: str, entries: list[_Entry]) -> bytes:
    opened, zone = house.instance.opened, house.instance.zone
    newest = max((entry.at for entry in entries), default=opened.occurred.at)
    root = ET.Element("feed", {"xmlns": _ATOM, "xml:lang": "zh-CN"})
    _text(root, "id", _urn(house, "feed"))
    _text(root, "title", f"{opened.name}：行风热线通报")
    _text(root, "subtitle", "每期通报和勘误；一经发布即不再改动 / editions and errata, which never change")
    _text(root, "updated", newest.astimezone(zone).isoformat())
    _author(root, opened.lead_body)
    ET.SubElement(root, "link", {"rel": "self", "type": ATOM_MEDIA, "href": base + FEED_PATH})
    ET.SubElement(root, "link", {"rel": "alternate", "type": "text/html", "href": f"{base}/bulletins"})
    _text(root, "generator", _GENERATOR)
    for entry in entries:
        _entry(root, house, base, entry)
    content: bytes = ET.tostring(root, encoding="utf-8", xml_declaration=True)
    return content


def _entry(root: ET.Element, house: Hangfeng, base: str, entry: _Entry) -> None:
    bulletin, edition = entry.bulletin, entry.edition
    at = entry.at.astimezone(house.instance.zone).isoformat()
    name = quote(bulletin.quarter)
    erratum = edition.errata[-1] if edition.number > 1 and edition.errata else None
    element = ET.SubElement(root, "entry")
    _text(element, "id", _urn(house, f"{bulletin.quarter}/{edition.number}"))
    period = BulletinName.parse(bulletin.quarter).period.chinese
    mark = f"（勘误 {erratum.number}）" if erratum is not None else ""
    _text(element, "title", f"{period} {bulletin.title} {edition.issue}{mark}")
    _text(element, "published", at)
    _text(element, "updated", at)
    _author(element, bulletin.issuer)
    _text(element, "category", "", term="erratum" if erratum is not None else "edition")
    page = {"rel": "alternate", "type": "text/html", "hreflang": "zh-CN", "href": f"{base}/bulletins/{name}"}
    ET.SubElement(element, "link", page)
    shown = house.publication.show(BulletinName.parse(bulletin.quarter), edition.number)
    # Of a file a reader is told how large it is (4.2.7.2).
    signed = {"rel": "enclosure", "type": JSON, "length": str(len(shown.content)), "title": f"SHA-256 {edition.digest}"}
    ET.SubElement(element, "link", {**signed, "href": f"{base}/api/v1/bulletins/{name}?edition={edition.number}"})
    if erratum is not None:
        _text(
            element, "summary", f"勘误 {erratum.number}：{erratum.cause}。更正 {len(erratum.cells)} 处。", type="text"
        )
    else:
        _text(element, "summary", _summary(shown.document), type="text")


def _summary(document: Mapping[str, Any]) -> str:
    """Return the first words of an edition."""
    said = (paragraph["zh"] for section in document["sections"] for paragraph in section["paragraphs"])
    return str(next(said, document["title"]))


def _author(parent: ET.Element, name: str) -> None:
    _text(ET.SubElement(parent, "author"), "name", name)


def _text(parent: ET.Element, name: str, text: str, **attributes: str) -> None:
    ET.SubElement(parent, name, attributes).text = _ILLEGAL.sub("", text) or None


def _urn(house: Hangfeng, what: str) -> str:
    """Return an id that stays for ever: made of the instance's own key, of no address."""
    digest = sha256(f"{house.instance.opened.public_key}\n{what}".encode()).digest()
    return UUID(bytes=digest[:16], version=5).urn
