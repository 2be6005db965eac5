"""What may be asked of a bulletin, and the rules of its life: command and state in, facts out, or a named refusal."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, assert_never

from domain.bulletin import commands as c
from domain.bulletin import events as e
from domain.bulletin import refusals as r
from domain.bulletin import state as b
from domain.bulletin.name import BulletinName
from domain.refusals import EmptyText
from domain.words import ComplaintKind, Role

if TYPE_CHECKING:
    from domain.facts import Moment

Facts = tuple[e.BulletinFact, ...]

_NUMBERS = re.compile(r"(?<!\d)(?:1[3-9]\d{9}|0\d{2,3}-?\d{7,8}|\d{17}[\dXx])(?!\d)")
"""Mobile numbers, numbers with an area code, identity numbers."""

LINES_NAMED_MAX = 20
"""A refusal names so many lines of a unit; the rest are as many more."""


def decide(  # noqa: PLR0911, PLR0912, C901 - one arm a command
    state: b.Bulletin | None, command: c.BulletinCommand, *, two_people: bool = False
) -> Facts:
    """Return the facts that follow from a wish, or raise the ``Refusal`` of the rule that it breaks.

    With ``two_people`` one person's approval is a review only, and another's completes it; so with errata.
    """
    match command:
        case c.Freeze():
            return _freeze(state, command)
        case c.DraftSpecial():
            return _draft_special(state, command)
        case c.GiveWords():
            return _give_words(state, command)
        case c.NoteConsent():
            return _note_consent(state, command)
        case c.ClearCase():
            return _clear_case(_standing(state), command)
        case c.LetStand():
            return _let_stand(state, command)
        case c.WithdrawWords():
            return _withdraw_words(_standing(state), command)
        case c.SendProof():
            return _send_proof(_standing(state), command)
        case c.DisputeFigure():
            return _dispute(_standing(state), command)
        case c.UpholdDispute():
            why = _decided(_standing(state), command)
            return (e.DisputeUpheld(by=command.by, occurred=command.at, dispute=command.dispute, reason=why),)
        case c.RejectDispute():
            why = _decided(_standing(state), command)
            return (e.DisputeRejected(by=command.by, occurred=command.at, dispute=command.dispute, reason=why),)
        case c.Approve():
            return _approve(_standing(state), command, two_people=two_people)
        case c.Publish():
            return _publish(_standing(state), command)
        case c.NoteBroadcast():
            if not _standing(state).published:
                raise r.NotPublished
            station = _publishable(command.station, "station")
            return (
                e.BulletinBroadcast(by=command.by, occurred=command.at, aired_on=command.aired_on, station=station),
            )
        case c.Correct():
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


def _freeze(state: b.Bulletin | None, command: c.Freeze) -> Facts:
    may_freeze(state, BulletinName.parse(command.quarter), command.at)
    return (*_begun(state, command), _frozen(command))


def _must_have_subject(state: b.Bulletin | None, name: BulletinName) -> None:
    if name.series is not None and (state is None or state.subject is None):
        raise r.SubjectFirst(quarter=name)


def _draft_special(state: b.Bulletin | None, command: c.DraftSpecial) -> Facts:
    if BulletinName.parse(command.quarter).series is None:
        raise r.NotASpecialReport(field="quarter", quarter=command.quarter)
    if command.subject.empty:
        raise r.SubjectEmpty(field="subject")
    if ComplaintKind.ACCUSATION in command.subject.kinds:
        raise r.AccusationNeverLeaves(field="kinds")
    if state is not None:
        if state.subject == command.subject:
            return ()
        if state.frozen is not None:
            raise r.SubjectStands(field="subject")
    _said(command.title, "title")
    subject = e.SubjectSet(by=command.by, occurred=command.at, subject=command.subject)
    return (*_begun(state, command), subject)


def _begun(
    state: b.Bulletin | None, command: c.Freeze | c.GiveWords | c.DraftSpecial | c.NoteConsent | c.LetStand
) -> Facts:
    if state is not None:
        return ()
    drafted = e.BulletinDrafted(
        by=command.by,
        occurred=command.at,
        quarter=command.quarter,
        title=command.title,
        issuer=command.issuer,
    )
    return (drafted,)


def _frozen(command: c.Freeze) -> e.FiguresFrozen:
    return e.FiguresFrozen(
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
        topics=command.topics,
    )


def _give_words(state: b.Bulletin | None, command: c.GiveWords) -> Facts:
    if state is not None and state.approval is not None and not state.published:
        raise r.ApprovedAlready
    if not 1 <= command.section <= e.SECTIONS:
        raise r.NoSuchSection(field="section", sections=e.SECTIONS)
    zh = _publishable(command.zh, "zh")
    en = _publishable(command.en, "en") if command.en is not None else None
    if command.place is e.Place.TYPICAL_CASE:
        second = (command.second or "").strip()
        looked_at = command.proposed or (second and second != command.by.name)
        if command.basis is None or not looked_at:
            raise r.CaseNotCleared(field="basis")
    agreed = command.basis is e.Basis.CONSENT and state is not None and b.words_digest(zh) in state.consents
    if command.basis is e.Basis.CONSENT and not agreed:
        raise r.ConsentNotNoted(field="basis")
    if command.identifying and not agreed:
        raise r.WordsIdentifySomebody(field="zh", found="、".join(command.identifying))
    standing = _keys(state) if state is not None else frozenset()
    if command.key is not None and command.key not in standing:
        raise r.NoSuchWords(field="key", key=command.key)
    key = command.key or b.words_key((state.words_count if state is not None else 0) + 1)
    if command.place is e.Place.TYPICAL_CASE and command.proposed and command.basis is not None:
        waiting = e.CaseProposed(
            by=command.by, occurred=command.at, key=key, section=command.section, zh=zh, en=en, basis=command.basis
        )
        return (*_begun(state, command), waiting)
    given = e.WordsGiven(
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


def _note_consent(state: b.Bulletin | None, command: c.NoteConsent) -> Facts:
    if state is not None and state.approval is not None and not state.published:
        raise r.ApprovedAlready
    if command.given_on > command.at.day:
        raise r.ConsentFromTomorrow(field="given_on")
    noted = e.ConsentNoted(
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


def _clear_case(state: b.Bulletin, command: c.ClearCase) -> Facts:
    if state.approval is not None and not state.published:
        raise r.ApprovedAlready
    case = next((one for one in state.proposed if one.key == command.key), None)
    if case is None:
        raise r.NoSuchWords(field="key", key=command.key)
    if case.by.name == command.by.name:
        raise r.CaseNotCleared(field="key")
    if b.words_digest(case.zh) != command.digest:
        raise r.CaseChangedSince(field="digest")
    return (e.CaseCleared(by=command.by, occurred=command.at, key=case.key, digest=command.digest),)


def _let_stand(state: b.Bulletin | None, command: c.LetStand) -> Facts:
    if state is not None and state.approval is not None and not state.published:
        raise r.ApprovedAlready
    said, reason = _publishable(command.said, "said"), _publishable(command.reason, "reason")
    found = e.StretchLetStand(by=command.by, occurred=command.at, said=said, reason=reason)
    return (*_begun(state, command), found)


def _withdraw_words(state: b.Bulletin, command: c.WithdrawWords) -> Facts:
    if state.approval is not None and not state.published:
        raise r.ApprovedAlready
    if command.key not in _keys(state):
        raise r.NoSuchWords(field="key", key=command.key)
    return (e.WordsWithdrawn(by=command.by, occurred=command.at, key=command.key),)


def _send_proof(state: b.Bulletin, command: c.SendProof) -> Facts:
    if state.published:
        raise r.PublishedAlready
    if state.frozen is None:
        raise r.NothingFrozen
    if state.proof is not None:
        raise r.ProofSentAlready
    sent = e.ProofSent(
        by=command.by,
        occurred=command.at,
        digest=state.frozen.digest,
        units=command.units,
        deadline=command.deadline,
    )
    return (sent,)


def _dispute(state: b.Bulletin, command: c.DisputeFigure) -> Facts:
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
    if command.by.role is not Role.SUPERVISOR:
        _must_be_own(command)
    raised = e.FigureDisputed(
        by=command.by,
        occurred=command.at,
        dispute=len(state.disputes) + 1,
        unit=command.unit,
        cells=command.cells,
        reason=_publishable(command.reason, "reason"),
    )
    return (raised,)


def _must_be_own(command: c.DisputeFigure) -> None:
    own = frozenset(command.own)
    for cell in command.cells:
        if cell not in own:
            # A line's cells share what their ids begin with.
            lines = tuple(dict.fromkeys(f"{one.rpartition('.')[0]}.…" for one in command.own))
            more = len(lines) - LINES_NAMED_MAX
            named = "、".join(lines[:LINES_NAMED_MAX]) + (f"、…+{more}" if more > 0 else "")
            raise r.NotYourFigure(field="cells", cell=cell, unit=command.unit, own=named or "—")


def _decided(state: b.Bulletin, command: c.UpholdDispute | c.RejectDispute) -> str:
    """Return why an open objection is decided so, by another person than who raised it."""
    open_ones = (held for held in state.disputes if held.state is b.DisputeState.OPEN)
    dispute = next((held for held in open_ones if held.number == command.dispute), None)
    if dispute is None:
        raise r.NoSuchDispute(field="dispute", dispute=command.dispute)
    if dispute.raised_by == command.by.name:
        raise r.OwnObjection(field="dispute", dispute=command.dispute, name=command.by.name)
    return _publishable(command.reason, "reason")


def _approve(state: b.Bulletin, command: c.Approve, *, two_people: bool) -> Facts:
    may_approve(state, command.at, command.without_proof)
    if state.approval is not None:
        raise r.ApprovedAlready
    assert state.frozen is not None
    reviewed = e.BulletinReviewed(by=command.by, occurred=command.at, digest=state.frozen.digest)
    if two_people:
        if state.reviewed_by is None:
            return (reviewed,)
        if state.reviewed_by == command.by.name:
            raise r.SecondPersonNeeded(name=state.reviewed_by)
    approved = e.BulletinApproved(
        by=command.by,
        occurred=command.at,
        scope=command.scope,
        document_no=command.document_no,
        without_proof=command.without_proof,
        distribution=_printable(command.distribution),
    )
    return (approved,) if two_people else (reviewed, approved)


def _printable(distribution: e.Distribution | None) -> e.Distribution | None:
    """Return a distribution that fits the foot of a page, its names without white space around them."""
    if distribution is None:
        return None
    printed_by = _said(distribution.printed_by, "printed_by")
    copied_to = tuple(_said(name, "copied_to") for name in distribution.copied_to)
    for field, said, characters_max in (
        ("printed_by", printed_by, e.PRINTED_BY_CHARACTERS_MAX),
        ("copied_to", "，".join(copied_to), e.COPIED_TO_CHARACTERS_MAX),
    ):
        if len(said) > characters_max:
            raise r.ImprintTooLong(field=field, characters=len(said), characters_max=characters_max)
    return e.Distribution(printed_by, copied_to)


def _publish(state: b.Bulletin, command: c.Publish) -> Facts:
    may_publish(state)
    published = e.BulletinPublished(
        by=command.by,
        occurred=command.at,
        number=command.number,
        digest=command.digest,
        signature=command.signature,
        algorithm=command.algorithm,
        public_key=command.public_key,
    )
    return (published,)


def _correct(state: b.Bulletin, command: c.Correct, *, two_people: bool) -> Facts:
    may_correct(state, command.cause, command.edition)
    if not command.cells:
        raise r.NothingToCorrect
    if two_people:
        signed = b.erratum_digest(len(state.editions), command.cause, command.cells)
        # Two people sign the same: who signs another cause or other cells begins anew, and waits for a second person.
        if state.reviewed_by is None or state.signed_erratum is None or state.signed_erratum.digest != signed:
            reviewed = e.BulletinReviewed(
                by=command.by,
                occurred=command.at,
                digest=command.frozen.digest,
                erratum=signed,
                cause=command.cause.strip(),
            )
            return (reviewed,)
        if state.reviewed_by == command.by.name:
            raise r.SecondPersonNeeded(name=state.reviewed_by)
    corrected = e.BulletinCorrected(
        by=command.by,
        occurred=command.at,
        erratum=len(state.errata) + 1,
        cause=_said(command.cause, "cause"),
        cells=command.cells,
        digest=command.digest,
        signature=command.signature,
        algorithm=command.algorithm,
        public_key=command.public_key,
        retold=command.retold,
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
