"""Tracking (查询进度): how one matter stands, for the person who holds its receipt number and query code."""

from __future__ import annotations

import asyncio
import hmac
from typing import TYPE_CHECKING, Final

from starlette.requests import Request
from starlette.responses import Response

from domain.complaint import events
from domain.facts import ERASED, Moment, Recorded
from domain.identity import normal_query_code, position_of_receipt, receipt_no
from domain.words import Precision
from gateways.http.caller import house_of
from gateways.http.limiter import caller_key
from gateways.http.sites import page, site_of
from gateways.http.uploads import reading_form, texts_of
from gateways.pages.progress import public_stage, public_step
from gateways.pages.public_pages import (
    DueView,
    FieldError,
    PublicReply,
    PublicStepView,
    TrackForm,
    TrackPage,
    render_track,
    render_track_form,
)
from gateways.pages.rendering import Words

if TYPE_CHECKING:
    from collections.abc import Sequence

    from domain.timekeeping.deadlines import Deadline
    from gateways.app import Hangfeng

_NOBODY_FOUND: Final = Words("受理编号与查询码不符，请核对后再试", "Receipt number and query code do not fit")
_TOO_MANY: Final = Words("尝试次数过多，请稍后再试", "Too many attempts; please try again later")


async def track_page(request: Request) -> Response:
    """Return the form that asks for receipt number and query code."""
    return page(render_track_form(TrackForm(), site_of(request)))


async def post_track_page(request: Request) -> Response:
    """Return how a matter stands, for who holds its query code; wrong guesses are counted and soon refused."""
    house = house_of(request)
    guesses, who = request.app.state.guesses, caller_key(request)
    async with reading_form(request, house) as sent:
        texts = texts_of(sent)
    written = texts.get("receipt_no", "")
    if not guesses.allowed(who):
        form = TrackForm(written, (FieldError("", _TOO_MANY),))
        return page(
            render_track_form(form, site_of(request)),
            status=429,
            headers={"Retry-After": str(guesses.window_seconds)},
        )
    found = await asyncio.to_thread(_tracked, house, written, texts.get("query_code", ""))
    if found is None:
        guesses.failed(who)
        form = TrackForm(written, (FieldError("query_code", _NOBODY_FOUND),))
        return page(render_track_form(form, site_of(request)), status=422)
    return page(render_track(found, site_of(request)))


def _tracked(house: Hangfeng, written: str, code: str) -> TrackPage | None:
    """Return what the holder of a query code may see, or nothing where number and code do not fit."""
    position = position_of_receipt(written)
    if position is None:
        return None
    at = house.log.read(position - 1, 1, position)
    if not at or not isinstance(at[0].fact, events.ComplaintRegistered):
        return None
    first, zone = at[0], house.instance.zone
    number = receipt_no(first.recorded_at.astimezone(zone).date(), first.position)
    ours = house.casework.query_code(first.stream).encode()
    if "".join(written.split()).upper().replace("-", "") != number.replace("-", ""):
        return None
    if not hmac.compare_digest(normal_query_code(code).encode(), ours):
        return None
    return _track_page(house, number, house.casework.history(first.stream))


def _track_page(house: Hangfeng, number: str, history: Sequence[Recorded]) -> TrackPage | None:
    first = history[0]
    state = house.casework.load(first.stream)
    if state is None or not isinstance(first.fact, events.ComplaintRegistered):
        return None
    zone = house.instance.zone
    shown = [(each, words) for each in history if (words := public_step(type(each.fact))) is not None]
    return TrackPage(
        receipt_no=number,
        kind=state.kind,
        title=first.fact.title,
        registered_at=state.registered.at.astimezone(zone),
        deadline=_due(state.citizen_deadline, house),
        stage=public_stage(state.state),
        steps=tuple(
            PublicStepView(each.fact.occurred.at.astimezone(zone), words, _day_only(each.fact.occurred))
            for each, words in shown
        ),
        replies=_replies(history, house),
    )


def _replies(history: Sequence[Recorded], house: Hangfeng) -> tuple[PublicReply, ...]:
    """Return what was answered and delivered; an answer that waits for review or delivery is nobody's yet."""
    zone = house.instance.zone
    replies: list[PublicReply] = []
    submitted: str | None = None
    for each in history:
        fact = each.fact
        text: str | None = None
        match fact:
            case events.ReplySubmitted():
                submitted = fact.reply
            case events.ReplyDelivered():
                text = submitted
            case (
                events.AnsweredDirectly()
                | events.SharedReplyReceived()
                | events.ReplyCorrected()
                | events.RepliedFromLedger()
            ):
                text = fact.reply
            case _:
                continue
        if text is not None and text != ERASED:
            replies.append(PublicReply(fact.occurred.at.astimezone(zone), text, day_only=_day_only(fact.occurred)))
    return tuple(replies)


def _day_only(occurred: Moment) -> bool:
    return occurred.precision is Precision.DAY


def _due(deadline: Deadline | None, house: Hangfeng) -> DueView | None:
    if deadline is None:
        return None
    return DueView(deadline.due.astimezone(house.instance.zone), deadline.provisional, deadline.from_registration)
