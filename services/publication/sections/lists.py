"""Sections 5, 6 and 8: what is overdue, who was not content, what is hard. By receipt number, never a person."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterable, Mapping
from datetime import date
from typing import Final
from uuid import UUID

from domain.bulletin.events import Scope
from domain.figures.case_sets import open_case, overdue_open, said
from domain.figures.figure import RowId
from domain.figures.leg_sets import leg_overdue
from domain.figures.measures import HARD_REWORKS_MIN, HARD_TRANSFERS_MIN, CaseMeasure, Promise
from domain.figures.rows import LegRow
from domain.figures.sources import Needs
from domain.figures.unit_table import DIRECT, NO_UNIT, answering, row_id
from domain.figures.window import Window
from domain.words import CHINESE, ComplaintKind, LegRole, Satisfaction
from services.publication.document import Cell, Column, Line, Section, Table, Words, key_of, number_cell, text_cell
from services.publication.ground import Ground, listed, may_be_listed
from services.publication.sections.summary import DAYS, PIECES
from services.statistics import QuarterRows

NO_CAUSE: Final = "未填原因"

_DUE = Needs(every_case=True, acceptance=True)
_PROCESS = Needs(process=True)
_UNIT = Column("unit", Words("承办单位", "Unit"))
_TOPIC = Column("topic", Words("事项", "Topic"))
_OVERDUE = (
    _UNIT,
    _TOPIC,
    Column("deadline", Words("期限", "Deadline")),
    Column("days", Words("已超", "Days over"), DAYS),
)


def subject_matter(case: CaseMeasure) -> str:
    """Return what a case is about without anybody's words: its category, else its kind."""
    return case.category or CHINESE[case.kind]


def overdue(ground: Ground) -> Section:
    """Return section 5: first what units owe, then what waits at the hotline."""
    window = ground.window
    legs = overdue_legs(ground.rows)
    shown, hidden = listed(legs)
    owed = {row.case.complaint for row in legs}
    cases = [
        case
        for case in ground.rows.cases
        if case.complaint not in owed and window.sources.lacks(case, _DUE) is None and overdue_open(case, window)
    ]
    waiting = [case for case in cases if may_be_listed(case)]
    title = Words("超时未办结清单", "Overdue and open")
    paragraphs = _not_listed(hidden + len(cases) - len(waiting))
    if not shown and not waiting and not paragraphs:
        none = Words("截至统计时点没有超时未办结的", "nothing was overdue and open at the cut-off")
        return Section(5, "overdue", title, empty_because=_why_none(ground, "overdue_open", none))
    tables = []

    def first_due(row: LegRow) -> tuple[date, int]:
        return _due_day(ground, row.leg.promises), row.leg.started_position

    if shown:
        lines = tuple(_overdue_line(ground, row) for row in sorted(shown, key=first_due))
        tables.append(Table("overdue", Words("承办单位超时未办结", "Overdue with a unit"), _OVERDUE, lines))
    if waiting:
        waiting.sort(key=lambda case: (_due_day(ground, case.promises), case.registered_position))
        lines = tuple(_waiting_line(ground, case) for case in waiting)
        tables.append(Table("overdue_at_hotline", _WAITING, _OVERDUE[1:], lines))
    return Section(5, "overdue", title, paragraphs, tuple(tables))


_WAITING: Final = Words(
    "诉求人期限已过，尚未派单、待审核、待送达或由热线直接办理的",
    "Past the citizen's deadline with no unit overdue: not sent out yet, in review, or the hotline's own",
)


def overdue_legs(rows: QuarterRows) -> tuple[LegRow, ...]:
    """Return the legs that stood open beyond their deadline, as far as the sources know."""
    window = rows.window
    return tuple(
        row for row in rows.leg_rows() if window.sources.lacks(row.case, _DUE) is None and leg_overdue(row, window)
    )


def _why_none(ground: Ground, key: str, none: Words) -> Words:
    """Say why a list is empty: the sources do not know of such, or there really are none."""
    count = ground.table.total.counts[key]
    if count.value is None and count.cause is not None:
        return Words(f"无法给出：{count.cause.zh}", f"cannot be given: {count.cause.en}")
    return none


def _not_listed(count: int) -> tuple[Words, ...]:
    if not count:
        return ()
    return (
        Words(
            f"另有 {count} 件按规定不列明（检举控告、保密或撤回公开）。",
            f"{count} more are not listed: accusations, confidential, or withdrawn from publication.",
        ),
    )


def _overdue_line(ground: Ground, row: LegRow) -> Line:
    receipt = ground.receipt(row.case)
    topic, deadline, over = _overdue_cells(ground, row.case, row.leg.promises, f"overdue.{receipt}.{row.leg.number}")
    unit = text_cell(f"overdue.{receipt}.{row.leg.number}.unit", ground.unit_of(row.leg) or NO_UNIT)
    return Line(receipt, (unit, topic, deadline, over))


def _waiting_line(ground: Ground, case: CaseMeasure) -> Line:
    receipt = ground.receipt(case)
    return Line(receipt, _overdue_cells(ground, case, case.promises, f"overdue.{receipt}.hotline"))


def _overdue_cells(
    ground: Ground, case: CaseMeasure, promises: tuple[Promise, ...], prefix: str
) -> tuple[Cell, Cell, Cell]:
    day = _due_day(ground, promises)
    over = (ground.window.today - day).days
    behind = (row_id(case),)
    return (
        text_cell(f"{prefix}.topic", subject_matter(case)),
        Cell(f"{prefix}.deadline", day.isoformat(), day.isoformat(), denominator_rows=behind),
        Cell(f"{prefix}.days", over, str(over), denominator_rows=behind),
    )


def _due_day(ground: Ground, promises: tuple[Promise, ...]) -> date:
    deadline = ground.window.in_force(promises)
    assert deadline is not None, "what is overdue has a deadline"
    return ground.window.due_day(deadline)


# --- section 6 ------------------------------------------------------------------------------------------------------


def dissatisfied(ground: Ground) -> Section:
    """Return section 6: how many were not content, by unit and by cause; the list itself is not for the public."""
    window = ground.window
    cases = [
        case
        for case in ground.rows.cases
        if window.sources.lacks(case, _PROCESS) is None and _was_dissatisfied(case, window)
    ]
    title = Words("不满意件及原因", "Dissatisfied, with the cause")
    if not cases:
        none = Words("本期回访没有不满意的", "nobody who was reached in the period was dissatisfied")
        return Section(6, "dissatisfied", title, empty_because=_why_none(ground, "dissatisfied_people", none))
    by_cause: dict[str, list[RowId]] = defaultdict(list)
    by_unit: dict[str, list[RowId]] = defaultdict(list)
    known = ground.known
    for case in cases:
        by_cause[_cause_said(case, window) or NO_CAUSE].append(row_id(case))
        by_unit[_answering_unit(case, known, window)].append(row_id(case))
    shown = [case for case in cases if may_be_listed(case)]
    tables = [
        _grouped("dissatisfied_by_unit", Words("按单位", "By unit"), "dissatisfied.unit", by_unit),
        _grouped("dissatisfied_by_cause", Words("按原因", "By cause"), "dissatisfied.cause", by_cause),
    ]
    if shown:
        tables.append(_dissatisfied_list(ground, shown, known))
    return Section(6, "dissatisfied", title, _not_listed(len(cases) - len(shown)), tuple(tables))


_was_dissatisfied = said(Satisfaction.DISSATISFIED)


def process_unknown(ground: Ground) -> Words | None:
    """Return why nothing can be said of how matters were handled; ``None`` where something can."""
    causes = [ground.window.sources.lacks(case, _PROCESS) for case in ground.rows.cases]
    if not causes or None in causes or causes[0] is None:
        return None
    return Words(f"无法给出：{causes[0].zh}", f"cannot be given: {causes[0].en}")


def _cause_said(case: CaseMeasure, window: Window) -> str | None:
    last = next((made for made in reversed(case.follow_ups) if made.reached and window.within(made.at)), None)
    return last.cause if last is not None else None


def _answering_unit(case: CaseMeasure, known: Mapping[UUID, CaseMeasure], window: Window) -> str:
    direct, unit = answering(case, known, window)
    return DIRECT if direct else unit or NO_UNIT


def _grouped(key: str, title: Words, prefix: str, groups: dict[str, list[RowId]]) -> Table:
    lines = [
        Line(name, (number_cell(f"{prefix}.{key_of(name)}", rows),))
        for name, rows in sorted(groups.items(), key=lambda item: (-len(item[1]), item[0]))
    ]
    every = (row for rows in groups.values() for row in rows)
    return Table(
        key,
        title,
        (Column("count", Words("件数", "Matters"), PIECES),),
        tuple(lines),
        Line("合计", (number_cell(f"{prefix}.total", every),)),
    )


def _dissatisfied_list(ground: Ground, cases: Iterable[CaseMeasure], known: Mapping[UUID, CaseMeasure]) -> Table:
    window = ground.window

    def line(case: CaseMeasure) -> Line:
        receipt = ground.receipt(case)
        again = any(window.happened(at) for at in case.reworks)
        return Line(
            receipt,
            (
                text_cell(f"dissatisfied.{receipt}.unit", _answering_unit(case, known, ground.window)),
                text_cell(f"dissatisfied.{receipt}.topic", subject_matter(case)),
                text_cell(f"dissatisfied.{receipt}.cause", _cause_said(case, window) or NO_CAUSE),
                text_cell(f"dissatisfied.{receipt}.rework", "是" if again else "否"),
            ),
        )

    return Table(
        "dissatisfied",
        Words("不满意件清单", "The dissatisfied matters"),
        (_UNIT, _TOPIC, Column("cause", Words("不满意原因", "Cause")), Column("rework", Words("是否重办", "Reworked"))),
        tuple(line(case) for case in cases),
        scope=Scope.LIMITED,
    )


# --- section 8 ------------------------------------------------------------------------------------------------------


def hard_cases(ground: Ground) -> Section:
    """Return section 8: matters that came back again and again, as far as they moved in the quarter."""
    window = ground.window
    transfers = _transfers(ground)
    reworked: list[RowId] = []
    passed_on: list[RowId] = []
    hard: dict[UUID, CaseMeasure] = {}
    for case in ground.rows.cases:
        if case.kind is ComplaintKind.ACCUSATION or not _moved(case, window):
            continue
        reworks = sum(window.happened(at) for at in case.reworks)
        if reworks >= HARD_REWORKS_MIN:
            reworked.append(row_id(case))
            hard[case.complaint] = case
        if transfers[case.complaint] >= HARD_TRANSFERS_MIN:
            passed_on.append(row_id(case))
            hard[case.complaint] = case
    title = Words("疑难事项", "Hard cases")
    unknown = process_unknown(ground)
    if not hard and unknown is not None:
        return Section(8, "hard_cases", title, empty_because=unknown)
    if not hard:
        zh = f"本期没有重办 {HARD_REWORKS_MIN} 次或转办 {HARD_TRANSFERS_MIN} 次以上的事项"
        en = f"no matter was reworked {HARD_REWORKS_MIN} times or passed on {HARD_TRANSFERS_MIN} times"
        return Section(8, "hard_cases", title, empty_because=Words(zh, en))
    counts = Table(
        "hard_cases_count",
        Words("疑难事项件数（一件可同属两类）", "Hard cases; one may be of both sorts"),
        (Column("count", Words("件数", "Matters"), PIECES),),
        (
            Line(f"重办 {HARD_REWORKS_MIN} 次及以上", (number_cell("hard_cases.reworked", reworked),)),
            Line(f"转办 {HARD_TRANSFERS_MIN} 次及以上", (number_cell("hard_cases.passed_on", passed_on),)),
        ),
        Line("合计（不重复）", (number_cell("hard_cases.total", (row_id(case) for case in hard.values())),)),
    )
    shown = [case for case in hard.values() if may_be_listed(case)]
    tables = [counts]
    if shown:
        lines = tuple(_hard_line(ground, case, transfers[case.complaint]) for case in shown)
        tables.append(Table("hard_cases", Words("清单", "The matters"), _HARD, lines, scope=Scope.LIMITED))
    return Section(8, "hard_cases", title, _not_listed(len(hard) - len(shown)), tuple(tables))


_HARD: Final = (
    _UNIT,
    _TOPIC,
    Column("reworks", Words("重办", "Reworks"), "次"),
    Column("transfers", Words("转办", "Transfers"), "次"),
    Column("state", Words("现状", "State")),
)


def _transfers(ground: Ground) -> Counter[UUID]:
    """Count how often each case was given from one unit to another: its lead legs that were returned or redirected."""
    window = ground.window
    legs = (leg for leg in ground.rows.legs if leg.role is LegRole.LEAD and window.happened(leg.returned))
    return Counter(leg.complaint for leg in legs)


def _moved(case: CaseMeasure, window: Window) -> bool:
    """Say whether a case was open at the cut-off, or came in, was sent back or ended in the quarter."""
    acts = (case.registered, *case.reworks, *case.returns, *(end.at for end in case.endings))
    return open_case(case, window) or any(window.within(at) for at in acts)


def _hard_line(ground: Ground, case: CaseMeasure, transfers: int) -> Line:
    receipt = ground.receipt(case)
    window = ground.window
    reworks = sum(window.happened(at) for at in case.reworks)
    behind = (row_id(case),)
    state = "未办结" if open_case(case, window) else "已办结"
    unit = window.unit(case.lead_unit, case.dispatched or case.registered)
    return Line(
        receipt,
        (
            text_cell(f"hard_cases.{receipt}.unit", unit or NO_UNIT),
            text_cell(f"hard_cases.{receipt}.topic", subject_matter(case)),
            Cell(f"hard_cases.{receipt}.reworks", reworks, str(reworks), denominator_rows=behind),
            Cell(f"hard_cases.{receipt}.transfers", transfers, str(transfers), denominator_rows=behind),
            text_cell(f"hard_cases.{receipt}.state", state),
        ),
    )
