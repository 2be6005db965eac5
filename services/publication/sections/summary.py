"""Section 1: what was received, by channel and kind, beside the period before and the same period a year before."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Mapping, Sequence
from dataclasses import replace
from enum import StrEnum
from uuid import UUID

from domain.figures.figure import Count, RowId
from domain.figures.measures import CaseMeasure
from domain.periods import MONTHS_IN_YEAR, QUARTERS_IN_YEAR, Period, PeriodKind
from domain.words import CHINESE, Channel, ComplaintKind
from services.publication.document import (
    Cell,
    Column,
    Line,
    Rows,
    Section,
    Table,
    Words,
    cause_words,
    change_cell,
    count_cell,
    decimal_cell,
    number_cell,
    rate_cell,
    share_cell,
)
from services.publication.ground import Ground, Spoken, part_of, partly

TREND_PERIODS = {PeriodKind.MONTH: MONTHS_IN_YEAR + 1, PeriodKind.QUARTER: 2 * QUARTERS_IN_YEAR, PeriodKind.YEAR: 5}
"""How many periods the trend shows, this one the last."""

PIECES = "件"
DAYS = "天"

_DOORS = (Channel.HOTLINE, Channel.WEB_MAILBOX, Channel.WECHAT, Channel.LETTER)


def _columns(period: Period) -> tuple[tuple[Column, ...], tuple[Column, ...]]:
    """Return the column of now and those of before; the year before a year is the period before it as well."""
    kind = period.kind.value
    now = (Column("now", Words(period.words.this_zh, f"This {kind}"), PIECES),)
    year = (
        Column("year_before", Words("上年同期", "A year before"), PIECES),
        Column("year_on_year", Words("同比", "Year on year")),
    )
    if period.kind is PeriodKind.YEAR:
        return now, year
    last = (
        Column(f"{kind}_before", Words(period.words.last_zh, f"{kind.capitalize()} before"), PIECES),
        Column(f"{kind}_on_{kind}", Words("环比", f"{kind.capitalize()} on {kind}")),
    )
    return now, (*year, *last)


_Key = Callable[[CaseMeasure | Spoken], StrEnum]
_Parts = tuple[Count, Count, Count]


class _Compared:
    """What was registered in the period and in the two that it is held against, split by a word of each case."""

    def __init__(self, ground: Ground) -> None:
        period = ground.period
        self.kind = period.kind
        self.now_columns, self.before_columns = _columns(period)
        self.rounding = ground.window.settings.rounding
        self.now = ground.table.total.counts["registered"]
        year, last = ground.of(period.year_before()), ground.of(period.previous())
        self.year, self.last = year.registered, last.registered
        self.year_barred = partly(ground.window, year.window)
        self.last_barred = partly(ground.window, last.window)
        self._known: tuple[Mapping[UUID, CaseMeasure | Spoken], ...] = (ground.known, last.words, year.words)

    def split(self, key: _Key) -> dict[StrEnum, _Parts]:
        """Return what of the three counts goes by each word."""
        groups = [self._grouped(count, key) for count in (self.now, self.year, self.last)]
        words = {word for group in groups if group is not None for word in group}
        return {word: self._parts(groups, word) for word in words}

    def none(self) -> _Parts:
        """Return the part of a word that nothing goes by."""
        now, year, last = (part_of(count, lambda _: False) for count in (self.now, self.year, self.last))
        return now, year, last

    def whole(self) -> _Parts:
        """Return the three counts."""
        now, year, last = (part_of(count, lambda _: True) for count in (self.now, self.year, self.last))
        return now, year, last

    def _grouped(self, count: Count, key: _Key) -> dict[StrEnum, list[RowId]] | None:
        """Return the rows of a count by word; ``None`` where it is not known."""
        if count.value is None:
            return None
        groups: dict[StrEnum, list[RowId]] = defaultdict(list)
        for row in count.rows:
            groups[key(self._words(row))].append(row)
        return groups

    def _parts(self, groups: Sequence[Mapping[StrEnum, list[RowId]] | None], word: StrEnum) -> _Parts:
        counts = (self.now, self.year, self.last)
        held = (None if group is None else tuple(group.get(word, ())) for group in groups)
        now, year, last = (
            count if rows is None else Count(len(rows), rows=rows) for count, rows in zip(counts, held, strict=True)
        )
        return now, year, last

    def _words(self, row: RowId) -> CaseMeasure | Spoken:
        """Return what a complaint goes by, as this period knows it, else the last that does."""
        for known in self._known:
            held = known.get(row.complaint)
            if held is not None:
                return held
        raise KeyError(row.complaint)

    def cells(self, prefix: str, suffix: str, parts: _Parts) -> tuple[Cell, ...]:
        """Return now, and before with the change, of a part of the three counts."""
        now, year, last = parts
        cells = (
            count_cell(f"{prefix}.{suffix}", now),
            count_cell(f"{prefix}_year_before.{suffix}", year),
            change_cell(f"{prefix}_year_on_year.{suffix}", now, year, self.rounding, self.year_barred),
        )
        if self.kind is PeriodKind.YEAR:
            return cells
        kind = self.kind.value
        return (
            *cells,
            count_cell(f"{prefix}_{kind}_before.{suffix}", last),
            change_cell(f"{prefix}_{kind}_on_{kind}.{suffix}", now, last, self.rounding, self.last_barred),
        )


def summary(ground: Ground) -> Section:
    """Return section 1."""
    compared = _Compared(ground)
    return Section(
        1,
        "summary",
        Words("总体情况", "Summary"),
        paragraphs=_paragraphs(ground),
        tables=(
            _headline(ground),
            _by_channel(compared),
            _by_kind(compared),
            _distribution(ground),
            _trend(ground),
        ),
    )


def _paragraphs(ground: Ground) -> tuple[Words, ...]:
    total = ground.table.total
    received, replied = total.counts["registered"], total.answered
    zh = ground.period.chinese
    en = f"In {ground.period}"
    if received.value is None and received.cause is not None:
        said = [
            Words(
                f"{zh}答复诉求 {replied.value} 件；登记总数无法给出：{received.cause.zh}。",
                f"{en} {replied.value} matters were answered; how many came in cannot be said: {received.cause.en}.",
            ),
        ]
    else:
        said = [
            Words(
                f"{zh}共登记诉求 {received.value} 件，答复 {replied.value} 件。",
                f"{en} {received.value} matters were registered and {replied.value} answered.",
            ),
        ]
    if total.flagged.value:
        said.append(
            Words(
                f"其中 {total.flagged.value} 件答复日期早于来件日期，单列，不计用时。",
                f"{total.flagged.value} of the answers are dated before their letters: counted, left out of the times.",
            ),
        )
    return tuple(said)


def _headline(ground: Ground) -> Table:
    total = ground.table.total
    timed = timed_rows(total.answered, total.flagged)
    took, working = total.response_days, total.response_working_days
    figures = (
        ("登记（件）", count_cell("summary.registered", total.counts["registered"])),
        ("答复（件）", count_cell("summary.answered", total.answered)),
        ("应办结（件）", count_cell("summary.due", total.counts["due"])),
        ("办结（件）", count_cell("summary.closed", total.counts["closed"])),
        ("按时办结率", rate_cell("summary.closed_on_time", total.rates["closed_on_time"])),
        ("超时未办结（件）", count_cell("summary.overdue_open", total.counts["overdue_open"])),
        ("平均用时（天）", decimal_cell("summary.mean_days", took.mean, took.cause, timed)),
        ("中位用时（天）", decimal_cell("summary.median_days", took.median, took.cause, timed)),
        ("平均用时（工作日）", decimal_cell("summary.mean_working_days", working.mean, working.cause, timed)),
        ("回访满意率", rate_cell("summary.satisfied", total.rates["satisfied"])),
        ("首次回访满意率", rate_cell("summary.satisfied_first", total.rates["satisfied_first"])),
        ("回访到率", rate_cell("summary.reached", total.rates["reached"])),
        ("评议作废（件）", count_cell("summary.ratings_invalidated", total.counts["ratings_invalidated"])),
        ("属实率", rate_cell("summary.substantiated", total.rates["substantiated"])),
        ("查纠率", rate_cell("summary.corrected", total.rates["corrected"])),
    )
    return Table(
        "headline",
        Words("主要数字", "Headline figures"),
        (Column("figure", Words(ground.period.words.this_zh, f"This {ground.period.kind}")),),
        tuple(Line(head, (cell,)) for head, cell in figures),
    )


def _by_channel(compared: _Compared) -> Table:
    def key(case: CaseMeasure | Spoken) -> Channel:
        return case.channel

    split, none = compared.split(key), compared.none()
    lines = [
        Line(CHINESE[channel], compared.cells("summary.received", channel, split.get(channel, none)))
        for channel in Channel
        if channel in split or channel in _DOORS
    ]
    return Table(
        "received_by_channel",
        Words("各渠道登记", "Received by channel"),
        (*compared.now_columns, *compared.before_columns),
        tuple(lines),
        Line("合计", compared.cells("summary.received", "total", compared.whole())),
    )


def _by_kind(compared: _Compared) -> Table:
    def key(case: CaseMeasure | Spoken) -> ComplaintKind:
        return case.kind

    def cells(suffix: str, parts: _Parts) -> tuple[Cell, ...]:
        now, *before = compared.cells("summary.kind", suffix, parts)
        share = share_cell(f"summary.kind_share.{suffix}", now.numerator_rows, compared.now.rows, compared.rounding)
        if compared.now.value is None:
            share = Cell(share.id, None, now.text, cause=now.cause)
        return (now, share, *before)

    split = compared.split(key)
    lines = [Line(CHINESE[kind], cells(kind, split[kind])) for kind in ComplaintKind if kind in split]
    return Table(
        "received_by_kind",
        Words("各类别登记", "Received by kind"),
        (*compared.now_columns, Column("share", Words("占比", "Share")), *compared.before_columns),
        tuple(lines),
        Line("合计", cells("total", compared.whole())),
    )


def _distribution(ground: Ground) -> Table:
    total = ground.table.total
    after = {days: set(count.rows) for days, count in total.over_days.items()}
    flags = set(total.flagged.rows)
    timed = tuple(row for row in total.answered.rows if row not in flags)
    bounds = sorted(after)
    parts: list[tuple[str, str, Rows]] = []
    for low, high in zip((0, *bounds), (*bounds, None), strict=True):
        above = tuple(row for row in timed if not low or row in after[low])
        inside = tuple(row for row in above if high is None or row not in after[high])
        label = f"{high} 天以内" if not low else f"{low + 1}—{high} 天" if high is not None else f"{low} 天以上"
        parts.append((f"over{low}" if high is None else str(high), label, inside))
    rounding = ground.window.settings.rounding
    answers = total.answered.rows

    def line(label: str, key: str, rows: Rows) -> Line:
        share = share_cell(f"summary.days_share.{key}", rows, answers, rounding)
        return Line(label, (number_cell(f"summary.days.{key}", rows), share))

    lines = [line(label, key, rows) for key, label, rows in parts]
    if flags:
        lines.append(line("答复早于来件，不计用时", "flagged", total.flagged.rows))
    return Table(
        "response_distribution",
        Words("答复用时分布（自登记起，自然日）", "Response times in calendar days from registration"),
        (Column("count", Words("件数", "Answers"), PIECES), Column("share", Words("占比", "Share"))),
        tuple(lines),
        line("合计", "total", answers),
    )


def _trend(ground: Ground) -> Table:
    periods, count = [ground.period], TREND_PERIODS[ground.period.kind]
    while len(periods) < count:
        periods.insert(0, periods[0].previous())
    words = ground.period.words
    return Table(
        "trend",
        Words(words.trend_zh.format(count), words.trend_en.format(count)),
        (
            Column("registered", Words("登记", "Registered"), PIECES),
            Column("answered", Words("答复", "Answered"), PIECES),
            Column("mean", Words("平均用时", "Mean days"), DAYS),
        ),
        tuple(_trend_line(ground, period) for period in periods),
    )


def _trend_line(ground: Ground, period: Period) -> Line:
    told = ground.of(period)
    prefix = f"summary.trend.{period}"
    answers = count_cell(f"{prefix}.answered", told.answered)
    mean = decimal_cell(f"{prefix}.mean", told.took.mean, told.took.cause, told.timed)
    cells = (count_cell(f"{prefix}.registered", told.registered), answers, mean)
    barred = cause_words(partly(told.window))
    # What is known of some days only is given, and marked as such.
    return Line(str(period), tuple(cell if cell.cause else replace(cell, cause=barred) for cell in cells))


def timed_rows(replies: Count, flags: Count) -> Rows:
    """Return the answers whose time counts: all but those dated before their letters."""
    left_out = set(flags.rows)
    return tuple(row for row in replies.rows if row not in left_out)
