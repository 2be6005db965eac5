"""Between which days anything of a case or leg happened or was due: what a quarter's figures need not look at.

Whatever a figure of a quarter counts lies between ``first`` and ``last``; an open case can be counted in any quarter
that follows, so its ``last`` is ``None``.
"""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date, datetime, tzinfo
from typing import NamedTuple

from domain.deadlines import Deadline
from domain.facts import Moment
from domain.leg_measures import LegMeasure
from domain.measures import CaseMeasure, FindingMade, FollowUp, Promise
from domain.words import Precision

_SECONDS_LENGTH = len("2023-07-01T00:00:00")


class Span(NamedTuple):
    """The first and the last day, both inside; ``last`` is ``None`` while the thing is open."""

    first: date
    last: date | None


def local_day(moment: Moment, zone: tzinfo) -> date:
    """Return the date of a moment on the instance's clock; a date without time of day stands as it is."""
    return moment.at.date() if moment.precision is Precision.DAY else moment.at.astimezone(zone).date()


def case_span(case: CaseMeasure, zone: tzinfo) -> Span:
    """Return the span of a complaint."""
    days = [*_of_moments(_case_moments(case), zone), *_of_promises(case.promises, zone)]
    return Span(min(days), None if case.open else max(days))


def leg_span(leg: LegMeasure, zone: tzinfo) -> Span:
    """Return the span of a leg."""
    due = [deadline for deadline in (leg.sign_deadline, leg.contact_deadline) if deadline is not None]
    days = [
        *_of_moments(_leg_moments(leg), zone),
        *_of_promises(leg.promises, zone),
        *(_due_day(deadline, zone) for deadline in due),
    ]
    return Span(min(days), None if leg.open else max(days))


def due_text(deadline: Deadline | None, zone: tzinfo) -> str | None:
    """Write when a deadline ends so that texts sort as times do: on the clock of one zone, to the second."""
    return None if deadline is None else instant_text(deadline.due, zone)


def instant_text(instant: datetime, zone: tzinfo) -> str:
    """Write an instant as ``due_text`` does."""
    return instant.astimezone(zone).isoformat()[:_SECONDS_LENGTH]


def _case_moments(case: CaseMeasure) -> Iterator[Moment | None]:
    yield from (case.registered, case.accepted, case.answered, case.dispatched, case.supervised)
    for many in (case.reworks, case.extensions, case.returns, case.urged, case.warned, case.missed):
        yield from many
    yield from _acts(case.findings, case.follow_ups)
    for ending in case.endings:
        yield from (ending.at, ending.undone)
    for merging in case.merges:
        yield from (merging.at, merging.undone)
    for suspension in case.suspensions:
        yield from (suspension.at, suspension.until)


def _leg_moments(leg: LegMeasure) -> Iterator[Moment | None]:
    yield from (leg.started, leg.signed, leg.contacted, leg.submitted, leg.stopped, leg.ended)
    yield from (leg.return_asked, leg.returned, leg.reworked)
    yield from leg.extensions
    yield from leg.closings
    yield from _acts(leg.findings, leg.follow_ups)


def _acts(findings: tuple[FindingMade, ...], follow_ups: tuple[FollowUp, ...]) -> Iterator[Moment]:
    for finding in findings:
        yield finding.at
    for follow_up in follow_ups:
        yield follow_up.at


def _of_moments(moments: Iterator[Moment | None], zone: tzinfo) -> Iterator[date]:
    return (local_day(moment, zone) for moment in moments if moment is not None)


def _of_promises(promises: tuple[Promise, ...], zone: tzinfo) -> Iterator[date]:
    for promise in promises:
        yield local_day(promise.since, zone)
        yield _due_day(promise.deadline, zone)


def _due_day(deadline: Deadline, zone: tzinfo) -> date:
    return deadline.due.astimezone(zone).date()
