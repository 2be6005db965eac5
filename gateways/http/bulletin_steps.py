"""The life of a bulletin (通报的流程) over HTTP: frozen, proved, objected to, approved, published, corrected."""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from dataclasses import dataclass
from datetime import date
from typing import TYPE_CHECKING, Annotated, Any
from uuid import UUID

from fastapi import Depends, Path, Query, Request
from pydantic import BaseModel, JsonValue
from pydantic import Field as Described

from domain.bulletin.events import Basis, Place, Scope
from domain.bulletin.name import BulletinName, Subject
from domain.bulletin.refusals import NotInProof
from domain.bulletin.state import Bulletin, Status
from domain.facts import Actor, Moment
from domain.words import Channel, ComplaintKind
from gateways.http.bodies import LIST_ITEMS_MAX, Body, Code, Name, Text
from gateways.http.bulletins import EDITIONS_MAX, QuarterPath
from gateways.http.caller import Caller, House, IdempotencyKey, cause_of, moment, see
from gateways.http.problems import fault
from services.publication.publication import Publication
from services.publication.standing import bulletin_json, correction_json
from services.redaction.published import typical_case

if TYPE_CHECKING:
    from gateways.app import Hangfeng

CELLS_PER_OBJECTION_MAX = 200
DISPUTES_MAX = 10_000

DisputePath = Annotated[int, Path(ge=1, le=DISPUTES_MAX, description="异议序号 / the objection's number")]
WordsKeyPath = Annotated[str, Path(pattern=r"^w[0-9]{1,5}$", description="文字的键 / the key of words")]
Digest = Annotated[str, Described(pattern=r"^[0-9a-f]{64}$")]
Conditions = Annotated[tuple[Code, ...], Described(max_length=LIST_ITEMS_MAX)]


class NoWords(Body):
    """Nothing needs saying."""


class SpecialBody(Body):
    """A special report (专报): its title, and the conditions that a matter must meet, all of those given."""

    title: Name
    kinds: Annotated[tuple[ComplaintKind, ...], Described(max_length=LIST_ITEMS_MAX)] = ()
    channels: Annotated[tuple[Channel, ...], Described(max_length=LIST_ITEMS_MAX)] = ()
    categories: Conditions = ()
    units: Conditions = ()
    programme_refs: Conditions = ()


class WordsBody(Body):
    """A paragraph, typical case or requirement (文字), already redacted; with ``key`` in the place of words that stand.

    A typical case needs its basis; it waits until a second person lets it stand with a token of their own.
    """

    section: Annotated[int, Described(ge=1, le=10)]
    place: Place = Place.PARAGRAPH
    zh: Text
    en: Text | None = None
    key: Code | None = None
    basis: Basis | None = None
    mask: bool = False


class ClearBody(Body):
    """Which text of a proposed case was looked at: its SHA-256, as the standing of the bulletin gives it (复核)."""

    digest: Digest


class LetStandBody(Body):
    """A stretch that the anonymiser would mask though it identifies nobody, and why (误报放行)."""

    said: Name
    reason: Text


class ConsentBody(Body):
    """Whose case, the very text agreed to, the evidence and the day (本人同意)."""

    complaint: UUID
    zh: Text
    how: Name
    given_on: date


class CaseBody(Body):
    """Which complaint a typical case is drafted from."""

    complaint: UUID


class CaseDraft(BaseModel):
    """A typical case as it might be told, masked; it is stored nowhere. ``masked`` counts what was masked by kind."""

    name: str
    complaint: UUID
    title: str
    text: str
    masked: dict[str, int]


class WordsGoneBody(Body):
    """Which words are taken out."""

    key: Code


class ObjectionBody(Body):
    """A unit's objection (异议): the cells, of its own lines alone, and why, refused or masked where it tells who."""

    cells: Annotated[list[Name], Described(min_length=1, max_length=CELLS_PER_OBJECTION_MAX)]
    reason: Text
    mask: bool = False


class ReasonBody(Body):
    """Why it was decided so, refused where it tells who somebody is, or masked."""

    reason: Text
    mask: bool = False


class ApprovalBody(Body):
    """For whom the edition is approved and under which number; ``without_proof`` says why units were not asked.

    ``printed_by`` and ``copied_to`` are what the imprint says (版记); left out, it is what the settings say.
    """

    scope: Scope = Scope.PUBLIC
    document_no: Name | None = None
    without_proof: Text | None = None
    printed_by: Name | None = None
    copied_to: Annotated[tuple[Name, ...], Described(max_length=LIST_ITEMS_MAX)] | None = None


class BroadcastBody(Body):
    """Where the edition was read out (播出台), refused where it tells who somebody is, or masked."""

    station: Code
    mask: bool = False


class CorrectionBody(Body):
    """Why an erratum is published (勘误原因), and which edition its author looked at.

    It is refused where another erratum came since that edition.
    """

    cause: Text
    edition: Annotated[int, Described(ge=1, le=EDITIONS_MAX)] | None = None


class BulletinStanding(BaseModel):
    """How a bulletin stands after a step: what was frozen, sent, objected, approved and published."""

    quarter: str
    title: str
    issuer: str
    status: Status
    number: str | None
    digest: str | None
    words: list[dict[str, JsonValue]]
    proposed: list[dict[str, JsonValue]]
    let_stand: list[dict[str, JsonValue]]
    frozen: dict[str, JsonValue] | None
    proof: dict[str, JsonValue] | None
    disputes: list[dict[str, JsonValue]]
    reviewed_by: str | None
    signed_erratum: dict[str, JsonValue] | None
    approval: dict[str, JsonValue] | None
    editions: list[dict[str, JsonValue]]
    errata: list[dict[str, JsonValue]]


class ChangedCellItem(BaseModel):
    """A cell or published word that an erratum changes, before and after."""

    id: str
    old: str
    new: str


class CorrectionView(BaseModel):
    """What an erratum would change in which edition (勘误预览); ``signed_by`` signed that very erratum already."""

    quarter: str
    edition: int
    digest: str
    cause: str
    signed_by: str | None
    cells: list[ChangedCellItem]


class ProofView(BaseModel):
    """A unit's own lines in the figures frozen last (核对稿), until when it may object, and its objections."""

    quarter: str
    unit: str
    objections_until: str | None
    sent: bool
    lines: list[dict[str, JsonValue]]
    disputes: list[dict[str, JsonValue]]


_Step = Callable[[Publication, BulletinName, Actor, Moment], Bulletin]


@dataclass(frozen=True, slots=True)
class _Taking:
    """A step that is about to be taken: where, by whom, on which bulletin, under which request key."""

    house: Hangfeng
    caller: Actor
    name: BulletinName
    cause: str | None

    async def __call__(self, step: _Step) -> BulletinStanding:
        """Take the step, or return how the bulletin stands where the same request took it before."""
        return await asyncio.to_thread(self._taken, step)

    def _taken(self, step: _Step) -> BulletinStanding:
        publication = self.house.publication.asked(self.cause)
        done = publication.happened(self.name) or step(publication, self.name, self.caller, moment(self.house, None))
        return _view(self.house, done)


async def _taking(
    request: Request, quarter: QuarterPath, house: House, caller: Caller, key: IdempotencyKey = None
) -> _Taking:
    return _Taking(house, caller, BulletinName.parse(quarter), await cause_of(request, caller, key, request.url.path))


Taking = Annotated[_Taking, Depends(_taking)]
"""How a step is taken, as a parameter of its handler."""


async def read_standing(quarter: QuarterPath, house: House) -> BulletinStanding:
    """Return how a bulletin stands, published or not."""
    return await asyncio.to_thread(_standing_now, house, BulletinName.parse(quarter))


async def read_proof(
    quarter: QuarterPath,
    house: House,
    caller: Caller,
    unit: Annotated[str | None, Query(max_length=200, description="承办单位，单位用户只看本单位 / the unit")] = None,
) -> ProofView:
    """Return a unit's lines in the figures frozen last; whoever belongs to a unit sees its own."""
    return await asyncio.to_thread(_proof, house, caller, BulletinName.parse(quarter), unit)


async def special(body: SpecialBody, take: Taking) -> BulletinStanding:
    """Begin a special report."""
    said = dict(body)
    title = said.pop("title")
    subject = Subject(**said)
    return await take(lambda pub, *asked: pub.special(*asked, title=title, subject=subject))


async def freeze(
    take: Taking,
    body: NoWords | None = None,  # noqa: ARG001 - an empty body may come
) -> BulletinStanding:
    """Freeze the figures at the log's present position."""
    return await take(Publication.freeze)


async def give_words(body: WordsBody, take: Taking) -> BulletinStanding:
    """Write words of the edition to come."""
    said = {**dict(body), "proposed": True}
    return await take(lambda pub, *asked: pub.words(*asked, **said))


async def clear_case(words: WordsKeyPath, body: ClearBody, take: Taking) -> BulletinStanding:
    """Let a proposed typical case stand, as another person than who wrote it."""
    said: dict[str, Any] = {"key": words, "digest": body.digest}
    return await take(lambda pub, *asked: pub.clear_case(*asked, **said))


async def let_stand(body: LetStandBody, take: Taking) -> BulletinStanding:
    """Let a stretch stand that the anonymiser would mask though it identifies nobody; it binds whoever else writes."""
    said: dict[str, Any] = {"said": body.said, "reason": body.reason}
    return await take(lambda pub, *asked: pub.let_stand(*asked, **said))


async def note_consent(body: ConsentBody, take: Taking) -> BulletinStanding:
    """Note that the person of a complaint agreed to a text."""
    await asyncio.to_thread(see, take.house, take.caller, body.complaint)
    said = dict(body)
    return await take(lambda pub, *asked: pub.consent(*asked, **said))


async def draft_case(quarter: QuarterPath, body: CaseBody, house: House, caller: Caller) -> CaseDraft:
    """Draft a typical case from a complaint's sealed words, masked; the reading is recorded."""
    return await asyncio.to_thread(_drafted, house, caller, BulletinName.parse(quarter), body.complaint)


def _drafted(house: Hangfeng, caller: Actor, name: BulletinName, case: UUID) -> CaseDraft:
    seen = see(house, caller, case)
    draft = typical_case(case, seen.facts)
    house.access.record_read(caller, case, f"typical case {name}")
    return CaseDraft.model_validate({"name": str(name), **draft.json()})


async def withdraw_words(body: WordsGoneBody, take: Taking) -> BulletinStanding:
    """Take words out."""
    return await take(lambda pub, *asked: pub.withdraw_words(*asked, body.key))


async def send_proof(
    take: Taking,
    body: NoWords | None = None,  # noqa: ARG001 - an empty body may come
) -> BulletinStanding:
    """Send the units their proof."""
    return await take(Publication.proof)


async def object_to(body: ObjectionBody, take: Taking) -> ProofView:
    """Object to figures on behalf of one's own unit."""
    if take.caller.unit is None:
        raise NotInProof(unit=take.caller.name)
    said: dict[str, Any] = {"unit": take.caller.unit, **dict(body)}
    await take(lambda pub, *asked: pub.dispute(*asked, **said))
    return await asyncio.to_thread(_proof, take.house, take.caller, take.name, None)


async def uphold(number: DisputePath, body: ReasonBody, take: Taking) -> BulletinStanding:
    """Decide that an objection is right, as another person than who raised it."""
    return await take(lambda pub, *asked: pub.uphold(*asked, number, body.reason, mask=body.mask))


async def reject(number: DisputePath, body: ReasonBody, take: Taking) -> BulletinStanding:
    """Decide that an objection is not right, as another person than who raised it."""
    return await take(lambda pub, *asked: pub.reject(*asked, number, body.reason, mask=body.mask))


async def approve(body: ApprovalBody, take: Taking) -> BulletinStanding:
    """Approve the edition for a scope."""
    said = dict(body)
    return await take(lambda pub, *asked: pub.approve(*asked, **said))


async def publish(
    take: Taking,
    body: NoWords | None = None,  # noqa: ARG001 - an empty body may come
) -> BulletinStanding:
    """Number, sign and publish the edition."""
    return await take(Publication.publish)


async def note_broadcast(body: BroadcastBody, take: Taking) -> BulletinStanding:
    """Write down that the edition was read out."""
    return await take(lambda pub, *asked: pub.broadcast(*asked, body.station, mask=body.mask))


async def correct(body: CorrectionBody, take: Taking) -> BulletinStanding:
    """Publish a numbered erratum, of the edition that its author looked at."""
    return await take(lambda pub, *asked: pub.correct(*asked, body.cause, body.edition))


async def preview_correction(
    quarter: QuarterPath, body: CorrectionBody, house: House, caller: Caller
) -> CorrectionView:
    """Return what an erratum would change and in which edition; nothing is recorded."""
    return await asyncio.to_thread(_previewed, house, caller, BulletinName.parse(quarter), body)


def _previewed(house: Hangfeng, caller: Actor, name: BulletinName, body: CorrectionBody) -> CorrectionView:
    found = house.publication.correction(name, caller, moment(house, None), body.cause, body.edition)
    return CorrectionView.model_validate(correction_json(found))


# --- the parts --------------------------------------------------------------------------------------------------------


def _view(house: Hangfeng, state: Bulletin) -> BulletinStanding:
    return BulletinStanding.model_validate(bulletin_json(state, house.instance.zone))


def _standing_now(house: Hangfeng, name: BulletinName) -> BulletinStanding:
    return _view(house, house.publication.standing(name))


def _proof(house: Hangfeng, caller: Actor, name: BulletinName, unit: str | None) -> ProofView:
    registry = house.instance.units
    own = registry.resolve(caller.unit.strip()) or caller.unit if caller.unit is not None else None
    asked = registry.resolve(unit.strip()) or unit if unit is not None else None
    wanted = own if own is not None else asked
    if wanted is None:
        raise fault("invalid-input", field="unit")
    if own is not None and asked is not None and asked != own:
        raise fault("not-found")
    state = house.publication.standing(name)
    if own is not None and (state.proof is None or own not in state.proof.units):
        # Figures that were not sent to a unit are not its own to see yet.
        raise NotInProof(unit=own)
    said = bulletin_json(state, house.instance.zone)
    return ProofView(
        quarter=str(name),
        unit=wanted,
        objections_until=said["proof"]["objections_until"] if said["proof"] is not None else None,
        sent=state.proof is not None and wanted in state.proof.units,
        lines=house.publication.proof_of(name, wanted),
        disputes=[one for one in said["disputes"] if one["unit"] == wanted],
    )
