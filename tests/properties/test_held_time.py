"""Held time: the shares of a quarter add up to what elapsed, whatever was done, in whatever order."""

import re
from datetime import datetime, timedelta
from random import Random

from hypothesis import given, settings
from hypothesis import strategies as st

from domain.complaint import commands as c
from domain.complaint.clocks import Holder, HolderKind, spans, turns
from domain.figures.held_time import HeldTime
from domain.figures.window import Window
from domain.periods import Quarter
from tests.conftest import ROOT
from tests.random_walk import Walk
from tests.scenario import CHINA, CLERK, DISPATCHER, ROADS, WATER, Case, at, registered, rules

Q3, Q4 = Quarter(2025, 3), Quarter(2025, 4)
STEPS_A_CASE = 30


def window(quarter: Quarter, as_of: datetime | None = None) -> Window:
    return Window(quarter, as_of or quarter.ends_at(CHINA), CHINA, rules().calendar)


def walked(rng: Random) -> Walk:
    walk = Walk(rng)
    walk.begin()
    for _ in range(STEPS_A_CASE):
        walk.step()
    return walk


@settings(max_examples=60)
@given(st.randoms(use_true_random=False))
def test_shares_of_a_quarter_add_up_to_the_elapsed_working_time(rng: Random) -> None:
    sums, expected = HeldTime(), 0
    walk = walked(rng)
    until = min(walk.when.at + timedelta(days=3), Q3.ends_at(CHINA))
    sums.take(walk.facts, rules(), window(Q3, until))
    for span in spans(walk.facts):
        begun, ended = min(span.since, until), min(span.until or until, until)
        expected += (rules().working_minutes(Q3.starts_at(CHINA), ended) or 0) - (
            rules().working_minutes(Q3.starts_at(CHINA), begun) or 0
        )
    assert sums.minutes.total() == sums.elapsed_minutes == expected


@settings(max_examples=40)
@given(st.randoms(use_true_random=False))
def test_two_quarters_hold_what_both_together_elapsed(rng: Random) -> None:
    walk = walked(rng)
    first, second = HeldTime(), HeldTime()
    first.take(walk.facts, rules(), window(Q3))
    second.take(walk.facts, rules(), window(Q4))
    whole = sum(
        rules().working_minutes(min(span.since, end), min(span.until or end, end)) or 0
        for end in (Q4.ends_at(CHINA),)
        for span in spans(walk.facts)
    )
    slack = len(turns(walk.facts)) + 1  # each end is taken down to whole minutes
    assert abs(first.elapsed_minutes + second.elapsed_minutes - whole) <= slack


def handed_on() -> HeldTime:
    """A case that was dispatched late, to the wrong unit, and then to another."""
    case = Case(registered()).after(
        c.Dispatch(by=DISPATCHER, at=at(1), unit=WATER),
        c.RequestReturn(by=CLERK, at=at(1, 11), reason="不属本单位"),
        c.ApproveReturn(by=DISPATCHER, at=at(1, 16)),
        c.Dispatch(by=DISPATCHER, at=at(2), unit=ROADS),
    )
    sums = HeldTime()
    sums.take(case.facts, rules(), window(Q3, at(2, 11).at))
    return sums


def test_a_late_dispatch_and_a_wrong_one_show_on_the_hotline() -> None:
    sums = handed_on()
    sent = sums.dispatching
    assert (sent.first, sent.late, sent.misdirected) == (1, 1, 1)
    assert sent.late_minutes > 0
    assert (
        sent.misdirected_minutes
        == sums.minutes[Holder(HolderKind.UNIT, WATER)] + sums.minutes[Holder(HolderKind.DISPUTE)]
    )
    assert sent.again_minutes > 0


def test_the_page_tells_the_minutes_of_that_example() -> None:
    page = (ROOT / "docs" / "indicators.md").read_text("utf-8")
    (example,) = re.findall(r"^### 持有时间 `held_time`$.*?- 算例：([^\n]+)", page, re.MULTILINE | re.DOTALL)
    sums = handed_on()
    units = [sums.minutes[Holder(HolderKind.UNIT, unit)] for unit in (WATER, ROADS)]
    hotline, dispute = (sums.minutes[Holder(kind)] for kind in (HolderKind.HOTLINE, HolderKind.DISPUTE))
    sent = sums.dispatching
    told = [int(number) for number in re.findall(r"\*\*(\d+)\*\*", example)]
    assert told[:5] == [hotline, units[0], dispute, units[1], sums.elapsed_minutes]
    assert told[5:] == [sent.late_minutes, sent.misdirected_minutes]


def test_a_refused_return_shows_on_the_unit_that_asked() -> None:
    case = Case(registered()).after(
        c.Dispatch(by=DISPATCHER, at=at(0, 10), unit=WATER),
        c.RequestReturn(by=CLERK, at=at(0, 11), reason="不属本单位"),
        c.RefuseReturn(by=DISPATCHER, at=at(1, 11), reason="属本单位"),
    )
    sums = HeldTime()
    sums.take(case.facts, rules(), window(Q3, at(2).at))
    passing = sums.units[WATER]
    assert (passing.returns_asked, passing.returns_refused) == (1, 1)
    assert passing.refused_minutes == passing.dispute_minutes == sums.minutes[Holder(HolderKind.DISPUTE)] > 0
    assert sums.dispatching.misdirected == 0
