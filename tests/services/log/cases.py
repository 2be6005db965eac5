"""Invented facts, clocks and folders for tests of the log."""

from __future__ import annotations

import os
import sqlite3
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta, timezone
from pathlib import Path
from uuid import UUID

from domain.complaint.events import ComplaintRegistered, Signed
from domain.facts import Actor, Moment
from domain.words import Channel, ComplaintKind, Role
from services.log.port import Append
from services.log.sqlite_log import SqliteLog
from services.vault import Vault

BY = Actor("坐席〇一", Role.OPERATOR)
AT = Moment(datetime(2026, 3, 2, 9, 30, tzinfo=timezone(timedelta(hours=8))))
NARRATIVE = "夜间施工噪声扰民，盼有人来管一管"
NUMBER = "055500001111"
START = datetime(2026, 3, 2, 2, 0, tzinfo=UTC)


def stream(number: int) -> UUID:
    return UUID(int=number)


def registered(number: int = 1, *, subject: str | None = None, text: str = NARRATIVE) -> ComplaintRegistered:
    return ComplaintRegistered(
        by=BY,
        occurred=AT,
        subject=subject or f"subject-{number}",
        contact=f"contact-{number}",
        matter_no=1,
        evidence_digest="00",
        channel=Channel.HOTLINE,
        source="hotline",
        kind=ComplaintKind.COMPLAINT,
        source_id=f"call-{number}",
        title="噪声",
        text=text,
        reporter_number=NUMBER,
    )


def signed(leg: int = 1) -> Signed:
    return Signed(by=BY, occurred=AT, leg=leg)


def intake(number: int) -> Append:
    """A complaint taken in under a stream of its own."""
    return Append(stream(number), 0, (registered(number),), cause=f"call {number}")


@dataclass
class Clock:
    """A clock that goes on by a second each time it is read, and can be set."""

    now: datetime = START

    def __call__(self) -> datetime:
        self.now += timedelta(seconds=1)
        return self.now


@dataclass
class House:
    """A folder with a log, its vault and its clock; opened again as after a restart."""

    folder: Path
    clock: Clock = field(default_factory=Clock)
    master: bytes = field(default_factory=lambda: os.urandom(32))

    def __post_init__(self) -> None:
        self.reopen()

    def reopen(self) -> None:
        self.vault = Vault(self.folder / "vault.db", self.master)
        self.log = SqliteLog(self.folder / "log.db", self.vault, self.clock)

    def close(self) -> None:
        self.log.close()
        self.vault.close()

    @contextmanager
    def tampering(self) -> Iterator[sqlite3.Connection]:
        """A connection of somebody who changes the file behind the log's back."""
        conn = sqlite3.connect(self.folder / "log.db")
        try:
            yield conn
            conn.commit()
        finally:
            conn.close()
