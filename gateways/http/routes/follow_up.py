"""Asking the person (回访): the call list, invitations to rate, ratings. A part of the one table."""

from __future__ import annotations

from typing import Final

from gateways.http import (
    follow_ups,
    list_files,
    ratings,
)
from gateways.http.routes.exported import both_files
from gateways.http.table import Answer, Route
from services.access import Action, roles_for

_CASE: Final = "/api/v1/complaints/{id}"

FOLLOW_UP: Final = (
    Route(
        method="GET",
        path="/api/v1/follow-ups",
        name="read-follow-ups",
        zh="回访清单：已送达、尚未回访",
        en="whom to call: answers given and not yet followed up, the longest waiting first",
        tag="follow-up 回访",
        endpoint=follow_ups.read_follow_ups,
        roles=roles_for(Action.READ_FOLLOW_UPS),
        answers={200: Answer("一页清单", "a page of the list", follow_ups.CallPage)},
        faults=(422,),
    ),
    *both_files(
        "/api/v1/follow-ups",
        "follow-ups",
        "回访清单",
        "the call list",
        (list_files.calls_csv, list_files.calls_xlsx),
        Action.READ_FOLLOW_UPS,
        "follow-up 回访",
    ),
    Route(
        method="POST",
        path=f"{_CASE}/invite-rating",
        name="invite-rating",
        zh="邀请诉求人评议，发给一次有效的链接",
        en="invite the person to rate the answer, by a link that works once",
        tag="follow-up 回访",
        endpoint=ratings.invite,
        roles=roles_for(Action.INVITE_RATING),
        answers={201: Answer("链接", "the link", ratings.RatingInvitation)},
        faults=(409,),
    ),
    Route(
        method="POST",
        path="/api/v1/ratings",
        name="rate",
        zh="凭链接中的令牌评议一次",
        en="rate an answer by the token of an invitation, once",
        tag="follow-up 回访",
        endpoint=ratings.rate,
        roles=None,
        answers={201: Answer("已收到", "taken in", ratings.RatingReceipt)},
        faults=(404, 409, 429),
    ),
    Route(
        method="GET",
        path="/api/v1/ratings",
        name="read-ratings",
        zh="一段时间的评议及异常迹象",
        en="the ratings of a period, and what is odd about them",
        tag="follow-up 回访",
        endpoint=ratings.read_ratings,
        roles=roles_for(Action.READ_RATINGS),
        answers={200: Answer("评议", "the ratings", ratings.RatingReport)},
        faults=(422,),
    ),
)
