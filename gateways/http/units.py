"""The registry of units at the door (单位名录): units with their spellings, aliases, and dated reorganisations."""

from __future__ import annotations

import asyncio
from datetime import date
from typing import TYPE_CHECKING, Annotated, Any

from pydantic import BaseModel, Field

from domain.facts import Actor
from gateways.http.bodies import Body, Code
from gateways.http.caller import Caller, House, moment
from services.unit_registry import alias_unit, reorganise, reverse_reorganisation, withdraw_alias

if TYPE_CHECKING:
    from collections.abc import Callable

    from gateways.app import Hangfeng


class UnitItem(BaseModel):
    """One unit that the registry lists: its other spellings, its superior and its group for ranking."""

    unit: str
    aliases: list[str]
    superior: str | None
    group: str | None


class Reorganisation(BaseModel):
    """From a day on, the work of ``old`` is that of ``new``."""

    old: str
    new: str
    effective_from: date
    by: str


class UnitList(BaseModel):
    """The registry as it stands: its units by name, and the reorganisations that were not taken back, by first day."""

    units: list[UnitItem]
    reorganisations: list[Reorganisation]


class AliasBody(Body):
    """A spelling and the unit that it means."""

    alias: Code
    unit: Code


class AliasGone(Body):
    """A spelling that stands for itself again."""

    alias: Code


class ReorganisationBody(Body):
    """A unit whose work is another's from a day on."""

    old: Code
    new: Code
    effective_from: Annotated[date, Field(description="生效日 / its first day")]


class ReversalBody(ReorganisationBody):
    """A reorganisation that is taken back, and why, in a few words."""

    reason: Code


class RegistryStep(BaseModel):
    """Whether what was asked was new to the registry."""

    fresh: bool


async def read_units(house: House) -> UnitList:
    """Return the registry as it stands."""
    units = house.instance.units
    names = sorted({*units.placed, *units.aliases.values()})
    placed = {name: units.placed.get(name) for name in names}
    moved = sorted(units.successions, key=lambda one: (one.effective_from, one.old, one.new))
    return UnitList(
        units=[
            UnitItem(
                unit=name,
                aliases=sorted(units.spellings(name) - {name}),
                superior=one.superior if one is not None else None,
                group=one.group if one is not None else None,
            )
            for name, one in placed.items()
        ],
        reorganisations=[
            Reorganisation(old=one.old, new=one.new, effective_from=one.effective_from, by=one.by.name) for one in moved
        ],
    )


async def post_alias(body: AliasBody, house: House, caller: Caller) -> RegistryStep:
    """Let a spelling mean a unit: past figures follow, published editions do not."""
    return await _done(house, caller, alias_unit, body.alias, body.unit)


async def post_alias_gone(body: AliasGone, house: House, caller: Caller) -> RegistryStep:
    """Let a spelling stand for itself again."""
    return await _done(house, caller, withdraw_alias, body.alias)


async def post_reorganisation(body: ReorganisationBody, house: House, caller: Caller) -> RegistryStep:
    """Let a unit's work be another's from a day on."""
    return await _done(house, caller, reorganise, body.old, body.new, body.effective_from)


async def post_reversal(body: ReversalBody, house: House, caller: Caller) -> RegistryStep:
    """Take a reorganisation back, so that figures stand as if it had never been."""
    asked = (body.old, body.new, body.effective_from, body.reason)
    return await _done(house, caller, reverse_reorganisation, *asked)


async def _done(house: Hangfeng, caller: Actor, step: Callable[..., object], *asked: Any) -> RegistryStep:  # noqa: ANN401
    def record() -> bool:
        fresh = bool(step(house.log, *asked, caller, moment(house, None)))
        house.instance.refresh()
        return fresh

    return RegistryStep(fresh=await asyncio.to_thread(record))
