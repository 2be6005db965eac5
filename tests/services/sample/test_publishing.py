"""The sample's bulletins: published in their order, once, and from wherever a run was broken off."""

from collections.abc import Iterator
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path

import pytest

from domain.bulletin.events import Place
from domain.bulletin.name import BulletinName
from domain.bulletin.state import Status
from domain.facts import Actor, Moment
from domain.words import Role
from gateways.app import Hangfeng, compose, open_new
from services.sample import compose_sample, load_sample, publish_sample
from services.sample.publishing import WITHOUT_WAITING, sample_bulletins
from services.settings import Settings

NOW = datetime(2026, 5, 6, 2, tzinfo=UTC)
FIRST = sample_bulletins()[0]
SUPERVISOR = Actor("督办 韦川", Role.SUPERVISOR)


@pytest.fixture
def house(tmp_path: Path) -> Iterator[Hangfeng]:
    settings = Settings(data=tmp_path / "data")
    open_new(settings, lambda: NOW)
    whole = compose_sample()
    entries = whole.entries[:400]
    cases = {entry.case for entry in entries}
    part = replace(whole, entries=entries, cases=tuple(case for case in whole.cases if case.number in cases))
    with compose(settings, lambda: NOW) as house:
        load_sample(house.log, house.casework, part, NOW)
        yield house


def publish(house: Hangfeng) -> BulletinName:
    return publish_sample(house.publication, lambda: NOW, house.instance.zone)


def test_four_editions_are_published_and_read_out(house: Hangfeng) -> None:
    assert publish(house) == BulletinName.parse("2026Q1")
    states = house.publication.bulletins()
    assert [state.editions[0].issue for state in states] == [
        "〔2026〕第1期",
        "〔2025〕第3期",
        "〔2025〕第2期",
        "〔2025〕第1期",
    ]
    assert {state.status for state in states} == {Status.BROADCAST}


def test_publishing_again_adds_nothing(house: Hangfeng) -> None:
    publish(house)
    head = house.log.head()
    publish(house)
    assert house.log.head() == head


def test_a_run_that_was_broken_off_goes_on_where_it_stood(house: Hangfeng) -> None:
    at, words = Moment(NOW), FIRST.words[0]
    house.publication.words(
        FIRST.quarter,
        SUPERVISOR,
        at,
        section=words.section,
        place=words.place,
        zh=words.zh,
        en=words.en,
        basis=words.basis,
        second="审批 沈砚",
    )
    house.publication.freeze(FIRST.quarter, SUPERVISOR, at)
    publish(house)
    state = house.publication.bulletin(FIRST.quarter)
    assert state is not None
    assert [words.zh for words in state.words] == [words.zh for words in FIRST.words]
    assert len(state.editions) == 1


def test_the_edition_says_that_objections_were_not_waited_for(house: Hangfeng) -> None:
    publish(house)
    approval = house.publication.show(FIRST.quarter).document["approval"]
    assert approval["without_proof"] == WITHOUT_WAITING
    assert approval["document_no"] == FIRST.document_no


def test_a_typical_case_was_looked_at_by_a_second_person(house: Hangfeng) -> None:
    publish(house)
    cases = [one for state in house.publication.bulletins() for one in state.words if one.place is Place.TYPICAL_CASE]
    assert len(cases) == len(sample_bulletins())
