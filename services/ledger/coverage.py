"""What a ledger covers: which days, all cases or only answered ones, and whether dates of acceptance are known."""

from dataclasses import dataclass
from datetime import date
from typing import Literal

from services.ledger.maps import DeclaredCoverage
from services.ledger.remarks import Note
from services.ledger.rows import LedgerRow


@dataclass(frozen=True, slots=True)
class Coverage:
    """The coverage of one import, both days included; ``assumed`` where any of it was worked out from the rows."""

    from_: date
    to: date
    cases: Literal["all", "answered"]
    acceptance_dates: bool
    assumed: bool


class CoverageTally:
    """Gathers from the rows of an import what is needed to work out the coverage that no map declares."""

    def __init__(self) -> None:
        self.rows = 0
        self.answered = 0
        self._first_registered: date | None = None
        self._last_registered: date | None = None
        self._first_replied: date | None = None
        self._last_replied: date | None = None

    def add(self, row: LedgerRow) -> None:
        """Take a row into account."""
        self.rows += 1
        day = row.registered.day
        self._first_registered = min(day, self._first_registered or day)
        self._last_registered = max(day, self._last_registered or day)
        if row.replied is not None and row.reply is not None:
            self.answered += 1
            day = row.replied.day
            self._first_replied = min(day, self._first_replied or day)
            self._last_replied = max(day, self._last_replied or day)

    def conclude(self, declared: DeclaredCoverage) -> tuple[Coverage | None, tuple[Note, ...]]:
        """Return the coverage, with every assumption in words; ``None`` where no row and no declaration gives days.

        Where every row is answered, the ledger is held to list answered cases only, and its days are those of its
        replies; else it is held to list all cases, from the first registration to the last registration or reply.
        """
        assumptions: list[Note] = []
        cases = declared.cases or self._cases(assumptions)
        acceptance_dates = declared.acceptance_dates
        if acceptance_dates is None:
            acceptance_dates = False
            assumptions.append(Note("假定台账不含受理日期", "assumed: the ledger holds no dates of acceptance"))
        first, last = declared.from_, declared.to
        if first is None:
            first = self._first_replied if cases == "answered" else self._first_registered
            assumptions.append(Note(f"假定台账自 {first} 起", f"assumed: the ledger begins on {first}"))
        if last is None:
            last = self._last_replied if cases == "answered" else self._last_of_all()
            assumptions.append(Note(f"假定台账至 {last} 止", f"assumed: the ledger ends on {last}"))
        if first is None or last is None:
            return None, (Note("没有可用的行，无从得知覆盖范围", "no row to work out the coverage from"),)
        return Coverage(first, max(first, last), cases, acceptance_dates, bool(assumptions)), tuple(assumptions)

    def _cases(self, assumptions: list[Note]) -> Literal["all", "answered"]:
        if self.rows and self.answered == self.rows:
            assumptions.append(
                Note("每行均有答复，假定只列已答复件", "assumed: answered cases only, every row has its reply")
            )
            return "answered"
        assumptions.append(Note("有未答复的行，假定列出全部诉求", "assumed: all cases, some rows have no reply"))
        return "all"

    def _last_of_all(self) -> date | None:
        days = [day for day in (self._last_registered, self._last_replied) if day is not None]
        return max(days, default=None)
