"""Attachments (附件): sealed files named by a keyed digest, so that names tell nothing and a file is kept once.

A file is sealed under its subject's own key, and the digest covers the subject too: what one person sent can be erased
while another's same file stays. The reference that a fact holds is the digest.
"""

from __future__ import annotations

import hashlib
import hmac
import os
import re
import secrets
from dataclasses import dataclass, field
from pathlib import Path

import orjson

from services.vault import KEY_BYTES, NONCE_BYTES, Sealed, Vault

ATTACHMENT_BYTES_MAX = 10 * 1024 * 1024
"""The largest file that is kept, where no other limit is set."""

NAME_CHARACTERS_MAX = 200
_HEAD_BYTES = 4
_REFERENCE = re.compile(r"[0-9a-f]{64}")


class AttachmentTooLarge(ValueError):
    """A file has more bytes than the limit, or none at all."""

    def __init__(self, bytes_max: int) -> None:
        super().__init__(f"附件为空或超过 {bytes_max} 字节 / an attachment has 1 to {bytes_max} bytes")


class NoSuchAttachment(KeyError):
    """No file goes by this reference, or the subject was erased."""


@dataclass(frozen=True, slots=True)
class Attachment:
    """A file as it was sent: its name, the media type that its bytes show, and the bytes."""

    name: str = field(repr=False)
    media_type: str
    content: bytes = field(repr=False)


class Attachments:
    """Sealed files under one folder; ``key`` (32 bytes) keys the digests that name them."""

    def __init__(self, folder: Path, vault: Vault, key: bytes, *, bytes_max: int = ATTACHMENT_BYTES_MAX) -> None:
        assert len(key) == KEY_BYTES, "a digest key has as many bytes as the others"
        self._folder = folder
        self._bytes_max = bytes_max
        self._vault = vault
        self._key = key

    def keep(self, subject: str, attachment: Attachment) -> str:
        """Seal a file and return its reference, 64 hexadecimal digits; it is on disk before this returns.

        The same file of the same subject is kept once. Raises ``AttachmentTooLarge``.
        """
        if not 0 < len(attachment.content) <= self._bytes_max:
            raise AttachmentTooLarge(self._bytes_max)
        reference = self._reference(subject, attachment)
        path = self._path(reference)
        if path.exists() and self._opens(reference):
            return reference
        self._vault.refresh()
        head = orjson.dumps({"name": attachment.name[:NAME_CHARACTERS_MAX], "media_type": attachment.media_type})
        plaintext = len(head).to_bytes(_HEAD_BYTES, "big") + head + attachment.content
        sealed = self._vault.seal(subject, reference.encode(), plaintext)
        # No fact names this key yet, so who it belongs to must not be lost with the power.
        self._vault.flush(durable=True)
        _write(path, _packed(sealed))
        return reference

    def open(self, reference: str) -> Attachment:
        """Return a file by its reference.

        Raises ``NoSuchAttachment`` where there is none or its key was destroyed, and ``SealBroken`` where its bytes
        were changed.
        """
        if _REFERENCE.fullmatch(reference) is None:
            raise NoSuchAttachment(reference)
        try:
            packed = self._path(reference).read_bytes()
        except FileNotFoundError:
            raise NoSuchAttachment(reference) from None
        plaintext = self._vault.open(_unpacked(packed), reference.encode())
        if plaintext is None:
            raise NoSuchAttachment(reference)
        head_end = _HEAD_BYTES + int.from_bytes(plaintext[:_HEAD_BYTES], "big")
        head = orjson.loads(plaintext[_HEAD_BYTES:head_end])
        return Attachment(head["name"], head["media_type"], plaintext[head_end:])

    def remove(self, reference: str) -> bool:
        """Take a file away, as an erasure does once its key is destroyed; say whether one stood."""
        if _REFERENCE.fullmatch(reference) is None or not self._path(reference).exists():
            return False
        self._path(reference).unlink()
        return True

    def _opens(self, reference: str) -> bool:
        try:
            self.open(reference)
        except NoSuchAttachment:
            return False
        return True

    def _reference(self, subject: str, attachment: Attachment) -> str:
        content = hashlib.sha256(attachment.content).digest()
        parts = (b"attachment", subject.encode(), attachment.name.encode(), content)
        message = b"".join(len(part).to_bytes(4, "big") + part for part in parts)
        return hmac.new(self._key, message, hashlib.sha256).hexdigest()

    def _path(self, reference: str) -> Path:
        return self._folder / reference[:2] / reference


def media_type_of(content: bytes) -> str | None:
    """Return the media type that a file's first bytes show, ``None`` where it is none that is taken in.

    What the sender claims is not looked at: JPEG, PNG, GIF, WebP, TIFF, PDF, MP3, WAV, AMR and MP4 are taken in.
    """
    for start, media_type in _SIGNATURES:
        if content.startswith(start):
            return media_type
    if content[:4] == b"RIFF" and content[8:12] in _RIFF:
        return _RIFF[content[8:12]]
    return "video/mp4" if content[4:8] == b"ftyp" else None


_SIGNATURES = (
    (b"\xff\xd8\xff", "image/jpeg"),
    (b"\x89PNG\r\n\x1a\n", "image/png"),
    (b"GIF87a", "image/gif"),
    (b"GIF89a", "image/gif"),
    (b"II*\x00", "image/tiff"),
    (b"MM\x00*", "image/tiff"),
    (b"%PDF-", "application/pdf"),
    (b"ID3", "audio/mpeg"),
    (b"\xff\xfb", "audio/mpeg"),
    (b"#!AMR", "audio/amr"),
)
_RIFF = {b"WEBP": "image/webp", b"WAVE": "audio/wav"}


def _packed(sealed: Sealed) -> bytes:
    head = orjson.dumps({"alg": sealed.alg, "key": sealed.key})
    return len(head).to_bytes(_HEAD_BYTES, "big") + head + sealed.nonce + sealed.ct


def _unpacked(packed: bytes) -> Sealed:
    head_end = _HEAD_BYTES + int.from_bytes(packed[:_HEAD_BYTES], "big")
    head = orjson.loads(packed[_HEAD_BYTES:head_end])
    nonce_end = head_end + NONCE_BYTES
    return Sealed(head["alg"], head["key"], packed[head_end:nonce_end], packed[nonce_end:])


def _write(path: Path, content: bytes) -> None:
    """Put a file in its place whole, and on disk, or not at all."""
    path.parent.mkdir(parents=True, exist_ok=True)
    partial = path.with_name(f".{path.name}.{secrets.token_hex(4)}")
    with partial.open("xb") as file:
        file.write(content)
        file.flush()
        os.fsync(file.fileno())
    partial.replace(path)
    folder = os.open(path.parent, os.O_RDONLY)
    try:
        os.fsync(folder)
    finally:
        os.close(folder)
