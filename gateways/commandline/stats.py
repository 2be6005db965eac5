"""``stats``: the figures of a quarter by unit, as known at any instant and as of any instant."""

from __future__ import annotations

from typing import TYPE_CHECKING

import click

from domain.figures.figure import NONE
from domain.periods import Quarter
from gateways.commandline.definitions import adopt as adopt_definitions
from gateways.commandline.definitions import preview_definitions
from gateways.commandline.definitions import show as show_definitions
from gateways.commandline.differences import explain
from gateways.commandline.held import held
from gateways.commandline.parameters import PeriodParameter
from gateways.commandline.ranking import ranking
from gateways.commandline.session import (
    Session,
    answer_json,
    answer_table,
    hold_to_begun,
    json_option,
    parse_instant,
    pass_session,
    say,
)
from gateways.commandline.structure import StructureParameter
from services.statistics import Statistics

if TYPE_CHECKING:
    from collections.abc import Iterator
    from datetime import date

    from domain.figures.figure import Cause, Count
    from domain.figures.unit_table import Row, UnitTable

_HEADINGS = (
    "单位 unit",
    "受理",
    "应办结",
    "答复",
    "按时率",
    "超时未办结",
    "平均天",
    "中位",
    "P90",
    "最长",
    "平均工作日",
    "超60天",
    "满意率",
    "首次满意率",
    "回访到率",
    "评议作废",
)
_LONG_DAYS = 60


@click.group(short_help="统计 / figures")
def stats() -> None:
    """各季度的统计数字。

    Figures by quarter.
    """


@stats.command(short_help="分单位统计表 / the table by unit")
@click.option("--quarter", required=True, type=PeriodParameter(), help="季度 2023Q3、月 2023-07 或年 2023 / the period")
@click.option("--as-of", metavar="INSTANT", help="只计此时刻前发生的 / what had occurred by then")
@click.option("--known-at", metavar="INSTANT", help="按此时刻已记录的 / what was recorded by then")
@click.option("--structure", type=StructureParameter(), help="机构：old、new 或日期 / under which structure")
@json_option
@pass_session
def units(
    session: Session,
    quarter: Quarter,
    as_of: str | None,
    known_at: str | None,
    structure: date | None,
    *,
    as_json: bool,
) -> None:
    """分单位统计；--known-at 给出“当时所知”的数字，--as-of 给出“截至当时发生”的数字。

    The table by unit; with --known-at as it was known then, with --as-of counting what had occurred by then. With
    --structure, one period under the structure before (old) or after (new) every reorganisation, or that of a day.
    """
    with session.reading() as house, house.views.reading() as conn:
        hold_to_begun(house, quarter)
        statistics = Statistics(conn, house.log, house.instance.zone, structure=structure)
        found = statistics.units(
            quarter,
            parse_instant(as_of, house) if as_of is not None else None,
            parse_instant(known_at, house) if known_at is not None else None,
        )
    if as_json:
        answer_json(found.json())
        return
    click.echo(f"{quarter.chinese}　截至 as of {found.table.window.as_of:%Y-%m-%d}　日志位置 position {found.position}")
    answer_table(
        _HEADINGS, [_line("全市 city", found.table.total), *(_line(row.name, row) for row in found.table.units)]
    )
    for note in _notes(found.table):
        say(note)


def _line(name: str, row: Row) -> tuple[object, ...]:
    took, working = row.response_days, row.response_working_days
    return (
        name,
        _count(row.counts["registered"]),
        _count(row.counts["due"]),
        _count(row.answered),
        row.rates["on_time"].rate,
        _count(row.counts["overdue_open"]),
        took.mean,
        took.median,
        took.p90,
        took.maximum,
        working.mean,
        _count(row.over_days[_LONG_DAYS]),
        row.rates["satisfied"].rate,
        row.rates["satisfied_first"].rate,
        row.rates["reached"].rate,
        _count(row.counts["ratings_invalidated"]),
    )


def _count(count: Count) -> object:
    return NONE if count.value is None else count.value


def _notes(table: UnitTable) -> Iterator[str]:
    """Say what is covered in part, and why dashes stand where they do."""
    for part in table.partial:
        yield (
            f"台账 {part.source} 只覆盖本期 {part.from_} 至 {part.to} / "
            f"{part.source} covers {part.from_} to {part.to} of the quarter"
        )
    total = table.total
    causes: dict[Cause, None] = {}
    said = [*(count.cause for count in total.counts.values()), *(rate.cause for rate in total.rates.values())]
    causes.update((cause, None) for cause in said if cause is not None)
    yield from (f"“—”：{cause.zh} / {cause.en}" for cause in causes)


stats.add_command(held)
stats.add_command(ranking)
stats.add_command(explain)
stats.add_command(preview_definitions)
stats.add_command(adopt_definitions)
stats.add_command(show_definitions)
