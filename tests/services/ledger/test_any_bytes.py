"""Whatever bytes a file holds: no crash, and every row is accounted for."""

import codecs
import csv
from io import StringIO
from pathlib import Path
from tempfile import TemporaryDirectory

from hypothesis import assume, example, given
from hypothesis import strategies as st

from services.ledger import FileRefused, LedgerRow, RejectedRow, SkippedRow, open_sheet, read_rows
from services.ledger.encodings import detect
from services.ledger.records import records
from services.ledger.workbooks import is_workbook

HEAD = "标题,登记日期,内容,回复日期,回复内容,承办单位,编号,类型,渠道\n"
CELLS = st.sampled_from(
    [
        *(
            "路灯",
            "2025-03-04",
            "2025/3/4 9:5:7",
            "2025-02-30",
            '"',
            '"一\n二"',
            '""',
            "投诉",
            "http://例.cn/1",
            "1E+20",
        ),
        *("", "\0", "\u200b", "_x000D_", "\r", ";", "\t", "'", "error!", "𠮷", "\ufeff"),
    ]
)
LINES = st.lists(CELLS, max_size=12).map(",".join)
LEDGERS = st.tuples(
    st.lists(LINES, max_size=12).map("\n".join),
    st.sampled_from(["utf-8", "utf-8-sig", "gb18030", "utf-16"]),
    st.binary(max_size=6),
    st.integers(0, 300),
)


@given(st.binary(max_size=2000))
@example(b"\xff\xfe\x00\xd8\n\x00")
@example(b"\xfe\xff")
@example(b'"')
def test_arbitrary_bytes_are_read_or_refused_with_a_reason(raw: bytes) -> None:
    every_row_is_accounted_for(raw)


@given(LEDGERS)
def test_a_ledger_with_odd_cells_and_damaged_bytes_loses_no_row(ledger: tuple[str, str, bytes, int]) -> None:
    text, encoding, damage, place = ledger
    raw = (HEAD + text).encode(encoding)
    every_row_is_accounted_for(raw[:place] + damage + raw[place:])


@given(st.lists(st.lists(st.text(st.characters(exclude_categories=["Cs"])), min_size=1), max_size=8))
def test_what_a_csv_writer_wrote_is_read_back_cell_by_cell(rows: list[list[str]]) -> None:
    written = StringIO()
    csv.writer(written).writerows(rows)
    with TemporaryDirectory() as folder:
        path = Path(folder) / "台账.csv"
        path.write_bytes(codecs.BOM_UTF8 + written.getvalue().encode())
        read = list(records(path, detect(path), ","))
    assert [list(row.cells) for row in read] == rows
    assert not any(row.quotes_repaired for row in read)


def every_row_is_accounted_for(raw: bytes) -> None:
    with TemporaryDirectory() as folder:
        path = Path(folder) / "台账.csv"
        path.write_bytes(raw)
        try:
            sheet = open_sheet(path)
        except FileRefused:
            assume(is_workbook(path))  # four bytes in four thousand million: such a file is refused whole
            return
        outcomes = list(read_rows(sheet))
        stand = [raw_row.line for raw_row in records(path, sheet.encoding or detect(path), sheet.delimiter or ",")]
        assert len(outcomes) == sheet.count_rows()
    assert [row.line for row in outcomes] == [line for line in stand if line != sheet.heading_line]
    kinds = [sum(isinstance(row, kind) for row in outcomes) for kind in (LedgerRow, RejectedRow, SkippedRow)]
    assert sum(kinds) == len(outcomes)
