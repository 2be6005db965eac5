"""What a ledger's rows say: each becomes a matter, a rejection with its reason, or a row that is none of ours.

Only a missing, unreadable, impossible or future date of registration, or title and text both empty, rejects a row
(and a line beyond every limit, which cannot be read at all). Everything else that is odd is taken in and flagged.
"""

import hashlib
import json
import re
import sqlite3
from collections.abc import Iterator, Sequence
from contextlib import closing
from dataclasses import dataclass
from datetime import datetime
from itertools import zip_longest
from zoneinfo import ZoneInfo

from domain.facts import Moment
from domain.words import Channel, ComplaintKind, Precision
from services.ledger.dates import DateFault, read_moment
from services.ledger.records import RawRow
from services.ledger.remarks import Flag
from services.ledger.sheets import Sheet
from services.ledger.texts import Cell, as_text, clean_line, clean_text, fold, is_inexact_number, trim
from services.ledger.vocabulary import CHANNEL_WORDS, FIELD_WORDS, KIND_WORDS, Field

SHANGHAI = ZoneInfo("Asia/Shanghai")
NEAR_EMPTY_CHARACTERS_MAX = 16
"""A reply of no more characters, white space apart, is remarked: a name and a date are as long and say nothing."""

_HOST = re.compile(r"https?://(?:[^/?#\s@]*@)?([^/?#\s]+)", re.IGNORECASE)
_ORDINAL_CACHE_KIB = 16 * 1024


@dataclass(frozen=True, slots=True, kw_only=True)
class LedgerRow:
    """One matter of a ledger, cleaned.

    ``digest`` is SHA-256, in hexadecimal, over the canonical JSON of the row's headings and raw values; ``ordinal``
    counts from 0 among the file's equal rows where ``source_id`` is ``None``. An empty title or text is ``""``, never
    both. It is answered only with both ``replied`` and ``reply``.
    """

    file: str
    line: int
    digest: str
    ordinal: int
    channel: Channel
    source: str
    source_id: str | None
    title: str
    text: str
    registered: Moment
    unit: str | None
    replied: Moment | None
    reply: str | None
    category: str | None
    kind: ComplaintKind
    reporter_name: str | None
    reporter_phone: str | None
    flags: tuple[Flag, ...]

    @property
    def answered(self) -> bool:
        """Whether the ledger holds a reply with its date."""
        return self.replied is not None and self.reply is not None

    @property
    def identity(self) -> tuple[Channel, str, str]:
        """Channel, source and source id of the contact; without an id, the row's digest and its ordinal."""
        return self.channel, self.source, self.source_id or f"{self.digest}#{self.ordinal}"


@dataclass(frozen=True, slots=True)
class RejectedRow:
    """A row that cannot be taken in: where it stands, the field at fault, why, and what to do. Never its contents."""

    file: str
    line: int
    field: str
    reason_zh: str
    reason_en: str
    remedy: str


@dataclass(frozen=True, slots=True)
class SkippedRow:
    """A row that a map or the headings mark as none of ours."""

    file: str
    line: int
    reason_zh: str
    reason_en: str


RowOutcome = LedgerRow | RejectedRow | SkippedRow


def read_rows(
    sheet: Sheet,
    *,
    zone: ZoneInfo = SHANGHAI,
    not_after: datetime | None = None,
    after_line: int = 0,
) -> Iterator[RowOutcome]:
    """Yield what each row of a sheet says, in order, one outcome a row, in bounded memory.

    ``zone`` is that of the ledger's dates unless its map gives one. Nothing may have happened later than
    ``not_after``, the instant of the import. ``after_line`` resumes: rows up to that line are read, so that ordinals
    stay right, but not yielded. Raises ``FileRefused`` where the file can no longer be read.
    """
    with closing(_Ordinals()) as ordinals:
        reader = _RowReader(sheet, sheet.ledger_map.defaults.timezone or zone, not_after, ordinals)
        for raw in sheet.rows():
            outcome = reader.read(raw)
            if outcome.line > after_line:
                yield outcome


class _Ordinals:
    """Counts equal rows exactly and in bounded memory: in a nameless database that SQLite keeps on disk and drops."""

    def __init__(self) -> None:
        self._counts = sqlite3.connect("", isolation_level=None)
        self._counts.execute("PRAGMA journal_mode = OFF")
        self._counts.execute(f"PRAGMA cache_size = -{_ORDINAL_CACHE_KIB}")
        self._counts.execute("CREATE TABLE seen (digest BLOB PRIMARY KEY, times INTEGER NOT NULL) WITHOUT ROWID")
        # One transaction that never ends: a commit for each row would cost ten times as much.
        self._counts.execute("BEGIN")

    def next_for(self, digest: str) -> int:
        """Return how often this digest was seen before."""
        (times,) = self._counts.execute(
            "INSERT INTO seen VALUES (?, 0) ON CONFLICT DO UPDATE SET times = times + 1 RETURNING times",
            (bytes.fromhex(digest),),
        ).fetchone()
        return int(times)

    def close(self) -> None:
        """Drop the counts."""
        self._counts.close()


class _Rejection(Exception):
    """What is wrong with the present row; becomes a ``RejectedRow``."""

    def __init__(self, field: str, reason_zh: str, reason_en: str, remedy: str) -> None:
        self.why = (field, reason_zh, reason_en, remedy)
        super().__init__(reason_en)


_DATE_FAULTS: dict[DateFault, tuple[str, str]] = {
    DateFault.MISSING: ("为空", "is empty"),
    DateFault.UNREADABLE: ("不是可识别的日期", "is no date that can be read"),
    DateFault.IMPOSSIBLE: ("是不存在的日期或超出 1949 至 2100 年", "is a date that cannot be, or outside 1949 to 2100"),
}
_WRITE_A_DATE = (
    "请按 2025-01-31 或 2025-01-31 09:05:07 填写登记日期后重新导入 / write it as 2025-01-31 09:05:07, import again"
)


class _RowReader:
    """Reads the rows of one sheet."""

    def __init__(self, sheet: Sheet, zone: ZoneInfo, not_after: datetime | None, ordinals: _Ordinals) -> None:
        self._sheet = sheet
        self._layout = sheet.layout
        self._defaults = sheet.ledger_map.defaults
        self._zone = zone
        self._not_after = not_after
        self._ordinals = ordinals
        self._source = self._defaults.source or self._layout.source
        self._channel = self._defaults.channel or self._layout.channel_hint or Channel.HOTLINE

    def read(self, raw: RawRow) -> RowOutcome:
        """Return what one row says."""
        file, line = self._sheet.file, raw.line
        if skipped := self._skipped(raw):
            return SkippedRow(file, line, *skipped)
        try:
            return self._matter(raw)
        except _Rejection as rejection:
            return RejectedRow(file, line, *rejection.why)

    def _skipped(self, raw: RawRow) -> tuple[str, str] | None:
        if raw.line < self._sheet.heading_line:
            return "在表头之上", "stands above the headings"
        headings = self._layout.headings
        if len(raw.cells) == len(headings) and all(map(_is_heading, raw.cells, headings)):
            return "重复的表头", "repeats the headings"
        for index, marks in self._layout.skip.items():
            if index < len(raw.cells) and clean_line(as_text(raw.cells[index])) in marks:
                return "映射 [skip] 标为不收录", "is marked by [skip] of the map"
        return None

    def _matter(self, raw: RawRow) -> LedgerRow:
        registered = self._registered(raw)
        title = clean_line(self._text(raw, Field.TITLE))
        text = clean_text(self._text(raw, Field.TEXT))
        if not (title or text):
            raise _Rejection(
                "title, text",
                "标题与内容均为空",
                "title and text are both empty",
                "请补填标题或内容后重新导入 / fill in a title or a text, import again",
            )
        flags = _damages(raw)
        replied, reply = self._reply(raw, registered, flags)
        row = self._trusted(raw, replied, flags)
        channel = self._channel_of(row, flags)
        source, source_id = self._origin(row, flags)
        kind, category = self._kind(row, flags)
        unit = trim(self._text(row, Field.UNIT)) or None
        if unit is None:
            flags.append(Flag.UNIT_MISSING)
        if Precision.DAY in {registered.precision, replied.precision if replied else registered.precision}:
            flags.append(Flag.DAY_PRECISION)
        name, phone = self._reporter(row)
        digest = _digest(self._layout.headings, raw.cells)
        return LedgerRow(
            file=self._sheet.file,
            line=raw.line,
            digest=digest,
            ordinal=0 if source_id else self._ordinals.next_for(digest),
            channel=channel,
            source=source,
            source_id=source_id,
            title=title,
            text=text,
            registered=registered,
            unit=unit,
            replied=replied,
            reply=reply,
            category=category,
            kind=kind,
            reporter_name=name,
            reporter_phone=phone,
            flags=tuple(flags),
        )

    def _cell(self, raw: RawRow, field: Field) -> Cell:
        index = self._layout.columns.get(field)
        return "" if index is None or index >= len(raw.cells) else raw.cells[index]

    def _text(self, raw: RawRow, field: Field) -> str:
        return as_text(self._cell(raw, field))

    def _registered(self, raw: RawRow) -> Moment:
        if raw.too_long:
            raise _Rejection(
                "row", "该行超过长度上限", "the line is beyond the limit of length", "请拆分该行 / divide the line"
            )
        heading = self._layout.heading_of(Field.REGISTERED_AT)
        if heading is None:
            raise _Rejection(
                Field.REGISTERED_AT,
                "文件没有登记日期列",
                "the file has no column of registration dates",
                "若是台账，请用映射文件指明各列 / if it is a ledger, name its columns in a map file",
            )
        moment = read_moment(self._cell(raw, Field.REGISTERED_AT), self._zone, self._defaults.date_order)
        name = f"{FIELD_WORDS[Field.REGISTERED_AT]}（{heading}）"
        if isinstance(moment, DateFault):
            zh, en = _DATE_FAULTS[moment]
            raise _Rejection(
                Field.REGISTERED_AT, f"{name}{zh}", f"the registration date ({heading}) {en}", _WRITE_A_DATE
            )
        if self._is_future(moment):
            zh, en = f"{name}晚于导入之时", f"the registration date ({heading}) is later than the import"
            raise _Rejection(Field.REGISTERED_AT, zh, en, _WRITE_A_DATE)
        return moment

    def _is_future(self, moment: Moment) -> bool:
        return self._not_after is not None and moment.at > self._not_after

    def _reply(self, raw: RawRow, registered: Moment, flags: list[Flag]) -> tuple[Moment | None, str | None]:
        reply = clean_text(self._text(raw, Field.REPLY)) or None
        read = read_moment(self._cell(raw, Field.REPLIED_AT), self._zone, self._defaults.date_order)
        replied = None if isinstance(read, DateFault) else read
        if isinstance(read, DateFault) and read is not DateFault.MISSING:
            flags.append(Flag.REPLY_DATE_UNREADABLE)
        if replied and self._is_future(replied):
            flags.append(Flag.REPLY_DATE_IN_FUTURE)
            replied = None
        if replied and reply is None:
            flags.append(Flag.REPLY_DATE_WITHOUT_TEXT)
        if reply and replied is None:
            flags.append(Flag.TEXT_WITHOUT_REPLY_DATE)
        if replied and _is_before(replied, registered):
            flags.append(Flag.REPLY_BEFORE_LETTER)
        if reply and len("".join(reply.split())) <= NEAR_EMPTY_CHARACTERS_MAX:
            flags.append(Flag.NEAR_EMPTY_REPLY)
        return replied, reply

    def _trusted(self, raw: RawRow, replied: Moment | None, flags: list[Flag]) -> RawRow:
        """Return the row without those cells that may have slipped into a wrong column.

        A comma without quotation marks in a text shifts what follows, and words of the text would stand as a unit in
        a published table. In a row with more cells than headings only those are trusted that stand no further than
        the cell after the last date that could be read.
        """
        headings_n = len(self._layout.headings)
        if not any(as_text(cell).strip() for cell in raw.cells[headings_n:]):
            if len(raw.cells) < headings_n:
                flags.append(Flag.RAGGED_ROW)
            return raw
        flags.append(Flag.RAGGED_ROW)
        columns = self._layout.columns
        anchor = columns[Field.REGISTERED_AT]
        if replied:
            anchor = max(anchor, columns[Field.REPLIED_AT])
        return raw._replace(cells=raw.cells[: anchor + 2])

    def _channel_of(self, row: RawRow, flags: list[Flag]) -> Channel:
        word = fold(self._text(row, Field.CHANNEL)).casefold()
        if word and word not in CHANNEL_WORDS:
            flags.append(Flag.CHANNEL_UNRECOGNISED)
        return CHANNEL_WORDS.get(word, self._channel)

    def _origin(self, row: RawRow, flags: list[Flag]) -> tuple[str, str | None]:
        number, address = (clean_line(self._text(row, field)) for field in (Field.SOURCE_ID, Field.ADDRESS))
        if is_inexact_number(self._cell(row, Field.SOURCE_ID)):
            flags.append(Flag.SOURCE_ID_INEXACT)
            number = ""
        host = _HOST.match(address) or _HOST.match(number)
        given = clean_line(self._text(row, Field.SOURCE)) or self._defaults.source
        return given or (host[1].lower() if host else self._source), number or address or None

    def _kind(self, row: RawRow, flags: list[Flag]) -> tuple[ComplaintKind, str | None]:
        """Return kind and category: a kind's own word in either column gives the kind, any other the category."""
        said, category = (clean_line(self._text(row, field)) for field in (Field.KIND, Field.CATEGORY))
        kind, category_kind = (KIND_WORDS.get(fold(word).casefold()) for word in (said, category))
        if kind is None and category_kind is not None:
            kind, category = category_kind, ""
        if said and said != category and fold(said).casefold() not in KIND_WORDS:
            if category:
                flags.append(Flag.KIND_UNRECOGNISED)
            category = category or said
        return kind or self._defaults.kind or ComplaintKind.OTHER, category or None

    def _reporter(self, row: RawRow) -> tuple[str | None, str | None]:
        name, phone = (clean_line(self._text(row, field)) for field in (Field.REPORTER, Field.REPORTER_PHONE))
        return name or None, phone or None


def _is_heading(cell: Cell, heading: str) -> bool:
    return isinstance(cell, str) and fold(cell) == heading


def _damages(raw: RawRow) -> list[Flag]:
    damages = ((raw.undecodable, Flag.UNDECODABLE_BYTES), (raw.quotes_repaired, Flag.QUOTES_REPAIRED))
    return [flag for damaged, flag in damages if damaged]


def _is_before(replied: Moment, registered: Moment) -> bool:
    if Precision.DAY in {replied.precision, registered.precision}:
        return replied.day < registered.day
    return replied.at < registered.at


def _digest(headings: Sequence[str], cells: Sequence[Cell]) -> str:
    pairs = list(zip_longest(headings, map(as_text, cells), fillvalue=""))
    return hashlib.sha256(json.dumps(pairs, ensure_ascii=True, separators=(",", ":")).encode()).hexdigest()
