"""What every store behind the log's port must do; an adapter's tests inherit this and give their own ``house``."""

from __future__ import annotations

import threading
from datetime import timedelta
from itertools import pairwise

import pytest

from domain.facts import ERASED, Recorded
from services.log.envelope import HIDDEN
from services.log.port import Append, Appended, AppendTogether, Conflict, Log, LogDamaged, Unstorable
from services.log.tree import root_of_leaves
from services.log.writer import GroupCommitWriter
from tests.services.log.cases import NARRATIVE, START, House, intake, registered, signed, stream


class LogContract:
    """Each test is given a ``house`` with an empty log."""

    def test_what_was_appended_reads_back_in_order(self, log: Log) -> None:
        (outcome,) = log.append([Append(stream(1), 0, (registered(), signed()), "call 1")])
        assert isinstance(outcome, Appended)
        assert log.read_stream(stream(1)) == outcome.recorded == tuple(log.read(0, 10))
        assert [(one.position, one.version, one.cause) for one in outcome.recorded] == [
            (1, 1, "call 1"),
            (2, 2, "call 1"),
        ]

    def test_a_stream_that_nobody_wrote_is_empty(self, log: Log) -> None:
        assert log.read_stream(stream(9)) == ()
        assert log.versions([stream(9)]) == {}

    def test_many_streams_are_read_together_within_positions(self, log: Log) -> None:
        log.append([intake(number) for number in range(3)])
        log.append([Append(stream(1), 1, (signed(),)), Append(stream(0), 1, (signed(),))])
        asked = [stream(1), stream(9), stream(0), stream(1)]
        found = list(log.read_streams(asked, to=4))
        assert [[one.position for one in facts] for facts in found] == [[2, 4], [1]]
        assert [one.position for facts in log.read_streams(asked, after=2) for one in facts] == [4, 5]
        assert list(log.read_streams([])) == []

    def test_many_streams_are_read_with_their_texts_sealed(self, log: Log) -> None:
        log.append([intake(1)])
        ((first,),) = log.read_streams([stream(1)])
        (shut,) = log.read(0, 1, opened=False)
        assert first == shut != log.read_stream(stream(1))[0]

    @pytest.mark.parametrize("expected", [0, 2, 7])
    def test_a_stream_at_another_version_is_a_conflict_and_stores_nothing(self, log: Log, expected: int) -> None:
        log.append([intake(1)])
        assert log.append([Append(stream(1), expected, (signed(),))]) == [Conflict(stream(1), expected, 1)]
        assert log.head().position == 1

    def test_requests_of_one_group_see_each_other(self, log: Log) -> None:
        outcomes = log.append([intake(1), Append(stream(1), 1, (signed(),)), Append(stream(1), 1, (signed(),))])
        assert [type(outcome) for outcome in outcomes] == [Appended, Appended, Conflict]
        assert log.versions([stream(1), stream(2)]) == {stream(1): 2}

    def test_two_streams_change_together_or_not_at_all(self, log: Log) -> None:
        log.append([intake(1)])
        halves = (Append(stream(2), 0, (signed(),)), Append(stream(1), 0, (signed(),)))
        assert log.append([AppendTogether(halves)]) == [Conflict(stream(1), 0, 1)]
        (outcome,) = log.append([AppendTogether((halves[0], Append(stream(1), 1, (signed(),))))])
        assert isinstance(outcome, Appended)
        assert [one.stream for one in outcome.recorded] == [stream(2), stream(1)]

    @pytest.mark.parametrize("text", ["half a character \ud800", "长" * 2_000_000])
    def test_a_fact_that_cannot_be_stored_hurts_no_other(self, log: Log, text: str) -> None:
        outcomes = log.append([intake(1), Append(stream(2), 0, (signed(), registered(2, text=text))), intake(3)])
        assert [type(outcome) for outcome in outcomes] == [Appended, Unstorable, Appended]
        assert [one.stream for one in log.read(0, 10)] == [stream(1), stream(3)]

    def test_a_number_beyond_64_bits_cannot_be_stored(self, log: Log) -> None:
        (outcome,) = log.append([Append(stream(1), 0, (signed(1 << 70),))])
        assert isinstance(outcome, Unstorable)

    def test_a_request_with_too_many_facts_is_refused(self, log: Log) -> None:
        (outcome,) = log.append([Append(stream(1), 0, (signed(),) * 1_001)])
        assert isinstance(outcome, Unstorable)
        assert log.head().position == 0

    def test_of_64_that_wait_one_conflict_hurts_only_itself(self, log: Log) -> None:
        log.append([intake(7)])
        outcomes = log.append([intake(number) for number in range(64)])
        assert [number for number, outcome in enumerate(outcomes) if isinstance(outcome, Conflict)] == [7]
        assert log.head().position == 64

    def test_recorded_time_never_goes_back(self, house: House) -> None:
        house.log.append([intake(1)])
        house.clock.now = START - timedelta(days=1)
        house.log.append([intake(2)])
        first, second = house.log.read(0, 2)
        assert first.recorded_at == second.recorded_at == START + timedelta(seconds=1)

    def test_the_position_at_an_instant_is_the_last_recorded_by_then(self, house: House) -> None:
        for number in range(5):
            house.log.append([intake(number)])
        instants = [START + timedelta(seconds=half / 2) for half in range(13)]
        assert [house.log.position_at(instant) for instant in instants] == [0, 0, 1, 1, 2, 2, 3, 3, 4, 4, 5, 5, 5]

    def test_reading_stops_at_the_limit_and_at_the_last_position_asked_for(self, log: Log) -> None:
        log.append([intake(number) for number in range(10)])
        assert [one.position for one in log.read(3, 4)] == [4, 5, 6, 7]
        assert [one.position for one in log.read(3, 4, to=5)] == [4, 5]
        assert log.read(10, 4) == []

    def test_the_head_covers_every_leaf(self, log: Log) -> None:
        for number in range(7):
            log.append([intake(number)])
        head = log.head()
        assert (head.position, head.root) == (7, root_of_leaves(log.leaves(0, 100)))
        assert log.frontier().root() == head.root
        assert head.recorded_at == log.read(6, 1)[0].recorded_at

    def test_an_empty_log_has_an_empty_head(self, log: Log) -> None:
        assert (log.head().position, log.head().root, log.head().recorded_at) == (0, root_of_leaves([]), None)

    def test_a_log_goes_on_where_it_was_closed(self, house: House) -> None:
        house.log.append([intake(1)])
        before = house.log.read(0, 1)
        house.close()
        house.reopen()
        house.log.append([intake(2)])
        assert house.log.read(0, 1) == before
        assert house.log.head().position == 2

    def test_no_personal_word_stands_in_the_stored_bytes(self, log: Log) -> None:
        log.append([intake(1)])
        (raw,) = log.read_raw(0, 1)
        for word in (NARRATIVE, "055500001111", "噪声", "call-1"):
            assert word.encode() not in raw.state

    def test_sealed_texts_stay_sealed_for_those_who_do_not_ask(self, log: Log) -> None:
        log.append([intake(1)])
        (hidden,) = log.read(0, 1, opened=False)
        assert hidden.fact.text == hidden.fact.reporter_number == HIDDEN  # type: ignore[attr-defined]
        assert hidden.fact.reporter_address is None  # type: ignore[attr-defined]

    def test_erasure_takes_the_words_and_leaves_every_leaf_and_root(self, house: House) -> None:
        house.log.append([intake(1), intake(2)])
        before = (house.log.leaves(0, 9), house.log.head(), house.log.read_raw(0, 9))
        house.vault.destroy("subject-1")
        gone, kept = house.log.read(0, 9)
        assert gone.fact.text == gone.fact.title == ERASED  # type: ignore[attr-defined]
        assert kept.fact.text == NARRATIVE  # type: ignore[attr-defined]
        assert (house.log.leaves(0, 9), house.log.head(), house.log.read_raw(0, 9)) == before

    def test_a_listener_hears_of_every_commit_until_it_has_had_enough(self, log: Log) -> None:
        heard: list[int] = []
        enough = log.on_append(heard.append)
        log.append([intake(1), intake(2)])
        log.append([Append(stream(1), 0, (signed(),))])
        enough()
        log.append([intake(3)])
        assert heard == [2]

    def test_a_follower_misses_nothing_under_several_writers(self, log: Log) -> None:
        seen: list[Recorded] = []
        done = threading.Event()

        def follow() -> None:
            while not done.is_set() or len(seen) < 800:
                seen.extend(log.read(len(seen), 64))

        follower = threading.Thread(target=follow)
        follower.start()
        writers = [GroupCommitWriter(log, batch_requests_max=16) for _ in range(3)]
        futures = [writers[number % 3].submit(intake(number)) for number in range(800)]
        positions = {one.position for future in futures for one in _recorded(future.result())}
        done.set()
        follower.join()
        for writer in writers:
            writer.close()
        assert positions == set(range(1, 801))
        assert [one.position for one in seen] == list(range(1, 801))
        assert all(a.recorded_at <= b.recorded_at for a, b in pairwise(seen))

    def test_a_row_that_is_missing_is_damage_and_not_skipped(self, house: House) -> None:
        house.log.append([intake(number) for number in range(5)])
        with house.tampering() as conn:
            conn.execute("DELETE FROM stored_events WHERE position = 3")
        with pytest.raises(LogDamaged) as damage:
            house.log.read(0, 5)
        assert damage.value.position == 3


def _recorded(outcome: Appended | Conflict) -> tuple[Recorded, ...]:
    assert isinstance(outcome, Appended)
    return outcome.recorded
