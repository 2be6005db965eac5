"""``hangfeng bench intake``: durable registration of calls, as a ratio of a FastAPI route that only validates them."""

from __future__ import annotations

import asyncio
import secrets
import socket
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager, suppress
from dataclasses import dataclass
from pathlib import Path

import httpx
import orjson

from domain.words import Role
from gateways.app import compose, open_new
from gateways.bench.load import Load, Receipts, load, post
from services.settings import Settings

PATH = "/api/v1/hotline/calls"
START_SECONDS_MAX = 60.0
STOP_SECONDS_MAX = 30.0
WARM_UP_SECONDS = 1.0
_POLL_SECONDS = 0.05

# Three hundred characters of Chinese are about one kilobyte: an ordinary call, as an operator writes it down.
_STORY = (
    "来电人反映小区自来水管道破裂已有三天，物业称正在联系抢修但一直没有人到场，楼道内积水严重，老人出行不便。"
    "此前曾两次拨打供水企业服务电话，均答复已登记，未见处理。来电人希望主管单位尽快核实情况，督促抢修，"
    "并说明停水期间如何保障居民基本用水。来电人表示可以在工作日的下午接听回访电话。"
) * 2


@dataclass(frozen=True, slots=True)
class IntakeRun:
    """One run at a number of connections: the ceiling and durable intake, one after the other."""

    connections: int
    ceiling: Load | None
    intake: Load

    @property
    def ratio(self) -> float | None:
        """Durable intake over the ceiling, ``None`` where there was none or it answered nothing."""
        if self.ceiling is None or not self.ceiling.per_s:
            return None
        return round(self.intake.per_s / self.ceiling.per_s, 3)

    def as_json(self) -> dict[str, object]:
        """The run in the shape of the command's JSON."""
        return {
            "connections": self.connections,
            "ceiling_per_s": round(self.ceiling.per_s, 1) if self.ceiling else None,
            "intake_per_s": round(self.intake.per_s, 1),
            "ratio": self.ratio,
            "p50_ms": self.intake.median_ms,
            "p99_ms": self.intake.percentile_ms(99),
            "ceiling_p99_ms": self.ceiling.percentile_ms(99) if self.ceiling else None,
            "acknowledged": len(self.intake.durations),
            "broken_connections": self.intake.broken,
        }


class ServerGone(Exception):
    """A server that the benchmark started did not come up or went away."""


def calls(host: str, port: int, token: str) -> Callable[[], bytes]:
    """Return what makes one request after another, each a call of its own."""
    run = secrets.token_hex(6)
    number = 0
    headers = {"Authorization": f"Bearer {token}"} if token else {}

    def request() -> bytes:
        nonlocal number
        number += 1
        body = orjson.dumps(
            {
                "call_id": f"bench-{run}-{number}",
                "caller_number": f"138{number % 100_000_000:08d}",
                "kind": "help",
                "title": f"停水三日无人处理（第 {number} 号）",
                "text": _STORY,
                "unit": "示例市水务局",
            },
        )
        return post(host, port, PATH, body, headers)

    return request


def free_port() -> int:
    """Return a port of the loopback address that nobody listens on at this moment."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port: int = probe.getsockname()[1]
        return port


@contextmanager
def serving(arguments: list[str], port: int, ready: str) -> Iterator[subprocess.Popen[bytes]]:
    """Run a server in a process of its own until the block ends; wait until ``ready`` answers.

    Raises ``ServerGone`` where it ends before, or does not come up in time.
    """
    with tempfile.TemporaryFile() as said:
        process = subprocess.Popen(arguments, stdout=said, stderr=said)  # noqa: S603 - our own command line
        try:
            _wait_until_ready(process, f"http://127.0.0.1:{port}{ready}")
            yield process
        except ServerGone as gone:
            said.seek(0)
            tail = said.read()[-2000:].decode("utf-8", "replace")
            raise ServerGone(f"{gone}\n{tail}") from None
        finally:
            process.terminate()
            with suppress(subprocess.TimeoutExpired):
                process.wait(STOP_SECONDS_MAX)
            process.kill()


def _wait_until_ready(process: subprocess.Popen[bytes], url: str) -> None:
    ends = time.monotonic() + START_SECONDS_MAX
    while time.monotonic() < ends:
        if process.poll() is not None:
            raise ServerGone(f"服务进程已退出（{process.returncode}） / the server ended with {process.returncode}")
        with suppress(httpx.HTTPError):
            httpx.get(url, timeout=1.0)
            return
        time.sleep(_POLL_SECONDS)
    raise ServerGone(
        f"服务未在 {START_SECONDS_MAX:.0f} 秒内就绪 / the server was not ready in {START_SECONDS_MAX:.0f} s"
    )


def ceiling_server(port: int, workers: int) -> list[str]:
    """Return the command line of the ceiling, on the same server software as ours."""
    return [
        *(sys.executable, "-m", "uvicorn", "gateways.bench.ceiling:app"),
        *("--host", "127.0.0.1", "--port", str(port), "--workers", str(workers)),
        *("--loop", "uvloop", "--http", "httptools", "--no-access-log", "--log-level", "warning"),
    ]


def own_server(data: Path, port: int) -> list[str]:
    """Return the command line of ``hangfeng serve`` on a data directory."""
    return [sys.executable, "-m", "gateways.cli", "--data", str(data), "serve", "--port", str(port)]


def measure(host: str, port: int, token: str, connections: int, seconds: float, receipts: Receipts | None) -> Load:
    """Load one server with calls and return what came of it."""
    import uvloop  # noqa: PLC0415 - only a benchmark needs it in this process

    with asyncio.Runner(loop_factory=uvloop.new_event_loop) as runner:
        return runner.run(
            load(
                host,
                port,
                connections=connections,
                seconds=seconds,
                request=calls(host, port, token),
                receipts=receipts,
            ),
        )


def bench_own(
    connections: list[int],
    seconds: float,
    receipts: Receipts | None,
    told: Callable[[str], None],
) -> list[IntakeRun]:
    """Measure a server on a fresh instance in a temporary directory, beside the ceiling, and clean up after it."""
    with tempfile.TemporaryDirectory(prefix="hangfeng-bench-") as folder:
        settings = Settings(data=Path(folder) / "data")
        open_new(settings)
        with compose(settings) as house:
            token = house.access.issue(Role.OPERATOR, name="bench").secret
        ours, theirs = free_port(), free_port()
        with (
            serving(ceiling_server(theirs, 1), theirs, "/openapi.json"),
            serving(own_server(settings.data, ours), ours, "/healthz"),
        ):
            measure("127.0.0.1", theirs, "", connections[-1], WARM_UP_SECONDS, None)
            measure("127.0.0.1", ours, token, connections[-1], WARM_UP_SECONDS, receipts)
            runs = []
            for count in connections:
                told(f"{count} 个连接 / connections …")
                ceiling = measure("127.0.0.1", theirs, "", count, seconds, None)
                intake = measure("127.0.0.1", ours, token, count, seconds, receipts)
                runs.append(IntakeRun(count, ceiling, intake))
            return runs


def bench_url(
    url: str,
    token: str,
    connections: list[int],
    seconds: float,
    receipts: Receipts | None,
    told: Callable[[str], None],
    *,
    with_ceiling: bool = True,
) -> list[IntakeRun]:
    """Measure a server that runs already, beside a ceiling that is started here unless it is not wanted."""
    address = httpx.URL(url)
    port = address.port or 80
    with ExitStack() as stack:
        theirs = free_port() if with_ceiling else None
        if theirs is not None:
            stack.enter_context(serving(ceiling_server(theirs, 1), theirs, "/openapi.json"))
        runs = []
        for count in connections:
            told(f"{count} 个连接 / connections …")
            ceiling = measure("127.0.0.1", theirs, "", count, seconds, None) if theirs is not None else None
            intake = measure(address.host, port, token, count, seconds, receipts)
            runs.append(IntakeRun(count, ceiling, intake))
        return runs
