"""How a cell's text is cleaned: what spreadsheets and web pages leave in it goes, what the person wrote stays."""

import math
import re
import unicodedata
from datetime import date, datetime, time, timedelta

Cell = str | float | bool | date | datetime | time | timedelta
"""What a cell holds: text from CSV; from a workbook also numbers, truth values and Excel's own dates and times."""

EXACT_DIGITS_MAX = 15
"""A spreadsheet keeps no more digits of a number than these; a longer number in it is no longer itself."""

_EXACT_NUMBER_END = 10.0**EXACT_DIGITS_MAX
_ESCAPE = re.compile(r"_x([0-9A-Fa-f]{4})_")
_UNDERSCORE = "_"
_BLANKS = re.compile(r"[^\S\n]+")
_ODD_BLANKS = re.compile(r"[^\S\n ]| {2}")
_BLANK_LINES = re.compile(r"\n{3,}")
_SURROGATE = re.compile("[\ud800-\udfff]")
_SCIENTIFIC = re.compile(r"[+-]?\d(?:\.\d+)?[Ee]\+?\d+")

_ZERO_WIDTH = (
    "\u00ad\u180e\u200b\u200c\u200d\u200e\u200f\u202a\u202b\u202c\u202d\u202e\u2060\u2066\u2067\u2068\u2069\ufeff"
)
# Line ends of every kind become \n; control characters and signs without width or form go.
_MAP: dict[int, str | None] = {
    **dict.fromkeys((*range(0x20), *range(0x7F, 0xA0), *map(ord, _ZERO_WIDTH))),
    **{ord(end): "\n" for end in "\n\v\f\u0085\u2028\u2029"},
    ord("\t"): " ",
}
_DIRTY = re.compile(f"[{re.escape(''.join(map(chr, _MAP)))}\ud800-\udfff]")


def as_text(cell: Cell) -> str:
    """Return a cell as the text a reader of the ledger sees: whole numbers without a point, dates in ISO form."""
    match cell:
        case str():
            return cell
        case bool():
            return "TRUE" if cell else "FALSE"
        case float() if math.isfinite(cell) and cell.is_integer() and abs(cell) < _EXACT_NUMBER_END:
            return str(int(cell))
        case float():
            return repr(cell)
        case datetime():
            return cell.isoformat(sep=" ")
        case date() | time():
            return cell.isoformat()
        case _:
            return str(cell)


def is_inexact_number(cell: Cell) -> bool:
    """Say whether a spreadsheet has lost digits of this number: ``1.23457E+17``, or more digits than it can hold."""
    if isinstance(cell, str):
        return _SCIENTIFIC.fullmatch(cell.strip()) is not None
    return isinstance(cell, float) and abs(cell) >= _EXACT_NUMBER_END


def clean_text(raw: str) -> str:
    """Return a narrative in lines: no escapes, control or zero-width characters, no outer or repeated white space."""
    if not raw:
        return raw
    text = _unescape(raw)
    if "\r" in text:
        text = text.replace("\r\n", "\n").replace("\r", "\n")
    text = _without_dirt(text)
    if _ODD_BLANKS.search(text):
        text = _BLANKS.sub(" ", text)
    if "\n" in text:
        text = _BLANK_LINES.sub("\n\n", "\n".join([line.strip() for line in text.split("\n")]))
    return text.strip()


def clean_line(raw: str) -> str:
    """Return a title, a name or a word on one line."""
    return " ".join(clean_text(raw).split()) if raw else raw


def trim(raw: str) -> str:
    """Return a unit's name as the ledger spells it, trimmed of outer white space only (``_x000D_`` is white space)."""
    return _without_surrogates(_unescape(raw)).strip()


def fold(raw: str) -> str:
    """Return text with full-width forms made narrow, zero-width signs gone and outer white space trimmed."""
    return unicodedata.normalize("NFKC", _without_dirt(_unescape(raw))).strip() if raw else raw


def _unescape(text: str) -> str:
    # Workbooks write control characters as _x000D_, and a real underscore before such letters as _x005F_.
    return _ESCAPE.sub(_unescaped, text) if "_x" in text else text


def _unescaped(match: re.Match[str]) -> str:
    character = chr(int(match[1], 16))
    return character if character < " " or character == _UNDERSCORE else match[0]


def _without_dirt(text: str) -> str:
    # Most texts are clean, and looking is three times as fast as translating.
    return _without_surrogates(text.translate(_MAP)) if _DIRTY.search(text) else text


def _without_surrogates(text: str) -> str:
    return text if text.isascii() else _SURROGATE.sub("\N{REPLACEMENT CHARACTER}", text)
