"""The console's page of the score ledger (工作台：考核台账), read-only: a unit's people see their own entries."""

from __future__ import annotations

import asyncio
from typing import Final
from urllib.parse import urlencode

from pydantic import ValidationError
from starlette.requests import Request
from starlette.responses import Response

from gateways.http.caller import caller_of, house_of
from gateways.http.console import reader_of
from gateways.http.problems import of_validation
from gateways.http.scores import EntriesAsked, entries_page
from gateways.http.sites import page, site_of
from gateways.pages.score_pages import ScoreFilters, ScoresPage, render_scores, score_line

SCORES_PATH: Final = "/console/scores"
_ASKED: Final = ("quarter", "unit", "state")


async def scores_page(request: Request) -> Response:
    """Return a page of the ledger for who is signed in."""
    house, caller = house_of(request), caller_of(request)
    query = {name: value.strip() for name, value in request.query_params.items() if value.strip()}
    try:
        asked = EntriesAsked.model_validate({**query, **({"state": [query["state"]]} if "state" in query else {})})
    except ValidationError as error:
        raise of_validation(error.errors(include_url=False, include_input=False)) from None
    found, following = await asyncio.to_thread(entries_page, house, caller, asked)
    zone = house.instance.zone
    shown = ScoresPage(
        reader=reader_of(caller),
        lines=tuple(score_line(one, zone) for one in found),
        filters=ScoreFilters(**{name: query.get(name, "") for name in _ASKED}),
        next_href=None if following is None else f"{SCORES_PATH}?{urlencode({**query, 'cursor': following})}",
    )
    return page(render_scores(shown, site_of(request)))
