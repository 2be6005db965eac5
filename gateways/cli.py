"""``hangfeng``: the command line. One list says which commands there are; each is loaded when it is asked for."""

from __future__ import annotations

import sqlite3
from dataclasses import replace
from importlib import import_module
from pathlib import Path

import click

from gateways.commandline.session import LOCAL_ADMINISTRATOR, Refused, Session
from services.opening import SEARCH_FILE, VIEWS_FILE
from services.sqlite_file import broken_files

COMMANDS: dict[str, str] = {
    "init": "start:init",
    "serve": "start:serve",
    "demo": "demo:demo",
    "settings": "start:settings_command",
    "tokens": "tokens:tokens",
    "reads": "tokens:reads",
    "complaints": "complaints:complaints",
    "clock": "clock:clock",
    "import": "importing:import_command",
    "bench": "bench:bench",
    "units": "registry:units",
    "stats": "stats:stats",
    "scores": "scores:scores",
    "bulletin": "bulletin:bulletin",
    "episode": "episode:episode",
    "redaction": "redaction:redaction",
    "calendar": "editions:calendar",
    "rules": "editions:rules",
    "reconcile": "reconciling:reconcile",
    "rebuild": "views:rebuild",
    "replay": "views:replay",
    "relay": "relay:relay",
    "partners": "partners:partners",
    "exposures": "exposures:exposures",
    "audit": "audit:audit",
    "erase": "keeping:erase",
    "backup": "keeping:backup",
    "restore": "keeping:restore",
    "handbook": "handbook:handbook",
}
"""Every command by its name: the module of ``gateways.commandline`` and the name in it. Add a line to add a command."""

_OURS = frozenset({"domain", "projections", "services", "gateways"})


class Hotline(click.Group):
    """The group of all commands, which loads a command when it is asked for and turns named errors into one line."""

    def list_commands(self, ctx: click.Context) -> list[str]:  # noqa: ARG002 - click's signature
        """Return the names of all commands, in the order of the list."""
        return list(COMMANDS)

    def get_command(self, ctx: click.Context, cmd_name: str) -> click.Command | None:  # noqa: ARG002
        """Load a command."""
        target = COMMANDS.get(cmd_name)
        if target is None:
            return None
        module, _, attribute = target.partition(":")
        command = getattr(import_module(f"gateways.commandline.{module}"), attribute)
        assert isinstance(command, click.Command), f"{target} is no command"
        return command

    def invoke(self, ctx: click.Context) -> object:
        """Run a command; an error with a name of ours, a file that cannot be read, a locked store are one line each."""
        try:
            return super().invoke(ctx)
        except (click.ClickException, click.exceptions.Exit, click.Abort, BrokenPipeError):
            raise
        except Exception as error:
            message = _foreseeable(error, ctx.obj)
            if message is None:
                raise
            raise Refused(message) from error


def _foreseeable(error: Exception, session: object) -> str | None:
    """Return the line to print for an error that a person can do something about, ``None`` for a fault of ours."""
    if type(error).__module__.partition(".")[0] in _OURS:
        return str(error)
    if isinstance(error, UnicodeEncodeError):
        return "参数不是合规的 UTF-8 文字 / an argument is not text in UTF-8"
    if isinstance(error, sqlite3.DatabaseError):
        return _unusable(error, session)
    if isinstance(error, OSError):
        named = f" {error.filename}" if error.filename else ""
        return f"无法读写{named}：{error.strerror or error} / cannot be read or written:{named}"
    return None


def _unusable(error: sqlite3.DatabaseError, session: object) -> str:
    """Return what to say of a store that cannot be read: which file it is, and what to do with that one."""
    broken = broken_files(session.settings().data) if isinstance(session, Session) else []
    if not broken:
        return f"数据文件无法使用：{error} / the data file cannot be used: {error}"
    named = "、".join(map(str, broken))
    if {path.name for path in broken} <= {VIEWS_FILE, SEARCH_FILE}:
        remedy = ("可以删除，hangfeng rebuild 由日志重建", "remove it and run hangfeng rebuild: the log makes it anew")
    else:
        remedy = ("请从备份恢复", "put it back from a backup")
    return f"数据文件损坏：{named}（{error}），{remedy[0]} / damaged: {named} ({error}): {remedy[1]}"


@click.command(
    cls=Hotline,
    context_settings={"help_option_names": ["-h", "--help"], "max_content_width": 110},
    no_args_is_help=True,
)
@click.option(
    "--data",
    type=click.Path(file_okay=False, path_type=Path),
    help="数据目录，默认 ./hangfeng-data 或 HANGFENG_DATA / the data directory",
)
@click.option("--as", "name", default=LOCAL_ADMINISTRATOR, show_default=True, help="以何人名义 / in whose name")
@click.version_option(package_name="hangfeng")
@click.pass_context
def main(ctx: click.Context, data: Path | None, name: str) -> None:
    """行风：政风行风热线的受理、办理、统计与季度通报。

    The back end of a city's conduct-of-government hotline. Exit 0: done; 1: refused or found wrong; 2: wrong usage.
    """
    given = ctx.obj if isinstance(ctx.obj, Session) else Session()
    ctx.obj = replace(given, data=data or given.data, name=name)


if __name__ == "__main__":
    main()
