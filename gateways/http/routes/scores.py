"""The routes of the score ledger (考核台账), a part of the one table."""

from __future__ import annotations

from typing import Final

from gateways.http import console_scores, scores
from gateways.http.table import HTML, Answer, Asked, Route
from services.access import Action, roles_for
from services.spreadsheets import CSV_MEDIA, XLSX_MEDIA

_LEDGER: Final = "/api/v1/scores"
_ENTRY: Final = f"{_LEDGER}/entries/{{entry}}"
_TAG: Final = "scores 考核"

SCORES: Final = (
    Route(
        method="GET",
        path=f"{_LEDGER}/rules",
        name="read-score-rules",
        zh="有效的考核扣分规则",
        en="the score rules in force",
        tag=_TAG,
        endpoint=scores.read_rules,
        roles=roles_for(Action.READ_SCORES),
        answers={200: Answer("规则", "the rules", scores.ScoreRules)},
    ),
    Route(
        method="GET",
        path=f"{_LEDGER}/proposals",
        name="propose-scores",
        zh="由日志事实提出的记分建议",
        en="what the log gives ground to enter for a quarter",
        tag=_TAG,
        endpoint=scores.propose,
        roles=roles_for(Action.PROPOSE_SCORES),
        answers={200: Answer("建议", "the proposals", scores.ScoreProposals)},
        faults=(409, 422),
    ),
    Route(
        method="GET",
        path=_LEDGER,
        name="read-scores",
        zh="各单位季度得分，分组排名",
        en="the scores of a quarter, ranked by group",
        tag=_TAG,
        endpoint=scores.read_table,
        roles=roles_for(Action.READ_ALL_SCORES),
        answers={200: Answer("得分表", "the scores", scores.ScoreTable)},
        faults=(422,),
    ),
    Route(
        method="GET",
        path=f"{_LEDGER}/units/{{unit}}",
        name="read-unit-score",
        zh="一个单位的季度得分及每条记录",
        en="a unit's score in a quarter, with every entry behind it",
        tag=_TAG,
        endpoint=scores.read_unit,
        roles=roles_for(Action.READ_SCORES),
        answers={200: Answer("得分", "the score", scores.UnitScoreView)},
        faults=(404, 422),
    ),
    Route(
        method="GET",
        path=f"{_LEDGER}/entries",
        name="list-score-entries",
        zh="考核台账",
        en="the entries that the caller may see, the newest first",
        tag=_TAG,
        endpoint=scores.list_entries,
        roles=roles_for(Action.READ_SCORES),
        answers={200: Answer("一页台账", "a page of the ledger", scores.ScoreEntryPage)},
        faults=(422,),
    ),
    *(
        Route(
            method="GET",
            path=f"{_LEDGER}/entries.{ending}",
            name=f"export-score-entries-{ending}",
            zh=f"考核台账导出为 {ending.upper()}",
            en=f"the ledger as {ending.upper()}, all of it",
            tag=_TAG,
            endpoint=endpoint,
            roles=roles_for(Action.READ_SCORES),
            answers={200: Answer(ending.upper(), "the ledger", media=media)},
            faults=(422,),
        )
        for ending, media, endpoint in (
            ("csv", CSV_MEDIA, scores.entries_csv),
            ("xlsx", XLSX_MEDIA, scores.entries_xlsx),
        )
    ),
    Route(
        method="POST",
        path=f"{_LEDGER}/entries",
        name="enter-score",
        zh="登记一条考核记录：按建议，或手工项目",
        en="enter points for a cause: a proposal, or an item that only a person can state",
        tag=_TAG,
        endpoint=scores.enter,
        roles=roles_for(Action.ENTER_SCORE),
        answers={
            201: Answer("已登记", "entered", scores.ScoreEntryView),
            200: Answer("此前已由同一人登记", "the same person entered it before", scores.ScoreEntryView),
        },
        faults=(409, 422),
    ),
    Route(
        method="GET",
        path=_ENTRY,
        name="read-score-entry",
        zh="一条考核记录及其事件",
        en="an entry with its events",
        tag=_TAG,
        endpoint=scores.read_entry,
        roles=roles_for(Action.READ_SCORES),
        answers={200: Answer("记录", "the entry", scores.ScoreEntryHistory)},
        faults=(404,),
    ),
    Route(
        method="POST",
        path=f"{_ENTRY}/void",
        name="void-score",
        zh="撤销一条考核记录，须有理由",
        en="void an entry, with a reason",
        tag=_TAG,
        endpoint=scores.void,
        roles=roles_for(Action.VOID_SCORE),
        answers={200: Answer("已撤销", "voided", scores.ScoreEntryView)},
        faults=(404, 409, 422),
    ),
    Route(
        method="POST",
        path=f"{_ENTRY}/appeal",
        name="appeal-score",
        zh="对本单位的考核记录申诉",
        en="appeal against an entry of one's own unit",
        tag=_TAG,
        endpoint=scores.appeal,
        roles=roles_for(Action.APPEAL_SCORE),
        answers={200: Answer("已申诉", "appealed", scores.ScoreEntryView)},
        faults=(404, 409, 422),
    ),
    Route(
        method="POST",
        path=f"{_ENTRY}/decide",
        name="decide-score-appeal",
        zh="决定一件申诉：成立（撤销或减分）或不成立",
        en="decide an appeal: upheld, voided or reduced, or rejected",
        tag=_TAG,
        endpoint=scores.decide,
        roles=roles_for(Action.DECIDE_SCORE_APPEAL),
        answers={200: Answer("已决定", "decided", scores.ScoreEntryView)},
        faults=(404, 409, 422),
    ),
    Route(
        method="GET",
        path=console_scores.SCORES_PATH,
        name="console-scores",
        zh="工作台：考核台账",
        en="the score ledger in the console",
        tag="pages 网页",
        endpoint=console_scores.scores_page,
        roles=roles_for(Action.READ_SCORES),
        plain=True,
        cookie=True,
        asked=(Asked("quarter", "季度"), Asked("unit", "单位"), Asked("state", "状态"), Asked("cursor", "翻页")),
        answers={200: Answer("网页", "the page", media=HTML)},
        faults=(422,),
    ),
)
"""Every route of the ledger: the API's, and its page in the console."""
