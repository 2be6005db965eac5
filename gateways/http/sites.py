"""The pages' frame: whose site it is, and how a page goes out."""

from __future__ import annotations

from collections.abc import Mapping

from starlette.requests import Request
from starlette.responses import HTMLResponse, Response

from gateways.http.caller import house_of
from gateways.pages.rendering import Site, Words, style_sheet
from services.instance import SAMPLE_MARK

SAMPLE_NOTICE = Words("示例数据，纯属虚构", "Invented sample data")
"""What stands above every page of an instance that holds the sample."""

STYLE_SECONDS = 31_536_000
"""How long a browser may keep the style sheet, whose address changes with its content."""


def site_of(request: Request) -> Site:
    """Return whose pages these are, as the instance was opened."""
    opened = house_of(request).instance.opened
    notice = SAMPLE_NOTICE if opened.name.endswith(SAMPLE_MARK) else None
    return Site(name=Words(opened.name, Site().name.en), issuer=opened.lead_body, sample_notice=notice)


def page(text: str, *, status: int = 200, headers: Mapping[str, str] | None = None) -> HTMLResponse:
    """Return a page."""
    return HTMLResponse(text, status_code=status, headers=dict(headers or {}))


async def style(request: Request) -> Response:  # noqa: ARG001 - every plain handler takes its request
    """Return the one style sheet."""
    return Response(
        style_sheet(),
        media_type="text/css",
        headers={"Cache-Control": f"public, max-age={STYLE_SECONDS}, immutable"},
    )
