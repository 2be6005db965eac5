"""Which topics an edition names (热点), whose changes it gives, and what it withholds so that nobody is singled out."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Final

from domain.figures.overlapping import Counts, Printed, Wish, granted
from domain.figures.suppression import CrossTable, suppress
from domain.periods import Period

TOPICS_MAX: Final = 10
"""How many topics are named; the others are summed up."""

TOPIC_CASES_MIN: Final = 3
"""A topic with fewer cases is not named, since it could single somebody out."""

OTHER_TOPICS: Final = "其他"
NO_TOPIC: Final = "未分类"
ALL_TOPICS: Final = "合计"

_BEFORE: Final = 1
"""The column of the period before."""


@dataclass(frozen=True, slots=True)
class TopTopics:
    """What an edition says of topics.

    ``named`` stand in the order of the table; ``apart`` says that matters without a topic have a line of their own.
    ``unchanged`` are lines whose change is withheld. ``merged`` says that a topic stands among all others only because
    its count would give others away.
    """

    named: tuple[str, ...]
    apart: bool
    unchanged: frozenset[str] = frozenset()
    merged: bool = False

    @property
    def lines(self) -> tuple[str, ...]:
        """The topics that have a line of their own."""
        return (*self.named, NO_TOPIC) if self.apart else self.named

    @property
    def compared(self) -> tuple[str, ...]:
        """Those of them whose change is not withheld."""
        return tuple(topic for topic in self.lines if topic not in self.unchanged)


def foremost(now: Mapping[str, int]) -> tuple[str, ...]:
    """Return the topics that would be named if they were the only thing ever printed, the greatest first."""
    enough = [topic for topic, count in now.items() if topic != NO_TOPIC and count >= TOPIC_CASES_MIN]
    return tuple(sorted(enough, key=lambda topic: (-now[topic], topic))[:TOPICS_MAX])


def top_topics(period: Period, printed: frozenset[Printed], counts: Counts, *, compared: bool) -> TopTopics:
    """Return what an edition says beside all that editions of overlapping periods print (since evaluator 7).

    ``counts`` gives the counts of any period as they are known now; ``compared`` says whether changes are given.
    """
    now = counts(period)
    first = foremost(now)
    asked = frozenset(first) | ({NO_TOPIC} & now.keys())
    wish = Wish(period, asked, period.previous(), asked if compared else frozenset())
    kept = granted(wish, printed, counts, TOPIC_CASES_MIN, frozenset({NO_TOPIC}))
    unchanged = kept.named - kept.compared if compared else frozenset()
    if unchanged:
        # The sum of all others would give what is withheld of those beside it.
        unchanged |= {OTHER_TOPICS}
        if not kept.compared:
            unchanged |= {ALL_TOPICS}
    return TopTopics(
        tuple(topic for topic in first if topic in kept.named),
        NO_TOPIC in kept.named,
        unchanged,
        merged=kept.named != asked,
    )


def top_topics_before_7(now: Mapping[str, int], before: Mapping[str, int] | None) -> TopTopics:
    """Return what an edition said up to evaluator 6, which knew of no edition but itself.

    Of a change its base follows. Where no choice of lines protects a small count, the total's change is withheld with
    all of them. ``before`` is ``None`` where no change is given.
    """
    named = foremost(now)
    apart = NO_TOPIC in now
    own = {*named, NO_TOPIC}
    lines = [*named]
    if any(topic not in own for topic in now):
        lines.append(OTHER_TOPICS)
    if apart:
        lines.append(NO_TOPIC)

    def of(counts: Mapping[str, int], line: str) -> int:
        if line == OTHER_TOPICS:
            return sum(count for topic, count in counts.items() if topic not in own)
        return counts.get(line, 0)

    known = tuple((of(now, line), of(before or {}, line)) for line in lines)
    exempt = frozenset((row, at) for row, line in enumerate(lines) if line not in named for at in (0, _BEFORE))
    hidden = suppress(CrossTable(known, row_totals=False), TOPIC_CASES_MIN, exempt)
    unchanged = {line for row, line in enumerate(lines) if (row, _BEFORE) in hidden.cells}
    return TopTopics(named, apart, frozenset(unchanged | {ALL_TOPICS} if hidden.table else unchanged))
