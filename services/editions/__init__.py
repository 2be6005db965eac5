"""Dated editions of rules as data: what the product ships, and what an administrator loads from files."""

from services.editions.calendar_files import load_calendar
from services.editions.faults import EditionFault
from services.editions.rule_files import load_conduct_codes, load_rules
from services.editions.shipped import (
    shipped_calendar_years,
    shipped_conduct_codes,
    shipped_rulebook,
    shipped_rules,
)

__all__ = [
    "EditionFault",
    "load_calendar",
    "load_conduct_codes",
    "load_rules",
    "shipped_calendar_years",
    "shipped_conduct_codes",
    "shipped_rulebook",
    "shipped_rules",
]
