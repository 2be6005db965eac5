"""The ways that a case can take (办理过程): dispatch, handling, answer, call-back, and what may come between."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from enum import StrEnum
from random import Random

from domain.complaint import commands as c
from domain.complaint.events import Measure
from domain.facts import Actor, Moment
from domain.words import (
    Channel,
    ComplaintKind,
    Finding,
    Role,
    Satisfaction,
    State,
    SupervisionLevel,
)
from services.sample.chance import likely
from services.sample.city import City, CityUnit
from services.sample.course import Course
from services.sample.stories import Route
from services.sample.telling import Scene
from services.sample.timetable import Timetable

PERCENT = 100
REDONE_OFTEN = 3
DOUBT = 5
"""How many more of a hundred are not content with a first answer than with the unit in general."""
DAY_MINUTES = 450
"""Working minutes of one office day."""

_A_WHILE = timedelta(minutes=35)
_DAYS_TO_PROVE = 6
_DAYS_TO_CORRECT = 20
_LATE_PERCENT_MAX = 25
_LAST_DAY_OF_PROOFS = date(2026, 4, 1)
_NEEDS_FINDING = frozenset({ComplaintKind.COMPLAINT, ComplaintKind.REPORT})
_FOUND = (Finding.SUBSTANTIATED, Finding.PARTLY)


class Twist(StrEnum):
    """What is out of the ordinary in a case, beside the late, the dissatisfied and the unreachable."""

    RETURN = "return"
    REFUSED_RETURN = "refused_return"
    DESIGNATE = "designate"
    CO_UNIT = "co_unit"
    SUPPLEMENT = "supplement"
    EXTEND = "extend"
    REFUSED_EXTENSION = "refused_extension"
    SEND_BACK = "send_back"
    SUSPEND = "suspend"
    TERMINATE = "terminate"
    REFUSED_TERMINATION = "refused_termination"
    CORRECT = "correct"
    RECLASSIFY = "reclassify"
    WITHDRAW = "withdraw"
    REOPEN = "reopen"
    CORRECT_REPLY = "correct_reply"
    WITHDRAW_PUBLICATION = "withdraw_publication"
    PASSED_ON = "passed_on"
    OFTEN_REDONE = "often_redone"


_CHANGES_DEADLINE = frozenset({Twist.EXTEND, Twist.TERMINATE, Twist.SUSPEND})


@dataclass(frozen=True, slots=True)
class Desk:
    """Who acts on a case: one person a post, drawn for the case."""

    operator: Actor
    dispatcher: Actor
    follower: Actor
    approver: Actor
    supervisor: Actor
    confidential: Actor


def desk_of(rng: Random, city: City) -> Desk:
    """Draw who acts on a case."""
    staff = city.staff
    return Desk(
        Actor(rng.choice(staff.operators), Role.OPERATOR),
        Actor(rng.choice(staff.dispatchers), Role.DISPATCHER),
        Actor(rng.choice(staff.followers), Role.FOLLOW_UP_OFFICER),
        Actor(rng.choice(staff.approvers), Role.APPROVER),
        Actor(rng.choice(staff.supervisors), Role.SUPERVISOR),
        Actor(rng.choice(staff.confidential), Role.CONFIDENTIAL_OFFICER),
    )


@dataclass(slots=True)
class Way:
    """A case on its way: its course, its scene, the people who act, and the chance that leads it."""

    course: Course
    scene: Scene
    desk: Desk
    city: City
    rng: Random
    times: Timetable
    twist: Twist | None = None
    wrong_units: tuple[CityUnit, ...] = ()
    co_unit: CityUnit | None = None
    true_kind: ComplaintKind | None = None
    stuck: bool = False
    last_finding: Finding | None = None
    means: str = "电话"

    # --- the whole way ----------------------------------------------------------------------------------------------

    def go(self) -> None:
        """Take the case from its registration to its end. Raises ``Ended``."""
        match self.scene.story.route:
            case Route.DIRECT:
                self._direct()
            case Route.REFUSE:
                self._refused()
            case Route.EMERGENCY:
                self._emergency()
            case Route.ACCUSE:
                self.to_discipline()
            case Route.ORDINARY:
                self.to_dispatch()
                self.to_answer()
                self.to_close()
                self.to_archive()

    def to_dispatch(self) -> None:
        """What the hotline does before and at the dispatch."""
        self._put_right()
        if self.course.channel is Channel.LETTER:
            self._accept(self.rng.randint(1, 5) * DAY_MINUTES)
        elif self._chance(12):
            self._accept(self.rng.randint(5, 60))
        self._dispatch(self._minutes(15, 200))

    def to_answer(self) -> None:
        """From the dispatch to the reply that reaches the person."""
        self._disputed()
        if self.twist is Twist.WITHDRAW:
            self._withdrawn()
            return
        self._handled(again=False)

    def to_close(self) -> None:
        """From the delivered reply to the end of the case."""
        if self.course.state.state is not State.AWAITING_FOLLOW_UP:
            return
        self._followed_up()

    def to_archive(self) -> None:
        """What comes after a case was closed."""
        ended = self.course.state.state
        if ended is State.CLOSED:
            self._afterwards()
        if ended in {State.CLOSED, State.WITHDRAWN, State.TERMINATED} and self._chance(65):
            self._do(c.Archive, self.desk.dispatcher, self._later(days=self.rng.randint(8, 25)))

    # --- ways of their own ------------------------------------------------------------------------------------------

    def _direct(self) -> None:
        minutes = timedelta(minutes=self.rng.randint(2, 9))
        self._do(c.Answer, self.desk.operator, self.course.last + minutes, reply=self.scene.direct_answer())
        if self._chance(30):
            self._do(c.Archive, self.desk.dispatcher, self._later(days=self.rng.randint(8, 25)))

    def _refused(self) -> None:
        self._do(
            c.Refuse,
            self.desk.dispatcher,
            self._after(20, 200),
            reason=self.scene.direct_answer(),
            proper_route=self.scene.story.proper_route,
        )
        if self._chance(40):
            self._do(c.Archive, self.desk.dispatcher, self._later(days=self.rng.randint(5, 20)))

    def _emergency(self) -> None:
        seconds = timedelta(seconds=self.rng.randint(20, 90))
        service = self.scene.story.service[self.scene.variant % len(self.scene.story.service)]
        self._do(c.HandToEmergency, self.desk.operator, self.course.last + seconds, service=service)

    def to_discipline(self) -> None:
        """The only way out of an accusation."""
        if self.course.state.kind is not ComplaintKind.ACCUSATION:
            self._do(
                c.Reclassify,
                self.desk.dispatcher,
                self._after(5, 40),
                kind=ComplaintKind.ACCUSATION,
                cause="来电内容为检举控告",
            )
        officer = self.desk.confidential
        self._do(c.Accept, officer, self._after(30, 200))
        self._do(c.TransferToDiscipline, officer, self._after(60, 900), organ=self.city.discipline)
        if self._chance(60):
            self._do(c.Archive, officer, self._later(days=self.rng.randint(5, 20)))

    def answered_live(self) -> None:
        """The leader in the studio answers on air, and the hotline records it as its own answer."""
        said = self._after(3, 12)
        reply = self.scene.reply(self.rng, said)
        self._do(c.Answer, self.desk.operator, said, reply=f"（节目现场答复）{reply}")

    def unmerged(self, reason: str) -> None:
        """Take the case out of another again."""
        self._do(c.Unmerge, self.desk.dispatcher, self._after(60, 300), reason=reason)

    def merged_into(self, target: Course, at: datetime) -> None:
        """Handle the case together with another."""
        self._do(c.Merge, self.desk.dispatcher, at, into=target.case.stand_in)

    # --- before the dispatch ----------------------------------------------------------------------------------------

    def _put_right(self) -> None:
        if self.true_kind is not None:
            self._do(
                c.Reclassify,
                self.desk.dispatcher,
                self._after(5, 60),
                kind=self.true_kind,
                cause="登记类别有误",
            )
        if self.twist is Twist.CORRECT:
            self._do(
                c.CorrectRegistration,
                self.desk.operator,
                self._after(5, 40),
                reason="来电人补充地址，原登记楼栋有误",
                reporter_address=f"{self.scene.person.home}",
                category=self.scene.story.topic,
            )

    def _accept(self, minutes: int) -> None:
        self._do(c.Accept, self.desk.dispatcher, self.times.after(self.course.last, minutes))

    def _dispatch(self, minutes: int, note: str | None = None) -> None:
        at = self.times.after(self.course.last, minutes)
        for wrong in self.wrong_units:
            self._send(wrong, at, note)
            designates = wrong is self.wrong_units[-1] and self.twist is not Twist.RETURN
            self._returned(wrong, designates=designates)
            if designates:
                return
            at, note = self._after(5, 60), "前一单位退单，请接单后尽快联系诉求人。"
        self._send(self.scene.unit, at, note)

    def _send(self, unit: CityUnit, at: datetime, note: str | None = None) -> None:
        spelling = self.rng.choice(unit.aliases) if self._chance(9) else None
        wish = c.Dispatch(by=self.desk.dispatcher, at=Moment(at), unit=unit.name, note=note)
        self.course.do(wish, spelling=spelling)

    def _returned(self, wrong: CityUnit, *, designates: bool) -> None:
        clerk, leader = staff_of(wrong)
        signed = self._after(10, 60)
        if signed < self.course.last + timedelta(hours=3):
            self._do(c.Sign, clerk, signed)
        asked = self._within_a_day()
        reason = f"该事项不属我单位职责，建议转{self.scene.unit.name}办理。"
        self._do(c.RequestReturn, leader, asked, reason=reason)
        if designates:
            self._do(c.Designate, self.desk.supervisor, self._after(40, 240), unit=self.scene.unit.name)
        else:
            self._do(c.ApproveReturn, self.desk.dispatcher, self._after(15, 120))
        self._hand_over(wrong)

    def _hand_over(self, unit: CityUnit) -> None:
        """A unit that is relieved of a case tells the person where it goes; one that lags does not come to it."""
        owed = self.course.state.responsibility.owed_by(unit.name)
        if owed is not None and unit.late <= _LATE_PERCENT_MAX:
            note = f"已电话告知诉求人本件转{self.scene.unit.name}办理，现场照片一并移交。"
            at = self.times.after(self.course.last, 5)
            self._do(c.HandOver, staff_of(unit)[0], at, means="电话", note=note, leg=owed.leg)

    def _disputed(self) -> None:
        if self.twist is not Twist.REFUSED_RETURN:
            return
        _, leader = staff_of(self.scene.unit)
        asked = self._within_a_day()
        self._do(c.RequestReturn, leader, asked, reason="涉及多个单位，申请由其他单位牵头。")
        refused = "职责清单列明由你单位牵头，请抓紧办理。"
        self._do(c.RefuseReturn, self.desk.dispatcher, self._after(20, 120), reason=refused)

    def _withdrawn(self) -> None:
        clerk, _ = staff_of(self.scene.unit)
        self._do(c.Sign, clerk, self._after(20, 200))
        reason = self.rng.choice(
            ("问题已自行解决，来电撤回。", "与对方协商一致，不再反映。", "来电人表示记错了单位，撤回。")
        )
        self._do(c.Withdraw, self.desk.operator, self._after(60, 700), reason=reason)

    # --- handling ---------------------------------------------------------------------------------------------------

    def _handled(self, *, again: bool) -> None:
        """From a dispatched leg to the delivered reply."""
        unit = self.scene.unit
        clerk, _ = staff_of(unit)
        late = not again and self.twist not in _CHANGES_DEADLINE and self._chance(unit.late)
        self._do(c.Sign, clerk, self._after(600, 1100) if late and self._chance(45) else self._after(8, 150))
        if not (late and self._chance(25)):
            means = self.rng.choice(("电话", "电话", "电话", "上门", "短信"))
            minutes = self._minutes(300, 700) if late else self._minutes(10, 160)
            self._do(c.MakeFirstContact, clerk, self.times.after(self.course.last, minutes), means=means)
        if self.stuck:
            self._left_undone()
            return
        submitted = self._when_submitted(late=late)
        for at, act in sorted(self._between(submitted), key=lambda planned: planned[0]):
            if self.course.state.state is State.TERMINATED:
                return
            act(at)
        if self.course.state.state is State.TERMINATED:
            return
        self._answered(submitted, again=again)

    def _when_submitted(self, *, late: bool) -> datetime:
        """Choose when the unit hands in its answer, before or after its deadline."""
        course, unit, rng = self.course, self.scene.unit, self.rng
        due = course.deadline.due
        soonest = self.times.after(course.last, rng.randint(40, 160))
        if late:
            heavy = 9 if unit.late > 20 else 4  # noqa: PLR2004 - the unit that does worst also takes longest
            return self.times.after(due, int(rng.triangular(0.4, heavy, 1.2) * DAY_MINUTES))
        if self.twist in _CHANGES_DEADLINE:
            return self.times.after(due, rng.randint(60, 900))
        started = course.deadline.started_at
        if self.twist is Twist.REFUSED_EXTENSION:
            return max(soonest, self.times.before(due - timedelta(minutes=rng.randint(30, 400))))
        share = min(max(rng.gauss(unit.slow / PERCENT * 0.7 + 0.08, 0.15), 0.1), 0.88)
        wanted = self.times.before(started + (due - started) * share)
        return max(soonest, min(wanted, self.times.before(due)))

    def _between(self, submitted: datetime) -> list[tuple[datetime, Callable[[datetime], None]]]:
        """Plan what happens between the first contact and the answer."""
        begin = self.course.last
        acts = self._twisted(begin, submitted)
        due = self.course.deadline.due
        if submitted > due + timedelta(days=2) and self.twist not in _CHANGES_DEADLINE and self._chance(70):
            acts.append((self.times.after(due, self.rng.randint(60, 500)), self._urge))
        if submitted > due + timedelta(days=6) and self._chance(60):
            acts.append((self.times.after(due, self.rng.randint(900, 1500)), self._supervise))
        needs = self.course.state.kind in _NEEDS_FINDING
        if needs or self._chance(15):
            ready = max(begin, self.times.before(submitted - timedelta(minutes=self.rng.randint(20, 200))))
            acts.append((min(ready, submitted), self._find))
        return [(min(at, submitted), act) for at, act in acts]

    def _twisted(self, begin: datetime, submitted: datetime) -> list[tuple[datetime, Callable[[datetime], None]]]:
        due = min(self.course.deadline.due, submitted)

        def part(share: float) -> datetime:
            return max(begin, self.times.before(begin + (due - begin) * share))

        match self.twist:
            case Twist.CO_UNIT if self.co_unit is not None:
                return [(part(0.15), self._with_co_unit)]
            case Twist.SUPPLEMENT:
                asked = part(0.3)
                return [(asked, self._ask_more), (max(part(0.6), asked + _A_WHILE), self._told_more)]
            case Twist.EXTEND:
                return [(part(0.7), self._extend)]
            case Twist.REFUSED_EXTENSION:
                return [(part(0.6), self._extend_in_vain)]
            case Twist.SUSPEND:
                stopped = part(0.3)
                return [(stopped, self._suspend), (max(part(0.8), stopped + _A_WHILE), self._resume)]
            case Twist.TERMINATE | Twist.REFUSED_TERMINATION:
                return [(part(0.6), self._terminate)]
            case _:
                if self.scene.story.sub is not None and self._chance(55):
                    return [(part(0.1), self._send_below)]
                return []

    def _answered(self, submitted: datetime, *, again: bool) -> None:
        course = self.course
        clerk, _ = staff_of(self.scene.unit)
        late = submitted > course.deadline.due
        finding = self.last_finding
        reply = self.scene.reply(self.rng, submitted, finding, late=late, again=again)
        note = "已电话告知办理情况，诉求人表示认可。" if self._chance(30) else None
        if self.twist is Twist.SEND_BACK and not again:
            hasty = f"{self.scene.person.addressed}：您反映的问题已收悉，我单位高度重视，正在办理，感谢关心。"
            self._do(c.SubmitReply, clerk, submitted, reply=hasty)
            reason = "答复未说明核查经过和处理结果，请据实补充后重新提交。"
            self._do(c.SendBack, self.desk.approver, self._after(20, 120), reason=reason)
            submitted = self._after(60, 300)
        self._do(c.SubmitReply, clerk, submitted, reply=reply, internal_note=note)
        self._do(c.ApproveReply, self.desk.approver, self._after(15, 220))
        door = self.course.channel
        spoken = {Channel.LETTER, Channel.VISIT, Channel.ON_AIR, Channel.PARTNER, Channel.UPPER_LEVEL}
        channel = Channel.HOTLINE if door in spoken else door
        self._do(
            c.DeliverReply,
            self.desk.follower,
            self._after(8, 140),
            channel=channel,
            evidence=_EVIDENCE.get(channel, "已送达诉求人"),
        )

    def _left_undone(self) -> None:
        """A unit that does not answer is urged, then supervised; the case stays open."""
        due = self.course.deadline.due
        self._urge(self.times.after(due, self.rng.randint(60, 400)))
        self._supervise(self.times.after(due, self.rng.randint(1400, 2300)))
        self._urge(self.times.after(due, self.rng.randint(4000, 5200)))

    # --- single steps of handling -----------------------------------------------------------------------------------

    def _find(self, at: datetime) -> None:
        clerk, _ = staff_of(self.scene.unit)
        story, rng = self.scene.story, self.rng
        results = [Finding.SUBSTANTIATED] * 56 + [Finding.PARTLY] * 18
        if story.clear:
            results += [Finding.NOT_SUBSTANTIATED] * 20 + [Finding.UNVERIFIABLE] * 6
        result = rng.choice(results)
        measures: tuple[Measure, ...] = ()
        if result in _FOUND and not self._chance(self.scene.unit.late):
            taken = rng.sample(story.measures or _MEASURES, rng.randint(1, len(story.measures or _MEASURES)))
            due = at.date() + timedelta(days=rng.randint(10, 45))
            measures = tuple(Measure(code, due, likely(rng, 60)) for code in taken)
        self._do(
            c.RecordFinding,
            clerk,
            at,
            result=result,
            evidence=rng.choice(_PROOFS),
            conduct_code=story.code,
            measures=measures,
        )
        self.last_finding = result

    def _with_co_unit(self, at: datetime) -> None:
        assert self.co_unit is not None
        clerk, _ = staff_of(self.co_unit)
        self._do(c.AddCoUnit, self.desk.supervisor, at, unit=self.co_unit.name)
        self._do(c.Sign, clerk, self._soon(20, 90))
        if self._chance(75):
            reply = "我单位已派员参加联合踏勘，职责范围内的事项已处理，情况已报主办单位汇总。"
            self._do(c.SubmitReply, clerk, self._soon(30, 120), reply=reply)

    def _send_below(self, at: datetime) -> None:
        assert self.scene.story.sub is not None
        below = self.city.units[self.scene.story.sub]
        clerk, leader = staff_of(below)
        self._do(c.SubDispatch, staff_of(self.scene.unit)[0], at, unit=below.name)
        self._do(c.Sign, leader if self._chance(20) else clerk, self._soon(10, 60))
        if self._chance(80):
            reply = "现场已处置完毕，处置照片和记录已上传，请汇总答复。"
            self._do(c.SubmitReply, clerk, self._soon(20, 120), reply=reply)

    def _ask_more(self, at: datetime) -> None:
        clerk, _ = staff_of(self.scene.unit)
        question = self.rng.choice(
            ("请提供事发的具体时间和地点照片。", "请补充合同或票据，以便核算金额。", "请说明楼栋和单元号。")
        )
        self._do(c.RequestSupplement, clerk, at, question=question)

    def _told_more(self, at: datetime) -> None:
        text = f"补充：地点是{self.scene.place}，时间记得是那天下午，照片已经发到工作人员手机上。"
        self._do(c.ReceiveSupplement, self.desk.operator, at, text=text)

    def _extend(self, at: datetime) -> None:
        _, leader = staff_of(self.scene.unit)
        reason = self.rng.choice(
            ("需委托第三方检测，报告尚未出具。", "涉及多部门会商，需要时间统一意见。", "施工受连续降雨影响。")
        )
        self._do(c.RequestExtension, leader, at, reason=reason)
        self._do(c.GrantExtension, self.desk.supervisor, self._soon(5, 40))

    def _extend_in_vain(self, at: datetime) -> None:
        _, leader = staff_of(self.scene.unit)
        self._do(c.RequestExtension, leader, at, reason="近期工作任务较重，申请延期。")
        refused = "所述理由不属于延期情形，请按期答复。"
        self._do(c.RefuseExtension, self.desk.supervisor, self._soon(5, 40), reason=refused)

    def _suspend(self, at: datetime) -> None:
        ground = self.rng.choice(("appraisal", "awaiting_reporter", "proceedings"))
        self._do(c.Suspend, self.desk.supervisor, at, ground=ground)

    def _resume(self, at: datetime) -> None:
        self._do(c.Resume, self.desk.supervisor, at)

    def _terminate(self, at: datetime) -> None:
        _, leader = staff_of(self.scene.unit)
        granted = self.twist is Twist.TERMINATE
        ground = self.rng.choice(("settled", "unreachable_and_unclear", "adjudicated")) if granted else "impossible"
        self._do(c.RequestTermination, leader, at, ground=ground, reason="情况说明及佐证材料附后，申请终止办理。")
        if granted:
            self._do(c.GrantTermination, self.desk.approver, self._soon(20, 90))
        else:
            refused = "客观条件并非不能解决，请继续办理。"
            self._do(c.RefuseTermination, self.desk.approver, self._soon(20, 90), reason=refused)

    def _urge(self, at: datetime) -> None:
        self._do(c.Urge, self.desk.supervisor, at, note="该件已超期，请即办即报，并向诉求人说明原因。")

    def _supervise(self, at: datetime) -> None:
        level = SupervisionLevel.LISTED if self.stuck else SupervisionLevel.SUPERVISED
        self._do(c.Supervise, self.desk.supervisor, at, level=level, note="列入督办清单，主要负责人签收。")

    # --- calling back -----------------------------------------------------------------------------------------------

    def _followed_up(self) -> None:
        again = self.course.state.reworks > 0
        if not self._reached():
            return
        satisfaction, solved = self._opinion(again=again)
        cause = self.rng.choice(_CAUSES) if satisfaction is Satisfaction.DISSATISFIED else None
        remark = self.rng.choice(_SAID[satisfaction])
        self._do(
            c.RecordFollowUp,
            self.desk.follower,
            self.course.last + timedelta(minutes=self.rng.randint(1, 9)),
            means=self.means,
            reached=True,
            solved=solved,
            satisfaction=satisfaction,
            cause=cause,
            remark=remark,
        )
        redone = self.twist is Twist.OFTEN_REDONE or (not again and self._chance(70))
        if satisfaction is Satisfaction.DISSATISFIED and redone:
            self._rework()
            return
        ground = "诉求已解决" if solved else "政策已解释到位"
        waived = "依据现行政策无法满足，已向诉求人说明依据和救济途径。" if cause is not None else None
        self._do(c.Close, self.desk.follower, self._after(10, 120), ground=ground, no_rework_reason=waived)

    def _reached(self) -> bool:
        """Call back until somebody answers; a case that nobody answers for is closed after three attempts."""
        self.means = self.rng.choice(("电话", "电话", "电话", "短信", "微信"))
        self.course.last = max(self.course.last, self._after(240, 1300))
        for attempt in range(3):
            if not self._chance(13 if attempt == 0 else 45):
                return True
            outcome = self.rng.choice(("无人接听", "关机", "占线", "拒接"))
            self._do(
                c.RecordFollowUp,
                self.desk.follower,
                self._after(5, 60) if attempt == 0 else self._after(300, 600),
                means="电话",
                reached=False,
                outcome=outcome,
            )
        self._do(c.Close, self.desk.follower, self._after(10, 60), ground="三次回访未接通")
        return False

    def _opinion(self, *, again: bool) -> tuple[Satisfaction, bool]:
        if self.twist is Twist.OFTEN_REDONE and self.course.state.reworks < REDONE_OFTEN:
            return Satisfaction.DISSATISFIED, False
        poor = self.scene.unit.poor // 2 if again else self.scene.unit.poor + DOUBT
        if self.last_finding in {Finding.NOT_SUBSTANTIATED, Finding.UNVERIFIABLE}:
            poor += 9
        if self._chance(poor):
            return Satisfaction.DISSATISFIED, self._chance(15)
        if self._chance(22):
            return Satisfaction.FAIRLY_SATISFIED, self._chance(85)
        return Satisfaction.SATISFIED, self._chance(96)

    def _rework(self) -> None:
        reason = "诉求人表示问题未实际解决，请现场复核后重新答复。"
        self._do(c.OrderRework, self.desk.follower, self._after(10, 100), reason=reason)
        self._send(self.scene.unit, self._after(10, 60), "重办件，请分管负责人审签。")
        self._handled(again=True)
        self.to_close()

    # --- after the end ----------------------------------------------------------------------------------------------

    def _afterwards(self) -> None:
        match self.twist:
            case Twist.REOPEN:
                reason = "诉求人来电反映问题反弹，经核属实，重新办理。"
                self._do(c.Reopen, self.desk.dispatcher, self._later(days=self.rng.randint(5, 14)), reason=reason)
                self._send(self.scene.unit, self._after(10, 60), "反弹件，请说明反弹原因。")
                self._handled(again=True)
                self.to_close()
            case Twist.CORRECT_REPLY:
                at = self._later(days=self.rng.randint(1, 5))
                reply = self.scene.reply(self.rng, at, self.last_finding)
                self._do(c.CorrectReply, self.desk.approver, at, reply=reply, cause="答复中日期笔误")
            case Twist.WITHDRAW_PUBLICATION:
                at = self._later(days=self.rng.randint(1, 6))
                self._do(c.WithdrawPublication, self.desk.approver, at, cause="诉求人不愿公开")
                self._invalidate_what_was_said()
            case _:
                self._finish_a_measure()

    def _finish_a_measure(self) -> None:
        """A unit that does not lag names the measure that it still owes, or proves one done, days after the end."""
        owed = [one for one in self.course.state.corrections if one.owed]
        at = self.times.after(self.course.last + timedelta(days=_DAYS_TO_PROVE), 60)
        if owed and at.date() <= _LAST_DAY_OF_PROOFS and self.scene.unit.late <= _LATE_PERCENT_MAX:
            clerk, _ = staff_of(self.scene.unit)
            if owed[0].code is None:
                due = at.date() + timedelta(days=_DAYS_TO_CORRECT)
                self._do(c.AddMeasure, clerk, at, code=_MEASURES[0], due=due, leg=owed[0].leg)
                return
            self._do(c.CompleteMeasure, clerk, at, code=owed[0].code, leg=owed[0].leg, evidence="整改前后照片")

    def _invalidate_what_was_said(self) -> None:
        """A person who asks not to be shown tells that the unit had asked for a good word: it counts no more."""
        said = [one.version for one in self.course.state.said if not one.invalidated]
        if said:
            at = self.times.after(self.course.last, 45)
            self._do(c.InvalidateRating, self.desk.supervisor, at, reason="授意评议", follow_up=said[-1])

    # --- small things -----------------------------------------------------------------------------------------------

    def _do(self, wish: type[c.Command], by: Actor, at: datetime, **fields: object) -> None:
        make: Callable[..., c.Command] = wish
        self.course.do(make(by=by, at=Moment(at), **fields))  # type: ignore[arg-type]

    def _chance(self, percent: int) -> bool:
        return likely(self.rng, percent)

    def _minutes(self, least: int, most: int) -> int:
        return self.rng.randint(least, most)

    def _after(self, least: int, most: int) -> datetime:
        """Return an instant of office time so many working minutes after the last step."""
        return self.times.after(self.course.last, self.rng.randint(least, most))

    def _soon(self, least: int, most: int) -> datetime:
        """Return an instant so many minutes after the last step, whatever the clock says."""
        return self.course.last + timedelta(minutes=self.rng.randint(least, most))

    def _within_a_day(self) -> datetime:
        """Return an instant of office time inside the day that a unit has to return a case, else the same afternoon."""
        wanted = self._after(30, 140)
        return wanted if wanted < self.course.last + timedelta(hours=20) else self._soon(25, 70)

    def _later(self, *, days: int) -> datetime:
        return self.times.after(self.course.last + timedelta(days=days), self.rng.randint(5, 300))


def staff_of(unit: CityUnit) -> tuple[Actor, Actor]:
    """Return a unit's clerk and its leader."""
    return (
        Actor(f"{unit.key}经办人", Role.UNIT_CLERK, unit.name),
        Actor(f"{unit.key}负责人", Role.UNIT_LEADER, unit.name),
    )


_EVIDENCE = {
    Channel.HOTLINE: "电话告知，录音已存档",
    Channel.WEB_MAILBOX: "已在网站回复，状态为已读",
    Channel.WECHAT: "微信已推送，显示送达",
    Channel.EMAIL: "邮件回执已收到",
    Channel.WEIBO: "私信已送达",
    Channel.LEADER_MAILBOX: "信箱系统回执",
}
_MEASURES = ("限期整改", "批评教育")
_PROOFS = (
    "现场照片6张、询问笔录2份。",
    "调取监控录像一段，走访住户5户。",
    "调阅台账和系统日志，当事人签字确认。",
    "联合踏勘记录一份，第三方检测报告一份。",
    "电话录音一份，票据复印件三张。",
)
_CAUSES = ("问题未解决", "答复笼统", "办理超期", "态度敷衍", "政策不理解")
_SAID = {
    Satisfaction.SATISFIED: (
        "来了三个人，当天就弄好了，谢谢你们。",
        "没想到这么快，说话也客气。",
        "总算有人管了，希望一直这样。",
        "满意，老人让我替他说声谢谢。",
    ),
    Satisfaction.FAIRLY_SATISFIED: (
        "基本上解决了，就是等得久了点。",
        "态度还行，后面再看看会不会反弹。",
        "解释清楚了，结果跟想的不太一样。",
    ),
    Satisfaction.DISSATISFIED: (
        "就打了个电话，人都没来。",
        "答复跟上次一个字不差，问题还在那里。",
        "说已经解决了，你们自己来看看。",
        "推来推去，还是没有说归谁管。",
    ),
}
