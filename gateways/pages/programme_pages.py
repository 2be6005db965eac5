"""The producer's pages (节目工作台): editions and episodes, and one episode with its run-down, calls and promises."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import date
from typing import Final

from domain.programme.commitments import STANDING_CHINESE, Standing
from domain.programme.events import ITEM_CHINESE, LEVEL_CHINESE, OUTCOME_CHINESE, ItemKind, Outcome, StationLevel
from domain.programme.state import CALL_CHINESE, SEAT_CHINESE, STATUS_CHINESE, EpisodeStatus
from gateways.pages.console_pages import Reader
from gateways.pages.public_pages import EditionLink
from gateways.pages.rendering import Site, render

STANDING_TONES: Final = {
    Standing.OPEN: "",
    Standing.AWAITING_CHECK: "tag-warning",
    Standing.OVERDUE: "tag-bad",
    Standing.KEPT: "tag-good",
    Standing.KEPT_LATE: "tag-warning",
    Standing.BROKEN: "tag-bad",
}


@dataclass(frozen=True, slots=True)
class Refused:
    """Why the last step was refused; ``again`` is what was sent, where it would be taken with its words masked."""

    zh: str
    again: tuple[tuple[str, str], ...] = ()


@dataclass(frozen=True, slots=True)
class NextEpisode:
    """What the form to schedule an episode is filled with: the latest episode's hour and stations, a week later.

    ``stations`` are as the API gives them; ``airs_on`` is ``None`` where there is no episode yet, ``source`` where no
    run-down can be taken over.
    """

    episode: str = ""
    airs_on: date | None = None
    airs_at: str = "09:00"
    minutes: int = 60
    stations: tuple[object, ...] = ()
    source: str | None = None


@dataclass(frozen=True, slots=True)
class ProgrammePage:
    """Editions and episodes; ``episodes`` are as ``GET /api/v1/programme`` gives them."""

    reader: Reader
    editions: tuple[EditionLink, ...]
    episodes: tuple[object, ...]
    next_href: str | None
    today: date
    may_prepare: bool
    refused: Refused | None = None
    next: NextEpisode = field(default_factory=NextEpisode)


@dataclass(frozen=True, slots=True)
class EpisodeSheet:
    """One episode as the API gives it, and which verbs the reader may do; ``refused`` says why the last was refused.

    ``source`` is the episode whose run-down it can take over.
    """

    reader: Reader
    episode: object
    queue: object
    echo: object
    may: frozenset[str]
    today: date
    refused: Refused | None = None
    source: str | None = None


def render_programme(page: ProgrammePage, site: Site) -> str:
    """Return the list of editions and episodes."""
    return render("console_programme.html", site, page=page, **_words())


def render_episode(page: EpisodeSheet, site: Site) -> str:
    """Return one episode."""
    return render("console_episode.html", site, page=page, episode=page.episode, **_words())


def _words() -> dict[str, object]:
    return {
        "levels": LEVEL_CHINESE,
        "level_values": tuple(StationLevel),
        "item_words": ITEM_CHINESE,
        "item_kinds": tuple(ItemKind),
        "outcome_words": OUTCOME_CHINESE,
        "outcomes": tuple(Outcome),
        "statuses": STATUS_CHINESE,
        "seat_words": SEAT_CHINESE,
        "call_words": CALL_CHINESE,
        "standings": STANDING_CHINESE,
        "tones": STANDING_TONES,
        "scheduled": EpisodeStatus.SCHEDULED,
        "cancelled": EpisodeStatus.CANCELLED,
    }
