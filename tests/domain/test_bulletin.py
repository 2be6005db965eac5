"""The life of a bulletin, told as given, when, then."""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from typing import TYPE_CHECKING, Any

import pytest

from domain.bulletin import commands as c
from domain.bulletin import decide as d
from domain.bulletin import events as e
from domain.bulletin import refusals as r
from domain.bulletin import state as b
from domain.bulletin.name import BulletinName
from domain.facts import Actor, Moment
from domain.figures.figure import Rounding
from domain.refusals import EmptyText, Refusal
from domain.timekeeping.rules import Purpose, Traits
from domain.words import Channel, ComplaintKind, Role
from tests.scenario import CHINA, ROADS, WATER, rules

if TYPE_CHECKING:
    from domain.timekeeping.deadlines import Deadline

FRIDAY = datetime(2025, 10, 10, 9, 0, tzinfo=CHINA)
"""The second working day after the holiday of October 2025; Saturday the 11th is a make-up working day."""

APPROVER = Actor("审批01", Role.APPROVER)
SECOND = Actor("审批02", Role.APPROVER)
PRODUCER = Actor("编导01", Role.PRODUCER)
CLERK = Actor("水务经办", Role.UNIT_CLERK, WATER)
SEAL = {"digest": "cd" * 32, "signature": "c2ln", "algorithm": "Ed25519", "public_key": "PEM"}
OWN = ("units.1.received", "units.1.late", "overdue.7.1.days")
CHANGED = (e.ChangedCell("summary.registered", "10", "11"),)


def on(day: int = 0, hour: int = 9) -> Moment:
    return Moment(FRIDAY.replace(hour=hour) + timedelta(days=day))


def objections_until() -> Deadline | None:
    return rules().deadline(Purpose.OBJECTION, on(), Traits(Channel.HOTLINE, ComplaintKind.OTHER))


def freeze(day: int = 0, position: int = 100, **more: Any) -> c.Freeze:  # noqa: ANN401 - any field of the command
    wish: dict[str, Any] = {
        "by": PRODUCER,
        "at": on(day),
        "quarter": "2025Q3",
        "title": "行风热线季度通报",
        "issuer": "行风办",
        "position": position,
        "root": "ab" * 32,
        "definitions": "2026-1",
        "evaluator": "1",
        "rounding": Rounding.HALF_UP,
        "fairly_satisfied_weight": "1",
        "grades": "2026-1",
        "digest": f"{position:064d}",
        "as_of": FRIDAY,
        "known_at": FRIDAY,
        "topics": e.TopicsTold(e.TopicsCounted.REGISTERED, ("供水",)),
    }
    return c.Freeze(**{**wish, **more})


def words(
    place: e.Place = e.Place.PARAGRAPH,
    zh: str = "本季度总体平稳。",
    **more: Any,  # noqa: ANN401 - any field of the command
) -> c.GiveWords:
    wish = {"quarter": "2025Q3", "title": "行风热线季度通报", "issuer": "行风办", "section": 1, **more}
    return c.GiveWords(by=PRODUCER, at=on(), place=place, zh=zh, **wish)


def proof(day: int = 0) -> c.SendProof:
    return c.SendProof(by=PRODUCER, at=on(day), units=(WATER,), deadline=objections_until())


def dispute(
    day: int = 1,
    unit: str = WATER,
    **more: Any,  # noqa: ANN401 - any field of the command
) -> c.DisputeFigure:
    said: dict[str, Any] = {"by": CLERK, "cells": ("units.1.late",), "own": OWN, "reason": "已按时答复", **more}
    return c.DisputeFigure(at=on(day), unit=unit, **said)


def uphold(day: int = 1) -> c.UpholdDispute:
    return c.UpholdDispute(by=APPROVER, at=on(day, 15), dispute=1, reason="查明属实")


def approve(day: int = 9, by: Actor = APPROVER, **more: Any) -> c.Approve:  # noqa: ANN401 - any field of the command
    return c.Approve(by=by, at=on(day), **more)


def publish(day: int = 9) -> c.Publish:
    return c.Publish(by=APPROVER, at=on(day, 10), number="〔2025〕第3期", **SEAL)


def correct(day: int = 20, by: Actor = APPROVER, **more: Any) -> c.Correct:  # noqa: ANN401 - any field of the command
    said: dict[str, Any] = {"cause": "一件答复日期登记有误", "cells": CHANGED, **SEAL, "digest": "ef" * 32, **more}
    return c.Correct(by=by, at=on(day), frozen=freeze(day, 200), **said)


WITHOUT = "首期试行，各单位已当面核对"


@dataclass(frozen=True)
class Told:
    """A bulletin after some of its facts."""

    facts: tuple[e.BulletinFact, ...] = ()
    two_people: bool = False

    @property
    def state(self) -> b.Bulletin:
        state = b.fold(self.facts)
        assert state is not None
        return state

    def after(self, *commands: c.BulletinCommand) -> Told:
        told = self
        for command in commands:
            facts = d.decide(b.fold(told.facts), command, two_people=self.two_people)
            told = replace(told, facts=(*told.facts, *facts))
        return told

    def then(self, command: c.BulletinCommand, *facts: type[e.BulletinFact]) -> Told:
        told = self.after(command)
        assert tuple(type(fact) for fact in told.facts[len(self.facts) :]) == facts
        return told

    def then_refused(self, command: c.BulletinCommand, refusal: type[Refusal]) -> None:
        with pytest.raises(refusal):
            d.decide(b.fold(self.facts), command, two_people=self.two_people)


def given(*commands: c.BulletinCommand, two_people: bool = False) -> Told:
    return Told(two_people=two_people).after(*commands)


def test_the_first_freeze_begins_the_bulletin() -> None:
    told = given().then(freeze(), e.BulletinDrafted, e.FiguresFrozen)
    assert (told.state.status, told.state.quarter, told.state.version) == (b.Status.FIGURES_FROZEN, "2025Q3", 2)


def test_a_bulletin_goes_from_freeze_to_broadcast() -> None:
    told = given(freeze(), proof(), approve(), publish())
    aired = c.NoteBroadcast(by=PRODUCER, at=on(10), aired_on=on(10).day, station="云川综合广播")
    assert told.then(aired, e.BulletinBroadcast).state.status is b.Status.BROADCAST


def test_approval_records_the_review_too() -> None:
    given(freeze(), proof()).then(approve(), e.BulletinReviewed, e.BulletinApproved)


def test_nothing_is_approved_before_its_proof() -> None:
    given(freeze()).then_refused(approve(), r.ProofFirst)


def test_a_reason_stands_in_for_the_proof_and_stays_on_record() -> None:
    told = given(freeze()).then(approve(without_proof=WITHOUT), e.BulletinReviewed, e.BulletinApproved)
    assert told.state.approval is not None
    assert told.state.approval.without_proof == WITHOUT


def test_no_figures_are_frozen_of_a_quarter_that_has_not_begun() -> None:
    given().then_refused(freeze(quarter="2026Q1"), r.QuarterNotBegun)
    given().then(freeze(quarter="2025Q4"), e.BulletinDrafted, e.FiguresFrozen)


def test_an_empty_reason_is_no_reason() -> None:
    given(freeze()).then_refused(approve(without_proof="  "), EmptyText)


@pytest.mark.parametrize(
    ("day", "weekday"),
    [(1, "make-up Saturday"), (2, "Sunday, off"), (3, "Monday"), (4, "Tuesday, the third working day")],
)
def test_units_have_three_working_days_to_object(day: int, weekday: str) -> None:
    given(freeze(), proof()).then_refused(approve(day), r.ObjectionsStillOpen)
    given(freeze(), proof()).then(dispute(day), e.FigureDisputed)


def test_after_the_third_working_day_approval_is_free_and_objections_are_late() -> None:
    given(freeze(), proof()).then(approve(5), e.BulletinReviewed, e.BulletinApproved)
    given(freeze(), proof()).then_refused(dispute(5), r.ObjectionTooLate)


def test_only_a_unit_that_was_sent_the_proof_objects() -> None:
    given(freeze(), proof()).then_refused(dispute(unit=ROADS), r.NotInProof)
    given(freeze()).then_refused(dispute(), r.ProofFirst)


def test_an_open_objection_holds_up_freeze_and_approval() -> None:
    told = given(freeze(), proof(), dispute())
    told.then_refused(approve(), r.DisputeOpen)
    told.then_refused(approve(without_proof=WITHOUT), r.DisputeOpen)
    told.then_refused(freeze(1), r.DisputeOpen)


def test_after_an_objection_was_upheld_the_figures_are_frozen_and_shown_anew() -> None:
    told = given(freeze(), proof(), dispute()).then(uphold(), e.DisputeUpheld)
    told.then_refused(approve(), r.FreezeAnew)
    told.then_refused(approve(without_proof=WITHOUT), r.FreezeAnew)
    told.after(freeze(2, 150)).then_refused(approve(), r.ProofFirst)


def test_a_rejected_objection_holds_nothing_up() -> None:
    rejected = c.RejectDispute(by=APPROVER, at=on(1, 15), dispute=1, reason="送达日期无误")
    told = given(freeze(), proof(), dispute()).then(rejected, e.DisputeRejected)
    told.then(approve(), e.BulletinReviewed, e.BulletinApproved)
    told.then_refused(rejected, r.NoSuchDispute)


def test_a_unit_objects_to_its_own_cells_and_a_supervisor_for_it_to_any() -> None:
    told = given(freeze(), proof())
    told.then(dispute(cells=("overdue.7.1.days",)), e.FigureDisputed)
    with pytest.raises(r.NotYourFigure, match=r"units\.2\.late.*units\.1\.…、overdue\.7\.1\.…"):
        told.after(dispute(cells=("units.1.late", "units.2.late")))
    told.then(dispute(by=Actor("督办01", Role.SUPERVISOR), cells=("summary.registered",)), e.FigureDisputed)


@pytest.mark.parametrize("decide", [c.UpholdDispute, c.RejectDispute])
def test_who_raised_an_objection_does_not_decide_it(decide: type[c.UpholdDispute | c.RejectDispute]) -> None:
    told = given(freeze(), proof(), dispute())
    told.then_refused(decide(by=CLERK, at=on(1, 15), dispute=1, reason="查明属实"), r.OwnObjection)
    told.after(decide(by=APPROVER, at=on(1, 15), dispute=1, reason="查明属实"))


def test_no_reason_and_no_station_holds_a_number_of_somebody() -> None:
    number = "请致电13907395512"
    given(freeze(), proof()).then_refused(dispute(reason=number), r.WordsIdentify)
    told = given(freeze(), proof(), dispute())
    told.then_refused(replace(uphold(), reason=number), r.WordsIdentify)
    aired = c.NoteBroadcast(by=PRODUCER, at=on(9, 11), aired_on=FRIDAY.date(), station=number)
    given(freeze(), proof(), approve(), publish()).then_refused(aired, r.WordsIdentify)


def test_nothing_is_published_before_its_approval() -> None:
    given(freeze(), proof()).then_refused(publish(), r.ApproveFirst)


def test_a_freeze_after_approval_takes_the_approval_back() -> None:
    given(freeze(), proof(), approve(), freeze(9, 150)).then_refused(publish(), r.ApproveFirst)


@pytest.mark.parametrize("late", [freeze(20, 300), proof(20), dispute(20), approve(20), publish(20)])
def test_a_published_edition_never_changes(late: c.BulletinCommand) -> None:
    given(freeze(), proof(), approve(), publish()).then_refused(late, r.PublishedAlready)


def test_a_correction_is_a_numbered_erratum_beside_the_edition() -> None:
    published = given(freeze(), proof(), approve(), publish())
    told = published.then(correct(), e.FiguresFrozen, e.BulletinCorrected)
    first, second = told.state.editions
    assert first == published.state.editions[0]
    assert (second.number, second.issue, second.frozen.position) == (2, "〔2025〕第3期", 200)
    assert [(erratum.number, erratum.cells) for erratum in second.errata] == [(1, CHANGED)]


def test_an_erratum_has_a_cause_and_changes_something() -> None:
    published = given(freeze(), proof(), approve(), publish())
    published.then_refused(correct(cells=()), r.NothingToCorrect)
    published.then_refused(replace(correct(), cause=" "), EmptyText)
    given(freeze()).then_refused(correct(), r.NotPublished)


def test_an_approval_says_who_prints_the_edition_and_who_has_copies() -> None:
    said = e.Distribution(" 市政府办公室 ", ("市委办公室 ", "市人大常委会办公室"))
    told = given(freeze()).after(approve(without_proof=WITHOUT, distribution=said), publish(), correct())
    kept = e.Distribution("市政府办公室", ("市委办公室", "市人大常委会办公室"))
    assert [edition.approval.distribution for edition in told.state.editions] == [kept, kept]


@pytest.mark.parametrize(
    ("said", "refusal"),
    [
        (e.Distribution("市" * 61), r.ImprintTooLong),
        (e.Distribution("市政府办公室", ("市委办公室",) * 84), r.ImprintTooLong),
        (e.Distribution(" "), EmptyText),
        (e.Distribution("市政府办公室", ("市委办公室", " ")), EmptyText),
    ],
)
def test_an_imprint_has_names_and_fits_a_page(said: e.Distribution, refusal: type[Refusal]) -> None:
    given(freeze()).then_refused(approve(without_proof=WITHOUT, distribution=said), refusal)
    given(freeze()).after(approve(without_proof=WITHOUT, distribution=e.Distribution("市" * 60, ("市委办公室",) * 83)))


def test_where_two_people_sign_one_is_not_enough() -> None:
    told = given(freeze(), two_people=True).then(approve(without_proof=WITHOUT), e.BulletinReviewed)
    told.then_refused(publish(), r.ApproveFirst)
    told.then_refused(approve(without_proof=WITHOUT), r.SecondPersonNeeded)
    told.then(approve(by=SECOND, without_proof=WITHOUT), e.BulletinApproved)


def test_where_two_people_sign_an_erratum_takes_both_again() -> None:
    signed = given(freeze(), approve(without_proof=WITHOUT), two_people=True)
    told = signed.after(approve(by=SECOND, without_proof=WITHOUT), publish())
    told.then(correct(), e.BulletinReviewed).then_refused(correct(), r.SecondPersonNeeded)
    told.after(correct()).then(correct(by=SECOND), e.FiguresFrozen, e.BulletinCorrected)


@pytest.mark.parametrize(
    "other", [{"cause": "另有一件"}, {"cells": (e.ChangedCell("summary.registered", "10", "12"),)}]
)
def test_two_people_sign_the_same_erratum_or_begin_anew(other: dict[str, Any]) -> None:
    signed = given(freeze(), approve(without_proof=WITHOUT), two_people=True)
    waiting = signed.after(approve(by=SECOND, without_proof=WITHOUT), publish(), correct())
    anew = waiting.then(correct(by=SECOND, **other), e.BulletinReviewed)
    anew.then_refused(correct(by=SECOND, **other), r.SecondPersonNeeded)
    anew.then(correct(**other), e.FiguresFrozen, e.BulletinCorrected)


def test_an_erratum_is_held_against_the_edition_that_its_author_looked_at() -> None:
    published = given(freeze(), proof(), approve(), publish())
    corrected = published.then(correct(edition=1), e.FiguresFrozen, e.BulletinCorrected)
    corrected.then_refused(correct(day=21, edition=1), r.CorrectedSince)
    corrected.then(correct(day=21, edition=2), e.FiguresFrozen, e.BulletinCorrected)
    corrected.then_refused(correct(day=21, edition=3), r.NoSuchEdition)


def test_who_signed_an_erratum_of_an_edition_has_signed_none_of_the_next() -> None:
    signed = given(freeze(), approve(without_proof=WITHOUT), two_people=True)
    twice = signed.after(approve(by=SECOND, without_proof=WITHOUT), publish(), correct(), correct(by=SECOND))
    twice.then(correct(), e.BulletinReviewed)


def test_errata_that_say_different_things_have_different_digests() -> None:
    one = b.erratum_digest(1, "甲", (e.ChangedCell("a", "1", "23"),))
    others = [
        b.erratum_digest(2, "甲", (e.ChangedCell("a", "1", "23"),)),
        b.erratum_digest(1, "乙", (e.ChangedCell("a", "1", "23"),)),
        b.erratum_digest(1, "甲", (e.ChangedCell("a", "12", "3"),)),
        b.erratum_digest(1, "甲", ()),
    ]
    assert len({one, *others}) == 1 + len(others)


def test_words_may_come_before_the_figures_and_can_be_replaced() -> None:
    told = given(words(), freeze(), words(zh="改过的文字。", key="w1"), words(zh="再一段。"))
    assert [(said.key, said.zh) for said in told.state.words] == [("w1", "改过的文字。"), ("w2", "再一段。")]


def test_words_that_were_taken_out_are_gone_and_their_key_is_not_used_again() -> None:
    told = given(words(), c.WithdrawWords(by=PRODUCER, at=on(), key="w1"), words())
    assert [said.key for said in told.state.words] == ["w2"]
    told.then_refused(c.WithdrawWords(by=PRODUCER, at=on(), key="w1"), r.NoSuchWords)


def test_what_was_approved_is_what_is_published() -> None:
    given(freeze(), approve(without_proof=WITHOUT)).then_refused(words(), r.ApprovedAlready)


@pytest.mark.parametrize(
    "clearance",
    [{}, {"basis": e.Basis.CONSENT}, {"basis": e.Basis.ANONYMISED, "second": PRODUCER.name}, {"second": "审核01"}],
)
def test_a_typical_case_needs_its_basis_and_a_second_person(clearance: dict[str, Any]) -> None:
    given().then_refused(words(e.Place.TYPICAL_CASE, section=7, **clearance), r.CaseNotCleared)


def test_a_cleared_typical_case_is_taken_in() -> None:
    cleared = words(e.Place.TYPICAL_CASE, section=7, basis=e.Basis.ANONYMISED, second="审核01")
    given().then(cleared, e.BulletinDrafted, e.WordsGiven)


@pytest.mark.parametrize("number", ["13800138000", "0951-6012345", "11010519491231002X"])
def test_no_word_with_a_telephone_or_identity_number_is_taken_in(number: str) -> None:
    given().then_refused(words(zh=f"请拨打{number}联系"), r.WordsIdentify)


@pytest.mark.parametrize("harmless", ["本季度登记1144件", "期限为2025-09-30", "受理编号20250804-0000117-5"])
def test_other_numbers_may_stand_in_words(harmless: str) -> None:
    given().then(words(zh=harmless), e.BulletinDrafted, e.WordsGiven)


def test_words_belong_to_one_of_ten_sections() -> None:
    given().then_refused(words(section=11), r.NoSuchSection)


def test_numbers_follow_the_order_of_publication_within_the_year() -> None:
    assert [BulletinName.parse("2025Q3").number(before) for before in (0, 2)] == ["〔2025〕第1期", "〔2025〕第3期"]
