"""An episode's pack for a caller: cases are opened for their cards, which is recorded, and leave it masked alone."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, cast
from uuid import UUID

from domain.complaint.events import ComplaintFact, ComplaintRegistered, RegistrationCorrected
from domain.complaint.evolve import fold
from domain.facts import ERASED, Actor
from domain.programme.refusals import NoSuchCall
from services.programme import may_air
from services.programme_pack import PackAsked, Told, briefs_of, pack_of
from services.programme_pack_forms import form_of
from services.typesetting.typefaces import found_typefaces

if TYPE_CHECKING:
    from gateways.app import Hangfeng


def pack_for(house: Hangfeng, caller: Actor, episode: str) -> dict[str, Any]:
    """Return an episode's pack; the views must have been brought up to now. Raises ``NoSuchEpisode``."""
    state = house.programme.episode(episode)

    def tell(complaint: UUID) -> Told | None:
        return _told(house, caller, complaint)

    return pack_of(house.log, house.views, state, _asked(house), tell)


def briefs_for(house: Hangfeng, episode: str) -> list[dict[str, Any]]:
    """Return the brief of each unit on air, as plain values. Raises ``NoSuchEpisode``."""
    state = house.programme.episode(episode)
    units = tuple(dict.fromkeys(one.unit for one in state.on_air))
    with house.views.reading() as conn:
        return [one.json() for one in briefs_of(conn, house.log, state, units, _asked(house))]


def _asked(house: Hangfeng) -> PackAsked:
    return PackAsked(house.instance.opened.name, house.clock(), house.instance.zone, house.instance.units)


def form_for(house: Hangfeng, pack: dict[str, Any], form: str) -> bytes:
    """Return a pack in a form, set with the typefaces of this machine. Raises ``KeyError`` and ``NotSet``."""
    return form_of(pack, form, found_typefaces(house.settings.fonts_dir))


def _told(house: Hangfeng, caller: Actor, complaint: UUID) -> Told | None:
    """Open a case for its card; the log is asked, since a view may lag behind what was made confidential."""
    history = house.casework.history(complaint)
    state = fold(cast("ComplaintFact", one.fact) for one in history)
    try:
        state = may_air(state)
    except NoSuchCall:
        return None
    title = text = ""
    name: str | None = None
    for one in history:
        if isinstance(one.fact, ComplaintRegistered):
            title, text, name = one.fact.title, one.fact.text, one.fact.reporter_name
        elif isinstance(one.fact, RegistrationCorrected):
            title, text = one.fact.title or title, one.fact.text or text
            name = one.fact.reporter_name or name
    house.access.record_read(caller, complaint, "case-card")
    reply = state.reply if state.delivered is not None and state.reply != ERASED else None
    return Told(title, text, reply, name)
