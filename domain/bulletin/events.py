"""The facts of a bulletin (行风热线季度通报), from its draft to its errata.

One stream a quarter. Figures are frozen at a position of the log, shown to the units, approved, signed and published; a
published edition never changes, and a correction is a numbered erratum beside it. Every published word that is not a
figure stands in a fact of the bulletin itself, already redacted, so that erasing a person never changes an edition.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime
from enum import StrEnum
from uuid import UUID

from domain.bulletin.name import Subject
from domain.facts import Fact, topic
from domain.figures.figure import Rounding
from domain.timekeeping.deadlines import Deadline

SECTIONS = 10
"""A bulletin has ten sections; one without content says why."""


class Scope(StrEnum):
    """For whom an edition, or one section of it, is (范围): the office, those it is sent to, everybody."""

    INTERNAL = "internal"
    LIMITED = "limited"
    PUBLIC = "public"


SCOPE_CHINESE = {Scope.INTERNAL: "内部", Scope.LIMITED: "有限范围", Scope.PUBLIC: "公开"}


class Place(StrEnum):
    """What a published word is: a paragraph, a typical case (典型案例) or a requirement (工作要求)."""

    PARAGRAPH = "paragraph"
    TYPICAL_CASE = "typical_case"
    REQUIREMENT = "requirement"


class Basis(StrEnum):
    """Why a typical case may be told: the person agreed, or nobody could be known from it."""

    CONSENT = "consent"
    ANONYMISED = "anonymised"


@dataclass(frozen=True, slots=True)
class ChangedCell:
    """A cell or published word that an erratum changes: its id, its text before and after; ``—`` where it was not."""

    id: str
    old: str
    new: str


@dataclass(frozen=True, slots=True)
class RetoldErratum:
    """What later editions print of an earlier erratum: its number, and cells without cases that are public no more."""

    erratum: int
    cells: tuple[ChangedCell, ...]


class TopicsCounted(StrEnum):
    """Of which matters topics are counted: of those registered in the period, or of those answered in it."""

    REGISTERED = "registered"
    ANSWERED = "answered"


@dataclass(frozen=True, slots=True)
class TopicsTold:
    """Which topics an edition names with their counts, and for which the count before follows from a change.

    Editions of overlapping periods look here before they say what would follow from both.
    """

    counted: TopicsCounted
    named: tuple[str, ...] = ()
    compared: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Distribution:
    """What the imprint of a printed edition says (版记): who printed it (印发机关), and who has copies (抄送机关)."""

    printed_by: str
    copied_to: tuple[str, ...] = ()


PRINTED_BY_CHARACTERS_MAX = 60
COPIED_TO_CHARACTERS_MAX = 500
"""The imprint stands on one page: so many characters at most, the commas between the names included."""


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


@topic("bulletin.figures_frozen.v2")
@dataclass(frozen=True, slots=True, kw_only=True)
class FiguresFrozen(Fact):
    """The figures were frozen at a position of the log (数据冻结).

    ``root`` is the tree's root over that many events, ``digest`` the SHA-256 of the canonical internal edition, both
    hexadecimal. ``as_of`` is the last instant whose acts count, ``known_at`` when the last event was recorded.
    ``rounding``, ``fairly_satisfied_weight`` (a fraction such as 1 or 1/2) and ``grades`` are the settings in force.
    ``topics`` are what the edition tells of topics; ``None`` of figures that were frozen before that was written down.
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
    topics: TopicsTold | None = None


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


@topic("bulletin.approved.v2")
@dataclass(frozen=True, slots=True, kw_only=True)
class BulletinApproved(Fact):
    """The edition was approved for a scope (批准), under a document number where there is one.

    ``without_proof`` is the reason for approving before the units had their proof and time to object. Without
    ``distribution`` the edition has no imprint.
    """

    scope: Scope
    document_no: str | None = None
    without_proof: str | None = None
    distribution: Distribution | None = None


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


@topic("bulletin.corrected.v2")
@dataclass(frozen=True, slots=True, kw_only=True)
class BulletinCorrected(Fact):
    """A numbered erratum was published beside the edition (勘误): its cause, and every cell that it changes.

    The figures are those of the ``FiguresFrozen`` just before it; digest and signature are of the corrected edition.
    Cells of cases that are no longer public are counted and not told; ``retold`` does so for errata before this one.
    """

    erratum: int
    cause: str
    cells: tuple[ChangedCell, ...]
    digest: str
    signature: str
    algorithm: str
    public_key: str
    retold: tuple[RetoldErratum, ...] = ()


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
