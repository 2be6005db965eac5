"""Editions of overlapping periods, read side by side: no small count of a topic follows from one and another."""

from __future__ import annotations

from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from itertools import count
from pathlib import Path
from threading import Barrier
from typing import Any

import pytest

from domain.bulletin.events import Place, Scope, TopicsCounted
from domain.bulletin.name import BulletinName, Subject
from domain.facts import Moment
from domain.refusals import ChangedMeanwhile
from domain.words import Channel
from gateways.app import Hangfeng
from services.publication import ground
from services.publication.internal_edition import EditionSettings
from services.publication.publication import Publication
from services.publication.rebuilding import rebuild
from services.publication.tellings import names_beside, tellings_beside
from services.statistics import Statistics
from tests.composed import APPROVER, StandingClock, a_house, call
from tests.services.publication.book import AFTER_Q1, PRODUCER, Q1, WITHOUT, on, publication

AT = Moment(AFTER_Q1)
JANUARY, FEBRUARY, MARCH = (BulletinName.parse(f"2026-0{month}") for month in (1, 2, 3))
YEAR, Q2 = BulletinName.parse("2026"), BulletinName.parse("2026Q2")
WATER, BUS, NOISE = "供水", "公交", "噪声"
CAME_IN = {1: {WATER: 4, BUS: 6, NOISE: 5}, 2: {WATER: 4, BUS: 5, NOISE: 6}, 3: {WATER: 1, BUS: 6, NOISE: 5}}
"""By month: a quarter with 9 matters of water, of which March has the one."""

WAIT_SECONDS = 60


@pytest.fixture
def house(tmp_path: Path) -> Iterator[Hangfeng]:
    with a_house(tmp_path / "data", StandingClock(AFTER_Q1)) as house:
        numbers = count(1)
        house.log.append(
            [
                house.casework.registration(
                    replace(call(house, f"call-{next(numbers)}", at=on(month, day + 1).at), category=topic)
                )
                for month, topics in CAME_IN.items()
                for topic, matters in topics.items()
                for day in range(matters)
            ]
        )
        yield house


@pytest.fixture
def pub(house: Hangfeng) -> Publication:
    return publication(house)


def issue(pub: Publication, *names: BulletinName, scope: Scope = Scope.PUBLIC) -> None:
    for name in names:
        pub.freeze(name, PRODUCER, AT)
        approve(pub, name, scope)


def approve(pub: Publication, name: BulletinName, scope: Scope = Scope.PUBLIC) -> None:
    pub.approve(name, APPROVER, AT, scope=scope, without_proof=WITHOUT)
    pub.publish(name, APPROVER, AT)


def topics(pub: Publication, name: BulletinName) -> dict[str, int]:
    """The topics that an edition names, with their counts."""
    tables = (table for section in pub.show(name).document["sections"] for table in section["tables"])
    table: dict[str, Any] = next(one for one in tables if one["key"] == "top_topics")
    return {row["head"]: row["cells"][0]["value"] for row in table["rows"]}


def left_over(pub: Publication, whole: BulletinName, *parts: BulletinName) -> dict[str, int]:
    """What anybody works out who takes editions from another: the topics that all of them name."""
    named = topics(pub, whole)
    taken = [topics(pub, part) for part in parts]
    return {
        topic: named[topic] - sum(one[topic] for one in taken)
        for topic in named
        if topic != "其他" and all(topic in one for one in taken)
    }


def test_a_quarter_less_two_months_leaves_no_small_count(pub: Publication) -> None:
    issue(pub, JANUARY, FEBRUARY, Q1)
    assert topics(pub, JANUARY)[WATER] == topics(pub, FEBRUARY)[WATER] == 4
    assert not {1, 2} & set(left_over(pub, Q1, JANUARY, FEBRUARY).values())
    assert WATER not in topics(pub, Q1)
    assert sum(topics(pub, Q1).values()) == 42


def test_without_the_months_the_quarter_names_it(pub: Publication) -> None:
    issue(pub, Q1)
    assert topics(pub, Q1)[WATER] == 9


def test_the_edition_says_that_topics_were_put_together_and_not_which(pub: Publication) -> None:
    issue(pub, JANUARY, FEBRUARY, Q1)
    (section,) = (one for one in pub.show(Q1).document["sections"] if one["key"] == "topics")
    said = " ".join(words["zh"] for words in section["paragraphs"])
    assert "以免与已发布的各期相减" in said
    assert WATER not in said
    assert all("相减" not in words["zh"] for words in pub.show(JANUARY).document["sections"][2]["paragraphs"])


@pytest.mark.parametrize(
    ("order", "held_back"),
    [
        ((Q1, JANUARY, FEBRUARY), FEBRUARY),
        ((Q1, FEBRUARY, JANUARY), JANUARY),
        # February's change since January gives January's count: the quarter would give the rest.
        ((FEBRUARY, Q1, JANUARY), Q1),
    ],
    ids=str,
)
def test_whichever_would_complete_the_sum_is_the_one_that_withholds(
    pub: Publication, order: tuple[BulletinName, ...], held_back: BulletinName
) -> None:
    issue(pub, *order)
    assert [name for name in order if WATER not in topics(pub, name)] == [held_back]


def test_a_change_that_would_give_it_is_withheld_too(house: Hangfeng, pub: Publication) -> None:
    later = [
        house.casework.registration(replace(call(house, f"april-{n}", at=on(4, 1).at), category=topic))
        for n, topic in enumerate([WATER] * 5 + [BUS] * 6)
    ]
    house.log.append(later)
    issue(pub, JANUARY, FEBRUARY, Q2)
    rows = {row["head"]: row["cells"][2] for row in topics_table(pub, Q2)["rows"]}
    assert (rows[WATER]["text"], rows[WATER]["cause"]["zh"]) == ("—", "件数过少，隐去")
    assert rows[BUS]["denominator"] == 17


def topics_table(pub: Publication, name: BulletinName) -> dict[str, Any]:
    tables: Iterator[dict[str, Any]] = (
        table for section in pub.show(name).document["sections"] for table in section["tables"]
    )
    return next(table for table in tables if table["key"] == "top_topics")


def test_a_year_is_held_against_its_quarters_and_months(pub: Publication) -> None:
    issue(pub, JANUARY, FEBRUARY, YEAR)
    assert WATER not in topics(pub, YEAR)
    issue(pub, Q1)
    assert not {1, 2} & set(left_over(pub, Q1, JANUARY, FEBRUARY).values())


def test_every_edition_is_rebuilt_byte_for_byte_whatever_came_later(house: Hangfeng, pub: Publication) -> None:
    issue(pub, JANUARY, Q1, FEBRUARY, MARCH)
    pub.words(Q1, PRODUCER, AT, section=10, place=Place.REQUIREMENT, zh="限期说明。")
    pub.correct(Q1, APPROVER, AT, "漏载工作要求")
    for name in (JANUARY, Q1, FEBRUARY, MARCH):
        found = rebuild(house.log, house.settings.data, name)
        assert found.equal, [one.faults for one in found.editions]


def test_figures_that_are_frozen_to_be_published_count_as_those_that_are(pub: Publication) -> None:
    for name in (JANUARY, FEBRUARY):
        pub.freeze(name, PRODUCER, AT)
    issue(pub, Q1)
    for name in (JANUARY, FEBRUARY):
        approve(pub, name)
    assert not {1, 2} & set(left_over(pub, Q1, JANUARY, FEBRUARY).values())


def test_a_freeze_that_is_made_anew_forgets_its_own_draft(pub: Publication) -> None:
    pub.freeze(Q1, PRODUCER, AT)
    issue(pub, JANUARY, FEBRUARY)
    pub.freeze(Q1, PRODUCER, AT)
    assert WATER not in topics(pub, FEBRUARY)
    assert topics(pub, Q1)[WATER] == 9


def test_what_is_for_the_office_alone_gives_nothing_away(pub: Publication) -> None:
    issue(pub, JANUARY, FEBRUARY, scope=Scope.INTERNAL)
    issue(pub, Q1)
    assert topics(pub, Q1)[WATER] == 9


def test_an_erratum_withholds_nothing_that_its_edition_named(house: Hangfeng, pub: Publication) -> None:
    issue(pub, Q1)
    issue(pub, JANUARY)
    house.casework.register(replace(call(house, "late", at=on(1, 5).at), category=BUS))
    pub.correct(Q1, APPROVER, AT, "补录一件")
    assert topics(pub, Q1)[WATER] == 9


def test_special_reports_of_one_series_are_held_against_each_other(pub: Publication) -> None:
    of_calls = Subject(channels=(Channel.HOTLINE,))
    names = [BulletinName.parse(f"{name}.calls") for name in (JANUARY, FEBRUARY, Q1)]
    for name in names:
        pub.special(name, PRODUCER, AT, title="来电专报", subject=of_calls)
    issue(pub, *names)
    assert WATER not in topics(pub, names[2])
    issue(pub, Q1)
    assert topics(pub, Q1)[WATER] == 9


def test_two_frozen_at_the_same_moment_do_not_miss_each_other(
    pub: Publication, monkeypatch: pytest.MonkeyPatch
) -> None:
    issue(pub, JANUARY)
    both, beside = Barrier(2), pub._beside

    def beside_together(name: BulletinName, position: int) -> Any:  # noqa: ANN401 - hands through
        both.wait(WAIT_SECONDS)
        return beside(name, position)

    monkeypatch.setattr(pub, "_beside", beside_together)

    def frozen(name: BulletinName) -> bool:
        try:
            pub.freeze(name, PRODUCER, AT)
        except ChangedMeanwhile:
            return False
        return True

    with ThreadPoolExecutor(2) as people:
        assert sorted(people.map(frozen, (FEBRUARY, Q1))) == [False, True]


def test_the_editions_beside_one_are_those_of_its_years() -> None:
    names = {str(name) for name in names_beside(Q1)}
    assert {"2026-03", "2026Q4", "2026", "2025-12", "2025Q4", "2025", "2027-01", "2027Q1", "2027"} <= names
    assert not {"2024", "2024Q4", "2027-02", "2027Q2", "2028"} & names
    assert all(name.series == "gas" for name in names_beside(BulletinName.parse("2026Q1.gas")))


@pytest.mark.parametrize("evaluator", ["6", "5"])
def test_what_was_frozen_before_topics_were_written_down_is_counted_again(
    house: Hangfeng, pub: Publication, evaluator: str
) -> None:
    issue(publication(house, editions=EditionSettings(evaluator="6")), JANUARY, Q1)
    house.casework.register(replace(call(house, "late", at=on(1, 5).at), category="停车"))
    house.catch_up()
    for name in (JANUARY, Q1):
        frozen = pub.standing(name).editions[0].frozen
        with house.views.reading() as conn:
            statistics = Statistics(conn, house.log, house.instance.zone)
            old = replace(frozen, topics=None, evaluator=evaluator)
            told = ground._told_before(statistics, name, None, old)
        assert frozen.topics is not None
        assert told.counted is TopicsCounted.REGISTERED
        assert told.named == frozen.topics.named == (BUS, NOISE, WATER)
        assert evaluator == "5" or told == frozen.topics


def test_an_older_edition_that_named_everything_is_taken_into_account(
    house: Hangfeng, pub: Publication, monkeypatch: pytest.MonkeyPatch
) -> None:
    issue(publication(house, editions=EditionSettings(evaluator="6")), JANUARY, FEBRUARY)

    def as_stored_before(*given: Any) -> Any:  # noqa: ANN401 - hands through
        """Every freeze as it was stored before it said what it tells."""
        log, name, subject, position, recount = given
        told = tellings_beside(log, name, subject, position, recount)
        return tuple(
            replace(one, told=recount(other, replace(pub.standing(other).editions[0].frozen, topics=None)))
            for one, other in zip(told, (JANUARY, FEBRUARY), strict=True)
        )

    monkeypatch.setattr(ground, "tellings_beside", as_stored_before)
    pub.freeze(Q1, PRODUCER, AT)
    assert WATER not in topics(pub, Q1)
