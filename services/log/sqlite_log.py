"""The log's port on SQLite: group append, conflicts of one request alone, reading, head.

Any number of threads and processes may append to one file: versions, frontier and the last recorded time are read
inside the write transaction that uses them.
"""

from __future__ import annotations

import sqlite3
from collections.abc import Callable, Iterable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import datetime
from pathlib import Path
from threading import Lock
from uuid import UUID

from eventsourcing.persistence import (
    ConnectionPoolClosedError,
    ConnectionUnavailableError,
    PersistenceError,
    StoredEvent,
)
from eventsourcing.sqlite import SQLiteCursor

from domain.facts import PersonalFact, Recorded
from services.log.envelope import RecordMapper, ShutSeals, recorded_at_of, recorded_of, stamp, topic_for
from services.log.port import (
    FACTS_PER_REQUEST_MAX,
    READ_EVENTS_MAX,
    Append,
    Appended,
    AppendTogether,
    Conflict,
    LogBusy,
    LogClosed,
    LogDamaged,
    LogFailed,
    LogHead,
    Outcome,
    RawEvent,
    Request,
    Unstorable,
)
from services.log.recorder import HotlineLog
from services.log.tree import Frontier
from services.vault import Vault

BUSY_TIMEOUT_SECONDS = 10
STREAMS_PER_QUESTION_MAX = 500
_KINDS_OF_COLUMNS = "text integer text blob"


@dataclass(slots=True)
class _Plan:
    """What one transaction is about to store, and what it will answer."""

    requests: list[Request]
    frontier: Frontier
    instant: datetime
    versions: dict[UUID, int]
    events: list[StoredEvent] = field(default_factory=list)
    outcomes: list[Outcome] = field(default_factory=list)


class SqliteLog:
    """The log in one SQLite file; see ``services.log.port.Log`` for what each method promises."""

    def __init__(
        self,
        path: Path,
        vault: Vault | None,
        clock: Callable[[], datetime],
        *,
        mapper: RecordMapper | None = None,
        busy_timeout_seconds: int = BUSY_TIMEOUT_SECONDS,
    ) -> None:
        """Open the log at ``path``, making it where there is none; ``clock`` gives the instants of recording.

        Without a vault nothing sealed can be opened and nothing appended, as is right for whoever only follows.
        """
        self._vault = vault
        self._clock = clock
        self._mapper = RecordMapper(ShutSeals() if vault is None else vault) if mapper is None else mapper
        self._application = HotlineLog(path, self._mapper, busy_timeout_seconds=busy_timeout_seconds)
        self._recorder = self._application.log_recorder
        self._appending = Lock()
        self._in_doubt: _Plan | None = None
        self._listeners: list[Callable[[int], None]] = []

    # --- append ----------------------------------------------------------------------------------------------------

    def append(self, requests: Sequence[Request], /) -> list[Outcome]:
        """Append all requests in one durable transaction; outcomes stand in the order of the requests."""
        with self._appending:
            plan = self._commit(requests)
        if plan.events:
            for listener in tuple(self._listeners):
                listener(plan.frontier.size)
        return plan.outcomes

    def _commit(self, requests: Sequence[Request]) -> _Plan:
        plan = None
        try:
            with self._transaction(commit=True) as cursor:
                doubtful = self._settled(cursor)
                plan = self._planned(cursor, requests, doubtful)
                self._recorder._insert_events(cursor, plan.events, frontier=plan.frontier)  # noqa: SLF001  as the library's own process recorder does
        except (LogFailed, LogBusy):
            if plan is None or not plan.events:
                raise
            # The disk may hold what the commit failed to confirm: look, rather than let a retry meet its own events.
            self._in_doubt = plan
            with self._transaction(commit=False) as cursor:
                if not self._stands(cursor, plan):
                    self._in_doubt = None
                    raise
            self._in_doubt = None
        return plan

    def _settled(self, cursor: SQLiteCursor) -> _Plan | None:
        """Return the plan whose commit could not be confirmed, where the log turns out to hold it."""
        plan = self._in_doubt
        if plan is not None and not self._stands(cursor, plan):
            plan = self._in_doubt = None
        return plan

    def _stands(self, cursor: SQLiteCursor, plan: _Plan) -> bool:
        last = plan.events[-1]
        cursor.execute(
            "SELECT state FROM stored_events WHERE originator_id = ? AND originator_version = ?",
            (last.originator_id, last.originator_version),
        )
        row = cursor.fetchone()
        # Sealed with fresh nonces and stamped, the state of one append equals that of no other.
        return row is not None and row[0] == last.state

    def _planned(self, cursor: SQLiteCursor, requests: Sequence[Request], doubtful: _Plan | None) -> _Plan:
        if self._vault is None:
            raise LogFailed("日志仅供读取 / the log was opened for reading only")
        # Inside the write transaction: no key retired before it began is used in it.
        self._vault.refresh()
        frontier, last_at = self._recorder.read_frontier(cursor)
        cursor.execute("SELECT coalesce(max(position), 0) FROM stored_events")
        last_position = cursor.fetchone()[0]
        if last_position != frontier.size:
            raise LogDamaged(min(last_position, frontier.size) + 1, "events and tree end at different positions")
        instant = self._clock()
        if last_at is not None:
            instant = max(instant, datetime.fromisoformat(last_at))
        parts = [part for request in requests for part in _parts(request)]
        self._vault.prepare(fact.subject for part in parts for fact in part.facts if isinstance(fact, PersonalFact))
        plan = _Plan(list(requests), frontier, instant, self._versions(cursor, {part.stream for part in parts}))
        for request in requests:
            plan.outcomes.append(self._answered_before(request, doubtful) or self._outcome(plan, request))
        return plan

    def _answered_before(self, request: Request, doubtful: _Plan | None) -> Outcome | None:
        """Return the outcome of a request whose first commit could not be confirmed, once: the next is another's."""
        if doubtful is None or request not in doubtful.requests:
            return None
        nth = doubtful.requests.index(request)
        del doubtful.requests[nth]
        outcome = doubtful.outcomes.pop(nth)
        if not doubtful.requests:
            self._in_doubt = None
        return outcome

    def _outcome(self, plan: _Plan, request: Request) -> Outcome:
        """Decide one request against the versions as they stand and, where it holds, put its events into the plan.

        Nothing of a request enters the plan before all of it is known to hold, so that no savepoint is needed to take
        it out again.
        """
        moved: dict[UUID, int] = {}
        events: list[StoredEvent] = []
        recorded: list[Recorded] = []
        position = plan.frontier.size + len(plan.events)
        at = stamp(plan.instant)
        try:
            for part in _parts(request):
                actual = moved.get(part.stream, plan.versions.get(part.stream, 0))
                if actual != part.expected_version:
                    return Conflict(part.stream, part.expected_version, actual)
                originator_id = part.stream.hex
                for version, fact in enumerate(part.facts, start=actual + 1):
                    state = self._mapper.state_of(originator_id, version, fact, at, part.cause)
                    events.append(StoredEvent(originator_id, version, topic_for(fact), state))
                    position += 1
                    recorded.append(recorded_of(position, part.stream, version, plan.instant, fact, part.cause))
                moved[part.stream] = actual + len(part.facts)
            if len(events) > FACTS_PER_REQUEST_MAX:
                return Unstorable(
                    f"事实过多 / {len(events)} facts in one request, the limit is {FACTS_PER_REQUEST_MAX}"
                )
        except Unstorable as refusal:
            return refusal
        plan.versions.update(moved)
        plan.events.extend(events)
        return Appended(tuple(recorded))

    # --- read ------------------------------------------------------------------------------------------------------

    def read_stream(self, stream: UUID, /, *, after_version: int = 0) -> tuple[Recorded, ...]:
        """Return the facts of one stream in order, empty where there is none."""
        with self._open():
            return tuple(self._application.events.get(stream, gt=after_version))  # type: ignore[arg-type]

    def read_streams(
        self, streams: Iterable[UUID], /, *, after: int = 0, to: int | None = None
    ) -> Iterator[tuple[Recorded, ...]]:
        """Give the facts of each of these streams within positions, personal texts still sealed."""
        recorded = self._mapper.recorded
        names = list(dict.fromkeys(stream.hex for stream in streams))
        for start in range(0, len(names), STREAMS_PER_QUESTION_MAX):
            some = names[start : start + STREAMS_PER_QUESTION_MAX]
            with self._open():
                rows = self._recorder.select_streams(some, after, to)
            found: dict[str, list[Recorded]] = {}
            for row in rows:
                found.setdefault(row[1], []).append(recorded(*row, opened=False))
            yield from (tuple(found[name]) for name in some if name in found)

    def versions(self, streams: Iterable[UUID], /) -> dict[UUID, int]:
        """Return the version of each of the streams that has one."""
        with self._transaction(commit=False) as cursor:
            return self._versions(cursor, streams)

    def _versions(self, cursor: SQLiteCursor, streams: Iterable[UUID]) -> dict[UUID, int]:
        by_hex = {stream.hex: stream for stream in streams}
        names = list(by_hex)
        found: dict[UUID, int] = {}
        for start in range(0, len(names), STREAMS_PER_QUESTION_MAX):
            some = names[start : start + STREAMS_PER_QUESTION_MAX]
            cursor.execute(
                "SELECT originator_id, max(originator_version) FROM stored_events "  # noqa: S608  question marks only
                f"WHERE originator_id IN ({', '.join('?' * len(some))}) GROUP BY originator_id",
                some,
            )
            found.update((by_hex[name], version) for name, version in cursor.fetchall())
        return found

    def read(self, after: int, limit: int, to: int | None = None, *, opened: bool = True) -> list[Recorded]:
        """Return facts with ``after < position <= to``; with ``opened`` false, personal texts stay sealed."""
        try:
            with self._open():
                rows = self._recorder.select_rows(after, min(limit, READ_EVENTS_MAX), to)
        except LogFailed as error:
            raise self._damage_in(after, limit, to, error) from error
        recorded = self._mapper.recorded
        facts = [recorded(*row, opened=opened) for row in rows]
        if rows and rows[-1][0] != after + len(rows):
            missing = next(want for want, row in enumerate(rows, start=after + 1) if row[0] != want)
            raise LogDamaged(missing, "no event stands at this position")
        return facts

    def read_raw(self, after: int, limit: int, to: int | None = None) -> list[RawEvent]:
        """Return stored bytes and leaves with ``after < position <= to``; a position that is missing is left out."""
        # Bytes that are no text, or a column of another kind, must reach the verifier rather than stop the reading.
        statement = """SELECT stored_events.position, CAST(originator_id AS BLOB), originator_version,
            CAST(topic AS BLOB), CAST(state AS BLOB), leaf, typeof(originator_id) || ' ' || typeof(originator_version)
            || ' ' || typeof(topic) || ' ' || typeof(state)
            FROM stored_events LEFT JOIN log_leaves ON log_leaves.position = stored_events.position
            WHERE stored_events.position > ? AND stored_events.position <= ? ORDER BY stored_events.position LIMIT ?"""
        events: list[RawEvent] = []
        try:
            with self._transaction(commit=False) as cursor:
                cursor.execute(statement, (after, (1 << 62) if to is None else to, min(limit, READ_EVENTS_MAX)))
                while (row := cursor.fetchone()) is not None:
                    events.append(_raw(row))
        except LogFailed as error:
            # A page that cannot be read stops the reading only where it begins.
            if not events:
                raise LogDamaged(after + 1, f"the file cannot be read from here on: {error}") from error
        return events

    def leaves(self, after: int, limit: int) -> list[bytes]:
        """Return stored leaves with ``position > after``, at most ``limit``."""
        with self._transaction(commit=False) as cursor:
            cursor.execute(
                "SELECT position, leaf FROM log_leaves WHERE position > ? ORDER BY position LIMIT ?",
                (after, limit),
            )
            rows = cursor.fetchall()
        for want, (position, _) in enumerate(rows, start=after + 1):
            if position != want:
                raise LogDamaged(want, "no leaf stands at this position")
        return [leaf for _, leaf in rows]

    def frontier(self) -> Frontier:
        """Return the frontier of the tree as it is stored."""
        with self._transaction(commit=False) as cursor:
            return self._recorder.read_frontier(cursor)[0]

    def head(self) -> LogHead:
        """Return where the log ends."""
        with self._transaction(commit=False) as cursor:
            frontier, last_at = self._recorder.read_frontier(cursor)
        return LogHead(frontier.size, frontier.root(), None if last_at is None else datetime.fromisoformat(last_at))

    def position_at(self, instant: datetime, /) -> int:
        """Return the last position that was recorded at or before an instant (0: none)."""
        with self._transaction(commit=False) as cursor:
            low, high = 0, self._recorder.read_frontier(cursor)[0].size
            while low < high:
                middle = (low + high + 1) // 2
                if self._recorded_at(cursor, middle) <= instant:
                    low = middle
                else:
                    high = middle - 1
        return low

    def _recorded_at(self, cursor: SQLiteCursor, position: int) -> datetime:
        cursor.execute("SELECT state FROM stored_events WHERE position = ?", (position,))
        row = cursor.fetchone()
        if row is None:
            raise LogDamaged(position, "no event stands at this position")
        try:
            return recorded_at_of(row[0])
        except ValueError as error:
            raise LogDamaged(position, str(error)) from error

    def _damage_in(self, after: int, limit: int, to: int | None, error: LogFailed) -> Exception:
        """Name the first row that cannot be read as what it should be, or give back the error."""
        for event in self.read_raw(after, limit, to):
            texts = event.originator_id + event.topic
            if event.fault is not None or not texts.isascii():
                return LogDamaged(event.position, event.fault or "a name is not text")
        return error

    # --- the rest --------------------------------------------------------------------------------------------------

    def on_append(self, listener: Callable[[int], None], /) -> Callable[[], None]:
        """Call ``listener`` with the new last position after each commit of this process; return what ends that."""
        self._listeners.append(listener)
        return lambda: self._listeners.remove(listener)

    def close(self) -> None:
        """Give up connections; later calls raise ``LogClosed``."""
        with self._appending:
            self._application.close()

    @contextmanager
    def _open(self) -> Iterator[None]:
        try:
            yield
        except ConnectionPoolClosedError as error:
            raise LogClosed("日志已关闭 / the log is closed") from error
        except (sqlite3.Error, PersistenceError) as error:
            if _is_busy(error):
                raise LogBusy(f"日志忙，请稍后重试 / the log is busy: {error}") from error
            raise LogFailed(f"日志存取失败 / the log's store failed: {error}") from error

    @contextmanager
    def _transaction(self, *, commit: bool) -> Iterator[SQLiteCursor]:
        with self._open(), self._recorder.datastore.transaction(commit=commit) as cursor:
            yield cursor


def _is_busy(error: Exception) -> bool:
    """Say whether the file was held by others for too long, rather than wrong."""
    return isinstance(error, ConnectionUnavailableError) or "locked" in str(error) or "busy" in str(error)


def _parts(request: Request) -> tuple[Append, ...]:
    return request.parts if isinstance(request, AppendTogether) else (request,)


def _raw(row: tuple[int, bytes, object, bytes, bytes, object, str]) -> RawEvent:
    position, originator_id, version, topic, state, leaf, kinds = row
    return RawEvent(
        position,
        originator_id.decode("utf-8", "surrogateescape"),
        version if isinstance(version, int) else 0,
        topic.decode("utf-8", "surrogateescape"),
        state,
        leaf if isinstance(leaf, bytes) else None,
        None if kinds == _KINDS_OF_COLUMNS else f"columns are {kinds}, not {_KINDS_OF_COLUMNS}",
    )
