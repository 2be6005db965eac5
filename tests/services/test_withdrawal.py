"""A wrong edition is withdrawn by two people, its promises are followed, and what it led to is named."""

from dataclasses import replace
from datetime import date
from typing import cast
from uuid import UUID

import pytest

from domain import refusals as r
from domain.complaint import commands as c
from domain.complaint.clocks import clocks
from domain.complaint.events import ComplaintFact, DeadlineRecomputed
from domain.editions import EditionKind, standing
from domain.facts import Actor, Moment
from domain.identity import RULES_STREAM
from domain.timekeeping.deadlines import Limit, LimitUnit
from domain.timekeeping.rules import Purpose
from domain.words import ComplaintKind, Role
from gateways.app import Hangfeng
from services.editions import shipped_conduct_codes, shipped_rules
from services.withdrawals import EditionReport, edition_report
from tests.composed import APPROVER, DISPATCHER, StandingClock, call, clerk
from tests.services.test_adoption import UNIT, due, handled, off, year

FIRST, SECOND, THIRD = (Actor(name, Role.ADMIN) for name in ("甲", "乙", "丙"))
CALENDAR, RULES = EditionKind.CALENDAR, EditionKind.RULES
WRONG = replace(
    shipped_rules(),
    edition="2026-wrong",
    effective_from=date(2026, 3, 1),
    limits=tuple(
        replace(rule, limit=Limit(40, LimitUnit.WORKING_DAYS))
        if rule.purpose in {Purpose.CITIZEN, Purpose.UNIT}
        else rule
        for rule in shipped_rules().limits
    ),
)


def withdrawn(house: Hangfeng, kind: EditionKind, edition: str, *cases: UUID) -> int:
    at = Moment(house.clock())
    house.adoption.request_withdrawal(kind, edition, "误录", SECOND, at)
    return house.adoption.confirm_withdrawal(kind, edition, cases, THIRD, at).recomputed


def report(house: Hangfeng, kind: EditionKind, edition: str) -> EditionReport:
    return edition_report(house.log, house.casework, kind, edition)


def sums_up(house: Hangfeng, complaint: UUID) -> bool:
    """Say whether the days that each clock counts are those of its promise and of what was granted beyond."""
    facts = [cast("ComplaintFact", one.fact) for one in house.casework.history(complaint)]
    found = clocks(facts, house.instance.rules)
    return all(one.deadline is not None and one.counted_days == 3 + one.deadline.limit.value for one in found)


def on_desk(house: Hangfeng) -> UUID:
    complaint = house.casework.register(call(house)).id
    at = Moment(house.clock())
    house.casework.handle(complaint, c.Dispatch(by=DISPATCHER, at=at, unit=UNIT))
    house.casework.handle(complaint, c.Sign(by=clerk(UNIT), at=at))
    return complaint


def test_a_withdrawn_year_gives_open_cases_what_stood_before_it(composed: Hangfeng, clock: StandingClock) -> None:
    complaint = handled(composed, clock)
    composed.adoption.publish_year(year(), [complaint], FIRST, Moment(clock()))
    right = due(composed, complaint)
    wrong = year(*(off(day) for day in {*right}), edition="2027-2")
    composed.adoption.publish_year(wrong, [complaint], FIRST, Moment(clock()))
    assert due(composed, complaint) != right
    assert withdrawn(composed, CALENDAR, "2027-2", complaint) == 2
    assert due(composed, complaint) == right
    last = composed.casework.history(complaint)[-1].fact
    assert isinstance(last, DeadlineRecomputed)
    assert last.cause == "edition-withdrawn:calendar:2027-2"


def test_a_year_whose_only_edition_is_withdrawn_is_unpublished_again(composed: Hangfeng, clock: StandingClock) -> None:
    complaint = handled(composed, clock)
    composed.adoption.publish_year(year(), [complaint], FIRST, Moment(clock()))
    assert composed.instance.rules.calendar.is_working(date(2027, 3, 1)) is True
    withdrawn(composed, CALENDAR, "2027-1", complaint)
    assert composed.instance.rules.calendar.is_working(date(2027, 3, 1)) is None
    state = composed.casework.load(complaint)
    assert state is not None
    assert state.citizen_deadline is not None
    assert state.citizen_deadline.provisional


def test_withdrawn_rules_give_open_cases_the_limit_of_the_rules_in_force(composed: Hangfeng) -> None:
    before = due(composed, on_desk(composed))
    composed.adoption.adopt_rules(WRONG, FIRST, Moment(composed.clock()))
    complaint = composed.casework.register(call(composed, "call-2")).id
    composed.casework.handle(complaint, c.Dispatch(by=DISPATCHER, at=Moment(composed.clock()), unit=UNIT))
    assert due(composed, complaint) != before
    assert withdrawn(composed, RULES, WRONG.edition, complaint) == 2
    assert due(composed, complaint) == before
    assert composed.instance.rules.edition_on(date(2026, 6, 1)).edition == shipped_rules().edition


def test_an_extension_outlives_the_withdrawal_of_the_rules_below_it(composed: Hangfeng) -> None:
    composed.adoption.adopt_rules(WRONG, FIRST, Moment(composed.clock()))
    complaint, other = on_desk(composed), composed.casework.register(call(composed, "call-2")).id
    at, leader = Moment(composed.clock()), Actor("负责人", Role.UNIT_LEADER, UNIT)
    composed.casework.handle(complaint, c.RequestExtension(by=leader, at=at, reason="待勘验"))
    composed.casework.handle(complaint, c.GrantExtension(by=APPROVER, at=at))
    withdrawn(composed, RULES, WRONG.edition, complaint, other)
    unextended = composed.casework.load(other)
    assert unextended is not None
    assert unextended.citizen_deadline is not None
    citizen, leg = due(composed, complaint)
    assert citizen == leg > unextended.citizen_deadline.due.date()
    assert sums_up(composed, complaint)


def test_neither_who_adopted_nor_who_asked_may_confirm(composed: Hangfeng) -> None:
    at = Moment(composed.clock())
    composed.adoption.adopt_rules(WRONG, FIRST, at)
    composed.adoption.request_withdrawal(RULES, WRONG.edition, "误录", SECOND, at)
    for one in (FIRST, SECOND):
        with pytest.raises(r.SecondPersonNeeded):
            composed.adoption.confirm_withdrawal(RULES, WRONG.edition, (), one, at)
    assert composed.instance.rules.withdrawn == frozenset()
    assert composed.adoption.confirm_withdrawal(RULES, WRONG.edition, (), THIRD, at).fresh


@pytest.mark.parametrize(
    ("kind", "edition", "refusal"),
    [
        (RULES, "1999-1", r.NoSuchEdition),
        (RULES, shipped_rules().edition, r.LastRuleEdition),
        (CALENDAR, "2031-1", r.NoSuchEdition),
    ],
)
def test_what_cannot_be_withdrawn_is_refused_by_name(
    composed: Hangfeng, kind: EditionKind, edition: str, refusal: type[r.Refusal]
) -> None:
    at = Moment(composed.clock())
    with pytest.raises(refusal):
        composed.adoption.request_withdrawal(kind, edition, "误录", FIRST, at)
    with pytest.raises(refusal):
        composed.adoption.confirm_withdrawal(kind, edition, (), SECOND, at)


def test_a_withdrawal_is_asked_for_once_and_before_it_is_confirmed(composed: Hangfeng) -> None:
    at = Moment(composed.clock())
    composed.adoption.adopt_rules(WRONG, FIRST, at)
    with pytest.raises(r.WithdrawalNotRequested):
        composed.adoption.confirm_withdrawal(RULES, WRONG.edition, (), SECOND, at)
    asked = [composed.adoption.request_withdrawal(RULES, WRONG.edition, "误录", SECOND, at) for _ in range(2)]
    assert [one.fresh for one in asked] == [True, False]
    with pytest.raises(r.WithdrawalPending):
        composed.adoption.request_withdrawal(RULES, WRONG.edition, "误录", THIRD, at)


def test_a_withdrawn_edition_is_never_adopted_again(composed: Hangfeng) -> None:
    at = Moment(composed.clock())
    composed.adoption.adopt_rules(WRONG, FIRST, at)
    withdrawn(composed, RULES, WRONG.edition)
    with pytest.raises(r.EditionWithdrawnBefore):
        composed.adoption.adopt_rules(WRONG, FIRST, at)
    with pytest.raises(r.EditionWithdrawnBefore):
        composed.adoption.request_withdrawal(RULES, WRONG.edition, "误录", SECOND, at)


def test_withdrawn_conduct_codes_are_no_longer_offered(composed: Hangfeng) -> None:
    wrong = replace(shipped_conduct_codes(), edition="2026-wrong", effective_from=date(2026, 3, 1), codes=())
    composed.adoption.adopt_conduct_codes(wrong, FIRST, Moment(composed.clock()))
    assert composed.instance.rules.conduct_codes_on(date(2026, 3, 2)) == wrong
    withdrawn(composed, EditionKind.CONDUCT_CODES, wrong.edition)
    assert composed.instance.rules.conduct_codes_on(date(2026, 3, 2)) == shipped_conduct_codes()


def test_a_withdrawal_that_was_cut_off_goes_on_with_the_cases_left(composed: Hangfeng) -> None:
    composed.adoption.adopt_rules(WRONG, FIRST, Moment(composed.clock()))
    cases = [composed.casework.register(call(composed, f"call-{number}")).id for number in range(3)]
    assert withdrawn(composed, RULES, WRONG.edition, *cases[:1]) == 1
    again = composed.adoption.confirm_withdrawal(RULES, WRONG.edition, cases, THIRD, Moment(composed.clock()))
    assert (again.fresh, again.recomputed) == (False, 2)


def test_the_report_names_every_recomputation_that_an_edition_led_to(composed: Hangfeng, clock: StandingClock) -> None:
    complaint = handled(composed, clock)
    before = due(composed, complaint)
    wrong = year(*(off(day) for day in {*before}))
    composed.adoption.publish_year(wrong, [complaint], FIRST, Moment(clock()))
    withdrawn(composed, CALENDAR, wrong.edition, complaint)
    told = report(composed, CALENDAR, wrong.edition)
    assert [line.clock for line in told.caused] == [line.clock for line in told.followed] == ["citizen", "leg 1"]
    assert {line.complaint for line in (*told.caused, *told.followed)} == {complaint}
    assert [line.new_due for line in told.caused] == [line.old_due for line in told.followed]
    assert (told.requested is not None, told.withdrawn is not None) == (True, True)


def test_a_reclassification_under_an_edition_is_in_its_report(composed: Hangfeng) -> None:
    composed.adoption.adopt_rules(WRONG, FIRST, Moment(composed.clock()))
    complaint = composed.casework.register(call(composed)).id
    wish = c.Reclassify(by=DISPATCHER, at=Moment(composed.clock()), kind=ComplaintKind.HELP, cause="内容系求助")
    composed.casework.handle(complaint, wish)
    causes = [line.cause for line in report(composed, RULES, WRONG.edition).caused]
    assert causes == ["reclassified:enquiry:help"]


def test_what_an_ended_case_was_promised_is_still_explained_by_the_withdrawn_calendar(
    composed: Hangfeng, clock: StandingClock
) -> None:
    clock.now = clock.now.replace(year=2027)
    composed.adoption.publish_year(year(), (), FIRST, Moment(clock()))
    complaint = composed.casework.register(call(composed)).id
    promised = composed.casework.load(complaint)
    assert promised is not None
    assert promised.citizen_deadline is not None
    days = composed.instance.rules.explain(promised.citizen_deadline)
    composed.casework.handle(complaint, c.Withdraw(by=DISPATCHER, at=Moment(clock()), reason="来电人撤回"))
    assert withdrawn(composed, CALENDAR, "2027-1", complaint) == 0
    assert composed.instance.rules.explain(promised.citizen_deadline) == days


def test_figures_of_then_stay_as_they_were_known(composed: Hangfeng, clock: StandingClock) -> None:
    composed.adoption.publish_year(year(), (), FIRST, Moment(clock()))
    facts = [one.fact for one in composed.log.read_stream(RULES_STREAM)]
    withdrawn(composed, CALENDAR, "2027-1")
    assert standing(facts).calendar.edition_of(2027) == "2027-1"
    later = [one.fact for one in composed.log.read_stream(RULES_STREAM)]
    assert standing(later).calendar.edition_of(2027) is None
