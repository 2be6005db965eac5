"""A broker for a test, where this machine can start one."""

import signal
from collections.abc import Iterator

import pytest

from tests.kafka.broker import MISSING, Broker, can_start


@pytest.fixture
def broker(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Broker]:
    if not can_start():
        pytest.skip(MISSING)
    broker = Broker(tmp_path_factory.mktemp("kafka"))
    broker.format()
    broker.start()
    yield broker
    broker.stop(signal.SIGKILL)
