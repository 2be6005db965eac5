"""Substantiated but uncorrected (属实未纠): which measures a finding owes, until when, and which were proved done.

The last finding of a leg is the one that counts. What it substantiates owes each of its measures that is not done;
where it names none, it owes one that nobody has named yet.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import date
from typing import TYPE_CHECKING

from domain.facts import Moment
from domain.words import Finding

if TYPE_CHECKING:
    from domain.complaint import events as e

PROVED = frozenset({Finding.SUBSTANTIATED, Finding.PARTLY})


@dataclass(frozen=True, slots=True)
class Correction:
    """One measure that a leg's finding owes (整改措施); ``code`` is ``None`` while nobody has named one.

    ``done`` is when it was done, ``dropped`` when a later finding, or the return of the leg, took its place.
    """

    leg: int
    since: Moment
    code: str | None = None
    due: date | None = None
    done: Moment | None = None
    dropped: Moment | None = None

    @property
    def owed(self) -> bool:
        """Whether it is still to be done."""
        return self.done is None and self.dropped is None


def after_finding(held: tuple[Correction, ...], fact: e.FindingRecorded) -> tuple[Correction, ...]:
    """Return the corrections after one more finding, which takes the place of the leg's earlier ones."""
    when = fact.occurred
    kept = after_return(held, fact.leg, when)
    if fact.result not in PROVED:
        return kept
    if not fact.measures:
        return (*kept, Correction(fact.leg, when))
    return (
        *kept,
        *(
            Correction(fact.leg, when, measure.code, measure.due, when if measure.done else None)
            for measure in fact.measures
        ),
    )


def after_return(held: tuple[Correction, ...], leg: int, when: Moment) -> tuple[Correction, ...]:
    """Return the corrections after a leg was given back or found anew: what it still owed falls away."""
    return tuple(replace(one, dropped=when) if one.leg == leg and one.owed else one for one in held)


def after_adding(held: tuple[Correction, ...], fact: e.MeasureAdded) -> tuple[Correction, ...]:
    """Return the corrections after a measure was set: it names the one that nobody had named, or is one more."""
    unnamed = next((one for one in held if one.leg == fact.leg and one.owed and one.code is None), None)
    if unnamed is None:
        return (*held, Correction(fact.leg, fact.occurred, fact.code, fact.due))
    return tuple(replace(one, code=fact.code, due=fact.due) if one is unnamed else one for one in held)


def after_completion(held: tuple[Correction, ...], fact: e.MeasureCompleted) -> tuple[Correction, ...]:
    """Return the corrections after a measure was proved done."""
    return tuple(
        replace(one, code=fact.code, done=fact.occurred) if one.leg == fact.leg and meant(one, fact.code) else one
        for one in held
    )


def meant(correction: Correction, code: str) -> bool:
    """Say whether a code names a correction that is still owed; one that nobody named yet takes any code."""
    return correction.owed and correction.code in {None, code}


def days_overdue(correction: Correction, today: date) -> int | None:
    """Return by how many calendar days a measure is past due; the due day itself is in time, ``None`` without one."""
    return None if correction.due is None else max(0, (today - correction.due).days)
