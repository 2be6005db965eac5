"""Exposures that were taken back (曝光撤回): each time once, which outlets have to hear of it, and whether they have.

An item is taken back by whoever withdraws it or its batch, and by its matter when that leaves publication. All of it is
read from the log; the courier's book says who was told.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from typing import Any, Final, cast
from uuid import UUID

from domain.complaint.events import ComplaintFact
from domain.editions import InstanceOpened
from domain.facts import Recorded
from domain.identity import INSTANCE_STREAM
from domain.partners import exposures as x
from domain.partners import outlets as p
from domain.public_facts import ends_publicity
from services.log.port import Log
from services.media.deliveries import Delivery, DeliveryBook, DeliveryState
from services.media.exposures import MATTER_TAKEN_BACK
from services.media.partners import EXPOSURE
from services.relay.cloud_events import source_of

WITHDRAWALS_SHOWN_MAX: Final = 50
"""How many withdrawals are shown with whom they were told to, the latest first."""


@dataclass(frozen=True, slots=True)
class Withdrawal:
    """A public batch, or one item of it, that was taken back; ``event`` is the id under which outlets are told.

    ``matter`` is the complaint that left publication, ``None`` where somebody withdrew it by name.
    """

    event: str
    position: int
    at: datetime
    batch: str
    title: str
    digest: str
    item: int | None
    cause: str
    matter: UUID | None = None

    @property
    def data(self) -> dict[str, Any]:
        """What outlets are told."""
        return {
            "item": self.item,
            "cause": self.cause,
            "batch": self.batch,
            "title": self.title,
            "digest": self.digest,
            "path": f"/api/v1/exposures/{self.batch}",
        }


class Telling(StrEnum):
    """Whether an outlet knows of a withdrawal: ``by_hand`` where it has no address, ``unseen`` before the courier."""

    DELIVERED = "delivered"
    WAITING = "waiting"
    DEAD = "dead"
    BY_HAND = "by_hand"
    SUSPENDED = "suspended"
    UNSEEN = "unseen"


TELLING_CHINESE = {
    Telling.DELIVERED: "已送达",
    Telling.WAITING: "待投递",
    Telling.DEAD: "死信",
    Telling.BY_HAND: "无接收地址，请人工告知",
    Telling.SUSPENDED: "暂停合作，恢复后投递",
    Telling.UNSEEN: "投递进程尚未处理",
}


@dataclass(frozen=True, slots=True)
class Told:
    """An outlet that has to hear of a withdrawal, and whether it has; ``at`` is when that was settled."""

    partner: str
    name: str
    state: Telling
    at: datetime | None


@dataclass(frozen=True, slots=True)
class WithdrawalTold:
    """A withdrawal with the outlets that have to hear of it."""

    withdrawal: Withdrawal
    outlets: tuple[Told, ...]


def withdrawals_of(log: Log) -> tuple[Withdrawal, ...]:
    """Return every withdrawal of what was public, in the order of the log, each item once."""
    found = [one for number, course in enumerate(_courses(log), 1) for one in _of_batch(log, number, course)]
    return tuple(sorted(found, key=lambda one: (one.position, one.event)))


def exposed_matters(log: Log) -> frozenset[UUID]:
    """Return the complaints that any batch names."""
    facts = (one.fact for one in log.read_stream(x.EXPOSURES_STREAM))
    return frozenset(
        fact.complaint for fact in facts if isinstance(fact, x.ExposureItemAdded) and fact.complaint is not None
    )


def offered_before(log: Log, batch: str, position: int) -> tuple[str, ...]:
    """Return the outlets that a batch was offered to before a position, whether or not they took it."""
    facts = (one.fact for one in log.read_stream(p.PARTNERS_STREAM) if one.position < position)
    offers = (fact for fact in facts if isinstance(fact, p.MaterialOffered) and fact.material == f"{EXPOSURE}{batch}")
    return tuple(dict.fromkeys(one.partner for one in offers))


def identity_of(source: str, event: str) -> str:
    """Return the ``webhook-id`` of an event: the instance's name and the event's id, the same at every try."""
    return f"{source.removeprefix('urn:').replace(':', '-')}-{event}"


def told_of_withdrawals(
    log: Log, book: DeliveryBook, withdrawals_max: int = WITHDRAWALS_SHOWN_MAX
) -> tuple[WithdrawalTold, ...]:
    """Return the latest withdrawals, the latest first, each with the outlets that have to hear of it."""
    opened = cast("InstanceOpened", log.read_stream(INSTANCE_STREAM)[0].fact)
    source = source_of(opened.public_key)
    partners = p.partners_after(cast("p.PartnerFact", one.fact) for one in log.read_stream(p.PARTNERS_STREAM))
    told = []
    for one in reversed(withdrawals_of(log)[-withdrawals_max:]):
        offered = offered_before(log, one.batch, one.position)
        outlets = []
        for code, outlet in sorted(partners.outlets.items()):
            owed = book.find(code, identity_of(source, one.event))
            if owed is not None or code in offered:
                settled = None if owed is None else owed.settled_at
                outlets.append(Told(code, outlet.profile.name, _telling(outlet, owed), settled))
        told.append(WithdrawalTold(one, tuple(outlets)))
    return tuple(told)


def _telling(outlet: p.Outlet, owed: Delivery | None) -> Telling:
    if owed is not None and owed.state is DeliveryState.DELIVERED:
        return Telling.DELIVERED
    if owed is not None and owed.state is DeliveryState.DEAD:
        return Telling.DEAD
    if outlet.profile.webhook is None:
        return Telling.BY_HAND
    if outlet.suspended is not None:
        return Telling.SUSPENDED
    return Telling.UNSEEN if owed is None else Telling.WAITING


def _courses(log: Log) -> list[list[Recorded]]:
    """Return what befell each batch, the batches in the order in which they were begun."""
    courses: dict[str, list[Recorded]] = {}
    for one in log.read_stream(x.EXPOSURES_STREAM):
        courses.setdefault(cast("x.ExposureFact", one.fact).batch, []).append(one)
    return list(courses.values())


def _of_batch(log: Log, number: int, course: list[Recorded]) -> Iterator[Withdrawal]:
    (held,) = x.exposures_after(cast("x.ExposureFact", one.fact) for one in course).values()
    published = next((one.position for one in course if isinstance(one.fact, x.ExposurePublished)), None)
    if published is None or held.scope is not x.ExposureScope.PUBLIC:
        return

    def taken_back(event: str, by: Recorded, item: int | None, cause: str, matter: UUID | None = None) -> Withdrawal:
        return Withdrawal(
            event, by.position, by.fact.occurred.at, held.batch, held.title, held.digest, item, cause, matter
        )

    ended: dict[int, int] = {}
    for item in held.items.values():
        end = None if item.complaint is None else _end_of(log, item.complaint)
        if end is None or end.position < published or _withdrawn_before(course, item.number, end.position):
            continue
        ended[item.number] = end.position
        # Several items, of several batches, can be about one matter: its position alone would not tell them apart.
        event = f"{end.position}-{number}-{item.number}"
        yield taken_back(event, end, item.number, MATTER_TAKEN_BACK, item.complaint)
    for one in course:
        fact = one.fact
        # Whoever held an item whose matter left publication was told of it then.
        if isinstance(fact, x.ExposureWithdrawn) and ended.get(fact.item or 0, one.position) >= one.position:
            yield taken_back(str(one.position), one, fact.item, fact.cause)


def _withdrawn_before(course: list[Recorded], item: int, position: int) -> bool:
    return any(
        isinstance(one.fact, x.ExposureWithdrawn) and one.fact.item in {None, item} and one.position < position
        for one in course
    )


def _end_of(log: Log, complaint: UUID) -> Recorded | None:
    """Return the fact with which a matter left publication."""
    stream = log.read_stream(complaint)
    return next((one for one in stream if ends_publicity(cast("ComplaintFact", one.fact))), None)
