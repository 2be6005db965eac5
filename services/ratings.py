"""People's own ratings (自主评议): invitations that work once, what comes of them, and what about them is odd.

A token is made of the instance's identity key and never stored; the log holds its keyed digest alone.
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta, tzinfo
from typing import cast
from uuid import UUID

from domain import identity, refusals
from domain.complaint import commands as c
from domain.complaint.events import ComplaintFact, ComplaintRegistered, RatingInvited
from domain.complaint.evolve import fold
from domain.complaint.state import Complaint, Invitation
from domain.complaint.verbs.follow_ups import invited
from domain.facts import Actor, Moment, Recorded
from domain.figures.leg_measures import LegMeasure
from domain.figures.measures import CaseMeasure
from domain.figures.rating_signs import Rating, Sign, Thresholds, signs_of
from domain.words import CHINESE, Role, Satisfaction, State
from projections.cases import cases_between
from projections.legs import legs_now
from projections.port import Connection
from projections.work_lists import CursorFault
from services.casework import Casework
from services.log.port import Log
from services.work_lists import receipt_of

_RETRIES_MAX = 8
_PERSON = Actor("诉求人", Role.REPORTER)


@dataclass(frozen=True, slots=True)
class Invited:
    """What is given to the person: the token, which stands nowhere else, and until when it works."""

    complaint: UUID
    token: str
    expires_at: datetime


@dataclass(frozen=True, slots=True)
class RatingSent:
    """What a person says; ``address`` and ``device`` are what is known of where it came from, kept as digests only."""

    token: str
    solved: bool
    satisfaction: Satisfaction
    cause: str | None = None
    remark: str | None = None
    address: str | None = None
    device: str | None = None


@dataclass(frozen=True, slots=True)
class RatingTaken:
    """A rating that was taken in, and the receipt number of its case."""

    complaint: UUID
    receipt_no: str
    recorded: tuple[Recorded, ...]


_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
_CURSOR = re.compile(r"r(-?\d{1,18})@([0-9a-f]{32})@(\d{1,9})")


@dataclass(frozen=True, slots=True)
class RatingListed:
    """A rating of the report, with what is odd about it."""

    receipt_no: str
    rating: Rating
    signs: tuple[Sign, ...]

    @property
    def key(self) -> tuple[int, str, int]:
        """Where it stands among others: when it was given, in microseconds of Unix time, its case, its number."""
        given = (self.rating.rated - _EPOCH) // timedelta(microseconds=1)
        return given, self.rating.complaint.hex, self.rating.follow_up

    @property
    def cursor(self) -> str:
        """What a page that ends at this rating gives out, for the next to begin behind it."""
        return "r" + "@".join(map(str, self.key))


def ratings_behind(listed: Iterable[RatingListed], cursor: str | None) -> tuple[RatingListed, ...]:
    """Return the ratings behind the one at which a page ended. Raises ``CursorFault``."""
    if cursor is None:
        return tuple(listed)
    found = _CURSOR.fullmatch(cursor)
    if found is None:
        raise CursorFault(cursor)
    last = (int(found[1]), found[2], int(found[3]))
    return tuple(one for one in listed if one.key > last)


class Ratings:
    """Invites people to rate, and takes their ratings in."""

    def __init__(self, log: Log, casework: Casework, identity_key: bytes, zone: tzinfo, *, days: int) -> None:
        self._log = log
        self._casework = casework
        self._zone = zone
        self._key = identity_key
        self._days = days

    def invite(self, complaint: UUID, by: Actor, at: Moment, means: str, *, cause: str | None = None) -> Invited:
        """Invite the person of a case to rate its answer; the same ``cause`` again gives the same token.

        Raises a ``Refusal``, ``LogBusy`` and ``Unstorable``.
        """
        for _ in range(_RETRIES_MAX):
            history, state = self._case(complaint)
            token = self._token(history[0], len(state.invitations) + 1)
            wish = c.InviteRating(
                by=by,
                at=at,
                token=self._digest(token),
                means=means,
                expires_at=at.at + timedelta(days=self._days),
            )
            try:
                recorded = self._casework.handle(complaint, wish, cause=cause)
            except refusals.ChangedMeanwhile:
                continue
            made = cast("RatingInvited", recorded[0].fact)
            return Invited(complaint, self._given(history[0], made.token), made.expires_at)
        raise refusals.ChangedMeanwhile

    def standing(self, token: str, at: Moment) -> str:
        """Return the receipt number of the case that may be rated by a token.

        Raises the refusals of ``domain.complaint.verbs.follow_ups.invited``, and ``NotAllowedNow`` where nothing can be
        rated any more.
        """
        complaint = self._named(token)
        history, state = self._case(complaint)
        self._open_invitation(state, token, at)
        if state.state is not State.AWAITING_FOLLOW_UP:
            raise refusals.NotAllowedNow(
                verb="自主评议",
                verb_value="rate",
                state=CHINESE[state.state],
                state_value=state.state.value,
                states=CHINESE[State.AWAITING_FOLLOW_UP],
                states_values=State.AWAITING_FOLLOW_UP.value,
            )
        return self._receipt_no(history[0])

    def rate(self, sent: RatingSent, at: Moment, *, cause: str | None = None) -> RatingTaken:
        """Take a person's rating in; an invitation works once. Raises as ``standing`` does."""
        complaint = self._named(sent.token)
        wish = c.RateAnswer(
            by=_PERSON,
            at=at,
            token=self._digest(sent.token),
            solved=sent.solved,
            satisfaction=sent.satisfaction,
            cause=sent.cause,
            remark=sent.remark,
            address=self._sender("address", sent.address),
            device=self._sender("device", sent.device),
        )
        try:
            recorded = self._casework.handle(complaint, wish, cause=cause)
        except refusals.NotAllowedNow:
            # What the person wants to know is what became of the link, and only then how the case stands.
            self._open_invitation(self._case(complaint)[1], sent.token, at)
            raise
        history, _ = self._case(complaint)
        return RatingTaken(complaint, self._receipt_no(history[0]), recorded)

    def _open_invitation(self, state: Complaint, token: str, at: Moment) -> Invitation:
        return invited(state, self._digest(token), at)

    def _named(self, token: str) -> UUID:
        """Return the case that a token speaks of; whether it is one of its invitations is for the case to say."""
        position = identity.position_of_rating_token(token)
        found = self._log.read(position - 1, 1, position) if position else []
        if not found or not isinstance(found[0].fact, ComplaintRegistered):
            raise refusals.RatingTokenUnknown
        return found[0].stream

    def _case(self, complaint: UUID) -> tuple[tuple[Recorded, ...], Complaint]:
        history = self._casework.history(complaint)
        state = fold(cast("ComplaintFact", recorded.fact) for recorded in history)
        if state is None:
            raise refusals.NoSuchComplaint
        return history, state

    def _receipt_no(self, registration: Recorded) -> str:
        return identity.receipt_no(registration.recorded_at.astimezone(self._zone).date(), registration.position)

    def _token(self, registration: Recorded, number: int) -> str:
        return identity.rating_token(self._key, registration.stream, registration.position, number)

    def _given(self, registration: Recorded, digest: str) -> str:
        """Return the token of a digest: that of the so-many-th invitation of the case."""
        _, state = self._case(registration.stream)
        tokens = (self._token(registration, number + 1) for number in range(len(state.invitations)))
        return next(token for token in tokens if self._digest(token) == digest)

    def _digest(self, token: str) -> str:
        return identity.rating_token_digest(self._key, token)

    def _sender(self, kind: str, value: str | None) -> str | None:
        return identity.sender_digest(self._key, kind, value) if value else None


def rating_report(
    conn: Connection, zone: tzinfo, first: date, last: date, position: int, thresholds: Thresholds
) -> tuple[RatingListed, ...]:
    """Return every rating given between two days, oldest first, each with what is odd about it.

    ``conn`` is a connection to the views; ``position`` says what is known.
    """
    cases = [case for case in cases_between(conn, first, last, position) if any(m.rating for m in case.follow_ups)]
    units = {(leg.complaint, leg.number): leg for leg in legs_now(conn, (case.complaint for case in cases))}
    held = [(case, rating) for case in cases for rating in _ratings(case, units)]
    held.sort(key=lambda one: (one[1].rated, one[1].complaint.hex, one[1].follow_up))
    signs = signs_of([rating for _, rating in held], thresholds)
    return tuple(
        RatingListed(receipt_of(case, zone), rating, said)
        for (case, rating), said in zip(held, signs, strict=True)
        if first <= rating.rated.astimezone(zone).date() <= last
    )


def _ratings(case: CaseMeasure, legs: dict[tuple[UUID, int], LegMeasure]) -> Iterable[Rating]:
    for made in case.follow_ups:
        if made.rating is None or made.satisfaction is None:
            continue
        leg = legs.get((case.complaint, made.leg)) if made.leg is not None else None
        yield Rating(
            complaint=case.complaint,
            follow_up=made.version,
            subject=case.subject,
            unit=leg.unit if leg is not None else None,
            invited=made.rating.invited.at,
            rated=made.at.at,
            satisfaction=made.satisfaction,
            solved=made.solved is True,
            address=made.rating.address,
            device=made.rating.device,
            invalidated=made.invalidated.at if made.invalidated is not None else None,
            reason=made.reason,
        )
