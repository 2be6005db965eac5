"""Between which days anything of a case or leg happened or was due: what a quarter's figures need not look at.

Whatever a figure of a quarter counts lies between ``first`` and ``last``; an open case can be counted in any quarter
that follows, so its ``last`` is ``None``.
"""

from __future__ import annotations

from datetime import date, datetime, timedelta, tzinfo
from typing import NamedTuple

from domain.facts import Moment
from domain.figures.leg_measures import LegMeasure
from domain.figures.measures import CaseMeasure, FindingMade, FollowUp, Promise
from domain.timekeeping.deadlines import Deadline
from domain.words import Precision

_SECONDS_LENGTH = len("2023-07-01T00:00:00")


_MARGIN = timedelta(days=2)


class Span(NamedTuple):
    """The first and the last day, with a margin of two days; ``last`` is ``None`` while the thing is open."""

    first: date
    last: date | None


def local_day(moment: Moment, zone: tzinfo) -> date:
    """Return the date of a moment on the instance's clock; a date without time of day stands as it is."""
    return moment.at.date() if moment.precision is Precision.DAY else moment.at.astimezone(zone).date()


def case_span(case: CaseMeasure, zone: tzinfo) -> Span:
    """Return the span of a complaint."""
    moments = [moment.at for moment in _case_moments(case) if moment is not None]
    moments.extend(_of_promises(case.promises))
    # What a closed case still owes can be past due in any quarter that follows.
    owes = any(one.owed for one in case.corrections) or case.responsibility.owed_by(None) is not None
    return _span(moments, zone, is_open=case.open or owes)


def leg_span(leg: LegMeasure, zone: tzinfo) -> Span:
    """Return the span of a leg."""
    moments = [moment.at for moment in _leg_moments(leg) if moment is not None]
    moments.extend(_of_promises(leg.promises))
    moments.extend(held.due for held in (leg.sign_deadline, leg.contact_deadline) if held is not None)
    return _span(moments, zone, is_open=leg.open)


def _span(moments: list[datetime], zone: tzinfo, *, is_open: bool) -> Span:
    """A date without time of day stands as it is, whatever the offset it was written with: hence the margin."""
    first = min(moments).astimezone(zone).date() - _MARGIN
    return Span(first, None if is_open else max(moments).astimezone(zone).date() + _MARGIN)


def due_text(deadline: Deadline | None, zone: tzinfo) -> str | None:
    """Write when a deadline ends so that texts sort as times do: on the clock of one zone, to the second."""
    return None if deadline is None else instant_text(deadline.due, zone)


def instant_text(instant: datetime, zone: tzinfo) -> str:
    """Write an instant as ``due_text`` does."""
    return instant.astimezone(zone).isoformat()[:_SECONDS_LENGTH]


def _case_moments(case: CaseMeasure) -> list[Moment | None]:
    moments = [case.registered, case.accepted, case.answered, case.dispatched, case.supervised]
    for many in (case.reworks, case.extensions, case.returns, case.urged, case.warned, case.missed):
        moments += many
    moments += _acts(case.findings, case.follow_ups)
    for correction in case.corrections:
        moments += (correction.done, correction.dropped)
    for ending in case.endings:
        moments += (ending.at, ending.undone)
    for merging in case.merges:
        moments += (merging.at, merging.undone)
    for dispute in case.disputes:
        moments += (dispute.asked, dispute.ended)
    moments += (handover.done for handover in case.responsibility.handovers)
    for suspension in case.suspensions:
        moments += (suspension.at, suspension.until)
    return moments


def _leg_moments(leg: LegMeasure) -> list[Moment | None]:
    moments = [leg.started, leg.signed, leg.contacted, leg.submitted, leg.stopped, leg.ended]
    moments += (leg.return_asked, leg.returned, leg.reworked)
    moments += leg.returns_refused
    moments += leg.extensions
    moments += leg.closings
    moments += _acts(leg.findings, leg.follow_ups)
    return moments


def _acts(findings: tuple[FindingMade, ...], follow_ups: tuple[FollowUp, ...]) -> list[Moment]:
    return [*(finding.at for finding in findings), *(follow_up.at for follow_up in follow_ups)]


def _of_promises(promises: tuple[Promise, ...]) -> list[datetime]:
    return [instant for held in promises for instant in (held.since.at, held.deadline.due)]
