from collections.abc import Iterator
from pathlib import Path

import pytest

from gateways.app import Hangfeng
from tests.composed import StandingClock, a_house


@pytest.fixture
def clock() -> StandingClock:
    return StandingClock()


@pytest.fixture
def composed(tmp_path: Path, clock: StandingClock) -> Iterator[Hangfeng]:
    with a_house(tmp_path / "data", clock) as house:
        yield house
