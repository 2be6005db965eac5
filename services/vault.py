"""The vault: a key for each subject, kept apart from the log, and destroyed when the subject is erased.

Keys are wrapped (AES-256-GCM) under the master key and laid in beforehand, in blocks that cost one sync to disk each,
so that sealing a fact waits for no disk of its own. Which key belongs to which subject is written down without a sync:
every sealed fact names its key and its subject, so ``learn`` rebuilds that from the log after a crash. A subject may
so come to have several keys; erasure destroys each of them.
"""

from __future__ import annotations

import os
import sqlite3
from collections.abc import Iterable, Iterator, Sequence
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from threading import RLock
from typing import Literal, NamedTuple, TypeVar

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM

from services.sqlite_file import open_sqlite

ALGORITHM = "AES-256-GCM"
KEY_BYTES = 32
NONCE_BYTES = 12
SPARE_KEYS_FIRST = 64
SPARE_KEYS_PER_BLOCK = 1_024
CACHED_KEYS_MAX = 65_536
UNWRITTEN_SUBJECTS_MAX = 512
KEYS_PER_PAGE = 64
SUBJECTS_PER_QUESTION_MAX = 500
BUSY_TIMEOUT_SECONDS = 10.0

_TABLES = (
    """CREATE TABLE IF NOT EXISTS keys (
        id INTEGER PRIMARY KEY AUTOINCREMENT, wrapped BLOB, retired INTEGER NOT NULL DEFAULT 0)""",
    """CREATE TABLE IF NOT EXISTS subject_keys (
        subject TEXT NOT NULL, key INTEGER NOT NULL, PRIMARY KEY (subject, key)) WITHOUT ROWID""",
    """CREATE TABLE IF NOT EXISTS holds (
        subject TEXT PRIMARY KEY, reason TEXT NOT NULL, authority TEXT NOT NULL, since TEXT NOT NULL) WITHOUT ROWID""",
    "CREATE TABLE IF NOT EXISTS vault_notes (name TEXT PRIMARY KEY, value NOT NULL) WITHOUT ROWID",
)
_CHECK_TEXT = b"hangfeng vault"
_CHECK_AAD = b"hangfeng.vault.check"


class LegalHold(Exception):
    """A legal hold stands on this subject, so nothing of it may be erased."""

    def __init__(self, subject: str, reason: str) -> None:
        super().__init__(f"依法保全中，不得清除：{reason} / under legal hold, not to be erased: {reason}")
        self.subject = subject
        self.reason = reason


class WrongMasterKey(Exception):
    """The vault was made under another master key."""

    def __init__(self) -> None:
        super().__init__("主密钥与密钥库不符 / the master key is not the one this vault was made under")


class VaultBusy(Exception):
    """Another process held the vault for too long; what was asked for is safe to ask for again."""

    def __init__(self, what: str) -> None:
        super().__init__(f"密钥库忙，请重试：{what} / the vault is busy, ask again: {what}")


class VaultLost(Exception):
    """The records have no vault beside them: what is sealed can be opened by nothing else."""

    def __init__(self, path: Path) -> None:
        super().__init__(
            f"密钥库 {path} 不见了：封存的个人信息只能凭它启封，新建一个无济于事；请从备份恢复该文件。"
            "日志校验与通报重算不需要它 / "
            f"the vault {path} is missing: nothing else opens what is sealed, and a new one would not; put the file "
            "back from a backup. Verifying the log and rebuilding a bulletin need none"
        )


class KeyUnknown(Exception):
    """The vault never held this key, so it is not the vault of this log."""

    def __init__(self, key: int) -> None:
        super().__init__(f"密钥库中没有第 {key} 号密钥，密钥库与日志不符 / key {key} is not in this vault")
        self.key = key


class SealBroken(Exception):
    """Sealed bytes were changed, or stand where they were not sealed."""

    def __init__(self, key: int) -> None:
        super().__init__(f"封存内容已被改动 / sealed bytes do not open under key {key}")
        self.key = key


class Sealed(NamedTuple):
    """Sealed bytes: the algorithm, the id of the key, 12 bytes of nonce, and the ciphertext with its 16-byte tag."""

    alg: str
    key: int
    nonce: bytes
    ct: bytes


@dataclass(frozen=True, slots=True)
class Hold:
    """A legal hold (依法保全) on a subject: why, by whose authority, since when."""

    subject: str
    reason: str
    authority: str
    since: datetime


class Vault:
    """Seals and opens under keys per subject; one object serves all threads of a process.

    Several processes may hold the same vault open: a key that one of them lays in is never used by another that did
    not read it from the vault, and ``refresh`` makes a process forget what another one destroyed.
    """

    def __init__(self, path: Path, master: bytes, *, cached_keys_max: int = CACHED_KEYS_MAX) -> None:
        """Open the vault at ``path``, making it where there is none. Raises ``WrongMasterKey``."""
        self._lock = RLock()
        self._master = AESGCM(master)
        self._cached_keys_max = cached_keys_max
        # Two connections: what must be on disk before anyone relies on it, and what the log can give back.
        self._durable = _connect(path, "FULL")
        self._lazy = _connect(path, "NORMAL")
        with self._writing(self._durable):
            for statement in _TABLES:
                self._durable.execute(statement)
        self._check_master()
        self._current: dict[str, tuple[int, AESGCM]] = {}
        self._ciphers: dict[int, AESGCM | None] = {}
        self._wrapped: dict[int, bytes | None] = {}
        self._unwritten: dict[str, int] = {}
        self._spares: list[tuple[int, bytes]] = []
        self._blocks = 0
        self._data_version = self._changes_seen()
        self._destructions = self._note("destructions")

    # --- sealing and opening ---------------------------------------------------------------------------------------

    def seal(self, subject: str, aad: bytes, plaintext: bytes) -> Sealed:
        """Seal bytes under the subject's key, bound to ``aad``; the key is on disk before this returns."""
        key, cipher = self._current.get(subject) or self._key_for(subject)
        nonce = os.urandom(NONCE_BYTES)
        return Sealed(ALGORITHM, key, nonce, cipher.encrypt(nonce, plaintext, aad))

    def prepare(self, subjects: Iterable[str]) -> None:
        """Have the keys of these subjects at hand, so that a group of seals asks the vault's file once.

        A key that cannot be had is left to the ``seal`` that needs it.
        """
        with self._lock:
            wanted = [subject for subject in dict.fromkeys(subjects) if subject not in self._current]
            on_record = self._keys_on_record([subject for subject in wanted if subject not in self._unwritten])
            for subject in wanted:
                with suppress(SealBroken, KeyUnknown):
                    self._have(subject, self._unwritten.get(subject) or on_record.get(subject))
            if len(self._unwritten) >= UNWRITTEN_SUBJECTS_MAX:
                self.flush()

    def open(self, sealed: Sealed, aad: bytes) -> bytes | None:
        """Return what was sealed, or ``None`` once the key is destroyed. Raises ``SealBroken`` and ``KeyUnknown``."""
        if sealed.alg != ALGORITHM:
            raise SealBroken(sealed.key)
        try:
            cipher = self._ciphers[sealed.key]
        except KeyError:
            cipher = self._cipher_of(sealed.key)
        if cipher is None:
            return None
        try:
            return cipher.decrypt(sealed.nonce, sealed.ct, aad)
        except (InvalidTag, ValueError) as error:
            raise SealBroken(sealed.key) from error

    def refresh(self) -> None:
        """Forget cached keys where another process retired or destroyed some since the last call; costs microseconds.

        Whoever seals calls this once inside the log's write transaction: a key retired before that transaction began
        is then never used in it.
        """
        with self._lock:
            version = self._changes_seen()
            if version != self._data_version:
                self._data_version = version
                destructions = self._note("destructions")
                if destructions != self._destructions:
                    self._destructions = destructions
                    self._forget()

    def lay_in_spare_keys(self) -> None:
        """Lay in a block of keys now, so that the next seals of new subjects wait for no disk."""
        with self._lock:
            self._lay_in(SPARE_KEYS_PER_BLOCK)

    # --- who has which key -----------------------------------------------------------------------------------------

    def learn(self, position: int, named: Iterable[tuple[str, int]]) -> None:
        """Note subjects and keys that facts up to a log position name, so that erasure finds every key."""
        with self._lock, self._writing(self._lazy):
            self._lazy.executemany("INSERT OR IGNORE INTO subject_keys VALUES (?, ?)", list(named))
            self._lazy.execute(
                "INSERT INTO vault_notes VALUES ('learned', ?) "
                "ON CONFLICT (name) DO UPDATE SET value = max(value, excluded.value)",
                (position,),
            )

    def learned(self) -> int:
        """Return the log position up to which ``learn`` has seen every fact."""
        with self._lock:
            return self._note("learned")

    def flush(self, *, durable: bool = False) -> None:
        """Write down which subject has which key; ``durable`` also waits for the disk.

        Needed only for seals that no fact in the log names, such as attachments.
        """
        with self._lock:
            conn = self._durable if durable else self._lazy
            if self._unwritten:
                with self._writing(conn):
                    conn.executemany("INSERT OR IGNORE INTO subject_keys VALUES (?, ?)", list(self._unwritten.items()))
                self._unwritten.clear()

    # --- erasure and holds -----------------------------------------------------------------------------------------

    def retire(self, subject: str) -> None:
        """Use the subject's keys for no further seal, in any process; what they sealed still opens.

        Erasure runs: ``learn`` what the log names, ``retire``, append the fact of erasure (whose transaction waits for
        those under way), ``learn`` again, ``destroy``. Raises ``LegalHold``.
        """
        with self._lock:
            self._refuse_held(subject)
            self.flush()
            with self._writing(self._durable):
                self._durable.execute(
                    "UPDATE keys SET retired = 1 WHERE id IN (SELECT key FROM subject_keys WHERE subject = ?)",
                    (subject,),
                )
                self._count_destruction()
            self._forget()

    def key_count(self, subject: str) -> int:
        """Return how many keys of a subject are known and not destroyed."""
        with self._lock:
            self.flush()
            row = self._lazy.execute(
                "SELECT count(*) FROM subject_keys JOIN keys ON id = key WHERE subject = ? AND wrapped IS NOT NULL",
                (subject,),
            ).fetchone()
            return int(row[0])

    def destroy(self, subject: str) -> int:
        """Destroy every key of a subject for good and return how many there were; nothing they sealed opens again.

        Raises ``LegalHold`` and, where a copy may still stand in the vault's write-ahead file, ``VaultBusy``: the keys
        are destroyed and the call is repeated to sweep it.
        """
        with self._lock:
            self._refuse_held(subject)
            self.flush()
            with self._writing(self._durable):
                destroyed = self._durable.execute(
                    "UPDATE keys SET wrapped = NULL, retired = 1 WHERE wrapped IS NOT NULL "
                    "AND id IN (SELECT key FROM subject_keys WHERE subject = ?)",
                    (subject,),
                ).rowcount
                self._count_destruction()
            self._forget()
            # The old pages with the wrapped keys still stand in the write-ahead file until it is emptied.
            busy, _, _ = self._durable.execute("PRAGMA wal_checkpoint(TRUNCATE)").fetchone()
            if busy:
                raise VaultBusy("destroy")
            return destroyed

    def hold(self, hold: Hold) -> None:
        """Put a legal hold on a subject, in place of one that stands."""
        with self._lock, self._writing(self._durable):
            self._durable.execute(
                "INSERT OR REPLACE INTO holds VALUES (?, ?, ?, ?)",
                (hold.subject, hold.reason, hold.authority, hold.since.isoformat()),
            )

    def release(self, subject: str) -> bool:
        """Lift the hold on a subject; say whether one stood."""
        with self._lock, self._writing(self._durable):
            return self._durable.execute("DELETE FROM holds WHERE subject = ?", (subject,)).rowcount > 0

    def holds(self) -> list[Hold]:
        """Return the holds that stand, by subject."""
        with self._lock:
            rows = self._durable.execute("SELECT subject, reason, authority, since FROM holds ORDER BY subject")
            return [Hold(subject, reason, who, datetime.fromisoformat(since)) for subject, reason, who, since in rows]

    def close(self) -> None:
        """Write down what is not yet written, drop spare keys that were never used, and give up the connections."""
        with self._lock:
            self.flush()
            if self._spares:
                with self._writing(self._lazy):
                    self._lazy.executemany("DELETE FROM keys WHERE id = ?", [(key,) for key, _ in self._spares])
                self._spares.clear()
            self._forget()
            self._durable.close()
            self._lazy.close()

    # --- insides ---------------------------------------------------------------------------------------------------

    def _key_for(self, subject: str) -> tuple[int, AESGCM]:
        with self._lock:
            key = self._unwritten.get(subject) or self._keys_on_record([subject]).get(subject)
            return self._have(subject, key)

    def _have(self, subject: str, key: int | None) -> tuple[int, AESGCM]:
        cipher = None if key is None else self._cipher_of(key)
        had = self._take_spare(subject) if key is None or cipher is None else (key, cipher)
        _make_room(self._current, self._cached_keys_max)
        self._current[subject] = had
        return had

    def _keys_on_record(self, subjects: Sequence[str]) -> dict[str, int]:
        """Return the newest key that each subject may be sealed under, of those that have one."""
        found: dict[str, int] = {}
        for start in range(0, len(subjects), SUBJECTS_PER_QUESTION_MAX):
            some = subjects[start : start + SUBJECTS_PER_QUESTION_MAX]
            found.update(
                self._lazy.execute(
                    "SELECT subject, max(id) FROM subject_keys JOIN keys ON id = key "  # noqa: S608  question marks only
                    f"WHERE subject IN ({', '.join('?' * len(some))}) AND retired = 0 AND wrapped IS NOT NULL "
                    "GROUP BY subject",
                    some,
                ),
            )
        return found

    def _take_spare(self, subject: str) -> tuple[int, AESGCM]:
        if not self._spares:
            self._lay_in(SPARE_KEYS_PER_BLOCK if self._blocks else SPARE_KEYS_FIRST)
        key, secret = self._spares.pop()
        self._unwritten[subject] = key
        cipher = AESGCM(secret)
        _make_room(self._ciphers, self._cached_keys_max)
        self._ciphers[key] = cipher
        return key, cipher

    def _cipher_of(self, key: int) -> AESGCM | None:
        with self._lock:
            if key in self._ciphers:
                return self._ciphers[key]
            if key not in self._wrapped:
                self._read_page(key)
            try:
                wrapped = self._wrapped.pop(key)
            except KeyError:
                raise KeyUnknown(key) from None
            cipher = None if wrapped is None else self._unwrap(key, wrapped)
            _make_room(self._ciphers, self._cached_keys_max)
            self._ciphers[key] = cipher
            return cipher

    def _read_page(self, key: int) -> None:
        """Read the keys around one: facts that stand together in the log were sealed with keys laid in together."""
        first = key - key % KEYS_PER_PAGE
        if len(self._wrapped) > self._cached_keys_max:
            self._wrapped.clear()
        self._wrapped.update(
            self._lazy.execute("SELECT id, wrapped FROM keys WHERE id >= ? AND id < ?", (first, first + KEYS_PER_PAGE)),
        )

    def _unwrap(self, key: int, wrapped: bytes) -> AESGCM:
        try:
            return AESGCM(self._master.decrypt(wrapped[:NONCE_BYTES], wrapped[NONCE_BYTES:], _wrap_aad(key)))
        except InvalidTag as error:
            raise SealBroken(key) from error

    def _lay_in(self, count: int) -> None:
        with self._writing(self._durable):
            # AUTOINCREMENT's own record is what keeps the ids of dropped spares from coming back.
            row = self._durable.execute("SELECT seq FROM sqlite_sequence WHERE name = 'keys'").fetchone()
            first = 1 + (0 if row is None else int(row[0]))
            laid = [(key, os.urandom(KEY_BYTES)) for key in range(first, first + count)]
            wrapped = [(key, self._wrap(key, secret)) for key, secret in laid]
            self._durable.executemany("INSERT INTO keys (id, wrapped) VALUES (?, ?)", wrapped)
        self._blocks += 1
        self._spares.extend(reversed(laid))

    def _wrap(self, key: int, secret: bytes) -> bytes:
        nonce = os.urandom(NONCE_BYTES)
        return nonce + self._master.encrypt(nonce, secret, _wrap_aad(key))

    def _forget(self) -> None:
        self._current.clear()
        self._ciphers.clear()
        self._wrapped.clear()

    def _refuse_held(self, subject: str) -> None:
        row = self._durable.execute("SELECT reason FROM holds WHERE subject = ?", (subject,)).fetchone()
        if row is not None:
            raise LegalHold(subject, row[0])

    def _count_destruction(self) -> None:
        self._durable.execute(
            "INSERT INTO vault_notes VALUES ('destructions', 1) ON CONFLICT (name) DO UPDATE SET value = value + 1",
        )

    def _changes_seen(self) -> int:
        """Return a number that SQLite changes whenever another connection has committed."""
        return int(self._lazy.execute("PRAGMA data_version").fetchone()[0])

    def _note(self, name: str) -> int:
        row = self._lazy.execute("SELECT value FROM vault_notes WHERE name = ?", (name,)).fetchone()
        return 0 if row is None else int(row[0])

    def _check_master(self) -> None:
        with self._writing(self._durable):
            row = self._durable.execute("SELECT value FROM vault_notes WHERE name = 'check'").fetchone()
            if row is None:
                nonce = os.urandom(NONCE_BYTES)
                check = nonce + self._master.encrypt(nonce, _CHECK_TEXT, _CHECK_AAD)
                self._durable.execute("INSERT INTO vault_notes VALUES ('check', ?)", (check,))
                return
        try:
            self._master.decrypt(row[0][:NONCE_BYTES], row[0][NONCE_BYTES:], _CHECK_AAD)
        except InvalidTag as error:
            raise WrongMasterKey from error

    @contextmanager
    def _writing(self, conn: sqlite3.Connection) -> Iterator[None]:
        try:
            conn.execute("BEGIN IMMEDIATE")
        except sqlite3.OperationalError as error:
            raise VaultBusy("write") from error
        try:
            yield
        except BaseException:
            conn.execute("ROLLBACK")
            raise
        conn.execute("COMMIT")


_K = TypeVar("_K")
_V = TypeVar("_V")


def _make_room(cache: dict[_K, _V], entries_max: int) -> None:
    """Drop the oldest half once a cache is full, which costs less per use than keeping the order of uses."""
    if len(cache) >= entries_max:
        for old in list(cache)[: entries_max // 2 + 1]:
            del cache[old]


def _wrap_aad(key: int) -> bytes:
    return b"hangfeng.vault.wrap\x00%d" % key


def _connect(path: Path, synchronous: Literal["FULL", "NORMAL"]) -> sqlite3.Connection:
    conn = open_sqlite(path, synchronous, busy_timeout_seconds=BUSY_TIMEOUT_SECONDS)
    # What was deleted or overwritten must not linger in free pages.
    conn.execute("PRAGMA secure_delete = ON")
    return conn
