"""Every episode of the programme as it was held (节目播出表): one row for each state of knowledge, as in ``cases``."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

import orjson

from domain.episode import EpisodeHeld, OnAirUnit
from domain.facts import Recorded
from projections.port import Connection

_FIELDS = "episode, from_position, aired_on, station, units, calls_aired, closed_live"
_HELD_AT = "from_position <= ? AND (to_position IS NULL OR to_position > ?)"


@dataclass(frozen=True, slots=True)
class EpisodeRow:
    """An episode, as it was last said to have been held; ``position`` is that of the fact."""

    episode: str
    position: int
    aired_on: date
    station: str
    units: tuple[OnAirUnit, ...]
    calls_aired: int
    closed_live: int


class EpisodesProjection:
    """Keeps the table ``episodes``."""

    name = "episodes"
    version = 1
    tables = ("episodes",)
    reads_personal = False

    def create(self, conn: Connection) -> None:
        """Make the table and its index."""
        conn.execute(
            """
            CREATE TABLE IF NOT EXISTS episodes (
                episode TEXT NOT NULL,
                from_position INTEGER NOT NULL,
                to_position INTEGER,
                aired_on TEXT NOT NULL,
                station TEXT NOT NULL,
                units TEXT NOT NULL,
                calls_aired INTEGER NOT NULL,
                closed_live INTEGER NOT NULL,
                PRIMARY KEY (episode, from_position)
            )
            """,
        )
        conn.execute("CREATE INDEX IF NOT EXISTS episodes_by_day ON episodes (aired_on)")

    def drop(self, conn: Connection) -> None:
        """Remove the table."""
        conn.execute("DROP TABLE IF EXISTS episodes")

    def apply(self, conn: Connection, batch: Sequence[Recorded]) -> None:
        """Take in each broadcast; one that is told again follows what was told before."""
        for recorded in batch:
            fact = recorded.fact
            if not isinstance(fact, EpisodeHeld):
                continue
            conn.execute(
                "UPDATE episodes SET to_position = ? WHERE episode = ? AND to_position IS NULL",
                (recorded.position, fact.episode),
            )
            row = (
                fact.episode,
                recorded.position,
                fact.aired_on.isoformat(),
                fact.station,
                orjson.dumps([_unit_values(unit) for unit in fact.units]).decode(),
                fact.calls_aired,
                fact.closed_live,
            )
            conn.execute(f"INSERT INTO episodes ({_FIELDS}) VALUES (?, ?, ?, ?, ?, ?, ?)", row)  # noqa: S608 - our names


def episodes_between(conn: Connection, first: date, last: date, position: int) -> list[EpisodeRow]:
    """Return the episodes aired between two days, both inside, as known at a position; in order of broadcast."""
    sql = (
        f"SELECT {_FIELDS} FROM episodes WHERE {_HELD_AT} "  # noqa: S608 - our own names
        "AND aired_on >= ? AND aired_on <= ? ORDER BY aired_on, episode"
    )
    asked = (position, position, first.isoformat(), last.isoformat())
    return [_episode(row) for row in conn.execute(sql, asked)]


def episode_at(conn: Connection, episode: str, position: int) -> EpisodeRow | None:
    """Return one episode as known at a position."""
    sql = f"SELECT {_FIELDS} FROM episodes WHERE {_HELD_AT} AND episode = ?"  # noqa: S608 - our own names
    row = conn.execute(sql, (position, position, episode)).fetchone()
    return _episode(row) if row is not None else None


def _unit_values(unit: OnAirUnit) -> list[str | None]:
    return [unit.unit, unit.leader, unit.post, unit.substitutes_for, unit.reason]


def _episode(row: Sequence[str]) -> EpisodeRow:
    episode, position, aired_on, station, units, calls_aired, closed_live = row
    return EpisodeRow(
        episode=episode,
        position=int(position),
        aired_on=date.fromisoformat(aired_on),
        station=station,
        units=tuple(OnAirUnit(*values) for values in orjson.loads(units)),
        calls_aired=int(calls_aired),
        closed_live=int(closed_live),
    )
