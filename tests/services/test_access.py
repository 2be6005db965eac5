from collections.abc import Iterator
from datetime import timedelta
from itertools import product
from pathlib import Path
from uuid import UUID

import pytest

from domain.complaint.lifecycle import STEPS
from domain.facts import Actor, Moment
from domain.units import UnitAliased, UnitFact, UnitPlaced, UnitRegistry, UnitReorganised, registry
from domain.words import ComplaintKind, Role
from services.access import (
    ACTIONS,
    AccessStore,
    Action,
    Case,
    Sight,
    TokenUnknown,
    UnitNeeded,
    allowed,
    may_see,
    scope_of,
    sight_of,
)
from tests.composed import START, StandingClock

BY, AT = Actor("管理员", Role.ADMIN), Moment(START)
UNIT_ROLES = (Role.UNIT_CLERK, Role.UNIT_LEADER)
CASE = UUID(int=7)


def units(*facts: UnitFact) -> UnitRegistry:
    return registry(facts)


def placed(unit: str, superior: str | None = None) -> UnitPlaced:
    return UnitPlaced(by=BY, occurred=AT, unit=unit, superior=superior)


CITY = units(
    placed("市政府"),
    placed("城管局", "市政府"),
    placed("城管一大队", "城管局"),
    UnitAliased(by=BY, occurred=AT, alias="市城管局", unit="城管局"),
)


def case(
    kind: ComplaintKind = ComplaintKind.COMPLAINT,
    *,
    held: str | None = None,
    holding: str | None = None,
    wanted: str | None = None,
    confidential: bool = False,
) -> Case:
    holds = frozenset({holding} if holding else ())
    return Case(kind, confidential, wanted, holds | ({held} if held else frozenset()), holds)


# --- what a role may do ---------------------------------------------------------------------------------------------


def test_every_verb_and_every_action_has_its_roles_and_nothing_else_has() -> None:
    assert set(ACTIONS) == {step.verb for step in STEPS} | {action.value for action in Action}
    assert all(ACTIONS.values())


@pytest.mark.parametrize("verb", [step.verb for step in STEPS])
def test_an_auditor_a_producer_and_a_screener_write_nothing(verb: str) -> None:
    assert not any(allowed(role, verb) for role in (Role.AUDITOR, Role.PRODUCER, Role.SCREENER))


@pytest.mark.parametrize(
    ("role", "may", "may_not"),
    [
        (Role.OPERATOR, {"answer", "correct", "dispatch", Action.REGISTER_CALL}, {"accept", "close", "approve-reply"}),
        (Role.DISPATCHER, {"accept", "refuse", "merge", "designate"}, {"approve-reply", "grant-extension", "sign"}),
        (
            Role.UNIT_CLERK,
            {"sign", "contact", "reply", "return"},
            {"extend", "terminate", "approve-reply", "follow-up"},
        ),
        (Role.UNIT_LEADER, {"sign", "extend", "terminate", Action.DISPUTE_FIGURE}, {"grant-extension", "close"}),
        (Role.SUPERVISOR, {"urge", "supervise", "grant-extension"}, {"reply", "transfer-to-discipline"}),
        (Role.APPROVER, {"approve-reply", "send-back", Action.PUBLISH_BULLETIN}, {"reply", "dispatch"}),
        (Role.FOLLOW_UP_OFFICER, {"deliver", "follow-up", "rework", "close"}, {"approve-reply", "reply"}),
        (Role.CONFIDENTIAL_OFFICER, {"transfer-to-discipline", "reclassify"}, {"dispatch", "answer"}),
        (Role.ADMIN, {Action.ADMINISTER_TOKENS, Action.ERASE_PERSON}, {"transfer-to-discipline", "sign", "reply"}),
        (Role.PRODUCER, {Action.READ_BULLETINS}, {Action.READ_COMPLAINTS, Action.READ_UNPUBLISHED_BULLETINS}),
        (Role.SCREENER, {Action.READ_CALL_BACKS}, {Action.READ_COMPLAINTS, Action.READ_STATISTICS}),
        (Role.AUDITOR, {Action.READ_EVENTS, Action.READ_COMPLAINTS}, {Action.READ_ATTACHMENTS}),
    ],
)
def test_a_role_does_its_own_work(role: Role, may: set[str], may_not: set[str]) -> None:
    assert {action for action in may if not allowed(role, action)} == set()
    assert {action for action in may_not if allowed(role, action)} == set()


# --- who sees what --------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("unit", "holding", "held", "sight"),
    [
        ("城管局", "城管局", None, Sight.EVERYTHING),
        ("城管局", "市城管局", None, Sight.EVERYTHING),
        ("城管局", None, "城管局", Sight.TEXT),
        ("城管局", "教育局", None, Sight.NOTHING),
        ("市政府", "城管局", None, Sight.NOTHING),
        (None, "城管局", None, Sight.NOTHING),
    ],
)
def test_a_unit_sees_its_own_legs_only(unit: str | None, holding: str | None, held: str | None, sight: Sight) -> None:
    seen = case(holding=holding, held=held)
    assert {sight_of(Actor("x", role, unit), seen, CITY) for role in UNIT_ROLES} == {sight}


def test_a_leg_of_a_unit_that_was_merged_into_another_is_the_others_from_that_day() -> None:
    city = units(UnitReorganised(by=BY, occurred=AT, old="工商局", new="市监局", effective_from=START.date()))
    actor, seen = Actor("x", Role.UNIT_CLERK, "市监局"), case(holding="工商局")
    assert may_see(actor, seen, city, START.date())
    assert not may_see(actor, seen, city, START.date() - timedelta(days=1))


@pytest.mark.parametrize("role", list(Role))
@pytest.mark.parametrize("unit", ["城管局", "市城管局", "市政府"])
def test_nobody_of_the_accused_unit_or_above_it_sees_an_accusation(role: Role, unit: str) -> None:
    accusation = case(ComplaintKind.ACCUSATION, wanted="城管局", confidential=True)
    assert not may_see(Actor("x", role, unit), accusation, CITY)
    scope = scope_of(Actor("x", role, unit), CITY)
    assert scope is None or not scope.accusations or "城管局" in scope.unless


def test_an_accusation_of_a_unit_below_is_hidden_too() -> None:
    accusation = case(ComplaintKind.ACCUSATION, wanted="城管一大队")
    assert not may_see(Actor("x", Role.CONFIDENTIAL_OFFICER, "城管局"), accusation, CITY)
    assert may_see(Actor("x", Role.CONFIDENTIAL_OFFICER, "城管一大队二中队"), accusation, CITY)


def test_only_a_confidential_officer_reads_an_accusation() -> None:
    seen = {role: sight_of(Actor("x", role), case(ComplaintKind.ACCUSATION), CITY) for role in Role}
    assert [role for role, sight in seen.items() if sight >= Sight.TEXT] == [Role.CONFIDENTIAL_OFFICER]
    assert [role for role, sight in seen.items() if sight is Sight.COURSE] == [Role.AUDITOR]


@pytest.mark.parametrize("role", [Role.OPERATOR, Role.SUPERVISOR, Role.APPROVER, Role.ADMIN, Role.AUDITOR])
def test_who_reported_in_confidence_is_hidden_from_the_office(role: Role) -> None:
    assert sight_of(Actor("x", role), case(confidential=True), CITY) is Sight.TEXT


@pytest.mark.parametrize("role", [Role.PRODUCER, Role.SCREENER, Role.REPORTER, Role.CLOCK])
def test_who_works_on_no_case_sees_none(role: Role) -> None:
    assert not may_see(Actor("x", role), case(), CITY)
    assert scope_of(Actor("x", role), CITY) is None


def test_the_scope_of_a_list_agrees_with_the_sight_of_each_case() -> None:
    kinds = (ComplaintKind.COMPLAINT, ComplaintKind.ACCUSATION)
    names = (None, "城管局", "市城管局", "城管一大队", "市政府", "教育局")
    for role, unit, kind, holding, wanted in product(Role, names, kinds, names, names):
        if kind is ComplaintKind.ACCUSATION and holding:
            continue
        seen, actor = case(kind, holding=holding, wanted=wanted), Actor("x", role, unit)
        scope = scope_of(actor, CITY)
        listed = (
            scope is not None
            and (scope.units is None or holding in scope.units)
            and (kind is not ComplaintKind.ACCUSATION or (scope.accusations and wanted not in scope.unless))
        )
        assert listed == may_see(actor, seen, CITY), (role, unit, kind, holding, wanted)


# --- tokens and reads -----------------------------------------------------------------------------------------------


@pytest.fixture
def clock() -> StandingClock:
    return StandingClock()


@pytest.fixture
def store(tmp_path: Path, clock: StandingClock) -> Iterator[AccessStore]:
    store = AccessStore(tmp_path / "access.db", clock, token_days=30)
    yield store
    store.close()


def test_a_token_says_who_acts(store: AccessStore) -> None:
    issued = store.issue(Role.UNIT_CLERK, "张三", "城管局")
    assert store.actor_of(issued.secret) == Actor("张三", Role.UNIT_CLERK, "城管局")
    assert store.actor_of(issued.secret + "x") is None


def test_the_secret_of_a_token_stands_in_no_file(store: AccessStore, tmp_path: Path) -> None:
    secret = store.issue(Role.OPERATOR, "张三").secret.encode()
    store.close()
    assert not any(secret in path.read_bytes() for path in tmp_path.iterdir())


def test_a_token_ends_with_its_last_day(store: AccessStore, clock: StandingClock) -> None:
    secret = store.issue(Role.OPERATOR, "张三").secret
    clock.pass_(days=29, hours=23)
    assert store.actor_of(secret) is not None
    clock.pass_(hours=1)
    assert store.actor_of(secret) is None


def test_a_token_revoked_here_is_refused_at_once(store: AccessStore) -> None:
    issued = store.issue(Role.OPERATOR, "张三")
    assert store.actor_of(issued.secret) is not None
    store.revoke(issued.info.id)
    assert store.actor_of(issued.secret) is None


def test_a_token_revoked_elsewhere_is_refused_once_the_file_is_asked_again(
    tmp_path: Path,
    clock: StandingClock,
) -> None:
    asking = AccessStore(tmp_path / "access.db", clock, token_days=30, recheck_seconds=0)
    issued = asking.issue(Role.OPERATOR, "张三")
    assert asking.actor_of(issued.secret) is not None
    elsewhere = AccessStore(tmp_path / "access.db", clock, token_days=30)
    elsewhere.revoke(issued.info.id)
    elsewhere.close()
    assert asking.actor_of(issued.secret) is None
    asking.close()


def test_all_tokens_of_a_name_are_revoked_together(store: AccessStore) -> None:
    kept, *others = (store.issue(Role.OPERATOR, name).secret for name in ("甲", "演示", "演示"))
    assert store.revoke_named("演示") == 2
    assert store.revoke_named("演示") == 0
    assert store.actor_of(kept) is not None
    assert [store.actor_of(secret) for secret in others] == [None, None]


def test_an_unknown_token_cannot_be_revoked(store: AccessStore) -> None:
    with pytest.raises(TokenUnknown):
        store.revoke("00000000")


@pytest.mark.parametrize("role", [*UNIT_ROLES, Role.CLOCK, Role.REPORTER])
def test_a_units_people_need_their_unit_and_some_roles_have_no_token(store: AccessStore, role: Role) -> None:
    with pytest.raises(UnitNeeded):
        store.issue(role, "张三")


def test_a_read_is_on_record(store: AccessStore, clock: StandingClock) -> None:
    reader = Actor("张三", Role.OPERATOR)
    store.record_read(reader, CASE, "text")
    store.record_read(reader, UUID(int=8), "history")
    assert [(read.at, read.by, read.what) for read in store.reads(CASE)] == [(clock.now, reader, "text")]
    assert len(store.reads()) == 2
