"""What operators of the machine ask (运维), and the style sheet. A part of the one table."""

from __future__ import annotations

from typing import Final

from gateways.http import (
    documents,
    operations,
    sites,
)
from gateways.http.table import Answer, Route
from gateways.pages.rendering import STATIC_PATH, STYLE_SHEET_NAME

OPERATIONS: Final = (
    Route(
        method="GET",
        path="/healthz",
        name="healthz",
        zh="进程存活",
        en="the process answers",
        tag="operations 运维",
        endpoint=operations.healthz,
        roles=None,
        plain=True,
        answers={200: Answer("存活", "alive", operations.Health)},
    ),
    Route(
        method="GET",
        path="/readyz",
        name="readyz",
        zh="可受理：日志可写、视图跟上",
        en="work can be taken in",
        tag="operations 运维",
        endpoint=operations.readyz,
        roles=None,
        plain=True,
        answers={
            200: Answer("就绪", "ready", operations.Readiness),
            503: Answer("未就绪", "not ready", operations.Readiness),
        },
    ),
    Route(
        method="GET",
        path="/metrics",
        name="metrics",
        zh="运行指标",
        en="figures of operation",
        tag="operations 运维",
        endpoint=operations.metrics,
        roles=None,
        plain=True,
        answers={200: Answer("Prometheus 文本", "Prometheus text", media=operations.METRICS_MEDIA_TYPE)},
    ),
    Route(
        method="GET",
        path="/openapi.json",
        name="openapi",
        zh="接口的机器可读文档",
        en="the document of the API",
        tag="operations 运维",
        endpoint=documents.openapi_json,
        roles=None,
        plain=True,
        answers={200: Answer("OpenAPI 3.1", "OpenAPI 3.1")},
    ),
    Route(
        method="GET",
        path=f"{STATIC_PATH}/{STYLE_SHEET_NAME}",
        name="style-sheet",
        zh="样式表",
        en="the style sheet",
        tag="pages 网页",
        endpoint=sites.style,
        roles=None,
        plain=True,
        answers={200: Answer("样式表", "the style sheet", media="text/css")},
    ),
)
