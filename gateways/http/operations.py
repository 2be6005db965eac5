"""How the server itself does: alive, ready, and its figures in Prometheus' text form."""

from __future__ import annotations

import asyncio
import functools
import os
from datetime import datetime
from math import nan
from typing import TYPE_CHECKING, Any, Final, Literal, cast

import orjson
from prometheus_client import CollectorRegistry, Counter, Gauge, Histogram, generate_latest
from pydantic import AwareDatetime, BaseModel
from starlette.requests import Request
from starlette.responses import Response

from gateways.http.caller import house_of
from gateways.http.table import JSON
from services.media.courier_state import CourierStatus
from services.relay.state import RelayStatus

if TYPE_CHECKING:
    from gateways.app import Hangfeng

METRICS_MEDIA_TYPE: Final = "text/plain; version=0.0.4; charset=utf-8"
_BUCKETS_SECONDS: Final = (0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1.0, 2.5, 5.0)


class Meters:
    """The figures of one application; each has a registry of its own, so that two never share a counter."""

    def __init__(self) -> None:
        self.registry = CollectorRegistry()
        self._answers = Counter(
            "hangfeng_http_answers",
            "Answers by route and status 按路由与状态统计的应答数",
            ("route", "status"),
            registry=self.registry,
        )
        self._seconds = Histogram(
            "hangfeng_http_seconds",
            "Time to answer by route 应答用时",
            ("route",),
            buckets=_BUCKETS_SECONDS,
            registry=self.registry,
        )
        self.position = Gauge("hangfeng_log_position", "Last position of the log 日志末位", registry=self.registry)
        self.lag = Gauge(
            "hangfeng_view_lag_events",
            "Events that a view has not yet applied 视图滞后的事件数",
            ("view",),
            registry=self.registry,
        )
        self.heartbeat = Gauge(
            "hangfeng_clock_heartbeat_seconds",
            "Seconds since the clock last looked at the deadlines, NaN where it never did 时钟距上次检查的秒数",
            registry=self.registry,
        )
        self.clock_failing = Gauge(
            "hangfeng_clock_failing",
            "1 where the clock's last look went wrong 时钟上次检查失败为 1",
            registry=self.registry,
        )
        self.relay_lag = Gauge(
            "hangfeng_relay_lag_events",
            "Events that the relay has not yet brought to Kafka, NaN where none ever ran 转发滞后的事件数",
            registry=self.registry,
        )
        self.relay_lag_seconds = Gauge(
            "hangfeng_relay_lag_seconds",
            "Seconds since the oldest event that waits was recorded, NaN where none ever ran 最早待转发事件距今秒数",
            registry=self.registry,
        )
        self.relay_heartbeat = Gauge(
            "hangfeng_relay_heartbeat_seconds",
            "Seconds since the relay's last sign of life, NaN where none ever ran 转发距上次心跳的秒数",
            registry=self.registry,
        )
        self.relay_failing = Gauge(
            "hangfeng_relay_failing",
            "1 where Kafka could not be used the last time 上次无法使用 Kafka 为 1",
            registry=self.registry,
        )
        self.courier_lag = Gauge(
            "hangfeng_courier_lag_events",
            "Events in which the courier has not yet looked for what is owed, NaN where none ever ran 投递滞后的事件数",
            registry=self.registry,
        )
        self.courier_heartbeat = Gauge(
            "hangfeng_courier_heartbeat_seconds",
            "Seconds since the courier's last sign of life, NaN where none ever ran 投递进程距上次心跳的秒数",
            registry=self.registry,
        )
        self.courier_failing = Gauge(
            "hangfeng_courier_failing",
            "1 where the courier's last round broke off 上一轮投递中断为 1",
            registry=self.registry,
        )
        self.deliveries = Gauge(
            "hangfeng_webhook_deliveries",
            "Deliveries that wait, and dead letters 待投递件数与死信件数",
            ("state",),
            registry=self.registry,
        )

        # Looking a labelled figure up costs more than counting on it.
        self._count = functools.cache(lambda route, status: self._answers.labels(route, str(status)).inc)
        self._observe = functools.cache(lambda route: self._seconds.labels(route).observe)

    def answered(self, route: str, status: int, seconds: float) -> None:
        """Count one answer."""
        self._count(route, status)()
        self._observe(route)(seconds)

    def text(self) -> bytes:
        """Return all figures in Prometheus' text form."""
        return generate_latest(self.registry)


class Health(BaseModel):
    """Whether the process answers."""

    status: Literal["ok"]


class ViewLag(BaseModel):
    """How far one view has come, and how many events it has not yet applied; ``stopped`` says why it stands still."""

    view: str
    position: int
    lag_events: int
    stopped: str | None


class ClockState(BaseModel):
    """Whether the clock that raises cards runs: its last look, and its last fault, ``null`` where there never was one.

    ``status`` is ``never`` where no clock ever looked, ``late`` where it stands still, ``failing`` where its last look
    went wrong.
    """

    status: Literal["beating", "late", "failing", "never"]
    heartbeat_at: AwareDatetime | None
    heartbeat_seconds: float | None
    last_fault: str | None
    last_fault_at: AwareDatetime | None


class CourierView(BaseModel):
    """Whether the courier of webhooks works, and what waits or is dead.

    ``status`` is ``never`` where none ever ran, ``late`` where it stands still, ``failing`` where its last round broke
    off. A dead letter waits for somebody to replay it.
    """

    status: CourierStatus
    position: int
    lag_events: int
    waiting: int
    dead: int
    heartbeat_at: AwareDatetime | None
    heartbeat_seconds: float | None
    fault: str | None
    fault_at: AwareDatetime | None


class RelayView(BaseModel):
    """Whether the relay to Kafka works, and how far it is behind.

    ``status`` is ``never`` where none ever ran, ``late`` where its process seems to have ended, ``failing`` where Kafka
    could not be used the last time. ``lag_seconds`` is how long ago the oldest event that waits was recorded.
    """

    status: RelayStatus
    position: int
    lag_events: int
    lag_seconds: float
    published: int
    failing: bool
    heartbeat_at: AwareDatetime | None
    heartbeat_seconds: float | None
    fault: str | None
    fault_at: AwareDatetime | None


class Readiness(BaseModel):
    """Whether work can be taken in: the log can be written, and the views follow.

    A clock, a relay or a courier that stands still is shown and keeps nobody from being taken in.
    """

    status: Literal["ready", "not_ready"]
    position: int
    log_writable: bool
    views_followed: bool
    waiting_requests: int
    views: list[ViewLag]
    clock: ClockState
    relay: RelayView
    courier: CourierView


async def healthz(request: Request) -> Response:  # noqa: ARG001 - every plain handler takes its request
    """Answer that the process runs."""
    return Response(orjson.dumps({"status": "ok"}), media_type=JSON)


async def readyz(request: Request) -> Response:
    """Answer whether work can be taken in: 200, or 503 with what is amiss."""
    found = await asyncio.to_thread(_readiness, house_of(request))
    status = 200 if found.status == "ready" else 503
    return Response(found.model_dump_json().encode(), status_code=status, media_type=JSON)


async def metrics(request: Request) -> Response:
    """Return the figures of operation in Prometheus' text form."""
    meters = cast("Meters", request.app.state.meters)
    found = await asyncio.to_thread(_readiness, house_of(request))
    meters.position.set(found.position)
    age = found.clock.heartbeat_seconds
    meters.heartbeat.set(age if age is not None else nan)
    meters.clock_failing.set(found.clock.status == "failing")
    _meter_relay(meters, found.relay)
    _meter_courier(meters, found.courier)
    for view in found.views:
        meters.lag.labels(view.view).set(view.lag_events)
    return Response(meters.text(), headers={"Content-Type": METRICS_MEDIA_TYPE})


def _readiness(house: Hangfeng) -> Readiness:
    position = house.log.head().position
    stopped = house.runner.stopped()
    views = [
        ViewLag(
            view=name,
            position=reached,
            lag_events=max(position - reached, 0),
            stopped=f"position {stopped[name].position}" if name in stopped else None,
        )
        for name, reached in sorted(house.runner.positions().items())
    ]
    writable = os.access(house.settings.data, os.W_OK)
    followed = house.following is None or house.following.alive
    return Readiness(
        status="ready" if writable and followed and not stopped else "not_ready",
        position=position,
        log_writable=writable,
        views_followed=followed,
        waiting_requests=house.writer.waiting(),
        views=views,
        clock=_clock(house),
        relay=_relay(house),
        courier=_courier(house),
    )


def _meter_relay(meters: Meters, relay: RelayView) -> None:
    never = relay.heartbeat_seconds is None
    meters.relay_lag.set(nan if never else relay.lag_events)
    meters.relay_lag_seconds.set(nan if never else relay.lag_seconds)
    meters.relay_heartbeat.set(nan if relay.heartbeat_seconds is None else relay.heartbeat_seconds)
    meters.relay_failing.set(nan if never else relay.failing)


def _meter_courier(meters: Meters, courier: CourierView) -> None:
    meters.deliveries.labels("waiting").set(courier.waiting)
    meters.deliveries.labels("dead").set(courier.dead)
    never = courier.heartbeat_seconds is None
    meters.courier_lag.set(nan if never else courier.lag_events)
    meters.courier_heartbeat.set(nan if courier.heartbeat_seconds is None else courier.heartbeat_seconds)
    meters.courier_failing.set(nan if never else courier.status is CourierStatus.FAILING)


def _relay(house: Hangfeng) -> RelayView:
    found = house.relay_state()
    return RelayView(**_local({name: getattr(found, name) for name in RelayView.model_fields}, house))


def _courier(house: Hangfeng) -> CourierView:
    found = house.courier()
    return CourierView(**_local({name: getattr(found, name) for name in CourierView.model_fields}, house))


def _local(values: dict[str, Any], house: Hangfeng) -> dict[str, Any]:
    """The same with every instant on the instance's clock."""
    zone = house.instance.zone
    return {name: at.astimezone(zone) if isinstance(at, datetime) else at for name, at in values.items()}


def _clock(house: Hangfeng) -> ClockState:
    last, now = house.heartbeat.last(), house.clock()
    if last is None:
        return ClockState(
            status="never", heartbeat_at=None, heartbeat_seconds=None, last_fault=None, last_fault_at=None
        )
    age, zone = last.age_seconds(now), house.instance.zone
    late = age > house.heartbeat.late_seconds
    return ClockState(
        status="late" if late else "failing" if last.failing else "beating",
        heartbeat_at=last.at.astimezone(zone),
        heartbeat_seconds=age,
        last_fault=last.fault,
        last_fault_at=last.fault_at.astimezone(zone) if last.fault_at is not None else None,
    )
