"""``docker-compose.yml`` and ``Dockerfile`` as a test reads them."""

from __future__ import annotations

import json
import re
from pathlib import Path
from typing import Any, cast

import yaml

from tests.conftest import ROOT

IMAGE = "hangfeng:"
_VARIABLE = re.compile(r"\$\{(?P<name>\w+):-(?P<default>[^}]*)\}")
_INSTRUCTION = re.compile(r"^(?P<name>[A-Z]+) (?P<value>.*)$")


def composition() -> dict[str, Any]:
    """The composition with its merge keys resolved."""
    return cast("dict[str, Any]", yaml.safe_load((ROOT / "docker-compose.yml").read_text("utf-8")))


def services() -> dict[str, dict[str, Any]]:
    """All services by name."""
    return cast("dict[str, dict[str, Any]]", composition()["services"])


def ours() -> dict[str, dict[str, Any]]:
    """The services that run the product."""
    return {name: one for name, one in services().items() if one["image"].startswith(IMAGE)}


def environment(service: dict[str, Any]) -> dict[str, str]:
    """What a service is given where nobody set anything."""
    return {
        name: _VARIABLE.sub(lambda found: found["default"], str(value))
        for name, value in service["environment"].items()
    }


def instructions() -> list[tuple[str, str]]:
    """The instructions of the Dockerfile, each with what it says on one line."""
    text = (ROOT / "Dockerfile").read_text("utf-8").replace("\\\n", " ")
    return [
        (found["name"], " ".join(found["value"].split()))
        for line in text.splitlines()
        if (found := _INSTRUCTION.match(line))
    ]


def instruction(name: str) -> str:
    """What the only instruction of a name says."""
    (said,) = [value for one, value in instructions() if one == name]
    return said


def command(said: str) -> list[str]:
    """The words of an instruction in its exec form, options before it left out."""
    return cast("list[str]", json.loads(said[said.index("[") :]))


def taken_into_the_image() -> list[Path]:
    """What ``COPY . .`` copies: ``.dockerignore`` leaves out everything, and then lets in what it names."""
    lines = (ROOT / ".dockerignore").read_text("utf-8").splitlines()
    assert "*" in lines
    return [ROOT / line.removeprefix("!") for line in lines if line.startswith("!")]
