"""The course of one invented case: every wish is decided at once by the real rules, so no step of it is illegal."""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from uuid import UUID

from domain.complaint import commands as c
from domain.complaint.clock_names import card_key
from domain.complaint.commands import ComplaintCommand
from domain.complaint.decide import decide
from domain.complaint.evolve import evolve
from domain.complaint.registration import register
from domain.complaint.state import Complaint
from domain.complaint.verbs.supervision import running_clocks
from domain.facts import Actor, Moment
from domain.identity import Evidence
from domain.timekeeping.deadlines import Deadline
from domain.timekeeping.rules import Rulebook
from domain.words import Channel, Role, State

CLOCK = Actor("clock", Role.CLOCK)

_ONE_SECOND = timedelta(seconds=1)


class Ended(Exception):
    """The case goes no further: the sample's last day has come, or the case is to be left standing where it stands."""


@dataclass(frozen=True, slots=True)
class SampleCase:
    """A case of the sample: the channel's evidence, and what tells the person apart.

    ``number`` counts from 1; until the case is loaded its id is ``stand_in``.
    """

    number: int
    evidence: Evidence
    matter_no: int
    telephone: str | None
    openid: str | None

    @property
    def stand_in(self) -> UUID:
        """The id by which other cases of the sample name this one."""
        return stand_in(self.number)


@dataclass(frozen=True, slots=True)
class Entry:
    """One step: the case by its number, the step counted from 0 (the registration), and the wish."""

    case: int
    step: int
    command: c.Register | ComplaintCommand

    @property
    def at(self) -> datetime:
        """When it happened."""
        return self.command.at.at


def stand_in(number: int) -> UUID:
    """Return the id that stands for a case until its real one is known, which depends on the instance's key."""
    return UUID(int=number)


class Course:
    """One case, step by step, up to the sample's last instant.

    ``halt`` is the state in which the case is left standing, where it is to be left before its end.
    """

    def __init__(self, case: SampleCase, command: c.Register, rules: Rulebook, until: datetime) -> None:
        self.case = case
        self.halt: State | None = None
        self.entries: list[Entry] = [Entry(case.number, 0, command)]
        self._rules = rules
        self._until = until
        state: Complaint | None = None
        for fact in register(command, rules):
            state = evolve(state, fact)
        assert state is not None
        self.state: Complaint = state
        self.last = command.at.at

    @property
    def channel(self) -> Channel:
        """The door that the case came in by."""
        return self.state.channel

    @property
    def deadline(self) -> Deadline:
        """The deadline of the lead leg."""
        lead = self.state.lead
        assert lead is not None
        assert lead.deadline is not None
        return lead.deadline

    def do(self, command: ComplaintCommand, *, spelling: str | None = None) -> None:
        """Take one step; ``spelling`` is how the unit was written down, where not by its name. Raises ``Ended``."""
        at = max(command.at.at, self.last + _ONE_SECOND)
        if at > self._until:
            raise Ended
        self._raise_cards(at)
        at = max(at, self.last + _ONE_SECOND)
        wish = replace(command, at=Moment(at))
        self._decided(wish)
        written = replace(wish, unit=spelling) if spelling and isinstance(wish, c.Dispatch) else wish
        self.entries.append(Entry(self.case.number, len(self.entries), written))
        self.last = at
        if self.state.state is self.halt:
            raise Ended

    def receive(self, command: c.ReceiveSharedReply) -> None:
        """Take in what follows from another case's step; it is no step of this case's own."""
        self._raise_cards(command.at.at)
        self._decided(command)
        self.last = command.at.at

    def finish(self) -> None:
        """Raise the cards that are due by the sample's last instant."""
        self._raise_cards(self._until)

    def _decided(self, wish: ComplaintCommand) -> None:
        facts = decide(self.state, wish, self._rules)
        assert facts, f"{type(wish).__name__} led to nothing on case {self.case.number}"
        for fact in facts:
            self.state = evolve(self.state, fact)

    def _raise_cards(self, until: datetime) -> None:
        """Let the clock raise every yellow and red card that is due before the next step, each at its own instant."""
        while (due := self._next_card()) is not None and due < until:
            at = max(due, self.last + _ONE_SECOND)
            if at >= until:
                return
            check = c.CheckDeadlines(by=CLOCK, at=Moment(at))
            self._decided(check)
            self.entries.append(Entry(self.case.number, len(self.entries), check))
            self.last = at

    def _next_card(self) -> datetime | None:
        instants = []
        for clock, deadline in running_clocks(self.state):
            if card_key("red", clock, deadline) in self.state.cards:
                continue
            missed = deadline.due + _ONE_SECOND
            warned = card_key("yellow", clock, deadline) in self.state.cards
            instants.append(missed if warned else min(self._rules.warning_at(deadline), missed))
        return min(instants, default=None)
