"""Errata by two people: each is held against the edition that its author looked at, and never do both win silently."""

from __future__ import annotations

from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from threading import Barrier
from typing import Any
from uuid import UUID

import pytest

from domain.bulletin import refusals as r
from domain.bulletin.events import Basis, Place
from domain.bulletin.state import Bulletin
from domain.complaint import commands as complaints
from domain.facts import Actor, Moment
from domain.refusals import ChangedMeanwhile, Refusal
from domain.words import Role
from gateways.app import Hangfeng
from services.publication.forms import csv_form, markdown_form
from services.publication.publication import Publication, Shown
from services.publication.rebuilding import rebuild
from services.publication.standing import correction_json
from tests.composed import APPROVER
from tests.services.publication.book import AFTER_Q1, PRODUCER, Q1, ROADS, WITHOUT, Book, on, publication
from tests.services.publication.test_publication import later_cases

AT = Moment(AFTER_Q1)
SECOND = Actor("副主任辛", Role.APPROVER)
WAIT_SECONDS = 60


def at_once(*wishes: Callable[[], Bulletin]) -> list[Bulletin | Refusal]:
    """What came of wishes that two people had at the same time, each in a thread of their own."""

    def tried(wish: Callable[[], Bulletin]) -> Bulletin | Refusal:
        try:
            return wish()
        except Refusal as refused:
            return refused

    with ThreadPoolExecutor(len(wishes)) as people:
        return list(people.map(tried, wishes))


def meeting(pub: Publication, monkeypatch: pytest.MonkeyPatch) -> None:
    """Let both compute their erratum before either publishes it."""
    both, sealed = Barrier(2), pub._sealed

    def sealed_together(content: bytes) -> dict[str, str]:
        both.wait(WAIT_SECONDS)
        return sealed(content)

    monkeypatch.setattr(pub, "_sealed", sealed_together)


@pytest.mark.parametrize("edition", [1, None])
def test_of_two_corrections_at_the_same_time_one_is_published_and_the_other_told(
    book: Book, pub: Publication, published: Shown, monkeypatch: pytest.MonkeyPatch, edition: int | None
) -> None:
    later_cases(book, 1)
    meeting(pub, monkeypatch)
    came = at_once(
        lambda: pub.correct(Q1, APPROVER, AT, "补录一件", edition),
        lambda: pub.correct(Q1, SECOND, AT, "漏一件", edition),
    )
    assert [type(one) for one in came if isinstance(one, Refusal)] == [r.CorrectedSince]
    state = pub.standing(Q1)
    assert [len(state.editions), len(state.errata)] == [2, 1]


def test_a_correction_of_an_edition_that_was_corrected_since_is_refused_though_figures_differ_anew(
    book: Book, pub: Publication, published: Shown
) -> None:
    later_cases(book, 1)
    pub.correct(Q1, APPROVER, AT, "补录一件", 1)
    pub.words(Q1, PRODUCER, AT, section=10, place=Place.REQUIREMENT, zh="限期说明。")
    with pytest.raises(r.CorrectedSince) as refused:
        pub.correct(Q1, SECOND, AT, "漏载工作要求", 1)
    assert refused.value.field == "edition"
    assert "第 2 版" in refused.value.zh
    assert pub.correct(Q1, SECOND, AT, "漏载工作要求", 2).editions[-1].number == 3


def test_what_an_erratum_would_change_is_shown_and_nothing_is_kept(
    book: Book, pub: Publication, published: Shown
) -> None:
    later_cases(book, 1)
    folder: Path = book.house.settings.data / "editions"
    files, head = set(folder.iterdir()), book.house.log.head().position
    shown = correction_json(pub.correction(Q1, APPROVER, AT, "补录一件"))
    assert (shown["edition"], shown["digest"], shown["signed_by"]) == (1, published.digest, None)
    assert {"id": "summary.registered", "old": "13", "new": "14"} in shown["cells"]
    assert (set(folder.iterdir()), book.house.log.head().position) == (files, head)


def test_the_erratum_that_was_looked_at_is_published_or_none(book: Book, pub: Publication, published: Shown) -> None:
    later_cases(book, 1)
    looked_at = pub.correction(Q1, APPROVER, AT, "补录一件")
    pub.words(Q1, PRODUCER, AT, section=10, place=Place.REQUIREMENT, zh="限期说明。")
    with pytest.raises(ChangedMeanwhile):
        pub.carry_out(looked_at)
    assert len(pub.standing(Q1).editions) == 1
    again = pub.carry_out(pub.correction(Q1, APPROVER, AT, "补录一件"))
    assert {cell.id for cell in again.errata[0].cells} > {"summary.registered", "words.w1"}


def two_signed(house: Hangfeng) -> Publication:
    """An edition that two people approved, where every erratum takes two as well."""
    pub = publication(house, two_people=True)
    pub.freeze(Q1, PRODUCER, AT)
    for by in (APPROVER, SECOND):
        pub.approve(Q1, by, AT, without_proof=WITHOUT)
    pub.publish(Q1, APPROVER, AT)
    return pub


def test_what_the_second_person_signs_is_what_the_first_signed(book: Book) -> None:
    pub = two_signed(book.house)
    later_cases(book, 1)
    assert len(pub.correct(Q1, APPROVER, AT, "补录一件").editions) == 1
    looked_at = pub.correction(Q1, SECOND, AT, "补录一件")
    assert correction_json(looked_at)["signed_by"] == APPROVER.name
    assert len(pub.carry_out(looked_at).editions) == 2


def test_a_first_signature_lapses_where_the_second_person_would_sign_other_cells(book: Book) -> None:
    pub = two_signed(book.house)
    later_cases(book, 1)
    pub.correct(Q1, APPROVER, AT, "补录一件")
    pub.words(Q1, PRODUCER, AT, section=10, place=Place.REQUIREMENT, zh="限期说明。")
    anew = pub.correct(Q1, SECOND, AT, "补录一件")
    assert (len(anew.editions), anew.reviewed_by) == (1, SECOND.name)
    signed: Any = pub.correct(Q1, APPROVER, AT, "补录一件")
    assert (len(signed.editions), signed.signed_erratum) == (2, None)


LISTED = "overdue"


def receipt_of(shown: Shown) -> str:
    """The receipt number of the matter that is overdue with a unit."""
    section = next(one for one in shown.document["sections"] if one["key"] == LISTED)
    table = next(one for one in section["tables"] if one["key"] == LISTED)
    (line,) = (
        one
        for one in table["rows"]
        if {"id": f"overdue.{one['head']}.1.unit", "value": ROADS, "text": ROADS} in one["cells"]
    )
    return str(line["head"])


def withdraw(book: Book, case: UUID) -> None:
    book.do(case, complaints.WithdrawPublication(by=APPROVER, at=AT, cause="本人要求"))


def every_form(shown: Shown) -> str:
    """The bytes that are signed, and the forms in which errata are printed as text."""
    return shown.content.decode() + markdown_form(shown.document) + csv_form(shown.document)


def test_an_erratum_counts_a_case_withdrawn_from_publication_and_tells_nothing_of_it(
    book: Book, pub: Publication, published: Shown
) -> None:
    receipt = receipt_of(published)
    withdraw(book, book.cases["overdue"])
    state = pub.correct(Q1, APPROVER, AT, "一件撤回公开")
    assert [(cell.old, cell.new) for cell in state.errata[0].cells if cell.id == "overdue.withdrawn"] == [
        ("（无）", "撤回公开 1 件 / 1 entry withdrawn from publication")
    ]
    corrected = pub.show(Q1, 2)
    assert receipt in every_form(published)
    assert receipt not in every_form(corrected)
    assert receipt not in str(state.errata)
    assert pub.show(Q1, 1).content == published.content
    assert rebuild(book.house.log, book.house.settings.data, Q1).equal


def test_an_earlier_erratum_is_told_anew_where_its_case_was_withdrawn_since(
    book: Book, pub: Publication, published: Shown
) -> None:
    receipt = receipt_of(published)
    book.answer(book.cases["overdue"], ROADS, on(3, 30))
    pub.correct(Q1, APPROVER, AT, "漏录答复")
    told = pub.show(Q1, 2)
    assert receipt in every_form(told)
    withdraw(book, book.cases["overdue"])
    later_cases(book, 1)
    pub.correct(Q1, APPROVER, AT, "补录一件")
    third = pub.show(Q1, 3)
    assert receipt not in every_form(third)
    assert "overdue.withdrawn" in [cell["id"] for cell in third.document["annex"]["errata"][0]["cells"]]
    assert pub.show(Q1, 2).content == told.content
    assert rebuild(book.house.log, book.house.settings.data, Q1).equal


def test_a_typical_case_that_was_withdrawn_with_its_complaint_is_counted_and_not_repeated(
    book: Book, pub: Publication, published: Shown
) -> None:
    case, zh = book.cases["dissatisfied"], "家中停水三日，经回访后恢复。"
    pub.consent(Q1, PRODUCER, AT, complaint=case, zh=zh, how="录音 17", given_on=AT.day)
    wish: dict[str, Any] = {"section": 7, "place": Place.TYPICAL_CASE, "basis": Basis.CONSENT, "second": "审核01"}
    key = pub.words(Q1, PRODUCER, AT, zh=zh, **wish).words[-1].key
    pub.correct(Q1, APPROVER, AT, "补登典型案例")
    assert zh in every_form(pub.show(Q1, 2))
    withdraw(book, case)
    pub.withdraw_words(Q1, PRODUCER, AT, key)
    state = pub.correct(Q1, APPROVER, AT, "典型案例撤回公开")
    assert zh not in every_form(pub.show(Q1, 3))
    assert all("words.withdrawn" in [cell.id for cell in one.cells] for one in state.errata)
    assert rebuild(book.house.log, book.house.settings.data, Q1).equal
