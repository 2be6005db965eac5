"""Editions of the score rules (考核扣分规则): what costs a unit points, what earns some, and how far either may go."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum

from domain.periods import NotAQuarter, Quarter
from domain.timekeeping.deadlines import Limit

TENTHS = 10
"""Points are kept in tenths, as whole numbers, so that no sum is ever rounded."""

POINTS_TENTHS_MAX = 10_000
ITEMS_MAX = 200
STEPS_MAX = 366


class ScoreRuleFault(ValueError):
    """An edition of score rules that cannot be used; the message is in Chinese and English."""


class Trigger(StrEnum):
    """What on a case gives ground for an item: found in the log, or ``manual`` where only a person can say so."""

    REPLY_LATE = "reply_late"
    RED_CARD = "red_card"
    SIGN_LATE = "sign_late"
    CONTACT_LATE = "contact_late"
    REPLY_SENT_BACK = "reply_sent_back"
    RETURN_REFUSED = "return_refused"
    UNCORRECTED = "uncorrected"
    REWORKED_AGAIN = "reworked_again"
    PRAISED = "praised"
    MANUAL = "manual"


@dataclass(frozen=True, slots=True)
class ScoreItem:
    """One item: its points, below zero where it costs, and how far it goes.

    ``per_working_days`` is how many working days late make one more step of ``reply_late``, each begun one counting;
    ``steps_max`` bounds the steps of one leg. ``cap_tenths`` bounds what the item comes to for a unit in a quarter,
    ``None``: nothing but the edition's own bounds.
    """

    code: str
    name: str
    english: str
    trigger: Trigger
    points_tenths: int
    per_working_days: int | None = None
    steps_max: int | None = None
    cap_tenths: int | None = None
    source: str = ""


@dataclass(frozen=True, slots=True)
class ScoreEdition:
    """One edition; it governs ``first_quarter`` and the quarters after it.

    A unit begins at ``base_tenths``; all deductions together come to ``deductions_tenths_max`` at the most, all
    additions to ``additions_tenths_max``. ``appeal`` is how long a unit has to appeal against an entry.
    """

    edition: str
    title: str
    first_quarter: str
    base_tenths: int
    deductions_tenths_max: int
    additions_tenths_max: int
    appeal: Limit
    items: tuple[ScoreItem, ...]

    def item(self, code: str) -> ScoreItem | None:
        """Return the item of a code, ``None`` where there is none."""
        return next((item for item in self.items if item.code == code), None)


def checked(edition: ScoreEdition) -> ScoreEdition:
    """Return an edition that can be used, before it is recorded. Raises ``ScoreRuleFault``."""
    try:
        Quarter.parse(edition.first_quarter)
    except NotAQuarter as error:
        raise ScoreRuleFault(str(error)) from error
    if not 0 < len(edition.items) <= ITEMS_MAX:
        raise ScoreRuleFault(f"须有 1 至 {ITEMS_MAX} 个项目；an edition has 1 to {ITEMS_MAX} items")
    if not 0 <= edition.deductions_tenths_max <= edition.base_tenths <= POINTS_TENTHS_MAX:
        raise ScoreRuleFault("扣分上限不得高于基础分；deductions never exceed the base")
    if not 0 <= edition.additions_tenths_max <= POINTS_TENTHS_MAX:
        raise ScoreRuleFault("加分上限超出范围；the bound of additions is out of range")
    for said in ([item.code for item in edition.items], [item.name for item in edition.items]):
        if len(set(said)) != len(said):
            raise ScoreRuleFault("项目代码或名称重复；an item's code or name stands twice")
    for item in edition.items:
        _check(item)
    return edition


def _check(item: ScoreItem) -> None:
    if not 0 < abs(item.points_tenths) <= POINTS_TENTHS_MAX:
        raise ScoreRuleFault(f"“{item.code}”的分值为零或超出范围；the points of {item.code} are zero or out of range")
    if item.cap_tenths is not None and not abs(item.points_tenths) <= item.cap_tenths <= POINTS_TENTHS_MAX:
        raise ScoreRuleFault(f"“{item.code}”的封顶低于单次分值；the cap of {item.code} is below its points")
    stepped = item.trigger is Trigger.REPLY_LATE
    if stepped != (item.per_working_days is not None and item.steps_max is not None):
        raise ScoreRuleFault(
            f"“{item.code}”：per_working_days 与 steps_max 须且只须用于 reply_late；"
            f"{item.code}: per_working_days and steps_max belong to reply_late, and only there",
        )
    if stepped and not (1 <= (item.per_working_days or 0) <= STEPS_MAX and 1 <= (item.steps_max or 0) <= STEPS_MAX):
        raise ScoreRuleFault(
            f"“{item.code}”的天数或次数须在 1 与 {STEPS_MAX} 之间；"
            f"the days and steps of {item.code} lie between 1 and {STEPS_MAX}",
        )


def points_text(tenths: int) -> str:
    """Write points as they are read: ``98.5``, ``-1``, ``0``."""
    sign, (whole, tenth) = "-" if tenths < 0 else "", divmod(abs(tenths), TENTHS)
    return f"{sign}{whole}.{tenth}" if tenth else f"{sign}{whole}"
