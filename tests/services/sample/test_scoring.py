"""The sample's score ledger: entered once, appealed against, and the same when it is loaded again."""

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path

import pytest

from domain.periods import Quarter
from domain.scores.ledger import EntryState
from gateways.app import Hangfeng, compose, open_new
from projections.scores import entries_at
from services.sample import compose_sample, load_sample
from services.sample.scoring import score_sample
from services.settings import Settings
from services.statistics import Statistics

NOW = datetime(2026, 5, 6, 2, tzinfo=UTC)
FIRST = Quarter(2025, 2)


@pytest.fixture
def house(tmp_path: Path) -> Iterator[Hangfeng]:
    settings = Settings(data=tmp_path / "data")
    open_new(settings, lambda: NOW)
    whole = compose_sample()
    entries = whole.entries[:900]
    cases = {entry.case for entry in entries}
    part = replace(whole, entries=entries, cases=tuple(case for case in whole.cases if case.number in cases))
    with compose(settings, lambda: NOW) as house:
        load_sample(house.log, house.casework, part, NOW)
        yield house


def scored(house: Hangfeng) -> int:
    @contextmanager
    def reading() -> Iterator[Statistics]:
        house.catch_up()
        with house.views.reading() as views:
            yield Statistics(views, house.log, house.instance.zone)

    return score_sample(house.scores, house.adoption, reading, FIRST, house.clock, house.instance.zone)


def test_every_proposal_is_entered_and_some_are_appealed_against(house: Hangfeng) -> None:
    made = scored(house)
    house.catch_up()
    with house.views.reading() as views:
        states = [entry.state for entry in entries_at(views, house.log.head().position)]
    assert len(states) == made > 10
    assert {EntryState.ENTERED, EntryState.REDUCED, EntryState.VOIDED} <= set(states)


def test_loaded_again_it_adds_nothing(house: Hangfeng) -> None:
    scored(house)
    before = house.log.head().position
    assert scored(house) == 0
    assert house.log.head().position == before
