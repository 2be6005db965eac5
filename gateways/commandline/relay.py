"""``relay``: public facts and published editions to Kafka, and how the relay does."""

from __future__ import annotations

import asyncio
import logging
import signal
from contextlib import contextmanager, suppress
from typing import TYPE_CHECKING, Any

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

    from services.relay.feed import PublicFeed
    from services.relay.relay import BrokerTrouble
    from services.relay.store import Leadership, RelayStore
    from services.settings import Settings

WAIT_SECONDS_MAX = 5.0
"""How long a second relay waits before it says so, again and again."""

LATE_SECONDS = 60.0
"""After how many seconds without a sign of life, besides a batch's own time, the relay is said to stand still."""


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

    Show the relay's position, its lag, its last sign of life and its last fault.
    """
    from gateways.app import public_feed

    settings = session.settings()
    with public_feed(settings, session.clock) as (feed, store):
        found = relay_state(feed, store, settings, session)
    if as_json:
        answer_json(found)
    else:
        answer_table(("项目 item", "值 value"), [(f"{_CHINESE[name]} {name}", found[name]) for name in found])
    if check and found["status"] != "relaying":
        raise Refused(f"转发状态为 {found['status']} / the relay is {found['status']}")


_CHINESE = {
    "status": "状态",
    "position": "位置",
    "head": "日志末位",
    "lag_events": "滞后",
    "published": "已确认消息",
    "withheld_matters": "不公开事项",
    "cluster": "集群",
    "heartbeat_at": "心跳",
    "fault": "最近故障",
    "fault_at": "故障时间",
}


def relay_state(feed: PublicFeed, store: RelayStore, settings: Settings, session: Session) -> dict[str, Any]:
    """Return how the relay does; ``status`` is ``relaying``, ``late``, ``failing`` or ``never``."""
    reached, beat, head = store.reached(), store.last_beat(), feed.head()
    status = "never"
    if beat is not None:
        late = (session.clock() - beat.at).total_seconds() > LATE_SECONDS + settings.kafka_delivery_seconds
        status = "late" if late else "failing" if beat.failing else "relaying"
    return {
        "status": status,
        "position": reached.position,
        "head": head,
        "lag_events": max(head - reached.position, 0),
        "published": reached.published,
        "withheld_matters": store.withheld_count(),
        "cluster": reached.cluster,
        "heartbeat_at": None if beat is None else beat.at.isoformat(),
        "fault": None if beat is None else beat.fault,
        "fault_at": None if beat is None or beat.fault_at is None else beat.fault_at.isoformat(),
    }


def _follow(session: Session, *, once: bool, first: int | None, as_json: bool) -> None:
    from gateways.app import public_feed
    from gateways.kafka.producer import KafkaPublisher, kafka_settings
    from services.relay.relay import Relay, RelaySettings
    from services.relay.store import Leadership

    settings = session.settings()
    kafka = kafka_settings(settings)
    # What the library logs, several lines a try and in English only, is told once by `_tell`, with its remedy.
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
                on_progress=advance,
                on_trouble=_tell,
            )
            if not once:
                say(f"转发中，自第 {store.reached().position} 条之后", "relaying; Ctrl-C ends it")
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


def _tell(trouble: BrokerTrouble, seconds: float) -> None:
    say(f"{trouble}；{seconds:g} 秒后重试", f"again in {seconds:g} s")
