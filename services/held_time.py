"""Held time of a quarter by holder and unit (持有时间), read from the log case by case."""

from __future__ import annotations

from collections import Counter
from dataclasses import asdict, dataclass
from datetime import datetime
from fractions import Fraction
from typing import Any

from domain.complaint.clocks import HolderKind
from domain.figures.figure import NO_CALENDAR, NONE, percent
from domain.figures.held_time import HeldTime, Passing
from domain.figures.indicators import EDITION
from domain.figures.measuring import complaint_fact
from domain.figures.unit_table import NO_UNIT
from domain.figures.window import Window, on_clock
from domain.periods import Quarter
from projections.cases import complaints_between
from services.statistics import Statistics

KINDS = {
    HolderKind.HOTLINE: ("热线", "hotline"),
    HolderKind.UNIT: ("承办单位", "unit"),
    HolderKind.DISPUTE: ("退单争议", "dispute"),
    HolderKind.CITIZEN: ("等待诉求人", "waiting for the citizen"),
    HolderKind.REVIEW: ("答复审核", "review"),
    HolderKind.DELIVERY: ("送达", "delivery"),
    HolderKind.FOLLOW_UP: ("回访", "follow-up"),
}
"""Each kind of holder in Chinese and English, in the order in which a case meets them."""


@dataclass(frozen=True, slots=True)
class HeldQuarter:
    """The held time of a quarter and what it was asked for."""

    window: Window
    position: int
    sums: HeldTime
    known_at: datetime | None = None

    @property
    def by_kind(self) -> dict[HolderKind, int]:
        """Working minutes of each kind of holder; they add up to the elapsed ones."""
        found = dict.fromkeys(KINDS, 0)
        for holder, minutes in self.sums.minutes.items():
            found[holder.kind] += minutes
        return found

    @property
    def units(self) -> tuple[str | None, ...]:
        """The units that held a case or disputed one, those who held longest first."""
        held = {holder.unit: minutes for holder, minutes in self.sums.minutes.items() if holder.kind is HolderKind.UNIT}
        return tuple(sorted(held.keys() | self.sums.units.keys(), key=lambda unit: (-held.get(unit, 0), unit or "")))

    def json(self) -> dict[str, Any]:
        """Return plain values for JSON; a share of nothing is "—"."""
        window, sums = self.window, self.sums
        minutes = {holder.unit: held for holder, held in sums.minutes.items() if holder.kind is HolderKind.UNIT}
        cases = {holder.unit: held for holder, held in sums.cases.items() if holder.kind is HolderKind.UNIT}
        of_kind: Counter[HolderKind] = Counter()
        for holder, number in sums.cases.items():
            of_kind[holder.kind] += number
        return {
            "quarter": str(window.quarter),
            "position": self.position,
            "definitions": window.settings.edition or EDITION,
            "as_of": on_clock(window.as_of, window.zone).isoformat(),
            "known_at": on_clock(self.known_at, window.zone).isoformat() if self.known_at is not None else None,
            "cases": sums.counted,
            "elapsed_minutes": sums.elapsed_minutes,
            "left_out": sums.unknown,
            "causes": {NO_CALENDAR.code: {"zh": NO_CALENDAR.zh, "en": NO_CALENDAR.en}} if sums.unknown else {},
            "holders": [
                {
                    "holder": kind.value,
                    "name": KINDS[kind][0],
                    "working_minutes": held,
                    "share": self.share(held),
                    "turns_of_cases": of_kind[kind],
                }
                for kind, held in self.by_kind.items()
            ],
            "dispatching": asdict(sums.dispatching),
            "units": [
                {
                    "unit": unit,
                    "name": unit if unit is not None else NO_UNIT,
                    "working_minutes": minutes.get(unit, 0),
                    "share": self.share(minutes.get(unit, 0)),
                    "cases": cases.get(unit, 0),
                    **(asdict(sums.units[unit]) if unit in sums.units else _NO_PASSING),
                }
                for unit in self.units
            ],
        }

    def share(self, minutes: int) -> str:
        """Write minutes as a share of the elapsed working time."""
        elapsed = self.sums.elapsed_minutes
        return percent(Fraction(minutes), elapsed, self.window.settings.rounding) if elapsed else NONE


def held_quarter(
    statistics: Statistics,
    quarter: Quarter,
    as_of: datetime | None = None,
    known_at: datetime | None = None,
    position: int | None = None,
) -> HeldQuarter:
    """Return the held time of a quarter; parameters and errors as for ``Statistics.rows``.

    The ids of the cases, and the facts of some hundreds of them, are in memory at a time.
    """
    window, at = statistics.asked(quarter, as_of, known_at, position)
    rules = statistics.rules_at(at)
    sums = HeldTime()
    last_day = max(quarter.last_day, window.today)
    complaints = complaints_between(statistics.views, quarter.first_day, last_day, at)
    for recorded in statistics.log.read_streams(complaints, to=at):
        facts = [fact for one in recorded if (fact := complaint_fact(one)) is not None]
        sums.take(facts, rules, window)
    return HeldQuarter(window, at, sums, known_at)


_NO_PASSING: dict[str, int] = asdict(Passing())
