"""Tonight's pack (节目资料包): everything that a producer takes into the studio, as one document of plain values.

Run-down, a brief of each unit on air, case cards without anybody's identity, what was promised and kept, the echo list,
and the host's opening lines. Forms are drawn from the document alone, in ``programme_pack_forms``.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta, tzinfo
from typing import Any, Final
from uuid import UUID

from domain.facts import ERASED
from domain.figures.measures import CaseMeasure
from domain.figures.unit_table import tabulate
from domain.periods import Quarter
from domain.programme.commitments import STANDING_CHINESE
from domain.programme.events import ITEM_CHINESE, LEVEL_CHINESE, OnAirUnit
from domain.programme.state import CALL_CHINESE, Episode
from domain.units import UnitRegistry
from domain.words import CHINESE
from projections.cases import CasesProjection, cases_at
from projections.port import Connection
from projections.programme import programme_now
from services.log.port import Log
from services.log.views import ViewStore
from services.programme import linked_to
from services.programme_lists import (
    CallLine,
    Echo,
    PromiseLine,
    airable,
    call_lines,
    echo_for,
    promise_lines,
    title_of,
)
from services.redaction import Places, mask
from services.statistics import Statistics
from services.uncorrected import uncorrected
from services.unit_brief import Sources, UnitBrief, brief_of
from services.work_lists import receipt_of

FORMAT: Final = "hangfeng.pack.v1"
CARDS_MAX: Final = 40
"""How many case cards a pack holds at the most, those of the queue first; it says how many were left out."""

CARD_TEXT_CHARACTERS_MAX: Final = 400
"""How much of a case is told on its card; what is cut ends in an ellipsis."""

WEEKDAYS: Final = "一二三四五六日"
_REMARK: Final = re.compile(r"（[^（）]*）$")


@dataclass(frozen=True, slots=True)
class Told:
    """What a case says: its title, its text and its public reply, before anything is masked; and whose case it is."""

    title: str
    text: str
    reply: str | None
    reporter_name: str | None = None


TellCase = Callable[[UUID], Told | None]
"""Opens a case for its card and records the reading; ``None`` where it may not be spoken of."""


@dataclass(frozen=True, slots=True)
class PackAsked:
    """What a pack is made for: the hotline's name, the moment, its zone and its registry of units."""

    hotline: str
    now: datetime
    zone: tzinfo
    registry: UnitRegistry


def pack_of(log: Log, views: ViewStore, episode: Episode, asked: PackAsked, tell: TellCase) -> dict[str, Any]:
    """Return an episode's pack; opens the sealed text of its cases, masks it, and keeps nothing of it."""
    with views.reading() as conn:
        position = views.positions()[CasesProjection.name]
        ids = _cases_of_pack(conn, episode)
        cases = {case.complaint: case for case in cases_at(conn, ids, position)}
        shown = [cases[one] for one in ids if one in cases and airable(cases[one])]
        units = tuple(dict.fromkeys(one.unit for one in episode.on_air))
        briefs = briefs_of(conn, log, episode, units, asked)
        echo = echo_for(conn, episode, position, _as_of(episode, asked), asked.zone)
        calls = call_lines(episode.calls, cases, asked.zone)
    cards = [card for case in shown[:CARDS_MAX] if (card := _card(case, tell, asked.zone)) is not None]
    own = frozenset(units)
    return {
        "format": FORMAT,
        "hotline": asked.hotline,
        "episode": _head(episode),
        "opening": _opening(asked.hotline, episode, promises=bool(echo.open or echo.kept or echo.broken)),
        "run_down": _run_down(episode, {case.complaint: receipt_of(case, asked.zone) for case in shown}),
        "unit_briefs": [brief.json() for brief in briefs],
        "case_cards": cards,
        "case_cards_left_out": max(0, len(shown) - CARDS_MAX),
        "calls": [_call(one) for one in calls],
        "last_promises": {
            "kept": [_promise(one) for one in echo.kept if one.promise.unit in own],
            "broken": [_promise(one) for one in echo.broken if one.promise.unit in own],
            "open": [_promise(one) for one in echo.open if one.promise.unit in own],
        },
        "echo": _echo(echo),
        "position": position,
    }


def briefs_of(
    conn: Connection, log: Log, episode: Episode, units: tuple[str, ...], asked: PackAsked
) -> tuple[UnitBrief, ...]:
    """Return the brief of each unit on air, by the figures of the quarter as known now, up to the episode's day."""
    as_of = _as_of(episode, asked)
    today = as_of.astimezone(asked.zone).date()
    quarter = Quarter.of(today)
    statistics = Statistics(conn, log, asked.zone)
    rows = statistics.rows(quarter, as_of)
    earlier = statistics.rows(quarter.previous(), min(as_of, quarter.previous().ends_at(asked.zone)))
    table = tabulate(rows.cases, rows.legs, rows.window, rows.shared)
    before = tabulate(earlier.cases, earlier.legs, earlier.window, earlier.shared)
    promised = promise_lines(_before(conn, episode), as_of, asked.zone)
    found = []
    for unit in units:
        name = asked.registry.resolve(unit) or unit
        spellings = asked.registry.spellings(name) | {name, unit}
        sources = Sources(
            quarter=quarter,
            rows=rows,
            table=table,
            before=before,
            promises=[one for one in promised if one.promise.unit in spellings and one.promise.settled is None],
            uncorrected=uncorrected(conn, asked.zone, today, asked.registry, spellings),
        )
        found.append(brief_of(name, sources))
    return tuple(found)


def _as_of(episode: Episode, asked: PackAsked) -> datetime:
    """Return the instant that a pack tells of: when it is read out, for it says "today"; without an hour, day's end."""
    if episode.airs_at is not None:
        hour, _, minute = episode.airs_at.partition(":")
        return datetime.combine(episode.airs_on, time(int(hour), int(minute)), tzinfo=asked.zone)
    end = datetime.combine(episode.airs_on + timedelta(days=1), time(), tzinfo=asked.zone)
    return end - timedelta(microseconds=1)


def _before(conn: Connection, episode: Episode) -> list[Episode]:
    return [one for one in programme_now(conn) if one.airs_on <= episode.airs_on and one.episode != episode.episode]


def _cases_of_pack(conn: Connection, episode: Episode) -> list[UUID]:
    """Return the cases of a pack: those linked to the episode first, then those that were raised on or for it."""
    sql = "SELECT complaint FROM cases WHERE to_position IS NULL AND programme_ref = ? ORDER BY registered_position"
    named = (UUID(row[0]) for row in conn.execute(sql, (episode.episode,)))
    return list(dict.fromkeys((*linked_to(episode), *named)))


def _head(episode: Episode) -> dict[str, Any]:
    return {
        "episode": episode.episode,
        "airs_on": episode.airs_on.isoformat(),
        "weekday": f"周{WEEKDAYS[episode.airs_on.weekday()]}",
        "airs_at": episode.airs_at,
        "minutes": episode.minutes,
        "planned_minutes": episode.planned_minutes,
        "theme": episode.theme,
        "stations": [{"name": one.name, "level": LEVEL_CHINESE[one.level]} for one in episode.stations],
        "units": [
            {
                "unit": one.unit,
                "leader": one.leader,
                "post": one.post,
                "head": one.head,
                "substitutes_for": one.substitutes_for,
                "reason": one.reason,
            }
            for one in episode.on_air
        ],
    }


def _opening(hotline: str, episode: Episode, *, promises: bool) -> list[str]:
    """Return the host's opening lines: who carries the programme, which day it is, who sits here, what it is about.

    ``promises`` says whether the echo list has any, of which the last line speaks.
    """
    day = episode.airs_on
    # What stands in brackets at the end of the hotline's name is a remark, as "（示例）" is.
    name = _REMARK.sub("", hotline)
    stations = "、".join(one.name for one in episode.stations)
    lines = [
        f"各位听众、各位网友，大家好！这里是{name}，正在通过{stations}为您直播。",
        f"今天是{day.year}年{day.month}月{day.day}日，星期{WEEKDAYS[day.weekday()]}。",
        *_guests(episode.on_air),
    ]
    if episode.theme is not None:
        lines.append(f"今天的主题是：{episode.theme}。")
    if promises:
        lines.append("以前在节目里作出的承诺兑现了没有，我们在“回音壁”里逐项回访。")
    return lines


def _guests(units: tuple[OnAirUnit, ...]) -> Iterator[str]:
    """Welcome everybody at once, and say for whom somebody stands in."""
    if not units:
        return
    people = [f"{one.unit}{one.post or ''}{one.leader}" if one.leader else f"{one.unit}的负责人" for one in units]
    named = "，还有".join(("、".join(people[:-1]), people[-1])) if len(people) > 1 else people[0]
    welcome = {1: "欢迎您", 2: "欢迎两位"}.get(len(people), "欢迎各位")
    yield f"今天走进直播间的是{named}，{welcome}。"
    for one in units:
        if one.substitutes_for:
            why = f"因{one.reason}" if one.reason else ""
            first = one.substitutes_for.replace(" ", "")
            yield f"{one.unit}原定由{first}上线，{why}改由{one.post or ''}{one.leader or '其他负责人'}上线。"


def _run_down(episode: Episode, receipts: dict[UUID, str]) -> list[dict[str, Any]]:
    return [
        {
            "place": place,
            "starts_at": starts,
            "minutes": one.minutes,
            "kind": one.kind.value,
            "kind_zh": ITEM_CHINESE[one.kind],
            "title": title_of(one, receipts),
            "unit": one.unit,
            "receipt_no": receipts.get(one.complaint) if one.complaint is not None else None,
        }
        for place, (one, starts) in enumerate(zip(episode.items, episode.starts(), strict=True), 1)
    ]


def _card(case: CaseMeasure, tell: TellCase, zone: tzinfo) -> dict[str, Any] | None:
    told = tell(case.complaint)
    if told is None:
        return None
    # Whose case it is needs no guessing: that name goes wherever it stands, however rare it is.
    known = [told.reporter_name] if told.reporter_name and told.reporter_name != ERASED else []
    parts = [told.title, told.text, told.reply or ""]
    masked = [mask(part, known, places=Places.STRICT) for part in parts]
    title, text, reply = (one.text for one in masked)
    return {
        "receipt_no": receipt_of(case, zone),
        "subject": case.category or CHINESE[case.kind],
        "kind": CHINESE[case.kind],
        "state": CHINESE[case.state],
        "unit": case.lead_unit,
        "registered_on": case.registered.at.astimezone(zone).date().isoformat(),
        "title": title,
        "text": _short(text),
        "reply": _short(reply) if told.reply is not None else None,
        "masked": sum(len(one.spans) for one in masked),
    }


def _short(text: str) -> str:
    flat = " ".join(text.split())
    if flat == ERASED or len(flat) <= CARD_TEXT_CHARACTERS_MAX:
        return flat
    return flat[:CARD_TEXT_CHARACTERS_MAX] + "……"


def _call(line: CallLine) -> dict[str, Any]:
    return {
        "receipt_no": line.receipt_no,
        "status": line.status.value,
        "status_zh": CALL_CHINESE[line.status],
        "subject": line.subject,
        "state": CHINESE[line.state],
        "unit": line.unit,
    }


def _promise(line: PromiseLine) -> dict[str, Any]:
    settled = line.promise.settled
    return {
        "episode": line.episode,
        "aired_on": line.aired_on.isoformat(),
        "commitment": line.promise.number,
        "unit": line.promise.unit,
        "leader": line.promise.leader,
        "text": line.promise.text,
        "due": line.due.isoformat(),
        "put_off": line.put_off,
        "standing": line.standing.value,
        "standing_zh": STANDING_CHINESE[line.standing],
        "days_over": line.days_over,
        "proof": settled.proof if settled is not None else None,
        "position": line.promise.position,
    }


def _echo(echo: Echo) -> dict[str, Any]:
    return {
        "since": echo.since.isoformat(),
        "open": [_promise(one) for one in echo.open],
        "kept": [_promise(one) for one in echo.kept],
        "broken": [_promise(one) for one in echo.broken],
        "last_episode": echo.last_episode,
        "last_cases": [_call(one) for one in echo.last_cases],
    }


def dated(pack: dict[str, Any]) -> date:
    """Return the day of the pack's episode."""
    return date.fromisoformat(pack["episode"]["airs_on"])
