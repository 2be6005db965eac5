"""What happens to a person's data: erasure by destroying their key, and holds that forbid it."""

from __future__ import annotations

from dataclasses import dataclass

from domain.facts import Fact, topic


@topic("vault.subject_erased.v1")
@dataclass(frozen=True, slots=True, kw_only=True)
class SubjectErased(Fact):
    """A person's key was destroyed (清除个人信息); every proof and every published count stays as it was."""

    subject: str
    reason: str
    authority: str
    keys_destroyed: int


@topic("vault.hold_placed.v1")
@dataclass(frozen=True, slots=True, kw_only=True)
class LegalHoldPlaced(Fact):
    """A person's data must be kept (法律保全): no erasure while the hold stands."""

    subject: str
    reason: str
    authority: str


@topic("vault.hold_lifted.v1")
@dataclass(frozen=True, slots=True, kw_only=True)
class LegalHoldLifted(Fact):
    """A hold was lifted (解除保全)."""

    subject: str
    reason: str
    authority: str
