"""A bulletin on the terminal: its heading, its main figures, how each unit did, and what is overdue."""

from __future__ import annotations

import sys
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from domain.bulletin.name import BulletinName

if TYPE_CHECKING:
    from rich.console import Console
    from rich.table import Table

COLUMNS_MAX = 108
"""The widest line in terminal cells, of which a Chinese character takes two."""

OVERDUE_LINES_MAX = 8

_NAME_CELLS = 28
_HEADLINES = (
    "登记（件）",
    "答复（件）",
    "应办结（件）",
    "按时办结率",
    "超时未办结（件）",
    "中位用时（天）",
    "回访满意率",
    "回访到率",
    "属实率",
    "查纠率",
)
_HEADLINES_A_LINE = 5
_BAD = "bright_red"
_GRADES = {"优秀": "green", "良好": "cyan", "合格": "yellow", "需改进": _BAD}


@dataclass(frozen=True, slots=True)
class _Shown:
    """A column of the edition's table as the terminal shows it: its key there, its heading, its width in cells."""

    key: str
    heading: str
    cells: int
    bad_above_zero: bool = False


_SHOWN = (
    _Shown("registered", "受理", 4),
    _Shown("due", "应\n办结", 4),
    _Shown("closed", "办结", 4),
    _Shown("on_time", "按时\n办结", 4),
    _Shown("late", "超时\n办结", 4),
    _Shown("overdue_open", "超时\n未办", 4, bad_above_zero=True),
    _Shown("oldest_open", "最久\n(天)", 4),
    _Shown("reworked", "重办", 4),
    _Shown("median", "中位\n用时", 5),
    _Shown("substantiated", "属实", 4),
    _Shown("corrected", "查纠", 4),
    _Shown("satisfied", "满意率", 7),
    _Shown("reached", "回访\n到率", 7),
    _Shown("grade", "等级", 6),
)


def edition_console() -> Console:
    """Return the console to print on: colours and lines on a terminal, plain text elsewhere."""
    from rich.console import Console

    terminal = sys.stdout.isatty()
    width = None if terminal else COLUMNS_MAX
    console = Console(width=width, no_color=None if terminal else True, highlight=False, soft_wrap=False)
    console.width = min(console.width, COLUMNS_MAX)
    return console


def print_edition(console: Console, document: Mapping[str, Any], *, notice: str) -> None:
    """Print an edition's heading, main figures, table by unit and overdue list; ``notice`` stands under the title."""
    from rich.rule import Rule
    from rich.text import Text

    sections = {section["key"]: section for section in document["sections"]}
    period = BulletinName.parse(document["quarter"]).period
    console.print()
    console.print(Rule(style="dim", characters="─" if console.is_terminal else "-"))
    console.print(Text(f"{document['issuer']} {document['title']}", style="bold"), justify="center")
    console.print(Text(f"{period.chinese}  {document['number']}", style="bold"), justify="center")
    console.print(Text(notice, style="yellow"), justify="center")
    console.print(Rule(style="dim", characters="─" if console.is_terminal else "-"))
    console.print(_headlines(sections["summary"]), justify="center")
    tables = {table["key"]: table for table in sections["units"]["tables"]}
    for key in ("units", "other_units"):
        if key in tables:
            console.print()
            console.print(Text(tables[key]["title"]["zh"], style="bold"))
            console.print(_units(tables[key], plain=not console.is_terminal))
    _print_overdue(console, sections["overdue"])


def _headlines(section: Mapping[str, Any]) -> Any:  # noqa: ANN401 - rich is loaded when it is used
    from rich.text import Text

    table = next(table for table in section["tables"] if table["key"] == "headline")
    figures = {row["head"]: row["cells"][0]["text"] for row in table["rows"]}
    said = Text()
    for at, head in enumerate(head for head in _HEADLINES if head in figures):
        name, _, unit = head.partition("（")
        # Broken by us, so that no name is torn from its figure.
        said.append("" if not at else "   " if at % _HEADLINES_A_LINE else "\n")
        said.append(f"{name} ", style="dim")
        said.append(figures[head] + unit.removesuffix("）"), style="bold")
    return said


def _units(table: Mapping[str, Any], *, plain: bool) -> Table:
    from rich import box
    from rich.table import Table

    shown = Table(
        box=None if plain else box.SIMPLE_HEAD,
        show_edge=False,
        # The line under the heading brings the gap between columns with it; without one the padding is the gap.
        padding=(0, 1, 0, 0) if plain else 0,
        pad_edge=False,
        header_style="" if plain else "bold",
    )
    shown.add_column("单位", no_wrap=True, width=_NAME_CELLS)
    at = {column["key"]: number for number, column in enumerate(table["columns"])}
    for column in _shown(at):
        shown.add_column(column.heading, justify="right", no_wrap=True, width=column.cells, vertical="bottom")
    lines = [row for row in table["rows"] if _counts(row, at)]
    for row in lines:
        shown.add_row(_name(row["head"]), *_cells(row["cells"], at))
    if table.get("total"):
        shown.add_section()
        shown.add_row(_name(table["total"]["head"]), *_cells(table["total"]["cells"], at), style="bold")
    return shown


def _shown(at: Mapping[str, int]) -> list[_Shown]:
    """Return the columns to print: an edition of an earlier evaluator lacks what was added since."""
    return [column for column in _SHOWN if column.key in at]


def _counts(row: Mapping[str, Any], at: Mapping[str, int]) -> bool:
    """Say whether a line holds anything: a unit that only helped others stands in the edition, not here."""
    return any(row["cells"][at[key]]["value"] for key in ("registered", "due", "closed"))


def _cells(cells: Sequence[Mapping[str, Any]], at: Mapping[str, int]) -> Iterable[str]:
    from rich.markup import escape

    for column in _shown(at):
        text = str(cells[at[column.key]]["text"])
        style = _GRADES.get(text) if column.key == "grade" else None
        if column.bad_above_zero and text not in {"0", "—"}:
            style = f"bold {_BAD}"
        said = escape("-" if text == "—" else text)
        yield f"[{style}]{said}[/]" if style else said


def _print_overdue(console: Console, section: Mapping[str, Any]) -> None:
    from rich.text import Text

    table = next((table for table in section["tables"] if table["key"] == "overdue"), None)
    if table is None:
        return
    console.print()
    console.print(Text(f"{table['title']['zh']}（{len(table['rows'])} 件，超时最久的在前）", style="bold"))
    keys = [column["key"] for column in table["columns"]]
    for row in table["rows"][:OVERDUE_LINES_MAX]:
        cell = {key: value["text"] for key, value in zip(keys, row["cells"], strict=True)}
        unit = padded(_name(cell["unit"]), _NAME_CELLS)
        topic = padded(cell["topic"], 12)
        said = Text(f"  {row['head']}  {unit}  {topic}  期限 {cell['deadline']}  已超 ")
        said.append(f"{cell['days']:>3} 天", style=_BAD)
        console.print(said)
    if len(table["rows"]) > OVERDUE_LINES_MAX:
        console.print("  …… 其余见通报第五部分")


def padded(text: str, cells: int) -> str:
    """Fill a text up to a width in terminal cells."""
    from rich.cells import cell_len

    return text + " " * max(0, cells - cell_len(text))


def _name(text: str) -> str:
    """Cut a name that is wider than its column, so that the figures beside it stay in line."""
    from rich.cells import cell_len, set_cell_size

    return text if cell_len(text) <= _NAME_CELLS else set_cell_size(text, _NAME_CELLS - 2) + "…"
