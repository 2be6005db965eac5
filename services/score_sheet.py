"""The score ledger as plain values (考核台账): the same for the command line, the API, its pages and its files."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import tzinfo
from fractions import Fraction
from typing import Any

from domain.facts import Moment, Recorded, topic_of
from domain.figures.figure import Cause
from domain.figures.ranking import NO_GROUP, below, places
from domain.figures.window import on_clock
from domain.scores.causes import ScoreCause
from domain.scores.figures import CountedEntry, UnitScore
from domain.scores.ledger import EntryState, ScoreEntry
from domain.scores.rules import TENTHS, ScoreEdition, points_text
from domain.words import Precision
from services.scores import Proposals, QuarterScores
from services.spreadsheets import Column, Kind, Value

ENTRY_COLUMNS = (
    Column("考核编号", width=24),
    Column("季度", width=9),
    Column("单位", width=26),
    Column("项目", width=20),
    Column("分值", Kind.NUMBER, 8),
    Column("现计", Kind.NUMBER, 8),
    Column("事由", width=44),
    Column("受理编号", width=22),
    Column("环节", Kind.NUMBER, 6),
    Column("依据事件", width=18),
    Column("规则版本", width=10),
    Column("登记时间", Kind.INSTANT, 17),
    Column("登记人", width=12),
    Column("申诉期至", Kind.DAY, 12),
    Column("状态", width=14),
    Column("申诉理由", width=30),
    Column("决定人", width=12),
    Column("决定或撤销理由", width=30),
)
"""The columns of the ledger as a file."""


@dataclass(frozen=True, slots=True)
class Ranked:
    """A unit in its group: its place and how many share it, ``None`` where ``cause`` says why it has none."""

    score: UnitScore
    place: int | None
    tied: int
    cause: Cause | None = None


@dataclass(frozen=True, slots=True)
class RankedGroup:
    """A group's units in order of their places; those without a place follow by name."""

    group: str | None
    lines: tuple[Ranked, ...]

    @property
    def name(self) -> str:
        """The group's name as tables show it."""
        return self.group if self.group is not None else NO_GROUP


def ranked(scores: QuarterScores, minimum: int) -> tuple[RankedGroup, ...]:
    """Rank units by their scores within their groups; who was assessed on fewer than ``minimum`` legs has no place."""
    groups: dict[str | None, list[UnitScore]] = {}
    for one in scores.units:
        groups.setdefault(scores.window.registry.group(one.unit), []).append(one)
    found = [RankedGroup(group, _lines(held, minimum)) for group, held in groups.items()]
    return tuple(sorted(found, key=lambda one: (one.group is None, one.name)))


def _lines(held: list[UnitScore], minimum: int) -> tuple[Ranked, ...]:
    with_place = [one for one in held if one.score_tenths is not None and one.assessable >= minimum]
    stood = places([Fraction(one.score_tenths or 0) for one in with_place], less_is_better=False)
    lines = [Ranked(one, place, tied) for one, (place, tied) in zip(with_place, stood, strict=True)]
    lines.sort(key=lambda line: (line.place, line.score.unit))
    without = [Ranked(one, None, 1, one.cause or below(minimum)) for one in held if one not in with_place]
    return (*lines, *without)


# --- documents --------------------------------------------------------------------------------------------------


def points(tenths: int | None) -> int | float | None:
    """Return points as a number of JSON: whole where they are whole."""
    if tenths is None:
        return None
    return tenths // TENTHS if tenths % TENTHS == 0 else tenths / TENTHS


def entry_json(entry: ScoreEntry, zone: tzinfo) -> dict[str, Any]:
    """Return an entry as plain values."""
    return {
        "entry": entry.number(zone),
        "quarter": entry.quarter,
        "unit": entry.unit,
        "item": entry.item,
        "name": entry.name,
        "edition": entry.edition,
        "points": points(entry.points_tenths),
        "counts": points(entry.counting_tenths),
        "cause": entry.cause,
        "cause_at": moment_text(entry.cause_at, zone),
        "by_hand": entry.by_hand,
        "complaint": str(entry.complaint),
        "receipt_no": entry.receipt_no,
        "leg": entry.leg,
        "event": entry.cause_position,
        "events": list(entry.evidence),
        "steps": [entry.first_step, entry.last_step],
        "state": entry.state.value,
        "position": entry.position,
        "entered_at": moment_text(entry.entered, zone),
        "entered_by": entry.entered_by,
        "appeal_until": on_clock(entry.appeal_deadline.due, zone).isoformat(),
        "appeal_provisional": entry.appeal_deadline.provisional,
        "appealed_at": _optional(entry.appealed, zone),
        "appealed_by": entry.appealed_by,
        "appeal_reason": entry.appeal_reason,
        "decided_at": _optional(entry.decided, zone),
        "decided_by": entry.decided_by,
        "decision_reason": entry.decision_reason,
        "voided_at": _optional(entry.voided, zone),
        "voided_by": entry.voided_by,
        "void_reason": entry.void_reason,
        "withdrawn_edition": entry.withdrawn_edition,
    }


def history_json(history: tuple[Recorded, ...], zone: tzinfo) -> list[dict[str, Any]]:
    """Return an entry's events as plain values, in order."""
    return [
        {
            "position": one.position,
            "event": topic_of(one.fact),
            "at": moment_text(one.fact.occurred, zone),
            "recorded_at": on_clock(one.recorded_at, zone).isoformat(),
            "by": one.fact.by.name,
            "role": one.fact.by.role.value,
            "unit": one.fact.by.unit,
        }
        for one in history
    ]


def cause_json(cause: ScoreCause, receipt_no: str, zone: tzinfo) -> dict[str, Any]:
    """Return a proposal as plain values; ``cause`` is its name, by which it is entered."""
    return {
        "cause": cause.key.text,
        "unit": cause.unit,
        "item": cause.item.code,
        "name": cause.item.name,
        "points": points(cause.points_tenths),
        "said": cause.said,
        "at": moment_text(cause.at, zone),
        "complaint": str(cause.key.complaint),
        "receipt_no": receipt_no,
        "leg": cause.key.leg,
        "event": cause.key.position,
        "events": list(cause.evidence),
        "steps": [cause.first_step, cause.last_step],
    }


def proposals_json(found: Proposals) -> dict[str, Any]:
    """Return what may be entered for a quarter as plain values."""
    zone = found.window.zone
    return {
        "quarter": str(found.window.quarter),
        "edition": found.edition.edition,
        "as_of": on_clock(found.window.as_of, zone).isoformat(),
        "position": found.position,
        "entered_before": found.entered,
        "items": [cause_json(one.cause, one.receipt_no, zone) for one in found.items],
    }


def score_json(one: UnitScore, zone: tzinfo) -> dict[str, Any]:
    """Return a unit's score as plain values, with every entry and what each counts."""
    return {
        **_figures(one),
        "entries": [
            {
                **entry_json(held.entry, zone),
                "counted": points(held.counted_tenths),
                "cut": points(held.cut_tenths),
                "cut_by": held.cut_by,
            }
            for held in one.entries
        ],
    }


def unit_json(scores: QuarterScores, unit: str) -> dict[str, Any]:
    """Return the document of one unit in a quarter."""
    return {**_asked(scores), **score_json(scores.unit(unit), scores.window.zone)}


def table_json(scores: QuarterScores, minimum: int) -> dict[str, Any]:
    """Return the scores of a quarter by group, in order of their places."""
    return {
        **_asked(scores),
        "minimum": minimum,
        "groups": [
            {
                "group": group.group,
                "name": group.name,
                "units": [
                    {
                        **_figures(line.score),
                        "entries": len(line.score.entries),
                        "place": line.place,
                        "tied": line.tied,
                        "unranked": _cause(line.cause),
                    }
                    for line in group.lines
                ],
            }
            for group in ranked(scores, minimum)
        ],
    }


def edition_json(edition: ScoreEdition, *, in_force: bool) -> dict[str, Any]:
    """Return an edition of score rules as plain values."""
    return {
        "edition": edition.edition,
        "title": edition.title,
        "in_force": in_force,
        "first_quarter": edition.first_quarter,
        "base": points(edition.base_tenths),
        "deductions_max": points(edition.deductions_tenths_max),
        "additions_max": points(edition.additions_tenths_max),
        "appeal_working_days": edition.appeal.value,
        "items": [
            {
                "code": item.code,
                "name": item.name,
                "english": item.english,
                "trigger": item.trigger.value,
                "points": points(item.points_tenths),
                "per_working_days": item.per_working_days,
                "steps_max": item.steps_max,
                "cap": points(item.cap_tenths),
                "source": item.source,
            }
            for item in edition.items
        ],
    }


def entry_row(entry: ScoreEntry, zone: tzinfo) -> tuple[Value, ...]:
    """Return the row of an entry under ``ENTRY_COLUMNS``."""
    return (
        entry.number(zone),
        entry.quarter,
        entry.unit,
        entry.name,
        points(entry.points_tenths),
        points(entry.counting_tenths),
        entry.cause,
        entry.receipt_no,
        entry.leg,
        "、".join(str(position) for position in entry.evidence),
        entry.edition,
        on_clock(entry.entered.at, zone),
        entry.entered_by,
        on_clock(entry.appeal_deadline.due, zone).date(),
        entry.state.chinese,
        entry.appeal_reason,
        entry.decided_by or entry.voided_by,
        entry.decision_reason or entry.void_reason,
    )


def moment_text(moment: Moment, zone: tzinfo) -> str:
    """Write a moment on a zone's clock: a date where only the day is known."""
    if moment.precision is Precision.DAY:
        return moment.at.date().isoformat()
    return on_clock(moment.at, zone).isoformat()


def cut_words(one: CountedEntry) -> str:
    """Say in Chinese which cap took how much off an entry, nothing where none did."""
    if one.cut_by is None:
        return ""
    return f"{'该项' if one.cut_by == 'item' else '合计'}封顶，少计 {points_text(one.cut_tenths)} 分"


def state_words(entry: ScoreEntry) -> str:
    """Say in Chinese how an entry stands, with what took it along where an edition was withdrawn."""
    if entry.state is EntryState.VOIDED and entry.withdrawn_edition is not None:
        return "随规则版本撤回"
    return entry.state.chinese


def _asked(scores: QuarterScores) -> dict[str, Any]:
    window = scores.window
    return {
        "quarter": str(window.quarter),
        "position": scores.position,
        "as_of": on_clock(window.as_of, window.zone).isoformat(),
        "rules": scores.edition.edition if scores.edition is not None else None,
    }


def _figures(one: UnitScore) -> dict[str, Any]:
    return {
        "unit": one.unit,
        "score": one.text if one.score_tenths is None else points(one.score_tenths),
        "cause": _cause(one.cause),
        "base": points(one.base_tenths),
        "deductions": points(one.deductions_tenths),
        "additions": points(one.additions_tenths),
        "assessable": one.assessable,
        "pending": one.pending,
    }


def _cause(cause: Cause | None) -> dict[str, str] | None:
    return None if cause is None else {"code": cause.code, "zh": cause.zh, "en": cause.en}


def _optional(moment: Moment | None, zone: tzinfo) -> str | None:
    return None if moment is None else moment_text(moment, zone)
