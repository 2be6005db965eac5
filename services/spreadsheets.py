"""Tables for a spreadsheet program: CSV line by line, XLSX with real dates and numbers in constant memory.

No cell is ever a formula: CSV marks a text that a program would calculate, XLSX stores texts as texts.
"""

from __future__ import annotations

import csv
import io
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from enum import StrEnum
from typing import BinaryIO, Final

import xlsxwriter

Value = str | int | float | date | datetime | bool | None

BYTE_ORDER_MARK: Final = "\ufeff"
"""Spreadsheet programs read Chinese in a CSV file rightly only where it begins with this."""

SHEET_ROWS_MAX: Final = 1_000_000
"""How many rows one sheet of an XLSX holds; more begin another. The format's own end is at 1,048,576."""

TEXT_CHARACTERS_MAX: Final = 32_767
"""How much text one cell of an XLSX holds; what is longer is cut and ends in an ellipsis."""

CSV_MEDIA: Final = "text/csv"
XLSX_MEDIA: Final = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"

_FORMULA_SIGNS: Final = ("=", "+", "-", "@", "\t", "\r", "\n", "＝", "＋", "－", "＠")
# A file of the same rows is the same bytes, whenever it was made.
_MADE: Final = datetime(2000, 1, 1)  # noqa: DTZ001 - the format holds no zone


class Kind(StrEnum):
    """What the cells of a column hold."""

    TEXT = "text"
    NUMBER = "number"
    DAY = "day"
    INSTANT = "instant"


@dataclass(frozen=True, slots=True)
class Column:
    """One column: its heading, what it holds, and how wide it is shown, in characters of the Latin alphabet."""

    heading: str
    kind: Kind = Kind.TEXT
    width: int = 14


def csv_chunks(columns: Sequence[Column], rows: Iterable[Sequence[Value]]) -> Iterator[bytes]:
    """Give a CSV file in pieces, a row each, in UTF-8 with a byte order mark."""
    yield (BYTE_ORDER_MARK + _csv_line([column.heading for column in columns])).encode()
    for row in rows:
        yield _csv_line([_csv_cell(value) for value in row]).encode()


def write_xlsx(target: BinaryIO, columns: Sequence[Column], rows: Iterable[Sequence[Value]], title: str) -> int:
    """Write an XLSX file and return how many rows it holds; rows go to disk as they come."""
    # xlsxwriter guesses formulas and links from texts unless it is told not to.
    options = {
        "constant_memory": True,
        "strings_to_formulas": False,
        "strings_to_urls": False,
        "strings_to_numbers": False,
    }
    written = 0
    with xlsxwriter.Workbook(target, options) as book:
        book.set_properties({"title": title, "created": _MADE})
        heading = book.add_format({"bold": True, "bg_color": "#EDEDED", "border": 1, "text_wrap": True})
        formats = {
            Kind.DAY: book.add_format({"num_format": "yyyy-mm-dd"}),
            Kind.INSTANT: book.add_format({"num_format": "yyyy-mm-dd hh:mm"}),
            Kind.NUMBER: book.add_format({"num_format": "General"}),
            Kind.TEXT: book.add_format({"num_format": "@"}),
        }
        sheet = None
        for row in rows:
            line = written % SHEET_ROWS_MAX + 1
            if line == 1:
                sheet = _sheet(book, columns, heading)
            for at, (column, value) in enumerate(zip(columns, row, strict=True)):
                _put(sheet, line, at, column.kind, value, formats[column.kind])
            written += 1
        if sheet is None:
            _sheet(book, columns, heading)
    return written


def _sheet(book: xlsxwriter.Workbook, columns: Sequence[Column], heading: object) -> xlsxwriter.worksheet.Worksheet:
    sheet = book.add_worksheet()
    for at, column in enumerate(columns):
        sheet.set_column(at, at, column.width)
    sheet.freeze_panes(1, 0)
    sheet.repeat_rows(0)
    sheet.set_landscape()
    sheet.set_paper(9)
    sheet.fit_to_pages(1, 0)
    for at, column in enumerate(columns):
        sheet.write_string(0, at, column.heading, heading)
    return sheet


def _put(
    sheet: xlsxwriter.worksheet.Worksheet | None, line: int, at: int, kind: Kind, value: Value, looks: object
) -> None:
    assert sheet is not None, "a sheet is begun before its first row"
    if value is None:
        return
    if kind in {Kind.DAY, Kind.INSTANT} and isinstance(value, date):
        # The format knows no zone: an instant stands as the clock of its own offset shows it.
        sheet.write_datetime(line, at, value.replace(tzinfo=None) if isinstance(value, datetime) else value, looks)
    elif kind is Kind.NUMBER and isinstance(value, int | float):
        sheet.write_number(line, at, value, looks)
    else:
        text = str(value)
        cut = text if len(text) <= TEXT_CHARACTERS_MAX else text[: TEXT_CHARACTERS_MAX - 1] + "…"
        sheet.write_string(line, at, cut, looks)


def _csv_line(cells: Sequence[str]) -> str:
    target = io.StringIO()
    csv.writer(target, lineterminator="\r\n").writerow(cells)
    return target.getvalue()


def _csv_cell(value: Value) -> str:
    match value:
        case None:
            return ""
        case datetime():
            return value.strftime("%Y-%m-%d %H:%M")
        case date():
            return value.isoformat()
        case str():
            return harmless(value)
        case _:
            return str(value)


def harmless(text: str) -> str:
    """Return a text that no spreadsheet program takes for a formula: a sign that begins one stands behind a quote."""
    return f"'{text}" if text.lstrip(" \u3000").startswith(_FORMULA_SIGNS) or text.startswith(_FORMULA_SIGNS) else text
