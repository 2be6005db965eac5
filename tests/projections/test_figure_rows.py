"""What figures read: the same rows as everybody's, but for the fields that no figure asks for."""

from dataclasses import fields, is_dataclass
from datetime import UTC, datetime, tzinfo
from random import Random
from typing import Any
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from domain.facts import Recorded
from domain.periods import Quarter
from domain.words import Precision
from projections.cases import CasesProjection
from projections.figure_rows import LEFT_OUT, NO_FIGURE_ASKS, NotRead, case_rows, figure_rows_between
from projections.legs import LegsProjection, rows_between
from tests.projections.facts import as_logged, feed, random_case, views
from tests.scenario import CHINA

QUARTERS = (Quarter(2025, 2), Quarter(2025, 3), Quarter(2025, 4), Quarter(2026, 1))
PROJECTIONS = (CasesProjection(CHINA), LegsProjection(CHINA))
ZONES = (CHINA, UTC, ZoneInfo("Europe/Berlin"), ZoneInfo("Asia/Kolkata"))

logs = st.builds(
    lambda rng, cases: as_logged(*(random_case(rng) for _ in range(cases))),
    st.randoms(use_true_random=False),
    st.integers(1, 4),
)


def told(value: object) -> object:
    """Return a value without the instants that its deadlines were reckoned from."""
    if isinstance(value, tuple):
        return tuple(told(one) for one in value)
    if is_dataclass(value):
        return [(f.name, told(getattr(value, f.name))) for f in fields(value) if f.name != "started_at"]
    return value


@settings(max_examples=60, deadline=None)
@given(logs, st.sampled_from(QUARTERS), st.sampled_from(ZONES), st.data())
def test_a_quarter_reads_as_it_does_for_everybody(
    logged: list[Recorded], quarter: Quarter, zone: tzinfo, data: st.DataObject
) -> None:
    position = data.draw(st.integers(1, len(logged)))
    asked = (quarter.first_day, quarter.last_day, position)
    with views(*PROJECTIONS) as conn:
        feed(conn, PROJECTIONS, logged, ())
        cases, legs = rows_between(conn, *asked)
        lean = figure_rows_between(conn, *asked, zone)
    pairs_of: tuple[tuple[list[Any], list[Any]], ...] = ((cases, lean.cases), (legs, lean.legs))
    for whole, some in pairs_of:
        assert [one.complaint for one in whole] == [one.complaint for one in some]
        for one, other in zip(whole, some, strict=True):
            pairs = zip(one._fields, one, other, strict=True)
            assert all(told(a) == told(b) for name, a, b in pairs if name not in NO_FIGURE_ASKS[type(one)])


def test_an_instant_on_the_clock_of_a_steady_zone_has_that_zone_and_a_date_keeps_its_offset() -> None:
    logged = as_logged(random_case(Random(7)))
    with views(*PROJECTIONS) as conn:
        feed(conn, PROJECTIONS, logged, ())
        (case,) = case_rows(CHINA).records(conn, "FROM cases c WHERE c.to_position IS NULL", ())
    assert case.registered.precision is Precision.INSTANT
    assert case.registered.at.tzinfo is CHINA
    assert case.registered.at == datetime.fromisoformat(case.registered.at.isoformat())


def test_what_was_not_read_cannot_pass_for_a_value() -> None:
    logged = as_logged(random_case(Random(7)))
    with views(*PROJECTIONS) as conn:
        feed(conn, PROJECTIONS, logged, ())
        (case,) = case_rows(CHINA).records(conn, "FROM cases c WHERE c.to_position IS NULL", ())
    subject: Any = case.subject
    assert subject is LEFT_OUT
    with pytest.raises(NotRead):
        str(subject)
    with pytest.raises(NotRead):
        _ = subject == "somebody"
    with pytest.raises(NotRead):
        _ = case.responsibility.receiver
