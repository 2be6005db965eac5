"""What stands between a complaint's words and a page: the refusal that names, the draft that tells nobody's name."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any
from uuid import UUID

import pytest

from domain.bulletin.events import Basis, BulletinBroadcast, Place
from domain.bulletin.name import BulletinName, Subject
from domain.bulletin.refusals import AccusationNeverLeaves, NoTextToTell, WordsIdentify, WordsIdentifySomebody
from domain.bulletin.state import Status
from domain.facts import ERASED, Moment
from domain.refusals import ChangedMeanwhile
from domain.words import ComplaintKind
from gateways.app import Hangfeng
from services.log.port import Request
from services.log.writer import Settled
from services.publication.publication import Publication, Shown
from services.redaction.published import identifying, typical_case
from tests.composed import APPROVER
from tests.scenario import registered
from tests.services.publication.book import AFTER_Q1, PRODUCER, Q1, SUPERVISOR

AT = Moment(AFTER_Q1)
EVENTS_MAX = 10_000
SAID = "我叫林昌旭，电话13907395512，窗口三次索要材料。"


def test_the_refusal_names_each_stretch_with_its_kind() -> None:
    assert identifying(SAID, None) == ("姓名“林昌旭”(2–5)", "电话“13907395512”(8–19)")


def test_words_are_refused_or_masked_on_request(frozen: Publication) -> None:
    wish: dict[str, Any] = {"section": 10, "place": Place.REQUIREMENT, "zh": SAID}
    with pytest.raises(WordsIdentifySomebody, match="林昌旭"):
        frozen.words(Q1, PRODUCER, AT, **{**wish, "zh": "我叫林昌旭。"})
    state = frozen.words(Q1, PRODUCER, AT, **wish, mask=True)
    assert state.words[-1].zh == "我叫林某，电话〔电话〕，窗口三次索要材料。"


def test_a_case_is_told_with_consent_to_its_very_text(frozen: Publication) -> None:
    frozen.consent(Q1, PRODUCER, AT, complaint=UUID(int=7), zh="林昌旭表示满意。", how="录音 17", given_on=AT.day)
    wish: dict[str, Any] = {"section": 7, "place": Place.TYPICAL_CASE, "basis": Basis.CONSENT, "second": "审核01"}
    state = frozen.words(Q1, PRODUCER, AT, zh="林昌旭表示满意。", **wish)
    assert state.words[-1].zh == "林昌旭表示满意。"


def test_a_draft_holds_nobodys_name_not_even_one_that_no_rule_finds() -> None:
    told = registered(title="材料", text="万里晴说：电话13907395512。", reporter_name="万里晴")
    draft = typical_case(UUID(int=7), told)
    assert draft.text.text == "万某说：电话〔电话〕。"
    assert draft.json()["masked"] == {"person": 1, "phone": 1}


def test_an_accusation_is_never_drafted_whatever_it_became() -> None:
    accused = registered(ComplaintKind.ACCUSATION)
    with pytest.raises(AccusationNeverLeaves):
        typical_case(UUID(int=7), accused)


def test_an_erased_text_gives_no_draft() -> None:
    with pytest.raises(NoTextToTell):
        typical_case(UUID(int=7), registered(text=ERASED))


def test_no_title_ground_number_or_cause_that_every_edition_prints_identifies_anybody(frozen: Publication) -> None:
    gas = BulletinName.parse("2026Q1.gas")
    printed: tuple[Callable[[], object], ...] = (
        lambda: frozen.special(gas, PRODUCER, AT, title=SAID, subject=Subject(categories=("供气",))),
        lambda: frozen.approve(Q1, APPROVER, AT, without_proof=SAID),
        lambda: frozen.approve(Q1, APPROVER, AT, without_proof="试行", document_no="13907395512"),
    )
    for wish in printed:
        with pytest.raises(WordsIdentifySomebody):
            wish()
    assert frozen.bulletin(gas) is None


def test_the_cause_of_an_erratum_identifies_nobody(pub: Publication, published: Shown) -> None:
    assert published.edition is not None
    with pytest.raises(WordsIdentifySomebody, match="林昌旭"):
        pub.correct(Q1, APPROVER, AT, SAID)


def test_no_reason_of_an_objection_and_no_station_identifies_anybody_unless_masked(
    pub: Publication, house: Hangfeng
) -> None:
    pub.freeze(Q1, PRODUCER, AT)
    unit = pub.proof(Q1, PRODUCER, AT).proof.units[0]  # type: ignore[union-attr]
    raised: dict[str, Any] = {"unit": unit, "cells": ["summary.registered"], "reason": SAID}
    with pytest.raises(WordsIdentifySomebody, match="林昌旭"):
        pub.dispute(Q1, SUPERVISOR, AT, **raised)
    kept = "我叫林某，电话〔电话〕，窗口三次索要材料。"
    assert pub.dispute(Q1, SUPERVISOR, AT, **raised, mask=True).disputes[-1].reason == kept
    for decide in (pub.uphold, pub.reject):
        with pytest.raises(WordsIdentifySomebody, match="13907395512"):
            decide(Q1, APPROVER, AT, 1, SAID)
    assert pub.reject(Q1, APPROVER, AT, 1, SAID, mask=True).disputes[-1].decision == kept
    pub.approve(Q1, APPROVER, AT, without_proof="试行")
    pub.publish(Q1, APPROVER, AT)
    with pytest.raises(WordsIdentifySomebody, match="林昌旭"):
        pub.broadcast(Q1, PRODUCER, AT, "林昌旭同志")
    assert pub.broadcast(Q1, PRODUCER, AT, "林昌旭同志", mask=True).status is Status.BROADCAST
    (aired,) = (one.fact for one in house.log.read(0, EVENTS_MAX) if isinstance(one.fact, BulletinBroadcast))
    assert aired.station == "林某同志"


def test_a_name_in_a_reason_stands_once_another_person_let_it_stand_and_a_number_never(pub: Publication) -> None:
    pub.freeze(Q1, PRODUCER, AT)
    unit = pub.proof(Q1, PRODUCER, AT).proof.units[0]  # type: ignore[union-attr]
    raised: dict[str, Any] = {"unit": unit, "cells": ["summary.registered"], "reason": "林昌旭同志已答复"}
    pub.let_stand(Q1, SUPERVISOR, AT, said="林昌旭", reason="全国劳动模范，事迹已公开")
    with pytest.raises(WordsIdentifySomebody, match="林昌旭"):
        pub.dispute(Q1, SUPERVISOR, AT, **raised)
    pub.let_stand(Q1, APPROVER, AT, said="林昌旭", reason="全国劳动模范，事迹已公开")
    assert pub.dispute(Q1, SUPERVISOR, AT, **raised).disputes[-1].reason == raised["reason"]
    with pytest.raises(WordsIdentify):
        pub.let_stand(Q1, APPROVER, AT, said="13907395512", reason="公开电话")


def test_two_special_reports_published_at_one_moment_share_no_number(house: Hangfeng, pub: Publication) -> None:
    first, second = BulletinName.parse("2026Q1.gas"), BulletinName.parse("2026Q1.water")
    subject = Subject(categories=("供水",))

    def ready(name: BulletinName) -> None:
        pub.special(name, PRODUCER, AT, title="专报", subject=subject)
        pub.freeze(name, PRODUCER, AT)
        pub.approve(name, APPROVER, AT, without_proof="试行")

    ready(first)
    looked, writer = pub.asked(None), pub._writer

    class Slow:
        def append(self, request: Request, /) -> Settled:
            ready(second)
            pub.publish(second, APPROVER, AT)
            return writer.append(request)

    looked._writer = Slow()
    with pytest.raises(ChangedMeanwhile):
        looked.publish(first, APPROVER, AT)
    assert [one.issue for one in pub.standing(second).editions] == ["〔2026〕专报第1期"]
    pub.publish(first, APPROVER, AT)
    assert [one.issue for one in pub.standing(first).editions] == ["〔2026〕专报第2期"]
