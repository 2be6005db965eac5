"""The page of media partners: what stands, dead letters sent again, batches approved by a second person."""

from __future__ import annotations

import httpx
import pytest

from domain.complaint import events as e
from domain.facts import Actor, Moment
from domain.partners import outlets as p
from domain.words import ComplaintKind, Role
from services.media.addresses import AddressRules
from services.media.courier import Answer, Courier, CourierSettings
from services.media.deliveries import DeliveryState
from tests.gateways.http.desk import LAMPS, ROADS, Desk
from tests.kafka import matters as m

PAGE = "/console/partners"
PRODUCER = Actor("编导", Role.PRODUCER)


def as_(desk: Desk, role: Role, form: dict[str, str] | None = None) -> httpx.Response:
    headers = {"Cookie": f"hangfeng_console={desk.token(role)}"}
    return desk.send("POST" if form else "GET", PAGE, headers=headers, data=form)


@pytest.fixture
def dealt(desk: Desk) -> Desk:
    """An outlet that was offered, took and aired a batch, a unit that owes a response, and three dead letters."""
    house, at = desk.house, Moment(desk.clock())
    profile = p.Profile(
        "人民广播", p.OutletLevel.CITY, (p.Format.RADIO,), (p.Material.FACTS,), 0, "https://radio.example/"
    )
    house.partners.record(lambda state: p.register(state, "radio", profile, PRODUCER, at))
    draft(desk, "b1")
    for step in ("approve", "publish"):
        desk.send("POST", f"/api/v1/exposure-batches/b1/{step}", Role.APPROVER, json={})
    house.partners.offer("radio", "exposure:b1", PRODUCER, at)
    house.partners.record(lambda state: p.take(state, "radio", 1, p.Format.RADIO, PRODUCER, at))
    aired = (at.at, "早间新闻", p.Format.RADIO, (ROADS, LAMPS))
    house.partners.record(
        lambda state: p.air(state, "radio", *aired, PRODUCER, at, number=1, response_due=at.at.date())
    )
    house.partners.record(lambda state: p.answer(state, 1, LAMPS, "已整改。", PRODUCER, at))
    house.deliveries.renew_secret("radio")
    m.append(house.log, 0, [[m.registered(ComplaintKind.HELP), m.filled(e.Accepted)]])
    settings = CourierSettings(5.0, 1, 10.0, 15.0, AddressRules())
    Courier(house.log, house.courier_feed, house.deliveries, settings, desk.clock, lambda *_: Answer(500)).round()
    return desk


def draft(desk: Desk, batch: str) -> None:
    batches = "/api/v1/exposure-batches"
    desk.send("POST", batches, Role.SUPERVISOR, json={"batch": batch, "scope": "public", "title": f"批次{batch}"})
    item = {"unit": ROADS, "words": "同一问题推诿三次。"}
    assert desk.send("POST", f"{batches}/{batch}/items", Role.SUPERVISOR, json=item).status_code == 200


def test_the_page_shows_who_was_given_what_and_whose_response_is_overdue(dealt: Desk) -> None:
    assert "待回应" in as_(dealt, Role.PRODUCER).text
    dealt.clock.pass_(days=1)
    text = as_(dealt, Role.PRODUCER).text
    assert ("曝光批次 b1" in text, "已播发" in text, "早间新闻" in text) == (True, True, True)
    assert text.index(ROADS) < text.index("逾期未回应") < text.index(LAMPS)
    assert "已整改。" in text
    assert "待批准、待发布的曝光" not in text, "a producer does not read drafts"


def test_an_empty_page_says_so(desk: Desk) -> None:
    text = as_(desk, Role.SUPERVISOR).text
    assert ("尚未登记媒体" in text, "没有死信" in text, "没有待批准的曝光" in text) == (True, True, True)
    assert "从未运行" in text


def test_dead_letters_are_sent_again_by_a_button_and_a_button_pressed_twice_is_told_so(dealt: Desk) -> None:
    assert as_(dealt, Role.PRODUCER).text.count("应答 500") == 3
    again = {"verb": "replay", "number": "1"}
    assert as_(dealt, Role.PRODUCER, again).headers["location"] == PAGE
    assert dealt.house.deliveries.counts()[DeliveryState.DEAD] == 2
    refused = as_(dealt, Role.PRODUCER, again)
    assert (refused.status_code, "没有可重发的第 1 号投递" in refused.text) == (409, True)
    as_(dealt, Role.SUPERVISOR, {"verb": "replay-all"})
    assert dealt.house.deliveries.counts()[DeliveryState.DEAD] == 0


def test_a_batch_that_awaits_approval_is_approved_and_published_from_the_page(dealt: Desk) -> None:
    draft(dealt, "b2")
    assert 'value="approve"' not in as_(dealt, Role.SUPERVISOR).text
    assert 'value="approve"' in as_(dealt, Role.APPROVER).text
    for verb in ("approve", "publish"):
        assert as_(dealt, Role.APPROVER, {"verb": verb, "batch": "b2"}).status_code == 303
    assert dealt.get("/api/v1/exposures/b2").status_code == 200
    assert as_(dealt, Role.APPROVER, {"verb": "approve", "batch": "b2"}).status_code == 409


@pytest.mark.parametrize(
    ("role", "form", "status"),
    [
        (Role.APPROVER, {"verb": "replay", "number": "1"}, 403),
        (Role.PRODUCER, {"verb": "approve", "batch": "b1"}, 403),
        (Role.AUDITOR, {"verb": "replay-all"}, 403),
        (Role.PRODUCER, {"verb": "drop"}, 422),
        (Role.PRODUCER, {"verb": "replay", "number": "一"}, 422),
        (Role.PRODUCER, {"verb": "replay", "number": "9" * 30}, 409),
    ],
)
def test_what_a_role_may_not_and_what_is_nothing_is_refused(
    dealt: Desk, role: Role, form: dict[str, str], status: int
) -> None:
    assert as_(dealt, role, form).status_code == status


def test_nothing_is_done_from_another_site(dealt: Desk) -> None:
    headers = {"Cookie": f"hangfeng_console={dealt.token(Role.PRODUCER)}", "Sec-Fetch-Site": "cross-site"}
    assert dealt.send("POST", PAGE, headers=headers, data={"verb": "replay-all"}).status_code == 403
    assert dealt.house.deliveries.counts()[DeliveryState.DEAD] == 3


def test_the_page_and_the_api_say_who_was_told_of_a_withdrawal(dealt: Desk) -> None:
    said = {"item": 1, "cause": "事实有误"}
    dealt.send("POST", "/api/v1/exposure-batches/b1/withdraw", Role.APPROVER, json=said)
    (found,) = dealt.get("/api/v1/exposure-withdrawals", Role.PRODUCER).json()["items"]
    assert [(one["partner"], one["state"]) for one in found["outlets"]] == [("radio", "unseen")]
    assert "投递进程尚未处理" in as_(dealt, Role.PRODUCER).text
