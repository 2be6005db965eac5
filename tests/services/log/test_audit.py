from __future__ import annotations

import json
import shutil
import sqlite3
import subprocess
import sys
from base64 import b64decode
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat
from hypothesis import given, reject
from hypothesis import strategies as st

from services.audit import Audit, Damage, KnownRoot, LogTree, NothingToProve, Verified, verify
from services.log import tree
from services.log.checkpoint import Checkpoint, CheckpointFolder, CheckpointInvalid, read_note, signed_note
from services.log.port import Append, LogDamaged
from services.log.sqlite_log import SqliteLog
from tests.conftest import ROOT
from tests.services.log.cases import START, Clock, House, intake, signed, stream

KEY = Ed25519PrivateKey.from_private_bytes(b"k" * 32)
EVENTS = 40


def fill(house: House, events: int = EVENTS) -> None:
    house.log.append([intake(number) for number in range(events // 2)])
    house.log.append([Append(stream(number), 1, (signed(),)) for number in range(events - events // 2)])


def audit_of(house: House) -> Audit:
    return Audit(house.log, KEY, CheckpointFolder(house.folder / "checkpoints"), "hangfeng.test")


@pytest.fixture
def audit(house: House) -> Audit:
    fill(house)
    return audit_of(house)


@pytest.fixture(scope="module")
def filled(tmp_path_factory: pytest.TempPathFactory) -> Iterator[House]:
    """A log of forty events that every example changes and puts right again."""
    house = House(tmp_path_factory.mktemp("filled"), Clock())
    fill(house)
    yield house
    house.close()


def position_of(damage: Verified | Damage) -> int | None:
    return damage.position if isinstance(damage, Damage) else None


def test_a_sound_log_verifies(audit: Audit, house: House) -> None:
    told: list[int] = []
    head = house.log.head()
    assert audit.verify(progress=told.append) == Verified(EVENTS, head.root, 0)
    assert told == [EVENTS]


def test_an_empty_log_verifies(log: SqliteLog) -> None:
    assert verify(log) == Verified(0, tree.EMPTY_ROOT, 0)


@given(
    st.integers(1, EVENTS),
    st.sampled_from(["originator_id", "topic", "state"]),
    st.integers(0, 10_000),
    st.integers(1, 255),
)
def test_any_byte_of_any_event_that_is_changed_is_named(
    filled: House,
    position: int,
    column: str,
    at: int,
    mask: int,
) -> None:
    with filled.tampering() as conn:
        (was,) = conn.execute(
            f"SELECT CAST({column} AS BLOB) FROM stored_events WHERE position = ?",
            (position,),
        ).fetchone()
    changed = bytearray(was)
    changed[at % len(was)] ^= mask
    try:
        _write(filled, column, bytes(changed), position)
    except sqlite3.IntegrityError:
        reject()  # the change would make two events of one place, which the table itself refuses
    found = verify(filled.log)
    _write(filled, column, was, position)
    assert position_of(found) == position
    assert isinstance(verify(filled.log), Verified)


def _write(house: House, column: str, value: bytes, position: int) -> None:
    kind = "BLOB" if column == "state" else "TEXT"
    with house.tampering() as conn:
        conn.execute(f"UPDATE stored_events SET {column} = CAST(? AS {kind}) WHERE position = ?", (value, position))


@pytest.mark.parametrize(
    ("position", "change"),
    [
        (7, "UPDATE stored_events SET originator_version = originator_version + 9 WHERE position = 7"),
        (7, "UPDATE stored_events SET originator_version = 'one' WHERE position = 7"),
        (7, "UPDATE stored_events SET state = CAST(state AS TEXT) WHERE position = 7"),
        (7, "UPDATE stored_events SET state = x'' WHERE position = 7"),
        (7, "DELETE FROM stored_events WHERE position = 7"),
        (40, "DELETE FROM stored_events WHERE position = 40"),
        (1, "DELETE FROM stored_events"),
        (7, "UPDATE stored_events SET position = 99 WHERE position = 7"),
        (7, "UPDATE log_leaves SET leaf = zeroblob(32) WHERE position = 7"),
        (7, "UPDATE log_leaves SET leaf = 'text' WHERE position = 7"),
        (7, "DELETE FROM log_leaves WHERE position = 7"),
        (1, "UPDATE log_frontier SET hashes = zeroblob(64)"),
        (1, "UPDATE log_frontier SET hashes = zeroblob(63)"),
        (1, "DELETE FROM log_frontier"),
        (41, "INSERT INTO stored_events SELECT 41, 'x', 1, topic, state FROM stored_events WHERE position = 1"),
        (0, "INSERT INTO stored_events SELECT 0, 'x', 1, topic, state FROM stored_events WHERE position = 1"),
        (-3, "INSERT INTO stored_events SELECT -3, 'x', 1, topic, state FROM stored_events WHERE position = 1"),
    ],
)
def test_what_was_done_to_the_tables_is_named(house: House, position: int, change: str) -> None:
    fill(house)
    with house.tampering() as conn:
        conn.execute(change)
    assert position_of(verify(house.log)) == position


def test_two_rows_that_change_places_are_named(house: House) -> None:
    fill(house)
    with house.tampering() as conn:
        for old, new in ((5, 999), (9, 5), (999, 9)):
            conn.execute("UPDATE stored_events SET position = ? WHERE position = ?", (new, old))
    assert position_of(verify(house.log)) == 5


def forge(house: House, position: int) -> None:
    """Rewrite an event with its leaf and the whole tree after it, as one would who owns the machine."""
    with house.tampering() as conn:
        conn.execute("UPDATE stored_events SET topic = 'complaint.archived.v1' WHERE position = ?", (position,))
        frontier = tree.Frontier()
        for row in conn.execute("SELECT * FROM stored_events ORDER BY position").fetchall():
            frontier.append(leaf := tree.leaf_of(*row[1:]))
            conn.execute("UPDATE log_leaves SET leaf = ? WHERE position = ?", (leaf, row[0]))
        conn.execute("UPDATE log_frontier SET hashes = ?", (frontier.packed(),))


def cut(house: House, to: int) -> None:
    """Take events off the end, with their leaves and the tree, as one would who owns the machine."""
    leaves = house.log.leaves(0, to)
    frontier = tree.Frontier()
    for leaf in leaves:
        frontier.append(leaf)
    with house.tampering() as conn:
        conn.execute("DELETE FROM stored_events WHERE position > ?", (to,))
        conn.execute("DELETE FROM log_leaves WHERE position > ?", (to,))
        conn.execute("UPDATE log_frontier SET size = ?, hashes = ?", (to, frontier.packed()))


def test_a_leaf_and_event_changed_alike_are_caught_by_the_tree(house: House) -> None:
    fill(house)
    stored = house.log.frontier()
    forge(house, 35)
    with house.tampering() as conn:
        conn.execute("UPDATE log_frontier SET hashes = ?", (stored.packed(),))
    # Forty leaves make whole trees of 32 and 8: that is how near the tree alone comes.
    assert position_of(verify(house.log)) == 33


def test_a_log_rewritten_whole_is_caught_by_a_checkpoint(audit: Audit, house: House) -> None:
    audit.checkpoint()
    forge(house, 12)
    assert isinstance(verify(house.log), Verified)
    found = audit.verify()
    assert position_of(found) == 1
    assert "checkpoint" in str(found)


def test_checkpoints_narrow_down_what_was_rewritten(house: House) -> None:
    fill(house)
    audit_of(house).checkpoint()
    house.log.append([intake(number) for number in range(500, 510)])
    audit_of(house).checkpoint()
    forge(house, 45)
    assert position_of(audit_of(house).verify()) == 41


def test_a_log_cut_short_is_caught_by_a_checkpoint(audit: Audit, house: House) -> None:
    audit.checkpoint()
    cut(house, 33)
    assert isinstance(verify(house.log), Verified)
    assert position_of(audit.verify()) == 34


def test_a_root_that_somebody_wrote_down_holds_the_log(audit: Audit, house: House) -> None:
    root = tree.root_of_leaves(house.log.leaves(0, 20))
    assert audit.verify(known=[KnownRoot(20, root, "2026Q1")]) == Verified(EVENTS, house.log.head().root, 1)
    forge(house, 3)
    found = audit.verify(known=[KnownRoot(20, root, "bulletin 2026Q1")])
    assert isinstance(found, Damage)
    assert "bulletin 2026Q1" in found.why


def test_only_what_was_asked_for_is_verified(audit: Audit, house: House) -> None:
    with house.tampering() as conn:
        conn.execute("UPDATE stored_events SET topic = 'x' WHERE position = 31")
    assert audit.verify(upto=30) == Verified(30, tree.root_of_leaves(house.log.leaves(0, 30)), 0)
    assert position_of(audit.verify(upto=31)) == 31
    assert position_of(audit.verify(upto=50)) == 41


def test_a_file_with_a_broken_page_is_damage_and_no_crash(tmp_path: Path) -> None:
    house = House(tmp_path)
    house.log.append([intake(number) for number in range(200)])
    house.close()
    content = bytearray((tmp_path / "log.db").read_bytes())
    page = content.rindex(b"complaint.registered.v1") // 4096
    content[page * 4096 : page * 4096 + 100] = b"\xff" * 100
    (tmp_path / "log.db").write_bytes(content)
    house.reopen()
    assert isinstance(verify(house.log), Damage)
    house.close()


def test_a_checkpoint_is_a_note_that_others_can_read() -> None:
    note = signed_note(Checkpoint("hangfeng.test", 3, b"r" * 32, START), KEY)
    assert note.splitlines()[:4] == [
        "hangfeng.test",
        "3",
        "cnJycnJycnJycnJycnJycnJycnJycnJycnJycnJycnI=",
        "recorded_at 2026-03-02T02:00:00.000000+00:00",
    ]
    assert note.splitlines()[4] == ""
    assert note.splitlines()[5].startswith("— hangfeng.test ")
    assert read_note(note, KEY.public_key()) == Checkpoint("hangfeng.test", 3, b"r" * 32, START)


@pytest.mark.parametrize("old", ["3\n", "hangfeng.test\n3", "cnJy", "recorded_at 2026", "— hangfeng.test", "\n\n"])
def test_a_note_that_was_changed_does_not_hold(old: str) -> None:
    note = signed_note(Checkpoint("hangfeng.test", 3, b"r" * 32, START), KEY)
    with pytest.raises(CheckpointInvalid):
        read_note(note.replace(old, "4", 1), KEY.public_key())


def test_a_note_of_another_key_does_not_hold() -> None:
    note = signed_note(Checkpoint("hangfeng.test", 0, tree.EMPTY_ROOT, None), KEY)
    assert read_note(note, KEY.public_key()).recorded_at is None
    with pytest.raises(CheckpointInvalid):
        read_note(note, Ed25519PrivateKey.generate().public_key())


def test_a_checkpoint_file_that_was_changed_is_named(audit: Audit, house: House) -> None:
    audit.checkpoint()
    (path,) = (house.folder / "checkpoints").glob("*.note")
    path.write_text(path.read_text().replace("hangfeng", "hangfong"))
    found = audit.verify()
    assert isinstance(found, Damage)
    assert path.name in found.why


def test_a_checkpoint_is_kept_once(audit: Audit, house: House) -> None:
    first, second = audit.checkpoint(), audit.checkpoint()
    assert first == second
    assert [path.name for path in (house.folder / "checkpoints").iterdir()] == ["000000000040.note"]


@given(st.integers(1, 3_000), st.integers(0, 2_999))
def test_roots_of_stretches_are_those_of_the_definition(size: int, start: int) -> None:
    leaves = [b"%032d" % number for number in range(size)]
    start %= size

    class Leaves:
        def leaves(self, after: int, limit: int) -> list[bytes]:
            return leaves[after : after + limit]

    roots = LogTree(Leaves())  # type: ignore[arg-type]
    for _ in range(2):
        assert roots.root_of(start, size) == tree.root_of_leaves(leaves[start:])
        assert roots.root_of(0, size) == tree.root_of_leaves(leaves)


def test_every_event_can_be_proven(audit: Audit, house: House) -> None:
    root = house.log.head().root
    for position in (1, 20, EVENTS):
        proof = audit.prove(position)
        path = [_bytes(node) for node in proof["path"]]
        assert tree.proves_inclusion(_bytes(proof["leaf"]), position - 1, EVENTS, path, root)


def test_all_events_of_a_complaint_are_proven(audit: Audit) -> None:
    assert [proof["position"] for proof in audit.prove_stream(stream(3))] == [4, 24]


def test_what_is_not_there_cannot_be_proven(audit: Audit) -> None:
    for position in (0, -1, EVENTS + 1):
        with pytest.raises(NothingToProve):
            audit.prove(position)
    with pytest.raises(NothingToProve):
        audit.prove_stream(stream(999))
    with pytest.raises(NothingToProve):
        audit.prove_prefix(EVENTS + 1)


def _bytes(text: str) -> bytes:
    return b64decode(text)


@dataclass
class Auditor:
    """Somebody elsewhere, with one script and what they were handed."""

    folder: Path

    def hold(self, content: str, *options: str) -> tuple[int, str]:
        (self.folder / "handed.json").write_text(content, encoding="utf-8")
        return self.hold_file("handed.json", *options)

    def hold_file(self, name: str, *options: str) -> tuple[int, str]:
        shutil.copy(ROOT / "services" / "offline_verify.py", self.folder)
        done = subprocess.run(
            [sys.executable, "-I", "offline_verify.py", name, *options],
            cwd=self.folder,
            capture_output=True,
            text=True,
            check=False,
        )
        assert done.stderr == ""
        return done.returncode, done.stdout


@pytest.fixture
def auditor(tmp_path: Path) -> Auditor:
    folder = tmp_path / "elsewhere"
    folder.mkdir()
    (folder / "key.pem").write_bytes(KEY.public_key().public_bytes(Encoding.PEM, PublicFormat.SubjectPublicKeyInfo))
    return Auditor(folder)


def exported(audit: Audit, house: House) -> list[dict[str, Any]]:
    assert audit.export(house.folder / "export.jsonl") == house.log.head().position
    return [json.loads(line) for line in (house.folder / "export.jsonl").read_text(encoding="utf-8").splitlines()]


def lines(documents: list[dict[str, Any]]) -> str:
    return "\n".join(json.dumps(document) for document in documents)


def test_an_export_verifies_elsewhere(audit: Audit, house: House, auditor: Auditor) -> None:
    _, note = audit.checkpoint()
    (auditor.folder / "kept.note").write_text(note, encoding="utf-8")
    house.log.append([intake(number) for number in range(100, 110)])
    export = lines(exported(audit, house))
    assert auditor.hold(export)[0] == 0
    status, said = auditor.hold(export, "--public-key", "key.pem", "--checkpoint", "kept.note")
    assert (status, "50 events" in said) == (0, True)


@pytest.mark.parametrize("field", ["originator_id", "originator_version", "topic", "state", "leaf"])
def test_an_export_that_was_changed_is_caught_elsewhere(
    audit: Audit,
    house: House,
    auditor: Auditor,
    field: str,
) -> None:
    documents = exported(audit, house)
    event = next(document for document in documents if document.get("position") == 9)
    event[field] = 7 if field == "originator_version" else "AAAA"
    status, said = auditor.hold(lines(documents))
    assert (status, "position 9" in said) == (1, True)


def test_an_export_that_lacks_events_is_caught_elsewhere(audit: Audit, house: House, auditor: Auditor) -> None:
    documents = exported(audit, house)
    assert "position 40" in auditor.hold(lines(documents[:-1]))[1]
    assert "position 9" in auditor.hold(lines([one for one in documents if one.get("position") != 9]))[1]


def test_an_export_of_a_rewritten_log_is_caught_by_a_note_kept_elsewhere(
    audit: Audit,
    house: House,
    auditor: Auditor,
) -> None:
    _, note = audit.checkpoint()
    (auditor.folder / "kept.note").write_text(note, encoding="utf-8")
    forge(house, 12)
    shutil.rmtree(house.folder / "checkpoints")
    export = lines(exported(audit, house))
    assert auditor.hold(export)[0] == 0
    assert auditor.hold(export, "--checkpoint", "kept.note")[0] == 1


def test_a_proof_verifies_elsewhere_and_a_changed_one_does_not(audit: Audit, auditor: Auditor) -> None:
    proof = audit.prove(9)
    assert auditor.hold(json.dumps(proof, indent=2), "--public-key", "key.pem")[0] == 0
    for change in ({"position": 10}, {"topic": "x"}, {"path": proof["path"][:-1]}, {"path": [*proof["path"], "AAAA"]}):
        assert auditor.hold(json.dumps(proof | change), "--public-key", "key.pem")[0] == 1
    assert auditor.hold(json.dumps(proof))[0] == 1


@pytest.mark.parametrize("more", [0, 1, 9, 24])
def test_a_note_kept_elsewhere_is_shown_to_be_a_beginning(
    audit: Audit,
    house: House,
    auditor: Auditor,
    more: int,
) -> None:
    _, note = audit.checkpoint()
    (auditor.folder / "kept.note").write_text(note, encoding="utf-8")
    house.log.append([intake(number) for number in range(100, 100 + more)])
    proof = audit.prove_prefix(EVENTS)
    options = ("--public-key", "key.pem", "--checkpoint", "kept.note")
    assert auditor.hold(json.dumps(proof), *options)[0] == 0
    assert auditor.hold(json.dumps(proof | {"path": [*proof["path"], "AAAA"]}), *options)[0] == 1
    assert auditor.hold(json.dumps(proof), "--public-key", "key.pem")[0] == 1


def test_what_is_no_export_is_refused_elsewhere(auditor: Auditor) -> None:
    assert auditor.hold("{}", "--public-key", "key.pem")[0] == 1
    assert auditor.hold("no json", "--public-key", "key.pem")[0] == 1


def test_an_erased_person_changes_no_proof(audit: Audit, house: House) -> None:
    before = audit.prove(1)
    house.vault.destroy("subject-0")
    assert audit.prove(1) == before
    assert isinstance(audit.verify(), Verified)


def test_the_sequence_of_a_killed_writer_is_no_finding(house: House) -> None:
    fill(house)
    with house.tampering() as conn:
        conn.execute("BEGIN IMMEDIATE")
        conn.execute("INSERT INTO stored_events SELECT 41, 'x', 1, topic, state FROM stored_events WHERE position = 1")
        conn.rollback()
    assert isinstance(verify(house.log), Verified)


def test_a_damaged_log_is_exported_as_it_stands(audit: Audit, house: House, auditor: Auditor) -> None:
    with house.tampering() as conn:
        conn.execute("UPDATE stored_events SET topic = CAST(x'ff' AS TEXT) WHERE position = 9")
    audit.export(house.folder / "export.jsonl")
    shutil.copy(house.folder / "export.jsonl", auditor.folder)
    status, said = auditor.hold_file("export.jsonl")
    assert (status, "position 9" in said) == (1, True)


def test_a_log_without_its_last_events_is_not_exported_as_whole(audit: Audit, house: House) -> None:
    with house.tampering() as conn:
        conn.execute("DELETE FROM stored_events WHERE position > 38")
        conn.execute("DELETE FROM log_leaves WHERE position > 38")
    with pytest.raises(LogDamaged) as damage:
        audit.export(house.folder / "export.jsonl")
    assert damage.value.position == 39
    with pytest.raises(LogDamaged) as damage:
        audit.prove(3)
    assert damage.value.position == 39
