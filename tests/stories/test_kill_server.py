"""The server is killed at random moments under load, an import beside it: no acknowledged receipt is ever missing."""

import json
import os
import signal
import subprocess
import sys
import time
from collections import Counter
from contextlib import suppress
from pathlib import Path
from random import Random

import httpx

from domain.complaint.events import ComplaintRegistered
from domain.identity import receipt_no
from domain.words import Role
from gateways.app import compose, open_new
from gateways.bench.intake import free_port, own_server
from services.settings import Settings

KILLS = 10
CONNECTIONS = 16
LEDGER_ROWS = 3_000
READY_SECONDS_MAX = 60.0


def _start(data: Path, port: int) -> subprocess.Popen[bytes]:
    process = subprocess.Popen(own_server(data, port), stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
    for _ in range(int(READY_SECONDS_MAX / 0.05)):
        assert process.poll() is None, "the server did not start"
        with suppress(httpx.HTTPError):
            httpx.get(f"http://127.0.0.1:{port}/healthz", timeout=1.0)
            return process
        time.sleep(0.05)
    raise AssertionError("the server was not ready")


def _receipts(path: Path) -> list[dict[str, str]]:
    return [json.loads(line) for line in path.read_bytes().splitlines()]


def _wait_for_more(path: Path, lines: int) -> None:
    for _ in range(1_200):
        if path.exists() and path.read_bytes().count(b"\n") >= lines:
            return
        time.sleep(0.05)
    raise AssertionError("nothing was acknowledged")


def _ledger(folder: Path) -> Path:
    rows = (f"路灯{n},2025-07-03,黑{n},2025-07-20,江北区城管局,已修{n},{n}\n" for n in range(LEDGER_ROWS))
    path = folder / "ledger.csv"
    path.write_text("标题,来信日期,信件内容,回复日期,回复单位,回复内容,编号\n" + "".join(rows), "utf-8-sig")
    return path


def test_ten_kills_lose_no_receipt_and_repeat_none(tmp_path: Path) -> None:
    settings = Settings(data=tmp_path / "data")
    open_new(settings)
    with compose(settings) as house:
        token = house.access.issue(Role.OPERATOR, name="kill").secret
    port, receipts = free_port(), tmp_path / "receipts.jsonl"
    ours = [sys.executable, "-m", "gateways.cli", "--data", str(settings.data)]
    url = f"http://127.0.0.1:{port}"
    server = _start(settings.data, port)
    load = subprocess.Popen(
        [
            *(*ours, "bench", "intake", "--url", url, "--token", token, "--no-ceiling", "--json"),
            *("--connections", str(CONNECTIONS), "--seconds", "600", "--receipts", str(receipts)),
        ],
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
    )
    importing = subprocess.Popen([*ours, "import", str(_ledger(tmp_path)), "--json"], stdout=subprocess.PIPE)
    try:
        chance = Random(20250901)
        for _ in range(KILLS):
            so_far = receipts.read_bytes().count(b"\n") if receipts.exists() else 0
            _wait_for_more(receipts, so_far + chance.randrange(20, 200))
            os.kill(server.pid, signal.SIGKILL)
            server.wait()
            server = _start(settings.data, port)
        said, _ = importing.communicate()
    finally:
        load.kill()
        load.wait()
        server.kill()
        server.wait()
    assert json.loads(said)["accepted"] == LEDGER_ROWS
    _every_receipt_stands_once(settings, _receipts(receipts))
    verified = subprocess.run([*ours, "audit", "verify"], capture_output=True, check=False)
    assert verified.returncode == 0, verified.stderr.decode()


def _every_receipt_stands_once(settings: Settings, receipts: list[dict[str, str]]) -> None:
    numbers = Counter(receipt["receipt_no"] for receipt in receipts)
    assert max(numbers.values()) == 1
    with compose(settings) as house:
        standing: Counter[tuple[str, str]] = Counter()
        after = 0
        while batch := house.log.read(after, 1_000):
            after = batch[-1].position
            for recorded in batch:
                if isinstance(recorded.fact, ComplaintRegistered):
                    day = recorded.recorded_at.astimezone(house.instance.zone).date()
                    standing[str(recorded.stream), receipt_no(day, recorded.position)] += 1
    assert all(standing[receipt["id"], receipt["receipt_no"]] == 1 for receipt in receipts)
    assert len(standing) >= len(receipts) + LEDGER_ROWS
    assert len({stream for stream, _ in standing}) == len(standing)
