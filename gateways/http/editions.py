"""Editions and their withdrawal (版本撤回): asked for by one person, confirmed by another, or taken back; all facts."""

from __future__ import annotations

import asyncio
from typing import TYPE_CHECKING, Annotated
from uuid import UUID

from fastapi import Query
from pydantic import AwareDatetime, BaseModel, ConfigDict, Field

from domain.editions import EditionKind
from domain.facts import Actor
from domain.periods import Quarter
from gateways.http.bodies import Body, Code
from gateways.http.caller import Caller, House, IdempotencyKey, moment, today
from gateways.http.lists import follow
from gateways.http.scores import void_withdrawn
from gateways.http.stats import QuarterAsked
from services.adoption import Adopted, open_complaints
from services.definitions import QUARTERS_MAX, QuarterEffect, preview, without
from services.statistics import Statistics
from services.withdrawals import Act, EditionLine, Recomputation, edition_report, editions_list

if TYPE_CHECKING:
    from gateways.app import Hangfeng

QUARTERS_DEFAULT = 4


class EditionsAsked(BaseModel):
    """Which editions are wanted."""

    model_config = ConfigDict(extra="forbid")

    kind: EditionKind | None = Field(default=None, description="哪一类 / of which kind")
    pending: bool = Field(default=False, description="只看待确认撤回的 / only those whose withdrawal waits")


class EditionAct(BaseModel):
    """Something that was done to an edition: who, when, at which position of the log, and why where that was said."""

    by: str
    at: AwareDatetime
    position: int
    reason: str | None


class EditionItem(BaseModel):
    """One edition and how it stands; ``pending`` is the wish to withdraw it that waits for a second person."""

    kind: EditionKind
    edition: str
    in_force: bool
    adopted: EditionAct
    pending: EditionAct | None
    withdrawn: EditionAct | None


class EditionList(BaseModel):
    """The editions in order of adoption."""

    items: list[EditionItem]


class RecomputedDeadline(BaseModel):
    """A deadline that followed another; ``clock`` is ``citizen``, or ``leg`` or ``dispute`` and a number."""

    id: UUID
    receipt_no: str
    clock: str
    old: AwareDatetime | None
    new: AwareDatetime | None
    provisional: bool
    cause: str
    at: AwareDatetime
    position: int


class EditionCourse(BaseModel):
    """An edition's course, and every recomputation that it caused, and that followed its withdrawal."""

    kind: EditionKind
    edition: str
    in_force: bool
    adopted: list[EditionAct]
    requested: EditionAct | None
    cancelled: EditionAct | None
    withdrawn: EditionAct | None
    caused: list[RecomputedDeadline]
    followed: list[RecomputedDeadline]


class WithdrawalReason(Body):
    """Why an edition is to be withdrawn, or why the wish is taken back, in a few words."""

    reason: Code


class NothingMore(Body):
    """A confirmation takes nothing but who confirms."""


class WithdrawalStep(BaseModel):
    """What came of a step: ``fresh`` where it was new to the log, and how many deadlines were followed by new ones."""

    kind: EditionKind
    edition: str
    fresh: bool
    recomputed: int


class EffectAsked(BaseModel):
    """Which past quarters are looked at: so many up to and with one, the last that ended where none is given."""

    model_config = ConfigDict(extra="forbid")

    quarter: QuarterAsked | None = None
    quarters: int = Field(default=QUARTERS_DEFAULT, ge=1, le=QUARTERS_MAX, description="往前几个季度")


class ChangedFigure(BaseModel):
    """One figure of a row that changes."""

    row: str
    key: str
    name: str
    before: str
    after: str


class ChangedQuarter(BaseModel):
    """What changes in one quarter, and how many figures stay."""

    quarter: str
    against: str
    unchanged: int
    changed: list[ChangedFigure]


class WithdrawalEffect(BaseModel):
    """Which figures of past quarters the withdrawal of an edition of definitions changes; nothing is recorded."""

    edition: str
    quarters: list[ChangedQuarter]


async def read_editions(asked: Annotated[EditionsAsked, Query()], house: House) -> EditionList:
    """Return the editions of every kind and how each stands."""
    lines = await asyncio.to_thread(editions_list, house.log, asked.kind, pending_only=asked.pending)
    return EditionList(items=[_item(house, line) for line in lines])


async def read_edition(kind: EditionKind, edition: str, house: House) -> EditionCourse:
    """Return an edition's course with every recomputation that it led to."""
    return await asyncio.to_thread(_course, house, kind, edition)


async def read_effect(edition: str, asked: Annotated[EffectAsked, Query()], house: House) -> WithdrawalEffect:
    """Return what the withdrawal of an edition of definitions would change of past quarters."""
    return await asyncio.to_thread(_effect, house, edition, asked)


async def request_withdrawal(
    kind: EditionKind,
    edition: str,
    body: WithdrawalReason,
    house: House,
    caller: Caller,
    key: IdempotencyKey = None,  # noqa: ARG001 - the same person asking again asks nothing new
) -> WithdrawalStep:
    """Ask that a wrong edition be withdrawn; it stays in force until a second person confirms."""
    done = await asyncio.to_thread(
        house.adoption.request_withdrawal, kind, edition, body.reason, caller, moment(house, None)
    )
    return _step(kind, edition, done)


async def cancel_withdrawal(
    kind: EditionKind, edition: str, body: WithdrawalReason, house: House, caller: Caller
) -> WithdrawalStep:
    """Take back a wish to withdraw that nobody has confirmed."""
    done = await asyncio.to_thread(
        house.adoption.cancel_withdrawal, kind, edition, body.reason, caller, moment(house, None)
    )
    return _step(kind, edition, done)


async def confirm_withdrawal(
    kind: EditionKind,
    edition: str,
    body: NothingMore,  # noqa: ARG001 - so that a field that means nothing is refused
    house: House,
    caller: Caller,
    key: IdempotencyKey = None,  # noqa: ARG001 - confirmed again, it goes on with the cases that are left
) -> WithdrawalStep:
    """Withdraw an edition as the second person; new deadlines follow those that open cases had by it."""
    return _step(kind, edition, await asyncio.to_thread(_confirmed, house, caller, kind, edition))


def _confirmed(house: Hangfeng, caller: Actor, kind: EditionKind, edition: str) -> Adopted:
    follow(house)
    with house.views.reading() as views:
        cases = open_complaints(views)
    done = house.adoption.confirm_withdrawal(kind, edition, cases, caller, moment(house, None))
    if kind is EditionKind.SCORE_RULES:
        void_withdrawn(house, caller, edition)
    return done


def _course(house: Hangfeng, kind: EditionKind, edition: str) -> EditionCourse:
    found = edition_report(house.log, house.casework, kind, edition)
    return EditionCourse(
        kind=found.kind,
        edition=found.edition,
        in_force=found.withdrawn is None,
        adopted=[_act(house, act) for act in found.adopted],
        requested=_act_or_none(house, found.requested),
        cancelled=_act_or_none(house, found.cancelled),
        withdrawn=_act_or_none(house, found.withdrawn),
        caused=[_line(house, line) for line in found.caused],
        followed=[_line(house, line) for line in found.followed],
    )


def _effect(house: Hangfeng, edition: str, asked: EffectAsked) -> WithdrawalEffect:
    last = Quarter.parse(asked.quarter) if asked.quarter is not None else Quarter.of(today(house)).previous()
    follow(house)
    with house.views.reading() as views:
        now = Statistics(views, house.log, house.instance.zone)
        effects = preview(now, without(now, house.log, edition), last, asked.quarters)
    return WithdrawalEffect(edition=edition, quarters=[_changed(one) for one in effects])


def _changed(one: QuarterEffect) -> ChangedQuarter:
    changed = [
        ChangedFigure(row=each.row, key=each.key, name=each.name, before=each.before, after=each.after)
        for each in one.effects
    ]
    return ChangedQuarter(quarter=str(one.quarter), against=one.edition, unchanged=one.unchanged, changed=changed)


def _item(house: Hangfeng, line: EditionLine) -> EditionItem:
    return EditionItem(
        kind=line.kind,
        edition=line.edition,
        in_force=line.withdrawn is None,
        adopted=_act(house, line.adopted),
        pending=_act_or_none(house, line.pending),
        withdrawn=_act_or_none(house, line.withdrawn),
    )


def _act_or_none(house: Hangfeng, act: Act | None) -> EditionAct | None:
    return None if act is None else _act(house, act)


def _act(house: Hangfeng, act: Act) -> EditionAct:
    at = act.at.at.astimezone(house.instance.zone)
    return EditionAct(by=act.by, at=at, position=act.position, reason=act.reason)


def _line(house: Hangfeng, line: Recomputation) -> RecomputedDeadline:
    zone = house.instance.zone
    return RecomputedDeadline(
        id=line.complaint,
        receipt_no=line.receipt_no,
        clock=line.clock,
        old=line.old_due.astimezone(zone) if line.old_due is not None else None,
        new=line.new_due.astimezone(zone) if line.new_due is not None else None,
        provisional=line.provisional,
        cause=line.cause,
        at=line.at.at.astimezone(zone),
        position=line.position,
    )


def _step(kind: EditionKind, edition: str, done: Adopted) -> WithdrawalStep:
    return WithdrawalStep(kind=kind, edition=edition, fresh=done.fresh, recomputed=done.recomputed)
