"""The unit brief for the host (一点成绩、两点问题、三点措施): drawn from figures alone, each line with its trace.

The achievement is the rate in which the unit stands best, against the quarter before or against its group; the two
problems are where it stands worst; the three measures are what it owes. Where figures do not carry a line, "—" stands
there with the cause: a brief never praises or blames on nothing.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from datetime import date
from fractions import Fraction
from itertools import chain, zip_longest
from typing import Any, Final

from domain.figures.figure import EMPTY, NONE, Cause, Figure, Rounding, percent
from domain.figures.indicators import DEFINITIONS, EDITION
from domain.figures.leg_sets import leg_overdue
from domain.figures.ranking import LESS_IS_BETTER
from domain.figures.rows import LegRow
from domain.figures.unit_table import Row, UnitTable
from domain.periods import Quarter
from domain.words import CHINESE, ComplaintKind
from services.programme_lists import PromiseLine
from services.publication.document import key_of
from services.publication.spoken import near_day
from services.statistics import QuarterRows
from services.uncorrected import Uncorrected
from services.work_lists import receipt_of

COUNTED_MIN: Final = 5
"""A rate over fewer matters is held against nothing: one matter more or less would turn it."""

PROBLEMS: Final = 2
MEASURES: Final = 3

RATES: Final = (
    "on_time",
    "closed_on_time",
    "signed_in_time",
    "responded",
    "corrected",
    "solved",
    "satisfied",
    "reworked",
    "returned",
)
"""The rates that a unit is praised or blamed for, in the order in which equals are taken."""

IN_BULLETIN: Final = frozenset({"on_time", "corrected", "satisfied", "reworked"})
"""Those of them that the bulletin's table by unit has a cell of; the others stand in ``stats units``."""

NO_BETTER: Final = Cause(
    "nothing_better", "没有好于上季度或同组的指标", "no rate is better than the quarter before or than its group"
)
NO_WORSE: Final = Cause(
    "nothing_worse", "没有差于上季度或同组的指标，也没有超时和逾期", "no rate is worse, and nothing is overdue"
)
NOTHING_OWED: Final = Cause(
    "nothing_owed", "没有逾期承诺、属实未纠和超时未办结的", "no promise, measure or matter is owed"
)
TOO_FEW: Final = Cause(
    "too_few", f"本季度可比的不足 {COUNTED_MIN} 件", f"fewer than {COUNTED_MIN} matters could be compared"
)

_NAMES: Final = {one.key: one.name_zh for one in DEFINITIONS}


@dataclass(frozen=True, slots=True)
class BriefLine:
    """One line: what is printed, and where that comes from; without ``said`` there is ``cause``.

    ``spoken`` is what a presenter says in its place: a whole sentence, without brackets and fractions.
    """

    said: str | None
    trace: dict[str, Any] = field(default_factory=dict)
    cause: Cause | None = None
    spoken: str | None = None

    def json(self) -> dict[str, Any]:
        """Return the line as plain values."""
        cause = None if self.cause is None else {"code": self.cause.code, "zh": self.cause.zh, "en": self.cause.en}
        return {
            "said": self.said if self.said is not None else NONE,
            "spoken": self.spoken,
            "trace": self.trace,
            "cause": cause,
        }


@dataclass(frozen=True, slots=True)
class UnitBrief:
    """A unit's brief in a quarter: one achievement, two problems, three measures."""

    unit: str
    quarter: Quarter
    achievement: BriefLine
    problems: tuple[BriefLine, ...]
    measures: tuple[BriefLine, ...]

    def json(self) -> dict[str, Any]:
        """Return the brief as plain values."""
        return {
            "unit": self.unit,
            "quarter": str(self.quarter),
            "achievement": self.achievement.json(),
            "problems": [one.json() for one in self.problems],
            "measures": [one.json() for one in self.measures],
        }


@dataclass(frozen=True, slots=True)
class Sources:
    """What a brief is drawn from: two quarters, and everything that the unit owes."""

    quarter: Quarter
    rows: QuarterRows
    table: UnitTable
    before: UnitTable
    promises: Sequence[PromiseLine]
    uncorrected: Sequence[Uncorrected]


@dataclass(frozen=True, slots=True)
class _Compared:
    """A rate beside the one of the quarter before and that of the group; positive differences are good ones."""

    key: str
    figure: Figure
    change: Fraction | None
    gap: Fraction | None
    order: int

    @property
    def differences(self) -> tuple[Fraction, ...]:
        return tuple(one for one in (self.change, self.gap) if one is not None)


def brief_of(unit: str, sources: Sources) -> UnitBrief:
    """Return the brief of a unit, under the name that the registry resolves it to."""
    row = sources.table.unit(unit)
    compared = tuple(_compared(unit, row, sources)) if row is not None else ()
    why_none = _why_none(row, compared)
    best = max(
        (one for one in compared if max(one.differences) > 0),
        key=lambda one: (max(one.differences), -one.order),
        default=None,
    )
    achievement = (
        BriefLine(_better(best), _trace(unit, best.figure, sources), spoken=_aloud(best, better=True))
        if best is not None
        else BriefLine(None, cause=why_none or NO_BETTER)
    )
    problems = list(_overdue(unit, row, sources))
    worse = sorted(
        (one for one in compared if one is not best and min(one.differences) < 0),
        key=lambda one: (min(one.differences), one.order),
    )
    problems += [
        BriefLine(_worse(one), _trace(unit, one.figure, sources), spoken=_aloud(one, better=False)) for one in worse
    ]
    problems = problems[:PROBLEMS]
    problems += [BriefLine(None, cause=why_none or NO_WORSE)] * (PROBLEMS - len(problems))
    measures = list(_owed(unit, sources))[:MEASURES]
    measures += [BriefLine(None, cause=NOTHING_OWED)] * (MEASURES - len(measures))
    return UnitBrief(unit, sources.quarter, achievement, tuple(problems), tuple(measures))


def _why_none(row: Row | None, compared: tuple[_Compared, ...]) -> Cause | None:
    """Say why nothing could be compared: the commonest cause of the rates, else that there was too little."""
    if compared:
        return None
    if row is None:
        return EMPTY
    causes = [row.rates[key].cause for key in RATES if row.rates[key].cause is not None]
    said = [one for one in causes if one is not None and one is not EMPTY]
    return max(said, key=said.count) if said else TOO_FEW


def _compared(unit: str, row: Row, sources: Sources) -> Iterator[_Compared]:
    earlier = sources.before.unit(unit)
    registry = sources.table.window.registry
    group = registry.group(unit)
    peers = [
        one
        for one in sources.table.units
        if not one.direct
        and one.unit not in {None, unit}
        and (group is None or registry.group(one.unit or "") == group)
    ]
    for order, key in enumerate(RATES):
        figure = row.rates[key]
        value = _value(figure.numerator, figure.denominator)
        if value is None:
            continue
        sign = -1 if key in LESS_IS_BETTER else 1
        then = _value(earlier.rates[key].numerator, earlier.rates[key].denominator) if earlier is not None else None
        theirs = _value(
            sum((one.rates[key].numerator for one in peers), Fraction(0)),
            sum(one.rates[key].denominator for one in peers),
        )
        change = sign * (value - then) if then is not None else None
        gap = sign * (value - theirs) if theirs is not None else None
        if change is not None or gap is not None:
            yield _Compared(key, figure, change, gap, order)


def _value(numerator: Fraction, denominator: int) -> Fraction | None:
    return numerator / denominator if denominator >= COUNTED_MIN else None


def _better(one: _Compared) -> str:
    change = one.change if one.change is not None and one.change == max(one.differences) else None
    if change is not None:
        return f"{_said(one.figure)}，好于上季度 {_points(change)}"
    assert one.gap is not None
    return f"{_said(one.figure)}，好于同组 {_points(one.gap)}"


def _worse(one: _Compared) -> str:
    change = one.change if one.change is not None and one.change == min(one.differences) else None
    if change is not None:
        return f"{_said(one.figure)}，差于上季度 {_points(-change)}"
    assert one.gap is not None
    return f"{_said(one.figure)}，差于同组 {_points(-one.gap)}"


def _aloud(one: _Compared, *, better: bool) -> str:
    """Return a rate as it is said: of how many matters, and by how much above or below whom."""
    figure = one.figure
    difference = max(one.differences) if better else -min(one.differences)
    whom = "上季度" if one.change is not None and abs(one.change) == difference else "同组单位"
    way = "低" if better == (figure.key in LESS_IS_BETTER) else "高"
    return f"{_NAMES[figure.key]}{_rate_aloud(figure)}，比{whom}{way}{_points(difference)}"


def _rate_aloud(figure: Figure) -> str:
    if figure.numerator == 0:
        return f"为零，{figure.denominator}件中一件也没有"
    if figure.numerator == figure.denominator:
        return f"{figure.rate}，{figure.denominator}件无一例外"
    # A weighted sum, as of the fairly satisfied, is no number of matters; and acts can be more than what was due.
    whole = figure.numerator.denominator == 1 and figure.numerator < figure.denominator
    return f"{figure.rate}，{figure.denominator}件中有{int(figure.numerator)}件" if whole else figure.rate


def _said(figure: Figure) -> str:
    return f"{_NAMES[figure.key]} {figure.rate}（{_whole(figure.numerator)}/{figure.denominator}）"


def _whole(numerator: Fraction) -> str:
    return str(int(numerator)) if numerator.denominator == 1 else f"{float(numerator):g}"


def _points(difference: Fraction) -> str:
    return f"{percent(difference, 1, Rounding.HALF_UP).removesuffix('%')} 个百分点"


def _trace(unit: str, figure: Figure, sources: Sources) -> dict[str, Any]:
    return {
        "figure": figure.key,
        **({"cell": f"units.{key_of(unit)}.{figure.key}"} if figure.key in IN_BULLETIN else {}),
        "numerator": _whole(figure.numerator),
        "denominator": figure.denominator,
        "rate": figure.rate,
        **_edition(sources),
    }


def _edition(sources: Sources) -> dict[str, Any]:
    return {
        "quarter": str(sources.quarter),
        "as_of": sources.table.window.today.isoformat(),
        "position": sources.rows.position,
        "definitions": sources.table.window.settings.edition or EDITION,
    }


def _overdue(unit: str, row: Row | None, sources: Sources) -> Iterator[BriefLine]:
    """Say what is overdue before any rate: a rate of 100 % never stands beside it unsaid."""
    counts = row.counts if row is not None else {}
    overdue = counts["overdue_open"].value if counts else None
    if overdue and row is not None:
        oldest = f"，未办结中派出最久 {row.oldest_open_days} 天" if row.oldest_open_days is not None else ""
        trace = {"figure": "overdue_open", "cell": f"units.{key_of(unit)}.overdue_open", "value": overdue}
        longest = (
            f"，未办结的里面最久的一件，派出已经{row.oldest_open_days}天" if row.oldest_open_days is not None else ""
        )
        spoken = f"有{overdue}件超过期限还没有办结{longest}"
        yield BriefLine(f"超时未办结 {overdue} 件{oldest}", {**trace, **_edition(sources)}, spoken=spoken)
    owed = [one for one in sources.uncorrected if one.past_due]
    if owed:
        trace = {"figure": "measures_past_due", "value": len(owed), "receipts": [one.receipt_no for one in owed]}
        spoken = f"有{len(owed)}项查实的问题，过了整改期限还没有整改到位"
        yield BriefLine(f"属实未纠 {len(owed)} 项已逾整改期限", {**trace, **_edition(sources)}, spoken=spoken)


def _owed(unit: str, sources: Sources) -> Iterator[BriefLine]:
    """Give what the unit owes, one of each sort in turn: late promises, measures, overdue matters, other promises."""
    today = sources.table.window.today
    sorts: tuple[Iterable[BriefLine], ...] = (
        (_promise(one, today) for one in sources.promises if one.days_over),
        (_measure(one, today) for one in sources.uncorrected),
        _matters(unit, sources),
        (_promise(one, today) for one in sources.promises if not one.days_over),
    )
    turns = zip_longest(*sorts)
    return (one for one in chain.from_iterable(turns) if one is not None)


def _promise(line: PromiseLine, today: date) -> BriefLine:
    late = f"，已逾期 {line.days_over} 天" if line.days_over else ""
    said = (
        f"兑现 {line.aired_on.month} 月 {line.aired_on.day} 日的现场承诺“{line.promise.text}”（{line.due} 到期{late}）"
    )
    trace = {"episode": line.episode, "commitment": line.promise.number, "position": line.promise.position}
    over = f"，已经逾期{line.days_over}天" if line.days_over else ""
    aired = near_day(line.aired_on, today)
    spoken = f"兑现{aired}在节目里作出的承诺：{line.promise.text}，期限是{near_day(line.due, today)}{over}"
    return BriefLine(said, trace, spoken=spoken)


def _measure(one: Uncorrected, today: date) -> BriefLine:
    what = f"落实整改措施“{one.code}”" if one.code is not None else "对属实问题确定整改措施"
    if one.due is None:
        when = ""
    else:
        when = f"（{one.due} 到期" + (f"，已逾期 {one.days_overdue} 天）" if one.past_due else "）")
    aloud = f"把“{one.code}”这项整改措施落实到位" if one.code is not None else "对查实的问题拿出整改措施"
    due = "" if one.due is None else f"，期限是{near_day(one.due, today)}"
    over = f"，已经逾期{one.days_overdue}天" if one.due is not None and one.past_due else ""
    trace = {"receipt_no": one.receipt_no, "leg": one.leg}
    return BriefLine(f"{what}{when}", trace, spoken=f"{aloud}{due}{over}")


def _matters(unit: str, sources: Sources) -> Iterator[BriefLine]:
    window = sources.table.window
    late = [
        row
        for row in sources.rows.leg_rows()
        if window.unit(row.leg.unit, row.leg.started) == unit and _may_be_named(row) and leg_overdue(row, window)
    ]
    for row in sorted(late, key=lambda one: (one.leg.promises[-1].deadline.due, one.leg.started_position)):
        deadline = window.in_force(row.leg.promises)
        assert deadline is not None, "what is overdue has a deadline"
        receipt = receipt_of(row.case, window.zone)
        over = (window.today - window.due_day(deadline)).days
        subject = row.case.category or CHINESE[row.case.kind]
        # A deadline of hours may have passed on this very day: nobody says "zero days over".
        late_by = f"已超 {over} 天" if over else "当日到期，已超时"
        over_aloud = f"已经超期{over}天" if over else "今天到期，已经超时"
        spoken = f"尽快办结一件“{subject}”方面的诉求，{over_aloud}"
        trace = {"receipt_no": receipt, "leg": row.leg.number}
        yield BriefLine(f"办结超时件“{subject}”（{late_by}）", trace, spoken=spoken)


def _may_be_named(row: LegRow) -> bool:
    case = row.case
    return case.kind is not ComplaintKind.ACCUSATION and not case.confidential and not case.publication_withdrawn
