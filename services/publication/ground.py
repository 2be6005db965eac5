"""The ground that an edition stands on: everything its figures are made of, at one position of the log."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import date, datetime, tzinfo
from typing import NamedTuple
from uuid import UUID

from domain.bulletin.events import FiguresFrozen, TopicsCounted, TopicsTold
from domain.bulletin.name import BulletinName, Subject
from domain.bulletin.state import Edition
from domain.conduct_codes import ConductCodeEdition
from domain.editions import standing
from domain.figures.case_sets import answered, registered, response_days
from domain.figures.figure import Cause, Count, RowId, Times, times
from domain.figures.leg_measures import LegMeasure
from domain.figures.measures import CaseMeasure
from domain.figures.overlapping import Printed
from domain.figures.rows import LegRow, Predicate
from domain.figures.sources import PARTLY_COVERED, Needs
from domain.figures.top_topics import NO_TOPIC, top_topics_before_7
from domain.figures.unit_table import UnitTable, row_id, tabulate
from domain.figures.window import Window
from domain.identity import RULES_STREAM, receipt_no
from domain.periods import Period
from domain.words import Channel, ComplaintKind
from projections.cases import cases_at
from projections.episodes import Episode, episodes_between
from projections.port import Connection
from services.log.port import Log, LogDamaged
from services.publication.grading import GradeRule
from services.publication.tellings import Telling, bulletin_at, tellings_beside
from services.statistics import QuarterRows, Statistics

NO_RECORDS = Cause("no_records", "本系统没有该期的记录", "nothing is recorded of that period")


class Spoken(NamedTuple):
    """By what words a complaint goes in the tables of what came in."""

    kind: ComplaintKind
    channel: Channel
    category: str | None


@dataclass(frozen=True, slots=True)
class Past:
    """What an edition says of another period than its own; its rows themselves are not kept.

    ``answered`` are all that were answered in it, ``timed`` those whose time counts, ``took`` how long they took.
    ``words`` are those of each complaint that one of the counts holds.
    """

    window: Window
    registered: Count
    answered: Count
    took: Times
    timed: tuple[RowId, ...]
    words: Mapping[UUID, Spoken]

    def counted(self, how: TopicsCounted) -> Count:
        """Return the count whose topics are told."""
        return self.registered if how is TopicsCounted.REGISTERED else self.answered

    @classmethod
    def of(cls, rows: QuarterRows, names: Sequence[RowId] | None = None, *, worded: bool = True) -> Past:
        """Return what is said of these rows, named as given; ``worded`` says whether their words are asked for."""
        window = rows.window
        named = names if names is not None else [row_id(case) for case in rows.cases]
        came_in = tally(rows, registered, Needs(every_case=True), named)
        replies = [(case, name) for case, name in zip(rows.cases, named, strict=True) if answered(case, window)]
        timed = [(name, days) for case, name in replies if (days := response_days(case, window)) is not None]
        every: dict[Spoken, Spoken] = {}
        spoken = (
            (case.complaint, Spoken(case.kind, case.channel, case.category))
            for case in (rows.cases if worded else ())
            if answered(case, window) or registered(case, window)
        )
        return cls(
            window,
            came_in,
            tally(rows, answered, Needs(), named),
            times([days for _, days in timed]) if rows.cases else Times(0, cause=NO_RECORDS),
            tuple(name for name, _ in timed),
            {complaint: every.setdefault(words, words) for complaint, words in spoken},
        )


@dataclass(frozen=True, slots=True)
class Ground:
    """A period as it was known at a position: its rows, its table by unit, its episodes, and the way to others."""

    name: BulletinName
    subject: Subject | None
    position: int
    known_at: datetime
    rows: QuarterRows
    table: UnitTable
    episodes: tuple[Episode, ...]
    conduct_codes: ConductCodeEdition | None
    last_edition: Edition | None
    grades: GradeRule
    statistics: Statistics
    views: Connection
    known: Mapping[UUID, CaseMeasure]
    """The complaints of the period by id, those included whose replies were shared."""
    names: Sequence[RowId]
    """How the cells name each complaint of ``rows``, in their order."""
    tellings: tuple[Telling, ...] = ()
    """What editions that stand beside this one tell of topics."""
    told: dict[Period, Past] = field(default_factory=dict)
    """What was asked of other periods so far: each is read once."""
    topics: dict[tuple[Period, TopicsCounted], Counter[str]] = field(default_factory=dict)
    """How many matters of each topic a period holds, of the periods that were asked for so far."""

    @property
    def period(self) -> Period:
        """The period that the figures are of."""
        return self.name.period

    @property
    def window(self) -> Window:
        """The period's window."""
        return self.rows.window

    @property
    def zone(self) -> tzinfo:
        """The instance's own time zone."""
        return self.window.zone

    @property
    def running(self) -> bool:
        """Whether the quarter had not ended yet."""
        return self.window.as_of < self.period.ends_at(self.zone)

    @property
    def on_air(self) -> tuple[str, ...]:
        """The units on air in the quarter, as they are called now, in the order of their first episode."""
        return tuple(dict.fromkeys(unit for episode in self.episodes for unit in self.units_of(episode)))

    def units_of(self, episode: Episode) -> tuple[str, ...]:
        """Return the units of an episode under the names that they go by."""
        registry = self.window.registry
        return tuple(registry.resolve(one.unit.strip(), episode.aired_on) or one.unit for one in episode.units)

    def unit_of(self, leg: LegMeasure) -> str | None:
        """Return the unit that a leg belongs to in the figures."""
        return self.window.unit(leg.unit, leg.started)

    def day(self, instant: datetime) -> date:
        """Return the date of an instant on the instance's clock."""
        return instant.astimezone(self.zone).date()

    def receipt(self, case: CaseMeasure) -> str:
        """Return a complaint's receipt number."""
        return receipt_no(self.day(case.recorded), case.registered_position)

    def part(self, holds: Callable[[CaseMeasure], bool]) -> UnitTable:
        """Return the table by unit over some complaints and their legs alone."""
        cases = tuple(case for case in self.rows.cases if holds(case))
        chosen = {case.complaint for case in cases}
        legs = tuple(leg for leg in self.rows.legs if leg.complaint in chosen)
        return tabulate(cases, legs, self.window, self.known)

    def of(self, period: Period) -> Past:
        """Return what is said of a period, as known at the same position."""
        held = self.told.get(period)
        if held is None and period == self.period:
            held = self.told[period] = Past.of(self.rows, self.names, worded=False)
        elif held is None:
            rows = about(self.subject, self.statistics.figure_rows(period, position=self.position))
            held = self.told[period] = Past.of(rows)
        return held

    def by_topic(self, period: Period, counted: TopicsCounted) -> Counter[str]:
        """Return how many matters of each topic a period holds, accusations left out, as known at this position."""
        held = self.topics.get((period, counted))
        if held is None:
            held = self.topics[period, counted] = self._by_topic(period, counted)
        return held

    def _by_topic(self, period: Period, counted: TopicsCounted) -> Counter[str]:
        if period == self.period:
            total = self.table.total
            own = total.counts["registered"] if counted is TopicsCounted.REGISTERED else total.answered
            return topics_of(own, self.known)
        if period in self.told:
            past = self.told[period]
            return topics_of(past.counted(counted), past.words)
        # A year's months beside its quarters: each is counted and let go, where what is said of a period would be kept.
        rows = about(self.subject, self.statistics.figure_rows(period, position=self.position))
        return topics_in(rows, counted)

    def printed(self, counted: TopicsCounted) -> frozenset[Printed]:
        """Return the counts of topics that other editions print, and those that follow from their changes."""
        return frozenset(
            one
            for telling in self.tellings
            if telling.told.counted is counted
            for one in (
                *((telling.period, topic) for topic in telling.told.named),
                *((telling.period.previous(), topic) for topic in telling.told.compared),
            )
        )

    def as_it_was(self, quarter: Period, position: int, as_of: datetime) -> QuarterRows:
        """Return another quarter's rows as they were known at an earlier position."""
        return about(self.subject, self.statistics.figure_rows(quarter, position=position, as_of=as_of))

    def at_present(self, complaints: Iterable[UUID]) -> dict[UUID, CaseMeasure]:
        """Return complaints of whatever quarter as known at this ground's position."""
        return {case.complaint: case for case in cases_at(self.views, complaints, self.position)}


def stand_on(
    log: Log,
    views: Connection,
    statistics: Statistics,
    name: BulletinName,
    position: int,
    grades: GradeRule,
    subject: Subject | None = None,
) -> Ground:
    """Gather a period's ground at a position; ``statistics`` reads the same ``views``.

    Raises ``ViewsBehind`` where the views have not come so far, and ``LogDamaged``.
    """
    period = name.period
    rows = about(subject, statistics.figure_rows(period, position=position))
    names = tuple(row_id(case) for case in rows.cases)
    window = rows.window
    last_day = max(period.last_day, window.today)
    return Ground(
        name=name,
        subject=subject,
        position=position,
        known_at=recorded_at(log, position),
        rows=rows,
        table=tabulate(rows.cases, rows.legs, window, rows.shared, names),
        episodes=tuple(episodes_between(views, period.first_day, min(period.last_day, last_day), position)),
        conduct_codes=_conduct_codes(log, period, position),
        last_edition=_last_edition(log, name.previous(), position),
        grades=grades,
        statistics=statistics,
        views=views,
        names=names,
        tellings=tellings_beside(
            log, name, subject, position, lambda other, frozen: _told_before(statistics, other, subject, frozen)
        ),
        known={**rows.shared, **{case.complaint: case for case in rows.cases}},
    )


def recorded_at(log: Log, position: int) -> datetime:
    """Return when the event at a position was recorded. Raises ``LogDamaged``."""
    found = log.read(position - 1, 1, position, opened=False)
    if not found:
        raise LogDamaged(position, "no event stands at this position")
    return found[0].recorded_at


def about(subject: Subject | None, rows: QuarterRows) -> QuarterRows:
    """Return the rows of the matters that belong to a subject; all of them where there is none."""
    if subject is None:
        return rows
    sent: dict[UUID, set[str]] = defaultdict(set)
    for leg in rows.legs:
        if (unit := rows.window.unit(leg.unit, leg.started)) is not None:
            sent[leg.complaint].add(unit)

    def sent_to(case: CaseMeasure) -> frozenset[str]:
        return frozenset(sent.get(case.complaint, ()))

    cases = tuple(case for case in rows.cases if subject.holds(case, sent_to))
    chosen = {case.complaint for case in cases}
    return replace(rows, cases=cases, legs=tuple(leg for leg in rows.legs if leg.complaint in chosen))


def topics_of(count: Count, words: Mapping[UUID, Spoken] | Mapping[UUID, CaseMeasure]) -> Counter[str]:
    """Return how many of a count's matters there are of each topic, accusations left out."""
    spoken = (words[row.complaint] for row in count.rows)
    return Counter(one.category or NO_TOPIC for one in spoken if one.kind is not ComplaintKind.ACCUSATION)


def topics_in(rows: QuarterRows, counted: TopicsCounted) -> Counter[str]:
    """Return how many matters of each topic some rows hold."""
    names = [row_id(case) for case in rows.cases]
    if counted is TopicsCounted.REGISTERED:
        count = tally(rows, registered, Needs(every_case=True), names)
    else:
        count = tally(rows, answered, Needs(), names)
    return topics_of(count, {case.complaint: case for case in rows.cases})


def _told_before(
    statistics: Statistics, name: BulletinName, subject: Subject | None, frozen: FiguresFrozen
) -> TopicsTold:
    """Return what an edition tells of topics whose freeze did not write it down, counted again as it was known then."""
    period, at = name.period, frozen.position
    rows = about(subject, statistics.figure_rows(period, frozen.as_of, at))
    past = about(subject, statistics.figure_rows(period.previous(), position=at))
    names = [row_id(case) for case in rows.cases]
    every = tally(rows, registered, Needs(every_case=True), names).value is not None
    counted = TopicsCounted.REGISTERED if every else TopicsCounted.ANSWERED
    now = topics_in(rows, counted)
    if now.keys() <= {NO_TOPIC}:
        return TopicsTold(counted)
    before = topics_in(past, counted) if partly(rows.window, past.window) is None else None
    chosen = top_topics_before_7(now, before)
    if before is None:
        return TopicsTold(counted, chosen.lines)
    # Only evaluator 6 withheld a change at all.
    return TopicsTold(counted, chosen.lines, chosen.compared if frozen.evaluator == "6" else chosen.lines)


def partly(*windows: Window) -> Cause | None:
    """Say why quarters are not compared: a source covers only some days of one of them; ``None`` where they may be."""
    return PARTLY_COVERED if any(one.sources.partly_covering(one.quarter) for one in windows) else None


def tally(rows: QuarterRows, predicate: Predicate[CaseMeasure], needs: Needs, names: Sequence[RowId]) -> Count:
    """Count complaints, leaving out what the sources cannot support, as the table by unit does."""
    if not rows.cases:
        return Count(None, NO_RECORDS)
    window = rows.window
    lacks: Counter[Cause] = Counter()
    held: list[RowId] = []
    supported = False
    left_out = 0
    for case, name in zip(rows.cases, names, strict=True):
        lack = window.sources.lacks(case, needs)
        inside = predicate(case, window)
        if lack is None:
            supported = True
            if inside:
                held.append(name)
        else:
            lacks[lack] += 1
            left_out += inside
    cause = min(lacks, key=lambda each: (-lacks[each], each.code)) if lacks else None
    if cause is not None and not supported:
        return Count(None, cause, left_out)
    return Count(len(held), cause if left_out else None, left_out, tuple(held))


def part_of(count: Count, holds: Callable[[RowId], bool]) -> Count:
    """Return that part of a count whose rows hold; what is not known of the whole is not known of a part."""
    if count.value is None:
        return count
    rows = tuple(row for row in count.rows if holds(row))
    return Count(len(rows), rows=rows)


def may_be_listed(case: CaseMeasure) -> bool:
    """Say whether a complaint may stand in a list by its receipt number.

    An accusation never does (检举控告), nor what is confidential or was withdrawn from publication.
    """
    return case.kind is not ComplaintKind.ACCUSATION and not case.confidential and not case.publication_withdrawn


def listed(rows: Iterable[LegRow]) -> tuple[tuple[LegRow, ...], int]:
    """Return the rows that may be listed, and how many may not."""
    held = tuple(rows)
    shown = tuple(row for row in held if may_be_listed(row.case))
    return shown, len(held) - len(shown)


def _conduct_codes(log: Log, quarter: Period, position: int) -> ConductCodeEdition | None:
    known = (recorded.fact for recorded in log.read_stream(RULES_STREAM) if recorded.position <= position)
    adopted = standing(known).conduct_in_force
    in_effect = [edition for edition in adopted if edition.effective_from <= quarter.last_day]
    if not in_effect:
        return min(adopted, key=lambda edition: edition.effective_from, default=None)
    return max(enumerate(in_effect), key=lambda item: (item[1].effective_from, item[0]))[1]


def _last_edition(log: Log, name: BulletinName, position: int) -> Edition | None:
    before = bulletin_at(log, name, position)
    return before.editions[-1] if before is not None and before.published else None
