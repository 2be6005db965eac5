"""Numbers as a presenter says them in Chinese (播报读法): counts, decimals, rates, dates, and figures inside a text.

两 stands where a measure word follows (两件, 两天) and before 千, 万, 亿 at the head of a number; 二 everywhere else.
The digits of a year are said one by one with 〇; a zero inside a number is said once (一千零五).
"""

from __future__ import annotations

import re
from collections.abc import Callable
from datetime import date
from decimal import ROUND_HALF_UP, Decimal
from typing import Final

from services.redaction.spans import CHINESE_KINDS, Kind

LARGEST: Final = 10**16 - 1
"""No count of a bulletin is larger; beyond it the names of the groups end."""

DECIMAL_PLACES: Final = 1
"""A mean is said with so many decimals, rounded half up; the script says so where it happens."""

HOTLINES: Final = frozenset({"110", "119", "120", "122", "12345", "12388", "12389"})
"""Numbers that are dialled: they are said digit by digit wherever they stand alone."""

_DIGITS: Final = "零一二三四五六七八九"
_YEAR_DIGITS: Final = "〇一二三四五六七八九"
_PLACES: Final = ("", "十", "百", "千")
_GROUPS: Final = ("", "万", "亿", "万亿")
_GROUP: Final = 10_000
_TEN, _TWENTY = 10, 20
_QUARTERS: Final = "一二三四"
_LONG_DIGITS: Final = 7
"""A run of so many digits is a number to dial or to file by, and is said digit by digit."""


class Unspeakable(ValueError):
    """A value is no number that can be said; the message shows it."""


def cardinal(number: int) -> str:
    """Return a whole number in words: 1564 is 一千五百六十四. Raises ``Unspeakable`` beyond ``LARGEST``."""
    if abs(number) > LARGEST:
        raise Unspeakable(f"{number} 太大，无法读出 / {number} is too large to be read out")
    if number < 0:
        return "负" + cardinal(-number)
    if number == 0:
        return _DIGITS[0]
    said = ""
    gap = False
    for power in range(len(_GROUPS) - 1, -1, -1):
        group = number // _GROUP**power % _GROUP
        if group == 0:
            gap = gap or bool(said)
            continue
        if said and (gap or group < _GROUP // _TEN):
            said += _DIGITS[0]
        # 万亿 is one name where nothing stands in the group of 亿 below it.
        below = number // _GROUP**2 % _GROUP
        said += _of_group(group) + ("万" if power == len(_GROUPS) - 1 and below else _GROUPS[power])
        gap = False
    if said.startswith("一十"):
        said = said[1:]
    return "两" + said[1:] if said.startswith(("二千", "二万", "二亿")) else said


def counted(number: int, measure: str) -> str:
    """Return so many of something: two are 两, none is 零; ``measure`` is its measure word."""
    return ("两" if number == 2 else cardinal(number)) + measure  # noqa: PLR2004 - 二 stands before no measure word


def decimal(text: str, places: int | None = None) -> str:
    """Return decimal text in words, rounded half up to so many places where asked; zeros at its end are not said."""
    number = Decimal(text)
    if places is not None:
        number = number.quantize(Decimal(1).scaleb(-places), ROUND_HALF_UP)
    whole, _, rest = f"{abs(number):f}".partition(".")
    rest = rest.rstrip("0")
    sign = "负" if number < 0 else ""
    # 两 goes with a measure word, which does not follow at once where decimals are said.
    said = cardinal(int(whole))
    return sign + said + ("点" + "".join(_DIGITS[int(digit)] for digit in rest) if rest else "")


def measured(text: str, measure: str, places: int | None = DECIMAL_PLACES) -> str:
    """Return a duration in words with its measure word: 29.769 days are 二十九点八天, 2.000 days 两天."""
    number = Decimal(text)
    if places is not None:
        number = number.quantize(Decimal(1).scaleb(-places), ROUND_HALF_UP)
    return counted(int(number), measure) if number == int(number) else decimal(str(number)) + measure


def rounded(text: str, places: int = DECIMAL_PLACES) -> bool:
    """Say whether a value loses something where it is said to so many places."""
    number = Decimal(text)
    return number != number.quantize(Decimal(1).scaleb(-places), ROUND_HALF_UP)


def percent(text: str) -> str:
    """Return a rate without its sign in words: 83.33 is 百分之八十三点三三, 100.00 is 百分之百."""
    number = Decimal(text)
    if number < 0:
        return "负" + percent(text.removeprefix("-"))
    return "百分之" + ("百" if number == 100 else decimal(text))  # noqa: PLR2004 - the whole has its own word


def change(text: str) -> str:
    """Return by how much something changed, in per cent with its sign, in words."""
    number = Decimal(text)
    if number == 0:
        return "持平"
    way = "上升" if number > 0 else "下降"
    share = "百分之" + decimal(str(abs(number)))
    return way + ("百分之百" if abs(number) == 100 else share)  # noqa: PLR2004 - the whole has its own word


def year(number: int | str) -> str:
    """Return a year digit by digit: 2023 is 二〇二三年."""
    return "".join(_YEAR_DIGITS[int(digit)] for digit in str(number)) + "年"


def day(at: date) -> str:
    """Return a date: 二〇二三年九月三十日."""
    return f"{year(at.year)}{cardinal(at.month)}月{cardinal(at.day)}日"


def near_day(at: date, today: date) -> str:
    """Return a date as it is said on a day: without its year in this one, 去年 or 明年 where it is near."""
    near = {today.year: "", today.year - 1: "去年", today.year + 1: "明年"}
    of_year = near.get(at.year)
    return day(at) if of_year is None else f"{of_year}{cardinal(at.month)}月{cardinal(at.day)}日"


def quarter(year_number: int, number: int) -> str:
    """Return a quarter: 二〇二三年第三季度."""
    return f"{year(year_number)}第{_QUARTERS[number - 1]}季度"


def digits(text: str) -> str:
    """Return digits one by one, as a number to dial is said."""
    return "".join(_DIGITS[int(digit)] for digit in text)


def text_aloud(text: str) -> str:
    """Return a text with every figure in it as it is said: dates, quarters, rates, ranges, counts, ordinals."""
    said = text.translate(_FULL_WIDTH)
    said = _MASKED.sub(_mask, said)
    said = said.replace("〔", "").replace("〕", "年")
    for pattern, speak in _SPOKEN:
        said = pattern.sub(_speakable(speak), said)
    return _SPACES.sub("", said)


def _of_group(group: int) -> str:
    """Return a number below ten thousand, a zero within said once."""
    said = ""
    gap = False
    for power in range(len(_PLACES) - 1, -1, -1):
        digit = group // _TEN**power % _TEN
        if digit == 0:
            gap = bool(said)
            continue
        said += (_DIGITS[0] if gap else "") + _DIGITS[digit] + _PLACES[power]
        gap = False
    return said


_FULL_WIDTH: Final = {ord("０") + n: str(n) for n in range(10)} | {ord("％"): "%", ord("．"): "."}
# A space beside a figure is a matter of print.
_SPACES: Final = re.compile(r"(?<=[^\x00-\x7f]) +| +(?=[^\x00-\x7f])")
_MEASURES: Final = "件个天次名位条年期项起人户家处周分秒"
_NUMBER: Final = r"\d+(?:\.\d+)?"


_MASK_WORDS: Final = {
    Kind.PERSON: "某人",
    Kind.PHONE: "某个号码",
    Kind.IDENTITY: "某个证件号码",
    Kind.PASSPORT: "某个证件号码",
    Kind.CARD: "某个账号",
    Kind.PLATE: "某个车牌",
    Kind.ADDRESS: "某处",
    Kind.PLACE: "某地",
    Kind.EMAIL: "某个邮箱",
    Kind.ACCOUNT: "某个账号",
    Kind.BIRTH: "某日",
    Kind.LINK: "某个网址",
    Kind.BUSINESS: "某家店",
    Kind.NUMBER: "某个编号",
}
_MASK_SAID: Final = {name: _MASK_WORDS.get(kind, f"某个{name}") for kind, name in CHINESE_KINDS.items()}
_MASKED: Final = re.compile(rf"〔({'|'.join(_MASK_SAID)})(\d*)〕")


def _mask(found: re.Match[str]) -> str:
    """Say what was masked: 〔地点〕 is 某地, 〔地点2〕 另一地."""
    word = _MASK_SAID[found.group(1)]
    return word if not found.group(2) else f"另一{word.removeprefix('某')}"


def _date(found: re.Match[str]) -> str:
    try:
        return day(date(*(int(part) for part in found.groups())))
    except ValueError:
        return digits("".join(found.groups()))


def _integer(found: re.Match[str]) -> str:
    text = found.group(0)
    if text in HOTLINES or len(text) >= _LONG_DIGITS or (text.startswith("0") and len(text) > 1):
        return digits(text)
    return cardinal(int(text))


def _with_measure(found: re.Match[str]) -> str:
    return counted(int(found.group(1)), found.group(2))


def _time(found: re.Match[str]) -> str:
    hour, minute = int(found.group(1)), int(found.group(2))
    return counted(hour, "点") + ("整" if minute == 0 else ("零" if minute < _TEN else "") + cardinal(minute) + "分")


def _ratio(found: re.Match[str]) -> str:
    return f"{cardinal(int(found.group(1)))}比{cardinal(int(found.group(2)))}"


def _fraction(found: re.Match[str]) -> str:
    return f"{cardinal(int(found.group(2)))}分之{cardinal(int(found.group(1)))}"


_Speak = Callable[["re.Match[str]"], str]


def _speakable(speak: _Speak) -> _Speak:
    """Return the same way of saying, which says digit by digit what is too large to have a name."""

    def said(found: re.Match[str]) -> str:
        try:
            return speak(found)
        except Unspeakable:
            return _DIGIT.sub(lambda digit: _DIGITS[int(digit[0])], found[0])

    return said


_DIGIT: Final = re.compile(r"\d")

# In this order: what is longer and more particular is taken first.
_SPOKEN: Final[tuple[tuple[re.Pattern[str], _Speak], ...]] = (
    (re.compile(r"(\d{4})-(\d{2})-(\d{2})(?!\d)"), _date),
    (re.compile(r"(\d{4})Q([1-4])(?!\d)"), lambda found: quarter(int(found.group(1)), int(found.group(2)))),
    (re.compile(r"(?<!\d)(\d{4}) ?年"), lambda found: year(found.group(1))),
    (re.compile(r"(?<!\d)([01]?\d|2[0-4]):([0-5]\d)(?!\d)"), _time),
    (re.compile(r"(\d),(?=\d{3}(?!\d))"), lambda found: found.group(1)),
    (
        re.compile(rf"({_NUMBER})%? ?[-–—~～至] ?({_NUMBER})%"),
        lambda found: f"{percent(found.group(1))}至{percent(found.group(2))}",
    ),
    (re.compile(rf"\+({_NUMBER})%"), lambda found: change(found.group(1))),
    (re.compile(rf"(?<![\d.])-({_NUMBER})%"), lambda found: change("-" + found.group(1))),
    (re.compile(rf"({_NUMBER})%"), lambda found: percent(found.group(1))),
    (
        re.compile(rf"({_NUMBER}) ?[–—~～] ?(?={_NUMBER})|(\d+)-(?=\d)"),
        lambda found: f"{found.group(1) or found.group(2)}至",
    ),
    (re.compile(r"(?<![\d.])(\d+):(\d+)(?![\d.])"), _ratio),
    (re.compile(r"(?<![\d.])(\d+)/(\d+)(?![\d.])"), _fraction),
    (re.compile(r"\d+\.\d+"), lambda found: decimal(found.group(0))),
    (re.compile(r"第 ?(\d+)"), lambda found: "第" + cardinal(int(found.group(1)))),
    (re.compile(rf"(?<!\d)(2) ?([{_MEASURES}])"), _with_measure),
    (re.compile(r"\d+"), _integer),
)
