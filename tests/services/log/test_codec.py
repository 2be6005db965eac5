from __future__ import annotations

import importlib
import pkgutil
from dataclasses import dataclass, fields, is_dataclass
from datetime import UTC, date, datetime, timedelta, timezone
from enum import StrEnum
from types import UnionType
from typing import Any, Union, get_args, get_origin, get_type_hints
from uuid import UUID

import orjson
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

import domain
from domain.facts import ERASED, TOPICS, Fact, PersonalFact, personal, personal_fields
from domain.timekeeping.deadlines import Limit, LimitUnit
from domain.timekeeping.office_hours import OfficeHours, Session
from domain.timekeeping.working_calendar import ExceptionalDay, WorkingYear
from services.log.codec import CodecGap, codec_of, plain
from tests.services.log.cases import AT, BY, registered

for _module in pkgutil.walk_packages(domain.__path__, "domain."):
    importlib.import_module(_module.name)

_OFFSETS = st.integers(-23 * 3600, 23 * 3600).map(lambda seconds: timezone(timedelta(seconds=seconds)))
_PLAIN: dict[Any, st.SearchStrategy[Any]] = {
    str: st.text(max_size=20),
    int: st.integers(-(1 << 63), (1 << 63) - 1),
    bool: st.booleans(),
    type(None): st.none(),
    date: st.dates(),
    datetime: st.datetimes(timezones=_OFFSETS),
    UUID: st.uuids(),
    Limit: st.builds(Limit, st.integers(0, 60), st.sampled_from(LimitUnit)),
    OfficeHours: st.just(OfficeHours((Session(510, 720), Session(840, 1050)))),
    WorkingYear: st.integers(2004, 2026).map(
        lambda year: WorkingYear(
            year=year, edition=f"{year}", exceptions=(ExceptionalDay(date(year, 1, 1), False, "元旦"),)
        ),
    ),
}
_WITHIN = {"warning_share_percent": st.integers(1, 100), "follow_up_attempts_min": st.integers(1, 100)}


def values_of(hint: Any) -> st.SearchStrategy[Any]:  # noqa: ANN401  a hint may be anything
    """Any value that a field with this hint may hold, within the limits of 64 bits."""
    if hint in _PLAIN:
        return _PLAIN[hint]
    if get_origin(hint) in (Union, UnionType):
        return st.one_of([values_of(option) for option in get_args(hint)])
    if get_origin(hint) is tuple:
        first, *rest = get_args(hint)
        if rest == [Ellipsis]:
            # What repeats its name is refused by some of these classes, so that one of a kind must do.
            return st.lists(values_of(first), max_size=1 if is_dataclass(first) else 3).map(tuple)
        return st.tuples(*(values_of(part) for part in (first, *rest)))
    if issubclass(hint, StrEnum):
        return st.sampled_from(hint)
    hints = get_type_hints(hint)
    return st.builds(
        hint, **{f.name: _WITHIN[f.name] if f.name in _WITHIN else values_of(hints[f.name]) for f in fields(hint)}
    )


def through_json(fact: Fact) -> Fact:
    codec = codec_of(type(fact))
    readable, sealed = codec.split(fact)
    assert not set(sealed) & set(readable)
    return codec.make(orjson.loads(orjson.dumps({**readable, **sealed}, default=plain, option=_EXACT)))


_EXACT = orjson.OPT_PASSTHROUGH_DATETIME


@pytest.mark.parametrize("topic", sorted(TOPICS))
@settings(max_examples=8)
@given(data=st.data())
def test_a_fact_of_every_topic_comes_back_as_it_was(topic: str, data: st.DataObject) -> None:
    fact = data.draw(values_of(TOPICS[topic]))
    assert through_json(fact) == fact


@pytest.mark.parametrize("topic", sorted(TOPICS))
def test_personal_fields_of_every_topic_can_read_as_erased(topic: str) -> None:
    codec = codec_of(TOPICS[topic])
    names = personal_fields(TOPICS[topic])
    assert {name for name, _ in codec._stand_ins} <= set(names)


def test_a_moment_keeps_the_offset_it_came_with_to_the_second() -> None:
    at = datetime(1900, 1, 1, 8, tzinfo=timezone(timedelta(hours=8, minutes=5, seconds=43)))
    fact = through_json(Fact(by=BY, occurred=type(AT)(at)))
    assert fact.occurred.at.isoformat() == at.isoformat()


def test_equal_actors_are_one_object_after_reading() -> None:
    assert through_json(registered(1)).by is through_json(registered(2)).by


def test_a_field_that_came_later_takes_its_default() -> None:
    codec = codec_of(type(registered()))
    readable, sealed = codec.split(registered())
    del readable["flags"]
    assert codec.make(orjson.loads(orjson.dumps({**readable, **sealed}, default=plain, option=_EXACT))).flags == ()  # type: ignore[attr-defined]


@dataclass(frozen=True, slots=True)
class Place:
    name: str
    floor: int = 1


@dataclass(frozen=True, slots=True, kw_only=True)
class Everything(PersonalFact):
    pair: tuple[int, str | None]
    days: tuple[date | None, ...]
    many: tuple[tuple[UUID, ...], ...]
    place: Place = personal()  # noqa: RUF009  that is how a field is marked
    places: tuple[Place, ...] = personal()
    born: date | None = personal()  # noqa: RUF009  that is how a field is marked


def everything() -> Everything:
    return Everything(
        by=BY,
        occurred=AT,
        subject="s",
        pair=(1, None),
        days=(None, date(2026, 3, 2)),
        many=((UUID(int=1),), ()),
        place=Place("某地"),
        places=(Place("某地", 2),),
        born=date(1980, 1, 1),
    )


def test_nested_values_come_back_as_they_were() -> None:
    assert through_json(everything()) == everything()


def test_what_cannot_be_read_stands_in_by_its_kind() -> None:
    codec = codec_of(Everything)
    readable, sealed = codec.split(everything())
    values = orjson.loads(orjson.dumps(readable, default=plain, option=_EXACT)) | dict.fromkeys(sealed, ERASED)
    fact = codec.make_hidden(values, ERASED)
    assert isinstance(fact, Everything)
    assert (fact.place, fact.places, fact.born) == (Place(ERASED), (), None)


@pytest.mark.parametrize("hint", [float, bytes, dict[str, int], list[int], int | str, Any])
def test_a_class_with_a_field_that_cannot_be_stored_is_refused(hint: Any) -> None:  # noqa: ANN401  a hint may be anything
    gap = type("Gap", (Fact,), {"__annotations__": {"what": hint}, "__module__": __name__})
    with pytest.raises(CodecGap, match=r"Gap\.what"):
        codec_of(dataclass(frozen=True, kw_only=True)(gap))


@dataclass(frozen=True, slots=True, kw_only=True)
class Counted(PersonalFact):
    how_many: int = personal()


def test_a_personal_field_that_cannot_read_as_erased_is_refused() -> None:
    with pytest.raises(CodecGap, match="how_many"):
        codec_of(Counted)


@pytest.mark.parametrize(("name", "value"), [("leg", None), ("nonsense", 1)])
def test_values_that_do_not_fit_the_class_are_refused(name: str, value: object) -> None:
    values = orjson.loads(orjson.dumps(Fact(by=BY, occurred=AT), default=plain, option=_EXACT))
    with pytest.raises(TypeError):
        codec_of(Fact).make({**values, name: value})


def test_dates_and_moments_are_written_alike_whatever_their_zone() -> None:
    assert plain(datetime(2026, 3, 2, tzinfo=UTC)) == "2026-03-02T00:00:00+00:00"
    assert plain(date(2026, 3, 2)) == "2026-03-02"
    assert {f.name for f in fields(Fact)} == {"by", "occurred"}
