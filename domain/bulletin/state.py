"""The quarterly bulletin (行风热线季度通报): its facts and what stands after them.

One stream a quarter. Figures are frozen at a position of the log, shown to the units, approved, signed and published; a
published edition never changes, and a correction is a numbered erratum beside it. Every published word that is not a
figure stands in a fact of the bulletin itself, already redacted, so that erasing a person never changes an edition.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import date, datetime
from enum import StrEnum
from hashlib import sha256
from typing import TYPE_CHECKING, assert_never
from uuid import UUID

from domain.bulletin.name import Subject
from domain.facts import Fact, Moment, topic
from domain.figures.figure import Rounding
from domain.timekeeping.deadlines import Deadline

if TYPE_CHECKING:
    from collections.abc import Iterable

SECTIONS = 10
"""A bulletin has ten sections; one without content says why."""


class Scope(StrEnum):
    """For whom an edition, or one section of it, is (范围): the office, those it is sent to, everybody."""

    INTERNAL = "internal"
    LIMITED = "limited"
    PUBLIC = "public"


SCOPE_CHINESE = {Scope.INTERNAL: "内部", Scope.LIMITED: "有限范围", Scope.PUBLIC: "公开"}


class Status(StrEnum):
    """How far a bulletin has come."""

    DRAFTED = "drafted"
    FIGURES_FROZEN = "figures_frozen"
    PROOF_SENT = "proof_sent"
    REVIEWED = "reviewed"
    APPROVED = "approved"
    PUBLISHED = "published"
    BROADCAST = "broadcast"
    CORRECTED = "corrected"


STATUS_CHINESE = {
    Status.DRAFTED: "草稿",
    Status.FIGURES_FROZEN: "数据已冻结",
    Status.PROOF_SENT: "已送核对",
    Status.REVIEWED: "已审核",
    Status.APPROVED: "已批准",
    Status.PUBLISHED: "已发布",
    Status.BROADCAST: "已播出",
    Status.CORRECTED: "已勘误",
}


class Place(StrEnum):
    """What a published word is: a paragraph, a typical case (典型案例) or a requirement (工作要求)."""

    PARAGRAPH = "paragraph"
    TYPICAL_CASE = "typical_case"
    REQUIREMENT = "requirement"


class Basis(StrEnum):
    """Why a typical case may be told: the person agreed, or nobody could be known from it."""

    CONSENT = "consent"
    ANONYMISED = "anonymised"


class DisputeState(StrEnum):
    """Whether an objection waits, was upheld or was rejected."""

    OPEN = "open"
    UPHELD = "upheld"
    REJECTED = "rejected"


@dataclass(frozen=True, slots=True)
class ChangedCell:
    """A cell or published word that an erratum changes: its id, its text before and after; ``—`` where it was not."""

    id: str
    old: str
    new: str


# --- facts --------------------------------------------------------------------------------------------------------


@topic("bulletin.drafted.v1")
@dataclass(frozen=True, slots=True, kw_only=True)
class BulletinDrafted(Fact):
    """Work on a quarter's bulletin began (起草): its title and the body that issues it."""

    quarter: str
    title: str
    issuer: str


@topic("bulletin.subject_set.v1")
@dataclass(frozen=True, slots=True, kw_only=True)
class SubjectSet(Fact):
    """A special report was given its subject (专报专题): its figures are those of the matters that belong."""

    subject: Subject


@topic("bulletin.words_given.v1")
@dataclass(frozen=True, slots=True, kw_only=True)
class WordsGiven(Fact):
    """A paragraph, typical case or requirement was written, redacted (文字); the same key again replaces it.

    A typical case names its ``basis`` and the ``second`` person who looked at it.
    """

    key: str
    section: int
    place: Place
    zh: str
    en: str | None = None
    basis: Basis | None = None
    second: str | None = None


@topic("bulletin.consent_noted.v1")
@dataclass(frozen=True, slots=True, kw_only=True)
class ConsentNoted(Fact):
    """The person of a typical case agreed that a text of it is published (本人同意刊出): of one text and no other.

    Whose consent it is says the complaint, never a name; ``how`` names the evidence, such as a recording's number, and
    ``digest`` is the SHA-256 of the Chinese text.
    """

    complaint: UUID
    how: str
    given_on: date
    digest: str


@topic("bulletin.case_proposed.v1")
@dataclass(frozen=True, slots=True, kw_only=True)
class CaseProposed(Fact):
    """A typical case was written, redacted, and waits for a second person (典型案例待复核).

    The same key replaces it.
    """

    key: str
    section: int
    zh: str
    en: str | None = None
    basis: Basis


@topic("bulletin.case_cleared.v1")
@dataclass(frozen=True, slots=True, kw_only=True)
class CaseCleared(Fact):
    """A second person looked at a proposed case and lets it stand (复核通过); ``by`` is that person.

    ``digest`` is the SHA-256 of the Chinese text that was looked at.
    """

    key: str
    digest: str


@topic("bulletin.stretch_let_stand.v1")
@dataclass(frozen=True, slots=True, kw_only=True)
class StretchLetStand(Fact):
    """A second person found that a stretch that would be masked identifies nobody (误报放行), and said why."""

    said: str
    reason: str


@topic("bulletin.words_withdrawn.v1")
@dataclass(frozen=True, slots=True, kw_only=True)
class WordsWithdrawn(Fact):
    """Words were taken out before they were published (删去文字)."""

    key: str


@topic("bulletin.figures_frozen.v1")
@dataclass(frozen=True, slots=True, kw_only=True)
class FiguresFrozen(Fact):
    """The figures were frozen at a position of the log (数据冻结).

    ``root`` is the tree's root over that many events, ``digest`` the SHA-256 of the canonical internal edition, both
    hexadecimal. ``as_of`` is the last instant whose acts count, ``known_at`` when the last event was recorded.
    ``rounding``, ``fairly_satisfied_weight`` (a fraction such as 1 or 1/2) and ``grades`` are the settings in force.
    """

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


@topic("bulletin.proof_sent.v1")
@dataclass(frozen=True, slots=True, kw_only=True)
class ProofSent(Fact):
    """The units were shown their figures (送核); they may object until ``deadline``, without end where it is ``None``.

    ``digest`` is that of the frozen figures that they were shown.
    """

    digest: str
    units: tuple[str, ...]
    deadline: Deadline | None


@topic("bulletin.figure_disputed.v1")
@dataclass(frozen=True, slots=True, kw_only=True)
class FigureDisputed(Fact):
    """A unit objects to figures (异议): which cells, and why."""

    dispute: int
    unit: str
    cells: tuple[str, ...]
    reason: str


@topic("bulletin.dispute_upheld.v1")
@dataclass(frozen=True, slots=True, kw_only=True)
class DisputeUpheld(Fact):
    """An objection was upheld (异议成立): the figures are frozen anew before approval."""

    dispute: int
    reason: str


@topic("bulletin.dispute_rejected.v1")
@dataclass(frozen=True, slots=True, kw_only=True)
class DisputeRejected(Fact):
    """An objection was rejected (异议不成立)."""

    dispute: int
    reason: str


@topic("bulletin.reviewed.v2")
@dataclass(frozen=True, slots=True, kw_only=True)
class BulletinReviewed(Fact):
    """Somebody read the edition and stands by it (审核); ``digest`` is that of the frozen figures.

    Of an erratum that waits for a second person ``erratum`` is the ``erratum_digest`` of what was signed and ``cause``
    its cause; of an edition's first approval both are ``None``.
    """

    digest: str
    erratum: str | None = None
    cause: str | None = None


@topic("bulletin.approved.v1")
@dataclass(frozen=True, slots=True, kw_only=True)
class BulletinApproved(Fact):
    """The edition was approved for a scope (批准), under a document number where there is one.

    ``without_proof`` is the reason for approving before the units had their proof and time to object.
    """

    scope: Scope
    document_no: str | None = None
    without_proof: str | None = None


@topic("bulletin.published.v1")
@dataclass(frozen=True, slots=True, kw_only=True)
class BulletinPublished(Fact):
    """The edition was published under its number (发布).

    ``digest`` is the SHA-256 of the canonical JSON's bytes, hexadecimal; ``signature`` (base64) is over those bytes.
    """

    number: str
    digest: str
    signature: str
    algorithm: str
    public_key: str


@topic("bulletin.broadcast.v1")
@dataclass(frozen=True, slots=True, kw_only=True)
class BulletinBroadcast(Fact):
    """The edition was read out on air (播出)."""

    aired_on: date
    station: str


@topic("bulletin.corrected.v1")
@dataclass(frozen=True, slots=True, kw_only=True)
class BulletinCorrected(Fact):
    """A numbered erratum was published beside the edition (勘误): its cause, and every cell that it changes.

    The figures are those of the ``FiguresFrozen`` just before it; digest and signature are of the corrected edition.
    """

    erratum: int
    cause: str
    cells: tuple[ChangedCell, ...]
    digest: str
    signature: str
    algorithm: str
    public_key: str


BulletinFact = (
    BulletinDrafted
    | SubjectSet
    | WordsGiven
    | ConsentNoted
    | CaseProposed
    | CaseCleared
    | StretchLetStand
    | WordsWithdrawn
    | FiguresFrozen
    | ProofSent
    | FigureDisputed
    | DisputeUpheld
    | DisputeRejected
    | BulletinReviewed
    | BulletinApproved
    | BulletinPublished
    | BulletinBroadcast
    | BulletinCorrected
)
"""Every fact that a bulletin's stream can hold."""


@topic("bulletin.listed.v1")
@dataclass(frozen=True, slots=True, kw_only=True)
class BulletinListed(Fact):
    """A monthly, yearly or special report was begun and stands in the list of bulletins (列入刊目)."""

    name: str


# --- what stands after them ----------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Words:
    """A published word as it stands: where, what it is, and in one or two languages."""

    key: str
    section: int
    place: Place
    zh: str
    en: str | None = None


@dataclass(frozen=True, slots=True)
class Dispute:
    """An objection and what became of it."""

    number: int
    unit: str
    cells: tuple[str, ...]
    reason: str
    state: DisputeState = DisputeState.OPEN
    decision: str | None = None
    raised: Moment | None = None
    decided: Moment | None = None


@dataclass(frozen=True, slots=True)
class Approval:
    """For whom the edition was approved, by whom and when, under which document number."""

    by: str
    at: Moment
    scope: Scope
    document_no: str | None
    without_proof: str | None


@dataclass(frozen=True, slots=True)
class Erratum:
    """A correction as the annex lists it."""

    number: int
    at: Moment
    cause: str
    cells: tuple[ChangedCell, ...]


@dataclass(frozen=True, slots=True)
class SignedErratum:
    """An erratum that one of two people signed: the ``erratum_digest`` of what it says, and its cause."""

    digest: str
    cause: str


@dataclass(frozen=True, slots=True)
class Edition:
    """What was published once: everything that its canonical JSON is built from besides the figures, and its seal.

    ``number`` counts a quarter's editions from 1; ``issue`` is the number that it goes by, such as 〔2023〕第3期.
    """

    number: int
    issue: str
    at: Moment
    frozen: FiguresFrozen
    approval: Approval
    words: tuple[Words, ...]
    errata: tuple[Erratum, ...]
    digest: str
    signature: str
    algorithm: str
    public_key: str
    disputes: tuple[Dispute, ...] = ()


@dataclass(frozen=True, slots=True)
class Bulletin:
    """A quarter's bulletin after some of its facts.

    ``proof``, ``reviewed_by`` and ``approval`` speak of the figures frozen last; a new freeze begins them anew.
    ``signed_erratum`` waits for a second person to sign the same.
    ``disputes`` are all that were ever raised, ``consents`` the digests of the texts that somebody agreed to.
    ``proposed`` are typical cases that wait for a second person; ``let_stand`` are stretches that identify nobody, each
    with the name of who found so.
    """

    version: int
    quarter: str
    title: str
    issuer: str
    status: Status
    subject: Subject | None = None
    words: tuple[Words, ...] = ()
    words_count: int = 0
    consents: frozenset[str] = frozenset()
    proposed: tuple[CaseProposed, ...] = ()
    let_stand: frozenset[tuple[str, str]] = frozenset()
    frozen: FiguresFrozen | None = None
    proof: ProofSent | None = None
    disputes: tuple[Dispute, ...] = ()
    freeze_wanted: bool = False
    reviewed_by: str | None = None
    signed_erratum: SignedErratum | None = None
    approval: Approval | None = None
    editions: tuple[Edition, ...] = ()
    errata: tuple[Erratum, ...] = ()

    @property
    def published(self) -> bool:
        """Whether an edition was published."""
        return bool(self.editions)

    @property
    def open_dispute(self) -> Dispute | None:
        """The first objection that waits for its decision."""
        return next((dispute for dispute in self.disputes if dispute.state is DisputeState.OPEN), None)


def words_digest(zh: str) -> str:
    """Return the SHA-256 of a text by which consent to it is noted, white space at its ends left out."""
    return sha256(zh.strip().encode()).hexdigest()


def erratum_digest(edition: int, cause: str, cells: Iterable[ChangedCell]) -> str:
    """Return the SHA-256 of what an erratum says: which edition it corrects, why, and every cell that it changes."""
    said = [str(edition), cause.strip()]
    for cell in cells:
        said += (cell.id, cell.old, cell.new)
    # Each part with its length before it, so that no two lists of parts read alike.
    return sha256("".join(f"{len(part)}:{part}" for part in said).encode()).hexdigest()


def words_key(number: int) -> str:
    """Return the key of the so-manieth words that a bulletin was given."""
    return f"w{number}"


def evolve(state: Bulletin | None, fact: BulletinFact) -> Bulletin:
    """Return the bulletin after one more fact. Raises ``ValueError`` where a stream does not begin with its draft."""
    if isinstance(fact, BulletinDrafted):
        return Bulletin(1, fact.quarter, fact.title, fact.issuer, Status.DRAFTED)
    if state is None:
        msg = f"a bulletin begins with its draft, not with {type(fact).__name__}"
        raise ValueError(msg)
    return _evolved(replace(state, version=state.version + 1), fact)


def _evolved(  # noqa: PLR0911, PLR0912, C901 - one arm a fact
    state: Bulletin, fact: BulletinFact
) -> Bulletin:
    match fact:
        case BulletinDrafted():
            return state
        case SubjectSet():
            return replace(state, subject=fact.subject)
        case WordsGiven():
            said = Words(fact.key, fact.section, fact.place, fact.zh, fact.en)
            fresh_key = fact.key == words_key(state.words_count + 1)
            return replace(state, words=_with(state.words, said), words_count=state.words_count + fresh_key)
        case ConsentNoted():
            return replace(state, consents=state.consents | {fact.digest})
        case CaseProposed():
            rest = tuple(one for one in state.proposed if one.key != fact.key)
            fresh_key = fact.key == words_key(state.words_count + 1)
            return replace(state, proposed=(*rest, fact), words_count=state.words_count + fresh_key)
        case CaseCleared():
            case = next(one for one in state.proposed if one.key == fact.key)
            said = Words(case.key, case.section, Place.TYPICAL_CASE, case.zh, case.en)
            rest = tuple(one for one in state.proposed if one.key != fact.key)
            return replace(state, words=_with(state.words, said), proposed=rest)
        case StretchLetStand():
            return replace(state, let_stand=state.let_stand | {(fact.said, fact.by.name)})
        case WordsWithdrawn():
            state = replace(state, proposed=tuple(one for one in state.proposed if one.key != fact.key))
            return replace(state, words=tuple(words for words in state.words if words.key != fact.key))
        case FiguresFrozen():
            if state.published:
                return replace(state, frozen=fact)
            fresh = replace(state, frozen=fact, proof=None, reviewed_by=None, approval=None, freeze_wanted=False)
            return replace(fresh, status=Status.FIGURES_FROZEN)
        case ProofSent():
            return replace(state, status=Status.PROOF_SENT, proof=fact)
        case FigureDisputed():
            raised = Dispute(fact.dispute, fact.unit, fact.cells, fact.reason, raised=fact.occurred)
            return replace(state, disputes=(*state.disputes, raised))
        case DisputeUpheld():
            decided = _decided(state.disputes, fact, DisputeState.UPHELD)
            return replace(state, disputes=decided, freeze_wanted=True)
        case DisputeRejected():
            return replace(state, disputes=_decided(state.disputes, fact, DisputeState.REJECTED))
        case BulletinReviewed():
            status = state.status if state.published else Status.REVIEWED
            signed = SignedErratum(fact.erratum, fact.cause or "") if fact.erratum is not None else None
            return replace(state, status=status, reviewed_by=fact.by.name, signed_erratum=signed)
        case BulletinApproved():
            approval = Approval(fact.by.name, fact.occurred, fact.scope, fact.document_no, fact.without_proof)
            return replace(state, status=Status.APPROVED, approval=approval)
        case BulletinPublished():
            return replace(_with_edition(state, fact, fact.number), status=Status.PUBLISHED)
        case BulletinBroadcast():
            return replace(state, status=Status.BROADCAST)
        case BulletinCorrected():
            erratum = Erratum(fact.erratum, fact.occurred, fact.cause, fact.cells)
            corrected = replace(state, status=Status.CORRECTED, errata=(*state.errata, erratum))
            return _with_edition(corrected, fact, state.editions[-1].issue)
        case _:
            assert_never(fact)


def _with(words: tuple[Words, ...], said: Words) -> tuple[Words, ...]:
    if any(held.key == said.key for held in words):
        return tuple(said if held.key == said.key else held for held in words)
    return (*words, said)


def _decided(
    disputes: tuple[Dispute, ...], fact: DisputeUpheld | DisputeRejected, how: DisputeState
) -> tuple[Dispute, ...]:
    return tuple(
        replace(held, state=how, decision=fact.reason, decided=fact.occurred) if held.number == fact.dispute else held
        for held in disputes
    )


def _with_edition(state: Bulletin, fact: BulletinPublished | BulletinCorrected, issue: str) -> Bulletin:
    assert state.frozen is not None
    assert state.approval is not None
    edition = Edition(
        number=len(state.editions) + 1,
        issue=issue,
        at=fact.occurred,
        frozen=state.frozen,
        approval=state.approval,
        words=state.words,
        errata=state.errata,
        digest=fact.digest,
        signature=fact.signature,
        algorithm=fact.algorithm,
        public_key=fact.public_key,
        disputes=state.disputes,
    )
    # Two people sign each edition anew, where two are asked for.
    return replace(state, editions=(*state.editions, edition), reviewed_by=None, signed_erratum=None)


def fold(facts: Iterable[BulletinFact]) -> Bulletin | None:
    """Return the bulletin after these facts, ``None`` where there are none."""
    state: Bulletin | None = None
    for fact in facts:
        state = evolve(state, fact)
    return state
