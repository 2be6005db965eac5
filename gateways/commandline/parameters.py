"""What arguments of several commands mean: quarters, periods, names of bulletins."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import click

from domain.bulletin.name import BulletinName, NotABulletinName
from domain.periods import NotAPeriod, Quarter, parse_period


class _Read(click.ParamType[Any]):
    """A text that one function reads; what it cannot read is wrong usage."""

    reads: Callable[[str], object]

    def convert(self, value: object, param: click.Parameter | None, ctx: click.Context | None) -> object:
        """Read a text; one that was read already stands."""
        if not isinstance(value, str):
            return value
        try:
            return type(self).reads(value)
        except (NotAPeriod, NotABulletinName) as error:
            self.fail(str(error), param, ctx)


class QuarterParameter(_Read):
    """A quarter as 2023Q3."""

    name = "quarter"
    reads = staticmethod(Quarter.parse)


class PeriodParameter(_Read):
    """A quarter, month or year as 2023Q3, 2023-07 or 2023."""

    name = "period"
    reads = staticmethod(parse_period)


class NameParameter(_Read):
    """A bulletin as 2023Q3, 2023-07, 2023 or 2023Q3.gas."""

    name = "name"
    reads = staticmethod(BulletinName.parse)
