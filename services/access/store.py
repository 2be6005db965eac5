"""The store of access: tokens, of which only the digest is kept, and who opened which sealed text when.

One SQLite file beside the log. Tokens are kept durably; a record of a read may lose its last moment to a power cut,
as waiting for the disk on every page would be the dearer fault.
"""

from __future__ import annotations

import hashlib
import secrets
import sqlite3
from collections.abc import Callable, Iterable
from contextlib import suppress
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path
from threading import RLock
from time import monotonic
from uuid import UUID

from domain.facts import Actor
from domain.words import UNIT_ROLES, Role
from services.sqlite_file import open_sqlite

TOKEN_BYTES = 32
TOKEN_PREFIX = "hf_"  # noqa: S105 - what every token begins with, so that a leaked one is recognised
TOKEN_ID_CHARACTERS = 8
TOKENS_CACHED_MAX = 4_096
BUSY_TIMEOUT_SECONDS = 10.0
RECHECK_SECONDS = 0.25
"""For how long a token that another process revoked may still open a door: asking the file at every request would cost
more than the request."""

_TABLES = (
    """CREATE TABLE IF NOT EXISTS tokens (
        id TEXT PRIMARY KEY, digest BLOB NOT NULL UNIQUE, role TEXT NOT NULL, unit TEXT, name TEXT NOT NULL,
        issued_at TEXT NOT NULL, expires_at TEXT NOT NULL, revoked_at TEXT) WITHOUT ROWID""",
    """CREATE TABLE IF NOT EXISTS reads (
        no INTEGER PRIMARY KEY AUTOINCREMENT, at TEXT NOT NULL, name TEXT NOT NULL, role TEXT NOT NULL, unit TEXT,
        complaint TEXT NOT NULL, what TEXT NOT NULL)""",
    "CREATE INDEX IF NOT EXISTS reads_by_complaint ON reads (complaint, no)",
)
_COLUMNS = "id, role, unit, name, issued_at, expires_at, revoked_at"
_NO_TOKEN = frozenset({Role.CLOCK, Role.REPORTER})

Clock = Callable[[], datetime]


class AccessBusy(Exception):
    """Another process held the store of access for too long; ask again."""

    def __init__(self) -> None:
        super().__init__("权限库忙，请重试 / the store of access is busy, ask again")


class TokenUnknown(Exception):
    """No token has this id."""

    def __init__(self, token: str) -> None:
        super().__init__(f"没有令牌 {token} / there is no token {token}")


class UnitNeeded(Exception):
    """A token for a unit's people names the unit, and a role that holds no token gets none."""

    def __init__(self, role: Role) -> None:
        zh = "承办单位人员的令牌须指明单位" if role in UNIT_ROLES else "该角色没有令牌"
        en = "needs its unit" if role in UNIT_ROLES else "holds no token"
        super().__init__(f"{zh}（{role}）/ the role {role} {en}")


@dataclass(frozen=True, slots=True)
class TokenInfo:
    """A token as it is listed: everything but the secret, which is kept nowhere."""

    id: str
    role: Role
    unit: str | None
    name: str
    issued_at: datetime
    expires_at: datetime
    revoked_at: datetime | None

    @property
    def actor(self) -> Actor:
        """Who acts with this token."""
        return Actor(self.name, self.role, self.unit)

    def valid_at(self, instant: datetime) -> bool:
        """Say whether the token opens a door at an instant."""
        return self.revoked_at is None and self.issued_at <= instant < self.expires_at


@dataclass(frozen=True, slots=True)
class Issued:
    """A fresh token with its secret, which is shown once."""

    secret: str
    info: TokenInfo


@dataclass(frozen=True, slots=True)
class ReadRecord:
    """Who opened which sealed text of which case when."""

    at: datetime
    by: Actor
    complaint: UUID
    what: str


class AccessStore:
    """Tokens and the record of reads; one object serves all threads of a process."""

    def __init__(
        self,
        path: Path,
        clock: Clock,
        *,
        token_days: int,
        recheck_seconds: float = RECHECK_SECONDS,
    ) -> None:
        """Open the store at ``path``, making it where there is none; a token lasts ``token_days`` days."""
        self._clock = clock
        self._token_days = token_days
        self._lock = RLock()
        self._durable = open_sqlite(path, "FULL", busy_timeout_seconds=BUSY_TIMEOUT_SECONDS)
        self._lazy = open_sqlite(path, "NORMAL", busy_timeout_seconds=BUSY_TIMEOUT_SECONDS)
        self._recheck_seconds = recheck_seconds
        self._checked_at = monotonic()
        self._known: dict[bytes, TokenInfo | None] = {}
        for statement in _TABLES:
            self._write(self._durable, statement, ())
        path.chmod(0o600)
        self._data_version = self._changes_seen()

    # --- tokens -----------------------------------------------------------------------------------------------------

    def issue(self, role: Role, name: str, unit: str | None = None, *, days: int | None = None) -> Issued:
        """Make a token of 256 random bits; only its SHA-256 digest is stored. Raises ``UnitNeeded``."""
        if role in _NO_TOKEN or (role in UNIT_ROLES and not unit):
            raise UnitNeeded(role)
        secret = TOKEN_PREFIX + secrets.token_urlsafe(TOKEN_BYTES)
        digest = _digest(secret)
        now = self._clock()
        info = TokenInfo(
            id=digest.hex()[:TOKEN_ID_CHARACTERS],
            role=role,
            unit=unit,
            name=name,
            issued_at=now,
            expires_at=now + timedelta(days=days or self._token_days),
            revoked_at=None,
        )
        self._write(
            self._durable,
            "INSERT INTO tokens (id, digest, role, unit, name, issued_at, expires_at) VALUES (?, ?, ?, ?, ?, ?, ?)",
            (info.id, digest, role.value, unit, name, _text(info.issued_at), _text(info.expires_at)),
        )
        return Issued(secret, info)

    def actor_of(self, secret: str) -> Actor | None:
        """Return who acts with a token, ``None`` where it is unknown, expired or revoked; microseconds when cached.

        A token revoked here is refused from now on, one revoked by another process after ``RECHECK_SECONDS``.
        """
        info = self._token_of(secret)
        return info.actor if info is not None and info.valid_at(self._clock()) else None

    def tokens(self) -> list[TokenInfo]:
        """Return all tokens ever issued, the last first."""
        with self._lock:
            rows = self._lazy.execute(f"SELECT {_COLUMNS} FROM tokens ORDER BY issued_at DESC, id")  # noqa: S608
            return [_token(row) for row in rows]

    def revoke(self, token: str) -> TokenInfo:
        """Revoke a token by its id, for good; again is idle. Raises ``TokenUnknown``."""
        changed = self._write(
            self._durable,
            "UPDATE tokens SET revoked_at = coalesce(revoked_at, ?) WHERE id = ?",
            (_text(self._clock()), token),
        )
        if not changed:
            raise TokenUnknown(token)
        return next(info for info in self.tokens() if info.id == token)

    def revoke_named(self, name: str) -> int:
        """Revoke every token of a name that still stands, and return how many there were."""
        return self._write(
            self._durable,
            "UPDATE tokens SET revoked_at = ? WHERE name = ? AND revoked_at IS NULL",
            (_text(self._clock()), name),
        )

    # --- reads of sealed text ---------------------------------------------------------------------------------------

    def record_read(self, by: Actor, complaint: UUID, what: str) -> None:
        """Record that somebody was shown sealed text of a case; ``what`` names it, such as ``text`` or ``history``."""
        self._write(
            self._lazy,
            "INSERT INTO reads (at, name, role, unit, complaint, what) VALUES (?, ?, ?, ?, ?, ?)",
            (_text(self._clock()), by.name, by.role.value, by.unit, str(complaint), what),
        )

    def record_reads(self, by: Actor, complaints: Iterable[UUID], what: str) -> None:
        """Record that somebody was shown sealed text of several cases, all of them or none."""
        at = _text(self._clock())
        rows = [(at, by.name, by.role.value, by.unit, str(complaint), what) for complaint in complaints]
        with self._lock:
            try:
                self._lazy.execute("BEGIN")
                self._lazy.executemany(
                    "INSERT INTO reads (at, name, role, unit, complaint, what) VALUES (?, ?, ?, ?, ?, ?)", rows
                )
                self._lazy.execute("COMMIT")
            except sqlite3.OperationalError as error:
                if self._lazy.in_transaction:
                    self._lazy.execute("ROLLBACK")
                raise AccessBusy from error

    def reads(self, complaint: UUID | None = None, *, limit: int = 1_000) -> list[ReadRecord]:
        """Return who read, the last first: of one complaint, or of all."""
        where = "WHERE complaint = ?" if complaint else ""
        parameters = (str(complaint), limit) if complaint else (limit,)
        with self._lock:
            rows = self._lazy.execute(
                f"SELECT at, name, role, unit, complaint, what FROM reads {where} ORDER BY no DESC LIMIT ?",  # noqa: S608
                parameters,
            )
            return [
                ReadRecord(datetime.fromisoformat(at), Actor(name, Role(role), unit), UUID(complaint_id), what)
                for at, name, role, unit, complaint_id, what in rows
            ]

    def close(self) -> None:
        """Give up the connections."""
        with self._lock:
            self._durable.close()
            self._lazy.close()

    # --- insides ----------------------------------------------------------------------------------------------------

    def _token_of(self, secret: str) -> TokenInfo | None:
        digest = _digest(secret)
        if monotonic() - self._checked_at < self._recheck_seconds:
            with suppress(KeyError):
                return self._known[digest]
        with self._lock:
            self._checked_at = monotonic()
            seen = self._changes_seen()
            if seen != self._data_version or len(self._known) >= TOKENS_CACHED_MAX:
                self._data_version = seen
                self._known.clear()
            if digest not in self._known:
                row = self._lazy.execute(
                    f"SELECT {_COLUMNS} FROM tokens WHERE digest = ?",  # noqa: S608
                    (digest,),
                ).fetchone()
                self._known[digest] = None if row is None else _token(row)
            return self._known[digest]

    def _changes_seen(self) -> int:
        """Return a number that SQLite changes whenever another connection has committed, our durable one included."""
        return int(self._lazy.execute("PRAGMA data_version").fetchone()[0])

    def _write(self, conn: sqlite3.Connection, statement: str, parameters: tuple[object, ...]) -> int:
        with self._lock:
            try:
                changed = conn.execute(statement, parameters).rowcount
            except sqlite3.OperationalError as error:
                raise AccessBusy from error
            if conn is self._durable:
                self._known.clear()
            return changed


def _digest(secret: str) -> bytes:
    # The secret is 256 random bits, so one round is enough: there is nothing to guess from.
    return hashlib.sha256(secret.encode()).digest()


def _text(instant: datetime) -> str:
    return instant.astimezone(UTC).isoformat(timespec="microseconds")


def _token(row: tuple[str, str, str | None, str, str, str, str | None]) -> TokenInfo:
    token, role, unit, name, issued_at, expires_at, revoked_at = row
    return TokenInfo(
        token,
        Role(role),
        unit,
        name,
        datetime.fromisoformat(issued_at),
        datetime.fromisoformat(expires_at),
        datetime.fromisoformat(revoked_at) if revoked_at else None,
    )
