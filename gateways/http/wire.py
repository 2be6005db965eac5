"""What the API answers: closed models of cases, facts and clocks, and how they are made of the domain's own values."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from datetime import date, tzinfo
from typing import Any
from uuid import UUID

import orjson
from pydantic import AwareDatetime, BaseModel, Field

from domain.complaint.clocks import Clock, HeldShare
from domain.complaint.leg import Leg, LegState
from domain.complaint.state import Complaint
from domain.facts import ERASED, Actor, Recorded, topic_of
from domain.timekeeping.deadlines import Deadline
from domain.words import (
    Channel,
    ComplaintKind,
    Complexity,
    LegRole,
    Precision,
    Role,
    State,
    SupervisionLevel,
    Urgency,
)
from services.log.codec import codec_of, plain

SEALED = "sealed"
"""What stands in the place of a personal text that the reader may not read."""

_EXACT = orjson.OPT_PASSTHROUGH_DATETIME


class LimitView(BaseModel):
    """How much time a rule gives."""

    value: int
    unit: str


class DeadlineView(BaseModel):
    """A promise as it was frozen, with the rule and the calendar that it was reckoned by."""

    due: AwareDatetime
    limit: LimitView
    started_at: AwareDatetime
    clause: str
    rule_edition: str
    calendar_edition: str
    provisional: bool
    from_registration: bool


class ActorView(BaseModel):
    """Who acted."""

    name: str
    role: Role
    unit: str | None


class HistoryEntry(BaseModel):
    """One fact of a case; ``sealed`` names its personal fields that are left out of ``data`` for this reader."""

    position: int
    version: int
    event: str = Field(examples=["complaint.registered.v1"])
    occurred_at: AwareDatetime
    precision: Precision
    recorded_at: AwareDatetime
    by: ActorView
    cause: str | None
    data: dict[str, Any]
    sealed: list[str]


class History(BaseModel):
    """A case's facts in their order."""

    id: UUID
    items: list[HistoryEntry]


class LegView(BaseModel):
    """One dispatch to one unit (承办环节)."""

    number: int
    unit: str | None
    role: LegRole
    state: LegState
    started_at: AwareDatetime
    signed_at: AwareDatetime | None
    contacted_at: AwareDatetime | None
    deadline: DeadlineView | None
    original_deadline: DeadlineView | None
    extensions: int
    ended_at: AwareDatetime | None


class HandoverView(BaseModel):
    """A hand-over that a unit owes or made (首问移交): since when, until when, when it was made."""

    leg: int
    unit: str
    since: AwareDatetime
    deadline: AwareDatetime
    done_at: AwareDatetime | None
    late: bool


class FirstReceiverView(BaseModel):
    """Who received the case first, and who answers for it until another signs (首问负责).

    ``unit`` and ``answers`` are ``null`` for the hotline; ``officer`` is who registered the case, for the office only.
    """

    unit: str | None
    officer: str | None
    received_at: AwareDatetime
    answers: str | None
    handovers: list[HandoverView]


class CaseView(BaseModel):
    """One case as it stands for this reader; what the reader may not read is ``null`` and named in ``sealed``."""

    id: UUID
    receipt_no: str
    version: int
    state: State
    kind: ComplaintKind
    channel: Channel
    category: str | None
    urgency: Urgency
    complexity: Complexity
    confidential: bool
    wanted_unit: str | None
    programme_ref: str | None
    title: str | None
    text: str | None
    reply: str | None
    reporter_name: str | None
    reporter_number: str | None
    reporter_address: str | None
    attachments: list[str]
    registered_at: AwareDatetime
    accepted_at: AwareDatetime | None
    answered_at: AwareDatetime | None
    ended_at: AwareDatetime | None
    deadline: DeadlineView | None
    legs: list[LegView]
    first_receiver: FirstReceiverView
    reworks: int
    supervision: SupervisionLevel | None
    suspended: str | None
    merged_into: UUID | None
    publication_withdrawn: bool
    sealed: list[str]


class Happened(BaseModel):
    """One fact that a verb led to."""

    event: str
    position: int
    occurred_at: AwareDatetime
    recorded_at: AwareDatetime


class StepTaken(BaseModel):
    """What a verb led to, and where the case stands now."""

    id: UUID
    state: State
    version: int
    deadline: AwareDatetime | None
    events: list[Happened]


class ClockDayView(BaseModel):
    """One day of a clock, counted or left out, and why."""

    date: date
    counted: bool
    why: str
    holder: str | None


class ClockView(BaseModel):
    """One clock of a case, explained day by day."""

    name: str = Field(examples=["citizen", "leg 1", "dispute 1"])
    holder: str
    rule_edition: str | None
    calendar_edition: str | None
    limit: LimitView | None
    started_at: AwareDatetime
    stopped_at: AwareDatetime | None
    deadline: AwareDatetime | None
    provisional: bool
    days: list[ClockDayView]
    counted_days: int
    superseded: list[DeadlineView]


class HeldView(BaseModel):
    """How long one holder had the case; ``null`` where a year without a calendar is touched."""

    holder: str
    working_minutes: int | None


class Clocks(BaseModel):
    """A case's clocks, and who held it how long."""

    id: UUID
    clocks: list[ClockView]
    held: list[HeldView]


def deadline_view(deadline: Deadline | None, zone: tzinfo) -> DeadlineView | None:
    """Return a deadline for the wire, on the clock of the instance."""
    if deadline is None:
        return None
    return DeadlineView(
        due=deadline.due.astimezone(zone),
        limit=LimitView(value=deadline.limit.value, unit=deadline.limit.unit),
        started_at=deadline.started_at.astimezone(zone),
        clause=deadline.clause,
        rule_edition=deadline.rule_edition,
        calendar_edition=deadline.calendar_edition,
        provisional=deadline.provisional,
        from_registration=deadline.from_registration,
    )


def leg_view(leg: Leg, zone: tzinfo) -> LegView:
    """Return a leg for the wire."""
    return LegView(
        number=leg.number,
        unit=leg.unit,
        role=leg.role,
        state=leg.state,
        started_at=leg.started.at.astimezone(zone),
        signed_at=leg.signed.at.astimezone(zone) if leg.signed else None,
        contacted_at=leg.contacted.at.astimezone(zone) if leg.contacted else None,
        deadline=deadline_view(leg.deadline, zone),
        original_deadline=deadline_view(leg.original_deadline, zone),
        extensions=leg.extensions,
        ended_at=leg.ended.at.astimezone(zone) if leg.ended else None,
    )


def first_receiver_view(state: Complaint, zone: tzinfo, shown: Callable[[str], str | None]) -> FirstReceiverView:
    """Return who answers for a case first; ``shown`` puts a word in the place of a name that is not the reader's."""
    held = state.responsibility
    return FirstReceiverView(
        unit=shown(held.receiver) if held.receiver is not None else None,
        officer=shown(state.officer),
        received_at=held.received.at.astimezone(zone),
        answers=shown(held.answers) if held.answers is not None else None,
        handovers=[
            HandoverView(
                leg=one.leg,
                unit=one.unit,
                since=one.since.at.astimezone(zone),
                deadline=one.deadline.due.astimezone(zone),
                done_at=one.done.at.astimezone(zone) if one.done is not None else None,
                late=one.late,
            )
            for one in held.handovers
            if shown(one.unit) == one.unit
        ],
    )


def history_entry(recorded: Recorded, zone: tzinfo, *, hidden: frozenset[str] | None) -> HistoryEntry:
    """Return a fact for the wire; ``hidden`` names the personal fields to leave out, ``None`` leaves out them all.

    Raises ``KeyError`` for no fact that the log can hold.
    """
    readable, personal = codec_of(type(recorded.fact)).split(recorded.fact)
    shut = sorted(name for name, value in personal.items() if hidden is None or name in hidden or value == ERASED)
    said = {**readable, **{name: value for name, value in personal.items() if name not in shut}}
    said.pop("by")
    said.pop("occurred")
    return HistoryEntry(
        position=recorded.position,
        version=recorded.version,
        event=topic_of(recorded.fact),
        occurred_at=recorded.fact.occurred.at.astimezone(zone),
        precision=recorded.fact.occurred.precision,
        recorded_at=recorded.recorded_at.astimezone(zone),
        by=actor_view(recorded.fact.by),
        cause=recorded.cause,
        data=orjson.loads(orjson.dumps(said, default=plain, option=_EXACT)),
        sealed=shut,
    )


def actor_view(actor: Actor) -> ActorView:
    """Return an actor for the wire."""
    return ActorView(name=actor.name, role=actor.role, unit=actor.unit)


def step_taken(case: UUID, state: Complaint, recorded: Sequence[Recorded], zone: tzinfo) -> StepTaken:
    """Return what a verb led to."""
    deadline = state.citizen_deadline
    return StepTaken(
        id=case,
        state=state.state,
        version=state.version,
        deadline=deadline.due.astimezone(zone) if deadline else None,
        events=[
            Happened(
                event=topic_of(each.fact),
                position=each.position,
                occurred_at=each.fact.occurred.at.astimezone(zone),
                recorded_at=each.recorded_at.astimezone(zone),
            )
            for each in recorded
        ],
    )


def clocks_view(case: UUID, clocks: Sequence[Clock], held: Sequence[HeldShare], zone: tzinfo) -> Clocks:
    """Return a case's clocks for the wire."""
    return Clocks(
        id=case,
        clocks=[_clock_view(clock, zone) for clock in clocks],
        held=[HeldView(holder=share.holder.label, working_minutes=share.working_minutes) for share in held],
    )


def _clock_view(clock: Clock, zone: tzinfo) -> ClockView:
    promise = clock.deadline
    return ClockView(
        name=clock.name,
        holder=clock.holder,
        rule_edition=promise.rule_edition if promise else None,
        calendar_edition=promise.calendar_edition if promise else None,
        limit=LimitView(value=promise.limit.value, unit=promise.limit.unit) if promise else None,
        started_at=clock.started.at.astimezone(zone),
        stopped_at=clock.stopped.at.astimezone(zone) if clock.stopped else None,
        deadline=promise.due.astimezone(zone) if promise else None,
        provisional=promise.provisional if promise else False,
        days=[ClockDayView(date=day.date, counted=day.counted, why=day.why, holder=day.holder) for day in clock.days],
        counted_days=clock.counted_days,
        superseded=[view for old in clock.superseded if (view := deadline_view(old, zone)) is not None],
    )
