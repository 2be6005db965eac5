"""The table by unit (分单位统计表): every figure of the edition for the city and for each unit, with its rows.

Complaints are counted for the city, legs for a unit; an answer belongs to the unit whose lead leg gave it.
"""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from fractions import Fraction
from typing import Generic, TypeVar
from uuid import UUID

from domain.figures import (
    NO_CALENDAR,
    REPLY_BEFORE_LETTER,
    Cause,
    Count,
    Figure,
    RowId,
    Times,
    rate,
    times,
)
from domain.indicators import (
    COUNTS,
    DEFINITIONS,
    LEGS_ONLY_WITHIN,
    ONLY_WITHIN,
    OVER,
    CountDefinition,
    Definition,
    LegRow,
    Predicate,
    Sets,
    answered,
    flagged,
    leg_open,
    leg_out_of_order,
    leg_stopped,
    open_case,
    out_of_order,
    response_days,
)
from domain.leg_measures import LegMeasure
from domain.measures import CaseMeasure
from domain.sources import Needs, PartialCoverage
from domain.window import Window

NO_UNIT = "未注明"
"""What stands where a ledger names no unit."""

DIRECT = "热线直办"
"""Under which name the hotline's own answers stand in the table by unit."""

SHARED_MAX = 16
"""How many times a shared reply is followed to the case that it came from."""

_EVERY_CASE = Needs(every_case=True)

_R = TypeVar("_R", CaseMeasure, LegRow)


@dataclass(frozen=True, slots=True)
class Row:
    """One line of the table: the city's, or a unit's.

    ``answered``, ``flagged``, ``over_days`` and both response times are per complaint; ``leg_days`` are the unit's own
    spans. ``oldest_open_days`` is the age of the oldest open case or leg, ``None`` where none is open or known.
    ``unit`` is ``None`` for the city and for cases of which no unit is known.
    """

    unit: str | None
    answered: Count
    flagged: Count
    over_days: Mapping[int, Count]
    response_days: Times
    response_working_days: Times
    leg_days: Times
    counts: Mapping[str, Count]
    rates: Mapping[str, Figure]
    oldest_open_days: int | None
    direct: bool = False

    @property
    def name(self) -> str:
        """The unit's name as tables show it."""
        return DIRECT if self.direct else self.unit if self.unit is not None else NO_UNIT

    @property
    def says_anything(self) -> bool:
        """Whether any figure of the line counts anything."""
        counts = (self.answered, *self.counts.values())
        return any(count.value for count in counts) or any(f.denominator or f.numerator for f in self.rates.values())


@dataclass(frozen=True, slots=True)
class UnitTable:
    """The whole table of a quarter; units by answered, most first, then by name."""

    window: Window
    total: Row
    units: tuple[Row, ...]
    partial: tuple[PartialCoverage, ...]

    def unit(self, name: str | None) -> Row | None:
        """Return a unit's line."""
        return next((row for row in self.units if row.unit == name and not row.direct), None)


@dataclass(slots=True)
class _Share:
    """What belongs to one unit while the table is made."""

    legs: list[LegRow] = field(default_factory=list)
    answers: list[CaseMeasure] = field(default_factory=list)


def tabulate(
    cases: Sequence[CaseMeasure],
    legs: Iterable[LegMeasure],
    window: Window,
    shared: Mapping[UUID, CaseMeasure] | None = None,
) -> UnitTable:
    """Make the table from every case and leg that may count in the quarter; more of them change nothing.

    ``shared`` holds, beside ``cases``, the cases whose replies were shared.
    """
    by_id = {**(shared or {}), **{case.complaint: case for case in cases}}
    rows = [LegRow(leg, by_id[leg.complaint]) for leg in legs]
    shares: dict[tuple[bool, str | None], _Share] = defaultdict(_Share)
    for row in rows:
        shares[False, window.unit(row.leg.unit, row.leg.started)].legs.append(row)
    for case in cases:
        if answered(case, window):
            shares[answering(case, by_id, window)].answers.append(case)
    units = (_unit_row(unit, share, window, direct=direct) for (direct, unit), share in shares.items())
    said = [row for row in units if row.says_anything]
    said.sort(key=lambda row: (-(row.answered.value or 0), row.name))
    total = _total_row(cases, rows, window)
    return UnitTable(window, total, tuple(said), window.sources.partly_covering(window.quarter))


def answering(case: CaseMeasure, known: Mapping[UUID, CaseMeasure], window: Window) -> tuple[bool, str | None]:
    """Say who answered a case: whether the hotline itself did, and else which unit.

    A shared reply is that of the unit that gave it to the case it came from.
    """
    source = case
    for _ in range(SHARED_MAX):
        origin = known.get(source.answered_from) if source.answered_from is not None else None
        if origin is None:
            break
        source = origin
    if source.answered_leg is None:
        return source.answered_from is None, None
    return False, window.unit(source.answered_unit, source.dispatched or source.registered)


def _total_row(cases: Sequence[CaseMeasure], legs: Sequence[LegRow], window: Window) -> Row:
    of_cases, of_legs = _Rows(cases, window, ONLY_WITHIN), _Rows(legs, window, LEGS_ONLY_WITHIN)
    ages = [
        (window.today - window.day(case.registered)).days
        for case in of_cases.supporting(_EVERY_CASE)
        if open_case(case, window)
    ]
    return _row(
        None,
        [case for case in cases if answered(case, window)],
        legs,
        window,
        counts={d.key: of_cases.count(d, d.cases) if d.cases is not None else of_legs.count(d, d.legs) for d in COUNTS},
        rates={
            d.key: of_cases.rate(d, d.cases) if d.cases is not None else of_legs.rate(d, d.legs) for d in DEFINITIONS
        },
        ages=ages,
    )


def _unit_row(unit: str | None, share: _Share, window: Window, *, direct: bool) -> Row:
    of_legs = _Rows(share.legs, window, LEGS_ONLY_WITHIN)
    ages = [
        (window.today - window.day(row.leg.started)).days
        for row in of_legs.supporting(_EVERY_CASE)
        if leg_open(row, window)
    ]
    return _row(
        unit,
        share.answers,
        share.legs,
        window,
        counts={d.key: of_legs.count(d, d.legs) for d in COUNTS},
        rates={d.key: of_legs.rate(d, d.legs) for d in DEFINITIONS},
        ages=ages,
        direct=direct,
    )


def _row(
    unit: str | None,
    answers: Sequence[CaseMeasure],
    legs: Sequence[LegRow],
    window: Window,
    *,
    counts: Mapping[str, Count],
    rates: Mapping[str, Figure],
    ages: Sequence[int],
    direct: bool = False,
) -> Row:
    flags = [case for case in answers if flagged(case, window)]
    timed = [(case, days) for case in answers if (days := response_days(case, window)) is not None]
    working = [working_days(case, window) for case, _ in timed]
    known = [days for days in working if days is not None]
    spans = [span(row, window) for row in legs if leg_stopped(row, window)]
    return Row(
        unit=unit,
        answered=Count(len(answers), rows=_ids(answers)),
        flagged=Count(len(flags), REPLY_BEFORE_LETTER if flags else None, rows=_ids(flags)),
        over_days={over: _simple(answers, after, window) for over, after in OVER},
        response_days=times([days for _, days in timed]),
        response_working_days=times(known, uncounted=len(working) - len(known), unknown=NO_CALENDAR),
        leg_days=times(spans),
        counts=counts,
        rates=rates,
        oldest_open_days=max(ages, default=None),
        direct=direct,
    )


def working_days(case: CaseMeasure, window: Window) -> int | None:
    """Return working days from registration to the answer, ``None`` without one or where a year is unpublished."""
    return window.working_days(case.registered, case.answered) if case.answered is not None else None


def span(row: LegRow, window: Window) -> int:
    """Return the calendar days of a leg whose clock stopped."""
    leg = row.leg
    return window.calendar_days(leg.started, leg.stopped) if leg.stopped is not None else 0


def _simple(rows: Sequence[CaseMeasure], predicate: Predicate[CaseMeasure], window: Window) -> Count:
    held = [row for row in rows if predicate(row, window)]
    return Count(len(held), rows=_ids(held))


def row_id(row: CaseMeasure | LegRow) -> RowId:
    """Name a row of either kind."""
    return RowId(row.complaint) if isinstance(row, CaseMeasure) else RowId(row.case.complaint, row.leg.number)


def _case(row: CaseMeasure | LegRow) -> CaseMeasure:
    return row if isinstance(row, CaseMeasure) else row.case


def _is_out_of_order(row: CaseMeasure | LegRow, window: Window) -> bool:
    return out_of_order(row, window) if isinstance(row, CaseMeasure) else leg_out_of_order(row, window)


def _every(_: int) -> bool:
    return True


def _ids(rows: Iterable[CaseMeasure | LegRow]) -> tuple[RowId, ...]:
    return tuple(row_id(row) for row in rows)


class _Rows(Generic[_R]):
    """Rows in play; each set is asked of each row once, and rows are parted once for each sort of need."""

    def __init__(self, rows: Sequence[_R], window: Window, within: Mapping[Predicate[_R], Predicate[_R]]) -> None:
        self._rows: Sequence[_R] = rows
        self._ids = _ids(rows)
        self._window = window
        self._within: Mapping[Predicate[_R], Predicate[_R]] = within
        self._inside: dict[Predicate[_R], list[bool]] = {}
        self._parts: dict[Needs, _Part] = {}

    def supporting(self, needs: Needs) -> list[_R]:
        """Return the rows whose source supports a figure with these needs."""
        return [self._rows[at] for at in self.part(needs).supporting]

    def count(self, definition: CountDefinition, predicate: Predicate[_R]) -> Count:
        """Count the rows of a set; no figure where none in play supports it."""
        part, inside = self.part(definition.needs), self.inside(predicate)
        left_out = sum(inside[at] for at in part.lacking)
        if part.cause is not None and not part.supporting:
            return Count(None, part.cause, left_out)
        kept = self._kept(definition.key)
        held = tuple(self._ids[at] for at in part.supporting if inside[at] and kept(at))
        return Count(len(held), part.cause if left_out else None, left_out, held)

    def rate(self, definition: Definition, sets: Sets[_R]) -> Figure:
        """Set the rows of a numerator against those of a denominator."""
        part, inside, window = self.part(definition.needs), self.inside(sets.denominator), self._window
        rows, ids, kept = self._rows, self._ids, self._kept(definition.key)
        below = [at for at in part.supporting if inside[at] and kept(at)]
        asked = part.supporting if definition.acts else below
        above = [at for at in asked if sets.numerator(rows[at], window) and kept(at)]
        weight, left_out = sets.weight, sum(inside[at] for at in part.lacking)
        # What no source is to blame for: the rows of the denominator that are left out are out of order.
        undated = REPLY_BEFORE_LETTER if left_out and definition.needs.in_order else None
        weights = (weight(rows[at], window) for at in above) if weight is not None else ()
        return rate(
            definition.key,
            Fraction(len(above)) if weight is None else sum(weights, Fraction(0)),
            len(below),
            rounding=window.settings.rounding,
            cause=part.cause or undated,
            left_out=left_out,
            rows=(tuple(ids[at] for at in above), tuple(ids[at] for at in below)),
        )

    def _kept(self, key: str) -> Callable[[int], bool]:
        """Return what says of a row's place whether the edition lets a figure count it."""
        excluding = self._window.settings.excluding(key)
        if not excluding:
            return _every
        return lambda at: not any(one.holds(_case(self._rows[at])) for one in excluding)

    def inside(self, predicate: Predicate[_R]) -> list[bool]:
        """Return, for each row in order, whether it belongs to a set."""
        held = self._inside.get(predicate)
        if held is None:
            rows, window, around = self._rows, self._window, self._within.get(predicate)
            if around is None:
                held = [predicate(row, window) for row in rows]
            else:
                held = [near and predicate(row, window) for row, near in zip(rows, self.inside(around), strict=True)]
            self._inside[predicate] = held
        return held

    def part(self, needs: Needs) -> _Part:
        """Return where the rows stand that support these needs, and those that do not."""
        held = self._parts.get(needs)
        if held is None:
            held = self._parts[needs] = self._parted(needs)
        return held

    def _parted(self, needs: Needs) -> _Part:
        supporting: list[int] = []
        lacking: list[int] = []
        causes: Counter[Cause] = Counter()
        for at, row in enumerate(self._rows):
            lack = self._window.sources.lacks(_case(row), needs)
            if lack is not None:
                lacking.append(at)
                causes[lack] += 1
            elif needs.in_order and _is_out_of_order(row, self._window):
                lacking.append(at)
            else:
                supporting.append(at)
        commonest = min(causes, key=lambda each: (-causes[each], each.code)) if causes else None
        return _Part(supporting, lacking, commonest)


@dataclass(frozen=True, slots=True)
class _Part:
    """Places of rows that support a figure, of rows that do not, and why most of these do not."""

    supporting: list[int]
    lacking: list[int]
    cause: Cause | None
