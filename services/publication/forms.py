"""An edition in other forms: tables for a spreadsheet (CSV), and a text that anybody can read (Markdown).

Every figure is the text of the edition's own cell; nothing is counted or rounded here.
"""

from __future__ import annotations

import csv
import io
from collections.abc import Iterator, Mapping
from typing import Any, Final

from domain.bulletin.events import SCOPE_CHINESE, Scope
from domain.bulletin.name import BulletinName
from domain.bulletin.state import STATUS_CHINESE, Status
from services.publication.document import heading_of, is_figure
from services.publication.objections import objections

BYTE_ORDER_MARK: Final = "\ufeff"
"""Spreadsheet programs read Chinese in a CSV file rightly only where it begins with this."""

_CHAPTERS: Final = "一二三四五六七八九十"
_FORMULA_SIGNS: Final = ("=", "+", "-", "@", "\t", "\r")

Plain = Mapping[str, Any]


def csv_form(document: Plain) -> str:
    """Return all tables one below the other, each under its title, as a spreadsheet opens them."""
    target = io.StringIO()
    writer = csv.writer(target, lineterminator="\r\n")
    writer.writerow([_safe(document["title"]), document["quarter"], document["number"]])
    for section in document["sections"]:
        for table in section["tables"]:
            writer.writerow([])
            writer.writerow([f"{section['no']} {section['title']['zh']}", table["title"]["zh"]])
            writer.writerow(["", *(heading_of(column) for column in table["columns"])])
            for line in _lines(table):
                writer.writerow([_safe(line["head"]), *(_safe(cell["text"]) for cell in line["cells"])])
    return BYTE_ORDER_MARK + target.getvalue()


def markdown_form(document: Plain) -> str:
    """Return the whole edition as Markdown: sections, tables, causes below them, and the annex."""
    return "\n".join(_markdown(document)) + "\n"


def _markdown(document: Plain) -> Iterator[str]:
    scope, status = SCOPE_CHINESE[Scope(document["scope"])], STATUS_CHINESE[Status(document["status"])]
    yield f"# {document['title']}"
    yield ""
    issued = f"　{document['issued_on']}" if document.get("issued_on") else ""
    period = BulletinName.parse(document["quarter"]).period
    yield f"{period.chinese}　{document['number']}　{document['issuer']}{issued}"
    yield ""
    yield f"{scope}　{status}　日志位置 {document['position']}　口径 {document['definitions']}"
    coverage = document["coverage"]
    yield ""
    part = "，本期仅部分覆盖" if coverage["partial"] else ""
    yield f"数据范围：{coverage['from']} 至 {coverage['to']}{part}"
    yield from (f"- {note['zh']}" for note in coverage["notes"])
    for section in document["sections"]:
        yield from _section(section)
    yield from _annex(document)


def _section(section: Plain) -> Iterator[str]:
    yield ""
    yield f"## {_CHAPTERS[section['no'] - 1]}、{section['title']['zh']}"
    if section["empty_because"] is not None:
        yield ""
        yield f"本期无内容：{section['empty_because']['zh']}"
    for paragraph in section["paragraphs"]:
        yield ""
        yield _flat(paragraph["zh"])
    for table in section["tables"]:
        yield from _table(table)


def _table(table: Plain) -> Iterator[str]:
    yield ""
    yield f"### {table['title']['zh']}"
    yield ""
    yield f"| | {' | '.join(_escaped(heading_of(column)) for column in table['columns'])} |"
    yield f"|---|{''.join('---|' if wordy else '---:|' for wordy in _wordy(table))}"
    causes: dict[str, int] = {}
    for line in _lines(table):
        texts = []
        for cell in line["cells"]:
            cause = cell.get("cause")
            mark = f" [{causes.setdefault(cause['zh'], len(causes) + 1)}]" if cause is not None else ""
            texts.append(_escaped(cell["text"]) + mark)
        yield f"| {_escaped(line['head'])} | {' | '.join(texts)} |"
    if causes:
        yield ""
        yield "；".join(f"[{mark}] {cause}" for cause, mark in causes.items())


def _annex(document: Plain) -> Iterator[str]:
    annex = document["annex"]
    yield ""
    yield "## 附件"
    if document["left_out"]:
        yield ""
        yield f"本版未载：{'；'.join(words['zh'] for words in document['left_out'])}。"
    yield ""
    yield f"截止：{document['frozen_at']}，日志位置 {document['position']}，根 `{document['root']}`"
    yield ""
    yield f"sections 摘要：`{annex['digest']}`"
    yield ""
    yield from (f"{number}. {words['zh']}" for number, words in enumerate(annex["verify"], start=1))
    for erratum in annex["errata"]:
        yield ""
        yield f"勘误 {erratum['number']}（{erratum['at']}）：{_flat(erratum['cause']['zh'])}"
        yield ""
        yield from (f"- `{cell['id']}`：{_flat(cell['old'])} → {_flat(cell['new'])}" for cell in erratum["cells"])
    for one in objections(document):
        yield ""
        yield f"异议 {one.number}（{_flat(one.unit)}，{one.result}）：{_flat(one.raised)}；处理：{_flat(one.decided)}"


def _lines(table: Plain) -> Iterator[Plain]:
    yield from table["rows"]
    if table["total"] is not None:
        yield table["total"]


def _wordy(table: Plain) -> Iterator[bool]:
    """Say of each column whether it holds words or dates, which stand to the left."""
    for at in range(len(table["columns"])):
        cells = [line["cells"][at] for line in table["rows"]]
        yield any(cell["value"] is not None and not is_figure(cell) for cell in cells)


def _is_number(text: str) -> bool:
    return text.removesuffix("%").lstrip("+-").replace(".", "", 1).isdecimal()


def _safe(text: str) -> str:
    """Keep a spreadsheet from taking a name for a formula; signed numbers stay numbers."""
    return f"'{text}" if text.startswith(_FORMULA_SIGNS) and not _is_number(text) else text


def _flat(text: str) -> str:
    return " ".join(text.split())


def _escaped(text: str) -> str:
    return _flat(text).replace("\\", "\\\\").replace("|", "\\|")
