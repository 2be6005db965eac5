"""A map file (TOML): which column of a ledger is what, which rows are none of ours, what holds where nothing is said.

    [columns]                        # a field and the heading of its column; "" means: do not read this field
    source_id = "Case No"
    title = "Subject"
    registered_at = "Received"
    [skip]                           # a heading and the value, or values, that mark a row as none of ours
    "Status" = ["void", "test"]
    [defaults]
    channel = "web_mailbox"          # also kind, timezone, rules, source, date_order (ymd, mdy or dmy)
    [coverage]
    from = 2025-01-01                # also to, cases ("all" or "answered"), acceptance_dates

Fields that a map does not name are still recognised by their Chinese headings. Unknown keys are errors.
"""

import tomllib
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from typing import Annotated, Any, Literal, Self
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from pydantic import BaseModel, BeforeValidator, ConfigDict, ValidationError, model_validator
from pydantic import Field as Key
from pydantic_core import ErrorDetails, PydanticCustomError

from domain.words import Channel, ComplaintKind
from services.ledger.dates import DateOrder
from services.ledger.vocabulary import CHANNEL_WORDS, KIND_WORDS, Field

MAP_BYTES_MAX = 1 << 20
_HEADING_CHARACTERS_MAX = 200

Heading = Annotated[str, Key(max_length=_HEADING_CHARACTERS_MAX)]


@dataclass(frozen=True, slots=True)
class MapFault:
    """One thing that is wrong in a map: its key (such as ``coverage.cases``) and the remedy, in both languages."""

    key: str
    zh: str
    en: str


class MapRefused(Exception):
    """A map file cannot be used; ``faults`` name each key and its remedy."""

    def __init__(self, file: str, faults: tuple[MapFault, ...]) -> None:
        self.file = file
        self.faults = faults
        super().__init__("\n".join(f"{file}: {fault.key}: {fault.zh} / {fault.en}" for fault in faults))


class _Section(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True)


class Columns(_Section):
    """The heading of each field's column; ``None`` leaves a field to recognition, an empty text switches it off."""

    source_id: Heading | None = None
    address: Heading | None = None
    source: Heading | None = None
    title: Heading | None = None
    text: Heading | None = None
    registered_at: Heading | None = None
    unit: Heading | None = None
    replied_at: Heading | None = None
    reply: Heading | None = None
    category: Heading | None = None
    kind: Heading | None = None
    channel: Heading | None = None
    reporter: Heading | None = None
    reporter_phone: Heading | None = None

    def by_field(self) -> dict[Field, str]:
        """Return the headings that the map gives, by field; an empty heading switches its field off."""
        return {Field(name): heading for name, heading in self if heading is not None}


def _zone(value: object) -> object:
    if not isinstance(value, str):
        return value
    try:
        return ZoneInfo(value)
    except (ZoneInfoNotFoundError, ValueError, OSError) as error:
        raise PydanticCustomError("timezone", "no such time zone") from error


def _word(words: Mapping[str, Any]) -> BeforeValidator:
    return BeforeValidator(lambda value: words.get(value, value) if isinstance(value, str) else value)


class Defaults(_Section):
    """What holds where a row says nothing; ``rules`` names a limit class of the current rule edition."""

    model_config = ConfigDict(arbitrary_types_allowed=True)

    channel: Annotated[Channel, _word(CHANNEL_WORDS)] | None = None
    kind: Annotated[ComplaintKind, _word(KIND_WORDS)] | None = None
    timezone: Annotated[ZoneInfo, BeforeValidator(_zone)] | None = None
    rules: Annotated[str, Key(min_length=1)] | None = None
    source: Annotated[str, Key(min_length=1, max_length=_HEADING_CHARACTERS_MAX)] | None = None
    date_order: DateOrder = DateOrder.YMD


class DeclaredCoverage(_Section):
    """What a map declares of the ledger's coverage; what it leaves out is worked out from the rows."""

    from_: date | None = Key(default=None, alias="from")
    to: date | None = None
    cases: Literal["all", "answered"] | None = None
    acceptance_dates: bool | None = None

    @model_validator(mode="after")
    def _in_order(self) -> Self:
        if self.from_ and self.to and self.from_ > self.to:
            raise PydanticCustomError("from_after_to", "from is after to")
        return self


class LedgerMap(_Section):
    """A whole map file; an empty one leaves everything to recognition."""

    columns: Columns = Columns()
    skip: dict[Heading, str | list[str]] = {}
    defaults: Defaults = Defaults()
    coverage: DeclaredCoverage = DeclaredCoverage()


NO_MAP = LedgerMap()


def load_map(path: Path) -> LedgerMap:
    """Return the map in a TOML file. Raises ``MapRefused`` where it cannot be read or is wrong."""
    try:
        with path.open("rb") as file:
            raw = file.read(MAP_BYTES_MAX + 1)
    except OSError as error:
        fault = MapFault(
            "map", "映射文件无法读取，请检查路径与权限", f"cannot be read, check path and rights: {error.strerror}"
        )
        raise MapRefused(path.name, (fault,)) from error
    if len(raw) > MAP_BYTES_MAX:
        fault = MapFault("map", f"映射文件不得超过 {MAP_BYTES_MAX} 字节", f"may have {MAP_BYTES_MAX} bytes at most")
        raise MapRefused(path.name, (fault,))
    return read_map(raw, path.name)


def read_map(raw: bytes, file: str) -> LedgerMap:
    """Return the map in the bytes of a TOML file named ``file``. Raises ``MapRefused`` where it is wrong."""
    try:
        document = tomllib.loads(raw.decode("utf-8-sig"))
    except (UnicodeDecodeError, tomllib.TOMLDecodeError) as error:
        remedy = f"is not TOML in UTF-8, mend this place: {error}"
        raise MapRefused(file, (MapFault("map", f"不是 UTF-8 编码的 TOML，请改正此处：{error}", remedy),)) from error
    try:
        return LedgerMap.model_validate(document)
    except ValidationError as error:
        raise MapRefused(file, tuple(_fault(detail) for detail in error.errors())) from error


_KEYS: dict[str, tuple[str, ...]] = {
    "": tuple(LedgerMap.model_fields),
    "columns": tuple(Columns.model_fields),
    "defaults": tuple(Defaults.model_fields),
    "coverage": tuple(field.alias or name for name, field in DeclaredCoverage.model_fields.items()),
}


def _fault(detail: ErrorDetails) -> MapFault:
    place = [str(part) for part in detail["loc"]]
    zh, en = _remedy(detail, place)
    return MapFault(".".join(place), zh, en)


def _remedy(detail: ErrorDetails, place: list[str]) -> tuple[str, str]:
    context = detail.get("ctx", {})
    match detail["type"]:
        case "extra_forbidden":
            known = ", ".join(_KEYS.get(".".join(place[:-1]), ()))
            return f"没有这个键，请删去或改为其中之一：{known}", f"no such key, remove it or use one of: {known}"
        case "enum" | "literal_error":
            return f"只能取其中之一：{context['expected']}", f"must be one of: {context['expected']}"
        case "timezone":
            return (
                "没有这个时区，请写 IANA 名称，如 Asia/Shanghai",
                "no such time zone, write its IANA name, such as Asia/Shanghai",
            )
        case "from_after_to":
            return "from 不得晚于 to", "from must not be after to"
        case kind if kind.startswith("date"):
            return "请写日期，如 2025-01-31", "write a date, such as 2025-01-31"
        case kind if kind.startswith("bool"):
            return "只能写 true 或 false", "must be true or false"
        case "model_type" | "dict_type" | "model_attributes_type":
            return "此处应为一节，即 [名称] 与其下的键", "must be a section: [name] and its keys below"
        case _:
            return f"请改为带引号的文字（{detail['msg']}）", f"write a text in quotation marks ({detail['msg']})"
