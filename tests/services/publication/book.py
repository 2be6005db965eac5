"""An invented book of two quarters, told through the real casework, so that every section has something to say."""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from datetime import datetime
from typing import TYPE_CHECKING, Any
from uuid import UUID

from domain.bulletin.name import BulletinName
from domain.complaint import commands as c
from domain.complaint.events import Measure
from domain.facts import Actor, Moment
from domain.identity import episode_stream
from domain.programme.events import EpisodeHeld, OnAirUnit
from domain.words import Channel, ComplaintKind, Finding, Role, Satisfaction
from services.log.port import Append
from services.publication.internal_edition import EditionSettings
from services.publication.publication import Publication, PublicationSettings
from tests.composed import APPROVER, DISPATCHER, FOLLOWER, OFFICER, OPERATOR, SHANGHAI, StandingClock, call, clerk

if TYPE_CHECKING:
    from gateways.app import Hangfeng

WATER, ROADS, PARKS = "江北区水务局", "江北区交通运输局", "江北区园林绿化局"
PRODUCER = Actor("编导己", Role.PRODUCER)
SUPERVISOR = Actor("督办庚", Role.SUPERVISOR)
Q4, Q1 = BulletinName.parse("2025Q4"), BulletinName.parse("2026Q1")
AFTER_Q4 = datetime(2026, 1, 6, 9, tzinfo=SHANGHAI)
AFTER_Q1 = datetime(2026, 4, 7, 9, tzinfo=SHANGHAI)
WITHOUT = "首期试行"
EPISODE = "热线-20260114"


def on(month: int, day: int, hour: int = 9, year: int = 2026) -> Moment:
    return Moment(datetime(year, month, day, hour, tzinfo=SHANGHAI))


@dataclass
class Book:
    """Writes cases into a house, each step at a moment of its own."""

    house: Hangfeng
    clock: StandingClock
    calls: int = 0
    cases: dict[str, UUID] = field(default_factory=dict)

    def matter(self, at: Moment, **more: Any) -> UUID:  # noqa: ANN401 - any field of a registration
        self.calls += 1
        command = call(self.house, f"call-{self.calls}", number=f"1380000{self.calls:04d}", at=at.at)
        filled = {"kind": ComplaintKind.HELP, "category": "供水", "title": f"第{self.calls}件", **more}
        return self.house.casework.register(replace(command, **filled)).id

    def do(self, case: UUID, *commands: Any) -> None:  # noqa: ANN401 - any command
        for command in commands:
            self.house.casework.handle(case, command)

    def send(self, case: UUID, unit: str, at: Moment) -> None:
        self.do(case, c.Dispatch(by=DISPATCHER, at=at, unit=unit), c.Sign(by=clerk(unit), at=at))

    def send_back(self, case: UUID, unit: str, at: Moment) -> None:
        self.do(case, c.Dispatch(by=DISPATCHER, at=at, unit=unit))
        self.do(case, c.RequestReturn(by=clerk(unit), at=at, reason="不属职责"))
        self.do(case, c.ApproveReturn(by=DISPATCHER, at=at))

    def find(self, case: UUID, unit: str, at: Moment, result: Finding, code: str | None, *, corrected: bool) -> None:
        measures = (Measure("training"),) if corrected else ()
        found = {"result": result, "evidence": "调阅台账", "conduct_code": code, "measures": measures}
        self.do(case, c.RecordFinding(by=clerk(unit), at=at, **found))  # type: ignore[arg-type]

    def answer(self, case: UUID, unit: str, at: Moment) -> None:
        self.do(case, c.SubmitReply(by=clerk(unit), at=at, reply="已办理完毕"), c.ApproveReply(by=APPROVER, at=at))
        self.do(case, c.DeliverReply(by=FOLLOWER, at=at, evidence="短信回执"))

    def call_back(self, case: UUID, at: Moment, said: Satisfaction, cause: str | None = None) -> None:
        solved = said is not Satisfaction.DISSATISFIED
        why = cause if solved else cause or "问题未解决"
        told = {"means": "电话", "reached": True, "solved": solved, "satisfaction": said, "cause": why}
        self.do(case, c.RecordFollowUp(by=FOLLOWER, at=at, **told))  # type: ignore[arg-type]

    def close(self, case: UUID, at: Moment) -> None:
        self.do(case, c.Close(by=FOLLOWER, at=at, ground="solved"))

    def handled(self, registered: Moment, answered: Moment, unit: str, said: Satisfaction, **more: Any) -> UUID:  # noqa: ANN401
        case = self.matter(registered, **more)
        self.send(case, unit, registered)
        self.answer(case, unit, answered)
        self.call_back(case, answered, said)
        waived = "政策不允许，已说明救济途径" if said is Satisfaction.DISSATISFIED else None
        self.do(case, c.Close(by=FOLLOWER, at=answered, ground="solved", no_rework_reason=waived))
        return case

    def episode(self, reference: str, at: Moment, unit: str) -> None:
        held = EpisodeHeld(
            by=PRODUCER,
            occurred=at,
            episode=reference,
            aired_on=at.day,
            station="云川综合广播",
            units=(OnAirUnit(unit, "林某某", "局长"),),
            calls_aired=6,
            closed_live=2,
        )
        self.house.log.append([Append(episode_stream(reference), 0, (held,))])

    def last_quarter(self) -> None:
        """2025Q4: one matter stays open beyond its deadline."""
        self.clock.now = AFTER_Q4
        self.handled(on(11, 3, year=2025), on(11, 5, year=2025), WATER, Satisfaction.SATISFIED)
        self.cases["late"] = self.matter(on(12, 1, year=2025), category="公交")
        self.send(self.cases["late"], ROADS, on(12, 1, 10, year=2025))

    def this_quarter(self) -> None:
        """2026Q1: each kind of thing that a bulletin speaks of, at least once."""
        self.clock.now = AFTER_Q1
        self.answer(self.cases["late"], ROADS, on(1, 8))
        self.episode(EPISODE, on(1, 14, 10), WATER)
        for day in (5, 6, 7):
            self.handled(on(1, day), on(1, day + 2), WATER, Satisfaction.SATISFIED)
        self.handled(on(1, 14), on(1, 16), WATER, Satisfaction.FAIRLY_SATISFIED, programme_ref=EPISODE)
        self._late_and_dissatisfied()
        self._found()
        self._not_with_any_unit()
        self.cases["overdue"] = self.matter(on(2, 2), category="公交", channel=Channel.WECHAT)
        self.send(self.cases["overdue"], ROADS, on(2, 2, 10))
        hidden = self.matter(on(2, 3), category="绿化", confidential=True)
        self.send(hidden, PARKS, on(2, 3, 10))
        self.cases["hard"] = self.matter(on(3, 2), category="噪声")
        for hour, unit in ((10, WATER), (13, ROADS), (16, PARKS)):
            self.send_back(self.cases["hard"], unit, on(3, 2, hour))

    def _late_and_dissatisfied(self) -> None:
        case = self.matter(on(1, 14), programme_ref=EPISODE)
        self.send(case, WATER, on(1, 14, 10))
        self.answer(case, WATER, on(2, 4))
        self.call_back(case, on(2, 5), Satisfaction.DISSATISFIED, "答复笼统")
        self.do(case, c.OrderRework(by=FOLLOWER, at=on(2, 5, 10), reason="未说明恢复时间"))
        self.send(case, WATER, on(2, 5, 11))
        self.answer(case, WATER, on(2, 6))
        self.cases["dissatisfied"] = case

    def _found(self) -> None:
        results = ((Finding.SUBSTANTIATED, "buck_passing", True), (Finding.NOT_SUBSTANTIATED, None, False))
        for day, (result, code, corrected) in enumerate(results, start=19):
            case = self.matter(on(1, day), kind=ComplaintKind.COMPLAINT, category="公交")
            self.send(case, ROADS, on(1, day, 10))
            self.find(case, ROADS, on(1, day, 11), result, code, corrected=corrected)
            self.answer(case, ROADS, on(1, day + 2))
            self.call_back(case, on(1, day + 2), Satisfaction.SATISFIED)
            self.close(case, on(1, day + 2))

    def _not_with_any_unit(self) -> None:
        direct = self.matter(on(1, 7), kind=ComplaintKind.ENQUIRY, category="政策", channel=Channel.WEB_MAILBOX)
        self.do(direct, c.Answer(by=OPERATOR, at=on(1, 7, 10), reply="办事指南第三条"))
        accusation = self.matter(on(1, 8), kind=ComplaintKind.ACCUSATION, category="作风", wanted_unit=PARKS)
        self.do(accusation, c.TransferToDiscipline(by=OFFICER, at=on(1, 8, 10), organ="江北区纪委监委"))
        self.matter(on(2, 9), category="路灯", channel=Channel.LETTER, limit_class="ordinary")


def publication(
    house: Hangfeng,
    *,
    two_people: bool = False,
    editions: EditionSettings | None = None,
    printed_by: str | None = None,
    copied_to: tuple[str, ...] = (),
) -> Publication:
    return Publication(
        house.log,
        house.writer,
        house.instance,
        house.runner,
        house.views,
        house.keys.signing,
        house.settings.data / "editions",
        PublicationSettings(two_people, editions or EditionSettings(), printed_by, copied_to),
    )


def told(house: Hangfeng, clock: StandingClock) -> Book:
    """Both quarters, and the bulletin of the first published between them."""
    book = Book(house, clock)
    book.last_quarter()
    pub, at = publication(house), Moment(AFTER_Q4)
    pub.freeze(Q4, PRODUCER, at)
    pub.approve(Q4, APPROVER, at, without_proof=WITHOUT)
    pub.publish(Q4, APPROVER, at)
    book.this_quarter()
    return book
