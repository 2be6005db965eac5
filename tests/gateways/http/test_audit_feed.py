"""What an auditor gets without believing anybody: the feed, the checkpoint, and a proof for each event."""

import json
from base64 import b64decode

from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PublicKey
from cryptography.hazmat.primitives.serialization import load_pem_public_key

from domain.words import Role
from services.log.checkpoint import read_note
from services.log.tree import leaf_of
from tests.gateways.http.desk import CALL, LAMPS, Desk

R = Role


def test_the_feed_has_every_event_once_and_no_sealed_word(desk: Desk) -> None:
    desk.delivered()
    positions: list[int] = []
    after, head = 0, 1
    while after < head:
        page = desk.get(f"/api/v1/events?after={after}&limit=7", R.AUDITOR)
        positions += [item["position"] for item in page.json()["items"]]
        after, head = page.json()["next"], page.json()["head"]
        assert not any(word in page.text for word in (CALL["text"], CALL["caller_number"], CALL["caller_name"]))
    assert positions == list(range(1, head + 1))


def test_the_feed_says_what_it_leaves_out(desk: Desk) -> None:
    desk.call()
    entry = desk.get("/api/v1/events?limit=500", R.AUDITOR).json()["items"][-1]
    assert entry["sealed"] == ["reporter_name", "reporter_number", "source_id", "text", "title"]
    assert entry["data"]["kind"] == "complaint"


def test_the_feed_at_its_end_is_empty_and_says_where_to_go_on(desk: Desk) -> None:
    head = desk.house.log.head().position
    page = desk.get(f"/api/v1/events?after={head}", R.AUDITOR).json()
    assert page == {"items": [], "next": head, "head": head}


def test_a_checkpoint_holds_under_the_key_that_comes_with_it(desk: Desk) -> None:
    said = desk.get("/api/v1/audit/checkpoint", R.AUDITOR).json()
    key = load_pem_public_key(said["public_key"].encode())
    assert isinstance(key, Ed25519PublicKey)
    checkpoint = read_note(said["note"], key)
    assert (checkpoint.size, checkpoint.root.hex()) == (desk.house.log.head().position, said["root"])


def test_a_proof_carries_the_event_and_its_leaf(desk: Desk) -> None:
    desk.call()
    position = desk.house.log.head().position
    proof = desk.get(f"/api/v1/audit/proof/{position}", R.AUDITOR).json()
    leaf = leaf_of(proof["originator_id"], proof["originator_version"], proof["topic"], b64decode(proof["state"]))
    assert b64decode(proof["leaf"]) == leaf
    assert CALL["text"] not in json.dumps(json.loads(b64decode(proof["state"])), ensure_ascii=False)


def test_a_proof_of_what_is_not_there_or_not_ones_own_is_not_found(desk: Desk) -> None:
    desk.dispatched()
    position = desk.house.log.head().position
    assert desk.get(f"/api/v1/audit/proof/{position + 1}", R.AUDITOR).status_code == 404
    assert desk.get(f"/api/v1/audit/proof/{position}", R.UNIT_CLERK, unit=LAMPS).status_code == 404
    assert desk.get(f"/api/v1/audit/proof/{position}", R.UNIT_CLERK).status_code == 200
