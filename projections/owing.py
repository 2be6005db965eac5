"""Which complaints still owe a measure (属实未纠): a reading of ``cases`` and ``legs``, oldest registration first."""

from __future__ import annotations

from domain.figures.leg_measures import LegMeasure
from domain.figures.measures import CaseMeasure
from domain.words import ComplaintKind
from projections.cases import CASE
from projections.columns import NOTHING
from projections.legs import legs_now
from projections.port import Connection

# What owes a measure is open without an end in the table of cases, so its index by span finds it among many.
_OWING = (
    f"SELECT {', '.join(f'c.{name}' for name in CASE.names)} FROM cases c "  # noqa: S608 - our own names
    "WHERE c.span_to IS NULL AND c.to_position IS NULL AND c.corrections <> ? AND c.kind <> ? "
    "ORDER BY c.registered_position"
)


def cases_owing(conn: Connection) -> list[tuple[CaseMeasure, LegMeasure]]:
    """Return each leg that owes a measure as things stand now, beside its case; accusations are never among them."""
    rows = conn.execute(_OWING, (NOTHING, ComplaintKind.ACCUSATION.value))
    cases = {case.complaint: case for case in map(CASE.record, rows) if any(one.owed for one in case.corrections)}
    legs = legs_now(conn, cases)
    owing = {(case.complaint, one.leg) for case in cases.values() for one in case.corrections if one.owed}
    return [(cases[leg.complaint], leg) for leg in legs if (leg.complaint, leg.number) in owing]
