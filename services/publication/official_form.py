"""An edition in official form (公文格式, GB/T 9704-2012): the same paper as PDF for print and as DOCX for the office.

Every word and figure is the canonical JSON's own; nothing is counted or rounded here. A column in which no row has a
figure is not drawn: a note below the table names it and says why.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from datetime import date, datetime
from typing import Any, Final

from domain.bulletin.events import Scope
from domain.bulletin.name import BulletinName
from domain.bulletin.state import STATUS_CHINESE, Status
from services.publication.canonical import canonical, digest_of
from services.publication.document import is_figure
from services.publication.objections import Objection, objections
from services.typesetting.paper import (
    AnnexHead,
    AnnexList,
    Block,
    Body,
    Cell,
    Closing,
    Column,
    Heading,
    Imprint,
    Paper,
    RedHead,
    Remark,
    Row,
    Table,
    chinese_date,
)
from services.typesetting.pdf import pdf_of
from services.typesetting.typefaces import Typefaces
from services.typesetting.word import docx_of

Plain = Mapping[str, Any]

SCOPE_MARKS: Final = {Scope.INTERNAL: "内部使用", Scope.LIMITED: "有限范围使用"}
"""What stands at the upper left of an edition that is not for everybody."""
SCOPE_REMARKS: Final = {
    Scope.PUBLIC: "此件公开发布",
    Scope.LIMITED: "此件限有限范围使用，不得公开",
    Scope.INTERNAL: "此件内部使用，不得外传",
}
APPROVED: Final = frozenset({Status.APPROVED, Status.PUBLISHED, Status.BROADCAST, Status.CORRECTED})

CASES_CHINESE: Final = {"all": "全部来件", "answered": "仅已答复件"}
CUTOFF_CHINESE: Final = {
    "as_of": "发生时间截至",
    "known_at": "记录时间截至",
    "evaluator": "计算程序版本",
    "timezone": "时区",
    "grades": "等级规则版本",
    "rounding": "取位方法",
    "fairly_satisfied_weight": "“基本满意”的权重",
    "figures_digest": "冻结数字的摘要（SHA-256）",
}
ROUNDING_CHINESE: Final = {"half_up": "四舍五入", "cut": "截去"}
HEAD_LABELS: Final = {
    "headline": "指标",
    "received_by_channel": "渠道",
    "received_by_kind": "类别",
    "kinds": "类别",
    "response_distribution": "用时",
    "trend": "时期",
    "episodes": "播出时间",
    "top_topics": "事项",
    "units_episodes": "单位",
    "units": "单位",
    "other_units": "单位",
    "overdue": "编号",
    "overdue_at_hotline": "编号",
    "dissatisfied": "编号",
    "hard_cases": "编号",
    "rechecked": "编号",
    "dissatisfied_by_unit": "单位",
    "dissatisfied_by_cause": "原因",
    "findings": "问题类别",
}
"""What heads the column of row heads; 项目 above all others."""
HEAD_LABEL: Final = "项目"

UNIT_SAID_ONCE_MIN: Final = 3
"""A unit that so many columns share is said once, in the table's title."""
SIDE_BY_SIDE: Final = 3
"""A long table of one figure a row is set in so many columns side by side."""
SIDE_BY_SIDE_ROWS_MIN: Final = 8

_CHAPTERS: Final = "一二三四五六七八九十"
_MARKS: Final = "①②③④⑤⑥⑦⑧⑨⑩⑪⑫⑬⑭⑮⑯⑰⑱⑲⑳"


def pdf_form(document: Plain, typefaces: Typefaces) -> bytes:
    """Return an edition as PDF; a remark at its end names the typefaces that stand for official ones."""
    return pdf_of(paper_of(document, typefaces.remark()), typefaces)


def docx_form(document: Plain) -> bytes:
    """Return an edition as DOCX, which names the official typefaces."""
    return docx_of(paper_of(document))


def paper_of(document: Plain, typeface_remark: str = "") -> Paper:
    """Return an edition as a paper: red head, title, sections, date, and the annexes on pages of their own."""
    status, scope = Status(document["status"]), Scope(document["scope"])
    period = BulletinName.parse(document["quarter"]).period.chinese
    issued = date.fromisoformat(document["issued_on"]) if document["issued_on"] else None
    approval = document["approval"]
    document_no = approval["document_no"] if approval is not None else None
    marks = [SCOPE_MARKS[scope]] if scope in SCOPE_MARKS else []
    if status not in APPROVED:
        marks.append(f"草稿（{STATUS_CHINESE[status]}）")
    annexes = list(_annexes(document, typeface_remark))
    digest = digest_of(canonical(document))
    numbers = _Tables()
    return Paper(
        title=document["title"],
        subtitle=f"（{period}{document['number']}）",
        author=document["issuer"],
        dated=issued or datetime.fromisoformat(document["frozen_at"]).date(),
        head=RedHead(document["issuer"], document_no or document["number"], tuple(marks)),
        subject=f"{period} {document['number']} 规范 JSON 的 SHA-256：{digest}",
        keywords=(document["quarter"], digest),
        imprint=_imprint(document),
        blocks=(
            *_opening(document),
            *(block for section in document["sections"] for block in _section(section, numbers)),
            AnnexList(tuple(name for name, _ in annexes)),
            Closing(document["issuer"], issued),
            Remark(SCOPE_REMARKS[scope]),
            *_annexed(annexes),
        ),
    )


def _imprint(document: Plain) -> Imprint | None:
    """Return what stands at the foot of the last page; an edition that is not published was not printed."""
    said = (document["approval"] or {}).get("distribution")
    if said is None or document["issued_on"] is None:
        return None
    return Imprint(said["printed_by"], date.fromisoformat(document["issued_on"]), tuple(said["copied_to"]))


def _opening(document: Plain) -> Iterator[Block]:
    coverage = document["coverage"]
    first, last = (chinese_date(date.fromisoformat(coverage[end])) for end in ("from", "to"))
    cases = CASES_CHINESE.get(coverage["cases"], coverage["cases"])
    part = "；本期数据仅部分覆盖，见附件" if coverage["partial"] else ""
    erratum = f"本件为第{document['edition']}版，勘误见附件。" if document["annex"]["errata"] else ""
    yield Body(f"{erratum}本期数据范围为{first}至{last}，{cases}{part}。")


def _section(section: Plain, numbers: _Tables) -> Iterator[Block]:
    yield Heading(1, f"{_CHAPTERS[section['no'] - 1]}、{section['title']['zh']}")
    if section["empty_because"] is not None:
        yield Body(f"本期无内容：{section['empty_because']['zh']}。")
    for paragraph in section["paragraphs"]:
        yield from (Body(line.strip()) for line in paragraph["zh"].splitlines() if line.strip())
    for table in section["tables"]:
        yield numbers.table(table)


# --- tables -----------------------------------------------------------------------------------------------------------


class _Tables:
    """Numbers the tables from the first to the last."""

    def __init__(self) -> None:
        self._count = 0

    def table(self, table: Plain) -> Table:
        """Return a table of the edition as the paper has it."""
        self._count += 1
        lines = [*table["rows"], *([table["total"]] if table["total"] is not None else [])]
        drawn, undrawn = _drawn(table, lines)
        unit = _shared_unit([table["columns"][at] for at in drawn])
        notes = _Notes()
        rows = [_row(line, drawn, notes) for line in table["rows"]]
        total = _row(table["total"], drawn, notes) if table["total"] is not None else None
        columns = [Column(_label(table["columns"][at], unit), wordy=_is_wordy(lines, at)) for at in drawn]
        head_label = HEAD_LABELS.get(table["key"], HEAD_LABEL)
        if len(columns) == 1 and len(rows) >= SIDE_BY_SIDE_ROWS_MIN and total is None and not columns[0].wordy:
            rows, columns = _side_by_side(rows, columns[0], head_label)
        said = f"（单位：{unit}，另有注明的除外）" if unit else ""
        return Table(
            title=f"表{self._count}　{table['title']['zh']}{said}",
            head_label=head_label,
            columns=tuple(columns),
            rows=tuple(rows),
            total=total,
            notes=(*notes.lines(), *undrawn),
        )


class _Notes:
    """Gives each cause one mark, in the order of first use."""

    def __init__(self) -> None:
        self._marks: dict[str, str] = {}

    def mark(self, cause: str) -> str:
        """Return the mark of a cause."""
        count = len(self._marks)
        return self._marks.setdefault(cause, _MARKS[count] if count < len(_MARKS) else f"[{count + 1}]")

    def lines(self) -> Iterator[str]:
        """Give the notes below the table."""
        return (f"{mark}{cause}。" for cause, mark in self._marks.items())


def _drawn(table: Plain, lines: Sequence[Plain]) -> tuple[list[int], list[str]]:
    """Return the columns in which some row has a figure, and in words which have none, and why."""
    every = range(len(table["columns"]))
    drawn = [at for at in every if not lines or any(line["cells"][at]["value"] is not None for line in lines)]
    if not drawn:
        return list(every), []
    without: dict[str, list[str]] = {}
    for at in every:
        if at not in drawn:
            causes = dict.fromkeys(line["cells"][at]["cause"]["zh"] for line in lines)
            without.setdefault("；".join(causes), []).append(table["columns"][at]["label"]["zh"])
    return drawn, [f"未列各栏均为“—”：{'、'.join(labels)}（{causes}）。" for causes, labels in without.items()]


def _row(line: Plain, drawn: Sequence[int], notes: _Notes) -> Row:
    cells = [line["cells"][at] for at in drawn]
    return Row(
        line["head"],
        tuple(Cell(cell["text"], notes.mark(cell["cause"]["zh"]) if "cause" in cell else "") for cell in cells),
    )


def _shared_unit(columns: Sequence[Plain]) -> str | None:
    units = Counter(column["unit"] for column in columns if "unit" in column)
    if not units:
        return None
    unit, count = units.most_common(1)[0]
    return unit if count >= UNIT_SAID_ONCE_MIN else None


def _label(column: Plain, said_once: str | None) -> str:
    label: str = column["label"]["zh"]
    unit = column.get("unit")
    return label if unit is None or unit == said_once else f"{label}（{unit}）"


def _is_wordy(lines: Sequence[Plain], at: int) -> bool:
    cells = [line["cells"][at] for line in lines]
    return any(cell["value"] is not None and not is_figure(cell) for cell in cells)


def _apart(head: str) -> Cell:
    """Return a row's head in the midst of a row, a character away from the figure before it."""
    return Cell(f"　{head}" if head else "")


def _side_by_side(rows: list[Row], column: Column, head_label: str) -> tuple[list[Row], list[Column]]:
    """Return a long table of one figure a row in several columns, to be read downwards."""
    high = -(-len(rows) // SIDE_BY_SIDE)
    empty = Row("", (Cell(""),))
    stacks = [rows[at : at + high] for at in range(0, len(rows), high)]
    beside = [[stack[at] if at < len(stack) else empty for stack in stacks] for at in range(high)]
    columns = [column]
    for _ in stacks[1:]:
        columns += [Column(f"　{head_label}", wordy=True), column]
    return [
        Row(line[0].head, (line[0].cells[0], *(cell for row in line[1:] for cell in (_apart(row.head), row.cells[0]))))
        for line in beside
    ], columns


# --- annexes ----------------------------------------------------------------------------------------------------------


def _annexed(annexes: Sequence[tuple[str, list[Block]]]) -> Iterator[Block]:
    for at, (name, blocks) in enumerate(annexes, start=1):
        yield AnnexHead(f"附件{at}" if len(annexes) > 1 else "附件", name)
        yield from blocks


def _annexes(document: Plain, typeface_remark: str) -> Iterator[tuple[str, list[Block]]]:
    if document["annex"]["errata"]:
        yield "勘误", list(_errata(document["annex"]["errata"]))
    if said := objections(document):
        yield "单位异议及处理", [_objections(said)]
    yield "数据范围、截止与核验", list(_ground(document, typeface_remark))
    if document["annex"]["definitions"]:
        yield "指标口径", [_definitions(document)]


def _ground(document: Plain, typeface_remark: str) -> Iterator[Block]:
    coverage, annex = document["coverage"], document["annex"]
    yield Heading(1, "一、数据范围")
    cases = CASES_CHINESE.get(coverage["cases"], coverage["cases"])
    part = "，本期仅部分覆盖" if coverage["partial"] else ""
    yield Body(f"{coverage['from']}至{coverage['to']}，{cases}{part}。")
    yield from (Body(f"{note['zh'].rstrip('。')}。") for note in coverage["notes"])
    yield Heading(1, "二、本版未载")
    left_out = "；".join(words["zh"] for words in document["left_out"]) or "无"
    yield Body(f"{left_out}。")
    yield Heading(1, "三、截止")
    yield Table("数字所据", HEAD_LABEL, (Column("内容", wordy=True),), tuple(_cutoff(document)))
    yield Heading(1, "四、核验")
    for number, words in enumerate(annex["verify"], start=1):
        yield Body(f"{number}.{words['zh']}")
    if typeface_remark:
        yield Heading(1, "五、排印")
        yield Body(f"{typeface_remark}。")


def _cutoff(document: Plain) -> Iterator[Row]:
    def row(label: str, text: object) -> Row:
        return Row(label, (Cell(str(text)),))

    yield row("日志位置", document["position"])
    yield row("日志根散列", document["root"])
    yield row("冻结时间", document["frozen_at"])
    yield row("指标口径版本", document["definitions"])
    for key, value in document["annex"]["cutoff"].items():
        if value is not None:
            shown = ROUNDING_CHINESE.get(value, value) if key == "rounding" else value
            yield row(CUTOFF_CHINESE.get(key, key), shown)
    yield row("各部分摘要（SHA-256）", document["annex"]["digest"])
    yield row("规范 JSON 摘要（SHA-256）", digest_of(canonical(document)))


def _definitions(document: Plain) -> Table:
    return Table(
        f"指标口径（{document['definitions']}）",
        "指标",
        tuple(Column(label, wordy=True) for label in ("分子", "分母", "取位")),
        tuple(
            Row(one["name"]["zh"], tuple(Cell(one[part]["zh"]) for part in ("numerator", "denominator", "rounding")))
            for one in document["annex"]["definitions"]
        ),
    )


def _objections(said: Sequence[Objection]) -> Table:
    return Table(
        "单位异议及处理",
        "单位",
        tuple(Column(label, wordy=True) for label in ("异议内容", "结果", "处理意见")),
        tuple(Row(one.unit, (Cell(one.raised), Cell(one.result), Cell(one.decided))) for one in said),
    )


def _errata(errata: Sequence[Plain]) -> Iterator[Block]:
    for at, erratum in enumerate(errata):
        yield Heading(1, f"{_CHAPTERS[at % len(_CHAPTERS)]}、勘误{erratum['number']}（{erratum['at']}）")
        yield Body(f"原因：{erratum['cause']['zh'].rstrip('。')}。")
        yield Table(
            f"勘误{erratum['number']}所改",
            "单元格",
            (Column("原", wordy=True), Column("更正后", wordy=True)),
            tuple(Row(cell["id"], (Cell(cell["old"]), Cell(cell["new"]))) for cell in erratum["cells"]),
        )
