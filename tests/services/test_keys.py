from __future__ import annotations

import stat
from pathlib import Path

import pytest
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PublicKey
from cryptography.hazmat.primitives.serialization import load_pem_public_key

from services.keys import KeyExposed, KeyMissing, KeyRing, KeyUnusable

SECRETS = ("master.key", "identity.key", "signing.pem")


def same(one: KeyRing, two: KeyRing) -> bool:
    return (one.master, one.identity, one.public_pem) == (two.master, two.identity, two.public_pem)


def test_keys_are_made_once_and_open_again(tmp_path: Path) -> None:
    made = KeyRing.create(tmp_path / "keys")
    assert same(made, KeyRing.create(tmp_path / "keys"))
    assert same(made, KeyRing.open(tmp_path / "keys"))
    assert len({made.master, made.identity}) == 2


@pytest.mark.parametrize("name", SECRETS)
def test_only_the_owner_may_read_a_secret(tmp_path: Path, name: str) -> None:
    KeyRing.create(tmp_path / "keys")
    assert stat.S_IMODE((tmp_path / "keys" / name).stat().st_mode) == 0o600
    (tmp_path / "keys" / name).chmod(0o640)
    with pytest.raises(KeyExposed, match="chmod 600"):
        KeyRing.open(tmp_path / "keys")


@pytest.mark.parametrize("name", SECRETS)
def test_a_key_that_is_missing_is_named(tmp_path: Path, name: str) -> None:
    KeyRing.create(tmp_path / "keys")
    (tmp_path / "keys" / name).unlink()
    with pytest.raises(KeyMissing, match=name):
        KeyRing.open(tmp_path / "keys")


@pytest.mark.parametrize("name", SECRETS)
@pytest.mark.parametrize("content", [b"", b"no key", b"AAAA"])
def test_a_key_that_is_none_is_named(tmp_path: Path, name: str, content: bytes) -> None:
    KeyRing.create(tmp_path / "keys")
    (tmp_path / "keys" / name).write_bytes(content)
    with pytest.raises(KeyUnusable, match=name):
        KeyRing.open(tmp_path / "keys")


def test_a_master_key_given_stands_in_for_the_file(tmp_path: Path) -> None:
    KeyRing.create(tmp_path)
    (tmp_path / "master.key").unlink()
    assert KeyRing.open(tmp_path, master=b"m" * 32).master == b"m" * 32
    with pytest.raises(KeyUnusable):
        KeyRing.open(tmp_path, master=b"short")


def test_what_is_signed_verifies_under_the_public_key(tmp_path: Path) -> None:
    ring = KeyRing.create(tmp_path)
    public = load_pem_public_key((tmp_path / "signing.pub.pem").read_bytes())
    assert isinstance(public, Ed25519PublicKey)
    public.verify(ring.signing.sign(b"bulletin"), b"bulletin")


def test_no_key_shows_when_a_ring_is_printed(tmp_path: Path) -> None:
    assert repr(KeyRing.create(tmp_path)) == "KeyRing()"
