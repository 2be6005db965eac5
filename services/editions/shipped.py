"""The editions that come with the product: working calendars, limits, conduct codes."""

from __future__ import annotations

from collections import defaultdict
from datetime import date, tzinfo
from functools import cache
from importlib.resources import files

from chinese_calendar.constants import Holiday, holidays, workdays

from domain.conduct_codes import ConductCodeEdition
from domain.timekeeping.rules import Rulebook, RuleEdition
from domain.timekeeping.working_calendar import ExceptionalDay, WorkingCalendar, WorkingYear
from services.editions.rule_files import load_conduct_codes, load_rules

CALENDAR_SERIAL = 1
"""The number behind the year in the ids of shipped calendars; it grows when the library corrects a year."""

_RULES = "rules-2026-2.toml"
_CONDUCT_CODES = "conduct-codes-2026-1.toml"
_SOURCE = "国务院办公厅节假日安排（chinesecalendar）"


@cache
def shipped_rules() -> RuleEdition:
    """Return the default limits."""
    return load_rules(files(__package__).joinpath(_RULES).read_bytes())


@cache
def shipped_conduct_codes() -> ConductCodeEdition:
    """Return the default conduct codes."""
    return load_conduct_codes(files(__package__).joinpath(_CONDUCT_CODES).read_bytes())


def shipped_calendar_years() -> list[WorkingYear]:
    """Return an edition for every year that ``chinesecalendar`` publishes, in order."""
    return list(_calendar_years())


@cache
def _calendar_years() -> tuple[WorkingYear, ...]:
    days: dict[int, list[ExceptionalDay]] = defaultdict(list)
    for working, named in ((False, holidays), (True, workdays)):
        for day, holiday in named.items():
            days[day.year].append(ExceptionalDay(day, working, Holiday(holiday).chinese))
    # A year whose 1 October is missing was only touched by a neighbour's arrangement: it is not published.
    published = sorted(year for year in days if date(year, 10, 1) in holidays)
    return tuple(
        WorkingYear(
            year,
            f"{year}-{CALENDAR_SERIAL}",
            tuple(sorted(days[year], key=lambda exception: exception.date)),
            _SOURCE,
        )
        for year in published
    )


def shipped_rulebook(zone: tzinfo) -> Rulebook:
    """Return the rulebook of a fresh instance: everything shipped, on the clock of ``zone``."""
    return Rulebook(
        WorkingCalendar(_calendar_years()),
        (shipped_rules(),),
        zone,
        (shipped_conduct_codes(),),
    )
