"""Lists of complaints: what is asked for, what may be seen, and pages that stay right."""

import sqlite3
from collections.abc import Iterator
from datetime import date, datetime, timedelta
from typing import Any

import pytest

from domain.facts import Fact
from domain.figures.measures import CaseMeasure
from domain.words import Channel, ComplaintKind, State
from projections.cases import CasesProjection
from projections.legs import LegsProjection
from projections.texts import TextsProjection
from projections.work_lists import Asked, CursorFault, Order, Sight, Wanted, page_of_cases
from services.work_lists import ListedPage, list_complaints
from tests.domain.september import BOOK
from tests.projections.facts import as_logged, feed, views
from tests.scenario import CHINA, PARKS, ROADS, WATER, at, registered

NAMES = list(BOOK)
ALL = Sight(accusations=True)
NOW = datetime(2025, 10, 5, 9, 0, tzinfo=CHINA)
PROJECTIONS = (CasesProjection(CHINA), LegsProjection(CHINA), TextsProjection())


@pytest.fixture
def conn() -> Iterator[sqlite3.Connection]:
    accused = registered(ComplaintKind.ACCUSATION, wanted_unit=WATER)
    with views(*PROJECTIONS) as conn:
        feed(conn, PROJECTIONS, as_logged(*BOOK.values(), accused), (20,))
        yield conn


def shown(page: ListedPage) -> list[str]:
    return [[*NAMES, "accused"][item.id.int - 1] for item in page.items]


def ask(conn: sqlite3.Connection, sight: Sight = ALL, query: str | None = None, **wanted: Any) -> list[str]:  # noqa: ANN401
    page = list_complaints(conn, conn, CHINA, NOW, Asked(sight, Wanted(**wanted)), query)
    return sorted(shown(page))


@pytest.mark.parametrize(
    ("wanted", "names"),
    [
        ({"states": frozenset({State.WITHDRAWN})}, ["withdrawn"]),
        ({"kinds": frozenset({ComplaintKind.COMPLAINT})}, ["extended", "in_part", "unfounded"]),
        ({"units": frozenset({PARKS})}, ["handed_on"]),
        ({"units": frozenset({ROADS})}, ["extended", "silent"]),
        ({"overdue_at": NOW}, ["same_matter", "silent"]),
        ({"registered_from": date(2025, 9, 2)}, ["early"]),
        ({"registered_to": date(2025, 8, 31)}, []),
        ({"channels": frozenset({Channel.LETTER})}, []),
        ({"flag": "any%"}, []),
    ],
)  # fmt: skip
def test_a_list_shows_what_is_asked_for(conn: sqlite3.Connection, wanted: dict[str, Any], names: list[str]) -> None:
    assert ask(conn, **wanted) == names


def test_a_unit_sees_the_cases_of_its_own_legs_and_none_that_it_gave_back(conn: sqlite3.Connection) -> None:
    seen = ask(conn, Sight(units=frozenset({WATER})))
    assert seen == ["early", "in_part", "late", "prompt", "unfounded", "withdrawn"]


def test_an_accusation_is_shown_to_nobody_who_may_not_see_it(conn: sqlite3.Connection) -> None:
    assert "accused" in ask(conn, ALL)
    assert "accused" not in ask(conn, Sight())
    assert ask(conn, Sight(units=frozenset({WATER}), accusations=True), query="停水").count("accused") == 0


def test_a_receipt_number_finds_its_own_case(conn: sqlite3.Connection) -> None:
    page = list_complaints(conn, conn, CHINA, NOW, Asked(ALL, Wanted(kinds=frozenset({ComplaintKind.COMPLAINT}))))
    (first, *_) = page.items
    assert ask(conn, query=first.receipt_no) == shown(ListedPage((first,), None))
    assert (first.title, first.source_id, first.registered_at) == ("小区停水", "call-1", at())


def test_a_list_says_what_to_notice(conn: sqlite3.Connection) -> None:
    page = list_complaints(conn, conn, CHINA, NOW, Asked(Sight()))
    flags = {name: item.flags for name, item in zip(shown(page), page.items, strict=True)}
    assert flags["silent"] == ("overdue",)
    assert flags["handed_on"] == ("reworked",)
    assert flags["extended"] == ("extended",)


@pytest.mark.parametrize("order", Order)
def test_pages_show_each_case_once_while_others_come_in(conn: sqlite3.Connection, order: Order) -> None:
    seen: list[CaseMeasure] = []
    cursor = None
    for number in range(20):
        page = page_of_cases(conn, Asked(ALL, order=order, cursor=cursor, items_max=3), CHINA)
        seen.extend(page.cases)
        cursor = page.next
        newcomer: tuple[Fact, ...] = registered(at=at(-number))
        feed(conn, PROJECTIONS, moved(newcomer, number), ())
        if cursor is None:
            break
    assert len({case.complaint for case in seen}) == len(seen)
    assert {case.complaint.int - 1 for case in seen} >= set(range(len(NAMES) + 1))
    keys = [order_key(case, order) for case in seen]
    assert keys == sorted(keys)


def moved(facts: tuple[Fact, ...], number: int) -> list[Any]:
    """A case that comes in behind everything that stands."""
    return [
        type(recorded)(
            1000 + number, type(recorded.stream)(int=1000 + number), 1, NOW + timedelta(number), recorded.fact
        )
        for recorded in as_logged(facts)
    ]


def order_key(case: CaseMeasure, order: Order) -> tuple[object, ...]:
    if order is Order.NEWEST:
        return (-case.registered_position,)
    if order is Order.OLDEST:
        return (case.registered_position,)
    if order is Order.UPDATED:
        return ()  # a case does not carry when it last changed: the order itself is held below
    due = case.deadline.due.isoformat() if case.deadline is not None else "9"
    return (due, case.registered_position)


def test_what_changed_last_stands_first(conn: sqlite3.Connection) -> None:
    page = page_of_cases(conn, Asked(ALL, order=Order.UPDATED, items_max=100), CHINA)
    changed = dict(conn.execute("SELECT complaint, from_position FROM cases WHERE to_position IS NULL").fetchall())
    positions = [changed[case.complaint.hex] for case in page.cases]
    assert positions == sorted(positions, reverse=True)
    assert len(positions) == len(changed)


@pytest.mark.parametrize("cursor", ["", "x", "n", "d5", "n-1", "d2025", "n99999999999999999999"])
def test_a_cursor_that_no_page_gave_out_is_refused_by_name(conn: sqlite3.Connection, cursor: str) -> None:
    with pytest.raises(CursorFault):
        page_of_cases(conn, Asked(ALL, cursor=cursor), CHINA)
