"""What of a complaint may be told to everybody (公开事实): for each fact, an explicit list of fields, or silence.

``public_of`` is the one table. It ends in ``assert_never``, so that a new fact reaches nobody before somebody decided
on it. What is told is made of closed words, numbers, times and names of registered units only: no free text stands in
any ``PublicFact``, and so nothing personal can.

A matter that is an accusation, confidential, in the hands of the discipline organ, or withdrawn from publication is
told about no more, for good; whoever was told of it before is told once that it is withheld.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from typing import TYPE_CHECKING, NewType, assert_never

from domain.complaint import events as e
from domain.complaint.clock_names import CITIZEN_CLOCK
from domain.words import Channel, ComplaintKind, Satisfaction, Urgency

if TYPE_CHECKING:
    from domain.complaint.events import ComplaintFact
    from domain.timekeeping.deadlines import Deadline
    from domain.units import UnitRegistry

UnitName = NewType("UnitName", str)
"""The name of a unit as the registry writes it; a spelling that the registry does not know is free text."""

NameUnit = Callable[[str | None], UnitName | None]
"""Gives the registered name of a unit, ``None`` where the registry does not know the spelling."""


@dataclass(frozen=True, slots=True)
class PublicDeadline:
    """A promise as the public may know it: when a thing is due; ``provisional`` where a calendar is not out yet."""

    due: datetime
    provisional: bool


@dataclass(frozen=True, slots=True)
class PublicFact:
    """Something that may be told to everybody."""


@dataclass(frozen=True, slots=True)
class Registered(PublicFact):
    """A matter was taken in (登记)."""

    channel: Channel
    kind: ComplaintKind
    urgency: Urgency
    deadline: PublicDeadline | None


@dataclass(frozen=True, slots=True)
class KindChanged(PublicFact):
    """The kind of a matter was changed (改类别)."""

    kind: ComplaintKind


@dataclass(frozen=True, slots=True)
class Accepted(PublicFact):
    """The hotline accepted the matter (受理)."""


@dataclass(frozen=True, slots=True)
class AcceptanceRefused(PublicFact):
    """The matter is not the hotline's (不予受理)."""


@dataclass(frozen=True, slots=True)
class AnsweredDirectly(PublicFact):
    """The hotline answered the person itself (直办)."""

    channel: Channel


@dataclass(frozen=True, slots=True)
class HandedToEmergency(PublicFact):
    """The call was put through to an emergency service (转接紧急服务)."""


@dataclass(frozen=True, slots=True)
class WithdrawnByReporter(PublicFact):
    """The person took the matter back (撤回)."""


@dataclass(frozen=True, slots=True)
class Merged(PublicFact):
    """The matter is handled together with another (并单)."""


@dataclass(frozen=True, slots=True)
class Unmerged(PublicFact):
    """The matter is handled on its own again (撤销并单)."""


@dataclass(frozen=True, slots=True)
class Dispatched(PublicFact):
    """The matter was sent to its lead unit (派单)."""

    leg: int
    unit: UnitName | None
    deadline: PublicDeadline


@dataclass(frozen=True, slots=True)
class UnitDesignated(PublicFact):
    """A unit was named to handle a disputed matter (指定管辖)."""

    leg: int
    unit: UnitName | None
    deadline: PublicDeadline


@dataclass(frozen=True, slots=True)
class Signed(PublicFact):
    """The unit signed for its leg (签收)."""

    leg: int


@dataclass(frozen=True, slots=True)
class FirstContactMade(PublicFact):
    """The unit spoke with the person for the first time (先行联系)."""

    leg: int


@dataclass(frozen=True, slots=True)
class Extended(PublicFact):
    """More time was given (同意延期)."""

    leg: int
    deadline: PublicDeadline
    citizen_deadline: PublicDeadline | None


@dataclass(frozen=True, slots=True)
class Suspended(PublicFact):
    """The clock was suspended on a whitelisted ground (中止)."""


@dataclass(frozen=True, slots=True)
class Resumed(PublicFact):
    """The clock runs again (恢复)."""


@dataclass(frozen=True, slots=True)
class Terminated(PublicFact):
    """The case was ended on a stated ground (终止)."""


@dataclass(frozen=True, slots=True)
class Answered(PublicFact):
    """The answer reached the person (答复送达)."""

    channel: Channel


@dataclass(frozen=True, slots=True)
class FollowedUp(PublicFact):
    """The person was reached and said whether it is solved and how satisfied they are (回访)."""

    solved: bool
    satisfaction: Satisfaction


@dataclass(frozen=True, slots=True)
class RatingInvalidated(PublicFact):
    """What a follow-up recorded counts no more (评议作废); ``follow_up`` is the ``version`` of that fact."""

    follow_up: int


@dataclass(frozen=True, slots=True)
class ReworkOrdered(PublicFact):
    """The case must be done again (重办), for the ``number``-th time."""

    number: int


@dataclass(frozen=True, slots=True)
class Closed(PublicFact):
    """The case is closed (办结)."""


@dataclass(frozen=True, slots=True)
class Reopened(PublicFact):
    """A closed case was taken up again (重新办理)."""


@dataclass(frozen=True, slots=True)
class AnswerCorrected(PublicFact):
    """The answer of a closed case was put right (更正答复)."""


@dataclass(frozen=True, slots=True)
class DeadlineRecomputed(PublicFact):
    """A new deadline follows an old one (重新计算期限); ``citizen`` says whether it is the one told to the person."""

    citizen: bool
    deadline: PublicDeadline | None


@dataclass(frozen=True, slots=True)
class AssignedFromLedger(PublicFact):
    """An imported ledger names the unit that handled the matter."""

    leg: int
    unit: UnitName | None


@dataclass(frozen=True, slots=True)
class RepliedFromLedger(PublicFact):
    """An imported ledger holds an answer to the matter."""

    leg: int
    unit: UnitName | None


@dataclass(frozen=True, slots=True)
class Withheld(PublicFact):
    """Nothing more is told of this matter; what was told is to be dropped (不再公开). No reason is given."""


PUBLIC_FACTS: dict[type[PublicFact], str] = {
    Registered: "registered",
    KindChanged: "kind_changed",
    Accepted: "accepted",
    AcceptanceRefused: "acceptance_refused",
    AnsweredDirectly: "answered_directly",
    HandedToEmergency: "handed_to_emergency",
    WithdrawnByReporter: "withdrawn_by_reporter",
    Merged: "merged",
    Unmerged: "unmerged",
    Dispatched: "dispatched",
    UnitDesignated: "unit_designated",
    Signed: "signed",
    FirstContactMade: "first_contact_made",
    Extended: "extended",
    Suspended: "suspended",
    Resumed: "resumed",
    Terminated: "terminated",
    Answered: "answered",
    FollowedUp: "followed_up",
    RatingInvalidated: "rating_invalidated",
    ReworkOrdered: "rework_ordered",
    Closed: "closed",
    Reopened: "reopened",
    AnswerCorrected: "answer_corrected",
    DeadlineRecomputed: "deadline_recomputed",
    AssignedFromLedger: "assigned_from_ledger",
    RepliedFromLedger: "replied_from_ledger",
    Withheld: "withheld",
}
"""Every public fact by its class: the word that its type on the wire is made of. It never changes once released."""


STREAMS_DECIDED: dict[str, str] = {
    "bulletin": "published editions and errata of public scope go to a topic of their own",
    "complaint": "fact by fact, in ``public_of``",
    "coverage": "about our records, not about matters: never",
    "episode": "the published edition tells what was aired: never",
    "exposure": "public batches go to media partners, behind a second person's approval; not to Kafka",
    "instance": "never",
    "partner": "between the hotline and an outlet: never",
    "rules": "never",
    "score": "points against units are published in an edition: never by themselves",
    "units": "never; names of units stand in the facts of complaints",
    "vault": "about persons: never",
}
"""What is told of each kind of stream, by the first word of its topics; a test fails on a kind without a decision."""


def registered_name(units: UnitRegistry) -> NameUnit:
    """Return what names a unit by the registry, an alias by the unit that it means."""
    known = {*units.placed, *units.aliases.values(), *(s.new for s in units.successions)}

    def name(spelling: str | None) -> UnitName | None:
        unit = units.resolve(spelling)
        return UnitName(unit) if unit in known else None

    return name


def ends_publicity(fact: ComplaintFact) -> bool:
    """Say whether nothing of the matter may be told from this fact on, the fact itself included."""
    match fact:
        case e.ComplaintRegistered():
            return fact.confidential or fact.kind is ComplaintKind.ACCUSATION
        case e.Reclassified():
            return ComplaintKind.ACCUSATION in {fact.old, fact.new}
        case e.TransferredToDiscipline() | e.PublicationWithdrawn():
            return True
        case _:
            return False


def public_of(fact: ComplaintFact, unit: NameUnit) -> PublicFact | None:  # noqa: PLR0911, PLR0912, C901 - one arm a fact
    """Return what may be told of a fact of a public matter, ``None`` where the fact is the offices' own.

    Whether the matter is public at all is ``ends_publicity``'s to say.
    """
    match fact:
        case e.ComplaintRegistered():
            return Registered(fact.channel, fact.kind, fact.urgency, _deadline(fact.citizen_deadline))
        case e.Reclassified():
            return KindChanged(fact.new)
        case e.Accepted():
            return Accepted()
        case e.AcceptanceRefused():
            return AcceptanceRefused()
        case e.AnsweredDirectly():
            return AnsweredDirectly(fact.channel)
        case e.HandedToEmergency():
            return HandedToEmergency()
        case e.WithdrawnByReporter():
            return WithdrawnByReporter()
        case e.Merged():
            return Merged()
        case e.Unmerged():
            return Unmerged()
        case e.Dispatched():
            return Dispatched(fact.leg, unit(fact.unit), _told(fact.deadline))
        case e.JurisdictionDesignated():
            return UnitDesignated(fact.leg, unit(fact.unit), _told(fact.deadline))
        case e.Signed():
            return Signed(fact.leg)
        case e.FirstContactMade():
            return FirstContactMade(fact.leg)
        case e.ExtensionGranted():
            return Extended(fact.leg, _told(fact.new), _deadline(fact.citizen_new))
        case e.Suspended():
            return Suspended()
        case e.Resumed():
            return Resumed()
        case e.Terminated():
            return Terminated()
        case e.ReplyDelivered() | e.SharedReplyReceived():
            return Answered(fact.channel)
        case e.FollowUpCompleted():
            return FollowedUp(fact.solved, fact.satisfaction)
        case e.RatingInvalidated():
            return RatingInvalidated(fact.follow_up)
        case e.ReworkOrdered():
            return ReworkOrdered(fact.number)
        case e.Closed():
            return Closed()
        case e.Reopened():
            return Reopened()
        case e.ReplyCorrected():
            return AnswerCorrected()
        case e.DeadlineRecomputed():
            return DeadlineRecomputed(fact.clock == CITIZEN_CLOCK, _deadline(fact.new))
        case e.AssignedFromLedger():
            return AssignedFromLedger(fact.leg, unit(fact.unit))
        case e.RepliedFromLedger():
            return RepliedFromLedger(fact.leg, unit(fact.unit))
        case (
            # Handed to the discipline organ or withdrawn from publication: the matter is told about no more at all.
            e.TransferredToDiscipline()
            | e.PublicationWithdrawn()
            # What the person said or was asked besides the matter itself.
            | e.RegistrationCorrected()
            | e.SupplementRequested()
            | e.SupplementReceived()
            | e.FollowUpAttempted()
            | e.RatingInvited()
            | e.RatingReceived()
            # The offices among themselves: disputes, reviews, requests, supervision.
            | e.ReplyShared()
            | e.ReturnRequested()
            | e.ReturnApproved()
            | e.ReturnRefused()
            | e.HandoverOwed()
            | e.HandedOver()
            | e.CoUnitAdded()
            | e.SubDispatched()
            | e.ReworkWaived()
            | e.ExtensionRequested()
            | e.ExtensionRefused()
            | e.ReplySubmitted()
            | e.ReplySentBack()
            | e.ReplyApproved()
            | e.TerminationRequested()
            | e.TerminationRefused()
            | e.Archived()
            | e.Urged()
            | e.Supervised()
            # Findings, corrections and cards are published in an edition, with proof and objection before it, or as
            # an exposure that a second person approved; never by themselves.
            | e.FindingRecorded()
            | e.MeasureAdded()
            | e.MeasureCompleted()
            | e.DeadlineWarned()
            | e.DeadlineMissed()
            # Half a reply is no answer.
            | e.IncompleteReplyFromLedger()
        ):
            return None
        case _:
            assert_never(fact)


def _told(deadline: Deadline) -> PublicDeadline:
    return PublicDeadline(deadline.due, deadline.provisional)


def _deadline(deadline: Deadline | None) -> PublicDeadline | None:
    return None if deadline is None else _told(deadline)
