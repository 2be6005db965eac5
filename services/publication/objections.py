"""The units' objections (异议) as the internal edition lists them, for every form that prints them."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Final

from domain.bulletin.state import DisputeState

STATE_CHINESE: Final = {
    DisputeState.OPEN: "待处理",
    DisputeState.UPHELD: "成立",
    DisputeState.REJECTED: "不成立",
}
STATE_ENGLISH: Final = {
    DisputeState.OPEN: "open",
    DisputeState.UPHELD: "upheld",
    DisputeState.REJECTED: "rejected",
}


@dataclass(frozen=True, slots=True)
class Objection:
    """One objection in words: its number and unit, the cells and why, and what was decided, each with its day."""

    number: int
    unit: str
    cells: str
    raised: str
    result: str
    result_in_english: str
    decided: str


def objections(document: Mapping[str, Any]) -> tuple[Objection, ...]:
    """Return the objections of an edition; a limited or public one lists none."""
    return tuple(
        Objection(
            number=one["dispute"],
            unit=one["unit"],
            cells="、".join(one["cells"]),
            raised=_said(one["raised_on"], one["reason"]),
            result=STATE_CHINESE[DisputeState(one["state"])],
            result_in_english=STATE_ENGLISH[DisputeState(one["state"])],
            decided=_said(one["decided_on"], one["decision"]),
        )
        for one in document["annex"].get("objections", ())
    )


def _said(day: str | None, words: str | None) -> str:
    return "—" if words is None else f"{day or ''} {words}".strip()
