"""The worked examples of docs/indicators.md: heads on air in person, and promises kept."""

from __future__ import annotations

from datetime import date, datetime
from zoneinfo import ZoneInfo

from domain.figures.figure import Rounding
from domain.figures.window import Window
from domain.periods import Quarter
from domain.programme import commands as c
from domain.programme import events as e
from domain.programme.events import OnAirUnit
from domain.programme.figures import COMMITMENTS_KEPT, COMMITMENTS_KEPT_ORIGINAL, attendance, promises_rate
from domain.timekeeping.working_calendar import WorkingCalendar
from tests.domain.test_episode import LEADER, PRODUCER, SEATED, SUPERVISOR, WATER, after, at

ZONE = ZoneInfo("Asia/Shanghai")
WINDOW = Window(Quarter(2023, 3), datetime(2023, 10, 1, tzinfo=ZONE), ZONE, WorkingCalendar())


def promise(due: date) -> c.MakeCommitment:
    return c.MakeCommitment(by=PRODUCER, at=at(12), text="换表", unit=WATER, due=due)


def settled(number: int, day: int, outcome: e.Outcome, due: date | None = None) -> tuple[c.EpisodeWish, ...]:
    told = c.ReportOutcome(by=LEADER, at=at(day), commitment=number, outcome=outcome, proof="清单", due=due)
    return told, c.CheckOutcome(by=SUPERVISOR, at=at(day, 15), commitment=number, upheld=True)


def test_two_heads_of_three_known_seats() -> None:
    head, deputy, unsaid = OnAirUnit("甲", head=True), OnAirUnit("乙", head=False), OnAirUnit("丙")
    figure = attendance([head, head, deputy, unsaid], Rounding.HALF_UP)
    assert (figure.rate, figure.denominator, figure.left_out) == ("66.67%", 3, 1)


def test_without_an_episode_or_where_nobody_knows_there_is_no_rate_but_a_cause() -> None:
    nobody, unsaid = attendance([], Rounding.HALF_UP), attendance([OnAirUnit("丙")], Rounding.HALF_UP)
    assert [(one.rate, one.cause and one.cause.code) for one in (nobody, unsaid)] == [
        ("—", "no_episodes"),
        ("—", "head_unknown"),
    ]


def test_one_promise_of_three_due_was_kept_in_time() -> None:
    due = date(2023, 9, 20)
    made = (*(promise(due) for _ in range(3)), promise(date(2023, 10, 20)))
    kept, late, broken = (
        settled(1, 18, e.Outcome.KEPT),
        settled(2, 22, e.Outcome.KEPT),
        settled(3, 22, e.Outcome.BROKEN),
    )
    figure, above, below = promises_rate(
        COMMITMENTS_KEPT, after(*SEATED, *made, *kept, *late, *broken).commitments, WINDOW
    )
    assert (figure.rate, [one.number for one in above], [one.number for one in below]) == ("33.33%", [1], [1, 2, 3])


def test_a_promise_put_off_counts_by_its_new_day_and_apart_by_its_first() -> None:
    put_off = settled(1, 18, e.Outcome.POSTPONED, date(2023, 9, 28))
    state = after(*SEATED, promise(date(2023, 9, 20)), *put_off, *settled(1, 26, e.Outcome.KEPT))
    in_force, _, _ = promises_rate(COMMITMENTS_KEPT, state.commitments, WINDOW)
    original, _, _ = promises_rate(COMMITMENTS_KEPT_ORIGINAL, state.commitments, WINDOW)
    assert (in_force.rate, original.rate) == ("100.00%", "0.00%")


def test_an_overdue_promise_is_carried_into_the_next_quarter_until_it_is_settled() -> None:
    state = after(*SEATED, promise(date(2023, 9, 20)))
    following = Window(Quarter(2023, 4), datetime(2024, 1, 1, tzinfo=ZONE), ZONE, WorkingCalendar())
    figure, _, below = promises_rate(COMMITMENTS_KEPT, state.commitments, following)
    assert (figure.rate, len(below)) == ("0.00%", 1)
