"""The instance's own secrets: the master key of the vault, the identity key and the signing key, one file each."""

from __future__ import annotations

import os
import stat
from base64 import b64decode, b64encode
from binascii import Error as Base64Error
from dataclasses import dataclass, field
from pathlib import Path
from secrets import token_bytes

from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from cryptography.hazmat.primitives.serialization import (
    Encoding,
    NoEncryption,
    PrivateFormat,
    PublicFormat,
    load_pem_private_key,
)

KEY_BYTES = 32
MASTER_FILE = "master.key"
IDENTITY_FILE = "identity.key"
SIGNING_FILE = "signing.pem"
PUBLIC_FILE = "signing.pub.pem"
_OTHERS = stat.S_IRWXG | stat.S_IRWXO


class KeyMissing(Exception):
    """A key file is not there; ``init`` makes it, and a lost master key makes sealed data unreadable for good."""

    def __init__(self, path: Path) -> None:
        super().__init__(f"缺少密钥文件 {path.name}，请先初始化或从备份恢复 / key file missing: {path.name}")
        self.path = path


class KeyUnusable(Exception):
    """A key file does not hold a key."""

    def __init__(self, path: Path) -> None:
        super().__init__(f"密钥文件 {path.name} 无法使用 / key file unusable: {path.name}")
        self.path = path


class KeyExposed(Exception):
    """A key file can be read by others than its owner."""

    def __init__(self, path: Path) -> None:
        super().__init__(
            f"密钥文件 {path.name} 可被他人读取，请执行 chmod 600 / key file {path.name} is open to others: chmod 600",
        )
        self.path = path


@dataclass(frozen=True, slots=True)
class KeyRing:
    """The keys of one instance.

    ``master`` (32 bytes) wraps the keys of subjects; ``identity`` (32 bytes) keys the hashes that make ids of contacts
    and people; ``signing`` signs checkpoints and bulletins; ``public_pem`` is what a verifier needs of it.
    """

    master: bytes = field(repr=False)
    identity: bytes = field(repr=False)
    signing: Ed25519PrivateKey = field(repr=False)

    @property
    def public_pem(self) -> bytes:
        """The public signing key, PEM (SubjectPublicKeyInfo)."""
        return self.signing.public_key().public_bytes(Encoding.PEM, PublicFormat.SubjectPublicKeyInfo)

    @classmethod
    def create(cls, folder: Path) -> KeyRing:
        """Make the keys that are missing in a folder, leave those that stand, and open them.

        Raises ``KeyExposed`` and ``KeyUnusable`` as ``open`` does.
        """
        folder.mkdir(mode=0o700, parents=True, exist_ok=True)
        for name in (MASTER_FILE, IDENTITY_FILE):
            if not (folder / name).exists():
                _write_secret(folder / name, b64encode(token_bytes(KEY_BYTES)) + b"\n")
        if not (folder / SIGNING_FILE).exists():
            pem = Ed25519PrivateKey.generate().private_bytes(Encoding.PEM, PrivateFormat.PKCS8, NoEncryption())
            _write_secret(folder / SIGNING_FILE, pem)
        ring = cls.open(folder)
        (folder / PUBLIC_FILE).write_bytes(ring.public_pem)
        return ring

    @classmethod
    def open(cls, folder: Path, *, master: bytes | None = None) -> KeyRing:
        """Read the keys of a folder; ``master``, when given, stands in for the master key file.

        Raises ``KeyMissing``, ``KeyUnusable``, and ``KeyExposed`` where group or others may read a file.
        """
        if master is not None and len(master) != KEY_BYTES:
            raise KeyUnusable(folder / MASTER_FILE)
        try:
            signing = load_pem_private_key(_read_secret(folder / SIGNING_FILE), password=None)
        except (ValueError, TypeError) as error:
            raise KeyUnusable(folder / SIGNING_FILE) from error
        if not isinstance(signing, Ed25519PrivateKey):
            raise KeyUnusable(folder / SIGNING_FILE)
        return cls(
            master=_read_key(folder / MASTER_FILE) if master is None else master,
            identity=_read_key(folder / IDENTITY_FILE),
            signing=signing,
        )


def _write_secret(path: Path, content: bytes) -> None:
    """Write a file that only its owner may read, on disk before this returns and never over one that stands."""
    handle = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    with os.fdopen(handle, "wb") as file:
        file.write(content)
        file.flush()
        os.fsync(file.fileno())


def _read_secret(path: Path) -> bytes:
    try:
        mode = path.stat().st_mode
        content = path.read_bytes()
    except FileNotFoundError as error:
        raise KeyMissing(path) from error
    if os.name == "posix" and mode & _OTHERS:
        raise KeyExposed(path)
    return content


def _read_key(path: Path) -> bytes:
    try:
        key = b64decode(_read_secret(path).strip(), validate=True)
    except Base64Error as error:
        raise KeyUnusable(path) from error
    if len(key) != KEY_BYTES:
        raise KeyUnusable(path)
    return key
