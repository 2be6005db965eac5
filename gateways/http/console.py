"""The console (工作台): a token typed into a form becomes a cookie that no script and no other site can use.

What stands here is read only; whatever a form sends, signing in and out included, is refused from another site.
"""

from __future__ import annotations

import asyncio
import re
from functools import cache
from typing import TYPE_CHECKING, Final
from urllib.parse import urlencode, urlsplit
from uuid import UUID

from pydantic import ValidationError
from starlette.requests import Request
from starlette.responses import RedirectResponse, Response

from domain.complaint.lifecycle import INNER_STEPS, STEPS
from domain.facts import TOPICS, Actor
from domain.periods import NotAQuarter, Quarter
from domain.words import CHINESE, LegRole, Precision
from gateways.http.caller import CONSOLE_COOKIE, caller_of, house_of, today
from gateways.http.complaints import case_view, clock_view, history_view
from gateways.http.lists import Filters, ListItem, complaints_page
from gateways.http.problems import fault, of_validation
from gateways.http.sites import page, site_of
from gateways.http.unit_pages import page_of_unit
from gateways.http.uploads import reading_form, texts_of
from gateways.http.wire import CaseView, HistoryEntry
from gateways.http.wire import ClockView as WireClock
from gateways.pages.console_pages import (
    CasePage,
    ClockDay,
    ClockView,
    HeldShare,
    HistoryRow,
    Reader,
    SignInPage,
    WorkListFilters,
    WorkListPage,
    WorkRow,
    detail,
    holder_words,
    render_case,
    render_sign_in,
    render_work_list,
)
from gateways.pages.public_pages import DueView
from gateways.pages.rendering import Words
from gateways.pages.unit_pages import UnitSheet, render_unit_page
from services.access import Action, roles_for

if TYPE_CHECKING:
    from gateways.app import Hangfeng

CONSOLE_PATH: Final = "/console"
_SEALED: Final = "（内容已封存）"
_TERM: Final = re.compile(r"\(([\u4e00-\u9fff][^)]*)\)")
_UNREMARKABLE: Final = (("confidential", False),)
_IDS: Final = frozenset({"subject", "contact", "evidence_digest", "leg", "matter_no", "title", "text"})
_LINKS: Final = (
    (CONSOLE_PATH, Words("工作清单", "Work list"), roles_for(Action.READ_COMPLAINTS)),
    (f"{CONSOLE_PATH}/due", Words("到期", "Due"), roles_for(Action.READ_COMPLAINTS)),
    (f"{CONSOLE_PATH}/cards", Words("黄红牌", "Cards"), roles_for(Action.READ_COMPLAINTS)),
    (f"{CONSOLE_PATH}/follow-ups", Words("回访", "Calls"), roles_for(Action.READ_FOLLOW_UPS)),
    (f"{CONSOLE_PATH}/ratings", Words("评议", "Ratings"), roles_for(Action.READ_RATINGS)),
    (f"{CONSOLE_PATH}/programme", Words("节目", "Programme"), roles_for(Action.READ_EPISODES)),
    (f"{CONSOLE_PATH}/partners", Words("媒体", "Partners"), roles_for(Action.READ_PARTNERS)),
)
_OWN_PAGES: Final = frozenset({"same-origin", "none"})
_REFUSED: Final = Words("令牌无效、已过期或已撤销", "The token is unknown, expired or revoked")


async def sign_in_page(request: Request) -> Response:
    """Show the form that asks for a token; an address to hand out, since the console itself answers 401 without one."""
    return page(render_sign_in(SignInPage(next_path=CONSOLE_PATH), site_of(request)))


async def sign_in(request: Request) -> Response:
    """Take a token and keep it in a cookie for this browser's session; 303 to where the reader wanted to go."""
    same_site(request)
    house = house_of(request)
    async with reading_form(request, house) as form:
        texts = texts_of(form)
    secret, wanted = texts.get("token", "").strip(), texts.get("next", CONSOLE_PATH)
    actor = house.access.actor_of(secret)
    if actor is None:
        shown = SignInPage(refused=_REFUSED, next_path=_inside(wanted))
        return page(render_sign_in(shown, site_of(request)), status=401)
    following = _inside(wanted)
    if following == CONSOLE_PATH and actor.role not in roles_for(Action.READ_COMPLAINTS):
        following = next((href for href, _, roles in _LINKS if actor.role in roles), CONSOLE_PATH)
    answer = RedirectResponse(following, status_code=303)
    answer.set_cookie(
        CONSOLE_COOKIE,
        secret,
        path=CONSOLE_PATH,
        secure=request.url.scheme == "https",
        httponly=True,
        samesite="strict",
    )
    return answer


async def sign_out(request: Request) -> Response:
    """Forget the token; 303 to the form."""
    same_site(request)
    answer = RedirectResponse(CONSOLE_PATH, status_code=303)
    answer.delete_cookie(CONSOLE_COOKIE, path=CONSOLE_PATH, httponly=True, samesite="strict")
    return answer


async def work_list(request: Request) -> Response:
    """Return the work list of who is signed in."""
    house, caller = house_of(request), caller_of(request)
    query = {name: value for name, value in request.query_params.items() if value.strip()}
    try:
        filters = Filters.model_validate({**query, **({"state": [query["state"]]} if "state" in query else {})})
    except ValidationError as error:
        raise of_validation(error.errors(include_url=False, include_input=False)) from None
    found = await asyncio.to_thread(complaints_page, house, caller, filters)
    asked = WorkListFilters(**{name: query.get(name, "") for name in ("state", "unit", "q")})
    following = None if found.next is None else f"{CONSOLE_PATH}?{urlencode({**query, 'cursor': found.next})}"
    shown = WorkListPage(reader_of(caller), tuple(_row(item) for item in found.items), asked, today(house), following)
    return page(render_work_list(shown, site_of(request)))


async def case_page(request: Request) -> Response:
    """Return one case with its history and clocks, for who is signed in and may see it."""
    house, caller = house_of(request), caller_of(request)
    try:
        case = UUID(request.path_params["id"])
    except ValueError:
        raise fault("not-found") from None
    shown = await asyncio.to_thread(_case_page, house, caller, case)
    return page(render_case(shown, site_of(request)))


async def unit_page(request: Request) -> Response:
    """Return a unit's page for who is signed in and may see it; the quarter is the present one where none is asked."""
    house, caller = house_of(request), caller_of(request)
    asked = request.query_params.get("quarter", "").strip()
    try:
        quarter = Quarter.parse(asked) if asked else None
    except NotAQuarter as error:
        raise fault("invalid-input", str(error).replace("；", " / "), field="quarter") from None
    found = await asyncio.to_thread(page_of_unit, house, caller, request.path_params["unit"], quarter)
    now = Quarter.of(today(house))
    quarters = tuple(str(one) for one in (now.previous().previous(), now.previous(), now))
    codes = house.instance.rules.conduct_codes_on(found.quarter.last_day)
    sheet = UnitSheet(reader_of(caller), found, today(house), quarters, codes)
    return page(render_unit_page(sheet, site_of(request)))


def _case_page(house: Hangfeng, caller: Actor, case: UUID) -> CasePage:
    view = case_view(house, caller, case)
    clocks = clock_view(house, caller, case)
    legs = [leg for leg in view.legs if leg.role is LegRole.LEAD]
    deadline = view.deadline
    row = WorkRow(
        id=str(view.id),
        receipt_no=view.receipt_no,
        kind=view.kind,
        channel=view.channel,
        state=view.state,
        unit=legs[-1].unit if legs else None,
        title=view.title or _SEALED,
        registered_at=view.registered_at,
        deadline=DueView(deadline.due, deadline.provisional, deadline.from_registration) if deadline else None,
        answered_at=view.answered_at,
        flags=_flags(view),
    )
    return CasePage(
        reader=reader_of(caller),
        row=row,
        today=today(house),
        text=view.text,
        history=tuple(_history_row(entry) for entry in history_view(house, caller, case).items),
        clocks=tuple(_clock(clock) for clock in clocks.clocks if clock.deadline is not None),
        held=tuple(HeldShare(holder_words(share.holder), share.working_minutes or 0) for share in clocks.held),
    )


def sign_in_again(request: Request) -> Response:
    """Return the form for who is not signed in, with the way back to where they wanted to go."""
    return page(render_sign_in(SignInPage(next_path=_inside(request.url.path)), site_of(request)), status=401)


def reader_of(caller: Actor) -> Reader:
    """Return who reads, with the addresses of the pages that their role may open."""
    links = tuple((href, words) for href, words, roles in _LINKS if caller.role in roles)
    return Reader(CHINESE[caller.role], caller.unit, links)


def _row(item: ListItem) -> WorkRow:
    return WorkRow(
        id=str(item.id),
        receipt_no=item.receipt_no,
        kind=item.kind,
        channel=item.channel,
        state=item.state,
        unit=item.unit,
        title=item.title or _SEALED,
        registered_at=item.registered_at,
        deadline=DueView(item.deadline, item.provisional) if item.deadline else None,
        answered_at=item.answered_at,
        flags=tuple(item.flags),
    )


def _flags(view: CaseView) -> tuple[str, ...]:
    flags = {
        "confidential": view.confidential,
        "provisional": view.deadline is not None and view.deadline.provisional,
        "supervised": view.supervision is not None,
        "suspended": view.suspended is not None,
        "publication_withdrawn": view.publication_withdrawn,
    }
    return tuple(name for name, holds in flags.items() if holds)


def _history_row(entry: HistoryEntry) -> HistoryRow:
    return HistoryRow(
        position=entry.position,
        occurred_at=entry.occurred_at,
        recorded_at=entry.recorded_at,
        topic=entry.event,
        words=chinese_of(entry.event),
        actor=entry.by.name,
        role=CHINESE[entry.by.role],
        unit=entry.by.unit,
        details=tuple(detail(name, value) for name, value in entry.data.items() if _is_shown(name, value)),
        day_only=entry.precision is Precision.DAY,
    )


def _is_shown(name: str, value: object) -> bool:
    return isinstance(value, str | int) and value != "" and name not in _IDS and (name, value) not in _UNREMARKABLE


def _clock(clock: WireClock) -> ClockView:
    limit, due = clock.limit, clock.deadline
    assert limit is not None, "a clock with a deadline has the limit that gave it"
    assert due is not None, "asked only of clocks with a deadline"
    return ClockView(
        name=clock.name,
        holder=holder_words(clock.holder),
        rule_edition=clock.rule_edition or "",
        calendar_edition=clock.calendar_edition or "",
        limit_value=limit.value,
        limit_unit=limit.unit,
        started_at=clock.started_at,
        stopped_at=clock.stopped_at,
        deadline=DueView(due, clock.provisional),
        days=tuple(ClockDay(day.date, day.counted, day.why, holder_words(day.holder or "")) for day in clock.days),
        counted_days=clock.counted_days,
    )


@cache
def chinese_of(topic: str) -> str:
    """Return a fact's name in Chinese: the term in its own description, else of the step that leads to it."""
    fact = TOPICS[topic]
    term = _TERM.search(fact.__doc__ or "")
    if term is not None:
        return term[1]
    return next((step.zh for step in (*STEPS, *INNER_STEPS) if fact in step.facts), topic)


def _inside(path: str) -> str:
    """Return a path of the console; whatever else was asked for leads to its first page."""
    inside = path == CONSOLE_PATH or path.startswith(
        (
            f"{CONSOLE_PATH}/complaints/",
            f"{CONSOLE_PATH}/units/",
            f"{CONSOLE_PATH}/scores",
            f"{CONSOLE_PATH}/episodes/",
            f"{CONSOLE_PATH}?",
        )
    )
    inside = inside or path in {href for href, *_ in _LINKS}
    return path if inside and path.isprintable() else CONSOLE_PATH


def same_site(request: Request) -> None:
    """Refuse what another site's page sends in the name of who is signed in here."""
    fetched = request.headers.get("sec-fetch-site")
    if fetched is not None:
        # A page that tells no referrer sends its forms with the origin "null", to its own site too; this says more.
        if fetched not in _OWN_PAGES:
            raise fault("role-not-allowed", "请从本站页面操作 / use this site's own page")
        return
    origin = request.headers.get("origin")
    if origin is not None and _host_of(origin) != request.url.netloc:
        raise fault("role-not-allowed", "请从本站页面操作 / use this site's own page")


def _host_of(origin: str) -> str:
    try:
        return urlsplit(origin).netloc
    except ValueError:
        return ""
