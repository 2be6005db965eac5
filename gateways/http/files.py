"""Attachments of a case (附件): opened for who sees everything of the case, and each opening on record."""

from __future__ import annotations

import asyncio
from typing import TYPE_CHECKING, Annotated
from urllib.parse import quote
from uuid import UUID

from fastapi import Path
from starlette.responses import Response

from domain.complaint.events import ComplaintRegistered, SupplementReceived
from domain.facts import Actor
from gateways.http.caller import Caller, House, see
from gateways.http.problems import fault
from services.access import Sight
from services.attachments import Attachment, NoSuchAttachment

if TYPE_CHECKING:
    from gateways.app import Hangfeng

BINARY = "application/octet-stream"


async def read_attachment(
    id: UUID,  # noqa: A002 - the path names it so
    reference: Annotated[str, Path(pattern=r"^[0-9a-f]{64}$")],
    house: House,
    caller: Caller,
) -> Response:
    """Return one file of a case as it was sent, to be saved and never to be shown by the browser."""
    file = await asyncio.to_thread(_opened, house, caller, id, reference)
    return Response(
        file.content,
        media_type=BINARY,
        headers={"Content-Disposition": f"attachment; filename*=UTF-8''{quote(file.name, safe='')}"},
    )


def _opened(house: Hangfeng, caller: Actor, case: UUID, reference: str) -> Attachment:
    seen = see(house, caller, case)
    kept = {
        known
        for fact in seen.facts
        if isinstance(fact, ComplaintRegistered | SupplementReceived)
        for known in fact.attachments
    }
    # A picture of a letter shows who wrote it, so it takes the sight of everything.
    if reference not in kept or seen.sight < Sight.EVERYTHING:
        raise fault("not-found")
    house.access.record_read(caller, case, f"attachment {reference[:16]}")
    try:
        return house.attachments.open(reference)
    except NoSuchAttachment:
        raise fault("not-found") from None
