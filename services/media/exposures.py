"""Exposures as they are kept: facts appended to their stream, and what may not be exposed kept out."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import replace
from typing import Final, cast
from uuid import UUID

from domain.complaint.events import ComplaintFact
from domain.facts import Actor, Moment, Recorded
from domain.partners import exposures as x
from domain.partners.refusals import ExposureTellsWho, MatterNotForExposure
from domain.public_facts import ends_publicity
from domain.refusals import NoSuchComplaint
from services.log.deciding import Writer, append_decided
from services.log.port import Log
from services.redaction.masking import find, mask
from services.redaction.spans import Care

MATTER_TAKEN_BACK: Final = "所涉事项不再公开 / its matter is public no more"
"""Why an item is shown no more that nobody withdrew."""

Decide = Callable[[x.Exposures], tuple[x.ExposureFact, ...]]


class ExposureBook:
    """Records batches of exposures and reads how they stand."""

    def __init__(self, log: Log, writer: Writer) -> None:
        self._log = log
        self._writer = writer

    def standing(self) -> x.Exposures:
        """Return all batches, in the order in which they were begun."""
        return _standing(self._log.read_stream(x.EXPOSURES_STREAM))

    def public(self) -> x.Exposures:
        """Return the batches that everybody may read, without the items whose matter is public no more."""
        return {batch: public_now(self._log, held) for batch, held in self.standing().items() if held.public}

    def record(self, decide: Decide) -> bool:
        """Append what a decision comes to; say whether it came to anything.

        Raises ``ChangedMeanwhile``, ``Unstorable``, and the refusals of the decision.
        """

        def follows(history: tuple[Recorded, ...]) -> tuple[x.ExposureFact, ...]:
            return decide(_standing(history))

        return bool(append_decided(self._log, self._writer, x.EXPOSURES_STREAM, follows).recorded)

    def draft(self, batch: str, scope: x.ExposureScope, title: str, by: Actor, at: Moment) -> bool:
        """Begin a batch under a title that names nobody. Raises ``ExposureTellsWho`` beside what ``draft`` raises."""
        for words in (batch, title):
            _hold_to_nobody(words)
        return self.record(lambda state: x.draft(state, batch, scope, title, by, at))

    def add(self, batch: str, unit: str, words: str, by: Actor, at: Moment, *, complaint: UUID | None = None) -> bool:
        """Put an item into a draft, once its words name nobody and its matter may be told of.

        Raises ``ExposureTellsWho``, ``NoSuchComplaint``, ``MatterNotForExposure`` beside what ``add`` raises.
        """
        for said in (unit, words):
            _hold_to_nobody(said)
        self._hold_public(complaint)
        return self.record(lambda state: x.add(state, batch, unit, words, by, at, complaint=complaint))

    def approve(self, batch: str, by: Actor, at: Moment) -> bool:
        """Approve a batch as a second person; its matters are looked at again. Raises what ``approve`` raises."""
        self._hold_all_public(batch)
        return self.record(lambda state: x.approve(state, batch, by, at))

    def publish(self, batch: str, by: Actor, at: Moment) -> bool:
        """Publish an approved batch; its matters are looked at once more. Raises what ``publish`` raises."""
        self._hold_all_public(batch)
        return self.record(lambda state: x.publish(state, batch, by, at))

    def withdraw(self, batch: str, item: int | None, cause: str, by: Actor, at: Moment) -> bool:
        """Withdraw a published batch or one item of it, for a cause that names nobody: outlets are told it.

        Raises ``ExposureTellsWho`` beside what ``withdraw`` raises.
        """
        _hold_to_nobody(cause)
        return self.record(lambda state: x.withdraw(state, batch, item, cause, by, at))

    def _hold_all_public(self, batch: str) -> None:
        for item in x.find(self.standing(), batch).shown:
            self._hold_public(item.complaint)

    def _hold_public(self, complaint: UUID | None) -> None:
        if complaint is None:
            return
        if not self._log.read_stream(complaint):
            raise NoSuchComplaint
        if not _is_public(self._log, complaint):
            raise MatterNotForExposure


def _hold_to_nobody(words: str) -> None:
    found = find(words, care=Care.LIKELY)
    if found:
        kinds = "、".join(dict.fromkeys(str(span.kind) for span in found))
        raise ExposureTellsWho(found=kinds, masked=mask(words, care=Care.LIKELY).text)


def public_now(log: Log, held: x.Exposure) -> x.Exposure:
    """Return a batch with every item taken back whose matter became confidential, an accusation, or was taken back."""
    return replace(
        held,
        items={
            number: replace(item, withdrawn=MATTER_TAKEN_BACK)
            if item.withdrawn is None and item.complaint is not None and not _is_public(log, item.complaint)
            else item
            for number, item in held.items.items()
        },
    )


def _is_public(log: Log, complaint: UUID) -> bool:
    return not any(ends_publicity(cast("ComplaintFact", one.fact)) for one in log.read_stream(complaint))


def _standing(history: Iterable[Recorded]) -> x.Exposures:
    return x.exposures_after(cast("x.ExposureFact", one.fact) for one in history)
