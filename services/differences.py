"""Why two figures of one quarter differ (差异说明): case by case, with the events that made the difference.

Both sides are the same figures at two positions of the log. What lies between them is walked through one step at a
time: first the instant up to which acts count, then each case's own facts in order, then what surrounds the cases
(spellings and reorganisations of units, calendars, coverage of imports, definitions), then the case that a shared reply
came from. A step's part of a figure is what the figure is after it less what it was before, so that the parts of all
steps add up to the difference exactly, whatever they are.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, replace
from datetime import datetime
from fractions import Fraction
from functools import cached_property
from itertools import groupby
from typing import Any, NamedTuple
from uuid import UUID

from domain.coverage import LedgerImported
from domain.editions import CalendarPublished, DefinitionsAdopted, EditionKind, EditionWithdrawn
from domain.facts import Recorded, topic_of
from domain.identity import COVERAGE_STREAM, RULES_STREAM, UNITS_STREAM, receipt_no
from domain.indicators import COUNTS, DEFINITIONS, EDITION, answered, response_days
from domain.leg_measures import LegMeasure, Legs, measure_legs
from domain.measures import CaseMeasure, complaint_fact, measure_case
from domain.periods import Quarter
from domain.unit_table import DIRECT, NO_UNIT, SHARED_MAX, Row, answering, tabulate, working_days
from domain.units import UnitAliased, UnitAliasWithdrawn, UnitReorganisationReversed, UnitReorganised
from domain.window import Window, on_clock
from domain.words import ComplaintKind
from services.statistics import QuarterRows, Statistics

CITY = "全市"
"""Under which name the city's figures stand."""

PART_OF_COUNT = "count"


class Part(NamedTuple):
    """A number that is explained: the row of the table, the figure's key, and which part of the figure.

    A count has one part, a rate its numerator and denominator, times their sum and ``n``.
    """

    row: str
    key: str
    part: str


Parts = Mapping[Part, Fraction]


@dataclass(frozen=True, slots=True)
class Reason:
    """What one step changed of one number, for one case, and the events that did it."""

    part: Part
    change: Fraction
    complaint: UUID
    receipt_no: str
    cause: str
    topic: str | None
    positions: tuple[int, ...]
    open_to_all: bool = True
    """Whether it may be told which case it is: of an accusation, and of what is confidential, to the auditor alone."""


@dataclass(frozen=True, slots=True)
class Explained:
    """One number on both sides, and the reasons whose changes add up to the difference."""

    part: Part
    a: Fraction
    b: Fraction
    reasons: tuple[Reason, ...]


@dataclass(frozen=True, slots=True)
class Difference:
    """Both sides and every number that differs."""

    a: QuarterRows
    b: QuarterRows
    explained: tuple[Explained, ...]

    def json(self, *, every_case: bool = False) -> dict[str, Any]:
        """Return plain values for JSON; a number that is no whole number is written as a fraction.

        Accusations and confidential cases are counted and not named, unless ``every_case`` says so.
        """
        return {
            "quarter": str(self.a.window.quarter),
            "a": _side(self.a),
            "b": _side(self.b),
            "differences": [
                {
                    "row": one.part.row,
                    "key": one.part.key,
                    "part": one.part.part,
                    "a": _number(one.a),
                    "b": _number(one.b),
                    "difference": _number(one.b - one.a),
                    "reasons": [_reason(reason, named=every_case or reason.open_to_all) for reason in one.reasons],
                }
                for one in self.explained
            ],
        }


def explain_difference(
    statistics: Statistics,
    quarter: Quarter,
    a: datetime,
    b: datetime,
    as_of: datetime | None = None,
    *,
    row: str | None = None,
    keys: Iterable[str] = (),
) -> Difference:
    """Explain why the figures of a quarter as known at ``b`` are not those as known at ``a``.

    ``row`` narrows to the city (``全市``) or one unit, ``keys`` to some figures. ``as_of`` holds on both sides; left
    out, each side has its own, as the figures themselves have. Raises ``ViewsBehind`` and ``LogDamaged``.
    """
    sides = statistics.rows(quarter, as_of, a), statistics.rows(quarter, as_of, b)
    return Difference(*sides, tuple(_explained(statistics, *sides, row, frozenset(keys))))


def figure_keys() -> tuple[str, ...]:
    """Return the keys of the figures that are explained."""
    rates = tuple(one.key for one in DEFINITIONS)
    return ("answered", *(one.key for one in COUNTS), *rates, "response_days", "response_working_days")


# --- the numbers of a table, and of one case in it ----------------------------------------------------------------


def parts_of(cases: Iterable[CaseMeasure], legs: Iterable[LegMeasure], window: Window, shared: _Known) -> Parts:
    """Return every number that the table over these rows shows or is made of; nought is left out."""
    kept = [case for case in cases if not window.settings.leaves_out(case)]
    chosen = {case.complaint for case in kept}
    table = tabulate(kept, [leg for leg in legs if leg.complaint in chosen], window, shared)
    found: dict[Part, Fraction] = defaultdict(Fraction)
    for name, row in ((CITY, table.total), *((row.name, row) for row in table.units)):
        _add(found, _of_row(name, row))
    known = {**shared, **{case.complaint: case for case in kept}}
    for case in kept:
        if answered(case, window):
            direct, unit = answering(case, known, window)
            for name in (CITY, DIRECT if direct else unit or NO_UNIT):
                _add(found, _of_times(name, case, window))
    return {part: number for part, number in found.items() if number}


_Known = Mapping[UUID, CaseMeasure]


def _add(found: dict[Part, Fraction], more: Parts) -> None:
    for part, number in more.items():
        found[part] += number


def _of_row(name: str, row: Row) -> dict[Part, Fraction]:
    # Of one case most numbers are nought, and nought is never kept.
    found = {Part(name, "answered", PART_OF_COUNT): Fraction(row.answered.value)} if row.answered.value else {}
    for key, count in row.counts.items():
        if count.value:
            found[Part(name, key, PART_OF_COUNT)] = Fraction(count.value)
    for key, figure in row.rates.items():
        if figure.numerator:
            found[Part(name, key, "numerator")] = figure.numerator
        if figure.denominator:
            found[Part(name, key, "denominator")] = Fraction(figure.denominator)
    return found


def _of_times(name: str, case: CaseMeasure, window: Window) -> dict[Part, Fraction]:
    took = response_days(case, window)
    if took is None:
        return {}
    found = {Part(name, "response_days", "sum"): Fraction(took), Part(name, "response_days", "n"): Fraction(1)}
    worked = working_days(case, window)
    if worked is not None:
        found[Part(name, "response_working_days", "sum")] = Fraction(worked)
        found[Part(name, "response_working_days", "n")] = Fraction(1)
    return found


# --- one case, step by step -----------------------------------------------------------------------------------------


@dataclass(frozen=True)
class _Stage:
    """A case as it is known, and what it is looked at through."""

    case: CaseMeasure | None
    legs: Legs
    window: Window
    known: _Known

    @cached_property
    def parts(self) -> Parts:
        if self.case is None:
            return {}
        return parts_of([self.case], self.legs, self.window, _origins(self.case, self.known))


def _origins(case: CaseMeasure, known: _Known) -> dict[UUID, CaseMeasure]:
    """Return the cases that a shared reply came from, and none besides."""
    found: dict[UUID, CaseMeasure] = {}
    for _ in range(SHARED_MAX):
        origin = known.get(case.answered_from) if case.answered_from is not None else None
        if origin is None:
            break
        found[origin.complaint] = case = origin
    return found


@dataclass(frozen=True, slots=True)
class _Step:
    """Where a case stands after a step, and what the step was."""

    stage: _Stage
    cause: str
    topic: str | None = None
    positions: tuple[int, ...] = ()


@dataclass(frozen=True, slots=True)
class _Way:
    """The way from one side to the other: both sides, and what lies between them besides the cases' own facts."""

    a: QuarterRows
    b: QuarterRows
    known_a: _Known
    known_b: _Known
    alike: tuple[tuple[_Around, ...], ...]
    """What surrounds the cases, in order, where events of one cause that follow each other stand together."""


def _explained(
    statistics: Statistics, a: QuarterRows, b: QuarterRows, row: str | None, keys: frozenset[str]
) -> Iterator[Explained]:
    alike = tuple(tuple(held) for _, held in groupby(_around(statistics, a, b), key=lambda one: one.cause))
    way = _Way(a, b, _known(a), _known(b), alike)
    before = parts_of(a.cases, a.legs, a.window, way.known_a)
    after = parts_of(b.cases, b.legs, b.window, way.known_b)
    reasons: dict[Part, list[Reason]] = {}
    for complaint in _touched(way):
        for reason in _reasons(statistics, complaint, way):
            reasons.setdefault(reason.part, []).append(reason)
    for part in sorted(before.keys() | after.keys()):
        was, now = before.get(part, Fraction(0)), after.get(part, Fraction(0))
        if was == now or (row is not None and part.row != row) or (keys and part.key not in keys):
            continue
        found = Explained(part, was, now, tuple(reasons.get(part, ())))
        assert sum(reason.change for reason in found.reasons) == now - was, f"{part} is not explained"
        yield found


def _known(rows: QuarterRows) -> dict[UUID, CaseMeasure]:
    return {**rows.shared, **{case.complaint: case for case in rows.cases}}


def _touched(way: _Way) -> Iterator[UUID]:
    """Give the cases that stand otherwise in the figures on one side than on the other, in order of registration."""
    cases_a, cases_b = ({case.complaint: case for case in side.cases} for side in (way.a, way.b))
    legs_a, legs_b = _legs_by_case(way.a), _legs_by_case(way.b)
    same_window = way.a.window == way.b.window
    for complaint in dict.fromkeys((*cases_a, *cases_b)):
        case_a, case_b = cases_a.get(complaint), cases_b.get(complaint)
        own_a, own_b = legs_a.get(complaint, ()), legs_b.get(complaint, ())
        shared = any(case is not None and case.answered_from is not None for case in (case_a, case_b))
        if same_window and not shared and case_a == case_b and own_a == own_b:
            continue
        stands_a = _Stage(case_a, own_a, way.a.window, way.known_a).parts
        if stands_a != _Stage(case_b, own_b, way.b.window, way.known_b).parts:
            yield complaint


def _legs_by_case(rows: QuarterRows) -> dict[UUID, Legs]:
    found: dict[UUID, list[LegMeasure]] = {}
    for leg in rows.legs:
        found.setdefault(leg.complaint, []).append(leg)
    return {complaint: tuple(legs) for complaint, legs in found.items()}


def _reasons(statistics: Statistics, complaint: UUID, way: _Way) -> Iterator[Reason]:
    recorded = [one for one in statistics.log.read_stream(complaint) if one.position <= way.b.position]
    first = recorded[0]
    receipt = receipt_no(on_clock(first.recorded_at, way.b.window.zone).date(), first.position)
    case = way.known_b.get(complaint) or way.known_a[complaint]
    open_to_all = case.kind is not ComplaintKind.ACCUSATION and not case.confidential
    before: Parts = {}
    for step in _steps(recorded, way):
        parts = step.stage.parts
        if step.cause != _START:
            for part in sorted(parts.keys() | before.keys()):
                change = parts.get(part, Fraction(0)) - before.get(part, Fraction(0))
                if change:
                    cause = (step.cause, step.topic, step.positions)
                    yield Reason(part, change, complaint, receipt, *cause, open_to_all=open_to_all)
        before = parts


_START = "start"


def _steps(recorded: list[Recorded], way: _Way) -> Iterator[_Step]:
    """Lead one case from side ``a`` to side ``b``; the first step is side ``a`` itself."""
    case: CaseMeasure | None = None
    legs: Legs = ()
    for one in recorded:
        if one.position <= way.a.position:
            case, legs = _after(case, legs, one)
    stage = _Stage(case, legs, way.a.window, way.known_a)
    yield _Step(stage, _START)
    if way.a.window.as_of != way.b.window.as_of:
        stage = replace(stage, window=replace(stage.window, as_of=way.b.window.as_of))
        yield _Step(stage, "time_passed")
    for step in _own_steps(stage, [one for one in recorded if one.position > way.a.position]):
        stage = step.stage
        yield step
    for step in _outer_steps(stage, way):
        stage = step.stage
        yield step
    if stage.window != way.b.window:
        stage = replace(stage, window=way.b.window)
        yield _Step(stage, "settings")
    if stage.case is not None and stage.case.answered_from is not None:
        yield _Step(replace(stage, known=way.known_b), "shared_reply")


def _own_steps(stage: _Stage, later: list[Recorded]) -> Iterator[_Step]:
    """Take in the case's own facts, each of which may have changed what is counted."""
    for one in later:
        case, legs = _after(stage.case, stage.legs, one)
        if case is stage.case and legs is stage.legs:
            continue
        stage = replace(stage, case=case, legs=legs)
        topic = topic_of(one.fact)
        yield _Step(stage, _CAUSES.get(topic, "case_changed"), topic, (one.position,))


def _outer_steps(stage: _Stage, way: _Way) -> Iterator[_Step]:
    """Take in what surrounds the cases; most are touched by none of it, and most of the rest by one kind of it."""
    for alike in way.alike:
        last = replace(stage, window=alike[-1].window)
        if last.parts == stage.parts:
            stage = last
            continue
        for each in alike:
            stage = replace(stage, window=each.window)
            yield _Step(stage, each.cause, each.topic, (each.position,))


def _after(case: CaseMeasure | None, legs: Legs, one: Recorded) -> tuple[CaseMeasure | None, Legs]:
    fact = complaint_fact(one)
    if fact is None:
        return case, legs
    return measure_case(case, one, fact), measure_legs(legs, one, fact)


_CAUSES = {
    "complaint.registered.v1": "case_added",
    "complaint.reply_corrected.v1": "reply_corrected",
    "complaint.registration_corrected.v1": "registration_corrected",
    "complaint.reclassified.v1": "reclassified",
    "complaint.reply_delivered.v1": "reply_added",
    "complaint.replied_from_ledger.v1": "reply_added",
    "complaint.answered_directly.v1": "reply_added",
    "complaint.deadline_recomputed.v1": "deadline_recomputed",
    "complaint.extension_granted.v1": "extended",
    "complaint.merged.v1": "merged",
    "complaint.unmerged.v1": "unmerged",
    "complaint.reopened.v1": "reopened",
}


# --- what surrounds the cases -----------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class _Around:
    """An event outside the cases, and the window after it."""

    position: int
    cause: str
    topic: str
    window: Window


def _around(statistics: Statistics, a: QuarterRows, b: QuarterRows) -> list[_Around]:
    """Return, in order, each event between the sides that changes what the cases are looked at through."""
    streams = (RULES_STREAM, UNITS_STREAM, COVERAGE_STREAM)
    between = sorted(
        (
            one
            for stream in streams
            for one in statistics.log.read_stream(stream)
            if a.position < one.position <= b.position
        ),
        key=lambda one: one.position,
    )
    found: list[_Around] = []
    held = replace(a.window, as_of=b.window.as_of)
    for one in between:
        window = statistics.window(b.window.quarter, one.position, b.window.as_of)
        if window != held:
            found.append(_Around(one.position, _cause_around(one), topic_of(one.fact), window))
            held = window
    return found


def _cause_around(one: Recorded) -> str:
    match one.fact:
        case UnitAliased() | UnitAliasWithdrawn():
            return "alias"
        case UnitReorganised() | UnitReorganisationReversed():
            return "reorganisation"
        case CalendarPublished():
            return "calendar"
        case LedgerImported():
            return "coverage"
        case DefinitionsAdopted() | EditionWithdrawn(kind=EditionKind.DEFINITIONS):
            return "definitions"
        case EditionWithdrawn(kind=EditionKind.CALENDAR):
            return "calendar"
        case _:
            return "rules" if one.stream == RULES_STREAM else "units"


CAUSES = {
    "time_passed": "统计截止时刻不同 the instant up to which acts count",
    "case_added": "新登记 case added",
    "case_changed": "办理进展 the case went on",
    "reply_added": "答复 reply added",
    "reply_corrected": "更正答复 reply corrected",
    "registration_corrected": "更正登记 registration corrected",
    "reclassified": "改类别 reclassified",
    "deadline_recomputed": "期限重算 deadline recomputed",
    "extended": "延期 extended",
    "merged": "并单 merged",
    "unmerged": "撤销并单 unmerged",
    "reopened": "重新办理 reopened",
    "alias": "单位别名 alias of a unit",
    "reorganisation": "机构改革 reorganisation",
    "calendar": "工作日历 calendar",
    "coverage": "导入覆盖范围 coverage of an import",
    "definitions": "统计口径 definitions",
    "rules": "规则版本 edition of rules",
    "units": "单位名录 registry of units",
    "settings": "设置 settings",
    "shared_reply": "共享答复的来源件 the case that a shared reply came from",
}
"""Each cause in Chinese and English."""


def _reason(reason: Reason, *, named: bool) -> dict[str, Any]:
    return {
        "complaint": str(reason.complaint) if named else None,
        "receipt_no": reason.receipt_no if named else None,
        "change": _number(reason.change),
        "cause": reason.cause,
        "said": CAUSES[reason.cause],
        "topic": reason.topic if named else None,
        "positions": list(reason.positions) if named else [],
    }


def _side(rows: QuarterRows) -> dict[str, Any]:
    window = rows.window
    return {
        "position": rows.position,
        "as_of": on_clock(window.as_of, window.zone).isoformat(),
        "definitions": window.settings.edition or EDITION,
    }


def _number(number: Fraction) -> int | str:
    return int(number) if number.denominator == 1 else str(number)
