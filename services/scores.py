"""The score ledger at work (考核台账): proposed from the log, entered by a person, appealed against and decided.

Whatever is recorded is decided on the stream of its cause and appended at the version that was read: of two who enter
the same cause at the same moment, one is refused.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from typing import cast
from uuid import UUID

from domain.editions import EditionKind, RulesFact, standing
from domain.facts import Actor, Moment, Recorded
from domain.figures.leg_measures import Legs, lead_number, measure_legs
from domain.figures.leg_sets import leading
from domain.figures.measures import CaseMeasure
from domain.figures.measuring import complaint_fact, measure_case
from domain.figures.rows import LegRow
from domain.figures.window import Window
from domain.identity import RULES_STREAM, receipt_no
from domain.periods import Quarter, edition_for
from domain.programme.events import OfEpisode
from domain.refusals import HappenedLater
from domain.scores import refusals as r
from domain.scores.causes import ScoreCause, assessable, causes_of
from domain.scores.figures import UnitScore, score_of
from domain.scores.ledger import (
    AppealScore,
    CauseKey,
    CauseName,
    DecideAppeal,
    EnterScore,
    EntryState,
    ScoreEntered,
    ScoreEntry,
    ScoreFact,
    VoidScore,
    decide_entry,
    decide_score,
    entries_of,
    position_of_number,
)
from domain.scores.rules import ScoreEdition, ScoreItem, Trigger
from domain.timekeeping.deadlines import Deadline, reckon, start_instant
from domain.words import UNIT_ROLES, ComplaintKind
from projections.port import Connection
from projections.scores import ScoresProjection, entered_causes, entries_at
from services.instance import Instance
from services.log.deciding import Writer, append_decided
from services.log.port import Log
from services.log.views import positions_on
from services.statistics import QuarterRows, Statistics, ViewsBehind

APPEAL_CLAUSE = "score-appeal"
"""What the deadline of an appeal names as its rule, beside the edition of the score rules."""

WITHDRAWN_REASON = "所据考核规则版本已撤回"

Progress = Callable[[int, int], None]
Clock = Callable[[], datetime]


@dataclass(frozen=True, slots=True)
class Proposal:
    """A cause that nobody entered yet, with the number of its case."""

    cause: ScoreCause
    receipt_no: str


@dataclass(frozen=True, slots=True)
class Proposals:
    """What the log gives ground to enter for a quarter, as known at a position and as of the window's instant.

    ``entered`` is how many entries of the quarter there are, voided ones among them, whose causes are not proposed.
    """

    window: Window
    position: int
    edition: ScoreEdition
    items: tuple[Proposal, ...]
    entered: int


@dataclass(frozen=True, slots=True)
class QuarterScores:
    """The scores of all units in a quarter; each has its entries beside it."""

    window: Window
    position: int
    edition: ScoreEdition | None
    units: tuple[UnitScore, ...]

    def unit(self, name: str) -> UnitScore:
        """Return a unit's score, one without work or entries where it has none."""
        found = next((one for one in self.units if one.unit == name), None)
        return score_of(name, (), self.edition, 0) if found is None else found


@dataclass(frozen=True, slots=True)
class Done:
    """An entry after what was asked; ``fresh`` is false where it stood so already."""

    entry: ScoreEntry
    fresh: bool


class Scores:
    """Proposes, records and reads the entries of the score ledger."""

    def __init__(self, log: Log, writer: Writer, instance: Instance, clock: Clock) -> None:
        self._log = log
        self._writer = writer
        self._instance = instance
        self._clock = clock

    # --- rules --------------------------------------------------------------------------------------------------

    def editions(self, position: int | None = None) -> tuple[ScoreEdition, ...]:
        """Return the editions of score rules that are in force, as known at a position."""
        facts = (
            cast("RulesFact", one.fact)
            for one in self._log.read_stream(RULES_STREAM)
            if position is None or one.position <= position
        )
        return standing(facts).scores_in_force

    def edition_of(self, quarter: Quarter, position: int | None = None) -> ScoreEdition:
        """Return the edition that governs a quarter. Raises ``NoScoreRules``."""
        found = edition_for(quarter, self.editions(position))
        if found is None:
            raise r.NoScoreRules(quarter=quarter)
        return found

    # --- proposals ----------------------------------------------------------------------------------------------

    def propose(
        self,
        statistics: Statistics,
        quarter: Quarter,
        unit: str | None = None,
        *,
        as_of: datetime | None = None,
        known_at: datetime | None = None,
        progress: Progress = lambda _done, _all: None,
    ) -> Proposals:
        """Return what may be entered for a quarter, by unit, item and event; ``unit`` by any spelling narrows it.

        Raises ``NoScoreRules`` and ``ViewsBehind``.
        """
        rows = statistics.rows(quarter, as_of, known_at)
        window, position = rows.window, rows.position
        edition = self.edition_of(quarter, position)
        wanted = window.registry.resolve(unit.strip()) if unit is not None else None
        held = entered_causes(statistics.views, str(quarter), _seen(statistics.views, position))
        cases = sorted({leg.complaint for leg in rows.legs}, key=lambda one: one.hex)
        found: list[Proposal] = []
        for done, case in enumerate(cases, start=1):
            recorded = _up_to(self._log.read_stream(case), position)
            for cause in causes_of(recorded, edition, window):
                left = _left(cause, held.get(cause.key, ()))
                if left is not None and wanted in {None, cause.unit}:
                    found.append(Proposal(left, self._receipt(recorded[0])))
            progress(done, len(cases))
        order = {item.code: at for at, item in enumerate(edition.items)}
        found.sort(key=lambda one: (one.cause.unit, order[one.cause.item.code], one.cause.key.position))
        return Proposals(window, position, edition, tuple(found), sum(map(len, held.values())))

    # --- recording ----------------------------------------------------------------------------------------------

    def enter(self, statistics: Statistics, quarter: Quarter, name: CauseName, by: Actor, at: Moment) -> Done:
        """Enter a cause that the log gives ground for, with the points of the edition in force.

        Raises ``NoScoreRules``, ``NothingToScore``, ``AccusationNotScored``, ``AlreadyScored``, ``ViewsBehind``.
        """
        window, position = statistics.asked(quarter)
        edition = self.edition_of(quarter)
        recorded = _up_to(self._history(name.position, quarter), position)
        self._no_accusation(recorded)
        wanted = (name.item, name.leg, name.position)
        causes = causes_of(recorded, edition, window)
        cause = next((one for one in causes if (one.key.item, one.key.leg, one.key.position) == wanted), None)
        if cause is None:
            raise r.NothingToScore(quarter=quarter)
        return self._entered(cause, quarter, edition, recorded, by, at)

    def enter_by_hand(  # noqa: PLR0913 - a ground that only a person can state has this many sides
        self,
        statistics: Statistics,
        quarter: Quarter,
        item: str,
        complaint: UUID,
        by: Actor,
        at: Moment,
        *,
        cause: str,
        position: int,
        leg: int | None = None,
    ) -> Done:
        """Enter an item that only a person can state, on an event of the case, or of an episode, in the quarter.

        Left out, ``leg`` is the lead leg in force. Raises what ``enter`` raises, ``NoSuchScoreItem`` and
        ``ManualItemsOnly``.
        """
        window, _ = statistics.asked(quarter)
        edition = self.edition_of(quarter)
        found = edition.item(item)
        if found is None:
            known = "、".join(one.code for one in edition.items)
            raise r.NoSuchScoreItem(edition=edition.edition, item=item, known=known)
        if found.trigger is not Trigger.MANUAL:
            raise r.ManualItemsOnly(item=item)
        recorded = self._log.read_stream(complaint)
        self._no_accusation(recorded)
        event = next((one for one in recorded if one.position == position), None) or self._on_air(position)
        if event is None or not window.first_day <= window.day(event.fact.occurred) <= window.last_day:
            raise r.NothingToScore(quarter=quarter, field="position")
        stated = self._stated(found, recorded, event, leg, cause, window)
        if stated is None:
            raise r.NothingToScore(quarter=quarter, field="leg")
        return self._entered(stated, quarter, edition, recorded, by, at)

    def void(self, number: str, by: Actor, at: Moment, reason: str) -> Done:
        """Void an entry with a reason. Raises ``NoSuchScoreEntry`` and ``ScoreVoidedAlready``."""
        return self._decide(number, by, lambda _: VoidScore(by=by, at=at, reason=reason))

    def appeal(self, number: str, by: Actor, at: Moment, reason: str, unit: str | None = None) -> Done:
        """Appeal against an entry; who is of a unit appeals for that unit alone, others name the unit they write for.

        Raises ``NoSuchScoreEntry``, ``NotYourScoreEntry``, ``ScoreAppealTooLate``, ``ScoreAppealedAlready``.
        """
        said = by.unit if by.role in UNIT_ROLES else unit

        def wish(entry: ScoreEntry) -> AppealScore:
            if said is None or not self.is_of(entry, said):
                raise r.NotYourScoreEntry(unit=said or "—")
            return AppealScore(by=by, at=at, unit=self._instance.units.resolve(said.strip()) or said, reason=reason)

        return self._decide(number, by, wish)

    def decide(self, number: str, by: Actor, at: Moment, reason: str, left_tenths: int | None) -> Done:
        """Decide an appeal: rejected where ``left_tenths`` is ``None``, else upheld, and so much still counts.

        Raises ``NoSuchScoreEntry``, ``NoScoreAppeal``, ``ScoreSecondPerson``, ``ReducedToMore``.
        """
        return self._decide(number, by, lambda _: DecideAppeal(by=by, at=at, reason=reason, left_tenths=left_tenths))

    def void_withdrawn(self, edition: str, entries: Iterable[ScoreEntry], by: Actor, at: Moment) -> tuple[str, ...]:
        """Void what was entered under an edition that was withdrawn, and return the numbers of those entries.

        Asked again after it was cut off, it goes on with what is left.
        """
        done = []
        for one in entries:
            number = one.number(self._instance.zone)
            if self.find(number, by).state is EntryState.VOIDED:
                continue
            wish = VoidScore(by=by, at=at, reason=WITHDRAWN_REASON, withdrawn_edition=edition)
            self._decide(number, by, lambda _, wish=wish: wish)  # type: ignore[misc]
            done.append(number)
        return tuple(done)

    # --- reading ------------------------------------------------------------------------------------------------

    def find(self, number: str, reader: Actor) -> ScoreEntry:
        """Return an entry by its number, as the log has it; another unit's does not exist for a unit's people.

        Raises ``NoSuchScoreEntry``.
        """
        position = position_of_number(number)
        recorded = self._log.read(position - 1, 1, position) if position else []
        if not recorded or not isinstance(recorded[0].fact, ScoreEntered):
            raise r.NoSuchScoreEntry
        entry = next(one for one in entries_of(self._log.read_stream(recorded[0].stream)) if one.position == position)
        if reader.role in UNIT_ROLES and (reader.unit is None or not self.is_of(entry, reader.unit)):
            raise r.NoSuchScoreEntry
        return entry

    def history(self, entry: ScoreEntry) -> tuple[Recorded, ...]:
        """Return every event of an entry, in order."""
        recorded = self._log.read_stream(entry.stream)
        return tuple(one for one in recorded if cast("ScoreFact", one.fact).entry == entry.entry)

    def is_of(self, entry: ScoreEntry, unit: str) -> bool:
        """Say whether an entry is one of a unit, by whatever spelling, or of a unit whose work became its own."""
        registry = self._instance.units
        day = self._log.head().recorded_at
        on = day.astimezone(self._instance.zone).date() if day is not None else None
        return registry.resolve(entry.unit, on) == registry.resolve(unit.strip(), on)

    def table(
        self,
        statistics: Statistics,
        quarter: Quarter,
        *,
        as_of: datetime | None = None,
        known_at: datetime | None = None,
        rows: QuarterRows | None = None,
    ) -> QuarterScores:
        """Return the scores of a quarter, by unit.

        Entries are made after the quarter, so all that were recorded count; ``as_of`` leaves out what was done later.
        ``rows`` are the quarter's, where they were read before. Raises ``ViewsBehind``.
        """
        rows = rows or statistics.rows(quarter, as_of, known_at)
        window, position = rows.window, rows.position
        edition, gone = edition_for(quarter, self.editions(position)), self._withdrawn(position)
        entries = entries_at(statistics.views, _seen(statistics.views, position), quarter=str(quarter))
        of_unit: dict[str, list[ScoreEntry]] = {}
        for entry in entries:
            stood = entry if as_of is None else entry.as_of(as_of)
            if stood is not None and stood.edition in gone and stood.state is not EntryState.VOIDED:
                # Its edition is withdrawn, and the event that voids it is still to come.
                stood = stood._replace(state=EntryState.VOIDED, withdrawn_edition=stood.edition)
            if stood is not None:
                of_unit.setdefault(window.registry.resolve(stood.unit, window.structure) or stood.unit, []).append(
                    stood
                )
        legs, imported = _legs_by_unit(rows)
        names = sorted({*legs, *imported, *of_unit})
        return QuarterScores(
            window,
            position,
            edition,
            tuple(
                score_of(name, of_unit.get(name, ()), edition, legs.get(name, 0), ledger_only=name in imported)
                for name in names
            ),
        )

    def _withdrawn(self, position: int) -> frozenset[str]:
        facts = (cast("RulesFact", one.fact) for one in self._log.read_stream(RULES_STREAM) if one.position <= position)
        return standing(facts).withdrawn_of(EditionKind.SCORE_RULES)

    # --- inside -------------------------------------------------------------------------------------------------

    def _entered(
        self,
        cause: ScoreCause,
        quarter: Quarter,
        edition: ScoreEdition,
        case: Sequence[Recorded],
        by: Actor,
        at: Moment,
    ) -> Done:
        self._not_later(at)

        def follows(history: tuple[Recorded, ...]) -> tuple[ScoreFact, ...]:
            held = entries_of(history)
            # What stands already is refused by its number, so the whole cause is asked where nothing of it is left.
            left = _left(cause, [one for one in held if one.blocks]) or cause
            return decide_entry(held, self._wish(left, quarter, edition, case, by, at), self._instance.zone)

        done = append_decided(self._log, self._writer, cause.key.stream, follows)
        held = entries_of(done.now)
        if done.recorded:
            return Done(held[-1], fresh=True)
        return Done(next(one for one in held if one.first_step == cause.first_step and one.blocks), fresh=False)

    def _wish(
        self,
        cause: ScoreCause,
        quarter: Quarter,
        edition: ScoreEdition,
        case: Sequence[Recorded],
        by: Actor,
        at: Moment,
    ) -> EnterScore:
        return EnterScore(
            by=by,
            at=at,
            quarter=str(quarter),
            unit=cause.unit,
            key=cause.key,
            receipt_no=self._receipt(case[0]),
            name=cause.item.name,
            edition=edition.edition,
            points_tenths=cause.points_tenths,
            cause=cause.said,
            cause_at=cause.at,
            first_step=cause.first_step,
            last_step=cause.last_step,
            evidence=cause.evidence,
            by_hand=cause.item.trigger is Trigger.MANUAL,
            appeal_deadline=self._appeal_deadline(edition, at),
        )

    def _decide(
        self, number: str, by: Actor, wish: Callable[[ScoreEntry], VoidScore | AppealScore | DecideAppeal]
    ) -> Done:
        entry = self.find(number, by)

        def current(history: tuple[Recorded, ...]) -> ScoreEntry:
            return next(one for one in entries_of(history) if one.position == entry.position)

        def follows(history: tuple[Recorded, ...]) -> tuple[ScoreFact, ...]:
            meant = wish(current(history))
            self._not_later(meant.at)
            return decide_score(current(history), meant)

        return Done(current(append_decided(self._log, self._writer, entry.stream, follows).now), fresh=True)

    def _not_later(self, at: Moment) -> None:
        if at.at > self._clock():
            raise HappenedLater

    def _appeal_deadline(self, edition: ScoreEdition, at: Moment) -> Deadline:
        rules, zone = self._instance.rules, self._instance.zone
        hours = rules.edition_on(rules.local_day(at)).hours
        due, provisional, calendar_edition = reckon(at, edition.appeal, rules.calendar, hours, zone)
        return Deadline(
            due=due,
            limit=edition.appeal,
            started_at=start_instant(at, edition.appeal, zone),
            clause=APPEAL_CLAUSE,
            rule_edition=edition.edition,
            calendar_edition=calendar_edition,
            provisional=provisional,
        )

    def _on_air(self, position: int) -> Recorded | None:
        """Return an event of the programme, such as a promise that was found broken: a case may rest on it too."""
        found = self._log.read(position - 1, 1, position, opened=False)
        return found[0] if found and isinstance(found[0].fact, OfEpisode) else None

    def _history(self, position: int, quarter: Quarter) -> tuple[Recorded, ...]:
        one = self._log.read(position - 1, 1, position, opened=False) if position > 0 else []
        if not one or complaint_fact(one[0]) is None:
            raise r.NothingToScore(quarter=quarter)
        return self._log.read_stream(one[0].stream)

    def _no_accusation(self, recorded: Sequence[Recorded]) -> None:
        case: CaseMeasure | None = None
        for one in recorded:
            if (fact := complaint_fact(one)) is not None:
                case = measure_case(case, one, fact)
        if case is not None and case.kind is ComplaintKind.ACCUSATION:
            raise r.AccusationNotScored

    def _stated(
        self, item: ScoreItem, recorded: Sequence[Recorded], event: Recorded, leg: int | None, said: str, window: Window
    ) -> ScoreCause | None:
        legs: Legs = ()
        for one in recorded:
            if (fact := complaint_fact(one)) is not None:
                legs = measure_legs(legs, one, fact)
        number = lead_number(legs) if leg is None else leg
        mine = next((one for one in legs if one.number == number), None)
        unit = window.unit(mine.unit, mine.started) if mine is not None else None
        if mine is None or unit is None:
            return None
        key = CauseKey(item.code, mine.complaint, mine.number, event.position)
        return ScoreCause(key, item, unit, event.fact.occurred, said, (mine.started_position, event.position))

    def _receipt(self, registered: Recorded) -> str:
        return receipt_no(registered.recorded_at.astimezone(self._instance.zone).date(), registered.position)


def _up_to(recorded: Sequence[Recorded], position: int) -> tuple[Recorded, ...]:
    return tuple(one for one in recorded if one.position <= position)


def _left(cause: ScoreCause, held: Sequence[ScoreEntry]) -> ScoreCause | None:
    """Return the steps of a cause that nobody entered yet, ``None`` where none is left."""
    done = {step for one in held for step in range(one.first_step, one.last_step + 1)}
    left = [step for step in range(cause.first_step, cause.last_step + 1) if step not in done]
    return replace(cause, first_step=left[0], last_step=left[-1]) if left else None


def _seen(views: Connection, position: int) -> int:
    """Return the position, once the view of entries has read as far. Raises ``ViewsBehind``."""
    reached = positions_on(views).get(ScoresProjection.name, 0)
    if position > reached:
        raise ViewsBehind(position, reached)
    return position


def _legs_by_unit(rows: QuarterRows) -> tuple[dict[str, int], set[str]]:
    """Return how many legs each unit is assessed on, and the units of which only a ledger's legs are known."""
    window = rows.window
    counted: dict[str, int] = {}
    others: set[str] = set()
    for row in rows.leg_rows():
        unit = window.unit(row.leg.unit, row.leg.started)
        if unit is None:
            continue
        if assessable(row.leg, row.case, window):
            counted[unit] = counted.get(unit, 0) + 1
        elif row.case.imported and leading(LegRow(row.leg, row.case), window):
            others.add(unit)
    return counted, others - counted.keys()
