"""A real Apache Kafka broker of one node (KRaft), started by a test from the jars that ``.ci/kafka`` fetched."""

from __future__ import annotations

import shutil
import signal
import subprocess
import time
from base64 import urlsafe_b64encode
from collections.abc import Iterator
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
listeners=CLIENTS://127.0.0.1:{port},CONTROLLER://127.0.0.1:{controller}
advertised.listeners=CLIENTS://127.0.0.1:{port}
controller.listener.names=CONTROLLER
inter.broker.listener.name=CLIENTS
listener.security.protocol.map=CONTROLLER:PLAINTEXT,CLIENTS:{protocol}
log.dirs={folder}/logs
offsets.topic.replication.factor=1
transaction.state.log.replication.factor=1
transaction.state.log.min.isr=1
auto.create.topics.enable=false
"""

_SASL = """
sasl.enabled.mechanisms=PLAIN,SCRAM-SHA-512
sasl.mechanism.inter.broker.protocol=PLAIN
listener.name.clients.plain.sasl.jaas.config=org.apache.kafka.common.security.plain.PlainLoginModule required \\
  username="{user}" password="{password}" user_{user}="{password}";
listener.name.clients.scram-sha-512.sasl.jaas.config=org.apache.kafka.common.security.scram.ScramLoginModule required;
"""


@contextmanager
def running(folder: Path, login: tuple[str, str] | None = None) -> Iterator[Broker]:
    """A broker that runs, killed afterwards; the test is skipped where this machine can start none."""
    if not can_start():
        pytest.skip(MISSING)
    broker = Broker(folder, login=login)
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
    port: int = field(default_factory=free_port)
    controller: int = field(default_factory=free_port)
    process: subprocess.Popen[bytes] | None = None
    login: tuple[str, str] | None = None
    """The user and the password that clients must give, by PLAIN or SCRAM-SHA-512, where they must."""

    @property
    def address(self) -> str:
        return f"127.0.0.1:{self.port}"

    def format(self) -> None:
        self.folder.mkdir(parents=True, exist_ok=True)
        protocol = "PLAINTEXT" if self.login is None else "SASL_PLAINTEXT"
        text = _PROPERTIES.format(port=self.port, controller=self.controller, folder=self.folder, protocol=protocol)
        scram: list[str] = []
        if self.login is not None:
            user, password = self.login
            text += _SASL.format(user=user, password=password)
            scram = ["--add-scram", f"SCRAM-SHA-512=[name={user},password={password}]"]
        (self.folder / "server.properties").write_text(text, "utf-8")
        cluster = urlsafe_b64encode(uuid4().bytes).rstrip(b"=").decode().replace("-", "A")
        asked = ["format", "--standalone", "-t", cluster, "-c", self._properties, *scram]
        self._java("kafka.tools.StorageTool", *asked).wait()

    def start(self) -> None:
        said = self.folder / "output.txt"
        said.unlink(missing_ok=True)
        self.process = self._java("kafka.Kafka", self._properties)
        until = time.monotonic() + START_SECONDS_MAX
        while STARTED not in said.read_text("utf-8", errors="replace"):
            assert self.process.poll() is None, said.read_text("utf-8", errors="replace")[-2_000:]
            assert time.monotonic() < until, "the broker did not start in time"
            time.sleep(0.1)

    def stop(self, how: signal.Signals = signal.SIGTERM) -> None:
        if self.process is not None:
            self.process.send_signal(how)
            self.process.wait(timeout=60)
            self.process = None

    @property
    def _properties(self) -> str:
        return str(self.folder / "server.properties")

    def _java(self, *arguments: str) -> subprocess.Popen[bytes]:
        with (self.folder / "output.txt").open("ab") as said:
            command = ["java", "-Xmx512m", "-cp", f"{JARS}/*", *arguments]
            return subprocess.Popen(command, stdout=said, stderr=said)
