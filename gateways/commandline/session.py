"""What every command is given: where the data is, who acts, what time it is, and how to speak.

Answers go to stdout, everything else to stderr; a reading command says nothing of the moment at which it ran.
"""

from __future__ import annotations

import sys
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import Any
from unicodedata import east_asian_width
from uuid import UUID

import click
import orjson

from domain.complaint.events import ComplaintRegistered
from domain.facts import Actor, Moment
from domain.identity import position_of_receipt
from domain.periods import Period
from domain.words import Role
from gateways.app import Clock, Hangfeng, compose, system_clock
from services.casework import hold_to_registry
from services.settings import Settings, load_settings

LOCAL_ADMINISTRATOR = "本机管理员"

Progress = Callable[[int], None]


@dataclass(frozen=True, slots=True)
class Session:
    """One call of the command line."""

    data: Path | None = None
    name: str = LOCAL_ADMINISTRATOR
    clock: Clock = system_clock

    @property
    def actor(self) -> Actor:
        """Who acts: the local administrator, under the name given with ``--as``."""
        return Actor(self.name, Role.ADMIN)

    def settings(self) -> Settings:
        """Return the settings. Raises ``SettingsFault``."""
        return load_settings(self.data)

    @contextmanager
    def house(self, *, serving: bool = False) -> Iterator[Hangfeng]:
        """Compose the house over the data directory; one that serves leaves views and cards to a process beside it."""
        with compose(self.settings(), self.clock, serving=serving, apart=serving) as house:
            yield house

    @contextmanager
    def reading(self) -> Iterator[Hangfeng]:
        """Compose the house with every view brought to the log's end."""
        with self.house() as house:
            with progress("视图跟进 views", house.log.head().position) as advance:
                house.runner.catch_up(progress=advance)
            yield house

    def moment(self, house: Hangfeng) -> Moment:
        """Return the present moment on the instance's clock."""
        return Moment(self.clock().astimezone(house.instance.zone))


def outside(session: Session, out: Path) -> Path:
    """Return where something is to be written, which is never inside the data directory. Raises ``UsageError``."""
    data = session.settings().data.resolve()
    if out.resolve().is_relative_to(data):
        raise click.UsageError(
            f"不能写入数据目录 {data}，请另选位置 / nothing is written into the data directory: choose another place"
        )
    return out


class Refused(click.ClickException):
    """Something foreseeable went wrong: one line on stderr, exit 1."""

    exit_code = 1

    def show(self, file: object = None) -> None:  # noqa: ARG002 - click's signature
        """Print the line."""
        click.echo(self.format_message(), err=True)


pass_session = click.make_pass_decorator(Session)

json_option = click.option("--json", "as_json", is_flag=True, help="输出一个 JSON 文档 / print one JSON document")


def say(zh: str, en: str = "") -> None:
    """Tell the person something, on stderr."""
    click.echo(f"{zh} / {en}" if en else zh, err=True)


def answer_json(value: Any) -> None:  # noqa: ANN401 - whatever JSON can hold
    """Print one JSON document on stdout."""
    options = orjson.OPT_INDENT_2 | orjson.OPT_APPEND_NEWLINE
    sys.stdout.write(orjson.dumps(value, default=str, option=options).decode())
    sys.stdout.flush()


def answer_table(headings: Sequence[str], rows: Sequence[Sequence[object]]) -> None:
    """Print a table on stdout, its columns aligned by the width that Chinese characters take."""
    texts = [[_cell(cell) for cell in row] for row in rows]
    widths = [max(map(_width, column)) for column in zip(headings, *texts, strict=True)]
    for row in (list(headings), *texts):
        padded = (text + " " * (width - _width(text)) for text, width in zip(row, widths, strict=True))
        click.echo("  ".join(padded).rstrip())
    if not rows:
        say("（没有）", "none")


@contextmanager
def progress(what: str, total: int) -> Iterator[Progress]:
    """Show a bar on a terminal and nothing elsewhere; what is yielded is told how far the work has come."""
    if not sys.stderr.isatty():
        yield lambda _done: None
        return
    from rich.console import Console
    from rich.progress import Progress as Bar

    with Bar(console=Console(stderr=True), transient=True) as bar:
        task = bar.add_task(what, total=total)
        yield lambda done: bar.update(task, completed=done)


def parse_instant(text: str, house: Hangfeng) -> datetime:
    """Read an instant; one without offset is meant on the instance's clock, a day alone means its last instant.

    Raises ``click.BadParameter``.
    """
    try:
        instant = datetime.fromisoformat(text)
    except ValueError:
        raise click.BadParameter(f"“{text}”不是时间，请写作 2025-07-05T18:00 / {text} is no instant") from None
    if len(text) == len("2025-07-05"):
        instant = instant.replace(hour=23, minute=59, second=59, microsecond=999_999)
    return instant if instant.tzinfo else instant.replace(tzinfo=house.instance.zone)


def hold_to_known_unit(house: Hangfeng, unit: str | None) -> None:
    """Refuse a spelling that the registry does not know, so that an empty list is not taken for work done.

    Raises ``UnknownUnit``, which names those that are near.
    """
    if unit is not None:
        hold_to_registry(unit, house.instance.units)


def hold_to_begun(house: Hangfeng, period: Period) -> None:
    """Refuse a period that has not begun: its figures would be those of a day that nobody knows.

    Raises ``click.BadParameter``.
    """
    if period.first_day > house.clock().astimezone(house.instance.zone).date():
        said = f"{period.chinese}尚未开始，请给出已开始的统计期 / {period} has not begun: name one that has"
        raise click.BadParameter(said, param_hint="'--quarter'")


def case_id(house: Hangfeng, written: str) -> UUID:
    """Return the complaint that an id or a receipt number names. Raises ``click.BadParameter``."""
    try:
        return UUID(written)
    except ValueError:
        position = position_of_receipt(written)
    recorded = house.log.read(position - 1, 1, position) if position else []
    if not recorded or not isinstance(recorded[0].fact, ComplaintRegistered):
        raise click.BadParameter(f"“{written}”不是编号或受理编号 / {written} is neither an id nor a receipt number")
    return recorded[0].stream


def _cell(value: object) -> str:
    if value is None:
        return "—"
    if isinstance(value, datetime):
        return value.isoformat(timespec="minutes")
    return str(value)


def _width(text: str) -> int:
    return sum(2 if east_asian_width(character) in "WF" else 1 for character in text)
