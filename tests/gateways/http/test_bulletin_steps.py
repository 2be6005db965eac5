"""The life of a bulletin through HTTP: the office freezes and sends, a unit objects, another person publishes."""

from typing import Any

import pytest

from domain.words import Role
from tests.composed import START, call
from tests.gateways.http.desk import LAMPS, ROADS, Desk

R = Role
ONE = "/api/v1/bulletins/2026Q1"


def step(desk: Desk, path: str, role: Role, said: dict[str, Any] | None = None, **more: Any) -> dict[str, Any]:  # noqa: ANN401 - headers
    answer = desk.send("POST", f"{ONE}/{path}", role, json=said or {}, **more)
    assert answer.status_code == 200, answer.text
    answered: dict[str, Any] = answer.json()
    return answered


def problem(desk: Desk, path: str, role: Role, said: dict[str, Any] | None = None) -> str:
    answer = desk.send("POST", f"{ONE}/{path}", role, json=said or {})
    assert answer.status_code >= 400, answer.text
    return str(answer.json()["type"]).rpartition("/")[2].rpartition(":")[2]


@pytest.fixture
def proof(desk: Desk) -> Desk:
    desk.delivered()
    desk.clock.pass_(days=40)
    step(desk, "freeze", R.SUPERVISOR)
    step(desk, "proof", R.SUPERVISOR)
    return desk


def own_cell(desk: Desk) -> str:
    lines = desk.get(f"{ONE}/proof", R.UNIT_LEADER).json()["lines"]
    return str(lines[0]["line"]["cells"][0]["id"])


def test_a_unit_sees_its_own_lines_until_when_it_may_object(proof: Desk) -> None:
    shown = proof.get(f"{ONE}/proof", R.UNIT_LEADER).json()
    assert (shown["unit"], shown["sent"]) == (ROADS, True)
    assert {line["line"]["head"] for line in shown["lines"]} == {ROADS}
    assert shown["objections_until"] is not None


def test_a_unit_neither_sees_anothers_lines_nor_figures_that_were_not_sent_to_it(proof: Desk) -> None:
    assert proof.send("GET", f"{ONE}/proof?unit={LAMPS}", R.UNIT_LEADER).status_code == 404
    assert proof.send("GET", f"{ONE}/proof", R.UNIT_LEADER, unit=LAMPS).status_code == 403
    assert proof.get(f"{ONE}/proof?unit={ROADS}", R.SUPERVISOR).json()["unit"] == ROADS


def test_an_upheld_objection_asks_for_figures_frozen_anew_and_says_why(proof: Desk) -> None:
    step(proof, "objections", R.UNIT_LEADER, {"cells": [own_cell(proof)], "reason": "有一件不属我单位"})
    assert problem(proof, "approve", R.APPROVER) == "dispute-open"
    step(proof, "objections/1/uphold", R.APPROVER, {"reason": "查实属实"})
    assert problem(proof, "approve", R.APPROVER) == "freeze-anew"
    standing = step(proof, "freeze", R.SUPERVISOR)
    assert [(one["state"], one["decision"]) for one in standing["disputes"]] == [("upheld", "查实属实")]


def test_a_rejected_objection_stands_and_the_edition_goes_on(proof: Desk) -> None:
    step(proof, "objections", R.UNIT_LEADER, {"cells": [own_cell(proof)], "reason": "有一件不属我单位"})
    step(proof, "objections/1/reject", R.APPROVER, {"reason": "核对无误"})
    proof.clock.pass_(days=10)
    step(proof, "approve", R.APPROVER)
    published = step(proof, "publish", R.APPROVER)
    assert published["number"] == "〔2026〕第1期"
    assert proof.get(f"{ONE}/proof", R.UNIT_LEADER).json()["disputes"][0]["decision"] == "核对无误"
    assert step(proof, "broadcast", R.PRODUCER, {"station": "市广播电台"})["status"] == "broadcast"


def test_a_unit_objects_over_http_to_its_own_figures_alone(proof: Desk) -> None:
    own = own_cell(proof)
    for foreign in ("summary.registered", "units.total.late"):
        wish = {"cells": [own, foreign], "reason": "应少一件"}
        answer = proof.send("POST", f"{ONE}/objections", R.UNIT_LEADER, json=wish)
        assert (answer.status_code, answer.json()["field"]) == (422, "cells"), answer.text
        assert answer.json()["type"].endswith("not-your-figure")
        assert f"{own.rpartition('.')[0]}.…" in answer.text
    assert proof.get(f"{ONE}/proof", R.UNIT_LEADER).json()["disputes"] == []


def test_reasons_and_stations_are_refused_or_masked_over_http(proof: Desk) -> None:
    said = {"reason": "由林昌旭经办"}
    wish = {"cells": [own_cell(proof)], **said}
    assert problem(proof, "objections", R.UNIT_LEADER, wish) == "words-identify-somebody"
    assert step(proof, "objections", R.UNIT_LEADER, {**wish, "mask": True})["disputes"][0]["reason"] == "由林某经办"
    for decision in ("uphold", "reject"):
        assert problem(proof, f"objections/1/{decision}", R.APPROVER, said) == "words-identify-somebody"
    decided = step(proof, "objections/1/reject", R.APPROVER, {**said, "mask": True})
    assert decided["disputes"][0]["decision"] == "由林某经办"
    proof.clock.pass_(days=10)
    step(proof, "approve", R.APPROVER)
    step(proof, "publish", R.APPROVER)
    station = {"station": "林昌旭工作室"}
    assert problem(proof, "broadcast", R.PRODUCER, station) == "words-identify-somebody"
    assert step(proof, "broadcast", R.PRODUCER, {**station, "mask": True})["status"] == "broadcast"


def test_words_are_given_and_taken_out(proof: Desk) -> None:
    key = step(proof, "words", R.SUPERVISOR, {"section": 10, "zh": "请各单位限期整改。"})["words"][0]["key"]
    assert step(proof, "words/withdraw", R.SUPERVISOR, {"key": key})["words"] == []


def test_the_same_key_freezes_once_and_another_body_under_it_is_a_conflict(desk: Desk) -> None:
    desk.delivered()
    token = {"Authorization": f"Bearer {desk.token(R.SUPERVISOR)}", "Idempotency-Key": "freeze-1"}
    first = desk.send("POST", f"{ONE}/freeze", json={}, headers=token).json()
    desk.call(call_id="later")
    assert desk.send("POST", f"{ONE}/freeze", json={}, headers=token).json() == first
    assert desk.send("POST", f"{ONE}/freeze", headers=token).status_code == 409


def test_a_special_report_is_begun_and_its_month_and_year_are_frozen_by_their_names(proof: Desk) -> None:
    special = "/api/v1/bulletins/2026Q1.roads"
    begun = proof.send("POST", f"{special}/special", R.SUPERVISOR, json={"title": "道路专报", "units": [ROADS]})
    assert begun.json()["title"] == "道路专报"
    for name in ("2026Q1.roads", "2026-01", "2026"):
        assert proof.send("POST", f"/api/v1/bulletins/{name}/freeze", R.SUPERVISOR, json={}).status_code == 200
    listed = {item["quarter"] for item in proof.get("/api/v1/bulletins", R.SUPERVISOR).json()["items"]}
    assert listed == {"2026Q1", "2026Q1.roads", "2026-01", "2026"}


def test_an_approval_names_who_prints_the_edition_and_who_has_copies(proof: Desk) -> None:
    proof.clock.pass_(days=10)
    assert problem(proof, "approve", R.APPROVER, {"copied_to": ["市委办公室"]}) == "nobody-prints"
    said = {"printed_by": "市政府办公室", "copied_to": ["市委办公室"]}
    assert step(proof, "approve", R.APPROVER, said)["approval"]["distribution"] == said
    step(proof, "publish", R.APPROVER)
    assert proof.get(ONE).json()["approval"]["distribution"] == said


def published(desk: Desk) -> Desk:
    """A proof that became an edition, and a case that was found later."""
    desk.clock.pass_(days=10)
    step(desk, "approve", R.APPROVER)
    step(desk, "publish", R.APPROVER)
    desk.house.casework.register(call(desk.house, "call-late", at=START))
    return desk


def test_a_correction_is_looked_at_before_it_is_published_and_names_its_edition(proof: Desk) -> None:
    desk = published(proof)
    wish = {"cause": "补录一件", "edition": 1}
    shown = step(desk, "correct/preview", R.APPROVER, wish)
    assert (shown["edition"], shown["signed_by"]) == (1, None)
    assert f'"{shown["digest"]}"' == desk.get(ONE).headers["etag"]
    corrected = step(desk, "correct", R.APPROVER, wish)
    assert corrected["errata"][0]["cells"] == shown["cells"]


def test_a_correction_of_an_edition_that_another_corrected_is_a_conflict_that_says_so(proof: Desk) -> None:
    desk = published(proof)
    step(desk, "correct", R.APPROVER, {"cause": "补录一件", "edition": 1})
    step(desk, "words", R.SUPERVISOR, {"section": 10, "zh": "请各单位限期整改。"})
    for path in ("correct", "correct/preview"):
        answer = desk.send("POST", f"{ONE}/{path}", R.ADMIN, json={"cause": "漏载一段", "edition": 1})
        assert (answer.status_code, answer.json()["field"]) == (409, "edition")
        assert answer.json()["type"].endswith("corrected-since")
    assert len(step(desk, "correct", R.ADMIN, {"cause": "漏载一段", "edition": 2})["editions"]) == 3


def test_the_same_request_key_corrects_once(proof: Desk) -> None:
    desk = published(proof)
    token = {"Authorization": f"Bearer {desk.token(R.APPROVER)}", "Idempotency-Key": "correct-1"}
    wish = {"cause": "补录一件", "edition": 1}
    first = desk.send("POST", f"{ONE}/correct", json=wish, headers=token)
    assert desk.send("POST", f"{ONE}/correct", json=wish, headers=token).json() == first.json()
    assert first.json()["editions"][-1]["edition"] == 2


@pytest.mark.parametrize(
    ("path", "said", "role"),
    [
        ("freeze", {}, R.OPERATOR),
        ("publish", {}, R.SUPERVISOR),
        ("objections", {"cells": ["x"], "reason": "y"}, R.APPROVER),
    ],
)
def test_a_step_is_for_its_role_alone(proof: Desk, path: str, said: dict[str, Any], role: Role) -> None:
    assert problem(proof, path, role, said) == "role-not-allowed"


CASE = {"section": 7, "place": "typical_case", "basis": "anonymised", "zh": "某居民反映路灯不亮，三天后修复。"}


def test_a_typical_case_waits_for_a_second_person_with_a_token_of_their_own(proof: Desk) -> None:
    waiting = step(proof, "words", R.SUPERVISOR, CASE)
    (case,) = waiting["proposed"]
    assert waiting["words"] == []
    looked_at = {"digest": case["digest"]}
    assert problem(proof, f"words/{case['key']}/clear", R.SUPERVISOR, looked_at) == "case-not-cleared"
    assert problem(proof, f"words/{case['key']}/clear", R.ADMIN, {"digest": "0" * 64}) == "case-changed-since"
    cleared = step(proof, f"words/{case['key']}/clear", R.ADMIN, looked_at)
    assert [one["zh"] for one in cleared["words"]] == [CASE["zh"]]
    assert cleared["proposed"] == []


def test_nobody_names_a_second_person_over_http(proof: Desk) -> None:
    assert proof.send("POST", f"{ONE}/words", R.SUPERVISOR, json={**CASE, "second": "审核01"}).status_code == 422


def test_a_typical_case_names_no_road_though_other_words_may(proof: Desk) -> None:
    assert (
        problem(proof, "words", R.SUPERVISOR, {**CASE, "zh": "解放路的路灯三天后修复。"}) == "words-identify-somebody"
    )
    step(proof, "words", R.SUPERVISOR, {"section": 10, "zh": "解放路的路灯须在月底前修复。"})


def test_a_false_alarm_stands_once_another_person_says_why(proof: Desk) -> None:
    wish = {"section": 10, "zh": "请各单位学习林昌旭同志的做法。"}
    assert problem(proof, "words", R.SUPERVISOR, wish) == "words-identify-somebody"
    said = {"said": "林昌旭", "reason": "本人为全国劳动模范，事迹已公开"}
    step(proof, "let-stand", R.SUPERVISOR, said)
    assert problem(proof, "words", R.SUPERVISOR, wish) == "words-identify-somebody"
    step(proof, "let-stand", R.ADMIN, said)
    standing = step(proof, "words", R.SUPERVISOR, wish)
    assert [one["zh"] for one in standing["words"]] == [wish["zh"]]
    assert len(standing["let_stand"]) == 2


def test_a_telephone_number_is_never_let_stand(proof: Desk) -> None:
    said = {"said": "13907395512", "reason": "公开电话"}
    assert problem(proof, "let-stand", R.ADMIN, said) == "words-identify"


def test_a_case_is_drafted_masked_and_agreed_to_over_http(proof: Desk) -> None:
    complaint = str(proof.call(call_id="call-9", text="我叫林昌旭，解放路12号门口路灯不亮。")["id"])
    draft = step(proof, "typical-case", R.SUPERVISOR, {"complaint": complaint})
    assert "林昌旭" not in draft["text"]
    assert "解放路" not in draft["text"]
    agreed = {"zh": "林昌旭反映路灯不亮，三天后修复。", "given_on": "2026-01-05", "how": "录音0031"}
    step(proof, "consents", R.SUPERVISOR, {"complaint": complaint, **agreed})
    told = {**CASE, "basis": "consent", "zh": agreed["zh"]}
    assert step(proof, "words", R.SUPERVISOR, told)["proposed"][0]["basis"] == "consent"
