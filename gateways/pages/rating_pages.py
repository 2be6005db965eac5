"""The page behind a link to rate (评议页): solved or not, how satisfied, why not, a remark; it needs no JavaScript."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Final

from domain.words import Satisfaction
from gateways.pages.public_pages import FieldError
from gateways.pages.rendering import Site, Words, render

REMARK_CHARACTERS_MAX: Final = 2000

SATISFACTION_WORDS: Final[dict[Satisfaction, Words]] = {
    Satisfaction.SATISFIED: Words("满意", "Satisfied"),
    Satisfaction.FAIRLY_SATISFIED: Words("基本满意", "Fairly satisfied"),
    Satisfaction.DISSATISFIED: Words("不满意", "Dissatisfied"),
}

CAUSES: Final[dict[str, Words]] = {
    "事项未解决": Words("事项未解决", "It is not solved"),
    "答复不清": Words("答复不清楚、答非所问", "The answer is unclear or beside the point"),
    "与事实不符": Words("答复与事实不符", "The answer is not true"),
    "办理太慢": Words("办理太慢", "It took too long"),
    "态度不好": Words("办理人员态度不好", "The manner was rude"),
    "其他原因": Words("其他原因", "Another reason"),
}
"""Why somebody is dissatisfied: short words that stay readable; what is personal goes into the remark."""


@dataclass(frozen=True, slots=True)
class RateValues:
    """What was chosen, as it was sent."""

    solved: str = ""
    satisfaction: str = ""
    cause: str = ""
    remark: str = field(default="", repr=False)


@dataclass(frozen=True, slots=True)
class RatePage:
    """The form for one invitation, empty or come back; of the matter it names the receipt number alone."""

    token: str = field(repr=False)
    receipt_no: str
    values: RateValues = field(default_factory=RateValues)
    errors: tuple[FieldError, ...] = ()


def render_rate(page: RatePage, site: Site) -> str:
    """Return the form."""
    errors: dict[str, Words] = {}
    for error in page.errors:
        errors.setdefault(error.field, error.words)
    return render(
        "rate.html",
        site,
        page=page,
        errors=errors,
        satisfactions=SATISFACTION_WORDS,
        causes=CAUSES,
        remark_characters_max=REMARK_CHARACTERS_MAX,
    )


def render_rated(receipt_no: str, site: Site) -> str:
    """Return the thanks for a rating that was taken in."""
    return render("rated.html", site, receipt_no=receipt_no)
