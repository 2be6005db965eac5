"""Figures (统计): by unit, held time, ranking, barometer, definitions, differences. A part of the one table."""

from __future__ import annotations

from typing import Final

from gateways.http import (
    stats,
    unit_pages,
)
from gateways.http.table import Answer, Route
from services.access import Action, roles_for

FIGURES: Final = (
    Route(
        method="GET",
        path="/api/v1/stats/units",
        name="unit-figures",
        zh="分单位统计",
        en="figures by unit, as of and as known at any instant",
        tag="figures 统计",
        endpoint=stats.unit_figures,
        roles=roles_for(Action.READ_STATISTICS),
        answers={200: Answer("统计表", "the table", stats.UnitFigures)},
        faults=(422,),
    ),
    Route(
        method="GET",
        path="/api/v1/units/{unit}/page",
        name="read-unit-page",
        zh="一单位一页：超时、未办、属实未纠、重办、不满意、异议",
        en="a unit on one page: late, undone, uncorrected, done again, not content, objections",
        tag="figures 统计",
        endpoint=unit_pages.read_unit_page,
        roles=roles_for(Action.READ_UNIT_PAGES),
        answers={200: Answer("单位页", "the page", unit_pages.UnitPageView)},
    ),
    Route(
        method="GET",
        path="/api/v1/stats/barometer",
        name="read-barometer",
        zh="晴雨表：同比、环比",
        en="the barometer: a quarter beside the one before and the same a year before",
        tag="figures 统计",
        endpoint=stats.read_barometer,
        roles=roles_for(Action.READ_STATISTICS),
        answers={200: Answer("晴雨表", "the barometer", stats.BarometerReading)},
        faults=(422,),
    ),
    Route(
        method="GET",
        path="/api/v1/stats/held",
        name="held-times",
        zh="持有时间：各方、各单位",
        en="held time by holder and unit; the shares add up to the elapsed working time",
        tag="figures 统计",
        endpoint=stats.held_times,
        roles=roles_for(Action.READ_STATISTICS),
        answers={200: Answer("持有时间", "held time", stats.HeldTimes)},
        faults=(422,),
    ),
    Route(
        method="GET",
        path="/api/v1/stats/ranking",
        name="unit-ranking",
        zh="分组排名",
        en="units ranked in their groups, with what each left open",
        tag="figures 统计",
        endpoint=stats.unit_ranking,
        roles=roles_for(Action.READ_STATISTICS),
        answers={200: Answer("排名", "the ranking", stats.UnitRanking)},
        faults=(422,),
    ),
    Route(
        method="GET",
        path="/api/v1/stats/explain-difference",
        name="explain-difference",
        zh="差异说明：逐件",
        en="why a quarter's figures as known at two instants differ, case by case",
        tag="figures 统计",
        endpoint=stats.figure_differences,
        roles=roles_for(Action.EXPLAIN_FIGURES),
        answers={200: Answer("差异", "the difference", stats.FigureDifferences)},
        faults=(422,),
    ),
    Route(
        method="GET",
        path="/api/v1/stats/definitions",
        name="figure-definitions",
        zh="统计口径各版本",
        en="the editions of the figures' definitions that were adopted",
        tag="figures 统计",
        endpoint=stats.figure_definitions,
        roles=roles_for(Action.READ_RULES),
        answers={200: Answer("口径", "the definitions", stats.FigureDefinitions)},
    ),
)
