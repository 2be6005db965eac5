"""The bulletins of the sample's quarters (示例通报): frozen, shown to the units, approved, published, read out."""

from __future__ import annotations

import tomllib
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime, tzinfo
from functools import cache
from importlib.resources import files

from domain.bulletin.events import Basis, Place
from domain.bulletin.name import BulletinName
from domain.bulletin.state import Bulletin, Status
from domain.facts import Actor, Moment
from domain.words import Role
from services.publication.publication import Publication
from services.sample.city import city

WITHOUT_WAITING = "示例数据，不等候异议期满 / sample data: the time for objections is not waited for"


@dataclass(frozen=True, slots=True)
class SampleWords:
    """A paragraph, typical case or requirement of one edition."""

    section: int
    place: Place
    zh: str
    en: str
    basis: Basis | None


@dataclass(frozen=True, slots=True)
class SampleBulletin:
    """One quarter's edition: its document number and everything in it that is not a figure."""

    quarter: BulletinName
    document_no: str
    words: tuple[SampleWords, ...]


@cache
def sample_bulletins() -> tuple[SampleBulletin, ...]:
    """Return the editions, the first quarter first."""
    raw = tomllib.loads(files(__package__).joinpath("words.toml").read_text("utf-8"))
    return tuple(
        SampleBulletin(
            BulletinName.parse(one["quarter"]),
            one["document_no"],
            tuple(
                SampleWords(
                    word["section"],
                    Place(word["place"]),
                    word["zh"],
                    word["en"],
                    Basis(word["basis"]) if "basis" in word else None,
                )
                for word in one["words"]
            ),
        )
        for one in raw["bulletins"]
    )


def publish_sample(
    publication: Publication,
    clock: Callable[[], datetime],
    zone: tzinfo,
    progress: Callable[[int], None] | None = None,
) -> BulletinName:
    """Bring each quarter's bulletin to its publication, from wherever it stands, and return the last quarter.

    The units are sent their proof, but the days that they have for objections are not waited for: that stands in the
    edition as the reason. Raises what ``Publication`` raises.
    """
    editions = sample_bulletins()
    for done, edition in enumerate(editions, 1):
        _Publishing(publication, clock, zone, edition).complete()
        if progress is not None:
            progress(done)
    return editions[-1].quarter


class _Publishing:
    """One quarter's edition on its way to publication."""

    def __init__(
        self,
        publication: Publication,
        clock: Callable[[], datetime],
        zone: tzinfo,
        edition: SampleBulletin,
    ) -> None:
        staff = city().staff
        self._publication = publication
        self._clock = clock
        self._zone = zone
        self._edition = edition
        self._supervisor = Actor(staff.supervisors[0], Role.SUPERVISOR)
        self._approver = Actor(staff.approvers[0], Role.APPROVER)
        self._producer = Actor(staff.producers[0], Role.PRODUCER)

    def complete(self) -> None:
        """Take every step that is still to be taken; a run that was broken off goes on where it stood."""
        quarter = self._edition.quarter
        state = self._write(self._publication.bulletin(quarter))
        if state is None or state.frozen is None:
            state = self._publication.freeze(quarter, self._supervisor, self._now())
        if not state.published and state.proof is None:
            state = self._publication.proof(quarter, self._supervisor, self._now())
        if not state.published and state.approval is None:
            state = self._publication.approve(
                quarter,
                self._approver,
                self._now(),
                document_no=self._edition.document_no,
                without_proof=WITHOUT_WAITING,
            )
        if not state.published:
            state = self._publication.publish(quarter, self._approver, self._now())
        if state.status is Status.PUBLISHED:
            self._publication.broadcast(quarter, self._producer, self._now(), city().radio)

    def _write(self, state: Bulletin | None) -> Bulletin | None:
        """Give the words that are not given yet."""
        if state is not None and state.approval is not None:
            return state
        given = state.words_count if state is not None else 0
        for words in self._edition.words[given:]:
            state = self._publication.words(
                self._edition.quarter,
                self._supervisor,
                self._now(),
                section=words.section,
                place=words.place,
                zh=words.zh,
                en=words.en,
                basis=words.basis,
                second=self._approver.name if words.place is Place.TYPICAL_CASE else None,
            )
        return state

    def _now(self) -> Moment:
        return Moment(self._clock().astimezone(self._zone))
