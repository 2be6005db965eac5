"""What a finding owes: measures with due days, reported done with their proof, before and long after the reply."""

from datetime import date

import pytest

from domain import refusals as r
from domain.complaint import commands as c
from domain.complaint import events as e
from domain.complaint.corrections import days_overdue
from domain.words import ComplaintKind, Finding, Satisfaction, State
from tests.scenario import (
    APPROVER,
    CLERK,
    DISPATCHER,
    FOLLOW_UP,
    OTHER_CLERK,
    Case,
    approved,
    at,
    delivered,
    dispatched,
    given,
    registered,
    replied,
    signed,
)

REFUND, RULES = e.Measure("退还费用", date(2025, 9, 10)), e.Measure("完善制度", date(2025, 9, 30))


def _found(*measures: e.Measure, result: Finding = Finding.SUBSTANTIATED, day: int = 1) -> c.RecordFinding:
    return c.RecordFinding(by=CLERK, at=at(day), result=result, evidence="现场核实", measures=measures)


def _done(code: str, day: int = 3, **more: object) -> c.CompleteMeasure:
    wish: dict[str, object] = {"by": CLERK, "at": at(day), "code": code, "evidence": "退费凭证", **more}
    return c.CompleteMeasure(**wish)  # type: ignore[arg-type]


def _in_hand(*measures: e.Measure) -> Case:
    return given(registered(ComplaintKind.COMPLAINT), dispatched(), signed(), _found(*measures))


def _owed(case: Case) -> list[str | None]:
    return [one.code for one in case.state.corrections if one.owed]


def test_each_measure_of_a_finding_is_owed_until_it_is_proved_done() -> None:
    case = _in_hand(REFUND, RULES)
    assert _owed(case) == ["退还费用", "完善制度"]
    assert _owed(case.after(_done("退还费用"))) == ["完善制度"]


def test_a_measure_is_reported_done_long_after_the_case_was_closed() -> None:
    called = c.RecordFollowUp(
        by=FOLLOW_UP, at=at(4), means="电话", reached=True, solved=True, satisfaction=Satisfaction.SATISFIED
    )
    case = _in_hand(RULES).after(
        replied(), approved(), delivered(), called, c.Close(by=FOLLOW_UP, at=at(4), ground="已解决")
    )
    case = case.after(_done("完善制度", 28))
    assert case.state.state is State.CLOSED
    assert _owed(case) == []


def test_what_was_done_at_once_is_not_owed() -> None:
    assert _owed(_in_hand(e.Measure("退还费用", done=True))) == []


def test_what_is_substantiated_without_a_measure_owes_one_that_takes_any_name() -> None:
    case = _in_hand()
    assert _owed(case) == [None]
    assert _owed(case.after(_done("批评教育"))) == []


def test_what_is_not_substantiated_owes_nothing() -> None:
    unfounded = _found(REFUND, result=Finding.NOT_SUBSTANTIATED)
    assert _owed(given(registered(ComplaintKind.COMPLAINT), dispatched(), signed(), unfounded)) == []


def test_a_later_finding_takes_the_place_of_the_earlier_one() -> None:
    assert _owed(_in_hand(REFUND).after(_found(RULES, day=2))) == ["完善制度"]


def test_a_leg_given_back_owes_nothing_any_more() -> None:
    case = _in_hand(REFUND).after(
        c.RequestReturn(by=CLERK, at=at(0, 15), reason="非本单位职责"),
        c.ApproveReturn(by=DISPATCHER, at=at(0, 16)),
    )
    assert _owed(case) == []


@pytest.mark.parametrize(
    ("wish", "refusal"),
    [
        (_done("没有这一项"), r.NoSuchMeasure),
        (_done("退还费用", evidence=" "), r.EmptyText),
        (_done("退还费用", by=OTHER_CLERK), r.NoSuchMeasure),
        (_done("退还费用", by=OTHER_CLERK, leg=1), r.NotYourLeg),
        (_done("退还费用", leg=2), r.NoSuchLeg),
    ],
)
def test_who_reports_what_is_not_owed_is_refused(wish: c.CompleteMeasure, refusal: type[r.Refusal]) -> None:
    _in_hand(REFUND).when(wish).then_refused(refusal)


def test_a_measure_is_reported_done_once() -> None:
    _in_hand(REFUND).after(_done("退还费用")).when(_done("退还费用", 4)).then_refused(r.NoSuchMeasure)


def test_the_due_day_itself_is_in_time() -> None:
    correction = _in_hand(REFUND).state.corrections[0]
    assert days_overdue(correction, date(2025, 9, 10)) == 0
    assert days_overdue(correction, date(2025, 9, 12)) == 2


def test_a_reply_sent_back_leaves_what_is_owed() -> None:
    case = _in_hand(REFUND).after(replied(), c.SendBack(by=APPROVER, at=at(2, 15), reason="答非所问"))
    assert _owed(case) == ["退还费用"]
