"""How a workbook (XLSX, and what else python-calamine reads: XLS, XLSB, ODS) gives its rows.

The library holds one whole sheet in memory: about 1.2 KB a row of usual length, 1.2 GB for the million rows that a
sheet can have. Larger ledgers belong in CSV, which is streamed.
"""

import zipfile
from collections.abc import Iterator
from pathlib import Path

from python_calamine import CalamineError, CalamineWorkbook, PasswordError, SheetTypeEnum, SheetVisibleEnum

from services.ledger.records import RawRow
from services.ledger.texts import Cell

WORKBOOK_BYTES_MAX = 1 << 30
"""What a workbook may measure unpacked; a million rows of letters stay below it."""

_ZIP = b"PK\x03\x04"
_COMPOUND_FILE = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"


class WorkbookUnreadable(Exception):
    """A workbook cannot be read: damaged, under a password, or too large; says which in both languages."""

    def __init__(self, zh: str, en: str) -> None:
        self.zh = zh
        self.en = en
        super().__init__(f"{zh} / {en}")


def is_workbook(path: Path) -> bool:
    """Say whether a file begins as workbooks do, whatever it is called. Raises ``OSError`` where it cannot be read."""
    with path.open("rb") as file:
        return file.read(len(_COMPOUND_FILE)).startswith((_ZIP, _COMPOUND_FILE))


def sheet_names(path: Path) -> tuple[tuple[str, ...], tuple[str, ...]]:
    """Return the names of a workbook's visible sheets and of its hidden ones. Raises ``WorkbookUnreadable``."""
    with _open(path) as workbook:
        sheets = [sheet for sheet in workbook.sheets_metadata if sheet.typ is SheetTypeEnum.WorkSheet]
    visible = tuple(sheet.name for sheet in sheets if sheet.visible is SheetVisibleEnum.Visible)
    return visible, tuple(sheet.name for sheet in sheets if sheet.name not in visible)


def workbook_rows(path: Path, sheet_name: str) -> Iterator[RawRow]:
    """Yield the rows of one sheet with their numbers, blank ones passed over. Raises ``WorkbookUnreadable``."""
    with _open(path) as workbook:
        try:
            sheet = workbook.get_sheet_by_name(sheet_name)
        except CalamineError as error:
            raise _damaged(error) from error
        # iter_rows counts from the sheet's first row, empty rows above the first used one included.
        for number, cells in enumerate(sheet.iter_rows(), start=1):
            if any(cell != "" for cell in cells):
                yield RawRow(number, [_cell(cell) for cell in cells])


def _cell(cell: Cell | int) -> Cell:
    # XLS and ODS give whole numbers as int: one kind of number is enough. A bool is an int, but no number here.
    return float(cell) if isinstance(cell, int) and not isinstance(cell, bool) else cell


def _open(path: Path) -> CalamineWorkbook:
    try:
        if zipfile.is_zipfile(path):
            with zipfile.ZipFile(path) as packed:
                size_bytes = sum(part.file_size for part in packed.infolist())
            if size_bytes > WORKBOOK_BYTES_MAX:
                raise WorkbookUnreadable("工作簿过大，请另存为 CSV 后导入", "the workbook is too large, save it as CSV")
        return CalamineWorkbook.from_path(path)
    except PasswordError as error:
        raise WorkbookUnreadable("工作簿有密码，请去除密码后导入", "the workbook has a password, remove it") from error
    except (CalamineError, zipfile.BadZipFile, NotImplementedError, ValueError, OSError) as error:
        # zipfile answers some damage with NotImplementedError (a version of the format that never was) or ValueError.
        raise _damaged(error) from error


def _damaged(error: Exception) -> WorkbookUnreadable:
    return WorkbookUnreadable(
        "工作簿已损坏或不是工作簿，请用电子表格软件打开并另存", f"no readable workbook, open and save it anew: {error}"
    )
