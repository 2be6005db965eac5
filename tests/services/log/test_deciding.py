"""Who decides on a stream decides on what stands there, however many do so at the same moment."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor

import pytest

from domain.complaint.events import Signed
from domain.facts import Recorded
from domain.refusals import ChangedMeanwhile
from services.log.deciding import CONFLICT_RETRIES_MAX, Alone, Decided, append_decided
from services.log.port import Append, Appended, Unstorable
from services.log.sqlite_log import SqliteLog
from tests.services.log.cases import registered, signed, stream


def test_what_follows_is_appended_behind_what_stood(log: SqliteLog) -> None:
    done = append_decided(log, Alone(log), stream(1), lambda _: (signed(),), cause="call")
    again = append_decided(log, Alone(log), stream(1), lambda history: (signed(),) * len(history))
    assert [one.cause for one in done.recorded] == ["call"]
    assert (again.history, [one.version for one in again.now]) == (done.recorded, [1, 2])


def test_where_nothing_follows_nothing_is_appended(log: SqliteLog) -> None:
    assert append_decided(log, Alone(log), stream(1), lambda _: ()) == Decided(())
    assert log.head().position == 0


def test_everybody_decides_on_what_the_others_appended(log: SqliteLog) -> None:
    def ask(_: int) -> Decided:
        return append_decided(log, Alone(log), stream(1), lambda history: (signed(),) if len(history) < 4 else ())

    with ThreadPoolExecutor(8) as people:
        done = list(people.map(ask, range(8)))
    assert sorted(len(one.recorded) for one in done) == [0] * 4 + [1] * 4
    assert [one.version for one in log.read_stream(stream(1))] == [1, 2, 3, 4]


def test_whoever_is_always_overtaken_is_told_so(log: SqliteLog) -> None:
    asked = 0

    def overtaken(history: tuple[Recorded, ...]) -> tuple[Signed, ...]:
        nonlocal asked
        asked += 1
        (other,) = log.append([Append(stream(1), len(history), (signed(),))])
        assert isinstance(other, Appended)
        return (signed(),)

    with pytest.raises(ChangedMeanwhile):
        append_decided(log, Alone(log), stream(1), overtaken)
    assert asked == CONFLICT_RETRIES_MAX


def test_what_cannot_be_stored_is_raised(log: SqliteLog) -> None:
    with pytest.raises(Unstorable):
        append_decided(log, Alone(log), stream(1), lambda _: (registered(text="\ud800"),))
