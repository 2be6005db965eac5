"""The public site (网页): mailbox, progress, ratings, bulletins, the API's own page. A part of the one table."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from typing import Any, Final

from gateways.http import (
    bulletin_feed,
    bulletins,
    documents,
    mailbox,
    ratings,
    track,
)
from gateways.http.table import HTML, Answer, Route, Taken
from gateways.http.uploads import FORM_TYPES


def page(path: str, name: str, zh: str, en: str, endpoint: Callable[..., Any]) -> Route:
    """Return a page of the public site."""
    return Route(
        method="GET",
        path=path,
        name=name,
        zh=zh,
        en=en,
        tag="pages 网页",
        endpoint=endpoint,
        roles=None,
        plain=True,
        answers={200: Answer("网页", "the page", media=HTML)},
    )


PAGES: Final = (
    page("/", "home-page", "首页", "the first page", bulletins.home_page),
    page("/mailbox", "mailbox-page", "网络信箱", "the mailbox", mailbox.mailbox_page),
    Route(
        method="POST",
        path="/mailbox",
        name="send-mailbox-page",
        zh="提交网络信箱",
        en="send the mailbox's form",
        tag="pages 网页",
        endpoint=mailbox.post_mailbox_page,
        roles=None,
        plain=True,
        takes=Taken(
            media=FORM_TYPES,
            fields=("idempotency_key", "kind", "title", "text", "unit", "name", "phone"),
            files="attachments",
        ),
        uploads=True,
        answers={
            201: Answer("回执", "the receipt", media=HTML),
            200: Answer("此前已登记的回执", "the receipt of before", media=HTML),
        },
    ),
    page("/mailbox/track", "track-page", "查询进度", "the tracking form", track.track_page),
    Route(
        method="POST",
        path="/mailbox/track",
        name="send-track-page",
        zh="按受理编号和查询码查询",
        en="look up one matter",
        tag="pages 网页",
        endpoint=track.post_track_page,
        roles=None,
        plain=True,
        takes=Taken(media=FORM_TYPES, fields=("receipt_no", "query_code")),
        answers={200: Answer("办理进度", "how it stands", media=HTML)},
        faults=(429,),
    ),
    replace(
        page("/rate/{token}", "rate-page", "评议页", "the page behind a link to rate", ratings.rate_page),
        faults=(409, 429),
    ),
    Route(
        method="POST",
        path="/rate/{token}",
        name="send-rate-page",
        zh="提交评议",
        en="send a rating",
        tag="pages 网页",
        endpoint=ratings.post_rate_page,
        roles=None,
        plain=True,
        takes=Taken(media=FORM_TYPES, fields=("solved", "satisfaction", "cause", "remark")),
        answers={201: Answer("已收到", "taken in", media=HTML)},
        faults=(409, 415, 429),
    ),
    replace(
        page(
            "/feed.atom", "bulletin-feed", "已发布通报与勘误的订阅源（Atom）", "published editions", bulletin_feed.feed
        ),
        answers={
            200: Answer("订阅源", "the feed", media=bulletin_feed.ATOM_MEDIA),
            304: Answer("未变", "not changed", media=""),
        },
    ),
    page("/bulletins", "bulletins-page", "季度通报各期", "all bulletins", bulletins.bulletins_page),
    replace(
        page(
            "/bulletins/{quarter}", "bulletin-page", "一期季度通报", "one bulletin as a page", bulletins.bulletin_page
        ),
        answers={200: Answer("网页", "the page", media=HTML), 304: Answer("未变", "not changed", media="")},
    ),
    page("/docs", "docs-page", "接口文档", "the API's documentation", documents.docs_page),
)
