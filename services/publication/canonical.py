"""Canonical JSON (规范 JSON): the one way in which an edition becomes bytes, so that equal content has equal digests.

UTF-8, keys sorted by code point, no white space between tokens, one newline at the end. Numbers are whole; a rate, a
mean or any other fraction is decimal text, since floats print differently from one program to the next.
"""

from __future__ import annotations

from collections.abc import Mapping
from hashlib import sha256
from typing import Any

import orjson

DIGITS_MAX = 15
"""Whole numbers beyond so many digits are not exact in every reader of JSON."""

_LARGEST = 10**DIGITS_MAX


class NotCanonical(TypeError):
    """A value has no canonical form; the message names its place."""


def canonical(document: Mapping[str, Any]) -> bytes:
    """Return a document's canonical bytes. Raises ``NotCanonical`` for a float, a huge number or a foreign type."""
    _hold(document, "document")
    return orjson.dumps(document, option=orjson.OPT_SORT_KEYS | orjson.OPT_APPEND_NEWLINE)


def digest_of(content: bytes) -> str:
    """Return the SHA-256 of bytes in hexadecimal."""
    return sha256(content).hexdigest()


def read_canonical(content: bytes) -> dict[str, Any]:
    """Return the document that canonical bytes hold. Raises ``NotCanonical`` where they are not its canonical form."""
    try:
        document = orjson.loads(content)
    except orjson.JSONDecodeError as error:
        raise NotCanonical(f"不是 JSON / not JSON: {error}") from error
    if not isinstance(document, dict) or canonical(document) != content:
        raise NotCanonical("不是规范 JSON / not in canonical form")
    return document


def _hold(value: object, place: str) -> None:
    if value is None or isinstance(value, str | bool):
        return
    if isinstance(value, int):
        if abs(value) >= _LARGEST:
            raise NotCanonical(f"{place}: {value} 超过 {DIGITS_MAX} 位 / more than {DIGITS_MAX} digits")
        return
    if isinstance(value, Mapping):
        for key, item in value.items():
            if not isinstance(key, str) or not key.isascii():
                raise NotCanonical(f"{place}: 键须为 ASCII 文本 / a key is ASCII text, not {key!r}")
            _hold(item, f"{place}.{key}")
        return
    if isinstance(value, list | tuple):
        for index, item in enumerate(value):
            _hold(item, f"{place}[{index}]")
        return
    raise NotCanonical(f"{place}: {type(value).__name__} 无规范形式 / has no canonical form")
