"""The programme over HTTP (节目): preparing an episode, the screener's queue, promises made on air, the echo list."""

from __future__ import annotations

import asyncio
from base64 import urlsafe_b64decode, urlsafe_b64encode
from collections.abc import Callable, Coroutine
from contextlib import suppress
from dataclasses import dataclass
from datetime import date, datetime
from hashlib import sha256
from typing import TYPE_CHECKING, Annotated, Any, Final
from uuid import UUID

from fastapi import Body as FromBody
from fastapi import Path, Query, Request, Response
from pydantic import BaseModel, StringConstraints
from pydantic import Field as Described

from domain.complaint.events import ComplaintFact, ComplaintRegistered, RegistrationCorrected
from domain.complaint.evolve import fold
from domain.complaint.state import Complaint
from domain.facts import Actor, Moment, Recorded
from domain.identity import Evidence, position_of_receipt
from domain.programme import commands as c
from domain.programme.commitments import Standing
from domain.programme.decide import STATIONS_MAX
from domain.programme.events import ItemKind, Outcome, Station, StationLevel
from domain.programme.preparing import EPISODE_MINUTES_MAX, ITEMS_MAX
from domain.programme.promising import COMMITMENTS_MAX, WORKING_DAYS_MAX
from domain.programme.refusals import NoEarlierEpisode, NoSuchCall, NoSuchCommitment
from domain.programme.state import CallStatus, Episode, EpisodeStatus, SeatStatus
from domain.programme.structure import structure_of
from domain.words import UNIT_ROLES, Channel, ComplaintKind, Role, State
from gateways.http.bodies import MATTERS_PER_CONTACT_MAX, Body, Code, Instant, Name
from gateways.http.caller import Caller, House, IdempotencyKey, cause_of, today, told_at
from gateways.http.episodes import OnAirUnitBody
from gateways.http.lists import follow
from gateways.http.problems import fault
from gateways.http.table import JSON
from gateways.programme_packs import briefs_for, form_for, pack_for
from projections.cases import CasesProjection
from projections.programme import programme_now, programme_page
from services.access import Action
from services.programme import Handled, may_air, stands_closed
from services.programme_lists import (
    CallLine,
    Echo,
    PromiseLine,
    call_lines,
    cases_of,
    echo_for,
    promise_lines,
    receipts_of,
    source_for,
    title_of,
)
from services.programme_pack_forms import FORMS, MEDIA, SUFFIXES

if TYPE_CHECKING:
    from gateways.app import Hangfeng

EPISODES_PER_PAGE_MAX: Final = 200
EPISODES_PER_PAGE_DEFAULT: Final = 50
SENTENCE_CHARACTERS_MAX: Final = 300
HOUR_PATTERN: Final = r"^([01][0-9]|2[0-3]):[0-5][0-9]$"
MINUTES_DEFAULT: Final = 60
CALLS_MAX: Final = 10_000
DAYS_MAX: Final = 366

Sentence = Annotated[str, StringConstraints(min_length=1, max_length=SENTENCE_CHARACTERS_MAX, pattern=r"\S")]
Minutes = Annotated[int, Described(ge=1, le=EPISODE_MINUTES_MAX)]
Number = Annotated[int, Described(ge=1, le=COMMITMENTS_MAX)]
ItemNumber = Annotated[int, Described(ge=1, le=100_000)]
Calls = Annotated[int, Described(ge=0, le=CALLS_MAX)]
WorkingDays = Annotated[int, Described(ge=1, le=WORKING_DAYS_MAX)]
AS_WRITTEN: Final = Described(
    default=False, description="已有人核对原文不含个人信息 / a person has read it, and nothing in it tells who called"
)
EpisodeInPath = Annotated[str, Path(min_length=1, max_length=60, description="节目期次")]


# --- what is sent -----------------------------------------------------------------------------------------------------


class WishBody(Body):
    """A wish about an episode; each says when it happened, or that it is now."""

    occurred_at: Instant | None = Described(default=None, description="发生时间，缺省为当前 / default: now")


class WordsBody(WishBody):
    """A wish with words of its own; those that would identify somebody are refused, or written masked (脱敏)."""

    mask: bool = Described(
        default=False, description="把个人信息脱敏后写入，否则拒收 / write the words masked; else they are refused"
    )


class StationBody(Body):
    """A station that carries the episode, and of which level it is (播出台)."""

    name: Code
    level: StationLevel = StationLevel.CITY


class ScheduleBody(WordsBody):
    """The day, hour, stations and theme of an episode (排期)."""

    airs_on: date
    airs_at: Annotated[str, StringConstraints(pattern=HOUR_PATTERN)] = "09:00"
    minutes: Minutes = MINUTES_DEFAULT
    stations: Annotated[list[StationBody], Described(min_length=1, max_length=STATIONS_MAX)]
    theme: Code | None = None


class TakeOverBody(WordsBody):
    """The run-down of an earlier episode, taken over in one step (沿用编排): its slots, hour, length and stations.

    An episode that is not scheduled yet is scheduled: on ``airs_on``, else a week after the one that is taken over.
    """

    from_episode: Code | None = Described(default=None, description="沿用哪一期，缺省为上一期 / default: the last one")
    append: bool = Described(default=False, description="加在已有环节之后 / behind the items that stand")
    airs_on: date | None = None
    airs_at: Annotated[str, StringConstraints(pattern=HOUR_PATTERN)] | None = None
    minutes: Minutes | None = None
    stations: Annotated[tuple[StationBody, ...], Described(max_length=STATIONS_MAX)] = ()
    theme: Code | None = None


class ReasonBody(WordsBody):
    """Why an episode is called off (取消原因)."""

    reason: Sentence


class UnitBody(WordsBody):
    """A unit that is asked into the studio (邀请单位)."""

    unit: Code


class ConfirmBody(UnitBody):
    """Who comes for a unit, and whether that is its head (确认上线领导，是否一把手)."""

    leader: Code
    post: Code
    head: bool


class UnitGoneBody(UnitBody):
    """A unit that does not come after all (退出上线)."""

    reason: Sentence


class SubstituteBody(UnitBody):
    """Who comes in the leader's place, and why (替代上线)."""

    leader: Code
    post: Code
    reason: Code


class CallBody(WishBody):
    """A registered call, by the switchboard's id of it or by its receipt number (来电编号或受理编号)."""

    call_id: Name | None = None
    matter_no: Annotated[int, Described(ge=1, le=MATTERS_PER_CONTACT_MAX)] = 1
    receipt_no: Name | None = None


class PassCallBody(CallBody, WordsBody):
    """A call that does not go on air, and why (不播出)."""

    reason: Sentence


class AddItemBody(CallBody, WordsBody):
    """An item of the run-down, at its end where no place is given (添加环节); it may be about a registered call."""

    kind: ItemKind
    title: Code
    minutes: Minutes
    place: Annotated[int, Described(ge=1, le=ITEMS_MAX)] | None = None
    unit: Code | None = None


class MoveItemBody(WishBody):
    """An item and the place that it is moved to, counted from 1 (调整顺序)."""

    item: ItemNumber
    place: Annotated[int, Described(ge=1, le=ITEMS_MAX)]


class ChangeItemBody(WordsBody):
    """An item with its new title or length (调整环节)."""

    item: ItemNumber
    title: Code | None = None
    minutes: Minutes | None = None


class ItemBody(WishBody):
    """An item of the run-down (环节)."""

    item: ItemNumber


class PromiseBody(CallBody, WordsBody):
    """What a leader promised on air (现场承诺): due on a day or within so many working days; it may be about a call."""

    text: Sentence
    unit: Code
    leader: Code | None = None
    due: date | None = None
    working_days: WorkingDays | None = None
    as_written: bool = AS_WRITTEN


class OutcomeBody(WordsBody):
    """What became of a promise, with proof; one that is put off names its new day (承诺结果)."""

    commitment: Number
    outcome: Outcome
    proof: Sentence
    due: date | None = None
    working_days: WorkingDays | None = None
    as_written: bool = AS_WRITTEN


class CheckBody(WordsBody):
    """Whether another's report on a promise holds (核验); one that does not names its reason."""

    commitment: Number
    upheld: bool
    reason: Sentence | None = None


class LetStandBody(WishBody):
    """A stretch that the anonymiser would mask though it identifies nobody, and why (误报放行)."""

    said: Sentence
    reason: Sentence


class HoldBody(WishBody):
    """The broadcast (播出); counts are given only where no call is linked."""

    calls_aired: Calls | None = None
    closed_live: Calls | None = None


# --- what is answered -------------------------------------------------------------------------------------------------


class SeatView(BaseModel):
    """A unit that was asked to come."""

    unit: str
    status: SeatStatus
    leader: str | None
    post: str | None
    head: bool | None
    substitutes_for: str | None
    reason: str | None


class ItemView(BaseModel):
    """An item of the run-down with its place and when it begins."""

    item: int
    place: int
    kind: ItemKind
    title: str
    minutes: int
    starts_at: str | None
    unit: str | None
    receipt_no: str | None


class CallView(BaseModel):
    """A call of the screener's queue; the number to call back is shown to the screener on the day alone."""

    id: UUID
    receipt_no: str
    status: CallStatus
    subject: str
    kind: ComplaintKind
    state: State
    unit: str | None
    reason: str | None
    caller_name: str | None = None
    caller_number: str | None = None


class ReportView(BaseModel):
    """A report on a promise and its check."""

    report: int
    outcome: Outcome
    proof: str
    by: str
    unit: str | None
    at: datetime
    due: datetime | None
    upheld: bool | None
    checked_by: str | None
    checked_at: datetime | None
    reason: str | None


class CommitmentView(BaseModel):
    """A promise made on air as it stands."""

    episode: str
    commitment: int
    text: str
    unit: str
    leader: str
    made_at: datetime
    due: datetime
    first_due: datetime
    provisional: bool
    put_off: int
    standing: Standing
    days_over: int
    receipt_no: str | None
    missed: list[datetime]
    reports: list[ReportView]


class BroadcastView(BaseModel):
    """The broadcast as it was told last."""

    aired_on: date
    station: str
    units: list[OnAirUnitBody]
    calls_aired: int
    closed_live: int
    position: int


class EpisodeLine(BaseModel):
    """An episode in the list."""

    episode: str
    status: EpisodeStatus
    airs_on: date
    airs_at: str | None
    minutes: int | None
    planned_minutes: int
    stations: list[StationBody]
    theme: str | None
    units: list[str]
    calls: int
    commitments: int


class AllowedView(BaseModel):
    """A stretch that another person let stand, and why."""

    said: str
    by: str
    reason: str


class EpisodeDetail(EpisodeLine):
    """An episode whole."""

    version: int
    seats: list[SeatView]
    run_down: list[ItemView]
    promises: list[CommitmentView]
    broadcast: BroadcastView | None
    cancelled_because: str | None
    let_stand: list[AllowedView]


class EpisodePage(BaseModel):
    """A page of the episodes, the latest first."""

    items: list[EpisodeLine]
    next: str | None


class RunDown(BaseModel):
    """The run-down with its times."""

    episode: str
    airs_at: str | None
    minutes: int | None
    planned_minutes: int
    items: list[ItemView]


class CallQueue(BaseModel):
    """The screener's queue."""

    episode: str
    aired: int
    closed_live: int
    items: list[CallView]


class CommitmentList(BaseModel):
    """Promises made on air."""

    items: list[CommitmentView]


class EchoList(BaseModel):
    """What the next episode tells of the ones before it."""

    episode: str
    since: date
    open: list[CommitmentView]
    kept: list[CommitmentView]
    broken: list[CommitmentView]
    last_episode: str | None
    last_cases: list[CallView]


class EpisodeStep(BaseModel):
    """What a wish led to: the events that followed, none where it stood so already, and the episode after them."""

    episode: str
    events: list[int]
    status: EpisodeStatus
    version: int
    number: int | None = None
    taken_from: str | None = None


# --- the verbs --------------------------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Asked:
    """Who asks something of which episode, and when what it speaks of happened."""

    by: Actor
    at: Moment
    episode: str


Make = Callable[["Hangfeng", Asked, Any], c.EpisodeWish]


@dataclass(frozen=True, slots=True)
class EpisodeVerb:
    """One verb on an episode: its words, its body, who may, and the wish that it is."""

    verb: str
    zh: str
    en: str
    body: type[WishBody]
    action: Action
    make: Make


def case_of_call(house: Hangfeng, body: CallBody) -> tuple[UUID, Complaint]:
    """Return the complaint that a call was registered as, if it may be spoken of on air. Raises ``NoSuchCall``."""
    if (body.call_id is None) == (body.receipt_no is None):
        raise NoSuchCall(field="call_id")
    if body.call_id is not None:
        evidence = Evidence(Channel.HOTLINE, house.settings.hotline_source, body.call_id)
        contact = house.casework.identify(evidence, b"").contact
        case = house.casework.complaint_id(contact, body.matter_no)
    else:
        position = position_of_receipt(body.receipt_no or "")
        found = house.log.read(position - 1, 1, position, opened=False) if position else []
        if not found or not isinstance(found[0].fact, ComplaintRegistered):
            raise NoSuchCall(field="receipt_no")
        case = found[0].stream
    return case, may_air(house.casework.load(case))


def _call(house: Hangfeng, body: CallBody) -> UUID:
    return case_of_call(house, body)[0]


def _call_or_none(house: Hangfeng, body: CallBody) -> UUID | None:
    return None if body.call_id is None and body.receipt_no is None else _call(house, body)


def _schedule(_: Hangfeng, asked: Asked, body: ScheduleBody) -> c.EpisodeWish:
    stations = tuple(Station(one.name, one.level) for one in body.stations)
    return c.Schedule(
        by=asked.by,
        at=asked.at,
        airs_on=body.airs_on,
        airs_at=body.airs_at,
        minutes=body.minutes,
        stations=stations,
        theme=body.theme,
    )


def _take_over(house: Hangfeng, asked: Asked, body: TakeOverBody) -> c.EpisodeWish:
    follow(house)
    with house.views.reading() as views:
        chosen = source_for(programme_now(views), asked.episode, body.from_episode, body.airs_on)
    # Of the log itself: a view may lag behind a title that was put right a moment ago.
    source = house.programme.episode(chosen)
    return c.TakeOver(
        by=asked.by,
        at=asked.at,
        source=source,
        slots=structure_of(source),
        airs_on=body.airs_on,
        airs_at=body.airs_at,
        minutes=body.minutes,
        stations=tuple(Station(one.name, one.level) for one in body.stations),
        theme=body.theme,
        append=body.append,
    )


def _add_item(house: Hangfeng, asked: Asked, body: AddItemBody) -> c.EpisodeWish:
    return c.AddItem(
        by=asked.by,
        at=asked.at,
        kind=body.kind,
        title=body.title,
        minutes=body.minutes,
        place=body.place,
        unit=body.unit,
        complaint=_call_or_none(house, body),
    )


def _close_call(house: Hangfeng, asked: Asked, body: CallBody) -> c.EpisodeWish:
    case, state = case_of_call(house, body)
    return c.CloseCallLive(by=asked.by, at=asked.at, complaint=case, closed=stands_closed(state))


def _promise(house: Hangfeng, asked: Asked, body: PromiseBody) -> c.EpisodeWish:
    return c.MakeCommitment(
        by=asked.by,
        at=asked.at,
        text=body.text,
        unit=body.unit,
        leader=body.leader,
        due=body.due,
        working_days=body.working_days,
        complaint=_call_or_none(house, body),
        as_written=body.as_written,
    )


def _plain(wish: type[Any]) -> Make:
    """Return what makes a wish of a body whose fields are the wish's own."""

    def make(_: Hangfeng, asked: Asked, body: WishBody) -> c.EpisodeWish:
        made: c.EpisodeWish = wish(
            by=asked.by,
            at=asked.at,
            **{name: getattr(body, name) for name in type(body).model_fields if name not in {"occurred_at", "mask"}},
        )
        return made

    return make


_PREPARE, _QUEUE = Action.RECORD_EPISODE, Action.RUN_CALL_QUEUE
VERBS: Final[tuple[EpisodeVerb, ...]] = (
    EpisodeVerb("schedule", "排期", "set an episode down for a day and an hour", ScheduleBody, _PREPARE, _schedule),
    EpisodeVerb(
        "take-over",
        "沿用编排",
        "take over the run-down of an earlier episode, and schedule the episode where it is not yet",
        TakeOverBody,
        _PREPARE,
        _take_over,
    ),
    EpisodeVerb("cancel", "取消节目", "call an episode off", ReasonBody, _PREPARE, _plain(c.Cancel)),
    EpisodeVerb("invite", "邀请单位", "ask a unit into the studio", UnitBody, _PREPARE, _plain(c.Invite)),
    EpisodeVerb("confirm", "确认上线领导", "say who comes for a unit", ConfirmBody, _PREPARE, _plain(c.Confirm)),
    EpisodeVerb("withdraw-unit", "单位退出", "let a unit go", UnitGoneBody, _PREPARE, _plain(c.WithdrawUnit)),
    EpisodeVerb(
        "substitute",
        "替代上线",
        "let somebody come in the leader's place",
        SubstituteBody,
        _PREPARE,
        _plain(c.Substitute),
    ),
    EpisodeVerb("add-item", "添加环节", "put an item into the run-down", AddItemBody, _PREPARE, _add_item),
    EpisodeVerb("move-item", "调整顺序", "move an item", MoveItemBody, _PREPARE, _plain(c.MoveItem)),
    EpisodeVerb("change-item", "调整环节", "change an item", ChangeItemBody, _PREPARE, _plain(c.ChangeItem)),
    EpisodeVerb("remove-item", "删去环节", "take an item out", ItemBody, _PREPARE, _plain(c.RemoveItem)),
    EpisodeVerb(
        "link-call",
        "接入来电",
        "put a registered call into the screener's queue",
        CallBody,
        _QUEUE,
        lambda house, asked, body: c.LinkCall(by=asked.by, at=asked.at, complaint=_call(house, body)),
    ),
    EpisodeVerb(
        "air-call",
        "来电播出",
        "say that a call went on air",
        CallBody,
        _QUEUE,
        lambda house, asked, body: c.AirCall(by=asked.by, at=asked.at, complaint=_call(house, body)),
    ),
    EpisodeVerb("close-call-live", "当场办结", "say that a call was settled on air", CallBody, _QUEUE, _close_call),
    EpisodeVerb(
        "pass-call-over",
        "来电不播出",
        "say that a call does not go on air",
        PassCallBody,
        _QUEUE,
        lambda house, asked, body: c.PassCallOver(
            by=asked.by, at=asked.at, complaint=_call(house, body), reason=body.reason
        ),
    ),
    EpisodeVerb("promise", "记录现场承诺", "write down a promise made on air", PromiseBody, _PREPARE, _promise),
    EpisodeVerb(
        "report-outcome",
        "报告承诺结果",
        "say what became of a promise, with proof",
        OutcomeBody,
        Action.REPORT_OUTCOME,
        _plain(c.ReportOutcome),
    ),
    EpisodeVerb(
        "check-outcome",
        "核验承诺结果",
        "check another's report on a promise",
        CheckBody,
        Action.CHECK_OUTCOME,
        _plain(c.CheckOutcome),
    ),
    EpisodeVerb(
        "let-stand",
        "误报放行",
        "let a stretch stand that identifies nobody",
        LetStandBody,
        Action.CHECK_OUTCOME,
        _plain(c.LetStand),
    ),
    EpisodeVerb("hold", "记录播出", "say that the episode was broadcast", HoldBody, _PREPARE, _plain(c.Hold)),
)
"""Every verb on an episode: the API, the console and the command line are made of it."""

BY_VERB: Final = {one.verb: one for one in VERBS}


def verb_endpoint(verb: EpisodeVerb) -> Callable[..., Coroutine[Any, Any, EpisodeStep]]:
    """Return the handler of one verb, whose body is the verb's own model."""

    async def take_step(
        request: Request,
        episode: EpisodeInPath,
        house: House,
        caller: Caller,
        body: WishBody,
        key: IdempotencyKey = None,
    ) -> EpisodeStep:
        cause = await cause_of(request, caller, key, f"{verb.verb} {episode}")
        return await asyncio.to_thread(take, house, caller, verb, episode, body, cause)

    take_step.__annotations__["body"] = Annotated[verb.body, FromBody()]
    take_step.__name__ = f"episode_{verb.verb.replace('-', '_')}"
    take_step.__doc__ = f"{verb.zh}。"
    return take_step


def take(
    house: Hangfeng,
    caller: Actor,
    verb: EpisodeVerb,
    episode: str,
    body: WishBody,
    cause: str | None = None,
) -> EpisodeStep:
    """Do what is asked of an episode and return how it stands then; waits for the disk, so in a thread."""
    at = told_at(house, caller, body.occurred_at)
    wish = verb.make(house, Asked(caller, at, episode), body)
    if isinstance(wish, c.ReportOutcome):
        _own_promise(house, caller, episode, wish.commitment)
    mask = isinstance(body, WordsBody) and body.mask
    handled: Handled = house.programme.handle(episode, wish, cause=cause, mask=mask)
    state = handled.state
    number = {
        "add-item": state.items_count,
        "take-over": state.items_count,
        "promise": len(state.commitments),
    }.get(verb.verb)
    return EpisodeStep(
        episode=state.episode,
        events=[one.position for one in handled.recorded],
        status=state.status,
        version=state.version,
        number=number,
        taken_from=wish.source.episode if isinstance(wish, c.TakeOver) else None,
    )


def _own_promise(house: Hangfeng, caller: Actor, episode: str, number: int) -> None:
    """Let a unit's people speak of their own unit's promises alone. Raises ``NoSuchCommitment``."""
    if caller.role not in UNIT_ROLES:
        return
    promise = house.programme.episode(episode).commitment(number)
    if promise is None or promise.unit not in own_units(house, caller):
        raise NoSuchCommitment(commitment=number)


def own_units(house: Hangfeng, caller: Actor) -> frozenset[str]:
    """Return the spellings of the unit that a unit's person belongs to."""
    units = house.instance.units
    if caller.unit is None:
        return frozenset()
    name = units.resolve(caller.unit, today(house)) or caller.unit
    return units.spellings(name) | {name, caller.unit}


# --- reading ----------------------------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Told:
    """An episode with what is needed to tell it: its promises and calls as they stand."""

    state: Episode
    promises: tuple[PromiseLine, ...]
    calls: tuple[CallLine, ...]
    receipts: dict[UUID, str]


def told_of(house: Hangfeng, episode: str) -> Told:
    """Return an episode as it stands; reads log and views, so in a thread. Raises ``NoSuchEpisode``."""
    state = house.programme.episode(episode)
    follow(house)
    zone = house.instance.zone
    with house.views.reading() as views:
        cases = cases_of(views, [state], house.views.positions()[CasesProjection.name])
    receipts = receipts_of(cases, zone)
    lines = promise_lines([state], house.clock(), zone, receipts)
    return Told(state, lines, call_lines(state.calls, cases, zone), receipts)


def line_of(state: Episode) -> EpisodeLine:
    """Return an episode as the list tells it."""
    return EpisodeLine(**_line_fields(state))


def _line_fields(state: Episode) -> dict[str, Any]:
    return {
        "episode": state.episode,
        "status": state.status,
        "airs_on": state.airs_on,
        "airs_at": state.airs_at,
        "minutes": state.minutes,
        "planned_minutes": state.planned_minutes,
        "stations": [StationBody(name=one.name, level=one.level) for one in state.stations],
        "theme": state.theme,
        "units": [one.unit for one in state.on_air],
        "calls": len(state.calls),
        "commitments": len(state.commitments),
    }


def detail_of(told: Told) -> EpisodeDetail:
    """Return an episode whole."""
    state = told.state
    aired = state.broadcast
    return EpisodeDetail(
        **_line_fields(state),
        version=state.version,
        seats=[
            SeatView(
                unit=one.unit,
                status=one.status,
                leader=one.leader,
                post=one.post,
                head=one.head,
                substitutes_for=one.substitutes_for,
                reason=one.reason,
            )
            for one in state.seats
        ],
        run_down=items_of(told),
        promises=[commitment_of(one) for one in told.promises],
        broadcast=None
        if aired is None
        else BroadcastView(
            aired_on=aired.aired_on,
            station=aired.station,
            units=[
                OnAirUnitBody(**{name: getattr(unit, name) for name in OnAirUnitBody.model_fields})
                for unit in aired.units
            ],
            calls_aired=aired.calls_aired,
            closed_live=aired.closed_live,
            position=aired.position,
        ),
        cancelled_because=state.cancelled_because,
        let_stand=[AllowedView(said=one.said, by=one.by, reason=one.reason) for one in state.let_stand],
    )


def items_of(told: Told) -> list[ItemView]:
    """Return the run-down with places and times."""
    return [
        ItemView(
            item=one.number,
            place=place,
            kind=one.kind,
            title=title_of(one, told.receipts),
            minutes=one.minutes,
            starts_at=starts,
            unit=one.unit,
            receipt_no=told.receipts.get(one.complaint) if one.complaint is not None else None,
        )
        for place, (one, starts) in enumerate(zip(told.state.items, told.state.starts(), strict=True), 1)
    ]


def commitment_of(line: PromiseLine) -> CommitmentView:
    """Return a promise as it stands."""
    promise = line.promise
    return CommitmentView(
        episode=line.episode,
        commitment=promise.number,
        text=promise.text,
        unit=promise.unit,
        leader=promise.leader,
        made_at=promise.made.at,
        due=promise.deadline.due,
        first_due=promise.promises[0].deadline.due,
        provisional=promise.deadline.provisional,
        put_off=line.put_off,
        standing=line.standing,
        days_over=line.days_over,
        receipt_no=line.receipt_no,
        missed=list(promise.cards),
        reports=[
            ReportView(
                report=one.number,
                outcome=one.outcome,
                proof=one.proof,
                by=one.by,
                unit=one.unit,
                at=one.at.at,
                due=one.deadline.due if one.deadline is not None else None,
                upheld=one.upheld,
                checked_by=one.checked_by,
                checked_at=one.checked.at if one.checked is not None else None,
                reason=one.reason,
            )
            for one in promise.reports
        ],
    )


def call_of(line: CallLine) -> CallView:
    """Return a call of the queue, without who called."""
    return CallView(
        id=line.id,
        receipt_no=line.receipt_no,
        status=line.status,
        subject=line.subject,
        kind=line.kind,
        state=line.state,
        unit=line.unit,
        reason=line.reason,
    )


def queue_of(house: Hangfeng, caller: Actor, told: Told) -> CallQueue:
    """Return the screener's queue; whoever calls back sees whom, on the episode's own day, and that is recorded."""
    views = [call_of(one) for one in told.calls]
    tonight = told.state.airs_on == today(house) and told.state.status is not EpisodeStatus.CANCELLED
    if tonight and caller.role is Role.SCREENER:
        views = [_with_number(house, caller, one) for one in views]
    return CallQueue(
        episode=told.state.episode,
        aired=told.state.calls_aired,
        closed_live=told.state.calls_closed_live,
        items=views,
    )


def _with_number(house: Hangfeng, caller: Actor, view: CallView) -> CallView:
    if view.status is not CallStatus.QUEUED:
        return view
    name = number = None
    history = house.casework.history(view.id)
    state = fold(_facts(history))
    # Asked of the log again: a view may lag behind a case that was made confidential a moment ago.
    may_air(state)
    for one in history:
        if isinstance(one.fact, ComplaintRegistered):
            name, number = one.fact.reporter_name, one.fact.reporter_number
        elif isinstance(one.fact, RegistrationCorrected):
            name, number = one.fact.reporter_name or name, one.fact.reporter_number or number
    if name is not None or number is not None:
        house.access.record_read(caller, view.id, "call-back")
    return view.model_copy(update={"caller_name": name, "caller_number": number})


def _facts(history: tuple[Recorded, ...]) -> list[ComplaintFact]:
    return [one.fact for one in history]  # type: ignore[misc]


def echo_of(house: Hangfeng, episode: str) -> tuple[Episode, Echo]:
    """Return an episode and its echo list; reads log and views, so in a thread. Raises ``NoSuchEpisode``."""
    state = house.programme.episode(episode)
    follow(house)
    with house.views.reading() as views:
        position = house.views.positions()[CasesProjection.name]
        return state, echo_for(views, state, position, house.clock(), house.instance.zone)


def echo_list(state: Episode, echo: Echo) -> EchoList:
    """Return an echo list as it is answered."""
    return EchoList(
        episode=state.episode,
        since=echo.since,
        open=[commitment_of(one) for one in echo.open],
        kept=[commitment_of(one) for one in echo.kept],
        broken=[commitment_of(one) for one in echo.broken],
        last_episode=echo.last_episode,
        last_cases=[call_of(one) for one in echo.last_cases],
    )


def page_of(house: Hangfeng, cursor: str | None, limit: int, status: EpisodeStatus | None) -> EpisodePage:
    """Return a page of the episodes; reads the views, so in a thread. Raises the problem ``invalid-input``."""
    after = _read_cursor(cursor) if cursor is not None else None
    follow(house)
    with house.views.reading() as views:
        found = programme_page(views, after, limit + 1, status.value if status is not None else None)
    following = None
    if len(found) > limit:
        last = found[limit - 1]
        following = urlsafe_b64encode(f"{last.airs_on.isoformat()} {last.episode}".encode()).decode()
    return EpisodePage(items=[line_of(one) for one in found[:limit]], next=following)


def latest_of(house: Hangfeng) -> EpisodeLine | None:
    """Return the episode of the latest day that was not called off, ``None`` where there is none; from the views."""
    follow(house)
    with house.views.reading() as views:
        kept = [one for one in programme_now(views) if one.status is not EpisodeStatus.CANCELLED]
    return line_of(kept[-1]) if kept else None


def source_of(house: Hangfeng, episode: str = "") -> str | None:
    """Return the episode whose run-down this one, or the next, would take over, ``None`` where there is none."""
    follow(house)
    with house.views.reading() as views, suppress(NoEarlierEpisode):
        return source_for(programme_now(views), episode, None, None)
    return None


def _read_cursor(cursor: str) -> tuple[date, str]:
    try:
        day, _, episode = urlsafe_b64decode(cursor.encode()).decode().partition(" ")
        return date.fromisoformat(day), episode
    except ValueError:
        raise fault("invalid-input", "cursor 无效 / the cursor is none of ours", field="cursor") from None


def commitments_of(
    house: Hangfeng, caller: Actor, standing: Standing | None, unit: str | None
) -> tuple[PromiseLine, ...]:
    """Return the promises that a caller may see, the earliest due first; reads the views, so in a thread."""
    follow(house)
    zone = house.instance.zone
    with house.views.reading() as views:
        episodes = programme_now(views)
        cases = cases_of(views, episodes, house.views.positions()[CasesProjection.name])
    lines = promise_lines(episodes, house.clock(), zone, receipts_of(cases, zone))
    wanted = house.instance.units.resolve(unit.strip()) or unit if unit is not None else None
    mine = own_units(house, caller) if caller.role in UNIT_ROLES else None
    chosen = [
        one
        for one in lines
        if (mine is None or one.promise.unit in mine)
        and (wanted is None or one.promise.unit == wanted)
        and (standing is None or one.standing is standing)
    ]
    return tuple(sorted(chosen, key=lambda one: (one.due, one.episode, one.promise.number)))


def cached(request: Request, content: bytes, media: str = JSON) -> Response:
    """Return an answer under the tag of its own bytes; 304 where the caller has it."""
    tag = f'"{sha256(content).hexdigest()[:32]}"'
    headers = {"ETag": tag, "Cache-Control": "private, no-cache"}
    held = {one.strip().removeprefix("W/") for one in request.headers.get("if-none-match", "").split(",")}
    if tag in held:
        return Response(status_code=304, headers=headers)
    return Response(content, media_type=media, headers=headers)


def _json(request: Request, model: BaseModel) -> Response:
    return cached(request, model.model_dump_json().encode())


Status = Annotated[EpisodeStatus | None, Query(description="状态 / only those that stand so")]
Limit = Annotated[int, Query(ge=1, le=EPISODES_PER_PAGE_MAX)]
Cursor = Annotated[str | None, Query(max_length=400)]


async def read_programme(
    request: Request,
    house: House,
    cursor: Cursor = None,
    limit: Limit = EPISODES_PER_PAGE_DEFAULT,
    status: Status = None,
) -> Response:
    """Return the episodes, planned and broadcast, the latest first."""
    return _json(request, await asyncio.to_thread(page_of, house, cursor, limit, status))


async def read_episode(request: Request, episode: EpisodeInPath, house: House) -> Response:
    """Return an episode whole."""
    told = await asyncio.to_thread(told_of, house, episode)
    return _json(request, detail_of(told))


async def read_run_down(request: Request, episode: EpisodeInPath, house: House) -> Response:
    """Return an episode's run-down."""
    told = await asyncio.to_thread(told_of, house, episode)
    state = told.state
    model = RunDown(
        episode=state.episode,
        airs_at=state.airs_at,
        minutes=state.minutes,
        planned_minutes=state.planned_minutes,
        items=items_of(told),
    )
    return _json(request, model)


async def read_calls(request: Request, episode: EpisodeInPath, house: House, caller: Caller) -> Response:
    """Return an episode's queue of calls."""

    def queue() -> CallQueue:
        return queue_of(house, caller, told_of(house, episode))

    return _json(request, await asyncio.to_thread(queue))


async def read_commitments(
    request: Request,
    house: House,
    caller: Caller,
    standing: Annotated[Standing | None, Query(description="如何 / only those that stand so")] = None,
    unit: Annotated[Code | None, Query(description="承诺单位 / of one unit")] = None,
) -> Response:
    """Return promises made on air; a unit's people see their own unit's alone."""
    lines = await asyncio.to_thread(commitments_of, house, caller, standing, unit)
    return _json(request, CommitmentList(items=[commitment_of(one) for one in lines]))


async def read_episode_commitments(request: Request, episode: EpisodeInPath, house: House, caller: Caller) -> Response:
    """Return the promises of one episode; a unit's people see their own unit's alone."""
    told = await asyncio.to_thread(told_of, house, episode)
    mine = own_units(house, caller) if caller.role in UNIT_ROLES else None
    chosen = [commitment_of(one) for one in told.promises if mine is None or one.promise.unit in mine]
    return _json(request, CommitmentList(items=chosen))


async def read_echo(request: Request, episode: EpisodeInPath, house: House) -> Response:
    """Return the echo list of an episode."""
    return _json(request, echo_list(*await asyncio.to_thread(echo_of, house, episode)))


class UnitBriefs(BaseModel):
    """The brief of each unit on air (一点成绩、两点问题、三点措施); each line with its trace, or its cause."""

    episode: str
    items: list[dict[str, Any]]


class CaseCards(BaseModel):
    """The case cards of an episode, masked; accusations and confidential matters are never among them."""

    episode: str
    items: list[dict[str, Any]]
    left_out: int


class Pack(BaseModel):
    """An episode's pack, as ``hangfeng episode pack --json`` prints it; ``docs/programme.md`` says each of its keys."""

    format: str
    hotline: str
    episode: dict[str, Any]
    opening: list[str]
    run_down: list[dict[str, Any]]
    unit_briefs: list[dict[str, Any]]
    case_cards: list[dict[str, Any]]
    case_cards_left_out: int
    calls: list[dict[str, Any]]
    last_promises: dict[str, Any]
    echo: dict[str, Any]
    position: int


Form = Annotated[
    str, Query(alias="format", pattern=f"^({'|'.join(FORMS)})$", description="json、pdf、docx、md 或 script（播报稿）")
]


async def read_unit_brief(request: Request, episode: EpisodeInPath, house: House) -> Response:
    """Return the brief of each unit on air."""

    def briefs() -> UnitBriefs:
        follow(house)
        return UnitBriefs(episode=episode, items=briefs_for(house, episode))

    return _json(request, await asyncio.to_thread(briefs))


async def read_case_cards(request: Request, episode: EpisodeInPath, house: House, caller: Caller) -> Response:
    """Return the case cards of an episode."""
    made = await asyncio.to_thread(packed, house, caller, episode)
    return _json(request, CaseCards(episode=episode, items=made["case_cards"], left_out=made["case_cards_left_out"]))


async def read_pack(
    request: Request, episode: EpisodeInPath, house: House, caller: Caller, form: Form = "json"
) -> Response:
    """Return an episode's pack in one of its forms."""

    def formed() -> bytes:
        return form_for(house, packed(house, caller, episode), form)

    content = await asyncio.to_thread(formed)
    answer = cached(request, content, MEDIA[form])
    answer.headers["Content-Disposition"] = f'inline; filename="pack{SUFFIXES[form]}"'
    return answer


def packed(house: Hangfeng, caller: Actor, episode: str) -> dict[str, Any]:
    """Return an episode's pack as plain values; reads log and views, so in a thread. Raises ``NoSuchEpisode``."""
    follow(house)
    return pack_for(house, caller, episode)
