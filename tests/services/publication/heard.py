"""What a listener understands of a script: figures heard in Chinese, read back without the product's help."""

from __future__ import annotations

import re
from decimal import Decimal

_DIGITS = {"零": 0, "〇": 0, "一": 1, "二": 2, "两": 2, "三": 3, "四": 4, "五": 5, "六": 6, "七": 7, "八": 8, "九": 9}
_PLACES = {"十": 10, "百": 100, "千": 1_000}
_GROUPS = {"万": 10**4, "亿": 10**8}


def whole(text: str) -> int:
    """一千五百六十四 is 1564; raises ``KeyError`` for anything that is no number."""
    total = group = digit = 0
    for sign in text:
        if sign in _GROUPS:
            total = (total + group + digit) * _GROUPS[sign] if sign == "亿" else total + (group + digit) * _GROUPS[sign]
            group = digit = 0
        elif sign in _PLACES:
            group += (digit or 1) * _PLACES[sign]
            digit = 0
        else:
            digit = _DIGITS[sign]
    return total + group + digit


def number(text: str) -> Decimal:
    """二十九点八 is 29.8."""
    before, _, after = text.partition("点")
    rest = "".join(str(_DIGITS[sign]) for sign in after)
    return Decimal(f"{whole(before)}.{rest}" if rest else whole(before))


def figure(text: str) -> Decimal:
    """Any figure of a script: 两件, 二十九点八天, 百分之八十三点三三, 上升百分之四百, 持平."""
    sign = -1 if text.startswith(("下降", "负")) else 1
    text = re.sub(r"^(上升|下降|负)", "", text)
    if text == "持平":
        return Decimal(0)
    if text.startswith("百分之"):
        share = text.removeprefix("百分之")
        return sign * (Decimal(100) if share == "百" else number(share))
    return sign * number(re.sub(r"(个单位|个工作日|件|天|次|个|人)$", "", text))


def day(text: str) -> str:
    """二〇二三年九月三十日 is 2023-09-30."""
    found = re.fullmatch(r"(.{4})年(.+)月(.+)日", text)
    assert found is not None, text
    year = "".join(str(_DIGITS[sign]) for sign in found[1])
    return f"{year}-{whole(found[2]):02d}-{whole(found[3]):02d}"
