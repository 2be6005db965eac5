"""Every leg as figures see it (承办环节总表): one row for each state of knowledge, as in ``cases``."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Sequence
from datetime import date, tzinfo
from uuid import UUID

from domain.facts import Recorded
from domain.figures.leg_measures import LegMeasure, measure_legs
from domain.figures.measures import CaseMeasure
from domain.figures.measuring import complaint_fact
from projections.cases import cases_at, cases_between, id_chunks
from projections.columns import Columns
from projections.port import Connection
from projections.spans import due_text, leg_span

LEG = Columns(LegMeasure)
"""The columns that hold a ``LegMeasure``."""

_DERIVED = ("from_position", "to_position", "span_from", "span_to", "due_at", "is_open")
_ALL = (*LEG.names, *_DERIVED)
_INSERT = f"INSERT INTO legs ({', '.join(_ALL)}) VALUES ({', '.join('?' for _ in _ALL)})"  # noqa: S608 - our own names
_SELECT = f"SELECT {', '.join(f'l.{name}' for name in LEG.names)} FROM legs l"  # noqa: S608 - our own names
# Each part of it is a range of one index: most rows of a long log say that a case was open, and hold no more.
_NOT_OVER_BY = (
    "((l.span_to IS NULL AND l.to_position IS NULL) OR (l.span_to IS NULL AND l.to_position > ?) OR l.span_to >= ?)"
)
_HELD_AT = "l.from_position <= ? AND (l.to_position IS NULL OR l.to_position > ?)"

_Key = tuple[UUID, int]
_Written = dict[_Key, tuple[LegMeasure, tuple[object, ...]]]


class LegsProjection:
    """Keeps the table ``legs``; days are those of ``zone``, the instance's own."""

    name = "legs"
    version = 3
    tables = ("legs",)
    reads_personal = False

    def __init__(self, zone: tzinfo) -> None:
        self._zone = zone

    def create(self, conn: Connection) -> None:
        """Make the table and its indexes."""
        conn.execute(
            f"""
            CREATE TABLE IF NOT EXISTS legs (
                {LEG.ddl},
                from_position INTEGER NOT NULL,
                to_position INTEGER,
                span_from TEXT NOT NULL,
                span_to TEXT,
                due_at TEXT,
                is_open INTEGER NOT NULL,
                PRIMARY KEY (complaint, number, from_position)
            )
            """,
        )
        now = "WHERE to_position IS NULL"
        conn.execute(f"CREATE INDEX IF NOT EXISTS legs_by_unit ON legs (unit, complaint) {now}")
        conn.execute("CREATE INDEX IF NOT EXISTS legs_by_span ON legs (span_to, to_position)")

    def drop(self, conn: Connection) -> None:
        """Remove the table."""
        conn.execute("DROP TABLE IF EXISTS legs")

    def apply(self, conn: Connection, batch: Sequence[Recorded]) -> None:
        """Fold the batch's facts into the rows that hold now, in memory, and write what changed."""
        facts = [(recorded, fact) for recorded in batch if (fact := complaint_fact(recorded)) is not None]
        written = _written(conn, {recorded.stream for recorded, _ in facts if recorded.version > 1})
        held = _by_complaint(leg for leg, _ in written.values())
        begun: dict[_Key, int] = {}
        ended: list[tuple[int, str, int]] = []
        rows: list[tuple[object, ...]] = []
        for recorded, fact in facts:
            before = held.get(recorded.stream, ())
            after = measure_legs(before, recorded, fact)
            if after is before:
                continue
            held[recorded.stream] = after
            for at, leg in enumerate(after):
                old = before[at] if at < len(before) else None
                if leg is old:
                    continue
                key = (recorded.stream, leg.number)
                if old is not None and key in begun:
                    rows.append(self._row(old, written, begun[key], recorded.position))
                elif old is not None:
                    ended.append((recorded.position, recorded.stream.hex, leg.number))
                begun[key] = recorded.position
        rows.extend(self._row(held[stream][number - 1], written, at, None) for (stream, number), at in begun.items())
        if ended:
            conn.executemany(
                "UPDATE legs SET to_position = ? WHERE complaint = ? AND number = ? AND to_position IS NULL", ended
            )
        if rows:
            conn.executemany(_INSERT, rows)

    def _row(self, leg: LegMeasure, written: _Written, begins: int, ends: int | None) -> tuple[object, ...]:
        """Return the row of a leg; ``written`` holds the last row of each, and this one then."""
        key = (leg.complaint, leg.number)
        last = written.get(key)
        columns = LEG.row(leg) if last is None else LEG.row_after(leg, *last)
        written[key] = (leg, columns)
        span = leg_span(leg, self._zone)
        return (
            *columns,
            begins,
            ends,
            span.first.isoformat(),
            span.last.isoformat() if span.last is not None else None,
            due_text(leg.deadline, self._zone),
            int(leg.open),
        )


def _written(conn: Connection, complaints: Iterable[UUID]) -> _Written:
    found: _Written = {}
    for some in id_chunks(complaints):
        asked = ", ".join("?" for _ in some)
        sql = f"{_SELECT} WHERE l.to_position IS NULL AND l.complaint IN ({asked}) ORDER BY l.complaint, l.number"
        for row in conn.execute(sql, some):
            leg = LEG.record(row)
            found[leg.complaint, leg.number] = (leg, tuple(row))
    return found


def legs_now(conn: Connection, complaints: Iterable[UUID]) -> list[LegMeasure]:
    """Return the legs that hold now of these complaints, by complaint and number."""
    return [leg for leg, _ in _written(conn, complaints).values()]


def legs_between(conn: Connection, first: date, last: date, position: int) -> list[LegMeasure]:
    """Return every leg of which anything happened or was due between two days, as known at a position.

    By complaint and number.
    """
    sql = f"{_SELECT} WHERE {_NOT_OVER_BY} AND l.span_from <= ? AND {_HELD_AT} ORDER BY l.complaint, l.number"
    return [
        LEG.record(row)
        for row in conn.execute(sql, (position, first.isoformat(), last.isoformat(), position, position))
    ]


def _legs_at(conn: Connection, complaints: Iterable[UUID], position: int) -> list[LegMeasure]:
    found: list[LegMeasure] = []
    for some in id_chunks(complaints):
        asked = ", ".join("?" for _ in some)
        sql = f"{_SELECT} WHERE {_HELD_AT} AND l.complaint IN ({asked}) ORDER BY l.complaint, l.number"
        found.extend(LEG.record(row) for row in conn.execute(sql, (position, position, *some)))
    return found


def rows_between(
    conn: Connection, first: date, last: date, position: int
) -> tuple[list[CaseMeasure], list[LegMeasure]]:
    """Return everything that figures of a period can count: complaints, in order of registration, and legs.

    The case of each leg is among the complaints, even where nothing but the leg has to do with those days.
    """
    cases = cases_between(conn, first, last, position)
    legs = legs_between(conn, first, last, position)
    # What a finding owes can be past due long after its leg ended; the leg itself does not know.
    held = {(leg.complaint, leg.number) for leg in legs}
    owing = {
        case.complaint
        for case in cases
        if any(one.due is not None and (case.complaint, one.leg) not in held for one in case.corrections)
    }
    if owing:
        more = [leg for leg in _legs_at(conn, owing, position) if (leg.complaint, leg.number) not in held]
        legs = sorted([*legs, *more], key=lambda leg: (leg.complaint.hex, leg.number))
    missing = {leg.complaint for leg in legs} - {case.complaint for case in cases}
    if missing:
        cases = sorted([*cases, *cases_at(conn, missing, position)], key=lambda case: case.registered_position)
    return cases, legs


def case_rows_at(
    conn: Connection, complaints: Iterable[UUID], position: int
) -> dict[UUID, tuple[CaseMeasure, tuple[LegMeasure, ...]]]:
    """Return these complaints as known at a position, each with all of its legs; one that is not there is left out."""
    ids = tuple(complaints)
    legs = _by_complaint(_legs_at(conn, ids, position))
    return {case.complaint: (case, legs.get(case.complaint, ())) for case in cases_at(conn, ids, position)}


def every_leg(conn: Connection, position: int) -> list[LegMeasure]:
    """Return every leg as known at a position, by complaint and number."""
    sql = f"{_SELECT} WHERE {_HELD_AT} ORDER BY l.complaint, l.number"
    return [LEG.record(row) for row in conn.execute(sql, (position, position))]


def _by_complaint(legs: Iterable[LegMeasure]) -> dict[UUID, tuple[LegMeasure, ...]]:
    grouped: dict[UUID, list[LegMeasure]] = defaultdict(list)
    for leg in legs:
        grouped[leg.complaint].append(leg)
    return {complaint: tuple(held) for complaint, held in grouped.items()}
