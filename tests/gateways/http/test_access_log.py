from pathlib import Path

import orjson
import pytest

from domain.words import Role
from tests.composed import StandingClock
from tests.gateways.http.desk import CALL, Desk, a_desk


def lines(desk: Desk, capsys: pytest.CaptureFixture[str]) -> list[dict[str, object]]:
    desk.runner.run(desk.settle())
    written = capsys.readouterr()
    return [orjson.loads(line) for line in (written.out + written.err).splitlines() if line.startswith("{")]


def test_the_access_log_says_what_was_asked_and_nothing_of_whom(
    tmp_path: Path, clock: StandingClock, capsys: pytest.CaptureFixture[str]
) -> None:
    with a_desk(tmp_path / "data", clock, access_log=True) as desk:
        desk.call()
        desk.get("/api/v1/complaints?q=13800000000", Role.OPERATOR)
        desk.get("/13800000000")
        noted = lines(desk, capsys)
    assert [(line["route"], line["status"], line["role"]) for line in noted] == [
        ("register-call", 201, "operator"),
        ("list-complaints", 200, "operator"),
        ("unmatched", 404, None),
    ]
    assert not any(word in str(noted) for word in (CALL["caller_number"], CALL["caller_name"], CALL["text"]))
    assert set(noted[0]) == {"at", "route", "method", "status", "role", "milliseconds", "request_id"}
