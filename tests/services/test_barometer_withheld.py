"""What a barometer by topic leaves out, and that nothing of it can be worked out from what stays."""

from __future__ import annotations

from hypothesis import given, settings
from hypothesis import strategies as st

from domain.figures.barometer import QuarterVolumes, Reading, change, readings
from domain.figures.figure import Rounding
from domain.periods import Quarter
from services.barometer import Barometer, Grouping, Volume, withheld

BELOW = 3
_COUNTS = st.dictionaries(
    st.sampled_from(["噪音", "停车", "供水", "社保", "学位"]), st.integers(0, 8), min_size=2, max_size=5
)


def a_barometer(now: dict[str, int], before: dict[str, int], by: Grouping = Grouping.CATEGORY) -> Barometer:
    first, then = (QuarterVolumes(counts, supported=True, cause=None) for counts in (now, before))
    compared = change(first.total, then.total)
    total = Reading("合计", first.total, compared, compared)
    lines = readings(first, then, then, Rounding.HALF_UP)
    return Barometer(Quarter(2026, 1), 1, by, Volume.REGISTERED, total, lines)


@given(_COUNTS, _COUNTS)
@settings(max_examples=80, deadline=None)
def test_no_small_count_stands_alone_under_its_total(now: dict[str, int], before: dict[str, int]) -> None:
    left = withheld(a_barometer(now, before), BELOW)
    for column in ([line.now.value for line in left.lines], [line.quarter_before.base for line in left.lines]):
        assert not [count for count in column if count is not None and 0 < count < BELOW]
        assert column.count(None) != 1


@given(_COUNTS, _COUNTS)
@settings(max_examples=80, deadline=None)
def test_no_difference_leads_back_to_what_is_withheld(now: dict[str, int], before: dict[str, int]) -> None:
    for line in withheld(a_barometer(now, before), BELOW).lines:
        if line.now.value is None or line.quarter_before.base is None:
            assert line.quarter_before.difference is None
            assert line.quarter_before.rate == "—"


def test_how_units_did_is_never_withheld() -> None:
    made = a_barometer({"教育局": 1, "水务局": 40}, {"教育局": 2, "水务局": 9}, Grouping.UNIT)
    assert withheld(made, BELOW) is made


def test_a_topic_that_is_all_there_is_is_not_named() -> None:
    assert withheld(a_barometer({"噪音": 2}, {"噪音": 9}), BELOW).lines == ()
