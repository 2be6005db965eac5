"""Section 3: what people spoke of, by kind and by topic; what could single somebody out is not named."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Mapping
from typing import Final
from uuid import UUID

from domain.bulletin.events import TopicsCounted, TopicsTold
from domain.figures.figure import Count, RowId
from domain.figures.measures import CaseMeasure
from domain.figures.top_topics import (
    ALL_TOPICS,
    NO_TOPIC,
    OTHER_TOPICS,
    TOPICS_MAX,
    TopTopics,
    top_topics,
    top_topics_before_7,
)
from domain.periods import Period
from domain.words import CHINESE, ComplaintKind
from services.publication.document import (
    WITHHELD,
    Column,
    Line,
    Rows,
    Section,
    Table,
    Words,
    change_cell,
    count_cell,
    key_of,
    no_figure,
    share_cell,
)
from services.publication.ground import Ground, part_of, partly
from services.publication.sections.summary import PIECES

BEFORE_OVERLAPS: Final = frozenset("123456")
"""Evaluators that named topics without a look at editions of overlapping periods."""


def topics(ground: Ground, evaluator: str) -> tuple[Section, TopicsTold]:
    """Return section 3, in neither of whose tables accusations stand, and which topics it names."""
    cases = ground.known
    received = ground.table.total.counts["registered"]
    counted_as = TopicsCounted.ANSWERED if received.value is None else TopicsCounted.REGISTERED

    def ordinary(row: RowId) -> bool:
        return cases[row.complaint].kind is not ComplaintKind.ACCUSATION

    base = received if received.value is not None else ground.table.total.answered
    paragraphs: tuple[Words, ...] = ()
    accusations = len(received.rows) - len([row for row in received.rows if ordinary(row)])
    if accusations:
        paragraphs = (
            Words(
                f"检举控告 {accusations} 件移送纪检监察机关办理，不列入以下各表。",
                f"{accusations} accusations of officials go to the discipline organ and stand in no table below.",
            ),
        )
    counted = part_of(base, ordinary)
    tables: tuple[Table, ...] = (_kinds(ground, cases),)
    told = TopicsTold(counted_as)
    if counted.rows and not any(cases[row.complaint].category for row in counted.rows):
        nowhere = Words("各件均未注明分类，热点无从列出。", "No matter has its topic on record, so none can be named.")
        paragraphs = (*paragraphs, nowhere)
    else:
        chosen = _chosen(ground, counted_as, evaluator)
        told = TopicsTold(counted_as, chosen.lines, chosen.compared if _comparable(ground, counted_as) else ())
        tables += (_top_topics(ground, cases, counted, counted_as, chosen, evaluator),)
        if chosen.merged:
            paragraphs = (*paragraphs, _MERGED)
    return Section(3, "topics", Words("诉求类别与热点", "Kinds and top topics"), paragraphs, tables), told


_MERGED: Final = Words(
    "部分事项并入“其他”，以免与已发布的各期相减推知个别件。",
    "Some topics stand among all others, since single matters would follow from them and earlier editions together.",
)


def _kinds(ground: Ground, cases: Mapping[UUID, CaseMeasure]) -> Table:
    total = ground.table.total
    counts: tuple[tuple[str, Words, Count], ...] = (
        ("registered", Words("登记", "Registered"), total.counts["registered"]),
        ("answered", Words("答复", "Answered"), total.answered),
        ("due", Words("应办结", "Due"), total.counts["due"]),
        ("late", Words("超时办结", "Late"), total.counts["late"]),
        ("overdue_open", Words("超时未办结", "Overdue and open"), total.counts["overdue_open"]),
        ("dissatisfied", Words("不满意", "Dissatisfied"), total.counts["dissatisfied_people"]),
    )

    def line(head: str, suffix: str, kinds: frozenset[ComplaintKind]) -> Line:
        made = [
            count_cell(f"topics.{key}.{suffix}", part_of(count, lambda row: cases[row.complaint].kind in kinds))
            for key, _, count in counts
        ]
        return Line(head, tuple(made))

    there = {cases[row.complaint].kind for _, _, count in counts for row in count.rows}
    ordinary = frozenset(ComplaintKind) - {ComplaintKind.ACCUSATION}
    return Table(
        "kinds",
        Words("各类别办理情况", "How each kind fared"),
        tuple(Column(key, label, PIECES) for key, label, _ in counts),
        tuple(line(CHINESE[kind], kind, frozenset({kind})) for kind in ComplaintKind if kind in there & ordinary),
        line("合计", "total", ordinary),
    )


def _comparable(ground: Ground, counted: TopicsCounted) -> bool:
    """Say whether changes since the period before are given at all."""
    past = ground.of(ground.period.previous())
    return past.counted(counted).value is not None and partly(ground.window, past.window) is None


def _chosen(ground: Ground, counted: TopicsCounted, evaluator: str) -> TopTopics:
    comparable = _comparable(ground, counted)
    period = ground.period
    if evaluator in BEFORE_OVERLAPS:
        before = ground.by_topic(period.previous(), counted) if comparable else None
        return top_topics_before_7(ground.by_topic(period, counted), before)

    def counts(asked: Period) -> Mapping[str, int]:
        return ground.by_topic(asked, counted)

    return top_topics(period, ground.printed(counted), counts, compared=comparable)


def _top_topics(
    ground: Ground,
    cases: Mapping[UUID, CaseMeasure],
    received: Count,
    counted: TopicsCounted,
    chosen: TopTopics,
    evaluator: str,
) -> Table:
    """Return the topics of what was registered, or of what was answered where the sources know of nothing else."""
    past = ground.of(ground.period.previous())
    before = past.counted(counted)
    barred = partly(ground.window, past.window)
    rounding = ground.window.settings.rounding
    groups: dict[str, list[RowId]] = defaultdict(list)
    for row in received.rows:
        groups[cases[row.complaint].category or NO_TOPIC].append(row)

    def line(head: str, key: str, now: Rows, then: Count) -> Line:
        count = Count(len(now), rows=now)
        share = share_cell(f"topics.share.{key}", now, received.rows, rounding)
        change = change_cell(f"topics.change.{key}", count, then, rounding, barred)
        if head in chosen.unchanged:
            change = no_figure(change.id, WITHHELD)
        return Line(head, (count_cell(f"topics.count.{key}", count), share, change))

    def earlier(holds: Callable[[str], bool]) -> Count:
        def ordinary(row: RowId) -> bool:
            case = past.words[row.complaint]
            return case.kind is not ComplaintKind.ACCUSATION and holds(case.category or NO_TOPIC)

        return part_of(before, ordinary)

    lines = [line(name, key_of(name), tuple(groups[name]), earlier(name.__eq__)) for name in chosen.named]
    # Up to evaluator 6 matters without a topic were no part of all others in the period before, with a line or without.
    apart = {*chosen.lines, NO_TOPIC} if evaluator in BEFORE_OVERLAPS else {*chosen.lines}
    rest = tuple(row for name in groups if name not in apart for row in groups[name])
    if rest:
        lines.append(line(OTHER_TOPICS, "other", rest, earlier(lambda topic: topic not in apart)))
    if chosen.apart:
        lines.append(line(NO_TOPIC, "none", tuple(groups[NO_TOPIC]), earlier(NO_TOPIC.__eq__)))
    registered = counted is TopicsCounted.REGISTERED
    return Table(
        "top_topics",
        Words(
            f"热点前 {TOPICS_MAX}（{'登记件' if registered else '答复件'}）",
            f"The {TOPICS_MAX} foremost topics of what was {counted}",
        ),
        (
            Column("count", Words("件数", "Matters"), PIECES),
            Column("share", Words("占比", "Share")),
            Column("change", Words("较上期", "Since the period before")),
        ),
        tuple(lines),
        line(ALL_TOPICS, "total", received.rows, earlier(lambda _: True)),
    )
