"""What editions of overlapping periods give away together, held against every history that agrees with their prints."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterator, Mapping
from itertools import product

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from domain.figures.overlapping import Counts, Printed, Wish, granted
from domain.periods import Month, Period, Quarter, Year

THRESHOLD = 3
JANUARY, FEBRUARY, MARCH = Month(2026, 1), Month(2026, 2), Month(2026, 3)
Q1, Q2, Q3, Q4 = (Quarter(2026, number) for number in (1, 2, 3, 4))
YEAR, LAST = Year(2026), Quarter(2025, 4)
WATER, BUS, NOISE = "供水", "公交", "噪声"

Months = Mapping[Month, Mapping[str, int]]


def months_of(period: Period) -> list[Month]:
    found = [Month.of(period.first_day)]
    while found[-1].next().first_day <= period.last_day:
        found.append(found[-1].next())
    return found


def counting(history: Months) -> Counts:
    """The counts of any period of a history told by months."""

    def counts(period: Period) -> Mapping[str, int]:
        total: Counter[str] = Counter()
        for month in months_of(period):
            total.update(history.get(month, {}))
        return total

    return counts


def printing(*editions: tuple[Period, tuple[str, ...]]) -> frozenset[Printed]:
    return frozenset((period, topic) for period, topics in editions for topic in topics)


def wish(period: Period, *named: str, compared: tuple[str, ...] = ()) -> Wish:
    return Wish(period, frozenset(named), period.previous(), frozenset(compared))


def named(asked: Wish, printed: frozenset[Printed], history: Months, exempt: frozenset[str] = frozenset()) -> set[str]:
    return set(granted(asked, printed, counting(history), THRESHOLD, exempt).named)


BUSY = {
    JANUARY: {WATER: 4, BUS: 9, NOISE: 7},
    FEBRUARY: {WATER: 4, BUS: 8, NOISE: 6},
    MARCH: {WATER: 1, BUS: 9, NOISE: 8},
}
BOTH_MONTHS = printing((JANUARY, (WATER, BUS, NOISE)), (FEBRUARY, (WATER, BUS, NOISE)))


def test_a_quarter_less_two_months_does_not_give_the_third_month_s_small_count() -> None:
    assert named(wish(Q1, WATER, BUS, NOISE), printing(), BUSY) == {WATER, BUS, NOISE}
    assert WATER not in named(wish(Q1, WATER, BUS, NOISE), BOTH_MONTHS, BUSY)


def test_a_month_is_held_back_where_the_quarter_stands_already() -> None:
    printed = printing((Q1, (WATER, BUS, NOISE)), (JANUARY, (WATER, BUS, NOISE)))
    assert WATER not in named(wish(FEBRUARY, WATER, BUS, NOISE), printed, BUSY)


def test_what_one_month_leaves_of_a_quarter_is_a_count_too() -> None:
    history = {JANUARY: {WATER: 7, BUS: 9}, FEBRUARY: {WATER: 1, BUS: 8}, MARCH: {BUS: 9}}
    assert WATER not in named(wish(Q1, WATER, BUS), printing((JANUARY, (WATER, BUS))), history)


def test_a_year_less_three_quarters_does_not_give_the_fourth() -> None:
    history = {
        Month(2026, 1): {WATER: 5, BUS: 9},
        Month(2026, 4): {WATER: 5, BUS: 9},
        Month(2026, 7): {WATER: 5, BUS: 9},
        Month(2026, 10): {WATER: 2, BUS: 9},
    }
    printed = printing(*((quarter, (WATER, BUS)) for quarter in (Q1, Q2, Q3)))
    assert WATER not in named(wish(YEAR, WATER, BUS), printed, history)


def test_a_change_gives_the_count_of_the_period_before_and_is_held_back_with_it() -> None:
    history = {**BUSY, Month(2026, 4): {WATER: 9, BUS: 9, NOISE: 9}}
    asked = wish(Q2, WATER, BUS, NOISE, compared=(WATER, BUS, NOISE))
    kept = granted(asked, BOTH_MONTHS, counting(history), THRESHOLD)
    assert kept.named == {WATER, BUS, NOISE}
    assert WATER not in kept.compared


def test_a_count_without_company_takes_another_topic_along() -> None:
    """What stands among all others alone follows from their sum."""
    history = {JANUARY: {WATER: 4, BUS: 9}, FEBRUARY: {WATER: 4, BUS: 8}, MARCH: {WATER: 1, BUS: 9}}
    printed = printing((JANUARY, (WATER, BUS)), (FEBRUARY, (WATER, BUS)))
    assert named(wish(Q1, WATER, BUS), printed, history) == set()


@pytest.mark.parametrize("left", [0, 3, 8])
def test_nothing_and_what_is_not_small_is_no_reason_to_withhold(left: int) -> None:
    history = {**BUSY, MARCH: {**BUSY[MARCH], WATER: left}}
    assert named(wish(Q1, WATER, BUS, NOISE), BOTH_MONTHS, history) == {WATER, BUS, NOISE}


def test_what_was_given_away_before_is_not_withheld_in_vain() -> None:
    printed = BOTH_MONTHS | printing((Q1, (WATER, BUS, NOISE)))
    history = {**BUSY, Month(2026, 4): {WATER: 9, BUS: 9, NOISE: 9}}
    assert named(wish(YEAR, WATER, BUS, NOISE), printed, history) == {WATER, BUS, NOISE}
    assert named(wish(Q1, WATER, BUS, NOISE), printed, BUSY) == {WATER, BUS, NOISE}


def test_what_was_printed_of_another_year_does_not_matter() -> None:
    other = printing((Month(2024, 1), (WATER,)), (Month(2024, 2), (WATER,)))
    assert named(wish(Q1, WATER, BUS, NOISE), other, BUSY) == {WATER, BUS, NOISE}


def test_matters_without_a_topic_are_withheld_only_to_protect_others() -> None:
    none = "未分类"
    history = {month: {**topics, none: 1} for month, topics in BUSY.items()}
    printed = printing((JANUARY, (none,)), (FEBRUARY, (none,)))
    assert none in named(wish(Q1, BUS, none), printed, history, frozenset({none}))


# --- held against every history -------------------------------------------------------------------------------------


TOPICS = ("甲", "乙", "丙")
"""Editions name the first two; the third stands for all others, which nobody names."""

PERIODS: tuple[Period, ...] = (JANUARY, FEBRUARY, MARCH, Q1)
histories = st.lists(st.lists(st.integers(0, 4), min_size=3, max_size=3), min_size=3, max_size=3).map(
    lambda rows: {
        month: dict(zip(TOPICS, row, strict=True)) for month, row in zip((JANUARY, FEBRUARY, MARCH), rows, strict=True)
    }
)
prints = st.sets(st.tuples(st.sampled_from(PERIODS), st.sampled_from(TOPICS[:2])), max_size=6).map(frozenset)
wishes = st.sets(st.sampled_from(TOPICS[:2]))


def parts_of(history: Months, periods: set[Period]) -> list[tuple[frozenset[Period], Counter[str]]]:
    """The months that lie in the same periods, together, with what they hold."""
    found: dict[frozenset[Period], Counter[str]] = defaultdict(Counter)
    for month, topics in history.items():
        found[frozenset(period for period in periods if period.contains(month.first_day))].update(topics)
    return [(inside, found[inside]) for inside in sorted(found, key=lambda one: sorted(map(str, one))) if inside]


def agreeing(
    parts: list[tuple[frozenset[Period], Counter[str]]], printed: frozenset[Printed]
) -> Iterator[tuple[dict[str, int], ...]]:
    """Every history with the same total in each part and the same printed counts, by trying them all."""
    tried = [
        [
            dict(zip(TOPICS, split, strict=True))
            for split in product(range(total + 1), repeat=len(TOPICS))
            if sum(split) == total
        ]
        for total in (counts.total() for _, counts in parts)
    ]
    for one in product(*tried):
        if all(
            sum(part[topic] for part, (inside, _) in zip(one, parts, strict=True) if period in inside)
            == sum(counts[topic] for inside, counts in parts if period in inside)
            for period, topic in printed
        ):
            yield one


def rooms(history: Months, printed: frozenset[Printed], periods: set[Period]) -> dict[tuple[object, str], int]:
    """How far the small counts of named topics can be told apart: the greatest less the least, in parts and periods."""
    parts = parts_of(history, periods)
    spans: dict[object, list[int]] = {at: [at] for at in range(len(parts))}
    spans |= {period: [at for at, (inside, _) in enumerate(parts) if period in inside] for period in periods}
    lowest: dict[tuple[object, str], int] = {}
    highest: dict[tuple[object, str], int] = {}
    for one in agreeing(parts, printed):
        for key, places in spans.items():
            for topic in TOPICS:
                value = sum(one[at][topic] for at in places)
                lowest[key, topic] = min(value, lowest.get((key, topic), value))
                highest[key, topic] = max(value, highest.get((key, topic), value))
    return {
        (key, topic): highest[key, topic] - lowest[key, topic]
        for key, places in spans.items()
        for topic in TOPICS
        if 0 < sum(parts[at][1][topic] for at in places) < THRESHOLD
    }


@given(histories, prints, wishes, st.sampled_from(PERIODS))
@settings(max_examples=60, deadline=None)
def test_no_history_that_agrees_with_all_that_is_printed_narrows_a_small_count(
    history: Months, printed: frozenset[Printed], topics: set[str], period: Period
) -> None:
    kept = granted(Wish(period, frozenset(topics), LAST), printed, counting(history), THRESHOLD)
    assert kept.named <= topics
    periods = {one for one, _ in printed} | {period}
    tracked = {topic for _, topic in printed} | topics
    before, after = rooms(history, printed, periods), rooms(history, printed | kept.printed, periods)
    for key, room in after.items():
        if key[1] in tracked:
            assert room >= min(THRESHOLD, before[key])


@given(histories, prints, wishes, st.sampled_from(PERIODS))
@settings(max_examples=60, deadline=None)
def test_what_narrows_nothing_is_printed(
    history: Months, printed: frozenset[Printed], topics: set[str], period: Period
) -> None:
    asked = Wish(period, frozenset(topics), LAST)
    periods = {one for one, _ in printed} | {period}
    tracked = {topic for _, topic in printed} | topics
    before, after = rooms(history, printed, periods), rooms(history, printed | asked.printed, periods)
    harmless = all(room >= min(THRESHOLD, before[key]) for key, room in after.items() if key[1] in tracked)
    assert (granted(asked, printed, counting(history), THRESHOLD) == asked) is harmless
