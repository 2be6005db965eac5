"""What is said of a ledger and its rows besides their contents: notes on a file, flags on a row, in both languages."""

from dataclasses import dataclass
from enum import StrEnum


@dataclass(frozen=True, slots=True)
class Note:
    """Something to print about a file: what was assumed, or what was left unread."""

    zh: str
    en: str

    def __str__(self) -> str:
        return f"{self.zh} / {self.en}"


class Flag(StrEnum):
    """What is remarkable in a row that was taken in all the same."""

    REPLY_DATE_WITHOUT_TEXT = "reply_date_without_text"
    TEXT_WITHOUT_REPLY_DATE = "text_without_reply_date"
    REPLY_DATE_UNREADABLE = "reply_date_unreadable"
    REPLY_DATE_IN_FUTURE = "reply_date_in_future"
    REPLY_BEFORE_LETTER = "reply_before_letter"
    NEAR_EMPTY_REPLY = "near_empty_reply"
    UNIT_MISSING = "unit_missing"
    DAY_PRECISION = "day_precision"
    KIND_UNRECOGNISED = "kind_unrecognised"
    CHANNEL_UNRECOGNISED = "channel_unrecognised"
    SOURCE_ID_INEXACT = "source_id_inexact"
    RAGGED_ROW = "ragged_row"
    QUOTES_REPAIRED = "quotes_repaired"
    UNDECODABLE_BYTES = "undecodable_bytes"


FLAG_NOTES: dict[Flag, Note] = {
    Flag.REPLY_DATE_WITHOUT_TEXT: Note("有答复日期而无答复内容", "a reply date without a reply"),
    Flag.TEXT_WITHOUT_REPLY_DATE: Note("有答复内容而无答复日期", "a reply without its date"),
    Flag.REPLY_DATE_UNREADABLE: Note("答复日期无法识别", "the reply date cannot be read"),
    Flag.REPLY_DATE_IN_FUTURE: Note("答复日期晚于导入之时", "the reply date is later than the import"),
    Flag.REPLY_BEFORE_LETTER: Note("答复早于登记", "the reply is dated before its letter"),
    Flag.NEAR_EMPTY_REPLY: Note("答复几无内容", "the reply says next to nothing"),
    Flag.UNIT_MISSING: Note("未注明单位", "no unit is named"),
    Flag.DAY_PRECISION: Note("仅知日期，不知时刻", "a date has no time of day"),
    Flag.KIND_UNRECOGNISED: Note("诉求类型不在词表内", "the kind is no known word"),
    Flag.CHANNEL_UNRECOGNISED: Note(
        "渠道不在词表内，按默认渠道记", "the channel is no known word, the default was taken"
    ),
    Flag.SOURCE_ID_INEXACT: Note(
        "编号被电子表格截断，改以整行识别",
        "a spreadsheet lost digits of the number, the whole row identifies the matter",
    ),
    Flag.RAGGED_ROW: Note("单元格数与表头不符", "the number of cells is not that of the headings"),
    Flag.QUOTES_REPAIRED: Note("引号不成对，按单行读取", "quotation marks do not pair, the line was read by itself"),
    Flag.UNDECODABLE_BYTES: Note(
        "含无法解码的字节，以 \N{REPLACEMENT CHARACTER} 代替", "has bytes that cannot be decoded"
    ),
}
