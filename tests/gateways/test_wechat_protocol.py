"""The official-account callback: known answers, an independent implementation as oracle, and hostile input."""

from __future__ import annotations

import base64
import contextlib
import json
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from wechatpy import parse_message
from wechatpy.crypto import WeChatCrypto
from wechatpy.exceptions import InvalidSignatureException
from wechatpy.utils import check_signature

from gateways.wechat.messages import (
    REPLY_TEXT_BYTES_MAX,
    BadMessage,
    EventMessage,
    ImageMessage,
    InboundMessage,
    LocationMessage,
    OtherMessage,
    ReplyTooLong,
    TextMessage,
    VoiceMessage,
    contact_evidence,
    read_message,
    text_reply,
)
from gateways.wechat.protocol import (
    BODY_BYTES_MAX,
    DEPTH_MAX,
    FIELDS_MAX,
    Account,
    BadAccount,
    BadCiphertext,
    BadEcho,
    BadSignature,
    BodyTooLarge,
    CallbackQuery,
    CallbackRefused,
    ForbiddenXml,
    Freshness,
    NoKey,
    NotXml,
    PlainModeRefused,
    StaleTimestamp,
    WrongApp,
    answer_verification,
    decrypt,
    encrypt,
    open_callback,
    read_encoding_aes_key,
    read_fields,
    seal_reply,
    signature_of,
)

NOW = 1_760_000_000
ENCODING_AES_KEY = "hangfeng0123456789ABCDEFGHIJKLMNOPQRSTUVWXY"
ACCOUNT = Account("wx0123456789abcdef", "invented-token", read_encoding_aes_key(ENCODING_AES_KEY))
PLAIN_ACCOUNT = Account(ACCOUNT.app_id, ACCOUNT.token)
ORACLE = WeChatCrypto(ACCOUNT.token, ENCODING_AES_KEY, ACCOUNT.app_id)
FRESH = Freshness(NOW)
PREFIX = bytes(range(16))
HEAD = (
    "<ToUserName><![CDATA[gh_0a1b2c]]></ToUserName><FromUserName><![CDATA[oInvented-1]]></FromUserName>"
    "<CreateTime>1760000000</CreateTime>"
)


def xml(rest: str) -> bytes:
    return f"<xml>{HEAD}{rest}</xml>".encode()


TEXT = xml("<MsgType>text</MsgType><Content><![CDATA[路灯三天没亮 & <急>]]></Content><MsgId>23456789012345678</MsgId>")


def plain_query(timestamp: int = NOW, **changes: str) -> CallbackQuery:
    given = {"timestamp": str(timestamp), "nonce": "n0nce"}
    signature = signature_of(ACCOUNT.token, given["timestamp"], given["nonce"])
    return CallbackQuery(**{**given, "signature": signature, **changes})


def safe_post(encrypted: str, timestamp: int = NOW) -> tuple[CallbackQuery, bytes]:
    signature = signature_of(ACCOUNT.token, str(timestamp), "n0nce", encrypted)
    query = plain_query(timestamp, encrypt_type="aes", msg_signature=signature)
    return query, f"<xml><ToUserName>gh_0a1b2c</ToUserName><Encrypt><![CDATA[{encrypted}]]></Encrypt></xml>".encode()


def message(body: bytes) -> InboundMessage:
    return read_message(open_callback(ACCOUNT, plain_query(), body, FRESH).fields)


@pytest.fixture
def vectors(shared: Path) -> dict[str, Any]:
    known: dict[str, Any] = json.loads((shared / "data" / "wechat" / "vectors.json").read_text(encoding="utf-8"))
    return known


def test_the_documented_plain_signature_comes_out(vectors: dict[str, Any]) -> None:
    known = vectors["plain_signature"]
    computed = signature_of(known["token"], known["timestamp"], known["nonce"])
    assert computed.startswith(known["signature_starts_with"])


def test_the_documented_encrypted_message_opens(vectors: dict[str, Any]) -> None:
    known = vectors["encrypted_message"]
    account = Account(known["app_id"], known["token"], read_encoding_aes_key(known["encoding_aes_key"]))
    query = CallbackQuery(known["timestamp"], known["nonce"], msg_signature=known["msg_signature"], encrypt_type="aes")
    body = f"<xml><Encrypt><![CDATA[{known['encrypt']}]]></Encrypt></xml>".encode()
    opened = open_callback(account, query, body, Freshness(int(known["timestamp"])))
    assert opened.safe_mode
    assert {name: opened.fields[name] for name in known["expected"]} == known["expected"]


def test_verification_answers_the_echo() -> None:
    assert answer_verification(ACCOUNT, plain_query(echostr="5836912479"), FRESH) == "5836912479"


@pytest.mark.parametrize(
    ("query", "refusal"),
    [
        (plain_query(echostr="1", signature="0" * 40), BadSignature),
        (plain_query(echostr="1", signature=""), BadSignature),
        (plain_query(echostr="1", signature="签名"), BadSignature),
        (plain_query(echostr="1", nonce="another"), BadSignature),
        (plain_query(NOW - 601, echostr="1"), StaleTimestamp),
        (plain_query(NOW + 601, echostr="1"), StaleTimestamp),
        (plain_query(echostr=""), BadEcho),
        (plain_query(echostr="two words\n"), BadEcho),
    ],
)
def test_a_verification_that_does_not_hold_is_refused(query: CallbackQuery, refusal: type[CallbackRefused]) -> None:
    with pytest.raises(refusal):
        answer_verification(ACCOUNT, query, FRESH)


@pytest.mark.parametrize("timestamp", [NOW - 600, NOW, NOW + 600])
def test_a_timestamp_within_the_limit_is_taken(timestamp: int) -> None:
    assert answer_verification(ACCOUNT, plain_query(timestamp, echostr="1"), FRESH) == "1"


def test_without_an_age_limit_any_timestamp_is_taken() -> None:
    assert answer_verification(ACCOUNT, plain_query(1, echostr="1"), Freshness(NOW, None)) == "1"


def test_a_plain_text_message_is_read() -> None:
    read = message(TEXT)
    assert isinstance(read, TextMessage)
    assert (read.text, read.openid, read.account) == ("路灯三天没亮 & <急>", "oInvented-1", "gh_0a1b2c")


def test_redelivery_gives_the_same_evidence_in_plain_and_in_safe_mode() -> None:
    first = message(TEXT)
    query, body = safe_post(encrypt(TEXT, ACCOUNT, random_prefix=PREFIX), NOW + 5)
    again = read_message(open_callback(ACCOUNT, query, body, FRESH).fields)
    assert contact_evidence(ACCOUNT.app_id, again) == contact_evidence(ACCOUNT.app_id, first)
    assert contact_evidence(ACCOUNT.app_id, first).parts == (
        ACCOUNT.app_id,
        "oInvented-1",
        "msg/23456789012345678",
    )


def test_another_message_of_the_same_person_has_other_evidence() -> None:
    other = message(TEXT.replace(b"23456789012345678", b"23456789012345679"))
    assert contact_evidence("wx1", other) != contact_evidence("wx1", message(TEXT))


def test_an_event_is_told_apart_by_time_name_and_key() -> None:
    event = "<MsgType>event</MsgType><Event>{}</Event><EventKey>{}</EventKey>"
    keys = {
        message(xml(event.format(name, key))).redelivery_key
        for name, key in [("subscribe", ""), ("subscribe", "qrscene_1"), ("CLICK", "MAILBOX"), ("click", "MAILBOX")]
    }
    assert keys == {
        "event/1760000000/subscribe/",
        "event/1760000000/subscribe/qrscene_1",
        "event/1760000000/click/MAILBOX",
    }


def test_a_text_without_an_id_is_known_by_its_time() -> None:
    assert message(xml("<MsgType>text</MsgType><Content>x</Content>")).redelivery_key == "text/1760000000"


@pytest.mark.parametrize(
    ("body", "kind", "values"),
    [
        (
            "<MsgType>image</MsgType><PicUrl><![CDATA[http://p/1?a=1&b=2]]></PicUrl><MediaId>m1</MediaId><MsgId>1</MsgId>",
            ImageMessage,
            {"picture_url": "http://p/1?a=1&b=2", "media_id": "m1", "message_id": "1"},
        ),
        (
            "<MsgType>voice</MsgType><MediaId>m2</MediaId><Format>amr</Format><Recognition>夜里施工</Recognition>",
            VoiceMessage,
            {"recognised_text": "夜里施工", "audio_format": "amr"},
        ),
        (
            "<MsgType>voice</MsgType><MediaId>m2</MediaId><Format>amr</Format><Recognition></Recognition>",
            VoiceMessage,
            {"recognised_text": None},
        ),
        (
            (
                "<MsgType>location</MsgType><Location_X>34.499995</Location_X><Location_Y>109.468266</Location_Y>"
                "<Scale>20</Scale><Label><![CDATA[解放路]]></Label><MsgId>3</MsgId>"
            ),
            LocationMessage,
            {"latitude_degrees": 34.499995, "longitude_degrees": 109.468266, "zoom": 20, "label": "解放路"},
        ),
        ("<MsgType>event</MsgType><Event>unsubscribe</Event>", EventMessage, {"event": "unsubscribe"}),
        ("<MsgType>shortvideo</MsgType><MsgId>4</MsgId>", OtherMessage, {"message_type": "shortvideo"}),
    ],
)
def test_each_kind_of_message_is_read(body: str, kind: type[InboundMessage], values: dict[str, object]) -> None:
    read = message(xml(body))
    assert type(read) is kind
    assert {name: getattr(read, name) for name in values} == values


@pytest.mark.parametrize(
    ("body", "field"),
    [
        (TEXT.replace(b"oInvented-1", b""), "FromUserName"),
        (TEXT.replace(b"oInvented-1", b"two words"), "FromUserName"),
        (TEXT.replace(b"<CreateTime>1760000000", b"<CreateTime>yesterday"), "CreateTime"),
        (TEXT.replace("路灯三天没亮 & <急>".encode(), b""), "Content"),
        (xml("<Content>x</Content>"), "MsgType"),
        (xml("<MsgType>event</MsgType>"), "Event"),
        (xml("<MsgType>image</MsgType>"), "MediaId"),
        (
            xml("<MsgType>location</MsgType><Location_X>91</Location_X><Location_Y>1</Location_Y><Scale>1</Scale>"),
            "Location_X",
        ),
    ],
)
def test_a_message_without_its_field_is_refused_by_the_fields_name(body: bytes, field: str) -> None:
    with pytest.raises(BadMessage) as refused:
        message(body)
    assert refused.value.detail == field


def test_an_account_for_safe_mode_only_takes_no_plain_body() -> None:
    strict = Account(ACCOUNT.app_id, ACCOUNT.token, ACCOUNT.aes_key, safe_mode_only=True)
    with pytest.raises(PlainModeRefused):
        open_callback(strict, plain_query(), TEXT, FRESH)


def test_an_encrypted_body_needs_a_key() -> None:
    query, body = safe_post(encrypt(TEXT, ACCOUNT, random_prefix=PREFIX))
    with pytest.raises(NoKey):
        open_callback(PLAIN_ACCOUNT, query, body, FRESH)


def test_an_encrypted_body_does_not_pass_as_a_plain_message() -> None:
    _, body = safe_post(encrypt(TEXT, ACCOUNT, random_prefix=PREFIX))
    with pytest.raises(BadSignature):
        open_callback(ACCOUNT, plain_query(), body, FRESH)


def test_in_compatible_mode_only_the_encrypted_part_is_read() -> None:
    query, body = safe_post(encrypt(TEXT, ACCOUNT, random_prefix=PREFIX))
    both = body.replace(b"<Encrypt>", b"<MsgType>text</MsgType><Content>forged</Content><Encrypt>")
    read = read_message(open_callback(ACCOUNT, query, both, FRESH).fields)
    assert isinstance(read, TextMessage)
    assert read.text == "路灯三天没亮 & <急>"


def test_an_old_message_is_not_taken_again_in_safe_mode() -> None:
    query, body = safe_post(encrypt(TEXT, ACCOUNT, random_prefix=PREFIX), NOW - 3600)
    with pytest.raises(StaleTimestamp):
        open_callback(ACCOUNT, query, body, FRESH)


def test_a_message_for_another_app_is_refused() -> None:
    other = Account("wxother", ACCOUNT.token, ACCOUNT.aes_key)
    query, body = safe_post(encrypt(TEXT, other, random_prefix=PREFIX))
    with pytest.raises(WrongApp):
        open_callback(ACCOUNT, query, body, FRESH)


@pytest.mark.parametrize(
    "encrypted",
    ["", "not base64 !", "AAAA", "密文", base64.b64encode(b"\x00" * 64).decode(), base64.b64encode(b"x" * 33).decode()],
)
def test_a_broken_cipher_text_is_refused(encrypted: str) -> None:
    query, body = safe_post(encrypted)
    with pytest.raises(BadCiphertext):
        open_callback(ACCOUNT, query, body, FRESH)


def test_a_changed_cipher_text_fails_its_signature() -> None:
    encrypted = encrypt(TEXT, ACCOUNT, random_prefix=PREFIX)
    query, body = safe_post(encrypted)
    with pytest.raises(BadSignature):
        open_callback(ACCOUNT, query, body.replace(encrypted[:8].encode(), b"AAAAAAAA"), FRESH)


@given(content=st.binary(max_size=2000), prefix=st.binary(min_size=16, max_size=16))
def test_what_was_encrypted_is_decrypted(content: bytes, prefix: bytes) -> None:
    assert decrypt(encrypt(content, ACCOUNT, random_prefix=prefix), ACCOUNT) == content


@given(st.text(max_size=400).filter(lambda text: "\x00" not in text), st.binary(min_size=16, max_size=16))
def test_the_oracle_opens_what_is_sealed_here(text: str, prefix: bytes) -> None:
    sealed = read_fields(seal_reply(ACCOUNT, text, timestamp=NOW, nonce="n0nce", random_prefix=prefix).encode())
    opened = ORACLE.decrypt_message(sealed, sealed["MsgSignature"], sealed["TimeStamp"], sealed["Nonce"])
    assert opened == (text.encode() if isinstance(opened, bytes) else text)


@given(st.text(alphabet=st.characters(codec="utf-8", exclude_characters="\x00"), min_size=1, max_size=400))
def test_what_the_oracle_seals_is_opened_here(text: str) -> None:
    sealed = read_fields(ORACLE.encrypt_message(text, "n0nce", str(NOW)).encode())
    assert sealed["MsgSignature"] == signature_of(ACCOUNT.token, str(NOW), "n0nce", sealed["Encrypt"])
    assert decrypt(sealed["Encrypt"], ACCOUNT) == text.encode()


@given(st.text(max_size=40), st.from_regex(r"[0-9]{10}", fullmatch=True), st.text(max_size=40))
def test_the_oracle_agrees_on_signatures(token: str, timestamp: str, nonce: str) -> None:
    signature = signature_of(token, timestamp, nonce)
    check_signature(token, signature, timestamp, nonce)
    with pytest.raises(InvalidSignatureException):
        check_signature(token, signature[::-1] + "0", timestamp, nonce)


def test_the_oracle_reads_the_reply_that_is_made_here() -> None:
    reply = text_reply(message(TEXT), "已登记。受理编号 20251009-0001]]>，谢谢", created_at_seconds=NOW)
    read = parse_message(reply)
    assert (read.type, read.source, read.target) == ("text", "gh_0a1b2c", "oInvented-1")
    assert read.content == "已登记。受理编号 20251009-0001]]>，谢谢"


@given(st.text(max_size=300))
def test_a_reply_is_well_formed_whatever_it_says(text: str) -> None:
    fields = read_fields(text_reply(message(TEXT), text, created_at_seconds=NOW).encode("utf-8"))
    assert fields["ToUserName"] == "oInvented-1"
    assert set(fields["Content"]) <= set(text) | {"\n"}


def test_a_reply_beyond_the_platforms_limit_is_refused() -> None:
    text_reply(message(TEXT), "a" * REPLY_TEXT_BYTES_MAX, created_at_seconds=NOW)
    with pytest.raises(ReplyTooLong):
        text_reply(message(TEXT), "答" * (REPLY_TEXT_BYTES_MAX // 3 + 1), created_at_seconds=NOW)


@pytest.mark.parametrize(
    "body",
    [
        b'<!DOCTYPE xml [<!ENTITY a "x">]><xml><Content>&a;</Content></xml>',
        b'<!DOCTYPE xml [<!ENTITY a SYSTEM "file:///etc/hostname">]><xml><Content>&a;</Content></xml>',
        b'<!DOCTYPE xml SYSTEM "http://example.invalid/x.dtd"><xml/>',
        b"<!DOCTYPE xml><xml/>",
    ],
)
def test_a_document_type_is_refused_before_any_entity_is_read(body: bytes) -> None:
    with pytest.raises(ForbiddenXml):
        read_fields(body)


@pytest.mark.parametrize(
    "body",
    [
        b"",
        b"hello",
        b"<xml>",
        b"<html/>",
        b"<xml>&nbsp;</xml>",
        b"<xml><a>\xff</a></xml>",
        b"<xml><a>1</a><a>2</a></xml>",
        b"<xml>" + b"<a>" * DEPTH_MAX + b"</a>" * DEPTH_MAX + b"</xml>",
        b"<xml>" + b"".join(b"<a%d/>" % n for n in range(FIELDS_MAX + 1)) + b"</xml>",
    ],
)
def test_what_is_not_the_platforms_xml_is_refused(body: bytes) -> None:
    with pytest.raises(NotXml):
        read_fields(body)


def test_a_nested_element_hides_no_field() -> None:
    fields = read_fields(b"<xml><a>1<b>2</b>3</a><c><a>4</a></c></xml>")
    assert fields == {"a": "13", "c": ""}


def test_a_body_above_the_limit_is_refused() -> None:
    open_callback(ACCOUNT, plain_query(), TEXT.ljust(BODY_BYTES_MAX), FRESH)
    with pytest.raises(BodyTooLarge):
        open_callback(ACCOUNT, plain_query(), TEXT.ljust(BODY_BYTES_MAX + 1), FRESH)


@given(
    body=st.binary(max_size=300)
    | st.text(max_size=200).map(lambda text: f"<xml><Encrypt>{text}</Encrypt></xml>".encode()),
    parts=st.lists(st.text(alphabet=st.characters(), max_size=60), min_size=4, max_size=4),
    encrypt_type=st.sampled_from(["", "aes", "raw"]),
)
def test_no_input_raises_anything_but_a_named_refusal(body: bytes, parts: list[str], encrypt_type: str) -> None:
    query = CallbackQuery(parts[0], parts[1], parts[2], parts[3], encrypt_type)
    with pytest.raises(CallbackRefused):
        open_callback(ACCOUNT, query, body, FRESH)


@given(body=st.binary(max_size=300), inside=st.binary(max_size=300), broken=st.binary(max_size=96))
def test_a_signed_but_malformed_body_raises_only_named_refusals(body: bytes, inside: bytes, broken: bytes) -> None:
    posts = [
        (plain_query(), body),
        safe_post(encrypt(inside, ACCOUNT, random_prefix=PREFIX)),
        safe_post(base64.b64encode(broken).decode()),
    ]
    for query, post in posts:
        with pytest.raises(CallbackRefused):
            open_callback(ACCOUNT, query, post, FRESH)


@given(
    st.dictionaries(
        st.sampled_from(["ToUserName", "FromUserName", "CreateTime", "MsgType", "MsgId", "Content", "Location_X"]),
        st.text(max_size=30) | st.sampled_from(["text", "event", "location", "1760000000", "99999999999", "o1"]),
    )
)
def test_any_fields_give_a_message_or_a_named_refusal(fields: dict[str, str]) -> None:
    with contextlib.suppress(BadMessage):
        assert contact_evidence("wx1", read_message(fields)).key


@pytest.mark.parametrize("text", ["", "short", "a" * 42, "a" * 44, "a" * 42 + "!", "键" * 43])
def test_an_encoding_key_of_another_make_is_refused(text: str) -> None:
    with pytest.raises(BadAccount):
        read_encoding_aes_key(text)


@pytest.mark.parametrize(
    ("app_id", "token", "key", "safe_only"),
    [("", "t", None, False), ("wx", "", None, False), ("wx", "t", b"short", False), ("wx", "t", None, True)],
)
def test_an_account_that_cannot_work_is_refused(app_id: str, token: str, key: bytes | None, safe_only: bool) -> None:
    with pytest.raises(BadAccount):
        Account(app_id, token, key, safe_only)


def test_secrets_and_people_do_not_show_in_a_log_line() -> None:
    shown = repr(ACCOUNT) + repr(message(TEXT)) + repr(contact_evidence("wx1", message(TEXT)))
    assert ACCOUNT.token not in shown
    assert "oInvented-1" not in shown
    assert "路灯" not in shown


def test_a_refusal_says_why_in_both_languages() -> None:
    assert str(WrongApp()) == "消息不属于本公众号 (the message belongs to another official account)"
