"""Figures as known then and as known now, over the real log."""

from collections.abc import Iterator
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from uuid import UUID

import pytest

from domain.complaint.commands import CorrectReply, RegisterFromLedger
from domain.complaint.decide import decide
from domain.complaint.events import LedgerRow
from domain.complaint.evolve import fold
from domain.complaint.registration import register_from_ledger
from domain.facts import Fact, Moment
from domain.figures.coverage import CasesCovered, Coverage, LedgerImported
from domain.identity import COVERAGE_STREAM, UNITS_STREAM
from domain.periods import Quarter
from domain.units import UnitAliased, UnitReorganised
from domain.words import Channel, ComplaintKind, Precision
from projections.cases import CasesProjection
from projections.legs import LegsProjection
from services.barometer import Grouping, Volume, barometer
from services.log.port import Append, Appended
from services.log.runner import Home, Runner
from services.log.views import ViewStore
from services.statistics import Statistics, ViewsBehind
from tests.composed import SHANGHAI, START, StandingClock, a_house
from tests.domain.september import BOOK
from tests.projections.seen import Seen, seen
from tests.scenario import OPERATOR, WATER, rules

Q3 = Quarter(2025, 3)
CASES = list(BOOK)


@pytest.fixture
def clock() -> StandingClock:
    return StandingClock(datetime(2025, 10, 5, 9, 0, tzinfo=SHANGHAI))


@pytest.fixture
def book(tmp_path: Path, clock: StandingClock) -> Iterator[Seen]:
    """The September book in a log, recorded on 5 October; one instance with nothing else."""
    with a_house(tmp_path / "data", clock) as house, seen(house, tmp_path) as views:
        for number, facts in enumerate(BOOK.values(), start=1):
            put(views, UUID(int=number), facts)
        yield views


def put(views: Seen, stream: UUID, facts: tuple[Fact, ...], version: int = 0) -> None:
    (outcome,) = views.house.log.append([Append(stream, version, facts)])
    assert isinstance(outcome, Appended)


def on(month: int, day: int, year: int = 2025) -> Moment:
    return Moment(datetime(year, month, day, tzinfo=SHANGHAI), Precision.DAY)


def letter(
    name: str,
    came: Moment,
    answered: Moment | None,
    *,
    unit: str | None = WATER,
    channel: Channel = Channel.LETTER,
) -> tuple[Fact, ...]:
    """A row of a ledger of letters."""
    flags = ("reply_before_letter",) if answered is not None and answered.at < came.at else ()
    return register_from_ledger(
        RegisterFromLedger(
            by=OPERATOR, at=came, contact=name, evidence_digest=name, subject=name, channel=channel,
            source="office", source_id=name, kind=ComplaintKind.OTHER, title="来信", text="正文",
            ledger=LedgerRow("letters.csv", 2, name, "run-1"), unit=unit, replied=answered,
            reply=None if answered is None else "已办", flags=flags,
        ),
        rules(),
    )  # fmt: skip


def imported(cases: CasesCovered = CasesCovered.ALL) -> LedgerImported:
    covered = Coverage(date(2025, 7, 1), date(2025, 9, 30), cases, acceptance_dates=False)
    return LedgerImported(by=OPERATOR, occurred=Moment(START), run="run-1", source="office", files=(), coverage=covered)


def test_a_back_dated_case_and_a_corrected_reply_change_today_and_not_what_was_known_then(
    book: Seen, clock: StandingClock
) -> None:
    then = clock.now
    clock.pass_(days=2)
    put(book, UUID(int=50), letter("late-found", on(9, 1), on(9, 21)))
    late, state = BOOK["late"], fold(BOOK["late"])
    correction = CorrectReply(
        by=OPERATOR,
        at=Moment(clock.now),
        reply="更正",
        cause="日期误记",
        answered_on=Moment(late[0].occurred.at + timedelta(2)),
    )
    put(book, UUID(int=2), decide(state, correction, rules()), len(late))
    with book.statistics() as statistics:
        before, now = statistics.units(Q3, known_at=then).json(), statistics.units(Q3).json()
    assert (before["total"]["answered"], before["total"]["response_days"]["mean"]) == (8, 3.875)
    assert (now["total"]["answered"], now["total"]["response_days"]["mean"]) == (9, 4.778)
    assert before["total"]["on_time"]["rate"] == "66.67%"
    assert now["total"]["on_time"]["numerator"] == 7


def test_the_figures_of_a_position_stay_whatever_follows(book: Seen, clock: StandingClock) -> None:
    with book.statistics() as statistics:
        first = statistics.units(Q3)
    put(book, UUID(int=50), letter("more", on(9, 1), on(9, 21)))
    with book.statistics() as statistics:
        assert statistics.units(Q3, position=first.position).json() == first.json()
        assert statistics.units(Q3).json() != first.json()


def test_views_of_the_logs_first_part_give_the_figures_of_that_position(book: Seen, tmp_path: Path) -> None:
    with book.statistics() as statistics:
        live = statistics.units(Q3)
    put(book, UUID(int=50), letter("more", on(9, 1), on(9, 21)))
    scratch = ViewStore(tmp_path / "scratch.db")
    Runner(book.house.log, [Home(scratch, (CasesProjection(SHANGHAI), LegsProjection(SHANGHAI)))]).catch_up(
        live.position
    )
    with scratch.reading() as conn:
        again = Statistics(conn, book.house.log, SHANGHAI).units(Q3, position=live.position)
    scratch.close()
    assert again.json() == live.json()


def test_what_the_views_have_not_read_is_not_answered(book: Seen) -> None:
    with book.statistics() as statistics, pytest.raises(ViewsBehind):
        statistics.units(Q3, position=10_000)


def test_an_alias_gathers_past_figures_and_not_those_known_before_it(book: Seen, clock: StandingClock) -> None:
    put(book, UUID(int=50), letter("spelled", on(9, 1), on(9, 21), unit="区水务局 "))
    then = clock.now
    clock.pass_(hours=1)
    put(book, UNITS_STREAM, (UnitAliased(by=OPERATOR, occurred=Moment(START), alias="区水务局", unit=WATER),))
    with book.statistics() as statistics:
        before, now = statistics.units(Q3, known_at=then).table, statistics.units(Q3).table
    spelled, water, gathered = before.unit("区水务局"), before.unit(WATER), now.unit(WATER)
    assert spelled is not None and water is not None and gathered is not None  # noqa: PT018
    assert (spelled.answered.value, water.answered.value, gathered.answered.value) == (1, 5, 6)


def test_a_reply_dated_before_its_letter_is_answered_flagged_and_left_out_of_the_times(book: Seen) -> None:
    put(book, UUID(int=50), letter("odd", on(9, 21), on(9, 1)))
    with book.statistics() as statistics:
        total = statistics.units(Q3).json()["total"]
    assert (total["answered"], total["flagged"], total["response_days"]["n"]) == (9, 1, 8)
    assert total["causes"]["flagged"] == "reply_before_letter"


def test_a_reply_dated_before_its_letter_is_neither_on_time_nor_late_though_a_ledger_tells_all(book: Seen) -> None:
    with book.statistics() as statistics:
        before = statistics.units(Q3).json()
    put(book, UUID(int=50), letter("odd", on(9, 2), on(9, 1), channel=Channel.WEB_MAILBOX))
    put(book, COVERAGE_STREAM, (imported(),))
    with book.statistics() as statistics:
        now = statistics.units(Q3).json()
    for was, told in ((before["total"], now["total"]), (before["units"][0], now["units"][0])):
        assert (told["due"], told["flagged"], told["late"]) == (was["due"] + 1, 1, was["late"])
        for key in ("on_time", "on_time_original", "closed_on_time"):
            assert told[key] == was[key]
            assert told["left_out"][key] == 1


def test_where_all_that_was_due_is_dated_before_its_letter_the_rate_says_so(
    tmp_path: Path, clock: StandingClock
) -> None:
    with a_house(tmp_path / "data", clock) as house, seen(house, tmp_path) as views:
        put(views, UUID(int=1), letter("odd", on(9, 2), on(9, 1), channel=Channel.WEB_MAILBOX))
        put(views, COVERAGE_STREAM, (imported(),))
        with views.statistics() as statistics:
            total = statistics.units(Q3).json()["total"]
    assert (total["on_time"]["rate"], total["causes"]["on_time"]) == ("—", "reply_before_letter")


def test_open_rows_of_a_ledger_of_all_cases_are_counted_and_their_lateness_is_not_guessed(book: Seen) -> None:
    put(book, UUID(int=50), letter("open", on(7, 5), None))
    put(book, COVERAGE_STREAM, (imported(),))
    with book.statistics() as statistics:
        total = statistics.units(Q3).json()["total"]
    assert (total["registered"], total["open"], total["overdue_open"]) == (12, 6, 2)
    # The letter's 60 days count from an acceptance that nobody wrote down.
    assert total["left_out"]["due"] == 1


def test_the_running_quarter_is_seen_from_the_last_thing_known(tmp_path: Path, clock: StandingClock) -> None:
    clock.now = datetime(2025, 9, 5, 9, 0, tzinfo=SHANGHAI)
    with a_house(tmp_path / "data", clock) as house, seen(house, tmp_path) as views:
        put(views, UUID(int=1), BOOK["silent"])
        with views.statistics() as statistics:
            assert statistics.units(Q3).table.window.as_of == clock.now


@pytest.mark.parametrize("instant", [datetime.min.replace(tzinfo=UTC), datetime.max.replace(tzinfo=UTC)])
def test_an_instant_at_the_edge_of_the_calendar_is_an_instant_like_any_other(book: Seen, instant: datetime) -> None:
    with book.statistics() as statistics:
        seen_then, known_then = statistics.units(Q3, as_of=instant), statistics.units(Q3, known_at=instant)
    assert (
        seen_then.json()["total"]["answered"]
        == known_then.json()["total"]["answered"]
        == (8 if instant.year > 1 else 0)
    )


def test_the_document_has_the_promised_shape(book: Seen) -> None:
    with book.statistics() as statistics:
        document = statistics.units(Q3).json()
    assert (document["quarter"], document["definitions"]) == ("2025Q3", "2026-1")
    promised = {"registered", "due", "answered", "closed", "overdue_open", "over_days", "flagged", "on_time",
                "satisfied", "response_days", "response_working_days"}  # fmt: skip
    assert promised <= document["total"].keys()
    assert all({"unit", *promised} <= unit.keys() for unit in document["units"])
    assert document["total"]["over_days"] == {"15": 0, "30": 0, "60": 0}


def test_the_barometer_compares_with_the_quarter_and_the_year_before(book: Seen) -> None:
    put(book, UUID(int=50), letter("before", on(5, 5), on(5, 6)))
    put(book, UUID(int=51), letter("a year ago", on(8, 5, 2024), on(8, 6, 2024)))
    with book.statistics() as statistics:
        read = barometer(statistics, Q3, Grouping.UNIT, Volume.ANSWERED).json()
    water = next(line for line in read["lines"] if line["group"] == WATER)
    assert (read["total"]["now"], water["now"]) == (8, 5)
    assert water["quarter_before"] == {"base": 1, "difference": 4, "rate": "400.00%", "cause": None}
    direct = next(line for line in read["lines"] if line["group"] == "热线直办")
    assert direct["year_before"] == {"base": 0, "difference": 1, "rate": "—", "cause": "nothing_to_count"}


def test_one_period_stands_under_the_old_or_the_new_structure(book: Seen, clock: StandingClock) -> None:
    begins = date(2025, 9, 1)
    merged = UnitReorganised(by=OPERATOR, occurred=Moment(clock.now), old=WATER, new="市水利局", effective_from=begins)
    put(book, UNITS_STREAM, (merged,))
    with book.statistics() as asked:
        names = {
            text: {
                row.name for row in Statistics(asked.views, asked.log, SHANGHAI, structure=day).units(Q3).table.units
            }
            for text, day in (("old", date.min), ("new", date.max), ("before", date(2025, 8, 31)), ("on", begins))
        }
    assert all(WATER in names[text] and "市水利局" not in names[text] for text in ("old", "before"))
    assert all(WATER not in names[text] and "市水利局" in names[text] for text in ("new", "on"))
