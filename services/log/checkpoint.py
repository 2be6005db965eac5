"""Checkpoints: a signed word on how long the log is and what its root is, as a note that anybody can keep.

The form is the transparency log's checkpoint in a signed note (C2SP tlog-checkpoint and signed-note, Ed25519): origin,
size and root in base64, each on a line, an extension line with the time of the last event, an empty line, and the
signature. Whoever keeps one can later show that the log was cut short or rewritten.
"""

from __future__ import annotations

import os
from base64 import b64decode, b64encode
from dataclasses import dataclass
from datetime import datetime
from hashlib import sha256
from pathlib import Path

from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey, Ed25519PublicKey

_ED25519 = b"\x01"
_KEY_HASH_BYTES = 4
_TIME_LINE = "recorded_at "


class CheckpointInvalid(ValueError):
    """A note is no checkpoint, or not signed by this key."""


@dataclass(frozen=True, slots=True)
class Checkpoint:
    """What a checkpoint says: whose log, how many events, the root over them, when the last was recorded."""

    origin: str
    size: int
    root: bytes
    recorded_at: datetime | None

    def text(self) -> str:
        """Return the text that is signed."""
        lines = [self.origin, str(self.size), b64encode(self.root).decode("ascii")]
        if self.recorded_at is not None:
            lines.append(f"{_TIME_LINE}{self.recorded_at.isoformat(timespec='microseconds')}")
        return "\n".join(lines) + "\n"


def key_hash(origin: str, key: Ed25519PublicKey) -> bytes:
    """Return the 4 bytes by which a note names its key."""
    return sha256(origin.encode() + b"\n" + _ED25519 + key.public_bytes_raw()).digest()[:_KEY_HASH_BYTES]


def signed_note(checkpoint: Checkpoint, key: Ed25519PrivateKey) -> str:
    """Return the checkpoint as a signed note."""
    text = checkpoint.text()
    signature = key_hash(checkpoint.origin, key.public_key()) + key.sign(text.encode())
    return f"{text}\n\u2014 {checkpoint.origin} {b64encode(signature).decode('ascii')}\n"


def read_note(note: str, key: Ed25519PublicKey) -> Checkpoint:
    """Return what a note says, once one of its signatures holds under ``key``. Raises ``CheckpointInvalid``."""
    text, gap, signatures = note.rpartition("\n\n")
    lines = text.split("\n")
    if not gap or len(lines) < len(("origin", "size", "root")):
        raise CheckpointInvalid("the note has no checkpoint")
    body = f"{text}\n"
    if not any(_holds(line, lines[0], body, key) for line in signatures.splitlines()):
        raise CheckpointInvalid("no signature of this key holds")
    times = [line.removeprefix(_TIME_LINE) for line in lines[3:] if line.startswith(_TIME_LINE)]
    try:
        at = datetime.fromisoformat(times[0]) if times else None
        return Checkpoint(lines[0], int(lines[1]), b64decode(lines[2], validate=True), at)
    except ValueError as error:
        raise CheckpointInvalid(f"the note cannot be read: {error}") from error


def _holds(line: str, origin: str, body: str, key: Ed25519PublicKey) -> bool:
    prefix = f"\u2014 {origin} "
    if not line.startswith(prefix):
        return False
    try:
        signature = b64decode(line.removeprefix(prefix), validate=True)
        key.verify(signature[_KEY_HASH_BYTES:], body.encode())
    except (ValueError, InvalidSignature):
        return False
    return signature[:_KEY_HASH_BYTES] == key_hash(origin, key)


class CheckpointFolder:
    """A folder of notes, one file a checkpoint, named by its size; copies elsewhere are what gives them weight."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder

    def save(self, checkpoint: Checkpoint, note: str) -> Path:
        """Keep a note, on disk before this returns; a note of the same size that stands is kept as it is."""
        self._folder.mkdir(parents=True, exist_ok=True)
        path = self._folder / f"{checkpoint.size:012d}.note"
        if path.exists():
            return path
        draft = path.with_suffix(f".{os.getpid()}.draft")
        with draft.open("w", encoding="utf-8") as file:
            file.write(note)
            file.flush()
            os.fsync(file.fileno())
        draft.replace(path)
        return path

    def notes(self) -> list[tuple[Path, str]]:
        """Return the notes that are kept, by size."""
        paths = sorted(self._folder.glob("*.note")) if self._folder.is_dir() else []
        return [(path, path.read_text(encoding="utf-8", errors="surrogateescape")) for path in paths]
