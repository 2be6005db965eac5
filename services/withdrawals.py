"""What an edition led to: every recomputation that it caused, and every one that followed its withdrawal (版本撤回)."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import datetime
from typing import cast
from uuid import UUID

from domain.complaint.events import DeadlineRecomputed
from domain.editions import (
    EditionKind,
    EditionWithdrawalCancelled,
    EditionWithdrawalRequested,
    EditionWithdrawn,
    RulesFact,
    adopted_edition,
    requested_withdrawal,
    standing,
)
from domain.facts import Moment, Recorded
from domain.identity import RULES_STREAM
from domain.refusals import NoSuchEdition
from domain.timekeeping.deadlines import Deadline
from domain.timekeeping.working_calendar import EDITION_JOIN
from services.adoption import published_cause, withdrawn_cause
from services.casework import Casework
from services.log.port import READ_EVENTS_MAX, Log

Progress = Callable[[int], None]


@dataclass(frozen=True, slots=True)
class Act:
    """Something that was done to an edition: who did it, when, and where it stands in the log."""

    by: str
    at: Moment
    position: int
    reason: str | None = None


@dataclass(frozen=True, slots=True)
class Recomputation:
    """One deadline that followed another, with its cause: ``clock`` is ``citizen`` or ``leg`` and a number."""

    complaint: UUID
    receipt_no: str
    clock: str
    old_due: datetime | None
    new_due: datetime | None
    provisional: bool
    cause: str
    at: Moment
    position: int


@dataclass(frozen=True, slots=True)
class EditionReport:
    """An edition's course: adopted, asked to be withdrawn, withdrawn, and what each led to, in the log's order.

    ``requested`` is the wish that stands or was confirmed, ``cancelled`` the last one's end where it was taken back.
    ``caused`` are the recomputations that the edition led to, ``followed`` those that its withdrawal led to.
    """

    kind: EditionKind
    edition: str
    adopted: tuple[Act, ...]
    requested: Act | None
    cancelled: Act | None
    withdrawn: Act | None
    caused: tuple[Recomputation, ...]
    followed: tuple[Recomputation, ...]


def edition_report(
    log: Log, casework: Casework, kind: EditionKind, edition: str, progress: Progress = lambda _done: None
) -> EditionReport:
    """Return what an edition led to; reads the log from its adoption on. Raises ``NoSuchEdition``."""
    recorded = log.read_stream(RULES_STREAM)
    facts = [cast("RulesFact", one.fact) for one in recorded]
    known = standing(facts).ids(kind)
    if edition not in known:
        raise NoSuchEdition(kind=kind.chinese, edition=edition, known="、".join(known))
    adopted = [one for one in recorded if adopted_edition(cast("RulesFact", one.fact)) == (kind, edition)]
    caused: list[Recomputation] = []
    followed: list[Recomputation] = []
    for one in _recomputations(log, adopted[0].position, progress):
        fact = cast("DeadlineRecomputed", one.fact)
        if fact.cause == withdrawn_cause(kind, edition):
            followed.append(_recomputation(casework, one, fact))
        elif _led_to(kind, edition, fact):
            caused.append(_recomputation(casework, one, fact))
    return EditionReport(
        kind=kind,
        edition=edition,
        adopted=tuple(Act(one.fact.by.name, one.fact.occurred, one.position) for one in adopted),
        requested=_last_act(recorded, EditionWithdrawalRequested, kind, edition),
        cancelled=_last_act(recorded, EditionWithdrawalCancelled, kind, edition),
        withdrawn=_last_act(recorded, EditionWithdrawn, kind, edition),
        caused=tuple(caused),
        followed=tuple(followed),
    )


@dataclass(frozen=True, slots=True)
class EditionLine:
    """One edition of the rules' stream and how it stands: ``pending`` is the wish to withdraw it that waits."""

    kind: EditionKind
    edition: str
    adopted: Act
    pending: Act | None
    withdrawn: Act | None


def editions_list(log: Log, kind: EditionKind | None = None, *, pending_only: bool = False) -> tuple[EditionLine, ...]:
    """Return every edition in order of adoption, of one kind where it is given, or those that await a confirmation."""
    recorded = log.read_stream(RULES_STREAM)
    facts = [cast("RulesFact", one.fact) for one in recorded]
    first: dict[tuple[EditionKind, str], Recorded] = {}
    for one in recorded:
        named = adopted_edition(cast("RulesFact", one.fact))
        if named is not None:
            first.setdefault(named, one)
    found = []
    for (of, edition), one in first.items():
        if kind is not None and of is not kind:
            continue
        gone = _last_act(recorded, EditionWithdrawn, of, edition)
        waits = gone is None and requested_withdrawal(facts, of, edition) is not None
        pending = _last_act(recorded, EditionWithdrawalRequested, of, edition) if waits else None
        if pending is not None or not pending_only:
            adopted = Act(one.fact.by.name, one.fact.occurred, one.position)
            found.append(EditionLine(of, edition, adopted, pending, gone))
    return tuple(found)


def _led_to(kind: EditionKind, edition: str, fact: DeadlineRecomputed) -> bool:
    """Say whether an edition is behind a recomputation: by its cause, or since the new deadline alone names it."""
    if kind is EditionKind.CALENDAR:
        return fact.cause == published_cause(edition) or (
            _by_calendar(edition, fact.new) and not _by_calendar(edition, fact.old)
        )
    return fact.new is not None and fact.new.rule_edition == edition and kind is EditionKind.RULES


def _by_calendar(edition: str, deadline: Deadline | None) -> bool:
    return deadline is not None and edition in deadline.calendar_edition.split(EDITION_JOIN)


def _recomputations(log: Log, after: int, progress: Progress) -> Iterator[Recorded]:
    end = log.head().position
    while after < end:
        batch = log.read(after, READ_EVENTS_MAX, end, opened=False)
        yield from (one for one in batch if isinstance(one.fact, DeadlineRecomputed))
        after = batch[-1].position
        progress(after)


def _recomputation(casework: Casework, one: Recorded, fact: DeadlineRecomputed) -> Recomputation:
    receipt = casework.receipt(one.stream)
    assert receipt is not None, "a deadline belongs to a complaint"
    return Recomputation(
        complaint=one.stream,
        receipt_no=receipt.receipt_no,
        clock=fact.clock,
        old_due=fact.old.due if fact.old is not None else None,
        new_due=fact.new.due if fact.new is not None else None,
        provisional=fact.new is not None and fact.new.provisional,
        cause=fact.cause,
        at=fact.occurred,
        position=one.position,
    )


def _last_act(
    recorded: tuple[Recorded, ...],
    done: type[EditionWithdrawalRequested | EditionWithdrawalCancelled | EditionWithdrawn],
    kind: EditionKind,
    edition: str,
) -> Act | None:
    for one in reversed(recorded):
        if isinstance(one.fact, done) and (one.fact.kind, one.fact.edition) == (kind, edition):
            return Act(one.fact.by.name, one.fact.occurred, one.position, one.fact.reason)
    return None
