"""Media partners (合作媒体) and exposures (曝光) over HTTP."""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from datetime import date, datetime
from typing import TYPE_CHECKING, Annotated, Any, Final
from uuid import UUID

from fastapi import Path, Query, Response
from pydantic import BaseModel, ConfigDict, Field

from domain.facts import Actor
from domain.partners import exposures as x
from domain.partners import outlets as p
from domain.partners.refusals import NoSuchCoverage, NoSuchExposure, NoSuchPartner
from gateways.http.bodies import LIST_ITEMS_MAX, Body, Code, Instant, Name, Text
from gateways.http.caller import Caller, House, IdempotencyKey, moment, today, told_at
from gateways.http.problems import fault
from services.media.addresses import URL_CHARACTERS_MAX, AddressRules, hold_url
from services.media.deliveries import PAGE_DELIVERIES_MAX, Delivery, DeliveryState
from services.media.partners import CoverageReport
from services.media.withdrawals import Telling, told_of_withdrawals

if TYPE_CHECKING:
    from gateways.app import Hangfeng

CODE_IN_PATH_MAX: Final = 60
NUMBER_MAX: Final = 10**12
DELIVERIES_DEFAULT: Final = 100
REPORT_DAYS_MAX: Final = 3_660

PartnerInPath = Annotated[str, Path(max_length=CODE_IN_PATH_MAX, description="媒体代码 / the outlet's code")]
BatchInPath = Annotated[str, Path(max_length=CODE_IN_PATH_MAX, description="曝光批次 / the batch's code")]
NumberInPath = Annotated[int, Path(ge=1, le=NUMBER_MAX)]
Day = Annotated[date, Query(description="日期 / a day")]


class ProfileBody(Body):
    """What is known of an outlet, whole; ``contact`` is sealed, ``webhook`` is where deliveries go."""

    name: Code
    level: p.OutletLevel
    formats: Annotated[list[p.Format], Field(min_length=1, max_length=len(p.Format))]
    wants: Annotated[list[p.Material], Field(default_factory=list, max_length=len(p.Material))]
    embargo_minutes: Annotated[int, Field(ge=0, le=p.EMBARGO_MINUTES_MAX)] = 0
    webhook: Annotated[str, Field(max_length=URL_CHARACTERS_MAX)] | None = None
    contact: Name | None = None
    occurred_at: Instant | None = None


class RegisterBody(ProfileBody):
    """An outlet to register, under a code of its own."""

    partner: Code = Field(description="代码 / a code of its own", examples=["lanzhou-radio"])


class SuspendBody(Body):
    """Why nothing is given to an outlet for now."""

    reason: Code
    occurred_at: Instant | None = None


class NowBody(Body):
    """Nothing but when."""

    occurred_at: Instant | None = None


class OfferBody(Body):
    """What is offered: ``bulletin:2026Q1/1`` or ``exposure:BATCH``; its embargo, where it is not the outlet's own."""

    material: Name
    embargo_until: Instant | None = None
    occurred_at: Instant | None = None


class TakeBody(Body):
    """In which form an offer was taken."""

    format: p.Format
    occurred_at: Instant | None = None


class AirBody(Body):
    """What was aired: when, in which programme, which units it named, and until when they owe a response."""

    aired_at: Instant
    programme: Code
    format: p.Format
    units: Annotated[list[Code], Field(default_factory=list, max_length=LIST_ITEMS_MAX)]
    offer: Annotated[int, Field(ge=1, le=NUMBER_MAX)] | None = None
    response_due: date | None = None
    occurred_at: Instant | None = None


class AnswerBody(Body):
    """What a unit says to a coverage that named it; ``unit`` where the office takes it down for the unit."""

    response: Text
    unit: Code | None = None
    occurred_at: Instant | None = None


class ExposureBody(Body):
    """A batch of exposures to begin."""

    batch: Code
    scope: x.ExposureScope
    title: Code
    occurred_at: Instant | None = None


class ExposureItemBody(Body):
    """An item of a batch: redacted words about a unit, and the matter behind them where there is one."""

    unit: Code
    words: Text
    complaint: UUID | None = None
    occurred_at: Instant | None = None


class WithdrawExposureBody(Body):
    """Why a batch, or one item of it, is withdrawn."""

    cause: Code
    item: Annotated[int, Field(ge=1, le=NUMBER_MAX)] | None = None
    occurred_at: Instant | None = None


class ReplayBody(Body):
    """Which dead deliveries are owed anew: an outlet's, or all."""

    partner: Code | None = None


class OutletView(BaseModel):
    """An outlet as it stands."""

    partner: str
    name: str
    level: p.OutletLevel
    formats: list[p.Format]
    wants: list[p.Material]
    embargo_minutes: int
    webhook: str | None
    contact: str | None
    suspended: str | None
    offers: list[dict[str, Any]]


class OutletList(BaseModel):
    """All outlets."""

    items: list[OutletView]


class CoverageView(BaseModel):
    """Something that was aired, and what the units it named said to it; the response of ``late`` is overdue."""

    model_config = ConfigDict(extra="allow")

    coverage: int
    partner: str
    aired_at: datetime
    programme: str
    owing: list[str]
    late: list[str]


class CoverageReportView(BaseModel):
    """Who took what and when, and how often each unit was covered."""

    first: date
    last: date
    outlets: list[dict[str, Any]]
    units: list[dict[str, Any]]
    coverages: list[CoverageView]


class ExposureView(BaseModel):
    """A batch as it stands; the public sees what was published and is not withdrawn."""

    batch: str
    scope: x.ExposureScope
    title: str
    status: x.ExposureStatus
    approved_by: str | None
    published_at: datetime | None
    withdrawn: str | None
    digest: str
    items: list[dict[str, Any]]


class ExposureList(BaseModel):
    """Batches of exposures."""

    items: list[ExposureView]


class DeliveryView(BaseModel):
    """One delivery; ``message`` is the id by which the outlet drops what comes twice."""

    number: int
    partner: str
    message: str
    topic: str
    subject: str
    position: int
    not_before: datetime
    next_at: datetime
    attempts: int
    state: DeliveryState
    status: int | None
    error: str | None
    settled_at: datetime | None


class DeliveryPage(BaseModel):
    """Deliveries, the newest first; ``next`` is the cursor of the following page."""

    items: list[DeliveryView]
    next: int | None
    counts: dict[DeliveryState, int]


class Secret(BaseModel):
    """A new secret, which is shown once."""

    partner: str
    secret: str


class ToldView(BaseModel):
    """An outlet that has to hear of a withdrawal: ``by_hand`` without an address, ``unseen`` by the courier so far."""

    partner: str
    name: str
    state: Telling
    at: datetime | None


class WithdrawalView(BaseModel):
    """A public batch, or one item of it, that was taken back, and the outlets that hold it or were offered it."""

    batch: str
    title: str
    item: int | None
    cause: str
    at: datetime
    position: int
    outlets: list[ToldView]


class WithdrawalList(BaseModel):
    """The latest withdrawals of exposures, the latest first."""

    items: list[WithdrawalView]


class Replayed(BaseModel):
    """How many dead deliveries are owed anew."""

    replayed: int


async def list_partners(house: House) -> OutletList:
    """Return all outlets with what they were offered."""
    state = await asyncio.to_thread(house.partners.standing)
    return OutletList(items=[outlet_view(state, code) for code in sorted(state.outlets)])


async def read_partner(partner: PartnerInPath, house: House) -> OutletView:
    """Return one outlet."""
    return outlet_view(await asyncio.to_thread(house.partners.standing), partner)


async def register_partner(
    body: RegisterBody,
    response: Response,
    house: House,
    caller: Caller,
    key: IdempotencyKey = None,  # noqa: ARG001 - an outlet is registered once
) -> OutletView:
    """Register an outlet: 201, or 200 where it was so registered before."""
    profile = profile_of(body, house)
    at = moment(house, body.occurred_at)
    fresh = await _record(house, lambda state: p.register(state, body.partner, profile, caller, at))
    response.status_code = 201 if fresh else 200
    return outlet_view(await asyncio.to_thread(house.partners.standing), body.partner)


async def change_partner(
    partner: PartnerInPath,
    body: ProfileBody,
    house: House,
    caller: Caller,
    key: IdempotencyKey = None,  # noqa: ARG001 - the same words again change nothing
) -> OutletView:
    """Say anew what is known of an outlet."""
    profile, at = profile_of(body, house), moment(house, body.occurred_at)
    await _record(house, lambda state: p.change(state, partner, profile, caller, at))
    return await read_partner(partner, house)


async def suspend_partner(
    partner: PartnerInPath,
    body: SuspendBody,
    house: House,
    caller: Caller,
    key: IdempotencyKey = None,  # noqa: ARG001 - twice is once
) -> OutletView:
    """Give nothing to an outlet for now."""
    at = moment(house, body.occurred_at)
    await _record(house, lambda state: p.suspend(state, partner, body.reason, caller, at))
    return await read_partner(partner, house)


async def resume_partner(
    partner: PartnerInPath,
    body: NowBody,
    house: House,
    caller: Caller,
    key: IdempotencyKey = None,  # noqa: ARG001 - twice is once
) -> OutletView:
    """Give to an outlet again."""
    at = moment(house, body.occurred_at)
    await _record(house, lambda state: p.resume(state, partner, caller, at))
    return await read_partner(partner, house)


async def renew_secret(
    partner: PartnerInPath,
    body: NowBody,  # noqa: ARG001 - closed, so that nothing is believed to be taken in
    house: House,
    key: IdempotencyKey = None,  # noqa: ARG001 - a secret is shown once
) -> Secret:
    """Give an outlet a new secret; the one before signs too until the next."""
    state = await asyncio.to_thread(house.partners.standing)
    state.outlet(partner)
    return Secret(partner=partner, secret=await asyncio.to_thread(house.deliveries.renew_secret, partner))


async def offer_material(
    partner: PartnerInPath,
    body: OfferBody,
    house: House,
    caller: Caller,
    key: IdempotencyKey = None,  # noqa: ARG001 - the same offer again does nothing
) -> OutletView:
    """Offer something that is published."""
    at = moment(house, body.occurred_at)
    await asyncio.to_thread(house.partners.offer, partner, body.material, caller, at, embargo_until=body.embargo_until)
    return await read_partner(partner, house)


async def take_offer(
    partner: PartnerInPath,
    number: NumberInPath,
    body: TakeBody,
    house: House,
    caller: Caller,
    key: IdempotencyKey = None,  # noqa: ARG001 - twice is once
) -> OutletView:
    """Write down that an offer was taken."""
    at = moment(house, body.occurred_at)
    await _record(house, lambda state: p.take(state, partner, number, body.format, caller, at))
    return await read_partner(partner, house)


async def record_aired(
    partner: PartnerInPath,
    body: AirBody,
    house: House,
    caller: Caller,
    key: IdempotencyKey = None,  # noqa: ARG001 - the same programme at the same time is once
) -> CoverageView:
    """Write down what an outlet aired."""
    at = moment(house, body.occurred_at)

    def aired(state: p.Partners) -> tuple[p.PartnerFact, ...]:
        return p.air(
            state,
            partner,
            body.aired_at,
            body.programme,
            body.format,
            tuple(body.units),
            caller,
            at,
            number=body.offer,
            response_due=body.response_due,
        )

    await _record(house, aired)
    state = await asyncio.to_thread(house.partners.standing)
    same = (partner, body.aired_at, body.programme, body.offer)
    held = (one for one in state.coverages.values() if (one.partner, one.aired_at, one.programme, one.offer) == same)
    return coverage_view(next(held), today(house))


async def answer_coverage(
    number: NumberInPath,
    body: AnswerBody,
    house: House,
    caller: Caller,
    key: IdempotencyKey = None,  # noqa: ARG001 - a unit responds once
) -> CoverageView:
    """Write down what a unit says to a coverage."""
    at = told_at(house, caller, body.occurred_at)
    state = await asyncio.to_thread(house.partners.standing)
    unit = covered_spelling(house, state, number, caller, body.unit)
    await _record(house, lambda state: p.answer(state, number, unit, body.response, caller, at))
    return coverage_view((await asyncio.to_thread(house.partners.standing)).coverages[number], today(house))


async def coverage_report(house: House, first: Day, last: Day) -> CoverageReportView:
    """Return who took what and when, and how often units were covered."""
    return CoverageReportView(**await asyncio.to_thread(report_document, house, first, last))


async def list_deliveries(
    house: House,
    state: Annotated[DeliveryState | None, Query()] = None,
    partner: Annotated[str | None, Query(max_length=CODE_IN_PATH_MAX)] = None,
    cursor: Annotated[int | None, Query(ge=1, le=NUMBER_MAX)] = None,
    limit: Annotated[int, Query(ge=1, le=PAGE_DELIVERIES_MAX)] = DELIVERIES_DEFAULT,
) -> DeliveryPage:
    """Return deliveries; ``state=dead`` is the dead-letter list."""
    return DeliveryPage(
        **await asyncio.to_thread(deliveries_document, house, state, partner, cursor, limit),
    )


async def list_withdrawals(house: House) -> WithdrawalList:
    """Return the latest withdrawals of exposures, each with the outlets that have to hear of it."""
    return await asyncio.to_thread(withdrawals_document, house)


async def replay_deliveries(
    body: ReplayBody,
    house: House,
    key: IdempotencyKey = None,  # noqa: ARG001 - what is owed already stays owed
) -> Replayed:
    """Owe an outlet's dead deliveries, or all, anew."""
    return Replayed(replayed=await asyncio.to_thread(house.deliveries.replay, house.clock(), None, body.partner))


async def replay_delivery(
    number: NumberInPath,
    body: NowBody,  # noqa: ARG001 - closed, so that nothing is believed to be taken in
    house: House,
    key: IdempotencyKey = None,  # noqa: ARG001 - what is owed already stays owed
) -> Replayed:
    """Owe one dead delivery anew."""
    return Replayed(replayed=await asyncio.to_thread(house.deliveries.replay, house.clock(), number))


async def list_exposures(house: House) -> ExposureList:
    """Return every batch, internal ones and drafts too."""
    state = await asyncio.to_thread(house.exposures.standing)
    return ExposureList(items=[exposure_view(one) for one in state.values()])


async def read_batch(batch: BatchInPath, house: House) -> ExposureView:
    """Return one batch, whole."""
    return exposure_view(x.find(await asyncio.to_thread(house.exposures.standing), batch))


async def list_public_exposures(house: House) -> ExposureList:
    """Return the batches that everybody may read."""
    state = await asyncio.to_thread(house.exposures.public)
    return ExposureList(items=[exposure_view(one, public=True) for one in state.values()])


async def read_public_exposure(batch: BatchInPath, house: House) -> ExposureView:
    """Return a batch that everybody may read; any other does not exist."""
    held = (await asyncio.to_thread(house.exposures.public)).get(batch)
    if held is None:
        raise NoSuchExposure(exposure=batch)
    return exposure_view(held, public=True)


async def draft_exposure(
    body: ExposureBody,
    response: Response,
    house: House,
    caller: Caller,
    key: IdempotencyKey = None,  # noqa: ARG001 - a batch is begun once
) -> ExposureView:
    """Begin a batch: 201, or 200 where it was so begun before."""
    at = moment(house, body.occurred_at)
    fresh = await asyncio.to_thread(house.exposures.draft, body.batch, body.scope, body.title, caller, at)
    response.status_code = 201 if fresh else 200
    return await read_batch(body.batch, house)


async def add_exposure_item(
    batch: BatchInPath,
    body: ExposureItemBody,
    house: House,
    caller: Caller,
    key: IdempotencyKey = None,  # noqa: ARG001 - the same words on the same unit are once
) -> ExposureView:
    """Put an item into a draft."""
    at = moment(house, body.occurred_at)
    await asyncio.to_thread(house.exposures.add, batch, body.unit, body.words, caller, at, complaint=body.complaint)
    return await read_batch(batch, house)


async def remove_exposure_item(
    batch: BatchInPath,
    number: NumberInPath,
    body: NowBody,
    house: House,
    caller: Caller,
    key: IdempotencyKey = None,  # noqa: ARG001 - an item is taken out once
) -> ExposureView:
    """Take an item out of a draft."""
    at = moment(house, body.occurred_at)
    await asyncio.to_thread(house.exposures.record, lambda state: x.remove(state, batch, number, caller, at))
    return await read_batch(batch, house)


async def approve_exposure(
    batch: BatchInPath,
    body: NowBody,
    house: House,
    caller: Caller,
    key: IdempotencyKey = None,  # noqa: ARG001 - a batch is approved once
) -> ExposureView:
    """Approve a batch as somebody who did not write it."""
    await asyncio.to_thread(house.exposures.approve, batch, caller, moment(house, body.occurred_at))
    return await read_batch(batch, house)


async def publish_exposure(
    batch: BatchInPath,
    body: NowBody,
    house: House,
    caller: Caller,
    key: IdempotencyKey = None,  # noqa: ARG001 - twice is once
) -> ExposureView:
    """Publish an approved batch for its scope."""
    await asyncio.to_thread(house.exposures.publish, batch, caller, moment(house, body.occurred_at))
    return await read_batch(batch, house)


async def withdraw_exposure(
    batch: BatchInPath,
    body: WithdrawExposureBody,
    house: House,
    caller: Caller,
    key: IdempotencyKey = None,  # noqa: ARG001 - twice is once
) -> ExposureView:
    """Withdraw a batch or one item of it."""
    at = moment(house, body.occurred_at)
    await asyncio.to_thread(house.exposures.withdraw, batch, body.item, body.cause, caller, at)
    return await read_batch(batch, house)


# --- what the command line reads as well ----------------------------------------------------------------------------


def profile_of(body: ProfileBody, house: Hangfeng) -> p.Profile:
    """Return a profile, its webhook held to its form. Raises ``WebhookRefused``."""
    if body.webhook is not None:
        hold_url(body.webhook, address_rules(house))
    return p.Profile(
        name=body.name,
        level=body.level,
        formats=tuple(dict.fromkeys(body.formats)),
        wants=tuple(dict.fromkeys(body.wants)),
        embargo_minutes=body.embargo_minutes,
        webhook=body.webhook,
        contact=body.contact,
    )


def address_rules(house: Hangfeng) -> AddressRules:
    """Return where webhooks may go."""
    settings = house.settings
    return AddressRules(settings.webhook_http_allowed, settings.webhook_private_addresses_allowed)


def covered_spelling(house: Hangfeng, state: p.Partners, number: int, caller: Actor, unit: str | None) -> str:
    """Return a unit as the coverage spells it: the caller's own, or the one that the office names.

    Raises ``NoSuchCoverage``, also where the coverage names other units only.
    """
    wanted = caller.unit if caller.unit is not None else unit
    coverage = state.coverages.get(number)
    resolve = house.instance.units.resolve
    spelled = () if coverage is None else coverage.units
    found = next((one for one in spelled if wanted is not None and resolve(one) == resolve(wanted.strip())), None)
    if found is None:
        raise NoSuchCoverage(coverage=number)
    return found


def outlet_view(state: p.Partners, partner: str) -> OutletView:
    """Return an outlet with its offers. Raises ``NoSuchPartner``."""
    held = state.outlets.get(partner)
    if held is None:
        raise NoSuchPartner(partner=partner)
    profile = held.profile
    return OutletView(
        partner=partner,
        name=profile.name,
        level=profile.level,
        formats=list(profile.formats),
        wants=list(profile.wants),
        embargo_minutes=profile.embargo_minutes,
        webhook=profile.webhook,
        contact=profile.contact,
        suspended=held.suspended,
        offers=[
            {
                "offer": one.number,
                "material": one.material,
                "digest": one.digest,
                "offered_at": one.offered.at,
                "embargo_until": one.embargo_until,
                "taken_at": None if one.taken is None else one.taken.at,
                "format": one.format,
            }
            for one in state.offers.values()
            if one.partner == partner
        ],
    )


def coverage_view(coverage: p.Coverage, day: date) -> CoverageView:
    """Return a coverage with its responses; ``late`` are the units whose response is overdue on a day."""
    return CoverageView.model_validate(
        {
            "coverage": coverage.number,
            "partner": coverage.partner,
            "offer": coverage.offer,
            "material": coverage.material,
            "aired_at": coverage.aired_at,
            "programme": coverage.programme,
            "format": coverage.format,
            "units": list(coverage.units),
            "response_due": coverage.response_due,
            "owing": list(coverage.owing()),
            "late": list(coverage.late(day)),
            "responses": [{"unit": one.unit, "at": one.at.at, "text": one.text} for one in coverage.responses],
        },
    )


def report_document(house: Hangfeng, first: date, last: date) -> dict[str, Any]:
    """Return the report of coverage from a day to a day. Raises the problem ``invalid-input``."""
    if not 0 <= (last - first).days <= REPORT_DAYS_MAX:
        raise fault(
            "invalid-input",
            f"截止日须不早于起始日，且不超过 {REPORT_DAYS_MAX} 天 / "
            f"the last day comes after the first, at most {REPORT_DAYS_MAX} days later",
            field="last",
        )
    found: CoverageReport = house.partners.report(first, last, today(house), house.instance.units)
    return {
        "first": found.first,
        "last": found.last,
        "outlets": [{name: getattr(line, name) for name in line.__slots__} for line in found.outlets],
        "units": [{name: getattr(line, name) for name in line.__slots__} for line in found.units],
        "coverages": [coverage_view(one, today(house)).model_dump() for one in found.coverages],
    }


def deliveries_document(
    house: Hangfeng, state: DeliveryState | None, partner: str | None, cursor: int | None, limit: int
) -> dict[str, Any]:
    """Return a page of deliveries, the newest first."""
    found = house.deliveries.page(state=state, partner=partner, before=cursor, limit=limit + 1)
    more = len(found) > limit
    items = [delivery_json(one) for one in found[:limit]]
    counts = {state.value: count for state, count in house.deliveries.counts().items()}
    return {"items": items, "next": found[limit - 1].number if more else None, "counts": counts}


def withdrawals_document(house: Hangfeng) -> WithdrawalList:
    """Return the latest withdrawals, the latest first, and which outlets were told."""
    return WithdrawalList(
        items=[
            WithdrawalView(
                batch=one.withdrawal.batch,
                title=one.withdrawal.title,
                item=one.withdrawal.item,
                cause=one.withdrawal.cause,
                at=one.withdrawal.at.astimezone(house.instance.zone),
                position=one.withdrawal.position,
                outlets=[
                    ToldView(
                        partner=told.partner,
                        name=told.name,
                        state=told.state,
                        at=None if told.at is None else told.at.astimezone(house.instance.zone),
                    )
                    for told in one.outlets
                ],
            )
            for one in told_of_withdrawals(house.log, house.deliveries)
        ]
    )


def delivery_json(delivery: Delivery) -> dict[str, Any]:
    """Return a delivery as plain values."""
    return {name: getattr(delivery, name) for name in delivery.__slots__}


def exposure_view(held: x.Exposure, *, public: bool = False) -> ExposureView:
    """Return a batch; for the public without who approved it, without what is withdrawn, and without matters."""
    items = held.shown if public else tuple(held.items.values())
    return ExposureView(
        batch=held.batch,
        scope=held.scope,
        title=held.title,
        status=held.status,
        approved_by=None if public else held.approved_by,
        published_at=None if held.published is None else held.published.at,
        withdrawn=held.withdrawn,
        digest=held.digest,
        items=[
            {"item": one.number, "unit": one.unit, "words": one.words}
            | ({} if public else {"complaint": one.complaint, "withdrawn": one.withdrawn})
            for one in items
        ],
    )


async def _record(house: Hangfeng, decide: Callable[[p.Partners], tuple[p.PartnerFact, ...]]) -> bool:
    return await asyncio.to_thread(house.partners.record, decide)
