"""While a unit handles the case (办理): first contact, what the person adds, more time, standing still, ending it."""

from __future__ import annotations

from domain import refusals as r
from domain.complaint import commands as c
from domain.complaint import events as e
from domain.complaint.leg import LegState
from domain.complaint.state import Complaint
from domain.complaint.verbs.whose_leg import lead, ready_lead_leg, ready_leg
from domain.timekeeping.rules import Ground, Purpose, Rulebook
from domain.wording import hold_to_code, hold_to_text


def make_first_contact(state: Complaint, command: c.MakeFirstContact) -> e.FirstContactMade:
    """Record that the unit spoke with the person, once."""
    hold_to_code("means", command.means)
    leg = ready_leg(state, command, command.leg, LegState.HANDLING)
    if leg.contacted is not None:
        raise r.AlreadyContacted
    return e.FirstContactMade(by=command.by, occurred=command.at, leg=leg.number, means=command.means)


# --- what the person adds -----------------------------------------------------------------------------------------


def ask_for_supplement(state: Complaint, command: c.RequestSupplement) -> e.SupplementRequested:
    """Ask the person for something that is missing."""
    hold_to_text("question", command.question)
    leg = ready_leg(state, command, command.leg, LegState.HANDLING)
    return e.SupplementRequested(
        by=command.by,
        occurred=command.at,
        subject=state.subject,
        leg=leg.number,
        question=command.question,
    )


def receive_supplement(state: Complaint, command: c.ReceiveSupplement) -> e.SupplementReceived:
    """Record what the person added, where they were asked."""
    if not state.supplement_open:
        raise r.NoSupplementOpen
    hold_to_text("text", command.text)
    return e.SupplementReceived(
        by=command.by,
        occurred=command.at,
        subject=state.subject,
        leg=lead(state).number,
        attachments=command.attachments,
        text=command.text,
    )


# --- more time ----------------------------------------------------------------------------------------------------


def ask_for_extension(state: Complaint, command: c.RequestExtension, rules: Rulebook) -> e.ExtensionRequested:
    """Ask for more time, before the deadline and not oftener than the rules allow."""
    hold_to_text("reason", command.reason)
    leg = ready_lead_leg(state, command, command.leg, LegState.HANDLING)
    if state.extension_leg is not None:
        raise r.ExtensionPending
    extensions_max = rules.edition_on(command.at.day).extensions_max
    if leg.extensions >= extensions_max:
        raise r.ExtendedOftenEnough(extensions_max=extensions_max)
    if leg.deadline is not None and leg.deadline.missed_at(command.at):
        raise r.ExtensionTooLate(due=leg.deadline.due.isoformat(timespec="minutes"))
    return e.ExtensionRequested(
        by=command.by,
        occurred=command.at,
        subject=state.subject,
        leg=leg.number,
        reason=command.reason,
    )


def grant_extension(state: Complaint, command: c.GrantExtension, rules: Rulebook) -> e.ExtensionGranted:
    """Give more time, to the unit and to the citizen's clock alike."""
    leg = state.leg(state.extension_leg) if state.extension_leg is not None else None
    if leg is None or leg.deadline is None:
        raise r.NothingRequested(verb="同意延期", verb_value="grant-extension")
    rule = rules.rule_for(Purpose.EXTENSION, command.at, state.traits(leg.unit))
    if rule is None or rule.limit is None:
        raise r.NoUnitLimit
    limit = rule.limit
    citizen = state.citizen_deadline
    return e.ExtensionGranted(
        by=command.by,
        occurred=command.at,
        leg=leg.number,
        old=leg.deadline,
        new=rules.extend(leg.deadline, limit),
        citizen_old=citizen,
        citizen_new=rules.extend(citizen, limit) if citizen is not None else None,
    )


def refuse_extension(state: Complaint, command: c.RefuseExtension) -> e.ExtensionRefused:
    """Refuse more time, with a reason."""
    hold_to_text("reason", command.reason)
    if state.extension_leg is None:
        raise r.NothingRequested(verb="不同意延期", verb_value="refuse-extension")
    return e.ExtensionRefused(
        by=command.by,
        occurred=command.at,
        subject=state.subject,
        leg=state.extension_leg,
        reason=command.reason,
    )


# --- standing still and ending ------------------------------------------------------------------------------------


def suspend(state: Complaint, command: c.Suspend, rules: Rulebook) -> e.Suspended:
    """Let handling stand still, on a ground that the rules list."""
    if state.suspended is not None:
        raise r.AlreadySuspended
    _listed(command.ground, rules.edition_on(command.at.day).suspension_grounds)
    return e.Suspended(by=command.by, occurred=command.at, ground=command.ground)


def resume(state: Complaint, command: c.Resume) -> e.Resumed:
    """Go on with handling."""
    if state.suspended is None:
        raise r.NotSuspended
    return e.Resumed(by=command.by, occurred=command.at)


def ask_to_terminate(state: Complaint, command: c.RequestTermination, rules: Rulebook) -> e.TerminationRequested:
    """Ask to end the case, on a ground that the rules list."""
    hold_to_text("reason", command.reason)
    ready_lead_leg(state, command, command.leg, LegState.HANDLING)
    _listed(command.ground, rules.edition_on(command.at.day).termination_grounds)
    return e.TerminationRequested(
        by=command.by,
        occurred=command.at,
        subject=state.subject,
        ground=command.ground,
        reason=command.reason,
    )


def grant_termination(state: Complaint, command: c.GrantTermination) -> e.Terminated:
    """End the case on the ground that was asked for."""
    if state.termination_ground is None:
        raise r.NothingRequested(verb="同意终止", verb_value="grant-termination")
    return e.Terminated(by=command.by, occurred=command.at, ground=state.termination_ground)


def refuse_termination(state: Complaint, command: c.RefuseTermination) -> e.TerminationRefused:
    """Let the case go on, with a reason."""
    hold_to_text("reason", command.reason)
    if state.termination_ground is None:
        raise r.NothingRequested(verb="不同意终止", verb_value="refuse-termination")
    return e.TerminationRefused(by=command.by, occurred=command.at, subject=state.subject, reason=command.reason)


def _listed(ground: str, listed: tuple[Ground, ...]) -> None:
    if ground not in {item.code for item in listed}:
        raise r.GroundNotListed(ground=ground, listed="、".join(f"{item.code}（{item.name}）" for item in listed))
