"""What an instance is and what is in force on it: its opening, its rulebook, its registry of units, kept at hand.

Deciding must not wait for a read of the log, so the rulebook and the registry are kept in memory. ``refresh`` reads
what was added to their two streams, by this process or another, and costs one small query where nothing was.
"""

from __future__ import annotations

from collections.abc import Callable
from datetime import tzinfo
from threading import Event, Lock, Thread
from typing import cast
from zoneinfo import ZoneInfo

from domain.editions import InstanceOpened, RulesFact, rulebook
from domain.facts import Recorded
from domain.identity import INSTANCE_STREAM, RULES_STREAM, UNITS_STREAM
from domain.timekeeping.rules import Rulebook
from domain.units import UnitFact, UnitRegistry, registry
from services.log.port import Log

REFRESH_SECONDS = 1.0
"""How old the rulebook of a serving process may be when another process adopts an edition."""

SAMPLE_MARK = "（示例）"
"""The end of the name of an instance that holds the invented sample; each of its pages says so above its head."""


class NotInitialised(Exception):
    """The data directory holds no instance yet."""

    def __init__(self, where: object) -> None:
        super().__init__(
            f"{where} 尚未初始化，请先运行 hangfeng init / {where} holds no instance yet: run hangfeng init first",
        )


class Instance:
    """The instance as its log tells it: ``opened``, ``zone``, ``rules``, ``units``.

    Raises ``NotInitialised`` where the log has no opening.
    """

    def __init__(self, log: Log, *, where: object = "") -> None:
        opened = log.read_stream(INSTANCE_STREAM)
        if not opened:
            raise NotInitialised(where)
        self._log = log
        self._lock = Lock()
        self._rules_facts: list[Recorded] = []
        self._units_facts: list[Recorded] = []
        self.opened: InstanceOpened = cast("InstanceOpened", opened[0].fact)
        self.zone: tzinfo = ZoneInfo(self.opened.timezone)
        self._rules: Rulebook | None = None
        self._units = UnitRegistry()
        self.refresh()

    @property
    def rules(self) -> Rulebook:
        """Everything in force, as of the last ``refresh``; no read of the log."""
        if self._rules is None:
            raise NotInitialised(self.opened.name)
        return self._rules

    @property
    def units(self) -> UnitRegistry:
        """The registry of units, as of the last ``refresh``; no read of the log."""
        return self._units

    def refresh(self) -> None:
        """Take in what was added to the rules and to the registry since the last call."""
        with self._lock:
            standing = self._log.versions((RULES_STREAM, UNITS_STREAM))
            if standing.get(RULES_STREAM, 0) > len(self._rules_facts):
                self._rules_facts += self._log.read_stream(RULES_STREAM, after_version=len(self._rules_facts))
                self._rules = rulebook((cast("RulesFact", recorded.fact) for recorded in self._rules_facts), self.zone)
            if standing.get(UNITS_STREAM, 0) > len(self._units_facts):
                self._units_facts += self._log.read_stream(UNITS_STREAM, after_version=len(self._units_facts))
                self._units = registry(cast("UnitFact", recorded.fact) for recorded in self._units_facts)


class Refresher:
    """Keeps what a process remembers fresh from a thread of its own, so that the event loop never reads a store for it.

    ``refreshes`` are called in turn: the instance's own, and the vault's, which forgets keys that others destroyed.
    """

    def __init__(self, *refreshes: Callable[[], None], refresh_seconds: float = REFRESH_SECONDS) -> None:
        self._refreshes = refreshes
        self._refresh_seconds = refresh_seconds
        self._ended = Event()
        self.fault: Exception | None = None
        self._thread = Thread(target=self._run, name="hangfeng-refresher", daemon=True)

    def start(self) -> None:
        """Begin to refresh."""
        self._thread.start()

    def stop(self) -> None:
        """End, and wait until the thread has ended."""
        self._ended.set()
        if self._thread.is_alive():
            self._thread.join()

    def _run(self) -> None:
        while not self._ended.wait(self._refresh_seconds):
            try:
                for refresh in self._refreshes:
                    refresh()
            except Exception as error:  # noqa: BLE001 - a busy store is asked again; readiness shows the fault
                self.fault = error
            else:
                self.fault = None
