"""Editions of rules, calendars, codes and definitions (版本), and their withdrawal. A part of the one table."""

from __future__ import annotations

from typing import Final

from gateways.http import (
    editions,
)
from gateways.http.table import Answer, Route
from services.access import Action, roles_for

_EDITION: Final = "/api/v1/editions/{kind}/{edition}"

EDITIONS: Final = (
    Route(
        method="GET",
        path="/api/v1/editions",
        name="list-editions",
        zh="各类版本及待确认的撤回",
        en="the editions of rules, calendars, codes and definitions, and the withdrawals that wait",
        tag="editions 版本",
        endpoint=editions.read_editions,
        roles=roles_for(Action.READ_RULES),
        answers={200: Answer("各版本", "the editions", editions.EditionList)},
        faults=(422,),
    ),
    Route(
        method="GET",
        path=_EDITION,
        name="read-edition",
        zh="一个版本的经过及其引起的每次期限重算",
        en="an edition's course, and every recomputation that it caused or its withdrawal led to",
        tag="editions 版本",
        endpoint=editions.read_edition,
        roles=roles_for(Action.READ_EDITION_COURSES),
        answers={200: Answer("经过", "the course", editions.EditionCourse)},
        faults=(422,),
    ),
    Route(
        method="GET",
        path="/api/v1/editions/definitions/{edition}/withdrawal-effect",
        name="read-withdrawal-effect",
        zh="撤回一版统计口径会使以往各季度哪些数字改变",
        en="which figures of past quarters the withdrawal of definitions would change",
        tag="editions 版本",
        endpoint=editions.read_effect,
        roles=roles_for(Action.READ_EDITION_COURSES),
        answers={200: Answer("影响", "the effect", editions.WithdrawalEffect)},
        faults=(422,),
    ),
    Route(
        method="POST",
        path=f"{_EDITION}/request-withdrawal",
        name="request-edition-withdrawal",
        zh="申请撤回版本，待另一人确认",
        en="ask that a wrong edition be withdrawn; a second person confirms",
        tag="editions 版本",
        endpoint=editions.request_withdrawal,
        roles=roles_for(Action.WITHDRAW_EDITIONS),
        answers={200: Answer("已申请", "asked", editions.WithdrawalStep)},
        faults=(409,),
    ),
    Route(
        method="POST",
        path=f"{_EDITION}/confirm-withdrawal",
        name="confirm-edition-withdrawal",
        zh="以第二人身份确认撤回，期限随之重算",
        en="withdraw an edition as the second person; new deadlines follow",
        tag="editions 版本",
        endpoint=editions.confirm_withdrawal,
        roles=roles_for(Action.WITHDRAW_EDITIONS),
        answers={200: Answer("已撤回", "withdrawn", editions.WithdrawalStep)},
        faults=(409,),
    ),
    Route(
        method="POST",
        path=f"{_EDITION}/cancel-withdrawal",
        name="cancel-edition-withdrawal",
        zh="取消撤回申请，由申请人或管理员办理",
        en="take back a wish to withdraw, by whoever had it or an administrator",
        tag="editions 版本",
        endpoint=editions.cancel_withdrawal,
        roles=roles_for(Action.WITHDRAW_EDITIONS),
        answers={200: Answer("已取消", "taken back", editions.WithdrawalStep)},
        faults=(409,),
    ),
)
