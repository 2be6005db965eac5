"""Figures by quarter and unit, as known at any position of the log and as of any instant (分单位统计)."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import date, datetime, tzinfo
from decimal import Decimal
from typing import Any, cast
from uuid import UUID

from domain.editions import RulesFact, rulebook, standing
from domain.facts import Fact
from domain.figures.coverage import LedgerImported
from domain.figures.figure import NONE, OVER_DAYS, Cause, Count, Figure, Times
from domain.figures.indicators import EDITION
from domain.figures.leg_measures import LegMeasure
from domain.figures.measures import CaseMeasure
from domain.figures.rows import LegRow
from domain.figures.sources import sources
from domain.figures.unit_table import SHARED_MAX, Row, UnitTable, tabulate
from domain.figures.window import FigureSettings, Window, on_clock, structure_text
from domain.identity import COVERAGE_STREAM, RULES_STREAM, UNITS_STREAM
from domain.periods import Period, edition_for
from domain.timekeeping.rules import Rulebook
from domain.units import UnitFact, registry
from projections.cases import CasesProjection, cases_at
from projections.figure_rows import figure_rows_between
from projections.legs import LegsProjection, rows_between
from projections.port import Connection
from services.log.port import Log
from services.log.views import positions_on


class ViewsBehind(Exception):
    """The views have not yet read as far as the position that is asked for."""

    def __init__(self, asked: int, reached: int) -> None:
        super().__init__(
            f"视图只到第 {reached} 条，尚未到第 {asked} 条；the views are at {reached}, not yet at {asked}"
        )
        self.asked = asked
        self.reached = reached


@dataclass(frozen=True, slots=True)
class QuarterRows:
    """Everything that a quarter's figures are made of: its window, its complaints and its legs, at one position.

    ``shared`` are complaints beside them whose replies were shared.
    """

    window: Window
    position: int
    cases: tuple[CaseMeasure, ...]
    legs: tuple[LegMeasure, ...]
    shared: dict[UUID, CaseMeasure] = field(default_factory=dict)

    def leg_rows(self) -> tuple[LegRow, ...]:
        """Return each leg beside its case."""
        by_id = {case.complaint: case for case in self.cases}
        return tuple(LegRow(leg, by_id[leg.complaint]) for leg in self.legs)


@dataclass(frozen=True, slots=True)
class UnitStatistics:
    """The table by unit and what it was asked for; ``known_at`` is set where an instant was asked."""

    table: UnitTable
    position: int
    known_at: datetime | None = None

    def json(self) -> dict[str, Any]:
        """Return the document of ``stats units --json``."""
        return table_json(self.table, self.position, self.known_at)


class Statistics:
    """Reads figures from a store of views; the registry, calendar and coverage come from their own short streams.

    ``views`` is a connection to the tables of the projections ``cases`` and ``legs`` and to their positions, inside a
    transaction of the caller. The same works on views that were folded from the first part of ``log`` alone.

    ``settings`` hold where no edition of definitions governs a quarter; ``preview`` holds in the place of any edition;
    ``without`` are ids of editions that are left aside, as if withdrawn.
    ``structure`` is as in ``Window``.
    """

    def __init__(
        self,
        views: Connection,
        log: Log,
        zone: tzinfo,
        settings: FigureSettings | None = None,
        *,
        preview: FigureSettings | None = None,
        without: frozenset[str] = frozenset(),
        structure: date | None = None,
    ) -> None:
        self._views = views
        self._log = log
        self._zone = zone
        self._settings = settings or FigureSettings()
        self._preview = preview
        self._without = without
        self._structure = structure

    @property
    def views(self) -> Connection:
        """The store of views that is read."""
        return self._views

    @property
    def log(self) -> Log:
        """The log that the views were folded from."""
        return self._log

    def without(self, editions: frozenset[str]) -> Statistics:
        """Return the same figures with some editions of definitions left aside, as if they were withdrawn."""
        return Statistics(
            self._views,
            self._log,
            self._zone,
            self._settings,
            preview=self._preview,
            without=editions,
            structure=self._structure,
        )

    def units(
        self,
        quarter: Period,
        as_of: datetime | None = None,
        known_at: datetime | None = None,
        position: int | None = None,
    ) -> UnitStatistics:
        """Return the table by unit. Parameters and errors as for ``rows``."""
        rows = self.rows(quarter, as_of, known_at, position)
        return UnitStatistics(tabulate(rows.cases, rows.legs, rows.window, rows.shared), rows.position, known_at)

    def rows(
        self,
        quarter: Period,
        as_of: datetime | None = None,
        known_at: datetime | None = None,
        position: int | None = None,
    ) -> QuarterRows:
        """Return what the figures of a quarter are made of.

        ``position`` says what is known, else the last position recorded by ``known_at``, else all that the views have
        read. ``as_of`` filters what had occurred; left out, it is the end of the quarter, or where the quarter still
        ran, the instant of what is known last. Raises ``ViewsBehind``.
        """
        window, at = self.asked(quarter, as_of, known_at, position)
        last_day = max(quarter.last_day, window.today)
        return self._gathered(window, at, rows_between(self._views, quarter.first_day, last_day, at))

    def figure_rows(self, quarter: Period, as_of: datetime | None = None, position: int | None = None) -> QuarterRows:
        """Return the same without the fields that no figure asks for: for a whole edition, which holds all at once.

        Asking for what was not read raises ``NotRead``.
        """
        window, at = self.asked(quarter, as_of, None, position)
        last_day = max(quarter.last_day, window.today)
        found = figure_rows_between(self._views, quarter.first_day, last_day, at, self._zone)
        return self._gathered(window, at, found)

    def _gathered(self, window: Window, at: int, found: tuple[list[CaseMeasure], list[LegMeasure]]) -> QuarterRows:
        cases, legs = found
        gone = (
            {case.complaint for case in cases if window.settings.leaves_out(case)} if window.settings.exclusions else ()
        )
        if gone:
            cases = [case for case in cases if case.complaint not in gone]
            legs = [leg for leg in legs if leg.complaint not in gone]
        return QuarterRows(window, at, tuple(cases), tuple(legs), self._shared(cases, at))

    def asked(
        self,
        quarter: Period,
        as_of: datetime | None = None,
        known_at: datetime | None = None,
        position: int | None = None,
    ) -> tuple[Window, int]:
        """Return the window that figures are asked through, and the position. Parameters and errors as for ``rows``."""
        at = self._position(known_at, position)
        return self.window(quarter, at, as_of or self._as_of(quarter, at, known_at)), at

    def rules_at(self, position: int) -> Rulebook:
        """Return every rule and calendar as known at a position. Raises ``RuleFault`` before the first edition."""
        return rulebook((cast("RulesFact", fact) for fact in self._facts(RULES_STREAM, position)), self._zone)

    def window(self, quarter: Period, position: int, as_of: datetime) -> Window:
        """Return a quarter's window with registry, calendar and coverage as known at a position."""
        rules = self._facts(RULES_STREAM, position)
        units = self._facts(UNITS_STREAM, position)
        imports = self._facts(COVERAGE_STREAM, position)
        return Window(
            quarter=quarter,
            as_of=as_of,
            zone=self._zone,
            calendar=standing(rules).calendar,
            sources=sources(fact for fact in imports if isinstance(fact, LedgerImported)),
            registry=registry(fact for fact in units if isinstance(fact, UnitFact)),
            settings=self._settings_of(quarter, rules),
            structure=self._structure,
        )

    def _settings_of(self, quarter: Period, rules: list[Fact]) -> FigureSettings:
        if self._preview is not None:
            return self._preview
        in_force = standing(cast("list[RulesFact]", rules)).definitions_in_force
        adopted = edition_for(quarter.governing_quarter, (one for one in in_force if one.edition not in self._without))
        return self._settings if adopted is None else FigureSettings.of(adopted)

    def _position(self, known_at: datetime | None, position: int | None) -> int:
        positions = positions_on(self._views)
        reached = min(positions.get(name, 0) for name in (CasesProjection.name, LegsProjection.name))
        if position is None:
            position = reached if known_at is None else self._log.position_at(known_at)
        if position > reached:
            raise ViewsBehind(position, reached)
        return position

    def _as_of(self, quarter: Period, position: int, known_at: datetime | None) -> datetime:
        end = quarter.ends_at(self._zone)
        if known_at is not None:
            return min(end, known_at)
        last = self._log.read(position - 1, 1, position, opened=False) if position > 0 else []
        return min(end, last[0].recorded_at) if last else end

    def _facts(self, stream: UUID, position: int) -> list[Fact]:
        return [recorded.fact for recorded in self._log.read_stream(stream) if recorded.position <= position]

    def _shared(self, cases: list[CaseMeasure], position: int) -> dict[UUID, CaseMeasure]:
        extra: dict[UUID, CaseMeasure] = {}
        wanted = {case.answered_from for case in cases if case.answered_from is not None}
        if not wanted:
            return extra
        known = {case.complaint for case in cases}
        wanted -= known
        for _ in range(SHARED_MAX):
            if not wanted:
                break
            found = {case.complaint: case for case in cases_at(self._views, wanted, position)}
            extra |= found
            sources_of = {case.answered_from for case in found.values() if case.answered_from is not None}
            wanted = sources_of - known - extra.keys()
        return extra


# --- the document -----------------------------------------------------------------------------------------------


def table_json(table: UnitTable, position: int, known_at: datetime | None = None) -> dict[str, Any]:
    """Return a table as plain values for JSON, in the shape that ``stats units --json`` promises."""
    window = table.window
    return {
        "quarter": str(window.quarter),
        "position": position,
        "definitions": window.settings.edition or EDITION,
        "as_of": on_clock(window.as_of, window.zone).isoformat(),
        "known_at": on_clock(known_at, window.zone).isoformat() if known_at is not None else None,
        "structure": structure_text(window.structure),
        "partial": [
            {"source": part.source, "from": part.from_.isoformat(), "to": part.to.isoformat(), "assumed": part.assumed}
            for part in table.partial
        ],
        "reasons": {cause.code: {"zh": cause.zh, "en": cause.en} for cause in causes_of(table)},
        "labels": {"over_days": {str(days): over_label(days) for days in OVER_DAYS}},
        "total": row_json(table.total),
        "units": [
            {"unit": row.name if row.direct else row.unit, "name": row.name, **row_json(row)} for row in table.units
        ],
    }


def over_label(days: int) -> str:
    """Return what an answer after so many days is called where lateness counts from the letter's date: never 逾期."""
    return f"来信至答复超过{days}日"


def row_json(row: Row) -> dict[str, Any]:
    """Return one line of the table as plain values; what cannot be given is "—", and ``causes`` names why by code."""
    causes: dict[str, str] = {}
    left_out: dict[str, int] = {}
    document: dict[str, Any] = {}
    for key, count in (("answered", row.answered), ("flagged", row.flagged), *row.counts.items()):
        document[key] = count.value if count.value is not None else NONE
        _note(key, count, causes, left_out)
    document["over_days"] = {str(days): count.value for days, count in row.over_days.items()}
    document["oldest_open_days"] = row.oldest_open_days if row.oldest_open_days is not None else NONE
    for key, figure in row.rates.items():
        document[key] = figure_json(figure)
        _note(key, figure, causes, left_out)
    for key, took in (
        ("response_days", row.response_days),
        ("response_working_days", row.response_working_days),
        ("leg_days", row.leg_days),
    ):
        document[key] = times_json(took)
        if took.cause is not None:
            causes[key] = took.cause.code
    return {**document, "causes": causes, "left_out": left_out}


def figure_json(figure: Figure) -> dict[str, Any]:
    """Return a rate as plain values; a weighted numerator that is no whole number keeps its fraction."""
    numerator = int(figure.numerator) if figure.numerator.denominator == 1 else float(figure.numerator)
    return {"numerator": numerator, "denominator": figure.denominator, "rate": figure.rate}


def times_json(took: Times) -> dict[str, Any]:
    """Return durations as plain numbers: "—" where there was nothing to count, null where a year is unpublished."""
    none = None if took.uncounted else NONE
    return {
        "n": took.n,
        "mean": _number(took.mean, none),
        "median": _number(took.median, none),
        "p90": took.p90 if took.p90 is not None else none,
        "max": took.maximum if took.maximum is not None else none,
        **({"uncounted": took.uncounted} if took.uncounted else {}),
    }


def causes_of(table: UnitTable) -> tuple[Cause, ...]:
    """Return every cause that the table names, in order of their codes."""
    found = set[Cause]()
    for row in (table.total, *table.units):
        causes = [row.flagged.cause, *(count.cause for count in row.counts.values())]
        causes += [figure.cause for figure in row.rates.values()]
        causes += [took.cause for took in (row.response_days, row.response_working_days, row.leg_days)]
        found.update(cause for cause in causes if cause is not None)
    return tuple(sorted(found, key=lambda cause: cause.code))


def _number(value: Decimal | None, none: str | None) -> int | float | str | None:
    if value is None:
        return none
    return int(value) if value == value.to_integral_value() else float(value)


def _note(key: str, figure: Count | Figure, causes: dict[str, str], left_out: dict[str, int]) -> None:
    if figure.cause is not None:
        causes[key] = figure.cause.code
    if figure.left_out:
        left_out[key] = figure.left_out
