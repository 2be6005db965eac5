"""The words of an episode: each that a person types is known as one, so that none reaches the studio unlooked at."""

from __future__ import annotations

from dataclasses import fields
from datetime import date, datetime
from typing import Any, get_args
from uuid import UUID
from zoneinfo import ZoneInfo

import pytest

from domain.facts import Actor, Moment
from domain.programme import commands as c
from domain.programme import events as e
from domain.programme.said import reworded, said_in
from domain.programme.state import evolve
from domain.words import Role

BY = Actor("编导甲", Role.PRODUCER)
AT = Moment(datetime(2023, 9, 12, 9, tzinfo=ZoneInfo("Asia/Shanghai")))
NAMES = {"leader"}
"""Who sits in the studio is named on purpose."""
ACTS_OF_SEATED_UNITS = {c.Confirm, c.WithdrawUnit, c.Substitute, c.MakeCommitment}
"""They name a unit by the name under which it was invited, else they are refused."""
CODES = {"airs_at"}
UNHEARD = {c.LetStand}
"""What is let stand is what the anonymiser found."""
HELD = e.EpisodeHeld(
    by=BY,
    occurred=AT,
    episode="e1",
    aired_on=date(2023, 9, 12),
    station="播出台的字",
    units=(e.OnAirUnit("单位的字", "姓名", "职务的字", "局长 姓名", "原因的字"),),
    calls_aired=0,
    closed_live=0,
)


VALUES: dict[str, Any] = {
    "Actor": BY,
    "Moment": AT,
    "date": date(2023, 9, 12),
    "int": 1,
    "bool": False,
    "UUID": UUID(int=1),
    "ItemKind": e.ItemKind.CASE,
    "Outcome": e.Outcome.KEPT,
    "EpisodeHeld": HELD,
    "Episode": evolve(None, HELD, 1),
    "tuple[Slot, ...]": (),
    "tuple[Station, ...]": (e.Station("台名的字", e.StationLevel.CITY),),
}


def filled(wish: type[Any]) -> Any:  # noqa: ANN401 - any wish
    """A wish in which every text says which field it is."""
    kinds = {one.name: str(one.type).removesuffix(" | None") for one in fields(wish)}
    return wish(**{name: f"{name}的字" if kind == "str" else VALUES[kind] for name, kind in kinds.items()})


@pytest.mark.parametrize(
    "wish", sorted(set(get_args(c.EpisodeWish)) - UNHEARD, key=str), ids=lambda wish: wish.__name__
)
def test_every_text_of_a_wish_is_a_free_word_or_a_name_on_purpose(wish: type[Any]) -> None:
    made = filled(wish)
    texts = {one.name for one in fields(made) if type(getattr(made, one.name)) is str}
    seated = {"unit"} if wish in ACTS_OF_SEATED_UNITS else set()
    assert texts - NAMES - CODES - seated == {field for field, _ in said_in(made)} - {"stations", "station", "units"}


def test_of_a_broadcast_all_is_held_but_who_sat_in_the_studio() -> None:
    told = c.TellBroadcast(by=BY, at=AT, held=HELD)
    assert [text for _, text in said_in(told)] == ["单位的字", "职务的字", "原因的字", "播出台的字"]


def test_stations_are_reworded_one_by_one() -> None:
    stations = (e.Station("甲台", e.StationLevel.CITY), e.Station("乙台", e.StationLevel.COUNTY))
    wish = c.Schedule(
        by=BY, at=AT, airs_on=date(2023, 9, 12), airs_at="09:00", minutes=60, stations=stations, theme="供水"
    )
    made = reworded(wish, lambda field, text: f"{field}:{text}")
    assert isinstance(made, c.Schedule)
    assert ([one.name for one in made.stations], made.theme) == (["stations:甲台", "stations:乙台"], "theme:供水")
