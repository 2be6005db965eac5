"""Sections 7, 9 and 10: what was found and corrected, what became of the last edition's failures, what is required."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Sequence
from typing import Final

from domain.bulletin.state import Edition
from domain.figures.acts import last_within
from domain.figures.case_sets import ending
from domain.figures.figure import NONE, Figure, RowId
from domain.figures.measures import CaseMeasure
from domain.figures.rows import LegRow
from domain.figures.unit_table import NO_UNIT
from domain.periods import Period
from services.publication.document import (
    Cell,
    Column,
    Line,
    Section,
    Table,
    Words,
    cause_words,
    number_cell,
    rate_cell,
    share_cell,
    text_cell,
)
from services.publication.ground import Ground, listed
from services.publication.sections.lists import overdue_legs, subject_matter
from services.publication.sections.promises import promise_tables
from services.publication.sections.summary import PIECES

NO_CODE: Final = "未列代码"

ANSWERED, ENDED, STILL_OPEN = "已答复", "已办结", "仍未办结"


def findings(ground: Ground) -> Section:
    """Return section 7; typical cases are words that the bulletin is given, never a case's own."""
    title = Words("核查与查纠", "Findings and corrections")
    substantiated, corrected = (ground.table.total.rates[key] for key in ("substantiated", "corrected"))
    if not substantiated.denominator:
        why = cause_words(substantiated.cause) or Words("本期没有核实记录", "no finding was recorded in the period")
        return Section(7, "findings", title, empty_because=why)
    columns = (
        Column("found", Words("核实", "Findings"), PIECES),
        Column("proved", Words("属实及部分属实", "Substantiated, partly included"), PIECES),
        Column("proved_rate", Words("属实率", "Substantiated, rate")),
        Column("corrected", Words("已查纠", "Corrected"), PIECES),
        Column("corrected_rate", Words("查纠率", "Corrected, rate")),
    )
    table = Table(
        "findings",
        Words("按作风问题分类", "By conduct code"),
        columns,
        _by_code(ground, substantiated, corrected),
        Line(
            "合计",
            (
                number_cell("findings.total.found", substantiated.denominator_rows),
                number_cell("findings.total.proved", substantiated.numerator_rows),
                rate_cell("findings.total.proved_rate", substantiated),
                number_cell("findings.total.corrected", corrected.numerator_rows),
                rate_cell("findings.total.corrected_rate", corrected),
            ),
        ),
    )
    return Section(7, "findings", title, tables=(table,))


def _by_code(ground: Ground, substantiated: Figure, corrected: Figure) -> tuple[Line, ...]:
    cases = ground.known
    proved, put_right = set(substantiated.numerator_rows), set(corrected.numerator_rows)
    groups: dict[str | None, list[RowId]] = defaultdict(list)
    for row in substantiated.denominator_rows:
        last = last_within(cases[row.complaint].findings, ground.window)
        groups[last.conduct_code if last is not None else None].append(row)
    order = [code.code for code in ground.conduct_codes.codes] if ground.conduct_codes is not None else []
    known = [code for code in order if code in groups]
    others = sorted(code for code in groups if code is not None and code not in order)
    codes: list[str | None] = [*known, *others, *((None,) if None in groups else ())]
    return tuple(_code_line(ground, code, groups[code], proved, put_right) for code in codes)


def _code_line(ground: Ground, code: str | None, rows: list[RowId], proved: set[RowId], put_right: set[RowId]) -> Line:
    prefix = f"findings.{code or 'none'}"
    held = ground.conduct_codes.find(code) if ground.conduct_codes is not None and code is not None else None
    name = held.name if held is not None else code or NO_CODE
    rounding = ground.window.settings.rounding
    true = tuple(row for row in rows if row in proved)
    done = tuple(row for row in true if row in put_right)
    return Line(
        name,
        (
            number_cell(f"{prefix}.found", rows),
            number_cell(f"{prefix}.proved", true),
            share_cell(f"{prefix}.proved_rate", true, tuple(rows), rounding),
            number_cell(f"{prefix}.corrected", done),
            share_cell(f"{prefix}.corrected_rate", done, true, rounding),
        ),
    )


# --- section 9 ------------------------------------------------------------------------------------------------------


_NO_PROMISES: Final = Words(
    "现场承诺：没有记录本期作出、到期或仍在履行的承诺。",
    "Promises made on air: none made, due or open in the period is on record.",
)


def rechecked(ground: Ground) -> Section:
    """Return section 9: each matter that the last edition named as overdue, and how it stands now."""
    title = Words("上期问题复查与承诺兑现", "Last edition's failures rechecked; promises")
    before = ground.period.previous()
    promises = promise_tables(ground)
    said = () if promises else (_NO_PROMISES,)
    edition = ground.last_edition
    if edition is None:
        unpublished = Words(
            f"上期（{before.chinese}）没有发布通报，无可复查。",
            f"Nothing was published for {before}: there is nothing to recheck.",
        )
        return Section(9, "rechecked", title, (unpublished, *said), promises)
    legs = overdue_legs(ground.as_it_was(before, edition.frozen.position, edition.frozen.as_of))
    shown, _ = listed(sorted(legs, key=lambda row: (row.leg.promises[-1].deadline.due, row.leg.started_position)))
    if not shown:
        none = Words(
            f"上期（{before.chinese}）没有列名的超时未办结件。",
            f"The edition of {before} named nothing as overdue.",
        )
        return Section(9, "rechecked", title, (none, *said), promises)
    return Section(9, "rechecked", title, said, (*_recheck_tables(ground, before, edition, shown), *promises))


def _recheck_tables(ground: Ground, before: Period, edition: Edition, legs: Sequence[LegRow]) -> tuple[Table, ...]:
    now = ground.at_present(row.case.complaint for row in legs)
    groups: dict[str, list[RowId]] = {ANSWERED: [], ENDED: [], STILL_OPEN: []}
    lines: list[Line] = []
    for row in legs:
        case = now[row.case.complaint]
        how = _stands(ground, case)
        groups[how].append(RowId(case.complaint, row.leg.number))
        lines.append(_recheck_line(ground, row, case, how))
    counts = Table(
        "rechecked_count",
        Words(
            f"上期（{before.chinese}{edition.issue}）列名 {len(legs)} 件的现状", f"The {len(legs)} named in {before}"
        ),
        (Column("count", Words("件数", "Legs"), PIECES),),
        tuple(
            Line(how, (number_cell(f"rechecked.{key}", groups[how]),))
            for key, how in (("answered", ANSWERED), ("ended", ENDED), ("open", STILL_OPEN))
        ),
        Line("合计", (number_cell("rechecked.total", (row for rows in groups.values() for row in rows)),)),
    )
    columns = (
        Column("unit", Words("承办单位", "Unit")),
        Column("topic", Words("事项", "Topic")),
        Column("state", Words("现状", "Now")),
        Column("on", Words("日期", "On")),
    )
    return (counts, Table("rechecked", Words("上期列名件复查", "Each of them"), columns, tuple(lines)))


_STILL_OPEN: Final = Words("仍未办结", "still open")


def _stands(ground: Ground, case: CaseMeasure) -> str:
    if ground.window.happened(case.answered):
        return ANSWERED
    return STILL_OPEN if ending(case, ground.window) is None else ENDED


def _recheck_line(ground: Ground, row: LegRow, case: CaseMeasure, how: str) -> Line:
    window = ground.window
    receipt = ground.receipt(case)
    prefix = f"rechecked.{receipt}.{row.leg.number}"
    end = ending(case, window)
    at = case.answered if how == ANSWERED else end.at if how == ENDED and end is not None else None
    day = window.day(at).isoformat() if at is not None else None
    behind = (RowId(case.complaint, row.leg.number),)
    return Line(
        receipt,
        (
            text_cell(f"{prefix}.unit", ground.unit_of(row.leg) or NO_UNIT),
            text_cell(f"{prefix}.topic", subject_matter(case)),
            Cell(f"{prefix}.state", how, how, denominator_rows=behind),
            Cell(f"{prefix}.on", day, day or NONE, cause=None if day else _STILL_OPEN, denominator_rows=behind),
        ),
    )


# --- section 10 -----------------------------------------------------------------------------------------------------


def requirements() -> Section:
    """Return section 10; it consists of words that the bulletin is given."""
    return Section(
        10,
        "requirements",
        Words("工作要求", "Requirements"),
        empty_because=Words("本期没有提出工作要求", "no requirement was made in this edition"),
    )
