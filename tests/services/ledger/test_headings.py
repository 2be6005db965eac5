from collections import Counter

import pytest

from domain.words import Channel
from services.ledger import NO_MAP
from services.ledger.headings import recognise
from services.ledger.maps import Columns
from services.ledger.texts import fold
from services.ledger.vocabulary import CHANNEL_WORDS, FIELD_WORDS, HEADINGS, KIND_WORDS, Field
from tests.services.ledger.conftest import a_map

LETTERS = ["title", "agency", "date", "links", "标题", "来信日期", "信件内容", "回复日期", "回复单位", "回复内容"]


def test_petition_letters_are_read_from_their_chinese_columns() -> None:
    layout = recognise(LETTERS, NO_MAP)
    assert {field: layout.headings[index] for field, index in layout.columns.items()} == {
        Field.ADDRESS: "links",
        Field.TITLE: "标题",
        Field.REGISTERED_AT: "来信日期",
        Field.TEXT: "信件内容",
        Field.REPLIED_AT: "回复日期",
        Field.UNIT: "回复单位",
        Field.REPLY: "回复内容",
    }
    assert layout.unread == ("title", "agency", "date")


@pytest.mark.parametrize(
    ("headings", "channel"),
    [
        ("标题,来信日期,信件内容", Channel.LETTER),
        ("留言编号,留言用户,留言主题,留言时间,留言详情,答复意见,答复时间", Channel.WEB_MAILBOX),
        ("主题,登记时间,来电内容", Channel.HOTLINE),
        ("信件编号,标题,登记日期,内容", Channel.LETTER),
        ("工单编号,诉求标题,登记时间,诉求内容", None),
    ],
)
def test_headings_say_the_channel(headings: str, channel: Channel | None) -> None:
    layout = recognise(headings.split(","), NO_MAP)
    assert layout.is_ledger
    assert layout.channel_hint is channel


def test_headings_are_compared_without_dress() -> None:
    layout = recognise(["\ufeff 标 题*", "登记时间（必填）", "诉求内容：", "ＵＲＬ"], NO_MAP)
    assert set(layout.columns) == {Field.TITLE, Field.REGISTERED_AT, Field.TEXT, Field.ADDRESS}


def test_of_two_equal_headings_the_first_is_read() -> None:
    layout = recognise(["登记日期", "标题", "标题"], NO_MAP)
    assert layout.columns[Field.TITLE] == 1
    assert layout.unread == ("标题",)


def test_a_running_number_identifies_nothing() -> None:
    assert Field.SOURCE_ID not in recognise(["序号", "标题", "登记日期"], NO_MAP).columns


def test_a_map_goes_before_recognition_which_fills_in_the_rest() -> None:
    layout = recognise(LETTERS, a_map('[columns]\ntitle = "title"\nunit = ""\nreplied_at = "date"'))
    assert (layout.columns[Field.TITLE], layout.columns[Field.REPLIED_AT]) == (0, 2)
    assert Field.UNIT not in layout.columns
    assert layout.columns[Field.TEXT] == 6


def test_headings_that_only_a_map_names_are_missing() -> None:
    layout = recognise(LETTERS, a_map('[columns]\ntitle = "Subject"\n[skip]\nStatus = "void"'))
    assert layout.missing == ("Subject", "Status")


def test_the_source_is_the_set_of_headings_whatever_their_order() -> None:
    one, other, third = (recognise(names, NO_MAP).source for names in (["甲", "乙"], ["乙 ", "甲"], ["甲", "丙"]))
    assert one == other != third


def test_no_heading_means_two_fields_and_every_field_has_its_words() -> None:
    assert max(Counter(name for names in HEADINGS.values() for name in names).values()) == 1
    assert set(HEADINGS) == set(FIELD_WORDS) == set(Field) == set(map(Field, Columns.model_fields))


def test_words_are_looked_up_as_they_are_folded() -> None:
    assert all(word == fold(word).casefold() for word in (*KIND_WORDS, *CHANNEL_WORDS))
