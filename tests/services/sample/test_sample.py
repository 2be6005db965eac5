"""What the sample promises: invented, the same every time, and nothing of the hotline's work left out."""

import re
from collections import Counter
from collections.abc import Iterator
from dataclasses import fields, is_dataclass
from datetime import date
from typing import Any

import pytest

from domain.complaint import commands as c
from domain.complaint.lifecycle import STEPS
from domain.complaint.state import Complaint
from domain.periods import Quarter
from domain.words import Channel, ComplaintKind, Finding, Satisfaction, State
from services.editions import shipped_conduct_codes
from services.sample.city import DISTRICT, city
from services.sample.composing import FIRST_DAY, LAST_DAY, UNTIL, Sample, compose_sample
from services.sample.publishing import sample_bulletins
from services.sample.stories import Story, stories
from services.sample.telling import NUMBER_PREFIX
from tests.services.sample.living import states_at_the_end

LONG_NUMBER = re.compile(r"\d{7,}")


@pytest.fixture(scope="module")
def sample() -> Sample:
    return compose_sample()


@pytest.fixture(scope="module")
def ends(sample: Sample) -> dict[int, Complaint]:
    return states_at_the_end(sample)


def registrations(sample: Sample) -> list[c.Register]:
    return [entry.command for entry in sample.entries if isinstance(entry.command, c.Register)]


def texts_in(value: Any) -> Iterator[str]:  # noqa: ANN401 - whatever a command holds
    if isinstance(value, str):
        yield value
    elif isinstance(value, tuple | frozenset):
        for one in value:
            yield from texts_in(one)
    elif is_dataclass(value):
        for field in fields(value):
            yield from texts_in(getattr(value, field.name))


def test_the_sample_is_the_same_every_time(sample: Sample) -> None:
    compose_sample.cache_clear()
    assert compose_sample() == sample


def test_it_holds_some_hundred_cases_of_four_quarters(sample: Sample) -> None:
    days = [command.at.day for command in registrations(sample)]
    assert 400 <= len(sample.cases) <= 600
    assert min(days) >= FIRST_DAY
    assert max(days) <= LAST_DAY


def test_steps_stand_in_order_of_time_and_none_is_later_than_any_clock(sample: Sample) -> None:
    moments = [entry.at for entry in sample.entries]
    assert moments == sorted(moments)
    assert moments[-1] <= UNTIL


def test_each_quarter_has_its_share(sample: Sample) -> None:
    quarters = Counter((day.year, (day.month - 1) // 3) for day in (one.at.day for one in registrations(sample)))
    assert min(quarters.values()) > 100


def test_every_channel_brings_something(sample: Sample) -> None:
    assert {command.channel for command in registrations(sample)} == set(Channel)


def test_every_kind_is_there(ends: dict[int, Complaint]) -> None:
    assert {state.kind for state in ends.values()} == set(ComplaintKind)


def test_every_state_is_there_at_the_end(ends: dict[int, Complaint]) -> None:
    assert {state.state for state in ends.values()} == set(State)


@pytest.mark.parametrize("verb", [step.verb for step in STEPS])
def test_every_verb_is_used(sample: Sample, verb: str) -> None:
    command = next(step.command for step in STEPS if step.verb == verb)
    assert any(isinstance(entry.command, command) for entry in sample.entries)


def test_every_finding_and_every_opinion_is_told(sample: Sample) -> None:
    found = {entry.command.result for entry in sample.entries if isinstance(entry.command, c.RecordFinding)}
    said = {entry.command.satisfaction for entry in sample.entries if isinstance(entry.command, c.RecordFollowUp)}
    assert found == set(Finding)
    assert said == {*Satisfaction, None}


def test_conduct_codes_are_those_of_the_shipped_edition(sample: Sample) -> None:
    listed = {code.code for code in shipped_conduct_codes().codes}
    used = {entry.command.conduct_code for entry in sample.entries if isinstance(entry.command, c.RecordFinding)}
    assert used - {None} <= listed
    assert len(used) > 8


def test_cards_are_raised_by_the_clock(ends: dict[int, Complaint]) -> None:
    cards = {card.partition(":")[0].partition(" ")[0] for state in ends.values() for card in state.cards}
    assert any("red" in card for card in cards)
    assert any("yellow" in card for card in cards)


def test_no_text_holds_a_number_that_could_be_somebody_s(sample: Sample) -> None:
    said = {text for entry in sample.entries for text in texts_in(entry.command)}
    said = {text for text in said if not re.fullmatch(r"[0-9a-f]{32}", text)}
    numbers = {number for text in said for number in LONG_NUMBER.findall(text)}
    assert numbers
    assert all(number.startswith(NUMBER_PREFIX) and len(number) == 11 for number in numbers)


def test_telephone_numbers_are_of_the_fictitious_block(sample: Sample) -> None:
    assert {case.telephone[:7] for case in sample.cases if case.telephone} == {NUMBER_PREFIX}


def test_no_two_cases_read_the_same(sample: Sample) -> None:
    assert Counter(command.text for command in registrations(sample)).most_common(1)[0][1] == 1


def test_no_gap_is_left_unfilled(sample: Sample) -> None:
    assert not [text for entry in sample.entries for text in texts_in(entry.command) if set(text) & set("{}")]


def test_an_accusation_shows_itself_to_no_unit(sample: Sample, ends: dict[int, Complaint]) -> None:
    accusations = [number for number, state in ends.items() if state.kind is ComplaintKind.ACCUSATION]
    assert len(accusations) > 5
    assert {ends[number].state for number in accusations} == {State.TRANSFERRED}
    assert not any(ends[number].legs for number in accusations)


def test_twelve_or_more_episodes_one_with_a_substitute(sample: Sample) -> None:
    told = {command.programme_ref for command in registrations(sample)}
    assert len(sample.episodes) >= 12
    assert {episode.episode for episode in sample.episodes} <= told
    assert any(unit.reason for episode in sample.episodes for unit in episode.units)


def test_what_was_aired_and_answered_live_is_what_was_registered(sample: Sample) -> None:
    aired = Counter(one.programme_ref for one in registrations(sample) if one.channel is Channel.ON_AIR)
    assert {episode.episode: episode.calls_aired for episode in sample.episodes} == dict(aired)


def test_units_stand_in_two_groups_with_superiors_and_spellings() -> None:
    units = city().units.values()
    assert 18 <= len(units) <= 24
    assert {unit.group for unit in units} == {"区县", "市直部门"}
    assert all(unit.superior and unit.aliases for unit in units)


@pytest.mark.parametrize("story", stories(), ids=lambda story: story.id)
def test_a_story_names_units_and_districts_of_the_city(story: Story) -> None:
    assert set(story.units) <= {DISTRICT, *city().units}
    assert set(story.districts) <= set(city().districts)
    assert story.sub is None or city().units[story.sub].superior == city().units[story.units[0]].name


def test_sixty_or_more_stories_are_written_by_hand() -> None:
    assert len({story.id for story in stories()}) == len(stories()) >= 60


def test_each_bulletin_has_words_of_its_own_for_its_requirements() -> None:
    quarters = [edition.quarter for edition in sample_bulletins()]
    assert [str(quarter) for quarter in quarters] == ["2025Q2", "2025Q3", "2025Q4", "2026Q1"]
    assert all({10} <= {words.section for words in edition.words} for edition in sample_bulletins())


def test_what_the_bulletins_say_of_what_people_spoke_of_is_so(sample: Sample) -> None:
    told = Counter((Quarter.of(one.at.day), one.category) for one in registrations(sample))
    summer, spring = Quarter(2025, 3), Quarter(2025, 2)
    assert all(told[summer, topic] > told[spring, topic] for topic in ("市容管理", "噪声扰民"))
    assert all(told[Quarter(2026, 1), t] > told[Quarter(2025, 4), t] for t in ("窗口服务", "物业管理"))
    months = Counter((one.at.day.year, one.at.day.month) for one in registrations(sample))
    assert max(months[2026, 1], months[2026, 2]) < min(months[2026, 3], months[2025, 12])


def test_people_rest_on_national_day(sample: Sample) -> None:
    holiday = [entry for entry in sample.entries if date(2025, 10, 1) <= entry.at.date() <= date(2025, 10, 8)]
    offices = (c.ApproveReply, c.DeliverReply, c.Close)
    assert holiday
    assert not [entry for entry in holiday if isinstance(entry.command, offices)]
