"""People's own ratings (自主评议): invitations, the page behind a token, the same as an API, and the report of signs.

A device is known by a cookie of this page alone, an address by where the call came from; both are kept as keyed
digests, and only to tell stuffing.
"""

from __future__ import annotations

import asyncio
import secrets
from datetime import date
from typing import TYPE_CHECKING, Annotated, Final
from uuid import UUID

from fastapi import Query
from pydantic import AwareDatetime, BaseModel, ConfigDict, Field, TypeAdapter, ValidationError
from starlette.requests import Request
from starlette.responses import Response

from domain import refusals
from domain.figures.rating_signs import SIGN_CHINESE, Sign, Thresholds
from domain.words import Satisfaction
from gateways.http.bodies import Body, Code, Instant, Name, OptionalText
from gateways.http.caller import Caller, House, IdempotencyKey, cause_of, house_of, moment, see, today
from gateways.http.limiter import caller_key
from gateways.http.lists import Word, follow, pages_of_a_cursor
from gateways.http.problems import fault, of_refusal
from gateways.http.sites import page, site_of
from gateways.http.uploads import reading_form, texts_of
from gateways.pages.public_pages import FieldError
from gateways.pages.rating_pages import RatePage, RateValues, render_rate, render_rated
from gateways.pages.rendering import NoticePage, Words, render_notice
from services.ratings import RatingSent, rating_report, ratings_behind

if TYPE_CHECKING:
    from gateways.app import Hangfeng
    from services.ratings import RatingListed

DEVICE_COOKIE: Final = "hangfeng_rater"
RATE_PATH: Final = "/rate"
RATINGS_DEFAULT: Final = 500
RATINGS_MAX: Final = 5_000
_DEVICE_BYTES: Final = 16
_DEVICE_CHARACTERS_MAX: Final = 64
_DEVICE_SECONDS: Final = 90 * 24 * 3600
_TOO_MANY: Final = "尝试次数过多，请稍后再试 / too many attempts; please try again later"


class InvitationBody(Body):
    """Whom to invite how: ``means`` is by what the link goes to the person (短信、微信…)."""

    means: Code = "短信"


class RatingInvitation(BaseModel):
    """What goes to the person; the token is shown this once, and its path is the page to open."""

    id: UUID
    token: str
    path: str = Field(examples=["/rate/1K7-9Q7M4K2QX90A7M4K"])
    expires_at: AwareDatetime


class RatingBody(Body):
    """What a person says of the answer (评议)."""

    token: Name
    solved: bool
    satisfaction: Satisfaction
    cause: Code | None = None
    remark: OptionalText | None = None


class RatingReceipt(BaseModel):
    """That a rating was taken in, and of which matter."""

    receipt_no: str
    solved: bool
    satisfaction: Satisfaction
    rated_at: AwareDatetime


class RatingFilters(BaseModel):
    """Which ratings are wanted: those given between two days, both inside, and of these all or only what is odd."""

    model_config = ConfigDict(extra="forbid", populate_by_name=True)

    from_: date | None = Field(default=None, alias="from", description="评议日期起（含），缺省为本年初")
    to: date | None = Field(default=None, description="评议日期止（含），缺省为今天")
    suspicious: bool = Field(default=False, description="只看有异常迹象的")
    known_at: Instant | None = Field(default=None, description="只计此刻以前已记录的 / what was on record by then")
    cursor: Word | None = Field(default=None, description="上一页给出的 next")
    limit: int = Field(default=RATINGS_DEFAULT, ge=1, le=RATINGS_MAX, description="至多几条")


class RatingItem(BaseModel):
    """One rating: what it says, whose answer it rates, and what is odd about it; who rated stands nowhere.

    ``follow_up`` is what ``invalidate-rating`` names it by.
    """

    id: UUID
    receipt_no: str
    follow_up: int
    unit: str | None
    invited_at: AwareDatetime
    rated_at: AwareDatetime
    solved: bool
    satisfaction: Satisfaction
    signs: list[Sign]
    signs_zh: list[str]
    invalidated_at: AwareDatetime | None
    reason: str | None


class RatingReport(BaseModel):
    """A page of the ratings of a period, oldest first; the counts are of all of them, whatever part is listed.

    ``next`` is the cursor of the following page, ``null`` at the end.
    """

    from_: date = Field(serialization_alias="from")
    to: date
    known_at: AwareDatetime | None
    ratings: int
    suspicious: int
    invalidated: int
    items: list[RatingItem]
    next: str | None


async def invite(
    request: Request,
    id: UUID,  # noqa: A002 - the path names it so
    house: House,
    caller: Caller,
    body: InvitationBody,
    key: IdempotencyKey = None,
) -> RatingInvitation:
    """Invite the person of a case to rate the answer; the same key again gives the same token."""
    cause = await cause_of(request, caller, key, f"invite-rating {id}")

    def made() -> RatingInvitation:
        see(house, caller, id)
        given = house.ratings.invite(id, caller, moment(house, None), body.means, cause=cause)
        return RatingInvitation(
            id=id,
            token=given.token,
            path=f"{RATE_PATH}/{given.token}",
            expires_at=given.expires_at.astimezone(house.instance.zone),
        )

    return await asyncio.to_thread(made)


async def rate(
    request: Request,
    house: House,
    caller: Caller,
    body: RatingBody,
    key: IdempotencyKey = None,
) -> RatingReceipt:
    """Take in a rating by its token, which works once."""
    _hold_to_guesses(request)
    sent = RatingSent(**body.model_dump(), address=_address(request))
    cause = await cause_of(request, caller, key, "rate")
    return await _rated(request, house, sent, cause)


async def rate_page(request: Request) -> Response:
    """Show the form behind a token, and give the browser a mark by which this device is told from another."""
    house, token = house_of(request), request.path_params["token"]
    _hold_to_guesses(request)
    try:
        receipt_no = await asyncio.to_thread(house.ratings.standing, token, moment(house, None))
    except refusals.Refusal as refusal:
        return _refused(request, refusal)
    answer = page(render_rate(RatePage(token, receipt_no), site_of(request)))
    return _with_device(request, answer)


async def post_rate_page(request: Request) -> Response:
    """Take the form in, once, and thank the person; or show again what was chosen and what is missing."""
    house, token = house_of(request), request.path_params["token"]
    _hold_to_guesses(request)
    async with reading_form(request, house) as form:
        texts = texts_of(form)
    try:
        body = _RATING.validate_python({**texts, "token": token})
    except ValidationError as error:
        return await _shown_again(request, token, texts, error)
    sent = RatingSent(**body.model_dump(), address=_address(request), device=_device(request))
    try:
        receipt = await _rated(request, house, sent, None)
    except refusals.Refusal as refusal:
        return _refused(request, refusal)
    return page(render_rated(receipt.receipt_no, site_of(request)), status=201)


async def read_ratings(filters: Annotated[RatingFilters, Query()], house: House, caller: Caller) -> RatingReport:  # noqa: ARG001 - the gate let them in
    """Return the ratings of a period and what is odd about them."""
    return await asyncio.to_thread(ratings_report, house, filters)


def ratings_report(house: Hangfeng, filters: RatingFilters) -> RatingReport:
    """Return the ratings of a period; reads the views, so in a thread."""
    zone, settings, day = house.instance.zone, house.settings, today(house)
    first, last = filters.from_ or date(day.year, 1, 1), filters.to or day
    if first > last:
        raise fault("invalid-input", "起始日期晚于截止日期 / from lies after to", field="from")
    thresholds = Thresholds(
        burst_max=settings.rating_burst_max,
        burst_minutes=settings.rating_burst_minutes,
        device_people_max=settings.rating_device_people_max,
        address_people_max=settings.rating_address_people_max,
        fast_seconds=settings.rating_fast_seconds,
    )
    if filters.known_at is not None and filters.known_at > house.clock():
        raise fault("invalid-input", "该时刻在将来 / that instant lies in the future", field="known_at")
    follow(house)
    position = house.log.head().position if filters.known_at is None else house.log.position_at(filters.known_at)
    with house.views.reading() as views:
        listed = rating_report(views, zone, first, last, position, thresholds)
    with pages_of_a_cursor():
        wanted = [one for one in ratings_behind(listed, filters.cursor) if one.signs or not filters.suspicious]
    shown = wanted[: filters.limit]
    return RatingReport(
        from_=first,
        to=last,
        known_at=filters.known_at.astimezone(zone) if filters.known_at is not None else None,
        ratings=len(listed),
        suspicious=sum(bool(one.signs) for one in listed),
        invalidated=sum(one.rating.invalidated is not None for one in listed),
        items=[_item(house, one) for one in shown],
        next=shown[-1].cursor if len(wanted) > len(shown) else None,
    )


_RATING: Final = TypeAdapter(RatingBody)


async def _rated(request: Request, house: Hangfeng, sent: RatingSent, cause: str | None) -> RatingReceipt:
    try:
        taken = await asyncio.to_thread(house.ratings.rate, sent, moment(house, None), cause=cause)
    except refusals.RatingTokenUnknown:
        request.app.state.guesses.failed(caller_key(request))
        raise
    return RatingReceipt(
        receipt_no=taken.receipt_no,
        solved=sent.solved,
        satisfaction=sent.satisfaction,
        rated_at=taken.recorded[0].fact.occurred.at.astimezone(house.instance.zone),
    )


def _hold_to_guesses(request: Request) -> None:
    """Who tried too many tokens that are none has to wait."""
    guesses = request.app.state.guesses
    if not guesses.allowed(caller_key(request)):
        raise fault("too-many-requests", _TOO_MANY, headers={"Retry-After": str(guesses.window_seconds)})


def _refused(request: Request, refusal: refusals.Refusal) -> Response:
    if isinstance(refusal, refusals.RatingTokenUnknown):
        request.app.state.guesses.failed(caller_key(request))
    problem = of_refusal(refusal)
    zh, _, en = problem.title.partition(" / ")
    shown = NoticePage(Words(zh, en), Words(refusal.zh, refusal.en))
    return page(render_notice(shown, site_of(request)), status=problem.status)


async def _shown_again(request: Request, token: str, texts: dict[str, str], error: ValidationError) -> Response:
    house = house_of(request)
    try:
        receipt_no = await asyncio.to_thread(house.ratings.standing, token, moment(house, None))
    except refusals.Refusal as refusal:
        return _refused(request, refusal)
    findings = error.errors(include_url=False, include_input=False)
    errors = tuple(
        FieldError(str(one["loc"][0]) if one["loc"] else "", _WORDS.get(one["type"], _CHECK)) for one in findings
    )
    names = ("solved", "satisfaction", "cause", "remark")
    values = RateValues(**{name: texts.get(name, "") for name in names})
    return page(render_rate(RatePage(token, receipt_no, values, errors), site_of(request)), status=422)


_CHECK: Final = Words("请检查这一项", "Please check this")
_WORDS: Final = {
    "missing": Words("请选择一项", "Please choose one"),
    "enum": Words("请选择一项", "Please choose one"),
    "bool_parsing": Words("请选择一项", "Please choose one"),
    "string_too_long": Words("内容过长，请精简", "Too long; please shorten it"),
}


def _address(request: Request) -> str | None:
    return request.client.host if request.client else None


def _device(request: Request) -> str | None:
    mark = request.cookies.get(DEVICE_COOKIE, "")
    return mark if 0 < len(mark) <= _DEVICE_CHARACTERS_MAX else None


def _with_device(request: Request, answer: Response) -> Response:
    if _device(request) is None:
        answer.set_cookie(
            DEVICE_COOKIE,
            secrets.token_hex(_DEVICE_BYTES),
            max_age=_DEVICE_SECONDS,
            path=RATE_PATH,
            secure=request.url.scheme == "https",
            httponly=True,
            samesite="strict",
        )
    return answer


def _item(house: Hangfeng, listed: RatingListed) -> RatingItem:
    zone, rating = house.instance.zone, listed.rating
    return RatingItem(
        id=rating.complaint,
        receipt_no=listed.receipt_no,
        follow_up=rating.follow_up,
        unit=rating.unit,
        invited_at=rating.invited.astimezone(zone),
        rated_at=rating.rated.astimezone(zone),
        solved=rating.solved,
        satisfaction=rating.satisfaction,
        signs=list(listed.signs),
        signs_zh=[SIGN_CHINESE[sign] for sign in listed.signs],
        invalidated_at=rating.invalidated.astimezone(zone) if rating.invalidated else None,
        reason=rating.reason,
    )
