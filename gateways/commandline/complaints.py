"""``complaints`` and ``clock``: lists, one case, and a deadline explained day by day."""

from __future__ import annotations

from datetime import date, datetime
from pathlib import Path

import click
from pydantic import ValidationError

from domain.complaint.clocks import clocks, held
from domain.complaint.leg import LEG_CHINESE
from domain.timekeeping.rules import Rulebook
from domain.words import CHINESE, Channel, ComplaintKind, State
from gateways.commandline.due import due, overdue
from gateways.commandline.follow_up import follow_ups, invalidate_rating, invite_rating, ratings
from gateways.commandline.list_files import (
    cursor_option,
    ending_of,
    format_option,
    out_option,
    tell_next,
    write_sheet,
    wrote_file,
)
from gateways.commandline.session import (
    Session,
    answer_json,
    answer_table,
    case_id,
    hold_to_known_unit,
    json_option,
    outside,
    pass_session,
    say,
)
from gateways.http.caller import see
from gateways.http.complaints import case_view
from gateways.http.exports import complaints_sheet
from gateways.http.list_files import UNCORRECTED
from gateways.http.lists import Filters, Narrowing, complaints_page
from gateways.http.uncorrected import LINES_DEFAULT, LINES_MAX, UncorrectedAsked, uncorrected_list
from gateways.http.wire import ClockView, clocks_view
from gateways.pages.console_pages import LIMIT_UNIT_WORDS, clock_words, holder_words
from projections.work_lists import PAGE_ITEMS_DEFAULT, PAGE_ITEMS_MAX, Desk, Order

_DAY = click.DateTime(["%Y-%m-%d"])
_WEEKDAYS = ("周一", "周二", "周三", "周四", "周五", "周六", "周日")


@click.group(short_help="诉求 / complaints")
def complaints() -> None:
    """查询诉求。

    Look complaints up.
    """


for command in (follow_ups, ratings, invite_rating, invalidate_rating):
    complaints.add_command(command)


complaints.add_command(due)
complaints.add_command(overdue)


@complaints.command("list", short_help="清单 / list complaints")
@click.option("--state", multiple=True, type=click.Choice([one.value for one in State]), help="状态 / states")
@click.option("--kind", multiple=True, type=click.Choice([one.value for one in ComplaintKind]), help="类别 / kinds")
@click.option("--channel", multiple=True, type=click.Choice([one.value for one in Channel]), help="渠道 / channels")
@click.option("--unit", help="承办单位，别名亦可 / the unit, by any spelling")
@click.option("--from", "registered_from", type=_DAY, help="登记日期起 / registered on or after")
@click.option("--to", "registered_to", type=_DAY, help="登记日期止 / registered on or before")
@click.option("--overdue", is_flag=True, help="只看超期未答复 / overdue and unanswered")
@click.option("--flag", help="标记，hard 为疑难事项 / carrying a flag, hard for hard cases")
@click.option("--programme", "programme_ref", help="节目期次 / raised on an episode")
@click.option("--category", help="事项分类 / the category")
@click.option("--desk", type=click.Choice([one.value for one in Desk]), help="待某一岗位办理的 / what waits for a role")
@click.option("--due-from", type=_DAY, help="期限日起 / due on or after")
@click.option("--due-to", type=_DAY, help="期限日止 / due on or before")
@click.option("--query", "-q", help="全文检索或受理编号 / full text, or a receipt number")
@click.option(
    "--order",
    type=click.Choice([one.value for one in Order]),
    default=Order.NEWEST.value,
    show_default=True,
    help="次序 / order",
)
@click.option(
    "--limit",
    type=click.IntRange(1, PAGE_ITEMS_MAX),
    default=PAGE_ITEMS_DEFAULT,
    show_default=True,
    help="条数 / how many",
)
@cursor_option
@format_option
@out_option
@json_option
@pass_session
def list_command(
    session: Session,
    /,
    query: str | None,
    file_format: str | None,
    out: Path | None,
    as_json: bool,
    **narrowed: object,
) -> None:
    """列出诉求，可筛选、检索、翻页；给出 --format 时导出全部，不分页。

    List complaints, narrowed, searched, a page at a time; with --format all of them go into a file.
    """
    days = {name: value.date() for name, value in narrowed.items() if isinstance(value, datetime)}
    filters = _filters({**narrowed, **days, "q": query})
    if file_format is not None or out is not None:
        _export(session, filters, file_format, out)
        return
    with session.reading() as house:
        page = complaints_page(house, session.actor, filters)
        if not page.items:
            hold_to_known_unit(house, filters.unit)
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
    tell_next(page.next)


@complaints.command("show", short_help="一件的现状 / one complaint as it stands")
@click.argument("complaint", metavar="ID")
@json_option
@pass_session
def show_case(session: Session, complaint: str, as_json: bool) -> None:
    """显示一件诉求的现状（编号或受理号均可）：内容、环节与期限。查阅留有记录；历史用 hangfeng replay --complaint ID。

    Show one complaint (id or receipt number) as it stands: what was said, its legs and deadlines. The reading is
    recorded; its history is told by hangfeng replay --complaint ID.
    """
    with session.house() as house:
        view = case_view(house, session.actor, case_id(house, complaint))
    if as_json:
        answer_json(view.model_dump())
        return
    click.echo(f"{view.receipt_no}　{CHINESE[view.state]} {view.state}　{view.title or '—'}")
    deadline = f"{view.deadline.due:%Y-%m-%d %H:%M}" if view.deadline is not None else None
    provisional = "（暂定 provisional）" if view.deadline is not None and view.deadline.provisional else ""
    answer_table(
        ("项目 field", "内容 value"),
        [
            ("编号 id", view.id),
            ("类别 kind", CHINESE[view.kind]),
            ("渠道 channel", CHINESE[view.channel]),
            ("分类 category", view.category),
            ("登记 registered", f"{view.registered_at:%Y-%m-%d %H:%M}"),
            ("期限 due", None if deadline is None else deadline + provisional),
            ("答复 answered", f"{view.answered_at:%Y-%m-%d %H:%M}" if view.answered_at is not None else None),
            ("首问 first receiver", view.first_receiver.unit),
            ("重办 reworks", view.reworks),
            ("诉求 said", view.text),
            ("答复内容 reply", view.reply),
            ("密封未示 sealed", "、".join(view.sealed) or None),
        ],
    )
    if view.legs:
        click.echo()
        answer_table(
            ("环节 leg", "单位 unit", "状态 state", "派出 sent", "期限 due", "结束 ended"),
            [
                (
                    one.number,
                    one.unit,
                    LEG_CHINESE[one.state],
                    f"{one.started_at:%Y-%m-%d %H:%M}",
                    f"{one.deadline.due:%Y-%m-%d %H:%M}" if one.deadline is not None else None,
                    f"{one.ended_at:%Y-%m-%d %H:%M}" if one.ended_at is not None else None,
                )
                for one in view.legs
            ],
        )


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
        _explain(one, house.clock())
        click.echo()
    answer_table(
        ("持有 holder", "工作分钟 minutes", "合 hours"),
        [(holder_words(share.holder), share.working_minutes, _hours(share.working_minutes)) for share in view.held],
    )
    if all(share.working_minutes is not None for share in view.held):
        total = sum(share.working_minutes or 0 for share in view.held)
        click.echo(f"合计 total  {total} = {_hours(total)}")


def _explain(one: ClockView, now: datetime) -> None:
    """Print one clock: what it is, its deadline and the rule behind it, whether it runs, then every day."""
    holder = "" if one.holder == one.name else f"　{holder_words(one.holder)}"
    click.echo(f"【{clock_words(one.name)} {one.name}】{holder}")
    if one.limit is not None and one.deadline is not None:
        unit = LIMIT_UNIT_WORDS.get(one.limit.unit, one.limit.unit)
        provisional = "（暂定 provisional）" if one.provisional else ""
        click.echo(f"  期限 due      {one.deadline:%Y-%m-%d %H:%M}{provisional}")
        click.echo(
            f"  时限 limit    {one.limit.value} {unit}，起止间计 {one.counted_days} 天 counted"
            f"　规则 rules {one.rule_edition}　日历 calendar {one.calendar_edition or '—'}"
        )
    else:
        click.echo("  期限 due      — 没有适用的时限 no limit applies")
    ended = f"{one.stopped_at:%Y-%m-%d %H:%M} 停 stopped" if one.stopped_at else "仍在计时 still running"
    click.echo(f"  起止 ran      {one.started_at:%Y-%m-%d %H:%M} 起，{ended}{_kept(one, now)}")
    for old in one.superseded:
        click.echo(f"  原期限 before {old.due:%Y-%m-%d %H:%M}　{old.clause}　规则 rules {old.rule_edition}")
    answer_table(
        ("日期 date", "计 counted", "在谁手中 holder", "缘由 why"),
        [
            (
                f"{day.date} {_WEEKDAYS[day.date.weekday()]}",
                "●" if day.counted else "",
                holder_words(day.holder) if day.holder else "—",
                day.why,
            )
            for day in one.days
        ],
    )


def _kept(one: ClockView, now: datetime) -> str:
    """Say whether a clock ran over its deadline: nothing of one that still may be kept."""
    if one.deadline is None:
        return ""
    if (one.stopped_at or now) > one.deadline:
        return "，已超期 late"
    return "，未超期 not late" if one.stopped_at else ""


def _hours(minutes: int | None) -> str:
    if minutes is None:
        return "—"
    hours, rest = divmod(minutes, 60)
    return f"{hours} 小时 {rest:02d} 分"


def _export(session: Session, filters: Filters, file_format: str | None, out: Path | None) -> None:
    """Write the whole list to a file, CSV also to stdout."""
    ending = ending_of(file_format, out)
    asked = Narrowing.model_validate(filters.model_dump(exclude={"cursor", "limit"}))
    with session.reading() as house:
        write_sheet(complaints_sheet(house, session.actor, asked), ending, out and outside(session, out))


@complaints.command("uncorrected", short_help="属实未纠 / substantiated but uncorrected")
@click.option("--unit", help="承办单位，别名亦可 / the unit, by any spelling")
@click.option("--past-due", is_flag=True, help="只看整改逾期的 / only what is past due")
@click.option(
    "--limit", type=click.IntRange(1, LINES_MAX), default=LINES_DEFAULT, show_default=True, help="条数 / how many"
)
@cursor_option
@format_option
@out_option
@json_option
@pass_session
def uncorrected_command(
    session: Session,
    unit: str | None,
    past_due: bool,
    limit: int,
    cursor: str | None,
    file_format: str | None,
    out: Path | None,
    as_json: bool,
) -> None:
    """列出核实属实而整改措施尚未完成的，逾期最久的在前。给出 --format 时导出全部。

    List what was substantiated and whose measures are not done, the longest overdue first. With --format all of them
    go into a file.
    """
    asked = UncorrectedAsked(unit=unit, past_due=past_due, limit=limit, cursor=cursor)
    if wrote_file(session, UNCORRECTED, asked, file_format, out):
        return
    with session.reading() as house:
        found = uncorrected_list(house, session.actor, asked)
        if not found.items:
            hold_to_known_unit(house, unit)
        rules = house.instance.rules
    if as_json:
        answer_json(found.model_dump())
        return
    answer_table(
        (
            "受理编号 receipt",
            "单位 unit",
            "问题 conduct",
            "核实 found",
            "整改措施 measure",
            "期限 due",
            "逾期天数 over",
        ),
        [
            (
                line.receipt_no,
                line.unit,
                conduct_words(rules, line.conduct_code, line.found_at.date()),
                line.found_at.date(),
                line.code or "未定措施 none named",
                line.due,
                line.days_overdue,
            )
            for line in found.items
        ],
    )
    say(
        f"共 {found.total} 项，逾期 {found.past_due} 项，未定期限 {found.without_due_day} 项",
        f"{found.total} in all, {found.past_due} past due, {found.without_due_day} without a due day",
    )
    tell_next(found.next)


def conduct_words(rules: Rulebook, code: str | None, day: date) -> str | None:
    """Return a conduct code by its name in the edition of a day; one that no edition knows as it was written."""
    edition = rules.conduct_codes_on(day)
    found = edition.find(code) if edition is not None and code is not None else None
    return code if found is None else found.name


def _filters(given: dict[str, object]) -> Filters:
    try:
        return Filters.model_validate({name: value for name, value in given.items() if value not in {None, ()}})
    except ValidationError as error:
        first = error.errors(include_url=False, include_input=False)[0]
        raise click.BadParameter(f"{'.'.join(map(str, first['loc']))}: {first['msg']}") from None
