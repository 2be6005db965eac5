"""Exposures (曝光): published in batches, internal or public, each behind the approval of a second person.

A batch is written, approved by somebody who had no part in writing it, published, and may be withdrawn, whole or item
by item, with a cause. Its words are published words: redacted before they are written down here.
"""

from __future__ import annotations

import json
from collections.abc import Iterable
from dataclasses import dataclass, field, replace
from enum import StrEnum
from hashlib import sha256
from typing import assert_never
from uuid import NAMESPACE_URL, UUID, uuid5

from domain.facts import Actor, Fact, Moment, topic
from domain.partners import refusals as r
from domain.wording import hold_to_code, hold_to_text

EXPOSURES_STREAM = uuid5(NAMESPACE_URL, "hangfeng:exposures")


class ExposureScope(StrEnum):
    """For whom a batch is: the offices (内部曝光), or everybody (公开曝光)."""

    INTERNAL = "internal"
    PUBLIC = "public"


class ExposureStatus(StrEnum):
    """How far a batch has come."""

    DRAFTED = "drafted"
    APPROVED = "approved"
    PUBLISHED = "published"
    WITHDRAWN = "withdrawn"


EXPOSURE_SCOPE_CHINESE = {ExposureScope.INTERNAL: "内部", ExposureScope.PUBLIC: "公开"}
EXPOSURE_STATUS_CHINESE = {
    ExposureStatus.DRAFTED: "草稿",
    ExposureStatus.APPROVED: "已批准",
    ExposureStatus.PUBLISHED: "已发布",
    ExposureStatus.WITHDRAWN: "已撤回",
}


@topic("exposure.drafted.v1")
@dataclass(frozen=True, slots=True, kw_only=True)
class ExposureDrafted(Fact):
    """A batch of exposures was begun (起草曝光批次)."""

    batch: str
    scope: ExposureScope
    title: str


@topic("exposure.item_added.v1")
@dataclass(frozen=True, slots=True, kw_only=True)
class ExposureItemAdded(Fact):
    """A unit's conduct was put into a batch (列入): redacted words, and the matter behind them where there is one."""

    batch: str
    item: int
    unit: str
    words: str
    complaint: UUID | None = None


@topic("exposure.item_removed.v1")
@dataclass(frozen=True, slots=True, kw_only=True)
class ExposureItemRemoved(Fact):
    """An item was taken out before approval (删去)."""

    batch: str
    item: int


@topic("exposure.approved.v1")
@dataclass(frozen=True, slots=True, kw_only=True)
class ExposureApproved(Fact):
    """A second person approved the batch (批准); ``digest`` is that of the words approved."""

    batch: str
    digest: str


@topic("exposure.published.v1")
@dataclass(frozen=True, slots=True, kw_only=True)
class ExposurePublished(Fact):
    """The batch was published for its scope (发布)."""

    batch: str
    scope: ExposureScope
    digest: str


@topic("exposure.withdrawn.v1")
@dataclass(frozen=True, slots=True, kw_only=True)
class ExposureWithdrawn(Fact):
    """A batch, or one item of it, was withdrawn (撤回曝光), with its cause; ``item`` is ``None`` for the whole."""

    batch: str
    item: int | None
    cause: str


ExposureFact = (
    ExposureDrafted | ExposureItemAdded | ExposureItemRemoved | ExposureApproved | ExposurePublished | ExposureWithdrawn
)
"""Every fact that the exposures' stream can hold."""


@dataclass(frozen=True, slots=True)
class ExposureItem:
    """One item; ``withdrawn`` says why it is no longer shown."""

    number: int
    unit: str
    words: str
    complaint: UUID | None = None
    withdrawn: str | None = None


@dataclass(frozen=True, slots=True)
class Exposure:
    """A batch as it stands; ``writers`` are all who had a part in writing it."""

    batch: str
    scope: ExposureScope
    title: str
    drafted: Moment
    writers: frozenset[str]
    status: ExposureStatus = ExposureStatus.DRAFTED
    items: dict[int, ExposureItem] = field(default_factory=dict)
    items_ever: int = 0
    approved_by: str | None = None
    published: Moment | None = None
    withdrawn: str | None = None

    @property
    def digest(self) -> str:
        """The SHA-256 of the words as they stand, hexadecimal; items withdrawn since count as they were written."""
        items = [[one.number, one.unit, one.words] for one in self.items.values()]
        said = json.dumps([self.batch, self.scope, self.title, items], ensure_ascii=False, separators=(",", ":"))
        return sha256(said.encode()).hexdigest()

    @property
    def shown(self) -> tuple[ExposureItem, ...]:
        """The items that are not withdrawn."""
        return tuple(one for one in self.items.values() if one.withdrawn is None)

    @property
    def public(self) -> bool:
        """Whether everybody may read it now."""
        return self.scope is ExposureScope.PUBLIC and self.status is ExposureStatus.PUBLISHED


Exposures = dict[str, Exposure]


def evolve(state: Exposures, fact: ExposureFact) -> Exposures:
    """Return the batches after one more fact."""
    if isinstance(fact, ExposureDrafted):
        fresh = Exposure(fact.batch, fact.scope, fact.title, fact.occurred, frozenset({fact.by.name}))
        return {**state, fact.batch: fresh}
    return {**state, fact.batch: _evolved(state[fact.batch], fact)}


def _evolved(
    held: Exposure,
    fact: ExposureItemAdded | ExposureItemRemoved | ExposureApproved | ExposurePublished | ExposureWithdrawn,
) -> Exposure:
    match fact:
        case ExposureItemAdded():
            item = ExposureItem(fact.item, fact.unit, fact.words, fact.complaint)
            items = {**held.items, fact.item: item}
            return replace(held, items=items, items_ever=held.items_ever + 1, writers=held.writers | {fact.by.name})
        case ExposureItemRemoved():
            items = {number: item for number, item in held.items.items() if number != fact.item}
            return replace(held, items=items, writers=held.writers | {fact.by.name})
        case ExposureApproved():
            return replace(held, status=ExposureStatus.APPROVED, approved_by=fact.by.name)
        case ExposurePublished():
            return replace(held, status=ExposureStatus.PUBLISHED, published=fact.occurred)
        case ExposureWithdrawn():
            if fact.item is None:
                return replace(held, status=ExposureStatus.WITHDRAWN, withdrawn=fact.cause)
            item = replace(held.items[fact.item], withdrawn=fact.cause)
            return replace(held, items={**held.items, fact.item: item})
        case _:
            assert_never(fact)


def exposures_after(facts: Iterable[ExposureFact]) -> Exposures:
    """Return the batches after these facts, in their order."""
    state: Exposures = {}
    for fact in facts:
        state = evolve(state, fact)
    return state


# --- what may be done ----------------------------------------------------------------------------------------------


def find(state: Exposures, batch: str) -> Exposure:
    """Return a batch. Raises ``NoSuchExposure``."""
    held = state.get(batch)
    if held is None:
        raise r.NoSuchExposure(exposure=batch)
    return held


def draft(
    state: Exposures, batch: str, scope: ExposureScope, title: str, by: Actor, at: Moment
) -> tuple[ExposureFact, ...]:
    """Begin a batch; the same again does nothing. Raises ``ExposureKnown``."""
    hold_to_code("exposure", batch)
    hold_to_code("title", title)
    held = state.get(batch)
    if held is not None:
        if (held.scope, held.title) == (scope, title):
            return ()
        raise r.ExposureKnown(exposure=batch)
    return (ExposureDrafted(by=by, occurred=at, batch=batch, scope=scope, title=title),)


def add(
    state: Exposures, batch: str, unit: str, words: str, by: Actor, at: Moment, *, complaint: UUID | None = None
) -> tuple[ExposureFact, ...]:
    """Put an item into a draft; the same words on the same unit are once. Raises ``ExposureNotThere``."""
    hold_to_code("unit", unit)
    hold_to_text("words", words)
    held = _at(find(state, batch), ExposureStatus.DRAFTED)
    if any((one.unit, one.words, one.complaint) == (unit, words, complaint) for one in held.items.values()):
        return ()
    number = held.items_ever + 1
    return (
        ExposureItemAdded(by=by, occurred=at, batch=batch, item=number, unit=unit, words=words, complaint=complaint),
    )


def remove(state: Exposures, batch: str, item: int, by: Actor, at: Moment) -> tuple[ExposureFact, ...]:
    """Take an item out of a draft. Raises ``NoSuchExposure`` and ``ExposureNotThere``."""
    held = _at(find(state, batch), ExposureStatus.DRAFTED)
    if item not in held.items:
        raise r.NoSuchExposure(exposure=f"{batch}/{item}")
    return (ExposureItemRemoved(by=by, occurred=at, batch=batch, item=item),)


def approve(state: Exposures, batch: str, by: Actor, at: Moment) -> tuple[ExposureFact, ...]:
    """Approve a draft that has items, as somebody who did not write it.

    Raises ``SecondPersonNeeded`` and ``ExposureNotThere``.
    """
    held = _at(find(state, batch), ExposureStatus.DRAFTED)
    if by.name in held.writers:
        raise r.SecondPersonNeeded(name=by.name)
    if not held.items:
        raise r.ExposureNotThere(exposure=batch, status="空 empty")
    return (ExposureApproved(by=by, occurred=at, batch=batch, digest=held.digest),)


def publish(state: Exposures, batch: str, by: Actor, at: Moment) -> tuple[ExposureFact, ...]:
    """Publish an approved batch; twice is once. Raises ``ExposureNotThere``."""
    held = find(state, batch)
    if held.status is ExposureStatus.PUBLISHED:
        return ()
    _at(held, ExposureStatus.APPROVED)
    return (ExposurePublished(by=by, occurred=at, batch=batch, scope=held.scope, digest=held.digest),)


def withdraw(
    state: Exposures, batch: str, item: int | None, cause: str, by: Actor, at: Moment
) -> tuple[ExposureFact, ...]:
    """Withdraw a published batch or one item of it; twice is once. Raises ``NoSuchExposure``, ``ExposureNotThere``."""
    hold_to_code("cause", cause)
    held = find(state, batch)
    if held.status is ExposureStatus.WITHDRAWN:
        return ()
    _at(held, ExposureStatus.PUBLISHED)
    if item is not None:
        if item not in held.items:
            raise r.NoSuchExposure(exposure=f"{batch}/{item}")
        if held.items[item].withdrawn is not None:
            return ()
    return (ExposureWithdrawn(by=by, occurred=at, batch=batch, item=item, cause=cause),)


def _at(held: Exposure, status: ExposureStatus) -> Exposure:
    if held.status is not status:
        raise r.ExposureNotThere(exposure=held.batch, status=f"{EXPOSURE_STATUS_CHINESE[held.status]} {held.status}")
    return held
