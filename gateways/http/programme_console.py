"""The producer's pages: what the API gives, as pages; what is sent from them goes the way of the API's own verbs.

A form goes back to its page (303); where the rules say no, the page comes again with the reason. A form that is sent
twice from the same page does its work once.
"""

from __future__ import annotations

import asyncio
import re
from datetime import date
from hashlib import sha256
from typing import TYPE_CHECKING, Final
from urllib.parse import quote, urlencode

import orjson
from pydantic import ValidationError
from starlette.requests import Request
from starlette.responses import RedirectResponse, Response

from domain.facts import Actor
from domain.programme.refusals import SaysWhoCalled
from domain.programme.structure import next_day
from domain.refusals import Refusal
from domain.words import CHINESE, Role
from gateways.http.bulletins import public_links
from gateways.http.caller import caller_of, house_of, today
from gateways.http.console import reader_of, same_site
from gateways.http.problems import fault, of_validation
from gateways.http.programme import (
    BY_VERB,
    EPISODES_PER_PAGE_DEFAULT,
    VERBS,
    EpisodeVerb,
    cached,
    detail_of,
    echo_list,
    echo_of,
    latest_of,
    packed,
    page_of,
    queue_of,
    source_of,
    take,
    told_of,
)
from gateways.http.sites import page, site_of
from gateways.http.table import HTML
from gateways.http.uploads import reading_form, texts_of
from gateways.pages.programme_pages import (
    EpisodeSheet,
    NextEpisode,
    ProgrammePage,
    Refused,
    render_episode,
    render_programme,
)
from gateways.programme_packs import form_for
from services.access import Action, allowed, roles_for
from services.programme_pack_forms import FORMS, MEDIA, SUFFIXES

if TYPE_CHECKING:
    from gateways.app import Hangfeng

PROGRAMME_PATH: Final = "/console/programme"
EPISODE_PATH: Final = "/console/episodes"
STATIONS_ON_FORM: Final = 3
_NUMBERED: Final = re.compile(r"(?P<name>.*?)(?P<year>20[0-9]{2})-(?P<number>[0-9]+)")
FIELDS: Final = tuple(
    sorted(
        {name for verb in VERBS for name in verb.body.model_fields if name != "stations"}
        | {"verb", "version", "episode"}
        | {f"{field}_{number}" for field in ("station", "level") for number in range(1, STATIONS_ON_FORM + 1)}
    )
)
MAY_SEND: Final = frozenset[Role]().union(*(roles_for(verb.action) for verb in VERBS))
"""Every role that may do any verb on an episode; which one it may do is asked again of the verb."""


async def programme_page(request: Request) -> Response:
    """Return editions and episodes for who is signed in."""
    return await _programme(request, None)


async def _programme(request: Request, refused: Refused | None, status: int = 200) -> Response:
    house, caller = house_of(request), caller_of(request)
    cursor = request.query_params.get("cursor") or None
    found = await asyncio.to_thread(page_of, house, cursor, EPISODES_PER_PAGE_DEFAULT, None)
    editions = await asyncio.to_thread(public_links, house)
    following = None if found.next is None else f"{PROGRAMME_PATH}?{urlencode({'cursor': found.next})}"
    shown = ProgrammePage(
        reader=reader_of(caller),
        editions=editions,
        episodes=tuple(found.items),
        next_href=following,
        today=today(house),
        may_prepare=allowed(caller.role, Action.RECORD_EPISODE),
        refused=refused,
        next=await asyncio.to_thread(_next_of, house, today(house)),
    )
    text = render_programme(shown, site_of(request))
    return cached(request, text.encode(), HTML) if status == 200 else page(text, status=status)  # noqa: PLR2004


def _next_of(house: Hangfeng, now: date) -> NextEpisode:
    """Return what the form is filled with: a programme of every week comes a week later, and never in the past."""
    latest = latest_of(house)
    if latest is None:
        return NextEpisode()
    day = next_day(latest.airs_on, now)
    usual = NextEpisode()
    return NextEpisode(
        episode=reference_after(latest.episode, day),
        airs_on=day,
        airs_at=latest.airs_at or usual.airs_at,
        minutes=latest.minutes or usual.minutes,
        stations=tuple(latest.stations[:STATIONS_ON_FORM]),
        source=source_of(house),
    )


def reference_after(reference: str, day: date) -> str:
    """Return the reference that follows one that ends in its year and number, such as ``xf-2026-05``; else ``""``."""
    found = _NUMBERED.fullmatch(reference)
    if found is None:
        return ""
    year, number = int(found["year"]), found["number"]
    following = int(number) + 1 if year == day.year else 1
    return f"{found['name']}{day.year}-{following:0{len(number)}d}"


async def episode_page(request: Request) -> Response:
    """Return one episode for who is signed in."""
    return await _episode(request, request.path_params["episode"], None)


async def _episode(request: Request, episode: str, refused: Refused | None, status: int = 200) -> Response:
    house, caller = house_of(request), caller_of(request)
    shown = await asyncio.to_thread(_sheet, house, caller, episode, refused)
    text = render_episode(shown, site_of(request))
    return cached(request, text.encode(), HTML) if status == 200 else page(text, status=status)  # noqa: PLR2004


def _sheet(house: Hangfeng, caller: Actor, episode: str, refused: Refused | None) -> EpisodeSheet:
    told = told_of(house, episode)
    return EpisodeSheet(
        reader=reader_of(caller),
        episode=detail_of(told),
        queue=queue_of(house, caller, told),
        echo=echo_list(*echo_of(house, episode)),
        may=frozenset(one.verb for one in VERBS if allowed(caller.role, one.action)),
        today=today(house),
        refused=refused,
        source=source_of(house, episode),
    )


async def pack_file(request: Request) -> Response:
    """Return an episode's pack in the form that is asked for, PDF where none is."""
    house, caller = house_of(request), caller_of(request)
    form = request.query_params.get("format", "pdf")
    if form not in FORMS:
        raise fault("invalid-input", f"可用 one of {'、'.join(FORMS)}", field="format")
    episode = request.path_params["episode"]

    def formed() -> bytes:
        return form_for(house, packed(house, caller, episode), form)

    answer = cached(request, await asyncio.to_thread(formed), MEDIA[form])
    answer.headers["Content-Disposition"] = f"inline; filename*=UTF-8''{quote(episode, safe='')}{SUFFIXES[form]}"
    return answer


async def send_schedule(request: Request) -> Response:
    """Schedule an episode from the form, with or without the last run-down; 303 to its page, or the list again."""
    same_site(request)
    house, caller = house_of(request), caller_of(request)
    async with reading_form(request, house) as form:
        texts = texts_of(form)
    episode = texts.get("episode", "").strip()
    try:
        verb = BY_VERB["take-over" if texts.get("verb") == "take-over" else "schedule"]
        await asyncio.to_thread(_do, house, caller, verb, episode, texts)
    except Refusal as refusal:
        return await _programme(request, _refused(refusal, texts), 409)
    return _to(episode)


async def send_step(request: Request) -> Response:
    """Do one verb on an episode from a form; 303 to its page, or the page again with the reason."""
    same_site(request)
    house, caller = house_of(request), caller_of(request)
    async with reading_form(request, house) as form:
        texts = texts_of(form)
    verb = BY_VERB.get(texts.get("verb", ""))
    if verb is None:
        raise fault("invalid-input", "没有这一操作 / there is no such verb", field="verb")
    if not allowed(caller.role, verb.action):
        raise fault("role-not-allowed", f"{CHINESE[caller.role]}不能{verb.zh} / this role may not {verb.en}")
    episode = request.path_params["episode"]
    try:
        await asyncio.to_thread(_do, house, caller, verb, episode, texts)
    except Refusal as refusal:
        if await asyncio.to_thread(house.programme.load, episode) is None:
            raise
        return await _episode(request, episode, _refused(refusal, texts), 409)
    return _to(episode)


def _refused(refusal: Refusal, texts: dict[str, str]) -> Refused:
    """Return what the page says; words that identify somebody can be sent again as they are, to be masked."""
    again = {**texts, "mask": "true"} if isinstance(refusal, SaysWhoCalled) and "mask" not in texts else {}
    return Refused(refusal.zh, tuple(again.items()))


def _do(house: Hangfeng, caller: Actor, verb: EpisodeVerb, episode: str, texts: dict[str, str]) -> None:
    said: dict[str, object] = {name: value for name, value in texts.items() if name in verb.body.model_fields}
    if "stations" in verb.body.model_fields and (stations := _stations(texts)):
        said["stations"] = stations
    try:
        body = verb.body.model_validate(said)
    except ValidationError as error:
        raise of_validation(error.errors(include_url=False, include_input=False)) from None
    # The version that the page showed: the same form from the same page is the same request.
    sent = orjson.dumps(texts, option=orjson.OPT_SORT_KEYS)
    version = texts.get("version")
    cause = house.casework.request_key(f"page-{version}-{hash_of(sent)}", caller, verb.verb, sent) if version else None
    take(house, caller, verb, episode, body, cause)


def hash_of(sent: bytes) -> str:
    """Return what tells one form from another in a key."""
    return sha256(sent).hexdigest()[:16]


def _stations(texts: dict[str, str]) -> list[dict[str, str]]:
    named = (
        (texts.get(f"station_{number}", "").strip(), texts.get(f"level_{number}", "city"))
        for number in range(1, STATIONS_ON_FORM + 1)
    )
    return [{"name": name, "level": level} for name, level in named if name]


def _to(episode: str) -> Response:
    return RedirectResponse(f"{EPISODE_PATH}/{quote(episode, safe='')}", status_code=303)
