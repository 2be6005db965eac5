"""Partners, exposures and the courier from the command line: exit codes, documents, and errors in two languages."""

import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from click.testing import CliRunner, Result

from gateways.cli import main
from gateways.commandline.session import Session
from services.media.courier import LOCK_FILE
from services.relay.store import Leadership
from tests.composed import StandingClock

Run = Callable[..., Result]

RADIO = ("partners", "register", "radio", "--name", "人民广播", "--format", "radio", "--wants", "exposures")
WORDS = ("--unit", "市城管局", "--words", "同一问题推诿三次。")


@pytest.fixture
def clock() -> StandingClock:
    return StandingClock()


@pytest.fixture
def run(tmp_path: Path, clock: StandingClock, monkeypatch: pytest.MonkeyPatch) -> Run:
    monkeypatch.chdir(tmp_path)

    def call_main(*arguments: object, by: str = "甲") -> Result:
        given = ["--data", "data", "--as", by, *map(str, arguments)]
        return CliRunner().invoke(main, given, obj=Session(clock=clock))

    assert call_main("init").exit_code == 0
    return call_main


@pytest.fixture
def exposed(run: Run) -> Run:
    """A radio that wants exposures, and a public batch of two items."""
    done(run(*RADIO))
    done(run("exposures", "draft", "b1", "--scope", "public", "--title", "第一批"))
    done(run("exposures", "add", "b1", *WORDS))
    done(run("exposures", "add", "b1", "--unit", "市教育局", "--words", "收费不公示。"))
    done(run("exposures", "approve", "b1", by="乙"))
    done(run("exposures", "publish", "b1", by="乙"))
    return run


def done(result: Result) -> str:
    assert result.exit_code == 0, result.output
    return result.stderr


def document(result: Result) -> Any:  # noqa: ANN401
    assert result.exit_code == 0, result.stderr
    return json.loads(result.stdout)


def refused(result: Result, *words: str) -> None:
    assert result.exit_code == 1, result.output
    assert all(word in result.stderr for word in words), result.stderr
    assert "Traceback" not in result.output


def test_an_outlet_is_registered_once_and_listed_as_it_stands(run: Run) -> None:
    assert "已登记 radio" in done(run(*RADIO))
    assert "nothing was changed" in done(run(*RADIO))
    refused(run(*RADIO, "--embargo-minutes", 5), "已登记", "change it instead")
    done(run("partners", "change", *RADIO[2:], "--embargo-minutes", 5))
    done(run("partners", "suspend", "radio", "--reason", "违约"))
    (one,) = document(run("partners", "list", "--json"))["items"]
    assert (one["partner"], one["embargo_minutes"], one["suspended"]) == ("radio", 5, "违约")
    assert "已暂停：违约" in run("partners", "list").stdout
    done(run("partners", "resume", "radio"))
    assert document(run("partners", "list", "--json"))["items"][0]["suspended"] is None


def test_what_does_not_stand_is_refused_in_both_languages(run: Run) -> None:
    refused(run("partners", "secret", "nobody"), "没有媒体 nobody", "there is no outlet nobody")
    refused(run(*RADIO, "--webhook", "https://127.0.0.1/"), "不是公网地址", "no address of the public internet")
    done(run(*RADIO))
    refused(run("partners", "offer", "radio", "exposure:none"), "不是已公开发布的内容", "nothing that was published")
    refused(run("partners", "take", "radio", 7, "--format", "radio"), "第 7 号", "was made no offer 7")
    refused(run("partners", "replay", 7), "没有可重发的第 7 号投递", "no delivery 7")
    assert run("partners", "replay").exit_code == 2
    assert run("partners", "register", "tv", "--name", "电视", "--format", "cinema").exit_code == 2
    refused(run("partners", "report", "--from", "2026-04-01", "--to", "2026-03-01"), "截止日", "the last day")


def test_a_secret_is_printed_once_and_is_another_each_time(run: Run) -> None:
    done(run(*RADIO))
    first, second = (document(run("partners", "secret", "radio", "--json"))["secret"] for _ in range(2))
    assert first.startswith("whsec_")
    assert first != second


def test_what_was_offered_taken_aired_and_answered_stands_in_the_report(exposed: Run, clock: StandingClock) -> None:
    done(exposed("partners", "offer", "radio", "exposure:b1"))
    done(exposed("partners", "take", "radio", 1, "--format", "radio"))
    clock.pass_(hours=2)
    aired = ("--at", "2026-03-02T10:30", "--programme", "早间新闻", "--format", "radio", "--unit", "市城管局")
    done(exposed("partners", "air", "radio", *aired, "--offer", 1, "--response-due", "2026-03-05"))
    clock.pass_(days=5)
    asked = ("partners", "report", "--from", "2026-03-01", "--to", "2026-03-31")
    report = document(exposed(*asked, "--json"))
    assert [report["outlets"][0][name] for name in ("offered", "taken", "aired")] == [1, 1, 1]
    assert report["coverages"][0]["late"] == ["市城管局"]
    assert "逾期未回应" in exposed(*asked).stdout
    done(exposed("partners", "answer", 1, "--unit", "市城管局", "--response", "已整改。"))
    assert document(exposed(*asked, "--json"))["coverages"][0]["late"] == []
    refused(
        exposed("partners", "answer", 1, "--unit", "市教育局", "--response", "？"), "没有涉及该单位", "no coverage 1"
    )


def test_a_batch_goes_through_a_second_person_and_may_be_withdrawn(exposed: Run) -> None:
    done(exposed("exposures", "withdraw", "b1", "--item", 1, "--cause", "事实有误"))
    done(exposed("exposures", "withdraw", "b1", "--item", 1, "--cause", "事实有误"))
    (batch,) = document(exposed("exposures", "list", "--json"))["items"]
    assert (batch["status"], batch["approved_by"]) == ("published", "乙")
    assert [item["withdrawn"] for item in batch["items"]] == ["事实有误", None]
    shown = exposed("exposures", "list").stdout
    assert "已发布" in shown
    assert "公开" in shown


def test_what_may_not_be_exposed_is_refused_in_both_languages(run: Run) -> None:
    draft = ("exposures", "draft", "b1", "--title", "第一批", "--scope")
    done(run(*draft, "public"))
    refused(run(*draft, "internal"), "曝光批次 b1 已存在", "exists")
    refused(run("exposures", "approve", "b1", by="乙"), "空", "cannot be done now")
    tells = ("--unit", "市城管局", "--words", "来电人13800000000反映推诿。")
    refused(run("exposures", "add", "b1", *tells), "似有个人信息", "masked they read")
    assert run("exposures", "add", "b1", *WORDS, "--complaint", "20260302-0000001-0").exit_code == 2
    done(run("exposures", "add", "b1", *WORDS))
    refused(run("exposures", "approve", "b1"), "第二人", "second person")
    refused(run("exposures", "publish", "b1"), "草稿", "drafted")
    refused(run("exposures", "withdraw", "b9", "--cause", "误"), "没有曝光批次", "no batch")
    done(run("exposures", "remove", "b1", 1))
    assert document(run("exposures", "list", "--json"))["items"][0]["items"] == []
    assert run("exposures", "draft", "b2", "--title", "x", "--scope", "secret").exit_code == 2


def test_a_round_of_the_courier_says_what_it_came_to_and_its_dead_letters_are_listed_and_replayed(run: Run) -> None:
    done(run(*RADIO, "--webhook", "https://radio.invalid/hook"))
    done(run("exposures", "draft", "b1", "--scope", "public", "--title", "第一批"))
    done(run("exposures", "add", "b1", *WORDS))
    done(run("exposures", "approve", "b1", by="乙"))
    done(run("exposures", "publish", "b1", by="乙"))
    environment = {"HANGFENG_WEBHOOK_ATTEMPTS_MAX": "1"}
    once = CliRunner().invoke(
        main, ["--data", "data", "partners", "deliver", "--once", "--json"], env=environment, obj=Session()
    )
    assert document(once) == {"owed": 1, "delivered": 0, "put_off": 0, "dead": 1, "dropped": 0}
    page = document(run("partners", "deliveries", "--state", "dead", "--json"))
    (dead,) = page["items"]
    assert (dead["attempts"], dead["status"], page["counts"]["dead"]) == (1, None, 1)
    assert "死信" in run("partners", "deliveries", "--partner", "radio").stdout
    assert "1 件死信" in done(run("partners", "replay", dead["number"]))
    assert document(run("partners", "deliveries", "--json"))["counts"]["waiting"] == 1


def test_the_courier_s_state_is_told_and_checked(run: Run, clock: StandingClock) -> None:
    assert document(run("partners", "status", "--json"))["status"] == "never"
    refused(run("partners", "status", "--check"), "never")
    done(run("partners", "deliver", "--once"))
    assert document(run("partners", "status", "--check", "--json"))["lag_events"] == 0
    clock.pass_(minutes=5)
    refused(run("partners", "status", "--check"), "late")
    assert "心跳 heartbeat_at" in run("partners", "status").stdout


def test_a_second_courier_is_refused_and_a_position_beyond_the_log_is_none(run: Run) -> None:
    leader = Leadership(Path("data"), LOCK_FILE)
    leader.claim()
    refused(run("partners", "deliver", "--once"), "正在运行", "at work")
    leader.resign()
    refused(run("partners", "deliver", "--once", "--from", 10_000), "没有第 10000 条", "there is no position")
    done(run("partners", "deliver", "--once", "--from", 1))


def test_the_status_lists_which_outlets_were_told_of_a_withdrawal(exposed: Run) -> None:
    done(exposed("partners", "offer", "radio", "exposure:b1"))
    done(exposed("exposures", "withdraw", "b1", "--item", 1, "--cause", "事实有误"))
    (found,) = document(exposed("partners", "status", "--json"))["withdrawals"]
    assert (found["batch"], found["item"], found["cause"]) == ("b1", 1, "事实有误")
    assert [(one["partner"], one["state"]) for one in found["outlets"]] == [("radio", "by_hand")]
    assert "无接收地址，请人工告知" in exposed("partners", "status").stdout


def test_a_cause_that_names_somebody_is_refused(exposed: Run) -> None:
    refused(exposed("exposures", "withdraw", "b1", "--cause", "联系人张三更正"), "个人信息", "masked they read")
