from __future__ import annotations

from hashlib import sha256

import pytest
from hypothesis import given
from hypothesis import strategies as st

from services.log import tree


def naive_root(leaves: list[bytes]) -> bytes:
    """RFC 9162, 2.1.1, word for word."""
    if not leaves:
        return sha256(b"").digest()
    if len(leaves) == 1:
        return leaves[0]
    k = 1
    while k * 2 < len(leaves):
        k *= 2
    return sha256(b"\x01" + naive_root(leaves[:k]) + naive_root(leaves[k:])).digest()


def leaves_of(size: int) -> list[bytes]:
    return [sha256(b"%d" % number).digest() for number in range(size)]


@given(st.integers(0, 200))
def test_the_frontier_gives_the_root_of_the_definition(size: int) -> None:
    assert tree.root_of_leaves(leaves_of(size)) == naive_root(leaves_of(size))


@given(st.integers(0, 200))
def test_a_frontier_comes_back_from_its_stored_form_and_grows_on(size: int) -> None:
    frontier = tree.Frontier()
    for leaf in leaves_of(size):
        frontier.append(leaf)
    again = tree.Frontier.unpacked(size, frontier.packed())
    again.append(b"\x07" * 32)
    assert again.root() == naive_root([*leaves_of(size), b"\x07" * 32])


@pytest.mark.parametrize(("size", "packed"), [(1, b""), (0, b"x" * 32), (3, b"x" * 32), (1, b"x" * 31), (-1, b"")])
def test_a_frontier_that_does_not_fit_its_size_is_refused(size: int, packed: bytes) -> None:
    with pytest.raises(ValueError, match="frontier"):
        tree.Frontier.unpacked(size, packed)


@given(st.data(), st.integers(1, 130))
def test_every_leaf_proves_its_place_and_no_other_does(data: st.DataObject, size: int) -> None:
    leaves = leaves_of(size)
    index = data.draw(st.integers(0, size - 1))
    root = naive_root(leaves)
    path = tree.inclusion_proof(index, size, lambda start, stop: naive_root(leaves[start:stop]))
    assert tree.proves_inclusion(leaves[index], index, size, path, root)
    assert not tree.proves_inclusion(b"\x00" * 32, index, size, path, root)
    other = data.draw(st.integers(0, size).filter(lambda n: n != index))
    assert not tree.proves_inclusion(leaves[index], other, size, path, root)


@given(st.data(), st.integers(1, 130))
def test_every_beginning_proves_to_be_one_and_no_other_does(data: st.DataObject, size: int) -> None:
    leaves = leaves_of(size)
    old = data.draw(st.integers(1, size))
    path = tree.consistency_proof(old, size, lambda start, stop: naive_root(leaves[start:stop]))
    old_root, new_root = naive_root(leaves[:old]), naive_root(leaves)
    assert tree.proves_consistency(old, size, old_root, new_root, path)
    assert not tree.proves_consistency(old, size, b"\x00" * 32, new_root, path)
    assert not tree.proves_consistency(old, size, old_root, b"\x00" * 32, path)


@pytest.mark.parametrize(("index", "size"), [(-1, 3), (3, 3), (0, 0)])
def test_nothing_is_proven_of_a_leaf_outside_the_tree(index: int, size: int) -> None:
    with pytest.raises(ValueError, match="not in a tree"):
        tree.inclusion_proof(index, size, lambda *_: b"")
    assert not tree.proves_inclusion(b"", index, size, [], b"")


@given(st.integers(1, 40), st.integers(1, 40))
def test_a_path_with_a_hash_too_many_or_too_few_proves_nothing(size: int, old: int) -> None:
    leaves = leaves_of(size)
    path = tree.inclusion_proof(0, size, lambda start, stop: naive_root(leaves[start:stop]))
    assert not tree.proves_inclusion(leaves[0], 0, size, [*path, b"\x00" * 32], naive_root(leaves))
    assert not path or not tree.proves_inclusion(leaves[0], 0, size, path[:-1], naive_root(leaves))


columns = st.tuples(st.text(), st.integers(0, 1 << 62), st.text(), st.binary())


@given(columns, columns)
def test_two_events_share_a_leaf_only_if_they_are_the_same(one: tuple[str, int, str, bytes], two: object) -> None:
    assert (tree.leaf_of(*one) == tree.leaf_of(*two)) == (one == two)  # type: ignore[misc]


def test_the_leaf_of_a_known_event_stays_what_it_was() -> None:
    leaf = tree.leaf_of("00000000000000000000000000000001", 1, "complaint.signed.v1", b'{"v":1}')
    text = "0000000000000020" + b"00000000000000000000000000000001".hex() + "0000000000000008" + "0000000000000001"
    text += "0000000000000013" + b"complaint.signed.v1".hex() + "0000000000000007" + b'{"v":1}'.hex()
    assert leaf == sha256(b"\x00" + bytes.fromhex(text)).digest()


@pytest.mark.parametrize(("old", "new"), [(0, 3), (4, 3), (-1, 3)])
def test_no_proof_leads_from_nothing_or_backwards(old: int, new: int) -> None:
    with pytest.raises(ValueError, match="no proof leads"):
        tree.consistency_proof(old, new, lambda *_: b"")
    assert not tree.proves_consistency(old, new, b"", b"", [b""])


def test_a_beginning_needs_the_whole_path_and_no_more() -> None:
    leaves = leaves_of(9)
    path = tree.consistency_proof(5, 9, lambda start, stop: naive_root(leaves[start:stop]))
    roots = (naive_root(leaves[:5]), naive_root(leaves))
    assert not tree.proves_consistency(5, 9, *roots, [*path, b"\x00" * 32])
    assert not tree.proves_consistency(5, 9, *roots, path[:-1])
    assert not tree.proves_consistency(5, 9, *roots, [])
