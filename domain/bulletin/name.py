"""What a bulletin goes by (刊名): its period, and for special reports (专报) the series and the subject."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import TYPE_CHECKING

from domain.periods import NotAPeriod, Period, PeriodKind, Quarter, parse_period
from domain.words import Channel, ComplaintKind

if TYPE_CHECKING:
    from collections.abc import Callable

    from domain.figures.measures import CaseMeasure

_NAME = re.compile(r"(?P<period>[^.]+)(?:\.(?P<series>[a-z][a-z0-9-]{0,39}))?")
_SPECIAL = "special"

TITLES = {
    PeriodKind.MONTH: "行风热线月度通报",
    PeriodKind.QUARTER: "行风热线季度通报",
    PeriodKind.YEAR: "行风热线年度通报",
}
"""What an edition of a whole period is called."""


class NotABulletinName(ValueError):
    """A text that names no bulletin; the message is in Chinese and English."""

    def __init__(self, said: str) -> None:
        super().__init__(
            f"“{said}”不是通报名，请写作 2023Q3、2023-07、2023，专报如 2023Q3.gas"
            "（小写字母、数字、连字符，至多 40 个）；"
            f"{said} names no bulletin: write 2023Q3, 2023-07 or 2023, a special report as 2023Q3.gas "
            "(lower-case letters, digits and hyphens, at most 40)",
        )


@dataclass(frozen=True, slots=True, order=True)
class BulletinName:
    """A period and, for a special report, the key of its series, such as ``gas``."""

    period: Period
    series: str | None = None

    @classmethod
    def parse(cls, text: str) -> BulletinName:
        """Read ``2023Q3``, ``2023-07``, ``2023`` or ``2023Q3.gas``. Raises ``NotABulletinName``."""
        found = _NAME.fullmatch(text.strip())
        if found is None:
            raise NotABulletinName(text)
        try:
            return cls(parse_period(found["period"]), found["series"])
        except NotAPeriod:
            raise NotABulletinName(text) from None

    def __str__(self) -> str:
        """Write the name as ``parse`` reads it."""
        return str(self.period) if self.series is None else f"{self.period}.{self.series}"

    @property
    def sort(self) -> str:
        """Which numbers it is counted among: those of its kind of period, or the special reports."""
        return _SPECIAL if self.series is not None else self.period.kind.value

    @property
    def listed(self) -> bool:
        """Whether it is found in the list of bulletins; a quarter's is found by its quarter."""
        return self.series is not None or not isinstance(self.period, Quarter)

    @property
    def title(self) -> str:
        """What it is called where nobody gave it a title."""
        return TITLES[self.period.kind]

    def previous(self) -> BulletinName:
        """Return the name of the one before in its series."""
        return BulletinName(self.period.previous(), self.series)

    def number(self, before: int) -> str:
        """Return the number of its first edition, after ``before`` others of its sort in its year."""
        year = f"〔{self.period.year}〕"
        if self.series is not None:
            return f"{year}专报第{before + 1}期"
        match self.period.kind:
            case PeriodKind.MONTH:
                return f"{year}月报第{before + 1}期"
            case PeriodKind.QUARTER:
                return f"{year}第{before + 1}期"
            case PeriodKind.YEAR:
                return f"{year}年报"


@dataclass(frozen=True, slots=True, kw_only=True)
class Subject:
    """What a special report is about (专题): a matter must meet every condition that is given.

    ``categories`` are whole category names or their beginnings up to a ``/``; ``units`` are held against those that a
    matter was ever sent to.
    """

    kinds: tuple[ComplaintKind, ...] = ()
    channels: tuple[Channel, ...] = ()
    categories: tuple[str, ...] = ()
    units: tuple[str, ...] = ()
    programme_refs: tuple[str, ...] = ()

    @property
    def empty(self) -> bool:
        """Whether no condition is given."""
        return not (self.kinds or self.channels or self.categories or self.units or self.programme_refs)

    def holds(self, case: CaseMeasure, sent_to: Callable[[CaseMeasure], frozenset[str]]) -> bool:
        """Say whether a matter belongs; ``sent_to`` gives the units that it was sent to."""
        return (
            (not self.kinds or case.kind in self.kinds)
            and (not self.channels or case.channel in self.channels)
            and (not self.categories or self._categorised(case.category))
            and (not self.programme_refs or case.programme_ref in self.programme_refs)
            and (not self.units or bool(sent_to(case) & set(self.units)))
        )

    def _categorised(self, category: str | None) -> bool:
        return category is not None and any(
            category == one or category.startswith(f"{one}/") for one in self.categories
        )
