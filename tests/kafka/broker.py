"""A real Apache Kafka broker of one node (KRaft), started by a test from the jars that ``.ci/kafka`` fetched."""

from __future__ import annotations

import os
import shutil
import signal
import subprocess
import time
from base64 import urlsafe_b64encode
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from uuid import uuid4

import pytest

from gateways.bench.intake import free_port
from tests.conftest import ROOT

JARS = ROOT / ".venv" / "kafka"
STARTED = "Kafka Server started"
START_SECONDS_MAX = 90.0
MISSING = (
    "no Kafka broker: install Java 17 and Maven (default-jre-headless, maven), then run .ci/kafka 缺少 Kafka 程序包"
)

_PROPERTIES = """
process.roles=broker,controller
node.id=1
controller.quorum.bootstrap.servers=127.0.0.1:{controller}
listeners={listeners},CONTROLLER://127.0.0.1:{controller}
advertised.listeners={advertised}
controller.listener.names=CONTROLLER
inter.broker.listener.name={first}
listener.security.protocol.map=CONTROLLER:PLAINTEXT,{protocols}
log.dirs={folder}/logs
offsets.topic.replication.factor=1
transaction.state.log.replication.factor=1
transaction.state.log.min.isr=1
auto.create.topics.enable=false
"""

_SASL = """
sasl.enabled.mechanisms=PLAIN,SCRAM-SHA-512
sasl.mechanism.inter.broker.protocol=PLAIN
"""
# Who came in without a login may everything, the broker itself among them; who logged in may nothing.
_RIGHTS = """
authorizer.class.name=org.apache.kafka.metadata.authorizer.StandardAuthorizer
super.users=User:ANONYMOUS
"""
_SASL_OF_LISTENER = """
listener.name.{name}.plain.sasl.jaas.config=org.apache.kafka.common.security.plain.PlainLoginModule required \\
  username="{user}" password="{password}" user_{user}="{password}";
listener.name.{name}.scram-sha-512.sasl.jaas.config=org.apache.kafka.common.security.scram.ScramLoginModule required;
"""


_LOGGING = "Configuration:\n  Loggers:\n    Root:\n      level: INFO\n    Logger: []\n"
CLUSTER_OF_THE_IMAGE = "5L6g3nShT-eMCtK--X86sw"
"""The cluster's id in every container of apache/kafka that is given none: it tells one from another nowhere."""


@dataclass(frozen=True, slots=True)
class Listener:
    """How clients come in at one port of a broker."""

    protocol: str = "PLAINTEXT"
    store: Path | None = None
    """The broker's key and certificate in one PEM file, where it speaks TLS."""

    clients_ca: Path | None = None
    """The CA that must have signed the client's certificate, where clients must show one."""

    astray: bool = False
    """Whether the broker names itself by an address at which nobody listens."""


PLAIN = {"CLIENTS": Listener()}


@contextmanager
def running(
    folder: Path,
    login: tuple[str, str] | None = None,
    listeners: Mapping[str, Listener] = PLAIN,
    *,
    without_rights: bool = False,
) -> Iterator[Broker]:
    """A broker that runs, killed afterwards; the test is skipped where this machine can start none."""
    if not can_start():
        pytest.skip(MISSING)
    broker = Broker(folder, login, listeners, without_rights=without_rights)
    broker.format()
    broker.start()
    try:
        yield broker
    finally:
        broker.stop(signal.SIGKILL)


def can_start() -> bool:
    """Whether the jars and a Java are on this machine."""
    return (JARS / ".ready").is_file() and shutil.which("java") is not None


@dataclass
class Broker:
    """One broker with its data in a folder; it may be stopped and started again."""

    folder: Path
    login: tuple[str, str] | None = None
    """The user and the password that clients give by PLAIN or SCRAM-SHA-512, at the listeners of SASL."""

    listeners: Mapping[str, Listener] = field(default_factory=lambda: PLAIN)
    """By name, which is in capitals; the first is the one that the broker itself would use."""

    without_rights: bool = False
    """Whether who logs in may neither write nor make a topic."""

    ports: dict[str, int] = field(init=False)
    controller: int = field(default_factory=free_port)
    process: subprocess.Popen[bytes] | None = None

    def __post_init__(self) -> None:
        self.ports = {name: free_port() for name in self.listeners}

    @property
    def address(self) -> str:
        return self.at(next(iter(self.listeners)))

    def at(self, listener: str, host: str = "127.0.0.1") -> str:
        return f"{host}:{self.ports[listener]}"

    def format(self) -> None:
        self.folder.mkdir(parents=True, exist_ok=True)
        text = _PROPERTIES.format(
            controller=self.controller,
            folder=self.folder,
            first=next(iter(self.listeners)),
            listeners=",".join(f"{name}://{self.at(name)}" for name in self.listeners),
            advertised=",".join(
                f"{name}://{f'127.0.0.1:{free_port()}' if one.astray else self.at(name)}"
                for name, one in self.listeners.items()
            ),
            protocols=",".join(f"{name}:{one.protocol}" for name, one in self.listeners.items()),
        )
        scram: list[str] = []
        if self.login is not None:
            user, password = self.login
            text += _SASL
            scram = ["--add-scram", f"SCRAM-SHA-512=[name={user},password={password}]"]
        if self.without_rights:
            text += _RIGHTS
        text += "".join(self._of_listener(name.lower(), one) for name, one in self.listeners.items())
        (self.folder / "server.properties").write_text(text, "utf-8")
        cluster = urlsafe_b64encode(uuid4().bytes).rstrip(b"=").decode().replace("-", "A")
        asked = ["format", "--standalone", "-t", cluster, "-c", self._properties, *scram]
        self._java("kafka.tools.StorageTool", *asked).wait()

    def _of_listener(self, name: str, one: Listener) -> str:
        lines = ""
        if one.protocol.startswith("SASL"):
            assert self.login is not None, "a listener of SASL has somebody to let in"
            lines = _SASL_OF_LISTENER.format(name=name, user=self.login[0], password=self.login[1])
        if one.store is not None:
            lines += f"listener.name.{name}.ssl.keystore.type=PEM\n"
            lines += f"listener.name.{name}.ssl.keystore.location={one.store}\n"
        if one.clients_ca is not None:
            lines += f"listener.name.{name}.ssl.client.auth=required\n"
            lines += f"listener.name.{name}.ssl.truststore.type=PEM\n"
            lines += f"listener.name.{name}.ssl.truststore.location={one.clients_ca}\n"
        return lines

    def start(self) -> None:
        said = self.folder / "output.txt"
        said.unlink(missing_ok=True)
        self.process = self._java("kafka.Kafka", self._properties)
        _wait_for_the_start(self.process, said)

    def stop(self, how: signal.Signals = signal.SIGTERM) -> None:
        if self.process is not None:
            self.process.send_signal(how)
            self.process.wait(timeout=60)
            self.process = None

    @property
    def _properties(self) -> str:
        return str(self.folder / "server.properties")

    def _java(self, *arguments: str) -> subprocess.Popen[bytes]:
        return _java(self.folder / "output.txt", *arguments)


@contextmanager
def of_a_container(folder: Path, variables: Mapping[str, str]) -> Iterator[None]:
    """A broker that runs from the variables of its container, turned into properties by Kafka's own entry point."""
    if not can_start():
        pytest.skip(MISSING)
    for name in ("default", "mounted", "final"):
        (folder / name).mkdir(parents=True)
    (folder / "default" / "server.properties").touch()
    for name in ("log4j2.yaml", "tools-log4j2.yaml"):
        (folder / "default" / name).write_text(_LOGGING, "utf-8")
    said, given = folder / "output.txt", os.environ | variables | {"CLUSTER_ID": CLUSTER_OF_THE_IMAGE}
    places = [
        word for name in ("default", "mounted", "final") for word in (f"--{name}-configs-dir", str(folder / name))
    ]
    _java(said, "kafka.docker.KafkaDockerWrapper", "setup", *places, variables=given).wait()
    process = _java(said, "kafka.Kafka", str(folder / "final" / "server.properties"))
    try:
        _wait_for_the_start(process, said)
        yield
    finally:
        process.kill()
        process.wait()


def _java(said: Path, *arguments: str, variables: Mapping[str, str] = os.environ) -> subprocess.Popen[bytes]:
    with said.open("ab") as output:
        command = ["java", "-Xmx512m", "-cp", f"{JARS}/*", *arguments]
        return subprocess.Popen(command, env=variables, stdout=output, stderr=output)


def _wait_for_the_start(process: subprocess.Popen[bytes], said: Path) -> None:
    until = time.monotonic() + START_SECONDS_MAX
    while STARTED not in said.read_text("utf-8", errors="replace"):
        assert process.poll() is None, said.read_text("utf-8", errors="replace")[-2_000:]
        assert time.monotonic() < until, "the broker did not start in time"
        time.sleep(0.1)
