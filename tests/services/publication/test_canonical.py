"""Canonical JSON is one form for one content, and says no to what would print differently elsewhere."""

import json
from typing import Any

import orjson
import pytest
from hypothesis import given
from hypothesis import strategies as st

from services.publication.canonical import NotCanonical, canonical, digest_of, read_canonical

_KEYS = st.text(st.characters(codec="ascii", exclude_categories=["Cc"]), max_size=8)
_VALUES = st.recursive(
    st.none() | st.booleans() | st.integers(-(10**14), 10**14) | st.text(st.characters(codec="utf-8"), max_size=8),
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(_KEYS, inner, max_size=4),
    max_leaves=12,
)
_DOCUMENTS = st.dictionaries(_KEYS, _VALUES, max_size=5)


@given(_DOCUMENTS)
def test_what_is_written_reads_back_and_is_written_alike(document: dict[str, Any]) -> None:
    content = canonical(document)
    assert read_canonical(content) == document
    assert canonical(json.loads(content)) == content


@given(_DOCUMENTS)
def test_the_order_of_keys_changes_nothing(document: dict[str, Any]) -> None:
    assert canonical(dict(reversed(document.items()))) == canonical(document)


@given(_DOCUMENTS)
def test_another_program_writes_the_same_bytes(document: dict[str, Any]) -> None:
    other = json.dumps(document, sort_keys=True, ensure_ascii=False, separators=(",", ":")) + "\n"
    assert json.loads(other) == orjson.loads(canonical(document))


def test_it_ends_in_one_newline_and_keeps_chinese_as_it_is() -> None:
    assert canonical({"b": 1, "a": "行风"}) == '{"a":"行风","b":1}\n'.encode()


@pytest.mark.parametrize("value", [0.5, 1e3, 10**15, {"键": 1}, {1: 1}, object(), [1.0], float("nan")])
def test_what_prints_differently_elsewhere_is_refused(value: object) -> None:
    with pytest.raises(NotCanonical, match=r"document\.x"):
        canonical({"x": value})


@pytest.mark.parametrize("content", [b"", b"[]\n", b'{"a":1}', b'{"b":1,"a":2}\n', b'{"a": 1}\n', b"\xff"])
def test_bytes_in_another_form_are_no_canonical_document(content: bytes) -> None:
    with pytest.raises(NotCanonical):
        read_canonical(content)


def test_a_digest_is_sha_256_in_hexadecimal() -> None:
    assert digest_of(b"") == "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855"
