"""The console for staff, read-only: signing in with a token, the work list, and one case with its history and clocks.

The token is typed into a form and kept by the server in an HttpOnly cookie; it never stands in a page or an address.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from enum import StrEnum
from typing import Final

from domain.words import (
    CHINESE,
    OPEN_STATES,
    Channel,
    ComplaintKind,
    Complexity,
    Finding,
    Satisfaction,
    State,
    SupervisionLevel,
    Urgency,
)
from gateways.pages.public_pages import DueView
from gateways.pages.rendering import Site, Words, render
from services.access import Action, roles_for

WEEK_DAYS: Final = 7

_SCORE_READERS: Final = frozenset(CHINESE[role] for role in roles_for(Action.READ_SCORES))

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
    "extended": Words("已延期", "Extended"),
    "suspended": Words("已中止", "Suspended"),
    "publication_withdrawn": Words("撤回公开", "Withdrawn from publication"),
    "hard": Words("疑难", "Hard case"),
    "near_empty_reply": Words("答复几无内容", "Near-empty reply"),
    "reply_date_without_text": Words("有答复日期无内容", "Reply date without text"),
    "text_without_reply_date": Words("有答复内容无日期", "Reply without date"),
    "unit_missing": Words("未注明单位", "No unit named"),
    "day_precision": Words("只知日期", "Date only"),
    "reworked": Words("重办", "Reworked"),
    "archived": Words("已归档", "Archived"),
    "provisional": Words("期限暂定", "Provisional deadline"),
}
"""Flags in words; one unknown here is shown as it is written."""

ALARMING_FLAGS: Final = frozenset({"red", "overdue", "listed"})

FIELD_WORDS: Final[dict[str, str]] = {
    "address": "地址",
    "answered_on": "答复日期",
    "barcode": "条码",
    "category": "分类",
    "cause": "原因",
    "channel": "渠道",
    "clock": "时钟",
    "code": "代码",
    "complexity": "难易",
    "conduct_code": "行风问题",
    "confidential": "保密",
    "disputed_leg": "争议环节",
    "due": "期限",
    "evidence": "依据",
    "flag": "标记",
    "follow_up": "第几次回访",
    "ground": "事由",
    "internal_note": "内部备注",
    "into": "并入",
    "kind": "类别",
    "ledger": "台账",
    "level": "督办级别",
    "limit_class": "时限类别",
    "line": "台账行号",
    "means": "方式",
    "note": "备注",
    "organ": "移送机关",
    "out_of": "来自",
    "outcome": "结果",
    "parent_leg": "上级环节",
    "programme_ref": "节目期次",
    "proper_route": "应循途径",
    "question": "须补充",
    "reason": "理由",
    "remark": "诉求人意见",
    "reply": "答复",
    "reporter_address": "诉求人地址",
    "reporter_name": "诉求人",
    "reporter_number": "联系电话",
    "result": "核实结果",
    "run": "导入批次",
    "satisfaction": "满意度",
    "service": "紧急服务",
    "solved": "已解决",
    "source": "来源",
    "source_id": "来源编号",
    "unit": "单位",
    "urgency": "紧急程度",
    "wanted_unit": "所指单位",
}
"""The fields of facts in words; one unknown here is shown by its name."""

HOLDER_WORDS: Final[dict[str, str]] = {
    "hotline": "热线",
    "unit": "承办单位",
    "dispute": "退单争议",
    "review": "审核",
    "delivery": "送达",
    "follow_up": "回访",
    "citizen": "诉求人",
}
"""Who holds a case, where it is not a unit that has a name of its own."""

_VOCABULARIES: Final[dict[str, type[StrEnum]]] = {
    "channel": Channel,
    "complexity": Complexity,
    "kind": ComplaintKind,
    "level": SupervisionLevel,
    "result": Finding,
    "satisfaction": Satisfaction,
    "urgency": Urgency,
}

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
    links: tuple[tuple[str, Words], ...] = ()
    """The desks that this role may open: addresses and words."""

    @property
    def reads_scores(self) -> bool:
        """Whether the score ledger is open to this reader."""
        return self.role in _SCORE_READERS


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
        """The clock's name in Chinese."""
        return clock_words(self.name)

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


def detail(name: str, value: object) -> tuple[str, str]:
    """Return a fact's field as it is read: its name and its value in words, each as it is written where unknown."""
    vocabulary = _VOCABULARIES.get(name)
    if isinstance(value, bool):
        said = "是" if value else "否"
    elif vocabulary is not None and isinstance(value, str) and value in set(vocabulary):
        said = CHINESE.get(vocabulary(value), value)
    elif name == "clock":
        said = clock_words(str(value))
    else:
        said = str(value)
    return FIELD_WORDS.get(name, name), said


def clock_words(name: str) -> str:
    """Return a clock's name in Chinese: ``citizen`` and ``leg 1`` are names on the wire."""
    kind, _, number = name.partition(" ")
    known = {"citizen": "诉求人时限", "leg": f"承办环节 {number}", "dispute": f"退单争议 {number}"}
    return known.get(kind, name)


def holder_words(holder: str) -> str:
    """Return who holds a case in Chinese; a unit goes by its own name."""
    return HOLDER_WORDS.get(holder, holder)


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
