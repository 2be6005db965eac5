"""The receipt of a clock and the figures of statistics: one and the same number of days for each case, exactly."""

from collections.abc import Callable
from contextlib import suppress
from datetime import timedelta
from random import Random
from uuid import UUID

from domain.complaint import commands as c
from domain.complaint.clocks import Clock, clocks
from domain.complaint.commands import ComplaintCommand
from domain.complaint.decide import decide
from domain.complaint.evolve import evolve
from domain.facts import Moment, Recorded
from domain.figures.case_sets import response_days
from domain.figures.leg_measures import Legs, measure_legs
from domain.figures.measures import CaseMeasure
from domain.figures.measuring import measure_case
from domain.figures.rows import LegRow
from domain.figures.unit_table import span, working_days
from domain.figures.window import Window
from domain.periods import Quarter
from domain.refusals import Refusal
from domain.words import Finding
from tests.random_walk import Walk
from tests.scenario import APPROVER, CHINA, CLERK, DISPATCHER, WATER, rules

CASES = 1_000
STEPS_AFTER_MAX = 12
STRAYS = 0.15
"""How often something else is tried on the way."""

ANSWERED_AT_LEAST = 300
"""So many of the cases are answered at the least, so that the comparison compares something."""

WINDOW = Window(Quarter(2026, 4), Quarter(2026, 4).ends_at(CHINA), CHINA, rules().calendar)


def measured(walk: Walk) -> tuple[CaseMeasure, Legs]:
    """What statistics keep of a case."""
    case: CaseMeasure | None = None
    legs: Legs = ()
    for position, fact in enumerate(walk.facts, start=1):
        recorded = Recorded(position, UUID(int=1), position, fact.occurred.at, fact)
        case = measure_case(case, recorded, fact)
        legs = measure_legs(legs, recorded, fact)
    assert case is not None
    return case, legs


def road(leg: int) -> tuple[Callable[[Moment], ComplaintCommand], ...]:
    """The road from a registration to an answer that reached the person."""
    return (
        lambda when: c.Accept(by=DISPATCHER, at=when),
        lambda when: c.Dispatch(by=DISPATCHER, at=when, unit=WATER),
        lambda when: c.Sign(by=CLERK, at=when, leg=leg),
        lambda when: c.RequestExtension(by=CLERK, at=when, leg=leg, reason="情况复杂"),
        lambda when: c.GrantExtension(by=APPROVER, at=when),
        lambda when: c.RecordFinding(by=CLERK, at=when, leg=leg, result=Finding.PARTLY, evidence="现场查看"),
        lambda when: c.SubmitReply(by=CLERK, at=when, leg=leg, reply="已办"),
        lambda when: c.ApproveReply(by=APPROVER, at=when),
        lambda when: c.DeliverReply(by=DISPATCHER, at=when, evidence="通话"),
    )


def walked(rng: Random) -> Walk:
    """Random work, most of it along the road to an answer, so that many clocks stop, early and late."""
    walk = Walk(rng)
    state = walk.begin()
    for wish in road(1):
        if rng.random() < STRAYS:
            walk.step()
        walk.when = Moment(walk.when.at + timedelta(minutes=rng.choice((5, 45, 300, 1440, 5000, 20_000))))
        state = walk.state or state
        with suppress(Refusal):
            for fact in decide(state, wish(walk.when), rules()):
                walk.facts.append(fact)
                walk.state = evolve(walk.state, fact)
    for _ in range(rng.randrange(STEPS_AFTER_MAX)):
        walk.step()
    return walk


def listed(clock: Clock) -> int:
    return sum(day.elapsed for day in clock.days)


def test_the_days_that_a_clock_lists_are_the_days_that_statistics_count() -> None:
    rng, answered, stopped = Random(20251001), 0, 0
    for _ in range(CASES):
        walk = walked(rng)
        case, legs = measured(walk)
        said = {clock.name: clock for clock in clocks(walk.facts, rules())}
        if case.answered is not None:
            answered += 1
            citizen = said["citizen"]
            assert citizen.elapsed_calendar_days == response_days(case, WINDOW)
            assert citizen.elapsed_working_days == working_days(case, WINDOW)
            assert listed(citizen) == working_days(case, WINDOW)
        for leg in legs:
            if leg.stopped is None:
                continue
            stopped += 1
            clock = said[f"leg {leg.number}"]
            assert clock.elapsed_calendar_days == span(LegRow(leg, case), WINDOW)
            assert listed(clock) == WINDOW.working_days(leg.started, leg.stopped)
    assert answered >= ANSWERED_AT_LEAST
    assert stopped >= ANSWERED_AT_LEAST
