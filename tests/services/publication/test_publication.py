"""A published edition stays what it was, whatever is learnt later; a correction stands beside it."""

from __future__ import annotations

from base64 import b64decode
from dataclasses import replace
from typing import Any

import pytest
from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives.serialization import load_pem_public_key

from domain.bulletin import refusals as r
from domain.bulletin.events import Basis, Place, Scope
from domain.bulletin.name import BulletinName
from domain.bulletin.state import Status
from domain.complaint import commands as c
from domain.facts import Actor, Moment
from domain.figures.figure import Rounding
from domain.identity import UNITS_STREAM
from domain.refusals import ChangedMeanwhile
from domain.units import UnitAliased
from domain.words import Role, Satisfaction
from gateways.app import Hangfeng
from services.log.port import Append
from services.publication.canonical import digest_of
from services.publication.document import key_of
from services.publication.files import EditionFiles
from services.publication.internal_edition import EditionSettings
from services.publication.publication import OtherEvaluator, Publication, Shown
from services.publication.rebuilding import rebuild, signature_holds
from services.statistics import Statistics
from tests.composed import APPROVER, DISPATCHER, call
from tests.services.publication.book import (
    AFTER_Q1,
    PARKS,
    PRODUCER,
    Q1,
    Q4,
    ROADS,
    SUPERVISOR,
    WATER,
    WITHOUT,
    Book,
    on,
    publication,
)

AT = Moment(AFTER_Q1)


def later_cases(book: Book, count: int) -> None:
    requests = [
        book.house.casework.registration(replace(call(book.house, f"later-{n}", at=on(2, 16).at), category="供水"))
        for n in range(count)
    ]
    book.house.log.append(requests)


def aliased(house: Hangfeng, alias: str, unit: str) -> None:
    house.log.append([Append(UNITS_STREAM, 0, (UnitAliased(by=DISPATCHER, occurred=AT, alias=alias, unit=unit),))])


def values(shown: Shown) -> dict[str, str]:
    found = {}
    for section in shown.document["sections"]:
        for table in section["tables"]:
            for row in (*table["rows"], *([table["total"]] if table["total"] else [])):
                found.update({cell["id"]: cell["text"] for cell in row["cells"]})
    return found


def test_a_published_edition_is_signed_over_its_very_bytes(published: Shown) -> None:
    edition = published.edition
    assert edition is not None
    assert digest_of(published.content) == edition.digest == published.digest
    key: Any = load_pem_public_key(edition.public_key.encode())
    key.verify(b64decode(edition.signature), published.content)
    with pytest.raises(InvalidSignature):
        key.verify(b64decode(edition.signature), published.content + b" ")
    assert not signature_holds(published.content, edition.signature, "no key at all")


def test_five_hundred_later_cases_change_no_byte(book: Book, pub: Publication, published: Shown) -> None:
    later_cases(book, 500)
    assert pub.show(Q1).content == published.content
    assert rebuild(book.house.log, book.house.settings.data, Q1).equal


def test_what_is_known_later_changes_the_figures_of_today_alone(book: Book, pub: Publication) -> None:
    pub.freeze(Q1, PRODUCER, AT)
    before = values(pub.show(Q1))
    later_cases(book, 3)
    pub.freeze(Q1, PRODUCER, AT)
    after = values(pub.show(Q1))
    assert (before["summary.registered"], after["summary.registered"]) == ("13", "16")


def test_todays_figures_as_known_at_the_freeze_are_those_of_the_edition(
    book: Book, pub: Publication, published: Shown
) -> None:
    assert published.edition is not None
    book.clock.pass_(days=1)
    later_cases(book, 7)
    book.house.catch_up()
    with book.house.views.reading() as conn:
        statistics = Statistics(conn, book.house.log, book.house.instance.zone)
        then = statistics.units(Q1.period, known_at=published.edition.frozen.known_at).table.total
        now = statistics.units(Q1.period).table.total
    assert (then.counts["registered"].value, now.counts["registered"].value) == (13, 20)
    assert values(published)["summary.registered"] == "13"


def test_words_that_were_wrong_are_corrected_by_an_erratum_too(pub: Publication, published: Shown) -> None:
    pub.words(Q1, PRODUCER, AT, section=10, place=Place.REQUIREMENT, zh="三件超时事项限期说明。")
    assert pub.show(Q1).content == published.content
    (cell,) = pub.correct(Q1, APPROVER, AT, "漏载工作要求").errata[0].cells
    assert (cell.id, cell.old, cell.new) == ("words.w1", "（无）", "三件超时事项限期说明。")


def test_two_who_publish_at_once_do_not_take_one_number(pub: Publication, monkeypatch: pytest.MonkeyPatch) -> None:
    second = BulletinName.parse("2026Q2")
    for quarter in (Q1, second):
        pub.freeze(quarter, PRODUCER, AT)
        pub.approve(quarter, APPROVER, AT, without_proof=WITHOUT)
    seen = pub._same_year(second)
    pub.publish(Q1, APPROVER, AT)
    monkeypatch.setattr(pub, "_same_year", lambda _quarter: seen)
    with pytest.raises(ChangedMeanwhile):
        pub.publish(second, APPROVER, AT)


def test_an_alias_recorded_later_changes_no_published_edition(
    house: Hangfeng, pub: Publication, published: Shown
) -> None:
    aliased(house, PARKS, ROADS)
    assert pub.show(Q1).content == published.content
    assert rebuild(house.log, house.settings.data, Q1).equal
    assert PARKS in published.content.decode()


def test_an_edition_whose_file_is_lost_or_damaged_is_given_back_by_the_log(
    book: Book, pub: Publication, published: Shown
) -> None:
    later_cases(book, 20)
    files = EditionFiles(book.house.settings.data / "editions")
    for path in (book.house.settings.data / "editions").iterdir():
        path.unlink()
    assert pub.show(Q1).content == published.content
    files.path(published.digest).write_bytes(published.content.replace(WATER.encode(), ROADS.encode()))
    assert pub.show(Q1).content == published.content
    assert files.read(published.digest) == published.content


def test_a_correction_lists_the_cells_that_it_changes(book: Book, pub: Publication, published: Shown) -> None:
    book.do(book.cases["overdue"], c.CorrectRegistration(by=DISPATCHER, at=AT, reason="归类有误", category="供水"))
    state = pub.correct(Q1, APPROVER, AT, "一件归类有误")
    changed = {cell.id: (cell.old, cell.new) for cell in state.errata[0].cells}
    old, new = values(published), values(pub.show(Q1))
    assert changed == {cell: (old[cell], new[cell]) for cell in new if old.get(cell) != new[cell]} | {
        cell: (old[cell], "（无）") for cell in old if cell not in new
    }
    assert changed[f"topics.count.{key_of('供水')}"] == ("5", "6")
    assert pub.show(Q1).document["annex"]["errata"][0]["cause"] == {"zh": "一件归类有误"}


def test_the_edition_before_a_correction_stays_as_it_was(book: Book, pub: Publication, published: Shown) -> None:
    book.call_back(book.cases["dissatisfied"], on(3, 1), Satisfaction.SATISFIED)
    pub.correct(Q1, APPROVER, AT, "一件漏记办结")
    assert pub.show(Q1, 1).content == published.content
    second = pub.show(Q1)
    assert (second.document["edition"], second.document["status"], second.document["number"]) == (
        2,
        "corrected",
        published.document["number"],
    )
    rebuilt = rebuild(book.house.log, book.house.settings.data, Q1)
    assert [one.edition for one in rebuilt.editions] == [1, 2]
    assert rebuilt.equal


def test_where_nothing_differs_there_is_nothing_to_correct(pub: Publication, published: Shown) -> None:
    with pytest.raises(r.NothingToCorrect):
        pub.correct(Q1, APPROVER, AT, "无")
    assert pub.show(Q1).content == published.content


def test_numbers_count_the_editions_of_a_year_in_order_of_publication(pub: Publication, published: Shown) -> None:
    second = BulletinName.parse("2026Q2")
    pub.freeze(second, PRODUCER, AT)
    pub.approve(second, APPROVER, AT, without_proof=WITHOUT)
    pub.publish(second, APPROVER, AT)
    numbers = [published.document["number"], pub.show(second).document["number"], pub.show(Q4).document["number"]]
    assert numbers == ["〔2026〕第1期", "〔2026〕第2期", "〔2025〕第1期"]
    assert [bulletin.quarter for bulletin in pub.bulletins()] == ["2026Q2", "2026Q1", "2025Q4"]


def test_the_public_edition_says_what_it_leaves_out(pub: Publication, published: Shown) -> None:
    keys = {table["key"] for section in published.document["sections"] for table in section["tables"]}
    assert not keys & {"dissatisfied", "hard_cases"}
    assert any("不满意件清单" in words["zh"] for words in published.document["left_out"])


def test_a_limited_edition_holds_the_lists(pub: Publication) -> None:
    pub.freeze(Q1, PRODUCER, AT)
    pub.approve(Q1, APPROVER, AT, scope=Scope.LIMITED, without_proof=WITHOUT, document_no="云行风〔2026〕2号")
    pub.publish(Q1, APPROVER, AT)
    document = pub.show(Q1).document
    keys = {table["key"] for section in document["sections"] for table in section["tables"]}
    assert {"dissatisfied", "hard_cases"} <= keys
    assert document["approval"]["document_no"] == "云行风〔2026〕2号"


def test_words_stand_in_their_section_and_fill_an_empty_one(pub: Publication) -> None:
    pub.words(Q1, PRODUCER, AT, section=10, place=Place.REQUIREMENT, zh="各单位于 4 月 20 日前书面说明。")
    case: dict[str, Any] = {"place": Place.TYPICAL_CASE, "basis": Basis.ANONYMISED, "second": "审核01"}
    pub.words(Q1, PRODUCER, AT, section=7, zh="某窗口重复索要材料，已纠正。", **case)
    pub.freeze(Q1, PRODUCER, AT)
    document = pub.show(Q1).document
    assert document["sections"][9]["empty_because"] is None
    assert document["sections"][9]["paragraphs"] == [{"key": "w1", "zh": "各单位于 4 月 20 日前书面说明。"}]
    assert document["sections"][6]["paragraphs"][0]["zh"].startswith("典型案例：")


def test_a_draft_is_internal_and_carries_no_number(pub: Publication) -> None:
    pub.freeze(Q1, PRODUCER, AT)
    shown = pub.show(Q1)
    assert (shown.edition, shown.document["scope"], shown.document["number"], shown.document["status"]) == (
        None,
        "internal",
        "",
        "figures_frozen",
    )


def test_the_proof_goes_to_every_unit_of_the_tables_and_may_be_disputed(pub: Publication) -> None:
    pub.freeze(Q1, PRODUCER, AT)
    state = pub.proof(Q1, PRODUCER, AT)
    assert state.proof is not None
    assert set(state.proof.units) == {WATER, ROADS, PARKS}
    assert state.proof.deadline is not None
    assert state.proof.deadline.due.date().isoformat() == "2026-04-10"
    with pytest.raises(r.NoSuchCell):
        pub.dispute(Q1, SUPERVISOR, AT, unit=ROADS, cells=["units.x"], reason="已答复")
    disputed = pub.dispute(Q1, SUPERVISOR, AT, unit=ROADS, cells=["summary.registered"], reason="已答复")
    assert disputed.open_dispute is not None


def test_a_unit_objects_to_its_line_in_the_tables_and_its_lines_in_the_lists_alone(pub: Publication) -> None:
    pub.freeze(Q1, PRODUCER, AT)
    pub.proof(Q1, PRODUCER, AT)
    document = pub.show(Q1).document
    lines = [line for part in document["sections"] for table in part["tables"] for line in table["rows"]]
    listed = [line for line in lines if any(cell["id"].endswith(".unit") for cell in line["cells"])]
    of_unit = {
        unit: [line for line in listed if unit in {cell["text"] for cell in line["cells"]}]
        for unit in (WATER, ROADS, PARKS)
    }
    owing, other = (unit for unit, held in sorted(of_unit.items(), key=lambda item: -len(item[1]))[:2])
    assert of_unit[owing]
    own = [cell["id"] for line in of_unit[owing] for cell in line["cells"]]
    leader = Actor("单位领导", Role.UNIT_LEADER, owing)
    pub.dispute(Q1, leader, AT, unit=owing, cells=[*own, f"units.{key_of(owing)}.late"], reason="已答复")
    others = Actor("他单位领导", Role.UNIT_LEADER, other)
    for cell in (own[0], f"units.{key_of(owing)}.late", "units.total.late", "summary.registered"):
        with pytest.raises(r.NotYourFigure, match=key_of(other)):
            pub.dispute(Q1, others, AT, unit=other, cells=[cell], reason="已答复")


def test_an_upheld_objection_leads_to_a_new_freeze(book: Book, pub: Publication) -> None:
    first = pub.freeze(Q1, PRODUCER, AT)
    pub.proof(Q1, PRODUCER, AT)
    pub.dispute(Q1, SUPERVISOR, AT, unit=ROADS, cells=["summary.registered"], reason="已答复")
    book.answer(book.cases["overdue"], ROADS, on(2, 6))
    pub.uphold(Q1, APPROVER, AT, 1, "送达回执为证")
    with pytest.raises(r.FreezeAnew):
        pub.approve(Q1, APPROVER, AT)
    again = pub.freeze(Q1, PRODUCER, AT)
    assert first.frozen is not None
    assert again.frozen is not None
    assert again.frozen.position > first.frozen.position
    assert values(pub.show(Q1))["summary.overdue_open"] == "3"


def test_two_people_sign_where_it_is_so_set(house: Hangfeng) -> None:
    pub = publication(house, two_people=True)
    pub.freeze(Q1, PRODUCER, AT)
    assert pub.approve(Q1, APPROVER, AT, without_proof=WITHOUT).status is Status.REVIEWED
    with pytest.raises(r.SecondPersonNeeded):
        pub.approve(Q1, APPROVER, AT, without_proof=WITHOUT)
    assert pub.approve(Q1, DISPATCHER, AT, without_proof=WITHOUT).status is Status.APPROVED


@pytest.mark.parametrize(
    ("edition", "refusal"),
    [(0, r.NoSuchEdition), (2, r.NoSuchEdition)],
)
def test_an_edition_that_is_not_there_is_refused(
    pub: Publication, published: Shown, edition: int, refusal: type[Exception]
) -> None:
    with pytest.raises(refusal):
        pub.show(Q1, edition)


def test_a_quarter_without_a_bulletin_is_refused(pub: Publication) -> None:
    with pytest.raises(r.NoSuchBulletin):
        pub.show(BulletinName.parse("2027Q1"))
    with pytest.raises(r.NoSuchBulletin):
        pub.publish(BulletinName.parse("2027Q1"), APPROVER, AT)


def test_figures_frozen_with_other_settings_are_rebuilt_with_those(house: Hangfeng, pub: Publication) -> None:
    cut = publication(house, editions=EditionSettings(rounding=Rounding.CUT, fairly_satisfied_weight="1/2"))
    cut.freeze(Q1, PRODUCER, AT)
    frozen = cut.show(Q1)
    assert values(frozen)["summary.satisfied"] == "78.57%"
    for path in (house.settings.data / "editions").iterdir():
        path.unlink()
    assert pub.show(Q1).content == frozen.content
    assert rebuild(house.log, house.settings.data, Q1).equal


def test_an_edition_of_another_evaluator_is_not_passed_off_as_rebuilt(
    house: Hangfeng, pub: Publication, published: Shown, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("services.publication.internal_edition.REBUILT", frozenset({"other"}))
    (one,) = rebuild(house.log, house.settings.data, Q1).editions
    assert not one.equal
    assert pub.show(Q1).content == published.content
    for path in (house.settings.data / "editions").iterdir():
        path.unlink()
    with pytest.raises(OtherEvaluator):
        pub.show(Q1)
