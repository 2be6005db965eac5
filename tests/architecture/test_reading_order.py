"""Who opens a folder of the domain is told what each file of it is, and the paths that are recommended exist."""

import ast
import re
from pathlib import Path

import pytest

from tests.conftest import ROOT

PACKAGES = sorted(init.parent for init in (ROOT / "domain").rglob("__init__.py"))
README = (ROOT / "README.md").read_text("utf-8")


def told(package: Path) -> str:
    return ast.get_docstring(ast.parse((package / "__init__.py").read_text("utf-8"))) or ""


def modules(package: Path) -> set[str]:
    return {path.stem for path in package.glob("*.py")} - {"__init__"}


@pytest.mark.parametrize("package", PACKAGES, ids=lambda package: package.name)
def test_a_folder_names_each_of_its_files(package: Path) -> None:
    assert modules(package) - set(re.findall(r"[a-z_]+", told(package))) == set()


def test_every_file_on_the_path_through_the_domain_is_there() -> None:
    named = re.findall(r"``([a-z_.]+)``", told(ROOT / "domain"))
    paths = [ROOT / "domain" / name.replace(".", "/") for name in named]
    assert [path for path in paths if not path.is_dir() and not path.with_suffix(".py").is_file()] == []


def test_every_file_that_the_readme_links_to_is_there() -> None:
    linked = re.findall(r"\]\(([^)#:]+)\)", README)
    assert linked
    assert [path for path in linked if not (ROOT / path).exists()] == []
