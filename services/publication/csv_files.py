"""Each table of an edition as a CSV file of its own, and all of them in one archive with the same bytes every time."""

from __future__ import annotations

import csv
import io
import zipfile
from collections.abc import Iterator, Mapping
from typing import Any, Final

from services.publication.document import heading_of
from services.spreadsheets import BYTE_ORDER_MARK, harmless

Plain = Mapping[str, Any]

# The earliest time that the format holds: the same edition is the same archive, whenever it was made.
_MADE: Final = (1980, 1, 1, 0, 0, 0)
_READABLE: Final = 0o644 << 16


class NoSuchTable(LookupError):
    """An edition has no table of this key; the message lists those that it has."""

    def __init__(self, key: str, held: list[str]) -> None:
        listed = "、".join(held) or "—"
        super().__init__(
            f"--table：没有表“{key}”，可选：{listed} / no table {key}; there are: {', '.join(held) or '—'}"
        )
        self.key = key


def csv_table(document: Plain, key: str) -> bytes:
    """Return one table: a line of headings, its rows, its total, in UTF-8 with a mark. Raises ``NoSuchTable``."""
    for _, table in _tables(document):
        if table["key"] == key:
            return _csv(table)
    raise NoSuchTable(key, [table["key"] for _, table in _tables(document)])


def csv_archive(document: Plain) -> bytes:
    """Return a ZIP archive with a CSV file for every table, named by section, place and key."""
    target = io.BytesIO()
    with zipfile.ZipFile(target, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, table in _tables(document):
            entry = zipfile.ZipInfo(f"{name}.csv", _MADE)
            entry.compress_type = zipfile.ZIP_DEFLATED
            entry.external_attr = _READABLE
            archive.writestr(entry, _csv(table))
    return target.getvalue()


def _tables(document: Plain) -> Iterator[tuple[str, Plain]]:
    for section in document["sections"]:
        for at, table in enumerate(section["tables"], start=1):
            yield f"{section['no']:02d}-{at}-{table['key']}", table


def _csv(table: Plain) -> bytes:
    target = io.StringIO()
    writer = csv.writer(target, lineterminator="\r\n")
    writer.writerow(["", *(harmless(heading_of(column)) for column in table["columns"])])
    for line in (*table["rows"], *([table["total"]] if table["total"] is not None else [])):
        writer.writerow([harmless(line["head"]), *(_cell(cell) for cell in line["cells"])])
    return (BYTE_ORDER_MARK + target.getvalue()).encode()


def _cell(cell: Plain) -> str:
    """Return what is printed; a change with its sign is a figure and stays one."""
    text: str = cell["text"]
    figure = text.removesuffix("%").lstrip("+-").replace(".", "", 1).isdecimal()
    return text if figure else harmless(text)
