from __future__ import annotations

import sqlite3
from collections.abc import Iterator
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from services.log.port import Append, Appended, Unstorable
from services.log.subjects import learn_subjects
from services.vault import Hold, KeyUnknown, LegalHold, SealBroken, Vault, VaultBusy, WrongMasterKey
from tests.services.log.cases import House, intake, stream

MASTER = b"m" * 32
HOLD = Hold("reporter", "复核中", "市纪委", datetime(2026, 3, 2, tzinfo=UTC))


@pytest.fixture
def vault(tmp_path: Path) -> Iterator[Vault]:
    vault = Vault(tmp_path / "vault.db", MASTER)
    yield vault
    vault.close()


@pytest.fixture
def house(tmp_path: Path) -> Iterator[House]:
    house = House(tmp_path)
    yield house
    house.close()


def test_what_was_sealed_opens_at_its_place(vault: Vault) -> None:
    sealed = vault.seal("reporter", b"place", "一件小事".encode())
    assert vault.open(sealed, b"place") == "一件小事".encode()


@pytest.mark.parametrize("change", ["aad", "nonce", "ct", "alg"])
def test_what_was_changed_or_moved_does_not_open(vault: Vault, change: str) -> None:
    sealed = vault.seal("reporter", b"place", b"words")
    broken = {
        "aad": sealed,
        "nonce": sealed._replace(nonce=b"n" * 12),
        "ct": sealed._replace(ct=sealed.ct[:-1] + bytes([sealed.ct[-1] ^ 1])),
        "alg": sealed._replace(alg="ROT13"),
    }[change]
    with pytest.raises(SealBroken):
        vault.open(broken, b"elsewhere" if change == "aad" else b"place")


@pytest.mark.parametrize(("nonce", "ct"), [(b"", b"x" * 20), (b"n" * 12, b"")])
def test_bytes_that_no_seal_could_be_do_not_open(vault: Vault, nonce: bytes, ct: bytes) -> None:
    sealed = vault.seal("reporter", b"", b"words")
    with pytest.raises(SealBroken):
        vault.open(sealed._replace(nonce=nonce, ct=ct), b"")


def test_a_subject_keeps_its_key_and_no_other_has_it(vault: Vault) -> None:
    one, again, other = (vault.seal(who, b"", b"words") for who in ("one", "one", "other"))
    assert one.key == again.key != other.key
    assert one.nonce != again.nonce


def test_a_destroyed_key_opens_nothing_and_harms_no_other(vault: Vault) -> None:
    gone, kept = vault.seal("gone", b"", b"words"), vault.seal("kept", b"", b"words")
    assert vault.destroy("gone") == 1
    assert vault.open(gone, b"") is None
    assert vault.open(kept, b"") == b"words"
    assert vault.destroy("gone") == 0


def test_after_erasure_a_subject_begins_with_a_new_key(vault: Vault) -> None:
    old = vault.seal("reporter", b"", b"words")
    vault.destroy("reporter")
    new = vault.seal("reporter", b"", b"new words")
    assert new.key != old.key
    assert vault.open(new, b"") == b"new words"


def test_a_vault_opened_again_opens_what_was_sealed(tmp_path: Path) -> None:
    first = Vault(tmp_path / "vault.db", MASTER)
    sealed = first.seal("reporter", b"", b"words")
    first.close()
    second = Vault(tmp_path / "vault.db", MASTER)
    assert second.open(sealed, b"") == b"words"
    assert second.seal("reporter", b"", b"more").key == sealed.key
    second.close()


def test_a_vault_opens_under_its_own_master_key_alone(vault: Vault, tmp_path: Path) -> None:
    with pytest.raises(WrongMasterKey):
        Vault(tmp_path / "vault.db", b"x" * 32)


def test_prepared_subjects_are_sealed_under_the_keys_they_had(tmp_path: Path) -> None:
    first = Vault(tmp_path / "vault.db", MASTER)
    keys = {f"{n}": first.seal(f"{n}", b"", b"").key for n in range(600)}
    first.close()
    second = Vault(tmp_path / "vault.db", MASTER)
    second.prepare([*keys, "newcomer", "newcomer"])
    assert {who: second.seal(who, b"", b"").key for who in keys} == keys
    assert second.seal("newcomer", b"", b"").key not in keys.values()
    second.close()


def test_a_damaged_key_hurts_only_its_own_subject(house: House) -> None:
    house.log.append([intake(1), intake(2)])
    house.close()
    with sqlite3.connect(house.folder / "vault.db") as conn:
        conn.execute("UPDATE keys SET wrapped = zeroblob(60) WHERE id = 1")
    house.reopen()
    again = [Append(stream(number), 1, intake(number).facts) for number in (1, 2)]
    assert [type(outcome) for outcome in house.log.append(again)] == [Unstorable, Appended]


def test_a_key_that_the_vault_never_held_is_not_taken_for_erased(vault: Vault) -> None:
    sealed = vault.seal("reporter", b"", b"words")
    with pytest.raises(KeyUnknown):
        vault.open(sealed._replace(key=9_999), b"")


def test_a_destroyed_key_stands_in_no_file(vault: Vault, tmp_path: Path) -> None:
    sealed = vault.seal("reporter", b"", b"words")
    vault.flush()
    (wrapped,) = vault._lazy.execute("SELECT wrapped FROM keys WHERE id = ?", (sealed.key,)).fetchone()
    assert any(wrapped in path.read_bytes() for path in tmp_path.iterdir())
    vault.destroy("reporter")
    assert not any(wrapped in path.read_bytes() for path in tmp_path.iterdir())


def test_no_key_stands_unwrapped_in_any_file(vault: Vault, tmp_path: Path) -> None:
    key, wrapped = vault.seal("reporter", b"", b"words").key, None
    (wrapped,) = vault._lazy.execute("SELECT wrapped FROM keys WHERE id = ?", (key,)).fetchone()
    plain = vault._master.decrypt(wrapped[:12], wrapped[12:], b"hangfeng.vault.wrap\x00%d" % key)
    assert len(plain) == 32
    assert not any(plain in path.read_bytes() for path in tmp_path.iterdir())


def test_two_processes_never_share_a_spare_key(vault: Vault, tmp_path: Path) -> None:
    other = Vault(tmp_path / "vault.db", MASTER)
    mine = {vault.seal(f"mine {number}", b"", b"").key for number in range(100)}
    theirs = {other.seal(f"theirs {number}", b"", b"").key for number in range(100)}
    assert len(mine | theirs) == 200
    other.close()


def test_spare_keys_of_a_crash_and_of_a_close_never_come_back(tmp_path: Path) -> None:
    seen: list[int] = []
    for start, crashes in enumerate((True, False, True, False)):
        vault = Vault(tmp_path / "vault.db", MASTER)
        seen.extend(vault.seal(f"{start} {number}", b"", b"").key for number in range(3))
        if not crashes:
            vault.close()
    assert len(set(seen)) == len(seen) == 12


def test_another_process_forgets_what_was_destroyed(vault: Vault, tmp_path: Path) -> None:
    other = Vault(tmp_path / "vault.db", MASTER)
    sealed = vault.seal("reporter", b"", b"words")
    vault.flush()
    assert other.open(sealed, b"") == b"words"
    vault.destroy("reporter")
    other.refresh()
    assert other.open(sealed, b"") is None
    assert other.seal("reporter", b"", b"new").key != sealed.key
    other.close()


def test_a_retired_key_still_opens_and_seals_no_more(vault: Vault, tmp_path: Path) -> None:
    other = Vault(tmp_path / "vault.db", MASTER)
    sealed = other.seal("reporter", b"", b"words")
    other.flush()
    vault.retire("reporter")
    other.refresh()
    assert other.open(sealed, b"") == b"words"
    assert other.seal("reporter", b"", b"later").key != sealed.key
    other.close()


def test_a_legal_hold_blocks_erasure_until_it_is_lifted(vault: Vault) -> None:
    sealed = vault.seal("reporter", b"", b"words")
    vault.hold(HOLD)
    for act in (vault.retire, vault.destroy):
        with pytest.raises(LegalHold, match="复核中"):
            act("reporter")
    assert vault.open(sealed, b"") == b"words"
    assert vault.holds() == [HOLD]
    assert (vault.release("reporter"), vault.release("reporter"), vault.holds()) == (True, False, [])
    assert vault.destroy("reporter") == 1


def test_after_a_crash_the_log_names_the_keys_that_the_vault_forgot(house: House) -> None:
    house.log.append([intake(1)])
    house.log.close()
    # A crash: the vault is dropped before it has written down whose key it was.
    house.reopen()
    house.log.append([intake(2), replace(intake(3), facts=intake(1).facts)])
    assert learn_subjects(house.log, house.vault) == 3
    assert house.vault.destroy("subject-1") == 2
    assert {one.fact.text for one in house.log.read(0, 9)} == {"〔已依法清除〕", intake(2).facts[0].text}  # type: ignore[attr-defined]


def test_the_log_is_learnt_from_where_learning_stopped(house: House) -> None:
    house.log.append([intake(number) for number in range(5)])
    assert learn_subjects(house.log, house.vault) == 5
    assert house.vault.learned() == 5
    assert learn_subjects(house.log, house.vault) == 0


def test_a_vault_that_another_holds_too_long_is_busy(vault: Vault, tmp_path: Path) -> None:
    vault._durable.execute("PRAGMA busy_timeout = 0")
    other = sqlite3.connect(tmp_path / "vault.db")
    other.execute("BEGIN IMMEDIATE")
    with pytest.raises(VaultBusy):
        vault.hold(HOLD)
    other.close()


def test_a_reader_that_holds_up_the_sweep_is_told_of(vault: Vault, tmp_path: Path) -> None:
    sealed = vault.seal("reporter", b"", b"words")
    vault.flush()
    vault._durable.execute("PRAGMA busy_timeout = 0")
    other = sqlite3.connect(tmp_path / "vault.db", isolation_level=None)
    other.execute("BEGIN")
    other.execute("SELECT count(*) FROM keys").fetchone()
    with pytest.raises(VaultBusy):
        vault.destroy("reporter")
    other.close()
    assert vault.open(sealed, b"") is None
    assert vault.destroy("reporter") == 0


def test_a_small_cache_changes_nothing(tmp_path: Path) -> None:
    vault = Vault(tmp_path / "vault.db", MASTER, cached_keys_max=3)
    seals = {f"{n}": vault.seal(f"{n}", b"", b"%d" % n) for n in range(200)}
    again = {f"{n}": vault.seal(f"{n}", b"", b"") for n in reversed(range(200))}
    assert {who: seal.key for who, seal in seals.items()} == {who: seal.key for who, seal in again.items()}
    assert [vault.open(seal, b"") for seal in seals.values()] == [b"%d" % n for n in range(200)]
    assert len(vault._ciphers) <= 3
    assert len(vault._current) <= 3
    vault.close()


def test_a_durable_flush_leaves_nothing_unwritten(vault: Vault, tmp_path: Path) -> None:
    sealed = vault.seal("reporter", b"", b"scan of a letter")
    vault.flush(durable=True)
    other = Vault(tmp_path / "vault.db", MASTER)
    assert other.seal("reporter", b"", b"").key == sealed.key
    other.close()


@settings(suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(st.binary(max_size=200), st.binary(max_size=50), st.text(max_size=20))
def test_any_bytes_of_any_subject_come_back(vault: Vault, plaintext: bytes, aad: bytes, subject: str) -> None:
    assert vault.open(vault.seal(subject, aad, plaintext), aad) == plaintext
