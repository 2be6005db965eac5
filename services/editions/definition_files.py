"""Editions of the figures' definitions read from TOML; ``docs/indicators.md`` shows every field."""

from __future__ import annotations

from pathlib import Path

from domain.figures.definitions import DefinitionFault, Exclusion, FigureEdition, checked
from domain.figures.figure import Rounding
from domain.figures.indicators import COUNTS, DEFINITIONS
from domain.words import Channel, ComplaintKind
from services.editions.faults import EditionFault
from services.editions.table import Table, read_bytes, read_toml

KEYS = frozenset({*(count.key for count in COUNTS), *(rate.key for rate in DEFINITIONS)})
"""The figures that an exclusion may name."""


def load_definitions(source: Path | str | bytes) -> FigureEdition:
    """Read an edition of definitions from a TOML file or its bytes.

    Raises ``EditionFault``, ``OSError`` for an unread file.
    """
    table = read_toml(read_bytes(source))
    try:
        edition = checked(
            FigureEdition(
                edition=table.text("edition"),
                title=table.text("title"),
                first_quarter=table.text("first_quarter"),
                rounding=table.word("rounding", Rounding) if table.has("rounding") else Rounding.HALF_UP,
                fairly_satisfied_weight=table.text("fairly_satisfied_weight", "1"),
                exclusions=tuple(_exclusion(one) for one in table.tables("exclusions")),
            )
        )
    except DefinitionFault as error:
        zh, _, en = str(error).partition("；")
        raise EditionFault("edition", zh, en or zh) from error
    table.finish()
    return edition


def _exclusion(table: Table) -> Exclusion:
    figures = table.texts("figures")
    unknown = [key for key in figures if key not in KEYS]
    if unknown:
        known = "、".join(sorted(KEYS))
        table.fault("figures", f"没有指标 {unknown[0]}，可用 {known}", f"there is no figure {unknown[0]}: {known}")
    exclusion = Exclusion(
        reason=table.text("reason"),
        kinds=table.words("kinds", ComplaintKind),
        channels=table.words("channels", Channel),
        categories=table.texts("categories"),
        flags=table.texts("flags"),
        figures=figures,
    )
    table.finish()
    return exclusion
