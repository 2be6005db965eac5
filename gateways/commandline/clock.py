"""``clock``: a deadline explained day by day, and the clock that raises cards where no server runs."""

from __future__ import annotations

import signal
from threading import Event
from typing import TYPE_CHECKING

import click

from gateways.commandline.complaints import show_clock
from gateways.commandline.session import Session, answer_json, json_option, pass_session, say

if TYPE_CHECKING:
    from types import FrameType

    from gateways.app import Hangfeng


class ClockGroup(click.Group):
    """A group that takes whatever is none of its commands for the id of a complaint to explain."""

    def parse_args(self, ctx: click.Context, args: list[str]) -> list[str]:
        """Put ``show`` before an id."""
        meant = args and args[0] not in self.commands and args[0] not in ctx.help_option_names
        return super().parse_args(ctx, ["show", *args] if meant else args)


@click.group(cls=ClockGroup, short_help="期限与时钟 / deadlines and the clock")
def clock() -> None:
    """逐日说明一件的期限（hangfeng clock ID），或运行发黄牌、红牌的时钟。

    Explain a complaint's deadlines day by day (hangfeng clock ID), or run the clock that raises cards.
    """


clock.add_command(show_clock)


@clock.command("run", short_help="运行时钟 / run the clock")
@click.option("--once", is_flag=True, help="只检查一次，供定时任务使用 / look once, as from cron")
@json_option
@pass_session
def run_clock(session: Session, once: bool, as_json: bool) -> None:
    """检查期限，到时发黄牌、红牌，每张只发一次；服务运行时自带时钟，无须另开。

    Look at the deadlines and raise the cards that are due, each once, however many clocks run. A serving hangfeng runs
    a clock of its own.
    """
    with session.house() as house:
        if once:
            raised = _look(house)
            if as_json:
                answer_json({"raised": raised})
            else:
                say(f"发出 {raised} 张牌", f"{raised} cards were raised")
            return
        ended = _ended_by_signals()
        say("时钟运行中，按 Ctrl-C 结束", "the clock runs; Ctrl-C ends it")
        while not ended.is_set():
            raised = _look(house)
            if raised:
                say(f"发出 {raised} 张牌", f"{raised} cards were raised")
            ended.wait(house.settings.deadline_check_seconds)


def _look(house: Hangfeng) -> int:
    """Raise everything that is due now, a share of the cases at a time."""
    house.catch_up()
    raised = house.watch.look()
    while house.watch.behind:
        raised += house.watch.look()
    return raised


def _ended_by_signals() -> Event:
    ended = Event()

    def end(_signal: int, _frame: FrameType | None) -> None:
        ended.set()

    for one in (signal.SIGINT, signal.SIGTERM):
        signal.signal(one, end)
    return ended
