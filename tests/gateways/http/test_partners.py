"""Media partners and exposures through the API, from an offer to a unit's response."""

import pytest

from domain.words import Role
from tests.gateways.http.desk import LAMPS, ROADS, Desk

OUTLET = {"partner": "radio", "name": "电台", "level": "city", "formats": ["radio"], "contact": "李四 13900000000"}


@pytest.fixture
def exposed(desk: Desk) -> Desk:
    """A desk with an outlet and a public batch of two items."""
    assert desk.send("POST", "/api/v1/partners", Role.PRODUCER, json=OUTLET).status_code == 201
    batches = "/api/v1/exposure-batches"
    said = {"batch": "b1", "scope": "public", "title": "第一批"}
    assert desk.send("POST", batches, Role.SUPERVISOR, json=said).status_code == 201
    for unit in (ROADS, LAMPS):
        item = {"unit": unit, "words": "同一问题推诿三次。"}
        assert desk.send("POST", f"{batches}/b1/items", Role.SUPERVISOR, json=item).status_code == 200
    assert desk.get("/api/v1/exposures/b1").status_code == 404
    for step in ("approve", "publish"):
        assert desk.send("POST", f"{batches}/b1/{step}", Role.APPROVER, json={}).status_code == 200
    return desk


def test_what_is_published_is_read_by_everybody_and_what_is_withdrawn_is_not(exposed: Desk) -> None:
    assert [one["unit"] for one in exposed.get("/api/v1/exposures/b1").json()["items"]] == [ROADS, LAMPS]
    withdrawn = {"cause": "有误", "item": 1}
    exposed.send("POST", "/api/v1/exposure-batches/b1/withdraw", Role.SUPERVISOR, json=withdrawn)
    assert [one["unit"] for one in exposed.get("/api/v1/exposures").json()["items"][0]["items"]] == [LAMPS]
    whole = exposed.get("/api/v1/exposure-batches/b1", Role.AUDITOR).json()
    assert [one["withdrawn"] for one in whole["items"]] == ["有误", None]


def test_an_exposure_whose_matter_is_public_no_more_is_shown_no_more(exposed: Desk) -> None:
    case = exposed.delivered()
    batches, words = "/api/v1/exposure-batches", "一排路灯三个月未修。"
    exposed.send("POST", batches, Role.SUPERVISOR, json={"batch": "b2", "scope": "public", "title": "第二批"})
    for item in ({"unit": ROADS, "words": words, "complaint": case}, {"unit": LAMPS, "words": "推诿三次。"}):
        assert exposed.send("POST", f"{batches}/b2/items", Role.SUPERVISOR, json=item).status_code == 200
    for step in ("approve", "publish"):
        exposed.send("POST", f"{batches}/b2/{step}", Role.APPROVER, json={})
    assert words in exposed.get("/api/v1/exposures/b2").text
    exposed.step(case, "withdraw-publication", Role.SUPERVISOR, {"cause": "本人要求"})
    for path in ("/api/v1/exposures", "/api/v1/exposures/b2"):
        assert words not in exposed.get(path).text
        assert "推诿三次" in exposed.get(path).text


def test_a_title_that_tells_who_somebody_is_is_refused(exposed: Desk) -> None:
    said = {"batch": "b2", "scope": "public", "title": "林昌旭反映的问题"}
    answer = exposed.send("POST", "/api/v1/exposure-batches", Role.SUPERVISOR, json=said)
    assert answer.status_code == 422, answer.text
    assert exposed.get("/api/v1/exposure-batches/b2", Role.AUDITOR).status_code == 404


def test_words_that_tell_who_somebody_is_are_refused(exposed: Desk) -> None:
    said = {"batch": "b2", "scope": "public", "title": "第二批"}
    exposed.send("POST", "/api/v1/exposure-batches", Role.SUPERVISOR, json=said)
    item = {"unit": ROADS, "words": "来电人13800000000反映推诿。"}
    answer = exposed.send("POST", "/api/v1/exposure-batches/b2/items", Role.SUPERVISOR, json=item)
    assert (answer.status_code, answer.json()["field"]) == (422, "words")


def test_what_was_aired_is_answered_by_the_unit_it_named_and_by_no_other(exposed: Desk) -> None:
    offer = exposed.send(
        "POST", "/api/v1/partners/radio/offers", Role.PRODUCER, json={"material": "exposure:b1"}
    ).json()
    assert offer["offers"][0]["material"] == "exposure:b1"
    exposed.clock.pass_(hours=2)
    aired = {
        "aired_at": "2026-03-02T10:30:00+08:00",
        "programme": "早间新闻",
        "format": "radio",
        "units": [ROADS],
        "offer": 1,
        "response_due": "2026-03-01",
    }
    coverage = exposed.send("POST", "/api/v1/partners/radio/coverages", Role.PRODUCER, json=aired).json()
    assert coverage["owing"] == [ROADS]
    path = f"/api/v1/coverages/{coverage['coverage']}/answer"
    report = "/api/v1/coverages?first=2026-03-01&last=2026-03-31"
    assert exposed.get(report, Role.AUDITOR).json()["coverages"][0]["late"] == [ROADS]
    assert exposed.get(report, Role.AUDITOR).json()["units"][0]["late"] == 1
    said = {"response": "已整改。"}
    assert exposed.send("POST", path, Role.UNIT_LEADER, unit=LAMPS, json=said).status_code == 404
    assert exposed.send("POST", path, Role.UNIT_LEADER, unit=ROADS, json=said).status_code == 200
    assert exposed.get(report, Role.AUDITOR).json()["coverages"][0]["late"] == []
    line = exposed.get(report, Role.AUDITOR).json()["units"][0]
    assert (line["unit"], line["covered"], line["responded"], line["late"]) == (ROADS, 1, 1, 0)


def test_nothing_is_aired_before_its_embargo_ends(exposed: Desk) -> None:
    offer = {"material": "exposure:b1", "embargo_until": "2026-03-03T00:00:00+08:00"}
    exposed.send("POST", "/api/v1/partners/radio/offers", Role.PRODUCER, json=offer)
    exposed.clock.pass_(hours=2)
    aired = {"aired_at": "2026-03-02T10:30:00+08:00", "programme": "早间新闻", "format": "radio", "offer": 1}
    answer = exposed.send("POST", "/api/v1/partners/radio/coverages", Role.PRODUCER, json=aired)
    assert answer.json()["type"].endswith("embargo-stands")


def test_only_what_is_published_is_offered(exposed: Desk) -> None:
    for material in ("exposure:b9", "bulletin:2026Q1/1", "x"):
        offered = exposed.send("POST", "/api/v1/partners/radio/offers", Role.PRODUCER, json={"material": material})
        assert offered.status_code == 409


def test_a_webhook_inside_is_refused(exposed: Desk) -> None:
    body = {**OUTLET, "partner": "web", "webhook": "https://127.0.0.1/hook"}
    assert exposed.send("POST", "/api/v1/partners", Role.PRODUCER, json=body).status_code == 422
