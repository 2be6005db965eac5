"""The sample lived once more, outside its own making: every step decided by the rules, in the order of the sample."""

from dataclasses import replace
from uuid import UUID

from domain.complaint import commands as c
from domain.complaint.commands import ComplaintCommand
from domain.complaint.decide import decide
from domain.complaint.evolve import evolve
from domain.complaint.registration import register
from domain.complaint.state import Complaint
from services.editions import shipped_rulebook
from services.sample.city import city
from services.sample.composing import Sample
from services.sample.timetable import CHINA


def states_at_the_end(sample: Sample) -> dict[int, Complaint]:
    """Return every case as it stands after the whole sample."""
    rules = shipped_rulebook(CHINA)
    states: dict[int, Complaint] = {}
    for entry in sample.entries:
        if isinstance(entry.command, c.Register):
            (fact,) = register(entry.command, rules)
            states[entry.case] = evolve(None, fact)
            continue
        command = _by_name(entry.command)
        for fact in decide(states[entry.case], command, rules):
            states[entry.case] = evolve(states[entry.case], fact)
        if isinstance(command, c.ShareReply):
            _share(states, entry.case, command)
    return states


def _by_name(command: ComplaintCommand) -> ComplaintCommand:
    """Put a unit under its own name where it was written down by another."""
    if not isinstance(command, c.Dispatch):
        return command
    names = {alias: unit.name for unit in city().units.values() for alias in unit.aliases}
    return replace(command, unit=names.get(command.unit, command.unit))


def _share(states: dict[int, Complaint], first: int, command: c.ShareReply) -> None:
    reply = states[first].reply
    assert reply is not None
    for one in command.to:
        state = states[one.int]
        receive = c.ReceiveSharedReply(
            by=command.by, at=command.at, out_of=UUID(int=first), reply=reply, channel=state.channel, evidence="shared"
        )
        for fact in decide(state, receive, shipped_rulebook(CHINA)):
            states[one.int] = evolve(states[one.int], fact)
