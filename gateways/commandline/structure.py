"""The option that says under which structure units are named."""

from __future__ import annotations

from datetime import date

import click

from domain.figures.window import structure_day


class StructureParameter(click.ParamType[date]):
    """``old``, ``new`` or a day."""

    name = "old|new|DATE"

    def convert(
        self,
        value: str | date,
        param: click.Parameter | None,
        ctx: click.Context | None,
    ) -> date:
        """Read what was given; one that was read already stays."""
        if not isinstance(value, str):
            return value
        try:
            return structure_day(value)
        except ValueError:
            self.fail(f"“{value}”须为 old、new 或日期 2025-07-01 / {value} is neither old, new nor a day", param, ctx)
