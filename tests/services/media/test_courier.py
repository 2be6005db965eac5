"""Deliveries to outlets: signed, in order, after their embargo, tried again, dead at last, and sent again by hand."""

import hmac
import json
import sqlite3
from base64 import b64decode, b64encode
from collections.abc import Iterator
from contextlib import closing, contextmanager, suppress
from dataclasses import replace
from hashlib import sha256
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from threading import Thread
from time import sleep

import pytest

from domain.complaint import events as e
from domain.partners import exposures as x
from domain.partners import outlets as p
from domain.partners.refusals import MatterNotForExposure, NoSuchDelivery, SecondPersonNeeded, WebhookRefused
from domain.words import ComplaintKind
from services.media.addresses import AddressRules, destination, hold_url
from services.media.courier import Answer, CourierSettings, HttpPost, signature
from services.media.deliveries import FEED_FILE, DeliveryState
from services.relay.feed import RelayAhead
from services.relay.store import RelayStore
from tests.kafka import matters as m
from tests.services.media.courier_desk import APPROVER, EVERYTHING, PRODUCER, SETTINGS, SUPERVISOR, Desk, a_courier_desk
from tests.services.media.receiver import INSIDE_ALLOWED, receiver


@pytest.fixture
def desk(tmp_path: Path) -> Iterator[Desk]:
    with a_courier_desk(tmp_path / "data") as made:
        yield made


def test_nothing_is_sent_before_the_embargo_ends_and_each_thing_once_after(desk: Desk) -> None:
    m.append(desk.house.log, 0, [[m.registered(ComplaintKind.HELP), m.filled(e.Accepted)]])
    desk.clock.pass_(minutes=29)
    assert desk.courier.round().owed == 2
    assert desk.outlet.asked == []
    desk.clock.pass_(minutes=2)
    assert desk.courier.round().delivered == 2
    assert desk.courier.round().idle
    assert [body["type"].split(".")[2] for body in desk.bodies()] == ["registered", "accepted"]


def test_a_delivery_is_signed_over_id_time_and_body(desk: Desk) -> None:
    desk.exposed()
    desk.clock.pass_(minutes=31)
    desk.courier.round()
    _, headers, body = desk.outlet.asked[0]
    signed = f"{headers['webhook-id']}.{headers['webhook-timestamp']}.".encode() + body
    mac = hmac.new(b64decode(desk.secret.removeprefix("whsec_")), signed, sha256).digest()
    assert headers["webhook-signature"] == "v1," + b64encode(mac).decode()
    assert headers["webhook-id"].endswith("-" + json.loads(body)["id"])


def test_the_signature_is_that_of_standard_webhooks() -> None:
    key = b64decode("MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw")
    signed = signature([key], "msg_p5jXN8AQM9LWM0D4loKWxJek", 1614265330, b'{"test": 2432232314}')
    assert signed == "v1,g0hM9SsE+OTPJTGt/tmIKtSyZlE3uFJELVlNIOLJ1OE="


def test_the_secret_before_signs_beside_the_new_one(desk: Desk) -> None:
    desk.house.deliveries.renew_secret("radio")
    desk.exposed()
    desk.clock.pass_(minutes=31)
    desk.courier.round()
    assert len(desk.outlet.asked[0][1]["webhook-signature"].split()) == 2


def test_the_secret_stands_readable_nowhere(desk: Desk) -> None:
    raw = b64decode(desk.secret.removeprefix("whsec_"))
    files = [path.read_bytes() for path in desk.house.settings.data.rglob("*") if path.is_file()]
    assert not [content for content in files if raw in content or desk.secret.encode() in content]


def test_what_fails_is_tried_after_growing_pauses_then_dead_and_sent_again_by_hand(desk: Desk) -> None:
    desk.exposed()
    desk.clock.pass_(minutes=31)
    desk.outlet.says = [Answer(500), Answer(None, "refused"), Answer(302)]
    assert desk.courier.round().put_off == 1
    desk.clock.pass_(seconds=9)
    assert desk.courier.round().idle
    desk.clock.pass_(seconds=1)
    assert desk.courier.round().put_off == 1
    desk.clock.pass_(seconds=15)
    assert desk.courier.round().dead == 1
    dead = desk.house.deliveries.page(state=DeliveryState.DEAD, limit=10)
    assert [(one.attempts, one.status) for one in dead] == [(3, 302)]
    assert desk.house.deliveries.replay(desk.clock(), dead[0].number) == 1
    assert desk.courier.round().delivered == 1
    assert len({headers["webhook-id"] for _, headers, _ in desk.outlet.asked}) == 1
    with pytest.raises(NoSuchDelivery):
        desk.house.deliveries.replay(desk.clock(), dead[0].number)


def test_gone_is_dead_at_once(desk: Desk) -> None:
    desk.exposed()
    desk.clock.pass_(minutes=31)
    desk.outlet.says = [Answer(410)]
    assert desk.courier.round().dead == 1


def test_nothing_overtakes_what_waits_for_its_next_try(desk: Desk) -> None:
    m.append(desk.house.log, 0, [[m.registered(ComplaintKind.HELP), m.filled(e.Accepted)]])
    desk.clock.pass_(minutes=31)
    desk.outlet.says = [Answer(503)]
    desk.courier.round()
    assert len(desk.outlet.asked) == 1
    desk.clock.pass_(seconds=11)
    desk.courier.round()
    assert [body["data"]["version"] for body in desk.bodies()] == [1, 1, 2]


def test_a_matter_withdrawn_during_its_embargo_never_leaves(desk: Desk) -> None:
    m.append(desk.house.log, 0, [[m.registered(ComplaintKind.HELP), m.filled(e.Accepted)]])
    desk.courier.round()
    m.append_to(desk.house.log, 0, [m.filled(e.PublicationWithdrawn)])
    desk.clock.pass_(minutes=31)
    done = desk.courier.round()
    assert (done.dropped, done.delivered) == (2, 1)
    assert [body["type"] for body in desk.bodies()] == ["hangfeng.complaint.withheld.v1"]


def test_an_item_withdrawn_during_the_embargo_is_left_out(desk: Desk) -> None:
    desk.exposed()
    desk.courier.round()
    desk.house.exposures.withdraw("b1", 1, "有误", SUPERVISOR, desk.now)
    desk.clock.pass_(minutes=31)
    desk.courier.round()
    assert [item["unit"] for item in desk.bodies()[0]["data"]["items"]] == ["市教育局"]
    assert desk.bodies()[1]["type"] == "hangfeng.exposure.withdrawn.v1"


def test_a_suspended_outlet_gets_nothing_until_it_is_resumed(desk: Desk) -> None:
    desk.exposed()
    desk.courier.round()
    desk.house.partners.record(lambda s: p.suspend(s, "radio", "违约", PRODUCER, desk.now))
    desk.clock.pass_(minutes=31)
    assert desk.courier.round().idle
    desk.house.partners.record(lambda s: p.resume(s, "radio", PRODUCER, desk.now))
    assert desk.courier.round().delivered == 1


def test_a_batch_is_approved_by_a_second_person(desk: Desk) -> None:
    book = desk.house.exposures
    book.record(lambda s: x.draft(s, "b2", x.ExposureScope.PUBLIC, "第二批", SUPERVISOR, desk.now))
    book.add("b2", "市城管局", "推诿三次。", APPROVER, desk.now)
    with pytest.raises(SecondPersonNeeded):
        book.approve("b2", APPROVER, desk.now)


def test_an_accusation_is_never_exposed(desk: Desk) -> None:
    m.append(desk.house.log, 0, [[m.registered(ComplaintKind.ACCUSATION)]])
    book = desk.house.exposures
    book.record(lambda s: x.draft(s, "b3", x.ExposureScope.INTERNAL, "第三批", SUPERVISOR, desk.now))
    with pytest.raises(MatterNotForExposure):
        book.add("b3", "市城管局", "推诿三次。", SUPERVISOR, desk.now, complaint=m.stream(0))


INSIDE = ["127.0.0.1", "10.1.2.3", "192.168.0.1", "169.254.169.254", "::1", "fd00::1", "::ffff:10.0.0.1"]
INSIDE += ["0.0.0.1", "100.64.0.1", "224.0.0.1", "64:ff9b::a00:1", "2002:a00:1::"]


@pytest.mark.parametrize("address", INSIDE)
def test_a_name_that_points_inside_leads_nowhere(address: str) -> None:
    with pytest.raises(WebhookRefused):
        destination("https://outlet.example/hook", AddressRules(), lambda _host, _port: ["93.184.216.34", address])


@pytest.mark.parametrize(
    "url", ["http://outlet.example/", "https://user@outlet.example/", "https://127.0.0.1/", "file:///etc/passwd", "x"]
)
def test_an_address_that_is_no_public_https_url_is_refused(url: str) -> None:
    with pytest.raises(WebhookRefused):
        hold_url(url, AddressRules())


def test_the_connection_goes_to_the_address_that_was_judged() -> None:
    to = destination("https://outlet.example:8443/hook?a=1", AddressRules(), lambda _host, _port: ["93.184.216.34"])
    assert (to.url, to.host) == ("https://93.184.216.34:8443/hook?a=1", "outlet.example")


def test_a_delivery_over_http_follows_no_redirect_and_goes_inside_only_where_the_settings_say_so() -> None:
    with receiver() as (url, taken):
        post = HttpPost(INSIDE_ALLOWED, lambda _host, _port: ["127.0.0.1"])
        assert post(f"{url}/hook", {"webhook-id": "a"}, b"{}") == Answer(204)
        assert post(f"{url}/moved", {}, b"{}") == Answer(302)
        shut = HttpPost(SETTINGS, lambda _host, _port: ["127.0.0.1"])
        assert "WebhookRefused" in str(shut(f"{url}/hook", {}, b"{}").error)
        assert [one["path"] for one in taken] == ["/hook", "/moved"]
        assert taken[0]["host"].startswith("outlet.test:")
        post.close()
        shut.close()


class Stubborn(BaseHTTPRequestHandler):
    """Answers so slowly that every single piece is in time and the whole never is, or more than anybody reads."""

    def do_POST(self) -> None:
        self.rfile.read(int(self.headers["content-length"]))
        with suppress(OSError):
            if self.path == "/drips":
                for _ in range(100):
                    self.wfile.write(b"H" if _ == 0 else b"T")
                    self.wfile.flush()
                    sleep(0.1)
            else:
                self.send_response(200)
                self.end_headers()
                for _ in range(1_000):
                    self.wfile.write(b"x" * 1_000_000)

    def log_message(self, format: str, *args: object) -> None:  # noqa: A002 - the base's name
        return


@contextmanager
def stubborn() -> Iterator[str]:
    server = ThreadingHTTPServer(("127.0.0.1", 0), Stubborn)
    server.daemon_threads = True
    thread = Thread(target=server.serve_forever)
    thread.start()
    yield f"http://outlet.test:{server.server_port}"
    server.shutdown()
    thread.join()
    server.server_close()


def test_an_answer_that_drips_is_given_up_and_an_endless_one_is_not_read() -> None:
    inside = CourierSettings(0.5, 3, 10.0, 15.0, AddressRules(http_allowed=True, private_allowed=True))
    with stubborn() as url, closing(HttpPost(inside, lambda _host, _port: ["127.0.0.1"])) as post:
        assert "0.5 秒内无应答 / no answer" in str(post(f"{url}/drips", {}, b"{}").error)
        assert post(f"{url}/endless", {}, b"{}") == Answer(200)


def test_two_names_at_one_address_never_share_a_connection() -> None:
    with receiver() as (url, taken), closing(HttpPost(INSIDE_ALLOWED, lambda _host, _port: ["127.0.0.1"])) as post:
        post(f"{url}/hook", {}, b"{}")
        post(f"{url.replace('outlet', 'other')}/hook", {}, b"{}")
        assert [one["host"].partition(":")[0] for one in taken] == ["outlet.test", "other.test"]
        assert len(post._clients) == 2


def changed(desk: Desk, **values: object) -> None:
    def decide(state: p.Partners) -> tuple[p.PartnerFact, ...]:
        return p.change(state, "radio", replace(state.outlet("radio").profile, **values), PRODUCER, desk.now)  # type: ignore[arg-type]

    desk.house.partners.record(decide)


@pytest.mark.parametrize(("embargo", "waits"), [(0, 1), (20, 20), (90, 90)])
def test_an_embargo_that_is_changed_holds_for_what_waits(desk: Desk, embargo: int, waits: int) -> None:
    desk.exposed()
    desk.courier.round()
    changed(desk, embargo_minutes=embargo)
    desk.clock.pass_(minutes=waits - 1)
    assert desk.courier.round().delivered == (embargo == 0)
    desk.clock.pass_(minutes=1)
    assert desk.courier.round().delivered == (embargo != 0)


def test_what_an_outlet_does_not_want_any_more_is_not_sent(desk: Desk) -> None:
    desk.exposed()
    desk.courier.round()
    changed(desk, wants=(p.Material.EDITIONS,))
    desk.clock.pass_(minutes=31)
    done = desk.courier.round()
    assert (done.dropped, desk.outlet.asked) == (1, [])


def delivered_matter(desk: Desk) -> None:
    m.append(desk.house.log, 0, [[m.registered(ComplaintKind.HELP)]])
    desk.courier.round()
    desk.clock.pass_(minutes=31)
    assert desk.courier.round().delivered == 1


def test_what_was_delivered_is_taken_back_without_waiting_for_the_embargo(desk: Desk) -> None:
    delivered_matter(desk)
    m.append_to(desk.house.log, 0, [m.filled(e.PublicationWithdrawn)])
    assert desk.courier.round().delivered == 1
    assert desk.bodies()[-1]["type"] == "hangfeng.complaint.withheld.v1"


def test_an_outlet_hears_of_what_was_taken_back_while_it_was_suspended(desk: Desk) -> None:
    delivered_matter(desk)
    desk.house.partners.record(lambda s: p.suspend(s, "radio", "违约", PRODUCER, desk.now))
    m.append_to(desk.house.log, 0, [m.filled(e.Accepted), m.filled(e.PublicationWithdrawn)])
    assert desk.courier.round().delivered == 0
    desk.house.partners.record(lambda s: p.resume(s, "radio", PRODUCER, desk.now))
    assert desk.courier.round().delivered == 1
    assert desk.bodies()[-1]["type"] == "hangfeng.complaint.withheld.v1"


def test_an_outlet_that_wants_facts_no_more_hears_of_what_is_taken_back(desk: Desk) -> None:
    delivered_matter(desk)
    changed(desk, wants=())
    m.append_to(desk.house.log, 0, [m.filled(e.PublicationWithdrawn)])
    assert desk.courier.round().delivered == 1


def test_a_try_that_was_put_off_under_a_clock_gone_wrong_is_made_once_the_clock_is_right(desk: Desk) -> None:
    desk.exposed()
    desk.clock.pass_(minutes=31)
    right = desk.clock()
    desk.clock.pass_(days=400)
    desk.outlet.says = [Answer(500)]
    assert desk.courier.round().put_off == 1
    desk.clock.now = right
    assert desk.courier.round().delivered == 1
    assert int(desk.outlet.asked[-1][1]["webhook-timestamp"]) == int(right.timestamp())


def test_an_outlet_that_fails_for_ever_keeps_no_other_from_its_deliveries(desk: Desk) -> None:
    at = desk.now
    other = p.Profile("报社", p.OutletLevel.CITY, (p.Format.PRINT,), EVERYTHING, 0, "https://paper.example/hook")
    desk.house.partners.record(lambda state: p.register(state, "paper", other, PRODUCER, at))
    desk.house.deliveries.renew_secret("paper")
    m.append(desk.house.log, 0, [[m.registered(ComplaintKind.HELP), m.filled(e.Accepted)]])
    desk.clock.pass_(minutes=31)
    desk.outlet.fails = "radio.example"
    done = desk.courier.round()
    assert (done.delivered, done.put_off) == (2, 1)
    for _ in range(12):
        desk.clock.pass_(minutes=1)
        desk.courier.round()
    assert desk.house.deliveries.counts()[DeliveryState.DEAD] == 2


def test_a_secret_that_cannot_be_opened_is_a_fault_of_its_outlet_alone(desk: Desk) -> None:
    desk.exposed()
    desk.clock.pass_(minutes=31)
    with sqlite3.connect(desk.house.settings.data / "webhooks.db") as file:
        file.execute("UPDATE secrets SET current = zeroblob(60)")
    assert desk.courier.round().put_off == 1
    assert "renew it" in str(desk.house.deliveries.page(limit=1)[0].error)


def test_a_round_that_breaks_off_leaves_its_fault_with_the_sign_of_life(desk: Desk) -> None:
    desk.courier.round()
    with closing(RelayStore(desk.house.settings.data, FEED_FILE)) as store:
        store.begin_after(10_000, None)
        with pytest.raises(RelayAhead):
            desk.courier.round()
        beat = store.last_beat()
    assert beat is not None
    assert (beat.failing, "--from" in str(beat.fault)) == (True, True)
    desk.courier.begin_at(1)
    assert desk.courier.round().owed == 0
