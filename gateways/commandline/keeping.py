"""``backup``, ``restore`` and ``erase``: keep everything, put it back, and let one person's data go for good."""

from __future__ import annotations

import re
from dataclasses import asdict
from pathlib import Path
from typing import TYPE_CHECKING

import click

from domain.complaint.events import ComplaintRegistered
from gateways.app import audit_of, records
from gateways.commandline.session import (
    Refused,
    Session,
    answer_json,
    case_id,
    json_option,
    pass_session,
    progress,
    say,
)
from services.audit import Damage, frozen_roots
from services.backup import back_up
from services.backup import restore as put_back
from services.opening import require_initialised

if TYPE_CHECKING:
    from gateways.app import Hangfeng

_SUBJECT = re.compile(r"[0-9a-f]{32}")
_FILE = click.Path(dir_okay=False, path_type=Path)


@click.command(short_help="备份 / back up while serving")
@click.argument("file", type=_FILE)
@pass_session
def backup(session: Session, file: Path) -> None:
    """把日志、密钥库、密钥、权限、附件备份到 FILE；服务可同时运行。

    Back everything up into FILE, also while the server serves. The file holds the keys: keep it safe.
    """
    settings = session.settings()
    require_initialised(settings.data)
    held = back_up(settings.data, file)
    say(
        f"已备份 {held.files} 个文件至 {file}，内含密钥，请妥善保管",
        f"{held.files} files; it holds the keys: keep it safe",
    )


@click.command(short_help="恢复 / restore into an empty directory")
@click.argument("file", type=click.Path(exists=True, dir_okay=False, path_type=Path))
@pass_session
def restore(session: Session, file: Path) -> None:
    """把备份恢复到空的数据目录，核对每个文件并校验日志。

    Put a backup back into an empty data directory, check every file and verify the log.
    """
    settings = session.settings()
    held = put_back(file, settings.data)
    with records(session.settings(), session.clock) as (log, keys):
        found = audit_of(settings, log, keys).verify(known=frozen_roots(log))
    if isinstance(found, Damage):
        raise Refused(str(found))
    say(
        f"已恢复 {held.files} 个文件，日志 {found.position} 条完好",
        f"{held.files} files, {found.position} events sound",
    )
    say("备份之后的个人信息清除须重新执行", "erasures since the backup was taken have to be done again")


@click.command(short_help="清除个人信息 / erase a person")
@click.argument("subject")
@click.option("--reason", required=True, help="事由 / why")
@click.option("--authority", required=True, help="依据或批准人 / by whose authority")
@json_option
@pass_session
def erase(session: Session, subject: str, reason: str, authority: str, as_json: bool) -> None:
    """销毁 SUBJECT（个人编号、诉求编号、受理编号或电话号码）的密钥，并核实各处副本已清除。

    Destroy the keys of a person, given by subject id, complaint, receipt number or telephone number; record it, and
    verify that no copy is left. Every proof and every published count stays as it was. It cannot be undone.
    """
    if not reason.strip() or not authority.strip():
        raise click.UsageError("事由与依据不能为空 / a reason and an authority are needed")
    with session.reading() as house, progress("清除 erase", house.log.head().position) as advance:
        erased = house.erasure.erase(
            _subject(house, subject),
            reason=reason,
            authority=authority,
            by=session.actor,
            at=session.moment(house),
            progress=advance,
        )
    if as_json:
        answer_json(asdict(erased))
    say(
        f"已清除：{erased.facts} 条事件、{erased.attachments} 个附件、{erased.keys_destroyed} 把密钥",
        f"erased: {erased.facts} facts, {erased.attachments} attachments, {erased.keys_destroyed} keys",
    )


def _subject(house: Hangfeng, written: str) -> str:
    """Return whom a subject id, a complaint's id, a receipt number or a telephone number means."""
    text = written.strip()
    if _SUBJECT.fullmatch(text):
        return text
    if re.fullmatch(r"[+\d][\d\s()-]{2,18}", text) and text.count("-") < len(("day", "serial", "check")) - 1:
        return house.casework.subject_of_number(text)
    history = house.casework.history(case_id(house, text))
    if not history or not isinstance(history[0].fact, ComplaintRegistered):
        raise Refused(f"没有这一诉求 {text} / there is no complaint {text}")
    return history[0].fact.subject
