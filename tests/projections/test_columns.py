"""Records as rows: what is read is what was written, to the offset."""

from dataclasses import dataclass
from datetime import UTC, datetime, timedelta, timezone
from typing import Any, NamedTuple
from uuid import UUID

import pytest

from domain.facts import Moment
from domain.figures.measures import FollowUp
from domain.words import Precision, Satisfaction, State
from projections.columns import Columns, moment_of, moment_text

CHINA = timezone(timedelta(hours=8))
MIDNIGHT = datetime(2023, 7, 1, tzinfo=CHINA)


class Told(NamedTuple):
    """A record with a field of every sort."""

    id: UUID
    at: Moment
    state: State | None
    yes: bool
    many: tuple[FollowUp, ...]
    names: tuple[str, ...] = ()
    number: int | None = None


@dataclass(frozen=True, slots=True)
class Noted:
    """The same as a dataclass, with something that no column holds."""

    share: float


TOLD = Columns(Told)
FULL = Told(
    UUID(int=7), Moment(MIDNIGHT, Precision.DAY), State.CLOSED, True,
    (FollowUp(Moment(MIDNIGHT), 1, Satisfaction.SATISFIED, True), FollowUp(Moment(MIDNIGHT), None)), ("一", "二"), 3,
)  # fmt: skip
EMPTY = Told(UUID(int=8), Moment(MIDNIGHT), None, False, ())


@pytest.mark.parametrize("told", [FULL, EMPTY])
def test_what_is_read_is_what_was_written(told: Told) -> None:
    assert TOLD.record(TOLD.row(told)) == told
    assert TOLD.record((*TOLD.row(told), "more")) == told


def test_a_row_that_follows_another_is_as_if_written_anew() -> None:
    changed: dict[str, Any] = {"state": State.REFUSED, "number": None, "many": ()}
    after = FULL._replace(**changed)
    assert TOLD.row_after(after, FULL, TOLD.row(FULL)) == TOLD.row(after)


@pytest.mark.parametrize(
    ("moment", "text"),
    [
        (Moment(MIDNIGHT, Precision.DAY), "2023-07-01+08:00"),
        (Moment(MIDNIGHT), "2023-07-01T00:00:00+08:00"),
        (Moment(MIDNIGHT.astimezone(UTC)), "2023-06-30T16:00:00+00:00"),
        (Moment(MIDNIGHT + timedelta(microseconds=5)), "2023-07-01T00:00:00.000005+08:00"),
    ],
)
def test_a_moment_keeps_its_offset_and_a_mere_date_stays_one(moment: Moment, text: str) -> None:
    assert moment_text(moment) == text
    assert (moment_of(text), moment_of(text).at.utcoffset()) == (moment, moment.at.utcoffset())


def test_what_no_column_holds_is_refused_before_a_table_is_made() -> None:
    with pytest.raises(TypeError, match="float"):
        Columns(Noted)
