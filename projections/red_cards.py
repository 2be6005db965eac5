"""The red cards (红牌): one row for each deadline that the clock found missed, the ground of the overdue register."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import tzinfo

from domain.complaint.events import DeadlineMissed
from domain.facts import Recorded
from projections.columns import moment_text
from projections.port import Connection
from projections.spans import instant_text


class RedCardsProjection:
    """Keeps the table ``red_cards``; ``due_at`` is written on the clock of ``zone``, as ``cases`` and ``legs`` do."""

    name = "red_cards"
    version = 1
    tables = ("red_cards",)
    reads_personal = False

    def __init__(self, zone: tzinfo) -> None:
        self._zone = zone

    def create(self, conn: Connection) -> None:
        """Make the table."""
        conn.execute(
            """
            CREATE TABLE IF NOT EXISTS red_cards (
                complaint TEXT NOT NULL,
                clock TEXT NOT NULL,
                due_at TEXT NOT NULL,
                raised TEXT NOT NULL,
                position INTEGER NOT NULL,
                PRIMARY KEY (complaint, clock, due_at)
            )
            """,
        )

    def drop(self, conn: Connection) -> None:
        """Remove the table."""
        conn.execute("DROP TABLE IF EXISTS red_cards")

    def apply(self, conn: Connection, batch: Sequence[Recorded]) -> None:
        """Write down each red card."""
        rows = [
            (
                one.stream.hex,
                one.fact.clock,
                instant_text(one.fact.deadline.due, self._zone),
                moment_text(one.fact.occurred),
                one.position,
            )
            for one in batch
            if isinstance(one.fact, DeadlineMissed)
        ]
        if rows:
            conn.executemany("INSERT OR REPLACE INTO red_cards VALUES (?, ?, ?, ?, ?)", rows)
