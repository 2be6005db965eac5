"""Measures of official paper (GB/T 9704-2012 党政机关公文格式), in millimetres and points.

Numbers in parentheses are clauses of the standard.
"""

from __future__ import annotations

from typing import Final

POINTS_A_MILLIMETRE: Final = 72 / 25.4

PAGE_WIDTH_MM: Final = 210
PAGE_HEIGHT_MM: Final = 297
"""A4, trimmed (5.1)."""

TOP_MM: Final = 37
"""天头, the margin above the type area (5.2.1)."""
BINDING_MM: Final = 28
"""订口, the margin at the binding edge: left on odd pages, right on even ones (5.2.1)."""
AREA_WIDTH_MM: Final = 156
AREA_HEIGHT_MM: Final = 225
"""版心, the type area without the page number (5.2.1)."""
FORE_EDGE_MM: Final = PAGE_WIDTH_MM - BINDING_MM - AREA_WIDTH_MM
BOTTOM_MM: Final = PAGE_HEIGHT_MM - TOP_MM - AREA_HEIGHT_MM

LINES_A_PAGE: Final = 22
CHARACTERS_A_LINE: Final = 28
"""每面排 22 行，每行排 28 个字，并撑满版心 (5.2.3)."""

BODY_PT: Final = 16.0
"""3号, of the body and of headings in it (5.2.2)."""
TITLE_PT: Final = 22.0
"""2号, of the title (7.3.1)."""
FOLIO_PT: Final = 14.0
"""4号, of page numbers (7.5)."""
IMPRINT_PT: Final = 14.0
"""4号, of the imprint (7.4.2, 7.4.3)."""
TABLE_PT: Final = 10.5
"""五号, of tables that fit."""
SMALL_PT: Final = 9.0
"""小五, of wide tables and of notes below tables."""
SMALLEST_PT: Final = 7.5
"""六号, below which nothing is set: a wider table is split by columns."""

LINE_PITCH_PT: Final = AREA_HEIGHT_MM * POINTS_A_MILLIMETRE / LINES_A_PAGE
"""From one line to the next: 28.99 pt."""
CHARACTER_PITCH_PT: Final = AREA_WIDTH_MM * POINTS_A_MILLIMETRE / CHARACTERS_A_LINE
"""From one character to the next: 15.79 pt; 3号 is 16 pt, so characters stand a hair closer than they would alone."""

HEAD_ABOVE_MM: Final = 35
"""From the top of the type area to the top of the issuing body's mark (7.2.4)."""
HEAD_MARK_PT_MAX: Final = 48.0
HEAD_MARK_WIDTH_MM_MAX: Final = 150
RULE_BELOW_NUMBER_MM: Final = 4
"""From the document number to the red rule, which is as long as the type area is wide (7.2.7)."""
FOLIO_BELOW_MM: Final = 7
"""From the type area's lower edge to the dashes beside the page number (7.5)."""

IMPRINT_EDGE_MM: Final = 0.35
IMPRINT_BETWEEN_MM: Final = 0.25
"""The first and last rule of the imprint, and those between; all as long as the type area is wide (7.4.1)."""
IMPRINT_LABEL: Final = "抄送："

RED: Final = "e60012"
"""The colour of the issuing body's mark and of the rule below it."""

AREA_WIDTH_PT: Final = AREA_WIDTH_MM * POINTS_A_MILLIMETRE
TURNED_WIDTH_PT: Final = AREA_HEIGHT_MM * POINTS_A_MILLIMETRE
"""What a table may take on an upright page, and on a page turned sideways."""
