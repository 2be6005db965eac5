"""The rows of figures, read quickly and kept small (指标底数的读取): a quarter can hold a million of them.

What no figure asks for is not read; an instant on the instance's own clock shares its zone, a date or a word shares one
object with all others like it; and what repeats from row to row is decoded once.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from dataclasses import fields, is_dataclass
from datetime import UTC, date, datetime, timedelta, timezone, tzinfo
from enum import StrEnum
from functools import lru_cache
from operator import attrgetter
from sys import intern
from types import NoneType, UnionType
from typing import Any, Final, Generic, NamedTuple, NoReturn, TypeVar, Union, get_args, get_origin, get_type_hints
from uuid import UUID, SafeUUID

import orjson

from domain.facts import Moment
from domain.figures.leg_measures import LegMeasure
from domain.figures.measures import CaseMeasure
from domain.timekeeping.deadlines import Deadline
from domain.words import Precision
from projections.cases import id_chunks
from projections.columns import NOTHING
from projections.port import Connection

NO_FIGURE_ASKS: Final[dict[type, frozenset[str]]] = {
    CaseMeasure: frozenset({"subject", "contact", "responsibility", "acceptance_deadline", "dispatch_deadline"}),
    LegMeasure: frozenset({"returns_asked", "returns_refused"}),
}
"""What figures, their sections and their exclusions never look at; asking for it raises ``NotRead``.

Nor do they ask from when a deadline was reckoned (``Deadline.started_at``).
"""

REMEMBERED_MAX: Final = 1_024
"""How many texts of a kind are remembered with what they say: those of one row and of its neighbours repeat."""

_DATE_LENGTH: Final = 10
_OFFSET_LENGTH: Final = len("+08:00")
_STEADY_FROM, _STEADY_TO = 2000, 2100
_PROBE = timedelta(days=7)

_Read = Callable[[Any], Any]
_R = TypeVar("_R")
_new = object.__new__


class NotRead(AttributeError):
    """A field that the reading left out was asked for."""


class _LeftOut:
    """Stands in the place of what was not read, and gives nothing away."""

    __slots__ = ()

    def __getattr__(self, name: str) -> NoReturn:
        raise NotRead(f"未读取的字段 / this field was not read: {name}")

    def __eq__(self, other: object) -> bool:
        raise NotRead("未读取的字段不能比较 / a field that was not read cannot be compared")

    def __hash__(self) -> int:
        raise NotRead("未读取的字段 / this field was not read")

    def __str__(self) -> str:
        raise NotRead("未读取的字段 / this field was not read")

    def __repr__(self) -> str:
        return "〔not read〕"


LEFT_OUT: Final = _LeftOut()


class FigureRows(Generic[_R]):
    """Reads rows of a ``NamedTuple`` as ``Columns`` does, equal field by field but for those that no figure asks for.

    ``zone`` is the instance's own.
    """

    def __init__(self, record: type[_R], alias: str, zone: tzinfo) -> None:
        hints = get_type_hints(record)
        names: tuple[str, ...] = record._fields  # type: ignore[attr-defined]
        left_out = NO_FIGURE_ASKS[record]
        instant = _instants(zone)
        ways = _Ways(instant)
        self.select = ", ".join("NULL" if name in left_out else f"{alias}.{name}" for name in names)
        self._record = record
        self._left_out = tuple(at for at, name in enumerate(names) if name in left_out)
        columns = [(at, hints[name], ways.column(hints[name])) for at, name in enumerate(names) if name not in left_out]
        self._lists = [(at, read) for at, hint, read in columns if read is not None and get_origin(hint) is tuple]
        self._read = [(at, read) for at, hint, read in columns if read is not None and get_origin(hint) is not tuple]

    def records(self, conn: Connection, rest: str, asked: tuple[object, ...]) -> Iterator[_R]:
        """Give a record for each row; ``rest`` follows the columns in the statement."""
        made: Any = tuple.__new__
        record, lists, read, left_out = self._record, self._lists, self._read, self._left_out
        for row in conn.execute(f"SELECT {self.select} {rest}", asked):
            values = list(row)
            for at, way in lists:
                # Most lists of most cases are empty.
                text = values[at]
                values[at] = () if text == NOTHING else way(text)
            for at, way in read:
                value = values[at]
                if value is not None:
                    values[at] = way(value)
            for at in left_out:
                values[at] = LEFT_OUT
            yield made(record, values)


@lru_cache
def case_rows(zone: tzinfo) -> FigureRows[CaseMeasure]:
    """Return the reader of complaints, under the alias ``c``."""
    return FigureRows(CaseMeasure, "c", zone)


@lru_cache
def leg_rows(zone: tzinfo) -> FigureRows[LegMeasure]:
    """Return the reader of legs, under the alias ``l``."""
    return FigureRows(LegMeasure, "l", zone)


class PeriodRows(NamedTuple):
    """What figures of a period can count."""

    cases: list[CaseMeasure]
    legs: list[LegMeasure]


def figure_rows_between(conn: Connection, first: date, last: date, position: int, zone: tzinfo) -> PeriodRows:
    """Return what ``projections.legs.rows_between`` returns, without the fields that no figure asks for."""
    read_cases, read_legs = case_rows(zone).records, leg_rows(zone).records
    asked = (position, first.isoformat(), last.isoformat(), position, position)
    # Put in order here: the store would have to hold and sort every column of every row.
    cases = list(read_cases(conn, f"FROM cases c WHERE {_around('c')}", asked))
    cases.sort(key=attrgetter("registered_position"))
    legs = list(read_legs(conn, f"FROM legs l WHERE {_around('l')}", asked))
    legs.sort(key=attrgetter("number"))
    legs.sort(key=attrgetter("complaint.int"))
    corrected = [case for case in cases if case.corrections]
    if corrected:
        # What a finding owes can be past due long after its leg ended; the leg itself does not know.
        held = {(leg.complaint, leg.number) for leg in legs}
        owing = {
            case.complaint
            for case in corrected
            if any(one.due is not None and (case.complaint, one.leg) not in held for one in case.corrections)
        }
        rest = f"FROM legs l WHERE {_held('l')} AND l.complaint IN"
        more = [leg for leg in _of(read_legs, conn, rest, owing, position) if (leg.complaint, leg.number) not in held]
        if more:
            legs = sorted([*legs, *more], key=lambda leg: (leg.complaint.hex, leg.number))
    missing = {leg.complaint for leg in legs}
    missing.difference_update(case.complaint for case in cases)
    if missing:
        found = _of(read_cases, conn, f"FROM cases c WHERE {_held('c')} AND c.complaint IN", missing, position)
        cases = sorted([*cases, *found], key=lambda case: case.registered_position)
    return PeriodRows(cases, legs)


def _of(
    read: Callable[[Connection, str, tuple[object, ...]], Iterator[_R]],
    conn: Connection,
    rest: str,
    complaints: Iterable[UUID],
    position: int,
) -> Iterator[_R]:
    for some in id_chunks(complaints):
        asked = ", ".join("?" for _ in some)
        yield from read(conn, f"{rest} ({asked})", (position, position, *some))


def _held(alias: str) -> str:
    return f"{alias}.from_position <= ? AND ({alias}.to_position IS NULL OR {alias}.to_position > ?)"


def _around(alias: str) -> str:
    """Each part of it is a range of one index, as in ``projections.cases``."""
    still = f"{alias}.span_to IS NULL AND {alias}.to_position"
    not_over = f"(({still} IS NULL) OR ({still} > ?) OR {alias}.span_to >= ?)"
    return f"{not_over} AND {alias}.span_from <= ? AND {_held(alias)}"


# --- values ---------------------------------------------------------------------------------------------------------


def _instants(zone: tzinfo) -> Callable[[str], datetime]:
    """Return what reads an instant; one on the clock of a zone that never shifts has that zone itself.

    Then the day of an instant is at hand, two of them compare as they stand, and none has an offset of its own.
    """
    offset = _steady_offset(zone)
    suffix = (
        "" if offset is None else datetime(_STEADY_FROM, 1, 1, tzinfo=timezone(offset)).isoformat()[-_OFFSET_LENGTH:]
    )
    offsets: dict[timedelta | None, tzinfo] = {}

    @lru_cache(REMEMBERED_MAX)
    def instant(text: str) -> datetime:
        if text[-_OFFSET_LENGTH:] == suffix and "2000" <= text[:4] < "2100":
            return datetime.fromisoformat(text[:-_OFFSET_LENGTH]).replace(tzinfo=zone)
        at = datetime.fromisoformat(text)
        if at.tzinfo is None or at.tzinfo is UTC:
            return at
        return at.replace(tzinfo=offsets.setdefault(at.utcoffset(), at.tzinfo))

    return instant


@lru_cache
def _steady_offset(zone: tzinfo) -> timedelta | None:
    """Return the offset of a zone that has one and the same for a century, ``None`` for any other."""
    probe, offsets = datetime(_STEADY_FROM, 1, 1), set[timedelta | None]()  # noqa: DTZ001 - the zone is asked of it
    while probe.year < _STEADY_TO:
        offsets.add(zone.utcoffset(probe))
        probe += _PROBE
    return offsets.pop() if len(offsets) == 1 else None


def _uuid(text: str) -> UUID:
    """Return the id of 32 hexadecimal digits, without the looks that the constructor takes at it."""
    made = _new(UUID)
    _put_int(made, int(text, 16))
    _put_safe(made, SafeUUID.unknown)
    return made


_put_int, _put_safe = (getattr(UUID, name).__set__ for name in ("int", "is_safe"))


class _Ways:
    """How values of each type are read; ``None`` stands for as they are."""

    def __init__(self, instant: Callable[[str], datetime]) -> None:
        self._instant = instant
        put_at, put_precision = (getattr(Moment, name).__set__ for name in ("at", "precision"))
        exact, day = Precision.INSTANT, Precision.DAY

        @lru_cache(REMEMBERED_MAX)
        def moment(text: str) -> Moment:
            made = _new(Moment)
            if text[_DATE_LENGTH] == "T":
                put_at(made, instant(text))
                put_precision(made, exact)
                return made
            # A date stands as it was written, with the offset that it was written with.
            put_at(made, datetime.fromisoformat(f"{text[:_DATE_LENGTH]}T00:00:00{text[_DATE_LENGTH:]}"))
            put_precision(made, day)
            return made

        self._moment = moment

    def column(self, hint: Any) -> _Read | None:  # noqa: ANN401 - any type hint
        """Return how a column is read."""
        bare = _bare(hint)
        if bare is bool:
            return bool
        if not _is_json(bare):
            return self.value(bare)
        read = self.value(bare)
        assert read is not None, "a record or a list is never as it is"

        @lru_cache(REMEMBERED_MAX)
        def load(text: str) -> Any:  # noqa: ANN401
            return read(orjson.loads(text))

        return load

    def value(self, hint: Any) -> _Read | None:  # noqa: ANN401, PLR0911 - any type hint, an answer for each
        """Return how a value within a column is read."""
        bare = _bare(hint)
        if bare is int or bare is bool:
            return None
        if bare is str:
            return intern
        if bare is Moment:
            return self._moment
        if bare is datetime:
            return self._instant
        if bare is date:
            return lru_cache(REMEMBERED_MAX)(date.fromisoformat)
        if bare is UUID:
            return _uuid
        if isinstance(bare, type) and issubclass(bare, StrEnum):
            return {str(word): word for word in bare}.__getitem__
        if get_origin(bare) is tuple:
            return self._tuple(get_args(bare)[0])
        if isinstance(bare, type) and is_dataclass(bare):
            return self._dataclass(bare)
        raise TypeError(f"no column holds {hint!r}")

    def _tuple(self, hint: Any) -> _Read:  # noqa: ANN401 - any type hint
        read = self.value(hint)
        return tuple if read is None else lambda values: tuple(map(read, values))

    def _dataclass(self, record: type) -> _Read:
        hints = get_type_hints(record)
        ways = [(getattr(record, f.name).__set__, self.value(hints[f.name])) for f in fields(record)]
        if record is Deadline:
            return _deadlines(ways)
        whole = all(_repeats(hints[f.name]) for f in fields(record))

        def read(values: list[Any]) -> Any:  # noqa: ANN401
            made: Any = _new(record)
            for (put, take), value in zip(ways, values, strict=True):
                put(made, value if take is None or value is None else take(value))
            return made

        if not whole:
            return read
        held: dict[tuple[Any, ...], Any] = {}

        def shared(values: list[Any]) -> Any:  # noqa: ANN401
            key = tuple(values)
            made = held.get(key)
            if made is None:
                if len(held) >= REMEMBERED_MAX:
                    held.clear()
                made = held[key] = read(values)
            return made

        return shared


def _deadlines(ways: list[tuple[Callable[[Any, Any], None], _Read | None]]) -> _Read:
    """Return what reads a deadline without the instant that it was reckoned from: those of one day are then one."""
    start = next(at for at, one in enumerate(fields(Deadline)) if one.name == "started_at")
    held: dict[str, Deadline] = {}

    def read(values: list[Any]) -> Deadline:
        values[start] = None
        key = repr(values)
        made = held.get(key)
        if made is None:
            if len(held) >= REMEMBERED_MAX:
                held.clear()
            made = held[key] = _new(Deadline)
            for (put, take), value in zip(ways, values, strict=True):
                put(made, value if take is None or value is None else take(value))
            ways[start][0](made, LEFT_OUT)
        return made

    return read


def _is_json(bare: Any) -> bool:  # noqa: ANN401 - any type hint
    return get_origin(bare) is tuple or (bare is not Moment and isinstance(bare, type) and is_dataclass(bare))


def _repeats(hint: Any) -> bool:  # noqa: ANN401 - any type hint
    """Say whether values of a type repeat from row to row: words and numbers do, instants do not."""
    bare = _bare(hint)
    return bare in (int, str, bool) or (isinstance(bare, type) and issubclass(bare, StrEnum))


def _bare(hint: Any) -> Any:  # noqa: ANN401 - any type hint
    """Return a type without ``None``."""
    if get_origin(hint) not in (Union, UnionType):
        return hint
    return next(option for option in get_args(hint) if option is not NoneType)
