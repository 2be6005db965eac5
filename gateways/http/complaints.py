"""Complaints (诉求): one case, its history and its clocks; the verbs; later the work lists."""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Coroutine
from typing import TYPE_CHECKING, Annotated, Any, cast
from uuid import UUID

from fastapi import Body as FromBody
from fastapi import Request

from domain import refusals
from domain.complaint.clocks import HolderKind, clocks, held
from domain.complaint.commands import ComplaintCommand
from domain.complaint.events import ComplaintRegistered, RegistrationCorrected
from domain.complaint.lifecycle import Step
from domain.facts import ERASED, Actor
from domain.identity import receipt_no
from gateways.http.bodies import VERB_BODIES, Body, command_fields
from gateways.http.caller import OTHER_UNIT, Caller, House, IdempotencyKey, SeenCase, cause_of, see, told_at
from gateways.http.wire import (
    CaseView,
    Clocks,
    History,
    StepTaken,
    clocks_view,
    deadline_view,
    first_receiver_view,
    history_entry,
    leg_view,
    step_taken,
)
from services.access import Sight

if TYPE_CHECKING:
    from gateways.app import Hangfeng


async def read_case(id: UUID, house: House, caller: Caller) -> CaseView:  # noqa: A002 - the path names it so
    """Return one case as it stands."""
    return await asyncio.to_thread(case_view, house, caller, id)


async def read_history(id: UUID, house: House, caller: Caller) -> History:  # noqa: A002
    """Return a case's facts in their order; what the caller may not read is named, not shown."""
    return await asyncio.to_thread(history_view, house, caller, id)


async def read_clock(id: UUID, house: House, caller: Caller) -> Clocks:  # noqa: A002
    """Return a case's clocks, each day counted or left out with its reason, and who held the case how long."""
    return await asyncio.to_thread(clock_view, house, caller, id)


def verb_endpoint(step: Step) -> Callable[..., Coroutine[Any, Any, StepTaken]]:
    """Return the handler of one verb, whose body is the verb's own model."""
    model = VERB_BODIES[step.verb]

    async def take_step(
        request: Request,
        id: UUID,  # noqa: A002 - the path names it so
        house: House,
        caller: Caller,
        body: Body,
        key: IdempotencyKey = None,
    ) -> StepTaken:
        cause = await cause_of(request, caller, key, f"{step.verb} {id}")
        return await take_step_on(house, caller, id, step, body, cause)

    # FastAPI reads the signature: each verb's path takes that verb's own body and no other.
    take_step.__annotations__["body"] = Annotated[model, FromBody()]
    take_step.__name__ = step.verb.replace("-", "_")
    take_step.__doc__ = f"{step.zh}。"
    return take_step


async def take_step_on(
    house: Hangfeng,
    caller: Actor,
    case: UUID,
    step: Step,
    body: Body,
    cause: str | None,
) -> StepTaken:
    """Take one step on a case as a caller may, ``body`` being the verb's own. Raises the refusals of the domain."""
    await asyncio.to_thread(see, house, caller, case)
    command = step.command(
        by=caller,
        at=told_at(house, caller, getattr(body, "occurred_at", None)),
        **command_fields(body),
    )
    recorded = await house.casework.handle_async(case, cast("ComplaintCommand", command), cause=cause)
    state = await asyncio.to_thread(house.casework.load, case)
    if state is None:
        raise refusals.NoSuchComplaint
    return step_taken(case, state, recorded, house.instance.zone)


def case_view(house: Hangfeng, caller: Actor, case: UUID) -> CaseView:
    """Return one case as a caller sees it, and record that its text was read; reads the log, so in a thread."""
    seen = see(house, caller, case)
    state, zone = seen.state, house.instance.zone
    said = _said(seen)
    shut = sorted(name for name, value in said.items() if value is not None and _is_hidden(seen, name, value))
    shown = {name: None if name in shut else value for name, value in said.items()}
    if any(value is not None for value in shown.values()):
        house.access.record_read(caller, case, "text")
    first = seen.recorded[0]
    registered = cast("ComplaintRegistered", first.fact)
    return CaseView(
        id=case,
        receipt_no=receipt_no(first.recorded_at.astimezone(zone).date(), first.position),
        version=state.version,
        state=state.state,
        kind=state.kind,
        channel=state.channel,
        category=state.category,
        urgency=state.urgency,
        complexity=state.complexity,
        confidential=state.confidential,
        wanted_unit=state.wanted_unit,
        programme_ref=state.programme_ref,
        **shown,
        attachments=list(registered.attachments) if seen.sight >= Sight.TEXT else [],
        registered_at=state.registered.at.astimezone(zone),
        accepted_at=state.accepted.at.astimezone(zone) if state.accepted else None,
        answered_at=state.delivered.at.astimezone(zone) if state.delivered else None,
        ended_at=state.ended.at.astimezone(zone) if state.ended else None,
        deadline=deadline_view(state.citizen_deadline, zone),
        legs=[leg_view(leg, zone) for leg in state.legs if seen.shows_unit(leg.unit)],
        first_receiver=first_receiver_view(state, zone, seen.name_shown),
        reworks=state.reworks,
        supervision=state.supervision,
        suspended=state.suspended,
        merged_into=state.merged_into,
        publication_withdrawn=state.publication_withdrawn,
        sealed=shut,
    )


def _said(seen: SeenCase) -> dict[str, str | None]:
    """What was said, by whom, and answered, with each correction in its place."""
    said: dict[str, str | None] = {}
    names = ("title", "text", "reporter_name", "reporter_number", "reporter_address")
    for fact in seen.facts:
        if isinstance(fact, ComplaintRegistered):
            said = {name: getattr(fact, name) for name in names}
        elif isinstance(fact, RegistrationCorrected):
            said |= {name: value for name in names if (value := getattr(fact, name)) is not None}
    return {**said, "reply": seen.state.reply if seen.shows_reply else None}


def _is_hidden(seen: SeenCase, name: str, value: str) -> bool:
    return seen.hidden is None or name in seen.hidden or value == ERASED


def history_view(house: Hangfeng, caller: Actor, case: UUID) -> History:
    """Return a case's facts as a caller sees them, and record the reading; reads the log, so in a thread."""
    seen = see(house, caller, case)
    items = [
        history_entry(recorded, house.instance.zone, hidden=seen.hidden)
        for recorded in seen.recorded
        if seen.shows_fact(recorded.fact)
    ]
    if seen.hidden is not None:
        house.access.record_read(caller, case, "history")
    return History(id=case, items=items)


def clock_view(house: Hangfeng, caller: Actor, case: UUID) -> Clocks:
    """Return a case's clocks as a caller sees them; reads the log, so in a thread."""
    seen = see(house, caller, case)
    rules = house.instance.rules
    running = [clock for clock in clocks(seen.facts, rules) if seen.shows_clock(clock.name)]
    view = clocks_view(case, running, held(seen.facts, rules, house.clock()), house.instance.zone)
    return view if seen.own is None else _without_others(view, seen.own)


def _without_others(view: Clocks, own: frozenset[str]) -> Clocks:
    """Put one word in the place of every other unit's name, so that the shares still add up."""
    plain = own | {kind.value for kind in HolderKind}

    def known(holder: str | None) -> str | None:
        return holder if holder is None or holder in plain else OTHER_UNIT

    for clock in view.clocks:
        for day in clock.days:
            day.holder = known(day.holder)
    for share in view.held:
        share.holder = known(share.holder) or share.holder
    return view
