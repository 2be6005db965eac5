"""Names of counties, towns and street districts: they stay readable, and what leads to a door begins behind them.

The list is derived from the statistical codes of the National Bureau of Statistics (see ``lists/divisions.txt``).
"""

from __future__ import annotations

import functools

from services.redaction.lexicon import listed

_LONGEST = 12
_SHORTEST = 2


@functools.cache
def divisions() -> frozenset[str]:
    """Return the names of all counties, towns and street districts, in full."""
    return listed("divisions")


_FULL = ("特别行政区", "自治区", "自治州", "新区", "地区", "省", "市", "县", "区", "盟")


@functools.cache
def regions() -> frozenset[str]:
    """Return the names of provinces, prefectures and counties, in full and without their ending (长沙 for 长沙市)."""
    wide = {*listed("provinces_and_cities"), *(name for name in divisions() if name.endswith(("县", "区", "市")))}
    short = {name.removesuffix(ending) for name in wide for ending in _FULL if name.endswith(ending)}
    return frozenset(wide | {name for name in short if len(name) >= _SHORTEST})


def behind_a_division(text: str, start: int, end: int) -> int:
    """Return where a name begins after the division that it begins with, ``start`` where it begins with none."""
    for at in range(max(0, start - _LONGEST), end - 1):
        for stop in range(min(end - 1, at + _LONGEST), max(start, at + _SHORTEST) - 1, -1):
            if text[at:stop] in divisions() and stop > start:
                return behind_a_division(text, stop, end)
    return start


def ends_in_a_division(text: str, end: int) -> int:
    """Return where the division begins that ends at a place, or the place itself where none does."""
    for start in range(max(0, end - _LONGEST), end - 1):
        if text[start:end] in divisions():
            return start
    return end
