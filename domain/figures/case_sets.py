"""The sets over complaints (按件): what the city's figures count, each a predicate of one complaint."""

from __future__ import annotations

from collections.abc import Callable
from fractions import Fraction

from domain.complaint.corrections import PROVED
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
from domain.figures.measures import CaseMeasure, Ending
from domain.figures.rows import once
from domain.figures.window import Window
from domain.timekeeping.deadlines import Deadline
from domain.words import Satisfaction, State

_CLOSED = State.CLOSED


def registered(case: CaseMeasure, w: Window) -> bool:
    """R: registered in the quarter (本期登记)."""
    return w.within(case.registered)


@once
def answered(case: CaseMeasure, w: Window) -> bool:
    """A: the first substantive reply reached the person in the quarter (本期答复)."""
    return w.within(case.answered)


def flagged(case: CaseMeasure, w: Window) -> bool:
    """Answered in the quarter by a reply dated before its letter (答复早于来信)."""
    return answered(case, w) and response_days(case, w) is None


@once
def out_of_order(case: CaseMeasure, w: Window) -> bool:
    """Answered by ``as_of`` by a reply dated before its letter: neither in time nor late."""
    return w.happened(case.answered) and w.calendar_days(case.registered, case.answered) < 0


@once
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


@once
def ending(case: CaseMeasure, w: Window) -> Ending | None:
    """Return how the case stood ended at ``as_of``, ``None`` where it was open."""
    for end in reversed(case.endings):
        if w.happened(end.at):
            return None if w.happened(end.undone) else end
    return None


@once
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


@once
def due(case: CaseMeasure, w: Window) -> bool:
    """D: the citizen's deadline in force passed in the quarter, or the case was carried in overdue (应办结)."""
    return _case_due(case, w, w.in_force(case.promises))


@once
def due_originally(case: CaseMeasure, w: Window) -> bool:
    """D by the deadline that was promised first."""
    return _case_due(case, w, first_promise(case.promises))


def carried_in(case: CaseMeasure, w: Window) -> bool:
    """In D although its deadline passed before the quarter: it was still unanswered when the quarter began (结转)."""
    deadline = w.in_force(case.promises)
    return deadline is not None and w.due_day(deadline) < w.first_day and due(case, w)


@once
def answered_on_time(case: CaseMeasure, w: Window) -> bool:
    """In D, and the reply reached the person by the citizen's deadline (按时办结)."""
    deadline = w.in_force(case.promises)
    return due(case, w) and kept(case.answered, deadline, w) and not out_of_order(case, w)


def answered_on_time_originally(case: CaseMeasure, w: Window) -> bool:
    """In D by the first deadline, and the reply reached the person by it."""
    deadline = first_promise(case.promises)
    return due_originally(case, w) and kept(case.answered, deadline, w) and not out_of_order(case, w)


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
    return last is not None and last.result in PROVED


def corrected(case: CaseMeasure, w: Window) -> bool:
    """Substantiated in the quarter, with a measure (已查纠)."""
    last = last_within(case.findings, w)
    return last is not None and last.result in PROVED and measured(last, w)


def measure_past_due(case: CaseMeasure, w: Window) -> bool:
    """A measure is past due and undone as of the instant asked for, whenever it was found (整改逾期)."""
    return any(past_due(correction, w) for correction in case.corrections)


def closed_and_followed_up(case: CaseMeasure, w: Window) -> bool:
    """In C, and the person was reached at follow-up by ``as_of``."""
    return closed(case, w) and last_reached(case.follow_ups, w) is not None


def solved(case: CaseMeasure, w: Window) -> bool:
    """Closed in the quarter, and solved as the person last said (已解决)."""
    last = last_reached(case.follow_ups, w)
    return last is not None and last.solved is True and closed(case, w)


def called_back(case: CaseMeasure, w: Window) -> bool:
    """Someone tried to follow up in the quarter, reached or not (本期回访)."""
    return tried(case.follow_ups, w)


@once
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


def weighed(case: CaseMeasure, w: Window) -> Fraction:
    """Return what the person's last word in the quarter weighs."""
    return weight_of(said_last(case.follow_ups, w), w)


def weighed_first(case: CaseMeasure, w: Window) -> Fraction:
    """Return what the person's first word weighs, where it fell in the quarter."""
    return weight_of(said_first(case.follow_ups, w), w)


def satisfied(case: CaseMeasure, w: Window) -> bool:
    """In V, and the last word in the quarter weighs something."""
    return weighed(case, w) > 0


def satisfied_first(case: CaseMeasure, w: Window) -> bool:
    """Reached for the first time in the quarter, and that word weighs something."""
    return weighed_first(case, w) > 0


def invalidated(case: CaseMeasure, w: Window) -> bool:
    """A rating given in the quarter was declared to count no more, whenever that was (评议作废)."""
    return voided(case.follow_ups, w)


def reworked(case: CaseMeasure, w: Window) -> bool:
    """Rework was ordered in the quarter (重办)."""
    return any_within(case.reworks, w)


def extended(case: CaseMeasure, w: Window) -> bool:
    """More time was granted in the quarter (延期)."""
    return any_within(case.extensions, w)


def repeated(case: CaseMeasure, w: Window) -> bool:
    """In R, and merged by ``as_of`` into a case on the same matter (重复)."""
    return registered(case, w) and merged(case, w)


def closed_at_once(case: CaseMeasure, w: Window) -> bool:
    """In C, without rework and without having been reopened (一次办结)."""
    return closed(case, w) and done_once(case, w)


def merged(case: CaseMeasure, w: Window) -> bool:
    """Merged at ``as_of`` into another case (并单)."""
    return any(w.happened(merging.at) and not w.happened(merging.undone) for merging in case.merges)


def done_once(case: CaseMeasure, w: Window) -> bool:
    """Neither done again nor taken up again by ``as_of``."""
    reopened = any(w.happened(end.undone) for end in case.endings)
    return not reopened and not any(w.happened(at) for at in case.reworks)


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
