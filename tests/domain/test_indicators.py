"""Every indicator on a small book of cases worked out by hand, and its page beside it."""

import re
from datetime import date, timedelta
from decimal import Decimal
from fractions import Fraction
from uuid import UUID

import pytest

from domain.facts import Moment
from domain.figures.coverage import CasesCovered, Coverage
from domain.figures.figure import Rounding, RowId, percent, times
from domain.figures.indicators import COUNTS, DEFINITIONS, CountDefinition, Definition
from domain.figures.sources import Sources
from domain.figures.unit_table import DIRECT, NO_UNIT, Row, UnitTable, tabulate
from domain.figures.window import FigureSettings, Window
from domain.periods import Quarter
from domain.timekeeping.working_calendar import WorkingCalendar
from domain.units import UnitRegistry
from tests.conftest import ROOT
from tests.domain.september import BOOK, book
from tests.scenario import CHINA, PARKS, ROADS, WATER, rules

Q3, Q4 = Quarter(2025, 3), Quarter(2025, 4)
PAGE = (ROOT / "docs" / "indicators.md").read_text(encoding="utf-8")


def table(quarter: Quarter = Q3, *names: str, **more: object) -> UnitTable:
    given: dict[str, object] = {"as_of": quarter.ends_at(CHINA), "calendar": rules().calendar, **more}
    return tabulate(*book(*names), Window(quarter=quarter, zone=CHINA, **given))  # type: ignore[arg-type]


TABLE = table()


def named(rows: tuple[RowId, ...]) -> list[str]:
    names = list(BOOK)
    return [names[row.complaint.int - 1] + (f"/{row.leg}" if row.leg else "") for row in rows]


def unit(name: str | None, of: UnitTable = TABLE) -> Row:
    found = of.unit(name)
    assert found is not None
    return found


DUE = ["prompt", "late", "handed_on", "direct", "silent", "extended", "in_part", "unfounded", "same_matter"]


EXAMPLES: list[tuple[str, list[str], list[str] | None]] = [
        ("on_time", ["prompt", "handed_on", "direct", "extended", "in_part", "unfounded"], DUE),
        ("on_time_original", ["prompt", "handed_on", "direct", "in_part", "unfounded"], DUE),
        ("closed_of_due", ["prompt", "late", "handed_on", "direct"], DUE),
        ("closed_on_time", ["prompt", "handed_on", "direct", "extended", "in_part", "unfounded"], DUE),
        ("substantiated", ["extended", "in_part"], ["extended", "in_part", "unfounded"]),
        ("corrected", ["extended"], ["extended", "in_part"]),
        ("solved", ["prompt", "handed_on", "early"], ["prompt", "late", "handed_on", "early"]),
        ("satisfied", ["prompt", "late", "handed_on", "early"], ["prompt", "late", "handed_on", "early"]),
        ("satisfied_first", ["prompt", "late", "early"], ["prompt", "late", "handed_on", "early"]),
        ("reached", ["prompt", "late", "handed_on", "early"], ["prompt", "late", "handed_on", "early"]),
        (
            "responded",
            ["prompt/1", "handed_on/2", "extended/1", "early/1"],
            ["prompt/1", "late/1", "handed_on/2", "silent/1", "extended/1", "in_part/1", "unfounded/1", "early/1"],
        ),
        (
            "signed_in_time",
            ["prompt/1", "handed_on/2", "handed_on/3", "extended/1", "in_part/1", "unfounded/1", "early/1"],
            ["prompt/1", "late/1", "handed_on/2", "handed_on/3", "silent/1", "extended/1", "in_part/1", "unfounded/1",
             "early/1"],
        ),
        ("reworked", ["handed_on"], DUE),
        ("extended", ["extended"], DUE),
        ("returned", ["handed_on/1"], None),
        ("repeated", ["same_matter"], list(BOOK)),
        ("closed_at_once", ["prompt", "late", "direct", "early"], ["prompt", "late", "handed_on", "direct", "early"]),
]  # fmt: skip


@pytest.mark.parametrize(("key", "numerator", "denominator"), EXAMPLES)
def test_each_rate_counts_exactly_these_cases(key: str, numerator: list[str], denominator: list[str] | None) -> None:
    figure = TABLE.total.rates[key]
    assert named(figure.numerator_rows) == numerator
    assert denominator is None or named(figure.denominator_rows) == denominator


def test_every_rate_has_its_example() -> None:
    assert {key for key, _, _ in EXAMPLES} == {definition.key for definition in DEFINITIONS}


@pytest.mark.parametrize("definition", DEFINITIONS, ids=lambda definition: definition.key)
def test_the_page_tells_each_rate_with_the_figure_of_its_example(definition: Definition) -> None:
    key, name = definition.key, definition.name_zh
    section = section_of(key)
    assert name in section.splitlines()[0]
    assert all(f"- {part}：" in section for part in ("分子", "分母", "边界", "算例"))
    figure = TABLE.total.rates[key]
    assert f"**{figure.numerator}/{figure.denominator} = {figure.rate}**" in section


@pytest.mark.parametrize("definition", COUNTS, ids=lambda definition: definition.key)
def test_the_page_tells_each_count_with_the_figure_of_its_example(definition: CountDefinition) -> None:
    section = section_of(definition.key)
    assert all(f"- {part}：" in section for part in ("口径", "边界", "算例"))
    assert f"**{TABLE.total.counts[definition.key].value}**" in section


@pytest.mark.parametrize("key", ["answered", "flagged", "over_days", "response_days", "response_working_days"])
def test_the_page_tells_the_times(key: str) -> None:
    assert all(f"- {part}：" in section_of(key) for part in ("口径", "边界", "算例"))


def section_of(key: str) -> str:
    found = re.search(rf"^### [^\n]*`{key}`\n.*?(?=^##|\Z)", PAGE, re.MULTILINE | re.DOTALL)
    assert found is not None, f"docs/indicators.md has no section for {key}"
    return found[0]


# --- who is charged ---------------------------------------------------------------------------------------------


def test_a_unit_is_scored_on_its_own_legs() -> None:
    assert unit(WATER).rates["on_time"].rate == "75.00%"
    assert named(unit(WATER).rates["on_time"].denominator_rows) == ["prompt/1", "late/1", "in_part/1", "unfounded/1"]
    assert unit(ROADS).rates["on_time_original"].rate == "0.00%"


def test_a_leg_whose_return_was_approved_leaves_its_unit() -> None:
    assert "handed_on/1" not in named(unit(WATER).counts["due"].rows)
    assert named(unit(PARKS).counts["due"].rows) == ["handed_on/2", "handed_on/3"]


def test_rework_never_rewrites_that_the_first_answer_was_on_time() -> None:
    assert named(unit(PARKS).rates["on_time"].numerator_rows) == ["handed_on/2", "handed_on/3"]
    assert unit(PARKS).counts["dissatisfied_people"].value == 1


def test_what_the_hotline_answers_itself_stands_in_a_line_of_its_own() -> None:
    (direct,) = (row for row in TABLE.units if row.direct)
    assert (direct.name, direct.answered.value) == (DIRECT, 1)


def test_units_stand_by_answered_then_by_name() -> None:
    assert [row.name for row in TABLE.units] == [WATER, ROADS, PARKS, DIRECT]


def test_a_spelling_follows_its_alias_and_a_unit_its_successor() -> None:
    merged = table(registry=UnitRegistry(aliases={ROADS: WATER}))
    assert merged.unit(ROADS) is None
    assert unit(WATER, merged).answered.value == 6


# --- when -------------------------------------------------------------------------------------------------------


def test_what_is_overdue_at_the_end_of_a_quarter_is_carried_into_the_next() -> None:
    total = table(Q4).total
    assert named(total.counts["carried_in"].rows) == ["silent", "same_matter"]
    assert total.rates["on_time"].rate == "33.33%"  # "early" fell due in October, the two carried in stay unanswered
    assert named(total.rates["on_time"].numerator_rows) == ["early"]


def test_what_occurs_after_the_instant_that_is_asked_is_not_seen() -> None:
    on_the_5th = Q3.starts_at(CHINA).replace(month=9, day=5)
    total = table(as_of=on_the_5th).total
    assert total.answered.value == 4
    assert (total.counts["due"].value, total.rates["on_time"].rate) == (0, "—")


def test_a_quarter_in_which_nothing_happened_has_no_rates() -> None:
    total = table(Quarter(2024, 1)).total
    assert {figure.rate for figure in total.rates.values()} == {"—"}
    assert {figure.cause.code for figure in total.rates.values() if figure.cause} == {"nothing_to_count"}


# --- how long ---------------------------------------------------------------------------------------------------


def test_response_times_are_those_of_the_page() -> None:
    took, working = TABLE.total.response_days, TABLE.total.response_working_days
    assert (took.n, str(took.mean), str(took.median), took.p90, took.maximum) == (8, "3.875", "2.5", 10, 10)
    assert (str(working.mean), working.p90, str(TABLE.total.leg_days.mean)) == ("3.375", 8, "3.750")
    assert all(str(mean) in section_of("response_days") for mean in (took.mean, took.median))


def test_nearest_rank_and_median_of_few() -> None:
    assert times([5]).p90 == 5
    assert (times(list(range(1, 11))).p90, times(list(range(1, 12))).p90) == (9, 10)
    assert times([1, 2, 4, 9]).median == Decimal(3)
    assert times([0, 0, 1]).mean == Decimal("0.333")


def test_a_year_without_a_calendar_gives_no_working_days_and_says_how_many_it_concerns() -> None:
    working = table(calendar=WorkingCalendar()).total.response_working_days
    assert (working.mean, working.uncounted, working.cause and working.cause.code) == (None, 7, "calendar_unpublished")


def test_day_60_is_on_time_and_day_61_late() -> None:
    cases, legs = book("prompt")
    (case,) = cases
    over = []
    for days in (60, 61):
        answered = Moment(case.registered.at + timedelta(days=days))
        moved = case._replace(answered=answered)
        window = Window(Quarter.of(answered.day), answered.at, CHINA, rules().calendar)
        over.append(tabulate([moved], legs, window).total.over_days[60].value)
    assert over == [0, 1]


# --- rounding and weights ---------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("numerator", "denominator", "half_up", "cut"),
    [(2, 3, "66.67%", "66.66%"), (1, 8, "12.50%", "12.50%"), (1, 800, "0.13%", "0.12%"), (0, 0, "—", "—"),
     (0, 7, "0.00%", "0.00%"), (1, 1, "100.00%", "100.00%"), (19999, 20000, "100.00%", "99.99%")],
)  # fmt: skip
def test_a_percentage_is_rounded_half_up_or_cut(numerator: int, denominator: int, half_up: str, cut: str) -> None:
    assert percent(Fraction(numerator), denominator) == half_up
    assert percent(Fraction(numerator), denominator, Rounding.CUT) == cut


def test_fairly_satisfied_weighs_what_the_setting_says() -> None:
    half = table(settings=FigureSettings(fairly_satisfied_weight=Fraction(1, 2))).total.rates["satisfied"]
    assert (half.numerator, half.rate) == (Fraction(7, 2), "87.50%")
    none = table(settings=FigureSettings(fairly_satisfied_weight=Fraction(0))).total.rates["satisfied"]
    assert named(none.numerator_rows) == ["prompt", "handed_on", "early"]


# --- what a source cannot support -------------------------------------------------------------------------------

ANSWERED = Coverage(date(2025, 8, 1), date(2025, 9, 20), CasesCovered.ANSWERED, acceptance_dates=False)


def with_a_ledger(sources: Sources, *, whole: bool) -> Row:
    """The September book, of which a ledger brought all cases or only the first."""
    cases, legs = book()
    ledger = {case.complaint for case in cases} if whole else {UUID(int=1)}
    taken = [case._replace(run="run-1" if case.complaint in ledger else None) for case in cases]
    return tabulate(taken, legs, Window(Q3, Q3.ends_at(CHINA), CHINA, rules().calendar, sources)).total


def test_where_only_answered_cases_are_known_what_is_due_is_not() -> None:
    total = with_a_ledger(Sources({"run-1": ANSWERED}), whole=True)
    assert (total.counts["due"].value, total.counts["due"].left_out) == (None, 9)
    assert (total.rates["on_time"].rate, total.rates["on_time"].cause and total.rates["on_time"].cause.code) == (
        "—",
        "ledger_answered_only",
    )
    assert total.answered.value == 8


def test_beside_cases_of_our_own_a_ledgers_are_left_out_and_counted() -> None:
    total = with_a_ledger(Sources({"run-1": ANSWERED}), whole=False)
    figure = total.rates["on_time"]
    assert (figure.denominator, figure.left_out) == (8, 1)
    assert (total.counts["registered"].value, total.counts["registered"].left_out) == (10, 1)


def test_a_run_that_has_not_ended_supports_nothing_that_needs_every_case() -> None:
    total = with_a_ledger(Sources(), whole=True)
    assert total.counts["registered"].cause is not None
    assert total.counts["registered"].cause.code == "coverage_undeclared"


def test_a_quarter_covered_in_part_names_the_days() -> None:
    sources = Sources(declared={"xf": ANSWERED})
    (part,) = table(sources=sources).partial
    assert (part.from_, part.to) == (date(2025, 8, 1), date(2025, 9, 20))
    assert table(Quarter(2025, 4), sources=sources).partial == ()


def test_no_unit_is_shown_as_such() -> None:
    cases, legs = book("prompt")
    blank = [legs[0]._replace(unit=" ")]
    (row,) = (row for row in tabulate(cases, blank, TABLE.window).units if row.unit is None)
    assert row.name == NO_UNIT
