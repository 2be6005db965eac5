"""Another edition of the definitions: looked at first, then adopted, and named by each figure."""

from collections.abc import Iterator
from datetime import datetime
from fractions import Fraction
from pathlib import Path
from uuid import UUID

import pytest

from domain.facts import Moment
from domain.figures.definitions import DefinitionFault
from domain.periods import Quarter, edition_for
from domain.words import ComplaintKind
from services.definitions import adopt_definitions, preview, settings_of
from services.editions.definition_files import load_definitions
from services.editions.faults import EditionFault
from services.log.port import Append
from services.statistics import Statistics
from tests.composed import SHANGHAI, StandingClock, a_house
from tests.domain.september import BOOK
from tests.projections.seen import Seen, seen
from tests.scenario import OPERATOR

Q3 = Quarter(2025, 3)
TOML = """
edition = "2026-2"
title = "截尾，基本满意折半，投诉不计"
first_quarter = "2025Q3"
rounding = "cut"
fairly_satisfied_weight = "1/2"

[[exclusions]]
reason = "投诉另计"
kinds = ["complaint"]
figures = ["on_time"]
"""
EDITION = load_definitions(TOML.encode())


@pytest.fixture
def book(tmp_path: Path) -> Iterator[Seen]:
    clock = StandingClock(datetime(2025, 10, 5, 9, 0, tzinfo=SHANGHAI))
    with a_house(tmp_path / "data", clock) as house, seen(house, tmp_path) as views:
        for number, facts in enumerate(BOOK.values(), start=1):
            house.log.append([Append(UUID(int=number), 0, facts)])
        yield views


def test_a_file_says_rounding_weight_and_who_is_left_out() -> None:
    assert EDITION.weight == Fraction(1, 2)
    assert EDITION.rounding == "cut"
    assert EDITION.exclusions[0].kinds == (ComplaintKind.COMPLAINT,)


@pytest.mark.parametrize(
    "wrong",
    [
        TOML.replace('"1/2"', '"3"'),
        TOML.replace('"2025Q3"', '"2025"'),
        TOML.replace('"on_time"', '"beauty"'),
        TOML.replace('"cut"', '"up"'),
        TOML.replace('kinds = ["complaint"]', ""),
    ],
)
def test_a_file_that_cannot_be_used_is_refused_by_its_field(wrong: str) -> None:
    with pytest.raises(EditionFault):
        load_definitions(wrong.encode())


def test_a_preview_shows_what_changes_and_records_nothing(book: Seen) -> None:
    with book.statistics() as now:
        head = book.house.log.head().position
        then = Statistics(now.views, now.log, SHANGHAI, preview=settings_of(EDITION))
        (effect,) = preview(now, then, Q3, 1)
        stands, other = now.units(Q3).table.total, then.units(Q3).table.total
    changed = {each.key: (each.before, each.after) for each in effect.effects if each.row == "全市"}
    assert stands.rates["on_time"].denominator != other.rates["on_time"].denominator
    assert changed["on_time"][1].startswith(other.rates["on_time"].rate)
    assert effect.unchanged > 0
    assert book.house.log.head().position == head


def test_an_adopted_edition_governs_and_is_named_and_figures_of_before_stay(book: Seen) -> None:
    with book.statistics() as statistics:
        before = statistics.units(Q3)
    assert adopt_definitions(book.house.log, EDITION, OPERATOR, Moment(book.house.clock()))
    assert not adopt_definitions(book.house.log, EDITION, OPERATOR, Moment(book.house.clock()))
    with book.statistics() as statistics:
        after, again = statistics.units(Q3), statistics.units(Q3, position=before.position)
        earlier = statistics.units(Q3.previous())
    assert (before.json()["definitions"], after.json()["definitions"]) == ("2026-1", "2026-2")
    assert again.json() == before.json()
    assert earlier.json()["definitions"] == "2026-1"


def test_an_id_stands_for_one_edition_alone(book: Seen) -> None:
    adopt_definitions(book.house.log, EDITION, OPERATOR, Moment(book.house.clock()))
    other = load_definitions(TOML.replace('"1/2"', '"1/3"').encode())
    with pytest.raises(DefinitionFault):
        adopt_definitions(book.house.log, other, OPERATOR, Moment(book.house.clock()))


def test_the_last_to_begin_governs_a_quarter() -> None:
    later = load_definitions(TOML.replace("2026-2", "2026-3").replace("2025Q3", "2025Q4").encode())
    assert edition_for(Quarter(2025, 4), [later, EDITION]) == later
    assert edition_for(Q3, [later, EDITION]) == EDITION
    assert edition_for(Quarter(2025, 2), [later, EDITION]) is None


def test_a_case_left_out_of_every_figure_is_left_out_of_the_answers_too(book: Seen) -> None:
    everywhere = load_definitions(TOML.replace('figures = ["on_time"]', "").encode())
    with book.statistics() as now:
        then = Statistics(now.views, now.log, SHANGHAI, preview=settings_of(everywhere))
        kept = [case.kind for case in then.rows(Q3).cases]
    assert kept
    assert ComplaintKind.COMPLAINT not in kept
