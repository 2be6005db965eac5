"""An edition as a workbook (XLSX): a cover, one sheet a table with real numbers, and notes that say why a cell is "—".

Every figure is the value of the edition's own cell; its format prints what the edition prints. The same edition gives
the same bytes. No cell is a formula.
"""

from __future__ import annotations

import io
import re
import unicodedata
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal
from typing import Any, Final

import xlsxwriter
from xlsxwriter.format import Format
from xlsxwriter.utility import xl_rowcol_to_cell
from xlsxwriter.workbook import Workbook
from xlsxwriter.worksheet import Worksheet

from domain.bulletin.events import SCOPE_CHINESE, Scope
from domain.bulletin.state import STATUS_CHINESE, Status
from services.publication.document import heading_of, is_figure
from services.publication.objections import objections

COVER: Final = "封面"
NOTES: Final = "无数字的原因"
TEXT: Final = "正文"
ANNEX: Final = "口径与核验"
CELLS: Final = "单元格编号"

COMMENTS_MAX: Final = 200
"""A sheet with more cells without a figure has no comments on them: the sheet of notes has them all."""

SHEET_NAME_CHARACTERS_MAX: Final = 31
WIDTH_MIN: Final = 7
WIDTH_MAX: Final = 44
"""The narrowest and the widest column, in Latin characters; a Chinese one takes two."""

HEAD_WIDTH_MAX: Final = 14
"""A head of a column breaks into lines rather than making it wider than this."""

_A4: Final = 9
_MARGIN_INCHES: Final = 0.5
_FORBIDDEN: Final = re.compile(r"[\[\]:*?/\\']")
_DAY: Final = re.compile(r"\d{4}-\d{2}-\d{2}")
_FONT: Final = "宋体"
# A file of the same edition is the same bytes, whenever it was made.
_MADE: Final = datetime(2000, 1, 1)  # noqa: DTZ001 - the format holds no zone
_CHAPTERS: Final = "一二三四五六七八九十"

Plain = Mapping[str, Any]


def workbook_form(document: Plain) -> bytes:
    """Return an edition as the bytes of an XLSX file."""
    target = io.BytesIO()
    options = {"in_memory": True, "strings_to_formulas": False, "strings_to_urls": False, "strings_to_numbers": False}
    with xlsxwriter.Workbook(target, options) as book:
        book.set_properties({"title": document["title"], "author": document["issuer"], "created": _MADE})
        _Book(book, document).write()
    return target.getvalue()


def sheet_names(document: Plain) -> dict[tuple[int, str], str]:
    """Return the name of the sheet of each table, by the number of its section and its key."""
    names: dict[tuple[int, str], str] = {}
    for section in document["sections"]:
        for at, table in enumerate(section["tables"], start=1):
            title = _FORBIDDEN.sub(" ", table["title"]["zh"])
            names[section["no"], table["key"]] = f"{section['no']}.{at} {title}"[:SHEET_NAME_CHARACTERS_MAX].rstrip()
    return names


def shown_width(text: str) -> int:
    """Return how wide a text is, in Latin characters."""
    return sum(2 if unicodedata.east_asian_width(character) in "WFA" else 1 for character in text)


@dataclass(frozen=True, slots=True)
class _Placed:
    """A cell of the edition and where it stands in the workbook."""

    sheet: str
    place: str
    table: str
    row: str
    column: str
    cell: Plain


class _Book:
    """Writes one workbook."""

    def __init__(self, book: Workbook, document: Plain) -> None:
        self._book = book
        self._document = document
        self._formats: dict[tuple[tuple[str, Any], ...], Format] = {}
        self._names = sheet_names(document)
        self._placed: list[_Placed] = []

    def write(self) -> None:
        """Write every sheet, the cover first."""
        self._cover()
        self._text()
        for section in self._document["sections"]:
            for table in section["tables"]:
                self._table(section, table)
        self._notes()
        self._annex()
        self._cells()

    def _format(self, **looks: Any) -> Format:  # noqa: ANN401 - as xlsxwriter takes them
        whole = {"font_name": _FONT, "font_size": 10, "valign": "vcenter", **looks}
        key = tuple(sorted(whole.items()))
        if key not in self._formats:
            self._formats[key] = self._book.add_format(whole)
        return self._formats[key]

    def _sheet(self, name: str, *, landscape: bool = True) -> Worksheet:
        sheet = self._book.add_worksheet(name)
        if landscape:
            sheet.set_landscape()
        sheet.set_paper(_A4)
        sheet.fit_to_pages(1, 0)
        sheet.set_margins(_MARGIN_INCHES, _MARGIN_INCHES, 2 * _MARGIN_INCHES, 2 * _MARGIN_INCHES)
        heading = _header_text(f"{self._document['title']} {self._document['quarter']} {self._document['number']}")
        sheet.set_header(f"&L{heading}&R&A")
        sheet.set_footer("&C第 &P 页，共 &N 页")
        return sheet

    def _cover(self) -> None:
        document, annex = self._document, self._document["annex"]
        sheet = self._sheet(COVER, landscape=False)
        sheet.set_column(0, 0, 16)
        sheet.set_column(1, 1, 76)
        sheet.merge_range(
            0, 0, 0, 1, document["title"], self._format(bold=True, font_size=20, align="center", font_color="#B01E1E")
        )
        sheet.set_row(0, 42)
        coverage, cutoff = document["coverage"], annex["cutoff"]
        partial = "（部分）" if coverage["partial"] else ""
        scope = SCOPE_CHINESE[Scope(document["scope"])]
        approval = document.get("approval") or {}
        lines = [
            ("期别", document["quarter"]),
            ("编号", document["number"] or "未发布"),
            ("版次", str(document.get("edition") or "—")),
            ("范围", scope),
            ("状态", STATUS_CHINESE[Status(document["status"])]),
            ("发布单位", document["issuer"]),
            ("发布日期", document.get("issued_on") or "—"),
            ("批准", "　".join(filter(None, (approval.get("approved_on"), approval.get("document_no")))) or "—"),
            ("数据范围", f"{coverage['from']} 至 {coverage['to']}{partial}"),
            *(("", note["zh"]) for note in coverage["notes"]),
            ("统计截止", cutoff["as_of"]),
            ("已知截止", cutoff["known_at"]),
            ("冻结时间", document["frozen_at"]),
            ("日志位置", str(document["position"])),
            ("日志根", document["root"]),
            ("内容摘要", f"SHA-256 {annex['digest']}"),
            ("冻结数字摘要", f"SHA-256 {cutoff['figures_digest']}" if "figures_digest" in cutoff else "—"),
            ("指标口径", document["definitions"]),
            *(("本版未载" if at == 0 else "", words["zh"]) for at, words in enumerate(document["left_out"])),
        ]
        label, value = self._format(bold=True, bg_color="#F2F2F2", border=1), self._format(text_wrap=True, border=1)
        for row, (name, text) in enumerate(lines, start=2):
            sheet.write_string(row, 0, name, label)
            sheet.write_string(row, 1, text, value)
        first = len(lines) + 4
        sheet.write_string(first - 1, 0, "目录", self._format(bold=True))
        for row, ((section, key), name) in enumerate(self._names.items(), start=first):
            sheet.write_url(row, 0, f"internal:'{name}'!A1", self._format(font_color="#1F4E9E", underline=1), name)
            sheet.write_string(row, 1, self._title_of(section, key), self._format())

    def _title_of(self, number: int, key: str) -> str:
        section = next(one for one in self._document["sections"] if one["no"] == number)
        table = next(one for one in section["tables"] if one["key"] == key)
        return f"{section['title']['zh']}：{table['title']['zh']}"

    def _text(self) -> None:
        sheet = self._sheet(TEXT, landscape=False)
        sheet.set_column(0, 0, 100)
        row = 0
        for section in self._document["sections"]:
            heading = f"{_CHAPTERS[section['no'] - 1]}、{section['title']['zh']}"
            sheet.write_string(row, 0, heading, self._format(bold=True, font_size=12))
            row += 1
            empty = section["empty_because"]
            texts = [f"本期无内容：{empty['zh']}"] if empty is not None else []
            for text in [*texts, *(paragraph["zh"] for paragraph in section["paragraphs"])]:
                sheet.write_string(row, 0, text, self._format(text_wrap=True))
                row += 1

    def _table(self, section: Plain, table: Plain) -> None:
        name = self._names[section["no"], table["key"]]
        sheet = self._sheet(name)
        columns = table["columns"]
        title = f"{section['title']['zh']}：{table['title']['zh']}"
        sheet.write_string(0, 0, title, self._format(bold=True, font_size=13))
        sheet.set_row(0, 24)
        head = self._format(bold=True, bg_color="#EDEDED", border=1, text_wrap=True, align="center")
        sheet.write_string(1, 0, "", head)
        for at, column in enumerate(columns, start=1):
            sheet.write_string(1, at, heading_of(column), head)
        sheet.freeze_panes(2, 1)
        sheet.repeat_rows(1)
        sheet.repeat_columns(0)
        lines = [(line, False) for line in table["rows"]]
        lines += [(table["total"], True)] if table["total"] is not None else []
        commented = sum("cause" in cell for line, _ in lines for cell in line["cells"]) <= COMMENTS_MAX
        for row, (line, bold) in enumerate(lines, start=2):
            sheet.write_string(row, 0, line["head"], self._format(border=1, bold=bold, text_wrap=True))
            for at, cell in enumerate(line["cells"], start=1):
                self._put(sheet, row, at, cell, bold=bold)
                place = xl_rowcol_to_cell(row, at)
                if commented and "cause" in cell:
                    sheet.write_comment(place, cell["cause"]["zh"], {"author": self._document["issuer"]})
                self._placed.append(
                    _Placed(name, place, table["title"]["zh"], line["head"], columns[at - 1]["label"]["zh"], cell)
                )
        widths = column_widths(table)
        for at, width in enumerate(widths):
            sheet.set_column(at, at, width)
        sheet.set_row(1, 15 * max(_lines_in(heading_of(column), widths[at]) for at, column in enumerate(columns, 1)))
        if table["rows"]:
            sheet.autofilter(1, 0, len(table["rows"]) + 1, len(columns))

    def _put(self, sheet: Worksheet, row: int, at: int, cell: Plain, *, bold: bool) -> None:
        number = number_of(cell)
        looks: dict[str, Any] = {"border": 1, "bold": bold}
        if number is not None:
            sheet.write_number(row, at, number, self._format(**looks, num_format=number_format(cell)))
            return
        value = cell["value"]
        if isinstance(value, str) and _DAY.fullmatch(value) and (day := _day(value)) is not None:
            sheet.write_datetime(row, at, day, self._format(**looks, num_format="yyyy-mm-dd", align="center"))
        else:
            align = "center" if value is None else "left"
            sheet.write_string(row, at, cell["text"], self._format(**looks, align=align, text_wrap=True))

    def _listed(self, name: str, heads: Sequence[str], widths: Sequence[int], rows: Iterator[Sequence[str]]) -> None:
        sheet = self._sheet(name)
        head = self._format(bold=True, bg_color="#EDEDED", border=1)
        for at, (text, width) in enumerate(zip(heads, widths, strict=True)):
            sheet.set_column(at, at, width)
            sheet.write_string(0, at, text, head)
        sheet.freeze_panes(1, 0)
        sheet.repeat_rows(0)
        looks = self._format(text_wrap=True)
        for row, texts in enumerate(rows, start=1):
            for at, text in enumerate(texts):
                sheet.write_string(row, at, text, looks)

    def _notes(self) -> None:
        def rows() -> Iterator[Sequence[str]]:
            together: dict[tuple[str, str, str, str], list[str]] = {}
            for placed in self._placed:
                if "cause" in placed.cell:
                    cause = placed.cell["cause"]
                    key = (placed.sheet, placed.column, cause["zh"], cause.get("en", ""))
                    together.setdefault(key, []).append(placed.place)
            for (sheet, column, zh, en), places in together.items():
                yield (sheet, column, _ranges(places), str(len(places)), zh, en)

        heads = ("工作表", "栏目", "单元格", "个数", "原因", "Cause")
        self._listed(NOTES, heads, (30, 14, 34, 7, 44, 50), rows())

    def _annex(self) -> None:
        annex = self._document["annex"]

        def rows() -> Iterator[Sequence[str]]:
            for one in annex["definitions"]:
                yield (
                    "口径",
                    one["name"]["zh"],
                    one["numerator"]["zh"],
                    one["denominator"]["zh"],
                    one["rounding"]["zh"],
                )
            for number, words in enumerate(annex["verify"], start=1):
                yield ("核验", str(number), words["zh"], words.get("en", ""), "")
            for erratum in annex["errata"]:
                for cell in erratum["cells"]:
                    cause = erratum["cause"]["zh"]
                    yield (
                        f"勘误 {erratum['number']}",
                        cell["id"],
                        cell["old"],
                        cell["new"],
                        f"{erratum['at']} {cause}",
                    )
            for one in objections(self._document):
                yield (f"异议 {one.number}", one.unit, one.raised, one.result, one.decided)

        self._listed(ANNEX, ("类别", "名称", "分子或说明", "分母或英文", "取位或原因"), (10, 22, 50, 50, 30), rows())

    def _cells(self) -> None:
        def rows() -> Iterator[Sequence[str]]:
            for placed in self._placed:
                cell = placed.cell
                parts = [str(cell[part]) if part in cell else "" for part in ("numerator", "denominator")]
                yield (cell["id"], placed.sheet, placed.place, placed.row, placed.column, cell["text"], *parts)

        heads = ("编号 id", "工作表", "单元格", "行", "栏目", "印出", "分子", "分母")
        self._listed(CELLS, heads, (42, 30, 8, 26, 14, 14, 8, 8), rows())


def number_of(cell: Plain) -> float | int | None:
    """Return the number that stands in a cell, a rate as its fraction; ``None`` for words, dates and what is absent."""
    value = cell["value"]
    if value is None or not is_figure(cell):
        return None
    if isinstance(value, int):
        return value
    return float(Decimal(value) / 100) if cell["text"].endswith("%") else float(Decimal(value))


def number_format(cell: Plain) -> str:
    """Return the format under which a cell's number prints as the edition prints it."""
    text = cell["text"].removesuffix("%")
    places = len(text.partition(".")[2])
    plain = "0" + ("." + "0" * places if places else "")
    if not cell["text"].endswith("%"):
        return plain
    return f"+{plain}%;-{plain}%;{plain}%" if text.startswith(("+", "-")) else f"{plain}%"


def column_widths(table: Plain) -> list[int]:
    """Return how wide the column of heads and each column are shown, for the widest text in each."""
    lines = [*table["rows"], *([table["total"]] if table["total"] is not None else [])]
    heads = max((shown_width(line["head"]) for line in lines), default=0)
    widths = [heads]
    for at, column in enumerate(table["columns"]):
        texts = max((shown_width(line["cells"][at]["text"]) for line in lines), default=0)
        widths.append(max(texts, min(shown_width(heading_of(column)), HEAD_WIDTH_MAX)))
    return [min(max(width + 2, WIDTH_MIN), WIDTH_MAX) for width in widths]


def _lines_in(text: str, width: int) -> int:
    return -(-shown_width(text) // max(width - 2, 2))


def _header_text(text: str) -> str:
    return text.replace("&", "&&")


def _day(text: str) -> date | None:
    try:
        return date.fromisoformat(text)
    except ValueError:
        return None


def _ranges(places: Sequence[str]) -> str:
    """Return places of one column as ranges: B3, B4, B5 and B7 are B3:B5 B7."""
    found: list[tuple[str, int, int]] = []
    for place in places:
        letters, number = place.rstrip("0123456789"), int(place.lstrip("ABCDEFGHIJKLMNOPQRSTUVWXYZ"))
        if found and found[-1][0] == letters and found[-1][2] == number - 1:
            found[-1] = (letters, found[-1][1], number)
        else:
            found.append((letters, number, number))
    return " ".join(f"{at}{first}" if first == last else f"{at}{first}:{at}{last}" for at, first, last in found)
