"""The console's page of media partners: outlets, offers, coverages, dead letters, and exposures that await approval."""

from __future__ import annotations

import asyncio
from typing import TYPE_CHECKING, Final

from starlette.requests import Request
from starlette.responses import RedirectResponse, Response

from domain.facts import Actor
from domain.partners.exposures import ExposureStatus
from domain.refusals import Refusal
from domain.words import CHINESE
from gateways.http.caller import caller_of, house_of, moment, today
from gateways.http.console import reader_of, same_site
from gateways.http.partners import coverage_view, deliveries_document, exposure_view, outlet_view, withdrawals_document
from gateways.http.problems import fault
from gateways.http.sites import page, site_of
from gateways.http.uploads import reading_form, texts_of
from gateways.pages.partner_pages import OfferLine, PartnersPage, render_partners
from services.access import Action, allowed, roles_for
from services.media.deliveries import DeliveryState

if TYPE_CHECKING:
    from gateways.app import Hangfeng

PARTNERS_PATH: Final = "/console/partners"
LINES_MAX: Final = 20
"""How many offers, coverages and dead letters stand on the page, the latest first; the API gives all."""

FIELDS: Final = ("verb", "number", "batch")
_VERBS: Final = {
    "replay": Action.REPLAY_DELIVERIES,
    "replay-all": Action.REPLAY_DELIVERIES,
    "approve": Action.APPROVE_EXPOSURE,
    "publish": Action.APPROVE_EXPOSURE,
}
MAY_SEND: Final = roles_for(Action.REPLAY_DELIVERIES) | roles_for(Action.APPROVE_EXPOSURE)


async def partners_page(request: Request) -> Response:
    """Return how things stand with the outlets, for who is signed in."""
    return await _page(request, None)


async def send_step(request: Request) -> Response:
    """Replay dead letters, approve or publish a batch; 303 to the page, or the page again with the reason."""
    same_site(request)
    house, caller = house_of(request), caller_of(request)
    async with reading_form(request, house) as form:
        texts = texts_of(form)
    action = _VERBS.get(texts.get("verb", ""))
    if action is None:
        raise fault("invalid-input", "没有这一操作 / there is no such verb", field="verb")
    if not allowed(caller.role, action):
        raise fault("role-not-allowed", f"{CHINESE[caller.role]}不能执行该操作 / this role may not do that")
    try:
        await asyncio.to_thread(_do, house, caller, texts)
    except Refusal as refusal:
        return await _page(request, refusal.zh, 409)
    return RedirectResponse(PARTNERS_PATH, status_code=303)


def _do(house: Hangfeng, caller: Actor, texts: dict[str, str]) -> None:
    batch = texts.get("batch", "")
    match texts["verb"]:
        case "replay":
            number = texts.get("number", "")
            if not (number.isascii() and number.isdecimal()):
                raise fault("invalid-input", "须为投递的编号 / it must be the number of a delivery", field="number")
            # Beyond what SQLite counts there is no delivery either.
            house.deliveries.replay(house.clock(), min(int(number[:19]), 2**63 - 1))
        case "replay-all":
            house.deliveries.replay(house.clock())
        case "approve":
            house.exposures.approve(batch, caller, moment(house, None))
        case _:
            house.exposures.publish(batch, caller, moment(house, None))


async def _page(request: Request, refused: str | None, status: int = 200) -> Response:
    house, caller = house_of(request), caller_of(request)
    shown = await asyncio.to_thread(_shown, house, caller, refused)
    return page(render_partners(shown, site_of(request)), status=status)


def _shown(house: Hangfeng, caller: Actor, refused: str | None) -> PartnersPage:
    state, day = house.partners.standing(), today(house)
    outlets = tuple(outlet_view(state, code) for code in sorted(state.outlets))
    names = {one.partner: one.name for one in outlets}
    zone = house.instance.zone
    aired = {one.offer for one in state.coverages.values()}
    offers = [
        OfferLine(
            outlet=names[one.partner],
            material=one.material,
            offered_at=one.offered.at.astimezone(zone),
            embargo_until=one.embargo_until.astimezone(zone),
            embargoed=house.clock() < one.embargo_until,
            taken_at=None if one.taken is None else one.taken.at.astimezone(zone),
            format=one.format,
            aired=one.number in aired,
        )
        for one in reversed(state.offers.values())
    ]
    coverages = sorted(state.coverages.values(), key=lambda one: (one.aired_at, one.number), reverse=True)
    batches = []
    if allowed(caller.role, Action.READ_EXPOSURES):
        batches = [exposure_view(one) for one in reversed(house.exposures.standing().values())]
    waiting = (ExposureStatus.DRAFTED, ExposureStatus.APPROVED)
    return PartnersPage(
        reader=reader_of(caller),
        outlets=outlets,
        names=names,
        offers=tuple(offers[:LINES_MAX]),
        offers_count=len(offers),
        coverages=tuple(coverage_view(one, day) for one in coverages[:LINES_MAX]),
        coverages_count=len(coverages),
        zone=zone,
        courier=house.courier(),
        dead=tuple(deliveries_document(house, DeliveryState.DEAD, None, None, LINES_MAX)["items"]),
        pending=tuple(one for one in batches if one.status in waiting),
        batches=tuple(one for one in batches if one.status not in waiting),
        withdrawals=tuple(withdrawals_document(house).items[:LINES_MAX]),
        reads_exposures=allowed(caller.role, Action.READ_EXPOSURES),
        may_replay=allowed(caller.role, Action.REPLAY_DELIVERIES),
        may_approve=allowed(caller.role, Action.APPROVE_EXPOSURE),
        refused=refused,
    )
