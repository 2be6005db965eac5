from __future__ import annotations

import asyncio
from collections.abc import Iterator, Sequence

import pytest

from services.log.port import (
    Append,
    Appended,
    AppendTogether,
    Conflict,
    LogBusy,
    LogClosed,
    Outcome,
    Request,
    Unstorable,
)
from services.log.sqlite_log import SqliteLog
from services.log.writer import GroupCommitWriter
from tests.services.log.cases import House, intake, registered, signed, stream


@pytest.fixture
def writer(log: SqliteLog) -> Iterator[GroupCommitWriter]:
    writer = GroupCommitWriter(log)
    yield writer
    writer.close()


def test_a_thread_gets_its_own_outcome(writer: GroupCommitWriter) -> None:
    assert isinstance(writer.append(intake(1)), Appended)
    assert writer.append(intake(1)) == Conflict(stream(1), 0, 1)


async def test_a_thousand_coroutines_get_their_own_outcomes(writer: GroupCommitWriter) -> None:
    outcomes = await asyncio.gather(*(writer.append_async(intake(number % 900)) for number in range(1_000)))
    streams = [outcome.recorded[0].stream for outcome in outcomes if isinstance(outcome, Appended)]
    assert streams == [stream(number) for number in range(900)]
    assert sum(isinstance(outcome, Conflict) for outcome in outcomes) == 100


async def test_what_cannot_be_stored_is_raised_to_whoever_asked(writer: GroupCommitWriter) -> None:
    bad, good = Append(stream(1), 0, (registered(text="\ud800"),)), intake(2)
    outcomes = await asyncio.gather(writer.append_async(bad), writer.append_async(good), return_exceptions=True)
    assert isinstance(outcomes[0], Unstorable)
    assert isinstance(outcomes[1], Appended)
    with pytest.raises(Unstorable):
        writer.append(bad)


async def test_a_coroutine_that_was_cancelled_disturbs_nobody(writer: GroupCommitWriter, log: SqliteLog) -> None:
    with log._appending:
        gone = asyncio.create_task(writer.append_async(intake(1)))
        stays = asyncio.create_task(writer.append_async(intake(2)))
        await asyncio.sleep(0)
        gone.cancel()
    assert isinstance(await stays, Appended)
    assert gone.cancelled() or gone.cancelling()


def test_more_than_may_wait_are_told_that_the_log_is_busy(log: SqliteLog) -> None:
    writer = GroupCommitWriter(log, waiting_requests_max=3)
    with log._appending:
        futures: list[object] = []
        with pytest.raises(LogBusy):
            futures.extend(writer.submit(intake(number)) for number in iter(int, 1))
    writer.close()
    assert log.head().position <= 1


def test_closing_stores_what_waits_and_takes_no_more(log: SqliteLog) -> None:
    writer = GroupCommitWriter(log)
    futures = [writer.submit(intake(number)) for number in range(50)]
    writer.close()
    assert all(isinstance(future.result(0), Appended) for future in futures)
    with pytest.raises(LogClosed):
        writer.submit(intake(99))


class Recording:
    """A log that keeps the sizes of groups and stores nothing."""

    def __init__(self, log: SqliteLog) -> None:
        self.log, self.groups = log, list[int]()

    def append(self, requests: Sequence[Request], /) -> list[Outcome]:
        self.groups.append(len(requests))
        return self.log.append(requests)


@pytest.mark.parametrize(("limits", "largest"), [({"batch_requests_max": 8}, 8), ({"batch_facts_max": 10}, 5)])
def test_a_group_is_bounded(log: SqliteLog, limits: dict[str, int], largest: int) -> None:
    recording = Recording(log)
    writer = GroupCommitWriter(recording, **limits)  # type: ignore[arg-type]
    with log._appending:
        futures = [writer.submit(_two_facts(number)) for number in range(60)]
    assert all(isinstance(future.result(), Appended) for future in futures)
    writer.close()
    assert max(recording.groups) == largest


def _two_facts(number: int) -> Request:
    return AppendTogether((Append(stream(number), 0, (signed(),)), Append(stream(1_000 + number), 0, (signed(),))))


class Broken:
    """A log that cannot write."""

    def append(self, requests: Sequence[Request], /) -> list[Outcome]:
        raise OSError("no space left on device")


async def test_a_store_that_fails_leaves_nobody_waiting() -> None:
    writer = GroupCommitWriter(Broken())  # type: ignore[arg-type]
    with pytest.raises(OSError, match="no space"):
        await writer.append_async(intake(1))
    with pytest.raises(OSError, match="no space"):
        writer.append(intake(1))
    writer.close()


def test_a_loop_that_is_gone_hinders_no_thread(house: House) -> None:
    writer = GroupCommitWriter(house.log)
    loop = asyncio.new_event_loop()
    with house.log._appending:
        task = loop.create_task(writer.append_async(intake(1)))
        loop.run_until_complete(asyncio.sleep(0))
        loop.run_until_complete(_drop(task))
        loop.close()
        waiting = writer.submit(intake(2))
    assert isinstance(waiting.result(), Appended)
    writer.close()


async def _drop(task: asyncio.Task[object]) -> None:
    task.cancel()
    await asyncio.wait([task])
