"""``stats explain-difference``: why two figures of one quarter differ, case by case."""

from __future__ import annotations

from typing import TYPE_CHECKING

import click

from domain.figures.indicators import COUNTS, DEFINITIONS
from gateways.commandline.parameters import QuarterParameter
from gateways.commandline.session import (
    Session,
    answer_json,
    answer_table,
    json_option,
    parse_instant,
    pass_session,
    say,
)
from services.differences import CAUSES, explain_difference, figure_keys
from services.statistics import Statistics

if TYPE_CHECKING:
    from domain.periods import Quarter


CASE_LINES_MAX = 200
"""How many lines of cases are printed where nobody said which row or figure is meant; a screen holds no more."""

_NAMES = {
    **{one.key: one.name_zh for one in COUNTS},
    **{one.key: one.name_zh for one in DEFINITIONS},
    "answered": "答复",
    "response_days": "答复用时",
    "response_working_days": "答复用时（工作日）",
}


@click.command("explain-difference", short_help="差异说明 / why two figures differ")
@click.option("--quarter", required=True, type=QuarterParameter(), help="季度，如 2025Q3 / the quarter")
@click.option("--known-at", "a", required=True, metavar="INSTANT", help="甲：此时刻所知 / as known at A")
@click.option("--and", "b", metavar="INSTANT", help="乙：此时刻所知，默认为现在 / and at B, else now")
@click.option("--as-of", metavar="INSTANT", help="两边都只计此时刻前发生的 / both counting what had occurred by then")
@click.option("--unit", "row", help="只看一行：单位名或“全市” / one row: a unit, or 全市")
@click.option("--figure", "keys", multiple=True, type=click.Choice(figure_keys()), help="只看这些指标 / these figures")
@json_option
@pass_session
def explain(
    session: Session,
    quarter: Quarter,
    a: str,
    b: str | None,
    as_of: str | None,
    row: str | None,
    keys: tuple[str, ...],
    *,
    as_json: bool,
) -> None:
    """逐件说明同一季度的数字为何在甲、乙两时刻所知不同；各项变动之和恰为差额。

    逐件超过 200 行的，须以 --unit 或 --figure 指定。

    Explain case by case why a quarter's figures as known at A and at B differ; the changes add up to the difference
    exactly.
    """
    with session.reading() as house, house.views.reading() as conn:
        found = explain_difference(
            Statistics(conn, house.log, house.instance.zone),
            quarter,
            parse_instant(a, house),
            parse_instant(b, house) if b is not None else house.clock(),
            parse_instant(as_of, house) if as_of is not None else None,
            row=row,
            keys=keys,
        )
    if as_json:
        answer_json(found.json())
        return
    click.echo(f"{quarter.chinese}　甲 A position {found.a.position}　乙 B position {found.b.position}")
    if not found.explained:
        say("没有差异", "nothing differs")
        return
    answer_table(
        ("行 row", "指标 figure", "部分 part", "甲 A", "乙 B", "差 difference"),
        [
            (one.part.row, _figure(one.part.key), one.part.part, one.a, one.b, _signed(one.b - one.a))
            for one in found.explained
        ],
    )
    lines = sum(len(one.reasons) for one in found.explained)
    if lines > CASE_LINES_MAX and row is None and not keys:
        say(
            f"逐件说明共 {lines} 行，未列出：请以 --unit、--figure 收窄，或以 --json 取全部",
            f"{lines} lines of cases are left out: narrow with --unit or --figure, or take all with --json",
        )
        return
    for one in found.explained:
        difference = _signed(one.b - one.a)
        click.echo(f"\n{one.part.row}　{_figure(one.part.key)} {one.part.part}：{one.a} → {one.b}（{difference}）")
        answer_table(
            ("变动 change", "受理编号 receipt", "缘由 why", "事件 events"),
            [
                (
                    _signed(reason.change),
                    reason.receipt_no if reason.open_to_all else "（不列 not named）",
                    CAUSES[reason.cause],
                    ", ".join(map(str, reason.positions)) if reason.open_to_all else "",
                )
                for reason in one.reasons
            ],
        )


def _figure(key: str) -> str:
    """Return a figure's Chinese name beside its key."""
    return f"{_NAMES[key]} {key}" if key in _NAMES else key


def _signed(number: object) -> str:
    text = str(number)
    return text if text.startswith("-") or text == "0" else f"+{text}"
