"""``stats ranking``: units in their groups, with ties, and what each left open beside its place."""

from __future__ import annotations

from typing import TYPE_CHECKING

import click

from domain.figures.ranking import name_of_figure, ranking_keys
from gateways.commandline.parameters import QuarterParameter
from gateways.commandline.session import (
    Session,
    answer_json,
    answer_table,
    hold_to_begun,
    json_option,
    parse_instant,
    pass_session,
)
from gateways.commandline.structure import StructureParameter
from services.ranking import ranking as ranking_of
from services.statistics import Statistics

if TYPE_CHECKING:
    from datetime import date

    from domain.periods import Quarter


@click.command("ranking", short_help="分组排名 / ranking by group")
@click.option("--quarter", required=True, type=QuarterParameter(), help="季度，如 2025Q3 / the quarter")
@click.option(
    "--by", default="on_time", show_default=True, type=click.Choice(ranking_keys()), help="按哪项指标 / by which figure"
)
@click.option(
    "--minimum", type=click.IntRange(0), help="最少计数，默认为设置值 / the least count; a setting by default"
)
@click.option("--structure", type=StructureParameter(), help="机构：old、new 或日期 / under which structure")
@click.option("--as-of", metavar="INSTANT", help="只计此时刻前发生的 / what had occurred by then")
@click.option("--known-at", metavar="INSTANT", help="按此时刻已记录的 / what was recorded by then")
@json_option
@pass_session
def ranking(
    session: Session,
    quarter: Quarter,
    by: str,
    minimum: int | None,
    structure: date | None,
    as_of: str | None,
    known_at: str | None,
    *,
    as_json: bool,
) -> None:
    """各组单位排名；并列同名次，计数不足的列出而不排名，未办件与最久未办一并列出。

    Units ranked in their groups. Equal figures share a place; too few rows give no place, and say so; the open and the
    oldest open stand beside the answered.
    """
    with session.reading() as house, house.views.reading() as conn:
        hold_to_begun(house, quarter)
        found = ranking_of(
            Statistics(conn, house.log, house.instance.zone, structure=structure),
            quarter,
            by,
            house.settings.ranking_rows_min if minimum is None else minimum,
            as_of=parse_instant(as_of, house) if as_of is not None else None,
            known_at=parse_instant(known_at, house) if known_at is not None else None,
        )
    document = found.json()
    if as_json:
        answer_json(document)
        return
    click.echo(
        f"{quarter.chinese}　{name_of_figure(by)} {by}　最少计数 minimum {found.minimum}"
        f"　日志位置 position {found.position}"
    )
    for group in document["groups"]:
        if not group["units"]:
            continue
        click.echo(f"\n【{group['name']}】")
        answer_table(
            ("名次 place", "单位 unit", "指标 figure", "计数", "答复", "未办", "超时未办", "最久(天)", "说明 note"),
            [
                (
                    line["place"],
                    line["name"],
                    line["figure"],
                    line["counted"],
                    line["answered"],
                    line["open"],
                    line["overdue_open"],
                    line["oldest_open_days"],
                    _note(line),
                )
                for line in group["units"]
            ],
        )


def _note(line: dict[str, object]) -> str:
    unranked = line["unranked"]
    if isinstance(unranked, dict):
        return f"{unranked['zh']} / {unranked['en']}"
    return f"并列 {line['tied']} 家 tied" if line["tied"] != 1 else ""
