"""What comes with a form: its fields, and its files, looked at by their bytes and kept sealed."""

from __future__ import annotations

import hashlib
from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager
from typing import TYPE_CHECKING, Final

from python_multipart.multipart import parse_options_header
from starlette.datastructures import FormData, UploadFile
from starlette.requests import Request

from gateways.http.problems import fault
from services.attachments import Attachment, media_type_of

if TYPE_CHECKING:
    from gateways.app import Hangfeng

FORM_TYPES: Final = ("multipart/form-data", "application/x-www-form-urlencoded")
FORM_FIELDS_MAX: Final = 40
_UTF_8: Final = frozenset({b"utf-8", b"utf8"})
SCANNED_AND_SENT: Final = frozenset(
    {"image/jpeg", "image/png", "image/gif", "image/webp", "image/tiff", "application/pdf"},
)
"""The media types that the mailbox and the letters take in, by the bytes of a file and not by its name."""


class BadFile(Exception):
    """A file is not taken in; ``zh`` and ``en`` say which and why."""

    def __init__(self, zh: str, en: str) -> None:
        super().__init__(f"{zh} / {en}")
        self.zh = zh
        self.en = en


def is_form(request: Request) -> bool:
    """Say whether a request carries a form."""
    return _media_type(request) in FORM_TYPES


def is_json(request: Request) -> bool:
    """Say whether a request carries JSON."""
    return _media_type(request) == "application/json"


@asynccontextmanager
async def reading_form(request: Request, house: Hangfeng) -> AsyncIterator[FormData]:
    """Read a form, and let go of its files at the end; more parts than the settings allow are refused as 400.

    A form in another encoding than UTF-8 is refused as 415: of the codecs that a sender could name, some give texts
    that nothing can store, and some take very long.
    """
    settings = house.settings
    _, options = parse_options_header(request.headers.get("content-type"))
    if options.get(b"charset", b"utf-8").lower() not in _UTF_8:
        raise fault("unsupported-media-type", "表单请使用 UTF-8 / send the form in UTF-8")
    async with request.form(
        max_files=settings.attachments_max + 1,
        max_fields=FORM_FIELDS_MAX,
        max_part_size=settings.request_body_bytes_max,
    ) as form:
        yield form


def texts_of(form: FormData) -> dict[str, str]:
    """Return the fields of a form that are texts, with plain line ends; one that is left empty was not given."""
    given = {name: value for name, value in form.items() if isinstance(value, str) and value.strip()}
    return {name: value.replace("\r\n", "\n") for name, value in given.items()}


async def files_of(form: FormData, name: str, house: Hangfeng) -> tuple[Attachment, ...]:
    """Return the files of one field, each known by its bytes.

    Raises ``BadFile`` where there are too many, or one is too large, empty, or of a kind that is not taken in.
    """
    uploads = [part for part in form.getlist(name) if isinstance(part, UploadFile) and part.filename]
    if len(uploads) > house.settings.attachments_max:
        most = house.settings.attachments_max
        raise BadFile(f"附件最多 {most} 个", f"at most {most} attachments")
    return tuple([await _file(upload, house.settings.attachment_bytes_max) for upload in uploads])


def same_files(files: Sequence[Attachment]) -> list[str]:
    """Return what makes the same files the same, for the digest of a request's body."""
    return [hashlib.sha256(file.name.encode() + b"\0" + file.content).hexdigest() for file in files]


def keep(house: Hangfeng, subject: str, files: Sequence[Attachment]) -> tuple[str, ...]:
    """Keep files sealed under their subject's key and return their references; waits for the disk, so in a thread."""
    return tuple(house.attachments.keep(subject, file) for file in files)


def unsupported(wanted: Sequence[str]) -> Exception:
    """Return the problem of a body in none of the wanted media types."""
    listed = ", ".join(wanted)
    return fault("unsupported-media-type", f"请使用 {listed} / send {listed}")


async def _file(upload: UploadFile, bytes_max: int) -> Attachment:
    name = (upload.filename or "").replace("\\", "/").rsplit("/", 1)[-1]
    content = await upload.read(bytes_max + 1)
    if len(content) > bytes_max:
        raise BadFile(f"附件“{name}”超过 {bytes_max // 1024} KB", f"{name} is larger than {bytes_max // 1024} KB")
    media_type = media_type_of(content)
    if media_type not in SCANNED_AND_SENT:
        raise BadFile(f"附件“{name}”不是图片或 PDF", f"{name} is neither a picture nor a PDF")
    return Attachment(name, media_type, content)


def _media_type(request: Request) -> str:
    return request.headers.get("content-type", "").partition(";")[0].strip().lower()
