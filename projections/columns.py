"""A frozen record as the columns of one row and back, made once for each class from its type hints.

A moment of which only the day is known is written as its date and offset (``2023-07-01+08:00``), any other as ISO 8601.
Nested records and tuples stand as JSON arrays in a text column. Everything is text or a whole number, so that any SQL
store holds it.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import fields, is_dataclass
from datetime import date, datetime
from enum import StrEnum
from functools import lru_cache
from itertools import compress
from operator import attrgetter, is_not
from types import NoneType, UnionType
from typing import Any, Generic, TypeVar, Union, get_args, get_origin, get_type_hints
from uuid import UUID

import orjson

from domain.facts import Moment
from domain.words import Precision

_DATE_LENGTH = 10
_TIME_LETTER = "T"

NOTHING = "[]"
"""How an empty tuple is written."""

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

    The class is a ``NamedTuple``, or a dataclass of which every field is given at its making. Raises ``TypeError``
    where it has a field that no column can hold.
    """

    def __init__(self, record: type[_R]) -> None:
        hints = get_type_hints(record)
        self.names: tuple[str, ...] = _names(record)
        # A named tuple is its own values.
        read_all: Any = tuple if issubclass(record, tuple) else attrgetter(*self.names)
        self._values: Callable[[_R], tuple[Any, ...]] = read_all
        ways = [_column(hints[name]) for name in self.names]
        self.ddl = ",\n    ".join(f"{name} {way[0]}" for name, way in zip(self.names, ways, strict=True))
        self._record = record
        self._places = range(len(self.names))
        self._write = [(at, way[1]) for at, way in enumerate(ways) if way[1] is not None]
        self._write_at = dict(self._write)
        self._read = [(at, way[2]) for at, way in enumerate(ways) if way[2] is not None]

    def row(self, record: _R) -> tuple[Any, ...]:
        """Return the values of the columns, in the order of ``names``."""
        values = list(self._values(record))
        for at, write in self._write:
            value = values[at]
            if value is not None:
                values[at] = write(value)
        return tuple(values)

    def row_after(self, record: _R, before: _R, row: Sequence[Any]) -> tuple[Any, ...]:
        """Return the columns of a record that follows ``before``, whose row is given and serves what did not change."""
        values = self._values(record)
        written = list(row)
        for at in compress(self._places, map(is_not, values, self._values(before))):
            value, write = values[at], self._write_at.get(at)
            written[at] = value if value is None or write is None else write(value)
        return tuple(written)

    def record(self, row: Sequence[Any]) -> _R:
        """Return the record whose columns these are; further values are left alone."""
        values = list(row[: len(self.names)])
        for at, read in self._read:
            value = values[at]
            if value is not None:
                values[at] = read(value)
        return self._record(*values)


def _names(record: Any) -> tuple[str, ...]:  # noqa: ANN401 - a named tuple or a dataclass
    return record._fields if issubclass(record, tuple) else tuple(f.name for f in fields(record))


def _column(hint: Any) -> tuple[str, Convert | None, Convert | None]:  # noqa: ANN401 - any type hint
    """Return a column's SQL, and how a value that is not ``None`` is written and read, ``None`` where as it is."""
    bare, optional = _without_none(hint)
    null = "" if optional else " NOT NULL"
    if bare is str:
        return "TEXT" + null, None, None
    if bare is int:
        return "INTEGER" + null, None, None
    if bare is bool:
        return "INTEGER" + null, int, bool
    write, read = _json(bare)
    if get_origin(bare) is not tuple and (bare is Moment or not is_dataclass(bare)):
        return "TEXT" + null, write, read

    def dump(value: Any) -> str:  # noqa: ANN401
        # Most lists of most cases are empty.
        return orjson.dumps(write(value)).decode() if value != () else NOTHING

    @lru_cache(REMEMBERED_MAX)
    def load(text: str) -> Any:  # noqa: ANN401
        return read(orjson.loads(text))

    return "TEXT" + null, dump, load


def _json(hint: Any) -> tuple[Convert, Convert]:  # noqa: ANN401 - any type hint
    """Return what turns a value of this type, which is not ``None``, into a JSON value and back."""
    bare, _ = _without_none(hint)
    if bare in (str, int, bool):
        return _same, _same
    if bare is Moment:
        return moment_text, moment_of
    if bare is datetime or bare is date:
        return bare.isoformat, bare.fromisoformat
    if bare is UUID:
        return attrgetter("hex"), UUID
    if isinstance(bare, type) and issubclass(bare, StrEnum):
        return str.__str__, {str(word): word for word in bare}.__getitem__
    if get_origin(bare) is tuple:
        write, read = _json(get_args(bare)[0])
        return (lambda values: [write(value) for value in values]), (lambda values: tuple(read(v) for v in values))
    if isinstance(bare, type) and is_dataclass(bare):
        return _json_record(bare)
    raise TypeError(f"no column holds {hint!r}")


def _json_record(record: type) -> tuple[Convert, Convert]:
    hints = get_type_hints(record)
    ways = [(f.name, *_json(hints[f.name])) for f in fields(record)]

    def write(value: Any) -> list[Any]:  # noqa: ANN401
        held = ((getattr(value, name), put) for name, put, _ in ways)
        return [None if each is None else put(each) for each, put in held]

    def read(values: list[Any]) -> Any:  # noqa: ANN401
        held = zip(values, (take for _, _, take in ways), strict=True)
        return record(*(None if each is None else take(each) for each, take in held))

    return write, read


def _same(value: Any) -> Any:  # noqa: ANN401
    return value


def _without_none(hint: Any) -> tuple[Any, bool]:  # noqa: ANN401
    if get_origin(hint) not in (Union, UnionType):
        return hint, False
    rest = [option for option in get_args(hint) if option is not NoneType]
    if len(rest) != 1:
        raise TypeError(f"no column holds {hint!r}")
    return rest[0], True
