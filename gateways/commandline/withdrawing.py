"""``rules`` and ``calendar``: ``withdraw``, ``confirm-withdrawal`` and ``withdrawal``, by two different people."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from datetime import datetime
from typing import TYPE_CHECKING, Any
from uuid import UUID

import click

from domain.editions import EditionKind
from domain.periods import Quarter
from gateways.commandline.definitions import print_effects
from gateways.commandline.session import (
    Progress,
    Session,
    answer_json,
    answer_table,
    json_option,
    pass_session,
    progress,
    say,
)
from gateways.http.scores import void_withdrawn
from services.adoption import open_complaints
from services.definitions import QUARTERS_MAX, QuarterEffect, effects_json, preview, without
from services.statistics import Statistics
from services.withdrawals import Act, EditionLine, EditionReport, Recomputation, edition_report, editions_list

if TYPE_CHECKING:
    from gateways.app import Hangfeng


_OTHER_KINDS = (
    (EditionKind.CONDUCT_CODES, "行风问题编码的版本 / an edition of conduct codes"),
    (EditionKind.SCORE_RULES, "考核规则的版本 / an edition of score rules"),
    (EditionKind.DEFINITIONS, "统计口径的版本 / an edition of the figures' definitions"),
)
_KINDS = {
    "rules": EditionKind.RULES,
    "calendar": EditionKind.CALENDAR,
    "editions": EditionKind.SCORE_RULES,
}
QUARTERS_DEFAULT = 4

Command = Callable[..., Any]


def kind_option(command: Command) -> Command:
    """Let a command be of an edition of another kind than its group is of."""
    for kind, told in reversed(_OTHER_KINDS):
        flag = f"--{kind.replace('_', '-')}"
        command = click.option(flag, "other", flag_value=kind.value, default=None, help=told)(command)
    return command


def _kind(other: str | None) -> EditionKind:
    """Return what is withdrawn: what the group is of that the command stands in, or what a flag says."""
    group = click.get_current_context().parent
    assert group is not None
    return EditionKind(other) if other is not None else _KINDS[str(group.info_name)]


@click.command("withdraw", short_help="申请撤回版本 / ask to withdraw an edition")
@click.argument("edition")
@click.option("--reason", required=True, help="撤回事由，简短 / why, in a few words")
@click.option("--dry-run", is_flag=True, help="只看影响，不记录 / look at what it changes, record nothing")
@click.option(
    "--quarters",
    type=click.IntRange(1, QUARTERS_MAX),
    default=QUARTERS_DEFAULT,
    show_default=True,
    help="统计口径：往前看几个季度 / of definitions: how many quarters back are shown",
)
@kind_option
@json_option
@pass_session
def withdraw(
    session: Session, edition: str, reason: str, dry_run: bool, quarters: int, as_json: bool, other: str | None
) -> None:
    """申请撤回一个错误的版本；另一人确认之前仍然有效。撤回统计口径的，先列出以往各季度哪些数字随之改变。

    Ask to withdraw a wrong edition: it stays in force until a second person confirms. Of definitions, the figures of
    past quarters that would change are shown first.
    """
    which = _kind(other)
    effects = None
    if which is EditionKind.DEFINITIONS:
        with session.reading() as house, house.views.reading() as conn:
            now = Statistics(conn, house.log, house.instance.zone)
            last = Quarter.of(session.moment(house).day).previous()
            effects = preview(now, without(now, house.log, edition), last, quarters)
        if not as_json:
            print_effects(edition, "撤回后 withdrawn", effects)
    if dry_run:
        if as_json:
            answer_json({"kind": which, "edition": edition, "recorded": False} | _told_effects(edition, effects))
            return
        with session.house() as house:
            caused = _read(house, which, edition).caused
        if which is not EditionKind.DEFINITIONS:
            say(f"{edition} 引起过 {len(caused)} 次期限重算", f"{edition} led to {len(caused)} recomputations so far")
        say(
            "试看，未记录任何事实；在办件的新期限在确认撤回时计算", "nothing was recorded; confirming reckons deadlines"
        )
        return
    with session.house() as house:
        asked = house.adoption.request_withdrawal(which, edition, reason, session.actor, session.moment(house))
    if as_json:
        told = {"kind": which, "edition": edition, "requested_by": session.name, "fresh": asked.fresh}
        answer_json(told | _told_effects(edition, effects))
    elif asked.fresh:
        say(f"已申请撤回{which.chinese} {edition}，请另一人确认", f"asked to withdraw {edition}; another confirms")
    else:
        say(f"此前已申请撤回 {edition}", f"you asked before to withdraw {edition}")


@click.command("cancel-withdrawal", short_help="取消撤回申请 / take a wish to withdraw back")
@click.argument("edition")
@click.option("--reason", required=True, help="取消事由，简短 / why, in a few words")
@kind_option
@json_option
@pass_session
def cancel(session: Session, edition: str, reason: str, as_json: bool, other: str | None) -> None:
    """取消尚未确认的撤回申请，由申请人或管理员办理，记入日志；版本继续有效。

    Take back a wish to withdraw that nobody has confirmed: by whoever had it or an administrator, on record.
    """
    which = _kind(other)
    with session.house() as house:
        house.adoption.cancel_withdrawal(which, edition, reason, session.actor, session.moment(house))
    if as_json:
        answer_json({"kind": which, "edition": edition, "cancelled_by": session.name})
        return
    say(f"已取消撤回{which.chinese} {edition} 的申请，该版本继续有效", f"the edition {edition} stays in force")


@click.command("confirm-withdrawal", short_help="确认撤回 / confirm a withdrawal")
@click.argument("edition")
@kind_option
@json_option
@pass_session
def confirm(session: Session, edition: str, as_json: bool, other: str | None) -> None:
    """以第二人身份确认撤回，并按有效版本重新计算在办件的期限；发布人、申请人不得确认。

    Confirm a withdrawal as the second person; new deadlines follow those of open cases. Neither who adopted the
    edition nor who asked may confirm.
    """
    which = _kind(other)
    with session.reading() as house:
        with house.views.reading() as conn:
            cases = open_complaints(conn) if which is not EditionKind.SCORE_RULES else []
        with progress("重新计算期限 deadlines", len(cases)) as advance:
            done = house.adoption.confirm_withdrawal(
                which, edition, _told(cases, advance), session.actor, session.moment(house)
            )
        voided = _void_entries(house, session, edition) if which is EditionKind.SCORE_RULES else ()
        report = _read(house, which, edition)
    if as_json:
        answer_json(report_json(report, house.instance.zone))
        return
    if which is EditionKind.SCORE_RULES:
        say(f"{len(voided)} 条考核记录随之撤销", f"{len(voided)} score entries were voided with it")
    say(f"已撤回{which.chinese} {edition}" if done.fresh else f"{edition} 此前已撤回", f"{edition} is withdrawn")
    say(f"{done.recomputed} 个期限已重新计算", f"{done.recomputed} deadlines were followed by new ones")
    _print(report)


@click.command("withdrawal", short_help="撤回报告 / what an edition led to")
@click.argument("edition")
@kind_option
@json_option
@pass_session
def report_command(session: Session, edition: str, as_json: bool, other: str | None) -> None:
    """列出一个版本引起的每次期限重算，及其撤回引起的每次重算。

    Name every recomputation that an edition caused, and every one that followed its withdrawal.
    """
    with session.house() as house:
        report = _read(house, _kind(other), edition)
    if as_json:
        answer_json(report_json(report, house.instance.zone))
        return
    acts = (("申请撤回", report.requested), ("取消申请", report.cancelled), ("撤回", report.withdrawn))
    for zh, act in (("发布", report.adopted[-1]), *sorted(acts, key=lambda one: one[1].position if one[1] else 0)):
        if act is not None:
            click.echo(f"{zh}  {act.by}  {act.at.at.isoformat(timespec='minutes')}  {act.reason or ''}".rstrip())
    _print(report)


@click.command("withdrawals", short_help="各版本及待确认的撤回 / editions, and withdrawals that wait")
@click.option("--pending", is_flag=True, help="只看待确认的 / only those that wait for a second person")
@json_option
@pass_session
def list_command(session: Session, pending: bool, as_json: bool) -> None:
    """列出各版规则、日历、编码、考核规则、统计口径，哪些已撤回，哪些申请待另一人确认。

    List the editions of every kind: which were withdrawn, and which wishes wait for a second person.
    """
    with session.house() as house:
        lines, zone = editions_list(house.log, pending_only=pending), house.instance.zone
    if as_json:
        answer_json({"items": [edition_line_json(line) for line in lines]})
        return
    answer_table(
        ("类 kind", "版本 edition", "发布 adopted", "发布人 by", "状态 stands", "事由 reason"),
        [
            (
                line.kind.chinese,
                line.edition,
                line.adopted.at.at.astimezone(zone),
                line.adopted.by,
                _stands(line),
                (line.withdrawn or line.pending or line.adopted).reason or "",
            )
            for line in lines
        ],
    )


def edition_line_json(line: EditionLine) -> dict[str, Any]:
    """Return how an edition stands as plain values for JSON."""
    return {
        "kind": line.kind,
        "edition": line.edition,
        "in_force": line.withdrawn is None,
        "adopted": _act(line.adopted),
        "pending": _act(line.pending),
        "withdrawn": _act(line.withdrawn),
    }


def _stands(line: EditionLine) -> str:
    if line.withdrawn is not None:
        return f"{line.withdrawn.by} 确认撤回 withdrawn"
    return f"{line.pending.by} 申请撤回，待确认 pending" if line.pending is not None else "有效 in force"


def _told_effects(edition: str, effects: tuple[QuarterEffect, ...] | None) -> dict[str, Any]:
    return {} if effects is None else {"effects": effects_json(edition, effects)["quarters"]}


def add_withdrawal(group: click.Group) -> None:
    """Give a group of commands those that withdraw an edition of its kind."""
    for command in (withdraw, cancel, confirm, report_command, list_command):
        group.add_command(command)


def report_json(report: EditionReport, zone: Any) -> dict[str, Any]:  # noqa: ANN401 - any time zone
    """Return an edition's course as plain values for JSON."""
    return {
        "kind": report.kind,
        "edition": report.edition,
        "in_force": report.withdrawn is None,
        "adopted": [_act(act) for act in report.adopted],
        "requested": _act(report.requested),
        "cancelled": _act(report.cancelled),
        "withdrawn": _act(report.withdrawn),
        "caused": [_line(line, zone) for line in report.caused],
        "followed": [_line(line, zone) for line in report.followed],
    }


def _told(cases: Sequence[UUID], advance: Progress) -> Iterator[UUID]:
    for done, case in enumerate(cases, start=1):
        yield case
        advance(done)


def _void_entries(house: Hangfeng, session: Session, edition: str) -> tuple[str, ...]:
    return void_withdrawn(house, session.actor, edition)


def _read(house: Hangfeng, kind: EditionKind, edition: str) -> EditionReport:
    with progress("查找重算 recomputations", house.log.head().position) as advance:
        return edition_report(house.log, house.casework, kind, edition, advance)


def _act(act: Act | None) -> dict[str, Any] | None:
    if act is None:
        return None
    return {"by": act.by, "at": act.at.at.isoformat(), "position": act.position, "reason": act.reason}


def _line(line: Recomputation, zone: Any) -> dict[str, Any]:  # noqa: ANN401 - any time zone
    def on_clock(due: datetime | None) -> str | None:
        return due.astimezone(zone).isoformat() if due is not None else None

    return {
        "complaint": line.complaint,
        "receipt_no": line.receipt_no,
        "clock": line.clock,
        "old": on_clock(line.old_due),
        "new": on_clock(line.new_due),
        "provisional": line.provisional,
        "cause": line.cause,
        "at": line.at.at.isoformat(),
        "position": line.position,
    }


def _print(report: EditionReport) -> None:
    headings = ("受理编号 receipt", "时钟 clock", "原期限 old", "新期限 new", "缘由 cause")
    for zh, en, lines in (
        ("该版本引起的重算", "recomputations that the edition caused", report.caused),
        ("撤回引起的重算", "recomputations that followed its withdrawal", report.followed),
    ):
        click.echo(f"{zh} / {en}: {len(lines)}")
        if lines:
            answer_table(headings, [(x.receipt_no, x.clock, x.old_due, x.new_due, x.cause) for x in lines])
