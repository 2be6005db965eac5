"""The console for staff, read-only: signing in with a token, the work list, and one case with its history and clocks.

The token is typed into a form and kept by the server in an HttpOnly cookie; it never stands in a page or an address.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from typing import Final

from domain.words import OPEN_STATES, Channel, ComplaintKind, State
from gateways.pages.public_pages import DueView
from gateways.pages.rendering import Site, Words, render

WEEK_DAYS: Final = 7

FLAG_WORDS: Final[dict[str, Words]] = {
    "yellow": Words("临近期限", "Due soon"),
    "red": Words("超期", "Overdue"),
    "overdue": Words("超期", "Overdue"),
    "urged": Words("已催办", "Urged"),
    "supervised": Words("督办", "Supervised"),
    "listed": Words("挂牌督办", "Listed supervision"),
    "confidential": Words("保密", "Confidential"),
    "near_empty": Words("答复近乎空白", "Near-empty reply"),
    "reply_before_letter": Words("答复早于来信", "Reply dated before the letter"),
    "imported": Words("台账导入", "Imported"),
    "provisional": Words("期限暂定", "Provisional deadline"),
}
"""Flags in words; one unknown here is shown as it is written."""

ALARMING_FLAGS: Final = frozenset({"red", "overdue", "listed"})

LIMIT_UNIT_WORDS: Final[dict[str, str]] = {
    "working_days": "个工作日",
    "calendar_days": "个自然日",
    "working_hours": "个工作小时",
    "elapsed_hours": "小时",
    "working_minutes": "工作分钟",
    "elapsed_minutes": "分钟",
}


@dataclass(frozen=True, slots=True)
class SignInPage:
    """The form that takes a token; ``refused`` says why the last one was not taken, ``next_path`` where to go then."""

    refused: Words | None = None
    next_path: str = "/console"


@dataclass(frozen=True, slots=True)
class Reader:
    """Whose token is read with: the role in words, and the unit where it is bound to one."""

    role: str
    unit: str | None = None


@dataclass(frozen=True, slots=True)
class WorkRow:
    """One case in the work list, with the same fields as ``GET /api/v1/complaints`` gives."""

    id: str
    receipt_no: str
    kind: ComplaintKind
    channel: Channel
    state: State
    unit: str | None
    title: str = field(repr=False)
    registered_at: datetime
    deadline: DueView | None
    answered_at: datetime | None
    flags: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class WorkListFilters:
    """What the list is narrowed by, as it was typed."""

    state: str = ""
    unit: str = ""
    q: str = ""


@dataclass(frozen=True, slots=True)
class WorkListPage:
    """The work list: its rows, what it is narrowed by, the address of the next page, and the day it is read on."""

    reader: Reader
    rows: tuple[WorkRow, ...]
    filters: WorkListFilters
    today: date
    next_href: str | None = None


@dataclass(frozen=True, slots=True)
class HistoryRow:
    """One event of a case: where it stands in the log, when it happened and was recorded, who acted, what it says."""

    position: int
    occurred_at: datetime
    recorded_at: datetime
    topic: str
    words: str
    actor: str
    role: str
    unit: str | None = None
    details: tuple[tuple[str, str], ...] = field(default=(), repr=False)
    day_only: bool = False


@dataclass(frozen=True, slots=True)
class ClockDay:
    """One day of a clock: whether it counted, why, and who held the case; as ``GET …/{id}/clock`` gives it."""

    day: date
    counted: bool
    why: str
    holder: str


@dataclass(frozen=True, slots=True)
class ClockView:
    """One clock of a case, with the same fields as ``GET …/{id}/clock`` gives."""

    name: str
    holder: str
    rule_edition: str
    calendar_edition: str
    limit_value: int
    limit_unit: str
    started_at: datetime
    stopped_at: datetime | None
    deadline: DueView
    days: tuple[ClockDay, ...]
    counted_days: int

    @property
    def words(self) -> str:
        """The clock's name in Chinese: ``citizen`` and ``leg 1`` are names on the wire."""
        kind, _, number = self.name.partition(" ")
        return {"citizen": "诉求人时限", "leg": f"承办环节 {number}"}.get(kind, self.name)

    @property
    def limit(self) -> str:
        """The limit in words, such as 5 个工作日."""
        return f"{self.limit_value} {LIMIT_UNIT_WORDS.get(self.limit_unit, self.limit_unit)}"

    @property
    def weeks(self) -> tuple[tuple[ClockDay | None, ...], ...]:
        """The days in weeks from Monday to Sunday, ``None`` where no day of the clock stands."""
        by_day = {line.day: line for line in self.days}
        if not by_day:
            return ()
        monday = min(by_day) - timedelta(days=min(by_day).weekday())
        weeks = ((max(by_day) - monday).days // WEEK_DAYS) + 1
        return tuple(
            tuple(by_day.get(monday + timedelta(days=WEEK_DAYS * week + offset)) for offset in range(WEEK_DAYS))
            for week in range(weeks)
        )


@dataclass(frozen=True, slots=True)
class HeldShare:
    """How long a holder held the case, in working minutes."""

    holder: str
    working_minutes: int

    @property
    def words(self) -> str:
        """The time in hours and minutes."""
        hours, minutes = divmod(self.working_minutes, 60)
        return f"{hours} 小时 {minutes:02d} 分" if hours else f"{minutes} 分"


@dataclass(frozen=True, slots=True)
class CasePage:
    """One case: its row, its narrative where the reader may see it, its history, clocks and held time."""

    reader: Reader
    row: WorkRow
    today: date
    text: str | None = field(repr=False)
    history: tuple[HistoryRow, ...]
    clocks: tuple[ClockView, ...]
    held: tuple[HeldShare, ...]


def render_sign_in(page: SignInPage, site: Site) -> str:
    """Return the form that takes a token."""
    return render("console_sign_in.html", site, page=page)


def render_work_list(page: WorkListPage, site: Site) -> str:
    """Return the work list."""
    return render("console_list.html", site, page=page, standing=standing, flags=_flags)


def render_case(page: CasePage, site: Site) -> str:
    """Return one case with its history, its clocks day by day, and who held it how long."""
    longest = max((share.working_minutes for share in page.held), default=0)
    return render("console_case.html", site, page=page, standing=standing, flags=_flags, minutes_max=max(longest, 1))


@dataclass(frozen=True, slots=True)
class Standing:
    """How a case stands against its deadline: words, and ``good``, ``warning``, ``bad`` or nothing."""

    words: str
    tone: str


def standing(row: WorkRow, today: date) -> Standing:
    """Return how many calendar days are left or over on a day, for a case that still waits for its answer."""
    if row.answered_at is not None:
        return Standing("已答复", "good")
    if row.state not in OPEN_STATES or row.deadline is None:
        return Standing("—", "")
    days = (row.deadline.due.date() - today).days
    if days < 0:
        return Standing(f"超 {-days} 天", "bad")
    return Standing("今日到期" if days == 0 else f"余 {days} 天", "warning" if days <= 1 else "")


def _flags(row: WorkRow) -> tuple[tuple[Words, bool], ...]:
    """A case's flags in words, each with whether it alarms."""
    return tuple((FLAG_WORDS.get(flag, Words(flag)), flag in ALARMING_FLAGS) for flag in row.flags)
