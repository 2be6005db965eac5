"""The registry of units (单位名录): spellings, who stands above whom, groups, dated reorganisations. All facts."""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from datetime import date
from typing import TYPE_CHECKING

from domain.facts import Fact, topic

if TYPE_CHECKING:
    from collections.abc import Iterable

_SUCCESSIONS_MAX = 64


@topic("units.placed.v1")
@dataclass(frozen=True, slots=True, kw_only=True)
class UnitPlaced(Fact):
    """A unit was entered or moved: its superior (上级单位) and its group for ranking (分组), where it has them."""

    unit: str
    superior: str | None = None
    group: str | None = None


@topic("units.aliased.v1")
@dataclass(frozen=True, slots=True, kw_only=True)
class UnitAliased(Fact):
    """A spelling was found to mean a unit (别名); figures follow, published editions do not."""

    alias: str
    unit: str


@topic("units.alias_withdrawn.v1")
@dataclass(frozen=True, slots=True, kw_only=True)
class UnitAliasWithdrawn(Fact):
    """A spelling stands for itself again (撤销别名)."""

    alias: str


@topic("units.reorganised.v1")
@dataclass(frozen=True, slots=True, kw_only=True)
class UnitReorganised(Fact):
    """From a day on, a unit's work is another's (机构改革); earlier days stay the old unit's."""

    old: str
    new: str
    effective_from: date


@topic("units.reorganisation_reversed.v1")
@dataclass(frozen=True, slots=True, kw_only=True)
class UnitReorganisationReversed(Fact):
    """A reorganisation was taken back (撤销机构改革): every day's work is reported as if it had never been."""

    old: str
    new: str
    effective_from: date
    reason: str


UnitFact = UnitPlaced | UnitAliased | UnitAliasWithdrawn | UnitReorganised | UnitReorganisationReversed
"""Every fact that the registry's stream can hold."""


@dataclass(frozen=True, slots=True)
class UnitRegistry:
    """The registry after some of its facts; ``aliased`` are those that stand behind ``aliases``, in order."""

    placed: dict[str, UnitPlaced] = field(default_factory=dict)
    aliases: dict[str, str] = field(default_factory=dict)
    successions: tuple[UnitReorganised, ...] = ()
    aliased: tuple[UnitAliased, ...] = ()

    def resolve(self, spelling: str | None, on: date | None = None) -> str | None:
        """Return the unit that a spelling means, under the structure of a day where one is given.

        ``None`` stays ``None``: a case without a unit belongs to nobody.
        """
        if spelling is None:
            return None
        unit = self.aliases.get(spelling, spelling)
        return unit if on is None or not self.successions else self._line(unit, on)[-1]

    def leads_back(self, old: str, new: str, effective_from: date) -> bool:
        """Say whether a reorganisation would give a unit's work back to it on some day, by way of those that stand."""
        unit = self.aliases.get(old, old)
        days = {effective_from, *(s.effective_from for s in self.successions if s.effective_from > effective_from)}
        return any(unit in self._line(self.aliases.get(new, new), day) for day in days)

    def _line(self, unit: str, on: date) -> list[str]:
        """Return a unit and those that its work went to by a day, in order; of two that took it the later has it."""
        line = [unit]
        for _ in range(_SUCCESSIONS_MAX):
            latest: UnitReorganised | None = None
            for one in self.successions:
                if one.effective_from > on or self.aliases.get(one.old, one.old) != line[-1]:
                    continue
                if latest is None or one.effective_from >= latest.effective_from:
                    latest = one
            if latest is None:
                break
            line.append(self.aliases.get(latest.new, latest.new))
        return line

    @property
    def names(self) -> tuple[str, ...]:
        """Every name and spelling that it lists, in order."""
        moved = {name for one in self.successions for name in (one.old, one.new)}
        above = {one.superior for one in self.placed.values() if one.superior is not None}
        return tuple(sorted({*self.placed, *self.aliases, *self.aliases.values(), *moved, *above}))

    def knows(self, spelling: str) -> bool:
        """Say whether it lists a unit under that name or spelling."""
        return spelling in self.placed or spelling in self.names

    def above(self, unit: str) -> tuple[str, ...]:
        """Return the units above a unit, nearest first; a circle in the data ends the list."""
        chain: list[str] = []
        current = self.placed.get(self.aliases.get(unit, unit))
        while current is not None and current.superior is not None and current.superior not in (*chain, unit):
            chain.append(current.superior)
            current = self.placed.get(current.superior)
        return tuple(chain)

    def group(self, unit: str) -> str | None:
        """Return the group that a unit is ranked in."""
        placed = self.placed.get(unit)
        return placed.group if placed else None

    def spellings(self, unit: str) -> frozenset[str]:
        """Return every spelling that means a unit, its own name included."""
        return frozenset({unit, *(alias for alias, target in self.aliases.items() if target == unit)})


def evolve(registry: UnitRegistry, fact: UnitFact) -> UnitRegistry:
    """Return the registry after one more fact."""
    match fact:
        case UnitPlaced():
            return replace(registry, placed={**registry.placed, fact.unit: fact})
        case UnitAliased():
            aliased = (*registry.aliased, fact)
            return replace(registry, aliases=_with_alias(registry.aliases, fact), aliased=aliased)
        case UnitAliasWithdrawn():
            # What a spelling took along when it became an alias comes back with it, as if it had never been one.
            left = tuple(one for one in registry.aliased if one.alias != fact.alias)
            aliases: dict[str, str] = {}
            for one in left:
                aliases = _with_alias(aliases, one)
            return replace(registry, aliases=aliases, aliased=left)
        case UnitReorganised():
            return replace(registry, successions=(*registry.successions, fact))
        case UnitReorganisationReversed():
            left_over = tuple(one for one in registry.successions if not _is_of(one, fact))
            return replace(registry, successions=left_over)


def _is_of(one: UnitReorganised, reversed_: UnitReorganisationReversed) -> bool:
    reorganised = (one.old, one.new, one.effective_from)
    return reorganised == (reversed_.old, reversed_.new, reversed_.effective_from)


def _with_alias(aliases: dict[str, str], fact: UnitAliased) -> dict[str, str]:
    """Return the aliases with one more; one of an alias is resolved at once: a spelling is one step from its unit."""
    target = aliases.get(fact.unit, fact.unit)
    moved = {alias: target if unit == fact.alias else unit for alias, unit in aliases.items()}
    moved[fact.alias] = target
    moved.pop(target, None)
    return moved


def registry(facts: Iterable[UnitFact]) -> UnitRegistry:
    """Return the registry after these facts, in their order."""
    current = UnitRegistry()
    for fact in facts:
        current = evolve(current, fact)
    return current
