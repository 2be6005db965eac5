"""Who sees what of which case: the rule of sight, for one case and as the scope of a list.

A case that an actor may not see does not exist for them: the doors answer as for an unknown id.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from enum import IntEnum

from domain.complaint.state import Complaint
from domain.facts import Actor
from domain.units import UnitRegistry
from domain.words import UNIT_ROLES, ComplaintKind, Role
from services.access.roles import Action, allowed

_ACCUSATION_COURSE = frozenset({Role.AUDITOR})


class Sight(IntEnum):
    """How much of a case somebody sees; more is greater."""

    NOTHING = 0
    """Not even that it exists."""
    COURSE = 1
    """Its classification, states, times and deadlines; no text at all."""
    TEXT = 2
    """Also what was said and answered; nothing about the reporter (name, number, address, evidence of the channel)."""
    EVERYTHING = 3
    """Also who the reporter is."""


@dataclass(frozen=True, slots=True)
class Case:
    """What the rule of sight looks at: ``held`` are the units of all legs, ``holding`` those of open legs."""

    kind: ComplaintKind
    confidential: bool
    wanted_unit: str | None
    held: frozenset[str]
    holding: frozenset[str]


@dataclass(frozen=True, slots=True)
class Scope:
    """Which cases a list shows to an actor.

    ``units`` are the spellings of which one must stand on a leg, ``None`` for all cases. ``accusations`` says whether
    accusations are listed at all, and then ``unless`` are the units of which none may be accused or hold a leg.
    """

    units: frozenset[str] | None
    accusations: bool
    unless: frozenset[str] = frozenset()


def case_of(complaint: Complaint) -> Case:
    """Return what the rule of sight looks at, of a complaint as it stands."""
    return Case(
        kind=complaint.kind,
        confidential=complaint.confidential,
        wanted_unit=complaint.wanted_unit,
        held=frozenset(leg.unit for leg in complaint.legs if leg.unit is not None),
        holding=frozenset(leg.unit for leg in complaint.legs if leg.unit is not None and leg.open),
    )


def sight_of(actor: Actor, case: Case, units: UnitRegistry, on: date | None = None) -> Sight:
    """Return how much of a case an actor sees, under the structure of units on a day."""
    if not allowed(actor.role, Action.READ_COMPLAINTS):
        return Sight.NOTHING
    if case.kind is ComplaintKind.ACCUSATION:
        return _sight_of_accusation(actor, case, units)
    if actor.role in UNIT_ROLES:
        return _sight_of_unit(actor, case, units, on)
    if actor.role is Role.AUDITOR:
        return Sight.TEXT
    if case.confidential and actor.role is not Role.CONFIDENTIAL_OFFICER:
        return Sight.TEXT
    return Sight.EVERYTHING


def may_see(actor: Actor, case: Case, units: UnitRegistry, on: date | None = None) -> bool:
    """Say whether a case exists for an actor."""
    return sight_of(actor, case, units, on) > Sight.NOTHING


def scope_of(actor: Actor, units: UnitRegistry, on: date | None = None) -> Scope | None:
    """Return which cases a list shows to an actor, ``None`` where it shows none; it agrees with ``may_see``."""
    if not allowed(actor.role, Action.READ_COMPLAINTS):
        return None
    if actor.role in UNIT_ROLES:
        return None if actor.unit is None else Scope(own_spellings(actor.unit, units, on), accusations=False)
    if actor.role is Role.CONFIDENTIAL_OFFICER or actor.role in _ACCUSATION_COURSE:
        return Scope(None, accusations=True, unless=_own_and_below(actor.unit, units))
    return Scope(None, accusations=False)


def own_spellings(unit: str, units: UnitRegistry, on: date | None = None) -> frozenset[str]:
    """Return every name under which a leg is this unit's own: aliases, and units whose work became its own."""
    name = units.resolve(unit, on)
    known = {unit, *units.aliases, *units.aliases.values(), *units.placed}
    known.update(succession.old for succession in units.successions)
    return frozenset(spelling for spelling in known if units.resolve(spelling, on) == name)


def _sight_of_accusation(actor: Actor, case: Case, units: UnitRegistry) -> Sight:
    if actor.role in UNIT_ROLES or _accused(case) & _own_and_below(actor.unit, units):
        return Sight.NOTHING
    if actor.role is Role.CONFIDENTIAL_OFFICER:
        return Sight.EVERYTHING
    return Sight.COURSE if actor.role in _ACCUSATION_COURSE else Sight.NOTHING


def _sight_of_unit(actor: Actor, case: Case, units: UnitRegistry, on: date | None) -> Sight:
    if actor.unit is None:
        return Sight.NOTHING
    mine = units.resolve(actor.unit, on)
    if any(units.resolve(unit, on) == mine for unit in case.holding):
        return Sight.TEXT if case.confidential else Sight.EVERYTHING
    if any(units.resolve(unit, on) == mine for unit in case.held):
        return Sight.TEXT
    return Sight.NOTHING


def _accused(case: Case) -> frozenset[str]:
    return case.held if case.wanted_unit is None else case.held | {case.wanted_unit}


def _own_and_below(unit: str | None, units: UnitRegistry) -> frozenset[str]:
    """Return every spelling of a unit and of the units below it, whose accusations it must not know of."""
    if unit is None:
        return frozenset()
    name = units.resolve(unit) or unit
    below = {placed for placed in units.placed if name in units.above(placed)}
    return frozenset({unit}).union(*(units.spellings(each) for each in {name, *below}))
