"""What a reader finds in each form of an edition: its tables by title, each line by its head, each text by its column.

Nothing of the product is used to read the forms; only the edition's JSON says which tables and labels to look for.
"""

from __future__ import annotations

import csv
import io
import re
import subprocess
import zipfile
from decimal import Decimal
from html.parser import HTMLParser
from typing import Any

import openpyxl
from docx import Document

Read = dict[tuple[str, str], str]
"""A figure as read, by the head of its line and the label of its column."""

_MARKS = re.compile(r"[①-⑳\u200b]|〔\d+〕$| ?\[\d+\]$")


def expected(table: dict[str, Any]) -> Read:
    """What the canonical JSON says of a table."""
    lines = [*table["rows"], *([table["total"]] if table["total"] is not None else [])]
    return {
        (line["head"], label_of(column)): cell["text"]
        for line in lines
        for column, cell in zip(table["columns"], line["cells"], strict=True)
    }


def label_of(column: dict[str, Any]) -> str:
    return str(column["label"]["zh"])


def without_unit(heading: str) -> str:
    return re.sub(r"（[^（）]{1,3}）$", "", heading)


# --- the workbook ---------------------------------------------------------------------------------------------------


def of_workbook(content: bytes) -> dict[str, Read]:
    """Each sheet of a table by its title, its numbers printed under their own formats."""
    book = openpyxl.load_workbook(io.BytesIO(content))
    found: dict[str, Read] = {}
    for sheet in book:
        if not re.match(r"\d+\.\d+ ", sheet.title):
            continue
        heads = [without_unit(str(cell.value)) for cell in sheet[2][1:]]
        read: Read = {}
        for row in sheet.iter_rows(min_row=3):
            for label, cell in zip(heads, row[1:], strict=True):
                read[str(row[0].value), label] = _printed(cell)
        found[str(sheet["A1"].value).partition("：")[2]] = read
    return found


def _printed(cell: Any) -> str:  # noqa: ANN401 - openpyxl has no name for a cell of any kind
    if cell.is_date:
        return str(cell.value.strftime("%Y-%m-%d"))
    if isinstance(cell.value, str):
        return cell.value
    shape = cell.number_format.split(";")[0]
    places = len(shape.rstrip("%").partition(".")[2])
    number = Decimal(str(cell.value)) * (100 if shape.endswith("%") else 1)
    sign = "+" if shape.startswith("+") and number > 0 else ""
    return f"{sign}{number:.{places}f}{'%' if shape.endswith('%') else ''}"


# --- CSV --------------------------------------------------------------------------------------------------------------


def of_csv(content: bytes) -> Read:
    """One table's file."""
    heads, *lines = list(csv.reader(io.StringIO(content.decode("utf-8-sig"))))
    return {
        (_plain(line[0]), without_unit(_plain(head))): _plain(text)
        for line in lines
        for head, text in zip(heads[1:], line[1:], strict=True)
    }


def of_archive(content: bytes) -> dict[str, Read]:
    """Every file of the archive by the table's key."""
    with zipfile.ZipFile(io.BytesIO(content)) as archive:
        return {name.split("-", 2)[2].removesuffix(".csv"): of_csv(archive.read(name)) for name in archive.namelist()}


def _plain(text: str) -> str:
    return text.removeprefix("'")


# --- Markdown ---------------------------------------------------------------------------------------------------------


def of_markdown(content: bytes) -> dict[str, Read]:
    """Each table by its title."""
    found: dict[str, Read] = {}
    title = ""
    heads: list[str] = []
    for line in content.decode().splitlines():
        if line.startswith("### "):
            title, heads = line.removeprefix("### "), []
        elif line.startswith("|"):
            texts = [text.strip().replace("\\|", "|") for text in re.split(r"(?<!\\)\|", line)[1:-1]]
            if not heads:
                heads = [without_unit(text) for text in texts[1:]]
            elif not set(texts[0]) <= set("-:") or not texts[0]:
                for label, text in zip(heads, texts[1:], strict=True):
                    found.setdefault(title, {})[texts[0], label] = _MARKS.sub("", text)
    return found


# --- the page ---------------------------------------------------------------------------------------------------------


class _Page(HTMLParser):
    """Gathers tables and the list of large figures, leaving marks and fractions aside."""

    def __init__(self) -> None:
        super().__init__()
        self.tables: dict[str, list[list[str]]] = {}
        self._key: str | None = None
        self._text: list[str] | None = None
        self._aside = 0

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        given = dict(attrs)
        if "data-table" in given and given["data-table"] is not None:
            self._key = given["data-table"]
            self.tables[self._key] = []
        if self._key is None:
            return
        if tag == "tr" or (tag == "div" and self.tables[self._key] is not None):
            self.tables[self._key].append([])
        if tag in {"td", "th", "dt", "dd"}:
            self._text = []
        if self._aside or tag == "sup" or given.get("class") in {"fraction", "unit"}:
            self._aside += tag in {"sup", "span"}

    def handle_endtag(self, tag: str) -> None:
        if self._aside and tag in {"sup", "span"}:
            self._aside -= 1
        elif tag in {"td", "th", "dt", "dd"} and self._text is not None and self._key is not None:
            self.tables[self._key][-1].append(" ".join("".join(self._text).split()))
            self._text = None
        elif tag in {"table", "dl"}:
            self._key = None

    def handle_data(self, data: str) -> None:
        if self._text is not None and not self._aside:
            self._text.append(data)


def of_page(content: bytes, labels: dict[str, list[str]]) -> dict[str, Read]:
    """Each table by its key; the list of large figures has no heads of its own, so ``labels`` names its columns."""
    page = _Page()
    page.feed(content.decode())
    found: dict[str, Read] = {}
    for key, lines in page.tables.items():
        kept = [line for line in lines if line]
        heads = labels[key] if len(kept[0]) == 2 and kept[0][0] else kept.pop(0)[1:]
        found[key] = {(line[0], label): text for line in kept for label, text in zip(heads, line[1:], strict=True)}
    return found


# --- print and word processor ---------------------------------------------------------------------------------------


def of_docx(content: bytes) -> dict[str, Read]:
    """Each table by its title, its head broken into lines put together again."""
    found: dict[str, Read] = {}
    for table in Document(io.BytesIO(content)).tables:
        rows = [[_MARKS.sub("", cell.text) for cell in row.cells] for row in table.rows]
        title = re.sub(r"^表\d+\u3000|（单位：[^）]*）$", "", rows[0][0])
        heads = [without_unit("".join(text.split())) for text in rows[1][1:]]
        read = {(row[0], label): text for row in rows[2:] for label, text in zip(heads, row[1:], strict=True)}
        found.setdefault(title, {}).update(read)
    return found


def lines_of_pdf(content: bytes) -> list[list[str]]:
    """The words of each printed line, marks of notes and "—" left out."""
    text = subprocess.run(
        ["pdftotext", "-layout", "-", "-"],
        input=content,
        capture_output=True,
        check=True,
    ).stdout.decode()
    lines = (_MARKS.sub("", line).replace("—", " ").replace("\u200b", "").split() for line in text.splitlines())
    return [line for line in lines if line]
