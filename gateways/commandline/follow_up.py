"""``complaints follow-ups``, ``ratings``, ``invite-rating``, ``invalidate-rating``: asking people of the answer."""

from __future__ import annotations

from datetime import datetime
from pathlib import Path

import click

from domain.complaint import commands as c
from domain.words import CHINESE
from gateways.commandline.list_files import cursor_option, format_option, out_option, tell_next, wrote_file
from gateways.commandline.session import (
    Session,
    answer_json,
    answer_table,
    case_id,
    json_option,
    parse_instant,
    pass_session,
    say,
)
from gateways.http.caller import see
from gateways.http.follow_ups import CallFilters, calls_page
from gateways.http.list_files import CALLS
from gateways.http.ratings import RATE_PATH, RATINGS_DEFAULT, RATINGS_MAX, RatingFilters, ratings_report
from projections.call_list import Stage
from projections.work_lists import PAGE_ITEMS_DEFAULT, PAGE_ITEMS_MAX

_DAY = click.DateTime(["%Y-%m-%d"])
_YES = "是"


@click.command("follow-ups", short_help="回访清单 / whom to call")
@click.option(
    "--stage",
    type=click.Choice([one.value for one in Stage]),
    default=Stage.CALL.value,
    show_default=True,
    help="待回访，或已回访待决定 / to call, or to decide on",
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
def follow_ups(
    session: Session,
    stage: str,
    limit: int,
    cursor: str | None,
    file_format: str | None,
    out: Path | None,
    as_json: bool,
) -> None:
    """列出已送达、尚未回访的件，等候最久的在前；未接通次数够了的注明可按无法联系办结。给出 --format 时导出全部。

    List answers given and not yet followed up, the longest waiting first, and which may be closed as unreached. With
    --format all of them go into a file.
    """
    asked = CallFilters(stage=Stage(stage), limit=limit, cursor=cursor)
    if wrote_file(session, CALLS, asked, file_format, out):
        return
    with session.reading() as house:
        page = calls_page(house, session.actor, asked)
    if as_json:
        answer_json(page.model_dump())
        return
    answer_table(
        (
            "受理编号 receipt",
            "单位 unit",
            "送达 delivered",
            "天 days",
            "未接通 attempts",
            "上次 last",
            "可办结 may close",
            "已解决 solved",
            "满意度 said",
            "原因 cause",
            "标题 title",
        ),
        [
            (
                item.receipt_no,
                item.unit,
                item.delivered_at,
                item.waiting_days,
                item.attempts,
                item.last_outcome,
                _YES if item.may_close_unreached else "",
                None if item.solved is None else _YES if item.solved else "否",
                CHINESE[item.satisfaction] if item.satisfaction else None,
                item.cause,
                item.title,
            )
            for item in page.items
        ],
    )
    tell_next(page.next)


@click.command("ratings", short_help="评议及异常 / ratings, and what is odd about them")
@click.option("--suspicious", is_flag=True, help="只看有异常迹象的 / only those with a sign of pressure or stuffing")
@click.option("--from", "first", type=_DAY, help="评议日期起，缺省本年初 / given on or after")
@click.option("--to", "last", type=_DAY, help="评议日期止，缺省今天 / given on or before")
@click.option("--known-at", help="只计此刻以前已记录的 / what was on record by then")
@click.option(
    "--limit", type=click.IntRange(1, RATINGS_MAX), default=RATINGS_DEFAULT, show_default=True, help="条数 / how many"
)
@cursor_option
@json_option
@pass_session
def ratings(
    session: Session,
    suspicious: bool,
    first: datetime | None,
    last: datetime | None,
    known_at: str | None,
    limit: int,
    cursor: str | None,
    as_json: bool,
) -> None:
    """列出诉求人自主评议及刷评、授意评议的迹象；迹象不是结论，由督办员核实后作废。

    List people's own ratings and signs of pressure or stuffing: what to look into, no verdict.
    """
    with session.reading() as house:
        wanted = RatingFilters(
            from_=first.date() if first else None,
            to=last.date() if last else None,
            suspicious=suspicious,
            known_at=parse_instant(known_at, house) if known_at is not None else None,
            limit=limit,
            cursor=cursor,
        )
        report = ratings_report(house, wanted)
    if as_json:
        answer_json(report.model_dump(by_alias=True))
        return
    answer_table(
        (
            "受理编号 receipt",
            "序 follow-up",
            "单位 unit",
            "评议 rated",
            "满意度 said",
            "迹象 signs",
            "作废 invalidated",
        ),
        [
            (
                item.receipt_no,
                item.follow_up,
                item.unit,
                item.rated_at,
                CHINESE[item.satisfaction],
                "、".join(item.signs_zh),
                item.reason,
            )
            for item in report.items
        ],
    )
    say(
        f"{report.from_} 至 {report.to}：评议 {report.ratings} 件，有异常迹象 {report.suspicious} 件，"
        f"已作废 {report.invalidated} 件",
        f"{report.ratings} ratings, {report.suspicious} with a sign, {report.invalidated} invalidated",
    )
    tell_next(report.next)


@click.command("invite-rating", short_help="邀请评议 / a link to rate the answer")
@click.argument("complaint", metavar="ID")
@click.option("--means", default="短信", show_default=True, help="以何方式发给诉求人 / how the link is sent")
@json_option
@pass_session
def invite_rating(session: Session, complaint: str, means: str, as_json: bool) -> None:
    """为已送达的件生成一次有效的评议链接；令牌只显示这一次，日志中只存其摘要。

    Make a link by which the person rates the answer, once. The log holds its digest only.
    """
    with session.house() as house:
        seen = see(house, session.actor, case_id(house, complaint))
        made = house.ratings.invite(seen.id, session.actor, session.moment(house), means)
    path = f"{RATE_PATH}/{made.token}"
    if as_json:
        answer_json({"id": made.complaint, "token": made.token, "path": path, "expires_at": made.expires_at})
        return
    click.echo(path)
    say(f"有效至 {made.expires_at.isoformat(timespec='minutes')}", "until then, once")


@click.command("invalidate-rating", short_help="评议作废 / let a rating count no more")
@click.argument("complaint", metavar="ID")
@click.option("--reason", required=True, help="简短缘由，不含个人信息 / a short reason, nothing personal")
@click.option("--follow-up", type=click.IntRange(1), help="哪一次，缺省为最近的自主评议 / which one, by its number")
@json_option
@pass_session
def invalidate_rating(session: Session, complaint: str, reason: str, follow_up: int | None, as_json: bool) -> None:
    """作废一次评议：事件保留，统计从分子、分母中剔除并注明件数。

    Let a rating count no more: it stays on record, figures leave it out and say how many they left out.
    """
    with session.house() as house:
        seen = see(house, session.actor, case_id(house, complaint))
        wish = c.InvalidateRating(by=session.actor, at=session.moment(house), reason=reason, follow_up=follow_up)
        (recorded,) = house.casework.handle(seen.id, wish)
    if as_json:
        answer_json({"id": seen.id, "position": recorded.position, "reason": reason})
        return
    say(f"已作废，事件位于第 {recorded.position} 条", f"invalidated, at position {recorded.position}")
