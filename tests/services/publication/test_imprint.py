"""Who prints an edition and who has copies (版记): from the approval or the settings, frozen with it, and on paper."""

from __future__ import annotations

from datetime import date, timedelta
from typing import Any

import pytest

from domain.bulletin import refusals as r
from domain.bulletin.events import Place, Scope
from domain.facts import Moment
from gateways.app import Hangfeng
from services.publication.internal_shown import shown_internally
from services.publication.official_form import paper_of, pdf_form
from services.publication.publication import Publication, Shown
from services.publication.rebuilding import rebuild
from services.typesetting.paper import Imprint
from services.typesetting.typefaces import found_typefaces
from tests.composed import APPROVER
from tests.services.publication.book import AFTER_Q1, PRODUCER, Q1, WITHOUT, publication
from tests.services.typesetting.sample import measured

AT = Moment(AFTER_Q1)
OFFICE, COPIES = "江北区人民政府办公室", ("区委办公室", "区人大常委会办公室")


def published(pub: Publication, **said: Any) -> Shown:  # noqa: ANN401 - what an approval says
    pub.freeze(Q1, PRODUCER, AT)
    pub.approve(Q1, APPROVER, AT, without_proof=WITHOUT, **said)
    pub.publish(Q1, APPROVER, AT)
    return pub.show(Q1)


def test_what_the_approval_says_stands_in_the_edition_and_on_paper(house: Hangfeng, pub: Publication) -> None:
    shown = published(pub, printed_by=OFFICE, copied_to=COPIES)
    assert shown.document["approval"]["distribution"] == {"printed_by": OFFICE, "copied_to": list(COPIES)}
    assert paper_of(shown.document).imprint == Imprint(OFFICE, date(2026, 4, 7), COPIES)
    pages = measured(pdf_form(shown.document, found_typefaces()))
    assert len(pages) % 2 == 0
    assert "2026年4月7日印发" in pages[-1].text()
    assert rebuild(house.log, house.settings.data, Q1).equal


@pytest.mark.parametrize(
    ("said", "copies"),
    [({}, COPIES), ({"copied_to": ()}, ()), ({"copied_to": ["区政协办公室"]}, ("区政协办公室",))],
)
def test_the_settings_fill_in_what_an_approval_leaves_out(
    house: Hangfeng, said: dict[str, Any], copies: tuple[str, ...]
) -> None:
    shown = published(publication(house, printed_by=OFFICE, copied_to=COPIES), **said)
    assert paper_of(shown.document).imprint == Imprint(OFFICE, date(2026, 4, 7), copies)


def test_settings_that_change_later_change_no_edition(house: Hangfeng) -> None:
    before = published(publication(house, printed_by=OFFICE, copied_to=COPIES))
    for path in (house.settings.data / "editions").iterdir():
        path.unlink()
    assert publication(house, printed_by="另一机关").show(Q1).content == before.content


def test_where_nobody_is_named_there_is_no_imprint_and_no_key_for_one(pub: Publication) -> None:
    shown = published(pub)
    assert "distribution" not in shown.document["approval"]
    assert paper_of(shown.document).imprint is None


def test_copies_without_a_printer_are_refused_with_the_remedy(pub: Publication) -> None:
    pub.freeze(Q1, PRODUCER, AT)
    with pytest.raises(r.NobodyPrints) as refused:
        pub.approve(Q1, APPROVER, AT, without_proof=WITHOUT, copied_to=COPIES)
    assert refused.value.field == "printed_by"
    assert "imprint_printed_by" in refused.value.zh


def test_an_imprint_names_no_person(pub: Publication) -> None:
    pub.freeze(Q1, PRODUCER, AT)
    with pytest.raises(r.WordsIdentifySomebody):
        pub.approve(Q1, APPROVER, AT, without_proof=WITHOUT, printed_by=OFFICE, copied_to=["联系人林昌旭"])


def test_a_draft_has_none_until_it_is_published(pub: Publication) -> None:
    pub.freeze(Q1, PRODUCER, AT)
    pub.approve(Q1, APPROVER, AT, without_proof=WITHOUT, printed_by=OFFICE)
    assert paper_of(pub.show(Q1).document).imprint is None


def test_an_erratum_was_printed_on_its_own_day(pub: Publication) -> None:
    published(pub, printed_by=OFFICE)
    later = Moment(AFTER_Q1 + timedelta(days=3))
    pub.words(Q1, PRODUCER, later, section=10, place=Place.REQUIREMENT, zh="限期说明。")
    pub.correct(Q1, APPROVER, later, "漏载工作要求")
    days = [paper_of(pub.show(Q1, edition).document).imprint for edition in (1, 2)]
    assert days == [Imprint(OFFICE, date(2026, 4, 7)), Imprint(OFFICE, date(2026, 4, 10))]


@pytest.mark.parametrize(("scope", "printed"), [(Scope.PUBLIC, False), (Scope.INTERNAL, True)])
def test_the_internal_edition_behind_a_wider_one_was_not_printed(
    house: Hangfeng, pub: Publication, scope: Scope, printed: bool
) -> None:
    published(pub, printed_by=OFFICE, scope=scope)
    internal = shown_internally(pub, Q1, None, house.instance.zone)
    assert (paper_of(internal.document).imprint is not None) is printed
