"""How a text is cut for search (检索切分): Chinese into overlapping pairs of characters, other writing into words.

Pairs of characters find every Chinese word of two or more characters without a dictionary; the last character of each
run stands alone as well, so that one character is found at the beginning of a token wherever it is.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterable
from itertools import pairwise
from operator import add

TERMS_MAX = 16
"""How many words of a question are looked for; the rest is left alone."""

_HAN = "\u3005\u3007\u3400-\u4dbf\u4e00-\u9fff\uf900-\ufaff\U00020000-\U0003ffff"
_PIECE = re.compile(rf"(?P<han>[{_HAN}]+)|(?P<word>[^\W_{_HAN}]+)")


def normal(text: str) -> str:
    """Fold widths and letter case."""
    return unicodedata.normalize("NFKC", text).casefold()


def grams(texts: Iterable[str | None]) -> str:
    """Return the tokens of some texts, joined by blanks; a phrase of tokens never runs from one text into another."""
    tokens: list[str] = []
    for text in texts:
        if text:
            _cut(text, tokens)
    return " ".join(tokens)


def question(asked: str) -> str | None:
    """Return the full-text expression for what somebody asks for, ``None`` where it holds no word.

    Every word must occur; a Chinese word of two characters or more as it is, anything else at the beginning of a token.
    """
    found = [_term(piece) for piece in _PIECE.finditer(normal(asked))]
    return " AND ".join(found[:TERMS_MAX]) or None


def _cut(text: str, tokens: list[str]) -> None:
    for piece in _PIECE.finditer(normal(text)):
        run = piece["han"]
        if run is None:
            tokens.append(piece["word"])
        else:
            # A long run is most of a text, and a step of the interpreter for each pair most of a replay's time.
            tokens.extend(map(add, run, run[1:]))
            tokens.append(run[-1])


def _term(piece: re.Match[str]) -> str:
    run = piece["han"]
    if run is None or len(run) == 1:
        return f'"{piece[0]}"*'
    return '"' + " ".join(first + second for first, second in pairwise(run)) + '"'
