"""First-receiver responsibility (首问负责): who answers for a case while it is passed round, and who owes a hand-over.

The first unit that a case is sent to has received it, whether it signs or not; until then the hotline has. Whoever
received it answers for it until another unit signs. A unit that is relieved of a case that it answers for tells the
person where it goes, and passes on what it knows (先行告知, 移交).
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from domain.facts import Moment
from domain.timekeeping.deadlines import Deadline

if TYPE_CHECKING:
    from domain.complaint import events as e


@dataclass(frozen=True, slots=True)
class Handover:
    """A hand-over that a unit owes for its leg since it was relieved of it; ``done`` when it was made."""

    leg: int
    unit: str
    since: Moment
    deadline: Deadline
    done: Moment | None = None

    @property
    def late(self) -> bool:
        """Whether it was made after its limit."""
        return self.done is not None and self.deadline.missed_at(self.done)


@dataclass(frozen=True, slots=True)
class Responsibility:
    """Who received a case first and who answers for it now; ``None`` is the hotline, ``received`` its first receipt."""

    received: Moment
    receiver: str | None = None
    answers: str | None = None
    since: Moment | None = None
    handovers: tuple[Handover, ...] = ()

    def sent(self, unit: str | None, when: Moment) -> Responsibility:
        """Return what stands after a case was sent to a unit: the first one has received it."""
        if self.receiver is not None or unit is None:
            return self
        return replace(self, received=when, receiver=unit, answers=unit, since=when)

    def signed(self, unit: str | None, when: Moment) -> Responsibility:
        """Return what stands after a unit signed for the case: it answers for it from now on."""
        return self if unit is None or unit == self.answers else replace(self, answers=unit, since=when)

    def relieved(self, fact: e.HandoverOwed) -> Responsibility:
        """Return what stands after a unit was relieved of the case and owes its hand-over."""
        owed = Handover(fact.leg, fact.unit, fact.occurred, fact.deadline)
        return replace(self, handovers=(*self.handovers, owed))

    def handed_over(self, fact: e.HandedOver) -> Responsibility:
        """Return what stands after a hand-over was made."""
        made = (
            replace(one, done=fact.occurred) if one.leg == fact.leg and one.done is None else one
            for one in self.handovers
        )
        return replace(self, handovers=tuple(made))

    def owed_by(self, unit: str | None, leg: int | None = None) -> Handover | None:
        """Return the last hand-over that a unit owes (``None``: that anybody does), ``None`` where it owes none."""
        owed = (
            one
            for one in reversed(self.handovers)
            if one.done is None and unit in {None, one.unit} and leg in {None, one.leg}
        )
        return next(owed, None)
