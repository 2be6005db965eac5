"""One fixed fact of any class, and the one key that stored samples are sealed under."""

from __future__ import annotations

from dataclasses import fields
from datetime import UTC, date, datetime, timedelta, timezone
from enum import StrEnum
from pathlib import Path
from types import NoneType, UnionType
from typing import Any, Union, get_args, get_origin, get_type_hints
from uuid import UUID

from cryptography.hazmat.primitives.ciphers.aead import AESGCM

from domain.facts import Fact
from domain.timekeeping.deadlines import Limit, LimitUnit
from domain.timekeeping.office_hours import OfficeHours, Session
from domain.timekeeping.working_calendar import ExceptionalDay, WorkingYear
from services.vault import ALGORITHM, Sealed

EVENTS = Path(__file__).parent / "events"
RECORDED_AT = datetime(2026, 3, 2, 2, 0, tzinfo=UTC)
STREAM = UUID(int=1)

_EXEMPLARS: dict[Any, object] = {
    str: "样本 sample",
    int: 3,
    bool: True,
    date: date(2026, 3, 2),
    datetime: datetime(2026, 3, 2, 9, 30, 15, 250_000, tzinfo=timezone(timedelta(hours=8))),
    UUID: UUID(int=7),
    Limit: Limit(5, LimitUnit.WORKING_DAYS),
    OfficeHours: OfficeHours((Session(510, 720), Session(840, 1050))),
    WorkingYear: WorkingYear(2026, "2026", (ExceptionalDay(date(2026, 1, 1), working=False, name="元旦"),), "样本"),
}


class OneKey:
    """A vault of a single key that is no secret, with a nonce that never changes: for samples only."""

    _cipher = AESGCM(b"k" * 32)
    _nonce = b"n" * 12

    def seal(self, subject: str, aad: bytes, plaintext: bytes) -> Sealed:
        return Sealed(ALGORITHM, 1, self._nonce, self._cipher.encrypt(self._nonce, plaintext, aad))

    def open(self, sealed: Sealed, aad: bytes) -> bytes | None:
        return self._cipher.decrypt(sealed.nonce, sealed.ct, aad)


def exemplar(fact_class: type[Fact]) -> Fact:
    """The one fact of this class that a sample holds: every field filled, each tuple with one value."""
    fact = _value(fact_class)
    assert isinstance(fact, Fact)
    return fact


def _value(hint: Any) -> object:  # noqa: ANN401  a hint may be anything
    if hint in _EXEMPLARS:
        return _EXEMPLARS[hint]
    if get_origin(hint) in (Union, UnionType):
        return _value(next(option for option in get_args(hint) if option is not NoneType))
    if get_origin(hint) is tuple:
        return tuple(_value(part) for part in get_args(hint) if part is not Ellipsis)
    if issubclass(hint, StrEnum):
        return next(iter(hint))
    hints = get_type_hints(hint)
    return hint(**{f.name: _value(hints[f.name]) for f in fields(hint)})
