"""The feed of editions: what RFC 4287 asks of one, what it may not show, and that it is sent only when it grew."""

from datetime import datetime
from xml.etree import ElementTree as ET

import pytest

from domain.bulletin.events import Scope
from domain.facts import Moment
from tests.composed import APPROVER, START, call
from tests.gateways.http.desk import Desk
from tests.gateways.http.test_bulletins import Q, freeze, publish

ATOM = "{http://www.w3.org/2005/Atom}"
FEED = "/feed.atom"


def parsed(desk: Desk) -> ET.Element:
    answer = desk.get(FEED)
    assert answer.status_code == 200
    assert answer.headers["content-type"].startswith("application/atom+xml")
    return ET.fromstring(answer.content)  # noqa: S314 - the product's own bytes


def text(element: ET.Element, name: str) -> str:
    found = element.findall(ATOM + name)
    assert len(found) == 1, name
    return found[0].text or ""


def links(element: ET.Element, rel: str) -> list[str]:
    return [link.attrib["href"] for link in element.findall(f"{ATOM}link") if link.attrib["rel"] == rel]


def correct(desk: Desk) -> None:
    desk.house.casework.register(call(desk.house, "call-late", at=START))
    desk.house.publication.correct(Q, APPROVER, Moment(desk.clock.now), "补录一件")


def test_the_feed_and_each_entry_have_what_the_standard_asks(desk: Desk) -> None:
    publish(desk)
    feed = parsed(desk)
    (entry,) = feed.findall(f"{ATOM}entry")
    for element in (feed, entry):
        assert text(element, "id").startswith("urn:uuid:")
        assert text(element, "title")
        assert datetime.fromisoformat(text(element, "updated")).tzinfo is not None
        assert element.findall(f"{ATOM}author/{ATOM}name")
        (alternate,) = links(element, "alternate")
        assert alternate.startswith("http")
    assert links(feed, "self")[0].endswith(FEED)
    assert text(entry, "summary").startswith("2026年第一季度")
    assert text(feed, "id") != text(entry, "id")


def test_its_links_lead_to_the_edition(desk: Desk) -> None:
    publish(desk)
    (entry,) = parsed(desk).findall(f"{ATOM}entry")
    for rel in ("alternate", "enclosure"):
        path = links(entry, rel)[0].split("/", 3)[3]
        assert desk.get(f"/{path}").status_code == 200


@pytest.mark.parametrize("scope", [Scope.LIMITED, Scope.INTERNAL])
def test_what_is_not_for_everybody_stands_in_no_feed(desk: Desk, scope: Scope) -> None:
    publish(desk, scope)
    assert parsed(desk).findall(f"{ATOM}entry") == []


def test_a_draft_stands_in_no_feed(desk: Desk) -> None:
    freeze(desk)
    assert parsed(desk).findall(f"{ATOM}entry") == []


def test_an_erratum_is_an_entry_beside_the_edition_that_it_corrects(desk: Desk) -> None:
    publish(desk)
    before = text(parsed(desk).findall(f"{ATOM}entry")[0], "id")
    correct(desk)
    newest, oldest = parsed(desk).findall(f"{ATOM}entry")
    assert text(oldest, "id") == before != text(newest, "id")
    assert "勘误 1" in text(newest, "title")
    assert text(newest, "summary").startswith("勘误 1：补录一件。更正 ")


def test_who_has_the_feed_is_sent_it_again_only_when_it_grew(desk: Desk) -> None:
    publish(desk)
    tag = desk.get(FEED).headers["etag"]
    again = desk.send("GET", FEED, headers={"If-None-Match": tag})
    assert (again.status_code, again.content) == (304, b"")
    correct(desk)
    assert desk.send("GET", FEED, headers={"If-None-Match": tag}).status_code == 200


@pytest.mark.parametrize("path", ["/", "/bulletins", "/bulletins/2026Q1"])
def test_public_pages_lead_to_the_feed(desk: Desk, path: str) -> None:
    publish(desk)
    assert 'rel="alternate" type="application/atom+xml"' in desk.get(path).text
