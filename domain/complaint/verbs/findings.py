"""What the enquiry found (核实) and what is done about it (查纠): findings, measures owed, measures proved done."""

from __future__ import annotations

from domain import refusals as r
from domain.complaint import commands as c
from domain.complaint import events as e
from domain.complaint.corrections import meant
from domain.complaint.leg import LegState
from domain.complaint.state import Complaint
from domain.complaint.verbs.whose_leg import own_legs, ready_leg
from domain.timekeeping.rules import Rulebook
from domain.wording import hold_to_code, hold_to_text


def record_finding(state: Complaint, command: c.RecordFinding, rules: Rulebook) -> e.FindingRecorded:
    """Record what the enquiry found, under a conduct code of the edition in force."""
    hold_to_text("evidence", command.evidence)
    hold_to_code("conduct_code", command.conduct_code)
    for measure in command.measures:
        hold_to_code("measures", measure.code)
    leg = ready_leg(state, command, command.leg, LegState.HANDLING)
    return e.FindingRecorded(
        by=command.by,
        occurred=command.at,
        subject=state.subject,
        leg=leg.number,
        result=command.result,
        conduct_code=_conduct_code(command, rules),
        measures=command.measures,
        evidence=command.evidence,
    )


def add_measure(state: Complaint, command: c.AddMeasure) -> e.MeasureAdded:
    """Set a measure on the last finding that substantiated something, unless it is owed already."""
    hold_to_code("code", command.code)
    if command.due < command.at.day:
        raise r.DueBeforeItIsSet(due=command.due.isoformat(), set_on=command.at.day.isoformat())
    mine = own_legs(state, command.by.unit, command.leg)
    proved = [one for one in state.corrections if one.dropped is None and one.leg in mine]
    on = next((one.leg for one in reversed(proved) if command.leg in {None, one.leg}), None)
    if on is None:
        raise r.NothingSubstantiated
    if any(one.owed and one.leg == on and one.code == command.code for one in proved):
        raise r.MeasureOwedAlready(measure=command.code)
    return e.MeasureAdded(by=command.by, occurred=command.at, leg=on, code=command.code, due=command.due)


def complete_measure(state: Complaint, command: c.CompleteMeasure) -> e.MeasureCompleted:
    """Report a measure that is owed as done, with its proof."""
    hold_to_code("code", command.code)
    hold_to_text("evidence", command.evidence)
    mine = own_legs(state, command.by.unit, command.leg)
    owed = [one for one in state.corrections if one.owed and one.leg in mine and command.leg in {None, one.leg}]
    done = next((one for one in reversed(owed) if meant(one, command.code)), None)
    if done is None:
        listed = "、".join(one.code for one in owed if one.code is not None)
        raise r.NoSuchMeasure(measure=command.code, listed=listed or "—")
    return e.MeasureCompleted(
        by=command.by,
        occurred=command.at,
        subject=state.subject,
        leg=done.leg,
        code=command.code,
        evidence=command.evidence,
    )


def _conduct_code(command: c.RecordFinding, rules: Rulebook) -> str | None:
    """Return the code that a finding names, by code or by name; any short word where no edition was ever adopted."""
    edition = rules.conduct_codes_on(command.at.day)
    if command.conduct_code is None or edition is None:
        return command.conduct_code
    found = edition.find(command.conduct_code.strip())
    if found is None:
        known = "、".join(f"{one.code}（{one.name}）" for one in edition.codes)
        raise r.UnknownConductCode(code=command.conduct_code, edition=edition.edition, known=known)
    return found.code
