"""A year's working calendar read from a file, in one of three shapes.

JSON, as NateScarlet/holiday-cn publishes it (``edition`` is ours and optional)::

    {"year": 2027, "papers": ["https://…"], "days": [{"name": "元旦", "date": "2027-01-01", "isOffDay": true}]}

TOML::

    year = 2027
    edition = "2027-1"          # optional
    source = "国办发明电〔2026〕…号"
    [[days]]
    date = 2027-01-01
    name = "元旦"
    working = false

CSV, UTF-8, with the headings ``year,date,working,name`` or 年份,日期,上班,名称 and 是/否 or true/false::

    year,date,working,name
    2027,2027-01-01,false,元旦

Every day off of the arrangement and every make-up working day is listed; other days follow the week. A file that
gives no edition is named by its content, as ``2027-3fa2c19b``, so that loading the same days twice is idle.
"""

from __future__ import annotations

import csv
import hashlib
import io
from pathlib import Path

from domain.timekeeping.working_calendar import CalendarFault, ExceptionalDay, WorkingYear
from services.editions.faults import EditionFault
from services.editions.table import Table, decoded, read_bytes, read_json, read_toml

CSV_HEADINGS = (("year", "date", "working", "name"), ("年份", "日期", "上班", "名称"))
_YES = frozenset({"true", "1", "yes", "是", "上班"})
_NO = frozenset({"false", "0", "no", "否", "放假"})
_DIGEST_LETTERS = 8
_NATIONAL_DAY = (10, 1)


def load_calendar(path: Path | str) -> WorkingYear:
    """Read one year's arrangement from a ``.json``, ``.toml`` or ``.csv`` file.

    Raises ``EditionFault`` naming field and remedy, and ``OSError`` for a file that cannot be read.
    """
    path = Path(path)
    readers = {".json": _from_json, ".toml": _from_toml, ".csv": _from_csv}
    reader = readers.get(path.suffix.lower())
    if reader is None:
        raise EditionFault(
            "文件 file",
            f"日历文件须为 .json、.toml 或 .csv，不是 {path.name}",
            f"a calendar is a .json, .toml or .csv file, not {path.name}",
        )
    return reader(read_bytes(path))


def _from_json(content: bytes) -> WorkingYear:
    table = read_json(content)
    table.drop("$schema", "$id")
    days = tuple(_json_day(day) for day in table.tables("days"))
    edition = table.text("edition", "")
    year, source = table.number("year"), " ".join(table.texts("papers"))
    table.finish()
    return _year(year, edition, days, source)


def _json_day(table: Table) -> ExceptionalDay:
    day = ExceptionalDay(table.day("date"), not table.flag("isOffDay"), table.text("name"))
    table.finish()
    return day


def _from_toml(content: bytes) -> WorkingYear:
    table = read_toml(content)
    days = tuple(_toml_day(day) for day in table.tables("days"))
    edition = table.text("edition", "")
    year, source = table.number("year"), table.text("source", "")
    table.finish()
    return _year(year, edition, days, source)


def _toml_day(table: Table) -> ExceptionalDay:
    day = ExceptionalDay(table.day("date"), table.flag("working"), table.text("name"))
    table.finish()
    return day


def _from_csv(content: bytes) -> WorkingYear:
    rows = csv.reader(io.StringIO(decoded(content), newline=""))
    headings = tuple(heading.strip() for heading in next(rows, []))
    if headings not in CSV_HEADINGS:
        known = " 或 ".join(",".join(known) for known in CSV_HEADINGS)
        raise EditionFault("第 1 行 line 1", f"表头须为 {known}", f"the headings must be {known}")
    days: list[ExceptionalDay] = []
    years: set[int] = set()
    for row in rows:
        if not any(cell.strip() for cell in row):
            continue
        year, day = _csv_day(row, rows.line_num)
        days.append(day)
        years.add(year)
    if len(years) != 1:
        raise EditionFault(
            "年份 year",
            f"一个文件只放一年的安排，现有 {sorted(years)}",
            f"one file holds one year's arrangement, this has {sorted(years)}",
        )
    return _year(years.pop(), "", tuple(days), "")


def _csv_day(row: list[str], line: int) -> tuple[int, ExceptionalDay]:
    place = f"第 {line} 行 line {line}"
    if len(row) != len(CSV_HEADINGS[0]):
        raise EditionFault(place, f"须有四列，现有 {len(row)} 列", f"must have four cells, has {len(row)}")
    year, day, working, name = (cell.strip() for cell in row)
    if not (year.isascii() and year.isdigit()):
        raise EditionFault(place, f"年份须为数字，不是 {year!r}", f"the year must be a number, not {year!r}")
    if working.lower() not in _YES | _NO:
        raise EditionFault(place, f"上班须为 是 或 否，不是 {working!r}", f"working is true or false, not {working!r}")
    table = Table({"date": day, "name": name}, place)
    return int(year), ExceptionalDay(table.day("date"), working.lower() in _YES, table.text("name"))


def _year(year: int, edition: str, days: tuple[ExceptionalDay, ...], source: str) -> WorkingYear:
    ordered = tuple(sorted(days, key=lambda day: day.date))
    # Every arrangement frees 1 October; without it the file is cut short, and its other days would be guessed.
    if not any((day.date.month, day.date.day) == _NATIONAL_DAY and not day.working for day in ordered):
        raise EditionFault(
            "days",
            f"{year} 年没有列出 10 月 1 日国庆节放假，文件可能不完整，请核对国务院办公厅通知",
            f"1 October {year} is not listed as a day off: the file may be cut short, check it with the notice",
        )
    try:
        return WorkingYear(year, edition or f"{year}-{_digest(ordered)}", ordered, source)
    except CalendarFault as error:
        zh, _, en = str(error).partition("；")
        raise EditionFault("days", zh, en) from error


def _digest(days: tuple[ExceptionalDay, ...]) -> str:
    lines = "\n".join(f"{day.date.isoformat()},{int(day.working)},{day.name}" for day in days)
    return hashlib.sha256(lines.encode()).hexdigest()[:_DIGEST_LETTERS]
