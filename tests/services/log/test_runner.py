from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from pathlib import Path

import pytest

from domain.complaint.events import ComplaintRegistered
from domain.facts import Recorded, topic_of
from projections.port import Connection, Projection
from services.log.envelope import HIDDEN
from services.log.port import Append, LogDamaged
from services.log.runner import Home, ProjectionStopped, Runner, ViewUnknown
from services.log.sqlite_log import SqliteLog
from services.log.views import ViewStore
from tests.services.log.cases import NARRATIVE, House, intake, signed, stream


@dataclass
class Seen:
    """A view of positions, topics and texts; it fails at ``fails_at``."""

    name: str = "seen"
    version: int = 1
    reads_personal: bool = False
    fails_at: int | None = None
    batches: list[int] = field(default_factory=list)

    @property
    def tables(self) -> tuple[str, ...]:
        return (self.name,)

    def create(self, conn: Connection, /) -> None:
        conn.execute(f"CREATE TABLE {self.name} (position INTEGER PRIMARY KEY, topic TEXT, text TEXT)")

    def drop(self, conn: Connection, /) -> None:
        conn.execute(f"DROP TABLE IF EXISTS {self.name}")

    def apply(self, conn: Connection, batch: Sequence[Recorded], /) -> None:
        self.batches.append(len(batch))
        for one in batch:
            text = one.fact.text if isinstance(one.fact, ComplaintRegistered) else None
            conn.execute(f"INSERT INTO {self.name} VALUES (?, ?, ?)", (one.position, topic_of(one.fact), text))
            if one.position == self.fails_at:
                raise ZeroDivisionError


@pytest.fixture
def store(tmp_path: Path) -> Iterator[ViewStore]:
    store = ViewStore(tmp_path / "views.db")
    yield store
    store.close()


def runner(log: SqliteLog, store: ViewStore, *views: Projection) -> Runner:
    return Runner(log, [Home(store, views)], batch_events_max=4)


def rows(store: ViewStore, name: str = "seen") -> list[int]:
    with store.reading() as conn:
        return [row[0] for row in conn.execute(f"SELECT position FROM {name} ORDER BY position")]


def ten(log: SqliteLog) -> None:
    log.append([intake(number) for number in range(10)])


def test_the_protocol_knows_a_projection() -> None:
    assert isinstance(Seen(), Projection)


def test_every_fact_reaches_the_view_once_and_in_batches(log: SqliteLog, store: ViewStore) -> None:
    ten(log)
    view = Seen()
    runner(log, store, view).catch_up()
    runner(log, store, view).catch_up()
    assert rows(store) == list(range(1, 11))
    assert view.batches == [4, 4, 2]


def test_a_view_can_be_brought_to_a_position_in_the_past(log: SqliteLog, store: ViewStore) -> None:
    ten(log)
    runner(log, store, Seen()).catch_up(to=6)
    assert rows(store) == list(range(1, 7))
    runner(log, store, Seen()).catch_up(to=1_000)
    assert rows(store) == list(range(1, 11))


def test_a_view_that_fails_stops_at_its_position_and_the_others_go_on(log: SqliteLog, store: ViewStore) -> None:
    ten(log)
    follower = runner(log, store, Seen(fails_at=7), Seen("other"))
    with pytest.raises(ProjectionStopped) as stop:
        follower.catch_up()
    assert (stop.value.name, stop.value.position, type(stop.value.cause)) == ("seen", 7, ZeroDivisionError)
    assert follower.positions() == {"seen": 6, "other": 10}
    assert rows(store) == list(range(1, 7))
    assert follower.stopped().keys() == {"seen"}


def test_who_watches_sees_what_the_follower_had_to_stop_until_it_goes_on(log: SqliteLog, store: ViewStore) -> None:
    ten(log)
    watcher = runner(log, store, Seen(), Seen("other"))
    watcher.watch()
    with pytest.raises(ProjectionStopped):
        runner(log, store, Seen(fails_at=7), Seen("other")).catch_up()
    assert {name: stop.position for name, stop in watcher.stopped().items()} == {"seen": 7}
    assert watcher.wait_until(10, timeout_seconds=0)
    runner(log, store, Seen()).catch_up()
    assert watcher.stopped() == {}


def test_a_view_that_was_mended_goes_on_where_it_stopped(log: SqliteLog, store: ViewStore) -> None:
    ten(log)
    with pytest.raises(ProjectionStopped):
        runner(log, store, Seen(fails_at=7)).catch_up()
    runner(log, store, Seen()).catch_up()
    assert rows(store) == list(range(1, 11))


def test_rebuilding_makes_the_same_view_again(log: SqliteLog, store: ViewStore) -> None:
    ten(log)
    view, other = Seen(), Seen("other")
    follower = runner(log, store, view, other)
    follower.catch_up()
    with store.writing() as conn:
        conn.execute("DELETE FROM seen")
    told: list[int] = []
    follower.rebuild(["seen"], progress=told.append)
    assert rows(store) == list(range(1, 11))
    assert (sum(view.batches), sum(other.batches), told) == (20, 10, [4, 8, 10])


def test_rebuilding_takes_up_what_had_stopped(log: SqliteLog, store: ViewStore) -> None:
    ten(log)
    view = Seen(fails_at=7)
    follower = runner(log, store, view)
    with pytest.raises(ProjectionStopped):
        follower.catch_up()
    view.fails_at = None
    follower.rebuild()
    assert rows(store) == list(range(1, 11))


def test_a_view_that_nobody_knows_cannot_be_rebuilt(log: SqliteLog, store: ViewStore) -> None:
    with pytest.raises(ViewUnknown, match="nothing"):
        runner(log, store, Seen()).rebuild(["nothing"])


def test_a_view_of_a_new_version_begins_anew(log: SqliteLog, store: ViewStore) -> None:
    ten(log)
    runner(log, store, Seen()).catch_up()
    assert runner(log, store, Seen()).positions() == {"seen": 10}
    assert runner(log, store, Seen(version=2)).positions() == {"seen": 0}
    assert rows(store) == []


def test_texts_are_opened_only_for_views_that_ask(log: SqliteLog, store: ViewStore) -> None:
    log.append([intake(1)])
    runner(log, store, Seen(), Seen("asks", reads_personal=True)).catch_up()
    with store.reading() as conn:
        assert conn.execute("SELECT seen.text, asks.text FROM seen, asks").fetchone() == (HIDDEN, NARRATIVE)


def test_a_damaged_log_feeds_views_up_to_the_damage(house: House, store: ViewStore) -> None:
    ten(house.log)
    with house.tampering() as conn:
        conn.execute("UPDATE stored_events SET state = x'00' WHERE position = 7")
    with pytest.raises(LogDamaged) as damage:
        runner(house.log, store, Seen()).catch_up()
    assert damage.value.position == 7
    assert rows(store) == list(range(1, 7))


def test_a_log_without_its_last_event_is_not_waited_for(house: House, store: ViewStore) -> None:
    ten(house.log)
    with house.tampering() as conn:
        conn.execute("DELETE FROM stored_events WHERE position = 10")
    with pytest.raises(LogDamaged) as damage:
        runner(house.log, store, Seen()).catch_up()
    assert damage.value.position == 10


def test_a_following_runner_keeps_up_with_what_is_appended(log: SqliteLog, store: ViewStore) -> None:
    follower = runner(log, store, Seen())
    follower.start()
    ten(log)
    assert follower.wait_until(10, timeout_seconds=30)
    log.append([Append(stream(1), 1, (signed(),))])
    assert follower.wait_until(11, timeout_seconds=30)
    follower.close()
    assert rows(store) == list(range(1, 12))


def test_a_following_runner_says_what_stopped_a_view_and_what_it_cannot_read(house: House, store: ViewStore) -> None:
    ten(house.log)
    with house.tampering() as conn:
        conn.execute("UPDATE stored_events SET state = x'00' WHERE position = 9")
    stops: list[ProjectionStopped] = []
    follower = Runner(house.log, [Home(store, (Seen(fails_at=3), Seen("other")))], on_stop=stops.append)
    follower.start()
    assert follower.wait_until(8, timeout_seconds=30)
    while follower.failure() is None:
        pass
    follower.close()
    assert [(stop.name, stop.position) for stop in stops] == [("seen", 3)]
    assert isinstance(follower.failure(), LogDamaged)


def test_two_runners_on_the_same_views_apply_nothing_twice(log: SqliteLog, store: ViewStore, tmp_path: Path) -> None:
    second = ViewStore(tmp_path / "views.db")
    runners = [runner(log, store, Seen()), runner(log, second, Seen())]
    for follower in runners:
        follower.start()
    for number in range(60):
        log.append([intake(number)])
    assert all(follower.wait_until(60, timeout_seconds=30) for follower in runners)
    for follower in runners:
        follower.close()
    second.close()
    assert rows(store) == list(range(1, 61))
    assert not any(follower.stopped() for follower in runners)


def test_waiting_for_what_nobody_appends_comes_to_nothing(log: SqliteLog, store: ViewStore) -> None:
    assert not runner(log, store, Seen()).wait_until(1, timeout_seconds=0)


def test_a_reader_sees_one_moment_and_cannot_write(log: SqliteLog, store: ViewStore) -> None:
    log.append([intake(1)])
    follower = runner(log, store, Seen())
    with store.reading() as conn:
        before = conn.execute("SELECT count(*) FROM seen").fetchone()
        follower.catch_up()
        assert conn.execute("SELECT count(*) FROM seen").fetchone() == before == (0,)
        with pytest.raises(Exception, match="readonly"):
            conn.execute("DELETE FROM seen")
