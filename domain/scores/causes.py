"""What the log itself gives ground to score (记分建议): the causes of one case in a quarter, found from its facts.

A pure fold: the same facts, rules and window always give the same causes in the same order. Nothing here enters
anything; a person does. A cause of time belongs to the quarter in which its limit passed, or its next step began;
any other to the quarter in which its event occurred. Only lead legs are scored, as for all figures of units; a leg that
was rightly given back is nobody's fault. What a ledger brought in has no unit clock, and is not scored by time.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime, time, timedelta

from domain.complaint import events as e
from domain.facts import Moment, Recorded
from domain.figures.leg_measures import LegMeasure, Legs, lead_number, measure_legs
from domain.figures.leg_sets import leading
from domain.figures.measures import CaseMeasure
from domain.figures.measuring import complaint_fact, measure_case
from domain.figures.rows import LegRow
from domain.figures.window import Window
from domain.scores.ledger import CauseKey
from domain.scores.rules import ScoreEdition, ScoreItem, Trigger
from domain.timekeeping.deadlines import Deadline
from domain.words import ComplaintKind, Precision

LATE_DAYS_MAX = 3_660
"""No cause is followed for longer than about ten years."""

_ONE_DAY = timedelta(days=1)
_REPEATED_FROM = 2


@dataclass(frozen=True, slots=True)
class ScoreCause:
    """One ground to score a unit, with its points; ``said`` says it in a few words without anybody's name.

    ``at`` is when it arose; the steps are from ``first_step`` to ``last_step``; ``evidence`` are the positions of the
    events that it rests on.
    """

    key: CauseKey
    item: ScoreItem
    unit: str
    at: Moment
    said: str
    evidence: tuple[int, ...]
    first_step: int = 1
    last_step: int = 1

    @property
    def steps(self) -> int:
        """How many steps it comes to."""
        return self.last_step - self.first_step + 1

    @property
    def points_tenths(self) -> int:
        """What it comes to, in tenths of a point."""
        return self.item.points_tenths * self.steps


@dataclass(slots=True)
class _Course:
    """A case as its facts tell it, with the positions that causes name."""

    case: CaseMeasure | None = None
    legs: Legs = ()
    promised: dict[int, list[int]] = field(default_factory=lambda: defaultdict(list))
    signed: dict[int, int] = field(default_factory=dict)
    submitted: dict[int, int] = field(default_factory=dict)
    contacted: dict[int, int] = field(default_factory=dict)
    cards: list[tuple[int, Recorded]] = field(default_factory=list)
    sent_back: list[tuple[int, Recorded]] = field(default_factory=list)
    refused: list[tuple[int, Recorded]] = field(default_factory=list)
    reworked: list[tuple[int, Recorded]] = field(default_factory=list)
    found: dict[int, list[Recorded]] = field(default_factory=lambda: defaultdict(list))


def causes_of(recorded: Sequence[Recorded], edition: ScoreEdition, w: Window) -> tuple[ScoreCause, ...]:
    """Return the causes that a case gives in the window's quarter, by item, leg and event.

    ``recorded`` are the facts of the case up to the position that is asked; an accusation gives none.
    """
    course = _followed(recorded)
    if course.case is None or course.case.kind is ComplaintKind.ACCUSATION:
        return ()
    rows = {
        leg.number: LegRow(leg, course.case)
        for leg in course.legs
        if leading(LegRow(leg, course.case), w) and w.unit(leg.unit, leg.started) is not None
    }
    found: list[ScoreCause] = []
    for item in edition.items:
        found.extend(_of_item(item, course, rows, w))
    return tuple(found)


def late_days(deadline: Deadline, until: Moment, per: int, steps_max: int, w: Window) -> list[date] | None:
    """Return the day on which each step of lateness began, ``None`` where a year touched has no calendar.

    The first begins on the day after the deadline, and another with each ``per`` working days more that begin.
    """
    due, last = w.due_day(deadline), min(w.day(until), w.due_day(deadline) + timedelta(days=LATE_DAYS_MAX))
    # A limit in hours can be missed on the very day on which it ends.
    begun = [due if last == due else due + _ONE_DAY]
    worked, day = 0, due
    while day < last and len(begun) < steps_max:
        day += _ONE_DAY
        working = w.calendar.is_working(day)
        if working is None:
            return None
        worked += working
        if worked > per * len(begun):
            begun.append(day)
    return begun


def _followed(recorded: Iterable[Recorded]) -> _Course:
    course = _Course()
    for one in recorded:
        fact = complaint_fact(one)
        if fact is None:
            continue
        lead = lead_number(course.legs)
        course.case = measure_case(course.case, one, fact)
        course.legs = measure_legs(course.legs, one, fact)
        _note(course, one, lead)
    return course


def _note(course: _Course, one: Recorded, lead: int | None) -> None:  # noqa: C901 - one arm a fact
    match one.fact:
        case e.Dispatched(leg=leg) | e.JurisdictionDesignated(leg=leg) | e.ExtensionGranted(leg=leg):
            course.promised[leg].append(one.position)
        case e.DeadlineRecomputed(clock=clock) if (number := _leg_of(clock)) is not None:
            course.promised[number].append(one.position)
        case e.DeadlineMissed(clock=clock) if (number := _leg_of(clock)) is not None:
            course.cards.append((number, one))
        case e.Signed(leg=leg):
            course.signed[leg] = one.position
        case e.FirstContactMade(leg=leg):
            course.contacted.setdefault(leg, one.position)
        case e.ReplySubmitted(leg=leg):
            course.submitted[leg] = one.position
        case e.ReplySentBack(leg=leg):
            course.sent_back.append((leg, one))
        case e.ReturnRefused(leg=leg):
            course.refused.append((leg, one))
        case e.FindingRecorded(leg=leg):
            course.found[leg].append(one)
        case e.ReworkOrdered(number=number) if lead is not None and number >= _REPEATED_FROM:
            course.reworked.append((lead, one))
        case _:
            pass


def _of_item(item: ScoreItem, course: _Course, rows: dict[int, LegRow], w: Window) -> Iterator[ScoreCause]:
    match item.trigger:
        case Trigger.REPLY_LATE:
            yield from (cause for row in rows.values() for cause in _late(item, course, row, w))
        case Trigger.SIGN_LATE | Trigger.CONTACT_LATE:
            yield from _limits(item, course, rows, w)
        case Trigger.RED_CARD:
            yield from _events(item, course.cards, rows, w, "承办期限超期，红牌")
        case Trigger.REPLY_SENT_BACK:
            yield from _events(item, course.sent_back, rows, w, "答复经审核退回")
        case Trigger.RETURN_REFUSED:
            yield from _events(item, course.refused, rows, w, "退单申请未获同意")
        case Trigger.REWORKED_AGAIN:
            yield from _events(item, course.reworked, rows, w, "第二次以上责令重办")
        case Trigger.UNCORRECTED:
            yield from (cause for row in rows.values() for cause in _uncorrected(item, course, row, w))
        case Trigger.PRAISED:
            yield from _praised(item, rows, w)
        case Trigger.MANUAL:
            return


def _late(item: ScoreItem, course: _Course, row: LegRow, w: Window) -> Iterator[ScoreCause]:
    leg, deadline = row.leg, w.in_force(row.leg.promises)
    if deadline is None or _of_ledger(row) or not w.happened(leg.started):
        return
    ended = leg.ended if w.happened(leg.ended) else None
    stopped = leg.stopped if w.happened(leg.stopped) else leg.submitted if w.happened(leg.submitted) else ended
    if not (deadline.missed_at(stopped) if stopped is not None else w.expired(deadline)):
        return
    assert item.per_working_days is not None, "an item of lateness was checked to say its days"
    assert item.steps_max is not None, "an item of lateness was checked to say its steps"
    begun = late_days(deadline, stopped or Moment(w.as_of), item.per_working_days, item.steps_max, w)
    if begun is None:
        return
    mine = [step for step, day in enumerate(begun, start=1) if w.first_day <= day <= w.last_day]
    if not mine:
        return
    promised = [position for position in course.promised.get(leg.number, ()) if position > leg.started_position]
    answered = [course.submitted[leg.number]] if stopped is not None and leg.number in course.submitted else []
    yield ScoreCause(
        key=CauseKey(item.code, leg.complaint, leg.number, leg.started_position),
        item=item,
        unit=_unit(row, w),
        at=_at(begun[mine[0] - 1], w),
        said=f"超过承办期限{w.due_day(deadline):%Y-%m-%d}，至{w.day(stopped or Moment(w.as_of)):%Y-%m-%d}"
        + ("方答复" if answered else "仍未答复" if stopped is None else "止"),
        evidence=(leg.started_position, *promised, *answered),
        first_step=mine[0],
        last_step=mine[-1],
    )


def _limits(item: ScoreItem, course: _Course, rows: dict[int, LegRow], w: Window) -> Iterator[ScoreCause]:
    signing = item.trigger is Trigger.SIGN_LATE
    for row in rows.values():
        leg = row.leg
        deadline = leg.sign_deadline if signing else leg.contact_deadline
        done = leg.signed if signing else leg.contacted
        if deadline is None or not w.fell_due(deadline):
            continue
        if w.happened(done) and not deadline.missed_at(done):
            continue
        # A leg that ended before its limit owed nothing any more.
        if not w.happened(done) and w.happened(leg.ended) and not deadline.missed_at(leg.ended):
            continue
        proof = (course.signed if signing else course.contacted).get(leg.number)
        yield ScoreCause(
            key=CauseKey(item.code, leg.complaint, leg.number, leg.started_position),
            item=item,
            unit=_unit(row, w),
            at=Moment(deadline.due),
            said=f"应于{w.due_day(deadline):%Y-%m-%d}前{'签收' if signing else '先行联系'}，"
            + (f"{w.day(done):%Y-%m-%d}方办" if w.happened(done) else "至今未办"),
            evidence=(leg.started_position, *([proof] if proof is not None else [])),
        )


def _events(
    item: ScoreItem, found: Iterable[tuple[int, Recorded]], rows: dict[int, LegRow], w: Window, said: str
) -> Iterator[ScoreCause]:
    for number, one in found:
        if number in rows and w.within(one.fact.occurred):
            row = rows[number]
            yield ScoreCause(
                key=CauseKey(item.code, row.leg.complaint, number, one.position),
                item=item,
                unit=_unit(row, w),
                at=one.fact.occurred,
                said=f"{said}（{w.day(one.fact.occurred):%Y-%m-%d}）",
                evidence=(row.leg.started_position, one.position),
            )


def _uncorrected(item: ScoreItem, course: _Course, row: LegRow, w: Window) -> Iterator[ScoreCause]:
    """One cause a finding: the first of its measures whose due day passed undone, in the quarter of that day."""
    number = row.leg.number
    passed: dict[int, date] = {}
    for one in row.case.corrections:
        if one.leg != number or one.due is None or not w.happened(one.since):
            continue
        over = one.due + _ONE_DAY
        kept = any(w.happened(end) and w.day(end) <= one.due for end in (one.done, one.dropped))
        finding = _finding(course.found.get(number, []), one.since)
        if finding is not None and not kept and over <= w.today:
            passed[finding] = min(over, passed.get(finding, over))
    for position, over in sorted(passed.items()):
        if w.first_day <= over <= w.last_day:
            yield ScoreCause(
                key=CauseKey(item.code, row.leg.complaint, number, position),
                item=item,
                unit=_unit(row, w),
                at=_at(over, w),
                said=f"属实问题应于{over - _ONE_DAY:%Y-%m-%d}前整改，到期未完成",
                evidence=(row.leg.started_position, position),
            )


def _praised(item: ScoreItem, rows: dict[int, LegRow], w: Window) -> Iterator[ScoreCause]:
    for row in rows.values():
        if row.case.kind is ComplaintKind.PRAISE and w.within(row.leg.started):
            position = row.leg.started_position
            yield ScoreCause(
                key=CauseKey(item.code, row.leg.complaint, row.leg.number, position),
                item=item,
                unit=_unit(row, w),
                at=row.leg.started,
                said=f"群众表扬（{w.day(row.leg.started):%Y-%m-%d}转达）",
                evidence=(position,),
            )


def _finding(found: Sequence[Recorded], since: Moment) -> int | None:
    """Return the position of the finding that a measure belongs to: the last that had been made by then."""
    return next((one.position for one in reversed(found) if one.fact.occurred.at <= since.at), None)


def _of_ledger(row: LegRow) -> bool:
    return row.case.imported and row.leg.number == 1


def _unit(row: LegRow, w: Window) -> str:
    unit = w.unit(row.leg.unit, row.leg.started)
    assert unit is not None, "only legs of a named unit are scored"
    return unit


def _at(day: date, w: Window) -> Moment:
    return Moment(datetime.combine(day, time(), tzinfo=w.zone), Precision.DAY)


def _leg_of(clock: str) -> int | None:
    kind, _, number = clock.partition(" ")
    return int(number) if kind == "leg" else None


def assessable(leg: LegMeasure, case: CaseMeasure, w: Window) -> bool:
    """Say whether a leg gives a unit something to be scored on at all: its own work, with a clock, in the quarter."""
    row = LegRow(leg, case)
    if case.kind is ComplaintKind.ACCUSATION or _of_ledger(row) or not leading(row, w) or not w.happened(leg.started):
        return False
    over = leg.stopped if w.happened(leg.stopped) else leg.ended if w.happened(leg.ended) else None
    return w.day(leg.started) <= w.last_day and (over is None or w.day(over) >= w.first_day)
