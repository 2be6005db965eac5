"""The grade of a unit (等级): a simple rule whose thresholds are data, in dated editions under ``grades/``."""

from __future__ import annotations

import tomllib
from dataclasses import dataclass
from fractions import Fraction
from functools import cache
from pathlib import Path
from typing import Final

from domain.figures.figure import EMPTY, Cause
from domain.figures.unit_table import Row
from services.publication.document import Cell, cause_words, no_figure, text_cell

EDITION: Final = "2026-1"
_FOLDER: Final = Path(__file__).parent / "grades"
_WHOLE: Final = 100


@dataclass(frozen=True, slots=True)
class Grade:
    """A grade and what it takes: rates in per cent at the least, overdue open legs at the most (``None``: any)."""

    name: str
    english: str
    on_time_min: Fraction
    satisfied_min: Fraction
    overdue_open_max: int | None


@dataclass(frozen=True, slots=True)
class GradeRule:
    """An edition of the rule: the first grade whose thresholds are all met; none below ``due_min`` legs due."""

    edition: str
    due_min: int
    grades: tuple[Grade, ...]

    def grade(self, row: Row) -> Grade | Cause:
        """Return the grade of a unit's line of the table, or why it has none.

        A unit about whose answers nobody was reached is graded by the rest.
        """
        on_time, satisfied, overdue = row.rates["on_time"], row.rates["satisfied"], row.counts["overdue_open"]
        if not on_time.denominator:
            return on_time.cause or EMPTY
        if overdue.value is None:
            return overdue.cause or EMPTY
        if on_time.denominator < self.due_min:
            return Cause(
                "too_few_due",
                f"应办结不足 {self.due_min} 件，不评等级",
                f"fewer than {self.due_min} due: no grade",
            )
        punctual = on_time.numerator * _WHOLE / on_time.denominator
        content = satisfied.numerator * _WHOLE / satisfied.denominator if satisfied.denominator else None
        return next(
            grade
            for grade in self.grades
            if punctual >= grade.on_time_min
            and (content is None or content >= grade.satisfied_min)
            and (grade.overdue_open_max is None or overdue.value <= grade.overdue_open_max)
        )

    def cell(self, cell_id: str, row: Row) -> Cell:
        """Return the grade of a unit's line as a cell."""
        found = self.grade(row)
        if isinstance(found, Grade):
            return text_cell(cell_id, found.name)
        why = cause_words(found)
        assert why is not None
        return no_figure(cell_id, why)


@cache
def grade_rule(edition: str = EDITION) -> GradeRule:
    """Return an edition of the rule. Raises ``FileNotFoundError`` where the product ships none of this name."""
    read = tomllib.loads((_FOLDER / f"{edition}.toml").read_text("utf-8"))
    grades = tuple(
        Grade(
            one["name"],
            one["english"],
            Fraction(str(one["on_time_min_percent"])),
            Fraction(str(one["satisfied_min_percent"])),
            one.get("overdue_open_max"),
        )
        for one in read["grades"]
    )
    return GradeRule(read["edition"], read["due_min"], grades)
