"""The publication of the quarterly bulletin: frozen, proved by the units, approved, signed, shown, corrected."""

from __future__ import annotations

from base64 import b64encode
from collections import defaultdict
from collections.abc import Collection, Iterable, Mapping, Sequence
from copy import copy
from dataclasses import dataclass, field, replace
from datetime import date
from pathlib import Path
from typing import Any, Final, Protocol, cast
from uuid import UUID

from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat

from domain.bulletin import commands as c
from domain.bulletin import decide as d
from domain.bulletin import refusals as r
from domain.bulletin.events import (
    Basis,
    BulletinFact,
    BulletinListed,
    ChangedCell,
    ConsentNoted,
    Distribution,
    FiguresFrozen,
    Place,
    RetoldErratum,
    Scope,
)
from domain.bulletin.name import BulletinName, Subject
from domain.bulletin.state import Bulletin, Edition, Erratum, Status, fold, retold
from domain.facts import Actor, Moment
from domain.figures.indicators import EDITION
from domain.figures.unit_table import DIRECT, NO_UNIT
from domain.identity import bulletin_list_stream, bulletin_stream, position_of_receipt
from domain.periods import QUARTERS_IN_YEAR, Quarter
from domain.refusals import ChangedMeanwhile
from domain.timekeeping.rules import Purpose, Traits
from domain.words import Channel, ComplaintKind
from projections.cases import CasesProjection, case_registered_at, cases_now
from projections.episodes import EpisodesProjection
from projections.legs import LegsProjection
from projections.port import Connection
from projections.programme import ProgrammeProjection
from services.audit import LogTree
from services.instance import Instance
from services.log.deciding import Writer
from services.log.port import Append, Appended, AppendTogether, Log
from services.log.views import ViewStore
from services.once import facts_of_request
from services.publication.behind import Behind, behind_of
from services.publication.canonical import canonical, digest_of, read_canonical
from services.publication.derived import Stamp, cells_in, changed_cells, derive, stamp_of, stamp_of_draft, told_safely
from services.publication.document import Cell, key_of
from services.publication.files import EditionFiles
from services.publication.ground import may_be_listed
from services.publication.internal_edition import (
    EVALUATOR,
    EditionSettings,
    Heading,
    InternalEdition,
    can_rebuild,
    computed_on,
)
from services.publication.sections.units import UNIT_TABLES
from services.publication.tellings import names_beside
from services.redaction.masking import mask as masked
from services.redaction.published import identifying
from services.redaction.spans import Care, Places

ALGORITHM: Final = "Ed25519"
YEAR_MIN: Final = 1980
YEAR_MAX: Final = 2100
"""Bulletins are looked for in the quarters of these years."""

CELLS_REMEMBERED_MAX: Final = 4
"""The cells of so many editions are kept at hand with the rows behind them."""

VIEWS: Final = (CasesProjection.name, LegsProjection.name, EpisodesProjection.name, ProgrammeProjection.name)
"""The views that figures are made of."""


class EditionDiffers(Exception):
    """An edition was rebuilt and is not what was frozen or published; ``rebuild`` says where."""

    def __init__(self, name: BulletinName, wanted: str, found: str) -> None:
        super().__init__(
            f"{name} 重新计算的结果与原版不符（原 {wanted[:12]}…，今 {found[:12]}…），"
            f"请运行 bulletin rebuild {name} / "
            f"{name} computed again is not what it was: run bulletin rebuild {name}",
        )


class OtherEvaluator(Exception):
    """An edition was made by another version of the program, which alone can rebuild it."""

    def __init__(self, name: BulletinName, frozen: FiguresFrozen) -> None:
        super().__init__(
            f"{name} 由计算程序 {frozen.evaluator}、口径 {frozen.definitions} 生成，"
            f"本程序为 {EVALUATOR}、{EDITION} / "
            f"{name} was made by evaluator {frozen.evaluator} and definitions {frozen.definitions}, "
            f"this is {EVALUATOR} and {EDITION}",
        )


class Follower(Protocol):
    """What publication asks of the runner of views."""

    def catch_up(self) -> None:
        """Bring every view to the log's end."""


@dataclass(frozen=True, slots=True)
class Shown:
    """An edition as it is served: its canonical bytes, what they say, and the published edition, where it is one."""

    content: bytes
    document: dict[str, Any]
    digest: str
    edition: Edition | None


@dataclass(frozen=True, slots=True)
class Correction:
    """An erratum that was computed and not published: the bulletin it was computed on, the edition that it corrects.

    ``internal`` and ``content`` are the canonical bytes of the internal edition and of the corrected one.
    """

    name: BulletinName
    state: Bulletin
    corrects: Edition
    command: c.Correct
    internal: bytes
    content: bytes


@dataclass(frozen=True, slots=True)
class PublicationSettings:
    """What is data about publishing: with ``two_people`` nothing is approved or corrected by one person alone.

    ``printed_by`` and ``copied_to`` stand in the imprint where an approval names nobody else.
    """

    two_people: bool = False
    editions: EditionSettings = field(default_factory=EditionSettings)
    printed_by: str | None = None
    copied_to: tuple[str, ...] = ()


class Publication:
    """Everything that can be done with bulletins; every method raises the ``Refusal`` of the rule that it breaks."""

    def __init__(
        self,
        log: Log,
        writer: Writer,
        instance: Instance,
        runner: Follower,
        views: ViewStore,
        signing: Ed25519PrivateKey,
        folder: Path,
        settings: PublicationSettings | None = None,
    ) -> None:
        """Keep editions in ``folder``."""
        chosen = settings or PublicationSettings()
        self._log = log
        self._writer = writer
        self._instance = instance
        self._runner = runner
        self._views = views
        self._signing = signing
        self._files = EditionFiles(folder)
        self._cells: dict[str, dict[str, Cell]] = {}
        self._cause: str | None = None
        self._two_people = chosen.two_people
        self._settings = chosen.editions
        self._printed_by, self._copied_to = chosen.printed_by, chosen.copied_to

    def asked(self, cause: str | None) -> Publication:
        """Return this publication for one request, whose ``cause`` makes its step happen once; ``None``: no key."""
        bound = copy(self)
        bound._cause = cause  # noqa: SLF001 - its own copy
        return bound

    # --- the life -------------------------------------------------------------------------------------------------

    def freeze(self, name: BulletinName, by: Actor, at: Moment) -> Bulletin:
        """Freeze the figures at the position that the views have reached, and keep the internal edition.

        Raises ``ProjectionStopped`` and ``LogDamaged`` where the figures cannot be had.
        """
        state = self.bulletin(name)
        d.may_freeze(state, name, at)
        command, internal = self._frozen(name, by, at)
        self._files.keep(internal.content)
        return self._decide(name, state, command, self._beside(name, command.position))

    def special(self, name: BulletinName, by: Actor, at: Moment, *, title: str, subject: Subject) -> Bulletin:
        """Begin a special report (专报) on a subject, or change the subject before the figures are frozen."""
        _must_identify_nobody(title=title)
        units = tuple(self._instance.units.resolve(unit.strip()) or unit for unit in subject.units)
        command = c.DraftSpecial(
            by=by,
            at=at,
            quarter=str(name),
            title=title,
            issuer=self._instance.opened.lead_body,
            subject=replace(subject, units=units),
        )
        return self._decide(name, self.bulletin(name), command)

    def words(  # noqa: PLR0913 - a paragraph has so many particulars
        self,
        name: BulletinName,
        by: Actor,
        at: Moment,
        *,
        section: int,
        place: Place,
        zh: str,
        en: str | None = None,
        key: str | None = None,
        basis: Basis | None = None,
        second: str | None = None,
        mask: bool = False,
        proposed: bool = False,
    ) -> Bulletin:
        """Write a paragraph, typical case or requirement; with ``key`` in the place of words that stand.

        What would identify somebody is refused; with ``mask`` the words are written masked. A typical case names no
        place below town and street district; ``proposed``, it waits for a second person. What another person than the
        writer let stand is not refused.
        """
        state = self.bulletin(name)
        places = Places.STRICT if place is Place.TYPICAL_CASE else Places.PUBLIC
        if mask:
            zh = masked(zh, places=places, care=Care.LIKELY).text
            en = None if en is None else masked(en, places=places, care=Care.LIKELY).text
        let_stand = _let_stand_for(state, by)
        title, issuer = self._heading(state, name)
        command = c.GiveWords(
            by=by,
            at=at,
            quarter=str(name),
            title=title,
            issuer=issuer,
            section=section,
            place=place,
            zh=zh,
            en=en,
            key=key,
            basis=basis,
            second=second,
            proposed=proposed,
            identifying=identifying(zh, en, places=places, let_stand=let_stand),
        )
        return self._decide(name, state, command)

    def consent(
        self, name: BulletinName, by: Actor, at: Moment, *, complaint: UUID, zh: str, how: str, given_on: date
    ) -> Bulletin:
        """Note that the person of a complaint agreed to a text, by which evidence and on which day."""
        state = self.bulletin(name)
        title, issuer = self._heading(state, name)
        command = c.NoteConsent(
            by=by,
            at=at,
            quarter=str(name),
            title=title,
            issuer=issuer,
            complaint=complaint,
            zh=zh,
            how=how,
            given_on=given_on,
        )
        return self._decide(name, state, command)

    def clear_case(self, name: BulletinName, by: Actor, at: Moment, *, key: str, digest: str) -> Bulletin:
        """Let a proposed typical case stand, as the second person who looked at the text of this digest."""
        return self._decide(name, self.standing(name), c.ClearCase(by=by, at=at, key=key, digest=digest))

    def let_stand(self, name: BulletinName, by: Actor, at: Moment, *, said: str, reason: str) -> Bulletin:
        """Note that a stretch which the anonymiser would mask identifies nobody, and why, for whoever else writes."""
        state = self.bulletin(name)
        title, issuer = self._heading(state, name)
        command = c.LetStand(by=by, at=at, quarter=str(name), title=title, issuer=issuer, said=said, reason=reason)
        return self._decide(name, state, command)

    def withdraw_words(self, name: BulletinName, by: Actor, at: Moment, key: str) -> Bulletin:
        """Take words out of the edition to come."""
        return self._decide(name, self.standing(name), c.WithdrawWords(by=by, at=at, key=key))

    def proof(self, name: BulletinName, by: Actor, at: Moment) -> Bulletin:
        """Send the units their figures: everyone in the tables by unit may object within the limit of the rules."""
        self._instance.refresh()
        state = self.standing(name)
        units = _units_in(self._frozen_document(name, state.frozen)) if state.frozen is not None else ()
        deadline = self._instance.rules.deadline(
            Purpose.OBJECTION,
            at,
            Traits(Channel.HOTLINE, ComplaintKind.OTHER),
        )
        return self._decide(name, state, c.SendProof(by=by, at=at, units=units, deadline=deadline))

    def dispute(
        self,
        name: BulletinName,
        by: Actor,
        at: Moment,
        *,
        unit: str,
        cells: Sequence[str],
        reason: str,
        mask: bool = False,
    ) -> Bulletin:
        """Object to cells on behalf of a unit: its own, and to any other only as a supervisor.

        A reason that would identify somebody is refused; with ``mask`` it is written masked. Raises ``NoSuchCell``
        where the edition has none of this id.
        """
        state = self.standing(name)
        named = self._instance.units.resolve(unit.strip()) or unit
        own: tuple[str, ...] = ()
        if state.frozen is not None:
            document = self._frozen_document(name, state.frozen)
            _must_have_cells(document, cells)
            own = _own_cells(document, named)
        why = _kept(state, by, mask=mask, reason=reason)
        command = c.DisputeFigure(by=by, at=at, unit=named, cells=tuple(cells), own=own, reason=why)
        return self._decide(name, state, command)

    def uphold(
        self, name: BulletinName, by: Actor, at: Moment, dispute: int, reason: str, *, mask: bool = False
    ) -> Bulletin:
        """Decide that an objection is right, as another person than who raised it; the figures are frozen anew."""
        state = self.standing(name)
        why = _kept(state, by, mask=mask, reason=reason)
        return self._decide(name, state, c.UpholdDispute(by=by, at=at, dispute=dispute, reason=why))

    def reject(
        self, name: BulletinName, by: Actor, at: Moment, dispute: int, reason: str, *, mask: bool = False
    ) -> Bulletin:
        """Decide that an objection is not right, as another person than who raised it."""
        state = self.standing(name)
        why = _kept(state, by, mask=mask, reason=reason)
        return self._decide(name, state, c.RejectDispute(by=by, at=at, dispute=dispute, reason=why))

    def approve(
        self,
        name: BulletinName,
        by: Actor,
        at: Moment,
        *,
        scope: Scope = Scope.PUBLIC,
        document_no: str | None = None,
        without_proof: str | None = None,
        printed_by: str | None = None,
        copied_to: Sequence[str] | None = None,
    ) -> Bulletin:
        """Approve the edition for a scope, the review included; of two people, the first one's word is the review.

        ``printed_by`` and ``copied_to`` are what the imprint says, ``None`` for what the settings say; where neither
        names anybody there is none.
        """
        distribution = self._distribution(printed_by, copied_to)
        names = None if distribution is None else "，".join((distribution.printed_by, *distribution.copied_to))
        _must_identify_nobody(document_no=document_no, without_proof=without_proof, copied_to=names)
        command = c.Approve(
            by=by,
            at=at,
            scope=scope,
            document_no=document_no,
            without_proof=without_proof,
            distribution=distribution,
        )
        return self._decide(name, self.standing(name), command)

    def publish(self, name: BulletinName, by: Actor, at: Moment) -> Bulletin:
        """Give the approved edition its number, sign its bytes and keep them."""
        state = self.standing(name)
        approval = d.may_publish(state)
        assert state.frozen is not None, "what is approved is frozen"
        others = self._same_year(name)
        number = name.number(sum(other.published for other in others.values() if other is not None))
        stamp = Stamp(approval.scope, Status.PUBLISHED, number, 1, at, approval, state.words, disputes=state.disputes)
        content = self._derived(name, state.frozen, stamp)
        command = c.Publish(by=by, at=at, number=number, **self._sealed(content))
        # Nobody publishes another of its sort and year meanwhile: the number rests on these versions.
        guards = [Append(_stream(other), held.version if held is not None else 0, ()) for other, held in others.items()]
        if name.listed:
            # One that began after it was looked would be numbered among them too.
            guards.append(Append(bulletin_list_stream(), len(self._listed()), ()))
        published = self._decide(name, state, command, guards)
        self._files.keep(content)
        return published

    def broadcast(self, name: BulletinName, by: Actor, at: Moment, station: str, *, mask: bool = False) -> Bulletin:
        """Write down that the edition was read out; a station that would identify somebody is refused, or masked."""
        aired_on = at.at.astimezone(self._instance.zone).date()
        state = self.standing(name)
        said = _kept(state, by, mask=mask, station=station)
        return self._decide(name, state, c.NoteBroadcast(by=by, at=at, aired_on=aired_on, station=said))

    def correct(self, name: BulletinName, by: Actor, at: Moment, cause: str, edition: int | None = None) -> Bulletin:
        """Publish a numbered erratum: the figures as they are known now, and every cell that they change.

        ``edition`` is the number of the edition that the author looked at. Raises ``CorrectedSince`` where another
        erratum came in between, before this was asked or while it was computed.
        """
        return self.carry_out(self.correction(name, by, at, cause, edition))

    def correction(
        self, name: BulletinName, by: Actor, at: Moment, cause: str, edition: int | None = None
    ) -> Correction:
        """Return what an erratum would change and in which edition, and record nothing.

        Raises every refusal that the erratum itself would meet.
        """
        state = self.standing(name)
        d.may_correct(state, cause, edition)
        _must_identify_nobody(cause=cause)
        last = state.editions[-1]
        before = self._edition_document(name, last)
        freeze, internal = self._frozen(name, by, at)
        stamp = Stamp(
            last.approval.scope,
            Status.CORRECTED,
            last.issue,
            last.number + 1,
            at,
            last.approval,
            state.words,
            disputes=state.disputes,
        )
        changed = changed_cells(before, derive(internal.document, freeze.digest, stamp, self._instance.zone))
        with self._views.reading() as conn:
            consented = self._consented(name)

            def safely(told: Iterable[ChangedCell]) -> tuple[ChangedCell, ...]:
                return told_safely(
                    told,
                    lambda receipt: _is_public(conn, receipt),
                    lambda digest: all(map(may_be_listed, cases_now(conn, consented.get(digest, ())))),
                )

            cells = safely(changed)
            anew = tuple(
                RetoldErratum(one.number, told) for one in state.errata if (told := safely(one.cells)) != one.cells
            )
        erratum = Erratum(len(state.errata) + 1, at, cause.strip(), cells)
        stamp = replace(stamp, errata=(*retold(state.errata, anew), erratum))
        content = canonical(derive(internal.document, freeze.digest, stamp, self._instance.zone))
        sealed = self._sealed(content)
        command = c.Correct(
            by=by, at=at, cause=cause, edition=edition, frozen=freeze, cells=cells, retold=anew, **sealed
        )
        d.decide(state, command, two_people=self._two_people)
        return Correction(name, state, last, command, internal.content, content)

    def _consented(self, name: BulletinName) -> dict[str, set[UUID]]:
        """Return the complaints whose persons agreed to a text, by the text's digest."""
        consented: dict[str, set[UUID]] = defaultdict(set)
        for one in self._log.read_stream(_stream(name)):
            if isinstance(one.fact, ConsentNoted):
                consented[one.fact.digest].add(one.fact.complaint)
        return consented

    def carry_out(self, correction: Correction) -> Bulletin:
        """Publish an erratum that was looked at: that very one, or none.

        Raises ``CorrectedSince`` where another one was published meanwhile, ``ChangedMeanwhile`` where anything else
        about the bulletin was recorded.
        """
        name, last = correction.name, correction.corrects.number
        try:
            beside = self._beside(name, correction.command.frozen.position)
            corrected = self._decide(name, correction.state, correction.command, beside)
        except ChangedMeanwhile:
            d.may_correct(self.standing(name), correction.command.cause, last)
            raise
        if len(corrected.editions) > last:
            self._files.keep(correction.internal)
            self._files.keep(correction.content)
        return corrected

    # --- looking ----------------------------------------------------------------------------------------------------

    def happened(self, name: BulletinName) -> Bulletin | None:
        """Return the bulletin where this request was carried out before, ``None`` where it was not.

        Raises ``KeyUsedForAnother`` where its key came with another body.
        """
        if self._cause is None or not facts_of_request(self._log.read_stream(_stream(name)), self._cause):
            return None
        return self.bulletin(name)

    def proof_of(self, name: BulletinName, unit: str) -> list[dict[str, Any]]:
        """Return the lines of one unit in the figures frozen last, each with the title and columns of its table.

        Raises ``NoSuchBulletin`` and ``NothingFrozen``.
        """
        state = self.standing(name)
        if state.frozen is None:
            raise r.NothingFrozen
        document = self._frozen_document(name, state.frozen)
        return [
            {"table": table["key"], "title": table["title"], "columns": table["columns"], "line": line}
            for section in document["sections"]
            if section["key"] == "units"
            for table in section["tables"]
            if table["key"] in UNIT_TABLES
            for line in table["rows"]
            if line["head"] == unit
        ]

    def bulletin(self, name: BulletinName) -> Bulletin | None:
        """Return a quarter's bulletin as it stands, ``None`` where there is none."""
        return fold(cast("BulletinFact", one.fact) for one in self._log.read_stream(_stream(name)))

    def bulletins(self) -> list[Bulletin]:
        """Return every bulletin: the last period first, of one period the quarter's before special reports."""
        quarters = [
            BulletinName(Quarter(year, n + 1)) for year in range(YEAR_MIN, YEAR_MAX) for n in range(QUARTERS_IN_YEAR)
        ]
        standing = self._log.versions(_stream(name) for name in quarters)
        names = [name for name in quarters if _stream(name) in standing] + self._listed()
        names.sort(key=lambda name: name.series or "")
        names.sort(key=lambda name: (name.period.last_day, name.period.kind.value), reverse=True)
        found = (self.bulletin(name) for name in names)
        return [bulletin for bulletin in found if bulletin is not None]

    def show(self, name: BulletinName, edition: int | None = None) -> Shown:
        """Return an edition's bytes: a published one by number, else the last one, else the draft as it stands.

        Raises ``NoSuchBulletin``, ``NothingFrozen``, ``NoSuchEdition``; ``EditionDiffers`` and ``OtherEvaluator`` where
        the file is gone and the log does not give it back.
        """
        state = self.bulletin(name)
        if state is None:
            raise r.NoSuchBulletin(quarter=name)
        if edition is None and not state.published:
            if state.frozen is None:
                raise r.NothingFrozen
            content = self._derived(name, state.frozen, stamp_of_draft(state))
            return Shown(content, read_canonical(content), digest_of(content), None)
        number = len(state.editions) if edition is None else edition
        if not 1 <= number <= len(state.editions):
            raise r.NoSuchEdition(field="edition", edition=edition, count=len(state.editions))
        held = state.editions[number - 1]
        content = self._edition_content(name, held)
        return Shown(content, read_canonical(content), held.digest, held)

    def cells(self, name: BulletinName, cell: str, edition: int | None = None) -> Behind:
        """Return what stands behind a cell: cases or legs of numerator and denominator, and the events of each.

        Raises ``NoSuchCell`` beside what ``show`` raises.
        """
        frozen = self.frozen_of(name, edition)
        found = self._cells_of(name, frozen).get(cell)
        if found is None:
            raise r.NoSuchCell(field="cell", cell=cell)
        return behind_of(self._log, found, frozen.position)

    def frozen_of(self, name: BulletinName, edition: int | None = None) -> FiguresFrozen:
        """Return what an edition was frozen with: a published one by number, else the last, else the draft.

        Raises ``NoSuchBulletin``, ``NoSuchEdition``, ``NothingFrozen``.
        """
        state = self.bulletin(name)
        if state is None:
            raise r.NoSuchBulletin(quarter=name)
        if edition is not None and not 1 <= edition <= len(state.editions):
            raise r.NoSuchEdition(field="edition", edition=edition, count=len(state.editions))
        if state.published:
            frozen: FiguresFrozen | None = state.editions[edition - 1 if edition is not None else -1].frozen
        else:
            frozen = state.frozen
        if frozen is None:
            raise r.NothingFrozen
        return frozen

    def internal_document(self, name: BulletinName, edition: int | None = None) -> dict[str, Any]:
        """Return the internal edition as it was frozen; raises what ``frozen_of`` and ``show`` raise."""
        return self._frozen_document(name, self.frozen_of(name, edition))

    # --- the parts --------------------------------------------------------------------------------------------------

    def _distribution(self, printed_by: str | None, copied_to: Sequence[str] | None) -> Distribution | None:
        """Return what an imprint says, the settings filling in for what was not said. Raises ``NobodyPrints``."""
        printer = self._printed_by if printed_by is None else printed_by
        copies = self._copied_to if copied_to is None else tuple(copied_to)
        if printer is None:
            if copies:
                raise r.NobodyPrints(field="printed_by")
            return None
        return Distribution(printer, copies)

    def _heading(self, state: Bulletin | None, name: BulletinName) -> tuple[str, str]:
        return (name.title, self._instance.opened.lead_body) if state is None else (state.title, state.issuer)

    def _listed(self) -> list[BulletinName]:
        """Return the bulletins that are not found by their quarter."""
        facts = (cast("BulletinListed", one.fact) for one in self._log.read_stream(bulletin_list_stream()))
        return [BulletinName.parse(fact.name) for fact in facts]

    def standing(self, name: BulletinName) -> Bulletin:
        """Return a bulletin as it stands. Raises ``NoSuchBulletin``."""
        state = self.bulletin(name)
        if state is None:
            raise r.NoSuchBulletin(quarter=name)
        return state

    def _same_year(self, name: BulletinName) -> dict[BulletinName, Bulletin | None]:
        """Return the others that a bulletin is numbered among, begun or not where they are known by their period."""
        year = name.period.year
        if name.listed:
            among = [one for one in self._listed() if one.period.year == year and one.sort == name.sort]
        else:
            among = [BulletinName(Quarter(year, n + 1)) for n in range(QUARTERS_IN_YEAR)]
        return {other: self.bulletin(other) for other in among if other != name}

    def _beside(self, name: BulletinName, position: int) -> list[Append]:
        """Return what holds the editions beside one to what was known of them at a position.

        Two that are frozen at the same moment would not know what the other one tells of topics.
        """
        return [
            Append(_stream(other), sum(one.position <= position for one in self._log.read_stream(_stream(other))), ())
            for other in names_beside(name)
            if other != name
        ]

    def _decide(
        self,
        name: BulletinName,
        state: Bulletin | None,
        command: c.BulletinCommand,
        guards: Iterable[Append] = (),
    ) -> Bulletin:
        """Record what follows from a wish about a bulletin as it was looked at; raises ``ChangedMeanwhile``."""
        facts = d.decide(state, command, two_people=self._two_people)
        if state is not None and not facts:
            return state
        own = Append(_stream(name), state.version if state is not None else 0, facts, self._cause)
        settled = self._writer.append(AppendTogether((own, *guards, *self._listing(name, state, command))))
        if not isinstance(settled, Appended):
            raise ChangedMeanwhile
        return self.standing(name)

    def _listing(self, name: BulletinName, state: Bulletin | None, command: c.BulletinCommand) -> tuple[Append, ...]:
        """Return what puts a bulletin that begins into the list, where its quarter does not find it."""
        if not name.listed or state is not None:
            return ()
        held = len(self._log.read_stream(bulletin_list_stream()))
        return (
            Append(
                bulletin_list_stream(),
                held,
                (BulletinListed(by=command.by, occurred=command.at, name=str(name)),),
            ),
        )

    def _frozen(self, name: BulletinName, by: Actor, at: Moment) -> tuple[c.Freeze, InternalEdition]:
        """Compute the internal edition on what is known now, and return the wish to freeze it; nothing is kept."""
        self._runner.catch_up()
        reached = self._views.positions()
        position = min(reached[name] for name in VIEWS)
        root = LogTree(self._log).root_of(0, position).hex()
        title, issuer = self._heading(self.bulletin(name), name)
        internal = self._computed(name, position, root, self._settings)
        freeze = c.Freeze(
            by=by,
            at=at,
            quarter=str(name),
            title=title,
            issuer=issuer,
            position=position,
            root=root,
            definitions=EDITION,
            evaluator=self._settings.evaluator,
            # What was in force: an adopted edition of the definitions says more than the settings do.
            rounding=internal.ground.window.settings.rounding,
            fairly_satisfied_weight=str(internal.ground.window.settings.fairly_satisfied_weight),
            grades=self._settings.grades,
            digest=digest_of(internal.content),
            as_of=internal.ground.window.as_of,
            known_at=internal.ground.known_at,
            topics=internal.topics,
        )
        return freeze, internal

    def _computed(self, name: BulletinName, position: int, root: str, settings: EditionSettings) -> InternalEdition:
        state = self.bulletin(name)
        heading = Heading(*self._heading(state, name), root, None if state is None else state.subject)
        with self._views.reading() as conn:
            return computed_on(self._log, conn, self._instance.zone, name, position, heading, settings)

    def _cells_of(self, name: BulletinName, frozen: FiguresFrozen) -> dict[str, Cell]:
        """Return the cells of frozen figures with their rows; those asked for last are remembered."""
        held = self._cells.pop(frozen.digest, None)
        if held is None:
            self._runner.catch_up()
            internal = self._computed(name, frozen.position, frozen.root, EditionSettings.of(frozen))
            held = {cell.id: cell for cell in internal.cells()}
        self._cells[frozen.digest] = held
        while len(self._cells) > CELLS_REMEMBERED_MAX:
            self._cells.pop(next(iter(self._cells)), None)
        return held

    def _frozen_content(self, name: BulletinName, frozen: FiguresFrozen) -> bytes:
        """Return the frozen internal edition from its file, or from the log where that is gone or wrong."""
        content = self._files.read(frozen.digest)
        if content is not None:
            return content
        if not can_rebuild(frozen):
            raise OtherEvaluator(name, frozen)
        self._runner.catch_up()
        content = self._computed(name, frozen.position, frozen.root, EditionSettings.of(frozen)).content
        if digest_of(content) != frozen.digest:
            raise EditionDiffers(name, frozen.digest, digest_of(content))
        self._files.keep(content)
        return content

    def _frozen_document(self, name: BulletinName, frozen: FiguresFrozen) -> dict[str, Any]:
        return read_canonical(self._frozen_content(name, frozen))

    def _derived(self, name: BulletinName, frozen: FiguresFrozen, stamp: Stamp) -> bytes:
        document = self._frozen_document(name, frozen)
        return canonical(derive(document, frozen.digest, stamp, self._instance.zone))

    def _edition_content(self, name: BulletinName, edition: Edition) -> bytes:
        content = self._files.read(edition.digest)
        if content is not None:
            return content
        content = self._derived(name, edition.frozen, stamp_of(edition))
        if digest_of(content) != edition.digest:
            raise EditionDiffers(name, edition.digest, digest_of(content))
        self._files.keep(content)
        return content

    def _edition_document(self, name: BulletinName, edition: Edition) -> dict[str, Any]:
        return read_canonical(self._edition_content(name, edition))

    def _sealed(self, content: bytes) -> dict[str, str]:
        public = self._signing.public_key().public_bytes(Encoding.PEM, PublicFormat.SubjectPublicKeyInfo)
        return {
            "digest": digest_of(content),
            "signature": b64encode(self._signing.sign(content)).decode("ascii"),
            "algorithm": ALGORITHM,
            "public_key": public.decode("ascii"),
        }


def _stream(name: BulletinName) -> UUID:
    return bulletin_stream(str(name))


def _is_public(conn: Connection, receipt: str) -> bool:
    """Say whether the case of a receipt number may be listed as it stands now; one that nobody knows may not."""
    position = position_of_receipt(receipt)
    case = None if position is None else case_registered_at(conn, position)
    return case is not None and may_be_listed(case)


def _must_identify_nobody(let_stand: Collection[str] = (), /, **said: str | None) -> None:
    """Refuse words that every edition prints where they would identify somebody. Raises ``WordsIdentifySomebody``."""
    for name, text in said.items():
        if text is not None and (found := identifying(text, let_stand=let_stand)):
            raise r.WordsIdentifySomebody(field=name, found="、".join(found))


def _kept(state: Bulletin, by: Actor, *, mask: bool, **said: str) -> str:
    """Return one text that is kept for ever, masked where that was asked. Raises ``WordsIdentifySomebody``."""
    ((name, text),) = said.items()
    if mask:
        text = masked(text, care=Care.LIKELY).text
    _must_identify_nobody(_let_stand_for(state, by), **{name: text})
    return text


def _let_stand_for(state: Bulletin | None, by: Actor) -> set[str]:
    """Return the stretches that another person than the writer found to identify nobody."""
    return set() if state is None else {said for said, who in state.let_stand if who != by.name}


def _own_cells(document: Mapping[str, Any], unit: str) -> tuple[str, ...]:
    """Return the cells of a unit's own lines: in the tables that have a line a unit, and in the lists of cases."""
    tables = (table for section in document["sections"] for table in section["tables"])
    own = (line for table in tables for line in table["rows"] if _is_of(line, unit))
    return tuple(cell["id"] for line in own for cell in line["cells"])


def _is_of(line: Mapping[str, Any], unit: str) -> bool:
    """Whether a line is a unit's: its cells go by the unit's key, or one of them names it as the unit."""
    if line["head"] == unit:
        return any(key_of(unit) in cell["id"].split(".") for cell in line["cells"])
    return any(cell["id"].endswith(".unit") and cell["text"] == unit for cell in line["cells"])


def _units_in(document: Mapping[str, Any]) -> tuple[str, ...]:
    """Return the units that stand in the tables by unit, each once."""
    tables = (table for section in document["sections"] if section["key"] == "units" for table in section["tables"])
    heads = (line["head"] for table in tables if table["key"] in UNIT_TABLES for line in table["rows"])
    return tuple(dict.fromkeys(head for head in heads if head not in {DIRECT, NO_UNIT}))


def _must_have_cells(document: Mapping[str, Any], cells: Iterable[str]) -> None:
    held = {cell["id"] for section in document["sections"] for cell in cells_in(section)}
    for cell in cells:
        if cell not in held:
            raise r.NoSuchCell(field="cells", cell=cell)
