"""``reconcile``: what a channel holds and the log does not, and the reverse."""

from __future__ import annotations

from dataclasses import asdict
from datetime import datetime
from pathlib import Path
from typing import TYPE_CHECKING

import click

from domain.words import CHINESE, Channel
from gateways.commandline.session import (
    Refused,
    Session,
    answer_json,
    answer_table,
    json_option,
    pass_session,
)
from gateways.http.letters import SOURCE as LETTERS
from gateways.http.mailbox import SOURCE as MAILBOX
from services.reconciliation import Reconciled, Reconciliation, read_ids

if TYPE_CHECKING:
    from gateways.app import Hangfeng

_DAY = click.DateTime(["%Y-%m-%d"])


@click.command(short_help="与渠道对账 / compare a channel with the log")
@click.option("--channel", required=True, type=click.Choice([one.value for one in Channel]), help="渠道 / channel")
@click.option("--source", help="来源，默认为本系统该渠道的入口 / the source; the channel's own door where not given")
@click.option(
    "--against",
    type=click.Path(exists=True, dir_okay=False, path_type=Path),
    help="渠道方清单：含编号列的 CSV，或每行一个编号 / the channel's list: a CSV with a column of ids, or an id a line",
)
@click.option("--from", "first", type=_DAY, help="清单起始日（含） / the first day that the list covers")
@click.option("--to", "last", type=_DAY, help="清单截止日（含） / the last day that the list covers")
@json_option
@pass_session
def reconcile(
    session: Session,
    channel: str,
    source: str | None,
    against: Path | None,
    first: datetime | None,
    last: datetime | None,
    as_json: bool,
) -> None:
    """与渠道清单对账：渠道有而日志无者、日志有而清单无者逐一列出；不符返回 1。不给清单则列出每日件数。

    Compare a channel's list of ids with the log: name what the channel holds and the log does not, and, for the days
    that the list covers (--from, --to), what the log holds and the list does not. Exit 1 where they differ. Without a
    list: what the log holds of the channel, day by day.
    """
    if (first is None) != (last is None):
        raise click.UsageError("起止日期须同时给出 / --from and --to go together")
    days = (first.date(), last.date()) if first and last else None
    with session.reading() as house, house.views.reading() as conn:
        named = source or _door(house, Channel(channel))
        desk = Reconciliation(conn, house.keys.identity, house.instance.zone, Channel(channel), named)
        if against is None:
            _counted(desk, as_json=as_json)
            return
        found = desk.against(read_ids(against), days)
    _told(found, as_json=as_json)
    if not found.agreed:
        raise Refused(
            f"{CHINESE[Channel(channel)]}：日志缺 {len(found.missing)} 条，清单缺 {len(found.unlisted)} 件 / "
            f"the log lacks {len(found.missing)}, the list lacks {len(found.unlisted)}",
        )


def _door(house: Hangfeng, channel: Channel) -> str:
    """Return the source under which our own door of a channel registers."""
    match channel:
        case Channel.HOTLINE:
            return house.settings.hotline_source
        case Channel.LETTER:
            return LETTERS
        case Channel.WEB_MAILBOX:
            return MAILBOX
        case _:
            raise click.UsageError(f"渠道 {channel} 须给出 --source / the channel {channel} needs --source")


def _counted(desk: Reconciliation, *, as_json: bool) -> None:
    days = desk.days()
    if as_json:
        answer_json([asdict(day) for day in days])
        return
    answer_table(
        ("日期 date", "联系 contacts", "诉求 complaints"),
        [(day.day, day.contacts, day.complaints) for day in days],
    )


def _told(found: Reconciled, *, as_json: bool) -> None:
    if as_json:
        answer_json({**asdict(found), "agreed": found.agreed})
        return
    answer_table(
        ("清单 listed", "已登记 found", "重复 repeated", "日志缺 missing", "清单缺 unlisted"),
        [(found.listed, found.found, found.repeated, len(found.missing), len(found.unlisted))],
    )
    for one in found.missing:
        click.echo(f"日志无 missing  {one}")
    for case in found.unlisted:
        click.echo(f"清单无 unlisted  {case.receipt_no}  {case.id}")
