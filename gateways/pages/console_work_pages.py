"""The console's desks as pages: the call list with its form, ratings and their signs, what falls due, cards."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date
from typing import TYPE_CHECKING, Final

from gateways.pages.console_pages import Reader, clock_words, holder_words
from gateways.pages.rating_pages import CAUSES, REMARK_CHARACTERS_MAX, SATISFACTION_WORDS
from gateways.pages.rendering import Site, Words, render

if TYPE_CHECKING:
    from uuid import UUID

    from gateways.http.due import DueClock, DueOfUnit, OverdueClock
    from gateways.http.follow_ups import CallItem
    from gateways.http.ratings import RatingReport

OUTCOMES: Final[dict[str, Words]] = {
    "无人接听": Words("无人接听", "No answer"),
    "占线": Words("占线", "Busy"),
    "关机": Words("关机或停机", "Switched off"),
    "号码有误": Words("号码有误", "Wrong number"),
    "拒绝受访": Words("拒绝受访", "Declined"),
}
"""What came of a call that reached nobody."""

MEANS: Final = ("电话", "短信", "微信", "上门")
LABELS: Final[dict[str, str]] = {
    "reached": "是否接通",
    "means": "方式",
    "outcome": "未接通的情况",
    "solved": "是否解决",
    "satisfaction": "满意程度",
    "cause": "原因",
    "remark": "补充说明",
    "reason": "作废理由",
    "note": "催办说明",
}
WITHIN: Final[dict[str, Words]] = {
    "today": Words("今日", "Today"),
    "tomorrow": Words("明日", "Tomorrow"),
    "week": Words("本周", "This week"),
}
STAGES: Final[dict[str, Words]] = {
    "call": Words("待回访", "To call"),
    "decide": Words("待决定", "To decide"),
}


@dataclass(frozen=True, slots=True)
class CallForm:
    """What was typed into a call's form, and what is wrong with it by field; under no name: why it was refused."""

    values: Mapping[str, str] = field(default_factory=dict, repr=False)
    wrong: Mapping[str, Words] = field(default_factory=dict)

    def said(self, name: str) -> str:
        """Return what was typed into a field."""
        return self.values.get(name, "")


@dataclass(frozen=True, slots=True)
class CallListPage:
    """Whom to call or to decide on; ``form`` is one that came back, for the only item then shown."""

    reader: Reader
    stage: str
    items: tuple[CallItem, ...]
    may_record: bool
    form: CallForm = field(default_factory=CallForm)
    done: str | None = None
    next_href: str | None = None


@dataclass(frozen=True, slots=True)
class RatingsPage:
    """Ratings of a period; ``every`` says that those without a sign are shown too."""

    reader: Reader
    report: RatingReport
    every: bool
    may_invalidate: bool
    wrong: Mapping[str, Words] = field(default_factory=dict)
    done: str | None = None
    next_href: str | None = None


@dataclass(frozen=True, slots=True)
class DuePage:
    """What falls due: counts by unit, and a page of the clocks."""

    reader: Reader
    today: date
    within: str
    unit: str
    units: tuple[DueOfUnit, ...]
    items: tuple[DueClock, ...]
    next_href: str | None = None


@dataclass(frozen=True, slots=True)
class CardsPage:
    """The red cards that stand, and the yellow ones of all that stands warned."""

    reader: Reader
    today: date
    unit: str
    red: tuple[OverdueClock, ...]
    yellow: tuple[DueClock, ...]
    may_urge: bool
    wrong: Mapping[str, Words] = field(default_factory=dict)
    done: str | None = None
    next_href: str | None = None
    warned_href: str | None = None

    @property
    def red_cases(self) -> tuple[tuple[OverdueClock, ...], ...]:
        """The clocks of each case together, the case whose first is longest overdue first."""
        found: dict[UUID, list[OverdueClock]] = {}
        for one in self.red:
            found.setdefault(one.id, []).append(one)
        return tuple(tuple(clocks) for clocks in found.values())


def render_calls(page: CallListPage, site: Site) -> str:
    """Return the call list with a form for each case."""
    return render(
        "console_calls.html",
        site,
        page=page,
        stages=STAGES,
        outcomes=OUTCOMES,
        means=MEANS,
        satisfactions=SATISFACTION_WORDS,
        causes=CAUSES,
        labels=LABELS,
        remark_characters_max=REMARK_CHARACTERS_MAX,
    )


def render_ratings(page: RatingsPage, site: Site) -> str:
    """Return the ratings with their signs, and a form that lets one count no more."""
    return render("console_ratings.html", site, page=page, satisfactions=SATISFACTION_WORDS, labels=LABELS)


def render_due(page: DuePage, site: Site) -> str:
    """Return what falls due."""
    return render("console_due.html", site, page=page, within=WITHIN, clock_words=clock_words)


def render_cards(page: CardsPage, site: Site) -> str:
    """Return the cards."""
    return render(
        "console_cards.html", site, page=page, clock_words=clock_words, holder_words=holder_words, labels=LABELS
    )
