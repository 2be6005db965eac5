"""The web mailbox (网络信箱): a page with a form that needs no JavaScript, the same as an API, and tracking.

The evidence of a message is the idempotency key that it came with: each empty form carries a new one, so that a
second press of the button, a reload or a retry registers nothing twice.
"""

from __future__ import annotations

import asyncio
import re
import secrets
from dataclasses import dataclass
from typing import TYPE_CHECKING, Annotated, Any, Final

import orjson
from pydantic import Field as Described
from pydantic import StringConstraints, TypeAdapter, ValidationError
from starlette.requests import Request
from starlette.responses import Response

from domain import refusals
from domain.complaint import commands as c
from domain.facts import Actor
from domain.identity import Evidence
from domain.wording import CODE_CHARACTERS_MAX
from domain.words import CHINESE, Channel, ComplaintKind
from gateways.http.bodies import NAME_CHARACTERS_MAX, TEXT_CHARACTERS_MAX, Body, Code, Name, Text
from gateways.http.caller import caller_of, house_of, moment
from gateways.http.hotline import receipt_response
from gateways.http.problems import fault, of_refusal, of_validation
from gateways.http.sites import page, site_of
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
from gateways.pages.public_pages import (
    DueView,
    FieldError,
    MailboxForm,
    MailboxLimits,
    MailboxValues,
    ReceiptPage,
    render_mailbox,
    render_receipt,
)
from gateways.pages.rendering import Words
from services.attachments import Attachment
from services.casework import Receipt

if TYPE_CHECKING:
    from collections.abc import Sequence

    from gateways.app import Hangfeng

SOURCE: Final = "mailbox"
KEY_BYTES: Final = 16
PERSON_CHARACTERS_MAX: Final = 50
NUMBER_CHARACTERS_MAX: Final = 40
MEBIBYTE: Final = 1024 * 1024
_TYPED: Final = ("kind", "title", "text", "name", "phone", "unit")
_KEY: Final = re.compile(r"[!-~]{1,200}")
_SENT_BEFORE: Final = Words("此前已提交过一次；如需另提交这一内容，请再次提交", "Sent before; send again")


class MailboxMessage(Body):
    """A message to the mailbox (网络来信)."""

    kind: ComplaintKind = Described(description="；".join(f"{kind} {CHINESE[kind]}" for kind in ComplaintKind))
    title: Name
    text: Text
    name: Annotated[str, StringConstraints(max_length=PERSON_CHARACTERS_MAX)] | None = None
    phone: Annotated[str, StringConstraints(max_length=NUMBER_CHARACTERS_MAX)] | None = None
    unit: Code | None = None
    category: Code | None = None


_MESSAGE: Final = TypeAdapter(MailboxMessage)
MESSAGE_TYPES: Final = ("application/json", *FORM_TYPES)


@dataclass(frozen=True, slots=True)
class _Sent:
    """A message as it was sent, with its files and its key."""

    message: MailboxMessage
    files: tuple[Attachment, ...]
    key: str


async def post_message(request: Request) -> Response:
    """Take in a message: JSON, or a form with attachments; 201 with its receipt, 200 where it stood already."""
    house = house_of(request)
    key = request.headers.get("idempotency-key") or secrets.token_hex(KEY_BYTES)
    if _KEY.fullmatch(key) is None:
        raise fault("invalid-input", field="Idempotency-Key")
    try:
        if is_json(request):
            sent = _Sent(_MESSAGE.validate_json(await request.body()), (), key)
        elif is_form(request):
            async with reading_form(request, house) as form:
                message = _MESSAGE.validate_python(texts_of(form))
                sent = _Sent(message, await files_of(form, "attachments", house), key)
        else:
            raise unsupported(MESSAGE_TYPES)
    except ValidationError as error:
        raise of_validation(error.errors(include_url=False, include_input=False)) from None
    except BadFile as error:
        raise fault("invalid-input", str(error), field="attachments") from None
    return receipt_response(await _register(house, caller_of(request), sent))


async def mailbox_page(request: Request) -> Response:
    """Return the empty form."""
    return page(render_mailbox(_form(house_of(request), secrets.token_hex(KEY_BYTES)), site_of(request)))


async def post_mailbox_page(request: Request) -> Response:
    """Take the form in, and answer with the receipt, or with the form as it was typed and what is wrong with it."""
    house = house_of(request)
    errors: list[FieldError] = []
    files: tuple[Attachment, ...] = ()
    async with reading_form(request, house) as form:
        texts = texts_of(form)
        try:
            files = await files_of(form, "attachments", house)
        except BadFile as error:
            errors.append(FieldError("attachments", Words(error.zh, error.en)))
    key = texts.pop("idempotency_key", "")
    if _KEY.fullmatch(key) is None:
        key = secrets.token_hex(KEY_BYTES)
    receipt: Receipt | None = None
    try:
        message = _MESSAGE.validate_python(texts)
        if not errors:
            receipt = await _register(house, caller_of(request), _Sent(message, files, key))
    except ValidationError as error:
        errors += _form_errors(error)
    except refusals.KeyUsedForAnother:
        # The form was sent, changed and sent again: what stands now is a message of its own, under a key of its own.
        key = secrets.token_hex(KEY_BYTES)
        errors.append(FieldError("", _SENT_BEFORE))
    except refusals.Refusal as refusal:
        errors.append(FieldError(refusal.field or "", Words(refusal.zh, refusal.en)))
    if receipt is None:
        chosen = tuple(file.name for file in files)
        return page(
            render_mailbox(_form(house, key, texts, errors, chosen), site_of(request)),
            status=of_refusal(refusals.EmptyText(name="text")).status,
        )
    shown = ReceiptPage(
        receipt_no=receipt.receipt_no,
        query_code=receipt.query_code,
        registered_at=receipt.registered_at,
        deadline=DueView(receipt.deadline, receipt.provisional) if receipt.deadline else None,
        attachments=len(files),
    )
    return page(render_receipt(shown, site_of(request)), status=201 if receipt.fresh else 200)


async def _register(house: Hangfeng, by: Actor, sent: _Sent) -> Receipt:
    message = sent.message
    evidence = Evidence(Channel.WEB_MAILBOX, SOURCE, sent.key)
    said = orjson.dumps([message.model_dump(), same_files(sent.files)], option=orjson.OPT_SORT_KEYS)
    who = house.casework.identify(evidence, said, number=message.phone)
    # Files of a message that stands already are not kept again: it is its digest that is compared.
    stands = await asyncio.to_thread(house.casework.receipt, house.casework.complaint_id(who.contact, 1))
    kept: tuple[str, ...] = ()
    if sent.files and stands is None:
        kept = await asyncio.to_thread(keep, house, who.subject, sent.files)
    return await house.casework.register_async(
        c.Register(
            by=by,
            at=moment(house, None),
            contact=who.contact,
            matter_no=1,
            evidence_digest=who.evidence_digest,
            subject=who.subject,
            channel=Channel.WEB_MAILBOX,
            source=SOURCE,
            source_id=sent.key,
            kind=message.kind,
            title=message.title,
            text=message.text,
            category=message.category,
            wanted_unit=message.unit,
            attachments=kept,
            reporter_name=message.name or None,
            reporter_number=message.phone or None,
        ),
    )


def _form(
    house: Hangfeng,
    key: str,
    texts: dict[str, str] | None = None,
    errors: Sequence[FieldError] = (),
    chosen: tuple[str, ...] = (),
) -> MailboxForm:
    typed = texts or {}
    settings = house.settings
    return MailboxForm(
        idempotency_key=key,
        values=MailboxValues(**{name: typed.get(name, "") for name in _TYPED}),
        errors=tuple(errors),
        limits=MailboxLimits(
            title_characters_max=NAME_CHARACTERS_MAX,
            text_characters_max=TEXT_CHARACTERS_MAX,
            name_characters_max=PERSON_CHARACTERS_MAX,
            phone_characters_max=NUMBER_CHARACTERS_MAX,
            unit_characters_max=CODE_CHARACTERS_MAX,
            attachments_max=settings.attachments_max,
            attachment_megabytes_max=max(1, settings.attachment_bytes_max // MEBIBYTE),
        ),
        attachments_to_choose_again=chosen,
        units=tuple(sorted(house.instance.units.placed)),
    )


_ERRORS_OF_FINDING: Final[dict[str, Words]] = {
    "missing": Words("请填写这一项", "Please fill this in"),
    "enum": Words("请选择一类", "Please choose one"),
    "string_too_long": Words("内容过长，请精简", "Too long; please shorten it"),
    "extra_forbidden": Words("没有这一项", "There is no such field"),
}


def _form_errors(error: ValidationError) -> list[FieldError]:
    findings: list[Any] = list(error.errors(include_url=False, include_input=False))
    return [
        FieldError(
            str(finding["loc"][0]) if finding["loc"] else "",
            _ERRORS_OF_FINDING.get(finding["type"], Words("请检查这一项", "Please check this")),
        )
        for finding in findings
    ]
