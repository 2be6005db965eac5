"""Appends complaints to a log in a process of its own, and says so, line by line, once each is durable."""

from __future__ import annotations

import sys
from datetime import UTC, datetime
from pathlib import Path

from services.log.port import Appended
from services.log.sqlite_log import SqliteLog
from services.vault import Vault
from tests.services.log.cases import intake


def run(folder: Path, master: bytes, writer: int, count: int) -> None:
    vault = Vault(folder / "vault.db", master)
    log = SqliteLog(folder / "log.db", vault, lambda: datetime.now(UTC))
    for number in range(writer * 10_000_000, writer * 10_000_000 + count):
        (outcome,) = log.append([intake(number)])
        assert isinstance(outcome, Appended)
        # The full stop tells a whole line from one that a kill cut short.
        sys.stdout.write(f"{number}.\n")
        sys.stdout.flush()
    log.close()
    vault.close()


if __name__ == "__main__":
    run(Path(sys.argv[1]), bytes.fromhex(sys.argv[2]), int(sys.argv[3]), int(sys.argv[4]))
