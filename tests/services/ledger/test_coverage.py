from datetime import date

import pytest

from services.ledger import Coverage, CoverageTally
from tests.services.ledger.conftest import Read, a_map, the_rows

HEAD = "标题,来信日期,回复日期,回复内容\n"
ANSWERED = HEAD + "甲,2025-03-04,2025-04-09,好\n乙,2025-02-04,2025-06-30,好\n"
ALL = ANSWERED + "丙,2025-07-01,,\n丁,2025-01-01,,半个答复\n"


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        (ANSWERED, Coverage(date(2025, 4, 9), date(2025, 6, 30), "answered", acceptance_dates=False, assumed=True)),
        (ALL, Coverage(date(2025, 1, 1), date(2025, 7, 1), "all", acceptance_dates=False, assumed=True)),
    ],
)
def test_coverage_is_worked_out_from_the_rows_and_said(read: Read, text: str, expected: Coverage) -> None:
    coverage, assumptions = tally(read, text).conclude(a_map("").coverage)
    assert coverage == expected
    assert len(assumptions) == 4
    assert all(note.zh and note.en for note in assumptions)


def test_what_a_map_declares_is_not_assumed(read: Read) -> None:
    declared = '[coverage]\nfrom = 2025-01-01\nto = 2025-12-31\ncases = "all"\nacceptance_dates = true'
    coverage, assumptions = tally(read, ANSWERED).conclude(a_map(declared).coverage)
    assert coverage == Coverage(date(2025, 1, 1), date(2025, 12, 31), "all", acceptance_dates=True, assumed=False)
    assert assumptions == ()


def test_half_a_declaration_is_filled_in_from_the_rows(read: Read) -> None:
    coverage, assumptions = tally(read, ANSWERED).conclude(a_map("[coverage]\nfrom = 2025-04-01").coverage)
    assert coverage == Coverage(date(2025, 4, 1), date(2025, 6, 30), "answered", acceptance_dates=False, assumed=True)
    assert len(assumptions) == 3


def test_without_rows_there_is_no_coverage_to_assume() -> None:
    coverage, (note,) = CoverageTally().conclude(a_map("").coverage)
    assert coverage is None
    assert "没有可用的行" in note.zh


def tally(read: Read, text: str) -> CoverageTally:
    counted = CoverageTally()
    for row in the_rows(read(text)):
        counted.add(row)
    return counted
