"""Section 4: how each unit did; on-air units first, for their episodes and for all that was sent to them."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from typing import Final
from uuid import UUID

from domain.figures.case_sets import ending
from domain.figures.figure import NONE, RowId
from domain.figures.measures import CaseMeasure
from domain.figures.unit_table import Row, UnitTable
from domain.figures.window import Window
from services.publication.document import (
    Cell,
    Column,
    Line,
    Rows,
    Section,
    Table,
    Words,
    count_cell,
    decimal_cell,
    key_of,
    no_figure,
    number_cell,
    numerator_cell,
    rate_cell,
)
from services.publication.grading import GradeRule
from services.publication.ground import Ground
from services.publication.sections.summary import DAYS, PIECES, timed_rows

UNIT_TABLES: Final = ("units_episodes", "units", "other_units")
"""The tables of section 4 that have a line for each unit."""

_MakeCell = Callable[[str, Row], Cell]


@dataclass(frozen=True, slots=True)
class _UnitColumn:
    """A column of the table by unit: its label, how a unit's cell is made, and whether its parts add up to a total."""

    key: str
    label: Words
    make: _MakeCell
    unit: str | None = None
    adds_up: bool = True


def _counted(key: str, zh: str, en: str) -> _UnitColumn:
    return _UnitColumn(key, Words(zh, en), lambda cell_id, row: count_cell(cell_id, row.counts[key]), PIECES)


def _numerator(key: str, rate: str, zh: str, en: str) -> _UnitColumn:
    return _UnitColumn(key, Words(zh, en), lambda cell_id, row: numerator_cell(cell_id, row.rates[rate]), PIECES)


def _oldest(cell_id: str, row: Row) -> Cell:
    held = row.counts["open"]
    if row.oldest_open_days is None:
        return no_figure(cell_id, count_cell(cell_id, held).cause or Words("没有未办结的", "none is open"))
    text = str(row.oldest_open_days)
    return Cell(cell_id, row.oldest_open_days, text, denominator_rows=held.rows)


def _duration(key: str, zh: str, en: str, pick: Callable[[Row], Cell]) -> _UnitColumn:
    return _UnitColumn(key, Words(zh, en), lambda cell_id, row: _named(cell_id, pick(row)), DAYS, adds_up=False)


def _named(cell_id: str, cell: Cell) -> Cell:
    return Cell(cell_id, cell.value, cell.text, cause=cell.cause, denominator_rows=cell.denominator_rows)


def _timed(row: Row) -> Rows:
    return timed_rows(row.answered, row.flagged)


def columns_of(rule: GradeRule) -> tuple[_UnitColumn, ...]:
    """Return the columns of the table by unit, in the order in which it is read."""
    return (
        _counted("registered", "受理", "Received"),
        _counted("due", "应办结", "Due"),
        _counted("closed", "办结", "Closed"),
        _UnitColumn("answered", Words("答复", "Answered"), lambda i, row: count_cell(i, row.answered), PIECES),
        _numerator("on_time", "on_time", "按时办结", "On time"),
        _counted("late", "超时办结", "Late"),
        _counted("overdue_open", "超时未办结", "Overdue and open"),
        _UnitColumn("oldest_open", Words("最久未办", "Oldest open"), _oldest, DAYS, adds_up=False),
        _numerator("reworked", "reworked", "重办", "Reworked"),
        _counted("returned_legs", "退单", "Returned"),
        _duration("mean", "平均用时", "Mean", lambda r: _took(r, "mean")),
        _duration("median", "中位用时", "Median", lambda r: _took(r, "median")),
        _duration("p90", "P90 用时", "P90", lambda r: _took(r, "p90")),
        _numerator("substantiated", "substantiated", "属实", "Substantiated"),
        _numerator("corrected", "corrected", "查纠", "Corrected"),
        _counted("followed_up", "回访", "Followed up"),
        _counted("satisfied_people", "满意", "Satisfied"),
        _counted("fairly_satisfied_people", "基本满意", "Fairly satisfied"),
        _counted("dissatisfied_people", "不满意", "Dissatisfied"),
        _UnitColumn(
            "satisfied",
            Words("满意率", "Satisfied, rate"),
            lambda i, row: rate_cell(i, row.rates["satisfied"]),
            adds_up=False,
        ),
        # A satisfaction rate says little without how many of those called it speaks for.
        _UnitColumn(
            "reached",
            Words("回访到率", "Reached, rate"),
            lambda i, row: rate_cell(i, row.rates["reached"]),
            adds_up=False,
        ),
        _UnitColumn("grade", Words("等级", "Grade"), rule.cell, adds_up=False),
    )


def _took(row: Row, which: str) -> Cell:
    times = row.response_days
    value = {"mean": times.mean, "median": times.median, "p90": times.p90}[which]
    return decimal_cell(which, value, times.cause, _timed(row))


def units(ground: Ground) -> Section:
    """Return section 4, with the annex of all other units as its last table but one."""
    rule = ground.grades
    on_air = ground.on_air
    rows = ground.table.units
    paragraphs = [
        Words(
            "单位数字按承办环节计，全市数字按诉求计：一件重办或改派，各环节都计，不满意等栏合计可多于全市；"
            "受理之差见本部分末表。"
            f"等级规则 {rule.edition}：应办结不足 {rule.due_min} 件的不评。",
            "Units are counted per leg, the city per matter: reworked or sent on, a matter counts with each leg, so "
            "that units may have more dissatisfied than the city; of what was received the last table tells the "
            "difference. "
            f"Grades by rule {rule.edition}: none below {rule.due_min} due.",
        ),
    ]
    paragraphs += _beyond_the_columns(ground)
    if not on_air:
        paragraphs.append(
            Words(
                "本期没有节目记录，下表列出全部单位。",
                "No episode is recorded in this period: the table lists every unit.",
            ),
        )
        tables = [_table("units", Words("各单位办理情况", "How each unit did"), rows, "units", rule)]
    else:
        first = [row for row in rows if not row.direct and row.unit in on_air]
        missing = [unit for unit in on_air if unit not in {row.unit for row in first}]
        if missing:
            names = "、".join(missing)
            paragraphs.append(
                Words(f"{names}已上线，本期没有承办件。", f"On air without any matter in the period: {names}."),
            )
        others = [row for row in rows if row.direct or row.unit not in on_air]
        tables = [
            _table("units_episodes", _PART_A, _part_a(ground, on_air), "units.episodes", rule),
            _table("units", _PART_B, first, "units", rule),
            _table("other_units", _OTHERS, others, "units", rule),
        ]
    tables = [table for table in tables if table.lines]
    return Section(
        4,
        "units",
        Words("单位办理情况", "How the units did"),
        tuple(paragraphs),
        (*tables, *_reconciliation(ground)),
    )


_PART_A: Final = Words(
    "上线单位办理情况（甲）：节目中提出和为节目征集的", "On-air units, part A: raised on or for their episodes"
)
_PART_B: Final = Words("上线单位办理情况（乙）：本期派办的全部", "On-air units, part B: everything sent to them")
_OTHERS: Final = Words("附表：其他单位", "Annex: all other units")


def _part_a(ground: Ground, on_air: Sequence[str]) -> list[Row]:
    """Return the lines of each on-air unit over the matters of its own episodes alone."""
    lines: list[Row] = []
    for unit in on_air:
        refs = {episode.episode for episode in ground.episodes if unit in ground.units_of(episode)}
        row = ground.part(lambda case, refs=refs: case.programme_ref in refs).unit(unit)  # type: ignore[misc]
        if row is not None:
            lines.append(row)
    return lines


def _table(key: str, title: Words, rows: Sequence[Row], prefix: str, rule: GradeRule) -> Table:
    columns = columns_of(rule)
    lines = tuple(_line(row, prefix, columns) for row in rows)
    return Table(
        key,
        title,
        tuple(Column(column.key, column.label, column.unit) for column in columns),
        lines,
        _sum(lines, f"{prefix}.total" if key != "other_units" else f"{prefix}.others_total", columns),
    )


def unit_key(row: Row) -> str:
    """Return what stands for a unit's line in the ids of its cells."""
    if row.direct:
        return "direct"
    return "unnamed" if row.unit is None else key_of(row.unit)


def _line(row: Row, prefix: str, columns: Sequence[_UnitColumn]) -> Line:
    return Line(row.name, tuple(column.make(f"{prefix}.{unit_key(row)}.{column.key}", row) for column in columns))


def _sum(lines: Sequence[Line], prefix: str, columns: Sequence[_UnitColumn]) -> Line | None:
    """Return the sum of the lines; columns that do not add up stay empty."""
    if not lines:
        return None
    cells: list[Cell] = []
    for at, column in enumerate(columns):
        cell_id = f"{prefix}.{column.key}"
        parts = [line.cells[at] for line in lines]
        known = [part for part in parts if part.value is not None]
        if not column.adds_up:
            cells.append(no_figure(cell_id, _DOES_NOT_ADD_UP))
        elif not known:
            cells.append(Cell(cell_id, None, NONE, cause=parts[0].cause))
        else:
            cause = next((part.cause for part in parts if part.value is None), None)
            rows = tuple(row for part in known for row in part.numerator_rows)
            cells.append(Cell(cell_id, len(rows), str(len(rows)), cause=cause, numerator_rows=rows))
    return Line("合计", tuple(cells))


_DOES_NOT_ADD_UP: Final = Words(
    "比率、用时和等级不相加，全市数字见第一部分",
    "rates, times and grades do not add up: the city's stand in section 1",
)


def _beyond_the_columns(ground: Ground) -> list[Words]:
    """Say what of the due is neither answered nor open: the columns beside it would not add up otherwise."""
    legs = {
        "due": set(_rows(ground.table, "due")),
        "late": set(_rows(ground.table, "late")),
        "overdue_open": set(_rows(ground.table, "overdue_open")),
        "on_time": {row for one in ground.table.units for row in one.rates["on_time"].numerator_rows},
    }
    taken = legs["due"] - legs["late"] - legs["overdue_open"] - legs["on_time"]
    if not taken:
        return []
    return [
        Words(
            f"应办结中另有 {len(taken)} 件环节逾限后未答复即改派、收回或终止，不在按时、超时办结和超时未办结之内。",
            f"{len(taken)} legs of those due were taken back or ended unanswered after their deadline: "
            "neither on time, late, nor open.",
        ),
    ]


def _rows(table: UnitTable, key: str) -> Iterable[RowId]:
    return (row for one in table.units for row in one.counts[key].rows)


def _reconciliation(ground: Ground) -> tuple[Table, ...]:
    """Explain why the units' 受理 do not add up to what the city registered; nothing where that is not known."""
    city = ground.table.total.counts["registered"]
    if city.value is None:
        return ()
    legs = tuple(_rows(ground.table, "registered"))
    held = Counter(row.complaint for row in legs)
    here = {row.complaint for row in city.rows}
    without = [row for row in city.rows if row.complaint not in held]
    cases = ground.known
    parted: dict[str, list[RowId]] = defaultdict(list)
    for row in without:
        parted[_why_without(cases[row.complaint], ground.window)].append(row)
    more = _after_the_first(row for row in legs if row.complaint in here)
    earlier = tuple(row for row in legs if row.complaint not in here)
    lines = [Line("全市登记（诉求）", (count_cell("units.sum.registered", city),))]
    for key, zh in _WITHOUT:
        if parted[key]:
            lines.append(Line(f"减：{zh}", (number_cell(f"units.sum.{key}", parted[key]),)))
    if earlier:
        lines.append(Line("加：以前登记、本期派出", (number_cell("units.sum.earlier", earlier),)))
    if more:
        lines.append(Line("加：本期登记后再派（重办、改派）", (number_cell("units.sum.again", more),)))
    table = Table(
        "units_reconciled",
        Words("全市登记与各单位受理合计的差额", "From what the city registered to what the units received"),
        (Column("count", Words("件数", "Count"), PIECES),),
        tuple(lines),
        Line("等于：各单位受理合计（环节）", (number_cell("units.sum.received", legs),)),
    )
    return (table,)


def _after_the_first(legs: Iterable[RowId]) -> Rows:
    """Return the legs of each case but its first."""
    seen: set[UUID] = set()
    more: list[RowId] = []
    for row in legs:
        if row.complaint in seen:
            more.append(row)
        seen.add(row.complaint)
    return tuple(more)


_WITHOUT: Final = (
    ("ended_without_unit", "未派单即由热线办结、不予受理、移送或并单"),
    ("not_sent", "尚未派单"),
    ("returned", "已退单，尚未再派"),
)


def _why_without(case: CaseMeasure, window: Window) -> str:
    merged = any(window.happened(merging.at) and not window.happened(merging.undone) for merging in case.merges)
    if merged or ending(case, window) is not None:
        return "ended_without_unit"
    return "returned" if any(window.happened(at) for at in case.returns) else "not_sent"
