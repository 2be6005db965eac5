import struct
import zipfile
from datetime import date, datetime
from pathlib import Path

import pytest
from python_calamine import CalamineWorkbook

from domain.words import Precision
from services.ledger import FileRefused, RejectedRow, open_sheet, open_sheets, read_rows, workbooks
from tests.services.ledger.conftest import Write, a_map, only_row, the_rows

HEAD = ["留言编号", "留言主题", "留言时间", "留言详情"]


def test_excel_dates_and_text_dates_are_read_side_by_side(workbook: Write) -> None:
    cells = [datetime.fromisoformat("2019-01-03T09:05:07"), "2019/1/3 9:05:7", 43468.378553, date(2019, 1, 3)]
    path = workbook({"一": [HEAD, *([188006 + n, "路灯", cell, "不亮_x000D_\n\t"] for n, cell in enumerate(cells))]})
    rows = the_rows(list(read_rows(open_sheet(path))))
    assert len({row.registered.at for row in rows[:3]}) == 1
    assert [row.registered.precision for row in rows] == [Precision.INSTANT] * 3 + [Precision.DAY]
    assert [row.source_id for row in rows] == ["188006", "188007", "188008", "188009"]
    assert rows[0].text == "不亮"


def test_row_numbers_are_those_of_the_sheet(workbook: Write) -> None:
    path = workbook({"一": [[], ["某市台账"], [], HEAD, [], [1, "甲", "2019/1/3", "乙"]]})
    sheet = open_sheet(path)
    assert (sheet.heading_line, sheet.count_rows()) == (4, 2)
    assert [row.line for row in read_rows(sheet)] == [2, 6]


def test_the_first_sheet_with_recognised_headings_is_taken(workbook: Write) -> None:
    path = workbook({"说明": [["填写说明"], ["请如实填写"]], "台账": [HEAD, [1, "甲", "2019/1/3", "乙"]], "空": []})
    sheet = open_sheet(path)
    assert only_row(list(read_rows(sheet))).file == "台账.xlsx"
    assert any("说明" in note.zh for note in sheet.notes)


def test_every_sheet_that_is_a_ledger_can_be_had(workbook: Write) -> None:
    month = [HEAD, [1, "甲", "2019/1/3", "乙"]]
    sheets = open_sheets(workbook({"一月": month, "二月": month, "三月": month}, hidden=["三月"]))
    assert [sheet.file for sheet in sheets] == ["台账.xlsx[一月]", "台账.xlsx[二月]"]
    assert all("三月" in str(sheet.notes) for sheet in sheets)


def test_rows_of_a_workbook_that_is_no_ledger_are_rejected_one_by_one(workbook: Write) -> None:
    outcomes = list(read_rows(open_sheet(workbook({"一": [["一级分类"], ["城建"], ["环保"]]}))))
    assert [(type(row), row.line) for row in outcomes] == [(RejectedRow, 2), (RejectedRow, 3)]


def test_an_empty_workbook_has_no_rows_and_says_so(workbook: Write) -> None:
    sheet = open_sheet(workbook({"一": []}))
    assert list(read_rows(sheet)) == []
    assert "文件没有内容" in str(sheet.notes)


def test_a_heading_that_only_the_map_names_refuses_the_workbook(workbook: Write) -> None:
    with pytest.raises(FileRefused, match="Subject"):
        open_sheet(workbook({"一": [HEAD]}), a_map('[columns]\ntitle = "Subject"'))


@pytest.mark.parametrize("cut", [0.3, 0.9])
def test_a_damaged_workbook_is_refused_with_a_remedy(workbook: Write, cut: float) -> None:
    path = workbook({"一": [HEAD]})
    path.write_bytes(path.read_bytes()[: int(path.stat().st_size * cut)])
    with pytest.raises(FileRefused, match="save it anew"):
        open_sheet(path)


@pytest.mark.parametrize("damage", [b"", b"PK\x03\x04\x8d"])
def test_a_workbook_without_its_sheet_is_refused(workbook: Write, tmp_path: Path, damage: bytes) -> None:
    with zipfile.ZipFile(workbook({"一": [HEAD]})) as whole, zipfile.ZipFile(tmp_path / "part.xlsx", "w") as part:
        for name in whole.namelist():
            if not name.startswith("xl/worksheets"):
                part.writestr(name, whole.read(name))
    raw = (tmp_path / "part.xlsx").read_bytes()
    (tmp_path / "part.xlsx").write_bytes(damage + raw[len(damage) :])
    with pytest.raises(FileRefused, match="save it anew"):
        open_sheet(tmp_path / "part.xlsx")


def test_a_zip_of_a_version_that_never_was_is_refused(workbook: Write) -> None:
    path = workbook({"一": [HEAD]})
    raw = bytearray(path.read_bytes())
    raw[raw.index(b"PK\x01\x02") + 6] = 0xF0
    path.write_bytes(raw)
    with pytest.raises(FileRefused, match="save it anew"):
        open_sheet(path)


def test_a_workbook_under_a_password_is_refused_with_the_remedy(tmp_path: Path) -> None:
    (tmp_path / "locked.xlsx").write_bytes(locked_workbook())
    with pytest.raises(FileRefused, match="password"):
        open_sheet(tmp_path / "locked.xlsx")


def test_a_workbook_under_another_name_is_read_for_what_it_is(workbook: Write) -> None:
    path = workbook({"一": [HEAD, [1, "甲", "2019/1/3", "乙"]]})
    assert only_row(list(read_rows(open_sheet(path.rename(path.with_suffix(".csv")))))).title == "甲"


def test_a_workbook_too_large_for_the_memory_is_refused(workbook: Write, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(workbooks, "WORKBOOK_BYTES_MAX", 100)
    with pytest.raises(FileRefused, match="save it as CSV"):
        open_sheet(workbook({"一": [HEAD]}))


def test_truth_values_and_whole_numbers_keep_their_kind(workbook: Write) -> None:
    path: Path = workbook({"一": [[True, 3, 2.5, "", "甲"]]})
    assert [list(row.cells) for row in workbooks.workbook_rows(path, "一")] == [[True, 3.0, 2.5, "", "甲"]]
    with CalamineWorkbook.from_path(path) as book:
        assert book.sheet_names == ["一"]


def locked_workbook() -> bytes:
    """Make the least compound file that has the stream by which an encrypted workbook is known."""
    end, free, used_by_table = 0xFFFFFFFE, 0xFFFFFFFF, 0xFFFFFFFD
    header = struct.pack(
        "<8s16x5H6x9I",
        *(b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1", 0x3E, 3, 0xFFFE, 9, 6),
        *(0, 1, 1, 0, 4096, end, 0, end, 0),
    )
    table = struct.pack("<128I", used_by_table, end, *[free] * 126)
    entries = (directory_entry("Root Entry", 5, child=1), directory_entry("EncryptedPackage", 2, child=free))
    return header + struct.pack("<109I", 0, *[free] * 108) + table + b"".join(entries).ljust(512, b"\0")


def directory_entry(name: str, kind: int, child: int) -> bytes:
    letters = name.encode("utf-16-le")
    return struct.pack(
        "<64sH2B3I36xIQ", letters, len(letters) + 2, kind, 1, 0xFFFFFFFF, 0xFFFFFFFF, child, 0xFFFFFFFE, 0
    )
