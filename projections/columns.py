"""A frozen record as the columns of one row and back, made once for each class from its type hints.

A moment of which only the day is known is written as its date and offset (``2023-07-01+08:00``), any other as ISO 8601.
Nested records and tuples stand as JSON arrays in a text column; an empty tuple is ``NULL``. Everything is text or a
whole number, so that any SQL store holds it.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import fields, is_dataclass
from datetime import date, datetime
from enum import StrEnum
from functools import lru_cache
from operator import attrgetter
from types import NoneType, UnionType
from typing import Any, Generic, TypeVar, Union, cast, get_args, get_origin, get_type_hints
from uuid import UUID

import orjson

from domain.facts import Moment
from domain.words import Precision

_DATE_LENGTH = 10
_TIME_LETTER = "T"
REMEMBERED_MAX = 8_192
"""How many texts of moments and deadlines are remembered with what they say; rows of one day share most of theirs.

Only reading is remembered: two moments can be equal and yet be written with different offsets.
"""

Convert = Callable[[Any], Any]
_R = TypeVar("_R")


def moment_text(moment: Moment) -> str:
    """Write a moment; a mere date keeps its offset."""
    text = moment.at.isoformat()
    return text if moment.precision is Precision.INSTANT else text[:_DATE_LENGTH] + text[len("2023-07-01T00:00:00") :]


@lru_cache(REMEMBERED_MAX)
def moment_of(text: str) -> Moment:
    """Read what ``moment_text`` wrote."""
    if text[_DATE_LENGTH] == _TIME_LETTER:
        return Moment(datetime.fromisoformat(text))
    at = datetime.fromisoformat(f"{text[:_DATE_LENGTH]}T00:00:00{text[_DATE_LENGTH:]}")
    return Moment(at, Precision.DAY)


class Columns(Generic[_R]):
    """The columns of a record class: their names, their SQL, and the way of a record into a row and back.

    Raises ``TypeError`` where the class has a field that no column can hold.
    """

    def __init__(self, record: type[_R]) -> None:
        hints = get_type_hints(record)
        self.names = tuple(f.name for f in fields(cast("Any", record)))
        ways = [_column(hints[name]) for name in self.names]
        self.ddl = ",\n    ".join(f"{name} {way[0]}" for name, way in zip(self.names, ways, strict=True))
        self._record = record
        self._values = attrgetter(*self.names)
        self._write = [way[1] for way in ways]
        self._read = [way[2] for way in ways]

    def row(self, record: _R) -> tuple[Any, ...]:
        """Return the values of the columns, in the order of ``names``."""
        pairs = zip(self._values(record), self._write, strict=True)
        return tuple(value if value is None or write is None else write(value) for value, write in pairs)

    def row_after(self, record: _R, before: _R, row: Sequence[Any]) -> tuple[Any, ...]:
        """Return the columns of a record that follows ``before``, whose row is given and serves what did not change."""
        return tuple(
            written if value is old else value if value is None or write is None else write(value)
            for value, old, written, write in zip(
                self._values(record), self._values(before), row, self._write, strict=False
            )
        )

    def record(self, row: Sequence[Any]) -> _R:
        """Return the record whose columns these are; further values are left alone."""
        return self._record(
            *(value if read is None else read(value) for value, read in zip(row, self._read, strict=False))
        )


def _column(hint: Any) -> tuple[str, Convert | None, Convert | None]:  # noqa: ANN401 - any type hint
    bare, optional = _without_none(hint)
    null = "" if optional or get_origin(bare) is tuple else " NOT NULL"
    if bare is str:
        return "TEXT" + null, None, None
    if bare is int:
        return "INTEGER" + null, None, None
    if bare is bool:
        return "INTEGER" + null, int, _or_none(bool)
    write, read = _json(bare)
    if get_origin(bare) is tuple or (is_dataclass(bare) and bare is not Moment):
        return _json_column(bare, null, write, read)
    return "TEXT" + null, write, _or_none(read)


def _json_column(bare: Any, null: str, write: Convert, read: Convert) -> tuple[str, Convert, Convert]:  # noqa: ANN401
    def dump(value: Any) -> str | None:  # noqa: ANN401
        return orjson.dumps(write(value)).decode()

    @lru_cache(REMEMBERED_MAX)
    def load(text: str) -> Any:  # noqa: ANN401
        return read(orjson.loads(text))

    if get_origin(bare) is not tuple:
        return "TEXT" + null, dump, _or_none(load)
    return (
        "TEXT" + null,
        lambda value: dump(value) if value else None,
        lambda text: () if text is None else load(text),
    )


def _json(hint: Any) -> tuple[Convert, Convert]:  # noqa: ANN401 - one arm a type
    """Return what turns a value of this type into a JSON value and back; ``None`` stays ``None``."""
    bare, _ = _without_none(hint)
    if bare in (str, int, bool):
        return _same, _same
    if bare is Moment:
        return _or_none(moment_text), _or_none(moment_of)
    if bare is datetime or bare is date:
        return _or_none(bare.isoformat), _or_none(bare.fromisoformat)
    if bare is UUID:
        return _or_none(lambda value: value.hex), _or_none(UUID)
    if isinstance(bare, type) and issubclass(bare, StrEnum):
        return _or_none(str.__str__), _or_none(bare)
    if get_origin(bare) is tuple:
        write, read = _json(get_args(bare)[0])
        return (lambda values: [write(value) for value in values]), (lambda values: tuple(read(v) for v in values))
    if isinstance(bare, type) and is_dataclass(bare):
        return _json_record(bare)
    raise TypeError(f"no column holds {hint!r}")


def _json_record(record: type) -> tuple[Convert, Convert]:
    hints = get_type_hints(record)
    ways = [(f.name, *_json(hints[f.name])) for f in fields(record)]
    return (
        _or_none(lambda value: [write(getattr(value, name)) for name, write, _ in ways]),
        _or_none(lambda values: record(*(read(v) for v, (_, _, read) in zip(values, ways, strict=True)))),
    )


def _same(value: Any) -> Any:  # noqa: ANN401
    return value


def _or_none(convert: Convert) -> Convert:
    return lambda value: None if value is None else convert(value)


def _without_none(hint: Any) -> tuple[Any, bool]:  # noqa: ANN401
    if get_origin(hint) not in (Union, UnionType):
        return hint, False
    rest = [option for option in get_args(hint) if option is not NoneType]
    if len(rest) != 1:
        raise TypeError(f"no column holds {hint!r}")
    return rest[0], True
