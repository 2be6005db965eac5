"""The parts of an edition: cells that know what stands behind them, rows, tables, sections; and their plain form."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from decimal import Decimal
from fractions import Fraction
from hashlib import sha256
from typing import Any, Final

from domain.bulletin.events import Scope
from domain.figures.figure import EMPTY, NONE, Cause, Count, Figure, Rounding, RowId, percent

FORMAT: Final = "hangfeng.bulletin.v1"
KEY_CHARACTERS: Final = 10
"""How many hexadecimal digits of a name's digest stand in a cell's id."""

Rows = tuple[RowId, ...]


@dataclass(frozen=True, slots=True)
class Words:
    """The same words in Chinese and in English."""

    zh: str
    en: str

    def plain(self) -> dict[str, str]:
        """Return the words as JSON has them."""
        return {"zh": self.zh, "en": self.en}


@dataclass(frozen=True, slots=True)
class Cell:
    """One figure or word of a table.

    ``value`` is a whole number, or text: a rate without its sign, a mean, a date, a name; ``None`` where there is none,
    and then ``cause`` says why. ``numerator_rows`` and ``denominator_rows`` are the cases or legs behind the figure: of
    a count, those counted stand in ``numerator_rows``. ``positions`` are events that say the value outright.
    """

    id: str
    value: int | str | None
    text: str
    numerator: int | None = None
    denominator: int | None = None
    cause: Words | None = None
    numerator_rows: Rows = field(default=(), repr=False)
    denominator_rows: Rows = field(default=(), repr=False)
    positions: tuple[int, ...] = field(default=(), repr=False)

    def plain(self) -> dict[str, Any]:
        """Return the cell as JSON has it; what it does not have is left out."""
        plain: dict[str, Any] = {"id": self.id, "value": self.value, "text": self.text}
        if self.numerator is not None:
            plain["numerator"] = self.numerator
        if self.denominator is not None:
            plain["denominator"] = self.denominator
        if self.cause is not None:
            plain["cause"] = self.cause.plain()
        return plain


@dataclass(frozen=True, slots=True)
class Column:
    """A column: its key, its label, and the unit of its figures."""

    key: str
    label: Words
    unit: str | None = None

    def plain(self) -> dict[str, Any]:
        """Return the column as JSON has it."""
        plain: dict[str, Any] = {"key": self.key, "label": self.label.plain()}
        return plain if self.unit is None else {**plain, "unit": self.unit}


@dataclass(frozen=True, slots=True)
class Line:
    """A row of a table: what it is about, and its cells in the order of the columns."""

    head: str
    cells: tuple[Cell, ...]

    def plain(self) -> dict[str, Any]:
        """Return the row as JSON has it."""
        return {"head": self.head, "cells": [cell.plain() for cell in self.cells]}


@dataclass(frozen=True, slots=True)
class Table:
    """A table; ``scope`` is the widest edition that it appears in."""

    key: str
    title: Words
    columns: tuple[Column, ...]
    lines: tuple[Line, ...]
    total: Line | None = None
    scope: Scope = Scope.PUBLIC

    def plain(self) -> dict[str, Any]:
        """Return the table as JSON has it."""
        return {
            "key": self.key,
            "title": self.title.plain(),
            "scope": self.scope.value,
            "columns": [column.plain() for column in self.columns],
            "rows": [line.plain() for line in self.lines],
            "total": None if self.total is None else self.total.plain(),
        }

    def cells(self) -> Iterator[Cell]:
        """Give every cell."""
        for line in (*self.lines, *((self.total,) if self.total is not None else ())):
            yield from line.cells


@dataclass(frozen=True, slots=True)
class Section:
    """One of the ten sections; ``empty_because`` stands where it has nothing to show."""

    number: int
    key: str
    title: Words
    paragraphs: tuple[Words, ...] = ()
    tables: tuple[Table, ...] = ()
    empty_because: Words | None = None

    def __post_init__(self) -> None:
        if not self.paragraphs and not self.tables and self.empty_because is None:
            raise ValueError(f"section {self.number} is empty and does not say why")

    def plain(self) -> dict[str, Any]:
        """Return the section as JSON has it."""
        return {
            "no": self.number,
            "key": self.key,
            "title": self.title.plain(),
            "empty_because": None if self.empty_because is None else self.empty_because.plain(),
            "paragraphs": [words.plain() for words in self.paragraphs],
            "tables": [table.plain() for table in self.tables],
        }


def key_of(name: str) -> str:
    """Return what stands for a name in a cell's id: always the same for the same name, in ASCII."""
    return sha256(name.encode()).hexdigest()[:KEY_CHARACTERS]


ZERO_BASE: Final = Words("上期为零，不计增减", "the earlier period had none: no change is given")
NOT_KNOWN: Final = Words("缺少对比数据", "there is nothing to compare with")

WITHHELD: Final = Words("件数过少，隐去", "withheld: so few could single somebody out")

NOT_RECORDED: Final = Words("未记录", "not recorded")


_DECIMAL: Final = re.compile(r"[+-]?[0-9]{1,15}\.[0-9]+")
_WHOLE_OR_DECIMAL: Final = re.compile(r"[+-]?[0-9]{1,15}(\.[0-9]+)?")


def heading_of(column: Mapping[str, Any]) -> str:
    """Return a column's label with its unit."""
    unit = f"（{column['unit']}）" if "unit" in column else ""
    return f"{column['label']['zh']}{unit}"


def is_figure(cell: Mapping[str, Any]) -> bool:
    """Say whether a cell of the canonical JSON holds a figure: a whole number, or decimals or a rate as decimal text.

    A word may look like a number (a unit called 007, a promise that reads 12345): no figure is written so.
    """
    value = cell["value"]
    if not isinstance(value, str):
        return isinstance(value, int)
    if cell["text"] == f"{value}%":
        return _WHOLE_OR_DECIMAL.fullmatch(value) is not None
    return _DECIMAL.fullmatch(value) is not None


# --- cells of each kind ---------------------------------------------------------------------------------------------


def cause_words(cause: Cause | None) -> Words | None:
    """Return why there is no figure, in both languages."""
    return None if cause is None else Words(cause.zh, cause.en)


def no_figure(cell_id: str, cause: Words) -> Cell:
    """Return a cell without a figure, and why."""
    return Cell(cell_id, None, NONE, cause=cause)


def number_cell(cell_id: str, rows: Iterable[RowId]) -> Cell:
    """Return how many, with which."""
    held = tuple(rows)
    return Cell(cell_id, len(held), str(len(held)), numerator_rows=held)


def count_cell(cell_id: str, count: Count) -> Cell:
    """Return a count; one that the sources cannot support has its cause, and so has one that left some out."""
    if count.value is None:
        return Cell(cell_id, None, NONE, cause=cause_words(count.cause))
    cause = cause_words(count.cause)
    return Cell(cell_id, count.value, str(count.value), cause=cause, numerator_rows=count.rows)


def numerator_cell(cell_id: str, figure: Figure) -> Cell:
    """Return how many rows a rate's numerator holds; "—" where the sources cannot support the rate."""
    if not figure.denominator and not figure.numerator_rows and figure.cause not in (None, EMPTY):
        return Cell(cell_id, None, NONE, cause=cause_words(figure.cause))
    return number_cell(cell_id, figure.numerator_rows)


def rate_cell(cell_id: str, figure: Figure) -> Cell:
    """Return a rate with its numerator, where that is a whole number, and its denominator."""
    whole = figure.numerator.denominator == 1
    return Cell(
        cell_id,
        None if figure.rate == NONE else figure.rate.removesuffix("%"),
        figure.rate,
        numerator=int(figure.numerator) if whole else None,
        denominator=figure.denominator,
        cause=cause_words(figure.cause),
        numerator_rows=figure.numerator_rows,
        denominator_rows=figure.denominator_rows,
    )


def share_cell(cell_id: str, part: Rows, whole: Rows, rounding: Rounding) -> Cell:
    """Return a part of a whole in per cent, "—" where the whole is nothing."""
    if not whole:
        return Cell(cell_id, None, NONE, numerator=len(part), denominator=0, cause=cause_words(EMPTY))
    text = percent(Fraction(len(part)), len(whole), rounding)
    return Cell(
        cell_id,
        text.removesuffix("%"),
        text,
        numerator=len(part),
        denominator=len(whole),
        numerator_rows=part,
        denominator_rows=whole,
    )


def change_cell(cell_id: str, now: Count, before: Count, rounding: Rounding, barred: Cause | None = None) -> Cell:
    """Return by how much a count changed, in per cent with its sign; "—" on a zero base or where one is not known.

    ``barred`` says why the two are not compared although both are known.
    """
    if now.value is None or before.value is None:
        return no_figure(cell_id, cause_words(now.cause or before.cause) or NOT_KNOWN)
    if barred is not None:
        return no_figure(cell_id, Words(barred.zh, barred.en))
    if before.value == 0:
        return no_figure(cell_id, ZERO_BASE)
    difference = now.value - before.value
    text = percent(Fraction(abs(difference)), before.value, rounding)
    signed = ("+" if difference > 0 else "-" if difference < 0 else "") + text
    return Cell(
        cell_id,
        signed.removesuffix("%"),
        signed,
        numerator=now.value,
        denominator=before.value,
        numerator_rows=now.rows,
        denominator_rows=before.rows,
    )


def decimal_cell(cell_id: str, value: Decimal | int | None, cause: Cause | None, rows: Rows = ()) -> Cell:
    """Return a duration: whole numbers as such, others as decimal text."""
    if value is None:
        return Cell(cell_id, None, NONE, cause=cause_words(cause or EMPTY))
    whole = isinstance(value, int) or value.as_tuple().exponent == 0
    return Cell(cell_id, int(value) if whole else str(value), str(value), denominator_rows=rows)


def text_cell(cell_id: str, text: str | None) -> Cell:
    """Return a word, "—" where there is none."""
    return no_figure(cell_id, NOT_RECORDED) if text is None else Cell(cell_id, text, text)
