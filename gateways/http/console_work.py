"""The console's desks: whom to call, ratings that look odd, what falls due, and yellow and red cards.

A form does what the API's verb does, with the same body, the same rules and the same refusals.
"""

from __future__ import annotations

import asyncio
from collections.abc import Mapping
from typing import TYPE_CHECKING, Any, Final, TypeVar
from urllib.parse import urlencode
from uuid import UUID

from pydantic import BaseModel, ValidationError
from starlette.requests import Request
from starlette.responses import RedirectResponse, Response

from domain.complaint.lifecycle import STEPS
from domain.facts import Actor
from domain.identity import position_of_receipt
from domain.refusals import Refusal
from gateways.http.bodies import VERB_BODIES
from gateways.http.caller import caller_of, house_of
from gateways.http.complaints import take_step_on
from gateways.http.console import CONSOLE_PATH, reader_of, same_site
from gateways.http.due import DueAsked, OverdueAsked, due_document, overdue_document, warned_clocks
from gateways.http.follow_ups import CallFilters, call_of, calls_page
from gateways.http.problems import fault, of_validation
from gateways.http.ratings import RatingFilters, ratings_report
from gateways.http.sites import page, site_of
from gateways.http.uploads import reading_form, texts_of
from gateways.pages.console_work_pages import (
    CallForm,
    CallListPage,
    CardsPage,
    DuePage,
    RatingsPage,
    render_calls,
    render_cards,
    render_due,
    render_ratings,
)
from gateways.pages.rendering import Words
from services.access import roles_for

if TYPE_CHECKING:
    from gateways.app import Hangfeng

CALLS_PATH: Final = f"{CONSOLE_PATH}/follow-ups"
RATINGS_PATH: Final = f"{CONSOLE_PATH}/ratings"
DUE_PATH: Final = f"{CONSOLE_PATH}/due"
CARDS_PATH: Final = f"{CONSOLE_PATH}/cards"
ITEMS_MAX: Final = 50
"""How many lines one page of a desk holds."""

WARNED_CURSOR: Final = "warned"
"""By which name the page of cards is asked for the following yellow ones."""

CALL_FIELDS: Final = ("reached", "means", "outcome", "solved", "satisfaction", "cause", "remark")
_STEPS: Final = {step.verb: step for step in STEPS}
_Asked = TypeVar("_Asked", bound=BaseModel)


async def calls(request: Request) -> Response:
    """Show whom to call, or on whom to decide, the longest waiting first."""
    house, caller = house_of(request), caller_of(request)
    filters = _asked(request, CallFilters, limit=ITEMS_MAX)
    found = await asyncio.to_thread(calls_page, house, caller, filters)
    titles = [one.id for one in found.items if one.title is not None]
    await asyncio.to_thread(house.access.record_reads, caller, titles, "title (call list)")
    shown = CallListPage(
        reader=reader_of(caller),
        stage=filters.stage,
        items=tuple(found.items),
        may_record=caller.role in roles_for("follow-up"),
        done=_receipt(request),
        next_href=_following(request, CALLS_PATH, found.next),
    )
    return page(render_calls(shown, site_of(request)))


async def record_call(request: Request) -> Response:
    """Put an attempt, or what the person said, on record; 303 back to the list, or the form again."""
    same_site(request)
    house, caller, case = house_of(request), caller_of(request), _case(request)
    texts = await _texts(request, house)
    item = await asyncio.to_thread(call_of, house, caller, case)
    form = CallForm(values={name: texts.get(name, "") for name in CALL_FIELDS})
    kept = (
        ("means", "outcome")
        if texts.get("reached") == "false"
        else ("means", "solved", "satisfaction", "cause", "remark")
    )
    said = {name: texts[name] for name in ("reached", *kept) if name in texts}
    wrong = await _taken(house, caller, case, "follow-up", said)
    if not wrong:
        return _back(CALLS_PATH, item.receipt_no)
    shown = CallListPage(
        reader=reader_of(caller),
        stage=CallFilters().stage,
        items=(item,),
        may_record=True,
        form=CallForm(form.values, wrong),
    )
    return page(render_calls(shown, site_of(request)), status=422)


async def ratings(request: Request) -> Response:
    """Show ratings of a period with what is odd about them; those with a sign alone unless all are asked for."""
    house, caller = house_of(request), caller_of(request)
    every = request.query_params.get("every") == "yes"
    filters = _asked(request, RatingFilters, limit=ITEMS_MAX, suspicious=not every)
    return await _ratings_page(request, house, caller, filters, every=every)


async def invalidate(request: Request) -> Response:
    """Let a rating count no more, with its reason; 303 back to the list, or the list with what is wrong."""
    same_site(request)
    house, caller, case = house_of(request), caller_of(request), _case(request)
    texts = await _texts(request, house)
    said: dict[str, str] = {name: texts[name] for name in ("reason", "follow_up") if name in texts}
    wrong = await _taken(house, caller, case, "invalidate-rating", said)
    if not wrong:
        return _back(RATINGS_PATH, texts.get("receipt_no", ""))
    filters = RatingFilters(limit=ITEMS_MAX, suspicious=True)
    return await _ratings_page(request, house, caller, filters, every=False, wrong=wrong)


async def due(request: Request) -> Response:
    """Show what falls due today, tomorrow or this week, by unit and case by case."""
    house, caller = house_of(request), caller_of(request)
    asked = _asked(request, DueAsked, limit=ITEMS_MAX)
    found = await asyncio.to_thread(due_document, house, caller, asked)
    shown = DuePage(
        reader=reader_of(caller),
        today=found.today,
        within=asked.within,
        unit=asked.unit or "",
        units=tuple(found.units),
        items=tuple(found.items),
        next_href=_following(request, DUE_PATH, found.next),
    )
    return page(render_due(shown, site_of(request)))


async def cards(request: Request) -> Response:
    """Show the red cards that stand, the longest overdue first, and the yellow ones of all that stands warned."""
    house, caller = house_of(request), caller_of(request)
    return await _cards_page(request, house, caller)


async def urge(request: Request) -> Response:
    """Urge whoever holds a case; 303 back to the cards, or the cards with what is wrong."""
    same_site(request)
    house, caller, case = house_of(request), caller_of(request), _case(request)
    texts = await _texts(request, house)
    wrong = await _taken(house, caller, case, "urge", {"note": texts["note"]} if "note" in texts else {})
    if not wrong:
        return _back(CARDS_PATH, texts.get("receipt_no", ""))
    return await _cards_page(request, house, caller, wrong=wrong)


async def _ratings_page(
    request: Request,
    house: Hangfeng,
    caller: Actor,
    filters: RatingFilters,
    *,
    every: bool,
    wrong: Mapping[str, Words] | None = None,
) -> Response:
    report = await asyncio.to_thread(ratings_report, house, filters)
    shown = RatingsPage(
        reader=reader_of(caller),
        report=report,
        every=every,
        may_invalidate=caller.role in roles_for("invalidate-rating"),
        wrong=wrong or {},
        done=_receipt(request),
        next_href=_following(request, RATINGS_PATH, report.next),
    )
    return page(render_ratings(shown, site_of(request)), status=422 if wrong else 200)


async def _cards_page(
    request: Request, house: Hangfeng, caller: Actor, *, wrong: Mapping[str, Words] | None = None
) -> Response:
    asked = OverdueAsked(limit=ITEMS_MAX) if wrong else _asked(request, OverdueAsked, limit=ITEMS_MAX)
    red = await asyncio.to_thread(overdue_document, house, caller, asked)
    behind = request.query_params.get(WARNED_CURSOR)
    yellow, warned = await asyncio.to_thread(warned_clocks, house, caller, asked.unit, ITEMS_MAX, behind)
    shown = CardsPage(
        reader=reader_of(caller),
        today=red.today,
        unit=asked.unit or "",
        red=tuple(red.items),
        yellow=yellow,
        may_urge=caller.role in roles_for("urge"),
        wrong=wrong or {},
        done=_receipt(request),
        next_href=_following(request, CARDS_PATH, red.next),
        warned_href=_following(request, CARDS_PATH, warned, WARNED_CURSOR),
    )
    return page(render_cards(shown, site_of(request)), status=422 if wrong else 200)


async def _taken(house: Hangfeng, caller: Actor, case: UUID, verb: str, said: Mapping[str, str]) -> dict[str, Words]:
    """Take a step with what a form says, and return what is wrong with it by field; under no name: what was refused."""
    try:
        body = VERB_BODIES[verb].model_validate(said)
    except ValidationError as error:
        return {str(one["loc"][0]) if one["loc"] else "": _words(one) for one in error.errors(include_url=False)}
    try:
        await take_step_on(house, caller, case, _STEPS[verb], body, None)
    except Refusal as refusal:
        return {refusal.field or "": Words(refusal.zh, refusal.en)}
    return {}


_CHOOSE: Final = Words("请填写或选择", "Please fill in or choose")
_WORDS: Final = {
    "missing": _CHOOSE,
    "bool_parsing": _CHOOSE,
    "enum": _CHOOSE,
    "string_too_long": Words("内容过长，请精简", "Too long; please shorten it"),
}


def _words(finding: Mapping[str, Any]) -> Words:
    return _WORDS.get(finding["type"], Words("请检查这一项", "Please check this"))


def _asked(request: Request, model: type[_Asked], **fixed: object) -> _Asked:
    """Read the query that a page of a desk is asked with; what is left empty was not asked. Raises the problem."""
    wanted = {one.alias or name for name, one in model.model_fields.items()} - set(fixed)
    query = {name: value for name, value in request.query_params.items() if value.strip() and name in wanted}
    try:
        return model.model_validate({**query, **fixed})
    except ValidationError as error:
        raise of_validation(error.errors(include_url=False, include_input=False)) from None


async def _texts(request: Request, house: Hangfeng) -> dict[str, str]:
    async with reading_form(request, house) as form:
        return texts_of(form)


def _case(request: Request) -> UUID:
    try:
        return UUID(request.path_params["id"])
    except ValueError:
        raise fault("not-found") from None


def _receipt(request: Request) -> str | None:
    """Return the receipt number that a form's answer came back with; what is none is not shown."""
    said = request.query_params.get("done", "")
    return said if position_of_receipt(said) is not None else None


def _back(path: str, receipt_no: str) -> Response:
    return RedirectResponse(f"{path}?{urlencode({'done': receipt_no})}" if receipt_no else path, status_code=303)


def _following(request: Request, path: str, cursor: str | None, name: str = "cursor") -> str | None:
    kept = {asked: value for asked, value in request.query_params.items() if asked not in {name, "done"}}
    return None if cursor is None else f"{path}?{urlencode({**kept, name: cursor})}"
