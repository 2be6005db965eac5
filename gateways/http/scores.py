"""The score ledger (考核台账) over HTTP: proposed and entered by the office, appealed against by the unit concerned."""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Iterator
from datetime import datetime
from decimal import Decimal
from itertools import chain
from typing import TYPE_CHECKING, Annotated, Any, Final
from uuid import UUID

from fastapi import Path, Query, Response
from pydantic import BaseModel, ConfigDict, Field

from domain.facts import Actor
from domain.periods import Quarter
from domain.scores.ledger import CauseName, EntryState, ScoreEntry, cause_name
from domain.scores.rules import TENTHS
from domain.words import UNIT_ROLES
from gateways.http.bodies import Body, Code, Instant
from gateways.http.caller import Caller, House, IdempotencyKey, moment, today
from gateways.http.exports import Sheet, csv_answer, xlsx_answer
from gateways.http.lists import Word, follow
from gateways.http.problems import fault
from gateways.http.stats import QUARTER_PATTERN, AsOf, KnownAt, QuarterAsked
from projections.scores import ScoresProjection, entries_at, entries_under
from services.access.sight import own_spellings
from services.score_sheet import (
    ENTRY_COLUMNS,
    edition_json,
    entry_json,
    entry_row,
    history_json,
    proposals_json,
    table_json,
    unit_json,
)
from services.scores import Done, QuarterScores
from services.spreadsheets import Value
from services.statistics import Statistics

if TYPE_CHECKING:
    from gateways.app import Hangfeng

ENTRIES_DEFAULT: Final = 100
ENTRIES_MAX: Final = 1_000
ENTRY_CHARACTERS_MAX: Final = 40
UNIT_CHARACTERS_MAX: Final = 200
POINTS_MAX: Final = 1_000
POSITION_MAX: Final = 10**15
LEGS_MAX: Final = 1_000
TITLE: Final = "考核台账"

EntryInPath = Annotated[str, Path(max_length=ENTRY_CHARACTERS_MAX, description="考核编号，如 KF20260401-0000123-X")]
UnitInPath = Annotated[str, Path(max_length=UNIT_CHARACTERS_MAX, description="单位，别名亦可")]
UnitWanted = Annotated[Word | None, Query(description="单位，别名亦可")]
Minimum = Annotated[
    int | None,
    Query(ge=0, le=1_000_000, description="参加排名的最少承办数，缺省为设置值 / the least count to be ranked"),
]


class EntryNarrowing(BaseModel):
    """What the ledger is narrowed to."""

    model_config = ConfigDict(extra="forbid")

    quarter: Annotated[str, Field(pattern=QUARTER_PATTERN)] | None = Field(default=None, description="季度，如 2026Q1")
    unit: Word | None = Field(default=None, description="单位，别名亦可")
    state: list[EntryState] = Field(default_factory=list, max_length=len(EntryState), description="状态，可多个")
    known_at: Instant | None = Field(default=None, description="只计此刻以前已记录的 / what was on record by then")


class EntriesAsked(EntryNarrowing):
    """What the ledger is narrowed to, and which page of it is wanted."""

    cursor: int | None = Field(default=None, ge=1, le=POSITION_MAX, description="上一页给出的 next")
    limit: int = Field(default=ENTRIES_DEFAULT, ge=1, le=ENTRIES_MAX, description="至多几条")


class ScoreEntryView(BaseModel):
    """An entry of the ledger; ``docs/scores.md`` says each of its fields. ``counts`` is before any cap."""

    model_config = ConfigDict(extra="allow")

    entry: str = Field(description="考核编号", examples=["KF20260401-0000123-X"])
    quarter: str
    unit: str
    item: str
    name: str
    edition: str
    points: float
    counts: float
    cause: str
    complaint: UUID
    receipt_no: str
    leg: int
    event: int
    events: list[int]
    steps: list[int]
    state: EntryState
    position: int
    entered_at: str
    entered_by: str
    appeal_until: str


class ScoreEntryPage(BaseModel):
    """A page of the ledger, the newest first; ``next`` is the cursor of the following one, ``null`` at the end."""

    items: list[ScoreEntryView]
    next: int | None


class ScoreEntryHistory(BaseModel):
    """An entry and every event of it, in order, each with its position in the log."""

    entry: ScoreEntryView
    history: list[dict[str, Any]]


class ScoreProposals(BaseModel):
    """What the log gives ground to enter for a quarter; ``docs/scores.md`` says each key."""

    model_config = ConfigDict(extra="allow")

    quarter: str
    edition: str
    position: int
    items: list[dict[str, Any]]


class ScoreTable(BaseModel):
    """The scores of a quarter by group, in order of their places; ``docs/scores.md`` says each key."""

    model_config = ConfigDict(extra="allow")

    quarter: str
    position: int
    rules: str | None
    minimum: int
    groups: list[dict[str, Any]]


class UnitScoreView(BaseModel):
    """A unit's score in a quarter with every entry behind it; ``docs/scores.md`` says each key."""

    model_config = ConfigDict(extra="allow")

    quarter: str
    position: int
    rules: str | None
    unit: str
    score: float | str
    cause: dict[str, str] | None
    entries: list[dict[str, Any]]


class ScoreRules(BaseModel):
    """The editions of score rules that are in force, in order of adoption."""

    editions: list[dict[str, Any]]


class EnterBody(Body):
    """An entry: a proposal by the name of its cause; or by hand an item, a case, its event, and the cause in words."""

    quarter: Annotated[str, Field(pattern=QUARTER_PATTERN)]
    proposal: Code | None = Field(default=None, description="建议的事由名，如 overdue_reply@1234/1")
    item: Code | None = Field(default=None, description="手工项目的代码 / the code of an item that is stated by hand")
    complaint: UUID | None = None
    event: int | None = Field(default=None, ge=1, le=POSITION_MAX, description="所据事件的日志位置 / its position")
    leg: int | None = Field(default=None, ge=1, le=LEGS_MAX, description="缺省为现主办环节 / default: the lead leg")
    cause: Code | None = Field(default=None, description="事由，简短，不含个人信息 / in a few words, nothing personal")
    occurred_at: Instant | None = None


class VoidBody(Body):
    """Why an entry is voided, in a few words."""

    reason: Code
    occurred_at: Instant | None = None


class AppealBody(Body):
    """Why the unit appeals, in a few words: it appeals when it is said, so that no appeal is dated into its limit."""

    reason: Code
    unit: Code | None = None


class DecideBody(Body):
    """The decision of an appeal: rejected where ``upheld`` is false, else ``points_left`` still count, 0 left out."""

    upheld: bool
    reason: Code
    points_left: Decimal = Field(default=Decimal(0), ge=-POINTS_MAX, le=POINTS_MAX, decimal_places=1)
    occurred_at: Instant | None = None


async def read_rules(house: House) -> ScoreRules:
    """Return the score rules in force."""
    found = await asyncio.to_thread(house.scores.editions)
    return ScoreRules(editions=[edition_json(one, in_force=True) for one in found])


async def propose(
    quarter: QuarterAsked, house: House, unit: UnitWanted = None, as_of: AsOf = None, known_at: KnownAt = None
) -> ScoreProposals:
    """Return what may be entered for a quarter."""
    return ScoreProposals(**await asyncio.to_thread(_proposals, house, Quarter.parse(quarter), unit, as_of, known_at))


async def enter(
    body: EnterBody,
    response: Response,
    house: House,
    caller: Caller,
    key: IdempotencyKey = None,  # noqa: ARG001 - a cause is entered once, whatever the key
) -> ScoreEntryView:
    """Enter points for a cause: 201, or 200 where the same person made the very same entry before."""
    made = await asyncio.to_thread(entered, house, caller, body)
    response.status_code = 201 if made.fresh else 200
    return _view(house, made.entry)


async def list_entries(asked: Annotated[EntriesAsked, Query()], house: House, caller: Caller) -> ScoreEntryPage:
    """Return a page of the entries that the caller may see."""
    found, following = await asyncio.to_thread(entries_page, house, caller, asked)
    return ScoreEntryPage(items=[_view(house, one) for one in found], next=following)


async def entries_csv(asked: Annotated[EntryNarrowing, Query()], house: House, caller: Caller) -> Response:
    """Return the ledger as CSV."""
    return csv_answer(await asyncio.to_thread(entries_sheet, house, caller, asked), "scores")


async def entries_xlsx(asked: Annotated[EntryNarrowing, Query()], house: House, caller: Caller) -> Response:
    """Return the ledger as XLSX."""
    return await xlsx_answer(await asyncio.to_thread(entries_sheet, house, caller, asked), "scores")


async def read_entry(entry: EntryInPath, house: House, caller: Caller) -> ScoreEntryHistory:
    """Return an entry with its events."""
    found = await asyncio.to_thread(house.scores.find, entry, caller)
    history = await asyncio.to_thread(house.scores.history, found)
    return ScoreEntryHistory(entry=_view(house, found), history=history_json(history, house.instance.zone))


async def void(
    entry: EntryInPath,
    body: VoidBody,
    house: House,
    caller: Caller,
    key: IdempotencyKey = None,  # noqa: ARG001 - an entry is voided once
) -> ScoreEntryView:
    """Void an entry, with a reason."""
    at = moment(house, body.occurred_at)
    made = await asyncio.to_thread(house.scores.void, entry, caller, at, body.reason)
    return _view(house, made.entry)


async def appeal(
    entry: EntryInPath,
    body: AppealBody,
    house: House,
    caller: Caller,
    key: IdempotencyKey = None,  # noqa: ARG001 - an entry is appealed against once
) -> ScoreEntryView:
    """Appeal against an entry for the unit that it concerns."""
    at = moment(house, None)
    made = await asyncio.to_thread(house.scores.appeal, entry, caller, at, body.reason, body.unit)
    return _view(house, made.entry)


async def decide(
    entry: EntryInPath,
    body: DecideBody,
    house: House,
    caller: Caller,
    key: IdempotencyKey = None,  # noqa: ARG001 - an appeal is decided once
) -> ScoreEntryView:
    """Decide an appeal."""
    left = int(body.points_left * TENTHS) if body.upheld else None
    at = moment(house, body.occurred_at)
    made = await asyncio.to_thread(house.scores.decide, entry, caller, at, body.reason, left)
    return _view(house, made.entry)


async def read_table(
    quarter: QuarterAsked, house: House, as_of: AsOf = None, known_at: KnownAt = None, minimum: Minimum = None
) -> ScoreTable:
    """Return the scores of a quarter, ranked by group."""
    return ScoreTable(**await asyncio.to_thread(_table, house, Quarter.parse(quarter), as_of, known_at, minimum))


async def read_unit(
    unit: UnitInPath,
    quarter: QuarterAsked,
    house: House,
    caller: Caller,
    as_of: AsOf = None,
    known_at: KnownAt = None,
) -> UnitScoreView:
    """Return a unit's score in a quarter, with every entry behind it."""
    asked = Quarter.parse(quarter)
    return UnitScoreView(**await asyncio.to_thread(unit_document, house, caller, unit, asked, as_of, known_at))


# --- what the command line reads as well ------------------------------------------------------------------------


def entered(house: Hangfeng, caller: Actor, body: EnterBody) -> Done:
    """Enter what a body names; reads the views, so in a thread. Raises the problem ``invalid-input``."""
    quarter, at = Quarter.parse(body.quarter), moment(house, body.occurred_at)
    follow(house)
    with house.views.reading() as views:
        statistics = Statistics(views, house.log, house.instance.zone)
        if body.proposal is not None:
            return house.scores.enter(statistics, quarter, _cause_name(body.proposal), caller, at)
        if body.item is None or body.complaint is None or body.event is None or body.cause is None:
            raise fault(
                "invalid-input",
                "须给出 proposal，或同时给出 item、complaint、event、cause / "
                "give a proposal, or else item, complaint, event and cause",
                field="proposal",
            )
        return house.scores.enter_by_hand(
            statistics,
            quarter,
            body.item,
            body.complaint,
            caller,
            at,
            cause=body.cause,
            position=body.event,
            leg=body.leg,
        )


def entries_page(house: Hangfeng, caller: Actor, asked: EntriesAsked) -> tuple[list[ScoreEntry], int | None]:
    """Return a page of the entries that a caller may see, and the cursor of the next; reads the views."""
    follow(house)
    with house.views.reading() as views:
        reached = house.views.positions().get(ScoresProjection.name, 0)
        known = reached if asked.known_at is None else min(reached, house.log.position_at(asked.known_at))
        found = entries_at(
            views,
            known,
            quarter=asked.quarter,
            units=_spellings(house, caller, asked.unit),
            states=frozenset(asked.state),
            before=asked.cursor,
            limit=asked.limit + 1,
        )
    following = found[asked.limit - 1].position if len(found) > asked.limit else None
    return found[: asked.limit], following


def entries_sheet(house: Hangfeng, caller: Actor, asked: EntryNarrowing) -> Sheet:
    """Return every row of a caller's ledger; the first page is read at once: a fault comes before any byte."""
    pages = _pages(house, caller, asked)
    return Sheet(TITLE, ENTRY_COLUMNS, chain(next(pages), chain.from_iterable(pages)))


def void_withdrawn(house: Hangfeng, caller: Actor, edition: str) -> tuple[str, ...]:
    """Void what was entered under an edition that was withdrawn, and return the numbers of those entries."""
    follow(house)
    with house.views.reading() as views:
        entries = entries_under(views, edition, house.log.head().position)
    return house.scores.void_withdrawn(edition, entries, caller, moment(house, None))


def unit_document(
    house: Hangfeng,
    caller: Actor,
    unit: str,
    quarter: Quarter,
    as_of: datetime | None = None,
    known_at: datetime | None = None,
) -> dict[str, Any]:
    """Return a unit's score for a caller; for a unit's people any other does not exist (``not-found``)."""
    registry, day = house.instance.units, today(house)
    name = registry.resolve(unit.strip(), day) or unit
    if caller.role in UNIT_ROLES and (caller.unit is None or registry.resolve(caller.unit, day) != name):
        raise fault("not-found")
    return _scored(house, quarter, as_of, known_at, lambda found: unit_json(found, name))


def _table(
    house: Hangfeng, quarter: Quarter, as_of: datetime | None, known_at: datetime | None, minimum: int | None
) -> dict[str, Any]:
    least = house.settings.ranking_rows_min if minimum is None else minimum
    return _scored(house, quarter, as_of, known_at, lambda found: table_json(found, least))


def _scored(
    house: Hangfeng,
    quarter: Quarter,
    as_of: datetime | None,
    known_at: datetime | None,
    document: Callable[[QuarterScores], dict[str, Any]],
) -> dict[str, Any]:
    follow(house)
    with house.views.reading() as views:
        statistics = Statistics(views, house.log, house.instance.zone, structure=today(house))
        return document(house.scores.table(statistics, quarter, as_of=as_of, known_at=known_at))


def _proposals(
    house: Hangfeng, quarter: Quarter, unit: str | None, as_of: datetime | None, known_at: datetime | None
) -> dict[str, Any]:
    follow(house)
    with house.views.reading() as views:
        statistics = Statistics(views, house.log, house.instance.zone)
        return proposals_json(house.scores.propose(statistics, quarter, unit, as_of=as_of, known_at=known_at))


def _pages(house: Hangfeng, caller: Actor, asked: EntryNarrowing) -> Iterator[list[tuple[Value, ...]]]:
    cursor: int | None = None
    while True:
        narrowed = EntriesAsked(**asked.model_dump(exclude={"cursor", "limit"}), cursor=cursor, limit=ENTRIES_MAX)
        found, cursor = entries_page(house, caller, narrowed)
        yield [entry_row(one, house.instance.zone) for one in found]
        if cursor is None:
            return


def _spellings(house: Hangfeng, caller: Actor, unit: str | None) -> frozenset[str] | None:
    """Return under which names a caller sees entries, ``None`` for all."""
    registry, day = house.instance.units, today(house)
    own = None
    if caller.role in UNIT_ROLES:
        own = own_spellings(caller.unit, registry, day) if caller.unit is not None else frozenset()
    if unit is None:
        return own
    wanted = own_spellings(unit.strip(), registry, day)
    return wanted if own is None else wanted & own


def _cause_name(written: str) -> CauseName:
    found = cause_name(written)
    if found is None:
        raise fault(
            "invalid-input",
            "须为建议所列的事由名，如 overdue_reply@1234/1 / the name of a cause as proposed",
            field="proposal",
        )
    return found


def _view(house: Hangfeng, entry: ScoreEntry) -> ScoreEntryView:
    return ScoreEntryView(**entry_json(entry, house.instance.zone))
