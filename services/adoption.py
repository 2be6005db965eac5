"""The adoption of calendars, limits and conduct codes: recorded once, and carried through to the open cases.

A year's calendar that is published or corrected moves the deadlines that were reckoned without it. Each such deadline
is followed by a new one (``DeadlineRecomputed``), never rewritten; a rule edition moves none, since a promise is kept
by the rules that it was made under. Only an edition that was wrong, and that one person asked to withdraw and another
confirmed, takes its promises with it: those of open cases are followed by what the editions in force say.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, replace
from typing import cast
from uuid import UUID

from domain.complaint import commands as c
from domain.complaint import events as e
from domain.complaint.clock_names import dispute_of_clock, leg_of_clock
from domain.complaint.events import ComplaintFact
from domain.complaint.evolve import fold
from domain.complaint.state import Complaint
from domain.complaint.verbs.passing_round import dispute_purpose
from domain.complaint.verbs.supervision import standing_promises
from domain.conduct_codes import ConductCodeEdition
from domain.editions import (
    CalendarPublished,
    ConductCodesAdopted,
    EditionKind,
    RuleEditionAdopted,
    RulesFact,
    ScoreRulesAdopted,
    adopted_edition,
    cancel_withdrawal,
    confirm_withdrawal,
    request_withdrawal,
    rulebook,
    standing,
)
from domain.facts import Actor, Moment, Recorded
from domain.identity import RULES_STREAM
from domain.refusals import ChangedMeanwhile, EditionWithdrawnBefore
from domain.scores.rules import ScoreEdition, ScoreRuleFault
from domain.scores.rules import checked as checked_scores
from domain.timekeeping.deadlines import Deadline
from domain.timekeeping.rules import EXTENSION_SUFFIX, Purpose, Rulebook, RuleEdition
from domain.timekeeping.working_calendar import WorkingYear
from projections.port import Connection
from services.casework import Casework
from services.instance import Instance
from services.log.deciding import Alone, append_decided
from services.log.port import Log

PUBLISHED_CAUSE = "calendar-published:"
"""What the cause of a recomputation begins with that a published calendar led to; the edition's id follows."""

WITHDRAWN_CAUSE = "edition-withdrawn:"
"""What the cause of a recomputation begins with that a withdrawal led to; the edition's kind and id follow."""

_RETRIES_MAX = 8

Reckon = Callable[[Deadline], Deadline]


def published_cause(edition: str) -> str:
    """Return the cause of the recomputations that a published calendar leads to."""
    return f"{PUBLISHED_CAUSE}{edition}"


def withdrawn_cause(kind: EditionKind, edition: str) -> str:
    """Return the cause of the recomputations that the withdrawal of an edition leads to."""
    return f"{WITHDRAWN_CAUSE}{kind}:{edition}"


@dataclass(frozen=True, slots=True)
class Adopted:
    """Whether what was asked was new to the log, and how many deadlines of open cases were followed by new ones."""

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

        Raises ``RuleFault`` where its id stands for another edition, and ``EditionWithdrawnBefore``.
        """
        return self._record(RuleEditionAdopted(by=by, occurred=at, edition=edition))

    def adopt_conduct_codes(self, edition: ConductCodeEdition, by: Actor, at: Moment) -> Adopted:
        """Record an edition of conduct codes; the same one again is idle. Raises ``EditionWithdrawnBefore``."""
        return self._record(ConductCodesAdopted(by=by, occurred=at, edition=edition))

    def adopt_score_rules(self, edition: ScoreEdition, by: Actor, at: Moment) -> Adopted:
        """Record an edition of score rules; the same one again is idle.

        Raises ``ScoreRuleFault`` where its id stands for another edition, and ``EditionWithdrawnBefore``.
        """
        return self._record(ScoreRulesAdopted(by=by, occurred=at, edition=checked_scores(edition)))

    def publish_year(self, year: WorkingYear, open_cases: Iterable[UUID], by: Actor, at: Moment) -> Adopted:
        """Record a year's calendar and recompute the deadlines of open cases; the same one again records nothing.

        Asked again after it was cut off, it goes on with the cases that are left. Raises ``EditionWithdrawnBefore``.
        """
        adopted = self._record(CalendarPublished(by=by, occurred=at, year=year))
        return Adopted(adopted.fresh, self._carried(open_cases, published_cause(year.edition), by, at))

    def request_withdrawal(self, kind: EditionKind, edition: str, reason: str, by: Actor, at: Moment) -> Adopted:
        """Record that somebody asks to withdraw a wrong edition; it stays in force until another person confirms.

        Raises ``NoSuchEdition``, ``EditionWithdrawnBefore``, ``LastRuleEdition``, ``WithdrawalPending``.
        """
        return self._append(lambda facts: request_withdrawal(facts, kind, edition, reason, by, at))

    def cancel_withdrawal(self, kind: EditionKind, edition: str, reason: str, by: Actor, at: Moment) -> Adopted:
        """Record that a wish to withdraw an edition was taken back, by whoever had it or an administrator.

        Raises ``NoSuchEdition``, ``EditionWithdrawnBefore``, ``WithdrawalNotRequested``, ``NotYourRequest``.
        """
        return self._append(lambda facts: cancel_withdrawal(facts, kind, edition, reason, by, at))

    def confirm_withdrawal(
        self, kind: EditionKind, edition: str, open_cases: Iterable[UUID], by: Actor, at: Moment
    ) -> Adopted:
        """Withdraw an edition as the second person, and let new deadlines follow those that open cases had by it.

        Asked again after it was cut off, it goes on with the cases that are left. Raises ``NoSuchEdition``,
        ``LastRuleEdition``, ``WithdrawalNotRequested``, ``SecondPersonNeeded``.
        """
        withdrawn = self._append(lambda facts: confirm_withdrawal(facts, kind, edition, by, at))
        if kind not in {EditionKind.RULES, EditionKind.CALENDAR}:
            return withdrawn
        return Adopted(withdrawn.fresh, self._carried(open_cases, withdrawn_cause(kind, edition), by, at))

    def _carried(self, open_cases: Iterable[UUID], cause: str, by: Actor, at: Moment) -> int:
        return sum(self._recomputed(complaint, cause, by, at) for complaint in open_cases)

    def _recomputed(self, complaint: UUID, cause: str, by: Actor, at: Moment) -> int:
        done = 0
        for _ in range(_RETRIES_MAX):
            # Where others gave a case another deadline meanwhile, that one is reckoned again.
            moved = self._moved(complaint)
            if not moved:
                return done
            for clock, old, (*below, new) in moved:
                wish = c.RecomputeDeadline(
                    by=by, at=at, clock=clock, deadline=new, cause=cause, old=old, below=tuple(below)
                )
                done += bool(self._casework.handle(complaint, wish))
        raise ChangedMeanwhile

    def _record(self, fact: RulesFact) -> Adopted:
        return self._append(lambda facts: () if self._stands(fact, facts) else (fact,))

    def _append(self, follow: Callable[[Sequence[RulesFact]], tuple[RulesFact, ...]]) -> Adopted:
        def follows(history: tuple[Recorded, ...]) -> tuple[RulesFact, ...]:
            recorded = [cast("RulesFact", one.fact) for one in history]
            facts = follow(recorded)
            if facts:
                # What contradicts an edition that stands is refused before it is recorded.
                rulebook([*recorded, *facts], self._instance.zone)
            return facts

        fresh = bool(append_decided(self._log, Alone(self._log), RULES_STREAM, follows).recorded)
        if fresh:
            self._instance.refresh()
        return Adopted(fresh=fresh)

    def _stands(self, fact: RulesFact, recorded: Sequence[RulesFact]) -> bool:
        """Say whether an edition is on record; a calendar that was superseded is published anew."""
        if (named := adopted_edition(fact)) in standing(recorded).withdrawn and named is not None:
            raise EditionWithdrawnBefore(edition=named[1])
        if isinstance(fact, CalendarPublished):
            in_force = standing(recorded).calendar.year(fact.year.year)
            return in_force == fact.year
        if isinstance(fact, ScoreRulesAdopted):
            _hold_to_one_meaning(fact.edition, standing(recorded).scores)
        return any(type(one) is type(fact) and _adopts(one) == _adopts(fact) for one in recorded)

    def _moved(self, complaint: UUID) -> list[tuple[str, Deadline, tuple[Deadline, ...]]]:
        facts = [cast("ComplaintFact", one.fact) for one in self._casework.history(complaint)]
        state = fold(facts)
        if state is None or not state.open:
            return []
        rules = self._instance.rules
        again = [
            (name, old, reckoned_again(old, facts, rules, _first_promise(name, state, facts, rules)))
            for name, old in standing_promises(state)
        ]
        return [(name, old, steps) for name, old, steps in again if steps[-1] != old]


def reckoned_again(
    deadline: Deadline, facts: Sequence[ComplaintFact], rules: Rulebook, first: Reckon | None = None
) -> tuple[Deadline, ...]:
    """Reckon a deadline again on the calendar as it stands; one that was extended is extended again from its first.

    Returns the first promise and each extension of it, the last in force. ``first`` reckons a deadline that is no
    extension; left out, it is reckoned by the rules it was promised under.
    """
    if not deadline.clause.endswith(EXTENSION_SUFFIX):
        return ((first or rules.recompute)(deadline),)
    for fact in reversed(facts):
        before: Deadline | None = None
        if isinstance(fact, e.ExtensionGranted):
            before = fact.old if fact.new == deadline else fact.citizen_old if fact.citizen_new == deadline else None
        elif isinstance(fact, e.DeadlineRecomputed) and fact.new == deadline and fact.old is not None:
            if fact.old.due != deadline.started_at:
                # It took the place of the same extension, reckoned on the editions of then.
                return reckoned_again(fact.old, facts, rules, first)
            before = fact.old
        if before is not None:
            below = reckoned_again(before, facts, rules, first)
            return (*below, rules.extend(below[-1], deadline.limit))
    return (deadline,)


def _first_promise(clock: str, state: Complaint, facts: Sequence[ComplaintFact], rules: Rulebook) -> Reckon:
    """Return what reckons a clock's first promise: by its own rules, or where these were withdrawn, by those in force.

    Where the rules in force have no such limit, the promise stays as it was made.
    """

    def reckon(deadline: Deadline) -> Deadline:
        if deadline.rule_edition not in rules.withdrawn:
            return rules.recompute(deadline)
        chosen = _chosen_anew(clock, state, facts, rules)
        return rules.recompute(deadline) if chosen is None else chosen

    return reckon


def _chosen_anew(clock: str, state: Complaint, facts: Sequence[ComplaintFact], rules: Rulebook) -> Deadline | None:
    """Return what the rules in force promise for a clock, of the case as it was when the clock began."""
    dispute = dispute_of_clock(clock)
    if dispute is not None:
        return _decision_anew(dispute, state, facts, rules)
    leg = state.leg(leg_of_clock(clock) or 0)
    # A ledger knows one promise only, the citizen's: its leg is held to that one.
    purpose = Purpose.CITIZEN if leg is None or (state.imported and leg.number == 1) else Purpose.UNIT
    begun = next(
        (
            before
            for before in (fold(facts[:count]) for count in range(1, len(facts) + 1))
            if before is not None and (leg is None or before.leg(leg.number) is not None)
        ),
        state,
    )
    traits = replace(begun.traits(leg.unit if leg is not None else None), kind=state.kind)
    started = state.registered if leg is None else leg.started
    return rules.deadline(purpose, started, traits, accepted=state.accepted)


def _decision_anew(number: int, state: Complaint, facts: Sequence[ComplaintFact], rules: Rulebook) -> Deadline | None:
    """Return by when the rules in force owe the decision on the case's ``number``-th dispute."""
    asked = [at for at, fact in enumerate(facts) if isinstance(fact, e.ReturnRequested)][number - 1]
    before, leg = fold(facts[:asked]), state.leg_of_dispute(number)
    if before is None or leg is None:
        return None
    traits = replace(before.traits(leg.unit), kind=state.kind)
    return rules.deadline(dispute_purpose(before, leg.number), facts[asked].occurred, traits)


def open_complaints(conn: Connection) -> list[UUID]:
    """Return the complaints that are open now, from the view of cases, in order of registration."""
    sql = "SELECT complaint FROM cases WHERE to_position IS NULL AND is_open = 1 ORDER BY registered_position"
    return [UUID(row[0]) for row in conn.execute(sql)]


def _hold_to_one_meaning(edition: ScoreEdition, known: Sequence[ScoreEdition]) -> None:
    if any(one.edition == edition.edition and one != edition for one in known):
        raise ScoreRuleFault(
            f"考核规则版本号 {edition.edition} 已用于另一版；the id {edition.edition} stands for other score rules",
        )


def _adopts(fact: RulesFact) -> object:
    match fact:
        case RuleEditionAdopted() | ConductCodesAdopted() | ScoreRulesAdopted():
            return fact.edition
        case _:
            return None
