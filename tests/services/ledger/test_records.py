import pytest

from services.ledger import Flag, open_sheet, records
from tests.services.ledger.conftest import Read, Write, only_row, the_rows

HEAD = "标题,登记日期,内容,承办单位\n"


@pytest.mark.parametrize("delimiter", [",", ";", "\t", "|"])
def test_the_delimiter_is_found(read: Read, delimiter: str) -> None:
    text = (HEAD + "路灯不亮,2025-03-04,坏了，修吧，谢谢,区城管局\n").replace(",", delimiter)
    assert only_row(read(text)).unit == "区城管局"


def test_a_hint_to_excel_above_the_headings_is_no_row_of_ours(read: Read) -> None:
    hint, row = read("sep=;\n标题;登记日期\n路灯;2025-03-04\n")
    assert only_row([row]).line == 3
    assert hint.line == 1


def test_a_record_over_several_lines_stands_at_its_first(read: Read) -> None:
    rows = the_rows(read(HEAD + '甲,2025-03-04,"一\r\n二，""三""\n\n四",某局\r\n乙,2025-03-05,五,某局\r\n'))
    assert [(row.line, row.text) for row in rows] == [(2, '一\n二，"三"\n\n四'), (6, "五")]


def test_a_huge_field_is_read_whole(read: Read) -> None:
    assert len(only_row(read(HEAD + f"甲,2025-03-04,{'长' * 500_000},某局\n")).text) == 500_000


def test_a_quotation_mark_that_is_never_closed_swallows_no_other_row(read: Read) -> None:
    rows = the_rows(read(HEAD + '甲,2025-03-04,"没有下文,某局\n乙,2025-03-05,"好",某局\n丙,2025-03-06,好,某局\n'))
    assert [row.title for row in rows] == ["甲", "乙", "丙"]
    assert [Flag.QUOTES_REPAIRED in row.flags for row in rows] == [True, False, False]


def test_an_open_quotation_mark_before_a_long_rest_swallows_no_other_row(
    read: Read, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(records, "RECORD_CHARACTERS_MAX", 500)
    rest = "乙,2025-03-05,好,某局\n" * 200
    rows = the_rows(read(HEAD + '甲,2025-03-04,"没有下文,某局\n' + rest))
    assert len(rows) == 201


def test_words_after_a_closing_quotation_mark_belong_to_the_cell(read: Read) -> None:
    assert only_row(read(HEAD + '甲,2025-03-04,"某人"说不行,某局\n')).text == "某人说不行"


def test_words_that_slipped_out_of_a_text_never_stand_as_a_unit(read: Read) -> None:
    row = only_row(read("标题,登记日期,内容,类别,回复单位\n甲,2025-03-04,先说一,再说二,住在某处,市容,某局\n"))
    assert (row.unit, row.category) == (None, None)
    assert Flag.RAGGED_ROW in row.flags


def test_in_a_row_with_too_many_cells_the_cell_after_a_readable_date_is_trusted(read: Read) -> None:
    text = "标题,登记日期,回复日期,回复单位,回复内容\n甲,2025-03-04,2025-03-09,某局,已修好,谢谢\n"
    assert only_row(read(text)).unit == "某局"


def test_missing_cells_at_the_end_are_empty_and_flagged(read: Read) -> None:
    row = only_row(read(HEAD + "甲,2025-03-04\n"))
    assert (row.text, row.unit) == ("", None)
    assert Flag.RAGGED_ROW in row.flags


def test_more_delimiters_at_the_end_are_nothing(read: Read) -> None:
    assert Flag.RAGGED_ROW not in only_row(read(HEAD + "甲,2025-03-04,一,某局,,,\n")).flags


def test_blank_lines_are_no_rows_but_a_row_of_empty_cells_is_one(write: Write) -> None:
    sheet = open_sheet(write("\n" + HEAD + "\n,,,\n甲,2025-03-04,一,某局\n\n"))
    assert (sheet.heading_line, sheet.count_rows()) == (2, 2)
