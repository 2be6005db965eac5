"""Why two figures of one quarter differ (差异说明): case by case, with the events that made the difference.

Both sides are the same figures at two positions of the log. What lies between them is walked through one step at a
time: first the instant up to which acts count, then each case's own facts in order, then what surrounds the cases
(spellings and reorganisations of units, calendars, coverage of imports, definitions), then the case that a shared reply
came from. A step's part of a figure is what the figure is after it less what it was before, so that the parts of all
steps add up to the difference exactly, whatever they are.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from fractions import Fraction
from itertools import groupby
from typing import Any
from uuid import UUID

from domain.editions import CalendarPublished, DefinitionsAdopted, EditionKind, EditionWithdrawn
from domain.facts import Recorded, topic_of
from domain.figures.case_parts import CITY, CaseParts, Known, Number, Part, Parts
from domain.figures.coverage import LedgerImported
from domain.figures.indicators import COUNTS, DEFINITIONS, EDITION
from domain.figures.leg_measures import LegMeasure, Legs, measure_legs
from domain.figures.measures import CaseMeasure
from domain.figures.measuring import complaint_fact, measure_case
from domain.figures.window import Window, on_clock
from domain.identity import COVERAGE_STREAM, RULES_STREAM, UNITS_STREAM, receipt_no
from domain.periods import Quarter
from domain.units import UnitAliased, UnitAliasWithdrawn, UnitReorganisationReversed, UnitReorganised
from domain.words import ComplaintKind
from projections.legs import case_rows_at
from services.statistics import QuarterRows, Statistics

__all__ = ["CAUSES", "CITY", "Difference", "Explained", "Part", "Reason", "explain_difference", "figure_keys"]

CASES_AT_ONCE_MAX = 500
"""Of how many cases the facts between both sides are in memory at a time."""


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


# --- one case, step by step -----------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class _Stage:
    """A case as it is known, and what it is looked at through."""

    case: CaseMeasure | None
    legs: Legs
    through: CaseParts

    @property
    def parts(self) -> Parts:
        """What the case adds to each number."""
        return self.through.of(self.case, self.legs) if self.case is not None else {}


@dataclass(frozen=True, slots=True)
class _Step:
    """What a case adds after a step, and what the step was."""

    parts: Parts
    cause: str
    topic: str | None = None
    positions: tuple[int, ...] = ()


@dataclass(frozen=True, slots=True)
class _Through:
    """An event around the cases, and what they are looked at through after it."""

    around: _Around
    parts: CaseParts


@dataclass(frozen=True, slots=True)
class _Way:
    """The way from one side to the other: both sides, and what lies between them besides the cases' own facts."""

    a: QuarterRows
    b: QuarterRows
    known_a: Known
    known_b: Known
    at_a: CaseParts
    at_b: CaseParts
    later: CaseParts | None
    """Side ``a`` as of the instant of side ``b``, ``None`` where both have the same."""
    alike: tuple[tuple[_Through, ...], ...]
    """What surrounds the cases, in order, where events of one cause that follow each other stand together."""
    settled: CaseParts | None
    """The window of side ``b`` where something else of it than those events differs, with what was known at ``a``."""


def _way(statistics: Statistics, a: QuarterRows, b: QuarterRows) -> _Way:
    known_a, known_b = _known(a), _known(b)
    window = a.window
    later = None
    if window.as_of != b.window.as_of:
        window = replace(window, as_of=b.window.as_of)
        later = CaseParts(window, known_a)
    around = [_Through(one, CaseParts(one.window, known_a)) for one in _around(statistics, a, b)]
    if around:
        window = around[-1].around.window
    return _Way(
        a=a,
        b=b,
        known_a=known_a,
        known_b=known_b,
        at_a=CaseParts(a.window, known_a),
        at_b=CaseParts(b.window, known_b),
        later=later,
        alike=tuple(tuple(held) for _, held in groupby(around, key=lambda one: one.around.cause)),
        settled=CaseParts(b.window, known_a) if window != b.window else None,
    )


@dataclass(frozen=True, slots=True)
class _Touched:
    """A case that adds something else on one side than on the other."""

    complaint: UUID
    case: CaseMeasure
    """As known last."""
    stage: _Stage | None
    """How it stood at ``a`` in the rows of both sides, ``None`` where that must be looked up."""
    a: Parts
    b: Parts


def _explained(
    statistics: Statistics, a: QuarterRows, b: QuarterRows, row: str | None, keys: frozenset[str]
) -> Iterator[Explained]:
    way = _way(statistics, a, b)
    before: dict[Part, Number] = defaultdict(int)
    after: dict[Part, Number] = defaultdict(int)
    touched = list(_touched(way, before, after))
    reasons: dict[Part, list[Reason]] = {}
    for start in range(0, len(touched), CASES_AT_ONCE_MAX):
        for reason in _reasons(statistics, touched[start : start + CASES_AT_ONCE_MAX], way):
            reasons.setdefault(reason.part, []).append(reason)
    for part in sorted(before.keys() | after.keys()):
        was, now = Fraction(before.get(part, 0)), Fraction(after.get(part, 0))
        if was == now or (row is not None and part.row != row) or (keys and part.key not in keys):
            continue
        found = Explained(part, was, now, tuple(reasons.get(part, ())))
        assert sum(reason.change for reason in found.reasons) == now - was, f"{part} is not explained"
        yield found


def _known(rows: QuarterRows) -> dict[UUID, CaseMeasure]:
    return {**rows.shared, **{case.complaint: case for case in rows.cases}}


def _touched(way: _Way, before: dict[Part, Number], after: dict[Part, Number]) -> Iterator[_Touched]:
    """Give the cases that stand otherwise in the figures on one side than on the other, in order of registration.

    Each is looked at alone and added to the numbers of both sides; where nothing at all differs, but once.
    """
    cases_a, cases_b = ({case.complaint: case for case in side.cases} for side in (way.a, way.b))
    legs_a, legs_b = _legs_by_case(way.a), _legs_by_case(way.b)
    same_window = way.a.window == way.b.window
    for complaint in dict.fromkeys((*cases_a, *cases_b)):
        case_a, case_b = cases_a.get(complaint), cases_b.get(complaint)
        own_a, own_b = legs_a.get(complaint, ()), legs_b.get(complaint, ())
        shared = any(case is not None and case.answered_from is not None for case in (case_a, case_b))
        alike = case_a == case_b and own_a == own_b
        stands_a = way.at_a.of(case_a, own_a) if case_a is not None else {}
        if same_window and not shared and alike:
            stands_b = stands_a
        else:
            stands_b = way.at_b.of(case_b, own_b) if case_b is not None else {}
        for total, stands in ((before, stands_a), (after, stands_b)):
            for part, number in stands.items():
                total[part] += number
        if stands_a != stands_b:
            case = case_b or case_a
            assert case is not None, "it is of one side or the other"
            yield _Touched(complaint, case, _Stage(case_a, own_a, way.at_a) if alike else None, stands_a, stands_b)


def _legs_by_case(rows: QuarterRows) -> dict[UUID, Legs]:
    found: dict[UUID, list[LegMeasure]] = {}
    for leg in rows.legs:
        found.setdefault(leg.complaint, []).append(leg)
    return {complaint: tuple(legs) for complaint, legs in found.items()}


def _reasons(statistics: Statistics, touched: Sequence[_Touched], way: _Way) -> Iterator[Reason]:
    """Tell of some cases what each step changed of them; their facts between the sides are read together."""
    ids = [one.complaint for one in touched]
    between = {one[0].stream: one for one in statistics.log.read_streams(ids, after=way.a.position, to=way.b.position)}
    wanted = [one.complaint for one in touched if one.stage is None or one.complaint in between]
    stood = case_rows_at(statistics.views, wanted, way.a.position)
    for one in touched:
        first = one.case
        receipt = receipt_no(on_clock(first.recorded, way.b.window.zone).date(), first.registered_position)
        open_to_all = first.kind is not ComplaintKind.ACCUSATION and not first.confidential
        if one.stage is None or one.complaint in between:
            case, legs = stood.get(one.complaint, (None, ()))
            stage = _Stage(case, legs, way.at_a)
            steps = _steps(stage, stage.parts, between.get(one.complaint, ()), way)
        else:
            shared = first.answered_from is not None
            steps = _steps(one.stage, one.a, (), way, None if shared or way.settled is not None else one.b)
        before: Parts = {}
        for step in steps:
            parts = step.parts
            if step.cause != _START and parts != before:
                for part in sorted(parts.keys() | before.keys()):
                    change = parts.get(part, 0) - before.get(part, 0)
                    if change:
                        cause = (step.cause, step.topic, step.positions)
                        yield Reason(part, Fraction(change), one.complaint, receipt, *cause, open_to_all=open_to_all)
            before = parts


_START = "start"


def _steps(
    stage: _Stage, parts: Parts, later: Sequence[Recorded], way: _Way, at_last: Parts | None = None
) -> Iterator[_Step]:
    """Lead one case from side ``a`` to side ``b``; the first step is side ``a`` itself, whose ``parts`` are given.

    ``at_last`` is what the case adds after all that surrounds it, where that is known already.
    """
    yield _Step(parts, _START)
    if way.later is not None:
        stage = replace(stage, through=way.later)
        parts = stage.parts if way.alike or at_last is None else at_last
        yield _Step(parts, "time_passed")
    for recorded in later:
        case, legs = _after(stage.case, stage.legs, recorded)
        if case is stage.case and legs is stage.legs:
            continue
        stage = replace(stage, case=case, legs=legs)
        parts, topic = stage.parts, topic_of(recorded.fact)
        yield _Step(parts, _CAUSES.get(topic, "case_changed"), topic, (recorded.position,))
    for alike in way.alike:
        last = replace(stage, through=alike[-1].parts)
        stands = last.parts if at_last is None or alike is not way.alike[-1] else at_last
        # Most cases are touched by nothing that surrounds them, and most of the rest by one kind of it.
        for each in alike if stands != parts else ():
            around = each.around
            held = stands if each is alike[-1] else replace(stage, through=each.parts).parts
            yield _Step(held, around.cause, around.topic, (around.position,))
        stage, parts = last, stands
    if way.settled is not None:
        stage = replace(stage, through=way.settled)
        yield _Step(stage.parts, "settings")
    if stage.case is not None and stage.case.answered_from is not None:
        yield _Step(replace(stage, through=way.at_b).parts, "shared_reply")


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
