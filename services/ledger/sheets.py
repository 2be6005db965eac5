"""How a ledger file is opened: what it is written in, where its headings stand, and its rows as they are."""

import os
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from itertools import islice
from pathlib import Path

from services.ledger.encodings import Encoding, detect
from services.ledger.headings import Layout, recognise
from services.ledger.maps import NO_MAP, LedgerMap
from services.ledger.records import RawRow, records
from services.ledger.remarks import Note
from services.ledger.vocabulary import Field
from services.ledger.workbooks import WorkbookUnreadable, is_workbook, sheet_names, workbook_rows

HEADING_ROWS_MAX = 10
"""Headings are looked for in so many rows from the top: a title or a ``sep=;`` may stand above them."""
_DELIMITERS = ",\t;|"
_NAMED_HEADINGS_MAX = 50
_NAMED_HEADING_CHARACTERS_MAX = 20


class FileRefused(Exception):
    """A whole file cannot be read as a ledger; gives the cause and the remedy in both languages."""

    def __init__(self, file: str, zh: str, en: str) -> None:
        self.file = file
        self.zh = zh
        self.en = en
        super().__init__(f"{file}: {zh} / {en}")


@dataclass(frozen=True, slots=True)
class Sheet:
    """An opened ledger: one text file or one sheet of a workbook.

    ``file`` is its name for messages, with ``[sheet]`` where one workbook gives several. ``heading_line`` is 0 in an
    empty file. ``encoding`` and ``delimiter`` are ``None`` for workbooks. ``notes`` say what was assumed and what is
    left unread. A file that is no ledger opens too: its rows are then rejected one by one, with the reason.
    """

    file: str
    layout: Layout
    heading_line: int
    ledger_map: LedgerMap = NO_MAP
    encoding: Encoding | None = None
    delimiter: str | None = None
    notes: tuple[Note, ...] = ()
    source_rows: Callable[[], Iterator[RawRow]] = field(repr=False, default=lambda: iter(()))

    def rows(self) -> Iterator[RawRow]:
        """Yield every row but that of the headings, those above it included; each call reads the file anew.

        Raises ``FileRefused`` where the file can no longer be read.
        """
        try:
            for raw in self.source_rows():
                if raw.line != self.heading_line:
                    yield raw
        except (OSError, WorkbookUnreadable) as error:
            raise _refused(self.file, error) from error

    def count_rows(self) -> int:
        """Return the number of rows that ``rows`` yields, for a progress bar; reads the file once."""
        return sum(1 for _ in self.rows())


def open_sheet(path: Path, ledger_map: LedgerMap = NO_MAP) -> Sheet:
    """Open a ledger file: CSV, or the first sheet with recognised headings of a workbook.

    Raises ``FileRefused`` where the file cannot be read, or lacks a heading that the map names.
    """
    return open_sheets(path, ledger_map)[0]


def open_sheets(path: Path, ledger_map: LedgerMap = NO_MAP) -> tuple[Sheet, ...]:
    """Open every ledger in a file: one for CSV, each visible sheet with recognised headings for a workbook.

    A workbook without any gives its first sheet that is not empty, so that its rows are rejected with a reason.
    Raises ``FileRefused`` where the file cannot be read, or lacks a heading that the map names.
    """
    try:
        sheets = _open_workbook(path, ledger_map) if is_workbook(path) else (_open_text(path, ledger_map),)
    except (OSError, WorkbookUnreadable) as error:
        raise _refused(file_name(path), error) from error
    return sheets


def file_name(path: Path) -> str:
    """Return a file's name for messages; one in GB18030, as unpacked archives have it, is read as such."""
    written = os.fsencode(path.name)
    try:
        return written.decode("utf-8")
    except UnicodeDecodeError:
        return written.decode("gb18030", "replace")


def _refused(file: str, error: OSError | WorkbookUnreadable) -> FileRefused:
    if isinstance(error, WorkbookUnreadable):
        return FileRefused(file, error.zh, error.en)
    return FileRefused(
        file, "文件无法读取，请检查路径与权限", f"cannot be read, check path and rights: {error.strerror}"
    )


def _open_text(path: Path, ledger_map: LedgerMap) -> Sheet:
    encoding = detect(path)
    tries = [(delimiter, _find(_text_rows(path, encoding, delimiter)(), ledger_map)) for delimiter in _DELIMITERS]
    # Of equal tries max keeps the first: the comma.
    delimiter, (line, layout) = max(tries, key=lambda each: (*_fitness(each[1][1]), len(each[1][1].headings)))
    _require(file_name(path), line, layout)
    notes = (*_text_notes(encoding, delimiter), *_layout_notes(line, layout, ledger_map))
    return Sheet(
        file_name(path), layout, line, ledger_map, encoding, delimiter, notes, _text_rows(path, encoding, delimiter)
    )


def _text_rows(path: Path, encoding: Encoding, delimiter: str) -> Callable[[], Iterator[RawRow]]:
    return lambda: records(path, encoding, delimiter)


def _sheet_rows(path: Path, name: str) -> Callable[[], Iterator[RawRow]]:
    return lambda: workbook_rows(path, name)


def _open_workbook(path: Path, ledger_map: LedgerMap) -> tuple[Sheet, ...]:
    visible, hidden = sheet_names(path)
    found = {name: _find(workbook_rows(path, name), ledger_map) for name in visible}
    filled = [name for name, (line, _) in found.items() if line]
    ledgers = [name for name in filled if found[name][1].is_ledger and not found[name][1].missing]
    read = ledgers or sorted(filled, key=lambda name: _fitness(found[name][1]), reverse=True)[:1]
    if not read:
        return (
            Sheet(file_name(path), found[visible[0]][1] if visible else recognise((), ledger_map), 0, notes=(_EMPTY,)),
        )
    unread = [name for name in (*filled, *hidden) if name not in read]
    sheets = []
    for name in read:
        line, layout = found[name]
        file = file_name(path) if len(read) == 1 else f"{file_name(path)}[{name}]"
        _require(file, line, layout)
        notes = (*_layout_notes(line, layout, ledger_map), *_unread_sheets(unread))
        sheets.append(Sheet(file, layout, line, ledger_map, notes=notes, source_rows=_sheet_rows(path, name)))
    return tuple(sheets)


def _find(rows: Iterable[RawRow], ledger_map: LedgerMap) -> tuple[int, Layout]:
    """Return the line of the headings and what they say: the first row that makes a ledger, else the likeliest."""
    layouts = [(raw.line, recognise(raw.cells, ledger_map)) for raw in islice(rows, HEADING_ROWS_MAX)]
    return max(layouts, key=lambda each: _fitness(each[1]), default=(0, recognise((), ledger_map)))


def _fitness(layout: Layout) -> tuple[bool, int, int]:
    return layout.is_ledger and not layout.missing, -len(layout.missing), layout.score


def _require(file: str, line: int, layout: Layout) -> None:
    if not (line and layout.missing):
        return
    missing, found = _listed(layout.missing), _listed([heading for heading in layout.headings if heading])
    raise FileRefused(
        file,
        f"映射所指的列不在文件中：{missing}；文件的表头是：{found}。请改正映射或文件",
        f"the map names columns that the file has not: {missing}; its headings are: {found}. Mend the map or the file",
    )


def _listed(headings: Sequence[str]) -> str:
    # Where a file has no headings its first row may be someone's words: little of it is shown.
    names = [heading[:_NAMED_HEADING_CHARACTERS_MAX] for heading in headings[:_NAMED_HEADINGS_MAX]]
    return "、".join(names) or "—"


_EMPTY = Note("文件没有内容", "the file is empty")
_DELIMITER_WORDS = {"\t": ("制表符", "a tab"), ";": ("分号", "a semicolon"), "|": ("竖线", "a bar")}


def _text_notes(encoding: Encoding, delimiter: str) -> Iterator[Note]:
    if encoding.name != "utf-8":
        yield Note(f"文件按 {encoding.name.upper()} 读取", f"the file was read as {encoding.name.upper()}")
    if encoding.damaged_lines:
        yield Note(
            f"有 {encoding.damaged_lines} 行含不合该编码的字节，所在各条已标记",
            f"{encoding.damaged_lines} lines have bytes that do not fit the encoding, their rows are flagged",
        )
    if delimiter in _DELIMITER_WORDS:
        zh, en = _DELIMITER_WORDS[delimiter]
        yield Note(f"各列以{zh}分隔", f"columns are divided by {en}")


def _layout_notes(line: int, layout: Layout, ledger_map: LedgerMap) -> Iterator[Note]:
    if not line:
        yield _EMPTY
    elif not layout.is_ledger:
        yield Note(
            "不是台账：未认出登记日期列，或标题与内容列；首行视为表头，其余各行均不收录。可用映射指明各列",
            "no ledger: no column of registration dates, or none of titles or texts, was recognised; the first row was "
            "taken as headings and every other is rejected. A map can name the columns",
        )
    elif layout.unread:
        names = _listed(layout.unread)
        yield Note(f"未读取的列：{names}", f"columns left unread: {names}")
    if layout.is_ledger and Field.CHANNEL not in layout.columns and not ledger_map.defaults.channel:
        yield _channel_note(layout)


def _channel_note(layout: Layout) -> Note:
    if hint := layout.channel_hint:
        return Note(f"渠道按表头记为 {hint.value}", f"the channel is {hint.value}, by the headings")
    return Note("表头未说明渠道，记为 hotline", "the headings do not say the channel: hotline was assumed")


def _unread_sheets(names: Sequence[str]) -> Iterator[Note]:
    if names:
        listed = _listed(names)
        yield Note(f"未读取的工作表：{listed}", f"sheets left unread: {listed}")
