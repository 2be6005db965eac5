"""Rule editions (规则版本): which limit governs what, as dated data, and the rulebook that decisions are handed."""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from datetime import date, datetime, time, tzinfo
from enum import StrEnum
from itertools import pairwise

from domain.conduct_codes import ConductCodeEdition
from domain.facts import Moment
from domain.timekeeping.deadlines import (
    WHOLE_PERCENT,
    DayLine,
    Deadline,
    Limit,
    LimitUnit,
    Reckoned,
    explain,
    reckon,
    start_instant,
    warning_instant,
    working_minutes_between,
)
from domain.timekeeping.office_hours import OfficeHours
from domain.timekeeping.working_calendar import EDITION_JOIN, WorkingCalendar, WorkingYear
from domain.words import Channel, ComplaintKind, Complexity, Urgency

EXTENSION_SUFFIX = "/extension"
"""What the clause of an extended deadline ends in."""

CHOICES_REMEMBERED_MAX = 4096
"""How many choices of a limit one rulebook remembers; traits name categories and units, of which there are many."""

FOLLOW_UP_ATTEMPTS_UNSAID = 3
"""How many attempts that reached nobody an edition asks for that says nothing of it."""

FOLLOW_UP_ATTEMPTS_MAX = 100
"""More attempts than that are a slip of the pen."""

_DAY_LIMIT = Limit(0, LimitUnit.CALENDAR_DAYS)


class RuleFault(ValueError):
    """Rules that contradict themselves; the message is in Chinese and English."""


class UnknownLimitClass(RuleFault):
    """A limit class that the edition in force does not have."""


class Purpose(StrEnum):
    """What a limit is for (时限用途)."""

    CITIZEN = "citizen"
    """Registration, or acceptance, to the delivered reply (答复诉求人)."""
    ACCEPTANCE = "acceptance"
    """Registration to the decision on acceptance (受理告知)."""
    DISPATCH = "dispatch"
    """Registration to the dispatch (派单)."""
    SIGN = "sign"
    """Dispatch to the unit's signature (签收)."""
    FIRST_CONTACT = "first_contact"
    """Dispatch to the first contact with the person (先行联系)."""
    UNIT = "unit"
    """Dispatch to the unit's reply (承办单位办理)."""
    RETURN = "return"
    """Dispatch to a request to return the case (退单)."""
    RETURN_DECISION = "return_decision"
    """A request to return the case to the office's decision on it (退单审核)."""
    DESIGNATION = "designation"
    """The same where a unit was already relieved of the case, and another one disputes it too (争议指定)."""
    HANDOVER = "handover"
    """A unit's being relieved of a case to its handing it over, where it answers for it first (首问移交)."""
    EXTENSION = "extension"
    """How much an extension may add to the deadline (延期)."""
    REVIEW = "review"
    """An application for review to its opinion (复查)."""
    RECHECK = "recheck"
    """An application for the second review to its opinion (复核)."""
    QUARTERLY_RETURN = "quarterly_return"
    """The end of a quarter to the units' return to the office (季度报送)."""
    OBJECTION = "objection"
    """A bulletin's proof to the unit's objection (异议)."""


@dataclass(frozen=True, slots=True)
class Traits:
    """What about a matter decides its limits; ``limit_class`` names one class outright, as an import's map may."""

    channel: Channel
    kind: ComplaintKind
    urgency: Urgency = Urgency.NORMAL
    complexity: Complexity = Complexity.ORDINARY
    programme: bool = False
    category: str | None = None
    unit: str | None = None
    supervised: bool = False
    rework: bool = False
    limit_class: str | None = None


@dataclass(frozen=True, slots=True)
class Conditions:
    """When a limit applies: every condition that is set must hold; an empty tuple or ``None`` asks nothing."""

    channels: tuple[Channel, ...] = ()
    kinds: tuple[ComplaintKind, ...] = ()
    urgencies: tuple[Urgency, ...] = ()
    complexities: tuple[Complexity, ...] = ()
    categories: tuple[str, ...] = ()
    units: tuple[str, ...] = ()
    programme: bool | None = None
    supervised: bool | None = None
    rework: bool | None = None

    def unmet(self, traits: Traits) -> int:
        """Count the conditions that are set and do not hold."""
        among: tuple[tuple[tuple[str, ...], str | None], ...] = (
            (self.channels, traits.channel),
            (self.kinds, traits.kind),
            (self.urgencies, traits.urgency),
            (self.complexities, traits.complexity),
            (self.categories, traits.category),
            (self.units, traits.unit),
        )
        flags = (
            (self.programme, traits.programme),
            (self.supervised, traits.supervised),
            (self.rework, traits.rework),
        )
        absent = sum(bool(asked) and had not in asked for asked, had in among)
        return absent + sum(asked is not None and asked != had for asked, had in flags)

    @property
    def specificity(self) -> int:
        """How many conditions are set."""
        among = (self.channels, self.kinds, self.urgencies, self.complexities, self.categories, self.units)
        flags = (self.programme, self.supervised, self.rework)
        return sum(bool(asked) for asked in among) + sum(asked is not None for asked in flags)


@dataclass(frozen=True, slots=True)
class LimitRule:
    """One limit of an edition.

    ``clause`` is its name, unique within purpose and edition; ``limit_class`` groups the limits of one procedure.
    ``limit`` is ``None`` where another organ's limits govern. Of the rules that match, the highest ``rank`` applies,
    then the one with most conditions, then the first. ``source`` is the statute or practice that it rests on.
    """

    clause: str
    purpose: Purpose
    limit: Limit | None
    source: str
    limit_class: str
    when: Conditions = Conditions()
    rank: int = 0
    from_acceptance: bool = False
    needs_approval: bool = False


@dataclass(frozen=True, slots=True)
class Ground:
    """A ground that the rules list, by code and name (事由)."""

    code: str
    name: str


@dataclass(frozen=True, slots=True)
class RuleEdition:
    """One dated edition of the hotline's limits; it governs what starts on or after ``effective_from``.

    ``warning_share_percent`` is the used share of a limit at which it is warned of; ``extensions_max`` how often one
    leg may be given more time. A case may be closed unreached after ``follow_up_attempts_min`` attempts to call back;
    one of ``follow_up_exempt_kinds`` needs no follow-up. Raises ``RuleFault`` where two limits share purpose and
    clause, or where the number of attempts cannot be meant.
    """

    edition: str
    title: str
    effective_from: date
    hours: OfficeHours
    warning_share_percent: int
    extensions_max: int
    limits: tuple[LimitRule, ...]
    suspension_grounds: tuple[Ground, ...] = ()
    termination_grounds: tuple[Ground, ...] = ()
    follow_up_attempts_min: int = FOLLOW_UP_ATTEMPTS_UNSAID
    follow_up_exempt_kinds: tuple[ComplaintKind, ...] = ()

    def __post_init__(self) -> None:
        if not 0 < self.follow_up_attempts_min <= FOLLOW_UP_ATTEMPTS_MAX:
            msg = (
                f"回访次数须在 1 与 {FOLLOW_UP_ATTEMPTS_MAX} 之间；"
                f"the attempts to call back are 1 to {FOLLOW_UP_ATTEMPTS_MAX}, not {self.follow_up_attempts_min}"
            )
            raise RuleFault(msg)
        if not 0 < self.warning_share_percent <= WHOLE_PERCENT:
            msg = f"预警比例须在 1 与 100 之间；the warning share is a percentage, not {self.warning_share_percent}"
            raise RuleFault(msg)
        names = [(rule.purpose, rule.clause) for rule in self.limits]
        for purpose, clause in names:
            if names.count((purpose, clause)) > 1:
                msg = f"时限 {purpose}/{clause} 重复；the limit {clause} for {purpose} stands twice in {self.edition}"
                raise RuleFault(msg)

    @property
    def limit_classes(self) -> tuple[str, ...]:
        """The names of the limit classes, in the order of their first limit."""
        return tuple(dict.fromkeys(rule.limit_class for rule in self.limits))

    def rule_for(self, purpose: Purpose, traits: Traits) -> LimitRule | None:
        """Return the limit that governs, ``None`` where the edition has none for the purpose.

        A limit class that is named outright governs whatever else the matter is, wherever it has a limit for the
        purpose: that of its limits which fits best. Raises ``UnknownLimitClass``.
        """
        offered = [rule for rule in self.limits if rule.purpose is purpose]
        if traits.limit_class is not None:
            self._know_class(traits.limit_class)
            of_class = [rule for rule in offered if rule.limit_class == traits.limit_class]
            if of_class:
                return max(of_class, key=lambda r: (-r.when.unmet(traits), r.rank, r.when.specificity))
        matching = [rule for rule in offered if not rule.when.unmet(traits)]
        return max(matching, key=lambda r: (r.rank, r.when.specificity), default=None)

    def _know_class(self, limit_class: str) -> None:
        if limit_class not in self.limit_classes:
            named = "、".join(self.limit_classes)
            msg = (
                f"规则 {self.edition} 没有时限类别“{limit_class}”，可选：{named}；"
                f"rules {self.edition} have no limit class {limit_class}; it is one of {named}"
            )
            raise UnknownLimitClass(msg)


@dataclass(frozen=True, slots=True)
class Rulebook:
    """Everything in force: the calendar, every rule edition in order of adoption, conduct codes, and the clock's zone.

    An edition whose id is ``withdrawn`` governs nothing; it is held for what was promised by it. Raises ``RuleFault``
    without an edition that governs, or where one id stands for two editions.
    """

    calendar: WorkingCalendar
    editions: tuple[RuleEdition, ...]
    zone: tzinfo
    conduct: tuple[ConductCodeEdition, ...] = ()
    withdrawn: frozenset[str] = frozenset()
    # What was chosen for which traits: an import asks the same few questions a million times.
    _chosen: dict[tuple[str, Purpose, Traits], LimitRule | None] = field(
        default_factory=dict, init=False, repr=False, compare=False
    )
    _reckoned: dict[tuple[str, date, Limit], Reckoned] = field(
        default_factory=dict, init=False, repr=False, compare=False
    )

    _governing_on: dict[date, RuleEdition] = field(default_factory=dict, init=False, repr=False, compare=False)

    def __post_init__(self) -> None:
        if not self.governing:
            msg = "没有任何规则版本，请先装载；there is no rule edition: load one first"
            raise RuleFault(msg)
        seen: dict[str, RuleEdition] = {}
        for held in self.editions:
            if seen.setdefault(held.edition, held) != held:
                msg = (
                    f"规则版本 {held.edition} 已存在且内容不同；rule edition {held.edition} already exists, unlike this"
                )
                raise RuleFault(msg)

    @property
    def governing(self) -> tuple[RuleEdition, ...]:
        """The editions that were not withdrawn, in order of adoption."""
        if not self.withdrawn:
            return self.editions
        return tuple(held for held in self.editions if held.edition not in self.withdrawn)

    def edition_on(self, day: date) -> RuleEdition:
        """Return the edition that governs a day: the latest in effect, and of equals the one adopted last.

        A day before every edition is governed by the earliest, since nothing is ever refused for its date.
        """
        governing = self._governing_on.get(day)
        if governing is None:
            if len(self._governing_on) >= CHOICES_REMEMBERED_MAX:
                self._governing_on.clear()
            governing = self._governing_on[day] = self._choose_edition(day)
        return governing

    def edition(self, edition: str) -> RuleEdition | None:
        """Return an edition by its id, ``None`` where the rulebook never held it."""
        return next((held for held in self.editions if held.edition == edition), None)

    def edition_of_case(self, deadline: Deadline | None, registered: Moment) -> RuleEdition:
        """Return the edition that a case is closed by: that of the promise to its reporter, or of its first day."""
        held = self.edition(deadline.rule_edition) if deadline is not None else None
        if held is None or held.edition in self.withdrawn:
            return self.edition_on(self.local_day(registered))
        return held

    def conduct_codes_on(self, day: date) -> ConductCodeEdition | None:
        """Return the conduct codes in effect on a day, the earliest before all, ``None`` where there are none."""
        in_effect = [held for held in self.conduct if held.effective_from <= day]
        if not in_effect:
            return min(self.conduct, key=lambda held: held.effective_from, default=None)
        return max(enumerate(in_effect), key=lambda item: (item[1].effective_from, item[0]))[1]

    def local_day(self, moment: Moment) -> date:
        """Return the date of a moment on the instance's clock; a date without time of day stands as it is."""
        return start_instant(moment, _DAY_LIMIT, self.zone).date()

    def rule_for(self, purpose: Purpose, started: Moment, traits: Traits) -> LimitRule | None:
        """Return the limit that governs what starts at a moment. Raises ``UnknownLimitClass``."""
        return self._choose(self.edition_on(self.local_day(started)), purpose, traits)

    def deadline(
        self, purpose: Purpose, started: Moment, traits: Traits, *, accepted: Moment | None = None
    ) -> Deadline | None:
        """Reckon a deadline, ``None`` where the edition has no such limit.

        The edition is that of the day of ``started``. A limit that counts from acceptance counts from ``accepted``;
        while that is not known it counts from ``started`` and says so. Raises ``UnknownLimitClass``.
        """
        day = self.local_day(started)
        edition = self.edition_on(day)
        rule = self._choose(edition, purpose, traits)
        if rule is None or rule.limit is None:
            return None
        begin = started
        if rule.from_acceptance and accepted is not None:
            begin, day = accepted, self.local_day(accepted)
        due, provisional, calendar_edition = self._reckon(begin, day, rule.limit, edition)
        return Deadline(
            due=due,
            limit=rule.limit,
            started_at=start_instant(begin, rule.limit, self.zone),
            clause=rule.clause,
            rule_edition=edition.edition,
            calendar_edition=calendar_edition,
            provisional=provisional,
            from_registration=rule.from_acceptance and accepted is None,
        )

    def extend(self, deadline: Deadline, limit: Limit) -> Deadline:
        """Return the deadline that follows an extension, counted from the due date of the one before.

        It starts where that one ended, so its explanation lists the added days alone. It is provisional where either
        is, and names the editions of both.
        """
        hours = self._hours_of(deadline)
        due, provisional, added = reckon(Moment(deadline.due), limit, self.calendar, hours, self.zone)
        named = {name for text in (deadline.calendar_edition, added) for name in text.split(EDITION_JOIN) if name}
        return replace(
            deadline,
            due=due,
            limit=limit,
            started_at=deadline.due.astimezone(self.zone),
            clause=deadline.clause.removesuffix(EXTENSION_SUFFIX) + EXTENSION_SUFFIX,
            calendar_edition=EDITION_JOIN.join(sorted(named)),
            provisional=provisional or deadline.provisional,
        )

    def recompute(self, deadline: Deadline) -> Deadline:
        """Reckon a deadline again on the calendar as it stands now, as when a year's calendar was published.

        Start, limit and rule edition stay as they were promised. A deadline that follows an extension is recomputed by
        recomputing the one before it and extending that.
        """
        hours = self._hours_of(deadline)
        begin = Moment(deadline.started_at)
        due, provisional, named = reckon(begin, deadline.limit, self.calendar, hours, self.zone)
        return replace(deadline, due=due, calendar_edition=named, provisional=provisional)

    def warning_at(self, deadline: Deadline) -> datetime:
        """Return when the deadline is to be warned of (黄牌): at its edition's share of the limit, never after it."""
        edition = self._governing(deadline)
        share = edition.warning_share_percent
        return min(warning_instant(deadline, self.calendar, edition.hours, self.zone, share), deadline.due)

    def explain(self, deadline: Deadline, until: datetime | None = None) -> tuple[DayLine, ...]:
        """Explain a deadline day by day on the instance's clock, by the editions that it was reckoned by."""
        here = replace(
            deadline,
            due=deadline.due.astimezone(self.zone),
            started_at=deadline.started_at.astimezone(self.zone),
        )
        return explain(here, self.calendar, until, hours=self._hours_of(deadline))

    def working_minutes(self, a: datetime, b: datetime) -> int | None:
        """Return the whole working minutes between two instants, each day by the office hours in effect on it.

        ``None`` where they touch an unpublished year. The spans of one stretch cut in pieces add up to the whole.
        """
        if b < a:
            reverse = self.working_minutes(b, a)
            return None if reverse is None else -reverse
        changes = sorted({held.effective_from for held in self.editions})
        midnights = (datetime.combine(day, time(), tzinfo=self.zone) for day in changes)
        edges = [a, *(change for change in midnights if a < change < b), b]
        total = 0
        for start, end in pairwise(edges):
            hours = self.edition_on(start.astimezone(self.zone).date()).hours
            minutes = working_minutes_between(start, end, self.calendar, hours, self.zone)
            if minutes is None:
                return None
            total += minutes
        return total

    def with_year(self, year: WorkingYear) -> Rulebook:
        """Return the rulebook with a calendar edition published."""
        return replace(self, calendar=self.calendar.with_year(year))

    def with_edition(self, edition: RuleEdition) -> Rulebook:
        """Return the rulebook with a rule edition adopted; adopting the same one again is idle."""
        return self if edition in self.editions else replace(self, editions=(*self.editions, edition))

    def with_conduct_codes(self, edition: ConductCodeEdition) -> Rulebook:
        """Return the rulebook with an edition of conduct codes adopted; adopting the same one again is idle."""
        return self if edition in self.conduct else replace(self, conduct=(*self.conduct, edition))

    def _choose_edition(self, day: date) -> RuleEdition:
        governing = self.governing
        in_effect = [held for held in governing if held.effective_from <= day]
        if not in_effect:
            return min(governing, key=lambda held: held.effective_from)
        return max(enumerate(in_effect), key=lambda item: (item[1].effective_from, item[0]))[1]

    def _choose(self, edition: RuleEdition, purpose: Purpose, traits: Traits) -> LimitRule | None:
        key = (edition.edition, purpose, traits)
        if key not in self._chosen:
            if len(self._chosen) >= CHOICES_REMEMBERED_MAX:
                self._chosen.clear()
            self._chosen[key] = edition.rule_for(purpose, traits)
        return self._chosen[key]

    def _reckon(self, begin: Moment, day: date, limit: Limit, edition: RuleEdition) -> Reckoned:
        """Reckon a due date; limits in days have the same one for every start on a day, and are remembered."""
        if not limit.unit.in_days:
            return reckon(begin, limit, self.calendar, edition.hours, self.zone)
        asked = (edition.edition, day, limit)
        reckoned = self._reckoned.get(asked)
        if reckoned is None:
            if len(self._reckoned) >= CHOICES_REMEMBERED_MAX:
                self._reckoned.clear()
            reckoned = self._reckoned[asked] = reckon(begin, limit, self.calendar, edition.hours, self.zone)
        return reckoned

    def _governing(self, deadline: Deadline) -> RuleEdition:
        held = self.edition(deadline.rule_edition)
        return held if held is not None else self.edition_on(deadline.started_at.astimezone(self.zone).date())

    def _hours_of(self, deadline: Deadline) -> OfficeHours:
        return self._governing(deadline).hours
