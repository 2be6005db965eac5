"""Everything that can be asked of a complaint: one frozen record a verb, with who asks and when it happened.

``leg`` may be left out: then the leg of the actor's own unit is meant, or the lead leg where the actor has no unit.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from domain.words import (
    Channel,
    ComplaintKind,
    Complexity,
    Finding,
    Satisfaction,
    SupervisionLevel,
    Urgency,
)

if TYPE_CHECKING:
    from datetime import date, datetime
    from uuid import UUID

    from domain.complaint.events import LedgerRow, LetterDates, Measure
    from domain.facts import Actor, Moment
    from domain.timekeeping.deadlines import Deadline


@dataclass(frozen=True, slots=True, kw_only=True)
class Command:
    """A wish: who has it and when what it speaks of happened."""

    by: Actor
    at: Moment


@dataclass(frozen=True, slots=True, kw_only=True)
class Register(Command):
    """Take a matter in (登记)."""

    contact: str
    matter_no: int
    evidence_digest: str
    subject: str
    channel: Channel
    source: str
    source_id: str
    kind: ComplaintKind
    title: str
    text: str
    category: str | None = None
    urgency: Urgency = Urgency.NORMAL
    complexity: Complexity = Complexity.ORDINARY
    confidential: bool = False
    wanted_unit: str | None = None
    programme_ref: str | None = None
    limit_class: str | None = None
    letter: LetterDates | None = None
    attachments: tuple[str, ...] = ()
    reporter_name: str | None = None
    reporter_number: str | None = None
    reporter_address: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class RegisterFromLedger(Command):
    """Take in one row of an existing ledger (导入台账); ``at`` is its registration date."""

    contact: str
    evidence_digest: str
    subject: str
    channel: Channel
    source: str
    source_id: str
    kind: ComplaintKind
    title: str
    text: str
    ledger: LedgerRow
    category: str | None = None
    limit_class: str | None = None
    unit: str | None = None
    replied: Moment | None = None
    reply: str | None = None
    flags: tuple[str, ...] = ()
    reporter_name: str | None = None
    reporter_number: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class CorrectRegistration(Command):
    """Put right what was written down at registration (更正)."""

    reason: str
    title: str | None = None
    text: str | None = None
    category: str | None = None
    wanted_unit: str | None = None
    programme_ref: str | None = None
    reporter_name: str | None = None
    reporter_number: str | None = None
    reporter_address: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Reclassify(Command):
    """Change the kind of the matter (改类别)."""

    kind: ComplaintKind
    cause: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Accept(Command):
    """Accept the matter (受理)."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Refuse(Command):
    """Refuse the matter and tell the proper route (不予受理)."""

    reason: str
    proper_route: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Answer(Command):
    """Answer the person directly (直办)."""

    reply: str
    channel: Channel | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class HandToEmergency(Command):
    """Put the call through to an emergency service: 110, 119, 120 or 122."""

    service: str


@dataclass(frozen=True, slots=True, kw_only=True)
class TransferToDiscipline(Command):
    """Transfer the matter to the discipline organ (移送纪检监察).

    ``barred`` are the accused unit and every unit above it, as the registry of units has them.
    """

    organ: str
    barred: frozenset[str] = frozenset()


@dataclass(frozen=True, slots=True, kw_only=True)
class Withdraw(Command):
    """Take the matter back at the person's wish (撤回)."""

    reason: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Merge(Command):
    """Handle the matter together with another (并单)."""

    into: UUID


@dataclass(frozen=True, slots=True, kw_only=True)
class Unmerge(Command):
    """Undo a merge (撤销并单)."""

    reason: str


@dataclass(frozen=True, slots=True, kw_only=True)
class ShareReply(Command):
    """Give this case's reply to the reporters of merged cases."""

    to: tuple[UUID, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class ReceiveSharedReply(Command):
    """Take the reply of the case that this one was merged into, for this case's own reporter."""

    out_of: UUID
    reply: str
    channel: Channel
    evidence: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Dispatch(Command):
    """Send the matter to its lead unit (派单)."""

    unit: str
    note: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Sign(Command):
    """Sign for a leg (签收)."""

    leg: int | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class RequestReturn(Command):
    """Ask to return a leg (退单申请)."""

    reason: str
    leg: int | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class ApproveReturn(Command):
    """Approve a return (同意退单)."""


@dataclass(frozen=True, slots=True, kw_only=True)
class RefuseReturn(Command):
    """Refuse a return (不同意退单)."""

    reason: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Designate(Command):
    """Name the unit that must handle a disputed matter (指定管辖)."""

    unit: str


@dataclass(frozen=True, slots=True, kw_only=True)
class HandOver(Command):
    """Tell the person where the case goes and pass on what is known (首问移交)."""

    means: str
    note: str
    leg: int | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class MakeFirstContact(Command):
    """Record the first contact with the person (先行联系)."""

    means: str
    leg: int | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class AddCoUnit(Command):
    """Put a second unit beside the lead unit (加派协办)."""

    unit: str


@dataclass(frozen=True, slots=True, kw_only=True)
class SubDispatch(Command):
    """Send a leg on to a unit below (二级派单)."""

    unit: str
    leg: int | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class RequestSupplement(Command):
    """Ask the person for something that is missing (要求补充)."""

    question: str
    leg: int | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class ReceiveSupplement(Command):
    """Record what the person added (补充)."""

    text: str
    attachments: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class RequestExtension(Command):
    """Ask for more time before the deadline (延期申请)."""

    reason: str
    leg: int | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class GrantExtension(Command):
    """Give more time (同意延期)."""


@dataclass(frozen=True, slots=True, kw_only=True)
class RefuseExtension(Command):
    """Refuse more time (不同意延期)."""

    reason: str


@dataclass(frozen=True, slots=True, kw_only=True)
class RecordFinding(Command):
    """Record what the enquiry found and what was done about it (核实, 查纠)."""

    result: Finding
    evidence: str
    conduct_code: str | None = None
    measures: tuple[Measure, ...] = ()
    leg: int | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class AddMeasure(Command):
    """Set a measure after the finding, also once the reply is out (追加整改措施)."""

    code: str
    due: date
    leg: int | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class CompleteMeasure(Command):
    """Report a measure done, with its proof (整改完成)."""

    code: str
    evidence: str
    leg: int | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class SubmitReply(Command):
    """Hand in the answer (答复)."""

    reply: str
    internal_note: str | None = None
    leg: int | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class ApproveReply(Command):
    """Pass the answer (审核通过)."""


@dataclass(frozen=True, slots=True, kw_only=True)
class SendBack(Command):
    """Send the answer back (退回重新答复)."""

    reason: str


@dataclass(frozen=True, slots=True, kw_only=True)
class DeliverReply(Command):
    """Record that the answer reached the person (送达)."""

    evidence: str
    channel: Channel | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class RecordFollowUp(Command):
    """Record a follow-up (回访): not reached with its outcome, or reached with what the person said."""

    means: str
    reached: bool
    outcome: str | None = None
    solved: bool | None = None
    satisfaction: Satisfaction | None = None
    cause: str | None = None
    remark: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class InviteRating(Command):
    """Invite the person to rate the answer themselves (邀请评议).

    ``token`` is the keyed digest of the token that is given out.
    """

    token: str
    means: str
    expires_at: datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class RateAnswer(Command):
    """Rate the answer by an invitation (自主评议); ``token`` is a keyed digest, as are ``address`` and ``device``."""

    token: str
    solved: bool
    satisfaction: Satisfaction
    cause: str | None = None
    remark: str | None = None
    address: str | None = None
    device: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class InvalidateRating(Command):
    """Let a rating count no more (评议作废).

    ``follow_up`` is the version of the follow-up meant; left out, the last of the person's own ratings that counts.
    """

    reason: str
    follow_up: int | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class OrderRework(Command):
    """Order the case to be done again (重办)."""

    reason: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Close(Command):
    """Close the case (办结); ``no_rework_reason`` says why, where the person gave cause for rework."""

    ground: str
    no_rework_reason: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Suspend(Command):
    """Suspend handling on a whitelisted ground (中止)."""

    ground: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Resume(Command):
    """Go on with handling (恢复)."""


@dataclass(frozen=True, slots=True, kw_only=True)
class RequestTermination(Command):
    """Ask to end the case on a stated ground (申请终止)."""

    ground: str
    reason: str
    leg: int | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class GrantTermination(Command):
    """End the case (同意终止)."""


@dataclass(frozen=True, slots=True, kw_only=True)
class RefuseTermination(Command):
    """Let the case go on (不同意终止)."""

    reason: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Reopen(Command):
    """Take a closed case up again (重新办理)."""

    reason: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Archive(Command):
    """Put the file away (归档)."""


@dataclass(frozen=True, slots=True, kw_only=True)
class CorrectReply(Command):
    """Put the reply of a closed case right (更正答复)."""

    reply: str
    cause: str
    answered_on: Moment | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class WithdrawPublication(Command):
    """Take the case out of what is shown in public (撤回公开)."""

    cause: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Urge(Command):
    """Urge whoever holds the case (催办)."""

    note: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Supervise(Command):
    """Take the case under supervision (督办)."""

    level: SupervisionLevel
    note: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class CheckDeadlines(Command):
    """Raise each card that is due at ``at`` and not yet raised (黄牌, 红牌); the clock asks this."""


@dataclass(frozen=True, slots=True, kw_only=True)
class RecomputeDeadline(Command):
    """Let a new deadline follow an old one, say when a year's calendar was published (重新计算期限).

    Nothing follows where ``old`` is given and is no longer the deadline in force: it has to be reckoned anew. ``below``
    are the deadlines that an extended one stands on, the first first: they are put on record before it.
    """

    clock: str
    deadline: Deadline | None
    cause: str
    old: Deadline | None = None
    below: tuple[Deadline, ...] = ()


ComplaintCommand = (
    CorrectRegistration
    | Reclassify
    | Accept
    | Refuse
    | Answer
    | HandToEmergency
    | TransferToDiscipline
    | Withdraw
    | Merge
    | Unmerge
    | ShareReply
    | ReceiveSharedReply
    | Dispatch
    | Sign
    | RequestReturn
    | ApproveReturn
    | RefuseReturn
    | Designate
    | HandOver
    | MakeFirstContact
    | AddCoUnit
    | SubDispatch
    | RequestSupplement
    | ReceiveSupplement
    | RequestExtension
    | GrantExtension
    | RefuseExtension
    | RecordFinding
    | AddMeasure
    | CompleteMeasure
    | SubmitReply
    | ApproveReply
    | SendBack
    | DeliverReply
    | RecordFollowUp
    | InviteRating
    | RateAnswer
    | InvalidateRating
    | OrderRework
    | Close
    | Suspend
    | Resume
    | RequestTermination
    | GrantTermination
    | RefuseTermination
    | Reopen
    | Archive
    | CorrectReply
    | WithdrawPublication
    | Urge
    | Supervise
    | CheckDeadlines
    | RecomputeDeadline
)
"""Every wish about a complaint that stands."""
