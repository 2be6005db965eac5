"""How a case passes from hand to hand (派单, 签收, 退单, 指定管辖, 首问移交, 加派); each promise is frozen."""

from __future__ import annotations

from domain import refusals as r
from domain.complaint import commands as c
from domain.complaint import events as e
from domain.complaint.leg import LegState
from domain.complaint.state import Complaint
from domain.complaint.verbs.whose_leg import disputed, ready_lead_leg, ready_leg
from domain.facts import Moment
from domain.timekeeping.deadlines import Deadline
from domain.timekeeping.rules import Purpose, Rulebook
from domain.wording import hold_to_code, hold_to_text
from domain.words import LegRole


def dispatch(state: Complaint, command: c.Dispatch, rules: Rulebook) -> e.Dispatched:
    """Send the matter to its lead unit."""
    _not_held(state, command.unit)
    deadline, sign = _promise(state, command.unit, command.at, rules)
    traits = state.traits(command.unit)
    return e.Dispatched(
        by=command.by,
        occurred=command.at,
        subject=state.subject,
        leg=len(state.legs) + 1,
        unit=command.unit,
        deadline=deadline,
        sign_deadline=sign,
        contact_deadline=rules.deadline(Purpose.FIRST_CONTACT, command.at, traits),
        return_deadline=rules.deadline(Purpose.RETURN, command.at, traits),
        note=command.note,
    )


def add_co_unit(state: Complaint, command: c.AddCoUnit, rules: Rulebook) -> e.CoUnitAdded:
    """Put a second unit beside the lead unit."""
    _not_held(state, command.unit)
    deadline, sign = _promise(state, command.unit, command.at, rules)
    return e.CoUnitAdded(
        by=command.by,
        occurred=command.at,
        leg=len(state.legs) + 1,
        unit=command.unit,
        deadline=deadline,
        sign_deadline=sign,
    )


def sub_dispatch(state: Complaint, command: c.SubDispatch, rules: Rulebook) -> e.SubDispatched:
    """Send a lead unit's leg on to a unit below it."""
    parent = ready_lead_leg(state, command, command.leg, LegState.HANDLING)
    _not_held(state, command.unit)
    deadline, sign = _promise(state, command.unit, command.at, rules)
    return e.SubDispatched(
        by=command.by,
        occurred=command.at,
        leg=len(state.legs) + 1,
        parent_leg=parent.number,
        unit=command.unit,
        deadline=deadline,
        sign_deadline=sign,
    )


def sign(state: Complaint, command: c.Sign) -> e.Signed:
    """Sign for a leg."""
    leg = ready_leg(state, command, command.leg, LegState.AWAITING_SIGNATURE)
    return e.Signed(by=command.by, occurred=command.at, leg=leg.number)


def ask_to_return(state: Complaint, command: c.RequestReturn, rules: Rulebook) -> e.ReturnRequested:
    """Ask to return a leg, within the limit; who was designated may not."""
    hold_to_text("reason", command.reason)
    leg = ready_lead_leg(state, command, command.leg, LegState.AWAITING_SIGNATURE, LegState.HANDLING)
    if leg.designated:
        raise r.DesignatedMayNotReturn
    if leg.return_deadline is not None and leg.return_deadline.missed_at(command.at):
        raise r.ReturnTooLate(due=leg.return_deadline.due.isoformat(timespec="minutes"))
    return e.ReturnRequested(
        by=command.by,
        occurred=command.at,
        subject=state.subject,
        leg=leg.number,
        decision_deadline=rules.deadline(dispute_purpose(state, leg.number), command.at, state.traits(leg.unit)),
        reason=command.reason,
    )


def dispute_purpose(state: Complaint, leg: int) -> Purpose:
    """Return what limit the decision on a leg's return has: where another was relieved before, units dispute it."""
    relieved = {LegState.RETURNED, LegState.REDIRECTED}
    another = any(one.state in relieved and one.number < leg for one in state.legs)
    return Purpose.DESIGNATION if another else Purpose.RETURN_DECISION


def approve_return(state: Complaint, command: c.ApproveReturn, rules: Rulebook) -> tuple[e.ComplaintFact, ...]:
    """Approve a return; who answers for the case owes its hand-over."""
    approved = e.ReturnApproved(by=command.by, occurred=command.at, leg=disputed(state).number)
    return (approved, *_handover_owed(state, command, rules))


def refuse_return(state: Complaint, command: c.RefuseReturn) -> e.ReturnRefused:
    """Refuse a return, with a reason."""
    hold_to_text("reason", command.reason)
    return e.ReturnRefused(
        by=command.by,
        occurred=command.at,
        subject=state.subject,
        leg=disputed(state).number,
        reason=command.reason,
    )


def designate(state: Complaint, command: c.Designate, rules: Rulebook) -> tuple[e.ComplaintFact, ...]:
    """Name the unit that must handle a disputed matter; another that answered for it owes its hand-over."""
    leg = disputed(state)
    hold_to_code("unit", command.unit)
    if any(one.open and one.unit == command.unit and one is not leg for one in state.legs):
        raise r.UnitAlreadyHolds(unit=command.unit)
    deadline, sign = _promise(state, command.unit, command.at, rules)
    designated = e.JurisdictionDesignated(
        by=command.by,
        occurred=command.at,
        disputed_leg=leg.number,
        leg=len(state.legs) + 1,
        unit=command.unit,
        deadline=deadline,
        sign_deadline=sign,
        contact_deadline=rules.deadline(Purpose.FIRST_CONTACT, command.at, state.traits(command.unit)),
    )
    if command.unit == state.responsibility.answers:
        return (designated,)
    return (designated, *_handover_owed(state, command, rules))


def hand_over(state: Complaint, command: c.HandOver) -> e.HandedOver:
    """Make the hand-over that the actor's unit owes."""
    hold_to_code("means", command.means)
    hold_to_text("note", command.note)
    owed = state.responsibility.owed_by(command.by.unit, command.leg)
    if owed is None:
        raise r.NoHandoverOwed
    return e.HandedOver(
        by=command.by,
        occurred=command.at,
        subject=state.subject,
        leg=owed.leg,
        means=command.means,
        note=command.note,
    )


def _handover_owed(
    state: Complaint, command: c.ApproveReturn | c.Designate, rules: Rulebook
) -> tuple[e.HandoverOwed, ...]:
    """Return the hand-over that the case's leaving a unit leads to: owed by who answers for it, once for a leg."""
    unit = state.responsibility.answers
    leg = next((leg for leg in reversed(state.legs) if leg.role is LegRole.LEAD and leg.unit == unit), None)
    if unit is None or leg is None or any(one.leg == leg.number for one in state.responsibility.handovers):
        return ()
    deadline = rules.deadline(Purpose.HANDOVER, command.at, state.traits(unit))
    if deadline is None:
        return ()
    return (e.HandoverOwed(by=command.by, occurred=command.at, leg=leg.number, unit=unit, deadline=deadline),)


def _not_held(state: Complaint, unit: str) -> None:
    hold_to_code("unit", unit)
    if any(leg.open and leg.unit == unit for leg in state.legs):
        raise r.UnitAlreadyHolds(unit=unit)


def _promise(state: Complaint, unit: str, at: Moment, rules: Rulebook) -> tuple[Deadline, Deadline | None]:
    """Return by when a unit owes its answer, and its signature."""
    traits = state.traits(unit)
    deadline = rules.deadline(Purpose.UNIT, at, traits, accepted=state.accepted)
    if deadline is None:
        raise r.NoUnitLimit
    return deadline, rules.deadline(Purpose.SIGN, at, traits)
