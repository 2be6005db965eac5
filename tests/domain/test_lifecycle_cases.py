"""A complaint's life, told as cases."""

from dataclasses import replace
from datetime import date
from uuid import uuid5

import pytest

from domain import refusals as r
from domain.complaint import commands as c
from domain.complaint import events as e
from domain.complaint.clocks import clocks, held
from domain.complaint.commands import ComplaintCommand
from domain.complaint.leg import LegState
from domain.facts import personal_fields
from domain.identity import RULES_STREAM
from domain.timekeeping.deadlines import Deadline
from domain.words import Channel, ComplaintKind, Finding, Satisfaction, State, SupervisionLevel
from tests.scenario import (
    APPROVER,
    CLERK,
    CLOCK,
    CONFIDENTIAL,
    DISPATCHER,
    FOLLOW_UP,
    LEADER,
    OPERATOR,
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

OTHER_CASE = uuid5(RULES_STREAM, "other")


def _due(deadline: object) -> date:
    assert hasattr(deadline, "due")
    due: date = deadline.due.date()
    return due


def _followed_up(satisfaction: Satisfaction, day: int = 4) -> c.RecordFollowUp:
    return c.RecordFollowUp(
        by=FOLLOW_UP,
        at=at(day),
        means="电话",
        reached=True,
        solved=satisfaction is not Satisfaction.DISSATISFIED,
        cause="问题未解决" if satisfaction is Satisfaction.DISSATISFIED else None,
        satisfaction=satisfaction,
    )


def test_a_call_becomes_a_closed_case() -> None:
    case = given(None, dispatched(), signed(), replied(), approved(), delivered())
    case = case.after(_followed_up(Satisfaction.SATISFIED), c.Close(by=FOLLOW_UP, at=at(4), ground="已解决"))
    assert case.state.state is State.CLOSED
    assert case.state.version == len(case.facts)


def test_an_ordinary_call_of_monday_is_due_on_the_next_monday() -> None:
    assert _due(given().state.citizen_deadline) == date(2025, 9, 8)


def test_dispatch_return_and_rework_never_move_the_citizens_deadline() -> None:
    case = given()
    promised = case.state.citizen_deadline
    case = case.after(
        dispatched(),
        c.RequestReturn(by=CLERK, at=at(0, 12), reason="非本单位职责"),
        c.ApproveReturn(by=DISPATCHER, at=at(0, 14)),
        dispatched(ROADS, 0, 15),
        signed(1, 9, OTHER_CLERK),
        replied(2, 9, OTHER_CLERK),
        approved(),
        delivered(),
        _followed_up(Satisfaction.DISSATISFIED),
        c.OrderRework(by=FOLLOW_UP, at=at(4, 10), reason="仍未通水"),
        dispatched(ROADS, 4, 11),
    )
    assert case.state.citizen_deadline == promised


def test_rework_opens_a_new_leg_with_three_working_days_and_keeps_the_first_answer() -> None:
    case = given(None, dispatched(), signed(), replied(), approved(), delivered())
    case = case.after(
        _followed_up(Satisfaction.DISSATISFIED),
        c.OrderRework(by=FOLLOW_UP, at=at(4, 10), reason="仍未通水"),
        dispatched(WATER, 4, 11),
    )
    first, second = case.state.legs
    assert first.state is LegState.ANSWERED
    assert first.stopped == at(2)
    assert _due(second.deadline) == date(2025, 9, 10)
    assert case.state.delivered == at(3)


def test_a_sent_back_reply_never_stopped_the_units_clock() -> None:
    case = given(None, dispatched(), signed(), replied(1), c.SendBack(by=APPROVER, at=at(1, 15), reason="答非所问"))
    case = case.after(replied(3), approved(3))
    assert case.state.legs[0].stopped == at(3)


def test_a_complaint_needs_a_finding_before_its_reply() -> None:
    case = given(registered(ComplaintKind.COMPLAINT), dispatched(), signed())
    case.when(replied()).then_refused(r.FindingRequired)
    found = c.RecordFinding(by=CLERK, at=at(1), result=Finding.SUBSTANTIATED, evidence="现场核实", conduct_code="delay")
    case.after(found).when(replied()).then(e.ReplySubmitted)


@pytest.mark.parametrize(
    "command",
    [
        dispatched(),
        c.Answer(by=OPERATOR, at=at(), reply="答复"),
        c.Merge(by=DISPATCHER, at=at(), into=OTHER_CASE),
        c.Supervise(by=SUPERVISOR, at=at(), level=SupervisionLevel.LISTED),
        c.HandToEmergency(by=OPERATOR, at=at(), service="110"),
        c.Refuse(by=DISPATCHER, at=at(), reason="不属于", proper_route="法院"),
    ],
)
def test_an_accusation_leaves_to_the_discipline_organ_only(command: c.Dispatch) -> None:
    case = given(registered(ComplaintKind.ACCUSATION, wanted_unit=WATER))
    case.when(command).then_refused(r.AccusationGoesToDiscipline)


def test_an_accusation_never_goes_to_the_accused_unit_or_a_unit_above_it() -> None:
    case = given(registered(ComplaintKind.ACCUSATION, wanted_unit=WATER))
    wrong = c.TransferToDiscipline(by=CONFIDENTIAL, at=at(), organ="江北区政府", barred=frozenset({"江北区政府"}))
    case.when(wrong).then_refused(r.OrganIsAccused)
    case.when(c.TransferToDiscipline(by=CONFIDENTIAL, at=at(), organ=WATER)).then_refused(r.OrganIsAccused)
    case.when(c.TransferToDiscipline(by=CONFIDENTIAL, at=at(), organ="市纪委监委")).then(e.TransferredToDiscipline)


def test_a_case_that_turns_out_to_be_an_accusation_leaves_the_units_hands_at_once() -> None:
    case = given(None, dispatched(), signed())
    case = case.after(c.Reclassify(by=DISPATCHER, at=at(1), kind=ComplaintKind.ACCUSATION, cause="反映干部问题"))
    assert case.state.legs[0].state is LegState.RECALLED
    assert case.state.confidential
    back = c.Reclassify(by=DISPATCHER, at=at(1), kind=ComplaintKind.HELP, cause="改回")
    case.when(back).then_refused(r.ConfidentialOfficerOnly)


def test_reclassifying_recomputes_both_deadlines_and_keeps_the_old_ones() -> None:
    case = given(registered(ComplaintKind.ENQUIRY), dispatched())
    change = c.Reclassify(by=DISPATCHER, at=at(0, 11), kind=ComplaintKind.HELP, cause="实为求助")
    after = case.when(change).then(e.Reclassified, e.DeadlineRecomputed, e.DeadlineRecomputed)
    assert _due(case.state.citizen_deadline) == date(2025, 9, 4)
    assert _due(after.state.citizen_deadline) == date(2025, 9, 8)


def test_reclassifying_takes_no_granted_time_back() -> None:
    asked = c.RequestExtension(by=LEADER, at=at(0, 12), reason="待勘验")
    case = given(registered(ComplaintKind.ENQUIRY), dispatched(), signed(), asked)
    extended = case.after(c.GrantExtension(by=APPROVER, at=at(0, 13)))
    change = c.Reclassify(by=DISPATCHER, at=at(0, 14), kind=ComplaintKind.HELP, cause="实为求助")
    after = extended.when(change).then(e.Reclassified, *[e.DeadlineRecomputed] * 4)
    never = case.after(c.RefuseExtension(by=APPROVER, at=at(0, 13), reason="不必"), change)
    for clock, plain in ((after.state.citizen_deadline, never.state.citizen_deadline), *_legs(after, never)):
        assert clock is not None
        assert plain is not None
        assert clock == rules().extend(plain, clock.limit)


def _legs(one: Case, other: Case) -> list[tuple[Deadline | None, Deadline | None]]:
    return [(a.deadline, b.deadline) for a, b in zip(one.state.legs, other.state.legs, strict=True)]


def test_a_letter_counts_from_registration_until_it_is_accepted() -> None:
    case = given(registered(ComplaintKind.HELP, Channel.LETTER))
    assert case.state.citizen_deadline is not None
    assert case.state.citizen_deadline.from_registration
    accepted = case.when(c.Accept(by=DISPATCHER, at=at(10))).then(e.Accepted, e.DeadlineRecomputed)
    assert _due(accepted.state.citizen_deadline) == date(2025, 11, 10)


def test_a_return_is_asked_for_within_a_day() -> None:
    case = given(None, dispatched(), signed())
    case.when(c.RequestReturn(by=CLERK, at=at(1, 10, 1), reason="非职责")).then_refused(r.ReturnTooLate)
    case.when(c.RequestReturn(by=CLERK, at=at(1, 10), reason="非职责")).then(e.ReturnRequested)


def test_a_designated_unit_may_not_return_the_case() -> None:
    case = given(
        None,
        dispatched(),
        c.RequestReturn(by=CLERK, at=at(0, 12), reason="非职责"),
        c.Designate(by=SUPERVISOR, at=at(0, 15), unit=WATER),
    )
    assert [leg.state for leg in case.state.legs] == [LegState.REDIRECTED, LegState.AWAITING_SIGNATURE]
    case.when(c.RequestReturn(by=CLERK, at=at(0, 16), reason="非职责")).then_refused(r.DesignatedMayNotReturn)


def test_a_refused_return_puts_the_leg_back_where_it_stood() -> None:
    back = c.RequestReturn(by=CLERK, at=at(0, 12), reason="非职责")
    no = c.RefuseReturn(by=DISPATCHER, at=at(0, 14), reason="职责明确")
    assert given(None, dispatched(), back, no).state.state is State.AWAITING_SIGNATURE
    assert given(None, dispatched(), signed(), back, no).state.state is State.HANDLING


def test_more_time_is_asked_for_before_the_deadline_and_given_once() -> None:
    case = given(None, dispatched(), signed())
    ask = c.RequestExtension(by=LEADER, at=at(3), reason="需挖开路面")
    case.when(c.RequestExtension(by=LEADER, at=at(9), reason="迟了")).then_refused(r.ExtensionTooLate)
    longer = case.after(ask, c.GrantExtension(by=SUPERVISOR, at=at(3, 10)))
    assert _due(longer.state.legs[0].deadline) == date(2025, 9, 15)
    assert _due(longer.state.legs[0].original_deadline) == date(2025, 9, 8)
    longer.when(c.RequestExtension(by=LEADER, at=at(4), reason="再次")).then_refused(r.ExtendedOftenEnough)


def test_another_units_clerk_cannot_touch_the_leg() -> None:
    case = given(None, dispatched())
    case.when(c.Sign(by=OTHER_CLERK, at=at(0, 11), leg=1)).then_refused(r.NotYourLeg)
    case.when(c.Sign(by=OTHER_CLERK, at=at(0, 11))).then_refused(r.NoSuchLeg)


def test_a_co_unit_answers_to_the_lead_unit_and_the_case_does_not_move() -> None:
    case = given(None, dispatched(), signed(), c.AddCoUnit(by=DISPATCHER, at=at(0, 12), unit=ROADS))
    case = case.after(signed(0, 13, OTHER_CLERK), replied(1, 9, OTHER_CLERK))
    assert case.state.state is State.HANDLING
    assert case.state.legs[1].state is LegState.ANSWERED
    assert case.after(replied(), approved()).state.state is State.REPLIED


def test_the_handling_unit_never_follows_up_its_own_case() -> None:
    case = given(None, dispatched(), signed(), replied(), approved(), delivered())
    own = c.RecordFollowUp(by=CLERK, at=at(4), means="电话", reached=False, outcome="无人接听")
    case.when(own).then_refused(r.HandlingUnitMayNotFollowUp)


def test_nothing_closes_before_anybody_was_called_back() -> None:
    case = given(None, dispatched(), signed(), replied(), approved(), delivered())
    case.when(c.Close(by=FOLLOW_UP, at=at(4), ground="已解决")).then_refused(r.NotFollowedUp)


def test_merge_then_unmerge_leaves_the_case_where_it_stood() -> None:
    case = given(None, dispatched(), signed())
    merged = case.after(c.Merge(by=DISPATCHER, at=at(1), into=OTHER_CASE))
    assert merged.state.state is State.MERGED
    back = merged.after(c.Unmerge(by=DISPATCHER, at=at(1, 10), reason="不是同一事项"))
    assert back.state.state is case.state.state
    assert back.state.legs == case.state.legs


def test_a_shared_reply_reaches_the_merged_reporter_by_their_own_clock() -> None:
    case = given(None, c.Merge(by=DISPATCHER, at=at(0, 12), into=OTHER_CASE))
    shared = c.ReceiveSharedReply(
        by=FOLLOW_UP,
        at=at(3),
        out_of=OTHER_CASE,
        reply="已恢复供水",
        channel=Channel.HOTLINE,
        evidence="通话 88",
    )
    after = case.when(shared).then(e.SharedReplyReceived)
    assert after.state.state is State.AWAITING_FOLLOW_UP
    assert after.state.delivered == at(3)


def test_each_card_is_raised_once() -> None:
    case = given(None, dispatched(), signed())
    warned = case.when(c.CheckDeadlines(by=CLOCK, at=at(5, 9))).then(e.DeadlineWarned, e.DeadlineWarned)
    missed = warned.when(c.CheckDeadlines(by=CLOCK, at=at(8, 9))).then(e.DeadlineMissed, e.DeadlineMissed)
    missed.when(c.CheckDeadlines(by=CLOCK, at=at(9, 9))).then()


def test_a_case_is_suspended_on_a_listed_ground_only() -> None:
    case = given(None, dispatched(), signed())
    case.when(c.Suspend(by=SUPERVISOR, at=at(1), ground="说不清")).then_refused(r.GroundNotListed)
    listed = rules().edition_on(at(1).day).suspension_grounds[0].code
    stopped = case.after(c.Suspend(by=SUPERVISOR, at=at(1), ground=listed))
    stopped.when(replied()).then_refused(r.SuspendedNow)
    stopped.after(c.Resume(by=SUPERVISOR, at=at(2))).when(replied(3)).then(e.ReplySubmitted)


def test_what_is_recorded_cannot_lie_before_the_registration() -> None:
    given().when(dispatched(WATER, -1)).then_refused(r.OutOfOrder)


@pytest.mark.parametrize(
    ("before", "early"),
    [
        ((dispatched(day=4),), signed(3)),
        ((dispatched(day=4), signed(4)), replied(3)),
        ((dispatched(), signed(4)), replied(3)),
        ((dispatched(), signed(), replied(4)), approved(3)),
        ((dispatched(), signed(), replied(), approved(4)), delivered(3)),
        ((dispatched(), signed(), replied(), approved(), delivered(5)), c.Close(by=APPROVER, at=at(4), ground="办结")),
    ],
)
def test_no_step_is_dated_before_the_one_that_it_answers_to(
    before: tuple[ComplaintCommand, ...], early: ComplaintCommand
) -> None:
    given(None, *before).when(early).then_refused(r.OutOfOrder)


def test_the_clock_lists_each_day_and_the_sum_is_the_limit() -> None:
    case = given(None, dispatched(), signed(), replied(), approved(), delivered(3))
    citizen, leg = clocks(case.facts, rules())
    assert (citizen.counted_days, citizen.elapsed_calendar_days, citizen.elapsed_working_days) == (5, 3, 3)
    assert leg.holder == WATER
    assert sum(day.counted for day in citizen.days) == 5
    assert [day.holder for day in citizen.days[:3]] == [WATER, WATER, "delivery"]


def test_an_extended_clock_counts_both_limits_day_by_day() -> None:
    case = given(
        None,
        dispatched(),
        signed(),
        c.RequestExtension(by=LEADER, at=at(3), reason="需挖开路面"),
        c.GrantExtension(by=SUPERVISOR, at=at(3, 10)),
    )
    leg = clocks(case.facts, rules())[1]
    assert leg.counted_days == 10
    assert [_due(deadline) for deadline in leg.superseded] == [date(2025, 9, 8)]


def test_held_shares_add_up_to_the_elapsed_working_time() -> None:
    case = given(
        None,
        dispatched(PARKS),
        c.AddCoUnit(by=DISPATCHER, at=at(0, 11), unit=ROADS),
        c.Sign(by=DISPATCHER, at=at(1), leg=1),
        replied(2, 9, DISPATCHER),
        approved(2, 16),
        delivered(3, 9),
    )
    until = at(4, 17, 30).at
    shares = held(case.facts, rules(), until)
    assert sum(share.working_minutes or 0 for share in shares) == rules().working_minutes(at().at, until)
    assert [share.holder.label for share in shares] == ["hotline", PARKS, "review", "delivery", "follow_up"]


@pytest.mark.parametrize("word", ["电话 13800001111 联系", "长" * 61, " "])
def test_a_readable_field_takes_a_short_word_only(word: str) -> None:
    refusal = r.EmptyText if not word.strip() else r.NotACodeWord
    given(None, dispatched(), signed()).when(c.MakeFirstContact(by=CLERK, at=at(1), means=word)).then_refused(refusal)
    case = given(None, dispatched(), signed(), replied(), approved())
    assert "evidence" in personal_fields(e.ReplyDelivered)
    case.when(delivered()).then(e.ReplyDelivered)


def test_a_finding_names_misconduct_by_the_edition_in_force_by_code_or_by_name() -> None:
    case = given(None, dispatched(), signed())
    named = c.RecordFinding(
        by=CLERK, at=at(1), result=Finding.SUBSTANTIATED, evidence="现场核实", conduct_code="推诿扯皮"
    )
    fact = case.when(named).then(e.FindingRecorded).facts[-1]
    assert isinstance(fact, e.FindingRecorded)
    assert fact.conduct_code == "buck_passing"
    case.when(replace(named, conduct_code="slow")).then_refused(r.UnknownConductCode)
