"""The producer's pages: a form does what the API does, once from one page, and never from another site."""

from __future__ import annotations

import re
from datetime import date

import httpx

from domain.words import Role
from gateways.http.programme_console import reference_after
from tests.gateways.http.desk import ROADS, Desk

R = Role
PAGE = "/console/episodes/xf-1"
SCHEDULE = {"episode": "xf-1", "airs_on": "2026-03-02", "airs_at": "09:00", "minutes": "60", "station_1": "市广播电台"}


def as_(desk: Desk, role: Role, method: str, path: str, form: dict[str, str] | None = None) -> httpx.Response:
    headers = {"Cookie": f"hangfeng_console={desk.token(role)}"}
    return desk.send(method, path, headers=headers, data=form)


def step(desk: Desk, verb: str, **said: str) -> httpx.Response:
    return as_(desk, R.PRODUCER, "POST", PAGE, {"verb": verb, **said})


def words(desk: Desk, path: str = PAGE) -> str:
    """What stands on a page, without its marks."""
    return re.sub("<[^>]+>", "", as_(desk, R.PRODUCER, "GET", path).text)


def seated(desk: Desk) -> None:
    sent = as_(desk, R.PRODUCER, "POST", "/console/programme", SCHEDULE)
    assert (sent.status_code, sent.headers["location"]) == (303, PAGE)
    step(desk, "invite", unit=ROADS)
    step(desk, "confirm", unit=ROADS, leader="路行舟", post="局长", head="true")


def test_a_producer_is_signed_in_to_the_programme(desk: Desk) -> None:
    form = {"token": desk.token(R.PRODUCER), "next": "/console"}
    assert desk.send("POST", "/console/sign-in", data=form).headers["location"] == "/console/programme"


def test_items_are_added_moved_and_timed_on_the_page(desk: Desk) -> None:
    seated(desk)
    step(desk, "add-item", kind="opening", title="开场白", minutes="3")
    step(desk, "add-item", kind="echo", title="回音时间", minutes="57")
    step(desk, "move-item", item="2", place="1")
    text = as_(desk, R.PRODUCER, "GET", PAGE).text
    assert text.index("回音时间") < text.index("开场白")
    assert "60 分钟，排定 60 分钟" in words(desk)


def test_a_form_sent_twice_from_one_page_works_once(desk: Desk) -> None:
    seated(desk)
    for _ in range(2):
        step(desk, "add-item", kind="opening", title="开场白", minutes="3", version="3")
    assert len(desk.get("/api/v1/episodes/xf-1", R.PRODUCER).json()["run_down"]) == 1


def test_what_the_rules_refuse_is_said_on_the_page(desk: Desk) -> None:
    seated(desk)
    answer = step(desk, "link-call", call_id="unknown")
    assert answer.status_code == 409
    assert "没有可接入节目的这一来电" in answer.text


def test_nothing_is_done_from_another_site_or_by_who_may_not(desk: Desk) -> None:
    seated(desk)
    headers = {"Cookie": f"hangfeng_console={desk.token(R.PRODUCER)}", "Origin": "https://evil.test"}
    form = {"verb": "cancel", "reason": "x"}
    assert desk.send("POST", PAGE, headers=headers, data=form).status_code == 403
    assert as_(desk, R.SCREENER, "POST", PAGE, form).status_code == 403
    assert "cancel" not in as_(desk, R.SCREENER, "GET", PAGE).text


def test_a_page_that_did_not_change_is_not_sent_again(desk: Desk) -> None:
    seated(desk)
    first = as_(desk, R.PRODUCER, "GET", PAGE)
    token = {"Cookie": f"hangfeng_console={desk.token(R.PRODUCER)}", "If-None-Match": first.headers["etag"]}
    assert desk.send("GET", PAGE, headers=token).status_code == 304


def test_the_pack_is_one_click(desk: Desk) -> None:
    seated(desk)
    answer = as_(desk, R.PRODUCER, "GET", f"{PAGE}/pack?format=pdf")
    assert (answer.status_code, answer.content[:4]) == (200, b"%PDF")


def test_a_browser_that_hides_its_origin_is_let_in_from_our_own_page_and_from_no_other(desk: Desk) -> None:
    form = {"token": desk.token(R.PRODUCER), "next": "/console"}
    hidden = {"Origin": "null"}
    own = desk.send("POST", "/console/sign-in", data=form, headers={**hidden, "Sec-Fetch-Site": "same-origin"})
    other = desk.send("POST", "/console/sign-in", data=form, headers={**hidden, "Sec-Fetch-Site": "cross-site"})
    assert (own.status_code, other.status_code) == (303, 403)


def test_nobody_is_shown_the_way_to_a_desk_that_is_closed_to_them(desk: Desk) -> None:
    for role in (R.PRODUCER, R.SCREENER, R.AUDITOR):
        shown = as_(desk, role, "GET", "/console/programme").text
        led = re.findall(r'<a href="(/console[^"]*)"', shown)
        assert led
        assert [as_(desk, role, "GET", path).status_code for path in led] == [200] * len(led)


def test_the_next_episode_is_proposed_a_week_later_on_the_same_stations(desk: Desk) -> None:
    said = {**SCHEDULE, "episode": "xf-2026-09", "airs_at": "08:30", "station_2": "县融媒体", "level_2": "county"}
    as_(desk, R.PRODUCER, "POST", "/console/programme", said)
    form = as_(desk, R.PRODUCER, "GET", "/console/programme").text.partition('action="/console/programme"')[2]
    for value in ("xf-2026-10", "2026-03-09", "08:30", "市广播电台", "县融媒体"):
        assert f'value="{value}"' in form
    assert '<option value="county" selected>' in form


def test_a_proposed_reference_counts_on_within_its_year() -> None:
    assert reference_after("xf-2026-05", date(2026, 4, 14)) == "xf-2026-06"
    assert reference_after("xf-2026-52", date(2027, 1, 5)) == "xf-2027-01"
    assert reference_after("新年特别节目", date(2027, 1, 5)) == ""


def test_an_item_gets_another_length_and_an_episode_is_called_off_on_the_page(desk: Desk) -> None:
    seated(desk)
    step(desk, "add-item", kind="opening", title="开场白", minutes="3")
    step(desk, "change-item", item="1", minutes="7", title="")
    assert "7 分钟，排定 60 分钟" in words(desk)
    assert step(desk, "cancel", reason="防汛应急").status_code == 303
    assert "取消原因：防汛应急" in as_(desk, R.PRODUCER, "GET", PAGE).text


def test_words_that_tell_who_called_are_refused_on_the_page_and_masked_by_its_button(desk: Desk) -> None:
    seated(desk)
    answer = step(desk, "add-item", kind="case", title="连线张三：停水", minutes="3", version="3")
    assert (answer.status_code, "标题中有不得播出的个人信息：姓名“张三”" in answer.text) == (409, True)
    form = answer.text.partition('role="alert"')[2].partition("</form>")[0]
    again = dict(re.findall(r'name="([^"]+)" value="([^"]*)"', form))
    assert as_(desk, R.PRODUCER, "POST", PAGE, again).status_code == 303
    page = as_(desk, R.PRODUCER, "GET", PAGE).text
    assert ("连线张某：停水" in page, "张三" in page) == (True, False)


def test_a_theme_that_tells_who_called_is_refused_on_the_list_and_masked_by_its_button(desk: Desk) -> None:
    answer = as_(desk, R.PRODUCER, "POST", "/console/programme", {**SCHEDULE, "theme": "张三反映的停水"})
    form = answer.text.partition('role="alert"')[2].partition("</form>")[0]
    again = dict(re.findall(r'name="([^"]+)" value="([^"]*)"', form))
    assert as_(desk, R.PRODUCER, "POST", "/console/programme", again).headers["location"] == PAGE
    assert "张某反映的停水" in as_(desk, R.PRODUCER, "GET", PAGE).text


def test_the_same_run_down_as_last_time_is_one_button(desk: Desk) -> None:
    seated(desk)
    step(desk, "add-item", kind="opening", title="开场白", minutes="3")
    assert "沿用 xf-1 的编排" in as_(desk, R.PRODUCER, "GET", "/console/programme").text
    form = {**SCHEDULE, "episode": "xf-2", "airs_on": "2026-03-09", "verb": "take-over"}
    sent = as_(desk, R.PRODUCER, "POST", "/console/programme", form)
    assert sent.headers["location"] == "/console/episodes/xf-2"
    assert "开场白" in as_(desk, R.PRODUCER, "GET", "/console/episodes/xf-2").text


def test_an_episode_that_stands_is_filled_once_and_more_where_it_is_asked(desk: Desk) -> None:
    seated(desk)
    step(desk, "add-item", kind="opening", title="开场白", minutes="3")
    as_(desk, R.PRODUCER, "POST", "/console/programme", {**SCHEDULE, "episode": "xf-2", "airs_on": "2026-03-09"})
    path = "/console/episodes/xf-2"
    sent = [as_(desk, R.PRODUCER, "POST", path, {"verb": "take-over", **more}) for more in ({}, {}, {"append": "true"})]
    assert [one.status_code for one in sent] == [303, 409, 303]
    assert "编排单已有 1 个环节" in sent[1].text
    assert len(desk.get("/api/v1/episodes/xf-2", R.PRODUCER).json()["run_down"]) == 2


def test_a_promise_is_asked_for_from_the_day_of_the_episode_on(desk: Desk) -> None:
    later = {**SCHEDULE, "airs_on": "2026-03-09"}
    as_(desk, R.PRODUCER, "POST", "/console/programme", later)
    step(desk, "invite", unit=ROADS)
    step(desk, "confirm", unit=ROADS, leader="路行舟", post="局长", head="true")
    assert 'value="promise"' not in as_(desk, R.PRODUCER, "GET", PAGE).text
    desk.clock.pass_(days=7)
    assert 'value="promise"' in as_(desk, R.PRODUCER, "GET", PAGE).text


def test_a_page_without_theme_is_headed_by_its_day_and_asks_for_units_before_promises(desk: Desk) -> None:
    as_(desk, R.PRODUCER, "POST", "/console/programme", SCHEDULE)
    assert "2026年3月2日节目" in words(desk)
    assert "有单位确认上线后，在此记录承诺" in words(desk)


def test_a_call_is_passed_over_on_the_page_with_its_reason(desk: Desk) -> None:
    desk.call(call_id="live-1")
    seated(desk)
    step(desk, "link-call", call_id="live-1")
    receipt = desk.get("/api/v1/episodes/xf-1/calls", R.PRODUCER).json()["items"][0]["receipt_no"]
    assert step(desk, "pass-call-over", receipt_no=receipt, reason="时间不够").status_code == 303
    assert "未播出" in words(desk)
