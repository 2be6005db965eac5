"""The server shows how relay and courier do, in its readiness and in its figures, and takes calls regardless."""

import re

import pytest

from domain.complaint import events as e
from domain.facts import Actor, Moment
from domain.partners import outlets as p
from domain.words import ComplaintKind, Role
from services.media.addresses import AddressRules
from services.media.courier import Answer, Courier, CourierSettings
from services.relay.feed import RelayAhead
from tests.gateways.http.desk import Desk
from tests.kafka import matters as m

PRODUCER = Actor("编导", Role.PRODUCER)
SETTINGS = CourierSettings(5.0, 1, 10.0, 15.0, AddressRules())


def figure(desk: Desk, name: str) -> str:
    found = re.search(rf"^{re.escape(name)} (\S+)$", desk.get("/metrics").text, re.MULTILINE)
    assert found, name
    return found[1]


@pytest.fixture
def courier(desk: Desk) -> Courier:
    """A courier whose one outlet answers 500 to everything, and who tries once."""
    house, at = desk.house, Moment(desk.clock())
    profile = p.Profile(
        "电台", p.OutletLevel.CITY, (p.Format.RADIO,), (p.Material.FACTS,), 0, "https://radio.example/hook"
    )
    house.partners.record(lambda state: p.register(state, "radio", profile, PRODUCER, at))
    house.deliveries.renew_secret("radio")
    return Courier(house.log, house.courier_feed, house.deliveries, SETTINGS, desk.clock, lambda *_: Answer(500))


def test_where_no_courier_and_no_relay_ever_ran_that_is_said(desk: Desk) -> None:
    ready = desk.get("/readyz")
    assert (ready.status_code, ready.json()["courier"]["status"]) == (200, "never")
    names = [f"hangfeng_{who}_{what}" for who in ("relay", "courier") for what in ("lag_events", "heartbeat_seconds")]
    assert {figure(desk, name) for name in names} == {"NaN"}


def test_a_courier_shows_its_heartbeat_its_lag_and_its_dead_letters(desk: Desk, courier: Courier) -> None:
    m.append(desk.house.log, 0, [[m.registered(ComplaintKind.HELP), m.filled(e.Accepted)]])
    assert courier.round().dead == 2
    ready = desk.get("/readyz").json()["courier"]
    assert (ready["status"], ready["dead"], ready["waiting"], ready["lag_events"]) == ("delivering", 2, 0, 0)
    m.append_to(desk.house.log, 0, [m.filled(e.Closed), m.filled(e.Reopened)])
    desk.clock.pass_(seconds=50)
    assert figure(desk, "hangfeng_courier_lag_events") == "2.0"
    assert figure(desk, "hangfeng_courier_heartbeat_seconds") == "50.0"
    assert figure(desk, 'hangfeng_webhook_deliveries{state="dead"}') == "2.0"
    assert figure(desk, 'hangfeng_webhook_deliveries{state="waiting"}') == "0.0"


def test_a_courier_that_stands_still_is_late_and_calls_are_taken(desk: Desk, courier: Courier) -> None:
    courier.round()
    desk.clock.pass_(minutes=10)
    ready = desk.get("/readyz")
    assert (ready.status_code, ready.json()["courier"]["status"]) == (200, "late")


def test_a_courier_whose_round_broke_off_is_failing_with_its_fault(desk: Desk, courier: Courier) -> None:
    desk.house.courier_feed.begin_after(10_000, None)
    with pytest.raises(RelayAhead):
        courier.round()
    ready = desk.get("/readyz").json()["courier"]
    assert (ready["status"], "name a position with --from" in ready["fault"]) == ("failing", True)
    assert figure(desk, "hangfeng_courier_failing") == "1.0"


def test_a_relay_shows_its_heartbeat_its_lag_and_its_fault(desk: Desk) -> None:
    store, head = desk.house.relay, desk.house.log.head().position
    desk.clock.pass_(seconds=90)
    store.acknowledge(head - 1, None, 3)
    store.beat(desk.clock())
    desk.clock.pass_(seconds=30)
    names = ("lag_events", "lag_seconds", "heartbeat_seconds", "failing")
    assert [figure(desk, f"hangfeng_relay_{name}") for name in names] == ["1.0", "120.0", "30.0", "0.0"]
    store.beat(desk.clock(), OSError("连接被拒绝"))
    assert [figure(desk, f"hangfeng_relay_{name}") for name in names] == ["1.0", "120.0", "0.0", "1.0"]


def test_a_relay_that_fails_or_stands_still_is_shown_and_keeps_nobody_from_being_taken_in(desk: Desk) -> None:
    store, head = desk.house.relay, desk.house.log.head().position
    assert desk.get("/readyz").json()["relay"]["status"] == "never"
    store.beat(desk.clock(), OSError("连接被拒绝"))
    ready = desk.get("/readyz")
    assert (ready.status_code, ready.json()["relay"]["status"]) == (200, "failing")
    assert ready.json()["relay"]["fault"] == "OSError: 连接被拒绝"
    store.acknowledge(head, None, 3)
    store.beat(desk.clock())
    relay = desk.get("/readyz").json()["relay"]
    assert (relay["status"], relay["failing"], relay["lag_events"], relay["lag_seconds"]) == ("relaying", False, 0, 0.0)
    desk.clock.pass_(minutes=10)
    assert desk.get("/readyz").json()["relay"]["status"] == "late"
