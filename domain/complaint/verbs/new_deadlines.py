"""One deadline follows another (重新计算期限): both stay on record, and an extended one follows what it extends."""

from __future__ import annotations

from domain import refusals as r
from domain.complaint import commands as c
from domain.complaint import events as e
from domain.complaint.clock_names import CITIZEN_CLOCK, dispute_of_clock, leg_of_clock
from domain.complaint.state import Complaint
from domain.timekeeping.deadlines import Deadline
from domain.timekeeping.rules import EXTENSION_SUFFIX, Rulebook
from domain.wording import hold_to_text


def recompute(state: Complaint, command: c.RecomputeDeadline) -> tuple[e.ComplaintFact, ...]:
    """Let a deadline that was reckoned outside follow the one in force; nothing where it is the same."""
    hold_to_text("cause", command.cause)
    old = _in_force(state, command.clock)
    if old == command.deadline or (command.old is not None and command.old != old):
        return ()
    return followed_in_steps(command, command.clock, old, (*command.below, command.deadline), command.cause)


def followed(
    command: c.Command, clock: str, old: Deadline | None, new: Deadline | None, cause: str
) -> e.DeadlineRecomputed:
    """Return the fact that a deadline follows another, for a cause."""
    return e.DeadlineRecomputed(by=command.by, occurred=command.at, clock=clock, old=old, new=new, cause=cause)


def followed_in_steps(
    command: c.Command, clock: str, old: Deadline | None, steps: tuple[Deadline | None, ...], cause: str
) -> tuple[e.DeadlineRecomputed, ...]:
    """Return one fact a step: an extended deadline follows what it extends, so that both can be explained."""
    before = (old, *steps[:-1])
    return tuple(followed(command, clock, was, new, cause) for was, new in zip(before, steps, strict=True))


def extended_alike(
    new: Deadline | None, old: Deadline | None, extensions: int, rules: Rulebook
) -> tuple[Deadline | None, ...]:
    """Return a new deadline and its extensions, so that time that was granted is not taken back."""
    if new is None or old is None or not old.clause.endswith(EXTENSION_SUFFIX):
        return (new,)
    steps = [new]
    for _ in range(extensions):
        steps.append(rules.extend(steps[-1], old.limit))
    return tuple(steps)


def _in_force(state: Complaint, clock: str) -> Deadline | None:
    if clock == CITIZEN_CLOCK:
        return state.citizen_deadline
    dispute = dispute_of_clock(clock)
    if dispute is not None:
        disputed = state.leg_of_dispute(dispute)
        if disputed is None:
            raise r.NoSuchLeg
        return disputed.dispute_deadline
    leg = state.leg(leg_of_clock(clock) or 0)
    if leg is None:
        raise r.NoSuchLeg
    return leg.deadline
