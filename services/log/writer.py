"""Group commit: requests that wait at the same moment share one transaction and one sync to disk.

One thread owns the writing. Threads wait on a ``concurrent.futures.Future``; coroutines of an event loop are woken by
one call into their loop for a whole batch, since a call for each request would cost more than the request.
"""

from __future__ import annotations

import asyncio
from collections import defaultdict, deque
from collections.abc import Sequence
from concurrent.futures import Future
from contextlib import suppress
from dataclasses import dataclass
from threading import Condition, Thread

from services.log.port import (
    Append,
    Appended,
    AppendTogether,
    Conflict,
    Log,
    LogBusy,
    LogClosed,
    Outcome,
    Request,
)

BATCH_REQUESTS_MAX = 256
BATCH_FACTS_MAX = 1_000
WAITING_REQUESTS_MAX = 8_192
CLOSE_TIMEOUT_SECONDS = 30.0

Settled = Appended | Conflict
"""What a request that could be stored came to; whatever else went wrong is raised to the one who asked."""


@dataclass(slots=True)
class _Thread:
    """A request that a thread waits for."""

    request: Request
    future: Future[Settled]


@dataclass(slots=True)
class _Coroutine:
    """A request that a coroutine of an event loop waits for."""

    request: Request
    future: asyncio.Future[Settled]
    loop: asyncio.AbstractEventLoop


_Waiting = _Thread | _Coroutine


class GroupCommitWriter:
    """Takes requests from any thread or event loop and appends them to a log, as many together as wait.

    A request that only appends is decided by the log itself, at the expected version; whoever must look at a stream
    first loads it, decides, and appends at the version it saw, and on ``Conflict`` does so again. Nothing is decided
    inside the writer, so that one slow decision never holds up the others.
    """

    def __init__(
        self,
        log: Log,
        *,
        batch_requests_max: int = BATCH_REQUESTS_MAX,
        batch_facts_max: int = BATCH_FACTS_MAX,
        waiting_requests_max: int = WAITING_REQUESTS_MAX,
    ) -> None:
        self._log = log
        self._batch_requests_max = batch_requests_max
        self._batch_facts_max = batch_facts_max
        self._waiting_requests_max = waiting_requests_max
        self._waiting: deque[_Waiting] = deque()
        # What coroutines handed in during this turn of their loop; each loop touches its own list only.
        self._turns: dict[asyncio.AbstractEventLoop, list[_Coroutine]] = {}
        self._changed = Condition()
        self._idle = False
        self._closing = False
        self._thread = Thread(target=self._run, name="log-writer", daemon=True)
        self._thread.start()

    def submit(self, request: Request) -> Future[Settled]:
        """Hand in a request; the future gives ``Appended`` or ``Conflict``, or raises what stopped it.

        Raises ``LogBusy`` at once where too many wait, and ``LogClosed`` after ``close``.
        """
        future: Future[Settled] = Future()
        self._enqueue(_Thread(request, future))
        return future

    def append(self, request: Request, *, timeout_seconds: float | None = None) -> Settled:
        """Hand in a request and wait for it in this thread; raises as ``submit`` and its future do."""
        return self.submit(request).result(timeout_seconds)

    async def append_async(self, request: Request) -> Settled:
        """Hand in a request and wait for it in this event loop; raises as ``submit`` and its future do.

        A coroutine that is cancelled no longer waits, but its request may still be stored.
        """
        loop = asyncio.get_running_loop()
        self._refuse(also_waiting=len(self._turns.get(loop, ())))
        future: asyncio.Future[Settled] = loop.create_future()
        turn = self._turns.setdefault(loop, [])
        if not turn:
            # Waking the writer for each request would let it take the interpreter from the loop for a group of one.
            loop.call_soon(self._end_of_turn, loop)
        turn.append(_Coroutine(request, future, loop))
        return await future

    def waiting(self) -> int:
        """Return how many requests wait at this moment."""
        return len(self._waiting)

    def close(self) -> None:
        """Store what waits, then stop. The log itself stays open."""
        with self._changed:
            self._closing = True
            self._changed.notify()
        self._thread.join(CLOSE_TIMEOUT_SECONDS)

    # --- the writing thread ----------------------------------------------------------------------------------------

    def _enqueue(self, waiting: _Thread) -> None:
        with self._changed:
            self._refuse(also_waiting=0)
            self._waiting.append(waiting)
            if self._idle:
                self._changed.notify()

    def _end_of_turn(self, loop: asyncio.AbstractEventLoop) -> None:
        turn = self._turns.pop(loop)
        with self._changed:
            if not self._closing:
                self._waiting.extend(turn)
                if self._idle:
                    self._changed.notify()
                return
        _give_all([(waiting, _closed()) for waiting in turn])

    def _refuse(self, *, also_waiting: int) -> None:
        """Raise ``LogClosed`` or ``LogBusy`` where no further request can be taken in."""
        if self._closing:
            raise _closed()
        waiting = len(self._waiting) + also_waiting
        if waiting >= self._waiting_requests_max:
            raise LogBusy(f"等待写入的请求过多，请稍后重试 / {waiting} requests wait for the log")

    def _run(self) -> None:
        while batch := self._next_batch():
            try:
                outcomes = self._log.append([waiting.request for waiting in batch])
            except BaseException as error:  # noqa: BLE001  whatever it is belongs to those who wait, none may hang
                _settle([(waiting, error) for waiting in batch])
            else:
                _settle(list(zip(batch, outcomes, strict=True)))

    def _next_batch(self) -> list[_Waiting]:
        """Return what waits, up to the limits of one transaction; nothing once the writer is closed and empty."""
        with self._changed:
            while not self._waiting and not self._closing:
                self._idle = True
                self._changed.wait()
            self._idle = False
            batch: list[_Waiting] = []
            facts = 0
            while self._waiting and len(batch) < self._batch_requests_max:
                facts += _facts_of(self._waiting[0].request)
                if batch and facts > self._batch_facts_max:
                    break
                batch.append(self._waiting.popleft())
            return batch


def _closed() -> LogClosed:
    return LogClosed("日志写入已停止 / the log writer is closed")


def _facts_of(request: Request) -> int:
    parts: Sequence[Append] = request.parts if isinstance(request, AppendTogether) else (request,)
    return sum(len(part.facts) for part in parts)


def _settle(settled: Sequence[tuple[_Waiting, Outcome | BaseException]]) -> None:
    by_loop: defaultdict[asyncio.AbstractEventLoop, list[tuple[_Coroutine, Outcome | BaseException]]]
    by_loop = defaultdict(list)
    for waiting, outcome in settled:
        if isinstance(waiting, _Coroutine):
            by_loop[waiting.loop].append((waiting, outcome))
        elif waiting.future.set_running_or_notify_cancel():
            _give(waiting, outcome)
    for loop, those in by_loop.items():
        # A loop that is closed has nobody left to wake.
        with suppress(RuntimeError):
            loop.call_soon_threadsafe(_give_all, those)


def _give_all(those: Sequence[tuple[_Coroutine, Outcome | BaseException]]) -> None:
    for waiting, outcome in those:
        if not waiting.future.done():
            _give(waiting, outcome)


def _give(waiting: _Waiting, outcome: Outcome | BaseException) -> None:
    if isinstance(outcome, (Appended, Conflict)):
        waiting.future.set_result(outcome)
    else:
        waiting.future.set_exception(outcome)
