"""Whoever watches the case (催办, 督办, 黄牌, 红牌): people who urge, and the clock that raises its cards."""

from __future__ import annotations

from domain.complaint import commands as c
from domain.complaint import events as e
from domain.complaint.clock_names import CITIZEN_CLOCK, card_key, dispute_clock, leg_clock
from domain.complaint.state import Complaint
from domain.timekeeping.deadlines import Deadline
from domain.timekeeping.rules import Rulebook
from domain.words import State


def urge(state: Complaint, command: c.Urge) -> e.Urged:
    """Urge whoever holds the case."""
    return e.Urged(by=command.by, occurred=command.at, subject=state.subject, note=command.note)


def supervise(state: Complaint, command: c.Supervise) -> e.Supervised:
    """Take the case under supervision."""
    return e.Supervised(
        by=command.by, occurred=command.at, subject=state.subject, level=command.level, note=command.note
    )


def standing_promises(state: Complaint) -> tuple[tuple[str, Deadline], ...]:
    """Return what is promised and not yet kept, by the clock's name: the citizen's, the open legs', an open dispute's.

    Those of a merged case stand too: they count again once it is unmerged.
    """
    promises: list[tuple[str, Deadline | None]] = []
    if state.open and state.delivered is None:
        promises.append((CITIZEN_CLOCK, state.citizen_deadline))
    promises.extend((leg_clock(leg.number), leg.deadline) for leg in state.legs if leg.open)
    if state.disputed is not None:
        promises.append((dispute_clock(len(state.disputes)), state.disputed.dispute_deadline))
    return tuple((clock, deadline) for clock, deadline in promises if deadline is not None)


def running_clocks(state: Complaint) -> tuple[tuple[str, Deadline], ...]:
    """Return the clocks that run and have a limit, by name; of a merged case only the citizen's runs."""
    merged = state.state is State.MERGED
    return tuple(one for one in standing_promises(state) if not merged or one[0] == CITIZEN_CLOCK)


def raise_cards(state: Complaint, command: c.CheckDeadlines, rules: Rulebook) -> tuple[e.ComplaintFact, ...]:
    """Raise each card that is due and was not raised: red past a deadline, yellow near it."""
    facts: list[e.ComplaintFact] = []
    for clock, deadline in running_clocks(state):
        if deadline.missed_at(command.at):
            if card_key("red", clock, deadline) not in state.cards:
                facts.append(
                    e.DeadlineMissed(by=command.by, occurred=command.at, clock=clock, deadline=deadline),
                )
        elif command.at.at >= rules.warning_at(deadline) and card_key("yellow", clock, deadline) not in state.cards:
            facts.append(e.DeadlineWarned(by=command.by, occurred=command.at, clock=clock, deadline=deadline))
    return tuple(facts)
