from pathlib import Path

import pytest

from tests.composed import StandingClock
from tests.gateways.http.desk import a_desk


@pytest.mark.parametrize(("name", "invented"), [("云川市热线（示例）", True), ("云川市热线", False)])
def test_every_page_of_a_sample_says_that_it_is_invented(tmp_path: Path, name: str, invented: bool) -> None:
    with a_desk(tmp_path / "data", StandingClock(), name=name) as desk:
        for path in ("/", "/mailbox", "/mailbox/track", "/bulletins", "/console/sign-in"):
            assert ("示例数据，纯属虚构" in desk.get(path).text) is invented
