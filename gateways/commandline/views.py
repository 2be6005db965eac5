"""``rebuild`` and ``replay``: the read models built again from the log, in place or beside the live ones."""

from __future__ import annotations

from contextlib import ExitStack
from dataclasses import asdict
from datetime import datetime
from typing import TYPE_CHECKING, cast
from uuid import UUID

import click

from domain.complaint.events import ComplaintFact
from domain.complaint.evolve import evolve
from domain.complaint.state import Complaint
from domain.facts import Actor
from domain.words import CHINESE, State
from gateways.app import homes_of
from gateways.commandline.session import (
    Refused,
    Session,
    answer_json,
    answer_table,
    case_id,
    json_option,
    parse_instant,
    pass_session,
    progress,
    say,
)
from gateways.http.caller import see
from gateways.http.wire import HistoryEntry, history_entry
from services.log.views import ViewStore
from services.opening import SEARCH_FILE, VIEWS_FILE
from services.replay import replay_and_compare, replay_into, scratch_folder
from services.sqlite_file import put_away_if_broken

if TYPE_CHECKING:
    from gateways.app import Hangfeng


@click.command(short_help="重建视图 / drop and rebuild read models")
@click.argument("views", nargs=-1)
@pass_session
def rebuild(session: Session, views: tuple[str, ...]) -> None:
    """由日志重建 VIEW（不写则全部）；服务可同时运行。

    Drop read models and build them again from the log: those named, or all. A file of views that is no database any
    more is put away first.
    """
    data = session.settings().data
    for name in (VIEWS_FILE, SEARCH_FILE):
        if put_away_if_broken(data / name):
            say(f"{name} 已损坏，重新建立", f"{name} was broken and is made anew")
    with session.house() as house:
        end = house.log.head().position
        with progress("重建 rebuild", end) as advance:
            house.runner.rebuild(views, progress=advance)
        built = sorted(views or house.runner.positions())
    say(f"已重建 {'、'.join(built)}，至第 {end} 条", f"rebuilt up to position {end}")


@click.command(short_help="重放历史 / history as it was")
@click.option("--to", "to", help="位置或时间 / a position of the log, or an instant")
@click.option("--complaint", help="只看这一件（编号或受理编号） / one complaint, by its id or receipt number")
@json_option
@pass_session
def replay(session: Session, to: str | None, complaint: str | None, as_json: bool) -> None:
    """由日志重放：全部视图在临时处重建并与现行视图逐行比较，不一致则返回 1。

    Play history again. Without --to every view is built in a scratch place and compared with the live one, row by row;
    exit 1 on a difference. With --to the views are built as they stood then. With --complaint: one case's facts.
    """
    with session.reading() as house:
        position = _position(house, to)
        if complaint is not None:
            _one(house, session.actor, case_id(house, complaint), position, as_json=as_json)
        elif to is None:
            _compared(house, position, as_json=as_json)
        else:
            _as_it_stood(house, position, as_json=as_json)


def _position(house: Hangfeng, to: str | None) -> int:
    end = house.log.head().position
    if to is None:
        return end
    if to.isdecimal():
        return min(int(to), end)
    return house.log.position_at(parse_instant(to, house))


def _compared(house: Hangfeng, position: int, *, as_json: bool) -> None:
    with progress("重放 replay", position) as advance:
        views = replay_and_compare(house.log, house.homes, house.settings.data, advance)
    differing = [view for view in views if view.difference is not None]
    if as_json:
        answer_json({"position": position, "same": not differing, "views": [asdict(view) for view in views]})
    else:
        answer_table(
            ("视图 view", "至 position", "行数 rows", "与现行 live"),
            [(view.name, view.position, view.rows, view.difference or "一致 same") for view in views],
        )
    if differing:
        raise Refused(
            f"{len(differing)} 个视图与日志不一致，请运行 hangfeng rebuild / "
            f"{len(differing)} views are not what the log gives: hangfeng rebuild",
        )


def _as_it_stood(house: Hangfeng, position: int, *, as_json: bool) -> None:
    with ExitStack() as stack:
        folder = stack.enter_context(scratch_folder(house.settings.data))
        views, search = ViewStore(folder / "views.db"), ViewStore(folder / "search.db")
        stack.callback(views.close)
        stack.callback(search.close)
        with progress("重放 replay", position) as advance:
            replayed = replay_into(house.log, homes_of(views, search, house.instance.zone), position, advance)
        with views.reading() as conn:
            states = conn.execute(
                "SELECT state, count(*) FROM cases WHERE to_position IS NULL GROUP BY state ORDER BY state",
            ).fetchall()
    if as_json:
        answer_json(
            {
                "position": position,
                "recorded_at": _recorded_at(house, position),
                "states": dict(states),
                "views": [{"name": view.name, "rows": view.rows} for view in replayed],
            },
        )
        return
    click.echo(f"至第 {position} 条 up to position {position}")
    answer_table(
        ("状态 state", "件数 cases"),
        [(f"{CHINESE[State(state)]} {state}", count) for state, count in states],
    )


def _recorded_at(house: Hangfeng, position: int) -> datetime | None:
    last = house.log.read(position - 1, 1, position) if position else []
    return last[0].recorded_at if last else None


def _one(house: Hangfeng, by: Actor, complaint: UUID, position: int, *, as_json: bool) -> None:
    seen = see(house, by, complaint)
    history = [one for one in seen.recorded if one.position <= position]
    if not history:
        raise Refused(
            f"至第 {position} 条尚无此件 {complaint} / up to position {position} there is no complaint {complaint}",
        )
    house.access.record_read(by, complaint, "replay")
    state: Complaint | None = None
    lines: list[tuple[HistoryEntry, Complaint]] = []
    for one in history:
        state = evolve(state, cast("ComplaintFact", one.fact))
        lines.append((history_entry(one, house.instance.zone, hidden=seen.hidden), state))
    if as_json:
        events = [{**entry.model_dump(), "state": after.state} for entry, after in lines]
        answer_json({"complaint": complaint, "position": position, "events": events})
        return
    answer_table(
        ("位置", "记录 recorded", "发生 occurred", "事件 event", "经手 by", "此后 state"),
        [
            (entry.position, entry.recorded_at, entry.occurred_at, entry.event, entry.by.name, CHINESE[after.state])
            for entry, after in lines
        ],
    )
