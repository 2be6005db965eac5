"""The runner: follows the log and feeds every view, each batch and its position in one transaction.

A view that fails stops and says at which position; it never skips, and the others go on. Several runners, in several
processes, may serve the same views: each reads the position inside the transaction that moves it.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from threading import Condition, Event, Thread
from time import monotonic

from domain.facts import Recorded
from projections.port import Connection, Projection
from services.log.port import Log, LogDamaged
from services.log.views import (
    ViewStore,
    begin_anew,
    forget_stop,
    note_position,
    note_stop,
    positions_on,
    prepare,
)

BATCH_EVENTS_MAX = 500
POLL_SECONDS = 0.5
RETRY_SECONDS = 2.0
STOP_TIMEOUT_SECONDS = 30.0
WATCH_SECONDS = 0.02
"""How often views are looked at that another process feeds, while somebody waits for them."""

BREATH_SECONDS = 0.02
"""How long a follower lets facts gather before it feeds views again: transactions are what costs it most."""


class ProjectionStopped(Exception):
    """A view cannot apply the fact at this position, and stands at the one before."""

    def __init__(self, name: str, position: int, cause: BaseException) -> None:
        super().__init__(
            f"视图 {name} 停在第 {position} 条：{cause!r} / view {name} stopped at position {position}: {cause!r}",
        )
        self.name = name
        self.position = position
        self.cause = cause


class StoppedElsewhere(Exception):
    """Another process, which follows the log, met this kind of fault."""


class ViewUnknown(KeyError):
    """No view goes by this name."""

    def __init__(self, name: str, known: Iterable[str]) -> None:
        super().__init__(name)
        self.name = name
        self.known = tuple(known)

    def __str__(self) -> str:
        names = ", ".join(self.known)
        return f"没有名为 {self.name} 的视图 / no view is called {self.name}; there are: {names}"


@dataclass(frozen=True, slots=True)
class Home:
    """A file of views and the projections that live in it."""

    store: ViewStore
    projections: tuple[Projection, ...]


class Runner:
    """Feeds views from a log, once (``catch_up``) or in a thread of its own (``start``)."""

    def __init__(
        self,
        log: Log,
        homes: Sequence[Home],
        *,
        batch_events_max: int = BATCH_EVENTS_MAX,
        poll_seconds: float = POLL_SECONDS,
        on_stop: Callable[[ProjectionStopped], None] | None = None,
    ) -> None:
        """Make missing tables, and begin anew the views whose version has changed."""
        self._log = log
        self._homes = tuple(homes)
        self._batch_events_max = batch_events_max
        self._poll_seconds = poll_seconds
        self._on_stop = on_stop
        self._stopped: dict[str, ProjectionStopped] = {}
        self._failure: Exception | None = None
        self._moved = Condition()
        self._wake = Event()
        self._closing = Event()
        self._thread: Thread | None = None
        self._watching = False
        for home in self._homes:
            with home.store.writing() as conn:
                for projection in home.projections:
                    prepare(conn, projection)

    # --- how things stand ------------------------------------------------------------------------------------------

    def positions(self) -> dict[str, int]:
        """Return the position that each view has reached, by name."""
        reached: dict[str, int] = {}
        for home in self._homes:
            stored = home.store.positions()
            reached.update((projection.name, stored[projection.name]) for projection in home.projections)
        return reached

    def stopped(self) -> dict[str, ProjectionStopped]:
        """Return the views that stopped, by name, and why; while ``watch`` is on, those of the other process too."""
        stopped = dict(self._stopped)
        if self._watching:
            for home in self._homes:
                for name, (position, fault) in home.store.stops().items():
                    stopped.setdefault(name, ProjectionStopped(name, position, StoppedElsewhere(fault)))
        return stopped

    def failure(self) -> Exception | None:
        """Return what keeps the following thread from going on at this moment, such as a damaged log."""
        return self._failure

    def wait_until(self, position: int, timeout_seconds: float) -> bool:
        """Wait until every view that has not stopped has reached a position; say whether it came to that."""
        deadline = monotonic() + timeout_seconds
        with self._moved:
            while not self._all_reached(position):
                left = deadline - monotonic()
                if left <= 0:
                    return False
                # Another process may feed these views too, and wakes nobody here.
                self._moved.wait(min(left, WATCH_SECONDS if self._watching else self._poll_seconds))
        return True

    def _all_reached(self, position: int) -> bool:
        behind = [name for name, at in self.positions().items() if at < position]
        return not behind or not set(behind).difference(self.stopped())

    # --- once ------------------------------------------------------------------------------------------------------

    def catch_up(self, to: int | None = None, progress: Callable[[int], None] | None = None) -> None:
        """Feed every view up to position ``to``, or to the log's present end.

        ``progress`` is told the lowest position reached. Raises ``ProjectionStopped`` when all others have arrived,
        and ``LogDamaged``.
        """
        end = self._log.head().position
        target = end if to is None else min(to, end)
        while self._advance(target):
            if progress is not None:
                progress(min(self.positions().values(), default=target))
        for stop in self._stopped.values():
            raise stop

    def rebuild(self, names: Iterable[str] = (), progress: Callable[[int], None] | None = None) -> None:
        """Drop views, all where none is named, and build them again from the log; raises as ``catch_up`` does.

        Raises ``ViewUnknown`` before anything is dropped.
        """
        known = [projection.name for home in self._homes for projection in home.projections]
        wanted = set(names) or set(known)
        for name in sorted(wanted.difference(known)):
            raise ViewUnknown(name, known)
        for home in self._homes:
            with home.store.writing() as conn:
                for projection in home.projections:
                    if projection.name in wanted:
                        begin_anew(conn, projection)
                        forget_stop(conn, projection.name)
                        self._stopped.pop(projection.name, None)
        self.catch_up(progress=progress)

    # --- following -------------------------------------------------------------------------------------------------

    def watch(self) -> None:
        """Leave the following to another process, and see in the stores how far it has come."""
        self._watching = True

    def wake(self) -> None:
        """Tell the following thread that another process has appended."""
        self._wake.set()

    def start(self) -> None:
        """Follow the log in a thread, woken by commits of this process and looking for those of others."""
        assert self._thread is None, "a runner is started once"
        for home in self._homes:
            # What stopped a view before is tried again by whoever begins to follow.
            with home.store.writing() as conn:
                for projection in home.projections:
                    forget_stop(conn, projection.name)
        self._thread = Thread(target=self._follow, name="view-runner", daemon=True)
        self._thread.start()

    def close(self) -> None:
        """Stop following after the batch under way; the stores stay open."""
        self._closing.set()
        self._wake.set()
        if self._thread is not None:
            self._thread.join(STOP_TIMEOUT_SECONDS)

    def _follow(self) -> None:
        unsubscribe = self._log.on_append(lambda _position: self._wake.set())
        pause = self._poll_seconds
        try:
            while not self._closing.is_set():
                self._wake.clear()
                try:
                    while not self._closing.is_set() and self._advance(self._log.head().position):
                        pass
                    self._failure, pause = None, self._poll_seconds
                except Exception as error:  # noqa: BLE001  the thread must outlive a full disk; health shows the failure
                    self._failure, pause = error, RETRY_SECONDS
                if self._wake.wait(pause):
                    self._closing.wait(BREATH_SECONDS)
        finally:
            unsubscribe()

    # --- one step --------------------------------------------------------------------------------------------------

    def _advance(self, target: int) -> bool:
        """Give every view that lags behind one more batch; say whether any moved."""
        moved = [self._advance_home(home, target) for home in self._homes]
        if any(moved):
            with self._moved:
                self._moved.notify_all()
        return any(moved)

    def _advance_home(self, home: Home, target: int) -> bool:
        if not self._lagging(home, home.store.positions(), target):
            return False
        with home.store.writing() as conn:
            # Another process may have moved them since: what counts is the position inside this transaction.
            positions = positions_on(conn)
            lagging = self._lagging(home, positions, target)
            batches: dict[tuple[int, bool], list[Recorded]] = {}
            for projection in lagging:
                # Views that stand at the same position share what is read.
                key = (positions[projection.name], projection.reads_personal)
                if key not in batches:
                    batches[key] = self._read(*key, target)
                self._feed(conn, projection, batches[key])
            return bool(lagging)

    def _lagging(self, home: Home, positions: dict[str, int], target: int) -> list[Projection]:
        return [p for p in home.projections if p.name not in self._stopped and positions[p.name] < target]

    def _read(self, after: int, opened: bool, target: int) -> list[Recorded]:  # noqa: FBT001  half of a key
        try:
            batch = self._log.read(after, self._batch_events_max, target, opened=opened)
        except LogDamaged as damage:
            if damage.position <= after + 1:
                raise
            # What stands before the damage is still good.
            return self._log.read(after, self._batch_events_max, damage.position - 1, opened=opened)
        if not batch:
            raise LogDamaged(after + 1, "no event stands at this position")
        return batch

    def _feed(self, conn: Connection, projection: Projection, batch: Sequence[Recorded]) -> None:
        if _applied(conn, projection, batch) is not None:
            for recorded in batch:
                cause = _applied(conn, projection, [recorded])
                if cause is not None:
                    self._stop(ProjectionStopped(projection.name, recorded.position, cause))
                    note_stop(conn, projection.name, recorded.position, type(cause).__name__)
                    note_position(conn, projection, recorded.position - 1)
                    return
        note_position(conn, projection, batch[-1].position)

    def _stop(self, stop: ProjectionStopped) -> None:
        self._stopped[stop.name] = stop
        if self._on_stop is not None:
            self._on_stop(stop)


def _applied(conn: Connection, projection: Projection, batch: Sequence[Recorded]) -> Exception | None:
    """Apply a batch or leave no trace of it; return what went wrong."""
    conn.execute("SAVEPOINT feeding")
    try:
        projection.apply(conn, batch)
    except Exception as error:  # noqa: BLE001  whatever a fold raises stops that view and no other
        conn.execute("ROLLBACK TO feeding")
        conn.execute("RELEASE feeding")
        return error
    conn.execute("RELEASE feeding")
    return None
