"""The sample's media: what the page of partners has to show, told once however often it is loaded or broken off."""

from datetime import date
from pathlib import Path

import pytest

from domain.partners.exposures import ExposureStatus
from gateways.app import Hangfeng
from services.sample import publish_sample
from services.sample.media import DRAFTED, PAPER, PUBLISHED, RADIO, WITHDRAWN, media_sample
from tests.composed import SHANGHAI, StandingClock, a_house
from tests.services.publication.book import AFTER_Q1


def told(house: Hangfeng) -> int:
    return media_sample(house.partners, house.exposures, house.publication, house.clock)


def test_outlets_coverages_and_exposures_stand_as_told_and_are_told_once(tmp_path: Path) -> None:
    with a_house(tmp_path / "data", StandingClock(AFTER_Q1)) as house:
        publish_sample(house.publication, house.clock, SHANGHAI)
        assert told(house) > 0
        head = house.log.head()
        assert told(house) == 0
        assert house.log.head() == head
        state, batches = house.partners.standing(), house.exposures.standing()
        paper = house.partners.report(date(2026, 3, 1), date(2026, 3, 31), date(2026, 4, 7), house.instance.units)
    assert [(one.partner, one.taken is not None) for one in state.offers.values()] == [(RADIO, True), (PAPER, False)]
    assert {batch: held.status for batch, held in batches.items()} == {
        WITHDRAWN: ExposureStatus.WITHDRAWN,
        PUBLISHED: ExposureStatus.PUBLISHED,
        DRAFTED: ExposureStatus.DRAFTED,
    }
    assert sorted((line.responded, line.late) for line in paper.units) == [(0, 1), (1, 0)]


def test_what_was_broken_off_goes_on_where_it_stood(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    with a_house(tmp_path / "data", StandingClock(AFTER_Q1)) as house:
        publish_sample(house.publication, house.clock, SHANGHAI)
        with monkeypatch.context() as broken:
            broken.setattr(type(house.exposures), "publish", _breaks)
            with pytest.raises(KeyboardInterrupt):
                told(house)
        assert told(house) > 0
        assert house.exposures.standing()[WITHDRAWN].status is ExposureStatus.WITHDRAWN
        assert told(house) == 0


def _breaks(*_: object) -> None:
    raise KeyboardInterrupt
