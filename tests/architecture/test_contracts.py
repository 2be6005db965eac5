"""The import contracts hold, and each one bites: a copy of the tree, broken on purpose, fails by name."""

import shutil
import subprocess
import sys
import tomllib
from importlib.metadata import packages_distributions
from itertools import pairwise
from pathlib import Path
from typing import Any

import pytest
from packaging.requirements import Requirement
from packaging.utils import canonicalize_name

from tests.conftest import ROOT

PYPROJECT: dict[str, Any] = tomllib.loads((ROOT / "pyproject.toml").read_text("utf-8"))
LAYERS = ["gateways", "services", "projections", "domain"]
CONTRACTS: dict[str, dict[str, Any]] = {c["id"]: c for c in PYPROJECT["tool"]["importlinter"]["contracts"]}
FORBIDDEN = [name for name, contract in CONTRACTS.items() if contract["type"] == "forbidden"]
UPWARD = [(lower, upper) for at, upper in enumerate(LAYERS) for lower in LAYERS[at + 1 :]]
FLOORS: list[list[str]] = [floor.split(" | ") for floor in CONTRACTS["domain-layers"]["layers"]]
FOLDERS = ["timekeeping", "complaint", "figures", "bulletin", "programme", "partners", "scores"]
UP_WITHIN_DOMAIN = [(lower, uppers[0]) for uppers, lowers in pairwise(FLOORS) for lower in lowers if lower in FOLDERS]


@pytest.fixture
def copy(tmp_path: Path) -> Path:
    """The four packages and the configuration, in a folder where they may be broken."""
    for package in LAYERS:
        shutil.copytree(ROOT / package, tmp_path / package, ignore=shutil.ignore_patterns("__pycache__"))
    shutil.copy(ROOT / "pyproject.toml", tmp_path)
    return tmp_path


def lint_imports(tree: Path, *options: str) -> tuple[int, str]:
    command = [str(Path(sys.executable).with_name("lint-imports")), "--no-cache", "--no-logo", "--verbose", *options]
    done = subprocess.run(command, cwd=tree, capture_output=True, text=True, check=False)
    return done.returncode, " ".join((done.stdout + done.stderr).split())


def break_on_purpose(tree: Path, package: str, imports: list[str]) -> None:
    module = tree / package / "broken_on_purpose.py"
    module.write_text("".join(f"import {name}\n" for name in imports), "utf-8")


def test_every_contract_is_kept(copy: Path) -> None:
    code, said = lint_imports(copy)
    assert code == 0, said
    assert f"Contracts: {len(CONTRACTS)} kept, 0 broken." in said


def test_there_are_the_contracts_that_the_house_rests_on() -> None:
    assert list(CONTRACTS) == [
        "layers",
        "pure-domain",
        "domain-layers",
        "no-circles",
        "views-take-a-connection",
        "services-know-no-door",
    ]
    assert CONTRACTS["layers"]["layers"] == LAYERS


@pytest.mark.parametrize(("lower", "upper"), UPWARD)
def test_an_import_that_points_up_is_found(copy: Path, lower: str, upper: str) -> None:
    break_on_purpose(copy, lower, [upper])
    code, said = lint_imports(copy, "--contract", "layers")
    assert code == 1, said
    assert f"{CONTRACTS['layers']['name']} BROKEN" in said
    assert f"{lower} is not allowed to import {upper}" in said


@pytest.mark.parametrize(("lower", "upper"), UP_WITHIN_DOMAIN)
def test_an_import_that_points_up_within_the_domain_is_found(copy: Path, lower: str, upper: str) -> None:
    break_on_purpose(copy, f"domain/{lower}", [f"domain.{upper}"])
    code, said = lint_imports(copy, "--contract", "domain-layers")
    assert code == 1, said
    assert f"domain.{lower} is not allowed to import domain.{upper}" in said


@pytest.mark.parametrize(
    ("module", "folder"),
    [
        ("domain.complaint.decide", "domain/complaint/verbs"),
        ("domain.figures.indicators", "domain/figures"),
        ("projections.cases", "projections"),
        ("services.casework", "services/log"),
    ],
)
def test_a_circle_is_found(copy: Path, module: str, folder: str) -> None:
    break_on_purpose(copy, folder, [module])
    breaker = f"{folder.replace('/', '.')}.broken_on_purpose"
    with (copy / f"{module.replace('.', '/')}.py").open("a", encoding="utf-8") as used:
        used.write(f"\nimport {breaker}\n")
    code, said = lint_imports(copy, "--contract", "no-circles")
    assert code == 1, said
    assert f"{CONTRACTS['no-circles']['name']} BROKEN" in said


def test_every_folder_of_the_domain_has_a_place_in_the_contract() -> None:
    assert {folder.parent.name for folder in (ROOT / "domain").glob("*/__init__.py")} == set(FOLDERS)


@pytest.mark.parametrize("contract", FORBIDDEN)
def test_each_forbidden_library_is_found(copy: Path, contract: str) -> None:
    package, forbidden = CONTRACTS[contract]["source_modules"][0], CONTRACTS[contract]["forbidden_modules"]
    break_on_purpose(copy, package, forbidden)
    code, said = lint_imports(copy, "--contract", contract)
    assert code == 1, said
    assert f"{CONTRACTS[contract]['name']} BROKEN" in said
    assert [name for name in forbidden if f"{package} is not allowed to import {name}:" not in said] == []


def test_domain_is_forbidden_every_library_that_the_product_requires() -> None:
    required = {canonicalize_name(Requirement(line).name) for line in PYPROJECT["project"]["dependencies"]}
    modules = {
        module
        for module, distributions in packages_distributions().items()
        if required & {canonicalize_name(name) for name in distributions} and module.isidentifier()
    }
    data_only = {"tzdata"}
    assert modules - data_only - set(CONTRACTS["pure-domain"]["forbidden_modules"]) <= {"_cffi_backend"}
