"""``complaints`` and ``clock``: lists, one case, and a deadline explained day by day."""

from __future__ import annotations

from datetime import datetime

import click
from pydantic import ValidationError

from domain.clocks import clocks, held
from domain.words import CHINESE, Channel, ComplaintKind, State
from gateways.commandline.session import (
    Session,
    answer_json,
    answer_table,
    case_id,
    json_option,
    pass_session,
    say,
)
from gateways.http.caller import see
from gateways.http.lists import Filters, complaints_page
from gateways.http.wire import clocks_view
from projections.work_lists import PAGE_ITEMS_DEFAULT, PAGE_ITEMS_MAX, Order

_DAY = click.DateTime(["%Y-%m-%d"])


@click.group(short_help="诉求 / complaints")
def complaints() -> None:
    """查询诉求。

    Look complaints up.
    """


@complaints.command("list", short_help="清单 / list complaints")
@click.option("--state", multiple=True, type=click.Choice([one.value for one in State]), help="状态 / states")
@click.option("--kind", multiple=True, type=click.Choice([one.value for one in ComplaintKind]), help="类别 / kinds")
@click.option("--channel", multiple=True, type=click.Choice([one.value for one in Channel]), help="渠道 / channels")
@click.option("--unit", help="承办单位，别名亦可 / the unit, by any spelling")
@click.option("--from", "registered_from", type=_DAY, help="登记日期起 / registered on or after")
@click.option("--to", "registered_to", type=_DAY, help="登记日期止 / registered on or before")
@click.option("--overdue", is_flag=True, help="只看超期未答复 / overdue and unanswered")
@click.option("--flag", help="标记 / carrying a flag")
@click.option("--programme", "programme_ref", help="节目期次 / raised on an episode")
@click.option("--query", "-q", help="全文检索或受理编号 / full text, or a receipt number")
@click.option(
    "--order", type=click.Choice([one.value for one in Order]), default=Order.NEWEST.value, help="次序 / order"
)
@click.option("--limit", type=click.IntRange(1, PAGE_ITEMS_MAX), default=PAGE_ITEMS_DEFAULT, help="条数 / how many")
@click.option("--cursor", help="上一页的 next / the next of the page before")
@json_option
@pass_session
def list_command(
    session: Session,
    /,
    registered_from: datetime | None,
    registered_to: datetime | None,
    query: str | None,
    as_json: bool,
    **narrowed: object,
) -> None:
    """列出诉求，可筛选、检索、翻页。

    List complaints, narrowed, searched, a page at a time.
    """
    filters = _filters(
        {
            **narrowed,
            "q": query,
            "registered_from": registered_from.date() if registered_from else None,
            "registered_to": registered_to.date() if registered_to else None,
        },
    )
    with session.reading() as house:
        page = complaints_page(house, session.actor, filters)
    if as_json:
        answer_json(page.model_dump())
        return
    answer_table(
        ("受理编号 receipt", "类别", "渠道", "状态", "单位 unit", "登记 registered", "期限 deadline", "标题 title"),
        [
            (
                item.receipt_no,
                CHINESE[item.kind],
                CHINESE[item.channel],
                CHINESE[item.state],
                item.unit,
                item.registered_at,
                item.deadline,
                item.title,
            )
            for item in page.items
        ],
    )
    if page.next is not None:
        say(f"下一页：--cursor {page.next}", "the next page")


@click.command("show", short_help="期限逐日说明 / a deadline, day by day")
@click.argument("complaint", metavar="ID")
@json_option
@pass_session
def show_clock(session: Session, complaint: str, as_json: bool) -> None:
    """逐日说明一件的各个期限：哪天计、为何、在谁手中，以及各方持有的工作时间。

    Explain each clock of a complaint (id or receipt number): every day counted or not with its reason, who held the
    case, and how much working time each holder had it.
    """
    with session.house() as house:
        seen = see(house, session.actor, case_id(house, complaint))
        rules = house.instance.rules
        shares = held(seen.facts, rules, house.clock())
        view = clocks_view(seen.id, clocks(seen.facts, rules), shares, house.instance.zone)
    if as_json:
        answer_json(view.model_dump())
        return
    for one in view.clocks:
        limit = f"{one.limit.value} {one.limit.unit}" if one.limit else "—"
        due = one.deadline.isoformat(timespec="minutes") if one.deadline else "—"
        provisional = "（暂定 provisional）" if one.provisional else ""
        click.echo(f"{one.name}  {one.holder}  {limit}  {due}{provisional}")
        answer_table(
            ("日期 date", "计 counted", "在谁手中 holder", "缘由 why"),
            [(day.date, "●" if day.counted else "", day.holder, day.why) for day in one.days],
        )
        click.echo()
    answer_table(("持有 holder", "工作分钟 minutes"), [(share.holder, share.working_minutes) for share in view.held])


def _filters(given: dict[str, object]) -> Filters:
    try:
        return Filters.model_validate({name: value for name, value in given.items() if value not in {None, ()}})
    except ValidationError as error:
        first = error.errors(include_url=False, include_input=False)[0]
        raise click.BadParameter(f"{'.'.join(map(str, first['loc']))}: {first['msg']}") from None
