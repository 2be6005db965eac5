"""The relay from the command line where there is no broker: its state, its refusals, and the one that leads."""

import json
from collections.abc import Callable
from pathlib import Path

import pytest
from click.testing import CliRunner, Result

from gateways.bench.intake import free_port
from gateways.cli import main
from gateways.commandline.session import Session
from services.relay.relay import BrokerTrouble
from services.relay.store import Leadership, RelayStore
from tests.composed import StandingClock

Run = Callable[..., Result]


@pytest.fixture
def clock() -> StandingClock:
    return StandingClock()


@pytest.fixture
def run(tmp_path: Path, clock: StandingClock, monkeypatch: pytest.MonkeyPatch) -> Run:
    monkeypatch.chdir(tmp_path)

    def call_main(*arguments: object, **environment: str) -> Result:
        given = ["--data", "data", *map(str, arguments)]
        return CliRunner().invoke(main, given, env=environment, obj=Session(clock=clock))

    assert call_main("init").exit_code == 0
    return call_main


def refused(result: Result, *words: str) -> None:
    assert result.exit_code == 1, result.output
    assert all(word in result.stderr for word in words), result.stderr
    assert "Traceback" not in result.output


def state(result: Result) -> dict[str, object]:
    assert result.exit_code == 0, result.stderr
    return dict(json.loads(result.stdout))


def test_a_relay_that_never_ran_says_so_and_its_check_fails(run: Run) -> None:
    found = state(run("relay", "status", "--json"))
    assert (found["status"], found["position"], found["lag_events"]) == ("never", 0, found["head"])
    refused(run("relay", "status", "--check"), "请启动 hangfeng relay", "no relay ever ran here: start hangfeng relay")
    assert "滞后 lag_events" in run("relay", "status").stdout


def test_a_relay_s_fault_and_its_silence_are_told(run: Run, clock: StandingClock) -> None:
    store = RelayStore(Path("data"))
    store.beat(clock())
    assert state(run("relay", "status", "--check", "--json"))["status"] == "relaying"
    store.beat(clock(), OSError("连接被拒绝"))
    found = state(run("relay", "status", "--json"))
    assert (found["status"], found["failing"], found["fault"]) == ("failing", True, "OSError: 连接被拒绝")
    refused(
        run("relay", "status", "--check"), "原因见“故障”", "the relay fails, for the reason that stands under fault"
    )
    clock.pass_(hours=1)
    assert state(run("relay", "status", "--json"))["status"] == "late"
    refused(run("relay", "status", "--check"), "似已停止", "see whether hangfeng relay still runs")
    store.close()


def test_a_fault_that_is_over_is_told_as_such_on_the_hotline_s_clock(run: Run, clock: StandingClock) -> None:
    store = RelayStore(Path("data"))
    store.beat(clock(), BrokerTrouble("拒绝连接", "refuses connections"))
    assert "故障 fault " in run("relay", "status").stdout
    store.beat(clock())
    store.close()
    shown = run("relay", "status").stdout
    assert "已恢复的故障 past fault" in shown
    assert "Kafka 不可用：拒绝连接 / Kafka cannot be used: refuses connections" in shown
    assert "+08:00" in shown


def test_how_long_the_oldest_event_waits_is_told(run: Run, clock: StandingClock) -> None:
    clock.pass_(minutes=2)
    found = state(run("relay", "status", "--json"))
    assert found["lag_seconds"] == 120.0


@pytest.mark.parametrize("how", [(), ("--once",), ("--from", "1")])
def test_without_the_name_of_a_broker_nothing_is_relayed(run: Run, how: tuple[str, ...]) -> None:
    refused(run("relay", *how), "未设置 Kafka 服务器", "no Kafka servers are set", "HANGFENG_KAFKA")


def test_sasl_without_a_password_is_refused_before_anything_is_sent(run: Run) -> None:
    environment = {"HANGFENG_KAFKA": "localhost:9092", "HANGFENG_KAFKA_SECURITY_PROTOCOL": "SASL_PLAINTEXT"}
    refused(run("relay", "--once", **environment), "需要用户名和密码", "needs a user name and a password")


def test_a_single_run_beside_one_that_leads_is_refused(run: Run) -> None:
    leader = Leadership(Path("data"))
    leader.claim()
    refused(run("relay", "--once", HANGFENG_KAFKA="localhost:9092"), "另一转发进程", "another relay is at work")
    leader.resign()


def test_a_single_run_gives_a_broker_up_that_is_not_there_and_leaves_the_fault(run: Run) -> None:
    environment = {"HANGFENG_KAFKA": f"127.0.0.1:{free_port()}", "HANGFENG_KAFKA_DELIVERY_SECONDS": "2"}
    refused(run("relay", "--once", **environment), "Kafka 不可用", "Kafka cannot be used")
    assert state(run("relay", "status", "--json"))["status"] == "failing"


def test_a_position_beyond_the_log_is_refused_and_a_wrong_one_is_a_wrong_call(run: Run) -> None:
    refused(run("relay", "--from", 10_000, HANGFENG_KAFKA="localhost:9092"), "没有第 10000 条", "no position 10000")
    assert run("relay", "--from", 0, HANGFENG_KAFKA="localhost:9092").exit_code == 2
