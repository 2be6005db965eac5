"""``init``, ``serve``, ``settings``: begin, run, and see how it is set."""

from __future__ import annotations

from dataclasses import asdict

import click

from gateways.app import open_new
from gateways.commandline.session import Session, answer_json, answer_table, json_option, pass_session, say
from services.opening import is_initialised


@click.command(short_help="初始化数据目录 / make stores and keys")
@pass_session
def init(session: Session) -> None:
    """建立密钥、密钥库、日志，并记录初始规则；可重复执行。

    Make keys, vault and log, and record the shipped calendars, limits and conduct codes. Safe to repeat.
    """
    settings = session.settings()
    opening = open_new(settings, session.clock)
    if opening.fresh:
        say(f"已初始化 {settings.data}", f"{settings.data} is ready; keep {settings.data}/keys in a safe place")
    elif opening.recorded:
        say(f"已补入 {opening.recorded} 项新版规则", f"added {opening.recorded} newly shipped editions")
    else:
        say("此前已初始化，无须改动", "was ready already, nothing changed")


@click.command(short_help="启动服务 / serve API, public pages and console")
@click.option("--host", default="127.0.0.1", show_default=True, help="监听地址 / address to listen on")
@click.option("--port", default=8000, show_default=True, type=click.IntRange(0, 65535), help="端口 / port")
@click.option("--workers", default=1, show_default=True, type=click.IntRange(1), help="进程数 / processes")
@pass_session
def serve(session: Session, host: str, port: int, workers: int) -> None:
    """启动 API、公众页面与控制台；空目录先自动初始化。

    Serve the API, the public pages and the console; an empty data directory is initialised first.
    """
    if workers > 1:
        raise click.UsageError(
            "SQLite 上只能有一个服务进程，多进程须用 PostgreSQL（本版本尚未提供） / "
            "on SQLite there is one server process; several take PostgreSQL, which this version does not have yet",
        )
    settings = session.settings()
    if not is_initialised(settings.data):
        open_new(settings, session.clock)
        say(f"已初始化 {settings.data}", f"{settings.data} is ready")
    from gateways.serving import run

    with session.house(serving=True) as house:
        say(f"http://{host}:{port}  （Ctrl-C 结束）", "Ctrl-C to stop")
        run(house, host, port)


@click.command("settings", short_help="列出全部设置 / list every setting")
@json_option
@pass_session
def settings_command(session: Session, as_json: bool) -> None:
    """列出全部设置：环境变量名、当前值（密钥隐藏）、默认值、含义。

    List every setting with its environment name, value (secrets hidden), default and meaning.
    """
    lines = session.settings().describe()
    if as_json:
        answer_json([asdict(line) for line in lines])
        return
    answer_table(
        ("名称 name", "环境变量 environment", "值 value", "默认 default", "含义 meaning"),
        [(line.name, line.environment, line.value, line.default, f"{line.zh} / {line.en}") for line in lines],
    )
