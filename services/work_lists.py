"""The list of complaints that a reader asks for: rows from the views, titles from the search text (诉求清单)."""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import datetime, tzinfo
from uuid import UUID

from domain.facts import Moment
from domain.figures.measures import CaseMeasure
from domain.identity import position_of_receipt, receipt_no
from domain.words import Channel, ComplaintKind, State
from projections.cases import case_registered_at
from projections.port import Connection
from projections.texts import search, texts_of
from projections.work_lists import HARD, Asked, hard_among, page_of_cases


@dataclass(frozen=True, slots=True)
class Listed:
    """One complaint of a list. ``source_id`` and ``title`` are ``None`` where no readable text stands."""

    id: UUID
    receipt_no: str
    source_id: str | None
    kind: ComplaintKind
    channel: Channel
    state: State
    unit: str | None
    title: str | None
    registered_at: Moment
    deadline: datetime | None
    provisional: bool
    answered_at: Moment | None
    flags: tuple[str, ...]
    category: str | None = None
    reworks: int = 0


@dataclass(frozen=True, slots=True)
class ListedPage:
    """A page of a list; ``next`` is the cursor of the following one, ``None`` at the end."""

    items: tuple[Listed, ...]
    next: str | None


def list_complaints(
    views: Connection, texts: Connection, zone: tzinfo, now: datetime, asked: Asked, query: str | None = None
) -> ListedPage:
    """Return a page of complaints as they stand now.

    ``query`` is searched for in the texts; a receipt number finds its own complaint. ``now`` decides which are flagged
    as overdue. Raises ``CursorFault``.
    """
    if query is not None and query.strip():
        hits = _hits(views, texts, query, asked.wanted.among)
        asked = replace(asked, wanted=replace(asked.wanted, among=hits))
    page = page_of_cases(views, asked, zone)
    said = {held.complaint: held for held in texts_of(texts, (case.complaint for case in page.cases))}
    hard = hard_among(views, (case.complaint for case in page.cases))
    items = []
    for case in page.cases:
        text = said.get(case.complaint)
        source_id, title = (text.source_id, text.title) if text is not None else (None, None)
        line = listed(case, zone, now, source_id=source_id, title=title)
        items.append(replace(line, flags=(*line.flags, HARD)) if case.complaint in hard else line)
    return ListedPage(tuple(items), page.next)


def listed(
    case: CaseMeasure, zone: tzinfo, now: datetime, *, source_id: str | None = None, title: str | None = None
) -> Listed:
    """Return a complaint as lists show it."""
    deadline = case.deadline
    return Listed(
        id=case.complaint,
        receipt_no=receipt_of(case, zone),
        source_id=source_id,
        kind=case.kind,
        channel=case.channel,
        state=case.state,
        unit=case.lead_unit if case.state is not State.REGISTERED else None,
        title=title,
        registered_at=case.registered,
        deadline=deadline.due if deadline is not None else None,
        provisional=deadline.provisional if deadline is not None else False,
        answered_at=case.answered,
        flags=flags_of(case, now),
        category=case.category,
        reworks=len(case.reworks),
    )


def receipt_of(case: CaseMeasure, zone: tzinfo) -> str:
    """Return the receipt number (受理编号) of a complaint."""
    return receipt_no(case.recorded.astimezone(zone).date(), case.registered_position)


def flags_of(case: CaseMeasure, now: datetime) -> tuple[str, ...]:
    """Return what a reader of a list should notice: what the source was flagged with, and how the case stands."""
    deadline = case.deadline
    noticed = {
        "overdue": case.open and case.answered is None and deadline is not None and deadline.due < now,
        "provisional": deadline is not None and deadline.provisional,
        "confidential": case.confidential,
        "imported": case.imported,
        "reworked": bool(case.reworks),
        "extended": bool(case.extensions),
        "urged": bool(case.urged),
        "supervised": case.supervision is not None,
        "suspended": bool(case.suspensions) and case.suspensions[-1].until is None,
        "publication_withdrawn": case.publication_withdrawn,
        "archived": case.archived,
    }
    return (*case.flags, *(name for name, holds in noticed.items() if holds))


def _hits(views: Connection, texts: Connection, query: str, among: frozenset[UUID] | None) -> frozenset[UUID]:
    position = position_of_receipt(query)
    named = case_registered_at(views, position) if position is not None else None
    hits = frozenset(search(texts, query)) if named is None else frozenset({named.complaint})
    return hits if among is None else hits & among
