"""Casework: a wish about a complaint becomes facts in the log, exactly once, or is refused by the name of a rule.

Identity comes from the channel's own evidence, so the same call, letter or message registered again is answered with
the receipt that it had. A verb that carries a request key is remembered by the log itself, as the cause of its facts:
asked again, also after a crash, it is answered with the facts that it led to the first time.
"""

from __future__ import annotations

import asyncio
import re
from collections.abc import Callable
from dataclasses import dataclass, replace
from datetime import datetime
from difflib import get_close_matches
from typing import Protocol, cast
from uuid import UUID

from domain import identity, refusals
from domain.complaint import commands as c
from domain.complaint.commands import ComplaintCommand
from domain.complaint.decide import decide
from domain.complaint.events import ComplaintFact, ComplaintRegistered
from domain.complaint.evolve import fold
from domain.complaint.registration import register, register_from_ledger
from domain.complaint.state import Complaint
from domain.facts import ERASED, Actor, Moment, Recorded
from domain.identity import Evidence
from domain.units import UnitRegistry
from domain.words import OPEN_STATES, ComplaintKind, Precision, State
from services.instance import Instance
from services.log.port import Append, Appended, AppendTogether, Conflict, Log, Request
from services.log.writer import Settled
from services.once import facts_of_request

CONFLICT_RETRIES_MAX = 32
"""How often a verb is decided anew when others change the case at the same moment."""

SHARED_WITH_MAX = 200
"""With how many merged cases one reply is shared in one go."""

MERGE_DEPTH_MAX = 64
"""How many merges are followed in search of a circle."""

NEAR_SPELLINGS_MAX = 3
"""How many near spellings are suggested for a unit that the registry does not list."""

NEAR_FROM = 0.6
"""From which likeness on a spelling is near, from 0 to 1."""

_REQUEST_KEY = "key:"
_DIGEST_CHARACTERS = 32
_CHINA = re.compile(r"(?:\+|00)?86(?=1[3-9]\d{9}$)")

Clock = Callable[[], datetime]


class Writer(Protocol):
    """What casework asks of the group-commit writer; both raise ``LogBusy`` and ``Unstorable``."""

    def append(self, request: Request, /) -> Settled:
        """Hand in a request and wait for it in this thread."""

    async def append_async(self, request: Request, /) -> Settled:
        """Hand in a request and wait for it in this event loop."""


@dataclass(frozen=True, slots=True)
class Identity:
    """Who and what a registration is: the contact, the person, and the digest of what was said."""

    contact: str
    subject: str
    evidence_digest: str


@dataclass(frozen=True, slots=True)
class Receipt:
    """What the person is given (受理回执).

    ``registered_at`` and ``deadline`` are in the instance's time zone. ``fresh`` is false where the same evidence came
    before with the same body.
    """

    id: UUID
    receipt_no: str
    query_code: str
    registered_at: datetime
    deadline: datetime | None
    provisional: bool
    fresh: bool


def normal_number(written: str) -> str:
    """Return a telephone number as digits, so that one person's spellings meet.

    Everything but digits goes (spaces, hyphens, brackets, a leading ``+``), and so does the country code 86 before a
    Chinese mobile number; an area code stays, since without it two towns' numbers would meet.
    """
    compact = re.sub(r"[^\d+]", "", written.translate(_FULL_WIDTH))
    return re.sub(r"\D", "", _CHINA.sub("", compact))


_FULL_WIDTH = str.maketrans("０１２３４５６７８９＋", "0123456789+")


class Casework:
    """Registers matters and handles verbs on them, through the group-commit writer."""

    def __init__(
        self,
        log: Log,
        writer: Writer,
        instance: Instance,
        identity_key: bytes,
        clock: Clock,
        *,
        unknown_units_allowed: bool = False,
    ) -> None:
        self._log = log
        self._writer = writer
        self._instance = instance
        self._key = identity_key
        self._clock = clock
        self._unknown_units_allowed = unknown_units_allowed

    # --- identity ---------------------------------------------------------------------------------------------------

    def identify(
        self,
        evidence: Evidence,
        body: bytes,
        *,
        number: str | None = None,
        openid: str | None = None,
    ) -> Identity:
        """Return who and what a contact is, by keyed hashes alone.

        The person is known by the normalised telephone number, else by the WeChat openid, else only by this contact.
        ``body`` is what must be the same when the same evidence comes again: the canonical JSON of the request.
        """
        contact = identity.contact_id(self._key, evidence)
        digits = normal_number(number) if number else ""
        if digits:
            subject = identity.subject_id(self._key, "phone", digits)
        elif openid:
            subject = identity.subject_id(self._key, "wechat", openid)
        else:
            subject = identity.subject_id(self._key, "contact", contact)
        return Identity(contact, subject, identity.body_digest(self._key, body))

    def complaint_id(self, contact: str, matter_no: int) -> UUID:
        """Return the id of a contact's matter."""
        return identity.complaint_id(self._key, contact, matter_no)

    def subject_of_number(self, number: str) -> str:
        """Return the id of the person with a telephone number."""
        return identity.subject_id(self._key, "phone", normal_number(number))

    def query_code(self, complaint: UUID) -> str:
        """Return the citizen's query code of a complaint."""
        return identity.query_code(self._key, complaint)

    def request_key(self, key: str, by: Actor, route: str, body: bytes) -> str:
        """Return the cause that makes a verb happen once: who asked, where, under which key, and what was asked."""
        asked = "\0".join((key, by.name, by.role, by.unit or "", route)).encode()
        digests = (identity.body_digest(self._key, content) for content in (b"request\0" + asked, body))
        return _REQUEST_KEY + ":".join(digest[:_DIGEST_CHARACTERS] for digest in digests)

    # --- registration -----------------------------------------------------------------------------------------------

    def register(self, command: c.Register) -> Receipt:
        """Take a matter in; the receipt is for a registration that is on disk.

        Raises ``HappenedLater``, ``EmptyText``, ``KeyUsedForAnother``, ``LogBusy``, ``Unstorable``.
        """
        self._instance.refresh()
        request = self._registration(command)
        outcome = self._writer.append(request)
        if isinstance(outcome, Conflict):
            return self._earlier(command, request.stream)
        return self._receipt(outcome.recorded[0], fresh=True)

    async def register_async(self, command: c.Register) -> Receipt:
        """Take a matter in without blocking the event loop; see ``register``."""
        request = self._registration(command)
        outcome = await self._writer.append_async(request)
        if isinstance(outcome, Conflict):
            return await asyncio.to_thread(self._earlier, command, request.stream)
        return self._receipt(outcome.recorded[0], fresh=True)

    def registration(self, command: c.Register) -> Append:
        """Return the request that registers a matter, for callers that group requests themselves."""
        return self._registration(command)

    def ledger_registration(self, command: c.RegisterFromLedger, *, cause: str | None = None) -> Append:
        """Return the request that takes in one row of a ledger. Raises ``HappenedLater`` and ``EmptyText``."""
        self._not_later(command.at)
        if command.replied is not None:
            self._not_later(command.replied)
        facts = register_from_ledger(command, self._instance.rules)
        return Append(self.complaint_id(command.contact, 1), 0, facts, cause)

    def receipt(self, complaint: UUID) -> Receipt | None:
        """Return the receipt of a complaint that stands, ``None`` where there is none."""
        history = self._log.read_stream(complaint)
        return self._receipt(history[0], fresh=False) if history else None

    def _registration(self, command: c.Register) -> Append:
        self._not_later(command.at)
        at = self._local(command.at)
        facts = register(command if at is command.at else replace(command, at=at), self._instance.rules)
        return Append(self.complaint_id(command.contact, command.matter_no), 0, facts)

    def _earlier(self, command: c.Register, complaint: UUID) -> Receipt:
        history = self._log.read_stream(complaint)
        first = cast("ComplaintRegistered", history[0].fact)
        if first.evidence_digest != command.evidence_digest:
            raise refusals.KeyUsedForAnother
        return self._receipt(history[0], fresh=False)

    def _receipt(self, recorded: Recorded, *, fresh: bool) -> Receipt:
        fact = cast("ComplaintRegistered", recorded.fact)
        zone = self._instance.zone
        deadline = fact.citizen_deadline
        return Receipt(
            id=recorded.stream,
            receipt_no=identity.receipt_no(recorded.recorded_at.astimezone(zone).date(), recorded.position),
            query_code=identity.query_code(self._key, recorded.stream),
            registered_at=fact.occurred.at.astimezone(zone),
            deadline=deadline.due.astimezone(zone) if deadline else None,
            provisional=deadline.provisional if deadline else False,
            fresh=fresh,
        )

    # --- verbs ------------------------------------------------------------------------------------------------------

    def handle(self, complaint: UUID, command: ComplaintCommand, *, cause: str | None = None) -> tuple[Recorded, ...]:
        """Do what is asked of a complaint and return the facts of this complaint that followed, durable.

        ``cause`` from ``request_key`` makes it happen once. Raises a ``Refusal``, ``ChangedMeanwhile`` where others
        keep changing the case, ``LogBusy`` and ``Unstorable``.
        """
        for _ in range(CONFLICT_RETRIES_MAX):
            request = self._decided(complaint, command, cause)
            if isinstance(request, tuple):
                return request
            outcome = self._writer.append(request)
            if isinstance(outcome, Appended):
                return tuple(recorded for recorded in outcome.recorded if recorded.stream == complaint)
        raise refusals.ChangedMeanwhile

    async def handle_async(
        self,
        complaint: UUID,
        command: ComplaintCommand,
        *,
        cause: str | None = None,
    ) -> tuple[Recorded, ...]:
        """Do what is asked without blocking the event loop; see ``handle``."""
        for _ in range(CONFLICT_RETRIES_MAX):
            request = await asyncio.to_thread(self._decided, complaint, command, cause)
            if isinstance(request, tuple):
                return request
            outcome = await self._writer.append_async(request)
            if isinstance(outcome, Appended):
                return tuple(recorded for recorded in outcome.recorded if recorded.stream == complaint)
        raise refusals.ChangedMeanwhile

    def decision(
        self,
        complaint: UUID,
        command: ComplaintCommand,
        *,
        cause: str | None = None,
    ) -> Request | tuple[Recorded, ...]:
        """Return the request that a verb leads to, or what it led to before, for callers that group requests.

        Raises a ``Refusal``.
        """
        return self._decided(complaint, command, cause)

    def load(self, complaint: UUID) -> Complaint | None:
        """Return a complaint as it stands, ``None`` where there is none."""
        return _folded(self.history(complaint))

    def history(self, complaint: UUID) -> tuple[Recorded, ...]:
        """Return the facts of a complaint in their order, empty where there is none."""
        history = self._log.read_stream(complaint)
        # Other streams (rules, units, bulletins) have ids too; a complaint is what begins with a registration.
        return history if history and isinstance(history[0].fact, ComplaintRegistered) else ()

    def _decided(
        self,
        complaint: UUID,
        command: ComplaintCommand,
        cause: str | None,
    ) -> Request | tuple[Recorded, ...]:
        """Return the request to append, or the facts that the same request led to before."""
        self._not_later(command.at)
        if isinstance(command, c.CorrectReply) and command.answered_on is not None:
            self._not_later(command.answered_on, "answered_on")
        self._instance.refresh()
        history = self.history(complaint)
        if cause is not None and cause.startswith(_REQUEST_KEY) and (before := facts_of_request(history, cause)):
            return before
        state = _folded(history)
        if state is None:
            raise refusals.NoSuchComplaint
        meant = self._meant(state, command)
        facts = decide(state, meant, self._instance.rules)
        if not facts:
            return ()
        own = Append(complaint, state.version, facts, cause)
        match meant:
            case c.Merge():
                return self._merge(own, meant)
            case c.ShareReply():
                return self._share(own, state, meant, cause)
            case _:
                return own

    def _meant(self, state: Complaint, command: ComplaintCommand) -> ComplaintCommand:
        """Put units under the names that the case knows them by, and bar an accusation from its accused."""
        command = replace(command, at=self._local(command.at))
        units, today = self._instance.units, self._clock().astimezone(self._instance.zone).date()

        def held_as(unit: str) -> str:
            name = units.resolve(unit, today)
            same = [leg for leg in state.legs if leg.unit is not None and units.resolve(leg.unit, today) == name]
            open_legs = [leg.unit for leg in same if leg.open]
            return next((held for held in reversed(open_legs) if held), None) or name or unit

        if command.by.unit is not None:
            command = replace(command, by=replace(command.by, unit=held_as(command.by.unit)))
        if isinstance(command, c.Dispatch | c.Designate | c.AddCoUnit | c.SubDispatch):
            asked = command.unit.strip()
            if asked and not self._unknown_units_allowed:
                hold_to_registry(asked, units)
            return replace(command, unit=held_as(asked))
        if isinstance(command, c.TransferToDiscipline):
            organ = units.resolve(command.organ.strip()) or command.organ
            return replace(command, organ=organ, barred=command.barred | accused_side(state, units))
        return command

    def _merge(self, own: Append, command: c.Merge) -> AppendTogether:
        target_id, seen = command.into, own.stream
        parts = [own]
        for _ in range(MERGE_DEPTH_MAX):
            if target_id == seen:
                raise refusals.MergeIntoItself
            target = self.load(target_id)
            if target is None or target.kind is ComplaintKind.ACCUSATION:
                # An accusation does not exist for those who handle cases.
                raise refusals.NoSuchComplaint(field="into")
            # Nobody may move the target meanwhile: its version is part of the transaction.
            parts.append(Append(target_id, target.version, ()))
            if target.merged_into is None:
                break
            target_id = target.merged_into
        first = self.load(command.into)
        if first is None or first.state not in OPEN_STATES:
            raise refusals.TargetNotOpen(field="into")
        return AppendTogether(tuple(parts))

    def _share(self, own: Append, state: Complaint, command: c.ShareReply, cause: str | None) -> AppendTogether:
        if not command.to or len(set(command.to)) != len(command.to) or len(command.to) > SHARED_WITH_MAX:
            raise refusals.TargetNotOpen(field="to")
        if state.reply is None or state.reply == ERASED:
            raise refusals.NoReplyYet
        parts = [own]
        for target_id in command.to:
            target = self.load(target_id)
            if target is None:
                raise refusals.NoSuchComplaint(field="to")
            if target.state is not State.MERGED or target.merged_into != own.stream:
                raise refusals.TargetNotOpen(field="to")
            receive = c.ReceiveSharedReply(
                by=command.by,
                at=command.at,
                out_of=own.stream,
                reply=state.reply,
                channel=target.channel,
                evidence=f"shared-reply:{own.stream}",
            )
            facts = decide(target, receive, self._instance.rules)
            parts.append(Append(target_id, target.version, facts, cause))
        return AppendTogether(tuple(parts))

    def _local(self, moment: Moment) -> Moment:
        """Put an instant on the instance's clock, by which its day is told; a date stays as it was written."""
        if moment.precision is Precision.DAY or moment.at.tzinfo is self._instance.zone:
            return moment
        return Moment(moment.at.astimezone(self._instance.zone), moment.precision)

    def _not_later(self, moment: Moment, field: str = "occurred_at") -> None:
        now = self._clock()
        if moment.precision is Precision.DAY:
            later = moment.day > now.astimezone(self._instance.zone).date()
        else:
            later = moment.at > now
        if later:
            raise refusals.HappenedLater(field=field)


def hold_to_registry(unit: str, units: UnitRegistry) -> None:
    """Hold a spelling to the units that the registry lists, where it lists any. Raises ``UnknownUnit``.

    Aliases alone are no list of units: they are made as spellings of a ledger are found to be one.
    """
    if not units.placed or units.knows(unit):
        return
    near = get_close_matches(unit, units.names, n=NEAR_SPELLINGS_MAX, cutoff=NEAR_FROM)
    raise refusals.UnknownUnit(
        unit=unit,
        near_zh=f"，相近的有：{'、'.join(near)}" if near else "",
        near_en=f" (near: {', '.join(near)})" if near else "",
    )


def accused_side(state: Complaint, units: UnitRegistry) -> frozenset[str]:
    """Return every spelling of the units that an accusation must never reach: those named, and all above them."""
    named = {unit for unit in (state.wanted_unit, *(leg.unit for leg in state.legs)) if unit is not None}
    resolved = {name for unit in named if (name := units.resolve(unit)) is not None}
    barred = resolved.union(*(units.above(unit) for unit in resolved)) if resolved else set()
    return frozenset(named).union(*(units.spellings(unit) for unit in barred))


def _folded(history: tuple[Recorded, ...]) -> Complaint | None:
    return fold(cast("ComplaintFact", recorded.fact) for recorded in history)
