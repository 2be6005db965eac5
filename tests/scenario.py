"""Cases told as given, when, then: ``given(registered, dispatched).when(...).then(...)``."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, datetime, timedelta, timezone
from functools import cache
from typing import TYPE_CHECKING, Any

import pytest

from domain.complaint import commands as c
from domain.complaint.commands import ComplaintCommand
from domain.complaint.decide import decide
from domain.complaint.events import ComplaintFact
from domain.complaint.evolve import fold
from domain.complaint.registration import register
from domain.complaint.state import Complaint
from domain.facts import Actor, Moment
from domain.words import Channel, ComplaintKind, Role
from services.editions import shipped_rulebook

if TYPE_CHECKING:
    from domain.facts import Fact
    from domain.refusals import Refusal
    from domain.timekeeping.rules import Rulebook

CHINA = timezone(timedelta(hours=8), "Asia/Shanghai")
MONDAY = datetime(2025, 9, 1, 9, 0, tzinfo=CHINA)
"""A Monday with no holiday near: the default start of a case."""

WATER, ROADS, PARKS = "江北区水务局", "江北区交通运输局", "江北区园林绿化局"

OPERATOR = Actor("坐席01", Role.OPERATOR)
DISPATCHER = Actor("派单01", Role.DISPATCHER)
CLERK = Actor("水务经办", Role.UNIT_CLERK, WATER)
LEADER = Actor("水务负责人", Role.UNIT_LEADER, WATER)
OTHER_CLERK = Actor("交通经办", Role.UNIT_CLERK, ROADS)
APPROVER = Actor("审批01", Role.APPROVER)
SUPERVISOR = Actor("督办01", Role.SUPERVISOR)
FOLLOW_UP = Actor("回访01", Role.FOLLOW_UP_OFFICER)
CONFIDENTIAL = Actor("保密01", Role.CONFIDENTIAL_OFFICER)
CLOCK = Actor("clock", Role.CLOCK)


@cache
def rules() -> Rulebook:
    """The shipped rules and calendars on China's clock."""
    return shipped_rulebook(CHINA)


def at(day: int = 0, hour: int = 9, minute: int = 0) -> Moment:
    """So many days after the Monday of the scenario, at a time of day."""
    return Moment(MONDAY.replace(hour=hour, minute=minute) + timedelta(days=day))


def registered(
    kind: ComplaintKind = ComplaintKind.HELP,
    channel: Channel = Channel.HOTLINE,
    **more: Any,  # noqa: ANN401 - any field of the command
) -> tuple[ComplaintFact, ...]:
    """The facts of a registration on the Monday."""
    wish: dict[str, Any] = {
        "by": OPERATOR,
        "at": at(),
        "contact": "00" * 16,
        "matter_no": 1,
        "evidence_digest": "d",
        "subject": "s" * 32,
        "channel": channel,
        "source": "switch",
        "source_id": "call-1",
        "kind": kind,
        "title": "小区停水",
        "text": "三天没有水",
    }
    return register(c.Register(**{**wish, **more}), rules())


@dataclass(frozen=True)
class Case:
    """A case after some steps, which can be given one more."""

    facts: tuple[ComplaintFact, ...]

    @property
    def state(self) -> Complaint:
        """The complaint as it stands."""
        state = fold(self.facts)
        assert state is not None
        return state

    def after(self, *commands: ComplaintCommand) -> Case:
        """The case after these steps, each of which must be allowed."""
        case = self
        for command in commands:
            case = Case((*case.facts, *decide(case.state, command, rules())))
        return case

    def when(self, command: ComplaintCommand) -> Outcome:
        """One more step, whose outcome is to be looked at."""
        return Outcome(self, command)


@dataclass(frozen=True)
class Outcome:
    """What a step leads to."""

    case: Case
    command: ComplaintCommand

    def then(self, *facts: type[Fact]) -> Case:
        """Hold that the step leads to facts of exactly these kinds, and return the case after it."""
        found = decide(self.case.state, self.command, rules())
        assert tuple(type(fact) for fact in found) == facts
        return Case((*self.case.facts, *found))

    def then_refused(self, refusal: type[Refusal]) -> None:
        """Hold that the step is refused by that rule."""
        with pytest.raises(refusal):
            decide(self.case.state, self.command, rules())


def given(facts: tuple[ComplaintFact, ...] | None = None, *commands: ComplaintCommand) -> Case:
    """A registered case after some steps."""
    return Case(registered() if facts is None else facts).after(*commands)


# --- steps that nearly every case takes --------------------------------------------------------------------------


def dispatched(unit: str = WATER, day: int = 0, hour: int = 10) -> c.Dispatch:
    """The dispatcher sends the case to a unit."""
    return c.Dispatch(by=DISPATCHER, at=at(day, hour), unit=unit)


def signed(day: int = 0, hour: int = 11, by: Actor = CLERK) -> c.Sign:
    """The unit signs."""
    return c.Sign(by=by, at=at(day, hour))


def replied(day: int = 2, hour: int = 9, by: Actor = CLERK) -> c.SubmitReply:
    """The unit hands in its answer."""
    return c.SubmitReply(by=by, at=at(day, hour), reply="管道已修复，恢复供水")


def approved(day: int = 2, hour: int = 15) -> c.ApproveReply:
    """The answer passes."""
    return c.ApproveReply(by=APPROVER, at=at(day, hour))


def delivered(day: int = 3, hour: int = 9) -> c.DeliverReply:
    """The answer reaches the person."""
    return c.DeliverReply(by=FOLLOW_UP, at=at(day, hour), evidence="短信回执 1")


def instant(text: str) -> datetime:
    """An instant written in ISO form, in UTC where it names no zone."""
    found = datetime.fromisoformat(text)
    return found if found.tzinfo else found.replace(tzinfo=UTC)
