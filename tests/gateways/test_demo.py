"""``hangfeng demo``: the sample loaded, its bulletins published, the last one printed, and every address answering."""

import re
import socket
import subprocess
import sys
import time
from collections.abc import Iterator
from dataclasses import dataclass
from io import StringIO
from itertools import takewhile
from pathlib import Path
from unicodedata import east_asian_width

import httpx
import pytest
from click.testing import CliRunner, Result
from rich.console import Console

from domain.bulletin.name import BulletinName
from domain.words import Role
from gateways.app import compose, open_new
from gateways.cli import main
from gateways.commandline.edition_table import print_edition
from services.settings import Settings
from tests.conftest import ROOT

pytestmark = pytest.mark.slow

COLUMNS_MAX = 108
START_SECONDS = 120
ESCAPE = re.compile(r"\x1b\[[0-9;?]*[A-Za-z]")


def demo(*arguments: object) -> Result:
    return CliRunner().invoke(main, ["demo", *map(str, arguments)])


@pytest.fixture(scope="module")
def data(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return tmp_path_factory.mktemp("demo") / "demo-data"


@pytest.fixture(scope="module")
def printed(data: Path) -> Result:
    return demo("--no-serve", "--data", data)


@dataclass(frozen=True)
class Served:
    """A demo that serves, and what it printed before it did."""

    printed: str
    port: int

    def get(self, path: str, token: str | None = None) -> httpx.Response:
        headers = {"authorization": f"Bearer {token}"} if token else {}
        return httpx.get(f"http://127.0.0.1:{self.port}{path}", headers=headers, timeout=30)

    @property
    def tokens(self) -> dict[str, str]:
        return dict(re.findall(r"(\w+) +(hf_[\w-]+)", self.printed))


@pytest.fixture(scope="module")
def served(data: Path, printed: Result) -> Iterator[Served]:
    port = free_port()
    asked = [sys.executable, "-m", "gateways.cli", "demo", "--data", str(data), "--port", str(port)]
    with subprocess.Popen(asked, cwd=ROOT, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True) as running:
        assert running.stderr is not None
        assert running.stdout is not None
        try:
            next(line for line in running.stderr if "serving" in line)
            wait_for(port)
            lines = iter(running.stdout.readline, "")
            printed_lines = list(takewhile(lambda line: not line.strip().startswith("管理员"), lines))
            yield Served("".join(printed_lines), port)
        finally:
            running.terminate()


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


def wait_for(port: int) -> None:
    """Wait until the server answers; it was asked to start, so it does or the test fails with the last error."""
    deadline = time.monotonic() + START_SECONDS
    while True:
        try:
            httpx.get(f"http://127.0.0.1:{port}/healthz", timeout=5).raise_for_status()
        except httpx.HTTPError:
            if time.monotonic() > deadline:
                raise
            time.sleep(0.2)
        else:
            return


def width(line: str) -> int:
    return sum(2 if east_asian_width(character) in "WF" else 1 for character in line)


def test_it_prints_the_last_bulletin_s_table_by_unit(printed: Result) -> None:
    assert printed.exit_code == 0, printed.output
    assert "2026年第一季度" in printed.stdout
    assert re.search(r"^澜州市住房和城乡建设局(\s+\S+){14}$", printed.stdout, re.MULTILINE)


def test_it_says_that_the_sample_is_invented(printed: Result) -> None:
    assert "示例数据，纯属虚构" in printed.stdout


def test_elsewhere_than_on_a_terminal_it_prints_plain_text_within_the_width(printed: Result) -> None:
    assert not ESCAPE.search(printed.stdout)
    assert max(width(line) for line in printed.stdout.splitlines()) <= COLUMNS_MAX


def test_the_figures_of_a_column_stand_in_line(printed: Result) -> None:
    rows = [
        line.rstrip()
        for line in printed.stdout.splitlines()
        if re.match(r"(澜州|望澜|云埠|北陌|石砚)\S+(\s+\S+){14}$", line.rstrip())
    ]
    assert len(rows) > 8
    assert len({width(row) for row in rows}) == 1


def test_on_a_terminal_no_heading_and_no_name_is_cut(data: Path, printed: Result) -> None:
    console = Console(width=COLUMNS_MAX, force_terminal=True, file=StringIO(), highlight=False)
    with compose(Settings(data=data)) as house:
        print_edition(console, house.publication.show(BulletinName.parse("2026Q1")).document, notice="示例")
    assert isinstance(console.file, StringIO)
    shown = ESCAPE.sub("", console.file.getvalue())
    assert "…" not in shown.replace("……", "")
    assert max(width(line) for line in shown.splitlines()) <= COLUMNS_MAX


def test_all_four_quarters_are_published(data: Path, printed: Result) -> None:
    with compose(Settings(data=data)) as house:
        standing = {str(one.quarter): one.published for one in house.publication.bulletins()}
    assert standing == {"2025Q2": True, "2025Q3": True, "2025Q4": True, "2026Q1": True}


def test_a_second_run_loads_and_publishes_nothing(data: Path, printed: Result) -> None:
    before = head(data)
    again = demo("--no-serve", "--data", data)
    assert again.exit_code == 0, again.output
    assert again.stdout == printed.stdout
    assert head(data) == before


def test_every_address_that_is_printed_answers(served: Served) -> None:
    addresses = re.findall(r"http://127\.0\.0\.1:\d+(/\S*)", served.printed)
    assert len(addresses) > 5
    assert {path: served.get(path).status_code for path in addresses} == dict.fromkeys(addresses, 200)


def test_there_is_a_token_for_each_role_and_each_opens_a_door(served: Served) -> None:
    roles = {role.value for role in Role} - {"clock", "reporter", "admin"}
    assert set(served.tokens) == roles
    reading = {role: served.get("/api/v1/complaints", token).status_code for role, token in served.tokens.items()}
    assert {role for role, status in reading.items() if status == 403} == {"screener", "producer"}
    assert {role for role, status in reading.items() if status == 200} == roles - {"screener", "producer"}


def test_a_later_run_revokes_the_tokens_of_the_one_before(data: Path, served: Served) -> None:
    with compose(Settings(data=data)) as house:
        standing = [one for one in house.access.tokens() if one.revoked_at is None]
        assert len(standing) == len({one.role for one in standing}) == len(Role) - 2
        assert house.access.actor_of(served.tokens["operator"]) is not None


def test_the_case_to_track_can_be_tracked(served: Served) -> None:
    found = re.search(r"受理编号 (\S+)  查询码 (\S+)", served.printed)
    assert found
    form = {"receipt_no": found[1], "query_code": found[2]}
    answer = httpx.post(f"http://127.0.0.1:{served.port}/mailbox/track", data=form, timeout=30)
    assert answer.status_code == 200
    assert found[1] in answer.text


def test_a_port_in_use_is_named_before_anything_is_loaded(tmp_path: Path) -> None:
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        taken.listen()
        refused = demo("--data", tmp_path / "demo", "--port", taken.getsockname()[1])
    assert refused.exit_code == 1
    assert "已被占用" in refused.output
    assert "in use" in refused.output
    assert not (tmp_path / "demo").exists()


def test_an_instance_that_is_not_the_demo_s_is_left_alone(tmp_path: Path) -> None:
    settings = Settings(data=tmp_path / "real")
    open_new(settings)
    refused = demo("--no-serve", "--data", settings.data)
    assert refused.exit_code == 1
    assert "不是示例实例" in refused.output


def head(data: Path) -> int:
    with compose(Settings(data=data)) as house:
        return house.log.head().position
