"""A case's clocks, explained: every day counted or left out, who held the case, and shares that add up.

Everything here is computed from the case's own facts and the editions in force; nothing is stored.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import timedelta
from enum import StrEnum
from typing import TYPE_CHECKING

from domain.complaint import events as e
from domain.complaint.clock_names import CITIZEN_CLOCK, dispute_clock, leg_clock
from domain.complaint.events import ComplaintFact
from domain.complaint.evolve import evolve
from domain.complaint.state import Complaint
from domain.timekeeping.rules import EXTENSION_SUFFIX
from domain.words import OPEN_STATES, State

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence
    from datetime import date, datetime

    from domain.facts import Moment
    from domain.timekeeping.deadlines import Deadline
    from domain.timekeeping.rules import Rulebook


BEFORE_LIMIT = "期限起算前 before the limit began to count"
NO_LIMIT = "无时限 no limit"


class HolderKind(StrEnum):
    """In whose hands a case is: exactly one of these at every moment until it ends."""

    HOTLINE = "hotline"
    UNIT = "unit"
    DISPUTE = "dispute"
    CITIZEN = "citizen"
    REVIEW = "review"
    DELIVERY = "delivery"
    FOLLOW_UP = "follow_up"


_HOLDER_OF_STATE = {
    State.REGISTERED: HolderKind.HOTLINE,
    State.MERGED: HolderKind.HOTLINE,
    State.AWAITING_SIGNATURE: HolderKind.UNIT,
    State.HANDLING: HolderKind.UNIT,
    State.RETURN_REVIEW: HolderKind.DISPUTE,
    State.REPLY_REVIEW: HolderKind.REVIEW,
    State.REPLIED: HolderKind.DELIVERY,
    State.AWAITING_FOLLOW_UP: HolderKind.FOLLOW_UP,
}


@dataclass(frozen=True, slots=True)
class Holder:
    """A holder; ``unit`` is its name where a unit holds the case (``None``: a ledger that names no unit)."""

    kind: HolderKind
    unit: str | None = None

    @property
    def label(self) -> str:
        """The unit's name, or the kind of holder."""
        return self.unit if self.unit is not None else self.kind.value


@dataclass(frozen=True, slots=True)
class Span:
    """One holder's time with the case; ``until`` is ``None`` while it lasts."""

    holder: Holder
    since: datetime
    until: datetime | None


@dataclass(frozen=True, slots=True)
class HeldShare:
    """A holder's working minutes; ``None`` where they touch a year whose calendar is not published."""

    holder: Holder
    working_minutes: int | None


@dataclass(frozen=True, slots=True)
class ClockDay:
    """A day of a clock: does it count towards the limit, does it count as elapsed working time, why, and who held."""

    date: date
    counted: bool
    why: str
    holder: str | None
    elapsed: bool


@dataclass(frozen=True, slots=True)
class Clock:
    """A running or stopped clock with its promise; ``deadline`` is ``None`` where the rules set no limit."""

    name: str
    holder: str
    started: Moment
    stopped: Moment | None
    deadline: Deadline | None
    superseded: tuple[Deadline, ...]
    days: tuple[ClockDay, ...]
    counted_days: int
    elapsed_calendar_days: int | None
    elapsed_working_days: int | None


def holder_of(state: Complaint) -> Holder | None:
    """Return who holds the case, ``None`` once it has ended."""
    if state.state not in OPEN_STATES and state.state is not State.MERGED:
        return None
    kind = _HOLDER_OF_STATE[state.state]
    if kind is HolderKind.UNIT:
        if state.supplement_open:
            return Holder(HolderKind.CITIZEN)
        return Holder(kind, state.lead.unit if state.lead else None)
    return Holder(kind)


@dataclass(frozen=True, slots=True)
class Turn:
    """One holder's turn: its span, the fact that gave the case to them, and the one that took it from them.

    ``unit`` is the unit that the turn is about: the holder itself, or the one that disputes the case.
    """

    span: Span
    given: ComplaintFact
    unit: str | None
    taken: ComplaintFact | None = None


def turns(facts: Sequence[ComplaintFact]) -> tuple[Turn, ...]:
    """Return whose turn it was, one after another, without gaps or overlaps while the case was open.

    A fact that was recorded late never turns time back: the span before it ends no earlier than it began.
    """
    found: list[Turn] = []
    state: Complaint | None = None
    held: tuple[Holder, datetime, ComplaintFact, str | None] | None = None
    last: datetime | None = None
    for fact in facts:
        state = evolve(state, fact)
        holder = holder_of(state)
        if held is not None and held[0] == holder:
            continue
        at = fact.occurred.at
        if last is not None and at < last:
            at = last
        if held is not None:
            found.append(Turn(Span(held[0], held[1], at), held[2], held[3], fact))
        last = at
        if holder is None:
            held, last = None, found[-1].span.until if found else None
            continue
        lead = state.lead
        held = (holder, at, fact, lead.unit if lead is not None else None)
    if held is not None:
        found.append(Turn(Span(held[0], held[1], None), held[2], held[3]))
    return tuple(found)


def spans(facts: Sequence[ComplaintFact]) -> tuple[Span, ...]:
    """Return who held the case from when to when, as ``turns`` does."""
    return tuple(turn.span for turn in turns(facts))


def held(facts: Sequence[ComplaintFact], rules: Rulebook, until: datetime) -> tuple[HeldShare, ...]:
    """Return each holder's working minutes up to an instant, in the order in which they first held the case.

    Shares are differences of one running total, so that they add up to the elapsed working time exactly.
    """
    shares: dict[Holder, int | None] = {}
    found = spans(facts)
    origin = found[0].since if found else until
    for span in found:
        end = max(span.since, min(span.until, until) if span.until is not None else until)
        before, through = rules.working_minutes(origin, span.since), rules.working_minutes(origin, end)
        worked = None if before is None or through is None else through - before
        known = shares.get(span.holder, 0)
        shares[span.holder] = None if worked is None or known is None else known + worked
    return tuple(HeldShare(holder, minutes) for holder, minutes in shares.items())


@dataclass(slots=True)
class _Promises:
    """The deadlines that one clock was given, one after another."""

    holder: str
    started: Moment
    chain: list[Deadline]
    superseded: list[Deadline]
    stopped: Moment | None = None

    def follow(self, deadline: Deadline | None) -> None:
        """Let a new promise take the place of what stood; an extension stands on the one before."""
        if deadline is not None and deadline.clause.endswith(EXTENSION_SUFFIX) and self.chain:
            self.superseded.append(self.chain[-1])
            self.chain.append(deadline)
            return
        self.superseded.extend(self.chain[-1:])
        self.chain = [deadline] if deadline is not None else []


def clocks(facts: Sequence[ComplaintFact], rules: Rulebook) -> tuple[Clock, ...]:
    """Return the citizen's clock, each leg's unit clock and each dispute's, explained day by day.

    A clock that stopped after its deadline lists the overdue days too, and counts none of them.
    """
    promises: dict[str, _Promises] = {}
    state: Complaint | None = None
    for fact in facts:
        state = evolve(state, fact)
        _note(promises, fact, state)
    who = spans(facts)
    return tuple(_explained(name, promise, rules, who) for name, promise in promises.items())


def _note(promises: dict[str, _Promises], fact: ComplaintFact, state: Complaint) -> None:
    match fact:
        case e.ComplaintRegistered():
            given = [fact.citizen_deadline] if fact.citizen_deadline is not None else []
            promises[CITIZEN_CLOCK] = _Promises(CITIZEN_CLOCK, fact.occurred, given, [])
        case e.ExtensionGranted():
            promises[leg_clock(fact.leg)].follow(fact.new)
            if fact.citizen_new is not None:
                promises[CITIZEN_CLOCK].follow(fact.citizen_new)
        case e.ReturnRequested():
            given = [fact.decision_deadline] if fact.decision_deadline is not None else []
            name = dispute_clock(len(state.disputes))
            promises[name] = _Promises(HolderKind.DISPUTE.value, fact.occurred, given, [])
        case e.DeadlineRecomputed():
            promises[fact.clock].follow(fact.new)
        case _:
            pass
    for leg in state.legs:
        name = leg_clock(leg.number)
        if name not in promises:
            given = [leg.deadline] if leg.deadline is not None else []
            promises[name] = _Promises(leg.unit or HolderKind.UNIT.value, leg.started, given, [])
        promises[name].stopped = leg.stopped or leg.ended
    dispute = promises.get(dispute_clock(len(state.disputes)))
    if dispute is not None and dispute.stopped is None and state.disputed is None:
        dispute.stopped = fact.occurred
    citizen = promises[CITIZEN_CLOCK]
    citizen.stopped = state.delivered or state.ended


def _explained(name: str, promise: _Promises, rules: Rulebook, who: tuple[Span, ...]) -> Clock:
    started, stopped = promise.started, promise.stopped
    first, last = rules.local_day(started), rules.local_day(stopped) if stopped is not None else None
    calendar = rules.calendar
    days: dict[date, ClockDay] = {}
    for number, deadline in enumerate(promise.chain):
        overran = number == len(promise.chain) - 1 and last is not None and last > deadline.due.date()
        until = stopped.at if stopped is not None and overran else None
        for line in rules.explain(deadline, until):
            already = days.get(line.date)
            days[line.date] = ClockDay(
                date=line.date,
                counted=line.counted or (already is not None and already.counted),
                why=already.why if already is not None and already.counted else line.why,
                holder=_holder_on(line.date, who),
                elapsed=last is not None and first < line.date <= last and calendar.is_working(line.date) is True,
            )
    begun = min(days, default=last)
    reach = last if begun is None or last is not None else begun
    for day in _between(first, reach):
        if day not in days:
            # A limit that counts from acceptance leaves out what came before; the person waited all the same.
            why = BEFORE_LIMIT if promise.chain else NO_LIMIT
            working = last is not None and calendar.is_working(day) is True
            days[day] = ClockDay(day, counted=False, why=why, holder=_holder_on(day, who), elapsed=working)
    return Clock(
        name=name,
        holder=promise.holder,
        started=started,
        stopped=stopped,
        deadline=promise.chain[-1] if promise.chain else None,
        superseded=tuple(promise.superseded),
        days=tuple(days[day] for day in sorted(days)),
        counted_days=sum(day.counted for day in days.values()),
        elapsed_calendar_days=(last - first).days if last is not None else None,
        elapsed_working_days=_working_days(first, last, rules) if last is not None else None,
    )


def _between(first: date, last: date | None) -> Iterator[date]:
    """Give the days after the first up to the last."""
    for ahead in range(1, (last - first).days + 1 if last is not None else 0):
        yield first + timedelta(days=ahead)


def _working_days(first: date, last: date, rules: Rulebook) -> int | None:
    working, unknown = rules.calendar.tally(first, last) if last >= first else (0, 0)
    return None if unknown else working


def _holder_on(day: date, who: tuple[Span, ...]) -> str | None:
    """Who held the case at the end of a day, or last held it on that day where it ended then."""
    holding: str | None = None
    for span in who:
        if span.since.date() <= day and (span.until is None or span.until.date() >= day):
            holding = span.holder.label
    return holding
