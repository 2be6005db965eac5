"""Sections 2 and 3: the episodes of the quarter, and what people spoke of."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Mapping
from dataclasses import replace
from typing import Final
from uuid import UUID

from domain.figures.case_sets import open_case
from domain.figures.figure import NONE, Count, RowId
from domain.figures.measures import CaseMeasure
from domain.figures.suppression import CrossTable, suppress
from domain.figures.unit_table import row_id
from domain.words import CHINESE, ComplaintKind
from projections.episodes import Episode
from services.publication.document import (
    WITHHELD,
    Cell,
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
    number_cell,
    share_cell,
    text_cell,
)
from services.publication.ground import Ground, part_of, partly
from services.publication.sections.promises import attendance_table
from services.publication.sections.summary import PIECES

TOPICS_MAX: Final = 10
"""How many topics are named; the others are summed up."""

TOPIC_CASES_MIN: Final = 3
"""A topic with fewer cases is not named, since it could single somebody out."""

OTHER_TOPICS: Final = "其他"
NO_TOPIC: Final = "未分类"


def episodes(ground: Ground) -> Section:
    """Return section 2."""
    title = Words("上线情况", "Episodes")
    if not ground.episodes:
        return Section(
            2,
            "episodes",
            title,
            empty_because=Words(
                "本期没有节目记录，以下各部分列出全部答复单位",
                "no episode is recorded in this period: what follows lists every unit that answered",
            ),
        )
    columns = (
        Column("station", Words("播出台", "Station")),
        Column("units", Words("上线单位", "Units on air")),
        Column("leaders", Words("上线领导", "Leaders")),
        Column("posts", Words("职务", "Posts")),
        Column("substitutes", Words("代为上线", "Standing in")),
        Column("aired", Words("接听", "Calls aired"), PIECES),
        Column("closed_live", Words("当场办结", "Closed live"), PIECES),
        Column("registered", Words("登记", "Registered"), PIECES),
        Column("open", Words("未办结", "Open"), PIECES),
    )
    lines = tuple(_episode_line(ground, episode) for episode in ground.episodes)
    return Section(
        2,
        "episodes",
        title,
        tables=(Table("episodes", Words("上线节目", "Episodes"), columns, lines), attendance_table(ground)),
    )


def _episode_line(ground: Ground, episode: Episode) -> Line:
    prefix = f"episodes.{key_of(episode.episode)}"
    matters = [
        case
        for case in ground.rows.cases
        if case.programme_ref == episode.episode and ground.window.happened(case.registered)
    ]
    still_open = (row_id(case) for case in matters if open_case(case, ground.window))
    stood_in = [
        f"{one.leader or NONE} 代 {one.substitutes_for}{f'（{one.reason}）' if one.reason else ''}"
        for one in episode.units
        if one.substitutes_for
    ]
    return Line(
        episode.aired_on.isoformat(),
        (
            text_cell(f"{prefix}.station", episode.station),
            text_cell(f"{prefix}.units", _joined(list(ground.units_of(episode)))),
            text_cell(f"{prefix}.leaders", _joined([one.leader for one in episode.units])),
            text_cell(f"{prefix}.posts", _joined([one.post for one in episode.units])),
            text_cell(f"{prefix}.substitutes", "；".join(stood_in) or "否"),
            _said_by(episode, f"{prefix}.aired", episode.calls_aired),
            _said_by(episode, f"{prefix}.closed_live", episode.closed_live),
            number_cell(f"{prefix}.registered", (row_id(case) for case in matters)),
            number_cell(f"{prefix}.open", still_open),
        ),
    )


def _said_by(episode: Episode, cell_id: str, count: int) -> Cell:
    return Cell(cell_id, count, str(count), positions=(episode.position,))


def _joined(names: list[str | None]) -> str | None:
    return "、".join(name or NONE for name in names) if any(names) else None


def topics(ground: Ground) -> Section:
    """Return section 3; accusations stand in neither table."""
    cases = ground.known
    received = ground.table.total.counts["registered"]

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
    if counted.rows and not any(cases[row.complaint].category for row in counted.rows):
        nowhere = Words("各件均未注明分类，热点无从列出。", "No matter has its topic on record, so none can be named.")
        paragraphs = (*paragraphs, nowhere)
    else:
        tables += (_top_topics(ground, cases, counted, known=received.value is not None),)
    return Section(3, "topics", Words("诉求类别与热点", "Kinds and top topics"), paragraphs, tables)


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


def _withheld(lines: list[Line], total: Line, catch_all: frozenset[str]) -> tuple[list[Line], Line]:
    """Return the lines without the changes by which a small count of the period before could be worked out.

    Of a change its base follows. A group that names no topic singles out nobody and is withheld only beside others;
    where no choice of lines protects a small count, the total's change is withheld with all of them.
    """
    known = tuple((_whole(line.cells[0].value), _whole(line.cells[_CHANGE].denominator)) for line in lines)
    exempt = frozenset((row, place) for row, line in enumerate(lines) if line.head in catch_all for place in (0, 1))
    hidden = suppress(CrossTable(known, row_totals=False), TOPIC_CASES_MIN, exempt)
    kept = [_without_change(line) if (row, 1) in hidden.cells else line for row, line in enumerate(lines)]
    return kept, _without_change(total) if hidden.table else total


_CHANGE: Final = 2
"""The place of the change among a topic's cells."""


def _without_change(line: Line) -> Line:
    cells = line.cells
    return replace(line, cells=(*cells[:_CHANGE], no_figure(cells[_CHANGE].id, WITHHELD), *cells[_CHANGE + 1 :]))


def _whole(value: object) -> int:
    return value if isinstance(value, int) else 0


def _top_topics(ground: Ground, cases: Mapping[UUID, CaseMeasure], received: Count, *, known: bool) -> Table:
    """Return the topics of what was registered, or of what was answered where the sources know of nothing else."""
    past = ground.of(ground.period.previous())
    before = past.registered if known else past.answered
    barred = partly(ground.window, past.window)
    rounding = ground.window.settings.rounding
    groups: dict[str, list[RowId]] = defaultdict(list)
    for row in received.rows:
        groups[cases[row.complaint].category or NO_TOPIC].append(row)
    named = [name for name in groups if name != NO_TOPIC and len(groups[name]) >= TOPIC_CASES_MIN]
    named = sorted(named, key=lambda name: (-len(groups[name]), name))[:TOPICS_MAX]

    def line(head: str, key: str, now: Rows, then: Count) -> Line:
        count = Count(len(now), rows=now)
        share = share_cell(f"topics.share.{key}", now, received.rows, rounding)
        change = change_cell(f"topics.change.{key}", count, then, rounding, barred)
        return Line(head, (count_cell(f"topics.count.{key}", count), share, change))

    def earlier(holds: Callable[[str], bool]) -> Count:
        def ordinary(row: RowId) -> bool:
            case = past.words[row.complaint]
            return case.kind is not ComplaintKind.ACCUSATION and holds(case.category or NO_TOPIC)

        return part_of(before, ordinary)

    lines = [line(name, key_of(name), tuple(groups[name]), earlier(name.__eq__)) for name in named]
    apart = {*named, NO_TOPIC}
    rest = tuple(row for name in groups if name not in apart for row in groups[name])
    if rest:
        lines.append(line(OTHER_TOPICS, "other", rest, earlier(lambda topic: topic not in apart)))
    if NO_TOPIC in groups:
        lines.append(line(NO_TOPIC, "none", tuple(groups[NO_TOPIC]), earlier(NO_TOPIC.__eq__)))
    all_told = line("合计", "total", received.rows, earlier(lambda _: True))
    lines, all_told = _withheld(lines, all_told, frozenset({OTHER_TOPICS, NO_TOPIC}))
    return Table(
        "top_topics",
        Words(
            f"热点前 {TOPICS_MAX}（{'登记件' if known else '答复件'}）",
            f"The {TOPICS_MAX} foremost topics of what was {'registered' if known else 'answered'}",
        ),
        (
            Column("count", Words("件数", "Matters"), PIECES),
            Column("share", Words("占比", "Share")),
            Column("change", Words("较上期", "Since the period before")),
        ),
        tuple(lines),
        all_told,
    )
