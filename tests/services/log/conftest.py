from collections.abc import Iterator
from pathlib import Path

import pytest

from services.log.sqlite_log import SqliteLog
from tests.services.log.cases import House


@pytest.fixture
def house(tmp_path: Path) -> Iterator[House]:
    house = House(tmp_path)
    yield house
    house.close()


@pytest.fixture
def log(house: House) -> SqliteLog:
    return house.log
