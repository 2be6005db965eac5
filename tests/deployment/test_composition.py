"""The composition is one, what it names and runs is the product's, and its broker takes what the relay sends."""

import asyncio
import json
import os
import re
import shlex
import subprocess
import sys
from pathlib import Path
from typing import Any

import jsonschema_rs
import pytest
from click.testing import CliRunner

from gateways.app import open_new
from gateways.bench.intake import free_port
from gateways.cli import main
from services.relay.cloud_events import EDITIONS_TOPIC, FACTS_TOPIC
from services.settings import Settings
from tests.architecture.test_tree import PYPROJECT
from tests.conftest import ROOT
from tests.deployment.composition import composition, environment, ours, services
from tests.kafka.broker import of_a_container
from tests.kafka.reading import topics_of

SCHEMA = json.loads((Path(__file__).parent / "compose-spec.json").read_text("utf-8"))
"""The Compose specification's own schema, from its library for Go (2.16), without its descriptions."""

SECONDS_MAX = 90.0


def commands() -> list[list[str]]:
    """Every command line of the product that the file runs, or tells a person to run."""
    run = [one["command"] for one in ours().values()]
    run += [one["healthcheck"]["test"][1:] for one in ours().values()]
    told = re.findall(
        r"^#.* exec hangfeng (hangfeng .*)$", (ROOT / "docker-compose.yml").read_text("utf-8"), re.MULTILINE
    )
    return [words[1:] for words in [*run, *map(shlex.split, told)] if words[0] == "hangfeng"]


def parses(words: list[str]) -> bool:
    # Options are read before help is given: a name that is none ends otherwise.
    return CliRunner().invoke(main, [*words, "--help"]).exit_code == 0


def test_the_file_is_as_the_compose_specification_says() -> None:
    jsonschema_rs.validator_for(SCHEMA).validate(composition())


def test_a_file_with_a_word_that_the_specification_lacks_is_none() -> None:
    broken = composition()
    broken["services"]["relay"]["health_check"] = {}
    assert not jsonschema_rs.validator_for(SCHEMA).is_valid(broken)


def test_every_variable_of_the_product_is_a_setting_that_takes_its_value() -> None:
    known = {line.environment: line.name for line in Settings.model_construct().describe()}
    for service in ours().values():
        given = environment(service)
        assert [name for name in given if name not in known] == []
        Settings.model_validate({known[name]: value for name, value in given.items()})


def test_every_command_parses() -> None:
    assert len(commands()) >= 5
    assert [words for words in commands() if not parses(words)] == []


@pytest.mark.parametrize("words", [["relay", "statu"], ["serve", "--hots", "localhost"], ["partner", "deliver"]])
def test_a_command_that_is_none_does_not_parse(words: list[str]) -> None:
    assert not parses(words)


def test_every_container_of_the_product_has_the_same_image_data_and_settings() -> None:
    for service in ours().values():
        assert service["image"] == f"hangfeng:{PYPROJECT['project']['version']}"
        assert service["env_file"] == [{"path": ".env", "required": False}]
        assert service["volumes"] == ["hangfeng-data:/data"]
        assert service["environment"]["HANGFENG_DATA"] == "/data"


def test_whoever_waits_for_another_waits_for_its_health_and_is_there_with_it() -> None:
    all_of_them = services()
    for service in all_of_them.values():
        for name, how in service.get("depends_on", {}).items():
            assert how["condition"] == "service_healthy"
            assert "healthcheck" in all_of_them[name]
            profiles = set(service.get("profiles", []))
            # A service without a profile always runs; another one must run in each profile, unless it may be missing.
            always = "profiles" not in all_of_them[name] or profiles <= set(all_of_them[name]["profiles"])
            assert always or how["required"] is False


def test_the_broker_is_the_one_that_the_relay_is_tried_with() -> None:
    tried = re.search(r"<version>(4[0-9.]+)</version>", (ROOT / ".ci" / "kafka-pom.xml").read_text("utf-8"))
    assert tried is not None
    assert services()["kafka"]["image"] == f"apache/kafka:{tried[1]}"


@pytest.mark.kafka
@pytest.mark.slow
def test_the_broker_starts_from_its_variables_and_takes_what_the_relay_sends(tmp_path: Path) -> None:
    port, controller = free_port(), free_port()
    moves = {
        "kafka:9092": f"127.0.0.1:{port}",
        ":9092": f":{port}",
        "kafka:9093": f"127.0.0.1:{controller}",
        ":9093": f":{controller}",
        "/var/lib/kafka/data": str(tmp_path / "kafka"),
        "/data": str(tmp_path / "data"),
    }

    def here(service: dict[str, Any]) -> dict[str, str]:
        given = environment(service)
        for old, new in moves.items():
            given = {name: value.replace(old, new) for name, value in given.items()}
        return given

    relay = ours()["relay"]
    open_new(Settings(data=tmp_path / "data"))
    with of_a_container(tmp_path / "broker", here(services()["kafka"])):
        for words in ([*relay["command"], "--once"], relay["healthcheck"]["test"][1:]):
            done = _run(words, here(relay))
            assert done.returncode == 0, done.stderr
        assert asyncio.run(topics_of(f"127.0.0.1:{port}")) == {FACTS_TOPIC, EDITIONS_TOPIC}


def _run(words: list[str], given: dict[str, str]) -> subprocess.CompletedProcess[str]:
    assert words[0] == "hangfeng"
    command = [sys.executable, "-m", "gateways.cli", *words[1:]]
    environment = os.environ | given
    return subprocess.run(command, env=environment, capture_output=True, text=True, timeout=SECONDS_MAX, check=False)
