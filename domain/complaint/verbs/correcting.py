"""What was written down or classed wrongly at registration is put right (更正, 改类别)."""

from __future__ import annotations

from dataclasses import replace

from domain import refusals as r
from domain.complaint import commands as c
from domain.complaint import events as e
from domain.complaint.clock_names import CITIZEN_CLOCK, leg_clock
from domain.complaint.state import Complaint
from domain.complaint.verbs.new_deadlines import extended_alike, followed_in_steps
from domain.timekeeping.rules import Purpose, Rulebook
from domain.wording import hold_to_code, hold_to_text
from domain.words import ComplaintKind


def correct(state: Complaint, command: c.CorrectRegistration) -> e.RegistrationCorrected:
    """Put right what was written down; something at least must change."""
    hold_to_text("reason", command.reason)
    changes = (
        command.title,
        command.text,
        command.category,
        command.wanted_unit,
        command.programme_ref,
        command.reporter_name,
        command.reporter_number,
        command.reporter_address,
    )
    if all(change is None for change in changes):
        raise r.CorrectsNothing
    hold_to_code("category", command.category)
    hold_to_code("unit", command.wanted_unit)
    hold_to_code("programme_ref", command.programme_ref)
    return e.RegistrationCorrected(
        by=command.by,
        occurred=command.at,
        subject=state.subject,
        reason=command.reason,
        title=command.title,
        text=command.text,
        category=command.category,
        wanted_unit=command.wanted_unit,
        programme_ref=command.programme_ref,
        reporter_name=command.reporter_name,
        reporter_number=command.reporter_number,
        reporter_address=command.reporter_address,
    )


def reclassify(state: Complaint, command: c.Reclassify, rules: Rulebook) -> tuple[e.ComplaintFact, ...]:
    """Change the kind; every deadline that the new kind sets otherwise follows, none of an accusation's legs."""
    hold_to_code("cause", command.cause)
    if command.kind is state.kind:
        raise r.SameKind
    changed = e.Reclassified(
        by=command.by,
        occurred=command.at,
        old=state.kind,
        new=command.kind,
        cause=command.cause,
    )
    cause = f"reclassified:{state.kind}:{command.kind}"
    facts: list[e.ComplaintFact] = [changed]
    traits = replace(state.traits(), kind=command.kind)
    new = rules.deadline(Purpose.CITIZEN, state.registered, traits, accepted=state.accepted)
    old = state.citizen_deadline
    steps = extended_alike(new, old, sum(leg.extensions for leg in state.legs), rules)
    if steps[-1] != old:
        facts.extend(followed_in_steps(command, CITIZEN_CLOCK, old, steps, cause))
    if command.kind is not ComplaintKind.ACCUSATION:
        for leg in state.legs:
            if not leg.open:
                continue
            leg_traits = replace(state.traits(leg.unit), kind=command.kind)
            leg_new = rules.deadline(Purpose.UNIT, leg.started, leg_traits, accepted=state.accepted)
            leg_steps = extended_alike(leg_new, leg.deadline, leg.extensions, rules)
            if leg_new is not None and leg_steps[-1] != leg.deadline:
                facts.extend(followed_in_steps(command, leg_clock(leg.number), leg.deadline, leg_steps, cause))
    return tuple(facts)
