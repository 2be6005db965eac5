import json
import shutil
import sqlite3
from collections.abc import Callable
from importlib import import_module
from pathlib import Path
from typing import Any
from uuid import UUID

import click
import pytest
from click.testing import CliRunner, Result

from domain.complaint import commands as c
from domain.facts import Moment
from domain.words import ComplaintKind, Role
from gateways.app import compose
from gateways.cli import main
from gateways.commandline.session import Session
from services.settings import Settings
from tests.composed import APPROVER, DISPATCHER, FOLLOWER, StandingClock, call, clerk
from tests.conftest import ROOT

Run = Callable[..., Result]
SAID = "水管破裂三日无人理会"


@pytest.fixture
def data(tmp_path: Path) -> Path:
    return tmp_path / "data"


@pytest.fixture
def clock() -> StandingClock:
    return StandingClock()


@pytest.fixture
def run(data: Path, clock: StandingClock, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Run:
    monkeypatch.chdir(tmp_path)

    def call_main(*arguments: object, at: Path = data) -> Result:
        given = ["--data", str(at), *map(str, arguments)]
        return CliRunner().invoke(main, given, obj=Session(clock=clock))

    return call_main


@pytest.fixture
def opened(run: Run) -> Run:
    assert run("init").exit_code == 0
    return run


def case(data: Path, clock: StandingClock, call_id: str = "call-1", unit: str = "城管局", **words: Any) -> UUID:  # noqa: ANN401
    """One call, answered by a unit and delivered."""
    with compose(Settings(data=data), clock) as house:
        complaint = house.casework.register(call(house, call_id, **{"text": SAID, **words})).id
        at = Moment(clock())
        for command in (
            c.Dispatch(by=DISPATCHER, at=at, unit=unit),
            c.Sign(by=clerk(unit), at=at),
            c.SubmitReply(by=clerk(unit), at=at, reply="已派人修复并道歉"),
            c.ApproveReply(by=APPROVER, at=at),
            c.DeliverReply(by=FOLLOWER, at=at, evidence="电话告知"),
        ):
            house.casework.handle(complaint, command)
    return complaint


def document(result: Result) -> Any:  # noqa: ANN401
    assert result.exit_code == 0, result.stderr
    return json.loads(result.stdout)


# --- the command line as a whole ------------------------------------------------------------------------------------


def every_command(group: click.Group, name: str = "hangfeng") -> list[tuple[str, click.Command]]:
    context = click.Context(group)
    found: list[tuple[str, click.Command]] = []
    for word in group.list_commands(context):
        command = group.get_command(context, word)
        assert command is not None
        found.append((f"{name} {word}", command))
        if isinstance(command, click.Group):
            found += every_command(command, f"{name} {word}")
    return found


def test_every_command_explains_itself_in_two_languages() -> None:
    for name, command in every_command(main):
        said = f"{command.help}{command.short_help}"
        assert any("\u4e00" <= character <= "\u9fff" for character in said), name
        assert any(character.isascii() and character.isalpha() for character in command.help or ""), name
        described = [option.help for option in command.params if isinstance(option, click.Option)]
        assert all(described), name


def test_every_command_of_every_module_is_reached_from_the_main_one() -> None:
    modules = {path.stem for path in (ROOT / "gateways" / "commandline").glob("*.py")} - {"__init__"}
    reached = {id(command) for _, command in every_command(main)}
    lost = {
        f"{module}:{name}"
        for module in modules
        for name, one in vars(import_module(f"gateways.commandline.{module}")).items()
        if isinstance(one, click.Command) and id(one) not in reached
    }
    assert lost == set()


def test_help_loads_no_web_server(run: Run) -> None:
    assert "uvicorn" not in (ROOT / "gateways" / "commandline" / "start.py").read_text("utf-8")
    assert run("--help").exit_code == 0


@pytest.mark.parametrize(
    "arguments",
    [("tokens", "list"), ("units", "list"), ("audit", "verify"), ("replay",), ("rebuild",), ("backup", "b")],
)
def test_nothing_works_before_init_and_says_so_in_one_line(run: Run, data: Path, arguments: tuple[str, ...]) -> None:
    result = run(*arguments)
    assert result.exit_code == 1
    assert "hangfeng init" in result.stderr
    assert len(result.stderr.splitlines()) == 1
    assert not data.exists()


@pytest.mark.parametrize(
    "arguments",
    [("nonsense",), ("tokens", "issue"), ("tokens", "issue", "--role", "king"), ("serve", "--workers", "2")],
)
def test_wrong_usage_exits_with_2(opened: Run, arguments: tuple[str, ...]) -> None:
    assert opened(*arguments).exit_code == 2


def test_a_locked_store_is_one_line(opened: Run, data: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("HANGFENG_BUSY_TIMEOUT_SECONDS", "1")
    with sqlite3.connect(data / "log.db", isolation_level=None) as other:
        other.execute("BEGIN IMMEDIATE")
        result = opened("units", "alias", "甲", "乙")
    assert result.exit_code == 1
    assert len(result.stderr.splitlines()) == 1


# --- begin ----------------------------------------------------------------------------------------------------------


def test_init_is_safe_to_repeat(run: Run) -> None:
    assert run("init").exit_code == 0
    again = run("init")
    assert again.exit_code == 0
    assert "nothing changed" in again.stderr
    assert again.stdout == ""


def test_settings_hide_what_is_secret(run: Run, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("HANGFENG_WECHAT_TOKEN", "geheim")
    lines = document(run("settings", "--json"))
    assert {line["name"]: line["value"] for line in lines}["wechat_token"] == "********"
    assert "geheim" not in run("settings").stdout


def test_a_token_is_printed_once_and_works_until_it_is_revoked(opened: Run, data: Path, clock: StandingClock) -> None:
    issued = opened("tokens", "issue", "--role", "unit_clerk", "--unit", "城管局", "--name", "张三")
    secret = issued.stdout.strip()
    listed = document(opened("tokens", "list", "--json"))
    assert secret not in json.dumps(listed)
    with compose(Settings(data=data), clock) as house:
        actor = house.access.actor_of(secret)
        assert actor is not None
        assert (actor.role, actor.unit) == (Role.UNIT_CLERK, "城管局")
    assert opened("tokens", "revoke", listed[0]["id"]).exit_code == 0
    with compose(Settings(data=data), clock) as house:
        assert house.access.actor_of(secret) is None


def test_a_units_token_needs_its_unit(opened: Run) -> None:
    assert opened("tokens", "issue", "--role", "unit_leader").exit_code == 1


# --- units and editions ---------------------------------------------------------------------------------------------


def test_an_alias_gathers_a_units_legs(opened: Run, data: Path, clock: StandingClock) -> None:
    for number, unit in enumerate(("城管局", "市城管局", "城管局")):
        case(data, clock, f"call-{number}", unit)
    assert {row["unit"]: row["legs"] for row in document(opened("units", "list", "--json"))} == {
        "城管局": 2,
        "市城管局": 1,
    }
    (suggestion,) = document(opened("units", "suggest", "--json"))
    assert (suggestion["alias"], suggestion["unit"], suggestion["unit_count"]) == ("市城管局", "城管局", 2)
    opened("units", "alias", "市城管局", "城管局")
    (row,) = document(opened("units", "list", "--json"))
    assert (row["unit"], row["legs"], row["aliases"]) == ("城管局", 3, ["市城管局"])
    assert document(opened("units", "suggest", "--json")) == []


def test_units_never_stand_above_themselves(opened: Run) -> None:
    assert opened("units", "place", "甲", "--superior", "乙").exit_code == 0
    assert opened("units", "place", "乙", "--superior", "甲").exit_code == 1
    assert opened("units", "alias", "甲", "甲").exit_code == 1


def test_a_year_that_is_published_moves_the_deadlines_that_waited_for_it(
    opened: Run,
    data: Path,
    clock: StandingClock,
    tmp_path: Path,
) -> None:
    clock.now = clock.now.replace(year=2027)
    with compose(Settings(data=data), clock) as house:
        receipt = house.casework.register(call(house))
    assert receipt.provisional
    year = tmp_path / "2027.csv"
    year.write_text("年份,日期,上班,名称\n2027,2027-10-01,否,国庆节\n2027,2027-03-02,否,演练\n", "utf-8")
    done = opened("calendar", "load", year)
    assert done.exit_code == 0, done.stderr
    with compose(Settings(data=data), clock) as house:
        state = house.casework.load(receipt.id)
    assert state is not None
    assert state.citizen_deadline is not None
    assert not state.citizen_deadline.provisional
    assert "0 deadlines" in opened("calendar", "load", year).stderr
    assert document(opened("calendar", "show", "2027", "--json"))["exceptions"][0]["name"] == "演练"


def test_a_year_without_a_calendar_is_not_guessed(opened: Run) -> None:
    assert opened("calendar", "show", "2031").exit_code == 1


def test_rules_are_shown_by_edition_and_by_day(opened: Run) -> None:
    shown = document(opened("rules", "show", "--json"))
    assert shown == document(opened("rules", "show", "--edition", shown["edition"], "--json"))
    assert {"purpose", "clause", "limit", "source"} <= set(shown["limits"][0])
    assert opened("rules", "show", "--edition", "1999-1").exit_code == 1


def test_a_rule_edition_is_adopted_once(opened: Run) -> None:
    shipped = ROOT / "services" / "editions" / "rules-2026-2.toml"
    assert "adopted before" in opened("rules", "load", shipped).stderr
    changed = Path("own.toml")
    changed.write_text(shipped.read_text("utf-8").replace('edition = "2026-2"', 'edition = "2026-own"'), "utf-8")
    assert "adopted 2026-own" in opened("rules", "load", changed).stderr
    changed.write_text(changed.read_text("utf-8").replace("extensions_max = 1", "extensions_max = 2"), "utf-8")
    assert opened("rules", "load", changed).exit_code == 1


# --- replay and audit -----------------------------------------------------------------------------------------------


def test_a_replay_gives_the_live_views_again(opened: Run, data: Path, clock: StandingClock) -> None:
    case(data, clock)
    replayed = document(opened("replay", "--json"))
    assert replayed["same"]
    assert {view["name"]: view["rows"] for view in replayed["views"]}["cases"] > 0


def test_a_view_that_was_tampered_with_is_found_and_rebuilt(opened: Run, data: Path, clock: StandingClock) -> None:
    case(data, clock)
    assert opened("replay").exit_code == 0
    with sqlite3.connect(data / "views.db") as conn:
        conn.execute("UPDATE cases SET lead_unit = '教育局' WHERE to_position IS NULL")
    found = opened("replay")
    assert found.exit_code == 1
    assert "cases" in found.stdout
    assert opened("rebuild", "cases").exit_code == 0
    assert opened("replay").exit_code == 0


def test_what_a_killed_replay_left_behind_goes_with_the_next(opened: Run, data: Path) -> None:
    gone = data / "scratch-999999999-x"
    gone.mkdir()
    (gone / "0.db").write_text(SAID, "utf-8")
    assert opened("replay").exit_code == 0
    assert list(data.glob("scratch-*")) == []


def test_an_unknown_view_is_named(opened: Run) -> None:
    result = opened("rebuild", "nonsense")
    assert result.exit_code == 1
    assert "cases" in result.stderr


def test_history_is_as_it_was_at_a_position_and_at_an_instant(opened: Run, data: Path, clock: StandingClock) -> None:
    start = clock.now
    clock.pass_(hours=1)
    complaint = case(data, clock)
    states = [document(opened("replay", "--to", at, "--json"))["states"] for at in (start.isoformat(), "2030-01-01")]
    assert states == [{}, {"awaiting_follow_up": 1}]
    events = document(opened("replay", "--complaint", complaint, "--json"))["events"]
    assert [event["state"] for event in events][:2] == ["registered", "awaiting_signature"]
    first = events[0]["position"]
    earlier = document(opened("replay", "--complaint", complaint, "--to", first, "--json"))
    assert len(earlier["events"]) == 1
    assert opened("replay", "--complaint", complaint, "--to", first - 1).exit_code == 1


def test_the_local_administrator_does_not_read_accusations(opened: Run, data: Path, clock: StandingClock) -> None:
    with compose(Settings(data=data), clock) as house:
        complaint = house.casework.register(call(house, kind=ComplaintKind.ACCUSATION)).id
    assert opened("replay", "--complaint", complaint).exit_code == 1


@pytest.mark.parametrize("what", ["state", "topic", "originator_version"])
def test_one_changed_byte_is_found_at_its_position(opened: Run, data: Path, clock: StandingClock, what: str) -> None:
    case(data, clock)
    assert document(opened("audit", "verify", "--json"))["sound"]
    change = {"state": "state = replace(state, '\"v\":1', '\"v\":2')", "topic": "topic = topic || 'x'"}
    with sqlite3.connect(data / "log.db") as conn:
        conn.execute(f"UPDATE stored_events SET {change.get(what, 'originator_version = 99')} WHERE position = 30")
    result = opened("audit", "verify", "--json")
    assert result.exit_code == 1
    assert json.loads(result.stdout)["position"] == 30
    assert "30" in result.stderr


@pytest.mark.parametrize(
    "written",
    [("tokens", "revoke", "\udcd6"), ("tokens", "issue", "--role", "operator", "--name", "\udcd6")],
)
def test_an_argument_in_another_encoding_is_refused_in_one_line(opened: Run, written: tuple[str, ...]) -> None:
    result = opened(*written)
    assert (result.exit_code, result.stdout, len(result.stderr.splitlines())) == (1, "", 1)


@pytest.mark.parametrize("name", ["views.db", "search.db"])
def test_a_broken_file_of_views_is_made_anew_by_rebuild(
    opened: Run, data: Path, clock: StandingClock, name: str
) -> None:
    case(data, clock)
    assert opened("rebuild").exit_code == 0
    for beside in data.glob(f"{name}-*"):
        beside.unlink()
    (data / name).write_bytes(b"no database at all, whatever it was" * 400)
    assert opened("complaints", "list").exit_code == 1
    assert opened("rebuild").exit_code == 0
    assert opened("replay").exit_code == 0


def test_an_emptied_log_is_not_called_sound(opened: Run, data: Path) -> None:
    for file in data.glob("log.db*"):
        file.unlink()
    (data / "log.db").touch()
    result = opened("audit", "verify", "--json")
    assert (result.exit_code, result.stdout) == (1, "")


def test_a_log_that_was_cut_short_contradicts_its_checkpoint(opened: Run, data: Path, clock: StandingClock) -> None:
    case(data, clock)
    shutil.copytree(data, data.with_name("earlier"))
    case(data, clock, "call-2")
    assert opened("audit", "checkpoint").exit_code == 0
    shutil.copy(data.with_name("earlier") / "log.db", data / "log.db")
    for beside in data.glob("log.db-*"):
        beside.unlink()
    assert opened("audit", "verify").exit_code == 1


def test_a_complaint_is_proved_event_by_event(opened: Run, data: Path, clock: StandingClock) -> None:
    complaint = case(data, clock)
    proofs = document(opened("audit", "prove", complaint, "--json"))
    assert [proof["originator_version"] for proof in proofs] == list(range(1, 7))
    assert opened("audit", "prove", "999999").exit_code == 1
    assert opened("audit", "prove", "20260101-0000001-0").exit_code == 2


def test_an_export_holds_every_event_and_nothing_readable(opened: Run, data: Path, clock: StandingClock) -> None:
    case(data, clock)
    assert opened("audit", "export", "out.jsonl").exit_code == 0
    assert SAID not in Path("out.jsonl").read_text("utf-8")
    assert json.loads(Path("out.jsonl").read_text("utf-8").splitlines()[0])["size"] == 32


# --- keep and erase -------------------------------------------------------------------------------------------------


def test_a_backup_gives_back_the_same_house(opened: Run, data: Path, clock: StandingClock, tmp_path: Path) -> None:
    complaint = case(data, clock)
    with compose(Settings(data=data), clock, serving=True) as house:
        secret = house.access.issue(Role.OPERATOR, "张三").secret
        assert opened("backup", "b.tgz").exit_code == 0
        before = house.casework.history(complaint)
    assert Path("b.tgz").stat().st_mode & 0o777 == 0o600
    assert opened("restore", "b.tgz", at=tmp_path / "other").exit_code == 0
    with compose(Settings(data=tmp_path / "other"), clock) as house:
        assert house.casework.history(complaint) == before
        assert house.access.actor_of(secret) is not None


def test_a_backup_goes_over_nothing_and_into_nothing(opened: Run) -> None:
    assert opened("backup", "b.tgz").exit_code == 0
    assert opened("backup", "b.tgz").exit_code == 1
    assert opened("restore", "b.tgz").exit_code == 1


@pytest.mark.parametrize("cut", [0.1, 0.9])
def test_a_damaged_backup_leaves_nothing_behind(opened: Run, tmp_path: Path, cut: float) -> None:
    assert opened("backup", "b.tgz").exit_code == 0
    whole = Path("b.tgz").read_bytes()
    Path("b.tgz").write_bytes(whole[: int(len(whole) * cut)])
    assert opened("restore", "b.tgz", at=tmp_path / "other").exit_code == 1
    assert list((tmp_path / "other").iterdir()) == []


def test_an_erased_person_stands_in_no_file_and_the_proofs_hold(
    opened: Run,
    data: Path,
    clock: StandingClock,
) -> None:
    complaint = case(data, clock, number="13912345678")
    other = case(data, clock, "call-2", number="13700000000", text="别人说的另一件事情")
    opened("rebuild")
    erased = document(opened("erase", "139 1234 5678", "--reason", "本人申请", "--authority", "主任", "--json"))
    assert erased["keys_destroyed"] >= 1
    assert document(opened("audit", "verify", "--json"))["sound"]
    assert document(opened("replay", "--json"))["same"]
    events = document(opened("replay", "--complaint", complaint, "--json"))["events"]
    assert "text" in events[0]["sealed"]
    assert "text" not in document(opened("replay", "--complaint", other, "--json"))["events"][0]["sealed"]
    for path in data.rglob("*"):
        assert not path.is_file() or SAID.encode() not in path.read_bytes()


def test_erasing_again_is_harmless_and_erasing_nobody_is_refused(opened: Run, data: Path, clock: StandingClock) -> None:
    complaint = case(data, clock)
    told = ("--reason", "本人申请", "--authority", "主任", "--json")
    assert document(opened("erase", complaint, *told))["keys_destroyed"] >= 1
    assert document(opened("erase", complaint, *told))["keys_destroyed"] == 0
    assert opened("erase", "0" * 32, *told).exit_code == 1


def test_who_acts_is_on_record(opened: Run, data: Path, clock: StandingClock) -> None:
    assert opened("--as", "李四", "units", "alias", "甲", "乙").exit_code == 0
    with compose(Settings(data=data), clock) as house:
        assert house.log.read(house.log.head().position - 1, 1)[0].fact.by.name == "李四"


def test_a_reading_command_says_the_same_at_any_time(opened: Run, data: Path, clock: StandingClock) -> None:
    case(data, clock)
    reading = [("units", "list"), ("replay", "--json"), ("audit", "verify"), ("rules", "show"), ("settings",)]
    before = [opened(*arguments).stdout for arguments in reading]
    clock.pass_(minutes=7)
    assert [opened(*arguments).stdout for arguments in reading] == before


def test_a_directory_of_somebody_else_is_left_alone(run: Run, data: Path) -> None:
    data.mkdir()
    (data / "thesis.txt").write_text("", "utf-8")
    assert run("init").exit_code == 1


# --- lists, clocks, reconciliation ----------------------------------------------------------------------------------


def test_complaints_are_listed_narrowed_and_searched(opened: Run, data: Path, clock: StandingClock) -> None:
    first, second = case(data, clock), case(data, clock, "call-2", "教育局", text="学校门口乱收费")
    items = document(opened("complaints", "list", "--json"))["items"]
    assert [item["id"] for item in items] == [str(second), str(first)]
    assert items[0]["unit"] == "教育局"
    for narrowed, wanted in ((("--unit", "城管局"), first), (("-q", "收费"), second), (("-q", "破裂"), first)):
        assert [one["id"] for one in document(opened("complaints", "list", *narrowed, "--json"))["items"]] == [
            str(wanted),
        ]
    assert document(opened("complaints", "list", "--state", "closed", "--json")) == {"items": [], "next": None}


def test_a_list_comes_in_pages(opened: Run, data: Path, clock: StandingClock) -> None:
    cases = {str(case(data, clock, f"call-{number}")) for number in range(3)}
    page = document(opened("complaints", "list", "--limit", "2", "--json"))
    rest = document(opened("complaints", "list", "--limit", "2", "--cursor", page["next"], "--json"))
    assert {item["id"] for item in page["items"] + rest["items"]} == cases
    assert rest["next"] is None
    assert opened("complaints", "list", "--cursor", "nonsense").exit_code == 1


def test_a_clock_explains_itself_by_id_and_by_receipt_number(opened: Run, data: Path, clock: StandingClock) -> None:
    complaint = case(data, clock)
    receipt = document(opened("complaints", "list", "--json"))["items"][0]["receipt_no"]
    explained = document(opened("clock", complaint, "--json"))
    assert explained == document(opened("clock", receipt, "--json"))
    citizen = explained["clocks"][0]
    assert citizen["name"] == "citizen"
    assert sum(day["counted"] for day in citizen["days"]) == citizen["counted_days"]
    assert opened("clock", complaint).exit_code == 0
    assert opened("clock", "nonsense").exit_code == 2


def test_a_channels_list_is_compared_both_ways(opened: Run, data: Path, clock: StandingClock) -> None:
    for number in (1, 2, 3):
        case(data, clock, f"call-{number}")
    Path("calls.csv").write_text("来电编号,时长\ncall-1,60\ncall-2,10\ncall-9,5\ncall-9,5\n", "gb18030")
    asked = ("reconcile", "--channel", "hotline", "--source", "hotline", "--against", "calls.csv", "--json")
    days = ("--from", "2026-03-02", "--to", "2026-03-02")
    found = opened(*asked, *days)
    assert found.exit_code == 1
    told = json.loads(found.stdout)
    assert (told["listed"], told["found"], told["repeated"], told["missing"]) == (4, 2, 1, ["call-9"])
    assert len(told["unlisted"]) == 1
    Path("calls.csv").write_text("call-1\ncall-2\ncall-3\n", "utf-8")
    assert document(opened(*asked, *days))["agreed"]


def test_without_a_list_the_log_tells_its_own_days(opened: Run, data: Path, clock: StandingClock) -> None:
    case(data, clock)
    asked = ("reconcile", "--channel", "hotline", "--source", "hotline")
    assert document(opened(*asked, "--json")) == [{"day": "2026-03-02", "contacts": 1, "complaints": 1}]
    assert opened("reconcile", "--channel", "weibo").exit_code == 2
    Path("two.csv").write_text("甲,乙\n1,2\n", "utf-8")
    assert opened(*asked, "--against", "two.csv").exit_code == 1
