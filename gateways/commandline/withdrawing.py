"""``rules`` and ``calendar``: ``withdraw``, ``confirm-withdrawal`` and ``withdrawal``, by two different people."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from datetime import datetime
from typing import TYPE_CHECKING, Any
from uuid import UUID

import click

from domain.editions import EditionKind
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
from services.adoption import open_complaints
from services.withdrawals import Act, EditionReport, Recomputation, edition_report

if TYPE_CHECKING:
    from gateways.app import Hangfeng


kind_option = click.option("--conduct-codes", is_flag=True, help="行风问题编码的版本 / an edition of conduct codes")
_KINDS = {"rules": EditionKind.RULES, "calendar": EditionKind.CALENDAR}


def _kind(*, conduct_codes: bool) -> EditionKind:
    """Return what is withdrawn: what the group is of that the command stands in, or conduct codes."""
    group = click.get_current_context().parent
    assert group is not None
    return EditionKind.CONDUCT_CODES if conduct_codes else _KINDS[str(group.info_name)]


@click.command("withdraw", short_help="申请撤回版本 / ask to withdraw an edition")
@click.argument("edition")
@click.option("--reason", required=True, help="撤回事由，简短 / why, in a few words")
@kind_option
@json_option
@pass_session
def withdraw(session: Session, edition: str, reason: str, as_json: bool, conduct_codes: bool) -> None:
    """申请撤回一个错误的版本；另一人确认之前仍然有效。

    Ask to withdraw a wrong edition: it stays in force until a second person confirms.
    """
    which = _kind(conduct_codes=conduct_codes)
    with session.house() as house:
        asked = house.adoption.request_withdrawal(which, edition, reason, session.actor, session.moment(house))
    if as_json:
        answer_json({"kind": which, "edition": edition, "requested_by": session.name, "fresh": asked.fresh})
    elif asked.fresh:
        say(f"已申请撤回{which.chinese} {edition}，请另一人确认", f"asked to withdraw {edition}; another confirms")
    else:
        say(f"此前已申请撤回 {edition}", f"you asked before to withdraw {edition}")


@click.command("confirm-withdrawal", short_help="确认撤回 / confirm a withdrawal")
@click.argument("edition")
@kind_option
@json_option
@pass_session
def confirm(session: Session, edition: str, as_json: bool, conduct_codes: bool) -> None:
    """以第二人身份确认撤回，并按有效版本重新计算在办件的期限；发布人、申请人不得确认。

    Confirm a withdrawal as the second person; new deadlines follow those of open cases. Neither who adopted the
    edition nor who asked may confirm.
    """
    which = _kind(conduct_codes=conduct_codes)
    with session.reading() as house:
        with house.views.reading() as conn:
            cases = open_complaints(conn)
        with progress("重新计算期限 deadlines", len(cases)) as advance:
            done = house.adoption.confirm_withdrawal(
                which, edition, _told(cases, advance), session.actor, session.moment(house)
            )
        report = _read(house, which, edition)
    if as_json:
        answer_json(report_json(report, house.instance.zone))
        return
    say(f"已撤回{which.chinese} {edition}" if done.fresh else f"{edition} 此前已撤回", f"{edition} is withdrawn")
    say(f"{done.recomputed} 个期限已重新计算", f"{done.recomputed} deadlines were followed by new ones")
    _print(report)


@click.command("withdrawal", short_help="撤回报告 / what an edition led to")
@click.argument("edition")
@kind_option
@json_option
@pass_session
def report_command(session: Session, edition: str, as_json: bool, conduct_codes: bool) -> None:
    """列出一个版本引起的每次期限重算，及其撤回引起的每次重算。

    Name every recomputation that an edition caused, and every one that followed its withdrawal.
    """
    with session.house() as house:
        report = _read(house, _kind(conduct_codes=conduct_codes), edition)
    if as_json:
        answer_json(report_json(report, house.instance.zone))
        return
    for zh, act in (("发布", report.adopted[-1]), ("申请撤回", report.requested), ("撤回", report.withdrawn)):
        if act is not None:
            click.echo(f"{zh}  {act.by}  {act.at.at.isoformat(timespec='minutes')}  {act.reason or ''}".rstrip())
    _print(report)


def add_withdrawal(group: click.Group) -> None:
    """Give a group of commands those that withdraw an edition of its kind."""
    for command in (withdraw, confirm, report_command):
        group.add_command(command)


def report_json(report: EditionReport, zone: Any) -> dict[str, Any]:  # noqa: ANN401 - any time zone
    """Return an edition's course as plain values for JSON."""
    return {
        "kind": report.kind,
        "edition": report.edition,
        "in_force": report.withdrawn is None,
        "adopted": [_act(act) for act in report.adopted],
        "requested": _act(report.requested),
        "withdrawn": _act(report.withdrawn),
        "caused": [_line(line, zone) for line in report.caused],
        "followed": [_line(line, zone) for line in report.followed],
    }


def _told(cases: Sequence[UUID], advance: Progress) -> Iterator[UUID]:
    for done, case in enumerate(cases, start=1):
        yield case
        advance(done)


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
