"""What the sources behind the figures can support (数据来源): a ledger of answered cases knows of no open ones.

Cases that came in by the hotline's own doors support every figure. A ledger's case supports what its run declared.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import date
from typing import NamedTuple

from domain.figures.coverage import CasesCovered, Coverage, LedgerImported
from domain.figures.figure import ANSWERED_ONLY, NO_ACCEPTANCE, NO_PROCESS, UNDECLARED, Cause
from domain.figures.measures import CaseMeasure
from domain.periods import Period

SOURCES_JOINED_BY = "、"
"""What stands between the sources that one run names."""


class Needs(NamedTuple):
    """What a figure needs of a source.

    ``every_case``: unanswered cases are listed too (全部诉求). ``acceptance``: the date of acceptance (受理日期) is
    known where a limit counts from it. ``process``: signatures, returns, findings, follow-ups are recorded (办理过程).
    ``in_order``: the answer is not dated before its letter, which each row is asked itself.
    """

    every_case: bool = False
    acceptance: bool = False
    process: bool = False
    in_order: bool = False


PARTLY_COVERED = Cause(
    "partly_covered",
    "台账只覆盖该期的部分日期，不可比",
    "the ledger covers only some days of that period, which cannot be compared",
)
"""Why a figure of one quarter is not held against that of another."""


@dataclass(frozen=True, slots=True)
class PartialCoverage:
    """A source that covers only some days of a quarter; both days inside."""

    source: str
    from_: date
    to: date
    assumed: bool


@dataclass(frozen=True, slots=True)
class Sources:
    """What every import declared: by run, by each source for a run that was cut off, and by what a run called itself.

    A run over several files names all its sources, joined by 、.
    """

    by_run: dict[str, Coverage] = field(default_factory=dict)
    by_source: dict[str, Coverage] = field(default_factory=dict)
    declared: dict[str, Coverage] = field(default_factory=dict)

    def coverage(self, case: CaseMeasure) -> Coverage | None:
        """Return what the import of this case declared, ``None`` where nothing was declared yet."""
        if case.run in self.by_run:
            return self.by_run[case.run]
        return self.by_source.get(case.source)

    def lacks(self, case: CaseMeasure, needs: Needs) -> Cause | None:
        """Say why a figure with these needs must leave this case out; ``None`` where it need not."""
        if case.run is None or not any(needs):
            return None
        if needs.process:
            return NO_PROCESS
        declared = self.coverage(case)
        if declared is None:
            return UNDECLARED
        if needs.every_case and declared.cases is CasesCovered.ANSWERED:
            return ANSWERED_ONLY
        from_registration = case.deadline is not None and case.deadline.from_registration
        if needs.acceptance and from_registration and not declared.acceptance_dates:
            return NO_ACCEPTANCE
        return None

    def partly_covering(self, quarter: Period) -> tuple[PartialCoverage, ...]:
        """Return the sources that cover some days of a quarter and not all, by name."""
        found = []
        for source, held in sorted(self.declared.items()):
            first, last = max(held.from_, quarter.first_day), min(held.to, quarter.last_day)
            if first <= last and (first, last) != (quarter.first_day, quarter.last_day):
                found.append(PartialCoverage(source, first, last, held.assumed))
        return tuple(found)


def sources(facts: Iterable[LedgerImported]) -> Sources:
    """Return what the imports declared, in their order; two runs of one source cover what both cover together.

    A run that took nothing in says nothing of its source: it read what was already there.
    """
    by_run: dict[str, Coverage] = {}
    by_source: dict[str, Coverage] = {}
    declared: dict[str, Coverage] = {}
    for fact in facts:
        if fact.coverage is None:
            continue
        by_run[fact.run] = fact.coverage
        _widen(declared, fact.source, fact.coverage)
        for source in fact.source.split(SOURCES_JOINED_BY):
            _widen(by_source, source, fact.coverage)
    return Sources(by_run, by_source, declared)


def _widen(held: dict[str, Coverage], source: str, coverage: Coverage) -> None:
    before = held.get(source)
    held[source] = coverage if before is None else _together(before, coverage)


def _together(one: Coverage, other: Coverage) -> Coverage:
    answered = CasesCovered.ANSWERED in {one.cases, other.cases}
    return Coverage(
        from_=min(one.from_, other.from_),
        to=max(one.to, other.to),
        cases=CasesCovered.ANSWERED if answered else CasesCovered.ALL,
        acceptance_dates=one.acceptance_dates and other.acceptance_dates,
        assumed=one.assumed or other.assumed,
    )
