"""What the clocks of a case are called, in facts and outside: ``citizen``, ``leg N`` and ``dispute N``."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from domain.timekeeping.deadlines import Deadline

CITIZEN_CLOCK = "citizen"
"""The name of the clock that runs for the person, from registration to delivery."""

LEG_CLOCK = "leg "
"""How the name of a leg's clock begins; the leg's number follows."""

DISPUTE_CLOCK = "dispute "
"""How the name of a dispute's clock begins; which dispute of the case it is follows, counted from 1."""


def leg_clock(leg: int) -> str:
    """Return the name of a leg's clock."""
    return f"{LEG_CLOCK}{leg}"


def dispute_clock(dispute: int) -> str:
    """Return the name of the clock of a case's N-th dispute."""
    return f"{DISPUTE_CLOCK}{dispute}"


def leg_of_clock(clock: str) -> int | None:
    """Return the number of the leg whose clock it is, ``None`` where it is no leg's."""
    return _number(clock, LEG_CLOCK)


def dispute_of_clock(clock: str) -> int | None:
    """Return which dispute's clock it is, ``None`` where it is none's."""
    return _number(clock, DISPUTE_CLOCK)


def card_key(colour: str, clock: str, deadline: Deadline) -> str:
    """Return what makes a card one of a kind: a colour, a clock and a due time; so each is raised once."""
    return f"{colour}|{clock}|{deadline.due.isoformat()}"


def _number(clock: str, prefix: str) -> int | None:
    number = clock.removeprefix(prefix)
    return int(number) if number != clock and number.isdecimal() else None
