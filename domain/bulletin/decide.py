"""What may be asked of a bulletin, and the rules of its life: command and state in, facts out, or a named refusal."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import TYPE_CHECKING, assert_never

from domain.bulletin import refusals as r
from domain.bulletin import state as b
from domain.bulletin.name import BulletinName, Subject
from domain.refusals import EmptyText

if TYPE_CHECKING:
    from datetime import date, datetime
    from uuid import UUID

    from domain.facts import Actor, Moment
    from domain.figures.figure import Rounding
    from domain.timekeeping.deadlines import Deadline

Facts = tuple[b.BulletinFact, ...]

_NUMBERS = re.compile(r"(?<!\d)(?:1[3-9]\d{9}|0\d{2,3}-?\d{7,8}|\d{17}[\dXx])(?!\d)")
"""Mobile numbers, numbers with an area code, identity numbers."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Wish:
    """A wish about a bulletin: who has it, and when."""

    by: Actor
    at: Moment


@dataclass(frozen=True, slots=True, kw_only=True)
class Freeze(Wish):
    """Freeze the figures at a position (冻结); a freeze before publication begins proof and approval anew."""

    quarter: str
    title: str
    issuer: str
    position: int
    root: str
    definitions: str
    evaluator: str
    rounding: Rounding
    fairly_satisfied_weight: str
    grades: str
    digest: str
    as_of: datetime
    known_at: datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class DraftSpecial(Wish):
    """Begin a special report, or change its subject before its figures are frozen."""

    quarter: str
    title: str
    issuer: str
    subject: Subject


@dataclass(frozen=True, slots=True, kw_only=True)
class GiveWords(Wish):
    """Write a paragraph, typical case or requirement; ``key`` of words that stand replaces them."""

    quarter: str
    title: str
    issuer: str
    section: int
    place: b.Place
    zh: str
    en: str | None = None
    key: str | None = None
    basis: b.Basis | None = None
    second: str | None = None
    proposed: bool = False
    """Whether a typical case is to wait for a second person with a token of their own."""
    identifying: tuple[str, ...] = ()
    """What in the words the anonymiser would mask, each with its kind."""


@dataclass(frozen=True, slots=True, kw_only=True)
class NoteConsent(Wish):
    """Note that the person of a complaint agreed to a text, how and when (本人同意)."""

    quarter: str
    title: str
    issuer: str
    complaint: UUID
    zh: str
    how: str
    given_on: date


@dataclass(frozen=True, slots=True, kw_only=True)
class ClearCase(Wish):
    """Let a proposed typical case stand, as the second person (复核通过); ``digest`` is of the text looked at."""

    key: str
    digest: str


@dataclass(frozen=True, slots=True, kw_only=True)
class LetStand(Wish):
    """Let a stretch stand that the anonymiser would mask though it identifies nobody (误报放行)."""

    quarter: str
    title: str
    issuer: str
    said: str
    reason: str


@dataclass(frozen=True, slots=True, kw_only=True)
class WithdrawWords(Wish):
    """Take words out."""

    key: str


@dataclass(frozen=True, slots=True, kw_only=True)
class SendProof(Wish):
    """Show the units their figures; ``deadline`` is the end of the time for objections."""

    units: tuple[str, ...]
    deadline: Deadline | None


@dataclass(frozen=True, slots=True, kw_only=True)
class DisputeFigure(Wish):
    """Object to figures on behalf of a unit."""

    unit: str
    cells: tuple[str, ...]
    reason: str


@dataclass(frozen=True, slots=True, kw_only=True)
class UpholdDispute(Wish):
    """Decide that an objection is right."""

    dispute: int
    reason: str


@dataclass(frozen=True, slots=True, kw_only=True)
class RejectDispute(Wish):
    """Decide that an objection is not right."""

    dispute: int
    reason: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Approve(Wish):
    """Approve the edition for a scope; records the review too."""

    scope: b.Scope = b.Scope.PUBLIC
    document_no: str | None = None
    without_proof: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Publish(Wish):
    """Publish the approved edition under its number, signed."""

    number: str
    digest: str
    signature: str
    algorithm: str
    public_key: str


@dataclass(frozen=True, slots=True, kw_only=True)
class NoteBroadcast(Wish):
    """Write down that the edition was read out."""

    aired_on: date
    station: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Correct(Wish):
    """Publish a numbered erratum on figures frozen anew; ``edition`` is the one that its author looked at, if said."""

    cause: str
    edition: int | None = None
    frozen: Freeze
    cells: tuple[b.ChangedCell, ...]
    digest: str
    signature: str
    algorithm: str
    public_key: str


BulletinCommand = (
    Freeze
    | DraftSpecial
    | GiveWords
    | NoteConsent
    | ClearCase
    | LetStand
    | WithdrawWords
    | SendProof
    | DisputeFigure
    | UpholdDispute
    | RejectDispute
    | Approve
    | Publish
    | NoteBroadcast
    | Correct
)
"""Every wish about a bulletin."""


def decide(  # noqa: PLR0911, PLR0912, C901 - one arm a command
    state: b.Bulletin | None, command: BulletinCommand, *, two_people: bool = False
) -> Facts:
    """Return the facts that follow from a wish, or raise the ``Refusal`` of the rule that it breaks.

    With ``two_people`` one person's approval is a review only, and another's completes it; so with errata.
    """
    match command:
        case Freeze():
            return _freeze(state, command)
        case DraftSpecial():
            return _draft_special(state, command)
        case GiveWords():
            return _give_words(state, command)
        case NoteConsent():
            return _note_consent(state, command)
        case ClearCase():
            return _clear_case(_standing(state), command)
        case LetStand():
            return _let_stand(state, command)
        case WithdrawWords():
            return _withdraw_words(_standing(state), command)
        case SendProof():
            return _send_proof(_standing(state), command)
        case DisputeFigure():
            return _dispute(_standing(state), command)
        case UpholdDispute():
            _must_be_open(_standing(state), command.dispute)
            return (
                b.DisputeUpheld(
                    by=command.by, occurred=command.at, dispute=command.dispute, reason=_said(command.reason, "reason")
                ),
            )
        case RejectDispute():
            _must_be_open(_standing(state), command.dispute)
            why = _said(command.reason, "reason")
            return (b.DisputeRejected(by=command.by, occurred=command.at, dispute=command.dispute, reason=why),)
        case Approve():
            return _approve(_standing(state), command, two_people=two_people)
        case Publish():
            return _publish(_standing(state), command)
        case NoteBroadcast():
            if not _standing(state).published:
                raise r.NotPublished
            station = _said(command.station, "station")
            return (
                b.BulletinBroadcast(by=command.by, occurred=command.at, aired_on=command.aired_on, station=station),
            )
        case Correct():
            return _correct(_standing(state), command, two_people=two_people)
        case _:
            assert_never(command)


def may_freeze(state: b.Bulletin | None, name: BulletinName, at: Moment) -> None:
    """Raise the refusal that a freeze would meet, before anybody computes the figures."""
    if at.day < name.period.first_day:
        raise r.QuarterNotBegun(quarter=name)
    _must_have_subject(state, name)
    if state is None:
        return
    if state.published:
        raise r.PublishedAlready
    _no_open_dispute(state)


def may_approve(state: b.Bulletin, at: Moment, without_proof: str | None) -> None:
    """Raise the refusal that an approval would meet."""
    if state.published:
        raise r.PublishedAlready
    if state.frozen is None:
        raise r.NothingFrozen
    _no_open_dispute(state)
    if state.freeze_wanted:
        raise r.FreezeAnew
    if without_proof is not None:
        _said(without_proof, "without_proof")
        return
    if state.proof is None:
        raise r.ProofFirst
    deadline = state.proof.deadline
    if deadline is not None and not deadline.missed_at(at):
        raise r.ObjectionsStillOpen(due=deadline.due.isoformat(timespec="minutes"))


def may_publish(state: b.Bulletin) -> b.Approval:
    """Return the approval that a publication rests on, or raise the refusal that it would meet."""
    if state.published:
        raise r.PublishedAlready
    if state.approval is None:
        raise r.ApproveFirst
    return state.approval


def may_correct(state: b.Bulletin, cause: str, edition: int | None = None) -> None:
    """Raise the refusal that an erratum would meet, before anybody computes the figures.

    ``edition`` is the number of the edition that its author looked at, ``None`` where nobody says.
    """
    if not state.published:
        raise r.NotPublished
    last = len(state.editions)
    if edition is not None and not 1 <= edition <= last:
        raise r.NoSuchEdition(field="edition", edition=edition, count=last)
    if edition is not None and edition != last:
        raise r.CorrectedSince(field="edition", edition=edition, erratum=len(state.errata), last=last)
    _said(cause, "cause")


# --- the rules ------------------------------------------------------------------------------------------------------


def _freeze(state: b.Bulletin | None, command: Freeze) -> Facts:
    may_freeze(state, BulletinName.parse(command.quarter), command.at)
    return (*_begun(state, command), _frozen(command))


def _must_have_subject(state: b.Bulletin | None, name: BulletinName) -> None:
    if name.series is not None and (state is None or state.subject is None):
        raise r.SubjectFirst(quarter=name)


def _draft_special(state: b.Bulletin | None, command: DraftSpecial) -> Facts:
    if BulletinName.parse(command.quarter).series is None:
        raise r.NotASpecialReport(field="quarter", quarter=command.quarter)
    if command.subject.empty:
        raise r.SubjectEmpty(field="subject")
    if state is not None:
        if state.subject == command.subject:
            return ()
        if state.frozen is not None:
            raise r.SubjectStands(field="subject")
    _said(command.title, "title")
    subject = b.SubjectSet(by=command.by, occurred=command.at, subject=command.subject)
    return (*_begun(state, command), subject)


def _begun(state: b.Bulletin | None, command: Freeze | GiveWords | DraftSpecial | NoteConsent | LetStand) -> Facts:
    if state is not None:
        return ()
    drafted = b.BulletinDrafted(
        by=command.by,
        occurred=command.at,
        quarter=command.quarter,
        title=command.title,
        issuer=command.issuer,
    )
    return (drafted,)


def _frozen(command: Freeze) -> b.FiguresFrozen:
    return b.FiguresFrozen(
        by=command.by,
        occurred=command.at,
        position=command.position,
        root=command.root,
        definitions=command.definitions,
        evaluator=command.evaluator,
        rounding=command.rounding,
        fairly_satisfied_weight=command.fairly_satisfied_weight,
        grades=command.grades,
        digest=command.digest,
        as_of=command.as_of,
        known_at=command.known_at,
    )


def _give_words(state: b.Bulletin | None, command: GiveWords) -> Facts:
    if state is not None and state.approval is not None and not state.published:
        raise r.ApprovedAlready
    if not 1 <= command.section <= b.SECTIONS:
        raise r.NoSuchSection(field="section", sections=b.SECTIONS)
    zh = _publishable(command.zh, "zh")
    en = _publishable(command.en, "en") if command.en is not None else None
    if command.place is b.Place.TYPICAL_CASE:
        second = (command.second or "").strip()
        looked_at = command.proposed or (second and second != command.by.name)
        if command.basis is None or not looked_at:
            raise r.CaseNotCleared(field="basis")
    agreed = command.basis is b.Basis.CONSENT and state is not None and b.words_digest(zh) in state.consents
    if command.basis is b.Basis.CONSENT and not agreed:
        raise r.ConsentNotNoted(field="basis")
    if command.identifying and not agreed:
        raise r.WordsIdentifySomebody(field="zh", found="、".join(command.identifying))
    standing = _keys(state) if state is not None else frozenset()
    if command.key is not None and command.key not in standing:
        raise r.NoSuchWords(field="key", key=command.key)
    key = command.key or b.words_key((state.words_count if state is not None else 0) + 1)
    if command.place is b.Place.TYPICAL_CASE and command.proposed and command.basis is not None:
        waiting = b.CaseProposed(
            by=command.by, occurred=command.at, key=key, section=command.section, zh=zh, en=en, basis=command.basis
        )
        return (*_begun(state, command), waiting)
    given = b.WordsGiven(
        by=command.by,
        occurred=command.at,
        key=key,
        section=command.section,
        place=command.place,
        zh=zh,
        en=en,
        basis=command.basis,
        second=command.second,
    )
    return (*_begun(state, command), given)


def _note_consent(state: b.Bulletin | None, command: NoteConsent) -> Facts:
    if state is not None and state.approval is not None and not state.published:
        raise r.ApprovedAlready
    if command.given_on > command.at.day:
        raise r.ConsentFromTomorrow(field="given_on")
    noted = b.ConsentNoted(
        by=command.by,
        occurred=command.at,
        complaint=command.complaint,
        how=_publishable(command.how, "how"),
        given_on=command.given_on,
        digest=b.words_digest(_said(command.zh, "zh")),
    )
    return (*_begun(state, command), noted)


def _keys(state: b.Bulletin) -> frozenset[str]:
    return frozenset({words.key for words in state.words} | {case.key for case in state.proposed})


def _clear_case(state: b.Bulletin, command: ClearCase) -> Facts:
    if state.approval is not None and not state.published:
        raise r.ApprovedAlready
    case = next((one for one in state.proposed if one.key == command.key), None)
    if case is None:
        raise r.NoSuchWords(field="key", key=command.key)
    if case.by.name == command.by.name:
        raise r.CaseNotCleared(field="key")
    if b.words_digest(case.zh) != command.digest:
        raise r.CaseChangedSince(field="digest")
    return (b.CaseCleared(by=command.by, occurred=command.at, key=case.key, digest=command.digest),)


def _let_stand(state: b.Bulletin | None, command: LetStand) -> Facts:
    if state is not None and state.approval is not None and not state.published:
        raise r.ApprovedAlready
    said, reason = _publishable(command.said, "said"), _publishable(command.reason, "reason")
    found = b.StretchLetStand(by=command.by, occurred=command.at, said=said, reason=reason)
    return (*_begun(state, command), found)


def _withdraw_words(state: b.Bulletin, command: WithdrawWords) -> Facts:
    if state.approval is not None and not state.published:
        raise r.ApprovedAlready
    if command.key not in _keys(state):
        raise r.NoSuchWords(field="key", key=command.key)
    return (b.WordsWithdrawn(by=command.by, occurred=command.at, key=command.key),)


def _send_proof(state: b.Bulletin, command: SendProof) -> Facts:
    if state.published:
        raise r.PublishedAlready
    if state.frozen is None:
        raise r.NothingFrozen
    if state.proof is not None:
        raise r.ProofSentAlready
    sent = b.ProofSent(
        by=command.by,
        occurred=command.at,
        digest=state.frozen.digest,
        units=command.units,
        deadline=command.deadline,
    )
    return (sent,)


def _dispute(state: b.Bulletin, command: DisputeFigure) -> Facts:
    if state.published:
        raise r.PublishedAlready
    if state.proof is None:
        raise r.ProofFirst
    if state.approval is not None:
        raise r.ApprovedAlready
    if command.unit not in state.proof.units:
        raise r.NotInProof(field="unit", unit=command.unit)
    deadline = state.proof.deadline
    if deadline is not None and deadline.missed_at(command.at):
        raise r.ObjectionTooLate(due=deadline.due.isoformat(timespec="minutes"))
    raised = b.FigureDisputed(
        by=command.by,
        occurred=command.at,
        dispute=len(state.disputes) + 1,
        unit=command.unit,
        cells=command.cells,
        reason=_said(command.reason, "reason"),
    )
    return (raised,)


def _approve(state: b.Bulletin, command: Approve, *, two_people: bool) -> Facts:
    may_approve(state, command.at, command.without_proof)
    if state.approval is not None:
        raise r.ApprovedAlready
    assert state.frozen is not None
    reviewed = b.BulletinReviewed(by=command.by, occurred=command.at, digest=state.frozen.digest)
    if two_people:
        if state.reviewed_by is None:
            return (reviewed,)
        if state.reviewed_by == command.by.name:
            raise r.SecondPersonNeeded(name=state.reviewed_by)
    approved = b.BulletinApproved(
        by=command.by,
        occurred=command.at,
        scope=command.scope,
        document_no=command.document_no,
        without_proof=command.without_proof,
    )
    return (approved,) if two_people else (reviewed, approved)


def _publish(state: b.Bulletin, command: Publish) -> Facts:
    may_publish(state)
    published = b.BulletinPublished(
        by=command.by,
        occurred=command.at,
        number=command.number,
        digest=command.digest,
        signature=command.signature,
        algorithm=command.algorithm,
        public_key=command.public_key,
    )
    return (published,)


def _correct(state: b.Bulletin, command: Correct, *, two_people: bool) -> Facts:
    may_correct(state, command.cause, command.edition)
    if not command.cells:
        raise r.NothingToCorrect
    if two_people:
        signed = b.erratum_digest(len(state.editions), command.cause, command.cells)
        # Two people sign the same: who signs another cause or other cells begins anew, and waits for a second person.
        if state.reviewed_by is None or state.signed_erratum is None or state.signed_erratum.digest != signed:
            reviewed = b.BulletinReviewed(
                by=command.by,
                occurred=command.at,
                digest=command.frozen.digest,
                erratum=signed,
                cause=command.cause.strip(),
            )
            return (reviewed,)
        if state.reviewed_by == command.by.name:
            raise r.SecondPersonNeeded(name=state.reviewed_by)
    corrected = b.BulletinCorrected(
        by=command.by,
        occurred=command.at,
        erratum=len(state.errata) + 1,
        cause=_said(command.cause, "cause"),
        cells=command.cells,
        digest=command.digest,
        signature=command.signature,
        algorithm=command.algorithm,
        public_key=command.public_key,
    )
    return (_frozen(command.frozen), corrected)


# --- small words ----------------------------------------------------------------------------------------------------


def _standing(state: b.Bulletin | None) -> b.Bulletin:
    if state is None:
        raise r.NothingFrozen
    return state


def _no_open_dispute(state: b.Bulletin) -> None:
    if state.open_dispute is not None:
        raise r.DisputeOpen(dispute=state.open_dispute.number)


def _must_be_open(state: b.Bulletin, number: int) -> None:
    if not any(held.number == number and held.state is b.DisputeState.OPEN for held in state.disputes):
        raise r.NoSuchDispute(field="dispute", dispute=number)


def _said(text: str, name: str) -> str:
    said = text.strip()
    if not said:
        raise EmptyText(field=name, name=name)
    return said


def _publishable(text: str, name: str) -> str:
    said = _said(text, name)
    found = _NUMBERS.search(said)
    if found is not None:
        raise r.WordsIdentify(field=name, found=found.group()[:4] + "…")
    return said
