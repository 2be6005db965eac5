"""What the tree promises to whoever clones it: it is packed whole, pinned whole, and tied to no one's machine."""

import fnmatch
import os
import re
import stat
import subprocess
import tomllib
from collections.abc import Iterator
from importlib.metadata import PackageNotFoundError, requires
from pathlib import Path
from typing import Any

import pytest
import yaml
from packaging.requirements import Requirement
from packaging.utils import canonicalize_name

from tests.conftest import ROOT

PYPROJECT: dict[str, Any] = tomllib.loads((ROOT / "pyproject.toml").read_text("utf-8"))
PACKAGES = ["domain", "projections", "services", "gateways"]
MADE_BY_TOOLS = {"__pycache__", "build", "dist", "htmlcov", "demo-data", "hangfeng-data", "hangfeng.egg-info"}
NAMES_THAT_SAY_NOTHING = {"utils", "util", "helpers", "helper", "common", "manager", "managers", "misc"}
TIES_TO_A_MACHINE = re.compile(
    r"(?<![\w.:/-])/(?:home|root|Users|work)/\w|pypi\.org/simple|files\.pythonhosted\.org|--(?:extra-)?index-url",
)
PIN = re.compile(r"[A-Za-z0-9][A-Za-z0-9._-]*==[A-Za-z0-9.!+]+")


def text_files() -> Iterator[Path]:
    for folder, folders, names in os.walk(ROOT):
        folders[:] = [name for name in folders if name not in MADE_BY_TOOLS and (name[0] != "." or name == ".ci")]
        yield from (Path(folder, name) for name in names if name != Path(__file__).name)


def pins() -> dict[str, str]:
    lines = (ROOT / "constraints.txt").read_text("utf-8").splitlines()
    return {canonicalize_name(line.partition("==")[0]): line for line in lines if not line.startswith("#")}


def required(requirements: list[str], extras: frozenset[str], seen: set[tuple[str, frozenset[str]]]) -> Iterator[str]:
    """Walk what is installed: each requirement that holds here, and what it requires in turn."""
    for requirement in map(Requirement, requirements):
        name, wanted = canonicalize_name(requirement.name), frozenset(requirement.extras)
        holds = any(not requirement.marker or requirement.marker.evaluate({"extra": e}) for e in extras or {""})
        if not holds or (name, wanted) in seen:
            continue
        seen.add((name, wanted))
        yield name
        try:
            yield from required(requires(name) or [], wanted, seen)
        except PackageNotFoundError:
            yield f"{name}, which is not installed"


def test_every_distribution_that_we_stand_on_is_pinned() -> None:
    project = PYPROJECT["project"]
    wanted = project["dependencies"] + project["optional-dependencies"]["test"]
    assert set(required(wanted, frozenset(), set())) - set(pins()) == set()


def test_a_pin_is_a_name_and_a_version_and_nothing_else() -> None:
    assert [line for line in pins().values() if not PIN.fullmatch(line)] == []


@pytest.mark.parametrize("package", PACKAGES)
def test_every_folder_with_code_is_a_package(package: str) -> None:
    folders = {ROOT / package} | {path.parent for path in (ROOT / package).rglob("*.py")}
    assert [str(folder) for folder in folders if not (folder / "__init__.py").is_file()] == []


@pytest.mark.parametrize("package", PACKAGES)
def test_what_is_not_code_is_packed_with_the_code(package: str) -> None:
    packed = [pattern.rpartition("/")[2] for pattern in PYPROJECT["tool"]["setuptools"]["package-data"]["*"]]
    files = [path for path in (ROOT / package).rglob("*") if path.is_file() and path.suffix not in {".py", ".pyc"}]
    assert [str(path) for path in files if not any(fnmatch.fnmatch(path.name, pattern) for pattern in packed)] == []


def test_every_lint_rule_left_out_has_a_reason() -> None:
    pyproject = (ROOT / "pyproject.toml").read_text("utf-8")
    left_out = re.findall(r'^ {4}"[A-Z]+[0-9]*",.*$', pyproject, re.MULTILINE)
    assert len(left_out) > len(PYPROJECT["tool"]["ruff"]["lint"]["ignore"])
    assert [line for line in left_out if not re.search(r",\s*# \S.{9,}", line)] == []


def test_a_file_is_named_for_what_it_holds() -> None:
    files = [path for package in [*PACKAGES, "tests"] for path in (ROOT / package).rglob("*.py")]
    assert [str(path) for path in files if {path.stem, path.parent.name} & NAMES_THAT_SAY_NOTHING] == []


def test_no_file_is_tied_to_a_machine() -> None:
    found = []
    for path in text_files():
        lines = path.read_text("utf-8", errors="replace").splitlines()
        found += [
            f"{path.relative_to(ROOT)}:{at}" for at, line in enumerate(lines, 1) if TIES_TO_A_MACHINE.search(line)
        ]
    assert found == []


@pytest.mark.parametrize("target", ["demo", "test", "check", "format", "clean"])
def test_make_knows_its_targets(target: str) -> None:
    done = subprocess.run(["make", "-n", target], cwd=ROOT, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr


@pytest.mark.parametrize("script", [".ci/run", ".ci/venv"])
def test_scripts_are_sound_and_executable(script: str) -> None:
    path = ROOT / script
    assert path.stat().st_mode & stat.S_IXUSR
    shell = path.read_text("utf-8").splitlines()[0].split("/")[-1].split()[-1]
    assert subprocess.run([shell, "-n", path], check=False).returncode == 0


def test_the_composition_serves_one_process_with_a_volume_and_a_health_check() -> None:
    compose = yaml.safe_load((ROOT / "docker-compose.yml").read_text("utf-8"))
    service = compose["services"]["hangfeng"]
    volume, _, mounted = service["volumes"][0].partition(":")
    assert volume in compose["volumes"]
    assert mounted == service["environment"]["HANGFENG_DATA"]
    assert "/healthz" in service["healthcheck"]["test"][-1]
    assert service["command"][:2] == ["hangfeng", "serve"]


def test_the_image_runs_without_rights_on_the_oldest_python_that_we_take() -> None:
    lines = (ROOT / "Dockerfile").read_text("utf-8").splitlines()
    oldest = PYPROJECT["project"]["requires-python"].removeprefix(">=")
    assert f"FROM python:{oldest}-slim" in lines
    assert "USER hangfeng" in lines
    assert lines.index("USER hangfeng") < next(at for at, line in enumerate(lines) if line.startswith("CMD"))
