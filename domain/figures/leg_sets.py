"""The sets over legs (按承办环节): what a unit's figures count, each a predicate of one leg beside its case."""

from __future__ import annotations

from collections.abc import Callable
from fractions import Fraction

from domain.complaint.corrections import PROVED
from domain.facts import Moment
from domain.figures.acts import (
    any_within,
    first_promise,
    kept,
    last_reached,
    last_within,
    measured,
    past_due,
    said_first,
    said_last,
    tried,
    voided,
    weight_of,
)
from domain.figures.case_sets import closed, done_once, merged, out_of_order
from domain.figures.leg_measures import LegMeasure
from domain.figures.rows import LegRow, once
from domain.figures.window import Window
from domain.timekeeping.deadlines import Deadline
from domain.words import LegRole, Satisfaction

_LEAD = LegRole.LEAD


@once
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


@once
def leg_due(row: LegRow, w: Window) -> bool:
    """D of a unit: the leg's deadline in force passed in the quarter, or it was carried in overdue (应办结)."""
    return leading(row, w) and _leg_due(row.leg, w, w.in_force(row.leg.promises))


@once
def leg_due_originally(row: LegRow, w: Window) -> bool:
    """D of a unit by the deadline that was promised first."""
    return leading(row, w) and _leg_due(row.leg, w, first_promise(row.leg.promises))


def leg_carried_in(row: LegRow, w: Window) -> bool:
    """In D although its deadline passed before the quarter: its clock still ran when the quarter began (结转)."""
    deadline = w.in_force(row.leg.promises)
    return deadline is not None and w.due_day(deadline) < w.first_day and leg_due(row, w)


@once
def leg_out_of_order(row: LegRow, w: Window) -> bool:
    """The unit's clock stopped by a reply dated before its letter, or before the leg began."""
    before = w.happened(row.leg.stopped) and w.calendar_days(row.leg.started, row.leg.stopped) < 0
    return before or out_of_order(row.case, w)


@once
def leg_on_time(row: LegRow, w: Window) -> bool:
    """In D, and the unit's clock stopped by its deadline (按时答复)."""
    in_time = kept(row.leg.stopped, w.in_force(row.leg.promises), w)
    return leg_due(row, w) and in_time and not leg_out_of_order(row, w)


def leg_on_time_originally(row: LegRow, w: Window) -> bool:
    """In D by the first deadline, and the unit's clock stopped by it."""
    in_time = kept(row.leg.stopped, first_promise(row.leg.promises), w)
    return leg_due_originally(row, w) and in_time and not leg_out_of_order(row, w)


def leg_late(row: LegRow, w: Window) -> bool:
    """In D, and the unit's clock stopped after its deadline (超时办结)."""
    stopped = w.happened(row.leg.stopped) and not leg_on_time(row, w) and not leg_out_of_order(row, w)
    return leg_due(row, w) and stopped


def leg_done_of_due(row: LegRow, w: Window) -> bool:
    """In D, and the unit's clock stopped by ``as_of``."""
    return w.happened(row.leg.stopped) and leg_due(row, w)


@once
def leg_closed(row: LegRow, w: Window) -> bool:
    """The case was closed in the quarter on this leg's answer, and not reopened (本期办结)."""
    return any_within(row.leg.closings, w) and w.happened(row.leg.stopped) and closed(row.case, w) and leading(row, w)


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
    return last is not None and last.result in PROVED and leading(row, w)


def leg_corrected(row: LegRow, w: Window) -> bool:
    """Substantiated on the leg in the quarter, with a measure."""
    last = last_within(row.leg.findings, w)
    return last is not None and measured(last, w) and leg_proved(row, w)


def leg_closed_and_followed_up(row: LegRow, w: Window) -> bool:
    """Closed on this leg's answer, and the person was reached about it by ``as_of``."""
    return last_reached(row.leg.follow_ups, w) is not None and leg_closed(row, w)


def leg_measure_past_due(row: LegRow, w: Window) -> bool:
    """A measure that a finding on this leg owes is past due and undone."""
    return any(one.leg == row.leg.number and past_due(one, w) for one in row.case.corrections)


def leg_solved(row: LegRow, w: Window) -> bool:
    """Closed on this leg's answer, and solved as the person last said."""
    last = last_reached(row.leg.follow_ups, w)
    return last is not None and last.solved is True and leg_closed(row, w)


def leg_called_back(row: LegRow, w: Window) -> bool:
    """Someone tried to follow up this leg's answer in the quarter."""
    return tried(row.leg.follow_ups, w) and leading(row, w)


@once
def leg_reached(row: LegRow, w: Window) -> bool:
    """V of a unit: the person was reached about this leg's answer in the quarter."""
    return said_last(row.leg.follow_ups, w) is not None and leading(row, w)


def leg_reached_first(row: LegRow, w: Window) -> bool:
    """The person was reached about this leg's answer for the first time, and that in the quarter."""
    return said_first(row.leg.follow_ups, w) is not None and leading(row, w)


def leg_invalidated(row: LegRow, w: Window) -> bool:
    """A rating of this leg's answer, given in the quarter, was declared to count no more."""
    return voided(row.leg.follow_ups, w) and leading(row, w)


def leg_said(satisfaction: Satisfaction) -> Callable[[LegRow, Window], bool]:
    """Return the predicate: this was the last word in the quarter on the leg's answer."""

    def so(row: LegRow, w: Window) -> bool:
        return said_last(row.leg.follow_ups, w) is satisfaction and leading(row, w)

    so.__doc__ = f"In V of the unit, and the last word in the quarter was: {satisfaction}."
    return so


def leg_weighed(row: LegRow, w: Window) -> Fraction:
    """Return what the last word in the quarter on the leg's answer weighs."""
    return weight_of(said_last(row.leg.follow_ups, w), w)


def leg_weighed_first(row: LegRow, w: Window) -> Fraction:
    """Return what the first word on the leg's answer weighs, where it fell in the quarter."""
    return weight_of(said_first(row.leg.follow_ups, w), w)


def leg_satisfied(row: LegRow, w: Window) -> bool:
    """In V of the unit, and the last word in the quarter weighs something."""
    return leading(row, w) and leg_weighed(row, w) > 0


def leg_satisfied_first(row: LegRow, w: Window) -> bool:
    """Reached for the first time about this leg in the quarter, and that word weighs something."""
    return leading(row, w) and leg_weighed_first(row, w) > 0


def leg_contact_due(row: LegRow, w: Window) -> bool:
    """The limit for the first contact fell in the quarter (先行联系应响应)."""
    return _limit_fell(row, row.leg.contact_deadline, row.leg.contacted, w)


def leg_contacted_in_time(row: LegRow, w: Window) -> bool:
    """Contacted by that limit (按时响应)."""
    return leg_contact_due(row, w) and kept(row.leg.contacted, row.leg.contact_deadline, w)


def leg_sign_due(row: LegRow, w: Window) -> bool:
    """The limit for the signature fell in the quarter (应签收)."""
    return _limit_fell(row, row.leg.sign_deadline, row.leg.signed, w)


def leg_signed_in_time(row: LegRow, w: Window) -> bool:
    """Signed for by that limit (及时签收)."""
    return leg_sign_due(row, w) and kept(row.leg.signed, row.leg.sign_deadline, w)


def leg_reworked(row: LegRow, w: Window) -> bool:
    """Rework of this leg's answer was ordered in the quarter (重办)."""
    return w.within(row.leg.reworked) and leading(row, w)


def leg_extended(row: LegRow, w: Window) -> bool:
    """More time was granted to the leg in the quarter (延期)."""
    return any_within(row.leg.extensions, w) and leading(row, w)


def leg_repeated(row: LegRow, w: Window) -> bool:
    """Dispatched in the quarter, and its case merged by ``as_of`` into another."""
    return leg_registered(row, w) and merged(row.case, w)


def leg_closed_at_once(row: LegRow, w: Window) -> bool:
    """Closed on this leg's answer, without rework and without having been reopened."""
    return leg_closed(row, w) and done_once(row.case, w)


def co_leg_due(row: LegRow, w: Window) -> bool:
    """A co-unit's or sub-unit's leg whose deadline passed in the quarter (协办应办)."""
    if row.leg.role is _LEAD or w.happened(row.leg.returned):
        return False
    return _leg_due(row.leg, w, w.in_force(row.leg.promises))


def co_leg_on_time(row: LegRow, w: Window) -> bool:
    """Such a leg, answered by its deadline (协办按时)."""
    return co_leg_due(row, w) and kept(row.leg.stopped, w.in_force(row.leg.promises), w)


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
