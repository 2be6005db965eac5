"""The episodes of the programme (节目): one row each time an episode was recorded; the last one holds."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

from domain.facts import Recorded
from domain.programme.events import EpisodeHeld, OnAirUnit
from projections.columns import Columns
from projections.port import Connection


@dataclass(frozen=True, slots=True)
class Episode:
    """An episode as it was recorded at a position."""

    position: int
    episode: str
    aired_on: date
    station: str
    units: tuple[OnAirUnit, ...]
    calls_aired: int
    closed_live: int


EPISODE = Columns(Episode)
"""The columns that hold an ``Episode``."""

_INSERT = f"INSERT INTO episodes ({', '.join(EPISODE.names)}) VALUES ({', '.join('?' for _ in EPISODE.names)})"  # noqa: S608 - our own names
_SELECT = f"SELECT {', '.join(f'e.{name}' for name in EPISODE.names)} FROM episodes e"  # noqa: S608 - our own names


class EpisodesProjection:
    """Keeps the table ``episodes``."""

    name = "episodes"
    version = 2
    tables = ("episodes",)
    reads_personal = False

    def create(self, conn: Connection) -> None:
        """Make the table and its index."""
        conn.execute(f"CREATE TABLE IF NOT EXISTS episodes ({EPISODE.ddl}, PRIMARY KEY (position))")
        conn.execute("CREATE INDEX IF NOT EXISTS episodes_by_day ON episodes (aired_on, episode)")

    def drop(self, conn: Connection) -> None:
        """Remove the table."""
        conn.execute("DROP TABLE IF EXISTS episodes")

    def apply(self, conn: Connection, batch: Sequence[Recorded]) -> None:
        """Write down each episode that was recorded."""
        rows = [
            EPISODE.row(
                Episode(
                    recorded.position,
                    recorded.fact.episode,
                    recorded.fact.aired_on,
                    recorded.fact.station,
                    recorded.fact.units,
                    recorded.fact.calls_aired,
                    recorded.fact.closed_live,
                ),
            )
            for recorded in batch
            if isinstance(recorded.fact, EpisodeHeld)
        ]
        if rows:
            conn.executemany(_INSERT, rows)


def episodes_between(conn: Connection, first: date, last: date, position: int) -> list[Episode]:
    """Return the episodes aired between two days, both inside, as known at a position, by day and reference."""
    latest = "SELECT max(position) FROM episodes WHERE position <= ? GROUP BY episode"
    sql = f"{_SELECT} WHERE e.position IN ({latest}) AND e.aired_on BETWEEN ? AND ? ORDER BY e.aired_on, e.episode"
    return [EPISODE.record(row) for row in conn.execute(sql, (position, first.isoformat(), last.isoformat()))]
