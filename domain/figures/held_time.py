"""Held time of a quarter (持有时间): how many working minutes each holder had cases, and what passing cost.

A case is taken up alone and added to the sums, so that any number of cases needs no more memory than the holders do.
Shares are differences of one running total: they add up to the elapsed working time exactly, case by case.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime, time, timedelta

from domain.complaint import events as e
from domain.complaint.clocks import Holder, HolderKind, Turn, turns
from domain.complaint.events import ComplaintFact
from domain.facts import Moment
from domain.figures.window import Window
from domain.timekeeping.deadlines import Deadline
from domain.timekeeping.office_hours import OfficeHours, since_midnight
from domain.timekeeping.rules import Rulebook

Worked = Callable[[datetime, datetime], int]
_SENT_ANEW = (e.Dispatched, e.JurisdictionDesignated)
_MINUTE = timedelta(minutes=1)
_RETURNED = (e.ReturnApproved, e.JurisdictionDesignated)


class _Unpublished(Exception):
    """A year that a case touches has no calendar yet: its working time is not known."""


@dataclass(slots=True)
class Passing:
    """What passing cases round cost, on whoever did it.

    Of a unit: returns it asked for, how each was decided, and the working minutes that cases lay in dispute for it.
    ``first_received`` are cases that it received before any other unit; ``handovers_late`` are hand-overs that it made
    after their limit, or still owed after it, ``handover_late_minutes`` the working minutes beyond it.
    """

    returns_asked: int = 0
    returns_approved: int = 0
    returns_refused: int = 0
    dispute_minutes: int = 0
    refused_minutes: int = 0
    first_received: int = 0
    handovers_owed: int = 0
    handovers_late: int = 0
    handover_late_minutes: int = 0


@dataclass(slots=True)
class Dispatching:
    """What the hotline's own dispatching cost.

    ``late`` counts first dispatches after their limit, or still owed after it, ``late_minutes`` the working minutes
    beyond it. ``misdirected`` counts returns that were approved, with the minutes that the wrong unit and the dispute
    took; ``again_minutes`` are those until a case was sent out anew, ``sent_again`` how often one was after a return.
    ``decisions_late`` counts decisions on returns after their limit, or still owed after it, ``decision_late_minutes``
    the working minutes beyond it.
    """

    first: int = 0
    late: int = 0
    late_minutes: int = 0
    misdirected: int = 0
    misdirected_minutes: int = 0
    again_minutes: int = 0
    sent_again: int = 0
    decisions: int = 0
    decisions_late: int = 0
    decision_late_minutes: int = 0


_NO_DISPATCHING = Dispatching()


class _Course:
    """The working time of a period as it passes: for each of its days, what had been worked by the day's beginning.

    Every instant that is asked for lies in the period, so that one look at its day and its office hours will do.
    """

    def __init__(self, rules: Rulebook, window: Window) -> None:
        self.of = (rules, window)
        self.first = window.quarter.starts_at(window.zone)
        self.last = min(window.as_of, window.quarter.ends_at(window.zone))
        self._rules = rules
        self._days: dict[date, tuple[int | None, bool | None, OfficeHours]] = {}

    def minutes(self, at: datetime) -> int:
        """Return the whole working minutes from the period's first instant to this one. Raises ``_Unpublished``."""
        local = at.astimezone(self._rules.zone)
        day = local.date()
        held = self._days.get(day)
        if held is None:
            held = self._days[day] = self._day(day)
        before, working, hours = held
        clock = since_midnight(local)
        if before is None or (working is None and clock):
            raise _Unpublished
        return before + hours.worked_by(clock) // _MINUTE if working else before

    def _day(self, day: date) -> tuple[int | None, bool | None, OfficeHours]:
        rules = self._rules
        midnight = datetime.combine(day, time(), tzinfo=rules.zone)
        return rules.working_minutes(self.first, midnight), rules.calendar.is_working(day), rules.edition_on(day).hours


@dataclass(slots=True)
class HeldTime:
    """The sums of a quarter; ``unknown`` cases touch a year without a calendar and stand in no sum."""

    minutes: Counter[Holder] = field(default_factory=Counter)
    cases: Counter[Holder] = field(default_factory=Counter)
    elapsed_minutes: int = 0
    counted: int = 0
    unknown: int = 0
    units: dict[str | None, Passing] = field(default_factory=dict)
    dispatching: Dispatching = field(default_factory=Dispatching)
    _course: _Course | None = field(default=None, init=False, repr=False, compare=False)

    def take(self, facts: Sequence[ComplaintFact], rules: Rulebook, window: Window) -> None:
        """Add one case: its facts as far as they are known, in their order."""
        course = self._course
        if course is None or course.of[0] is not rules or course.of[1] is not window:
            course = self._course = _Course(rules, window)
        seen = _Seen(facts, window, course)
        try:
            seen.measure()
        except _Unpublished:
            self.unknown += 1
            return
        if seen.shares:
            self.counted += 1
            self.elapsed_minutes += seen.elapsed
            self.minutes.update(seen.shares)
            self.cases.update(seen.shares.keys())
        # What is still owed of a case that has ended is late all the same.
        for unit, passing in seen.units.items():
            _add(self.units.setdefault(unit, Passing()), passing)
        if seen.dispatching != _NO_DISPATCHING:
            _add(self.dispatching, seen.dispatching)


@dataclass(slots=True)
class _Seen:
    """One case, looked at through the window: what lies outside the quarter or after ``as_of`` is cut off."""

    facts: Sequence[ComplaintFact]
    window: Window
    course: _Course
    shares: Counter[Holder] = field(default_factory=Counter)
    elapsed: int = 0
    units: dict[str | None, Passing] = field(default_factory=dict)
    dispatching: Dispatching = field(default_factory=Dispatching)

    def measure(self) -> None:
        held = [turn for turn in turns(self.facts) if self._begun(turn)]
        run_since: datetime | None = None
        for at, turn in enumerate(held):
            since, until = self._cut(turn)
            run_since = since if run_since is None else run_since
            following = held[at + 1] if at + 1 < len(held) else None
            if following is None or following.span.since != turn.span.until:
                # The whole stretch at once: what the shares within it must add up to.
                self.elapsed += self._worked(run_since, until)
                run_since = None
            if until <= since:
                continue
            minutes = self._worked(since, until)
            self.shares[self._named(turn)] += minutes
            self._charge(turn, minutes)
        for turn in held:
            self._count(turn)
        self._misdirected(held)
        self._first_dispatch(held)
        self._decisions(held)
        self._first_receipt()
        self._handovers()

    def _begun(self, turn: Turn) -> bool:
        return turn.span.since <= self._last

    @property
    def _first(self) -> datetime:
        return self.course.first

    @property
    def _last(self) -> datetime:
        return self.course.last

    def _cut(self, turn: Turn) -> tuple[datetime, datetime]:
        since = min(max(turn.span.since, self._first), self._last)
        until = self._last if turn.span.until is None else min(turn.span.until, self._last)
        return since, max(since, until)

    def _worked(self, since: datetime, until: datetime) -> int:
        """Whole working minutes of a span, as the difference of one running total from the quarter's first instant."""
        before = self.course.minutes(since)
        return self.course.minutes(until) - before

    def _within(self, moment: Moment) -> bool:
        return self.window.within(moment)

    def _unit(self, turn: Turn) -> str | None:
        return self.window.unit(turn.unit, Moment(turn.span.since))

    def _named(self, turn: Turn) -> Holder:
        kind = turn.span.holder.kind
        return Holder(kind, self._unit(turn)) if kind is HolderKind.UNIT else Holder(kind)

    def _charge(self, turn: Turn, minutes: int) -> None:
        kind = turn.span.holder.kind
        if kind is HolderKind.DISPUTE:
            passing = self.units.setdefault(self._unit(turn), Passing())
            passing.dispute_minutes += minutes
            if self._known(turn.taken, e.ReturnRefused):
                passing.refused_minutes += minutes
        elif kind is HolderKind.HOTLINE and not isinstance(turn.given, e.ComplaintRegistered):
            self.dispatching.again_minutes += minutes

    def _count(self, turn: Turn) -> None:
        """Count the acts of passing that fall in the quarter."""
        if turn.span.holder.kind is not HolderKind.DISPUTE:
            return
        asked = self._within(turn.given.occurred)
        decided = turn.taken is not None and self._within(turn.taken.occurred)
        if not (asked or decided):
            return
        passing = self.units.setdefault(self._unit(turn), Passing())
        passing.returns_asked += asked
        if decided:
            passing.returns_approved += isinstance(turn.taken, _RETURNED)
            passing.returns_refused += isinstance(turn.taken, e.ReturnRefused)
            self.dispatching.misdirected += isinstance(turn.taken, _RETURNED)

    def _misdirected(self, held: Sequence[Turn]) -> None:
        """What the wrong unit and the dispute took, back to the dispatch that sent the case there."""
        for at, turn in enumerate(held):
            if not (turn.span.holder.kind is HolderKind.DISPUTE and self._known(turn.taken, *_RETURNED)):
                continue
            for earlier in reversed(held[: at + 1]):
                if earlier.span.holder.kind is HolderKind.HOTLINE:
                    break
                self.dispatching.misdirected_minutes += self._worked(*self._cut(earlier))
                if isinstance(earlier.given, _SENT_ANEW):
                    break

    def _first_dispatch(self, held: Sequence[Turn]) -> None:
        if not held or not isinstance(held[0].given, e.ComplaintRegistered):
            return
        limit: Deadline | None = held[0].given.dispatch_deadline
        taken = held[0].taken
        if isinstance(taken, _SENT_ANEW) and self._within(taken.occurred):
            self.dispatching.first += 1
        if limit is None or not (taken is None or isinstance(taken, _SENT_ANEW)):
            return
        since, until = self._cut(held[0])
        beyond = max(since, limit.due)
        if until > beyond:
            self.dispatching.late += 1
            self.dispatching.late_minutes += self._worked(beyond, until)

    def _beyond(self, limit: Deadline | None, since: datetime, until: datetime) -> int | None:
        """Return the working minutes of a span beyond a limit, ``None`` where it ended by it."""
        if limit is None:
            return None
        # The whole last second of a limit in days is on time, and a quarter may end with it.
        beyond = max(since, limit.due + timedelta(seconds=1) if limit.limit.unit.in_days else limit.due)
        return self._worked(beyond, until) if until > beyond else None

    def _decisions(self, held: Sequence[Turn]) -> None:
        """The office's own decisions on disputes: how many, and how long after their limit."""
        for turn in held:
            if not isinstance(turn.given, e.ReturnRequested):
                continue
            if isinstance(turn.taken, (e.ReturnRefused, *_RETURNED)):
                self.dispatching.decisions += self._within(turn.taken.occurred)
            late = self._beyond(turn.given.decision_deadline, *self._cut(turn))
            if late is not None:
                self.dispatching.decisions_late += 1
                self.dispatching.decision_late_minutes += late

    def _first_receipt(self) -> None:
        sent = [fact for fact in self.facts if isinstance(fact, _SENT_ANEW)]
        if sent and self._within(sent[0].occurred):
            self._passing(sent[0].unit, sent[0].occurred).first_received += 1
        returned = False
        for fact in self.facts:
            if isinstance(fact, _SENT_ANEW) and (returned or isinstance(fact, e.JurisdictionDesignated)):
                self.dispatching.sent_again += self._within(fact.occurred)
            returned = isinstance(fact, e.ReturnApproved) or (returned and not isinstance(fact, _SENT_ANEW))

    def _handovers(self) -> None:
        made = {fact.leg: fact.occurred.at for fact in self.facts if isinstance(fact, e.HandedOver)}
        for owed in self.facts:
            if not isinstance(owed, e.HandoverOwed) or not self.window.happened(owed.occurred):
                continue
            passing = self._passing(owed.unit, owed.occurred)
            passing.handovers_owed += self._within(owed.occurred)
            since = min(max(owed.occurred.at, self._first), self._last)
            until = max(since, min(made.get(owed.leg, self._last), self._last))
            late = self._beyond(owed.deadline, since, until)
            if late is not None:
                passing.handovers_late += 1
                passing.handover_late_minutes += late

    def _passing(self, unit: str | None, on: Moment) -> Passing:
        return self.units.setdefault(self.window.unit(unit, on), Passing())

    def _known(self, fact: ComplaintFact | None, *kinds: type[ComplaintFact]) -> bool:
        return fact is not None and isinstance(fact, kinds) and self.window.happened(fact.occurred)


def _add(into: Passing | Dispatching, more: Passing | Dispatching) -> None:
    for name in type(into).__slots__:
        setattr(into, name, getattr(into, name) + getattr(more, name))
