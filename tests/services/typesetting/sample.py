"""An invented paper with every kind of block, and how a PDF is measured."""

from __future__ import annotations

import io
import subprocess
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from typing import Any

import pdfplumber
from PIL import Image

from services.typesetting.paper import (
    AnnexHead,
    AnnexList,
    Body,
    Card,
    Cell,
    Closing,
    Column,
    Heading,
    Line,
    Look,
    Paper,
    RedHead,
    Remark,
    Row,
    Table,
)

MM = 72 / 25.4
DOTS_AN_INCH = 144
SENTENCE = "政风行风热线受理群众诉求各单位应当按时办结并逐件回访"
"""Without punctuation, so that every full line holds the same number of characters."""

NARROW = Table(
    "渠道",
    "渠道",
    (Column("件数"), Column("占比")),
    (Row("电话", (Cell("12"), Cell("33.33%"))), Row("信箱", (Cell("2"), Cell("—", "①")))),
    Row("合计", (Cell("14"), Cell("100.00%"))),
    ("①未记录。",),
)
WIDE = Table(
    "各单位办理情况",
    "单位",
    tuple(Column(f"第{at}项超时未办结（件）") for at in range(16)),
    tuple(Row(f"某市第{row}住房和城乡建设局", tuple(Cell("100.00%") for _ in range(16))) for row in range(40)),
    Row("合计", tuple(Cell(str(1000 + at)) for at in range(16))),
    tuple(f"第{at}条注。" for at in range(3)),
)


def a_paper(**changed: object) -> Paper:
    """Return the sample: four pages of body, a narrow and a wide table, a card, an annex."""
    blocks = (
        Line("各县（市、区）人民政府："),
        Heading(1, "一、总体情况"),
        Heading(2, "（一）受理"),
        Body(SENTENCE * 50),
        Heading(3, "1.第三层"),
        NARROW,
        WIDE,
        Card("个案卡", (("事项", "供水"), ("经过", SENTENCE * 4))),
        Line("请勿念出姓名", Look.BOLD),
        AnnexList(("口径", "勘误")),
        Closing("某市行风热线领导小组办公室", date(2026, 4, 1)),
        Remark("此件公开发布"),
        AnnexHead("附件1", "口径"),
        Body(SENTENCE),
    )
    stated: dict[str, Any] = {
        "title": "行风热线季度通报",
        "subtitle": "（2026年第一季度）",
        "author": "某市行风办",
        "dated": date(2026, 4, 1),
        "blocks": blocks,
        "head": RedHead("某市行风办", "某行风〔2026〕1号"),
    }
    return Paper(**(stated | changed))


@dataclass(frozen=True)
class Glyph:
    """A character on a page, in points from the page's upper left corner."""

    text: str
    left: float
    right: float
    middle: float
    size: float
    font: str
    upright: bool


@dataclass(frozen=True)
class Page:
    """A page as it was measured."""

    width: float
    height: float
    glyphs: tuple[Glyph, ...]

    @property
    def turned(self) -> bool:
        return self.width > self.height

    def lines(self) -> list[list[Glyph]]:
        """Return the upright glyphs line by line, from the top."""
        found: dict[int, list[Glyph]] = {}
        for glyph in sorted(self.glyphs, key=lambda glyph: (glyph.middle, glyph.left)):
            if glyph.upright and glyph.text.strip():
                near = next((key for key in found if abs(key - glyph.middle) <= 2), round(glyph.middle))
                found.setdefault(near, []).append(glyph)
        return [sorted(line, key=lambda glyph: glyph.left) for _, line in sorted(found.items())]

    def text(self) -> str:
        return "".join(glyph.text for glyph in self.glyphs)


def measured(content: bytes) -> list[Page]:
    """Return the pages of a PDF, its glyphs in the order in which the file paints them."""
    with pdfplumber.open(io.BytesIO(content)) as file:
        return [Page(float(page.width), float(page.height), tuple(_glyphs(page.chars))) for page in file.pages]


def _glyphs(chars: list[dict[str, Any]]) -> Iterator[Glyph]:
    for char in chars:
        middle = (char["top"] + char["bottom"]) / 2
        font = char["fontname"].rpartition("+")[2]
        across, along = (abs(part) for part in char["matrix"][:2])
        # A closing mark is as wide as a character and has its ink in the left half: at a line's end that half counts.
        right = char["x1"] - char["size"] / 2 if char["text"] in "）。，；：”、" else char["x1"]
        yield Glyph(char["text"], char["x0"], right, middle, char["size"], font, across > along)


def pictured(content: bytes, folder: Path, page: int) -> Image.Image:
    """Return a page as a picture of ``DOTS_AN_INCH``."""
    source = folder / "paper.pdf"
    source.write_bytes(content)
    subprocess.run(
        [
            "pdftoppm",
            "-r",
            str(DOTS_AN_INCH),
            "-f",
            str(page),
            "-l",
            str(page),
            "-singlefile",
            "-png",
            source,
            folder / "page",
        ],
        check=True,
        timeout=60,
        capture_output=True,
    )
    return Image.open(folder / "page.png").convert("RGB")


def mm_of(dots: int) -> float:
    """Return a picture's dots in millimetres."""
    return dots / DOTS_AN_INCH * 25.4
