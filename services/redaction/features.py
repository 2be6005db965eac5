"""What the learned reader looks at around each character of a stretch: signs, words, their sorts, surnames, districts.

A change here is another model: learn it anew (``make learn``); a test holds the stored one to this file.
"""

from __future__ import annotations

import functools
from typing import NamedTuple

from services.redaction.divisions import divisions, regions
from services.redaction.lexicon import cut, has_word, listed, surnames
from services.redaction.tagged import Tagged, tagged

_WORD_MAX = 6
"""Longer words are all alike to the reader: it shall learn what stands around a name, not the name."""
_LENGTH_MAX = 5
_DIVISION_MAX = 8
_DIVISION_MIN = 2
_OUTSIDE = "^"
_NO_WORD = Tagged(_OUTSIDE, _OUTSIDE, 0, 0)


class _Word(NamedTuple):
    """What is asked of a word, once for all of its characters."""

    text: str
    sort: str
    last: str
    role: bool


def features(stretch: str) -> list[list[str]]:
    """Return what is looked at, a list for each character."""
    words = tagged(stretch)
    said = [_word(word) for word in words]
    outside = _word(_NO_WORD)
    around = [outside, outside, *said, outside, outside]
    signs, sorts = [_sign(one) for one in stretch], [_sort(one) for one in stretch]
    cuts, districts = _cuts(stretch), _districts(stretch)
    named = [one in surnames() for one in stretch]
    asked: list[list[str]] = []
    for number, word in enumerate(words):
        beside = _beside(around[number : number + 5], word)
        for at in range(word.start, word.end):
            own = [
                *beside,
                f"wp={'B' if at == word.start else 'I'}{word.sort}{min(word.end - word.start, _LENGTH_MAX)}",
            ]
            own += [f"c{step}={_at(signs, at + step)}" for step in range(-3, 4)]
            own += [f"cc{step}={_at(signs, at + step)}{_at(signs, at + step + 1)}" for step in range(-2, 2)]
            own.append(f"ccc={_at(signs, at - 1)}{signs[at]}{_at(signs, at + 1)}")
            for step in range(-2, 3):
                own += [f"t{step}={_at(sorts, at + step)}", f"jt{step}={_at(cuts, at + step)}"]
            own.append(f"sur={''.join(str(int(at >= back and named[at - back])) for back in range(3))}")
            own.append(f"div={''.join(str(int(_at(districts, at + step) == '1')) for step in (0, -1, 1))}")
            asked.append(own)
    return asked


def _beside(around: list[_Word], word: Tagged) -> list[str]:
    before, own, after = around[1], around[2], around[3]
    asked = ["b"]
    for step, one in zip(range(-2, 3), around, strict=True):
        asked += [f"wt{step}={one.sort}", f"w{step}={one.text}", f"ws{step}={one.last}"]
    asked += [
        f"ws2={word.text[-2:]}",
        f"wtt={before.sort}|{own.sort}|{after.sort}",
        f"ww={before.text}|{own.sort}",
        f"wn={own.sort}|{after.text}",
        f"role={int(before.role)}{int(after.role)}",
        f"hw={int(has_word(word.text))}{min(len(word.text), _LENGTH_MAX)}",
    ]
    return asked


def _word(word: Tagged) -> _Word:
    text = word.text if len(word.text) <= _WORD_MAX else "~"
    return _Word(text, word.sort, word.text[-1:], word.text in _roles())


@functools.cache
def _roles() -> frozenset[str]:
    return listed("roles") | listed("posts") | listed("honorifics")


def _at(asked: list[str], at: int) -> str:
    return asked[at] if 0 <= at < len(asked) else _OUTSIDE


def _sign(one: str) -> str:
    """Return a character as the reader sees it: one digit is as good as another, and so is a Latin letter."""
    if one.isdigit():
        return "9"
    return "a" if one.isascii() and one.isalpha() else one


def _sort(one: str) -> str:
    if "\u4e00" <= one <= "\u9fff":
        return "h"
    if one.isdigit():
        return "d"
    return "a" if one.isascii() and one.isalpha() else "p"


def _cuts(stretch: str) -> list[str]:
    """Return for each character the sort of its word as the segmenter cuts it, and whether it begins the word."""
    return [
        f"{word.tag}{'B' if at == word.start else 'I'}"
        for word in cut(stretch).words
        for at in range(word.start, word.end)
    ]


def _districts(stretch: str) -> list[str]:
    """Return for each character whether it stands in the name of a province, city, county, town or street district."""
    inside = ["0"] * len(stretch)
    for start in range(len(stretch)):
        for length in range(min(_DIVISION_MAX, len(stretch) - start), _DIVISION_MIN - 1, -1):
            said = stretch[start : start + length]
            if said in divisions() or said in regions():
                inside[start : start + length] = ["1"] * length
                break
    return inside
