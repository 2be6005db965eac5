"""The web mailbox: its page without any script, the same over the API, and tracking."""

import re

import httpx
import pytest

from domain.words import Role
from tests.gateways.http.desk import Desk

MESSAGES = "/api/v1/mailbox/messages"
SAID = {
    "kind": "help",
    "title": "井盖松动",
    "text": "小区门口井盖松动，\r\n车一过就响。",
    "name": "李四",
    "phone": "13900000001",
}
PNG = b"\x89PNG\r\n\x1a\n" + b"\x00" * 64
PDF = b"%PDF-1.7\n" + b"\x00" * 64


def form_key(desk: Desk) -> str:
    found = re.search(r'name="idempotency_key" value="([^"]+)"', desk.get("/mailbox").text)
    assert found is not None
    return found[1]


def numbers(page: str) -> tuple[str, str]:
    found = re.search(r"(\d{8}-\d{7,}-[\dX])", page), re.search(r"\b([0-9A-HJKMNP-TV-Z]{10})\b", page)
    assert found[0] is not None
    assert found[1] is not None
    return found[0][1], found[1][1]


def send_form(desk: Desk, key: str, files: list[tuple[str, bytes]] | None = None, **said: str) -> httpx.Response:
    parts = [("attachments", (name, content, "application/octet-stream")) for name, content in files or []]
    # A browser sends a form with a file field as multipart even where no file was chosen.
    nothing = [("attachments", ("", b"", "application/octet-stream"))]
    return desk.send("POST", "/mailbox", data={"idempotency_key": key, **SAID, **said}, files=parts or nothing)


def test_the_form_gives_a_receipt_and_the_matter_can_be_followed(desk: Desk) -> None:
    answer = send_form(desk, form_key(desk))
    receipt_no, query_code = numbers(answer.text)
    assert answer.status_code == 201
    tracked = desk.send("POST", "/mailbox/track", data={"receipt_no": receipt_no, "query_code": query_code.lower()})
    assert tracked.status_code == 200
    assert "井盖松动" in tracked.text
    assert "李四" not in tracked.text


def test_a_second_press_of_the_button_registers_nothing_twice(desk: Desk) -> None:
    key = form_key(desk)
    first, again = send_form(desk, key), send_form(desk, key)
    assert (first.status_code, again.status_code) == (201, 200)
    assert numbers(first.text) == numbers(again.text)


def test_a_changed_text_under_the_same_form_is_sent_back_with_a_key_of_its_own(desk: Desk) -> None:
    key = form_key(desk)
    send_form(desk, key)
    back = send_form(desk, key, text="另一件事")
    assert back.status_code == 422
    assert "另一件事" in back.text
    assert key not in back.text


def test_the_pages_need_no_script(desk: Desk) -> None:
    for path in ("/", "/mailbox", "/mailbox/track", "/docs"):
        page = desk.get(path)
        assert page.status_code == 200
        assert "<script" not in page.text
        assert not re.search(r"""(?:src|href)=["']https?://""", page.text)


def test_what_was_typed_comes_back_beside_what_is_wrong(desk: Desk) -> None:
    back = send_form(desk, form_key(desk), kind="", title=" ")
    assert back.status_code == 422
    assert "车一过就响" in back.text
    assert 'id="kind-error"' in back.text
    assert 'id="title-error"' in back.text


def test_files_are_kept_sealed_and_open_for_who_sees_the_case(desk: Desk) -> None:
    send_form(desk, form_key(desk), [("井盖照片.png", PNG), ("说明.pdf", PDF)])
    case = next(entry for entry in feed(desk) if entry["event"] == "complaint.registered.v1")["stream"]
    references = desk.get(f"/api/v1/complaints/{case}", Role.OPERATOR).json()["attachments"]
    opened = desk.get(f"/api/v1/complaints/{case}/attachments/{references[0]}", Role.OPERATOR)
    assert opened.content == PNG
    assert opened.headers["content-type"] == "application/octet-stream"
    stored = [path.read_bytes() for path in desk.house.settings.data.rglob("*") if path.is_file()]
    assert not any(PNG in content or "井盖照片".encode() in content for content in stored)


def feed(desk: Desk) -> list[dict[str, str]]:
    items: list[dict[str, str]] = desk.get("/api/v1/events?limit=500", Role.AUDITOR).json()["items"]
    return items


def test_a_file_is_known_by_its_bytes_and_not_by_its_name(desk: Desk) -> None:
    back = send_form(desk, form_key(desk), [("现场.png", b"<html>")])
    assert back.status_code == 422
    assert "现场.png" in back.text


def test_too_large_and_too_many_files_are_refused(desk: Desk) -> None:
    settings = desk.house.settings
    large = PNG + b"\x00" * settings.attachment_bytes_max
    for files in ([("a.png", large)], [(f"{n}.png", PNG) for n in range(settings.attachments_max + 1)]):
        answer = desk.send("POST", MESSAGES, data=SAID, files=[("attachments", file) for file in files])
        assert (answer.status_code, answer.json()["field"]) == (422, "attachments")


def test_the_api_takes_json_and_remembers_the_key(desk: Desk) -> None:
    key = {"Idempotency-Key": "k-1"}
    first = desk.send("POST", MESSAGES, json=SAID, headers=key)
    again = desk.send("POST", MESSAGES, json=SAID, headers=key)
    other = desk.send("POST", MESSAGES, json={**SAID, "text": "不同"}, headers=key)
    assert (first.status_code, again.status_code, other.status_code) == (201, 200, 409)
    assert first.json() == again.json()
    assert desk.send("POST", MESSAGES, json=SAID).json()["id"] != first.json()["id"]


def test_the_api_takes_no_other_kind_of_body(desk: Desk) -> None:
    answer = desk.send("POST", MESSAGES, content=b"<xml/>", headers={"Content-Type": "text/xml"})
    assert (answer.status_code, answer.json()["type"]) == (415, "urn:hangfeng:problem:unsupported-media-type")


@pytest.mark.parametrize(("receipt_no", "query_code"), [("20260302-0000001-0", "AAAAAAAAAA"), ("", ""), ("甲", "乙")])
def test_a_wrong_number_says_nothing_of_what_there_is(desk: Desk, receipt_no: str, query_code: str) -> None:
    answer = desk.send("POST", "/mailbox/track", data={"receipt_no": receipt_no, "query_code": query_code})
    assert answer.status_code == 422


def test_guessing_is_soon_refused_and_allowed_again_later(desk: Desk) -> None:
    receipt_no, query_code = numbers(send_form(desk, form_key(desk)).text)
    right = {"receipt_no": receipt_no, "query_code": query_code}
    for _ in range(desk.house.settings.track_guesses_max):
        desk.send("POST", "/mailbox/track", data={**right, "query_code": "0000000000"})
    assert desk.send("POST", "/mailbox/track", data=right).status_code == 429
    desk.clock.pass_(minutes=desk.house.settings.track_window_minutes)
    assert desk.send("POST", "/mailbox/track", data=right).status_code == 200


def test_an_answer_is_shown_once_it_is_delivered_and_no_inner_word_ever(desk: Desk) -> None:
    receipt = desk.call()
    asked = {"receipt_no": receipt["receipt_no"], "query_code": receipt["query_code"]}
    desk.delivered()
    page = desk.send("POST", "/mailbox/track", data=asked).text
    assert "路灯已修好。" in page
    assert "备用灯用完" not in page


def test_an_answer_under_review_is_not_shown(desk: Desk) -> None:
    receipt = desk.call()
    case = desk.dispatched()
    desk.step(case, "record-finding", Role.UNIT_CLERK, {"result": "not", "evidence": "现场查看"})
    desk.step(case, "reply", Role.UNIT_CLERK, {"reply": "路灯已修好。"})
    asked = {"receipt_no": receipt["receipt_no"], "query_code": receipt["query_code"]}
    assert "路灯已修好。" not in desk.send("POST", "/mailbox/track", data=asked).text


@pytest.mark.parametrize("path", ["/mailbox", "/mailbox/track", "/api/v1/mailbox/messages", "/console/sign-in"])
def test_a_form_whose_sender_chooses_a_codec_is_not_decoded_by_it(desk: Desk, path: str) -> None:
    fields = ("kind", "title", "text", "receipt_no", "query_code", "token")
    part = '--B\r\nContent-Disposition: form-data; name="{}"\r\n\r\n\\ud800\r\n'
    form = "".join(part.format(name) for name in fields) + "--B--\r\n"
    headers = {"Content-Type": "multipart/form-data; boundary=B; charset=unicode_escape"}
    assert desk.send("POST", path, content=form.encode(), headers=headers).status_code == 415
