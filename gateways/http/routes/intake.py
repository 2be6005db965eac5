"""The four doors (受理): a call, a message, a letter, WeChat. A part of the one table."""

from __future__ import annotations

from typing import Final

from gateways.http import (
    hotline,
    letters,
    mailbox,
    wechat_callback,
)
from gateways.http.bodies import HotlineCall, Receipt
from gateways.http.table import Answer, Asked, Route, Taken
from services.access import Action, roles_for

_TAKEN_IN: Final = {
    201: Answer("已登记", "registered", Receipt),
    200: Answer("此前已登记，同一回执", "registered before, the same receipt", Receipt),
}

_WECHAT_QUERY: Final = (
    Asked("timestamp", "时间戳"),
    Asked("nonce", "随机数"),
    Asked("signature", "明文模式签名"),
)

INTAKE: Final = (
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
    Route(
        method="GET",
        path=wechat_callback.WECHAT_PATH,
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
        path=wechat_callback.WECHAT_PATH,
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
