"""The director's page (一单位一页): what a unit owes and how it did in a quarter, each line leading to its case.

Lists name cases by receipt number and subject, never by anybody's words, so that reading the page opens nothing sealed.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any, Final
from uuid import UUID

from domain.bulletin.state import Bulletin, DisputeState
from domain.complaint.corrections import Correction, days_overdue
from domain.facts import Moment
from domain.figures.figure import NONE, Cause
from domain.figures.indicators import DEFINITIONS, EDITION
from domain.figures.leg_sets import leg_late, leg_open, leg_reworked, leg_said
from domain.figures.measures import CaseMeasure
from domain.figures.rows import LegRow
from domain.figures.unit_table import Row, tabulate
from domain.figures.window import Window, on_clock
from domain.periods import Period
from domain.scores.figures import UnitScore
from domain.words import CHINESE, ComplaintKind, Satisfaction, State
from services.programme_lists import PromiseLine
from services.score_sheet import score_json
from services.statistics import QuarterRows, figure_json, row_json
from services.work_lists import receipt_of

FIGURES: Final = (
    "on_time",
    "closed_on_time",
    "signed_in_time",
    "responded",
    "substantiated",
    "corrected",
    "solved",
    "satisfied",
    "reached",
    "reworked",
    "returned",
)
"""The rates that the page shows, in its order."""

COUNTS: Final = ("registered", "due", "late", "overdue_open", "open", "measures_past_due", "followed_up")
"""The counts that the page shows."""

NOTHING_OF_THE_UNIT: Final = Cause(
    "no_work", "本季度没有该单位的承办记录", "nothing of the quarter is on record for this unit"
)
NO_PROMISES: Final = Cause(
    "promises_none",
    "没有记录该单位的现场承诺",
    "no promise of this unit made on air is on record",
)
_WHOLE: Final = "100.00%"
_dissatisfied = leg_said(Satisfaction.DISSATISFIED)


@dataclass(frozen=True, slots=True)
class Said:
    """A remark that the page makes on its own figures."""

    zh: str
    en: str


@dataclass(frozen=True, slots=True)
class WorkLine:
    """One leg of the unit: ``days_over`` is how long past its deadline it stood or was answered, 0 where in time."""

    id: UUID
    receipt_no: str
    leg: int
    subject: str
    state: State
    started: Moment
    deadline: date | None
    provisional: bool
    stopped: Moment | None
    age_days: int
    days_over: int
    rework: int


@dataclass(frozen=True, slots=True)
class OwedLine:
    """One measure that the unit owes; ``days_over`` is ``None`` where no due day was given."""

    id: UUID
    receipt_no: str
    leg: int
    subject: str
    conduct_code: str | None
    found: Moment
    code: str | None
    due: date | None
    days_over: int | None


@dataclass(frozen=True, slots=True)
class ComplaintLine:
    """One case that was done again, or whose reporter was not content; ``cause`` is ``None`` where none was given."""

    id: UUID
    receipt_no: str
    leg: int
    subject: str
    at: Moment
    cause: str | None
    reworked: bool


@dataclass(frozen=True, slots=True)
class PassedLine:
    """One case that the unit asked to return in the quarter, or whose hand-over it still owes.

    ``outcome`` is ``pending``, ``approved`` or ``refused``; ``handover_due`` is ``None`` where no hand-over followed.
    """

    id: UUID
    receipt_no: str
    leg: int
    subject: str
    asked: Moment
    outcome: str
    handover_due: date | None
    handed_over: Moment | None
    handover_late: bool


@dataclass(frozen=True, slots=True)
class Objection:
    """An objection of the unit to figures of the quarter's bulletin, and what became of it."""

    number: int
    cells: tuple[str, ...]
    reason: str
    state: DisputeState


@dataclass(frozen=True, slots=True)
class UnitPage:
    """One unit in one quarter, as of an instant and as known at a position of the log."""

    unit: str
    quarter: Period
    window: Window
    position: int
    row: Row | None
    undone: tuple[WorkLine, ...]
    late: tuple[WorkLine, ...]
    uncorrected: tuple[OwedLine, ...]
    reworks: tuple[ComplaintLine, ...]
    dissatisfied: tuple[ComplaintLine, ...]
    objections: tuple[Objection, ...]
    score: UnitScore | None
    first_received: int
    passed: tuple[PassedLine, ...]
    promises: tuple[PromiseLine, ...] = ()

    @property
    def handovers_late(self) -> tuple[PassedLine, ...]:
        """The hand-overs that were made after their limit, or are still owed after it."""
        return tuple(line for line in self.passed if line.handover_late)

    @property
    def overdue(self) -> tuple[WorkLine, ...]:
        """What is undone and past its deadline, the oldest first."""
        return tuple(line for line in self.undone if line.days_over > 0)

    @property
    def past_due(self) -> tuple[OwedLine, ...]:
        """The measures whose due day lies behind."""
        return tuple(line for line in self.uncorrected if line.days_over)

    @property
    def whole(self) -> tuple[str, ...]:
        """The Chinese names of the rates that stand at 100 %."""
        rates = self.row.rates if self.row is not None else {}
        return tuple(one.name_zh for one in DEFINITIONS if one.key in FIGURES and _rate(rates, one.key) == _WHOLE)

    @property
    def remarks(self) -> tuple[Said, ...]:
        """What must be said beside the figures: a 100 % never stands alone beside something that is left undone."""
        found = []
        left = (
            (len(self.overdue), "超时未办结", "overdue and open"),
            (len(self.uncorrected), "项属实未纠", "measures owed"),
            (len(self.dissatisfied), "不满意", "not content"),
        )
        undone = [(count, zh, en) for count, zh, en in left if count]
        if self.whole and undone:
            zh = "、".join(f"{count} {'' if name.startswith('项') else '件'}{name}" for count, name, _ in undone)
            en = ", ".join(f"{count} {name}" for count, _, name in undone)
            found.append(
                Said(
                    f"{'、'.join(self.whole)}为 {_WHOLE}，只就各自分母而言；同期另有 {zh}，见下列清单。",
                    f"A rate of {_WHOLE} holds for its own denominator only; beside it stand {en}, listed below.",
                )
            )
        if "查纠率" in self.whole and self.uncorrected:
            found.append(
                Said(
                    "查纠率只看是否定有整改措施，不看是否完成；是否完成见“属实未纠”。",
                    "The corrected rate says that measures were set, not that they were done.",
                )
            )
        return tuple(found)

    def json(self) -> dict[str, Any]:
        """Return the page as plain values: ``units page --json`` and the API give the same."""
        zone = self.window.zone
        figures: dict[str, Any] = {}
        if self.row is not None:
            plain = row_json(self.row)
            figures = {key: plain[key] for key in (*COUNTS, *FIGURES)} | {
                "response": plain["leg_days"],
                "oldest_open_days": plain["oldest_open_days"],
                "causes": {key: cause for key, cause in plain["causes"].items() if key in {*COUNTS, *FIGURES}},
            }
        return {
            "unit": self.unit,
            "quarter": str(self.quarter),
            "as_of": on_clock(self.window.as_of, zone).isoformat(),
            "position": self.position,
            "definitions": self.window.settings.edition or EDITION,
            "figures": figures,
            "figures_cause": _cause(NOTHING_OF_THE_UNIT) if self.row is None else None,
            "remarks": [{"zh": said.zh, "en": said.en} for said in self.remarks],
            "overdue": [_work_json(line, self.window) for line in self.overdue],
            "undone": [_work_json(line, self.window) for line in self.undone],
            "late": [_work_json(line, self.window) for line in self.late],
            "uncorrected": [_owed_json(line, self.window) for line in self.uncorrected],
            "uncorrected_past_due": len(self.past_due),
            "reworks": [_complaint_json(line, self.window) for line in self.reworks],
            "dissatisfied": [_complaint_json(line, self.window) for line in self.dissatisfied],
            "first_received": self.first_received,
            "passed": [_passed_json(line, self.window) for line in self.passed],
            "handovers_late": len(self.handovers_late),
            "promises": {
                "items": [_promise_json(line) for line in self.promises],
                "cause": None if self.promises else _cause(NO_PROMISES),
            },
            "objections": [
                {"number": one.number, "cells": list(one.cells), "reason": one.reason, "state": one.state.value}
                for one in self.objections
            ],
            "score": score_json(self.score, zone) if self.score is not None else None,
        }


def unit_page(
    unit: str,
    rows: QuarterRows,
    bulletin: Bulletin | None,
    score: UnitScore | None = None,
    promises: Sequence[PromiseLine] = (),
) -> UnitPage:
    """Return a unit's page from everything that a quarter's figures are made of.

    ``unit`` is the name that the registry resolves the wanted spelling to. Accusations are on no page.
    """
    window = rows.window
    mine = [row for row in rows.leg_rows() if _is_of(row, unit, window)]
    table = tabulate(rows.cases, rows.legs, window, rows.shared)
    return UnitPage(
        unit=unit,
        quarter=window.quarter,
        window=window,
        position=rows.position,
        row=table.unit(unit),
        undone=_work(mine, leg_open, window),
        late=_work(mine, leg_late, window),
        uncorrected=_owed(mine, window),
        reworks=tuple(
            _complaint(row, at, _cause_said(row, window), window)
            for row in mine
            if leg_reworked(row, window) and (at := row.leg.reworked) is not None
        ),
        dissatisfied=tuple(
            _complaint(row, made.at, made.cause, window)
            for row in mine
            if _dissatisfied(row, window)
            for made in [next(one for one in reversed(row.leg.follow_ups) if one.reached and window.within(one.at))]
        ),
        first_received=sum(_received_first(case, unit, window) for case in rows.cases),
        passed=_passed(mine, window),
        objections=tuple(
            Objection(held.number, held.cells, held.reason, held.state)
            for held in (bulletin.disputes if bulletin is not None else ())
            if (window.registry.resolve(held.unit) or held.unit) == unit
        ),
        score=score,
        promises=tuple(
            one for one in promises if (window.registry.resolve(one.promise.unit) or one.promise.unit) == unit
        ),
    )


def _is_of(row: LegRow, unit: str, window: Window) -> bool:
    return row.case.kind is not ComplaintKind.ACCUSATION and window.unit(row.leg.unit, row.leg.started) == unit


def _work(rows: list[LegRow], belongs: Callable[[LegRow, Window], bool], window: Window) -> tuple[WorkLine, ...]:
    lines = [_line(row, window) for row in rows if belongs(row, window)]
    return tuple(sorted(lines, key=lambda line: (line.started.at, line.receipt_no, line.leg)))


def _line(row: LegRow, window: Window) -> WorkLine:
    leg = row.leg
    deadline = window.in_force(leg.promises)
    due = window.due_day(deadline) if deadline is not None else None
    stopped = leg.stopped if window.happened(leg.stopped) else None
    until = window.day(stopped) if stopped is not None else window.today
    over = deadline is not None and (deadline.missed_at(stopped) if stopped is not None else window.expired(deadline))
    return WorkLine(
        id=row.case.complaint,
        receipt_no=receipt_of(row.case, window.zone),
        leg=leg.number,
        subject=_subject(row),
        state=row.case.state,
        started=leg.started,
        deadline=due,
        provisional=deadline.provisional if deadline is not None else False,
        stopped=stopped,
        age_days=max(0, (until - window.day(leg.started)).days),
        # A deadline within a day can be missed on that very day.
        days_over=max(1, (until - due).days) if over and due is not None else 0,
        rework=leg.rework,
    )


def _owed(rows: list[LegRow], window: Window) -> tuple[OwedLine, ...]:
    lines = [
        OwedLine(
            id=row.case.complaint,
            receipt_no=receipt_of(row.case, window.zone),
            leg=row.leg.number,
            subject=_subject(row),
            conduct_code=row.leg.findings[-1].conduct_code if row.leg.findings else None,
            found=one.since,
            # Nobody had named it as of then where it was named by being done.
            code=one.code,
            due=one.due,
            days_over=days_overdue(one, window.today),
        )
        for row in rows
        for one in row.case.corrections
        if one.leg == row.leg.number and _owed_then(one, window)
    ]
    return tuple(sorted(lines, key=lambda line: (line.due or date.max, line.found.at, line.receipt_no, line.leg)))


def _received_first(case: CaseMeasure, unit: str, window: Window) -> bool:
    held = case.responsibility
    first = case.kind is not ComplaintKind.ACCUSATION and window.unit(held.receiver, held.received) == unit
    return first and held.receiver is not None and window.within(held.received)


def _passed(rows: list[LegRow], window: Window) -> tuple[PassedLine, ...]:
    lines = []
    for row in rows:
        asked = [at for at in row.leg.returns_asked if window.happened(at)]
        owed = next((one for one in row.case.responsibility.handovers if one.leg == row.leg.number), None)
        owed = owed if owed is not None and window.happened(owed.since) else None
        done = owed.done if owed is not None and window.happened(owed.done) else None
        still = owed is not None and done is None
        if not asked or not (still or any(window.within(at) for at in (*asked, done))):
            continue
        overdue = owed is not None and (
            window.expired(owed.deadline) if done is None else owed.deadline.missed_at(done)
        )
        lines.append(
            PassedLine(
                id=row.case.complaint,
                receipt_no=receipt_of(row.case, window.zone),
                leg=row.leg.number,
                subject=_subject(row),
                asked=asked[-1],
                outcome=_outcome(row, asked[-1], window),
                handover_due=window.due_day(owed.deadline) if owed is not None else None,
                handed_over=done,
                handover_late=overdue,
            )
        )
    return tuple(sorted(lines, key=lambda line: (line.asked.at, line.receipt_no, line.leg)))


def _outcome(row: LegRow, asked: Moment, window: Window) -> str:
    if window.happened(row.leg.returned):
        return "approved"
    refused = any(at.at >= asked.at and window.happened(at) for at in row.leg.returns_refused)
    return "refused" if refused else "pending"


def _owed_then(one: Correction, window: Window) -> bool:
    return window.happened(one.since) and not window.happened(one.done) and not window.happened(one.dropped)


def _complaint(row: LegRow, at: Moment, cause: str | None, window: Window) -> ComplaintLine:
    return ComplaintLine(
        id=row.case.complaint,
        receipt_no=receipt_of(row.case, window.zone),
        leg=row.leg.number,
        subject=_subject(row),
        at=at,
        cause=cause,
        reworked=row.leg.reworked is not None and window.happened(row.leg.reworked),
    )


def _cause_said(row: LegRow, window: Window) -> str | None:
    said = (one for one in reversed(row.leg.follow_ups) if one.reached and window.happened(one.at))
    return next((one.cause for one in said), None)


def _subject(row: LegRow) -> str:
    """What a case is about without anybody's words: its category, else its kind."""
    return row.case.category or CHINESE[row.case.kind]


def _rate(rates: Any, key: str) -> str:  # noqa: ANN401 - a mapping of figures, which may be empty
    figure = rates.get(key)
    return str(figure_json(figure)["rate"]) if figure is not None and figure.denominator else NONE


def _cause(cause: Cause) -> dict[str, str]:
    return {"code": cause.code, "zh": cause.zh, "en": cause.en}


def _promise_json(line: PromiseLine) -> dict[str, Any]:
    return {
        "episode": line.episode,
        "commitment": line.promise.number,
        "leader": line.promise.leader,
        "text": line.promise.text,
        "made_on": line.aired_on.isoformat(),
        "due": line.due.isoformat(),
        "first_due": line.first_due.isoformat(),
        "standing": line.standing.value,
        "days_over": line.days_over,
    }


def _work_json(line: WorkLine, window: Window) -> dict[str, Any]:
    return {
        "id": str(line.id),
        "receipt_no": line.receipt_no,
        "leg": line.leg,
        "subject": line.subject,
        "state": line.state.value,
        "started_on": window.day(line.started).isoformat(),
        "deadline": line.deadline.isoformat() if line.deadline is not None else None,
        "provisional": line.provisional,
        "answered_on": window.day(line.stopped).isoformat() if line.stopped is not None else None,
        "age_days": line.age_days,
        "days_over": line.days_over,
        "rework": line.rework,
    }


def _owed_json(line: OwedLine, window: Window) -> dict[str, Any]:
    return {
        "id": str(line.id),
        "receipt_no": line.receipt_no,
        "leg": line.leg,
        "subject": line.subject,
        "conduct_code": line.conduct_code,
        "found_on": window.day(line.found).isoformat(),
        "measure": line.code,
        "due": line.due.isoformat() if line.due is not None else None,
        "days_over": line.days_over,
    }


def _passed_json(line: PassedLine, window: Window) -> dict[str, Any]:
    return {
        "id": str(line.id),
        "receipt_no": line.receipt_no,
        "leg": line.leg,
        "subject": line.subject,
        "asked_on": window.day(line.asked).isoformat(),
        "outcome": line.outcome,
        "handover_due": line.handover_due.isoformat() if line.handover_due is not None else None,
        "handed_over_on": window.day(line.handed_over).isoformat() if line.handed_over is not None else None,
        "handover_late": line.handover_late,
    }


def _complaint_json(line: ComplaintLine, window: Window) -> dict[str, Any]:
    return {
        "id": str(line.id),
        "receipt_no": line.receipt_no,
        "leg": line.leg,
        "subject": line.subject,
        "on": window.day(line.at).isoformat(),
        "cause": line.cause,
        "reworked": line.reworked,
    }
