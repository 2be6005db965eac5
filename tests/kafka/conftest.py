"""A broker for a test, where this machine can start one."""

from collections.abc import Iterator

import pytest

from tests.kafka.broker import Broker, running


@pytest.fixture
def broker(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Broker]:
    with running(tmp_path_factory.mktemp("kafka")) as broker:
        yield broker
