"""Every form in which an edition is had, by the name that ``--format`` and the API ask for it: one table for both."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any, Final

import orjson

from gateways.pages.bulletin_page import render_bulletin
from services.publication.canonical import canonical
from services.publication.csv_files import csv_archive
from services.publication.forms import csv_form, markdown_form
from services.publication.official_form import docx_form, pdf_form
from services.publication.script import Pace, script_of
from services.publication.workbook import workbook_form
from services.settings import Settings
from services.spreadsheets import CSV_MEDIA, XLSX_MEDIA
from services.typesetting.pdf import PDF_MEDIA
from services.typesetting.typefaces import found_typefaces
from services.typesetting.word import DOCX_MEDIA

Plain = Mapping[str, Any]


@dataclass(frozen=True, slots=True)
class Means:
    """What forms are drawn with beside the edition: the presenter's pace, and the settings that name typefaces."""

    pace: Pace
    settings: Settings

    @classmethod
    def of(cls, settings: Settings) -> Means:
        """Return what the settings say."""
        return cls(Pace(settings.script_characters_per_minute, settings.script_units_max), settings)


@dataclass(frozen=True, slots=True)
class Form:
    """One form: its media type, the ending of its file's name, what it is, and how it is drawn from canonical JSON.

    ``text`` says that a terminal can show it.
    """

    media: str
    ending: str
    zh: str
    en: str
    draw: Callable[[Plain, Means], bytes]
    text: bool = True


def _html(document: Plain, _means: Means) -> bytes:
    return render_bulletin(document).encode()


def _pdf(document: Plain, means: Means) -> bytes:
    return pdf_form(document, found_typefaces(means.settings.fonts_dir))


def _script(document: Plain, means: Means) -> bytes:
    return script_of(document, means.pace).text().encode()


def _script_json(document: Plain, means: Means) -> bytes:
    return orjson.dumps(script_of(document, means.pace).json(), option=orjson.OPT_INDENT_2 | orjson.OPT_APPEND_NEWLINE)


FORMS: Final[dict[str, Form]] = {
    "json": Form(
        "application/json",
        "json",
        "规范 JSON，签名所覆盖的字节",
        "the canonical JSON that is signed",
        lambda document, _: canonical(document),
    ),
    "html": Form("text/html; charset=utf-8", "html", "单文件网页", "a page in one file", _html),
    "csv": Form(
        f"{CSV_MEDIA}; charset=utf-8",
        "csv",
        "全部表格，上下相接",
        "every table, one below the other",
        lambda document, _: csv_form(document).encode(),
    ),
    "csv-zip": Form(
        "application/zip",
        "zip",
        "每表一个 CSV 的压缩包",
        "an archive with a CSV file for each table",
        lambda document, _: csv_archive(document),
        text=False,
    ),
    "xlsx": Form(
        XLSX_MEDIA,
        "xlsx",
        "工作簿，每表一页",
        "a workbook with a sheet for each table",
        lambda document, _: workbook_form(document),
        text=False,
    ),
    "md": Form(
        "text/markdown; charset=utf-8",
        "md",
        "全文",
        "the whole text",
        lambda document, _: markdown_form(document).encode(),
    ),
    "pdf": Form(
        PDF_MEDIA,
        "pdf",
        "公文格式，供印发",
        "the official form, for print",
        _pdf,
        text=False,
    ),
    "docx": Form(
        DOCX_MEDIA,
        "docx",
        "公文格式，供编辑",
        "the official form, for a word processor",
        lambda document, _: docx_form(document),
        text=False,
    ),
    "script": Form("text/plain; charset=utf-8", "txt", "播报稿", "the read-aloud script", _script),
    "script-json": Form(
        "application/json",
        "script.json",
        "播报稿，每个数字注明单元格",
        "the script with each figure beside its cell",
        _script_json,
    ),
}
"""Every form of an edition; the first is the one that is signed."""
