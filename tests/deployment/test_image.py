"""The image: what it copies is enough to install and to serve, and its health check tells a server from none."""

import os
import shutil
import subprocess
import sys
import time
import urllib.request
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest
from click.testing import CliRunner

from gateways.bench.intake import free_port
from gateways.cli import main
from services.settings import Settings
from tests.conftest import ROOT
from tests.deployment.composition import command, instruction, instructions, ours, taken_into_the_image

SECONDS_MAX = 60.0
OFFLINE = "no package registry is reached, and pip needs setuptools to install the product 无法访问软件包仓库"


def test_the_image_runs_and_looks_after_what_the_composition_does() -> None:
    hangfeng = ours()["hangfeng"]
    assert command(instruction("CMD")) == hangfeng["command"]
    assert ["CMD", *command(instruction("HEALTHCHECK"))] == hangfeng["healthcheck"]["test"]
    assert f"{instruction('VOLUME')}" == hangfeng["volumes"][0].partition(":")[2]
    assert hangfeng["ports"][0].endswith(f":{instruction('EXPOSE')}")
    assert CliRunner().invoke(main, [*hangfeng["command"][1:], "--help"]).exit_code == 0


def test_every_variable_of_the_image_is_a_setting() -> None:
    known = {line.environment for line in Settings.model_construct().describe()}
    named = {word.partition("=")[0] for word in instruction("ENV").split() if word.startswith("HANGFENG_")}
    assert named
    assert named <= known


@pytest.fixture(scope="module")
def installed(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The product as the Dockerfile installs it, from a copy of what the image takes in and nothing else."""
    folder = tmp_path_factory.mktemp("image")
    for path in taken_into_the_image():
        into = folder / "src" / path.name
        if path.is_dir():
            shutil.copytree(path, into, ignore=shutil.ignore_patterns("__pycache__"))
        else:
            into.parent.mkdir(exist_ok=True)
            shutil.copy(path, into)
    (said,) = [value for name, value in instructions() if name == "RUN" and value.startswith("pip install")]
    words = said.partition(" && ")[0].split()
    assert words == ["pip", "install", "-c", "constraints.txt", "."]
    # What the product needs stands in our own environment, by the same constraints; here it is the product that counts.
    pip = [sys.executable, "-m", *words, "--no-deps", "--quiet", "--target", str(folder / "site")]
    done = subprocess.run(pip, cwd=folder / "src", capture_output=True, text=True, check=False)
    if "No matching distribution found for setuptools" in done.stderr:
        pytest.skip(OFFLINE)
    assert done.returncode == 0, done.stderr
    return folder / "site"


def outside(installed: Path, *words: str) -> tuple[list[str], dict[str, str]]:
    """A command of Python, and its environment, that knows the installed product and not the tree it was made of."""
    return [sys.executable, "-P", *words], os.environ | {"PYTHONPATH": str(installed)}


@contextmanager
def serving(installed: Path, data: Path, port: int) -> Iterator[subprocess.Popen[bytes]]:
    """The installed product at work."""
    words = [*ours()["hangfeng"]["command"][1:], "--port", str(port)]
    run, given = outside(installed, "-m", "gateways.cli", *words)
    with (data.parent / "said.txt").open("wb") as said:
        environment = given | {"HANGFENG_DATA": str(data)}
        process = subprocess.Popen(run, cwd=data.parent, env=environment, stdout=said, stderr=said)
    try:
        yield process
    finally:
        process.terminate()
        process.wait(timeout=SECONDS_MAX)


def healthy(port: int) -> bool:
    check = [word.replace(":8000", f":{port}") for word in command(instruction("HEALTHCHECK"))]
    assert check[0] == "python"
    return subprocess.run([sys.executable, *check[1:]], capture_output=True, check=False).returncode == 0


@pytest.mark.slow
def test_what_the_image_takes_in_serves_with_its_pages_and_is_healthy_while_it_does(
    installed: Path, tmp_path: Path
) -> None:
    port = free_port()
    run, given = outside(installed, "-c", "import gateways, services; print(gateways.__file__, services.__file__)")
    lies = subprocess.run(run, cwd=tmp_path, env=given, capture_output=True, text=True, check=True).stdout.split()
    assert [Path(file).is_relative_to(installed) for file in lies] == [True, True]
    assert not healthy(port)
    with serving(installed, tmp_path / "data", port) as process:
        until = time.monotonic() + SECONDS_MAX
        while not healthy(port):
            assert process.poll() is None, (tmp_path / "said.txt").read_text("utf-8")
            assert time.monotonic() < until, "the server does not become healthy"
        for page in ("/mailbox", "/openapi.json", "/readyz"):
            with urllib.request.urlopen(f"http://127.0.0.1:{port}{page}", timeout=10) as answer:
                assert answer.status == 200
    assert process.returncode == 0
    assert not healthy(port)


@pytest.mark.slow
def test_every_module_and_every_file_beside_it_is_installed(installed: Path) -> None:
    for package in ("domain", "projections", "services", "gateways"):
        files = {path.relative_to(ROOT) for path in (ROOT / package).rglob("*") if path.is_file()}
        made = {path.relative_to(installed) for path in (installed / package).rglob("*") if path.is_file()}
        assert [str(path) for path in files - made if "__pycache__" not in path.parts] == []
