"""Every figure is counted again from the events behind it: over the table by unit, and wherever counts apply."""

from __future__ import annotations

import statistics
from decimal import ROUND_HALF_UP, Decimal
from typing import TYPE_CHECKING, Any

import pytest

from domain.bulletin.refusals import NoSuchCell
from domain.complaint.events import ComplaintRegistered, ReplyDelivered
from domain.facts import Moment
from services.publication.explaining import Explained, Explainer
from services.publication.sections.units import UNIT_TABLES
from tests.composed import SHANGHAI
from tests.services.publication.book import AFTER_Q1, PRODUCER, Q1, publication
from tests.services.publication.conftest import copied

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from services.publication.publication import Publication
    from tests.services.publication.book import Book

Plain = dict[str, Any]


@pytest.fixture(scope="module")
def told(written: tuple[Path, Book], tmp_path_factory: pytest.TempPathFactory) -> Iterator[tuple[Book, Publication]]:
    with copied(written, tmp_path_factory.mktemp("explained") / "data") as book:
        pub = publication(book.house)
        pub.freeze(Q1, PRODUCER, Moment(AFTER_Q1))
        yield book, pub


@pytest.fixture(scope="module")
def explainer(told: tuple[Book, Publication]) -> Explainer:
    book, pub = told
    return Explainer(pub, book.house.log, book.house.views, book.house.instance.zone)


@pytest.fixture(scope="module")
def cells(told: tuple[Book, Publication]) -> list[tuple[str, str, Plain]]:
    """Every cell with its table and its column."""
    _, pub = told
    return [
        (table["key"], column["key"], cell)
        for section in pub.show(Q1).document["sections"]
        for table in section["tables"]
        for line in (*table["rows"], *([table["total"]] if table["total"] else []))
        for column, cell in zip(table["columns"], line["cells"], strict=True)
    ]


@pytest.fixture(scope="module")
def explained(explainer: Explainer, cells: list[tuple[str, str, Plain]]) -> dict[str, Explained]:
    return {cell["id"]: explainer.explain(Q1, cell["id"]) for _, _, cell in cells}


def test_every_figure_of_the_table_by_unit_recounts(
    cells: list[tuple[str, str, Plain]], explained: dict[str, Explained]
) -> None:
    asked = 0
    for table, column, cell in cells:
        if table not in UNIT_TABLES or cell["value"] in {None, 0} or column == "grade":
            continue
        found = explained[cell["id"]]
        assert found.recount is not None, cell["id"]
        assert found.recount.equal, (cell, found.recount)
        asked += 1
    assert asked > 80


def test_a_count_of_nothing_has_nothing_behind_it(
    cells: list[tuple[str, str, Plain]], explained: dict[str, Explained]
) -> None:
    for table, column, cell in cells:
        if cell["value"] == 0 and column not in {"mean", "median", "p90", "oldest_open"} and table in UNIT_TABLES:
            assert explained[cell["id"]].behind.numerator == (), cell["id"]


def test_every_other_count_and_rate_recounts(
    cells: list[tuple[str, str, Plain]], explained: dict[str, Explained]
) -> None:
    recounts = {cell["id"]: explained[cell["id"]].recount for _, _, cell in cells}
    assert [key for key, found in recounts.items() if found is not None and not found.equal] == []
    without = {
        table
        for table, _, cell in cells
        if isinstance(cell["value"], int) and cell["value"] and recounts[cell["id"]] is None
    }
    # Days of a list, and what an episode's own event says outright, are no counts of matters.
    assert without <= {"overdue", "overdue_at_hotline", "episodes", "attendance", "hard_cases"}


def test_numerator_and_denominator_are_what_is_printed(
    cells: list[tuple[str, str, Plain]], explained: dict[str, Explained]
) -> None:
    for _, _, cell in cells:
        behind = explained[cell["id"]].behind
        if "numerator" in cell and "denominator" in cell and cell["value"] is not None:
            assert (len(set(behind.numerator)), len(set(behind.denominator))) == (
                cell["numerator"],
                cell["denominator"],
            ), cell["id"]


def test_durations_recount_from_the_days_between_two_events(
    told: tuple[Book, Publication], cells: list[tuple[str, str, Plain]], explained: dict[str, Explained]
) -> None:
    book, _ = told
    asked = 0
    for table, column, cell in cells:
        if table not in UNIT_TABLES or column not in {"mean", "median", "p90"} or cell["value"] is None:
            continue
        days = []
        for row in explained[cell["id"]].behind.denominator:
            facts = [recorded.fact for recorded in book.house.log.read_stream(row.complaint)]
            begun = next(fact for fact in facts if isinstance(fact, ComplaintRegistered))
            delivered = [fact for fact in facts if isinstance(fact, ReplyDelivered)]
            ended = delivered[0] if delivered else next(fact for fact in facts if "Answered" in type(fact).__name__)
            first, last = (fact.occurred.at.astimezone(SHANGHAI).date() for fact in (begun, ended))
            days.append((last - first).days)
        assert sorted(days) == sorted(explained[cell["id"]].spans.values())
        assert Decimal(cell["text"]) == by_hand(column, days), cell["id"]
        asked += 1
    assert asked > 6


def by_hand(column: str, days: list[int]) -> Decimal:
    match column:
        case "mean":
            return (Decimal(sum(days)) / len(days)).quantize(Decimal("0.001"), ROUND_HALF_UP)
        case "median":
            return Decimal(str(statistics.median(days)))
        case _:
            return Decimal(next(d for d in sorted(days) if sum(x <= d for x in days) * 10 >= 9 * len(days)))


def test_every_row_behind_a_figure_has_events_of_its_own(explained: dict[str, Explained]) -> None:
    for found in explained.values():
        for row, events in found.behind.events.items():
            assert events, (found.behind.cell.id, row)
            assert [event.position for event in events] == sorted({event.position for event in events})


def test_every_cell_says_in_words_what_it_counts(explained: dict[str, Explained]) -> None:
    assert all(found.meaning.numerator.zh and found.meaning.numerator.en for found in explained.values())
    rate = next(found for key, found in explained.items() if key.startswith("units.") and key.endswith(".satisfied"))
    assert rate.meaning.denominator is not None


def test_a_producer_is_told_no_case(explained: dict[str, Explained]) -> None:
    found = explained["summary.registered"]
    case = str(found.behind.numerator[0].complaint)
    assert case not in str(found.producer_json())
    assert case in str(found.auditor_json())


def test_a_changed_figure_would_not_recount(explainer: Explainer, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("services.publication.explaining.answered", lambda case, _: case.answered is None)
    found = explainer.explain(Q1, "summary.answered").recount
    assert found is not None
    assert (found.equal, found.numerator) == (False, 0)


def test_a_cell_that_is_not_there_is_refused(explainer: Explainer) -> None:
    with pytest.raises(NoSuchCell):
        explainer.explain(Q1, "units.total.nothing")
