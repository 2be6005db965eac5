"""What a figure is (指标值): numbers with the sets behind them, rounded in one place, or a cause where there is none.

An empty denominator gives "—", never 0 or 100 %. Each figure knows the cases or legs that it counts, so that every cell
of a table leads to the facts behind it.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from decimal import Decimal
from enum import StrEnum
from fractions import Fraction
from statistics import median
from typing import NamedTuple
from uuid import UUID

NONE = "—"
"""What stands where there is no figure."""

MEAN_PLACES = Decimal("0.001")
PERCENTILE = 90
OVER_DAYS = (15, 30, 60)
"""Answers after more than so many calendar days are counted apart."""

_WHOLE = 100


class Rounding(StrEnum):
    """How a percentage is brought to two decimals: half up (四舍五入), or cut (截断) as some real bulletins do."""

    HALF_UP = "half_up"
    CUT = "cut"


@dataclass(frozen=True, slots=True)
class Cause:
    """Why there is no figure, or why cases were left out of one: a stable code and both languages."""

    code: str
    zh: str
    en: str


EMPTY = Cause("nothing_to_count", "本期没有可计数的事项", "there was nothing to count in the period")
ANSWERED_ONLY = Cause(
    "ledger_answered_only",
    "导入台账仅含已答复件，未答复件不可知",
    "the imported ledger holds answered cases only; unanswered ones are not known",
)
UNDECLARED = Cause(
    "coverage_undeclared",
    "导入尚未完成，覆盖范围未申报",
    "an import has not ended and has not declared what it covers",
)
NO_ACCEPTANCE = Cause(
    "acceptance_unknown",
    "期限自受理起算，台账未记受理日期",
    "the limit counts from acceptance, which the ledger does not record",
)
NO_PROCESS = Cause(
    "process_unknown",
    "台账只记来信、承办单位和答复，未记办理过程",
    "the ledger records letters, units and replies, not how they were handled",
)
NO_CALENDAR = Cause(
    "calendar_unpublished",
    "涉及年份的工作日历尚未公布",
    "the working calendar of a year touched is not published",
)
REPLY_BEFORE_LETTER = Cause(
    "reply_before_letter",
    "答复日期早于来信日期，不计用时，也不计按时",
    "the reply is dated before its letter; left out of the times and of what was on time",
)


class RowId(NamedTuple):
    """Which case, or which leg of it, stands behind a figure."""

    complaint: UUID
    leg: int | None = None

    def __str__(self) -> str:
        """Write the case's id, with the leg's number behind a slash."""
        return str(self.complaint) if self.leg is None else f"{self.complaint}/{self.leg}"


@dataclass(frozen=True, slots=True)
class Count:
    """How many, and which; ``value`` is ``None`` where the figure cannot be given, and ``cause`` says why.

    ``left_out`` counts what the sources cannot support.
    """

    value: int | None
    cause: Cause | None = None
    left_out: int = 0
    rows: tuple[RowId, ...] = field(default=(), repr=False)


@dataclass(frozen=True, slots=True)
class Figure:
    """A rate: numerator, denominator, its text, and the rows behind both.

    ``numerator`` is a whole number unless weights were used; it can exceed the denominator where acts of a quarter are
    set against what was due in it. ``rate`` is such as ``97.35%``, or "—" with ``cause``.
    """

    key: str
    numerator: Fraction
    denominator: int
    rate: str
    cause: Cause | None = None
    left_out: int = 0
    numerator_rows: tuple[RowId, ...] = field(default=(), repr=False)
    denominator_rows: tuple[RowId, ...] = field(default=(), repr=False)


@dataclass(frozen=True, slots=True)
class Times:
    """How long things took: ``n`` of them, in days. All are ``None`` where nothing was counted or ``cause`` says why.

    Means to three decimals half up; the median as Python's ``statistics.median``; P90 by nearest rank.
    """

    n: int
    mean: Decimal | None = None
    median: Decimal | None = None
    p90: int | None = None
    maximum: int | None = None
    cause: Cause | None = None
    uncounted: int = 0


def percent(numerator: Fraction, denominator: int, rounding: Rounding = Rounding.HALF_UP) -> str:
    """Write a rate with two decimals, "—" on an empty denominator."""
    if denominator == 0:
        return NONE
    hundredths = numerator * _WHOLE * _WHOLE / denominator
    # Exact: halves are decided on the fraction itself, not on a binary or cut-off decimal.
    whole, rest = divmod(hundredths.numerator, hundredths.denominator)
    if rounding is Rounding.HALF_UP and 2 * rest >= hundredths.denominator:
        whole += 1
    return f"{Decimal(whole) / _WHOLE:.2f}%"


def rate(
    key: str,
    numerator: Fraction,
    denominator: int,
    *,
    rounding: Rounding = Rounding.HALF_UP,
    cause: Cause | None = None,
    left_out: int = 0,
    rows: tuple[tuple[RowId, ...], tuple[RowId, ...]] = ((), ()),
) -> Figure:
    """Make a figure; an empty denominator has ``cause``, or that there was nothing to count."""
    text = percent(numerator, denominator, rounding)
    why = (cause or EMPTY) if denominator == 0 else None
    return Figure(key, numerator, denominator, text, why, left_out, *rows)


def times(days: Sequence[int], *, uncounted: int = 0, unknown: Cause | None = None) -> Times:
    """Sum up durations in days.

    ``uncounted`` is how many have no length for the reason ``unknown``: then no figure is given, since a mean over the
    rest would speak for what it does not know.
    """
    if uncounted:
        return Times(len(days), cause=unknown, uncounted=uncounted)
    if not days:
        return Times(0, cause=EMPTY)
    ranked = sorted(days)
    mean = Fraction(sum(ranked), len(ranked))
    # Nearest rank: the smallest value that at least 90 of 100 do not exceed.
    rank = -(-PERCENTILE * len(ranked) // _WHOLE)
    middle = Decimal(str(median(ranked)))
    return Times(
        n=len(ranked),
        mean=half_up(mean, MEAN_PLACES),
        median=middle.to_integral_value() if middle == middle.to_integral_value() else middle,
        p90=ranked[rank - 1],
        maximum=ranked[-1],
    )


def half_up(value: Fraction, places: Decimal) -> Decimal:
    """Bring an exact value to so many places, half up, negative ones away from zero."""
    scaled = value / Fraction(places)
    whole, rest = divmod(abs(scaled.numerator), scaled.denominator)
    if 2 * rest >= scaled.denominator:
        whole += 1
    return Decimal(whole if value >= 0 else -whole) * places
