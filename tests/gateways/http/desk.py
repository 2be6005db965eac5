"""A served house and people at its door: each with the token of their role."""

import asyncio
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any, cast

import httpx

from domain.words import UNIT_ROLES, Role
from gateways.app import Hangfeng, compose, open_new
from gateways.http.server import application
from services.settings import Settings
from tests.composed import StandingClock

ROADS = "市道路管理处"
LAMPS = "市路灯管理所"

CALL: dict[str, Any] = {
    "call_id": "call-1",
    "caller_number": "13800000000",
    "caller_name": "张三",
    "kind": "complaint",
    "title": "路灯不亮",
    "text": "解放路一排路灯不亮，问了三次没有人管。",
    "category": "市政设施",
}


@dataclass
class Desk:
    """The application with its house; ``calls`` go through HTTP as somebody, or as nobody."""

    house: Hangfeng
    clock: StandingClock
    client: httpx.AsyncClient
    runner: asyncio.Runner
    application: Any

    def token(self, role: Role, unit: str | None = None) -> str:
        return self.house.access.issue(role, f"{role}", unit or (ROADS if role in UNIT_ROLES else None)).secret

    def send(
        self,
        method: str,
        path: str,
        role: Role | None = None,
        *,
        unit: str | None = None,
        **more: Any,  # noqa: ANN401 - whatever the client takes
    ) -> httpx.Response:
        headers = dict(more.pop("headers", {}))
        if role is not None:
            headers["Authorization"] = f"Bearer {self.token(role, unit)}"
        return self.runner.run(self.client.request(method, path, headers=headers, **more))

    def call(self, **said: Any) -> dict[str, Any]:  # noqa: ANN401 - fields of a call
        answer = self.send("POST", "/api/v1/hotline/calls", Role.OPERATOR, json={**CALL, **said})
        assert answer.status_code in {200, 201}, answer.text
        return cast("dict[str, Any]", answer.json())

    def ask(
        self, case: str, verb: str, role: Role, said: dict[str, Any] | None = None, *, unit: str | None = None
    ) -> httpx.Response:
        return self.send("POST", f"/api/v1/complaints/{case}/{verb}", role, unit=unit, json=said or {})

    def step(
        self, case: str, verb: str, role: Role, said: dict[str, Any] | None = None, *, unit: str | None = None
    ) -> dict[str, Any]:
        answer = self.ask(case, verb, role, said, unit=unit)
        assert answer.status_code == 200, answer.text
        return cast("dict[str, Any]", answer.json())

    def invitation(self, case: str) -> dict[str, Any]:
        """An invitation to rate, as the officer is given it."""
        answer = self.ask(case, "invite-rating", Role.FOLLOW_UP_OFFICER)
        assert answer.status_code == 201, answer.text
        return cast("dict[str, Any]", answer.json())

    def dispatched(self, unit: str = ROADS, **said: Any) -> str:  # noqa: ANN401 - fields of a call
        """A case that a unit has signed for."""
        case = str(self.call(**said)["id"])
        self.step(case, "dispatch", Role.DISPATCHER, {"unit": unit})
        self.step(case, "sign", Role.UNIT_CLERK, unit=unit)
        return case

    def delivered(self, **said: Any) -> str:  # noqa: ANN401 - fields of a call
        """A case whose answer has reached the person."""
        case = self.dispatched(**said)
        self.step(case, "record-finding", Role.UNIT_CLERK, {"result": "substantiated", "evidence": "现场查看"})
        self.step(case, "reply", Role.UNIT_CLERK, {"reply": "路灯已修好。", "internal_note": "备用灯用完"})
        self.step(case, "approve-reply", Role.APPROVER)
        self.step(case, "deliver", Role.FOLLOW_UP_OFFICER, {"evidence": "电话告知"})
        return case

    def get(self, path: str, role: Role | None = None, *, unit: str | None = None) -> httpx.Response:
        return self.send("GET", path, role, unit=unit)

    async def settle(self) -> None:
        """Let the application come to its end as a server does, which writes what it still keeps."""
        waiting = [{"type": "lifespan.startup"}, {"type": "lifespan.shutdown"}]

        async def receive() -> dict[str, str]:
            return waiting.pop(0)

        async def send(_: object) -> None:
            return

        await self.application({"type": "lifespan", "state": {}}, receive, send)

    def listed(self, role: Role, query: str = "", *, unit: str | None = None) -> list[dict[str, Any]]:
        answer = self.get(f"/api/v1/complaints?{query}", role, unit=unit)
        assert answer.status_code == 200, answer.text
        return cast("list[dict[str, Any]]", answer.json()["items"])


@contextmanager
def a_desk(data: Path, clock: StandingClock, **settings: Any) -> Iterator[Desk]:  # noqa: ANN401 - settings
    chosen = Settings(**{"data": data, "access_log": False, **settings})
    open_new(chosen, clock)
    with compose(chosen, clock, serving=True) as house, asyncio.Runner() as runner:
        served = application(house)
        client = httpx.AsyncClient(transport=httpx.ASGITransport(served), base_url="http://hotline.test")
        yield Desk(house, clock, client, runner, served)
        runner.run(client.aclose())


_REASON = {"reason": "理由"}
NOBODY = "00000000-0000-5000-8000-000000000000"
LEAST: dict[str, dict[str, Any]] = {
    "accept": {},
    "refuse": {**_REASON, "proper_route": "仲裁"},
    "answer": {"reply": "已答复"},
    "hand-to-emergency": {"service": "110"},
    "transfer-to-discipline": {"organ": "市纪委监委"},
    "correct": {**_REASON, "title": "更正"},
    "reclassify": {"kind": "praise", "cause": "更正"},
    "withdraw": _REASON,
    "merge": {"into": NOBODY},
    "unmerge": _REASON,
    "share-reply": {"to": [NOBODY]},
    "dispatch": {"unit": ROADS},
    "sign": {},
    "return": _REASON,
    "approve-return": {},
    "refuse-return": _REASON,
    "designate": {"unit": ROADS},
    "hand-over": {"means": "电话", "note": "已告知转由他单位办理"},
    "contact": {"means": "电话"},
    "add-co-unit": {"unit": LAMPS},
    "sub-dispatch": {"unit": LAMPS},
    "request-supplement": {"question": "哪一段路"},
    "supplement": {"text": "解放路北段"},
    "extend": _REASON,
    "grant-extension": {},
    "refuse-extension": _REASON,
    "record-finding": {"result": "not", "evidence": "现场查看"},
    "add-measure": {"code": "整改", "due": "2030-12-31"},
    "complete-measure": {"code": "整改", "evidence": "整改报告"},
    "reply": {"reply": "已答复"},
    "approve-reply": {},
    "send-back": _REASON,
    "deliver": {"evidence": "电话告知"},
    "follow-up": {"means": "电话", "reached": False, "outcome": "无人接听"},
    "invite-rating": {},
    "invalidate-rating": _REASON,
    "rework": _REASON,
    "close": {"ground": "已解决"},
    "suspend": {"ground": "诉讼"},
    "resume": {},
    "terminate": {**_REASON, "ground": "重复"},
    "grant-termination": {},
    "refuse-termination": _REASON,
    "reopen": _REASON,
    "archive": {},
    "correct-reply": {"reply": "更正后的答复", "cause": "日期有误"},
    "withdraw-publication": {"cause": "本人要求"},
    "urge": {},
    "supervise": {"level": "supervised"},
}
"""The least that each verb takes."""
