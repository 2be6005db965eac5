"""``hangfeng bench figures``: held time and an explained difference of a quarter of imported cases.

Each is a ratio of reading and decoding the same log in the same run, without opening what is sealed.
"""

from __future__ import annotations

import csv
import tempfile
import time
from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from datetime import timedelta
from pathlib import Path
from typing import Any, Final

from domain.facts import Actor
from domain.periods import Quarter
from domain.words import Role
from gateways.app import Hangfeng, compose, open_new
from projections.cases import CasesProjection
from projections.legs import LegsProjection
from services.differences import explain_difference
from services.held_time import held_quarter
from services.ledger_import import LedgerImport
from services.log.runner import Home, Runner
from services.log.views import ViewStore
from services.settings import Settings
from services.statistics import Statistics

CASES_DEFAULT: Final = 20_000
CASES_MAX: Final = 1_000_000
LAST_SHARE: Final = 20
"""One case in so many comes with the second ledger: what the explained difference is about."""

UNITS: Final = 300
_READ_EVENTS: Final = 1_000
_QUARTER_DAYS: Final = 90
_ANSWERED_AFTER_DAYS_MAX: Final = 60
_BY: Final = Actor("bench", Role.ADMIN)
_HEADINGS: Final = ("标题", "来信日期", "信件内容", "回复日期", "回复单位", "回复内容")
_NARRATIVE: Final = "来电人反映小区自来水管道破裂已有三天，物业称正在联系抢修但一直没有人到场。" * 3


@dataclass(frozen=True, slots=True)
class FiguresRun:
    """Seconds for reading and decoding the log once, for held time, and for explaining what the last ledger changed."""

    cases: int
    events: int
    read_seconds: float
    held_seconds: float
    explain_seconds: float
    reasons: int

    def as_json(self) -> dict[str, Any]:
        """The run in the shape of the command's JSON; each ratio is of the ceiling's time, less is quicker."""
        steps = {"read": self.read_seconds, "held": self.held_seconds, "explain-difference": self.explain_seconds}
        return {
            "cases": self.cases,
            "events": self.events,
            "reasons": self.reasons,
            "ceiling": "read-and-decode-sealed",
            "ceiling_per_s": round(self.events / self.read_seconds, 1),
            "steps": [
                {"step": name, "seconds": round(seconds, 3), "of_ceiling": round(seconds / self.read_seconds, 3)}
                for name, seconds in steps.items()
            ],
        }


def bench_figures(cases: int, told: Callable[[str], None]) -> FiguresRun:
    """Import two invented ledgers of one quarter, and ask what both figures take."""
    with tempfile.TemporaryDirectory(prefix="hangfeng-bench-") as folder:
        settings = Settings(data=Path(folder) / "data")
        open_new(settings)
        with compose(settings) as house:
            told(f"导入 {cases} 件 / importing {cases} cases …")
            quarter = Quarter.of(house.clock().date()).previous()
            last = max(1, cases // LAST_SHARE)
            _import(house, Path(folder) / "first.csv", quarter, range(cases - last))
            then = house.log.head().recorded_at
            assert then is not None, "something was imported"
            _import(house, Path(folder) / "second.csv", quarter, range(cases - last, cases))
            events = house.log.head().position
            told("读出 / reading …")
            read = _timed(lambda: _read(house, events))
            with _statistics(house, Path(folder) / "views.db") as statistics:
                told("持有时间 / held time …")
                held = _timed(lambda: held_quarter(statistics, quarter))
                told("差异说明 / explaining the difference …")
                began = time.perf_counter()
                # What a sum of reasons does not equal is refused by the explanation itself.
                as_of = quarter.ends_at(house.instance.zone)
                found = explain_difference(statistics, quarter, then, house.clock(), as_of)
                explained = time.perf_counter() - began
            return FiguresRun(cases, events, read, held, explained, sum(len(one.reasons) for one in found.explained))


def _import(house: Hangfeng, path: Path, quarter: Quarter, numbers: range) -> None:
    with path.open("w", encoding="utf-8", newline="") as file:
        lines = csv.writer(file)
        lines.writerow(_HEADINGS)
        for number in numbers:
            came = quarter.first_day + timedelta(days=number % _QUARTER_DAYS)
            answered = came + timedelta(days=1 + number % _ANSWERED_AFTER_DAYS_MAX)
            unit = f"示例第{number % UNITS + 1}局"
            lines.writerow((f"停水三日（第 {number} 号）", came, _NARRATIVE, answered, unit, "经核实，已安排抢修。"))
    LedgerImport(house.log, house.casework, house.instance, house.clock).run([path], by=_BY, rejects=None)


@contextmanager
def _statistics(house: Hangfeng, path: Path) -> Iterator[Statistics]:
    zone = house.instance.zone
    with ExitStack() as stack:
        views = ViewStore(path)
        stack.callback(views.close)
        runner = Runner(house.log, [Home(views, (CasesProjection(zone), LegsProjection(zone)))])
        stack.callback(runner.close)
        runner.catch_up()
        yield Statistics(stack.enter_context(views.reading()), house.log, zone)


def _read(house: Hangfeng, to: int) -> None:
    read = 0
    while read < to:
        read = house.log.read(read, _READ_EVENTS, to, opened=False)[-1].position


def _timed(work: Callable[[], object]) -> float:
    began = time.perf_counter()
    work()
    return time.perf_counter() - began
