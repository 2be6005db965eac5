"""Loading the sample: once however often, whole however often it is broken off, and never into the future."""

import os
import signal
import subprocess
import sys
from collections import Counter
from collections.abc import Iterator
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path
from uuid import UUID

import pytest

from domain.complaint import commands as c
from domain.facts import Actor, Moment
from domain.identity import UNITS_STREAM, episode_stream
from domain.programme.events import EpisodeHeld
from domain.words import Channel, Role
from gateways.app import Hangfeng, compose, open_new
from services.sample import Sample, SampleDiffers, SampleInFuture, compose_sample, load_sample
from services.sample.course import SampleCase
from services.settings import Settings
from tests.conftest import ROOT
from tests.services.sample.living import states_at_the_end

NOW = datetime(2026, 5, 1, tzinfo=UTC)
STEPS_OF_A_PART = 700

LOADING = """
import sys
from datetime import UTC, datetime
from pathlib import Path
from gateways.app import compose
from services.sample import compose_sample, load_sample
from services.settings import Settings
clock = lambda: datetime(2026, 5, 1, tzinfo=UTC)
with compose(Settings(data=Path(sys.argv[1])), clock) as house:
    load_sample(house.log, house.casework, compose_sample(), clock(), lambda done: print(done, flush=True))
"""


@pytest.fixture(scope="module")
def part() -> Sample:
    """The sample's first weeks."""
    whole = compose_sample()
    entries = whole.entries[:STEPS_OF_A_PART]
    cases = {entry.case for entry in entries}
    return replace(whole, entries=entries, cases=tuple(case for case in whole.cases if case.number in cases))


@pytest.fixture
def settings(tmp_path: Path) -> Settings:
    settings = Settings(data=tmp_path / "data")
    open_new(settings, lambda: NOW)
    return settings


@pytest.fixture
def house(settings: Settings) -> Iterator[Hangfeng]:
    with compose(settings, lambda: NOW) as house:
        yield house


def load(house: Hangfeng, sample: Sample) -> int:
    return load_sample(house.log, house.casework, sample, NOW).steps


def test_a_second_loading_loads_nothing(house: Hangfeng, part: Sample) -> None:
    assert load(house, part) == STEPS_OF_A_PART
    head = house.log.head()
    assert load(house, part) == 0
    assert house.log.head() == head


def test_a_loading_that_was_broken_off_is_completed_by_the_next(house: Hangfeng, part: Sample) -> None:
    assert load(house, replace(part, entries=part.entries[:300])) == 300
    assert load(house, part) == STEPS_OF_A_PART - 300


def test_units_and_episodes_stand_once(house: Hangfeng, part: Sample) -> None:
    load(house, part)
    streams = [house.log.read_stream(episode_stream(one.episode)) for one in part.episodes]
    load(house, part)
    assert len(house.log.read_stream(UNITS_STREAM)) == len(part.units)
    assert [house.log.read_stream(episode_stream(one.episode)) for one in part.episodes] == streams
    held = [one.fact for stream in streams for one in stream if isinstance(one.fact, EpisodeHeld)]
    assert [one.episode for one in held] == [one.episode for one in part.episodes]


def test_an_alias_by_which_a_case_was_sent_is_the_unit_s_own_name(house: Hangfeng, part: Sample) -> None:
    load(house, part)
    aliases = set(house.instance.units.aliases)
    sent = [entry.command.unit for entry in part.entries if isinstance(entry.command, c.Dispatch)]
    loaded = [house.casework.load(one) for one in ids(house, part)]
    assert set(sent) & aliases
    assert not {leg.unit for state in loaded if state for leg in state.legs} & aliases


def test_progress_ends_at_the_number_of_steps(house: Hangfeng, part: Sample) -> None:
    told: list[int] = []
    load_sample(house.log, house.casework, part, NOW, told.append)
    assert told == sorted(told)
    assert told[-1] == STEPS_OF_A_PART


def test_a_case_that_somebody_took_another_way_stays_theirs(house: Hangfeng, part: Sample) -> None:
    load(house, replace(part, entries=part.entries[:60]))
    taken = next(one for one in ids(house, part) if (state := house.casework.load(one)) and state.open)
    by = Actor("坐席", Role.OPERATOR)
    house.casework.handle(taken, c.Withdraw(by=by, at=Moment(NOW), reason="来电撤回"))
    load(house, part)
    state = house.casework.load(taken)
    assert state is not None
    assert state.state.value == "withdrawn"


def test_another_edition_of_the_sample_is_named(house: Hangfeng, part: Sample) -> None:
    first = part.entries[0]
    assert isinstance(first.command, c.Register)
    other = replace(first, command=replace(first.command, text="改过的案情"))
    load(house, replace(part, entries=part.entries[:20]))
    with pytest.raises(SampleDiffers):
        load(house, replace(part, entries=(other, *part.entries[1:])))


def test_a_clock_before_the_sample_s_last_day_is_named(house: Hangfeng, part: Sample) -> None:
    with pytest.raises(SampleInFuture):
        load_sample(house.log, house.casework, part, datetime(2025, 4, 2, tzinfo=UTC))


def test_a_call_with_two_matters_is_one_contact(house: Hangfeng) -> None:
    evidence = Counter(case.evidence for case in compose_sample().cases)
    twice = [case for case in compose_sample().cases if evidence[case.evidence] > 1]
    assert {case.matter_no for case in twice} == {1, 2}
    assert {case.evidence.channel for case in twice} == {Channel.HOTLINE}
    contacts = {house.casework.identify(case.evidence, b"").contact for case in twice}
    assert len(contacts) == len(twice) // 2


@pytest.mark.slow
def test_killed_half_way_it_completes_without_doubles(settings: Settings) -> None:
    asked = [sys.executable, "-c", LOADING, str(settings.data)]
    with subprocess.Popen(asked, cwd=ROOT, stdout=subprocess.PIPE, text=True) as loading:
        assert loading.stdout is not None
        next(line for line in loading.stdout if int(line) > 900)
        os.kill(loading.pid, signal.SIGKILL)
    with compose(settings, lambda: NOW) as house:
        sample = compose_sample()
        loaded = load_sample(house.log, house.casework, sample, NOW)
        assert 0 < loaded.already < len(sample.entries)
        assert loaded.steps + loaded.already == len(sample.entries)
        versions = {number: state.version for number, state in states_at_the_end(sample).items()}
        loaded_versions = {case.number: len(house.casework.history(id_of(house, case))) for case in sample.cases}
    assert loaded_versions == versions


def id_of(house: Hangfeng, case: SampleCase) -> UUID:
    return house.casework.complaint_id(house.casework.identify(case.evidence, b"").contact, case.matter_no)


def ids(house: Hangfeng, sample: Sample) -> list[UUID]:
    return [id_of(house, case) for case in sample.cases]
