"""Small invented ledgers, written and read in one line."""

from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any, cast

import pytest
import xlsxwriter

from services.ledger import NO_MAP, LedgerMap, LedgerRow, RejectedRow, RowOutcome, open_sheet, read_map, read_rows

Read = Callable[..., list[RowOutcome]]
Write = Callable[..., Path]


@pytest.fixture
def write(tmp_path: Path) -> Write:
    """Write a text ledger and return its path."""

    def written(text: str | bytes, encoding: str = "utf-8", name: str = "台账.csv") -> Path:
        path = tmp_path / name
        path.write_bytes(text if isinstance(text, bytes) else text.encode(encoding))
        return path

    return written


@pytest.fixture
def read(write: Write) -> Read:
    """Write a text ledger and return what its rows say."""

    def outcomes(
        text: str | bytes, encoding: str = "utf-8", ledger_map: str = "", **options: object
    ) -> list[RowOutcome]:
        return list(cast("Any", read_rows)(open_sheet(write(text, encoding), a_map(ledger_map)), **options))

    return outcomes


@pytest.fixture
def workbook(tmp_path: Path) -> Write:
    """Write a workbook of named sheets, each a list of rows placed from its first row, and return its path."""

    def written(sheets: dict[str, Sequence[Sequence[Any]]], hidden: Sequence[str] = ()) -> Path:
        path = tmp_path / "台账.xlsx"
        with xlsxwriter.Workbook(path, {"default_date_format": "yyyy/m/d h:mm:ss"}) as book:
            for name, rows in sheets.items():
                sheet = book.add_worksheet(name)
                for number, cells in enumerate(rows):
                    sheet.write_row(number, 0, cells)
                if name in hidden:
                    sheet.hide()
        return path

    return written


def a_map(toml: str) -> LedgerMap:
    return read_map(toml.encode(), "map.toml") if toml else NO_MAP


def only_row(outcomes: Sequence[RowOutcome]) -> LedgerRow:
    (row,) = outcomes
    assert isinstance(row, LedgerRow), row
    return row


def only_rejection(outcomes: Sequence[RowOutcome]) -> RejectedRow:
    (row,) = outcomes
    assert isinstance(row, RejectedRow), row
    return row


def the_rows(outcomes: Sequence[RowOutcome]) -> list[LedgerRow]:
    return [row for row in outcomes if isinstance(row, LedgerRow)]
