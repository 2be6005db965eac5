"""Reconciliation (对账): what a channel holds and the log does not, and the reverse.

The channel's side is a list of its own ids (call ids, message numbers, barcodes). An id is turned into the contact that
it would be, by the same keyed hash as at intake, so that nothing personal is needed to compare.
"""

from __future__ import annotations

import csv
import io
from collections.abc import Container, Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import date, tzinfo
from pathlib import Path
from uuid import UUID

from domain.identity import Evidence, contact_id
from domain.words import Channel
from projections.cases import CASE
from projections.port import Connection
from services.work_lists import receipt_of

ID_COLUMNS = ("source_id", "call_id", "message_id", "barcode", "id", "编号", "话单号", "来电编号", "条码", "流水号")
"""Headings under which a channel's file may keep its ids; without any of them the first column is taken."""

FILE_BYTES_MAX = 256 * 1024 * 1024
IDS_PER_QUESTION_MAX = 5_000


class ChannelFileFault(ValueError):
    """A channel's file cannot be read; the message is in Chinese and English."""

    def __init__(self, path: Path, zh: str, en: str) -> None:
        super().__init__(f"{path.name}：{zh} / {path.name}: {en}")


@dataclass(frozen=True, slots=True)
class Unlisted:
    """A complaint that stands in the log while the channel's list has nothing of it."""

    id: UUID
    receipt_no: str


@dataclass(frozen=True, slots=True)
class Reconciled:
    """What was compared: ids listed, ids found, those missing in the log, and complaints missing in the list."""

    listed: int
    found: int
    repeated: int
    missing: tuple[str, ...]
    unlisted: tuple[Unlisted, ...]

    @property
    def agreed(self) -> bool:
        """Whether neither side holds what the other does not."""
        return not self.missing and not self.unlisted


def read_ids(path: Path) -> list[str]:
    """Read a channel's list: CSV with a heading that names the ids, or plain text with an id a line (UTF-8, GB18030).

    Raises ``ChannelFileFault``.
    """
    content = path.read_bytes()
    if len(content) > FILE_BYTES_MAX:
        raise ChannelFileFault(path, f"超过 {FILE_BYTES_MAX} 字节", f"it has more than {FILE_BYTES_MAX} bytes")
    rows = [row for row in csv.reader(io.StringIO(_decoded(path, content), newline="")) if any(map(str.strip, row))]
    if not rows:
        return []
    headings = [cell.strip().lower() for cell in rows[0]]
    column = next((headings.index(name) for name in ID_COLUMNS if name in headings), None)
    if column is None and len(headings) > 1:
        known = "、".join(ID_COLUMNS)
        raise ChannelFileFault(path, f"没有编号列，可用：{known}", f"no column holds ids; it may be one of {known}")
    wanted = rows if column is None else rows[1:]
    ids = [row[column or 0].strip() for row in wanted if len(row) > (column or 0)]
    return [one for one in ids if one]


@dataclass(frozen=True, slots=True)
class ChannelDay:
    """What the log holds of a channel's day, for a channel that keeps nothing but a daily count."""

    day: date
    contacts: int
    complaints: int


class Reconciliation:
    """Compares one source of a channel with the log, through the view of cases."""

    def __init__(self, views: Connection, identity_key: bytes, zone: tzinfo, channel: Channel, source: str) -> None:
        self._views = views
        self._key = identity_key
        self._zone = zone
        self._channel = channel
        self._source = source

    def against(self, ids: Sequence[str], days: tuple[date, date] | None) -> Reconciled:
        """Compare the channel's ids with the log.

        Complaints missing in the list are looked for among those registered between ``days`` (both inside), and not at
        all where no days are given: a list without days is a list of some.
        """
        contacts = {contact_id(self._key, Evidence(self._channel, self._source, one)): one for one in ids}
        found = set(self._standing(contacts))
        missing = tuple(one for contact, one in contacts.items() if contact not in found)
        unlisted = () if days is None else tuple(self._unlisted(days, contacts))
        return Reconciled(len(ids), len(found), len(ids) - len(contacts), missing, unlisted)

    def days(self) -> list[ChannelDay]:
        """Return how many contacts and complaints the log holds of each day of registration."""
        sql = (
            "SELECT registered_day, count(DISTINCT contact), count(*) FROM cases "
            "WHERE to_position IS NULL AND channel = ? AND source = ? GROUP BY registered_day ORDER BY registered_day"
        )
        rows = self._views.execute(sql, (self._channel.value, self._source))
        return [ChannelDay(date.fromisoformat(day), contacts, complaints) for day, contacts, complaints in rows]

    def _standing(self, contacts: Iterable[str]) -> Iterator[str]:
        names = sorted(contacts)
        for start in range(0, len(names), IDS_PER_QUESTION_MAX):
            some = names[start : start + IDS_PER_QUESTION_MAX]
            marks = ", ".join("?" * len(some))
            sql = f"SELECT DISTINCT contact FROM cases WHERE to_position IS NULL AND contact IN ({marks})"  # noqa: S608
            yield from (row[0] for row in self._views.execute(sql, some))

    def _unlisted(self, days: tuple[date, date], listed: Container[str]) -> Iterator[Unlisted]:
        sql = (
            f"SELECT {', '.join(CASE.names)} FROM cases WHERE to_position IS NULL AND channel = ? AND source = ? "  # noqa: S608
            "AND registered_day BETWEEN ? AND ? ORDER BY registered_position"
        )
        asked = (self._channel.value, self._source, days[0].isoformat(), days[1].isoformat())
        cases = (CASE.record(row) for row in self._views.execute(sql, asked))
        return (Unlisted(one.complaint, receipt_of(one, self._zone)) for one in cases if one.contact not in listed)


def _decoded(path: Path, content: bytes) -> str:
    for encoding in ("utf-8-sig", "gb18030"):
        try:
            return content.decode(encoding)
        except UnicodeDecodeError:
            continue
    raise ChannelFileFault(path, "不是 UTF-8 或 GB18030 文本", "it is neither UTF-8 nor GB18030 text")
