"""Why figures differ: the parts of an explanation add up to the difference, and name the events."""

from collections.abc import Iterator
from datetime import datetime, timedelta
from pathlib import Path
from uuid import UUID

import pytest

from domain.complaint.commands import CorrectReply, Reclassify
from domain.complaint.decide import decide
from domain.complaint.evolve import fold
from domain.facts import Fact, Moment
from domain.identity import UNITS_STREAM
from domain.periods import Quarter
from domain.units import UnitAliased
from domain.words import ComplaintKind
from services.definitions import adopt_definitions
from services.differences import CAUSES, CITY, Difference, Explained, explain_difference, figure_keys
from services.editions.definition_files import load_definitions
from services.log.port import Append, Appended
from tests.composed import SHANGHAI, StandingClock, a_house
from tests.domain.september import BOOK
from tests.projections.seen import Seen, seen
from tests.scenario import OPERATOR, SUPERVISOR, WATER, rules
from tests.services.test_definitions import TOML
from tests.services.test_statistics import letter, on

Q3 = Quarter(2025, 3)
BEGUN = datetime(2025, 9, 10, 12, 0, tzinfo=SHANGHAI)


@pytest.fixture
def clock() -> StandingClock:
    return StandingClock(datetime(2025, 10, 5, 9, 0, tzinfo=SHANGHAI))


@pytest.fixture
def book(tmp_path: Path, clock: StandingClock) -> Iterator[Seen]:
    with a_house(tmp_path / "data", clock) as house, seen(house, tmp_path) as views:
        for number, facts in enumerate(BOOK.values(), start=1):
            put(views, UUID(int=number), facts)
        yield views


def put(views: Seen, stream: UUID, facts: tuple[Fact, ...], version: int = 0) -> None:
    (outcome,) = views.house.log.append([Append(stream, version, facts)])
    assert isinstance(outcome, Appended)


def explained(book: Seen, then: datetime, as_of: datetime | None = None) -> Difference:
    with book.statistics() as statistics:
        return explain_difference(statistics, Q3, then, book.house.clock(), as_of)


def of(found: Difference, row: str, key: str, part: str = "count") -> Explained:
    (one,) = [one for one in found.explained if one.part == (row, key, part)]
    return one


def holds(found: Difference) -> bool:
    """Every number's reasons add up to its difference, and each is named and told."""
    sums = all(sum(reason.change for reason in one.reasons) == one.b - one.a for one in found.explained)
    return sums and all(reason.cause in CAUSES for one in found.explained for reason in one.reasons)


def test_a_case_that_was_found_later_and_a_corrected_reply_are_told_apart(book: Seen, clock: StandingClock) -> None:
    then = clock.now
    clock.pass_(days=2)
    put(book, UUID(int=50), letter("late-found", on(9, 1), on(9, 21)))
    late = BOOK["late"]
    when = Moment(late[0].occurred.at + timedelta(2))
    wish = CorrectReply(by=OPERATOR, at=Moment(clock.now), reply="更正", cause="日期误记", answered_on=when)
    put(book, UUID(int=2), decide(fold(late), wish, rules()), len(late))
    found = explained(book, then)
    answers, days = of(found, CITY, "answered"), of(found, CITY, "response_days", "sum")
    assert [(reason.complaint.int, reason.cause) for reason in answers.reasons] == [(50, "reply_added")]
    assert {reason.cause for reason in days.reasons} == {"reply_added", "reply_corrected"}
    assert all(reason.positions for reason in days.reasons)
    assert holds(found)


def test_an_alias_moves_a_case_from_one_row_to_another(book: Seen, clock: StandingClock) -> None:
    then = clock.now
    clock.pass_(days=1)
    put(book, UNITS_STREAM, (UnitAliased(by=OPERATOR, occurred=Moment(clock.now), alias=WATER, unit="市水务局"),))
    found = explained(book, then)
    gone, come = of(found, WATER, "answered"), of(found, "市水务局", "answered")
    assert gone.b == 0
    assert come.a == 0
    assert gone.a == come.b > 0
    assert {reason.cause for reason in (*gone.reasons, *come.reasons)} == {"alias"}
    assert not [one for one in found.explained if one.part.row == CITY]
    assert holds(found)


def test_adopted_definitions_are_the_cause_of_what_they_change(book: Seen, clock: StandingClock) -> None:
    then = clock.now
    clock.pass_(days=1)
    adopt_definitions(book.house.log, load_definitions(TOML.encode()), OPERATOR, Moment(clock.now))
    found = explained(book, then)
    due = of(found, CITY, "on_time", "denominator")
    assert due.b < due.a
    assert {reason.cause for reason in due.reasons} == {"definitions"}
    assert holds(found)


def test_what_only_time_brought_is_said_to_be_so(tmp_path: Path) -> None:
    clock = StandingClock(BEGUN)
    with a_house(tmp_path / "data", clock) as house, seen(house, tmp_path) as views:
        for number, facts in enumerate(BOOK.values(), start=1):
            put(views, UUID(int=number), facts)
        clock.pass_(days=40)
        found = explained(views, BEGUN)
    assert found.explained
    assert {reason.cause for one in found.explained for reason in one.reasons} == {"time_passed"}
    assert holds(found)


def test_nothing_differs_between_a_moment_and_itself(book: Seen, clock: StandingClock) -> None:
    assert explained(book, clock.now).explained == ()


def test_the_whole_book_is_explained_from_nothing(book: Seen, clock: StandingClock) -> None:
    before = clock.now - timedelta(days=1)
    found = explained(book, before, as_of=Q3.ends_at(SHANGHAI))
    assert of(found, CITY, "registered").a == 0
    assert of(found, CITY, "registered").b == len({*of(found, CITY, "registered").reasons})
    assert {one.part.key for one in found.explained} <= set(figure_keys())
    assert holds(found)


def test_an_accusation_is_counted_and_named_to_the_auditor_alone(book: Seen, clock: StandingClock) -> None:
    then = clock.now
    clock.pass_(days=1)
    silent = BOOK["silent"]
    number = list(BOOK).index("silent") + 1
    wish = Reclassify(by=SUPERVISOR, at=Moment(clock.now), kind=ComplaintKind.ACCUSATION, cause="检举公职人员")
    put(book, UUID(int=number), decide(fold(silent), wish, rules()), len(silent))
    put(book, UUID(int=50), letter("more", on(9, 1), on(9, 21)))
    found = explained(book, then)
    named = [reason["complaint"] for one in found.json()["differences"] for reason in one["reasons"]]
    every = [r["complaint"] for one in found.json(every_case=True)["differences"] for r in one["reasons"]]
    assert str(UUID(int=number)) not in named
    assert None not in every
    assert holds(found)
