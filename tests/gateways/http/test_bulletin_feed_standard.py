"""The feed against RFC 4287: read by a reader that is not ours, and each clause that says MUST asked of its bytes."""

from __future__ import annotations

import re
from collections import Counter
from datetime import datetime
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit
from xml.etree import ElementTree as ET

import feedparser
import pytest

from domain.bulletin.events import Scope
from domain.bulletin.name import BulletinName, Subject
from domain.facts import Moment
from domain.words import Channel
from tests.composed import APPROVER, START, StandingClock
from tests.gateways.http.desk import Desk, a_desk
from tests.gateways.http.test_bulletin_feed import ATOM, FEED, correct
from tests.gateways.http.test_bulletins import ONE, Q, freeze, publish

XML_LANG = "{http://www.w3.org/XML/1998/namespace}lang"
TITLE = "供水 & 排水 <专报> “第1期” ]]> \U0001f6b0"
AT_MOST_ONE = ("generator", "icon", "logo", "rights", "subtitle", "published", "summary", "content", "source")
KNOWN = {
    "feed": {
        "author", "category", "contributor", "entry", "generator", "icon", "id", "link", "logo", "rights", "subtitle",
        "title", "updated",
    },
    "entry": {
        "author", "category", "content", "contributor", "id", "link", "published", "rights", "source", "summary",
        "title", "updated",
    },
}  # fmt: skip
"""What may stand in which element (4.1.1, 4.1.2)."""

RFC_3339 = re.compile(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(\.\d+)?(Z|[+-]\d\d:\d\d)")
LANGUAGE = re.compile(r"[A-Za-z]{1,8}(-[A-Za-z0-9]{1,8})*")
MEDIA_TYPE = re.compile(r"[^/\s]+/[^/\s]+")


@pytest.fixture
def told(desk: Desk) -> Desk:
    """An edition, an erratum to it, and a special report whose title needs every escape there is."""
    publish(desk)
    correct(desk)
    special, at = BulletinName.parse("2026Q1.pipes"), Moment(desk.clock.now)
    pub = desk.house.publication
    pub.special(special, APPROVER, at, title=TITLE, subject=Subject(channels=(Channel.HOTLINE,)))
    pub.freeze(special, APPROVER, at)
    pub.approve(special, APPROVER, at, without_proof="试行")
    pub.publish(special, APPROVER, at)
    return desk


def read(desk: Desk) -> Any:  # noqa: ANN401 - the reader has no types
    """The feed as a reader of news reads it."""
    answer = desk.get(FEED)
    return feedparser.parse(answer.content, response_headers=dict(answer.headers))


def elements(desk: Desk) -> list[ET.Element]:
    """The feed and its entries."""
    feed = ET.fromstring(desk.get(FEED).content)  # noqa: S314 - the product's own bytes
    return [feed, *feed.findall(f"{ATOM}entry")]


def test_a_reader_of_news_finds_nothing_wrong_with_it(told: Desk) -> None:
    found = read(told)
    assert (found.bozo, found.version, found.encoding) == (False, "atom10", "utf-8")
    assert len(found.entries) == 3
    assert len({entry.id for entry in found.entries}) == 3


def test_a_reader_of_news_reads_what_was_published(told: Desk) -> None:
    found = read(told)
    listed = {item["quarter"]: item for item in told.get("/api/v1/bulletins").json()["items"]}
    special, erratum, edition = found.entries
    assert TITLE in special.title
    assert listed["2026Q1.pipes"]["title"] == TITLE
    assert erratum.summary.startswith("勘误 1：补录一件")
    assert [entry.tags[0].term for entry in found.entries] == ["edition", "erratum", "edition"]
    assert all(entry.author == listed["2026Q1"]["issuer"] for entry in found.entries)
    assert all(entry.updated_parsed <= found.feed.updated_parsed for entry in found.entries)
    signed = next(link for link in edition.links if link.rel == "enclosure")
    assert told.get(f"{ONE}?edition=1").headers["content-length"] == signed.length
    assert found.feed.language == "zh-CN"


def test_an_empty_feed_is_a_feed_too(desk: Desk) -> None:
    found = read(desk)
    assert (found.bozo, found.entries) == (False, [])
    assert found.feed.id
    assert found.feed.updated_parsed


def test_each_element_has_what_it_must_once_and_nothing_that_the_standard_does_not_know(told: Desk) -> None:
    for element in elements(told):
        kind = element.tag.removeprefix(ATOM)
        there = Counter(child.tag.removeprefix(ATOM) for child in element)
        assert there["id"] == there["title"] == there["updated"] == 1
        assert there["author"] >= 1
        assert all(there[name] <= 1 for name in AT_MOST_ONE)
        assert there.keys() <= KNOWN[kind]
        assert not (element.text or "").strip()


def test_each_entry_without_content_leads_to_its_page_once_a_language_and_type(told: Desk) -> None:
    for element in elements(told):
        links = [link.attrib for link in element.findall(f"{ATOM}link")]
        alternate = [link for link in links if link.get("rel", "alternate") == "alternate"]
        assert len(alternate) == 1
        assert len({(link.get("type"), link.get("hreflang")) for link in alternate}) == len(alternate)
        assert element.find(f"{ATOM}content") is None


def test_each_value_is_of_the_form_that_the_standard_gives_it(told: Desk) -> None:
    for element in elements(told):
        for name in ("updated", "published"):
            for date in element.findall(ATOM + name):
                assert RFC_3339.fullmatch(date.text or ""), date.text
        for person in element.findall(f"{ATOM}author"):
            assert [child.tag for child in person] == [f"{ATOM}name"]
            assert (person[0].text or "").strip()
        for text in (*element.findall(f"{ATOM}title"), *element.findall(f"{ATOM}summary")):
            assert text.get("type", "text") == "text"
            assert (text.text or "").strip()
            assert not list(text)
        for category in element.findall(f"{ATOM}category"):
            assert category.get("term")
            assert (category.text, list(category)) == (None, [])
        assert urlsplit(element.findtext(f"{ATOM}id") or "").scheme == "urn"


def test_each_link_has_an_address_a_media_type_and_a_length_where_it_is_a_file(told: Desk) -> None:
    for element in elements(told):
        for link in element.findall(f"{ATOM}link"):
            assert urlsplit(link.attrib["href"]).scheme == "http"
            assert link.attrib["rel"] in {"self", "alternate", "enclosure"}
            assert MEDIA_TYPE.fullmatch(link.attrib["type"])
            assert LANGUAGE.fullmatch(link.attrib.get("hreflang", "zh"))
            assert (link.attrib["rel"] == "enclosure") is ("length" in link.attrib)
            assert (link.text, list(link)) == (None, [])


def test_the_document_says_what_it_is(told: Desk) -> None:
    answer = told.get(FEED)
    assert answer.headers["content-type"].partition(";")[0] == "application/atom+xml"
    assert answer.content.startswith(b"<?xml version='1.0' encoding='utf-8'?>")
    assert LANGUAGE.fullmatch(elements(told)[0].attrib[XML_LANG])


def test_the_feed_is_as_new_as_its_newest_entry(told: Desk) -> None:
    feed, *entries = elements(told)
    stamps = [datetime.fromisoformat(one.findtext(f"{ATOM}updated") or "") for one in (feed, *entries)]
    assert stamps[0] == max(stamps[1:])


@pytest.mark.parametrize("zone", ["Asia/Urumqi", "UTC", "America/St_Johns"])
def test_a_moment_has_an_offset_that_the_standard_knows_in_every_zone(tmp_path: Path, zone: str) -> None:
    with a_desk(tmp_path / "data", StandingClock(START), timezone=zone) as desk:
        publish(desk)
        assert read(desk).bozo is False
        for element in elements(desk):
            assert RFC_3339.fullmatch(element.findtext(f"{ATOM}updated") or "")


def test_what_is_not_public_makes_no_feed_invalid(desk: Desk) -> None:
    publish(desk, Scope.LIMITED)
    assert (read(desk).bozo, read(desk).entries) == (False, [])


def test_a_title_that_xml_cannot_hold_is_shown_without_what_it_cannot(desk: Desk) -> None:
    special, at = BulletinName.parse("2026Q1.signs"), Moment(desk.clock.now)
    pub = desk.house.publication
    freeze(desk)
    pub.special(special, APPROVER, at, title="警\x0b示\ufffe专报", subject=Subject(channels=(Channel.HOTLINE,)))
    pub.freeze(special, APPROVER, at)
    pub.approve(special, APPROVER, at, without_proof="试行")
    pub.publish(special, APPROVER, at)
    (entry,) = read(desk).entries
    assert "警示专报" in entry.title
    assert read(desk).bozo is False
    assert pub.standing(Q).editions == ()
