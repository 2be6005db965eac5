"""``relay``: public facts and published editions to Kafka, and how the relay does."""

from __future__ import annotations

import asyncio
import logging
import signal
from contextlib import contextmanager, suppress
from datetime import datetime
from typing import TYPE_CHECKING, Any
from zoneinfo import ZoneInfo

import click

from gateways.commandline.session import (
    Refused,
    Session,
    answer_json,
    answer_table,
    json_option,
    pass_session,
    progress,
    say,
)

if TYPE_CHECKING:
    from collections.abc import Iterator

    from services.relay.relay import BrokerTrouble
    from services.relay.state import RelayState
    from services.relay.store import Leadership

WAIT_SECONDS_MAX = 5.0
"""How long a second relay waits before it says so, again and again."""


@click.group(invoke_without_command=True, short_help="向 Kafka 转发公开事实 / public facts to Kafka")
@click.option("--once", is_flag=True, help="转发至日志现有末位即结束 / end at the log's present end")
@click.option(
    "--from",
    "first",
    type=click.IntRange(min=1),
    help="从日志此位置起（重新）转发 / begin (again) at this position of the log",
)
@json_option
@click.pass_context
def relay(ctx: click.Context, once: bool, first: int | None, as_json: bool) -> None:
    """跟随日志，把公开事实与已发布通报作为 CloudEvents 送往 Kafka；断电、断网后从已确认的位置继续。

    Follow the log and send public facts and published editions to Kafka as CloudEvents. Killed at any moment it goes on
    from the last acknowledged position; what comes twice has the same id. One relay leads; a second one waits.
    """
    if ctx.invoked_subcommand is None:
        _follow(ctx.ensure_object(Session), once=once, first=first, as_json=as_json)


@relay.command("status", short_help="转发进度 / how the relay does")
@click.option("--check", is_flag=True, help="停滞或出错时以 1 退出，供健康检查 / exit 1 where it stands still or fails")
@json_option
@pass_session
def status(session: Session, check: bool, as_json: bool) -> None:
    """显示转发位置、滞后、心跳与最近的故障。

    Show the relay's position, its lag, its last sign of life and its last fault: `relaying`, `failing` (and it tries
    again), `late` (its process seems to have ended) or `never`.
    """
    from gateways.app import state_of_relay

    settings = session.settings()
    state = state_of_relay(settings, session.clock)
    found = _shown(state, ZoneInfo(settings.timezone))
    if as_json:
        answer_json(found)
    else:
        answer_table(("项目 item", "值 value"), [(f"{_heading(state, name)} {name}", found[name]) for name in _CHINESE])
    if check and state.status != "relaying":
        raise Refused(_WHY_UNWELL[state.status])


_CHINESE = {
    "status": "状态",
    "position": "位置",
    "head": "日志末位",
    "lag_events": "滞后",
    "lag_seconds": "滞后秒数",
    "published": "已确认消息",
    "withheld_matters": "不公开事项",
    "cluster": "集群",
    "heartbeat_at": "心跳",
    "heartbeat_seconds": "距心跳秒数",
    "fault": "故障",
    "fault_at": "故障时间",
}

_WHY_UNWELL = {
    "never": "尚未运行过转发，请启动 hangfeng relay / no relay ever ran here: start hangfeng relay",
    "late": "转发进程久无心跳，似已停止，请查 hangfeng relay 是否在运行 / "
    "the relay gives no sign of life: see whether hangfeng relay still runs",
    "failing": "转发出错，原因见“故障” / the relay fails, for the reason that stands under fault",
}


def _heading(state: RelayState, name: str) -> str:
    over = name in {"fault", "fault_at"} and state.fault is not None and not state.failing
    return f"已恢复的{_CHINESE[name]} past" if over else _CHINESE[name]


def _shown(state: RelayState, zone: ZoneInfo) -> dict[str, Any]:
    found = {name: getattr(state, name) for name in state.__slots__}
    for name, value in found.items():
        if isinstance(value, datetime):
            found[name] = value.astimezone(zone).isoformat(timespec="seconds")
        elif isinstance(value, float):
            found[name] = round(value, 1)
    return found


def _follow(session: Session, *, once: bool, first: int | None, as_json: bool) -> None:
    from gateways.app import public_feed
    from gateways.kafka.producer import KafkaPublisher, kafka_settings
    from services.relay.relay import Relay, RelayNews, RelaySettings
    from services.relay.store import Leadership

    settings = session.settings()
    kafka = kafka_settings(settings)
    # What the library logs, several lines a try and in English only, `_tell_of_trouble` tells once, with its remedy.
    logging.getLogger("aiokafka").setLevel(logging.CRITICAL)
    if settings.kafka_security_protocol == "SASL_PLAINTEXT" and settings.kafka_sasl_mechanism == "PLAIN":
        say("密码将以明文经网络送出：请改用 SASL_SSL 或 SCRAM-SHA-512", "the password crosses the network readable")
    with public_feed(settings, session.clock) as (feed, store), _led(Leadership(settings.data), once=once):
        if first is not None:
            feed.begin_at(first)
        head = feed.head()
        with progress("转发 relay", head) as advance:
            relay = Relay(
                feed,
                store,
                lambda: KafkaPublisher(kafka),
                RelaySettings(
                    settings.relay_batch_facts_max, settings.relay_poll_seconds, settings.kafka_retry_seconds_max
                ),
                session.clock,
                news=RelayNews(advance, _tell_of_connection, _tell_of_trouble),
            )
            if not once:
                say("转发进程已启动，Ctrl-C 结束", "the relay has started; Ctrl-C ends it")
            sent = asyncio.run(_until_signalled(relay.run(once=once)))
        reached = store.reached()
    if as_json:
        answer_json({"sent": sent, "position": reached.position, "published": reached.published})
    elif sent is not None:
        say(f"已转发 {sent} 条，至第 {reached.position} 条", f"{sent} messages sent, up to {reached.position}")


async def _until_signalled(work: Any) -> int | None:  # noqa: ANN401 - a coroutine
    """Run until the work ends or a signal asks it to; what was acknowledged stays so."""
    task = asyncio.ensure_future(work)
    loop = asyncio.get_running_loop()
    for one in (signal.SIGINT, signal.SIGTERM):
        loop.add_signal_handler(one, task.cancel)
    with suppress(asyncio.CancelledError):
        return int(await task)
    return None


@contextmanager
def _led(leadership: Leadership, *, once: bool) -> Iterator[None]:
    """Lead while the work lasts; a single run refuses where another leads, a lasting one waits for its turn."""
    try:
        if once:
            leadership.claim()
        elif not leadership.wait(seconds_max=0.0):
            say("另一转发进程正在运行，等待接替", "another relay leads; this one waits to take its place")
            while not leadership.wait(seconds_max=WAIT_SECONDS_MAX):
                pass
        yield
    finally:
        leadership.resign()


def _tell_of_connection(cluster: str, position: int) -> None:
    say(
        f"已连接 Kafka 集群 {cluster}，自第 {position} 条之后转发",
        f"connected to Kafka cluster {cluster}, relaying what follows position {position}",
    )


def _tell_of_trouble(trouble: BrokerTrouble, seconds: float) -> None:
    say(f"{trouble.zh}；{seconds:g} 秒后重试", f"{trouble.en}; again in {seconds:g} s")
