"""Letters (来信): a clerk registers a paper letter with its barcode, its dates, its scans, and what it says."""

from __future__ import annotations

import asyncio
from datetime import date
from typing import TYPE_CHECKING, Annotated, Final

import orjson
from pydantic import Field as Described
from pydantic import StringConstraints, TypeAdapter, ValidationError
from starlette.requests import Request
from starlette.responses import Response

from domain.complaint import commands as c
from domain.complaint.events import LetterDates
from domain.facts import Actor
from domain.identity import Evidence
from domain.words import CHINESE, Channel, ComplaintKind
from gateways.http.bodies import MATTERS_PER_CONTACT_MAX, NAME_CHARACTERS_MAX, Body, Code, Instant, Name, Text
from gateways.http.caller import caller_of, house_of, moment
from gateways.http.hotline import receipt_response
from gateways.http.problems import fault, of_validation
from gateways.http.uploads import (
    FORM_TYPES,
    BadFile,
    files_of,
    is_form,
    is_json,
    keep,
    reading_form,
    same_files,
    texts_of,
    unsupported,
)
from services.attachments import Attachment
from services.casework import Receipt

if TYPE_CHECKING:
    from gateways.app import Hangfeng

SOURCE: Final = "post"
BARCODE_CHARACTERS_MAX: Final = 60
LETTER_TYPES: Final = ("application/json", *FORM_TYPES)


class Letter(Body):
    """A letter as a clerk registers it (来信登记); scans come beside it in the field ``scans`` of a form."""

    barcode: Annotated[str, StringConstraints(pattern=r"^[!-~]+$", max_length=BARCODE_CHARACTERS_MAX)] = Described(
        description="挂号或登记条码；与第几件事一起认定同一来信 / the barcode that identifies the letter",
    )
    matter_no: int = Described(default=1, ge=1, le=MATTERS_PER_CONTACT_MAX)
    kind: ComplaintKind = Described(description="；".join(f"{kind} {CHINESE[kind]}" for kind in ComplaintKind))
    title: Name
    text: Text
    postmarked: date | None = Described(default=None, description="邮戳日期")
    received: date | None = Described(default=None, description="收到日期")
    scanned: date | None = Described(default=None, description="扫描日期")
    occurred_at: Instant | None = Described(default=None, description="登记时间，缺省为当前 / default: now")
    category: Code | None = None
    unit: Code | None = None
    programme_ref: Code | None = None
    reporter_name: Annotated[str, StringConstraints(max_length=NAME_CHARACTERS_MAX)] | None = None
    reporter_number: Annotated[str, StringConstraints(max_length=40)] | None = None
    reporter_address: Annotated[str, StringConstraints(max_length=NAME_CHARACTERS_MAX)] | None = None


_LETTER: Final = TypeAdapter(Letter)


async def register_letter(request: Request) -> Response:
    """Register a letter: JSON, or a form with scans; 201 with its receipt, 200 where it stood already."""
    house = house_of(request)
    scans: tuple[Attachment, ...] = ()
    try:
        if is_json(request):
            letter = _LETTER.validate_json(await request.body())
        elif is_form(request):
            async with reading_form(request, house) as form:
                letter = _LETTER.validate_python(texts_of(form))
                scans = await files_of(form, "scans", house)
        else:
            raise unsupported(LETTER_TYPES)
    except ValidationError as error:
        raise of_validation(error.errors(include_url=False, include_input=False)) from None
    except BadFile as error:
        raise fault("invalid-input", str(error), field="scans") from None
    return receipt_response(await _register(house, caller_of(request), letter, scans))


async def _register(house: Hangfeng, by: Actor, letter: Letter, scans: tuple[Attachment, ...]) -> Receipt:
    evidence = Evidence(Channel.LETTER, SOURCE, letter.barcode)
    said = orjson.dumps([letter.model_dump(), same_files(scans)], option=orjson.OPT_SORT_KEYS)
    who = house.casework.identify(evidence, said, number=letter.reporter_number)
    complaint = house.casework.complaint_id(who.contact, letter.matter_no)
    stands = await asyncio.to_thread(house.casework.receipt, complaint)
    kept: tuple[str, ...] = ()
    if scans and stands is None:
        kept = await asyncio.to_thread(keep, house, who.subject, scans)
    return await house.casework.register_async(
        c.Register(
            by=by,
            at=moment(house, letter.occurred_at),
            contact=who.contact,
            matter_no=letter.matter_no,
            evidence_digest=who.evidence_digest,
            subject=who.subject,
            channel=Channel.LETTER,
            source=SOURCE,
            source_id=letter.barcode,
            kind=letter.kind,
            title=letter.title,
            text=letter.text,
            category=letter.category,
            wanted_unit=letter.unit,
            programme_ref=letter.programme_ref,
            letter=LetterDates(letter.barcode, letter.postmarked, letter.received, letter.scanned),
            attachments=kept,
            reporter_name=letter.reporter_name or None,
            reporter_number=letter.reporter_number or None,
            reporter_address=letter.reporter_address or None,
        ),
    )
