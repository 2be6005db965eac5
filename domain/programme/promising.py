"""Promises made on air (现场承诺): made, reported kept or broken, checked by another person, found missed."""

from __future__ import annotations

from typing import TYPE_CHECKING

from domain.programme import commands as c
from domain.programme import events as e
from domain.programme import refusals as r
from domain.programme.guards import hold_to_sentence, not_before, not_cancelled
from domain.programme.state import Commitment, Episode
from domain.timekeeping.deadlines import Deadline, Limit, LimitUnit, reckon, start_instant
from domain.wording import hold_to_code

if TYPE_CHECKING:
    from datetime import date

    from domain.facts import Moment
    from domain.timekeeping.rules import Rulebook

COMMITMENTS_MAX = 200
WORKING_DAYS_MAX = 366

COMMITMENT_CLAUSE = "on-air-commitment"
"""The clause under which a promise's deadline stands: what was said, and no rule of the office."""

Facts = tuple[e.EpisodeFact, ...]


def promise(state: Episode, command: c.MakeCommitment, rules: Rulebook) -> Facts:
    """Write down a promise, with its deadline frozen."""
    not_cancelled(state)
    not_before(state, command.at)
    hold_to_sentence("text", command.text)
    hold_to_code("leader", command.leader)
    if len(state.commitments) >= COMMITMENTS_MAX:
        raise r.CommitmentsFull(commitments_max=COMMITMENTS_MAX)
    sitting = next((one for one in state.on_air if one.unit == command.unit), None)
    leader = command.leader or (sitting.leader if sitting is not None else None)
    if sitting is None or leader is None:
        raise r.UnitNotOnAir(unit=command.unit)
    return (
        e.CommitmentMade(
            by=command.by,
            occurred=command.at,
            episode=state.episode,
            commitment=len(state.commitments) + 1,
            text=command.text,
            unit=command.unit,
            leader=leader,
            deadline=_deadline(command.at, command.due, command.working_days, rules),
            complaint=command.complaint,
            as_written=command.as_written,
        ),
    )


def _deadline(made: Moment, due: date | None, working_days: int | None, rules: Rulebook) -> Deadline:
    """Freeze when a promise is due: at the end of a day, or of so many working days, the day it was made left out."""
    day = rules.local_day(made)
    if (due is None) == (working_days is None):
        raise r.NoDueDay
    if due is not None:
        days = (due - day).days
        if not 0 <= days <= WORKING_DAYS_MAX * 10:
            raise r.NoDueDay
        limit = Limit(days, LimitUnit.CALENDAR_DAYS)
    else:
        if not 1 <= (working_days or 0) <= WORKING_DAYS_MAX:
            raise r.NoDueDay(field="working_days")
        limit = Limit(working_days or 0, LimitUnit.WORKING_DAYS)
    edition = rules.edition_on(day)
    reckoned = reckon(made, limit, rules.calendar, edition.hours, rules.zone)
    return Deadline(
        due=reckoned.due,
        limit=limit,
        started_at=start_instant(made, limit, rules.zone),
        clause=COMMITMENT_CLAUSE,
        rule_edition=edition.edition,
        calendar_edition=reckoned.calendar_edition,
        provisional=reckoned.provisional,
    )


def report(state: Episode, command: c.ReportOutcome, rules: Rulebook) -> Facts:
    """Write down what is said to have become of a promise; a postponement names another day."""
    promise = _commitment(state, command.commitment)
    hold_to_sentence("proof", command.proof)
    if promise.pending is not None:
        raise r.OutcomeAwaitsCheck(commitment=promise.number)
    standing = promise.settled
    if standing is not None and standing.outcome is command.outcome:
        said = e.OUTCOME_CHINESE[command.outcome]
        raise r.OutcomeStandsAlready(commitment=promise.number, outcome=said, outcome_value=command.outcome.value)
    put_off = command.outcome is e.Outcome.POSTPONED
    deadline = None
    if put_off:
        deadline = _deadline(command.at, command.due, command.working_days, rules)
        if deadline.due <= promise.deadline.due:
            raise r.NoDueDay
    elif command.due is not None or command.working_days is not None:
        raise r.NoDueDay
    return (
        e.OutcomeReported(
            by=command.by,
            occurred=command.at,
            episode=state.episode,
            commitment=promise.number,
            report=len(promise.reports) + 1,
            outcome=command.outcome,
            proof=command.proof,
            deadline=deadline,
            as_written=command.as_written,
        ),
    )


def check(state: Episode, command: c.CheckOutcome) -> Facts:
    """Uphold or reject a report, as another person than the one who made it."""
    promise = _commitment(state, command.commitment)
    report = promise.pending
    if report is None:
        raise r.NothingToCheck(commitment=promise.number)
    # A unit's word on its own promise is its proof and never its check; one person never does both.
    if command.by.name == report.by or command.by.unit is not None:
        raise r.AnotherPersonChecks
    if command.reason is not None or not command.upheld:
        hold_to_sentence("reason", command.reason or "")
    return (
        e.OutcomeChecked(
            by=command.by,
            occurred=command.at,
            episode=state.episode,
            commitment=promise.number,
            report=report.number,
            upheld=command.upheld,
            reason=command.reason,
        ),
    )


def missed(state: Episode, command: c.CheckCommitments) -> Facts:
    """Let the clock find the promises whose deadline passed."""
    return tuple(
        e.CommitmentMissed(
            by=command.by,
            occurred=command.at,
            episode=state.episode,
            commitment=one.number,
            deadline=one.deadline,
        )
        for one in state.commitments
        if one.next_due is not None and one.deadline.missed_at(command.at)
    )


def _commitment(state: Episode, number: int) -> Commitment:
    promise = state.commitment(number)
    if promise is None:
        raise r.NoSuchCommitment(commitment=number)
    return promise
