"""The offline verifier: one file, for somebody who trusts neither us nor our software.

Needs Python 3.11 and ``cryptography``, and nothing else of this house. Give it an export of the log, or a proof, and,
if you kept them, checkpoints that you were handed earlier and the public key that you know::

    python offline_verify.py EXPORT.jsonl [--checkpoint NOTE]... [--public-key KEY.pem]
    python offline_verify.py PROOF.json --public-key KEY.pem
    python offline_verify.py PREFIX_PROOF.json --public-key KEY.pem --checkpoint OLDER_NOTE

Exit 0: everything holds. Exit 1: something does not, and the first wrong position is named. Formats: docs/formats.md.
"""

from __future__ import annotations

import argparse
import json
import sys
from base64 import b64decode
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from hashlib import sha256
from itertools import chain
from pathlib import Path
from typing import Any, TextIO

from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PublicKey
from cryptography.hazmat.primitives.serialization import load_pem_public_key

EXPORT_FORMAT = "hangfeng-audit-export-v1"


class Wrong(Exception):
    """Something does not hold."""


@dataclass(frozen=True, slots=True)
class Note:
    """What a signed checkpoint says."""

    size: int
    root: bytes


def leaf_of(event: dict[str, Any]) -> bytes:
    """Return the leaf that an event's columns give: SHA-256 over 0x00 and each column after its length."""
    columns = (
        event["originator_id"].encode("utf-8", "surrogateescape"),
        int(event["originator_version"]).to_bytes(8, "big", signed=True),
        event["topic"].encode("utf-8", "surrogateescape"),
        b64decode(event["state"]),
    )
    return sha256(b"\x00" + b"".join(len(column).to_bytes(8, "big") + column for column in columns)).digest()


def node_of(left: bytes, right: bytes) -> bytes:
    """Return the hash of an inner node."""
    return sha256(b"\x01" + left + right).digest()


class Tree:
    """A Merkle tree that grows leaf by leaf (RFC 9162, 2.1)."""

    def __init__(self) -> None:
        self.size = 0
        self._whole: list[bytes] = []

    def append(self, leaf: bytes) -> None:
        """Add a leaf at the end."""
        rest = self.size
        while rest & 1:
            leaf = node_of(self._whole.pop(), leaf)
            rest >>= 1
        self._whole.append(leaf)
        self.size += 1

    def root(self) -> bytes:
        """Return the root over the leaves so far."""
        if not self._whole:
            return sha256(b"").digest()
        root = self._whole[-1]
        for left in reversed(self._whole[:-1]):
            root = node_of(left, root)
        return root


def root_by_path(leaf: bytes, index: int, size: int, path: Sequence[bytes]) -> bytes:
    """Return the root that an inclusion path leads to (RFC 9162, 2.1.3.2)."""
    node, last = leaf, size - 1
    for sibling in path:
        if last == 0:
            raise Wrong("the path is too long")
        if index & 1 or index == last:
            node = node_of(sibling, node)
            while not index & 1 and index:
                index, last = index >> 1, last >> 1
        else:
            node = node_of(node, sibling)
        index, last = index >> 1, last >> 1
    if last != 0:
        raise Wrong("the path is too short")
    return node


def read_note(note: str, key: Ed25519PublicKey) -> Note:
    """Return what a checkpoint says, once its signature holds."""
    text, _, signatures = note.rpartition("\n\n")
    origin, size, root, *_ = text.split("\n")
    for line in signatures.splitlines():
        if line.startswith(f"\u2014 {origin} "):
            signature = b64decode(line.rsplit(" ", 1)[1])
            try:
                key.verify(signature[4:], f"{text}\n".encode())
            except InvalidSignature:
                continue
            return Note(int(size), b64decode(root))
    raise Wrong("检查点签名不成立 / the signature of a checkpoint does not hold")


def load_key(pem: bytes) -> Ed25519PublicKey:
    """Read a public key."""
    key = load_pem_public_key(pem)
    if not isinstance(key, Ed25519PublicKey):
        raise Wrong("公钥不是 Ed25519 / the public key is not Ed25519")
    return key


def verify_export(lines: Iterator[dict[str, Any]], key: Ed25519PublicKey, kept: Sequence[Note]) -> str:
    """Check every event of an export, and the tree against every checkpoint; return what was found to hold."""
    notes = list(kept)
    tree = Tree()
    size = None
    for line in lines:
        if "checkpoint" in line:
            notes.append(read_note(line["checkpoint"], key))
            continue
        if line.get("format") == EXPORT_FORMAT:
            size = int(line["size"])
            continue
        position = tree.size + 1
        if line.get("position") != position:
            raise Wrong(f"第 {position} 条缺失 / position {position} is missing")
        leaf = leaf_of(line)
        if line["leaf"] is None or leaf != b64decode(line["leaf"]):
            raise Wrong(f"第 {position} 条已被改动 / position {position} was changed")
        tree.append(leaf)
        _hold(notes, tree)
    longest = max((size or 0, *(note.size for note in notes)))
    if tree.size < longest:
        raise Wrong(f"第 {tree.size + 1} 条缺失 / position {tree.size + 1} is missing: there were {longest}")
    return (
        f"{tree.size} 条全部相符，对照检查点 {len(notes)} 个 / {tree.size} events, {len(notes)} checkpoints: all hold"
    )


def _hold(notes: Sequence[Note], tree: Tree) -> None:
    for note in notes:
        if note.size == tree.size and note.root != tree.root():
            raise Wrong(f"至第 {tree.size} 条的根与检查点不符 / up to {tree.size} the root is not the checkpoint's")


def verify_proof(proof: dict[str, Any], key: Ed25519PublicKey) -> str:
    """Check that an event's columns lead to the root of a signed checkpoint; return what was found to hold."""
    note = read_note(proof["checkpoint"], key)
    position = int(proof["position"])
    path = [b64decode(node) for node in proof["path"]]
    if root_by_path(leaf_of(proof), position - 1, note.size, path) != note.root:
        raise Wrong(f"第 {position} 条不在该日志中 / position {position} does not stand in the signed log")
    return f"第 {position} 条确在 {note.size} 条之中 / position {position} stands among {note.size} events: proven"


def verify_prefix(proof: dict[str, Any], key: Ed25519PublicKey, kept: Sequence[Note]) -> str:
    """Check that a checkpoint kept from earlier is a beginning of the log as signed now (RFC 9162, 2.1.4.2)."""
    new, old_size = read_note(proof["checkpoint"], key), int(proof["old_size"])
    old = next((note for note in kept if note.size == old_size), None)
    if old is None:
        raise Wrong(f"需要第 {old_size} 条时的检查点 / a checkpoint of {old_size} events is needed: --checkpoint")
    path = [b64decode(node) for node in proof["path"]]
    if not _is_prefix(old, new, path):
        raise Wrong(f"日志前 {old_size} 条已被改写 / the first {old_size} events are not what they were")
    return f"前 {old_size} 条未变，现有 {new.size} 条 / the first {old_size} of {new.size} events are unchanged: proven"


def _is_prefix(old: Note, new: Note, path: Sequence[bytes]) -> bool:
    if old.size == new.size:
        return not path and old.root == new.root
    if not 0 < old.size < new.size or not path:
        return False
    first, *rest = path if old.size & (old.size - 1) else [old.root, *path]
    index, last = old.size - 1, new.size - 1
    while index & 1:
        index, last = index >> 1, last >> 1
    was = now = first
    for sibling in rest:
        if last == 0:
            return False
        if index & 1 or index == last:
            was, now = node_of(sibling, was), node_of(sibling, now)
            while not index & 1 and index:
                index, last = index >> 1, last >> 1
        else:
            now = node_of(now, sibling)
        index, last = index >> 1, last >> 1
    return last == 0 and was == old.root and now == new.root


def run(arguments: Sequence[str]) -> str:
    """Verify the file that the arguments name. Raises ``Wrong``."""
    parser = argparse.ArgumentParser(description="Verify an export or a proof of a hangfeng log, offline.")
    parser.add_argument("file", type=Path)
    parser.add_argument("--checkpoint", type=Path, action="append", default=[])
    parser.add_argument("--public-key", type=Path)
    options = parser.parse_args(arguments)
    with options.file.open(encoding="utf-8", errors="surrogateescape") as file:
        lines = _documents(file)
        first = next(lines, {})
        if options.public_key is None and "public_key" not in first:
            raise Wrong("需要公钥 / a public key is needed: --public-key")
        pem = first["public_key"].encode() if options.public_key is None else options.public_key.read_bytes()
        key = load_key(pem)
        kept = [read_note(path.read_text(encoding="utf-8"), key) for path in options.checkpoint]
        match first.get("format"):
            case "hangfeng-audit-export-v1":
                return verify_export(chain([first], lines), key, kept)
            case "hangfeng-proof-v1":
                return verify_proof(first, key)
            case "hangfeng-prefix-proof-v1":
                return verify_prefix(first, key, kept)
            case _:
                raise Wrong("文件格式不识别 / this is neither an export nor a proof")


def _documents(file: TextIO) -> Iterator[dict[str, Any]]:
    """Give the JSON document of each line, or the one document that a file holds over several lines."""
    first = file.readline()
    try:
        yield json.loads(first)
    except ValueError:
        yield json.loads(first + file.read())
    for line in file:
        if line.strip():
            yield json.loads(line)


def main() -> int:
    """Print what was found; return the exit status."""
    try:
        sys.stdout.write(run(sys.argv[1:]) + "\n")
    except (Wrong, ValueError, KeyError, TypeError) as error:
        sys.stdout.write(f"不成立 / does not hold: {error}\n")
        return 1
    return 0


if __name__ == "__main__":
    sys.exit(main())
