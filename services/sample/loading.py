"""Loading the sample (装入示例): through casework as anything else, each step once, however often it is broken off."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from typing import cast

import orjson

from domain.complaint import commands as c
from domain.complaint.commands import ComplaintCommand
from domain.complaint.events import ComplaintRegistered
from domain.identity import episode_stream
from domain.refusals import Refusal
from domain.units import UnitAliased, UnitFact, UnitPlaced, UnitRegistry
from services.casework import Casework, Identity
from services.editions import shipped_rulebook
from services.log.port import Append, Conflict, Log, Request, Unstorable
from services.sample.broadcasts import broadcast_facts
from services.sample.city import city
from services.sample.composing import Sample
from services.sample.course import Entry
from services.sample.timetable import CHINA
from services.unit_registry import record_units

STEPS_TOGETHER_MAX = 64
"""How many steps of different cases are handed in at once, to share a transaction."""

Progress = Callable[[int], None]


class SampleDiffers(Exception):
    """The log holds an earlier sample under the same evidence."""

    def __init__(self) -> None:
        super().__init__(
            "数据目录中已有另一版示例数据，请换一个目录或删除后重试 / "
            "the data directory holds another edition of the sample: choose another directory, or remove this one",
        )


class SampleInFuture(Exception):
    """The machine's clock stands before the sample's last day, and nothing can be recorded before it happens."""

    def __init__(self, last: datetime) -> None:
        super().__init__(
            f"本机时钟早于示例数据的最后一天（{last:%Y-%m-%d}），请校准时钟 / "
            f"this machine's clock stands before the sample's last day ({last:%Y-%m-%d}): set it right",
        )


@dataclass(frozen=True, slots=True)
class Loaded:
    """What a loading did: cases and steps that are new, and steps that were there."""

    cases: int
    steps: int
    already: int


def load_sample(
    log: Log,
    casework: Casework,
    sample: Sample,
    now: datetime,
    progress: Progress | None = None,
) -> Loaded:
    """Record units and episodes, register every case and take every step, in order of time.

    What is there already is left alone, so that a loading that was broken off is completed by the next; a step that
    somebody has overtaken by hand is passed over with the rest of its case. ``progress`` is told how many steps are
    done. Raises ``SampleInFuture`` and ``SampleDiffers``, and what ``Casework`` raises.
    """
    last = max(entry.at for entry in sample.entries)
    if now < last:
        raise SampleInFuture(last)
    record_units(log, lambda standing: _missing_units(sample.units, standing))
    loading = _Loading(log, casework, sample, progress or _silent)
    done = loading.run()
    loading.broadcast(last)
    return done


def _silent(_done: int) -> None:
    """Tell nobody."""


def _missing_units(units: Sequence[UnitFact], standing: UnitRegistry) -> list[UnitFact]:
    return [
        fact
        for fact in units
        if (isinstance(fact, UnitPlaced) and fact.unit not in standing.placed)
        or (isinstance(fact, UnitAliased) and fact.alias not in standing.aliases)
    ]


class _Loading:
    """One run over the sample: which steps stand, and which are left to take."""

    def __init__(self, log: Log, casework: Casework, sample: Sample, progress: Progress) -> None:
        self._log = log
        self._casework = casework
        self._sample = sample
        self._progress = progress
        self._cases = {case.number: case for case in sample.cases}
        self._ids = {
            case.number: casework.complaint_id(casework.identify(case.evidence, b"").contact, case.matter_no)
            for case in sample.cases
        }
        self._overtaken: set[int] = set()
        self._fresh_cases = 0
        self._fresh_steps = 0

    def run(self) -> Loaded:
        """Take every step that does not stand yet, as many together as touch different cases."""
        standing = self._standing()
        left = [entry for entry in self._sample.entries if (entry.case, entry.step) not in standing]
        done = already = len(self._sample.entries) - len(left)
        for wave in _waves(left):
            self._take(wave)
            done += len(wave)
            self._progress(done)
        return Loaded(self._fresh_cases, self._fresh_steps, already)

    def broadcast(self, until: datetime) -> None:
        """Put each episode on record with its calls and promises; one that stands already is left alone."""
        rules = shipped_rulebook(CHINA)
        told = broadcast_facts(city(), self._sample.episodes, self._sample.calls, self._ids, rules, until)
        for episode, facts in told.items():
            self._log.append([Append(episode_stream(episode), 0, facts)])

    def _standing(self) -> set[tuple[int, int]]:
        """Return every step that the log holds, as case and step. Raises ``SampleDiffers``."""
        standing: set[tuple[int, int]] = set()
        registrations = {entry.case: entry for entry in self._sample.entries if entry.step == 0}
        for number, complaint in self._ids.items():
            history = self._casework.history(complaint)
            if not history:
                continue
            first = cast("ComplaintRegistered", history[0].fact)
            if first.evidence_digest != self._identity(registrations[number]).evidence_digest:
                raise SampleDiffers
            own = self._mark(number)
            steps = {one.cause.removeprefix(own) for one in history if one.cause and one.cause.startswith(own)}
            standing.add((number, 0))
            standing.update((number, int(step)) for step in steps)
        return standing

    def _take(self, wave: list[Entry]) -> None:
        """Decide what follows from each step, append it all in one transaction, and redo what others came between."""
        asked = [(entry, request) for entry in wave if (request := self._request(entry)) is not None]
        outcomes = self._log.append([request for _, request in asked]) if asked else []
        for (entry, _), outcome in zip(asked, outcomes, strict=True):
            if isinstance(outcome, Unstorable):
                raise outcome
            if isinstance(outcome, Conflict):
                self._take_alone(entry)
            self._fresh_cases += entry.step == 0
            self._fresh_steps += 1

    def _request(self, entry: Entry) -> Request | None:
        """Return what a step would append; nothing where somebody took its case another way meanwhile."""
        if entry.case in self._overtaken:
            return None
        try:
            if isinstance(entry.command, c.Register):
                return self._casework.registration(self._registration(entry, entry.command))
            wish = self._named(entry.command)
            decision = self._casework.decision(self._ids[entry.case], wish, cause=self._cause(entry))
        except Refusal:
            self._overtaken.add(entry.case)
            return None
        return None if isinstance(decision, tuple) else decision

    def _take_alone(self, entry: Entry) -> None:
        if isinstance(entry.command, c.Register):
            self._casework.register(self._registration(entry, entry.command))
        else:
            wish = self._named(entry.command)
            self._casework.handle(self._ids[entry.case], wish, cause=self._cause(entry))

    def _registration(self, entry: Entry, command: c.Register) -> c.Register:
        who = self._identity(entry)
        return replace(command, contact=who.contact, subject=who.subject, evidence_digest=who.evidence_digest)

    def _identity(self, entry: Entry) -> Identity:
        case, command = self._cases[entry.case], entry.command
        assert isinstance(command, c.Register)
        body = orjson.dumps([command.title, command.text, command.kind, command.at.at])
        return self._casework.identify(case.evidence, body, number=case.telephone, openid=case.openid)

    def _named(self, command: ComplaintCommand) -> ComplaintCommand:
        """Put the real ids of other cases in the place of their stand-ins."""
        if isinstance(command, c.Merge):
            return replace(command, into=self._ids[command.into.int])
        if isinstance(command, c.ShareReply):
            return replace(command, to=tuple(self._ids[one.int] for one in command.to))
        return command

    def _cause(self, entry: Entry) -> str:
        return f"{self._mark(entry.case)}{entry.step}"

    def _mark(self, case: int) -> str:
        return f"sample:{self._sample.edition}:{case}:"


def _waves(entries: list[Entry]) -> Iterator[list[Entry]]:
    """Cut the steps into stretches in which no case comes twice, so that a stretch can be handed in together."""
    wave: list[Entry] = []
    touched: set[int] = set()
    for entry in entries:
        touches = _touched_by(entry)
        if touches & touched or len(wave) >= STEPS_TOGETHER_MAX:
            yield wave
            wave, touched = [], set()
        wave.append(entry)
        touched |= touches
    if wave:
        yield wave


def _touched_by(entry: Entry) -> set[int]:
    match entry.command:
        case c.Merge():
            return {entry.case, entry.command.into.int}
        case c.ShareReply():
            return {entry.case, *(one.int for one in entry.command.to)}
        case _:
            return {entry.case}
