"""How a text is read before rules look at it: full-width forms as plain ones, and nothing that the eye cannot see."""

from __future__ import annotations

import unicodedata
from dataclasses import dataclass

from services.redaction.spans import Kind, Span

_UNSEEN = frozenset("\u200b\u200c\u200d\u2060\ufeff\u00ad\u200e\u200f")


@dataclass(frozen=True, slots=True)
class Reading:
    """A text as rules see it; ``where[i]`` is the place in the original of the i-th character, one more at the end."""

    text: str
    where: tuple[int, ...]

    def span(self, start: int, end: int, kind: Kind, rule: str) -> Span:
        """Return a span of the original for a stretch of the text as read."""
        return Span(self.where[start], self.where[end - 1] + 1, kind, rule)


def read(text: str) -> Reading:
    """Return a text with digits, letters and signs in their plain form (NFKC, one by one), the unseen left out."""
    seen: list[str] = []
    where: list[int] = []
    for at, character in enumerate(text):
        if character in _UNSEEN:
            continue
        plain = unicodedata.normalize("NFKC", character)
        seen.append(plain if len(plain) == 1 and plain not in "\n\r" else character)
        where.append(at)
    return Reading("".join(seen), (*where, len(text)))
