from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.composed import StandingClock
from tests.gateways.http.desk import Desk, a_desk


@pytest.fixture
def clock() -> StandingClock:
    return StandingClock()


@pytest.fixture
def desk(tmp_path: Path, clock: StandingClock) -> Iterator[Desk]:
    with a_desk(tmp_path / "data", clock) as served:
        yield served
