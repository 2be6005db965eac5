"""Months, quarters and years (月, 季度, 年): the periods of every figure and edition."""

from __future__ import annotations

import re
from abc import ABC, abstractmethod
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime, timedelta, tzinfo
from enum import StrEnum
from typing import Protocol, Self, TypeVar

MONTHS_IN_QUARTER = 3
QUARTERS_IN_YEAR = 4
MONTHS_IN_YEAR = 12
_INSTANT = timedelta(microseconds=1)
_NUMERALS = "一二三四"
MONTHS_IN_ENGLISH = (
    "January",
    "February",
    "March",
    "April",
    "May",
    "June",
    "July",
    "August",
    "September",
    "October",
    "November",
    "December",
)
_QUARTER_FORMS = (
    re.compile(r"(?P<year>[0-9]{4})-?[Qq](?P<number>[1-4])"),
    re.compile(r"(?P<year>[0-9]{4})年第?(?P<number>[1-4一二三四])季度"),
)
_MONTH_FORMS = (
    re.compile(r"(?P<year>[0-9]{4})-(?P<number>0[1-9]|1[0-2])"),
    re.compile(r"(?P<year>[0-9]{4})年(?P<number>0?[1-9]|1[0-2])月"),
)
_YEAR_FORM = re.compile(r"(?P<year>[0-9]{4})年?")


class NotAPeriod(ValueError):
    """A text or pair of numbers that names no month, quarter or year; the message is in Chinese and English."""

    def __init__(self, said: object) -> None:
        super().__init__(
            f"“{said}”不是统计期，请写作 2023Q3、2023-07 或 2023；{said!s} is no period: write 2023Q3, 2023-07 or 2023",
        )


class NotAQuarter(NotAPeriod):
    """A text or pair of numbers that names no quarter; the message is in Chinese and English."""

    def __init__(self, said: object) -> None:
        ValueError.__init__(
            self,
            f"“{said}”不是季度，请写作 2023Q3 或 2023年第三季度；{said!s} is no quarter: write it as 2023Q3",
        )


class PeriodKind(StrEnum):
    """How long a period is: a month (月), a quarter (季度), a year (年)."""

    MONTH = "month"
    QUARTER = "quarter"
    YEAR = "year"


@dataclass(frozen=True, slots=True)
class PeriodWords:
    """How editions speak of a period: 季度, 本季度, 上季度, 季度通报."""

    noun_zh: str
    this_zh: str
    last_zh: str
    edition_zh: str
    trend_zh: str
    trend_en: str


PERIOD_WORDS = {
    PeriodKind.MONTH: PeriodWords("月", "本月", "上月", "月度通报", "近 {} 个月", "The last {} months"),
    PeriodKind.QUARTER: PeriodWords("季度", "本季度", "上季度", "季度通报", "近 {} 个季度", "The last {} quarters"),
    PeriodKind.YEAR: PeriodWords("年", "本年", "上年", "年度通报", "近 {} 年", "The last {} years"),
}


class Period(ABC):
    """A period of the calendar: its days, the one before and the one after, and its name."""

    __slots__ = ()

    year: int

    @property
    @abstractmethod
    def kind(self) -> PeriodKind:
        """How long it is."""

    @classmethod
    @abstractmethod
    def of(cls, day: date) -> Self:
        """Return the period that holds a day."""

    @property
    @abstractmethod
    def first_day(self) -> date:
        """The first day, inside."""

    @property
    @abstractmethod
    def chinese(self) -> str:
        """The period as editions write it: 2023年第三季度."""

    @property
    @abstractmethod
    def english(self) -> str:
        """The same in English: quarter 3 of 2023."""

    @abstractmethod
    def next(self) -> Self:
        """Return the period that follows."""

    @abstractmethod
    def year_before(self) -> Self:
        """Return the same period a year before, for 同比."""

    @property
    def words(self) -> PeriodWords:
        """How editions speak of it."""
        return PERIOD_WORDS[self.kind]

    @property
    def last_day(self) -> date:
        """The last day, inside."""
        return self.next().first_day - timedelta(days=1)

    @property
    def governing_quarter(self) -> Quarter:
        """The quarter that holds the last day: the definitions that govern it govern the period."""
        return Quarter.of(self.last_day)

    def contains(self, day: date) -> bool:
        """Say whether a day lies in the period."""
        return self.first_day <= day <= self.last_day

    def previous(self) -> Self:
        """Return the period before, for 环比."""
        return self.of(self.first_day - timedelta(days=1))

    def starts_at(self, zone: tzinfo) -> datetime:
        """Return the first instant, inside."""
        return datetime(self.year, self.first_day.month, 1, tzinfo=zone)

    def ends_at(self, zone: tzinfo) -> datetime:
        """Return the last instant, inside: the last microsecond of the last day."""
        following = self.next().first_day
        return datetime(following.year, following.month, 1, tzinfo=zone) - _INSTANT


@dataclass(frozen=True, slots=True, order=True)
class Quarter(Period):
    """A quarter of a year, numbered 1 to 4. Raises ``NotAQuarter``."""

    year: int
    number: int

    def __post_init__(self) -> None:
        if not (date.min.year < self.year < date.max.year and 1 <= self.number <= QUARTERS_IN_YEAR):
            said = f"{self.year}Q{self.number}"
            raise NotAQuarter(said)

    @property
    def kind(self) -> PeriodKind:
        """A quarter."""
        return PeriodKind.QUARTER

    @classmethod
    def parse(cls, text: str) -> Quarter:
        """Read ``2023Q3``, ``2023-Q3`` or 2023年第三季度. Raises ``NotAQuarter``."""
        for form in _QUARTER_FORMS:
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
    def chinese(self) -> str:
        """The quarter as bulletins write it: 2023年第三季度."""
        return f"{self.year}年第{_NUMERALS[self.number - 1]}季度"

    @property
    def english(self) -> str:
        """The quarter in English: Quarter 3 of 2023."""
        return f"Quarter {self.number} of {self.year}"

    def __str__(self) -> str:
        """Write the quarter as ``parse`` reads it."""
        return f"{self.year:04d}Q{self.number}"

    def next(self) -> Quarter:
        """Return the quarter that follows."""
        return Quarter(self.year + self.number // QUARTERS_IN_YEAR, self.number % QUARTERS_IN_YEAR + 1)

    def year_before(self) -> Quarter:
        """Return the same quarter a year before, for 同比."""
        return Quarter(self.year - 1, self.number)


@dataclass(frozen=True, slots=True, order=True)
class Month(Period):
    """A month of a year, numbered 1 to 12. Raises ``NotAPeriod``."""

    year: int
    number: int

    def __post_init__(self) -> None:
        if not (date.min.year < self.year < date.max.year and 1 <= self.number <= MONTHS_IN_YEAR):
            said = f"{self.year}-{self.number:02d}"
            raise NotAPeriod(said)

    @property
    def kind(self) -> PeriodKind:
        """A month."""
        return PeriodKind.MONTH

    @classmethod
    def of(cls, day: date) -> Month:
        """Return the month that holds a day."""
        return cls(day.year, day.month)

    @property
    def first_day(self) -> date:
        """The first day, inside."""
        return date(self.year, self.number, 1)

    @property
    def chinese(self) -> str:
        """The month as bulletins write it: 2023年7月."""
        return f"{self.year}年{self.number}月"

    @property
    def english(self) -> str:
        """The month in English: July 2023."""
        return f"{MONTHS_IN_ENGLISH[self.number - 1]} {self.year}"

    def __str__(self) -> str:
        """Write the month as ``parse_period`` reads it."""
        return f"{self.year:04d}-{self.number:02d}"

    def next(self) -> Month:
        """Return the month that follows."""
        return Month(self.year + self.number // MONTHS_IN_YEAR, self.number % MONTHS_IN_YEAR + 1)

    def year_before(self) -> Month:
        """Return the same month a year before, for 同比."""
        return Month(self.year - 1, self.number)


@dataclass(frozen=True, slots=True, order=True)
class Year(Period):
    """A calendar year. Raises ``NotAPeriod``."""

    year: int

    def __post_init__(self) -> None:
        if not date.min.year < self.year < date.max.year:
            raise NotAPeriod(self.year)

    @property
    def kind(self) -> PeriodKind:
        """A year."""
        return PeriodKind.YEAR

    @classmethod
    def of(cls, day: date) -> Year:
        """Return the year that holds a day."""
        return cls(day.year)

    @property
    def first_day(self) -> date:
        """The first day, inside."""
        return date(self.year, 1, 1)

    @property
    def chinese(self) -> str:
        """The year as bulletins write it: 2023年."""
        return f"{self.year}年"

    @property
    def english(self) -> str:
        """The year: 2023."""
        return str(self.year)

    def __str__(self) -> str:
        """Write the year as ``parse_period`` reads it."""
        return f"{self.year:04d}"

    def next(self) -> Year:
        """Return the year that follows."""
        return Year(self.year + 1)

    def year_before(self) -> Year:
        """Return the year before, which is also what 环比 is held against."""
        return Year(self.year - 1)


def parse_period(text: str) -> Period:
    """Read a quarter (``2023Q3``), a month (``2023-07``, 2023年7月) or a year (``2023``). Raises ``NotAPeriod``."""
    said = text.strip()
    if any(form.fullmatch(said) for form in _QUARTER_FORMS):
        return Quarter.parse(said)
    for form in _MONTH_FORMS:
        if found := form.fullmatch(said):
            return Month(int(found["year"]), int(found["number"]))
    if found := _YEAR_FORM.fullmatch(said):
        return Year(int(found["year"]))
    raise NotAPeriod(text)


class FromQuarter(Protocol):
    """An edition that governs the quarter that it names, and those after it."""

    @property
    def first_quarter(self) -> str:
        """The first quarter that it governs, as ``Quarter.parse`` reads it."""


_E = TypeVar("_E", bound=FromQuarter)


def edition_for(quarter: Quarter, editions: Iterable[_E]) -> _E | None:
    """Return the edition that governs a quarter: the last to begin, of these the last adopted; ``None`` for none."""
    begun = [(Quarter.parse(one.first_quarter), at, one) for at, one in enumerate(editions)]
    return max((held for held in begun if held[0] <= quarter), key=lambda held: held[:2], default=(None, 0, None))[2]
