"""The rows that sets are made of, a complaint or a leg beside its case, and the predicates that make them."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from functools import wraps
from typing import Any, TypeVar, cast

from domain.figures.leg_measures import LegMeasure
from domain.figures.measures import CaseMeasure
from domain.figures.window import Window


@dataclass(frozen=True, slots=True)
class LegRow:
    """A leg beside its case."""

    leg: LegMeasure
    case: CaseMeasure


Counted = TypeVar("Counted", CaseMeasure, LegRow)
Predicate = Callable[[Counted, Window], bool]
"""Says of one row whether it belongs to a set, seen through a window."""

_F = TypeVar("_F", bound=Callable[..., Any])


def once(ask: _F) -> _F:
    """Remember what was asked last: sets that lie within one another ask the same of the same row, one after the other.

    Rows and windows never change, so that the very same ones have the very same answer.
    """
    held: tuple[object, object, Any] = (None, None, None)

    @wraps(ask)
    def asked(row: object, w: Window) -> Any:  # noqa: ANN401 - whatever is asked
        nonlocal held
        last = held
        if last[0] is row and last[1] is w:
            return last[2]
        found = ask(row, w)
        held = (row, w, found)
        return found

    return cast("_F", asked)
