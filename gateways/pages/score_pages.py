"""The score ledger in the console (考核台账): entries and appeals, and the score panel of a unit's page; read-only."""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import tzinfo
from typing import Final

from domain.figures.window import on_clock
from domain.scores.figures import CountedEntry, UnitScore
from domain.scores.ledger import EntryState, ScoreEntry
from domain.scores.rules import points_text
from gateways.pages.console_pages import Reader
from gateways.pages.rendering import Site, render
from services.score_sheet import cut_words, state_words

_DATE_HYPHEN: Final = re.compile(r"(?<=\d)-(?=\d)")
# No date is broken over two lines: a word joiner on both sides of its hyphens forbids it.
_TONES: Final = {
    EntryState.ENTERED: "",
    EntryState.APPEALED: "warning",
    EntryState.REJECTED: "",
    EntryState.REDUCED: "good",
    EntryState.VOIDED: "good",
}


@dataclass(frozen=True, slots=True)
class ScoreLine:
    """One entry as the pages show it; ``remarks`` are the appeal, the decision, and what a cap took off."""

    number: str
    quarter: str
    unit: str
    name: str
    cause: str
    complaint: str
    receipt_no: str
    events: str
    points: str
    counted: str
    state: str
    tone: str
    entered_on: str
    entered_by: str
    remarks: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class ScoreFilters:
    """What the list is narrowed to, as it was typed."""

    quarter: str = ""
    unit: str = ""
    state: str = ""


@dataclass(frozen=True, slots=True)
class ScoresPage:
    """A page of the ledger with who reads it; ``next_href`` leads on."""

    reader: Reader
    lines: tuple[ScoreLine, ...]
    filters: ScoreFilters
    next_href: str | None = None


@dataclass(frozen=True, slots=True)
class ScorePanel:
    """A unit's score as its page shows it."""

    score: str
    base: str
    deductions: str
    additions: str
    pending: int
    edition: str | None
    cause: str | None
    lines: tuple[ScoreLine, ...]


def score_line(entry: ScoreEntry, zone: tzinfo, counted: CountedEntry | None = None) -> ScoreLine:
    """Return an entry as the pages show it; ``counted`` says what it counts under the caps, where that was reckoned."""
    tenths = counted.counted_tenths if counted is not None else entry.counting_tenths
    cut = cut_words(counted) if counted is not None else ""
    return ScoreLine(
        number=entry.number(zone),
        quarter=entry.quarter,
        unit=entry.unit,
        name=entry.name,
        cause=_DATE_HYPHEN.sub("\u2060-\u2060", entry.cause),
        complaint=str(entry.complaint),
        receipt_no=entry.receipt_no,
        events="、".join(str(position) for position in entry.evidence),
        points=signed(entry.points_tenths),
        counted=signed(tenths),
        state=state_words(entry),
        tone=_TONES[entry.state],
        entered_on=on_clock(entry.entered.at, zone).date().isoformat(),
        entered_by=entry.entered_by,
        remarks=tuple(said for said in (*_remarks(entry, zone), cut) if said),
    )


def score_panel(score: UnitScore, zone: tzinfo) -> ScorePanel:
    """Return a unit's score as its page shows it."""
    return ScorePanel(
        score=score.text,
        base=points_text(score.base_tenths),
        deductions=signed(score.deductions_tenths),
        additions=signed(score.additions_tenths),
        pending=score.pending,
        edition=score.edition,
        cause=score.cause.zh if score.cause is not None else None,
        lines=tuple(score_line(one.entry, zone, one) for one in score.entries),
    )


def signed(tenths: int) -> str:
    """Write points with their sign, as they are printed: ``−1.5``, ``+0.5``, ``0``."""
    text = points_text(tenths)
    return f"+{text}" if tenths > 0 else text.replace("-", "\u2212")


def render_scores(page: ScoresPage, site: Site) -> str:
    """Return a page of the ledger."""
    return render("console_scores.html", site, page=page, states=tuple(EntryState))


def _remarks(entry: ScoreEntry, zone: tzinfo) -> tuple[str, ...]:
    found = []
    if entry.appealed is not None:
        found.append(f"申诉：{entry.appeal_reason}")
    elif entry.state is EntryState.ENTERED:
        found.append(f"可申诉至 {on_clock(entry.appeal_deadline.due, zone).date().isoformat()}")
    if entry.decided is not None:
        found.append(f"决定：{entry.decision_reason}（{entry.decided_by}）")
    if entry.voided is not None:
        found.append(f"撤销：{entry.void_reason}（{entry.voided_by}）")
    return tuple(found)
