"""The file of rejected rows: where each stands and why, never what it says; the ledger itself keeps the row."""

import csv
from pathlib import Path
from typing import Self

from services.ledger.rows import RejectedRow

REJECTS_HEADINGS = ("file", "line", "field", "reason", "remedy")
_FORMULA_STARTS = ("=", "+", "-", "@")


class RejectsFile:
    """Writes ``rejects.csv`` (UTF-8 with a mark, as spreadsheets expect it), used as a context.

    Rows go to ``<name>.part`` beside it, which takes its place at a regular end: an import that was killed leaves the
    last whole file. Raises ``OSError`` where the file cannot be written.
    """

    def __init__(self, path: Path) -> None:
        self._path = path
        self._part = path.with_name(f"{path.name}.part")
        self._file = self._part.open("w", encoding="utf-8-sig", newline="")
        self._writer = csv.writer(self._file)
        self._writer.writerow(REJECTS_HEADINGS)
        self.rows = 0

    def __enter__(self) -> Self:
        return self

    def __exit__(self, kind: type[BaseException] | None, *_: object) -> None:
        self._file.close()
        if kind is None:
            self._part.replace(self._path)
        else:
            self._part.unlink()

    def add(self, row: RejectedRow) -> None:
        """Write one rejected row."""
        # A file may be named like a formula, which a spreadsheet would compute.
        file = f"'{row.file}" if row.file.startswith(_FORMULA_STARTS) else row.file
        self._writer.writerow((file, row.line, row.field, f"{row.reason_zh} / {row.reason_en}", row.remedy))
        self.rows += 1
