"""``hangfeng bench replay``: rebuilding every view, as a ratio of reading and decoding the same log."""

from __future__ import annotations

import tempfile
import time
from collections.abc import Callable, Sequence
from contextlib import ExitStack
from dataclasses import dataclass
from datetime import datetime, timedelta
from pathlib import Path

from domain.complaint import commands as c
from domain.complaint.commands import ComplaintCommand
from domain.complaint.decide import decide
from domain.complaint.evolve import fold
from domain.complaint.registration import register
from domain.facts import Actor, Moment
from domain.identity import Evidence
from domain.words import Channel, ComplaintKind, Role, Satisfaction
from gateways.app import Hangfeng, compose, homes_of, open_new
from services.log.port import Append, Log, Request
from services.log.runner import Runner
from services.log.views import ViewStore
from services.settings import Settings

EVENTS_DEFAULT = 100_000
READ_EVENTS = 1_000
CASES_A_BATCH = 25
FACTS_A_CASE = 8

_UNITS = tuple(f"示例{name}局" for name in ("水务", "交通", "城管", "教育", "住建", "园林", "人社", "民政"))
_OPERATOR, _DISPATCHER = Actor("bench", Role.OPERATOR), Actor("bench", Role.DISPATCHER)
_APPROVER, _CALLER = Actor("bench", Role.APPROVER), Actor("bench", Role.FOLLOW_UP_OFFICER)
_NARRATIVE = "来电人反映小区自来水管道破裂已有三天，物业称正在联系抢修但一直没有人到场，楼道内积水严重。" * 5


@dataclass(frozen=True, slots=True)
class ReplayRun:
    """What a replay came to: events, and seconds for reading and decoding, and for rebuilding every view."""

    events: int
    read_seconds: float
    rebuild_seconds: float
    views: tuple[str, ...]

    def as_json(self) -> dict[str, object]:
        """The run in the shape of the command's JSON."""
        read, rebuilt = self.events / self.read_seconds, self.events / self.rebuild_seconds
        return {
            "events": self.events,
            "views": list(self.views),
            "ceiling": "read-and-decode",
            "ceiling_per_s": round(read, 1),
            "rebuild_per_s": round(rebuilt, 1),
            "ratio": round(rebuilt / read, 3),
        }


def bench_replay(log: Log, house: Hangfeng, to: int, progress: Callable[[int], None]) -> ReplayRun:
    """Read and decode a log up to a position, then build every view of it in a scratch place."""
    began = time.perf_counter()
    read = 0
    while read < to:
        read = log.read(read, READ_EVENTS, to)[-1].position
    read_seconds = time.perf_counter() - began
    with tempfile.TemporaryDirectory(prefix="hangfeng-bench-") as folder, ExitStack() as stack:
        views, search = ViewStore(Path(folder) / "views.db"), ViewStore(Path(folder) / "search.db")
        stack.callback(views.close)
        stack.callback(search.close)
        runner = Runner(log, homes_of(views, search, house.instance.zone))
        stack.callback(runner.close)
        began = time.perf_counter()
        runner.catch_up(to, progress=progress)
        rebuild_seconds = time.perf_counter() - began
        return ReplayRun(to, read_seconds, rebuild_seconds, tuple(sorted(runner.positions())))


def bench_made(events: int, told: Callable[[str], None], progress: Callable[[int], None]) -> ReplayRun:
    """Make a log of about so many events, whole lives of eight each, in a temporary place, and replay it."""
    with tempfile.TemporaryDirectory(prefix="hangfeng-bench-") as folder:
        settings = Settings(data=Path(folder) / "data")
        open_new(settings)
        with compose(settings) as house:
            told(f"准备 {events} 条事件 / making {events} events …")
            latest = house.clock() - timedelta(days=60)
            for first in range(0, -(-events // FACTS_A_CASE), CASES_A_BATCH):
                house.log.append(_lives(house, range(first, first + CASES_A_BATCH), latest))
            head = house.log.head()
            told("重放 / replaying …")
            return bench_replay(house.log, house, head.position, progress)


def _lives(house: Hangfeng, numbers: Sequence[int], latest: datetime) -> list[Request]:
    """Whole lives of cases, each one request: registered, handled, answered, followed up and closed."""
    requests: list[Request] = []
    rules = house.instance.rules
    for number in numbers:
        begun = (latest - timedelta(hours=number % 8_000)).astimezone(house.instance.zone)
        who = house.casework.identify(Evidence(Channel.HOTLINE, "bench", str(number)), b"", number=None)
        facts = register(
            c.Register(
                by=_OPERATOR,
                at=Moment(begun),
                contact=who.contact,
                matter_no=1,
                evidence_digest=who.evidence_digest,
                subject=who.subject,
                channel=Channel.HOTLINE,
                source="bench",
                source_id=str(number),
                kind=ComplaintKind.HELP,
                title=f"停水三日无人处理（第 {number} 号）",
                text=_NARRATIVE,
            ),
            rules,
        )
        for command in _work(begun, _UNITS[number % len(_UNITS)]):
            facts = (*facts, *decide(fold(facts), command, rules))
        requests.append(Append(house.casework.complaint_id(who.contact, 1), 0, facts))
    return requests


def _work(begun: datetime, unit: str) -> tuple[ComplaintCommand, ...]:
    """What is done with a case after its registration, hour by hour."""

    def after(hours: int) -> Moment:
        return Moment(begun + timedelta(hours=hours))

    clerk = Actor("bench", Role.UNIT_CLERK, unit)
    return (
        c.Dispatch(by=_DISPATCHER, at=after(1), unit=unit),
        c.Sign(by=clerk, at=after(2)),
        c.SubmitReply(by=clerk, at=after(30), reply=_NARRATIVE),
        c.ApproveReply(by=_APPROVER, at=after(40)),
        c.DeliverReply(by=_CALLER, at=after(48), evidence="短信"),
        c.RecordFollowUp(
            by=_CALLER,
            at=after(90),
            means="电话",
            reached=True,
            solved=True,
            satisfaction=Satisfaction.SATISFIED,
        ),
        c.Close(by=_CALLER, at=after(91), ground="已解决"),
    )
