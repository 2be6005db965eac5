"""A TOML or JSON table read field by field: every field has its type, and an unknown field is a slip that is named."""

from __future__ import annotations

import json
import tomllib
from datetime import date, datetime
from decimal import Decimal
from enum import StrEnum
from pathlib import Path
from typing import Any, NoReturn, TypeVar

from services.editions.faults import EditionFault

EDITION_FILE_BYTES_MAX = 1_000_000
"""A year's arrangement or a set of rules is a few kilobytes; anything larger is another file by mistake."""

_E = TypeVar("_E", bound=StrEnum)


def read_bytes(source: Path | str | bytes) -> bytes:
    """Return the bytes of a file or the bytes given. Raises ``EditionFault`` where too large, ``OSError`` unread."""
    content = source if isinstance(source, bytes) else _read_bounded(Path(source))
    if len(content) > EDITION_FILE_BYTES_MAX:
        raise EditionFault(
            "文件 file",
            f"超过 {EDITION_FILE_BYTES_MAX} 字节，请检查是否选错文件",
            f"larger than {EDITION_FILE_BYTES_MAX} bytes: check that it is the right file",
        )
    return content


def _read_bounded(path: Path) -> bytes:
    with path.open("rb") as file:
        return file.read(EDITION_FILE_BYTES_MAX + 1)


def decoded(content: bytes) -> str:
    """Return the text of a file in UTF-8 with or without BOM. Raises ``EditionFault``."""
    try:
        return content.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        raise EditionFault(
            "文件 file",
            f"不是 UTF-8 编码（第 {error.start} 字节），请另存为 UTF-8",
            f"not UTF-8 (byte {error.start}): save it as UTF-8",
        ) from error


def read_toml(content: bytes) -> Table:
    """Read a TOML document. Raises ``EditionFault`` with the line where it is no TOML."""
    try:
        return Table(tomllib.loads(decoded(content).replace("\r\n", "\n")))
    except tomllib.TOMLDecodeError as error:
        raise EditionFault("文件 file", f"不是有效的 TOML：{error}", f"not valid TOML: {error}") from error


def read_json(content: bytes) -> Table:
    """Read a JSON object. Raises ``EditionFault`` with the line where it is no JSON."""
    try:
        found = json.loads(decoded(content))
    except (json.JSONDecodeError, RecursionError) as error:
        raise EditionFault("文件 file", f"不是有效的 JSON：{error}", f"not valid JSON: {error}") from error
    if not isinstance(found, dict):
        raise EditionFault("文件 file", "JSON 最外层须为对象", "the JSON document must be an object")
    return Table(found)


class Table:
    """One table of a document and its place in it; each getter takes a field, and ``finish`` refuses what is left."""

    def __init__(self, content: dict[str, Any], place: str = "") -> None:
        self._content = dict(content)
        self._place = place

    def place(self, key: str) -> str:
        """Return where a field stands, as error messages name it."""
        return f"{self._place}.{key}" if self._place else key

    def fault(self, key: str, zh: str, en: str) -> NoReturn:
        """Refuse a field. Raises ``EditionFault``."""
        raise EditionFault(self.place(key), zh, en)

    def has(self, key: str) -> bool:
        """Say whether a field is given and not yet taken."""
        return key in self._content

    def drop(self, *keys: str) -> None:
        """Pass over fields that say nothing to us."""
        for key in keys:
            self._content.pop(key, None)

    def text(self, key: str, default: str | None = None) -> str:
        """Take a text that is not empty."""
        found = self._take(key, default)
        if found == default and default is not None:
            return default
        if not isinstance(found, str) or not found.strip():
            self.fault(key, "须为非空文字", "must be text that is not empty")
        return found.strip()

    def number(self, key: str, default: int | None = None) -> int:
        """Take a whole number."""
        found = self._take(key, default)
        if not isinstance(found, int) or isinstance(found, bool):
            self.fault(key, f"须为整数，不是 {found!r}", f"must be a whole number, not {found!r}")
        return found

    def decimal(self, key: str) -> Decimal:
        """Take a number with or without decimals, as it was written."""
        found = self._take(key, None)
        if not isinstance(found, int | float) or isinstance(found, bool) or not Decimal(str(found)).is_finite():
            self.fault(key, f"须为数，不是 {found!r}", f"must be a number, not {found!r}")
        return Decimal(str(found))

    def flag(self, key: str, default: bool | None = None) -> bool:  # noqa: FBT001 - the default is a value of the field
        """Take true or false."""
        found = self._take(key, default)
        if not isinstance(found, bool):
            self.fault(key, f"须为 true 或 false，不是 {found!r}", f"must be true or false, not {found!r}")
        return found

    def flag_or_none(self, key: str) -> bool | None:
        """Take true or false where given."""
        return self.flag(key) if self.has(key) else None

    def day(self, key: str) -> date:
        """Take a date, as a TOML date or as text ``2027-01-01``."""
        found = self._take(key, None)
        if isinstance(found, datetime):
            self.fault(key, "须为日期，不带时刻", "must be a date without a time of day")
        if isinstance(found, date):
            return found
        try:
            return date.fromisoformat(found)
        except (TypeError, ValueError):
            self.fault(
                key, f"须为 2027-01-01 形式的日期，不是 {found!r}", f"must be a date as 2027-01-01, not {found!r}"
            )

    def word(self, key: str, vocabulary: type[_E]) -> _E:
        """Take one word of a closed vocabulary."""
        return self._word(key, self._take(key, None), vocabulary)

    def words(self, key: str, vocabulary: type[_E]) -> tuple[_E, ...]:
        """Take a list of words of a closed vocabulary; empty where the field is not given."""
        return tuple(self._word(key, said, vocabulary) for said in self._list(key))

    def texts(self, key: str) -> tuple[str, ...]:
        """Take a list of texts; empty where the field is not given."""
        found = self._list(key)
        for said in found:
            if not isinstance(said, str) or not said.strip():
                self.fault(key, "须为非空文字的列表", "must be a list of texts that are not empty")
        return tuple(said.strip() for said in found)

    def table(self, key: str) -> Table:
        """Take a table; an empty one where the field is not given."""
        found = self._content.pop(key, {})
        if not isinstance(found, dict):
            self.fault(key, "须为表", "must be a table")
        return Table(found, self.place(key))

    def tables(self, key: str) -> tuple[Table, ...]:
        """Take a list of tables; empty where the field is not given."""
        found = self._list(key)
        for said in found:
            if not isinstance(said, dict):
                self.fault(key, f"须为表的列表，写作 [[{key}]]", f"must be a list of tables, written [[{key}]]")
        return tuple(Table(said, f"{self.place(key)}[{number}]") for number, said in enumerate(found, start=1))

    def finish(self) -> None:
        """Refuse fields that nothing took. Raises ``EditionFault``."""
        for key in self._content:
            self.fault(key, "没有这一字段，请检查拼写", "there is no such field: check its spelling")

    def _take(self, key: str, default: object) -> Any:  # noqa: ANN401 - what a file holds is anything until checked
        if key in self._content:
            return self._content.pop(key)
        if default is None:
            self.fault(key, "缺少这一字段，请补上", "is missing: add it")
        return default

    def _list(self, key: str) -> list[Any]:
        found = self._content.pop(key, [])
        if not isinstance(found, list):
            self.fault(key, "须为列表", "must be a list")
        return found

    def _word(self, key: str, said: object, vocabulary: type[_E]) -> _E:
        found = next((word for word in vocabulary if word.value == said), None)
        if found is None:
            known = ", ".join(vocabulary)
            self.fault(key, f"没有 {said!r}，可选：{known}", f"{said!r} is not one of: {known}")
        return found
