"""The internal edition: ten sections and an annex, built from the ground alone, as one document of plain values."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime, tzinfo
from fractions import Fraction
from typing import Any, Final

from domain.bulletin.events import FiguresFrozen, Scope, TopicsTold
from domain.bulletin.name import BulletinName, Subject
from domain.bulletin.state import Status
from domain.figures.coverage import CasesCovered, Coverage
from domain.figures.figure import ANSWERED_ONLY, Rounding
from domain.figures.indicators import COUNTS, DEFINITIONS, EDITION
from domain.figures.window import FigureSettings
from projections.port import Connection
from services.log.port import Log
from services.publication.canonical import canonical, digest_of
from services.publication.definitions_in_english import COUNTS_IN_ENGLISH, RATES_IN_ENGLISH
from services.publication.document import FORMAT, Cell, Section, Words
from services.publication.grading import EDITION as EDITION_OF_GRADES
from services.publication.grading import grade_rule
from services.publication.ground import Ground, stand_on
from services.publication.sections.findings import findings, rechecked, requirements
from services.publication.sections.lists import dissatisfied, hard_cases, overdue
from services.publication.sections.programme import episodes
from services.publication.sections.promises import programme_definitions
from services.publication.sections.summary import summary
from services.publication.sections.topics import topics
from services.publication.sections.units import units
from services.statistics import Statistics

EVALUATOR: Final = "7"
"""The version of what lies between views and canonical JSON; raised whenever equal ground gives other bytes."""

REBUILT: Final = frozenset({"6", EVALUATOR})
"""The evaluators whose editions this program computes byte for byte."""

NO_NUMBER: Final = ""


@dataclass(frozen=True, slots=True)
class InternalEdition:
    """An internal edition as it was computed: its sections with what stands behind them, and the whole document."""

    ground: Ground
    sections: tuple[Section, ...]
    document: Mapping[str, Any]
    topics: TopicsTold

    @property
    def content(self) -> bytes:
        """The canonical JSON."""
        return canonical(self.document)

    def cells(self) -> Iterator[Cell]:
        """Give every cell of the ten sections."""
        for section in self.sections:
            for table in section.tables:
                yield from table.cells()


@dataclass(frozen=True, slots=True)
class Heading:
    """What stands over an edition: its title, who issues it, and the root over the log that it was computed from."""

    title: str
    issuer: str
    root: str
    subject: Subject | None = None


@dataclass(frozen=True, slots=True)
class EditionSettings:
    """What is data about an edition's figures, as ``FiguresFrozen`` keeps it."""

    rounding: Rounding = Rounding.HALF_UP
    fairly_satisfied_weight: str = "1"
    grades: str = EDITION_OF_GRADES
    evaluator: str = EVALUATOR

    @classmethod
    def of(cls, frozen: FiguresFrozen) -> EditionSettings:
        """Return the settings that figures were frozen with."""
        return cls(frozen.rounding, frozen.fairly_satisfied_weight, frozen.grades, frozen.evaluator)


def can_rebuild(frozen: FiguresFrozen) -> bool:
    """Say whether this program computes an edition as the one did that froze it."""
    return frozen.evaluator in REBUILT and frozen.definitions == EDITION


def compute(ground: Ground, heading: Heading, evaluator: str = EVALUATOR) -> InternalEdition:
    """Compute the internal edition on its ground; equal ground, heading and evaluator give equal bytes."""
    # The summary reads most of the periods that topics are held against.
    in_short = summary(ground)
    of_topics, told = topics(ground, evaluator)
    sections = (
        in_short,
        episodes(ground),
        of_topics,
        units(ground),
        overdue(ground),
        dissatisfied(ground),
        findings(ground),
        hard_cases(ground),
        rechecked(ground),
        requirements(),
    )
    plain = [section.plain() for section in sections]
    document = {
        "format": FORMAT,
        "quarter": str(ground.name),
        "period": ground.period.kind.value,
        "number": NO_NUMBER,
        "scope": Scope.INTERNAL.value,
        "title": heading.title,
        "issuer": heading.issuer,
        "position": ground.position,
        "root": heading.root,
        "frozen_at": _instant(ground, ground.known_at, "seconds"),
        "definitions": ground.window.settings.edition or EDITION,
        "status": Status.FIGURES_FROZEN.value,
        "coverage": _coverage(ground),
        "left_out": [words.plain() for words in _NEVER_LISTED],
        "sections": plain,
        "annex": {
            "definitions": _definitions(ground),
            "cutoff": _cutoff(ground, evaluator),
            "digest": sections_digest(plain),
            "verify": [words.plain() for words in _how_to_verify(ground)],
            "errata": [],
        },
    }
    return InternalEdition(ground, sections, document, told)


def computed_on(
    log: Log,
    views: Connection,
    zone: tzinfo,
    name: BulletinName,
    position: int,
    heading: Heading,
    settings: EditionSettings,
) -> InternalEdition:
    """Compute the internal edition of a quarter from views that have read at least up to a position.

    Raises ``ViewsBehind`` and ``LogDamaged``.
    """
    figures = FigureSettings(settings.rounding, Fraction(settings.fairly_satisfied_weight))
    statistics = Statistics(views, log, zone, figures)
    ground = stand_on(log, views, statistics, name, position, grade_rule(settings.grades), heading.subject)
    return compute(ground, heading, settings.evaluator)


def sections_digest(sections: object) -> str:
    """Return the SHA-256 of the canonical JSON of the sections alone, as the annex gives it."""
    return digest_of(canonical({"sections": sections}))


_NEVER_LISTED: Final = (
    Words("诉求人的姓名、电话、地址和证件号码", "names, telephone numbers, addresses and identity numbers of people"),
    Words(
        "检举控告件、保密件、撤回公开件的单件信息（仅计数）",
        "single accusations, confidential matters, and those withdrawn from publication (counted only)",
    ),
)


def _instant(ground: Ground, instant: datetime, precision: str) -> str:
    return instant.astimezone(ground.zone).isoformat(timespec=precision)


def _cutoff(ground: Ground, evaluator: str) -> dict[str, str]:
    settings = ground.window.settings
    weight = settings.fairly_satisfied_weight
    return {
        "as_of": _instant(ground, ground.window.as_of, "seconds"),
        "known_at": _instant(ground, ground.known_at, "microseconds"),
        "evaluator": evaluator,
        "timezone": str(ground.zone),
        "grades": ground.grades.edition,
        "rounding": settings.rounding.value,
        "fairly_satisfied_weight": _decimal(weight),
    }


def _decimal(weight: Fraction) -> str:
    return str(weight.numerator) if weight.denominator == 1 else f"{weight.numerator}/{weight.denominator}"


def _coverage(ground: Ground) -> dict[str, Any]:
    quarter, window = ground.period, ground.window
    first, last = quarter.first_day, min(quarter.last_day, window.today)
    parts = ground.table.partial
    answered_only = [
        case for case in ground.rows.cases if (held := window.sources.coverage(case)) is not None and _answered(held)
    ]
    own = any(not case.imported for case in ground.rows.cases)
    if parts and not own:
        first, last = min(part.from_ for part in parts), max(part.to for part in parts)
    notes = [
        Words(
            f"台账“{part.source}”只覆盖 {part.from_} 至 {part.to}{'（依据各行推定）' if part.assumed else ''}。",
            f"The ledger {part.source} covers {part.from_} to {part.to} only{_ASSUMED if part.assumed else ''}.",
        )
        for part in parts
    ]
    if answered_only:
        notes.append(
            Words(
                f"{ANSWERED_ONLY.zh}；需要全部诉求的指标印“—”。",
                f"{ANSWERED_ONLY.en}; what needs every case prints —.",
            ),
        )
    if ground.running:
        notes.append(
            Words(
                f"冻结时{quarter.words.this_zh}尚未结束，统计至 {window.today}。",
                f"The {quarter.kind} had not ended: figures run to {window.today}.",
            ),
        )
    every = not answered_only or own
    return {
        "from": first.isoformat(),
        "to": last.isoformat(),
        "cases": (CasesCovered.ALL if every else CasesCovered.ANSWERED).value,
        "partial": bool(parts) or ground.running,
        "notes": [words.plain() for words in notes],
    }


_ASSUMED: Final = " (assumed from its rows)"


def _answered(held: Coverage) -> bool:
    return held.cases is CasesCovered.ANSWERED


_ROUNDING: Final = {
    Rounding.HALF_UP: Words("百分数两位小数，四舍五入", "per cent, two decimals, half up"),
    Rounding.CUT: Words("百分数两位小数，截断", "per cent, two decimals, cut"),
}


def _definitions(ground: Ground) -> list[dict[str, Any]]:
    rounding = _ROUNDING[ground.window.settings.rounding].plain()
    rates = [
        {
            "key": one.key,
            "name": Words(one.name_zh, name).plain(),
            "numerator": Words(one.numerator_zh, numerator).plain(),
            "denominator": Words(one.denominator_zh, denominator).plain(),
            "rounding": rounding,
        }
        for one in DEFINITIONS
        for name, numerator, denominator in (RATES_IN_ENGLISH[one.key],)
    ]
    counts = [
        {
            "key": one.key,
            "name": Words(one.name_zh, name).plain(),
            "numerator": Words(one.said_zh, counted).plain(),
            "denominator": Words("件数", "a count").plain(),
            "rounding": Words("整数", "whole numbers").plain(),
        }
        for one in COUNTS
        for name, counted in (COUNTS_IN_ENGLISH[one.key],)
    ]
    return [*rates, *counts, *programme_definitions(rounding)]


def _how_to_verify(ground: Ground) -> tuple[Words, ...]:
    quarter = ground.name
    return (
        Words(
            "签名所覆盖的是规范 JSON（--format json）：其 SHA-256 与签名由 hangfeng bulletin list --json 给出，"
            "用 Ed25519 公钥对全部字节验证签名。",
            "What is signed is the canonical JSON (--format json): hangfeng bulletin list --json gives its SHA-256 and "
            "its signature, which the Ed25519 public key verifies over all its bytes.",
        ),
        Words(
            "annex.digest 是 sections 部分规范 JSON 的 SHA-256。",
            "annex.digest is the SHA-256 of the canonical JSON of the sections alone.",
        ),
        Words(
            f"持有日志的人运行 hangfeng bulletin rebuild {quarter}：核对日志到第 {ground.position} 条的每一片叶和根，"
            "从头重算并逐字节比较。",
            f"Whoever has the log runs hangfeng bulletin rebuild {quarter}: every leaf and the root up to position "
            f"{ground.position} are checked, all is computed again, and bytes are compared.",
        ),
    )
