"""Every fact of a complaint, in the order in which a case meets them.

Free text is personal and sealed; kinds, units, reasons by code, deadlines and times stay readable, so that figures
survive an erasure. ``Deadline`` values carry the rule and calendar edition that they were reckoned by.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime
from uuid import UUID

from domain.facts import Fact, Moment, PersonalFact, personal, personal_or_none, topic
from domain.timekeeping.deadlines import Deadline
from domain.words import (
    Channel,
    ComplaintKind,
    Complexity,
    Finding,
    Satisfaction,
    SupervisionLevel,
    Urgency,
)


@dataclass(frozen=True, slots=True)
class LedgerRow:
    """Where an imported fact comes from: file, line and digest of the row, and the run that read it."""

    file: str
    line: int
    digest: str
    run: str


@dataclass(frozen=True, slots=True)
class LetterDates:
    """What a letter's envelope says: registration barcode, postmark, arrival, scan."""

    barcode: str
    postmarked: date | None = None
    received: date | None = None
    scanned: date | None = None


@dataclass(frozen=True, slots=True)
class Measure:
    """A correction that was taken or promised (整改措施): its code, when it is due, whether it is done."""

    code: str
    due: date | None = None
    done: bool = False


# --- registration -----------------------------------------------------------------------------------------------


@topic("complaint.registered.v1")
@dataclass(frozen=True, slots=True, kw_only=True)
class ComplaintRegistered(PersonalFact):
    """A matter was taken in (登记); its citizen deadline is frozen here."""

    contact: str
    matter_no: int
    evidence_digest: str
    channel: Channel
    source: str
    kind: ComplaintKind
    category: str | None = None
    urgency: Urgency = Urgency.NORMAL
    complexity: Complexity = Complexity.ORDINARY
    confidential: bool = False
    wanted_unit: str | None = None
    programme_ref: str | None = None
    limit_class: str | None = None
    citizen_deadline: Deadline | None = None
    acceptance_deadline: Deadline | None = None
    dispatch_deadline: Deadline | None = None
    letter: LetterDates | None = None
    ledger: LedgerRow | None = None
    flags: tuple[str, ...] = ()
    attachments: tuple[str, ...] = ()
    source_id: str = personal()
    title: str = personal()
    text: str = personal()
    reporter_name: str | None = personal_or_none()
    reporter_number: str | None = personal_or_none()
    reporter_address: str | None = personal_or_none()


@topic("complaint.registration_corrected.v1")
@dataclass(frozen=True, slots=True, kw_only=True)
class RegistrationCorrected(PersonalFact):
    """What was written down at registration was put right (更正); a field left ``None`` stays as it was."""

    category: str | None = None
    wanted_unit: str | None = None
    programme_ref: str | None = None
    reason: str = personal()
    title: str | None = personal_or_none()
    text: str | None = personal_or_none()
    reporter_name: str | None = personal_or_none()
    reporter_number: str | None = personal_or_none()
    reporter_address: str | None = personal_or_none()


@topic("complaint.reclassified.v1")
@dataclass(frozen=True, slots=True, kw_only=True)
class Reclassified(Fact):
    """The kind of the matter was changed (改类别); the deadlines that follow stand in facts of their own."""

    old: ComplaintKind
    new: ComplaintKind
    cause: str


@topic("complaint.accepted.v1")
@dataclass(frozen=True, slots=True, kw_only=True)
class Accepted(Fact):
    """The hotline accepted the matter (受理); the clock of acceptance stops."""


@topic("complaint.acceptance_refused.v1")
@dataclass(frozen=True, slots=True, kw_only=True)
class AcceptanceRefused(PersonalFact):
    """The matter is not the hotline's (不予受理): a reason and the proper route are told."""

    proper_route: str
    reason: str = personal()


@topic("complaint.answered_directly.v1")
@dataclass(frozen=True, slots=True, kw_only=True)
class AnsweredDirectly(PersonalFact):
    """The hotline answered the person itself (直办), which delivers the reply and closes the case."""

    channel: Channel
    reply: str = personal()


@topic("complaint.handed_to_emergency.v1")
@dataclass(frozen=True, slots=True, kw_only=True)
class HandedToEmergency(Fact):
    """The call was put through to 110, 119, 120 or 122."""

    service: str


@topic("complaint.transferred_to_discipline.v1")
@dataclass(frozen=True, slots=True, kw_only=True)
class TransferredToDiscipline(Fact):
    """The matter went to the discipline organ (移送纪检监察), the only way out for an accusation."""

    organ: str


@topic("complaint.withdrawn_by_reporter.v1")
@dataclass(frozen=True, slots=True, kw_only=True)
class WithdrawnByReporter(PersonalFact):
    """The person took the matter back (撤回)."""

    reason: str = personal()


# --- merging ----------------------------------------------------------------------------------------------------


@topic("complaint.merged.v1")
@dataclass(frozen=True, slots=True, kw_only=True)
class Merged(Fact):
    """The matter is handled together with another (并单); its own clock runs on."""

    into: UUID


@topic("complaint.unmerged.v1")
@dataclass(frozen=True, slots=True, kw_only=True)
class Unmerged(PersonalFact):
    """The merge was undone (撤销并单); the case stands as it stood before."""

    out_of: UUID
    reason: str = personal()


@topic("complaint.reply_shared.v1")
@dataclass(frozen=True, slots=True, kw_only=True)
class ReplyShared(Fact):
    """The reply of this case was given to the reporters of merged cases."""

    to: tuple[UUID, ...]


@topic("complaint.shared_reply_received.v1")
@dataclass(frozen=True, slots=True, kw_only=True)
class SharedReplyReceived(PersonalFact):
    """The reply of the case that this one was merged into was delivered to this case's own reporter."""

    out_of: UUID
    channel: Channel
    evidence: str = personal()
    reply: str = personal()


# --- dispatch, signature, return --------------------------------------------------------------------------------


@topic("complaint.dispatched.v1")
@dataclass(frozen=True, slots=True, kw_only=True)
class Dispatched(PersonalFact):
    """The matter was sent to its lead unit (派单): one leg, its promise frozen."""

    leg: int
    unit: str
    deadline: Deadline
    sign_deadline: Deadline | None = None
    contact_deadline: Deadline | None = None
    return_deadline: Deadline | None = None
    note: str | None = personal_or_none()


@topic("complaint.signed.v1")
@dataclass(frozen=True, slots=True, kw_only=True)
class Signed(Fact):
    """The unit signed for its leg (签收)."""

    leg: int


@topic("complaint.return_requested.v2")
@dataclass(frozen=True, slots=True, kw_only=True)
class ReturnRequested(PersonalFact):
    """The unit holds that the matter is not its own and asks to return it (退单申请).

    ``decision_deadline`` is by when the office owes its decision: the dispute has a clock of its own. ``None`` where
    the rules set no limit, as in everything that was recorded before there was one.
    """

    leg: int
    decision_deadline: Deadline | None = None
    reason: str = personal()


@topic("complaint.return_approved.v1")
@dataclass(frozen=True, slots=True, kw_only=True)
class ReturnApproved(Fact):
    """The return was approved (同意退单); the leg leaves its unit's figures."""

    leg: int


@topic("complaint.return_refused.v1")
@dataclass(frozen=True, slots=True, kw_only=True)
class ReturnRefused(PersonalFact):
    """The return was refused (不同意退单); the deadline stands."""

    leg: int
    reason: str = personal()


@topic("complaint.jurisdiction_designated.v1")
@dataclass(frozen=True, slots=True, kw_only=True)
class JurisdictionDesignated(Fact):
    """A unit was named to handle a disputed matter (指定管辖); it may not return it."""

    disputed_leg: int
    leg: int
    unit: str
    deadline: Deadline
    sign_deadline: Deadline | None = None
    contact_deadline: Deadline | None = None


@topic("complaint.handover_owed.v1")
@dataclass(frozen=True, slots=True, kw_only=True)
class HandoverOwed(Fact):
    """The unit that answers for the case first was relieved of it and owes its hand-over (首问移交待办)."""

    leg: int
    unit: str
    deadline: Deadline


@topic("complaint.handed_over.v1")
@dataclass(frozen=True, slots=True, kw_only=True)
class HandedOver(PersonalFact):
    """That unit told the person where the case goes and passed on what it knew (先行告知, 移交)."""

    leg: int
    means: str
    note: str = personal()


@topic("complaint.co_unit_added.v1")
@dataclass(frozen=True, slots=True, kw_only=True)
class CoUnitAdded(Fact):
    """A second unit was put beside the lead unit (加派协办)."""

    leg: int
    unit: str
    deadline: Deadline
    sign_deadline: Deadline | None = None


@topic("complaint.sub_dispatched.v1")
@dataclass(frozen=True, slots=True, kw_only=True)
class SubDispatched(Fact):
    """The lead unit sent the matter on to a unit below it (二级派单)."""

    leg: int
    parent_leg: int
    unit: str
    deadline: Deadline
    sign_deadline: Deadline | None = None


# --- handling ---------------------------------------------------------------------------------------------------


@topic("complaint.first_contact_made.v1")
@dataclass(frozen=True, slots=True, kw_only=True)
class FirstContactMade(Fact):
    """The unit spoke with the person for the first time (先行联系)."""

    leg: int
    means: str


@topic("complaint.supplement_requested.v1")
@dataclass(frozen=True, slots=True, kw_only=True)
class SupplementRequested(PersonalFact):
    """The person was asked for something that is missing (要求补充)."""

    leg: int
    question: str = personal()


@topic("complaint.supplement_received.v1")
@dataclass(frozen=True, slots=True, kw_only=True)
class SupplementReceived(PersonalFact):
    """The person gave what was missing (已补充)."""

    leg: int
    attachments: tuple[str, ...] = ()
    text: str = personal()


@topic("complaint.extension_requested.v1")
@dataclass(frozen=True, slots=True, kw_only=True)
class ExtensionRequested(PersonalFact):
    """The unit asked for more time before its deadline (延期申请)."""

    leg: int
    reason: str = personal()


@topic("complaint.extension_granted.v1")
@dataclass(frozen=True, slots=True, kw_only=True)
class ExtensionGranted(Fact):
    """More time was given (同意延期); the earlier deadlines stay on record."""

    leg: int
    old: Deadline
    new: Deadline
    citizen_old: Deadline | None = None
    citizen_new: Deadline | None = None


@topic("complaint.extension_refused.v1")
@dataclass(frozen=True, slots=True, kw_only=True)
class ExtensionRefused(PersonalFact):
    """More time was refused (不同意延期)."""

    leg: int
    reason: str = personal()


@topic("complaint.finding_recorded.v1")
@dataclass(frozen=True, slots=True, kw_only=True)
class FindingRecorded(PersonalFact):
    """What the enquiry found (核实), under which conduct code, and what was done about it (查纠)."""

    leg: int
    result: Finding
    conduct_code: str | None = None
    measures: tuple[Measure, ...] = ()
    evidence: str = personal()


@topic("complaint.measure_added.v1")
@dataclass(frozen=True, slots=True, kw_only=True)
class MeasureAdded(Fact):
    """A measure was set after the finding (追加整改措施), say once the answer was out, with the day it is due."""

    leg: int
    code: str
    due: date


@topic("complaint.measure_completed.v1")
@dataclass(frozen=True, slots=True, kw_only=True)
class MeasureCompleted(PersonalFact):
    """A measure that a finding owes was reported done, with its proof (整改完成)."""

    leg: int
    code: str
    evidence: str = personal()


@topic("complaint.reply_submitted.v1")
@dataclass(frozen=True, slots=True, kw_only=True)
class ReplySubmitted(PersonalFact):
    """The unit handed in its answer (答复): a reply for the person and a note for the office."""

    leg: int
    reply: str = personal()
    internal_note: str | None = personal_or_none()


@topic("complaint.reply_sent_back.v1")
@dataclass(frozen=True, slots=True, kw_only=True)
class ReplySentBack(PersonalFact):
    """The answer was not good enough and went back (退回重新答复); the unit's clock never stopped."""

    leg: int
    reason: str = personal()


@topic("complaint.reply_approved.v1")
@dataclass(frozen=True, slots=True, kw_only=True)
class ReplyApproved(Fact):
    """The answer passed review (审核通过); the unit's clock stopped when it was submitted."""

    leg: int


@topic("complaint.reply_delivered.v1")
@dataclass(frozen=True, slots=True, kw_only=True)
class ReplyDelivered(PersonalFact):
    """The answer reached the person (送达), with evidence; the citizen's clock stops."""

    channel: Channel
    evidence: str = personal()


@topic("complaint.suspended.v1")
@dataclass(frozen=True, slots=True, kw_only=True)
class Suspended(Fact):
    """Handling was suspended on a whitelisted ground, with approval (中止)."""

    ground: str


@topic("complaint.resumed.v1")
@dataclass(frozen=True, slots=True, kw_only=True)
class Resumed(Fact):
    """Handling went on (恢复)."""


@topic("complaint.termination_requested.v1")
@dataclass(frozen=True, slots=True, kw_only=True)
class TerminationRequested(PersonalFact):
    """The unit asked to end the case on a stated ground (申请终止)."""

    ground: str
    reason: str = personal()


@topic("complaint.terminated.v1")
@dataclass(frozen=True, slots=True, kw_only=True)
class Terminated(Fact):
    """The case was ended on a stated ground (终止)."""

    ground: str


@topic("complaint.termination_refused.v1")
@dataclass(frozen=True, slots=True, kw_only=True)
class TerminationRefused(PersonalFact):
    """The case goes on (不同意终止)."""

    reason: str = personal()


# --- follow-up, closing, what comes after -----------------------------------------------------------------------


@topic("complaint.follow_up_attempted.v1")
@dataclass(frozen=True, slots=True, kw_only=True)
class FollowUpAttempted(Fact):
    """The person was called back and not reached (回访未接通)."""

    means: str
    outcome: str


@topic("complaint.follow_up_completed.v1")
@dataclass(frozen=True, slots=True, kw_only=True)
class FollowUpCompleted(PersonalFact):
    """The person was reached and said whether it is solved and how satisfied they are (回访)."""

    means: str
    solved: bool
    satisfaction: Satisfaction
    cause: str | None = None
    remark: str | None = personal_or_none()


@topic("complaint.rating_invited.v1")
@dataclass(frozen=True, slots=True, kw_only=True)
class RatingInvited(Fact):
    """The person was invited to rate the answer themselves (邀请评议), once, until ``expires_at``.

    ``token`` is the keyed digest of the token that was given out; the token itself stands nowhere. An invitation takes
    the place of the one before.
    """

    token: str
    means: str
    expires_at: datetime


@topic("complaint.rating_received.v1")
@dataclass(frozen=True, slots=True, kw_only=True)
class RatingReceived(Fact):
    """The follow-up recorded just before was the person's own rating (自主评议), which uses the invitation up.

    ``follow_up`` is that fact's version in the case's stream. ``address`` and ``device`` are keyed digests of where the
    rating came from, ``None`` where that is not known.
    """

    follow_up: int
    token: str
    invited_at: datetime
    address: str | None = None
    device: str | None = None


@topic("complaint.rating_invalidated.v1")
@dataclass(frozen=True, slots=True, kw_only=True)
class RatingInvalidated(Fact):
    """What a follow-up recorded counts no more (评议作废), for signs of pressure or stuffing; it stays on record.

    ``follow_up`` is the version of the ``FollowUpCompleted`` in the case's stream.
    """

    follow_up: int
    reason: str


@topic("complaint.rework_ordered.v1")
@dataclass(frozen=True, slots=True, kw_only=True)
class ReworkOrdered(PersonalFact):
    """The case must be done again (重办), for the ``number``-th time; a new leg follows."""

    number: int
    reason: str = personal()


@topic("complaint.rework_waived.v1")
@dataclass(frozen=True, slots=True, kw_only=True)
class ReworkWaived(PersonalFact):
    """The person is not content and has said why, and the case is yet not done again (不再重办), for this reason."""

    reason: str = personal()


@topic("complaint.closed.v1")
@dataclass(frozen=True, slots=True, kw_only=True)
class Closed(Fact):
    """The case is closed (办结) on a stated ground."""

    ground: str


@topic("complaint.reopened.v1")
@dataclass(frozen=True, slots=True, kw_only=True)
class Reopened(PersonalFact):
    """A closed case was taken up again (重新办理)."""

    reason: str = personal()


@topic("complaint.archived.v1")
@dataclass(frozen=True, slots=True, kw_only=True)
class Archived(Fact):
    """The file was put away (归档)."""


@topic("complaint.reply_corrected.v1")
@dataclass(frozen=True, slots=True, kw_only=True)
class ReplyCorrected(PersonalFact):
    """The reply of a closed case was put right (更正答复), with its cause.

    ``answered_on`` is given where the date of the answer itself was recorded wrongly.
    """

    cause: str
    answered_on: Moment | None = None
    reply: str = personal()


@topic("complaint.publication_withdrawn.v1")
@dataclass(frozen=True, slots=True, kw_only=True)
class PublicationWithdrawn(Fact):
    """The case may no longer be shown in public (撤回公开); it stays in the log."""

    cause: str


# --- supervision and the clock ----------------------------------------------------------------------------------


@topic("complaint.urged.v1")
@dataclass(frozen=True, slots=True, kw_only=True)
class Urged(PersonalFact):
    """Whoever holds the case was urged (催办)."""

    note: str | None = personal_or_none()


@topic("complaint.supervised.v1")
@dataclass(frozen=True, slots=True, kw_only=True)
class Supervised(PersonalFact):
    """A supervisor took the case under supervision (督办, 挂牌督办)."""

    level: SupervisionLevel
    note: str | None = personal_or_none()


@topic("complaint.deadline_warned.v1")
@dataclass(frozen=True, slots=True, kw_only=True)
class DeadlineWarned(Fact):
    """A deadline comes near (黄牌); ``clock`` is ``citizen``, ``leg N`` or ``dispute N``."""

    clock: str
    deadline: Deadline


@topic("complaint.deadline_missed.v1")
@dataclass(frozen=True, slots=True, kw_only=True)
class DeadlineMissed(Fact):
    """A deadline passed (红牌); ``clock`` is ``citizen``, ``leg N`` or ``dispute N``."""

    clock: str
    deadline: Deadline


@topic("complaint.deadline_recomputed.v1")
@dataclass(frozen=True, slots=True, kw_only=True)
class DeadlineRecomputed(Fact):
    """A new deadline follows an old one for a stated cause (重新计算期限); both stay on record."""

    clock: str
    old: Deadline | None
    new: Deadline | None
    cause: str


# --- an imported ledger -----------------------------------------------------------------------------------------


@topic("complaint.assigned_from_ledger.v1")
@dataclass(frozen=True, slots=True, kw_only=True)
class AssignedFromLedger(Fact):
    """The ledger names the unit that handled the matter; nothing else of its dispatch is known."""

    leg: int
    unit: str | None
    deadline: Deadline | None


@topic("complaint.replied_from_ledger.v1")
@dataclass(frozen=True, slots=True, kw_only=True)
class RepliedFromLedger(PersonalFact):
    """The ledger holds a reply and its date; who approved or delivered it is not known."""

    leg: int
    unit: str | None
    flags: tuple[str, ...] = ()
    reply: str = personal()


@topic("complaint.incomplete_reply_from_ledger.v1")
@dataclass(frozen=True, slots=True, kw_only=True)
class IncompleteReplyFromLedger(PersonalFact):
    """The ledger holds half a reply, a date without text or text without a date: kept, flagged, not an answer."""

    flag: str
    replied: Moment | None = None
    reply: str | None = personal_or_none()


ComplaintFact = (
    ComplaintRegistered
    | RegistrationCorrected
    | Reclassified
    | Accepted
    | AcceptanceRefused
    | AnsweredDirectly
    | HandedToEmergency
    | TransferredToDiscipline
    | WithdrawnByReporter
    | Merged
    | Unmerged
    | ReplyShared
    | SharedReplyReceived
    | Dispatched
    | Signed
    | ReturnRequested
    | ReturnApproved
    | ReturnRefused
    | JurisdictionDesignated
    | HandoverOwed
    | HandedOver
    | CoUnitAdded
    | SubDispatched
    | FirstContactMade
    | SupplementRequested
    | SupplementReceived
    | ExtensionRequested
    | ExtensionGranted
    | ExtensionRefused
    | FindingRecorded
    | MeasureAdded
    | MeasureCompleted
    | ReplySubmitted
    | ReplySentBack
    | ReplyApproved
    | ReplyDelivered
    | Suspended
    | Resumed
    | TerminationRequested
    | Terminated
    | TerminationRefused
    | FollowUpAttempted
    | FollowUpCompleted
    | RatingInvited
    | RatingReceived
    | RatingInvalidated
    | ReworkOrdered
    | ReworkWaived
    | Closed
    | Reopened
    | Archived
    | ReplyCorrected
    | PublicationWithdrawn
    | Urged
    | Supervised
    | DeadlineWarned
    | DeadlineMissed
    | DeadlineRecomputed
    | AssignedFromLedger
    | RepliedFromLedger
    | IncompleteReplyFromLedger
)
"""Every fact that a complaint's stream can hold."""
