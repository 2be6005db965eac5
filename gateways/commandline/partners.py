"""``partners``: the registry of outlets, what they were offered, took and aired, and the courier of their webhooks."""

from __future__ import annotations

import signal
from contextlib import ExitStack
from datetime import date, datetime
from threading import Event
from typing import TYPE_CHECKING, Any

import click

from domain.partners import outlets as p
from gateways.commandline.session import (
    Refused,
    Session,
    answer_json,
    answer_table,
    json_option,
    parse_instant,
    pass_session,
    say,
)
from services.media.courier_state import CourierStatus
from services.media.deliveries import DELIVERY_CHINESE, PAGE_DELIVERIES_MAX, DeliveryState
from services.media.withdrawals import TELLING_CHINESE

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from gateways.app import Hangfeng
    from gateways.http.partners import WithdrawalView
    from services.media.courier import Courier, Round

WAIT_SECONDS_MAX = 5.0
DELIVERIES_DEFAULT = 100
_DAY = click.DateTime(["%Y-%m-%d"])
_FORMATS = click.Choice([one.value for one in p.Format])
_LEVELS = click.Choice([one.value for one in p.OutletLevel])
_MATERIALS = click.Choice([one.value for one in p.Material])
_STATES = click.Choice([one.value for one in DeliveryState])
_formats = click.option(
    "--format", "formats", type=_FORMATS, multiple=True, required=True, help="所要的形式，可多个 / the forms wanted"
)
_partner = click.argument("partner")


@click.group(short_help="合作媒体 / media partners")
def partners() -> None:
    """合作媒体：名录、提供、采用、播发、单位回应，以及签名网络钩子。

    Media partners: who they are, what they were offered, took and aired, what units said to it, and signed webhooks.
    """


def _profile_options(command: Callable[..., None]) -> Callable[..., None]:
    for option in (
        click.option("--name", required=True, help="名称 / its name"),
        click.option(
            "--level", type=_LEVELS, default=p.OutletLevel.CITY.value, show_default=True, help="媒体级别 / its level"
        ),
        _formats,
        click.option(
            "--wants",
            type=_MATERIALS,
            multiple=True,
            help="自动发送的内容 / sent by itself",
        ),
        click.option(
            "--embargo-minutes",
            type=click.IntRange(0, p.EMBARGO_MINUTES_MAX),
            default=0,
            show_default=True,
            help="发布后多少分钟方可播发 / how long after publication it waits",
        ),
        click.option("--webhook", help="接收地址，https:// / where deliveries go"),
        click.option("--contact", help="联系人，封存 / whom to call, sealed"),
    ):
        command = option(command)
    return command


@partners.command("register", short_help="登记 / register an outlet")
@_partner
@_profile_options
@pass_session
def register(session: Session, /, partner: str, **said: Any) -> None:  # noqa: ANN401 - the options of a profile
    """登记一家媒体。Register an outlet under a code of its own."""
    with session.house() as house:
        profile = _profile(house, **said)
        at = session.moment(house)
        fresh = house.partners.record(lambda state: p.register(state, partner, profile, session.actor, at))
    _told(fresh, f"已登记 {partner}", f"{partner} is registered")


@partners.command("change", short_help="更改 / say anew what is known")
@_partner
@_profile_options
@pass_session
def change(session: Session, /, partner: str, **said: Any) -> None:  # noqa: ANN401 - the options of a profile
    """更改一家媒体，须给出全部内容。Say anew, whole, what is known of an outlet."""
    with session.house() as house:
        profile = _profile(house, **said)
        at = session.moment(house)
        fresh = house.partners.record(lambda state: p.change(state, partner, profile, session.actor, at))
    _told(fresh, f"已更改 {partner}", f"{partner} is changed")


@partners.command("suspend", short_help="暂停合作 / give nothing for now")
@_partner
@click.option("--reason", required=True, help="简短理由 / a short reason")
@pass_session
def suspend(session: Session, partner: str, reason: str) -> None:
    """暂停一家媒体：恢复前不再发送任何内容。Suspend an outlet: nothing reaches it until it is resumed."""
    with session.house() as house:
        at = session.moment(house)
        fresh = house.partners.record(lambda state: p.suspend(state, partner, reason, session.actor, at))
    _told(fresh, f"已暂停 {partner}", f"{partner} is suspended")


@partners.command("resume", short_help="恢复合作 / give again")
@_partner
@pass_session
def resume(session: Session, partner: str) -> None:
    """恢复一家媒体。Resume an outlet."""
    with session.house() as house:
        at = session.moment(house)
        fresh = house.partners.record(lambda state: p.resume(state, partner, session.actor, at))
    _told(fresh, f"已恢复 {partner}", f"{partner} is resumed")


@partners.command("secret", short_help="更换签名密钥 / a new secret")
@_partner
@json_option
@pass_session
def secret(session: Session, partner: str, as_json: bool) -> None:
    """为媒体生成新的签名密钥，只显示一次；前一个密钥在下次更换前仍并行签名。

    Give an outlet a new secret, shown once; the one before signs too until the next.
    """
    with session.house() as house:
        house.partners.standing().outlet(partner)
        made = house.deliveries.renew_secret(partner)
    if as_json:
        answer_json({"partner": partner, "secret": made})
    else:
        click.echo(made)


@partners.command("list", short_help="名录 / all outlets")
@json_option
@pass_session
def list_command(session: Session, as_json: bool) -> None:
    """列出全部媒体及向其提供的内容。List all outlets with what they were offered."""
    from gateways.http.partners import outlet_view

    with session.house() as house:
        state = house.partners.standing()
    views = [outlet_view(state, code) for code in sorted(state.outlets)]
    if as_json:
        answer_json({"items": [view.model_dump(mode="json") for view in views]})
        return
    answer_table(
        (
            "代码 code",
            "名称 name",
            "层级 level",
            "形式 formats",
            "自动发送 wants",
            "禁发(分) embargo",
            "提供 offers",
            "状态",
        ),
        [
            (
                view.partner,
                view.name,
                p.LEVEL_CHINESE[view.level],
                "、".join(p.FORMAT_CHINESE[one] for one in view.formats),
                "、".join(p.MATERIAL_CHINESE[one] for one in view.wants) or None,
                view.embargo_minutes,
                len(view.offers),
                f"已暂停：{view.suspended}" if view.suspended else "合作中",
            )
            for view in views
        ],
    )


@partners.command("offer", short_help="提供 / offer what is published")
@_partner
@click.argument("material")
@click.option("--embargo-until", metavar="INSTANT", help="禁发至，默认按媒体的禁发时间 / else the outlet's own")
@pass_session
def offer(session: Session, partner: str, material: str, embargo_until: str | None) -> None:
    """向媒体提供已公开发布的内容：bulletin:2026Q1/1 或 exposure:批次。

    Offer something that was published for the public: bulletin:2026Q1/1 or exposure:BATCH.
    """
    with session.house() as house:
        until = None if embargo_until is None else parse_instant(embargo_until, house)
        at = session.moment(house)
        fresh = house.partners.offer(partner, material, session.actor, at, embargo_until=until)
    _told(fresh, f"已向 {partner} 提供 {material}", f"{material} is offered to {partner}")


@partners.command("take", short_help="采用 / an offer was taken")
@_partner
@click.argument("number", type=click.IntRange(min=1))
@click.option("--format", "form", type=_FORMATS, required=True, help="采用的形式 / in which form")
@pass_session
def take(session: Session, partner: str, number: int, form: str) -> None:
    """登记媒体采用了第 NUMBER 次提供。Write down that an outlet took an offer."""
    with session.house() as house:
        at = session.moment(house)
        fresh = house.partners.record(lambda state: p.take(state, partner, number, p.Format(form), session.actor, at))
    _told(fresh, "已登记采用", "it is written down that it was taken")


@partners.command("air", short_help="播发 / something was aired")
@_partner
@click.option("--at", "aired", metavar="INSTANT", required=True, help="播发时间 / when")
@click.option("--programme", required=True, help="节目或版面 / in which programme")
@click.option("--format", "form", type=_FORMATS, required=True, help="采用的形式 / in which form")
@click.option("--unit", "units", multiple=True, help="涉及的单位，可多个 / a unit that was named")
@click.option("--offer", "number", type=click.IntRange(min=1), help="采用的提供 / the offer that it went by")
@click.option("--response-due", type=_DAY, help="单位须在此日前回应 / until when units owe a response")
@pass_session
def air(
    session: Session,
    partner: str,
    aired: str,
    programme: str,
    form: str,
    units: tuple[str, ...],
    number: int | None,
    response_due: datetime | None,
) -> None:
    """登记媒体播发的内容：时间、节目、涉及单位。Write down what an outlet aired: when, where, whom it named."""
    with session.house() as house:
        at, when = session.moment(house), parse_instant(aired, house)
        due = None if response_due is None else response_due.date()

        def decide(state: p.Partners) -> tuple[p.PartnerFact, ...]:
            form_ = p.Format(form)
            return p.air(
                state, partner, when, programme, form_, units, session.actor, at, number=number, response_due=due
            )

        fresh = house.partners.record(decide)
    _told(fresh, "已登记播发", "it is written down that it was aired")


@partners.command("answer", short_help="单位回应 / a unit's response")
@click.argument("coverage", type=click.IntRange(min=1))
@click.option("--unit", required=True, help="单位，别名亦可 / the unit, by any spelling")
@click.option("--response", required=True, help="回应全文 / what it says")
@pass_session
def answer(session: Session, coverage: int, unit: str, response: str) -> None:
    """登记单位对第 COVERAGE 号报道的回应。Write down what a unit says to a coverage that named it."""
    from gateways.http.partners import covered_spelling

    with session.house() as house:
        at = session.moment(house)
        spelled = covered_spelling(house, house.partners.standing(), coverage, session.actor, unit)
        fresh = house.partners.record(lambda state: p.answer(state, coverage, spelled, response, session.actor, at))
    _told(fresh, "已登记回应", "the response is written down")


@partners.command("report", short_help="报道统计 / who covered what")
@click.option("--from", "first", type=_DAY, required=True, help="起始日 / from")
@click.option("--to", "last", type=_DAY, required=True, help="截止日 / to")
@json_option
@pass_session
def report(session: Session, first: datetime, last: datetime, as_json: bool) -> None:
    """统计各媒体提供、采用、播发，以及各单位被报道与回应。

    Who was offered, took and aired what from a day to a day; how often each unit was covered and how it responded.
    """
    from gateways.http.partners import report_document
    from gateways.http.problems import ProblemRaised

    with session.house() as house:
        try:
            found = report_document(house, _day(first), _day(last))
        except ProblemRaised as error:
            raise Refused(str(error.problem.detail)) from error
    if as_json:
        answer_json(found)
        return
    outlets = [(line["name"], line["offered"], line["taken"], line["aired"]) for line in found["outlets"]]
    answer_table(("媒体 outlet", "提供 offered", "采用 taken", "播发 aired"), outlets)
    click.echo()
    names = ("unit", "covered", "outlets", "responses_due", "responded", "late")
    heads = ("单位 unit", "报道 covered", "媒体数 outlets", "应回应 due", "已回应 responded", "逾期 late")
    answer_table(heads, [tuple(line[name] for name in names) for line in found["units"]])
    click.echo()
    answer_table(
        ("号", "媒体 outlet", "播发 aired", "节目 programme", "单位 units", "回应期限 due", "逾期未回应 late"),
        [
            (
                one["coverage"],
                one["partner"],
                one["aired_at"].astimezone(house.instance.zone).strftime("%Y-%m-%d %H:%M"),
                one["programme"],
                "、".join(one["units"]) or None,
                one["response_due"],
                "、".join(one["late"]) or None,
            )
            for one in found["coverages"]
        ],
    )


@partners.command("deliveries", short_help="投递与死信 / deliveries and dead letters")
@click.option(
    "--state",
    type=_STATES,
    help="只看一种状态；dead 为死信 / dead: dead letters",
)
@click.option("--partner", help="只看一家媒体 / of one outlet")
@click.option("--cursor", type=click.IntRange(min=1), help="上一页给出的 next / from the page before")
@click.option(
    "--limit",
    type=click.IntRange(1, PAGE_DELIVERIES_MAX),
    default=DELIVERIES_DEFAULT,
    show_default=True,
    help="条数 / how many",
)
@json_option
@pass_session
def deliveries(
    session: Session, state: str | None, partner: str | None, cursor: int | None, limit: int, as_json: bool
) -> None:
    """列出网络钩子的投递，新的在前。List deliveries of webhooks, the newest first."""
    from gateways.http.partners import deliveries_document

    with session.house() as house:
        wanted = None if state is None else DeliveryState(state)
        found = deliveries_document(house, wanted, partner, cursor, limit)
    if as_json:
        answer_json(found)
        return
    answer_table(
        ("号", "媒体 outlet", "消息 message", "主题 topic", "次数", "状态 state", "应答", "原因 error"),
        [
            (
                one["number"],
                one["partner"],
                one["message"],
                one["topic"],
                one["attempts"],
                DELIVERY_CHINESE[one["state"]],
                one["status"],
                one["error"],
            )
            for one in found["items"]
        ],
    )


@partners.command("replay", short_help="重发死信 / send dead letters again")
@click.argument("number", type=click.IntRange(min=1), required=False)
@click.option("--partner", help="一家媒体的全部死信 / all of one outlet")
@click.option("--all", "every", is_flag=True, help="全部死信 / all of them")
@pass_session
def replay(session: Session, number: int | None, partner: str | None, every: bool) -> None:
    """重新投递第 NUMBER 号死信，或一家媒体的、全部的死信。Owe dead deliveries anew, with their ids unchanged."""
    if (number is not None) + (partner is not None) + every != 1:
        raise click.UsageError("请给出 NUMBER、--partner 或 --all 之一 / give one of NUMBER, --partner and --all")
    with session.house() as house:
        done = house.deliveries.replay(session.clock(), number, partner)
    say(f"{done} 件死信待重新投递", f"{done} dead deliveries are owed anew")


@partners.command("deliver", short_help="投递进程 / the courier")
@click.option("--once", is_flag=True, help="投递一轮即结束，供定时任务使用 / one round, as from cron")
@click.option(
    "--from",
    "first",
    type=click.IntRange(min=1),
    help="从日志此位置起重新查看，已投递的不再投递 / look at the log anew from this position",
)
@json_option
@pass_session
def deliver(session: Session, once: bool, first: int | None, as_json: bool) -> None:
    """跟随日志，把公开事实、通报、曝光以签名网络钩子送达各媒体；失败逐次延后重试，终列死信。

    Follow the log and deliver public facts, editions and exposures as signed webhooks; what fails is tried again after
    growing pauses, and is a dead letter at last. One courier works at a time.
    """
    from services.media.courier import LOCK_FILE
    from services.relay.store import Leadership

    ended = Event()
    with session.house() as house, ExitStack() as stack:
        leadership = Leadership(house.settings.data, LOCK_FILE)
        stack.callback(leadership.resign)
        if once:
            leadership.claim()
        else:
            for one in (signal.SIGINT, signal.SIGTERM):
                signal.signal(one, lambda *_: ended.set())
            if not leadership.wait(seconds_max=0.0):
                say("另一投递进程正在运行，等待接替", "another courier is at work; this one waits to take its place")
                while not ended.is_set() and not leadership.wait(seconds_max=WAIT_SECONDS_MAX):
                    pass
        courier = courier_of(house, stack)
        if first is not None and not ended.is_set():
            courier.begin_at(first)
        while not ended.is_set():
            done = courier.round()
            _round(done, as_json=as_json and once)
            if once:
                return
            ended.wait(house.settings.webhook_poll_seconds)


@partners.command("status", short_help="投递进程状态 / how the courier does")
@click.option("--check", is_flag=True, help="停滞或出错时以 1 退出，供健康检查 / exit 1 where it stands still or fails")
@json_option
@pass_session
def status_command(session: Session, check: bool, as_json: bool) -> None:
    """显示投递进程的位置、滞后、心跳、待投与死信件数，以及撤回的曝光已告知哪些媒体。

    Show the courier's position, its lag, its last sign of life, how much waits and is dead, and which outlets were told
    of exposures that were withdrawn. A dead letter is no fault of the courier: --check does not mind it.
    """
    from gateways.http.partners import withdrawals_document

    with session.house() as house:
        found = house.courier()
        withdrawn = withdrawals_document(house).items
    values = {name: getattr(found, name) for name in found.__slots__}
    if as_json:
        answer_json({**values, "withdrawals": [one.model_dump(mode="json") for one in withdrawn]})
    else:
        answer_table(("项目 item", "值 value"), [(f"{_STATE_CHINESE[name]} {name}", values[name]) for name in values])
        if withdrawn:
            click.echo("\n曝光撤回 withdrawals")
            answer_table(_WITHDRAWN_HEADS, [line for one in withdrawn for line in _withdrawal_lines(one)])
    if check and found.status is not CourierStatus.DELIVERING:
        raise Refused(f"投递进程状态为 {found.status} / the courier is {found.status}")


_WITHDRAWN_HEADS = ("批次 batch", "条目 item", "撤回 at", "原因 cause", "媒体 outlet", "告知 told", "时间 when")


def _withdrawal_lines(one: WithdrawalView) -> Iterator[tuple[object, ...]]:
    what = (one.batch, one.item or "整批", one.at, one.cause)
    for told in one.outlets:
        yield (*what, told.partner, TELLING_CHINESE[told.state], told.at)
    if not one.outlets:
        yield (*what, "无 none", None, None)


_STATE_CHINESE = {
    "status": "状态",
    "position": "位置",
    "lag_events": "滞后",
    "waiting": "待投递",
    "dead": "死信",
    "heartbeat_at": "心跳",
    "heartbeat_seconds": "距心跳秒数",
    "fault": "最近故障",
    "fault_at": "故障时间",
}


def courier_of(house: Hangfeng, stack: ExitStack) -> Courier:
    """Compose the courier over a house; ``stack`` takes it apart."""
    from gateways.http.partners import address_rules
    from services.media.courier import Courier, CourierSettings, HttpPost

    settings = house.settings
    how = CourierSettings(
        timeout_seconds=settings.webhook_timeout_seconds,
        attempts_max=settings.webhook_attempts_max,
        retry_first_seconds=settings.webhook_retry_first_seconds,
        retry_seconds_max=settings.webhook_retry_seconds_max,
        addresses=address_rules(house),
    )
    post = HttpPost(how)
    stack.callback(post.close)
    return Courier(house.log, house.courier_feed, house.deliveries, how, house.clock, post)


def _round(done: Round, *, as_json: bool) -> None:
    values = {name: getattr(done, name) for name in ("owed", "delivered", "put_off", "dead", "dropped")}
    if as_json:
        answer_json(values)
    elif not done.idle:
        said = f"待投 {done.owed}，送达 {done.delivered}，延后 {done.put_off}，死信 {done.dead}，撤销 {done.dropped}"
        say(said, ", ".join(f"{name} {count}" for name, count in values.items()))


def _profile(house: Hangfeng, **said: Any) -> p.Profile:  # noqa: ANN401 - the options of a profile
    from gateways.http.partners import address_rules
    from services.media.addresses import hold_url

    if said["webhook"] is not None:
        hold_url(said["webhook"], address_rules(house))
    return p.Profile(
        name=said["name"],
        level=p.OutletLevel(said["level"]),
        formats=tuple(p.Format(one) for one in dict.fromkeys(said["formats"])),
        wants=tuple(p.Material(one) for one in dict.fromkeys(said["wants"])),
        embargo_minutes=said["embargo_minutes"],
        webhook=said["webhook"],
        contact=said["contact"],
    )


def _told(fresh: bool, zh: str, en: str) -> None:
    say(zh, en) if fresh else say("此前已如此登记，未作改动", "it stood so already; nothing was changed")


def _day(instant: datetime) -> date:
    return instant.date()
