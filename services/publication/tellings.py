"""What editions of overlapping periods tell of topics, as it was known of them at a position of the log."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import cast

from domain.bulletin.events import BulletinFact, FiguresFrozen, Scope, TopicsTold
from domain.bulletin.name import BulletinName, Subject
from domain.bulletin.state import Bulletin, fold
from domain.identity import bulletin_stream
from domain.periods import MONTHS_IN_YEAR, QUARTERS_IN_YEAR, Month, Period, Quarter, Year
from services.log.port import Log

Recount = Callable[[BulletinName, FiguresFrozen], TopicsTold]
"""Counts again what an edition tells whose freeze did not write it down."""


@dataclass(frozen=True, slots=True)
class Telling:
    """What an edition tells of topics, and of which period."""

    period: Period
    told: TopicsTold


def bulletin_at(log: Log, name: BulletinName, position: int | None = None) -> Bulletin | None:
    """Return a bulletin as it stood at a position, as it stands where none is given."""
    recorded = log.read_stream(bulletin_stream(str(name)))
    return fold(cast("BulletinFact", one.fact) for one in recorded if position is None or one.position <= position)


def names_beside(name: BulletinName) -> tuple[BulletinName, ...]:
    """Return the names of all editions that speak of the same years: the bulletin's own period's, and the one before.

    The first month and quarter of a year, and the year itself, speak of the year before through their changes.
    """
    years = sorted({name.period.year, name.period.previous().year})
    periods = dict.fromkeys(period for year in years for period in _speaking_of(year))
    return tuple(BulletinName(period, name.series) for period in periods)


def _speaking_of(year: int) -> Iterator[Period]:
    yield from (Month(year, number + 1) for number in range(MONTHS_IN_YEAR))
    yield from (Quarter(year, number + 1) for number in range(QUARTERS_IN_YEAR))
    yield Year(year)
    yield from (Month(year + 1, 1), Quarter(year + 1, 1), Year(year + 1))


def tellings_beside(
    log: Log, name: BulletinName, subject: Subject | None, position: int, recount: Recount
) -> tuple[Telling, ...]:
    """Return what other editions on the same matters tell at a position: published ones, and figures to be published.

    What is for the office alone tells nobody anything; of figures not published yet nobody knows for whom they will be.
    """
    found = []
    for other in names_beside(name):
        state = bulletin_at(log, other, position)
        if state is None or state.subject != subject:
            continue
        figures = [edition.frozen for edition in state.editions if edition.approval.scope is not Scope.INTERNAL]
        if not state.published and state.frozen is not None and other != name:
            figures.append(state.frozen)
        for frozen in figures:
            told = frozen.topics if frozen.topics is not None else recount(other, frozen)
            found.append(Telling(other.period, told))
    return tuple(found)
