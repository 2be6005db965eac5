"""How lines of delimited text become records, with the physical line on which each begins.

Quoting is read strictly first, so that a quotation mark that is never closed is noticed where it stands. Then the
line on which the broken record began is read by itself, leniently, and reading goes on at the next line: one bad row
stops nothing and swallows nothing.
"""

import csv
from collections import deque
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import NamedTuple

from services.ledger.encodings import CHUNK_BYTES, LINE_BYTES_MAX, Encoding, Line, lines
from services.ledger.texts import Cell

RECORD_CHARACTERS_MAX = 4 << 20
"""A record over several lines is held to be broken beyond this: far above any letter, and it bounds the memory."""
RECORD_LINES_MAX = 20_000
_FIELD_CHARACTERS_MAX = LINE_BYTES_MAX + 2 * CHUNK_BYTES


class RawRow(NamedTuple):
    """One row as it stands: its physical line (from 1, a record's first; a workbook's row number) and its cells.

    Only text can be damaged: bytes that do not decode, quotation marks that do not pair, a line beyond all limits.
    """

    line: int
    cells: Sequence[Cell]
    undecodable: bool = False
    quotes_repaired: bool = False
    too_long: bool = False


class _RecordTooLong(Exception):
    """A record went on for longer than any record may: its opening quotation mark was never closed."""


class _Feed:
    """Lines for the CSV reader that remember which of them make the present record, and can be given back."""

    def __init__(self, source: Iterator[Line]) -> None:
        self._source = source
        self._again: deque[Line] = deque()
        self._characters = 0
        self.taken: list[Line] = []
        self.line = 1

    def __iter__(self) -> Iterator[str]:
        return self

    def __next__(self) -> str:
        line = self._again.popleft() if self._again else next(self._source)
        self._characters += len(line.text)
        if self.taken and (self.taken[0].cut or line.cut or self._is_full()):
            self._again.appendleft(line)
            raise _RecordTooLong
        self.taken.append(line)
        return line.text

    def _is_full(self) -> bool:
        return self._characters > RECORD_CHARACTERS_MAX or len(self.taken) >= RECORD_LINES_MAX

    def next_record(self) -> None:
        """Forget the lines of the record that was read; ``line`` is then where the next one begins."""
        self.line += len(self.taken)
        self.taken.clear()
        self._characters = 0

    def keep_first(self) -> Line:
        """Give back every line of the present record but its first, and return that one."""
        self._again.extendleft(reversed(self.taken[1:]))
        del self.taken[1:]
        return self.taken[0]


def records(path: Path, encoding: Encoding, delimiter: str) -> Iterator[RawRow]:
    """Yield the records of a delimited text file in bounded memory; lines without any character are passed over.

    Raises ``OSError`` where the file cannot be read. Raises the process-wide field limit of ``csv`` once, since its
    own of 131,072 characters is shorter than letters are.
    """
    if csv.field_size_limit() < _FIELD_CHARACTERS_MAX:
        csv.field_size_limit(_FIELD_CHARACTERS_MAX)
    feed = _Feed(lines(path, encoding))
    reader = csv.reader(feed, delimiter=delimiter, strict=True)
    while True:
        repaired = False
        try:
            cells = next(reader)
        except StopIteration:
            return
        except (csv.Error, _RecordTooLong):
            repaired = True
            cells = next(csv.reader([feed.keep_first().text], delimiter=delimiter))
        if cells:
            undecodable = any(line.undecodable for line in feed.taken)
            yield RawRow(feed.line, cells, undecodable, repaired, feed.taken[0].cut)
        feed.next_record()
