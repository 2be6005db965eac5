"""What was recorded at all (数据覆盖): a figure is only as good as this, and says so."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from enum import StrEnum

from domain.facts import Fact, topic


class CasesCovered(StrEnum):
    """Whether a ledger holds every case or only answered ones."""

    ALL = "all"
    ANSWERED = "answered"


@dataclass(frozen=True, slots=True)
class Coverage:
    """From which day to which a source is complete, for which cases, and what of them is known.

    ``assumed`` is true where the source did not say and the rows were asked instead. The days are those of the
    replies where only answered cases are covered, and of registration otherwise.
    """

    from_: date
    to: date
    cases: CasesCovered
    acceptance_dates: bool
    assumed: bool = False


@dataclass(frozen=True, slots=True)
class ImportedFile:
    """A file that was read: its name, its digest, and what became of its rows."""

    name: str
    digest: str
    read: int
    accepted: int
    already_there: int
    rejected: int
    skipped: int


@topic("coverage.ledger_imported.v1")
@dataclass(frozen=True, slots=True, kw_only=True)
class LedgerImported(Fact):
    """A run of the import ended (导入完成) and declares what it covered; ``None`` where no row was a case."""

    run: str
    source: str
    files: tuple[ImportedFile, ...]
    coverage: Coverage | None
