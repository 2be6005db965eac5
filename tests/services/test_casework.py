import asyncio
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from datetime import timedelta
from uuid import UUID

import pytest

from domain import refusals as r
from domain.complaint import commands as c
from domain.complaint.events import Merged, ReplyShared, SharedReplyReceived, TransferredToDiscipline, Urged
from domain.facts import Moment
from domain.identity import position_of_receipt
from domain.units import UnitAliased, UnitPlaced
from domain.words import ComplaintKind, State
from gateways.app import Hangfeng
from services.casework import normal_number
from services.unit_registry import record_units
from tests.composed import APPROVER, DISPATCHER, FOLLOWER, OFFICER, OPERATOR, SHANGHAI, StandingClock, call, clerk

UNIT = "城管局"


def now(house: Hangfeng) -> Moment:
    return Moment(house.clock().astimezone(SHANGHAI))


def registered(house: Hangfeng, call_id: str = "call-1", **words: object) -> UUID:
    return house.casework.register(call(house, call_id, **words)).id  # type: ignore[arg-type]


def dispatched(house: Hangfeng, call_id: str = "call-1", unit: str = UNIT) -> UUID:
    complaint = registered(house, call_id)
    house.casework.handle(complaint, c.Dispatch(by=DISPATCHER, at=now(house), unit=unit))
    return complaint


def answered(house: Hangfeng, call_id: str = "call-1") -> UUID:
    complaint, at = dispatched(house, call_id), now(house)
    for command in (
        c.Sign(by=clerk(UNIT), at=at),
        c.SubmitReply(by=clerk(UNIT), at=at, reply="已修复"),
        c.ApproveReply(by=APPROVER, at=at),
        c.DeliverReply(by=FOLLOWER, at=at, evidence="电话告知"),
    ):
        house.casework.handle(complaint, command)
    return complaint


# --- registration ---------------------------------------------------------------------------------------------------


def test_a_receipt_names_the_day_and_the_position_of_its_registration(composed: Hangfeng) -> None:
    receipt = composed.casework.register(call(composed))
    assert receipt.fresh
    assert receipt.receipt_no.startswith("20260302-")
    assert position_of_receipt(receipt.receipt_no) == composed.casework.history(receipt.id)[0].position
    assert receipt.deadline is not None
    assert receipt.deadline.astimezone(SHANGHAI).date().isoformat() == "2026-03-05"


def test_the_same_call_again_gets_the_same_receipt(composed: Hangfeng, clock: StandingClock) -> None:
    first = composed.casework.register(call(composed))
    clock.pass_(hours=5)
    again = composed.casework.register(call(composed))
    assert again == replace(first, fresh=False)
    assert len(composed.casework.history(first.id)) == 1


def test_the_same_call_with_another_body_is_a_conflict(composed: Hangfeng) -> None:
    registered(composed)
    with pytest.raises(r.KeyUsedForAnother):
        registered(composed, text="别的内容")


def test_sixty_four_at_once_register_one_case_once(composed: Hangfeng) -> None:
    async def all_at_once() -> list[bool]:
        receipts = await asyncio.gather(*(composed.casework.register_async(call(composed)) for _ in range(64)))
        assert len({receipt.id for receipt in receipts}) == 1
        return [receipt.fresh for receipt in receipts]

    assert sum(asyncio.run(all_at_once())) == 1


def test_a_call_from_tomorrow_is_refused(composed: Hangfeng, clock: StandingClock) -> None:
    with pytest.raises(r.HappenedLater):
        registered(composed, at=clock.now + timedelta(seconds=1))


def test_a_late_paper_keeps_the_day_it_happened_on(composed: Hangfeng, clock: StandingClock) -> None:
    receipt = composed.casework.register(call(composed, at=clock.now - timedelta(days=10)))
    assert receipt.registered_at == clock.now - timedelta(days=10)
    assert receipt.receipt_no.startswith("20260302-")


@pytest.mark.parametrize("written", ["138 0000 0000", "+86 138-0000-0000", "008613800000000", "１３８００００００００"])
def test_a_number_is_one_person_however_it_is_written(written: str) -> None:
    assert normal_number(written) == "13800000000"


@pytest.mark.parametrize("written", ["0512-65110000", "86511000", "12345"])
def test_a_landline_keeps_its_digits(written: str) -> None:
    assert normal_number(written) == written.replace("-", "")


def test_two_calls_of_one_number_are_one_person_and_two_cases(composed: Hangfeng) -> None:
    one, other = call(composed, "a"), call(composed, "b", number="+8613800000000")
    assert one.subject == other.subject
    assert one.contact != other.contact


def test_a_call_without_number_is_a_person_of_its_own(composed: Hangfeng) -> None:
    assert call(composed, "a", number=None).subject != call(composed, "b", number=None).subject


# --- verbs ----------------------------------------------------------------------------------------------------------


def test_a_verb_on_no_complaint_is_refused(composed: Hangfeng) -> None:
    with pytest.raises(r.NoSuchComplaint):
        composed.casework.handle(UUID(int=1), c.Accept(by=DISPATCHER, at=now(composed)))


def test_the_rules_own_stream_is_no_complaint(composed: Hangfeng) -> None:
    stream = composed.log.read(0, 2)[1].stream
    assert composed.log.read_stream(stream)
    assert composed.casework.load(stream) is None


def test_the_same_request_key_urges_once(composed: Hangfeng) -> None:
    complaint = registered(composed)
    cause = composed.casework.request_key("k-1", OPERATOR, "urge", b"{}")
    urge = c.Urge(by=OPERATOR, at=now(composed))
    first = composed.casework.handle(complaint, urge, cause=cause)
    assert composed.casework.handle(complaint, urge, cause=cause) == first
    assert [type(fact.fact) for fact in composed.casework.history(complaint)].count(Urged) == 1


def test_the_same_request_key_with_another_body_is_a_conflict(composed: Hangfeng) -> None:
    complaint = registered(composed)
    keys = [composed.casework.request_key("k-1", OPERATOR, "urge", body) for body in (b"{}", b'{"note":"x"}')]
    composed.casework.handle(complaint, c.Urge(by=OPERATOR, at=now(composed)), cause=keys[0])
    with pytest.raises(r.KeyUsedForAnother):
        composed.casework.handle(complaint, c.Urge(by=OPERATOR, at=now(composed)), cause=keys[1])


def test_another_actor_may_use_the_same_request_key(composed: Hangfeng) -> None:
    complaint = registered(composed)
    for who in (OPERATOR, DISPATCHER):
        cause = composed.casework.request_key("k-1", who, "urge", b"{}")
        composed.casework.handle(complaint, c.Urge(by=who, at=now(composed)), cause=cause)
    assert len(composed.casework.history(complaint)) == 3


def test_twenty_who_urge_at_once_all_succeed_or_are_told_to_try_again(composed: Hangfeng) -> None:
    complaint = registered(composed)

    def urge(_: int) -> bool:
        try:
            composed.casework.handle(complaint, c.Urge(by=OPERATOR, at=now(composed)))
        except r.ChangedMeanwhile:
            return False
        return True

    with ThreadPoolExecutor(4) as pool:
        done = sum(pool.map(urge, range(20)))
    assert len(composed.casework.history(complaint)) == 1 + done
    assert done >= 1


async def test_a_verb_without_blocking_the_loop_leads_to_the_same(composed: Hangfeng) -> None:
    complaint = registered(composed)
    facts = await composed.casework.handle_async(complaint, c.Accept(by=DISPATCHER, at=now(composed)))
    assert facts == composed.casework.history(complaint)[1:]


# --- merging --------------------------------------------------------------------------------------------------------


def merged(house: Hangfeng, call_id: str, into: UUID) -> UUID:
    case = registered(house, call_id)
    house.casework.handle(case, c.Merge(by=DISPATCHER, at=now(house), into=into))
    return case


def test_a_reply_is_shared_with_every_merged_case(composed: Hangfeng) -> None:
    target = answered(composed, "a")
    merged_cases = (merged(composed, "b", target), merged(composed, "c", target))
    facts = composed.casework.handle(target, c.ShareReply(by=DISPATCHER, at=now(composed), to=merged_cases))
    assert [type(fact.fact) for fact in facts] == [ReplyShared]
    received = [composed.casework.history(case)[-1].fact for case in merged_cases]
    assert all(isinstance(fact, SharedReplyReceived) and fact.reply == "已修复" for fact in received)


def test_a_reply_shared_with_a_stranger_is_shared_with_nobody(composed: Hangfeng) -> None:
    target = answered(composed, "a")
    one, stranger = merged(composed, "b", target), registered(composed, "c")
    share = c.ShareReply(by=DISPATCHER, at=now(composed), to=(one, stranger))
    with pytest.raises(r.TargetNotOpen):
        composed.casework.handle(target, share)
    state = composed.casework.load(one)
    assert state is not None
    assert state.state is State.MERGED


def test_a_case_is_merged_into_one_that_stands(composed: Hangfeng) -> None:
    case = registered(composed)
    with pytest.raises(r.NoSuchComplaint):
        composed.casework.handle(case, c.Merge(by=DISPATCHER, at=now(composed), into=UUID(int=9)))


def test_two_cases_are_never_merged_into_each_other(composed: Hangfeng) -> None:
    one, other = registered(composed, "a"), registered(composed, "b")
    composed.casework.handle(one, c.Merge(by=DISPATCHER, at=now(composed), into=other))
    with pytest.raises(r.MergeIntoItself):
        composed.casework.handle(other, c.Merge(by=DISPATCHER, at=now(composed), into=one))
    with pytest.raises(r.MergeIntoItself):
        composed.casework.handle(other, c.Merge(by=DISPATCHER, at=now(composed), into=other))


def test_merging_two_ways_at_once_makes_no_circle(composed: Hangfeng) -> None:
    one, other = registered(composed, "a"), registered(composed, "b")

    def merge(pair: tuple[UUID, UUID]) -> bool:
        try:
            composed.casework.handle(pair[0], c.Merge(by=DISPATCHER, at=now(composed), into=pair[1]))
        except r.Refusal:
            return False
        return True

    with ThreadPoolExecutor(2) as pool:
        assert sum(pool.map(merge, [(one, other), (other, one)])) == 1


def test_a_case_is_merged_neither_into_a_closed_case_nor_into_an_accusation(composed: Hangfeng) -> None:
    case, closed = registered(composed, "a"), registered(composed, "b")
    accusation = registered(composed, "c", kind=ComplaintKind.ACCUSATION)
    composed.casework.handle(closed, c.Answer(by=OPERATOR, at=now(composed), reply="已答"))
    with pytest.raises(r.TargetNotOpen):
        composed.casework.handle(case, c.Merge(by=DISPATCHER, at=now(composed), into=closed))
    with pytest.raises(r.NoSuchComplaint):
        composed.casework.handle(case, c.Merge(by=DISPATCHER, at=now(composed), into=accusation))


def test_a_merged_case_stands_where_it_stood_once_unmerged(composed: Hangfeng) -> None:
    case, target = dispatched(composed, "a"), registered(composed, "b")
    facts = composed.casework.handle(case, c.Merge(by=DISPATCHER, at=now(composed), into=target))
    assert [type(fact.fact) for fact in facts] == [Merged]
    composed.casework.handle(case, c.Unmerge(by=DISPATCHER, at=now(composed), reason="不是同一件"))
    state = composed.casework.load(case)
    assert state is not None
    assert state.state is State.AWAITING_SIGNATURE


# --- units ----------------------------------------------------------------------------------------------------------


def test_a_unit_acts_on_a_leg_that_was_dispatched_under_another_spelling(composed: Hangfeng) -> None:
    complaint = dispatched(composed, unit="市城管局")
    record_units(composed.log, [UnitAliased(by=OFFICER, occurred=now(composed), alias="市城管局", unit=UNIT)])
    composed.casework.handle(complaint, c.Sign(by=clerk(UNIT), at=now(composed)))
    with pytest.raises(r.NotYourLeg):
        composed.casework.handle(complaint, c.SubmitReply(by=clerk("教育局"), at=now(composed), reply="x", leg=1))


def test_an_accusation_never_goes_to_the_accused_or_above(composed: Hangfeng) -> None:
    placed = UnitPlaced(by=OFFICER, occurred=now(composed), unit=UNIT, superior="市政府")
    record_units(composed.log, [placed])
    complaint = registered(composed, kind=ComplaintKind.ACCUSATION, unit=UNIT)
    for organ in (UNIT, "市政府"):
        with pytest.raises(r.OrganIsAccused):
            composed.casework.handle(complaint, c.TransferToDiscipline(by=OFFICER, at=now(composed), organ=organ))
    facts = composed.casework.handle(complaint, c.TransferToDiscipline(by=OFFICER, at=now(composed), organ="市纪委"))
    assert [type(fact.fact) for fact in facts] == [TransferredToDiscipline]
