"""The Merkle tree over the log (RFC 9162, section 2.1): leaf, frontier, root, and proofs with their verification.

Pure functions over bytes; a verifier needs nothing else from this house. Leaf hashes start with 0x00 and node hashes
with 0x01, so that neither can pass for the other.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from hashlib import sha256

HASH_BYTES = 32
EMPTY_ROOT = sha256(b"").digest()

RootOf = Callable[[int, int], bytes]
"""Gives the root over leaves ``start`` to ``stop`` (zero-based, ``stop`` left out), ``start < stop``."""


def leaf_of(originator_id: str, originator_version: int, topic: str, state: bytes) -> bytes:
    """Return the leaf hash of an event as stored.

    SHA-256 over 0x00, then the four columns, each after its length in bytes as 8 bytes big-endian; the version is
    itself 8 bytes big-endian, signed. Text is UTF-8, surrogate escapes standing for bytes that are not.
    """
    who = originator_id.encode("utf-8", "surrogateescape")
    what = topic.encode("utf-8", "surrogateescape")
    return sha256(
        b"".join(
            (
                b"\x00",
                len(who).to_bytes(8, "big"),
                who,
                b"\x00\x00\x00\x00\x00\x00\x00\x08",
                originator_version.to_bytes(8, "big", signed=True),
                len(what).to_bytes(8, "big"),
                what,
                len(state).to_bytes(8, "big"),
                state,
            ),
        ),
    ).digest()


def node_of(left: bytes, right: bytes) -> bytes:
    """Return the hash of an inner node."""
    return sha256(b"\x01" + left + right).digest()


class Frontier:
    """The roots of the perfect subtrees that make up a tree, largest first: all that an append needs to know."""

    __slots__ = ("hashes", "size")

    def __init__(self, size: int = 0, hashes: Sequence[bytes] = ()) -> None:
        if size < 0 or len(hashes) != size.bit_count() or any(len(h) != HASH_BYTES for h in hashes):
            raise ValueError(f"a frontier of {size} leaves has {max(size, 0).bit_count()} hashes of {HASH_BYTES} bytes")
        self.size = size
        self.hashes = list(hashes)

    def append(self, leaf: bytes) -> None:
        """Add one leaf at the end."""
        hashes = self.hashes
        size = self.size
        node = leaf
        while size & 1:
            node = sha256(b"\x01" + hashes.pop() + node).digest()
            size >>= 1
        hashes.append(node)
        self.size += 1

    def root(self) -> bytes:
        """Return the root over all leaves so far."""
        if not self.hashes:
            return EMPTY_ROOT
        root = self.hashes[-1]
        for left in reversed(self.hashes[:-1]):
            root = node_of(left, root)
        return root

    def packed(self) -> bytes:
        """Return the hashes one after another, as they are stored."""
        return b"".join(self.hashes)

    @classmethod
    def unpacked(cls, size: int, packed: bytes) -> Frontier:
        """Read a frontier back from its stored form. Raises ``ValueError`` where the two do not fit."""
        if len(packed) % HASH_BYTES:
            raise ValueError(f"a frontier is a whole number of hashes, not {len(packed)} bytes")
        return cls(size, [packed[i : i + HASH_BYTES] for i in range(0, len(packed), HASH_BYTES)])


def root_of_leaves(leaves: Sequence[bytes]) -> bytes:
    """Return the root over leaf hashes."""
    frontier = Frontier()
    for leaf in leaves:
        frontier.append(leaf)
    return frontier.root()


def split(size: int) -> int:
    """Return the largest power of two smaller than ``size`` (RFC 9162, 2.1.1)."""
    return 1 << (size - 1).bit_length() - 1


def inclusion_proof(index: int, size: int, root_of: RootOf) -> list[bytes]:
    """Return the hashes that lead from leaf ``index`` (from 0) to the root over ``size`` leaves (RFC 9162, 2.1.3.1)."""
    if not 0 <= index < size:
        raise ValueError(f"leaf {index} is not in a tree of {size}")
    path: list[bytes] = []
    start, stop = 0, size
    while stop - start > 1:
        middle = start + split(stop - start)
        if index < middle:
            path.append(root_of(middle, stop))
            stop = middle
        else:
            path.append(root_of(start, middle))
            start = middle
    path.reverse()
    return path


def consistency_proof(old: int, new: int, root_of: RootOf) -> list[bytes]:
    """Return the hashes that show the tree of ``old`` leaves to be a prefix of that of ``new`` (RFC 9162, 2.1.4.1)."""
    if not 0 < old <= new:
        raise ValueError(f"no proof leads from {old} to {new} leaves")
    path: list[bytes] = []
    start, stop, whole = 0, new, True
    while old != stop:
        middle = start + split(stop - start)
        if old <= middle:
            path.append(root_of(middle, stop))
            stop = middle
        else:
            path.append(root_of(start, middle))
            start = middle
            whole = False
    if not whole:
        path.append(root_of(start, stop))
    path.reverse()
    return path


def proves_inclusion(leaf: bytes, index: int, size: int, path: Sequence[bytes], root: bytes) -> bool:
    """Say whether a path shows ``leaf`` to stand at ``index`` of the tree with this root (RFC 9162, 2.1.3.2)."""
    if not 0 <= index < size:
        return False
    fn, sn, node = index, size - 1, leaf
    for sibling in path:
        if sn == 0:
            return False
        if fn & 1 or fn == sn:
            node = node_of(sibling, node)
            while not fn & 1 and fn:
                fn >>= 1
                sn >>= 1
        else:
            node = node_of(node, sibling)
        fn >>= 1
        sn >>= 1
    return sn == 0 and node == root


def proves_consistency(old: int, new: int, old_root: bytes, new_root: bytes, path: Sequence[bytes]) -> bool:
    """Say whether a path shows the old tree to be a prefix of the new one (RFC 9162, 2.1.4.2)."""
    if old == new:
        return not path and old_root == new_root
    if not 0 < old < new or not path:
        return False
    hashes = list(path) if old & (old - 1) else [old_root, *path]
    fn, sn = old - 1, new - 1
    while fn & 1:
        fn >>= 1
        sn >>= 1
    fr = sr = hashes[0]
    for sibling in hashes[1:]:
        if sn == 0:
            return False
        if fn & 1 or fn == sn:
            fr = node_of(sibling, fr)
            sr = node_of(sibling, sr)
            while not fn & 1 and fn:
                fn >>= 1
                sn >>= 1
        else:
            sr = node_of(sr, sibling)
        fn >>= 1
        sn >>= 1
    return sn == 0 and fr == old_root and sr == new_root
