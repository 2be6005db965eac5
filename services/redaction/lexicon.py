"""The lists that rules read (``lists/*.txt``), and a text cut into words.

Words are cut by jieba-rs (``rjieba``): its dictionary tells an ordinary word from a name, and its model puts together
the characters of names that no dictionary holds.
"""

from __future__ import annotations

import functools
from bisect import bisect_right
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    import rjieba

_WORDS_REMEMBERED_MAX = 65_536
_LISTS = Path(__file__).with_name("lists")


@dataclass(frozen=True, slots=True)
class Word:
    """A word of a text, its part of speech as jieba names it (``nr`` a person, ``ns`` a place), and where it stands."""

    text: str
    tag: str
    start: int
    end: int


@dataclass(frozen=True, slots=True)
class Cut:
    """A text and its words."""

    text: str
    words: tuple[Word, ...]
    starts: tuple[int, ...]

    def place(self, at: int) -> int:
        """Return the number of the word that holds a character."""
        return bisect_right(self.starts, at) - 1

    def word_at(self, at: int) -> Word:
        """Return the word that holds a character."""
        return self.words[self.place(at)]

    def begins(self, at: int) -> bool:
        """Say whether a word begins at a place; one does at the end of the text."""
        return at >= len(self.text) or self.word_at(at).start == at


def entries(name: str) -> Iterator[str]:
    """Yield the entries of a list: they are parted by white space, and ``#`` begins a remark line."""
    for line in (_LISTS / f"{name}.txt").read_text(encoding="utf-8").splitlines():
        if not line.startswith("#"):
            yield from line.split()


@functools.cache
def listed(name: str) -> frozenset[str]:
    """Return a list as a set."""
    return frozenset(entries(name))


@functools.cache
def surnames() -> frozenset[str]:
    """Return the surnames of one character."""
    return frozenset("".join(entries("surnames")))


@functools.cache
def common_surnames() -> frozenset[str]:
    """Return the surnames that are hardly ever anything else."""
    return frozenset("".join(entries("common_surnames")))


@functools.cache
def everyday_surnames() -> frozenset[str]:
    """Return the surnames that are everyday characters too; a common surname is none of them."""
    return frozenset("".join(entries("everyday_surnames"))) - common_surnames()


@functools.cache
def alternatives(name: str) -> str:
    """Return a list as the alternatives of a pattern, the longest first."""
    return "|".join(sorted(listed(name), key=lambda entry: (-len(entry), entry)))


@functools.cache
def _segmenter() -> rjieba.Jieba:
    import rjieba  # noqa: PLC0415 - its dictionary takes a third of a second, which only a masking pays for

    return rjieba.Jieba()


@functools.lru_cache(maxsize=_WORDS_REMEMBERED_MAX)
def has_word(word: str) -> bool:
    """Return whether the segmenter's dictionary holds a word."""
    return _segmenter().has_word(word)


def cut(text: str) -> Cut:
    """Cut a text into words."""
    found: list[Word] = []
    at = 0
    for word, tag in _segmenter().tag(text, hmm=True):
        found.append(Word(word, tag, at, at + len(word)))
        at += len(word)
    return Cut(text, tuple(found), tuple(word.start for word in found))
