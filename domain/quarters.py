"""Quarters, as most figures name their period; see ``domain.periods``."""

from __future__ import annotations

from domain.periods import MONTHS_IN_QUARTER, QUARTERS_IN_YEAR, NotAQuarter, Quarter

__all__ = ["MONTHS_IN_QUARTER", "QUARTERS_IN_YEAR", "NotAQuarter", "Quarter"]
