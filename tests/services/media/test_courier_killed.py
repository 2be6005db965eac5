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
from domain.partners import outlets as p
from domain.words import ComplaintKind, Role
from gateways.app import compose, open_new, system_clock
from services.settings import Settings
from tests.kafka import matters as m
from tests.services.media.receiver import receiver

pytestmark = pytest.mark.slow

MATTERS, KILLS = 100, 3
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
