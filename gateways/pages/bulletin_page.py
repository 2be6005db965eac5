"""The quarterly bulletin as a public page: every figure on it is the text of a cell of the canonical edition.

The input is the canonical JSON document ``hangfeng.bulletin.v1``. Nothing is counted, rounded or summed up here: a
chart's lengths come from a cell's ``value``, its words and figures from the row's ``head`` and the cell's ``text``.

Which tables are drawn: a table may carry ``"chart": {"form", "column"}``; otherwise ``CHARTS`` decides by its key.
A table may have as many columns as its rows have cells, or one more, which then heads the rows.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import Final

from domain.bulletin.name import BulletinName, NotABulletinName
from gateways.pages.charts import ChartForm, Line, Mark, bar_marks, line_through, part_marks, share_marks
from gateways.pages.rendering import Site, Words, render
from services.publication.objections import Objection, objections

FORMAT: Final = "hangfeng.bulletin.v1"
SECTIONS: Final = 10
"""A bulletin has ten sections; one without content says why instead of being left out."""

CHART_ROWS_MAX: Final = 20
"""A chart draws the first so many rows of its table; the table below it has all of them."""

CODE_CHARACTERS_MAX: Final = 20
"""A receipt number or date of up to so many Latin characters stays on one line."""

UNDECIDED: Final = frozenset({"drafted", "figures_frozen", "proof_sent", "reviewed"})
"""States of an edition that nobody has approved yet: the page says so at its head."""

STATUS_WORDS: Final = {
    "drafted": Words("草稿", "Draft"),
    "figures_frozen": Words("数据已冻结", "Figures frozen"),
    "proof_sent": Words("已送承办单位核对", "Proof sent to units"),
    "reviewed": Words("已审核", "Reviewed"),
    "approved": Words("已批准", "Approved"),
    "published": Words("已发布", "Published"),
    "broadcast": Words("已播出", "Broadcast"),
    "corrected": Words("已勘误", "Corrected"),
}
SCOPE_WORDS: Final = {
    "public": Words("公开", "Public"),
    "limited": Words("有限范围", "Limited"),
    "internal": Words("内部", "Internal"),
}
CASES_WORDS: Final = {
    "all": Words("全部来件", "all cases"),
    "answered": Words("仅已答复件", "answered cases only"),
}
CUTOFF_WORDS: Final = {
    "position": Words("日志位置", "Log position"),
    "root": Words("日志根散列", "Log root"),
    "frozen_at": Words("冻结时间", "Frozen at"),
    "at": Words("截止时间", "Cut-off"),
    "as_of": Words("发生时间截至", "Occurred up to"),
    "known_at": Words("记录时间截至", "Recorded up to"),
    "evaluator": Words("计算程序版本", "Evaluator"),
    "definitions": Words("指标定义版本", "Definitions"),
    "timezone": Words("时区", "Time zone"),
    "grades": Words("等级规则版本", "Grades"),
    "rounding": Words("取位方法", "Rounding"),
    "fairly_satisfied_weight": Words("“基本满意”的权重", "Weight of fairly satisfied"),
    "figures_digest": Words("冻结数字的摘要", "Digest of the frozen figures"),
}

ROUNDING_WORDS: Final = {"half_up": "四舍五入 half up", "cut": "截去 cut"}
DIGEST_CHARACTERS: Final = 64
"""How long a SHA-256 in hexadecimal is; such a value is set as code."""

HEADING_PIECE_CHARACTERS: Final = 3
"""A heading of up to so many characters is never broken; a longer one only between pieces of two (超时|未办结)."""

_RUNS: Final = re.compile(r"[ -~]+|[^ -~]+")
_CHAPTERS: Final = ("一", "二", "三", "四", "五", "六", "七", "八", "九", "十")
_MARKS: Final = "①②③④⑤⑥⑦⑧⑨⑩⑪⑫⑬⑭⑮⑯⑰⑱⑲⑳"


class NotAnEdition(ValueError):
    """The document is not a bulletin of ``FORMAT``; the message names the place and what was expected there."""


@dataclass(frozen=True, slots=True)
class ChartRule:
    """That a table is drawn, how, and by which column; without one, by the first column that has a figure.

    ``parts`` are columns drawn as parts of another one, ``whole``; where none of them has a figure, ``column`` is drawn
    as bars.
    """

    form: ChartForm
    column: str | None = None
    parts: tuple[str, ...] = ()
    whole: str = ""


_ON_TIME: Final = ChartRule(ChartForm.PARTS, "closed", ("on_time", "late", "overdue_open"), "due")
"""How much of what was due a unit answered on time, late, or still owes; of what it closed where that is not known."""

CHARTS: Final[dict[str, ChartRule]] = {
    "headline": ChartRule(ChartForm.FIGURES),
    "received_by_channel": ChartRule(ChartForm.BARS),
    "received_by_kind": ChartRule(ChartForm.BARS),
    "top_topics": ChartRule(ChartForm.BARS),
    "response_distribution": ChartRule(ChartForm.SHARES),
    "trend": ChartRule(ChartForm.LINE),
    "units_episodes": _ON_TIME,
    "units": _ON_TIME,
    "other_units": _ON_TIME,
}


@dataclass(frozen=True, slots=True)
class CellView:
    """One figure: its address in the edition, its text, and the cause where there is none.

    ``number`` is what a chart draws, ``None`` where the value is absent or no number; ``mark`` points to the cause
    below the table.
    """

    id: str
    text: str
    number: float | None = None
    numerator: str | None = None
    denominator: str | None = None
    mark: str = ""

    @property
    def anchor(self) -> str:
        """The cell's id as a fragment of the page's address."""
        return _anchor(self.id)

    @property
    def is_code(self) -> bool:
        """Whether the text is a date or number in Latin characters, which a line must not break."""
        return _is_code(self.text)


@dataclass(frozen=True, slots=True)
class RowView:
    """A row: what it is about, and its cells in the order of the table's columns."""

    head: str
    cells: tuple[CellView, ...]

    @property
    def head_is_code(self) -> bool:
        """Whether the head is a date or number in Latin characters, which a line must not break."""
        return _is_code(self.head)


@dataclass(frozen=True, slots=True)
class ColumnView:
    """A column's label, the unit of its figures where it has one, and whether it holds words in place of figures."""

    key: str
    label: Words
    unit: str
    wordy: bool = False

    @property
    def pieces(self) -> tuple[str, ...]:
        """The label in the pieces between which a narrow column may break it."""
        found: list[str] = []
        for run in _RUNS.findall(self.label.zh):
            rest = run
            while len(rest) > HEADING_PIECE_CHARACTERS and not rest.isascii():
                found.append(rest[:2])
                rest = rest[2:]
            found.append(rest)
        return tuple(found)


@dataclass(frozen=True, slots=True)
class ChartItem:
    """One row as drawn: its label, the text of its cell and its shape; of parts, the text and shape of each."""

    label: str
    text: str
    mark: Mark
    parts: tuple[tuple[str, Mark], ...] = ()


@dataclass(frozen=True, slots=True)
class ChartView:
    """A chart above a table; ``line`` is there for a line only, ``left_out`` counts the table's rows not drawn."""

    form: ChartForm
    label: Words
    unit: str
    items: tuple[ChartItem, ...]
    line: Line | None
    left_out: int
    parts: tuple[Words, ...] = ()
    apart: bool = False

    @property
    def said(self) -> str:
        """The chart in words, for whoever cannot see it."""
        return "；".join(f"{item.label} {item.text}" for item in self.items)


@dataclass(frozen=True, slots=True)
class NoteView:
    """A mark in a table and the cause that it stands for."""

    mark: str
    cause: Words


@dataclass(frozen=True, slots=True)
class TableView:
    """A table of the edition; ``head_label`` heads the column of row heads."""

    key: str
    title: Words
    head_label: Words
    columns: tuple[ColumnView, ...]
    rows: tuple[RowView, ...]
    total: RowView | None
    notes: tuple[NoteView, ...]
    chart: ChartView | None

    @property
    def is_wide(self) -> bool:
        """Whether the table needs a page turned sideways in print."""
        return len(self.columns) > 9  # noqa: PLR2004 - what fits an upright A4 page at a legible size

    @property
    def stands_beside_chart(self) -> bool:
        """Whether the table is narrow enough to stand beside its bars on a wide screen."""
        return self.chart is not None and self.chart.form is ChartForm.BARS and len(self.columns) <= 3  # noqa: PLR2004 - fits half a page

    @property
    def is_figures(self) -> bool:
        """Whether the figures stand as large numbers in place of a table."""
        return self.chart is not None and self.chart.form is ChartForm.FIGURES


@dataclass(frozen=True, slots=True)
class SectionView:
    """One of the ten sections; ``empty_because`` where it has nothing to show."""

    number: int
    chapter: str
    key: str
    title: Words
    empty_because: Words | None
    paragraphs: tuple[Words, ...]
    tables: tuple[TableView, ...]


@dataclass(frozen=True, slots=True)
class CoverageView:
    """From when to when the records reach, which cases they hold, whether the quarter is covered in part, and notes."""

    first_day: str
    last_day: str
    cases: Words
    partial: bool
    notes: tuple[Words, ...]


@dataclass(frozen=True, slots=True)
class DefinitionView:
    """An indicator's definition in words."""

    key: str
    name: Words
    numerator: Words
    denominator: Words
    rounding: Words


@dataclass(frozen=True, slots=True)
class ChangedCell:
    """A cell that an erratum changes: its id, and its text before and after."""

    id: str
    old: str
    new: str

    @property
    def anchor(self) -> str:
        """The cell's id as a fragment of the page's address."""
        return _anchor(self.id)


@dataclass(frozen=True, slots=True)
class ErratumView:
    """A numbered correction with its cause and the cells that it changes."""

    number: str
    at: str
    cause: Words
    cells: tuple[ChangedCell, ...]


@dataclass(frozen=True, slots=True)
class AnnexView:
    """How the figures are defined, where the log was cut off, and how to check the edition."""

    definitions: tuple[DefinitionView, ...]
    cutoff: tuple[tuple[Words, str], ...]
    digest: str
    verify: tuple[Words, ...]
    errata: tuple[ErratumView, ...]
    objections: tuple[Objection, ...] = ()


@dataclass(frozen=True, slots=True)
class EditionView:
    """A whole edition as the page shows it."""

    quarter: str
    quarter_words: Words
    number: str
    title: str
    issuer: str
    status: Words
    undecided: bool
    scope: Words
    position: str
    root: str
    frozen_at: str
    definitions: str
    coverage: CoverageView
    left_out: tuple[Words, ...]
    sections: tuple[SectionView, ...]
    annex: AnnexView


def render_bulletin(edition: Mapping[str, object], *, site: Site | None = None) -> str:
    """Return an edition as an HTML page; the same edition gives the same bytes.

    With ``site`` the page stands in the site's frame and links its style sheet; without it the page is one file that
    needs nothing beside it. Raises ``NotAnEdition`` for a document of another make.
    """
    view = read_edition(edition)
    frame = site or Site(issuer=view.issuer)
    return render("bulletin.html", frame, edition=view, standalone=site is None, digest_characters=DIGEST_CHARACTERS)


def read_edition(document: Mapping[str, object]) -> EditionView:
    """Return the view of a canonical edition; raises ``NotAnEdition`` with the place that is wrong."""
    top = _Node(document, "edition")
    if top.text("format") != FORMAT:
        raise NotAnEdition(f"edition.format: {FORMAT} expected")
    sections = tuple(_section(node) for node in top.nodes("sections"))
    if [section.number for section in sections] != list(range(1, SECTIONS + 1)):
        raise NotAnEdition(f"edition.sections: the sections 1 to {SECTIONS} expected, in order")
    status = top.text("status")
    return EditionView(
        quarter=top.text("quarter"),
        quarter_words=_quarter_words(top.text("quarter")),
        number=top.text("number"),
        title=top.text("title"),
        issuer=top.text("issuer"),
        status=STATUS_WORDS.get(status, Words(status)),
        undecided=status in UNDECIDED,
        scope=SCOPE_WORDS.get(top.text("scope"), Words(top.text("scope"))),
        position=top.scalar("position"),
        root=top.text("root"),
        frozen_at=top.text("frozen_at"),
        definitions=top.text("definitions"),
        coverage=_coverage(top.node("coverage")),
        left_out=top.words_list("left_out"),
        sections=sections,
        annex=_annex(top.node("annex")),
    )


@dataclass(frozen=True, slots=True)
class _Node:
    """An object of the document and its place, which every complaint about it names."""

    value: Mapping[str, object]
    place: str

    def get(self, key: str) -> object:
        return self.value.get(key)

    def has(self, key: str) -> bool:
        return self.value.get(key) is not None

    def text(self, key: str) -> str:
        found = self.value.get(key)
        if not isinstance(found, str):
            raise NotAnEdition(f"{self.place}.{key}: a text expected")
        return found

    def scalar(self, key: str) -> str:
        return _scalar(self.value.get(key), f"{self.place}.{key}")

    def whole(self, key: str) -> int | None:
        found = self.value.get(key)
        if found is None:
            return None
        if isinstance(found, bool) or not isinstance(found, int):
            raise NotAnEdition(f"{self.place}.{key}: a whole number expected")
        return found

    def node(self, key: str) -> _Node:
        return _node(self.value.get(key), f"{self.place}.{key}")

    def nodes(self, key: str) -> list[_Node]:
        return [_node(item, place) for item, place in self._items(key)]

    def words(self, key: str) -> Words:
        return _words(self.value.get(key), f"{self.place}.{key}")

    def words_list(self, key: str) -> tuple[Words, ...]:
        return tuple(_words(item, place) for item, place in self._items(key))

    def _items(self, key: str) -> list[tuple[object, str]]:
        found = self.value.get(key)
        if found is None:
            return []
        if not isinstance(found, list):
            raise NotAnEdition(f"{self.place}.{key}: a list expected")
        return [(item, f"{self.place}.{key}[{index}]") for index, item in enumerate(found)]


def _node(value: object, place: str) -> _Node:
    if not isinstance(value, Mapping):
        raise NotAnEdition(f"{place}: an object expected")
    return _Node(value, place)


def _scalar(value: object, place: str) -> str:
    if isinstance(value, bool) or not isinstance(value, (str, int)):
        raise NotAnEdition(f"{place}: a text or whole number expected")
    return str(value)


def _words(value: object, place: str) -> Words:
    """Words in both languages, or a text that is Chinese only."""
    if isinstance(value, str):
        return Words(value)
    node = _node(value, place)
    return Words(node.text("zh"), node.text("en") if node.has("en") else "")


def _quarter_words(quarter: str) -> Words:
    try:
        period = BulletinName.parse(quarter).period
    except NotABulletinName as error:
        raise NotAnEdition(f"edition.quarter: {error}") from None
    return Words(period.chinese, period.english)


def _section(node: _Node) -> SectionView:
    number = node.whole("no") or 0
    paragraphs = node.words_list("paragraphs")
    tables = tuple(_table(table) for table in node.nodes("tables"))
    empty_because = node.words("empty_because") if node.has("empty_because") else None
    if empty_because is None and not paragraphs and not tables:
        raise NotAnEdition(f"{node.place}: an empty section must say why in empty_because")
    return SectionView(
        number=number,
        chapter=_CHAPTERS[number - 1] if 1 <= number <= SECTIONS else str(number),
        key=node.text("key"),
        title=node.words("title"),
        empty_because=empty_because,
        paragraphs=paragraphs,
        tables=tables,
    )


def _table(node: _Node) -> TableView:
    columns = [
        ColumnView(column.text("key"), column.words("label"), column.text("unit") if column.has("unit") else "")
        for column in node.nodes("columns")
    ]
    row_nodes = node.nodes("rows")
    total_node = node.node("total") if node.has("total") else None
    notes = _Notes()
    rows = tuple(_row(row, notes) for row in row_nodes)
    total = _row(total_node, notes) if total_node is not None else None
    widths = {len(row.cells) for row in rows} | ({len(total.cells)} if total is not None else set())
    head_label = Words("")
    if widths == {len(columns) - 1}:
        head_label = columns.pop(0).label
    elif widths and widths != {len(columns)}:
        raise NotAnEdition(f"{node.place}.rows: rows of {sorted(widths)} cells under {len(columns)} columns")
    return TableView(
        key=node.text("key"),
        title=node.words("title"),
        head_label=head_label,
        columns=tuple(replace(column, wordy=_is_wordy(rows, index)) for index, column in enumerate(columns)),
        rows=rows,
        total=total,
        notes=notes.all,
        chart=_chart(node, columns, rows),
    )


def _anchor(cell: str) -> str:
    """An id in HTML has no white space; a unit's name in a cell's id may have some."""
    return "cell-" + "_".join(cell.split())


def _is_code(text: str) -> bool:
    return len(text) <= CODE_CHARACTERS_MAX and text.isascii() and " " not in text


def _is_wordy(rows: tuple[RowView, ...], index: int) -> bool:
    """Whether a column holds words: some text is there, and nothing that could be drawn."""
    cells = [row.cells[index] for row in rows]
    return any(cell.text not in {"", "—"} for cell in cells) and all(cell.number is None for cell in cells)


class _Notes:
    """Gives each cause in a table one mark, in the order of first use."""

    def __init__(self) -> None:
        self._marks: dict[Words, str] = {}

    def mark(self, cause: Words) -> str:
        count = len(self._marks)
        return self._marks.setdefault(cause, _MARKS[count] if count < len(_MARKS) else f"〔{count + 1}〕")

    @property
    def all(self) -> tuple[NoteView, ...]:
        return tuple(NoteView(mark, cause) for cause, mark in self._marks.items())


def _row(node: _Node, notes: _Notes) -> RowView:
    return RowView(node.scalar("head"), tuple(_cell(cell, notes) for cell in node.nodes("cells")))


def _cell(node: _Node, notes: _Notes) -> CellView:
    return CellView(
        id=node.text("id"),
        text=node.text("text"),
        number=_number(node.get("value")),
        numerator=node.scalar("numerator") if node.has("numerator") else None,
        denominator=node.scalar("denominator") if node.has("denominator") else None,
        mark=notes.mark(node.words("cause")) if node.has("cause") else "",
    )


def _number(value: object) -> float | None:
    """The value as a length to draw; words, dates and what is absent have none."""
    if isinstance(value, bool) or not isinstance(value, (int, float, str)):
        return None
    try:
        number = float(value.rstrip("%") if isinstance(value, str) else value)
    except ValueError:
        return None
    return number if abs(number) != float("inf") and number == number else None  # noqa: PLR0124 - NaN differs from itself


def _chart(node: _Node, columns: list[ColumnView], rows: tuple[RowView, ...]) -> ChartView | None:
    rule = _chart_rule(node)
    if rule is None or not rows or not columns:
        return None
    keys = [column.key for column in columns]
    drawn = rows[:CHART_ROWS_MAX]
    left_out = len(rows) - len(drawn)
    if rule.parts and {*rule.parts, rule.whole} <= set(keys):
        at, whole = [keys.index(part) for part in rule.parts], keys.index(rule.whole)
        if any(row.cells[index].number for row in drawn for index in at):
            items = tuple(_parted(row, at, whole) for row in drawn)
            labels = tuple(columns[index].label for index in at)
            return ChartView(rule.form, columns[at[0]].label, "", items, None, left_out, labels)
    form = ChartForm.BARS if rule.parts else rule.form
    if rule.column is not None and rule.column not in keys:
        return None
    index = keys.index(rule.column) if rule.column is not None else _first_drawn(drawn, len(columns))
    values = [row.cells[index].number for row in drawn]
    if form is not ChartForm.FIGURES and not any(values):
        return None
    # A figure with a cause beside it, such as that its quarter is covered in part, is not held against the others.
    apart = frozenset(at for at, row in enumerate(drawn) if row.cells[index].mark and values[at] is not None)
    marks = share_marks(values) if form is ChartForm.SHARES else bar_marks(values)
    return ChartView(
        form=form,
        label=columns[index].label,
        unit=columns[index].unit,
        items=tuple(ChartItem(row.head, row.cells[index].text, mark) for row, mark in zip(drawn, marks, strict=True)),
        line=line_through(values, apart) if form is ChartForm.LINE else None,
        left_out=left_out,
        apart=form is ChartForm.LINE and bool(apart),
    )


def _parted(row: RowView, parts: list[int], whole: int) -> ChartItem:
    """Return a row drawn as parts of a whole; both figures beside it are texts of cells."""
    cells = [row.cells[index] for index in parts]
    marks = part_marks([cell.number for cell in cells], row.cells[whole].number)
    shapes = tuple((cell.text, mark) for cell, mark in zip(cells, marks, strict=True))
    return ChartItem(row.head, f"{cells[0].text}/{row.cells[whole].text}", marks[0], shapes)


def _first_drawn(rows: tuple[RowView, ...], columns: int) -> int:
    """Return the first column in which any row has a figure, else the first of all."""
    return next((at for at in range(columns) if any(row.cells[at].number for row in rows)), 0)


def _chart_rule(node: _Node) -> ChartRule | None:
    if not node.has("chart"):
        return CHARTS.get(node.text("key"))
    chart = node.node("chart")
    try:
        form = ChartForm(chart.text("form"))
    except ValueError as error:
        raise NotAnEdition(f"{chart.place}.form: one of {', '.join(ChartForm)} expected") from error
    return ChartRule(form, chart.text("column") if chart.has("column") else None)


def _coverage(node: _Node) -> CoverageView:
    cases = node.scalar("cases") if node.has("cases") else ""
    return CoverageView(
        first_day=node.text("from") if node.has("from") else "—",
        last_day=node.text("to") if node.has("to") else "—",
        cases=CASES_WORDS.get(cases, Words(cases)),
        partial=node.get("partial") is True,
        notes=node.words_list("notes"),
    )


def _annex(node: _Node) -> AnnexView:
    cutoff = node.node("cutoff").value if node.has("cutoff") else {}
    return AnnexView(
        definitions=tuple(
            DefinitionView(
                one.text("key"),
                one.words("name"),
                one.words("numerator"),
                one.words("denominator"),
                one.words("rounding"),
            )
            for one in node.nodes("definitions")
        ),
        cutoff=tuple(
            (CUTOFF_WORDS.get(key, Words(key)), _cutoff_value(key, _scalar(value, f"{node.place}.cutoff.{key}")))
            for key, value in cutoff.items()
            if value is not None
        ),
        digest=node.text("digest"),
        verify=node.words_list("verify"),
        errata=tuple(_erratum(one) for one in node.nodes("errata")),
        objections=objections({"annex": node.value}),
    )


def _cutoff_value(key: str, value: str) -> str:
    return ROUNDING_WORDS.get(value, value) if key == "rounding" else value


def _erratum(node: _Node) -> ErratumView:
    return ErratumView(
        number=node.scalar("number"),
        at=node.text("at") if node.has("at") else "",
        cause=node.words("cause"),
        cells=tuple(ChangedCell(cell.text("id"), cell.text("old"), cell.text("new")) for cell in node.nodes("cells")),
    )
