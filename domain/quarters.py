"""Quarters (季度) of the calendar year, the period of every figure and bulletin."""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import date, datetime, timedelta, tzinfo

MONTHS_IN_QUARTER = 3
QUARTERS_IN_YEAR = 4
_INSTANT = timedelta(microseconds=1)
_NUMERALS = "一二三四"
_FORMS = (
    re.compile(r"(?P<year>[0-9]{4})-?[Qq](?P<number>[1-4])"),
    re.compile(r"(?P<year>[0-9]{4})年第?(?P<number>[1-4一二三四])季度"),
)


class NotAQuarter(ValueError):
    """A text or pair of numbers that names no quarter; the message is in Chinese and English."""

    def __init__(self, said: object) -> None:
        super().__init__(
            f"“{said}”不是季度，请写作 2023Q3 或 2023年第三季度；{said!s} is no quarter: write it as 2023Q3",
        )


@dataclass(frozen=True, slots=True, order=True)
class Quarter:
    """A quarter of a year, numbered 1 to 4. Raises ``NotAQuarter``."""

    year: int
    number: int

    def __post_init__(self) -> None:
        if not (date.min.year < self.year < date.max.year and 1 <= self.number <= QUARTERS_IN_YEAR):
            said = f"{self.year}Q{self.number}"
            raise NotAQuarter(said)

    @classmethod
    def parse(cls, text: str) -> Quarter:
        """Read ``2023Q3``, ``2023-Q3`` or 2023年第三季度. Raises ``NotAQuarter``."""
        for form in _FORMS:
            if found := form.fullmatch(text.strip()):
                number = found["number"]
                return cls(int(found["year"]), int(number) if number.isascii() else _NUMERALS.index(number) + 1)
        raise NotAQuarter(text)

    @classmethod
    def of(cls, day: date) -> Quarter:
        """Return the quarter that holds a day."""
        return cls(day.year, (day.month - 1) // MONTHS_IN_QUARTER + 1)

    @property
    def first_day(self) -> date:
        """The first day, inside."""
        return date(self.year, (self.number - 1) * MONTHS_IN_QUARTER + 1, 1)

    @property
    def last_day(self) -> date:
        """The last day, inside."""
        return self.next().first_day - timedelta(days=1)

    @property
    def chinese(self) -> str:
        """The quarter as bulletins write it: 2023年第三季度."""
        return f"{self.year}年第{_NUMERALS[self.number - 1]}季度"

    def __str__(self) -> str:
        """Write the quarter as ``parse`` reads it."""
        return f"{self.year:04d}Q{self.number}"

    def contains(self, day: date) -> bool:
        """Say whether a day lies in the quarter."""
        return self.first_day <= day <= self.last_day

    def next(self) -> Quarter:
        """Return the quarter that follows."""
        return Quarter(self.year + self.number // QUARTERS_IN_YEAR, self.number % QUARTERS_IN_YEAR + 1)

    def previous(self) -> Quarter:
        """Return the quarter before, for 环比."""
        return Quarter.of(self.first_day - timedelta(days=1))

    def year_before(self) -> Quarter:
        """Return the same quarter a year before, for 同比."""
        return Quarter(self.year - 1, self.number)

    def starts_at(self, zone: tzinfo) -> datetime:
        """Return the first instant, inside."""
        return datetime(self.year, self.first_day.month, 1, tzinfo=zone)

    def ends_at(self, zone: tzinfo) -> datetime:
        """Return the last instant, inside: the last microsecond of the last day."""
        following = self.next().first_day
        return datetime(following.year, following.month, 1, tzinfo=zone) - _INSTANT
