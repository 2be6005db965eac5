"""``stats held``: who held the cases of a quarter for how long, and what passing them round cost."""

from __future__ import annotations

from typing import TYPE_CHECKING

import click

from domain.figures.figure import NO_CALENDAR
from gateways.commandline.parameters import QuarterParameter
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
from services.held_time import KINDS, held_quarter
from services.statistics import Statistics

if TYPE_CHECKING:
    from domain.periods import Quarter


@click.command("held", short_help="持有时间 / who held the cases for how long")
@click.option("--quarter", required=True, type=QuarterParameter(), help="季度，如 2025Q3 / the quarter")
@click.option("--as-of", metavar="INSTANT", help="只计此时刻前发生的 / what had occurred by then")
@click.option("--known-at", metavar="INSTANT", help="按此时刻已记录的 / what was recorded by then")
@json_option
@pass_session
def held(session: Session, quarter: Quarter, as_of: str | None, known_at: str | None, as_json: bool) -> None:
    """各方持有的工作时间；各份相加恰为已过的工作时间。迟派、误派计在热线，退单争议计在申请单位。

    Working time by holder; the shares add up to the elapsed working time. Late and wrong dispatches show on the
    hotline, disputes on the unit that asked.
    """
    with session.reading() as house, house.views.reading() as conn:
        hold_to_begun(house, quarter)
        found = held_quarter(
            Statistics(conn, house.log, house.instance.zone),
            quarter,
            parse_instant(as_of, house) if as_of is not None else None,
            parse_instant(known_at, house) if known_at is not None else None,
        )
    document = found.json()
    if as_json:
        answer_json(document)
        return
    click.echo(f"{quarter.chinese}　日志位置 position {found.position}　{found.sums.counted} 件 cases")
    rows = [(" ".join(KINDS[kind]), minutes, found.share(minutes)) for kind, minutes in found.by_kind.items()]
    answer_table(
        ("持有方 holder", "工作分钟 minutes", "占比 share"),
        [*rows, ("合计 elapsed", found.sums.elapsed_minutes, found.share(found.sums.elapsed_minutes))],
    )
    sent = found.sums.dispatching
    click.echo(
        f"首次派单 {sent.first}，迟派 {sent.late}（超时 {sent.late_minutes} 分钟），误派 {sent.misdirected}"
        f"（{sent.misdirected_minutes} 分钟），再派 {sent.again_minutes} 分钟 / first dispatches {sent.first}, late "
        f"{sent.late} ({sent.late_minutes} min), misdirected {sent.misdirected} ({sent.misdirected_minutes} min), "
        f"until sent anew {sent.again_minutes} min",
    )
    click.echo(
        f"退单后再派 {sent.sent_again} 次；退单审核 {sent.decisions} 件，逾限 {sent.decisions_late} 件"
        f"（超时 {sent.decision_late_minutes} 分钟） / sent out again {sent.sent_again}; returns decided "
        f"{sent.decisions}, late {sent.decisions_late} ({sent.decision_late_minutes} min)",
    )
    answer_table(
        (
            "单位 unit",
            "工作分钟",
            "占比",
            "件",
            "首问",
            "申请退单",
            "同意",
            "不同意",
            "争议分钟",
            "不同意的分钟",
            "应移交",
            "迟移交",
        ),
        [
            (
                unit["name"],
                unit["working_minutes"],
                unit["share"],
                unit["cases"],
                unit["first_received"],
                unit["returns_asked"],
                unit["returns_approved"],
                unit["returns_refused"],
                unit["dispute_minutes"],
                unit["refused_minutes"],
                unit["handovers_owed"],
                unit["handovers_late"],
            )
            for unit in document["units"]
        ],
    )
    if found.sums.unknown:
        say(
            f"{found.sums.unknown} 件未计：{NO_CALENDAR.zh}",
            f"{found.sums.unknown} cases left out: {NO_CALENDAR.en}",
        )
