"""A small book of cases of September 2025, worked out by hand: what every indicator's example is counted on.

All are registered at the hotline on Monday 1 September at nine unless said otherwise. Limits are five working days for
citizen and unit (until Monday 8 September), one working day for signature and first contact (until the 2nd).
"""

from __future__ import annotations

from uuid import UUID

from domain.complaint import commands as c
from domain.complaint.events import ComplaintFact, Measure
from domain.facts import Actor
from domain.figures.leg_measures import LegMeasure, Legs, measure_legs
from domain.figures.measures import CaseMeasure
from domain.figures.measuring import complaint_fact, measure_case
from domain.words import ComplaintKind, Finding, Role, Satisfaction
from tests.projections.facts import as_logged
from tests.scenario import (
    APPROVER,
    CLERK,
    DISPATCHER,
    FOLLOW_UP,
    OPERATOR,
    OTHER_CLERK,
    PARKS,
    ROADS,
    SUPERVISOR,
    approved,
    at,
    delivered,
    dispatched,
    given,
    registered,
    replied,
    signed,
)

PARKS_CLERK = Actor("园林经办", Role.UNIT_CLERK, PARKS)
OTHER_CASE = UUID(int=2)


def followed_up(day: int, said: Satisfaction | None, *, solved: bool = False, hour: int = 10) -> c.RecordFollowUp:
    if said is None:
        return c.RecordFollowUp(by=FOLLOW_UP, at=at(day, hour), means="电话", reached=False, outcome="无人接听")
    return c.RecordFollowUp(
        by=FOLLOW_UP, at=at(day, hour), means="电话", reached=True, solved=solved, satisfaction=said, cause="未解决"
    )


def closed(day: int, hour: int = 11) -> c.Close:
    return c.Close(by=FOLLOW_UP, at=at(day, hour), ground="办结")


def contacted(day: int, by: Actor = CLERK) -> c.MakeFirstContact:
    return c.MakeFirstContact(by=by, at=at(day, 14), means="电话")


def found(day: int, result: Finding, *, measures: int = 0, by: Actor = CLERK) -> c.RecordFinding:
    taken = tuple(Measure(f"M{number}") for number in range(measures))
    return c.RecordFinding(
        by=by, at=at(day, 8), result=result, evidence="现场核实", conduct_code="delay", measures=taken
    )


def complaint() -> tuple[ComplaintFact, ...]:
    return registered(ComplaintKind.COMPLAINT)


BOOK: dict[str, tuple[ComplaintFact, ...]] = {
    # Water answers on the third day, delivered on the fourth; satisfied and solved.
    "prompt": given(
        None, dispatched(), signed(), contacted(0), replied(2), approved(2), delivered(3),
        followed_up(4, Satisfaction.SATISFIED, solved=True), closed(4),
    ).facts,
    # Water signs on the 4th and answers on the 10th, both late; first not reached, then fairly satisfied, not solved.
    "late": given(
        None, dispatched(), signed(3), contacted(3), replied(9), approved(9), delivered(10),
        followed_up(10, None), followed_up(11, Satisfaction.FAIRLY_SATISFIED), closed(11),
    ).facts,
    # Water got it, gave it back; parks answer in time, the person is dissatisfied, parks do it again: satisfied.
    "handed_on": given(
        None, dispatched(), c.RequestReturn(by=CLERK, at=at(0, 12), reason="非本单位职责"),
        c.ApproveReturn(by=APPROVER, at=at(0, 15)), dispatched(PARKS, 0, 16), signed(1, by=PARKS_CLERK),
        contacted(1, PARKS_CLERK), replied(3, by=PARKS_CLERK), approved(3), delivered(4),
        followed_up(5, Satisfaction.DISSATISFIED), c.OrderRework(by=SUPERVISOR, at=at(5, 11), reason="未解决"),
        dispatched(PARKS, 5, 12), signed(5, 13, PARKS_CLERK), replied(7, by=PARKS_CLERK), approved(7), delivered(8),
        followed_up(9, Satisfaction.SATISFIED, solved=True), closed(9),
    ).facts,
    # The hotline answers on the spot.
    "direct": given(None, c.Answer(by=OPERATOR, at=at(0, 10), reply="已告知办理流程")).facts,
    # Roads never sign.
    "silent": given(None, dispatched(ROADS)).facts,
    # A complaint of conduct: extended, substantiated with a measure, answered on the 10th within the extension.
    "extended": given(
        complaint(), dispatched(ROADS), signed(0, by=OTHER_CLERK), contacted(0, OTHER_CLERK),
        c.RequestExtension(by=OTHER_CLERK, at=at(4), reason="需现场取证"), c.GrantExtension(by=APPROVER, at=at(4, 15)),
        found(9, Finding.SUBSTANTIATED, measures=1, by=OTHER_CLERK), replied(9, by=OTHER_CLERK), approved(9),
        delivered(9, 16),
    ).facts,
    # Three more findings: in part and nothing done; not; both with water, answered in time.
    "in_part": given(
        complaint(), dispatched(), signed(), found(2, Finding.PARTLY), replied(2), approved(2), delivered(2, 16),
    ).facts,
    "unfounded": given(
        complaint(), dispatched(), signed(), found(2, Finding.NOT_SUBSTANTIATED), replied(2), approved(2),
        delivered(2, 16),
    ).facts,
    # The same matter as "silent": merged into it.
    "same_matter": given(None, c.Merge(by=DISPATCHER, at=at(0, 12), into=OTHER_CASE)).facts,
    # Registered on 29 September, answered the next day, due after the holiday in October.
    "early": given(
        registered(at=at(28)), dispatched(day=28), signed(28), contacted(28), replied(29, 9), approved(29, 10),
        delivered(29, 11), followed_up(29, Satisfaction.SATISFIED, solved=True, hour=12), closed(29, 13),
    ).facts,
    # The person takes it back on the second day.
    "withdrawn": given(None, dispatched(), c.Withdraw(by=OPERATOR, at=at(1), reason="自行解决")).facts,
}  # fmt: skip


def book(*names: str) -> tuple[list[CaseMeasure], list[LegMeasure]]:
    """The measures of these cases, of all where none is named, in the order of the book."""
    chosen = [facts for name, facts in BOOK.items() if not names or name in names]
    cases: dict[UUID, CaseMeasure] = {}
    legs: dict[UUID, Legs] = {}
    for recorded in as_logged(*chosen):
        fact = complaint_fact(recorded)
        assert fact is not None
        cases[recorded.stream] = measure_case(cases.get(recorded.stream), recorded, fact)
        legs[recorded.stream] = measure_legs(legs.get(recorded.stream, ()), recorded, fact)
    return list(cases.values()), [leg for held in legs.values() for leg in held]
