"""The table by unit (分单位统计表): every figure of the edition for the city and for each unit, with its rows.

Complaints are counted for the city, legs for a unit; an answer belongs to the unit whose lead leg gave it.
"""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from fractions import Fraction
from typing import Generic
from uuid import UUID

from domain.figures.case_sets import answered, open_case, out_of_order, response_days
from domain.figures.figure import (
    NO_CALENDAR,
    OVER_DAYS,
    REPLY_BEFORE_LETTER,
    Cause,
    Count,
    Figure,
    RowId,
    Times,
    rate,
    times,
)
from domain.figures.indicators import (
    COUNTS,
    DEFINITIONS,
    LEGS_ONLY_WITHIN,
    ONLY_WITHIN,
    CountDefinition,
    Definition,
    Sets,
)
from domain.figures.leg_measures import LegMeasure
from domain.figures.leg_sets import leg_open, leg_out_of_order, leg_stopped
from domain.figures.measures import CaseMeasure
from domain.figures.rows import Counted, LegRow, Predicate
from domain.figures.sources import Needs, PartialCoverage
from domain.figures.window import Window

NO_UNIT = "未注明"
"""What stands where a ledger names no unit."""

DIRECT = "热线直办"
"""Under which name the hotline's own answers stand in the table by unit."""

SHARED_MAX = 16
"""How many times a shared reply is followed to the case that it came from."""

_EVERY_CASE = Needs(every_case=True)


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


@dataclass(frozen=True, slots=True)
class _Named(Generic[Counted]):
    """Rows, and in the same order their names, each made once: most figures hold most of them."""

    rows: list[Counted]
    ids: list[RowId]

    def add(self, row: Counted, name: RowId) -> None:
        """Put a row in."""
        self.rows.append(row)
        self.ids.append(name)


@dataclass(slots=True)
class _Share:
    """What belongs to one unit while the table is made."""

    legs: _Named[LegRow] = field(default_factory=lambda: _Named([], []))
    answers: _Named[CaseMeasure] = field(default_factory=lambda: _Named([], []))


def tabulate(
    cases: Sequence[CaseMeasure],
    legs: Iterable[LegMeasure],
    window: Window,
    shared: Mapping[UUID, CaseMeasure] | None = None,
    names: Sequence[RowId] | None = None,
) -> UnitTable:
    """Make the table from every case and leg that may count in the quarter; more of them change nothing.

    ``shared`` holds, beside ``cases``, the cases whose replies were shared; ``names`` are those of the cases, in their
    order, where the caller has made them.
    """
    by_id = {**(shared or {}), **{case.complaint: case for case in cases}}
    every_leg: _Named[LegRow] = _Named([], [])
    shares: dict[tuple[bool, str | None], _Share] = defaultdict(_Share)
    for leg in legs:
        row = LegRow(leg, by_id[leg.complaint])
        name = RowId(row.case.complaint, leg.number)
        every_leg.add(row, name)
        shares[False, window.unit(leg.unit, leg.started)].legs.add(row, name)
    every_case = _Named(list(cases), list(names) if names is not None else [RowId(case.complaint) for case in cases])
    answers: _Named[CaseMeasure] = _Named([], [])
    for case, name in zip(every_case.rows, every_case.ids, strict=True):
        if answered(case, window):
            answers.add(case, name)
            shares[answering(case, by_id, window)].answers.add(case, name)
    del by_id
    units = (_unit_row(unit, share, window, direct=direct) for (direct, unit), share in shares.items())
    said = [row for row in units if row.says_anything]
    said.sort(key=lambda row: (-(row.answered.value or 0), row.name))
    total = _total_row(every_case, every_leg, answers, window)
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


def _total_row(cases: _Named[CaseMeasure], legs: _Named[LegRow], answers: _Named[CaseMeasure], window: Window) -> Row:
    of_cases, of_legs = _Rows(cases, window, _OF_CASES), _Rows(legs, window, _OF_LEGS_ALONE)
    ages = [
        (window.today - window.day(case.registered)).days
        for case in of_cases.supporting(_EVERY_CASE)
        if open_case(case, window)
    ]
    return _row(
        None,
        answers,
        legs.rows,
        window,
        counts={d.key: of_cases.count(d, d.cases) if d.cases is not None else of_legs.count(d, d.legs) for d in COUNTS},
        rates={
            d.key: of_cases.rate(d, d.cases) if d.cases is not None else of_legs.rate(d, d.legs) for d in DEFINITIONS
        },
        ages=ages,
    )


def _unit_row(unit: str | None, share: _Share, window: Window, *, direct: bool) -> Row:
    of_legs = _Rows(share.legs, window, _OF_LEGS)
    ages = [
        (window.today - window.day(row.leg.started)).days
        for row in of_legs.supporting(_EVERY_CASE)
        if leg_open(row, window)
    ]
    return _row(
        unit,
        share.answers,
        share.legs.rows,
        window,
        counts={d.key: of_legs.count(d, d.legs) for d in COUNTS},
        rates={d.key: of_legs.rate(d, d.legs) for d in DEFINITIONS},
        ages=ages,
        direct=direct,
    )


def _row(
    unit: str | None,
    answers: _Named[CaseMeasure],
    legs: Sequence[LegRow],
    window: Window,
    *,
    counts: Mapping[str, Count],
    rates: Mapping[str, Figure],
    ages: Sequence[int],
    direct: bool = False,
) -> Row:
    ids = answers.ids
    # Every one of them was answered in the quarter: what is flagged and what took long follows from its days alone.
    took = [response_days(case, window) for case in answers.rows]
    flags = tuple(name for name, days in zip(ids, took, strict=True) if days is None)
    working = [working_days(case, window) for case, days in zip(answers.rows, took, strict=True) if days is not None]
    known = [days for days in working if days is not None]
    spans = [span(row, window) for row in legs if leg_stopped(row, window)]
    return Row(
        unit=unit,
        answered=Count(len(ids), rows=tuple(ids)),
        flagged=Count(len(flags), REPLY_BEFORE_LETTER if flags else None, rows=flags),
        over_days={over: _longer(over, took, ids) for over in OVER_DAYS},
        response_days=times([days for days in took if days is not None]),
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


def _longer(over: int, took: Sequence[int | None], ids: Sequence[RowId]) -> Count:
    """Count the answers of the quarter that took more than so many days, as ``indicators.answered_after`` has it."""
    held = tuple(name for name, days in zip(ids, took, strict=True) if days is not None and days > over)
    return Count(len(held), rows=held)


def row_id(row: CaseMeasure | LegRow) -> RowId:
    """Name a row of either kind."""
    return RowId(row.complaint) if isinstance(row, CaseMeasure) else RowId(row.case.complaint, row.leg.number)


def _case(row: CaseMeasure | LegRow) -> CaseMeasure:
    return row if isinstance(row, CaseMeasure) else row.case


def _is_out_of_order(row: CaseMeasure | LegRow, window: Window) -> bool:
    return out_of_order(row, window) if isinstance(row, CaseMeasure) else leg_out_of_order(row, window)


def _every(_: int) -> bool:
    return True


@dataclass(frozen=True, slots=True)
class _Asked(Generic[Counted]):
    """The sets that a line of the table asks for, each after the one that it lies within (``None``: it stands alone).

    A numerator that is set against a denominator is asked of what lies in that alone.
    """

    sets: tuple[tuple[Predicate[Counted], Predicate[Counted] | None], ...]


def _asked(
    counted: Iterable[Predicate[Counted]],
    rates: Iterable[tuple[Sets[Counted], bool]],
    within: Mapping[Predicate[Counted], Predicate[Counted]],
) -> _Asked[Counted]:
    """Order the sets; ``rates`` come with whether their numerators count acts, whatever the denominator holds."""
    around: dict[Predicate[Counted], set[Predicate[Counted] | None]] = defaultdict(set)
    for predicate in counted:
        around[predicate].add(within.get(predicate))
    for sets, acts in rates:
        around[sets.denominator].add(within.get(sets.denominator))
        around[sets.numerator].add(None if acts else sets.denominator)
    for outer in [within[predicate] for predicate in around if predicate in within]:
        around[outer].add(within.get(outer))
    chosen = {
        predicate: within.get(predicate, next(iter(found)) if len(found) == 1 else None)
        for predicate, found in around.items()
    }
    ordered: dict[Predicate[Counted], Predicate[Counted] | None] = {}
    while len(ordered) < len(chosen):
        ready = {p: outer for p, outer in chosen.items() if p not in ordered and (outer is None or outer in ordered)}
        assert ready, "no set lies within itself"
        ordered.update(ready)
    return _Asked(tuple(ordered.items()))


_OF_CASES: _Asked[CaseMeasure] = _asked(
    (d.cases for d in COUNTS if d.cases is not None),
    ((d.cases, d.acts) for d in DEFINITIONS if d.cases is not None),
    ONLY_WITHIN,
)
_OF_LEGS: _Asked[LegRow] = _asked((d.legs for d in COUNTS), ((d.legs, d.acts) for d in DEFINITIONS), LEGS_ONLY_WITHIN)
_OF_LEGS_ALONE: _Asked[LegRow] = _asked(
    (d.legs for d in COUNTS if d.cases is None),
    ((d.legs, d.acts) for d in DEFINITIONS if d.cases is None),
    LEGS_ONLY_WITHIN,
)
"""What the city counts by legs: the rest it counts by complaints."""


class _Rows(Generic[Counted]):
    """Rows in play; each row is asked every set once, one row after another, so that what sets share is at hand."""

    def __init__(self, named: _Named[Counted], window: Window, asked: _Asked[Counted]) -> None:
        self._rows: Sequence[Counted] = named.rows
        self._ids = named.ids
        self._window = window
        self._inside: dict[Predicate[Counted], bytearray] = {predicate: bytearray() for predicate, _ in asked.sets}
        self._parts: dict[Needs, _Part] = {}
        self._ask(asked)
        # What came in by the hotline's own doors supports every figure.
        self._own = all(_case(row).run is None for row in self._rows)

    def _ask(self, asked: _Asked[Counted]) -> None:
        window, held = self._window, self._inside
        columns = [
            (predicate, None if around is None else held[around], held[predicate].append)
            for predicate, around in asked.sets
        ]
        for row in self._rows:
            for predicate, around, put in columns:
                put((around is None or around[-1] == 1) and predicate(row, window))

    def supporting(self, needs: Needs) -> list[Counted]:
        """Return the rows whose source supports a figure with these needs."""
        return [self._rows[at] for at in self.part(needs).supporting]

    def count(self, definition: CountDefinition, predicate: Predicate[Counted]) -> Count:
        """Count the rows of a set; no figure where none in play supports it."""
        part, inside = self.part(definition.needs), self._inside[predicate]
        left_out = sum(inside[at] for at in part.lacking)
        if part.cause is not None and not part.supporting:
            return Count(None, part.cause, left_out)
        kept, ids = self._kept(definition.key), self._ids
        held = tuple(ids[at] for at in part.supporting if inside[at] and (kept is None or kept(at)))
        return Count(len(held), part.cause if left_out else None, left_out, held)

    def rate(self, definition: Definition, sets: Sets[Counted]) -> Figure:
        """Set the rows of a numerator against those of a denominator."""
        part, window = self.part(definition.needs), self._window
        inside, over = self._inside[sets.denominator], self._inside[sets.numerator]
        rows, ids, kept = self._rows, self._ids, self._kept(definition.key)
        below = [at for at in part.supporting if inside[at] and (kept is None or kept(at))]
        asked = part.supporting if definition.acts else below
        above = [at for at in asked if over[at] and (kept is None or kept(at))]
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

    def _kept(self, key: str) -> Callable[[int], bool] | None:
        """Return what says of a row's place whether the edition lets a figure count it; ``None``: it counts all."""
        excluding = self._window.settings.excluding(key)
        if not excluding:
            return None
        return lambda at: not any(one.holds(_case(self._rows[at])) for one in excluding)

    def part(self, needs: Needs) -> _Part:
        """Return where the rows stand that support these needs, and those that do not."""
        held = self._parts.get(needs)
        if held is None:
            held = self._parts[needs] = self._parted(needs)
        return held

    def _parted(self, needs: Needs) -> _Part:
        window = self._window
        if self._own:
            late = [at for at, row in enumerate(self._rows) if _is_out_of_order(row, window)] if needs.in_order else []
            if not late:
                return _Part(range(len(self._rows)), (), None)
            out = set(late)
            return _Part([at for at in range(len(self._rows)) if at not in out], late, None)
        supporting: list[int] = []
        lacking: list[int] = []
        causes: Counter[Cause] = Counter()
        for at, row in enumerate(self._rows):
            lack = window.sources.lacks(_case(row), needs)
            if lack is not None:
                lacking.append(at)
                causes[lack] += 1
            elif needs.in_order and _is_out_of_order(row, window):
                lacking.append(at)
            else:
                supporting.append(at)
        commonest = min(causes, key=lambda each: (-causes[each], each.code)) if causes else None
        return _Part(supporting, lacking, commonest)


@dataclass(frozen=True, slots=True)
class _Part:
    """Places of rows that support a figure, of rows that do not, and why most of these do not."""

    supporting: Sequence[int]
    lacking: Sequence[int]
    cause: Cause | None
