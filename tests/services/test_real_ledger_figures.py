"""The figures of a real ledger of letters, worked out beforehand by hand from its rows."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from domain.periods import Quarter
from services.ledger_import import LedgerImport
from services.statistics import UnitStatistics
from tests.composed import OPERATOR, StandingClock, a_house
from tests.projections.seen import Seen, seen

Q2, Q3 = Quarter(2023, 2), Quarter(2023, 3)


@pytest.fixture(scope="module")
def letters(shared: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Seen]:
    folder = tmp_path_factory.mktemp("letters")
    with a_house(folder / "data", StandingClock()) as house, seen(house, folder) as views:
        ledger = LedgerImport(house.log, house.casework, house.instance, house.clock)
        ledger.run(sorted((shared / "data" / "petition_letters").glob("*.csv")), by=OPERATOR, rejects=None)
        yield views


def figures(views: Seen, quarter: Quarter) -> UnitStatistics:
    with views.statistics() as statistics:
        return statistics.units(quarter)


@pytest.mark.parametrize(
    ("quarter", "answered", "mean", "median", "working_mean", "over_60"),
    [(Q3, 1564, 29.769, 28, 21.258, 116), (Q2, 469, 28.111, 26, 19.316, 17)],
)
def test_a_quarter_of_real_letters_gives_its_known_figures(
    letters: Seen, quarter: Quarter, answered: int, mean: float, median: int, working_mean: float, over_60: int
) -> None:
    total = figures(letters, quarter).json()["total"]
    assert total["answered"] == answered
    assert (total["response_days"]["mean"], total["response_days"]["median"]) == (mean, median)
    assert total["response_working_days"]["mean"] == working_mean
    assert total["over_days"]["60"] == over_60


def test_each_unit_of_the_ledger_has_its_line(letters: Seen) -> None:
    document = figures(letters, Q3).json()
    schools = next(unit for unit in document["units"] if unit["unit"] == "上海市浦东新区教育局")
    assert len(document["units"]) == 353
    assert (schools["answered"], schools["response_days"]["mean"], schools["response_days"]["median"]) == (
        43,
        30.023,
        31,
    )
    keys = [(-unit["answered"], unit["unit"]) for unit in document["units"]]
    assert keys == sorted(keys)


def test_what_a_ledger_of_answered_letters_cannot_give_is_a_dash_with_its_cause(letters: Seen) -> None:
    total = figures(letters, Q3).json()["total"]
    for key in ("registered", "due", "overdue_open"):
        assert (total[key], total["causes"][key]) == ("—", "ledger_answered_only")
    assert (total["on_time"]["rate"], total["satisfied"]["rate"]) == ("—", "—")
    assert total["causes"]["satisfied"] == "process_unknown"
    assert total["left_out"]["registered"] > 0


def test_a_quarter_that_the_ledger_covers_in_part_says_which_days(letters: Seen) -> None:
    (part,) = figures(letters, Q2).json()["partial"]
    assert (part["from"], part["to"]) == ("2023-06-16", "2023-06-30")
