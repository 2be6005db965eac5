"""The registry of outlets as it is kept: facts appended to its stream, and the report of what was covered."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from datetime import date, datetime, tzinfo
from typing import cast

from domain.bulletin.events import BulletinFact, Scope
from domain.bulletin.state import fold
from domain.facts import Actor, Moment, Recorded
from domain.identity import bulletin_stream
from domain.partners import outlets as p
from domain.partners.exposures import EXPOSURES_STREAM, ExposureFact, exposures_after
from domain.partners.refusals import MaterialNotPublic
from domain.units import UnitRegistry
from services.log.deciding import Writer, append_decided
from services.log.port import Log

BULLETIN = "bulletin:"
EXPOSURE = "exposure:"


Decide = Callable[[p.Partners], tuple[p.PartnerFact, ...]]


@dataclass(frozen=True, slots=True)
class OutletLine:
    """What one outlet did in a span of time: offers it was made, took, and what it aired."""

    partner: str
    name: str
    offered: int
    taken: int
    aired: int


@dataclass(frozen=True, slots=True)
class UnitLine:
    """How often a unit was covered in a span of time, and how it responded; ``late`` are those due and not given."""

    unit: str
    covered: int
    outlets: int
    responses_due: int
    responded: int
    late: int


@dataclass(frozen=True, slots=True)
class CoverageReport:
    """Who took what and when, and how often each unit was covered, from a day to a day."""

    first: date
    last: date
    outlets: tuple[OutletLine, ...]
    units: tuple[UnitLine, ...]
    coverages: tuple[p.Coverage, ...]


class PartnerRegistry:
    """Records what is done with outlets, and reads how they stand."""

    def __init__(self, log: Log, writer: Writer, zone: tzinfo) -> None:
        self._log = log
        self._writer = writer
        self._zone = zone

    def standing(self) -> p.Partners:
        """Return all outlets, offers and coverages."""
        return _standing(self._log.read_stream(p.PARTNERS_STREAM))

    def record(self, decide: Decide) -> bool:
        """Append what a decision comes to; say whether it came to anything.

        Raises ``ChangedMeanwhile``, ``Unstorable``, and the refusals of the decision.
        """

        def follows(history: tuple[Recorded, ...]) -> tuple[p.PartnerFact, ...]:
            return decide(_standing(history))

        return bool(append_decided(self._log, self._writer, p.PARTNERS_STREAM, follows).recorded)

    def offer(
        self, partner: str, material: str, by: Actor, at: Moment, *, embargo_until: datetime | None = None
    ) -> bool:
        """Offer something that is published for the public. Raises ``MaterialNotPublic`` beside what ``offer`` does."""
        digest = self.digest_of(material)
        return self.record(lambda state: p.offer(state, partner, material, digest, by, at, embargo_until=embargo_until))

    def digest_of(self, material: str) -> str:
        """Return the digest of published material. Raises ``MaterialNotPublic``."""
        if material.startswith(BULLETIN):
            period, _, edition = material.removeprefix(BULLETIN).partition("/")
            state = fold(cast("BulletinFact", one.fact) for one in self._log.read_stream(bulletin_stream(period)))
            editions = () if state is None else state.editions
            found = next((one for one in editions if str(one.number) == (edition or "1")), None)
            if found is not None and found.approval.scope is Scope.PUBLIC:
                return found.digest
        if material.startswith(EXPOSURE):
            facts = (cast("ExposureFact", one.fact) for one in self._log.read_stream(EXPOSURES_STREAM))
            held = exposures_after(facts).get(material.removeprefix(EXPOSURE))
            if held is not None and held.public:
                return held.digest
        raise MaterialNotPublic(material=material)

    def report(self, first: date, last: date, today: date, units: UnitRegistry) -> CoverageReport:
        """Return who took what and how often units were covered, by the days on which that happened."""
        state = self.standing()

        def within(instant: datetime) -> bool:
            return first <= instant.astimezone(self._zone).date() <= last

        coverages = sorted(
            (one for one in state.coverages.values() if within(one.aired_at)),
            key=lambda one: (one.aired_at, one.number),
        )
        aired = Counter(one.partner for one in coverages)
        offered = Counter(one.partner for one in state.offers.values() if within(one.offered.at))
        taken = Counter(one.partner for one in state.offers.values() if one.taken is not None and within(one.taken.at))
        outlets = tuple(
            OutletLine(code, held.profile.name, offered[code], taken[code], aired[code])
            for code, held in sorted(state.outlets.items())
        )
        return CoverageReport(first, last, outlets, _by_unit(coverages, today, units), tuple(coverages))


def _by_unit(coverages: list[p.Coverage], today: date, units: UnitRegistry) -> tuple[UnitLine, ...]:
    named: dict[str, list[tuple[p.Coverage, str]]] = {}
    for coverage in coverages:
        # One coverage that names a unit by two spellings covers it once.
        for unit, spelling in {units.resolve(unit) or unit: unit for unit in coverage.units}.items():
            named.setdefault(unit, []).append((coverage, spelling))
    lines = []
    for unit, mine in named.items():
        due = [(one, spelling) for one, spelling in mine if one.response_due is not None]
        lines.append(
            UnitLine(
                unit=unit,
                covered=len(mine),
                outlets=len({one.partner for one, _ in mine}),
                responses_due=len(due),
                responded=sum(any(said.unit == spelling for said in one.responses) for one, spelling in mine),
                late=sum(spelling in one.late(today) for one, spelling in due),
            )
        )
    return tuple(sorted(lines, key=lambda line: (-line.covered, line.unit)))


def _standing(history: Iterable[Recorded]) -> p.Partners:
    return p.partners_after(cast("p.PartnerFact", one.fact) for one in history)
