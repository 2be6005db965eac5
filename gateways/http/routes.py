"""THE table: every route of the hotline over HTTP, who may call it, what it takes and what it answers."""

from __future__ import annotations

from typing import Final

from domain.lifecycle import STEPS, Step
from gateways.http import complaints, hotline
from gateways.http.bodies import HotlineCall, Receipt
from gateways.http.table import Answer, Route, Taken
from gateways.http.wire import CaseView, Clocks, History, StepTaken
from services.access import Action, roles_for

_CASE = "/api/v1/complaints/{id}"

_INTAKE: Final = (
    Route(
        method="POST",
        path="/api/v1/hotline/calls",
        name="register-call",
        zh="登记热线来电",
        en="register a hotline call",
        tag="intake 受理",
        endpoint=hotline.register_call,
        roles=roles_for(Action.REGISTER_CALL),
        plain=True,
        takes=Taken(HotlineCall),
        answers={
            201: Answer("已登记", "registered", Receipt),
            200: Answer("此前已登记，同一回执", "registered before, the same receipt", Receipt),
        },
        faults=(409,),
    ),
)

_READING: Final = (
    Route(
        method="GET",
        path=_CASE,
        name="read-complaint",
        zh="查看一件诉求",
        en="one case as it stands",
        tag="complaints 诉求",
        endpoint=complaints.read_case,
        roles=roles_for(Action.READ_COMPLAINTS),
        answers={200: Answer("该件现状", "the case", CaseView)},
    ),
    Route(
        method="GET",
        path=f"{_CASE}/history",
        name="read-history",
        zh="查看办理进程",
        en="a case's facts in their order",
        tag="complaints 诉求",
        endpoint=complaints.read_history,
        roles=roles_for(Action.READ_COMPLAINTS),
        answers={200: Answer("全部事件", "its facts", History)},
    ),
    Route(
        method="GET",
        path=f"{_CASE}/clock",
        name="read-clock",
        zh="查看期限的逐日解释",
        en="a case's clocks, explained day by day",
        tag="complaints 诉求",
        endpoint=complaints.read_clock,
        roles=roles_for(Action.READ_COMPLAINTS),
        answers={200: Answer("各时钟", "its clocks", Clocks)},
    ),
)


def _verb(step: Step) -> Route:
    return Route(
        method="POST",
        path=f"{_CASE}/{step.verb}",
        name=step.verb,
        zh=step.zh,
        en=(step.command.__doc__ or step.verb).split(" (", 1)[0].strip().rstrip("."),
        tag="verbs 办理",
        endpoint=complaints.verb_endpoint(step),
        roles=roles_for(step.verb),
        answers={200: Answer("已办理", "done", StepTaken)},
        faults=(409,),
    )


ROUTES: Final[tuple[Route, ...]] = (*_INTAKE, *_READING, *(_verb(step) for step in STEPS))
"""Every route; the server, the document of the API, ``docs/api.md`` and the role matrix are made of it."""
