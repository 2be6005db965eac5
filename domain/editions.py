"""What the house itself decides and dates: its opening, and each edition of rules, calendar, conduct codes, figures."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from domain.conduct_codes import ConductCodeEdition
from domain.facts import Fact, topic
from domain.rules import Rulebook, RuleEdition
from domain.working_calendar import WorkingCalendar, WorkingYear

if TYPE_CHECKING:
    from collections.abc import Iterable
    from datetime import tzinfo


@topic("instance.opened.v1")
@dataclass(frozen=True, slots=True, kw_only=True)
class InstanceOpened(Fact):
    """A hotline's records were opened: its name, its time zone for ever, its lead body and its public key (PEM)."""

    name: str
    timezone: str
    lead_body: str
    public_key: str


@topic("rules.edition_adopted.v1")
@dataclass(frozen=True, slots=True, kw_only=True)
class RuleEditionAdopted(Fact):
    """An edition of the limits was adopted (发布规则)."""

    edition: RuleEdition


@topic("rules.calendar_published.v1")
@dataclass(frozen=True, slots=True, kw_only=True)
class CalendarPublished(Fact):
    """A year's working calendar was published or corrected (发布工作日历)."""

    year: WorkingYear


@topic("rules.conduct_codes_adopted.v1")
@dataclass(frozen=True, slots=True, kw_only=True)
class ConductCodesAdopted(Fact):
    """An edition of the conduct codes was adopted (发布行风问题编码)."""

    edition: ConductCodeEdition


RulesFact = RuleEditionAdopted | CalendarPublished | ConductCodesAdopted
"""Every fact that the rules' own stream can hold."""


def rulebook(facts: Iterable[RulesFact], zone: tzinfo) -> Rulebook:
    """Return everything in force after these facts, in their order; a corrected calendar follows the one before.

    Raises ``RuleFault`` where there is no rule edition among them.
    """
    years: list[WorkingYear] = []
    editions: list[RuleEdition] = []
    conduct: list[ConductCodeEdition] = []
    for fact in facts:
        match fact:
            case RuleEditionAdopted():
                editions.append(fact.edition)
            case CalendarPublished():
                years.append(fact.year)
            case ConductCodesAdopted():
                conduct.append(fact.edition)
    return Rulebook(WorkingCalendar(tuple(years)), tuple(editions), zone, tuple(conduct))
