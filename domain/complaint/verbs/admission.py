"""Taken on or not (受理与分流): accept, refuse, answer at once, hand to another service, withdraw."""

from __future__ import annotations

from domain import refusals as r
from domain.complaint import commands as c
from domain.complaint import events as e
from domain.complaint.clock_names import CITIZEN_CLOCK
from domain.complaint.state import Complaint
from domain.complaint.verbs.new_deadlines import followed
from domain.timekeeping.rules import Purpose, Rulebook
from domain.wording import hold_to_code, hold_to_text

EMERGENCY_SERVICES = frozenset({"110", "119", "120", "122"})


def accept(state: Complaint, command: c.Accept, rules: Rulebook) -> tuple[e.ComplaintFact, ...]:
    """Accept the matter; a deadline that counts from acceptance is known from now on."""
    if state.accepted is not None:
        raise r.AlreadyAccepted
    accepted = e.Accepted(by=command.by, occurred=command.at)
    old = state.citizen_deadline
    if old is None or not old.from_registration:
        return (accepted,)
    new = rules.deadline(Purpose.CITIZEN, state.registered, state.traits(), accepted=command.at)
    return (accepted, followed(command, CITIZEN_CLOCK, old, new, "counted-from-acceptance"))


def refuse(state: Complaint, command: c.Refuse) -> e.AcceptanceRefused:
    """Refuse the matter, with a reason and the proper route."""
    hold_to_text("reason", command.reason)
    hold_to_code("proper_route", command.proper_route)
    return e.AcceptanceRefused(
        by=command.by,
        occurred=command.at,
        subject=state.subject,
        proper_route=command.proper_route,
        reason=command.reason,
    )


def answer(state: Complaint, command: c.Answer) -> e.AnsweredDirectly:
    """Answer the person without a unit."""
    hold_to_text("reply", command.reply)
    return e.AnsweredDirectly(
        by=command.by,
        occurred=command.at,
        subject=state.subject,
        channel=command.channel or state.channel,
        reply=command.reply,
    )


def hand_to_emergency(command: c.HandToEmergency) -> e.HandedToEmergency:
    """Put the call through to a service of emergencies."""
    if command.service not in EMERGENCY_SERVICES:
        raise r.UnknownEmergencyService
    return e.HandedToEmergency(by=command.by, occurred=command.at, service=command.service)


def transfer_to_discipline(state: Complaint, command: c.TransferToDiscipline) -> e.TransferredToDiscipline:
    """Transfer the matter to the discipline organ, never to the one complained of or above it."""
    hold_to_code("organ", command.organ)
    if command.organ in command.barred or command.organ == state.wanted_unit:
        raise r.OrganIsAccused(organ=command.organ)
    return e.TransferredToDiscipline(by=command.by, occurred=command.at, organ=command.organ)


def withdraw(state: Complaint, command: c.Withdraw) -> e.WithdrawnByReporter:
    """Take the matter back at the person's wish."""
    hold_to_text("reason", command.reason)
    return e.WithdrawnByReporter(by=command.by, occurred=command.at, subject=state.subject, reason=command.reason)
