"""A reorganisation or an alias that was taken back is as if it had never been: for the registry, and for figures."""

from collections.abc import Iterator
from datetime import date, datetime, timedelta
from pathlib import Path
from uuid import UUID

import pytest
from hypothesis import given
from hypothesis import strategies as st

from domain.facts import Moment
from domain.identity import UNITS_STREAM
from domain.periods import Quarter
from domain.units import (
    UnitAliased,
    UnitAliasWithdrawn,
    UnitFact,
    UnitPlaced,
    UnitReorganisationReversed,
    UnitReorganised,
    registry,
)
from services.differences import explain_difference
from services.log.port import Append
from services.statistics import Statistics
from tests.composed import SHANGHAI, START, StandingClock, a_house
from tests.domain.september import BOOK
from tests.projections.seen import Seen, seen
from tests.scenario import OPERATOR, WATER

AT = Moment(START)
Q3 = Quarter(2025, 3)
NEW = "市水利局"
DAYS = st.dates(date(2025, 1, 1), date(2026, 12, 31))
NAMES = st.sampled_from(["甲局", "乙局", "丙局", "丁局", "戊局"])


def reorganised(old: str, new: str, day: date) -> UnitReorganised:
    return UnitReorganised(by=OPERATOR, occurred=AT, old=old, new=new, effective_from=day)


def reversed_(one: UnitReorganised) -> UnitReorganisationReversed:
    return UnitReorganisationReversed(
        by=OPERATOR, occurred=AT, old=one.old, new=one.new, effective_from=one.effective_from, reason="误录"
    )


def aliased(alias: str, unit: str) -> UnitAliased:
    return UnitAliased(by=OPERATOR, occurred=AT, alias=alias, unit=unit)


FACTS: st.SearchStrategy[UnitFact] = st.one_of(
    st.builds(reorganised, NAMES, NAMES, DAYS),
    st.builds(aliased, NAMES, NAMES),
    st.builds(lambda unit, group: UnitPlaced(by=OPERATOR, occurred=AT, unit=unit, group=group), NAMES, NAMES),
)


@given(st.lists(FACTS, max_size=12), st.builds(reorganised, NAMES, NAMES, DAYS), st.data())
def test_a_reversed_reorganisation_was_never_there(
    others: list[UnitFact], made: UnitReorganised, data: st.DataObject
) -> None:
    never = [one for one in others if one != made]
    at = data.draw(st.integers(0, len(never)))
    back = data.draw(st.integers(at, len(never)))
    assert registry([*never[:at], made, *never[at:back], reversed_(made), *never[back:]]) == registry(never)


@given(st.lists(FACTS, max_size=12), st.data())
def test_a_withdrawn_alias_was_never_one(others: list[UnitFact], data: st.DataObject) -> None:
    made = aliased("旧写法", data.draw(NAMES))
    at = data.draw(st.integers(0, len(others)))
    gone = UnitAliasWithdrawn(by=OPERATOR, occurred=AT, alias="旧写法")
    assert registry([*others[:at], made, *others[at:], gone]) == registry(others)


def test_what_meant_a_spelling_comes_back_with_it() -> None:
    facts = [aliased("水务", "市水务"), aliased("市水务", WATER)]
    assert registry(facts).resolve("水务") == WATER
    apart = registry([*facts, UnitAliasWithdrawn(by=OPERATOR, occurred=AT, alias="市水务")])
    assert (apart.resolve("水务"), apart.resolve("市水务")) == ("市水务", "市水务")


@pytest.fixture
def book(tmp_path: Path) -> Iterator[tuple[Seen, StandingClock]]:
    clock = StandingClock(datetime(2025, 10, 5, 9, 0, tzinfo=SHANGHAI))
    with a_house(tmp_path / "data", clock) as house, seen(house, tmp_path) as views:
        for number, facts in enumerate(BOOK.values(), start=1):
            house.log.append([Append(UUID(int=number), 0, facts)])
        yield views, clock


def figures(book: Seen, structure: date | None) -> object:
    with book.statistics() as asked:
        table = Statistics(asked.views, asked.log, SHANGHAI, structure=structure).units(Q3).json()
    return {key: value for key, value in table.items() if key != "position"}


def record(book: Seen, *facts: UnitFact) -> None:
    version = len(book.house.log.read_stream(UNITS_STREAM))
    book.house.log.append([Append(UNITS_STREAM, version, facts)])


@pytest.mark.parametrize("merged", [False, True])
def test_figures_under_each_structure_stand_as_if_it_had_never_been(
    book: tuple[Seen, StandingClock], merged: bool
) -> None:
    views, _ = book
    structures = (None, date.min, date.max)
    never = [figures(views, one) for one in structures]
    others = {row["unit"] for row in never[0]["units"]} - {WATER}  # type: ignore[index]
    made = [reorganised(name, NEW, date(2025, 9, 1)) for name in ([WATER, *sorted(others)] if merged else [WATER])]
    record(views, *made)
    assert figures(views, date.max) != never[2]
    record(views, *(reversed_(one) for one in made))
    assert [figures(views, one) for one in structures] == never


def test_what_was_known_before_the_reversal_still_stands_and_is_explained(
    book: tuple[Seen, StandingClock],
) -> None:
    views, clock = book
    made = reorganised(WATER, NEW, date(2025, 7, 1))
    record(views, made)
    then = clock.now
    clock.now += timedelta(days=1)
    record(views, reversed_(made))
    with views.statistics() as asked:
        known = {row.name for row in asked.units(Q3, known_at=then).table.units}
        told = explain_difference(asked, Q3, then, clock.now).explained
    assert NEW in known
    assert WATER not in known
    causes = {reason.cause for one in told if one.part.row in {WATER, NEW} for reason in one.reasons}
    assert "reorganisation" in causes
