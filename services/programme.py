"""The programme (节目): what was aired is put on record, once however often told, and put right by telling anew."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import Protocol, cast

from domain.episode import EpisodeHeld
from domain.facts import Recorded
from domain.identity import episode_stream
from domain.refusals import ChangedMeanwhile
from services.log.port import Append, Appended, Log, Request
from services.log.writer import Settled

CONFLICT_RETRIES_MAX = 8
"""How often it is tried again when others record the same episode at the same moment."""


class Writer(Protocol):
    """What the programme asks of the group-commit writer; raises ``LogBusy`` and ``Unstorable``."""

    def append(self, request: Request, /) -> Settled:
        """Hand in a request and wait for it."""


@dataclass(frozen=True, slots=True)
class EpisodeRecorded:
    """An episode as it stands in the log; ``fresh`` is false where it stood so already."""

    recorded: Recorded
    fresh: bool


class Programme:
    """Records episodes."""

    def __init__(self, log: Log, writer: Writer) -> None:
        self._log = log
        self._writer = writer

    def record(self, held: EpisodeHeld) -> EpisodeRecorded:
        """Put an episode on record; told again with other words it is put right, and the last word holds.

        Raises ``ChangedMeanwhile`` where others keep recording the same episode.
        """
        stream = episode_stream(held.episode)
        for _ in range(CONFLICT_RETRIES_MAX):
            standing = self._log.read_stream(stream)
            if standing and _same(cast("EpisodeHeld", standing[-1].fact), held):
                return EpisodeRecorded(standing[-1], fresh=False)
            outcome = self._writer.append(Append(stream, len(standing), (held,)))
            if isinstance(outcome, Appended):
                return EpisodeRecorded(outcome.recorded[0], fresh=True)
        raise ChangedMeanwhile


def _same(standing: EpisodeHeld, told: EpisodeHeld) -> bool:
    """Say whether an episode is told as it stands, by whomever and whenever."""
    return replace(told, by=standing.by, occurred=standing.occurred) == standing
