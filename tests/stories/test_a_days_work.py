"""From a call to a kept promise, through the API alone, by everybody who works on it: as it is told, so it happened.

A street lamp is dark. The first unit is the wrong one and gives the case back; the second disputes it and is
designated; it misses its deadline and gets a red card; its answer does not content the caller, so it works again; a
date in the answer is put right; the measure that it promised is kept. At the end an auditor, who trusts nobody, checks
a figure of the bulletin down to its events, and an event down to the signed root.
"""

from __future__ import annotations

import json
from base64 import b64decode
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PublicKey
from cryptography.hazmat.primitives.serialization import load_pem_public_key

from domain.bulletin.events import Scope
from domain.bulletin.name import BulletinName
from domain.facts import Actor, Moment
from domain.words import Role
from services.log.checkpoint import read_note
from services.log.tree import leaf_of, proves_inclusion
from tests.composed import StandingClock
from tests.gateways.http.desk import LAMPS, ROADS, Desk, a_desk

OPERATOR, DISPATCHER, CLERK, LEADER = Role.OPERATOR, Role.DISPATCHER, Role.UNIT_CLERK, Role.UNIT_LEADER
FOLLOW_UP, SUPERVISOR, AUDITOR = Role.FOLLOW_UP_OFFICER, Role.SUPERVISOR, Role.AUDITOR
OFFICE = Role.APPROVER
"""Whose signature an answer needs before it goes out."""

Q1 = BulletinName.parse("2026Q1")
CHIEF = Actor("主任", Role.APPROVER)
KEPT = "更换灯具"


@dataclass
class Work:
    """One case at everybody's hands; what somebody does is one line, and it must be taken or refused as it is told."""

    desk: Desk
    call: dict[str, Any] = field(default_factory=dict)

    @property
    def case(self) -> str:
        return str(self.call["id"])

    def later(self, **span: float) -> None:
        self.desk.clock.pass_(**span)

    def does(self, role: Role, verb: str, of: str | None = None, **said: object) -> str:
        """Somebody does something; returns where the case then stands."""
        return str(self.desk.step(self.case, verb, role, said, unit=of)["state"])

    def is_refused(self, role: Role, verb: str, of: str | None = None, **said: object) -> str:
        """Somebody tries something and is refused; returns the name of the rule."""
        answer = self.desk.ask(self.case, verb, role, said, unit=of)
        assert answer.status_code in {403, 404, 409, 422}, answer.text
        return str(answer.json()["type"]).rpartition(":")[2]

    def sees(self, role: Role, path: str = "", unit: str | None = None) -> dict[str, Any]:
        answer = self.desk.get(f"/api/v1/complaints/{self.case}{path}", role, unit=unit)
        assert answer.status_code == 200, answer.text
        return dict(answer.json())

    def waits_for(self, role: Role, desk: str) -> bool:
        """Say whether the case stands on a desk's work list."""
        return self.case in {item["id"] for item in self.desk.listed(role, f"desk={desk}")}

    def answers_for_it(self) -> tuple[str | None, str | None]:
        """Who received the case first, and who answers for it now."""
        held = self.sees(SUPERVISOR)["first_receiver"]
        return held["unit"], held["answers"]

    def happened(self, topic: str) -> int:
        return sum(item["event"] == topic for item in self.sees(AUDITOR, "/history")["items"])

    def page_of(self, unit: str, role: Role = SUPERVISOR) -> dict[str, Any]:
        answer = self.desk.get(f"/api/v1/units/{unit}/page", role, unit=unit)
        assert answer.status_code == 200, answer.text
        return dict(answer.json())


def test_from_a_call_to_a_kept_promise(tmp_path: Path) -> None:
    with a_desk(tmp_path / "data", StandingClock()) as desk:
        work = Work(desk)
        promised = a_call_is_taken(work)
        the_wrong_unit_gives_it_back(work)
        the_next_unit_disputes_it_and_is_designated(work)
        nothing_comes_and_a_red_card_falls(work)
        an_answer_goes_out(work, "已派人检查。")
        the_caller_is_not_content_and_it_is_done_again(work)
        an_answer_goes_out(work, "3月30日已更换全部灯具。")
        the_caller_is_content_and_the_case_is_closed(work)
        a_date_in_the_answer_is_put_right(work)
        the_promise_is_kept(work)
        assert work.sees(OPERATOR)["deadline"]["due"] == promised, "no step moved what the caller had been promised"
        the_auditor_believes_nobody(work)


def a_call_is_taken(work: Work) -> str:
    work.call = work.desk.call()
    assert len(work.call["query_code"]) > 0
    assert work.waits_for(OPERATOR, "operator")
    return str(work.call["deadline"])


def the_wrong_unit_gives_it_back(work: Work) -> None:
    work.later(hours=1)
    assert work.does(DISPATCHER, "dispatch", unit=LAMPS) == "awaiting_signature"
    assert work.does(CLERK, "return", LAMPS, reason="该路段不在我所管养范围") == "return_review"
    assert work.waits_for(DISPATCHER, "dispatcher")
    assert work.does(DISPATCHER, "approve-return") == "registered"
    assert work.answers_for_it() == (LAMPS, LAMPS), "whoever received it first answers for it until another signs"


def the_next_unit_disputes_it_and_is_designated(work: Work) -> None:
    work.does(DISPATCHER, "dispatch", unit=ROADS)
    assert work.is_refused(CLERK, "sign", LAMPS) == "no-such-leg"
    assert work.does(CLERK, "return", ROADS, reason="灯杆归路灯管理所") == "return_review"
    assert work.waits_for(SUPERVISOR, "supervisor")
    dispute = next(one for one in work.sees(SUPERVISOR, "/clock")["clocks"] if one["name"] == "dispute 2")
    assert (dispute["holder"], dispute["limit"]["value"], dispute["stopped_at"]) == ("dispute", 1, None)
    assert work.does(SUPERVISOR, "designate", unit=ROADS) == "awaiting_signature"
    work.does(CLERK, "hand-over", LAMPS, means="电话", note="已告知来电人转道路单位，照片一并移交")
    assert work.is_refused(CLERK, "hand-over", ROADS, means="电话", note="已告知") == "no-handover-owed"
    assert work.is_refused(CLERK, "return", ROADS, reason="仍非我处职责") == "designated-may-not-return"
    assert work.does(CLERK, "sign", ROADS) == "handling"
    assert work.answers_for_it() == (LAMPS, ROADS)
    work.does(CLERK, "contact", ROADS, means="电话")


def nothing_comes_and_a_red_card_falls(work: Work) -> None:
    work.later(days=14)
    assert work.case in {item["id"] for item in work.desk.listed(SUPERVISOR, "overdue=true")}
    work.desk.house.watch.check()
    work.desk.house.watch.check()
    assert work.happened("complaint.deadline_missed.v1") == 2, "one for the caller's clock, one for the unit's"
    assert work.is_refused(LEADER, "extend", ROADS, reason="人手不足") == "extension-too-late"
    work.does(SUPERVISOR, "supervise", level="supervised", note="逾期一周")
    assert work.page_of(ROADS)["overdue"][0]["days_over"] > 0


def an_answer_goes_out(work: Work, reply: str) -> None:
    finding = {"result": "substantiated", "evidence": "现场查看", "conduct_code": "慢作为"}
    if work.sees(CLERK, unit=ROADS)["state"] == "registered":
        work.does(DISPATCHER, "dispatch", unit=ROADS)
        work.does(CLERK, "sign", ROADS)
    assert work.is_refused(LEADER, "reply", ROADS, reply=reply) == "finding-required"
    work.does(CLERK, "record-finding", ROADS, **finding, measures=[{"code": KEPT, "due": "2026-04-10"}])
    assert work.does(LEADER, "reply", ROADS, reply=reply) == "reply_review"
    assert work.does(OFFICE, "approve-reply") == "replied"
    assert work.does(FOLLOW_UP, "deliver", evidence="电话告知") == "awaiting_follow_up"


def the_caller_is_not_content_and_it_is_done_again(work: Work) -> None:
    work.later(days=1)
    assert work.is_refused(CLERK, "follow-up", ROADS, means="电话", reached=False) == "role-not-allowed"
    work.does(FOLLOW_UP, "follow-up", means="电话", reached=False, outcome="无人接听")
    work.does(
        FOLLOW_UP, "follow-up", means="电话", reached=True, solved=False, satisfaction="dissatisfied", cause="未解决"
    )
    assert work.is_refused(FOLLOW_UP, "close", ground="已答复") == "rework-first"
    assert work.does(FOLLOW_UP, "rework", reason="灯仍不亮") == "registered"


def the_caller_is_content_and_the_case_is_closed(work: Work) -> None:
    work.later(days=1)
    work.does(FOLLOW_UP, "follow-up", means="电话", reached=True, solved=True, satisfaction="satisfied")
    assert work.does(FOLLOW_UP, "close", ground="已解决") == "closed"


def a_date_in_the_answer_is_put_right(work: Work) -> None:
    work.does(OFFICE, "correct-reply", reply="3月18日已更换全部灯具。", cause="日期有误")
    assert work.sees(OPERATOR)["reply"] == "3月18日已更换全部灯具。"


def the_promise_is_kept(work: Work) -> None:
    work.does(LEADER, "add-measure", ROADS, code="每月巡查", due="2026-05-31")
    work.does(CLERK, "complete-measure", ROADS, code="每月巡查", evidence="巡查记录")
    owed = [line["measure"] for line in work.page_of(ROADS, LEADER)["uncorrected"]]
    assert owed == [KEPT, KEPT], "each of the two answers promised it"
    for leg in (3, 4):
        work.does(CLERK, "complete-measure", ROADS, code=KEPT, evidence=f"环节{leg}的更换记录", leg=leg)
    assert work.page_of(ROADS, LEADER)["uncorrected"] == []
    assert work.is_refused(CLERK, "complete-measure", ROADS, code=KEPT, evidence="重复") == "no-such-measure"


def the_auditor_believes_nobody(work: Work) -> None:
    desk = work.desk
    work.later(days=30)
    at = Moment(desk.clock.now)
    desk.house.publication.freeze(Q1, CHIEF, at)
    desk.house.publication.approve(Q1, CHIEF, at, scope=Scope.PUBLIC, without_proof="试行")
    desk.house.publication.publish(Q1, CHIEF, at)
    cell = desk.get(f"/api/v1/bulletins/2026Q1/cells/{a_cell_about(desk, work.case)}", AUDITOR).json()
    events = [event for row in cell["behind"]["numerator"] for event in row["events"]]
    assert events, "a figure of one leads to the events that made it"
    position = events[0]["position"]
    proof = desk.get(f"/api/v1/audit/proof/{position}", AUDITOR).json()
    leaf = leaf_of(proof["originator_id"], proof["originator_version"], proof["topic"], b64decode(proof["state"]))
    path = [b64decode(node) for node in proof["path"]]
    root = b64decode(proof["root"])
    assert proves_inclusion(leaf, position - 1, proof["size"], path, root)
    assert read_note(proof["checkpoint"], a_key_from(desk.house.keys.public_pem)).root == root
    assert "解放路" not in json.dumps(proof, ensure_ascii=False), "what was sealed stays sealed"


def a_cell_about(desk: Desk, case: str) -> str:
    """The count of reworks of the city: this case is the one that was done again."""
    document = desk.get("/api/v1/bulletins/2026Q1", AUDITOR).json()
    lines = [line for section in document["sections"] for table in section["tables"] for line in table["rows"]]
    cells = [
        cell for line in lines for cell in line["cells"] if cell["id"].endswith(".reworked") and cell["value"] == 1
    ]
    return str(cells[0]["id"])


def a_key_from(pem: bytes) -> Ed25519PublicKey:
    key = load_pem_public_key(pem)
    assert isinstance(key, Ed25519PublicKey)
    return key
