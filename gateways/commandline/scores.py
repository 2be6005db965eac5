"""``scores``: the score ledger (考核台账), proposed from the log, entered by a person, appealed against and decided."""

from __future__ import annotations

from datetime import datetime
from decimal import Decimal, InvalidOperation
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from domain.scores.ledger import EntryState, ScoreEntry
from domain.scores.rules import TENTHS, ScoreEdition, points_text
from gateways.commandline.list_files import ending_of, format_option, out_option, write_sheet
from gateways.commandline.parameters import QuarterParameter
from gateways.commandline.session import (
    Refused,
    Session,
    answer_json,
    answer_table,
    case_id,
    json_option,
    outside,
    parse_instant,
    pass_session,
    progress,
    say,
)
from gateways.commandline.withdrawing import add_withdrawal
from gateways.http.caller import today
from gateways.http.problems import ProblemRaised
from gateways.http.scores import (
    ENTRIES_DEFAULT,
    ENTRIES_MAX,
    EnterBody,
    EntriesAsked,
    EntryNarrowing,
    entered,
    entries_page,
    entries_sheet,
)
from services.editions.score_files import load_score_rules, shipped_score_rules
from services.score_sheet import (
    cut_words,
    edition_json,
    entry_json,
    history_json,
    moment_text,
    proposals_json,
    ranked,
    state_words,
    table_json,
    unit_json,
)
from services.scores import Done, Proposals, QuarterScores
from services.statistics import Statistics

if TYPE_CHECKING:
    from domain.periods import Quarter
    from gateways.app import Hangfeng

_FILE = click.Path(exists=True, dir_okay=False, path_type=Path)
_quarter = click.argument("quarter", type=QuarterParameter())
_as_of = click.option("--as-of", metavar="INSTANT", help="只计此时刻前发生的 / what had occurred by then")
_known_at = click.option("--known-at", metavar="INSTANT", help="按此时刻已记录的 / what was recorded by then")
_reason = click.option("--reason", required=True, help="简短理由，不含个人信息 / a short reason, nothing personal")


@click.group(short_help="考核扣分台账 / the score ledger")
def scores() -> None:
    """考核扣分：由日志提出建议，由人登记，单位申诉，另一人决定；每分都有事由、案件和规则。

    The score ledger: proposed from the log, entered by a person, appealed against, decided by another.
    """


# --- proposals and entries --------------------------------------------------------------------------------------


@scores.command(short_help="记分建议 / what the log gives ground to enter")
@_quarter
@click.option("--unit", help="单位，别名亦可 / the unit, by any spelling")
@_as_of
@_known_at
@json_option
@pass_session
def propose(
    session: Session, quarter: Quarter, unit: str | None, as_of: str | None, known_at: str | None, as_json: bool
) -> None:
    """列出一个季度由日志事实提出、尚未登记的记分建议：事由、案件、规则项目、分值、事件位置。

    List what the log gives ground to enter and nobody entered yet; nothing is recorded by looking at it.
    """
    with session.reading() as house:
        found = _proposals(house, quarter, unit, as_of, known_at)
    if as_json:
        answer_json(proposals_json(found))
        return
    click.echo(
        f"{quarter.chinese}　规则 rules {found.edition.edition}　日志位置 position {found.position}　"
        f"建议 {len(found.items)} 条　此前已登记 {found.entered} 条"
    )
    zone = found.window.zone
    answer_table(
        ("事由 cause", "单位 unit", "项目 item", "分值", "受理编号 receipt", "发生 at", "说明 said", "事件 events"),
        [
            (
                one.cause.key.text,
                one.cause.unit,
                one.cause.item.name,
                points_text(one.cause.points_tenths),
                one.receipt_no,
                moment_text(one.cause.at, zone)[:10],
                one.cause.said,
                "、".join(str(position) for position in one.cause.evidence),
            )
            for one in found.items
        ],
    )


@scores.command(short_help="登记 / enter")
@_quarter
@click.argument("causes", nargs=-1, metavar="[CAUSE]...")
@click.option("--all-of", metavar="UNIT", help="登记该单位的全部建议 / every proposal of a unit")
@click.option("--item", help="手工项目的代码 / the code of an item that is stated by hand")
@click.option("--case", "complaint", metavar="ID", help="案件：受理编号或编号 / the case")
@click.option("--event", type=click.IntRange(1), help="所据事件的日志位置 / the position of the event")
@click.option("--leg", type=click.IntRange(1), help="承办环节，缺省为现主办 / default: the lead leg")
@click.option("--cause", "said", help="事由，简短 / the cause in a few words")
@json_option
@pass_session
def enter(
    session: Session,
    quarter: Quarter,
    causes: tuple[str, ...],
    all_of: str | None,
    item: str | None,
    complaint: str | None,
    event: int | None,
    leg: int | None,
    *,
    said: str | None,
    as_json: bool,
) -> None:
    """登记考核记录：按建议的事由名 CAUSE（可多个），或 --all-of 一个单位的全部建议，或手工项目。

    Enter proposals by the names of their causes, all of a unit, or an item that only a person can state
    (--item, --case, --event, --cause). The same cause is never entered twice.
    """
    by_hand = item is not None
    if sum((bool(causes), all_of is not None, by_hand)) != 1:
        raise click.UsageError("CAUSE、--all-of、--item 三者择一 / one of CAUSE, --all-of, --item")
    with session.reading() as house:
        if by_hand:
            if complaint is None or event is None or said is None:
                raise click.UsageError(
                    "手工项目须给出 --case、--event、--cause / --item needs --case, --event, --cause"
                )
            wanted = [_body(quarter, item=item, complaint=case_id(house, complaint), event=event, leg=leg, cause=said)]
        else:
            names = causes or tuple(one.cause.key.text for one in _proposals(house, quarter, all_of, None, None).items)
            wanted = [_body(quarter, proposal=name) for name in names]
        done = [_entered(house, session, body) for body in wanted]
        documents = [entry_json(one.entry, house.instance.zone) for one in done]
    if as_json:
        answer_json({"entered": documents})
        return
    for one, document in zip(done, documents, strict=True):
        click.echo(f"{document['entry']}  {one.entry.unit}  {one.entry.name}  {points_text(one.entry.points_tenths)}")
    fresh = sum(one.fresh for one in done)
    say(f"登记 {fresh} 条，此前已有 {len(done) - fresh} 条", f"{fresh} entered, {len(done) - fresh} stood before")


@scores.command("void", short_help="撤销 / void an entry")
@click.argument("entry")
@_reason
@json_option
@pass_session
def void_command(session: Session, entry: str, reason: str, as_json: bool) -> None:
    """撤销一条记录：事件保留，不再计分；同一事由不再登记。

    Void an entry: it stays on record and counts no more, and its cause is not entered again.
    """
    with session.house() as house:
        done = house.scores.void(entry, session.actor, session.moment(house), reason)
        _told(house, done, as_json=as_json)


@scores.command("appeal", short_help="申诉 / take down a unit's appeal")
@click.argument("entry")
@click.option("--unit", required=True, help="申诉单位，须为被记分单位 / the unit, which must be the one concerned")
@_reason
@json_option
@pass_session
def appeal_command(session: Session, entry: str, unit: str, reason: str, as_json: bool) -> None:
    """代录单位的书面申诉；逾期不予受理（期限见规则版本，登记时已定）。

    Take down a unit's appeal on paper; after the limit that was frozen with the entry it is refused.
    """
    with session.house() as house:
        done = house.scores.appeal(entry, session.actor, session.moment(house), reason, unit)
        _told(house, done, as_json=as_json)


@scores.command("decide", short_help="决定申诉 / decide an appeal")
@click.argument("entry")
@click.option("--uphold/--reject", "upheld", required=True, help="成立或不成立 / right or not")
@click.option("--left", metavar="POINTS", help="成立而只减分的，仍计多少，如 -0.5 / what still counts where reduced")
@_reason
@json_option
@pass_session
def decide_command(session: Session, entry: str, upheld: bool, left: str | None, reason: str, as_json: bool) -> None:
    """由登记人以外的人决定申诉：成立的撤销，或以 --left 减分；不成立的维持。

    Decide an appeal as another person than who entered: voided, reduced (--left), or upheld as it stands.
    """
    if left is not None and not upheld:
        raise click.UsageError("--left 只用于 --uphold / --left belongs to --uphold")
    with session.house() as house:
        tenths = _tenths(left) if upheld else None
        done = house.scores.decide(entry, session.actor, session.moment(house), reason, tenths)
        _told(house, done, as_json=as_json)


# --- reading ----------------------------------------------------------------------------------------------------


@scores.command("list", short_help="台账 / the ledger")
@click.option("--quarter", type=QuarterParameter(), help="季度 / the quarter")
@click.option("--unit", help="单位，别名亦可 / the unit, by any spelling")
@click.option(
    "--state", "states", multiple=True, type=click.Choice([one.value for one in EntryState]), help="状态，可多个"
)
@_known_at
@click.option(
    "--limit", type=click.IntRange(1, ENTRIES_MAX), default=ENTRIES_DEFAULT, show_default=True, help="条数 / how many"
)
@click.option("--cursor", type=click.IntRange(1), help="上一页的 next / the next of the page before")
@format_option
@out_option
@json_option
@pass_session
def list_command(
    session: Session,
    quarter: Quarter | None,
    unit: str | None,
    states: tuple[str, ...],
    known_at: str | None,
    limit: int,
    cursor: int | None,
    *,
    file_format: str | None,
    out: Path | None,
    as_json: bool,
) -> None:
    """列出考核记录，最近登记的在前；--format 导出全部。

    List the entries, the newest first; --format gives all of them as a file.
    """
    with session.reading() as house:
        asked = EntriesAsked(
            quarter=str(quarter) if quarter is not None else None,
            unit=unit,
            state=[EntryState(one) for one in states],
            known_at=_instant(known_at, house),
            limit=limit,
            cursor=cursor,
        )
        if file_format is not None or out is not None:
            _write(house, session, asked, file_format, out)
            return
        found, following = entries_page(house, session.actor, asked)
        zone = house.instance.zone
    if as_json:
        answer_json({"items": [entry_json(one, zone) for one in found], "next": following})
        return
    answer_table(
        ("考核编号 entry", "季度", "单位 unit", "项目 item", "分值", "现计", "状态 state", "事由 cause", "登记人 by"),
        [
            (
                one.number(zone),
                one.quarter,
                one.unit,
                one.name,
                points_text(one.points_tenths),
                points_text(one.counting_tenths),
                state_words(one),
                one.cause,
                one.entered_by,
            )
            for one in found
        ],
    )
    if following is not None:
        say(f"下一页：--cursor {following}", "the next page")


@scores.command("show", short_help="单位得分或一条记录 / a unit's score, or one entry")
@click.argument("unit_or_entry")
@click.argument("quarter", required=False, type=QuarterParameter())
@_as_of
@_known_at
@json_option
@pass_session
def show(
    session: Session,
    unit_or_entry: str,
    quarter: Quarter | None,
    as_of: str | None,
    known_at: str | None,
    as_json: bool,
) -> None:
    """给出单位和季度：得分及每条记录、所据事件；给出考核编号：该记录及其全部事件。

    With a unit and a quarter: the score and every entry behind it; with an entry's number: that entry and its events.
    """
    with session.reading() as house:
        if quarter is None:
            _show_entry(house, session, unit_or_entry, as_json=as_json)
            return
        registry = house.instance.units
        name = registry.resolve(unit_or_entry.strip(), today(house)) or unit_or_entry
        found = _table(house, quarter, as_of, known_at)
    if as_json:
        answer_json(unit_json(found, name))
        return
    one, zone = found.unit(name), found.window.zone
    click.echo(f"{one.unit}　{quarter.chinese}　得分 score {one.text}　规则 rules {one.edition or '—'}")
    if one.cause is not None:
        say(one.cause.zh, one.cause.en)
    click.echo(
        f"基础 base {points_text(one.base_tenths)}　扣 {points_text(one.deductions_tenths)}　"
        f"加 {points_text(one.additions_tenths)}　可考核承办 legs {one.assessable}　申诉待决 pending {one.pending}"
    )
    answer_table(
        (
            "考核编号 entry",
            "项目 item",
            "分值",
            "计入 counted",
            "状态 state",
            "受理编号 receipt",
            "事由 cause",
            "事件",
            "",
        ),
        [
            (
                held.entry.number(zone),
                held.entry.name,
                points_text(held.entry.points_tenths),
                points_text(held.counted_tenths),
                state_words(held.entry),
                held.entry.receipt_no,
                held.entry.cause,
                "、".join(str(position) for position in held.entry.evidence),
                cut_words(held),
            )
            for held in one.entries
        ],
    )


@scores.command("table", short_help="各单位得分 / scores by unit")
@_quarter
@click.option("--minimum", type=click.IntRange(0), help="参加排名的最少承办数，缺省为设置值 / the least count")
@_as_of
@_known_at
@json_option
@pass_session
def table(
    session: Session, quarter: Quarter, minimum: int | None, as_of: str | None, known_at: str | None, as_json: bool
) -> None:
    """各组单位得分与名次；并列同名次，承办过少的列出而不排名，无可考核的为“—”并注明原因。

    Scores by group with their places: ties share one, too few legs give none, and "—" says why.
    """
    with session.reading() as house:
        least = house.settings.ranking_rows_min if minimum is None else minimum
        found = _table(house, quarter, as_of, known_at)
    if as_json:
        answer_json(table_json(found, least))
        return
    rules = found.edition.edition if found.edition is not None else "—"
    click.echo(f"{quarter.chinese}　规则 rules {rules}　最少承办 minimum {least}　日志位置 position {found.position}")
    for group in ranked(found, least):
        click.echo(f"\n【{group.name}】")
        answer_table(
            ("名次 place", "单位 unit", "得分 score", "扣", "加", "承办 legs", "记录 entries", "待决", "说明 note"),
            [
                (
                    line.place,
                    line.score.unit,
                    line.score.text,
                    points_text(line.score.deductions_tenths),
                    points_text(line.score.additions_tenths),
                    line.score.assessable,
                    len(line.score.entries),
                    line.score.pending or "",
                    f"{line.cause.zh} / {line.cause.en}"
                    if line.cause is not None
                    else f"并列 {line.tied} 家 tied"
                    if line.tied > 1
                    else "",
                )
                for line in group.lines
            ],
        )


# --- editions ---------------------------------------------------------------------------------------------------


@scores.group(short_help="规则版本 / editions of the score rules")
def editions() -> None:
    """发布、查看、撤回考核规则的版本；撤回须两人，并使所记分数一并撤销。

    Adopt, show and withdraw editions of the score rules; a withdrawal takes two people and voids what was entered.
    """


@editions.command("load", short_help="发布 / adopt an edition")
@click.argument("file", type=_FILE, required=False)
@click.option("--shipped", is_flag=True, help="发布出厂样本 / adopt the edition that comes with the product")
@json_option
@pass_session
def load_edition(session: Session, file: Path | None, shipped: bool, as_json: bool) -> None:
    """从 TOML 文件发布考核规则，或以 --shipped 发布出厂样本；此前登记的分数不变。

    Adopt score rules from a TOML file, or those shipped; what was entered before keeps its points.
    """
    if (file is None) != shipped:
        raise click.UsageError("FILE 与 --shipped 择一 / either FILE or --shipped")
    edition = shipped_score_rules() if file is None else load_score_rules(file)
    with session.house() as house:
        adopted = house.adoption.adopt_score_rules(edition, session.actor, session.moment(house))
    if as_json:
        answer_json({**edition_json(edition, in_force=True), "fresh": adopted.fresh})
    elif adopted.fresh:
        say(f"已发布考核规则 {edition.edition}（{len(edition.items)} 项）", f"adopted score rules {edition.edition}")
    else:
        say(f"考核规则 {edition.edition} 此前已发布", f"score rules {edition.edition} were adopted before")


@editions.command("show", short_help="查看 / show the editions")
@click.argument("edition", required=False)
@json_option
@pass_session
def show_editions(session: Session, edition: str | None, as_json: bool) -> None:
    """列出有效的考核规则；给出版本号则列出其项目、分值、封顶和出处。

    List the editions in force; with an id, its items, points, caps and sources.
    """
    with session.house() as house:
        held = house.scores.editions()
    wanted = [one for one in held if edition in {None, one.edition}]
    if edition is not None and not wanted:
        known = "、".join(one.edition for one in held) or "—"
        raise Refused(
            f"没有有效的考核规则 {edition}，有 {known} / no score rules {edition} in force; there are {known}"
        )
    if as_json:
        answer_json({"editions": [edition_json(one, in_force=True) for one in wanted]})
        return
    if edition is None:
        answer_table(
            ("版本 edition", "名称 title", "自 from", "基础分", "项目 items", "申诉 working days"),
            [
                (
                    one.edition,
                    one.title,
                    one.first_quarter,
                    points_text(one.base_tenths),
                    len(one.items),
                    one.appeal.value,
                )
                for one in wanted
            ],
        )
        return
    _print_items(wanted[0])


add_withdrawal(editions)


def _print_items(edition: ScoreEdition) -> None:
    click.echo(f"{edition.edition}　{edition.title}　自 {edition.first_quarter}　申诉 {edition.appeal.value} 个工作日")
    answer_table(
        ("代码 code", "项目 name", "分值", "每 N 工作日", "封顶 cap", "提出 trigger", "出处 source"),
        [
            (
                item.code,
                item.name,
                points_text(item.points_tenths),
                item.per_working_days,
                points_text(item.cap_tenths) if item.cap_tenths is not None else None,
                item.trigger.value,
                item.source,
            )
            for item in edition.items
        ],
    )


# --- inside -----------------------------------------------------------------------------------------------------


def _proposals(
    house: Hangfeng, quarter: Quarter, unit: str | None, as_of: str | None, known_at: str | None
) -> Proposals:
    with house.views.reading() as conn, progress("查找事由 causes", 1) as advance:
        return house.scores.propose(
            Statistics(conn, house.log, house.instance.zone),
            quarter,
            unit,
            as_of=_instant(as_of, house),
            known_at=_instant(known_at, house),
            progress=lambda done, everything: advance(done // max(everything, 1)),
        )


def _table(house: Hangfeng, quarter: Quarter, as_of: str | None, known_at: str | None) -> QuarterScores:
    with house.views.reading() as conn:
        return house.scores.table(
            Statistics(conn, house.log, house.instance.zone, structure=today(house)),
            quarter,
            as_of=_instant(as_of, house),
            known_at=_instant(known_at, house),
        )


def _body(quarter: Quarter, **said: Any) -> EnterBody:  # noqa: ANN401 - any field of the body
    return EnterBody.model_validate({"quarter": str(quarter), **said})


def _entered(house: Hangfeng, session: Session, body: EnterBody) -> Done:
    try:
        return entered(house, session.actor, body)
    except ProblemRaised as raised:
        raise Refused(raised.problem.detail) from None


def _show_entry(house: Hangfeng, session: Session, number: str, *, as_json: bool) -> None:
    entry, zone = house.scores.find(number, session.actor), house.instance.zone
    history = history_json(house.scores.history(entry), zone)
    if as_json:
        answer_json({"entry": entry_json(entry, zone), "history": history})
        return
    for heading, value in _lines(entry, house):
        click.echo(f"{heading}  {value}")
    answer_table(
        ("位置 position", "事件 event", "时间 at", "何人 by", "角色 role"),
        [(one["position"], one["event"], one["at"], one["by"], one["role"]) for one in history],
    )


def _lines(entry: ScoreEntry, house: Hangfeng) -> list[tuple[str, object]]:
    zone = house.instance.zone
    lines: list[tuple[str, object | None]] = [
        ("考核编号 entry", entry.number(zone)),
        ("单位 unit", f"{entry.unit}　{entry.quarter}"),
        ("项目 item", f"{entry.name}（{entry.item}，规则 {entry.edition}）"),
        ("分值 points", f"{points_text(entry.points_tenths)}，现计 {points_text(entry.counting_tenths)}"),
        ("事由 cause", entry.cause),
        ("案件 case", f"{entry.receipt_no}　环节 leg {entry.leg}　事件 events {list(entry.evidence)}"),
        ("状态 state", state_words(entry)),
        ("申诉期至 until", entry.appeal_deadline.due.astimezone(zone).date()),
        ("申诉理由 appeal", entry.appeal_reason),
        ("决定理由 decision", entry.decision_reason),
        ("撤销理由 voided", entry.void_reason),
    ]
    return [(heading, value) for heading, value in lines if value is not None]


def _told(house: Hangfeng, done: Done, *, as_json: bool) -> None:
    document = entry_json(done.entry, house.instance.zone)
    if as_json:
        answer_json(document)
        return
    say(
        f"{document['entry']}：{state_words(done.entry)}，现计 {points_text(done.entry.counting_tenths)} 分",
        f"{done.entry.state.value}, counts {points_text(done.entry.counting_tenths)}",
    )


def _write(house: Hangfeng, session: Session, asked: EntriesAsked, file_format: str | None, out: Path | None) -> None:
    ending = ending_of(file_format, out)
    narrowed = EntryNarrowing(**asked.model_dump(exclude={"cursor", "limit"}))
    write_sheet(entries_sheet(house, session.actor, narrowed), ending, out and outside(session, out))


def _instant(text: str | None, house: Hangfeng) -> datetime | None:
    return parse_instant(text, house) if text is not None else None


def _tenths(left: str | None) -> int:
    if left is None:
        return 0
    try:
        tenths = Decimal(left) * TENTHS
        whole = int(tenths)
    except (InvalidOperation, ValueError, OverflowError):
        raise click.BadParameter(f"“{left}”不是分值 / {left} is no number of points", param_hint="--left") from None
    if whole != tenths:
        raise click.BadParameter("分值至多一位小数 / one decimal at the most", param_hint="--left")
    return whole
