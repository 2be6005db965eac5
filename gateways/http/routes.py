"""THE table: every route of the hotline over HTTP, who may call it, what it takes and what it answers."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, Final

from domain.lifecycle import STEPS, Step
from gateways.http import (
    complaints,
    console,
    documents,
    feed,
    files,
    hotline,
    letters,
    lists,
    mailbox,
    operations,
    proofs,
    sites,
    stats,
    track,
    wechat_callback,
)
from gateways.http.bodies import HotlineCall, Receipt
from gateways.http.table import HTML, Answer, Asked, Route, Taken
from gateways.http.uploads import FORM_TYPES
from gateways.http.wire import CaseView, Clocks, History, StepTaken
from gateways.pages.rendering import STATIC_PATH, STYLE_SHEET_NAME
from services.access import Action, roles_for

_CASE: Final = "/api/v1/complaints/{id}"
_TAKEN_IN: Final = {
    201: Answer("已登记", "registered", Receipt),
    200: Answer("此前已登记，同一回执", "registered before, the same receipt", Receipt),
}

_INTAKE: Final = (
    Route(
        method="POST",
        path="/api/v1/hotline/calls",
        name="register-call",
        zh="登记热线来电",
        en="register a hotline call",
        tag="intake 受理",
        endpoint=hotline.register_call,
        roles=roles_for(Action.REGISTER_CALL),
        plain=True,
        takes=Taken(HotlineCall),
        answers=_TAKEN_IN,
        faults=(409,),
    ),
    Route(
        method="POST",
        path="/api/v1/mailbox/messages",
        name="register-message",
        zh="登记网络来信",
        en="register a message to the mailbox",
        tag="intake 受理",
        endpoint=mailbox.post_message,
        roles=roles_for(Action.REGISTER_MESSAGE),
        plain=True,
        takes=Taken(mailbox.MailboxMessage, mailbox.MESSAGE_TYPES, files="attachments"),
        uploads=True,
        answers=_TAKEN_IN,
        faults=(409, 415),
    ),
    Route(
        method="POST",
        path="/api/v1/letters",
        name="register-letter",
        zh="登记来信及扫描件",
        en="register a letter with its scans",
        tag="intake 受理",
        endpoint=letters.register_letter,
        roles=roles_for(Action.REGISTER_LETTER),
        plain=True,
        takes=Taken(letters.Letter, letters.LETTER_TYPES, files="scans"),
        uploads=True,
        answers=_TAKEN_IN,
        faults=(409, 415),
    ),
)

_WECHAT_QUERY: Final = (
    Asked("timestamp", "时间戳"),
    Asked("nonce", "随机数"),
    Asked("signature", "明文模式签名"),
)

_WECHAT: Final = (
    Route(
        method="GET",
        path="/gateways/wechat",
        name="wechat-verify",
        zh="微信服务器验证",
        en="answer WeChat's verification",
        tag="intake 受理",
        endpoint=wechat_callback.verify,
        roles=None,
        plain=True,
        asked=(*_WECHAT_QUERY, Asked("echostr", "须原样回显的文字")),
        answers={200: Answer("原样回显", "the echo", media="text/plain")},
        faults=(403, 404),
    ),
    Route(
        method="POST",
        path="/gateways/wechat",
        name="wechat-message",
        zh="接收微信消息",
        en="take in a WeChat message",
        tag="intake 受理",
        endpoint=wechat_callback.receive,
        roles=None,
        plain=True,
        asked=(*_WECHAT_QUERY, Asked("msg_signature", "安全模式签名"), Asked("encrypt_type", "aes 表示安全模式")),
        takes=Taken(media=wechat_callback.XML_TYPES),
        answers={200: Answer("被动回复", "the passive reply", media="application/xml")},
        faults=(403, 404, 409),
    ),
)

_READING: Final = (
    Route(
        method="GET",
        path="/api/v1/complaints",
        name="list-complaints",
        zh="工作清单：筛选、检索、翻页",
        en="the complaints that the caller may see: filters, full text, pages",
        tag="complaints 诉求",
        endpoint=lists.list_page,
        roles=roles_for(Action.READ_COMPLAINTS),
        answers={200: Answer("一页清单", "a page of the list", lists.ComplaintPage)},
        faults=(422,),
    ),
    Route(
        method="GET",
        path=f"{_CASE}/attachments/{{reference}}",
        name="read-attachment",
        zh="下载附件",
        en="one file of a case",
        tag="complaints 诉求",
        endpoint=files.read_attachment,
        roles=roles_for(Action.READ_ATTACHMENTS),
        answers={200: Answer("附件", "the file", media=files.BINARY)},
    ),
    Route(
        method="GET",
        path=_CASE,
        name="read-complaint",
        zh="查看一件诉求",
        en="one case as it stands",
        tag="complaints 诉求",
        endpoint=complaints.read_case,
        roles=roles_for(Action.READ_COMPLAINTS),
        answers={200: Answer("该件现状", "the case", CaseView)},
    ),
    Route(
        method="GET",
        path=f"{_CASE}/history",
        name="read-history",
        zh="查看办理进程",
        en="a case's facts in their order",
        tag="complaints 诉求",
        endpoint=complaints.read_history,
        roles=roles_for(Action.READ_COMPLAINTS),
        answers={200: Answer("全部事件", "its facts", History)},
    ),
    Route(
        method="GET",
        path=f"{_CASE}/clock",
        name="read-clock",
        zh="查看期限的逐日解释",
        en="a case's clocks, explained day by day",
        tag="complaints 诉求",
        endpoint=complaints.read_clock,
        roles=roles_for(Action.READ_COMPLAINTS),
        answers={200: Answer("各时钟", "its clocks", Clocks)},
    ),
)


def _verb(step: Step) -> Route:
    return Route(
        method="POST",
        path=f"{_CASE}/{step.verb}",
        name=step.verb,
        zh=step.zh,
        en=(step.command.__doc__ or step.verb).split(" (", 1)[0].strip().rstrip("."),
        tag="verbs 办理",
        endpoint=complaints.verb_endpoint(step),
        roles=roles_for(step.verb),
        answers={200: Answer("已办理", "done", StepTaken)},
        faults=(409,),
    )


_AUDIT: Final = (
    Route(
        method="GET",
        path="/api/v1/events",
        name="read-events",
        zh="事件流（封存内容仍封存）",
        en="the log in order, what is sealed left sealed",
        tag="audit 审计",
        endpoint=feed.read_events,
        roles=roles_for(Action.READ_EVENTS),
        answers={200: Answer("一段日志", "a stretch of the log", feed.Feed)},
        faults=(422,),
    ),
    Route(
        method="GET",
        path="/api/v1/audit/checkpoint",
        name="read-checkpoint",
        zh="日志末端的签名检查点",
        en="the log's end, signed",
        tag="audit 审计",
        endpoint=proofs.read_checkpoint,
        roles=roles_for(Action.READ_PROOFS),
        answers={200: Answer("检查点", "the checkpoint", proofs.CheckpointNote)},
    ),
    Route(
        method="GET",
        path="/api/v1/audit/proof/{position}",
        name="read-proof",
        zh="某一事件的存在证明",
        en="the proof that an event stands where it stands",
        tag="audit 审计",
        endpoint=proofs.read_proof,
        roles=roles_for(Action.READ_PROOFS),
        answers={200: Answer("证明", "the proof", proofs.InclusionProof)},
    ),
)

_FIGURES: Final = (
    Route(
        method="GET",
        path="/api/v1/stats/units",
        name="unit-figures",
        zh="分单位统计",
        en="figures by unit, as of and as known at any instant",
        tag="figures 统计",
        endpoint=stats.unit_figures,
        roles=roles_for(Action.READ_STATISTICS),
        answers={200: Answer("统计表", "the table", stats.UnitFigures)},
        faults=(422,),
    ),
)


def _page(path: str, name: str, zh: str, en: str, endpoint: Callable[..., Any], **more: Any) -> Route:  # noqa: ANN401
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
        **more,
    )


_PAGES: Final = (
    _page("/", "home-page", "首页", "the first page", sites.home_page),
    _page("/mailbox", "mailbox-page", "网络信箱", "the mailbox", mailbox.mailbox_page),
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
    _page("/mailbox/track", "track-page", "查询进度", "the tracking form", track.track_page),
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
    _page("/docs", "docs-page", "接口文档", "the API's documentation", documents.docs_page),
    Route(
        method="GET",
        path="/console",
        name="console",
        zh="工作台：工作清单",
        en="the console's work list",
        tag="pages 网页",
        endpoint=console.work_list,
        roles=roles_for(Action.READ_COMPLAINTS),
        plain=True,
        cookie=True,
        asked=(Asked("state", "状态"), Asked("unit", "单位"), Asked("q", "检索"), Asked("cursor", "翻页")),
        answers={200: Answer("网页", "the page", media=HTML)},
        faults=(422,),
    ),
    Route(
        method="GET",
        path="/console/complaints/{id}",
        name="console-case",
        zh="工作台：一件诉求",
        en="one case in the console",
        tag="pages 网页",
        endpoint=console.case_page,
        roles=roles_for(Action.READ_COMPLAINTS),
        plain=True,
        cookie=True,
        answers={200: Answer("网页", "the page", media=HTML)},
    ),
    Route(
        method="POST",
        path="/console/sign-in",
        name="console-sign-in",
        zh="登录工作台",
        en="sign in to the console",
        tag="pages 网页",
        endpoint=console.sign_in,
        roles=None,
        plain=True,
        takes=Taken(media=FORM_TYPES, fields=("token", "next")),
        answers={303: Answer("转到工作台", "on to the console", media=HTML)},
        faults=(401, 403),
    ),
    Route(
        method="POST",
        path="/console/sign-out",
        name="console-sign-out",
        zh="退出工作台",
        en="sign out of the console",
        tag="pages 网页",
        endpoint=console.sign_out,
        roles=None,
        plain=True,
        answers={303: Answer("转到登录页", "on to the form", media=HTML)},
        faults=(403,),
    ),
)

_OPERATIONS: Final = (
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

ROUTES: Final[tuple[Route, ...]] = (
    *_INTAKE,
    *_WECHAT,
    *_READING,
    *(_verb(step) for step in STEPS),
    *_FIGURES,
    *_AUDIT,
    *_PAGES,
    *_OPERATIONS,
)
"""Every route; the server, the document of the API, ``docs/api.md`` and the role matrix are made of it."""
