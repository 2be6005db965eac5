"""Every indicator as a definition with an edition (指标口径): named predicates over measures, nothing else.

A predicate says of one row whether it belongs to a set. City-wide figures count complaints, a unit's figures count its
legs. ``docs/indicators.md`` says the same in words, with an example each.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from fractions import Fraction
from functools import wraps
from typing import Any, Generic, TypeVar, cast

from domain.complaint.corrections import Correction
from domain.facts import Moment
from domain.figures.figure import OVER_DAYS
from domain.figures.leg_measures import LegMeasure
from domain.figures.measures import CaseMeasure, Ending, FindingMade, FollowUp
from domain.figures.sources import Needs
from domain.figures.window import Window
from domain.timekeeping.deadlines import Deadline
from domain.words import Finding, LegRole, Satisfaction, State

EDITION = "2026-1"
"""The edition of every definition here; it changes whenever one of them does."""

NOTHING = Needs()
"""What a figure needs that every source supports."""

_LEAD, _CLOSED = LegRole.LEAD, State.CLOSED
_PROVED = frozenset({Finding.SUBSTANTIATED, Finding.PARTLY})


@dataclass(frozen=True, slots=True)
class LegRow:
    """A leg beside its case."""

    leg: LegMeasure
    case: CaseMeasure


_R = TypeVar("_R", CaseMeasure, LegRow)
Predicate = Callable[[_R, Window], bool]
_F = TypeVar("_F", bound=Callable[..., Any])


def _once(ask: _F) -> _F:
    """Remember what was asked last: sets that lie within one another ask the same of the same row, one after the other.

    Rows and windows never change, so that the very same ones have the very same answer.
    """
    held: tuple[object, object, Any] = (None, None, None)

    @wraps(ask)
    def asked(row: object, w: Window) -> Any:  # noqa: ANN401 - whatever is asked
        nonlocal held
        last = held
        if last[0] is row and last[1] is w:
            return last[2]
        found = ask(row, w)
        held = (row, w, found)
        return found

    return cast("_F", asked)


# --- one complaint ----------------------------------------------------------------------------------------------


def registered(case: CaseMeasure, w: Window) -> bool:
    """R: registered in the quarter (本期登记)."""
    return w.within(case.registered)


@_once
def answered(case: CaseMeasure, w: Window) -> bool:
    """A: the first substantive reply reached the person in the quarter (本期答复)."""
    return w.within(case.answered)


def flagged(case: CaseMeasure, w: Window) -> bool:
    """Answered in the quarter by a reply dated before its letter (答复早于来信)."""
    return answered(case, w) and response_days(case, w) is None


@_once
def out_of_order(case: CaseMeasure, w: Window) -> bool:
    """Answered by ``as_of`` by a reply dated before its letter: neither in time nor late."""
    return w.happened(case.answered) and w.calendar_days(case.registered, case.answered) < 0


@_once
def response_days(case: CaseMeasure, w: Window) -> int | None:
    """Return calendar days from registration to the answer; ``None`` without one, or where it is dated before."""
    if case.answered is None:
        return None
    days = w.calendar_days(case.registered, case.answered)
    return days if days >= 0 else None


def answered_after(days: int) -> Callable[[CaseMeasure, Window], bool]:
    """Return the predicate: answered in the quarter after more than so many calendar days."""

    def after(case: CaseMeasure, w: Window) -> bool:
        took = response_days(case, w) if answered(case, w) else None
        return took is not None and took > days

    after.__doc__ = f"Answered in the quarter after more than {days} calendar days."
    return after


@_once
def ending(case: CaseMeasure, w: Window) -> Ending | None:
    """Return how the case stood ended at ``as_of``, ``None`` where it was open."""
    for end in reversed(case.endings):
        if w.happened(end.at):
            return None if w.happened(end.undone) else end
    return None


@_once
def closed(case: CaseMeasure, w: Window) -> bool:
    """C: closed in the quarter, and not reopened by ``as_of`` (本期办结)."""
    end = ending(case, w)
    return end is not None and end.how is _CLOSED and w.within(end.at)


def open_case(case: CaseMeasure, w: Window) -> bool:
    """Registered by ``as_of`` and not ended by then (未办结)."""
    return w.happened(case.registered) and ending(case, w) is None


def unanswered(case: CaseMeasure, w: Window) -> bool:
    """Open at ``as_of`` without a reply that reached the person (未答复)."""
    return open_case(case, w) and not w.happened(case.answered)


def overdue_open(case: CaseMeasure, w: Window) -> bool:
    """Unanswered at ``as_of`` and past the citizen's deadline (超期未答复)."""
    deadline = w.in_force(case.promises)
    return deadline is not None and w.expired(deadline) and unanswered(case, w)


@_once
def due(case: CaseMeasure, w: Window) -> bool:
    """D: the citizen's deadline in force passed in the quarter, or the case was carried in overdue (应办结)."""
    return _case_due(case, w, w.in_force(case.promises))


@_once
def due_originally(case: CaseMeasure, w: Window) -> bool:
    """D by the deadline that was promised first."""
    return _case_due(case, w, case.promises[0].deadline if case.promises else None)


def carried_in(case: CaseMeasure, w: Window) -> bool:
    """In D although its deadline passed before the quarter: it was still unanswered when the quarter began (结转)."""
    deadline = w.in_force(case.promises)
    return deadline is not None and w.due_day(deadline) < w.first_day and due(case, w)


@_once
def answered_on_time(case: CaseMeasure, w: Window) -> bool:
    """In D, and the reply reached the person by the citizen's deadline (按时办结)."""
    deadline = w.in_force(case.promises)
    return due(case, w) and _kept(case.answered, deadline, w) and not out_of_order(case, w)


def answered_on_time_originally(case: CaseMeasure, w: Window) -> bool:
    """In D by the first deadline, and the reply reached the person by it."""
    deadline = case.promises[0].deadline if case.promises else None
    return due_originally(case, w) and _kept(case.answered, deadline, w) and not out_of_order(case, w)


def answered_late(case: CaseMeasure, w: Window) -> bool:
    """In D, and the reply reached the person after the citizen's deadline (超时办结)."""
    answered_so = w.happened(case.answered) and not answered_on_time(case, w) and not out_of_order(case, w)
    return due(case, w) and answered_so


def closed_of_due(case: CaseMeasure, w: Window) -> bool:
    """In D and closed by ``as_of`` (应办结中已办结)."""
    end = ending(case, w)
    return end is not None and end.how is _CLOSED and due(case, w)


def closed_early(case: CaseMeasure, w: Window) -> bool:
    """Closed in the quarter although due later (提前办结): counted apart, never in a rate of what is due."""
    deadline = w.in_force(case.promises)
    return deadline is not None and w.due_day(deadline) > w.last_day and closed(case, w)


def found(case: CaseMeasure, w: Window) -> bool:
    """F: a finding was recorded in the quarter; the last one counts (本期核实)."""
    return last_within(case.findings, w) is not None


def proved(case: CaseMeasure, w: Window) -> bool:
    """In F, and substantiated wholly or in part (属实、部分属实)."""
    last = last_within(case.findings, w)
    return last is not None and last.result in _PROVED


def corrected(case: CaseMeasure, w: Window) -> bool:
    """Substantiated in the quarter, with a measure (已查纠)."""
    last = last_within(case.findings, w)
    return last is not None and last.result in _PROVED and measured(last, w)


def measure_past_due(case: CaseMeasure, w: Window) -> bool:
    """A measure is past due and undone as of the instant asked for, whenever it was found (整改逾期)."""
    return any(_past_due(correction, w) for correction in case.corrections)


def closed_and_followed_up(case: CaseMeasure, w: Window) -> bool:
    """In C, and the person was reached at follow-up by ``as_of``."""
    return closed(case, w) and last_reached(case.follow_ups, w) is not None


def solved(case: CaseMeasure, w: Window) -> bool:
    """Closed in the quarter, and solved as the person last said (已解决)."""
    last = last_reached(case.follow_ups, w)
    return last is not None and last.solved is True and closed(case, w)


def called_back(case: CaseMeasure, w: Window) -> bool:
    """Someone tried to follow up in the quarter, reached or not (本期回访)."""
    return _tried(case.follow_ups, w)


@_once
def reached(case: CaseMeasure, w: Window) -> bool:
    """V: the person was reached at follow-up in the quarter; the last word counts (回访到)."""
    return said_last(case.follow_ups, w) is not None


def reached_first(case: CaseMeasure, w: Window) -> bool:
    """The person was reached for the first time, and that in the quarter (首次回访到)."""
    return said_first(case.follow_ups, w) is not None


def said(satisfaction: Satisfaction) -> Callable[[CaseMeasure, Window], bool]:
    """Return the predicate: in V, and this was the person's last word in the quarter."""

    def so(case: CaseMeasure, w: Window) -> bool:
        return said_last(case.follow_ups, w) is satisfaction

    so.__doc__ = f"In V, and the person's last word in the quarter was: {satisfaction}."
    return so


def invalidated(case: CaseMeasure, w: Window) -> bool:
    """A rating given in the quarter was declared to count no more, whenever that was (评议作废)."""
    return _voided(case.follow_ups, w)


def reworked(case: CaseMeasure, w: Window) -> bool:
    """Rework was ordered in the quarter (重办)."""
    return any(w.within(at) for at in case.reworks)


def extended(case: CaseMeasure, w: Window) -> bool:
    """More time was granted in the quarter (延期)."""
    return any(w.within(at) for at in case.extensions)


def repeated(case: CaseMeasure, w: Window) -> bool:
    """In R, and merged by ``as_of`` into a case on the same matter (重复)."""
    return registered(case, w) and _merged(case, w)


def closed_at_once(case: CaseMeasure, w: Window) -> bool:
    """In C, without rework and without having been reopened (一次办结)."""
    return closed(case, w) and _done_once(case, w)


# --- one leg ----------------------------------------------------------------------------------------------------


@_once
def leading(row: LegRow, w: Window) -> bool:
    """A lead leg whose return was not approved by ``as_of``: what a unit is scored on (主办)."""
    return row.leg.role is _LEAD and not w.happened(row.leg.returned)


def leg_registered(row: LegRow, w: Window) -> bool:
    """Dispatched to the unit in the quarter and not returned (受理)."""
    return w.within(row.leg.started) and leading(row, w)


def leg_dispatched(row: LegRow, w: Window) -> bool:
    """Dispatched to the unit in the quarter, returned or not (派单)."""
    return row.leg.role is _LEAD and w.within(row.leg.started)


def leg_returned(row: LegRow, w: Window) -> bool:
    """The leg's return was approved, or another unit designated, in the quarter (退单)."""
    return w.within(row.leg.returned) and row.leg.role is _LEAD


def leg_open(row: LegRow, w: Window) -> bool:
    """The unit's clock ran at ``as_of`` (未办)."""
    leg = row.leg
    return leading(row, w) and w.happened(leg.started) and not w.happened(leg.stopped) and not w.happened(leg.ended)


def leg_overdue(row: LegRow, w: Window) -> bool:
    """The unit's clock ran at ``as_of`` beyond its deadline (超时未办结)."""
    deadline = w.in_force(row.leg.promises)
    return deadline is not None and w.expired(deadline) and leg_open(row, w)


@_once
def leg_due(row: LegRow, w: Window) -> bool:
    """D of a unit: the leg's deadline in force passed in the quarter, or it was carried in overdue (应办结)."""
    return leading(row, w) and _leg_due(row.leg, w, w.in_force(row.leg.promises))


@_once
def leg_due_originally(row: LegRow, w: Window) -> bool:
    """D of a unit by the deadline that was promised first."""
    return leading(row, w) and _leg_due(row.leg, w, _first(row.leg))


def leg_carried_in(row: LegRow, w: Window) -> bool:
    """In D although its deadline passed before the quarter: its clock still ran when the quarter began (结转)."""
    deadline = w.in_force(row.leg.promises)
    return deadline is not None and w.due_day(deadline) < w.first_day and leg_due(row, w)


@_once
def leg_out_of_order(row: LegRow, w: Window) -> bool:
    """The unit's clock stopped by a reply dated before its letter, or before the leg began."""
    before = w.happened(row.leg.stopped) and w.calendar_days(row.leg.started, row.leg.stopped) < 0
    return before or out_of_order(row.case, w)


@_once
def leg_on_time(row: LegRow, w: Window) -> bool:
    """In D, and the unit's clock stopped by its deadline (按时答复)."""
    kept = _kept(row.leg.stopped, w.in_force(row.leg.promises), w)
    return leg_due(row, w) and kept and not leg_out_of_order(row, w)


def leg_on_time_originally(row: LegRow, w: Window) -> bool:
    """In D by the first deadline, and the unit's clock stopped by it."""
    kept = _kept(row.leg.stopped, _first(row.leg), w)
    return leg_due_originally(row, w) and kept and not leg_out_of_order(row, w)


def leg_late(row: LegRow, w: Window) -> bool:
    """In D, and the unit's clock stopped after its deadline (超时办结)."""
    stopped = w.happened(row.leg.stopped) and not leg_on_time(row, w) and not leg_out_of_order(row, w)
    return leg_due(row, w) and stopped


def leg_done_of_due(row: LegRow, w: Window) -> bool:
    """In D, and the unit's clock stopped by ``as_of``."""
    return w.happened(row.leg.stopped) and leg_due(row, w)


@_once
def leg_closed(row: LegRow, w: Window) -> bool:
    """The case was closed in the quarter on this leg's answer, and not reopened (本期办结)."""
    return _within(row.leg.closings, w) and w.happened(row.leg.stopped) and closed(row.case, w) and leading(row, w)


def leg_closed_early(row: LegRow, w: Window) -> bool:
    """Closed on this leg's answer in the quarter although the leg was due later (提前办结)."""
    deadline = w.in_force(row.leg.promises)
    return deadline is not None and w.due_day(deadline) > w.last_day and leg_closed(row, w)


def leg_stopped(row: LegRow, w: Window) -> bool:
    """The unit's clock stopped in the quarter: its own span counts."""
    return leading(row, w) and w.within(row.leg.stopped) and w.calendar_days(row.leg.started, row.leg.stopped) >= 0


def leg_found(row: LegRow, w: Window) -> bool:
    """F of a unit: a finding on the leg in the quarter; the last one counts."""
    return last_within(row.leg.findings, w) is not None and leading(row, w)


def leg_proved(row: LegRow, w: Window) -> bool:
    """In F of the unit, and substantiated wholly or in part."""
    last = last_within(row.leg.findings, w)
    return last is not None and last.result in _PROVED and leading(row, w)


def leg_corrected(row: LegRow, w: Window) -> bool:
    """Substantiated on the leg in the quarter, with a measure."""
    last = last_within(row.leg.findings, w)
    return last is not None and measured(last, w) and leg_proved(row, w)


def leg_closed_and_followed_up(row: LegRow, w: Window) -> bool:
    """Closed on this leg's answer, and the person was reached about it by ``as_of``."""
    return last_reached(row.leg.follow_ups, w) is not None and leg_closed(row, w)


def leg_measure_past_due(row: LegRow, w: Window) -> bool:
    """A measure that a finding on this leg owes is past due and undone."""
    return any(one.leg == row.leg.number and _past_due(one, w) for one in row.case.corrections)


def leg_solved(row: LegRow, w: Window) -> bool:
    """Closed on this leg's answer, and solved as the person last said."""
    last = last_reached(row.leg.follow_ups, w)
    return last is not None and last.solved is True and leg_closed(row, w)


def leg_called_back(row: LegRow, w: Window) -> bool:
    """Someone tried to follow up this leg's answer in the quarter."""
    return _tried(row.leg.follow_ups, w) and leading(row, w)


@_once
def leg_reached(row: LegRow, w: Window) -> bool:
    """V of a unit: the person was reached about this leg's answer in the quarter."""
    return said_last(row.leg.follow_ups, w) is not None and leading(row, w)


def leg_reached_first(row: LegRow, w: Window) -> bool:
    """The person was reached about this leg's answer for the first time, and that in the quarter."""
    return said_first(row.leg.follow_ups, w) is not None and leading(row, w)


def leg_invalidated(row: LegRow, w: Window) -> bool:
    """A rating of this leg's answer, given in the quarter, was declared to count no more."""
    return _voided(row.leg.follow_ups, w) and leading(row, w)


def leg_said(satisfaction: Satisfaction) -> Callable[[LegRow, Window], bool]:
    """Return the predicate: this was the last word in the quarter on the leg's answer."""

    def so(row: LegRow, w: Window) -> bool:
        return said_last(row.leg.follow_ups, w) is satisfaction and leading(row, w)

    so.__doc__ = f"In V of the unit, and the last word in the quarter was: {satisfaction}."
    return so


def leg_contact_due(row: LegRow, w: Window) -> bool:
    """The limit for the first contact fell in the quarter (先行联系应响应)."""
    return _limit_fell(row, row.leg.contact_deadline, row.leg.contacted, w)


def leg_contacted_in_time(row: LegRow, w: Window) -> bool:
    """Contacted by that limit (按时响应)."""
    return leg_contact_due(row, w) and _kept(row.leg.contacted, row.leg.contact_deadline, w)


def leg_sign_due(row: LegRow, w: Window) -> bool:
    """The limit for the signature fell in the quarter (应签收)."""
    return _limit_fell(row, row.leg.sign_deadline, row.leg.signed, w)


def leg_signed_in_time(row: LegRow, w: Window) -> bool:
    """Signed for by that limit (及时签收)."""
    return leg_sign_due(row, w) and _kept(row.leg.signed, row.leg.sign_deadline, w)


def leg_reworked(row: LegRow, w: Window) -> bool:
    """Rework of this leg's answer was ordered in the quarter (重办)."""
    return w.within(row.leg.reworked) and leading(row, w)


def leg_extended(row: LegRow, w: Window) -> bool:
    """More time was granted to the leg in the quarter (延期)."""
    return _within(row.leg.extensions, w) and leading(row, w)


def leg_repeated(row: LegRow, w: Window) -> bool:
    """Dispatched in the quarter, and its case merged by ``as_of`` into another."""
    return leg_registered(row, w) and _merged(row.case, w)


def leg_closed_at_once(row: LegRow, w: Window) -> bool:
    """Closed on this leg's answer, without rework and without having been reopened."""
    return leg_closed(row, w) and _done_once(row.case, w)


def co_leg_due(row: LegRow, w: Window) -> bool:
    """A co-unit's or sub-unit's leg whose deadline passed in the quarter (协办应办)."""
    if row.leg.role is _LEAD or w.happened(row.leg.returned):
        return False
    return _leg_due(row.leg, w, w.in_force(row.leg.promises))


def co_leg_on_time(row: LegRow, w: Window) -> bool:
    """Such a leg, answered by its deadline (协办按时)."""
    return co_leg_due(row, w) and _kept(row.leg.stopped, w.in_force(row.leg.promises), w)


# --- parts ------------------------------------------------------------------------------------------------------


def last_within(findings: tuple[FindingMade, ...], w: Window) -> FindingMade | None:
    """Return the last finding of the quarter."""
    return next((made for made in reversed(findings) if w.within(made.at)), None)


def measured(finding: FindingMade, w: Window) -> bool:
    """Say whether a finding had a measure by ``as_of``: named with it, or set after it."""
    return finding.measures > 0 or any(w.happened(at) for at in finding.added)


def _past_due(correction: Correction, w: Window) -> bool:
    return (
        correction.due is not None
        and correction.due < w.today
        and w.happened(correction.since)
        and not w.happened(correction.done)
        and not w.happened(correction.dropped)
    )


def last_reached(follow_ups: tuple[FollowUp, ...], w: Window) -> FollowUp | None:
    """Return the last follow-up by ``as_of`` that reached the person."""
    return next((made for made in reversed(follow_ups) if made.reached and w.happened(made.at)), None)


def said_last(follow_ups: tuple[FollowUp, ...], w: Window) -> Satisfaction | None:
    """Return the person's last word in the quarter."""
    return next((made.satisfaction for made in reversed(follow_ups) if made.reached and w.within(made.at)), None)


def said_first(follow_ups: tuple[FollowUp, ...], w: Window) -> Satisfaction | None:
    """Return the person's first word of all, where it fell in the quarter."""
    first = next((made for made in follow_ups if made.reached), None)
    return first.satisfaction if first is not None and w.within(first.at) else None


def _tried(follow_ups: tuple[FollowUp, ...], w: Window) -> bool:
    # A rating that was invalidated never counted: like a reply's corrected date, that is a matter of what is known and
    # not of what had occurred by ``as_of``.
    return any(w.within(made.at) and made.invalidated is None for made in follow_ups)


def _voided(follow_ups: tuple[FollowUp, ...], w: Window) -> bool:
    return any(w.within(made.at) and made.invalidated is not None for made in follow_ups)


def _first(leg: LegMeasure) -> Deadline | None:
    return leg.promises[0].deadline if leg.promises else None


def _within(moments: Iterable[Moment], w: Window) -> bool:
    return any(w.within(moment) for moment in moments)


def _kept(act: Moment | None, deadline: Deadline | None, w: Window) -> bool:
    return deadline is not None and w.happened(act) and not deadline.missed_at(act)


def _case_due(case: CaseMeasure, w: Window, deadline: Deadline | None) -> bool:
    if deadline is None or not w.expired(deadline) or not w.happened(case.registered):
        return False
    end = ending(case, w)
    if end is not None and not w.happened(case.answered) and not deadline.missed_at(end.at):
        return False  # ended in another way while there was still time: nothing was owed any more
    due_day = w.due_day(deadline)
    if due_day >= w.first_day:
        return due_day <= w.last_day
    return not w.before(case.answered) and not (end is not None and w.before(end.at))


def _leg_due(leg: LegMeasure, w: Window, deadline: Deadline | None) -> bool:
    if deadline is None or not w.expired(deadline) or not w.happened(leg.started):
        return False
    answered_here = w.happened(leg.stopped)
    if not answered_here and w.happened(leg.ended) and not deadline.missed_at(leg.ended):
        return False  # taken from the unit while there was still time
    due_day = w.due_day(deadline)
    if due_day >= w.first_day:
        return due_day <= w.last_day
    return not w.before(leg.stopped) and (answered_here or not w.before(leg.ended))


def _limit_fell(row: LegRow, deadline: Deadline | None, act: Moment | None, w: Window) -> bool:
    leg = row.leg
    if deadline is None or not leading(row, w) or not w.happened(leg.started) or not w.fell_due(deadline):
        return False
    return w.happened(act) or not w.happened(leg.ended) or deadline.missed_at(leg.ended)


def _merged(case: CaseMeasure, w: Window) -> bool:
    return any(w.happened(merging.at) and not w.happened(merging.undone) for merging in case.merges)


def _done_once(case: CaseMeasure, w: Window) -> bool:
    reopened = any(w.happened(end.undone) for end in case.endings)
    return not reopened and not any(w.happened(at) for at in case.reworks)


# --- definitions ------------------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Sets(Generic[_R]):
    """A numerator and a denominator over one kind of row; ``weight`` is what one row adds to the numerator, else 1."""

    numerator: Predicate[_R]
    denominator: Predicate[_R]
    weight: Callable[[_R, Window], Fraction] | None = None


@dataclass(frozen=True, slots=True)
class Definition:
    """One rate: its sets over complaints (for the city) and over legs (for a unit), and what it needs of a source.

    ``acts`` says that the numerator counts acts of the quarter, whether or not they belong to the denominator. Where
    ``cases`` is ``None`` the city too counts legs.
    """

    key: str
    name_zh: str
    numerator_zh: str
    denominator_zh: str
    legs: Sets[LegRow]
    cases: Sets[CaseMeasure] | None = None
    exclusions_zh: str = ""
    acts: bool = False
    needs: Needs = NOTHING


@dataclass(frozen=True, slots=True)
class CountDefinition:
    """One count: its set over complaints (the city) and legs (a unit); without ``cases`` both count legs."""

    key: str
    name_zh: str
    said_zh: str
    cases: Predicate[CaseMeasure] | None
    legs: Predicate[LegRow]
    needs: Needs = NOTHING


_ALL = Needs(every_case=True)
_DUE = Needs(every_case=True, acceptance=True)
_DUE_IN_ORDER = Needs(every_case=True, acceptance=True, in_order=True)
_PROCESS = Needs(process=True)
_DUE_PROCESS = Needs(every_case=True, acceptance=True, process=True)
_ALL_PROCESS = Needs(every_case=True, process=True)

COUNTS: tuple[CountDefinition, ...] = (
    CountDefinition("registered", "受理", "本期登记；单位为本期派至且未退单", registered, leg_registered, _ALL),
    CountDefinition("due", "应办结", "本期到期，加上期结转的超期件", due, leg_due, _DUE),
    CountDefinition("carried_in", "上期结转", "到期日早于本期、期初仍未答复", carried_in, leg_carried_in, _DUE),
    CountDefinition("closed", "办结", "本期办结且未重新办理", closed, leg_closed),
    CountDefinition("closed_early", "提前办结", "本期办结而期限在以后", closed_early, leg_closed_early, _DUE),
    CountDefinition("late", "超时办结", "应办结中逾限答复", answered_late, leg_late, _DUE),
    CountDefinition("open", "未办结", "统计时点未办结", open_case, leg_open, _ALL),
    CountDefinition("overdue_open", "超时未办结", "统计时点已逾限而未答复", overdue_open, leg_overdue, _DUE),
    CountDefinition("followed_up", "回访", "本期回访到本人", reached, leg_reached, _PROCESS),
    CountDefinition(
        "satisfied_people",
        "满意",
        "末次回访满意",
        said(Satisfaction.SATISFIED),
        leg_said(Satisfaction.SATISFIED),
        _PROCESS,
    ),
    CountDefinition(
        "fairly_satisfied_people",
        "基本满意",
        "末次回访基本满意",
        said(Satisfaction.FAIRLY_SATISFIED),
        leg_said(Satisfaction.FAIRLY_SATISFIED),
        _PROCESS,
    ),
    CountDefinition(
        "dissatisfied_people",
        "不满意",
        "末次回访不满意",
        said(Satisfaction.DISSATISFIED),
        leg_said(Satisfaction.DISSATISFIED),
        _PROCESS,
    ),
    CountDefinition(
        "ratings_invalidated",
        "评议作废",
        "本期评议后被作废，不在 V 内",
        invalidated,
        leg_invalidated,
        _PROCESS,
    ),
    CountDefinition(
        "measures_past_due",
        "整改逾期",
        "统计时点有整改措施逾期未完成，不论何时核实",
        measure_past_due,
        leg_measure_past_due,
        _PROCESS,
    ),
    CountDefinition("returned_legs", "退单", "本期同意退单或另行指定", None, leg_returned, _PROCESS),
    CountDefinition("co_due", "协办应办", "协办、二级派单本期到期", None, co_leg_due, _PROCESS),
    CountDefinition("co_on_time", "协办按时", "协办应办中按时答复", None, co_leg_on_time, _PROCESS),
)
"""Counts beside answered, flagged and over_days, which are those of the times."""


def _weighed(case: CaseMeasure, w: Window) -> Fraction:
    word = said_last(case.follow_ups, w)
    return w.settings.weight(word) if word is not None else Fraction(0)


def _weighed_first(case: CaseMeasure, w: Window) -> Fraction:
    word = said_first(case.follow_ups, w)
    return w.settings.weight(word) if word is not None else Fraction(0)


def _leg_weighed(row: LegRow, w: Window) -> Fraction:
    word = said_last(row.leg.follow_ups, w)
    return w.settings.weight(word) if word is not None else Fraction(0)


def _leg_weighed_first(row: LegRow, w: Window) -> Fraction:
    word = said_first(row.leg.follow_ups, w)
    return w.settings.weight(word) if word is not None else Fraction(0)


def satisfied(case: CaseMeasure, w: Window) -> bool:
    """In V, and the last word in the quarter weighs something."""
    return _weighed(case, w) > 0


def satisfied_first(case: CaseMeasure, w: Window) -> bool:
    """Reached for the first time in the quarter, and that word weighs something."""
    return _weighed_first(case, w) > 0


def leg_satisfied(row: LegRow, w: Window) -> bool:
    """In V of the unit, and the last word in the quarter weighs something."""
    return leading(row, w) and _leg_weighed(row, w) > 0


def leg_satisfied_first(row: LegRow, w: Window) -> bool:
    """Reached for the first time about this leg in the quarter, and that word weighs something."""
    return leading(row, w) and _leg_weighed_first(row, w) > 0


DEFINITIONS: tuple[Definition, ...] = (
    Definition(
        "on_time",
        "按时答复率",
        "单位时钟在期限内停止；全市为答复在诉求人期限内送达",
        "应办结 D",
        Sets(leg_on_time, leg_due),
        Sets(answered_on_time, due),
        "同意退单的环节、期限前撤回或收回的不计；提前办结另列；答复早于来信的不计",
        needs=_DUE_IN_ORDER,
    ),
    Definition(
        "on_time_original",
        "按时答复率（按原期限）",
        "按首次承诺的期限按时",
        "按首次承诺的期限计的 D",
        Sets(leg_on_time_originally, leg_due_originally),
        Sets(answered_on_time_originally, due_originally),
        "同按时答复率；延期不改变原期限",
        needs=_DUE_IN_ORDER,
    ),
    Definition(
        "closed_of_due",
        "办结率",
        "D 中统计时点已办结；单位为已答复",
        "应办结 D",
        Sets(leg_done_of_due, leg_due),
        Sets(closed_of_due, due),
        "提前办结另列",
        needs=_DUE,
    ),
    Definition(
        "closed_on_time",
        "按时办结率",
        "D 中答复在诉求人期限内送达；单位为在单位期限内答复",
        "应办结 D",
        Sets(leg_on_time, leg_due),
        Sets(answered_on_time, due),
        "提前办结另列；答复早于来信的不计",
        needs=_DUE_IN_ORDER,
    ),
    Definition(
        "substantiated",
        "属实率",
        "属实与部分属实",
        "本期核实 F，一件多次核实取末次",
        Sets(leg_proved, leg_found),
        Sets(proved, found),
        needs=_PROCESS,
    ),
    Definition(
        "corrected",
        "查纠率",
        "有整改措施",
        "本期属实与部分属实",
        Sets(leg_corrected, leg_proved),
        Sets(corrected, proved),
        needs=_PROCESS,
    ),
    Definition(
        "solved",
        "解决率",
        "诉求人末次答称已解决",
        "本期办结 C 且回访到本人",
        Sets(leg_solved, leg_closed_and_followed_up),
        Sets(solved, closed_and_followed_up),
        needs=_PROCESS,
    ),
    Definition(
        "satisfied",
        "满意率",
        "本期末次回访满意，加基本满意乘权重",
        "本期回访到 V",
        Sets(leg_satisfied, leg_reached, _leg_weighed),
        Sets(satisfied, reached, _weighed),
        "未接通的不在 V 内，另列回访到率",
        needs=_PROCESS,
    ),
    Definition(
        "satisfied_first",
        "首次满意率",
        "首次回访满意，加基本满意乘权重",
        "首次回访到在本期",
        Sets(leg_satisfied_first, leg_reached_first, _leg_weighed_first),
        Sets(satisfied_first, reached_first, _weighed_first),
        "未接通的不计",
        needs=_PROCESS,
    ),
    Definition(
        "reached",
        "回访到率",
        "本期回访到本人",
        "本期有回访（含未接通）",
        Sets(leg_reached, leg_called_back),
        Sets(reached, called_back),
        needs=_PROCESS,
    ),
    Definition(
        "responded",
        "响应率",
        "在时限内先行联系",
        "先行联系时限在本期的环节",
        Sets(leg_contacted_in_time, leg_contact_due),
        exclusions_zh="同意退单的环节、时限前收回的不计",
        needs=_PROCESS,
    ),
    Definition(
        "signed_in_time",
        "及时签收率",
        "在时限内签收",
        "签收时限在本期的环节",
        Sets(leg_signed_in_time, leg_sign_due),
        exclusions_zh="同意退单的环节、时限前收回的不计",
        needs=_PROCESS,
    ),
    Definition(
        "reworked",
        "重办率",
        "本期责令重办",
        "应办结 D",
        Sets(leg_reworked, leg_due),
        Sets(reworked, due),
        "分子为本期行为，可能不在 D 内",
        acts=True,
        needs=_DUE_PROCESS,
    ),
    Definition(
        "returned",
        "退单率",
        "本期同意退单或另行指定",
        "本期派出的主办环节",
        Sets(leg_returned, leg_dispatched),
        exclusions_zh="分子为本期行为，可能派出在上期",
        acts=True,
        needs=_PROCESS,
    ),
    Definition(
        "extended",
        "延期率",
        "本期同意延期",
        "应办结 D",
        Sets(leg_extended, leg_due),
        Sets(extended, due),
        "分子为本期行为，可能不在 D 内",
        acts=True,
        needs=_DUE_PROCESS,
    ),
    Definition(
        "repeated",
        "重复率",
        "R 中统计时点并入他件",
        "本期登记 R",
        Sets(leg_repeated, leg_registered),
        Sets(repeated, registered),
        "撤销并单的不计",
        needs=_ALL_PROCESS,
    ),
    Definition(
        "closed_at_once",
        "一次办结率",
        "C 中未重办且未重新办理",
        "本期办结 C",
        Sets(leg_closed_at_once, leg_closed),
        Sets(closed_at_once, closed),
        needs=_PROCESS,
    ),
)
"""Every rate of the edition, in the order in which tables print them."""

ONLY_WITHIN: dict[Predicate[CaseMeasure], Predicate[CaseMeasure]] = {
    carried_in: due,
    answered_late: due,
    closed_early: closed,
    overdue_open: open_case,
    **{definition.cases: reached for definition in COUNTS if definition.key.endswith("_people") and definition.cases},
}
"""Sets of complaints that lie within another: what is outside the second need not be asked for the first."""

LEGS_ONLY_WITHIN: dict[Predicate[LegRow], Predicate[LegRow]] = {
    leg_carried_in: leg_due,
    leg_late: leg_due,
    leg_closed_early: leg_closed,
    leg_overdue: leg_open,
    co_leg_on_time: co_leg_due,
    **{definition.legs: leg_reached for definition in COUNTS if definition.key.endswith("_people")},
}
"""Sets of legs that lie within another."""

OVER: tuple[tuple[int, Predicate[CaseMeasure]], ...] = tuple((days, answered_after(days)) for days in OVER_DAYS)
"""The predicates of ``over_days``."""
