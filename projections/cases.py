"""Every complaint as figures and work lists see it (诉求总表): one row for each state of knowledge, nothing personal.

A fact that changes what is counted ends the row before it (``to_position``) and begins a new one (``from_position``),
so that the table can be asked as of any position of the log at the speed of the present; ``to_position`` is ``NULL``
on the row that holds now.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from datetime import date, tzinfo
from uuid import UUID

from domain.facts import Recorded
from domain.figures.measures import CaseMeasure
from domain.figures.measuring import complaint_fact, measure_case
from projections.columns import Columns
from projections.port import Connection
from projections.spans import case_span, due_text, instant_text, local_day

CASE = Columns(CaseMeasure)
"""The columns that hold a ``CaseMeasure``."""

IDS_PER_QUERY_MAX = 500
"""How many ids one query names."""

_DERIVED = (
    "from_position",
    "to_position",
    "registered_day",
    "answered_day",
    "span_from",
    "span_to",
    "due_at",
    "dispute_due_at",
    "is_open",
    "delivered_at",
    "followed_up",
)
_ALL = (*CASE.names, *_DERIVED)
_INSERT = f"INSERT INTO cases ({', '.join(_ALL)}) VALUES ({', '.join('?' for _ in _ALL)})"  # noqa: S608 - our own names
_SELECT = f"SELECT {', '.join(f'c.{name}' for name in CASE.names)} FROM cases c"  # noqa: S608 - our own names
# Each part of it is a range of one index: most rows of a long log say that a case was open, and hold no more.
_NOT_OVER_BY = (
    "((c.span_to IS NULL AND c.to_position IS NULL) OR (c.span_to IS NULL AND c.to_position > ?) OR c.span_to >= ?)"
)
_HELD_AT = "c.from_position <= ? AND (c.to_position IS NULL OR c.to_position > ?)"


_Written = dict[UUID, tuple[CaseMeasure, tuple[object, ...]]]


class CasesProjection:
    """Keeps the table ``cases``; days are those of ``zone``, the instance's own."""

    name = "cases"
    version = 3
    tables = ("cases",)
    reads_personal = False

    def __init__(self, zone: tzinfo) -> None:
        self._zone = zone

    def create(self, conn: Connection) -> None:
        """Make the table and its indexes."""
        conn.execute(
            f"""
            CREATE TABLE IF NOT EXISTS cases (
                {CASE.ddl},
                from_position INTEGER NOT NULL,
                to_position INTEGER,
                registered_day TEXT NOT NULL,
                answered_day TEXT,
                span_from TEXT NOT NULL,
                span_to TEXT,
                due_at TEXT,
                dispute_due_at TEXT,
                is_open INTEGER NOT NULL,
                delivered_at TEXT,
                followed_up INTEGER NOT NULL,
                PRIMARY KEY (complaint, from_position)
            )
            """,
        )
        now = "WHERE to_position IS NULL"
        conn.execute(f"CREATE INDEX IF NOT EXISTS cases_by_registration ON cases (registered_position) {now}")
        conn.execute(f"CREATE INDEX IF NOT EXISTS cases_by_due ON cases (due_at, registered_position) {now}")
        disputed = f"(dispute_due_at) {now} AND dispute_due_at IS NOT NULL"
        conn.execute(f"CREATE INDEX IF NOT EXISTS cases_by_dispute ON cases {disputed}")
        conn.execute(f"CREATE INDEX IF NOT EXISTS cases_by_contact ON cases (contact) {now}")
        conn.execute(f"CREATE INDEX IF NOT EXISTS cases_by_subject ON cases (subject) {now}")
        waiting = f"(followed_up, delivered_at, registered_position) {now} AND state = 'awaiting_follow_up'"
        conn.execute(f"CREATE INDEX IF NOT EXISTS cases_by_delivery ON cases {waiting}")
        conn.execute(f"CREATE INDEX IF NOT EXISTS cases_by_change ON cases (from_position) {now}")
        conn.execute("CREATE INDEX IF NOT EXISTS cases_by_span ON cases (span_to, to_position)")

    def drop(self, conn: Connection) -> None:
        """Remove the table."""
        conn.execute("DROP TABLE IF EXISTS cases")

    def apply(self, conn: Connection, batch: Sequence[Recorded]) -> None:
        """Fold the batch's facts into the rows that hold now, in memory, and write what changed."""
        facts = [(recorded, fact) for recorded in batch if (fact := complaint_fact(recorded)) is not None]
        known = {recorded.stream for recorded, _ in facts if recorded.version > 1}
        written = _written(conn, known)
        held = {stream: case for stream, (case, _) in written.items()}
        begun: dict[UUID, int] = {}
        ended: list[tuple[int, str]] = []
        rows: list[tuple[object, ...]] = []
        for recorded, fact in facts:
            stream = recorded.stream
            before = held.get(stream)
            after = measure_case(before, recorded, fact)
            if after is before:
                continue
            if before is not None and stream in begun:
                rows.append(self._row(before, written, begun[stream], recorded.position))
            elif before is not None:
                ended.append((recorded.position, stream.hex))
            held[stream] = after
            begun[stream] = recorded.position
        rows.extend(self._row(held[stream], written, position, None) for stream, position in begun.items())
        if ended:
            conn.executemany("UPDATE cases SET to_position = ? WHERE complaint = ? AND to_position IS NULL", ended)
        if rows:
            conn.executemany(_INSERT, rows)

    def _row(self, case: CaseMeasure, written: _Written, begins: int, ends: int | None) -> tuple[object, ...]:
        """Return the row of a case; ``written`` holds the last row of each, and this one then."""
        last = written.get(case.complaint)
        columns = CASE.row(case) if last is None else CASE.row_after(case, *last)
        written[case.complaint] = (case, columns)
        span = case_span(case, self._zone)
        answered = local_day(case.answered, self._zone) if case.answered is not None else None
        return (
            *columns,
            begins,
            ends,
            local_day(case.registered, self._zone).isoformat(),
            answered.isoformat() if answered is not None else None,
            span.first.isoformat(),
            span.last.isoformat() if span.last is not None else None,
            due_text(case.deadline, self._zone),
            due_text(case.dispute.deadline, self._zone) if case.dispute is not None else None,
            int(case.open),
            instant_text(case.delivered.at, self._zone) if case.delivered is not None else None,
            int(any(made.reached for made in case.tried)),
        )


def _written(conn: Connection, complaints: Iterable[UUID]) -> _Written:
    found: _Written = {}
    for some in id_chunks(complaints):
        asked = ", ".join("?" for _ in some)
        for row in conn.execute(f"{_SELECT} WHERE c.to_position IS NULL AND c.complaint IN ({asked})", some):
            case = CASE.record(row)
            found[case.complaint] = (case, tuple(row))
    return found


def cases_now(conn: Connection, complaints: Iterable[UUID]) -> list[CaseMeasure]:
    """Return the rows that hold now of these complaints, in no order; one that is not there is left out."""
    return [case for case, _ in _written(conn, complaints).values()]


def cases_at(conn: Connection, complaints: Iterable[UUID], position: int) -> list[CaseMeasure]:
    """Return these complaints as they were known at a position, in no order."""
    found: list[CaseMeasure] = []
    for some in id_chunks(complaints):
        asked = ", ".join("?" for _ in some)
        sql = f"{_SELECT} WHERE {_HELD_AT} AND c.complaint IN ({asked})"
        found.extend(CASE.record(row) for row in conn.execute(sql, (position, position, *some)))
    return found


def cases_between(conn: Connection, first: date, last: date, position: int) -> list[CaseMeasure]:
    """Return every complaint of which anything happened or was due between two days, as known at a position.

    What its legs alone have to do with those days does not count here. In order of registration.
    """
    sql = f"{_SELECT} WHERE {_NOT_OVER_BY} AND c.span_from <= ? AND {_HELD_AT} ORDER BY c.registered_position"
    return [
        CASE.record(row)
        for row in conn.execute(sql, (position, first.isoformat(), last.isoformat(), position, position))
    ]


def complaints_between(conn: Connection, first: date, last: date, position: int) -> Iterator[UUID]:
    """Give the id of every complaint that ``cases_between`` returns, one at a time, in order of registration."""
    sql = (
        f"SELECT c.complaint FROM cases c WHERE {_NOT_OVER_BY} AND c.span_from <= ? AND {_HELD_AT} "  # noqa: S608
        "ORDER BY c.registered_position"
    )
    asked = (position, first.isoformat(), last.isoformat(), position, position)
    return (UUID(row[0]) for row in conn.execute(sql, asked))


def every_case(conn: Connection, position: int) -> list[CaseMeasure]:
    """Return every complaint as known at a position, in order of registration."""
    sql = f"{_SELECT} WHERE {_HELD_AT} ORDER BY c.registered_position"
    return [CASE.record(row) for row in conn.execute(sql, (position, position))]


def case_registered_at(conn: Connection, position: int) -> CaseMeasure | None:
    """Return the complaint whose registration stands at a position, as a receipt number names it."""
    sql = f"{_SELECT} WHERE c.to_position IS NULL AND c.registered_position = ?"
    row = conn.execute(sql, (position,)).fetchone()
    return CASE.record(row) if row is not None else None


def cases_of_contact(conn: Connection, contact: str) -> list[CaseMeasure]:
    """Return the complaints of one contact, in order of their matter numbers."""
    sql = f"{_SELECT} WHERE c.to_position IS NULL AND c.contact = ? ORDER BY c.matter_no"
    return [CASE.record(row) for row in conn.execute(sql, (contact,))]


def cases_of_subject(conn: Connection, subject: str) -> list[CaseMeasure]:
    """Return the complaints of one person, in order of registration."""
    sql = f"{_SELECT} WHERE c.to_position IS NULL AND c.subject = ? ORDER BY c.registered_position"
    return [CASE.record(row) for row in conn.execute(sql, (subject,))]


def id_chunks(complaints: Iterable[UUID]) -> Iterable[list[str]]:
    """Give ids as the table writes them, in an order of their own, a query's worth at a time."""
    ids = sorted(complaint.hex for complaint in complaints)
    return (ids[start : start + IDS_PER_QUERY_MAX] for start in range(0, len(ids), IDS_PER_QUERY_MAX))
