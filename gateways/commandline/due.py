"""``complaints due`` and ``complaints overdue``: what falls due by unit, and the register of what is overdue."""

from __future__ import annotations

from pathlib import Path

import click

from domain.words import CHINESE
from gateways.commandline.list_files import cursor_option, format_option, out_option, tell_next, wrote_file
from gateways.commandline.session import (
    Session,
    answer_json,
    answer_table,
    hold_to_known_unit,
    json_option,
    pass_session,
    say,
)
from gateways.http.due import LINES_DEFAULT, LINES_MAX, DueAsked, OverdueAsked, due_document, overdue_document
from gateways.http.list_files import DUE, OVERDUE
from services.due import Within

HOTLINE = "（热线 hotline）"
_WITHIN = {Within.TODAY: "今日", Within.TOMORROW: "明日", Within.WEEK: "本周"}
_UNIT = click.option("--unit", help="承办单位，别名亦可 / the unit, by any spelling")
_LIMIT = click.option(
    "--limit", type=click.IntRange(1, LINES_MAX), default=LINES_DEFAULT, show_default=True, help="条数 / how many"
)


@click.command("due", short_help="到期清单 / what falls due by unit")
@_UNIT
@click.option(
    "--within",
    type=click.Choice([one.value for one in Within]),
    default=Within.TODAY.value,
    show_default=True,
    help="今日、明日或本周 / how far ahead",
)
@_LIMIT
@cursor_option
@format_option
@out_option
@json_option
@pass_session
def due(
    session: Session,
    unit: str | None,
    within: str,
    limit: int,
    cursor: str | None,
    file_format: str | None,
    out: Path | None,
    as_json: bool,
) -> None:
    """按单位列出今日、明日、本周到期的期限；单位一栏为热线的，是对诉求人的期限。给出 --format 时导出全部。

    List the deadlines that end today, tomorrow or this week by unit; the hotline's own are those of the citizens.
    With --format all of them go into a file.
    """
    asked = DueAsked(unit=unit, within=Within(within), limit=limit, cursor=cursor)
    if wrote_file(session, DUE, asked, file_format, out):
        return
    with session.reading() as house:
        found = due_document(house, session.actor, asked)
        if not found.items:
            hold_to_known_unit(house, unit)
    if as_json:
        answer_json(found.model_dump())
        return
    if not found.units and not found.items:
        say(f"{_WITHIN[asked.within]}没有到期的期限", "nothing falls due")
        return
    answer_table(
        ("单位 unit", "今日 today", "明日 tomorrow", "本周 week", "暂定 provisional"),
        [(one.unit or HOTLINE, one.today, one.tomorrow, one.week, one.provisional) for one in found.units],
    )
    click.echo()
    answer_table(
        ("期限 deadline", "受理编号 receipt", "类别", "状态", "单位 unit", "暂定"),
        [
            (
                one.deadline,
                one.receipt_no,
                CHINESE[one.kind],
                CHINESE[one.state],
                one.unit or HOTLINE,
                "暂定" if one.provisional else "",
            )
            for one in found.items
        ],
    )
    tell_next(found.next)


@click.command("overdue", short_help="超期台账 / the overdue register")
@_UNIT
@_LIMIT
@cursor_option
@format_option
@out_option
@json_option
@pass_session
def overdue(
    session: Session,
    unit: str | None,
    limit: int,
    cursor: str | None,
    file_format: str | None,
    out: Path | None,
    as_json: bool,
) -> None:
    """列出已发红牌而尚未办结的期限：超期几天，现在谁手中；超期最久的在前。给出 --format 时导出全部。

    单位一栏为热线的，是对诉求人的期限；同一件的两个期限各占一行。

    List the deadlines that got a red card and still run: how many days late, and who holds the case now; those of the
    hotline are what citizens were promised, so one case may have two lines. With --format all of them go into a file.
    """
    asked = OverdueAsked(unit=unit, limit=limit, cursor=cursor)
    if wrote_file(session, OVERDUE, asked, file_format, out):
        return
    with session.reading() as house:
        found = overdue_document(house, session.actor, asked)
        if not found.items:
            hold_to_known_unit(house, unit)
    if as_json:
        answer_json(found.model_dump())
        return
    answer_table(
        ("受理编号 receipt", "单位 unit", "期限 deadline", "超期天数 days", "工作日 working", "现在谁手中 holder"),
        [
            (one.receipt_no, one.unit or HOTLINE, one.deadline, one.days_late, one.working_days_late, one.holder)
            for one in found.items
        ],
    )
    tell_next(found.next)
