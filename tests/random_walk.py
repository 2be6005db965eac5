"""Random work on one case: a wish for any verb, legal or not, and a walk that keeps what came of it."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import timedelta
from typing import TYPE_CHECKING
from uuid import UUID, uuid5

from domain.complaint import commands as c
from domain.complaint.commands import ComplaintCommand
from domain.complaint.decide import decide
from domain.complaint.events import ComplaintFact, Measure
from domain.complaint.evolve import evolve
from domain.complaint.lifecycle import STEP_OF
from domain.complaint.state import Complaint
from domain.facts import Actor, Moment
from domain.identity import RULES_STREAM
from domain.refusals import Refusal
from domain.words import OPEN_STATES, Channel, ComplaintKind, Finding, Role, Satisfaction, State, SupervisionLevel
from tests.scenario import CLOCK, CONFIDENTIAL, PARKS, ROADS, WATER, at, registered, rules

if TYPE_CHECKING:
    from random import Random

    from domain.facts import Fact

UNITS = (WATER, ROADS, PARKS)
OTHER = uuid5(RULES_STREAM, "other")

MAIN_ROAD: dict[State, tuple[type[c.Command], ...]] = {
    State.REGISTERED: (*(c.Dispatch,) * 6, c.Refuse),
    State.AWAITING_SIGNATURE: (*(c.Sign,) * 3, c.AddCoUnit, c.RequestReturn),
    State.HANDLING: (
        c.RecordFinding,
        c.RecordFinding,
        c.SubmitReply,
        c.SubmitReply,
        c.AddCoUnit,
        c.RequestReturn,
        c.RequestTermination,
        c.GrantTermination,
    ),
    State.RETURN_REVIEW: (c.Sign, *(c.SubmitReply,) * 3, c.RefuseReturn, c.ApproveReturn),
    State.REPLY_REVIEW: (c.ApproveReply,),
    State.REPLIED: (c.DeliverReply,),
    State.AWAITING_FOLLOW_UP: (c.RecordFollowUp, c.RecordFollowUp, c.OrderRework, c.OrderRework, c.Close),
}
"""What takes a case on: without a liking for it few walks come as far as a follow-up, and fewer beyond."""


def _who(rng: Random) -> Actor:
    unit = rng.choice((None, None, None, *UNITS))
    if unit is not None:
        return Actor(f"{unit}经办", Role.UNIT_CLERK, unit)
    return rng.choice((Actor("值班", Role.SUPERVISOR), CONFIDENTIAL))


def wish(rng: Random, verb: type[c.Command], state: Complaint, when: Moment) -> ComplaintCommand:  # noqa: C901, PLR0911, PLR0912, PLR0915 - one arm a verb
    """A command of that kind with plausible, now and then wrong, particulars."""
    who = _who(rng)
    text = rng.choice(("说明", "说明", "说明", " "))
    unit = rng.choice(UNITS)
    leg = rng.choice((None, None, None, len(state.legs), 1))
    edition = rules().edition_on(when.day)
    match verb:
        case c.Accept | c.ApproveReturn | c.GrantExtension | c.ApproveReply | c.Resume | c.GrantTermination | c.Archive:
            return verb(by=who, at=when)
        case c.CheckDeadlines:
            return c.CheckDeadlines(by=CLOCK, at=when)
        case c.CorrectRegistration:
            return c.CorrectRegistration(by=who, at=when, reason=text, title=rng.choice((None, "新标题")))
        case c.Reclassify:
            # An accusation is a road of its own; it is taken seldom, so that others are walked too.
            rare = rng.randrange(40) == 0
            kinds = [kind for kind in ComplaintKind if rare or kind is not ComplaintKind.ACCUSATION]
            return c.Reclassify(by=who, at=when, kind=rng.choice(kinds), cause=text)
        case c.Refuse:
            return c.Refuse(by=who, at=when, reason=text, proper_route="仲裁委")
        case c.Answer:
            return c.Answer(by=who, at=when, reply=text)
        case c.HandToEmergency:
            return c.HandToEmergency(by=who, at=when, service=rng.choice(("110", "119", "12345")))
        case c.TransferToDiscipline:
            organ = rng.choice(("市纪委监委", WATER))
            return c.TransferToDiscipline(by=who, at=when, organ=organ, barred=frozenset({WATER}))
        case c.Withdraw | c.Unmerge | c.RefuseReturn | c.RefuseExtension | c.SendBack | c.OrderRework | c.Reopen:
            return verb(by=who, at=when, reason=text)
        case c.RefuseTermination:
            return c.RefuseTermination(by=who, at=when, reason=text)
        case c.Merge:
            return c.Merge(by=who, at=when, into=OTHER)
        case c.ShareReply:
            return c.ShareReply(by=who, at=when, to=(OTHER,))
        case c.ReceiveSharedReply:
            out_of = rng.choice((OTHER, UUID(int=1)))
            return c.ReceiveSharedReply(
                by=who,
                at=when,
                out_of=out_of,
                reply="同一答复",
                channel=Channel.WECHAT,
                evidence="消息 1",
            )
        case c.Dispatch | c.Designate | c.AddCoUnit:
            return verb(by=who, at=when, unit=unit)
        case c.SubDispatch:
            return c.SubDispatch(by=who, at=when, unit=unit, leg=leg)
        case c.Sign:
            return c.Sign(by=who, at=when, leg=leg)
        case c.RequestReturn | c.RequestExtension:
            return verb(by=who, at=when, reason=text, leg=leg)
        case c.MakeFirstContact:
            return c.MakeFirstContact(by=who, at=when, means=text, leg=leg)
        case c.RequestSupplement:
            return c.RequestSupplement(by=who, at=when, question=text, leg=leg)
        case c.ReceiveSupplement:
            return c.ReceiveSupplement(by=who, at=when, text=text)
        case c.RecordFinding:
            result = rng.choice(tuple(Finding))
            promised = rng.choice(
                ((), (Measure("整改"),), (Measure("退费", when.day), Measure("整改", when.day, done=True)))
            )
            return c.RecordFinding(by=who, at=when, result=result, evidence=text, measures=promised, leg=leg)
        case c.HandOver:
            return c.HandOver(by=who, at=when, means="电话", note=text, leg=leg)
        case c.AddMeasure:
            due = when.day + timedelta(days=rng.choice((-1, 0, 10)))
            return c.AddMeasure(by=who, at=when, code=rng.choice(("整改", "退费", "培训")), due=due, leg=leg)
        case c.CompleteMeasure:
            return c.CompleteMeasure(by=who, at=when, code=rng.choice(("整改", "退费")), evidence=text, leg=leg)
        case c.SubmitReply:
            return c.SubmitReply(by=who, at=when, reply=text, leg=leg)
        case c.DeliverReply:
            return c.DeliverReply(by=who, at=when, evidence=text)
        case c.RecordFollowUp:
            reached = rng.random() < 0.6
            return c.RecordFollowUp(
                by=who,
                at=when,
                means="电话",
                reached=reached,
                outcome=None if reached else rng.choice((None, "无人接听")),
                solved=rng.choice((None, True, False)) if reached else None,
                satisfaction=rng.choice(tuple(Satisfaction)) if reached else None,
                cause=rng.choice((None, "未解决")) if reached else None,
            )
        case c.InviteRating:
            token = rng.choice(("t1", "t2", f"t{state.version}"))
            until = when.at + timedelta(minutes=rng.choice((1, 100_000)))
            return c.InviteRating(by=who, at=when, token=token, means="短信", expires_at=until)
        case c.RateAnswer:
            token = rng.choice([*(one.token for one in state.invitations), "t0"])
            word = rng.choice(tuple(Satisfaction))
            return c.RateAnswer(by=who, at=when, token=token, solved=rng.random() < 0.5, satisfaction=word)
        case c.InvalidateRating:
            standing = [one.version for one in state.said if not one.invalidated]
            wrong = rng.random() < 0.2
            meant = rng.choice((None, 1)) if wrong or not standing else rng.choice(standing)
            return c.InvalidateRating(by=who, at=when, reason="授意评议", follow_up=meant)
        case c.Close:
            return c.Close(by=who, at=when, ground=text, no_rework_reason=rng.choice((None, *("已无法改变",) * 4)))
        case c.Suspend:
            grounds = ("无此事由", edition.suspension_grounds[0].code)
            return c.Suspend(by=who, at=when, ground=rng.choice(grounds))
        case c.RequestTermination:
            grounds = ("无此事由", edition.termination_grounds[0].code)
            return c.RequestTermination(by=who, at=when, ground=rng.choice(grounds), reason=text, leg=leg)
        case c.CorrectReply:
            return c.CorrectReply(by=who, at=when, reply=text, cause="笔误")
        case c.WithdrawPublication:
            return c.WithdrawPublication(by=who, at=when, cause=text)
        case c.Urge:
            return c.Urge(by=who, at=when)
        case c.Supervise:
            return c.Supervise(by=who, at=when, level=rng.choice(tuple(SupervisionLevel)))
        case c.RecomputeDeadline:
            clock = rng.choice(("citizen", "leg 1"))
            return c.RecomputeDeadline(
                by=CLOCK, at=when, clock=clock, deadline=state.citizen_deadline, cause="calendar:2026-2"
            )
        case _:
            msg = f"no wish is written for {verb.__name__}"
            raise AssertionError(msg)


ONCE: tuple[type[c.Command], ...] = (c.HandOver, c.CompleteMeasure)
"""What is done once in the life of a case."""


@dataclass
class Walk:
    """One case under random work."""

    rng: Random
    facts: list[ComplaintFact] = field(default_factory=list)
    state: Complaint | None = None
    when: Moment = field(default_factory=at)
    taken: set[tuple[str, State]] = field(default_factory=set)
    seen: set[type[Fact]] = field(default_factory=set)
    refused: set[str] = field(default_factory=set)

    def begin(self) -> Complaint:
        """Register a case of a random kind at a random door."""
        kinds = [kind for kind in ComplaintKind if kind is not ComplaintKind.ACCUSATION or self.rng.random() < 0.2]
        facts = registered(self.rng.choice(kinds), self.rng.choice(tuple(Channel)))
        self.when = at()
        self.facts = list(facts)
        self.state = None
        for fact in facts:
            self.state = evolve(self.state, fact)
        assert self.state is not None
        return self.state

    def _verb(self, state: State) -> type[c.Command]:
        """Mostly a step that the table allows, with a liking for roads that were not walked and do not end."""
        # What is done once in the life of a case: done in one state, it can be done in no later one.
        once = [step for step in STEP_OF.values() if step.command in ONCE]
        made = {step.verb for step in once if (step.verb, state) in self.taken}
        legal = [step for step in STEP_OF.values() if state in step.states and step.verb not in made]
        fresh = [step for step in legal if (step.verb, state) not in self.taken and self._may_come_of(step.command)]
        lasting = [step for step in legal if not step.to or step.to & OPEN_STATES]
        chance = self.rng.random()
        if chance < 0.1:
            return self.rng.choice(list(STEP_OF.values())).command
        if chance < 0.5 and fresh:
            return self.rng.choice(fresh).command
        if chance < 0.65 and state in MAIN_ROAD:
            return self.rng.choice(MAIN_ROAD[state])
        return self.rng.choice(lasting if chance < 0.9 and lasting else legal).command

    def _may_come_of(self, verb: type[c.Command]) -> bool:
        """Say whether there is anything for a verb to be about, where the table alone does not tell."""
        assert self.state is not None
        if verb is c.InvalidateRating:
            return any(not one.invalidated for one in self.state.said)
        if verb is c.HandOver:
            return self.state.responsibility.owed_by(None) is not None
        if verb is c.AddMeasure:
            return any(one.dropped is None for one in self.state.corrections)
        if verb is c.CompleteMeasure:
            return any(one.owed for one in self.state.corrections)
        return True

    def step(self) -> tuple[Complaint, ComplaintCommand, tuple[ComplaintFact, ...]]:
        """Try one wish; returns the state before, the wish, and what came of it (nothing where refused)."""
        assert self.state is not None
        before = self.state
        self.when = Moment(self.when.at + timedelta(minutes=self.rng.choice((1, 5, 20, 45, 300, 1440, 5000))))
        command = wish(self.rng, self._verb(before.state), before, self.when)
        try:
            facts = decide(before, command, rules())
        except Refusal as refusal:
            self.refused.add(refusal.code)
            return before, command, ()
        for fact in facts:
            self.state = evolve(self.state, fact)
            self.facts.append(fact)
            self.seen.add(type(fact))
        self.taken.add((STEP_OF[type(command)].verb, before.state))
        return before, command, facts
