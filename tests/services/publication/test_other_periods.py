"""Editions of a month, of a year and of a subject, made by the same steps as the quarter's."""

from typing import Any

import pytest

from domain.bulletin import refusals as r
from domain.bulletin.events import Scope
from domain.bulletin.name import BulletinName, Subject
from domain.facts import Moment
from domain.words import Channel, ComplaintKind
from gateways.app import Hangfeng
from gateways.pages.bulletin_page import render_bulletin
from services.publication.forms import markdown_form
from services.publication.internal_shown import shown_internally
from services.publication.official_form import paper_of
from services.publication.publication import Publication, Shown
from services.publication.rebuilding import rebuild
from services.statistics import Statistics
from tests.composed import APPROVER
from tests.services.publication.book import AFTER_Q1, PRODUCER, Q1, ROADS, SUPERVISOR, WATER, WITHOUT, on

AT = Moment(AFTER_Q1)
JANUARY, YEAR = BulletinName.parse("2026-01"), BulletinName.parse("2025")
WATER_REPORT = BulletinName.parse("2026Q1.water")
OF_WATER = Subject(units=(WATER,))


def issued(pub: Publication, name: BulletinName, scope: Scope = Scope.PUBLIC) -> Shown:
    pub.freeze(name, PRODUCER, AT)
    pub.approve(name, APPROVER, AT, scope=scope, without_proof=WITHOUT)
    pub.publish(name, APPROVER, AT)
    return pub.show(name)


def texts(shown: Shown) -> dict[str, str]:
    tables = (table for section in shown.document["sections"] for table in section["tables"])
    lines = (line for table in tables for line in (*table["rows"], *([table["total"]] if table["total"] else [])))
    return {cell["id"]: cell["text"] for line in lines for cell in line["cells"]}


def columns(shown: Shown, key: str) -> list[str]:
    tables: list[dict[str, Any]] = [table for part in shown.document["sections"] for table in part["tables"]]
    return [column["key"] for table in tables if table["key"] == key for column in table["columns"]]


def registered(house: Hangfeng, name: BulletinName) -> int | None:
    house.catch_up()
    with house.views.reading() as conn:
        return (
            Statistics(conn, house.log, house.instance.zone).units(name.period).table.total.counts["registered"].value
        )


@pytest.mark.parametrize(("name", "number"), [(JANUARY, "〔2026〕月报第1期"), (YEAR, "〔2025〕年报")])
def test_a_month_and_a_year_are_published_with_numbers_of_their_own(
    house: Hangfeng, pub: Publication, name: BulletinName, number: str
) -> None:
    shown = issued(pub, name)
    assert (shown.document["quarter"], shown.document["number"]) == (str(name), number)
    assert texts(shown)["summary.registered"] == str(registered(house, name))
    assert rebuild(house.log, house.settings.data, name).equal


def test_a_month_is_held_against_the_month_before_and_a_year_against_the_year_before_alone(pub: Publication) -> None:
    month, year = issued(pub, JANUARY), issued(pub, YEAR)
    assert columns(month, "received_by_channel")[-2:] == ["month_before", "month_on_month"]
    assert columns(year, "received_by_channel") == ["now", "year_before", "year_on_year"]


def test_the_months_of_a_quarter_add_up_to_it(house: Hangfeng) -> None:
    months = (BulletinName.parse(f"2026-0{month}") for month in (1, 2, 3))
    assert sum(registered(house, month) or 0 for month in months) == registered(house, Q1)


def test_a_special_report_counts_the_matters_of_its_subject_alone(pub: Publication) -> None:
    pub.special(WATER_REPORT, PRODUCER, AT, title="供水服务专报", subject=OF_WATER)
    special, whole = texts(issued(pub, WATER_REPORT)), texts(issued(pub, Q1))
    assert 0 < int(special["summary.registered"]) < int(whole["summary.registered"])
    assert pub.show(WATER_REPORT).document["number"] == "〔2026〕专报第1期"


def test_a_special_report_is_found_in_the_list_and_rebuilt_from_the_log(house: Hangfeng, pub: Publication) -> None:
    pub.special(WATER_REPORT, PRODUCER, AT, title="供水服务专报", subject=OF_WATER)
    issued(pub, WATER_REPORT)
    issued(pub, JANUARY)
    assert [bulletin.quarter for bulletin in pub.bulletins()] == ["2026Q1.water", "2026-01", "2025Q4"]
    assert rebuild(house.log, house.settings.data, WATER_REPORT).equal


def test_a_special_report_without_a_subject_is_refused(pub: Publication) -> None:
    with pytest.raises(r.SubjectFirst):
        pub.freeze(WATER_REPORT, PRODUCER, AT)
    with pytest.raises(r.SubjectEmpty):
        pub.special(WATER_REPORT, PRODUCER, AT, title="供水服务专报", subject=Subject())
    with pytest.raises(r.NotASpecialReport):
        pub.special(Q1, PRODUCER, AT, title="供水服务专报", subject=OF_WATER)


def test_a_subject_stands_once_its_figures_are_frozen(pub: Publication) -> None:
    pub.special(WATER_REPORT, PRODUCER, AT, title="供水服务专报", subject=OF_WATER)
    pub.special(WATER_REPORT, PRODUCER, AT, title="供水服务专报", subject=Subject(units=(ROADS,)))
    pub.freeze(WATER_REPORT, PRODUCER, AT)
    with pytest.raises(r.SubjectStands):
        pub.special(WATER_REPORT, PRODUCER, AT, title="供水服务专报", subject=OF_WATER)


@pytest.mark.parametrize(
    "subject",
    [Subject(kinds=(ComplaintKind.HELP,)), Subject(channels=(Channel.HOTLINE,)), Subject(categories=("供水",))],
)
def test_a_subject_may_be_a_kind_a_channel_or_a_category(pub: Publication, subject: Subject) -> None:
    pub.special(WATER_REPORT, PRODUCER, AT, title="专题", subject=subject)
    assert int(texts(issued(pub, WATER_REPORT))["summary.registered"]) > 0


def test_the_page_shows_a_month_in_words(pub: Publication) -> None:
    page = render_bulletin(issued(pub, JANUARY).document)
    assert "2026年1月" in page
    assert "January 2026" in page


def test_a_rejected_objection_stands_in_the_internal_edition_alone(pub: Publication, house: Hangfeng) -> None:
    pub.freeze(Q1, PRODUCER, AT)
    pub.proof(Q1, PRODUCER, AT)
    unit = pub.bulletin(Q1).proof.units[0]  # type: ignore[union-attr]
    pub.dispute(Q1, SUPERVISOR, AT, unit=unit, cells=("summary.registered",), reason="应少一件")
    pub.reject(Q1, APPROVER, AT, 1, "核对无误")
    draft = pub.show(Q1).document["annex"]["objections"]
    assert [(one["unit"], one["state"], one["decision"]) for one in draft] == [(unit, "rejected", "核对无误")]
    pub.approve(Q1, APPROVER, on(4, 20), scope=Scope.PUBLIC)
    pub.publish(Q1, APPROVER, on(4, 20))
    published = pub.show(Q1)
    assert "objections" not in published.document["annex"]
    internal = shown_internally(pub, Q1, None, house.instance.zone)
    assert (internal.document["scope"], internal.document["annex"]["objections"]) == ("internal", draft)
    assert pub.show(Q1).content == published.content


def test_every_printed_form_of_the_internal_edition_tells_the_objections(pub: Publication) -> None:
    pub.freeze(Q1, PRODUCER, AT)
    pub.proof(Q1, PRODUCER, AT)
    pub.dispute(Q1, SUPERVISOR, AT, unit=WATER, cells=("summary.registered",), reason="应少一件")
    pub.reject(Q1, APPROVER, AT, 1, "核对无误")
    document = pub.show(Q1).document
    for printed in (markdown_form(document), render_bulletin(document), str(paper_of(document))):
        assert all(said in printed for said in (WATER, "应少一件", "不成立", "核对无误"))
