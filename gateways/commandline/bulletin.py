"""``bulletin``: the quarterly bulletin from its freeze to its errata, and the proof that it is what the log says."""

from __future__ import annotations

import sys
from base64 import b64decode
from collections.abc import Callable
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from domain.bulletin.events import Basis, Place, Scope
from domain.bulletin.name import BulletinName, Subject
from domain.bulletin.state import STATUS_CHINESE, Bulletin, words_digest
from domain.facts import Actor, Moment
from domain.words import Channel, ComplaintKind
from gateways.app import records
from gateways.commandline.parameters import NameParameter
from gateways.commandline.session import (
    Refused,
    Session,
    answer_json,
    answer_table,
    case_id,
    json_option,
    outside,
    pass_session,
    progress,
    say,
)
from gateways.http.caller import see
from services.publication.internal_shown import shown_internally
from services.publication.rebuilding import Rebuilt, rebuild
from services.publication.standing import bulletin_json, correction_json
from services.redaction.published import typical_case

if TYPE_CHECKING:
    from collections.abc import Iterator
    from datetime import datetime

    from services.publication.behind import Behind
    from services.publication.explaining import Explained
    from services.publication.publication import Correction, Publication, Shown

FORMS = ("json", "html", "csv", "csv-zip", "xlsx", "md", "pdf", "docx", "script")
"""The forms in which an edition can be shown."""

CHANGED_CELLS_SHOWN_MAX = 20

Step = Callable[["Publication", BulletinName, Actor, Moment], Bulletin]


_name = click.argument("name", type=NameParameter())
_edition = click.option(
    "--edition", type=click.IntRange(min=1), help="第几版（勘误各成一版），默认最新 / which edition"
)
_mask = click.option(
    "--mask", is_flag=True, help="把个人信息脱敏后写入，否则拒收 / write the words masked; else they are refused"
)


@click.group(short_help="季度通报 / the quarterly bulletin")
def bulletin() -> None:
    """行风热线季度通报：冻结、送核、异议、批准、发布、勘误、查看、重算核对。

    Freeze, proof, dispute, approve, publish, correct, show and rebuild the quarterly bulletin.
    """


@bulletin.command(short_help="冻结数字 / freeze the figures")
@_name
@json_option
@pass_session
def freeze(session: Session, name: BulletinName, as_json: bool) -> None:
    """在日志当前位置冻结本期数字；发布前可再次冻结，送核与批准随之重来。

    Freeze the figures at the log's present position. Before publication they may be frozen anew.
    """
    _take(session, name, as_json, lambda publication, *asked: publication.freeze(*asked))


@bulletin.command(short_help="专报 / begin a special report")
@_name
@click.option("--title", required=True, help="标题 / its title")
@click.option("--kind", "kinds", multiple=True, type=click.Choice(list(ComplaintKind)), help="类别 / kinds")
@click.option("--channel", "channels", multiple=True, type=click.Choice(list(Channel)), help="渠道 / channels")
@click.option("--category", "categories", multiple=True, help="问题分类或其上级 / categories or what they begin with")
@click.option("--unit", "units", multiple=True, help="承办单位 / units that matters were sent to")
@click.option("--programme", "programme_refs", multiple=True, help="节目期号 / episodes")
@json_option
@pass_session
def special(session: Session, /, name: BulletinName, *, title: str, as_json: bool, **given: tuple[str, ...]) -> None:
    """开始一期专报，如 2023Q3.gas：各条件同时满足的诉求构成专题，其余步骤与季度通报相同。

    Begin a special report such as 2023Q3.gas on the matters that meet every condition; then freeze it as any other.
    """
    subject = Subject(
        kinds=tuple(ComplaintKind(one) for one in given["kinds"]),
        channels=tuple(Channel(one) for one in given["channels"]),
        categories=given["categories"],
        units=given["units"],
        programme_refs=given["programme_refs"],
    )
    _take(session, name, as_json, lambda publication, *asked: publication.special(*asked, title=title, subject=subject))


@bulletin.command(short_help="写入文字 / write paragraphs, cases, requirements")
@_name
@click.option("--section", type=click.IntRange(1, 10), help="第几部分 / which section")
@click.option(
    "--place",
    type=click.Choice([place.value for place in Place]),
    default=Place.PARAGRAPH.value,
    show_default=True,
    help="文字的种类 / what it is",
)
@click.option("--zh", help="中文 / the words in Chinese")
@click.option("--en", help="英文 / and in English")
@click.option("--key", help="替换已有的这一条 / replaces the words under this key")
@click.option(
    "--basis", type=click.Choice([basis.value for basis in Basis]), help="典型案例的依据 / a typical case's basis"
)
@click.option("--second", help="典型案例的复核人 / who looked at a typical case too")
@_mask
@click.option("--remove", metavar="KEY", help="删去这一条 / takes the words under this key out")
@json_option
@pass_session
def words(
    session: Session,
    /,
    name: BulletinName,
    *,
    section: int | None,
    place: str,
    zh: str | None,
    en: str | None,
    key: str | None,
    basis: str | None,
    second: str | None,
    mask: bool,
    remove: str | None,
    as_json: bool,
) -> None:
    """写入或删去通报中数字以外的文字；含个人信息的拒收，或以 --mask 脱敏后写入。

    Give or take out the words of the edition to come. Words that identify somebody are refused, or masked with --mask.
    """
    if remove is not None:
        _take(session, name, as_json, lambda publication, *asked: publication.withdraw_words(*asked, remove))
        return
    if zh is None or section is None:
        raise click.UsageError("请给出 --section 和 --zh，或 --remove / give --section and --zh, or --remove")
    chosen: dict[str, Any] = {
        "section": section,
        "place": Place(place),
        "zh": zh,
        "en": en,
        "key": key,
        "basis": Basis(basis) if basis else None,
        "second": second,
        "mask": mask,
    }
    _take(session, name, as_json, lambda publication, *asked: publication.words(*asked, **chosen))


@bulletin.command(short_help="登记同意 / note a person's consent to a text")
@_name
@click.option("--complaint", required=True, help="编号或受理编号 / id or receipt number")
@click.option("--zh", required=True, help="本人同意刊出的文字，一字不差 / the very text agreed to")
@click.option("--how", required=True, help="凭据，如录音编号 / the evidence, such as a recording's number")
@click.option("--given-on", required=True, type=click.DateTime(["%Y-%m-%d"]), help="同意之日 / the day of the consent")
@json_option
@pass_session
def consent(
    session: Session, /, name: BulletinName, *, complaint: str, zh: str, how: str, given_on: datetime, as_json: bool
) -> None:
    """登记本人同意以这段文字作为典型案例刊出；同意只及于这段文字，改动后须重新征得。

    Note that the person of a complaint agreed to a text. The consent is to that text and to no other.
    """
    with session.house() as house:
        case = case_id(house, complaint)
        see(house, session.actor, case)
        agreed: dict[str, Any] = {"complaint": case, "zh": zh, "how": how, "given_on": given_on.date()}
        state = house.publication.consent(name, session.actor, session.moment(house), **agreed)
        if as_json:
            answer_json(bulletin_json(state, house.instance.zone))
    say(f"{name} 已登记同意 {words_digest(zh)}", f"{name}: consent is noted")


@bulletin.command("let-stand", short_help="误报放行 / let a false alarm stand")
@_name
@click.option("--said", required=True, help="被误判为个人信息的原文 / the stretch that identifies nobody")
@click.option("--reason", required=True, help="为何不指向任何人 / why it identifies nobody")
@json_option
@pass_session
def let_stand(session: Session, /, name: BulletinName, *, said: str, reason: str, as_json: bool) -> None:
    """脱敏误报的文字，由写稿人以外的另一人说明理由后放行；放行人自己写入时仍拒收。

    Let a stretch stand that the anonymiser would mask though it identifies nobody. It binds whoever else writes.
    """
    _take(session, name, as_json, lambda publication, *asked: publication.let_stand(*asked, said=said, reason=reason))


@bulletin.command("clear-case", short_help="复核典型案例 / let a proposed case stand")
@_name
@click.option("--key", required=True, help="待复核文字的键 / the key of the proposed case")
@click.option("--digest", required=True, help="所复核文字的 SHA-256 / of the text that was looked at")
@json_option
@pass_session
def clear_case(session: Session, /, name: BulletinName, *, key: str, digest: str, as_json: bool) -> None:
    """由另一人复核经接口提交的典型案例；文字须与所复核的一字不差。

    Let a typical case stand that came over HTTP, as another person than who wrote it.
    """
    _take(session, name, as_json, lambda publication, *asked: publication.clear_case(*asked, key=key, digest=digest))


@bulletin.command("typical-case", short_help="拟写典型案例 / draft a typical case")
@_name
@click.option("--complaint", required=True, help="编号或受理编号 / id or receipt number")
@json_option
@pass_session
def typical_case_command(session: Session, /, name: BulletinName, *, complaint: str, as_json: bool) -> None:
    """由诉求原文拟出脱敏的案例草稿，供人改写并由另一人复核；查阅留痕，草稿不保存。

    Draft a typical case from a complaint's sealed words, masked, for a person to shorten and another one to look at.
    The reading is recorded; the draft is stored nowhere. An accusation is never told.
    """
    with session.house() as house:
        case = case_id(house, complaint)
        seen = see(house, session.actor, case)
        draft = typical_case(case, seen.facts)
        house.access.record_read(session.actor, case, f"typical case {name}")
    if as_json:
        answer_json({"name": str(name), **draft.json()})
        return
    click.echo(f"{draft.title.text}\n\n{draft.text.text}")
    say(
        f"草稿未保存；改写后以 hangfeng bulletin words {name} --section 7 --place typical_case 写入，并由另一人复核",
        "the draft is stored nowhere; give its words with bulletin words --place typical_case and a second person",
    )


@bulletin.command(short_help="送承办单位核对 / send the units their proof")
@_name
@json_option
@pass_session
def proof(session: Session, name: BulletinName, as_json: bool) -> None:
    """把冻结的数字送各承办单位核对，异议期按规则（默认三个工作日）。

    Record that the units were sent the frozen figures; they may object within the limit of the rules.
    """
    state = _take(session, name, as_json, lambda publication, *asked: publication.proof(*asked))
    if state.proof is not None:
        until = state.proof.deadline.due.isoformat(timespec="minutes") if state.proof.deadline is not None else "—"
        say(f"送核 {len(state.proof.units)} 个单位，异议期至 {until}", f"{len(state.proof.units)} units, until {until}")


@bulletin.command(short_help="异议 / objections")
@_name
@click.option("--unit", help="提出异议的单位 / the unit that objects")
@click.option("--cell", "cells", multiple=True, help="有异议的单元格，可多次 / the cells objected to")
@click.option("--uphold", type=int, metavar="N", help="第 N 号异议成立 / objection N is right")
@click.option("--reject", type=int, metavar="N", help="第 N 号异议不成立 / objection N is not right")
@click.option("--reason", required=True, help="理由 / why")
@_mask
@json_option
@pass_session
def dispute(
    session: Session,
    /,
    name: BulletinName,
    *,
    unit: str | None,
    cells: tuple[str, ...],
    uphold: int | None,
    reject: int | None,
    reason: str,
    mask: bool,
    as_json: bool,
) -> None:
    """登记单位对本单位数字的异议，或以 --uphold、--reject 处理他人提出的一件异议；成立的须重新冻结。

    Record a unit's objection to its own cells, or decide one that another person raised; after one was upheld the
    figures are frozen anew. A reason that identifies somebody is refused, or masked with --mask.
    """
    if sum(given is not None for given in (unit, uphold, reject)) != 1:
        raise click.UsageError("--unit、--uphold、--reject 三者择一 / one of --unit, --uphold, --reject")
    if uphold is not None:
        _take(session, name, as_json, lambda publication, *asked: publication.uphold(*asked, uphold, reason, mask=mask))
    elif reject is not None:
        _take(session, name, as_json, lambda publication, *asked: publication.reject(*asked, reject, reason, mask=mask))
    else:
        raised: dict[str, Any] = {"unit": unit, "cells": cells, "reason": reason, "mask": mask}
        state = _take(session, name, as_json, lambda publication, *asked: publication.dispute(*asked, **raised))
        number = state.disputes[-1].number
        say(f"异议编号 {number}，处理：--uphold {number} 或 --reject {number}", f"this is objection {number}")


@bulletin.command(short_help="批准 / approve")
@_name
@click.option(
    "--scope",
    type=click.Choice([scope.value for scope in Scope]),
    default=Scope.PUBLIC.value,
    show_default=True,
    help="范围 / for whom",
)
@click.option("--document-no", help="文号 / the document number")
@click.option("--without-proof", metavar="REASON", help="未送核或未等候异议的理由 / why without proof or waiting")
@click.option("--printed-by", metavar="BODY", help="版记的印发机关，默认按设定 / who prints it, for the imprint")
@click.option(
    "--copy-to", "copied_to", metavar="BODY", multiple=True, help="版记的抄送机关，可多次，默认按设定 / who has a copy"
)
@click.option("--no-copies", is_flag=True, help="不抄送，不论设定 / nobody has a copy, whatever the settings say")
@json_option
@pass_session
def approve(
    session: Session,
    /,
    name: BulletinName,
    *,
    scope: str,
    document_no: str | None,
    without_proof: str | None,
    printed_by: str | None,
    copied_to: tuple[str, ...],
    no_copies: bool,
    as_json: bool,
) -> None:
    """审核并批准；未送核、异议期未满的须说明理由。设定两人签批时，第一人为审核，第二人为批准。

    印发机关和抄送机关印在公文末面的版记；两处都没有写的，没有版记。

    Review and approve the edition; refused before the units had their proof, unless a reason is given. Who prints it
    and who has copies stands in the imprint of PDF and DOCX; where nobody is named there is none.
    """
    if no_copies and copied_to:
        raise click.UsageError("--copy-to 与 --no-copies 择一 / either --copy-to or --no-copies")
    chosen: dict[str, Any] = {
        "scope": Scope(scope),
        "document_no": document_no,
        "without_proof": without_proof,
        "printed_by": printed_by,
        "copied_to": copied_to if copied_to or no_copies else None,
    }
    _take(session, name, as_json, lambda publication, *asked: publication.approve(*asked, **chosen))


@bulletin.command(short_help="发布 / publish")
@_name
@json_option
@pass_session
def publish(session: Session, name: BulletinName, as_json: bool) -> None:
    """编号、签名并发布；此后不再更改。

    Number, sign and publish the edition; it never changes afterwards.
    """
    state = _take(session, name, as_json, lambda publication, *asked: publication.publish(*asked))
    _say_edition(state)


@bulletin.command(short_help="播出 / read out on air")
@_name
@click.option("--station", required=True, help="播出台 / the station")
@_mask
@json_option
@pass_session
def broadcast(session: Session, name: BulletinName, station: str, mask: bool, as_json: bool) -> None:
    """记录已在节目中播出。

    Record that the edition was read out on air today.
    """
    _take(session, name, as_json, lambda publication, *asked: publication.broadcast(*asked, station, mask=mask))


@bulletin.command(short_help="勘误 / publish an erratum")
@_name
@click.option("--cause", required=True, help="勘误的原因 / why")
@click.option(
    "--edition",
    type=click.IntRange(min=1),
    help="所查看并更正的是第几版；其后已有勘误的拒收 / the edition looked at; refused where it was corrected since",
)
@click.option("--dry-run", is_flag=True, help="只看将更正什么，不记录 / look at what it changes, record nothing")
@json_option
@pass_session
def correct(
    session: Session, name: BulletinName, cause: str, edition: int | None, dry_run: bool, as_json: bool
) -> None:
    """按现在所知重新计算，把有变化的单元格作为有编号的勘误发布；原版不变。

    发布前先列出更正的是哪一版、哪些数字。以 --edition 写明所查看的版次：其间另有勘误的不予发布。

    Publish a numbered erratum: the figures as known now, and every cell that they change. The old edition stays. What
    changes and in which edition is shown first; with --edition nothing is published where another erratum came since.
    """
    with session.house() as house:
        publication, zone = house.publication, house.instance.zone
        correction = publication.correction(name, session.actor, session.moment(house), cause, edition)
        _print_correction(correction, table=not as_json)
        if dry_run:
            if as_json:
                answer_json({**correction_json(correction), "recorded": False})
            say("试看，未记录任何事实", "a dry run: nothing was recorded")
            return
        state = publication.carry_out(correction)
    if as_json:
        answer_json(bulletin_json(state, zone))
    if len(state.editions) == correction.corrects.number:
        say("已审核；由另一人以同样的原因和更正签批后发布", "reviewed: published once another person signs the same")
        return
    say(f"{name} {STATUS_CHINESE[state.status]}", f"{name} is {state.status}")
    _say_edition(state)


@bulletin.command("list", short_help="列出 / list all")
@json_option
@pass_session
def list_command(session: Session, as_json: bool) -> None:
    """列出各季度通报、版次、摘要与签名。

    List every quarter's bulletin with its editions, digests and signatures.
    """
    with session.house() as house:
        found = house.publication.bulletins()
        documents = [bulletin_json(state, house.instance.zone) for state in found]
    if as_json:
        answer_json(documents)
        return
    answer_table(
        ("季度 quarter", "状态 status", "刊期 number", "版次 editions", "勘误 errata", "位置 position", "摘要 digest"),
        [
            (
                state.quarter,
                STATUS_CHINESE[state.status],
                state.editions[-1].issue if state.published else None,
                len(state.editions),
                len(state.errata),
                state.frozen.position if state.frozen is not None else None,
                state.editions[-1].digest if state.published else None,
            )
            for state in found
        ],
    )


@bulletin.command(short_help="查看 / show an edition")
@_name
@click.option("--format", "form", type=click.Choice(FORMS), default="md", show_default=True, help="形式 / the form")
@click.option("--table", metavar="KEY", help="只要这一张表（csv）/ this table alone (csv)")
@_edition
@click.option(
    "--internal",
    is_flag=True,
    help="内部版：含异议及处理、内部表格（不签名）/ with objections and internal tables; unsigned",
)
@click.option("--out", type=click.Path(dir_okay=False, path_type=Path), help="写入文件 / write it to a file")
@click.option(
    "--json",
    "as_json",
    is_flag=True,
    help="规范 JSON；播报稿则注明每个数字的单元格 / canonical JSON; of a script, each figure beside its cell",
)
@pass_session
def show(
    session: Session,
    /,
    name: BulletinName,
    *,
    form: str,
    table: str | None,
    edition: int | None,
    internal: bool,
    out: Path | None,
    as_json: bool,
) -> None:
    """显示一版：json 规范 JSON，html 网页，csv、csv-zip、xlsx 表格，md 全文，pdf、docx 公文，script 播报稿。

    未发布的为内部草稿。

    Show an edition; json gives the canonical, signed bytes as they are, script what a presenter reads out. Before
    publication the internal draft is shown.
    """
    from gateways.bulletin_forms import FORMS as DRAWN
    from gateways.bulletin_forms import Means

    if table is not None and form != "csv":
        raise click.UsageError("--table 只与 --format csv 同用 / --table goes with --format csv")
    with session.house() as house:
        if internal:
            shown = shown_internally(house.publication, name, edition, house.instance.zone)
        else:
            shown = house.publication.show(name, edition)
    if as_json:
        form = "script-json" if form == "script" else "json"
    if form == "json":
        content = shown.content
    elif table is not None:
        content = _one_table(shown, table)
    else:
        content = DRAWN[form].draw(shown.document, Means.of(session.settings()))
    if out is not None:
        outside(session, out).write_bytes(content)
        say(f"已写入 {out}", f"written to {out}")
        return
    if form in DRAWN and not DRAWN[form].text and sys.stdout.isatty():
        raise click.UsageError("请用 --out 写入文件 / give --out FILE: a terminal cannot show this form")
    sys.stdout.buffer.write(content)
    sys.stdout.flush()


@bulletin.command(short_help="数字由来 / where a figure comes from")
@_name
@click.argument("cell")
@_edition
@click.option(
    "--events", is_flag=True, help="列出每件的事件位置（审计）/ with every case and its events, for an auditor"
)
@json_option
@pass_session
def explain(session: Session, name: BulletinName, cell: str, edition: int | None, events: bool, as_json: bool) -> None:
    """说明一个数字：所在位置、口径、件数，并由其背后的事件重新计算；--events 列出每件及其事件。

    Explain a figure: where it stands, what it counts, how many, and the same counted again from the events behind it.
    """
    from services.publication.explaining import Explainer

    with session.house() as house:
        found = Explainer(house.publication, house.log, house.views, house.instance.zone).explain(name, cell, edition)
    if as_json:
        answer_json(found.auditor_json() if events else found.producer_json())
        return
    _print_explained(found)
    if events:
        _print_behind(found.behind)


@bulletin.command(short_help="单元格由来 / what stands behind a cell")
@_name
@click.argument("cell")
@_edition
@json_option
@pass_session
def cells(session: Session, name: BulletinName, cell: str, edition: int | None, as_json: bool) -> None:
    """列出一个单元格分子、分母背后的诉求或环节，以及各自的事件位置。

    List the cases or legs behind a cell's numerator and denominator, and the events of each.
    """
    with _current(session) as publication:
        behind = publication.cells(name, cell, edition)
    if as_json:
        answer_json(behind.json())
        return
    click.echo(f"{behind.cell.id} = {behind.cell.text}")
    _print_behind(behind)


@bulletin.command(short_help="签名文件 / the files of an edition's seal")
@_name
@_edition
@click.option(
    "--out", type=click.Path(file_okay=False, path_type=Path), default=Path(), help="写入目录 / the folder to write to"
)
@pass_session
def seal(session: Session, name: BulletinName, edition: int | None, out: Path) -> None:
    """写出一版的规范 JSON、签名和公钥三个文件，并印出用 openssl 验证的命令；验证不需要本程序。

    Write an edition's canonical JSON, its signature and the public key, and print how openssl verifies them.
    """
    with _current(session) as publication:
        shown = publication.show(name, edition)
    if shown.edition is None:
        raise Refused(f"{name} 尚未发布，没有签名 / {name} is not published and has no signature")
    outside(session, out).mkdir(parents=True, exist_ok=True)
    stem = f"{name}-{shown.edition.number}"
    files = {
        f"{stem}.json": shown.content,
        f"{stem}.sig": b64decode(shown.edition.signature),
        f"{stem}.pem": shown.edition.public_key.encode("ascii"),
    }
    for file, content in files.items():
        (out / file).write_bytes(content)
        say(f"已写入 {out / file}", f"written to {out / file}")
    click.echo(f"openssl pkeyutl -verify -pubin -inkey {stem}.pem -rawin -in {stem}.json -sigfile {stem}.sig")


@bulletin.command("rebuild", short_help="由日志重算并比较 / rebuild from the log and compare")
@_name
@_edition
@json_option
@pass_session
def rebuild_command(session: Session, name: BulletinName, edition: int | None, as_json: bool) -> None:
    """核对日志每一片叶，从头重放并重算各版，逐字节比较；不符则指出位置或单元格并返回 1。

    Verify every leaf, replay the log into an empty place, compute each edition again, and compare bytes. Exit 1 where
    the log is damaged (its position is named) or an edition differs (its cells are named).
    """
    settings = session.settings()
    with (
        records(settings, session.clock) as (log, _),
        progress("重算 rebuild", log.head().position) as advance,
    ):
        found = rebuild(log, settings.data, name, edition, advance)
    if as_json:
        answer_json(found.json())
    elif found.editions:
        _print_rebuilt(found)
    if not found.equal:
        raise Refused(_what_is_wrong(found))


# --- the parts --------------------------------------------------------------------------------------------------------


def _take(session: Session, name: BulletinName, as_json: bool, step: Step) -> Bulletin:
    """Take one step of a bulletin's life and say how it stands then."""
    with session.house() as house:
        state = step(house.publication, name, session.actor, session.moment(house))
        if as_json:
            answer_json(bulletin_json(state, house.instance.zone))
    say(f"{name} {STATUS_CHINESE[state.status]}", f"{name} is {state.status}")
    return state


@contextmanager
def _current(session: Session) -> Iterator[Publication]:
    with session.house() as house:
        yield house.publication


def _say_edition(state: Bulletin) -> None:
    if state.published:
        last = state.editions[-1]
        say(f"{last.issue} 第 {last.number} 版，SHA-256 {last.digest}", f"edition {last.number}, {last.digest}")


def _print_correction(correction: Correction, *, table: bool) -> None:
    """Say which edition an erratum corrects and what it changes, before it is published."""
    edition, changed = correction.corrects, correction.command.cells
    say(
        f"更正第 {edition.number} 版（SHA-256 {edition.digest}），{len(changed)} 处",
        f"this corrects edition {edition.number} in {len(changed)} places",
    )
    if not table:
        return
    answer_table(
        ("单元格 cell", "原为 old", "更正为 new"),
        [(cell.id, cell.old, cell.new) for cell in changed[:CHANGED_CELLS_SHOWN_MAX]],
    )
    if len(changed) > CHANGED_CELLS_SHOWN_MAX:
        say(
            f"另有 {len(changed) - CHANGED_CELLS_SHOWN_MAX} 处，见 --json",
            f"{len(changed) - CHANGED_CELLS_SHOWN_MAX} more: see --json",
        )


def _one_table(shown: Shown, key: str) -> bytes:
    from services.publication.csv_files import NoSuchTable, csv_table

    try:
        return csv_table(shown.document, key)
    except NoSuchTable as error:
        raise Refused(str(error)) from error


def _print_explained(found: Explained) -> None:
    place, meaning, cell = found.place, found.meaning, found.behind.cell
    lines = [
        ("单元格 cell", cell.id),
        ("印出 printed", cell.text),
        ("位置 where", f"{place.section} {place.section_title}：{place.table_title}；{place.row}；{place.label.zh}"),
        ("计什么 counts", f"{meaning.numerator.zh} / {meaning.numerator.en}"),
    ]
    if meaning.denominator is not None:
        lines.append(("分母 out of", f"{meaning.denominator.zh} / {meaning.denominator.en}"))
    if cell.cause is not None:
        lines.append(("说明 cause", f"{cell.cause.zh} / {cell.cause.en}"))
    lines.append(("分子件数 numerator", str(len(found.behind.numerator))))
    lines.append(("分母件数 denominator", str(len(found.behind.denominator))))
    if found.recount is not None:
        same = "一致 equal" if found.recount.equal else "不符 differs"
        lines.append(("由事件重算 recounted", f"{found.recount.text}（{same}）"))
    answer_table(("", ""), lines)


def _print_behind(behind: Behind) -> None:
    sides = (("分子 numerator", behind.numerator), ("分母 denominator", behind.denominator))
    answer_table(
        ("", "诉求 complaint", "环节 leg", "事件位置 positions"),
        [
            (side, row.complaint, row.leg, " ".join(str(event.position) for event in behind.events.get(row, ())))
            for side, rows in sides
            for row in rows
        ],
    )


def _print_rebuilt(found: Rebuilt) -> None:
    answer_table(
        ("版次 edition", "位置 position", "结果 result", "摘要 digest"),
        [
            (
                one.edition if one.edition is not None else "未发布 not published",
                one.position,
                "一致 equal" if one.equal else "不符 differs",
                one.digest,
            )
            for one in found.editions
        ],
    )
    for one in found.editions:
        if one.cells:
            answer_table(
                ("单元格 cell", "保存 stored", "重算 rebuilt"),
                [(cell.id, cell.old, cell.new) for cell in one.cells[:CHANGED_CELLS_SHOWN_MAX]],
            )


def _what_is_wrong(found: Rebuilt) -> str:
    if found.damage is not None:
        return str(found.damage)
    faults = dict.fromkeys(fault for one in found.editions for fault in one.faults)
    return "；".join(faults)
