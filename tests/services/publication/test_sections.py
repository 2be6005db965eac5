"""What stands in an edition: every section, sums that equal their totals, cells that recount from their rows."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import pytest

from domain.bulletin.name import BulletinName
from domain.bulletin.refusals import NoSuchCell
from gateways.pages.bulletin_page import render_bulletin
from services.publication.behind import Behind
from services.publication.document import key_of
from services.publication.publication import Publication
from tests.services.publication.book import EPISODE, PARKS, Q1, ROADS, WATER

ADDS_UP = ("received_by_channel", "received_by_kind", "response_distribution", "kinds", "top_topics")
BY_UNIT = ("units_episodes", "units", "other_units", "dissatisfied_by_unit", "dissatisfied_by_cause", "rechecked_count")


@pytest.fixture(scope="module")
def document(frozen: Publication) -> dict[str, Any]:
    return frozen.show(Q1).document


def section(document: dict[str, Any], key: str) -> Any:  # noqa: ANN401 - plain JSON
    (found,) = (one for one in document["sections"] if one["key"] == key)
    return found


def tables(document: dict[str, Any]) -> Iterator[dict[str, Any]]:
    for one in document["sections"]:
        yield from one["tables"]


def table(document: dict[str, Any], key: str) -> Any:  # noqa: ANN401 - plain JSON
    (found,) = (one for one in tables(document) if one["key"] == key)
    return found


def column(held: dict[str, Any], key: str) -> list[Any]:
    at = [one["key"] for one in held["columns"]].index(key)
    return [row["cells"][at]["value"] for row in held["rows"]]


def texts(held: dict[str, Any], head: str) -> dict[str, str]:
    (row,) = (one for one in held["rows"] if one["head"] == head)
    return {one["key"]: cell["text"] for one, cell in zip(held["columns"], row["cells"], strict=True)}


def cells(document: dict[str, Any]) -> Iterator[dict[str, Any]]:
    for held in tables(document):
        for row in (*held["rows"], *([held["total"]] if held["total"] else [])):
            yield from row["cells"]


def test_an_edition_has_ten_sections_and_an_empty_one_says_why(document: dict[str, Any]) -> None:
    assert [one["no"] for one in document["sections"]] == list(range(1, 11))
    empty = [one for one in document["sections"] if not one["tables"] and not one["paragraphs"]]
    assert empty
    assert all(one["empty_because"]["zh"] and one["empty_because"]["en"] for one in empty)


def test_the_public_page_takes_the_edition_as_it_is(document: dict[str, Any]) -> None:
    page = render_bulletin(document)
    assert all(f'id="cell-{cell["id"]}"' in page for cell in cells(document))


def test_every_cell_has_an_id_of_its_own_in_ascii(document: dict[str, Any]) -> None:
    ids = [cell["id"] for cell in cells(document)]
    assert len(ids) == len(set(ids))
    assert all(one.isascii() and " " not in one for one in ids)


def test_a_dash_always_has_its_cause(document: dict[str, Any]) -> None:
    silent = [cell["id"] for cell in cells(document) if cell["value"] is None and "cause" not in cell]
    assert silent == []


@pytest.mark.parametrize("key", [*ADDS_UP, *BY_UNIT])
def test_parts_add_up_to_their_total(document: dict[str, Any], key: str) -> None:
    held = table(document, key)
    checked = 0
    for at, total in enumerate(held["total"]["cells"]):
        parts = [row["cells"][at]["value"] for row in held["rows"]]
        if isinstance(total["value"], int):
            assert total["value"] == sum(parts), total["id"]
            checked += 1
    assert checked


def test_on_air_units_and_all_others_together_make_the_city(document: dict[str, Any]) -> None:
    answered = [*column(table(document, "units"), "answered"), *column(table(document, "other_units"), "answered")]
    assert sum(answered) == texts_of(document)["summary.answered"] == 9


def texts_of(document: dict[str, Any]) -> dict[str, Any]:
    return {cell["id"]: cell["value"] for cell in cells(document)}


def test_what_the_city_registered_leads_to_what_the_units_received(document: dict[str, Any]) -> None:
    held = table(document, "units_reconciled")
    first, *steps = held["rows"]
    reached = first["cells"][0]["value"]
    for row in steps:
        reached += row["cells"][0]["value"] * (1 if row["head"].startswith("加") else -1)
    received = [*column(table(document, "units"), "registered"), *column(table(document, "other_units"), "registered")]
    assert reached == held["total"]["cells"][0]["value"] == sum(received)


def test_every_count_and_rate_recounts_from_its_rows(frozen: Publication, document: dict[str, Any]) -> None:
    recounted = 0
    for cell in cells(document):
        behind = frozen.cells(Q1, cell["id"])
        if "numerator" in cell and cell["value"] is not None:
            weighed_apart = cell["id"].endswith(("satisfied", "satisfied_rate"))
            assert weighed_apart or len(behind.numerator) == cell["numerator"], cell["id"]
            assert len(behind.denominator) == cell["denominator"], cell["id"]
        elif behind.numerator:
            assert len(behind.numerator) == cell["value"], cell["id"]
            recounted += 1
    assert recounted > 50


def test_behind_a_cell_stand_events_no_later_than_the_freeze(frozen: Publication, document: dict[str, Any]) -> None:
    behind = frozen.cells(Q1, "summary.registered")
    assert set(behind.events) == set(behind.numerator)
    for events in behind.events.values():
        assert events[0].topic == "complaint.registered.v1"
        assert all(event.position <= document["position"] for event in events)


def test_an_episodes_own_count_leads_to_its_event(frozen: Publication) -> None:
    assert len(frozen.cells(Q1, f"episodes.{key_of(EPISODE)}.aired").positions) == 1


def test_those_who_may_not_see_cases_get_counts(frozen: Publication) -> None:
    behind: Behind = frozen.cells(Q1, "summary.registered")
    assert behind.counts_json()["rows"] == {"numerator": 13, "denominator": 0}
    assert "behind" not in behind.counts_json()
    assert len(behind.json()["behind"]["numerator"]) == 13


def test_a_cell_that_is_not_there_is_refused(frozen: Publication) -> None:
    with pytest.raises(NoSuchCell):
        frozen.cells(Q1, "units.nobody.registered")


def test_part_a_holds_only_what_was_raised_for_the_episode(document: dict[str, Any]) -> None:
    part_a, part_b = (texts(table(document, key), WATER) for key in ("units_episodes", "units"))
    assert (part_a["registered"], part_a["on_time"], part_a["late"], part_a["dissatisfied_people"]) == (
        "3",
        "2",
        "1",
        "1",
    )
    assert (part_b["registered"], part_b["closed"], part_b["returned_legs"], part_b["grade"]) == ("6", "4", "1", "合格")


def test_units_off_the_air_stand_in_the_annex(document: dict[str, Any]) -> None:
    assert {row["head"] for row in table(document, "other_units")["rows"]} == {ROADS, PARKS, "热线直办"}
    roads = texts(table(document, "other_units"), ROADS)
    assert (roads["overdue_open"], roads["oldest_open"], roads["late"]) == ("1", "57", "1")


def test_a_unit_with_too_few_due_has_no_grade(document: dict[str, Any]) -> None:
    parks = texts(table(document, "other_units"), PARKS)
    assert parks["grade"] == "—"


def test_the_overdue_list_names_receipts_and_leaves_out_what_is_confidential(document: dict[str, Any]) -> None:
    held = section(document, "overdue")
    assert column(table(document, "overdue"), "unit") == [ROADS]
    assert len(table(document, "overdue_at_hotline")["rows"]) == 2
    assert "另有 1 件" in held["paragraphs"][0]["zh"]
    assert texts_of(document)["summary.overdue_open"] == 1 + 2 + 1


def test_an_accusation_is_counted_and_never_stands_with_a_unit_or_topic(document: dict[str, Any]) -> None:
    values = texts_of(document)
    assert values["summary.kind.accusation"] == 1
    assert not [one for one in values if "accusation" in one and not one.startswith("summary.kind")]
    assert "作风" not in {row["head"] for row in table(document, "top_topics")["rows"]}


def test_a_topic_that_could_single_somebody_out_is_not_named(document: dict[str, Any]) -> None:
    assert [row["head"] for row in table(document, "top_topics")["rows"]] == ["供水", "公交", "其他"]


def test_findings_go_by_the_names_of_the_conduct_codes(document: dict[str, Any]) -> None:
    held = table(document, "findings")
    assert texts(held, "推诿扯皮") == {
        "found": "1",
        "proved": "1",
        "proved_rate": "100.00%",
        "corrected": "1",
        "corrected_rate": "100.00%",
    }
    assert texts(held, "未列代码")["corrected_rate"] == "—"


def test_what_went_from_unit_to_unit_three_times_is_a_hard_case(document: dict[str, Any]) -> None:
    assert column(table(document, "hard_cases_count"), "count") == [0, 1]


def test_what_the_last_edition_named_as_overdue_is_rechecked(document: dict[str, Any]) -> None:
    assert column(table(document, "rechecked_count"), "count") == [1, 0, 0]
    assert column(table(document, "rechecked"), "state") == ["已答复"]


def test_a_change_on_a_zero_base_or_on_no_records_is_a_dash(document: dict[str, Any]) -> None:
    by_id = {cell["id"]: cell for cell in cells(document)}
    assert by_id["summary.received_quarter_on_quarter.web_mailbox"]["cause"]["zh"].startswith("上期为零")
    assert "没有该期的记录" in by_id["summary.received_year_on_year.total"]["cause"]["zh"]
    assert by_id["summary.received_quarter_on_quarter.total"]["text"] == "+550.00%"


def test_no_personal_word_or_number_stands_in_an_edition(frozen: Publication) -> None:
    content = frozen.show(Q1).content.decode()
    assert "1380000" not in content
    assert all(word not in content for word in ("路灯不亮", "已办理完毕", "调阅台账", "第1件"))


def test_a_quarter_without_any_record_makes_an_edition_that_says_so(frozen: Publication) -> None:
    empty = BulletinName.parse("2019Q1")
    internal = frozen._computed(empty, 40, "00", frozen._settings)
    assert all(one.empty_because or one.tables or one.paragraphs for one in internal.sections)
    assert internal.content
