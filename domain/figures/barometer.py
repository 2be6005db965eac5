"""The barometer (晴雨表): how many, beside the quarter before and the same quarter a year before, by topic and unit."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from fractions import Fraction

from domain.figures.figure import EMPTY, NONE, Cause, Rounding, percent


@dataclass(frozen=True, slots=True)
class Volume:
    """How many of a group in one quarter; ``None`` where the sources cannot say, with the cause.

    A value with a cause is known of some days of the quarter only.
    """

    value: int | None
    cause: Cause | None = None


@dataclass(frozen=True, slots=True)
class Change:
    """A volume against an earlier one: the difference and its share of the earlier, "—" on a zero or unknown base."""

    base: int | None
    difference: int | None
    rate: str
    cause: Cause | None = None


@dataclass(frozen=True, slots=True)
class Reading:
    """One line of the barometer: a group, how many now, and both comparisons (环比, 同比)."""

    group: str
    now: Volume
    quarter_before: Change
    year_before: Change


def change(now: Volume, base: Volume, rounding: Rounding = Rounding.HALF_UP) -> Change:
    """Compare two volumes; a fall is written with a minus sign. What is known of some days only is not compared."""
    if now.value is None or base.value is None or now.cause is not None or base.cause is not None:
        return Change(base.value, None, NONE, now.cause or base.cause)
    difference = now.value - base.value
    if base.value == 0:
        return Change(0, difference, NONE, EMPTY)
    share = percent(Fraction(abs(difference)), base.value, rounding)
    return Change(base.value, difference, f"-{share}" if difference < 0 else share)


@dataclass(frozen=True, slots=True)
class QuarterVolumes:
    """The volumes of one quarter by group; a group without cases is zero where ``supported``, unknown elsewhere.

    ``partly`` says that a source covers only some days of the quarter.
    """

    by_group: Mapping[str, int]
    supported: bool
    cause: Cause | None
    partly: Cause | None = None

    def of(self, group: str) -> Volume:
        """Return the volume of a group."""
        return Volume(self.by_group.get(group, 0), self.partly) if self.supported else Volume(None, self.cause)

    @property
    def total(self) -> Volume:
        """The volume of all groups together."""
        return Volume(sum(self.by_group.values()), self.partly) if self.supported else Volume(None, self.cause)


def volumes(counted: Iterable[tuple[str, Cause | None]]) -> QuarterVolumes:
    """Return the volumes of what was counted: each thing's group, and why its source cannot support the count, if so.

    Where every thing lacks support nothing is known; where some do, these are left out.
    """
    supported: Counter[str] = Counter()
    lacks: Counter[Cause] = Counter()
    for group, lack in counted:
        if lack is None:
            supported[group] += 1
        else:
            lacks[lack] += 1
    cause = min(lacks, key=lambda each: (-lacks[each], each.code)) if lacks else None
    return QuarterVolumes(supported, bool(supported) or not lacks, cause)


def readings(
    now: QuarterVolumes, quarter_before: QuarterVolumes, year_before: QuarterVolumes, rounding: Rounding
) -> tuple[Reading, ...]:
    """Return a line for each group that any of the three quarters knows, the largest now first, then by name."""
    groups = {*now.by_group, *quarter_before.by_group, *year_before.by_group}
    lines = [
        Reading(
            group,
            now.of(group),
            change(now.of(group), quarter_before.of(group), rounding),
            change(now.of(group), year_before.of(group), rounding),
        )
        for group in groups
    ]
    return tuple(sorted(lines, key=lambda line: (-(line.now.value or 0), line.group)))
