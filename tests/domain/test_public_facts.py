"""What may be told to everybody is decided fact by fact, and holds no text."""

from dataclasses import fields
from datetime import datetime
from enum import StrEnum
from types import NoneType
from typing import Any, get_args, get_type_hints

import pytest

from domain import catalogue
from domain.complaint.events import ComplaintFact, ComplaintRegistered
from domain.facts import TOPICS, Fact
from domain.public_facts import (
    PUBLIC_FACTS,
    STREAMS_DECIDED,
    PublicDeadline,
    PublicFact,
    UnitName,
    ends_publicity,
    public_of,
    registered_name,
)
from domain.units import UnitAliased, UnitPlaced, registry
from domain.words import ComplaintKind
from tests.kafka.matters import ENDERS, INNER, filled
from tests.replay.exemplars import exemplar

NOTHING_IS_TEXT = {int, bool, datetime, PublicDeadline, UnitName, NoneType}


def options(hint: object) -> set[Any]:
    return set(get_args(hint)) or {hint}


@pytest.mark.parametrize("told", PUBLIC_FACTS, ids=lambda cls: cls.__name__)
def test_a_public_fact_holds_no_free_text(told: type[PublicFact]) -> None:
    hints = get_type_hints(told)
    kinds = {kind for field in fields(told) for kind in options(hints[field.name])}
    assert {kind for kind in kinds - NOTHING_IS_TEXT if not issubclass(kind, StrEnum)} == set()


@pytest.mark.parametrize("cls", get_args(ComplaintFact), ids=lambda cls: cls.__name__)
def test_what_the_offices_say_among_themselves_is_never_told(cls: type[Fact]) -> None:
    told = public_of(filled(cls), lambda _: None)  # type: ignore[arg-type]
    assert (told is None) == (cls in {*INNER, *ENDERS})
    assert told is None or type(told) in PUBLIC_FACTS


def test_every_public_fact_has_a_name_of_its_own() -> None:
    assert len(set(PUBLIC_FACTS.values())) == len(PUBLIC_FACTS)
    assert {cls.__name__ for cls in PublicFact.__subclasses__()} == {cls.__name__ for cls in PUBLIC_FACTS}


def test_whether_anything_is_told_of_a_kind_of_stream_is_decided() -> None:
    assert catalogue.FACTS is TOPICS
    streams = {topic.partition(".")[0] for topic in TOPICS} - {"test"}
    assert streams - set(STREAMS_DECIDED) == set(), "decide in domain/public_facts.py, and say why"


@pytest.mark.parametrize("cls", ENDERS, ids=lambda cls: cls.__name__)
def test_transfer_to_the_discipline_organ_and_withdrawal_end_publicity(cls: type[Fact]) -> None:
    assert ends_publicity(filled(cls))  # type: ignore[arg-type]


def test_a_unit_is_named_only_as_the_registry_names_it() -> None:
    placed = UnitPlaced(by=exemplar(UnitPlaced).by, occurred=exemplar(UnitPlaced).occurred, unit="江北区城管局")
    alias = UnitAliased(by=placed.by, occurred=placed.occurred, alias="城管", unit="江北区城管局")
    name = registered_name(registry([placed, alias]))
    assert [name("城管"), name("江北区城管局"), name("张三"), name(None)] == [
        "江北区城管局",
        "江北区城管局",
        None,
        None,
    ]


@pytest.mark.parametrize("kind", ComplaintKind)
def test_an_accusation_is_never_public_from_its_registration_on(kind: ComplaintKind) -> None:
    fact = filled(ComplaintRegistered, kind=kind, confidential=False)
    assert ends_publicity(fact) == (kind is ComplaintKind.ACCUSATION)  # type: ignore[arg-type]
