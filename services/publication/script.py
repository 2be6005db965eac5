"""The read-aloud script (播报稿): an edition as a presenter says it, each figure traceable to its cell.

Only what is public is read out, whatever edition the script is made of, and every figure is said from the edition's
own cell. A mean is said with one decimal, and the script says so. Receipt numbers are never read.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from decimal import ROUND_CEILING, Decimal
from typing import Any, Final

from domain.bulletin.events import SCOPE_CHINESE, Scope
from domain.bulletin.name import BulletinName
from domain.bulletin.state import STATUS_CHINESE, Status
from services.publication import spoken
from services.publication.document import is_figure

FORMAT: Final = "hangfeng.script.v1"
CHARACTERS_PER_MINUTE: Final = 240
"""How fast a presenter reads a bulletin, in characters without punctuation, where nothing else is set."""

UNITS_MAX: Final = 30
"""So many lines of a table by unit are read where nothing else is set; the script says how many there are."""

LIST_ROWS_MAX: Final = 10
"""So many lines of a list of single matters are read; the script says how many there are."""

SENTENCE_CHARACTERS_MAX: Final = 48
"""A sentence ends before it grows beyond so many characters: what one breath carries, with a pause at each comma."""

_UNDECIDED: Final = frozenset({Status.DRAFTED, Status.FIGURES_FROZEN, Status.PROOF_SENT, Status.REVIEWED})
_CHAPTERS: Final = "一二三四五六七八九十"
_SPOKEN_PARAGRAPHS: Final = frozenset({"summary", "episodes", "topics", "rechecked"})
"""The sections whose own paragraphs are read; those of others are notes to tables. Words given by people always are."""

_LEGS_AND_MATTERS: Final = (
    "单位的数字按承办环节计，全市的数字按诉求计：一件重办或者改派，各个环节都计，所以各单位合计可以多于全市。"
)
"""What the first note of the section by unit says, for the ear."""

_PAUSES: Final = "，。；：、！？（）《》“”〔〕【】 \n"
_DAY: Final = re.compile(r"[0-9]{4}-[0-9]{2}-[0-9]{2}")
_ENDS: Final = "。！？；"

Plain = Mapping[str, Any]


@dataclass(frozen=True, slots=True)
class Pace:
    """How the script is read: how fast, and how many units."""

    characters_per_minute: int = CHARACTERS_PER_MINUTE
    units_max: int = UNITS_MAX


@dataclass(frozen=True, slots=True)
class Said:
    """One figure in a line: the cell that it comes from, what is printed there, what is said, and where it begins.

    ``rounded`` says that less is said than is printed.
    """

    cell: str
    printed: str
    spoken: str
    start: int
    rounded: bool = False

    def plain(self) -> dict[str, Any]:
        """Return the figure as JSON has it; ``end`` is the character after it."""
        return {
            "cell": self.cell,
            "printed": self.printed,
            "spoken": self.spoken,
            "start": self.start,
            "end": self.start + len(self.spoken),
            "rounded": self.rounded,
        }


@dataclass(frozen=True, slots=True)
class ScriptLine:
    """One paragraph of the script and the figures in it; ``source`` names the table or paragraph that it reads."""

    section: int
    text: str
    source: str
    head: str | None = None
    figures: tuple[Said, ...] = ()

    def plain(self) -> dict[str, Any]:
        """Return the line as JSON has it."""
        return {
            "section": self.section,
            "source": self.source,
            "head": self.head,
            "text": self.text,
            "figures": [figure.plain() for figure in self.figures],
        }


@dataclass(frozen=True, slots=True)
class Script:
    """A whole script: what stands above it and is not read, and its lines."""

    document: Plain
    lines: tuple[ScriptLine, ...]
    pace: Pace

    @property
    def characters(self) -> int:
        """How many characters are read; punctuation and white space are not."""
        return sum(spoken_characters(line.text) for line in self.lines)

    @property
    def minutes(self) -> Decimal:
        """How long the reading takes at the pace, in minutes, rounded up to a tenth."""
        taken = Decimal(self.characters) / self.pace.characters_per_minute
        return taken.quantize(Decimal("0.1"), ROUND_CEILING)

    def json(self) -> dict[str, Any]:
        """Return the script with every figure beside its cell."""
        document = self.document
        return {
            "format": FORMAT,
            "quarter": document["quarter"],
            "number": document["number"],
            "edition": document.get("edition"),
            "scope": document["scope"],
            "status": document["status"],
            "figures_digest": document["annex"]["digest"],
            "characters": self.characters,
            "characters_per_minute": self.pace.characters_per_minute,
            "minutes": str(self.minutes),
            "units_max": self.pace.units_max,
            "lines": [line.plain() for line in self.lines],
        }

    def text(self) -> str:
        """Return the script as a presenter holds it: a head that is not read, then what is."""
        return "\n".join([*self._head(), *_laid_out(self.lines)]) + "\n"

    def _head(self) -> Iterator[str]:
        document = self.document
        status = Status(document["status"])
        period = BulletinName.parse(document["quarter"]).period.chinese
        yield f"【播报稿】{document['title']}　{period}　{document['number']}".rstrip()
        if status in _UNDECIDED:
            yield "【草稿，尚未批准，不得播出】"
        yield f"【{SCOPE_CHINESE[Scope(document['scope'])]}版　{STATUS_CHINESE[status]}　只读公开内容】"
        pace = self.pace.characters_per_minute
        yield f"【正文 {self.characters} 字，每分钟 {pace} 字约读 {self.minutes} 分钟】"
        yield f"【平均用时等读到小数点后 {spoken.DECIMAL_PLACES} 位，四舍五入；其余数字与通报一致】"
        yield f"【通报内容摘要 SHA-256 {document['annex']['digest']}】"


def script_of(document: Plain, pace: Pace | None = None) -> Script:
    """Return the script of an edition: its sections in their order, of each table what can be followed by ear."""
    chosen = pace or Pace()
    lines = [_opening(document)]
    for section in document["sections"]:
        lines += _section(section, chosen)
    lines.append(_closing(document))
    return Script(document, tuple(lines), chosen)


def spoken_characters(text: str) -> int:
    """Count what is said of a text: no punctuation, no white space."""
    return sum(character not in _PAUSES for character in text)


# --- what is read of each table --------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class _Reading:
    """How a table is read: its lead, the columns, and of how many rows.

    Without ``columns`` all are read. ``heads`` says whether a row's head is read: a receipt number is not. ``by_unit``
    tables and lists stop after a number of rows. ``skip_zero`` leaves a row out whose first figure is nothing.
    """

    lead: str = ""
    columns: tuple[str, ...] | None = None
    heads: bool = True
    by_unit: bool = False
    total: bool = True


_OF_A_UNIT: Final = (
    "registered",
    "due",
    "closed",
    "answered",
    "on_time",
    "late",
    "overdue_open",
    "mean",
    "dissatisfied_people",
    "satisfied",
    "reached",
    "grade",
)
_COMPARED: Final = ("now", "share", "year_on_year", "quarter_on_quarter")

_READ: Final[dict[str, _Reading]] = {
    "headline": _Reading("主要数字"),
    "received_by_channel": _Reading("登记的诉求，按渠道看", columns=_COMPARED),
    "received_by_kind": _Reading("登记的诉求，按类别看", columns=_COMPARED),
    "response_distribution": _Reading("从登记到答复所用的自然日", total=False),
    "episodes": _Reading("上线节目", columns=("units", "leaders", "aired", "closed_live", "registered", "open")),
    "top_topics": _Reading("群众反映最多的事项"),
    "units_episodes": _Reading("上线单位办理节目中提出的诉求", columns=_OF_A_UNIT, by_unit=True, total=False),
    "units": _Reading("各单位本期办理情况", columns=_OF_A_UNIT, by_unit=True, total=False),
    "other_units": _Reading("其他单位本期办理情况", columns=_OF_A_UNIT, by_unit=True, total=False),
    "overdue": _Reading("超过期限尚未办结的", heads=False),
    "overdue_at_hotline": _Reading("期限已过、仍在热线办理环节的", heads=False),
    "dissatisfied_by_unit": _Reading("群众不满意的，按单位看", by_unit=True),
    "dissatisfied_by_cause": _Reading("群众不满意的，按原因看"),
    "findings": _Reading("核查和纠正情况"),
    "hard_cases_count": _Reading("按重办、转办次数看"),
    "rechecked_count": _Reading("上一期列名事项的办理现状"),
    "rechecked": _Reading("上一期列名的事项", heads=False),
}
_SILENT: Final = frozenset({"件数", "本季度", "本月", "本年", "本期"})
"""Labels that the ear does without: the row's name stands right before the figure."""

_UNCHANGED: Final = "0.00%"
_CHANGES: Final = frozenset({"year_on_year", "quarter_on_quarter", "change"})
"""Columns that tell by how much something changed."""

_NOT_READ: Final = frozenset({"trend", "kinds", "units_reconciled"})
"""Tables that are for the eye: the ear is told that they stand in the printed bulletin."""

_GENERIC_COLUMNS_MAX: Final = 5
"""A table of another name is read where it has at most so many columns."""


def _section(section: Plain, pace: Pace) -> Iterator[ScriptLine]:
    number = section["no"]
    yield ScriptLine(number, f"{'第' + _CHAPTERS[number - 1]}部分，{section['title']['zh']}。", f"section {number}")
    empty = section["empty_because"]
    if empty is not None:
        text = _whole(spoken.text_aloud(empty["zh"]))
        yield ScriptLine(number, text, f"section {number} empty_because")
    for at, paragraph in enumerate(section["paragraphs"], start=1):
        if at == 1 and section["key"] == "units":
            # Heard without it, units that add up to more than the city are a contradiction.
            yield ScriptLine(number, _LEGS_AND_MATTERS, f"section {number} paragraph {at}")
        elif "key" in paragraph or section["key"] in _SPOKEN_PARAGRAPHS:
            text = _whole(spoken.text_aloud(" ".join(paragraph["zh"].split())))
            yield ScriptLine(number, text, f"section {number} paragraph {at}")
    unread: list[str] = []
    for table in section["tables"]:
        if Scope(table["scope"]) is not Scope.PUBLIC:
            # A script is for the air: what stands in a narrower edition only is not even named.
            continue
        reading = _READ.get(table["key"], _Reading(spoken.text_aloud(table["title"]["zh"])))
        if table["key"] in _NOT_READ or (table["key"] not in _READ and len(table["columns"]) > _GENERIC_COLUMNS_MAX):
            unread.append(spoken.text_aloud(table["title"]["zh"]))
        else:
            yield from _table(number, table, reading, pace)
    if unread:
        yield ScriptLine(number, f"{'、'.join(unread)}，见书面通报。", f"section {number} not read")


def _table(number: int, table: Plain, reading: _Reading, pace: Pace) -> Iterator[ScriptLine]:
    columns = _columns(table, reading)
    source = f"table {table['key']}"
    rows = table["rows"]
    limit = pace.units_max if reading.by_unit else LIST_ROWS_MAX if not reading.heads else len(rows)
    if not rows:
        return
    yield _lead(number, source, reading, len(rows), limit)
    if _one_sentence(table, reading):
        yield from _in_one(number, source, table, columns[0])
        return
    read = rows[:limit]
    for row in read:
        line = _Line(number, source, row["head"])
        line.begin(spoken.text_aloud(row["head"]) if reading.heads else "")
        for at, column in columns:
            line.add(_clause(column, row["cells"][at]))
        if line.figures_said:
            yield line.done()
    if reading.total and table["total"] is not None:
        line = _Line(number, source, table["total"]["head"])
        line.begin(spoken.text_aloud(table["total"]["head"]))
        for at, column in columns:
            line.add(_clause(column, table["total"]["cells"][at]))
        if line.figures_said:
            yield line.done()
    yield from _why_not(
        number, source, [(column["label"]["zh"], [row["cells"][at] for row in read]) for at, column in columns]
    )


def _lead(number: int, source: str, reading: _Reading, count: int, limit: int) -> ScriptLine:
    if not reading.by_unit and reading.heads:
        return ScriptLine(number, f"{reading.lead}。", source)
    measure = "个单位" if reading.by_unit else "件"
    total = spoken.counted(count, measure)
    parts = [f"{reading.lead}，共{total}"]
    if count > limit:
        parts.append(f"按表中次序播报前{spoken.counted(limit, measure)}")
    text = "，".join(parts) + "。"
    rows = f"{source} rows"
    figures = [Said(rows, str(count), total, text.index(total))]
    return ScriptLine(number, text, source, figures=tuple(figures))


def _columns(table: Plain, reading: _Reading) -> list[tuple[int, Plain]]:
    columns = list(enumerate(table["columns"]))
    if reading.columns is None:
        return columns
    return [(at, column) for at, column in columns if column["key"] in reading.columns]


def _one_sentence(table: Plain, reading: _Reading) -> bool:
    """Say whether a table has one column, whose rows follow each other as clauses."""
    return len(table["columns"]) == 1 and not reading.by_unit


def _in_one(number: int, source: str, table: Plain, at_column: tuple[int, Plain]) -> Iterator[ScriptLine]:
    at, column = at_column
    line = _Line(number, source, None)
    asked: list[tuple[str, list[Plain]]] = []
    for row in (*table["rows"], *((table["total"],) if table["total"] is not None else ())):
        cell = row["cells"][at]
        label, unit = _label_and_unit(row["head"], column)
        line.add(_figure_clause(label, unit, cell))
        asked.append((label, [cell]))
    if line.figures_said:
        yield line.done()
    yield from _why_not(number, source, asked)


def _why_not(number: int, source: str, asked: Sequence[tuple[str, Sequence[Plain]]]) -> Iterator[ScriptLine]:
    """Say which figures are not there, and why; ``asked`` are names and the cells under them."""
    said: dict[tuple[bool, str], list[str]] = {}
    for label, cells in asked:
        lacking = [cell for cell in cells if cell["value"] is None]
        for cause in dict.fromkeys(cell["cause"]["zh"] for cell in lacking if "cause" in cell):
            said.setdefault((len(lacking) == len(cells), cause), []).append(spoken.text_aloud(label))
    for (wholly, cause), labels in said.items():
        named = f"{'、'.join(dict.fromkeys(labels))}{'未列数字' if wholly else '有的未列数字'}"
        yield ScriptLine(number, _whole(f"{named}，原因是{spoken.text_aloud(cause)}"), f"{source} causes")


def _label_and_unit(head: str, column: Plain) -> tuple[str, str]:
    """Return what a row is called and its unit, which may stand in brackets behind the name."""
    label, bracket, unit = head.partition("（")
    if bracket and unit.endswith("）") and unit[:-1] in {"件", "天", "次", "工作日"}:
        return label, unit[:-1]
    return head, column.get("unit", "")


# --- clauses and sentences -------------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class _Clause:
    """A piece between two commas, with the figure in it and where it begins."""

    text: str
    figure: Said | None = None


def _clause(column: Plain, cell: Plain) -> _Clause | None:
    if cell["text"] == _UNCHANGED and column["key"] in _CHANGES:
        # "+0.00%" is printed without its sign: the column tells that it is a change.
        label, text = spoken.text_aloud(column["label"]["zh"]), spoken.change(cell["value"])
        return _Clause(label + text, Said(cell["id"], cell["text"], text, len(label)))
    return _figure_clause(column["label"]["zh"], column.get("unit", ""), cell)


def _figure_clause(label: str, unit: str, cell: Plain) -> _Clause | None:
    """Return the clause of a cell, ``None`` where it has no figure."""
    value = cell["value"]
    if value is None:
        return None
    name = "" if label in _SILENT else spoken.text_aloud(label)
    text, lost = _value_aloud(cell, unit)
    between = _between(cell, text)
    return _Clause(name + between + text, Said(cell["id"], cell["text"], text, len(name + between), lost))


def _between(cell: Plain, text: str) -> str:
    value = cell["value"]
    if text == spoken.cardinal(0) or (value is not None and not is_figure(cell)):
        # 零件 would be a spare part: nothing is said as 为零.
        return "为"
    return ""


def _value_aloud(cell: Plain, unit: str) -> tuple[str, bool]:
    """Return how a cell's value is said, and whether something of it is lost."""
    value, text = cell["value"], cell["text"]
    if isinstance(value, int):
        return (spoken.cardinal(0) if value == 0 else spoken.counted(value, _measure(unit))), False
    if not is_figure(cell):
        return spoken.text_aloud(_day_or_text(value)), False
    if text.endswith("%"):
        signed = text.startswith(("+", "-"))
        return (spoken.change(value) if signed else spoken.percent(value)), False
    said = spoken.measured(value, _measure(unit))
    return (spoken.cardinal(0) if said == f"{spoken.cardinal(0)}{unit}" else said), spoken.rounded(value)


def _measure(unit: str) -> str:
    return "个工作日" if unit == "工作日" else unit


def _day_or_text(value: str) -> str:
    if not _DAY.fullmatch(value):
        return value
    try:
        return spoken.day(date.fromisoformat(value))
    except ValueError:
        return value


@dataclass(slots=True)
class _Line:
    """A line while it grows: clauses with commas between them, a new sentence where the last one is long enough."""

    section: int
    source: str
    head: str | None
    text: str = ""
    figures: list[Said] = field(default_factory=list)
    figures_said: int = 0
    sentence: int = 0

    def begin(self, text: str) -> None:
        """Say what the line is about."""
        self.text = text
        self.sentence = spoken_characters(text)

    def add(self, clause: _Clause | None) -> None:
        """Add a clause; nothing where there is none."""
        if clause is None:
            return
        length = spoken_characters(clause.text)
        if not self.text:
            joint = ""
        elif self.sentence + length > SENTENCE_CHARACTERS_MAX and self.figures_said:
            joint, self.sentence = "。", 0
        else:
            joint = "，"
        start = len(self.text) + len(joint)
        self.text += joint + clause.text
        self.sentence += length
        if clause.figure is not None:
            figure = clause.figure
            self.figures.append(Said(figure.cell, figure.printed, figure.spoken, start + figure.start, figure.rounded))
            self.figures_said += 1

    def done(self) -> ScriptLine:
        """Return the line with its full stop."""
        return ScriptLine(self.section, self.text + "。", self.source, self.head, tuple(self.figures))


def _opening(document: Plain) -> ScriptLine:
    quarter = spoken.text_aloud(BulletinName.parse(document["quarter"]).period.chinese)
    number = spoken.text_aloud(document["number"])
    parts = [f"听众朋友，现在播报{document['title']}，{quarter}"]
    if number:
        parts.append(f"{number}，由{document['issuer']}发布")
    text = "。".join(parts) + "。平均用时四舍五入，读到小数点后一位。"
    return ScriptLine(0, text, "opening")


def _closing(document: Plain) -> ScriptLine:
    at = spoken.day(date.fromisoformat(document["frozen_at"][:10]))
    errata = document["annex"]["errata"]
    said = f"以上数字按{at}的记录统计。"
    if errata:
        said += f"本版含勘误{spoken.counted(len(errata), '号')}，更正内容见书面通报。"
    return ScriptLine(0, said + "各项口径和全部表格见书面通报。播报完毕。", "closing")


def _whole(text: str) -> str:
    return text if text.endswith(tuple(_ENDS)) else text + "。"


def _laid_out(lines: Sequence[ScriptLine]) -> Iterable[str]:
    section = -1
    for line in lines:
        if line.section != section:
            yield ""
            section = line.section
        yield line.text
