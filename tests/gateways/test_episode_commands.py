"""The programme from the command line: what is typed is held to the anonymiser, and what is answered is a document."""

import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from click.testing import CliRunner, Result

from gateways.cli import main
from gateways.commandline.session import Session
from tests.composed import StandingClock

Run = Callable[..., Result]
EPISODE = "xf-2026-06"
ON_THE_DAY = ("--on", "2026-03-02", "--station", "市广播电台", "--station", "青县融媒体中心:county")


@pytest.fixture
def run(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Run:
    monkeypatch.chdir(tmp_path)
    clock = StandingClock()

    def call_main(*arguments: object, by: str = "编导甲") -> Result:
        given = ["--data", "data", "--as", by, *map(str, arguments)]
        return CliRunner().invoke(main, given, obj=Session(clock=clock))

    assert call_main("init").exit_code == 0
    return call_main


def done(result: Result) -> str:
    assert result.exit_code == 0, result.output
    return result.stderr


def document(result: Result) -> Any:  # noqa: ANN401
    assert result.exit_code == 0, result.stderr
    return json.loads(result.stdout)


def add(run: Run, title: str, *more: object, ref: str = EPISODE, kind: str = "case") -> Result:
    return run("episode", "rundown", "add", ref, kind, title, "--minutes", 5, *more)


def items(run: Run, ref: str = EPISODE) -> list[dict[str, Any]]:
    told = document(run("episode", "rundown", "show", ref, "--json"))
    found: list[dict[str, Any]] = told["items"]
    return found


@pytest.fixture
def scheduled(run: Run) -> Run:
    done(run("episode", "schedule", EPISODE, *ON_THE_DAY))
    return run


def test_a_title_that_names_somebody_is_refused_in_both_languages_and_written_masked(scheduled: Run) -> None:
    refused = add(scheduled, "连线张三：停水")
    assert (refused.exit_code, "姓名“张三”(2–4)" in refused.stderr, "title holds" in refused.stderr) == (1, True, True)
    done(add(scheduled, "连线张三：停水", "--mask"))
    assert [one["title"] for one in items(scheduled)] == ["连线张某：停水"]


def test_a_call_that_is_passed_over_needs_a_reason_that_names_nobody_and_one_that_is_aired_none(scheduled: Run) -> None:
    passed = scheduled("episode", "call", EPISODE, "passed-over", "--call", "x", "--reason", "张三：不接", "--mask")
    aired = scheduled("episode", "call", EPISODE, "aired", "--call", "x", "--mask")
    assert [("没有可接入节目的这一来电" in one.stderr) for one in (passed, aired)] == [True, True]


def test_a_false_alarm_is_let_stand_by_somebody_else(scheduled: Run) -> None:
    said = ("episode", "let-stand", EPISODE, "--said", "惠企", "--reason", "惠企政策")
    done(scheduled(*said))
    assert add(scheduled, "惠企政策兑现").exit_code == 1
    assert "已放行“惠企”" in done(scheduled(*said, by="编导乙"))
    done(add(scheduled, "惠企政策兑现"))
    assert [one["by"] for one in document(scheduled("episode", "show", EPISODE, "--json"))["let_stand"]] == [
        "编导甲",
        "编导乙",
    ]


def test_the_same_run_down_as_last_time(scheduled: Run) -> None:
    done(add(scheduled, "欢迎收听", kind="opening"))
    done(add(scheduled, "现场接听", kind="live_call"))
    assert f"“xf-2026-07”已沿用“{EPISODE}”的编排" in done(scheduled("episode", "take-over", "xf-2026-07"))
    told = document(scheduled("episode", "show", "xf-2026-07", "--json"))
    assert (told["airs_on"], [one["level"] for one in told["stations"]]) == ("2026-03-09", ["city", "county"])
    assert [one["title"] for one in told["run_down"]] == ["欢迎收听", "现场接听"]


def test_a_run_down_that_is_begun_is_added_to_only_where_that_is_asked(scheduled: Run) -> None:
    done(add(scheduled, "欢迎收听", kind="opening"))
    done(scheduled("episode", "take-over", "xf-2026-07"))
    refused = scheduled("episode", "take-over", "xf-2026-07")
    assert (refused.exit_code, "--append" in refused.stderr) == (1, True)
    done(scheduled("episode", "take-over", "xf-2026-07", "--append"))
    assert len(items(scheduled, "xf-2026-07")) == 2
    assert scheduled("episode", "take-over", "xf-2026-07", "--from", EPISODE, "--append").exit_code == 0


def test_a_unit_is_asked_into_the_studio(scheduled: Run) -> None:
    assert "已邀请“市水务局”" in done(scheduled("episode", "invite", EPISODE, "市水务局"))


def test_an_episode_airs_on_a_day_that_others_are_counted_from(run: Run) -> None:
    refused = run("episode", "schedule", "xf-0001", "--on", "0001-01-01", "--station", "市广播电台")
    assert refused.exit_code == 1
    assert "2000" in refused.output


def test_nothing_is_written_into_the_data_directory(scheduled: Run) -> None:
    before = Path("data/log.db").read_bytes()
    refused = scheduled("episode", "pack", EPISODE, "--out", "data")
    assert refused.exit_code == 2
    assert "data directory" in refused.output
    assert Path("data/log.db").read_bytes() == before
