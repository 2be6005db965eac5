from datetime import datetime

import pytest

from domain.words import Channel, ComplaintKind, Precision
from services.ledger import FileRefused, Flag, LedgerRow, RejectedRow, SkippedRow, open_sheet, read_rows
from services.ledger.rows import SHANGHAI
from tests.services.ledger.conftest import Read, Write, a_map, only_rejection, only_row, the_rows

HEAD = "标题,来信日期,信件内容,回复日期,回复单位,回复内容\n"
LONG_REPLY = "经核实情况属实，已责成责任人整改并当面致歉"
ENGLISH = "Case No,Subject,Body,Received,Department,Answered,Answer,Topic,Door,Name,Status\n"
ENGLISH_MAP = """
[columns]
source_id = "Case No"
title = "Subject"
text = "Body"
registered_at = "Received"
unit = "Department"
replied_at = "Answered"
reply = "Answer"
category = "Topic"
channel = "Door"
reporter = "Name"
[skip]
Status = ["void", "test"]
[defaults]
source = "city-desk"
kind = "complaint"
"""


def test_a_letter_with_its_reply_is_read_whole(read: Read) -> None:
    row = only_row(read(HEAD + f" 路灯 ,2025/3/4,灯\u3000不亮,2025-03-09, 区城管局\u3000,{LONG_REPLY}\n"))
    assert (row.title, row.text, row.unit, row.reply) == ("路灯", "灯 不亮", "区城管局", LONG_REPLY)
    assert (row.channel, row.kind, row.category) == (Channel.LETTER, ComplaintKind.OTHER, None)
    assert row.registered.at == datetime(2025, 3, 4, tzinfo=SHANGHAI)
    assert row.registered.precision is Precision.DAY
    assert row.answered
    assert row.flags == (Flag.DAY_PRECISION,)


def test_an_english_ledger_is_read_by_a_map_alone(read: Read) -> None:
    text = ENGLISH + (
        "17,Lamp,Out,2025-03-04 09:00,Lamps Ltd,2025-03-05 10:00,We have mended the lamp,lighting,hotline,Ann,ok\n"
        "18,Tree,It fell,2025-03-04 09:00,,,,投诉,pigeon,Bob,void\n"
        "19,Tree,It fell,2025-03-04 09:00,,,,praise,pigeon,Bob,ok\n"
    )
    first, void, open_case = read(text, ledger_map=ENGLISH_MAP)
    row = only_row([first])
    assert row.identity == (Channel.HOTLINE, "city-desk", "17")
    assert (row.kind, row.category, row.reporter_name, row.flags) == (ComplaintKind.COMPLAINT, "lighting", "Ann", ())
    assert isinstance(void, SkippedRow)
    row = only_row([open_case])
    assert (row.kind, row.category, row.channel, row.answered) == (ComplaintKind.PRAISE, None, Channel.HOTLINE, False)
    assert row.flags == (Flag.CHANNEL_UNRECOGNISED, Flag.UNIT_MISSING)


def test_a_heading_that_the_map_names_and_the_file_has_not_refuses_the_file(write: Write) -> None:
    with pytest.raises(FileRefused, match="Case No") as refused:
        open_sheet(write(HEAD), a_map(ENGLISH_MAP))
    assert "信件内容" in refused.value.zh


@pytest.mark.parametrize(
    ("cells", "field", "word"),
    [
        ("甲,,乙,,,", "registered_at", "为空"),
        ("甲,error!,乙,,,", "registered_at", "不是可识别的日期"),
        ("甲,2025-02-30,乙,,,", "registered_at", "不存在"),
        ("甲,2025-07-02,乙,,,", "registered_at", "晚于"),
        (",2025-03-04,\u3000,2025-03-09,某局,好", "title, text", "均为空"),
        (",,,,,", "registered_at", "为空"),
    ],
)
def test_only_these_reject_a_row(read: Read, cells: str, field: str, word: str) -> None:
    rejected = only_rejection(read(HEAD + cells + "\n", not_after=datetime(2025, 7, 1, 12, tzinfo=SHANGHAI)))
    assert (rejected.line, rejected.field) == (2, field)
    assert word in rejected.reason_zh
    assert "error!" not in rejected.reason_zh + rejected.reason_en + rejected.remedy


@pytest.mark.parametrize(
    ("replied", "reply", "answered", "flags"),
    [
        ("2025-03-09 10:00", LONG_REPLY, True, ()),
        ("2025-03-09 10:00", "", False, (Flag.REPLY_DATE_WITHOUT_TEXT,)),
        ("", LONG_REPLY, False, (Flag.TEXT_WITHOUT_REPLY_DATE,)),
        ("不详", LONG_REPLY, False, (Flag.REPLY_DATE_UNREADABLE, Flag.TEXT_WITHOUT_REPLY_DATE)),
        ("2025-08-01", LONG_REPLY, False, (Flag.REPLY_DATE_IN_FUTURE, Flag.TEXT_WITHOUT_REPLY_DATE)),
        ("2025-03-04 08:59", LONG_REPLY, True, (Flag.REPLY_BEFORE_LETTER,)),
        ("2025-03-04", LONG_REPLY, True, (Flag.DAY_PRECISION,)),
        ("2025-03-03", LONG_REPLY, True, (Flag.REPLY_BEFORE_LETTER, Flag.DAY_PRECISION)),
        ("2025-03-09 10:00", "网友：您好！_x000D_\n2025年3月9日", True, (Flag.NEAR_EMPTY_REPLY,)),
        ("", "", False, ()),
    ],
)
def test_an_odd_reply_is_taken_in_and_flagged(
    read: Read, replied: str, reply: str, answered: bool, flags: tuple[Flag, ...]
) -> None:
    text = HEAD + f'甲,2025-03-04 09:00,乙,{replied},某局,"{reply}"\n'
    row = only_row(read(text, not_after=datetime(2025, 7, 1, tzinfo=SHANGHAI)))
    assert (row.answered, row.flags) == (answered, flags)


@pytest.mark.parametrize(
    ("kind", "category", "read_kind", "read_category", "flagged"),
    [
        ("投诉", "市容", ComplaintKind.COMPLAINT, "市容", False),
        ("", "咨询类", ComplaintKind.ENQUIRY, None, False),
        ("举报", "举报", ComplaintKind.REPORT, "举报", False),
        ("城建", "", ComplaintKind.OTHER, "城建", False),
        ("城建", "市容", ComplaintKind.OTHER, "市容", True),
        ("城建", "建议", ComplaintKind.SUGGESTION, "城建", False),
        ("", "", ComplaintKind.OTHER, None, False),
    ],
)
def test_a_word_for_a_kind_is_the_kind_and_any_other_the_category(
    read: Read, kind: str, category: str, read_kind: ComplaintKind, read_category: str | None, flagged: bool
) -> None:
    row = only_row(read(f"诉求标题,登记时间,诉求类型,类别\n甲,2025-03-04 09:00,{kind},{category}\n"))
    assert (row.kind, row.category, Flag.KIND_UNRECOGNISED in row.flags) == (read_kind, read_category, flagged)


@pytest.mark.parametrize(
    ("number", "address", "identity"),
    [
        ("", "https://Mail.Example.gov.cn/show?id=7", ("mail.example.gov.cn", "https://Mail.Example.gov.cn/show?id=7")),
        ("A-7", "http://u@example.cn:8080/7", ("example.cn:8080", "A-7")),
        ("https://example.cn/7", "", ("example.cn", "https://example.cn/7")),
    ],
)
def test_the_address_gives_the_source(read: Read, number: str, address: str, identity: tuple[str, str]) -> None:
    row = only_row(read(f"编号,网址,标题,留言时间\n{number},{address},甲,2025-03-04\n"))
    assert row.identity == (Channel.WEB_MAILBOX, *identity)


def test_equal_rows_without_a_number_are_matters_of_their_own_and_the_same_again(read: Read) -> None:
    text = HEAD + "甲,2025-03-04,乙,,某局,\n" * 2 + "丙,2025-03-04,乙,,某局,\n"
    once, again = ([row.identity for row in the_rows(read(text))] for _ in range(2))
    assert once == again
    assert len(set(once)) == 3
    assert [row.ordinal for row in the_rows(read(text))] == [0, 1, 0]


def test_a_row_is_the_same_in_every_encoding(read: Read) -> None:
    text = HEAD + "甲,2025-03-04,乙,,某局,\n"
    assert only_row(read(text, "gb18030")).identity == only_row(read(text, "utf-16")).identity


def test_a_number_that_a_spreadsheet_cut_identifies_nothing(read: Read) -> None:
    rows = the_rows(read("工单编号,标题,登记时间\n2.02503E+17,甲,2025-03-04\n2.02503E+17,乙,2025-03-04\n"))
    assert [row.source_id for row in rows] == [None, None]
    assert rows[0].identity != rows[1].identity
    assert Flag.SOURCE_ID_INEXACT in rows[0].flags


def test_reporter_name_and_number_are_read(read: Read) -> None:
    row = only_row(read("来电人,联系电话,标题,来电时间\n 某先生 ,010-0000,甲,2025-03-04\n"))
    assert (row.reporter_name, row.reporter_phone) == ("某先生", "010-0000")


def test_rows_of_a_file_that_is_no_ledger_are_rejected_one_by_one(read: Read) -> None:
    outcomes = read("location\n/somewhere/else\n/and/more\n")
    assert [(row.line, row.field) for row in outcomes if isinstance(row, RejectedRow)] == [
        (2, "registered_at"),
        (3, "registered_at"),
    ]


def test_a_title_above_the_headings_is_skipped_with_its_reason(read: Read) -> None:
    above, row = read("二〇二五年一季度台账,,\n标题,登记日期,内容\n甲,2025-03-04,乙\n")
    assert isinstance(above, SkippedRow)
    assert only_row([row]).line == 3


def test_reading_resumes_after_a_line_with_the_same_identities(write: Write) -> None:
    sheet = open_sheet(write(HEAD + "甲,2025-03-04,乙,,某局,\n" * 5))
    whole = list(read_rows(sheet))
    assert list(read_rows(sheet, after_line=3)) == whole[2:]
    assert isinstance(whole[4], LedgerRow)
    assert whole[4].ordinal == 4


def test_a_map_gives_the_time_zone(read: Read) -> None:
    ledger_map = '[defaults]\ntimezone = "Asia/Tokyo"'
    row = only_row(read(HEAD + "甲,2025-03-04 09:00,乙,,,\n", ledger_map=ledger_map))
    assert row.registered.at == datetime(2025, 3, 4, 8, tzinfo=SHANGHAI)


def test_what_was_assumed_and_left_unread_is_said(write: Write) -> None:
    notes = " ".join(str(note) for note in open_sheet(write("标题;登记日期;点赞数\n甲;2025-03-04;3\n")).notes)
    assert all(word in notes for word in ("分号", "点赞数", "hotline"))


def test_a_file_that_is_not_there_is_refused(write: Write) -> None:
    path = write(HEAD)
    sheet = open_sheet(path)
    path.unlink()
    for opening in (lambda: open_sheet(path), lambda: list(read_rows(sheet))):
        with pytest.raises(FileRefused, match="cannot be read"):
            opening()
