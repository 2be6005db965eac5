from pathlib import Path

import pytest

from services.ledger import Flag, SkippedRow, encodings, open_sheet, read_rows
from services.ledger.encodings import CHUNK_BYTES, detect, lines
from tests.services.ledger.conftest import Read, Write, only_rejection, only_row, the_rows

LEDGER = "标题,内容,来信日期\n路灯不亮,“巷口”路灯三天不亮,2025-03-04\n"


@pytest.mark.parametrize(
    ("written_in", "found"),
    [
        ("utf-8", "utf-8"),
        ("utf-8-sig", "utf-8"),
        ("gbk", "gb18030"),
        ("gb18030", "gb18030"),
        ("utf-16", "utf-16-le"),
        ("utf-16-be", None),
    ],
)
def test_a_ledger_reads_alike_in_every_encoding(write: Write, written_in: str, found: str | None) -> None:
    raw = LEDGER.encode(written_in)
    path = write(b"\xfe\xff" + raw if found is None else raw)
    assert detect(path).name == (found or "utf-16-be")
    row = only_row(list(read_rows(open_sheet(path))))
    assert (row.title, row.text, row.line) == ("路灯不亮", "“巷口”路灯三天不亮", 2)


def test_rare_characters_of_gb18030_are_read(read: Read) -> None:
    assert only_row(read("标题,登记日期\n𠮷野家㐂,2025-03-04\n", "gb18030")).title == "𠮷野家㐂"


def test_one_damaged_line_does_not_turn_a_utf8_file_into_another_encoding(read: Read) -> None:
    good = "标题,登记日期,内容\n" + "路灯不亮,2025-03-04,在巷口\n" * 3
    outcomes = the_rows(read(good.encode() + b"\xe8\xb7,2025-03-05,\xff\xfe\n" + "树倒了,2025-03-06,在路上\n".encode()))
    assert [Flag.UNDECODABLE_BYTES in row.flags for row in outcomes] == [False, False, False, True, False]
    assert outcomes[3].title == "\N{REPLACEMENT CHARACTER}" * 2
    assert outcomes[4].title == "树倒了"


def test_damaged_bytes_in_gb18030_spoil_their_own_row_only(read: Read) -> None:
    raw = "标题,登记日期\n路灯不亮,2025-03-04\n".encode("gb18030")
    rows = the_rows(read(raw + b"\x80\xb5,2025-03-05\n" + "树倒了,2025-03-06\n".encode("gb18030")))
    assert [row.title for row in rows][::2] == ["路灯不亮", "树倒了"]
    assert Flag.UNDECODABLE_BYTES in rows[1].flags


def test_a_damaged_registration_date_rejects_its_row(read: Read) -> None:
    raw = "标题,登记日期\n路灯不亮,".encode() + b"2025-03-\xff4\n"
    assert only_rejection(read(raw)).field == "registered_at"


def test_damaged_lines_are_counted_in_a_note(write: Write) -> None:
    sheet = open_sheet(write("标题,登记日期\n路灯不亮,2025-03-04\n".encode() + b"\xff,2025-03-04\n"))
    assert any("1 行" in note.zh for note in sheet.notes)


def test_half_a_character_at_the_end_of_utf16_spoils_only_the_last_row(read: Read) -> None:
    first, last = the_rows(
        read((LEDGER + "树倒了,在路上,2025-03-05\n树又倒了,2025-03-06,在路").encode("utf-16") + b"\x00")
    )[:2]
    assert (first.flags, last.title) == (last.flags, "树倒了")


def test_lines_end_as_they_may_and_are_counted_alike_across_chunks(tmp_path: Path) -> None:
    path = tmp_path / "ends.csv"
    path.write_bytes(b"a" * (CHUNK_BYTES - 1) + b"\r\nb\rc\nd")
    assert [line.text.strip() for line in lines(path, detect(path))][1:] == ["b", "c", "d"]


def test_a_line_beyond_all_limits_is_rejected_alone(read: Read, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(encodings, "LINE_BYTES_MAX", 2 * CHUNK_BYTES)
    endless = "标题,登记日期\n" + "长" * 2 * CHUNK_BYTES + ",2025-03-04\n路灯不亮,2025-03-04\n"
    rejected, kept = read(endless)
    assert only_rejection([rejected]).field == "row"
    assert only_row([kept]).line == 3


def test_an_empty_file_has_no_rows_and_says_so(write: Write) -> None:
    sheet = open_sheet(write(b""))
    assert list(read_rows(sheet)) == []
    assert [note.zh for note in sheet.notes] == ["文件没有内容"]


def test_null_bytes_are_dropped(read: Read) -> None:
    assert only_row(read("标题,登记日期\n路\0灯,2025-03-04\n")).title == "路灯"


def test_a_heading_that_comes_again_is_skipped_with_its_reason(read: Read) -> None:
    outcomes = read(LEDGER + LEDGER.replace("路灯", "树"))
    assert [type(row) for row in outcomes].count(SkippedRow) == 1
    assert len(the_rows(outcomes)) == 2
