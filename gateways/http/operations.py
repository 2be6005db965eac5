"""How the server itself does: alive, ready, and its figures in Prometheus' text form."""

from __future__ import annotations

from typing import Final

from prometheus_client import CollectorRegistry, Counter, Gauge, Histogram, generate_latest

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
        self._position = Gauge("hangfeng_log_position", "Last position of the log 日志末位", registry=self.registry)
        self._lag = Gauge(
            "hangfeng_view_lag_events",
            "Events that a view has not yet applied 视图滞后的事件数",
            ("view",),
            registry=self.registry,
        )

    def answered(self, route: str, status: int, seconds: float) -> None:
        """Count one answer."""
        self._answers.labels(route, str(status)).inc()
        self._seconds.labels(route).observe(seconds)

    def text(self) -> bytes:
        """Return all figures in Prometheus' text form."""
        return generate_latest(self.registry)
