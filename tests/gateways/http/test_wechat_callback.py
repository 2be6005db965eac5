"""The official account's callback through the whole application; the protocol's own tests stand beside its module."""

import re
from collections.abc import Iterator
from pathlib import Path

import httpx
import pytest
from wechatpy.crypto import WeChatCrypto

from domain.words import Role
from gateways.wechat.protocol import signature_of
from tests.composed import StandingClock
from tests.gateways.http.desk import Desk, a_desk

TOKEN, APP_ID, AES_KEY = "token-of-tests", "wx0123456789abcdef", "abcdefghijklmnopqrstuvwxyz0123456789ABCDEFG"
OPENID = "o-person-1"


@pytest.fixture
def desk(tmp_path: Path, clock: StandingClock) -> Iterator[Desk]:
    account = {"wechat_token": TOKEN, "wechat_app_id": APP_ID, "wechat_aes_key": AES_KEY}
    with a_desk(tmp_path / "data", clock, **account) as served:
        yield served


def message(desk: Desk, inner: str, *, msg_id: str = "<MsgId>7001</MsgId>", sender: str = OPENID) -> str:
    return (
        f"<xml><ToUserName>gh_1</ToUserName><FromUserName>{sender}</FromUserName>"
        f"<CreateTime>{int(desk.clock.now.timestamp())}</CreateTime>{inner}{msg_id}</xml>"
    )


def text(desk: Desk, said: str = "公交站牌倒了没人管", **more: str) -> str:
    return message(desk, f"<MsgType>text</MsgType><Content><![CDATA[{said}]]></Content>", **more)


def signed(desk: Desk) -> dict[str, str]:
    at = str(int(desk.clock.now.timestamp()))
    return {"timestamp": at, "nonce": "n1", "signature": signature_of(TOKEN, at, "n1")}


def deliver(desk: Desk, body: str) -> httpx.Response:
    return desk.send("POST", "/gateways/wechat", params=signed(desk), content=body.encode())


def registered(desk: Desk) -> list[dict[str, object]]:
    items = desk.get("/api/v1/events?limit=500", Role.AUDITOR).json()["items"]
    return [item for item in items if item["event"] == "complaint.registered.v1"]


def test_the_platform_is_answered_with_its_own_echo(desk: Desk) -> None:
    answer = desk.send("GET", "/gateways/wechat", params={**signed(desk), "echostr": "8888"})
    assert (answer.status_code, answer.text) == (200, "8888")
    assert desk.send("GET", "/gateways/wechat", params={**signed(desk), "signature": "0"}).status_code == 403


def test_a_text_is_one_complaint_however_often_it_is_delivered(desk: Desk) -> None:
    body = text(desk)
    answers = [deliver(desk, body).text for _ in range(3)]
    assert len(registered(desk)) == 1
    assert len({re.search(r"受理编号：([\dX-]+)", answer)[1] for answer in answers}) == 1  # type: ignore[index]


@pytest.mark.parametrize("characters", [20_001, 300_000])
def test_a_text_of_any_length_that_the_platform_delivers_is_kept_whole(desk: Desk, characters: int) -> None:
    said = "街" * characters
    answer = deliver(desk, text(desk, said))
    assert answer.status_code == 200, answer.text
    assert "受理编号" in answer.text
    [case] = [item["id"] for item in desk.listed(Role.ADMIN)]
    assert desk.get(f"/api/v1/complaints/{case}", Role.ADMIN).json()["text"] == said


def test_two_texts_of_one_person_are_two_complaints_of_one_subject(desk: Desk) -> None:
    deliver(desk, text(desk))
    deliver(desk, text(desk, "还有一件事", msg_id="<MsgId>7002</MsgId>"))
    subjects = [item["data"]["subject"] for item in registered(desk)]  # type: ignore[index]
    assert (len(subjects), len(set(subjects))) == (2, 1)


def test_safe_mode_is_opened_and_answered_sealed(desk: Desk) -> None:
    crypto, at = WeChatCrypto(TOKEN, AES_KEY, APP_ID), str(int(desk.clock.now.timestamp()))
    sealed = crypto.encrypt_message(text(desk), "n1", at)
    signature = re.search(r"<MsgSignature><!\[CDATA\[(.*?)\]\]>", sealed)
    assert signature is not None
    query = {"timestamp": at, "nonce": "n1", "msg_signature": signature[1], "encrypt_type": "aes"}
    answer = desk.send("POST", "/gateways/wechat", params=query, content=sealed.encode())
    parts = dict(re.findall(r"<(MsgSignature|Nonce|TimeStamp)>(?:<!\[CDATA\[)?(.*?)(?:\]\]>)?</", answer.text))
    opened = crypto.decrypt_message(answer.text, parts["MsgSignature"], parts["TimeStamp"], parts["Nonce"])
    assert "受理编号" in opened
    assert len(registered(desk)) == 1


@pytest.mark.parametrize(
    ("inner", "word"),
    [
        ("<MsgType>image</MsgType><PicUrl>http://p/1</PicUrl><MediaId>m1</MediaId>", "图片"),
        ("<MsgType>voice</MsgType><MediaId>m1</MediaId><Format>amr</Format>", "语音"),
        ("<MsgType>video</MsgType><MediaId>m1</MediaId>", "这类消息"),
    ],
)
def test_what_is_no_text_is_answered_with_what_to_do(desk: Desk, inner: str, word: str) -> None:
    answer = deliver(desk, message(desk, inner))
    assert f"暂不能受理{word}" in answer.text
    assert registered(desk) == []


def test_a_voice_with_its_words_recognised_is_a_complaint(desk: Desk) -> None:
    said = "<MsgType>voice</MsgType><MediaId>m1</MediaId><Format>amr</Format><Recognition>站牌倒了</Recognition>"
    assert "受理编号" in deliver(desk, message(desk, said)).text
    assert len(registered(desk)) == 1


def test_who_follows_the_account_is_welcomed_and_who_leaves_is_let_go(desk: Desk) -> None:
    event = "<MsgType>event</MsgType><Event>{}</Event>"
    assert "政风行风热线" in deliver(desk, message(desk, event.format("subscribe"), msg_id="")).text
    assert deliver(desk, message(desk, event.format("unsubscribe"), msg_id="")).text == "success"


def test_a_forged_a_stale_and_a_broken_message_leave_no_trace(desk: Desk) -> None:
    forged = desk.send("POST", "/gateways/wechat", params={**signed(desk), "nonce": "n2"}, content=text(desk))
    broken = deliver(desk, "<xml>")
    old = signed(desk)
    desk.clock.pass_(hours=1)
    stale = desk.send("POST", "/gateways/wechat", params=old, content=text(desk))
    assert (forged.status_code, broken.status_code, stale.status_code) == (403, 400, 403)
    assert registered(desk) == []


def test_without_an_account_there_is_no_such_door(tmp_path: Path, clock: StandingClock) -> None:
    with a_desk(tmp_path / "plain", clock) as desk:
        assert desk.send("GET", "/gateways/wechat", params=signed(desk)).status_code == 404
