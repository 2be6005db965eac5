"""A reader that has learned from marked passages: a conditional random field over words, sorts and signs.

Rules know forms; this reader knows what stands around names that have no form ("在云上轻食上班"). It gives each
character the likelihood that it identifies somebody; what is likelier than a bound is masked (``Care`` says which).
Its weights lie in ``weights/``; ``learning.py`` makes them from the passages developed on.
"""

from __future__ import annotations

import functools
import re
import threading
from collections.abc import Iterator
from itertools import groupby
from pathlib import Path

import pycrfsuite

from services.redaction.divisions import divisions, regions
from services.redaction.features import features
from services.redaction.lexicon import cut, has_word, listed, surnames
from services.redaction.reading import Reading
from services.redaction.spans import Care, Kind, Places, Span
from services.redaction.tagged import stretches, tagged

WEIGHTS = Path(__file__).with_name("weights") / "marked_passages.crfsuite"

LIKELY_MIN = {Care.LIKELY: 0.2, Care.THOROUGH: 0.005}
"""From this likelihood on a character is masked."""
EVERYDAY_LIKELY_MIN = {Care.LIKELY: 0.6, Care.THOROUGH: 0.05}
"""The same inside a word of the dictionary that neither tagger takes for a name: names may be such words too (方圆)."""
SMALL_LIKELY_MIN = 0.4
"""The same inside small words (没有, 所以), which names hardly ever are and sentences turn upon."""
FIRST_HALF_LIKELY_MIN = {Care.LIKELY: 0.2, Care.THOROUGH: 0.015}
"""The same right before what is masked."""
NUMBER_LIKELY_MIN = 0.5
"""The same for what is told by its digits: rules know those, and a date too many makes a case unreadable."""
SURE_MIN = 0.5
"""A name of which each character is so likely is masked wherever else it stands in the text."""
EDGE_LIKELY_MIN = {Care.LIKELY: 0.05, Care.THOROUGH: 0.015}
"""At the ends of a sure name a character must be so likely, that "解放路路灯" loses its road and keeps its lamp."""
HAN_SHARE_MIN = 0.2
"""It has learned from Chinese alone: of a stretch with fewer Chinese characters it says nothing."""
_AGAIN_CHARACTERS_MIN = 3

OUTSIDE = "O"
LEARNED_KINDS = (Kind.PERSON, Kind.ADDRESS, Kind.PLACE, Kind.BUSINESS, Kind.ACCOUNT, Kind.NUMBER)
"""What the reader tells apart; all that is told by its digits alone is one kind to it, for rules know those better."""

_EDGE = " \t\u3000，,。.、；;：:！!？?“”\"'（）()《》〔〕【】·…—-"
_SAYS_NOTHING = frozenset("某的了在是和与我你他她它")


def learned_kind(kind: Kind) -> Kind:
    """Return what a kind is called to the reader."""
    return kind if kind in LEARNED_KINDS else Kind.NUMBER


def learned(reading: Reading, places: Places, care: Care) -> Iterator[Span]:
    """Yield what is likely to identify somebody."""
    text = reading.text
    sure: dict[str, Kind] = {}
    for start, end in stretches(text):
        for first, last, kind, least in _likely(text[start:end], places, care):
            rule = f"{'learned' if least >= SURE_MIN else 'perhaps'}-{kind.value}"
            yield reading.span(start + first, start + last, kind, rule)
            if least >= SURE_MIN and last - first >= _AGAIN_CHARACTERS_MIN and kind is not Kind.NUMBER:
                sure.setdefault(text[start + first : start + last], kind)
    for name, kind in sure.items():
        at = text.find(name)
        while at >= 0:
            yield reading.span(at, at + len(name), kind, "learned-again")
            at = text.find(name, at + len(name))


@functools.lru_cache(maxsize=4_096)
def _likely(stretch: str, places: Places, care: Care) -> tuple[tuple[int, int, Kind, float], ...]:
    """Return what is to be masked of a stretch: where, as what, and how likely its least likely character is."""
    if sum("\u4e00" <= one <= "\u9fff" for one in stretch) < len(stretch) * HAN_SHARE_MIN:
        return ()
    kinds = tuple(kind for kind in LEARNED_KINDS if places is Places.STRICT or kind is not Kind.PLACE)
    chances = _chances(stretch, kinds)
    sums = [sum(chance) for chance in chances]
    number = kinds.index(Kind.NUMBER)
    hidden = [
        whole - chance[number] >= bound or chance[number] >= NUMBER_LIKELY_MIN
        for whole, chance, bound in zip(sums, chances, _bounds(stretch, care), strict=True)
    ]
    _with_first_halves(hidden, sums, care)
    found: list[tuple[int, int, Kind, float]] = []
    for start, end in _runs(hidden):
        first, last = _trimmed(stretch, sums, start, end, care)
        if first == last:
            continue
        likeliest = kinds[max(range(len(kinds)), key=lambda kind: sum(one[kind] for one in chances[first:last]))]
        least = min(sums[first:last])
        if not _stays(stretch, first, last, likeliest, least):
            found.append((first, last, likeliest, least))
    return tuple(found)


_NAMING_SORTS = frozenset({"PER", "LOC", "ORG", "nz", "nw", "s"})
_NAMING_TAGS = ("nr", "ns", "nt", "nz")
_SMALL_SORTS = frozenset({"c", "d", "p", "r", "u", "xc"})
"""Conjunctions, adverbs, prepositions, pronouns, particles: a "没有" that is masked turns a sentence round."""


def _bounds(stretch: str, care: Care) -> list[float]:
    """Return for each character how likely it must be: more so inside everyday words, and most of all in small ones."""
    bounds = [LIKELY_MIN[care]] * len(stretch)
    for word in cut(stretch).words:
        if len(word.text) > 1 and not word.tag.startswith(_NAMING_TAGS) and has_word(word.text):
            bounds[word.start : word.end] = [EVERYDAY_LIKELY_MIN[care]] * len(word.text)
    for tag in tagged(stretch):
        if tag.sort in _NAMING_SORTS:
            bounds[tag.start : tag.end] = [LIKELY_MIN[care]] * len(tag.text)
        elif tag.sort in _SMALL_SORTS:
            bounds[tag.start : tag.end] = [SMALL_LIKELY_MIN] * len(tag.text)
    return bounds


def _with_first_halves(hidden: list[bool], sums: list[float], care: Care) -> None:
    """Hide what stands right before a name and may be its first half (未来星城), an everyday word or not."""
    for at in range(len(hidden) - 2, -1, -1):
        if hidden[at + 1] and sums[at] >= FIRST_HALF_LIKELY_MIN[care]:
            hidden[at] = True


def _runs(hidden: list[bool]) -> Iterator[tuple[int, int]]:
    start = 0
    for is_hidden, run in groupby(hidden):
        end = start + len(list(run))
        if is_hidden:
            yield start, end
        start = end


def _trimmed(stretch: str, chances: list[float], start: int, end: int, care: Care) -> tuple[int, int]:
    """Return a run without signs at its ends; where a name is sure, without what is hardly part of it either."""
    least = EDGE_LIKELY_MIN[care] if max(chances[start:end]) >= SURE_MIN else 0.0
    while start < end and (stretch[start] in _EDGE or chances[start] < least):
        start += 1
    while start < end and (stretch[end - 1] in _EDGE or chances[end - 1] < least):
        end -= 1
    return start, end


_DATE_OR_DOCUMENT = re.compile(
    r"(?:(?:19|20)?\d\d\s*[年.\-/])?\s*\d{1,2}\s*[月.\-/]\s*(?:\d{1,2}\s*[日号]?)?[份初中底前起]?"
    r"|(?:19|20)\d\d\s*年?(?:底|初|间|以?来|度|左右)?|\d{1,2}\s*[日号]"
    r"|[〔\[（(]?(?:19|20)\d\d[〕\]）)]\s*第?\d+号?"
)
_ALONE = re.compile(r"先生|女士|小姐|同志|同学|某|\*|x|X|×")
_DOCUMENT = re.compile(r"[\u4e00-\u9fff]{0,3}\s*[〔\[（(](?:19|20)\d\d[〕\]）)]\s*第?\d+\s*号")
"""Behind an authority's sign stands the number of its document (澜行风〔2025〕8号)."""
_NUMBER_SIGNS_MIN = 4


def _stays(stretch: str, start: int, end: int, kind: Kind, least: float) -> bool:
    """Say whether a run stays by policy: a district, a surname that names nobody, a date, a word of no content."""
    said = stretch[start:end]
    if said in divisions() or said in regions() or "某" in {said[0], said[-1]} or set(said) <= _SAYS_NOTHING:
        return True
    if _DOCUMENT.match(stretch, end):
        return True
    if kind is Kind.NUMBER:
        return _DATE_OR_DOCUMENT.fullmatch(said) is not None or sum(one.isalnum() for one in said) < _NUMBER_SIGNS_MIN
    if len(said) == 1:
        return (
            kind is not Kind.PERSON
            or said not in surnames()
            or least < SURE_MIN
            or _ALONE.match(stretch, end) is not None
        )
    return _names_nobody(stretch, start, end)


def _names_nobody(stretch: str, start: int, end: int) -> bool:
    """Say whether a run is a surname with a form of address, or a part of that (李女士)."""
    for surname in (stretch[start : start + 2], stretch[start : start + 1]):
        titled = _ALONE.match(stretch, start + len(surname))
        if titled and (surname in surnames() or surname in listed("compound_surnames")):
            return end <= titled.end()
    return False


_LEAST = min(*LIKELY_MIN.values(), *EVERYDAY_LIKELY_MIN.values(), NUMBER_LIKELY_MIN)
_READING = threading.Lock()
"""The field remembers the stretch that it was given last: one reading at a time."""


def _chances(stretch: str, kinds: tuple[Kind, ...]) -> list[list[float]]:
    asked = features(stretch)
    field, labels = _field()
    nothing = [0.0] * len(kinds)
    asked_of = [[label for label in (f"B-{kind}", f"I-{kind}") if label in labels] for kind in kinds]
    with _READING:
        field.set(asked)
        return [
            [sum(field.marginal(label, at) for label in each) for each in asked_of]
            if 1 - field.marginal(OUTSIDE, at) >= _LEAST
            else nothing
            for at in range(len(stretch))
        ]


@functools.cache
def _field() -> tuple[pycrfsuite.Tagger, frozenset[str]]:
    field = pycrfsuite.Tagger()
    field.open(str(WEIGHTS))
    return field, frozenset(field.labels())
