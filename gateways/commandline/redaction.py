"""``redaction``: how good the anonymiser is, and what it masks in any ledger."""

from __future__ import annotations

import sys
from collections.abc import Iterator
from itertools import chain
from pathlib import Path
from typing import Any

import click

from gateways.commandline.session import (
    Session,
    answer_json,
    answer_table,
    json_option,
    pass_session,
    progress,
    say,
)
from services.ledger import NO_MAP, LedgerMap, load_map
from services.redaction.measuring import Measured, Share, Split, measure
from services.redaction.scanning import Found, Scan, scan, texts_in, texts_of_instance
from services.redaction.spans import CHINESE_KINDS, Care, Kind, Places

SAMPLE_MAX = 1_000
READ_WHAT = "redaction scan"

_FILE = click.Path(exists=True, dir_okay=False, path_type=Path)


@click.group(short_help="脱敏 / redaction")
def redaction() -> None:
    """脱敏规则的测评，以及对任一台账的试脱敏。

    Measure the anonymiser, and see what it masks in any ledger.
    """


_PLACES = click.option(
    "--places",
    type=click.Choice([policy.value for policy in Places]),
    default=Places.STRICT.value,
    show_default=True,
    help="地点的两档：只遮住处，或连同道路、学校等 / homes alone, or roads, schools and the like too",
)

_CARE = click.option(
    "--care",
    type=click.Choice([care.value for care in Care]),
    default=Care.THOROUGH.value,
    show_default=True,
    help="自动脱敏从严，核对他人所写从稳 / as what masks by itself, or as what refuses a person's words",
)


@redaction.command("measure", short_help="召回率与准确率 / recall and precision")
@click.option("--split", type=click.Choice([split.value for split in Split]), help="只测一集 / one set only")
@click.option("--misses", is_flag=True, help="列出漏脱与误脱 / list what was missed, and what was masked for nothing")
@_PLACES
@_CARE
@json_option
def measure_command(split: str | None, misses: bool, places: str, care: str, as_json: bool) -> None:
    """在虚构的标注文本上测出各类信息的召回率与准确率（括号内为 95% Wilson 区间）。

    Measure recall and precision of each kind on invented passages, with Wilson intervals at 95 %. The held-out set was
    written by hands that had seen no rule, and is never learned from. Found is what is masked whole.
    """
    measured = [measure(each, Places(places), Care(care)) for each in Split if split in {None, each.value}]
    if as_json:
        answer_json([each.json() for each in measured])
        return
    for each in measured:
        _show(each, misses=misses)


@redaction.command("scan", short_help="试脱敏 / what is masked in a ledger")
@click.argument("files", nargs=-1, type=_FILE)
@click.option(
    "--instance", is_flag=True, help="本实例的全部记录，查阅留痕 / this instance's records; the reading is recorded"
)
@click.option("--map", "map_file", type=_FILE, help="映射文件（TOML） / a map file that names the columns")
@click.option(
    "--sample", type=click.IntRange(0, SAMPLE_MAX), default=0, show_default=True, help="抽读几段 / show so many texts"
)
@click.option("--seed", type=int, default=0, show_default=True, help="抽样种子 / the seed of the sample")
@_PLACES
@_CARE
@json_option
@pass_session
def scan_command(
    session: Session,
    files: tuple[Path, ...],
    *,
    instance: bool,
    map_file: Path | None,
    sample: int,
    seed: int,
    places: str,
    care: str,
    as_json: bool,
) -> None:
    """统计台账（CSV、XLSX，读法同导入）或本实例中会被脱敏的内容，可抽样阅读；不保存任何内容。

    Count what would be masked in ledgers, read as the import reads them, or in this instance; nothing is stored.
    """
    if bool(files) == instance:
        raise click.UsageError("请给出台账文件，或 --instance，二者择一 / give ledger files or --instance")
    ledger_map = load_map(map_file) if map_file is not None else NO_MAP
    asked: dict[str, Any] = {"places": Places(places), "care": Care(care), "sample": sample, "seed": seed}
    found = _instance(session, asked) if instance else _files(files, ledger_map, asked)
    if as_json:
        answer_json({"seed": seed, "places": places, "care": care, **found.json()})
        return
    _tell(found)


def _files(files: tuple[Path, ...], ledger_map: LedgerMap, asked: dict[str, Any]) -> Scan:
    texts = chain.from_iterable(texts_in(path, ledger_map) for path in files)
    rows = sum(1 for path in files for _ in texts_in(path, ledger_map)) if sys.stderr.isatty() else 0
    with progress("脱敏 texts", rows) as advance:
        return scan(texts, **asked, progress=advance)


def _instance(session: Session, asked: dict[str, Any]) -> Scan:
    with session.house() as house:
        texts: Iterator[Found] = texts_of_instance(house.log)
        with progress("脱敏 texts", house.log.head().position) as advance:
            found = scan(texts, **asked, progress=advance)
        house.access.record_reads(session.actor, sorted(found.complaints, key=str), READ_WHAT)
    return found


def _show(measured: Measured, *, misses: bool) -> None:
    names = {Split.DEVELOPED_ON: "开发集 developed on", Split.HELD_OUT: "留出集 held out"}
    asked = f"places={measured.places.value} · care={measured.care.value}"
    click.echo(f"{names[measured.split]}：{measured.passages} 段 passages · {asked}")
    rows = [
        (f"{CHINESE_KINDS[line.kind]} {line.kind.value}", *_said(line.recall), *_said(line.precision))
        for line in measured.lines
    ]
    rows.append(("合计 total", *_said(measured.recall), *_said(measured.precision)))
    answer_table(("种类 kind", "召回 recall", "件 n", "95%", "准确 precision", "件 n", "95%"), rows)
    if misses:
        for slip in measured.slips:
            what = "漏 missed" if slip.missed else f"误 masked ({slip.rule})"
            click.echo(f"  {slip.line}  {what}  {slip.kind.value}  {slip.said}")
    click.echo()


def _said(share: Share) -> tuple[object, object, object]:
    value, interval = share.value, share.interval
    if value is None or interval is None:
        return None, "0", None
    return f"{value:.1%}", f"{share.numerator}/{share.denominator}", f"{interval[0]:.1%}–{interval[1]:.1%}"


def _tell(found: Scan) -> None:
    answer_table(
        ("种类 kind", "处 masks"), [(f"{CHINESE_KINDS[kind]} {kind.value}", found.kinds[kind]) for kind in Kind]
    )
    say(
        f"{found.texts} 段文字，{found.with_masks} 段有须脱敏的内容",
        f"{found.texts} texts, {found.with_masks} of them with something to mask",
    )
    for one in found.sample:
        click.echo(f"\n[{one.found.source}:{one.found.line} {one.found.field}]\n{one.masked.text}")
