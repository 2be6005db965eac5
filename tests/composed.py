"""The real house over a temporary directory, with a clock that stands until a test moves it."""

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import datetime, timedelta
from pathlib import Path
from zoneinfo import ZoneInfo

from domain.complaint import commands as c
from domain.facts import Actor, Moment
from domain.identity import Evidence
from domain.words import Channel, ComplaintKind, Role
from gateways.app import Hangfeng, compose, open_new
from services.settings import Settings

SHANGHAI = ZoneInfo("Asia/Shanghai")
START = datetime(2026, 3, 2, 9, 0, tzinfo=SHANGHAI)
"""A Monday morning on which people work."""


@dataclass
class StandingClock:
    """A clock that shows ``now`` until somebody moves it."""

    now: datetime = START

    def __call__(self) -> datetime:
        return self.now

    def pass_(self, **span: float) -> None:
        self.now += timedelta(**span)


OPERATOR = Actor("坐席甲", Role.OPERATOR)
DISPATCHER = Actor("派单员乙", Role.DISPATCHER)
OFFICER = Actor("保密专员丙", Role.CONFIDENTIAL_OFFICER)
APPROVER = Actor("主任丁", Role.APPROVER)
FOLLOWER = Actor("回访员戊", Role.FOLLOW_UP_OFFICER)


def clerk(unit: str) -> Actor:
    return Actor("经办人", Role.UNIT_CLERK, unit)


@contextmanager
def a_house(data: Path, clock: StandingClock) -> Iterator[Hangfeng]:
    settings = Settings(data=data)
    open_new(settings, clock)
    with compose(settings, clock) as house:
        yield house


def call(
    house: Hangfeng,
    call_id: str = "call-1",
    *,
    kind: ComplaintKind = ComplaintKind.ENQUIRY,
    text: str = "路灯不亮",
    number: str | None = "13800000000",
    unit: str | None = None,
    at: datetime | None = None,
    confidential: bool = False,
) -> c.Register:
    """A hotline call as the gateway makes a command of it."""
    evidence = Evidence(Channel.HOTLINE, "hotline", call_id)
    who = house.casework.identify(evidence, f"{kind}|{text}|{unit}".encode(), number=number)
    return c.Register(
        by=OPERATOR,
        at=Moment(at or house.clock()),
        contact=who.contact,
        matter_no=1,
        evidence_digest=who.evidence_digest,
        subject=who.subject,
        channel=Channel.HOTLINE,
        source="hotline",
        source_id=call_id,
        kind=kind,
        title="来电",
        text=text,
        wanted_unit=unit,
        reporter_number=number,
        confidential=confidential,
    )
