"""A house with a courier and an outlet that answers as it is told."""

from __future__ import annotations

import json
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any
from uuid import UUID

from domain.facts import Actor, Moment
from domain.partners import exposures as x
from domain.partners import outlets as p
from domain.words import Role
from gateways.app import Hangfeng
from services.media.addresses import AddressRules
from services.media.courier import Answer, Courier, CourierSettings
from services.media.deliveries import FEED_FILE
from services.relay.store import RelayStore
from tests.composed import StandingClock, a_house

PRODUCER = Actor("编导", Role.PRODUCER)
SUPERVISOR = Actor("督办", Role.SUPERVISOR)
APPROVER = Actor("主任", Role.APPROVER)
SETTINGS = CourierSettings(5.0, 3, 10.0, 15.0, AddressRules())
EVERYTHING = (p.Material.FACTS, p.Material.EDITIONS, p.Material.EXPOSURES)


@dataclass
class Outlet:
    """Answers as it is told, 200 where it is told nothing, and keeps what it took."""

    says: list[Answer] = field(default_factory=list)
    fails: str = "nobody"
    asked: list[tuple[str, dict[str, str], bytes]] = field(default_factory=list)

    def __call__(self, url: str, headers: dict[str, str], body: bytes, /) -> Answer:
        self.asked.append((url, headers, body))
        if self.fails in url:
            return Answer(500)
        return self.says.pop(0) if self.says else Answer(200)


@dataclass
class Desk:
    house: Hangfeng
    clock: StandingClock
    outlet: Outlet
    courier: Courier
    secret: str

    @property
    def now(self) -> Moment:
        return Moment(self.clock())

    def exposed(
        self, batch: str = "b1", words: str = "推诿三次，超期未答复。", *, complaint: UUID | None = None
    ) -> None:
        book = self.house.exposures
        book.record(lambda s: x.draft(s, batch, x.ExposureScope.PUBLIC, "第一批", SUPERVISOR, self.now))
        book.add(batch, "市城管局", words, SUPERVISOR, self.now, complaint=complaint)
        book.add(batch, "市教育局", "收费不公示。", SUPERVISOR, self.now)
        book.approve(batch, APPROVER, self.now)
        book.publish(batch, APPROVER, self.now)

    def bodies(self) -> list[dict[str, Any]]:
        return [json.loads(body) for _, _, body in self.outlet.asked]

    def outlet_of(self, code: str, *wants: p.Material, webhook: bool = True) -> None:
        """Register another outlet, with a secret where it has an address."""
        url = f"https://{code}.example/hook" if webhook else None
        profile = p.Profile(code, p.OutletLevel.CITY, (p.Format.PRINT,), wants, 0, url)
        at = self.now
        self.house.partners.record(lambda state: p.register(state, code, profile, PRODUCER, at))
        self.house.deliveries.renew_secret(code)


@contextmanager
def a_courier_desk(data: Path) -> Iterator[Desk]:
    """A house with a radio that wants everything, half an hour after it is published."""
    clock = StandingClock()
    with a_house(data, clock) as house:
        profile = p.Profile("电台", p.OutletLevel.CITY, (p.Format.RADIO,), EVERYTHING, 30, "https://radio.example/hook")
        at = Moment(clock())
        house.partners.record(lambda state: p.register(state, "radio", profile, PRODUCER, at))
        secret, outlet = house.deliveries.renew_secret("radio"), Outlet()
        store = RelayStore(house.settings.data, FEED_FILE)
        yield Desk(house, clock, outlet, Courier(house.log, store, house.deliveries, SETTINGS, clock, outlet), secret)
        store.close()
