from datetime import date
from typing import cast
from uuid import UUID

from domain.complaint import commands as c
from domain.complaint.clocks import clocks
from domain.complaint.events import ComplaintFact, DeadlineRecomputed
from domain.facts import Actor, Moment
from domain.timekeeping.working_calendar import ExceptionalDay, WorkingYear
from domain.words import Role
from gateways.app import Hangfeng
from tests.composed import APPROVER, DISPATCHER, StandingClock, call, clerk

ADMIN, UNIT = Actor("管理员", Role.ADMIN), "城管局"
NATIONAL_DAY = ExceptionalDay(date(2027, 10, 1), False, "国庆节")


def year(*exceptions: ExceptionalDay, edition: str = "2027-1") -> WorkingYear:
    return WorkingYear(2027, edition, tuple(sorted((*exceptions, NATIONAL_DAY), key=lambda day: day.date)), "通知")


def off(day: date) -> ExceptionalDay:
    return ExceptionalDay(day, False, "放假")


def handled(house: Hangfeng, clock: StandingClock) -> UUID:
    """A case on the desk of its unit in a year whose calendar is not published."""
    clock.now = clock.now.replace(year=2027)
    complaint = house.casework.register(call(house)).id
    for command in (
        c.Dispatch(by=DISPATCHER, at=Moment(clock()), unit=UNIT),
        c.Sign(by=clerk(UNIT), at=Moment(clock())),
    ):
        house.casework.handle(complaint, command)
    return complaint


def due(house: Hangfeng, complaint: UUID) -> tuple[date, date]:
    state = house.casework.load(complaint)
    assert state is not None
    assert state.citizen_deadline is not None
    assert state.lead is not None
    assert state.lead.deadline is not None
    return state.citizen_deadline.due.date(), state.lead.deadline.due.date()


def test_a_published_year_moves_every_running_clock_and_keeps_what_was_promised(
    composed: Hangfeng,
    clock: StandingClock,
) -> None:
    complaint = handled(composed, clock)
    before = due(composed, complaint)
    days = [date.fromordinal(day.toordinal()) for day in before]
    adopted = composed.adoption.publish_year(year(*map(off, set(days))), [complaint], ADMIN, Moment(clock()))
    assert adopted.fresh
    assert adopted.recomputed == 2
    assert all(new > old for new, old in zip(due(composed, complaint), before, strict=True))
    facts = [one.fact for one in composed.casework.history(complaint)][-2:]
    assert all(isinstance(fact, DeadlineRecomputed) and fact.old and fact.old.provisional for fact in facts)


def test_publishing_the_same_year_again_records_nothing(composed: Hangfeng, clock: StandingClock) -> None:
    complaint = handled(composed, clock)
    composed.adoption.publish_year(year(), [complaint], ADMIN, Moment(clock()))
    end = composed.log.head().position
    again = composed.adoption.publish_year(year(), [complaint], ADMIN, Moment(clock()))
    assert (again.fresh, again.recomputed, composed.log.head().position) == (False, 0, end)


def test_a_year_that_is_taken_back_is_published_anew(composed: Hangfeng, clock: StandingClock) -> None:
    complaint = handled(composed, clock)
    first, other = year(), year(off(date(2027, 3, 5)), edition="2027-2")
    results = [
        composed.adoption.publish_year(one, [complaint], ADMIN, Moment(clock())) for one in (first, other, first)
    ]
    assert [one.fresh for one in results] == [True, True, True]


def test_an_extended_deadline_is_extended_again_from_the_first(composed: Hangfeng, clock: StandingClock) -> None:
    complaint = handled(composed, clock)
    first = due(composed, complaint)
    leader = Actor("负责人", Role.UNIT_LEADER, UNIT)
    composed.casework.handle(complaint, c.RequestExtension(by=leader, at=Moment(clock()), reason="待勘验"))
    composed.casework.handle(complaint, c.GrantExtension(by=APPROVER, at=Moment(clock())))
    extended = due(composed, complaint)
    moved = [off(day) for day in {*first}]
    composed.adoption.publish_year(year(*moved), [complaint], ADMIN, Moment(clock()))
    again = due(composed, complaint)
    assert all(new > old for new, old in zip(again, extended, strict=True))
    composed.adoption.publish_year(year(edition="2027-2"), [complaint], ADMIN, Moment(clock()))
    assert all(new < old for new, old in zip(due(composed, complaint), again, strict=True))
    facts = [cast("ComplaintFact", one.fact) for one in composed.casework.history(complaint)]
    # Three working days, and as many as were granted beyond: what is listed is the promise in force.
    for one in clocks(facts, composed.instance.rules):
        assert one.deadline is not None
        assert one.counted_days == 3 + one.deadline.limit.value


def test_a_case_that_ended_is_left_alone(composed: Hangfeng, clock: StandingClock) -> None:
    complaint = handled(composed, clock)
    composed.casework.handle(complaint, c.Withdraw(by=DISPATCHER, at=Moment(clock()), reason="来电人撤回"))
    assert composed.adoption.publish_year(year(), [complaint], ADMIN, Moment(clock())).recomputed == 0
