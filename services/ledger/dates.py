"""How a ledger writes a date, and the moment that it means; nothing is guessed.

Read are: ``2019/1/3 9:05:7``, ISO with or without offset, ``2019年1月3日 上午9时5分``, ``2019.1.3``, ``20190103``,
``20190103090507``, Excel's own dates, and its serial numbers where a cell lost its format. A year has four digits; the
order day-month-year or month-day-year is read only where a map declares it.
"""

import re
from datetime import date, datetime, time, timedelta, timezone
from enum import StrEnum
from functools import lru_cache
from zoneinfo import ZoneInfo

from domain.facts import Moment
from domain.words import Precision
from services.ledger.texts import Cell, as_text, fold

YEAR_MIN = 1949
YEAR_MAX = 2100
DATE_CHARACTERS_MAX = 64
_SERIAL_DAY_ZERO = datetime(1899, 12, 30)  # noqa: DTZ001 - Excel counts local days from here
_REMEMBERED_TEXTS_MAX = 4096
_NOON = 12
_DAY_HOURS = 24


class DateOrder(StrEnum):
    """The order of year, month and day in dates written as three numbers."""

    YMD = "ymd"
    MDY = "mdy"
    DMY = "dmy"


class DateFault(StrEnum):
    """Why a cell gives no moment."""

    MISSING = "missing"
    UNREADABLE = "unreadable"
    IMPOSSIBLE = "impossible"


_TIME = (
    r"(?:T|\s)*(?:星期.|周.|\(星期.\)|\(周.\))?\s*"
    r"(?P<half>上午|下午|[AaPp][Mm])?\s*"
    r"(?<!\d)(?P<hour>\d{1,2})\s*(?::|时|点)\s*"
    r"(?:(?P<minute>\d{1,2})\s*(?:[:分]\s*(?:(?P<second>\d{1,2})(?:[.,]\d+)?\s*秒?)?)?)?"
    r"\s*(?P<tail>[AaPp][Mm])?\s*(?P<offset>Z|[+-]\d{2}:?\d{2})?"
)
_TAIL = rf"(?:\s*日|\s*号)?(?:\s*(?:星期.|周.|\(星期.\)|\(周.\)))?(?:{_TIME})?"
_YEAR, _MONTH, _DAY = r"(?P<year>\d{4})", r"(?P<month>\d{1,2})", r"(?P<day>\d{1,2})"
_FORMS = {
    DateOrder.YMD: re.compile(rf"{_YEAR}\s*[-/.年]\s*{_MONTH}\s*[-/.月]\s*{_DAY}{_TAIL}"),
    DateOrder.MDY: re.compile(rf"{_MONTH}\s*[-/.]\s*{_DAY}\s*[-/.]\s*{_YEAR}{_TAIL}"),
    DateOrder.DMY: re.compile(rf"{_DAY}\s*[-/.]\s*{_MONTH}\s*[-/.]\s*{_YEAR}{_TAIL}"),
}
_COMPACT = re.compile(
    r"(?P<year>\d{4})(?P<month>\d{2})(?P<day>\d{2})(?:(?P<hour>\d{2})(?P<minute>\d{2})(?P<second>\d{2})?)?"
)
_SERIAL = re.compile(r"\d{5}(?:\.\d+)?")
_DASHES = str.maketrans("‐‑‒–—―−", "-------")
_NOTHING = frozenset({"", "-", "--", "/", "无", "空", "null", "none", "nan", "nat", "n/a", "<na>"})
_AFTERNOON = frozenset({"下午", "pm"})
_MORNING = frozenset({"上午", "am"})


def read_moment(cell: Cell, zone: ZoneInfo, order: DateOrder = DateOrder.YMD) -> Moment | DateFault:
    """Return the moment that a cell means, in ``zone``, or why it means none.

    A date without a time of day has precision ``day``; so has a date cell of a workbook without one. Fractions of a
    second are rounded in Excel's numbers and dropped in text. ``IMPOSSIBLE`` is a date that no calendar has (30
    February, 25 o'clock), or one outside the years 1949 to 2100.
    """
    match cell:
        case datetime():
            return _local(cell, zone, Precision.INSTANT)
        case date():
            return _local(datetime.combine(cell, time()), zone, Precision.DAY)
        case time() | timedelta() | bool():
            return DateFault.UNREADABLE
        case _:
            return _of_text(as_text(cell), zone, order)


@lru_cache(maxsize=_REMEMBERED_TEXTS_MAX)
def _of_text(raw: str, zone: ZoneInfo, order: DateOrder) -> Moment | DateFault:
    if len(raw) > DATE_CHARACTERS_MAX and len(raw := raw.strip()) > DATE_CHARACTERS_MAX:
        return DateFault.UNREADABLE
    text = fold(raw).translate(_DASHES)
    if text.lower() in _NOTHING:
        return DateFault.MISSING
    # What begins with a four-digit year is never day-first or month-first, whatever the map declares for the rest.
    for form in (_FORMS[DateOrder.YMD], _COMPACT, _FORMS[order]):
        if match := form.fullmatch(text):
            return _of_parts(match.groupdict(), zone)
    if _SERIAL.fullmatch(text):
        return _of_serial(float(text), zone)
    return DateFault.UNREADABLE


def _of_parts(parts: dict[str, str | None], zone: ZoneInfo) -> Moment | DateFault:
    try:
        day = datetime(*(int(parts[name] or 0) for name in ("year", "month", "day")))  # type: ignore[arg-type] # noqa: DTZ001
        if parts["hour"] is None:
            return _local(day, zone, Precision.DAY)
        instant = day + _time_of_day(parts)
    except (ValueError, OverflowError):
        return DateFault.IMPOSSIBLE
    return _local(instant, zone, Precision.INSTANT, parts.get("offset"))


def _time_of_day(parts: dict[str, str | None]) -> timedelta:
    hour, minute, second = (int(parts[name] or 0) for name in ("hour", "minute", "second"))
    half = (parts.get("half") or parts.get("tail") or "").lower()
    if half in _AFTERNOON and hour < _NOON:
        hour += _NOON
    elif half in _MORNING and hour == _NOON:
        hour = 0
    if (hour, minute, second) == (_DAY_HOURS, 0, 0):
        return timedelta(days=1)
    time(hour, minute, second)  # raises ValueError where the clock has no such time
    return timedelta(hours=hour, minutes=minute, seconds=second)


def _of_serial(serial: float, zone: ZoneInfo) -> Moment | DateFault:
    precision = Precision.DAY if serial.is_integer() else Precision.INSTANT
    return _local(_SERIAL_DAY_ZERO + timedelta(days=serial), zone, precision)


def _local(naive: datetime, zone: ZoneInfo, precision: Precision, offset: str | None = None) -> Moment | DateFault:
    if not YEAR_MIN <= naive.year <= YEAR_MAX:
        return DateFault.IMPOSSIBLE
    if offset is None:
        return Moment(_to_the_second(naive).replace(tzinfo=zone), precision)
    try:
        return Moment(naive.replace(tzinfo=_offset(offset)).astimezone(zone), precision)
    except ValueError:
        return DateFault.IMPOSSIBLE


def _offset(text: str) -> timezone:
    if text == "Z":
        return timezone(timedelta(0))
    size = timedelta(hours=int(text[1:3]), minutes=int(text[-2:]))
    return timezone(-size if text.startswith("-") else size)


def _to_the_second(moment: datetime) -> datetime:
    # Excel keeps a time as a fraction of a day, so that 11:25:05 may come as 11:25:04.999999.
    return (moment + timedelta(microseconds=500_000)).replace(microsecond=0)
