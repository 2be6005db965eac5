"""What stands of a bulletin after its facts: words, objections, approval, editions and errata."""

from __future__ import annotations

from dataclasses import dataclass, replace
from enum import StrEnum
from hashlib import sha256
from typing import TYPE_CHECKING, assert_never

from domain.bulletin.name import Subject
from domain.facts import Moment

if TYPE_CHECKING:
    from collections.abc import Iterable

from domain.bulletin.events import (
    BulletinApproved,
    BulletinBroadcast,
    BulletinCorrected,
    BulletinDrafted,
    BulletinFact,
    BulletinPublished,
    BulletinReviewed,
    CaseCleared,
    CaseProposed,
    ChangedCell,
    ConsentNoted,
    DisputeRejected,
    DisputeUpheld,
    Distribution,
    FigureDisputed,
    FiguresFrozen,
    Place,
    ProofSent,
    RetoldErratum,
    Scope,
    StretchLetStand,
    SubjectSet,
    WordsGiven,
    WordsWithdrawn,
)


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


class DisputeState(StrEnum):
    """Whether an objection waits, was upheld or was rejected."""

    OPEN = "open"
    UPHELD = "upheld"
    REJECTED = "rejected"


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
    raised_by: str | None = None


@dataclass(frozen=True, slots=True)
class Approval:
    """For whom the edition was approved, by whom and when, under which document number."""

    by: str
    at: Moment
    scope: Scope
    document_no: str | None
    without_proof: str | None
    distribution: Distribution | None = None


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
            raised = Dispute(
                fact.dispute, fact.unit, fact.cells, fact.reason, raised=fact.occurred, raised_by=fact.by.name
            )
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
            approval = Approval(
                fact.by.name, fact.occurred, fact.scope, fact.document_no, fact.without_proof, fact.distribution
            )
            return replace(state, status=Status.APPROVED, approval=approval)
        case BulletinPublished():
            return replace(_with_edition(state, fact, fact.number), status=Status.PUBLISHED)
        case BulletinBroadcast():
            return replace(state, status=Status.BROADCAST)
        case BulletinCorrected():
            erratum = Erratum(fact.erratum, fact.occurred, fact.cause, fact.cells)
            before = retold(state.errata, fact.retold)
            corrected = replace(state, status=Status.CORRECTED, errata=(*before, erratum))
            return _with_edition(corrected, fact, state.editions[-1].issue)
        case _:
            assert_never(fact)


def retold(errata: tuple[Erratum, ...], anew: Iterable[RetoldErratum]) -> tuple[Erratum, ...]:
    """Return errata with the cells of those that are told anew."""
    cells = {one.erratum: one.cells for one in anew}
    return tuple(replace(held, cells=cells.get(held.number, held.cells)) for held in errata)


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
