"""The courier's book: each outlet's secret, and every delivery that is owed, made, dead or dropped. One file.

Secrets never stand in the log: it is kept for ever and copied. They are sealed under a key of their own, made of the
instance's master key.
"""

from __future__ import annotations

from base64 import b64encode
from dataclasses import dataclass
from datetime import UTC, datetime
from enum import StrEnum
from pathlib import Path
from secrets import token_bytes

from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.kdf.hkdf import HKDF

from domain.partners.refusals import NoSuchDelivery
from services.relay.cloud_events import Message
from services.sqlite_file import SqliteFile

WEBHOOKS_FILE = "webhooks.db"
FEED_FILE = "webhooks-feed.db"
"""How far the courier has come in the log."""

BUSY_TIMEOUT_SECONDS = 10
SECRET_BYTES = 32
SECRET_PREFIX = "whsec_"  # noqa: S105 - what every secret begins with, not one
ERROR_CHARACTERS_MAX = 200
PAGE_DELIVERIES_MAX = 500
_NONCE_BYTES = 12
_INFO = b"hangfeng.webhooks.v1"

_TABLES = """
CREATE TABLE IF NOT EXISTS secrets (
    partner TEXT PRIMARY KEY, current BLOB NOT NULL, previous BLOB) WITHOUT ROWID;
CREATE TABLE IF NOT EXISTS deliveries (
    number INTEGER PRIMARY KEY, partner TEXT NOT NULL, message TEXT NOT NULL, topic TEXT NOT NULL,
    subject TEXT NOT NULL, position INTEGER NOT NULL, body BLOB, not_before REAL NOT NULL, next_at REAL NOT NULL,
    attempts INTEGER NOT NULL DEFAULT 0, state TEXT NOT NULL DEFAULT 'waiting', status INTEGER, error TEXT,
    settled_at REAL, embargo_minutes INTEGER, UNIQUE (partner, message));
CREATE INDEX IF NOT EXISTS deliveries_waiting ON deliveries (partner, number) WHERE state = 'waiting';
CREATE INDEX IF NOT EXISTS deliveries_by_state ON deliveries (state, number);
CREATE INDEX IF NOT EXISTS deliveries_of ON deliveries (partner, topic, subject);
"""


class DeliveryState(StrEnum):
    """What became of a delivery: owed, made, given up, or no longer to be made since its matter is withheld."""

    WAITING = "waiting"
    DELIVERED = "delivered"
    DEAD = "dead"
    DROPPED = "dropped"


DELIVERY_CHINESE = {
    DeliveryState.WAITING: "待投递",
    DeliveryState.DELIVERED: "已送达",
    DeliveryState.DEAD: "死信",
    DeliveryState.DROPPED: "已撤销",
}


@dataclass(frozen=True, slots=True)
class Delivery:
    """One delivery; ``message`` is the id by which the outlet drops what comes twice."""

    number: int
    partner: str
    message: str
    topic: str
    subject: str
    position: int
    not_before: datetime
    next_at: datetime
    attempts: int
    state: DeliveryState
    status: int | None
    error: str | None
    settled_at: datetime | None


_COLUMNS = (
    "number, partner, message, topic, subject, position, not_before, next_at, attempts, state, status, error,"
    " settled_at"
)


class DeliveryBook(SqliteFile):
    """The file of secrets and deliveries."""

    def __init__(self, folder: Path, master: bytes) -> None:
        """Open the file in the data directory, making it where there is none."""
        super().__init__(folder / WEBHOOKS_FILE, _TABLES, busy_timeout_seconds=BUSY_TIMEOUT_SECONDS)
        if not self._conn.execute(
            "SELECT 1 FROM pragma_table_info('deliveries') WHERE name = 'embargo_minutes'"
        ).fetchone():
            # A file of before the embargo was kept with each delivery.
            self._conn.execute("ALTER TABLE deliveries ADD COLUMN embargo_minutes INTEGER")
        self._cipher = AESGCM(HKDF(SHA256(), SECRET_BYTES, None, _INFO).derive(master))

    # --- secrets ---------------------------------------------------------------------------------------------------

    def renew_secret(self, partner: str) -> str:
        """Give an outlet a new secret and return it, once; the one before signs too until the next renewal."""
        secret = token_bytes(SECRET_BYTES)
        nonce = token_bytes(_NONCE_BYTES)
        sealed = nonce + self._cipher.encrypt(nonce, secret, partner.encode())
        with self._transaction() as conn:
            conn.execute(
                "INSERT INTO secrets VALUES (?, ?, NULL) ON CONFLICT (partner) DO UPDATE"
                " SET previous = current, current = excluded.current",
                (partner, sealed),
            )
        return SECRET_PREFIX + b64encode(secret).decode("ascii")

    def secrets(self, partner: str) -> tuple[bytes, ...]:
        """Return the secrets that an outlet's deliveries are signed with, the newest first."""
        with self._turn:
            row = self._conn.execute("SELECT current, previous FROM secrets WHERE partner = ?", (partner,)).fetchone()
        sealed = () if row is None else tuple(one for one in row if one is not None)
        return tuple(self._cipher.decrypt(one[:_NONCE_BYTES], one[_NONCE_BYTES:], partner.encode()) for one in sealed)

    # --- deliveries ------------------------------------------------------------------------------------------------

    def owe(
        self,
        partner: str,
        identity: str,
        message: Message,
        not_before: datetime,
        embargo_minutes: int | None = None,
    ) -> bool:
        """Write down a delivery, once however often it is told; say whether it is new.

        ``embargo_minutes`` is the outlet's own embargo where ``not_before`` is counted by it.
        """
        begins = not_before.timestamp()
        values = (partner, identity, message.topic, message.key, message.position, message.value, begins, begins)
        with self._turn:
            done = self._conn.execute(
                "INSERT OR IGNORE INTO deliveries (partner, message, topic, subject, position, body, not_before,"
                " next_at, embargo_minutes) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?)",
                (*values, embargo_minutes),
            )
        return done.rowcount > 0

    def holds(self, partner: str, topic: str, subject: str) -> bool:
        """Say whether an outlet was sent something of a subject, or may have been: a try without answer counts."""
        with self._turn:
            row = self._conn.execute(
                "SELECT 1 FROM deliveries WHERE partner = ? AND topic = ? AND subject = ?"
                " AND (attempts > 0 OR status IS NOT NULL OR error IS NOT NULL) LIMIT 1",
                (partner, topic, subject),
            ).fetchone()
        return row is not None

    def find(self, partner: str, message: str) -> Delivery | None:
        """Return what is or was owed to an outlet under an id, ``None`` where nothing ever was."""
        with self._turn:
            row = self._conn.execute(
                f"SELECT {_COLUMNS} FROM deliveries WHERE partner = ? AND message = ?",  # noqa: S608 - our own names
                (partner, message),
            ).fetchone()
        return None if row is None else _delivery(row)

    def embargo(self, partner: str, minutes: int) -> None:
        """Let an outlet's embargo be so long for what waits for it, too, where it waits by the outlet's own."""
        self._write(
            "UPDATE deliveries SET not_before = not_before + 60.0 * (?1 - embargo_minutes),"
            " next_at = CASE attempts WHEN 0 THEN not_before + 60.0 * (?1 - embargo_minutes) ELSE next_at END,"
            " embargo_minutes = ?1 WHERE partner = ?2 AND state = 'waiting' AND embargo_minutes <> ?1",
            (minutes, partner),
        )

    def next_for(
        self, partner: str, now: datetime, pause_seconds_max: float = float("inf")
    ) -> tuple[Delivery, bytes] | None:
        """Return what is to be sent to an outlet now, ``None`` where nothing is.

        What is owed first goes first: while it waits for its next try, nothing later overtakes it; what is under an
        embargo holds up nothing. A next try that lies further ahead than any pause was set under a clock that went
        wrong: it is due.
        """
        with self._turn:
            row = self._conn.execute(
                f"SELECT {_COLUMNS}, body FROM deliveries WHERE partner = ? AND state = 'waiting' AND not_before <= ?"  # noqa: S608
                " ORDER BY number LIMIT 1",
                (partner, now.timestamp()),
            ).fetchone()
        if row is None or 0 < row[7] - now.timestamp() <= pause_seconds_max:
            return None
        return _delivery(row[:-1]), bytes(row[-1])

    def owed_to(self) -> tuple[str, ...]:
        """Return the outlets that something is owed to."""
        with self._turn:
            rows = self._conn.execute("SELECT DISTINCT partner FROM deliveries WHERE state = 'waiting'").fetchall()
        return tuple(row[0] for row in rows)

    def settle(self, number: int, state: DeliveryState, status: int | None, error: str | None, now: datetime) -> None:
        """Write down how a delivery ended; what was delivered or dropped is forgotten, what is dead is kept."""
        keeps = state is DeliveryState.DEAD
        self._write(
            "UPDATE deliveries SET state = ?, status = ?, error = ?, settled_at = ?, attempts = attempts + ?,"
            " body = CASE WHEN ? THEN body END WHERE number = ?",
            (state, status, _cut(error), now.timestamp(), state is not DeliveryState.DROPPED, keeps, number),
        )

    def put_off(self, number: int, status: int | None, error: str | None, next_at: datetime) -> None:
        """Write down a try in vain, and when the next one is."""
        self._write(
            "UPDATE deliveries SET attempts = attempts + 1, status = ?, error = ?, next_at = ? WHERE number = ?",
            (status, _cut(error), next_at.timestamp(), number),
        )

    def replay(self, now: datetime, number: int | None = None, partner: str | None = None) -> int:
        """Owe dead deliveries anew, one of them, an outlet's or all, and return how many.

        Raises ``NoSuchDelivery`` where the one that was named is not dead.
        """
        with self._transaction() as conn:
            done = conn.execute(
                "UPDATE deliveries SET state = 'waiting', attempts = 0, next_at = ?, settled_at = NULL"
                " WHERE state = 'dead' AND (? IS NULL OR number = ?) AND (? IS NULL OR partner = ?)",
                (now.timestamp(), number, number, partner, partner),
            ).rowcount
        if number is not None and not done:
            raise NoSuchDelivery(delivery=number)
        return done

    def page(
        self, *, state: DeliveryState | None = None, partner: str | None = None, before: int | None = None, limit: int
    ) -> list[Delivery]:
        """Return deliveries, the newest first, ``before`` a number where one is given."""
        with self._turn:
            rows = self._conn.execute(
                f"SELECT {_COLUMNS} FROM deliveries WHERE (? IS NULL OR state = ?) AND (? IS NULL OR partner = ?)"  # noqa: S608
                " AND (? IS NULL OR number < ?) ORDER BY number DESC LIMIT ?",
                (state, state, partner, partner, before, before, min(limit, PAGE_DELIVERIES_MAX)),
            ).fetchall()
        return [_delivery(row) for row in rows]

    def counts(self) -> dict[DeliveryState, int]:
        """Return how many deliveries there are in each state."""
        with self._turn:
            rows = self._conn.execute("SELECT state, count(*) FROM deliveries GROUP BY state").fetchall()
        return {state: dict(rows).get(state, 0) for state in DeliveryState}


def _delivery(row: tuple[object, ...]) -> Delivery:
    number, partner, message, topic, subject, position, not_before, next_at, attempts, state, status, error, at = row
    return Delivery(
        number=int(str(number)),
        partner=str(partner),
        message=str(message),
        topic=str(topic),
        subject=str(subject),
        position=int(str(position)),
        not_before=_instant(not_before),
        next_at=_instant(next_at),
        attempts=int(str(attempts)),
        state=DeliveryState(str(state)),
        status=None if status is None else int(str(status)),
        error=None if error is None else str(error),
        settled_at=None if at is None else _instant(at),
    )


def _instant(seconds: object) -> datetime:
    return datetime.fromtimestamp(float(str(seconds)), UTC)


def _cut(error: str | None) -> str | None:
    return None if error is None else error[:ERROR_CHARACTERS_MAX]
