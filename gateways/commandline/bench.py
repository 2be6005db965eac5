"""``hangfeng bench``: the project's own benchmarks, each a ratio against a ceiling of the same run."""

from __future__ import annotations

import os
import sys
from pathlib import Path

import click
import orjson
from rich.console import Console
from rich.table import Table

from gateways.bench.bulletin import COMPLAINTS_DEFAULT, COMPLAINTS_MAX, BenchFailed, BulletinRun, bench_bulletin
from gateways.bench.figures import CASES_DEFAULT, CASES_MAX, FiguresRun, bench_figures
from gateways.bench.intake import IntakeRun, ServerGone, bench_own, bench_url
from gateways.bench.load import Receipts, Unexpected
from gateways.bench.replay import EVENTS_DEFAULT, ReplayRun, bench_made

CONNECTIONS_DEFAULT = "1,16,64"
SECONDS_DEFAULT = 10.0


def _numbers(_context: click.Context, _parameter: click.Parameter, value: str) -> list[int]:
    try:
        numbers = [int(part) for part in value.split(",")]
    except ValueError:
        numbers = []
    if not numbers or min(numbers) < 1:
        raise click.BadParameter("用逗号分隔的正整数，如 1,16,64 / positive whole numbers with commas, such as 1,16,64")
    return numbers


def _told(text: str) -> None:
    click.echo(text, err=True)


@click.group("bench", short_help="性能测试 / benchmarks")
def bench() -> None:
    """性能测试，结果为与同次测得上限之比 / benchmarks, as ratios of a ceiling measured in the same run."""


@bench.command("intake", short_help="热线登记 / durable registration of calls")
@click.option(
    "--connections",
    default=CONNECTIONS_DEFAULT,
    show_default=True,
    callback=_numbers,
    help="并发连接数 / numbers of connections",
)
@click.option(
    "--seconds",
    default=SECONDS_DEFAULT,
    show_default=True,
    type=click.FloatRange(min=0.1),
    help="每轮秒数 / seconds for each run",
)
@click.option("--url", help="已在运行的服务地址，缺省为自行启动 / a server that runs already; default: one of its own")
@click.option("--token", envvar="HANGFENG_TOKEN", default="", help="坐席令牌 / an operator's token, for --url")
@click.option(
    "--receipts",
    type=click.Path(dir_okay=False, path_type=Path),
    help="逐条落盘已确认的回执 / write each acknowledged receipt here, synced",
)
@click.option(
    "--ceiling/--no-ceiling", default=True, help="是否同时测上限（仅 --url） / measure the ceiling, with --url"
)
@click.option("--json", "as_json", is_flag=True, help="输出 JSON / print one JSON document")
def intake(
    connections: list[int],
    seconds: float,
    url: str | None,
    token: str,
    receipts: Path | None,
    ceiling: bool,
    as_json: bool,
) -> None:
    """测量热线登记（写入落盘后答复）与仅校验的 FastAPI 路由之比 / durable intake beside a route that only validates."""
    file = Receipts(receipts) if receipts is not None else None
    try:
        if url is None:
            runs = bench_own(connections, seconds, file, _told)
        else:
            runs = bench_url(url, token, connections, seconds, file, _told, with_ceiling=ceiling)
    except (ServerGone, Unexpected) as error:
        _told(str(error))
        sys.exit(1)
    finally:
        if file is not None:
            file.close()
    if as_json:
        document = {
            "ratio": _ratio_at_most_connections(runs),
            "ceiling": "fastapi-validate",
            "cores": os.cpu_count(),
            "runs": [run.as_json() for run in runs],
        }
        click.echo(orjson.dumps(document, option=orjson.OPT_INDENT_2).decode())
    else:
        _show_intake(runs)


def _ratio_at_most_connections(runs: list[IntakeRun]) -> float | None:
    at_64 = [run for run in runs if run.connections == 64]  # noqa: PLR2004 - the number that the ratio is stated at
    return (at_64 or [max(runs, key=lambda run: run.connections)])[0].ratio


def _show_intake(runs: list[IntakeRun]) -> None:
    table = Table("连接 connections", "上限 ceiling/s", "登记 intake/s", "比 ratio", "p50 ms", "p99 ms", "断线 broken")
    for run in runs:
        values = run.as_json()
        names = ("connections", "ceiling_per_s", "intake_per_s", "ratio", "p50_ms", "p99_ms", "broken_connections")
        table.add_row(*(str(values[name]) for name in names))
    Console().print(table)


@bench.command("replay", short_help="重建视图 / rebuilding every view")
@click.option(
    "--events",
    default=EVENTS_DEFAULT,
    show_default=True,
    type=click.IntRange(min=1_000),
    help="样本事件数 / how many events",
)
@click.option("--json", "as_json", is_flag=True, help="输出 JSON / print one JSON document")
def replay(
    events: int,
    as_json: bool,
) -> None:
    """测量重建全部视图与读出并解码同一日志之比 / rebuilding all views beside reading and decoding the same log."""
    run = bench_made(events, _told, lambda _position: None)
    if as_json:
        click.echo(orjson.dumps(run.as_json(), option=orjson.OPT_INDENT_2).decode())
    else:
        _show_replay(run)


def _show_replay(run: ReplayRun) -> None:
    values = run.as_json()
    table = Table("事件 events", "读出解码 read/s", "重建 rebuild/s", "比 ratio")
    table.add_row(*(str(values[name]) for name in ("events", "ceiling_per_s", "rebuild_per_s", "ratio")))
    Console().print(table)


@bench.command("bulletin", short_help="季度通报 / freezing and drawing a quarter's bulletin")
@click.option(
    "--complaints",
    default=COMPLAINTS_DEFAULT,
    show_default=True,
    type=click.IntRange(10, COMPLAINTS_MAX),
    help="一个季度的件数 / how many complaints the quarter has",
)
@click.option("--json", "as_json", is_flag=True, help="输出 JSON / print one JSON document")
def bulletin(complaints: int, as_json: bool) -> None:
    """测量冻结一个季度并生成各种形式的用时与内存峰值，与读出并解码同一日志之比。

    Freeze a quarter and draw each form: time and peak memory, beside reading and decoding the same log.
    """
    try:
        run = bench_bulletin(complaints, _told)
    except BenchFailed as error:
        raise click.ClickException(str(error)) from error
    if as_json:
        click.echo(orjson.dumps(run.as_json(), option=orjson.OPT_INDENT_2).decode())
    else:
        _show_bulletin(run)


def _show_bulletin(run: BulletinRun) -> None:
    values = run.as_json()
    click.echo(
        f"{values['complaints']} 件 complaints，{values['events']} 条 events，"
        f"写入 written {values['written_per_s']}/s，"
        f"读出解码 read {values['ceiling_per_s']}/s，数据 data {values['data_bytes'] // 1_000_000} MB"
    )
    table = Table("步骤 step", "秒 s", "比 of ceiling", "内存峰值 peak MB", "输出 output kB")
    for step in values["steps"]:
        size = step["output_bytes"]
        table.add_row(
            step["step"],
            f"{step['seconds']:.2f}",
            f"{step['of_ceiling']:.2f}",
            str(step["peak_memory_bytes"] // 1_000_000),
            "" if size is None else str(size // 1_000),
        )
    Console().print(table)


@bench.command("figures", short_help="持有时间与差异说明 / held time and explained differences")
@click.option(
    "--cases",
    default=CASES_DEFAULT,
    show_default=True,
    type=click.IntRange(100, CASES_MAX),
    help="导入的件数 / how many cases are imported",
)
@click.option("--json", "as_json", is_flag=True, help="输出 JSON / print one JSON document")
def figures(cases: int, as_json: bool) -> None:
    """测量持有时间与差异说明的用时，与读出并解码同一日志之比。

    Held time of a quarter, and why it differs after a second ledger, beside reading and decoding the same log.
    """
    run = bench_figures(cases, _told)
    if as_json:
        click.echo(orjson.dumps(run.as_json(), option=orjson.OPT_INDENT_2).decode())
    else:
        _show_figures(run)


def _show_figures(run: FiguresRun) -> None:
    values = run.as_json()
    click.echo(f"{run.cases} 件 cases，{run.events} 条 events，{run.reasons} 条原因 reasons")
    table = Table("步骤 step", "秒 s", "比 of ceiling")
    for step in values["steps"]:
        table.add_row(step["step"], f"{step['seconds']:.2f}", f"{step['of_ceiling']:.2f}")
    Console().print(table)
