"""The adoption of calendars, limits and conduct codes: recorded once, and carried through to the open cases.

A year's calendar that is published or corrected moves the deadlines that were reckoned without it. Each such deadline
is followed by a new one (``DeadlineRecomputed``), never rewritten; a rule edition moves none, since a promise is kept
by the rules that it was made under.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import cast
from uuid import UUID

from domain import commands as c
from domain import events as e
from domain.complaint import ComplaintFact, fold
from domain.conduct_codes import ConductCodeEdition
from domain.deadlines import Deadline
from domain.editions import CalendarPublished, ConductCodesAdopted, RuleEditionAdopted, RulesFact, rulebook
from domain.facts import Actor, Fact, Moment
from domain.identity import RULES_STREAM
from domain.refusals import ChangedMeanwhile
from domain.rules import EXTENSION_SUFFIX, Rulebook, RuleEdition
from domain.working_calendar import WorkingYear
from projections.port import Connection
from services.casework import Casework
from services.instance import Instance
from services.log.port import Append, Appended, Log, Unstorable

_RETRIES_MAX = 8


@dataclass(frozen=True, slots=True)
class Adopted:
    """Whether an edition was new to the log, and how many deadlines of open cases were followed by new ones."""

    fresh: bool
    recomputed: int = 0


class Adoption:
    """Records editions and carries them through."""

    def __init__(self, log: Log, instance: Instance, casework: Casework) -> None:
        self._log = log
        self._instance = instance
        self._casework = casework

    def adopt_rules(self, edition: RuleEdition, by: Actor, at: Moment) -> Adopted:
        """Record a rule edition; the same one again is idle.

        Raises ``RuleFault`` where its id stands for another edition.
        """
        return self._record(RuleEditionAdopted(by=by, occurred=at, edition=edition))

    def adopt_conduct_codes(self, edition: ConductCodeEdition, by: Actor, at: Moment) -> Adopted:
        """Record an edition of conduct codes; the same one again is idle."""
        return self._record(ConductCodesAdopted(by=by, occurred=at, edition=edition))

    def publish_year(self, year: WorkingYear, open_cases: Iterable[UUID], by: Actor, at: Moment) -> Adopted:
        """Record a year's calendar and recompute the deadlines of open cases; the same one again records nothing.

        Asked again after it was cut off, it goes on with the cases that are left.
        """
        adopted = self._record(CalendarPublished(by=by, occurred=at, year=year))
        recomputed = 0
        for complaint in open_cases:
            for clock, deadline in self._moved(complaint):
                cause = f"calendar-published:{year.edition}"
                wish = c.RecomputeDeadline(by=by, at=at, clock=clock, deadline=deadline, cause=cause)
                recomputed += len(self._casework.handle(complaint, wish))
        return Adopted(adopted.fresh, recomputed)

    def _record(self, fact: RulesFact) -> Adopted:
        for _ in range(_RETRIES_MAX):
            standing = [cast("RulesFact", one.fact) for one in self._log.read_stream(RULES_STREAM)]
            if self._stands(fact, standing):
                return Adopted(fresh=False)
            # What contradicts an edition that stands is refused before it is recorded.
            rulebook([*standing, fact], self._instance.zone)
            outcome = self._log.append([Append(RULES_STREAM, len(standing), (cast("Fact", fact),))])[0]
            if isinstance(outcome, Unstorable):
                raise outcome
            if isinstance(outcome, Appended):
                self._instance.refresh()
                return Adopted(fresh=True)
        raise ChangedMeanwhile

    def _stands(self, fact: RulesFact, standing: Sequence[RulesFact]) -> bool:
        """Say whether an edition is on record; a calendar that was superseded is published anew."""
        if isinstance(fact, CalendarPublished):
            same_year = [one.year for one in standing if isinstance(one, CalendarPublished)]
            return fact.year in [year for year in same_year if year.year == fact.year.year][-1:]
        return any(type(one) is type(fact) and _adopts(one) == _adopts(fact) for one in standing)

    def _moved(self, complaint: UUID) -> list[tuple[str, Deadline]]:
        facts = [cast("ComplaintFact", one.fact) for one in self._casework.history(complaint)]
        state = fold(facts)
        if state is None or not state.open:
            return []
        clocks = [("citizen", state.citizen_deadline)] if state.delivered is None else []
        clocks += [(f"leg {leg.number}", leg.deadline) for leg in state.legs if leg.open]
        rules = self._instance.rules
        again = [(name, old, reckoned_again(old, facts, rules)) for name, old in clocks if old is not None]
        return [(name, new) for name, old, new in again if new != old]


def reckoned_again(deadline: Deadline, facts: Sequence[ComplaintFact], rules: Rulebook) -> Deadline:
    """Reckon a deadline again on the calendar as it stands; one that was extended is extended again from its first."""
    if not deadline.clause.endswith(EXTENSION_SUFFIX):
        return rules.recompute(deadline)
    for fact in reversed(facts):
        before: Deadline | None = None
        if isinstance(fact, e.ExtensionGranted):
            before = fact.old if fact.new == deadline else fact.citizen_old if fact.citizen_new == deadline else None
        elif isinstance(fact, e.DeadlineRecomputed) and fact.new == deadline:
            # What it followed was reckoned of the same extension, on the calendar of then.
            return deadline if fact.old is None else reckoned_again(fact.old, facts, rules)
        if before is not None:
            return rules.extend(reckoned_again(before, facts, rules), deadline.limit)
    return deadline


def open_complaints(conn: Connection) -> list[UUID]:
    """Return the complaints that are open now, from the view of cases, in order of registration."""
    sql = "SELECT complaint FROM cases WHERE to_position IS NULL AND is_open = 1 ORDER BY registered_position"
    return [UUID(row[0]) for row in conn.execute(sql)]


def _adopts(fact: RulesFact) -> object:
    match fact:
        case RuleEditionAdopted():
            return fact.edition
        case CalendarPublished():
            return fact.year
        case ConductCodesAdopted():
            return fact.edition
