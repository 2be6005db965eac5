"""A process beside the server feeds the views: it is followed, started anew, and never outlives the server."""

import os
import signal
import subprocess
import time
from collections.abc import Callable
from contextlib import suppress
from pathlib import Path

import httpx
import pytest

from gateways.app import Hangfeng, compose, open_new
from gateways.bench.intake import free_port, own_server
from services.settings import Settings
from tests.composed import call

SECONDS_MAX = 60.0


@pytest.fixture
def settings(tmp_path: Path) -> Settings:
    made = Settings(data=tmp_path / "data")
    open_new(made)
    return made


def _until(true: Callable[[], bool]) -> bool:
    ends = time.monotonic() + SECONDS_MAX
    while not true() and time.monotonic() < ends:
        time.sleep(0.05)
    return true()


def _take_in(house: Hangfeng) -> int:
    """Register a call and return the position that the views must reach to show it."""
    house.casework.register(call(house))
    return house.log.head().position


def test_another_process_feeds_the_views(settings: Settings) -> None:
    with compose(settings, serving=True, apart=True) as house:
        assert house.runner.wait_until(_take_in(house), SECONDS_MAX)
        with house.views.reading() as conn:
            assert conn.execute("SELECT count(*) FROM cases WHERE to_position IS NULL").fetchone() == (1,)


def test_a_follower_that_is_killed_is_started_anew(settings: Settings) -> None:
    with compose(settings, serving=True, apart=True) as house:
        assert house.following is not None
        before = house.following.pid
        os.kill(before, signal.SIGKILL)
        assert house.runner.wait_until(_take_in(house), SECONDS_MAX)
        assert house.following.alive
        assert house.following.pid != before


def test_a_follower_ends_when_the_house_is_taken_apart(settings: Settings) -> None:
    with compose(settings, serving=True, apart=True) as house:
        assert house.following is not None
        assert house.following.alive
    assert not house.following.alive


def test_a_follower_ends_when_its_server_is_killed(settings: Settings) -> None:
    port = free_port()
    server = subprocess.Popen(own_server(settings.data, port), stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
    try:
        assert _until(lambda: _ready(port))
        [follower] = Path(f"/proc/{server.pid}/task/{server.pid}/children").read_text().split()
    finally:
        server.kill()
        server.wait()
    # A process that nobody waits for stands as a zombie until it is collected.
    assert _until(lambda: _state(follower) in {"", "Z"})


def _ready(port: int) -> bool:
    with suppress(httpx.HTTPError):
        return httpx.get(f"http://127.0.0.1:{port}/readyz", timeout=5.0).is_success
    return False


def _state(pid: str) -> str:
    try:
        return Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()[0]
    except (FileNotFoundError, ProcessLookupError):
        return ""
