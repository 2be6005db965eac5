"""Matters of every sort for the relay: each fact there is, with a canary in each of its texts, and what may be told."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import replace
from typing import get_args
from uuid import UUID

from domain.complaint import events as e
from domain.complaint.events import ComplaintFact
from domain.facts import Fact
from domain.identity import UNITS_STREAM
from domain.units import UnitPlaced
from domain.words import ComplaintKind
from services.log.port import FACTS_PER_REQUEST_MAX, Append
from services.log.sqlite_log import SqliteLog
from tests.replay.exemplars import exemplar

CANARY = "样本 sample"
"""What ``exemplar`` writes into every text of every fact, the actor's name and nested ones too."""

NUMBER = "13987654321"
UNIT = "江北区城管局"
SUBJECT = "subject-of-canaries"

ENDERS = (e.TransferredToDiscipline, e.PublicationWithdrawn)
INNER = (
    *(e.RegistrationCorrected, e.SupplementRequested, e.SupplementReceived, e.FollowUpAttempted, e.RatingInvited),
    *(e.RatingReceived, e.ReplyShared, e.ReturnRequested, e.ReturnApproved, e.ReturnRefused, e.CoUnitAdded),
    *(e.SubDispatched, e.ExtensionRequested, e.ExtensionRefused, e.ReplySubmitted, e.ReplySentBack, e.ReplyApproved),
    *(e.TerminationRequested, e.TerminationRefused, e.Archived, e.Urged, e.Supervised, e.FindingRecorded),
    *(e.MeasureCompleted, e.DeadlineWarned, e.DeadlineMissed, e.IncompleteReplyFromLedger, e.HandoverOwed),
    *(e.HandedOver, e.MeasureAdded, e.ReworkWaived),
)
"""Facts of the offices among themselves, said here a second time on purpose: a test is no test of itself."""

EVERY: tuple[type[Fact], ...] = tuple(sorted(get_args(ComplaintFact), key=lambda cls: cls.__name__))
COURSE = tuple(cls for cls in EVERY if cls not in (*ENDERS, e.ComplaintRegistered))
TOLD_IN_COURSE = sum(cls not in INNER for cls in COURSE)


def stream(number: int) -> UUID:
    return UUID(int=(1 << 64) + number)


def filled(cls: type[Fact], **values: object) -> Fact:
    """A fact of a class with the canary in each text, all under one subject, since sealing is not what is tried."""
    fact = exemplar(cls)
    if cls is e.Reclassified:
        values = {"old": ComplaintKind.HELP, "new": ComplaintKind.REPORT, **values}
    if hasattr(fact, "subject"):
        values["subject"] = SUBJECT
    if hasattr(fact, "reporter_number"):
        values["reporter_number"] = NUMBER
    return replace(fact, **values)  # type: ignore[arg-type]


def registered(kind: ComplaintKind, *, confidential: bool = False) -> Fact:
    return filled(e.ComplaintRegistered, kind=kind, confidential=confidential)


def public_matter() -> list[Fact]:
    named = filled(e.Dispatched, unit=UNIT)
    return [registered(ComplaintKind.HELP), named, *(filled(cls) for cls in COURSE)]


TOLD_OF_PUBLIC = 2 + TOLD_IN_COURSE


def withheld_matters() -> list[list[Fact]]:
    """Matters that are told about never, or, once told about, no more; each with a course of facts besides."""
    rest = [filled(cls) for cls in COURSE[:10]]
    accusation = [registered(ComplaintKind.ACCUSATION), *rest]
    confidential = [registered(ComplaintKind.HELP, confidential=True), *rest]
    begun = [registered(ComplaintKind.COMPLAINT), *rest]
    return [accusation, confidential, *([*begun, filled(cls), *rest] for cls in ENDERS)]


def append(log: SqliteLog, first: int, matters: Sequence[list[Fact]]) -> int:
    """Append matters in streams of their own, facts of several mixed, and return how many facts that was."""
    facts = 0
    for requests in _requests(first, matters):
        log.append(requests)
        facts += sum(len(one.facts) for one in requests)
    return facts


def append_to(log: SqliteLog, number: int, facts: list[Fact]) -> None:
    """Append facts to a matter that stands already."""
    log.append([Append(stream(number), len(log.read_stream(stream(number))), tuple(facts))])


def _requests(first: int, matters: Sequence[list[Fact]], share: int = 7) -> Iterator[list[Append]]:
    """Some facts of each matter in turn, so that streams interleave as they do in life."""
    assert share <= FACTS_PER_REQUEST_MAX
    for start in range(0, max(map(len, matters)), share):
        yield [
            Append(stream(first + number), start, tuple(facts[start : start + share]))
            for number, facts in enumerate(matters)
            if facts[start : start + share]
        ]


def place_unit(log: SqliteLog) -> None:
    fact = replace(exemplar(UnitPlaced), unit=UNIT)  # type: ignore[call-arg]
    log.append([Append(UNITS_STREAM, len(log.read_stream(UNITS_STREAM)), (fact,))])
