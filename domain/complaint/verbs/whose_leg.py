"""Which leg a verb means, and whether it may be said of that leg: of one's own only, and only while it is ready."""

from __future__ import annotations

from domain import refusals as r
from domain.complaint.commands import ComplaintCommand
from domain.complaint.leg import LEG_CHINESE, Leg, LegState
from domain.complaint.lifecycle import STEP_OF
from domain.complaint.state import Complaint
from domain.wording import hold_to_order
from domain.words import LegRole


def lead(state: Complaint) -> Leg:
    """Return the lead leg in force. Raises ``NoSuchLeg``."""
    found = state.lead
    if found is None:
        raise r.NoSuchLeg
    return found


def disputed(state: Complaint) -> Leg:
    """Return the leg whose return waits for a decision. Raises ``NoSuchLeg``."""
    found = state.disputed
    if found is None:
        raise r.NoSuchLeg
    return found


def ready_leg(state: Complaint, command: ComplaintCommand, number: int | None, *ready: LegState) -> Leg:
    """Return the leg that is meant: the actor's own where the actor acts for a unit, and in one of these states.

    Raises ``NoSuchLeg``, ``NotYourLeg``, ``LegNotReady``, and ``OutOfOrder`` before the leg began.
    """
    unit = command.by.unit
    if number is not None:
        leg = state.leg(number)
    elif unit is not None:
        mine = [leg for leg in state.legs if leg.unit == unit and leg.open]
        leg = mine[-1] if mine else None
    else:
        leg = state.lead
    if leg is None:
        raise r.NoSuchLeg
    if unit is not None and leg.unit != unit:
        raise r.NotYourLeg
    if leg.state not in ready:
        raise r.LegNotReady(
            leg_state=LEG_CHINESE[leg.state],
            leg_value=leg.state.value,
            verb=STEP_OF[type(command)].zh,
            verb_value=STEP_OF[type(command)].verb,
        )
    # Nothing is done on a leg before the unit had it; a first call may come before the signature.
    hold_to_order(leg.started, command.at)
    return leg


def ready_lead_leg(state: Complaint, command: ComplaintCommand, number: int | None, *ready: LegState) -> Leg:
    """Return the leg that is meant, which must lead. Raises ``LeadLegOnly`` and what ``ready_leg`` does."""
    leg = ready_leg(state, command, number, *ready)
    if leg.role is not LegRole.LEAD:
        raise r.LeadLegOnly(verb=STEP_OF[type(command)].zh, verb_value=STEP_OF[type(command)].verb)
    return leg


def own_legs(state: Complaint, unit: str | None, number: int | None) -> frozenset[int]:
    """Return the numbers of the legs whose findings an actor may speak of: a unit of its own, the office of all.

    Raises ``NoSuchLeg`` and ``NotYourLeg`` of a leg that is named.
    """
    if number is not None:
        leg = state.leg(number)
        if leg is None:
            raise r.NoSuchLeg
        if unit is not None and leg.unit != unit:
            raise r.NotYourLeg
    return frozenset(leg.number for leg in state.legs if unit is None or leg.unit == unit)
