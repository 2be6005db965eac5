"""Editions of the figures' definitions as data (统计口径版本): rounding, the weight of 基本满意, who is left out."""

from __future__ import annotations

from dataclasses import dataclass
from fractions import Fraction

from domain.figures.figure import Rounding
from domain.figures.measures import CaseMeasure
from domain.periods import NotAQuarter, Quarter
from domain.words import Channel, ComplaintKind


class DefinitionFault(ValueError):
    """An edition of definitions that cannot be used; the message is in Chinese and English."""


@dataclass(frozen=True, slots=True)
class Exclusion:
    """Cases that are left out, and why: all conditions that are given must hold.

    ``figures`` are the keys of the figures that leave them out; empty: every figure.
    """

    reason: str
    kinds: tuple[ComplaintKind, ...] = ()
    channels: tuple[Channel, ...] = ()
    categories: tuple[str, ...] = ()
    flags: tuple[str, ...] = ()
    figures: tuple[str, ...] = ()

    def __post_init__(self) -> None:
        if not (self.kinds or self.channels or self.categories or self.flags):
            raise DefinitionFault(f"排除“{self.reason}”没有条件；the exclusion {self.reason} names no condition")

    def holds(self, case: CaseMeasure) -> bool:
        """Say whether a case is one of those left out."""
        return (
            (not self.kinds or case.kind in self.kinds)
            and (not self.channels or case.channel in self.channels)
            and (not self.categories or case.category in self.categories)
            and (not self.flags or any(flag in self.flags for flag in case.flags))
        )


@dataclass(frozen=True, slots=True)
class FigureEdition:
    """One edition; it governs the figures of ``first_quarter`` and of those after it.

    ``fairly_satisfied_weight`` is what 基本满意 weighs, a fraction such as ``1`` or ``1/2``, from 0 to 1.
    """

    edition: str
    title: str
    first_quarter: str
    rounding: Rounding = Rounding.HALF_UP
    fairly_satisfied_weight: str = "1"
    exclusions: tuple[Exclusion, ...] = ()

    @property
    def weight(self) -> Fraction:
        """What 基本满意 adds to the numerator of 满意率."""
        return Fraction(self.fairly_satisfied_weight)

    def governs(self, quarter: Quarter) -> bool:
        """Say whether a quarter's figures are given by this edition, where no later one does."""
        return Quarter.parse(self.first_quarter) <= quarter


def checked(edition: FigureEdition) -> FigureEdition:
    """Return an edition that can be used, before it is recorded. Raises ``DefinitionFault``."""
    said = edition.fairly_satisfied_weight
    try:
        usable = 0 <= edition.weight <= 1
    except (ValueError, ZeroDivisionError):
        usable = False
    if not usable:
        raise DefinitionFault(f"权重须为 0 到 1 的分数，不是 {said}；a weight is a fraction from 0 to 1, not {said}")
    try:
        Quarter.parse(edition.first_quarter)
    except NotAQuarter as error:
        raise DefinitionFault(str(error)) from error
    return edition
