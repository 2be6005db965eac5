"""``--cursor``, ``--format`` and ``--out`` of the lists: a page of a list, or all of it as a file."""

from __future__ import annotations

import sys
from pathlib import Path

import click
from pydantic import BaseModel

from gateways.commandline.session import Session, outside, say
from gateways.http.exports import Sheet
from gateways.http.list_files import ListFile

cursor_option = click.option("--cursor", help="上一页的 next / the next of the page before")
format_option = click.option(
    "--format", "file_format", type=click.Choice(["csv", "xlsx"]), help="导出全部 / all of it, as a file"
)
out_option = click.option("--out", type=click.Path(dir_okay=False, path_type=Path), help="写到文件 / write to a file")


def wrote_file(session: Session, what: ListFile, asked: BaseModel, file_format: str | None, out: Path | None) -> bool:
    """Write the whole list where a file was asked for, CSV also to stdout, and say whether one was."""
    if file_format is None and out is None:
        return False
    ending = ending_of(file_format, out)
    with session.reading() as house:
        write_sheet(what.sheet(house, session.actor, asked), ending, out and outside(session, out))
    return True


def ending_of(file_format: str | None, out: Path | None) -> str:
    """Return ``csv`` or ``xlsx``: what was asked for, else what the file is called. Raises ``click.UsageError``."""
    ending = file_format or ("xlsx" if out is not None and out.suffix == ".xlsx" else "csv")
    if out is None and ending == "xlsx":
        raise click.UsageError("XLSX 须写到文件，请给出 --out / an XLSX goes to a file: give --out")
    return ending


def write_sheet(sheet: Sheet, ending: str, out: Path | None) -> None:
    """Write a whole list to a file, or as CSV to stdout where there is none."""
    if out is None:
        sys.stdout.buffer.writelines(sheet.csv())
        return
    with out.open("wb") as target:
        if ending == "xlsx":
            sheet.write_xlsx(target)
        else:
            target.writelines(sheet.csv())
    say(f"已写入 {out}", f"written to {out}")


def tell_next(cursor: str | None) -> None:
    """Say how the next page is asked for, where there is one."""
    if cursor is not None:
        say(f"下一页：--cursor {cursor}", "the next page")
