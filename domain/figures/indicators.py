"""Every indicator as a definition with an edition (指标口径): which sets it counts, in which words, on what evidence.

City-wide figures count complaints (``case_sets``), a unit's figures count its legs (``leg_sets``); a set is a named
predicate and nothing else. ``docs/indicators.md`` says the same in words, with an example each.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from fractions import Fraction
from typing import Generic

from domain.figures.case_sets import (
    answered_after,
    answered_late,
    answered_on_time,
    answered_on_time_originally,
    called_back,
    carried_in,
    closed,
    closed_and_followed_up,
    closed_at_once,
    closed_early,
    closed_of_due,
    corrected,
    due,
    due_originally,
    extended,
    found,
    invalidated,
    measure_past_due,
    open_case,
    overdue_open,
    proved,
    reached,
    reached_first,
    registered,
    repeated,
    reworked,
    said,
    satisfied,
    satisfied_first,
    solved,
    weighed,
    weighed_first,
)
from domain.figures.figure import OVER_DAYS
from domain.figures.leg_sets import (
    co_leg_due,
    co_leg_on_time,
    leg_called_back,
    leg_carried_in,
    leg_closed,
    leg_closed_and_followed_up,
    leg_closed_at_once,
    leg_closed_early,
    leg_contact_due,
    leg_contacted_in_time,
    leg_corrected,
    leg_dispatched,
    leg_done_of_due,
    leg_due,
    leg_due_originally,
    leg_extended,
    leg_found,
    leg_invalidated,
    leg_late,
    leg_measure_past_due,
    leg_on_time,
    leg_on_time_originally,
    leg_open,
    leg_overdue,
    leg_proved,
    leg_reached,
    leg_reached_first,
    leg_registered,
    leg_repeated,
    leg_returned,
    leg_reworked,
    leg_said,
    leg_satisfied,
    leg_satisfied_first,
    leg_sign_due,
    leg_signed_in_time,
    leg_solved,
    leg_weighed,
    leg_weighed_first,
)
from domain.figures.measures import CaseMeasure
from domain.figures.rows import Counted, LegRow, Predicate
from domain.figures.sources import Needs
from domain.figures.window import Window
from domain.words import Satisfaction

EDITION = "2026-1"
"""The edition of every definition here and of the sets that they count; it changes whenever one of them does."""

NOTHING = Needs()
"""What a figure needs that every source supports."""


@dataclass(frozen=True, slots=True)
class Sets(Generic[Counted]):
    """A numerator and a denominator over one kind of row; ``weight`` is what one row adds to the numerator, else 1."""

    numerator: Predicate[Counted]
    denominator: Predicate[Counted]
    weight: Callable[[Counted, Window], Fraction] | None = None


@dataclass(frozen=True, slots=True)
class Definition:
    """One rate: its sets over complaints (for the city) and over legs (for a unit), and what it needs of a source.

    ``acts`` says that the numerator counts acts of the quarter, whether or not they belong to the denominator. Where
    ``cases`` is ``None`` the city too counts legs.
    """

    key: str
    name_zh: str
    numerator_zh: str
    denominator_zh: str
    legs: Sets[LegRow]
    cases: Sets[CaseMeasure] | None = None
    exclusions_zh: str = ""
    acts: bool = False
    needs: Needs = NOTHING


@dataclass(frozen=True, slots=True)
class CountDefinition:
    """One count: its set over complaints (the city) and legs (a unit); without ``cases`` both count legs."""

    key: str
    name_zh: str
    said_zh: str
    cases: Predicate[CaseMeasure] | None
    legs: Predicate[LegRow]
    needs: Needs = NOTHING


_ALL = Needs(every_case=True)
_DUE = Needs(every_case=True, acceptance=True)
_DUE_IN_ORDER = Needs(every_case=True, acceptance=True, in_order=True)
_PROCESS = Needs(process=True)
_DUE_PROCESS = Needs(every_case=True, acceptance=True, process=True)
_ALL_PROCESS = Needs(every_case=True, process=True)

COUNTS: tuple[CountDefinition, ...] = (
    CountDefinition("registered", "受理", "本期登记；单位为本期派至且未退单", registered, leg_registered, _ALL),
    CountDefinition("due", "应办结", "本期到期，加上期结转的超期件", due, leg_due, _DUE),
    CountDefinition("carried_in", "上期结转", "到期日早于本期、期初仍未答复", carried_in, leg_carried_in, _DUE),
    CountDefinition("closed", "办结", "本期办结且未重新办理", closed, leg_closed),
    CountDefinition("closed_early", "提前办结", "本期办结而期限在以后", closed_early, leg_closed_early, _DUE),
    CountDefinition("late", "超时办结", "应办结中逾限答复", answered_late, leg_late, _DUE),
    CountDefinition("open", "未办结", "统计时点未办结", open_case, leg_open, _ALL),
    CountDefinition("overdue_open", "超时未办结", "统计时点已逾限而未答复", overdue_open, leg_overdue, _DUE),
    CountDefinition("followed_up", "回访", "本期回访到本人", reached, leg_reached, _PROCESS),
    CountDefinition(
        "satisfied_people",
        "满意",
        "末次回访满意",
        said(Satisfaction.SATISFIED),
        leg_said(Satisfaction.SATISFIED),
        _PROCESS,
    ),
    CountDefinition(
        "fairly_satisfied_people",
        "基本满意",
        "末次回访基本满意",
        said(Satisfaction.FAIRLY_SATISFIED),
        leg_said(Satisfaction.FAIRLY_SATISFIED),
        _PROCESS,
    ),
    CountDefinition(
        "dissatisfied_people",
        "不满意",
        "末次回访不满意",
        said(Satisfaction.DISSATISFIED),
        leg_said(Satisfaction.DISSATISFIED),
        _PROCESS,
    ),
    CountDefinition(
        "ratings_invalidated",
        "评议作废",
        "本期评议后被作废，不在 V 内",
        invalidated,
        leg_invalidated,
        _PROCESS,
    ),
    CountDefinition(
        "measures_past_due",
        "整改逾期",
        "统计时点有整改措施逾期未完成，不论何时核实",
        measure_past_due,
        leg_measure_past_due,
        _PROCESS,
    ),
    CountDefinition("returned_legs", "退单", "本期同意退单或另行指定", None, leg_returned, _PROCESS),
    CountDefinition("co_due", "协办应办", "协办、二级派单本期到期", None, co_leg_due, _PROCESS),
    CountDefinition("co_on_time", "协办按时", "协办应办中按时答复", None, co_leg_on_time, _PROCESS),
)
"""Counts beside answered, flagged and over_days, which are those of the times."""


DEFINITIONS: tuple[Definition, ...] = (
    Definition(
        "on_time",
        "按时答复率",
        "单位时钟在期限内停止；全市为答复在诉求人期限内送达",
        "应办结 D",
        Sets(leg_on_time, leg_due),
        Sets(answered_on_time, due),
        "同意退单的环节、期限前撤回或收回的不计；提前办结另列；答复早于来信的不计",
        needs=_DUE_IN_ORDER,
    ),
    Definition(
        "on_time_original",
        "按时答复率（按原期限）",
        "按首次承诺的期限按时",
        "按首次承诺的期限计的 D",
        Sets(leg_on_time_originally, leg_due_originally),
        Sets(answered_on_time_originally, due_originally),
        "同按时答复率；延期不改变原期限",
        needs=_DUE_IN_ORDER,
    ),
    Definition(
        "closed_of_due",
        "办结率",
        "D 中统计时点已办结；单位为已答复",
        "应办结 D",
        Sets(leg_done_of_due, leg_due),
        Sets(closed_of_due, due),
        "提前办结另列",
        needs=_DUE,
    ),
    Definition(
        "closed_on_time",
        "按时办结率",
        "D 中答复在诉求人期限内送达；单位为在单位期限内答复",
        "应办结 D",
        Sets(leg_on_time, leg_due),
        Sets(answered_on_time, due),
        "提前办结另列；答复早于来信的不计",
        needs=_DUE_IN_ORDER,
    ),
    Definition(
        "substantiated",
        "属实率",
        "属实与部分属实",
        "本期核实 F，一件多次核实取末次",
        Sets(leg_proved, leg_found),
        Sets(proved, found),
        needs=_PROCESS,
    ),
    Definition(
        "corrected",
        "查纠率",
        "有整改措施",
        "本期属实与部分属实",
        Sets(leg_corrected, leg_proved),
        Sets(corrected, proved),
        needs=_PROCESS,
    ),
    Definition(
        "solved",
        "解决率",
        "诉求人末次答称已解决",
        "本期办结 C 且回访到本人",
        Sets(leg_solved, leg_closed_and_followed_up),
        Sets(solved, closed_and_followed_up),
        needs=_PROCESS,
    ),
    Definition(
        "satisfied",
        "满意率",
        "本期末次回访满意，加基本满意乘权重",
        "本期回访到 V",
        Sets(leg_satisfied, leg_reached, leg_weighed),
        Sets(satisfied, reached, weighed),
        "未接通的不在 V 内，另列回访到率",
        needs=_PROCESS,
    ),
    Definition(
        "satisfied_first",
        "首次满意率",
        "首次回访满意，加基本满意乘权重",
        "首次回访到在本期",
        Sets(leg_satisfied_first, leg_reached_first, leg_weighed_first),
        Sets(satisfied_first, reached_first, weighed_first),
        "未接通的不计",
        needs=_PROCESS,
    ),
    Definition(
        "reached",
        "回访到率",
        "本期回访到本人",
        "本期有回访（含未接通）",
        Sets(leg_reached, leg_called_back),
        Sets(reached, called_back),
        needs=_PROCESS,
    ),
    Definition(
        "responded",
        "响应率",
        "在时限内先行联系",
        "先行联系时限在本期的环节",
        Sets(leg_contacted_in_time, leg_contact_due),
        exclusions_zh="同意退单的环节、时限前收回的不计",
        needs=_PROCESS,
    ),
    Definition(
        "signed_in_time",
        "及时签收率",
        "在时限内签收",
        "签收时限在本期的环节",
        Sets(leg_signed_in_time, leg_sign_due),
        exclusions_zh="同意退单的环节、时限前收回的不计",
        needs=_PROCESS,
    ),
    Definition(
        "reworked",
        "重办率",
        "本期责令重办",
        "应办结 D",
        Sets(leg_reworked, leg_due),
        Sets(reworked, due),
        "分子为本期行为，可能不在 D 内",
        acts=True,
        needs=_DUE_PROCESS,
    ),
    Definition(
        "returned",
        "退单率",
        "本期同意退单或另行指定",
        "本期派出的主办环节",
        Sets(leg_returned, leg_dispatched),
        exclusions_zh="分子为本期行为，可能派出在上期",
        acts=True,
        needs=_PROCESS,
    ),
    Definition(
        "extended",
        "延期率",
        "本期同意延期",
        "应办结 D",
        Sets(leg_extended, leg_due),
        Sets(extended, due),
        "分子为本期行为，可能不在 D 内",
        acts=True,
        needs=_DUE_PROCESS,
    ),
    Definition(
        "repeated",
        "重复率",
        "R 中统计时点并入他件",
        "本期登记 R",
        Sets(leg_repeated, leg_registered),
        Sets(repeated, registered),
        "撤销并单的不计",
        needs=_ALL_PROCESS,
    ),
    Definition(
        "closed_at_once",
        "一次办结率",
        "C 中未重办且未重新办理",
        "本期办结 C",
        Sets(leg_closed_at_once, leg_closed),
        Sets(closed_at_once, closed),
        needs=_PROCESS,
    ),
)
"""Every rate of the edition, in the order in which tables print them."""

ONLY_WITHIN: dict[Predicate[CaseMeasure], Predicate[CaseMeasure]] = {
    carried_in: due,
    answered_late: due,
    closed_early: closed,
    overdue_open: open_case,
    **{definition.cases: reached for definition in COUNTS if definition.key.endswith("_people") and definition.cases},
}
"""Sets of complaints that lie within another: what is outside the second need not be asked for the first."""

LEGS_ONLY_WITHIN: dict[Predicate[LegRow], Predicate[LegRow]] = {
    leg_carried_in: leg_due,
    leg_late: leg_due,
    leg_closed_early: leg_closed,
    leg_overdue: leg_open,
    co_leg_on_time: co_leg_due,
    **{definition.legs: leg_reached for definition in COUNTS if definition.key.endswith("_people")},
}
"""Sets of legs that lie within another."""

OVER: tuple[tuple[int, Predicate[CaseMeasure]], ...] = tuple((days, answered_after(days)) for days in OVER_DAYS)
"""The predicates of ``over_days``."""
