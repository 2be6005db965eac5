"""``audit``: is every stored byte what was appended, and how can somebody else see that for themselves."""

from __future__ import annotations

from base64 import b64encode
from pathlib import Path

import click

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
from services.instance import NotInitialised


@click.group(short_help="校验与证明 / proofs")
def audit() -> None:
    """校验日志、签发检查点、出具证明、导出供离线校验的文件。

    Verify the log, sign a checkpoint, prove an event, export what the offline verifier needs.
    """


@audit.command(short_help="校验 / verify the log")
@json_option
@pass_session
def verify(session: Session, as_json: bool) -> None:
    """逐字节校验全部日志，并与已签检查点、已冻结通报核对；不符则指出位置并返回 1。

    Verify every stored byte against the tree, the signed checkpoints and the frozen bulletins. Exit 1 and the first
    wrong position where something is not as it was appended.
    """
    settings = session.settings()
    with records(settings, session.clock) as (log, keys), progress("校验 verify", log.head().position) as advance:
        found = audit_of(settings, log, keys).verify(known=frozen_roots(log), progress=advance)
    if isinstance(found, Damage):
        if as_json:
            answer_json({"sound": False, "position": found.position, "why": found.why})
        raise Refused(str(found))
    if found.position == 0:
        # The opening is the first event of every instance: where there is none, nothing was found to be sound.
        raise NotInitialised(settings.data)
    root = b64encode(found.root).decode()
    if as_json:
        answer_json(
            {"sound": True, "position": found.position, "root": root, "held_against": found.held_against},
        )
        return
    click.echo(f"完好 sound: {found.position} 条 events, root {root}")
    say(f"与 {found.held_against} 个已知根值核对一致", f"held against {found.held_against} known roots")


@audit.command(short_help="签发检查点 / sign a checkpoint")
@json_option
@pass_session
def checkpoint(session: Session, as_json: bool) -> None:
    """为当前日志签发检查点；请将其存放于别处。

    Sign the log as it stands; what is printed is worth most where we cannot reach it.
    """
    with session.house() as house:
        signed, note = house.audit.checkpoint()
    if as_json:
        answer_json(
            {"origin": signed.origin, "size": signed.size, "root": b64encode(signed.root).decode(), "note": note},
        )
        return
    click.echo(note, nl=False)


@audit.command(short_help="出具证明 / prove events")
@click.argument("subject", metavar="ID")
@json_option
@pass_session
def prove(session: Session, subject: str, as_json: bool) -> None:
    """证明一条（位置）或一件（编号、受理编号）的全部事件在日志中的位置。

    Prove that an event (a position) or all events of a complaint (id or receipt number) stand where they stand.
    """
    with session.house() as house:
        if subject.isdecimal():
            proofs = [house.audit.prove(int(subject))]
        else:
            proofs = house.audit.prove_stream(case_id(house, subject))
    if as_json or not proofs:
        answer_json(proofs)
        return
    for proof in proofs:
        click.echo(f"{proof['position']}  {proof['topic']}  v{proof['originator_version']}  {proof['leaf']}")
    say("完整证明见 --json", "the proofs themselves: --json")


@audit.command("export", short_help="导出供离线校验 / export for the offline verifier")
@click.argument("file", type=click.Path(dir_okay=False, path_type=Path))
@pass_session
def export_command(session: Session, file: Path) -> None:
    """导出全部事件与检查点（封存内容仍封存），供离线校验。

    Write all events and checkpoints to FILE; what is sealed stays sealed.
    """
    with session.house() as house, progress("导出 export", house.log.head().position) as advance:
        events = house.audit.export(file, advance)
    say(f"已导出 {events} 条至 {file}", f"{events} events are in {file}")
