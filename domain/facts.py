"""What every fact has: who, when, a stable topic with a version, and marked personal fields.

A fact is a frozen record in the past tense. Moving its class never changes what is stored, since the log stores the
topic. ``recorded_at`` and the position are not here: the writer of the log gives them at the append.
"""

from __future__ import annotations

from dataclasses import dataclass, field, fields
from datetime import date, datetime
from typing import TYPE_CHECKING, Any, TypeVar

from domain.words import Precision, Role

if TYPE_CHECKING:
    from collections.abc import Callable
    from uuid import UUID

ERASED = "〔已依法清除〕"
"""What a personal text reads once its subject's key is destroyed."""


@dataclass(frozen=True, slots=True)
class Actor:
    """Who acted: a name, a role, and the unit they act for where they act for one."""

    name: str
    role: Role
    unit: str | None = None


@dataclass(frozen=True, slots=True)
class Moment:
    """When something happened; a date without a time of day is kept as midnight with precision ``day``."""

    at: datetime
    precision: Precision = Precision.INSTANT

    def __post_init__(self) -> None:
        if self.at.tzinfo is None:
            msg = f"a moment needs a time zone: {self.at!r}"
            raise ValueError(msg)

    @property
    def day(self) -> date:
        """The date in the moment's own time zone."""
        return self.at.date()


@dataclass(frozen=True, slots=True, kw_only=True)
class Fact:
    """Something that happened: who did it and when it happened."""

    by: Actor
    occurred: Moment


@dataclass(frozen=True, slots=True, kw_only=True)
class PersonalFact(Fact):
    """A fact with personal fields, which the log seals under the key of ``subject`` before it hashes them."""

    subject: str


@dataclass(frozen=True, slots=True)
class Recorded:
    """A fact as it stands in the log.

    ``position`` counts from 1 without gaps; ``recorded_at`` never decreases along positions; ``version`` counts from
    1 within a stream; ``cause`` is the id of what led to it (a command, an import row), if known.
    """

    position: int
    stream: UUID
    version: int
    recorded_at: datetime
    fact: Fact
    cause: str | None = None


def personal() -> Any:  # noqa: ANN401 - as dataclasses.field
    """Mark a required field as personal: its value is sealed in the log and reads ``ERASED`` after erasure."""
    return field(metadata={"personal": True})


def personal_or_none() -> Any:  # noqa: ANN401 - as dataclasses.field
    """Mark an optional dataclass field as personal; ``None`` where nothing was said."""
    return field(default=None, metadata={"personal": True})


def personal_fields(cls: type[Fact]) -> tuple[str, ...]:
    """Return the names of a fact class's personal fields, in their order of definition."""
    return tuple(f.name for f in fields(cls) if f.metadata.get("personal"))


_F = TypeVar("_F", bound=Fact)

TOPICS: dict[str, type[Fact]] = {}
"""Every fact class by its stable topic, such as ``complaint.registered.v1``."""

_TOPIC_OF: dict[type[Fact], str] = {}


def topic(name: str) -> Callable[[type[_F]], type[_F]]:
    """Give a fact class its stable topic; the name ends in ``.v`` and a version from 1.

    Raises ``ValueError`` where a topic is given twice or a fact with personal fields has no subject.
    """

    def register(cls: type[_F]) -> type[_F]:
        if name in TOPICS:
            msg = f"topic {name} already names {TOPICS[name].__name__}"
            raise ValueError(msg)
        if personal_fields(cls) and not issubclass(cls, PersonalFact):
            msg = f"{cls.__name__} has personal fields but no subject"
            raise ValueError(msg)
        TOPICS[name] = cls
        _TOPIC_OF[cls] = name
        return cls

    return register


def topic_of(fact_or_class: Fact | type[Fact]) -> str:
    """Return the stable topic of a fact or of its class."""
    cls = fact_or_class if isinstance(fact_or_class, type) else type(fact_or_class)
    return _TOPIC_OF[cls]
