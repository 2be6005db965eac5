"""What may not stand in the words of an episode: whatever identifies somebody, and the name of anybody who called.

The anonymiser judges them as it judges the words of the bulletin: what it would mask is refused, stretch by stretch,
unless it is asked to mask it, or another person than the writer let the stretch stand.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import replace
from typing import Final

from domain.programme import commands as c
from domain.programme.events import ITEM_CHINESE
from domain.programme.refusals import SaysWhoCalled
from domain.programme.said import reworded, said_in, standing_words
from domain.programme.state import Episode
from domain.units import UnitRegistry
from services.redaction.masking import mask
from services.redaction.published import identifying
from services.redaction.spans import CHINESE_KINDS, Care, Kind

FIELDS_CHINESE: Final[Mapping[str, str]] = {
    "episode": "期次",
    "theme": "主题",
    "stations": "播出台",
    "station": "播出台",
    "reason": "原因",
    "unit": "单位",
    "units": "上线单位",
    "post": "职务",
    "title": "标题",
    "text": "承诺内容",
    "proof": "佐证",
}
"""What a field is called on the producer's page."""


def masked_wish(wish: c.EpisodeWish, callers: Collection[str]) -> c.EpisodeWish:
    """Return a wish with its words masked; what was changed is not any more as a person has read it."""
    made = reworded(wish, lambda _, text: mask(text, callers, care=Care.LIKELY).text)
    if isinstance(made, c.MakeCommitment | c.ReportOutcome) and made != wish:
        return replace(made, as_written=False)
    return made


def with_slots_for_all(wish: c.TakeOver, callers: Collection[str]) -> c.TakeOver:
    """Return a wish in which a title that tells who somebody is has become the one of its kind.

    What was let stand in the episode that it was written for stands, by whomever but who takes it over.
    """
    let_stand = _let_stand(wish.source, wish.by.name)

    def told(title: str) -> bool:
        return not (identifying(title, let_stand=let_stand) or _callers_in(title, callers))

    slots = tuple(one if told(one.title) else replace(one, title=ITEM_CHINESE[one.kind]) for one in wish.slots)
    return replace(wish, slots=slots)


def hold_to_nobody(
    state: Episode | None, wish: c.EpisodeWish, episode: str, callers: Collection[str], units: UnitRegistry
) -> None:
    """Refuse words of a wish that identify somebody. Raises ``SaysWhoCalled``.

    Let stand are the words that the episode holds already, registered units, whoever sits in the studio, and what
    another person than the writer let stand.
    """
    told = standing_words(state) if state is not None else frozenset()
    let_stand = state.names_on_air | _let_stand(state, wish.by.name) if state is not None else frozenset[str]()
    reference = (("episode", episode),) if state is None else ()
    for field, text in (*reference, *said_in(wish)):
        if text in told or (field in {"unit", "units"} and units.knows(text)):
            continue
        found = (*identifying(text, let_stand=let_stand), *_callers_in(text, callers))
        if found:
            name_zh = FIELDS_CHINESE[field]
            raise SaysWhoCalled(field=field, name=field, name_zh=name_zh, found="、".join(dict.fromkeys(found)))


def _let_stand(state: Episode, writer: str) -> frozenset[str]:
    return frozenset(one.said for one in state.let_stand if one.by != writer)


def _callers_in(text: str, callers: Collection[str]) -> list[str]:
    """Name the callers that a text names, in the words of ``identifying``; a name of one character is no evidence."""
    named = ((name, text.find(name)) for name in sorted(callers) if len(name) > 1)
    return [f"{CHINESE_KINDS[Kind.PERSON]}“{name}”({at}–{at + len(name)})" for name, at in named if at >= 0]
