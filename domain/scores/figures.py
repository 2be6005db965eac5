"""A unit's score in a quarter (考核得分): its entries, what each counts under the caps, what is left of the base."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from domain.figures.figure import NONE, Cause
from domain.scores.ledger import EntryState, ScoreEntry
from domain.scores.rules import ScoreEdition, points_text

NO_RULES = Cause(
    "no_score_rules",
    "该季度没有适用的考核规则版本，无从计分",
    "no edition of score rules governs the quarter: nothing is scored",
)
NOTHING_TO_ASSESS = Cause(
    "nothing_to_assess",
    "本季度没有该单位可考核的承办，也没有考核记录",
    "the unit had no work of the quarter to be assessed on, and no entry",
)
LEDGER_ONLY = Cause(
    "ledger_only",
    "该单位本季度只有台账导入的件，没有承办时钟，不予计分",
    "the unit's work of the quarter comes from a ledger, which knows no unit clock: it is not scored",
)


@dataclass(frozen=True, slots=True)
class CountedEntry:
    """An entry and what it counts, in tenths; ``cut_tenths`` is what a cap took off it, named by ``cut_by``."""

    entry: ScoreEntry
    counted_tenths: int
    cut_tenths: int = 0
    cut_by: str | None = None


@dataclass(frozen=True, slots=True)
class UnitScore:
    """What a unit has left of its base in a quarter, and every entry behind it, in order of their making.

    ``assessable`` is how many legs of its own the unit had in the quarter. ``score_tenths`` is ``None`` where ``cause``
    says why.
    """

    unit: str
    edition: str | None
    base_tenths: int
    deductions_tenths: int
    additions_tenths: int
    assessable: int
    entries: tuple[CountedEntry, ...]
    cause: Cause | None = None

    @property
    def score_tenths(self) -> int | None:
        """The score in tenths of a point."""
        if self.cause is not None:
            return None
        return self.base_tenths + self.deductions_tenths + self.additions_tenths

    @property
    def text(self) -> str:
        """The score as it is read, "—" where there is none."""
        return NONE if self.score_tenths is None else points_text(self.score_tenths)

    @property
    def pending(self) -> int:
        """How many entries are appealed against and not decided yet: they count, and the score may still rise."""
        return sum(one.entry.state is EntryState.APPEALED for one in self.entries)


def score_of(
    unit: str,
    entries: Iterable[ScoreEntry],
    edition: ScoreEdition | None,
    assessable: int,
    *,
    ledger_only: bool = False,
) -> UnitScore:
    """Return the score of a unit from its entries of one quarter; ``edition`` is the one that governs it.

    Entries keep the points that they were made with. The caps are those of the edition; an item that it does not know
    any more is bounded by the edition's own bounds alone. ``ledger_only`` says that a ledger's are all its legs.
    """
    held = tuple(sorted(entries, key=lambda entry: entry.position))
    if edition is None:
        counted = tuple(CountedEntry(entry, 0) for entry in held)
        return UnitScore(unit, None, 0, 0, 0, assessable, counted, NO_RULES)
    cause = None
    if not assessable and not held:
        cause = LEDGER_ONLY if ledger_only else NOTHING_TO_ASSESS
    counted = _counted(held, edition)
    return UnitScore(
        unit=unit,
        edition=edition.edition,
        base_tenths=edition.base_tenths,
        deductions_tenths=sum(one.counted_tenths for one in counted if one.counted_tenths < 0),
        additions_tenths=sum(one.counted_tenths for one in counted if one.counted_tenths > 0),
        assessable=assessable,
        entries=counted,
        cause=cause,
    )


def _counted(entries: Sequence[ScoreEntry], edition: ScoreEdition) -> tuple[CountedEntry, ...]:
    """Count entries in order until a cap is reached: first that of the item, then that of all together."""
    of_item: dict[str, int] = defaultdict(int)
    of_all = {True: 0, False: 0}
    found = []
    for entry in entries:
        wanted, earns = abs(entry.counting_tenths), entry.points_tenths > 0
        item = edition.item(entry.item)
        item_left = wanted if item is None or item.cap_tenths is None else item.cap_tenths - of_item[entry.item]
        total_left = (edition.additions_tenths_max if earns else edition.deductions_tenths_max) - of_all[earns]
        given = max(0, min(wanted, item_left, total_left))
        of_item[entry.item] += given
        of_all[earns] += given
        cut_by = None if given == wanted else "item" if item_left <= total_left else "total"
        found.append(CountedEntry(entry, given if earns else -given, wanted - given, cut_by))
    return tuple(found)
