"""The server shows whether the clock runs, and takes calls whether it does or not."""

from gateways.http.operations import ClockState
from tests.gateways.http.desk import Desk


def test_the_server_shows_that_the_clock_beats_and_that_it_stands_still(desk: Desk) -> None:
    desk.house.watch.stop()
    desk.house.watch.look()
    ready = ClockState.model_validate(desk.get("/readyz").json()["clock"])
    assert (ready.status, ready.heartbeat_seconds, ready.last_fault) == ("beating", 0.0, None)
    desk.clock.pass_(hours=1)
    assert desk.get("/readyz").json()["clock"]["status"] == "late"
    assert "\nhangfeng_clock_heartbeat_seconds 3600.0\n" in desk.get("/metrics").text


def test_a_clock_whose_look_went_wrong_is_shown_with_its_fault(desk: Desk) -> None:
    desk.house.watch.stop()
    desk.house.heartbeat.beat(desk.clock(), fault=OSError("磁盘已满"))
    ready = desk.get("/readyz")
    assert ready.status_code == 200
    assert ready.json()["clock"]["status"] == "failing"
    assert "磁盘已满" in ready.json()["clock"]["last_fault"]
    assert "\nhangfeng_clock_failing 1.0\n" in desk.get("/metrics").text
