"""The auditor's feed and proofs (审计). A part of the one table."""

from __future__ import annotations

from typing import Final

from gateways.http import (
    feed,
    proofs,
)
from gateways.http.table import Answer, Route
from services.access import Action, roles_for

AUDIT: Final = (
    Route(
        method="GET",
        path="/api/v1/events",
        name="read-events",
        zh="事件流（封存内容仍封存）",
        en="the log in order, what is sealed left sealed",
        tag="audit 审计",
        endpoint=feed.read_events,
        roles=roles_for(Action.READ_EVENTS),
        answers={200: Answer("一段日志", "a stretch of the log", feed.Feed)},
        faults=(422,),
    ),
    Route(
        method="GET",
        path="/api/v1/audit/checkpoint",
        name="read-checkpoint",
        zh="日志末端的签名检查点",
        en="the log's end, signed",
        tag="audit 审计",
        endpoint=proofs.read_checkpoint,
        roles=roles_for(Action.READ_PROOFS),
        answers={200: Answer("检查点", "the checkpoint", proofs.CheckpointNote)},
    ),
    Route(
        method="GET",
        path="/api/v1/audit/proof/{position}",
        name="read-proof",
        zh="某一事件的存在证明",
        en="the proof that an event stands where it stands",
        tag="audit 审计",
        endpoint=proofs.read_proof,
        roles=roles_for(Action.READ_PROOFS),
        answers={200: Answer("证明", "the proof", proofs.InclusionProof)},
    ),
)
