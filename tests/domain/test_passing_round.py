"""Disputes with a clock of their own, who answers for a case first, and what closes one: case by case."""

from dataclasses import replace
from datetime import date, timedelta

import pytest

from domain import refusals as r
from domain.complaint import commands as c
from domain.complaint.clocks import clocks
from domain.complaint.decide import decide
from domain.complaint.events import (
    Closed,
    DeadlineMissed,
    DeadlineWarned,
    HandoverOwed,
    Measure,
    MeasureAdded,
    ReworkWaived,
)
from domain.complaint.evolve import fold
from domain.complaint.verbs.supervision import running_clocks
from domain.facts import Moment
from domain.figures.held_time import HeldTime
from domain.figures.window import Window
from domain.periods import Quarter
from domain.timekeeping.rules import Purpose, Rulebook
from domain.words import ComplaintKind, Finding, Satisfaction
from tests.scenario import (
    CHINA,
    CLERK,
    CLOCK,
    DISPATCHER,
    FOLLOW_UP,
    OTHER_CLERK,
    PARKS,
    ROADS,
    SUPERVISOR,
    WATER,
    Case,
    approved,
    at,
    delivered,
    dispatched,
    given,
    registered,
    replied,
    rules,
    signed,
)

RETURN = c.RequestReturn(by=CLERK, at=at(0, 11), reason="不属本单位")
APPROVE = c.ApproveReturn(by=DISPATCHER, at=at(0, 15))
TO_ROADS = c.Dispatch(by=DISPATCHER, at=at(0, 16), unit=ROADS)
HAND_OVER = c.HandOver(by=CLERK, at=at(1, 10), means="电话", note="已告知转交通部门，材料已移交")
MONDAYS_END, TUESDAYS_END = at(0, 23).at.replace(minute=59, second=59), at(1, 23).at.replace(minute=59, second=59)


def without(*purposes: Purpose) -> Rulebook:
    """The shipped rules with some duties switched off."""
    (shipped,) = rules().editions
    kept = tuple(rule for rule in shipped.limits if rule.purpose not in purposes)
    return replace(rules(), editions=(replace(shipped, edition="own", limits=kept),))


def returned() -> Case:
    return given(registered(), dispatched()).after(RETURN)


# --- the clock of a dispute -------------------------------------------------------------------------------------


def test_a_return_freezes_by_when_the_office_decides_and_the_clock_explains_it() -> None:
    case = returned().after(replace(APPROVE, at=at(2, 9)))
    (dispute,) = [clock for clock in clocks(case.facts, rules()) if clock.name == "dispute 1"]
    assert dispute.deadline is not None
    assert (dispute.holder, dispute.deadline.clause, dispute.deadline.due) == (
        "dispute",
        "return-decision",
        TUESDAYS_END,
    )
    assert [(day.date.day, day.counted, day.holder) for day in dispute.days] == [
        (1, False, "dispute"),
        (2, True, "dispute"),
        (3, False, "hotline"),
    ]
    assert dispute.stopped == at(2, 9)


def test_a_second_unit_s_dispute_is_one_for_a_designation() -> None:
    other = c.RequestReturn(by=OTHER_CLERK, at=at(0, 17), reason="也不属本单位")
    case = returned().after(APPROVE, TO_ROADS, other)
    assert case.state.disputes == (1, 2)
    (name, deadline) = running_clocks(case.state)[-1]
    assert (name, deadline.clause) == ("dispute 2", "designation")


def test_each_card_of_a_dispute_is_raised_once_and_none_once_it_is_decided() -> None:
    case, raised = returned(), []
    for moment in (at(0, 23), Moment(MONDAYS_END), at(1, 12), at(2, 0), at(2, 9)):
        facts = decide(case.state, c.CheckDeadlines(by=CLOCK, at=moment), rules())
        raised += [(type(f), f.clock) for f in facts if isinstance(f, DeadlineWarned | DeadlineMissed)]
        case = Case((*case.facts, *facts))
    assert raised == [(DeadlineWarned, "dispute 1"), (DeadlineMissed, "dispute 1")]
    decided = returned().after(APPROVE)
    assert decide(decided.state, c.CheckDeadlines(by=CLOCK, at=at(2)), rules()) == ()


def test_without_a_limit_a_dispute_has_a_clock_and_no_deadline() -> None:
    before = given(registered(), dispatched()).state
    (asked,) = decide(before, RETURN, without(Purpose.RETURN_DECISION))
    case = Case((*given(registered(), dispatched()).facts, asked))
    (dispute,) = [clock for clock in clocks(case.facts, rules()) if clock.name == "dispute 1"]
    assert dispute.deadline is None
    assert [name for name, _ in running_clocks(case.state)] == ["citizen", "leg 1"]


# --- who answers for a case first -------------------------------------------------------------------------------


def test_the_first_unit_answers_for_the_case_until_another_signs() -> None:
    case, answers = given(registered()), []
    for step in (dispatched(), RETURN, APPROVE, TO_ROADS, c.Sign(by=OTHER_CLERK, at=at(0, 17))):
        case = case.after(step)
        answers.append(case.state.responsibility.answers)
    assert given(registered()).state.responsibility.answers is None
    assert answers == [WATER, WATER, WATER, WATER, ROADS]
    assert case.state.responsibility.receiver == WATER


def test_whoever_answers_for_a_case_owes_its_hand_over_once_it_is_relieved() -> None:
    case = returned().after(APPROVE)
    owed = case.facts[-1]
    assert isinstance(owed, HandoverOwed)
    assert (owed.leg, owed.unit, owed.deadline.due) == (1, WATER, TUESDAYS_END)
    case = case.after(TO_ROADS, HAND_OVER)
    assert [one.late for one in case.state.responsibility.handovers] == [False]
    case.when(HAND_OVER).then_refused(r.NoHandoverOwed)


def test_a_unit_that_never_signed_owes_no_hand_over_for_another() -> None:
    other = c.RequestReturn(by=OTHER_CLERK, at=at(0, 17), reason="也不属本单位")
    case = returned().after(APPROVE, TO_ROADS, other, c.Designate(by=SUPERVISOR, at=at(1), unit=PARKS))
    assert [one.unit for one in case.state.responsibility.handovers] == [WATER]
    case.when(replace(HAND_OVER, by=OTHER_CLERK)).then_refused(r.NoHandoverOwed)


@pytest.mark.parametrize("unit", [WATER, ROADS])
def test_who_is_designated_itself_hands_nothing_over(unit: str) -> None:
    case = returned().after(c.Designate(by=SUPERVISOR, at=at(0, 14), unit=unit))
    assert [one.unit for one in case.state.responsibility.handovers] == ([] if unit == WATER else [WATER])


def test_without_its_limit_there_is_no_duty_to_hand_over() -> None:
    facts = decide(returned().state, APPROVE, without(Purpose.HANDOVER))
    assert not [fact for fact in facts if isinstance(fact, HandoverOwed)]


def test_what_passing_round_cost_shows_on_whoever_did_it() -> None:
    case = returned().after(replace(APPROVE, at=at(2, 10)), replace(TO_ROADS, at=at(2, 11)))
    case = case.after(replace(HAND_OVER, at=at(7, 9)))
    sums = HeldTime()
    sums.take(case.facts, rules(), Window(Quarter(2025, 3), at(8).at, CHINA, rules().calendar))
    unit, sent = sums.units[WATER], sums.dispatching
    assert (unit.first_received, unit.returns_approved, unit.handovers_owed, unit.handovers_late) == (1, 1, 1, 1)
    # The hand-over was due by Thursday 4 September; it was made on Monday the 8th at nine: all of Friday is late.
    assert unit.handover_late_minutes == 7 * 60
    assert (sent.decisions, sent.decisions_late, sent.decision_late_minutes, sent.sent_again) == (1, 1, 60, 1)
    assert ROADS not in sums.units


def test_a_limit_that_ends_with_what_is_looked_at_is_not_late_yet() -> None:
    sums = HeldTime()
    midnight = at(2, 0).at
    sums.take(returned().facts, rules(), Window(Quarter(2025, 3), midnight, CHINA, rules().calendar))
    assert (sums.dispatching.decisions_late, sums.units[WATER].dispute_minutes > 0) == (0, True)


# --- closing ----------------------------------------------------------------------------------------------------


def answered(kind: ComplaintKind = ComplaintKind.HELP) -> Case:
    return given(registered(kind), dispatched(), signed(), replied(), approved(), delivered())


def unreached(day: int) -> c.RecordFollowUp:
    return c.RecordFollowUp(by=FOLLOW_UP, at=at(day), means="电话", reached=False, outcome="无人接听")


def said(satisfaction: Satisfaction, cause: str | None = None) -> c.RecordFollowUp:
    return c.RecordFollowUp(
        by=FOLLOW_UP, at=at(5), means="电话", reached=True, solved=False, satisfaction=satisfaction, cause=cause
    )


CLOSE = c.Close(by=FOLLOW_UP, at=at(9), ground="办结")


@pytest.mark.parametrize(("attempts", "closes"), [(0, False), (2, False), (3, True)])
def test_a_case_closes_unreached_after_as_many_attempts_as_its_rules_ask_for(attempts: int, *, closes: bool) -> None:
    case = answered().after(*(unreached(5 + number) for number in range(attempts)))
    if closes:
        assert isinstance(case.after(CLOSE).facts[-1], Closed)
    else:
        case.when(CLOSE).then_refused(r.NotFollowedUp)


def test_a_case_is_closed_by_the_rules_that_it_was_registered_under() -> None:
    (shipped,) = rules().editions
    later = replace(shipped, edition="later", effective_from=date(2025, 9, 5), follow_up_attempts_min=1)
    case = answered().after(unreached(5))
    with pytest.raises(r.NotFollowedUp, match="2026-2 要求未接通至少 3 次"):
        decide(case.state, CLOSE, rules().with_edition(later))


def test_a_kind_that_needs_no_follow_up_closes_without() -> None:
    assert isinstance(answered(ComplaintKind.PRAISE).after(CLOSE).facts[-1], Closed)


def test_who_is_not_content_and_said_why_is_worked_for_again_or_told_why_not() -> None:
    case = answered().after(said(Satisfaction.DISSATISFIED, "问题未解决"))
    case.when(CLOSE).then_refused(r.ReworkFirst)
    case.when(replace(CLOSE, no_rework_reason=" ")).then_refused(r.EmptyText)
    closed = case.after(replace(CLOSE, no_rework_reason="政策不允许，已说明救济途径"))
    assert [type(fact) for fact in closed.facts[-2:]] == [ReworkWaived, Closed]
    answered().when(said(Satisfaction.DISSATISFIED)).then_refused(r.FollowUpIncomplete)


# --- measures after the answer ----------------------------------------------------------------------------------


def found(result: Finding, *measures: Measure) -> Case:
    finding = c.RecordFinding(by=CLERK, at=at(1, 10), result=result, evidence="现场", measures=measures)
    return (
        given(registered(ComplaintKind.COMPLAINT), dispatched(), signed())
        .after(finding)
        .after(replied(), approved(), delivered())
    )


ADD = c.AddMeasure(by=CLERK, at=at(6), code="培训窗口人员", due=at(20).day)


def test_a_measure_set_after_the_answer_is_owed_and_can_be_proved_done() -> None:
    case = found(Finding.SUBSTANTIATED, Measure("退费", done=True)).after(ADD)
    assert isinstance(case.facts[-1], MeasureAdded)
    assert [(one.code, one.due) for one in case.state.corrections if one.owed] == [("培训窗口人员", at(20).day)]
    case.when(ADD).then_refused(r.MeasureOwedAlready)
    done = case.after(c.CompleteMeasure(by=CLERK, at=at(10), code="培训窗口人员", evidence="签到表"))
    assert not [one for one in done.state.corrections if one.owed]


def test_a_measure_names_the_one_that_nobody_had_named() -> None:
    case = found(Finding.PARTLY).after(ADD)
    assert [(one.code, one.since) for one in case.state.corrections] == [("培训窗口人员", at(1, 10))]


@pytest.mark.parametrize(
    ("case", "wish", "rule"),
    [
        (found(Finding.NOT_SUBSTANTIATED), ADD, r.NothingSubstantiated),
        (found(Finding.PARTLY), replace(ADD, due=at(5).day), r.DueBeforeItIsSet),
        (found(Finding.PARTLY), replace(ADD, by=OTHER_CLERK), r.NothingSubstantiated),
        (found(Finding.PARTLY), replace(ADD, leg=7), r.NoSuchLeg),
        (found(Finding.PARTLY), replace(ADD, by=OTHER_CLERK, leg=1), r.NotYourLeg),
    ],
)
def test_a_measure_that_cannot_be_set_is_refused(case: Case, wish: c.AddMeasure, rule: type[r.Refusal]) -> None:
    case.when(wish).then_refused(rule)


def test_the_day_a_measure_is_set_on_may_be_its_due_day() -> None:
    state = fold(found(Finding.PARTLY).facts)
    assert state is not None
    (added,) = decide(state, replace(ADD, due=ADD.at.day + timedelta(0)), rules())
    assert isinstance(added, MeasureAdded)
