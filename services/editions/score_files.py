"""Editions of the score rules read from TOML; ``docs/scores.md`` shows every field."""

from __future__ import annotations

from functools import cache
from importlib.resources import files
from pathlib import Path

from domain.scores.rules import TENTHS, ScoreEdition, ScoreItem, ScoreRuleFault, Trigger, checked
from domain.timekeeping.deadlines import Limit, LimitUnit
from services.editions.faults import EditionFault
from services.editions.table import Table, read_bytes, read_toml

_SHIPPED = "score-rules-2026-1.toml"


def load_score_rules(source: Path | str | bytes) -> ScoreEdition:
    """Read an edition of score rules from a TOML file or its bytes.

    Raises ``EditionFault``, ``OSError`` for an unread file.
    """
    table = read_toml(read_bytes(source))
    try:
        edition = checked(
            ScoreEdition(
                edition=table.text("edition"),
                title=table.text("title"),
                first_quarter=table.text("first_quarter"),
                base_tenths=_tenths(table, "base"),
                deductions_tenths_max=_tenths(table, "deductions_max"),
                additions_tenths_max=_tenths(table, "additions_max"),
                appeal=Limit(table.number("appeal_working_days"), LimitUnit.WORKING_DAYS),
                items=tuple(_item(one) for one in table.tables("items")),
            )
        )
    except (ScoreRuleFault, ValueError) as error:
        if isinstance(error, EditionFault):
            raise
        zh, _, en = str(error).partition("；")
        raise EditionFault("edition", zh, en or zh) from error
    table.finish()
    return edition


@cache
def shipped_score_rules() -> ScoreEdition:
    """Return the score rules that come with the product, in force only where somebody adopts them."""
    return load_score_rules(files(__package__).joinpath(_SHIPPED).read_bytes())


def _item(table: Table) -> ScoreItem:
    item = ScoreItem(
        code=table.text("code"),
        name=table.text("name"),
        english=table.text("english"),
        trigger=table.word("trigger", Trigger),
        points_tenths=_tenths(table, "points"),
        per_working_days=table.number("per_working_days") if table.has("per_working_days") else None,
        steps_max=table.number("steps_max") if table.has("steps_max") else None,
        cap_tenths=_tenths(table, "cap") if table.has("cap") else None,
        source=table.text("source", ""),
    )
    table.finish()
    return item


def _tenths(table: Table, key: str) -> int:
    """Take points: a number with at most one decimal."""
    tenths = table.decimal(key) * TENTHS
    if tenths != tenths.to_integral_value():
        table.fault(key, "至多一位小数", "takes one decimal at the most")
    return int(tenths)
