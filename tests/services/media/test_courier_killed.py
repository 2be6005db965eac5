"""Two couriers at once, the one at work killed again and again: an outlet that drops ids it holds has each once."""

import os
import signal
import subprocess
import sys
import time
from pathlib import Path

import pytest

from domain.complaint import events as e
from domain.facts import Actor, Moment
from domain.partners import exposures as x
from domain.partners import outlets as p
from domain.words import ComplaintKind, Role
from gateways.app import Hangfeng, compose, open_new, system_clock
from services.media.deliveries import DeliveryState
from services.media.withdrawals import Telling, told_of_withdrawals
from services.settings import Settings
from tests.kafka import matters as m
from tests.services.media.receiver import receiver

pytestmark = pytest.mark.slow

MATTERS, KILLS = 100, 3
BATCHES, OUTLETS = 12, 5
SECONDS_MAX = 300.0
ENVIRONMENT = {
    "HANGFENG_WEBHOOK_HTTP_ALLOWED": "true",
    "HANGFENG_WEBHOOK_PRIVATE_ADDRESSES_ALLOWED": "true",
    "HANGFENG_WEBHOOK_POLL_SECONDS": "0.05",
}


def start(data: Path) -> subprocess.Popen[bytes]:
    command = [sys.executable, "-m", "gateways.cli", "--data", str(data), "partners", "deliver"]
    return subprocess.Popen(command, env=os.environ | ENVIRONMENT, stderr=subprocess.DEVNULL)


def test_a_courier_killed_while_it_posts_loses_nothing_and_a_second_takes_its_place(tmp_path: Path) -> None:
    settings = Settings(data=tmp_path / "data")
    open_new(settings)
    with compose(settings) as house, receiver() as (url, taken):
        at = Moment(system_clock().astimezone(house.instance.zone))
        address = url.replace("outlet.test", "127.0.0.1")
        outlet = p.Profile("电台", p.OutletLevel.CITY, (p.Format.RADIO,), (p.Material.FACTS,), 0, f"{address}/hook")
        house.partners.record(lambda s: p.register(s, "radio", outlet, Actor("编导", Role.PRODUCER), at))
        house.deliveries.renew_secret("radio")
        m.append(house.log, 0, [[m.registered(ComplaintKind.HELP), m.filled(e.Accepted)] for _ in range(MATTERS)])
        couriers = [start(settings.data), start(settings.data)]
        until = time.monotonic() + SECONDS_MAX
        try:
            for kill in range(KILLS):
                while len({one["webhook-id"] for one in taken}) < (kill + 1) * 2 * MATTERS // (KILLS + 2):
                    assert time.monotonic() < until
                    time.sleep(0.005)
                for one in couriers:
                    one.send_signal(signal.SIGKILL)
                    one.wait()
                couriers = [start(settings.data), start(settings.data)]
            while len({one["webhook-id"] for one in taken}) < 2 * MATTERS:
                assert time.monotonic() < until, f"{len(taken)} taken, {house.deliveries.counts()}"
                time.sleep(0.05)
        finally:
            for one in couriers:
                one.kill()
                one.wait()
    positions = [int(one["webhook-id"].rpartition("-")[2]) for one in taken]
    held = list(dict.fromkeys(positions))
    assert held == sorted(held), "in order, once what came twice is dropped"
    assert len(held) == 2 * MATTERS
    assert len(positions) - len(held) <= KILLS, "of each kill, at most what was being posted comes twice"


def register(house: Hangfeng, code: str, url: str, at: Moment) -> None:
    outlet = p.Profile("电台", p.OutletLevel.CITY, (p.Format.RADIO,), (), 0, url)
    house.partners.record(lambda s: p.register(s, code, outlet, Actor("编导", Role.PRODUCER), at))
    house.deliveries.renew_secret(code)


def expose(house: Hangfeng, at: Moment) -> None:
    """Publish batches about a matter each, and offer them to outlets that want nothing by themselves."""
    writer, approver = Actor("督办", Role.SUPERVISOR), Actor("主任", Role.APPROVER)
    m.append(house.log, 0, [[m.registered(ComplaintKind.HELP)] for _ in range(BATCHES)])
    for number in range(BATCHES):
        batch = f"b{number}"
        house.exposures.draft(batch, x.ExposureScope.PUBLIC, "一批", writer, at)
        house.exposures.add(batch, "市城管局", "推诿三次。", writer, at, complaint=m.stream(number))
        house.exposures.approve(batch, approver, at)
        house.exposures.publish(batch, approver, at)
        for outlet in range(OUTLETS):
            house.partners.offer(f"o{outlet}", f"exposure:{batch}", Actor("编导", Role.PRODUCER), at)


def withdraw(house: Hangfeng, at: Moment) -> None:
    """Let half of the matters leave publication, and withdraw the other half of the batches by name."""
    for number in range(BATCHES):
        if number % 2:
            m.append_to(house.log, number, [m.filled(e.PublicationWithdrawn)])
        else:
            house.exposures.withdraw(f"b{number}", None, "事实有误", Actor("督办", Role.SUPERVISOR), at)


def test_each_outlet_hears_once_of_each_withdrawal_though_the_courier_is_killed(tmp_path: Path) -> None:
    settings = Settings(data=tmp_path / "data")
    open_new(settings)
    with compose(settings) as house, receiver() as (url, taken):
        at = Moment(system_clock().astimezone(house.instance.zone))
        address = url.replace("outlet.test", "127.0.0.1")
        for number in range(OUTLETS):
            register(house, f"o{number}", f"{address}/{number}", at)
        expose(house, at)
        withdraw(house, at)

        def held() -> list[tuple[str, str]]:
            return [(one["path"], one["webhook-id"]) for one in taken if "exposure.withdrawn" in one["body"]]

        courier, until = start(settings.data), time.monotonic() + SECONDS_MAX
        try:
            for kill in range(KILLS):
                while len(set(held())) < (kill + 1) * BATCHES * OUTLETS // (KILLS + 2):
                    assert time.monotonic() < until
                    time.sleep(0.002)
                courier.send_signal(signal.SIGKILL)
                courier.wait()
                courier = start(settings.data)
            while house.deliveries.counts()[DeliveryState.WAITING] or len(set(held())) < BATCHES * OUTLETS:
                assert time.monotonic() < until, house.deliveries.counts()
                time.sleep(0.05)
        finally:
            courier.kill()
            courier.wait()
        found = held()
        told = [one.state for w in told_of_withdrawals(house.log, house.deliveries) for one in w.outlets]
    assert len(set(found)) == BATCHES * OUTLETS
    assert len({identity for _, identity in found}) == BATCHES
    assert len(found) - len(set(found)) <= KILLS * OUTLETS, "of each kill, what was being posted comes twice at most"
    assert told == [Telling.DELIVERED] * (BATCHES * OUTLETS)
