"""``import``: take in an existing ledger."""

from __future__ import annotations

import sys
from dataclasses import replace
from pathlib import Path

import click

from domain.words import Role
from gateways.commandline.session import (
    Session,
    answer_json,
    answer_table,
    json_option,
    pass_session,
    progress,
    say,
)
from services.ledger import FLAG_NOTES, NO_MAP, Flag, load_map
from services.ledger_import import ImportReport, LedgerImport

REJECTS_FILE = "rejects.csv"

_REMARKS = {
    "answer_added": "原未答复，本次补入答复 / had no reply, which was added now",
    "differs_from_what_stands": "与已有记录不一致，未改动 / differs from what stands, which was left as it is",
}


@click.command("import", short_help="导入已有台账 / import an existing ledger")
@click.argument("files", nargs=-1, required=True, type=click.Path(exists=True, dir_okay=False, path_type=Path))
@click.option(
    "--map",
    "map_file",
    type=click.Path(exists=True, dir_okay=False, path_type=Path),
    help="映射文件（TOML），指明各列 / a map file that names the columns",
)
@click.option("--dry-run", is_flag=True, help="只检查，不写入 / look only, store nothing")
@json_option
@pass_session
def import_command(
    session: Session,
    files: tuple[Path, ...],
    map_file: Path | None,
    dry_run: bool,
    as_json: bool,
) -> None:
    """导入 CSV 或 XLSX 台账；同一行只收一次，坏行写入数据目录下的 rejects.csv，不影响其他行。

    Import ledgers (CSV, XLSX; UTF-8 with or without a mark, GB18030). Running it again accepts nothing twice; a run
    that was killed goes on where it stopped. Every rejected row goes to rejects.csv in the data directory with its
    file, line, field and reason. Exit 1 only where nothing could be read or stored.
    """
    ledger_map = load_map(map_file) if map_file is not None else NO_MAP
    with session.house() as house:
        work = LedgerImport(house.log, house.casework, house.instance, house.clock)
        rejects = None if dry_run else house.settings.data / REJECTS_FILE
        rows = work.count_rows(files, ledger_map) if sys.stderr.isatty() else 0
        with progress("导入 rows", rows) as told:
            done = 0

            def advance(more: int) -> None:
                nonlocal done
                done += more
                told(done)

            by = replace(session.actor, role=Role.ADMIN)
            report = work.run(files, by, rejects=rejects, ledger_map=ledger_map, dry_run=dry_run, progress=advance)
        if as_json:
            answer_json(report.as_json())
        else:
            _show(report, rejects)
        if not dry_run and report.total("accepted"):
            # What was taken in is on disk and told; the views only follow, and would do so later by themselves.
            with progress("视图跟进 views", house.log.head().position) as followed:
                house.runner.catch_up(progress=followed)
    if not report.read_anything:
        sys.exit(1)


def _show(report: ImportReport, rejects: Path | None) -> None:
    counts = ("read", "accepted", "already_there", "rejected", "skipped")
    rows: list[list[object]] = [
        [file.file, *(getattr(file, name) for name in counts), file.refused or ""] for file in report.files
    ]
    rows.append(["合计 total", *(report.total(name) for name in counts), ""])
    answer_table(
        ("文件 file", "读入 read", "收录 accepted", "已有 there", "拒收 rejected", "跳过 skipped", "说明 note"),
        rows,
    )
    for remark, count in sorted(report.remarks.items()):
        said = _REMARKS.get(remark) or str(FLAG_NOTES[Flag(remark)])
        click.echo(f"  {said}：{count}")
    if report.coverage is not None:
        coverage = report.coverage
        cases = "全部诉求 all cases" if coverage.cases == "all" else "仅已答复件 answered cases only"
        click.echo(f"覆盖范围 coverage：{coverage.from_} — {coverage.to}，{cases}")
    for note in report.assumptions:
        click.echo(f"  {note}")
    if report.dry_run:
        say("试运行，未写入任何内容", "a dry run: nothing was stored")
    elif rejects is not None and report.total("rejected"):
        say(f"拒收的行及原因见 {rejects}", f"rejected rows and their reasons are in {rejects}")
