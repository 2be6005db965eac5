"""A case is sent to units that the registry lists, where it lists any."""

import pytest

from domain import refusals as r
from domain.complaint import commands as c
from domain.facts import Moment
from domain.units import UnitAliased, UnitFact, UnitPlaced, UnitReorganised
from gateways.app import Hangfeng
from services.casework import Casework
from services.unit_registry import record_units
from tests.composed import DISPATCHER, OPERATOR, StandingClock, call

WATER, ROADS = "江北区水务局", "江北区交通运输局"


def listed(house: Hangfeng, clock: StandingClock, *facts: type[UnitFact] | UnitFact) -> None:
    at = Moment(clock())
    placed = UnitPlaced(by=OPERATOR, occurred=at, unit=WATER, superior="江北区人民政府")
    record_units(house.log, [placed, *facts])  # type: ignore[list-item]


def send(house: Hangfeng, clock: StandingClock, unit: str, casework: Casework | None = None) -> str | None:
    work = casework or house.casework
    case = work.register(call(house)).id
    work.handle(case, c.Dispatch(by=DISPATCHER, at=Moment(clock()), unit=unit))
    state = work.load(case)
    assert state is not None
    assert state.lead is not None
    return state.lead.unit


def test_an_empty_registry_lets_a_case_go_anywhere(composed: Hangfeng, clock: StandingClock) -> None:
    assert send(composed, clock, "任何单位") == "任何单位"


def test_aliases_alone_are_no_list_of_units(composed: Hangfeng, clock: StandingClock) -> None:
    alias = UnitAliased(by=OPERATOR, occurred=Moment(clock()), alias="水务局", unit=WATER)
    record_units(composed.log, [alias])
    assert send(composed, clock, "任何单位") == "任何单位"


def test_a_unit_nobody_knows_is_refused_with_what_comes_near(composed: Hangfeng, clock: StandingClock) -> None:
    listed(composed, clock)
    with pytest.raises(r.UnknownUnit) as refused:
        send(composed, clock, "江北区水物局")
    assert (refused.value.field, refused.value.code) == ("unit", "unknown-unit")
    assert f"相近的有：{WATER}" in refused.value.zh
    assert WATER in refused.value.en
    assert "hangfeng units place" in refused.value.zh


@pytest.mark.parametrize("said", [WATER, "水务局", "江北区人民政府", " 江北区水务局 "])
def test_every_spelling_that_the_registry_lists_is_taken(composed: Hangfeng, clock: StandingClock, said: str) -> None:
    listed(composed, clock, UnitAliased(by=OPERATOR, occurred=Moment(clock()), alias="水务局", unit=WATER))
    assert send(composed, clock, said) in {WATER, "江北区人民政府"}


def test_a_unit_that_a_reorganisation_made_is_known(composed: Hangfeng, clock: StandingClock) -> None:
    moved = UnitReorganised(
        by=OPERATOR, occurred=Moment(clock()), old=WATER, new="江北区水利局", effective_from=clock().date()
    )
    listed(composed, clock, moved)
    assert send(composed, clock, WATER) == "江北区水利局"


def test_a_house_may_let_cases_go_to_units_that_are_not_listed(composed: Hangfeng, clock: StandingClock) -> None:
    listed(composed, clock)
    lenient = Casework(
        composed.log,
        composed.writer,
        composed.instance,
        b"k" * 32,
        clock,
        unknown_units_allowed=True,
    )
    assert send(composed, clock, "未登记单位", lenient) == "未登记单位"


def test_designation_co_units_and_units_below_are_held_to_the_registry_too(
    composed: Hangfeng, clock: StandingClock
) -> None:
    listed(composed, clock)
    case = composed.casework.register(call(composed)).id
    at = Moment(clock())
    composed.casework.handle(case, c.Dispatch(by=DISPATCHER, at=at, unit=WATER))
    for wish in (
        c.AddCoUnit(by=DISPATCHER, at=at, unit=ROADS),
        c.Designate(by=DISPATCHER, at=at, unit=ROADS),
        c.SubDispatch(by=DISPATCHER, at=at, unit=ROADS),
    ):
        with pytest.raises(r.UnknownUnit):
            composed.casework.handle(case, wish)
