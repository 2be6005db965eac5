"""What people send to the official account, and the passive replies that go back.

**How a conversation becomes a contact.** The channel's evidence of one contact is the triple (app id, openid, message
id). The platform gives each message an id of its own and delivers the same message up to three times when no answer
comes within five seconds, so the triple is the same at each delivery: a text message is one contact with one matter,
and so one complaint, however often it is delivered. An event has no message id; as the platform advises, its sender
and creation time stand for it, here with the event's name and key, since one tap can send two events in a second.
"""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import TypedDict

from gateways.wechat.protocol import CallbackRefused

REPLY_TEXT_BYTES_MAX = 2048
"""The longest text that the platform delivers as a passive reply, in bytes of UTF-8."""

NO_REPLY = "success"
"""The body that tells the platform that the message was taken in and nothing is answered."""

_IDENTIFIER = re.compile(r"[!-~]{1,128}", re.ASCII)
_SECONDS = re.compile(r"[0-9]{1,11}", re.ASCII)
_DECIMAL = re.compile(r"-?[0-9]{1,3}(\.[0-9]{1,15})?", re.ASCII)
_INTEGER = re.compile(r"[0-9]{1,9}", re.ASCII)
_NOT_IN_XML = re.compile("[^\t\n\r -\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")


class BadMessage(CallbackRefused):
    """A message in which a field that its kind must have is missing or of another make; the detail names the field."""

    chinese = "消息缺少字段或字段不合规"
    english = "a field of the message is missing or malformed"


class ReplyTooLong(ValueError):
    """A reply text has more than ``REPLY_TEXT_BYTES_MAX`` bytes."""


@dataclass(frozen=True, slots=True, kw_only=True)
class InboundMessage:
    """What every message has: the account's original id, the sender's openid, its kind, when it was made, its id.

    ``message_type`` is the platform's ``MsgType`` in lower case.
    """

    account: str
    openid: str = field(repr=False)
    message_type: str
    created_at: datetime
    message_id: str | None

    @property
    def redelivery_key(self) -> str:
        """The text that is the same at each delivery of one message, unique within one sender."""
        if self.message_id is not None:
            return f"msg/{self.message_id}"
        return f"{self.message_type}/{int(self.created_at.timestamp())}"


@dataclass(frozen=True, slots=True, kw_only=True)
class TextMessage(InboundMessage):
    """A text (文本消息)."""

    text: str = field(repr=False)


@dataclass(frozen=True, slots=True, kw_only=True)
class ImageMessage(InboundMessage):
    """A picture (图片消息): where the platform holds it, and the media id to fetch it by, for three days."""

    picture_url: str = field(repr=False)
    media_id: str


@dataclass(frozen=True, slots=True, kw_only=True)
class VoiceMessage(InboundMessage):
    """A voice message (语音消息), with the platform's transcript where the account has recognition switched on."""

    media_id: str
    audio_format: str
    recognised_text: str | None = field(repr=False)


@dataclass(frozen=True, slots=True, kw_only=True)
class LocationMessage(InboundMessage):
    """A place (地理位置消息): degrees north and east (GCJ-02), the map's zoom, and the label that the sender saw."""

    latitude_degrees: float = field(repr=False)
    longitude_degrees: float = field(repr=False)
    zoom: int
    label: str = field(repr=False)


@dataclass(frozen=True, slots=True, kw_only=True)
class EventMessage(InboundMessage):
    """Something that happened at the account (事件推送): ``subscribe``, ``unsubscribe``, ``click``, ``scan`` ….

    ``event`` is the platform's name in lower case; ``event_key`` is the menu's or code's key, empty where it has none.
    """

    event: str
    event_key: str

    @property
    def redelivery_key(self) -> str:
        """The event's creation time, name and key: an event has no message id."""
        return f"event/{int(self.created_at.timestamp())}/{self.event}/{self.event_key}"


@dataclass(frozen=True, slots=True, kw_only=True)
class OtherMessage(InboundMessage):
    """A message of a kind that no complaint is made of (video, link …); it deserves an answer that says so."""


@dataclass(frozen=True, slots=True)
class ContactEvidence:
    """The channel's evidence that identifies one contact: app id, openid and redelivery key (see the module's text)."""

    app_id: str
    openid: str = field(repr=False)
    key: str

    @property
    def parts(self) -> tuple[str, str, str]:
        """The evidence in its order, for a keyed hash over separate parts."""
        return (self.app_id, self.openid, self.key)


class _Head(TypedDict):
    account: str
    openid: str
    message_type: str
    created_at: datetime
    message_id: str | None


def contact_evidence(app_id: str, message: InboundMessage) -> ContactEvidence:
    """Return what identifies the contact that a message is, the same at each delivery of it."""
    return ContactEvidence(app_id, message.openid, message.redelivery_key)


def read_message(fields: dict[str, str]) -> InboundMessage:
    """Return the message that a callback's fields describe.

    A kind unknown here gives ``OtherMessage``. Raises ``BadMessage`` with the name of the field that is wrong.
    """
    head = _Head(
        account=_identifier(fields, "ToUserName"),
        openid=_identifier(fields, "FromUserName"),
        message_type=_identifier(fields, "MsgType").lower(),
        created_at=_instant(fields, "CreateTime"),
        message_id=_identifier(fields, "MsgId") if fields.get("MsgId", "").strip() else None,
    )
    match head["message_type"]:
        case "text":
            return TextMessage(**head, text=_required(fields, "Content"))
        case "image":
            return ImageMessage(**head, picture_url=fields.get("PicUrl", ""), media_id=_identifier(fields, "MediaId"))
        case "voice":
            return _voice(head, fields)
        case "location":
            return _location(head, fields)
        case "event":
            return _event(head, fields)
        case _:
            return OtherMessage(**head)


def text_reply(to: InboundMessage, text: str, *, created_at_seconds: int) -> str:
    """Return the passive text reply to a message, in plain mode; ``protocol.seal_reply`` makes safe mode's of it.

    Characters that XML cannot carry are left out. Raises ``ReplyTooLong`` above ``REPLY_TEXT_BYTES_MAX``.
    """
    content = _NOT_IN_XML.sub("", text)
    if len(content.encode()) > REPLY_TEXT_BYTES_MAX:
        raise ReplyTooLong(f"回复超过 {REPLY_TEXT_BYTES_MAX} 字节 (a reply has at most {REPLY_TEXT_BYTES_MAX} bytes)")
    return (
        f"<xml><ToUserName>{_cdata(to.openid)}</ToUserName><FromUserName>{_cdata(to.account)}</FromUserName>"
        f"<CreateTime>{created_at_seconds}</CreateTime><MsgType>{_cdata('text')}</MsgType>"
        f"<Content>{_cdata(content)}</Content></xml>"
    )


def _voice(head: _Head, fields: dict[str, str]) -> VoiceMessage:
    return VoiceMessage(
        **head,
        media_id=_identifier(fields, "MediaId"),
        audio_format=fields.get("Format", ""),
        recognised_text=fields.get("Recognition", "").strip() or None,
    )


def _location(head: _Head, fields: dict[str, str]) -> LocationMessage:
    return LocationMessage(
        **head,
        latitude_degrees=_degrees(fields, "Location_X", 90),
        longitude_degrees=_degrees(fields, "Location_Y", 180),
        zoom=int(_matching(fields, "Scale", _INTEGER)),
        label=fields.get("Label", ""),
    )


def _event(head: _Head, fields: dict[str, str]) -> EventMessage:
    return EventMessage(**head, event=_identifier(fields, "Event").lower(), event_key=fields.get("EventKey", ""))


def _required(fields: dict[str, str], name: str) -> str:
    text = fields.get(name, "")
    if not text.strip():
        raise BadMessage(name)
    return text


def _matching(fields: dict[str, str], name: str, pattern: re.Pattern[str]) -> str:
    text = fields.get(name, "").strip()
    if pattern.fullmatch(text) is None:
        raise BadMessage(name)
    return text


def _identifier(fields: dict[str, str], name: str) -> str:
    return _matching(fields, name, _IDENTIFIER)


def _instant(fields: dict[str, str], name: str) -> datetime:
    return datetime.fromtimestamp(int(_matching(fields, name, _SECONDS)), UTC)


def _degrees(fields: dict[str, str], name: str, degrees_max: int) -> float:
    degrees = float(_matching(fields, name, _DECIMAL))
    if abs(degrees) > degrees_max:
        raise BadMessage(name)
    return degrees


def _cdata(text: str) -> str:
    # "]]>" would end the section early: it is cut between two sections.
    return "<![CDATA[" + text.replace("]]>", "]]]]><![CDATA[>") + "]]>"
