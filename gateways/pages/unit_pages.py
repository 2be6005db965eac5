"""A unit on one page, for its director and for the office: to be read on a screen, or printed and laid on a table."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from typing import Final

from domain.conduct_codes import ConductCodeEdition
from domain.figures.figure import NONE
from domain.figures.window import on_clock
from domain.programme.commitments import STANDING_CHINESE
from gateways.pages.console_pages import Reader
from gateways.pages.rendering import Site, Words, instant_text, render
from gateways.pages.score_pages import score_panel
from services.unit_page import COUNTS, FIGURES, NO_PROMISES, NOTHING_OF_THE_UNIT, UnitPage

FIGURE_WORDS: Final[dict[str, Words]] = {
    "on_time": Words("按时答复率", "Answered in time"),
    "closed_on_time": Words("按时办结率", "Closed in time"),
    "signed_in_time": Words("及时签收率", "Signed in time"),
    "responded": Words("响应率", "First contact in time"),
    "substantiated": Words("属实率", "Substantiated"),
    "corrected": Words("查纠率", "With measures"),
    "solved": Words("解决率", "Solved"),
    "satisfied": Words("满意率", "Satisfied"),
    "reached": Words("回访到率", "Reached"),
    "reworked": Words("重办率", "Reworked"),
    "returned": Words("退单率", "Returned"),
    "registered": Words("受理", "Received"),
    "due": Words("应办结", "Due"),
    "late": Words("超时办结", "Answered late"),
    "overdue_open": Words("超时未办结", "Overdue and open"),
    "open": Words("未办结", "Open"),
    "measures_past_due": Words("整改逾期", "Measures past due"),
    "followed_up": Words("回访到", "Reached"),
}

_NOTHING_TO_COUNT: Final = "分母为零，没有可计的"
OUTCOME_WORDS: Final = {"pending": "待审核", "approved": "同意退单", "refused": "不同意"}
OBJECTION_WORDS: Final = {"open": "待裁定", "upheld": "成立", "rejected": "不成立"}


@dataclass(frozen=True, slots=True)
class FigureCell:
    """One figure of the page: its text, what it is made of, and why it is "—" where it is."""

    words: Words
    text: str
    made_of: str = ""
    cause: str | None = None
    whole: bool = False


@dataclass(frozen=True, slots=True)
class UnitSheet:
    """The page of a unit with who reads it, and on which day."""

    reader: Reader
    page: UnitPage
    today: date
    quarters: tuple[str, ...]
    conduct_codes: ConductCodeEdition | None = None

    def conduct(self, code: str | None) -> str:
        """Return what a conduct code is called, the code itself where no edition names it."""
        found = self.conduct_codes.find(code) if self.conduct_codes is not None and code is not None else None
        return found.name if found is not None else code or NONE

    @property
    def counts(self) -> tuple[FigureCell, ...]:
        """The counts in the page's order."""
        row = self.page.row
        if row is None:
            return ()
        found = [(key, row.counts[key]) for key in COUNTS]
        return tuple(
            FigureCell(
                FIGURE_WORDS[key],
                NONE if count.value is None else str(count.value),
                cause=count.cause.zh if count.cause is not None else None,
            )
            for key, count in found
        )

    @property
    def rates(self) -> tuple[FigureCell, ...]:
        """The rates in the page's order, each with its numerator and denominator."""
        row = self.page.row
        if row is None:
            return ()
        cells = []
        for key in FIGURES:
            figure = row.rates[key]
            numerator = float(figure.numerator)
            made_of = f"{numerator:g}/{figure.denominator}" if figure.denominator else ""
            cause = figure.cause.zh if figure.cause is not None else None
            cells.append(FigureCell(FIGURE_WORDS[key], figure.rate, made_of, cause, figure.rate == "100.00%"))
        return tuple(cells)


def render_unit_page(sheet: UnitSheet, site: Site) -> str:
    """Return the page of a unit."""
    return render(
        "console_unit.html",
        site,
        sheet=sheet,
        page=sheet,
        unit=sheet.page,
        window=sheet.page.window,
        no_promises=NO_PROMISES,
        standings=STANDING_CHINESE,
        nothing=NOTHING_OF_THE_UNIT,
        objection_words=OBJECTION_WORDS,
        outcome_words=OUTCOME_WORDS,
        as_of=instant_text(on_clock(sheet.page.window.as_of, sheet.page.window.zone)),
        day=sheet.page.window.day,
        causes=_causes(sheet),
        score=score_panel(sheet.page.score, sheet.page.window.zone) if sheet.page.score is not None else None,
    )


def _causes(sheet: UnitSheet) -> tuple[tuple[str, str], ...]:
    """Why figures are "—": each cause once, with the names of the figures that it keeps from being given."""
    named: dict[str, list[str]] = {}
    for cell in (*sheet.counts, *sheet.rates):
        if cell.text == NONE:
            named.setdefault(cell.cause or _NOTHING_TO_COUNT, []).append(cell.words.zh)
    return tuple((cause, "、".join(names)) for cause, names in named.items())
