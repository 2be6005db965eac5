"""A published edition and its erratum reach an outlet over HTTP; another implementation of Standard Webhooks agrees."""

import json
from base64 import b64decode
from contextlib import closing
from hashlib import sha256
from pathlib import Path

import pytest
from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PublicKey
from cryptography.hazmat.primitives.serialization import load_pem_public_key
from standardwebhooks import Webhook, WebhookVerificationError

from domain.bulletin.events import Place
from domain.facts import Actor, Moment
from domain.partners import outlets as p
from domain.words import Role
from gateways.app import compose, open_new, system_clock
from services.media.courier import Courier, HttpPost
from services.relay.asyncapi import data_schemas
from services.settings import Settings
from tests.composed import APPROVER
from tests.services.media.receiver import INSIDE_ALLOWED, here, receiver
from tests.services.publication.book import PRODUCER, Q1, WITHOUT

jsonschema_rs = pytest.importorskip("jsonschema_rs")


def test_an_edition_and_its_erratum_are_verified_by_others(tmp_path: Path) -> None:
    settings = Settings(data=tmp_path / "data")
    open_new(settings)
    # Under the real clock: who verifies looks at the time of signing.
    with compose(settings) as house, receiver() as (url, taken), closing(HttpPost(INSIDE_ALLOWED, here)) as post:
        at = Moment(system_clock().astimezone(house.instance.zone))
        outlet = p.Profile("报社", p.OutletLevel.CITY, (p.Format.PRINT,), (p.Material.EDITIONS,), 0, f"{url}/hook")
        house.partners.record(lambda s: p.register(s, "paper", outlet, Actor("编导", Role.PRODUCER), at))
        secret = house.deliveries.renew_secret("paper")
        courier = Courier(house.log, house.courier_feed, house.deliveries, INSIDE_ALLOWED, system_clock, post)
        house.publication.freeze(Q1, PRODUCER, at)
        house.publication.approve(Q1, APPROVER, at, without_proof=WITHOUT)
        house.publication.publish(Q1, APPROVER, at)
        first = house.publication.show(Q1).content
        assert courier.round().delivered == 1
        house.publication.words(Q1, PRODUCER, at, section=10, place=Place.REQUIREMENT, zh="三件超时事项限期说明。")
        house.publication.correct(Q1, APPROVER, at, "漏载工作要求")
        second = house.publication.show(Q1).content
        assert courier.round().delivered == 1
    verifier = Webhook(secret)
    events = [verifier.verify(one["body"], one) for one in taken]
    assert [event["type"].split(".")[2] for event in events] == ["published", "corrected"]
    for event, content in zip(events, (first, second), strict=True):
        jsonschema_rs.validator_for(data_schemas()[event["type"]]).validate(event)
        _holds(event["data"], content)
    assert events[1]["data"]["cause"] == "漏载工作要求"
    with pytest.raises(WebhookVerificationError):
        verifier.verify(taken[0]["body"].replace("Q1", "Q2"), taken[0])


def _holds(data: dict[str, str], content: bytes) -> None:
    """The event's digest and signature are those of the edition's bytes, under the key that it names."""
    assert data["digest"] == sha256(content).hexdigest()
    key = load_pem_public_key(data["public_key"].encode())
    assert isinstance(key, Ed25519PublicKey)
    key.verify(b64decode(data["signature"]), content)
    with pytest.raises(InvalidSignature):
        key.verify(b64decode(data["signature"]), content + b" ")


def test_after_a_renewal_the_old_and_the_new_secret_both_verify_and_after_a_second_the_first_does_not(
    tmp_path: Path,
) -> None:
    settings = Settings(data=tmp_path / "data")
    open_new(settings)
    with compose(settings) as house, receiver() as (url, taken), closing(HttpPost(INSIDE_ALLOWED, here)) as post:
        at = Moment(system_clock().astimezone(house.instance.zone))
        outlet = p.Profile("报社", p.OutletLevel.CITY, (p.Format.PRINT,), (), 0, f"{url}/hook")
        house.partners.record(lambda s: p.register(s, "paper", outlet, Actor("编导", Role.PRODUCER), at))
        secrets = [house.deliveries.renew_secret("paper")]
        house.partners.record(lambda s: p.offer(s, "paper", "bulletin:2026Q1/1", "0" * 64, PRODUCER, at))
        secrets.append(house.deliveries.renew_secret("paper"))
        courier = Courier(house.log, house.courier_feed, house.deliveries, INSIDE_ALLOWED, system_clock, post)
        assert courier.round().delivered == 1
        secrets.append(house.deliveries.renew_secret("paper"))
        house.partners.record(lambda s: p.offer(s, "paper", "bulletin:2026Q1/2", "1" * 64, PRODUCER, at))
        assert courier.round().delivered == 1
    assert [[_verifies(secret, one) for secret in secrets] for one in taken] == [
        [True, True, False],
        [False, True, True],
    ]
    assert json.loads(taken[0]["body"])["type"] == "hangfeng.partner.material_offered.v1"


def _verifies(secret: str, sent: dict[str, str]) -> bool:
    try:
        Webhook(secret).verify(sent["body"], sent)
    except WebhookVerificationError:
        return False
    return True
