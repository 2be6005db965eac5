"""``hangfeng bench bulletin``: a quarter of invented complaints frozen, published and drawn in every form.

Each step runs in a process of its own, so that its peak of memory is its own; the ceiling is reading and decoding the
same events in the same run.
"""

from __future__ import annotations

import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any, Final

import orjson

from domain.bulletin.name import BulletinName
from domain.complaint import commands as c
from domain.complaint.commands import ComplaintCommand
from domain.complaint.decide import decide
from domain.complaint.evolve import evolve, fold
from domain.complaint.registration import register
from domain.facts import Actor, Moment
from domain.identity import Evidence
from domain.periods import Quarter
from domain.words import Channel, ComplaintKind, Role, Satisfaction
from gateways.app import Hangfeng, compose, open_new
from gateways.bulletin_forms import FORMS, Means
from services.log.port import Append, Request
from services.log.runner import Home, Runner
from services.publication.files import EDITIONS
from services.publication.publication import VIEWS, Publication
from services.settings import Settings

COMPLAINTS_DEFAULT: Final = 1_000
COMPLAINTS_MAX: Final = 1_000_000
STEP_SECONDS_MAX: Final = 3 * 60 * 60
"""A step that takes longer is ended, and the bench with it."""

UNITS: Final = 60
"""So many units share the quarter."""

HANDLED_EVERY: Final = 4
"""One complaint in so many goes to a unit and through its whole life; the hotline answers the others at once."""

DISSATISFIED_EVERY: Final = 20
"""Of so many complaints one ends with a person who is not content."""

_BATCH: Final = 256
_READ_EVENTS: Final = 1_000
_CATEGORIES: Final = ("供水", "供电", "公交", "道路", "绿化", "噪声", "物业", "教育", "医疗", "社保", "路灯", "停车")
_NARRATIVE: Final = "来电人反映小区自来水管道破裂已有三天，物业称正在联系抢修但一直没有人到场，楼道内积水严重。" * 3
_OPERATOR, _DISPATCHER = Actor("bench", Role.OPERATOR), Actor("bench", Role.DISPATCHER)
_APPROVER, _CALLER = Actor("bench", Role.APPROVER), Actor("bench", Role.FOLLOW_UP_OFFICER)
_PRODUCER = Actor("bench", Role.PRODUCER)
_EDITION: Final = "edition.json"
_BYTES_A_KIB: Final = 1024


@dataclass(frozen=True, slots=True)
class Step:
    """One step: how long it took, and how much memory its process held at the most."""

    name: str
    seconds: float
    peak_bytes: int
    output_bytes: int | None = None

    def as_json(self) -> dict[str, Any]:
        """The step in the shape of the command's JSON."""
        return {
            "step": self.name,
            "seconds": round(self.seconds, 3),
            "peak_memory_bytes": self.peak_bytes,
            "output_bytes": self.output_bytes,
        }


@dataclass(frozen=True, slots=True)
class BulletinRun:
    """What a run came to; ``steps`` begin with the ceiling, ``read``."""

    complaints: int
    events: int
    written_seconds: float
    log_bytes: int
    steps: tuple[Step, ...]

    def step(self, name: str) -> Step:
        """Return a step by its name."""
        return next(step for step in self.steps if step.name == name)

    def as_json(self) -> dict[str, Any]:
        """The run in the shape of the command's JSON; each ratio is of the ceiling's time, less is quicker."""
        ceiling = self.step("read").seconds
        return {
            "complaints": self.complaints,
            "events": self.events,
            "written_per_s": round(self.events / self.written_seconds, 1),
            "data_bytes": self.log_bytes,
            "ceiling": "read-and-decode",
            "ceiling_per_s": round(self.events / ceiling, 1),
            "steps": [{**step.as_json(), "of_ceiling": round(step.seconds / ceiling, 3)} for step in self.steps],
        }


def bench_bulletin(complaints: int, told: Callable[[str], None], forms: Sequence[str] | None = None) -> BulletinRun:
    """Write a quarter of so many complaints, freeze and publish it, and draw each of its forms.

    Raises ``BenchFailed`` where a step fails or takes longer than ``STEP_SECONDS_MAX``.
    """
    with tempfile.TemporaryDirectory(prefix="hangfeng-bench-") as folder:
        data = Path(folder) / "data"
        told(f"写入 {complaints} 件诉求 / writing {complaints} complaints …")
        began = time.perf_counter()
        events = _write(data, complaints, told)
        written = time.perf_counter() - began
        size = sum(file.stat().st_size for file in data.rglob("*") if file.is_file())
        steps = []
        for name in ("read", "views", "freeze", "publish", *(forms if forms is not None else FORMS)):
            told(f"{name} …")
            steps.append(_run(name, data))
        return BulletinRun(complaints, events, written, size, tuple(steps))


class BenchFailed(RuntimeError):
    """A step of the bench did not end well; the message is its own last words."""


def _run(name: str, data: Path) -> Step:
    try:
        done = subprocess.run(  # noqa: S603 - this very program, with a step's name and a folder of its own
            [sys.executable, "-m", "gateways.bench.bulletin", name, str(data)],
            capture_output=True,
            timeout=STEP_SECONDS_MAX,
            check=True,
        )
    except subprocess.TimeoutExpired as error:
        raise BenchFailed(f"{name}: 超过 {STEP_SECONDS_MAX} 秒 / took longer than {STEP_SECONDS_MAX} s") from error
    except subprocess.CalledProcessError as error:
        raise BenchFailed(f"{name}: {error.stderr.decode(errors='replace')[-500:]}") from error
    measured = orjson.loads(done.stdout)
    return Step(name, measured["seconds"], measured["peak_bytes"], measured["output_bytes"])


# --- the quarter ----------------------------------------------------------------------------------------------------


def _quarter(now: datetime) -> Quarter:
    """Return the last whole quarter before now."""
    return Quarter.of(now.date()).previous()


def _write(data: Path, complaints: int, told: Callable[[str], None]) -> int:
    settings = Settings(data=data)
    open_new(settings)
    with compose(settings) as house:
        quarter = _quarter(house.clock().astimezone(house.instance.zone))
        for first in range(0, complaints, _BATCH):
            numbers = range(first, min(first + _BATCH, complaints))
            house.log.append([_life(house, number, quarter, complaints) for number in numbers])
            if first and first % (_BATCH * 100) == 0:
                told(f"  {first} / {complaints}")
        return house.log.head().position


def _life(house: Hangfeng, number: int, quarter: Quarter, complaints: int) -> Request:
    """One complaint's whole life as one request: its day is spread evenly over the quarter's first ten weeks."""
    zone = house.instance.zone
    start = datetime.combine(quarter.first_day, datetime.min.time(), zone)
    begun = start + timedelta(days=70) * (number / complaints) + timedelta(hours=8)
    who = house.casework.identify(Evidence(Channel.HOTLINE, "bench", str(number)), b"", number=None)
    rules = house.instance.rules
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
            category=_CATEGORIES[number % len(_CATEGORIES)],
        ),
        rules,
    )
    case = fold(facts)
    for command in _work(number, begun):
        decided = decide(case, command, rules)
        for fact in decided:
            case = evolve(case, fact)
        facts = (*facts, *decided)
    return Append(house.casework.complaint_id(who.contact, 1), 0, facts)


def _work(number: int, begun: datetime) -> tuple[ComplaintCommand, ...]:
    """What is done with a complaint after its registration."""

    def after(hours: int) -> Moment:
        return Moment(begun + timedelta(hours=hours))

    if number % HANDLED_EVERY:
        return (c.Answer(by=_OPERATOR, at=after(1), reply="已当场答复"),)
    unit = f"示例第{number // HANDLED_EVERY % UNITS + 1:02d}局"
    clerk = Actor("bench", Role.UNIT_CLERK, unit)
    told: dict[str, Any] = {"means": "电话", "reached": True, "solved": True, "satisfaction": Satisfaction.SATISFIED}
    if number % DISSATISFIED_EVERY == 0:
        told |= {"solved": False, "satisfaction": Satisfaction.DISSATISFIED, "cause": "未解决"}
    waived = None if told["solved"] else "政策不允许"
    late = 24 * (number // HANDLED_EVERY % 13)
    return (
        c.Dispatch(by=_DISPATCHER, at=after(1), unit=unit),
        c.Sign(by=clerk, at=after(2)),
        c.SubmitReply(by=clerk, at=after(30 + late), reply=_NARRATIVE),
        c.ApproveReply(by=_APPROVER, at=after(40 + late)),
        c.DeliverReply(by=_CALLER, at=after(48 + late), evidence="短信"),
        c.RecordFollowUp(by=_CALLER, at=after(90 + late), **told),
        c.Close(by=_CALLER, at=after(91 + late), ground="已解决", no_rework_reason=waived),
    )


# --- the steps, each in a process of its own ------------------------------------------------------------------------


def _read(house: Hangfeng) -> None:
    head, read = house.log.head().position, 0
    while read < head:
        read = house.log.read(read, _READ_EVENTS, head)[-1].position


def _views(house: Hangfeng) -> None:
    _runner(house).catch_up()


def _freeze(house: Hangfeng) -> None:
    _publication(house).freeze(_name(house), _PRODUCER, Moment(house.clock()))


def _publish(house: Hangfeng) -> None:
    publication, name, at = _publication(house), _name(house), Moment(house.clock())
    publication.approve(name, _APPROVER, at, without_proof="bench")
    publication.publish(name, _APPROVER, at)
    (house.settings.data / _EDITION).write_bytes(publication.show(name).content)


def _runner(house: Hangfeng) -> Runner:
    """Return what brings up the views that figures are made of; no bulletin asks for the others."""
    homes = tuple(Home(home.store, tuple(one for one in home.projections if one.name in VIEWS)) for home in house.homes)
    return Runner(house.log, homes)


def _publication(house: Hangfeng) -> Publication:
    return Publication(
        house.log,
        house.writer,
        house.instance,
        _runner(house),
        house.views,
        house.keys.signing,
        house.settings.data / EDITIONS,
    )


def _name(house: Hangfeng) -> BulletinName:
    return BulletinName(_quarter(house.clock().astimezone(house.instance.zone)))


_STEPS: Final[dict[str, Callable[[Hangfeng], None]]] = {
    "read": _read,
    "views": _views,
    "freeze": _freeze,
    "publish": _publish,
}


def _peak_bytes() -> int:
    """Return how much memory this process held at the most (VmHWM), in bytes."""
    lines = Path("/proc/self/status").read_text(encoding="ascii").splitlines()
    return next(int(line.split()[1]) for line in lines if line.startswith("VmHWM:")) * _BYTES_A_KIB


def measured(name: str, data: Path) -> dict[str, Any]:
    """Do one step here, and return its seconds, this process's peak of memory, and the size of what it drew."""
    settings = Settings(data=data)
    size: int | None = None
    if name in _STEPS:
        with compose(settings) as house:
            began = time.perf_counter()
            _STEPS[name](house)
            seconds = time.perf_counter() - began
    else:
        document = orjson.loads((data / _EDITION).read_bytes())
        began = time.perf_counter()
        size = len(FORMS[name].draw(document, Means.of(settings)))
        seconds = time.perf_counter() - began
    return {"seconds": seconds, "peak_bytes": _peak_bytes(), "output_bytes": size}


if __name__ == "__main__":
    sys.stdout.buffer.write(orjson.dumps(measured(sys.argv[1], Path(sys.argv[2]))))
