"""The audit of the log: is every stored byte what was appended, and how can somebody else see that for themselves.

``verify`` recomputes each leaf from the stored bytes and the tree from the leaves, and holds the result against what
stands beside the events, against every signed checkpoint, and against roots that others wrote down (a frozen bulletin).
"""

from __future__ import annotations

import json
from base64 import b64encode
from collections.abc import Callable, Iterable, Iterator, Sequence
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path
from typing import Any
from uuid import UUID

from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat

from services.log.checkpoint import Checkpoint, CheckpointFolder, CheckpointInvalid, read_note, signed_note
from services.log.port import Log, LogDamaged, RawEvent
from services.log.tree import Frontier, consistency_proof, inclusion_proof, leaf_of, node_of, root_of_leaves, split

BATCH_EVENTS_MAX = 1_000
TILE_LEAVES = 1_024
PROOF_FORMAT = "hangfeng-proof-v1"
PREFIX_PROOF_FORMAT = "hangfeng-prefix-proof-v1"
EXPORT_FORMAT = "hangfeng-audit-export-v1"
_NO_POSITION = -(1 << 62)
"""Below every position that a row could be given by hand: reading a stream would find such a row too."""
_FROZEN_TOPIC = "bulletin.figures_frozen."


@dataclass(frozen=True, slots=True)
class KnownRoot:
    """A root that somebody wrote down: after how many events, the root, and where it stands written."""

    position: int
    root: bytes
    source: str


@dataclass(frozen=True, slots=True)
class Verified:
    """The log is what was appended, up to ``position``; ``held_against`` counts the roots it was held against."""

    position: int
    root: bytes
    held_against: int


@dataclass(frozen=True, slots=True)
class Damage:
    """The log is not what was appended; ``position`` is the first one wrong, ``why`` says how."""

    position: int
    why: str

    def __str__(self) -> str:
        return f"日志第 {self.position} 条不符：{self.why} / wrong from position {self.position} on: {self.why}"


class NothingToProve(LookupError):
    """No event stands at this position, or none in this stream."""


def verify(
    log: Log,
    *,
    upto: int | None = None,
    known: Iterable[KnownRoot] = (),
    progress: Callable[[int], None] | None = None,
) -> Verified | Damage:
    """Check every stored event up to a position, the log's end where none is given, and the tree over them.

    ``known`` are roots to hold the log against; those beyond ``upto`` are left aside.
    """
    try:
        return _verified(log, upto, known, progress)
    except LogDamaged as damage:
        return Damage(damage.position, damage.why)


def _verified(
    log: Log,
    upto: int | None,
    known: Iterable[KnownRoot],
    progress: Callable[[int], None] | None,
) -> Verified | Damage:
    stored = log.frontier()
    end = stored.size if upto is None else upto
    expected = sorted((root for root in known if root.position <= end or upto is None), key=lambda k: k.position)
    last = max((end, *(root.position for root in expected)))
    if last > stored.size:
        source = next((f" ({root.source})" for root in reversed(expected) if root.position == last), "")
        return Damage(stored.size + 1, f"the log ends here, and once had {last} events{source}")
    before = log.read_raw(_NO_POSITION, 1, 0)
    if before:
        return Damage(before[0].position, "an event stands before the beginning of the log")
    built = Frontier()
    sound = 0
    for root in (*expected, None):
        damage = _grow(log, built, end if root is None else root.position, progress)
        if damage is not None:
            return damage
        if root is not None:
            if built.root() != root.root:
                return Damage(sound + 1, f"something up to position {root.position} is not as {root.source} has it")
            sound = root.position
    if upto is None:
        damage = _end_damage(log, built, stored)
        if damage is not None:
            return damage
    return Verified(end, built.root(), len(expected))


def _grow(log: Log, built: Frontier, to: int, progress: Callable[[int], None] | None) -> Damage | None:
    """Add the leaves of stored events to a tree, up to a position; return the first event that is wrong."""
    while built.size < to:
        events = log.read_raw(built.size, BATCH_EVENTS_MAX, to)
        if not events:
            return Damage(built.size + 1, "no event stands at this position")
        for event in events:
            why = _fault(event, built.size + 1)
            if why is not None:
                return Damage(built.size + 1, why)
            assert event.leaf is not None
            built.append(event.leaf)
        if progress is not None:
            progress(built.size)
    return None


def _fault(event: RawEvent, position: int) -> str | None:
    if event.position != position:
        return "no event stands at this position"
    if event.fault is not None:
        return event.fault
    if event.leaf is None:
        return "the event has no leaf"
    if event.leaf != leaf_of(event.originator_id, event.originator_version, event.topic, event.state):
        return "the event's bytes do not give the leaf that was recorded with it"
    return None


def _end_damage(log: Log, built: Frontier, stored: Frontier) -> Damage | None:
    """Hold the whole tree against the frontier that is stored, and look for what stands beyond it."""
    start = 0
    for nth, (ours, theirs) in enumerate(zip(built.hashes, stored.hashes, strict=True)):
        width = _width(built.size, nth)
        if ours != theirs:
            return Damage(start + 1, f"events {start + 1} to {start + width} do not give the tree that was recorded")
        start += width
    # Others may have appended since the frontier was read; what they appended stands in the frontier of now.
    now = log.frontier().size
    if log.read_raw(now, 1) and log.frontier().size == now:
        return Damage(now + 1, "an event stands beyond the end of the tree")
    return None


def _width(size: int, nth: int) -> int:
    """Return how many leaves the nth perfect subtree of a frontier covers, the largest first."""
    bits = [1 << bit for bit in reversed(range(size.bit_length())) if size >> bit & 1]
    return bits[nth]


class LogTree:
    """Roots over any stretch of the log's leaves; those of whole tiles are kept, 32 bytes for 1,024 leaves."""

    def __init__(self, log: Log) -> None:
        self._log = log
        self._tiles: dict[tuple[int, int], bytes] = {}

    def root_of(self, start: int, stop: int) -> bytes:
        """Return the root over leaves ``start`` to ``stop`` (from 0, ``stop`` left out)."""
        size = stop - start
        if size < TILE_LEAVES:
            return root_of_leaves(self._leaves(start, size))
        whole = size & (size - 1) == 0 and start % size == 0
        root = self._tiles.get((start, size)) if whole else None
        if root is None:
            middle = start + split(size)
            if size == TILE_LEAVES:
                root = root_of_leaves(self._leaves(start, size))
            else:
                root = node_of(self.root_of(start, middle), self.root_of(middle, stop))
            if whole:
                self._tiles[start, size] = root
        return root

    def _leaves(self, start: int, count: int) -> list[bytes]:
        leaves = self._log.leaves(start, count)
        if len(leaves) != count:
            raise LogDamaged(start + len(leaves) + 1, "no leaf stands at this position")
        return leaves


class Audit:
    """What an auditor asks of one log: verify, checkpoint, prove, export."""

    def __init__(self, log: Log, signing: Ed25519PrivateKey, checkpoints: CheckpointFolder, origin: str) -> None:
        """Look at ``log`` in the name of ``origin``, the name under which its checkpoints are signed."""
        self._log = log
        self._signing = signing
        self._checkpoints = checkpoints
        self._origin = origin
        self._tree = LogTree(log)

    def verify(
        self,
        *,
        upto: int | None = None,
        known: Iterable[KnownRoot] = (),
        progress: Callable[[int], None] | None = None,
    ) -> Verified | Damage:
        """Verify the log against its own tree, the checkpoints that are kept, and the roots given."""
        roots = list(known)
        for path, note in self._checkpoints.notes():
            try:
                checkpoint = read_note(note, self._signing.public_key())
            except CheckpointInvalid as error:
                size = int(path.stem) if path.stem.isdecimal() else 0
                return Damage(size, f"checkpoint {path.name} is not what was signed: {error}")
            roots.append(KnownRoot(checkpoint.size, checkpoint.root, f"checkpoint {path.name}"))
        return verify(self._log, upto=upto, known=roots, progress=progress)

    def checkpoint(self) -> tuple[Checkpoint, str]:
        """Sign the log as it stands and keep the note; return what it says and the note.

        It signs what the tree says without reading the events again: whoever doubts them verifies first.
        """
        checkpoint, note = self._signed_head()
        self._checkpoints.save(checkpoint, note)
        return checkpoint, note

    def _signed_head(self) -> tuple[Checkpoint, str]:
        head = self._log.head()
        checkpoint = Checkpoint(self._origin, head.position, head.root, head.recorded_at)
        return checkpoint, signed_note(checkpoint, self._signing)

    def prove(self, position: int) -> dict[str, Any]:
        """Return the proof that an event stands at a position: columns, leaf, path, and the checkpoint it leads to.

        Raises ``NothingToProve``.
        """
        checkpoint, note = self._signed_head()
        events = self._log.read_raw(position - 1, 1, position) if 0 < position <= checkpoint.size else []
        if not events:
            raise NothingToProve(f"第 {position} 条不存在 / no event stands at position {position}")
        return self._proof(events[0], checkpoint, note)

    def prove_stream(self, stream: UUID) -> list[dict[str, Any]]:
        """Return the proofs of all events of a stream, such as a complaint. Raises ``NothingToProve``."""
        recorded = self._log.read_stream(stream)
        if not recorded:
            raise NothingToProve(f"没有此编号的事件 / no event of {stream}")
        return [self.prove(one.position) for one in recorded]

    def prove_prefix(self, old: int) -> dict[str, Any]:
        """Return the proof that the log of ``old`` events is the beginning of the log as it stands.

        Raises ``NothingToProve``.
        """
        checkpoint, note = self._signed_head()
        if not 0 < old <= checkpoint.size:
            raise NothingToProve(f"日志没有 {old} 条 / the log has {checkpoint.size} events")
        path = consistency_proof(old, checkpoint.size, self._tree.root_of)
        return {
            "format": PREFIX_PROOF_FORMAT,
            "old_size": old,
            "path": [_base64(node) for node in path],
            "checkpoint": note,
        }

    def export(self, path: Path, progress: Callable[[int], None] | None = None) -> int:
        """Write what the offline verifier needs, as JSON lines; return how many events there are.

        What is sealed stays sealed.
        """
        checkpoint, note = self._signed_head()
        public = self._signing.public_key().public_bytes(Encoding.PEM, PublicFormat.SubjectPublicKeyInfo)
        # What is damaged is exported as it stands: the verifier elsewhere is to see it too.
        with path.open("w", encoding="utf-8", errors="surrogateescape", newline="\n") as file:
            head = {
                "format": EXPORT_FORMAT,
                "origin": self._origin,
                "size": checkpoint.size,
                "root": _base64(checkpoint.root),
                "public_key": public.decode("ascii"),
            }
            file.write(_line(head))
            kept = [text for _, text in self._checkpoints.notes()]
            file.writelines(_line({"checkpoint": text}) for text in dict.fromkeys((*kept, note)))
            for events in self._events(checkpoint.size):
                file.writelines(_line(_columns(event)) for event in events)
                if progress is not None:
                    progress(events[-1].position)
        return checkpoint.size

    def _events(self, to: int) -> Iterator[Sequence[RawEvent]]:
        after = 0
        while after < to:
            events = self._log.read_raw(after, BATCH_EVENTS_MAX, to)
            if not events:
                raise LogDamaged(after + 1, "no event stands at this position")
            yield events
            after = events[-1].position

    def _proof(self, event: RawEvent, checkpoint: Checkpoint, note: str) -> dict[str, Any]:
        path = inclusion_proof(event.position - 1, checkpoint.size, self._tree.root_of)
        return {
            "format": PROOF_FORMAT,
            **_columns(event),
            "size": checkpoint.size,
            "root": _base64(checkpoint.root),
            "path": [_base64(node) for node in path],
            "checkpoint": note,
        }


def _columns(event: RawEvent) -> dict[str, Any]:
    return {
        "position": event.position,
        "originator_id": event.originator_id,
        "originator_version": event.originator_version,
        "topic": event.topic,
        "state": _base64(event.state),
        "leaf": None if event.leaf is None else _base64(event.leaf),
    }


def _base64(value: bytes) -> str:
    return b64encode(value).decode("ascii")


def _line(value: dict[str, Any]) -> str:
    return json.dumps(value, ensure_ascii=False, separators=(",", ":")) + "\n"


def frozen_roots(log: Log) -> Iterator[KnownRoot]:
    """Give the roots that frozen bulletins wrote down, as far as they can be read; verifying finds what cannot."""
    after = 0
    while events := log.read_raw(after, BATCH_EVENTS_MAX):
        after = events[-1].position
        for event in events:
            if event.topic.startswith(_FROZEN_TOPIC):
                with suppress(ValueError, KeyError, TypeError):
                    fact = json.loads(event.state)["fact"]
                    source = f"bulletin frozen at {event.position}"
                    yield KnownRoot(int(fact["position"]), bytes.fromhex(fact["root"]), source)
