"""The anonymiser: a text goes in, the same text without what identifies anybody comes out (脱敏).

Names follow the rule that the courts publish judgments by: the surname stays and 某 stands for the rest; whoever
holds a post loses the surname too. A value that stands twice in a text has the same mask twice, and another value has
another mask. Masking what is masked changes nothing.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from itertools import chain

from services.redaction.addresses import addresses
from services.redaction.business import businesses
from services.redaction.estates import estates
from services.redaction.learned import learned
from services.redaction.lexicon import cut, listed
from services.redaction.names import names
from services.redaction.numbers import numbers
from services.redaction.public_places import public_places
from services.redaction.reading import read
from services.redaction.spans import CHINESE_KINDS, Care, Kind, Masked, Places, Span

_OTHERS = "乙丙丁戊己庚辛壬癸"
"""Who has the surname of another person of the text is told apart: 张某, 张某乙, 张某丙."""
_OPEN, _CLOSE = "〔", "〕"
_NOTHING_KEPT = frozenset({"before-a-post", "greeted"})


def mask(text: str, known: Iterable[str] = (), *, places: Places = Places.PUBLIC, care: Care = Care.THOROUGH) -> Masked:
    """Return a text masked, and what was masked in it; names keep their surname, other data become "〔电话〕".

    ``known`` are names that are known to be a person's, such as the reporter's: they are masked wherever they stand.
    ``places`` says whether roads, stops, schools and the like go too: strictly so in what tells one person's case.
    ``care`` says how likely a stretch without a form must be to identify somebody.
    """
    spans = find(text, known, places=places, care=care)
    return Masked(written(text, spans)[0], spans)


def find(
    text: str, known: Iterable[str] = (), *, places: Places = Places.PUBLIC, care: Care = Care.THOROUGH
) -> tuple[Span, ...]:
    """Return what is to be masked in a text, in order; of two rules that find the same stretch the wider one counts.

    A text is read again with its masks in place until nothing more is found: a segmenter cuts other words then.
    """
    names_known = tuple(known)
    spans = _found(text, names_known, places, care)
    for _ in range(_READINGS_MAX if spans else 0):
        so_far, origins = written(text, spans)
        more = tuple(_brought_back(_found(so_far, names_known, places, care), origins))
        if not more:
            break
        spans = _settled(text, (*spans, *more))
    return spans


_READINGS_MAX = 6
"""Each reading finds less; real texts need two or three."""


def _found(text: str, known: tuple[str, ...], places: Places, care: Care) -> tuple[Span, ...]:
    reading = read(text)
    words = cut(reading.text)
    told = tuple(numbers(reading))
    doors = tuple(addresses(reading, words))
    found = chain(
        _known(text, known),
        told,
        businesses(reading, words),
        doors,
        _rooms_again(text, doors),
        estates(reading, words),
        public_places(reading, words) if places is Places.STRICT else (),
        names(reading, words),
        (span for span in learned(reading, places, care) if not _told_already(text, span, told)),
    )
    return _settled(text, found)


def written(text: str, spans: Iterable[Span]) -> tuple[str, list[int | None]]:
    """Return a text with masks in place, and where each of its characters stood, ``None`` for those of a mask."""
    given: dict[tuple[Kind, str], str] = {}
    taken: dict[str, int] = {}
    parts: list[str] = []
    origins: list[int | None] = []
    at = 0
    for span in spans:
        said = text[span.start : span.end]
        key = (span.kind, "" if span.rule in _NOTHING_KEPT else said)
        if key not in given:
            given[key] = _mask_of(span, said, taken)
        parts += [text[at : span.start], given[key]]
        origins += [*range(at, span.start), *([None] * len(given[key]))]
        at = span.end
    return "".join((*parts, text[at:])), [*origins, *range(at, len(text))]


def _brought_back(found: Iterable[Span], origins: list[int | None]) -> Iterator[Span]:
    for span in found:
        kept = [at for at in origins[span.start : span.end] if at is not None]
        if kept:
            yield Span(kept[0], kept[-1] + 1, span.kind, span.rule)


_ROOM = re.compile(r"(\d{3,4})[室房号户]?$")


def _rooms_again(text: str, doors: Iterable[Span]) -> Iterator[Span]:
    """Yield where the number of a room stands again by itself ("404室…, 404将住房出租")."""
    for number in {found.group(1) for door in doors if (found := _ROOM.search(text[door.start : door.end]))}:
        for match in re.finditer(rf"(?<![\d.]){number}(?![\d.路元年月日号万人米块%％户平天次公里条件辆名位])", text):
            yield Span(*match.span(), Kind.ADDRESS, "room-again")


def _known(text: str, names_known: Iterable[str]) -> Iterator[Span]:
    for name in {name.strip() for name in names_known}:
        at = text.find(name) if len(name) > 1 else -1
        while at >= 0:
            yield Span(at, at + len(name), Kind.PERSON, "known")
            at = text.find(name, at + len(name))


def _settled(text: str, found: Iterable[Span]) -> tuple[Span, ...]:
    """Join what overlaps: nothing that any rule found stays readable; the first and widest gives the kind."""
    settled: list[Span] = []
    for span in sorted(_outside_masks(text, found), key=lambda span: (span.start, -span.end)):
        if settled and span.start < settled[-1].end:
            settled[-1] = _joined(settled[-1], span)
            continue
        settled.append(span)
    return tuple(settled)


def _told_already(text: str, guess: Span, told: Iterable[Span]) -> bool:
    """Say whether of a guessed number rules have all but its label ("车牌"): a label is no part of it."""
    beside = [one for one in told if guess.start < one.end and one.start < guess.end]
    if guess.kind is not Kind.NUMBER or not beside:
        return False
    covered = {at for one in beside for at in range(one.start, one.end)}
    return not any(
        text[at].isascii() and text[at].isalnum() for at in range(guess.start, guess.end) if at not in covered
    )


def _joined(one: Span, other: Span) -> Span:
    """Return what two overlapping stretches are together: what a rule knows by its form tells the kind."""
    teller = other if one.rule.startswith(_GUESSED) and not other.rule.startswith(_GUESSED) else one
    return Span(one.start, max(one.end, other.end), teller.kind, teller.rule)


_GUESSED = ("learned-", "perhaps-")


def _outside_masks(text: str, found: Iterable[Span]) -> Iterator[Span]:
    masks = tuple(_masks_in(text))
    for span in found:
        if not any(start < span.end and span.start < end for start, end in masks):
            yield span


def _masks_in(text: str) -> Iterator[tuple[int, int]]:
    """Yield where a text holds masks of ours already."""
    at = text.find(_OPEN)
    while at >= 0:
        end = text.find(_CLOSE, at)
        if end < 0:
            return
        if text[at + 1 : end].rstrip("0123456789") in _LABELS:
            yield at, end + 1
        at = text.find(_OPEN, at + 1)


_LABELS = frozenset(CHINESE_KINDS.values())


def _mask_of(span: Span, said: str, taken: dict[str, int]) -> str:
    """Return the mask of a stretch; what is but perhaps a name keeps no surname, or "连续" would become 连某."""
    named = span.kind is Kind.PERSON and span.rule != "perhaps-person"
    if named and span.rule in _NOTHING_KEPT:
        return "某"
    surname = said[:2] if said[:2] in listed("compound_surnames") else said[:1]
    first = f"{surname}某" if named else CHINESE_KINDS[span.kind]
    taken[first] = number = taken.get(first, 0) + 1
    if named:
        return first if number == 1 else f"{first}{_OTHERS[min(number - 2, len(_OTHERS) - 1)]}"
    return f"{_OPEN}{first}{number if number > 1 else ''}{_CLOSE}"
