"""What a written field may hold: a text that says something, a short word that may stay readable, a time in order."""

from __future__ import annotations

from typing import TYPE_CHECKING

from domain import refusals as r
from domain.words import Precision

if TYPE_CHECKING:
    from domain.facts import Moment

CODE_CHARACTERS_MAX = 60
CODE_DIGITS_MAX = 8
"""Longer runs of digits are telephone or identity numbers; a date written without marks has eight."""


def hold_to_text(name: str, value: str) -> None:
    """Hold a field to say something. Raises ``EmptyText``."""
    if not value.strip():
        raise r.EmptyText(field=name, name=name)


def hold_to_code(name: str, value: str | None) -> None:
    """Hold a readable field to a short word: it is never sealed, so nothing personal may stand in it.

    ``None`` is a field that was left out. Raises ``EmptyText`` and ``NotACodeWord``.
    """
    if value is None:
        return
    hold_to_text(name, value)
    digits = longest = 0
    for character in value:
        digits = digits + 1 if character.isdigit() else 0
        longest = max(longest, digits)
    if len(value) > CODE_CHARACTERS_MAX or longest > CODE_DIGITS_MAX:
        raise r.NotACodeWord(field=name, name=name, characters_max=CODE_CHARACTERS_MAX)


def hold_to_order(earlier: Moment | None, at: Moment) -> None:
    """Hold an act to lie no earlier than the step that it follows; where only a day is known, the days are compared.

    Raises ``OutOfOrder``.
    """
    if earlier is None:
        return
    if Precision.DAY in {earlier.precision, at.precision}:
        before = at.day < earlier.day
        said = earlier.day.isoformat()
    else:
        before = at.at < earlier.at
        said = earlier.at.isoformat(timespec="minutes")
    if before:
        raise r.OutOfOrder(earlier=said)
