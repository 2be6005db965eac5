"""What may not stand in published words, and a typical case drawn from a complaint for people to look at (典型案例)."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from domain.bulletin.refusals import AccusationNeverLeaves, NoTextToTell
from domain.complaint.events import ComplaintRegistered, Reclassified, RegistrationCorrected
from domain.facts import ERASED
from domain.words import ComplaintKind
from services.redaction.masking import find, mask
from services.redaction.spans import CHINESE_KINDS, Care, Masked, Places

if TYPE_CHECKING:
    from collections.abc import Collection, Iterable
    from uuid import UUID

    from domain.complaint.events import ComplaintFact

FOUND_MAX = 20
"""A refusal names so many stretches; the rest are as many more."""


@dataclass(frozen=True, slots=True)
class Draft:
    """A typical case as it might be told: masked, for a person to shorten and a second one to look at."""

    complaint: UUID
    title: Masked
    text: Masked

    def json(self) -> dict[str, Any]:
        """Return plain values for JSON, without anything that was masked."""
        counts = {**self.text.counts()}
        for kind, count in self.title.counts().items():
            counts[kind] += count
        return {
            "complaint": str(self.complaint),
            "title": self.title.text,
            "text": self.text.text,
            "masked": {kind.value: count for kind, count in counts.items() if count},
        }


def identifying(*texts: str | None, places: Places = Places.PUBLIC, let_stand: Collection[str] = ()) -> tuple[str, ...]:
    """Return what the anonymiser would mask in texts, each stretch with its kind and place, for a refusal to name.

    ``let_stand`` are stretches that a second person found to identify nobody.
    """
    named = [
        f"{CHINESE_KINDS[span.kind]}“{text[span.start : span.end]}”({span.start}–{span.end})"
        for text in texts
        if text is not None
        for span in find(text, places=places, care=Care.LIKELY)
        if text[span.start : span.end] not in let_stand
    ]
    more = len(named) - FOUND_MAX
    return tuple(named) if more <= 0 else (*named[:FOUND_MAX], f"…+{more}")


def typical_case(complaint: UUID, facts: Iterable[ComplaintFact]) -> Draft:
    """Return a draft from a complaint's opened facts, corrections taken in; the reporter's own name is masked surely.

    Raises ``AccusationNeverLeaves`` and ``NoTextToTell``.
    """
    title = text = name = ""
    kind: ComplaintKind | None = None
    for fact in facts:
        if isinstance(fact, ComplaintRegistered):
            title, text, name, kind = fact.title, fact.text, fact.reporter_name or "", fact.kind
        elif isinstance(fact, RegistrationCorrected):
            title = title if fact.title is None else fact.title
            text = text if fact.text is None else fact.text
            name = name if fact.reporter_name is None else fact.reporter_name
        elif isinstance(fact, Reclassified):
            kind = fact.new
        if kind is ComplaintKind.ACCUSATION:
            raise AccusationNeverLeaves
    if ERASED in (title, text):
        raise NoTextToTell
    known = () if name == ERASED else (name,)
    strictly = Places.STRICT
    return Draft(complaint, mask(title, known, places=strictly), mask(text, known, places=strictly))
