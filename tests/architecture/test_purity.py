"""What is true depends on nothing outside: no clock, no randomness, no environment, no file, no library.

``domain`` is held to all of it; ``projections`` only to clock and identity, so that rebuilding a view repeats it.
"""

import ast
import sys
from collections.abc import Iterator

import pytest

from tests.conftest import ROOT

MODULES_THAT_REACH_OUTSIDE = frozenset(
    {
        "asyncio",
        "builtins",
        "concurrent",
        "ctypes",
        "dbm",
        "fileinput",
        "getpass",
        "glob",
        "http",
        "importlib",
        "io",
        "locale",
        "logging",
        "mmap",
        "multiprocessing",
        "os",
        "pathlib",
        "pickle",
        "platform",
        "queue",
        "random",
        "resource",
        "sched",
        "secrets",
        "select",
        "selectors",
        "shelve",
        "shutil",
        "signal",
        "socket",
        "sqlite3",
        "ssl",
        "subprocess",
        "sys",
        "sysconfig",
        "tempfile",
        "threading",
        "time",
        "urllib",
        "zoneinfo",
    },
)
CALLS_THAT_REACH_OUTSIDE = frozenset({"__import__", "breakpoint", "eval", "exec", "input", "open", "print"})
CLOCK_AND_IDENTITY = frozenset(
    {
        "datetime.date.today",
        "datetime.datetime.now",
        "datetime.datetime.today",
        "datetime.datetime.utcnow",
        "random",
        "secrets",
        "time",
        "uuid.uuid1",
        "uuid.uuid4",
    },
)
OUR_OWN = "domain"


def imported(tree: ast.Module) -> dict[str, str]:
    """Give what each imported name of a module stands for: ``{"dt": "datetime.datetime"}``."""
    names: dict[str, str] = {}
    for node in ast.walk(tree):
        if isinstance(node, ast.Import):
            names |= {alias.asname or alias.name.split(".")[0]: alias.name for alias in node.names}
        elif isinstance(node, ast.ImportFrom):
            names |= {alias.asname or alias.name: f"{node.module}.{alias.name}" for alias in node.names}
    return names


def full_name(node: ast.expr, names: dict[str, str]) -> str:
    """Spell out a name or a chain of attributes by what was imported; anything else is empty."""
    if isinstance(node, ast.Name):
        return names.get(node.id, node.id)
    if isinstance(node, ast.Attribute) and (base := full_name(node.value, names)):
        return f"{base}.{node.attr}"
    return ""


def reads_of_clock_and_identity(source: str) -> Iterator[str]:
    tree = ast.parse(source)
    names = imported(tree)
    yield from (name for name in names.values() if name.split(".")[0] in CLOCK_AND_IDENTITY)
    yield from (name for name in names.values() if name in CLOCK_AND_IDENTITY)
    for node in ast.walk(tree):
        if isinstance(node, ast.Attribute) and (name := full_name(node, names)) in CLOCK_AND_IDENTITY:
            yield name


def impurities(source: str) -> Iterator[str]:
    tree = ast.parse(source)
    yield from reads_of_clock_and_identity(source)
    for name in imported(tree).values():
        package = name.split(".")[0]
        if package in MODULES_THAT_REACH_OUTSIDE or package not in sys.stdlib_module_names | {OUR_OWN, "__future__"}:
            yield name
    for node in ast.walk(tree):
        if isinstance(node, ast.Call) and isinstance(node.func, ast.Name) and node.func.id in CALLS_THAT_REACH_OUTSIDE:
            yield node.func.id
        # Without a zone, `astimezone` asks the machine for its own.
        if isinstance(node, ast.Call) and isinstance(node.func, ast.Attribute) and node.func.attr == "astimezone":
            yield from () if node.args or node.keywords else ("astimezone",)


def modules(package: str) -> list[str]:
    return sorted(str(path.relative_to(ROOT)) for path in (ROOT / package).rglob("*.py"))


@pytest.mark.parametrize("module", modules("domain"))
def test_domain_reaches_nothing_outside(module: str) -> None:
    assert list(impurities((ROOT / module).read_text("utf-8"))) == []


@pytest.mark.parametrize("module", modules("projections"))
def test_projections_make_neither_time_nor_identity(module: str) -> None:
    assert list(reads_of_clock_and_identity((ROOT / module).read_text("utf-8"))) == []


@pytest.mark.parametrize(
    "source",
    [
        "from datetime import datetime\nat = datetime.now()",
        "from datetime import datetime as moment\nfield(default_factory=moment.now)",
        "import datetime\nat = datetime.datetime.utcnow()",
        "import datetime as dt\nat = dt.date.today()",
        "from uuid import uuid4",
        "import uuid\nidentity = uuid.uuid1()",
        "import time",
        "from time import monotonic",
        "import random",
        "from secrets import token_hex",
        "def late():\n    import time",
    ],
)
def test_a_clock_or_a_made_up_identity_is_found(source: str) -> None:
    assert list(reads_of_clock_and_identity(source))
    assert list(impurities(source))


@pytest.mark.parametrize(
    "source",
    [
        "import os",
        "import os.path",
        "from pathlib import Path",
        "from zoneinfo import ZoneInfo",
        "import sqlite3",
        "import pydantic",
        "from fastapi import FastAPI",
        "import services.log",
        "text = open('ledger.csv').read()",
        "print('done')",
        "at = at.astimezone()",
    ],
)
def test_a_reach_outside_is_found(source: str) -> None:
    assert list(impurities(source))


@pytest.mark.parametrize(
    "source",
    [
        "from datetime import UTC, date, datetime\nat = datetime(2026, 1, 5, tzinfo=UTC).astimezone(UTC)",
        "from uuid import UUID, uuid5\nidentity = uuid5(UUID(int=0), 'call 7')",
        "from domain.words import Channel",
        "late = command.now > state.deadline",
        "import hmac, hashlib",
    ],
)
def test_what_comes_in_with_the_command_is_no_fault(source: str) -> None:
    assert list(impurities(source)) == []
