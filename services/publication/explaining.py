"""Where a figure comes from (数字由来): its definition in words, what stands behind it, and a recount from events.

A producer is told counts and words, an auditor also which events. The recount uses neither the views nor the edition's
own arithmetic: each complaint is folded from its events in the log, and asked again.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from datetime import tzinfo
from decimal import Decimal
from fractions import Fraction
from typing import Any, Final
from uuid import UUID

from domain.bulletin.events import FiguresFrozen
from domain.bulletin.name import BulletinName
from domain.figures.case_sets import answered, response_days
from domain.figures.figure import NONE, RowId, Times, percent, times
from domain.figures.indicators import COUNTS, DEFINITIONS, CountDefinition, Definition
from domain.figures.leg_measures import LegMeasure, Legs, measure_legs
from domain.figures.leg_sets import leg_open
from domain.figures.measures import CaseMeasure
from domain.figures.measuring import complaint_fact, measure_case
from domain.figures.rows import LegRow
from domain.figures.unit_table import working_days
from domain.figures.window import FigureSettings, Window
from services.log.port import Log
from services.log.views import ViewStore
from services.publication.behind import Behind
from services.publication.definitions_in_english import COUNTS_IN_ENGLISH, RATES_IN_ENGLISH
from services.publication.document import Words
from services.publication.publication import Publication
from services.statistics import Statistics

RECOUNT_COMPLAINTS_MAX: Final = 20_000
"""A figure over more complaints is not counted again from single events at once; ``bulletin rebuild`` does all."""


@dataclass(frozen=True, slots=True)
class Place:
    """Where a cell stands in the edition."""

    section: int
    section_title: str
    table: str
    table_title: str
    row: str
    column: str
    label: Words
    unit: str | None

    def json(self) -> dict[str, Any]:
        """Return the place as JSON has it."""
        return {
            "section": self.section,
            "section_title": self.section_title,
            "table": self.table,
            "table_title": self.table_title,
            "row": self.row,
            "column": self.column,
            "label": self.label.plain(),
            "unit": self.unit,
        }


@dataclass(frozen=True, slots=True)
class Meaning:
    """What a figure counts, in words; ``denominator`` is ``None`` where it is no rate."""

    numerator: Words
    denominator: Words | None = None

    def json(self) -> dict[str, Any]:
        """Return the words as JSON has them."""
        below = None if self.denominator is None else self.denominator.plain()
        return {"numerator": self.numerator.plain(), "denominator": below}


@dataclass(frozen=True, slots=True)
class Recount:
    """The figure counted again from the events behind it; ``text`` is what would be printed."""

    numerator: int
    denominator: int
    text: str
    equal: bool

    def json(self) -> dict[str, Any]:
        """Return the recount as JSON has it."""
        return {
            "numerator": self.numerator,
            "denominator": self.denominator,
            "text": self.text,
            "equal": self.equal,
        }


@dataclass(frozen=True, slots=True)
class Explained:
    """A cell explained.

    ``spans`` are the days of each row behind a mean, a median or a percentile. ``recount`` is ``None`` where the cell
    has no figure, is a word, or counts more than ``RECOUNT_COMPLAINTS_MAX`` complaints.
    """

    behind: Behind
    place: Place
    meaning: Meaning
    spans: Mapping[RowId, int]
    recount: Recount | None

    def producer_json(self) -> dict[str, Any]:
        """Return counts and words: what may be known without knowing which cases."""
        return {
            **self.behind.counts_json(),
            "where": self.place.json(),
            "meaning": self.meaning.json(),
            "recount": None if self.recount is None else self.recount.json(),
        }

    def auditor_json(self) -> dict[str, Any]:
        """Return the same with every case or leg, its events and its span."""
        return {
            **self.producer_json(),
            "behind": self.behind.json()["behind"],
            "spans": [
                {"complaint": str(row.complaint), "leg": row.leg, "days": days} for row, days in self.spans.items()
            ],
        }


class Explainer:
    """Explains cells of editions from the log."""

    def __init__(self, publication: Publication, log: Log, views: ViewStore, zone: tzinfo) -> None:
        self._publication = publication
        self._log = log
        self._views = views
        self._zone = zone

    def explain(self, name: BulletinName, cell: str, edition: int | None = None) -> Explained:
        """Explain a cell of an edition; raises what ``Publication.cells`` raises."""
        behind = self._publication.cells(name, cell, edition)
        frozen, place = self._publication.frozen_of(name, edition), self._place(name, cell, edition)
        rows = dict.fromkeys((*behind.numerator, *behind.denominator))
        complaints = {row.complaint for row in rows}
        spans: dict[RowId, int] = {}
        recount = None
        if behind.cell.value is not None and rows and len(complaints) <= RECOUNT_COMPLAINTS_MAX:
            window = self._window(name, frozen)
            folded = {one: fold_complaint(self._log, one, frozen.position) for one in complaints}
            spans = _spans(behind, place, folded, window)
            recount = _recount(behind, place, folded, window, spans)
        return Explained(behind, place, meaning_of(place, cell), spans, recount)

    def _window(self, name: BulletinName, frozen: FiguresFrozen) -> Window:
        settings = FigureSettings(frozen.rounding, Fraction(frozen.fairly_satisfied_weight))
        with self._views.reading() as conn:
            statistics = Statistics(conn, self._log, self._zone, settings)
            return statistics.window(name.period, frozen.position, frozen.as_of)

    def _place(self, name: BulletinName, cell: str, edition: int | None) -> Place:
        document = self._publication.internal_document(name, edition)
        for section in document["sections"]:
            for table in section["tables"]:
                for line in (*table["rows"], *([table["total"]] if table["total"] is not None else [])):
                    for column, held in zip(table["columns"], line["cells"], strict=True):
                        if held["id"] == cell:
                            return Place(
                                section["no"],
                                section["title"]["zh"],
                                table["key"],
                                table["title"]["zh"],
                                line["head"],
                                column["key"],
                                Words(column["label"]["zh"], column["label"]["en"]),
                                column.get("unit"),
                            )
        raise AssertionError(f"{cell} has rows behind it and no place in the edition")


# --- the recount ----------------------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Folded:
    """A complaint and its legs, folded from its own events."""

    case: CaseMeasure
    legs: Legs

    def row(self, row: RowId) -> CaseMeasure | LegRow:
        """Return the complaint, or one of its legs beside it."""
        return self.case if row.leg is None else LegRow(self.leg(row.leg), self.case)

    def leg(self, number: int) -> LegMeasure:
        """Return a leg by its number."""
        return next(leg for leg in self.legs if leg.number == number)


def fold_complaint(log: Log, complaint: UUID, position: int) -> Folded:
    """Fold a complaint from its events up to a position, asking no view. Raises ``LogDamaged``."""
    case: CaseMeasure | None = None
    legs: Legs = ()
    for recorded in log.read_stream(complaint):
        if recorded.position <= position and (fact := complaint_fact(recorded)) is not None:
            case = measure_case(case, recorded, fact)
            legs = measure_legs(legs, recorded, fact)
    assert case is not None, "a row of a figure names a complaint that was registered"
    return Folded(case, legs)


_COUNTS: Final[Mapping[str, CountDefinition]] = {one.key: one for one in COUNTS}
_RATES: Final[Mapping[str, Definition]] = {one.key: one for one in DEFINITIONS}
_BY_UNIT: Final = frozenset({"units_episodes", "units", "other_units"})
_NUMERATORS: Final = frozenset({"on_time", "reworked", "substantiated", "corrected"})
"""Columns of the table by unit that count the numerator of a rate."""

_LISTS: Final = frozenset({"overdue", "overdue_at_hotline", "dissatisfied", "hard_cases", "rechecked", "episodes"})
"""Tables of single matters: their numbers are days or attempts of one case, not counts of cases."""

_Holds = Callable[[Any, Window], bool]
_Folds = Mapping[UUID, Folded]


def _key_of(place: Place, cell: str) -> str:
    """Return what a cell's figure is called among the definitions: the column, or in the headline the row."""
    if place.table in {"headline", "trend"}:
        return cell.rpartition(".")[2]
    return {"proved_rate": "substantiated", "corrected_rate": "corrected"}.get(place.column, place.column)


def _holds(place: Place, cell: str) -> tuple[_Holds | None, _Holds | None]:
    """Return what each row of the numerator and of the denominator must be; ``None`` where the set is all there is."""
    key, by_unit = _key_of(place, cell), place.table in _BY_UNIT
    if key == "answered":
        return answered, None
    if by_unit and key in _NUMERATORS:
        rate = _RATES[key]
        return rate.legs.numerator, None
    if place.table in {"headline", *_BY_UNIT}:
        if key in _RATES:
            rate = _RATES[key]
            sets: Any = rate.legs if by_unit or rate.cases is None else rate.cases
            return sets.numerator, sets.denominator
        if key in _COUNTS:
            count = _COUNTS[key]
            return (count.legs if by_unit or count.cases is None else count.cases), None
    if place.table in {"kinds", "trend"} and key in _COUNTS and _COUNTS[key].cases is not None:
        return _COUNTS[key].cases, None
    return None, None


def _recount(
    behind: Behind, place: Place, folded: _Folds, window: Window, spans: Mapping[RowId, int]
) -> Recount | None:
    cell = behind.cell
    if place.table in _LISTS:
        return None
    if spans:
        text = _span_text(_which(cell.id), spans.values())
        return Recount(0, len(spans), text, text == cell.text)
    # What the events of another period say is asked through that period's window, which this one is not.
    above, below = _holds(place, cell.id) if not _of_another(place, cell.id) else (None, None)
    numerator = _counted(behind.numerator, above, folded, window)
    denominator = _counted(behind.denominator, below, folded, window)
    if behind.denominator and cell.denominator is not None:
        weight = _weight(place, cell.id)
        whole = (
            Fraction(numerator)
            if weight is None
            else sum((weight(folded[row.complaint].row(row), window) for row in behind.numerator), Fraction(0))
        )
        text = _rate_text(cell.text, whole, denominator, window)
    elif isinstance(cell.value, int):
        text = str(numerator)
    else:
        return None
    return Recount(numerator, denominator, text, text == cell.text)


def _of_another(place: Place, cell: str) -> bool:
    return place.table == "trend" or "_year_" in cell or "_quarter_" in cell


def _counted(rows: Iterable[RowId], holds: _Holds | None, folded: _Folds, window: Window) -> int:
    """Count different rows, each of which its own events say belongs here."""
    different = dict.fromkeys(rows)
    return sum(holds is None or holds(folded[row.complaint].row(row), window) for row in different)


def _weight(place: Place, cell: str) -> Callable[[Any, Window], Fraction] | None:
    key = _key_of(place, cell)
    if place.table not in {"headline", *_BY_UNIT} or key not in _RATES:
        return None
    rate = _RATES[key]
    sets: Any = rate.legs if place.table in _BY_UNIT or rate.cases is None else rate.cases
    weight: Callable[[Any, Window], Fraction] | None = sets.weight
    return weight


def _rate_text(printed: str, numerator: Fraction, denominator: int, window: Window) -> str:
    """Return a rate as it would be printed; a change where the printed one has a sign or compares two periods."""
    rounding = window.settings.rounding
    if not denominator:
        return NONE
    if printed.startswith(("+", "-")):
        difference = numerator - denominator
        return ("+" if difference > 0 else "-") + percent(abs(difference), denominator, rounding)
    return percent(numerator, denominator, rounding)


_MEANS: Final = frozenset({"mean", "mean_days", "mean_working_days"})
_MEDIANS: Final = frozenset({"median", "median_days"})


def _which(cell: str) -> str:
    return cell.rpartition(".")[2]


def _spans(behind: Behind, place: Place, folded: _Folds, window: Window) -> dict[RowId, int]:
    """Return the days of each row behind a duration; nothing behind any other cell."""
    which = _which(behind.cell.id)
    spans: dict[RowId, int] = {}
    if which not in _MEANS | _MEDIANS | {"p90", "oldest_open"} or place.table not in {"headline", "trend", *_BY_UNIT}:
        return spans
    for row in behind.denominator:
        held = folded[row.complaint]
        if which == "oldest_open":
            leg = held.row(row)
            days = _age(leg, window) if isinstance(leg, LegRow) and leg_open(leg, window) else None
        elif which == "mean_working_days":
            days = working_days(held.case, window)
        else:
            days = response_days(held.case, window)
        if days is not None:
            spans[row] = days
    return spans


def _age(row: LegRow, window: Window) -> int:
    return (window.today - window.day(row.leg.started)).days


def _span_text(which: str, days: Iterable[int]) -> str:
    held = list(days)
    if which == "oldest_open":
        return str(max(held))
    took: Times = times(held)
    value: Decimal | int | None = took.p90 if which == "p90" else took.median if which in _MEDIANS else took.mean
    return str(value)


# --- the meaning ----------------------------------------------------------------------------------------------------

_OTHER: Final[Mapping[str, Meaning]] = {
    "answered": Meaning(
        Words("本期内首次实质性答复送达诉求人的件", "matters whose first substantive reply reached the person here")
    ),
    "mean": Meaning(
        Words("自登记至答复的自然日之平均，三位小数，四舍五入；答复早于来件的不计", "mean calendar days to the answer"),
        Words("本期答复且用时可算的件", "answers of the period whose time counts"),
    ),
    "median": Meaning(
        Words("自登记至答复的自然日之中位数；答复早于来件的不计", "median calendar days to the answer"),
        Words("本期答复且用时可算的件", "answers of the period whose time counts"),
    ),
    "p90": Meaning(
        Words("九成的答复不超过的自然日数（最近秩）", "calendar days that nine of ten answers do not exceed"),
        Words("本期答复且用时可算的件", "answers of the period whose time counts"),
    ),
    "mean_working_days": Meaning(
        Words("自登记至答复的工作日之平均，三位小数，四舍五入", "mean working days to the answer"),
        Words("本期答复且用时可算的件", "answers of the period whose time counts"),
    ),
    "oldest_open": Meaning(
        Words("统计时点未办结环节中派出最久的，自派出起的自然日", "calendar days since the oldest open leg was sent"),
        Words("统计时点未办结的环节", "legs open at the cut-off"),
    ),
    "grade": Meaning(Words("按等级规则由该行各率评出", "by the rule of grades from the rates of its line")),
    "now": Meaning(Words("本期登记的件", "matters registered in the period")),
    "year_before": Meaning(Words("上年同期登记的件", "matters registered in the same period a year before")),
    "quarter_before": Meaning(Words("上期登记的件", "matters registered in the period before")),
    "year_on_year": Meaning(
        Words("本期登记减上年同期", "registered in the period less a year before"),
        Words("上年同期登记的件", "matters registered in the same period a year before"),
    ),
    "quarter_on_quarter": Meaning(
        Words("本期登记减上期", "registered in the period less the one before"),
        Words("上期登记的件", "matters registered in the period before"),
    ),
    "change": Meaning(
        Words("本期登记减上期", "registered in the period less the one before"),
        Words("上期登记的件", "matters registered in the period before"),
    ),
    "share": Meaning(Words("本行的件", "matters of this line"), Words("全表的件", "matters of the whole table")),
}
_SAME: Final = {"mean_days": "mean", "median_days": "median"}


def meaning_of(place: Place, cell: str) -> Meaning:
    """Return what a cell's figure counts, in words."""
    key = _key_of(place, cell)
    key = _SAME.get(key, key)
    if place.table in _BY_UNIT and key in _NUMERATORS and key in _RATES:
        return Meaning(_rate_words(key)[0])
    if key in _RATES:
        above, below = _rate_words(key)
        return Meaning(above, below)
    if key in _COUNTS:
        return Meaning(Words(_COUNTS[key].said_zh, COUNTS_IN_ENGLISH[key][1]))
    if key in _OTHER:
        return _OTHER[key]
    zh = f"“{place.table_title}”中“{place.row}”一行的“{place.label.zh}”"
    return Meaning(Words(zh, f"{place.label.en} of the line {place.row}"))


def _rate_words(key: str) -> tuple[Words, Words]:
    rate = _RATES[key]
    _, above, below = RATES_IN_ENGLISH[key]
    return Words(rate.numerator_zh, above), Words(rate.denominator_zh, below)
