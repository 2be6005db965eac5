"""What stands on a paper, without a word on how it looks: a head, a title, and blocks one below the other."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from enum import StrEnum
from typing import Final

HEADING_LEVELS: Final = (1, 2, 3, 4)
"""一、 in 黑体, （一） in 楷体, 1. and （1） in 仿宋 (GB/T 9704-2012, 7.3.3)."""


@dataclass(frozen=True, slots=True)
class RedHead:
    """The head of an official document (版头): who issues it, its number, and marks at the upper left.

    ``number`` is printed as given, with its brackets 〔 〕; ``marks`` are lines such as "内部使用" or "草稿".
    """

    issuer: str
    number: str = ""
    marks: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Heading:
    """A heading of level 1 to 4; its number stands in the text."""

    level: int
    text: str

    def __post_init__(self) -> None:
        if self.level not in HEADING_LEVELS:
            raise ValueError(f"heading level {self.level}: one of {HEADING_LEVELS} expected")


@dataclass(frozen=True, slots=True)
class Body:
    """A paragraph of the body: 3号仿宋, its first line two characters in."""

    text: str


class Look(StrEnum):
    """How a line of its own stands."""

    FLUSH = "flush"
    """From the left edge, as a form of address does (主送机关)."""
    CENTRED = "centred"
    RIGHT = "right"
    BOLD = "bold"
    """From the left edge in 黑体: what a presenter must not miss."""
    SMALL = "small"
    """小五宋体 from the left edge, as notes below a table are."""


@dataclass(frozen=True, slots=True)
class Line:
    """A paragraph without indent."""

    text: str
    look: Look = Look.FLUSH


@dataclass(frozen=True, slots=True)
class Cell:
    """A cell: its text, and the mark of the note that explains it, such as ①."""

    text: str
    mark: str = ""


@dataclass(frozen=True, slots=True)
class Column:
    """A column: its label, and whether it holds words (to the left) in place of figures (to the right)."""

    label: str
    wordy: bool = False


@dataclass(frozen=True, slots=True)
class Row:
    """A row: what it is about, and its cells in the order of the columns."""

    head: str
    cells: tuple[Cell, ...]


@dataclass(frozen=True, slots=True)
class Table:
    """A table with its title above, its total in bold last, and its notes below.

    A table too wide for an upright page is turned sideways, and one too wide even then is split by columns; its head
    is repeated on every page. Raises ``ValueError`` where a row has not as many cells as there are columns.
    """

    title: str
    head_label: str
    columns: tuple[Column, ...]
    rows: tuple[Row, ...]
    total: Row | None = None
    notes: tuple[str, ...] = ()

    def __post_init__(self) -> None:
        for row in self.lines:
            if len(row.cells) != len(self.columns):
                raise ValueError(
                    f"table {self.title}: row {row.head} has {len(row.cells)} cells, not {len(self.columns)}"
                )

    @property
    def lines(self) -> tuple[Row, ...]:
        """All rows and the total."""
        return self.rows if self.total is None else (*self.rows, self.total)


@dataclass(frozen=True, slots=True)
class Card:
    """A case card: a title, and labels with their texts, in a frame that no page break cuts."""

    title: str
    lines: tuple[tuple[str, str], ...]


@dataclass(frozen=True, slots=True)
class AnnexHead:
    """The beginning of an annex, on a page of its own: "附件" or "附件2" at the left, its title in the third line."""

    label: str
    title: str


@dataclass(frozen=True, slots=True)
class AnnexList:
    """The list of annexes below the body (附件说明)."""

    names: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Closing:
    """Who signs, and the date in Arabic numerals without leading zeros (成文日期): right, two characters in."""

    issuer: str
    dated: date | None


@dataclass(frozen=True, slots=True)
class Remark:
    """A remark below the date, in parentheses (附注)."""

    text: str


@dataclass(frozen=True, slots=True)
class PageBreak:
    """What follows begins a new page."""


@dataclass(frozen=True, slots=True)
class Imprint:
    """What stands at the foot of the last page (版记): who has copies (抄送机关), who printed it (印发机关), and when.

    The last page is an even one (GB/T 9704-2012, 7.4). Nobody need have copies; who printed it is always said.
    """

    printed_by: str
    printed_on: date
    copied_to: tuple[str, ...] = ()


Block = Heading | Body | Line | Table | Card | AnnexHead | AnnexList | Closing | Remark | PageBreak


@dataclass(frozen=True, slots=True)
class Paper:
    """A whole document.

    ``dated`` is the date that stands in the file's properties (never the day of the run); ``subject`` and ``keywords``
    stand there too. Without ``head`` the title stands in the first line; ``subtitle`` stands below it in 楷体.
    With ``imprint`` the last page is an even one, which the imprint closes.
    """

    title: str
    author: str
    dated: date
    blocks: tuple[Block, ...]
    head: RedHead | None = None
    subtitle: str = ""
    subject: str = ""
    keywords: tuple[str, ...] = ()
    imprint: Imprint | None = None


def copied_line(imprint: Imprint) -> str:
    """Return the bodies that have copies as one sentence (7.4.2), without the word 抄送 before them."""
    return f"{'，'.join(imprint.copied_to)}。"


def printed_line(imprint: Imprint) -> str:
    """Return the date of print with its word (7.4.3): 2026年4月1日印发."""
    return f"{chinese_date(imprint.printed_on)}印发"


def chinese_date(day: date) -> str:
    """Return a date as official documents write it: 2026年4月1日."""
    return f"{day.year}年{day.month}月{day.day}日"
