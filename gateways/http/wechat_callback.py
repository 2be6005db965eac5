"""The WeChat callback (微信公众号): verification, and one complaint for each text, however often it is delivered.

The platform waits five seconds and delivers again up to three times. What cannot be answered in time is answered as
busy, so that it comes again; the receipt of a message that was taken in meanwhile is then the answer.
"""

from __future__ import annotations

import asyncio
import secrets
from datetime import datetime
from typing import TYPE_CHECKING, Final, cast

import orjson
from starlette.requests import Request
from starlette.responses import PlainTextResponse, Response

from domain.complaint import commands as c
from domain.facts import Actor, Moment
from domain.identity import Evidence
from domain.words import Channel, ComplaintKind
from gateways.http.caller import caller_of, house_of
from gateways.http.problems import fault
from gateways.wechat.messages import (
    NO_REPLY,
    EventMessage,
    ImageMessage,
    InboundMessage,
    LocationMessage,
    TextMessage,
    VoiceMessage,
    contact_evidence,
    read_message,
    text_reply,
)
from gateways.wechat.protocol import (
    RANDOM_PREFIX_BYTES,
    Account,
    BodyTooLarge,
    CallbackQuery,
    CallbackRefused,
    Freshness,
    NotXml,
    answer_verification,
    open_callback,
    read_encoding_aes_key,
    seal_reply,
)
from services.casework import Receipt

if TYPE_CHECKING:
    from gateways.app import Hangfeng
    from services.settings import Settings

ANSWER_SECONDS_MAX: Final = 4.0
"""How long an answer may take; the platform gives up after five seconds."""

TITLE_CHARACTERS_MAX: Final = 30
WECHAT_PATH: Final = "/gateways/wechat"
XML_TYPES: Final = ("text/xml", "application/xml")

_WELCOME: Final = (
    "您好，这里是{name}。请直接发送文字，说明时间、地点、经过和您的诉求，我们会立即回复受理编号。\n"
    "Send us a text with when, where and what happened; you get a receipt number at once."
)
_TEXT_PLEASE: Final = (
    "暂不能受理{what}，请改用文字说明；如需提交图片或文件，请使用网络信箱。\n"
    "We cannot take this in here; please write it as text, or use the web mailbox for pictures and files."
)
_RECEIPT: Final = (
    "您的诉求已登记。受理编号：{receipt_no}，查询码：{query_code}。请妥善保存，可在网络信箱“查询进度”中查看办理情况。\n"
    "Registered. Receipt number {receipt_no}, query code {query_code}. Keep both to follow its progress."
)


def account_of(settings: Settings) -> Account | None:
    """Return the official account of the settings, ``None`` where none is set. Raises ``BadAccount``."""
    if settings.wechat_token is None or settings.wechat_app_id is None:
        return None
    key = settings.wechat_aes_key
    return Account(
        app_id=settings.wechat_app_id,
        token=settings.wechat_token.get_secret_value(),
        aes_key=read_encoding_aes_key(key.get_secret_value()) if key is not None else None,
        safe_mode_only=settings.wechat_safe_mode_only,
    )


async def verify(request: Request) -> Response:
    """Answer the platform's verification request with its own echo."""
    account = _account(request)
    try:
        echo = answer_verification(account, _query(request), _freshness(request))
    except CallbackRefused as refused:
        raise _refused(refused) from refused
    return PlainTextResponse(echo)


async def receive(request: Request) -> Response:
    """Take in one delivered message and answer it within the platform's five seconds."""
    house, account = house_of(request), _account(request)
    try:
        opened = open_callback(account, _query(request), await request.body(), _freshness(request))
        message = read_message(opened.fields)
    except CallbackRefused as refused:
        raise _refused(refused) from refused
    try:
        async with asyncio.timeout(ANSWER_SECONDS_MAX):
            words = await _answer(house, caller_of(request), account, message)
    except TimeoutError:
        raise fault("busy", headers={"Retry-After": "1"}) from None
    if words is None:
        return PlainTextResponse(NO_REPLY)
    now = int(house.clock().timestamp())
    reply = text_reply(message, words, created_at_seconds=now)
    if opened.safe_mode:
        reply = seal_reply(
            account,
            reply,
            timestamp=now,
            nonce=secrets.token_hex(8),
            random_prefix=secrets.token_bytes(RANDOM_PREFIX_BYTES),
        )
    return Response(reply, media_type="application/xml")


async def _answer(house: Hangfeng, by: Actor, account: Account, message: InboundMessage) -> str | None:
    match message:
        case TextMessage():
            return await _registered(house, by, account, message, message.text)
        case VoiceMessage(recognised_text=str(text)):
            return await _registered(house, by, account, message, text)
        case EventMessage(event="subscribe"):
            return _WELCOME.format(name=house.instance.opened.name)
        case EventMessage():
            return None
        case VoiceMessage():
            return _TEXT_PLEASE.format(what="语音")
        case ImageMessage():
            return _TEXT_PLEASE.format(what="图片")
        case LocationMessage():
            return _TEXT_PLEASE.format(what="位置")
        case _:
            return _TEXT_PLEASE.format(what="这类消息")


async def _registered(house: Hangfeng, by: Actor, account: Account, message: InboundMessage, text: str) -> str:
    contact = contact_evidence(account.app_id, message)
    evidence = Evidence(Channel.WECHAT, contact.app_id, f"{contact.openid}\0{contact.key}")
    who = house.casework.identify(evidence, orjson.dumps([message.message_type, text]), openid=message.openid)
    receipt: Receipt = await house.casework.register_async(
        c.Register(
            by=by,
            at=_occurred(house, message.created_at),
            contact=who.contact,
            matter_no=1,
            evidence_digest=who.evidence_digest,
            subject=who.subject,
            channel=Channel.WECHAT,
            source=contact.app_id,
            source_id=f"{contact.openid}/{contact.key}",
            kind=ComplaintKind.OTHER,
            title=" ".join(text.split())[:TITLE_CHARACTERS_MAX],
            text=text,
        ),
    )
    return _RECEIPT.format(receipt_no=receipt.receipt_no, query_code=receipt.query_code)


def _occurred(house: Hangfeng, created_at: datetime) -> Moment:
    # The platform's clock may run a little ahead of ours; nothing happens after it is recorded.
    return Moment(min(created_at, house.clock()).astimezone(house.instance.zone))


def _account(request: Request) -> Account:
    account = cast("Account | None", request.app.state.wechat)
    if account is None:
        raise fault("not-found", "未配置微信公众号 / no WeChat account is set up")
    return account


def _query(request: Request) -> CallbackQuery:
    query = request.query_params
    return CallbackQuery(
        timestamp=query.get("timestamp", ""),
        nonce=query.get("nonce", ""),
        signature=query.get("signature", ""),
        msg_signature=query.get("msg_signature", ""),
        encrypt_type=query.get("encrypt_type", ""),
        echostr=query.get("echostr", ""),
    )


def _freshness(request: Request) -> Freshness:
    return Freshness(int(house_of(request).clock().timestamp()))


def _refused(refused: CallbackRefused) -> Exception:
    words = f"{refused.chinese} / {refused.english}"
    if isinstance(refused, BodyTooLarge):
        return fault("body-too-large", words)
    return fault("malformed-body" if isinstance(refused, NotXml) else "callback-refused", words)
