"""What the house itself decides and dates: its opening, and each edition of rules, calendar, conduct codes, figures."""

from __future__ import annotations

from dataclasses import dataclass, field
from enum import StrEnum
from typing import TYPE_CHECKING

from domain import refusals as r
from domain.conduct_codes import ConductCodeEdition
from domain.facts import Fact, topic
from domain.figures.definitions import FigureEdition
from domain.scores.rules import ScoreEdition
from domain.timekeeping.rules import Rulebook, RuleEdition
from domain.timekeeping.working_calendar import WorkingCalendar, WorkingYear
from domain.wording import hold_to_code
from domain.words import Role

if TYPE_CHECKING:
    from collections.abc import Iterable
    from datetime import tzinfo

    from domain.facts import Actor, Moment


class EditionKind(StrEnum):
    """What an edition is of.

    Limits (规则), a calendar (工作日历), conduct codes (行风问题编码), scores (考核规则), definitions (统计口径).
    """

    RULES = "rules"
    CALENDAR = "calendar"
    CONDUCT_CODES = "conduct_codes"
    SCORE_RULES = "score_rules"
    DEFINITIONS = "definitions"

    @property
    def chinese(self) -> str:
        """The word for it in Chinese."""
        return _CHINESE[self]


_CHINESE = {
    EditionKind.RULES: "规则",
    EditionKind.CALENDAR: "工作日历",
    EditionKind.CONDUCT_CODES: "行风问题编码",
    EditionKind.SCORE_RULES: "考核规则",
    EditionKind.DEFINITIONS: "统计口径",
}


@topic("instance.opened.v1")
@dataclass(frozen=True, slots=True, kw_only=True)
class InstanceOpened(Fact):
    """A hotline's records were opened: its name, its time zone for ever, its lead body and its public key (PEM)."""

    name: str
    timezone: str
    lead_body: str
    public_key: str


@topic("rules.edition_adopted.v2")
@dataclass(frozen=True, slots=True, kw_only=True)
class RuleEditionAdopted(Fact):
    """An edition of the limits was adopted (发布规则)."""

    edition: RuleEdition


@topic("rules.calendar_published.v1")
@dataclass(frozen=True, slots=True, kw_only=True)
class CalendarPublished(Fact):
    """A year's working calendar was published or corrected (发布工作日历)."""

    year: WorkingYear


@topic("rules.conduct_codes_adopted.v1")
@dataclass(frozen=True, slots=True, kw_only=True)
class ConductCodesAdopted(Fact):
    """An edition of the conduct codes was adopted (发布行风问题编码)."""

    edition: ConductCodeEdition


@topic("rules.definitions_adopted.v1")
@dataclass(frozen=True, slots=True, kw_only=True)
class DefinitionsAdopted(Fact):
    """An edition of the figures' definitions was adopted (发布统计口径); published figures stay as they are."""

    edition: FigureEdition


@topic("rules.score_rules_adopted.v1")
@dataclass(frozen=True, slots=True, kw_only=True)
class ScoreRulesAdopted(Fact):
    """An edition of the score rules was adopted (发布考核规则); entries made under another keep their points."""

    edition: ScoreEdition


@topic("rules.withdrawal_requested.v1")
@dataclass(frozen=True, slots=True, kw_only=True)
class EditionWithdrawalRequested(Fact):
    """Somebody asked that a wrong edition be withdrawn (申请撤回版本); it stays in force until that is confirmed."""

    kind: EditionKind
    edition: str
    reason: str


@topic("rules.withdrawal_cancelled.v1")
@dataclass(frozen=True, slots=True, kw_only=True)
class EditionWithdrawalCancelled(Fact):
    """A wish to withdraw an edition was taken back before anybody confirmed it (取消撤回申请); the edition stays."""

    kind: EditionKind
    edition: str
    reason: str


@topic("rules.edition_withdrawn.v1")
@dataclass(frozen=True, slots=True, kw_only=True)
class EditionWithdrawn(Fact):
    """A second person confirmed that an edition is wrong (撤回版本): from here on it governs nothing."""

    kind: EditionKind
    edition: str
    reason: str


RulesFact = (
    RuleEditionAdopted
    | CalendarPublished
    | ConductCodesAdopted
    | DefinitionsAdopted
    | ScoreRulesAdopted
    | EditionWithdrawalRequested
    | EditionWithdrawalCancelled
    | EditionWithdrawn
)
"""Every fact that the rules' own stream can hold."""


@dataclass(slots=True)
class Standing:
    """Every edition of the rules' stream in order of adoption, and which of them were withdrawn."""

    years: list[WorkingYear] = field(default_factory=list)
    editions: list[RuleEdition] = field(default_factory=list)
    conduct: list[ConductCodeEdition] = field(default_factory=list)
    scores: list[ScoreEdition] = field(default_factory=list)
    definitions: list[FigureEdition] = field(default_factory=list)
    withdrawn: set[tuple[EditionKind, str]] = field(default_factory=set)

    def ids(self, kind: EditionKind) -> tuple[str, ...]:
        """Return the ids of the editions of a kind, withdrawn or not, in order of adoption."""
        match kind:
            case EditionKind.RULES:
                return tuple(dict.fromkeys(one.edition for one in self.editions))
            case EditionKind.CALENDAR:
                return tuple(dict.fromkeys(one.edition for one in self.years))
            case EditionKind.CONDUCT_CODES:
                return tuple(dict.fromkeys(one.edition for one in self.conduct))
            case EditionKind.SCORE_RULES:
                return tuple(dict.fromkeys(one.edition for one in self.scores))
            case EditionKind.DEFINITIONS:
                return tuple(dict.fromkeys(one.edition for one in self.definitions))

    def withdrawn_of(self, kind: EditionKind) -> frozenset[str]:
        """Return the ids of the editions of a kind that were withdrawn."""
        return frozenset(edition for one, edition in self.withdrawn if one is kind)

    @property
    def calendar(self) -> WorkingCalendar:
        """The working calendar that is in force."""
        return WorkingCalendar(tuple(self.years), self.withdrawn_of(EditionKind.CALENDAR))

    @property
    def conduct_in_force(self) -> tuple[ConductCodeEdition, ...]:
        """The editions of conduct codes that were not withdrawn."""
        gone = self.withdrawn_of(EditionKind.CONDUCT_CODES)
        return tuple(held for held in self.conduct if held.edition not in gone)

    @property
    def scores_in_force(self) -> tuple[ScoreEdition, ...]:
        """The editions of score rules that were not withdrawn, in order of adoption."""
        gone = self.withdrawn_of(EditionKind.SCORE_RULES)
        return tuple(held for held in self.scores if held.edition not in gone)

    @property
    def definitions_in_force(self) -> tuple[FigureEdition, ...]:
        """The editions of the figures' definitions that were not withdrawn, in order of adoption."""
        gone = self.withdrawn_of(EditionKind.DEFINITIONS)
        return tuple(held for held in self.definitions if held.edition not in gone)


def standing(facts: Iterable[Fact]) -> Standing:
    """Return what these facts of the rules' stream leave standing; other facts are passed over."""
    found = Standing()
    for fact in facts:
        match fact:
            case RuleEditionAdopted():
                found.editions.append(fact.edition)
            case CalendarPublished():
                found.years.append(fact.year)
            case ConductCodesAdopted():
                found.conduct.append(fact.edition)
            case ScoreRulesAdopted():
                found.scores.append(fact.edition)
            case DefinitionsAdopted():
                found.definitions.append(fact.edition)
            case EditionWithdrawn():
                found.withdrawn.add((fact.kind, fact.edition))
            case _:
                pass
    return found


def rulebook(facts: Iterable[RulesFact], zone: tzinfo) -> Rulebook:
    """Return everything in force after these facts, in their order; a corrected calendar follows the one before.

    A withdrawn edition governs nothing, and is known only so that what was once reckoned by it can be explained.
    Raises ``RuleFault`` where there is no rule edition among them, or none that was not withdrawn.
    """
    held = standing(facts)
    return Rulebook(
        held.calendar,
        tuple(held.editions),
        zone,
        held.conduct_in_force,
        held.withdrawn_of(EditionKind.RULES),
    )


def request_withdrawal(
    facts: Iterable[RulesFact],
    kind: EditionKind,
    edition: str,
    reason: str,
    by: Actor,
    at: Moment,
) -> tuple[RulesFact, ...]:
    """Return what follows from somebody's wish to withdraw an edition, nothing where the same person asked before.

    Raises ``NoSuchEdition``, ``EditionWithdrawnBefore``, ``LastRuleEdition``, ``WithdrawalPending``.
    """
    recorded = tuple(facts)
    hold_to_code("reason", reason)
    _withdrawable(recorded, kind, edition)
    pending = requested_withdrawal(recorded, kind, edition)
    if pending is None:
        return (EditionWithdrawalRequested(by=by, occurred=at, kind=kind, edition=edition, reason=reason),)
    if pending.by.name != by.name:
        raise r.WithdrawalPending(edition=edition, by=pending.by.name)
    return ()


def confirm_withdrawal(
    facts: Iterable[RulesFact],
    kind: EditionKind,
    edition: str,
    by: Actor,
    at: Moment,
) -> tuple[RulesFact, ...]:
    """Return the withdrawal that a second person confirms, nothing where the edition was withdrawn before.

    Raises ``NoSuchEdition``, ``LastRuleEdition``, ``WithdrawalNotRequested``, ``SecondPersonNeeded``.
    """
    recorded = tuple(facts)
    if (kind, edition) in standing(recorded).withdrawn:
        return ()
    _withdrawable(recorded, kind, edition)
    pending = requested_withdrawal(recorded, kind, edition)
    if pending is None:
        raise r.WithdrawalNotRequested(edition=edition)
    if by.name in {pending.by.name, *adopters(recorded, kind, edition)}:
        raise r.SecondPersonNeeded(edition=edition, by=by.name)
    return (EditionWithdrawn(by=by, occurred=at, kind=kind, edition=edition, reason=pending.reason),)


def cancel_withdrawal(
    facts: Iterable[RulesFact],
    kind: EditionKind,
    edition: str,
    reason: str,
    by: Actor,
    at: Moment,
) -> tuple[RulesFact, ...]:
    """Return what follows where a wish to withdraw an edition is taken back: by whoever had it, or an administrator.

    Raises ``NoSuchEdition``, ``EditionWithdrawnBefore``, ``WithdrawalNotRequested``, ``NotYourRequest``.
    """
    recorded = tuple(facts)
    hold_to_code("reason", reason)
    _known(standing(recorded), kind, edition)
    pending = requested_withdrawal(recorded, kind, edition)
    if pending is None:
        raise r.WithdrawalNotRequested(edition=edition)
    if by.name != pending.by.name and by.role is not Role.ADMIN:
        raise r.NotYourRequest(edition=edition, by=pending.by.name)
    return (EditionWithdrawalCancelled(by=by, occurred=at, kind=kind, edition=edition, reason=reason),)


def requested_withdrawal(
    facts: Iterable[RulesFact], kind: EditionKind, edition: str
) -> EditionWithdrawalRequested | None:
    """Return the wish to withdraw an edition, ``None`` where nobody has it or whoever had it took it back."""
    asked: EditionWithdrawalRequested | None = None
    for fact in facts:
        match fact:
            case EditionWithdrawalRequested() if (fact.kind, fact.edition) == (kind, edition):
                asked = fact
            case EditionWithdrawalCancelled() if (fact.kind, fact.edition) == (kind, edition):
                asked = None
            case _:
                pass
    return asked


def adopters(facts: Iterable[RulesFact], kind: EditionKind, edition: str) -> tuple[str, ...]:
    """Return the names of those who adopted an edition, more than one where it was adopted again."""
    return tuple(dict.fromkeys(fact.by.name for fact in facts if adopted_edition(fact) == (kind, edition)))


def adopted_edition(fact: RulesFact) -> tuple[EditionKind, str] | None:
    """Return the kind and the id of the edition that a fact adopts, ``None`` where it adopts none."""
    match fact:
        case RuleEditionAdopted():
            return EditionKind.RULES, fact.edition.edition
        case CalendarPublished():
            return EditionKind.CALENDAR, fact.year.edition
        case ConductCodesAdopted():
            return EditionKind.CONDUCT_CODES, fact.edition.edition
        case DefinitionsAdopted():
            return EditionKind.DEFINITIONS, fact.edition.edition
        case ScoreRulesAdopted():
            return EditionKind.SCORE_RULES, fact.edition.edition
        case _:
            return None


def _withdrawable(facts: tuple[RulesFact, ...], kind: EditionKind, edition: str) -> None:
    held = standing(facts)
    known, gone = _known(held, kind, edition)
    if kind is EditionKind.RULES and set(known) - gone == {edition}:
        raise r.LastRuleEdition(edition=edition)


def _known(held: Standing, kind: EditionKind, edition: str) -> tuple[tuple[str, ...], frozenset[str]]:
    """Return the ids of a kind and those of them that were withdrawn, for an edition that stands."""
    known, gone = held.ids(kind), held.withdrawn_of(kind)
    if edition not in known:
        raise r.NoSuchEdition(kind=kind.chinese, edition=edition, known="、".join(known))
    if edition in gone:
        raise r.EditionWithdrawnBefore(edition=edition)
    return known, gone
