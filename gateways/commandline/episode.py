"""``episode``: the programme from the command line: schedule, seats, run-down, calls, promises, echo list, the pack."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from functools import update_wrapper
from pathlib import Path
from typing import Any

import click
from pydantic import ValidationError

from domain.programme.commitments import STANDING_CHINESE
from domain.programme.events import ITEM_CHINESE, LEVEL_CHINESE, OUTCOME_CHINESE, ItemKind, Outcome, StationLevel
from domain.programme.state import CALL_CHINESE, SEAT_CHINESE, STATUS_CHINESE, EpisodeStatus
from domain.words import CHINESE
from gateways.commandline.list_files import cursor_option, tell_next
from gateways.commandline.session import (
    Session,
    answer_json,
    answer_table,
    json_option,
    outside,
    parse_instant,
    pass_session,
    progress,
    say,
)
from gateways.http.programme import (
    BY_VERB,
    EPISODES_PER_PAGE_DEFAULT,
    EPISODES_PER_PAGE_MAX,
    CallView,
    CommitmentView,
    EpisodeDetail,
    EpisodeStep,
    ItemView,
    commitment_of,
    commitments_of,
    detail_of,
    echo_list,
    echo_of,
    items_of,
    page_of,
    queue_of,
    take,
    told_of,
)
from gateways.programme_packs import form_for, pack_for
from services.programme_pack_forms import FORMS, SUFFIXES

_DAY = click.DateTime(["%Y-%m-%d"])
_WHEN = click.option(
    "--at", "occurred", metavar="INSTANT", help="发生时间，缺省为当前 / when it happened, default: now"
)
_CALL = (
    click.option("--call", "call_id", help="来电编号 / the switchboard's id of the call"),
    click.option("--matter", "matter_no", type=int, default=1, show_default=True, help="第几件事 / which matter of it"),
    click.option("--receipt", "receipt_no", help="受理编号 / or its receipt number"),
)
_DUE = (
    click.option("--due", type=_DAY, help="到期日 / the day it is due"),
    click.option("--working-days", type=int, help="几个工作日内 / or within so many working days"),
    click.option("--as-written", is_flag=True, help="注明原文已有人核对 / note that a person has read it"),
)


_MASK = click.option(
    "--mask", is_flag=True, help="把个人信息脱敏后写入，否则拒收 / write the words masked; else they are refused"
)


def _all(*options: Callable[[Any], Any]) -> Callable[[Any], Any]:
    def put(command: Any) -> Any:  # noqa: ANN401 - what click decorates
        for option in reversed(options):
            command = option(command)
        return command

    return put


@click.group(short_help="节目 / the programme")
def episode() -> None:
    """排期、上线单位、编排单、导播清单、现场承诺、回音壁、节目资料包。

    Schedule an episode, seat its units, order its run-down, queue its calls, follow its promises, print its pack.
    """


@dataclass(frozen=True, slots=True)
class Ask:
    """What every step is given: the session, how to answer, and when it happened."""

    session: Session
    as_json: bool
    occurred: str | None


def _step(command: Callable[..., None]) -> Callable[..., None]:
    """Give a command the options of every step."""

    def run(session: Session, /, *, as_json: bool, occurred: str | None, **said: object) -> None:
        command(Ask(session, as_json, occurred), **said)

    wrapped: Callable[..., None] = json_option(_WHEN(pass_session(update_wrapper(run, command))))
    return wrapped


def _do(ask: Ask, verb: str, reference: str, **said: object) -> EpisodeStep:
    """Take one step as the API does, told in one line of either language."""
    given = {name: value for name, value in said.items() if value is not None}
    # Which episode was the last one is asked of the views.
    with ask.session.reading() if verb == "take-over" else ask.session.house() as house:
        at = parse_instant(ask.occurred, house) if ask.occurred else None
        chosen = BY_VERB[verb]
        try:
            body = chosen.body.model_validate({**given, "occurred_at": at})
        except ValidationError as error:
            first = error.errors(include_url=False, include_input=False)[0]
            field = ".".join(str(part) for part in first["loc"])
            raise click.BadParameter(f"{field}: {first['msg']}") from None
        return take(house, ask.session.actor, chosen, reference, body)


def _told(ask: Ask, step: EpisodeStep, zh: str, en: str) -> None:
    if ask.as_json:
        answer_json(step.model_dump(mode="json"))
    elif step.events:
        say(f"{zh}，事件位于第 {step.events[-1]} 条", f"{en}, at position {step.events[-1]}")
    else:
        say(f"无须改动：{zh}", f"nothing to change: {en}")


def _station(_: click.Context, __: click.Parameter, written: tuple[str, ...]) -> list[dict[str, str]]:
    stations = []
    for one in written:
        name, _sep, level = one.rpartition(":")
        known = level in {kind.value for kind in StationLevel}
        stations.append({"name": name if known else one, "level": level if known else StationLevel.CITY.value})
    return stations


@episode.command(short_help="排期 / set an episode down for a day")
@click.argument("ref")
@click.option("--on", "airs_on", type=_DAY, required=True, help="播出日 / the day")
@click.option("--time", "airs_at", default="09:00", show_default=True, help="播出时间 / the hour")
@click.option("--minutes", type=int, default=60, show_default=True, help="时长（分钟）/ its length")
@click.option(
    "--station",
    "stations",
    multiple=True,
    required=True,
    callback=_station,
    help="播出台，可重复；NAME[:city|county|network] / a station and its level, may be repeated",
)
@click.option("--theme", help="主题 / its theme")
@_MASK
@_step
def schedule(ask: Ask, ref: str, airs_on: datetime, **said: object) -> None:
    """排定一期节目；播出前重排即更正。

    Set an episode down; told again before it airs, it is put right.
    """
    step = _do(ask, "schedule", ref, airs_on=airs_on.date(), **said)
    _told(ask, step, f"已排期“{ref}”", f"{ref} is scheduled")


@episode.command("take-over", short_help="沿用编排 / the same run-down as last time")
@click.argument("ref")
@click.option("--from", "from_episode", metavar="REF", help="沿用哪一期，缺省为上一期 / default: the last one")
@click.option("--append", is_flag=True, help="加在已有环节之后 / behind the items that stand")
@click.option("--on", "airs_on", type=_DAY, help="播出日，缺省为一周之后 / the day, default: a week later")
@click.option("--time", "airs_at", help="播出时间，缺省同上期 / the hour, default: as before")
@click.option("--minutes", type=int, help="时长（分钟），缺省同上期 / its length, default: as before")
@click.option("--station", "stations", multiple=True, callback=_station, help="播出台，缺省同上期 / default: as before")
@click.option("--theme", help="主题 / its theme")
@_MASK
@_step
def take_over(ask: Ask, ref: str, airs_on: datetime | None, **said: object) -> None:
    """沿用上一期的编排：环节、顺序、时长、通用标题；未排期的一并排期，时间、播出台同上期。不带来电、事项和单位。

    Take over the last run-down: kinds, order, lengths and general titles; an episode that is not scheduled yet is
    scheduled at the same hour, on the same stations. Calls, cases and units are left behind.
    """
    step = _do(ask, "take-over", ref, airs_on=airs_on.date() if airs_on else None, **said)
    _told(ask, step, f"“{ref}”已沿用“{step.taken_from}”的编排", f"{ref} has the run-down of {step.taken_from}")


@episode.command(short_help="邀请单位 / ask a unit into the studio")
@click.argument("ref")
@click.argument("unit")
@_MASK
@_step
def invite(ask: Ask, ref: str, unit: str, **said: object) -> None:
    """邀请 UNIT 上线。

    Ask UNIT into the studio.
    """
    step = _do(ask, "invite", ref, unit=unit, **said)
    _told(ask, step, f"已邀请“{unit}”", f"{unit} is invited")


@episode.command(short_help="确认上线领导 / say who comes")
@click.argument("ref")
@click.argument("unit")
@click.option("--leader", required=True, help="上线领导 / who comes")
@click.option("--post", required=True, help="职务 / their post")
@click.option("--head/--not-head", required=True, help="是否一把手 / whether that is the unit's head")
@_MASK
@_step
def confirm(ask: Ask, ref: str, **said: object) -> None:
    """确认 UNIT 由谁上线，是否一把手。

    Say who comes for UNIT, and whether that is its head.
    """
    step = _do(ask, "confirm", ref, **said)
    _told(ask, step, f"已确认“{said['unit']}”", f"{said['unit']} is confirmed")


@episode.command(short_help="替代上线 / let somebody come in the leader's place")
@click.argument("ref")
@click.argument("unit")
@click.option("--leader", required=True, help="替代者 / who comes instead")
@click.option("--post", required=True, help="职务 / their post")
@click.option("--reason", required=True, help="原因 / why")
@_MASK
@_step
def substitute(ask: Ask, ref: str, **said: object) -> None:
    """登记 UNIT 的替代上线及原因。

    Let somebody come in the place of UNIT's leader.
    """
    step = _do(ask, "substitute", ref, **said)
    _told(ask, step, f"已登记“{said['unit']}”替代上线", f"{said['unit']}: a stand-in is entered")


@episode.command(short_help="单位退出 / let a unit go")
@click.argument("ref")
@click.argument("unit")
@click.option("--reason", required=True, help="原因 / why")
@_MASK
@_step
def withdraw(ask: Ask, ref: str, **said: object) -> None:
    """UNIT 不再上线。

    UNIT does not come after all.
    """
    step = _do(ask, "withdraw-unit", ref, **said)
    _told(ask, step, f"“{said['unit']}”退出本期", f"{said['unit']} does not come")


@episode.command(short_help="取消节目 / call an episode off")
@click.argument("ref")
@click.option("--reason", required=True, help="原因 / why")
@_MASK
@_step
def cancel(ask: Ask, ref: str, reason: str) -> None:
    """取消一期节目。

    Call an episode off.
    """
    _told(ask, _do(ask, "cancel", ref, reason=reason), f"已取消“{ref}”", f"{ref} is off")


@episode.command(short_help="记录播出 / say that it was broadcast")
@click.argument("ref")
@click.option("--calls-aired", type=int, help="接听数，仅在未接入来电时填写 / only where no call is linked")
@click.option("--closed-live", type=int, help="当场办结数，同上 / the same")
@_step
def hold(ask: Ask, ref: str, **said: object) -> None:
    """记录播出；接听与当场办结由导播清单计出。

    Say that the episode was broadcast; its calls are counted from the queue.
    """
    _told(ask, _do(ask, "hold", ref, **said), f"已记录“{ref}”播出", f"{ref} was broadcast")


# --- the run-down -----------------------------------------------------------------------------------------------------


@episode.group(short_help="编排单 / the run-down")
def rundown() -> None:
    """编排单：添加、移动、改时、删去、查看。

    The run-down: add, move, change, remove, show.
    """


@rundown.command(short_help="添加环节 / put an item in")
@click.argument("ref")
@click.argument("kind", type=click.Choice([kind.value for kind in ItemKind]))
@click.argument("title")
@click.option("--minutes", type=int, required=True, help="时长（分钟）/ its length")
@click.option("--place", type=int, help="位置，缺省在最后 / its place, default: the last")
@click.option("--unit", help="所涉单位 / the unit it is about")
@_all(*_CALL)
@_MASK
@_step
def add(ask: Ask, ref: str, **said: object) -> None:
    """添加一个环节。

    Put an item into the run-down.
    """
    step = _do(ask, "add-item", ref, **said)
    _told(ask, step, f"已添加第 {step.number} 号环节", f"item {step.number} is in")


@rundown.command(short_help="调整顺序 / move an item")
@click.argument("ref")
@click.argument("item", type=int)
@click.argument("place", type=int)
@_step
def move(ask: Ask, ref: str, item: int, place: int) -> None:
    """把 ITEM 号环节移到第 PLACE 位。

    Move item ITEM to place PLACE.
    """
    step = _do(ask, "move-item", ref, item=item, place=place)
    _told(ask, step, f"第 {item} 号环节在第 {place} 位", f"item {item} stands at {place}")


@rundown.command(short_help="调整环节 / change an item")
@click.argument("ref")
@click.argument("item", type=int)
@click.option("--title", help="标题 / its title")
@click.option("--minutes", type=int, help="时长（分钟）/ its length")
@_MASK
@_step
def change(ask: Ask, ref: str, item: int, **said: object) -> None:
    """更改环节的标题或时长。

    Give an item another title or length.
    """
    step = _do(ask, "change-item", ref, item=item, **said)
    _told(ask, step, f"第 {item} 号环节已调整", f"item {item} is changed")


@rundown.command(short_help="删去环节 / take an item out")
@click.argument("ref")
@click.argument("item", type=int)
@_step
def remove(ask: Ask, ref: str, item: int) -> None:
    """删去一个环节。

    Take an item out.
    """
    step = _do(ask, "remove-item", ref, item=item)
    _told(ask, step, f"第 {item} 号环节已删去", f"item {item} is out")


@rundown.command("show", short_help="查看编排单 / show the run-down")
@click.argument("ref")
@json_option
@pass_session
def rundown_show(session: Session, ref: str, as_json: bool) -> None:
    """查看编排单及各环节开始时间。

    Show the run-down with its times.
    """
    with session.reading() as house:
        told = told_of(house, ref)
    items = items_of(told)
    if as_json:
        answer_json(
            {
                "episode": ref,
                "airs_at": told.state.airs_at,
                "minutes": told.state.minutes,
                "planned_minutes": told.state.planned_minutes,
                "items": [one.model_dump(mode="json") for one in items],
            }
        )
        return
    _print_items(items)
    click.echo(f"合计 {told.state.planned_minutes} 分钟，排定 {told.state.minutes or '—'} 分钟")


# --- calls ------------------------------------------------------------------------------------------------------------


@episode.command("link-call", short_help="接入来电 / put a call into the queue")
@click.argument("ref")
@_all(*_CALL)
@_step
def link_call(ask: Ask, ref: str, **said: object) -> None:
    """把已登记的来电接入导播清单。

    Put a registered call into the screener's queue.
    """
    _told(ask, _do(ask, "link-call", ref, **said), "来电已接入", "the call is linked")


@episode.command("call", short_help="来电状态 / say what became of a call")
@click.argument("ref")
@click.argument("what", type=click.Choice(["aired", "closed-live", "passed-over"]))
@_all(*_CALL)
@click.option("--reason", help="不播出的原因 / why it does not go on air")
@_MASK
@_step
def call(ask: Ask, ref: str, what: str, **said: object) -> None:
    """记录来电已播出、当场办结或不播出。

    Say that a call was aired, closed live or passed over.
    """
    verb = {"aired": "air-call", "closed-live": "close-call-live", "passed-over": "pass-call-over"}[what]
    if what != "passed-over":
        said.pop("reason")
        said.pop("mask")
    _told(ask, _do(ask, verb, ref, **said), "来电状态已记录", "the call is told")


@episode.command("calls", short_help="导播清单 / the queue of calls")
@click.argument("ref")
@json_option
@pass_session
def calls(session: Session, ref: str, as_json: bool) -> None:
    """列出导播清单。

    List the queue of calls.
    """
    with session.reading() as house:
        queue = queue_of(house, session.actor, told_of(house, ref))
    if as_json:
        answer_json(queue.model_dump(mode="json"))
        return
    _print_calls(queue.items)


# --- promises ---------------------------------------------------------------------------------------------------------


@episode.command(short_help="记录现场承诺 / write down a promise")
@click.argument("ref")
@click.argument("unit")
@click.argument("text")
@click.option("--leader", help="承诺人，缺省为上线领导 / who promised, default: the leader on air")
@_all(*_DUE, *_CALL)
@_MASK
@_step
def promise(ask: Ask, ref: str, due: datetime | None, **said: object) -> None:
    """记录 UNIT 的现场承诺及期限；原文照记，含个人信息的拒收，或以 --mask 脱敏后写入。

    Write down what UNIT promised on air, word for word; what identifies somebody is refused, or masked with --mask.
    """
    step = _do(ask, "promise", ref, due=due.date() if due else None, **said)
    _told(ask, step, f"已记录第 {step.number} 号承诺", f"promise {step.number} is written down")


@episode.command(short_help="报告承诺结果 / say what became of a promise")
@click.argument("ref")
@click.argument("commitment", type=int)
@click.argument("outcome", type=click.Choice([one.value for one in Outcome]))
@click.option("--proof", required=True, help="佐证 / the proof")
@_all(*_DUE)
@_MASK
@_step
def outcome(ask: Ask, ref: str, due: datetime | None, **said: object) -> None:
    """报告第 COMMITMENT 号承诺已兑现、未兑现或延期；须由另一人核验（check）后计入。

    Say what became of a promise; it counts once another person has checked it (check).
    """
    step = _do(ask, "report-outcome", ref, due=due.date() if due else None, **said)
    _told(ask, step, "结果已报告，待核验", "reported, to be checked")


@episode.command(short_help="核验承诺结果 / check another's report")
@click.argument("ref")
@click.argument("commitment", type=int)
@click.option("--upheld/--rejected", "upheld", required=True, help="属实或不属实 / whether it holds")
@click.option("--reason", help="不属实的理由 / why it does not")
@_MASK
@_step
def check(ask: Ask, ref: str, **said: object) -> None:
    """由报告人以外的人核验承诺结果（--as 姓名）。

    Check another person's report on a promise (--as NAME).
    """
    _told(ask, _do(ask, "check-outcome", ref, **said), "已核验", "checked")


@episode.command("let-stand", short_help="误报放行 / let a false alarm stand")
@click.argument("ref")
@click.option("--said", required=True, help="被误判为个人信息的原文 / the stretch that identifies nobody")
@click.option("--reason", required=True, help="为何不指向任何人 / why it identifies nobody")
@_step
def let_stand(ask: Ask, ref: str, **said: object) -> None:
    """脱敏误报的文字，由写入人以外的另一人说明理由后放行；放行人自己写入时仍拒收。

    Let a stretch stand that the anonymiser would mask though it identifies nobody. It binds whoever else writes.
    """
    _told(ask, _do(ask, "let-stand", ref, **said), f"已放行“{said['said']}”", f"{said['said']} stands")


@episode.command("promises", short_help="承诺台账 / promises made on air")
@click.option("--unit", help="承诺单位 / of one unit")
@json_option
@pass_session
def promises(session: Session, unit: str | None, as_json: bool) -> None:
    """列出全部现场承诺，到期早的在前。

    List promises made on air, the earliest due first.
    """
    with session.reading() as house:
        found = [commitment_of(one) for one in commitments_of(house, session.actor, None, unit)]
    if as_json:
        answer_json({"items": [one.model_dump(mode="json") for one in found]})
        return
    _print_promises(found)


@episode.command(short_help="回音壁 / the echo list")
@click.argument("ref")
@json_option
@pass_session
def echo(session: Session, ref: str, as_json: bool) -> None:
    """列出本期回音壁：此前各期履行中、已兑现、未兑现的承诺及上期来电。

    List what this episode tells of the ones before it.
    """
    with session.reading() as house:
        found = echo_list(*echo_of(house, ref))
    if as_json:
        answer_json(found.model_dump(mode="json"))
        return
    for title, lines in (("履行中 open", found.open), ("已兑现 kept", found.kept), ("未兑现 broken", found.broken)):
        click.echo(f"{title}  {len(lines)}")
        _print_promises(lines)
        click.echo()
    click.echo(f"上期来电 last cases（{found.last_episode or '—'}）")
    _print_calls(found.last_cases)


# --- reading ----------------------------------------------------------------------------------------------------------


@episode.command("list", short_help="节目清单 / the episodes")
@click.option("--status", type=click.Choice([one.value for one in EpisodeStatus]), help="状态 / only those")
@click.option(
    "--limit",
    type=click.IntRange(1, EPISODES_PER_PAGE_MAX),
    default=EPISODES_PER_PAGE_DEFAULT,
    show_default=True,
    help="条数 / how many",
)
@cursor_option
@json_option
@pass_session
def list_command(session: Session, status: str | None, limit: int, cursor: str | None, as_json: bool) -> None:
    """列出各期节目，最近的在前。

    List the episodes, the latest first.
    """
    with session.reading() as house:
        page = page_of(house, cursor, limit, EpisodeStatus(status) if status else None)
    if as_json:
        answer_json(page.model_dump(mode="json"))
        return
    answer_table(
        ("期次 ref", "播出 airs", "状态", "播出台 stations", "单位 units", "来电", "承诺", "主题 theme"),
        [
            (
                one.episode,
                f"{one.airs_on} {one.airs_at or ''}".strip(),
                STATUS_CHINESE[one.status],
                "、".join(station.name for station in one.stations),
                "、".join(one.units) or None,
                one.calls,
                one.commitments,
                one.theme,
            )
            for one in page.items
        ],
    )
    tell_next(page.next)


@episode.command("show", short_help="一期节目 / one episode")
@click.argument("ref")
@json_option
@pass_session
def show(session: Session, ref: str, as_json: bool) -> None:
    """查看一期节目：上线单位、编排单、来电、承诺。

    Show an episode: its units, run-down, calls and promises.
    """
    with session.reading() as house:
        told = told_of(house, ref)
        queue = queue_of(house, session.actor, told)
    found = detail_of(told)
    if as_json:
        answer_json({**found.model_dump(mode="json"), "queue": queue.model_dump(mode="json")["items"]})
        return
    _print_episode(found)
    click.echo("\n导播清单 calls")
    _print_calls(queue.items)


def _print_episode(found: EpisodeDetail) -> None:
    click.echo(f"{found.episode}  {STATUS_CHINESE[found.status]}  {found.airs_on} {found.airs_at or ''}".rstrip())
    stations = "、".join(f"{one.name}（{LEVEL_CHINESE[one.level]}）" for one in found.stations)
    click.echo(f"播出台 {stations}   主题 {found.theme or '—'}")
    if found.cancelled_because:
        click.echo(f"取消原因 {found.cancelled_because}")
    if found.broadcast:
        click.echo(f"接听 {found.broadcast.calls_aired}   当场办结 {found.broadcast.closed_live}")
    click.echo("\n上线单位 units")
    seats = found.seats
    if seats:
        answer_table(
            ("单位", "状态", "领导", "职务", "一把手", "代", "原因"),
            [
                (
                    one.unit,
                    SEAT_CHINESE[one.status],
                    one.leader,
                    one.post,
                    _yes(one.head),
                    one.substitutes_for,
                    one.reason,
                )
                for one in seats
            ],
        )
    elif found.broadcast:
        answer_table(
            ("单位", "领导", "职务", "一把手", "代", "原因"),
            [
                (one.unit, one.leader, one.post, _yes(one.head), one.substitutes_for, one.reason)
                for one in found.broadcast.units
            ],
        )
    click.echo(f"\n编排单 run-down  {found.planned_minutes} 分钟")
    _print_items(found.run_down)
    click.echo("\n现场承诺 promises")
    _print_promises(found.promises)
    if found.let_stand:
        click.echo("\n误报放行 let stand")
        answer_table(("文字 said", "理由", "放行人"), [(one.said, one.reason, one.by) for one in found.let_stand])


def _yes(value: bool | None) -> str | None:
    return None if value is None else "是" if value else "否"


def _print_items(items: list[ItemView]) -> None:
    answer_table(
        ("位", "号 item", "开始", "分钟", "环节", "标题 title", "单位", "受理编号"),
        [
            (
                one.place,
                one.item,
                one.starts_at,
                one.minutes,
                ITEM_CHINESE[one.kind],
                one.title,
                one.unit,
                one.receipt_no,
            )
            for one in items
        ],
    )


def _print_calls(lines: list[CallView]) -> None:
    answer_table(
        ("受理编号 receipt", "节目中", "事项", "类别", "现状", "单位"),
        [
            (one.receipt_no, CALL_CHINESE[one.status], one.subject, CHINESE[one.kind], CHINESE[one.state], one.unit)
            for one in lines
        ],
    )


def _print_promises(lines: list[CommitmentView]) -> None:
    answer_table(
        ("期次", "号", "单位", "领导", "承诺 text", "到期 due", "现状", "超期天", "最近报告"),
        [
            (
                one.episode,
                one.commitment,
                one.unit,
                one.leader,
                one.text,
                f"{one.due:%Y-%m-%d}{'（暂定）' if one.provisional else ''}",
                STANDING_CHINESE[one.standing],
                one.days_over or "",
                OUTCOME_CHINESE[one.reports[-1].outcome] if one.reports else None,
            )
            for one in lines
        ],
    )


@episode.command(short_help="节目资料包 / tonight's pack")
@click.argument("ref")
@click.option(
    "--format",
    "forms",
    default="pdf,script",
    show_default=True,
    help="格式，逗号分隔：pdf,docx,md,script,json / forms, joined by commas",
)
@click.option(
    "--out",
    "folder",
    type=click.Path(file_okay=False, path_type=Path),
    default=Path(),
    help="输出目录，缺省为当前目录 / the folder to write to, default: here",
)
@click.option("--json", "as_json", is_flag=True, help="输出 JSON，不写文件 / print JSON, write none")
@pass_session
def pack(session: Session, ref: str, forms: str, folder: Path, as_json: bool) -> None:
    """一条命令生成节目资料包：编排单、单位情况、脱敏案例卡、承诺兑现、回音壁、开场词。

    Make tonight's pack: run-down, unit briefs, case cards without identities, promises, the echo list.
    """
    wanted = [one.strip() for one in forms.split(",") if one.strip()]
    unknown = [one for one in wanted if one not in FORMS]
    if unknown or not wanted:
        raise click.BadParameter(f"{'、'.join(unknown) or '—'}；可用 one of {'、'.join(FORMS)}", param_hint="--format")
    with session.reading() as house:
        made = pack_for(house, session.actor, ref)
        if as_json:
            answer_json(made)
            return
        outside(session, folder).mkdir(parents=True, exist_ok=True)
        with progress("资料包 pack", len(wanted)) as advance:
            for done, form in enumerate(wanted, 1):
                path = folder / f"{_file_name(ref)}-{_FORM_NAMES[form]}{SUFFIXES[form]}"
                path.write_bytes(form_for(house, made, form))
                click.echo(str(path))
                advance(done)


_FORM_NAMES = {"pdf": "节目资料", "docx": "节目资料", "md": "节目资料", "script": "播报稿", "json": "节目资料"}


def _file_name(reference: str) -> str:
    return "".join(one if one.isalnum() or one in "-_." else "_" for one in reference)
