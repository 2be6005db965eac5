from datetime import UTC, date, datetime, time, timedelta
from zoneinfo import ZoneInfo

import pytest

from domain.words import Precision
from services.ledger.dates import DateFault, DateOrder, read_moment
from services.ledger.rows import SHANGHAI
from services.ledger.texts import Cell

# A workbook gives local times without a zone.
ALMOST_SEVEN = datetime.fromisoformat("2019-01-03T09:05:06.999900")
LAST_OF_ALL = datetime.fromisoformat("9999-12-31T23:59:59.999999")
DAY, INSTANT = Precision.DAY, Precision.INSTANT


@pytest.mark.parametrize(
    ("cell", "local", "precision"),
    [
        ("2019/1/3 9:05:7", "2019-01-03T09:05:07", INSTANT),
        ("2019-01-03T09:05:07", "2019-01-03T09:05:07", INSTANT),
        ("2019-01-03 09:05:07.999", "2019-01-03T09:05:07", INSTANT),
        ("2019-01-03 09:05", "2019-01-03T09:05:00", INSTANT),
        ("2019-01-03 00:00:00", "2019-01-03T00:00:00", INSTANT),
        ("2019-01-03 24:00", "2019-01-04T00:00:00", INSTANT),
        ("2019/1/3", "2019-01-03T00:00:00", DAY),
        ("2019年1月3日09:05", "2019-01-03T09:05:00", INSTANT),
        ("2019.1.3", "2019-01-03T00:00:00", DAY),
        ("2019年1月3日", "2019-01-03T00:00:00", DAY),
        ("2019年1月3日星期四", "2019-01-03T00:00:00", DAY),
        ("2019年1月3日 9时5分7秒", "2019-01-03T09:05:07", INSTANT),
        ("2019年1月3日 9时", "2019-01-03T09:00:00", INSTANT),
        ("2019年1月3日 下午3:05", "2019-01-03T15:05:00", INSTANT),
        ("2019/1/3 12:05:00 AM", "2019-01-03T00:05:00", INSTANT),
        ("2019-01-03（周四）9：05", "2019-01-03T09:05:00", INSTANT),
        ("２０１９／１／３　９：０５：０７", "2019-01-03T09:05:07", INSTANT),
        ("\N{NO-BREAK SPACE}\u3000\u200b2019-1-3\t\ufeff", "2019-01-03T00:00:00", DAY),
        ("_x000D_\n2019/1/3 9:05:7_x000D_", "2019-01-03T09:05:07", INSTANT),
        ("2019—01—03", "2019-01-03T00:00:00", DAY),
        ("20190103", "2019-01-03T00:00:00", DAY),
        (20190103.0, "2019-01-03T00:00:00", DAY),
        ("20190103090507", "2019-01-03T09:05:07", INSTANT),
        ("2019-01-03T01:05:07Z", "2019-01-03T09:05:07", INSTANT),
        ("2019-01-02T20:05:07-05:00", "2019-01-03T09:05:07", INSTANT),
        (43468.0, "2019-01-03T00:00:00", DAY),
        ("43468", "2019-01-03T00:00:00", DAY),
        (43468.37855324074, "2019-01-03T09:05:07", INSTANT),
        (date(2019, 1, 3), "2019-01-03T00:00:00", DAY),
        (ALMOST_SEVEN, "2019-01-03T09:05:07", INSTANT),
    ],
)
def test_a_date_is_read_in_each_form_that_ledgers_have(cell: Cell, local: str, precision: Precision) -> None:
    moment = read_moment(cell, SHANGHAI)
    assert not isinstance(moment, DateFault)
    assert moment.at.replace(tzinfo=None).isoformat() == local
    assert moment.precision is precision


@pytest.mark.parametrize("cell", ["", " \u3000", "-", "无", "NULL", "nan", "NaT"])
def test_what_means_nothing_is_missing(cell: str) -> None:
    assert read_moment(cell, SHANGHAI) is DateFault.MISSING


@pytest.mark.parametrize(
    "cell",
    [
        *("error!", "昨天", "2019", "2019-01", "1/3/2019", "19/1/3", "2019/1/3 9", "2019/1/3 和 2019/1/4", "05:07.0"),
        *("2019-1-309:05", "2019年1月", "2019/1/3 9:5:7 左右"),
        *("1546477507", "9999999", "2019/1/3" * 20, True, time(9, 5), timedelta(days=1), float("nan"), 1e300),
    ],
)
def test_what_would_have_to_be_guessed_is_unreadable(cell: Cell) -> None:
    assert read_moment(cell, SHANGHAI) in {DateFault.UNREADABLE, DateFault.MISSING}


@pytest.mark.parametrize(
    "cell",
    [
        *("2019-02-29", "2019-13-01", "2019-00-10", "2019-01-03 25:00", "2019-01-03 24:01", "2019-01-03 9:60"),
        *("0001-01-01", "1900/1/1", "9999-12-31", 12345.0, "20190230", "2019-01-03T00:00:00+99:99", date(1899, 12, 30)),
        *("9999-12-31 24:00", LAST_OF_ALL),
    ],
)
def test_what_cannot_be_is_impossible(cell: Cell) -> None:
    assert read_moment(cell, SHANGHAI) is DateFault.IMPOSSIBLE


def test_day_before_month_is_read_where_a_map_declares_it() -> None:
    american = read_moment("1/3/2019 9:05", SHANGHAI, DateOrder.MDY)
    european = read_moment("1.3.2019", SHANGHAI, DateOrder.DMY)
    iso = read_moment("2019-01-03", SHANGHAI, DateOrder.DMY)
    assert [str(each.day) for each in (american, european, iso) if not isinstance(each, DateFault)] == [
        "2019-01-03",
        "2019-03-01",
        "2019-01-03",
    ]


def test_a_date_is_one_of_the_given_zone() -> None:
    moment = read_moment("2019-01-03 09:00", ZoneInfo("Europe/Amsterdam"))
    assert not isinstance(moment, DateFault)
    assert moment.at.astimezone(UTC).hour == 8
