"""What the anonymiser finds and gives back: spans of a text, each with its kind and the rule that found it."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass
from enum import StrEnum


class Kind(StrEnum):
    """The kinds of datum that never leave (个人信息的种类)."""

    PERSON = "person"
    PHONE = "phone"
    IDENTITY = "identity"
    PASSPORT = "passport"
    CARD = "card"
    PLATE = "plate"
    ADDRESS = "address"
    PLACE = "place"
    EMAIL = "email"
    ACCOUNT = "account"
    BIRTH = "birth"
    LINK = "link"
    BUSINESS = "business"
    NUMBER = "number"


class Places(StrEnum):
    """What of places is masked: homes alone, or every named place below town and street district too (地点的两档)."""

    PUBLIC = "public"
    STRICT = "strict"


class Care(StrEnum):
    """How likely a stretch must be to identify somebody (从严与从稳).

    What is masked by itself is masked thoroughly, for a word too many costs a word; what a person has typed is refused
    where it likely identifies somebody, for a refusal costs a person.
    """

    THOROUGH = "thorough"
    LIKELY = "likely"


CHINESE_KINDS: dict[Kind, str] = {
    Kind.PERSON: "姓名",
    Kind.PHONE: "电话",
    Kind.IDENTITY: "身份证号",
    Kind.PASSPORT: "出入境证件号",
    Kind.CARD: "银行账号",
    Kind.PLATE: "车牌",
    Kind.ADDRESS: "地址",
    Kind.PLACE: "地点",
    Kind.EMAIL: "电子邮箱",
    Kind.ACCOUNT: "网络账号",
    Kind.BIRTH: "出生日期",
    Kind.LINK: "网址",
    Kind.BUSINESS: "个体字号",
    Kind.NUMBER: "编号",
}
"""What each kind is called in a mask and in a table."""


@dataclass(frozen=True, slots=True, order=True)
class Span:
    """A stretch of a text, ``start`` taken in and ``end`` left out, in characters."""

    start: int
    end: int
    kind: Kind
    rule: str


@dataclass(frozen=True, slots=True)
class Masked:
    """A text without what identifies anybody; ``spans`` point into the text as it was, in order, never overlapping."""

    text: str
    spans: tuple[Span, ...]

    def counts(self) -> dict[Kind, int]:
        """Return how many spans were masked of each kind, every kind standing."""
        counted = Counter(span.kind for span in self.spans)
        return {kind: counted[kind] for kind in Kind}
